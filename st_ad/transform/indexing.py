"""What a subscript does, as far as its adjoint depends on that."""

from __future__ import annotations

from ..analysis.shapes import index_items
from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import Seq, Tensor


def may_repeat(index: Arg) -> bool:
    """Whether an index may name one item twice: integer arrays and lists."""
    for leaf in walk.leaves(index):
        kind = type_of(leaf)
        if isinstance(kind, Seq):
            return True
        if isinstance(kind, Tensor) and kind.shape != () and kind.dtype != "bool":
            return True
    return isinstance(index, Pack) and any(isinstance(i, Pack) and i.kind == "list" for i in (index, *index.items))


def is_everything(index: Arg) -> bool:
    """Whether a subscript means a whole array: `z[...]`, or `z[()]`."""
    return index in (Lit(Ellipsis), Lit(()), Pack("tuple", ()))


def added_axes(base: Var, index: Arg) -> tuple[int, ...] | None:
    """The positions of the axes that a subscript like `x[:, None]` adds; None when it does anything else."""
    kind = base.type
    if not isinstance(kind, Tensor) or kind.shape is None:
        return None
    axes: list[int] = []
    at = 0
    items = index_items(index)
    given = sum(not _is(item, None) and not _is(item, Ellipsis) for item in items)
    for item in items:
        if _is(item, None):
            axes.append(at)
        elif _is(item, Ellipsis):
            at += len(kind.shape) - given - 1
        elif not _is_whole(item):
            return None
        at += 1
    return tuple(axes)


def _is(item: Arg, value: object) -> bool:
    return isinstance(item, Lit) and item.value is value


def _is_whole(item: Arg) -> bool:
    """Whether a part of a subscript is `:`."""
    if isinstance(item, Pack):
        return item.kind == "slice" and all(_is(part, None) for part in item.items)
    return isinstance(item, Lit) and type(item.value) is slice and item.value == slice(None)
