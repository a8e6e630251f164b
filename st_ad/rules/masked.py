"""Reductions with `where=` and `initial=`, and those that pass over nan."""

import numpy as np

from .notation import definition, linear, rule
from .reductions import number_of, spread

_EXTREME = "(x, axis=None, out=None, keepdims=False, initial=..., where=...)"
_PRODUCT = "(x, axis=None, dtype=None, out=None, keepdims=False, initial=..., where=...)"


def largest(x, axis, keepdims, initial, where, y, y_bar):
    """The extreme entries that take part share with an initial value that ties with them."""
    is_best = x == spread(y, x, axis, keepdims)
    if where is not ...:
        is_best = is_best & where
    count = np.sum(is_best, axis=axis, keepdims=keepdims)
    if initial is ...:
        return spread(y_bar / count, x, axis, keepdims) * is_best, 0.0
    is_initial = y == initial
    share = y_bar / (count + is_initial)
    return spread(share, x, axis, keepdims) * is_best, np.sum(share * is_initial)


for _name in ("max", "min"):

    @rule(f"np.{_name}{_EXTREME}")
    def extreme_of_some(x, axis, out, keepdims, initial, where, y, y_bar):
        """Ties share equally."""
        x_bar, initial_bar = largest(x, axis, keepdims, initial, where, y, y_bar)
        return x_bar, None, None, None, initial_bar


for _name in ("maximum", "minimum"):

    @rule(f"np.{_name}.reduce(x, axis=0, dtype=None, out=None, keepdims=False, initial=..., where=...)")
    def extreme_of_ufunc(x, axis, dtype, out, keepdims, initial, where, y, y_bar):
        """Ties share equally."""
        x_bar, initial_bar = largest(x, axis, keepdims, initial, where, y, y_bar)
        return x_bar, None, None, None, None, initial_bar


@definition(f"np.nanmax{_EXTREME}")
def nanmax(x, axis, out, keepdims, initial, where):
    """nan for what is left out."""
    taken = x if where is ... else np.where(where, x, np.nan)
    found = np.nanmax(taken, axis=axis, keepdims=keepdims)
    return found if initial is ... else np.fmax(found, initial)


@definition(f"np.nanmin{_EXTREME}")
def nanmin(x, axis, out, keepdims, initial, where):
    """nan for what is left out."""
    taken = x if where is ... else np.where(where, x, np.nan)
    found = np.nanmin(taken, axis=axis, keepdims=keepdims)
    return found if initial is ... else np.fmin(found, initial)


@definition(f"np.prod{_PRODUCT}")
def prod(x, axis, dtype, out, keepdims, initial, where):
    """Factors 1 for what is left out."""
    factors = x if where is ... else np.where(where, x, 1.0)
    product = np.prod(factors, axis=axis, keepdims=keepdims)
    return product if initial is ... else initial * product


@definition("np.multiply.reduce(x, axis=0, dtype=None, out=None, keepdims=False, initial=..., where=...)")
def multiply_reduce(x, axis, dtype, out, keepdims, initial, where):
    """The product."""
    return prod(x, axis, dtype, out, keepdims, initial, where)


@definition("np.add.reduce(x, axis=0, dtype=None, out=None, keepdims=False, initial=..., where=...)")
def add_reduce(x, axis, dtype, out, keepdims, initial, where):
    """The sum."""
    terms = x if where is ... else np.where(where, x, 0.0)
    total = np.sum(terms, axis=axis, keepdims=keepdims)
    return total if initial is ... else initial + total


@definition("np.mean(x, axis=None, dtype=None, out=None, keepdims=False, where=...)")
def mean(x, axis, dtype, out, keepdims, where):
    """The sum of what takes part over its number."""
    return np.sum(x, axis=axis, keepdims=keepdims, where=where) / taking_part(x, axis, keepdims, where)


def taking_part(x, axis, keepdims, where):
    """How many items a reduction sees, in the precision of the items."""
    return np.sum(np.ones_like(x), axis=axis, keepdims=keepdims, where=where)


_VAR = "(x, axis=None, dtype=None, out=None, ddof=0, keepdims=False, where=..., mean=..., correction=...)"


@definition(f"np.var{_VAR}")
def var(x, axis, dtype, out, ddof, keepdims, where, mean, correction):
    """The mean of the squared deviations from `mean`, over the degrees of freedom."""
    lost = ddof if correction is ... else correction
    if where is ...:
        center = np.mean(x, axis=axis, keepdims=True) if mean is ... else mean
        square = np.square(np.abs(x - center)) if np.iscomplexobj(x) else np.square(x - center)
        total = np.sum(square, axis=axis, keepdims=keepdims)
        return total / (number_of(square, total, axis) - lost)
    if mean is ...:
        center = np.sum(x, axis=axis, keepdims=True, where=where) / taking_part(x, axis, True, where)
    else:
        center = mean
    square = np.square(np.abs(x - center)) if np.iscomplexobj(x) else np.square(x - center)
    total = np.sum(square, axis=axis, keepdims=keepdims, where=where)
    return total / (taking_part(x, axis, keepdims, where) - lost)


@definition(f"np.std{_VAR}")
def std(x, axis, dtype, out, ddof, keepdims, where, mean, correction):
    """The root of the variance, of slope 0 at 0."""
    square = var(x, axis, dtype, out, ddof, keepdims, where, mean, correction)
    return np.where(square == 0, 0.0, np.sqrt(np.where(square == 0, 1.0, square)))[()]


# --- over what is not nan


@definition(f"np.nanvar{_VAR}")
def nanvar(x, axis, dtype, out, ddof, keepdims, where, mean, correction):
    """The variance of what is not nan and takes part; nan without degrees of freedom."""
    lost = ddof if correction is ... else correction
    taken = ~np.isnan(x) if where is ... else where & ~np.isnan(x)
    square = var(np.where(np.isnan(x), 0.0, x), axis, dtype, out, lost, keepdims, taken, mean, ...)
    return np.where(np.sum(taken, axis=axis, keepdims=keepdims) > lost, square, np.nan)[()]


@definition(f"np.nanstd{_VAR}")
def nanstd(x, axis, dtype, out, ddof, keepdims, where, mean, correction):
    """The root of the variance, of slope 0 at 0."""
    square = nanvar(x, axis, dtype, out, ddof, keepdims, where, mean, correction)
    return np.where(square == 0, 0.0, np.sqrt(np.where(square == 0, 1.0, square)))[()]


@definition(f"np.nanprod{_PRODUCT}")
def nanprod(x, axis, dtype, out, keepdims, initial, where):
    """Factors 1 for nan."""
    return prod(np.where(np.isnan(x), 1.0, x), axis, dtype, out, keepdims, initial, where)


@definition(f"np.nansum{_PRODUCT}")
def nansum(x, axis, dtype, out, keepdims, initial, where):
    """Terms 0 for nan."""
    return add_reduce(np.where(np.isnan(x), 0.0, x), axis, dtype, out, keepdims, initial, where)


@definition("np.nanmean(x, axis=None, dtype=None, out=None, keepdims=False, where=...)")
def nanmean(x, axis, dtype, out, keepdims, where):
    """The mean of what is not nan and takes part."""
    return mean(x, axis, dtype, out, keepdims, where & ~np.isnan(x))


@definition("np.nancumsum(x, axis=None, dtype=None, out=None)")
def nancumsum(x, axis, dtype, out):
    """Terms 0 for nan."""
    return np.cumsum(np.where(np.isnan(x), 0.0, x), axis=axis)


@definition("np.nancumprod(x, axis=None, dtype=None, out=None)")
def nancumprod(x, axis, dtype, out):
    """Factors 1 for nan."""
    return np.cumprod(np.where(np.isnan(x), 1.0, x), axis=axis)


# --- running sums and products


@definition("np.cumulative_sum(x, axis=None, dtype=None, out=None, include_initial=False)")
def cumulative_sum(x, axis, dtype, out, include_initial):
    """The running sum; with a 0 before it."""
    along = 0 if axis is None else axis
    total = np.cumsum(x, axis=along)
    if not include_initial:
        return total
    edge = np.take(total, [0], axis=along)
    return np.concatenate([np.zeros_like(edge), total], axis=along)


@definition("np.cumulative_prod(x, axis=None, dtype=None, out=None, include_initial=False)")
def cumulative_prod(x, axis, dtype, out, include_initial):
    """The running product; with a 1 before it."""
    along = 0 if axis is None else axis
    total = np.cumprod(x, axis=along)
    if not include_initial:
        return total
    edge = np.take(total, [0], axis=along)
    return np.concatenate([np.ones_like(edge), total], axis=along)


linear("np.add.accumulate(x, axis=0, dtype=None, out=None)",
       "np.flip(np.add.accumulate(np.flip(y_bar, axis), axis=axis), axis)")  # fmt: skip
