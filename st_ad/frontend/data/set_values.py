"""What a set can stand for while a function is being lowered."""

from __future__ import annotations

import collections
from dataclasses import dataclass
from typing import Any, Callable

from ...ir.syntax import Lit
from .values import DictContent, DictRef


@dataclass(frozen=True)
class SetRef(DictRef):
    """A set with items that are known, as a dict whose values are True."""

    cls: Any = set


@dataclass(frozen=True)
class CounterRef(DictRef):
    """A Counter: what was not counted is 0, and reading it adds no key."""

    cls: Any = collections.Counter


@dataclass(frozen=True, eq=False)
class SetContent(DictContent):
    """The items of a set. `made` makes it anew as the program did, which decides the order in which Python goes through
    it; it is None when that is not known."""

    made: Callable[[], Any] | None = None


def set_content(items: Any, made: Callable[[], Any] | None) -> SetContent:
    """The content of the cell of a set, in an order that does not depend on hashes."""
    return SetContent(tuple((k, Lit(True)) for k in sorted(items, key=repr)), made=made)


def has_fixed_hash(item: Any) -> bool:
    """Whether the hash of an item is the same in every run."""
    if isinstance(item, tuple):
        return all(map(has_fixed_hash, item))
    return isinstance(item, (bool, int, float, complex))


@dataclass(frozen=True, eq=False)
class DistinctValue:
    """The set of some computed numbers, of which some may be equal."""

    items: tuple[Any, ...]
