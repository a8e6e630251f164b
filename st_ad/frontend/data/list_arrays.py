"""Lists of unknown length where NumPy needs arrays: they become arrays first, so that their derivative is one as well."""

from __future__ import annotations

from typing import Any, Iterator

from ...ir.build import type_of
from ...ir.syntax import Atom, Lit, Pack, Var
from ...ir.types import Seq, Tensor
from .columns import Form, Slot, is_form
from .objects import ObjectMixin
from .values import ListContent, ListRef, SeqContent, TupleValue, Value, is_numeric

JOINS = frozenset({"numpy.stack", "numpy.concatenate", "numpy.hstack", "numpy.vstack", "numpy.column_stack"})


class ListArrayMixin(ObjectMixin):
    """Arrays of what lists hold."""

    def is_growing(self, value: Value) -> bool:
        """Whether a value is a list of unknown length."""
        return isinstance(value, ListRef) and isinstance(self.content(value), SeqContent)

    def holds_growing(self, value: Value) -> bool:
        """Whether a list of unknown length stands somewhere in a tuple or list."""
        if isinstance(value, ListRef) and isinstance(self.content(value), ListContent):
            return any(self.is_growing(v) or self.holds_growing(v) for v in self.content(value).items)
        return isinstance(value, TupleValue) and any(self.is_growing(v) or self.holds_growing(v) for v in value.items)

    def with_arrays(self, value: Value) -> Value:
        """A value with arrays in the place of lists of unknown length."""
        if self.is_growing(value):
            return self.wrap(self.array_of_list(self.content(value)))
        if self.holds_growing(value):
            return TupleValue(tuple(self.with_arrays(v) for v in self.items_of(value)))
        return value

    def array_of_list(self, content: SeqContent) -> Atom:
        """`np.array` of a list of unknown length."""
        if content.form is None:
            return self.emit("numpy.array", Pack("list", ()))
        return self.array_of_columns(content.form, iter(content.columns))

    def array_of_columns(self, form: Any, columns: Iterator[Atom], depth: int = 1) -> Atom:
        """The array of what is held in lists within each other, as many as `depth`."""
        if isinstance(form, Slot):
            return self.emit("numpy.array", next(columns))
        if is_form(form, "rows"):
            return self.array_of_columns(form.items[0], columns, depth + 1)
        if isinstance(form, Form) and form.kind in ("tuple", "list") and form.items:
            parts = tuple(self.array_of_columns(f, columns, depth) for f in form.items)
            return self.emit("numpy.stack", Pack("tuple", parts), axis=depth)
        raise self.refuse("a list of things that are no numbers cannot be made an array", "make a list of numbers")

    def joined_list(self, prim: str, value: Value, kwargs: dict[str, Value]) -> Value | None:
        """np.stack, np.vstack and the like of a list of arrays whose length is not known."""
        content = self.content(value)
        kind = type_of(content.columns[0]) if content.is_plain else None
        item = kind.item if isinstance(kind, Seq) else None
        rank = item.rank if isinstance(item, Tensor) else None
        axis = self.static(kwargs.get("axis", Lit(0)), "`axis`")
        if set(kwargs) - {"axis"} or prim == "numpy.concatenate":
            return None
        if prim == "numpy.stack" and item is not None:
            made = self.array_of_list(content)
            return self.wrap(made if axis == 0 else self.emit("numpy.moveaxis", made, 0, axis))
        if prim == "numpy.hstack" and rank == 0:
            return self.wrap(self.array_of_list(content))
        if not rank:
            return None
        if prim == "numpy.vstack" and rank == 1:
            return self.wrap(self.array_of_list(content))
        if prim == "numpy.column_stack" and rank == 1:
            return self.wrap(self.emit("numpy.transpose", self.array_of_list(content)))
        along = 0 if prim == "numpy.vstack" or rank == 1 else 1
        return self.wrap(self.emit("numpy.concatenate", content.columns[0], axis=along))

    def list_of_array(self, value: Value) -> Value:
        """`x.tolist()`."""
        kind = type_of(self.read(value))
        if not isinstance(kind, Tensor) or kind.rank is None:
            raise self.refuse("the rank of this array is not known, so neither is what tolist() gives",
                              "give example types with --args")  # fmt: skip
        if kind.rank == 0:
            return self.python_number(value)
        return self.mapped(self.list_of_array, value)

    def python_number(self, value: Value) -> Value:
        atom = self.read(value)
        kind = type_of(atom)
        if isinstance(atom, Lit) and is_numeric(atom):
            return Lit(atom.value.item() if hasattr(atom.value, "item") else atom.value)
        name = {"b": "bool", "i": "int", "u": "int", "c": "complex"}.get(str(getattr(kind, "dtype", "f") or "f")[0], "float")
        assert isinstance(atom, Var)
        return self.emit(f"builtins.{name}", atom)
