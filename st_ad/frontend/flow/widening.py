"""Which places a loop must carry, with types that hold before and after a pass."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import Callable, Any, Iterator

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Lit, Var
from ...ir.types import Seq, Sym, Tensor, assume, given_up, is_not_one, join, resolve
from .carries import FLAG, TEXT, CarryMixin, Leaf, Parts, Rows, plain_text
from ..data.state import Unsettled
from ..data.option_values import OneOf
from ..data.options import joined_options
from ..data.set_values import SetRef
from ..data.ties import holders
from ..data.values import (
    ArrayRef,
    BoundMethod,
    DictContent,
    DictRef,
    FunctionValue,
    ListContent,
    ListRef,
    MaybeMissing,
    MaybeNone,
    ObjectRef,
    PartialValue,
    SeqContent,
    State,
    TupleValue,
    describe,
    item_if_any,
    value_if_any,
)


class WideningMixin(CarryMixin):
    """The join of what is there before a pass and after it."""

    moves: Callable[[object], bool] = staticmethod(lambda length: False)

    list_name = "items"

    def widen(self, entry: State, head: State, end: State, places: dict[Any, Any]) -> dict[Any, Any]:
        """The carried places that a pass shows to be needed, with types that hold before and after it."""
        if end.unreachable:
            return places
        for frame, names in entry.frames.items():
            after = end.frames.get(frame, names)
            for name in after:
                place = (frame, name)
                if place not in places and not self.is_live(frame, name):
                    continue
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
        return places

    def widen_content(self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any) -> Any:
        self.check_not_lost(first, last)
        if isinstance(last, (Var, Lit)):
            if last is head and spec is None:
                return None
            hint = first.hint if isinstance(first, Var) else getattr(last, "hint", "buffer")
            return self.leaf(first, last, spec, hint, False)
        if isinstance(last, SeqContent) or isinstance(first, SeqContent):
            if last is head and spec is None:
                return None
            return self.widen_rows(entry, end, first, last, spec)
        if isinstance(last, ListContent):
            if isinstance(spec, Rows) or len(last.items) != len(first.items):
                if self.writes_items and any(isinstance(v, ArrayRef) for v in last.items):
                    what = "the items of this list must be known, as they are written to"
                    raise Unsettled(self.source.problem(self.node, what))
                return self.widen_rows(entry, end, first, last, spec)
            old = spec.items if spec is not None else (None,) * len(last.items)
            heads = head.items
            items = tuple(
                self.widen_value(entry, end, f, h, v, s, "item")
                for f, h, v, s in zip(first.items, heads, last.items, old)
            )
            return Parts("list", items) if any(i is not None for i in items) else None
        known = dict(zip(spec.keys, spec.items)) if spec is not None else {}
        keys = tuple(dict.fromkeys([*known, *(k for content in (first, last) for k, _ in content.items)]))
        items = tuple(
            self.widen_item(
                entry, end, self.item_of(first, k), self.item_of(head, k), self.item_of(last, k), known.get(k), str(k)
            )
            for k in keys
        )
        return Parts("dict", items, keys) if any(i is not None for i in items) else None

    def widen_item(self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any, name: str) -> Any:
        """An item of a dict, which may be missing before or after a pass."""
        carried = isinstance(spec, Parts) and spec.kind == "item"
        if not carried and not any(isinstance(v, MaybeMissing) for v in (first, last)) or spec is None and last is head:
            return self.widen_value(entry, end, first, head, last, spec, name)
        inner = spec.items[1] if carried else spec
        before, begun, after = item_if_any(first), item_if_any(head), item_if_any(last)
        made = self.widen_value(entry, end, before, begun, after, inner, name)
        return Parts("item", (Leaf(FLAG, f"has_{name}", False), made if made is not None else inner))

    def widen_rows(self, entry: State, end: State, first: Any, last: Any, spec: Any) -> Rows:
        """A list of unknown length, with a form and types that hold before and after a pass."""
        sides = [(s, c) for s, c in ((entry, first), (end, last)) if c is not UNDEFINED]
        form = spec.form if isinstance(spec, Rows) else None
        for state, content in sides:
            with self.looking_at(state):
                form = self.join_forms(form, self.form_of_content(content))
        if form is None:
            return Rows(None, ())
        sources = [self.columns_seen(s, c, form) for s, c in sides]
        if isinstance(spec, Rows) and spec.form == form:
            sources.insert(0, spec.items)
        leaves = []
        for column in zip(*sources):
            hint = next((c.hint for c in column if getattr(c, "hint", "items") != "items"), self.list_name)
            item: Any = None
            for one in column:
                kind = one.type if isinstance(one, Leaf) else type_of(one)
                if isinstance(kind, Seq) and kind.item is not None:
                    item = kind.item if item is None else self.stable(item, kind.item)
            leaves.append(Leaf(Seq(item), hint, False))
        return Rows(form, tuple(leaves))

    @contextmanager
    def looking_at(self, state: State) -> Iterator[None]:
        """Look at another state, for types only: what is lowered meanwhile is dropped."""
        with self.builder.block():
            now, self.state = self.state, state.fork()
            try:
                yield
            finally:
                self.state = now

    def columns_seen(self, state: State, content: Any, form: Any) -> tuple[Any, ...]:
        with self.looking_at(state):
            return self.conform(content, form).columns

    def widen_value(
        self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any, name: str
    ) -> Any:
        if spec is None and (last is head or (isinstance(last, (ArrayRef, Lit)) and last == head)):
            return None
        if isinstance(last, (ListRef, DictRef, ObjectRef)) and last == head and spec is None:
            return None
        if is_optional(spec) or any(isinstance(v, MaybeNone) or v == Lit(None) for v in (first, last)):
            if last is UNDEFINED:
                return spec
            return self.widen_optional(entry, end, first, head, last, spec, name)
        if self.is_number_like(last) and self.is_number_like(first):
            array = isinstance(first, ArrayRef) or isinstance(last, ArrayRef)
            array = array or (isinstance(spec, Leaf) and spec.array)
            leaf = self.leaf(self.peek(entry, first), self.peek(end, last), spec, name, array)
            return self.watching(leaf, spec, entry, end, first, last)
        if isinstance(last, TupleValue) and (first is UNDEFINED or isinstance(first, TupleValue)):
            count = len(last.items)
            firsts = first.items if isinstance(first, TupleValue) else (UNDEFINED,) * count
            if len(firsts) == count:
                heads = head.items if isinstance(head, TupleValue) else (UNDEFINED,) * count
                old = spec.items if isinstance(spec, Parts) else (None,) * count
                items = tuple(
                    self.widen_value(entry, end, f, h, v, s, name)
                    for f, h, v, s in zip(firsts, heads, last.items, old)
                )
                return Parts("tuple", items, (), last.cls)
        if isinstance(last, (ListRef, DictRef, ObjectRef)) and (
            first is UNDEFINED or type(first) is type(last) and first.cls is last.cls
        ):
            return self.widen_ref(entry, end, first, head, last, spec)
        chosen = self.widen_options(entry, first, last, spec, name)
        if chosen is not None:
            return chosen
        first, last = plain_text(first), plain_text(last)
        if all(isinstance(v, (Var, Lit)) for v in (first, last)) and self.joinable(first, last):
            return self.leaf(first, last, spec, name, False)
        return self.conflicting(name, first, last)

    def widen_options(self, entry: State, first: Any, last: Any, spec: Any, name: str, alone: bool = False) -> Any:
        """A name that is one of several known things before or after a pass; None when it is not that."""
        known = [v for v in (first, last) if v is not UNDEFINED]
        if isinstance(spec, Leaf) or not all(self.lasts(entry, v) for v in known):
            return None
        tagged = [self.tagged(v) for v in known]
        if isinstance(spec, Parts) and spec.kind == "one of":
            tagged.insert(0, OneOf(Lit(""), tuple((tag, self.things[tag]) for tag in spec.keys)))
        options = joined_options(*tagged)
        if options is None or len(options) < (1 if alone else 2):
            return None
        return Parts("one of", (Leaf(TEXT, name, False),), tuple(tag for tag, _ in options))

    def widen_optional(
        self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any, name: str
    ) -> Any:
        """A name that is None before or after a pass."""
        if any(isinstance(value_if_any(v), ObjectRef) for v in (first, last)):
            # An object may lead to others of its kind, so that there is no end to what would be carried.
            return self.conflicting(name, first, last)
        inner = spec.items[1] if is_optional(spec) else None
        heads = head.value if isinstance(head, MaybeNone) else UNDEFINED
        made = self.widen_options(entry, value_if_any(first), value_if_any(last), inner, name, alone=True)
        if made is None:
            made = self.widen_value(entry, end, value_if_any(first), heads, value_if_any(last), inner, name)
        flag = Leaf(Tensor("bool", (), "py"), f"has_{name}", False)
        return Parts("optional", (flag, made if made is not None else inner))

    def watching(self, leaf: Leaf, spec: Any, entry: State, end: State, first: Any, last: Any) -> Leaf:
        """The leaf with the cells from before the loop that it may share storage with."""
        cells = set(spec.watched) if isinstance(spec, Leaf) else set()
        for value in (first, last):
            if isinstance(value, ArrayRef):
                for ref in self.alternatives(value, entry.heap.__contains__):
                    near = (ref.cell, *(c for c, _ in self.cells[ref.cell].watched))
                    cells.update(c for c in near if c in entry.heap)
        lost = (
            self.is_stale(entry, first) or self.is_stale(end, last) or (isinstance(spec, Leaf) and spec.lost)
        )
        return dataclasses.replace(leaf, watched=tuple(sorted(cells)), lost=lost)

    def conflicting(self, name: str, first: Any, last: Any) -> Any:
        if first is UNDEFINED and isinstance(last, (FunctionValue, PartialValue, BoundMethod)):
            return None
        what = f"`{name}` is {describe(first)} before this loop and {describe(last)} after a pass"
        raise Unsettled(self.source.problem(self.node, what, "give it the same kind of value before the loop"))

    def check_one_name(self, entry: State, end: State, first: Any, last: Any) -> None:
        """Two names of one list or dict that a loop gives to one of them would be carried as two."""
        if first == last:
            return
        if holders(end, last.cell, entry) > 1:
            what = f"{describe(last)} has two names after a pass of this loop, and one of them may be another one"
            raise Unsettled(self.source.problem(self.node, what, "make a copy, or use one name"))

    def widen_ref(self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any) -> Any:
        if isinstance(last, SetRef):
            raise self.refuse("a set cannot be passed on or returned here", "convert it with sorted() first")
        self.check_one_name(entry, end, first, last)
        content = end.heap[last.cell]
        kind = "list" if isinstance(last, ListRef) else "dict"
        like = dataclasses.replace(last, cell=0)
        inner = None
        if isinstance(spec, Parts):
            inner = spec.items[0] if spec.kind == "seq" else Parts(spec.kind, spec.items, spec.keys)
        if first is UNDEFINED:
            empty: Any = UNDEFINED
            if isinstance(content, ListContent):
                empty = ListContent((UNDEFINED,) * len(content.items))
            elif isinstance(content, DictContent):
                empty = DictContent(tuple((k, UNDEFINED) for k, _ in content.items))
            before = heads = empty
        else:
            before = entry.heap[first.cell]
            heads = before
        made = self.widen_content(entry, end, before, heads, content, inner)
        if isinstance(made, Rows):
            return Parts("seq", (made,), (), like)
        if made is None:
            items = tuple(None for _ in content.items)
            keys = tuple(k for k, _ in content.items) if kind == "dict" else ()
            return Parts(kind, items, keys, like)
        return Parts(made.kind, made.items, made.keys, like)

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
            old, self.state = self.state, state.fork()
            atom = self.read_path(root, value.path)
            self.state = old
            return atom

    def leaf(self, first: Any, last: Any, spec: Any, name: str, array: bool) -> Leaf:
        kinds = [type_of(a) for a in (first, last) if a is not UNDEFINED]
        if isinstance(spec, Leaf):
            kinds.insert(0, spec.type)
        kind = kinds[0]
        if first is UNDEFINED and not isinstance(spec, Leaf):
            # It stands for that of an earlier pass, which may be of another length.
            kind = given_up(kind, self.moves)
        for other in kinds[1:]:
            kind = self.stable(kind, other)
        if isinstance(kind, Tensor) and kind.value is not None:
            kind = Tensor(kind.dtype, kind.shape, kind.form)
        array = array or (isinstance(kind, Tensor) and not kind.is_immutable)
        if isinstance(spec, Leaf):
            return dataclasses.replace(spec, type=kind, array=array)
        return Leaf(kind, name, array)

    def stable(self, a: Any, b: Any) -> Any:
        """The join of two types; a length that was widened once stays as it is."""
        if not (isinstance(a, Tensor) and isinstance(b, Tensor)) or a.shape is None or b.shape is None:
            return join(a, b)
        if len(a.shape) != len(b.shape):
            return join(a, b)
        both: Any = join(a, b)
        for p, q in zip(a.shape, b.shape):
            assume(p, q)
        shape = tuple(
            p if resolve(p) == resolve(q) or is_widened(p, q) else Sym("w", is_not_one(p) and is_not_one(q))
            for p, q in zip(a.shape, b.shape)
        )
        return Tensor(both.dtype, shape, both.form)


def is_optional(spec: Any) -> bool:
    """Whether a carried place may hold None."""
    return isinstance(spec, Parts) and spec.kind == "optional"


def is_widened(p: Any, q: Any) -> bool:
    """Whether a length was given up already, so that another one changes nothing."""
    return isinstance(p, Sym) and p.name == "w" and (is_not_one(q) or not p.notone)
