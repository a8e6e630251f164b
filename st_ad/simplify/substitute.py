"""Do away with regions that are decided: a branch on a literal, results that are the same on both sides, a guard around nothing, carried values
that never change, loops of one pass.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT
>>> from st_ad.ir.show import show
>>> x, w, p, q, y, z, a, k = (Var(n, FLOAT) for n in ("x", "w", "y", "w", "y", "w", "y", "k"))
>>> inner = (Eqn((a,), "operator.mul", (p, q)),)
>>> loop = For((y, z), (), Lit(0), Lit(3), Lit(1), (), False, (x, w), Block((k, p, q), inner, (a, q)))
>>> f = Function("f", (Param("x", x), Param("w", w)), (), Block((x, w), (loop,), (y,)), y)
>>> print(show(substitute(f)))
f(x: float, w: float)
  y.2: float = for k in range(3) with y = x:
      y.1: float = y * w
      next y.1
  return y.2
"""

from __future__ import annotations

import dataclasses
from typing import Sequence

from ..analysis.undefined import may_be_undefined
from ..ir import walk
from ..ir.syntax import UNDEFINED, Atom, Block, Eqn, For, Function, If, Lit, Node, Try, Var, While
from ..ir.types import Seq
from .loops import carries_of, pick, trimmed
from .ownership import with_block

Table = dict[Var, Atom]


def substitute(function: Function) -> Function:
    """The function without regions that are decided when it is transformed."""
    return with_block(function, _block(function.block, {}))


def _block(block: Block, table: Table) -> Block:
    """The block rewritten; `table` has what became of outer variables and is extended."""

    def atom(a: Atom) -> Atom:
        while isinstance(a, Var) and a in table:
            a = table[a]
        return a

    body: list[Node] = []
    for node in block.body:
        body += _node(node if table.keys().isdisjoint(node.reads) else walk.map_operands(node, atom), table)
    results = tuple(map(atom, block.results))
    same = len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body))
    if same and all(a is b for a, b in zip(results, block.results)):
        return block
    return Block(block.params, tuple(body), results)


def _node(node: Node, table: Table) -> Sequence[Node]:
    if not node.blocks:
        return (node,)
    if isinstance(node, If) and isinstance(node.test, Lit):
        taken = _block(node.then if node.test.value else node.orelse, table)
        table.update(zip(node.outs, taken.results))
        return taken.body
    if isinstance(node, (For, While)):
        node = _without_constants(node, table)
    node = walk.map_blocks(node, lambda b: _block(b, table))
    if isinstance(node, If):
        return _branch(node, table)
    if isinstance(node, Try) and not node.body.body:
        table.update(zip(node.outs, (Lit(False), Lit(None), *node.body.results)))
        return ()
    if isinstance(node, For):
        return _few_passes(node, table)
    return (node,)


def _branch(node: If, table: Table) -> Sequence[Node]:
    """The branch without results that are the same on both sides, or that are the test itself."""
    inside = {v for b in (node.then, node.orelse) for v in _definitions(b)}
    keep = []
    for i, (out, a, b) in enumerate(zip(node.outs, node.then.results, node.orelse.results)):
        if a is b or isinstance(a, Lit) and a == b:
            table[out] = a
        elif a == UNDEFINED and b not in inside:
            table[out] = b
        elif b == UNDEFINED and a not in inside:
            table[out] = a
        elif a == Lit(True) and b == Lit(False) and _is_flag(node.test):
            table[out] = node.test
        else:
            keep.append(i)
    if len(keep) == len(node.outs):
        return (node,)
    then, orelse = (Block(b.params, b.body, pick(b.results, keep)) for b in (node.then, node.orelse))
    if not then.body and not orelse.body and not keep:
        return ()
    return (dataclasses.replace(node, outs=pick(node.outs, keep), then=then, orelse=orelse),)


def _is_flag(test: Atom) -> bool:
    return isinstance(test, Var) and getattr(test.type, "dtype", None) == "bool" and test.type.shape == ()  # type: ignore


def _definitions(block: Block) -> list[Var]:
    return [v for n in block.body for v in walk.outs(n)]


def _without_constants(node: For | While, table: Table) -> For | While:
    """The loop without carried values that no pass changes."""
    count = len(node.init)
    keep = []
    inner: Table = {}
    for i, (start, param, result) in enumerate(zip(node.init, carries_of(node), node.body.results)):
        constant = result is param or result is start or isinstance(start, Lit) and start == result
        if not constant or i == node.until or start == UNDEFINED and result is param:
            keep.append(i)
            continue
        inner[param] = start
        if isinstance(node, While):
            inner[node.test.params[i]] = start
        table[node.outs[i]] = start
    if len(keep) == count:
        return node
    body = walk.substitute(Block((), node.body.body, node.body.results), inner)
    test = walk.substitute(node.test, inner) if isinstance(node, While) else None
    return trimmed(node, keep, body.body, body.results, test)


def _few_passes(node: For, table: Table) -> Sequence[Node]:
    """A counted loop that is known to run once, without the loop; one that never runs, without its body."""
    bounds = [b.value for b in (node.start, node.stop, node.step) if isinstance(b, Lit)]
    if node.xs or len(bounds) != 3 or bounds[2] == 0 or not all(type(b) is int for b in bounds):
        return (node,)
    passes = range(*bounds)
    items = node.body.results[len(node.init) :]
    if len(passes) > 1 or items and not may_be_undefined(node.body).isdisjoint(items):
        return (node,)
    results: Sequence[Atom] = (*node.init, *(None for _ in node.collected))  # type: ignore[arg-type]
    body: tuple[Node, ...] = ()
    if passes:
        given: Table = dict(zip(node.body.params, (Lit(passes[0]), *node.init)))
        once = walk.substitute(Block((), node.body.body, node.body.results), given)
        body, results = once.body, once.results
    table.update(zip(node.outs, results))
    lists = [
        Eqn((var,), "seq.make", (item,) if passes else (), (), node.loc)
        for var, item in zip(node.collected, results[len(node.init) :])
        if isinstance(var.type, Seq)
    ]
    return (*body, *lists)
