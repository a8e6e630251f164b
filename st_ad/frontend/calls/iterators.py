"""itertools, operator, collections and the like on containers."""

from __future__ import annotations

import bisect
import collections
import dataclasses
import heapq
import itertools
import math
import operator
import statistics
from typing import Any, Callable

import numpy as np

from ...ir.syntax import Lit
from .builtin_calls import Args, Named
from .folds import FoldMixin
from ..data.set_values import CounterRef
from ..data.values import (
    DictContent,
    DictRef,
    GeneratorValue,
    Iteration,
    ListContent,
    ListRef,
    RangeValue,
    SliceValue,
    TupleValue,
    Value,
)

_NONE = Lit(None)


class IteratorMixin(FoldMixin):
    """Calls of functions of the standard library that go through iterables or make containers."""

    def call_of_library(self, found: Any, args: Args, kwargs: Named) -> Value | None:
        """The result when `found` is one of them, else None."""
        if isinstance(found, (operator.itemgetter, operator.attrgetter)):
            return self.picked(found, args[0])
        if found is getattr(operator, "call", _NONE):
            return self.call(args[0], args[1:], kwargs)
        if isinstance(found, operator.methodcaller):
            return self.method_called(found, args[0])
        if is_maker_of_tuples(found):
            return TupleValue(self.items_of(args[0]), found.__self__)
        if found in _MAKERS if is_hashable(found) else False:
            given = [self.static(a, "an argument") for a in args]
            return Lit(found(*given, **{k: self.static(v, "an argument") for k, v in kwargs.items()}))
        method = _METHODS.get(found) if is_hashable(found) else None
        if method is None and found == itertools.chain.from_iterable:
            made: Value = self.concatenated(self.new_list(()), *[self.listed(v) for v in self.items_of(args[0])])
            return self.eager(made, args)
        if method is None:
            return None
        made = getattr(self, f"call_{method}")(args, kwargs)
        is_iterator = found in _ITERATORS and not isinstance(made, (Iteration, GeneratorValue))
        return self.eager(made, args) if is_iterator else made

    def picked(self, getter: Any, value: Value) -> Value:
        """What operator.itemgetter or attrgetter takes of a value."""
        names = getter.__reduce__()[1]
        if isinstance(getter, operator.itemgetter):
            parts = tuple(self.subscript(value, Lit(n)) for n in names)
        else:
            parts = tuple(self.attribute_by_path(value, n) for n in names)
        return parts[0] if len(parts) == 1 else TupleValue(parts)

    def method_called(self, caller: Any, value: Value) -> Value:
        """What operator.methodcaller gives for a value."""
        made, rest = caller.__reduce__()
        given = [*getattr(made, "args", ()), *rest]
        named = getattr(made, "keywords", {})
        method = self.attribute_by_path(value, given.pop(0))
        return self.call(method, tuple(map(self.from_python, given)), {k: self.from_python(v) for k, v in named.items()})

    def call_bisect_left(self, args: Args, kwargs: Named) -> Value | None:
        return self.bisected(args, kwargs, "left")

    def call_bisect_right(self, args: Args, kwargs: Named) -> Value | None:
        return self.bisected(args, kwargs, "right")

    def bisected(self, args: Args, kwargs: Named, side: str) -> Value | None:
        """Where a value belongs in a sorted list; None when it is searched in a part of it, or by a key."""
        if kwargs or len(args) != 2:
            return None
        place = self.call(Lit(np.searchsorted), (*args, Lit(side)), {})
        return self.call(Lit(int), (place,), {})

    def call_nlargest(self, args: Args, kwargs: Named, largest: bool = True) -> Value:
        """heapq.nlargest(n, iterable, key=None), which is said to be the start of what is sorted."""
        named = {**dict(zip(("n", "iterable", "key"), args)), **kwargs}
        key = {"key": named["key"]} if "key" in named else {}
        found = self.call(Lit(sorted), (named["iterable"],), {**key, "reverse": Lit(largest)})
        return self.subscript(found, SliceValue(_NONE, named["n"], _NONE))

    def call_nsmallest(self, args: Args, kwargs: Named) -> Value:
        return self.call_nlargest(args, kwargs, largest=False)

    def call_fromkeys(self, args: Args, kwargs: Named) -> Value:
        made = self.new_dict(DictContent(()))
        for key in self.items_of(args[0]):
            self.store(made, key, args[1] if len(args) > 1 else _NONE)
        return made

    def call_groupby(self, args: Args, kwargs: Named) -> Value:
        function = args[1] if len(args) > 1 else kwargs.get("key", _NONE)
        items = self.items_of(args[0])
        keys = [self.static(item if function == _NONE else self.call(function, (item,), {}), "the key of a group") for item in items]
        groups: list[Value] = []
        for key, run in itertools.groupby(range(len(items)), key=keys.__getitem__):
            members = self.new_list(tuple(items[i] for i in run))
            groups.append(TupleValue((self.from_python(key), self.iterator("iter", (members,)))))
        return self.new_list(tuple(groups))

    def call_dropwhile(self, args: Args, kwargs: Named) -> Value:
        return self.lazy("dropwhile", function=args[0], iterable=args[1])

    def call_compress(self, args: Args, kwargs: Named) -> Value:
        return self.lazy("compress", data=args[0], selectors=args[1])

    def attribute_by_path(self, value: Value, path: str) -> Value:
        for name in path.split("."):
            value = self.attribute(value, name)
        return value

    def call_accumulate(self, args: Args, kwargs: Named) -> Value:
        source, function = args[0], args[1] if len(args) > 1 else kwargs.get("func", _NONE)
        start = kwargs.get("initial", _NONE)

        def step(total: Value, item: Value) -> Value:
            if function == _NONE:
                return self.binary("add", total, item)
            return self.call(function, (total, item), {})

        items = self.listed(source)
        if self.known_length(items):
            waiting = [i for i in (start,) if i != _NONE] + list(self.items_of(items))
            made = waiting[:1]
            for item in waiting[1:]:
                made.append(step(made[-1], item))
            return self.new_list(tuple(made))
        return self.running(items, start, step)

    def running(self, items: Value, start: Value, step: Callable[[Value, Value], Value]) -> Value:
        """The running results over a list of unknown length."""
        if start == _NONE:
            start = self.subscript(items, Lit(0))
            items = self.subscript(items, SliceValue(Lit(1), _NONE, _NONE))
        made = self.new_list((start,))

        def each(total: Value, item: Value) -> Value:
            new = step(total, item)
            self.list_append(made, (new,), {})
            return new

        self.folded(items, start, each)
        return made

    def combined(self, choose: Callable[..., Any], args: Args, kwargs: Named) -> Value:
        """The tuples that a function of itertools makes of the items of iterables."""
        numbers = tuple(self.static(a, "the length of a combination") for a in args[1:])
        rows = choose(self.items_of(args[0]), *numbers)
        return self.new_list(tuple(TupleValue(row) for row in rows))

    def call_product(self, args: Args, kwargs: Named) -> Value:
        repeat = self.static(kwargs.get("repeat", Lit(1)), "`repeat`")
        rows = itertools.product(*[self.items_of(a) for a in args], repeat=repeat)
        return self.new_list(tuple(TupleValue(row) for row in rows))

    def call_combinations(self, args: Args, kwargs: Named) -> Value:
        return self.combined(itertools.combinations, args, kwargs)

    def call_permutations(self, args: Args, kwargs: Named) -> Value:
        return self.combined(itertools.permutations, args, kwargs)

    def call_replacements(self, args: Args, kwargs: Named) -> Value:
        return self.combined(itertools.combinations_with_replacement, args, kwargs)

    def call_chain(self, args: Args, kwargs: Named) -> Value:
        return self.concatenated(self.new_list(()), *[self.listed(a) for a in args])

    def call_starmap(self, args: Args, kwargs: Named) -> Value:
        return self.lazy("starmap", function=args[0], iterable=args[1])

    def call_filterfalse(self, args: Args, kwargs: Named) -> Value:
        return self.lazy("filterfalse", function=args[0], iterable=args[1])

    def call_takewhile(self, args: Args, kwargs: Named) -> Value:
        return self.lazy("takewhile", function=args[0], iterable=args[1])

    def call_pairwise(self, args: Args, kwargs: Named) -> Value:
        items = self.listed(args[0])
        return self.iterator("zip", (
            self.subscript(items, SliceValue(_NONE, Lit(-1), _NONE)),
            self.subscript(items, SliceValue(Lit(1), _NONE, _NONE)),
        ))  # fmt: skip

    def call_zip_longest(self, args: Args, kwargs: Named) -> Value:
        rows = itertools.zip_longest(*[self.items_of(a) for a in args], fillvalue=kwargs.get("fillvalue", _NONE))
        return self.new_list(tuple(TupleValue(row) for row in rows))

    def call_tee(self, args: Args, kwargs: Named) -> Value:
        count = self.static(args[1], "the number of iterators") if len(args) > 1 else 2
        return TupleValue((self.listed(args[0]),) * count)

    def call_repeat(self, args: Args, kwargs: Named) -> Value:
        times = args[1] if len(args) > 1 else kwargs.get("times")
        if times is None:
            return self.iterator("cycle", (self.new_list(args[:1]),))
        return self.repeated_list(ListContent(args[:1]), times)

    def call_cycle(self, args: Args, kwargs: Named) -> Value:
        return self.iterator("cycle", (self.listed(args[0]),))

    def call_count(self, args: Args, kwargs: Named) -> Value:
        start = args[0] if args else kwargs.get("start", Lit(0))
        step = args[1] if len(args) > 1 else kwargs.get("step", Lit(1))
        return self.iterator("count", (start, step))

    def call_islice(self, args: Args, kwargs: Named) -> Value:
        source = args[0]
        bounds = (_NONE, args[1], _NONE) if len(args) == 2 else (*args[1:], _NONE)[:3]
        if isinstance(source, Iteration) and source.kind in ("count", "cycle"):
            source = self.ended(source, bounds[1])
        start, stop, step = bounds
        if isinstance(source, GeneratorValue) and stop != _NONE and step in (_NONE, Lit(1)):
            return self.lazy("islice", iterable=source, start=Lit(0) if start == _NONE else start, stop=stop)
        return self.subscript(self.listed(source), SliceValue(*bounds))

    def ended(self, endless: Iteration, length: Value) -> Value:
        """The first items of itertools.count or cycle."""
        if endless.kind == "count":
            start, step = endless.parts
            last = self.binary("add", start, self.binary("mul", step, length))
            return RangeValue(self.read(start), self.read(last), self.read(step))
        items, count = self.items_of(endless.parts[0]), self.static(length, "how often a cycle is gone through")
        return self.new_list(tuple(items[i % len(items)] for i in range(count)))

    def builtin_zip(self, args: Args, kwargs: Named) -> Value:
        if any(isinstance(a, Iteration) and a.kind in ("count", "cycle") for a in args):
            finite = [a for a in args if not (isinstance(a, Iteration) and a.kind in ("count", "cycle"))]
            length = self.builtin_len(tuple(finite[:1]), {}) if finite else Lit(0)
            args = tuple(
                self.ended(a, length) if isinstance(a, Iteration) and a.kind in ("count", "cycle") else a
                for a in args
            )
        if self.static(kwargs.get("strict", Lit(False)), "`strict`") and len(args) > 1:
            args = tuple(self.collected_early(a) if isinstance(a, GeneratorValue) else a for a in args)
            first = self.builtin_len(args[:1], {})
            for other in args[1:]:
                same = self.truth(self.compare("eq", first, self.builtin_len((other,), {})))
                self.builder.emit_many("assert", same, "zip() arguments have different lengths")
        return super().builtin_zip(args, {})

    def call_prod(self, args: Args, kwargs: Named) -> Value:
        start = kwargs.get("start", Lit(1))
        return self.gone_through(args[0], start, lambda total, item: self.binary("mul", total, item))

    def call_sumprod(self, args: Args, kwargs: Named) -> Value:
        def add(total: Value, pair: Value) -> Value:
            return self.binary("add", total, self.binary("mul", *self.items_of(pair)))

        return self.gone_through(Iteration("zip", args), Lit(0), add)

    def call_dist(self, args: Args, kwargs: Named) -> Value:
        pairs = zip(self.items_of(args[0]), self.items_of(args[1]))
        apart = tuple(self.binary("sub", a, b) for a, b in pairs)
        return self.call(Lit(math.hypot), apart, {})

    def call_mean(self, args: Args, kwargs: Named) -> Value:
        items = self.listed(args[0])
        return self.binary("truediv", self.builtin_sum((items,), {}), self.builtin_len((items,), {}))

    def call_pvariance(self, args: Args, kwargs: Named) -> Value:
        return self.spread(args[0], 0)

    def call_variance(self, args: Args, kwargs: Named) -> Value:
        return self.spread(args[0], 1)

    def call_pstdev(self, args: Args, kwargs: Named) -> Value:
        return self.call(Lit(math.sqrt), (self.spread(args[0], 0),), {})

    def call_stdev(self, args: Args, kwargs: Named) -> Value:
        return self.call(Lit(math.sqrt), (self.spread(args[0], 1),), {})

    def spread(self, source: Value, less: int) -> Value:
        items = self.listed(source)
        mean = self.call_mean((items,), {})

        def square(item: Value) -> Value:
            apart = self.binary("sub", item, mean)
            return self.binary("mul", apart, apart)

        total = self.builtin_sum((self.mapped(square, items),), {})
        return self.binary("truediv", total, self.binary("sub", self.builtin_len((items,), {}), Lit(less)))

    def call_defaultdict(self, args: Args, kwargs: Named) -> Value:
        made = self.builtin_dict(args[1:], kwargs)
        assert isinstance(made, DictRef)
        return DictRef(made.cell, args[0] if args and args[0] != _NONE else None, collections.defaultdict)

    def call_ordered(self, args: Args, kwargs: Named) -> Value:
        made = self.builtin_dict(args, kwargs)
        assert isinstance(made, DictRef)
        return dataclasses.replace(made, cls=collections.OrderedDict)

    def call_counter(self, args: Args, kwargs: Named) -> Value:
        made = CounterRef(self.new_cell(DictContent(())))
        self.count(made, args, kwargs, "add")
        return made

    def call_deque(self, args: Args, kwargs: Named) -> Value:
        longest = self.static(args[1] if len(args) > 1 else kwargs.get("maxlen", _NONE), "`maxlen`")
        items = self.listed(args[0]) if args else self.new_list(())
        assert isinstance(items, ListRef)
        made = ListRef(items.cell, longest, collections.deque)
        self.trim(made, 0)
        return made


def is_hashable(found: Any) -> bool:
    """Whether an object can be looked up."""
    try:
        hash(found)
    except TypeError:
        return False
    return True


def is_maker_of_tuples(found: Any) -> bool:
    """Whether a function is `_make` of a NamedTuple."""
    return getattr(found, "__name__", "") == "_make" and hasattr(getattr(found, "__self__", None), "_fields")


# Calls of these give iterators, which are gone through once.
_ITERATORS = (
    itertools.accumulate, itertools.product, itertools.combinations, itertools.permutations,
    itertools.combinations_with_replacement, itertools.chain, itertools.groupby, itertools.zip_longest, itertools.repeat, itertools.islice,
)  # fmt: skip
# Calls of these give something that is the same whenever they are made.
_MAKERS = (operator.itemgetter, operator.attrgetter, operator.methodcaller, collections.namedtuple)
_METHODS: dict[Any, str] = {
    itertools.accumulate: "accumulate", itertools.product: "product", itertools.combinations: "combinations",
    itertools.permutations: "permutations", itertools.combinations_with_replacement: "replacements",
    itertools.chain: "chain", itertools.starmap: "starmap",
    itertools.filterfalse: "filterfalse", itertools.takewhile: "takewhile", itertools.zip_longest: "zip_longest",
    itertools.tee: "tee", itertools.repeat: "repeat", itertools.cycle: "cycle", itertools.count: "count",
    itertools.islice: "islice", itertools.pairwise: "pairwise", math.prod: "prod", math.dist: "dist",
    statistics.mean: "mean", statistics.fmean: "mean", statistics.pvariance: "pvariance",
    statistics.variance: "variance", statistics.pstdev: "pstdev", statistics.stdev: "stdev",
    collections.defaultdict: "defaultdict", collections.Counter: "counter", collections.deque: "deque",
    collections.OrderedDict: "ordered", bisect.bisect_left: "bisect_left", bisect.bisect_right: "bisect_right",
    dict.fromkeys: "fromkeys", heapq.nlargest: "nlargest", heapq.nsmallest: "nsmallest",
    itertools.groupby: "groupby", itertools.dropwhile: "dropwhile", itertools.compress: "compress",
}  # fmt: skip
if hasattr(math, "sumprod"):
    _METHODS[math.sumprod] = "sumprod"
