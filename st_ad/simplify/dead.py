"""Leave out what nobody reads: equations, results of branches, carried and collected values of loops, whole regions.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT
>>> from st_ad.ir.show import show
>>> x, p, q, a, b, c, d, y, z = (Var(n, FLOAT) for n in ("x", "y", "z", "y", "z", "y", "z", "y", "z"))
>>> k = Var("k", INT)
>>> inner = (Eqn((a,), "operator.mul", (p, x)), Eqn((b,), "operator.add", (q, p)))
>>> loop = For((c, d), (), Lit(0), Lit(3), Lit(1), (), False, (x, x), Block((k, p, q), inner, (a, b)))
>>> f = Function("f", (Param("x", x),), (), Block((x,), (loop,), (c,)), c)
>>> print(show(dead(f)))
f(x: float)
  y.2: float = for k in range(3) with y = x:
      y.1: float = y * x
      next y.1
  return y.2
"""

from __future__ import annotations

import dataclasses
import operator
from functools import cached_property
from typing import Sequence

import numpy as np

from ..analysis.alias import Aliases, aliases, observable, user_write
from ..ir import walk
from ..ir.build import type_of
from ..ir.primitives import IN_PLACE, has_effect
from ..ir.syntax import UNDEFINED, Block, Call, Eqn, For, Function, If, Lit, Node, Try, Var, While
from ..ir.types import Tensor
from .loops import carries_of, items_of, pick, trimmed
from .ownership import with_block

# What they leave behind, such as the state of a generator, is read by later calls.
_STATEFUL = ("numpy.random.", "random.", "time.", "call")
_KEPT = (*_STATEFUL, "runtime.check")


def dead(function: Function) -> Function:
    """The function without what has no effect on its results."""
    return with_block(function, _Dead(function).top())


class _Dead:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.seen = observable(function)
        loops = [n for n in walk.all_nodes(function.block) if isinstance(n, For)]
        self.staying: dict[Node, bool] = {}
        self.counted = {v: n for n in loops if n.start is not None and n.until is None for v in n.collected}

    @cached_property
    def facts(self) -> Aliases:
        return aliases(self.function)

    def top(self) -> Block:
        block = self.function.block
        live = set(walk.variables(block.results))
        body = self.body(block, live)
        return block if body is block.body else Block(block.params, body, block.results)

    def must_stay(self, node: Node) -> bool:
        """Whether a node does something besides defining its results."""
        if isinstance(node, Eqn):
            stateful = node.prim.startswith(_KEPT) or _is_refused_by_numpy(node)
            if stateful or has_effect(node.prim) or not node.outs:
                return True
            return node.prim in IN_PLACE and user_write(node, self.facts, self.seen)
        if isinstance(node, Call):
            return _has_effects(node, self.facts)
        if isinstance(node, Try):
            return True
        known = self.staying.get(node)
        if known is None:
            known = self.staying[node] = any(self.must_stay(n) for block in node.blocks for n in block.body)
        return known

    def body(self, block: Block, live: set[Var]) -> tuple[Node, ...]:
        """The nodes that are needed for the live variables, to which what they read is added."""
        kept: list[Node] = []
        for node in reversed(block.body):
            if live.isdisjoint(node.defined) and not self.must_stay(node):
                continue
            if node.blocks:
                node = self.trimmed(node, live)
            live.update(node.needs)
            kept.append(node)
        kept.reverse()
        same = len(kept) == len(block.body) and all(map(operator.is_, kept, block.body))
        return block.body if same else tuple(kept)

    def trimmed(self, node: Node, live: set[Var]) -> Node:
        if isinstance(node, If):
            return self.branch(node, live)
        if isinstance(node, (For, While)):
            return self.loop(node, live)
        if isinstance(node, Try):
            return self.guarded(node, live)
        return node

    def guarded(self, node: Try, live: set[Var]) -> Try:
        """A `try` without results that nobody reads; all of its body stays, for what it may raise."""
        keep = [i for i, v in enumerate(node.outs[2:]) if v in live]
        anyhow = read_if_raised(self.function.block, node.outs[0])
        instead = tuple(a if v in anyhow else UNDEFINED for v, a in zip(node.outs[2:], node.instead))
        if len(keep) == len(node.body.results) and all(a is b for a, b in zip(instead, node.instead)):
            return node
        body = Block((), node.body.body, pick(node.body.results, keep))
        outs = (*node.outs[:2], *pick(node.outs[2:], keep))
        return dataclasses.replace(node, outs=outs, body=body, instead=pick(instead, keep))

    def branch(self, node: If, live: set[Var]) -> If:
        keep = [i for i, v in enumerate(node.outs) if v in live]
        then, orelse = (self.narrowed(b, keep) for b in (node.then, node.orelse))
        if then is node.then and orelse is node.orelse:
            return node
        return dataclasses.replace(node, outs=pick(node.outs, keep), then=then, orelse=orelse)

    def narrowed(self, block: Block, keep: Sequence[int]) -> Block:
        results = pick(block.results, keep)
        body = self.body(block, set(walk.variables(results)))
        if body is block.body and len(results) == len(block.results):
            return block
        return Block(block.params, body, results)

    def loop(self, node: For | While, live: set[Var]) -> For | While:
        count = len(node.init)
        columns = [i for i, v in enumerate(node.collected) if v in live]
        keep = [i for i, v in enumerate(node.outs) if v in live or i == node.until]
        test = None
        while True:
            inside = set(walk.variables(pick(node.body.results, [*keep, *(count + i for i in columns)])))
            body = self.body(node.body, inside)
            if isinstance(node, While):
                tested = set(walk.variables(node.test.results))
                checks = self.body(node.test, tested)
                same = checks is node.test.body
                test = node.test if same else Block(node.test.params, checks, node.test.results)
                inside |= {b for p, b in zip(node.test.params, node.body.params) if p in tested}
            wanted = [i for i, p in enumerate(carries_of(node)) if i in keep or p in inside]
            if wanted == keep:
                break
            keep = wanted
        items = [i for i, p in enumerate(items_of(node)) if p in inside]
        if isinstance(node, For) and node.start is None and not items:
            if node.xs[0] in self.counted:
                kept = trimmed(node, keep, body, node.body.results, test, columns, [0])
                assert isinstance(kept, For)
                return over_numbers(kept, self.counted[node.xs[0]])  # type: ignore[index]
            items = [0]
        full = len(keep) == count and len(columns) == len(node.collected) and len(items) == len(items_of(node))
        if full and body is node.body.body and (test is None or isinstance(node, While) and test is node.test):
            return node
        return trimmed(node, keep, body, node.body.results, test, columns, items)


def read_if_raised(block: Block, failed: Var) -> set[Var]:
    """The variables that may be read where a `try` has raised: elsewhere than in the other side of a branch on that."""
    found = set(walk.variables(block.results))
    for node in block.body:
        found.update(walk.variables(walk.operands(node)))
        sides = (node.then,) if isinstance(node, If) and node.test is failed else walk.blocks(node)
        for inner in sides:
            found |= read_if_raised(inner, failed)
    return found


def over_numbers(node: For, source: For) -> For:
    """A loop over a list of which it reads no item, as a loop over the numbers that the list was made over."""
    index = Var(source.body.params[0].hint, source.body.params[0].type)
    params = (index, *node.body.params[len(node.xs) :])
    body = Block(params, node.body.body, node.body.results)
    return dataclasses.replace(node, start=source.start, stop=source.stop, step=source.step, xs=(), body=body)


def _is_refused_by_numpy(node: Eqn) -> bool:
    """Whether an update in place raises, because the result cannot be cast to the dtype of the array."""
    if not node.prim.startswith("inplace.") or len(node.args) != 2:
        return False
    own, other = (type_of(a) if isinstance(a, (Var, Lit)) else None for a in node.args)
    if not isinstance(own, Tensor) or not isinstance(other, Tensor) or own.is_immutable:
        return False
    if own.dtype is None or other.dtype is None:
        return False
    kind, given = np.dtype(own.dtype).kind, np.dtype(other.dtype).kind
    result = "f" if node.prim == "inplace.truediv" and given not in "fc" else given
    return "biufc".index(result) > max("biufc".index(kind), 2 if kind in "iu" else 0)


def _has_effects(node: Call, facts: Aliases, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a called function does more than return a value; one that is not complete yet may."""
    callee = node.callee.function
    if callee is None or facts.written(node):
        return True
    if node.callee.name in seen:
        return False
    for n in walk.all_nodes(callee.block):
        if isinstance(n, Eqn) and (has_effect(n.prim) or n.prim.startswith(_STATEFUL) or not n.outs):
            return True
        if isinstance(n, Call) and _has_effects(n, facts, seen | {node.callee.name}):
            return True
    return False


