"""Loops: what a pass changes is carried; the body is lowered again until the types of the carried values hold.

A loop over something of known structure (a tuple, a list of arrays, the items of a dict) is unrolled; one over a
range, an array or a runtime list stays a loop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

import gast

from ..ir.build import finish, type_of
from ..ir.syntax import UNDEFINED, Atom, For, Lit, Node, Var, While
from ..ir.types import Seq, Sym, Tensor, is_not_one, join, resolve
from .branches import BranchMixin
from .state import CellInfo, NeedStatic, describe, is_numeric
from .values import (
    ArrayRef, DictContent, DictRef, Iteration, ListContent, ListRef, ObjectRef, RangeValue, SeqContent, State, TupleValue, Value,
)  # fmt: skip

_MAX_UNROLLED = 5000
_MAX_ROUNDS = 12


@dataclass(frozen=True)
class Leaf:
    """A carried number or array."""

    type: Any
    hint: str
    array: bool
    shared: str = ""
    shared_after: str = ""


@dataclass(frozen=True)
class Parts:
    """A carried container whose items are carried one by one; None stands for an item that stays as it is."""

    kind: str
    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    cls: Any = None


@dataclass
class _Carry:
    """The carried places of one loop: names by (frame, name) and cells, and what each is."""

    places: dict[Any, Any] = field(default_factory=dict)
    init: list[Atom] = field(default_factory=list)
    params: list[Var] = field(default_factory=list)
    results: list[Atom] = field(default_factory=list)
    outs: list[Var] | None = None


class LoopMixin(BranchMixin):
    """For, while and comprehensions."""

    list_name = "items"
    flags: frozenset[str] = frozenset()

    # --- what is iterated

    def run_for(self, node: Any) -> None:
        """Lower a `for` statement."""
        iterable = self.evaluate(node.iter)
        until = getattr(node, "until", None)

        def each(item: Value) -> None:
            self.assign(node.target, item)
            self.execute(node.body)

        self.iterate(iterable, each, until, node)

    def iterate(self, iterable: Value, each: Callable[[Value], None], until: str | None, node: Any) -> None:
        """Run `each` for every item, as a loop of the program or unrolled."""
        if isinstance(iterable, ObjectRef):
            iterable = self.call_method(iterable, "__iter__", ())
        if self.known_length(iterable):
            self.unroll(self.items_of(iterable), each, until)
            return
        start, stop, step, item = self.counted(iterable)
        bounds = all(isinstance(b, Lit) for b in (start, stop, step))
        if bounds and not range(start.value, stop.value, step.value):
            return
        saved, nodes, mutated = self.state, list(self.builder.nodes), dict(self.mutated)
        index = Var(self.index_name(node), self.index_type(start, stop))
        try:
            self.roll(lambda: each(item(index)), until, node, (start, stop, step), index)
        except NeedStatic as need:
            if need.var is not index or not bounds:
                raise
            count = len(range(start.value, stop.value, step.value))
            if count > _MAX_UNROLLED:
                raise self.refuse("this loop is too long to be unrolled", "make its index a plain number") from None
            self.state, self.mutated = saved, mutated
            self.builder.nodes[:] = nodes
            passes = tuple(item(Lit(i)) for i in range(start.value, stop.value, step.value))
            self.unroll(passes, each, until)

    def index_name(self, node: Any) -> str:
        target = getattr(node, "target", None)
        if isinstance(target, gast.Tuple) and target.elts and isinstance(target.elts[0], gast.Name):
            call = getattr(node, "iter", None)
            if isinstance(call, gast.Call) and getattr(call.func, "id", "") == "enumerate":
                return target.elts[0].id
        if isinstance(target, gast.Name) and isinstance(getattr(node, "iter", None), gast.Call):
            if getattr(node.iter.func, "id", "") == "range":
                return target.id
        return "i"

    def index_type(self, start: Atom, stop: Atom) -> Tensor:
        return Tensor("int64", (), "py", Sym("i"))

    def counted(self, iterable: Value) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        """The bounds of a counted loop over an iterable, and the item of a pass from its index."""
        if isinstance(iterable, RangeValue):
            return iterable.start, iterable.stop, iterable.step, lambda i: i
        if isinstance(iterable, Iteration) and iterable.kind == "enumerate":
            start, stop, step, item = self.counted(iterable.parts[0])
            if start == Lit(0) and step == Lit(1):
                offset = iterable.start
                if offset == Lit(0):
                    return start, stop, step, lambda i: TupleValue((i, item(i)))
                return start, stop, step, lambda i: TupleValue((self.emit("operator.add", i, offset), item(i)))
            raise self.refuse("enumerate of this iterable is not supported", "loop over a range of indices")
        if isinstance(iterable, Iteration) and iterable.kind == "reversed":
            start, stop, step, item = self.counted(iterable.parts[0])
            if start == Lit(0) and step == Lit(1):
                last = self.emit("operator.sub", stop, 1)
                return last, Lit(-1), Lit(-1), item
            count = self.trips(start, stop, step)
            last = self.emit("operator.add", start, self.emit("operator.mul", self.emit("operator.sub", count, 1), step))
            back = self.emit("operator.sub", start, step)
            return last, back, self.emit("operator.neg", step), item
        if isinstance(iterable, Iteration):
            return self.counted_zip(iterable)
        if isinstance(iterable, ListRef):
            ref = iterable
            stop = self.emit("builtins.len", self.read(iterable), hint="n")
            return Lit(0), stop, Lit(1), lambda i: self.list_item(ref, i)
        if is_numeric(iterable):
            atom = self.read(iterable)
            kind = type_of(atom)
            if isinstance(kind, Tensor) and kind.shape == ():
                raise self.refuse("a number cannot be iterated")
            return Lit(0), self.emit("axis_length", atom, 0), Lit(1), lambda i: self.subscript(iterable, i)
        raise self.refuse(f"a loop over {describe(iterable)} is not supported", "loop over a range, list or array")

    def counted_zip(self, iterable: Iteration) -> tuple[Any, Any, Any, Callable[[Atom], Value]]:
        parts = []
        for part in iterable.parts:
            if self.known_length(part):
                items = self.items_of(part)
                if not all(is_numeric(i) for i in items):
                    raise self.refuse("zip of an array with a tuple of other things is not supported")
                part = ListRef(self.new_cell(SeqContent(self.seq_of_items(items))))
            parts.append(self.counted(part))
        count: Any = None
        for start, stop, step, _ in parts:
            trips = stop if start == Lit(0) and step == Lit(1) else self.trips(start, stop, step)
            if count is None:
                count = trips
            elif count != trips and not self.same_count(count, trips):
                count = self.emit("builtins.min", count, trips)

        def item(i: Atom) -> Value:
            values = []
            for start, _, step, one in parts:
                at = i
                if step != Lit(1):
                    at = self.emit("operator.mul", at, step)
                if start != Lit(0):
                    at = self.emit("operator.add", start, at)
                values.append(one(at))
            return TupleValue(tuple(values))

        return Lit(0), count, Lit(1), item

    def same_count(self, a: Atom, b: Atom) -> bool:
        kinds = type_of(a), type_of(b)
        values = [k.value if isinstance(k, Tensor) else None for k in kinds]
        return None not in values and resolve(values[0]) == resolve(values[1])

    def trips(self, start: Atom, stop: Atom, step: Atom) -> Atom:
        """The length of a range."""
        if step == Lit(1):
            return self.emit("builtins.max", self.emit("operator.sub", stop, start), 0)
        return self.emit("builtins.len", self.emit("builtins.range", start, stop, step))

    # --- unrolled

    def unroll(self, items: tuple[Value, ...], each: Callable[[Value], None], until: str | None) -> None:
        """Run every pass in turn; after an exit that is decided at run time the rest stands in a branch."""
        for i, item in enumerate(items):
            each(item)
            if self.state.unreachable:
                return
            if until is None:
                continue
            flag = self.lookup(until)
            if isinstance(flag, Lit):
                if flag.value:
                    return
                continue
            rest = items[i + 1 :]
            if rest:
                self.branch(self.read(flag), lambda: None, lambda: self.unroll(rest, each, until))
            return

    # --- rolled

    def roll(self, body: Callable[[], None], until: str | None, node: Any, bounds: Any, index: Var | None) -> None:
        """Lower a loop; `bounds` are those of a counted loop, or the node of a `while`."""
        entry = self.state
        carry = _Carry()
        if until is not None:
            carry.places[self.place_of(until)] = Leaf(Tensor("bool", (), "py"), until, False)
        for _ in range(_MAX_ROUNDS):
            before = (dict(carry.places), entry)
            nodes, tested, end, head = self.one_round(entry, carry, body, bounds)
            places, entry = self.widen(entry, head, end, dict(carry.places))
            if places == before[0] and entry is before[1]:
                break
            carry = _Carry(places)
        else:
            raise self.refuse("the types of this loop's variables do not settle", "keep the type of each variable fixed", node)
        self.mark_shared(entry, head, end, carry, runs_at_least_once(bounds))
        self.close(entry, carry, nodes, tested, bounds, index, until, end)

    def place_of(self, name: str) -> Any:
        return (self.frame_of(name), name)

    def one_round(self, entry: State, carry: _Carry, body: Callable[[], None], bounds: Any) -> Any:
        """Lower the body once with the carried places as they are assumed now."""
        head = entry.fork()
        self.state = head
        for place, spec in carry.places.items():
            self.put_place(head, place, self.open_place(entry, place, spec, carry))
            # An exit flag that is set ends the loop, so at the start of a pass it is not set.
            if isinstance(place, tuple) and place[1] in self.flags:
                self.put_place(head, place, Lit(False))
        start = head.fork()
        tested = None
        self.state = start.fork()
        if not isinstance(bounds, tuple):
            tested = self.lower_test(bounds)
            self.state = start.fork()
        with self.builder.block() as nodes:
            body()
            end = self.state
            for place, spec in carry.places.items():
                self.close_place(end, place, spec, carry)
        self.state = entry
        return nodes, tested, end, start

    def lower_test(self, node: Any) -> Any:
        with self.builder.block() as nodes:
            test = self.truth(self.evaluate(node.test))
        return nodes, test

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

    # --- the carried places: opening, closing, widening

    def open_place(self, entry: State, place: Any, spec: Any, carry: _Carry) -> Any:
        value = self.get_place(entry, place)
        if isinstance(place, tuple):
            return self.open_value(entry, value, spec, carry, lambda v: v)
        return self.open_content(entry, value, spec, carry)

    def open_content(self, entry: State, content: Any, spec: Any, carry: _Carry) -> Any:
        if spec is None:
            return content
        if isinstance(spec, Leaf):
            atom = content.var if isinstance(content, SeqContent) else content
            if isinstance(content, ListContent):
                atom = self.seq_entry(entry, content)
            var = self.carry_leaf(spec, atom, carry)
            return SeqContent(var) if isinstance(spec.type, Seq) else var
        if spec.kind == "list":
            return ListContent(
                tuple(self.open_value(entry, v, s, carry, None) for v, s in zip(content.items, spec.items))
            )
        old = dict(content.items)
        return DictContent(
            tuple(
                (k, self.open_value(entry, old.get(k, UNDEFINED), s, carry, None))
                for k, s in zip(spec.keys, spec.items)
            )
        )

    def seq_entry(self, entry: State, content: ListContent) -> Atom:
        state, self.state = self.state, entry
        made = self.seq_of_items(content.items)
        self.state = state
        return made

    def open_value(self, entry: State, value: Any, spec: Any, carry: _Carry, _: Any) -> Any:
        if spec is None:
            return value
        if isinstance(spec, Leaf):
            var = self.carry_leaf(spec, self.entry_atom(entry, value), carry)
            if spec.array:
                shared = spec.shared if carry.outs is None else spec.shared_after
                return self.new_array(var, CellInfo(contiguous=None, shared=shared, name=spec.hint))
            return var
        if spec.kind == "tuple":
            items = value.items if isinstance(value, TupleValue) else (UNDEFINED,) * len(spec.items)
            return TupleValue(
                tuple(self.open_value(entry, v, s, carry, None) for v, s in zip(items, spec.items)), spec.cls
            )
        content = entry.heap[value.cell] if value is not UNDEFINED else self.undefined_content(spec)
        inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
        cell = self.new_cell(self.open_content(entry, content, inner, carry))
        if spec.cls is not None:
            return ObjectRef(cell, spec.cls)
        return DictRef(cell) if spec.kind == "dict" else ListRef(cell)

    def undefined_content(self, spec: Parts) -> Any:
        if spec.kind == "seq":
            return SeqContent(UNDEFINED)
        if spec.kind == "list":
            return ListContent((UNDEFINED,) * len(spec.items))
        return DictContent(tuple((k, UNDEFINED) for k in spec.keys))

    def entry_atom(self, entry: State, value: Any) -> Atom:
        if isinstance(value, ArrayRef):
            state, self.state = self.state, entry
            atom = self.read(value)
            self.state = state
            return atom
        return value

    def carry_leaf(self, spec: Leaf, init: Atom, carry: _Carry) -> Var:
        if carry.outs is not None:
            return carry.outs.pop(0)
        var = Var(spec.hint, spec.type)
        carry.init.append(init)
        carry.params.append(var)
        return var

    def close_place(self, end: State, place: Any, spec: Any, carry: _Carry) -> None:
        value = self.get_place(end, place)
        if isinstance(place, tuple):
            self.close_value(end, value, spec, carry)
        else:
            self.close_content(end, value, spec, carry)

    def close_content(self, end: State, content: Any, spec: Any, carry: _Carry) -> None:
        if spec is None:
            return
        if isinstance(spec, Leaf):
            if isinstance(content, ListContent):
                carry.results.append(self.seq_of_items(content.items))
            else:
                carry.results.append(content.var if isinstance(content, SeqContent) else content)
        elif spec.kind == "list":
            items = content.items if isinstance(content, ListContent) else (UNDEFINED,) * len(spec.items)
            items = items if len(items) == len(spec.items) else (UNDEFINED,) * len(spec.items)
            for v, s in zip(items, spec.items):
                self.close_value(end, v, s, carry)
        else:
            found = dict(content.items)
            for k, s in zip(spec.keys, spec.items):
                self.close_value(end, found.get(k, UNDEFINED), s, carry)

    def close_value(self, end: State, value: Any, spec: Any, carry: _Carry) -> None:
        if spec is None:
            return
        if isinstance(spec, Leaf):
            atom = value
            if isinstance(value, ArrayRef):
                atom = self.read(value)
            carry.results.append(atom if isinstance(atom, (Var, Lit)) else UNDEFINED)
        elif spec.kind == "tuple":
            items = value.items if isinstance(value, TupleValue) else (UNDEFINED,) * len(spec.items)
            for v, s in zip(items, spec.items):
                self.close_value(end, v, s, carry)
        else:
            known = isinstance(value, (ListRef, DictRef, ObjectRef))
            content = end.heap[value.cell] if known else self.undefined_content(spec)
            inner = Parts(spec.kind, spec.items, spec.keys) if spec.kind != "seq" else spec.items[0]
            self.close_content(end, content, inner, carry)

    def widen(self, entry: State, head: State, end: State, places: dict[Any, Any]) -> tuple[dict[Any, Any], State]:
        """The carried places that a pass shows to be needed, with types that hold before and after it."""
        if end.unreachable:
            return places, entry
        for frame, names in entry.frames.items():
            after = end.frames.get(frame, names)
            for name in after:
                place = (frame, name)
                old = head.frames[frame].get(name, UNDEFINED)
                if after[name] is old and place not in places:
                    continue
                spec = self.widen_value(entry, end, entry.frames[frame].get(name, UNDEFINED), old, after[name],
                                        places.get(place), name)  # fmt: skip
                if spec is not None:
                    places[place] = spec
        for cell, content in list(entry.heap.items()):
            if cell not in head.heap:
                continue
            after = end.heap.get(cell, content)
            if after is head.heap[cell] and cell not in places:
                continue
            self.list_name = self.cells[cell].name or "items"
            spec = self.widen_content(entry, end, content, head.heap[cell], after, places.get(cell))
            if spec is not None:
                places[cell] = spec
        return places, entry

    def widen_content(self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any) -> Any:
        if isinstance(last, (Var, Lit)):
            if last is head and spec is None:
                return None
            hint = first.hint if isinstance(first, Var) else getattr(last, "hint", "buffer")
            return self.leaf(first, last, spec, hint, False)
        if isinstance(last, SeqContent) or isinstance(first, SeqContent):
            if last is head and spec is None:
                return None
            return self.seq_leaf(entry, end, first, last, spec)
        if isinstance(last, ListContent):
            if isinstance(spec, Leaf) or len(last.items) != len(first.items):
                return self.seq_leaf(entry, end, first, last, spec)
            old = spec.items if spec is not None else (None,) * len(last.items)
            heads = head.items
            items = tuple(
                self.widen_value(entry, end, f, h, v, s, "item")
                for f, h, v, s in zip(first.items, heads, last.items, old)
            )
            return Parts("list", items) if any(i is not None for i in items) else None
        keys = tuple(k for k, _ in last.items)
        known = dict(zip(spec.keys, spec.items)) if spec is not None else {}
        before, heads, after = dict(first.items), dict(head.items), dict(last.items)
        items = tuple(
            self.widen_value(entry, end, before.get(k, UNDEFINED), heads.get(k, UNDEFINED), after[k], known.get(k), str(k))
            for k in keys
        )
        return Parts("dict", items, keys) if any(i is not None for i in items) else None

    def seq_leaf(self, entry: State, end: State, first: Any, last: Any, spec: Any) -> Leaf:
        item: Any = spec.type.item if isinstance(spec, Leaf) and isinstance(spec.type, Seq) else None
        for state, content in ((entry, first), (end, last)):
            if isinstance(content, SeqContent):
                kinds = [type_of(content.var).item] if isinstance(type_of(content.var), Seq) else []
            else:
                kinds = []
                for v in content.items:
                    if not is_numeric(v):
                        raise self.refuse("a list that grows in a loop may only hold numbers or arrays", "use several lists")
                    kinds.append(type_of(state.heap[v.cell] if isinstance(v, ArrayRef) and not v.path else self.entry_atom(state, v)))
            for kind in kinds:
                if kind is not None:
                    item = kind if item is None else self.stable(item, kind)
        hint = spec.hint if isinstance(spec, Leaf) else self.list_name
        var = last.var if isinstance(last, SeqContent) else first.var if isinstance(first, SeqContent) else None
        if isinstance(var, Var):
            hint = var.hint
        return Leaf(Seq(item), hint, False)

    def widen_value(self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any, name: str) -> Any:
        if spec is None and (last is head or (isinstance(last, (ArrayRef, Lit)) and last == head)):
            return None
        if isinstance(last, (ListRef, DictRef, ObjectRef)) and last == head and spec is None:
            return None
        if self.is_number_like(last) and self.is_number_like(first):
            array = isinstance(first, ArrayRef) or isinstance(last, ArrayRef)
            array = array or (isinstance(spec, Leaf) and spec.array)
            atoms = []
            for state, value in ((entry, first), (end, last)):
                atoms.append(self.peek(state, value))
            return self.leaf(*atoms, spec, name, array)
        if isinstance(last, TupleValue) and (first is UNDEFINED or isinstance(first, TupleValue)):
            if first is UNDEFINED or len(first.items) == len(last.items):
                count = len(last.items)
                firsts = (UNDEFINED,) * count if first is UNDEFINED else first.items
                heads = head.items if isinstance(head, TupleValue) else (UNDEFINED,) * count
                old = spec.items if isinstance(spec, Parts) else (None,) * count
                items = tuple(
                    self.widen_value(entry, end, f, h, v, s, name)
                    for f, h, v, s in zip(firsts, heads, last.items, old)
                )
                return Parts("tuple", items, (), last.cls)
        if isinstance(last, (ListRef, DictRef, ObjectRef)) and (first is UNDEFINED or type(first) is type(last)):
            return self.widen_ref(entry, end, first, head, last, spec)
        if all(isinstance(v, (Var, Lit)) for v in (first, last)) and self.joinable(first, last):
            return self.leaf(first, last, spec, name, False)
        return self.conflicting(spec, name, first, last)

    def conflicting(self, spec: Any, name: str, first: Any, last: Any) -> Any:
        raise self.refuse(
            f"`{name}` is {describe(first)} before this loop and {describe(last)} after a pass",
            "give it the same kind of value before the loop",
        )

    def widen_ref(self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any) -> Any:
        content = end.heap[last.cell]
        kind = "list" if isinstance(last, ListRef) else "dict"
        cls = last.cls if isinstance(last, ObjectRef) else None
        inner = None
        if isinstance(spec, Parts):
            inner = spec.items[0] if spec.kind == "seq" else Parts(spec.kind, spec.items, spec.keys)
        if first is UNDEFINED:
            empty: Any = SeqContent(UNDEFINED) if isinstance(content, SeqContent) else None
            if empty is None and isinstance(content, ListContent):
                empty = ListContent((UNDEFINED,) * len(content.items))
            if empty is None:
                empty = DictContent(tuple((k, UNDEFINED) for k, _ in content.items))
            before = heads = empty
        else:
            before = entry.heap[first.cell]
            heads = before
        made = self.widen_content(entry, end, before, heads, content, inner)
        if isinstance(made, Leaf):
            return Parts("seq", (made,), (), cls)
        if made is None:
            items = tuple(None for _ in content.items)
            keys = tuple(k for k, _ in content.items) if kind == "dict" else ()
            return Parts(kind, items, keys, cls)
        return Parts(made.kind, made.items, made.keys, cls)

    def peek(self, state: State, value: Any) -> Any:
        """The atom of a value in another state, for its type only."""
        if not isinstance(value, ArrayRef):
            return value
        root = state.heap[value.cell]
        if not value.path:
            return root
        found = state.views.get((root, value.path))
        if found is not None:
            return found
        with self.builder.block():
            return self.entry_atom(state.fork(), value)

    def leaf(self, first: Any, last: Any, spec: Any, name: str, array: bool) -> Leaf:
        kinds = [type_of(a) for a in (first, last) if a is not UNDEFINED]
        if isinstance(spec, Leaf):
            kinds.insert(0, spec.type)
        kind = kinds[0]
        for other in kinds[1:]:
            kind = self.stable(kind, other)
        if isinstance(kind, Tensor) and kind.value is not None:
            kind = Tensor(kind.dtype, kind.shape, kind.form)
        array = array or (isinstance(kind, Tensor) and not kind.is_immutable)
        return Leaf(kind, name, array, spec.shared if isinstance(spec, Leaf) else "")

    def stable(self, a: Any, b: Any) -> Any:
        """The join of two types; a length that was widened once stays as it is."""
        if not (isinstance(a, Tensor) and isinstance(b, Tensor)) or a.shape is None or b.shape is None:
            return join(a, b)
        if len(a.shape) != len(b.shape):
            return join(a, b)
        both = join(a, b)
        shape = tuple(
            p if resolve(p) == resolve(q) or is_widened(p, q) else Sym("w", is_not_one(p) and is_not_one(q))
            for p, q in zip(a.shape, b.shape)
        )
        return Tensor(both.dtype, shape, both.form)

    # --- aliases between carried arrays

    def mark_shared(self, entry: State, head: State, end: State, carry: _Carry, runs: bool) -> None:
        """Arrays that two carried names may share must not be written to; checked against what was written."""
        count: dict[int, int] = {}
        for frame, names in end.frames.items():
            if frame in entry.frames:
                for value in names.values():
                    for cell in cells_in(value, end):
                        count[cell] = count.get(cell, 0) + 1
        for place, spec in carry.places.items():
            if not (isinstance(place, tuple) and isinstance(spec, Leaf) and spec.array):
                continue
            first, last = self.get_place(entry, place), self.get_place(end, place)
            at_head = self.get_place(head, place)
            aliased = isinstance(last, ArrayRef) and (count.get(last.cell, 0) > 1 or bool(last.path))
            aliased = aliased or (isinstance(last, ArrayRef) and last.cell in entry.heap)
            ends_aliased = aliased
            if isinstance(first, ArrayRef):
                others = sum(
                    cell == first.cell
                    for names in entry.frames.values()
                    for value in names.values()
                    for cell in cells_in(value, entry)
                )
                aliased = aliased or others > 1 or bool(first.path) or self.cells[first.cell].origin != "fresh"
            if not aliased:
                continue
            if isinstance(at_head, ArrayRef) and at_head.cell in self.written(head, end):
                raise self.refuse(
                    f"`{spec.hint}` is written to in a loop and may be the same array as another name",
                    "make a copy first: `x = x.copy()`",
                )
            if isinstance(first, ArrayRef) and first.cell in self.written(head, end):
                raise self.refuse(
                    f"`{spec.hint}` may be the same array as one that this loop writes to",
                    "make a copy first: `x = x.copy()`",
                )
            other = f"`{spec.hint}`'s other name"
            after = other if ends_aliased or not runs else ""
            carry.places[place] = Leaf(spec.type, spec.hint, True, other, after)

    def written(self, head: State, end: State) -> set[int]:
        return {c for c, v in head.heap.items() if isinstance(v, Var) and end.heap.get(c) is not v}

    # --- the finished loop

    def close(self, entry: State, carry: _Carry, nodes: list[Node], tested: Any, bounds: Any, index: Any, until: Any, end: State) -> None:  # fmt: skip
        self.state = entry.fork()
        outs = tuple(Var(p.hint, p.type) for p in carry.params)
        position = None
        if until is not None:
            position = self.position(carry, self.place_of(until))
        params, init, results = tuple(carry.params), tuple(carry.init), tuple(carry.results)
        loc = self.builder.loc
        if isinstance(bounds, tuple):
            body = finish((index, *params), nodes, results)
            start, stop, step = bounds
            self.builder.append(For(outs, (), start, stop, step, (), False, init, body, position, loc))
        else:
            test_nodes, test = tested
            body = finish(params, nodes, results)
            renamed = {p: Var(p.hint, p.type) for p in params}
            test_block = refresh_test(params, renamed, test_nodes, test)
            self.builder.append(While(outs, (), init, test_block, body, position, loc))
        handing = _Carry(outs=list(outs))
        for place, spec in carry.places.items():
            self.put_place(self.state, place, self.open_place(entry, place, spec, handing))

    def position(self, carry: _Carry, wanted: Any) -> int:
        count = 0
        for place, spec in carry.places.items():
            if place == wanted:
                return count
            count += leaves_of(spec)
        raise AssertionError("the exit flag of a loop is carried")


def runs_at_least_once(bounds: Any) -> bool:
    """Whether a loop is known to have a pass."""
    if not isinstance(bounds, tuple) or not all(isinstance(b, Lit) for b in bounds):
        return False
    return len(range(*[b.value for b in bounds])) > 0


def is_widened(p: Any, q: Any) -> bool:
    """Whether a length was given up already, so that another one changes nothing."""
    return isinstance(p, Sym) and p.name == "w" and (is_not_one(q) or not p.notone)


def leaves_of(spec: Any) -> int:
    """The number of carried values of a place."""
    if spec is None:
        return 0
    if isinstance(spec, Leaf):
        return 1
    return sum(leaves_of(s) for s in spec.items)


def cells_in(value: Any, state: State) -> list[int]:
    """The cells of arrays that a value refers to."""
    if isinstance(value, ArrayRef):
        return [value.cell]
    if isinstance(value, TupleValue):
        return [c for v in value.items for c in cells_in(v, state)]
    if isinstance(value, (ListRef, DictRef, ObjectRef)):
        content = state.heap.get(value.cell)
        if isinstance(content, ListContent):
            return [c for v in content.items for c in cells_in(v, state)]
        if isinstance(content, DictContent):
            return [c for _, v in content.items for c in cells_in(v, state)]
    return []


def refresh_test(params: tuple[Var, ...], renamed: dict[Var, Var], nodes: list[Node], test: Atom) -> Any:
    """The test of a while loop as a block with parameters of its own."""
    from ..ir.walk import refresh

    return refresh(finish(params, nodes, (test,)))


