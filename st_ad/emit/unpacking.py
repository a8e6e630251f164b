"""`x, y = p`, which the program has as readings of one element each, after a test of their number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Collection, Sequence

from ..ir.syntax import Eqn, If, Lit, Node, Var
from ..ir.types import Tensor, resolve
from .folding import Folding
from .names import Names


@dataclass(frozen=True)
class Unpacking:
    """Readings of all elements of an array, in order."""

    base: Var
    nodes: tuple[Eqn, ...]

    @property
    def targets(self) -> tuple[Var, ...]:
        """What the elements are assigned to."""
        return tuple(n.outs[0] for n in self.nodes)


def unpackings(nodes: Sequence[Node], folding: Folding, names: Names, pinned: Collection[Node]) -> dict[Node, list[Unpacking]]:
    """What can be unpacked, by the first of the statements in its place; `pinned` are statements that something follows."""
    found: dict[Node, list[Unpacking]] = {}
    at = 0
    while at < len(nodes):
        guard = nodes[at]
        count = guarded_length(guard)
        start = at + (count is not None)
        end = start
        while end < len(nodes) and _is_element(nodes[end], nodes[start], folding):
            end += 1
        run = [n for n in nodes[start:end] if isinstance(n, Eqn)]
        made = _complete(run, count, names) if run and pinned.isdisjoint(nodes[at : end - 1]) else []  # type: ignore
        if made:
            found[guard] = made
        at = max(end, at + 1)
    return found


def guarded_length(node: Node) -> int | None:
    """The number that a guard before an unpacking asks for."""
    if not isinstance(node, If) or node.outs or node.orelse.body or len(node.then.body) != 2:
        return None
    made, raised = node.then.body
    if not isinstance(made, Eqn) or made.prim != "exception" or not isinstance(raised, Eqn) or raised.prim != "raise":
        return None
    words = made.args[1].value.split() if len(made.args) == 2 and isinstance(made.args[1], Lit) else []
    return int(words[1]) if words[2:] == ["values", "to", "unpack"] else None


def _is_element(node: Node, first: Node, folding: Folding) -> bool:
    """Whether a statement reads an element of an array by its number, in the line of another statement."""
    if not isinstance(node, Eqn) or node.prim != "getitem" or node.loc.line != first.loc.line or not node.loc.line:
        return False
    base, index = node.args
    is_array = isinstance(base, Var) and base not in folding.inline and isinstance(base.type, Tensor) and base.type.rank
    return bool(is_array) and isinstance(index, Lit) and type(index.value) is int and not node.outs[0].temporary


def _complete(run: Sequence[Eqn], count: int | None, names: Names) -> list[Unpacking]:
    """The readings by their arrays, when all elements of each are read, and no name is needed again that is assigned."""
    by_base: dict[Var, list[Eqn]] = defaultdict(list)
    for node in run:
        by_base[node.args[0]].append(node)  # type: ignore[index]
    found = []
    for base, nodes in by_base.items():
        length = resolve(base.type.shape[0]) if base.type.shape else None  # type: ignore[union-attr]
        wanted = length if isinstance(length, int) else count
        if wanted is None or wanted < 2 or [n.args[1] for n in nodes] != [Lit(i) for i in range(wanted)]:
            return []
        found.append(Unpacking(base, tuple(nodes)))
    bases = {names[base] for base in by_base}
    targets = [names[v] for u in found for v in u.targets]
    if len(set(targets)) < len(targets) or len(by_base) > 1 and not bases.isdisjoint(targets):
        return []
    return found

