"""Make every update in place hit storage of our own: copy what is not, as far outside of loops as possible.

An adjoint that starts as `out_bar` is the caller's: adding to it in place would change his array.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector, adjoint = Tensor("float64", (Sym("n"),)), Loc(2, "", sweep="backward")
>>> y_bar, a, b = (Var(n, vector) for n in ("y_bar", "y_bar", "y_bar"))
>>> body = (Eqn((a,), "accumulate_at", (y_bar, Lit(0), Lit(1.0)), (), adjoint),
...         Eqn((b,), "accumulate", (a, a), (), adjoint))
>>> f = Function("f", (Param("y_bar", y_bar),), (), Block((y_bar,), body, (b,)), b)
>>> print(show(own_targets(own_targets(f))))
f(y_bar: f64[n])
  --- backward sweep
  y_bar.1: f64[n] = numpy.copy(y_bar)             # L2
  y_bar.2: f64[n] = y_bar.1 with [0] += 1.0       # L2
  y_bar.3: f64[n] = accumulate(y_bar.2, y_bar.2)  # L2
  return y_bar.3
"""

from __future__ import annotations

import dataclasses
from typing import Iterator, Union

import numpy as np

from ..analysis.alias import Aliases, Roots, aliases, body_aliases, observable, user_write
from ..ir import walk
from ..ir.build import type_of
from ..ir.primitives import IN_PLACE
from ..ir.syntax import Arg, Atom, Block, Eqn, For, Function, Lit, Loc, Node, Var, While
from ..ir.types import Tensor, same_dim

Loop = Union[For, While]


def own_targets(function: Function) -> Function:
    """One round: the function with some of the targets that are not its own copied; itself when there is none."""
    function = with_block(function, _sums_that_grow(function.block))
    finder = _Finder(function)
    finder.block(function.block, ())
    if not finder.fixes:
        return function
    return with_block(function, _apply(function.block, finder.fixes))


def with_block(function: Function, block: Block) -> Function:
    """The function with another block; results are found anew by their position."""
    if block is function.block:
        return function
    leaves = iter(block.results)
    return dataclasses.replace(function, block=block, result=walk.map_arg(function.result, lambda _: next(leaves)))


def copy_of(arg: Arg, loc: Loc, saved: bool = False) -> tuple[Var, Eqn]:
    """A variable with the same value in storage of its own, and its equation."""
    assert not hasattr(arg, "items")
    atom: Atom = arg  # type: ignore[assignment]
    kind = type_of(atom)
    plain = isinstance(kind, Tensor) and (bool(kind.rank) or kind.rank == 0 and kind.form == "nd")
    hint = atom.hint if isinstance(atom, Var) else "constant"
    if saved and not hint.endswith("_prev"):
        hint += "_prev"
    copy = Var(hint, kind, temporary=isinstance(atom, Var) and atom.temporary and not saved)
    return copy, Eqn((copy,), "numpy.copy" if plain else "runtime.snapshot", (atom,), (), loc)


def _sums_that_grow(block: Block) -> Block:
    """The block where an accumulation that changes shape or dtype is a sum, which needs no storage."""

    def change(node: Node) -> Node:
        if isinstance(node, Eqn) and node.prim == "accumulate" and not _keeps_type(node):
            return dataclasses.replace(node, prim="operator.add")
        return walk.map_blocks(node, _sums_that_grow)

    body = tuple(map(change, block.body))
    return block if all(a is b for a, b in zip(body, block.body)) else Block(block.params, body, block.results)


def _keeps_type(node: Eqn) -> bool:
    target, out = node.args[0], node.outs[0].type
    kind = type_of(target) if not hasattr(target, "items") else None  # type: ignore[arg-type]
    if not isinstance(kind, Tensor) or not isinstance(out, Tensor):
        return False
    if kind.is_immutable:
        return True
    if kind.shape is None or out.shape is None or kind.dtype is None or kind.dtype != out.dtype:
        return False
    return len(kind.shape) == len(out.shape) and all(map(same_dim, kind.shape, out.shape))


@dataclasses.dataclass(frozen=True, eq=False)
class Fix:
    """A copy to make: of the target of an update (position -1), or of a value that a loop starts from or carries on."""

    node: Node
    place: str
    position: int = 0


class _Finder:
    """Looks for targets that are not our own, and for the place where a copy is cheapest."""

    def __init__(self, function: Function) -> None:
        self.facts = aliases(function)
        self.seen = observable(function)
        self.pinned = self.written_by_user(function.block)
        self.escaped: Roots = frozenset()
        self.bodies: dict[Node, Aliases] = {}
        self.fixes: list[Fix] = []
        self.busy: set[object] = set()

    def written_by_user(self, block: Block) -> Roots:
        """The caller's storage that the user's statements write to: it must not be exchanged for a copy."""
        writes = (n for n in walk.all_nodes(block) if user_write(n, self.facts, self.seen))
        return frozenset(r for n in writes for r in self.facts.written(n))

    def block(self, block: Block, loops: tuple[Loop, ...]) -> None:
        for node in block.body:
            inner = (*loops, node) if isinstance(node, (For, While)) else loops
            for nested in walk.blocks(node):
                self.block(nested, inner)
            if isinstance(node, Eqn) and node.prim == "store":
                self.escaped |= self.facts.of(node.args[3])
            if isinstance(node, Eqn) and node.prim in IN_PLACE:
                self.target(node, loops)

    def target(self, node: Eqn, loops: tuple[Loop, ...]) -> None:
        written = self.facts.overwritten(node)
        if not written or user_write(node, self.facts, self.seen):
            return
        sites = {r.site for r in written}
        if not self.busy.isdisjoint(sites):
            return
        fix = self.place(node.args[0], node, "target", 0, loops)
        if fix:
            self.busy.update(sites)
            self.fixes.append(fix)

    def place(self, atom: Arg, node: Node, where: str, position: int, loops: tuple[Loop, ...]) -> Fix | None:
        """Where to copy so that `atom`, which is read by `node` inside of `loops`, is ours; None when it is."""
        here = Fix(node, where, position)
        if not loops:
            roots = self.facts.of(atom)
            return None if _owned(roots) and roots.isdisjoint(self.escaped) else here
        loop = loops[-1]
        facts = self.body(loop)
        roots = facts.of(atom)
        if not _owned(roots):
            return here
        first = len(loop.body.params) - len(loop.init)
        for i in self.carries(loop, roots):
            fix = self.place(loop.init[i], loop, "init", i, loops[:-1])
            if fix:
                return fix if self.pinned.isdisjoint(self.facts.of(loop.init[i])) else here
            if not _owned(facts.of(loop.body.results[i])) and loop.body.results[i] is not loop.body.params[first + i]:
                return Fix(loop, "result", i)
        return None

    def carries(self, loop: Loop, roots: Roots) -> Iterator[int]:
        """The carried values whose storage is reached, directly or by passing from one to the other."""
        facts = self.body(loop)
        first = len(loop.body.params) - len(loop.init)
        reached = [i for i, p in enumerate(loop.body.params[first:]) if _from(roots, p)]
        for i in reached:
            onward = facts.of(loop.body.results[i])
            reached += [j for j, p in enumerate(loop.body.params[first:]) if j not in reached and _from(onward, p)]
            yield i

    def body(self, loop: Loop) -> Aliases:
        if loop not in self.bodies:
            self.bodies[loop] = body_aliases(loop)
        return self.bodies[loop]


def _from(roots: Roots, param: Var) -> bool:
    return any(r.site is param for r in roots)


def _owned(roots: Roots) -> bool:
    return all(r.owned for r in roots)


def _apply(block: Block, fixes: list[Fix]) -> Block:
    """The block with the copies made."""
    body: list[Node] = []
    for node in block.body:
        mine = [f for f in fixes if f.node is node]
        node = walk.map_blocks(node, lambda b: _apply(b, fixes))
        for fix in mine:
            before, node = _fixed(node, fix)
            body += before
        body.append(node)
    if len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body)):
        return block
    return Block(block.params, tuple(body), block.results)


def copied_target(node: Eqn) -> tuple[list[Node], Eqn]:
    """An update of a copy, and what makes the copy: `y *= a` as `y = x * a`, which makes none."""
    name = node.prim.removeprefix("inplace.")
    if name != node.prim and _gives_type(node):
        return [], dataclasses.replace(node, prim=f"operator.{name}")
    copy, line = copy_of(node.args[0], node.loc)
    return [line], dataclasses.replace(node, args=(copy, *node.args[1:]))


def _gives_type(node: Eqn) -> bool:
    """Whether an operator gives a new array of the type that the update in place keeps."""
    own, other = (type_of(a) if isinstance(a, (Var, Lit)) else None for a in node.args)
    if not isinstance(own, Tensor) or not isinstance(other, Tensor) or not own.shape or other.shape is None:
        return False
    if own.dtype not in ("float64", "float32", "complex128", "complex64") or other.dtype is None:
        return False
    if own.form != "nd" or np.promote_types(own.dtype, other.dtype) != own.dtype and other.form != "py":
        return False
    return len(other.shape) <= len(own.shape) and not (other.form == "py" and other.dtype.startswith("complex") > own.dtype.startswith("complex"))


def _fixed(node: Node, fix: Fix) -> tuple[list[Node], Node]:
    if isinstance(node, Eqn):
        if node.prim == "accumulate":
            return [], dataclasses.replace(node, prim="operator.add")
        return copied_target(node)
    assert isinstance(node, (For, While))
    if fix.place == "init":
        copy, line = copy_of(node.init[fix.position], node.loc)
        init = (*node.init[: fix.position], copy, *node.init[fix.position + 1 :])
        return [line], dataclasses.replace(node, init=init)
    results = list(node.body.results)
    results[fix.position], line = copy_of(results[fix.position], node.loc)
    return [], dataclasses.replace(
        node, body=Block(node.body.params, (*node.body.body, line), tuple(results))
    )
