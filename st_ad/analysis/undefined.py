"""Which variables have no value on some path, and how to give them one where the shape of it is asked for."""

from __future__ import annotations

import dataclasses
from typing import Any, Collection, Sequence

import numpy as np

from ..ir import walk
from ..ir.build import Builder, Knowledge
from ..ir.primitives import is_in_place
from ..ir.syntax import UNDEFINED, Arg, Atom, Block, Eqn, For, If, Lit, Node, Try, Var, While
from ..ir.types import Dim, Seq, Tensor, resolve


# What may stand in a list, each once: a list may be collected, chosen in a branch, or be an item of another.
Columns = dict[Var, dict[Atom, None]]
# Of an array: the lengths that are known, those that a parameter has, and 0 for the others.
Lengths = tuple[Dim, ...]
Axes = dict[Dim, tuple[Var, int]]


def is_nothing(atom: Arg) -> bool:
    """Whether an atom stands where there is no value: undefined, or None in the place of a recorded value."""
    return atom is UNDEFINED or (isinstance(atom, Lit) and atom.value is None)


def may_be_undefined(block: Block, stand_ins: bool = False, given: Collection[Var] = ()) -> set[Var]:
    """The variables that have no value on some path; with `stand_ins`, also those that `define` gave an empty one there,
    and the arrays that are computed from one of them. Those of `given` come from outside like that, or as lists of such."""
    nodes = block.nodes
    flows = _all_flows(nodes, {var: {UNDEFINED: None} for var in given if isinstance(var.type, Seq)})
    found = {var for var, sources in flows if any(is_nothing(s) or stand_ins and _is_stand_in(s, var) for s in sources)}
    found.update(given)
    if not found:
        return found
    made = [(n.outs, _shaping(n)) for n in nodes if isinstance(n, Eqn)] if stand_ins else []
    handed_on = [(var, walk.variables(sources)) for var, sources in flows]
    while True:
        before = len(found)
        for outs, shaping in made:
            if any(v in found and _has_axes(v) for v in shaping):
                found.update(filter(_has_axes, outs))
        for var, sources in handed_on:
            if var not in found and not found.isdisjoint(sources):
                found.add(var)
        if len(found) == before:
            return found


def recorded_nothing(block: Block, record: Sequence[Var]) -> frozenset[Var]:
    """Those of the recorded variables that have no value on some path, or are lists of such."""
    undefined = may_be_undefined(block, stand_ins=True)
    columns: Columns = {}
    _all_flows(block.nodes, columns)
    return frozenset(
        var for var in record
        if var in undefined or any(is_nothing(item) or item in undefined for item in columns.get(var, ()))
    )  # fmt: skip


def holds_nothing(block: Block, undefined: set[Var]) -> bool:
    """Whether what has no value is put into a list, or collected."""
    for node in walk.all_nodes(block):
        put: tuple[Any, ...] = ()
        if isinstance(node, Eqn) and node.prim in ("seq.make", "seq.append", "setitem"):
            put = node.args
        elif isinstance(node, (For, While)):
            put = node.body.results[len(node.init) :]
        if any(is_nothing(a) or a in undefined for a in put):
            return True
    return False


def read_of_nothing(block: Block) -> Eqn | None:
    """The first equation that computes with what has no value on any path, if there is one."""
    columns: Columns = {}
    nodes = walk.all_nodes(block)
    flows = _all_flows(nodes, columns)
    joined = {var for var, _ in flows}
    valued: set[Var] = set()
    while True:
        before = len(valued)
        for var, sources in flows:
            if any(not is_nothing(s) and (s not in joined or s in valued) for s in sources):
                valued.add(var)
        if len(valued) == before:
            break
    never = joined - valued
    for node in nodes:
        if isinstance(node, Eqn) and not node.prim.startswith("tape."):
            leaves = [leaf for arg in walk.operands(node) for leaf in walk.leaves(arg)]
            if any(leaf is UNDEFINED or leaf in never for leaf in leaves):
                return node
    return None


def _shaping(node: Eqn) -> list[Var]:
    """The variables that the shape of a result may come from."""
    return walk.variables(node.args[:1]) if is_in_place(node.prim) else list(node.reads)


def _has_axes(var: Var) -> bool:
    return isinstance(var.type, Tensor) and var.type.shape != ()


def _is_stand_in(atom: Atom, var: Var) -> bool:
    """Whether an atom is an array without items in the place of one that is not known to have none."""
    kind, wanted = getattr(atom, "type", None), var.type
    if not isinstance(kind, Tensor) or not isinstance(wanted, Tensor) or not kind.shape or 0 not in kind.shape:
        return False
    here = tuple(map(resolve, kind.shape))
    if wanted.shape is None or wanted.rank != kind.rank:
        return not any(here)
    there = tuple(map(resolve, wanted.shape))
    return here != there and all(d in (0, w) for d, w in zip(here, there))


def _size(columns: Columns) -> int:
    return sum(len(items) for items in columns.values())


def _all_flows(nodes: Sequence[Node], columns: Columns) -> list[tuple[Var, tuple[Atom, ...]]]:
    """The flows of all nodes, when it is known what is in each list."""
    nodes = [n for n in nodes if n.blocks]
    while True:
        before = _size(columns)
        flows = [flow for node in nodes for flow in _flows(node, columns)]
        if _size(columns) == before:
            return flows


def _flows(node: Node, columns: Columns) -> list[tuple[Var, tuple[Atom, ...]]]:
    """The variables of a branch or loop with the atoms that they may be; `columns` learns what is in which list."""
    flows = _direct_flows(node, columns)
    for var, sources in flows:
        for source in sources:
            if type(source) is Var and source in columns:
                columns.setdefault(var, {}).update(columns[source])
    return flows


def _direct_flows(node: Node, columns: Columns) -> list[tuple[Var, tuple[Atom, ...]]]:
    if isinstance(node, If):
        return [(o, (a, b)) for o, a, b in zip(node.outs, node.then.results, node.orelse.results)]
    if isinstance(node, Try):
        return [(o, (a, b)) for o, a, b in zip(node.outs[2:], node.body.results, node.instead)]
    if not isinstance(node, (For, While)):
        return []
    count = len(node.init)
    params = node.body.params
    carries = params[len(params) - count :]
    rows = list(zip(carries, node.outs, node.init, node.body.results))
    flows: list[tuple[Var, tuple[Atom, ...]]] = [(p, (i, r)) for p, _, i, r in rows]
    flows += [(o, (i, r)) for _, o, i, r in rows]
    for made, item in zip(node.collected, node.body.results[count:]):
        columns.setdefault(made, {})[item] = None
    if isinstance(node, For):
        items = params[(0 if node.start is None else 1) : len(params) - count]
        flows += [(v, tuple(columns[x])) for v, x in zip(items, node.xs) if isinstance(x, Var) and x in columns]
    return flows


def define(block: Block, demanded: set[Var], knowledge: Knowledge) -> Block:
    """The block in which some variables have an empty value of their type where they had none."""
    if not demanded:
        return block
    wanted = set(demanded)
    flows = _all_flows(walk.all_nodes(block), {})
    while True:
        before = len(wanted)
        for var, sources in flows:
            if var in wanted:
                wanted.update(s for s in sources if isinstance(s, Var))
        if len(wanted) == before:
            break
    axes = _axes(block.params)
    known = _known_lengths(flows, axes)
    return _defined(block, {var: known.get(var) or _lengths(var, axes) for var in wanted}, knowledge, axes)


def _axes(params: Sequence[Var]) -> Axes:
    """A parameter and its axis for each length that one has."""
    found: Axes = {}
    for var in params:
        for axis, dim in enumerate(map(resolve, getattr(var.type, "shape", None) or ())):
            if not isinstance(dim, int):
                found.setdefault(dim, (var, axis))
    return found


def _known_lengths(flows: Sequence[tuple[Var, tuple[Atom, ...]]], axes: Axes) -> dict[Var, Lengths]:
    """The lengths that the types of variables know, or those of what they are handed on to."""
    known: dict[Var, Lengths] = {}
    while True:
        before = dict(known)
        for var, sources in flows:
            there = known.setdefault(var, _lengths(var, axes))
            for source in (s for s in sources if isinstance(s, Var)):
                here = known.setdefault(source, _lengths(source, axes))
                if len(here) == len(there):
                    known[source] = tuple(a or b for a, b in zip(here, there))
        if known == before:
            return known


def _lengths(var: Var, axes: Axes) -> Lengths:
    """The lengths of an array that its type knows and that are there when the function is called, and 0 for the others."""
    shape = getattr(var.type, "shape", None) or ()
    return tuple(d if isinstance(d, int) or d in axes else 0 for d in map(resolve, shape))


def _defined(block: Block, wanted: dict[Var, Lengths], knowledge: Knowledge, axes: Axes) -> Block:
    body: list[Node] = []
    for node in block.body:
        node = walk.map_blocks(node, lambda b: _defined(b, wanted, knowledge, axes))
        if isinstance(node, If):
            then = _with_values(node.then, node.outs, wanted, knowledge, axes, node)
            orelse = _with_values(node.orelse, node.outs, wanted, knowledge, axes, node)
            node = dataclasses.replace(node, then=then, orelse=orelse)
        elif isinstance(node, Try):
            builder = Builder(knowledge, node.loc)
            instead = tuple(_value(i, o, wanted, axes, builder) for i, o in zip(node.instead, node.outs[2:]))
            body += builder.nodes
            node = dataclasses.replace(node, instead=instead)
        elif isinstance(node, (For, While)):
            builder = Builder(knowledge, node.loc)
            carries = node.body.params[len(node.body.params) - len(node.init) :]
            init = tuple(
                _value(i, o if o in wanted else p, wanted, axes, builder) for i, o, p in zip(node.init, node.outs, carries)
            )
            body += builder.nodes
            node = dataclasses.replace(node, init=init)
        body.append(node)
    return Block(block.params, tuple(body), block.results)


def _with_values(
    block: Block, outs: tuple[Var, ...], wanted: dict[Var, Lengths], knowledge: Knowledge, axes: Axes, node: If
) -> Block:
    builder = Builder(knowledge, node.loc)
    results = tuple(_value(r, o, wanted, axes, builder) for r, o in zip(block.results, outs))
    return Block(block.params, (*block.body, *builder.nodes), results)


def _value(atom: Atom, var: Var, wanted: dict[Var, Lengths], axes: Axes, builder: Builder) -> Atom:
    if var not in wanted or not is_nothing(atom):
        return atom
    kind: Any = var.type
    if isinstance(kind, Seq):
        return builder.emit("seq.make", hint=var.hint)
    if not isinstance(kind, Tensor):
        return atom
    if kind.shape:
        dtype: dict[str, Any] = {} if kind.dtype in (None, "float64") else {"dtype": Lit(np.dtype(kind.dtype))}
        # Lengths that are known are kept: what is computed from it then has the shape that its type says.
        lengths = tuple(builder.emit("axis_length", *axes[d]) if d in axes else d for d in wanted[var])
        return builder.emit("numpy.zeros", lengths, hint=var.hint, **dtype)
    if kind.dtype == "bool":
        return Lit(False)
    return Lit(0) if kind.dtype is not None and kind.dtype.startswith("int") else Lit(0.0)


