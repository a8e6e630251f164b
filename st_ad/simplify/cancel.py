"""Take back what cancels: an adjoint that is taken, cleared and given back; zeros that are added to.

The adjoint of `u[k] = u[k] + s` takes `g = u_bar[k]`, clears `u_bar[k]`, and adds `g` to `u_bar[k]` again:

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Pack, Param, Var
>>> from st_ad.ir.types import FLOAT, INT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector = Tensor("float64", (Sym("n"),))
>>> k, g, s = Var("k", INT), Var("g", FLOAT), Var("s_bar", FLOAT)
>>> u, u1, u2 = (Var("u_bar", vector) for _ in range(3))
>>> body = (Eqn((g,), "getitem", (u, k)), Eqn((u1,), "setitem", (u, k, Lit(0.0))),
...         Eqn((u2,), "accumulate_at", (u1, k, g)), Eqn((s,), "operator.mul", (g, Lit(3.0))))
>>> f = Function("f", (Param("k", k), Param("u_bar", u)), (), Block((k, u), body, (s, u2)),
...              Pack("tuple", (s, u2)))
>>> print(show(cancel(f)))
f(k: int, u_bar: f64[n])
  g: float = u_bar[k]
  s_bar: float = g * 3.0
  return (s_bar, u_bar)
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Mapping

from ..analysis.subscripts import has_distinct_rows, is_plain_index
from ..ir import walk
from ..ir.syntax import Arg, Atom, Block, Eqn, Function, Lit, Node, Pack, Var
from ..ir.types import Tensor
from .ownership import with_block
from .rewrite import Storage, count_uses, same_type

_ZEROS = ("numpy.zeros_like", "numpy.zeros")
_SUMS = ("accumulate", "accumulate_at")


def cancel(function: Function) -> Function:
    """The function without stores that cancel."""
    if function.block.prims.isdisjoint(_SUMS):
        return function
    return with_block(function, _Cancel(function).block(function.block))


class _Cancel:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.uses = count_uses(function)
        self.made: dict[Var, Eqn] = {}

    @cached_property
    def storage(self) -> Storage:
        """Which results must stay arrays of their own."""
        return Storage(self.function)

    def block(self, block: Block) -> Block:
        table: dict[Var, Atom] = {}
        body: list[Node | None] = []
        place: dict[Var, int] = {}
        for node in block.body:
            if node.blocks:
                node = walk.map_blocks(node, self.block)
            if isinstance(node, Eqn) and node.outs:
                stored = self.on_zeros(node, table)
                if stored is None:
                    continue
                node = stored
                place[node.outs[0]] = len(body)
                self.made[node.outs[0]] = node
            body.append(node)
            if isinstance(node, Eqn) and node.prim == "accumulate_at":
                self.given_back(node, body, place, table)
        kept = tuple(n for n in body if n is not None)
        if len(kept) == len(block.body) and all(a is b for a, b in zip(kept, block.body)):
            return block
        return walk.substitute(Block(block.params, kept, block.results), {v: _last(v, table) for v in table})

    def on_zeros(self, node: Eqn, table: dict[Var, Atom]) -> Eqn | None:
        """What is added to zeros is stored, or is the sum itself; None when the equation is not needed."""
        if node.prim == "accumulate_at" and self.zeros(node.args[0]) and _adds_once(node.args[1], self.made):
            return dataclasses.replace(node, prim="setitem")
        if node.prim != "accumulate":
            return node
        zeros, value, out = self.zeros(node.args[0]), node.args[1], node.outs[0]
        if zeros is None or not same_type(zeros.type, out.type) or not zeros.type.shape:  # type: ignore[union-attr]
            return node
        if self.storage.written_elsewhere(out):
            everything = Pack("slice", (Lit(None),) * 3)
            return dataclasses.replace(node, prim="setitem", args=(zeros, everything, value))
        if isinstance(value, Var) and same_type(value.type, out.type) and node.loc.is_derived:
            self.rename(out, value, table)
            return None
        return node

    def zeros(self, arg: Arg) -> Var | None:
        made = self.made.get(arg) if isinstance(arg, Var) else None
        if made is None or made.prim not in _ZEROS or not isinstance(arg, Var):
            return None
        return arg if isinstance(arg.type, Tensor) else None

    def given_back(self, node: Eqn, body: list[Node | None], place: dict[Var, int], table: dict[Var, Atom]) -> None:
        """Remove a clearing whose cleared value this equation adds back, with nothing but additions between."""
        target, index, value = node.args
        chain: list[Var] = []
        while isinstance(target, Var) and self.uses[target] == 1 and target in place:
            made = body[place[target]]
            if not isinstance(made, Eqn) or made.prim not in ("accumulate_at", "setitem"):
                return
            chain.append(target)
            if made.prim == "setitem":
                break
            target = made.args[0]
        else:
            return
        source = made.args[0]
        if made.args[1] != index or made.args[2] not in (Lit(0.0), Lit(0)) or not is_plain_index(index):
            return
        taken = self.made.get(value) if isinstance(value, Var) else None
        if taken is not None and taken.prim == "getitem" and taken.args == (source, index):
            body[place[target]] = None
            body[-1] = None
            self.rename(target, source, table)
            self.rename(node.outs[0], node.args[0] if node.args[0] is not target else source, table)
        elif len(chain) == 1:
            body[place[target]] = None
            body[-1] = made = dataclasses.replace(node, prim="setitem", args=(source, index, value))
            self.made[node.outs[0]] = made

    def rename(self, old: Var, new: Arg, table: dict[Var, Atom]) -> None:
        assert isinstance(new, (Var, Lit))
        table[old] = new


def _adds_once(index: Arg, made: Mapping[Var, Eqn]) -> bool:
    """Whether a subscript names no element twice."""
    return is_plain_index(index) or has_distinct_rows(index, made)


def _last(atom: Atom, table: dict[Var, Atom]) -> Atom:
    """Follow a renaming to its end."""
    while isinstance(atom, Var) and atom in table:
        atom = table[atom]
    return atom
