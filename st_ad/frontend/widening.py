"""Which places a loop must carry, with types that hold before and after a pass."""

from __future__ import annotations

import dataclasses
from typing import Any

from ..ir.build import type_of
from ..ir.syntax import UNDEFINED, Lit, Var
from ..ir.types import Seq, Sym, Tensor, is_not_one, join, resolve
from .carries import CarryMixin, Leaf, Parts
from .values import (
    ArrayRef,
    BoundMethod,
    DictContent,
    DictRef,
    FunctionValue,
    ListContent,
    ListRef,
    ObjectRef,
    PartialValue,
    SeqContent,
    State,
    TupleValue,
    describe,
    is_numeric,
)


class WideningMixin(CarryMixin):
    """The join of what is there before a pass and after it."""

    list_name = "items"

    def widen(self, entry: State, head: State, end: State, places: dict[Any, Any]) -> dict[Any, Any]:
        """The carried places that a pass shows to be needed, with types that hold before and after it."""
        if end.unreachable:
            return places
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
        return places

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
            self.widen_value(
                entry, end, before.get(k, UNDEFINED), heads.get(k, UNDEFINED), after[k], known.get(k), str(k)
            )
            for k in keys
        )
        return Parts("dict", items, keys) if any(i is not None for i in items) else None

    def seq_leaf(self, entry: State, end: State, first: Any, last: Any, spec: Any) -> Leaf:
        item: Any = spec.type.item if isinstance(spec, Leaf) and isinstance(spec.type, Seq) else None
        for kind in self.item_types(entry, first) + self.item_types(end, last):
            if kind is not None:
                item = kind if item is None else self.stable(item, kind)
        hint = spec.hint if isinstance(spec, Leaf) else self.list_name
        var = (
            last.var if isinstance(last, SeqContent) else first.var if isinstance(first, SeqContent) else None
        )
        if isinstance(var, Var):
            hint = var.hint
        return Leaf(Seq(item), hint, False)

    def item_types(self, state: State, content: SeqContent | ListContent) -> list[Any]:
        """The types of the items of a list, known one by one or for all of them."""
        if isinstance(content, SeqContent):
            kind = type_of(content.var)
            return [kind.item] if isinstance(kind, Seq) else []
        if not all(is_numeric(v) for v in content.items):
            raise self.refuse(
                "a list that grows in a loop may only hold numbers or arrays", "use several lists"
            )
        return [
            type_of(
                state.heap[v.cell] if isinstance(v, ArrayRef) and not v.path else self.entry_atom(state, v)
            )
            for v in content.items
        ]

    def widen_value(
        self, entry: State, end: State, first: Any, head: Any, last: Any, spec: Any, name: str
    ) -> Any:
        if spec is None and (last is head or (isinstance(last, (ArrayRef, Lit)) and last == head)):
            return None
        if isinstance(last, (ListRef, DictRef, ObjectRef)) and last == head and spec is None:
            return None
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
            first is UNDEFINED or type(first) is type(last)
        ):
            return self.widen_ref(entry, end, first, head, last, spec)
        if all(isinstance(v, (Var, Lit)) for v in (first, last)) and self.joinable(first, last):
            return self.leaf(first, last, spec, name, False)
        return self.conflicting(name, first, last)

    def watching(self, leaf: Leaf, spec: Any, entry: State, end: State, first: Any, last: Any) -> Leaf:
        """The leaf with the cells from before the loop that it may share storage with."""
        cells = set(spec.watched) if isinstance(spec, Leaf) else set()
        for value in (first, last):
            if isinstance(value, ArrayRef):
                cells.update(
                    c
                    for c in (value.cell, *(c for c, _ in self.cells[value.cell].watched))
                    if c in entry.heap
                )
        lost = (
            self.is_stale(entry, first) or self.is_stale(end, last) or (isinstance(spec, Leaf) and spec.lost)
        )
        return dataclasses.replace(leaf, watched=tuple(sorted(cells)), lost=lost)

    def conflicting(self, name: str, first: Any, last: Any) -> Any:
        if first is UNDEFINED and isinstance(last, (FunctionValue, PartialValue, BoundMethod)):
            return None
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
            old, self.state = self.state, state.fork()
            atom = self.read_path(root, value.path)
            self.state = old
            return atom

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
        both: Any = join(a, b)
        shape = tuple(
            p if resolve(p) == resolve(q) or is_widened(p, q) else Sym("w", is_not_one(p) and is_not_one(q))
            for p, q in zip(a.shape, b.shape)
        )
        return Tensor(both.dtype, shape, both.form)


def is_widened(p: Any, q: Any) -> bool:
    """Whether a length was given up already, so that another one changes nothing."""
    return isinstance(p, Sym) and p.name == "w" and (is_not_one(q) or not p.notone)
