"""What the functions that join and cut arrays return."""

from __future__ import annotations

import numpy as np

from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import (
    assume,
    Dim,
    Expr,
    Sym,
    Tensor,
    broadcast_dims,
    broadcast_shapes,
    resolve,
    unify,
)
from .kinds import (
    Site,
    Unknown,
    concatenated_dtype,
    dtype_of,
    literal,
    tensor_of,
)
from .shapes import (
    axis_of,
    count_of,
    dim_sum,
    index_items,
    known_shape,
    product,
    slice_length,
)

Results = tuple  # of Type or Lit


def joined(arg: Arg, certain: bool) -> list[Tensor]:
    """The arrays of a sequence argument; a whole array stands for its rows, of known number only."""
    if isinstance(arg, Pack) and arg.kind in ("tuple", "list"):
        return [tensor_of(i, certain) for i in arg.items]
    if isinstance(arg, Var):
        whole = tensor_of(arg)
        shape = known_shape(whole)
        if shape and isinstance(resolve(shape[0]), int):
            return [Tensor(whole.dtype, shape[1:])] * resolve(shape[0])  # type: ignore[operator]
    raise Unknown


def concatenate(site: Site) -> Results:
    arg = site.arg(0, "arrays")
    if isinstance(arg, Var):
        whole = tensor_of(arg)
        shape = known_shape(whole)
        if len(shape) < 2:
            raise Unknown
        axis = literal(site.arg(1, "axis", 0))
        if axis == 0:
            return (Tensor(whole.dtype, (product(shape[:2]), *shape[2:])),)
        return (Tensor(whole.dtype, tuple(Sym("m") for _ in shape[1:])),)
    items = joined(arg, site.certain)
    axis = literal(site.arg(1, "axis", 0))
    dtype = dtype_of(site.kwargs.get("dtype", Lit(None))) or concatenated_dtype(items)
    if axis is None:
        items = [Tensor(t.dtype, (product(known_shape(t)),)) for t in items]
        axis = 0
    return (Tensor(dtype, join_shapes(items, axis, site.certain)),)


def join_shapes(items: list[Tensor], axis: int, certain: bool) -> tuple[Dim, ...] | None:
    """The shape of arrays joined along an axis."""
    if any(t.shape is None for t in items):
        return None
    first = items[0].shape or ()
    at = axis_of(axis, len(first))
    out = list(first)
    for item in items[1:]:
        shape = item.shape or ()
        if len(shape) != len(first):
            raise Unknown
        for i, dim in enumerate(shape):
            if i == at:
                out[i] = dim_sum(out[i], dim)
            elif certain:
                unify(out[i], dim)
            elif not isinstance(resolve(out[i]), int):
                assume(out[i], dim)
                out[i] = broadcast_dims(out[i], dim, False)
    return tuple(resolve(d) for d in out)


def stack(site: Site) -> Results:
    arg = site.arg(0, "arrays")
    if isinstance(arg, Var):
        whole = tensor_of(arg)
        axis = axis_of(literal(site.arg(1, "axis", 0)), len(known_shape(whole)))
        dims = list(known_shape(whole))
        dims.insert(axis, dims.pop(0))
        return (Tensor(whole.dtype, tuple(dims)),)
    items = joined(arg, site.certain)
    shape = broadcast_shapes([t.shape for t in items], site.certain)
    dtype = concatenated_dtype(items)
    if shape is None:
        return (Tensor(dtype, None, None),)
    at = axis_of(literal(site.arg(1, "axis", 0)), len(shape) + 1)
    return (Tensor(dtype, (*shape[:at], len(items), *shape[at:])),)


def piled(site: Site) -> Results:
    """`hstack`, `vstack`, `dstack`, `column_stack`: `concatenate` of operands raised to enough axes."""
    name = site.prim.rpartition(".")[2]
    items = joined(site.arg(0, "tup"), site.certain)
    raised = [Tensor(t.dtype, _raised(name, known_shape(t))) for t in items]
    if name == "hstack":
        axis = 0 if len(raised[0].shape or ()) == 1 else 1
    else:
        axis = {"vstack": 0, "dstack": 2, "column_stack": 1}[name]
    return (Tensor(concatenated_dtype(items), join_shapes(raised, axis, site.certain)),)


def _raised(name: str, shape: tuple[Dim, ...]) -> tuple[Dim, ...]:
    if name == "hstack":
        return shape or (1,)
    if name == "vstack":
        return shape if len(shape) >= 2 else (1, *(shape or (1,)))
    if name == "column_stack":
        return shape if len(shape) >= 2 else (*(shape or (1,)), 1)
    return shape if len(shape) >= 3 else (*shape, 1) if len(shape) == 2 else (1, *(shape or (1,)), 1)


def append(site: Site) -> Results:
    items = [site.tensor(0, "arr"), site.tensor(1, "values")]
    axis = literal(site.arg(2, "axis"))
    dtype = concatenated_dtype(items)
    if axis is None:
        return (Tensor(dtype, (dim_sum(*[product(known_shape(t)) for t in items]),)),)
    return (Tensor(dtype, join_shapes(items, axis, site.certain)),)


def open_mesh(site: Site) -> Results:
    """`ix_`: the places along each axis, of as many axes as there are."""
    count = len(site.args)
    found = []
    for k, arg in enumerate(site.args):
        kind = tensor_of(arg)
        (dim,) = known_shape(kind)
        length = count_of(arg) if kind.dtype == "bool" else dim
        found.append(Tensor("int64", (1,) * k + (length,) + (1,) * (count - k - 1)))
    return tuple(found)


def delete(site: Site) -> Results:
    x = site.tensor(0, "arr")
    shape, axis = known_shape(x), literal(site.arg(2, "axis", None))
    if axis is None:
        shape, axis = (product(shape),), 0
    axis = axis_of(axis, len(shape))
    return (Tensor(x.dtype, (*shape[:axis], _left(shape[axis], site.arg(1, "obj")), *shape[axis + 1 :])),)


def _left(dim: Dim, places: Arg) -> Dim:
    """What is left of an axis when one item is taken out, or several at known places."""
    if isinstance(places, Var) and isinstance(places.type, Tensor) and places.type.shape == () and places.type.dtype == "int64":
        return dim_sum(dim, -1)
    values = [literal(i) for i in places.items] if isinstance(places, Pack) and places.kind != "slice" else [literal(places)]
    if not all(type(v) is int for v in values) or min(values, default=0) < 0 < max(values, default=0) + 1:
        return Sym("m")
    return dim_sum(dim, -len(set(values)))


def split(site: Site) -> Results:
    """`split` and `array_split` into a known number of parts or at known places."""
    name = site.prim.rpartition(".")[2]
    x = site.tensor(0, "ary")
    sections = site.arg(1, "indices_or_sections")
    if x.shape is None:
        return (Tensor(x.dtype, None, None),) * _count_of_parts(sections)
    shape = x.shape
    fixed = {"hsplit": 0 if len(shape) == 1 else 1, "vsplit": 0, "dsplit": 2}.get(name)
    axis = axis_of(fixed if fixed is not None else literal(site.arg(2, "axis", 0)), len(shape))
    dim = resolve(shape[axis])
    if isinstance(sections, Lit) and isinstance(sections.value, int):
        count = sections.value
        if isinstance(dim, int):
            lengths: list[Dim] = [dim // count + (i < dim % count) for i in range(count)]
        elif name == "array_split":
            lengths = [Expr("part", (dim, count, i)) for i in range(count)]
        else:
            lengths = [Expr("part", (dim, count))] * count
    else:
        cuts = list(index_items(_as_tuple(sections)))
        edges = zip([Lit(None), *cuts], [*cuts, Lit(None)])
        lengths = [slice_length(dim, low, high, Lit(None)) for low, high in edges]
    return tuple(Tensor(x.dtype, (*shape[:axis], d, *shape[axis + 1 :])) for d in lengths)


def broadcast_arrays(site: Site) -> Results:
    items = [tensor_of(a) for a in site.args]
    shape = broadcast_shapes([t.shape for t in items], site.certain)
    return tuple(Tensor(t.dtype, shape, "nd" if shape is not None else None) for t in items)


def _count_of_parts(sections: Arg) -> int:
    if isinstance(sections, Lit) and isinstance(sections.value, int):
        return sections.value
    return len(index_items(_as_tuple(sections))) + 1


def _as_tuple(arg: Arg) -> Arg:
    if isinstance(arg, Pack):
        return Pack("tuple", arg.items)
    if isinstance(arg, Lit) and isinstance(arg.value, (list, tuple, np.ndarray)):
        return Pack("tuple", tuple(Lit(int(v)) for v in arg.value))
    raise Unknown
