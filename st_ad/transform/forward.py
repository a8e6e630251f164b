"""Forward mode: under each equation its tangent, over the same branches and loops."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..analysis.activity import is_differentiable, varied
from ..analysis.infinite import infinite
from ..analysis.unbounded import Unbounded
from ..analysis.undefined import define, is_nothing, may_be_undefined
from ..ir import walk
from ..ir.build import Builder, Knowledge, finish, type_of
from ..ir.primitives import IN_PLACE, has_effect
from ..ir.syntax import UNDEFINED, Arg, Atom, Block, Eqn, For, Function, If, Lit, Loc, Node, Pack, Param, Try, Var, While
from ..ir.types import Seq, Tensor
from .contract import of_tangent
from .cotangents import Cotangents
from .definitions import with_definitions
from .equations import Equation, refused
from .implicit import implicit_pushforward
from .indexing import is_everything
from .reverse import reverse, seed_kind, with_seed
from .suffixes import with_clear_names
from .transpose import transpose_pullback


class Forward:
    """The tangent program, built node by node."""

    def __init__(self, builder: Builder, active: set[Var]) -> None:
        self.builder = builder
        self.co = Cotangents(builder)
        self.active = active
        self.dots: dict[Var, Atom] = {}

    def dot(self, atom: Atom, like: Var | None = None) -> Atom:
        """The tangent of an atom; zeros of the right shape where it is constant."""
        if isinstance(atom, Var) and atom in self.dots:
            return self.dots[atom]
        if is_nothing(atom):
            return atom
        kind = type_of(like if like is not None else atom)
        if isinstance(kind, Tensor) and kind.is_scalar and kind.form != "nd" or not isinstance(atom, Var):
            return Lit(0.0)
        return self.co.zeros(atom)

    def name(self, g: Atom, var: Var) -> Atom:
        """Give a new tangent the name of its primal."""
        if isinstance(g, Var) and g.temporary and any(g in walk.outs(n) for n in self.builder.nodes[-12:]):
            if not g.hint.endswith(("_dot", "_bar")) or g.hint == f"{var.hint}_dot":
                object.__setattr__(g, "hint", f"{var.hint}_dot")
                object.__setattr__(g, "temporary", var.temporary)
        return g

    def block(self, nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            with self.builder.at(tangent(node.loc)):
                self.node(node)

    def node(self, node: Node) -> None:
        if isinstance(node, Eqn):
            self.builder.append(node)
            if any(o in self.active for o in node.outs):
                self.equation(node)
        elif isinstance(node, If):
            self.branch(node)
        elif isinstance(node, (For, While)):
            self.loop(node)
        elif isinstance(node, Try):
            self.guard(node)
        else:
            raise refused(node, "a call of a recursive function has no tangent yet", "write it as a loop")  # type: ignore[arg-type]

    def equation(self, eqn: Eqn) -> None:
        operands = list(eqn.reads)
        if not any(v in self.dots for v in operands):
            return
        if has_effect(eqn.prim) and eqn.prim != "call":
            return
        self.co.hint = f"{eqn.outs[0].hint}_dot"
        special = getattr(self, f"of_{eqn.prim.replace('.', '_')}", None)
        if special is not None:
            made = [special(eqn)]
        else:
            equation = Equation(eqn, set(self.dots))
            made = (
                transpose_pullback(equation, self.dots, self.co)
                if equation.is_transposed
                else equation.pushforward(self.dots, self.co)
            )
        for out, g in zip(eqn.outs, made):
            if is_differentiable(out):
                self.dots[out] = self.name(self.of_form(g, out), out)
        self.co.hint = "dot"

    def of_form(self, g: Atom, out: Var) -> Atom:
        """A tangent that is an array where its primal is one without axes: methods and subscripts of it follow. That of a
        number is a number, which no addition in place changes."""
        kind, have = out.type, type_of(g)
        if not isinstance(kind, Tensor) or kind.shape != ():
            return g
        if not isinstance(have, Tensor) or have.form != "nd":
            return self.co.emit("numpy.asarray", g) if kind.form == "nd" else g
        return self.co.emit("getitem", g, Pack("tuple", ())) if kind.form != "nd" and have.shape == () else g

    def again(self, eqn: Eqn, *args: Any) -> Atom:
        return self.builder.emit(eqn.prim, *args, hint=f"{eqn.outs[0].hint}_dot", temporary=eqn.outs[0].temporary)

    def of_implicit(self, eqn: Eqn) -> Atom:
        dots = {v: self.dot(v) for v in eqn.args[2:] if isinstance(v, Var) and v in self.dots}
        return implicit_pushforward(eqn, dots, self.co, reverse, forward)

    def of_getitem(self, eqn: Eqn) -> Atom:
        return self.again(eqn, self.dot(eqn.args[0]), eqn.args[1])  # type: ignore[arg-type]

    def of_setitem(self, eqn: Eqn) -> Atom:
        base, index, value = eqn.args
        if isinstance(type_of(eqn.outs[0]), Seq):
            return self.again(eqn, self.dot(base), index, self.item_dot(value))  # type: ignore[arg-type]
        kind = type_of(eqn.outs[0])
        if is_everything(index) and isinstance(kind, Tensor) and kind.shape == ():
            # The tangent of an array without axes may be a NumPy scalar, which cannot be stored to.
            dot = self.dot(value)  # type: ignore[arg-type]
            whole = self.co.add(self.dot(base), dot) if eqn.prim == "accumulate_at" else dot  # type: ignore[arg-type]
            return self.co.cast(self.co.emit("numpy.array", whole), kind)
        made = self.again(eqn, self.dot(base), index, self.dot(value))  # type: ignore[arg-type]
        if isinstance(made, Var) and eqn.prim == "setitem" and not (isinstance(value, Var) and value in self.dots):
            # What a constant was stored into does not vary, also where the next function is infinitely steep.
            self.co.mask(made, False)
        return made

    of_accumulate_at = of_setitem

    def of_accumulate(self, eqn: Eqn) -> Atom:
        a, b = eqn.args
        if not (isinstance(b, Var) and b in self.dots):
            return self.dot(a)  # type: ignore[arg-type]
        if not (isinstance(a, Var) and a in self.dots):
            return self.co.full(self.dot(b), eqn.outs[0])
        return self.again(eqn, self.dot(a), self.dot(b))

    def of_seq_make(self, eqn: Eqn) -> Atom:
        return self.again(eqn, *[self.item_dot(a) for a in eqn.args])

    def of_seq_append(self, eqn: Eqn) -> Atom:
        items, value = eqn.args
        return self.again(eqn, self.dot(items), self.item_dot(value))  # type: ignore[arg-type]

    def of_seq_shorten(self, eqn: Eqn) -> Atom:
        (items,) = eqn.args
        assert not isinstance(items, Pack)
        return self.again(eqn, self.dot(items))

    def item_dot(self, item: Any) -> Any:
        """The tangent of an item of a list, with its whole shape."""
        return self.whole(item, item) if isinstance(item, Var) else item if is_nothing(item) else Lit(0.0)

    # --- regions

    def branch(self, node: If) -> None:
        moving = [o for o in node.outs if o in self.active]
        sides = []
        outer = self.dots
        for inner in (node.then, node.orelse):
            self.dots = dict(outer)
            with self.builder.block() as nodes:
                self.block(inner.body)
                by_out = dict(zip(node.outs, inner.results))
                extra = tuple(self.whole(by_out[o], o) for o in moving)
            sides.append(finish((), nodes, inner.results + extra))
        self.dots = outer
        new = tuple(Var(f"{o.hint}_dot", o.type, False) for o in moving)
        self.builder.append(dataclasses.replace(node, outs=node.outs + new, then=sides[0], orelse=sides[1]))
        self.dots.update(zip(moving, new))

    def guard(self, node: Try) -> None:
        """A `try` as it is, and then, where its body did not raise, the body once more with its tangents: what these
        raise must not be caught."""
        moving = [o for o in node.outs[2:] if o in self.active]
        if moving and all(isinstance(n, Eqn) or not walk.outs(n) for n in node.body.body):
            self.guarded_lines(node, moving)
            return
        self.builder.append(node)
        if not moving:
            return
        body = walk.refresh(Block((), _without_effects(node.body), node.body.results))
        self.active |= varied(body, self.dots)
        again = dataclasses.replace(walk.as_branch(node), outs=node.outs[2:], orelse=body)
        sides = []
        outer = self.dots
        for inner in (again.then, again.orelse):
            self.dots = dict(outer)
            with self.builder.block() as nodes:
                self.block(inner.body)
                by_out = dict(zip(again.outs, inner.results))
                extra = tuple(self.whole(by_out[o], o) for o in moving)
            sides.append(finish((), nodes, extra))
        self.dots = outer
        new = tuple(Var(f"{o.hint}_dot", o.type, False) for o in moving)
        self.builder.append(dataclasses.replace(again, outs=new, then=sides[0], orelse=sides[1]))
        self.dots.update(zip(moving, new))

    def guarded_lines(self, node: Try, moving: list[Var]) -> None:
        """A `try` whose body hands out all that it computes, and then, where it did not raise, the tangents of that."""
        lines = [n for n in node.body.body if isinstance(n, Eqn)]
        inner = [v for n in lines for v in n.outs]
        table: dict[Var, Atom] = {v: Var(v.hint, v.type, False) for v in inner}
        handed = tuple(v for v in table.values() if isinstance(v, Var))
        nothing: Atom = Lit(None) if self.builder.depth > 0 else UNDEFINED
        body = Block((), node.body.body, (*node.body.results, *inner))
        self.builder.append(
            dataclasses.replace(node, outs=(*node.outs, *handed), body=body, instead=node.instead + (nothing,) * len(inner))
        )
        self.active |= {new for old, new in zip(inner, handed) if old in self.active}

        def outside(atom: Atom) -> Atom:
            return table.get(atom, atom) if isinstance(atom, Var) else atom

        outer = self.dots
        sides = []
        branch = walk.as_branch(node)
        for nodes_of, results in (((), node.instead), (lines, branch.orelse.results)):
            self.dots = dict(outer)
            with self.builder.block() as nodes:
                for line in nodes_of:
                    with self.builder.at(tangent(line.loc)):
                        moved = walk.map_operands(line, outside)
                        outs = tuple(v for v in map(outside, line.outs) if isinstance(v, Var))
                        if any(o in self.active for o in outs):
                            self.equation(dataclasses.replace(moved, outs=outs))  # type: ignore[arg-type]
                by_out = dict(zip(branch.outs, map(outside, results)))
                extra = tuple(self.whole(by_out[o], o) for o in moving)
            sides.append(finish((), nodes, extra))
        self.dots = outer
        new = tuple(Var(f"{o.hint}_dot", o.type, False) for o in moving)
        self.builder.append(dataclasses.replace(branch, outs=new, then=sides[0], orelse=sides[1]))
        self.dots.update(zip(moving, new))

    def whole(self, atom: Atom, out: Var) -> Atom:
        g = self.dot(atom, out)
        return self.co.full(g, atom) if isinstance(atom, Var) else g

    def loop(self, node: For | While) -> None:
        count = len(node.init)
        params = node.body.params
        carries = params[len(params) - count :]
        moving = [i for i, c in enumerate(carries) if c in self.active]
        outer = self.dots
        init = tuple(self.start(node.init[i], carries[i]) for i in moving)
        new_params = tuple(Var(f"{carries[i].hint}_dot", carries[i].type, False) for i in moving)
        head, xs_moving, xs_new = params[: len(params) - count], [], []
        if isinstance(node, For):
            items = head[(0 if node.start is None else 1) :]
            xs_moving = [(x, v) for x, v in zip(node.xs, items) if isinstance(x, Var) and x in self.dots]
            xs_new = [Var(f"{v.hint}_dot", v.type, True) for _, v in xs_moving]
        self.dots = dict(outer)
        self.dots.update({carries[i]: p for i, p in zip(moving, new_params)})
        self.dots.update({v: p for (_, v), p in zip(xs_moving, xs_new)})
        with self.builder.block() as nodes:
            self.block(node.body.body)
            dots = tuple(self.whole(node.body.results[i], carries[i]) for i in moving)
            collected = node.body.results[count:]
            columns = [(o, r) for o, r in zip(node.collected, collected) if o in self.active]
            column_dots = tuple(self.whole(r, r) if isinstance(r, Var) else Lit(0.0) for _, r in columns)
        self.dots = outer
        results = node.body.results[:count] + dots + collected + column_dots
        outs = tuple(Var(f"{node.outs[i].hint}_dot", node.outs[i].type, False) for i in moving)
        tapes = tuple(Var(f"{o.hint}_dot", o.type, False) for o, _ in columns)
        body = finish((*head, *xs_new, *carries, *new_params), nodes, results)
        made = dataclasses.replace(
            node, outs=node.outs + outs, collected=node.collected + tapes, init=node.init + init, body=body
        )
        if isinstance(made, For):
            made = dataclasses.replace(made, xs=made.xs + tuple(self.dots[x] for x, _ in xs_moving))
        else:
            test = dataclasses.replace(
                made.test, params=made.test.params + tuple(Var(p.hint, p.type) for p in new_params)
            )
            made = dataclasses.replace(made, test=test)
        self.builder.append(made)
        self.dots.update({node.outs[i]: o for i, o in zip(moving, outs)})
        self.dots.update({o: t for (o, _), t in zip(columns, tapes)})

    def start(self, init: Atom, carry: Var) -> Atom:
        if init is UNDEFINED:
            return UNDEFINED
        g = self.dot(init, carry)
        return self.co.full(g, init) if isinstance(init, Var) and isinstance(init.type, Tensor) else g


_REPORTS = frozenset("print builtins.print inert assert with.call with.enter with.exit".split()) | frozenset(
    f"finally.{n}" for n in ("enter", "switch", "exit")
)


def _without_effects(body: Block) -> tuple[Node, ...]:
    """The nodes of the body of a `try` without what they report, so that they can be run a second time."""
    made = {v for n in walk.all_nodes(body) for v in walk.outs(n)} | {p for n in walk.all_nodes(body) for b in walk.blocks(n) for p in b.params}

    def change(node: Node) -> tuple[Node, ...]:
        if isinstance(node, Eqn):
            if node.prim in _REPORTS:
                return ()
            outside = node.prim in IN_PLACE and node.args[0] not in made
            if outside or has_effect(node.prim) and node.prim != "raise":
                what = "a store into an array from outside" if outside else "a call that may have effects"
                raise refused(node, f"{what} inside `try` has no tangent", "use reverse mode, or move it out of the try")
            return (node,)
        return (walk.map_blocks(node, lambda b: Block(b.params, tuple(m for n in b.body for m in change(n)), b.results)),)

    return tuple(m for n in body.body for m in change(n))


def forward(function: Function, wrt: tuple[str, ...], knowledge: Knowledge) -> Function:
    """The tangent of a function: `f_jvp(x, ..., x_dot, ...)` gives the result and its tangent."""
    function = with_definitions(function, wrt, knowledge)
    builder = Builder(knowledge, function.loc)
    by_name = {p.name: p for p in function.params}
    given = [by_name[name] for name in wrt]
    inputs = [v for p in given for v in walk.variables((p.tree,)) if is_differentiable(v)]
    sweep = Forward(builder, varied(function.block, inputs))
    sweep.co.vague = may_be_undefined(function.block)
    sweep.co.infinite = infinite(function)
    sweep.co.unbounded = Unbounded(function.block)
    extra = []
    for param in given:
        tree = walk.map_arg(param.tree, seed_leaf)
        for old, new in zip(walk.leaves(param.tree), walk.leaves(tree)):
            if isinstance(old, Var) and isinstance(new, Var):
                sweep.dots[old] = new
        extra.append(Param(f"{param.name}_dot", tree, None, seed_kind(function, True)))
    sweep.block(function.block.body)
    with builder.at(tangent(function.block.body[-1].loc if function.block.body else function.loc)):
        dots = walk.map_arg(function.result, lambda a: result_dot(sweep, a))
    result = Pack("tuple", (function.result, dots))
    params = with_seed(function.params, tuple(extra))
    leaves = tuple(v for p in params for v in walk.variables((p.tree,)))
    block = Block(leaves + tuple(f.var for f in function.free), tuple(builder.nodes), tuple(walk.leaves(result)))
    block = define(block, sweep.co.demanded, knowledge)
    derivative = dataclasses.replace(
        function, name=f"{function.name}_jvp", params=params, block=block, result=result, doc=of_tangent(function, wrt)
    )
    return with_clear_names(derivative, function, tuple(p.name for p in extra))


def tangent(loc: Loc) -> Loc:
    """The place of a line's tangent; that of an adjoint stays one of the adjoint."""
    return loc if loc.is_derived else dataclasses.replace(loc, sweep="tangent")


def seed_leaf(atom: Atom) -> Arg:
    """The tangent of one number or array of a parameter, as a parameter."""
    if isinstance(atom, Var) and is_differentiable(atom):
        return Var(f"{atom.hint}_dot", atom.type)
    return Lit(None)


def result_dot(sweep: Forward, atom: Atom) -> Atom:
    """The tangent of one number or array of the result."""
    if isinstance(atom, Var) and is_differentiable(atom):
        if isinstance(atom.type, Seq):
            return sweep.dot(atom)
        return sweep.co.full(sweep.dot(atom), atom)
    return Lit(0.0) if isinstance(atom, Lit) and isinstance(atom.value, float) else Lit(None)
