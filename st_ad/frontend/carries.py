"""The places that a loop carries from pass to pass: as parameters of its body, and as its results."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..ir.syntax import UNDEFINED, Atom, Lit, Var
from ..ir.types import Seq
from .iteration import IterationMixin
from .state import LOST, CellInfo
from .values import (
    ArrayRef,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    ObjectRef,
    SeqContent,
    State,
    TupleValue,
)


@dataclass(frozen=True)
class Leaf:
    """A carried number or array. `watched` are cells from before the loop that it may share storage with; a `lost` one
    may be out of date and must not be read."""

    type: Any
    hint: str
    array: bool
    shared: str = ""
    shared_after: str = ""
    watched: tuple[int, ...] = ()
    lost: bool = False


@dataclass(frozen=True)
class Parts:
    """A carried container whose items are carried one by one; None stands for an item that stays as it is."""

    kind: str
    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    cls: Any = None


@dataclass
class Carry:
    """The carried places of one loop: names by (frame, name) and cells, and what each is."""

    places: dict[Any, Any] = field(default_factory=dict)
    init: list[Atom] = field(default_factory=list)
    params: list[Var] = field(default_factory=list)
    results: list[Atom] = field(default_factory=list)
    outs: list[Var] | None = None
    opened: list[tuple[int, Leaf]] = field(default_factory=list)


class CarryMixin(IterationMixin):
    """Carried places, opened before a pass and closed after it."""

    def get_place(self, state: State, place: Any) -> Any:
        if isinstance(place, tuple):
            frame, name = place
            return state.frames[frame].get(name, UNDEFINED)
        return state.heap[place]

    def put_place(self, state: State, place: Any, value: Any) -> None:
        if isinstance(place, tuple):
            state.frames[place[0]][place[1]] = value
        else:
            state.heap[place] = value

    def open_place(self, entry: State, place: Any, spec: Any, carry: Carry) -> Any:
        value = self.get_place(entry, place)
        if isinstance(place, tuple):
            return self.open_value(entry, value, spec, carry)
        return self.open_content(entry, value, spec, carry)

    def note_watched(self, state: State, carry: Carry) -> None:
        """Note what the carried arrays may share storage with, as it is now."""
        for cell, spec in carry.opened:
            self.cells[cell].watched = LOST if spec.lost else tuple((c, state.heap[c]) for c in spec.watched)

    def open_content(self, entry: State, content: Any, spec: Any, carry: Carry) -> Any:
        if spec is None:
            return content
        if isinstance(spec, Leaf):
            atom = content.var if isinstance(content, SeqContent) else content
            if isinstance(content, ListContent):
                atom = self.seq_entry(entry, content)
            var = self.carry_leaf(spec, atom, carry)
            return SeqContent(var) if isinstance(spec.type, Seq) else var
        if spec.kind == "list":
            return ListContent(
                tuple(self.open_value(entry, v, s, carry) for v, s in zip(content.items, spec.items))
            )
        old = dict(content.items)
        return DictContent(
            tuple(
                (k, self.open_value(entry, old.get(k, UNDEFINED), s, carry))
                for k, s in zip(spec.keys, spec.items)
            )
        )

    def seq_entry(self, entry: State, content: ListContent) -> Atom:
        state, self.state = self.state, entry
        made = self.seq_of_items(content.items)
        self.state = state
        return made

    def open_value(self, entry: State, value: Any, spec: Any, carry: Carry) -> Any:
        if spec is None:
            return value
        if isinstance(spec, Leaf):
            var = self.carry_leaf(spec, self.entry_atom(entry, value), carry)
            if spec.array:
                shared = spec.shared if carry.outs is None else spec.shared_after
                found = self.new_array(var, CellInfo(contiguous=None, shared=shared, name=spec.hint))
                carry.opened.append((found.cell, spec))
                return found
            return var
        if spec.kind == "tuple":
            items = value.items if isinstance(value, TupleValue) else (UNDEFINED,) * len(spec.items)
            return TupleValue(
                tuple(self.open_value(entry, v, s, carry) for v, s in zip(items, spec.items)), spec.cls
            )
        content = entry.heap[value.cell] if value is not UNDEFINED else self.undefined_content(spec)
        inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
        cell = self.new_cell(self.open_content(entry, content, inner, carry))
        if spec.cls is not None:
            return ObjectRef(cell, spec.cls)
        return DictRef(cell) if spec.kind == "dict" else ListRef(cell)

    def undefined_content(self, spec: Parts) -> Any:
        if spec.kind == "seq":
            return SeqContent(UNDEFINED)
        if spec.kind == "list":
            return ListContent((UNDEFINED,) * len(spec.items))
        return DictContent(tuple((k, UNDEFINED) for k in spec.keys))

    def entry_atom(self, entry: State, value: Any) -> Atom:
        if isinstance(value, ArrayRef):
            if self.is_stale(entry, value):
                return UNDEFINED
            state, self.state = self.state, entry
            atom = self.read(value)
            self.state = state
            return atom
        return value

    def carry_leaf(self, spec: Leaf, init: Atom, carry: Carry) -> Var:
        if carry.outs is not None:
            return carry.outs.pop(0)
        var = Var(spec.hint, spec.type)
        carry.init.append(init)
        carry.params.append(var)
        return var

    def close_place(self, end: State, place: Any, spec: Any, carry: Carry) -> None:
        value = self.get_place(end, place)
        if isinstance(place, tuple):
            self.close_value(end, value, spec, carry)
        else:
            self.close_content(end, value, spec, carry)

    def close_content(self, end: State, content: Any, spec: Any, carry: Carry) -> None:
        if spec is None:
            return
        if isinstance(spec, Leaf):
            if isinstance(content, ListContent):
                carry.results.append(self.seq_of_items(content.items))
            else:
                carry.results.append(content.var if isinstance(content, SeqContent) else content)
        elif spec.kind == "list":
            items = content.items if isinstance(content, ListContent) else (UNDEFINED,) * len(spec.items)
            items = items if len(items) == len(spec.items) else (UNDEFINED,) * len(spec.items)
            for v, s in zip(items, spec.items):
                self.close_value(end, v, s, carry)
        else:
            found = dict(content.items)
            for k, s in zip(spec.keys, spec.items):
                self.close_value(end, found.get(k, UNDEFINED), s, carry)

    def close_value(self, end: State, value: Any, spec: Any, carry: Carry) -> None:
        if spec is None:
            return
        if isinstance(spec, Leaf):
            atom = value
            if isinstance(value, ArrayRef):
                atom = UNDEFINED if self.is_stale(end, value) else self.read(value)
            carry.results.append(atom if isinstance(atom, (Var, Lit)) else UNDEFINED)
        elif spec.kind == "tuple":
            items = value.items if isinstance(value, TupleValue) else (UNDEFINED,) * len(spec.items)
            for v, s in zip(items, spec.items):
                self.close_value(end, v, s, carry)
        else:
            known = isinstance(value, (ListRef, DictRef, ObjectRef))
            content = end.heap[value.cell] if known else self.undefined_content(spec)
            inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
            self.close_content(end, content, inner, carry)


def leaves_of(spec: Any) -> int:
    """The number of carried values of a place."""
    if spec is None:
        return 0
    if isinstance(spec, Leaf):
        return 1
    return sum(leaves_of(s) for s in spec.items)
