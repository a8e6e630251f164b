"""Functions that join arrays and cut them: their adjoints cut and join."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.build import type_of
from ..ir.syntax import Arg, Lit, Pack
from ..ir.types import Seq, Tensor
from .notation import Generation, definition, linear

_ALL = Pack("slice", (Lit(None), Lit(None), Lit(None)))


def _rank(arg: Arg) -> int:
    if isinstance(arg, Pack):
        return 1 + (_rank(arg.items[0]) if arg.items else 0)
    kind = type_of(arg)
    if not isinstance(kind, Tensor) or kind.rank is None:
        raise TypeError("the rank of what is joined must be known when transformed")
    return kind.rank


def _value(arg: Arg) -> Any:
    if not isinstance(arg, Lit):
        raise TypeError("the axis must be known when transformed")
    return arg.value


def _pieces(g: Generation, axis: int, rank: int) -> list[Arg | None]:
    """The parts of y_bar, one per operand, cut along an axis."""
    build = g.builder
    items = _items(g)
    edges: list[Any] = [Lit(None)]
    for item in items[:-1]:
        length = _length(build, item, axis)
        edges.append(length if edges[-1] == Lit(None) else build.emit("operator.add", edges[-1], length))
    edges.append(Lit(None))
    parts: list[Arg | None] = []
    for low, high, is_wanted in zip(edges, edges[1:], _wanted(g, len(items))):
        index = Pack("tuple", (_ALL,) * axis + (Pack("slice", (low, high, Lit(None))),))
        parts.append(build.emit("getitem", g.y_bar, index if axis else index.items[0]) if is_wanted else None)
    return parts


def _items(g: Generation) -> tuple[Arg, ...]:
    arrays = g.bound[g.name]
    if not isinstance(arrays, Pack):
        raise TypeError("what is joined must be written as a list or tuple of arrays")
    return arrays.items


def _wanted(g: Generation, count: int) -> tuple[bool, ...]:
    return g.wanted if len(g.wanted) == count else (True,) * count


def _length(build: Any, item: Arg, axis: int) -> Any:
    if _rank(item) <= axis:
        return Lit(1)
    return build.emit("axis_length", item, Lit(axis))


def _whole_list(g: Generation) -> bool:
    return not isinstance(g.bound[g.name], Pack)


def _concatenate_bar(g: Generation) -> Arg:
    if _whole_list(g) and isinstance(type_of(g.bound[g.name]), Seq):  # type: ignore[arg-type]
        return g.builder.emit("runtime.split_like", g.y_bar, g.bound[g.name], g.bound.get("axis", Lit(0)))
    if _whole_list(g):
        return _rows_bar(g)
    items = _items(g)
    axis = _value(g.bound["axis"]) if "axis" in g.bound else 0
    if axis is None:
        return _flat_pieces(g)
    if not all(_is_known(item) for item in items):
        return _pieces_of_unknown(g, axis)
    rank = _rank(items[0])
    return Pack("tuple", tuple(_pieces(g, axis % rank, rank)))  # type: ignore[arg-type]


def _is_known(arg: Arg) -> bool:
    """Whether the rank of an operand is known when transformed."""
    try:
        _rank(arg)
    except TypeError:
        return False
    return True


def _pieces_of_unknown(g: Generation, axis: int) -> Pack:
    """The parts of y_bar when the ranks of the operands are not known; the axis may be counted from the end."""
    build = g.builder
    start: Any = Lit(0)
    parts = []
    for item, is_wanted in zip(_items(g), _wanted(g, len(_items(g)))):
        parts.append(build.emit("runtime.piece", g.y_bar, item, start, axis) if is_wanted else None)
        start = build.emit("operator.add", start, build.emit("axis_length", item, Lit(axis)), hint="end")
    return Pack("tuple", tuple(parts))  # type: ignore[arg-type]


def _rows_bar(g: Generation) -> Arg:
    """An array stands for the list of its rows: joining them along the first axis is a reshape."""
    arrays = g.bound[g.name]
    kind, axis = type_of(arrays), _value(g.bound.get("axis", Lit(0)))  # type: ignore[arg-type]
    if isinstance(kind, Tensor) and (axis in (0, None) or kind.rank and axis == 1 - kind.rank):
        build = g.builder
        return build.emit("numpy.reshape", g.y_bar, build.emit("numpy.shape", arrays))
    raise TypeError("what is joined must be written as a list or tuple of arrays")


def _flat_pieces(g: Generation) -> Pack:
    build = g.builder
    edge: Any = Lit(0)
    parts = []
    for item, is_wanted in zip(_items(g), _wanted(g, len(_items(g)))):
        end = build.emit("operator.add", edge, build.emit("numpy.size", item))
        part = None
        if is_wanted:
            piece = build.emit("getitem", g.y_bar, Pack("slice", (edge, end, Lit(None))))
            part = build.emit("numpy.reshape", piece, build.emit("numpy.shape", item))
        parts.append(part)
        edge = end
    return Pack("tuple", tuple(parts))  # type: ignore[arg-type]


def _piled(axis_of_rank: Any) -> Any:
    """`hstack` and its kin: cut, and give each part the shape of its operand."""

    def formula(g: Generation) -> Pack:
        items = _items(g)
        axis, least = axis_of_rank(_rank(items[0]))
        build = g.builder
        edge: Any = Lit(0)
        parts = []
        for item, is_wanted in zip(items, _wanted(g, len(items))):
            length = _raised_length(build, item, axis, least)
            end = build.emit("operator.add", edge, length)
            part: Any = None
            if is_wanted:
                index = (_ALL,) * axis + (Pack("slice", (edge, end, Lit(None))),)
                part = build.emit("getitem", g.y_bar, Pack("tuple", index) if axis else index[0])
                if _rank(item) < least:
                    part = build.emit("numpy.reshape", part, build.emit("numpy.shape", item))
            parts.append(part)
            edge = end
        return Pack("tuple", tuple(parts))

    return formula


def _raised_length(build: Any, item: Arg, axis: int, least: int) -> Any:
    """The length of an operand along the axis it is joined along, once it has enough axes."""
    rank = _rank(item)
    if rank >= least:
        return build.emit("axis_length", item, Lit(axis))
    if least == 1:
        return Lit(1)
    # Vectors are rows for vstack, columns for column_stack, and one layer for dstack: one wide along the axis.
    return Lit(1)


def _stack_bar(g: Generation) -> Arg:
    if _whole_list(g):
        axis = _value(g.bound["axis"])
        kind = type_of(g.bound[g.name])  # type: ignore[arg-type]
        moved = g.y_bar if axis == 0 else g.builder.emit("numpy.moveaxis", g.y_bar, axis, 0)
        if isinstance(kind, Tensor):
            return moved
        raise TypeError("np.stack of a list of unknown length: write np.array of it")
    items = _items(g)
    axis = _value(g.bound["axis"])
    parts = []
    if axis < 0 or axis > 0 and not _is_known(items[0]):
        if not _is_known(items[0]):
            taken = [g.builder.emit("numpy.take", g.y_bar, i, axis=axis) for i in range(len(items))]
            return Pack("tuple", tuple(taken))
        axis %= _rank(items[0]) + 1
    for i, is_wanted in enumerate(_wanted(g, len(items))):
        index = Pack("tuple", (_ALL,) * axis + (Lit(i),)) if axis else Lit(i)
        parts.append(g.builder.emit("getitem", g.y_bar, index) if is_wanted else None)
    return Pack("tuple", tuple(parts))  # type: ignore[arg-type]


def _array_bar(g: Generation) -> Arg:
    """The adjoint of each number or row that an array was made of: a subscript of y_bar."""

    def part(arg: Arg, index: tuple[int, ...]) -> Arg:
        if isinstance(arg, Pack):
            return Pack(
                arg.kind,
                tuple(part(item, (*index, i)) for i, item in enumerate(arg.items)),
                arg.keys,
                arg.cls,
            )
        at: Arg = Lit(index[0]) if len(index) == 1 else Pack("tuple", tuple(Lit(i) for i in index))
        return g.builder.emit("getitem", g.y_bar, at)

    return part(g.bound[g.name], ())


_CONCATENATE = "np.concatenate(arrays, axis=0, out=None, dtype=None)"
_ROWS = "is_array(arrays) and ndim(arrays) is not None"


def rows_along(rows, axis):
    """The rows of an array, joined along one of their axes."""
    lengths = np.shape(rows)[1:]
    return np.reshape(np.moveaxis(rows, 0, axis), (*lengths[:axis], -1, *lengths[axis + 1 :]))


@definition(_CONCATENATE, when=f"{_ROWS} and isinstance(axis, int) and axis % (ndim(arrays) - 1) > 0")
def concatenated_rows(arrays, axis, out, dtype):
    """The rows of an array, side by side."""
    return rows_along(arrays, axis % (np.ndim(arrays) - 1))


@definition("np.vstack(arrays)", when=f"{_ROWS} and ndim(arrays) > 0")
def rows_piled(arrays):
    """Numbers are rows of one, rows stay rows, and matrices follow each other."""
    if np.ndim(arrays) == 1:
        return np.expand_dims(arrays, 1)
    return np.copy(arrays) if np.ndim(arrays) == 2 else rows_along(arrays, 0)


@definition("np.hstack(arrays)", when=f"{_ROWS} and ndim(arrays) > 0")
def rows_in_line(arrays):
    """Vectors follow each other, and matrices stand side by side."""
    if np.ndim(arrays) < 3:
        return np.ravel(np.copy(arrays))
    return rows_along(arrays, 1)


@definition("np.column_stack(arrays)", when=f"{_ROWS} and ndim(arrays) > 0")
def rows_as_columns(arrays):
    """Vectors become columns, and matrices stand side by side."""
    if np.ndim(arrays) < 3:
        return np.transpose(np.reshape(arrays, (np.shape(arrays)[0], -1)))
    return rows_along(arrays, 1)


@definition("np.dstack(arrays)", when=f"{_ROWS} and ndim(arrays) > 0")
def rows_in_depth(arrays):
    """Vectors and matrices stand behind each other."""
    if np.ndim(arrays) < 3:
        return np.expand_dims(np.transpose(np.reshape(arrays, (np.shape(arrays)[0], -1))), 0)
    return np.moveaxis(arrays, 0, -1) if np.ndim(arrays) == 3 else rows_along(arrays, 2)


linear(_CONCATENATE, _concatenate_bar)
linear("np.stack(arrays, axis=0, out=None)", _stack_bar)
linear("np.hstack(arrays)", _piled(lambda rank: (0, 1) if rank <= 1 else (1, 2)))
linear("np.vstack(arrays)", _piled(lambda rank: (0, 2)))
linear("np.column_stack(arrays)", _piled(lambda rank: (1, 2)))
linear("np.dstack(arrays)", _piled(lambda rank: (2, 3)))

for _call in ("np.array(x, dtype=None, copy=True, ndmin=0)", "np.asarray(x, dtype=None, order=None, copy=None)",
              "np.asanyarray(x, dtype=None)", "np.ascontiguousarray(x, dtype=None)", "np.require(x, dtype=None, requirements=None)"):  # fmt: skip
    linear(_call, _array_bar, when="is_display(x)")
    linear(_call, "list(y_bar)", when="is_list(x)")
    linear(_call, "np.reshape(y_bar, np.shape(x))")

_APPEND = "np.append(x, values, axis=None)"
linear(_APPEND, "y_bar[:len(x)]", "y_bar[len(x):]", when="ndim(x) == 1 and ndim(values) == 1")
linear(_APPEND, "y_bar[:-1]", "y_bar[-1]", when="ndim(x) == 1 and ndim(values) == 0")
linear(_APPEND, "np.reshape(y_bar[:np.size(x)], np.shape(x))", "np.reshape(y_bar[np.size(x):], np.shape(values))",
       when="axis is None")  # fmt: skip
linear(_APPEND, "y_bar[:len(x)]", "y_bar[len(x):]", when="axis == 0")


@definition(_APPEND)
def append(x, values, axis):
    """Joined along another axis."""
    return np.concatenate([x, values], axis=axis)


def _each_bar(g: Generation) -> Arg:
    """The adjoint of each operand is that of its own result, or zeros."""
    assert isinstance(g.y, Pack) and isinstance(g.y_bar, Pack)
    parts = []
    for operand, part, bar in zip(_items(g), g.y.items, g.y_bar.items):
        is_zero = isinstance(bar, Lit) and bar.value is None
        full = g.builder.emit("numpy.zeros_like", part) if is_zero else bar
        parts.append(g.builder.emit("runtime.unbroadcast", full, operand))
    return Pack("tuple", tuple(parts))


linear("np.broadcast_arrays(*arrays)", _each_bar)


def _split_bar(g: Generation) -> Arg:
    """The adjoints of the parts, joined; zeros for the parts that nobody reads."""
    build = g.builder
    parts = g.y.items if isinstance(g.y, Pack) else (g.y,)
    bars = g.y_bar.items if isinstance(g.y_bar, Pack) else (g.y_bar,)
    filled = [
        build.emit("numpy.zeros_like", part) if isinstance(bar, Lit) and bar.value is None else bar
        for part, bar in zip(parts, bars)
    ]
    name = g.prim.rpartition(".")[2]
    axis = {"hsplit": 1, "vsplit": 0, "dsplit": 2}.get(name)
    if axis is None:
        axis = _value(g.bound["axis"])
    elif name == "hsplit" and _rank(g.bound["x"]) == 1:
        axis = 0
    return build.emit("numpy.concatenate", Pack("list", tuple(filled)), axis=axis)


for _name in ("split", "array_split"):
    linear(f"np.{_name}(x, indices_or_sections, axis=0)", _split_bar)
for _name in ("hsplit", "vsplit", "dsplit"):
    linear(f"np.{_name}(x, indices_or_sections)", _split_bar)
