"""What a set can stand for while a function is being lowered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .values import DictRef


@dataclass(frozen=True)
class SetRef(DictRef):
    """A set with items that are known, as a dict whose values are True."""


@dataclass(frozen=True)
class CounterRef(DictRef):
    """A Counter: what was not counted is 0, and reading it adds no key."""


@dataclass(frozen=True, eq=False)
class DistinctValue:
    """The set of some computed numbers, of which some may be equal."""

    items: tuple[Any, ...]
