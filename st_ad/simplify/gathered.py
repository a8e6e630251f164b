"""Add straight to an adjoint what was gathered in zeros before it was added to it.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import FLOAT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector, back = Tensor("float64", (Sym("n"),)), Loc(2, "", sweep="backward")
>>> g, b, z, s, t, y = Var("g", FLOAT), *(Var(h, vector) for h in ("u_bar", "v_bar", "v_bar", "v_bar", "u_bar"))
>>> body = (Eqn((z,), "numpy.zeros_like", (b,), (), back), Eqn((s,), "setitem", (z, Lit(0), g), (), back),
...         Eqn((t,), "accumulate_at", (s, Lit(1), g), (), back), Eqn((y,), "accumulate", (t, b), (), back))
>>> f = Function("f", (Param("u_bar", b), Param("g", g)), (), Block((b, g), body, (y,)), y)
>>> print("\\n".join(line.partition("#")[0].rstrip() for line in show(gathered(f)).splitlines()[2:]))
  u_bar.1: f64[n] = u_bar with [0] += g
  u_bar.2: f64[n] = u_bar.1 with [1] += g
  return u_bar.2

This is the adjoint of a step `new = u.copy(); new[1:-1] = u[2:] + u[:-2]`, for which no zeros are needed.
"""

from __future__ import annotations

from ..analysis.subscripts import are_disjoint, has_distinct_rows, is_plain_index
from ..ir import walk
from ..ir.syntax import Arg, Block, Eqn, Function, Node, Var
from ..ir.types import Tensor
from .ownership import with_block
from .rewrite import count_uses, same_type

_ZEROS = ("numpy.zeros_like", "numpy.zeros")
_STORES = ("setitem", "accumulate_at")
_SUMS = ("accumulate", "operator.add")


def gathered(function: Function) -> Function:
    """The function that adds to adjoints in place of zeros."""
    if function.block.prims.isdisjoint(_ZEROS) or function.block.prims.isdisjoint(_STORES):
        return function
    return with_block(function, _Gathered(function).block(function.block))


class _Gathered:
    def __init__(self, function: Function) -> None:
        self.uses = count_uses(function)
        self.made: dict[Var, Eqn] = {}

    def block(self, block: Block) -> Block:
        body: list[Node | None] = [walk.map_blocks(n, self.block) for n in block.body]
        place = {v: at for at, n in enumerate(body) if n is not None for v in n.defined}
        self.made.update((v, n) for n in body if isinstance(n, Eqn) for v in n.outs)
        for at, node in enumerate(body):
            if isinstance(node, Eqn) and node.prim in _SUMS and node.loc.is_derived:
                self.sum(node, at, body, place)
        kept = tuple(n for n in body if n is not None)
        if len(kept) == len(block.body) and all(a is b for a, b in zip(kept, block.body)):
            return block
        return Block(block.params, kept, block.results)

    def sum(self, node: Eqn, at: int, body: list[Node | None], place: dict[Var, int]) -> None:
        """Begin with one of the two things that are added, when the other one began as zeros."""
        (out,) = node.outs
        for part, start in (node.args, node.args[::-1]):
            stores = self.stores(part, body, place)
            if not stores or not isinstance(start, Var) or not same_type(start.type, out.type) or not _is_array(start):
                continue
            zeros = stores[0].args[0]
            if not same_type(zeros.type, out.type) or place.get(start, -1) >= place[stores[0].outs[0]]:  # type: ignore[union-attr]
                continue
            body[place[zeros]] = body[at] = None  # type: ignore[index]
            target: Var = start
            for store in stores:
                new = out if store is stores[-1] else Var(out.hint, out.type)
                there = place[store.outs[0]]
                body[there] = self.made[new] = Eqn((new,), "accumulate_at", (target, *store.args[1:]), (), store.loc)
                place[new], self.uses[new] = there, 1
                target = new
            self.uses[out] = self.uses[out] or 1
            return

    def stores(self, arg: Arg, body: list[Node | None], place: dict[Var, int]) -> list[Eqn]:
        """The stores of this block into zeros of this block that made an array, when each only adds and nobody else reads
        what it makes."""
        found: list[Eqn] = []
        while isinstance(arg, Var) and arg in place and self.uses[arg] == 1:
            made = body[place[arg]]
            if not isinstance(made, Eqn):
                return []
            if made.prim in _ZEROS:
                found.reverse()
                return found if all(self.adds(s, found[:i]) for i, s in enumerate(found)) else []
            if made.prim not in _STORES or not made.loc.is_derived:
                return []
            found.append(made)
            arg = made.args[0]
        return []

    def adds(self, store: Eqn, before: list[Eqn]) -> bool:
        """Whether a store into zeros may as well be an addition."""
        if store.prim == "accumulate_at":
            return True
        index = store.args[1]
        if not before:
            return is_plain_index(index) or has_distinct_rows(index, self.made)
        return is_plain_index(index) and all(is_plain_index(b.args[1]) and are_disjoint(b.args[1], index) for b in before)


def _is_array(var: Var) -> bool:
    return isinstance(var.type, Tensor) and bool(var.type.shape) and var.type.is_float
