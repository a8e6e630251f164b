"""Python sets: those whose items are known, and how many different numbers there are among computed ones."""

from __future__ import annotations

import operator
from typing import Any

from ...ir.syntax import Lit
from .dicts import DictMixin
from .set_values import DistinctValue, SetRef
from .values import DictContent, TupleValue, Value, is_known

Args = tuple[Value, ...]
_ALGEBRA = {"union": "or_", "intersection": "and_", "difference": "sub", "symmetric_difference": "xor"}
_OPERATORS = frozenset("or_ and_ sub xor".split())
_COMPARISONS = frozenset("eq ne lt le gt ge".split())


class SetMixin(DictMixin):
    """Making, asking and changing sets."""

    def builtin_set(self, args: Args, kwargs: dict[str, Value]) -> Value:
        """`set(items)`."""
        items = self.items_of(args[0]) if args else ()
        if all(map(is_known, items)):
            return self.new_set(set(self.static(TupleValue(items), "an item of a set")))
        return DistinctValue(items)  # type: ignore[return-value]

    def new_set(self, items: Any) -> SetRef:
        """A set of known items."""
        return SetRef(self.new_cell(set_content(items)))

    def known_set(self, value: Value) -> set[Any] | frozenset[Any] | None:
        """The items of a set that are known, or None."""
        if isinstance(value, SetRef):
            items = self.content(value).items
            if any(there != Lit(True) for _, there in items):
                raise self.refuse("which items this set has is not known here", "change it on every path")
            return {k for k, _ in items}
        if isinstance(value, Lit) and isinstance(value.value, (set, frozenset)):
            return value.value
        return None

    def count_distinct(self, value: DistinctValue) -> Value:
        """How many different numbers there are."""
        count: Value = Lit(0)
        for i, item in enumerate(value.items):
            found = self.contains(item, TupleValue(value.items[:i]), "in_")
            count = self.choose(found, lambda count=count: count, lambda count=count: self.binary("add", count, Lit(1)))  # type: ignore[misc]
        return count

    def keys_as_sets(self, *values: Value) -> tuple[Value, ...]:
        """The keys of dicts as sets, in `a.keys() & b.keys()` and the like."""
        keys = [isinstance(v, TupleValue) and v.cls is None and is_known(v) for v in values]
        if not any(keys) or not all(k or isinstance(v, SetRef) or self.known_set(v) is not None for k, v in zip(keys, values)):
            return values
        return tuple(self.new_set([i.value for i in v.items]) if k else v for k, v in zip(keys, values))  # type: ignore[union-attr]

    def binary_of_sets(self, name: str, left: Value, right: Value) -> Value | None:
        """`a | b` and the like, and comparisons, of sets that are known; None for other things."""
        if name in _OPERATORS:
            left, right = self.keys_as_sets(left, right)
        if not isinstance(left, SetRef) and not isinstance(right, SetRef):
            return None
        first, second = self.known_set(left), self.known_set(right)
        if name in ("eq", "ne") and (first is None or second is None):
            return None
        if first is None or second is None or name not in _OPERATORS | _COMPARISONS:
            raise self.refuse("this operation with a set is not supported", "convert the set with sorted() first")
        found = getattr(operator, name)(first, second)
        return Lit(found) if name in _COMPARISONS else self.new_set(found)

    def set_method(self, ref: SetRef, name: str, args: Args, kwargs: dict[str, Value]) -> Value:
        """A method of a set whose items are known."""
        items = self.known_set(ref)
        assert items is not None
        if name == "pop":
            if len(items) != 1:
                raise self.refuse("which item a set gives first is not known", "take it from sorted(items)")
            self.change(ref, set_content(()))
            return Lit(next(iter(items)))
        if name == "copy":
            return self.new_set(items)
        given = [self.set_argument(a, name) for a in args]
        after = set(items)
        made = getattr(after, name, None)
        if made is None or kwargs:
            raise self.refuse(f"set.{name} is not supported", "make a new set")
        try:
            found = made(*given)
        except KeyError as error:
            raise self.raising(KeyError, f"this fails when it is run: the set has no item {error}") from None
        if after != items:
            self.change(ref, set_content(after))
        return self.new_set(found) if isinstance(found, set) else Lit(found)

    def set_argument(self, value: Value, method: str) -> Any:
        """An argument of a method: an item of the set, or other items."""
        if method in ("add", "discard", "remove"):
            return self.static(value, "an item of a set")
        known = self.known_set(value)
        return known if known is not None else [self.static(i, "an item of a set") for i in self.items_of(value)]


def set_content(items: Any) -> DictContent:
    """The content of the cell of a set, in an order that does not depend on hashes."""
    return DictContent(tuple((k, Lit(True)) for k in sorted(items, key=repr)))
