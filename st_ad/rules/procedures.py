"""Functions of NumPy that make shapes or write to an argument: they are run as the Python that they stand for.

The names are those of the primitives; the front end runs the body where the call stands.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..runtime import stop_gradient
from . import functionals as functionals
from .bodies import PROCEDURES, procedure

# --- shapes


def joined_shape(a, b):
    """The shape that two shapes broadcast to."""
    if len(a) < len(b):
        a = (1,) * (len(b) - len(a)) + a
    if len(b) < len(a):
        b = (1,) * (len(a) - len(b)) + b
    for p, q in zip(a, b):
        if p != 1 and q != 1 and p != q:
            raise ValueError("shape mismatch: objects cannot be broadcast to a single shape")
    return tuple([q if p == 1 else p for p, q in zip(a, b)])


@procedure("numpy.broadcast_shapes")
def broadcast_shapes(*args):
    found = ()
    for shape in args:
        found = joined_shape(found, tuple(shape) if isinstance(shape, (tuple, list)) else (shape,))
    return found


@procedure("numpy.ndindex")
def ndindex(*shape):
    if len(shape) == 1 and isinstance(shape[0], tuple):
        (shape,) = shape
    for k in range(int(np.prod(shape))):
        yield np.unravel_index(k, shape)


@procedure("numpy.ndenumerate")
def ndenumerate(arr):
    for k in range(np.size(arr)):
        index = np.unravel_index(k, np.shape(arr))
        yield index, arr[index]


# --- functions that write to their first argument


@procedure("numpy.fill_diagonal")
def fill_diagonal(a, val):
    places = np.arange(min(np.shape(a)))
    if np.ndim(val) == 0:
        a[(places,) * np.ndim(a)] = val
    else:
        a[(places,) * np.ndim(a)] = np.resize(val, len(places))


@procedure("numpy.put", "ndarray.put")
def put(a, ind, v, mode="raise"):
    places = np.asarray(ind)
    if mode == "clip":
        places = np.clip(places, 0, np.size(a) - 1)
    if mode == "wrap" or np.ndim(a) != 1:
        places = places % np.size(a)
    values = v if np.ndim(v) == 0 else np.resize(v, np.shape(places))
    if np.ndim(a) == 1:
        a[places] = values
    else:
        a[np.unravel_index(places, np.shape(a))] = values


@procedure("numpy.place")
def place(arr, mask, vals):
    chosen = np.asarray(mask, dtype=bool)
    arr[chosen] = np.resize(vals, np.count_nonzero(chosen))


@procedure("numpy.putmask")
def putmask(a, mask, values):
    chosen = np.asarray(mask, dtype=bool)
    if np.ndim(values) == 0:
        a[chosen] = values
    else:
        a[chosen] = np.resize(values, np.shape(a))[chosen]


@procedure("numpy.copyto")
def copyto(dst, src, casting="same_kind", where=True):
    if where is True:
        dst[...] = src
    else:
        dst[...] = np.where(where, src, dst)


@procedure("numpy.put_along_axis")
def put_along_axis(arr, indices, values, axis):
    if axis is None:
        arr[np.unravel_index(indices, np.shape(arr))] = values
    else:
        rank, at = np.ndim(arr), axis % np.ndim(arr)
        index = [
            indices if i == at else np.reshape(np.arange(np.shape(arr)[i]), [-1 if j == i else 1 for j in range(rank)])
            for i in range(rank)
        ]
        arr[tuple(index)] = values


@procedure("ndarray.partition")
def partition(x, kth, axis=-1):
    x[...] = np.partition(x, kth, axis)


@procedure("numpy.subtract.at")
def subtract_at(a, indices, b):
    np.add.at(a, indices, -b)


def at_of(ufunc):
    """The unbuffered update of a ufunc: repeated places are updated one after the other."""

    def at(a, indices, b):
        if isinstance(indices, (tuple, slice)) or np.asarray(indices).dtype == bool:
            numbers = np.reshape(np.arange(np.size(a)), np.shape(a))[indices]
            places = np.ravel(numbers)
            values = np.ravel(np.array(np.broadcast_to(b, np.shape(numbers))))
            for k in range(len(places)):
                place = np.unravel_index(places[k], np.shape(a))
                a[place] = ufunc(a[place], values[k])
        elif np.ndim(indices) == 0:
            a[indices] = ufunc(a[indices], np.copy(b)[()])
        else:
            places = np.ravel(indices)
            spread = np.array(np.broadcast_to(b, np.shape(indices) + np.shape(a)[1:]))
            values = spread if np.ndim(indices) == 1 else np.reshape(spread, (len(places), *np.shape(a)[1:]))
            for k in range(len(places)):
                a[places[k]] = ufunc(a[places[k]], values[k])

    return at


for _name in ("multiply", "divide", "maximum", "minimum", "power", "logaddexp"):
    PROCEDURES[f"numpy.{_name}.at"] = at_of(getattr(np, _name))


# --- the ufuncs that have no closed form: one item after the other


def reduce_of(ufunc):
    """The reduction of a ufunc along one axis."""

    def reduce(array, axis=0, dtype=None, out=None, keepdims=False):
        items = np.moveaxis(array, axis, 0)
        result = np.copy(items[0])[()]
        for k in range(1, len(items)):
            result = ufunc(result, items[k])
        return np.expand_dims(result, axis) if keepdims else result

    return reduce


def accumulate_of(ufunc):
    """The running reduction of a ufunc."""

    def accumulate(array, axis=0, dtype=None, out=None):
        items = np.moveaxis(array, axis, 0)
        running = np.copy(items)
        for k in range(1, len(items)):
            running[k] = ufunc(running[k - 1], items[k])
        return np.moveaxis(running, 0, axis)

    return accumulate


def reduceat_of(ufunc):
    """The reductions of a ufunc between some places."""

    def reduceat(array, indices, axis=0, dtype=None, out=None):
        items = np.moveaxis(array, axis, 0)
        starts = np.asarray(indices)
        ends = np.append(starts[1:], len(items))
        result = np.copy(items[starts])
        for j in range(len(starts)):
            for k in range(starts[j] + 1, ends[j]):
                result[j] = ufunc(result[j], items[k])
        return np.moveaxis(result, 0, axis)

    return reduceat


for _name in "remainder fmod copysign heaviside".split():
    PROCEDURES[f"numpy.{_name}.reduce"] = reduce_of(getattr(np, _name))
for _name in "subtract divide power float_power arctan2 remainder fmod copysign heaviside logaddexp2 hypot fmax fmin".split():
    PROCEDURES[f"numpy.{_name}.accumulate"] = accumulate_of(getattr(np, _name))
for _name in "subtract multiply divide remainder fmod copysign heaviside logaddexp logaddexp2 hypot fmax fmin maximum minimum".split():
    PROCEDURES[f"numpy.{_name}.reduceat"] = reduceat_of(getattr(np, _name))


@procedure("numpy.unstack")
def unstack(x, axis=0):
    return tuple(np.moveaxis(x, axis, 0))


# --- counts in several directions: they are constants of the points, and linear in the weights


def along(given, k):
    """The bins or the range of a direction: of its own, or those of all."""
    return given[k] if isinstance(given, (list, tuple)) else given


def counts_between(columns, edges, density, weights):
    """The sum of the weights in each box of bins; the last bin includes its end."""
    place: Any = 0
    inside, shape = True, []
    for column, ends in zip(columns, edges):
        points, places = stop_gradient(column), stop_gradient(ends)
        bin_of = np.searchsorted(places, points, side="right") - 1 - (points == places[-1])
        inside = inside & (bin_of >= 0) & (bin_of < len(ends) - 1)
        place = place * (len(ends) - 1) + bin_of
        shape.append(len(ends) - 1)
    mass = np.ones(len(columns[0])) if weights is None else np.ravel(weights)
    total: Any = np.reshape(np.bincount(place[inside], mass[inside], math.prod(shape)), shape)
    if density:
        total = total / np.sum(total)
        for k, ends in enumerate(edges):
            total = total / np.reshape(np.diff(ends), [-1 if i == k else 1 for i in range(len(edges))])
    return total


@procedure("numpy.histogram2d")
def histogram2d(x, y, bins=10, range=None, density=None, weights=None):
    columns = [np.asarray(x), np.asarray(y)]
    edges = [np.histogram_bin_edges(c, along(bins, k), along(range, k)) for k, c in enumerate(columns)]
    return counts_between(columns, edges, density, weights), edges[0], edges[1]


@procedure("numpy.histogramdd")
def histogramdd(sample, bins=10, range=None, density=None, weights=None):
    columns = list(np.asarray(sample) if isinstance(sample, (list, tuple)) else np.transpose(sample))
    edges = [np.histogram_bin_edges(c, along(bins, k), along(range, k)) for k, c in enumerate(columns)]
    return counts_between(columns, edges, density, weights), edges


# --- random draws from, and orders of, given values


@procedure("numpy.random.shuffle")
def shuffle(x):
    places = np.random.permutation(len(x))
    if isinstance(x, list):
        into_order(x, places)
    else:
        x[...] = x[places]


@procedure("generator.shuffle")
def into_order(items, places):
    items[:] = [items[places[k]] for k in range(len(items))]


@procedure("generator.multivariate_normal")
def normal_vectors(standard, mean, cov, method):
    if method == "cholesky":
        return mean + standard @ np.transpose(np.linalg.cholesky(cov))
    if method == "eigh":
        s, u = np.linalg.eigh(cov)
        return mean + standard @ np.transpose(u * np.sqrt(s))
    u, s, vt = np.linalg.svd(cov)
    return mean + standard @ (np.expand_dims(np.sqrt(s), 1) * (vt if method == "rows" else np.transpose(u)))


# --- answers that end an iterator


@procedure("iterator.any")
def any_of(items):
    for item in items:
        if item:
            return True
    return False


@procedure("iterator.all")
def all_of(items):
    for item in items:
        if not item:
            return False
    return True
