"""What a loop records gets the name of what it holds, and is an array where its length is known before and it holds numbers.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT, Seq
>>> from st_ad.ir.show import show
>>> x, n, k, u, u1, y, z = (Var(h, INT if h in "nk" else FLOAT) for h in ("x", "n", "k", "u", "u", "y", "z"))
>>> tape = Var("k_tape", Seq(FLOAT))
>>> body = Block((k, u), (Eqn((u1,), "numpy.sin", (u,)),), (u1, u))
>>> loop = For((y,), (tape,), Lit(0), n, Lit(1), (), False, (x,), body)
>>> read = Eqn((z,), "seq.item", (tape, Lit(0)))
>>> f = Function("f", (Param("x", x), Param("n", n)), (), Block((x, n), (loop, read), (z,)), z)
>>> print(show(typed(f)))
f(x: float, n: int)
  v1: int = builtins.max(n, 0)
  u_tape: f64[m] = numpy.empty(v1)
  y: float, u_tape.3: f64[m] = for k in range(n) with u = x, u_tape.1 = u_tape:
      u_tape.2: f64[m] = u_tape.1 with [k] = u
      u.1: float = numpy.sin(u)
      next u.1, u_tape.2
  z: float = u_tape.3[0]
  return z
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..analysis.infer import NUMPY
from ..ir import walk
from ..ir.build import Builder, type_of
from ..ir.syntax import Atom, Block, Eqn, For, Function, Lit, Loc, Node, Var, While
from ..ir.types import Seq, Sym, Tensor, Type
from ..simplify.ownership import with_block


def typed(function: Function) -> Function:
    """The function with arrays for lists of numbers, where that can be."""
    return with_block(function, _Tapes(function).block(function.block))


class _Tapes:
    """Rebuilds blocks; `table` holds the variables that have another name or type."""

    def __init__(self, function: Function) -> None:
        self.table: dict[Var, Var] = {}
        self.readers: dict[Var, list[Node]] = {}
        self.made: dict[Var, Node] = {}
        self.returned: set[Var] = set(walk.variables(function.block.results))
        self.columns: dict[Var, list[Var]] = {}
        for node in walk.all_nodes(function.block):
            for var in dict.fromkeys(node.reads):
                self.readers.setdefault(var, []).append(node)
            for block in walk.blocks(node):
                if isinstance(node, (For, While)) and block is node.body:
                    carried = block.results[: len(node.init)]
                    for column, value in zip(node.collected, block.results[len(node.init) :]):
                        if isinstance(value, Var):
                            self.columns.setdefault(value, []).append(column)
                else:
                    carried = block.results
                self.returned.update(walk.variables(carried))

    def block(self, block: Block) -> Block:
        body: list[Node] = []
        for old in block.body:
            node = walk.map_blocks(walk.map_operands(old, self.atom), self.block)
            if isinstance(node, (For, While)) and node.collected:
                body += self.loop(node)
            else:
                body.append(self.reading(node))
        results = tuple(map(self.atom, block.results))
        same = len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body))
        if same and all(a is b for a, b in zip(results, block.results)):
            return block
        return Block(block.params, tuple(body), results)

    def atom(self, atom: Atom) -> Atom:
        return self.table.get(atom, atom) if isinstance(atom, Var) else atom

    def reading(self, node: Node) -> Node:
        """A node that takes an item of what is an array now, or is one."""
        if not isinstance(node, Eqn) or node.prim not in ("seq.item", "getitem") or not isinstance(node.args[0], Var):
            return node
        kind, out = node.args[0].type, node.outs[0]
        if isinstance(kind, Tensor) and node.prim == "seq.item":
            return dataclasses.replace(node, prim="getitem")
        if isinstance(out.type, Seq) and node.args[0] in self.table.values():
            item = kind.item if node.prim == "seq.item" and isinstance(kind, Seq) else kind
            return dataclasses.replace(node, outs=(self.renewed(out, node.args[0].hint, item or out.type),))
        return node

    def renewed(self, var: Var, hint: str, kind: Type) -> Var:
        self.table[var] = Var(hint, kind, var.temporary)
        return self.table[var]

    def loop(self, loop: For | While) -> list[Node]:
        """A loop with what stands before it."""
        count = len(loop.init)
        before = Builder(NUMPY, loop.loc)
        before.depth = 1
        arrays: list[tuple[Var, Atom]] = []
        lists: list[tuple[Var, Atom]] = []
        for column, value in zip(loop.collected, loop.body.results[count:]):
            kind, is_tape = type_of(value), column.hint.endswith("_tape")
            hint = f"{value.hint.removesuffix('_tape')}_tape" if is_tape and isinstance(value, Var) else column.hint
            if is_tape and isinstance(loop, For) and self.is_array(loop, value) and self.only_items(column):
                assert isinstance(kind, Tensor) and kind.dtype is not None
                arrays.append((self.renewed(column, hint, Tensor(kind.dtype, (Sym("m"),))), value))
            elif isinstance(column.type, Seq) and isinstance(column.type.item, Seq) and value in self.table.values():
                lists.append((self.renewed(column, hint, Seq(kind)), value))
            else:
                lists.append((self.renewed(column, hint, column.type), value))
        changed = dataclasses.replace(
            loop,
            collected=tuple(c for c, _ in lists),
            body=Block(loop.body.params, loop.body.body, (*loop.body.results[:count], *(v for _, v in lists))),
        )
        return [*before.nodes, changed] if not arrays else self.filled(changed, arrays, before)  # type: ignore[arg-type]

    def is_array(self, loop: For, value: Atom) -> bool:
        """Whether a column holds numbers, as many as the loop has passes."""
        kind = type_of(value)
        if loop.until is not None or loop.start is None or loop.xs or loop.step not in (Lit(1), Lit(-1)):
            return False
        return isinstance(value, Var) and isinstance(kind, Tensor) and kind.is_immutable and kind.dtype is not None

    def only_items(self, column: Var) -> bool:
        """Whether a list is only read item by item, here or as part of the list that an outer loop makes."""
        if column in self.returned:
            return False
        for node in self.readers.get(column, ()):
            if not isinstance(node, Eqn) or node.prim not in ("seq.item", "axis_length", "getitem"):
                return False
            if isinstance(node.outs[0].type, Seq) and not self.only_items(node.outs[0]):
                return False
        return all(map(self.only_items, self.columns.get(column, ())))

    def filled(self, loop: For, arrays: list[tuple[Var, Atom]], before: Builder) -> list[Node]:
        """The loop that carries arrays, each with a store after the number is made."""
        loop = _with_index(loop)
        before.loc = loc = quiet(loop.loc)
        size = _passes(loop, before)
        index = loop.body.params[0]
        params, init, results = list(loop.body.params), list(loop.init), list(loop.body.results[: len(loop.init)])
        body = list(loop.body.body)
        inside = Builder(NUMPY, loc)
        inside.depth = 2
        place: Atom = index
        if loop.start != Lit(0) or loop.step != Lit(1):
            ends = (index, loop.start) if loop.step == Lit(1) else (loop.start, index)
            place = inside.emit("operator.sub", *ends, hint="i")
        for out, value in arrays:
            assert isinstance(out.type, Tensor) and out.type.dtype is not None
            dtype = {} if out.type.dtype == "float64" else {"dtype": np.dtype(out.type.dtype)}
            first, param, after = (Var(out.hint, out.type) for _ in range(3))
            before.append(Eqn((first,), "numpy.empty", (size,), tuple((k, Lit(v)) for k, v in dtype.items()), loc))
            at = next((i + 1 for i, n in enumerate(body) if value in walk.outs(n)), 0)
            body.insert(at, Eqn((after,), "setitem", (param, place, value), (), loc))
            params.append(param)
            init.append(first)
            results.append(after)
        block = Block(tuple(params), (*inside.nodes, *body), (*results, *loop.body.results[len(loop.init) :]))
        outs = (*loop.outs, *(out for out, _ in arrays))
        return [*before.nodes, dataclasses.replace(loop, outs=outs, init=tuple(init), body=block)]


def quiet(loc: Loc) -> Loc:
    """The place of a statement that the user's line does not show."""
    return dataclasses.replace(loc, line=0, text="")


def _with_index(loop: For) -> For:
    """The loop whose index has a name that can be read."""
    index, *others = loop.body.params
    if index.hint.strip("_"):
        return loop
    named = Var("i", index.type)
    inner = walk.substitute(Block((), loop.body.body, loop.body.results), {index: named})
    return dataclasses.replace(loop, body=Block((named, *others), inner.body, inner.results))


def _passes(loop: For, before: Builder) -> Atom:
    """The number of passes of a loop that counts up or down by one."""
    start, stop = (loop.start, loop.stop) if loop.step == Lit(1) else (loop.stop, loop.start)
    assert start is not None and stop is not None
    if isinstance(start, Lit) and isinstance(stop, Lit):
        return Lit(max(stop.value - start.value, 0))
    length = stop if start == Lit(0) else before.emit("operator.sub", stop, start)
    return before.emit("builtins.max", length, 0, hint="count")
