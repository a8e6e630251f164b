"""The meaning of Python expressions on abstract values."""

from __future__ import annotations

import types
from contextlib import contextmanager
from typing import Any, Callable, Iterator

import gast
import numpy as np

from ..errors import NeedStatic
from ..ir.syntax import UNDEFINED, Lit, Var
from ..ir.types import Tensor
from .syntax.generators_of import LAZY, NOTHING
from .flow.narrowing import present
from .data.option_values import OneOf
from .operators import BINARY
from .calls.stars import StarMixin
from .data.state import Stopped
from .data.values import (
    ArrayMethod,
    ArrayRef,
    DictContent,
    DictRef,
    ListRef,
    MaybeMissing,
    MaybeNone,
    ObjectRef,
    SliceValue,
    TupleValue,
    Value,
    ViewValue,
)

_COMPARE = {
    "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Eq": "eq", "NotEq": "ne", "Is": "is_", "IsNot": "is_not",
    "In": "in_", "NotIn": "not_in",
}  # fmt: skip
_CONVERSIONS: dict[str, Callable[[Any], str]] = {"r": repr, "a": ascii, "s": str}
_UNARY = {"USub": "neg", "UAdd": "pos", "Invert": "invert"}


class ExpressionMixin(StarMixin):
    """Evaluation of one expression node."""

    unrolls = False

    # The expression whose value nobody reads.
    discarded: Any = None

    def evaluate(self, node: Any) -> Value:
        """The value of an expression."""
        old, self.node = self.node, node
        stopped = self.state.unreachable
        try:
            method = getattr(self, f"eval_{type(node).__name__}", None)
            if method is None:
                raise self.refuse(f"`{type(node).__name__}` syntax is not supported", "write it another way")
            value: Value = method(node)
            if isinstance(value, ViewValue) and isinstance(node, (gast.Attribute, gast.Subscript)):
                value = self.dict_method(value.source, value.method, (), {})
            if value is UNDEFINED and self.state.unreachable and not stopped:
                raise Stopped(self.source.problem(node, "this always raises", "remove the code that needs it"), len(self.builder.blocks))
            if node is not self.discarded:
                self.check_one_kind(value, "this value")
            return value
        finally:
            self.node = old

    def eval_Constant(self, node: Any) -> Value:
        return Lit(node.value)

    def eval_Name(self, node: Any) -> Value:
        return UNDEFINED if node.id == NOTHING else self.lookup(node.id)

    def eval_NamedExpr(self, node: Any) -> Value:
        with self.targeting(node.target.id):
            before = len(self.builder.nodes)
            value = self.evaluate(node.value)
            self.name_result(value, node.target.id, before)
        chain = self.chain
        # In a comprehension the name belongs to the function around it.
        self.chain = chain[next(i for i, frame in enumerate(chain) if frame not in self.scopes) :]
        self.bind(node.target.id, value)
        self.chain = chain
        return value

    def eval_Tuple(self, node: Any) -> Value:
        return TupleValue(self.display(node.elts))

    def eval_List(self, node: Any) -> Value:
        return self.list_display(node.elts)

    def eval_Set(self, node: Any) -> Value:
        items = self.display(node.elts)
        known = [i.value for i in items if isinstance(i, Lit)]
        if len(known) == len(items):
            is_constant = len(known) > 2 and all(isinstance(e, gast.Constant) for e in node.elts)
            return self.new_set(known, lambda: set().union(frozenset(known) if is_constant else known))
        raise self.refuse("a set of computed values is not supported", "use a tuple or a list")

    def eval_Dict(self, node: Any) -> Value:
        content = DictContent(())
        for key, value in zip(node.keys, node.values):
            at = None if key is None else self.evaluate(key)
            found = self.evaluate(value)
            if at is None:
                if not isinstance(found, DictRef):
                    raise self.refuse("`**` of something that is no dict is not supported", "pass a dict")
                for k, v in self.content(found).items:
                    content = content.put(k, v)
            else:
                content = content.put(self.static(at, "a dict key"), found)
        return DictRef(self.new_cell(content))

    def eval_JoinedStr(self, node: Any) -> Value:
        parts: list[Any] = []
        for part in node.values:
            if isinstance(part, gast.Constant):
                parts.append((Lit(part.value), "", Lit("")))
                continue
            shown = self.evaluate(part.value)
            spec = self.evaluate(part.format_spec) if part.format_spec is not None else Lit("")
            conversion = {-1: "", 115: "s", 114: "r", 97: "a"}.get(part.conversion, "")
            parts.append((shown, conversion, spec))
        return self.joined_text(parts)

    def joined_text(self, parts: list[Any]) -> Value:
        """The string of an f-string's parts, each a value with its conversion and format."""
        at = next((i for i, (value, _, _) in enumerate(parts) if isinstance(value, OneOf)), None)
        if at is not None:
            chosen, *how = parts[at]
            return self.each_option(chosen, lambda thing: self.joined_text([*parts[:at], (thing, *how), *parts[at + 1 :]]))
        made = [self.formatted(*part) for part in parts]
        if all(isinstance(p, Lit) for p in made):
            return Lit("".join(p.value for p in made))
        return self.emit("string.join", *made)

    def formatted(self, value: Value, conversion: str, spec: Value) -> Any:
        if isinstance(value, Lit) and isinstance(spec, Lit):
            converted = _CONVERSIONS[conversion](value.value) if conversion else value.value
            return Lit(format(converted, spec.value))
        arg = self.emit("builtins.repr", self.as_arg(value)) if conversion == "r" else self.as_arg(value)
        return self.emit("builtins.format", arg, self.as_arg(spec))

    def eval_BinOp(self, node: Any) -> Value:
        left = self.evaluate(node.left)
        right = self.evaluate(node.right)
        self.node = node
        return self.binary(BINARY[type(node.op).__name__], left, right)

    def eval_UnaryOp(self, node: Any) -> Value:
        value = self.evaluate(node.operand)
        self.node = node
        if isinstance(node.op, gast.Not):
            test = self.truth(value)
            return self.negation(test)
        name = _UNARY[type(node.op).__name__]
        overloaded = self.object_unary(name, value)
        if overloaded is None and name == "neg":
            overloaded = self.sparse_negative(value)
        if overloaded is not None:
            return overloaded
        return self.wrap(self.emit(f"operator.{name}", self.read(value)))

    def eval_Compare(self, node: Any) -> Value:
        left = self.evaluate(node.left)
        if len(node.ops) == 1:
            right = self.evaluate(node.comparators[0])
            self.node = node
            return self.compare(_COMPARE[type(node.ops[0]).__name__], left, right)
        result: Value | None = None
        operands = [left]

        def link(i: int) -> Value:
            right = self.evaluate(node.comparators[i])
            self.node = node
            first = self.compare(_COMPARE[type(node.ops[i]).__name__], operands[-1], right)
            operands.append(right)
            if i + 1 == len(node.ops):
                return first
            return self.choose(first, lambda: link(i + 1), lambda: first)

        result = link(0)
        return result

    def eval_BoolOp(self, node: Any) -> Value:
        is_and = isinstance(node.op, gast.And)

        def rest(i: int) -> Value:
            value = self.evaluate(node.values[i])
            if getattr(node, "is_test", False) and not isinstance(value, (Var, Lit, ArrayRef)):
                value = self.truth(value)
            if i + 1 == len(node.values):
                return value
            more = self.narrowed(node.values[i], is_and, lambda: rest(i + 1))
            if is_and:
                return self.choose(value, more, lambda: value)
            return self.choose(value, lambda: value, more)

        return rest(0)

    def eval_IfExp(self, node: Any) -> Value:
        test = self.evaluate(node.test)
        then = self.narrowed(node.test, True, lambda: self.evaluate(node.body))
        return self.choose(test, then, self.narrowed(node.test, False, lambda: self.evaluate(node.orelse)))

    def narrowed(self, test: Any, holds: bool, run: Callable[[], Any]) -> Callable[[], Any]:
        """What is run when a test holds, or does not: names that it asks whether they are None are there then."""

        def narrow() -> Any:
            for place in present(test, holds):
                self.narrow(place)
            return run()

        return narrow

    def narrow(self, place: Any) -> None:
        name = place.id if isinstance(place, gast.Name) else place.value.id
        for frame in self.chain:
            found = self.state.frames.get(frame, {}).get(name)
            if found is None:
                continue
            if isinstance(place, gast.Name) and isinstance(found, MaybeNone):
                self.state.frames[frame][name] = found.value
            if isinstance(place, gast.Attribute) and isinstance(found, ObjectRef):
                held = self.known_item(self.entries(found), place.attr)
                if isinstance(held, MaybeNone) and not isinstance(held, MaybeMissing):
                    self.state.heap[found.cell] = self.entries(found).put(place.attr, held.value)
            return

    def eval_Attribute(self, node: Any) -> Value:
        value = self.evaluate(node.value)
        self.node = node
        return self.attribute(value, node.attr, spelled(node))

    def eval_Slice(self, node: Any) -> Value:
        parts = [Lit(None) if n is None else self.evaluate(n) for n in (node.lower, node.upper, node.step)]
        return SliceValue(*parts)

    def eval_Subscript(self, node: Any) -> Value:
        base = self.evaluate(node.value)
        index = self.evaluate(node.slice)
        self.node = node
        return self.subscript(base, index)

    def eval_Lambda(self, node: Any) -> Value:
        return self.make_function(node)

    def eval_Call(self, node: Any) -> Value:
        function = self.evaluate(node.func)
        zipped = self.zip_of_star(node, function)
        if zipped is not None:
            return zipped
        args, kwargs = self.arguments(node, function)
        self.node = node
        if isinstance(function, ArrayMethod) and isinstance(function.receiver, ListRef) and self.storing[0] is not None:
            if getattr(self.storing[0], "value", None) is node:
                self.note_store(self.storing[0])
        return self.call(function, args, kwargs)

    def arguments(self, node: Any, function: Value) -> tuple[tuple[Value, ...], dict[str, Value]]:
        """The arguments of a call, by position and by name."""
        if len(node.args) == 1 and isinstance(node.args[0], gast.GeneratorExp) and consumes(function):
            self.consumed_at_once = node.args[0]
        args = self.display(node.args)
        kwargs: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, DictRef):
                kwargs.update({str(k): v for k, v in self.content(value).items})
            elif isinstance(function, Lit) and function.value is np.seterr and isinstance(value, (Var, ArrayRef)):
                # What an earlier call of it returned.
                kwargs.update({k: self.wrap(self.emit("getitem", self.read(value), k)) for k in np.geterr()})
            else:
                raise self.refuse("`**` of something that is no dict is not supported", "pass a dict")
        return args, kwargs

    def eval_ListComp(self, node: Any) -> Value:
        return self.comprehension(node, node.generators, lambda: self.evaluate(node.elt))

    def eval_GeneratorExp(self, node: Any) -> Value:
        if self.consumed_at_once is node:
            return self.eval_ListComp(node)
        return self.make_generator(node)

    @contextmanager
    def unrolling(self) -> Iterator[None]:
        """Loops of known length are run pass by pass inside."""
        old, self.unrolls = self.unrolls, True
        try:
            yield
        finally:
            self.unrolls = old

    def eval_SetComp(self, node: Any) -> Value:
        # Items are asked for inside the loop, so that one over a known range is unrolled.
        with self.unrolling():
            made = self.comprehension(
                node, node.generators, lambda: Lit(self.static(self.evaluate(node.elt), "a set item"))
            )
        known = [self.static(i, "a set item") for i in self.items_of(made)]
        return self.new_set(known, lambda: set(known))

    def eval_DictComp(self, node: Any) -> Value:
        def pair_of() -> Value:
            key = Lit(self.static(self.evaluate(node.key), "a dict key"))
            return TupleValue((key, self.evaluate(node.value)))

        with self.unrolling():
            pairs = self.comprehension(node, node.generators, pair_of)
        content = DictContent(())
        for pair in self.items_of(pairs):
            key, value = self.items_of(pair)
            content = content.put(self.static(key, "a dict key"), value)
        return DictRef(self.new_cell(content))

    def static(self, value: Value, what: str) -> Any:
        """The Python value behind a static value; asks for an int parameter's value when it is not known."""
        if isinstance(value, Lit):
            return value.value
        if isinstance(value, TupleValue):
            return tuple(self.static(v, what) for v in value.items)
        if isinstance(value, ListRef):
            return [self.static(v, what) for v in self.items_of(value)]
        if isinstance(value, ArrayRef) and not value.path:
            value = self.state.heap[value.cell]
        if isinstance(value, OneOf) and isinstance(value.tag, Var) and self.origins(value.tag):
            raise self.need_static(self.origins(value.tag)[0], what)
        if isinstance(value, Var) and isinstance(value.type, Tensor) and value.type.shape in ((), None):
            roots = self.origins(value)
            raise self.need_static(roots[0] if roots else self.integer_behind(value), what)
        roots = self.origins(value) if isinstance(value, Var) else []
        if roots:
            raise self.need_static(roots[0], what)
        raise self.refuse(f"{what} must be known when the function is transformed", "use a constant")

    def need_static(self, root: Any, what: str) -> NeedStatic:
        """That the value of an argument is needed, or of a pass; what is said when it cannot be had."""
        advice = "use a constant, or what comes from an argument that is an int, a str or a list of them"
        return NeedStatic(root, self.source.problem(self.node, f"{what} must be known when transformed", advice))


def consumes(function: Value) -> bool:
    """Whether a call reads its iterable to the end, once, before anything else happens."""
    if isinstance(function, Lit) and function.value in (*LAZY, any, all):
        return False
    if isinstance(function, Lit):
        return not isinstance(function.value, types.FunctionType) or is_library(function.value)
    return isinstance(function, ArrayMethod)


def is_library(found: Any) -> bool:
    """Whether a function belongs to NumPy or the standard library."""
    return str(getattr(found, "__module__", "")).split(".")[0] in ("numpy", "functools", "math", "statistics")


def spelled(node: Any) -> str | None:
    """How the source writes a dotted name, or None."""
    if isinstance(node, gast.Name):
        return node.id
    if isinstance(node, gast.Attribute):
        inner = spelled(node.value)
        return f"{inner}.{node.attr}" if inner else None
    return None
