"""Loops that fill an array: `u[k] = ...` for each number k of a range, in an array that began as a constant.

The adjoint of a store takes the adjoint of the item and clears it, for what the item was before. In such a loop nobody
asks for that: each item is stored once, and what it was before the loop is constant. So nothing has to be cleared.
"""

from __future__ import annotations

from typing import Collection

from ..analysis.subscripts import is_plain_index
from ..ir import walk
from ..ir.syntax import Arg, Eqn, For, Lit, Pack, Var, While
from ..ir.types import Tensor


def filling_stores(loop: For | While, active: Collection[Var]) -> set[Eqn]:
    """The stores of a loop's body that write to no item twice, in arrays that enter the loop as constants."""
    if not isinstance(loop, For) or not _counts_up(loop):
        return set()
    index = loop.body.params[0]
    carries = loop.body.params[len(loop.body.params) - len(loop.init) :]
    found = set()
    for carry, start, result in zip(carries, loop.init, loop.body.results):
        store = next((n for n in loop.body.body if result in walk.outs(n)), None)
        if start in active or not isinstance(store, Eqn) or store.prim != "setitem" or store.args[0] is not carry:
            continue
        kind, at = carry.type, store.args[1]
        if isinstance(kind, Tensor) and kind.shape and is_plain_index(at) and _names(at, index) and not _is_updated(loop, carry, at):
            found.add(store)
    return found


def _counts_up(loop: For) -> bool:
    """Whether a loop goes over numbers that grow from one that is not below zero."""
    start, step = loop.start, loop.step
    if not isinstance(start, Lit) or type(start.value) is not int or start.value < 0:
        return False
    return step is None or isinstance(step, Lit) and type(step.value) is int and step.value > 0


def _names(at: Arg, index: Var) -> bool:
    """Whether the number of the pass is a subscript of its own, the same one in each pass."""
    parts = at.items if isinstance(at, Pack) and at.kind == "tuple" else (at,)
    return index in parts and not any(isinstance(p, Lit) and p.value is Ellipsis for p in parts)


def _is_updated(loop: For, carry: Var, at: Arg) -> bool:
    """Whether the item that is stored is also read, as `u[k] += ...` does: what is cleared and added again cancels."""
    return any(isinstance(n, Eqn) and n.prim == "getitem" and n.args == (carry, at) for n in walk.all_nodes(loop.body))
