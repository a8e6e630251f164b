"""Lists whose length is not known: one runtime list for each number that their items hold.

`[(k, u), ...]` is a column of the `k` and a column of the `u`, with a form that says how an item is made of them. What
is the same in all items stands in the form; None in some of the items takes a column of flags.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator

from ...ir.build import type_of
from ...ir.syntax import UNDEFINED, Atom, Lit
from ...ir.types import Seq, Tensor
from .set_values import SetRef
from .option_values import OneOf
from ..flow.spending import SpendingMixin
from .state import IN_A_LIST, IN_LISTS, CellInfo, Unsettled
from .values import (
    ArrayRef,
    DictContent,
    DictRef,
    ListContent,
    ListRef,
    MaybeNone,
    ObjectRef,
    SLOT,
    SeqContent,
    Slot,
    TupleValue,
    Value,
    Var,
    describe,
    is_numeric,
)



@dataclass(frozen=True)
class Form:
    """How an item is made: kind is "tuple", "list", "dict", "object", "rows" (a list of unknown length, whose own columns
    are items of ours), "optional" (None where a column of flags is false) or "counted" (a column of True, for items
    that hold no number)."""

    kind: str
    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    cls: Any = None


@dataclass(frozen=True, eq=False)
class Fixed:
    """Something that is the same object in every item, such as a function."""

    value: Any


def slots(form: Any) -> int:
    """The number of columns of a form."""
    if isinstance(form, Slot):
        return 1
    if not isinstance(form, Form):
        return 0
    return sum(slots(f) for f in form.items) + (form.kind in ("optional", "counted"))


def counted(form: Any) -> Any:
    """The form with a column at least, so that the length is known."""
    return form if form is None or slots(form) else Form("counted", (form,))


def uncounted(form: Any) -> Any:
    return form.items[0] if isinstance(form, Form) and form.kind == "counted" else form


class ColumnMixin(SpendingMixin):
    """Items taken apart into columns, and put together again."""

    def form_of(self, value: Value) -> Any:
        """How a value is made, as an item."""
        if is_numeric(value) or isinstance(value, OneOf) and value.is_text:
            return SLOT
        if isinstance(value, Lit):
            return value
        if isinstance(value, Var):
            return SLOT
        if isinstance(value, MaybeNone):
            return Form("optional", (self.form_of(value.value),))
        if isinstance(value, TupleValue):
            return Form("tuple", tuple(self.form_of(v) for v in value.items), (), value.cls)
        if isinstance(value, ListRef):
            content = self.content(value)
            if isinstance(content, SeqContent):
                return Form("rows", (content.form,), (), tuple if value.is_tuple else None)
            return Form("list", tuple(self.form_of(v) for v in content.items))
        if isinstance(value, SetRef):
            raise self.refuse("a set cannot be passed on or returned here", "convert it with sorted() first")
        if isinstance(value, (DictRef, ObjectRef)):
            pairs = self.content(value).items
            kind = "dict" if isinstance(value, DictRef) else "object"
            keys = tuple(k for k, _ in pairs)
            return Form(kind, tuple(self.form_of(v) for _, v in pairs), keys, getattr(value, "cls", None))
        if isinstance(value, OneOf):
            what = f"a list of unknown length cannot hold {describe(value)}"
            raise Unsettled(self.source.problem(self.node, what, "hold the name of it, a string"))
        return Fixed(value)

    def form_of_items(self, values: tuple[Value, ...]) -> Any:
        """The form that all of some values have; None when there is no value."""
        form: Any = None
        for value in values:
            form = self.join_forms(form, self.form_of(value))
        return counted(form)

    def form_of_content(self, content: Any) -> Any:
        """The form of the items of a list."""
        return content.form if isinstance(content, SeqContent) else self.form_of_items(content.items)

    def join_forms(self, a: Any, b: Any) -> Any:
        """The form that items of both forms can have."""
        if a is None or b is None or a == b:
            return b if a is None else a
        if uncounted(a) is not a or uncounted(b) is not b:
            return counted(self.join_forms(uncounted(a), uncounted(b)))
        if isinstance(a, Fixed) and isinstance(b, Fixed) and a.value is b.value:
            return a
        for one, other in ((a, b), (b, a)):
            if one == Lit(None) or is_form(one, "optional"):
                return Form("optional", (self.join_forms(without_none(one), without_none(other)),))
        if all(is_column(f) for f in (a, b)):
            return SLOT
        if isinstance(a, Form) and isinstance(b, Form):
            joined = self.join_structures(a, b)
            if joined is not None:
                return joined
        raise self.unlike()

    def unlike(self) -> Unsettled:
        what = "the items of this list are not made alike, and its length is known at run time only"
        return Unsettled(self.source.problem(self.node, what, "use one list for each kind of item"))

    def join_structures(self, a: Form, b: Form) -> Form | None:
        if a.kind == b.kind and a.keys == b.keys and a.cls is b.cls and len(a.items) == len(b.items):
            pairs = zip(a.items, b.items)
            return Form(a.kind, tuple(self.join_forms(x, y) for x, y in pairs), a.keys, a.cls)
        if {a.kind, b.kind} <= {"list", "rows"} and a.cls is b.cls:
            inner = None
            for form in (*a.items, *b.items):
                inner = self.join_forms(inner, form)
            return Form("rows", (counted(inner),), (), a.cls)
        return None

    def atoms_of(self, value: Any, form: Any) -> list[Atom]:
        """The numbers and arrays of a value that is put into a list: one for each column of its form."""
        if isinstance(form, Slot):
            return [UNDEFINED if value is UNDEFINED else self.kept_in_list(value)]
        if not isinstance(form, Form):
            return []
        if form.kind == "counted":
            return [Lit(True), *self.atoms_of(value, form.items[0])]
        if form.kind == "optional":
            return self.optional_atoms(value, form.items[0])
        if value is UNDEFINED:
            return [UNDEFINED] * slots(form)
        if isinstance(value, (ListRef, DictRef, ObjectRef)):
            self.cells[value.cell].shared = self.cells[value.cell].shared or IN_LISTS
        if form.kind == "rows":
            content = self.content(value)
            return list(self.conform(content, form.items[0]).columns)
        items: Any = value.items if isinstance(value, TupleValue) else self.content(value).items
        if form.kind in ("dict", "object"):
            items = tuple(v for _, v in items)
        return [a for v, f in zip(items, form.items) for a in self.atoms_of(v, f)]

    def optional_atoms(self, value: Any, inner: Any) -> list[Atom]:
        if isinstance(value, Lit) and value.value is None:
            return [Lit(False), *(Lit(None),) * slots(inner)]
        if isinstance(value, MaybeNone):
            return [value.flag, *self.atoms_of(value.value, inner)]
        return [Lit(True), *self.atoms_of(value, inner)]

    def kept_in_list(self, value: Value) -> Atom:
        """A value that a list of unknown length takes in; when it is an array, it must not be written to any more."""
        if isinstance(value, ArrayRef):
            self.share(value.cell)
        if isinstance(value, (Var, Lit)):
            return value
        if not isinstance(value, ArrayRef) and not (isinstance(value, OneOf) and value.is_text):
            raise self.refuse(f"a list of unknown length cannot hold {describe(value)} here", "hold numbers, arrays, and tuples and objects of them")
        return self.read(value)

    def share(self, cell: int) -> None:
        """An array that a list holds, or may hold, must not be written to."""
        info = self.cells[cell]
        info.shared = info.shared or IN_LISTS
        if info.choice is not None:
            for side in (info.choice.first, info.choice.second):
                if isinstance(side, ArrayRef):
                    self.share(side.cell)

    def value_of(self, form: Any, atoms: Iterator[Atom]) -> Value:
        """An item, from what its columns hold."""
        if isinstance(form, Slot):
            return self.wrap(next(atoms), CellInfo("unknown", contiguous=None, shared=IN_A_LIST))
        if isinstance(form, Fixed):
            return form.value
        if isinstance(form, Lit):
            return form
        if form.kind == "counted":
            next(atoms)
            return self.value_of(form.items[0], atoms)
        if form.kind == "optional":
            flag = next(atoms)
            inner = self.value_of(form.items[0], atoms)
            return self.maybe(flag, inner)
        if form.kind == "rows":
            inner = form.items[0]
            content = SeqContent(tuple(next(atoms) for _ in range(slots(inner))), inner)
            return ListRef(self.item_cell(content), cls=form.cls or list)
        items = tuple(self.value_of(f, atoms) for f in form.items)
        if form.kind == "tuple":
            return TupleValue(items, form.cls)
        if form.kind == "list":
            return ListRef(self.item_cell(ListContent(items)))
        cell = self.item_cell(DictContent(tuple(zip(form.keys, items))))
        return DictRef(cell) if form.kind == "dict" else ObjectRef(cell, form.cls)

    def item_cell(self, content: Any) -> int:
        """The cell of a container that stands in a list: it must not be changed, as the list would not see it."""
        return self.new_cell(content, CellInfo("unknown", shared=IN_A_LIST))

    def maybe(self, flag: Atom, value: Value) -> Value:
        """A value where a flag is true, None elsewhere."""
        if isinstance(flag, Lit):
            return value if flag.value else Lit(None)
        return MaybeNone(flag, value)

    def conform(self, content: ListContent | SeqContent, form: Any) -> SeqContent:
        """A list as columns of a form that its items can have."""
        if isinstance(content, SeqContent):
            if content.form == form:
                return content
            old = iter(content.columns)
            length = None if content.form is None else content.columns[0]
            return SeqContent(tuple(self.widened(content.form, form, old, length)), form)
        rows = [self.atoms_of(v, form) for v in content.items]
        made = [self.builder.emit("seq.make", *column, hint="items") for column in zip(*rows)]
        if not rows:
            made = [self.builder.emit("seq.make", hint="items") for _ in range(slots(form))]
        return SeqContent(tuple(made), form)

    def widened(self, old: Any, new: Any, columns: Iterator[Atom], like: Atom | None) -> list[Atom]:
        """The columns of a wider form."""
        if old == new:
            return [next(columns) for _ in range(slots(new))]
        if old is None:
            return [self.builder.emit("seq.make", hint="items") for _ in range(slots(new))]
        if is_form(old, "counted"):
            next(columns)
            return self.widened(old.items[0], new, columns, like)
        if is_form(new, "counted"):
            return [self.repeated(Lit(True), like), *self.widened(old, new.items[0], columns, like)]
        if isinstance(new, Slot) and isinstance(old, Lit):
            return [self.repeated(old, like)]
        if is_form(new, "optional"):
            inner = new.items[0]
            if old == Lit(None):
                return [
                    self.repeated(Lit(False), like),
                    *(self.repeated(Lit(None), like) for _ in range(slots(inner))),
                ]
            if is_form(old, "optional"):
                return [next(columns), *self.widened(old.items[0], inner, columns, like)]
            return [self.repeated(Lit(True), like), *self.widened(old, inner, columns, like)]
        if isinstance(old, Form) and isinstance(new, Form) and old.kind == new.kind != "rows":
            pairs = zip(old.items, new.items)
            return [c for a, b in pairs for c in self.widened(a, b, columns, like)]
        raise self.unlike()

    def repeated(self, value: Lit, like: Atom | None) -> Atom:
        """A column of one value, as long as another column."""
        one = self.builder.emit("seq.make", value, hint="items")
        return self.emit("operator.mul", one, self.emit("builtins.len", like, hint="n"))

    def item_at(self, content: SeqContent, index: Any) -> Value:
        """An item of a list of unknown length."""
        if content.form is None:
            what = "this list is empty here, so it has no items"
            raise self.raising(IndexError, what, "append to it first", "list index out of range")
        return self.value_of(content.form, (self.emit("getitem", c, index) for c in content.columns))

    def turned(self, content: SeqContent) -> tuple[SeqContent, ...] | None:
        """A list for each place of items that are tuples or lists, None for items of another kind."""
        form = uncounted(content.form)
        if not (is_form(form, "tuple") or is_form(form, "list")):
            return None
        columns = iter(content.columns[1:] if is_form(content.form, "counted") else content.columns)
        found = []
        for inner in form.items:
            own = [next(columns) for _ in range(slots(inner))]
            counting = [] if own else [self.repeated(Lit(True), content.columns[0])]
            found.append(SeqContent((*counting, *own), counted(inner)))
        return tuple(found)

    def each_column(self, content: SeqContent, change: Callable[[Atom], Atom]) -> SeqContent:
        """A list whose columns are changed alike."""
        return SeqContent(tuple(change(c) for c in content.columns), content.form)

    def count_of(self, content: SeqContent) -> Atom:
        """The length of a list of unknown length."""
        if not content.columns:
            return Lit(0)
        return self.emit("builtins.len", content.columns[0], hint="n")


def is_form(form: Any, kind: str) -> bool:
    return isinstance(form, Form) and form.kind == kind


def without_none(form: Any) -> Any:
    """The form of the items that are not None; None when all of them are."""
    if form == Lit(None):
        return None
    return form.items[0] if is_form(form, "optional") else form


def is_column(form: Any) -> bool:
    """Whether a form is one number or string, so that a column of them can be kept."""
    if isinstance(form, Lit):
        return isinstance(form.value, str) or isinstance(type_of(form), Tensor)
    return isinstance(form, Slot)


def item_type(column: Atom) -> Any:
    """The type of the items of a column, None when that is not known yet."""
    kind = type_of(column)
    return kind.item if isinstance(kind, Seq) else None
