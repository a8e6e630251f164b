"""What a loop runs over: something of known structure is unrolled, the rest is counted.

A loop over a tuple, a list of arrays or the items of a dict is unrolled; one over a range, an array or a runtime
list stays a loop.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator

import gast

from ...ir.build import type_of
from ...ir.syntax import Atom, Lit, Var
from ...ir.lengths import index_of_range
from ...ir.types import ANY, Dim, Expr, Sym, Tensor, resolve, item_of_pass
from .branches import BranchMixin
from ..data.columns import item_type
from .gathering import Walk
from ...errors import NeedStatic
from ..data.state import Unsettled
from ..data.values import (
    ArrayRef,
    GeneratorValue,
    Iteration,
    ListRef,
    RangeValue,
    ListContent,
    TupleValue,
    Value,
    describe,
    is_numeric,
    MaybeNone,
)

_MAX_UNROLLED = 5000
_MAX_UNSETTLED = 200


class IterationMixin(BranchMixin):
    """The items of an iterable, one pass for each."""

    def iterate(self, iterable: Value, each: Callable[[Value], None], until: str | None, node: Any) -> None:
        """Run `each` for every item, as a loop of the program or unrolled."""
        iterable = self.as_container(self.value_there(iterable) if isinstance(iterable, MaybeNone) else iterable)
        lists = list(walked(iterable, ListRef))
        before = [self.resized[ref.cell] for ref in lists]
        outer, self.walked = self.walked, (*self.walked, *lists)
        try:
            self.run_passes(iterable, each, until, node)
        finally:
            self.walked = outer
        if [self.resized[ref.cell] for ref in lists] != before:
            raise self.refuse("this list changes its length while a loop runs over it", "loop over a copy: `list(xs)`")

    def run_passes(self, iterable: Value, each: Callable[[Value], None], until: str | None, node: Any) -> None:
        iterated = self.object_items(iterable)
        if iterated is not None:
            iterable = iterated
        basis = iterable.basis if isinstance(iterable, Iteration) else ()
        iterable = self.collected_beside(self.spent(iterable))
        if basis:
            self.run_spent(iterable, each, until, node)
            if any(self.state.heap.get(cell) is not content for cell, content in basis):
                raise self.refuse("what this iterator reads is changed while a loop runs over it",
                                  "make a list of it first: `list(iterator)`")  # fmt: skip
            return
        self.run_spent(iterable, each, until, node)

    def run_spent(self, iterable: Value, each: Callable[[Value], None], until: str | None, node: Any) -> None:
        """The same for what is no iterator that others see."""
        if isinstance(iterable, Iteration) and iterable.kind in ("count", "cycle") and until is not None:
            self.run_endless(iterable, each, until, node)
            return
        if isinstance(iterable, GeneratorValue):
            self.drive(iterable, each, until)
            return
        if isinstance(iterable, Iteration) and iterable.kind == "enumerate":
            if isinstance(iterable.parts[0], GeneratorValue):
                self.drive_counted(iterable, each, until)
                return
        if self.known_length(iterable):
            self.unroll_holding(iterable, self.live_items(iterable), each, until)
            return
        if until is None and self.walk(iterable, each, node):
            return
        start, stop, step, item = self.counted(iterable)
        bounds = all(isinstance(b, Lit) for b in (start, stop, step))
        if bounds and not range(start.value, stop.value, step.value):
            return
        if self.unrolls:
            for bound in (start, stop, step):
                if isinstance(bound, Var) and bound in self.int_parameters:
                    raise NeedStatic(bound, self.source.problem(self.node, "this length must be known when transformed"))
        if bounds and self.unrolls and len(range(start.value, stop.value, step.value)) <= _MAX_UNROLLED:
            passes = [delayed(item, Lit(i)) for i in range(start.value, stop.value, step.value)]
            self.unroll_holding(iterable, passes, each, until)
            return
        saved, nodes, mutated = self.state.fork(), list(self.builder.nodes), dict(self.mutated)
        live, floor = dict(self.live), self.floor
        index = Var(self.index_name(node), Tensor("int64", (), "py", index_of(start, stop, step)))
        # The loop holds on to what it runs over, also when a pass gives the name to another array.
        names = self.state.frames[self.chain[0]]
        held = f"({next(self.serial)})"
        names[held] = TupleValue(tuple(walked(iterable, ArrayRef)))
        outer = self.unrollable
        if all(isinstance(b, Lit) or self.root_of(b) is not None for b in (start, stop, step)):
            self.unrollable = (*outer, index)
        try:
            self.roll(lambda: each(item(index)), until, node, (start, stop, step), index)
        except (NeedStatic, Unsettled) as need:
            self.check_unrolls(need, index, (start, stop, step))
            self.state, self.mutated, self.live, self.floor = saved, mutated, live, floor
            self.builder.nodes[:] = nodes
            passes = [delayed(item, Lit(i)) for i in range(start.value, stop.value, step.value)]
            self.unroll_holding(iterable, passes, each, until)
        finally:
            self.unrollable = outer
        self.state.frames[self.chain[0]].pop(held, None)

    def run_endless(self, iterable: Iteration, each: Callable[[Value], None], until: str, node: Any) -> None:
        """A loop over itertools.count or cycle, which is left by an exit."""
        always = gast.While(test=gast.Constant(value=True, kind=None), body=[], orelse=[])
        self.roll(lambda: each(self.next_endless(iterable)), until, node, gast.copy_location(always, node), None)
        if not self.state.unreachable:
            self.bind(until, Lit(True))

    def check_unrolls(self, need: NeedStatic | Unsettled, index: Var, bounds: tuple[Atom, ...]) -> None:
        """Raise again what stopped a loop from being counted, unless its passes can be run one by one."""
        known = [b.value for b in bounds if isinstance(b, Lit)]
        if isinstance(need, NeedStatic):
            if need.var is index and len(known) < 3:
                for root in filter(None, map(self.root_of, bounds)):
                    raise NeedStatic(root, need.problem)
            if need.var is not index or len(known) < 3:
                raise need
            if len(range(*known)) > _MAX_UNROLLED:
                raise self.refuse("this loop is too long to be unrolled", "make its index a plain number") from None
            return
        if len(known) < 3:
            for root in filter(None, map(self.root_of, bounds)):
                raise NeedStatic(root, need.problems[0])
        if len(known) < 3 or len(range(*known)) > _MAX_UNSETTLED:
            raise need

    def root_of(self, bound: Atom) -> Var | None:
        """An int argument, or the index of a loop that can be unrolled, which a bound is computed from."""
        roots = self.origins(bound) if isinstance(bound, Var) else []
        return roots[0] if roots else None

    def walk(self, iterable: Value, each: Callable[[Value], None], node: Any) -> bool:
        """Run a loop over lists of unknown length along their columns; gives False when it has to be counted."""
        kind, offset = "", iterable.start if isinstance(iterable, Iteration) else Lit(0)
        source = iterable
        if isinstance(iterable, Iteration) and iterable.kind in ("reversed", "enumerate"):
            kind, source = iterable.kind, iterable.parts[0]
        if not isinstance(source, ListRef):
            return False
        content = self.content(source)
        if content.form is None:
            return True
        saved, nodes, mutated = self.state.fork(), list(self.builder.nodes), dict(self.mutated)
        live, floor = dict(self.live), self.floor
        items = tuple(Var("item", item_of_pass(item_type(c) or ANY), True) for c in content.columns)
        self.items_walked.update(items)
        along = Walk(content.columns, items, kind == "reversed")
        bounds: Any = (None, None, None)
        index: Var | None = None
        if kind == "enumerate":
            bounds = (Lit(0), self.count_of(content), Lit(1))
            index = Var(self.index_name(node), Tensor("int64", (), "py", index_of(*bounds)))

        def one() -> None:
            item = self.value_of(content.form, iter(items))
            if index is not None:
                number = index if offset == Lit(0) else self.emit("operator.add", index, offset)
                item = TupleValue((number, item))
            each(item)

        self.roll(one, None, node, bounds, index, along)
        if self.content(source) is content:
            return True
        # A pass changes the list itself: then each item is read when its pass begins.
        self.state, self.mutated, self.live, self.floor = saved, mutated, live, floor
        self.builder.nodes[:] = nodes
        return False

    def index_name(self, node: Any) -> str:
        target = getattr(node, "target", None)
        if isinstance(target, gast.Tuple) and target.elts and isinstance(target.elts[0], gast.Name):
            call = getattr(node, "iter", None)
            if isinstance(call, gast.Call) and getattr(call.func, "id", "") == "enumerate":
                return target.elts[0].id
        if isinstance(target, gast.Name) and isinstance(getattr(node, "iter", None), gast.Call):
            if getattr(node.iter.func, "id", "") == "range":
                return target.id
        return "i"

    def counted(self, iterable: Value) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        """The bounds of a counted loop over an iterable, and the item of a pass from its index."""
        if isinstance(iterable, RangeValue):
            return iterable.start, iterable.stop, iterable.step, lambda i: i
        if isinstance(iterable, Iteration) and iterable.kind == "enumerate":
            return self.counted_enumerate(iterable)
        if isinstance(iterable, Iteration) and iterable.kind == "reversed":
            return self.counted_reversed(iterable)
        if isinstance(iterable, Iteration) and iterable.kind in ("count", "cycle"):
            raise self.refuse("a loop over an iterator without end is not supported", "write it as `while True`")
        if isinstance(iterable, Iteration):
            return self.counted_zip(iterable)
        if isinstance(iterable, ListRef):
            ref = iterable
            stop = self.count_of(self.content(ref))
            return Lit(0), stop, Lit(1), lambda i: self.list_item(ref, i)
        if is_numeric(iterable):
            atom = self.read(iterable)
            kind = type_of(atom)
            if isinstance(kind, Tensor) and kind.shape == ():
                raise self.refuse("a number cannot be iterated", "loop over an array, a list or range(n)")
            return Lit(0), self.emit("axis_length", atom, 0), Lit(1), lambda i: self.subscript(iterable, i)
        raise self.refuse(
            f"a loop over {describe(iterable)} is not supported", "loop over a range, list or array"
        )

    def counted_enumerate(self, iterable: Iteration) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        start, stop, step, item = self.counted(iterable.parts[0])
        offset = iterable.start
        if start != Lit(0) or step != Lit(1):
            # It is counted otherwise than from 0: the place of an item follows from the number of the pass.
            first, by, one = start, step, item
            stop, start, step = self.trips(start, stop, step), Lit(0), Lit(1)
            item = lambda i: one(self.emit("operator.add", first, self.emit("operator.mul", i, by)))  # noqa: E731
        if offset == Lit(0):
            return start, stop, step, lambda i: TupleValue((i, item(i)))
        return start, stop, step, lambda i: TupleValue((self.emit("operator.add", i, offset), item(i)))

    def counted_reversed(self, iterable: Iteration) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        start, stop, step, item = self.counted(iterable.parts[0])
        if start == Lit(0) and step == Lit(1):
            last = self.emit("operator.sub", stop, 1)
            return last, Lit(-1), Lit(-1), item
        count = self.trips(start, stop, step)
        last = self.emit(
            "operator.add", start, self.emit("operator.mul", self.emit("operator.sub", count, 1), step)
        )
        back = self.emit("operator.sub", start, step)
        return last, back, self.emit("operator.neg", step), item

    def counted_zip(self, iterable: Iteration) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        parts = []
        for part in iterable.parts:
            if self.known_length(part):
                part = ListRef(self.new_cell(self.grown(ListContent(self.items_of(part)))))
            parts.append(self.counted(part))
        count: Any = None
        for start, stop, step, _ in parts:
            trips = stop if start == Lit(0) and step == Lit(1) else self.trips(start, stop, step)
            if count is None:
                count = trips
            elif count != trips and not self.same_count(count, trips):
                count = self.emit("builtins.min", count, trips)

        def item(i: Atom) -> Value:
            values = []
            for start, _, step, one in parts:
                at = i
                if step != Lit(1):
                    at = self.emit("operator.mul", at, step)
                if start != Lit(0):
                    at = self.emit("operator.add", start, at)
                values.append(one(at))
            return TupleValue(tuple(values))

        return Lit(0), count, Lit(1), item

    def same_count(self, a: Atom, b: Atom) -> bool:
        kinds = type_of(a), type_of(b)
        values = [resolve(k.value) for k in kinds if isinstance(k, Tensor) and k.value is not None]
        return len(values) == 2 and values[0] == values[1]

    def trips(self, start: Atom, stop: Atom, step: Atom) -> Atom:
        """The length of a range."""
        if step == Lit(1):
            return self.emit("builtins.max", self.emit("operator.sub", stop, start), 0)
        return self.emit("builtins.len", self.emit("builtins.range", start, stop, step))

    def live_items(self, iterable: Value) -> list[Callable[[], Value]]:
        """The items of an iterable of known length, each to be read when its pass begins."""
        if isinstance(iterable, ListRef):
            count = len(self.content(iterable).items)
            return [delayed(self.live_item, iterable, i, count) for i in range(count)]
        if isinstance(iterable, ArrayRef):
            return [delayed(self.subscript, iterable, Lit(i)) for i in range(len(self.items_of(iterable)))]
        if not isinstance(iterable, Iteration) or iterable.kind not in ("reversed", "enumerate", "zip"):
            return [delayed(lambda item: item, item) for item in self.items_of(iterable)]
        parts = [self.live_items(part) for part in iterable.parts]
        if iterable.kind == "reversed":
            return list(reversed(parts[0]))
        if iterable.kind == "zip":
            return [delayed(lambda row: TupleValue(tuple(read() for read in row)), row) for row in zip(*parts)]
        start = self.static(iterable.start, "the start of enumerate")
        return [
            delayed(lambda i, read: TupleValue((Lit(i), read())), start + i, read) for i, read in enumerate(parts[0])
        ]

    def live_item(self, ref: ListRef, index: int, count: int) -> Value:
        content = self.content(ref)
        if not isinstance(content, ListContent) or len(content.items) != count:
            raise self.refuse("this list changes its length while a loop runs over it", "loop over a copy: `list(xs)`")
        return content.items[index]

    def unroll_holding(
        self, iterable: Value, items: list[Callable[[], Value]], each: Callable[[Value], None], until: str | None
    ) -> None:
        """Run every pass in turn; until then what is iterated is held, also when its names are given to others."""
        frame, held = self.chain[0], f"({next(self.serial)})"
        self.state.frames[frame][held] = TupleValue((iterable,))
        self.unroll(items, each, until)
        self.state.frames[frame].pop(held, None)

    def unroll(
        self, items: list[Callable[[], Value]], each: Callable[[Value], None], until: str | None
    ) -> None:
        """Run every pass in turn; after an exit that is decided at run time the rest stands in a branch."""
        for i, read in enumerate(items):
            each(read())
            if self.state.unreachable:
                return
            if until is None:
                continue
            flag = self.lookup(until)
            if isinstance(flag, Lit):
                if flag.value:
                    return
                continue
            self.unroll_unless(self.read(flag), items[i + 1 :], each, until)
            return

    def unroll_unless(
        self, flag: Atom, items: list[Callable[[], Value]], each: Callable[[Value], None], until: str | None
    ) -> None:
        if items:
            self.branch(flag, lambda: None, lambda: self.unroll(items, each, until))


def walked(iterable: Value, kind: type) -> Iterator[Any]:
    """The lists, or the arrays, that a loop over an iterable takes its items from."""
    if isinstance(iterable, kind):
        yield iterable
    elif isinstance(iterable, Iteration):
        for part in iterable.parts:
            yield from walked(part, kind)


def delayed(function: Callable[..., Value], *args: Any) -> Callable[[], Value]:
    """A call that is made later."""
    return lambda: function(*args)


def index_of(start: Atom, stop: Atom, step: Atom) -> Sym:
    """The length that the index of a loop over a range stands for."""
    return index_of_range(_length_at(start), _length_at(stop), step.value if isinstance(step, Lit) else None)


def _length_at(bound: Atom) -> Dim | None:
    """What a bound is, as a length."""
    if isinstance(bound, Lit):
        return bound.value if isinstance(bound.value, int) else None
    kind = type_of(bound)
    known = kind.value if isinstance(kind, Tensor) else None
    return resolve(known) if known is not None else Expr("int", (bound,))
