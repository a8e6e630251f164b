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
    active = {v for v in inputs if is_differentiable(v)}
    _block(block, active)
    return active


def _block(block: Block, active: set[Var]) -> None:
    for node in block.body:
        _node(node, active)


def _mark(targets: Iterable[Var], sources: Iterable[object], active: set[Var]) -> None:
    for target, source in zip(targets, sources):
        if source in active and is_differentiable(target):
            active.add(target)


def _node(node: Node, active: set[Var]) -> None:
    if isinstance(node, Eqn):
        if any(v in active for v in variables(operands(node))) and not is_constant(node):
            active.update(v for v in node.outs if is_differentiable(v))
    elif isinstance(node, If):
        for inner in (node.then, node.orelse):
            _block(inner, active)
            _mark(node.outs, inner.results, active)
    elif isinstance(node, Try):
        _block(node.body, active)
        _mark(node.outs[2:], node.body.results, active)
        _mark(node.outs[2:], node.instead, active)
    elif isinstance(node, Call):
        if any(v in active for v in variables(node.args)):
            active.update(v for v in node.outs if is_differentiable(v))
    else:
        _loop(node, active)


def _loop(node: For | While, active: set[Var]) -> None:
    carries = node.body.params[len(node.body.params) - len(node.init) :]
    _mark(carries, node.init, active)
    if isinstance(node, For):
        at = 0 if node.start is None else 1
        _mark(node.body.params[at:], node.xs, active)
    while True:
        before = len(active)
        _block(node.body, active)
        _mark(carries, node.body.results, active)
        if len(active) == before:
            break
    _mark(node.outs, carries, active)
    _mark(node.outs, node.body.results, active)
    _mark(node.collected, node.body.results[len(node.init) :], active)


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


