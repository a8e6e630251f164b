"""Calls: primitives become equations, user functions are inlined, classes make objects."""

from __future__ import annotations

import builtins
import dataclasses
import functools
import inspect
import types
from typing import Any, Callable

import gast
import numpy as np

from ..errors import SourceUnavailableError
from ..ir.build import type_of
from ..ir.primitives import may_be_view, python_function
from ..ir.syntax import UNDEFINED, Arg, Lit, Pack, Var
from ..ir.types import Opaque, Seq, Tensor
from .fence import check_fence
from .loops import LoopMixin
from .source import SourceFunction, source_of
from .state import CellInfo, NeedStatic, describe, is_numeric
from .structure import flags_in, names_in, structure
from .values import (
    ArrayMethod, ArrayRef, BoundMethod, DictContent, DictRef, FunctionValue, Iteration, ListContent, ListRef, ModuleValue,
    ObjectRef, PartialValue, RangeValue, SeqContent, SuperValue, TupleValue, Value,
)  # fmt: skip

_MAX_DEPTH = 220
_MAX_AGAIN = 3


class CallMixin(LoopMixin):
    """Calls of everything that can be called."""

    depth = 0
    entered: list[Any]
    int_parameters: list[Var]

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
        if getattr(found, "__st_ad_static__", False) is True and not (hasattr(found, "__st_ad_function__") and not isinstance(found, type)):
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
            return self.call(Lit(found.__func__), (self.reachable_object(found.__self__), *args), kwargs)
        if isinstance(found, (types.FunctionType,)) or hasattr(found, "__wrapped__"):
            return self.call_user(found, literal, args, kwargs)
        return self.call_unknown(literal, args, kwargs)

    def reachable_object(self, found: Any) -> Value:
        return Lit(found)

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
        named = {k: self.as_arg(v) for k, v in kwargs.items()}
        return self.wrap(self.emit("call", literal, *packed, **named), CellInfo("unknown"))

    # --- primitives

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a known primitive."""
        if prim in ("numpy.shape", "numpy.ndim", "numpy.size") and args and not kwargs and len(args) == 1:
            value = args[0]
            if isinstance(value, (ListRef, TupleValue)):
                value = self.wrap(self.emit("numpy.array", self.as_arg(value)))
            if isinstance(value, ArrayRef):
                return self.array_attribute(value, prim[6:])
            if prim == "numpy.shape" and is_numeric(value) and type_of(self.read(value)).rank == 0:
                return TupleValue(())
        out = kwargs.pop("out", None)
        if isinstance(out, TupleValue):
            (out,) = out.items
        if isinstance(out, Lit) and out.value is None:
            out = None
        self.check_static(prim, kwargs)
        if prim == "numpy.stack" and len(args) == 1 and kwargs.get("axis", Lit(0)) == Lit(0):
            if isinstance(args[0], ListRef) and isinstance(self.content(args[0]), SeqContent):
                # Of a list whose length is not known, arrays are stacked by making one array of it.
                prim, kwargs = "numpy.array", {}
        packed = [self.as_arg(a) for a in args]
        named = {k: self.as_arg(v) for k, v in kwargs.items()}
        if out is not None:
            return self.into(out, lambda: self.emit(prim, *packed, **named))
        if prim in _MUTATING:
            return self.mutate(prim, args, packed, named)
        first = args[0] if args else None
        if isinstance(first, ArrayRef) and self.viewable(prim, first, None):
            if self.as_many(prim):
                return self.results(prim, packed, named)
            return self.view(first, prim, tuple(packed[1:]), named)
        if may_be_view(prim) and isinstance(first, ArrayRef):
            return self.maybe_view(prim, first, packed, named)
        return self.results(prim, packed, named)

    def as_many(self, prim: str) -> bool:
        return prim.endswith("split") or prim in ("numpy.broadcast_arrays", "numpy.meshgrid", "numpy.unstack")

    def maybe_view(self, prim: str, first: ArrayRef, packed: list[Arg], named: dict[str, Arg]) -> Value:
        """A result that is a view or a copy depending on memory layout: it may be read, not written."""
        atom = self.emit(prim, *packed, **named)
        if isinstance(atom, Lit) or atom.type.is_immutable:
            return atom
        name = self.cell_name(first.cell)
        return self.new_array(atom, CellInfo("unknown", contiguous=None, shared=f"`{name}`"))

    def results(self, prim: str, packed: list[Arg], named: dict[str, Arg]) -> Value:
        """One result, or a tuple or list of them."""
        outs = self.emit_many(prim, *packed, **named)
        if not outs:
            return Lit(None)
        if len(outs) == 1 and prim not in _LISTS:
            return self.wrap(outs[0])
        wrapped = tuple(self.wrap(o) for o in outs)
        if prim in _LISTS:
            return self.new_list(wrapped)
        return TupleValue(wrapped)

    def check_static(self, prim: str, kwargs: dict[str, Value]) -> None:
        """Arguments that decide the rank or the meaning of a result must be known."""
        for name in ("axis", "keepdims", "ddof", "ord", "axes", "ndmin", "order", "mode", "k", "offset"):
            value = kwargs.get(name)
            if value is not None and not isinstance(value, (Lit, ListRef)) and prim.startswith("numpy"):
                if name in ("k", "offset") and not isinstance(value, Var):
                    continue
                kwargs[name] = self.from_python(self.static(value, f"`{name}`"))

    def into(self, out: Value, compute: Callable[[], Any]) -> Value:
        """`out=`: the result overwrites an array."""
        if not isinstance(out, ArrayRef):
            raise self.refuse(f"`out=` must be an array, not {describe(out)}")
        new = compute()
        whole = Lit(Ellipsis)
        self.write(out, lambda old: self.emit("setitem", old, whole, new, hint=getattr(old, "hint", "")), "out=")
        return out

    def mutate(self, prim: str, args: tuple[Value, ...], packed: list[Arg], named: dict[str, Arg]) -> Value:
        """Functions that write to their first argument."""
        target = args[0]
        if not isinstance(target, ArrayRef):
            raise self.refuse(f"{describe(target)} cannot be written to")
        whole = Lit(Ellipsis)
        if prim in ("ndarray.fill", "numpy.copyto") and len(packed) == 2 and not named:
            new = packed[1]
            self.write(target, lambda old: self.emit("setitem", old, whole, new, hint=old.hint), "fill")
            return Lit(None)
        if prim == "numpy.add.at" and len(packed) == 3:
            index, value = packed[1], packed[2]
            self.write(target, lambda old: self.emit("accumulate_at", old, index, value, hint=old.hint), "add.at")
            return Lit(None)
        if prim == "ndarray.sort":
            self.write(target, lambda old: self.emit("setitem", old, whole, self.emit("numpy.sort", old, **named),
                                                     hint=old.hint), "sort")  # fmt: skip
            return Lit(None)
        raise self.refuse(f"`{prim.replace('numpy.', 'np.')}` writes to its argument, which is not supported yet",
                          "assign to the array instead: `x[index] = value`")  # fmt: skip

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
            named = {k: self.as_arg(v) for k, v in kwargs.items()}
            return self.wrap(self.emit("call", Lit(name, f".{name}"), receiver, *packed, **named))
        raise self.refuse(f"method `{name}` of {describe(receiver)} is not supported")

    def array_method(self, receiver: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        if name in ("reshape", "transpose") and len(args) > 1:
            args = (TupleValue(args),)
        if name == "astype":
            dtype = args[0] if args else kwargs["dtype"]
            return self.call_prim("ndarray.astype", (receiver, dtype), {})
        if name == "conjugate" or name == "conj":
            return self.call_prim("numpy.conjugate", (receiver,), {})
        prim = self.knowledge.method_prim(name)
        if prim is None and name.startswith("__"):
            plain = name.strip("_")
            if plain in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg"):
                return self.binary(plain, receiver, args[0]) if args else self.wrap(self.emit(f"operator.{plain}", self.read(receiver)))
        if prim is None:
            raise self.no_rule(f"method `{name}` of an array is not supported")
        if prim in ("numpy.shape", "numpy.ndim", "numpy.size"):
            raise self.refuse(f"`{name}` is an attribute, not a method")
        return self.call_prim(prim, (receiver, *args), kwargs)

    # --- user functions

    def inline(self, function: FunctionValue, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """Run a function that was defined inside the function being lowered."""
        spec = function.node.args
        bound = self.bind_parameters(spec, args, kwargs, function.defaults, function.keyword_defaults, describe(function))
        return self.enter(function.source, function.node, bound, function.frames)

    def inline_source(self, source: SourceFunction, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """Run a function of the user that has source."""
        self.note_source(source)
        spec = source.node.args
        function = source.function
        if function is not None:
            defaults = tuple(self.default_value(source, d) for d in function.__defaults__ or ())
            names = [a.id for a in spec.kwonlyargs]
            known = function.__kwdefaults__ or {}
            keyword = tuple(self.default_value(source, known[n]) if n in known else None for n in names)
        else:
            defaults = tuple(self.default_node(source, d) for d in spec.defaults)
            keyword = tuple(None if d is None else self.default_node(source, d) for d in spec.kw_defaults)
        bound = self.bind_parameters(spec, args, kwargs, defaults, keyword, f"`{source.name}`")
        return self.enter(source, source.node, bound, ())

    def default_value(self, source: SourceFunction, found: Any) -> Value:
        return self.from_python(found)

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
            raise self.refuse(f"{who} takes {len(plain)} positional arguments but {len(args)} were given")
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
                raise self.refuse(f"{who} got an unexpected or repeated argument `{name}`")
        if spec.kwarg is not None:
            bound[spec.kwarg.id] = DictRef(self.new_cell(DictContent(tuple(extra))))
        for name, value in zip(plain[len(plain) - len(defaults) :], defaults):
            bound.setdefault(name, value)
        for arg, default in zip(spec.kwonlyargs, keyword_defaults):
            if default is not None:
                bound.setdefault(arg.id, default)
        missing = [n for n in plain + [a.id for a in spec.kwonlyargs] if n not in bound]
        if missing:
            raise self.refuse(f"{who} is missing the argument `{missing[0]}`")
        return bound

    def enter(self, source: SourceFunction, node: Any, bound: dict[str, Value], frames: tuple[int, ...]) -> Value:
        """Run a function body in a new frame and give what it returns."""
        self.check_recursion(source, node)
        saved = (self.source, self.chain, self.local_names, self.node, self.returned, self.target, self.builder.loc)
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
            self.source, self.chain, self.local_names, self.node, self.returned, self.target, self.builder.loc = saved

    def check_recursion(self, source: SourceFunction, node: Any) -> None:
        """A function that calls itself is unrolled; an int parameter that steers it must be known for that."""
        again = sum(n is node for n in self.entered)
        if again >= _MAX_AGAIN and self.builder.depth > 0:
            for var in self.int_parameters:
                raise NeedStatic(var, self.source.problem(self.node, f"`{source.name}` calls itself, so `{var.hint}` must be known"))
        if self.depth >= _MAX_DEPTH or (again > 40 and self.builder.depth > 40):
            raise self.refuse(
                f"`{source.name}` calls itself until a value decides at run time", "write the recursion as a loop"
            )

    def run_body(self, source: SourceFunction, node: Any, params: set[str]) -> Value:
        if isinstance(node, gast.Lambda):
            return self.evaluate(node.body)
        self.local_names = assigned_names(node) | params
        check_fence(source, node)
        stmts = structured(node)
        self.flags |= node.flags
        return self.run_tail(stmts)

    def make_function(self, node: Any) -> FunctionValue:
        """A def or lambda as a value, with its defaults evaluated now."""
        defaults = tuple(self.evaluate(d) for d in node.args.defaults)
        keyword = tuple(None if d is None else self.evaluate(d) for d in node.args.kw_defaults)
        return FunctionValue(node, self.source, self.chain, defaults, keyword)

    # --- classes and objects

    def construct(self, cls: type, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """An instance of a class."""
        if issubclass(cls, BaseException):
            packed = tuple(self.as_arg(a) for a in args)
            if all(isinstance(p, Lit) for p in packed):
                return self.emit("call", literal, *packed) if False else self.exception(literal, packed)
            return self.exception(literal, packed)
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            names = cls._fields
            bound = dict(zip(names, args))
            bound.update(kwargs)
            defaults = getattr(cls, "_field_defaults", {})
            return TupleValue(tuple(bound[n] if n in bound else self.from_python(defaults[n]) for n in names), cls)
        if cls.__module__ in ("builtins", "numpy"):
            return self.call_unknown(literal, args, kwargs)
        ref = ObjectRef(self.new_cell(DictContent(())), cls)
        if dataclasses.is_dataclass(cls) and "__init__" not in cls.__dict__ or is_generated_init(cls):
            self.fill_dataclass(ref, cls, args, kwargs)
            return ref
        init = self.class_attribute(cls, "__init__")
        if init is None or init.value is object.__init__:
            return ref
        self.call(init, (ref, *args), kwargs)
        return ref

    def exception(self, literal: Lit, packed: tuple[Arg, ...]) -> Value:
        return self.builder.emit("exception", literal, *packed, hint="error")

    def fill_dataclass(self, ref: ObjectRef, cls: type, args: tuple[Value, ...], kwargs: dict[str, Value]) -> None:
        waiting = list(args)
        content = DictContent(())
        for field in dataclasses.fields(cls):
            if field.init and waiting:
                value: Value = waiting.pop(0)
            elif field.init and field.name in kwargs:
                value = kwargs[field.name]
            elif field.default is not dataclasses.MISSING:
                value = self.from_python(field.default)
            elif field.default_factory is not dataclasses.MISSING:
                value = self.call(Lit(field.default_factory), (), {})
            else:
                raise self.refuse(f"`{cls.__name__}` is missing the field `{field.name}`")
            content = content.put(field.name, value)
        self.state.heap[ref.cell] = content
        after = self.class_attribute(cls, "__post_init__")
        if after is not None:
            self.call(after, (ref,), {})

    def class_attribute(self, cls: Any, name: str) -> Any:
        """A method or constant of a class, or None."""
        for base in cls.__mro__:
            if name in base.__dict__:
                return Lit(base.__dict__[name]) if base is not object or name == "__init__" else None
        return None

    def object_attribute(self, ref: ObjectRef, name: str) -> Value:
        found = self.content(ref).get(name)
        if found is not None:
            return found
        if name == "__class__":
            return Lit(ref.cls)
        return self.bound(ref, ref.cls, name)

    def bound(self, receiver: Value, cls: Any, name: str) -> Value:
        """An attribute that a class gives: a method bound to the receiver, a property's value, a constant."""
        for base in cls.__mro__:
            if name not in base.__dict__:
                continue
            found = base.__dict__[name]
            if isinstance(found, property):
                return self.call(Lit(found.fget), (receiver,), {})
            if isinstance(found, staticmethod):
                return Lit(found.__func__)
            if isinstance(found, classmethod):
                return BoundMethod(Lit(cls), Lit(found.__func__))
            if isinstance(found, types.FunctionType):
                return BoundMethod(receiver, Lit(found), base)
            return self.from_python(found)
        raise self.refuse(f"`{cls.__name__}` has no attribute `{name}`")

    def super_attribute(self, value: SuperValue, name: str) -> Value:
        mro = list(value.receiver.cls.__mro__)
        for base in mro[mro.index(value.cls) + 1 :]:
            if name in base.__dict__:
                found = base.__dict__[name]
                if found is object.__init__:
                    return Lit(lambda *args: None)
                return BoundMethod(value.receiver, Lit(found), base)
        raise self.refuse(f"super() has no attribute `{name}`")

    def set_attribute(self, ref: Value, name: str, value: Value) -> None:
        """`ref.name = value`."""
        if not isinstance(ref, ObjectRef):
            raise self.refuse(f"cannot set an attribute of {describe(ref)}")
        self.state.heap[ref.cell] = self.content(ref).put(name, value)

    def static_attribute(self, value: Lit, name: str, spelling: str | None) -> Value:
        """An attribute of a known Python object: a module's function, a class's constant."""
        found = value.value
        if isinstance(found, types.ModuleType):
            if not hasattr(found, name):
                raise self.refuse(f"module `{found.__name__}` has no attribute `{name}`")
            return self.global_value(name, ("global", getattr(found, name), vars(found)), spelling)
        if isinstance(found, type):
            return self.bound(value, found, name) if name in _all_names(found) else Lit(getattr(found, name), spelling)
        if isinstance(found, str):
            return Lit(getattr(found, name), None)
        if dataclasses.is_dataclass(found) or isinstance(found, tuple):
            return self.from_python(getattr(found, name))
        try:
            return self.from_python(getattr(found, name)) if not callable(getattr(found, name)) else Lit(
                getattr(found, name), spelling
            )
        except AttributeError:
            raise self.refuse(f"{describe(value)} has no attribute `{name}`") from None

    # --- provided by the rest

    chain: tuple[int, ...]
    local_names: set[str]
    returned: Any


_LISTS = frozenset({"numpy.split", "numpy.array_split", "numpy.hsplit", "numpy.vsplit", "numpy.dsplit", "numpy.meshgrid"})
_MUTATING = frozenset(
    {"ndarray.fill", "numpy.copyto", "numpy.add.at", "numpy.subtract.at", "numpy.multiply.at", "ndarray.sort", "numpy.put",
     "ndarray.put", "numpy.fill_diagonal", "numpy.place", "numpy.putmask", "ndarray.itemset", "ndarray.partition",
     "ndarray.resize", "numpy.random.shuffle", "numpy.put_along_axis", "ndarray.setflags"}
)  # fmt: skip


def structured(node: Any) -> list[Any]:
    """A function's statements with exits rewritten, computed once per definition."""
    found = getattr(node, "structured", None)
    if found is None:
        found = structure(node.body, names_in(node))
        node.structured = found
        node.flags = flags_in(found)
    return found


def assigned_names(node: Any) -> set[str]:
    """The names that a function assigns, which Python therefore looks up as local ones."""
    declared = {n for s in gast.walk(node) if isinstance(s, (gast.Global, gast.Nonlocal)) for n in s.names}
    found: set[str] = set()

    def visit(stmt: Any) -> None:
        for child in gast.iter_child_nodes(stmt):
            if isinstance(child, (gast.FunctionDef, gast.ClassDef)):
                found.add(child.name)
                continue
            if isinstance(child, (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)):
                continue
            if isinstance(child, gast.Name) and isinstance(child.ctx, (gast.Store, gast.Del)):
                found.add(child.id)
            if isinstance(child, gast.alias):
                found.add((child.asname or child.name).split(".")[0])
            visit(child)

    for stmt in node.body:
        holder = gast.Module(body=[stmt], type_ignores=[])
        visit(holder)
    return found - declared


def is_generated_init(cls: type) -> bool:
    """Whether a dataclass's __init__ is the one that the decorator wrote."""
    if not dataclasses.is_dataclass(cls):
        return False
    init = cls.__dict__.get("__init__")
    return init is None or getattr(init, "__code__", None) is None or init.__code__.co_filename == "<string>"


def _all_names(cls: type) -> set[str]:
    return {n for base in cls.__mro__ for n in base.__dict__ if base is not object}


