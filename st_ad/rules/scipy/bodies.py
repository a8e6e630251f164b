"""Functions of scipy.spatial.distance and scipy.interpolate as the NumPy programs that they stand for.

A distance of 0 has the slope 0. Splines are linear in the values: one banded solve, and a cubic per interval.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ..bodies import only, procedure

_METRICS = frozenset(
    "euclidean euclid eu e sqeuclidean sqe sqeuclid cityblock cblock cb c manhattan chebyshev chebychev cheby cheb ch "
    "minkowski mi m pnorm canberra cosine cos correlation co".split()
)
_ENDS = frozenset({"not-a-knot", "natural", "clamped"})
_KINDS = frozenset({"linear", "slinear", 1, "cubic", 3, "previous", "zero", 0})

# --- distances


def pairwise(difference, a, b, metric, p):
    """The distances of differences along the last axis; `a` and `b` broadcast to the difference."""
    if metric in ("euclidean", "euclid", "eu", "e"):
        return np.linalg.norm(difference, axis=-1)
    if metric in ("sqeuclidean", "sqe", "sqeuclid"):
        return np.sum(difference * difference, axis=-1)
    if metric in ("cityblock", "cblock", "cb", "c", "manhattan"):
        return np.sum(np.abs(difference), axis=-1)
    if metric in ("chebyshev", "chebychev", "cheby", "cheb", "ch"):
        return np.max(np.abs(difference), axis=-1)
    if metric in ("minkowski", "mi", "m", "pnorm"):
        return np.linalg.norm(difference, p, axis=-1)
    if metric in ("canberra",):
        total = np.abs(a) + np.abs(b)
        return np.sum(np.abs(difference) / (total + (total == 0)), axis=-1)
    if metric in ("cosine", "cos"):
        return 1.0 - np.sum(a * b, axis=-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1))
    if metric in ("correlation", "co"):
        a = a - np.mean(a, axis=-1, keepdims=True)
        b = b - np.mean(b, axis=-1, keepdims=True)
        return 1.0 - np.sum(a * b, axis=-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1))
    raise NotImplementedError("this metric has no derivative in st_ad")


@procedure("scipy.spatial.distance.cdist")
@only(metric=(2, _METRICS))
def cdist(XA, XB, metric="euclidean", *, out=None, p=2):
    if out is not None:
        raise NotImplementedError("cdist with out= has no derivative in st_ad: assign the result")
    XA, XB = np.asarray(XA), np.asarray(XB)
    a, b = np.expand_dims(XA, 1), np.expand_dims(XB, 0)
    return pairwise(a - b, a, b, metric, p)


@procedure("scipy.spatial.distance.pdist")
@only(metric=(1, _METRICS))
def pdist(X, metric="euclidean", *, out=None, p=2):
    if out is not None:
        raise NotImplementedError("pdist with out= has no derivative in st_ad: assign the result")
    X = np.asarray(X)
    rows, columns = np.triu_indices(len(X), 1)
    a, b = X[rows], X[columns]
    return pairwise(a - b, a, b, metric, p)


@procedure("scipy.spatial.distance.squareform")
def squareform(X, force="no", checks=True):
    X = np.asarray(X)
    if force == "tovector" or X.ndim == 2:
        rows, columns = np.triu_indices(len(X), 1)
        return X[rows, columns]
    side = int(np.ceil(np.sqrt(2 * len(X))))
    rows, columns = np.triu_indices(side, 1)
    square = np.zeros((side, side), dtype=X.dtype)
    square[rows, columns] = X
    square[columns, rows] = X
    return square


@procedure("scipy.spatial.distance.euclidean")
def euclidean(u, v, w=None):
    difference = np.asarray(u) - np.asarray(v)
    return np.linalg.norm(difference if w is None else np.sqrt(w) * difference)


@procedure("scipy.spatial.distance.sqeuclidean")
def sqeuclidean(u, v):
    difference = np.asarray(u) - np.asarray(v)
    return np.dot(difference, difference)


@procedure("scipy.spatial.distance.cityblock")
def cityblock(u, v):
    return np.sum(np.abs(np.asarray(u) - np.asarray(v)))


@procedure("scipy.spatial.distance.chebyshev")
def chebyshev(u, v):
    return np.max(np.abs(np.asarray(u) - np.asarray(v)))


@procedure("scipy.spatial.distance.minkowski")
def minkowski(u, v, p=2, w=None):
    difference = np.asarray(u) - np.asarray(v)
    if w is None:
        return np.linalg.norm(difference, p)
    return np.linalg.norm((w != 0) * difference if np.isinf(p) else w ** (1 / p) * difference, p)


@procedure("scipy.spatial.distance.cosine")
def cosine(u, v):
    u, v = np.asarray(u), np.asarray(v)
    return 1.0 - np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))


@procedure("scipy.spatial.distance.mahalanobis")
def mahalanobis(u, v, VI):
    difference = np.asarray(u) - np.asarray(v)
    return np.sqrt(difference @ VI @ difference)


# --- interpolation


def check_range(x, new, bounds_error, fill_value):
    """SciPy raises outside of the range unless it is told what to give there."""
    is_strict = bounds_error if bounds_error is not None else fill_value is None
    if is_strict:
        if np.any(new < x[0]) or np.any(new > x[-1]):
            raise ValueError("a value is outside of the interpolation range")


def filled(made, x, new, fill_value):
    """The values that are given outside of the range."""
    if fill_value is None or isinstance(fill_value, str):
        return made
    if isinstance(fill_value, tuple):
        low, high = fill_value
    else:
        low, high = fill_value, fill_value
    return np.where(new < x[0], low, np.where(new > x[-1], high, made))


def lines(x, y, new):
    """Linear interpolation, as scipy.interpolate.interp1d has it."""
    high = np.clip(np.searchsorted(x, new), 1, len(x) - 1)
    low = high - 1
    return (y[high] - y[low]) / (x[high] - x[low]) * (new - x[low]) + y[low]


def slopes_of_spline(x, y, ends):
    """The slopes of a cubic spline at its knots; of each column of a matrix."""
    steps = np.diff(x)
    across = steps if y.ndim == 1 else np.expand_dims(steps, 1)
    rises = np.diff(y, axis=0) / across
    inner = 3.0 * (across[1:] * rises[:-1] + across[:-1] * rises[1:])
    middle = 2.0 * (steps[:-1] + steps[1:])
    one, zero = np.ones(1), np.zeros(1)
    if ends == "not-a-knot":
        first, last = x[2] - x[0], x[-1] - x[-3]
        start = ((steps[0] + 2.0 * first) * steps[1] * rises[0] + steps[0] ** 2 * rises[1]) / first
        stop = (steps[-1] ** 2 * rises[-2] + (2.0 * last + steps[-1]) * steps[-2] * rises[-1]) / last
        diagonal = np.concatenate([steps[1:2], middle, steps[-2:-1]])
        above = np.concatenate([zero, np.reshape(first, 1), steps[:-1]])
        below = np.concatenate([steps[1:], np.reshape(last, 1), zero])
    elif ends == "clamped":
        start, stop = 0.0 * y[0], 0.0 * y[0]
        diagonal = np.concatenate([one, middle, one])
        above = np.concatenate([zero, zero, steps[:-1]])
        below = np.concatenate([steps[1:], zero, zero])
    elif ends == "natural":
        start, stop = 3.0 * (y[1] - y[0]), 3.0 * (y[-1] - y[-2])
        diagonal = np.concatenate([2.0 * steps[:1], middle, 2.0 * steps[-1:]])
        above = np.concatenate([zero, steps[:1], steps[:-1]])
        below = np.concatenate([steps[1:], steps[-1:], zero])
    else:
        raise NotImplementedError("these boundary conditions have no derivative in st_ad: write 'not-a-knot', 'natural' or 'clamped'")
    right = np.concatenate([np.expand_dims(start, 0), inner, np.expand_dims(stop, 0)])
    return linalg.solve_banded((1, 1), np.stack([above, diagonal, below]), right)


def spline_at(x, y, slopes, new, nu):
    """A cubic spline, or a derivative of it."""
    k = np.clip(np.searchsorted(x, new, side="right") - 1, 0, len(x) - 2)
    step, t = x[k + 1] - x[k], new - x[k]
    if y.ndim == 2:
        step, t = np.expand_dims(step, -1), np.expand_dims(t, -1)
    rise = (y[k + 1] - y[k]) / step
    bend = (slopes[k] + slopes[k + 1] - 2.0 * rise) / step
    square, cube = (rise - slopes[k]) / step - bend, bend / step
    if nu == 0:
        return y[k] + t * (slopes[k] + t * (square + t * cube))
    if nu == 1:
        return slopes[k] + t * (2.0 * square + 3.0 * t * cube)
    if nu == 2:
        return 2.0 * square + 6.0 * t * cube
    if nu == 3:
        return 6.0 * cube
    return 0.0 * t * y[k]


@procedure("scipy.interpolate.CubicSpline")
@only(bc_type=(3, _ENDS))
def cubic_spline(x, y, axis=0, bc_type="not-a-knot", extrapolate=None):
    x, y = np.asarray(x), np.asarray(y)
    if len(x) < 4:
        raise NotImplementedError("a spline of fewer than four points has no derivative in st_ad")
    if y.ndim > 2 or y.ndim == 2 and axis not in (0, -2):
        raise NotImplementedError("a spline along another axis than the first of a matrix has no derivative in st_ad: transpose the values")
    slopes = slopes_of_spline(x, y, bc_type)

    def evaluate(new, nu=0):
        return spline_at(x, y, slopes, np.asarray(new), nu)

    return evaluate


@procedure("scipy.interpolate.make_interp_spline")
@only(k=(2, frozenset({1, 3})))
def make_interp_spline(x, y, k=3):
    x, y = np.asarray(x), np.asarray(y)
    if k == 1:

        def line(new):
            return lines(x, y, np.asarray(new))

        return line
    if k != 3 or y.ndim != 1 or len(x) < 4:
        raise NotImplementedError("a spline of this degree has no derivative in st_ad: write k=1 or k=3")
    slopes = slopes_of_spline(x, y, "not-a-knot")

    def evaluate(new, nu=0):
        return spline_at(x, y, slopes, np.asarray(new), nu)

    return evaluate


@procedure("scipy.interpolate.interp1d")
@only(kind=(2, _KINDS))
def interp1d(x, y, kind="linear", axis=-1, copy=True, bounds_error=None, fill_value=None, assume_sorted=False):
    x, y = np.asarray(x), np.asarray(y)
    if y.ndim != 1:
        raise NotImplementedError("interpolation of vectors has no derivative in st_ad: interpolate the columns")
    if not assume_sorted:
        order = np.argsort(x, kind="mergesort")
        x, y = x[order], y[order]
    if kind in ("cubic", 3):
        slopes = slopes_of_spline(x, y, "not-a-knot")

        def cubic(new):
            new = np.asarray(new)
            check_range(x, new, bounds_error, fill_value)
            return filled(spline_at(x, y, slopes, new, 0), x, new, fill_value)

        return cubic
    if kind in ("linear", "slinear", 1):

        def linear(new):
            new = np.asarray(new)
            check_range(x, new, bounds_error, fill_value)
            return filled(lines(x, y, new), x, new, fill_value)

        return linear
    if kind in ("previous", "zero", 0):

        def previous(new):
            new = np.asarray(new)
            check_range(x, new, bounds_error, fill_value)
            return filled(y[np.clip(np.searchsorted(x, new, side="right") - 1, 0, len(x) - 1)], x, new, fill_value)

        return previous
    raise NotImplementedError("this kind of interpolation has no derivative in st_ad: write 'linear' or 'cubic'")


@procedure("scipy.interpolate.RegularGridInterpolator")
@only(method=(2, frozenset({"linear"})))
def regular_grid(points, values, method="linear", bounds_error=True, fill_value=np.nan):
    values = np.asarray(values)
    rank = len(points)

    def evaluate(xi):
        whole = np.stack(np.broadcast_arrays(*xi), axis=-1) if isinstance(xi, tuple) else np.atleast_2d(xi)
        lows, parts, outside = [], [], False
        for k in list(range(rank)):
            grid, at = np.asarray(points[k]), whole[..., k]
            low = np.clip(np.searchsorted(grid, at, side="right") - 1, 0, len(grid) - 2)
            lows.append(low)
            parts.append((at - grid[low]) / (grid[low + 1] - grid[low]))
            outside = outside | (at < grid[0]) | (at > grid[-1])
        if bounds_error:
            if np.any(outside):
                raise ValueError("a point is outside of the grid")
        total = 0.0
        for corner in list(range(2**rank)):
            weight, place = 1.0, []
            for k in list(range(rank)):
                bit = corner // 2**k % 2
                weight = weight * (parts[k] if bit else 1.0 - parts[k])
                place.append(lows[k] + bit)
            total = total + weight * values[tuple(place)]
        return total if bounds_error or fill_value is None else np.where(outside, fill_value, total)

    return evaluate
