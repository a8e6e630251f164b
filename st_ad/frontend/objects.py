"""Classes and objects: instances are their attributes, methods are bound to them."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

import numpy as np

from ..ir.build import type_of
from ..ir.syntax import Lit, Var
from ..ir.types import Tensor
from .loops import LoopMixin
from .values import (
    ArrayMethod,
    BoundMethod,
    DictContent,
    DictRef,
    FunctionValue,
    ListRef,
    ModuleValue,
    ObjectRef,
    RangeValue,
    SliceValue,
    SuperValue,
    TupleValue,
    Value,
    describe,
    is_numeric,
)

_ARRAY_ATTRIBUTES = frozenset("T shape ndim size real imag dtype mT itemsize nbytes flat".split())


class ObjectMixin(LoopMixin):
    """Instances of classes of the user, and attributes."""

    def construct(self, cls: type, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """An instance of a class."""
        if issubclass(cls, BaseException):
            return self.builder.emit("exception", literal, *[self.as_arg(a) for a in args], hint="error")
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            names = cls._fields
            bound = dict(zip(names, args))
            bound.update(kwargs)
            defaults = getattr(cls, "_field_defaults", {})
            return TupleValue(
                tuple(bound[n] if n in bound else self.from_python(defaults[n]) for n in names), cls
            )
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

    def fill_dataclass(
        self, ref: ObjectRef, cls: type, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> None:
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

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        """`value.name`."""
        if isinstance(value, ModuleValue):
            found = value.names.find(name) if value.names is not None else None
            return self.global_value(f"{value.name}.{name}", found, spelling)
        if isinstance(value, ObjectRef):
            return self.object_attribute(value, name)
        if isinstance(value, SuperValue):
            return self.super_attribute(value, name)
        if isinstance(value, TupleValue) and value.cls is not None and name in value.cls._fields:
            return value.items[value.cls._fields.index(name)]
        if isinstance(value, TupleValue) and value.cls is not None and hasattr(value.cls, name):
            return self.bound(value, value.cls, name)
        if isinstance(value, Lit) and not is_numeric(value):
            return self.static_attribute(value, name, spelling)
        if is_numeric(value):
            return self.array_attribute(value, name)
        if isinstance(value, (ListRef, DictRef, TupleValue, RangeValue)):
            return ArrayMethod(value, name)
        if isinstance(value, SliceValue):
            return getattr(value, name)
        if isinstance(value, Var):
            return ArrayMethod(value, name)
        if isinstance(value, FunctionValue) and name == "__name__":
            return Lit(getattr(value.node, "name", "<lambda>"))
        raise self.refuse(f"attribute `{name}` of {describe(value)} is not supported")

    def array_attribute(self, value: Value, name: str) -> Value:
        if name not in _ARRAY_ATTRIBUTES:
            return ArrayMethod(value, name)
        atom = self.read(value)
        kind = type_of(atom)
        if name == "shape":
            if isinstance(kind, Tensor) and kind.shape is not None:
                return TupleValue(tuple(self.emit("axis_length", atom, i) for i in range(len(kind.shape))))
            return self.wrap(self.emit("numpy.shape", atom))
        if name == "dtype":
            if isinstance(kind, Tensor) and kind.dtype is not None:
                return Lit(np.dtype(kind.dtype))
            return self.emit("ndarray.dtype", atom)
        if name in ("ndim", "size"):
            return self.emit(f"numpy.{name}", atom)
        prim = self.knowledge.method_prim(name)
        if prim is None:
            raise self.no_rule(f"attribute `{name}` of an array is not supported")
        return self.call_prim(prim, (value,), {})

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
        if not isinstance(value.receiver, (ObjectRef, TupleValue)):
            raise self.refuse(f"super() of {describe(value.receiver)} is not supported")
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
            return (
                self.bound(value, found, name)
                if name in _all_names(found)
                else Lit(getattr(found, name), spelling)
            )
        if isinstance(found, str):
            return Lit(getattr(found, name), None)
        if dataclasses.is_dataclass(found) or isinstance(found, tuple):
            return self.from_python(getattr(found, name))
        try:
            return (
                self.from_python(getattr(found, name))
                if not callable(getattr(found, name))
                else Lit(getattr(found, name), spelling)
            )
        except AttributeError:
            raise self.refuse(f"{describe(value)} has no attribute `{name}`") from None


def is_generated_init(cls: type) -> bool:
    """Whether a dataclass's __init__ is the one that the decorator wrote."""
    if not dataclasses.is_dataclass(cls):
        return False
    init = cls.__dict__.get("__init__")
    return init is None or getattr(init, "__code__", None) is None or init.__code__.co_filename == "<string>"


def _all_names(cls: type) -> set[str]:
    return {n for base in cls.__mro__ for n in base.__dict__ if base is not object}
