"""What a loop runs over: something of known structure is unrolled, the rest is counted.

A loop over a tuple, a list of arrays or the items of a dict is unrolled; one over a range, an array or a runtime
list stays a loop.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator

import gast

from ..ir.build import type_of
from ..ir.syntax import Atom, Lit, Var
from ..ir.types import Sym, Tensor, resolve
from .branches import BranchMixin
from .state import NeedStatic
from .values import (
    ArrayRef,
    Iteration,
    ListRef,
    ObjectRef,
    RangeValue,
    SeqContent,
    TupleValue,
    Value,
    describe,
    is_numeric,
)

_MAX_UNROLLED = 5000


class IterationMixin(BranchMixin):
    """The items of an iterable, one pass for each."""

    def iterate(self, iterable: Value, each: Callable[[Value], None], until: str | None, node: Any) -> None:
        """Run `each` for every item, as a loop of the program or unrolled."""
        if isinstance(iterable, ObjectRef):
            iterable = self.call_method(iterable, "__iter__", ())
        if self.known_length(iterable):
            self.unroll(self.items_of(iterable), each, until)
            return
        start, stop, step, item = self.counted(iterable)
        bounds = all(isinstance(b, Lit) for b in (start, stop, step))
        if bounds and not range(start.value, stop.value, step.value):
            return
        saved, nodes, mutated = self.state, list(self.builder.nodes), dict(self.mutated)
        index = Var(self.index_name(node), Tensor("int64", (), "py", Sym("i")))
        # The loop holds on to what it runs over, also when a pass gives the name to another array.
        names = self.state.frames[self.chain[0]]
        held = f"({next(self.serial)})"
        names[held] = TupleValue(tuple(arrays_over(iterable)))
        try:
            self.roll(lambda: each(item(index)), until, node, (start, stop, step), index)
        except NeedStatic as need:
            if need.var is not index or not bounds:
                raise
            count = len(range(start.value, stop.value, step.value))
            if count > _MAX_UNROLLED:
                raise self.refuse(
                    "this loop is too long to be unrolled", "make its index a plain number"
                ) from None
            self.state, self.mutated = saved, mutated
            self.builder.nodes[:] = nodes
            passes = tuple(item(Lit(i)) for i in range(start.value, stop.value, step.value))
            self.unroll(passes, each, until)
        self.state.frames[self.chain[0]].pop(held, None)

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
        if isinstance(iterable, Iteration):
            return self.counted_zip(iterable)
        if isinstance(iterable, ListRef):
            ref = iterable
            stop = self.emit("builtins.len", self.read(iterable), hint="n")
            return Lit(0), stop, Lit(1), lambda i: self.list_item(ref, i)
        if is_numeric(iterable):
            atom = self.read(iterable)
            kind = type_of(atom)
            if isinstance(kind, Tensor) and kind.shape == ():
                raise self.refuse("a number cannot be iterated")
            return Lit(0), self.emit("axis_length", atom, 0), Lit(1), lambda i: self.subscript(iterable, i)
        raise self.refuse(
            f"a loop over {describe(iterable)} is not supported", "loop over a range, list or array"
        )

    def counted_enumerate(self, iterable: Iteration) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        start, stop, step, item = self.counted(iterable.parts[0])
        if start == Lit(0) and step == Lit(1):
            offset = iterable.start
            if offset == Lit(0):
                return start, stop, step, lambda i: TupleValue((i, item(i)))
            return (
                start,
                stop,
                step,
                lambda i: TupleValue((self.emit("operator.add", i, offset), item(i))),
            )
        raise self.refuse("enumerate of this iterable is not supported", "loop over a range of indices")

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
                items = self.items_of(part)
                if not all(is_numeric(i) for i in items):
                    raise self.refuse("zip of an array with a tuple of other things is not supported")
                part = ListRef(self.new_cell(SeqContent(self.seq_of_items(items))))
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

    def unroll(self, items: tuple[Value, ...], each: Callable[[Value], None], until: str | None) -> None:
        """Run every pass in turn; after an exit that is decided at run time the rest stands in a branch."""
        for i, item in enumerate(items):
            each(item)
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
        self, flag: Atom, items: tuple[Value, ...], each: Callable[[Value], None], until: str | None
    ) -> None:
        if items:
            self.branch(flag, lambda: None, lambda: self.unroll(items, each, until))


def arrays_over(iterable: Value) -> Iterator[Value]:
    """The arrays that a loop over an iterable takes its items from."""
    if isinstance(iterable, ArrayRef):
        yield iterable
    elif isinstance(iterable, Iteration):
        for part in iterable.parts:
            yield from arrays_over(part)
