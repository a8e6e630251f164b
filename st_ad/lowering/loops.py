"""Loops that run from the last pass to the first become loops that count down, for want of `reversed`.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT, Seq
>>> from st_ad.ir.show import show
>>> tape, k, u, s, s1, y = Var("tape", Seq(FLOAT)), Var("k", INT), Var("u", FLOAT), Var("s", FLOAT), Var("s", FLOAT), Var("y", FLOAT)
>>> body = Block((u, s), (Eqn((s1,), "operator.mul", (s, u)),), (s1,))
>>> loop = For((y,), (), None, None, None, (tape,), True, (Lit(1.0),), body)
>>> f = Function("f", (Param("tape", tape),), (), Block((tape,), (loop,), (y,)), y)
>>> print(show(f))
f(tape: list[float])
  y: float = for u in reversed(tape) with s = 1.0:
      s.1: float = s * u
      next s.1
  return y
>>> print(show(counted(f)))
f(tape: list[float])
  v1: int = axis_length(tape, 0)
  v2: int = v1 - 1
  y: float = for i in range(v2, -1, -1) with s = 1.0:
      u: float = seq.item(tape, i)
      s.1: float = s * u
      next s.1
  return y
"""

from __future__ import annotations

import dataclasses

from ..analysis.infer import NUMPY
from ..ir import walk
from ..ir.build import Builder, type_of
from ..ir.syntax import Atom, Block, Eqn, For, Function, Lit, Node, Pack, Var
from ..ir.types import INT, Seq
from ..simplify.ownership import with_block


def by_number(function: Function) -> Function:
    """The function with the note that elements of arrays are read by their numbers: arrays are not gone through."""
    return dataclasses.replace(function, facts={**function.facts, "by_number": True})


def counted(function: Function) -> Function:
    """The function without loops that run backwards."""
    return with_block(function, _block(function.block))


def _block(block: Block) -> Block:
    body: list[Node] = []
    for old in block.body:
        node = walk.map_blocks(old, _block)
        body += _downwards(node) if isinstance(node, For) and node.reverse else (node,)
    if len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body)):
        return block
    return Block(block.params, tuple(body), block.results)


def _downwards(loop: For) -> list[Node]:
    """The nodes that stand for a loop that runs backwards."""
    silent = dataclasses.replace(loop.loc, line=0, text="")
    before = Builder(NUMPY, silent)
    before.depth = 1
    inside = Builder(NUMPY, silent)
    inside.depth = 2
    if not loop.xs:
        start, stop, step = _reversed_range(loop, before)
        made = dataclasses.replace(loop, start=start, stop=stop, step=step, reverse=False)
        return [*before.nodes, *_in_order(made)]
    place = _place(loop)
    items = loop.body.params[int(loop.start is not None) :]
    for x, item in zip(loop.xs, items):
        prim = "seq.item" if isinstance(type_of(x), Seq) else "getitem"
        inside.append(Eqn((item,), prim, (x, place), (), silent))
    if loop.start is not None and place is not loop.body.params[0]:
        first = loop.body.params[0]
        moved = place if loop.step == Lit(1) else inside.emit("operator.mul", place, loop.step)
        inside.append(Eqn((first,), "operator.add", (loop.start, moved), (), silent))
    body = Block((place, *items[len(loop.xs) :]), (*inside.nodes, *loop.body.body), loop.body.results)
    last = before.emit("operator.sub", before.emit("axis_length", loop.xs[0], 0), 1)
    made = dataclasses.replace(
        loop, start=last, stop=Lit(-1), step=Lit(-1), xs=(), reverse=False, body=body
    )
    return [*before.nodes, *_in_order(made)]


def _place(loop: For) -> Var:
    """What counts the passes: the loop's own index where that is the number of the pass."""
    if loop.start == Lit(0) and loop.step == Lit(1):
        return loop.body.params[0]
    return Var("i", INT)


def _reversed_range(loop: For, builder: Builder) -> tuple[Atom, Atom, Atom]:
    """The bounds of `reversed(range(start, stop, step))` as a range."""
    start, stop, step = loop.start, loop.stop, loop.step
    assert start is not None and stop is not None and step is not None

    def add(a: Atom, b: int) -> Atom:
        if isinstance(a, Lit):
            return Lit(a.value + b)
        return builder.emit("operator.add" if b > 0 else "operator.sub", a, abs(b)) if b else a

    if not isinstance(step, Lit):
        towards = builder.emit("numpy.sign", step)
        length = builder.emit("operator.sub", builder.emit("operator.sub", stop, start), towards)
        whole = builder.emit("operator.mul", builder.emit("operator.floordiv", length, step), step)
        last = builder.emit("operator.add", start, whole)
        return last, builder.emit("operator.sub", start, towards), builder.emit("operator.neg", step)
    sign = 1 if step.value > 0 else -1
    if abs(step.value) == 1:
        return add(stop, -sign), add(start, -sign), Lit(-sign)
    if isinstance(start, Lit) and isinstance(stop, Lit):
        last = Lit(start.value + (stop.value - start.value - sign) // step.value * step.value)
    else:
        length = add(stop if start == Lit(0) else builder.emit("operator.sub", stop, start), -sign)
        whole = builder.emit("operator.mul", builder.emit("operator.floordiv", length, step), step)
        last = whole if start == Lit(0) else builder.emit("operator.add", start, whole)
    return last, add(start, -sign), Lit(-step.value)


def _in_order(loop: For) -> list[Node]:
    """The loop with what it collects turned round, so that it is in the order of the index."""
    if not loop.collected:
        return [loop]
    columns = tuple(Var(v.hint, v.type, True) for v in loop.collected)
    turn = Pack("slice", (Lit(None), Lit(None), Lit(-1)))
    lines = [Eqn((v,), "getitem", (c, turn), (), loop.loc) for v, c in zip(loop.collected, columns)]
    return [dataclasses.replace(loop, collected=columns), *lines]
