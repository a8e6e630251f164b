"""Adjoints of lists: what was appended is taken off again, what was read is added to."""

from __future__ import annotations

from typing import Any, Callable

from ..ir import walk
from ..ir.build import Builder, type_of
from ..ir.syntax import Arg, Atom, Block, Eqn, Lit, Var
from ..ir.types import Seq, Tensor
from .cotangents import Cotangents


class ListAdjoint:
    """The part of a backward sweep that concerns lists."""

    co: Cotangents
    builder: Builder
    active: Any
    add: Callable[[Arg, Atom], None]

    def of_seq_make(self, eqn: Eqn, g: Atom) -> None:
        for i, item in enumerate(eqn.args):
            if isinstance(item, Var) and item in self.active:
                self.add(item, self.co.emit("getitem", g, i))

    def of_seq_append(self, eqn: Eqn, g: Atom) -> None:
        items, value = eqn.args
        if isinstance(value, Var) and value in self.active:
            self.add(value, self.co.emit("getitem", g, -1))
        is_own = isinstance(type_of(g), Seq) and not self.co.lists_become_arrays
        rest = self.co.emit("seq.shorten", g) if is_own else self.co.emit("getitem", g, slice(None, -1))
        self.add(items, rest)

    def of_seq_shorten(self, eqn: Eqn, g: Atom) -> None:
        (items,) = eqn.args
        self.add(items, self.co.emit("seq.append", g, self.co.zeros(self.co.emit("getitem", items, -1))))

    def added_at(self, base: Var, old: Atom, index: Arg, value: Atom) -> Atom:
        """An adjoint with `value` added where `base` was read."""
        kind, of_index = type_of(base), type_of(index) if isinstance(index, (Var, Lit)) else None
        name: dict[str, Any] = {"hint": f"{base.hint}_bar", "temporary": base.temporary}
        if not isinstance(kind, Seq):
            return self.builder.emit("accumulate_at", old, index, value, **name)
        is_one = isinstance(of_index, Tensor) and of_index.shape == () and isinstance(kind.item, Tensor)
        # The adjoint of a list that was made an array may be the array that came from outside.
        is_own = isinstance(type_of(old), Seq) and not self.co.lists_become_arrays
        if not is_one or not is_own or self.co.lists_have_gaps or base in self.co.vague:
            return self.builder.emit("runtime.add_to_list", old, index, value, **name)
        total = self.co.emit("operator.add", self.co.emit("getitem", old, index), value)
        return self.builder.emit("setitem", old, index, total, **name)


def lists_become_arrays(block: Block) -> bool:
    """Whether the adjoint of a list may be an array: that of one that is made an array, and of the lists in it."""
    made = ("numpy.asarray", "numpy.asanyarray", "numpy.require", "numpy.ascontiguousarray")
    for node in walk.all_nodes(block):
        kind = type_of(node.args[0]) if isinstance(node, Eqn) and node.args and isinstance(node.args[0], Var) else None
        if isinstance(kind, Seq) and (node.prim in made or node.prim == "numpy.array" and isinstance(kind.item, Seq)):  # type: ignore[union-attr]
            return True
    return False
