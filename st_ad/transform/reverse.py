"""Reverse mode: the forward sweep as it is, plus what the backward sweep needs, and then the backward sweep.

A block is walked from its end; each node adds to the adjoints of what it reads. A loop becomes a loop over the same
passes in the opposite order, a branch a branch on the same test. What the backward body of a loop or branch reads of
the forward body is found afterwards, and only that is recorded (Griewank & Walther 2008, chapter 4).
"""

from __future__ import annotations

import dataclasses

from ..analysis.activity import is_differentiable, varied
from ..analysis.alias import stored
from ..analysis.infinite import infinite
from ..analysis.parts import mentions_complex
from ..analysis.positive import Signs
from ..analysis.unbounded import Unbounded
from ..analysis.undefined import define, holds_nothing, may_be_undefined

from ..ir import walk
from ..ir.build import Builder, Knowledge, finish, type_of
from ..ir.primitives import has_effect, is_in_place
from ..ir.syntax import (
    Arg, Atom, Block, Eqn, For, Function, If, Lit, Loc, Node, Pack, Param, Try, Var, While,
)  # fmt: skip
from ..ir.types import Seq, Tensor
from .composed import composed_pullback
from .contract import of_adjoint
from .cotangents import ZERO, Cotangents
from .definitions import with_definitions
from .equations import Equation, refused
from .implicit import implicit_pullback
from .indexing import added_axes, is_everything, may_repeat
from .lists import ListAdjoint, lists_become_arrays
from .loops import LoopAdjoint
from .record import prune, saved
from .suffixes import with_clear_names

Bars = dict[Var, Atom]


class Reverse(ListAdjoint):
    """The backward sweep of one function, built node by node."""

    def __init__(self, builder: Builder, active: set[Var]) -> None:
        self.builder = builder
        self.co = Cotangents(builder)
        self.active = active
        self.bars: Bars = {}
        self.stored: set[Var] = set()
        self.made: dict[Var, Eqn] = {}
        self.filling: set[Eqn] = set()
        # The carries and outer variables of loops that had adjoints when the loop was met last.
        self.loops: dict[Node, tuple[tuple[Var, ...], tuple[Var, ...]]] = {}

    # --- adjoints

    def add(self, var: Arg, g: Atom) -> None:
        """Add a contribution to the adjoint of a variable."""
        if not isinstance(var, Var) or var not in self.active or g == ZERO and var in self.bars:
            return
        old = self.bars.get(var)
        if old is None:
            self.bars[var] = self.named(g, var)
            return
        self.unname(old)
        self.bars[var] = self.named(self.co.add(old, g), var)

    def unname(self, g: Atom) -> None:
        """A contribution to which another one of the same line is added may be folded into the sum."""
        made = self.co.definition(g) if isinstance(g, Var) else None
        if made is not None and made.loc.line == self.builder.loc.line and not is_in_place(made.prim):
            object.__setattr__(g, "temporary", True)

    def named(self, g: Atom, var: Var) -> Atom:
        """Give a new adjoint the name of its primal."""
        if isinstance(g, Var) and g.temporary and not (var.temporary and g.hint.endswith(("_bar", "_dot"))):
            nodes = self.builder.nodes
            if nodes and any(g in walk.outs(n) for n in nodes[-12:]):
                object.__setattr__(g, "hint", f"{var.hint}_bar")
                object.__setattr__(g, "temporary", var.temporary)
        return g

    def whole(self, var: Var) -> Atom:
        """The adjoint of a variable with its whole shape; zeros when nothing was added yet."""
        g = self.bars.get(var)
        if g is None:
            return self.named(self.co.zeros(var), var)
        return self.named(self.co.full(g, var), var)

    # --- blocks

    def block(self, nodes: tuple[Node, ...]) -> list[Node]:
        """Walk nodes backwards; gives the nodes of the forward sweep, with records where they are needed."""
        forward: list[Node] = []
        for node in reversed(nodes):
            with self.builder.at(backward(node.loc)):
                forward.append(self.node(node))
        forward.reverse()
        return forward

    def node(self, node: Node) -> Node:
        if isinstance(node, Eqn):
            self.equation(node)
            return node
        if not any(v in self.bars for v in walk.outs(node)):
            return node
        if isinstance(node, If):
            return self.branch(node)
        if isinstance(node, (For, While)):
            return self.loop(node)
        if isinstance(node, Try):
            return self.guard(node)
        raise refused(node, "a call of a recursive function has no adjoint yet", "write it as a loop")  # type: ignore[arg-type]

    # --- equations

    def equation(self, eqn: Eqn) -> None:
        """Add what an equation contributes to the adjoints of its operands."""
        bars = [self.bars.pop(o, None) for o in eqn.outs]
        if all(b is None for b in bars):
            return
        if not any(v in self.active for v in eqn.reads):
            return
        special = getattr(self, f"of_{eqn.prim.replace('.', '_')}", None)
        if special is not None:
            assert bars[0] is not None
            special(eqn, bars[0])
            return
        if has_effect(eqn.prim) and eqn.prim != "call":
            return
        composed = composed_pullback(eqn, self.made, self.active, bars[0], self.co)
        if composed is not None:
            self.add(*composed)
            return
        y_bar = self.co.adjoint_of_results(eqn, bars)
        found: dict[Var, Atom] = {}
        for var, g in Equation(eqn, self.active).pullback(y_bar, self.co):
            found[var] = self.co.add(found[var], g) if var in found else g
        self.co.hint = "bar"
        for var, g in found.items():
            self.add(var, g)

    def of_implicit(self, eqn: Eqn, g: Atom) -> None:
        for var, part in implicit_pullback(eqn, g, self.co, self.active, reverse):
            self.add(var, part)

    def of_getitem(self, eqn: Eqn, g: Atom) -> None:
        base, index = eqn.args
        if isinstance(base, Var) and base in self.active:
            axes = added_axes(base, index)
            if axes is not None:
                part = self.co.full(g, eqn.outs[0])
                self.add(base, self.co.like(self.co.emit("numpy.squeeze", part, axis=axes), part) if axes else part)
                return
            old = self.whole(base)
            value = self.co.cast(g, type_of(base)) if isinstance(type_of(base), Tensor) else g
            # What takes the place of a store into the same item finds it cleared.
            before = self.co.before_clearing(old, index)
            new = self.added_at(base, old, index, value)
            if self.co.may_be_zero(old) if before is None else self.co.may_be_zero(before) or self.co.may_be_zero(value):
                self.keep_masked(new)
            self.bars[base] = new

    def keep_masked(self, atom: Atom) -> None:
        if isinstance(atom, Var):
            self.co.masked.add(atom)

    def of_setitem(self, eqn: Eqn, g: Atom) -> None:
        base, index, value = eqn.args
        out = eqn.outs[0]
        g = self.named(self.co.full(g, out), out)
        whole = is_everything(index) and isinstance(out.type, Tensor)
        g = g if whole else self.co.storable(g, out)
        if isinstance(value, Var) and value in self.active:
            if whole:
                part = g
            elif may_repeat(index):
                part = self.co.emit("runtime.gather_last", g, index)
            else:
                part = self.co.emit("getitem", g, index)
            self.co.like(part, g)
            self.add(value, part if isinstance(type_of(g), Seq) else self.co.unbroadcast(part, part, value))
        if eqn in self.filling:
            self.add(base, g)
        elif isinstance(base, Var) and base in self.active and not whole:
            nothing = self.co.zeros_of_item(g, base, index, value) if isinstance(type_of(g), Seq) else ZERO
            cleared = self.builder.emit("setitem", g, index, nothing, hint=f"{base.hint}_bar", temporary=base.temporary)
            self.keep_masked(cleared)
            self.add(base, cleared)

    def of_accumulate(self, eqn: Eqn, g: Atom) -> None:
        for arg in eqn.args:
            if isinstance(arg, Var) and arg in self.active:
                self.add(arg, self.co.unbroadcast(g, eqn.outs[0], arg))

    def of_accumulate_at(self, eqn: Eqn, g: Atom) -> None:
        base, index, value = eqn.args
        g = self.co.full(g, eqn.outs[0])
        if isinstance(value, Var) and value in self.active:
            part = g if is_everything(index) else self.co.like(self.co.emit("getitem", g, index), g)
            self.add(value, self.co.unbroadcast(part, part, value))
        self.add(base, g)

    # --- branches

    def branch(self, node: If) -> Node:
        """The adjoint of a branch: on the same test, each side's adjoint."""
        outer = dict(self.bars)
        seeds = {o: outer.pop(o) for o in node.outs if o in outer}
        sides = []
        touched: dict[Var, None] = {}
        for inner in (node.then, node.orelse):
            self.bars = dict(outer)
            with self.builder.block() as nodes:
                for out, result in zip(node.outs, inner.results):
                    if out in seeds and isinstance(result, Var) and result in self.active:
                        self.add(result, self.co.cast(seeds[out], type_of(result)))
                forward = self.block(inner.body)
            own = defined(inner)
            changed = [v for v in self.bars if v not in own and self.bars[v] is not outer.get(v)]
            touched.update(dict.fromkeys(changed))
            sides.append((nodes, forward, self.bars))
        self.bars = outer
        wanted = list(touched)
        zeroed: set[Var] = set()
        blocks, forwards = [], []
        for inner, (nodes, forward, bars) in zip((node.then, node.orelse), sides):
            results = []
            # A side ends, backwards, with the adjoint of its first line.
            first = backward(inner.body[0].loc) if inner.body else self.builder.loc
            with reopened(self.builder, nodes), self.builder.at(first):
                for var in wanted:
                    g = bars.get(var)
                    results.append(self.co.zeros(var) if g is None else self.co.owned(g, var))
                zeroed |= {var for var, g in zip(wanted, results) if self.co.may_be_zero(g)}
            blocks.append(prune(finish((), nodes, tuple(results))))
            forwards.append(forward)
        saved_outs, then, orelse, blocks = saved(node, forwards, blocks, self.stored, self.builder.depth > 0)
        outs = tuple(Var(f"{v.hint}_bar", v.type, v.temporary) for v in wanted)
        if outs:
            self.builder.append(If(outs, node.test, blocks[0], blocks[1], self.builder.loc))
        for var, out in zip(wanted, outs):
            self.bars[var] = self.co.shape_of(out, var)
            if var in zeroed:
                self.keep_masked(out)
        return dataclasses.replace(node, outs=node.outs + saved_outs, then=then, orelse=orelse)

    def guard(self, node: Try) -> Node:
        """The adjoint of a `try`: that of its body, where it did not raise."""
        branch = self.branch(walk.as_branch(node))
        assert isinstance(branch, If)
        outs = (*node.outs[:2], *branch.outs)
        return dataclasses.replace(node, outs=outs, body=branch.orelse, instead=branch.then.results)

    # --- loops

    def loop(self, node: For | While) -> Node:
        """The adjoint of a loop: the passes from last to first, carrying the adjoints of what was carried."""
        return LoopAdjoint(self, node).build()


class reopened:
    """Append to the nodes of a block that was closed."""

    def __init__(self, builder: Builder, nodes: list[Node]) -> None:
        self.builder, self.nodes = builder, nodes

    def __enter__(self) -> None:
        self.builder._stack.append(self.nodes)
        self.builder.depth += 1

    def __exit__(self, *_: object) -> None:
        self.builder.depth -= 1
        self.builder._stack.pop()


def defined(block: Block) -> set[Var]:
    """The variables that a block defines itself, parameters included."""
    found = set(block.params)
    for node in block.body:
        found.update(walk.outs(node))
    return found


def backward(loc: Loc) -> Loc:
    """The place of a line's adjoint."""
    return dataclasses.replace(loc, sweep="backward")


# --- functions


def reverse(
    function: Function,
    wrt: tuple[str, ...],
    value: bool = False,
    aux: bool = False,
    seed: str | None = None,
    knowledge: Knowledge | None = None,
) -> Function:
    """The adjoint of a function with respect to the parameters named in `wrt`."""
    assert knowledge is not None
    function = with_definitions(function, wrt, knowledge)
    builder = Builder(knowledge, backward(function.block.body[-1].loc if function.block.body else function.loc))
    inputs = [v for p in function.params if p.name in wrt for v in walk.variables((p.tree,)) if is_differentiable(v)]
    active = varied(function.block, inputs)
    sweep = Reverse(builder, active)
    sweep.co.is_positive = Signs(function.block).is_positive
    sweep.co.unbounded = Unbounded(function.block)
    sweep.stored = stored(function.block)
    sweep.made = {v: n for n in walk.all_nodes(function.block) if isinstance(n, Eqn) for v in n.outs}
    sweep.co.has_complex = mentions_complex(function.block)
    sweep.co.vague = may_be_undefined(function.block)
    sweep.co.infinite = infinite(function)
    sweep.co.lists_have_gaps = holds_nothing(function.block, sweep.co.vague)
    sweep.co.lists_become_arrays = lists_become_arrays(function.block)
    output = function.result.items[0] if aux and isinstance(function.result, Pack) else function.result
    out_bar = seed_tree(output, "out_bar", seed == "vjp")
    for returned, g in zip(walk.leaves(output), walk.leaves(out_bar)):
        if isinstance(returned, Var) and isinstance(g, Var) and returned in active:
            sweep.add(returned, g)
    nodes = sweep.block(function.block.body)
    trees = {p.name: p.tree for p in function.params}
    gradients = [walk.map_arg(trees[name], lambda a: gradient_leaf(sweep, a)) for name in wrt]
    result, suffix = result_tree(function, output, gradients, value, aux, seed)
    seeded = Param("out_bar", out_bar, None if seed == "vjp" else Lit(1.0), seed_kind(function, seed == "vjp"))
    params = with_seed(function.params, (seeded,))
    leaves = tuple(v for p in params for v in walk.variables((p.tree,)))
    block = Block(
        leaves + tuple(f.var for f in function.free), (*nodes, *builder.nodes), tuple(walk.leaves(result))
    )
    block = define(block, sweep.co.demanded, knowledge)
    doc = of_adjoint(function, wrt, value or seed is not None)
    derivative = dataclasses.replace(
        function, name=f"{function.name}_{suffix}", params=params, block=block, result=result, doc=doc
    )
    return with_clear_names(derivative, function, ("out_bar",))


def seed_kind(function: Function, required: bool) -> str:
    """How a parameter that is added after the others is passed: by keyword where it cannot stand as it is."""
    behind = any(p.kind in ("args", "keyword") for p in function.params)
    return "keyword" if behind or required and any(p.default is not None for p in function.params) else "either"


def with_seed(params: tuple[Param, ...], seeds: tuple[Param, ...]) -> tuple[Param, ...]:
    """The parameters and seeds after them, but before `**kwargs`."""
    if params and params[-1].kind == "kwargs":
        return (*params[:-1], *seeds, params[-1])
    return (*params, *seeds)


def seed_tree(output: Arg, name: str, exact: bool) -> Arg:
    """The adjoint of the result as a parameter: one variable, or one per number in the result."""

    def one(atom: Atom) -> Arg:
        kind = type_of(atom)
        if isinstance(atom, Var) and is_differentiable(atom):
            if not exact and isinstance(kind, Tensor) and kind.shape == ():
                is_complex = kind.dtype is not None and kind.dtype.startswith("complex")
                kind = Tensor("complex128" if is_complex else "float64", (), "py")
            return Var(name, kind)
        if isinstance(atom, Lit) and isinstance(atom.value, float):
            return Var(name, Tensor("float64", (), "py"))
        return Lit(None)

    if isinstance(output, Pack):
        made = walk.map_arg(output, one)
        for i, leaf in enumerate(walk.leaves(made)):
            if isinstance(leaf, Var):
                object.__setattr__(leaf, "hint", f"{name}_{i}")
        return made
    made = one(output)
    return made if isinstance(made, Var) else Var(name, Tensor("float64", (), "py"))


def gradient_leaf(sweep: Reverse, atom: Atom) -> Atom:
    """The gradient of one number or array of a parameter."""
    if not isinstance(atom, Var):
        return Lit(None)
    if not is_differentiable(atom):
        return Lit(None)
    return sweep.co.number(sweep.whole(atom), type_of(atom))


def result_tree(
    function: Function, output: Arg, gradients: list[Arg], value: bool, aux: bool, seed: str | None
) -> tuple[Arg, str]:
    gradient: Arg = gradients[0] if len(gradients) == 1 else Pack("tuple", tuple(gradients))
    if seed == "vjp":
        return Pack("tuple", (function.result, Pack("tuple", tuple(gradients)))), "vjp"
    if value:
        return Pack("tuple", (function.result, gradient)), "value_and_grad"
    if aux:
        assert isinstance(function.result, Pack)
        return Pack("tuple", (gradient, function.result.items[1])), "grad"
    return gradient, "grad"
