"""Tuples, lists, dicts, slices and iterables: static structure that vanishes from the program."""

from __future__ import annotations

from typing import Any

from ..ir.build import type_of
from ..ir.syntax import Atom, Lit, Pack, Var
from ..ir.types import Dim, Opaque, Tensor
from .interpreter import Interpreter
from .state import rank_of
from .values import (
    ArrayRef,
    DictContent,
    DictRef,
    Iteration,
    ListContent,
    ListRef,
    ObjectRef,
    RangeValue,
    SeqContent,
    SliceValue,
    TupleValue,
    Value,
    describe,
    is_numeric,
)


class ContainerMixin(Interpreter):
    """Operations on containers."""

    def content(self, ref: Any) -> Any:
        """What a list, dict or object holds now."""
        return self.state.heap[ref.cell]

    def items_of(self, value: Value) -> tuple[Value, ...]:
        """The items of an iterable whose length is known."""
        if isinstance(value, TupleValue):
            return value.items
        if isinstance(value, ListRef):
            content = self.content(value)
            if isinstance(content, ListContent):
                return content.items
            raise self.refuse("the length of this list is not known here", "use a loop over it")
        if isinstance(value, DictRef):
            return tuple(Lit(k) for k, _ in self.content(value).items)
        if isinstance(value, RangeValue):
            bounds = [self.static(v, "the bound of a range") for v in (value.start, value.stop, value.step)]
            return tuple(Lit(i) for i in range(*bounds))
        if isinstance(value, Iteration):
            return self.iteration_items(value)
        if isinstance(value, Lit) and isinstance(
            value.value, (str, tuple, list, range, frozenset, dict, set)
        ):
            found = value.value
            ordered = sorted(found, key=repr) if isinstance(found, (frozenset, set)) else found
            return tuple(self.from_python(i) for i in ordered)
        if is_numeric(value):
            return self.rows(value)
        raise self.refuse(f"{describe(value)} cannot be unpacked or iterated here")

    def from_python(self, found: Any) -> Value:
        """A known Python object as a value."""
        if type(found) is tuple:
            return TupleValue(tuple(self.from_python(i) for i in found))
        if isinstance(found, tuple):
            return TupleValue(tuple(self.from_python(i) for i in found), type(found))
        if type(found) is list:
            return self.new_list(tuple(self.from_python(i) for i in found))
        if type(found) is dict:
            return DictRef(
                self.new_cell(DictContent(tuple((k, self.from_python(v)) for k, v in found.items())))
            )
        return Lit(found)

    def iteration_items(self, value: Iteration) -> tuple[Value, ...]:
        if value.kind == "reversed":
            return tuple(reversed(self.items_of(value.parts[0])))
        if value.kind == "enumerate":
            start = self.static(value.start, "the start of enumerate")
            return tuple(
                TupleValue((Lit(start + i), item)) for i, item in enumerate(self.items_of(value.parts[0]))
            )
        return tuple(TupleValue(t) for t in zip(*[self.items_of(p) for p in value.parts]))

    def rows(self, value: Value) -> tuple[Value, ...]:
        length = self.length_of(value)
        if not isinstance(length, int):
            raise self.refuse(
                "the length of this array is not known when transformed", "index it, or loop over it"
            )
        return tuple(self.subscript(value, Lit(i)) for i in range(length))

    def known_length(self, value: Value) -> bool:
        """Whether an iterable can be unrolled without knowing values at run time."""
        if isinstance(value, (TupleValue, DictRef)):
            return True
        if isinstance(value, ListRef):
            return isinstance(self.content(value), ListContent)
        if isinstance(value, Iteration):
            if value.kind == "zip":
                return any(self.known_length(p) for p in value.parts) and all(
                    self.known_length(p) or self.fixed_rows(p) for p in value.parts
                )
            return all(self.known_length(p) for p in value.parts)
        return isinstance(value, Lit) and isinstance(value.value, (str, tuple, list, frozenset, dict, set))

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
        if isinstance(base, TupleValue):
            if isinstance(index, SliceValue):
                return TupleValue(base.items[self.static_slice(index)])
            return self.pick(base.items, self.static(index, "the index of a tuple"))
        if isinstance(base, ListRef):
            return self.list_item(base, index)
        if isinstance(base, DictRef):
            key = self.static(index, "a dict key")
            found = self.content(base).get(key)
            if found is None:
                raise self.refuse(f"the dict has no key {key!r}")
            return found
        if isinstance(base, ObjectRef):
            method = self.class_attribute(base.cls, "__getitem__")
            if method is not None:
                return self.call(method, (base, index), {})
            raise self.refuse(f"`{base.cls.__name__}` cannot be subscripted")
        if isinstance(base, Lit) and not is_numeric(base):
            return self.from_python(base.value[self.static(index, "an index")])
        if isinstance(base, RangeValue):
            return self.emit(
                "operator.add", base.start, self.emit("operator.mul", self.read(index), base.step)
            )
        return self.item(base, self.index_arg(index))

    def index_arg(self, index: Value) -> Any:
        if isinstance(index, SliceValue):
            return Pack("slice", tuple(self.index_arg(v) for v in (index.start, index.stop, index.step)))
        if isinstance(index, TupleValue):
            return Pack("tuple", tuple(self.index_arg(v) for v in index.items))
        return self.as_arg(index)

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

    def pick(self, items: tuple[Value, ...], index: Any) -> Value:
        try:
            return items[index]
        except (IndexError, TypeError) as error:
            raise self.refuse(f"this fails when it is run: {error}") from None

    def static_slice(self, index: SliceValue) -> slice:
        return slice(*[self.static(v, "the bound of a slice") for v in (index.start, index.stop, index.step)])

    def list_item(self, base: ListRef, index: Value) -> Value:
        content = self.content(base)
        if isinstance(content, ListContent):
            if isinstance(index, SliceValue):
                return self.new_list(content.items[self.static_slice(index)])
            return self.pick(content.items, self.static(index, "the index of a list"))
        found = self.emit("getitem", content.var, self.index_arg(index))
        return self.wrap(found)

    def store(self, base: Value, index: Value, value: Value) -> None:
        """`base[index] = value`."""
        if isinstance(base, ListRef):
            self.store_in_list(base, index, value)
        elif isinstance(base, DictRef):
            key = self.static(index, "a dict key")
            self.state.heap[base.cell] = self.content(base).put(key, value)
        elif isinstance(base, ObjectRef):
            method = self.class_attribute(base.cls, "__setitem__")
            if method is None:
                raise self.refuse(f"`{base.cls.__name__}` does not support item assignment")
            self.call(method, (base, index, value), {})
        elif isinstance(base, ArrayRef):
            arg = self.index_arg(index)
            new = self.as_arg(value)
            if isinstance(new, Pack):
                new = self.emit("numpy.array", new)
            self.write(
                base, lambda old: self.emit("setitem", old, arg, new, hint=getattr(old, "hint", "")), "store"
            )
        else:
            raise self.refuse(f"cannot store an item in {describe(base)}")

    def store_in_list(self, base: ListRef, index: Value, value: Value) -> None:
        content = self.content(base)
        if isinstance(content, SeqContent):
            new = self.emit("setitem", content.var, self.index_arg(index), self.as_arg(value))
            self.state.heap[base.cell] = SeqContent(new)
            return
        items = list(content.items)
        if isinstance(index, SliceValue):
            items[self.static_slice(index)] = list(self.items_of(value))
        else:
            items[self.static(index, "the index of a list")] = value
        self.state.heap[base.cell] = ListContent(tuple(items))

    def binary_of_containers(self, name: str, left: Value, right: Value) -> Value | None:
        """`+` and `*` of tuples and lists, or None when neither operand is one."""
        if name == "add" and isinstance(left, TupleValue) and isinstance(right, TupleValue):
            return TupleValue(left.items + right.items)
        if name == "add" and isinstance(left, ListRef) and isinstance(right, ListRef):
            first, second = self.content(left), self.content(right)
            if isinstance(first, ListContent) and isinstance(second, ListContent):
                return self.new_list(first.items + second.items)
            return self.wrap(self.emit("operator.add", self.seq_of(left), self.seq_of(right)))
        for one, other in ((left, right), (right, left)):
            if name == "mul" and isinstance(one, (TupleValue, ListRef)) and is_plain_int(other):
                if isinstance(one, ListRef) and isinstance(self.content(one), SeqContent):
                    break
                if isinstance(one, ListRef) and isinstance(other, Var):
                    return self.wrap(self.emit("operator.mul", self.seq_of(one), other))
                times = self.static(other, "the repeat count")
                if isinstance(one, TupleValue):
                    return TupleValue(one.items * times)
                return self.new_list(self.content(one).items * times)
        return None

    def seq_of(self, ref: ListRef) -> Any:
        """A list as one runtime variable."""
        content = self.content(ref)
        if isinstance(content, SeqContent):
            return content.var
        return self.seq_of_items(content.items)

    def seq_of_items(self, values: tuple[Value, ...]) -> Any:
        """Some values as one runtime list."""
        items = []
        for value in values:
            if not is_numeric(value):
                raise self.refuse(
                    "a list of unknown length may only hold numbers or arrays", "use a fixed length"
                )
            items.append(self.kept_in_list(value))
        return self.builder.emit("seq.make", *items, hint="items")

    def kept_in_list(self, value: Value) -> Atom:
        """A value that a list of unknown length takes in; when it is an array, it must not be written to any more."""
        if isinstance(value, ArrayRef):
            info = self.cells[value.cell]
            info.shared = info.shared or "a list"
        return self.read(value)

    def list_method(
        self, ref: ListRef, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        """A method of a list."""
        content = self.content(ref)
        if isinstance(content, SeqContent):
            return self.seq_method(ref, content, name, args)
        items = list(content.items)
        result: Value = Lit(None)
        if name == "append":
            items.append(args[0])
        elif name == "extend":
            items += self.items_of(args[0])
        elif name == "insert":
            items.insert(self.static(args[0], "the index of a list"), args[1])
        elif name == "pop":
            result = items.pop(self.static(args[0], "the index of a list") if args else -1)
        elif name == "reverse":
            items.reverse()
        elif name == "clear":
            items.clear()
        elif name == "copy":
            return self.new_list(content.items)
        else:
            raise self.refuse(f"list.{name} is not supported", "build the list another way")
        self.state.heap[ref.cell] = ListContent(tuple(items))
        return result

    def seq_method(self, ref: ListRef, content: SeqContent, name: str, args: tuple[Value, ...]) -> Value:
        if name == "append":
            if not is_numeric(args[0]):
                raise self.refuse(
                    "a list of unknown length may only hold numbers or arrays", "use several lists"
                )
            hint = content.var.hint if isinstance(content.var, Var) else "items"
            new = self.emit("seq.append", content.var, self.kept_in_list(args[0]), hint=hint)
            self.state.heap[ref.cell] = SeqContent(new)
            return Lit(None)
        if name == "copy":
            return self.wrap(self.emit("getitem", content.var, slice(None)))
        raise self.refuse(
            f"list.{name} on a list of unknown length is not supported", "use append and indexing"
        )

    def dict_method(
        self, ref: DictRef, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        """A method of a dict."""
        content: DictContent = self.content(ref)
        if name == "items":
            return TupleValue(tuple(TupleValue((Lit(k), v)) for k, v in content.items))
        if name == "keys":
            return TupleValue(tuple(Lit(k) for k, _ in content.items))
        if name == "values":
            return TupleValue(tuple(v for _, v in content.items))
        if name == "copy":
            return DictRef(self.new_cell(content))
        if name in ("get", "pop", "setdefault"):
            key = self.static(args[0], "a dict key")
            found = content.get(key)
            default = args[1] if len(args) > 1 else Lit(None)
            if name == "pop" and found is not None:
                self.state.heap[ref.cell] = content.without(key)
            if name == "setdefault" and found is None:
                self.state.heap[ref.cell] = content.put(key, default)
            return found if found is not None else default
        if name == "update":
            for source in args:
                if not isinstance(source, DictRef):
                    raise self.refuse("dict.update with something that is no dict is not supported")
                for k, v in self.content(source).items:
                    content = content.put(k, v)
            for k, v in kwargs.items():
                content = content.put(k, v)
            self.state.heap[ref.cell] = content
            return Lit(None)
        raise self.refuse(f"dict.{name} is not supported", "use indexing and items()")


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
