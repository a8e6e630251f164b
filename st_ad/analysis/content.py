"""Who reads the elements of an array; a look at its shape is no such reading."""

from __future__ import annotations

from typing import Iterable

from ..ir import walk
from ..ir.syntax import Arg, Block, Eqn, Node, Var
from ..ir.types import Tensor

# Reads of the argument at this position look at shape and dtype only, which no store changes.
SHAPE_READS: dict[str, int] = {
    "axis_length": 0, "numpy.shape": 0, "numpy.ndim": 0, "numpy.size": 0, "builtins.len": 0, "ndarray.dtype": 0,
    "numpy.zeros_like": 0, "numpy.ones_like": 0, "numpy.empty_like": 0, "numpy.full_like": 0, "runtime.unbroadcast": 1,
    "runtime.widen": 1, "runtime.scatter": 1, "runtime.diagonal_into": 1, "runtime.untile": 1, "runtime.unrepeat": 1,
    "runtime.unpad": 1, "runtime.unwindow": 1, "runtime.expand_reduced": 1,
}  # fmt: skip


def content_reads(node: Node) -> list[Var]:
    """The variables whose elements a node reads, in order; a look at a shape is no such reading."""
    found = dict.fromkeys(walk.variables(_read_operands(node)))
    for block in walk.blocks(node):
        found.update(dict.fromkeys(block_reads(block)))
    return list(found)


def block_reads(block: Block) -> list[Var]:
    """The outer variables whose elements a block reads, in order."""
    bound = set(block.params)
    found: dict[Var, None] = {}
    for node in block.body:
        found.update((v, None) for v in content_reads(node) if v not in bound)
        bound.update(walk.outs(node))
    found.update((v, None) for v in walk.variables(block.results) if v not in bound)
    return list(found)


def _read_operands(node: Node) -> Iterable[Arg]:
    at = SHAPE_READS.get(node.prim) if isinstance(node, Eqn) else None
    if at is None or not isinstance(node, Eqn) or len(node.args) <= at or not _is_array(node.args[at]):
        return walk.operands(node)
    return (*node.args[:at], *node.args[at + 1 :], *(v for _, v in node.kwargs))


def _is_array(arg: Arg) -> bool:
    return isinstance(arg, Var) and isinstance(arg.type, Tensor)
