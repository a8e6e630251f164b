"""Lists, dicts and objects that may be one: what is written to one of them must not be read through another.

Where two paths meet, or a loop gives a name to another object in every pass, a name may stand for any of several
containers. Their contents are joined into a new one, and all of them are tied: once the content of one has changed,
reading another is refused.
"""

from __future__ import annotations

from typing import Any, Iterable

from .option_values import OneOf
from .state import LOST
from .values import LOST_CONTENT, DictContent, DictRef, ListContent, ListRef, MaybeNone, ObjectRef, State, TupleValue
from .views import Storage


def tie(machine: Storage, state: State, one: int, other: int) -> None:
    """Two cells of a state may be one container; neither may be read once the other has changed."""
    if one == other or one not in state.heap or other not in state.heap:
        return
    for cell, partner in ((one, other), (other, one)):
        machine.cells[cell].ties += ((partner, state.heap[partner]),)


def near(machine: Storage, cells: Iterable[int]) -> tuple[int, ...]:
    """Some cells and those that they are tied to."""
    found = [c for cell in cells for c in (cell, *(t for t, _ in machine.cells[cell].ties))]
    return tuple(dict.fromkeys(found))


def lose_others(machine: Storage, cell: int) -> None:
    """A container was changed: what those hold that it may be is not known any more, whichever way they are reached."""
    for other, _ in machine.cells[cell].ties:
        if other != cell and other in machine.state.heap:
            machine.state.heap[other] = LOST_CONTENT


def lose(machine: Storage, cell: int, by: int) -> None:
    """What a cell holds is out of date wherever the cell `by` is there, so it must not be read."""
    machine.cells[cell].ties += ((by, LOST),)


def holders(state: State, cell: int, before: State | None = None) -> int:
    """How many names and containers hold a list, dict or object; only names that were there `before` are counted."""

    def held(value: Any) -> int:
        if isinstance(value, (ListRef, DictRef, ObjectRef)):
            return value.cell == cell
        if isinstance(value, MaybeNone):
            return held(value.value)
        if isinstance(value, OneOf):
            return max(held(option) for _, option in value.options)
        return sum(map(held, value.items)) if isinstance(value, TupleValue) else 0

    scopes = state.frames if before is None else before.frames
    count = sum(held(v) for f in scopes for v in state.frames.get(f, {}).values())
    for content in state.heap.values():
        if isinstance(content, ListContent):
            count += sum(map(held, content.items))
        elif isinstance(content, DictContent):
            count += sum(held(v) for _, v in content.items)
    return count
