"""Which variables are alive at the same time, so that they cannot share a name."""

from __future__ import annotations

from typing import Iterable

from ..ir import walk
from ..ir.syntax import Lit, Block, Eqn, For, Function, If, Node, Try, Var, While
from .folding import Folding
from .tapes import early_columns, groups_of


class Interference:
    """Numbers the variables that are printed; `conflicts[i]` is a bit set of the variables that are alive when i is
    assigned, from which it must differ."""

    def __init__(self, function: Function, folding: Folding) -> None:
        self.folding = folding
        self.groups = groups_of(function, folding)
        self.number: dict[Var, int] = {}
        self.conflicts: list[int] = []
        self.order: list[Var] = []
        for var in function.block.params:
            self._add(var)
        self._number(function.block)
        live = self.block(function.block, self.mask(self._reads(function.block.results)))
        self.define(function.block.params, live)

    def _add(self, var: Var) -> None:
        if var not in self.folding.inline and var not in self.number:
            self.number[var] = len(self.order)
            self.order.append(var)
            self.conflicts.append(0)

    def _number(self, block: Block) -> None:
        for node in block.body:
            for var in walk.outs(node):
                self._add(var)
            for inner in walk.blocks(node):
                for var in inner.params:
                    self._add(var)
                self._number(inner)

    def _reads(self, args: Iterable) -> list[Var]:
        return [v for a in args for v in self.folding.reads(a)]

    def mask(self, variables: Iterable[Var]) -> int:
        """The bit set of some variables."""
        found = 0
        for var in variables:
            if var in self.number:
                found |= 1 << self.number[var]
        return found

    def define(self, variables: Iterable[Var], live: int) -> None:
        """Record that these are assigned while `live` is alive."""
        numbers = [self.number[v] for v in variables if v in self.number]
        everything = live
        for at in numbers:
            everything |= 1 << at
        for at in numbers:
            self.conflicts[at] |= everything & ~(1 << at)

    def block(self, block: Block, live: int) -> int:
        """What is alive before a block, of which `live` is alive after it."""
        for node in reversed(block.body):
            if self.folding.is_printed(node):
                live = self.node(node, live)
        return live

    def node(self, node: Node, live: int) -> int:
        found = walk.outs(node)
        if isinstance(node, If) and node not in self.folding.conditionals:
            return self._branch(node, live)
        if isinstance(node, (For, While)):
            return self._loop(node, live)
        if isinstance(node, Try):
            return self._guard(node, live)
        self.define(found, live)
        return live & ~self.mask(found) | self.mask(self.folding.node_reads(node))

    def _branch(self, node: If, live: int) -> int:
        self.define(node.outs, live)
        after = live & ~self.mask(node.outs)
        before = 0
        for block in walk.blocks(node):
            before |= self.block(block, after | self.mask(self._reads(block.results)))
        return before | self.mask(self._reads((node.test,)))

    def _guard(self, node: Try, live: int) -> int:
        self.define(node.outs, live)
        # What is read after an exception must survive whatever was assigned before it.
        after = live & ~self.mask(node.outs) | self.mask(self._reads(node.instead))
        return after | self.block(node.body, after | self.mask(self._reads(node.body.results)))

    def _loop(self, node: For | While, live: int) -> int:
        carries = node.body.params[len(node.body.params) - len(node.init) :]
        items = node.body.params[: len(node.body.params) - len(node.init)]
        outer = live & ~self.mask(walk.outs(node)) | self.mask(node.collected)
        for block in walk.blocks(node):
            outer |= self.mask(v for n in [block] for v in walk.free_variables(n) if v not in self.folding.inline)
            outer |= self.mask(self._reads(v for v in walk.free_variables(block)))
        if node.until is not None and node.init[node.until] == Lit(False):
            # Paths that go on leave the flag as it is, so nothing else in the body may have its name.
            outer |= self.mask((carries[node.until],))
        if isinstance(node, While):
            params = self.mask(node.test.params) | self.mask(carries)
            self.block(node.test, outer | params | self.mask(self._reads(node.test.results)))
            self.define(node.test.params, outer)
        # A result is assigned to what it is carried in while the others, and what decides the exit, are still read.
        early = early_columns(node, self.folding, self.groups)
        filled = {v for groups in early.values() for g in groups for v in g}
        values = dict(zip(node.collected, node.body.results[len(node.init) :]))
        late = [values[v] for v in node.collected if v not in filled]
        ends = self.mask(self._reads([*node.body.results[: len(node.init)], *late]))
        inside = outer | ends
        for at in range(len(node.body.body) - 1, -2, -1):
            inside |= self.mask(self._reads(values[v] for g in early.get(at, ()) for v in g))
            if at >= 0 and self.folding.is_printed(node.body.body[at]):
                inside = self.node(node.body.body[at], inside)
        if node.until is not None:
            flag = self.mask(self._reads((node.body.results[node.until],)))
            for param, result in zip(carries, node.body.results):
                own = self.mask([result]) if isinstance(result, Var) else 0
                self.define([param], outer | flag & ~own)
        self.define((*items, *carries), outer | inside & ~self.mask((*items, *carries)))
        self.define(node.outs, live)
        self.define(node.collected, outer | inside)
        bounds = self.mask(self._reads(b for b in walk.operands(node) if b not in node.init))
        if isinstance(node, For):
            heads = [b for b in (node.start, node.stop, node.step) if b is not None]
            bounds = self.mask(self._reads([*heads, *node.xs]))
            starts = self.mask(v for v in node.init if isinstance(v, Var))
            self.define((*carries, *node.collected), outer | bounds & ~starts)
            for carry, start in zip(carries, node.init):
                # The bounds may read what a carried value starts from under the name of that value.
                own = self.mask([start]) if isinstance(start, Var) else 0
                self.define([carry], bounds & ~own)
            self.define(items, outer | self.mask(self._reads(node.xs)))
        starts = self.mask(self._reads(node.init))
        self.define(node.collected, starts)
        return outer & ~self.mask(node.collected) | bounds | starts


def statements(folding: Folding, block: Block) -> list[Node]:
    """The nodes of a block that have a statement of their own."""
    return [n for n in block.body if folding.is_printed(n)]


def is_update(node: Node) -> bool:
    """Whether an equation has the form of `x += y`."""
    return isinstance(node, Eqn) and (node.prim == "accumulate" or node.prim.startswith("inplace."))
