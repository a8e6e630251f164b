"""Calls: what is called decides whether it becomes an equation, is inlined, or makes an object."""

from __future__ import annotations

import builtins
import copy
import dataclasses
import functools
import sys
import types
from typing import Any

import numpy as np

from ...errors import SourceUnavailableError
from ...ir.syntax import Lit, Var
from ...ir.types import Opaque
from ...runtime import new_object
from .draws import DrawMixin, is_python_draw
from .functional import is_context_function, is_inert
from ..data.option_values import OneOf
from ..data.outside import CHANGEABLE
from .procedures import DRAWN_INSTEAD
from ..data.set_values import SetRef
from ..text.accelerated import in_python
from ..text.source import SourceFunction, source_of
from ..data.state import CellInfo
from ..data.values import (
    ArrayMethod,
    BoundMethod,
    CachedValue,
    DictContent,
    DictRef,
    FunctionValue,
    GeneratorValue,
    ListRef,
    MaybeNone,
    ModuleValue,
    ObjectRef,
    PartialValue,
    SparseValue,
    TupleValue,
    Value,
    describe,
    is_known,
    is_numeric,
)


# Modules of the standard library for text, files and time, whose functions are called as they are.
_OF_TEXT = frozenset("re string textwrap json datetime time os pathlib uuid hashlib tempfile shutil glob pickle locale".split())

_GIVING_TEXT = frozenset("join format capitalize lower upper title strip lstrip rstrip replace center ljust rjust zfill".split())
# Methods of containers that have a syntax of their own.
_AS_SYNTAX = ("__getitem__", "__contains__", "__setitem__", "__delitem__")

# The methods that change a container.
_CHANGES = frozenset(
    "add append appendleft clear difference_update discard extend extendleft insert intersection_update move_to_end pop "
    "popitem popleft remove reverse rotate setdefault sort subtract symmetric_difference_update update".split()
)


class CallMixin(DrawMixin):
    """Calls of everything that can be called."""

    def call(self, function: Value, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """`function(*args, **kwargs)`."""
        if isinstance(function, OneOf):
            return self.each_option(function, lambda thing: self.call(thing, args, kwargs))
        if isinstance(function, Lit):
            return self.call_python(function, args, kwargs)
        if isinstance(function, FunctionValue):
            return self.inline(function, args, kwargs)
        if isinstance(function, BoundMethod):
            return self.call(function.function, (function.receiver, *args), kwargs)
        if isinstance(function, ArrayMethod):
            return self.call_method(function.receiver, function.name, args, kwargs)
        if isinstance(function, CachedValue):
            return self.call_cached(function, lambda: self.call(function.function, args, kwargs))
        if isinstance(function, PartialValue) and function.args and isinstance(function.args[0], SparseValue):
            assert isinstance(function.function, Lit)
            return self.sparse_method(function.args[0], function.function.value, args)
        if isinstance(function, PartialValue):
            return self.call(function.function, function.args + args, {**dict(function.kwargs), **kwargs})
        if isinstance(function, ObjectRef):
            method = self.special(function, "__call__")
            if method is not None:
                return self.call(method, args, kwargs)
        if isinstance(function, ModuleValue):
            raise self.no_rule(f"`{function.name}` is not known without running the module", "use --import")
        raise self.refuse(f"{describe(function)} cannot be called here", "call a function, a class, or an object with __call__")

    def call_python(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a Python object that is known."""
        found = literal.value
        at = next((i for i, a in enumerate(args) if isinstance(a, OneOf)), None)
        if at is not None and not is_of_user(found):
            spread = self.call_with_each(literal, args, kwargs, at)
            if spread is not None:
                return spread
        if isinstance(found, SourceFunction):
            return self.inline_source(found, args, kwargs)
        if is_python_draw(found):
            return self.drawn_by_python(literal, args, kwargs)
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
            given = tuple(self.from_outside(a) for a in found.args)
            named = {k: self.from_outside(v) for k, v in found.keywords.items()}
            return self.call(inner, given + args, {**named, **kwargs})
        if isinstance(found, np.vectorize):
            return self.call(self.vectorized(found), args, kwargs)
        if is_inert(found):
            return self.call_inert(literal, args, kwargs)
        known = self.call_functional(found, args, kwargs)
        if known is not None:
            return known
        if any(isinstance(a, GeneratorValue) for a in args):
            args = self.consumed(found, args)
        known = self.call_of_library(found, args, kwargs)
        if known is None:
            known = self.call_of_change(found, args, kwargs)
        if known is not None:
            return known
        special = getattr(self, f"builtin_{getattr(found, '__name__', '')}", None)
        if special is not None and getattr(builtins, getattr(found, "__name__", ""), None) is found:
            return special(args, kwargs)
        if args and self.instance_class(args[0]) is not None:
            converted = self.builtin_of_object(found, args, kwargs)
            if converted is not None:
                return converted
        if found is new_object:
            return ObjectRef(self.new_cell(DictContent(tuple(kwargs.items()))), self.static(args[0], "a class"))
        drawn = self.call_distribution(literal, args, kwargs)
        if drawn is not None:
            return drawn
        settled = self.settled(found, args, kwargs)
        if settled is not None:
            return settled
        prim = self.knowledge.prim_of(found)
        if prim is not None:
            needed = len(args) if isinstance(found, np.ufunc) else 1
            args = tuple(self.value_there(a) if isinstance(a, MaybeNone) and i < needed else a for i, a in enumerate(args))
            written = self.written_out(found, prim, args, kwargs)
            return self.call_prim(prim, args, kwargs) if written is None else written
        if isinstance(found, type):
            return self.construct(found, literal, args, kwargs)
        if isinstance(found, types.WrapperDescriptorType) and found.__objclass__ is object:
            done = self.call_of_object(found, args)
            if done is not None:
                return done
        if found is dataclasses.replace:
            return self.replaced(args, kwargs)
        if found in (copy.copy, copy.deepcopy) and len(args) == 1 and not kwargs:
            return self.copied(args[0], {}, found is copy.deepcopy)
        own = self.special(literal, "__call__")
        if own is not None:
            return self.call(own, args, kwargs)
        if isinstance(found, types.MethodType):
            return self.call(Lit(found.__func__), (self.from_outside(found.__self__), *args), kwargs)
        found = in_python(found)
        if isinstance(found, types.FunctionType) or hasattr(found, "__wrapped__"):
            return self.call_user(found, literal, args, kwargs)
        return self.call_unknown(literal, args, kwargs)

    def call_with_each(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value], at: int) -> Value | None:
        """A call of a function of a library with an argument that is one of several things; None when that is nothing to it."""
        chosen: Any = args[at]

        def with_thing(thing: Any) -> Value:
            return self.call_python(literal, (*args[:at], thing, *args[at + 1 :]), kwargs)

        if literal.value in (isinstance, issubclass, callable, hasattr):
            return self.test_options(chosen, with_thing)
        if chosen.is_container and literal.value not in (setattr, getattr, delattr, type):
            return with_thing(self.as_container(chosen))
        if chosen.is_text and is_inert(literal.value) or not chosen.is_text and literal.value in (map, filter, functools.partial, functools.reduce):
            return None
        return self.each_option(chosen, with_thing)

    def vectorized(self, found: Any) -> Value:
        """What np.vectorize has made outside, made here."""
        if found.excluded:
            raise self.refuse("np.vectorize with excluded arguments is not supported", "write the loop out")
        named: dict[str, Value] = {} if found.otypes is None else {"otypes": Lit(found.otypes)}
        if found.signature is not None:
            named["signature"] = Lit(found.signature)
        return self.call_python(Lit(np.vectorize, "np.vectorize"), (Lit(found.pyfunc),), named)

    def call_user(self, found: Any, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        if getattr(found, "__st_ad_constant__", False) or str(found.__module__).split(".")[0] in _OF_TEXT:
            return self.call_unknown(literal, args, kwargs)
        if is_context_function(found):
            found = found.__wrapped__
        if args and hasattr(found, "dispatch") and hasattr(found, "registry"):
            return self.call_dispatched(found, args, kwargs)
        try:
            source = source_of(found)
        except SourceUnavailableError:
            return self.call_unknown(literal, args, kwargs)
        if isinstance(found, functools._lru_cache_wrapper):
            made = None
            if all(map(is_known, (*args, *kwargs.values()))):
                made = self.remembered(found, literal, source, args, kwargs)
            return made or self.call_cached(literal, lambda: self.inline_source(source, args, kwargs))
        return self.inline_source(source, args, kwargs)

    def call_dispatched(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a functools.singledispatch function: the class of the first argument says which function runs."""
        cls = self.builtin_type(args[:1], {})
        if not isinstance(cls, Lit) or isinstance(args[0], (OneOf, MaybeNone)):
            raise self.refuse("the class of this argument, which decides what is called, is not known", "call the function for its class itself")
        chosen = found.dispatch(cls.value)
        self.watched[f"{found.__name__}.registry", next(self.serial)] = (lambda: found.dispatch(cls.value), chosen, found, found.__name__)
        return self.call(Lit(chosen, found.__name__), args, kwargs)

    def remembered(
        self, found: Any, literal: Lit, source: SourceFunction, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value | None:
        """What a cache gives for known arguments, where the function behind it cannot be run here; else None."""

        def ask() -> Any:
            named = {k: self.static(v, "an argument") for k, v in kwargs.items()}
            return found(*(self.static(a, "an argument") for a in args), **named)

        made = self.attempt(lambda: self.call_cached(literal, lambda: self.inline_source(source, args, kwargs)))
        if made is not None:
            return made
        try:
            given = ask()
        except Exception:
            return None
        self.watched[f"{source.name}()", next(self.serial)] = (ask, given, found, source.name)
        return self.from_outside(given)

    def call_unknown(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A function without source or rule: it runs as it is, and has no derivative."""
        owner, name = getattr(literal.value, "__self__", None), getattr(literal.value, "__name__", "")
        if isinstance(owner, CHANGEABLE) and name in _CHANGES:
            raise self.changed_outside(f"a {type(owner).__name__}")
        if isinstance(owner, (np.random.Generator, np.random.RandomState)):
            draw = getattr(owner, DRAWN_INSTEAD.get(name, name))
            spelling = (literal.name or "").rpartition(".")[0] + f".{draw.__name__}"
            found = self.drawn_items(Lit(owner), name, args, kwargs,
                                     lambda a, k: self.run_unknown(Lit(draw, spelling), a, k))  # fmt: skip
            if found is not None:
                return found
        return self.run_unknown(literal, args, kwargs)

    def run_unknown(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        self.check_no_object((*args, *kwargs.values()), f"{describe(literal)}, whose source is not known,")
        if not is_of_foundation(literal.value):
            self.check_undisturbed(f"{describe(literal)} is called")
            self.check_unchanged(literal, (*args, *kwargs.values()))
        packed = tuple(self.as_arg(a) for a in args)
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        if isinstance(getattr(literal.value, "__self__", None), str) and literal.value.__name__ in _GIVING_TEXT:
            name = literal.value.__name__
            text = self.emit("inert", Lit(name, f".{name}"), Lit(literal.value.__self__), *packed, **named)
            return self.emit("builtins.str", text)
        return self.wrap(self.emit("call", literal, *packed, **named), CellInfo("unknown"))

    def call_method(
        self, receiver: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value] | None = None
    ) -> Value:
        """`receiver.name(*args)` for arrays, containers and runtime objects."""
        kwargs = kwargs or {}
        if isinstance(receiver, OneOf):
            return self.each_option(receiver, lambda thing: self.call(self.attribute(thing, name), args, kwargs))
        if name in _AS_SYNTAX and (isinstance(receiver, (ListRef, DictRef, TupleValue)) or is_numeric(receiver)):
            return self.call_as_syntax(receiver, name, args)
        if isinstance(receiver, ListRef):
            return self.list_method(receiver, name, args, kwargs)
        if isinstance(receiver, SetRef):
            return self.set_method(receiver, name, args, kwargs)
        if isinstance(receiver, DictRef):
            return self.dict_method(receiver, name, args, kwargs)
        if isinstance(receiver, TupleValue):
            return self.tuple_method(receiver, name, args, kwargs)
        if isinstance(receiver, ObjectRef):
            method = self.object_attribute(receiver, name)
            return self.call(method, args, kwargs)
        if is_numeric(receiver):
            return self.array_method(receiver, name, args, kwargs)
        if isinstance(receiver, Var):
            if isinstance(receiver.type, Opaque) and receiver.type.what in ("Generator", "RandomState"):
                draw = DRAWN_INSTEAD.get(name, name)
                found = self.drawn_items(receiver, name, args, kwargs, lambda a, k: self.run_method(receiver, draw, a, k))
                if found is not None:
                    return found
            return self.run_method(receiver, name, args, kwargs)
        raise self.refuse(f"method `{name}` of {describe(receiver)} is not supported", "write it with the functions of NumPy, or as a function of your own")

    def call_as_syntax(self, receiver: Value, name: str, args: tuple[Value, ...]) -> Value:
        """A method that a subscript, `in` or `del` stands for."""
        if name == "__getitem__":
            return self.subscript(receiver, *args)
        if name == "__contains__":
            return self.contains(args[0], receiver, "in_")
        change: Any = self.store if name == "__setitem__" else self.delete_at
        change(receiver, *args)
        return Lit(None)

    def run_method(self, receiver: Var, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A method of an object of the user, as it is."""
        packed = tuple(self.as_arg(a) for a in args)
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        kind = receiver.type.what if isinstance(receiver.type, Opaque) else ""
        is_text = kind == "str" and name in _GIVING_TEXT
        made = self.emit("inert" if is_text or kind == "inert" else "call", Lit(name, f".{name}"), receiver, *packed, **named)
        return self.wrap(self.emit("builtins.str", made) if is_text else made)


def is_of_user(found: Any) -> bool:
    """Whether a callable is a function or class of the user, into which arguments go as they are."""
    return isinstance(found, (SourceFunction, types.FunctionType, type, types.MethodType)) and not is_of_foundation(found)


def is_of_foundation(found: Any) -> bool:
    """Whether a callable belongs to Python, NumPy or SciPy, which do not look into the containers of other modules."""
    owner = getattr(found, "__self__", None)
    is_bound = owner is not None and not isinstance(owner, types.ModuleType)
    module = type(owner).__module__ if is_bound else getattr(found, "__module__", None)
    root = str(module or "builtins").split(".")[0]
    return root in ("numpy", "scipy") or root in sys.stdlib_module_names
