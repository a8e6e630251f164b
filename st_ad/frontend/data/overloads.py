"""Operators of objects: which special method Python calls, and what it falls back on."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Lit
from ...ir.types import Tensor
from .containers import ContainerMixin
from ..syntax.generators_of import following_form
from ..text.source import MISSING, source_of
from .values import BoundMethod, ObjectRef, TupleValue, Value, describe, is_numeric

_DUNDER = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv", "mod": "mod",
    "pow": "pow", "matmul": "matmul", "and_": "and", "or_": "or", "xor": "xor", "lshift": "lshift", "rshift": "rshift",
}  # fmt: skip
_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
_NOT_IMPLEMENTED = Lit(NotImplemented)


_CONVERSIONS: dict[Any, str] = {
    abs: "__abs__", float: "__float__", int: "__int__", complex: "__complex__", round: "__round__", str: "__str__",
    repr: "__repr__", divmod: "__divmod__", hash: "__hash__",
}  # fmt: skip


class OverloadMixin(ContainerMixin):
    """Special methods of the user's classes."""

    def object_binary(self, name: str, left: Value, right: Value) -> Value | None:
        """`left op right` when one of them is an object with operator methods; None when neither is."""
        first, second = self.instance_class(left), self.instance_class(right)
        if first is None and second is None:
            return None
        order = [(left, f"__{_DUNDER[name]}__", right)]
        if second is not None and second is not first:
            mirrored = (right, f"__r{_DUNDER[name]}__", left)
            goes_first = first is not None and issubclass(second, first) and self.overrides(second, first, mirrored[1])
            order = [mirrored, *order] if goes_first else [*order, mirrored]
        return self.first_implemented(order)

    def overrides(self, cls: Any, base: Any, name: str) -> bool:
        found = self.find_in_class(cls, name)[1]
        return found is not MISSING and found is not self.find_in_class(base, name)[1]

    def first_implemented(self, order: list[tuple[Value, str, Value]]) -> Value | None:
        """The result of the first of some special methods that does not decline."""
        for receiver, name, other in order:
            method = self.special(receiver, name)
            if method is None:
                continue
            if receiver is not order[0][0] or len(order) == 1 or not is_numeric(other):
                self.check_deferred(receiver, other, order)
            result = self.call(method, (other,), {})
            if result != _NOT_IMPLEMENTED:
                return result
        return None

    def check_deferred(self, receiver: Value, left: Value, order: list[tuple[Value, str, Value]]) -> None:
        """Refuse `array op object` where NumPy does not leave the operation to the object but to its own elements."""
        if receiver is order[0][0] or not is_numeric(left) or isinstance(left, Lit):
            return
        cls = self.instance_class(receiver)
        if getattr(cls, "__array_ufunc__", MISSING) is None:
            return
        kind = type_of(self.read(left))
        form = kind.form if isinstance(kind, Tensor) else None
        if form == "py" or getattr(cls, "__array_priority__", 0) > 0 and not hasattr(cls, "__array_ufunc__"):
            return
        if form == "np" and not (hasattr(cls, "__len__") or hasattr(cls, "__getitem__")):
            return
        raise self.refuse(
            f"NumPy applies this operator to `{cls.__name__}` element by element",
            "write the object on the left, or give its class `__array_ufunc__ = None`",
        )

    def object_compare(self, name: str, left: Value, right: Value) -> Value | None:
        """A comparison when one side is an object with methods for it; None when neither is."""
        first, second = self.instance_class(left), self.instance_class(right)
        if name not in _MIRRORED or first is None and second is None:
            return None
        fields = self.compare_fields(name, left, right)
        if fields is not None:
            return fields
        order = [(left, f"__{name}__", right), (right, f"__{_MIRRORED[name]}__", left)]
        if first is not None and second is not None and second is not first and issubclass(second, first):
            order.reverse()
        found = self.first_implemented(order)
        if found is not None or name not in ("eq", "ne"):
            return found
        if name == "ne" and (self.special(left, "__eq__") or self.special(right, "__eq__")):
            equal = self.truth(self.compare("eq", left, right))
            return Lit(not equal.value) if isinstance(equal, Lit) else self.emit("operator.not_", equal)
        if isinstance(left, TupleValue) or isinstance(right, TupleValue):
            return None
        same = self.identical(left, right)
        return None if same is None else Lit(same if name == "eq" else not same)

    def compare_fields(self, name: str, left: Value, right: Value) -> Value | None:
        """The comparison that `dataclass` writes: of tuples of fields; None when this is no such comparison."""
        if not isinstance(left, ObjectRef) or not dataclasses.is_dataclass(left.cls):
            return None
        found = self.find_in_class(left.cls, "__eq__" if name == "ne" else f"__{name}__")[1]
        code = getattr(getattr(found, "__wrapped__", found), "__code__", None)
        if code is None or code.co_filename != "<string>":
            return None
        if not isinstance(right, ObjectRef) or right.cls is not left.cls:
            return Lit(name == "ne") if name in ("eq", "ne") else None
        names = [f.name for f in dataclasses.fields(left.cls) if f.compare]
        sides = [TupleValue(tuple(self.attribute(side, n) for n in names)) for side in (left, right)]
        return self.compare(name, *sides)

    def object_unary(self, name: str, value: Value) -> Value | None:
        """`-value` and its like for an object; None when it is none."""
        if self.instance_class(value) is None:
            return None
        method = self.special(value, f"__{name}__")
        if method is None and not is_numeric(value):
            raise self.refuse(f"{describe(value)} has no `__{name}__`", "define it in the class")
        return None if method is None else self.call(method, (), {})

    def object_contains(self, item: Value, container: Value) -> Value | None:
        """`item in container` for an object; None when it is none."""
        method = self.special(container, "__contains__")
        if method is not None:
            found = self.truth(self.call(method, (item,), {}))
            return found if isinstance(found, Lit) else self.emit("builtins.bool", found)
        items = self.object_items(container)
        return None if items is None else self.contains(item, items, "in_")

    def asking(self, following: Any) -> Value:
        """A method `__next__` as one that says whether there is an item."""
        if not isinstance(following, BoundMethod) or not isinstance(following.function, Lit):
            raise self.refuse("an iterator whose `__next__` is no method is not supported", "return iter(list) from __iter__")
        source = source_of(following.function.value)
        asked = dataclasses.replace(source, node=following_form(source.node))
        return dataclasses.replace(following, function=Lit(asked))

    def builtin_of_object(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """`abs`, `float`, `str` and their like of an object; None for other functions."""
        name = _CONVERSIONS.get(found)
        method = self.special(args[0], name) if name is not None and not kwargs else None
        return None if method is None else self.call(method, args[1:], {})

    def object_items(self, value: Value) -> Value | None:
        """What a loop over an object runs over; None when it is no object, or one that is iterated as it is."""
        if isinstance(value, Lit) and isinstance(value.value, enum.EnumMeta):
            members: list[Any] = list(value.value)
            return TupleValue(tuple(map(Lit, members)))
        if self.instance_class(value) is None:
            return None
        method = self.special(value, "__iter__")
        if method is not None:
            found = self.call(method, (), {})
            following = self.special(found, "__next__") if isinstance(found, ObjectRef) else None
            if following is not None:
                return self.lazy("iterator", following=self.asking(following))
            if isinstance(found, ObjectRef) or found is UNDEFINED:
                raise self.refuse("what this `__iter__` gives is no iterator", "return iter(list) from __iter__, or give it __next__")
            return found
        if isinstance(value, TupleValue):
            return None
        method = self.special(value, "__getitem__")
        return None if method is None else self.lazy("by_index", item_at=method, place=Lit(0))
