"""What a loop carries from pass to pass, and the lists that it fills."""

from __future__ import annotations

from ..ir.syntax import UNDEFINED, Atom, For, Var, While
from .branches import Branches, quiet
from .tapes import early_columns, told_apart


class Columns(Branches):
    """Prints what the passes of a loop leave behind."""

    # Lists that are one list of tuples.
    groups: dict[Var, tuple[Var, ...]]

    def _carries(self, node: For | While) -> list[tuple[Var, Atom, Atom]]:
        """(parameter, initial value, result) of what is carried and read."""
        params = node.body.params[len(node.body.params) - len(node.init) :]
        tests = node.test.params if isinstance(node, While) else params
        rows = zip(params, tests, node.outs, node.init, node.body.results)
        return [(p, i, r) for p, t, o, i, r in rows if self.is_read(p, t, o)]

    def _columns(self, node: For | While) -> list[tuple[str, list[Atom]]]:
        """The lists that a loop fills, each with the values of one pass."""
        results = dict(zip(node.collected, node.body.results[len(node.init) :]))
        found: list[tuple[str, list[Atom]]] = []
        for var in node.collected:
            group = self.groups.get(var, (var,))
            if self.is_read(var) and group[0] is var:
                found.append((self.names[var], [results[v] for v in group]))
        return found

    def _append_columns(self, node: For | While, only: list[tuple[Var, ...]] | None = None) -> None:
        early = [g for gs in early_columns(node, self.folding, self.groups).values() for g in gs]
        results = dict(zip(node.collected, node.body.results[len(node.init) :]))
        for var in node.collected:
            group = self.groups.get(var, (var,))
            if not self.is_read(var) or group[0] is not var or (group not in only if only is not None else group in early):
                continue
            name, values = self.names[var], [results[v] for v in group]
            texts = ["None" if v is UNDEFINED else self.expression(v) for v in told_apart(values, self.groups)]
            item = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
            self.put(f"{name}.append({item})", quiet(node.loc))
