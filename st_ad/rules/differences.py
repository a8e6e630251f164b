"""Differences, slopes and integrals of samples."""

import numpy as np

from .notation import definition, refuse

# --- np.diff where something is put before or behind

_DIFF = "np.diff(x, n=1, axis=-1, prepend=..., append=...)"


def as_piece(value, along):
    """What is put before or behind an axis, which comes first: numbers stand for a whole slice."""
    if np.ndim(value) == 0:
        return np.broadcast_to(value, (1, *np.shape(along)[1:]))
    return value


@definition(_DIFF, when="ndim(x) is not None and (not is_given(prepend) or ndim(prepend) is not None) and "
            "(not is_given(append) or ndim(append) is not None)")  # fmt: skip
def diff(x, n, axis, prepend, append):
    """The differences of all that is joined."""
    along = np.moveaxis(x, axis, 0)
    parts = [along]
    if prepend is not ...:
        parts = [as_piece(prepend if np.ndim(prepend) == 0 else np.moveaxis(prepend, axis, 0), along), *parts]
    if append is not ...:
        parts = [*parts, as_piece(append if np.ndim(append) == 0 else np.moveaxis(append, axis, 0), along)]
    return np.moveaxis(np.diff(np.concatenate(parts), n, axis=0), 0, axis)


refuse(_DIFF, "np.diff with prepend or append: concatenate first, or give example arguments")


@definition("np.ediff1d(x, to_end=None, to_begin=None)")
def ediff1d(x, to_end, to_begin):
    """The differences of the flattened array, between what is put before and behind."""
    middle = np.diff(np.ravel(x))
    if to_begin is not None:
        middle = np.concatenate([np.ravel(to_begin), middle])
    if to_end is not None:
        middle = np.concatenate([middle, np.ravel(to_end)])
    return middle


# --- slopes

_GRADIENT = "np.gradient(x, *spacing, axis=None, edge_order=1)"


def slopes_of_even(f, h, edge_order):
    """Central differences inside; one-sided ones at the ends."""
    inside = (f[2:] - f[:-2]) / (2.0 * h)
    if edge_order == 1:
        return np.concatenate([(f[1:2] - f[:1]) / h, inside, (f[-1:] - f[-2:-1]) / h])
    first = (-1.5 * f[:1] + 2.0 * f[1:2] - 0.5 * f[2:3]) / h
    last = (1.5 * f[-1:] - 2.0 * f[-2:-1] + 0.5 * f[-3:-2]) / h
    return np.concatenate([first, inside, last])


def slopes_of_uneven(f, places, edge_order):
    """The slopes of parabolas through three neighbours; lines or parabolas at the ends."""
    steps = np.reshape(np.diff(places), (-1,) + (1,) * (np.ndim(f) - 1))
    left, right = steps[:-1], steps[1:]
    low = -right / (left * (left + right))
    mid = (right - left) / (left * right)
    high = left / (right * (left + right))
    inside = low * f[:-2] + mid * f[1:-1] + high * f[2:]
    if edge_order == 1:
        return np.concatenate([(f[1:2] - f[:1]) / steps[:1], inside, (f[-1:] - f[-2:-1]) / steps[-1:]])
    p, q = steps[:1], steps[1:2]
    first = -(2.0 * p + q) / (p * (p + q)) * f[:1] + (p + q) / (p * q) * f[1:2] - p / (q * (p + q)) * f[2:3]
    p, q = steps[-2:-1], steps[-1:]
    last = q / (p * (p + q)) * f[-3:-2] - (q + p) / (p * q) * f[-2:-1] + (2.0 * q + p) / (q * (p + q)) * f[-1:]
    return np.concatenate([first, inside, last])


def slopes_along(x, h, axis, edge_order):
    """The slopes along one axis."""
    f = np.moveaxis(x, axis, 0)
    slopes = slopes_of_even(f, h, edge_order) if np.ndim(h) == 0 else slopes_of_uneven(f, h, edge_order)
    return np.moveaxis(slopes, 0, axis)


@definition(_GRADIENT, when="ndim(x) is not None and all([ndim(h) is not None for h in spacing])")
def gradient(x, spacing, axis, edge_order):
    """The slopes along each axis: an array, or one for each of several."""
    if axis is None:
        axes = list(range(np.ndim(x)))
    elif isinstance(axis, int):
        axes = [axis]
    else:
        axes = list(axis)
    steps = list(spacing) * len(axes) if len(spacing) == 1 else list(spacing)
    if len(spacing) == 0:
        steps = [1.0] * len(axes)
    slopes = [slopes_along(x, h, a, edge_order) for a, h in zip(axes, steps)]
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


refuse(_GRADIENT, "give example arguments, so that ranks are known")

# --- integrals

_TRAPEZOID = "np.trapezoid(f, x=None, dx=1.0, axis=-1)"
_TRAPZ = "np.trapz(f, x=None, dx=1.0, axis=-1)"
_RANKS = "ndim(f) is not None and (x is None or ndim(x) is not None)"


@definition(_TRAPZ, when=_RANKS)
@definition(_TRAPEZOID, when=_RANKS)
def trapezoid(f, x, dx, axis):
    """The means of neighbours times the steps between them."""
    along = np.moveaxis(f, axis, -1)
    means = 0.5 * (along[..., 1:] + along[..., :-1])
    if x is None:
        return dx * np.sum(means, axis=-1)
    steps = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(means * steps, axis=-1)


for _name in (_TRAPEZOID, _TRAPZ):
    refuse(_name, "give example arguments, so that ranks are known")

# --- interpolation

_INTERP = "np.interp(x, xp, fp, left=None, right=None, period=None)"


@definition(_INTERP, when="period is None")
def interp_with_ends(x, xp, fp, left, right, period):
    """Other values outside."""
    inside = np.interp(x, xp, fp)
    places = np.asarray(xp)
    if left is not None:
        inside = np.where(x < places[0], left, inside)
    if right is not None:
        inside = np.where(x > places[-1], right, inside)
    return inside[()]


@definition(_INTERP)
def interp_of_period(x, xp, fp, left, right, period):
    """The samples in order within one period, with one more at either end."""
    places = np.asarray(xp) % period
    order = np.argsort(places)
    places, values = places[order], np.asarray(fp)[order]
    longer = np.concatenate([places[-1:] - period, places, places[:1] + period])
    return np.interp(x % period, longer, np.concatenate([values[-1:], values, values[:1]]))
