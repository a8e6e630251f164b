"""Two paths and where they meet: a branch becomes an If whose results are what the paths changed."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

from ..ir.build import finish, type_of
from ..ir.syntax import UNDEFINED, Atom, If, Lit, Node, Var
from ..ir.types import Opaque, Seq, Tensor, join
from .expressions import ExpressionMixin
from .state import CellInfo
from .values import (
    ArrayRef,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    ObjectRef,
    SeqContent,
    State,
    TupleValue,
    Value,
)


class Conflict:
    """A name that is one kind of thing on one path and another on the other; it must not be read."""

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second


@dataclass
class _Side:
    state: State
    value: Any
    nodes: list[Node]


@dataclass
class _Meeting:
    """The results of an If while they are found."""

    before: State
    first: _Side
    second: _Side
    outs: list[Var] = field(default_factory=list)
    pairs: list[tuple[Atom, Atom]] = field(default_factory=list)
    made: dict[tuple[Atom, Atom], Var] = field(default_factory=dict)
    cells: dict[tuple[int, int], int] = field(default_factory=dict)
    watched: list[tuple[CellInfo, tuple[int, ...]]] = field(default_factory=list)


class BranchMixin(ExpressionMixin):
    """Branches in expressions and statements."""

    joined: State

    def branch(self, flag: Atom, then: Callable[[], Any], orelse: Callable[[], Any]) -> Any:
        """Run both delayed computations on copies of the state and join what they did; gives the joined value."""
        before, loc = self.state, self.builder.loc
        sides = []
        for run in (then, orelse):
            self.state = before.fork()
            self.builder.loc = loc
            with self.builder.block() as nodes:
                value = run()
            sides.append(_Side(self.state, value, nodes))
        first, second = sides
        meeting = _Meeting(before, first, second)
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

    def meet(self, m: _Meeting) -> tuple[Any, State]:
        one, two = m.first.state, m.second.state
        state = State()
        self.joined = state
        state.unreachable = one.unreachable and two.unreachable
        if state.unreachable:
            return m.first.value, m.before
        for cell, content in m.before.heap.items():
            state.heap[cell] = self.meet_content(m, cell, content, one.heap.get(cell), two.heap.get(cell))
        for frame, names in m.before.frames.items():
            a, b = one.frames.get(frame, names), two.frames.get(frame, names)
            state.frames[frame] = {
                name: self.meet_place(m, name, names.get(name), a.get(name), b.get(name))
                for name in {**a, **b}
            }
        for other in (one, two):
            for frame, names in other.frames.items():
                state.frames.setdefault(frame, names)
        state.views = {k: v for k, v in m.before.views.items()}
        value = self.meet_place(m, self.target, None, m.first.value, m.second.value)
        for info, near in m.watched:
            info.watched = tuple((c, state.heap[c]) for c in near if c in state.heap)
        return value, state

    def meet_content(self, m: _Meeting, cell: int, old: Any, a: Any, b: Any) -> Any:
        if a is b:
            return a
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

    def meet_items(self, m: _Meeting, a: Any, b: Any) -> Any:
        """Join two contents of a list, dict or object; None on a path that never gets here."""
        known = a if a is not None else b
        if isinstance(a, SeqContent) or isinstance(b, SeqContent):
            first_seq = UNDEFINED if a is None else self.seq_inside(m.first, a)
            second_seq = UNDEFINED if b is None else self.seq_inside(m.second, b)
            return SeqContent(self.out(m, "items", first_seq, second_seq))
        if isinstance(known, ListContent):
            first = a.items if a is not None else (UNDEFINED,) * len(known.items)
            second = b.items if b is not None else (UNDEFINED,) * len(known.items)
            if len(first) != len(second):
                return SeqContent(
                    self.out(m, "items", self.seq_inside(m.first, a), self.seq_inside(m.second, b))
                )
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

    def seq_inside(self, side: _Side, content: Any) -> Atom:
        if isinstance(content, SeqContent):
            return content.var
        with self.inside(side):
            for v in content.items:
                if isinstance(v, ArrayRef):
                    self.cells[v.cell].shared = self.cells[v.cell].shared or "a list"
            items = [self.read(v) for v in content.items]
            return self.builder.emit("seq.make", *items, hint="items")

    def meet_place(self, m: _Meeting, name: str, old: Any, a: Any, b: Any) -> Value:
        if m.first.state.unreachable:
            a = old if b is old and old is not None else UNDEFINED
        elif m.second.state.unreachable:
            b = old if a is old and old is not None else UNDEFINED
        a = UNDEFINED if a is None else a
        b = UNDEFINED if b is None else b
        return self.meet_value(m, name, a, b)

    def meet_value(self, m: _Meeting, name: str, a: Any, b: Any) -> Value:
        """Join two values."""
        if a is b or (isinstance(a, (Lit, ListRef, DictRef, ObjectRef)) and a == b):
            return a
        if isinstance(a, ArrayRef) and a == b and a.cell in m.before.heap:
            return a
        if isinstance(a, ArrayRef) or isinstance(b, ArrayRef):
            if self.is_number_like(a) and self.is_number_like(b):
                return self.meet_arrays(m, name, a, b)
            return Lit(Conflict(name, name))
        if isinstance(a, (Var, Lit)) and isinstance(b, (Var, Lit)):
            if not self.joinable(a, b):
                return Lit(Conflict(name, name))
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
            contents = m.first.state.heap[a.cell], m.second.state.heap[b.cell]
            return dataclasses.replace(a, cell=self.fresh_joined(self.meet_items(m, *contents)))
        return Lit(Conflict(name, name))

    def flip(self, m: _Meeting, first: bool, item: Value, name: str) -> Value:
        return (
            self.meet_value(m, name, item, UNDEFINED) if first else self.meet_value(m, name, UNDEFINED, item)
        )

    def meet_fresh(self, m: _Meeting, ref: Any, first: bool) -> Value:
        side = m.first if first else m.second
        content = side.state.heap[ref.cell]
        cell = self.fresh_joined(self.meet_items(m, content if first else None, None if first else content))
        return dataclasses.replace(ref, cell=cell)

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
            return ListRef(self.fresh_joined(SeqContent(atom)))
        return atom

    def out(self, m: _Meeting, hint: str, a: Atom, b: Atom) -> Atom:
        """A result of the If, one for each pair of atoms."""
        if isinstance(a, Lit) and a == b:
            return a
        if (a, b) in m.made:
            return m.made[a, b]
        if a is UNDEFINED or b is UNDEFINED:
            kind = type_of(b if a is UNDEFINED else a)
        else:
            kind = join(type_of(a), type_of(b))
        var = Var(hint, kind, temporary=False)
        m.made[a, b] = var
        m.outs.append(var)
        m.pairs.append((a, b))
        return var

    def meet_arrays(self, m: _Meeting, name: str, a: Value, b: Value) -> Value:
        """Join two arrays: the new one may be an old one, and then it must not be written to, nor read after that one was."""
        key = (a.cell if isinstance(a, ArrayRef) else 0, b.cell if isinstance(b, ArrayRef) else 0)
        paths = tuple(x.path if isinstance(x, ArrayRef) else () for x in (a, b))
        if paths[0] == paths[1] and all(key) and key in m.cells:
            return ArrayRef(m.cells[key], paths[0])
        info = CellInfo(contiguous=None)
        old = [x for x in key if x and x in m.before.heap]
        again = [k for k in m.cells if any(x and x == y for x, y in zip(k, key))]
        if old or any(paths) or again:
            info.shared = f"`{self.cell_name(old[0]) if old else name}`"
            for cell in [m.cells[k] for k in again]:
                self.cells[cell].shared = self.cells[cell].shared or f"`{name}`"
        joined = self.out(m, name, self.read_inside(m.first, a), self.read_inside(m.second, b))
        if isinstance(joined, Var) and isinstance(joined.type, Tensor) and joined.type.is_immutable:
            return joined
        if isinstance(joined, Lit):
            return joined
        cell = self.fresh_joined(joined, info)
        near = [c for x in key if x for c in (x, *(w for w, _ in self.cells[x].watched))]
        m.watched.append((info, tuple(dict.fromkeys(near))))
        if not any(paths) and all(key):
            m.cells[key] = cell
        return ArrayRef(cell)

    def read_inside(self, side: _Side, value: Value) -> Atom:
        with self.inside(side):
            return self.read(value)

    def cell_name(self, cell: int) -> str:
        content = self.state.heap.get(cell)
        return self.cells[cell].name or (content.hint if isinstance(content, Var) else "another array")

    @contextmanager
    def inside(self, side: _Side) -> Iterator[None]:
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


def same_container(a: Any, b: Any) -> bool:
    """Whether two values are lists, dicts, or objects of one class."""
    if isinstance(a, ObjectRef) and isinstance(b, ObjectRef):
        return a.cls is b.cls
    return type(a) is type(b) and isinstance(a, (ListRef, DictRef))
