"""Calls that a target lacks become others that it has, which mean the same.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> d, h = Sym("d"), Sym("h")
>>> x, y = Var("x", Tensor("float64", (d, h))), Var("y", Tensor("float64", (d, 1)))
>>> line = Eqn((y,), "numpy.sum", (x,), (("axis", Lit(1)), ("keepdims", Lit(True))))
>>> f = Function("f", (Param("x", x),), (), Block((x,), (line,), (y,)), y)
>>> print(show(replaced(f)))
f(x: f64[d,h])
  v1: f64[d] = numpy.sum(x, axis=1)
  y: f64[d,1] = numpy.expand_dims(v1, 1)
  return y
"""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

from ..analysis.infer import NUMPY
from ..frontend.calls.templates import expand
from ..frontend.text.source import source_of
from ..ir import walk
from ..ir.build import Builder, type_of
from ..ir.primitives import may_be_view
from ..ir.syntax import Arg, Atom, Block, Eqn, For, Function, Lit, Node, Pack, Var
from ..ir.types import INT, Tensor
from ..simplify.ownership import with_block
from .definitions import DEFINITIONS, Definition

Handler = Callable[[Builder, Eqn], "Atom | None"]


def replaced(function: Function) -> Function:
    """The function without the calls that have an entry in `HANDLERS` or in `definitions`."""
    return with_block(function, _Replacer(function).block(function.block))


class _Replacer:
    """Rebuilds blocks; `table` says what stands for a result that is no longer made."""

    def __init__(self, function: Function) -> None:
        self.made = {v: n for n in walk.all_nodes(function.block) if isinstance(n, Eqn) for v in n.outs}
        self.table: dict[Var, Atom] = {}

    def block(self, block: Block) -> Block:
        body: list[Node] = []
        for old in block.body:
            node = walk.map_blocks(walk.map_operands(old, self.atom), self.block)
            body += self.instead(node) if isinstance(node, Eqn) else [node]
        results = tuple(self.atom(r) for r in block.results)
        same = len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body))
        if same and all(a is b for a, b in zip(results, block.results)):
            return block
        return Block(block.params, tuple(body), results)

    def atom(self, atom: Atom) -> Atom:
        return self.table.get(atom, atom) if isinstance(atom, Var) else atom

    def instead(self, node: Eqn) -> list[Node]:
        """What stands for an equation: itself, or others of which the last makes its result."""
        builder = Builder(NUMPY, node.loc)
        builder.depth = 1
        found = self.value(node, builder)
        if found is None:
            return [node]
        self.table[node.outs[0]] = found
        nodes = list(builder.nodes)
        last = nodes[-1] if nodes else None
        if isinstance(last, Eqn) and last.outs == (found,):
            # The name of the result stays.
            del self.table[node.outs[0]]
            nodes[-1] = dataclasses.replace(last, outs=node.outs)
        return nodes

    def value(self, node: Eqn, builder: Builder) -> Atom | None:
        if len(node.outs) != 1:
            return None
        if node.prim == "numpy.reshape" and node.loc.sweep == "backward":
            return self.reshape(builder, node)
        handler = HANDLERS.get(node.prim)
        made = handler(builder, node) if handler is not None else None
        if made is not None:
            return made
        found = (_expanded(one, builder, node) for one in DEFINITIONS.get(node.prim, ()))
        return next((value for value in found if value is not None), None)

    def reshape(self, builder: Builder, node: Eqn) -> Atom | None:
        """A view that need not be in one piece is copied first."""
        maker = self.made.get(node.args[0]) if isinstance(node.args[0], Var) else None
        if maker is None or not may_be_view(maker.prim) or maker.prim == "numpy.ascontiguousarray":
            return None
        piece = builder.emit("numpy.ascontiguousarray", node.args[0])
        return builder.emit("numpy.reshape", piece, *node.args[1:], hint=node.outs[0].hint)


def _expanded(definition: Definition, builder: Builder, node: Eqn) -> Atom | None:
    bound = definition.bind(node)
    if bound is None:
        return None
    made = expand(source_of(definition.function), bound, builder, target=node.outs[0].hint)
    assert not isinstance(made, Pack)
    return made


def rank_of(arg: Arg) -> int | None:
    """The number of axes of an argument, None when it is not known."""
    kind = None if isinstance(arg, Pack) else type_of(arg)
    return kind.rank if isinstance(kind, Tensor) else None


def _reduction(builder: Builder, node: Eqn) -> Atom | None:
    """Reductions over all axes, or sums and means over some, without `keepdims`."""
    x, *rest = node.args
    options: dict[str, Any] = dict(node.kwargs)
    keep = options.pop("keepdims", None)
    axis = rest[0] if rest else options.pop("axis", None)
    options.pop("axis", None)
    rank = rank_of(x)
    axes = _axes(axis, rank)
    if axes is None or rank is None or keep not in (None, Lit(True), Lit(False)) or len(rest) > 1:
        return None
    name = node.prim.rpartition(".")[2]
    if len(axes) == rank:
        if axis is None and keep is None:
            return None
        total = builder.emit(node.prim, x, hint=name, **options)
        return builder.emit("numpy.full", (1,) * rank, total) if keep == Lit(True) else total
    if name not in ("sum", "mean") or keep is None and name == "sum" and isinstance(axis, Lit) and type(axis.value) is int:
        return None
    value: Atom = x  # type: ignore[assignment]
    for one in sorted(axes, reverse=True):
        value = builder.emit("numpy.sum", value, hint="sum", axis=one, **options)
    if keep == Lit(True):
        for one in sorted(axes):
            value = builder.emit("numpy.expand_dims", value, one, hint=name)
    if name == "mean":
        for one in axes:
            value = builder.emit("operator.truediv", value, builder.emit("axis_length", x, one), hint=name)
    return value


def _axes(axis: Arg | None, rank: int | None) -> tuple[int, ...] | None:
    """The axes that are meant, counted from the first; None when they are not known."""
    if rank is None:
        return None
    if axis is None or axis == Lit(None):
        return tuple(range(rank))
    leaves = list(walk.leaves(axis))
    values = leaves[0].value if len(leaves) == 1 and isinstance(leaves[0], Lit) else None
    numbers = values if type(values) is tuple else [a.value for a in leaves if isinstance(a, Lit)]
    if any(type(n) is not int for n in numbers) or not isinstance(values, tuple) and len(numbers) != len(leaves):
        return None
    return tuple(n % rank for n in numbers) if rank else None


def _added_at(builder: Builder, node: Eqn) -> Atom | None:
    """Numbers that are added at places among which there may be the same one twice: one after the other."""
    x, index, g = node.args
    items = index.items if isinstance(index, Pack) and index.kind == "tuple" else (index,)
    at = next((i for i, item in enumerate(items) if _is_list_of_places(item)), None)
    others = [item for i, item in enumerate(items) if i != at]
    if at is None or not isinstance(x, Var) or any(not (isinstance(o, Pack) and o.kind == "slice") for o in others):
        return None
    places, i, before = items[at], Var("i", INT), Var(x.hint, x.type, x.temporary)
    inside = Builder(NUMPY, node.loc)
    inside.depth = 2
    place = inside.emit("getitem", places, i, hint="place")
    value: Arg = g
    if rank_of(g):
        if rank_of(g) != rank_of(x):
            return None
        every = Pack("slice", (Lit(None), Lit(None), Lit(None)))
        value = inside.emit("getitem", g, Pack("tuple", (*(every,) * at, i)) if at else i, hint="g")
    where = Pack("tuple", (*items[:at], place, *items[at + 1 :])) if len(items) > 1 else place
    after, out = Var(x.hint, x.type, x.temporary), Var(x.hint, node.outs[0].type)
    inside.append(Eqn((after,), "accumulate_at", (before, where, value), (), node.loc))
    body = Block((i, before), tuple(inside.nodes), (after,))
    count = builder.emit("axis_length", places, 0)
    builder.append(For((out,), (), Lit(0), count, Lit(1), (), False, (x,), body, None, node.loc))
    return out


def _is_list_of_places(item: Arg) -> bool:
    kind = item.type if isinstance(item, Var) else None
    return isinstance(kind, Tensor) and kind.rank == 1 and kind.dtype is not None and kind.dtype.startswith(("int", "uint"))


def _same(builder: Builder, node: Eqn) -> Atom | None:
    """What hands on its first argument."""
    return node.args[0] if isinstance(node.args[0], (Var, Lit)) else None


def _copied(builder: Builder, node: Eqn) -> Atom | None:
    kind = None if isinstance(node.args[0], Pack) else type_of(node.args[0])
    if not isinstance(kind, Tensor):
        return None
    return _same(builder, node) if kind.is_immutable else builder.emit("numpy.copy", node.args[0], hint=node.outs[0].hint)


def _absolute(builder: Builder, node: Eqn) -> Atom | None:
    return builder.emit("numpy.absolute", node.args[0], hint=node.outs[0].hint) if rank_of(node.args[0]) else None


def _with_defaults(builder: Builder, node: Eqn) -> Atom | None:
    """A call without the arguments at its end that say what is so anyway."""
    args = list(node.args)
    while len(args) > 1 and args[-1] in (Lit(None), Lit("L")):
        args.pop()
    kept = {k: v for k, v in node.kwargs if v != Lit(None) and not (k == "axis" and v in (Lit(-1), Lit(0)) and rank_of(args[0]) == 1)}
    if len(args) == len(node.args) and len(kept) == len(node.kwargs):
        return None
    options: dict[str, Any] = kept
    return builder.emit(node.prim, *args, hint=node.outs[0].hint, **options)


def _squeezed(builder: Builder, node: Eqn) -> Atom | None:
    """An axis of length 1 that is taken away is the first item along it."""
    axis = dict(node.kwargs).get("axis", node.args[1] if len(node.args) > 1 else None)
    axes = _axes(axis, rank_of(node.args[0]))
    if axis is None or not axes:
        return None
    whole = Pack("slice", (Lit(None), Lit(None), Lit(None)))
    index = tuple(Lit(0) if i in axes else whole for i in range(max(axes) + 1))
    return builder.emit("getitem", node.args[0], Pack("tuple", index), hint=node.outs[0].hint)


_DEFAULTED = "roll flip cumsum cumprod argsort sort argmax argmin median repeat take linalg.eigh linalg.eigvalsh"

HANDLERS: dict[str, Handler] = {
    **{f"numpy.{name}": _reduction for name in "sum mean max min amax amin prod std var any all".split()},
    **{f"numpy.{name}": _with_defaults for name in _DEFAULTED.split()},
    "accumulate_at": _added_at,
    "runtime.stop_gradient": _same,
    "runtime.snapshot": _copied,
    "implicit": _same,
    "builtins.abs": _absolute,
    "numpy.squeeze": _squeezed,
}

