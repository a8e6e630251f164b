"""Loops that stay loops: the body is lowered again until the types of the carried values hold."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

from ..ir.build import finish
from ..ir.syntax import For, Lit, Node, Var, While
from ..ir.types import Tensor
from ..ir.walk import refresh
from .carries import Carry, Leaf, leaves_of
from .values import (
    ArrayRef,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    ObjectRef,
    State,
    TupleValue,
)
from .widening import WideningMixin

_MAX_ROUNDS = 12


class LoopMixin(WideningMixin):
    """Loops with carried values."""

    flags: frozenset[str] = frozenset()

    def roll(
        self, body: Callable[[], None], until: str | None, node: Any, bounds: Any, index: Var | None
    ) -> None:
        """Lower a loop; `bounds` are those of a counted loop, or the node of a `while`."""
        entry = self.state
        carry = Carry()
        if until is not None:
            carry.places[self.place_of(until)] = Leaf(Tensor("bool", (), "py"), until, False)
        for _ in range(_MAX_ROUNDS):
            nodes, tested, end, head = self.one_round(entry, carry, body, bounds)
            places = self.widen(entry, head, end, dict(carry.places))
            if places == carry.places:
                break
            carry = Carry(places)
        else:
            raise self.refuse(
                "the types of this loop's variables do not settle",
                "keep the type of each variable fixed",
                node,
            )
        self.mark_shared(entry, head, end, carry, runs_at_least_once(bounds))
        self.close(entry, carry, nodes, tested, bounds, index, until)

    def place_of(self, name: str) -> Any:
        return (self.frame_of(name), name)

    def one_round(self, entry: State, carry: Carry, body: Callable[[], None], bounds: Any) -> Any:
        """Lower the body once with the carried places as they are assumed now."""
        head = entry.fork()
        self.state = head
        for place, spec in carry.places.items():
            self.put_place(head, place, self.open_place(entry, place, spec, carry))
            # An exit flag that is set ends the loop, so at the start of a pass it is not set.
            if isinstance(place, tuple) and place[1] in self.flags:
                self.put_place(head, place, Lit(False))
        self.note_watched(head, carry)
        start = head.fork()
        tested = None
        self.state = start.fork()
        if not isinstance(bounds, tuple):
            tested = self.lower_test(bounds)
            self.state = start.fork()
        with self.builder.block() as nodes:
            body()
            end = self.state
            for place, spec in carry.places.items():
                self.close_place(end, place, spec, carry)
        self.state = entry
        return nodes, tested, end, start

    def lower_test(self, node: Any) -> Any:
        with self.builder.block() as nodes:
            test = self.truth(self.evaluate(node.test))
        return nodes, test

    def mark_shared(self, entry: State, head: State, end: State, carry: Carry, runs: bool) -> None:
        """Arrays that two carried names may share must not be written to; checked against what was written."""
        places = {
            p: s for p, s in carry.places.items() if isinstance(p, tuple) and isinstance(s, Leaf) and s.array
        }
        starts, ends = self.aliased_before(entry, places), self.aliased_after(entry, end, places)
        heads = {v.cell: p for p in places if isinstance(v := self.get_place(head, p), ArrayRef)}
        written = self.written(head, end)
        while True:
            # What a pass ends with may be what another name began it with.
            more = set()
            for place in places:
                last = self.get_place(end, place)
                source = heads.get(last.cell) if isinstance(last, ArrayRef) else None
                if place not in ends and source is not None and (source in ends or source in starts):
                    more.add(place)
            if not more:
                break
            ends |= more
        for place, spec in places.items():
            if place not in starts and place not in ends:
                continue
            first, at_head = self.get_place(entry, place), self.get_place(head, place)
            if isinstance(at_head, ArrayRef) and at_head.cell in written:
                raise self.refuse(
                    f"`{spec.hint}` is written to in a loop and may be the same array as another name",
                    "make a copy first: `x = x.copy()`",
                )
            if isinstance(first, ArrayRef) and first.cell in written:
                raise self.refuse(
                    f"`{spec.hint}` may be the same array as one that this loop writes to",
                    "make a copy first: `x = x.copy()`",
                )
            other = f"`{spec.hint}`'s other name"
            after = other if place in ends or not runs else ""
            carry.places[place] = dataclasses.replace(spec, shared=other, shared_after=after)

    def aliased_before(self, entry: State, places: dict[Any, Leaf]) -> set[Any]:
        """The names whose array has another name before the loop, or belongs to the caller."""
        values = [v for names in entry.frames.values() for v in names.values()]
        cells = [c for v in values for c in cells_in(v, entry)]
        found = set()
        for place in places:
            first = self.get_place(entry, place)
            if isinstance(first, ArrayRef):
                fresh = self.cells[first.cell].origin == "fresh" and not self.cells[first.cell].shared
                if first.path or not fresh or cells.count(first.cell) > 1:
                    found.add(place)
        return found

    def aliased_after(self, entry: State, end: State, places: dict[Any, Leaf]) -> set[Any]:
        """The names whose array has another name after a pass, or is one from before the loop."""
        values = [v for f, names in end.frames.items() if f in entry.frames for v in names.values()]
        cells = [c for v in values for c in cells_in(v, end)]
        found = set()
        for place in places:
            last = self.get_place(end, place)
            if isinstance(last, ArrayRef):
                known = last.cell in entry.heap or bool(self.cells[last.cell].shared)
                if last.path or known or cells.count(last.cell) > 1:
                    found.add(place)
        return found

    def written(self, head: State, end: State) -> set[int]:
        return {c for c, v in head.heap.items() if isinstance(v, Var) and end.heap.get(c) is not v}

    def close(
        self,
        entry: State,
        carry: Carry,
        nodes: list[Node],
        tested: Any,
        bounds: Any,
        index: Var | None,
        until: str | None,
    ) -> None:
        """Append the finished loop, and put its results where they were carried."""
        self.state = entry.fork()
        outs = tuple(Var(p.hint, p.type) for p in carry.params)
        position = None
        if until is not None:
            position = self.position(carry, self.place_of(until))
        params, init, results = tuple(carry.params), tuple(carry.init), tuple(carry.results)
        loc = self.builder.loc
        if isinstance(bounds, tuple):
            assert index is not None
            body = finish((index, *params), nodes, results)
            start, stop, step = bounds
            self.builder.append(For(outs, (), start, stop, step, (), False, init, body, position, loc))
        else:
            test_nodes, test = tested
            body = finish(params, nodes, results)
            # The test is a block with parameters of its own.
            test_block = refresh(finish(params, test_nodes, (test,)))
            self.builder.append(While(outs, (), init, test_block, body, position, loc))
        handing = Carry(outs=list(outs))
        for place, spec in carry.places.items():
            self.put_place(self.state, place, self.open_place(entry, place, spec, handing))
        self.note_watched(self.state, handing)

    def position(self, carry: Carry, wanted: Any) -> int:
        count = 0
        for place, spec in carry.places.items():
            if place == wanted:
                return count
            count += leaves_of(spec)
        raise AssertionError("the exit flag of a loop is carried")


def runs_at_least_once(bounds: Any) -> bool:
    """Whether a loop is known to have a pass."""
    if not isinstance(bounds, tuple) or not all(isinstance(b, Lit) for b in bounds):
        return False
    return len(range(*[b.value for b in bounds])) > 0


def cells_in(value: Any, state: State) -> list[int]:
    """The cells of arrays that a value refers to."""
    if isinstance(value, ArrayRef):
        return [value.cell]
    if isinstance(value, TupleValue):
        return [c for v in value.items for c in cells_in(v, state)]
    if isinstance(value, (ListRef, DictRef, ObjectRef)):
        content = state.heap.get(value.cell)
        if isinstance(content, ListContent):
            return [c for v in content.items for c in cells_in(v, state)]
        if isinstance(content, DictContent):
            return [c for _, v in content.items for c in cells_in(v, state)]
    return []
