"""Which array a name stands for in each pass of a loop: one that passes hand on, or one from before the loop.

The start of a pass is where two paths meet: the entry into the loop, and the end of the pass before. Names that stand for
one array at the end of every pass share a slot. The array that a name has before the loop is taken over by the slot when
nothing else can see it; otherwise a flag is carried that says whether the name still stands for it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Iterator

from ...ir.syntax import UNDEFINED, Lit, Var
from ...ir.types import Seq
from .carries import Leaf, Parts, Slot
from ..data.choices import Holders, Position, vars_of
from ..data.values import (
    ArrayRef,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    ObjectRef,
    State,
    Step,
    TupleValue,
    item_if_any,
    value_if_any,
)
from .widening import WideningMixin


# So many flags may tell which arrays some names stand for; the cases multiply.
_MAX_FLAGS = 8


@dataclass
class _Row:
    """A carried array: what it is at the entry and after a pass."""

    at: Position
    leaf: Leaf
    first: Any
    last: Any
    old: list[ArrayRef] = field(default_factory=list)
    own: list[ArrayRef] = field(default_factory=list)
    key: Any = None
    path: tuple[Step, ...] = ()
    linked: tuple[Position, ...] = ()


@dataclass
class _Header:
    """The start of a pass while the slots are found. `early` says that no pass has begun with slots yet."""

    entry: State
    end: State
    local: frozenset[Var]
    early: bool
    before: Holders
    after: Holders
    rows: list[_Row]
    bad: set[Position] = field(default_factory=set)
    loose: set[Position] = field(default_factory=set)


class SlotMixin(WideningMixin):
    """The slots of carried arrays."""

    def settle(
        self, entry: State, end: State, places: dict[Any, Any], local: frozenset[Var], early: bool
    ) -> dict[Any, Any]:
        """The carried places with a slot for each array of which it is known what it is the same as."""
        routed: set[int] = set()
        rows = []
        for place, spec in places.items():
            if isinstance(place, tuple):
                first, last = self.get_place(entry, place), self.get_place(end, place)
                rows += list(self.carried_rows(place, spec, first, last, entry, end, routed))
            else:
                contents = entry.heap[place], end.heap.get(place, UNDEFINED)
                rows += list(self.content_rows(("cell", place), spec, *contents, entry, end, routed))

        def common(cell: int) -> bool:
            return cell in entry.heap and cell not in routed

        header = _Header(entry, end, local, early, self.holders(entry, common), self.holders(end, common),
                         [r for r in rows if r.leaf.array and not isinstance(r.leaf.type, Seq)])  # fmt: skip
        for row in header.rows:
            self.look_at(header, row)
        if early:
            self.exchange(header)
        self.link(header)
        self.spoil(header)
        found = self.assigned_slots(header)
        return {p: replaced(p if isinstance(p, tuple) else ("cell", p), s, found) for p, s in places.items()}

    def carried_rows(
        self, at: Position, spec: Any, first: Any, last: Any, entry: State, end: State, routed: set[int]
    ) -> Iterator[_Row]:
        """The carried numbers and arrays in a value."""
        if isinstance(spec, Leaf):
            yield _Row(at, spec, first, last)
        if not isinstance(spec, Parts):
            return
        if spec.kind == "one of":
            return
        if spec.kind == "item":
            yield from self.carried_rows(at, spec.items[1], item_if_any(first), item_if_any(last), entry, end, routed)
            return
        if spec.kind == "optional":
            yield from self.carried_rows(
                at, spec.items[1], value_if_any(first), value_if_any(last), entry, end, routed
            )
            return
        if spec.kind == "tuple":
            for i, (inner, one, two) in enumerate(zip(spec.items, items_in(first, spec), items_in(last, spec))):
                yield from self.carried_rows((*at, i), inner, one, two, entry, end, routed)
            return
        contents = []
        for value, state in ((first, entry), (last, end)):
            known = isinstance(value, (ListRef, DictRef, ObjectRef))
            if known:
                routed.add(value.cell)
            contents.append(state.heap.get(value.cell, UNDEFINED) if known else UNDEFINED)
        inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
        yield from self.content_rows(at, inner, contents[0], contents[1], entry, end, routed)

    def content_rows(
        self, at: Position, spec: Any, first: Any, last: Any, entry: State, end: State, routed: set[int]
    ) -> Iterator[_Row]:
        if not isinstance(spec, Parts):
            return
        keys = tuple(range(len(spec.items))) if spec.kind == "list" else spec.keys
        one, two = by_key(first), by_key(last)
        for key, inner in zip(keys, spec.items):
            yield from self.carried_rows(
                (*at, key), inner, one.get(key, UNDEFINED), two.get(key, UNDEFINED), entry, end, routed
            )

    def look_at(self, header: _Header, row: _Row) -> None:
        """What an array may be after a pass, and whether that can be told from pass to pass."""
        if isinstance(row.last, ArrayRef):
            found = dict.fromkeys(self.alternatives(row.last, header.entry.heap.__contains__))
            row.old = [r for r in found if r.cell in header.entry.heap]
            row.own = [r for r in found if r.cell not in header.entry.heap]
        elif isinstance(row.first, ArrayRef) and row.last is not UNDEFINED:
            row.key = ("alone", row.at)
        moving = any(v in header.local for r in row.old for v in vars_of(r.path))
        given = [row.first] if isinstance(row.first, ArrayRef) else []
        if moving or is_endless(row.old) or (row.leaf.slot is None and row.leaf.shared):
            header.bad.add(row.at)
        if any(self.cells[r.cell].shared for r in row.own):
            header.bad.add(row.at)
        if any(self.cells[r.cell].watched or r.since is not None for r in (*given, *row.old, *row.own)):
            header.bad.add(row.at)
        if self.is_stale(header.end, row.last) or any(r.cell in header.entry.lost for r in given) or any(
            r.cell in header.end.lost for r in (*row.old, *row.own)
        ):
            header.bad.add(row.at)
        if row.first is UNDEFINED and row.old and row.own:
            header.bad.add(row.at)
        if isinstance(row.last, ArrayRef) and row.old and self.may_be_undefined(header, row.last):
            header.bad.add(row.at)
        if not row.own:
            return
        only = row.own[0]
        if row.leaf.slot is not None and row.leaf.slot.linked:
            header.loose.add(row.at)
        elif len(row.own) == 1 and not any(v in header.local for v in vars_of(only.path)):
            row.key, row.path = ("root", only.cell), only.path
        elif all(header.after.alone(r.cell, row.at) for r in row.own):
            row.key = ("alone", row.at)
        elif self.is_held_alike(header, row):
            row.key = ("same", row.last)
        else:
            header.loose.add(row.at)

    def link(self, header: _Header) -> None:
        """Link the names that may stand for one array or another after a pass, when nothing else holds these arrays."""
        rows = {row.at: row for row in header.rows}
        for start in header.rows:
            if start.at not in header.loose or start.linked or start.at in header.bad:
                continue
            met, queue = {start.at}, [start]
            while queue:
                row = queue.pop()
                earlier = row.leaf.slot.linked if row.leaf.slot is not None else ()
                near = {at for ref in row.own for at, _, _ in header.after.of(ref.cell)}.union(earlier) - met
                met |= near
                queue += [rows[at] for at in near if at in rows]
            found = [row for row in header.rows if row.at in met]
            flags = sum(len(row.old) for row in found) + len(found) * (len(found) - 1) // 2
            if len(found) < len(met) or any(r.path for row in found for r in row.own) or met & header.bad or flags > _MAX_FLAGS:
                header.bad |= met
                continue
            for row in found:
                row.key, row.path, row.linked = ("linked", row.at), (), tuple(r.at for r in found)

    def exchange(self, header: _Header) -> None:
        """Names that exchange arrays which nothing else sees: each hands on what the next pass reads under it."""
        rows = [r for r in header.rows if r.at not in header.bad and not r.own and r.old == [r.last] != [r.first]]
        rows = [r for r in rows if self.takes_over(header, [r], set()) and header.after.of(r.last.cell) == {(r.at, (), False)}]
        while True:
            first, last = ([getattr(r, side) for r in rows] for side in ("first", "last"))
            closed = [r for r in rows if first.count(r.last) == last.count(r.first) == 1]
            if len(closed) == len(rows):
                break
            rows = closed
        for row in rows:
            row.key, row.old = ("alone", row.at), []

    def is_held_alike(self, header: _Header, row: _Row) -> bool:
        """Whether only carried names that stand for the very same array hold what it may be."""
        alike = {other.at for other in header.rows if other.last == row.last}
        return all(at in alike for ref in row.own for at, _, _ in header.after.of(ref.cell))

    def may_be_undefined(self, header: _Header, ref: ArrayRef) -> bool:
        choice = self.cells[ref.cell].choice
        if choice is None or ref.cell in header.entry.heap:
            return False
        return any(
            side is UNDEFINED or self.may_be_undefined(header, side) for side in (choice.first, choice.second)
        )

    def spoil(self, header: _Header) -> None:
        """Arrays that are the same as one that cannot be told are not known either; likewise when groups change."""
        groups: dict[Any, list[_Row]] = {}
        earlier: dict[Any, list[_Row]] = {}
        for row in header.rows:
            if row.key is not None:
                groups.setdefault(row.key, []).append(row)
            slot = row.leaf.slot
            if slot is not None and slot.handed_on:
                earlier.setdefault(slot.group, []).append(row)
        for rows in earlier.values():
            if len({row.key for row in rows}) > 1 and not any(row.linked for row in rows):
                header.bad.update(row.at for row in rows)
        for rows in groups.values():
            slots = [row.leaf.slot for row in rows]
            if len({s.group for s in slots if s is not None and s.handed_on}) > 1:
                header.bad.update(row.at for row in rows)
            numbers = [row for row in rows if is_number(row.first)]
            if numbers and (len(rows) > 1 or numbers[0].path):
                header.bad.update(row.at for row in rows)
        cells = {row.at: {r.cell for r in row.own} for row in header.rows}
        while True:
            spoilt = set().union(*[cells[row.at] for row in header.rows if row.at in header.bad])
            more = {row.at for row in header.rows if cells[row.at] & spoilt} - header.bad
            if not more:
                return
            header.bad |= more

    def assigned_slots(self, header: _Header) -> dict[Position, Leaf]:
        groups: dict[Any, list[_Row]] = {}
        for row in header.rows:
            if row.key is not None and row.at not in header.bad:
                groups.setdefault(row.key, []).append(row)
        kept = set() if header.early else {r.cell for row in header.rows for r in row.old}
        taken = {key: self.takes_over(header, rows, kept) for key, rows in groups.items()}
        found = {}
        for row in header.rows:
            if row.at in header.bad:
                shared = f"`{row.leaf.hint}`'s other name"
                found[row.at] = dataclasses.replace(row.leaf, slot=None, shared=shared)
                continue
            taken_over = row.key is not None and taken[row.key]
            chosen = [row.first] if isinstance(row.first, ArrayRef) and not taken_over else []
            chosen = list(dict.fromkeys(chosen + row.old))
            slot = Slot(row.at, chosen=tuple(chosen), handed_on=False)
            if row.key is not None:
                slot = self.slot_of(header, row, groups[row.key][0], tuple(chosen), taken_over)
            if chosen and chosen[0] == row.first and row.first not in row.old:
                slot = dataclasses.replace(slot, entering=True)
            found[row.at] = dataclasses.replace(row.leaf, slot=slot if chosen or row.key is not None else None)
        return found

    def takes_over(self, header: _Header, rows: list[_Row], kept: set[int]) -> bool:
        """Whether the array that a group stands for at the entry is seen by nothing else."""
        firsts = [row.first for row in rows]
        if not all(isinstance(f, ArrayRef) for f in firsts):
            return False
        cell = firsts[0].cell
        if any(f.cell != cell or f.path != row.path for f, row in zip(firsts, rows)):
            return False
        return (
            cell not in kept
            and cell >= self.floor
            and self.replaceable(cell, header.before)
            and header.before.of(cell) == {(row.at, row.path, False) for row in rows}
        )

    def slot_of(
        self, header: _Header, row: _Row, leader: _Row, chosen: tuple[ArrayRef, ...], taken_over: bool
    ) -> Slot:
        """The slot of one name of a group."""
        if row is not leader:
            return Slot(leader.at, path=row.path, chosen=chosen)
        if row.key[0] == "root":
            last = header.end.heap[row.own[0].cell]
        else:
            last = self.peek(header.end, row.last)
        first: Any = header.entry.heap[row.first.cell] if taken_over else UNDEFINED
        if is_number(row.first):
            first = row.first
        old = row.leaf.slot
        spec = Leaf(old.type, "", True) if old is not None and old.type is not None else None
        kind = self.leaf(first, last, spec, "", True).type
        hint = row.leaf.hint if not row.path else getattr(last, "hint", row.leaf.hint)
        return Slot(leader.at, True, row.path, kind, hint, chosen, True, taken_over, linked=row.linked)


def is_endless(refs: list[ArrayRef]) -> bool:
    """Whether each pass takes the same view of the view of the pass before."""
    seen = {(r.cell, r.path) for r in refs}
    return any(
        r.path[-n:] == r.path[-2 * n : -n] and {(r.cell, r.path[:-n]), (r.cell, r.path[: -2 * n])} <= seen
        for r in refs
        for n in range(1, len(r.path) // 2 + 1)
    )


def is_number(value: Any) -> bool:
    return isinstance(value, (Var, Lit)) and value is not UNDEFINED


def items_in(value: Any, spec: Parts) -> tuple[Any, ...]:
    if isinstance(value, TupleValue) and len(value.items) == len(spec.items):
        return value.items
    return (UNDEFINED,) * len(spec.items)


def by_key(content: Any) -> dict[Any, Any]:
    if isinstance(content, ListContent):
        return dict(enumerate(content.items))
    return dict(content.items) if isinstance(content, DictContent) else {}


def replaced(at: Position, spec: Any, found: dict[Position, Leaf]) -> Any:
    """A carried place with other leaves."""
    if isinstance(spec, Leaf):
        if spec.array and at not in found and not isinstance(spec.type, Seq):
            return dataclasses.replace(spec, slot=None, shared=f"`{spec.hint}`'s other name")
        return found.get(at, spec)
    if not isinstance(spec, Parts):
        return spec
    keys: Any = spec.keys if spec.kind == "dict" else range(len(spec.items))
    if spec.kind in ("seq", "one of"):
        return spec
    if spec.kind in ("optional", "item"):
        return dataclasses.replace(spec, items=(spec.items[0], replaced(at, spec.items[1], found)))
    items = tuple(replaced((*at, k), s, found) for k, s in zip(keys, spec.items))
    return dataclasses.replace(spec, items=items)


