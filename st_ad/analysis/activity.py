"""Which variables change, differentiably, when the chosen inputs change."""

from __future__ import annotations

from typing import Iterable

from ..ir.syntax import Block, Call, Eqn, For, If, Node, Try, Var, While
from ..ir.types import Seq, Tape, Tensor
from ..ir.walk import operands, variables
from ..rules.catalogue import bind, rule_for, select


def is_differentiable(var: Var) -> bool:
    """Whether a variable holds floating point numbers, or may."""
    kind = var.type
    while isinstance(kind, Seq):
        if kind.item is None:
            return False
        kind = kind.item
    if isinstance(kind, Tape):
        return True
    return isinstance(kind, Tensor) and kind.is_float


def varied(block: Block, inputs: Iterable[Var]) -> set[Var]:
    """The variables of a block, and of the blocks in it, that depend differentiably on `inputs`."""
    return Dependence({v for v in inputs if is_differentiable(v)}).of(block)


class Dependence:
    """Which differentiable variables get their value from those that are found already."""

    def __init__(self, found: set[Var]) -> None:
        self.found = found

    def of(self, block: Block) -> set[Var]:
        for node in block.body:
            self.node(node)
        return self.found

    def hands_on(self, eqn: Eqn) -> bool:
        """Whether the results of an equation are among them."""
        return any(v in self.found for v in variables(operands(eqn))) and not is_constant(eqn)

    def is_found(self, source: object) -> bool:
        return source in self.found

    def mark(self, targets: Iterable[Var], sources: Iterable[object]) -> None:
        for target, source in zip(targets, sources):
            if self.is_found(source) and is_differentiable(target):
                self.found.add(target)

    def node(self, node: Node) -> None:
        if isinstance(node, Eqn):
            if self.hands_on(node):
                self.found.update(v for v in node.outs if is_differentiable(v))
        elif isinstance(node, If):
            for inner in (node.then, node.orelse):
                self.of(inner)
                self.mark(node.outs, inner.results)
        elif isinstance(node, Try):
            self.of(node.body)
            self.mark(node.outs[2:], node.body.results)
            self.mark(node.outs[2:], node.instead)
        elif isinstance(node, Call):
            if any(v in self.found for v in variables(node.args)):
                self.found.update(v for v in node.outs if is_differentiable(v))
        else:
            self.loop(node)

    def loop(self, node: For | While) -> None:
        carries = node.body.params[len(node.body.params) - len(node.init) :]
        # A literal is where a search starts, which the first pass replaces.
        self.mark(carries, (i if isinstance(i, Var) else None for i in node.init))
        if isinstance(node, For):
            at = 0 if node.start is None else 1
            self.mark(node.body.params[at:], node.xs)
        while True:
            before = len(self.found)
            self.of(node.body)
            self.mark(carries, node.body.results)
            if len(self.found) == before:
                break
        self.mark(node.outs, carries)
        self.mark(node.outs, node.body.results)
        self.mark(node.collected, node.body.results[len(node.init) :])


def is_constant(eqn: Eqn) -> bool:
    """Whether the derivative of an equation is known to be zero, whatever its arguments."""
    rule = rule_for(eqn.prim)
    if rule is None or not any(v.kind == "constant" for v in rule.variants):
        return False
    if all(v.kind == "constant" for v in rule.variants):
        return True
    try:
        variant = select(rule, bind(rule, eqn.args, eqn.kwargs))
    except TypeError:
        # The call is refused where it is differentiated.
        return False
    return variant is not None and variant.kind == "constant"


