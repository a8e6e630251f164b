"""The functions of st_ad.runtime: they come in transposed pairs."""

import numpy as np

from ..ir.syntax import Arg
from ..runtime import cofactor_change, over_gaps, product_of_others
from .notation import Generation, constant, elementwise, linear, multilinear, refuse, rule

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

_AXES = "axisa=-1, axisb=-1, axisc=-1"
multilinear(f"cross_bar_left(g, a, b, {_AXES})", "np.cross(y_bar, b, axisa, axisb, axisc)", None,
            "cross_bar_right(g, y_bar, b, axisa, axisb, axisc)")  # fmt: skip
multilinear(f"cross_bar_right(g, a, b, {_AXES})", "np.cross(a, y_bar, axisa, axisb, axisc)",
            "cross_bar_left(g, a, y_bar, axisa, axisb, axisc)", None)  # fmt: skip

linear("scatter(g, x, indices, axis=None)", "np.take(y_bar, indices, axis=axis)", None)
linear("diagonal_into(g, x, offset=0, axis1=0, axis2=1)", "np.diagonal(y_bar, offset, axis1, axis2)", None)
linear("untile(g, x, reps)", "np.tile(y_bar, reps)", None)
linear("unrepeat(g, x, repeats, axis=None)", "np.repeat(y_bar, repeats, axis)", None)
linear("unwindow(g, x, window_shape, axis=None)", "np.lib.stride_tricks.sliding_window_view(y_bar, window_shape, axis)", None)
linear("unpad(g, x, pad_width, mode='constant')", "np.pad(y_bar, pad_width, mode=mode)", None)
linear("piece(g, x, start, axis=0)", "piece_into(y_bar, g, start, axis)", None, None)
linear("piece_into(g, x, start, axis=0)", "piece(y_bar, g, start, axis)", None, None)
linear("leading(g, count)", "leading_into(y_bar, g)", None)
linear("leading_into(g, x)", "leading(y_bar, np.shape(g)[-1])", None)
linear("in_order_of(g, given, wanted)", "in_order_of(y_bar, wanted, given)", None, None)
linear("independent(a)", "y_bar", forward="a_dot")
linear("resized(g, x)", "resized(y_bar, g)", None)
linear("twice_inside(g, x, axis=-1)", "twice_inside(y_bar, x, axis)", None)
linear("half_inside(g, count, axis=-1)", "half_inside(y_bar, count, axis)", None)
linear("share_ties(g, ranked, axis=-1)", "share_ties(y_bar, ranked, axis)", None)
linear("undiff(g, n=1, axis=-1)", "np.diff(y_bar, n=n, axis=axis)")


def _last_writes(g: Generation) -> Arg:
    """The same store again, into zeros: what was written last wins there as well."""
    zeros = g.builder.emit("numpy.zeros_like", g.bound["g"])
    return g.builder.emit("setitem", zeros, g.bound["index"], g.y_bar)


linear("gather_last(g, index)", _last_writes)
linear("add_lists(a, b)", "y_bar", "y_bar")
linear("split_like(g, xs, axis=0)", "np.concatenate(y_bar, axis=axis)", None)
linear("add_repeats(items, length)", "y_bar * (len(items) // max(length, 1))", None)
linear("add_to_list(items, index, g)", "y_bar", None, "y_bar[index]")
linear("array_of_results(items)", "list(y_bar)")
linear("snapshot(x)", "y_bar")
constant("zeros_of_list", "stop_gradient", "rank_tolerance", "strided_places")


@rule("cofactor(a)")
def of_cofactor(a, y, y_bar):
    """The second derivative of the determinant, a symmetric form."""
    return cofactor_change(a, y_bar)


@rule("cofactor_change(a, g)")
def of_cofactor_change(a, g, y, y_bar):
    """The third derivative of the determinant of matrices that are not singular, and again the second."""
    inverse = np.linalg.inv(a)
    turned = np.swapaxes(inverse, -1, -2)
    first, second = inverse @ g, inverse @ y_bar
    both = np.sum(np.swapaxes(first, -1, -2) * second, axis=(-2, -1), keepdims=True)
    of_first = np.expand_dims(np.trace(first, axis1=-2, axis2=-1), (-2, -1))
    of_second = np.expand_dims(np.trace(second, axis1=-2, axis2=-1), (-2, -1))
    mixed = first @ second + second @ first - of_first * second - of_second * first
    whole = np.expand_dims(np.linalg.det(a), (-2, -1))
    a_bar = whole * ((of_first * of_second - both) * turned + np.swapaxes(mixed @ inverse, -1, -2))
    return a_bar, cofactor_change(a, y_bar)


elementwise("sinc_derivative(x, order)", "sinc_derivative(x, order + 1)")
elementwise("polygamma(n, x)", None, "polygamma(n + 1, x)")


@rule("product_of_others(x, axis=None)")
def of_product_of_others(x, axis, y, y_bar):
    """Each product without one item more: the item is replaced by 1, and the product taken again."""
    if axis is None:
        items, g = np.ravel(x), np.ravel(y_bar)
    elif isinstance(axis, tuple):
        last = tuple(range(-len(axis), 0))
        moved = np.moveaxis(x, axis, last)
        items = np.reshape(moved, (*np.shape(moved)[: -len(axis)], -1))
        g = np.reshape(np.moveaxis(y_bar, axis, last), np.shape(items))
    else:
        items, g = np.moveaxis(x, axis, -1), np.moveaxis(y_bar, axis, -1)
    length = np.shape(items)[-1]
    kept = 1.0 - np.eye(length)
    without = np.expand_dims(items, -2) * kept + np.eye(length)
    out = np.sum(product_of_others(without, -1) * kept * np.expand_dims(g, -2), axis=-1)
    if axis is None:
        return np.reshape(out, np.shape(x))
    if isinstance(axis, tuple):
        return np.moveaxis(np.reshape(out, np.shape(moved)), last, axis)
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


linear("transposed_band(ab, lower, upper)", "transposed_band(y_bar, upper, lower)", None, None)
multilinear(
    "product_with_band(a, b, ab, lower, upper)",
    "band_times(y_bar, b, ab, lower, upper, False)",
    "band_times(y_bar, a, ab, lower, upper, True)",
    None,
    None,
    None,
)
multilinear("band_times(g, b, ab, lower, upper, turned)", "product_with_band(y_bar, b, ab, lower, upper)",
            "band_times(g, y_bar, ab, lower, upper, True)", None, None, None, None, when="turned is False")  # fmt: skip
multilinear("band_times(g, b, ab, lower, upper, turned)", "product_with_band(b, y_bar, ab, lower, upper)",
            "band_times(g, y_bar, ab, lower, upper, False)", None, None, None, None)  # fmt: skip

linear("into_full(g, a, b, mode)", "out_of_full(y_bar, g, a, b, mode)", None, None, None)
linear("out_of_full(full, g, a, b, mode)", "into_full(y_bar, a, b, mode)", None, None, None, None)
multilinear("lagged_products(g, u, like, axis=-1)", "signal.lfilter(y_bar, np.ones(1), u, axis)",
            "np.flip(signal.lfilter(y_bar, np.ones(1), np.flip(g, axis), axis), axis)", None)  # fmt: skip
refuse("simpson_weights(x)", "the derivative of scipy.integrate.simpson by x is not known: write np.trapezoid")

constant("quadrature_nodes", "inside_bounds", "ode_steps")
refuse("at_fixed_times(grid, *times)", "the times of a differential equation: scale the time in its right-hand side")
linear("with_slope_of(value, s)", None, "y_bar", forward=(None, "s_dot"))


@rule("over_gaps(x, values)")
def over_gaps_bars(x, values, y, y_bar):
    """Linear in x, and reciprocal in the gaps, each of which has two ends."""
    x_bar = over_gaps(y_bar, values)
    gaps_bar = -x_bar * y
    return x_bar, np.sum(gaps_bar, axis=-2) - np.sum(gaps_bar, axis=-1)
