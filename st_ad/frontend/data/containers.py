"""Tuples, lists, dicts, slices and iterables: static structure that vanishes from the program."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import Any

from ...ir.build import type_of
from ...ir.syntax import Lit, Pack, Var
from ...ir.types import Dim, Opaque, Seq, Tensor
from .option_values import OneOf
from .set_values import CounterRef, DistinctValue, SetRef
from .subscripts import SubscriptMixin
from .values import (
    ArrayRef,
    DictRef,
    GeneratorValue,
    Iteration,
    ListContent,
    ListRef,
    ObjectRef,
    RangeValue,
    SliceValue,
    TupleValue,
    Value,
    describe,
    grid_name,
    is_numeric,
    MaybeNone,
)
from .views import rank_of


class ContainerMixin(SubscriptMixin):
    """Operations on containers."""

    def items_of(self, value: Value) -> tuple[Value, ...]:
        """The items of an iterable whose length is known."""
        value = self.as_container(self.value_there(value) if isinstance(value, MaybeNone) else value)
        iterated = self.object_items(value)
        if iterated is not None:
            return self.items_of(iterated)
        if isinstance(value, TupleValue):
            return value.items
        if isinstance(value, DistinctValue):
            raise self.refuse("which items of this set are equal is not known", "use a list, or np.unique")
        if isinstance(value, ListRef):
            content = self.content(value)
            if isinstance(content, ListContent):
                return content.items
            count = self.count_of(content)
            if isinstance(count, Lit):
                return tuple(self.item_at(content, i) for i in range(count.value))
            raise self.unknown_length(content)
        if isinstance(value, SetRef):
            return tuple(self.from_python(k) for k in self.set_in_order(value))
        if isinstance(value, DictRef):
            return tuple(Lit(k) for k, _ in self.content(value).items)
        if isinstance(value, RangeValue):
            bounds = [self.static(v, "the bound of a range") for v in (value.start, value.stop, value.step)]
            return tuple(Lit(i) for i in range(*bounds))
        if isinstance(value, Iteration):
            left = self.spent(value)
            return self.iteration_items(left) if isinstance(left, Iteration) else self.items_of(left)
        if isinstance(value, GeneratorValue):
            return self.items_of(self.collected(value))
        if isinstance(value, Lit) and isinstance(
            value.value, (str, tuple, list, range, frozenset, dict, set, MappingProxyType)
        ):
            found = value.value
            ordered = self.set_in_order(value) if isinstance(found, (frozenset, set)) else found
            return tuple(self.from_python(i) for i in ordered)
        if is_numeric(value):
            return self.rows(value)
        raise self.refuse(f"{describe(value)} cannot be unpacked or iterated here", "iterate over a list, a tuple, a dict, an array or a range")

    def iteration_items(self, value: Iteration) -> tuple[Value, ...]:
        """The items of one that no iterator is a part of."""
        if value.kind == "reversed":
            return tuple(reversed(self.items_of(value.parts[0])))
        if value.kind in ("count", "cycle"):
            raise self.refuse("an iterator without end is not supported here", "take a part with itertools.islice")
        if value.kind == "enumerate":
            start = self.static(value.start, "the start of enumerate")
            return tuple(
                TupleValue((Lit(start + i), item)) for i, item in enumerate(self.items_of(value.parts[0]))
            )
        rows = [self.items_of(p) for p in self.collected_beside(value).parts]
        return tuple(TupleValue(t) for t in zip(*rows))

    def rows(self, value: Value) -> tuple[Value, ...]:
        length = self.length_of(value)
        if not isinstance(length, int):
            raise self.unknown_rows(value)
        return tuple(self.subscript(value, Lit(i)) for i in range(length))

    def known_length(self, value: Value) -> bool:
        """Whether an iterable can be unrolled without knowing values at run time."""
        if isinstance(value, (TupleValue, DictRef)):
            return True
        if isinstance(value, ListRef):
            return isinstance(self.content(value), ListContent)
        if isinstance(value, Iteration):
            if value.kind in ("count", "cycle"):
                return False
            if value.kind == "zip":
                return any(self.known_length(p) for p in value.parts) and all(
                    self.known_length(p) or self.fixed_rows(p) for p in value.parts
                )
            return all(self.known_length(p) for p in value.parts)
        return isinstance(value, Lit) and isinstance(value.value, (str, tuple, list, frozenset, dict, set, MappingProxyType))

    def fixed_rows(self, value: Value) -> bool:
        if isinstance(value, RangeValue):
            return all(isinstance(v, Lit) for v in (value.start, value.stop, value.step))
        if not is_numeric(value):
            return False
        return isinstance(self.length_of(value), int)

    def length_of(self, value: Value) -> Dim | None:
        """The length of the first axis of an array as far as it is known, None for a number."""
        kind = type_of(self.read(value))
        return kind.shape[0] if isinstance(kind, Tensor) and kind.shape else None

    def subscript(self, base: Value, index: Value) -> Value:
        """`base[index]`."""
        if isinstance(base, OneOf):
            return self.each_option(base, lambda thing: self.subscript(thing, index))
        method = self.special(base, "__getitem__")
        if method is not None:
            return self.call(method, (index,), {})
        if isinstance(base, MaybeNone):
            base = self.value_there(base)
        index = self.index_there(base, index)
        if isinstance(base, TupleValue):
            if isinstance(index, SliceValue):
                return TupleValue(base.items[self.static_slice(index)])
            return self.pick(base.items, self.static(index, "the index of a tuple"))
        if isinstance(base, ListRef):
            return self.list_item(base, index)
        if isinstance(base, DictRef):
            return self.dict_item(base, index)
        if isinstance(base, ObjectRef):
            raise self.refuse(f"`{base.cls.__name__}` cannot be subscripted", "define __getitem__, or read its attributes")
        if isinstance(base, Lit) and grid_name(base.value) is not None:
            return self.grid(str(grid_name(base.value)), index)
        if isinstance(base, Lit) and not is_numeric(base):
            known = self.static_slice(index) if isinstance(index, SliceValue) else self.static(index, "an index")
            return self.from_python(base.value[known])
        if isinstance(base, RangeValue):
            return self.item_of_range(base, index)
        return self.item(base, self.index_arg(index))

    def item_of_range(self, base: RangeValue, index: Value) -> Value:
        """An item of a range, or a part of it."""
        bounds = (base.start, base.stop, base.step)
        places = (index.start, index.stop, index.step) if isinstance(index, SliceValue) else (index,)
        if all(isinstance(v, Lit) for v in (*bounds, *places)):
            known = self.static_slice(index) if isinstance(index, SliceValue) else index.value  # type: ignore[union-attr]
            return self.from_python(self.pick(range(*[b.value for b in bounds]), known))  # type: ignore[union-attr]
        if isinstance(index, SliceValue):
            raise self.refuse("a part of a range must be known when transformed", "write the range itself")
        place = self.read(index)
        if not isinstance(place, Lit) or place.value < 0:
            length = self.call(Lit(len), (base,), {})
            is_negative = self.compare("lt", place, Lit(0))
            place = self.read(self.choose(is_negative, lambda: self.binary("add", place, length), lambda: place))
        return self.emit("operator.add", base.start, self.emit("operator.mul", place, base.step))

    def item(self, base: Value, index: Any) -> Value:
        """An item or a view of an array (or of a runtime list)."""
        if isinstance(base, Var) and isinstance(base.type, Opaque):
            return self.wrap(self.emit("getitem", base, index))
        if isinstance(base, ArrayRef):
            if is_basic(index):
                found = self.view(base, "getitem", (index,))
                if isinstance(found, ArrayRef) and not has_slice(index) and rank_of(self.read(found)) is None:
                    return ArrayRef(found.cell, found.path, self.state.heap[found.cell])
                return found
            return self.wrap(self.emit("getitem", self.read(base), index))
        return self.wrap(self.emit("getitem", self.read(base), index))

    def pick(self, items: Any, index: Any) -> Any:
        try:
            return items[index]
        except IndexError as error:
            what, remedy = f"this fails when it is run: {error}", "it fails without st_ad as well: mend it"
            raise self.raising(IndexError, what, remedy, str(error)) from None
        except TypeError as error:
            raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None

    def static_slice(self, index: SliceValue) -> slice:
        return slice(*[self.static(v, "the bound of a slice") for v in (index.start, index.stop, index.step)])

    def store(self, base: Value, index: Value, value: Value) -> None:
        """`base[index] = value`."""
        index = self.index_there(base, index)
        if isinstance(base, OneOf):
            self.each_option(base, lambda thing: self.put_item(thing, index, value))
        elif isinstance(base, ListRef) and not base.is_tuple:
            self.store_in_list(base, index, value)
        elif isinstance(base, DictRef):
            self.store_in_dict(base, index, value)
        elif isinstance(base, ObjectRef):
            method = self.special(base, "__setitem__")
            if method is None:
                raise self.refuse(f"`{base.cls.__name__}` does not support item assignment", "define __setitem__, or set its attributes")
            self.call(method, (index, value), {})
        elif isinstance(base, ArrayRef):
            arg = self.index_arg(index)
            new = self.as_arg(value)
            if isinstance(new, Pack):
                new = self.emit("numpy.array", new)
            self.write(
                base, lambda old: self.emit("setitem", old, arg, new, hint=getattr(old, "hint", "")), "store"
            )
        else:
            raise self.refuse(f"cannot store an item in {describe(base)}", "store in an array, a list or a dict")

    def put_item(self, base: Value, index: Value, value: Value) -> Value:
        self.store(base, index, value)
        return Lit(None)

    def binary_of_containers(self, name: str, left: Value, right: Value) -> Value | None:
        """`+` and `*` of tuples and lists, `|` of dicts, or None when neither operand is one."""
        if any(isinstance(v, CounterRef) for v in (left, right)):
            raise self.refuse("arithmetic on Counters is not supported", "use update() and subtract()")
        if name == "or_" and isinstance(left, DictRef) and isinstance(right, DictRef):
            return self.new_dict(self.merged(self.content(left), right), left.factory)
        if name == "add" and isinstance(left, TupleValue) and isinstance(right, TupleValue):
            return TupleValue(left.items + right.items)
        if name == "add" and isinstance(left, ListRef) and isinstance(right, ListRef) and left.cls is right.cls:
            return self.alike(left, self.concatenated(left, right))
        for one, other in ((left, right), (right, left)):
            if name == "add" and isinstance(one, ListRef) and one.is_tuple and isinstance(other, TupleValue):
                return self.alike(one, self.concatenated(self.listed(left), self.listed(right)))
        for one, other in ((left, right), (right, left)):
            if name == "mul" and isinstance(one, (TupleValue, ListRef)) and is_plain_int(other):
                if isinstance(one, ListRef):
                    return self.alike(one, self.repeated_list(self.content(one), other))
                return TupleValue(one.items * self.static(other, "the repeat count"))
            if name == "mul" and isinstance(one, (TupleValue, ListRef)) and self.may_be_anything(other):
                raise self.refuse(
                    f"cannot decide whether this repeats {describe(one)} or multiplies its items",
                    "use np.full, or np.array around the items",
                )
        return None

    def alike(self, ref: ListRef, made: Value) -> Value:
        """A new list as what `ref` is: a list, a tuple or a deque."""
        assert isinstance(made, ListRef)
        return self.as_tuple(made) if ref.is_tuple else dataclasses.replace(ref, cell=made.cell)

    def as_tuple(self, made: Value) -> Value:
        """A new list as a tuple."""
        assert isinstance(made, ListRef)
        content = self.content(made)
        return TupleValue(content.items) if isinstance(content, ListContent) else ListRef(made.cell, cls=tuple)

    def may_be_anything(self, value: Value) -> bool:
        """Whether a value may turn out to be a string, a class or None when the program runs."""
        if not isinstance(value, (Var, ArrayRef)):
            return False
        kind = type_of(self.read(value))
        return not isinstance(kind, (Seq, Tensor)) or isinstance(kind, Tensor) and kind.dtype is None


def is_basic(index: Any) -> bool:
    """Whether an index is basic: ints, slices, None and Ellipsis, so that the result is a view or a number."""
    if isinstance(index, Pack):
        if index.kind == "slice":
            return True
        return index.kind == "tuple" and all(is_basic(i) for i in index.items)
    if isinstance(index, Lit):
        return (
            index.value is None
            or index.value is Ellipsis
            or (isinstance(index.value, int) and not isinstance(index.value, bool))
        )
    kind = index.type
    if isinstance(kind, Tensor):
        return (
            kind.shape == ()
            and kind.form != "nd"
            and kind.dtype is not None
            and kind.dtype.startswith(("int", "uint"))
        )
    return False


def has_slice(index: Any) -> bool:
    """Whether an index has a slice, None or Ellipsis, so that its result is an array."""
    if isinstance(index, Pack):
        return index.kind == "slice" or any(has_slice(i) for i in index.items)
    return isinstance(index, Lit) and (index.value is None or index.value is Ellipsis)


def is_plain_int(value: Value) -> bool:
    """Whether a value is a Python int or an int scalar."""
    if isinstance(value, Lit):
        return isinstance(value.value, int)
    return (
        isinstance(value, Var)
        and isinstance(value.type, Tensor)
        and value.type.dtype == "int64"
        and value.type.is_scalar
    )
