"""scipy.ndimage: what looks at the neighbours of each item: kernels and orders of rank over padded arrays, samples between items."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal

from ..notation import refuse
from ..bodies import only, procedure

_MODES: dict[str, Any] = {
    "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap", "grid-wrap": "wrap",
    "constant": "constant", "grid-constant": "constant",
}  # fmt: skip


def padded(x, widths, mode, cval):
    """The array with its neighbours: so many before and behind along each axis."""
    if mode in ("constant", "grid-constant"):
        return np.pad(x, widths, constant_values=cval)
    return np.pad(x, widths, mode=_MODES[mode])


def written(made, output):
    """The result, or the array that it is written to."""
    if output is None:
        return made
    output[...] = made
    return output


def each(value, count):
    """An option for each axis."""
    return list(value) if isinstance(value, (list, tuple)) else [value] * count


@procedure("scipy.ndimage.correlate1d")
def correlate1d(input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    x, taps = np.asarray(input), np.asarray(weights)
    before = len(taps) // 2 + origin
    at = axis % np.ndim(x)
    whole = padded(x, [(before, len(taps) - 1 - before) if k == at else (0, 0) for k in range(np.ndim(x))], mode, cval)
    sums = np.moveaxis(signal.lfilter(taps[::-1], np.ones(1), whole, at), at, 0)[len(taps) - 1 :]
    return written(np.moveaxis(sums, 0, at).astype(x.dtype), output)


@procedure("scipy.ndimage.convolve1d")
def convolve1d(input, weights, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    taps = np.asarray(weights)
    return correlate1d(input, taps[::-1], axis, output, mode, cval, -origin - 1 if len(taps) % 2 == 0 else -origin)


@procedure("scipy.ndimage.correlate")
def correlate(input, weights, output=None, mode="reflect", cval=0.0, origin=0):
    x, taps = np.asarray(input), np.asarray(weights)
    befores = [n // 2 + shift for n, shift in zip(np.shape(taps), each(origin, np.ndim(x)))]
    whole = padded(x, [(before, n - 1 - before) for n, before in zip(np.shape(taps), befores)], mode, cval)
    return written(signal.correlate(whole, taps, "valid", "direct").astype(x.dtype), output)


@procedure("scipy.ndimage.convolve")
def convolve(input, weights, output=None, mode="reflect", cval=0.0, origin=0):
    taps = np.asarray(weights)
    shifts = [-shift - 1 if n % 2 == 0 else -shift for n, shift in zip(np.shape(taps), each(origin, np.ndim(taps)))]
    return correlate(input, np.flip(taps), output, mode, cval, shifts)


def neighbourhoods(x, size, mode, cval, origin):
    """For each item those around it, along a last axis."""
    lengths, shifts = each(size, np.ndim(x)), each(origin, np.ndim(x))
    befores = [n // 2 + shift for n, shift in zip(lengths, shifts)]
    whole = padded(x, [(before, n - 1 - before) for n, before in zip(lengths, befores)], mode, cval)
    return np.reshape(np.lib.stride_tricks.sliding_window_view(whole, tuple(lengths)), (*np.shape(x), -1))


@procedure("scipy.ndimage.maximum_filter")
@only(footprint=(2, frozenset({None})))
def maximum_filter(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return written(np.max(neighbourhoods(np.asarray(input), size, mode, cval, origin), axis=-1), output)


@procedure("scipy.ndimage.minimum_filter")
@only(footprint=(2, frozenset({None})))
def minimum_filter(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return written(np.min(neighbourhoods(np.asarray(input), size, mode, cval, origin), axis=-1), output)


@procedure("scipy.ndimage.rank_filter")
@only(footprint=(3, frozenset({None})))
def rank_filter(input, rank, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    return written(np.sort(neighbourhoods(np.asarray(input), size, mode, cval, origin), axis=-1)[..., rank], output)


@procedure("scipy.ndimage.median_filter")
@only(footprint=(2, frozenset({None})))
def median_filter(input, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    around = neighbourhoods(np.asarray(input), size, mode, cval, origin)
    return written(np.sort(around, axis=-1)[..., np.shape(around)[-1] // 2], output)


def folded_place(place, count, mode):
    """The item that stands at a place outside of the array."""
    if mode == "mirror":
        period = max(2 * count - 2, 1)
        place = place % period
        return np.minimum(place, period - place) if count > 1 else np.zeros_like(place)
    if mode in ("reflect", "grid-mirror"):
        place = place % (2 * count)
        return np.minimum(place, 2 * count - 1 - place)
    return place % count if mode == "grid-wrap" else np.clip(place, 0, count - 1)


@procedure("scipy.ndimage.map_coordinates")
@only(order=(3, frozenset({0, 1})), mode=(4, frozenset(_MODES) - {"wrap", "grid-constant"}))
def map_coordinates(input, coordinates, output=None, order=3, mode="constant", cval=0.0, prefilter=True):
    x, points = np.asarray(input), np.asarray(coordinates)
    inside = True
    corners: Any = [((), 1.0)]
    for axis in range(np.ndim(x)):
        count, at = np.shape(x)[axis], points[axis]
        if mode == "constant":
            inside = inside & (at >= 0) & (at <= count - 1)
        if mode == "nearest":
            at = np.clip(at, 0, count - 1)
        low = np.floor(at + 0.5 if order == 0 else at).astype(int)
        part = at - low
        places = [folded_place(low, count, mode), folded_place(low + 1, count, mode)]
        sides = [(places[0], 1.0)] if order == 0 else [(places[0], 1.0 - part), (places[1], part)]
        corners = [((*index, place), weight * share) for index, weight in corners for place, share in sides]
    total: Any = sum(weight * x[index] for index, weight in corners)
    made = np.where(inside, total, cval) if mode == "constant" else total
    return written(made.astype(x.dtype), output)


refuse("ndimage.map_coordinates", "splines, and mode='wrap' or 'grid-constant': write order=1 and mode='constant', 'nearest' or 'mirror'")
for _name in ("maximum_filter", "minimum_filter", "rank_filter", "median_filter", "percentile_filter"):
    refuse(f"ndimage.{_name}", "a footprint: give the size")


@procedure("scipy.ndimage.maximum_filter1d")
def maximum_filter1d(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    items = np.moveaxis(np.asarray(input), axis, -1)
    around = neighbourhoods(items, [1] * (np.ndim(items) - 1) + [size], mode, cval, [0] * (np.ndim(items) - 1) + [origin])
    return written(np.moveaxis(np.max(around, axis=-1), -1, axis), output)


@procedure("scipy.ndimage.minimum_filter1d")
def minimum_filter1d(input, size, axis=-1, output=None, mode="reflect", cval=0.0, origin=0):
    items = np.moveaxis(np.asarray(input), axis, -1)
    around = neighbourhoods(items, [1] * (np.ndim(items) - 1) + [size], mode, cval, [0] * (np.ndim(items) - 1) + [origin])
    return written(np.moveaxis(np.min(around, axis=-1), -1, axis), output)


@procedure("scipy.ndimage.percentile_filter")
@only(footprint=(3, frozenset({None})))
def percentile_filter(input, percentile, size=None, footprint=None, output=None, mode="reflect", cval=0.0, origin=0):
    around = np.sort(neighbourhoods(np.asarray(input), size, mode, cval, origin), axis=-1)
    part, count = percentile + 100.0 if percentile < 0 else percentile, np.shape(around)[-1]
    return written(around[..., count - 1 if part == 100.0 else int(count * part / 100.0)], output)


@procedure("scipy.ndimage.laplace")
def laplace(input, output=None, mode="reflect", cval=0.0):
    x, taps = np.asarray(input), np.array([1.0, -2.0, 1.0])
    total = correlate1d(x, taps, 0, None, mode, cval)
    for axis in range(1, np.ndim(x)):
        total = total + correlate1d(x, taps, axis, None, mode, cval)
    return written(total, output)


def derivative_along(input, side, axis, output, mode, cval):
    """Differences along an axis of what is smoothed along the others."""
    x = np.asarray(input)
    made = correlate1d(x, np.array([-1.0, 0.0, 1.0]), axis, None, mode, cval)
    for other in range(np.ndim(x)):
        if other != axis % np.ndim(x):
            made = correlate1d(made, side, other, None, mode, cval)
    return written(made, output)


@procedure("scipy.ndimage.sobel")
def sobel(input, axis=-1, output=None, mode="reflect", cval=0.0):
    return derivative_along(input, np.array([1.0, 2.0, 1.0]), axis, output, mode, cval)


@procedure("scipy.ndimage.prewitt")
def prewitt(input, axis=-1, output=None, mode="reflect", cval=0.0):
    return derivative_along(input, np.array([1.0, 1.0, 1.0]), axis, output, mode, cval)
