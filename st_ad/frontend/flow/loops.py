"""Loops that stay loops: the body is lowered again until the types of the carried values hold."""

from __future__ import annotations

from typing import Any, Callable, Iterable

from ...ir.build import finish, known_type, type_of
from ...ir.syntax import Atom, Eqn, For, Lit, Node, Pack, Var, While
from ...ir.types import Seq, Sym, Tensor, after_loop, given_up, is_widened, lengths_in, sources
from ...ir.walk import outs, refresh
from .branches import FORGOTTEN
from .carries import Carry, Leaf, leaves_of
from .gathering import Gathered, Walk, gather
from .moving import pairs_of, tie_opened
from .recall import Rolled, Trace, guess, remembered
from ..data.state import LOOK_UPS, Unsettled
from ..data.values import (
    State,
)
from .slots import SlotMixin

_MAX_ROUNDS = 12
# So many guesses may be wrong before none are made any more.
_MAX_WRONG = 8

Turn = Callable[[Carry, bool, list[Rolled]], Any]


class LoopMixin(SlotMixin):
    """Loops with carried values."""

    flags: frozenset[str] = frozenset()
    trace: Trace | None = None
    wrong_guesses = 0

    def roll(
        self,
        body: Callable[[], None],
        until: str | None,
        node: Any,
        bounds: Any,
        index: Var | None,
        along: Walk | None = None,
    ) -> None:
        """Lower a loop; `bounds` are those of a counted loop, or the node of a `while`; `along` are lists that it walks."""
        entry = self.state
        moves, self.moves = self.moves, self.moved_by(index, along)
        own, earlier = (Rolled(node), None) if self.trace is None else self.trace.begin(node)
        outer, live, floor = self.trace, dict(self.live), self.floor

        def turn(carry: Carry, early: bool, loops: list[Rolled]) -> Any:
            """Lower the body once; what was made, and what is to be carried after what this pass has shown."""
            self.trace = Trace(loops)
            nodes, tested, end, head = self.one_round(entry, carry, body, bounds)
            own.loops = self.trace.now
            self.live, self.floor = dict(live), floor
            places = self.widen(entry, head, end, dict(carry.places))
            local = {*carry.params, *defined(nodes), *defined((tested or [()])[0])}
            local |= {index} if index is not None else set()
            local |= set(along.items) if along is not None else set()
            places = self.settle(entry, end, places, frozenset(local), early)
            return (nodes, tested, end), Carry(places, ties=pairs_of(entry, head, end, Carry(places), self.get_place))

        try:
            made, carry = self.as_before(entry, earlier, turn) or self.from_nothing(until, node, turn, own)
            if outer is not None:
                own.places = remembered(entry, carry)
            nodes, tested, end = made
            self.trace = outer
            self.close(entry, end, carry, nodes, tested, bounds, index, until, along)
        finally:
            self.trace = outer
            self.moves = moves

    def moved_by(self, index: Var | None, along: Walk | None) -> Callable[[object], bool]:
        """Whether a length, or what it is computed from, may be another one in each pass of a loop that begins now."""
        steps = () if index is None else sources(index.type.value)  # type: ignore[union-attr]
        items = () if along is None else (d for v in along.items for d in lengths_in(v.type) if is_widened(d))
        moving, begin = {*steps, *items}, Sym("w").serial
        outside = {s for f, _ in self.free.values() for d in lengths_in(f.var.type) for s in sources(d)}
        return lambda s: s in moving or s not in outside and (not isinstance(s, Sym) or s.serial > begin)

    def as_before(self, entry: State, earlier: Rolled | None, turn: Turn) -> Any:
        """What a pass gives when the loop carries what it carried before; None when that is not so."""
        carry = guess(entry, earlier) if self.wrong_guesses < _MAX_WRONG else None
        if carry is None or earlier is None:
            return None
        live, floor, chain = dict(self.live), self.floor, self.trace
        try:
            made, shown = turn(carry, False, earlier.loops)
            if shown.places == carry.places and shown.ties == carry.ties:
                return made, carry
            self.wrong_guesses += 1
        except Exception:
            # Whether the program is at fault, and how, is found out without a guess.
            self.wrong_guesses = _MAX_WRONG
        self.state, self.live, self.floor, self.trace = entry, live, floor, chain
        return None

    def from_nothing(self, until: str | None, node: Any, turn: Turn, own: Rolled) -> Any:
        """What the last pass gives, from nothing carried until what is carried holds."""
        carry = Carry()
        if until is not None:
            carry.places[self.place_of(until)] = Leaf(Tensor("bool", (), "py"), until, False)
        for count in range(_MAX_ROUNDS):
            made, shown = turn(carry, count == 0, own.loops)
            if shown.places == carry.places and shown.ties == carry.ties:
                return made, carry
            carry = shown
        what = "the types of this loop's variables do not settle"
        raise Unsettled(self.source.problem(node or self.node, what, "keep the type of each variable fixed"))

    def place_of(self, name: str) -> Any:
        return (self.frame_of(name), name)

    def one_round(self, entry: State, carry: Carry, body: Callable[[], None], bounds: Any) -> Any:
        """Lower the body once with the carried places as they are assumed now."""
        head = entry.fork()
        self.state = head
        for place, spec in carry.places.items():
            self.put_place(head, place, self.open_place(entry, place, spec, carry))
            # An exit flag that is set ends the loop, so at the start of a pass it is not set.
            if isinstance(place, tuple) and place[1] in self.flags:
                self.put_place(head, place, Lit(False))
        self.note_watched(head, carry)
        tie_opened(self, head, carry, self.get_place)
        start = head.fork()
        tested = None
        self.state = start.fork()
        if not isinstance(bounds, tuple):
            tested = self.lower_test(bounds)
            self.state = start.fork()
        with self.builder.block(loop=True) as nodes:
            with self.failing_with(*LOOK_UPS), self.stopping():
                body()
            end = self.state
            for place, spec in carry.places.items():
                self.close_place(end, place, spec, carry)
        self.state = entry
        return nodes, tested, end, start

    def lower_test(self, node: Any) -> Any:
        with self.builder.block(loop=True) as nodes:
            test = self.truth(self.evaluate(node.test))
        return nodes, test

    def close(
        self,
        entry: State,
        end: State,
        carry: Carry,
        nodes: list[Node],
        tested: Any,
        bounds: Any,
        index: Var | None,
        until: str | None,
        along: Walk | None = None,
    ) -> None:
        """Append the finished loop, and put its results where they were carried."""
        self.state = entry.fork()
        outs = tuple(
            Var(p.hint, given_up(after_loop(p.type, known_type(first)), self.moves))
            for p, first in zip(carry.params, carry.init)
        )
        passes = passes_of(bounds, along) if until is None else None
        position = None
        if until is not None:
            position = self.position(carry, self.place_of(until))
        test_nodes, test = tested if tested is not None else ([], None)
        found = gather(carry.params, nodes, carry.results, test_nodes)
        kept = [i for i in range(len(outs)) if i not in found.values]
        position = None if position is None else kept.index(position)
        back = along is not None and along.reverse
        collected = self.lists_made(found, outs, carry.init, back)
        for made in collected:
            assert isinstance(made.type, Seq)
            item = made.type.item
            object.__setattr__(made, "type", Seq(item if item is None else given_up(item, self.moves), passes))
        params, init = tuple(carry.params[i] for i in kept), tuple(carry.init[i] for i in kept)
        results = (*(carry.results[i] for i in kept), *found.values.values())
        loc, last = self.builder.loc, tuple(outs[i] for i in kept)
        if isinstance(bounds, tuple):
            ahead = () if index is None else (index,)
            items = () if along is None else along.items
            body = finish((*ahead, *items, *params), found.nodes, results)
            columns = () if along is None else along.columns
            start, stop, step = bounds
            self.builder.append(
                For(last, collected, start, stop, step, columns, back, init, body, position, loc)
            )
        else:
            body = finish(params, found.nodes, results)
            # The test is a block with parameters of its own.
            test_block = refresh(finish(params, test_nodes, (test,)))
            self.builder.append(While(last, collected, init, test_block, body, position, loc))
        for i, made in zip(found.values, collected):
            if made is not outs[i]:
                # What is collected is in the order of the items also when the passes run from last to first.
                flipped = Pack("slice", (Lit(None), Lit(None), Lit(-1)))
                if carry.init[i] in self.empty_lists():
                    object.__setattr__(outs[i], "type", made.type)
                    self.builder.append(Eqn((outs[i],), "getitem", (made, flipped), (), loc))
                    continue
                added = self.emit("getitem", made, flipped) if back else made
                self.builder.append(Eqn((outs[i],), "operator.add", (carry.init[i], added), (), loc))
        handing = Carry(outs=list(outs), passed=bool(passes_of(bounds, along)))
        for place, spec in carry.places.items():
            self.put_place(self.state, place, self.open_place(entry, place, spec, handing))
        self.note_watched(self.state, handing)
        tie_opened(self, self.state, carry, self.get_place)
        self.state.lost |= {c for c in end.lost if c in entry.heap}
        self.forget(end)

    def forget(self, end: State) -> None:
        """Names that a pass binds and that are not read any more have no value after the loop."""
        for frame, names in self.state.frames.items():
            for name in end.frames.get(frame, {}):
                if not self.is_live(frame, name) and names.get(name) is not end.frames[frame][name]:
                    names[name] = FORGOTTEN

    def lists_made(
        self, found: Gathered, outs: tuple[Var, ...], init: list[Atom], back: bool
    ) -> tuple[Var, ...]:
        """What a loop collects: the list itself when it was empty before, else what is added to it."""
        if back:
            return tuple(Var(outs[i].hint, outs[i].type) for i in found.values)
        empty = self.empty_lists()
        return tuple(outs[i] if init[i] in empty else Var(outs[i].hint, outs[i].type) for i in found.values)

    def empty_lists(self) -> set[Any]:
        """The lists that are made in this block and are empty."""
        made = [n for n in self.builder.nodes if isinstance(n, Eqn) and n.prim == "seq.make" and not n.args]
        return {o for n in made for o in n.outs}

    def position(self, carry: Carry, wanted: Any) -> int:
        count = 0
        for place, spec in carry.places.items():
            if place == wanted:
                return count
            count += leaves_of(spec)
        raise AssertionError("the exit flag of a loop is carried")


def passes_of(bounds: Any, along: Walk | None) -> int | None:
    """How many passes a loop has, as far as that is known when transformed."""
    if along is not None:
        lengths = [getattr(type_of(c), "length", None) for c in along.columns]
        return next((n for n in lengths if isinstance(n, int)), None)
    if not isinstance(bounds, tuple) or not all(isinstance(b, Lit) for b in bounds):
        return None
    return len(range(*[b.value for b in bounds]))


def defined(nodes: Iterable[Node]) -> tuple[Var, ...]:
    """What some nodes define."""
    return tuple(v for node in nodes for v in outs(node))
