"""Loops with fewer carried and collected values."""

from __future__ import annotations

import dataclasses
from typing import Any, Sequence, Union

from ..ir.syntax import Atom, Block, For, Node, Var, While

Loop = Union[For, While]


def pick(values: Sequence[Any], keep: Sequence[int]) -> tuple[Any, ...]:
    """The values at some positions."""
    return tuple(values[i] for i in keep)


def items_of(loop: Loop) -> tuple[Var, ...]:
    """The parameters of the body that stand for items of `xs`."""
    if isinstance(loop, While):
        return ()
    first = int(loop.start is not None)
    return loop.body.params[first : first + len(loop.xs)]


def carries_of(loop: Loop) -> tuple[Var, ...]:
    """The parameters of the body that are carried from pass to pass."""
    return loop.body.params[len(loop.body.params) - len(loop.init) :]


def trimmed(
    loop: Loop,
    keep: Sequence[int],
    body: tuple[Node, ...],
    results: tuple[Atom, ...],
    test: Block | None = None,
    columns: Sequence[int] | None = None,
    items: Sequence[int] | None = None,
) -> Loop:
    """The loop with the carries, columns and items at some positions, and another body, results of the body (before
    choosing among them) and test (which has the parameters that it had)."""
    count = len(loop.init)
    if columns is None:
        columns = range(len(loop.collected))
    if items is None:
        items = range(len(items_of(loop)))
    index = loop.body.params[: len(loop.body.params) - count - len(items_of(loop))]
    params = (*index, *pick(items_of(loop), items), *pick(carries_of(loop), keep))
    changes: dict[str, Any] = {
        "outs": pick(loop.outs, keep),
        "collected": pick(loop.collected, columns),
        "init": pick(loop.init, keep),
        "until": None if loop.until is None else list(keep).index(loop.until),
        "body": Block(params, body, pick(results, [*keep, *(count + i for i in columns)])),
    }
    if isinstance(loop, For):
        return dataclasses.replace(loop, xs=pick(loop.xs, items), **changes)
    assert test is not None
    return dataclasses.replace(loop, test=Block(pick(test.params, keep), test.body, test.results), **changes)
