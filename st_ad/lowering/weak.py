"""Python numbers beside values of single precision are made single: NumPy takes them so, other compilers do not.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> x, y = (Var(h, Tensor("float32", (Sym("n"),))) for h in "xy")
>>> f = Function("f", (Param("x", x),), (), Block((x,), (Eqn((y,), "operator.mul", (Lit(2.0), x)),), (y,)), y)
>>> print(show(strong(f)))
f(x: f32[n])
  v1: f32 = ndarray.astype(2.0, dtype('float32'))
  y: f32[n] = v1 * x
  return y
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..analysis.infer import NUMPY
from ..ir import walk
from ..ir.build import Builder, type_of
from ..ir.syntax import Arg, Block, Eqn, Function, Lit, Node, Pack
from ..ir.types import Tensor
from ..simplify.ownership import with_block

_SINGLE = ("float32", "complex64")
_OPERATORS = frozenset(f"{head}.{name}" for head in ("operator", "inplace") for name in "add sub mul truediv pow mod floordiv".split())
_FUNCTIONS = frozenset(
    f"numpy.{name}" for name in (
        "add subtract multiply divide true_divide power maximum minimum fmax fmin where clip hypot arctan2 copysign logaddexp "
        "logaddexp2 mod remainder fmod float_power"
    ).split()
)  # fmt: skip


def strong(function: Function) -> Function:
    """The function in which no result of single precision is computed with a Python number."""
    return with_block(function, _block(function.block))


def _block(block: Block) -> Block:
    body: list[Node] = []
    for old in block.body:
        node = walk.map_blocks(old, _block)
        body += _cast(node) if isinstance(node, Eqn) else (node,)
    if len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body)):
        return block
    return Block(block.params, tuple(body), block.results)


def _cast(node: Eqn) -> list[Node]:
    kind = node.outs[0].type if len(node.outs) == 1 else None
    if node.prim not in _OPERATORS | _FUNCTIONS or not isinstance(kind, Tensor) or kind.dtype not in _SINGLE:
        return [node]
    builder = Builder(NUMPY, node.loc)
    builder.depth = 1
    args = tuple(builder.emit("ndarray.astype", a, np.dtype("float32")) if _is_weak(a) else a for a in node.args)
    return [*builder.nodes, dataclasses.replace(node, args=args)] if builder.nodes else [node]


def _is_weak(arg: Arg) -> bool:
    if isinstance(arg, Pack) or isinstance(arg, Lit) and type(arg.value) not in (int, float):
        return False
    kind = type_of(arg)
    return isinstance(kind, Tensor) and kind.form == "py" and kind.dtype in ("float64", "int64")
