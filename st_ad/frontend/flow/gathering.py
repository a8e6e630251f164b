"""Lists in loops: one that each pass appends to is what the loop collects, one that is walked gives items to the passes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterable, Sequence

from ...ir import walk
from ...ir.syntax import Atom, Block, Eqn, Node, Var


@dataclass(frozen=True, eq=False)
class Walk:
    """The columns of the lists that a loop walks along, and what stands for their items in a pass."""

    columns: tuple[Atom, ...]
    items: tuple[Var, ...]
    reverse: bool = False


@dataclass
class Gathered:
    """A loop without the lists that it only appends to: by position among the carried values, what is appended."""

    nodes: list[Node]
    values: dict[int, Atom]


def gather(
    params: Sequence[Var], nodes: list[Node], results: Sequence[Atom], also: Iterable[Node]
) -> Gathered:
    """Find the carried lists that every pass appends one item to, and does nothing else with.

    `also` are nodes besides the body that may read the carried values: the test of a `while`.
    """
    uses = counts([*nodes, *also], results)
    values: dict[int, Atom] = {}
    dropped: list[Node] = []
    for i, (param, result) in enumerate(zip(params, results)):
        made = next((n for n in nodes if isinstance(result, Var) and result in walk.outs(n)), None)
        if not isinstance(made, Eqn) or made.prim != "seq.append" or made.args[0] is not param:
            continue
        if uses[param] == 1 and uses[result] == 1:  # type: ignore[index]
            values[i] = made.args[1]  # type: ignore[assignment]
            dropped.append(made)
    return Gathered([n for n in nodes if not any(n is d for d in dropped)], values)


def counts(nodes: Iterable[Node], results: Sequence[Atom]) -> Counter[Any]:
    """How often each variable is read in some nodes and results."""
    found: Counter[Any] = Counter(v for v in results if isinstance(v, Var))
    for node in walk.all_nodes(Block((), tuple(nodes), ())):
        found.update(node.reads)
        for block in walk.blocks(node):
            found.update(v for v in block.results if isinstance(v, Var))
    return found
