"""Which lists that a loop fills are printed as one list of tuples."""

from __future__ import annotations

from ..ir import walk
from ..ir.syntax import For, Function, Var, While
from .folding import Folding


def groups_of(function: Function, folding: Folding) -> dict[Var, tuple[Var, ...]]:
    """For every collected variable that shares a list with others: all of these, in order.

    Columns of one loop share a list when they are read by loops only, and always all of them together.
    """
    loops = [n for n in walk.all_nodes(function.block) if isinstance(n, (For, While))]
    readers: dict[Var, list[For]] = {}
    for loop in loops:
        if isinstance(loop, For):
            for x in walk.variables(loop.xs):
                readers.setdefault(x, []).append(loop)
    found: dict[Var, tuple[Var, ...]] = {}
    for loop in loops:
        columns = tuple(v for v in loop.collected if folding.uses.get(v, 0))
        if len(columns) > 1 and _read_together(columns, readers, folding):
            found.update((v, columns) for v in columns)
    return found


def early_columns(
    loop: For | While, folding: Folding, groups: dict[Var, tuple[Var, ...]]
) -> dict[int, list[tuple[Var, ...]]]:
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


def _read_together(columns: tuple[Var, ...], readers: dict[Var, list[For]], folding: Folding) -> bool:
    first = readers.get(columns[0], [])
    for var in columns:
        if folding.uses[var] != len(readers.get(var, [])) or readers.get(var, []) != first:
            return False
        if any(loop.xs.count(var) != 1 for loop in first):
            return False
    return True
