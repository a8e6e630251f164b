"""Split a derivative in two: what is done once, and what is done again for every seed.

The part that does not read the seed gives its value and a record; the other part takes the record and the seed:

    f_vjp(x, out_bar) -> (y, x_bar)    becomes    f_vjp_forward(x) -> (y, record)  and  f_pullback(record, out_bar) -> x_bar

A program is functional at this stage, so following what each node reads is enough.
"""

from __future__ import annotations

import dataclasses

from ..analysis.undefined import recorded_nothing
from ..ir import walk
from ..ir.syntax import UNDEFINED, Arg, Atom, Block, For, Function, If, Lit, Node, Pack, Param, Try, Var, While


def split(function: Function, seeds: tuple[str, ...], name: str) -> tuple[Function, Function]:
    """The two parts of a function whose result is a pair (value, derivative) and whose seeds are parameters."""
    tree = function.result
    assert isinstance(tree, Pack) and len(tree.items) == 2
    value, derivative = tree.items
    given = tuple(p for p in function.params if p.name in seeds)
    seed_vars = dict.fromkeys(v for p in given for v in walk.variables((p.tree,)))
    once, again = _partition(function.block.body, seed_vars)
    later = Block(tuple(seed_vars), again, tuple(walk.leaves(derivative)))
    record = tuple(walk.free_variables(later))
    if _may_be_undefined(once, record):
        once = tuple(_define(n) for n in once)
    first = Pack("tuple", (value, Pack("tuple", record)))
    inputs = tuple(v for v in function.block.params if v not in seed_vars)
    forward = dataclasses.replace(
        function,
        name=f"{function.name}_forward",
        params=tuple(p for p in function.params if p.name not in seeds),
        block=Block(inputs, once, tuple(walk.leaves(first))),
        result=first,
        facts={**function.facts, "gradients": ()},
    )
    vague = recorded_nothing(function.block, record)
    return forward, _second(function, name, record, given, later, derivative, vague)


def _second(
    function: Function,
    name: str,
    record: tuple[Var, ...],
    given: tuple[Param, ...],
    later: Block,
    derivative: Arg,
    vague: frozenset[Var],
) -> Function:
    """The part that is done for every seed, with variables of its own."""
    table: dict[Var, Atom] = {v: Var(v.hint, v.type) for v in (*record, *later.params)}
    block = walk.refresh(Block(later.params, later.body, later.results), {v: table[v] for v in record})
    table.update(zip(later.params, block.params))
    new: dict[Var, Atom] = {v: b for v, b in table.items()}
    params = [Param("record", Pack("tuple", tuple(new[v] for v in record)))]
    for param in given:
        params.append(dataclasses.replace(param, tree=_map(param.tree, new), default=None, kind="either"))
    leaves = iter(block.results)
    result = walk.map_arg(derivative, lambda _: next(leaves))
    everything = tuple(v for p in params for v in walk.variables((p.tree,)))
    stem = function.name.removesuffix("_vjp").removesuffix("_jvp")
    return Function(
        f"{stem}_{name}",
        tuple(params),
        (),
        Block(everything, block.body, block.results),
        result,
        (),
        function.loc,
        {"seeds": tuple(p.name for p in params), "vague": frozenset(new[v] for v in vague)},
    )


def _map(tree: Arg, table: dict[Var, Atom]) -> Arg:
    return walk.map_arg(tree, lambda a: table.get(a, a) if isinstance(a, Var) else a)


def _partition(body: tuple[Node, ...], seeds: dict[Var, None]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The nodes that do not depend on the seeds, and those that do, each in order."""
    reached = dict(seeds)
    once, again = [], []
    for node in body:
        if any(v in reached for v in walk.node_reads(node)):
            again.append(node)
            reached.update(dict.fromkeys(walk.outs(node)))
        else:
            once.append(node)
    return tuple(once), tuple(again)


def _may_be_undefined(body: tuple[Node, ...], record: tuple[Var, ...]) -> bool:
    """Whether a recorded variable has no value on some path."""
    wanted = set(record)
    return any(
        wanted.intersection(walk.outs(n)) and _mentions_undefined(n)
        for n in body
        if isinstance(n, (If, For, While, Try))
    )


def _mentions_undefined(node: Node) -> bool:
    if UNDEFINED in walk.operands(node):
        return True
    return any(UNDEFINED in b.results or any(map(_mentions_undefined, b.body)) for b in walk.blocks(node))


def _define(node: Node) -> Node:
    """The node with None where a name has no value, so that the record can be made on every path."""

    def atom(a: Atom) -> Atom:
        return Lit(None) if a == UNDEFINED else a

    def block(b: Block) -> Block:
        return Block(b.params, tuple(map(_define, b.body)), tuple(map(atom, b.results)))

    return walk.map_blocks(walk.map_operands(node, atom), block)
