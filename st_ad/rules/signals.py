"""Convolution and interpolation."""

import numpy as np

from ..runtime import scatter
from .norms import conjugated
from .notation import definition, multilinear, refuse, rule

_CONVOLVE = "np.convolve(a, b, mode='full')"
_IS_REAL = "is_real(a) and is_real(b)"


@definition(_CONVOLVE, when="ndim(a) == 0 or ndim(b) == 0")
def convolve_number(a, b, mode):
    """A number is a signal of one item."""
    return np.convolve(np.atleast_1d(a), np.atleast_1d(b), mode)


multilinear(_CONVOLVE, "np.correlate(y_bar, b, 'valid')", "np.correlate(y_bar, a, 'valid')",
            when=f"mode == 'full' and {_IS_REAL}")  # fmt: skip
# np.correlate conjugates its second operand.
multilinear(_CONVOLVE, "np.correlate(y_bar, np.conjugate(b), 'valid')", "np.correlate(y_bar, np.conjugate(a), 'valid')",
            when="mode == 'full'")  # fmt: skip


@rule(_CONVOLVE, when="mode == 'same' or mode == 'valid'")
def convolve(a, b, mode, y, y_bar):
    """y is a middle part of the full convolution."""
    most, least = max(len(a), len(b)), min(len(a), len(b))
    before = (least - 1) // 2 if mode == "same" else least - 1
    whole = np.pad(y_bar, (before, most + least - 1 - before - len(y)))
    return np.correlate(whole, conjugated(b), "valid"), np.correlate(whole, conjugated(a), "valid")


refuse(_CONVOLVE, "the mode of np.convolve must be known when transformed")


_CORRELATE = "np.correlate(a, b, mode='valid')"


@rule(_CORRELATE, when=f"mode == 'valid' and {_IS_REAL}")
def correlate(a, b, mode, y, y_bar):
    """Correlation is convolution with the reversed operand."""
    if len(a) >= len(b):
        return np.convolve(y_bar, b), np.correlate(a, y_bar, "valid")
    # The shorter operand slides: the result is reversed.
    return np.correlate(b, y_bar[::-1], "valid"), np.convolve(y_bar[::-1], a)


@rule(_CORRELATE, when="mode in ('valid', 'same', 'full')")
def correlate_in_mode(a, b, mode, y, y_bar):
    """y is a part of the full convolution of a with b, reversed and conjugated."""
    length, width = len(a), len(b)
    before = 0
    if mode == "same":
        before = (width - 1) // 2 if length >= width else length // 2
    if mode == "valid":
        before = min(length, width) - 1
    whole = np.pad(y_bar, (before, length + width - 1 - before - len(y)))
    b_bar = conjugated(np.correlate(whole, conjugated(a), "valid"))[::-1]
    return np.correlate(whole, b[::-1], "valid"), b_bar


refuse(_CORRELATE, "the mode of np.correlate must be known when transformed")


@rule(
    "np.interp(x, xp, fp, left=None, right=None, period=None)",
    when="left is None and right is None and period is None",
)
def interp(x, xp, fp, left, right, period, y, y_bar):
    """The slope of the segment on the right of x; 0 outside."""
    places, values = np.asarray(xp), np.asarray(fp)
    last = len(places) - 2
    k = np.clip(np.searchsorted(places, x, side="right") - 1, 0, last)
    width = places[k + 1] - places[k]
    inside = (x >= places[0]) & (x <= places[-1])
    slope = np.where(inside, (values[k + 1] - values[k]) / width, 0.0)
    weight = np.clip((x - places[k]) / width, 0.0, 1.0)
    low, high = y_bar * (1.0 - weight), y_bar * weight
    fp_bar = scatter(low, fp, k, 0) + scatter(high, fp, k + 1, 0)
    xp_bar = scatter(-slope * low, xp, k, 0) + scatter(-slope * high, xp, k + 1, 0)
    return y_bar * slope, xp_bar, fp_bar


@rule("np.polyval(p, x)", when="ndim(p) == 1")
def polyval(p, x, y, y_bar):
    """Horner's scheme for the slope; powers of x for the coefficients."""
    slope = np.zeros_like(y)
    value = np.zeros_like(y)
    for k in range(len(p)):
        slope = slope * x + value
        value = value * x + p[k]
    powers = np.expand_dims(x, -1) ** np.arange(len(p) - 1, -1, -1)
    weighted = np.expand_dims(y_bar, -1) * powers
    return np.sum(np.reshape(weighted, (-1, len(p))), axis=0), y_bar * slope


@rule(
    "np.gradient(x, *spacing, axis=None, edge_order=1)",
    when="edge_order == 1 and ndim(x) == 1 and (len(spacing) == 0 or len(spacing) == 1 and ndim(spacing[0]) == 0)",
)
def gradient(x, spacing, axis, edge_order, y, y_bar):
    """Central differences inside, one-sided ones at the ends."""
    if spacing and np.ndim(spacing[0]) == 1:
        raise ValueError("the derivative of np.gradient with uneven spacing: write the differences of slices")
    h = spacing[0] if spacing else 1.0
    g = y_bar / h
    half = 0.5 * g[1:-1]
    inside = np.pad(half, (2, 0)) - np.pad(half, (0, 2))
    first = np.pad(g[:1], (1, len(x) - 2)) - np.pad(g[:1], (0, len(x) - 1))
    last = np.pad(g[-1:], (len(x) - 1, 0)) - np.pad(g[-1:], (len(x) - 2, 1))
    if not spacing:
        return inside + first + last
    return inside + first + last, (-np.sum(g * y),)


