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

from ..analysis.infer import NUMPY
from ..analysis.undefined import define, is_nothing, may_be_undefined
from ..ir import walk
from ..ir.syntax import UNDEFINED, Block, For, Function, If, Var, While
from ..ir.types import Seq, Tensor
from ..simplify.ownership import with_block


def definite(function: Function) -> Function:
    """The function in which nothing that is recorded or handed on is None."""
    block = function.block
    vague = may_be_undefined(block)
    wanted = {v for v in _handed_on(block) if v in vague and isinstance(v.type, (Tensor, Seq))}
    return with_block(function, define(block, wanted, NUMPY)) if wanted else function


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
