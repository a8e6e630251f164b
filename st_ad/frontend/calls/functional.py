"""functools and its like: functions that take functions, and what they make."""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import sys
import types
from typing import Any, Callable

from ...ir import walk
from ...ir.primitives import has_effect
from ...ir.syntax import Eqn, Lit
from ..syntax.generators_of import LAZY
from .library import EffectInCache, LibraryMixin
from ..data.values import (
    ListRef,
    ArrayRef,
    CachedValue,
    DictContent,
    DictRef,
    FunctionValue,
    GeneratorValue,
    ObjectRef,
    PartialValue,
    SliceValue,
    TupleValue,
    Value,
    describe,
    is_numeric,
)



def unchanged(function: Any) -> Any:
    """The decorator that functools.wraps(f) gives, as far as values are concerned."""
    return function


# Calls of these do something and give nothing that is differentiated.
_INERT = frozenset("warnings _warnings logging traceback pprint gc".split())


def is_inert(found: Any) -> bool:
    """Whether a callable only reports: a warning, a line of a log, text on a stream."""
    receiver = getattr(found, "__self__", None)
    if receiver is not None and not isinstance(receiver, types.ModuleType):
        return is_inert(type(receiver)) or any(receiver is s for s in (sys.stdout, sys.stderr))
    return str(getattr(found, "__module__", None)).split(".")[0] in _INERT


def is_context_function(found: Any) -> bool:
    """Whether a function was made by contextlib.contextmanager."""
    names = getattr(found, "__globals__", {})
    return hasattr(found, "__wrapped__") and names.get("__name__") == contextlib.__name__


class FunctionalMixin(LibraryMixin):
    """Calls of functools.partial, reduce, wraps, lru_cache and contextlib.contextmanager."""

    def call_functional(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """The result when `found` is one of them, else None."""
        if found is functools.partial:
            return PartialValue(args[0], args[1:], tuple(kwargs.items()))
        if found is functools.reduce:
            return self.reduced(*args)
        if found is functools.wraps:
            return Lit(unchanged)
        if found is unchanged:
            return args[0]
        if found in (inspect.Signature.bind, inspect.Signature.bind_partial) and isinstance(args[0], Lit):
            return self.bound_arguments(found, args[0].value, args[1:], kwargs)
        is_local = bool(args) and isinstance(args[0], FunctionValue)
        if found is contextlib.contextmanager and is_local:
            return args[0]
        if found is functools.cache and is_local:
            return CachedValue(args[0])
        if found is functools.lru_cache:
            return CachedValue(args[0]) if is_local else Lit(functools.cache)
        return None

    def bound_arguments(
        self, bind: Any, signature: inspect.Signature, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        """`signature.bind(*args, **kwargs)`, which only says where each argument goes."""
        try:
            found = bind(signature, *args, **kwargs).arguments
        except TypeError as error:
            raise self.raising(TypeError, f"this fails when it is run: {error}") from None
        items: list[tuple[str, Value]] = []
        for name, value in found.items():
            kind = signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                value = TupleValue(value)
            elif kind is inspect.Parameter.VAR_KEYWORD:
                value = DictRef(self.new_cell(DictContent(tuple(value.items()))))
            items.append((name, value))
        arguments = DictRef(self.new_cell(DictContent(tuple(items))))
        content = DictContent((("arguments", arguments), ("_signature", Lit(signature))))
        return ObjectRef(self.new_cell(content), inspect.BoundArguments)

    def reduced(self, function: Value, iterable: Value, start: Value | None = None) -> Value:
        """functools.reduce(function, iterable, start)."""

        def combine(total: Value, item: Value) -> Value:
            return self.call(function, (total, item), {})

        if start is not None:
            return self.folded(iterable, start, combine)
        if not self.known_length(iterable) and (is_numeric(iterable) or isinstance(iterable, ListRef)):
            rest = self.subscript(iterable, SliceValue(Lit(1), Lit(None), Lit(None)))
            return self.folded(rest, self.subscript(iterable, Lit(0)), combine)
        items = self.items_of(iterable)
        if not items:
            raise self.refuse("reduce() of an empty iterable with no initial value", "give it an initial value")
        return functools.reduce(combine, items)

    def call_inert(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call that only reports: it is made in the forward sweep."""
        packed = [self.as_arg(a) for a in args]
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        receiver = getattr(literal.value, "__self__", None)
        if receiver is not None and not isinstance(receiver, types.ModuleType):
            owner, _, method = (literal.name or literal.value.__name__).rpartition(".")
            return self.emit("inert", Lit(method, f".{method}"), Lit(receiver, owner or None), *packed, **named)
        return self.emit("inert", literal, *packed, **named)

    def call_cached(self, function: Value, run: Callable[[], Value]) -> Value:
        """A call of a function whose results are kept: it has no effects, and its arrays must not be written to."""
        before = len(self.builder.nodes)
        value = run()
        for node in self.builder.nodes[before:]:
            for inner in [node, *(n for b in walk.blocks(node) for n in walk.all_nodes(b))]:
                if isinstance(inner, Eqn) and has_effect(inner.prim):
                    what = f"{describe(function)} has effects, and a cache decides whether they happen"
                    raise EffectInCache(self.source.problem(self.node, what, "take the cache away"))
        if isinstance(value, ArrayRef):
            self.cells[value.cell].shared = "the array in a cache"
        return value

    def consumed(self, found: Any, args: tuple[Value, ...]) -> tuple[Value, ...]:
        """The arguments of a builtin that reads iterables to their end, with generators as lists."""
        if found in LAZY or found in (any, all):
            return args
        if getattr(found, "__module__", "") == itertools.__name__:
            return tuple(self.collected_early(a) if isinstance(a, GeneratorValue) else a for a in args)
        return tuple(self.collected(a) if isinstance(a, GeneratorValue) else a for a in args)
