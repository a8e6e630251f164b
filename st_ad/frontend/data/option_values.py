"""What a name can stand for that is one of several known things."""

from __future__ import annotations

import enum
import types
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...ir.syntax import Atom, Lit
from .values import BoundMethod, CachedValue, DictRef, FunctionValue, ListRef, ObjectRef, PartialValue


CONTAINERS = (ListRef, DictRef, ObjectRef)


@dataclass(frozen=True, eq=False)
class OneOf:
    """A function, string, list, object or other thing that is chosen when the program runs: a string says which, the tag,
    and `options` are the things by their tags."""

    tag: Atom
    options: tuple[tuple[str, Any], ...]

    @property
    def is_text(self) -> bool:
        """Whether all of them are strings, so that the tag is the value."""
        return all(isinstance(o, Lit) and isinstance(o.value, str) for _, o in self.options)

    @property
    def is_container(self) -> bool:
        """Whether they are lists, dicts, or objects of one class, so that one can have the content of any of them."""
        kinds = {(type(o), getattr(o, "cls", None)) for _, o in self.options}
        return len(kinds) == 1 and isinstance(self.options[0][1], CONTAINERS)


def is_thing(value: Any) -> bool:
    """Whether a value is a thing of which one can be chosen: known, or a list, dict or object; no number, and not None."""
    if isinstance(value, Lit):
        found = value.value
        if not isinstance(found, enum.Enum) and isinstance(found, (bool, int, float, complex, np.generic, np.ndarray)):
            return False
        return isinstance(found, (str, enum.Enum, type, types.ModuleType, np.dtype)) or callable(found)
    return isinstance(value, (FunctionValue, BoundMethod, PartialValue, CachedValue, *CONTAINERS))


def same_thing(a: Any, b: Any) -> bool:
    """Whether two known things are one."""
    if a is b or isinstance(a, (Lit, *CONTAINERS)) and a == b:
        return True
    if isinstance(a, FunctionValue) and isinstance(b, FunctionValue):
        given = (*a.defaults, *a.keyword_defaults), (*b.defaults, *b.keyword_defaults)
        return a.node is b.node and a.frames == b.frames and all(map(same_part, *given))
    if isinstance(a, BoundMethod) and isinstance(b, BoundMethod):
        return same_part(a.receiver, b.receiver) and same_thing(a.function, b.function)
    if isinstance(a, PartialValue) and isinstance(b, PartialValue):
        names = [tuple(k for k, _ in p.kwargs) for p in (a, b)]
        parts = [(*p.args, *(v for _, v in p.kwargs)) for p in (a, b)]
        same = names[0] == names[1] and len(parts[0]) == len(parts[1]) and all(map(same_part, *parts))
        return same and same_thing(a.function, b.function)
    return isinstance(a, CachedValue) and isinstance(b, CachedValue) and same_thing(a.function, b.function)


def same_part(a: Any, b: Any) -> bool:
    """Whether two defaults, receivers or given arguments are the same."""
    return a is b or a == b or is_thing(a) and same_thing(a, b)


def parts_inside(value: Any) -> tuple[Any, ...]:
    """The values that a known thing brings along: defaults, a receiver, given arguments."""
    if isinstance(value, FunctionValue):
        return tuple(v for v in (*value.defaults, *value.keyword_defaults) if v is not None)
    if isinstance(value, BoundMethod):
        return value.receiver, value.function
    if isinstance(value, PartialValue):
        return value.function, *value.args, *(v for _, v in value.kwargs)
    return (value.function,) if isinstance(value, CachedValue) else ()


def frames_inside(value: Any) -> frozenset[int]:
    """The frames that a known thing closes over."""
    own = frozenset(value.frames) if isinstance(value, FunctionValue) else frozenset()
    return own.union(*(frames_inside(v) for v in parts_inside(value)))


def tag_name(value: Any) -> str:
    """How generated code calls a known thing."""
    if isinstance(value, FunctionValue):
        return getattr(value.node, "name", "lambda")
    if isinstance(value, (BoundMethod, PartialValue, CachedValue)):
        return tag_name(value.function)
    found = value.value
    if isinstance(found, str):
        return found
    if isinstance(found, enum.Enum):
        return f"{type(found).__name__}.{found.name}"
    named = value.name or getattr(found, "__name__", None) or getattr(found, "name", None)
    return str(named or type(found).__name__)
