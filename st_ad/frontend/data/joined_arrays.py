"""Arrays where two paths meet: one in the place of two, one of both, or what only one of the paths has."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Iterator

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Atom, Lit, Node, Var
from ...ir.types import Tensor
from ...ir.walk import outs
from .choices import ChoiceMixin, Holders, joined_type, mapped_path
from .state import CellInfo
from .values import (
    LOST_CONTENT,
    ArrayRef,
    Choice,
    State,
    Value,
)


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
    # Whether what is joined has a name: the value of an expression has none yet.
    bound: bool = True


class JoinedArrayMixin(ChoiceMixin):
    """Joins the arrays and atoms of two paths."""

    joined: State

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
        sides = ((m.first, refs[0]), (m.second, refs[1]))
        lost = [isinstance(ref, ArrayRef) and self.is_stale(side.state, ref) for side, ref in sides]
        known = [UNDEFINED if is_lost or ref is UNDEFINED else self.read_inside(side, ref) for (side, ref), is_lost in zip(sides, lost)]
        if any(lost) and known == [UNDEFINED, UNDEFINED]:
            # It stays an array, which must not be read: nothing at all would be taken for a path that does not come here.
            known = [self.content_inside(side, ref) if is_lost else UNDEFINED for (side, ref), is_lost in zip(sides, lost)]
        content = self.out(m, name, *known)
        if not isinstance(content, Var) or (isinstance(content.type, Tensor) and content.type.is_immutable):
            return content
        both = all(isinstance(r, ArrayRef) and self.cells[r.cell].contiguous and not r.path for r in refs)
        info = CellInfo(contiguous=True if both else None, choice=choice)
        cell = self.fresh_joined(content, info)
        if any(lost):
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

    def out(self, m: Meeting, hint: str, a: Atom, b: Atom) -> Atom:
        """A result of the If, one for each pair of atoms."""
        a, b = self.unless_absent(m.first.state, a), self.unless_absent(m.second.state, b)
        if isinstance(a, Lit) and a == b:
            return a
        for kept, other, end in ((a, b, m.second.state), (b, a, m.first.state)):
            # What is known stays so behind a path that never gets here.
            if end.unreachable and other is UNDEFINED and isinstance(kept, Lit):
                return kept
        if is_flag(m.flag) and (a, b) == (m.flag, Lit(True)):
            # `flag or True`
            return Lit(True)
        if is_flag(m.flag) and (a, b) == (Lit(False), m.flag):
            # `flag and False`
            return Lit(False)
        if (a, b) in m.made:
            return m.made[a, b]
        var = Var(hint, joined_type(a, b), temporary=False)
        m.made[a, b] = var
        if (a is UNDEFINED) is not (b is UNDEFINED):
            self.partial[var] = {**self.partial.get(a, {}), **self.partial.get(b, {}), m.flag: b is UNDEFINED}
        self.note_joined(var, a, b)
        if all(x is UNDEFINED or x in self.in_c_order for x in (a, b)):
            self.in_c_order.add(var)
        elif any(x in self.laid_out_anew for x in (a, b)):
            self.laid_out_anew.add(var)
        m.outs.append(var)
        m.pairs.append((a, b))
        return var

    def unless_absent(self, state: State, atom: Atom) -> Atom:
        """An atom, or UNDEFINED where the paths that give it a value are known not to have been taken."""
        needed = self.partial.get(atom, {}) if isinstance(atom, Var) else {}
        return UNDEFINED if any(state.facts.get(flag, holds) is not holds for flag, holds in needed.items()) else atom

    def fresh_joined(self, content: Any, info: CellInfo | None = None) -> int:
        """A cell of the joined state."""
        cell = next(self.serial)
        self.joined.heap[cell] = content
        self.cells[cell] = info or CellInfo()
        return cell

    def read_inside(self, side: Side, value: Value) -> Atom:
        with self.inside(side):
            return self.read(value)

    def content_inside(self, side: Side, ref: ArrayRef) -> Atom:
        """What an array held before another name of it was written to."""
        content = side.state.heap[ref.cell]
        if content is LOST_CONTENT:
            return UNDEFINED
        with self.inside(side):
            return self.read_path(content, ref.path)

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


def is_flag(atom: Atom) -> bool:
    """Whether an atom is True or False when the program runs."""
    kind = type_of(atom)
    return isinstance(atom, Var) and isinstance(kind, Tensor) and kind.dtype == "bool" and kind.shape == ()
