"""Read lengths and shapes from variables that are there anyway, so that no temporary lives only for its shape.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector = Tensor("float64", (Sym("n"),))
>>> x, t, n = Var("x", vector), Var("sin", vector, True), Var("n", INT)
>>> body = (Eqn((t,), "numpy.sin", (x,)), Eqn((n,), "axis_length", (t, Lit(0))))
>>> f = Function("f", (Param("x", x),), (), Block((x,), body, (n,)), n)
>>> print(show(shapes(f)))
f(x: f64[n])
  v1: f64[n] = numpy.sin(x)
  n: int = axis_length(x, 0)
  return n
"""

from __future__ import annotations

import dataclasses
from typing import Callable, Iterator

from ..analysis.content import SHAPE_READS, content_reads
from ..analysis.undefined import may_be_undefined
from ..ir import walk
from ..ir.syntax import Block, Eqn, Function, Lit, Node, Var
from ..ir.types import Tensor, same_dim
from .ownership import with_block

_LIKE = ("numpy.zeros_like", "numpy.ones_like", "numpy.empty_like", "numpy.full_like")


def shapes(function: Function) -> Function:
    """The function with shapes read from parameters and named variables."""
    if function.block.prims.isdisjoint(SHAPE_READS):
        return function
    return with_block(function, _Shapes(function).block(function.block, ()))


class _Shapes:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.params = tuple(v for v in function.block.params if isinstance(v.type, Tensor))
        self.made: dict[Var, Eqn] = {}
        self.needed = _read_backward(function.block)
        self.vague = may_be_undefined(function.block, stand_ins=True, given=function.facts.get("vague", ()))
        self.inner: tuple[Var, ...] = ()

    def block(self, block: Block, outer: tuple[Var, ...]) -> Block:
        own = () if block is self.function.block else tuple(filter(self.is_named, block.params))
        around, self.inner = self.inner, own
        scope = [*outer, *own]
        body: list[Node] = []
        for node in block.body:
            if node.blocks:
                known = tuple(scope)
                node = walk.map_blocks(node, lambda b, known=known: self.block(b, known))  # type: ignore[misc]
            if isinstance(node, Eqn):
                node = self.eqn(node, scope)
                self.made.update((v, node) for v in node.outs)
            scope += filter(self.is_named, node.outs)
            body.append(node)
        self.inner = around
        if all(a is b for a, b in zip(body, block.body)):
            return block
        return Block(block.params, tuple(body), block.results)

    def is_named(self, var: Var) -> bool:
        """Whether a variable is an array with a name of the user's, which has a value on all paths."""
        return isinstance(var.type, Tensor) and not var.temporary and var not in self.vague

    def eqn(self, node: Eqn, scope: list[Var]) -> Eqn:
        at = SHAPE_READS.get(node.prim)
        if at is None or len(node.args) <= at:
            return node
        var = node.args[at]
        if not isinstance(var, Var) or not isinstance(var.type, Tensor) or not self.is_burden(var):
            return node
        if node.loc.sweep == "forward" and (not var.temporary or node.prim in _LIKE and var.type.rank not in (0, 1)):
            return node  # An array of the user's lies in memory as the one that it is like.
        fits = self.test(node, var)
        best = next((v for v in self.candidates(var, scope) if fits(v)), var)
        if best in self.params:
            # The name means the last value that it was given.
            there = [v for v in scope if v in self.needed or v not in self.inner]
            best = next((v for v in reversed(there) if v.hint == best.hint and fits(v)), best)
        if best is var:
            return node
        axis = self.axis(node, var, best)
        args = (*node.args[:at], best, *axis, *node.args[at + 1 + len(axis) :])
        return dataclasses.replace(node, args=args)

    def is_burden(self, var: Var) -> bool:
        """Whether a variable might be kept for its shape only."""
        return var not in self.params and (var.temporary or var not in self.needed)

    def candidates(self, var: Var, scope: list[Var]) -> Iterator[Var]:
        """Variables whose shape may serve, best first: what the value was computed from, parameters, names."""
        yield from (v for v in self.ancestors(var) if v in self.params or v in self.needed and v in scope)
        yield from (v for v in self.inner if v in self.needed and v is not var)
        yield from self.params
        if var.temporary:
            yield from scope

    def ancestors(self, var: Var) -> Iterator[Var]:
        queue, met = [var], {var}
        while queue:
            made = self.made.get(queue.pop(0))
            if made is None:
                continue
            for v in made.reads:
                if v in met or not isinstance(v.type, Tensor):
                    continue
                met.add(v)
                queue.append(v)
                yield v

    def test(self, node: Eqn, var: Var) -> Callable[[Var], bool]:
        """Whether another variable gives the same result in an equation that looks at a shape."""
        if node.prim in ("axis_length", "builtins.len"):
            return lambda v: self._axis_of(node, var, v) is not None
        if node.prim in ("numpy.shape", "numpy.size", "numpy.ndim"):
            return lambda v: _same_shape(v, var)
        if node.prim in _LIKE or node.prim.startswith("runtime."):
            return lambda v: _same_shape(v, var) and _same_kind(v, var)
        return lambda v: False

    def _axis_of(self, node: Eqn, var: Var, other: Var) -> int | None:
        """The axis of another variable that is as long as the one that is asked for."""
        wanted = 0 if node.prim == "builtins.len" else node.args[1].value  # type: ignore[union-attr]
        shape, there = var.type.shape, other.type.shape  # type: ignore[union-attr]
        if shape is None or there is None or not isinstance(wanted, int) or not -len(shape) <= wanted < len(shape):
            return None
        found = (i for i, d in enumerate(there) if same_dim(d, shape[wanted]))
        first = next(found, None)
        return first if node.prim != "builtins.len" or first == 0 else None

    def axis(self, node: Eqn, var: Var, best: Var) -> tuple[Lit, ...]:
        if node.prim != "axis_length":
            return ()
        found = self._axis_of(node, var, best)
        return (Lit(found),)


def _same_shape(a: Var, b: Var) -> bool:
    p, q = a.type.shape, b.type.shape  # type: ignore[union-attr]
    return p is not None and q is not None and len(p) == len(q) and all(map(same_dim, p, q))


def _same_kind(a: Var, b: Var) -> bool:
    p, q = a.type, b.type
    assert isinstance(p, Tensor) and isinstance(q, Tensor)
    return p.dtype is not None and p.dtype == q.dtype and p.form == q.form


def _read_backward(block: Block) -> set[Var]:
    """The variables whose elements the backward sweep reads, so that they are there anyway."""
    found: set[Var] = set(walk.variables(block.results))
    for node in walk.all_nodes(block):
        if node.loc.sweep == "backward" and isinstance(node, Eqn):
            found.update(content_reads(node))
    return found
