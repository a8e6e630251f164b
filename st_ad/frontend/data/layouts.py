"""Which arrays lie in memory in C order, so that a reshape of them is a view; of the others that is found out at run time."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ...ir import walk
from ...ir.build import type_of
from ...ir.primitives import may_be_view, python_function
from ...ir.syntax import Atom, Eqn, Lit, Pack
from ...ir.types import Tensor

# Their results are in C order whatever the arguments are.
_IN_C_ORDER = frozenset(
    f"numpy.{name}" for name in "zeros ones empty full eye identity tri outer dot matmul linalg.solve linalg.inv".split()
) | {"operator.matmul"}
# Their results lie as their arguments do.
_AS_ARGUMENTS = frozenset(
    f"numpy.{name}"
    for name in (
        "array copy zeros_like ones_like empty_like full_like where clip round around sort cumsum cumprod roll repeat tile "
        "concatenate stack vstack hstack column_stack diff sum mean max min amax amin prod std var pad tril triu take"
    ).split()
) | {"ndarray.astype", "setitem", "accumulate_at"}
# Views of arrays in C order that have their axes in the same order.
_KEEPING_AXES = frozenset({"getitem"} | {
    f"numpy.{name}"
    for name in "reshape ravel squeeze expand_dims atleast_1d atleast_2d flip flipud fliplr asarray asanyarray real imag".split()
})  # fmt: skip


def lies_in_order(node: Eqn, is_in_order: Callable[[Atom], bool]) -> bool:
    """Whether the new array that an equation makes is surely in C order."""
    kind = type_of(node.outs[0])
    if not isinstance(kind, Tensor) or kind.rank is None:
        return False
    if may_be_view(node.prim) and node.prim != "getitem":
        return False
    if kind.rank <= 1:
        return True
    if any(name == "order" for name, _ in node.kwargs):
        return False
    if node.prim in _IN_C_ORDER:
        return kind.rank == 2 or not node.prim.endswith("matmul")
    if node.prim == "getitem":
        # Rows that a list or mask picks; of other axes the result is transposed.
        base, index = node.args[:2]
        return not isinstance(base, Pack) and is_in_order(base) and not (isinstance(index, Pack) and index.kind == "tuple")
    if node.prim not in _AS_ARGUMENTS and not _is_elementwise(node.prim):
        return False
    given = (*node.args, *(v for _, v in node.kwargs))
    return all(is_in_order(a) for arg in given for a in walk.leaves(arg))


def is_written_anew(node: Eqn, is_unsure: Callable[[Atom], bool]) -> bool:
    """Whether an array may lie otherwise in the text that is written: an einsum may be a product there; so may what is made of it."""
    return node.prim == "numpy.einsum" or any(is_unsure(a) for arg in node.args for a in walk.leaves(arg))


def keeps_axes(prim: str) -> bool:
    """Whether a view has the axes of its array in the same order."""
    return prim in _KEEPING_AXES


def is_surely_in_order(atom: Atom) -> bool:
    """Whether there is no more than one axis, or no array at all."""
    kind = type_of(atom)
    return isinstance(atom, Lit) or not isinstance(kind, Tensor) or kind.rank is not None and kind.rank <= 1


def _is_elementwise(prim: str) -> bool:
    room, _, name = prim.partition(".")
    if room in ("operator", "inplace"):
        return name != "matmul"
    return room in ("numpy", "scipy") and isinstance(python_function(prim), np.ufunc)


