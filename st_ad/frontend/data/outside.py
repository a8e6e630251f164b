"""Lists, dicts and objects that were there before the call, and are reached by a name: globals, attributes, defaults.

Each is read as it is now. One that the function changes exists once, from the start, whatever name it goes by; at the
end of the function it must hold again what it held, because its changes would be seen by others.
"""

from __future__ import annotations

from collections.abc import ItemsView, KeysView, MutableMapping, MutableSequence, MutableSet, Sequence, ValuesView
from dataclasses import dataclass
from typing import Any, Iterator

from ...errors import UnsupportedError
from ...ir.syntax import Lit
from ..interpreter import Interpreter
from .values import (
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    ObjectRef,
    RangeValue,
    TupleValue,
    Value,
    describe,
)


# What is read as it is now, unless it is a list or a dict.
CHANGEABLE = (MutableSet, MutableSequence, MutableMapping)
_VIEWS = (KeysView, ValuesView, ItemsView)


@dataclass(frozen=True, eq=False)
class GlobalName:
    """A global that the function gives other values for a while."""

    name: str
    scope: dict[str, Any]


class NeedOutside(Exception):
    """A container from outside, or a global, is changed, so that it must exist from the start."""

    def __init__(self, found: Any) -> None:
        super().__init__("a container from outside is changed")
        self.found = found


def containers_of(cls: type) -> Iterator[Any]:
    """The lists and dicts that a class of the function's own holds, which every call makes anew."""
    queue = list(vars(cls).values())
    while queue:
        found = queue.pop()
        if type(found) in (list, dict):
            yield found
            queue += found if type(found) is list else found.values()


class OutsideMixin(Interpreter):
    """Python objects as values."""

    # The classes that are defined in the function, by their definition: what they read, and what was made.
    own_classes: dict[Any, list[tuple[dict[str, Any], type]]]

    # Containers from outside by cell, and those that are changed by identity, with what they held at first.
    to_change: Sequence[Any] = ()
    borrowed: dict[int, Any]
    changed: dict[int, tuple[Any, Value, Any]]
    # Globals that are changed, by name and namespace: the frame that holds them, what they were at first, and the
    # refusal of the last statement that changed them.
    rebound: dict[tuple[str, int], tuple[int, Value, UnsupportedError | None]]

    def from_python(self, found: Any) -> Value:
        """A known Python object, which nobody else holds, as a value."""
        if type(found) is tuple:
            return TupleValue(tuple(self.from_python(i) for i in found))
        if isinstance(found, tuple) and hasattr(type(found), "_fields"):
            return TupleValue(tuple(self.from_python(i) for i in found), type(found))
        if type(found) is range:
            return RangeValue(Lit(found.start), Lit(found.stop), Lit(found.step))
        if type(found) is list or isinstance(found, _VIEWS) and type(found).__module__ == "builtins":
            items = tuple(self.from_python(i) for i in found)
            return self.new_list(items) if type(found) is list else TupleValue(items)
        if type(found) is dict:
            return DictRef(
                self.new_cell(DictContent(tuple((k, self.from_python(v)) for k, v in found.items())))
            )
        return Lit(found)

    def from_outside(self, found: Any) -> Value:
        """A Python object that was there before as a value."""
        return self.kept(found) if self.is_to_change(found) else self.read_outside(found)

    def is_to_change(self, found: Any) -> bool:
        """Whether an object is one of those that the function changes."""
        return any(found is other for other in self.to_change)

    def read_outside(self, found: Any) -> Value:
        """The same for one that is only read."""
        if type(found) is tuple:
            return TupleValue(tuple(self.from_outside(i) for i in found))
        if isinstance(found, tuple) and hasattr(type(found), "_fields"):
            return TupleValue(tuple(self.from_outside(i) for i in found), type(found))
        if type(found) is list:
            made: Any = self.new_list(tuple(self.from_outside(i) for i in found))
        elif type(found) is dict:
            made = DictRef(self.new_cell(DictContent(tuple((k, self.from_outside(v)) for k, v in found.items()))))
        else:
            return self.from_python(found)
        self.borrowed[made.cell] = found
        return made

    def held_outside(self, owner: Any, name: str, found: Any) -> Value:
        """What an object from outside gave for an attribute: something that it holds, or that it made."""
        is_held = getattr(owner, "__dict__", {}).get(name) is found
        return self.from_outside(found) if is_held else self.from_python(found)

    def check_owned(self, ref: Any) -> None:
        """Before a container is changed: one from outside must have existed from the start."""
        if ref.cell in self.borrowed:
            if self.is_to_change(self.borrowed[ref.cell]):
                raise self.refuse("a container from outside is changed that contains itself", "pass it as an argument")
            raise NeedOutside(self.borrowed[ref.cell])

    def keep_outside(self) -> None:
        """Make the containers from outside that are changed; at the start of the function."""
        for found in self.to_change:
            if isinstance(found, GlobalName):
                first = self.global_value(found.name, ("global", found.scope[found.name], found.scope), found.name)
                frame = next(self.serial)
                self.state.frames[frame] = {found.name: first}
                self.rebound[found.name, id(found.scope)] = frame, first, None
            else:
                self.kept(found)

    def rebind_global(self, name: str, value: Value) -> None:
        """`name = value` where the name was declared global."""
        found = self.source.names.find(name)
        if found is None or found[0] != "global":
            raise self.global_written(name)
        scope = found[2]
        if (name, id(scope)) not in self.rebound:
            raise NeedOutside(GlobalName(name, scope))
        frame, first, _ = self.rebound[name, id(scope)]
        self.rebound[name, id(scope)] = frame, first, self.global_written(name)
        self.state.frames[frame][name] = value

    def global_written(self, name: str) -> UnsupportedError:
        return self.refuse(f"the global `{name}` is written to", "return the value, or pass it as an argument")

    def rebound_value(self, name: str, scope: Any) -> Value | None:
        """What a global is now that the function changes; None for other names."""
        place = self.rebound.get((name, id(scope)))
        if place is None:
            return None
        found = self.state.frames[place[0]][name]
        self.check_one_kind(found, f"`{name}`")
        return found

    def check_globals(self) -> None:
        """Refuse to leave a global changed, or to run as it is what may read it."""
        for (name, _), (frame, first, refusal) in self.rebound.items():
            if not is_same(first, self.state.frames[frame][name]):
                raise refusal or self.global_written(name)

    def kept(self, found: Any) -> Value:
        """One of the containers from outside that are changed, made when it is met first."""
        if id(found) not in self.changed:
            made = self.opened(Lit(found)) if not isinstance(found, (list, dict)) else self.read_outside(found)
            assert isinstance(made, (ListRef, DictRef, ObjectRef))
            self.borrowed.pop(made.cell, None)
            self.changed[id(found)] = (found, made, self.state.heap[made.cell])
        return self.changed[id(found)][1]

    def disturbed(self) -> Value | None:
        """A container from outside that holds something else than at the start, if there is one."""
        own = {id(c) for versions in self.own_classes.values() for _, cls in versions for c in containers_of(cls)}
        for found, ref, before in self.changed.values():
            if id(found) not in own and not self.is_restored(before, self.state.heap[ref.cell]):  # type: ignore[union-attr]
                return ref
        return None

    def check_restored(self) -> None:
        """Refuse a function that leaves a container from outside changed."""
        left = self.disturbed()
        if left is not None:
            what = "an object" if isinstance(left, ObjectRef) else describe(left)
            raise self.changed_outside(what)
        self.check_globals()

    def changed_outside(self, what: str) -> UnsupportedError:
        """A refusal to change something that was there before the call."""
        return self.refuse(f"{what} from outside the function is changed, which the next call sees",
                           "pass it as an argument, or return the new value")  # fmt: skip

    def check_undisturbed(self, what: str) -> None:
        """Refuse what runs as it is while a container from outside is changed, which it may look at."""
        left = self.disturbed()
        if left is not None:
            raise self.refuse(f"{what} while {describe(left)} from outside the function is changed, which it may look at",
                              "pass what it needs as an argument")  # fmt: skip
        self.check_globals()

    def is_restored(self, before: Any, after: Any) -> bool:
        if after is before:
            return True
        if isinstance(before, ListContent) and isinstance(after, ListContent):
            return len(before.items) == len(after.items) and all(map(is_same, before.items, after.items))
        if isinstance(before, DictContent) and isinstance(after, DictContent):
            keys = [k for k, _ in before.items] == [k for k, _ in after.items]
            return keys and all(is_same(v, w) for (_, v), (_, w) in zip(before.items, after.items))
        return False

    def opened(self, literal: Lit) -> ObjectRef:
        """An object from outside as one of this program, with the attributes that it has now."""
        raise NotImplementedError


def is_same(old: Value, new: Value) -> bool:
    """Whether a place holds what it held."""
    if isinstance(old, TupleValue) and isinstance(new, TupleValue):
        return old.cls is new.cls and len(old.items) == len(new.items) and all(map(is_same, old.items, new.items))
    if isinstance(old, Lit) and isinstance(new, Lit):
        return old.value is new.value or type(old.value) is type(new.value) and old == new
    return old is new or old == new
