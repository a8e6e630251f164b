"""Builtins that go through an iterable and keep one value: max, min, any, all; sorted and filter."""

from __future__ import annotations

from typing import Any, Callable

from ...ir.syntax import Lit
from .builtin_calls import Args, BuiltinMixin, Named
from ..data.state import has_changed, loops_by_a_test
from ..data.values import ArrayRef, GeneratorValue, ListRef, TupleValue, Value


class FoldMixin(BuiltinMixin):
    """What is left of an iterable."""

    def extreme(self, name: str, args: Args, kwargs: Named) -> Value:
        """The first of the largest or smallest items, as Python compares them."""
        key, default = kwargs.get("key", Lit(None)), kwargs.get("default")
        if len(args) == 1 and not self.known_length(args[0]):
            return self.scan_extreme(name, args[0], key, default)
        items = args if len(args) > 1 else self.items_of(args[0])
        if not items:
            if default is not None:
                return default
            what = f"this fails when it is run: {name}() of nothing"
            raise self.raising(ValueError, what, "give it a default", f"{name}() arg is an empty sequence")
        known = [i.value for i in items if isinstance(i, Lit)]
        if len(known) == len(items) and key == Lit(None):
            return Lit((max if name == "max" else min)(known))
        best = self.ranked(items[0], key)
        for item in items[1:]:
            best = self.better(name, best, self.ranked(item, key))
        return best if key == Lit(None) else self.items_of(best)[0]

    def ranked(self, item: Value, key: Value) -> Value:
        """An item, with the value of its key when there is a key."""
        return item if key == Lit(None) else TupleValue((item, self.call(key, (item,), {}), Lit("key")))

    def better(self, name: str, best: Value, item: Value) -> Value:
        is_pair = isinstance(item, TupleValue) and item.items[-1:] == (Lit("key"),)
        old, new = (self.items_of(v)[1] if is_pair else v for v in (best, item))
        test = self.truth(self.compare("gt" if name == "max" else "lt", new, old))
        return self.choose(test, lambda: item, lambda: best)

    def scan_extreme(self, name: str, source: Value, key: Value, default: Value | None) -> Value:
        if not isinstance(source, (ListRef, ArrayRef)):
            source = self.gather(source, lambda item: item)

        def scan() -> Value:
            first = self.ranked(self.subscript(source, Lit(0)), key)
            best = self.folded(source, first, lambda best, item: self.better(name, best, self.ranked(item, key)))
            return best if key == Lit(None) else self.items_of(best)[0]

        if default is None:
            return scan()
        some = self.compare("gt", self.builtin_len((source,), {}), Lit(0))
        return self.choose(some, scan, lambda: default)

    def builtin_max(self, args: Args, kwargs: Named) -> Value:
        return self.extreme("max", args, kwargs)

    def builtin_min(self, args: Args, kwargs: Named) -> Value:
        return self.extreme("min", args, kwargs)

    def builtin_any(self, args: Args, kwargs: Named) -> Value:
        if isinstance(args[0], GeneratorValue):
            return self.ask_generator("iterator.any", args[0], self.builtin_any)
        def more(result: Value, item: Value) -> Value:
            return self.choose(result, lambda: Lit(True), later(item, self.as_bool))

        return self.gone_through(args[0], Lit(False), more)

    def builtin_all(self, args: Args, kwargs: Named) -> Value:
        if isinstance(args[0], GeneratorValue):
            return self.ask_generator("iterator.all", args[0], self.builtin_all)
        def more(result: Value, item: Value) -> Value:
            return self.choose(result, later(item, self.as_bool), lambda: Lit(False))

        return self.gone_through(args[0], Lit(True), more)

    def ask_generator(self, name: str, generator: GeneratorValue, of_list: Callable[[Args, Named], Value]) -> Value:
        """`any` or `all` of a generator, which goes no further than the first answer where that shows."""
        saved, nodes = self.state, self.builder.nodes
        mark = len(nodes)
        self.state = saved.fork()
        items = self.collected(generator)
        made = nodes[mark:]
        if all(map(self.is_silent, made)) and not loops_by_a_test(made) and not has_changed(saved, self.state):
            self.leave_generators(saved)
            return of_list((items,), {})
        del nodes[mark:]
        self.state = saved
        body: Any = self.knowledge.procedure(name)
        return self.run_procedure(body, (generator,), {})

    def gone_through(self, iterable: Value, start: Value, combine: Callable[[Value, Value], Value]) -> Value:
        """One value carried over the items of an iterable."""
        if not self.known_length(iterable):
            return self.folded(iterable, start, combine)
        for item in self.items_of(iterable):
            start = combine(start, item)
        return start

    def builtin_sorted(self, args: Args, kwargs: Named) -> Value:
        return self.in_order(args[0], kwargs)

    def builtin_filter(self, args: Args, kwargs: Named) -> Value:
        function, source = args
        if function == Lit(None):
            return self.lazy("filter_true", iterable=source)
        return self.lazy("filter", function=function, iterable=source)


def later(item: Value, make: Callable[[Value], Value]) -> Callable[[], Value]:
    """A delayed expression of one item."""
    return lambda: make(item)
