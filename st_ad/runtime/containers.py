"""Lists of adjoints, stores at repeated places, and copies of values that are about to be overwritten."""

from __future__ import annotations

import numpy as np


def zeros_of_list(xs):
    """A list of zeros like the items of a list; nested lists item by item; None for what was not made on this path."""
    if xs is None:
        return None
    return [zeros_of_list(x) if x is None or isinstance(x, (list, tuple)) else np.zeros_like(x)[()] for x in xs]


def add_lists(a, b):
    """The sum of two lists, item by item; None, for what was not made on this path, adds nothing."""
    if a is None or b is None:
        return b if a is None else a
    return [add_lists(p, q) if p is None or isinstance(p, (list, tuple)) else p + q for p, q in zip(a, b)]


def add_to_list(items, index, g):
    """The list with `g` added to the item at an index, or item by item to those of a slice."""
    items = list(items)
    nested = items[index] is None if not isinstance(index, slice) else True
    items[index] = add_lists(items[index], g) if nested or isinstance(g, (list, tuple)) else items[index] + g
    return items


def add_repeats(items, length):
    """The sum of the parts of a given length of a list, item by item: the adjoint of a list that was repeated."""
    if not length or not items:
        return zeros_of_list(items[:length])
    total = items[:length]
    for start in range(length, len(items), length):
        total = add_lists(total, items[start : start + length])
    return total


def split_like(g, xs, axis=0):
    """The parts of an array that the arrays of a list were joined to, one for each of them."""
    ends = np.cumsum([np.shape(x)[axis] for x in xs])
    return [part.copy() for part in np.split(g, ends[:-1], axis)] if len(xs) else []


def gather_last(g, index):
    """`g[index]`, but zero where `x[index] = value` has written that item of x again later."""
    taken = np.asarray(g[index])
    order = np.arange(taken.size).reshape(taken.shape)
    last = np.full(np.shape(g), -1)
    last[index] = order
    return np.where(last[index] == order, taken, np.zeros_like(taken))


def array_of_results(items):
    """An array of the results of one function; they must be of the kind of the first, as np.vectorize takes it to be."""
    out = np.array(items)
    if out.dtype.kind in "fc" and np.asarray(items[0]).dtype.kind not in "fc":
        raise TypeError("np.vectorize makes integers of all results when the first is one: pass otypes=[float]")
    return out


def snapshot(x):
    """A copy of an array, or of the arrays in a list or tuple; numbers and other values as they are."""
    if isinstance(x, (list, tuple)):
        items = [snapshot(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    return np.copy(x) if isinstance(x, np.ndarray) else x


def new_object(cls, /, **attributes):
    """An instance of a class with these attributes, made without its constructor."""
    made = object.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)
    return made
