"""Loops that give a name to another list, dict or object in every pass: which of the carried ones may be one."""

from __future__ import annotations

from typing import Any, Iterator

from .carries import Carry, Parts
from ..data.ties import lose, tie
from ..data.values import DictContent, DictRef, ListContent, ListRef, ObjectRef, State, TupleValue, item_if_any
from ..data.views import Storage

Pairs = frozenset[tuple[Any, Any]]


def carried_refs(state: State, place: Any, value: Any, spec: Any) -> Iterator[tuple[Any, int]]:
    """The containers that a carried place refers to, each with the path that leads to it and its cell in a state."""
    if not isinstance(spec, Parts):
        return
    if isinstance(place, int):
        yield from _inside(state, (place,), value, spec)
    else:
        yield from _refs(state, (place,), value, spec)


def _refs(state: State, path: Any, value: Any, spec: Any) -> Iterator[tuple[Any, int]]:
    if not isinstance(spec, Parts):
        return
    if spec.kind == "item":
        yield from _refs(state, path, item_if_any(value), spec.items[1])
    elif isinstance(value, TupleValue):
        for i, (item, inner) in enumerate(zip(value.items, spec.items)):
            yield from _refs(state, (*path, i), item, inner)
    elif isinstance(value, (ListRef, DictRef, ObjectRef)):
        yield path, value.cell
        yield from _inside(state, path, state.heap.get(value.cell), spec)


def _inside(state: State, path: Any, content: Any, spec: Parts) -> Iterator[tuple[Any, int]]:
    if isinstance(content, ListContent):
        for i, (item, inner) in enumerate(zip(content.items, spec.items)):
            yield from _refs(state, (*path, i), item, inner)
    elif isinstance(content, DictContent):
        specs = dict(zip(spec.keys, spec.items))
        for key, item in content.items:
            yield from _refs(state, (*path, key), item, specs.get(key))


def pairs_of(entry: State, head: State, end: State, carry: Carry, get: Any) -> Pairs:
    """The carried containers that may be one: before the loop, after a pass, or one of before that is still there."""
    found: set[tuple[Any, Any]] = set()
    for state in (entry, end):
        by_cell: dict[int, list[Any]] = {}
        for place, spec in carry.places.items():
            for path, cell in carried_refs(state, place, get(state, place), spec):
                by_cell.setdefault(cell, []).append(path)
        for cell, paths in by_cell.items():
            found.update((paths[0], other) for other in paths[1:])
            if cell in entry.heap:
                found.update((path, cell) for path in paths)
    pairs = _handed_on(found, _moves(head, end, carry, get))
    return pairs | _outdated(pairs, head, end, carry, get)


def _outdated(pairs: Pairs, head: State, end: State, carry: Carry, get: Any) -> Pairs:
    """The pairs of which a pass writes to the one, so that the other is out of date in the next: (it, None) for a
    carried one, (the one that is written to, -cell) for one from before."""
    cells: dict[Any, int] = {}
    for place, spec in carry.places.items():
        cells.update(carried_refs(head, place, get(head, place), spec))

    def is_written(one: Any) -> bool:
        cell = one if isinstance(one, int) else cells.get(one)
        return cell is not None and end.heap.get(cell) is not head.heap.get(cell)

    found: set[tuple[Any, Any]] = set()
    for one, other in pairs:
        if is_written(other):
            found.add((one, None))
        if is_written(one):
            found.add((one, -other) if isinstance(other, int) else (other, None))
    return frozenset(found)


def _moves(head: State, end: State, carry: Carry, get: Any) -> dict[Any, list[Any]]:
    """Where the container of a path goes in a pass: the paths that refer to it at the end."""
    opened: dict[int, Any] = {}
    for place, spec in carry.places.items():
        opened.update((cell, path) for path, cell in carried_refs(head, place, get(head, place), spec))
    found: dict[Any, list[Any]] = {}
    for place, spec in carry.places.items():
        for path, cell in carried_refs(end, place, get(end, place), spec):
            if cell in opened:
                found.setdefault(opened[cell], []).append(path)
    return found


def _handed_on(pairs: set[tuple[Any, Any]], moves: dict[Any, list[Any]]) -> Pairs:
    """The pairs with those that they become in later passes."""
    pending = list(pairs)
    while pending:
        one, other = pending.pop()
        others = [other] if isinstance(other, int) else moves.get(other, [])
        for pair in ((p, q) for p in moves.get(one, []) for q in others):
            if pair[0] != pair[1] and pair not in pairs and pair[::-1] not in pairs:
                pairs.add(pair)
                pending.append(pair)
    return frozenset(pairs)


def tie_opened(machine: Storage, state: State, carry: Carry, get: Any) -> None:
    """Tie the containers of a loop's head, or of what it leaves, that may be one."""
    cells: dict[Any, int] = {}
    for place, spec in carry.places.items():
        cells.update(carried_refs(state, place, get(state, place), spec))
    for one, other in sorted(carry.ties, key=repr):
        first = cells.get(one)
        if first is None:
            continue
        if other is None or isinstance(other, int) and other < 0:
            lose(machine, first if other is None else -other, first)
            continue
        second = other if isinstance(other, int) else cells.get(other)
        if second is not None:
            tie(machine, state, first, second)
