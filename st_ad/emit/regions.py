"""Blocks: each node is printed by the file of its kind (`statements`, `branches`, `loops`)."""

from __future__ import annotations

from ..analysis.undefined import may_be_undefined
from ..ir import walk
from ..ir.syntax import Atom, Call, Eqn, For, Function, If, Node, Try, Var, While
from .loops import Loops
from .context import EmitContext
from .folding import COPIES, Folding
from .names import Names
from .tapes import groups_of


class Regions(Loops):
    """Prints blocks."""

    def __init__(self, function: Function, context: EmitContext, folding: Folding, names: Names) -> None:
        super().__init__(context, folding, names)
        self.groups = groups_of(function, folding)
        self.copied = self._copied(function)
        self.after = {}
        self.by_number = bool(function.facts.get("by_number"))

    def node(self, node: Node) -> None:
        """The statements of a node."""
        if isinstance(node, Eqn):
            self.eqn(node)
        elif isinstance(node, If) and node in self.folding.conditionals:
            self.conditional(node)
        elif isinstance(node, If):
            self._branch(node, [self._ending(node, b) for b in (node.then, node.orelse)])
        elif isinstance(node, For):
            self._for(node)
        elif isinstance(node, While):
            self._while(node)
        elif isinstance(node, Try):
            self._guard(node)
        else:
            assert isinstance(node, Call)
            self.call(node)

    def _copied(self, function: Function) -> frozenset[int]:
        """The classes of the variables that are assigned to others, or kept in lists: these must have a value."""
        found: set[int] = set()
        number = self.names.facts.number
        vague = may_be_undefined(function.block)

        def note(target: Var | None, source: Atom) -> None:
            if source in vague and isinstance(source, Var) and source in number and source not in self.names.leaves:
                if target is None or self.names[target] != self.names[source]:
                    found.add(self.names.find(number[source]))

        for node in walk.all_nodes(function.block):
            if isinstance(node, If) and node not in self.folding.conditionals:
                for block in (node.then, node.orelse):
                    for out, result in zip(node.outs, block.results):
                        note(out, result)
            elif isinstance(node, (For, While)):
                for param, start, result in self._carries(node):
                    note(param, start)
                    note(param, result)
                for result in node.body.results[len(node.init) :]:
                    note(None, result)
            elif isinstance(node, Try):
                for out, result, other in zip(node.outs[2:], node.body.results, node.instead):
                    note(out, result)
                    note(out, other)
            elif isinstance(node, Eqn) and node.prim in COPIES:
                note(None, node.args[0])  # type: ignore[arg-type]
        return frozenset(found)

    def is_needed(self, target: Var) -> bool:
        """Whether a variable must have some value even where it is undefined."""
        return self.names.find(self.names.facts.number[target]) in self.copied
