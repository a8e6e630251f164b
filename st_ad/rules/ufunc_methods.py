"""The methods of NumPy's ufuncs: outer, accumulate, reduceat, and reduce of those that have no function of their own.

Kinks: a running maximum or minimum belongs to the latest of the items that reach it.
"""

import numpy as np

from ..runtime import stop_gradient
from .notation import constant, definition, linear, refuse, rule
from .reductions import spread

# --- outer: every item of a with every item of b

_BINARY = (
    "add subtract multiply divide true_divide power pow float_power maximum minimum fmax fmin hypot arctan2 atan2 logaddexp "
    "logaddexp2 remainder mod fmod copysign"
).split()


def beside(a, b):
    """The first operand with an axis of length 1 for each axis of the second."""
    return np.reshape(a, np.shape(a) + (1,) * np.ndim(b))


def outer_of(ufunc):
    """The outer method of a ufunc."""

    def outer(a, b):
        """The function of every pair."""
        return ufunc(beside(a, b), b)

    return outer


for _ufunc in [getattr(np, _name) for _name in _BINARY if hasattr(np, _name)]:
    definition(f"np.{_ufunc.__name__}.outer(a, b)", when="ndim(a) is not None and ndim(b) is not None")(outer_of(_ufunc))
    refuse(f"np.{_ufunc.__name__}.outer(a, b)", "give example arguments, so that ranks are known")
for _name in "floor_divide heaviside".split():
    constant(f"np.{_name}.outer")
for _name in (
    "less less_equal greater greater_equal equal not_equal logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor"
).split():
    constant(f"np.{_name}.outer")
for _name in "logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor gcd lcm".split():
    constant(f"np.{_name}.reduce", f"np.{_name}.accumulate")

# --- accumulate

_ACCUMULATE = "accumulate(x, axis=0, dtype=None, out=None)"


@definition(f"np.multiply.{_ACCUMULATE}")
def multiply_accumulate(x, axis, dtype, out):
    """The running product."""
    return np.cumprod(x, axis=axis)


def latest_record(x, running, axis):
    """Where along the axis each running extreme was reached last."""
    length = np.shape(x)[axis]
    places = np.reshape(np.arange(length), (-1,) + (1,) * (np.ndim(x) - 1 - axis % np.ndim(x)))
    return np.maximum.accumulate(np.where(x == running, places, 0), axis=axis)


@definition(f"np.maximum.{_ACCUMULATE}", when="ndim(x) is not None")
def maximum_accumulate(x, axis, dtype, out):
    """The item that was largest so far; of equal ones the latest."""
    fixed = stop_gradient(x)
    return np.take_along_axis(x, latest_record(fixed, np.maximum.accumulate(fixed, axis=axis), axis), axis=axis)


@definition(f"np.minimum.{_ACCUMULATE}", when="ndim(x) is not None")
def minimum_accumulate(x, axis, dtype, out):
    """The item that was smallest so far; of equal ones the latest."""
    fixed = stop_gradient(x)
    return np.take_along_axis(x, latest_record(fixed, np.minimum.accumulate(fixed, axis=axis), axis), axis=axis)


for _name in ("maximum", "minimum"):
    refuse(f"np.{_name}.{_ACCUMULATE}", "give example arguments, so that ranks are known")


@rule("np.logaddexp.accumulate(x, axis=0, dtype=None, out=None)")
def logaddexp_accumulate(x, axis, dtype, out, y, y_bar):
    """Of what comes later, each item has the weight exp(x - y)."""
    finite = np.where(np.isfinite(y), y, 0.0)
    return np.exp(x) * np.flip(np.cumsum(np.flip(y_bar * np.exp(-finite), axis), axis=axis), axis)


# --- reduce

_REDUCE = "reduce(x, axis=0, dtype=None, out=None, keepdims=False)"
_REDUCE_SOME = "reduce(x, axis=0, dtype=None, out=None, keepdims=False, initial=..., where=...)"


def reduction_of_some(ufunc):
    """The reduce method of a ufunc that knows what adds nothing."""

    def reduce_of_some(x, axis, dtype, out, keepdims, initial, where):
        """Terms of zero for what is left out."""
        terms = x if where is ... else np.where(where, x, -np.inf)
        total = ufunc.reduce(terms, axis=axis, keepdims=keepdims)
        return total if initial is ... else ufunc(total, initial)

    return reduce_of_some


for _ufunc in (np.logaddexp, np.logaddexp2):
    definition(f"np.{_ufunc.__name__}.{_REDUCE_SOME}", when="is_given(initial) or is_given(where)")(
        reduction_of_some(_ufunc)
    )


@rule(f"np.logaddexp.{_REDUCE_SOME}")
def logaddexp_reduce(x, axis, dtype, out, keepdims, initial, where, y, y_bar):
    """The softmax; zeros where all is minus infinity."""
    finite = np.where(np.isfinite(y), y, 0.0)
    return spread(y_bar, x, axis, keepdims) * np.exp(x - spread(finite, x, axis, keepdims))


@rule(f"np.logaddexp2.{_REDUCE_SOME}")
def logaddexp2_reduce(x, axis, dtype, out, keepdims, initial, where, y, y_bar):
    """The softmax to the base 2."""
    finite = np.where(np.isfinite(y), y, 0.0)
    return spread(y_bar, x, axis, keepdims) * np.exp2(x - spread(finite, x, axis, keepdims))


@rule(f"np.hypot.{_REDUCE}")
def hypot_reduce(x, axis, dtype, out, keepdims, y, y_bar):
    """x over its length; 0 at 0."""
    return spread(y_bar / (y + (y == 0)), x, axis, keepdims) * x


@definition(f"np.fmax.{_REDUCE}")
def fmax_reduce(x, axis, dtype, out, keepdims):
    """The largest that is not nan."""
    return np.nanmax(x, axis=axis, keepdims=keepdims)


@definition(f"np.fmin.{_REDUCE}")
def fmin_reduce(x, axis, dtype, out, keepdims):
    """The smallest that is not nan."""
    return np.nanmin(x, axis=axis, keepdims=keepdims)


@definition(f"np.subtract.{_REDUCE}", when="isinstance(axis, int)")
def subtract_reduce(x, axis, dtype, out, keepdims):
    """The first item less all others."""
    first = np.take(x, [0], axis=axis)
    return np.sum(2.0 * first, axis=axis, keepdims=keepdims) - np.sum(x, axis=axis, keepdims=keepdims)


@definition(f"np.divide.{_REDUCE}", when="isinstance(axis, int)")
def divide_reduce(x, axis, dtype, out, keepdims):
    """The first item over all others."""
    along = np.moveaxis(x, axis, 0)
    quotient = along[0] / np.prod(along[1:], axis=0)
    return np.expand_dims(quotient, axis) if keepdims else quotient


# --- reduceat

linear("np.add.reduceat(x, indices, axis=0, dtype=None, out=None)", "unreduceat(y_bar, x, indices, axis)")
linear("unreduceat(g, x, indices, axis=0)", "np.add.reduceat(y_bar, indices, axis)", None)
