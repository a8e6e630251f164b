"""What a function changes in the caller's objects, lists and dicts: found at its end, and stored there once.

An equation "store" has a path, such as ("model", (".", "layers"), ("[", 0)), what is stored there, and the value:
"attribute" path.key = value, "item" path[key] = value, "delete" del path.key, "list" path[:] = value, "clear".
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Sequence

from ...ir import walk
from ...ir.syntax import UNDEFINED, For, If, Lit, Node, Pack, Var, While
from ..operators import OperatorMixin
from .values import ArrayRef, Conflict, DictContent, DictRef, ListRef, MaybeMissing, ObjectRef, SeqContent, State, TupleValue, Value

Path = tuple[Any, ...]


@dataclass(frozen=True)
class Given:
    """A container of the caller's: how it is reached, and what it held at the start."""

    path: Path
    ref: Any
    content: Any


def containers_in(path: Path, value: Value, machine: OperatorMixin) -> Iterator[Given]:
    """The containers that an argument is and holds, outer ones first."""
    if isinstance(value, TupleValue):
        for i, item in enumerate(value.items):
            yield from containers_in((*path, ("[", i)), item, machine)
    if not isinstance(value, (ListRef, DictRef, ObjectRef)):
        return
    content = machine.content(value)
    yield Given(path, value, content)
    if isinstance(content, DictContent):
        sign = "." if isinstance(value, ObjectRef) else "["
        for key, item in content.items:
            yield from containers_in((*path, (sign, key)), item, machine)
    elif not isinstance(content, SeqContent):
        for i, item in enumerate(content.items):
            yield from containers_in((*path, ("[", i)), item, machine)


def store_changes(machine: OperatorMixin, given: list[Given]) -> tuple[str, ...]:
    """Emit the stores that bring the caller's containers up to date; gives the parameters that are changed."""
    writer = _Writer(machine, {g.ref.cell for g in given})
    changed: dict[str, None] = {}
    for one in reversed(given):
        if writer.store(one):
            changed[one.path[0]] = None
    return tuple(changed)


class _Writer:
    """Stores, and what they may hold: numbers, arrays, and containers that were made in the function."""

    def __init__(self, machine: OperatorMixin, cells: set[int]) -> None:
        self.machine = machine
        self.cells = cells

    def store(self, given: Given) -> bool:
        after = self.machine.entries(given.ref)
        if after is given.content:
            return False
        if isinstance(after, DictContent):
            return self.store_items(given, after)
        if isinstance(after, SeqContent):
            self.emit(given.path, "list", None, self.machine.seq_atom(after))
            return True
        if not isinstance(given.content, SeqContent):
            before = given.content.items
            if len(before) == len(after.items) and all(map(is_same, before, after.items)):
                return False
        items = tuple(self.machine.as_arg(v) for v in self.checked(after.items))
        self.emit(given.path, "list", None, Pack("list", items))
        return True

    def store_items(self, given: Given, after: DictContent) -> bool:
        before, kept = dict(given.content.items), dict(after.items)
        is_object = isinstance(given.ref, ObjectRef)
        gone = [k for k in before if k not in kept]
        moved = not is_object and [k for k in before if k in kept] != list(kept)[: len(before) - len(gone)]
        if moved:
            self.emit(given.path, "clear", None, Lit(None))
            before = {}
        for key in gone if not moved else ():
            self.emit(given.path, "delete" if is_object else "delete_item", key, Lit(None))
        stores = [(k, v) for k, v in kept.items() if k not in before or not is_same(before[k], v)]
        for key, value in stores:
            (value,) = self.checked((value,))
            self.emit(given.path, "attribute" if is_object else "item", key, self.machine.as_arg(value))
        return bool(gone or stores or moved)

    def checked(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """The values, when each of them may be stored in a container of the caller's."""
        for value in values:
            conflict = isinstance(value, Lit) and isinstance(value.value, Conflict)
            missing = value is UNDEFINED or isinstance(value, MaybeMissing)
            if missing or conflict or may_be_missing(self.atom(value), self.machine.builder.nodes):
                raise self.machine.refuse(
                    "an argument's attribute or item is set on one path only, or to different kinds of values",
                    "set it on both paths",
                )
            if isinstance(value, TupleValue):
                self.checked(value.items)
            if not isinstance(value, (ListRef, DictRef, ObjectRef)):
                continue
            if value.cell in self.cells:
                raise self.machine.refuse(
                    "a container of an argument's is stored in a second place of it", "store a copy of it"
                )
            self.cells.add(value.cell)
            content = self.machine.content(value)
            if isinstance(content, DictContent):
                self.checked(tuple(v for _, v in content.items))
            elif not isinstance(content, SeqContent):
                self.checked(content.items)
        return values

    def atom(self, value: Value) -> Any:
        if isinstance(value, ArrayRef) and not value.path:
            return self.machine.state.heap[value.cell]
        return value

    def emit(self, path: Path, kind: str, key: Any, value: Any) -> None:
        self.machine.builder.emit_many("store", Lit(path), Lit(kind), Lit(key), value)


def may_be_missing(atom: Any, nodes: Sequence[Node]) -> bool:
    """Whether a variable that some nodes define has no value on one of the paths to their end."""
    for node in nodes:
        if atom not in walk.outs(node):
            continue
        if isinstance(node, If):
            at = node.outs.index(atom)
            sides = ((node.then, node.then.results[at]), (node.orelse, node.orelse.results[at]))
            return any(value is UNDEFINED or may_be_missing(value, block.body) for block, value in sides)
        if isinstance(node, (For, While)) and atom in node.outs:
            at = node.outs.index(atom)
            first, last = node.init[at], node.body.results[at]
            if surely_runs(node):
                return last is UNDEFINED or may_be_missing(last, node.body.body)
            return first is UNDEFINED or may_be_missing(first, nodes)
    return False


def surely_runs(loop: For | While) -> bool:
    """Whether a loop is known to have a pass."""
    if isinstance(loop, While) or not all(isinstance(b, Lit) for b in (loop.start, loop.stop, loop.step)):
        return False
    start, stop, step = loop.start, loop.stop, loop.step
    assert isinstance(start, Lit) and isinstance(stop, Lit) and isinstance(step, Lit)
    return None not in (start.value, stop.value, step.value) and bool(range(start.value, stop.value, step.value))


def is_same(old: Value, new: Value) -> bool:
    """Whether a place holds what it held, so that there is nothing to store."""
    return old is new or not isinstance(old, TupleValue) and old == new


def is_changed(before: State, now: State) -> bool:
    """Whether a name or container that there was has got another value."""
    names = any(not is_same(v, now.frames[f].get(n, UNDEFINED)) for f, bound in before.frames.items() for n, v in bound.items())
    return names or any(not is_same(content, now.heap.get(cell, content)) for cell, content in before.heap.items())


def holds_named_arrays(machine: OperatorMixin, values: tuple[Any, ...]) -> bool:
    """Whether some values are or hold an array that the program can still reach after they are gone."""
    if any(isinstance(v, (TupleValue, ListRef, DictRef, ObjectRef)) for v in values):
        return True
    state = machine.state
    reached = set(array_cells((*state.frames.values(), *state.heap.values(), *(c.choice for c in machine.cells.values()))))
    return not reached.isdisjoint(array_cells(values))


def array_cells(value: Any) -> Iterator[int]:
    """The cells of the arrays that a value is made of; those in lists, dicts and objects are in their contents."""
    if isinstance(value, ArrayRef):
        yield value.cell
    elif isinstance(value, (tuple, list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from array_cells(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, (type, Var, Lit)):
        for one in dataclasses.fields(value):
            yield from array_cells(getattr(value, one.name))


def stored_value(table: Mapping[str, Value], path: Path, machine: OperatorMixin) -> Value:
    """The value that a path reaches, from the arguments of a call."""
    value = table[path[0]]
    for sign, key in path[1:]:
        value = machine.attribute(value, key) if sign == "." else machine.subscript(value, Lit(key))
    return value
