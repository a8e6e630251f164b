"""What has no value on some path, but is recorded or handed on there, gets one of its type, where NumPy has None.

>>> from st_ad.ir.syntax import Block, Function, If, Lit, Param, Var
>>> from st_ad.ir.types import BOOL, FLOAT
>>> from st_ad.ir.show import show
>>> t, x, y = Var("t", BOOL), Var("x", FLOAT), Var("y", FLOAT)
>>> branch = If((y,), t, Block((), (), (x,)), Block((), (), (Lit(None),)))
>>> f = Function("f", (Param("t", t), Param("x", x)), (), Block((t, x), (branch,), (y,)), y)
>>> print(show(definite(f)))
f(t: bool, x: float)
  y: float = if t:
      give x
    else:
      give 0.0
  return y
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..analysis.infer import NUMPY
from ..analysis.undefined import define, is_nothing, may_be_undefined
from ..ir import walk
from ..ir.build import Builder
from ..ir.syntax import UNDEFINED, Atom, Block, Eqn, For, Function, If, Lit, Node, Pack, Var, While
from ..ir.types import Seq, Tensor
from ..simplify.ownership import with_block


def definite(function: Function) -> Function:
    """The function in which nothing that is recorded or handed on is None."""
    block = function.block
    vague = may_be_undefined(block)
    wanted = {v for v in _handed_on(block) if v in vague and isinstance(v.type, (Tensor, Seq))}
    return with_block(function, _typed_lists(define(block, wanted, NUMPY))) if wanted else function


def _typed_lists(block: Block) -> Block:
    """The block in which an empty list that a branch gives is one of the type that the other gives."""
    body: list[Node] = []
    for old in block.body:
        node = walk.map_blocks(old, _typed_lists)
        if isinstance(node, If):
            then, orelse = (_with_lists(b, node.outs) for b in (node.then, node.orelse))
            node = dataclasses.replace(node, then=then, orelse=orelse)
        body.append(node)
    return Block(block.params, tuple(body), block.results)


def _with_lists(block: Block, outs: tuple[Var, ...]) -> Block:
    kinds = {r: o.type.item for r, o in zip(block.results, outs) if isinstance(o.type, Seq) and isinstance(r, Var)}
    body: list[Node] = []
    for node in block.body:
        item = kinds.get(node.outs[0]) if isinstance(node, Eqn) and len(node.outs) == 1 else None
        if isinstance(node, Eqn) and node.prim == "seq.make" and not node.args and isinstance(item, Tensor) and item.rank is not None:
            builder = Builder(NUMPY, node.loc)
            builder.depth = 1
            one = builder.emit("seq.make", _zero(item, builder))
            builder.append(dataclasses.replace(node, prim="getitem", args=(one, Pack("slice", (Lit(None), Lit(0), Lit(None))))))
            body += builder.nodes
        else:
            body.append(node)
    return Block(block.params, tuple(body), block.results)


def _zero(kind: Tensor, builder: Builder) -> Atom:
    """A value of a type."""
    if kind.shape:
        options = {} if kind.dtype == "float64" else {"dtype": np.dtype(kind.dtype)}
        return builder.emit("numpy.zeros", (0,) * len(kind.shape), **options)  # type: ignore[arg-type]
    return Lit(np.zeros((), kind.dtype).item())


def _handed_on(block: Block) -> set[Var]:
    """What is a result of a branch or of a pass of a loop, and what may be None in place of a recorded value."""
    found: set[Var] = set()
    for node in walk.all_nodes(block):
        for inner in walk.blocks(node):
            found.update(walk.variables(inner.results))
        if isinstance(node, If):
            for out, sides in zip(node.outs, zip(node.then.results, node.orelse.results)):
                if any(is_nothing(s) and s is not UNDEFINED for s in sides):
                    found.add(out)
        elif isinstance(node, (For, While)):
            found.update(walk.variables(node.init))
    return found
