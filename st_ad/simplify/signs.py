"""Subtract where it is added what has a sign of its own: `t_bar = -g; a_bar += t_bar * b` as `a_bar -= g * b`.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Loc, Pack, Param, Var
>>> from st_ad.ir.types import FLOAT
>>> from st_ad.ir.show import show
>>> back = Loc(2, "", sweep="backward")
>>> g, a, b, t, p, q, y, z = (Var(h, FLOAT, h in "tpq") for h in ("g", "a", "b", "t", "p", "q", "a_bar", "b_bar"))
>>> body = (Eqn((t,), "operator.neg", (g,), (), back), Eqn((p,), "operator.mul", (t, b), (), back),
...         Eqn((y,), "accumulate", (a, p), (), back), Eqn((q,), "operator.mul", (t, a), (), back),
...         Eqn((z,), "accumulate", (b, q), (), back))
>>> f = Function("f", (Param("g", g), Param("a", a), Param("b", b)), (), Block((g, a, b), body, (y, z)), Pack("tuple", (y, z)))
>>> print("\\n".join(line.partition("#")[0].rstrip() for line in show(signs(f)).splitlines()[2:-1]))
  v1: float = g * b
  v2: float = -v1
  a_bar: float = accumulate(a, v2)
  v3: float = g * a
  v4: float = -v3
  b_bar: float = accumulate(b, v4)

One that is read once is the business of `factors`.
"""

from __future__ import annotations

import dataclasses
import operator
from functools import cached_property

from ..analysis.alias import Aliases, aliases
from ..ir import walk
from ..ir.primitives import IN_PLACE
from ..ir.syntax import Atom, Block, Eqn, Function, Node, Var
from .ownership import with_block
from .rewrite import count_uses, is_float

# Linear in an operand that stands at one of these positions.
_LINEAR = {"operator.mul": (0, 1), "operator.matmul": (0, 1), "operator.truediv": (0,), "numpy.dot": (0, 1),
           "numpy.sum": (0,), "numpy.transpose": (0,), "numpy.expand_dims": (0,), "numpy.squeeze": (0,)}  # fmt: skip
_ADDED_AT = {"accumulate": 1, "accumulate_at": 2}


def signs(function: Function) -> Function:
    """The function with signs where they are written as a minus between two things."""
    return with_block(function, _Signs(function).block(function.block))


class _Signs:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.uses = count_uses(function)

    @cached_property
    def facts(self) -> Aliases:
        return aliases(self.function)

    def block(self, block: Block) -> Block:
        body = [walk.map_blocks(n, self.block) for n in block.body]
        negatives = [n for n in body if isinstance(n, Eqn) and n.prim == "operator.neg"]
        negatives = [n for n in negatives if n.loc.is_derived and self.uses[n.outs[0]] > 1]
        if negatives:
            self.place = {n: at for at, n in enumerate(body)}
            self.readers: dict[Var, list[Eqn]] = {}
            for node in body:
                for var in dict.fromkeys(node.reads) if isinstance(node, Eqn) else ():
                    self.readers.setdefault(var, []).append(node)  # type: ignore[arg-type]
            self.writers = [n for n in body if self.facts.written(n) or isinstance(n, Eqn) and n.prim in IN_PLACE]
            instead: dict[Node, list[Node]] = {}
            for node in negatives:
                self.moved(node, instead)
            body = [n for old in body for n in instead.get(old, (old,))]
        if len(body) == len(block.body) and all(map(operator.is_, body, block.body)):
            return block
        return Block(block.params, tuple(body), block.results)

    def moved(self, node: Eqn, instead: dict[Node, list[Node]]) -> None:
        """Move one sign to where the products that have it are added; what stands in the place of nodes goes to `instead`."""
        (out,), (positive,) = node.outs, node.args
        if not out.temporary or not isinstance(positive, Var) or not is_float(positive):
            return
        if positive.temporary and self.uses[positive] == 1:
            return  # it would need a name instead
        ends: dict[Eqn, Var] = {}
        if not self.ending(out, ends) or sum(n.prim not in _ADDED_AT for n in ends) > 1:
            return
        start, last = self.place[node], max(map(self.place.__getitem__, ends))
        if any(start < self.place[n] < last and self.overwrites(n, positive) for n in self.writers):
            return
        touched = dict.fromkeys((node, *self.readers[out], *ends))
        if not instead.keys().isdisjoint(touched):
            return  # in the next round
        table: dict[Var, Atom] = {out: positive}
        for inner in touched:
            if inner in ends:
                instead[inner] = _with_sign(inner, ends[inner], table)
            else:
                instead[inner] = [walk.map_operands(inner, lambda a: table.get(a, a) if isinstance(a, Var) else a)]
        instead[node] = []

    def ending(self, var: Var, ends: dict[Eqn, Var]) -> bool:
        """Whether all readings of a variable are products that are added to something; these go to `ends`."""
        readers = self.readers.get(var, [])
        if sum(n.reads.count(var) for n in readers) != self.uses[var]:
            return False
        return all(self.ends_well(n, var, ends) for n in readers)

    def ends_well(self, node: Eqn, var: Var, ends: dict[Eqn, Var]) -> bool:
        if not node.loc.is_derived or node.reads.count(var) != 1 or node in ends:
            return False
        if node.prim in _ADDED_AT:
            ends[node] = var
            return node.args[_ADDED_AT[node.prim]] is var
        if node.prim not in _LINEAR or not any(node.args[i] is var for i in _LINEAR[node.prim] if i < len(node.args)):
            return False
        (out,) = node.outs
        if out.temporary and self.uses[out] == 1:
            return self.ending(out, ends)
        ends[node] = var
        return not out.temporary and node.prim in ("operator.mul", "operator.truediv") and node.args[0] is var

    def overwrites(self, node: Node, var: Var) -> bool:
        """Whether a node changes a value, or gives its name another one."""
        if not self.facts.written(node).isdisjoint(self.facts.of(var)):
            return True
        return isinstance(node, Eqn) and node.prim in IN_PLACE and node.args[0] is var


def _with_sign(node: Eqn, var: Var, table: dict[Var, Atom]) -> list[Node]:
    """A node that reads the negative of what a variable is now."""
    positive = table.get(var, var)
    assert isinstance(positive, Var)
    sign = Eqn((Var(var.hint, positive.type, True),), "operator.neg", (positive,), (), node.loc)
    args = tuple(sign.outs[0] if a is var else a for a in node.args)
    return [sign, dataclasses.replace(node, args=args)]
