"""Store into zeros instead of adding to them, and make no zeros where their elements are known or go elsewhere anyway.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import FLOAT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector, back = Tensor("float64", (Sym("n"),)), Loc(2, "", sweep="backward")
>>> p, g, z, a, b = Var("p", vector), Var("g", FLOAT), *(Var("p_bar", vector) for _ in range(3))
>>> body = (Eqn((z,), "numpy.zeros_like", (p,), (), back), Eqn((a,), "setitem", (z, Lit(1), g), (), back),
...         Eqn((b,), "accumulate_at", (a, Lit(0), g), (), back))
>>> f = Function("f", (Param("p", p), Param("g", g)), (), Block((p, g), body, (b,)), b)
>>> print(show(zeros(f)).splitlines()[-2].partition("#")[0].strip())
p_bar.2: f64[n] = p_bar.1 with [0] = g

The elements of an array of known length make it by `np.array`. Zeros with a few elements that are added to a row of a
matrix are these elements, added there.
"""

from __future__ import annotations

import dataclasses
from typing import Iterator

from ..analysis.subscripts import are_disjoint, is_plain_index
from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Arg, Block, Eqn, Function, Lit, Node, Pack, Var
from ..ir.types import Tensor, resolve
from .ownership import with_block
from .rewrite import count_uses

_ZEROS = ("numpy.zeros_like", "numpy.zeros")
_STORES = ("setitem", "accumulate_at")


def zeros(function: Function) -> Function:
    """The function with fewer zeros."""
    if function.block.prims.isdisjoint(_STORES):
        return function
    return with_block(function, _Zeros(function).block(function.block))


class _Zeros:
    def __init__(self, function: Function) -> None:
        self.uses = count_uses(function)
        self.made: dict[Var, Eqn] = {}
        # How many stores have been made into each array that began as zeros.
        self.depths: dict[Arg, int] = {}

    def block(self, block: Block) -> Block:
        body: list[Node] = []
        own = {v for n in block.body for v in walk.outs(n)}
        for node in block.body:
            node = walk.map_blocks(node, self.block)
            if isinstance(node, Eqn) and node.prim in _STORES and node.loc.is_derived:
                lines = self.spread(node, own) or [self.whole(self.stored(node))]
            else:
                lines = [node]
            for line in lines:
                if isinstance(line, Eqn):
                    self.note(line)
            body += lines
        if len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body)):
            return block
        return Block(block.params, tuple(body), block.results)

    def note(self, node: Eqn) -> None:
        """Note what an equation makes, and whether it is zeros with something stored into them."""
        self.made.update((v, node) for v in node.outs)
        if node.prim in _ZEROS and isinstance(node.outs[0].type, Tensor):
            self.depths[node.outs[0]] = 0
        elif node.prim in _STORES and node.args[0] in self.depths:
            self.depths[node.outs[0]] = self.depths[node.args[0]] + 1

    def chain(self, arg: Arg) -> Iterator[Eqn]:
        """The stores that made an array which began as zeros, the last first."""
        for _ in range(self.depths[arg]):
            made = self.made[arg]  # type: ignore[index]
            yield made
            arg = made.args[0]

    def stored(self, node: Eqn) -> Eqn:
        """What is added to zeros, as a store."""
        if node.prim == "setitem" or not is_plain_index(node.args[1]):
            return node
        target, index = node.args[:2]
        if target not in self.depths or not all(are_disjoint(n.args[1], index) for n in self.chain(target)):
            return node
        return dataclasses.replace(node, prim="setitem")

    def whole(self, node: Eqn) -> Eqn:
        """The last of the elements of a vector as the vector of all of them."""
        kind = node.outs[0].type
        length = resolve(kind.shape[0]) if isinstance(kind, Tensor) and kind.shape and len(kind.shape) == 1 else None
        if not isinstance(length, int) or kind.dtype != "float64" or self.depths.get(node.args[0]) != length - 1:  # type: ignore
            return node
        elements: dict[int, Arg] = {}
        for line in (node, *self.chain(node.args[0])):
            _, at, value = line.args
            is_single = line is node or self.uses[line.outs[0]] == 1
            if line.prim != "setitem" or not is_single or not isinstance(at, Lit) or not _is_number(value):
                return node
            if type(at.value) is not int or not -length <= at.value < length:
                return node
            elements.setdefault(at.value % length, value)
        if len(elements) != length:
            return node
        return Eqn(node.outs, "numpy.array", (Pack("list", tuple(elements[i] for i in range(length))),), (), node.loc)

    def spread(self, node: Eqn, own: set[Var]) -> list[Node]:
        """The elements of zeros that are added to a row, each added to its place in the row; nothing when they stay."""
        target, row, value = node.args
        rows = _row(row)
        if node.prim != "accumulate_at" or value not in own or not rows or not self.depths.get(value):
            return []
        stores = list(self.chain(value))
        if not isinstance(target, Var) or not isinstance(target.type, Tensor) or not isinstance(value, Var):
            return []
        kind = value.type
        if not isinstance(kind, Tensor) or kind.rank is None or target.type.rank != kind.rank + len(rows):
            return []
        if any(self.uses[s.outs[0]] != 1 or s.outs[0] not in own or not _is_basic(s.args[1]) for s in stores):
            return []
        if any(not are_disjoint(a.args[1], b.args[1]) for i, a in enumerate(stores) for b in stores[i + 1 :] if a.prim == "setitem"):
            return []
        lines: list[Node] = []
        for store in reversed(stores):
            out = node.outs[0] if store is stores[0] else Var(node.outs[0].hint, node.outs[0].type, node.outs[0].temporary)
            inner = store.args[1]
            parts = inner.items if isinstance(inner, Pack) and inner.kind == "tuple" else (inner,)
            lines.append(Eqn((out,), "accumulate_at", (target, Pack("tuple", (*rows, *parts)), store.args[2]), (), store.loc))
            target = out
        return lines


def _row(index: Arg) -> tuple[Arg, ...]:
    """The numbers that a subscript consists of; nothing when there is something else in it."""
    parts = index.items if isinstance(index, Pack) and index.kind == "tuple" else (index,)
    return parts if all(map(_is_whole, parts)) else ()


def _is_whole(part: Arg) -> bool:
    if isinstance(part, Lit):
        return type(part.value) is int
    return isinstance(part, Var) and isinstance(part.type, Tensor) and part.type.shape == () and part.type.dtype == "int64"


def _is_basic(index: Arg) -> bool:
    """Whether a subscript consists of numbers and slices."""
    parts = index.items if isinstance(index, Pack) and index.kind == "tuple" else (index,)
    return all(_is_whole(p) or isinstance(p, Pack) and p.kind == "slice" for p in parts)


def _is_number(arg: Arg) -> bool:
    if isinstance(arg, Pack):
        return False
    kind = type_of(arg)
    return isinstance(kind, Tensor) and kind.is_scalar and kind.form != "nd" and kind.dtype in ("float64", "int64")
