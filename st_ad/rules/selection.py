"""Functions that choose among items or arrays, and those that put items in or leave them out."""

from __future__ import annotations

import numpy as np

from ..ir.syntax import Arg, Lit, Pack
from ..runtime import stop_gradient
from .indexing import length_along
from .notation import Generation, constant, definition, linear, refuse

# --- among arrays


@definition("np.select(condlist, choicelist, default=0)", when="is_display(condlist) and is_display(choicelist)")
def select(condlist, choicelist, default):
    """The choice of the first condition that holds."""
    chosen = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        chosen = np.where(condition, choice, chosen)
    return chosen


refuse("np.select(condlist, choicelist, default=0)", "write the conditions and the choices as lists of arrays")

_CHOOSE = "np.choose(a, choices, out=None, mode='raise')"


def _choices_bar(g: Generation) -> Arg:
    """Each choice gets the adjoint where it was chosen."""
    build = g.builder
    choices, index = g.bound["choices"], g.bound["a"]
    mode = g.bound["mode"]
    assert isinstance(choices, Pack) and isinstance(mode, Lit)
    count = len(choices.items)
    if mode.value == "wrap":
        index = build.emit("operator.mod", index, Lit(count))
    if mode.value == "clip":
        index = build.emit("numpy.clip", index, Lit(0), Lit(count - 1))
    parts = []
    for k in range(count):
        chosen = build.emit("operator.eq", index, Lit(k))
        parts.append(build.emit("numpy.where", chosen, g.y_bar, Lit(0.0)))
    return Pack("tuple", tuple(parts))


linear(_CHOOSE, None, _choices_bar, when="is_display(choices) and isinstance(mode, str)", broadcast=True)


@definition(_CHOOSE, when="is_array(choices) and ndim(choices) is not None and isinstance(mode, str)")
def choose_row(a, choices, out, mode):
    """The items of the rows that are chosen."""
    count = np.shape(choices)[0]
    places = np.asarray(a) % count if mode == "wrap" else np.clip(a, 0, count - 1) if mode == "clip" else np.asarray(a)
    missing = np.ndim(choices) - 1 - np.ndim(a)
    if missing > 0:
        places = np.expand_dims(places, tuple(range(missing)))
    rows = np.expand_dims(choices, tuple(range(1, 1 - missing))) if missing < 0 else choices
    return np.take_along_axis(rows, np.expand_dims(places, 0), axis=0)[0]


refuse(_CHOOSE, "write the choices as a list of arrays")

# --- among items


@definition("np.compress(condition, x, axis=None, out=None)")
def compress(condition, x, axis, out):
    """The items, or slices, where the condition holds."""
    return np.take(x, np.flatnonzero(condition), axis=axis)


_UNIQUE = "np.unique(x, return_index=False, return_inverse=False, return_counts=False, axis=None, equal_nan=True, sorted=True)"


@definition(_UNIQUE, when="axis is None")
def unique(x, return_index, return_inverse, return_counts, axis, equal_nan, sorted):
    """The first of each run of equal values, in order of size."""
    found = np.unique(stop_gradient(x), True, True, True)
    values = np.take(x, found[1])
    if not (return_index or return_inverse or return_counts):
        return values
    if return_index and return_inverse and return_counts:
        return values, found[1], found[2], found[3]
    if return_index and return_inverse:
        return values, found[1], found[2]
    if return_index and return_counts:
        return values, found[1], found[3]
    if return_inverse and return_counts:
        return values, found[2], found[3]
    if return_index:
        return values, found[1]
    return values, found[2] if return_inverse else found[3]


@definition(_UNIQUE, when="isinstance(axis, int)")
def unique_along(x, return_index, return_inverse, return_counts, axis, equal_nan, sorted):
    """The first of each run of equal slices."""
    found = np.unique(stop_gradient(x), True, True, True, axis)
    slices = np.take(x, found[1], axis=axis)
    kept = [found[k + 1] for k, is_wanted in enumerate((return_index, return_inverse, return_counts)) if is_wanted]
    return (slices, *kept) if kept else slices


refuse(_UNIQUE, "the axis must be known when transformed")


@definition("np.unique_values(x)")
def unique_values(x):
    """The first of each run of equal values, in order of size."""
    return np.take(x, np.unique(stop_gradient(x), return_index=True)[1])


@definition("np.trim_zeros(x, trim='fb')", when="trim in ('fb', 'bf', 'f', 'b') and ndim(x) == 1")
def trim_zeros(x, trim):
    """What lies between the zeros at the ends."""
    kept = np.flatnonzero(x)
    if len(kept) == 0:
        return x[:0]
    start = kept[0] if "f" in trim else 0
    return x[start : kept[-1] + 1] if "b" in trim else x[start:]


refuse("np.trim_zeros(x, trim='fb')", "write the subscript: x[first : last + 1]")


@definition("np.unique_all(x)")
def unique_all(x):
    """The values, their places, the inverse and the counts."""
    return np.unique(x, True, True, True)


@definition("np.unique_inverse(x)")
def unique_inverse(x):
    """The values and the inverse."""
    return np.unique(x, return_inverse=True)


@definition("np.unique_counts(x)")
def unique_counts(x):
    """The values and the counts."""
    return np.unique(x, return_counts=True)


# --- sets of values: those of the first operand, in order of size


@definition("np.union1d(a, b)")
def union1d(a, b):
    """The values of both."""
    return np.unique(np.concatenate([np.ravel(a), np.ravel(b)]))


@definition("np.intersect1d(a, b, assume_unique=False)")
def intersect1d(a, b, assume_unique):
    """The values that the other has as well."""
    values = np.unique(a)
    return values[np.isin(values, b)]


@definition("np.setdiff1d(a, b, assume_unique=False)")
def setdiff1d(a, b, assume_unique):
    """The values that the other has not."""
    values = np.ravel(a) if assume_unique else np.unique(a)
    return values[np.isin(values, b, invert=True)]


@definition("np.setxor1d(a, b, assume_unique=False)")
def setxor1d(a, b, assume_unique):
    """The values that one of them has."""
    return np.sort(np.concatenate([np.setdiff1d(a, b), np.setdiff1d(b, a)]))


# --- items put in, left out, repeated


@definition("np.delete(x, obj, axis=None)")
def delete(x, obj, axis):
    """The items that stay, by their places."""
    return np.take(x, np.delete(np.arange(length_along(x, axis)), obj), axis=axis)


_INSERT = "np.insert(x, obj, values, axis=None)"


@definition(_INSERT, when="ndim(x) is not None and ndim(values) is not None and ndim(obj) is not None")
def insert(x, obj, values, axis):
    """The items and the values, joined, and then read in the new order."""
    items = np.ravel(x) if axis is None else x
    at = 0 if axis is None else axis % np.ndim(x)
    rank = np.ndim(items)
    fresh = np.reshape(values, (1,) * max(rank - np.ndim(values), 0) + np.shape(values))
    if not isinstance(obj, slice) and np.ndim(obj) == 0:
        fresh = np.moveaxis(fresh, 0, at)
    length = np.shape(items)[at]
    places = np.arange(length)[obj] if isinstance(obj, slice) else np.asarray(obj)
    count = np.size(places) if np.size(places) != 1 else np.shape(fresh)[at]
    shape = (*np.shape(items)[:at], count, *np.shape(items)[at + 1 :])
    joined = np.concatenate([items, np.broadcast_to(fresh, shape)], axis=at)
    order = np.insert(np.arange(length), np.ravel(places), length + np.arange(count))
    return np.take(joined, order, axis=at)


refuse(_INSERT, "write np.concatenate of the parts before and after")


@definition("np.resize(x, new_shape)")
def resize(x, new_shape):
    """The items again and again, until the new shape is full."""
    return np.take(x, np.resize(np.arange(np.size(x)), new_shape))


@definition("np.block(arrays)", when="is_display(arrays)")
def block(arrays):
    """Rows of blocks, joined along the last axis and then along the one before it."""
    if isinstance(arrays[0], (list, tuple)):
        rows = [np.concatenate([np.atleast_2d(b) for b in row], axis=-1) for row in arrays]
        return np.concatenate(rows, axis=-2)
    return np.concatenate([np.atleast_1d(b) for b in arrays], axis=-1)


refuse("np.block(arrays)", "write np.concatenate")


@definition("np.sort_complex(x)", when="is_real(x)")
def sort_complex(x):
    """Sorted, as complex numbers."""
    return np.sort(x).astype(complex)


refuse("np.sort_complex(x)", "sort by the real part: x[np.argsort(np.real(x))]")
constant("np.iscomplex", "np.mask_indices", "np.broadcast", "np.ndindex")
