"""Two paths and where they meet: a branch becomes an If whose results are what the paths changed."""

from __future__ import annotations

import dataclasses
import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

from ..ir.build import finish, type_of
from ..ir.syntax import UNDEFINED, Atom, If, Lit, Node, Var
from ..ir.types import Opaque, Seq, Tensor
from ..ir.walk import outs
from .choices import ChoiceMixin, Holders, joined_type, mapped_path
from .columns import slots
from .state import CellInfo
from .ties import near, tie
from .values import (
    LOST_CONTENT,
    CONFLICT,
    Conflict,
    ArrayRef,
    Choice,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    MaybeNone,
    ObjectRef,
    SeqContent,
    State,
    TupleValue,
    Value,
    flag_of,
    value_if_any,
)


# The value of a name that is not read any more.
FORGOTTEN = Lit(Conflict())


@dataclass
class Side:
    state: State
    value: Any
    nodes: list[Node]
    held: Holders = field(default_factory=Holders)
    moved: dict[int, int] = field(default_factory=dict)


@dataclass
class Meeting:
    """The results of an If while they are found."""

    before: State
    first: Side
    second: Side
    flag: Atom = Lit(True)
    outs: list[Var] = field(default_factory=list)
    pairs: list[tuple[Atom, Atom]] = field(default_factory=list)
    made: dict[tuple[Atom, Atom], Var] = field(default_factory=dict)
    cells: dict[Any, int] = field(default_factory=dict)
    watched: list[tuple[CellInfo, tuple[int, ...]]] = field(default_factory=list)
    refs: dict[tuple[int, int], int] = field(default_factory=dict)
    tied: list[tuple[int, int]] = field(default_factory=list)


class BranchMixin(ChoiceMixin):
    """Branches in expressions and statements."""

    joined: State

    def branch(self, flag: Atom, then: Callable[[], Any], orelse: Callable[[], Any]) -> Any:
        """Run both delayed computations on copies of the state and join what they did; gives the joined value."""
        before, loc, live, floor = self.state, self.builder.loc, dict(self.live), self.floor
        sides = []
        for run in (then, orelse):
            self.state = before.fork()
            self.builder.loc, self.floor = loc, math.inf
            with self.builder.block() as nodes:
                value = run()
            self.live = dict(live)
            sides.append(Side(self.state, value, nodes))
        first, second = sides
        self.floor = floor
        meeting = Meeting(before, first, second, flag)
        value, state = self.meet(meeting)
        self.builder.loc = loc
        self.builder.append(
            If(
                tuple(meeting.outs),
                flag,
                finish((), first.nodes, tuple(a for a, _ in meeting.pairs)),
                finish((), second.nodes, tuple(b for _, b in meeting.pairs)),
                loc,
            )
        )
        self.state = state
        return value

    def meet(self, m: Meeting) -> tuple[Any, State]:
        one, two = m.first.state, m.second.state
        state = State()
        self.joined = state
        state.unreachable = one.unreachable and two.unreachable
        if state.unreachable:
            return m.first.value, m.before
        state.lost = one.lost | two.lost
        for side in (m.first, m.second):
            side.held = self.holders(side.state, m.before.heap.__contains__)
            self.hold(("value",), side.value, side.state, side.held, set())
        for cell, content in m.before.heap.items():
            state.heap[cell] = self.meet_content(m, cell, content, one.heap.get(cell), two.heap.get(cell))
        for frame, names in m.before.frames.items():
            a, b = one.frames.get(frame, names), two.frames.get(frame, names)
            state.frames[frame] = {
                name: self.meet_place(m, name, names.get(name), a.get(name), b.get(name))
                if self.is_live(frame, name)
                else self.meet_forgotten(a.get(name), b.get(name))
                for name in {**a, **b}
            }
        for other in (one, two):
            for frame, names in other.frames.items():
                state.frames.setdefault(frame, names)
        state.views = {k: v for k, v in m.before.views.items()}
        named = len(m.outs)
        value = self.meet_place(m, self.target, None, m.first.value, m.second.value)
        for var in m.outs[named:]:
            # The value of a conditional expression has no name until it is assigned to one.
            object.__setattr__(var, "temporary", True)
        for info, cells in m.watched:
            info.watched = tuple((c, state.heap[c]) for c in cells if c in state.heap)
        for first, second in m.tied:
            tie(self, state, first, second)
        return value, state

    def meet_forgotten(self, a: Any, b: Any) -> Any:
        """A name that is not read before it is bound again."""
        return a if a is b else FORGOTTEN

    def meet_content(self, m: Meeting, cell: int, old: Any, a: Any, b: Any) -> Any:
        if a is b:
            return a
        if (a is LOST_CONTENT and not m.first.state.unreachable) or (
            b is LOST_CONTENT and not m.second.state.unreachable
        ):
            return LOST_CONTENT
        if m.first.state.unreachable:
            a = old if b is old else None
        elif m.second.state.unreachable:
            b = old if a is old else None
        if a is b:
            return a
        if isinstance(a or b, (Var, Lit)):
            hint = next((x.hint for x in (old, a, b) if isinstance(x, Var)), "buffer")
            return self.out(m, hint, a if a is not None else UNDEFINED, b if b is not None else UNDEFINED)
        return self.meet_items(m, a, b)

    def meet_items(self, m: Meeting, a: Any, b: Any) -> Any:
        """Join two contents of a list, dict or object; None on a path that never gets here."""
        known = a if a is not None else b
        if isinstance(a, SeqContent) or isinstance(b, SeqContent):
            return self.meet_lists(m, a, b)
        if isinstance(known, ListContent):
            first = a.items if a is not None else (UNDEFINED,) * len(known.items)
            second = b.items if b is not None else (UNDEFINED,) * len(known.items)
            if len(first) != len(second):
                return self.meet_lists(m, a, b)
            return ListContent(tuple(self.meet_value(m, "item", x, y) for x, y in zip(first, second)))
        first_map = dict(a.items) if a is not None else {}
        second_map = dict(b.items) if b is not None else {}
        keys = list(first_map) + [k for k in second_map if k not in first_map]
        return DictContent(
            tuple(
                (k, self.meet_value(m, str(k), first_map.get(k, UNDEFINED), second_map.get(k, UNDEFINED)))
                for k in keys
            )
        )

    def meet_lists(self, m: Meeting, a: Any, b: Any) -> SeqContent:
        """Join two lists of which one has no known length, or that differ in it; None on a path that never gets here."""
        form: Any = None
        for side, content in ((m.first, a), (m.second, b)):
            if content is not None:
                with self.inside(side):
                    form = self.join_forms(form, self.form_of_content(content))
        first, second = self.columns_inside(m.first, a, form), self.columns_inside(m.second, b, form)
        pairs = zip(first, second)
        return SeqContent(tuple(self.out(m, list_hint(x, y), x, y) for x, y in pairs), form)

    def columns_inside(self, side: Side, content: Any, form: Any) -> tuple[Atom, ...]:
        if content is None:
            return (UNDEFINED,) * slots(form)
        with self.inside(side):
            return self.conform(content, form).columns

    def meet_place(self, m: Meeting, name: str, old: Any, a: Any, b: Any) -> Value:
        if m.first.state.unreachable:
            a = old if b is old and old is not None else UNDEFINED
        elif m.second.state.unreachable:
            b = old if a is old and old is not None else UNDEFINED
        a = UNDEFINED if a is None else a
        b = UNDEFINED if b is None else b
        return self.meet_value(m, name, a, b)

    def meet_value(self, m: Meeting, name: str, a: Any, b: Any) -> Value:
        """Join two values."""
        if a is b or (isinstance(a, (Lit, ListRef, DictRef, ObjectRef)) and a == b):
            return a
        if isinstance(a, ArrayRef) and a == b and a.cell in m.before.heap:
            return a
        if any(isinstance(v, MaybeNone) or v == Lit(None) for v in (a, b)):
            return self.meet_optional(m, name, a, b)
        if isinstance(a, ArrayRef) or isinstance(b, ArrayRef):
            if self.is_number_like(a) and self.is_number_like(b):
                return self.meet_arrays(m, name, a, b)
            return Lit(CONFLICT)
        if isinstance(a, (Var, Lit)) and isinstance(b, (Var, Lit)):
            if not self.joinable(a, b):
                return Lit(CONFLICT)
            return self.wrap_joined(self.out(m, name, a, b))
        for x, y in ((a, b), (b, a)):
            if y is UNDEFINED and isinstance(x, TupleValue):
                return TupleValue(tuple(self.flip(m, x is a, i, name) for i in x.items), x.cls)
            if y is UNDEFINED and isinstance(x, (ListRef, DictRef, ObjectRef)):
                return self.meet_fresh(m, x, x is a)
        if isinstance(a, TupleValue) and isinstance(b, TupleValue):
            if len(a.items) == len(b.items) and a.cls is b.cls:
                return TupleValue(
                    tuple(self.meet_value(m, name, x, y) for x, y in zip(a.items, b.items)), a.cls
                )
        if same_container(a, b):
            return self.meet_refs(m, a, b)
        return Lit(CONFLICT)

    def meet_optional(self, m: Meeting, name: str, a: Any, b: Any) -> Value:
        """Join two values of which one is None, or may be."""
        for x, y in ((a, b), (b, a)):
            if x is UNDEFINED and y == Lit(None):
                return y
        value = self.meet_value(m, name, value_if_any(a), value_if_any(b))
        if isinstance(value, Lit) and isinstance(value.value, Conflict):
            return value
        return self.maybe(self.out(m, f"has_{name}", flag_of(a), flag_of(b)), value)

    def flip(self, m: Meeting, first: bool, item: Value, name: str) -> Value:
        return (
            self.meet_value(m, name, item, UNDEFINED) if first else self.meet_value(m, name, UNDEFINED, item)
        )

    def meet_refs(self, m: Meeting, a: Any, b: Any) -> Value:
        """Join two lists, dicts or objects: one with both contents, which is tied to those that it may be."""
        key = a.cell, b.cell
        if key not in m.refs:
            contents = m.first.state.heap[a.cell], m.second.state.heap[b.cell]
            m.refs[key] = joined = self.fresh_joined(self.meet_items(m, *contents))
            partly = [j for k, j in m.refs.items() if j != joined and (k[0] == a.cell or k[1] == b.cell)]
            m.tied += [(joined, c) for c in (*near(self, key), *partly)]
        return dataclasses.replace(a, cell=m.refs[key])

    def meet_fresh(self, m: Meeting, ref: Any, first: bool) -> Value:
        if ref.cell in m.before.heap:
            return ref
        key = (ref.cell, 0) if first else (0, ref.cell)
        if key not in m.refs:
            m.refs[key] = self.meet_new(m, ref, first)
            m.tied += [(m.refs[key], c) for c in near(self, [ref.cell])]
        return dataclasses.replace(ref, cell=m.refs[key])

    def meet_new(self, m: Meeting, ref: Any, first: bool) -> int:
        side = m.first if first else m.second
        content = side.state.heap[ref.cell]
        return self.fresh_joined(self.meet_items(m, content if first else None, None if first else content))

    def fresh_joined(self, content: Any, info: CellInfo | None = None) -> int:
        """A cell of the joined state."""
        cell = next(self.serial)
        self.joined.heap[cell] = content
        self.cells[cell] = info or CellInfo()
        return cell

    def is_number_like(self, value: Any) -> bool:
        if value is UNDEFINED or isinstance(value, ArrayRef):
            return True
        return isinstance(value, (Var, Lit)) and isinstance(type_of(value), Tensor)

    def joinable(self, a: Atom, b: Atom) -> bool:
        if a is UNDEFINED or b is UNDEFINED:
            other = b if a is UNDEFINED else a
            if isinstance(other, Lit) and isinstance(other.value, Conflict):
                return False
            return (
                isinstance(other, Var) or isinstance(type_of(other), Tensor) or isinstance(other.value, str)
            )
        kinds = type_of(a), type_of(b)
        if all(isinstance(k, Tensor) for k in kinds):
            return True
        strings = [isinstance(x, Var) or isinstance(x.value, str) for x in (a, b)]
        return all(strings) and all(isinstance(k, (Opaque, Seq)) for k in kinds)

    def wrap_joined(self, atom: Atom) -> Value:
        if isinstance(atom, Var) and isinstance(atom.type, Tensor) and not atom.type.is_immutable:
            return ArrayRef(self.fresh_joined(atom))
        if isinstance(atom, Var) and isinstance(atom.type, Seq):
            return ListRef(self.fresh_joined(SeqContent((atom,))))
        return atom

    def out(self, m: Meeting, hint: str, a: Atom, b: Atom) -> Atom:
        """A result of the If, one for each pair of atoms."""
        if isinstance(a, Lit) and a == b:
            return a
        if (a, b) in m.made:
            return m.made[a, b]
        var = Var(hint, joined_type(a, b), temporary=False)
        m.made[a, b] = var
        m.outs.append(var)
        m.pairs.append((a, b))
        return var

    def meet_arrays(self, m: Meeting, name: str, a: Value, b: Value) -> Value:
        """Join two arrays: the result is one of both, unless nothing else can see them."""
        if not all(x is UNDEFINED or isinstance(x, ArrayRef) for x in (a, b)):
            return self.meet_numbers(m, name, a, b)
        if isinstance(a, ArrayRef) and isinstance(b, ArrayRef) and self.interchangeable(m, a, b):
            return self.meet_storage(m, name, a, b)
        for side, x, y in ((m.first, a, b), (m.second, b, a)):
            if y is UNDEFINED and isinstance(x, ArrayRef):
                other = m.second if side is m.first else m.first
                if other.state.unreachable or x.cell not in m.before.heap:
                    return self.move(m, side, x, name)
        one = self.move(m, m.first, a, name) if isinstance(a, ArrayRef) else UNDEFINED
        two = self.move(m, m.second, b, name) if isinstance(b, ArrayRef) else UNDEFINED
        if one == two:
            return one
        return self.meet_choice(m, name, (a, b), Choice(m.flag, one, two))

    def interchangeable(self, m: Meeting, a: ArrayRef, b: ArrayRef) -> bool:
        """Whether whoever holds the one array on one path holds the other on the other path, so that they are as one."""
        if a.path != b.path or a.since is not None or b.since is not None:
            return False
        owners = m.first.held.of(a.cell)
        if owners != m.second.held.of(b.cell) or any(chosen for _, _, chosen in owners):
            return False
        return all(
            (x.cell not in m.before.heap or x.cell >= self.floor) and self.replaceable(x.cell, side.held)
            for side, x in ((m.first, a), (m.second, b))
        )

    def meet_storage(self, m: Meeting, name: str, a: ArrayRef, b: ArrayRef) -> Value:
        """One array in the place of two."""
        key = (a.cell, b.cell)
        if key not in m.cells:
            contents = m.first.state.heap[a.cell], m.second.state.heap[b.cell]
            hint = name if not a.path else next((c.hint for c in contents if isinstance(c, Var)), name)
            if LOST_CONTENT in contents:
                content: Any = LOST_CONTENT
            else:
                content = self.out(m, hint, *contents)
            if isinstance(content, Lit):
                return content
            both = all(self.cells[c].contiguous for c in key)
            m.cells[key] = self.fresh_joined(content, CellInfo(contiguous=True if both else None))
        return ArrayRef(m.cells[key], a.path)

    def move(self, m: Meeting, side: Side, ref: ArrayRef, name: str) -> ArrayRef:
        """An array of one path as it is called where the paths meet."""
        path = mapped_path(ref.path, lambda atom: self.outside(m, side, atom))
        if ref.cell in m.before.heap:
            return ArrayRef(ref.cell, path, ref.since)
        if ref.cell not in side.moved:
            content = side.state.heap[ref.cell]
            hint = name if not ref.path else getattr(content, "hint", name)
            info = dataclasses.replace(self.cells[ref.cell])
            if info.choice is not None:
                ends = [
                    self.move(m, side, x, name) if isinstance(x, ArrayRef) else x
                    for x in (info.choice.first, info.choice.second)
                ]
                info.choice = Choice(self.outside(m, side, info.choice.flag), *ends)
                inner = tuple((self.outside(m, side, flag), value) for flag, value in info.guards)
                info.guards = ((m.flag, side is m.first), *inner)
            joined = content if content is LOST_CONTENT else self.from_side(m, side, hint, content)
            side.moved[ref.cell] = self.fresh_joined(joined, info)
            if ref.cell in side.state.lost:
                self.joined.lost.add(side.moved[ref.cell])
        return ArrayRef(side.moved[ref.cell], path, None if ref.since is None else self.joined.heap[side.moved[ref.cell]])

    def outside(self, m: Meeting, side: Side, atom: Atom) -> Atom:
        """An atom of one path where the paths meet."""
        if isinstance(atom, Lit) or not any(atom in outs(node) for node in side.nodes):
            return atom
        return self.from_side(m, side, atom.hint, atom)

    def from_side(self, m: Meeting, side: Side, hint: str, atom: Atom) -> Atom:
        pair = (atom, UNDEFINED) if side is m.first else (UNDEFINED, atom)
        return self.out(m, hint, *pair)

    def meet_choice(self, m: Meeting, name: str, refs: tuple[Any, Any], choice: Choice) -> Value:
        key = (choice.first, choice.second)
        if key in m.cells:
            return ArrayRef(m.cells[key])
        contents = []
        for side, ref in ((m.first, refs[0]), (m.second, refs[1])):
            lost = isinstance(ref, ArrayRef) and self.is_stale(side.state, ref)
            contents.append(UNDEFINED if lost or ref is UNDEFINED else self.read_inside(side, ref))
        content = self.out(m, name, *contents)
        if not isinstance(content, Var) or (isinstance(content.type, Tensor) and content.type.is_immutable):
            return content
        both = all(isinstance(r, ArrayRef) and self.cells[r.cell].contiguous and not r.path for r in refs)
        info = CellInfo(contiguous=True if both else None, choice=choice)
        cell = self.fresh_joined(content, info)
        if any(isinstance(r, ArrayRef) and self.is_stale(s.state, r) for s, r in zip((m.first, m.second), refs)):
            self.joined.lost.add(cell)
        near = [w for r in refs if isinstance(r, ArrayRef) for w, _ in self.cells[r.cell].watched]
        if near:
            m.watched.append((info, tuple(dict.fromkeys(near))))
        m.cells[key] = cell
        return ArrayRef(cell)

    def meet_numbers(self, m: Meeting, name: str, a: Value, b: Value) -> Value:
        """Join an array with a number: where it may be an old array, it must not be written to."""
        info = CellInfo(contiguous=None)
        joined = self.out(m, name, self.read_inside(m.first, a), self.read_inside(m.second, b))
        if isinstance(joined, Lit) or isinstance(joined.type, Tensor) and joined.type.is_immutable:
            return joined
        cells = [x.cell for x in (a, b) if isinstance(x, ArrayRef)]
        shared = any(isinstance(x, ArrayRef) and x.path for x in (a, b)) or any(
            c in m.before.heap or len(side.held.of(c)) > 1 or not self.replaceable(c, side.held)
            for side, x in ((m.first, a), (m.second, b))
            if isinstance(x, ArrayRef)
            for c in (x.cell,)
        )
        if shared:
            info.shared = f"`{name}`"
        near = [c for x in cells for c in (x, *(w for w, _ in self.cells[x].watched))]
        m.watched.append((info, tuple(dict.fromkeys(near))))
        return ArrayRef(self.fresh_joined(joined, info))

    def read_inside(self, side: Side, value: Value) -> Atom:
        with self.inside(side):
            return self.read(value)

    def cell_name(self, cell: int) -> str:
        content = self.state.heap.get(cell)
        return self.cells[cell].name or (content.hint if isinstance(content, Var) else "another array")

    @contextmanager
    def inside(self, side: Side) -> Iterator[None]:
        """Append to a block that is finished but for its results."""
        old = self.state
        self.state = side.state
        self.builder._stack.append(side.nodes)
        self.builder.depth += 1
        try:
            yield
        finally:
            self.builder.depth -= 1
            self.builder._stack.pop()
            self.state = old


def list_hint(a: Atom, b: Atom) -> str:
    """The name of a list that is one of two."""
    names = [x.hint for x in (a, b) if isinstance(x, Var) and x.hint != "items"]
    return names[0] if names else "items"


def same_container(a: Any, b: Any) -> bool:
    """Whether two values are lists, dicts, or objects of one class."""
    if isinstance(a, ObjectRef) and isinstance(b, ObjectRef):
        return a.cls is b.cls
    return type(a) is type(b) and isinstance(a, (ListRef, DictRef))
