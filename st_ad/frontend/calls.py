"""Calls: what is called decides whether it becomes an equation, is inlined, or makes an object."""

from __future__ import annotations

import builtins
import functools
import types
from typing import Any

from ..errors import SourceUnavailableError
from ..ir.syntax import Lit, Var
from .inlining import InlineMixin
from .source import SourceFunction, source_of
from .state import CellInfo
from .values import (
    ArrayMethod,
    BoundMethod,
    DictRef,
    FunctionValue,
    ListRef,
    ModuleValue,
    ObjectRef,
    PartialValue,
    TupleValue,
    Value,
    describe,
    is_numeric,
)


class CallMixin(InlineMixin):
    """Calls of everything that can be called."""

    def call(self, function: Value, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """`function(*args, **kwargs)`."""
        if isinstance(function, Lit):
            return self.call_python(function, args, kwargs)
        if isinstance(function, FunctionValue):
            return self.inline(function, args, kwargs)
        if isinstance(function, BoundMethod):
            return self.call(function.function, (function.receiver, *args), kwargs)
        if isinstance(function, ArrayMethod):
            return self.call_method(function.receiver, function.name, args, kwargs)
        if isinstance(function, PartialValue):
            return self.call(function.function, function.args + args, {**dict(function.kwargs), **kwargs})
        if isinstance(function, ObjectRef):
            method = self.class_attribute(function.cls, "__call__")
            if method is not None:
                return self.call(method, (function, *args), kwargs)
        if isinstance(function, ModuleValue):
            raise self.no_rule(f"`{function.name}` is not known without running the module", "use --import")
        raise self.refuse(f"{describe(function)} cannot be called here")

    def call_python(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a Python object that is known."""
        found = literal.value
        if isinstance(found, SourceFunction):
            return self.inline_source(found, args, kwargs)
        if getattr(found, "__st_ad_static__", False) is True and not (
            hasattr(found, "__st_ad_function__") and not isinstance(found, type)
        ):
            return self.call_transform(found, args, kwargs)
        plain = getattr(found, "__st_ad_as__", None)
        if plain is not None:
            return self.call_python(Lit(plain), args, kwargs)
        if hasattr(found, "__st_ad_function__"):
            return self.call_transformed(found, args, kwargs)
        if isinstance(found, functools.partial):
            inner = Lit(found.func)
            given = tuple(self.from_python(a) for a in found.args)
            named = {k: self.from_python(v) for k, v in found.keywords.items()}
            return self.call(inner, given + args, {**named, **kwargs})
        special = getattr(self, f"builtin_{getattr(found, '__name__', '')}", None)
        if special is not None and getattr(builtins, getattr(found, "__name__", ""), None) is found:
            return special(args, kwargs)
        prim = self.knowledge.prim_of(found)
        if prim is not None:
            return self.call_prim(prim, args, kwargs)
        if isinstance(found, type):
            return self.construct(found, literal, args, kwargs)
        if isinstance(found, types.MethodType):
            return self.call(Lit(found.__func__), (Lit(found.__self__), *args), kwargs)
        if isinstance(found, types.FunctionType) or hasattr(found, "__wrapped__"):
            return self.call_user(found, literal, args, kwargs)
        return self.call_unknown(literal, args, kwargs)

    def call_user(self, found: Any, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        if getattr(found, "__st_ad_constant__", False):
            return self.call_unknown(literal, args, kwargs)
        try:
            source = source_of(found)
        except SourceUnavailableError:
            return self.call_unknown(literal, args, kwargs)
        return self.inline_source(source, args, kwargs)

    def call_unknown(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A function without source or rule: it runs as it is, and has no derivative."""
        packed = tuple(self.as_arg(a) for a in args)
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        return self.wrap(self.emit("call", literal, *packed, **named), CellInfo("unknown"))

    def call_method(
        self, receiver: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value] | None = None
    ) -> Value:
        """`receiver.name(*args)` for arrays, containers and runtime objects."""
        kwargs = kwargs or {}
        if isinstance(receiver, ListRef):
            return self.list_method(receiver, name, args, kwargs)
        if isinstance(receiver, DictRef):
            return self.dict_method(receiver, name, args, kwargs)
        if isinstance(receiver, TupleValue):
            if name == "index":
                for i, item in enumerate(receiver.items):
                    if item is args[0] or (isinstance(item, Lit) and item == args[0]):
                        return Lit(i)
            raise self.refuse(f"tuple.{name} is not supported")
        if isinstance(receiver, ObjectRef):
            method = self.object_attribute(receiver, name)
            return self.call(method, args, kwargs)
        if is_numeric(receiver):
            return self.array_method(receiver, name, args, kwargs)
        if isinstance(receiver, Var):
            packed = tuple(self.as_arg(a) for a in args)
            named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
            return self.wrap(self.emit("call", Lit(name, f".{name}"), receiver, *packed, **named))
        raise self.refuse(f"method `{name}` of {describe(receiver)} is not supported")
