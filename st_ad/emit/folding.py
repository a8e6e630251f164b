"""Which values are printed inside the expression that uses them, instead of as a statement of their own.

A single-use temporary is folded when nothing happens between its place and that of its use that it could notice: no
update in place of storage that it reads, and no effect.
"""

from __future__ import annotations

from collections import Counter
from typing import Collection, Iterator

from ..analysis.alias import NOTHING, Aliases, Roots, aliases
from ..analysis.subscripts import is_view_index
from ..analysis.write_backs import written_through
from ..analysis.undefined import may_be_undefined
from ..ir import walk
from ..ir.primitives import IN_PLACE, has_effect
from ..ir.syntax import UNDEFINED, Arg, Atom, Block, Call, Eqn, For, Function, If, Lit, Node, Try, Var, While
from ..ir.types import Tensor

# Equations that are statements by nature.
_STATEMENTS = frozenset({"tape.unpack", "seq.pop"})


class Folding:
    """`inline` maps every folded variable to the node that defines it; `conditionals` are the branches that are
    printed as expressions; `sums` are the accumulations that are printed as `a + g`."""

    def __init__(self, function: Function, pinned: Collection[Var] = ()) -> None:
        self.facts: Aliases = aliases(function)
        self.pinned = frozenset(pinned)
        self.inline: dict[Var, Node] = {}
        self.conditionals: dict[If, None] = {}
        self.sums: dict[Eqn, None] = {}
        self.uses = function.block.uses
        # What has no value on some path may be handed on, but not be read in an expression.
        self.vague = may_be_undefined(function.block)
        nodes = walk.all_nodes(function.block)
        # Tests that are also what one branch gives: `a and b`, where they are written once.
        self.twice = frozenset(
            n.test for n in nodes
            if isinstance(n, If) and len(n.outs) == 1 and isinstance(n.test, Var) and self.uses[n.test] == 2
            and sum(b.results[0] is n.test for b in walk.blocks(n)) == 1
        )  # fmt: skip
        self.partial = _partial(function.block)
        self.made = {v: n for n in nodes if isinstance(n, Eqn) for v in n.outs}
        self.done = _done_already(function, self)
        # What the test of a `while` computes has no name in the user's text.
        loops = [n for n in nodes if isinstance(n, While)]
        self.tests = frozenset(v for n in loops for m in walk.all_nodes(n.test) for v in walk.outs(m))
        self.through = self._updates_of_parts(function)
        self.block(function.block, True)

    def _updates_of_parts(self, function: Function) -> frozenset[Eqn]:
        """The updates in place that are printed as `y[1:] *= a`: nobody else reads the part."""
        nodes = [n for n in walk.all_nodes(function.block) if isinstance(n, Eqn)]
        made = self.made
        backs = Counter(n.args[2] for n in nodes if n.prim == "setitem" and n.outs[0] in self.done)
        found = set()
        for node in nodes:
            part = node.args[0] if node.prim.startswith("inplace.") else None
            if not isinstance(part, Var) or not self._is_single(part) or not _is_array(part) or part not in made:
                continue
            taken = made[part]
            if taken.prim == "getitem" and is_view_index(taken.args[1]) and isinstance(taken.args[0], Var):
                if backs[node.outs[0]] == self.uses.get(node.outs[0], 0) > 0:
                    found.add(node)
        return frozenset(found)

    def _part(self, node: Node) -> Iterator[Var]:
        """The part of an array that a node updates, when it is printed as `y[1:] *= a`."""
        if isinstance(node, Eqn) and node in self.through:
            yield from walk.variables(node.args[:1])

    def block(self, block: Block, with_results: bool, flag: Atom | None = None) -> bool:
        """Decide about a block; whether all of it is folded into its results, or into the flag that ends its loop."""
        pending: dict[Var, tuple[Node, Roots]] = {}
        complete = True
        for node in block.body:
            nested = self._nested(node)
            reads = NOTHING.union(*map(self.facts.of, walk.node_reads(node)))
            readable = [*_foldable(node), *self._part(node)]
            taken = [v for v in readable if v in pending and (v not in self.twice or node in self.conditionals)]
            if isinstance(node, Eqn) and node.prim == "accumulate":
                if self._is_sum(node, pending):
                    taken = [v for v in walk.variables(node.args) if v in pending]
                    self.sums[node] = None
                else:
                    self.sums.pop(node, None)
            for var in dict.fromkeys(taken):
                self.inline[var], roots = pending.pop(var)
                reads |= roots
            if self._is_effect(node):
                pending.clear()
            written = NOTHING if node in self.sums else self.facts.written(node)
            if written:
                pending = {v: p for v, p in pending.items() if p[1].isdisjoint(written)}
            if nested and self._is_candidate(node):
                pending[walk.outs(node)[0]] = (node, reads)
            else:
                complete = False
        ends = block.results if with_results else () if flag is None else (flag,)
        if ends:
            for var in walk.variables(ends):
                if var in pending:
                    self.inline[var], _ = pending.pop(var)
        return complete and all(o in self.inline for n in block.body for o in walk.outs(n))

    def _nested(self, node: Node) -> bool:
        """Decide about nested blocks; whether the node itself can be an expression."""
        if isinstance(node, Eqn):
            return True
        if isinstance(node, If) and self._may_be_conditional(node):
            before = dict(self.inline), dict(self.conditionals), dict(self.sums)
            if self.block(node.then, True) and self.block(node.orelse, True):
                self.conditionals[node] = None
                return True
            self.inline, self.conditionals, self.sums = before
        for block in walk.blocks(node):
            ends = isinstance(node, (For, While)) and node.until is not None and block is node.body
            flag = block.results[node.until] if ends else None  # type: ignore[union-attr, index]
            self.block(block, isinstance(node, While) and block is node.test, flag)
        return False

    def _may_be_conditional(self, node: If) -> bool:
        if len(node.outs) != 1 or node.outs[0] in self.pinned and not node.outs[0].temporary:
            return False
        if any(r is UNDEFINED or r in self.vague for b in walk.blocks(node) for r in b.results):
            return False
        if not all(self._is_short(b) for b in walk.blocks(node)):
            return False
        if self._is_ours(node.outs[0]):
            return True
        # A name of the user's: was it an expression that he wrote?
        if not node.loc.text or node.loc.text.startswith(("if ", "elif ", "else", "for ", "while ", "if(", "elif(")):
            return False
        inner = [n for b in walk.blocks(node) for n in walk.all_nodes(b)]
        return all(n.loc.line == node.loc.line for n in inner)

    def _is_short(self, block: Block) -> bool:
        """Whether every node of a block may be part of one expression."""
        for node in block.body:
            if isinstance(node, If):
                if not self._may_be_conditional(node) or not self._is_single(node.outs[0]):
                    return False
            elif not isinstance(node, Eqn) or not self._is_pure(node) or not self._is_single(node.outs[0]):
                return False
        return True

    def _is_sum(self, node: Eqn, pending: Collection[Var]) -> bool:
        first = node.args[0]
        return not self.facts.of(first) or first in pending and isinstance(first, Var)

    def _is_effect(self, node: Node) -> bool:
        if isinstance(node, Call):
            return True
        if isinstance(node, Eqn):
            return not node.outs or has_effect(node.prim) or node.prim.startswith("numpy.random.")
        if isinstance(node, Try):
            return True
        return any(self._is_effect(n) for block in walk.blocks(node) for n in block.body)

    def _is_ours(self, var: Var) -> bool:
        return var.temporary or var in self.tests

    def _is_single(self, var: Var) -> bool:
        return self._is_ours(var) and (self.uses.get(var, 0) == 1 or var in self.twice) and var not in self.pinned

    def _is_candidate(self, node: Node) -> bool:
        found = walk.outs(node)
        if len(found) != 1 or not self._is_single(found[0]):
            return False
        return node in self.conditionals if isinstance(node, If) else isinstance(node, Eqn) and self._is_pure(node)

    def _is_pure(self, node: Eqn) -> bool:
        if len(node.outs) != 1 or self._is_effect(node) or node.prim in _STATEMENTS:
            return False
        if node.prim == "accumulate":
            return node in self.sums or not self.facts.of(node.args[0])
        return node.prim not in IN_PLACE or self.is_number_update(node)

    def is_number_update(self, node: Eqn) -> bool:
        """Whether `x += y` concerns a number, so that it is no update of storage."""
        return node.prim.startswith("inplace.") and not self.facts.of(node.args[0])

    def is_in_place(self, node: Node) -> bool:
        """Whether a node is printed as a statement that changes its first argument."""
        if not isinstance(node, Eqn) or node.prim not in IN_PLACE or node.prim == "accumulate":
            return False
        return not self.is_number_update(node)

    def reads(self, arg: Arg) -> Iterator[Var]:
        """The variables that the printed form of an argument mentions."""
        for var in walk.variables((arg,)):
            if var in self.inline:
                yield from self.node_reads(self.inline[var])
            else:
                yield var

    def node_reads(self, node: Node) -> Iterator[Var]:
        """The variables that the printed form of an equation or a conditional expression mentions."""
        for arg in walk.operands(node):
            yield from self.reads(arg)
        if isinstance(node, If):
            for block in walk.blocks(node):
                for atom in block.results:
                    yield from self.reads(atom)

    def is_printed(self, node: Node) -> bool:
        """Whether a node has a statement of its own."""
        found = walk.outs(node)
        return not (len(found) == 1 and found[0] in self.inline)


def _done_already(function: Function, folding: Folding) -> frozenset[Var]:
    """The results of stores that would say again what was done through a view of the same place."""
    made = folding.made
    found: set[Var] = set()
    for node in made.values():
        if node.prim == "setitem" and is_view_index(node.args[1]):
            updated = written_through(node, made, _SURE_VIEWS)
            if updated and all(folding.is_in_place(made[v]) and _is_array(v) for v in updated):
                found.update(node.outs)
    return frozenset(found)


_SURE_VIEWS = frozenset({"getitem", "numpy.transpose", "numpy.swapaxes"})


def _is_array(var: Var) -> bool:
    return isinstance(var.type, Tensor) and bool(var.type.shape)


COPIES = frozenset({"numpy.copy", "runtime.snapshot"})


def _partial(block: Block) -> frozenset[Var]:
    """The variables that have no value on some path; copies of them may be made there, though nothing reads these."""
    found: set[Var] = set()

    def is_partial(atom: Atom) -> bool:
        return atom in found or isinstance(atom, Lit) and (atom.value is None or atom.value is UNDEFINED.value)

    while True:
        before = len(found)
        for node in walk.all_nodes(block):
            if isinstance(node, If):
                rows = zip(node.outs, node.then.results, node.orelse.results)
                found.update(o for o, a, b in rows if is_partial(a) or is_partial(b))
            elif isinstance(node, (For, While)):
                params = node.body.params[len(node.body.params) - len(node.init) :]
                for out, param, start, result in zip(node.outs, params, node.init, node.body.results):
                    if is_partial(start) or is_partial(result):
                        found.update((out, param))
            elif isinstance(node, Try):
                found.update(node.outs[2:])
            elif isinstance(node, Eqn) and node.prim in COPIES and is_partial(node.args[0]):  # type: ignore[arg-type]
                found.update(node.outs)
        if len(found) == before:
            return frozenset(found)


def _foldable(node: Node) -> Iterator[Var]:
    """The variables that a node reads where an expression can stand."""
    if isinstance(node, Eqn):
        args = node.args[1:] if node.prim in IN_PLACE and not node.prim.startswith("inplace.") else node.args
        if node.prim.startswith("inplace."):
            args = node.args[1:]
        yield from walk.variables((*args, *(v for _, v in node.kwargs)))
    elif isinstance(node, If):
        yield from walk.variables((node.test,))
    elif isinstance(node, For):
        bounds: tuple[Atom, ...] = tuple(b for b in (node.start, node.stop, node.step) if b is not None)
        yield from walk.variables(bounds)
    elif isinstance(node, Call):
        yield from walk.variables(node.args)
