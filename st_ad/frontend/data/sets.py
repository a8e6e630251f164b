"""Python sets: those whose items are known, and how many different numbers there are among computed ones."""

from __future__ import annotations

import operator
from typing import Any, Callable

from ...ir.syntax import Lit
from .dicts import DictMixin
from .set_values import DistinctValue, SetRef, has_fixed_hash, set_content
from .values import TupleValue, Value, is_known

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
            known = self.static(TupleValue(items), "an item of a set")
            return self.new_set(known, lambda: set(known))
        return DistinctValue(items)  # type: ignore[return-value]

    def builtin_frozenset(self, args: Args, kwargs: dict[str, Value]) -> Value:
        """`frozenset(items)`, which is what it is for good when its items are known."""
        made = self.builtin_set(args, kwargs)
        return Lit(frozenset(self.known_set(made) or ())) if isinstance(made, SetRef) else made

    def new_set(self, items: Any, made: Callable[[], Any] | None) -> SetRef:
        """A set of known items, and how Python makes it."""
        return SetRef(self.new_cell(set_content(set(items), made)))

    def set_in_order(self, value: Value) -> list[Any]:
        """The items of a set that are known, in the order in which Python goes through it, as far as it has one."""
        items = self.known_set(value) or set()
        made = self.made_of(value)
        if not all(map(has_fixed_hash, items)):
            return sorted(items, key=repr)
        if made is None and len(items) > 1:
            raise self.refuse("the order in which this set is gone through is not known", "use sorted(items)")
        return list(items if made is None else made())

    def made_of(self, value: Value) -> Callable[[], Any] | None:
        """How Python makes a set."""
        if isinstance(value, Lit):
            return lambda: value.value
        return getattr(self.content(value), "made", None)

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
        return tuple(self.set_of_keys(v) if k else v for k, v in zip(keys, values))

    def set_of_keys(self, keys: Value) -> Value:
        """The keys of a dict as a set."""
        known = self.static(keys, "a key")
        return self.new_set(known, lambda: set(known))

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
        apply = getattr(operator, name)
        if name in _COMPARISONS:
            return Lit(apply(first, second))
        return self.new_set(apply(first, second), made_by(apply, self.made_of(left), self.made_of(right)))

    def set_method(self, ref: SetRef, name: str, args: Args, kwargs: dict[str, Value]) -> Value:
        """A method of a set whose items are known."""
        items = self.known_set(ref)
        assert items is not None
        if name == "pop":
            return self.set_pop(ref)
        own = self.made_of(ref)
        given = [self.set_argument(a, name) for a in args]
        made_anew = [self.made_of(a) if self.known_set(a) is not None else given_as(g) for a, g in zip(args, given)]
        after = set(items)
        made = getattr(after, name, None)
        if made is None or kwargs:
            raise self.refuse(f"set.{name} is not supported", "make a new set")
        try:
            found = made(*given)
        except KeyError as error:
            raise self.raising(KeyError, f"this fails when it is run: the set has no item {error}", said=error.args[0]) from None
        if after != items:
            self.change(ref, set_content(after, made_by(changed_by(name), own, *made_anew)))
        if isinstance(found, set):
            return self.new_set(found, made_by(lambda items, *rest: getattr(items, name)(*rest), own, *made_anew))
        return Lit(found)

    def set_pop(self, ref: SetRef) -> Value:
        """The item that `pop` gives."""
        made = self.made_of(ref)
        if len(self.known_set(ref) or ()) > 1 and (made is None or not all(map(has_fixed_hash, self.known_set(ref) or ()))):
            raise self.refuse("which item a set gives first is not known", "take it from sorted(items)")
        left = self.known_set(ref) or set()
        if not left:
            raise self.raising(KeyError, "this fails when it is run: pop from an empty set", said="pop from an empty set")
        first = next(iter(left if made is None else made()))
        self.change(ref, set_content(left - {first}, made_by(changed_by("pop"), made)))
        return Lit(first)

    def set_argument(self, value: Value, method: str) -> Any:
        """An argument of a method: an item of the set, or other items."""
        if method in ("add", "discard", "remove"):
            return self.static(value, "an item of a set")
        known = self.known_set(value)
        return known if known is not None else [self.static(i, "an item of a set") for i in self.items_of(value)]


def made_by(apply: Callable[..., Any], *parts: Callable[[], Any] | None) -> Callable[[], Any] | None:
    """How Python makes a set of others."""
    if any(p is None for p in parts):
        return None
    return lambda: apply(*[p() for p in parts if p is not None])


def changed_by(name: str) -> Callable[..., Any]:
    """What a method leaves of a set."""

    def apply(items: Any, *args: Any) -> Any:
        getattr(items, name)(*args)
        return items

    return apply


def given_as(found: Any) -> Callable[[], Any]:
    """An argument that is known."""
    return lambda: found
