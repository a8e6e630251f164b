"""Sorting: in an order that is known when transformed, or found at run time by the places of the items."""

from __future__ import annotations

from typing import Any, Iterator

import numpy as np

from ...ir.build import type_of
from ...ir.syntax import Atom, Lit, Pack
from ...ir.types import Tensor
from ..data.columns import slots
from ..data.lists import Args, ListMixin
from ..data.values import ListContent, ListRef, SeqContent, TupleValue, Value


class OrderMixin(ListMixin):
    """list.sort and sorted."""

    def list_sort(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.change(ref, self.content(self.in_order(ref, kwargs)), False)
        return Lit(None)

    def in_order(self, source: Value, kwargs: dict[str, Value]) -> Value:
        """A sorted list."""
        down = bool(self.static(kwargs.get("reverse", Lit(False)), "`reverse`"))
        key = kwargs.get("key", Lit(None))
        taken = self.listed(source)
        assert isinstance(taken, ListRef)
        keys = taken if key == Lit(None) else self.mapped(lambda v: self.call(key, (v,), {}), taken)
        content = self.content(taken)
        if isinstance(content, ListContent):
            order = self.known_order(self.items_of(keys), down)
            if order is not None:
                return self.new_list(tuple(content.items[i] for i in order))
        if isinstance(content, ListContent) and not content.items:
            return self.new_list(())
        places = self.order_of(self.grown(with_ranks(self.content(keys))), down)
        wide = ListRef(self.new_cell(self.grown(content)))
        if isinstance(content, ListContent):
            count = range(len(content.items))
            return self.new_list(tuple(self.list_item(wide, self.subscript(places, Lit(i))) for i in count))
        return self.mapped(lambda i: self.list_item(wide, i), places)

    def known_order(self, keys: Args, down: bool) -> list[int] | None:
        try:
            known = [self.known_key(k) for k in keys]
        except LookupError:
            return None
        try:
            return sorted(range(len(keys)), key=lambda i: known[i], reverse=down)
        except TypeError as error:
            raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None

    def known_key(self, value: Value) -> Any:
        if isinstance(value, Lit):
            return value.value
        items = getattr(value, "items", None)
        if isinstance(items, tuple):
            return tuple(self.known_key(v) for v in items)
        raise LookupError

    def order_of(self, keys: SeqContent, down: bool) -> Value:
        """The places of items in the order of their keys; equal ones stay in their order."""
        if slots(keys.form) != len(keys.columns) or not all(self.is_sortable(c) for c in keys.columns):
            raise self.refuse(
                "sorting by this key is not supported", "sort by a number, or a tuple of numbers"
            )
        columns = [self.emit("numpy.array", c) for c in keys.columns]
        columns = [self.emit("ndarray.astype", a, Lit(np.dtype(int))) if is_flags(c) else a for a, c in zip(columns, keys.columns)]
        if down:
            columns = [self.emit("numpy.negative", c) for c in columns]
        if len(columns) == 1:
            return self.wrap(self.emit("numpy.argsort", columns[0], kind="stable", hint="order"))
        return self.wrap(self.emit("numpy.lexsort", Pack("tuple", tuple(reversed(columns))), hint="order"))

    def is_sortable(self, column: Atom) -> bool:
        item = getattr(type_of(column), "item", None)
        return isinstance(item, Tensor) and item.shape == () and item.dtype is not None


def is_flags(column: Atom) -> bool:
    """Whether a list holds True and False, which NumPy does not order from last to first."""
    return getattr(getattr(type_of(column), "item", None), "dtype", None) == "bool"


def with_ranks(content: Any) -> Any:
    """The keys of a sort with numbers in the place of known strings that are ordered as these are."""
    if not isinstance(content, ListContent):
        return content
    texts = sorted({text for item in content.items for text in texts_in(item)})
    return ListContent(tuple(ranked(item, texts) for item in content.items)) if texts else content


def texts_in(value: Value) -> Iterator[str]:
    if isinstance(value, Lit) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, TupleValue):
        for item in value.items:
            yield from texts_in(item)


def ranked(value: Value, texts: list[str]) -> Value:
    if isinstance(value, Lit) and isinstance(value.value, str):
        return Lit(texts.index(value.value))
    return TupleValue(tuple(ranked(item, texts) for item in value.items)) if isinstance(value, TupleValue) else value
