"""One branch instead of two with the same test, one right after the other.

>>> from st_ad.ir.syntax import Block, Eqn, Function, If, Lit, Loc, Param, Var
>>> from st_ad.ir.types import BOOL, FLOAT
>>> from st_ad.ir.show import show
>>> t, g, a, b, y = Var("failed", BOOL), *(Var(h, FLOAT) for h in ("g", "a_bar", "b", "y_bar"))
>>> back = Loc(2, "", sweep="backward")
>>> first = If((a,), t, Block((), (), (Lit(0.0),)), Block((), (), (g,)), back)
>>> double = Block((), (Eqn((b,), "operator.mul", (Lit(2.0), a)),), (b,))
>>> second = If((y,), t, Block((), (), (a,)), double, back)
>>> f = Function("f", (Param("failed", t), Param("g", g)), (), Block((t, g), (first, second), (y,)), y)
>>> print("\\n".join(line.partition("#")[0].rstrip() for line in show(merged(f)).splitlines()))
f(failed: bool, g: float)
  --- backward sweep
  a_bar: float, y_bar: float = if failed:
      give 0.0, 0.0
    else:
      b: float = 2.0 * g
      give g, b
  return y_bar
"""

from __future__ import annotations

from ..ir import walk
from ..ir.syntax import Block, Function, If, Node, Var
from .ownership import with_block


def merged(function: Function) -> Function:
    """The function in which the derivative asks once what it asks twice in a row."""
    return with_block(function, _block(function.block))


def _block(block: Block) -> Block:
    body: list[Node] = []
    for node in block.body:
        node = walk.map_blocks(node, _block)
        last = body[-1] if body else None
        if isinstance(node, If) and isinstance(last, If) and _is_same_test(last, node):
            body[-1] = _joined(last, node)
        else:
            body.append(node)
    if len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body)):
        return block
    return Block(block.params, tuple(body), block.results)


def _is_same_test(first: If, second: If) -> bool:
    return isinstance(first.test, Var) and first.test is second.test and first.loc.is_derived and second.loc.is_derived


def _joined(first: If, second: If) -> If:
    sides = []
    for a, b in ((first.then, second.then), (first.orelse, second.orelse)):
        b = walk.substitute(b, dict(zip(first.outs, a.results)))
        sides.append(Block((), (*a.body, *b.body), a.results + b.results))
    return If(first.outs + second.outs, first.test, sides[0], sides[1], first.loc if first.loc.line else second.loc)
