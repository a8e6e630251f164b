"""Subscripts, updates and gathers.

Reverse mode handles getitem, setitem and the accumulations itself, so that updates happen in place.
"""

from __future__ import annotations

import numpy as np

from ..ir.build import type_of
from ..ir.syntax import Arg, Lit, Var
from ..ir.types import Tensor
from .notation import Generation, constant, definition, linear


def _getitem_bar(g: Generation) -> Arg:
    zeros = g.builder.emit("numpy.zeros_like", g.bound["x"])
    return g.builder.emit("accumulate_at", zeros, g.bound["index"], g.y_bar)


def _overwritten(g: Generation) -> Arg:
    return g.builder.emit("setitem", g.y_bar, g.bound["index"], Lit(0.0))


def _read(g: Generation) -> Arg:
    return g.builder.emit("getitem", g.y_bar, g.bound["index"])


linear("getitem(x, index)", _getitem_bar)
linear("setitem(x, index, value)", _overwritten, None, _read, broadcast=True)
linear("accumulate(x, g)", "y_bar", "y_bar", broadcast=True)
linear("accumulate_at(x, index, g)", "y_bar", None, _read, broadcast=True)

_TAKE = "np.take(x, indices, axis=None, out=None, mode='raise')"


def length_along(x, axis):
    """How many items there are along an axis, or altogether."""
    return np.size(x) if axis is None else np.shape(x)[axis]


linear(_TAKE, "scatter(y_bar, x, indices, axis)", when="mode == 'raise'")


@definition(_TAKE, when="mode == 'wrap'")
def take_wrapped(x, indices, axis, out, mode):
    """Indices count on from the start."""
    return np.take(x, np.asarray(indices) % length_along(x, axis), axis=axis)


@definition(_TAKE)
def take_clipped(x, indices, axis, out, mode):
    """Indices stop at the ends; negative ones are the first."""
    return np.take(x, np.clip(indices, 0, length_along(x, axis) - 1), axis=axis)


def _along_bar(g: Generation) -> Arg:
    """Zeros with y_bar added where its items were taken from: one index array per axis."""
    build = g.builder
    x, indices, axis = g.bound["x"], g.bound["indices"], g.bound["axis"]
    assert isinstance(axis, Lit)
    rank = x.type.rank  # type: ignore[union-attr]
    if rank is None:
        raise TypeError("the rank of the array must be known when transformed")
    if axis.value is None:
        flat = build.emit("numpy.reshape", build.emit("numpy.zeros_like", x), (-1,))
        filled = build.emit("accumulate_at", flat, indices, g.y_bar)
        return build.emit("numpy.reshape", filled, build.emit("numpy.shape", x))
    at = axis.value % rank
    index = []
    for i in range(rank):
        if i == at:
            index.append(indices)
            continue
        places = build.emit("numpy.arange", build.emit("axis_length", x, Lit(i)))
        shape = tuple(-1 if j == i else 1 for j in range(rank))
        index.append(build.emit("numpy.reshape", places, shape))
    return build.emit("accumulate_at", build.emit("numpy.zeros_like", x), tuple(index), g.y_bar)


linear("np.take_along_axis(x, indices, axis=-1)", _along_bar)


def _extract_bar(g: Generation) -> Arg:
    """Back to the places that were taken; a condition that is no mask of that shape counts by its truth, in order."""
    build, x, condition = g.builder, g.bound["x"], g.bound["condition"]
    zeros = build.emit("numpy.zeros_like", x)
    kinds = [type_of(a) for a in (x, condition) if isinstance(a, Var)]
    of_x, of_condition = kinds if len(kinds) == 2 else (None, None)
    if isinstance(of_x, Tensor) and isinstance(of_condition, Tensor) and of_condition.dtype == "bool" and (
        of_x.rank is not None and of_x.rank == of_condition.rank
    ):
        return build.emit("accumulate_at", zeros, condition, g.y_bar)
    places = build.emit("numpy.flatnonzero", condition)
    filled = build.emit("accumulate_at", build.emit("numpy.reshape", zeros, (-1,)), places, g.y_bar)
    return build.emit("numpy.reshape", filled, build.emit("numpy.shape", x))


linear("np.extract(condition, x)", None, _extract_bar)
constant("np.nonzero", "np.flatnonzero", "np.argwhere", "np.isin", "np.indices", "np.ix_", "np.tril_indices",
         "np.triu_indices", "np.diag_indices", "axis_length")  # fmt: skip
