"""Looking things up in classes: what an attribute of an instance or of a class is, as Python finds it."""

from __future__ import annotations

import enum
import functools
import inspect
import threading
import types
from typing import Any

from ...ir import walk
from ...ir.syntax import Block, Eqn, Lit
from ..flow.loops import LoopMixin
from ..text.source import MISSING
from .values import BoundMethod, MaybeMissing, ObjectRef, SuperValue, TupleValue, Value, describe

_LIBRARIES = ("builtins", "numpy", "math", "cmath", "st_ad", "functools", "itertools", "operator")
_HEAP_TYPE = 1 << 9
_SLOT = (types.MemberDescriptorType, types.GetSetDescriptorType)


class ClassMixin(LoopMixin):
    """Attributes of classes and of their instances."""

    def find_in_class(self, cls: Any, name: str) -> tuple[Any, Any]:
        """The class among the bases of `cls` that has a name, and what it has; (None, MISSING) when none does.

        The result holds only while the name means this, so that is watched.
        """
        base, found = in_mro(cls, name)
        if is_own_class(cls):
            self.watch(name, lambda: in_mro(cls, name)[1], found, cls)
        return base, found

    def watch(self, name: str, read: Any, value: Any, scope: Any) -> None:
        """Note that the result holds only while `read()`, which looks for `name` in `scope`, gives this value."""
        self.watched.setdefault((name, id(scope)), (read, value, scope, name))

    def instance_class(self, value: Value) -> Any:
        """The class of an instance of a class that is written in Python, or None."""
        if isinstance(value, ObjectRef):
            return value.cls
        if isinstance(value, TupleValue):
            return value.cls
        if isinstance(value, Lit) and is_instance(value.value):
            return type(value.value)
        return None

    def special(self, value: Value, name: str) -> Value | None:
        """The special method `name` of a value, bound to it, or None when its class does not have one."""
        cls = self.instance_class(value)
        if cls is None:
            return None
        base, found = self.find_in_class(cls, name)
        if isinstance(value, Lit):
            instance = value.value
            self.watch("__class__", lambda: type(instance), cls, instance)
        if found is MISSING or found is None or not is_own_class(base):
            return None
        return self.bind_found(value, cls, base, found, name)

    def bind_found(self, receiver: Value, cls: Any, base: Any, found: Any, name: str) -> Value:
        """What a class has under a name, seen through an instance."""
        if isinstance(found, property):
            if found.fget is None:
                raise self.refuse(f"the property `{name}` cannot be read", "give it a getter")
            return self.call(Lit(found.fget), (receiver,), {})
        if isinstance(found, functools.cached_property):
            value = self.call(Lit(found.func), (receiver,), {})
            if not isinstance(receiver, ObjectRef):
                raise self.refuse(f"the cached property `{name}` of an object from outside is not supported",
                                  "pass the object as an argument")  # fmt: skip
            self.state.heap[receiver.cell] = self.state.heap[receiver.cell].put(found.attrname, value)
            return value
        if isinstance(found, staticmethod):
            return Lit(found.__func__)
        if isinstance(found, classmethod):
            return BoundMethod(Lit(cls), Lit(found.__func__))
        if isinstance(found, types.FunctionType) or isinstance(found, types.WrapperDescriptorType):
            return BoundMethod(receiver, Lit(found), base)
        if hasattr(found, "__st_ad_function__"):
            return BoundMethod(receiver, Lit(found), base)
        if hasattr(found, "__wrapped__") and callable(found):
            return BoundMethod(receiver, Lit(found), base)
        if hasattr(type(found), "__get__"):
            raise self.refuse(f"the descriptor `{name}` of `{cls.__name__}` is not supported",
                              "write it as a property")  # fmt: skip
        return self.from_outside(found)

    def bound(self, receiver: Value, cls: Any, name: str) -> Value:
        """An attribute that a class gives: a method bound to the receiver, a property's value, a constant."""
        base, found = self.find_in_class(cls, name)
        if found is not MISSING:
            return self.bind_found(receiver, cls, base, found, name)
        _, fallback = self.find_in_class(cls, "__getattr__")
        if fallback is not MISSING:
            return self.call(Lit(fallback), (receiver, Lit(name)), {})
        raise self.raising(AttributeError, f"`{cls.__name__}` has no attribute `{name}`", "define it, or test with hasattr() first")

    def attribute_of_class(self, literal: Lit, name: str, spelling: str | None) -> Value:
        """`Class.name`."""
        cls = literal.value
        if not is_own_class(cls) or not is_plain_metaclass(cls):
            found = getattr(cls, name, MISSING)
            if found is MISSING:
                raise self.raising(AttributeError, f"`{cls.__name__}` has no attribute `{name}`", "define it, or test with hasattr() first")
            return Lit(found, spelling) if callable(found) else self.from_python(found)
        base, found = self.find_in_class(cls, name)
        if found is MISSING or is_of_metaclass(cls, name):
            return self.from_python(self.plain_attribute(cls, name))
        return self.seen_through_class(cls, base, found, name, spelling)

    def seen_through_class(self, cls: Any, base: Any, found: Any, name: str, spelling: str | None) -> Value:
        """What a class has under a name, seen through the class itself."""
        if isinstance(found, staticmethod):
            return Lit(found.__func__)
        if isinstance(found, classmethod):
            return BoundMethod(Lit(cls), Lit(found.__func__))
        if isinstance(found, types.ClassMethodDescriptorType) or isinstance(found, _SLOT):
            return Lit(getattr(cls, name), spelling)
        if callable(found) or isinstance(found, property):
            return Lit(found, spelling)
        return self.from_outside(found)

    def plain_attribute(self, found: Any, name: str) -> Any:
        """`found.name` of a Python object that is known."""
        try:
            return getattr(found, name)
        except AttributeError:
            raise self.refuse(f"{describe(Lit(found))} has no attribute `{name}`", "define it, or test with hasattr() first") from None

    def attribute_of_instance(self, literal: Lit, name: str) -> Value:
        """An attribute of an object from outside, as it is now; that it stays so is watched."""
        found = literal.value
        cls = type(found)
        is_thread_local = isinstance(found, threading.local)
        if in_mro(cls, "__getattribute__")[0] not in (object, types.SimpleNamespace) and not is_thread_local:
            raise self.refuse(f"`{cls.__name__}` defines __getattribute__, which is not supported", "define properties, or __getattr__")
        self.watch("__class__", lambda: type(found), cls, found)
        if name == "__class__":
            return Lit(cls)
        if isinstance(found, enum.Enum) and name in ("name", "value", "_name_", "_value_"):
            return self.from_python(getattr(found, name))
        if name == "__dict__" and is_thread_local:
            self.watch("__dict__", lambda: found.__dict__, found.__dict__, found)
            return self.from_outside(found.__dict__)
        if name == "__dict__":
            raise self.refuse("`__dict__` of an object from outside is not supported", "pass the object as an argument")
        base, given = self.find_in_class(cls, name)
        if isinstance(given, property):
            return self.bind_found(literal, cls, base, given, name)

        def own() -> Any:
            if isinstance(given, _SLOT):
                return getattr(found, name, MISSING)
            return getattr(found, "__dict__", {}).get(name, MISSING)

        value = own()
        self.watch(name, own, value, found)
        if value is not MISSING:
            return self.from_outside(value)
        if isinstance(given, types.FunctionType):
            method = types.MethodType(given, found)
            if self.knowledge.prim_of(method) is not None:
                return Lit(method)
        return self.bound(literal, cls, name)

    def super_attribute(self, value: SuperValue, name: str) -> Value:
        """`super().name`."""
        receiver = value.receiver
        given = receiver.value if isinstance(receiver, Lit) else None
        through_class = isinstance(given, type)
        cls = given if through_class else self.instance_class(receiver)
        if cls is None:
            raise self.refuse(f"super() of {describe(receiver)} is not supported", "call it inside a method, or call the method of the base class by its name")
        mro = list(cls.__mro__)
        for base in mro[mro.index(value.cls) + 1 :]:
            if name not in base.__dict__:
                continue
            found = base.__dict__[name]
            self.find_in_class(base, name)
            if through_class:
                return self.seen_through_class(cls, base, found, name, None)
            return self.bind_found(receiver, cls, base, found, name)
        raise self.refuse(f"super() has no attribute `{name}`", "name an attribute of a base class")

    def gives(self, cls: Any, name: str) -> bool:
        """Whether a class has an attribute for instances that have none of their own."""
        found, fallback = self.find_in_class(cls, name)[1], self.find_in_class(cls, "__getattr__")[1]
        return fallback is not MISSING or found is not MISSING and not isinstance(found, types.MemberDescriptorType)

    def own_attribute(self, ref: ObjectRef, name: str, found: MaybeMissing) -> Value:
        """An attribute that an instance may have, or else its class."""
        if self.gives(ref.cls, name):
            return self.item_or(found, lambda: self.bound(ref, ref.cls, name))
        # Outside of a `try`, reading a variable without a value is error enough.
        return self.item_or(found, lambda: self.no_such(AttributeError, Lit(name))) if self.guards else found.value

    def check_deletable(self, ref: ObjectRef, name: str) -> None:
        """Raise where an attribute that is about to be deleted is missing."""
        if self.guards and self.gives(ref.cls, name):
            raise self.refuse(f"cannot decide whether this deletes `{name}` of the object, or fails", "do it outside of the try")
        self.check_there(self.known_item(self.entries(ref), name), AttributeError, Lit(name))

    def has_own_or_class_attribute(self, value: Value, name: str) -> Value:
        """hasattr() of an instance."""
        own = self.has_item(self.entries(value), name) if isinstance(value, ObjectRef) else Lit(False)
        return self.choose(own, lambda: Lit(True), lambda: Lit(self.has_attribute(value, name)))

    def has_attribute(self, value: Value, name: str) -> bool:
        """Whether an instance has an attribute, apart from those of its own that may be missing."""
        cls = self.instance_class(value)
        if isinstance(value, ObjectRef) and self.has_item(self.entries(value), name) == Lit(True):
            return True
        if isinstance(value, Lit) and name in getattr(value.value, "__dict__", {}):
            return True
        _, found = self.find_in_class(cls, name)
        if found is not MISSING:
            return not isinstance(found, types.MemberDescriptorType)
        if isinstance(value, Lit):
            self.attribute_watch(value, name)
        _, fallback = self.find_in_class(cls, "__getattr__")
        return fallback is not MISSING and not self.fails(lambda: self.call(Lit(fallback), (value, Lit(name)), {}))

    def attribute_watch(self, literal: Lit, name: str) -> None:
        found = literal.value
        self.watch(name, lambda: getattr(found, "__dict__", {}).get(name, MISSING), MISSING, found)

    def fails(self, run: Any) -> bool:
        """Whether a computation raises on every path; it leaves nothing behind."""
        saved = self.state
        self.state = saved.fork()
        try:
            with self.builder.block() as nodes, self.stopping():
                run()
            if not self.state.unreachable and raises(nodes):
                raise self.refuse("whether this attribute exists is only known when it runs", "set it in __init__, on every path")
            return self.state.unreachable
        finally:
            self.state = saved

    def class_attribute(self, cls: Any, name: str) -> Any:
        """A method or constant of a class, or None."""
        base, found = self.find_in_class(cls, name)
        if base is None or base is object and name != "__init__":
            return None
        return Lit(found)


def raises(nodes: list[Any]) -> bool:
    """Whether there is a `raise` among some nodes and what is nested in them."""
    return any(isinstance(n, Eqn) and n.prim == "raise" for n in walk.all_nodes(Block((), tuple(nodes), ())))


def in_mro(cls: Any, name: str) -> tuple[Any, Any]:
    """The first base of a class that has a name, and what it has; (None, MISSING) when none does."""
    for base in cls.__mro__:
        if name in base.__dict__:
            return base, base.__dict__[name]
    return None, MISSING


def is_own_class(cls: Any) -> bool:
    """Whether a class is written in Python and no part of a library that st_ad knows."""
    if not isinstance(cls, type) or not cls.__flags__ & _HEAP_TYPE:
        return False
    return str(cls.__module__).split(".")[0] not in _LIBRARIES


def is_instance(value: Any) -> bool:
    """Whether a value is an instance of a class that is written in Python, down to `object`."""
    if isinstance(value, (type, types.FunctionType)) or hasattr(type(value), "__st_ad_function__"):
        return False
    if type(value) is types.SimpleNamespace:
        return True
    return is_own_class(type(value)) and all(c is object or c.__flags__ & _HEAP_TYPE for c in type(value).__mro__)


def is_of_metaclass(cls: type, name: str) -> bool:
    """Whether `cls.name` is what the metaclass says, such as `__name__`, whatever the class's body defines."""
    _, found = in_mro(type(cls), name)
    return hasattr(type(found), "__set__")


def is_plain_metaclass(cls: type) -> bool:
    """Whether calls and attributes of a class mean what they mean for classes in general."""
    meta: Any = type(cls)
    return meta is type or all("__call__" not in vars(m) and "__getattribute__" not in vars(m)
                               and "__getattr__" not in vars(m) for m in meta.mro(meta) if m not in (type, object))  # fmt: skip


def is_generated(method: Any) -> bool:
    """Whether a method was written by the `dataclass` decorator."""
    code = getattr(inspect.unwrap(method) if callable(method) else method, "__code__", None)
    return code is not None and code.co_filename == "<string>"
