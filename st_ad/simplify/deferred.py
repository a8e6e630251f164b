"""Sum outer products after the loop, as one matrix product: `W_bar += np.outer(a, b)` in every pass is many passes over W_bar.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import INT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> n, vector, matrix = Sym("n"), Tensor("float64", (Sym("n"),)), Tensor("float64", (Sym("n"), Sym("n")))
>>> x, k, a, t, W, zeros, p, w, out = (Var(h, v) for h, v in zip(
...     "x k a t W W_bar W_bar W_bar W_bar".split(), (vector, INT, vector, *[matrix] * 6)))
>>> back = Loc(2, "", sweep="backward")
>>> body = (Eqn((a,), "operator.mul", (x, k), (), back), Eqn((t,), "numpy.outer", (a, x), (), back),
...         Eqn((w,), "accumulate", (p, t), (), back))
>>> loop = For((out,), (), Lit(0), Lit(3), Lit(1), (), True, (zeros,), Block((k, p), body, (w,)), None, back)
>>> start = Eqn((zeros,), "numpy.zeros_like", (W,), (), back)
>>> f = Function("f", (Param("x", x), Param("W", W)), (), Block((x, W), (start, loop), (out,)), out)
>>> print(show(deferred(f)).splitlines()[-2].partition("#")[0].strip())
W_bar.1: f64[n,n] = v7 @ v6

For float64 alone and in the backward sweep, because the order of the sums is another one.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Mapping

from ..ir import walk
from ..ir.syntax import Arg, Block, Eqn, For, Function, Lit, Node, Pack, Var
from ..ir.types import INT, Seq, Sym, Tensor
from .loops import carries_of, trimmed
from .ownership import with_block
from .rewrite import count_uses


def deferred(function: Function) -> Function:
    """The function whose backward loops collect vectors in the place of sums of their outer products."""
    return with_block(function, _Deferred(function).block(function.block))


@dataclass(frozen=True)
class _Sum:
    """A carried sum: its position, the equation that adds to it, what it has the shape of, and the vectors that are
    added, or whose outer product is."""

    at: int
    adding: Eqn
    like: Var
    vectors: tuple[Var, ...]


class _Deferred:
    def __init__(self, function: Function) -> None:
        self.uses = count_uses(function)
        self.made = {v: n for n in walk.all_nodes(function.block) if isinstance(n, Eqn) for v in n.outs}

    def block(self, block: Block) -> Block:
        body: list[Node] = []
        for old in block.body:
            node = walk.map_blocks(old, self.block)
            body += self.loop(node) if isinstance(node, For) else [node]
        if len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body)):
            return block
        return Block(block.params, tuple(body), block.results)

    def loop(self, loop: For) -> list[Node]:
        """The loop without its sums of outer products, and what makes them after it."""
        outer = [s for i in range(len(loop.init)) if (s := self.outer(loop, i)) is not None]
        if not outer or loop.until is not None:
            return [loop]
        kept = dict.fromkeys(v for one in outer for v in one.vectors)
        plain = [s for i in range(len(loop.init)) if (s := self.plain(loop, i, kept)) is not None]
        lists = {v: Var(f"{v.hint}_list", Seq(v.type)) for v in kept}
        gone = {one.adding for one in (*outer, *plain)}
        keep = [i for i in range(len(loop.init)) if i not in {one.at for one in (*outer, *plain)}]
        made = trimmed(loop, keep, tuple(n for n in loop.body.body if n not in gone), loop.body.results)
        body = Block(made.body.params, made.body.body, (*made.body.results, *kept))
        after = _After(loop)
        for one in outer:
            rows, columns = (after.matrix(v, lists[v], one.like, i) for i, v in enumerate(one.vectors))
            after.add(loop.outs[one.at], "operator.matmul", after.transposed(rows), columns)
        for one in plain:
            rows = after.matrices[one.vectors[0]]
            after.nodes.append(Eqn((loop.outs[one.at],), "numpy.sum", (rows,), (("axis", Lit(0)),), loop.loc))
        return [dataclasses.replace(made, collected=(*made.collected, *lists.values()), body=body), *after.nodes]

    def outer(self, loop: For, at: int) -> _Sum | None:
        """The carried value of this number, when all that is done with it is to add outer products."""
        found = self.sum(loop, at, 2)
        product = self.made.get(found.vectors[0]) if found else None
        if found is None or product is None or product.prim != "numpy.outer" or product.kwargs or self.uses[product.outs[0]] != 1:
            return None
        a, b = product.args
        return dataclasses.replace(found, vectors=(a, b)) if _has_rank(a, 1) and _has_rank(b, 1) else None  # type: ignore[arg-type]

    def plain(self, loop: For, at: int, kept: Mapping[Var, None]) -> _Sum | None:
        """The same for the addition of vectors that are kept anyway."""
        found = self.sum(loop, at, 1)
        return found if found and found.vectors[0] in kept else None

    def sum(self, loop: For, at: int, rank: int) -> _Sum | None:
        """The carried value of this number, when it starts at zero and each pass does nothing but add to it."""
        param, result, start = carries_of(loop)[at], loop.body.results[at], loop.init[at]
        adding = self.made.get(result) if isinstance(result, Var) else None
        zeros = self.made.get(start) if isinstance(start, Var) else None
        if adding is None or adding.prim not in ("accumulate", "operator.add") or adding not in loop.body.body:
            return None
        if adding.loc.sweep != "backward":
            return None
        if zeros is None or zeros.prim != "numpy.zeros_like" or zeros.kwargs or not _has_rank(zeros.args[0], rank):
            return None
        if adding.args[0] is not param or self.uses[param] != 1 or self.uses[adding.outs[0]] != 1:
            return None
        added = adding.args[1]
        if not isinstance(added, Var) or not _has_rank(added, rank):
            return None
        return _Sum(at, adding, zeros.args[0], (added,))  # type: ignore[arg-type]


class _After:
    """What is computed after a loop of the vectors that it has kept."""

    def __init__(self, loop: For) -> None:
        self.loc = loop.loc
        self.nodes: list[Node] = []
        self.matrices: dict[Var, Var] = {}

    def add(self, out: Var, prim: str, *args: Arg) -> Var:
        self.nodes.append(Eqn((out,), prim, args, (), self.loc))
        return out

    def matrix(self, vector: Var, items: Var, like: Var, axis: int) -> Var:
        """The matrix whose rows are the vectors of all passes: it may have none, but has as many columns as `like` is
        long along an axis."""
        if vector not in self.matrices:
            kind = vector.type
            assert isinstance(kind, Tensor) and kind.shape is not None
            count = self.add(Var("count", INT, True), "axis_length", items, Lit(0))
            length = self.add(Var("length", INT, True), "axis_length", like, Lit(axis))
            rows = Var(f"{vector.hint}_rows", Tensor("float64", (Sym("m"), *kind.shape)), True)
            self.matrices[vector] = self.add(rows, "numpy.reshape", items, Pack("tuple", (count, length)))
        return self.matrices[vector]

    def transposed(self, matrix: Var) -> Var:
        assert isinstance(matrix.type, Tensor) and matrix.type.shape is not None
        return self.add(Var(f"{matrix.hint}_T", Tensor("float64", matrix.type.shape[::-1]), True), "numpy.transpose", matrix)


def _has_rank(arg: Arg, rank: int) -> bool:
    """Whether an argument is known to be an array of float64 of a rank."""
    kind = arg.type if isinstance(arg, Var) else None
    return isinstance(kind, Tensor) and kind.dtype == "float64" and kind.shape is not None and len(kind.shape) == rank
