"""Calls that are differentiated through their definition are replaced by it, where they are active.

c = numpy.cov(x)    becomes    d = x - mean(x); c = d @ d.T / (n - 1)
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any, Callable, Iterable

import numpy as np

from ..analysis.activity import is_differentiable, varied
from ..errors import NoRuleError, UnsupportedError
from ..frontend.calls.templates import expand
from ..frontend.text.source import SourceFunction, source_of
from ..ir import walk
from ..ir.build import Builder, Knowledge, type_of
from ..ir.syntax import Arg, Atom, Block, Eqn, Function, Lit, Node, Pack, Var
from ..ir.types import Tensor
from ..rules.catalogue import bind, rule_for, select
from .equations import refused

_RANKS = "give example arguments, so that ranks are known"


def with_definitions(function: Function, wrt: Iterable[str], knowledge: Knowledge) -> Function:
    """The function with every active call of a defined function replaced by its definition."""
    inputs = [v for p in function.params if p.name in wrt for v in walk.variables((p.tree,)) if is_differentiable(v)]
    block = defined(function.block, inputs, knowledge)
    if block is function.block:
        return function
    mapping = dict(zip(walk.leaves(function.result), block.results))
    result = walk.map_arg(function.result, lambda a: mapping[a])
    return dataclasses.replace(function, block=block, result=result)


def defined(block: Block, inputs: Iterable[Var], knowledge: Knowledge) -> Block:
    """The block with the calls that depend on `inputs` replaced, until none is left."""
    inputs = list(inputs)
    while True:
        changed = _Replacement(varied(block, inputs), knowledge).block(block)
        if changed is block:
            return block
        block = changed


class _Replacement:
    """One round over a block."""

    def __init__(self, active: set[Var], knowledge: Knowledge) -> None:
        self.active = active
        self.knowledge = knowledge

    def block(self, block: Block, depth: int = 0) -> Block:
        mapping: dict[Var, Atom] = {}
        body: list[Node] = []
        is_same = True
        for old in block.body:
            node = walk.map_operands(old, lambda a: mapping.get(a, a) if isinstance(a, Var) else a)
            node = walk.map_blocks(node, lambda b: self.block(walk.substitute(b, mapping), depth + 1))
            found = self.definition(old, node) if isinstance(node, Eqn) else None
            if found is not None:
                assert isinstance(node, Eqn)
                nodes, results = self.expanded(node, *found, depth)
                mapping.update(zip(node.outs, results))
                body += nodes
            else:
                body.append(node)
            is_same = is_same and found is None and node is old
        if is_same:
            return block
        results = tuple(mapping.get(a, a) if isinstance(a, Var) else a for a in block.results)
        return Block(block.params, tuple(body), results)

    def definition(self, old: Node, eqn: Eqn) -> tuple[Callable[..., Any], dict[str, Arg]] | None:
        """The definition of what an active equation calls, with its arguments; None when its rule is of another kind."""
        if not any(v in self.active for v in old.reads):
            return None
        if not any(v in self.active for v in walk.outs(old)):
            return None
        rule = rule_for(eqn.prim)
        if rule is None or all(v.kind != "definition" for v in rule.variants):
            return None
        try:
            bound = bind(rule, eqn.args, eqn.kwargs)
        except TypeError:
            return None
        variant = select(rule, bound)
        if variant is None or variant.kind != "definition":
            return None
        assert variant.function is not None
        return variant.function, bound

    def expanded(
        self, eqn: Eqn, function: Callable[..., Any], bound: dict[str, Arg], depth: int
    ) -> tuple[list[Node], tuple[Atom, ...]]:
        builder = Builder(self.knowledge, eqn.loc)
        builder.depth = depth
        shown = eqn.prim.replace("numpy.", "np.")
        try:
            made = expand(_source(function), bound, builder, target=eqn.outs[0].hint)
        except NoRuleError as error:
            raise refused(eqn, f"`{shown}` cannot be differentiated here: {error.problems[0].what}", _RANKS) from None
        except UnsupportedError as error:
            found = error.problems[0]
            raise refused(eqn, f"`{shown}` has no derivative here: {found.what}", found.remedy or _RANKS) from None
        parts = made.items if isinstance(made, Pack) else (made,)
        if len(parts) != len(eqn.outs):
            raise refused(eqn, f"`{shown}` has no derivative here", _RANKS)
        results = []
        for part, out in zip(parts, eqn.outs):
            if isinstance(part, Pack):
                part = builder.emit("numpy.array", part)
            results.append(_named(_in_precision(part, out, builder), out, builder.nodes))
        return list(builder.nodes), tuple(results)


@cache
def _source(function: Callable[..., Any]) -> SourceFunction:
    return source_of(function)


def _in_precision(atom: Atom, out: Var, builder: Builder) -> Atom:
    """A result in the dtype that NumPy gives it."""
    found, wanted = type_of(atom), out.type
    if not (isinstance(found, Tensor) and isinstance(wanted, Tensor)) or isinstance(atom, Lit):
        return atom
    if found.dtype is None or wanted.dtype in (None, found.dtype) or found.form == "py":
        return atom
    return builder.emit("ndarray.astype", atom, Lit(np.dtype(wanted.dtype).type, f"np.{wanted.dtype}"))


def _named(atom: Atom, out: Var, nodes: list[Node]) -> Atom:
    """A result takes the name of what it replaces."""
    if isinstance(atom, Lit):
        return atom
    if atom.temporary and any(atom in walk.outs(n) for n in nodes):
        object.__setattr__(atom, "hint", out.hint)
        object.__setattr__(atom, "temporary", out.temporary)
    return atom
