"""The lines of a text before it is laid out, and assignments that happen at the same time."""

from __future__ import annotations

from dataclasses import dataclass

from ..ir.syntax import NOWHERE, Loc, Var


@dataclass
class Line:
    """A statement, or the head of one. A head carries its mark at its end also in the backward sweep. `folded` are
    the variables whose expressions are part of it."""

    depth: int
    text: str
    loc: Loc = NOWHERE
    head: bool = False
    folded: tuple[Var, ...] = ()


@dataclass(frozen=True)
class Copy:
    """`target = text`, where text reads the names `reads`."""

    target: str
    text: str
    reads: frozenset[str]
    folded: tuple[Var, ...] = ()


def in_order(copies: list[Copy]) -> list[list[Copy]]:
    """Simultaneous assignments as a sequence; those that depend on each other in a circle stay together."""
    waiting = list(copies)
    found: list[list[Copy]] = []
    while waiting:
        free = [c for c in waiting if not any(c.target in o.reads for o in waiting if o is not c)]
        if not free:
            found.append(waiting)
            break
        found.append([free[0]])
        waiting.remove(free[0])
    return found
