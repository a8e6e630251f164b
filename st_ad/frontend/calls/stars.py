"""`*items` in displays and calls: items in a row, lists that are joined, and `zip(*rows)`."""

from __future__ import annotations

from typing import Any

import gast

from ...ir.syntax import Lit, Var
from ..operators import OperatorMixin
from ..data.values import ListRef, SeqContent, TupleValue, Value


class StarMixin(OperatorMixin):
    """Starred expressions, also those of lists whose length is not known."""

    def display(self, nodes: list[Any]) -> tuple[Value, ...]:
        """The items of a display, or the arguments of a call."""
        out: list[Value] = []
        for item in nodes:
            if isinstance(item, gast.Starred):
                out += self.items_of(self.evaluate(item.value))
            else:
                out.append(self.evaluate(item))
        return tuple(out)

    def list_display(self, nodes: list[Any]) -> Value:
        """`[a, *items, b]`: lists are joined where the length of one is not known."""
        parts: list[Value | tuple[Value, ...]] = []
        for item in nodes:
            if not isinstance(item, gast.Starred):
                parts.append((self.evaluate(item),))
                continue
            value = self.evaluate(item.value)
            parts.append(value if self.is_growing(value) else self.items_of(value))
        if all(isinstance(p, tuple) for p in parts):
            return self.new_list(tuple(v for p in parts if isinstance(p, tuple) for v in p))
        joined: Value = self.new_list(())
        for part in parts:
            joined = self.binary("add", joined, self.new_list(part) if isinstance(part, tuple) else part)
        return joined

    def zip_of_star(self, node: Any, function: Value) -> Value | None:
        """`zip(*rows)`, or None for another call."""
        is_zip = isinstance(function, Lit) and function.value is zip and not node.keywords
        if not is_zip or len(node.args) != 1 or not isinstance(node.args[0], gast.Starred):
            return None
        rows = self.evaluate(node.args[0].value)
        if isinstance(rows, ListRef) and self.is_growing(rows):
            return self.zipped_rows(rows)
        return self.call(function, self.items_of(rows), {})

    def zipped_rows(self, rows: ListRef) -> Value:
        """`zip(*rows)` of a list of unknown length: a list for each place in its items."""
        content = self.content(rows)
        assert isinstance(content, SeqContent)
        columns = self.turned(content)
        if columns is not None:
            found: tuple[Value, ...] = tuple(ListRef(self.new_cell(c)) for c in columns)
        else:
            length = self.length_of(self.item_at(content, Lit(0))) if content.form is not None and content.is_plain else None
            if not isinstance(length, int):
                raise self.unknown_length(content)
            found = tuple(self.run_procedure(column_of, (rows, Lit(k)), {}) for k in range(length))
        is_empty = self.emit("operator.eq", self.count_of(content), 0, hint="test")
        if isinstance(is_empty, Var):
            self.branch(is_empty, lambda: self.fail_to_unpack(len(found)), lambda: None)
        return TupleValue(found)


def column_of(rows, k):
    column = []
    for row in rows:
        column.append(row[k])
    return column
