"""The adjoint of a loop: its passes from last to first, over the same range or over what was recorded."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Iterable

from ..ir import walk
from ..ir.build import finish, known_type
from ..ir.syntax import UNDEFINED, Atom, Block, For, Lit, Node, Var, While
from ..ir.types import Expr, Seq, Sym, Tensor, after_loop, resolve, same_dim
from .filling import filling_stores
from .record import copy_equations, invariant, needed, plan, prune


class LoopAdjoint:
    """One loop while its adjoint is built."""

    def __init__(self, sweep: Any, node: For | While) -> None:
        self.sweep = sweep
        self.node = node
        self.builder = sweep.builder
        params = node.body.params
        count = len(node.init)
        self.carries = params[len(params) - count :]
        self.items: tuple[Var, ...] = ()
        self.index: Var | None = None
        if isinstance(node, For):
            at = 0 if node.start is None else 1
            self.index = params[0] if at else None
            self.items = params[at : at + len(node.xs)]
        self.inside = set(params) | {v for n in node.body.body for v in walk.outs(n)}

    def build(self) -> Node:
        """Append the backward loop; gives the forward loop with its records."""
        sweep, node = self.sweep, self.node
        sweep.filling |= filling_stores(node, sweep.active)
        outer = dict(sweep.bars)
        self.out_bars = {o: outer.pop(o) for o in walk.outs(node) if o in outer}
        self.outer = outer
        # A loop inside of another one is met once for each attempt at that one: what it took then is taken at once.
        carried, closed, trial = self.settled(*sweep.loops.get(node, ((), ())))
        if not self.is_least(carried, closed, trial[1]):
            carried, closed, trial = self.settled((), ())
        sweep.loops[node] = tuple(carried), tuple(closed)
        sweep.bars = outer
        return self.finish(carried, list(closed), *trial)

    def is_least(self, carried: set[Var], closed: dict[Var, None], bars: dict[Var, Atom]) -> bool:
        """Whether everything that was taken for granted has an adjoint to carry."""
        ends = {c for c, o in zip(self.carries, self.node.outs) if o in self.out_bars}
        return all(c in bars for c in carried - ends) and all(self.changed(bars, v) for v in closed)

    def settled(self, first: Iterable[Var], others_first: Iterable[Var]) -> tuple[set[Var], dict[Var, None], Any]:
        """The carries and the outer variables with adjoints, and the backward body for them."""
        sweep, node, outer = self.sweep, self.node, self.outer
        carried = {c for c, o in zip(self.carries, node.outs) if o in self.out_bars} | set(first)
        closed = dict.fromkeys(others_first)
        self.ended: set[Var] = set()
        # Carries and outer variables whose adjoints may hold exact zeros before or after some pass.
        self.zeroed = {c for c, o in zip(self.carries, node.outs) if sweep.co.may_be_zero(self.out_bars.get(o))}
        self.zeroed |= {v for v in closed if sweep.co.may_be_zero(outer.get(v))}
        while True:
            ended, zeroed = set(self.ended), set(self.zeroed)
            trial = self.attempt(carried, list(closed))
            more = {c for c in self.carries if c in trial[1] and c not in carried}
            others = [v for v in trial[1] if v not in self.inside and v not in closed and self.changed(trial[1], v)]
            self.zeroed |= {v for v in others if sweep.co.may_be_zero(outer.get(v))}
            if not more and not others and ended == self.ended and zeroed == self.zeroed:
                return carried, closed, trial
            carried |= more
            closed.update(dict.fromkeys(others))

    def changed(self, bars: dict[Var, Atom], var: Var) -> bool:
        return bars[var] is not self.start.get(var)

    def attempt(self, carried: set[Var], closed: list[Var]):  # type: ignore[no-untyped-def]
        """Build the backward body, given which carries and outer variables have adjoints."""
        sweep, node = self.sweep, self.node
        # An adjoint has the shape that its primal has after the pass.
        after = {c: known_type(r) for c, r in zip(self.carries, node.body.results)}
        self.carry_params = {
            c: Var(f"{c.hint}_bar", narrowed(after[c]) if c in self.ended else after_loop(c.type, after[c]), False)
            for c in self.carries
            if c in carried
        }
        self.closed_params = {v: Var(f"{v.hint}_bar", v.type, False) for v in closed}
        sweep.bars = {v: g for v, g in self.closed_params.items()}
        self.start = dict(sweep.bars)
        for v, g in self.closed_params.items():
            sweep.co.shape_of(g, v)
            self.mask(g, v)
        self.item_bars: list[tuple[Var, Atom]] = []
        collected = getattr(node, "collected", ())
        with self.builder.block() as nodes:
            for carry, result in zip(self.carries, node.body.results):
                if carry in carried and isinstance(result, Var):
                    self.mask(self.carry_params[carry], carry)
                    self.seed(result, self.carry_params[carry], carry in self.ended)
            for out, result in zip(collected, node.body.results[len(node.init) :]):
                if out in self.out_bars:
                    assert isinstance(out.type, Seq) and out.type.item is not None
                    item = Var(f"{getattr(result, 'hint', 'item')}_bar", out.type.item, True)
                    self.item_bars.append((item, self.out_bars[out]))
                    sweep.co.like(item, self.out_bars[out])
                    if isinstance(result, Var):
                        self.seed(result, item)
            forward = sweep.block(node.body.body)
            bars = dict(sweep.bars)
            results = [
                self.end(bars, c, self.carry_params[c], r) for c, r in zip(self.carries, node.body.results) if c in carried
            ]
            results += [self.end(bars, v, self.closed_params[v]) for v in closed]
            ends = zip([*(c for c in self.carries if c in carried), *closed], results)
            self.zeroed |= {v for v, g in ends if sweep.co.may_be_zero(g)}
            x_bars = [self.end(bars, x, None) for x in self.items if x in sweep.active]
        return nodes, bars, forward, results, x_bars

    def seed(self, result: Var, g: Var, is_narrow: bool = False) -> None:
        whole = self.sweep.co.full(g, result) if is_narrow else self.sweep.co.shape_of(g, result)
        self.sweep.add(result, whole)

    def end(self, bars: dict[Var, Atom], var: Var, param: Var | None, result: Any = None) -> Atom:
        """The adjoint of a carried value at the start of a pass."""
        g = bars.get(var)
        if g is not None:
            return self.sweep.co.full(g, var)
        if param is None:
            return self.sweep.co.zeros(var)
        if keeps_shape(var, result) and (self.entering(var) is not UNDEFINED or self.is_fixed(var)):
            return self.sweep.co.zeros(param)
        # The shape that the next adjoint has is not known before its pass, which may be the first.
        self.ended.add(var)
        return self.sweep.co.narrow_zeros(param)

    def entering(self, carry: Var) -> Atom:
        """What a carried value is before the first pass."""
        return self.node.init[self.carries.index(carry)]

    def is_fixed(self, var: Var) -> bool:
        """Whether the lengths of an array are known before the loop, so that they are the same in every pass."""
        kind = known_type(var)
        outer = {*walk.free_variables(self.node.body), *walk.variables(walk.operands(self.node))}
        kinds = [known_type(v) for v in outer - self.inside]
        given = {resolve(d) for k in kinds if isinstance(k, Tensor) for d in (*(k.shape or ()), k.value) if d is not None}
        return not isinstance(kind, Tensor) or all(made_of(resolve(d), given) for d in kind.shape or ())

    def finish(self, carried, closed, nodes, bars, forward, results, x_bars):  # type: ignore[no-untyped-def]
        node, sweep = self.node, self.sweep
        active_items = [x for x in self.items if x in sweep.active]
        body = prune(finish((), nodes, tuple(results) + tuple(x_bars)))
        counted = isinstance(node, For) and node.start is not None and node.until is None
        wanted = needed(forward, node.body.params, body)
        same = invariant(wanted, forward, self.inside, sweep.stored)
        before = {v for e in same for v in e.outs}
        wanted, inside = [v for v in wanted if v not in before], self.inside - before
        recorded, again = plan(wanted, forward, lambda v: counted and v is self.index, inside, sweep.stored)
        if counted and (recorded or self.item_bars):
            # The tape is walked anyway: the index stands on it where it is needed.
            counted = False
            reads = set(wanted) | {v for e in again for v in e.reads}
            recorded = ([self.index] if self.index is not None and self.index in reads else []) + recorded
        in_xs = [v for v in recorded if v in self.items]
        recorded = [v for v in recorded if v not in self.items]
        if not counted and not recorded and not self.item_bars and not in_xs and self.items and node.until is None:
            in_xs = [self.items[0]]
        kept = dict(zip(reversed(node.body.results[len(node.init) :]), reversed(node.collected)))
        tape_name = name_of_tape(node, self.index)
        lists = [v for v in recorded if v in kept]
        recorded = [v for v in recorded if v not in kept]
        columns: list[tuple[Var, Atom]] = [(v, v) for v in recorded]
        if not counted and not columns and not self.item_bars and not in_xs and not lists:
            columns = [(Var("_", Tensor("bool", (), "py"), True), Lit(True))]
        tapes = tuple(Var(tape_name, Seq(v.type)) for v, _ in columns)
        node = self.forward_loop(forward, tuple(a for _, a in columns), tapes)
        table: dict[Var, Atom] = {v: Var(v.hint, v.type, v.temporary) for v, _ in columns}
        for line in copy_equations(same, table):
            self.builder.append(line)
        table.update({x: Var(x.hint, x.type, x.temporary) for x in in_xs})
        params: list[Var] = []
        xs: list[Atom] = []
        if counted:
            assert self.index is not None
            table[self.index] = Var(self.index.hint, self.index.type)
            params.append(table[self.index])  # type: ignore[arg-type]
        for (v, _), tape in zip(columns, tapes):
            params.append(table[v])  # type: ignore[arg-type]
            xs.append(tape)
        for v in lists:
            table[v] = Var(v.hint, v.type, v.temporary)
            params.append(table[v])  # type: ignore[arg-type]
            xs.append(kept[v])
        assert isinstance(node, (For, While))
        for x in in_xs:
            assert isinstance(node, For)
            params.append(table[x])  # type: ignore[arg-type]
            xs.append(node.xs[self.items.index(x)])
        for item, source in self.item_bars:
            params.append(item)
            xs.append(source)
        init = [self.entry(c, o) for c, o in zip(self.carries, node.outs) if c in carried]
        init += [self.entry(v, v) for v in closed]
        carry_params = [self.carry_params[c] for c in self.carries if c in carried]
        carry_params += [self.closed_params[v] for v in closed]
        copied = copy_equations(again, table)
        rewired = walk.substitute(body, table)
        block = Block((*params, *carry_params), (*copied, *rewired.body), rewired.results)
        outs = tuple(
            Var(p.hint, after_loop(p.type, known_type(first)), False) for p, first in zip(carry_params, init)
        )
        x_outs = tuple(Var(f"{x.hint}_bar", Seq(x.type)) for x in active_items)
        bounds = (node.start, node.stop, node.step) if counted and isinstance(node, For) else (None, None, None)
        back = not (isinstance(node, For) and node.reverse)
        if outs or x_outs:
            loop = For(outs, x_outs, *bounds, tuple(xs), back, tuple(init), block, None, self.builder.loc)
            self.builder.append(loop)
        self.hand_over(carried, closed, outs, x_outs, active_items)
        return node

    def entry(self, var: Var, out: Var) -> Atom:
        """The adjoint that enters the backward loop."""
        g = self.out_bars.get(out) if out is not var else self.outer.get(var)
        if g is None:
            return self.sweep.co.zeros(out)
        return self.sweep.co.owned(g, out)

    def forward_loop(self, forward: list[Node], values: tuple[Atom, ...], tapes: tuple[Var, ...]) -> For | While:
        node = self.node
        body = Block(node.body.params, tuple(forward), node.body.results + values)
        return dataclasses.replace(node, body=body, collected=node.collected + tapes)

    def hand_over(self, carried, closed, outs, x_outs, active_items):  # type: ignore[no-untyped-def]
        """The adjoints that leave the backward loop belong to what entered the forward loop."""
        sweep, node = self.sweep, self.node
        mine, others = outs[: len(outs) - len(closed)], outs[len(outs) - len(closed) :]
        for var, out in zip(closed, others):
            sweep.bars[var] = sweep.co.shape_of(out, var)
            self.mask(out, var)
        waiting = list(mine)
        for carry, init in zip(self.carries, node.init):
            if carry in carried:
                out = waiting.pop(0)
                self.mask(out, carry)
                if isinstance(init, Var):
                    out = sweep.co.full(out, init) if carry in self.ended else sweep.co.shape_of(out, init)
                    sweep.add(init, sweep.co.cast(sweep.co.unbroadcast(out, out, init), init.type))
        for x, out in zip(active_items, x_outs):
            assert isinstance(node, For)
            source = node.xs[self.items.index(x)]
            sweep.add(source, out)

    def mask(self, g: Var, primal: Var) -> None:
        """Note that an adjoint of this loop may hold exact zeros."""
        if primal in self.zeroed:
            self.sweep.co.masked.add(g)


def name_of_tape(node: For | While, index: Var | None) -> str:
    """What a loop records is called after the user's loop variable."""
    head = re.match(r"for \(?(\w+)", node.loc.text)
    if head is not None:
        return f"{head[1].strip('_')}_tape"
    return "loop_tape" if index is None else f"{index.hint}_tape"


def keeps_shape(var: Var, result: Any) -> bool:
    """Whether a carried value has the same shape before and after a pass, as far as a zero adjoint can tell."""
    before, after = known_type(var), known_type(result)
    if not (isinstance(before, Tensor) and isinstance(after, Tensor)):
        return True
    if before.shape is None or after.shape is None:
        return False
    return len(before.shape) == len(after.shape) and all(map(same_dim, before.shape, after.shape))


def made_of(dim: Any, given: set[Any]) -> bool:
    """Whether a length is computed from some others."""
    if isinstance(dim, Expr):
        return dim in given or all(made_of(a, given) for a in dim.args)
    return dim is None or isinstance(dim, (int, str)) or dim in given


def narrowed(kind: Any) -> Any:
    """The type of an adjoint that may have the length 1 along any axis."""
    if not isinstance(kind, Tensor) or kind.shape is None:
        return kind
    return dataclasses.replace(kind, shape=tuple(Sym("w") for _ in kind.shape))
