"""Which values may hold ints where their type says floats.

`s = 0` and then `s = s + x[k]` in a loop gives `s` the type of a float, but before the first pass it is an int; so is an
array that is made of it then, and NumPy cuts off what is stored there. A store into such an array has no derivative that
is right in every pass.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Iterable

import numpy as np

from ..ir import walk
from ..ir.build import Knowledge, type_of
from ..ir.primitives import IN_PLACE
from ..ir.syntax import UNDEFINED, Arg, Atom, Block, Eqn, For, Function, If, Node, Try, Var, While
from ..ir.types import Seq, Tensor


def store_into_ints(function: Function, knowledge: Knowledge) -> Eqn | None:
    """The first store of floats into an array that may hold ints although its type says floats, if there is one."""
    found = _Mixed(knowledge)
    found.block(function.block)
    return found.store


class _Mixed:
    """A walk in program order; `ints` are the values found so far, `store` the first store into one of them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.ints: set[Var] = set()
        self.store: Eqn | None = None

    def block(self, block: Block) -> None:
        for node in block.body:
            if isinstance(node, Eqn):
                self.equation(node)
            else:
                self.region(node)

    def region(self, node: Node) -> None:
        if isinstance(node, If):
            self.block(node.then)
            self.block(node.orelse)
            self.join(node.outs, node.then.results, node.orelse.results)
        elif isinstance(node, Try):
            self.block(node.body)
            self.join(node.outs[2:], node.body.results, node.instead)
        elif isinstance(node, (For, While)):
            self.loop(node)

    def loop(self, node: For | While) -> None:
        count = len(node.init)
        body = node.body
        carried = body.params[len(body.params) - count :]
        if isinstance(node, For):
            items = body.params[len(body.params) - count - len(node.xs) : len(body.params) - count]
            self.ints.update(i for i, x in zip(items, node.xs) if x in self.ints)
        known = -1
        while known != len(self.ints):
            known = len(self.ints)
            self.join(carried, node.init, body.results)
            if isinstance(node, While):
                self.join(node.test.params, carried, carried)
                self.block(node.test)
            self.block(body)
        self.join(node.outs, node.init, body.results)
        self.ints.update(c for c, r in zip(node.collected, body.results[count:]) if self.may_be_int(r))

    def join(self, outs: Iterable[Var], *sides: Iterable[Atom]) -> None:
        """Values that are one of several."""
        for out, *ends in zip(outs, *sides):
            if _is_float(out.type) and any(self.may_be_int(e) for e in ends if e is not UNDEFINED):
                self.ints.add(out)

    def may_be_int(self, atom: Atom) -> bool:
        kind = type_of(atom)
        return atom in self.ints or isinstance(kind, Tensor) and _is_int(kind)

    def equation(self, eqn: Eqn) -> None:
        if not any(v in self.ints for v in eqn.reads):
            return
        is_store = eqn.prim in IN_PLACE and not eqn.prim.startswith(("inplace.", "seq.", "accumulate"))
        if (is_store or eqn.prim == "accumulate_at") and eqn.args[0] in self.ints and self.store is None:
            if any(_is_float(type_of(a)) and a not in self.ints for a in walk.variables(eqn.args[1:])):
                self.store = eqn
        args = tuple(walk.map_arg(a, self.as_int) for a in eqn.args)
        kwargs = tuple((k, walk.map_arg(a, self.as_int)) for k, a in eqn.kwargs)
        for out, kind in zip(eqn.outs, self.knowledge.infer(eqn.prim, args, kwargs, False)):
            if _is_float(out.type) and isinstance(kind, (Tensor, Seq)) and _is_int(kind):
                self.ints.add(out)

    def as_int(self, atom: Atom) -> Arg:
        """A value as it is when it holds ints."""
        return Var(atom.hint, _with_ints(atom.type)) if isinstance(atom, Var) and atom in self.ints else atom


def _with_ints(kind: Any) -> Any:
    if isinstance(kind, Seq):
        return dataclasses.replace(kind, item=_with_ints(kind.item))
    return dataclasses.replace(kind, dtype="int64") if isinstance(kind, Tensor) else kind


def _is_int(kind: Any) -> bool:
    kind = kind.item if isinstance(kind, Seq) else kind
    return isinstance(kind, Tensor) and kind.dtype is not None and np.dtype(kind.dtype).kind in "biu"


def _is_float(kind: Any) -> bool:
    kind = kind.item if isinstance(kind, Seq) else kind
    return isinstance(kind, Tensor) and kind.dtype is not None and np.dtype(kind.dtype).kind in "fc"
