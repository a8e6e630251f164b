"""What the derivative rules say of one equation: its pullback and its pushforward."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Callable, Iterator

from ..analysis.infinite import may_grow
from ..errors import NoRuleError, Problem
from ..frontend.calls.templates import expand
from ..frontend.text.source import SourceFunction, source_of
from ..ir import walk
from ..ir.build import finish, type_of
from ..ir.syntax import Arg, Atom, Block, Eqn, If, Lit, Loc, Pack, Var
from ..ir.types import Seq, Tensor
from ..rules.catalogue import bind, nearest, rebind, rule_for, select
from ..rules.names import drawn
from ..rules.notation import Generation, Unknown, Variant
from .cotangents import ZERO, Cotangents
from .masking import chooses, is_regular, takes

@cache
def _source(function: Callable[..., Any]) -> SourceFunction:
    return source_of(function)


def refused(eqn: Eqn, what: str, remedy: str) -> NoRuleError:
    """An error at the user's line."""
    return NoRuleError(problem_at(eqn.loc, what, remedy))


def problem_at(loc: Loc, what: str, remedy: str = "") -> Problem:
    """A problem at the place that a node comes from."""
    import linecache
    import os

    text = linecache.getline(loc.file, loc.lineno).rstrip() if loc.file else loc.text
    text = text or loc.text
    column = min(loc.column, max(len(text) - 1, 0))
    return Problem(what, remedy, os.path.basename(loc.file), loc.lineno, loc.function, text, column, loc.end_column)


class Equation:
    """One equation with its rule and its arguments by parameter name."""

    def __init__(self, eqn: Eqn, active: set[Var]) -> None:
        self.eqn = eqn
        self.active = active
        prim = eqn.prim
        if prim.startswith("inplace."):
            prim = "operator." + prim.partition(".")[2]
        args = eqn.args
        draw = drawn(eqn.args) if prim == "call" else None
        if draw is not None:
            prim, args = draw
        found = rule_for(prim)
        shown = prim.replace("numpy.", "np.").replace("builtins.", "").replace("operator.", "operator ")
        if prim == "call" and isinstance(eqn.args[0], Lit):
            shown = str(eqn.args[0].name or getattr(eqn.args[0].value, "__name__", "function"))
        if found is None:
            near = nearest(prim).replace("numpy.", "np.")
            raise refused(eqn, f"no derivative rule for `{shown}`" + (f"; nearest: `{near}`" if near else ""),
                          "give it one with st_ad.rule or st_ad.elementwise, "
                          "or stop the derivative with st_ad.stop_gradient")  # fmt: skip
        self.rule = found
        try:
            self.bound = bind(found, args, eqn.kwargs)
            variant = select(found, self.bound)
        except TypeError as error:
            raise refused(eqn, str(error), "write it without that argument") from None
        if variant is None or variant.kind in ("refuse", "definition"):
            reason = variant.reason if variant is not None else found.reason
            raise refused(eqn, f"`{shown}` has no derivative here", reason or "write it another way")
        self.variant: Variant = variant
        self.y: Arg = eqn.outs[0] if len(eqn.outs) == 1 else Pack("tuple", eqn.outs)
        self.prim = prim
        self.shown = shown
        self.chooses = chooses(eqn, self.bound)

    def is_active(self, arg: Arg) -> bool:
        return any(v in self.active for v in walk.variables((arg,)))

    def active_parameters(self) -> list[tuple[int, str, Arg]]:
        """The parameters that carry a derivative: position, name, argument."""
        return [(i, n, self.bound[n]) for i, n in enumerate(self.bound) if self.is_active(self.bound[n])]

    def check_known(self) -> None:
        """Refuse an active parameter whose derivative st_ad does not have."""
        for (name, arg), formula in zip(self.bound.items(), self.variant.formulas):
            if isinstance(formula, Unknown) and self.is_active(arg):
                raise refused(self.eqn, f"`{self.shown}` has no derivative with respect to `{name}`", formula.remedy)

    # --- reverse

    def _whole(self, y_bar: Arg, co: Cotangents) -> Arg:
        """The adjoints of the results in the shapes of the results, as the formulas expect them."""
        if not isinstance(y_bar, Pack):
            return co.full(y_bar, self.y) if isinstance(self.y, Var) else y_bar
        bars: list[Arg] = []
        for bar, out in zip(y_bar.items, self.eqn.outs):
            if isinstance(bar, Pack) or isinstance(bar, Lit) and bar.value is None:
                bars.append(bar)
            else:
                bars.append(co.full(bar, out))
        return Pack("tuple", tuple(bars))

    def pullback(self, y_bar: Arg, co: Cotangents) -> list[tuple[Var, Atom]]:
        """The contributions to the adjoints of the operands."""
        if self.variant.kind == "constant":
            return []
        self.check_known()
        if self.variant.kind == "elementwise":
            return self._elementwise(y_bar, co)
        co.hint = f"{getattr(self.y, 'hint', self.eqn.outs[0].hint)}_bar"
        y_bar = self._whole(y_bar, co)
        names = {**self.bound, "y": self.y, "y_bar": y_bar}
        seeds = tuple(walk.variables((y_bar,)))
        self.is_masked, self.is_conditional = (any(v in known for v in seeds) for known in (co.masked, co.conditional))
        found: list[tuple[Var, Atom]] = []
        if self.variant.kind == "rule":
            assert self.variant.function is not None
            made = expand(_source(self.variant.function), names, co.builder)
            parts = made.items if isinstance(made, Pack) and made.kind == "tuple" else (made,)
            for arg, part in zip(self.bound.values(), parts):
                if self.is_active(arg):
                    found += self._pairs(arg, part, co)
            covered = set(list(self.bound)[: len(parts)])
        else:
            covered = set()
            for i, name, arg in self.active_parameters():
                if i >= len(self.variant.formulas):
                    break
                covered.add(name)
                formula = self.variant.formulas[i]
                if formula is not None:
                    co.hint = f"{getattr(arg, 'hint', name)}_bar"
                    part = self._formula(formula, name, arg, y_bar, names, co)
                    found += self._pairs(arg, part, co)
        for _, name, _ in self.active_parameters():
            if name not in covered:
                raise refused(self.eqn, f"`{self.shown}` has no derivative with respect to `{name}`", "make it a constant")
        return found

    def _formula(self, formula: Any, name: str, arg: Arg, y_bar: Arg, names: dict[str, Arg], co: Cotangents) -> Arg:
        if isinstance(formula, str):
            return expand(formula, names, co.builder)
        wanted = tuple(self.is_active(i) for i in arg.items) if isinstance(arg, Pack) else ()
        try:
            return formula(Generation(co.builder, self.bound, name, self.y, y_bar, wanted, self.eqn.prim))
        except TypeError as error:
            raise refused(self.eqn, f"the derivative of `{self.prim}` cannot be made here: {error}",
                          "give example arguments, so that ranks are known") from None  # fmt: skip

    def _pairs(self, arg: Arg, part: Any, co: Cotangents) -> list[tuple[Var, Atom]]:
        if part is None or (isinstance(part, Lit) and part.value is None):
            return []
        if isinstance(arg, Pack):
            if not isinstance(part, Pack):
                items = [co.emit("getitem", part, i) for i in range(len(arg.items))]
                part = Pack("tuple", tuple(items))
            return [pair for a, p in zip(arg.items, part.items) for pair in self._pairs(a, p, co)]
        if not isinstance(arg, Var) or arg not in self.active:
            return []
        if isinstance(part, Pack):
            part = co.emit("numpy.array", part)
        if isinstance(part, Var) and (self.is_masked or self.chooses or takes(self.eqn)):
            co.mask(part, self.is_conditional or self.chooses)
        if self.variant.broadcast:
            part = co.unbroadcast(part, part, arg)
        return [(arg, co.like(co.cast(part, type_of(arg), arg), part))]

    def _elementwise(self, y_bar: Arg, co: Cotangents) -> list[tuple[Var, Atom]]:
        narrow = co.narrow(y_bar) if not isinstance(y_bar, Pack) else y_bar
        if isinstance(narrow, Var) and narrow in co.masked and self._is_singular_number(co):
            return self._unless_zero(narrow, co)
        found = []
        for arg, partial in self._partials(co):
            co.hint = f"{arg.hint}_bar"
            if isinstance(y_bar, Pack):
                terms = [
                    self._product(g, p, co)
                    for g, p in zip(y_bar.items, partial.items if isinstance(partial, Pack) else (partial,) * len(y_bar.items))
                    if not isinstance(g, Pack) and g != Lit(None)
                ]
                total = terms[0]
                for term in terms[1:]:
                    total = co.add(total, term)
                found.append((arg, co.unbroadcast(total, self.eqn.outs[0], arg)))
                continue
            assert not isinstance(narrow, Pack)
            product = self._product(narrow, partial, co)
            found.append((arg, co.unbroadcast(product, self.eqn.outs[0], arg)))
        return found

    def _is_singular_number(self, co: Cotangents) -> bool:
        """Whether this makes a number out of numbers, whose partial may be infinite."""
        numbers = all(isinstance(k, Tensor) and k.shape == () for k in map(type_of, walk.variables((*self.eqn.outs, *self.eqn.args))))
        return numbers and self.is_singular(co)

    def _unless_zero(self, g: Var, co: Cotangents) -> list[tuple[Var, Atom]]:
        """The contributions where the adjoint is not exactly zero: the partials are computed nowhere else."""
        found: list[tuple[Var, Atom]] = []
        test = co.builder.emit("operator.ne", g, ZERO, hint="reached")
        partials = self._partials_in_turn(co)
        while True:
            with co.builder.block() as nodes:
                one = next(partials, None)
                if one is None:
                    return found
                product = co.cast(co.emit("operator.mul", g, one[1]), type_of(one[0]), one[0])
            out = Var(co.hint, type_of(product), True)
            co.builder.append(If((out,), test, finish((), nodes, (product,)), Block((), (), (ZERO,)), co.builder.loc))
            co.like(out, g)
            found.append((one[0], out))

    def _partials(self, co: Cotangents) -> list[tuple[Var, Arg]]:
        return list(self._partials_in_turn(co))

    def _partials_in_turn(self, co: Cotangents) -> Iterator[tuple[Var, Arg]]:
        """Each active operand with its partial, computed when it is asked for."""
        names = {**self.bound, "y": self.y}
        for i, name, arg in self.active_parameters():
            if i >= len(self.variant.formulas):
                raise refused(self.eqn, f"`{self.shown}` has no derivative with respect to `{name}`", "make it a constant")
            formula = self.variant.formulas[i]
            if formula is None:
                continue
            mark = len(co.builder.nodes)
            partial = self._formula(formula, name, arg, Lit(None), names, co)
            if may_grow(self.prim, partial, co.builder.nodes[mark:], co.infinite):
                partial = co.emit("numpy.nan_to_num", partial, posinf=Lit(0.0), neginf=Lit(0.0))
            if isinstance(arg, Pack):
                assert isinstance(partial, Pack)
                for item, one in zip(arg.items, partial.items):
                    if isinstance(item, Var) and item in self.active and not (isinstance(one, Lit) and one.value is None):
                        yield item, one
            elif isinstance(arg, Var):
                yield arg, partial

    def _product(self, g: Atom, partial: Any, co: Cotangents) -> Atom:
        if partial == Lit(1.0):
            return g
        if partial == Lit(-1.0):
            return self._keeps_shape(co.like(co.emit("operator.neg", g), g), g, co)
        if isinstance(partial, Pack):
            partial = co.emit("numpy.array", partial)
        is_masked, is_conditional = g in co.masked, g in co.conditional
        if is_masked and self._may_be_infinite(partial, is_conditional, co):
            made = co.emit("runtime.strong_product", g, partial)
        else:
            made = co.emit("operator.mul", g, partial)
        if isinstance(made, Var) and (is_masked or self.chooses or takes(self.eqn)):
            co.mask(made, is_conditional or self.chooses)
        return self._keeps_shape(made, g, co)

    def _may_be_infinite(self, partial: Any, is_conditional: bool, co: Cotangents) -> bool:
        """Whether a partial may be infinite where the adjoint is exactly zero; an item that is just not taken is taken
        not to overflow."""
        if self.is_singular(co):
            return True
        is_checked = is_conditional or not self.variant.singular
        return is_checked and co.may_be_infinite(partial, is_conditional)

    def is_singular(self, co: Cotangents) -> bool:
        """Whether a partial is infinite at points that may be met."""
        return self.variant.singular and not is_regular(self.prim, self.eqn.args, co)

    def _keeps_shape(self, made: Atom, g: Atom, co: Cotangents) -> Atom:
        """A partial has no axis that the result has not."""
        if isinstance(g, Var) and g in co.shaped and co.shaped[g] is self.y:
            co.shape_of(made, self.y)
        return made

    # --- forward

    def pushforward(self, dots: dict[Var, Atom], co: Cotangents) -> list[Atom]:
        """The tangents of the results, one per result."""
        kind = self.variant.kind
        if kind == "constant":
            return [co.zero_of(o) for o in self.eqn.outs]
        self.check_known()
        stated = max(len(self.variant.forward), len(self.variant.formulas))
        for i, name, _ in self.active_parameters():
            if i >= stated > 0:
                raise refused(self.eqn, f"`{self.shown}` has no derivative with respect to `{name}`", "make it a constant")
        if self.variant.forward:
            return [self._stated(dots, co)]
        if kind == "elementwise":
            return self._tangent_elementwise(dots, co)
        if kind == "linear":
            return self._applied(dots, co)
        if kind == "multilinear":
            return self._tangent_multilinear(dots, co)
        raise AssertionError("a rule without a forward formula is transposed instead")

    @property
    def is_transposed(self) -> bool:
        """Whether the pushforward has to be made from the pullback."""
        return self.variant.kind == "rule" and not self.variant.forward

    def _stated(self, dots: dict[Var, Atom], co: Cotangents) -> Atom:
        total: Atom | None = None
        for (name, arg), formula in zip(self.bound.items(), self.variant.forward):
            if formula is None or isinstance(formula, Unknown) or not self.is_active(arg):
                continue
            names = {**self.bound, "y": self.y, f"{name}_dot": self._dot(arg, dots, co)}
            if isinstance(formula, str):
                term: Any = expand(formula, names, co.builder)
            else:
                term = formula(Generation(co.builder, self.bound, name, self.y, names[f"{name}_dot"], (), self.eqn.prim))
            total = term if total is None else co.emit("operator.add", total, term)
        if total is None:
            return co.zero_of(self.eqn.outs[0])
        return co.cast(co.full(total, self.eqn.outs[0]), type_of(self.eqn.outs[0]))

    def _dot(self, arg: Arg, dots: dict[Var, Atom], co: Cotangents) -> Arg:
        """The tangent of an argument, zeros for what is constant."""
        if isinstance(arg, Pack):
            return Pack(arg.kind, tuple(self._dot(i, dots, co) for i in arg.items), arg.keys, arg.cls)
        if isinstance(arg, Var) and arg in dots:
            return dots[arg]
        if isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.shape != ():
            return co.emit("numpy.zeros_like", arg)
        if isinstance(arg, Var) and isinstance(arg.type, Seq):
            return co.zeros(arg)
        return Lit(0.0) if not isinstance(arg, Lit) or isinstance(arg.value, (int, float, complex)) else arg

    def _tangent_elementwise(self, dots: dict[Var, Atom], co: Cotangents) -> list[Atom]:
        totals: list[Atom | None] = [None] * len(self.eqn.outs)
        for arg, partial in self._partials(co):
            parts = partial.items if isinstance(partial, Pack) and len(self.eqn.outs) > 1 else (partial,) * len(totals)
            for i, one in enumerate(parts):
                dot = dots.get(arg)
                if dot is None:
                    continue
                term = self._forward_product(dot, one, co)
                old = totals[i]
                totals[i] = term if old is None else co.add(old, term)
        return [
            co.zero_of(o) if t is None else co.cast(co.full(t, o), type_of(o)) for o, t in zip(self.eqn.outs, totals)
        ]

    def _forward_product(self, dot: Atom, partial: Any, co: Cotangents) -> Atom:
        if partial == Lit(1.0):
            return dot
        if partial == Lit(-1.0):
            return co.emit("operator.neg", dot)
        if self.variant.singular:
            return co.emit("runtime.strong_product", dot, partial) if dot in co.masked else co.emit("operator.mul", partial, dot)
        is_masking = self.chooses and co.may_be_infinite(dot, True)
        made = co.emit("runtime.strong_product" if is_masking else "operator.mul", partial, dot)
        if isinstance(made, Var) and self.chooses:
            co.mask(made, True)
        return made

    def _applied(self, dots: dict[Var, Atom], co: Cotangents) -> list[Atom]:
        new = {}
        for (name, arg), formula in zip(self.bound.items(), self.variant.formulas):
            if formula is not None:
                new[name] = self._dot(arg, dots, co)
        return self._call(new, co)

    def _call(self, new: dict[str, Arg], co: Cotangents) -> list[Atom]:
        args, kwargs = rebind(self.rule, self.eqn.args, self.eqn.kwargs, new)
        named: dict[str, Any] = dict(kwargs)
        return list(co.builder.emit_many(self.eqn.prim, *args, hints=(co.hint,) * 8, **named))

    def _tangent_multilinear(self, dots: dict[Var, Atom], co: Cotangents) -> list[Atom]:
        total: list[Atom] | None = None
        for (name, arg), formula in zip(self.bound.items(), self.variant.formulas):
            if formula is None or not self.is_active(arg):
                continue
            terms = [self._dot(arg, dots, co)]
            if isinstance(arg, Pack) and self._is_of_factors(name):
                terms = [
                    Pack(arg.kind, tuple(self._dot(i, dots, co) if j == k else i for j, i in enumerate(arg.items)), arg.keys)
                    for k, item in enumerate(arg.items)
                    if isinstance(item, Var) and item in dots
                ]
            for term in terms:
                made = self._call({name: term}, co)
                total = made if total is None else [co.emit("operator.add", a, b) for a, b in zip(total, made)]
        return total if total is not None else [co.zero_of(o) for o in self.eqn.outs]

    def _is_of_factors(self, name: str) -> bool:
        """Whether the items of a list are factors, each of which the result is linear in, and not parts of one."""
        return name == "arrays" or self.rule.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
