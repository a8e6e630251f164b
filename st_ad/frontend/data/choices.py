"""Arrays that are one of two others: a write goes to the one that it is, and who holds which array."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

import gast

from ...ir import walk
from ...ir.build import finish, type_of
from ...ir.syntax import UNDEFINED, Atom, If, Lit, Var
from ...ir.types import Opaque, Seq, Tensor, join
from .option_values import OneOf
from ..syntax.patterns import PatternMixin
from .state import IN_LISTS
from .values import (
    ArrayMethod,
    ArrayRef,
    BoundMethod,
    Choice,
    DictContent,
    DictRef,
    FunctionValue,
    Iteration,
    ListContent,
    ListRef,
    MaybeNone,
    ObjectRef,
    PartialValue,
    SeqContent,
    SliceValue,
    State,
    Step,
    SuperValue,
    TupleValue,
)

Position = tuple[Any, ...]
Owner = tuple[Position, tuple[Step, ...], bool]


@dataclass
class Holders:
    """The arrays that can still be reached: by position (a name and indices), and for each cell who holds it.

    An owner of a cell is a position, the path of the view that it holds, and whether it is held by way of a choice.
    """

    common: Callable[[int], bool] = bool
    refs: dict[Position, ArrayRef] = field(default_factory=dict)
    owners: dict[int, set[Owner]] = field(default_factory=dict)

    def of(self, cell: int) -> set[Owner]:
        return self.owners.get(cell, set())

    def alone(self, cell: int, position: Position) -> bool:
        """Whether nothing but a position holds an array."""
        return all(owner == position for owner, _, _ in self.of(cell))


# So many arrays are made anew for one statement: names that may mean many arrays each multiply.
_MAX_REFRESHES = 1000

class ChoiceMixin(PatternMixin):
    """Writes through arrays that are one of two, and the question who holds an array."""

    flags: frozenset[str] = frozenset()
    depth = 0
    # The statement that was lowered last of those that write, and how many arrays were made anew for it.
    refreshed: tuple[Any, int] = (None, 0)

    def write(self, ref: ArrayRef, update: Any, what: str) -> None:
        """Replace the value of an array by `update(old)`, seen through every alias and view of its storage."""
        choice = self.cells[ref.cell].choice
        if choice is None:
            super().write(ref, update, what)
            self.refresh(ref.cell)
            return

        def through(side: bool) -> None:
            with self.assuming(choice.flag, side):
                chosen = choice.first if side else choice.second
                if chosen is UNDEFINED:
                    self.fail_unbound()
                    return
                self.write(extended(chosen, ref), update, what)

        known = self.known_flag(choice.flag)
        if known is not None:
            through(known)
            return
        self.branch(choice.flag, lambda: through(True), lambda: through(False))

    def is_out_of_lists(self, cell: int) -> bool:
        """Whether an array that a list of unknown length held is known to be seen through none any more.

        The lists are not read after this, and no array is alive or in hand that may be an item of one.
        """
        alone = isinstance(self.node, gast.AugAssign) or isinstance(self.node, gast.Assign) and is_simple(self.node)
        if self.cells[cell].shared != IN_LISTS or self.depth > 1 or not alone or self.given_containers:
            return False
        names = (v for f, found in self.state.frames.items() for n, v in found.items() if self.is_live(f, n))
        seen = {cell}
        return not any(self.may_lead_to_items(v, seen) for v in (*names, *self.walked))

    def may_lead_to_items(self, value: Any, seen: set[int]) -> bool:
        """Whether a value is or holds a list of arrays of unknown length, or an array that such a list may hold."""
        if isinstance(value, Var):
            return isinstance(value.type, (Seq, Opaque))
        if isinstance(value, ArrayRef):
            cells = {value.cell, *(r.cell for r in self.alternatives(value, bool))}
            choice = self.cells[value.cell].choice
            sides = (choice.first, choice.second) if choice is not None else ()
            return any(self.cells[c].shared not in ("", IN_LISTS) for c in cells) or any(self.may_lead_to_items(s, seen) for s in sides)
        if isinstance(value, MaybeNone):
            return self.may_lead_to_items(value.value, seen)
        inside = [v for _, v in parts_of(value)]
        if isinstance(value, (ListRef, DictRef, ObjectRef)):
            if value.cell in seen:
                return False
            seen.add(value.cell)
            content = self.state.heap.get(value.cell)
            if isinstance(content, ListContent):
                inside = list(content.items)
            elif isinstance(content, DictContent):
                inside = [v for _, v in content.items]
            elif not isinstance(content, SeqContent) or not all(map(holds_numbers, content.columns)):
                return True
        return any(self.may_lead_to_items(v, seen) for v in inside)

    def known_flag(self, flag: Atom) -> bool | None:
        return bool(flag.value) if isinstance(flag, Lit) else self.assumed.get(flag)

    @contextmanager
    def assuming(self, flag: Atom, value: bool) -> Iterator[None]:
        """Inside, a flag is known."""
        old = self.assumed
        self.assumed = {**old, flag: value}
        try:
            yield
        finally:
            self.assumed = old

    def fail_unbound(self) -> None:
        """The program uses a name that has no value on this path."""
        error = self.builder.emit("exception", Lit(UnboundLocalError, "UnboundLocalError"), hint="error")
        self.builder.emit_many("raise", error)
        self.state.unreachable = True

    def refresh(self, cell: int) -> None:
        """Give the arrays that may be this one their content anew, after it was written to."""
        counted, times = self.refreshed
        self.refreshed = (self.node, times + 1 if counted is self.node else 1)
        if self.refreshed[1] > _MAX_REFRESHES:
            raise self.refuse("too many arrays may be meant by the names of the one that is written to here",
                              "make a copy first: `x = x.copy()`")  # fmt: skip
        held: Holders | None = None
        for other in list(self.state.heap):
            choice = self.cells[other].choice
            if choice is None or not any(
                isinstance(a, ArrayRef) and a.cell == cell for a in (choice.first, choice.second)
            ):
                continue
            if held is None:
                held = self.holders(self.state, self.state.heap.__contains__)
            if other not in held.owners:
                self.state.lost.add(other)
                continue
            self.state.heap[other] = self.content_where(other, choice, self.cells[other].guards)
            self.refresh(other)

    def content_where(self, cell: int, choice: Choice, guards: tuple[tuple[Atom, bool], ...]) -> Atom:
        """The content of an array that is one of two, where it exists."""
        if not guards:
            return self.chosen(cell, choice)
        (flag, wanted), *others = guards
        known = self.known_flag(flag)
        if known is not None:
            return self.content_where(cell, choice, tuple(others)) if known is wanted else UNDEFINED
        with self.builder.block() as nodes, self.assuming(flag, wanted):
            views = dict(self.state.views)
            content = self.content_where(cell, choice, tuple(others))
            self.state.views = views
        here, away = finish((), nodes, (content,)), finish((), [], (UNDEFINED,))
        hint = getattr(self.state.heap[cell], "hint", "buffer")
        return self.either(flag, *((here, away) if wanted else (away, here)), hint)

    def chosen(self, cell: int, choice: Choice) -> Atom:
        """The content of an array that is one of two."""
        parts = []
        known = self.known_flag(choice.flag)
        for side in (True, False):
            alternative = choice.first if side else choice.second
            with self.builder.block() as nodes:
                old = dict(self.state.views)
                unused = known is not None and known is not side
                lost = isinstance(alternative, ArrayRef) and self.is_stale(self.state, alternative)
                if lost and not unused:
                    self.state.lost.add(cell)
                atom = UNDEFINED if unused or lost or alternative is UNDEFINED else self.read(alternative)
                self.state.views = old
            parts.append((nodes, atom))
        if known is not None:
            nodes, atom = parts[0 if known else 1]
            self.builder.nodes.extend(nodes)
            return atom
        old = self.state.heap[cell]
        hint = old.hint if isinstance(old, Var) else "buffer"
        (first, one), (second, two) = parts
        return self.either(choice.flag, finish((), first, (one,)), finish((), second, (two,)), hint)

    def either(self, flag: Atom, then: Any, orelse: Any, hint: str) -> Atom:
        one, two = then.results[0], orelse.results[0]
        if one is UNDEFINED and two is UNDEFINED:
            return UNDEFINED
        out = Var(hint, joined_type(one, two), temporary=False)
        self.builder.append(If((out,), flag, then, orelse, self.builder.loc))
        return out

    def selected(self, flag: Atom, one: Callable[[], Atom], two: Callable[[], Atom], hint: str) -> Atom:
        """`one() if flag else two()`."""
        sides = []
        for compute in (one, two):
            views = dict(self.state.views)
            with self.builder.block() as nodes:
                atom = compute()
            self.state.views = views
            sides.append((nodes, atom))
        (first, a), (second, b) = sides
        if not first and not second:
            if a == b:
                return a
            if a == Lit(True) and b == Lit(False):
                return flag
            if a == Lit(False) and b == Lit(True):
                return self.emit("operator.not_", flag)
        return self.either(flag, finish((), first, (a,)), finish((), second, (b,)), hint)

    def alternatives(self, ref: ArrayRef, known: Callable[[int], bool]) -> Iterator[ArrayRef]:
        """The arrays that an array may be; a cell that is `known` is not looked into."""
        choice = self.cells[ref.cell].choice
        if choice is None or known(ref.cell):
            yield ref
            return
        for side in (choice.first, choice.second):
            if isinstance(side, ArrayRef):
                yield from self.alternatives(extended(side, ref), known)

    def is_live(self, frame: int, name: str) -> bool:
        """Whether a name may still be read; those of the interpreter itself always may."""
        live = self.live.get(frame)
        return live is None or name in live or name in self.flags or name.startswith("(")

    def holders(self, state: State, common: Callable[[int], bool]) -> Holders:
        """The arrays that can be reached by names that may still be read, or by any container.

        An item of a `common` container has one position, whichever name reaches it.
        """
        found = Holders(common)
        seen: set[int] = set()
        for frame, names in state.frames.items():
            for name, value in names.items():
                if self.is_live(frame, name):
                    self.hold((frame, name), value, state, found, seen)
        for cell in list(state.heap):
            if common(cell) and isinstance(state.heap[cell], (ListContent, DictContent)):
                self.hold((), ListRef(cell), state, found, seen)
        return found

    def hold(
        self, at: Position, value: Any, state: State, found: Holders, seen: set[int], around: tuple[int, ...] = ()
    ) -> None:
        if isinstance(value, ArrayRef):
            found.refs[at] = value
            self.own(at, value, found, False)
            return
        if isinstance(value, MaybeNone):
            self.hold(at, value.value, state, found, seen, around)
            return
        inside = parts_of(value)
        if isinstance(value, (ListRef, DictRef, ObjectRef)):
            content = state.heap.get(value.cell)
            if content is None or value.cell in around or value.cell in seen:
                return
            if found.common(value.cell):
                seen.add(value.cell)
                at = ("cell", value.cell)
            around = (*around, value.cell)
            if isinstance(content, ListContent):
                inside = tuple(enumerate(content.items))
            elif isinstance(content, DictContent):
                inside = content.items
        for key, item in inside:
            self.hold((*at, key), item, state, found, seen, around)

    def own(self, at: Position, ref: ArrayRef, found: Holders, chosen: bool) -> None:
        owners, owner = found.owners.setdefault(ref.cell, set()), (at, ref.path, chosen)
        if owner in owners:
            return
        owners.add(owner)
        choice = self.cells[ref.cell].choice
        if choice is not None:
            for side in (choice.first, choice.second):
                if isinstance(side, ArrayRef):
                    self.own(at, extended(side, ref), found, True)

    def replaceable(self, cell: int, held: Holders, position: Position | None = None) -> bool:
        """Whether a new array may take the place of an old one for those who hold it: no one else can see it."""
        info = self.cells[cell]
        if info.origin != "fresh" or info.shared or info.watched:
            return False
        if info.choice is None:
            return True
        owners = {at for at, _, _ in held.of(cell)}
        for side in (info.choice.first, info.choice.second):
            if not isinstance(side, ArrayRef):
                continue
            if side.cell < self.floor or not self.replaceable(side.cell, held):
                return False
            if any(at not in owners or not chosen for at, _, chosen in held.of(side.cell)):
                return False
            if len(owners) > 1:
                return False
        return True


def is_simple(stmt: Any) -> bool:
    """Whether an assignment has one target, which takes the whole value."""
    return len(stmt.targets) == 1 and not isinstance(stmt.targets[0], (gast.Tuple, gast.List))


def holds_numbers(column: Atom) -> bool:
    """Whether the items of a column are numbers, which no store can change."""
    kind = type_of(column)
    return isinstance(kind, Seq) and isinstance(kind.item, Tensor) and kind.item.is_immutable


def joined_type(one: Atom, two: Atom) -> Any:
    """The type of a value that is one of two."""
    if one is UNDEFINED or two is UNDEFINED:
        return type_of(two if one is UNDEFINED else one)
    return join(type_of(one), type_of(two))


def parts_of(value: Any) -> tuple[tuple[Any, Any], ...]:
    """The values inside a value that is no container of the heap."""
    if isinstance(value, TupleValue):
        return tuple(enumerate(value.items))
    if isinstance(value, Iteration):
        return tuple(enumerate(value.parts))
    if isinstance(value, OneOf):
        return value.options
    if isinstance(value, (BoundMethod, ArrayMethod, SuperValue)):
        return (("receiver", value.receiver),)
    if isinstance(value, PartialValue):
        return (*enumerate(value.args), *value.kwargs)
    if isinstance(value, FunctionValue):
        return tuple(enumerate((*value.defaults, *value.keyword_defaults)))
    if isinstance(value, SliceValue):
        return (("start", value.start), ("stop", value.stop), ("step", value.step))
    if dataclasses.is_dataclass(value) and not isinstance(value, (Var, Lit, ListRef, DictRef, ObjectRef)):
        inside = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value)]
        return tuple((k, TupleValue(v) if isinstance(v, tuple) else v) for k, v in inside)
    return ()


def extended(base: ArrayRef, ref: ArrayRef) -> ArrayRef:
    """The view that `ref` is of its cell, taken of `base`."""
    return ArrayRef(base.cell, (*base.path, *ref.path), ref.since)


def vars_of(path: tuple[Step, ...]) -> Iterator[Var]:
    """The variables that a path to a view mentions."""
    for step in path:
        yield from walk.variables((*step.args, *(v for _, v in step.kwargs)))


def mapped_path(path: tuple[Step, ...], change: Callable[[Atom], Atom]) -> tuple[Step, ...]:
    """A path with its atoms replaced."""
    return tuple(
        Step(
            s.prim,
            tuple(walk.map_arg(a, change) for a in s.args),
            tuple((k, walk.map_arg(v, change)) for k, v in s.kwargs),
        )
        for s in path
    )
