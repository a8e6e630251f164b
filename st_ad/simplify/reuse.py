"""Compute once what is computed twice from the same values.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Param, Var
>>> from st_ad.ir.types import FLOAT
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> x, y = Var("x", FLOAT), Var("y", FLOAT)
>>> a, b = Var("sin", FLOAT, True), Var("sin", FLOAT, True)
>>> body = (Eqn((a,), "numpy.sin", (x,)), Eqn((b,), "numpy.sin", (x,)), Eqn((y,), "operator.mul", (a, b)))
>>> f = Function("f", (Param("x", x),), (), Block((x,), body, (y,)), y)
>>> print(show(reuse(f, NUMPY)))
f(x: float)
  v1: float = numpy.sin(x)
  y: float = v1 * v1
  return y
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ..ir import walk
from ..ir.build import Knowledge
from ..ir.primitives import IN_PLACE, has_effect
from ..ir.syntax import Atom, Block, Eqn, For, Function, Lit, Node, Var, While
from ..ir.types import Opaque, Tensor
from .loops import items_of
from .rewrite import Change, Rewriter

# The same arguments do not give the same result, or the result is a list of its own.
_STATEFUL = ("numpy.random.", "random.", "time.", "seq.", "tape.", "numpy.empty", "builtins.next")


# Made to be stored into.
_BUFFERS = frozenset(
    f"numpy.{n}" for n in "zeros ones full zeros_like ones_like full_like copy array broadcast_to asarray".split()
)

# Two names of the user's for new arrays stay two arrays.
_CREATION = _BUFFERS | {"numpy.eye", "numpy.identity", "numpy.arange"}


def reuse(function: Function, knowledge: Knowledge) -> Function:
    """The function without common subexpressions."""
    return _Reuse(function, knowledge).run()


def is_pure(node: Eqn) -> bool:
    """Whether the results depend on nothing but the arguments, and nothing else happens."""
    if has_effect(node.prim) or node.prim in IN_PLACE or node.prim.startswith(_STATEFUL):
        return False
    return not any(_is_object(v) for v in node.reads)


def _is_object(var: Var) -> bool:
    return isinstance(var.type, Opaque) and var.type.what not in ("shape", "dtype", "str", "tuple")


def _is_scaling(node: Eqn) -> bool:
    """Whether it is a number with another sign or factor, which costs less than a name for it."""
    out = node.outs[0].type
    if not isinstance(out, Tensor) or out.shape != ():
        return False
    return node.prim == "operator.neg" or node.prim == "operator.mul" and any(isinstance(a, Lit) for a in node.args)


class _Reuse(Rewriter):
    def __init__(self, function: Function, knowledge: Knowledge) -> None:
        super().__init__(function, knowledge)
        self.known: dict[Any, Eqn] = {}
        # Numbers that are not worth a name, by the first that is computed in the same way.
        self.equal: dict[Var, Var] = {}

    def block(self, block: Block) -> Block:
        outer, self.known = self.known, dict(self.known)
        block = super().block(block)
        self.known = outer
        return block

    def nodes(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node, Eqn) and node.outs and is_pure(node):
            seen = node
            if not self.equal.keys().isdisjoint(node.reads):
                seen = walk.map_operands(node, lambda a: self.equal.get(a, a) if isinstance(a, Var) else a)  # type: ignore[assignment]
            key = (node.prim, seen.args, node.kwargs and seen.kwargs)
            first = self.known.get(key)
            if first is not None and _is_scaling(node) and first.outs[0].type == node.outs[0].type:
                self.equal[node.outs[0]] = first.outs[0]
            elif first is not None and self.mergeable(first, node):
                self.table.update(zip(node.outs, first.outs))
                return ()
            if first is None:
                self.known[key] = node
        if isinstance(node, (For, While)):
            self.merge_columns(node)
        return (self.with_one_item(node),) if isinstance(node, For) else (node,)

    def merge_columns(self, loop: For | While) -> None:
        """What a loop collects twice is collected once."""
        first: dict[Atom, Var] = {}
        for column, value in zip(loop.collected, loop.body.results[len(loop.init) :]):
            if isinstance(value, Var) and first.setdefault(value, column).type == column.type:
                self.table.update({} if first[value] is column else {column: first[value]})

    def with_one_item(self, loop: For) -> For:
        """The loop in which the items of a list that it goes through twice have one name."""
        first: dict[Atom, Var] = {}
        same = {v: first[x] for x, v in zip(loop.xs, items_of(loop)) if first.setdefault(x, v) is not v and first[x].type == v.type}
        if not same:
            return loop
        params = loop.body.params
        merged = walk.substitute(Block(tuple(p for p in params if p not in same), loop.body.body, loop.body.results), same)
        return dataclasses.replace(loop, body=Block(params, merged.body, merged.results))

    def mergeable(self, first: Eqn, second: Eqn) -> bool:
        """Whether one result will do: nothing is stored into a buffer of zeros, and the user does not get both.

        Of other results of the backward sweep a copy is made where that is needed; it costs no more than the result.
        """
        if first.prim in _CREATION and not (first.outs[0].temporary and second.outs[0].temporary):
            return False
        if len(first.outs) != len(second.outs) or any(a.type != b.type for a, b in zip(first.outs, second.outs)):
            return False
        if first.prim not in _BUFFERS and first.loc.is_derived and second.loc.is_derived:
            return True
        return all(self.storage.may_merge(v, n.loc) for n in (first, second) for v in n.outs)

    def eqn(self, node: Eqn) -> Change:
        return None


