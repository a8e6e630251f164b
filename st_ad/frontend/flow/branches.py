"""Two paths and where they meet: a branch becomes an If whose results are what the paths changed."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Callable

from ...ir.build import finish, type_of
from ...ir.syntax import UNDEFINED, Atom, If, Lit, Var
from ...ir.types import Opaque, Seq, Tensor
from ..data.columns import slots
from ..data.joined_arrays import Meeting, Side
from ..data.options import OptionMixin
from ..data.option_values import is_thing
from ..data.state import LOOK_UPS
from ..data.ties import near, tie
from ..data.values import (
    LOST_CONTENT,
    CONFLICT,
    Conflict,
    ArrayRef,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    MaybeMissing,
    MaybeNone,
    ObjectRef,
    SeqContent,
    State,
    TupleValue,
    Value,
    ViewValue,
    flag_of,
    item_if_any,
    presence_of,
    value_if_any,
)


# The value of a name that is not read any more.
FORGOTTEN = Lit(Conflict())


class BranchMixin(OptionMixin):
    """Branches in expressions and statements."""

    def branch(self, flag: Atom, then: Callable[[], Any], orelse: Callable[[], Any]) -> Any:
        """Run both delayed computations on copies of the state and join what they did; gives the joined value."""
        before, loc, live, floor = self.state, self.builder.loc, dict(self.live), self.floor
        sides = []
        for holds, run in ((True, then), (False, orelse)):
            self.state = before.fork()
            self.suppose(flag, holds)
            self.builder.loc, self.floor = loc, math.inf
            value: Any = UNDEFINED
            with self.builder.block() as nodes, self.failing_with(*LOOK_UPS), self.stopping():
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
        state.facts = dict(two.facts if one.unreachable else one.facts if two.unreachable else m.before.facts)
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
        m.bound = False
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
        a, b = self.unless_absent_list(m.first.state, a), self.unless_absent_list(m.second.state, b)
        if a is None and b is None:
            return LOST_CONTENT
        known = a if a is not None else b
        if isinstance(a, SeqContent) or isinstance(b, SeqContent):
            return self.meet_lists(m, a, b)
        if isinstance(known, ListContent):
            first = a.items if a is not None else (UNDEFINED,) * len(known.items)
            second = b.items if b is not None else (UNDEFINED,) * len(known.items)
            if len(first) != len(second):
                return self.meet_lists(m, a, b)
            return ListContent(tuple(self.meet_value(m, "item", x, y) for x, y in zip(first, second)))
        items = []
        for key in dict.fromkeys(k for content in (a, b) if content is not None for k, _ in content.items):
            first, second = (UNDEFINED if c is None else self.item_of(c, key) for c in (a, b))
            item = self.meet_item(m, str(key), first, second)
            if item is not None:
                items.append((key, item))
        return DictContent(tuple(items), known.cls)

    def unless_absent_list(self, state: State, content: Any) -> Any:
        """The content of a list, or None where the paths that make it are known not to have been taken."""
        items = content.items if isinstance(content, ListContent) else getattr(content, "columns", ())
        absent = any(isinstance(v, Var) and self.unless_absent(state, v) is UNDEFINED for v in items)
        return None if absent else content

    def meet_item(self, m: Meeting, name: str, a: Any, b: Any) -> Value | None:
        """Join two items of a dict that may be missing; None when there is none on either path."""
        if not isinstance(a, MaybeMissing) and not isinstance(b, MaybeMissing):
            return self.meet_value(m, name, a, b)
        flags = presence_of(a, m.first.state), presence_of(b, m.second.state)
        known = next((f for f, other in (flags, flags[::-1]) if other is UNDEFINED and isinstance(f, Lit)), None)
        flag = known or self.out(m, f"has_{name}", *flags)
        return self.present_if(flag, self.meet_value(m, name, item_if_any(a), item_if_any(b)))

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
        for side, other, kept in ((m.first, m.second, b), (m.second, m.first, a)):
            # What is known stays so behind a path that never gets here.
            if side.state.unreachable and is_thing(kept) and self.means_the_same(m, other, kept):
                return kept
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
        chosen = self.meet_options(m, name, a, b)
        if chosen is not None:
            return chosen
        if isinstance(a, (Var, Lit)) and isinstance(b, (Var, Lit)):
            if not self.joinable(a, b):
                return Lit(CONFLICT)
            return self.wrap_joined(self.out(m, name, a, b))
        views = [v for v in (a, b) if isinstance(v, ViewValue)]
        if views and all(v is UNDEFINED or isinstance(v, ViewValue) and v.method == views[0].method for v in (a, b)):
            if all(v.source == views[0].source and v.source.cell in m.before.heap for v in views):
                return views[0]
        if len(views) == 2:
            return Lit(CONFLICT)
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
        inner = value_if_any(a), value_if_any(b)
        for kept, other, side in ((inner[0], b, m.first), (inner[1], a, m.second)):
            if other == Lit(None) and is_thing(kept) and self.means_the_same(m, side, kept):
                return self.maybe(self.out(m, f"has_{name}", flag_of(a), flag_of(b)), kept)
        value = self.meet_value(m, name, *inner)
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
            lost = LOST_CONTENT in contents
            m.refs[key] = joined = self.fresh_joined(LOST_CONTENT if lost else self.meet_items(m, *contents))
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
        if content is LOST_CONTENT:
            return self.fresh_joined(content)
        return self.fresh_joined(self.meet_items(m, content if first else None, None if first else content))

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


def list_hint(a: Atom, b: Atom) -> str:
    """The name of a list that is one of two."""
    names = [x.hint for x in (a, b) if isinstance(x, Var) and x.hint != "items"]
    return names[0] if names else "items"


def same_container(a: Any, b: Any) -> bool:
    """Whether two values are lists, dicts, or objects of one class."""
    if isinstance(a, ObjectRef) and isinstance(b, ObjectRef):
        return a.cls is b.cls
    if not isinstance(a, (ListRef, DictRef)) or type(a) is not type(b):
        return False
    return dataclasses.replace(a, cell=b.cell) == b
