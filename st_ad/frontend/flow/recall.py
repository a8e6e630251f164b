"""What a loop inside of a loop was found to carry, as the first guess when the outer one is lowered again.

Frames and cells have other numbers then. What is remembered names them by the place of the frame and by the first name
that leads to the cell; what cannot be named so, or would be of another shape now, is not guessed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Lit, Var
from ...ir.types import Tensor, same_dim
from .carries import Carry, Leaf, Parts, Slot
from ..data.values import ArrayRef, DictContent, DictRef, ListContent, ListRef, ObjectRef, State, TupleValue


class Unknown(Exception):
    """Something that has no name here."""


@dataclass(frozen=True)
class Path:
    """The first name that leads to a cell: the place of a frame, a name in it, and items."""

    steps: tuple[Any, ...]


@dataclass(eq=False)
class Rolled:
    """A loop that was lowered: what it carries, by names, and the loops in its last pass."""

    node: Any
    places: tuple[tuple[Any, Any], ...] | None = None
    loops: list["Rolled"] = field(default_factory=list)


@dataclass(eq=False)
class Trace:
    """The loops of the pass that is being lowered, in order, and those of the pass of before."""

    before: list[Rolled]
    now: list[Rolled] = field(default_factory=list)

    def begin(self, node: Any) -> tuple[Rolled, Rolled | None]:
        """Note that a loop is lowered; the same loop in the pass of before."""
        at = len(self.now)
        self.now.append(Rolled(node))
        earlier = self.before[at] if at < len(self.before) else None
        return self.now[-1], earlier if earlier is not None and earlier.node is node else None


def remembered(entry: State, carry: Carry) -> tuple[tuple[Any, Any], ...] | None:
    """What a loop carries, by names."""
    names: dict[int, Path] = {}
    for path, cell in _cells(entry):
        names.setdefault(cell, path)
    frames = {frame: i for i, frame in enumerate(entry.frames)}
    translation = _Translation(frames.__getitem__, names.__getitem__)
    try:
        return None if carry.ties else tuple(translation.places(carry.places.items()))
    except (Unknown, KeyError):
        return None


def guess(entry: State, earlier: Rolled | None) -> Carry | None:
    """What a loop may be expected to carry, with the shapes that there are now."""
    if earlier is None or earlier.places is None:
        return None
    translation = _Translation(list(entry.frames).__getitem__, dict(_cells(entry)).__getitem__)
    try:
        places = dict(translation.places(earlier.places))
        return Carry({place: _shaped(entry, _value(entry, place), spec) for place, spec in places.items()})
    except (Unknown, KeyError, IndexError):
        return None


@dataclass(frozen=True)
class _Translation:
    """Carried places with other frames and cells."""

    frame: Callable[[Any], Any]
    cell: Callable[[Any], Any]

    def places(self, places: Any) -> Iterator[tuple[Any, Any]]:
        for place, spec in places:
            yield self.place(place), self.spec(spec)

    def place(self, place: Any) -> Any:
        return (self.frame(place[0]), *place[1:]) if isinstance(place, tuple) else self.cell(place)

    def spec(self, spec: Any) -> Any:
        if spec is None:
            return None
        if isinstance(spec, Parts):
            return dataclasses.replace(spec, items=tuple(map(self.spec, spec.items)))
        if not isinstance(spec, Leaf) or spec.lost or not isinstance(spec.type, Tensor):
            raise Unknown
        watched: Any = [self.cell(c) for c in spec.watched]
        watched = watched if any(isinstance(c, Path) for c in watched) else sorted(watched)
        return dataclasses.replace(spec, watched=tuple(watched), slot=self.slot(spec.slot))

    def slot(self, slot: Slot | None) -> Slot | None:
        if slot is None:
            return None
        group = slot.group
        group = ("cell", self.cell(group[1]), *group[2:]) if group[0] == "cell" else self.place(group)
        return dataclasses.replace(slot, group=group, chosen=tuple(map(self.array, slot.chosen)))

    def array(self, ref: ArrayRef) -> ArrayRef:
        if ref.path or ref.since is not None:
            raise Unknown
        return ArrayRef(self.cell(ref.cell))


def _cells(state: State) -> Iterator[tuple[Path, int]]:
    """The cells that names lead to, each with every way there."""
    for i, names in enumerate(state.frames.values()):
        for name, value in names.items():
            yield from _reached(state, (i, name), value, set())


def _reached(state: State, steps: tuple[Any, ...], value: Any, met: set[int]) -> Iterator[tuple[Path, int]]:
    if isinstance(value, ArrayRef):
        yield Path(steps), value.cell
    elif isinstance(value, TupleValue):
        for i, item in enumerate(value.items):
            yield from _reached(state, (*steps, i), item, met)
    elif isinstance(value, (ListRef, DictRef, ObjectRef)) and value.cell not in met:
        met.add(value.cell)
        yield Path(steps), value.cell
        for key, item in _items(state.heap.get(value.cell)):
            yield from _reached(state, (*steps, key), item, met)


def _items(content: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(content, ListContent):
        yield from enumerate(content.items)
    elif isinstance(content, DictContent):
        yield from content.items


def _value(entry: State, place: Any) -> Any:
    if isinstance(place, tuple):
        return entry.frames[place[0]].get(place[1], UNDEFINED)
    return entry.heap[place]


def _shaped(entry: State, value: Any, spec: Any) -> Any:
    """The spec of a carried value with the lengths that the value has before the loop."""
    if isinstance(spec, Parts):
        inner = _inside(entry, value)
        if len(inner) != len(spec.items) or spec.kind not in ("tuple", "list", "dict"):
            raise Unknown
        return dataclasses.replace(spec, items=tuple(_shaped(entry, v, s) for v, s in zip(inner, spec.items)))
    if spec is None:
        return None
    if isinstance(value, ArrayRef):
        value = UNDEFINED if value.path or value.since is not None else entry.heap.get(value.cell, UNDEFINED)
    shape = getattr(type_of(value), "shape", None) if isinstance(value, (Var, Lit)) and value is not UNDEFINED else None
    slot = spec.slot
    if slot is not None and slot.type is not None:
        slot = dataclasses.replace(slot, type=_with_shape(slot.type, shape))
    return dataclasses.replace(spec, type=_with_shape(spec.type, shape), slot=slot)


def _inside(entry: State, value: Any) -> tuple[Any, ...]:
    if isinstance(value, TupleValue):
        return value.items
    content = entry.heap.get(value.cell) if isinstance(value, (ListRef, DictRef, ObjectRef)) else value
    return tuple(item for _, item in _items(content))


def _with_shape(kind: Any, shape: Any) -> Any:
    if isinstance(kind, Tensor) and kind.shape == ():
        return kind
    if not isinstance(kind, Tensor) or kind.shape is None or shape is None or len(shape) != len(kind.shape):
        raise Unknown
    if not all(map(same_dim, shape, kind.shape)):
        raise Unknown
    return Tensor(kind.dtype, shape, kind.form)
