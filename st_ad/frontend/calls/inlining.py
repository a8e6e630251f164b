"""Functions of the user: their bodies are run where they are called."""

from __future__ import annotations

from typing import Any

import gast

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Var
from ...ir.types import Tensor
from ..syntax.fence import check_fence
from ..syntax.liveness import mark_liveness
from ..syntax.nodes import every
from ..text.source import SourceFunction
from .sparse import SparseMixin
from ...errors import NeedStatic
from ..syntax.desugaring import mark_tests
from ..syntax.structure import flags_in, held_in, is_generator, names_in, structure
from ..syntax.tail_calls import NeedLoop, loop_form
from ..data.values import (
    DictContent,
    ArrayRef,
    DictRef,
    ListRef,
    FunctionValue,
    FRESH,
    GeneratorValue,
    TupleValue,
    Value,
    describe,
)

_MAX_DEPTH = 220
_MAX_AGAIN = 3
_MAX_UNDECIDED = 40
# With arrays of unknown length, which may decide where the recursion ends.
_MAX_VAGUE = 6
# So many calls of one function by itself are written out in branches.
_MAX_CALLS = 100


class InlineMixin(SparseMixin):
    """Binding of arguments and running of bodies."""

    depth = 0

    def inline(self, function: FunctionValue, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """Run a function that was defined inside the function being lowered."""
        spec = function.node.args
        bound = self.bind_parameters(
            spec, args, kwargs, function.defaults, function.keyword_defaults, describe(function)
        )
        return self.enter(function.source, function.node, bound, function.frames)

    def inline_source(
        self, source: SourceFunction, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        """Run a function of the user that has source."""
        self.note_source(source)
        if source.function is not None:
            self.functions[id(source.function)] = source.function
        spec = source.node.args
        function = source.function
        if function is not None:
            defaults = tuple(self.default(function, d) for d in function.__defaults__ or ())
            names = [a.id for a in spec.kwonlyargs]
            known = function.__kwdefaults__ or {}
            keyword = tuple(self.default(function, known[n]) if n in known else None for n in names)
        else:
            defaults = tuple(self.default_node(source, d) for d in spec.defaults)
            keyword = tuple(None if d is None else self.default_node(source, d) for d in spec.kw_defaults)
        bound = self.bind_parameters(spec, args, kwargs, defaults, keyword, f"`{source.name}`")
        kept = {v.cell: self.state.heap[v.cell] for v in (*defaults, *keyword) if isinstance(v, (ListRef, DictRef))}
        value = self.enter(source, source.node, bound, ())
        if any(self.state.heap.get(cell, content) is not content for cell, content in kept.items()):
            raise self.refuse(
                f"`{source.name}` changes a default, which the next call sees", "use None, and make the list inside"
            )
        return value

    def default(self, function: Any, found: Any) -> Value:
        """The default of a parameter, as it is now."""
        if isinstance(found, (list, dict, set)):
            now = repr(found)
            self.watch("a default", lambda: function if repr(found) == now else None, function, found)
        return self.from_outside(found)

    def default_node(self, source: SourceFunction, node: Any) -> Value:
        old, self.source = self.source, source
        try:
            return self.evaluate(node)
        finally:
            self.source = old

    def bind_parameters(
        self,
        spec: Any,
        args: tuple[Value, ...],
        kwargs: dict[str, Value],
        defaults: tuple[Value, ...],
        keyword_defaults: tuple[Value | None, ...],
        who: str,
    ) -> dict[str, Value]:
        """Parameter names with their values, as Python binds them."""
        plain = [a.id for a in spec.posonlyargs + spec.args]
        only_positional = {a.id for a in spec.posonlyargs}
        bound: dict[str, Value] = dict(zip(plain, args))
        rest = args[len(plain) :]
        if rest and spec.vararg is None:
            raise self.refuse(f"{who} takes {len(plain)} positional arguments but {len(args)} were given", "pass as many as it has parameters")
        if spec.vararg is not None:
            bound[spec.vararg.id] = TupleValue(tuple(rest))
        extra: list[tuple[str, Value]] = []
        names = set(plain) - only_positional | {a.id for a in spec.kwonlyargs}
        for name, value in kwargs.items():
            if name in names and name not in bound:
                bound[name] = value
            elif spec.kwarg is not None and name not in bound:
                extra.append((name, value))
            else:
                raise self.refuse(f"{who} got an unexpected or repeated argument `{name}`", "pass each parameter once, by its name")
        if spec.kwarg is not None:
            bound[spec.kwarg.id] = DictRef(self.new_cell(DictContent(tuple(extra))))
        for name, value in zip(plain[len(plain) - len(defaults) :], defaults):
            bound.setdefault(name, value)
        for arg, default in zip(spec.kwonlyargs, keyword_defaults):
            if default is not None:
                bound.setdefault(arg.id, default)
        missing = [n for n in plain + [a.id for a in spec.kwonlyargs] if n not in bound]
        if missing:
            raise self.refuse(f"{who} is missing the argument `{missing[0]}`", "pass it, or give it a default")
        return bound

    def enter(
        self, source: SourceFunction, node: Any, bound: dict[str, Value], frames: tuple[int, ...]
    ) -> Value:
        """Run a function body in a new frame and give what it returns."""
        if node in self.looped:
            node = loop_form(node)
        if isinstance(node, gast.AsyncFunctionDef):
            check_fence(source, node)
        if is_generator(node):
            check_fence(source, node)
            names = set(bound) | assigned_names(node)
            return GeneratorValue(node, source, frames, bound, names, self.new_cell(FRESH))
        self.check_recursion(source, node, bound)
        saved = (self.source, self.chain, self.local_names, self.node, self.target, self.builder.loc, self.floor)
        frame = next(self.serial)
        self.state.frames[frame] = dict(bound)
        self.source, self.chain = source, (frame, *frames)
        self.depth += 1
        self.entered.append(node)
        try:
            return self.run_body(source, node, set(bound))
        finally:
            self.depth -= 1
            self.entered.pop()
            self.source, self.chain, self.local_names, self.node, self.target, self.builder.loc, self.floor = (
                saved
            )
            self.live.pop(frame, None)
            if frame not in self.kept_frames:
                self.state.frames.pop(frame, None)

    def check_recursion(self, source: SourceFunction, node: Any, bound: dict[str, Value]) -> None:
        """A function that calls itself is unrolled; an int parameter that steers it must be known for that. One whose last
        act that is becomes a loop, where what ends it is decided when the program runs."""
        again = sum(n is node for n in self.entered)
        if not again:
            self.first_depth[node] = self.builder.depth
        is_undecided = self.builder.depth > self.first_depth.get(node, 0)
        if again >= _MAX_AGAIN and is_undecided and node not in self.looped | self.unlooped and self.loops_for(source, node):
            raise NeedLoop(node)
        if again >= _MAX_AGAIN and self.builder.depth > 0:
            steering = [v for value in bound.values() if isinstance(value, Var) for v in self.origins(value)]
            for var in (*steering, *self.int_parameters):
                what = f"`{source.name}` calls itself, so `{var.hint}` must be known"
                raise NeedStatic(var, self.source.problem(self.node, what))
        if is_undecided:
            self.undecided[node] += 1
        vague = again >= _MAX_VAGUE and any(self.has_unknown_length(v) for v in bound.values())
        if (
            self.depth >= _MAX_DEPTH
            or (vague and self.builder.depth >= _MAX_VAGUE)
            or (again > _MAX_UNDECIDED and self.builder.depth > _MAX_UNDECIDED)
            or self.undecided[node] > _MAX_CALLS
        ):
            raise self.refuse(
                f"`{source.name}` calls itself until a value decides at run time",
                "write the recursion as a loop",
            )

    def loops_for(self, source: SourceFunction, node: Any) -> bool:
        """Whether a function that calls itself last can be run as a loop: its name means the function itself."""
        if getattr(node, "decorator_list", None):
            found = source.names.find(node.name)
            if source.function is None or found is None or found[1] is not source.function:
                return False
        return loop_form(node) is not None

    def has_unknown_length(self, value: Value) -> bool:
        """Whether a value is an array of which a length is not known."""
        if not isinstance(value, ArrayRef):
            return False
        kind = type_of(self.read(value))
        return not isinstance(kind, Tensor) or kind.shape is None or not all(isinstance(d, int) for d in kind.shape)

    def run_body(self, source: SourceFunction, node: Any, params: set[str]) -> Value:
        if isinstance(node, gast.Lambda):
            with self.stopping():
                return self.evaluate(node.body)
            return UNDEFINED
        self.local_names = params | assigned_names(node)
        check_fence(source, node)
        stmts = structured(node)
        self.flags |= node.flags
        self.held |= node.held
        return self.run_tail(stmts)

    def make_function(self, node: Any) -> FunctionValue:
        """A def or lambda as a value, with its defaults evaluated now."""
        defaults = tuple(self.evaluate(d) for d in node.args.defaults)
        keyword = tuple(None if d is None else self.evaluate(d) for d in node.args.kw_defaults)
        self.kept_frames.update(self.chain)
        return FunctionValue(node, self.source, self.chain, defaults, keyword)


def structured(node: Any) -> list[Any]:
    """A function's statements with exits rewritten, computed once per definition."""
    found = getattr(node, "structured", None)
    if found is None:
        found = structure(node.body, names_in(node))
        mark_liveness(found)
        mark_tests(found)
        node.structured = found
        node.flags, node.held = flags_in(found), held_in(found)
    return found


def assigned_names(node: Any) -> frozenset[str]:
    """The names that a function assigns, which Python therefore looks up as local ones; found once per definition."""
    found = getattr(node, "assigned", None)
    if found is None:
        found = node.assigned = _assigned_names(node)
    return found  # type: ignore[no-any-return]


def _assigned_names(node: Any) -> frozenset[str]:
    declared = {n for s in every(node) if isinstance(s, (gast.Global, gast.Nonlocal)) for n in s.names}
    found: set[str] = set()

    def visit(stmt: Any) -> None:
        for child in gast.iter_child_nodes(stmt):
            if isinstance(child, (gast.FunctionDef, gast.ClassDef)):
                found.add(child.name)
                continue
            if isinstance(child, gast.Lambda):
                continue
            if isinstance(child, (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)):
                found.update(n.target.id for n in gast.walk(child) if isinstance(n, gast.NamedExpr))
                continue
            if isinstance(child, gast.Name) and isinstance(child.ctx, (gast.Store, gast.Del)):
                found.add(child.id)
            if isinstance(child, (gast.MatchAs, gast.MatchStar)) and child.name is not None:
                found.add(child.name)
            if isinstance(child, gast.MatchMapping) and child.rest is not None:
                found.add(child.rest)
            if isinstance(child, gast.ExceptHandler) and child.name is not None:
                found.add(getattr(child.name, "id", child.name))
            if isinstance(child, gast.alias):
                found.add((child.asname or child.name).split(".")[0])
            visit(child)

    for stmt in node.body:
        holder = gast.Module(body=[stmt], type_ignores=[])
        visit(holder)
    return frozenset(found - declared)
