"""Subscripts, updates and gathers.

Reverse mode handles getitem, setitem and the accumulations itself, so that updates happen in place.
"""

from __future__ import annotations

from ..ir.syntax import Arg, Lit
from .notation import Generation, constant, linear, refuse


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

linear("np.take(x, indices, axis=None, out=None, mode='raise')", "scatter(y_bar, x, indices, axis)",
       when="mode == 'raise'")  # fmt: skip
refuse("np.take(x, indices, axis=None, out=None, mode='raise')",
       "np.take with mode='wrap' or 'clip': wrap or clip the indices first")  # fmt: skip


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
    zeros = g.builder.emit("numpy.zeros_like", g.bound["x"])
    return g.builder.emit("accumulate_at", zeros, g.bound["condition"], g.y_bar)


linear("np.extract(condition, x)", None, _extract_bar)
constant("np.nonzero", "np.flatnonzero", "np.argwhere", "np.isin", "np.indices", "np.ix_", "np.tril_indices",
         "np.triu_indices", "np.diag_indices", "axis_length")  # fmt: skip
refuse("np.put", "write x[indices] = values")
refuse("np.place", "write x[mask] = values")
refuse("np.putmask", "write x[mask] = values")
refuse("np.copyto", "write x[...] = values")
refuse("np.compress", "write x[mask], with a slice for each axis before it")
refuse("np.choose", "write np.where or np.select of the alternatives")
