"""Iterators are gone through once: `zip`, `iter`, `map` and their like remember how far they have come."""

from __future__ import annotations

from typing import Any

from ...ir.syntax import UNDEFINED, Atom, Lit
from ..syntax.generators_of import lazy_form
from ..data.outside import OutsideMixin
from ..data.state import Unsettled, has_changed, loops_by_a_test
from ..data.values import (
    CONSUMED,
    FRESH,
    LEFT,
    ArrayRef,
    DictContent,
    DictRef,
    GeneratorValue,
    Iteration,
    ListContent,
    ListRef,
    ObjectRef,
    SliceValue,
    State,
    TupleValue,
    Value,
    describe,
)

# How far an iterator has come, where it is not the number of items that were taken.
_SPENT = -1
_ENDLESS = ("count", "cycle")


class SpendingMixin(OutsideMixin):
    """What is left of an iterator."""

    # For each iterator that began at the end of a list: the list, and how often it had changed its length.
    ends: dict[int, tuple[int, int]]

    def iterator(self, kind: str, parts: tuple[Value, ...], start: Atom = Lit(0)) -> Iteration:
        """An iterator over others that stands at its beginning."""
        made = Iteration(kind, parts, start, self.new_cell(Lit(0)))
        if kind == "reversed" and isinstance(parts[0], ListRef):
            self.ends[made.cell] = parts[0].cell, self.resized[parts[0].cell]
        return made

    def eager(self, made: Value, sources: tuple[Value, ...]) -> Iteration:
        """An iterator over items that are computed already, which holds while its sources are what they were."""
        basis = tuple((s.cell, self.state.heap[s.cell]) for s in flat(sources))
        return Iteration("iter", (made,), Lit(0), self.new_cell(Lit(0)), basis)

    def lazy(self, form: str, **bound: Value) -> GeneratorValue:
        """A generator that computes an item when it is asked for it, as `map` and `filter` do."""
        node = lazy_form(form, self.node)
        return GeneratorValue(
            node, self.source, (), dict(bound), set(bound) | node.targets, self.new_cell(FRESH)
        )

    def spent(self, value: Value) -> Value:
        """What an iterable gives when a loop goes through it; an iterator is used up by that."""
        if not isinstance(value, Iteration):
            return value
        self.check_basis(value)
        taken = self.taken(value)
        if value.cell and value.kind not in _ENDLESS:
            self.state.heap[value.cell] = Lit(_SPENT)
        if value.kind in _ENDLESS:
            return value
        parts = tuple(self.spent_part(p) for p in value.parts)
        left = parts[0] if value.kind == "iter" else Iteration(value.kind, parts, value.start)
        if taken and value.kind == "iter" and isinstance(left, ArrayRef):
            return self.subscript(left, SliceValue(Lit(taken), Lit(None), Lit(None)))
        if taken and not self.known_length(left):
            raise self.unknown_place()
        return TupleValue(self.items_of(left)[taken:]) if taken else left

    def spent_part(self, part: Value) -> Value:
        if isinstance(part, GeneratorValue):
            return part
        if isinstance(part, Iteration) and part.kind in _ENDLESS:
            return part
        return self.spent(part)

    def taken(self, value: Iteration) -> int:
        """How many items were taken of an iterator."""
        place = self.state.heap[value.cell] if value.cell else Lit(0)
        if value.kind in _ENDLESS:
            return 0
        if not isinstance(place, Lit):
            raise self.unknown_place()
        if place.value == _SPENT:
            raise self.refuse("this iterator was gone through before, so that it may be empty here",
                              "make a list of it first: `list(iterator)`")  # fmt: skip
        return int(place.value)

    def unknown_place(self) -> Exception:
        what = "cannot decide how far this iterator has come"
        return Unsettled(self.source.problem(self.node, what, "make a list of it first: `list(iterator)`"))

    def builtin_next(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """`next(iterator)` and `next(iterator, default)`."""
        value, default = args[0], args[1] if len(args) > 1 else None
        method = self.special(value, "__next__")
        if method is not None and default is None:
            return self.call(method, (), {})
        if isinstance(value, GeneratorValue):
            return self.first_of(value, default)
        if isinstance(value, Iteration) and value.kind in _ENDLESS:
            return self.next_endless(value)
        if not isinstance(value, Iteration) or any(
            isinstance(p, (Iteration, GeneratorValue)) for p in value.parts
        ):
            raise self.refuse(
                f"next() of {describe(value)} is not supported", "loop over it, or index a list"
            )
        self.check_basis(value)
        place = self.taken(value)
        self.state.heap[value.cell] = Lit(place + 1)
        inner = value.parts[0] if value.kind == "iter" else Iteration(value.kind, value.parts, value.start)
        if self.known_length(inner):
            items = self.items_of(inner)
            return items[place] if place < len(items) else self.at_end(default)
        if value.kind != "iter":
            raise self.refuse(
                "next() of an iterator whose length is not known is not supported", "index a list"
            )
        is_left = self.compare("lt", Lit(place), self.call(Lit(len), (inner,), {}))
        return self.choose(is_left, lambda: self.subscript(inner, Lit(place)), lambda: self.at_end(default))

    def at_end(self, default: Value | None) -> Value:
        """What next() gives, or raises, when there are no more items."""
        if default is not None:
            return default
        if self.builder.depth == 0:
            raise self.raising(
                StopIteration, "this fails when it is run: next() of an iterator without items"
            )
        self.builder.emit_many(
            "raise", self.builder.emit("exception", Lit(StopIteration, "StopIteration"), hint="error")
        )
        self.state.unreachable = True
        return UNDEFINED

    def next_endless(self, value: Iteration) -> Value:
        """The next item of itertools.count or cycle."""
        place = self.state.heap[value.cell]
        if value.kind == "count":
            start, step = value.parts
            item = start if place == Lit(0) else self.binary("add", start, self.binary("mul", place, step))
        else:
            (item,) = (
                self.subscript(
                    value.parts[0], self.binary("mod", place, self.call(Lit(len), value.parts, {}))
                ),
            )
        self.state.heap[value.cell] = self.emit("operator.add", place, 1, hint="n")
        return item

    def first_of(self, generator: GeneratorValue, default: Value | None) -> Value:
        """The first item of a generator that nobody else can go on with."""
        if self.is_named(generator):
            raise self.refuse(
                "a generator in next() is consumed step by step", "make a list of it: `list(generator)`"
            )
        frame = next(self.serial)
        names = self.state.frames[frame] = {
            "is_found": Lit(False),
            "first": UNDEFINED if default is None else default,
        }
        chain, self.chain = self.chain, (frame, *self.chain)

        def take(item: Value) -> None:
            self.state.frames[frame].update({"first": item, "is_found": Lit(True)})

        try:
            self.iterate(generator, take, "is_found", None)
        finally:
            self.chain = chain
        names = self.state.frames.pop(frame)
        if isinstance(names["is_found"], Lit) or default is not None:
            return names["first"] if default is not None or names["is_found"].value else self.at_end(None)  # type: ignore[union-attr]
        return self.choose(names["is_found"], lambda: names["first"], lambda: self.at_end(None))

    def is_named(self, value: Value) -> bool:
        """Whether a name or a container holds a value."""
        held = [v for names in self.state.frames.values() for v in names.values()]
        held += [v for c in self.state.heap.values() if isinstance(c, ListContent) for v in c.items]
        held += [v for c in self.state.heap.values() if isinstance(c, DictContent) for _, v in c.items]
        return any(v is value or isinstance(v, TupleValue) and value in v.items for v in held)

    def check_basis(self, value: Iteration) -> None:
        """Refuse items that were computed before what they are computed from was changed."""
        cell, count = self.ends.get(value.cell, (0, 0))
        if self.resized[cell] != count:
            raise self.refuse("this list changes its length after `reversed` looked for its end", "make a list of it: `list(reversed(xs))`")
        if any(self.state.heap.get(cell) is not content for cell, content in value.basis):
            raise self.refuse("what this iterator reads was changed before it is gone through",
                              "make a list of it first: `list(iterator)`")  # fmt: skip

    def collected_beside(self, iterable: Value) -> Any:
        """The parts of a `zip` with generators as lists: of one that may have no end, as many items as the others have."""
        if not isinstance(iterable, Iteration) or iterable.kind not in ("zip", "enumerate"):
            return iterable
        if iterable.kind == "enumerate":
            return Iteration("enumerate", (self.collected_beside(iterable.parts[0]),), iterable.start)
        others = tuple(p for p in iterable.parts if not isinstance(p, GeneratorValue))
        parts = (self.collected_early(p, others) if isinstance(p, GeneratorValue) else p for p in iterable.parts)
        return Iteration("zip", tuple(parts))

    def collected_early(self, generator: GeneratorValue, others: tuple[Value, ...] = ()) -> Value:
        """The items of a generator that others are read beside: as good as one by one when it changes nothing."""
        before, mark = self.state, len(self.builder.nodes)
        self.state = before.fork()
        made = self.collected(generator)
        if loops_by_a_test(self.builder.nodes[mark:]):
            del self.builder.nodes[mark:]
            self.state = before.fork()
            made = self.collected(self.first_items(generator, others))
        if has_changed(before, self.state) or any(not self.is_silent(n) for n in self.builder.nodes[mark:]):
            raise self.refuse("a generator that changes something is read beside another iterable",
                              "make a list of it: `list(generator)`")  # fmt: skip
        self.leave_generators(before)
        return made

    def leave_generators(self, before: State) -> None:
        """Note of the generators that were collected since then that they may have been left before their end."""
        for cell, content in self.state.heap.items():
            if content == CONSUMED and before.heap.get(cell) == FRESH:
                self.state.heap[cell] = LEFT

    def first_items(self, generator: GeneratorValue, others: tuple[Value, ...]) -> GeneratorValue:
        """As many items of a generator as the shortest of other iterables has."""
        lengths = [self.call(Lit(len), (other,), {}) for other in others]
        if not lengths:
            raise self.refuse("a generator that is read beside another iterable may have no end",
                              "make a list of it: `list(generator)`")  # fmt: skip
        length = lengths[0] if len(lengths) == 1 else self.call(Lit(min), tuple(lengths), {})
        return self.lazy("islice", iterable=generator, start=Lit(0), stop=length)


def flat(values: tuple[Value, ...]) -> list[Any]:
    """The lists, dicts, objects and arrays that some values are or are made of."""
    found: list[Any] = []
    for value in values:
        if isinstance(value, (ListRef, DictRef, ObjectRef, ArrayRef)):
            found.append(value)
        elif isinstance(value, TupleValue):
            found += flat(value.items)
        elif isinstance(value, Iteration):
            found += flat(value.parts)
        elif isinstance(value, GeneratorValue):
            found += flat(tuple(value.bound.values()))
    return found
