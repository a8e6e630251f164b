"""Compute what a loop carries on after the last reading of its old value, so that both have one name.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT
>>> from st_ad.ir.show import show
>>> x, n, k, s, t, s1, t1, a, b = (Var(h, FLOAT) for h in ("x", "n", "k", "s", "t", "s", "t", "s", "t"))
>>> body = (Eqn((s1,), "operator.mul", (s, x)), Eqn((t1,), "operator.add", (t, s)))
>>> start = (Lit(1.0), Lit(0.0))
>>> loop = For((a, b), (), Lit(0), Lit(3), None, (), False, start, Block((k, s, t), body, (s1, t1)))
>>> f = Function("f", (Param("x", x),), (), Block((x,), (loop,), (b,)), b)
>>> print(show(sink(f)))
f(x: float)
  s.2: float, t.2: float = for k in range(0, 3) with s = 1.0, t = 0.0:
      t.1: float = t + s
      s.1: float = s * x
      next s.1, t.1
  return t.2
"""

from __future__ import annotations

from ..analysis.alias import Aliases, aliases
from ..ir import walk
from ..ir.syntax import Block, Eqn, For, Function, Node, Var, While
from .ownership import with_block
from .reuse import is_pure


def sink(function: Function) -> Function:
    """The function in whose loops the carried values are computed last."""
    return with_block(function, _block(function.block, aliases(function)))


def _block(block: Block, facts: Aliases) -> Block:
    body = tuple(_node(n, facts) for n in block.body)
    return block if all(a is b for a, b in zip(body, block.body)) else Block(block.params, body, block.results)


def _node(node: Node, facts: Aliases) -> Node:
    node = walk.map_blocks(node, lambda b: _block(b, facts))
    if not isinstance(node, (For, While)):
        return node
    loop = node

    def last(block: Block) -> Block:
        return _with_carries_last(block, loop, facts) if block is loop.body else block

    return walk.map_blocks(node, last)


def _with_carries_last(block: Block, loop: For | While, facts: Aliases) -> Block:
    body = list(block.body)
    carries = block.params[len(block.params) - len(loop.init) :]
    for param, result in zip(carries, block.results):
        at = next((i for i, n in enumerate(body) if result in walk.outs(n)), None)
        if at is None or not _is_movable(body[at], result, body[at + 1 :], block, loop):
            continue
        end = _last_reading(param, at, body)
        if end > at and not _is_overwritten(body[at], body[at + 1 : end + 1], facts):
            body.insert(end, body.pop(at))
    if all(a is b for a, b in zip(body, block.body)):
        return block
    return Block(block.params, tuple(body), block.results)


def _last_reading(var: Var, at: int, body: list[Node]) -> int:
    """Where after a place a variable is read last, also as a part of the expression that a temporary is printed in."""
    end, carriers = at, {var}
    for i in range(at + 1, len(body)):
        if not carriers.isdisjoint(walk.node_reads(body[i])):
            end = i
            carriers.update(v for v in walk.outs(body[i]) if v.temporary)
    return end


def _is_movable(node: Node, result: object, later: list[Node], block: Block, loop: For | While) -> bool:
    """Whether nothing else needs the result before the pass ends."""
    if not isinstance(node, Eqn) or len(node.outs) != 1 or not is_pure(node):
        return False
    if loop.until is not None and block.results[loop.until] is result:
        return False
    return not any(isinstance(result, Var) and result in walk.node_reads(n) for n in later)


def _is_overwritten(node: Node, later: list[Node], facts: Aliases) -> bool:
    """Whether a store changes what a node reads."""
    reads = frozenset(r for v in walk.node_reads(node) for r in facts.of(v))
    return any(not facts.written(n).isdisjoint(reads) for n in later)
