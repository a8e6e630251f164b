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
from ..ir.syntax import Block, Function, If, Lit, Node, Var
from .ownership import with_block


def merged(function: Function) -> Function:
    """The function in which the derivative asks once what it asks twice in a row."""
    if not any(node.blocks for node in function.block.body):
        return function
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
    if not isinstance(first.test, Var) or first.test is not second.test:
        return False
    # Two choices of one line are printed as expressions.
    is_expression = _is_choice(first) and _is_choice(second) and first.loc.line == second.loc.line
    return first.loc.is_derived and second.loc.is_derived and not is_expression


def _is_choice(node: If) -> bool:
    """Whether a branch gives a value, or a literal."""
    return len(node.outs) == 1 and any(not b.body and isinstance(b.results[0], Lit) for b in (node.then, node.orelse))


def _joined(first: If, second: If) -> If:
    sides = []
    for a, b in ((first.then, second.then), (first.orelse, second.orelse)):
        b = walk.substitute(b, dict(zip(first.outs, a.results)))
        sides.append(Block((), (*a.body, *b.body), a.results + b.results))
    return If(first.outs + second.outs, first.test, sides[0], sides[1], first.loc if first.loc.line else second.loc)
