"""Lists, dicts and objects that may be one: what is written to one of them must not be read through another.

Where two paths meet, or a loop gives a name to another object in every pass, a name may stand for any of several
containers. Their contents are joined into a new one, and all of them are tied: once the content of one has changed,
reading another is refused.
"""

from __future__ import annotations

from typing import Iterable

from .state import LOST
from .values import State
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


def lose(machine: Storage, cell: int, by: int) -> None:
    """What a cell holds is out of date wherever the cell `by` is there, so it must not be read."""
    machine.cells[cell].ties += ((by, LOST),)
