"""The functions of st_ad.runtime: they come in transposed pairs."""

import numpy as np

from ..ir.syntax import Arg
from ..runtime import product_of_others
from .notation import Generation, constant, elementwise, linear, multilinear, rule

linear("unbroadcast(g, x)", "widen(y_bar, g)", None)
linear("widen(g, x)", "unbroadcast(y_bar, g)", None)
linear("expand_reduced(g, x, axis, keepdims)", "np.sum(y_bar, axis=axis, keepdims=keepdims)", None,
       when="axis is not None")  # fmt: skip
linear("expand_reduced(g, x, axis, keepdims)", "unbroadcast(y_bar, g)", None)
multilinear(
    "strong_product(g, partial)", "strong_product(y_bar, partial)", "strong_product(y_bar, g)", broadcast=True
)

multilinear("matmul_bar_left(g, a, b)", "y_bar @ b", None, "matmul_bar_right(g, y_bar, b)")
multilinear("matmul_bar_right(g, a, b)", "a @ y_bar", "matmul_bar_left(g, a, y_bar)", None)
multilinear("dot_bar_left(g, a, b)", "np.dot(y_bar, b)", None, "dot_bar_right(g, y_bar, b)")
multilinear("dot_bar_right(g, a, b)", "np.dot(a, y_bar)", "dot_bar_left(g, a, y_bar)", None)

multilinear("cross_of_three(a, b)", "cross_of_three(b, y_bar)", "cross_of_three(y_bar, a)", broadcast=True)

linear("scatter(g, x, indices, axis=None)", "np.take(y_bar, indices, axis=axis)", None)
linear("diagonal_into(g, x, offset=0, axis1=0, axis2=1)", "np.diagonal(y_bar, offset, axis1, axis2)", None)
linear("untile(g, x, reps)", "np.tile(y_bar, reps)", None)
linear("unrepeat(g, x, repeats, axis=None)", "np.repeat(y_bar, repeats, axis)", None)
linear("unpad(g, x, pad_width, mode='constant')", "np.pad(y_bar, pad_width, mode=mode)", None)
linear("piece(g, x, start, axis=0)", "piece_into(y_bar, g, start, axis)", None, None)
linear("piece_into(g, x, start, axis=0)", "piece(y_bar, g, start, axis)", None, None)
linear("share_ties(g, ranked, axis=-1)", "share_ties(y_bar, ranked, axis)", None)
linear("undiff(g, n=1, axis=-1)", "np.diff(y_bar, n=n, axis=axis)")


def _last_writes(g: Generation) -> Arg:
    """The same store again, into zeros: what was written last wins there as well."""
    zeros = g.builder.emit("numpy.zeros_like", g.bound["g"])
    return g.builder.emit("setitem", zeros, g.bound["index"], g.y_bar)


linear("gather_last(g, index)", _last_writes)
linear("add_lists(a, b)", "y_bar", "y_bar")
linear("add_to_list(items, index, g)", "y_bar", None, "y_bar[index]")
linear("snapshot(x)", "y_bar")
constant("zeros_of_list", "stop_gradient")


@rule("cofactor(a)")
def of_cofactor(a, y, y_bar):
    """Of det(a) * inv(a).T, for matrices that are not singular."""
    inverse = np.swapaxes(np.linalg.inv(a), -1, -2)
    total = np.sum(y_bar * inverse, axis=(-2, -1), keepdims=True)
    return total * y - y @ np.swapaxes(y_bar, -1, -2) @ inverse


elementwise("sinc_derivative(x, order)", "sinc_derivative(x, order + 1)")
elementwise("polygamma(n, x)", None, "polygamma(n + 1, x)")


@rule("product_of_others(x, axis=None)")
def of_product_of_others(x, axis, y, y_bar):
    """Each product without one item more: the item is replaced by 1, and the product taken again."""
    if axis is None:
        items, g = np.ravel(x), np.ravel(y_bar)
    else:
        items, g = np.moveaxis(x, axis, -1), np.moveaxis(y_bar, axis, -1)
    length = np.shape(items)[-1]
    kept = 1.0 - np.eye(length)
    without = np.expand_dims(items, -2) * kept + np.eye(length)
    out = np.sum(product_of_others(without, -1) * kept * np.expand_dims(g, -2), axis=-1)
    if axis is None:
        return np.reshape(out, np.shape(x))
    return np.moveaxis(out, -1, axis)


@rule("cumprod_bar(g, x, axis=None)")
def of_cumprod_bar(g, x, axis, y, y_bar):
    """Through the definition: sum over i >= j, k of g_i t_j times the product of the others among x_0 ... x_i."""
    if axis is None:
        items, tangent, weight = np.ravel(x), np.ravel(y_bar), np.ravel(g)
    else:
        items, tangent, weight = (
            np.moveaxis(x, axis, -1),
            np.moveaxis(y_bar, axis, -1),
            np.moveaxis(g, axis, -1),
        )
    length = np.shape(items)[-1]
    upto = np.tril(np.ones((length, length)))
    prefixes = np.expand_dims(items, -2) * upto + (1.0 - upto)
    g_bar = np.sum(product_of_others(prefixes, -1) * upto * np.expand_dims(tangent, -2), axis=-1)
    kept = 1.0 - np.eye(length)
    without = np.expand_dims(prefixes, -2) * kept + np.eye(length)
    pairs = product_of_others(without, -1) * kept * np.expand_dims(upto, -2) * np.expand_dims(upto, -1)
    slopes = np.sum(pairs * np.expand_dims(np.expand_dims(tangent, -2), -2), axis=-1)
    x_bar = np.sum(slopes * np.expand_dims(weight, -1), axis=-2)
    if axis is None:
        return np.reshape(g_bar, np.shape(g)), np.reshape(x_bar, np.shape(x))
    return np.moveaxis(g_bar, -1, axis), np.moveaxis(x_bar, -1, axis)
