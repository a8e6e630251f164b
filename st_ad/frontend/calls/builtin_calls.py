"""Python's builtin functions on abstract values: those that see structure rather than numbers."""

from __future__ import annotations

import types
from typing import Any, Callable

import numpy as np

from ...ir.build import type_of
from ...ir.syntax import Arg, Lit, Var
from ...ir.types import Opaque, Tensor
from .library import UnknownKind
from .reflection import ReflectionMixin
from ..data.classes import is_instance
from ..data.lists import WHOLE
from ..data.option_values import OneOf
from ..data.set_values import DistinctValue, SetRef
from ..data.values import (
    ArrayMethod,
    ArrayRef,
    BoundMethod,
    DictContent,
    DictRef,
    FunctionValue,
    GeneratorValue,
    Iteration,
    ListContent,
    ListRef,
    MaybeNone,
    ObjectRef,
    PartialValue,
    RangeValue,
    SeqContent,
    SliceValue,
    SuperValue,
    TupleValue,
    Value,
    describe,
    is_numeric,
)

# What a number or array of unknown kind may be an instance of.
_CLASSES_OF_NUMBERS = (bool, int, float, complex, np.ndarray, *(np.dtype(code).type for code in "?bhilqBHILQefdgFDGOSUV"))
_CLASSES = {FunctionValue: types.FunctionType, BoundMethod: types.MethodType, RangeValue: range, SliceValue: slice, DistinctValue: set}
_MAX_STRUCTURES = 16
Args = tuple[Value, ...]
Named = dict[str, Value]


class BuiltinMixin(ReflectionMixin):
    """len, range, zip, sum, isinstance and their kin."""

    def builtin_range(self, args: Args, kwargs: Named) -> Value:
        atoms = [self.read(a) for a in args]
        for atom in atoms:
            kind = type_of(atom)
            if (
                isinstance(kind, Tensor)
                and kind.dtype is not None
                and kind.dtype.startswith(("float", "complex"))
            ):
                raise self.refuse("range() needs integers", "pass an int, or convert with int()")
        if len(atoms) == 1:
            return RangeValue(Lit(0), atoms[0], Lit(1))
        return RangeValue(atoms[0], atoms[1], atoms[2] if len(atoms) > 2 else Lit(1))

    def builtin_len(self, args: Args, kwargs: Named) -> Value:
        value = self.value_there(args[0]) if isinstance(args[0], MaybeNone) else args[0]
        if isinstance(value, OneOf):
            return self.each_option(value, lambda thing: self.builtin_len((thing,), {}))
        method = self.special(value, "__len__")
        if method is not None:
            return self.call(method, (), {})
        if isinstance(value, DistinctValue):
            return self.count_distinct(value)
        if isinstance(value, SetRef):
            return Lit(len(self.known_set(value) or ()))
        if isinstance(value, (TupleValue, DictRef)):
            return Lit(len(value.items if isinstance(value, TupleValue) else self.content(value).items))
        if isinstance(value, ListRef) and isinstance(self.content(value), ListContent):
            return Lit(len(self.content(value).items))
        if isinstance(value, RangeValue):
            return self.trips(value.start, value.stop, value.step)
        if isinstance(value, Lit):
            return Lit(len(value.value))
        if isinstance(value, ArrayRef):
            return self.emit("axis_length", self.read(value), 0)
        if isinstance(value, ListRef):
            return self.count_of(self.content(value))
        return self.emit("builtins.len", self.read(value), hint="n")

    def mapped(self, make: Callable[[Value], Value], iterable: Value) -> Value:
        """A list of what is made of each item."""
        if self.known_length(iterable):
            return self.new_list(tuple(make(item) for item in self.items_of(iterable)))
        return self.gather(iterable, make)

    def builtin_divmod(self, args: Args, kwargs: Named) -> Value:
        return TupleValue((self.binary("floordiv", *args), self.binary("mod", *args)))

    def builtin_zip(self, args: Args, kwargs: Named) -> Value:
        return self.iterator("zip", self.iterables(args))

    def iterables(self, values: Args) -> Args:
        """Some iterables, with what is iterated in the place of objects."""
        held = [self.object_items(v) for v in values]
        return tuple(v if h is None else h for v, h in zip(values, held))

    def builtin_enumerate(self, args: Args, kwargs: Named) -> Value:
        start = args[1] if len(args) > 1 else kwargs.get("start", Lit(0))
        return self.iterator("enumerate", self.iterables(args[:1]), self.read(start))

    def builtin_reversed(self, args: Args, kwargs: Named) -> Value:
        method = self.special(args[0], "__reversed__")
        if method is not None:
            return self.call(method, (), {})
        return self.iterator("reversed", args)

    def builtin_iter(self, args: Args, kwargs: Named) -> Value:
        held = self.object_items(args[0])
        found = args[0] if held is None else held
        return found if isinstance(found, (Iteration, GeneratorValue)) else self.iterator("iter", (found,))

    def builtin_map(self, args: Args, kwargs: Named) -> Value:
        function, *parts = args[0], *self.iterables(args[1:])
        if len(parts) == 1:
            return self.lazy("map", function=function, iterable=parts[0])
        return self.lazy("map_many", function=function, iterables=TupleValue(tuple(parts)), zip=Lit(zip))

    def gather(self, iterable: Value, make: Any) -> Value:
        """A runtime list with one item per pass over an iterable."""
        ref = ListRef(self.new_cell(ListContent(())))

        def each(item: Value) -> None:
            self.list_method(ref, "append", (make(item),), {})

        self.iterate(iterable, each, None, None)
        return ref

    def comprehension(self, node: Any, generators: list[Any], element: Any) -> Value:
        """A list, set or generator; as Python does, its variables live in a scope of their own."""
        frame = next(self.serial)
        self.state.frames[frame] = {}
        self.scopes.add(frame)
        chain, self.chain = self.chain, (frame, *self.chain)
        saved, nodes, mutated = self.state.fork(), list(self.builder.nodes), dict(self.mutated)

        def build() -> ListRef:
            ref = ListRef(self.new_cell(ListContent(())))
            self.nest(generators, 0, lambda: self.list_method(ref, "append", (element(),), {}))
            return ref

        try:
            made = build()
            if self.is_small_structure(made):
                # Containers that may be changed later are better known one by one.
                self.state, self.mutated = saved, mutated
                self.builder.nodes[:] = nodes
                with self.unrolling():
                    made = build()
            return made
        finally:
            self.chain = chain
            if frame not in self.kept_frames:
                self.state.frames.pop(frame, None)

    def is_small_structure(self, ref: ListRef) -> bool:
        """Whether a list that a loop made holds containers, and has a length that is known and small; or arrays, when it
        was found that one of such a list is written to."""
        content = self.content(ref)
        if not isinstance(content, SeqContent) or self.unrolls or content.is_plain and not self.writes_items:
            return False
        count = self.count_of(content)
        if self.writes_items and not isinstance(count, Lit):
            return True
        return isinstance(count, Lit) and count.value <= _MAX_STRUCTURES

    def nest(self, generators: list[Any], depth: int, innermost: Any) -> None:
        if depth == len(generators):
            innermost()
            return
        generator = generators[depth]
        iterable = self.evaluate(generator.iter)

        def each(item: Value) -> None:
            self.assign(generator.target, item)
            self.filtered(generator.ifs, lambda: self.nest(generators, depth + 1, innermost))

        self.iterate(iterable, each, None, generator)

    def filtered(self, tests: list[Any], run: Any) -> None:
        if not tests:
            run()
            return
        test = self.truth(self.evaluate(tests[0]))
        if isinstance(test, Lit):
            if test.value:
                self.filtered(tests[1:], run)
            return
        self.branch(test, self.narrowed(tests[0], True, lambda: self.filtered(tests[1:], run)), lambda: None)

    def builtin_list(self, args: Args, kwargs: Named) -> Value:
        if not args:
            return self.new_list(())
        return self.listed(args[0])

    def listed(self, value: Value) -> Value:
        (value,) = self.iterables((value,))
        if isinstance(value, ListRef) and isinstance(self.content(value), SeqContent):
            return self.list_slice(self.content(value), WHOLE)
        if self.known_length(value) or self.fixed_rows(value):
            return self.new_list(self.items_of(value))
        return self.gather(value, lambda item: item)

    def builtin_tuple(self, args: Args, kwargs: Named) -> Value:
        if not args:
            return TupleValue(())
        return self.as_tuple(self.listed(args[0]))

    def builtin_dict(self, args: Args, kwargs: Named) -> Value:
        content = DictContent(())
        for arg in args:
            is_made = isinstance(arg, Iteration) and any(isinstance(p, GeneratorValue) for p in arg.parts)
            content = self.merged(content, self.listed(arg) if is_made else arg)
        for k, v in kwargs.items():
            content = content.put(k, v)
        return DictRef(self.new_cell(content))

    def builtin_sum(self, args: Args, kwargs: Named) -> Value:
        start = args[1] if len(args) > 1 else kwargs.get("start", Lit(0))
        args = (*self.iterables(args[:1]), *args[1:])
        if self.known_length(args[0]):
            items = self.items_of(args[0])
            total = start
            for i, item in enumerate(items):
                first = i == 0 and isinstance(total, Lit) and total == Lit(0)
                total = item if first and self.is_plain_float(item) else self.binary("add", total, item)
            return total
        return self.folded(args[0], start, lambda total, item: self.binary("add", total, item))

    def is_plain_float(self, value: Value) -> bool:
        return is_numeric(value) and not isinstance(value, ArrayRef) and not isinstance(value, Lit)

    def folded(self, iterable: Value, start: Value, combine: Any) -> Value:
        """A loop that carries one value."""
        frame = next(self.serial)
        self.state.frames[frame] = {"total": start}
        chain, self.chain = self.chain, (frame, *self.chain)
        try:

            def each(item: Value) -> None:
                self.state.frames[frame]["total"] = combine(self.state.frames[frame]["total"], item)

            self.iterate(iterable, each, None, None)
            return self.state.frames.pop(frame)["total"]
        finally:
            self.chain = chain

    def builtin_isinstance(self, args: Args, kwargs: Named) -> Value:
        value, wanted = args
        classes = self.static(wanted, "a class")
        known = self.python_class(value)
        try:
            if isinstance(value, Lit):
                return Lit(isinstance(value.value, classes))
            if known is not None:
                return Lit(issubclass(known, classes))
            return Lit(isinstance(self.example(value), classes))
        except TypeError as error:
            raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None
        except UnknownKind:
            pass
        if is_numeric(value) and not any(issubclass(number, classes) for number in _CLASSES_OF_NUMBERS):
            return Lit(False)
        return self.emit("builtins.isinstance", self.as_arg(value), Lit(classes))

    def python_class(self, value: Value) -> Any:
        """The class of a value, or None when only NumPy's types know it."""
        if isinstance(value, Lit):
            return type(value.value)
        if isinstance(value, ObjectRef):
            return value.cls
        if isinstance(value, (ListRef, DictRef)):
            return value.cls
        if isinstance(value, TupleValue):
            return value.cls or tuple
        return _CLASSES.get(type(value))

    def builtin_type(self, args: Args, kwargs: Named) -> Value:
        self.check_no_new_class(args)
        known = self.python_class(args[0])
        if known is None and len(args) == 1:
            known = self.class_of_number(args[0])
        if known is not None:
            return Lit(known)
        value = args[0]
        if isinstance(value, Var) and isinstance(value.type, Opaque):
            return self.emit("inert", Lit(type, "type"), value, hint="kind")
        return self.emit("builtins.type", self.as_arg(value))

    def class_of_number(self, value: Value) -> Any:
        """The class of a number or array, or None when it is not known."""
        try:
            return type(self.example(value))
        except UnknownKind:
            return None

    def builtin_hasattr(self, args: Args, kwargs: Named) -> Value:
        name = self.static(args[1], "an attribute's name")
        value = args[0]
        if isinstance(value, ObjectRef) or isinstance(value, Lit) and is_instance(value.value):
            return self.has_own_or_class_attribute(value, name)
        if is_numeric(value) and not isinstance(value, Lit):
            kind = type_of(self.read(value))
            examples = {"py": 1.0, "np": np.float64(1.0), "nd": np.zeros(1)}
            form = kind.form if isinstance(kind, Tensor) else None
            held = {hasattr(example, name) for held, example in examples.items() if form in (held, None)}
            return Lit(held.pop()) if len(held) == 1 else self.emit("builtins.hasattr", self.read(value), name, hint="test")
        known = self.python_class(value)
        if known is None:
            raise self.refuse("hasattr() cannot be decided here", "test with isinstance(), or pass a flag")
        return Lit(hasattr(value.value if isinstance(value, Lit) else known, name))

    def builtin_getattr(self, args: Args, kwargs: Named) -> Value:
        name = self.static(args[1], "an attribute's name")
        if len(args) > 2:
            present = self.builtin_hasattr(args[:2], {})
            return self.choose(present, lambda: self.attribute(args[0], name), lambda: args[2])
        return self.attribute(args[0], name)

    def builtin_setattr(self, args: Args, kwargs: Named) -> Value:
        self.set_attribute(args[0], self.static(args[1], "an attribute's name"), args[2])
        return Lit(None)

    def builtin_callable(self, args: Args, kwargs: Named) -> Value:
        value = args[0]
        if isinstance(value, Lit):
            return Lit(callable(value.value))
        if isinstance(value, ObjectRef):
            return Lit(callable(value.cls) and self.special(value, "__call__") is not None)
        return Lit(isinstance(value, (FunctionValue, BoundMethod, ArrayMethod, PartialValue)))

    def builtin_delattr(self, args: Args, kwargs: Named) -> Value:
        self.delete_attribute(args[0], self.static(args[1], "an attribute's name"))
        return Lit(None)

    def builtin_vars(self, args: Args, kwargs: Named) -> Value:
        return self.attribute(args[0], "__dict__")

    def builtin_super(self, args: Args, kwargs: Named) -> Value:
        if args:
            return SuperValue(args[1], self.static(args[0], "a class"))
        first = [a.id for a in (*self.source.node.args.posonlyargs, *self.source.node.args.args)][:1]
        receiver = next((f[n] for n in first for f in map(self.state.frames.get, self.chain) if f and n in f), None)
        owner = self.source.names.find("__class__")
        if receiver is None or owner is None:
            raise self.refuse("super() is only supported inside a method", "call the method of the base class by its name")
        return SuperValue(receiver, owner[1])

    def builtin_print(self, args: Args, kwargs: Named) -> Value:
        packed: list[Arg] = [self.shown(a) for a in args]
        named: dict[str, Any] = {k: self.shown(v) for k, v in kwargs.items()}
        self.builder.emit_many("builtins.print", *packed, **named)
        return Lit(None)

    def shown(self, value: Value) -> Arg:
        if isinstance(value, (FunctionValue, BoundMethod, SuperValue)):
            raise self.refuse(f"printing {describe(value)} is not supported", "print its parts")
        return self.as_arg(value)

    def builtin_str(self, args: Args, kwargs: Named) -> Value:
        known = [a.value for a in args if isinstance(a, Lit)]
        if len(known) == len(args):
            return Lit(str(*known))
        return self.emit("builtins.str", *[self.as_arg(a) for a in args])

    def builtin_slice(self, args: Args, kwargs: Named) -> Value:
        parts = [Lit(None), *args, Lit(None)] if len(args) == 1 else [*args, Lit(None)]
        return SliceValue(*parts[:3])

    def builtin_bool(self, args: Args, kwargs: Named) -> Value:
        test = self.truth(args[0]) if args else Lit(False)
        if isinstance(test, Lit):
            return test
        kind = type_of(test)
        if isinstance(kind, Tensor) and kind.dtype == "bool" and kind.form == "py":
            return test
        return self.emit("builtins.bool", test)
