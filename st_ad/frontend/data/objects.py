"""Objects: instances are their attributes, which are read, set and deleted as their class says."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
from typing import Any

import numpy as np

from ...errors import UnsupportedError
from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Lit, Var
from ...ir.types import Opaque, Tensor
from .classes import ClassMixin, in_mro, is_generated, is_instance, is_own_class, is_plain_metaclass
from .option_values import OneOf
from .outside import NeedOutside
from ..text.source import MISSING
from .state import Unsettled
from .values import (
    ArrayMethod, ArrayRef, BoundMethod, DictContent, DictRef, FunctionValue, ListContent, ListRef, MaybeMissing, MaybeNone,
    ModuleValue, ObjectRef, RangeValue, SeqContent, SliceValue, SuperValue, TupleValue, Value, describe, is_numeric,
)  # fmt: skip
from .views import rank_of

_ARRAY_ATTRIBUTES = frozenset("T shape ndim size real imag dtype mT itemsize nbytes strides flat flags".split())


class ObjectMixin(ClassMixin):
    """Instances of classes of the user, and attributes."""

    def construct(self, cls: type, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """An instance of a class."""
        if issubclass(cls, BaseException):
            return self.builder.emit("exception", literal, *[self.as_arg(a) for a in args], hint="error")
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return self.construct_tuple(cls, args, kwargs)
        if cls is types.SimpleNamespace:
            return ObjectRef(self.new_cell(DictContent(tuple(kwargs.items()))), cls)
        if not is_own_class(cls):
            return self.call_unknown(literal, args, kwargs)
        if issubclass(cls, enum.Enum):
            return Lit(cls(*(self.static(a, f"an argument of `{cls.__name__}`") for a in args)))
        self.check_class(cls)
        if not is_plain_metaclass(cls):
            static = tuple(self.static(a, f"an argument of `{cls.__name__}`") for a in args)
            return Lit(cls(*static))
        ref = ObjectRef(self.new_cell(DictContent((), cls)), cls)
        owner, init = self.find_in_class(cls, "__init__")
        if is_generated(init) and dataclasses.is_dataclass(owner):
            self.fill_dataclass(ref, owner, init, args, kwargs)
        elif owner is not object:
            self.call(Lit(init), (ref, *args), kwargs)
        elif args or kwargs:
            raise self.refuse(f"`{cls.__name__}` takes no arguments", "define __init__, or make it a dataclass")
        return ref

    def check_class(self, cls: type) -> None:
        """Refuse classes whose instances are more than their attributes."""
        for base in cls.__mro__:
            if base is not object and not base.__flags__ & (1 << 9):
                raise self.refuse(f"`{cls.__name__}` is a subclass of `{base.__name__}`, which is not supported",
                                  "hold it in an attribute instead")  # fmt: skip
        for name in ("__new__", "__getattribute__"):
            owner, found = in_mro(cls, name)
            if owner is not object and is_own_class(owner) and owner.__module__ not in ("typing", "abc"):
                raise self.refuse(f"`{cls.__name__}` defines {name}, which is not supported", "set the attributes in __init__")

    def construct_tuple(self, cls: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A NamedTuple."""
        names, defaults = cls._fields, getattr(cls, "_field_defaults", {})
        bound = dict(zip(names, args))
        if len(args) > len(names) or any(k in bound or k not in names for k in kwargs):
            raise self.refuse(f"`{cls.__name__}` takes {', '.join(names)}", "pass as many as it has fields")
        bound.update(kwargs)
        for name in names:
            if name not in bound and name not in defaults:
                raise self.refuse(f"`{cls.__name__}` is missing the field `{name}`", "pass it, or give it a default")
        return TupleValue(
            tuple(bound[n] if n in bound else self.from_outside(defaults[n]) for n in names), cls
        )

    def fill_dataclass(
        self, ref: ObjectRef, owner: Any, init: Any, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> None:
        """What the __init__ that `dataclass` writes does."""
        signature = inspect.signature(init)
        try:
            given: dict[str, Any] = dict(signature.bind(ref, *args, **kwargs).arguments)
        except TypeError as error:
            raise self.refuse(f"`{ref.cls.__name__}`: {error}", "pass the fields of the class") from None
        passed: list[Any] = []
        for field in owner.__dataclass_fields__.values():
            kind = field._field_type.name
            if kind == "_FIELD_CLASSVAR":
                continue
            value: Any = given.get(field.name) if field.init else None
            if value is None and field.default is not dataclasses.MISSING:
                value = self.from_outside(field.default)
            elif value is None and field.default_factory is not dataclasses.MISSING:
                value = self.call(Lit(field.default_factory), (), {})
            if kind == "_FIELD_INITVAR":
                passed.append(value)
            elif value is not None:
                self.put_attribute(ref, field.name, value)
        _, after = self.find_in_class(ref.cls, "__post_init__")
        if after is not MISSING:
            self.call(Lit(after), (ref, *passed), {})

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        """`value.name`."""
        value = self.value_there(value, AttributeError) if isinstance(value, MaybeNone) else value
        if isinstance(value, OneOf):
            return self.chosen_attribute(value, name)
        if isinstance(value, ModuleValue):
            found = value.names.find(name) if value.names is not None else None
            return self.global_value(f"{value.name}.{name}", found, spelling)
        if isinstance(value, ObjectRef):
            return self.object_attribute(value, name)
        if isinstance(value, SuperValue):
            return self.super_attribute(value, name)
        if isinstance(value, TupleValue) and name in value.names:
            return value.items[value.names.index(name)]
        if isinstance(value, TupleValue) and value.cls is not None:
            return self.tuple_attribute(value, name)
        if isinstance(value, Lit) and (not is_numeric(value) or isinstance(value.value, enum.Enum)):
            return self.static_attribute(value, name, spelling)
        if is_numeric(value):
            return self.array_attribute(value, name)
        if isinstance(value, (ListRef, DictRef, TupleValue, RangeValue)):
            return Lit(self.python_class(value)) if name == "__class__" else ArrayMethod(value, name)
        if isinstance(value, SliceValue) and name in ("start", "stop", "step"):
            return getattr(value, name)  # type: ignore[no-any-return]
        if isinstance(value, Var) and isinstance(value.type, Opaque) and (
            name in ("__name__", "__qualname__", "__class__") or value.type.what == "flags"
        ):
            found = self.emit("inert", Lit(getattr, "getattr"), value, Lit(name), hint=name.strip("_"))
            return self.emit("builtins.bool", found) if value.type.what == "flags" else found
        if isinstance(value, Var) and isinstance(value.type, Opaque) and value.type.what == "exception":
            raise self.refuse(
                f"attribute `{name}` of an exception has no derivative", "keep the value in a variable instead"
            )
        if isinstance(value, Var):
            return ArrayMethod(value, name)
        if isinstance(value, FunctionValue) and name == "__name__":
            return Lit(getattr(value.node, "name", "<lambda>"))
        if isinstance(value, BoundMethod) and name in ("__self__", "__func__", "__name__"):
            if name == "__self__":
                return value.receiver
            return value.function if name == "__func__" else self.attribute(value.function, name)
        raise self.unsettled(value, f"attribute `{name}` of {describe(value)} is not supported")

    def unsettled(self, value: Value, what: str, remedy: str = "") -> UnsupportedError:
        """The refusal of something that may be None; in a loop that is run pass by pass it is known which."""
        kind = Unsettled if isinstance(value, MaybeNone) else UnsupportedError
        return kind(self.source.problem(self.node, what, remedy))

    def tuple_attribute(self, value: TupleValue, name: str) -> Value:
        """An attribute of a NamedTuple."""
        if name in value.cls._fields:
            return value.items[value.cls._fields.index(name)]
        if name in ("_replace", "_asdict", "count", "index"):
            return ArrayMethod(value, name)
        return self.bound(value, value.cls, name)

    def tuple_method(self, value: TupleValue, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """`_replace` and `_asdict` of a NamedTuple, `index` and `count` of any tuple."""
        if name == "_replace":
            if any(k not in value.cls._fields for k in kwargs):
                raise self.refuse(f"`{value.cls.__name__}` has no field {[*kwargs]}", "name fields of the class")
            pairs = zip(value.cls._fields, value.items)
            return TupleValue(tuple(kwargs.get(n, v) for n, v in pairs), value.cls)
        if name == "_asdict":
            return DictRef(self.new_cell(DictContent(tuple(zip(value.cls._fields, value.items)))))
        if name in ("index", "count"):
            same = [self.compare("eq", item, args[0]) for item in value.items]
            known = [s.value for s in same if isinstance(s, Lit)]
            if len(known) == len(same):
                if name == "count":
                    return Lit(sum(map(bool, known)))
                if True in known:
                    return Lit(known.index(True))
        raise self.refuse(f"tuple.{name} is not supported here", "index it, or loop over it")

    def array_attribute(self, value: Value, name: str) -> Value:
        if name == "__class__":
            return self.builtin_type((value,), {})
        if not any(hasattr(kind, name) for kind in (np.ndarray, np.float64, float, int, complex)):
            raise self.raising(AttributeError, f"an array has no attribute `{name}`", "it is a number or an array here")
        if name not in _ARRAY_ATTRIBUTES:
            return ArrayMethod(value, name)
        atom = self.read(value)
        kind = type_of(atom)
        if name == "shape":
            if isinstance(kind, Tensor) and kind.shape is not None:
                return TupleValue(tuple(self.emit("axis_length", atom, i) for i in range(len(kind.shape))))
            return self.wrap(self.emit("numpy.shape", atom))
        if name == "strides":
            strides, rank = self.emit("ndarray.strides", atom), rank_of(atom)
            return self.wrap(strides) if rank is None else TupleValue(tuple(self.emit("getitem", strides, i) for i in range(rank)))
        if name == "dtype":
            if isinstance(kind, Tensor) and kind.dtype is not None:
                return Lit(np.dtype(kind.dtype))
            return self.emit("ndarray.dtype", atom)
        if name in ("ndim", "size"):
            return self.emit(f"numpy.{name}", atom)
        if name == "flat":
            # Reads, stores and loops see the items in order, as in a flat view; where that is a copy, stores are refused.
            return self.call_prim("numpy.ravel", (value,), {})
        prim = self.knowledge.method_prim(name)
        if prim is None:
            raise self.no_rule(f"attribute `{name}` of an array is not supported", "write it with the functions of NumPy")
        return self.call_prim(prim, (value,), {})

    def object_attribute(self, ref: ObjectRef, name: str) -> Value:
        if in_mro(ref.cls, "__getattribute__")[0] not in (object, types.SimpleNamespace):
            raise self.refuse(f"`{ref.cls.__name__}` defines __getattribute__, which is not supported", "define properties, or __getattr__")
        found = self.known_item(self.entries(ref), name)
        if found is not None and not isinstance(in_mro(ref.cls, name)[1], property):
            if found is UNDEFINED:
                raise self.refuse(f"the attribute `{name}` may not have a value here", "give it one before")
            return self.own_attribute(ref, name, found) if isinstance(found, MaybeMissing) else found
        if name == "__class__":
            return Lit(ref.cls)
        if name == "__dict__":
            return DictRef(ref.cell)
        return self.bound(ref, ref.cls, name)

    def set_attribute(self, ref: Value, name: str, value: Value) -> None:
        """`ref.name = value`."""
        if isinstance(ref, ArrayRef) and name in ("real", "imag"):
            new = self.read(value)
            self.write(ref, lambda old: self.put_part(old, f"numpy.{name}", new), "store")
            return
        if isinstance(ref, Lit) and is_instance(ref.value):
            raise NeedOutside(ref.value)
        if isinstance(ref, OneOf):
            self.each_option(ref, lambda thing: self.with_attribute(thing, name, value))
            return
        if not isinstance(ref, ObjectRef):
            raise self.unsettled(ref, f"cannot set an attribute of {describe(ref)}", "pass it as an argument")
        owner, setter = self.find_in_class(ref.cls, "__setattr__")
        if owner is not object and is_own_class(owner):
            if is_generated(setter):
                raise self.refuse(f"cannot assign to `{name}`: `{ref.cls.__name__}` is frozen", "use dataclasses.replace")
            self.call(Lit(setter), (ref, Lit(name), value), {})
            return
        self.put_attribute(ref, name, value)

    def with_attribute(self, ref: Value, name: str, value: Value) -> Value:
        self.set_attribute(ref, name, value)
        return Lit(None)

    def put_attribute(self, ref: ObjectRef, name: str, value: Value) -> None:
        """What `object.__setattr__` does."""
        _, found = self.find_in_class(ref.cls, name)
        if isinstance(found, property):
            if found.fset is None:
                raise self.refuse(f"the property `{name}` has no setter", "set the attributes that it is computed from")
            self.call(Lit(found.fset), (ref, value), {})
            return
        if hasattr(type(found), "__set__") and not isinstance(found, types.MemberDescriptorType):
            raise self.refuse(f"the descriptor `{name}` is not supported", "write it as a property")
        if found is MISSING and ref.cls.__dictoffset__ == 0 and ref.cls is not types.SimpleNamespace:
            raise self.refuse(f"`{ref.cls.__name__}` has no attribute `{name}`: see its __slots__", "add it to them")
        self.change(ref, self.entries(ref).put(name, value))

    def delete_attribute(self, ref: Value, name: str) -> None:
        """`del ref.name`."""
        if isinstance(ref, Lit) and is_instance(ref.value):
            raise NeedOutside(ref.value)
        if not isinstance(ref, ObjectRef) or self.known_item(self.entries(ref), name) is None:
            raise self.refuse(f"cannot delete the attribute `{name}` of {describe(ref)}", "delete what was set")
        if self.find_in_class(ref.cls, "__delattr__")[0] not in (object, None):
            raise self.refuse(f"`{ref.cls.__name__}` defines __delattr__, which is not supported", "set the attribute to None instead")
        self.check_deletable(ref, name)
        self.state.heap[ref.cell] = self.entries(ref).without(name)

    def static_attribute(self, value: Lit, name: str, spelling: str | None) -> Value:
        """An attribute of a known Python object: a module's function, a class's constant."""
        found = value.value
        if isinstance(found, types.ModuleType):
            if not hasattr(found, name):
                raise self.raising(AttributeError, f"module `{found.__name__}` has no attribute `{name}`", "look up how this version spells it")
            given = getattr(found, name)
            if vars(found).get(name, MISSING) is not given:
                # A module that computes its attributes.
                self.watch(name, lambda: getattr(found, name, MISSING), given, found)
                return self.global_value(name, ("static", given, None), spelling)
            return self.global_value(name, ("global", given, vars(found)), spelling)
        if isinstance(found, type):
            return self.attribute_of_class(value, name, spelling)
        if is_instance(found):
            return self.attribute_of_instance(value, name)
        if isinstance(found, str):
            return Lit(getattr(found, name), None)
        given = self.plain_attribute(found, name)
        return Lit(given, spelling) if callable(given) else self.held_outside(found, name, given)

    def call_of_object(self, found: Any, args: tuple[Value, ...]) -> Value | None:
        """A method of `object` itself, called by way of super() or of the class; None for others."""
        name, ref = found.__name__, args[0] if args else None
        if name == "__init__":
            return Lit(None)
        if name == "__setattr__" and isinstance(ref, ObjectRef) and len(args) == 3:
            self.put_attribute(ref, self.static(args[1], "an attribute's name"), args[2])
            return Lit(None)
        if name == "__delattr__" and isinstance(ref, ObjectRef) and len(args) == 2:
            self.delete_attribute(ref, self.static(args[1], "an attribute's name"))
            return Lit(None)
        if name in ("__eq__", "__ne__") and len(args) == 2:
            return self.compare("is_" if name == "__eq__" else "is_not", *args)
        return None

    def replaced(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """`dataclasses.replace(obj, **changes)`."""
        (ref,) = args
        cls: Any = getattr(ref, "cls", None)
        if not isinstance(ref, ObjectRef) or not dataclasses.is_dataclass(ref.cls):
            raise self.refuse(f"dataclasses.replace of {describe(args[0])} is not supported here", "call the class with all fields")
        given = dict(kwargs)
        for field in dataclasses.fields(cls):
            if field.init and field.name not in given:
                given[field.name] = self.object_attribute(ref, field.name)
        return self.construct(cls, Lit(cls), (), given)

    def check_no_object(self, values: tuple[Value, ...], who: str) -> None:
        """Refuse to hand an object to something that may look into it, or keep it."""
        for value in values:
            if isinstance(value, ObjectRef):
                what = f"an object of the class `{value.cls.__name__}` is given to {who.removesuffix(',')}"
                raise self.refuse(what, "pass the attributes that it needs")
            if isinstance(value, TupleValue):
                self.check_no_object(value.items, who)
            if isinstance(value, (ListRef, DictRef)):
                content = self.content(value)
                if isinstance(content, DictContent):
                    self.check_no_object(tuple(v for _, v in content.items), who)
                elif isinstance(content, ListContent):
                    self.check_no_object(content.items, who)

    def copied(self, value: Value, memo: dict[Any, Value], deep: bool) -> Value:
        """What copy.copy or copy.deepcopy gives."""
        if isinstance(value, ArrayRef):
            if value not in memo:
                memo[value] = self.call_method(value, "copy", ())
            return memo[value]
        if isinstance(value, Lit) and is_instance(value.value) and not isinstance(value.value, enum.Enum):
            value = self.opened(value)
        if isinstance(value, (MaybeNone, OneOf)):
            return self.each_alternative(value, lambda thing: self.copied(thing, dict(memo), deep))
        if self.special(value, "__deepcopy__" if deep else "__copy__") is not None:
            raise self.refuse("a class with __copy__ or __deepcopy__ is not supported", "call a method that makes the copy")
        if isinstance(value, TupleValue):
            return TupleValue(tuple(self.copied(v, memo, deep) for v in value.items), value.cls) if deep else value
        if not isinstance(value, (ListRef, DictRef, ObjectRef)):
            return value
        if value.cell in memo:
            return memo[value.cell]
        content = self.content(value)
        if isinstance(content, SeqContent):
            if deep:
                raise self.refuse("a deep copy of a list of unknown length is not supported", "copy it in a loop")
            return self.call_method(value, "copy", ())
        made = dataclasses.replace(value, cell=self.new_cell(content))
        if deep:
            memo[value.cell] = made
            if isinstance(content, ListContent):
                copies: Any = ListContent(tuple(self.copied(v, memo, deep) for v in content.items))
            else:
                copies = DictContent(tuple((k, self.copied(v, memo, deep)) for k, v in content.items))
            self.state.heap[made.cell] = copies
        return made

    def opened(self, literal: Lit) -> ObjectRef:
        """An object from outside as one of this program, with the attributes that it has now."""
        found = literal.value
        names = tuple(getattr(found, "__dict__", ()))

        def now() -> Any:
            return names if tuple(getattr(found, "__dict__", ())) == names else MISSING

        self.watch("__dict__", now, names, found)
        content = tuple((n, self.attribute_of_instance(literal, n)) for n in names)
        return ObjectRef(self.new_cell(DictContent(content, type(found))), type(found))
