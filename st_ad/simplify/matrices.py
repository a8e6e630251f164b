"""Write products and solves with a sparse matrix as those of the matrix alone: its entries are for the derivative.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import Opaque, Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector = Tensor("float64", (Sym("n"),))
>>> data, x, rows, y = (Var(n, vector) for n in ("data", "x", "rows", "y"))
>>> a = Var("a", Opaque("sparse"))
>>> body = (Eqn((y,), "runtime.entries_product", (data, x, rows, rows, a, Lit(None), Lit(True))),)
>>> params = tuple(Param(v.hint, v) for v in (data, x, rows, a))
>>> print(show(matrices(Function("f", params, (), Block((data, x, rows, a), body, (y,)), y))))
f(data: f64[n], x: f64[n], rows: f64[n], a: sparse)
  y: f64[n] = runtime.sparse_product(a, x, True, None)
  return y
"""

from __future__ import annotations

from typing import Callable, Sequence

from ..ir import walk
from ..ir.syntax import Arg, Block, Eqn, Function, Node, Var
from .ownership import with_block


def matrices(function: Function) -> Function:
    """The function in which nothing but a derivative reads the entries of a sparse matrix."""
    nodes = [n for n in walk.all_nodes(function.block) if isinstance(n, Eqn) and (n.prim in _ALONE or n.prim == "runtime.inactive")]
    if not nodes:
        return function
    given = {n.outs[0]: n.args[0] for n in nodes if n.prim == "runtime.inactive"}
    while any(isinstance(a, Var) and a in given for a in given.values()):
        given = {v: given.get(a, a) if isinstance(a, Var) else a for v, a in given.items()}
    return with_block(function, _block(walk.substitute(function.block, given)))  # type: ignore[arg-type]


def _block(block: Block) -> Block:
    return Block(block.params, tuple(map(_node, block.body)), block.results)


def _node(node: Node) -> Node:
    if not isinstance(node, Eqn) or node.prim not in _ALONE:
        return walk.map_blocks(node, _block)
    prim, args = _ALONE[node.prim](node.args)
    return Eqn(node.outs, prim, tuple(args), (), node.loc)


def _product(args: Sequence[Arg]) -> tuple[str, Sequence[Arg]]:
    return "runtime.sparse_product", (args[4], args[1], args[6], args[5])


def _solution(args: Sequence[Arg]) -> tuple[str, Sequence[Arg]]:
    return "runtime.sparse_solution", (args[4], args[1], args[5], args[6])


def _array(args: Sequence[Arg]) -> tuple[str, Sequence[Arg]]:
    return "runtime.sparse_array", (args[3], args[5])


_ALONE: dict[str, Callable[[Sequence[Arg]], tuple[str, Sequence[Arg]]]] = {
    "runtime.entries_product": _product, "runtime.entries_solution": _solution, "runtime.entries_array": _array,
}  # fmt: skip
