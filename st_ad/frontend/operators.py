"""Arithmetic, comparison and truth of abstract values."""

from __future__ import annotations

import collections
import operator
from typing import Any, Callable

from ..ir.syntax import UNDEFINED, Atom, Lit, Var
from ..ir.types import Opaque
from .data.containers import is_plain_int
from .data.option_values import OneOf
from .data.overloads import OverloadMixin
from .data.set_values import DistinctValue, SetRef
from .data.values import (
    ArrayRef,
    BoundMethod,
    DictRef,
    FunctionValue,
    ListRef,
    MaybeNone,
    ModuleValue,
    ObjectRef,
    RangeValue,
    SeqContent,
    TupleValue,
    Value,
    describe,
    is_known,
    is_numeric,
)

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip

_SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}


class OperatorMixin(OverloadMixin):
    """Operators on numbers, containers and objects with operator methods."""

    def binary(self, name: str, left: Value, right: Value) -> Value:
        """`left op right`, for numbers, containers and objects with operator methods."""
        if isinstance(left, OneOf) and not (left.is_text and self.is_run_time_text(right)):
            return self.each_option(left, lambda thing: self.binary(name, thing, right))
        if isinstance(right, OneOf) and not (right.is_text and self.is_run_time_text(left)):
            return self.each_option(right, lambda thing: self.binary(name, left, thing))
        if name == "mod" and is_text(left):
            return self.filled_in(left, right)
        sparse = self.sparse_binary(name, left, right)
        if sparse is not None:
            return sparse
        overloaded = self.object_binary(name, left, right)
        if overloaded is not None:
            return overloaded
        contained = self.binary_of_sets(name, left, right) or self.binary_of_containers(name, left, right)
        if contained is not None:
            return contained
        if isinstance(left, Lit) and isinstance(right, Lit) and not (is_numeric(left) and is_numeric(right)):
            try:
                return Lit(getattr(operator, name)(left.value, right.value))
            except Exception as error:
                raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None
        if any(isinstance(v, Var) and isinstance(v.type, Opaque) for v in (left, right)):
            # A tuple that exists when the program runs, such as a shape: the other one is no array either.
            return self.wrap(self.emit(f"operator.{name}", self.as_arg(left), self.as_arg(right)))
        return self.wrap(self.emit(f"operator.{name}", self.operand(left), self.operand(right)))

    def filled_in(self, text: Value, values: Value) -> Value:
        """`text % values`."""
        if isinstance(text, Lit) and is_known(values):
            try:
                return Lit(text.value % self.static(values, "what is put into a text"))
            except Exception as error:
                raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None
        return self.emit("builtins.str", self.emit("inert", Lit("__mod__", ".__mod__"), self.as_arg(text), self.as_arg(values)))

    def operand(self, value: Value) -> Any:
        """An operand of arithmetic: a list or tuple next to an array is made an array, as NumPy does."""
        value = self.as_container(value)
        if isinstance(value, (ListRef, TupleValue)):
            return self.emit("numpy.array", self.as_arg(value))
        if isinstance(value, MaybeNone):
            return self.operand(self.value_there(value))
        if isinstance(value, (FunctionValue, BoundMethod, DictRef, ObjectRef, ModuleValue)):
            raise self.refuse(f"arithmetic on {describe(value)} is not supported", "define the operator's method in its class, or compute with its parts")
        return self.read(value)

    def compare(self, name: str, left: Value, right: Value) -> Value:
        """`left op right` for a comparison."""
        found = self.none_test(name, left, right)
        if found is None:
            found = self.compared_parts(name, left, right)
        if found is not None:
            return found
        if name in ("is_", "is_not"):
            same = self.identical(left, right)
            if same is not None:
                return Lit(same if name == "is_" else not same)
        if name in ("in_", "not_in"):
            return self.contains(left, right, name)
        of_sets = self.binary_of_sets(name, left, right)
        if of_sets is not None:
            return of_sets
        overloaded = self.object_compare(name, left, right)
        if overloaded is not None:
            return overloaded
        if isinstance(left, (TupleValue, ListRef)) and isinstance(right, (TupleValue, ListRef)):
            alike = sequence_class(left) is sequence_class(right)
            if name in ("eq", "ne"):
                return self.equal_items(left, right, name) if alike else Lit(name == "ne")
            if name in ("lt", "le", "gt", "ge") and not alike:
                what = "this fails when it is run: lists, tuples and deques have an order among themselves only"
                raise self.raising(TypeError, what, "it fails without st_ad as well: mend it")
            if name in ("lt", "le", "gt", "ge") and alike:
                return self.ordered(name, self.items_of(left), self.items_of(right))
        if isinstance(left, DictRef) and isinstance(right, DictRef) and name in ("eq", "ne"):
            return self.equal_dicts(left, right, name)
        if isinstance(left, Lit) and isinstance(right, Lit):
            try:
                return Lit(getattr(operator, name)(left.value, right.value))
            except TypeError as error:
                raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None
        for a, b in ((left, right), (right, left)):
            if (
                isinstance(a, Lit)
                and (a.value is None or isinstance(a.value, (str, type)))
                and name in ("eq", "ne")
            ):
                if not self.may_be_anything(b):
                    return Lit(name == "ne")
        return self.wrap(self.emit(f"operator.{name}", self.operand(left), self.operand(right), hint="test"))

    def none_test(self, name: str, left: Value, right: Value) -> Value | None:
        """`left is right` and `left == right` where one is None and the other may be; None when this is not the case."""
        for one, other in ((left, right), (right, left)):
            if one == Lit(None) and isinstance(other, MaybeNone):
                if name in ("is_not", "ne"):
                    return other.flag
                return self.emit("operator.not_", other.flag, hint="test")
        return None

    def is_run_time_text(self, value: Value) -> bool:
        """Whether a value is a string, or another object, that exists when the program runs only."""
        return isinstance(value, Var) and isinstance(value.type, Opaque)

    def compared_parts(self, name: str, left: Value, right: Value) -> Value | None:
        """A comparison with what may be None, or is one of several things: that of what it is."""
        ordered = name in ("lt", "le", "gt", "ge")
        if name in ("in_", "not_in") or ordered and not any(isinstance(v, OneOf) and not v.is_text for v in (left, right)):
            return None
        if isinstance(left, MaybeNone):
            inner = left.value
            return self.choose(left.flag, lambda: self.compare(name, inner, right), lambda: self.compare(name, Lit(None), right))
        if isinstance(right, MaybeNone):
            return self.compared_parts(_SWAPPED.get(name, name), right, left)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, OneOf) and not (one.is_text and self.is_run_time_text(other)):
                return self.test_options(one, compared_with(self, name if one is left else _SWAPPED.get(name, name), other))
        return None

    def identical(self, left: Value, right: Value) -> bool | None:
        if isinstance(left, Lit) and isinstance(right, Lit):
            return left.value is right.value
        if left is UNDEFINED or right is UNDEFINED:
            return None
        if isinstance(left, Lit) or isinstance(right, Lit):
            other = right if isinstance(left, Lit) else left
            known = left if isinstance(left, Lit) else right
            is_number = isinstance(known, Lit) and isinstance(known.value, (int, float))
            if is_number and isinstance(other, Var):
                return None
            return None if self.may_be_anything(other) else False
        if isinstance(left, (ListRef, DictRef, ObjectRef)) and type(left) is type(right):
            self.compares_identity = self.compares_identity or left.cell != right.cell
            return left.cell == right.cell
        if isinstance(left, ArrayRef) and isinstance(right, ArrayRef):
            if left == right:
                return True
            self.compares_identity = True
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
        if self.instance_class(value) is not None and not is_numeric(value):
            for name in ("__bool__", "__len__"):
                method = self.special(value, name)
                if method is not None:
                    return self.truth(self.call(method, (), {}))
        if isinstance(value, Lit):
            try:
                return Lit(bool(value.value))
            except Exception as error:
                raise self.refuse(f"this has no truth value: {error}", "use .any() or .all(), or compare one element") from None
        if isinstance(value, TupleValue):
            return Lit(bool(value.items))
        if isinstance(value, OneOf):
            return self.read(self.test_options(value, self.truth))
        if isinstance(value, (ListRef, DictRef)):
            content = self.content(value)
            if isinstance(content, SeqContent):
                return self.emit("operator.gt", self.count_of(content), 0, hint="test")
            return Lit(bool(content.items))
        if isinstance(value, (Var, ArrayRef)):
            return self.read(value)
        if isinstance(value, MaybeNone):
            inner = value.value
            return self.read(self.choose(value.flag, lambda: self.as_bool(inner), lambda: Lit(False)))
        return Lit(True)

    def as_bool(self, value: Value) -> Value:
        """A value as True or False."""
        return self.choose(value, lambda: Lit(True), lambda: Lit(False))

    def lies_in_range(self, item: Value, numbers: RangeValue) -> Value:
        """Whether an int is one of a range."""
        bounds = (numbers.start, numbers.stop, numbers.step)
        if all(isinstance(v, Lit) for v in (item, *bounds)):
            return Lit(item.value in range(*[b.value for b in bounds]))  # type: ignore[union-attr, operator]
        step = numbers.step
        if not is_plain_int(item) or not isinstance(step, Lit):
            raise self.refuse("cannot decide whether this lies in a range", "compare it with the ends of the range")
        first, last = (numbers.start, item) if step.value > 0 else (item, numbers.start)
        ends = self.compare("lt", item, numbers.stop) if step.value > 0 else self.compare("gt", item, numbers.stop)
        inside = self.choose(self.compare("le", first, last), always(ends), always(Lit(False)))
        if abs(step.value) == 1:
            return inside
        apart = self.binary("mod", self.binary("sub", item, numbers.start), step)
        return self.choose(inside, always(self.compare("eq", apart, Lit(0))), always(Lit(False)))

    def equal_dicts(self, left: DictRef, right: DictRef, name: str) -> Value:
        """Whether two dicts have equal items; of two OrderedDicts the order counts."""
        first, second = dict(self.content(left).items), dict(self.content(right).items)
        same = list(first) == list(second) if left.cls is right.cls is collections.OrderedDict else first.keys() == second.keys()
        if not same:
            return Lit(name == "ne")
        return self.equal_items(TupleValue(tuple(first.values())), TupleValue(tuple(second[k] for k in first)), name)

    def contains(self, item: Value, container: Value, name: str) -> Value:
        container = self.as_container(container)
        held = self.object_contains(item, container)
        if held is not None:
            if name == "in_":
                return held
            return self.negation(held)
        if isinstance(container, SetRef):
            container = TupleValue(self.items_of(container))
        if isinstance(container, DistinctValue):
            container = TupleValue(container.items)
        if isinstance(container, DictRef) and isinstance(item, OneOf):
            return self.test_options(item, lambda key: self.contains(key, container, name))
        if isinstance(container, DictRef):
            found = self.has_item(self.entries(container), self.static(item, "a key"))
            return found if name == "in_" else self.negation(found)
        if isinstance(container, RangeValue):
            found = self.lies_in_range(item, container)
            return found if name == "in_" else self.negation(found)
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

    def ordered(self, name: str, left: tuple[Value, ...], right: tuple[Value, ...]) -> Value:
        """`<` and the like of tuples and lists: the first items that differ decide."""
        if not left or not right:
            return Lit(getattr(operator, name)(len(left), len(right)))
        return self.choose(
            self.compare("eq", left[0], right[0]),
            lambda: self.ordered(name, left[1:], right[1:]),
            lambda: self.compare(name, left[0], right[0]),
        )

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


def is_text(value: Value) -> bool:
    """Whether a value is a string, known or made when the program runs."""
    if isinstance(value, Lit):
        return isinstance(value.value, str)
    return isinstance(value, Var) and value.type == Opaque("str")


def compared_with(machine: OperatorMixin, name: str, other: Value) -> Callable[[Value], Value]:
    """The comparison of what is given later."""
    return lambda value: machine.compare(name, value, other)


def sequence_class(value: Value) -> type:
    """The class by which lists, tuples and deques are told apart when they are compared."""
    return value.cls if isinstance(value, ListRef) else tuple


def always(value: Value) -> Callable[[], Value]:
    """A delayed expression whose value is known already."""
    return lambda: value
