"""What a backward sweep needs from the inside of a loop or branch of the forward sweep: record it or compute it again.

A value is computed again when that is cheap and all it needs is there anyway: the loop's index, what is recorded, what
stands outside. Otherwise it becomes a result of the branch, or a column of the loop's tape.
"""

from __future__ import annotations

import dataclasses
from typing import Callable

from ..analysis.subscripts import is_plain_index
from ..ir import walk
from ..ir.primitives import has_effect
from ..ir.syntax import UNDEFINED, Atom, Block, Eqn, If, Lit, Node, Var
from ..ir.types import Tensor

_CHEAP = frozenset(
    "operator.add operator.sub operator.mul operator.neg operator.pos operator.not_ operator.lt operator.le operator.gt "
    "operator.ge operator.eq operator.ne operator.floordiv operator.mod operator.truediv axis_length builtins.len "
    "builtins.float builtins.int".split()
)
_SCALAR = frozenset(
    "operator.pow numpy.sin numpy.cos numpy.exp numpy.log numpy.tanh numpy.sqrt math.sin math.cos math.exp math.log "
    "math.tanh math.sqrt builtins.abs numpy.absolute numpy.square numpy.sign".split()
)


def prune(block: Block) -> Block:
    """The block without equations whose results nothing reads."""
    live: set[Var] = set(walk.variables(block.results))
    kept: list[Node] = []
    for node in reversed(block.body):
        effect = isinstance(node, Eqn) and has_effect(node.prim)
        nested = any(isinstance(n, Eqn) and has_effect(n.prim) for b in walk.blocks(node) for n in walk.all_nodes(b))
        if effect or nested or any(v in live for v in walk.outs(node)):
            kept.append(node)
            live.update(walk.node_reads(node))
    kept.reverse()
    if len(kept) == len(block.body):
        return block
    return Block(block.params, tuple(kept), block.results)


def needed(forward: list[Node], params: tuple[Var, ...], backward: Block) -> list[Var]:
    """What a backward block reads of the forward block, in the order of definition there."""
    reads = set(walk.free_variables(backward))
    order = list(params) + [v for n in forward for v in walk.outs(n)]
    return [v for v in order if v in reads]


def plan(
    wanted: list[Var], forward: list[Node], at_hand: Callable[[Var], bool], inside: set[Var],
    stored: set[Var],
) -> tuple[list[Var], list[Eqn]]:  # fmt: skip
    """Which variables to record, and which equations to run again in the backward sweep.

    at_hand says of a variable of the forward block that the backward sweep has it anyway (the loop's index).
    """
    made = {v: n for n in forward if isinstance(n, Eqn) for v in n.outs}
    recorded = dict.fromkeys(v for v in wanted if not at_hand(v))
    while True:
        again = dict.fromkeys(v for v in recorded if _cheap(v, made, recorded, at_hand, inside, stored))
        if not again:
            break
        first = next(iter(again))
        del recorded[first]
    kept = set(recorded)
    copied = _closure([v for v in wanted if v not in kept and not at_hand(v)], made, kept, at_hand, inside)
    equations = [n for n in forward if isinstance(n, Eqn) and any(v in copied for v in n.outs)]
    return list(recorded), equations


def invariant(wanted: list[Var], forward: list[Node], inside: set[Var], stored: set[Var]) -> list[Eqn]:
    """The equations, in order, that make those wanted arrays which are the same in every pass of a loop and can be made
    before it: one array that is scaled, moved or transposed, which raises nothing even when there is no pass."""
    made = {v: n for n in forward if isinstance(n, Eqn) for v in n.outs}
    known: dict[Var, bool] = {}

    def is_same(var: Var) -> bool:
        if var not in inside:
            return var not in stored
        if var not in known:
            eqn = made.get(var)
            known[var] = eqn is not None and var not in stored and _is_of_one_array(eqn) and all(map(is_same, eqn.reads))
        return known[var]

    arrays = [v for v in wanted if isinstance(v.type, Tensor) and v.type.shape and is_same(v)]
    copied = _closure(arrays, made, set(), lambda v: False, inside)
    return [n for n in forward if isinstance(n, Eqn) and any(v in copied for v in n.outs)]


def _is_of_one_array(eqn: Eqn) -> bool:
    kinds = [v.type for v in eqn.reads]
    if eqn.kwargs or not all(isinstance(k, Tensor) and k.shape is not None and k.dtype is not None for k in kinds):
        return False
    if eqn.prim == "numpy.transpose":
        return True
    if eqn.prim not in ("operator.mul", "operator.add", "operator.sub", "operator.neg"):
        return False
    return sum(bool(k.shape) for k in kinds) == 1  # type: ignore[union-attr]


def _cheap(var: Var, made: dict[Var, Eqn], recorded: dict[Var, None], at_hand: Callable[[Var], bool], inside: set[Var], stored: set[Var]) -> bool:  # fmt: skip
    """Whether a variable follows from others that are there, at little cost."""
    others = {v for v in recorded if v is not var}
    return _follows(var, made, others, at_hand, inside, stored, 4, True)


def _follows(var: Var, made: dict[Var, Eqn], there: set[Var], at_hand: Callable[[Var], bool], inside: set[Var], stored: set[Var], depth: int, top: bool) -> bool:  # fmt: skip
    if not top and (var in there or at_hand(var) or var not in inside):
        return True
    eqn = made.get(var)
    if eqn is None or depth == 0 or len(eqn.outs) != 1 or not _is_cheap(eqn, stored):
        return False
    if eqn.prim == "getitem" and eqn.args[0] in inside and not _is_number(var):
        return False  # A view of what would have to be recorded in its place.
    return all(_follows(v, made, there, at_hand, inside, stored, depth - 1, False) for v in eqn.reads)


def _is_number(var: Var) -> bool:
    return isinstance(var.type, Tensor) and var.type.is_scalar and var.type.form != "nd"


def _is_cheap(eqn: Eqn, stored: set[Var]) -> bool:
    scalar = _is_number(eqn.outs[0])
    if eqn.prim == "numpy.transpose":
        return not any(v in stored for v in walk.variables(eqn.args[:1]))
    if eqn.prim == "getitem":
        is_view = isinstance(eqn.outs[0].type, Tensor) and is_plain_index(eqn.args[1])
        return (scalar or is_view) and not any(v in stored for v in walk.variables(eqn.args[:1]))
    if eqn.prim in _CHEAP:
        return scalar
    return scalar and eqn.prim in _SCALAR


def _closure(wanted: list[Var], made: dict[Var, Eqn], kept: set[Var], at_hand: Callable[[Var], bool], inside: set[Var]) -> set[Var]:  # fmt: skip
    found: set[Var] = set()
    waiting = list(wanted)
    while waiting:
        var = waiting.pop()
        if var in found or var in kept or at_hand(var) or var not in inside:
            continue
        found.add(var)
        waiting += walk.variables(walk.operands(made[var]))
    return found


def copy_equations(equations: list[Eqn], table: dict[Var, Atom]) -> list[Node]:
    """The equations once more with new results; `table` maps old variables to those of the backward sweep."""
    out: list[Node] = []
    for eqn in equations:
        new = walk.map_operands(eqn, lambda a: table.get(a, a) if isinstance(a, Var) else a)
        assert isinstance(new, Eqn)
        outs = tuple(Var(o.hint, o.type, o.temporary) for o in eqn.outs)
        table.update(zip(eqn.outs, outs))
        out.append(dataclasses.replace(new, outs=outs, loc=dataclasses.replace(eqn.loc, sweep="backward")))
    return out


def saved(
    node: If, forwards: list[list[Node]], backwards: list[Block], stored: set[Var], nested: bool
) -> tuple[tuple[Var, ...], Block, Block, list[Block]]:
    """A branch that hands out what its adjoint needs: new results, both sides, and the backward sides rewired."""
    # Inside another region the value is handed on, so it must exist on both sides.
    nothing = Lit(None) if nested else UNDEFINED
    extra: list[Var] = []
    sides: list[tuple[Atom, ...]] = []
    rewired: list[Block] = []
    plans = []
    for forward, backward in zip(forwards, backwards):
        inside = {v for n in forward for v in walk.outs(n)}
        wanted = needed(forward, (), backward)
        recorded, again = plan(wanted, forward, lambda v: False, inside, stored)
        plans.append((recorded, again))
    for i, (recorded, again) in enumerate(plans):
        table: dict[Var, Atom] = {}
        handed = dict(zip((node.then, node.orelse)[i].results, node.outs))
        for var in recorded:
            if var in handed and handed[var].type == var.type:
                table[var] = handed[var]
                continue
            out = Var(var.hint, var.type, False)
            extra.append(out)
            table[var] = out
            sides.append((var, nothing) if i == 0 else (nothing, var))
        copied = copy_equations(again, table)
        body = walk.substitute(backwards[i], table)
        rewired.append(Block((), (*copied, *body.body), body.results))
    then = Block((), tuple(forwards[0]), node.then.results + tuple(a for a, _ in sides))
    orelse = Block((), tuple(forwards[1]), node.orelse.results + tuple(b for _, b in sides))
    return tuple(extra), then, orelse, rewired
