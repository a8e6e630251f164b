"""Python dicts: the keys are known when the function is transformed, the values are not."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable

from ...ir.syntax import Lit, Var
from ...ir.types import Tensor
from .missing import MissingMixin
from .option_values import OneOf
from .set_values import CounterRef
from .values import DictContent, DictRef, MaybeMissing, MaybeNone, TupleValue, Value, ViewValue, is_known

Args = tuple[Value, ...]


class DictMixin(MissingMixin):
    """Items, stores and methods of dicts."""

    def new_dict(self, content: DictContent, factory: Any = None) -> DictRef:
        """A dict value; `factory` is what a defaultdict calls for a key that is missing."""
        return DictRef(self.new_cell(content), factory)

    def dict_item(self, base: DictRef, index: Value) -> Value:
        """`base[index]`."""
        if self.is_chosen_key(index) and not self.is_runtime_key(index, self.entries(base)):
            return self.each_key(index, lambda key: self.item_or_raise(base, key))
        content: DictContent = self.entries(base)
        if self.is_runtime_key(index, content):
            return self.item_by_key(self.content(base), index, lambda: self.no_such_key(index))
        key = self.static(index, "a dict key")
        found = self.known_item(content, key)
        if isinstance(base, CounterRef):
            return self.item_or(found, lambda: Lit(0))
        if base.factory is not None:
            return self.put_default(base, key, found, lambda: self.call(base.factory, (), {}))
        if isinstance(found, MaybeMissing):
            # Outside of a `try`, reading a variable without a value is error enough.
            return self.item_or(found, lambda: self.no_such_key(index)) if self.guards else found.value
        if found is None:
            raise self.raising(KeyError, f"the dict has no key {key!r}", "test with `in` first, or use get()", key)
        return found

    def put_default(self, base: DictRef, key: Any, found: Value | None, make: Callable[[], Value]) -> Value:
        """An item; where it is missing, another one is made and stored first."""
        if isinstance(found, MaybeMissing):
            inner = found.value
            return self.choose(
                found.flag, lambda: self.put_default(base, key, inner, make), lambda: self.put_default(base, key, None, make)
            )
        value = make() if found is None else found
        self.change(base, self.entries(base).put(key, value))
        return value

    def is_runtime_key(self, index: Value, content: DictContent) -> bool:
        """Whether a key is a number that is known at run time only, to be found among numbers that are known."""
        if not isinstance(index, Var) or index in self.int_parameters or self.origins(index):
            return False
        numbers = bool(content.items) and all(type(k) is int for k, _ in content.items)
        return numbers and isinstance(index.type, Tensor) and index.type.is_scalar

    def item_by_key(self, content: DictContent, index: Value, missing: Callable[[], Value]) -> Value:
        def among(pairs: tuple[tuple[Any, Value], ...]) -> Value:
            if not pairs:
                return missing()
            (key, value), *rest = pairs
            return self.choose(self.compare("eq", index, Lit(key)), lambda: value, lambda: among(tuple(rest)))

        return among(content.items)

    def no_such_key(self, index: Value) -> Value:
        return self.no_such(KeyError, index)

    def store_in_dict(self, base: DictRef, index: Value, value: Value) -> None:
        """`base[index] = value`."""
        if self.is_chosen_key(index) and not self.is_runtime_key(index, self.entries(base)):
            self.each_key(index, lambda key: self.stored(base, key, value))
            return
        content: DictContent = self.entries(base)
        if self.is_runtime_key(index, content):
            content = self.content(base)
            known = [self.compare("eq", index, Lit(k)) for k, _ in content.items]
            items = []
            for (key, old), same in zip(content.items, known):
                items.append((key, self.choose(same, lambda: value, lambda old=old: old)))  # type: ignore[misc]
            found: Value = Lit(False)
            for same in known:
                found = self.choose(found, lambda: Lit(True), lambda same=same: same)  # type: ignore[misc]
            self.builder.emit_many(
                "assert", self.read(found), "a new key of a dict must be known when transformed"
            )
            self.change(base, DictContent(tuple(items)))
            return
        self.change(base, content.put(self.static(index, "a dict key"), value))

    def stored(self, base: DictRef, index: Value, value: Value) -> Value:
        self.store_in_dict(base, index, value)
        return Lit(None)

    def is_chosen_key(self, index: Value) -> bool:
        """Whether a key is one of several things, and running a loop pass by pass would not tell which."""
        if isinstance(index, TupleValue):
            return any(map(self.is_chosen_key, index.items))
        chooser = index.tag if isinstance(index, OneOf) else index
        if isinstance(chooser, Var) and self.origins(chooser):
            return False
        return isinstance(index, (OneOf, MaybeNone)) or is_flag(index)

    def each_key(self, index: Any, run: Callable[[Any], Value]) -> Value:
        """What `run` makes of the key that was chosen, which may be None."""
        if isinstance(index, TupleValue):
            at = next((i for i, part in enumerate(index.items) if self.is_chosen_key(part)), None)
            if at is None:
                return run(index)
            head, tail = index.items[:at], index.items[at + 1 :]
            return self.each_key(index.items[at], lambda part: self.each_key(TupleValue((*head, part, *tail), index.cls), run))
        if is_flag(index):
            return self.choose(index, lambda: run(Lit(True)), lambda: run(Lit(False)))
        if not isinstance(index, MaybeNone):
            return self.each_option(index, run) if isinstance(index, OneOf) else run(index)
        inner = index.value
        return self.choose(index.flag, lambda: self.each_key(inner, run), lambda: run(Lit(None)))

    def item_or_raise(self, base: DictRef, key: Value) -> Value:
        """An item; where there is none, the program raises when it comes here."""
        is_missing = is_known(key) and not isinstance(base, CounterRef) and base.factory is None
        is_missing = is_missing and self.known_item(self.entries(base), self.static(key, "a dict key")) is None
        return self.no_such_key(key) if is_missing else self.dict_item(base, key)

    def delete_key(self, base: DictRef, index: Value) -> None:
        """`del base[index]`."""
        key = self.static(index, "a dict key")
        if self.known_item(self.entries(base), key) is None:
            raise self.raising(KeyError, f"the dict has no key {key!r}", "test with `in` first, or use get()", key)
        self.check_there(self.known_item(self.entries(base), key), KeyError, index)
        self.change(base, self.entries(base).without(key))

    def merged(self, content: DictContent, source: Value) -> DictContent:
        """A dict's content with the items of another dict, or of pairs."""
        if isinstance(source, DictRef):
            pairs = self.content(source).items
        else:
            split = [self.items_of(pair) for pair in self.items_of(source)]
            if any(len(pair) != 2 for pair in split):
                raise self.refuse("this fails when it is run: the items of a dict are pairs", "it fails without st_ad as well: mend it")
            pairs = tuple((self.static(key, "a dict key"), value) for key, value in split)
        for key, value in pairs:
            content = content.put(key, value)
        return content

    def dict_method(self, ref: DictRef, name: str, args: Args, kwargs: dict[str, Value]) -> Value:
        """A method of a dict."""
        is_keyed = bool(args) and name in ("get", "pop", "setdefault")
        if is_keyed and self.is_chosen_key(args[0]) and not self.is_runtime_key(args[0], self.entries(ref)):
            return self.each_key(args[0], lambda key: self.dict_method(ref, name, (key, *args[1:]), kwargs))
        method = getattr(self, f"dict_{name}", None)
        of_counters = name in ("subtract", "total", "most_common") and not isinstance(ref, CounterRef)
        if method is None or name in ("item", "method") or of_counters:
            raise self.refuse(f"dict.{name} is not supported", "use indexing and items()")
        return method(ref, args, kwargs)

    def dict_items(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        items = tuple(TupleValue((self.from_python(k), v)) for k, v in self.content(ref).items)
        return ViewValue(items, source=ref, method="items")

    def dict_keys(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return ViewValue(tuple(self.from_python(k) for k, _ in self.content(ref).items), source=ref, method="keys")

    def dict_values(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return ViewValue(tuple(v for _, v in self.content(ref).items), source=ref, method="values")

    def dict_copy(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return dataclasses.replace(ref, cell=self.new_cell(self.entries(ref)))

    def dict_clear(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.change(ref, DictContent(()))
        return Lit(None)

    def dict_get(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        content, default = self.entries(ref), args[1] if len(args) > 1 else Lit(None)
        if self.is_runtime_key(args[0], content):
            return self.item_by_key(self.content(ref), args[0], lambda: default)
        return self.item_or(self.known_item(content, self.static(args[0], "a dict key")), lambda: default)

    def dict_pop(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        key = self.static(args[0], "a dict key")
        found = self.known_item(self.entries(ref), key)
        if found is None and len(args) < 2:
            raise self.raising(KeyError, f"the dict has no key {key!r}", "test with `in` first, or use get()", key)
        self.change(ref, self.entries(ref).without(key))
        return self.item_or(found, lambda: args[1] if len(args) > 1 else self.no_such_key(args[0]))

    def dict_popitem(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        items = self.content(ref).items
        if not items:
            what = "this fails when it is run: the dict is empty"
            raise self.raising(KeyError, what, "test it first", "popitem(): dictionary is empty")
        last = self.static(kwargs.get("last", args[0] if args else Lit(True)), "`last`")
        key, value = items[-1 if last else 0]
        self.change(ref, DictContent(items[:-1] if last else items[1:]))
        return TupleValue((self.from_python(key), value))

    def dict_move_to_end(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        key, content = self.static(args[0], "a dict key"), self.content(ref)
        found = content.get(key)
        if found is None:
            raise self.raising(KeyError, f"the dict has no key {key!r}", "test with `in` first, or use get()", key)
        last = self.static(kwargs.get("last", args[1] if len(args) > 1 else Lit(True)), "`last`")
        moved, rest = ((key, found),), content.without(key).items
        self.change(ref, DictContent((*rest, *moved) if last else (*moved, *rest)))
        return Lit(None)

    def dict_setdefault(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        key, default = self.static(args[0], "a dict key"), args[1] if len(args) > 1 else Lit(None)
        return self.put_default(ref, key, self.known_item(self.entries(ref), key), lambda: default)

    def count(self, ref: DictRef, args: Args, kwargs: dict[str, Value], how: str) -> Value:
        """Add to the counts of a Counter, or take from them: what is in a dict of counts, or the items of an iterable."""
        counts: list[tuple[Any, Value]] = list(kwargs.items())
        for source in args:
            if isinstance(source, DictRef):
                counts = [*self.content(source).items, *counts]
            elif source != Lit(None):
                counts = [*((self.static(item, "what a Counter counts"), Lit(1)) for item in self.items_of(source)), *counts]
        for key, number in counts:
            old = self.item_or(self.known_item(self.entries(ref), key), lambda: Lit(0))
            self.change(ref, self.entries(ref).put(key, self.binary(how, old, number)))
        return Lit(None)

    def dict_subtract(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return self.count(ref, args, kwargs, "sub")

    def dict_total(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return self.call(Lit(sum), (self.dict_values(ref, (), {}),), {})

    def dict_most_common(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        items = self.content(ref).items
        if not all(isinstance(v, Lit) for _, v in items):
            raise self.refuse("most_common of counts that are computed is not supported", "sort the items")
        ordered = sorted(items, key=lambda item: item[1].value, reverse=True)  # type: ignore[union-attr]
        pairs = tuple(TupleValue((self.from_python(k), v)) for k, v in ordered)
        return self.new_list(pairs[: self.static(args[0], "how many") if args else None])

    def dict_update(self, ref: DictRef, args: Args, kwargs: dict[str, Value]) -> Value:
        if isinstance(ref, CounterRef):
            return self.count(ref, args, kwargs, "add")
        content = self.entries(ref)
        for source in args:
            content = self.merged(content, source)
        for key, value in kwargs.items():
            content = content.put(key, value)
        self.change(ref, content)
        return Lit(None)


def is_flag(value: Any) -> bool:
    """Whether a key is True or False, which is known when the program runs."""
    kind = value.type if isinstance(value, Var) else None
    return isinstance(kind, Tensor) and kind.dtype == "bool" and kind.is_scalar
