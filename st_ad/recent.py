"""What was transformed lately: `grad(f)` in a loop transforms f once, also when f is a lambda that is made anew each time."""

from __future__ import annotations

import types
from collections import OrderedDict
from typing import Any, Hashable

from .rules.names import changes, registered

# Functions are kept alive by being here, and with them what they close over: those that close over nothing are cheap.
_KEPT = 256
_KEPT_CLOSURES = 8


class Recent:
    """A few things by key, the least recently used of which are forgotten.

    Without a lock, which a child process could find held: a thing that another thread moves just now counts as absent.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """What was put there last, or None."""
        value = self.found.pop(key, None)
        if value is not None:
            self.found[key] = value
        return value

    def put(self, key: Hashable, value: Any) -> None:
        """Remember a thing."""
        self.found.pop(key, None)
        self.found[key] = value
        if len(self.found) > self.size:
            self.found.popitem(last=False)


_functions, _closures = Recent(_KEPT), Recent(_KEPT_CLOSURES)
_derivatives, _of_closures = Recent(_KEPT), Recent(_KEPT_CLOSURES)


def same_function(function: types.FunctionType) -> types.FunctionType:
    """A function that was seen before and does the same, because code, globals, closure cells and defaults are the very
    same objects; or else the function itself."""
    if function.__dict__ or registered(function) is not None:
        return function
    cells, defaults, named = function.__closure__ or (), function.__defaults__ or (), function.__kwdefaults__ or {}
    parts = (function.__code__, function.__globals__, *cells, *defaults, *named.values())
    key = (function.__qualname__, len(cells), len(defaults), tuple(named), *map(id, parts))
    table = _closures if cells or defaults or named else _functions
    found = table.get(key)
    if found is not None and found.__code__ is function.__code__ and registered(found) is None:
        return found  # type: ignore[no-any-return]
    table.put(key, function)
    return function


def twin_of(derivative: Any) -> Any:
    """The latest derivative before this one that is of the same function in the same way, or None."""
    function, subject = derivative.subject.function, derivative.subject
    key = (id(function), derivative.active, derivative.recipe, len(subject.leading), tuple(subject.keywords), changes[0])
    table = _of_closures if getattr(function, "__closure__", True) else _derivatives
    found = table.get(key)
    table.put(key, derivative)
    return found if found is not None and found.subject.function is function else None
