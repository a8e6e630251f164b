"""Rewriting equation by equation: the walk that the passes share."""

from __future__ import annotations

import operator
from collections import Counter
from functools import cached_property
from typing import Sequence, Union

from ..analysis.alias import Aliases, NOTHING, Roots, aliases
from ..ir import walk
from ..ir.build import Knowledge, type_of
from ..ir.syntax import Arg, Atom, Block, Eqn, Function, Lit, Loc, Node, Var
from ..ir.types import Tensor, same_dim
from .ownership import with_block

Change = Union[Atom, Sequence[Node], None]


class Rewriter:
    """Walks through a function in program order; `eqn` says what becomes of each equation.

    `eqn` returns None to keep it, an atom to use instead of its only result, or nodes to put in its place.
    """

    def __init__(self, function: Function, knowledge: Knowledge) -> None:
        self.function = function
        self.knowledge = knowledge
        self.table: dict[Var, Atom] = {}
        self.made: dict[Var, Eqn] = {}
        self.here: set[Var] = set()
        self.uses = count_uses(function)

    @cached_property
    def storage(self) -> "Storage":
        """Which results must stay arrays of their own."""
        return Storage(self.function)

    def run(self) -> Function:
        return with_block(self.function, self.block(self.function.block))

    def eqn(self, node: Eqn) -> Change:
        raise NotImplementedError

    def block(self, block: Block) -> Block:
        outer, self.here = self.here, set(block.params)
        body: list[Node] = []
        for old in block.body:
            node = old if self.table.keys().isdisjoint(old.reads) else walk.map_operands(old, self.atom)
            if node.blocks:
                node = walk.map_blocks(node, self.block)
            body += self.nodes(node)
            self.here.update(node.defined)
        self.here = outer
        results = tuple(self.atom(r) for r in block.results)
        same = len(body) == len(block.body) and all(map(operator.is_, body, block.body))
        if same and all(map(operator.is_, results, block.results)):
            return block
        return Block(block.params, tuple(body), results)

    def nodes(self, node: Node) -> Sequence[Node]:
        """What stands in the place of a node."""
        if not isinstance(node, Eqn):
            return (node,)
        change = self.eqn(node)
        if change is None:
            for out in node.outs:
                self.made[out] = node
            return (node,)
        if isinstance(change, (Var, Lit)):
            self.table[node.outs[0]] = change
            return ()
        for made in change:
            if isinstance(made, Eqn):
                self.made.update((v, made) for v in made.outs)
        return change

    def atom(self, atom: Atom) -> Atom:
        while isinstance(atom, Var) and atom in self.table:
            atom = self.table[atom]
        return atom

    def made_by(self, arg: Arg, *prims: str) -> Eqn | None:
        """The equation that defines a variable, when it is one of some primitives."""
        if not isinstance(arg, Var):
            return None
        node = self.made.get(arg)
        return node if node is not None and node.prim in prims else None

    def once(self, arg: Arg) -> bool:
        """Whether a variable is ours and is read once only, in the block that makes it."""
        return isinstance(arg, Var) and arg.temporary and self.uses[arg] == 1 and arg in self.here

    def instead(self, node: Eqn, atom: Arg) -> Change:
        """The atom in place of the result, when both have one type and no store tells them apart."""
        out = node.outs[0]
        if isinstance(atom, Var) and same_type(atom.type, out.type) and self.storage.may_merge(out, node.loc):
            return atom
        return None

    def typed(self, node: Eqn, prim: str, *args: Arg) -> Change:
        """The same result computed otherwise, when the type does not change by it."""
        found = self.knowledge.infer(prim, args, (), False)
        if len(found) != 1:
            return None
        if isinstance(found[0], Lit):
            return found[0] if same_type(type_of(found[0]), node.outs[0].type) else None
        if not same_type(found[0], node.outs[0].type):
            return None
        return (Eqn(node.outs, prim, args, (), node.loc),)

    def step(self, hint: str, loc: Loc, prim: str, *args: Arg) -> tuple[Atom, tuple[Eqn, ...]]:
        """A new intermediate result and its equation; a literal without equation when it is known."""
        (kind,) = self.knowledge.infer(prim, args, (), False)
        if isinstance(kind, Lit):
            return kind, ()
        out = Var(hint, kind, temporary=True)
        self.here.add(out)
        self.uses[out] = 1
        line = Eqn((out,), prim, args, (), loc)
        self.made[out] = line
        return out, (line,)


class Storage:
    """Which results must stay arrays of their own, because something is stored into them or they are returned."""

    def __init__(self, function: Function) -> None:
        self.facts: Aliases = aliases(function)
        self.writers = [(n, self.facts.written(n)) for n in walk.all_nodes(function.block) if isinstance(n, Eqn)]
        # What a result of an earlier pass was stored into is that of this pass as well.
        self.written = ageless(NOTHING.union(*(self.facts.written(n) for n in function.block.body)))
        self.returned = ageless(NOTHING.union(*map(self.facts.of, function.block.results)))

    def may_merge(self, out: Var, loc: Loc) -> bool:
        """Whether a result may become another name of a value that there is already."""
        roots = ageless(self.facts.of(out))
        if not roots.isdisjoint(self.written):
            return False
        return loc.is_derived or roots.isdisjoint(self.returned)

    def written_elsewhere(self, out: Var) -> bool:
        """Whether something else than the equation that defines it stores into the storage of a result."""
        roots = ageless(self.facts.of(out))
        return any(out not in n.outs and not ageless(written).isdisjoint(roots) for n, written in self.writers)


def ageless(roots: Roots) -> Roots:
    """The roots, whichever pass of a loop they were made in."""
    return frozenset([r._replace(old=False) if r.old else r for r in roots])


def count_uses(function: Function) -> Counter[Var]:
    """How often each variable is read."""
    return Counter(function.block.uses)


def same_type(a: object, b: object) -> bool:
    """Whether two values are known to have one dtype, one shape and one form."""
    if not isinstance(a, Tensor) or not isinstance(b, Tensor) or a.dtype is None or a.dtype != b.dtype:
        return False
    if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
        return False
    if not a.shape and (a.form is None or a.form != b.form):
        return False
    return all(map(same_dim, a.shape, b.shape))


def is_float(arg: Arg) -> bool:
    """Whether an argument is known to be a variable of real or complex numbers."""
    return isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.dtype is not None and arg.type.is_float
