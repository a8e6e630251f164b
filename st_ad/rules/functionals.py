"""Functions of NumPy that call a function: they are run as the Python that they stand for."""

from __future__ import annotations

import math
import re

import numpy as np

from ..runtime import array_of_results
from .bodies import procedure


@procedure("numpy.apply_along_axis")
def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    rows = np.moveaxis(arr, axis, -1)
    flat = np.reshape(rows, (-1, np.shape(rows)[-1]))
    results = []
    for k in range(len(flat)):
        results.append(func1d(flat[k], *args, **kwargs))
    stacked = np.array(results)
    whole = np.reshape(stacked, np.shape(rows)[:-1] + np.shape(stacked)[1:])
    added = np.ndim(stacked) - 1
    if added == 0:
        return whole
    start = axis % np.ndim(arr)
    return np.moveaxis(whole, tuple(range(-added, 0)), tuple(range(start, start + added)))


@procedure("numpy.apply_over_axes")
def apply_over_axes(func, a, axes):
    result = a
    for axis in axes if isinstance(axes, (list, tuple)) else [axes]:
        found = func(result, axis)
        result = found if np.ndim(found) == np.ndim(result) else np.expand_dims(found, axis)
    return result


@procedure("numpy.vectorize")
def vectorize(pyfunc, otypes=None, signature=None):
    if signature is not None:
        taken, given = [re.findall(r"\(\s*(.*?)\s*\)", side) for side in signature.split("->")]
        return over_last_axes(pyfunc, [core.count(",") + (core != "") for core in taken], len(given), otypes)

    def mapped(*args):
        arrays = np.broadcast_arrays(*args) if len(args) > 1 else [np.asarray(args[0])]
        flat = [np.ravel(a) for a in arrays]
        results = []
        for k in range(np.size(arrays[0])):
            results.append(pyfunc(*[a[k] for a in flat]))
        if otypes is None:
            return np.reshape(array_of_results(results), np.shape(arrays[0]))[()]
        if otypes == "O":
            return np.reshape(np.array(results), np.shape(arrays[0]))[()]
        return np.reshape(np.array(results, dtype=otypes[0]), np.shape(arrays[0]))[()]

    return mapped


def over_last_axes(pyfunc, counts, given, otypes):
    """A function of arrays with so many axes each, and with so many results, applied along all the other axes."""

    def mapped(*args):
        arrays = [np.asarray(a) for a in args]
        shapes = [np.shape(a) for a in arrays]
        along = np.broadcast_shapes(*[s[: len(s) - c] for s, c in zip(shapes, counts)])
        cores = [s[len(s) - c :] for s, c in zip(shapes, counts)]
        rows = [np.reshape(np.broadcast_to(a, along + c), (-1,) + c) for a, c in zip(arrays, cores)]
        results = [pyfunc(*[r[k] for r in rows]) for k in range(math.prod(along))]
        columns = [results] if given == 1 else [[r[i] for r in results] for i in range(given)]
        made = [np.array(c, dtype=np.asarray(c[0]).dtype if otypes is None else otypes[i]) for i, c in enumerate(columns)]
        whole = tuple([np.reshape(m, along + np.shape(m)[1:]) for m in made])
        return whole[0] if given == 1 else whole

    return mapped


@procedure("numpy.frompyfunc")
def frompyfunc(func, nin, nout):
    return vectorize(func, "O")


@procedure("numpy.fromfunction")
def fromfunction(function, shape, dtype=float, **kwargs):
    grids = np.indices(shape, dtype=dtype)
    return function(*[grids[k] for k in list(range(len(shape)))], **kwargs)


@procedure("numpy.fromiter")
def fromiter(iter, dtype, count=-1):
    return np.array(list(iter), dtype=dtype)


@procedure("numpy.piecewise")
def piecewise(x, condlist, funclist, *args, **kwargs):
    items = np.asarray(x)
    conditions = list(condlist) if isinstance(condlist, (list, tuple)) else [condlist]
    if len(funclist) > len(conditions):
        taken = conditions[0]
        for condition in conditions[1:]:
            taken = taken | condition
        conditions = [*conditions, ~taken]
    result = np.zeros_like(items)
    for condition, function in zip(conditions, funclist):
        if callable(function):
            result[condition] = function(items[condition], *args, **kwargs)
        else:
            result[condition] = function
    return result


@procedure("numpy.poly1d")
def poly1d(c_or_r):
    def value(x):
        return np.polyval(c_or_r, x)

    return value
