"""The type of an array of windows that slide along another one."""

from __future__ import annotations

from ..ir.types import Dim, Expr, Tensor, dim_add, resolve
from .kinds import Site, literal
from .shapes import axis_of, dims_of, known_shape

Results = tuple  # of Type or Lit


def windows(site: Site) -> Results:
    """`sliding_window_view`: how many windows there are along each axis, then how long they are."""
    x = site.tensor(0, "x")
    shape = list(known_shape(x))
    lengths = dims_of(site.arg(1, "window_shape"))
    axis = literal(site.arg(2, "axis", None))
    given = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    for one, length in zip(given, lengths):
        at = axis_of(one, len(shape))
        shape[at] = _count(resolve(shape[at]), resolve(length))
    return (Tensor(x.dtype, (*shape, *lengths)),)


def _count(whole: Dim, length: Dim) -> Dim:
    """The number of windows; there are none that are longer than the axis."""
    return dim_add(whole, 1 - length) if isinstance(length, int) else dim_add(Expr("sub", (whole, length)), 1)
