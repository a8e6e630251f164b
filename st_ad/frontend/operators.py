"""Arithmetic, comparison and truth of abstract values."""

from __future__ import annotations

import operator
from typing import Any, Callable

from ..ir.syntax import UNDEFINED, Atom, Lit, Var
from ..ir.types import Opaque
from .containers import ContainerMixin
from .values import (
    ArrayRef,
    BoundMethod,
    DictRef,
    FunctionValue,
    ListRef,
    ModuleValue,
    ObjectRef,
    SeqContent,
    TupleValue,
    Value,
    describe,
    is_numeric,
)

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip
_DUNDER = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv", "mod": "mod",
    "pow": "pow", "matmul": "matmul", "and_": "and", "or_": "or", "xor": "xor", "lshift": "lshift", "rshift": "rshift",
}  # fmt: skip


class OperatorMixin(ContainerMixin):
    """Operators on numbers, containers and objects with operator methods."""

    def binary(self, name: str, left: Value, right: Value) -> Value:
        """`left op right`, for numbers, containers and objects with operator methods."""
        for value, other, dunder in (
            (left, right, f"__{_DUNDER[name]}__"),
            (right, left, f"__r{_DUNDER[name]}__"),
        ):
            if isinstance(value, ObjectRef):
                method = self.class_attribute(value.cls, dunder)
                if method is not None:
                    return self.call(method, (value, other), {})
        contained = self.binary_of_containers(name, left, right)
        if contained is not None:
            return contained
        if isinstance(left, Lit) and isinstance(right, Lit) and not (is_numeric(left) and is_numeric(right)):
            try:
                return Lit(getattr(operator, name)(left.value, right.value))
            except Exception as error:
                raise self.refuse(f"this fails when it is run: {error}") from None
        return self.wrap(self.emit(f"operator.{name}", self.operand(left), self.operand(right)))

    def operand(self, value: Value) -> Any:
        """An operand of arithmetic: a list or tuple next to an array is made an array, as NumPy does."""
        if isinstance(value, (ListRef, TupleValue)):
            return self.emit("numpy.array", self.as_arg(value))
        if isinstance(value, (FunctionValue, BoundMethod, DictRef, ObjectRef, ModuleValue)):
            raise self.refuse(f"arithmetic on {describe(value)} is not supported")
        return self.read(value)

    def compare(self, name: str, left: Value, right: Value) -> Value:
        """`left op right` for a comparison."""
        if name in ("is_", "is_not"):
            same = self.identical(left, right)
            if same is not None:
                return Lit(same if name == "is_" else not same)
        if name in ("in_", "not_in"):
            return self.contains(left, right, name)
        if isinstance(left, ObjectRef):
            method = self.class_attribute(left.cls, f"__{name}__")
            if method is not None:
                return self.call(method, (left, right), {})
        if isinstance(left, (TupleValue, ListRef)) and isinstance(right, (TupleValue, ListRef)):
            if name in ("eq", "ne") and type(left) is type(right):
                return self.equal_items(left, right, name)
        if isinstance(left, Lit) and isinstance(right, Lit):
            try:
                return Lit(getattr(operator, name)(left.value, right.value))
            except TypeError as error:
                raise self.refuse(f"this fails when it is run: {error}") from None
        for a, b in ((left, right), (right, left)):
            if (
                isinstance(a, Lit)
                and (a.value is None or isinstance(a.value, (str, type)))
                and name in ("eq", "ne")
            ):
                if not (isinstance(b, Var) and isinstance(b.type, Opaque)):
                    return Lit(name == "ne")
        return self.wrap(self.emit(f"operator.{name}", self.operand(left), self.operand(right), hint="test"))

    def identical(self, left: Value, right: Value) -> bool | None:
        if isinstance(left, Lit) and isinstance(right, Lit):
            return left.value is right.value
        if left is UNDEFINED or right is UNDEFINED:
            return None
        if isinstance(left, Lit) or isinstance(right, Lit):
            other = right if isinstance(left, Lit) else left
            if isinstance(other, Var) and isinstance(other.type, Opaque):
                return None
            return False
        if isinstance(left, (ListRef, DictRef, ObjectRef)) and type(left) is type(right):
            return left.cell == right.cell
        if isinstance(left, ArrayRef) and isinstance(right, ArrayRef):
            if left == right:
                return True
            return False if left.cell != right.cell and not self.cells[left.cell].shared else None
        return False if type(left) is not type(right) else None

    def choose(self, test: Value, then: Any, orelse: Any) -> Value:
        """The value of one of two delayed expressions; only the one that is chosen is evaluated."""
        flag = self.truth(test)
        if isinstance(flag, Lit):
            return then() if flag.value else orelse()
        return self.branch(flag, then, orelse)

    def truth(self, value: Value) -> Atom:
        """A value as a condition."""
        if isinstance(value, Lit):
            try:
                return Lit(bool(value.value))
            except Exception as error:
                raise self.refuse(f"this has no truth value: {error}") from None
        if isinstance(value, TupleValue):
            return Lit(bool(value.items))
        if isinstance(value, (ListRef, DictRef)):
            content = self.state.heap[value.cell]
            if isinstance(content, SeqContent):
                return self.emit("operator.gt", self.emit("builtins.len", content.var), 0, hint="test")
            return Lit(bool(content.items))
        if isinstance(value, ObjectRef):
            for name in ("__bool__", "__len__"):
                method = self.class_attribute(value.cls, name)
                if method is not None:
                    return self.truth(self.call(method, (value,), {}))
            return Lit(True)
        if isinstance(value, (Var, ArrayRef)):
            return self.read(value)
        return Lit(True)

    def contains(self, item: Value, container: Value, name: str) -> Value:
        if isinstance(container, DictRef):
            found = self.content(container).get(self.static(item, "a key")) is not None
            return Lit(found == (name == "in_"))
        if isinstance(container, Lit) and isinstance(item, Lit):
            return Lit((item.value in container.value) == (name == "in_"))
        if isinstance(container, (TupleValue, ListRef)) and self.known_length(container):
            result: Value = Lit(False)
            for other in self.items_of(container):
                result = self.choose(result, lambda: Lit(True), always(self.compare("eq", item, other)))
            if name == "in_":
                return result
            return (
                Lit(not result.value)
                if isinstance(result, Lit)
                else self.emit("operator.not_", self.read(result))
            )
        return self.emit(f"operator.{name}", self.as_arg(item), self.as_arg(container), hint="test")

    def equal_items(self, left: Value, right: Value, name: str) -> Value:
        first, second = self.items_of(left), self.items_of(right)
        result: Value = Lit(len(first) == len(second))
        for a, b in zip(first, second):
            result = self.choose(result, always(self.compare("eq", a, b)), lambda: Lit(False))
        if name == "eq":
            return result
        return (
            Lit(not result.value)
            if isinstance(result, Lit)
            else self.emit("operator.not_", self.read(result))
        )


def always(value: Value) -> Callable[[], Value]:
    """A delayed expression whose value is known already."""
    return lambda: value
