"""Sums, means, products, extremes and other reductions.

Kinks: the extremes share ties equally; the standard deviation of equal values has the slope 0.
"""

import numpy as np

from ..runtime import cumprod_bar, product_of_others
from .notation import constant, definition, linear, rule

_SPREAD = "np.broadcast_to(y_bar, np.shape(x))"
_SPREAD_ALONG = "np.broadcast_to(np.expand_dims(y_bar, axis), np.shape(x))"
# What takes part is restricted: see masked.py.
_PLAIN = "not is_given(initial) and not is_given(where)"
_EXTREME = "np.{}(x, axis=None, out=None, keepdims=False, initial=..., where=...)"
_SPREAD_OF = (
    "np.{}(x, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=..., mean=..., correction=...)"
)
_PLAIN_SPREAD = "not is_given(where) and not is_given(mean) and not is_given(correction)"
_NO_EXPANSION = "axis is None or keepdims is True or axis == 0 or axis == (0, 1)"

# sum: what `where` leaves out gets nothing.
_SUM = "np.sum(x, axis=None, dtype=None, out=None, keepdims=False, initial=..., where=...)"


@definition(_SUM, when="is_given(initial) and not literal(initial)")
def sum_from(x, axis, dtype, out, keepdims, initial, where):
    """The sum and what it starts from."""
    if where is ...:
        return initial + np.sum(x, axis=axis, keepdims=keepdims)
    return initial + np.sum(x, axis=axis, keepdims=keepdims, where=where)


linear(_SUM, "y_bar", when="not is_given(where) and not is_given(initial) and ndim(x) == 0")
linear(_SUM, _SPREAD, when=f"not is_given(where) and not is_given(initial) and ({_NO_EXPANSION})")
linear(
    _SUM,
    _SPREAD_ALONG,
    when="not is_given(where) and not is_given(initial) and literal(axis) and keepdims is False",
)
linear(_SUM, "expand_reduced(y_bar, x, axis, keepdims)", when="not is_given(where)",
       forward="np.sum(x_dot, axis=axis, keepdims=keepdims)")  # fmt: skip
linear(_SUM, "np.where(where, expand_reduced(y_bar, x, axis, keepdims), 0.0)",
       forward="np.sum(x_dot, axis=axis, keepdims=keepdims, where=where)")  # fmt: skip

linear(
    "np.add.reduce(x, axis=0, dtype=None, out=None, keepdims=False, initial=..., where=...)",
    "expand_reduced(y_bar, x, axis, keepdims)",
    when=_PLAIN,
)

_MEAN = "np.mean(x, axis=None, dtype=None, out=None, keepdims=False, where=...)"
linear(_MEAN, "y_bar", when="not is_given(where) and ndim(x) == 0")
linear(_MEAN, "np.broadcast_to(y_bar / np.size(x), np.shape(x))", when="not is_given(where) and axis is None and ndim(x) != 1")
linear(_MEAN, "np.broadcast_to(y_bar / len(x), np.shape(x))", when="not is_given(where) and (axis is None or axis == 0)")
linear(
    _MEAN,
    "np.broadcast_to(y_bar / np.shape(x)[axis], np.shape(x))",
    when="not is_given(where) and isinstance(axis, int) and keepdims is True",
)
linear(_MEAN, "np.broadcast_to(np.expand_dims(y_bar / np.shape(x)[axis], axis), np.shape(x))",
       when="not is_given(where) and isinstance(axis, int) and keepdims is False")  # fmt: skip
linear(_MEAN, "expand_reduced(y_bar * (np.size(y) / np.size(x)), x, axis, keepdims)", when="not is_given(where)")


def spread(g, x, axis, keepdims):
    """A reduced value as it broadcasts against the operand."""
    if axis is None or keepdims:
        return g
    return np.expand_dims(g, axis)


def number_of(x, y, axis):
    """How many items went into each result of a reduction."""
    if axis is None:
        return np.size(x)
    if isinstance(axis, int):
        return np.shape(x)[axis]
    return np.size(x) // np.size(y)


def shared(x, axis, keepdims, y, y_bar):
    """What the items that are equal to an extreme get of its adjoint."""
    is_best = x == spread(y, x, axis, keepdims)
    count = np.sum(is_best, axis=axis, keepdims=keepdims)
    return spread(y_bar / count, x, axis, keepdims) * is_best


@rule(_EXTREME.format("max"), when=_PLAIN)
def max_(x, axis, out, keepdims, initial, where, y, y_bar):
    """Ties share equally."""
    return shared(x, axis, keepdims, y, y_bar)


@rule(_EXTREME.format("min"), when=_PLAIN)
def min_(x, axis, out, keepdims, initial, where, y, y_bar):
    """Ties share equally."""
    return shared(x, axis, keepdims, y, y_bar)


@rule(_EXTREME.format("nanmax"), when=_PLAIN)
def nanmax(x, axis, out, keepdims, initial, where, y, y_bar):
    """Ties share equally; a nan gets nothing."""
    return np.where(np.isnan(x), 0.0, shared(x, axis, keepdims, y, y_bar))


@rule(_EXTREME.format("nanmin"), when=_PLAIN)
def nanmin(x, axis, out, keepdims, initial, where, y, y_bar):
    """Ties share equally; a nan gets nothing."""
    return np.where(np.isnan(x), 0.0, shared(x, axis, keepdims, y, y_bar))


@rule("np.ptp(x, axis=None, out=None, keepdims=False)")
def ptp(x, axis, out, keepdims, y, y_bar):
    """The maximum minus the minimum; ties share equally."""
    is_top = x == np.max(x, axis=axis, keepdims=True)
    is_low = x == np.min(x, axis=axis, keepdims=True)
    share = is_top / np.sum(is_top, axis=axis, keepdims=True) - is_low / np.sum(
        is_low, axis=axis, keepdims=True
    )
    return spread(y_bar, x, axis, keepdims) * share


linear("np.prod(x, axis=None, dtype=None, out=None, keepdims=False, initial=..., where=...)", "y_bar", when=f"axis == () and {_PLAIN}",
       forward="x_dot")  # fmt: skip


@rule("np.prod(x, axis=None, dtype=None, out=None, keepdims=False, initial=..., where=...)", when=_PLAIN)
def prod(x, axis, dtype, out, keepdims, initial, where, y, y_bar):
    """Zeros do no harm: each item is multiplied with the product of the others."""
    return spread(y_bar, x, axis, keepdims) * product_of_others(x, axis)


@rule(_SPREAD_OF.format("var"), when=_PLAIN_SPREAD)
def var(x, axis, dtype, out, ddof, keepdims, where, mean, correction, y, y_bar):
    """Twice the deviation from the mean, over the degrees of freedom."""
    scale = 2.0 / (number_of(x, y, axis) - ddof)
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    if np.iscomplexobj(x):
        deviation = np.conjugate(deviation)
    return spread(scale * y_bar, x, axis, keepdims) * deviation


@rule(_SPREAD_OF.format("std"), when=_PLAIN_SPREAD)
def std(x, axis, dtype, out, ddof, keepdims, where, mean, correction, y, y_bar):
    """The deviation from the mean over the standard deviation and the degrees of freedom; 0 where that is 0."""
    scale = y_bar / ((number_of(x, y, axis) - ddof) * (y + (y == 0)))
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    if np.iscomplexobj(x):
        deviation = np.conjugate(deviation)
    return spread(scale, x, axis, keepdims) * deviation


@rule(_SPREAD_OF.format("nanvar"), when=_PLAIN_SPREAD)
def nanvar(x, axis, dtype, out, ddof, keepdims, where, mean, correction, y, y_bar):
    """The variance of what is not nan."""
    count = np.sum(~np.isnan(x), axis=axis, keepdims=True)
    deviation = np.where(np.isnan(x), 0.0, x - np.nanmean(x, axis=axis, keepdims=True))
    if np.iscomplexobj(x):
        deviation = np.conjugate(deviation)
    return 2.0 * spread(y_bar, x, axis, keepdims) * deviation / (count - ddof)


@rule(_SPREAD_OF.format("nanstd"), when=_PLAIN_SPREAD)
def nanstd(x, axis, dtype, out, ddof, keepdims, where, mean, correction, y, y_bar):
    """The standard deviation of what is not nan; 0 where that is 0."""
    count = np.sum(~np.isnan(x), axis=axis, keepdims=True)
    deviation = np.where(np.isnan(x), 0.0, x - np.nanmean(x, axis=axis, keepdims=True))
    if np.iscomplexobj(x):
        deviation = np.conjugate(deviation)
    return spread(y_bar / (y + (y == 0)), x, axis, keepdims) * deviation / (count - ddof)


linear("np.nansum(x, axis=None, dtype=None, out=None, keepdims=False, initial=..., where=...)",
       "np.where(np.isnan(x), 0.0, expand_reduced(y_bar, x, axis, keepdims))",
       forward="np.sum(np.where(np.isnan(x), 0.0, x_dot), axis=axis, keepdims=keepdims)", when=_PLAIN)  # fmt: skip
linear("np.nanmean(x, axis=None, dtype=None, out=None, keepdims=False, where=...)",
       "np.where(np.isnan(x), 0.0, expand_reduced(y_bar / np.sum(~np.isnan(x), axis=axis, keepdims=keepdims), x, axis, "
       "keepdims))",
       forward="np.sum(np.where(np.isnan(x), 0.0, x_dot), axis=axis, keepdims=keepdims) "
       "/ np.sum(~np.isnan(x), axis=axis, keepdims=keepdims)", when="not is_given(where)")  # fmt: skip

_CUMSUM = "np.cumsum(x, axis=None, dtype=None, out=None)"
linear(_CUMSUM, "np.cumsum(y_bar[::-1])[::-1]", when="ndim(x) == 1")
linear(_CUMSUM, "np.reshape(np.cumsum(y_bar[::-1])[::-1], np.shape(x))", when="axis is None")
linear(_CUMSUM, "np.flip(np.cumsum(np.flip(y_bar, axis), axis=axis), axis)")


@rule("np.cumprod(x, axis=None, dtype=None, out=None)")
def cumprod(x, axis, dtype, out, y, y_bar):
    """Zeros do no harm."""
    return cumprod_bar(y_bar, x, axis)


_MEDIAN = "np.median(x, axis=None, out=None, overwrite_input=False, keepdims=False)"


@rule(_MEDIAN, when="axis is None or isinstance(axis, int)")
def median(x, axis, out, overwrite_input, keepdims, y, y_bar):
    """Half to each of the two middle values; equal values share."""
    if axis is None:
        ranked = np.sort(np.ravel(x))
        count = np.size(x)
        low, high = ranked[(count - 1) // 2], ranked[count // 2]
    else:
        ranked = np.sort(x, axis=axis)
        count = np.shape(x)[axis]
        low = np.expand_dims(np.take(ranked, (count - 1) // 2, axis=axis), axis)
        high = np.expand_dims(np.take(ranked, count // 2, axis=axis), axis)
    is_low, is_high = x == low, x == high
    share = is_low / np.sum(is_low, axis=axis, keepdims=True) + is_high / np.sum(
        is_high, axis=axis, keepdims=True
    )
    return spread(0.5 * y_bar, x, axis, keepdims) * share


_AVERAGE = "np.average(x, axis=None, weights=None, returned=False, keepdims=False)"


@rule(_AVERAGE, when="weights is None and returned is False")
def average(x, axis, weights, returned, keepdims, y, y_bar):
    """The mean."""
    return np.broadcast_to(spread(y_bar / number_of(x, y, axis), x, axis, keepdims), np.shape(x))


@rule(_AVERAGE, when="returned is False and (axis is None or isinstance(axis, int) or ndim(weights) == ndim(x))")
def weighted_average(x, axis, weights, returned, keepdims, y, y_bar):
    """sum(x * weights) / sum(weights); weights of one axis are laid along `axis`."""
    if np.ndim(weights) == np.ndim(x):
        total = np.sum(weights, axis=axis, keepdims=True)
        scaled = spread(y_bar, x, axis, keepdims) / total
        w_bar = scaled * (x - spread(y, x, axis, keepdims))
        return np.broadcast_to(scaled * weights, np.shape(x)), None, w_bar
    scaled = spread(y_bar, x, axis, keepdims) / np.sum(weights)
    w_bar = np.moveaxis(scaled * (x - spread(y, x, axis, keepdims)), axis, -1)
    w_bar = np.sum(np.reshape(w_bar, (-1, np.size(weights))), axis=0)
    return np.moveaxis(np.moveaxis(scaled, axis, -1) * weights, -1, axis), None, w_bar


linear(
    "np.linalg.trace(x, offset=0)",
    "np.expand_dims(y_bar, (-2, -1)) * np.eye(np.shape(x)[-2], np.shape(x)[-1], offset)",
)
linear("np.trace(x, offset=0, axis1=0, axis2=1)", "y_bar * np.eye(np.shape(x)[0], np.shape(x)[1], offset)",
       when="ndim(x) == 2 and axis1 == 0 and axis2 == 1")  # fmt: skip
linear("np.trace(x, offset=0, axis1=0, axis2=1)",
       "diagonal_into(np.expand_dims(y_bar, -1) * np.ones_like(np.diagonal(x, offset, axis1, axis2)), x, offset, axis1, "
       "axis2)")  # fmt: skip

_TRAPEZOID = "np.trapezoid(f, x=None, dx=1.0, axis=-1)"
_TRAPZ = "np.trapz(f, x=None, dx=1.0, axis=-1)"


def _trapezoid_weights(f, dx):
    """Half a step at both ends, a whole one between."""
    half = np.full(len(f) - 1, 0.5 * dx)
    return np.pad(half, (1, 0)) + np.pad(half, (0, 1))


@rule(_TRAPZ, when="ndim(f) == 1 and x is None")
@rule(_TRAPEZOID, when="ndim(f) == 1 and x is None")
def trapezoid_of_step(f, x, dx, axis, y, y_bar):
    """Linear in the values and in the step."""
    return y_bar * _trapezoid_weights(f, dx), None, y_bar * y / dx


@rule(_TRAPZ, when="ndim(f) == 1 and ndim(x) == 1")
@rule(_TRAPEZOID, when="ndim(f) == 1 and ndim(x) == 1")
def trapezoid(f, x, dx, axis, y, y_bar):
    """Linear in the values and in the places."""
    half = 0.5 * y_bar * np.diff(x)
    mean = 0.5 * y_bar * (f[1:] + f[:-1])
    return np.pad(half, (1, 0)) + np.pad(half, (0, 1)), -np.diff(mean, prepend=0.0, append=0.0)


constant("np.any", "np.all", "np.argmax", "np.argmin", "np.nanargmax", "np.nanargmin", "np.count_nonzero")
