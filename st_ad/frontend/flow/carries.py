"""The places that a loop carries from pass to pass: as parameters of its body, and as its results."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Atom, Lit, Var
from ...ir.types import Tensor
from ..data.choices import extended
from .links import LinkMixin
from ..data.option_values import OneOf
from ..data.state import LOST, CellInfo, Unsettled
from ..data.values import (
    LOST_CONTENT,
    ArrayRef,
    Choice,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    MaybeMissing,
    MaybeNone,
    ObjectRef,
    SeqContent,
    State,
    Step,
    TupleValue,
    flag_of,
    item_if_any,
    presence_of,
    value_if_any,
)


FLAG = Tensor("bool", (), "py")
TEXT = type_of(Lit(""))


@dataclass(frozen=True)
class Slot:
    """Which array a carried name stands for: one that passes hand on, or one from before the loop.

    Names of one `group` stand for the same array, each for the view that `path` takes of it; the `leading` one of them
    carries it. `chosen` are arrays from before the loop that the name may also stand for; a flag is carried for each.
    """

    group: Any
    leading: bool = False
    path: tuple[Step, ...] = ()
    type: Any = None
    hint: str = ""
    chosen: tuple[ArrayRef, ...] = ()
    handed_on: bool = True
    taken_over: bool = False
    # Whether the first of `chosen` is what the name stands for before the loop, and never after a pass.
    entering: bool = False
    # The names that may stand for one array after a pass, in order; a flag is carried for each pair of them.
    linked: tuple[Any, ...] = ()

    @property
    def earlier(self) -> tuple[Any, ...]:
        """The linked names that are carried before this one."""
        return self.linked[: self.linked.index(self.group)] if self.linked else ()

    @property
    def is_one_of_several(self) -> bool:
        """Whether the name stands for one of several arrays, so that its content is carried beside them."""
        return bool(self.chosen or self.earlier) and (self.handed_on or len(self.chosen) > 1)


@dataclass(frozen=True)
class Leaf:
    """A carried number or array. Without a slot, it must not be written to when it is `shared`, and `watched` are cells
    from before the loop that it may share storage with; a `lost` one may be out of date and must not be read."""

    type: Any
    hint: str
    array: bool
    shared: str = ""
    watched: tuple[int, ...] = ()
    lost: bool = False
    slot: Slot | None = None


@dataclass(frozen=True)
class Parts:
    """A carried container whose items are carried one by one; None stands for an item that stays as it is."""

    kind: str
    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    like: Any = None  # A list, dict or object of the same class, or the class of a tuple.


@dataclass(frozen=True)
class Rows:
    """A carried list of unknown length: a leaf for each column, and how an item is made of them."""

    form: Any
    items: tuple[Leaf, ...]


@dataclass
class Carry:
    """The carried places of one loop: names by (frame, name) and cells, and what each is."""

    places: dict[Any, Any] = field(default_factory=dict)
    init: list[Atom] = field(default_factory=list)
    params: list[Var] = field(default_factory=list)
    results: list[Atom] = field(default_factory=list)
    outs: list[Var] | None = None
    opened: list[tuple[int, Leaf]] = field(default_factory=list)
    groups: dict[Any, int] = field(default_factory=dict)
    linked: dict[Any, Any] = field(default_factory=dict)
    passed: bool = False
    ties: frozenset[tuple[Any, Any]] = frozenset()


class CarryMixin(LinkMixin):
    """Carried places, opened before a pass and closed after it."""

    def get_place(self, state: State, place: Any) -> Any:
        if isinstance(place, tuple):
            frame, name = place
            return state.frames[frame].get(name, UNDEFINED)
        return state.heap[place]

    def put_place(self, state: State, place: Any, value: Any) -> None:
        if isinstance(place, tuple):
            state.frames[place[0]][place[1]] = value
        else:
            state.heap[place] = value

    def open_place(self, entry: State, place: Any, spec: Any, carry: Carry) -> Any:
        value = self.get_place(entry, place)
        if isinstance(place, tuple):
            return self.open_value(entry, value, spec, carry)
        return self.open_content(entry, value, spec, carry)

    def note_watched(self, state: State, carry: Carry) -> None:
        """Note what the carried arrays may share storage with, as it is now."""
        for cell, spec in carry.opened:
            self.cells[cell].watched = LOST if spec.lost else tuple((c, state.heap[c]) for c in spec.watched)

    def open_content(self, entry: State, content: Any, spec: Any, carry: Carry) -> Any:
        if spec is None:
            return content
        if isinstance(spec, Leaf):
            return self.carry_leaf(spec, content, carry)
        if isinstance(spec, Rows):
            columns = self.columns_in(entry, content, spec)
            pairs = zip(spec.items, columns)
            return SeqContent(tuple(self.carry_leaf(s, c, carry) for s, c in pairs), spec.form)
        if spec.kind == "list":
            return ListContent(
                tuple(self.open_value(entry, v, s, carry) for v, s in zip(content.items, spec.items))
            )
        pairs = zip(spec.keys, spec.items)
        items = tuple((k, self.open_value(entry, self.item_of(content, k), s, carry)) for k, s in pairs)
        return DictContent(items, content.cls)

    def columns_in(self, state: State, content: Any, spec: Rows) -> tuple[Atom, ...]:
        """The columns of a list in another state."""
        if content is UNDEFINED:
            return (UNDEFINED,) * len(spec.items)
        now, self.state = self.state, state
        made = self.conform(content, spec.form).columns
        self.state = now
        return made

    def open_value(self, entry: State, value: Any, spec: Any, carry: Carry) -> Any:
        if spec is None:
            return value
        if isinstance(spec, Leaf):
            if spec.slot is not None:
                return self.open_slot(entry, value, spec, spec.slot, carry)
            var = self.carry_leaf(spec, self.entry_atom(entry, value), carry)
            if spec.array:
                found = self.new_array(var, CellInfo(contiguous=None, shared=spec.shared, name=spec.hint))
                carry.opened.append((found.cell, spec))
                return found
            return var
        if spec.kind == "tuple":
            items = value.items if isinstance(value, TupleValue) else (UNDEFINED,) * len(spec.items)
            return TupleValue(
                tuple(self.open_value(entry, v, s, carry) for v, s in zip(items, spec.items)), spec.like
            )
        if spec.kind == "one of":
            tag = self.carry_leaf(spec.items[0], self.tag_in(value), carry)
            return OneOf(tag, tuple((key, self.things[key]) for key in spec.keys))
        if spec.kind == "item":
            flag = self.carry_leaf(spec.items[0], presence_of(value, entry), carry)
            return MaybeMissing(flag, self.open_value(entry, item_if_any(value), spec.items[1], carry))
        if spec.kind == "optional":
            flag = self.carry_leaf(spec.items[0], flag_of(value), carry)
            return MaybeNone(flag, self.open_value(entry, value_if_any(value), spec.items[1], carry))
        content = entry.heap[value.cell] if value is not UNDEFINED else self.undefined_content(spec)
        inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
        cell = self.new_cell(self.open_content(entry, content, inner, carry))
        return replace(spec.like, cell=cell)

    def tag_in(self, value: Any) -> Atom:
        """What says which of several known things a carried value is."""
        found = self.tagged(value)
        return UNDEFINED if found is None else found.tag

    def open_slot(self, entry: State, value: Any, spec: Leaf, slot: Slot, carry: Carry) -> Any:
        """The array that a carried name stands for in a pass, or after the loop."""
        options: list[ArrayRef] = list(slot.chosen)
        passed = carry.outs is not None and carry.passed and slot.entering
        content: Any = None
        if slot.is_one_of_several:
            content = self.carry_leaf(spec, self.entry_atom(entry, value), carry)
        # The last of several is what the array is when it is none of the others.
        flagged = slot.chosen if slot.handed_on else slot.chosen[:-1]
        flags = [
            self.carry_leaf(Leaf(FLAG, f"same_{spec.hint}", False), Lit(value == one), carry) for one in flagged
        ]
        for at in slot.earlier:
            flags.append(self.carry_leaf(Leaf(FLAG, f"same_{spec.hint}", False), Lit(False), carry))
            options.append(carry.linked[at])
        if slot.handed_on:
            if slot.leading:
                held = Leaf(slot.type, slot.hint, True)
                var = self.carry_leaf(held, self.slot_entry(entry, value, slot), carry)
                info = CellInfo(contiguous=None, name=slot.hint)
                carry.groups[slot.group] = self.new_array(var, info).cell
            options.append(ArrayRef(carry.groups[slot.group], slot.path))
        if passed:
            # After a pass, the name does not stand for that array any more.
            options, flags = options[1:], flags[1:]
        found = options.pop()
        for k in reversed(range(len(flags))):
            # It is read only where the name stands for none of the arrays before.
            guards = tuple((flag, False) for flag in flags[:k])
            info = CellInfo(contiguous=None, name=spec.hint, choice=Choice(flags[k], options[k], found), guards=guards)
            found = self.new_array(content, info)
        if slot.linked:
            carry.linked[slot.group] = found
        return found

    def slot_entry(self, entry: State, value: Any, slot: Slot) -> Atom:
        """What is handed on before the first pass."""
        if slot.taken_over:
            return self.entry_atom(entry, ArrayRef(value.cell))
        return value if isinstance(value, (Var, Lit)) else UNDEFINED

    def close_slot(self, end: State, value: Any, slot: Slot, carry: Carry) -> None:
        """What a pass hands on to the next one, in the order of `open_slot`."""
        whole: Atom = UNDEFINED
        if isinstance(value, (Var, Lit)):
            whole = value
        elif isinstance(value, ArrayRef) and not self.is_stale(end, value):
            whole = self.read(value)
        if slot.is_one_of_several:
            carry.results.append(whole)
        flags = [self.is_the_same(value, one) for one in (slot.chosen if slot.handed_on else slot.chosen[:-1])]
        if slot.linked:
            same = [self.are_the_same(value, carry.linked[at]) for at in slot.earlier]
            carry.linked[slot.group] = value
            own = self.content_apart(self.handed_on_content(end, value, slot), same, slot.hint)
            carry.results += [*flags, *same, own]
            return
        carry.results += flags
        if slot.handed_on and slot.leading:
            refs = self.handed_on(value, slot.chosen)
            is_at_path = len(refs) == 1 and refs[0].path == slot.path
            if is_at_path and refs[0].cell not in end.lost:
                carry.results.append(self.read(ArrayRef(refs[0].cell)))
            else:
                carry.results.append(self.handed_on_content(end, value, slot))

    def handed_on_content(self, end: State, value: Any, slot: Slot) -> Atom:
        """What is handed on by a name that may also stand for an array from before the loop."""
        if not isinstance(value, ArrayRef):
            return value if isinstance(value, (Var, Lit)) else UNDEFINED
        if value in slot.chosen:
            return UNDEFINED
        choice = self.cells[value.cell].choice
        if choice is None or not slot.chosen or any(r.cell == value.cell for r in slot.chosen):
            return UNDEFINED if self.is_stale(end, value) else self.read(value)

        def side(x: Any) -> Atom:
            return UNDEFINED if x is UNDEFINED else self.handed_on_content(end, extended(x, value), slot)

        return self.selected(choice.flag, lambda: side(choice.first), lambda: side(choice.second), slot.hint)

    def handed_on(self, value: Any, chosen: tuple[ArrayRef, ...]) -> list[ArrayRef]:
        """The arrays that a value may be, apart from those of before the loop."""
        if not isinstance(value, ArrayRef):
            return []
        known = {c.cell for c in chosen}
        found = [r for r in self.alternatives(value, known.__contains__) if r not in chosen]
        return list(dict.fromkeys(found))

    def undefined_content(self, spec: Parts) -> Any:
        if spec.kind == "seq":
            return UNDEFINED
        if spec.kind == "list":
            return ListContent((UNDEFINED,) * len(spec.items))
        return DictContent(tuple((k, UNDEFINED) for k in spec.keys), spec.like.cls if isinstance(spec.like, ObjectRef) else None)

    def entry_atom(self, entry: State, value: Any) -> Atom:
        if isinstance(value, ArrayRef):
            if self.is_stale(entry, value):
                return UNDEFINED
            state, self.state = self.state, entry
            atom = self.read(value)
            self.state = state
            return atom
        return plain_text(value)

    def carry_leaf(self, spec: Leaf, init: Atom, carry: Carry) -> Var:
        if carry.outs is not None:
            return carry.outs.pop(0)
        var = Var(spec.hint, spec.type)
        self.note_joined(var, init)
        carry.init.append(init)
        carry.params.append(var)
        return var

    def close_place(self, end: State, place: Any, spec: Any, carry: Carry) -> None:
        value = self.get_place(end, place)
        if isinstance(place, tuple):
            self.close_value(end, value, spec, carry)
        else:
            self.close_content(end, value, spec, carry)

    def check_not_lost(self, *contents: Any) -> None:
        """Refuse to carry what may have been changed or not."""
        if LOST_CONTENT in contents:
            what = "cannot decide whether this loop changed a list, dict or array: under another name, or before an exception came"
            raise Unsettled(self.source.problem(self.node, what, "change it in the last statement of the try, and under one name"))

    def close_content(self, end: State, content: Any, spec: Any, carry: Carry) -> None:
        if spec is None:
            return
        self.check_not_lost(content)
        if isinstance(spec, Leaf):
            carry.results.append(content)
        elif isinstance(spec, Rows):
            carry.results += self.columns_in(end, content, spec)
        elif spec.kind == "list":
            items = content.items if isinstance(content, ListContent) else (UNDEFINED,) * len(spec.items)
            items = items if len(items) == len(spec.items) else (UNDEFINED,) * len(spec.items)
            for v, s in zip(items, spec.items):
                self.close_value(end, v, s, carry)
        else:
            for k, s in zip(spec.keys, spec.items):
                self.close_value(end, self.item_of(content, k), s, carry)

    def close_value(self, end: State, value: Any, spec: Any, carry: Carry) -> None:
        if spec is None:
            return
        if isinstance(spec, Leaf):
            if spec.slot is not None:
                self.close_slot(end, value, spec.slot, carry)
                return
            atom = plain_text(value)
            if isinstance(value, ArrayRef):
                atom = UNDEFINED if self.is_stale(end, value) else self.read(value)
            carry.results.append(atom if isinstance(atom, (Var, Lit)) else UNDEFINED)
        elif spec.kind == "tuple":
            items = value.items if isinstance(value, TupleValue) else (UNDEFINED,) * len(spec.items)
            for v, s in zip(items, spec.items):
                self.close_value(end, v, s, carry)
        elif spec.kind == "item":
            carry.results.append(presence_of(value, end))
            self.close_value(end, item_if_any(value), spec.items[1], carry)
        elif spec.kind == "one of":
            carry.results.append(self.tag_in(value))
        elif spec.kind == "optional":
            carry.results.append(flag_of(value))
            self.close_value(end, value_if_any(value), spec.items[1], carry)
        else:
            known = isinstance(value, (ListRef, DictRef, ObjectRef))
            content = end.heap[value.cell] if known else self.undefined_content(spec)
            inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
            self.close_content(end, content, inner, carry)


def plain_text(value: Any) -> Any:
    """A string that is one of several, as one that is known at run time only; any other value as it is."""
    return value.tag if isinstance(value, OneOf) and value.is_text else value


def leaves_of(spec: Any) -> int:
    """The number of carried values of a place."""
    if spec is None:
        return 0
    if isinstance(spec, Leaf) and spec.slot is not None:
        slot = spec.slot
        flags = len(slot.chosen) + len(slot.earlier) - (0 if slot.handed_on else 1)
        return int(slot.is_one_of_several) + flags + int(slot.handed_on and slot.leading)
    if isinstance(spec, Leaf):
        return 1
    return sum(leaves_of(s) for s in spec.items)
