"""Stores of a view into where it came from, which say nothing that the store through the view has not done."""

from __future__ import annotations

from typing import Collection, Mapping

from ..ir.primitives import IN_PLACE
from ..ir.syntax import Block, Eqn, Var
from .subscripts import is_list, is_view_index

PUT_BACK = frozenset(f"numpy.{n}" for n in "transpose swapaxes reshape ravel asarray asanyarray".split()) | {"getitem"}


def write_backs(block: Block, around: Mapping[Var, Eqn] | None = None) -> dict[Var, frozenset[Var]]:
    """The stores that only say what a store through a view has done already, by the equations that make them so.

    `v = u[1:]; v[0] = 5` is `v = getitem(u, 1:); w = setitem(v, 0, 5); u1 = setitem(u, 1:, w)`. When the second line
    is printed in place, the third does nothing: the result maps `w` to {`u1`}. The view may be made in a block
    around this one: `around` has the equations of the whole function.
    """
    made = {**(around or {}), **{v: n for n in block.body if isinstance(n, Eqn) for v in n.outs}}
    found: dict[Var, frozenset[Var]] = {}
    for node in block.body:
        if isinstance(node, Eqn) and node.prim == "setitem" and is_view_index(node.args[1]):
            through = written_through(node, made)
            # A view of a view: its own storing back says nothing new either.
            through += [v for v, backs in found.items() if not backs.isdisjoint(through)]
            for var in through:
                found[var] = found.get(var, frozenset()) | {node.outs[0]}
    return found


def written_through(back: Eqn, made: Mapping[Var, Eqn], views: Collection[str] = PUT_BACK) -> list[Var]:
    """The results of the updates between a view and the store of the view into where it came from; none otherwise.

    `views` are the primitives that give views of views.
    """
    updated: list[Var] = []
    value = back.args[2]
    while isinstance(value, Var) and value in made:
        node = made[value]
        if node.prim == "getitem" and node.args == back.args[:2]:
            return updated
        if node.prim in IN_PLACE and not is_list(node.args[0]):
            updated.append(value)
        elif node.prim not in views:
            return []
        value = node.args[0]
    return []
