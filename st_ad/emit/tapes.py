"""Which lists that a loop fills are printed as one list of tuples."""

from __future__ import annotations

from typing import Sequence, TypeVar

from ..ir import walk
from ..ir.syntax import Atom, For, Function, Var, While
from .folding import Folding

Groups = dict[Var, tuple[Var, ...]]


def groups_of(function: Function, folding: Folding) -> Groups:
    """For every collected variable that shares a list with others: all of these, in order.

    Columns of one loop share a list when they are read by loops only, and always together. So do the columns of
    a loop inside, when the outer loop records them, and its reader hands them all to one loop again.
    """
    loops = [n for n in walk.all_nodes(function.block) if isinstance(n, (For, While))]
    readers: dict[Var, list[For]] = {}
    for loop in loops:
        if isinstance(loop, For):
            for x in walk.variables(loop.xs):
                readers.setdefault(x, []).append(loop)
    found: Groups = {}
    for loop in loops:
        columns = tuple(v for v in loop.collected if folding.uses.get(v, 0))
        for together in _by_readers(columns, readers, folding):
            found.update((v, together) for v in together)
        if columns and len(readers.get(columns[0], [])) == 1 and _read_together(columns, readers, folding):
            _group_inner(loop, items_by_list(readers[columns[0]][0]), found, readers, folding)
    return found


def _group_inner(
    loop: For | While, items: dict[Atom, Var], found: Groups, readers: dict[Var, list[For]], folding: Folding
) -> None:
    """Group the columns of the loops inside a loop; `items` says in which variable the reader has an item of a column."""
    values = loop.body.results[len(loop.init) :]
    recorded = {value: items[column] for column, value in zip(loop.collected, values) if column in items}
    for inner in walk.all_nodes(loop.body):
        if not isinstance(inner, (For, While)):
            continue
        columns = tuple(v for v in inner.collected if folding.uses.get(v, 0))
        if len(columns) < 2 or any(v not in recorded or folding.uses[v] != 1 or values.count(v) != 1 for v in columns):
            continue
        again = tuple(recorded[v] for v in columns)
        if len(readers.get(again[0], [])) == 1 and _read_together(again, readers, folding):
            found.update((v, columns) for v in columns)
            found.update((v, again) for v in again)
            inside = items_by_list(readers[again[0]][0])
            _group_inner(inner, {c: inside[v] for c, v in zip(columns, again)}, found, readers, folding)


def items_by_list(loop: For) -> dict[Atom, Var]:
    """The parameters of a loop that stand for the items of what it runs over."""
    first = 0 if loop.start is None else 1
    return dict(zip(loop.xs, loop.body.params[first:]))


AnAtom = TypeVar("AnAtom", bound=Atom)


def told_apart(values: Sequence[AnAtom], groups: Groups) -> list[AnAtom]:
    """What a tuple holds: lists that are one list once."""
    return [v for v in values if not isinstance(v, Var) or v not in groups or groups[v][0] is v]


def early_columns(loop: For | While, folding: Folding, groups: Groups) -> dict[int, list[tuple[Var, ...]]]:
    """The lists that are filled before the end of a pass: by the index of the node of the body that they come after.

    A list of what a carried value was is filled at once, so that the next value can have the same name.
    """
    count = len(loop.init)
    carries = loop.body.params[len(loop.body.params) - count :]
    results = dict(zip(loop.collected, loop.body.results[count:]))
    made = {v: i for i, n in enumerate(loop.body.body) for v in walk.outs(n)}
    found: dict[int, list[tuple[Var, ...]]] = {}
    for var in loop.collected:
        group = groups.get(var, (var,))
        if not folding.uses.get(var, 0) or group[0] is not var:
            continue
        values = [results[v] for v in group]
        if any(v in carries for v in values):
            at = max(made.get(v, -1) if isinstance(v, Var) else -1 for v in values)
            found.setdefault(at, []).append(group)
    return found


def _by_readers(columns: tuple[Var, ...], readers: dict[Var, list[For]], folding: Folding) -> list[tuple[Var, ...]]:
    """The columns that the same loops read, and nothing else does, where there are several of them."""
    found: dict[tuple[int, ...], list[Var]] = {}
    for var in columns:
        if _read_together((var,), readers, folding):
            found.setdefault(tuple(map(id, readers.get(var, []))), []).append(var)
    return [tuple(group) for group in found.values() if len(group) > 1]


def _read_together(columns: tuple[Var, ...], readers: dict[Var, list[For]], folding: Folding) -> bool:
    first = readers.get(columns[0], [])
    for var in columns:
        if folding.uses[var] != len(readers.get(var, [])) or readers.get(var, []) != first:
            return False
        if any(loop.xs.count(var) != 1 for loop in first):
            return False
    return True
