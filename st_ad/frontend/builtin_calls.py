"""Python's builtin functions on abstract values: those that see structure rather than numbers."""

from __future__ import annotations

import types
from typing import Any, Callable

import numpy as np

from ..ir.build import type_of
from ..ir.syntax import Arg, Lit
from ..ir.types import Tensor
from .calls import CallMixin
from .values import (
    ArrayRef,
    BoundMethod,
    DictContent,
    DictRef,
    FunctionValue,
    Iteration,
    ListContent,
    ListRef,
    ObjectRef,
    RangeValue,
    SeqContent,
    SliceValue,
    SuperValue,
    TupleValue,
    Value,
    describe,
    is_numeric,
)

Args = tuple[Value, ...]
Named = dict[str, Value]


class BuiltinMixin(CallMixin):
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
        (value,) = args
        if isinstance(value, (TupleValue, DictRef)):
            return Lit(len(value.items if isinstance(value, TupleValue) else self.content(value).items))
        if isinstance(value, ListRef) and isinstance(self.content(value), ListContent):
            return Lit(len(self.content(value).items))
        if isinstance(value, ObjectRef):
            return self.call_method(value, "__len__", ())
        if isinstance(value, RangeValue):
            return self.trips(value.start, value.stop, value.step)
        if isinstance(value, Lit):
            return Lit(len(value.value))
        if isinstance(value, ArrayRef):
            return self.emit("axis_length", self.read(value), 0)
        return self.emit("builtins.len", self.read(value), hint="n")

    def builtin_zip(self, args: Args, kwargs: Named) -> Value:
        return Iteration("zip", args)

    def builtin_enumerate(self, args: Args, kwargs: Named) -> Value:
        start = args[1] if len(args) > 1 else kwargs.get("start", Lit(0))
        return Iteration("enumerate", args[:1], self.read(start))

    def builtin_reversed(self, args: Args, kwargs: Named) -> Value:
        return Iteration("reversed", args)

    def builtin_iter(self, args: Args, kwargs: Named) -> Value:
        return args[0]

    def builtin_map(self, args: Args, kwargs: Named) -> Value:
        function, *parts = args
        if all(self.known_length(p) for p in parts):
            rows = zip(*[self.items_of(p) for p in parts])
            return self.new_list(tuple(self.call(function, row, {}) for row in rows))
        over = parts[0] if len(parts) == 1 else Iteration("zip", tuple(parts))
        single = len(parts) == 1
        return self.gather(
            over, lambda item: self.call(function, (item,) if single else self.items_of(item), {})
        )

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
        chain, self.chain = self.chain, (frame, *self.chain)
        ref = ListRef(self.new_cell(ListContent(())))
        try:
            self.nest(generators, 0, lambda: self.list_method(ref, "append", (element(),), {}))
        finally:
            self.chain = chain
        return ref

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
        self.branch(test, lambda: self.filtered(tests[1:], run), lambda: None)

    def builtin_list(self, args: Args, kwargs: Named) -> Value:
        if not args:
            return self.new_list(())
        return self.listed(args[0])

    def listed(self, value: Value) -> Value:
        if isinstance(value, ListRef) and isinstance(self.content(value), SeqContent):
            return self.list_method(value, "copy", (), {})
        if self.known_length(value) or self.fixed_rows(value):
            return self.new_list(self.items_of(value))
        return self.gather(value, lambda item: item)

    def builtin_tuple(self, args: Args, kwargs: Named) -> Value:
        if not args:
            return TupleValue(())
        made = self.listed(args[0])
        content = self.content(made)
        return TupleValue(content.items) if isinstance(content, ListContent) else made

    def builtin_dict(self, args: Args, kwargs: Named) -> Value:
        content = DictContent(())
        for arg in args:
            if isinstance(arg, DictRef):
                content = self.content(arg)
                continue
            for pair in self.items_of(arg):
                key, value = self.items_of(pair)
                content = content.put(self.static(key, "a dict key"), value)
        for k, v in kwargs.items():
            content = content.put(k, v)
        return DictRef(self.new_cell(content))

    def builtin_sum(self, args: Args, kwargs: Named) -> Value:
        start = args[1] if len(args) > 1 else kwargs.get("start", Lit(0))
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
            return self.state.frames[frame]["total"]
        finally:
            self.chain = chain

    def extreme(self, name: str, args: Args, kwargs: Named) -> Value:
        if "key" in kwargs:
            raise self.refuse(f"{name}() with a key is not supported", "compare in a loop")
        if len(args) == 1 and not self.known_length(args[0]):
            return self.scan_extreme(name, args[0])
        items = args if len(args) > 1 else self.items_of(args[0])
        known = [i.value for i in items if isinstance(i, Lit)]
        if len(known) == len(items):
            return Lit((max if name == "max" else min)(known))
        best = items[0]
        for item in items[1:]:
            best = self.better(name, best, item)
        return best

    def better(self, name: str, best: Value, item: Value) -> Value:
        test = self.truth(self.compare("gt" if name == "max" else "lt", item, best))
        return self.choose(test, lambda: item, lambda: best)

    def scan_extreme(self, name: str, source: Value) -> Value:
        if not isinstance(source, (ListRef, ArrayRef)):
            source = self.gather(source, lambda item: item)
        first = self.subscript(source, Lit(0))
        return self.folded(source, first, lambda best, item: self.better(name, best, item))

    def builtin_max(self, args: Args, kwargs: Named) -> Value:
        return self.extreme("max", args, kwargs)

    def builtin_min(self, args: Args, kwargs: Named) -> Value:
        return self.extreme("min", args, kwargs)

    def builtin_any(self, args: Args, kwargs: Named) -> Value:
        result: Value = Lit(False)
        for item in self.items_of(args[0]):
            result = self.choose(result, lambda: Lit(True), self.as_bool(item))
        return result

    def builtin_all(self, args: Args, kwargs: Named) -> Value:
        result: Value = Lit(True)
        for item in self.items_of(args[0]):
            result = self.choose(result, self.as_bool(item), lambda: Lit(False))
        return result

    def as_bool(self, value: Value) -> Callable[[], Value]:
        return lambda: self.choose(value, lambda: Lit(True), lambda: Lit(False))

    def builtin_sorted(self, args: Args, kwargs: Named) -> Value:
        items = self.items_of(args[0])
        reverse = bool(self.static(kwargs.get("reverse", Lit(False)), "`reverse`"))
        keys = [self.call(kwargs["key"], (i,), {}) if "key" in kwargs else i for i in items]
        known = [k.value for k in keys if isinstance(k, Lit)]
        if len(known) < len(keys):
            raise self.refuse("sorted() of computed values is not supported", "use np.sort")
        order = sorted(range(len(items)), key=lambda i: known[i], reverse=reverse)
        return self.new_list(tuple(items[i] for i in order))

    def builtin_filter(self, args: Args, kwargs: Named) -> Value:
        function, source = args
        kept = []
        for item in self.items_of(source):
            test = self.truth(self.call(function, (item,), {}) if function != Lit(None) else item)
            if not isinstance(test, Lit):
                raise self.refuse("filter() by a computed value is not supported", "use a mask")
            if test.value:
                kept.append(item)
        return self.new_list(tuple(kept))

    def builtin_isinstance(self, args: Args, kwargs: Named) -> Value:
        value, wanted = args
        classes = self.static(wanted, "a class")
        flat = classes if isinstance(classes, tuple) else (classes,)
        known = self.python_class(value)
        if known is not None:
            return Lit(any(isinstance(c, type) and issubclass(known, c) for c in flat))
        return self.emit("builtins.isinstance", self.as_arg(value), Lit(classes))

    def python_class(self, value: Value) -> Any:
        """The class of a value, or None when only NumPy's types know it."""
        if isinstance(value, Lit):
            return type(value.value)
        if isinstance(value, ObjectRef):
            return value.cls
        simple = {TupleValue: tuple, ListRef: list, DictRef: dict, FunctionValue: types.FunctionType, BoundMethod: types.MethodType,
                  RangeValue: range}  # fmt: skip
        found = simple.get(type(value))
        return value.cls or tuple if isinstance(value, TupleValue) else found

    def builtin_type(self, args: Args, kwargs: Named) -> Value:
        known = self.python_class(args[0])
        if known is not None:
            return Lit(known)
        return self.emit("builtins.type", self.as_arg(args[0]))

    def builtin_hasattr(self, args: Args, kwargs: Named) -> Value:
        name = self.static(args[1], "an attribute's name")
        value = args[0]
        if isinstance(value, ObjectRef):
            return Lit(self.content(value).get(name) is not None or hasattr(value.cls, name))
        if is_numeric(value) and not isinstance(value, Lit):
            kind = type_of(self.read(value))
            if isinstance(kind, Tensor) and kind.form is not None:
                example = {"py": 1.0, "np": np.float64(1.0), "nd": np.zeros(1)}[kind.form]
                return Lit(hasattr(example, name))
        known = self.python_class(value)
        if known is None:
            raise self.refuse("hasattr() cannot be decided here")
        return Lit(hasattr(value.value if isinstance(value, Lit) else known, name))

    def builtin_getattr(self, args: Args, kwargs: Named) -> Value:
        name = self.static(args[1], "an attribute's name")
        if len(args) > 2:
            present = self.builtin_hasattr(args[:2], {})
            if isinstance(present, Lit) and not present.value:
                return args[2]
        return self.attribute(args[0], name)

    def builtin_setattr(self, args: Args, kwargs: Named) -> Value:
        self.set_attribute(args[0], self.static(args[1], "an attribute's name"), args[2])
        return Lit(None)

    def builtin_callable(self, args: Args, kwargs: Named) -> Value:
        value = args[0]
        if isinstance(value, Lit):
            return Lit(callable(value.value))
        return Lit(isinstance(value, (FunctionValue, BoundMethod)))

    def builtin_super(self, args: Args, kwargs: Named) -> Value:
        if args:
            return SuperValue(args[1], self.static(args[0], "a class"))
        receiver = self.state.frames[self.chain[0]].get("self")
        owner = self.source.names.find("__class__")
        if receiver is None or owner is None:
            raise self.refuse("super() is only supported inside a method")
        return SuperValue(receiver, owner[1])

    def builtin_print(self, args: Args, kwargs: Named) -> Value:
        packed: list[Arg] = [self.shown(a) for a in args]
        named: dict[str, Any] = {k: self.shown(v) for k, v in kwargs.items()}
        self.builder.emit_many("builtins.print", *packed, **named)
        return Lit(None)

    def shown(self, value: Value) -> Arg:
        if isinstance(value, (FunctionValue, BoundMethod, SuperValue)):
            raise self.refuse(f"printing {describe(value)} is not supported")
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
