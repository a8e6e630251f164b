"""Names and assignment: where a value is stored, also in place."""

from __future__ import annotations

from typing import Any

import gast

from ..ir.build import type_of
from ..ir.syntax import UNDEFINED, Lit, Var
from ..ir.types import Tensor
from .flow.branches import FORGOTTEN
from .data.containers import is_basic
from .calls.iterators import IteratorMixin
from .operators import BINARY
from .data.outside import CHANGEABLE
from .data.option_values import OneOf
from .data.set_values import SetRef
from .data.state import Raised
from .data.values import (
    UNKNOWN,
    ArrayRef,
    DictRef,
    ListRef,
    MaybeNone,
    ObjectRef,
    SliceValue,
    TupleValue,
    Value,
    ViewValue,
    is_numeric,
)

_SAID_OF_COUNT = "expected {} values to unpack"
_INPLACE_DUNDER = {
    "add": "__iadd__",
    "sub": "__isub__",
    "mul": "__imul__",
    "truediv": "__itruediv__",
    "matmul": "__imatmul__",
}


class AssignmentMixin(IteratorMixin):
    """What a name stands for, and stores in names, items and attributes."""

    # For each `try` whose body is run, outer ones first, when names were bound in it.
    bindings: tuple[dict[tuple[int, str], int], ...] = ()


    def lookup(self, name: str) -> Value:
        """What a name stands for here."""
        for frame in () if name in self.global_names.get(self.chain[0], ()) else self.chain:
            found = self.state.frames.get(frame, {}).get(name)
            if found is None:
                continue
            if found is FORGOTTEN:
                raise self.refuse(f"the value of `{name}` was given up too early: st_ad is at fault")
            if found is UNDEFINED:
                raise self.refuse(f"`{name}` may be used before it has a value", "give it a value before")
            if isinstance(found, Lit) and found.value is UNKNOWN:
                raise self.refuse(
                    f"cannot decide whether `{name}` was assigned before the exception came",
                    "give it a value in the handler, or make its assignment the last statement of the try",
                )
            self.check_one_kind(found, f"`{name}`")
            return self.dict_method(found.source, found.method, (), {}) if isinstance(found, ViewValue) else found
        if name in self.local_names:
            raise self.refuse(f"`{name}` is used before it has a value", "give it a value before")
        return self.global_value(name, self.source.names.find(name), name)

    def frame_of(self, name: str) -> int:
        """The frame in which an assignment to a name takes effect."""
        frame = self.chain[0]
        if name in self.outer_names.get(frame, ()):
            for outer in self.chain[1:]:
                if name in self.state.frames.get(outer, {}):
                    return outer
        return frame

    def bind(self, name: str, value: Value) -> None:
        """`name = value`."""
        if name in self.global_names.get(self.chain[0], ()):
            self.rebind_global(name, value)
            return
        self.note_binding(self.frame_of(name), name)
        self.state.frames[self.frame_of(name)][name] = value

    def note_binding(self, frame: int, name: str) -> None:
        """Remember for the `try` statements around how far the program was when a name was first bound."""
        for bound in self.bindings:
            bound.setdefault((frame, name), self.builder.appended)

    def run_Assign(self, stmt: Any) -> None:
        target = stmt.targets[0]
        name = target.id if isinstance(target, gast.Name) else target_name(target)
        with self.targeting(name):
            before = len(self.builder.nodes)
            value = self.evaluate(stmt.value)
            if isinstance(target, gast.Name):
                self.name_result(value, target.id, before)
            elif isinstance(target, gast.Tuple) and isinstance(value, TupleValue):
                for one, item in zip(target.elts, value.items):
                    if isinstance(one, gast.Name):
                        self.name_result(item, one.id, before)
        simple = all(isinstance(t, (gast.Name, gast.Tuple)) for t in stmt.targets)
        if len(stmt.targets) == 1 or simple:
            self.note_store(stmt)
        for target in stmt.targets:
            self.node = stmt
            self.assign(target, value)

    def run_AnnAssign(self, stmt: Any) -> None:
        if stmt.value is None:
            return
        stmt.targets = [stmt.target]
        self.run_Assign(stmt)

    def assign(self, target: Any, value: Value) -> None:
        """Store a value in a name, an item, an attribute, or a tuple of these."""
        if isinstance(target, gast.Name):
            self.bind(target.id, value)
        elif isinstance(target, (gast.Tuple, gast.List)):
            self.unpack(target.elts, value)
        elif isinstance(target, gast.Subscript):
            base, index = self.evaluate(target.value), self.evaluate(target.slice)
            self.store(base, index, value)
        elif isinstance(target, gast.Attribute):
            base = self.evaluate(target.value)
            if target.attr == "shape" and isinstance(base, ArrayRef):
                self.set_shape(target.value, base, value)
            else:
                self.set_attribute(base, target.attr, value)
        elif isinstance(target, gast.Starred):
            self.assign(target.value, value)
        else:
            raise self.refuse("this assignment is not supported", "assign to names, items, slices and attributes")

    def set_shape(self, target: Any, ref: ArrayRef, shape: Value) -> None:
        """`x.shape = shape`: the name stands for a view of that shape, if it is the only one for the array."""
        others = [at for at, path, _ in self.holders(self.state, bool).of(ref.cell) if path == ref.path]
        is_outside = self.cells[ref.cell].origin != "fresh" and not ref.path
        if not isinstance(target, gast.Name) or is_outside or len(others) > 1:
            raise self.refuse("the shape of an array that has other names is set", "write `x = x.reshape(shape)`")
        self.bind(target.id, self.call_prim("numpy.reshape", (ref, shape), {}))

    def unpack(self, targets: list[Any], value: Value) -> None:
        starred = [i for i, t in enumerate(targets) if isinstance(t, gast.Starred)]
        value = self.value_there(value) if isinstance(value, MaybeNone) else value
        is_long = isinstance(value, ListRef) and not self.known_length(value)
        if is_long or is_numeric(value) and not (starred and isinstance(self.length_of(value), int)):
            self.unpack_by_index(targets, value, starred)
            return
        items = self.items_of(value)
        if starred:
            at, after = starred[0], len(targets) - starred[0] - 1
            if len(items) < len(targets) - 1:
                raise self.wrong_count(len(items), len(targets))
            middle = self.new_list(items[at : len(items) - after])
            items = (*items[:at], middle, *items[len(items) - after :])
        if len(items) != len(targets):
            raise self.wrong_count(len(items), len(targets))
        for target, item in zip(targets, items):
            self.assign(target, item)

    def unpack_by_index(self, targets: list[Any], value: Value, starred: list[int]) -> None:
        """The items of an array, or of a list whose length is known at run time, one by one."""
        count = self.builtin_len((value,), {})
        wrong = self.compare("lt" if starred else "ne", count, Lit(len(targets) - len(starred)))
        if isinstance(wrong, Var):
            self.branch(wrong, lambda: self.fail_to_unpack(len(targets)), lambda: None)
        elif wrong == Lit(True):
            raise self.wrong_count(count.value if isinstance(count, Lit) else "so many", len(targets))
        for i, target in enumerate(targets):
            before = len(self.builder.nodes)
            from_end = i - len(targets)
            if starred and i == starred[0]:
                end = Lit(from_end + 1 or None)
                item = self.call(Lit(list), (self.subscript(value, SliceValue(Lit(i), end, Lit(None))),), {})
            else:
                item = self.subscript(value, Lit(from_end if starred and i > starred[0] else i))
            if isinstance(target, gast.Name):
                self.name_result(item, target.id, before)
            self.assign(target, item)

    def wrong_count(self, have: int | str, want: int) -> Raised:
        """The error for unpacking a wrong number of values that is known when transformed."""
        what, remedy = f"cannot unpack {have} values into {want} names", "give as many names as there are values"
        return self.raising(ValueError, what, remedy, _SAID_OF_COUNT.format(want))

    def fail_to_unpack(self, count: int) -> None:
        """What Python raises for a wrong number of values."""
        error = self.builder.emit(
            "exception", Lit(ValueError, "ValueError"), _SAID_OF_COUNT.format(count), hint="error"
        )
        self.builder.emit_many("raise", error)
        self.state.unreachable = True

    def run_AugAssign(self, stmt: Any) -> None:
        name = BINARY[type(stmt.op).__name__]
        target = stmt.target
        with self.targeting(target_name(target)):
            if isinstance(target, gast.Name):
                self.augment_name(target.id, name, stmt)
            elif isinstance(target, gast.Subscript):
                self.augment_item(target, name, stmt)
            else:
                self.augment_attribute(target, name, stmt)

    def augment_name(self, target: str, name: str, stmt: Any) -> None:
        old = self.lookup(target)
        before = len(self.builder.nodes)
        right = self.evaluate(stmt.value)
        self.node = stmt
        new = self.augmented(old, name, right)
        if not isinstance(old, ArrayRef):
            self.name_result(new, target, before)
            self.note_store(stmt)
        self.bind(target, new)

    def has_two_names(self, cell: int) -> bool:
        """Whether an array is held by more than the one name or item that is about to change."""
        return len({at for at, _, _ in self.holders(self.state, self.state.heap.__contains__).of(cell)}) > 1

    def augmented(self, old: Value, name: str, right: Value) -> Value:
        """The value of a target after `old op= right`: arrays and lists change in place, the rest is rebound."""
        if isinstance(old, OneOf) and not old.is_text:
            return self.each_option(old, lambda thing: self.augmented(thing, name, right))
        if isinstance(old, ArrayRef):
            operand = self.operand(right)
            kind = type_of(self.read(old))
            # A number is bound anew, and its other names stay as they are.
            vague = isinstance(kind, Tensor) and (kind.rank is None or kind.rank == 0 and kind.form is None)
            if not old.path and vague and (self.cells[old.cell].shared or self.has_two_names(old.cell)):
                raise self.refuse("cannot decide whether this changes an array in place", "write `x = x + y`")
            self.write(
                old, lambda v: self.emit(f"inplace.{name}", v, operand, hint=getattr(v, "hint", "")), "+="
            )
            return old
        if isinstance(old, ListRef) and old.is_tuple:
            return self.binary(name, old, right)
        if isinstance(old, ListRef) and name == "add":
            self.list_extend(old, (right,), {})
            return old
        if isinstance(old, ListRef) and name == "mul":
            self.change(old, self.content(self.repeated_list(self.content(old), right)))
            return old
        if isinstance(old, SetRef):
            new = self.binary_of_sets(name, old, right)
            assert isinstance(new, SetRef)
            self.change(old, self.content(new))
            return old
        if isinstance(old, Lit) and isinstance(old.value, CHANGEABLE):
            raise self.changed_outside(f"a {type(old.value).__name__}")
        if isinstance(old, DictRef) and name == "or_":
            self.change(old, self.merged(self.content(old), right))
            return old
        if isinstance(old, ObjectRef) and name in _INPLACE_DUNDER:
            method = self.class_attribute(old.cls, _INPLACE_DUNDER[name])
            if method is not None:
                return self.call(method, (old, right), {})
        return self.binary(name, old, right)

    def augment_item(self, target: Any, name: str, stmt: Any) -> None:
        base, index = self.evaluate(target.value), self.evaluate(target.slice)
        self.node = stmt
        index = self.index_there(base, index)
        old = self.subscript(base, index)
        before = self.state.heap[base.cell] if isinstance(base, ArrayRef) else None
        right = self.evaluate(stmt.value)
        self.node = stmt
        # A number was read before the right side was evaluated, which may have written to the array.
        same = (
            isinstance(old, ArrayRef) or isinstance(base, ArrayRef) and self.state.heap[base.cell] is before
        )
        if same and self.is_accumulation(base, index, name, right):
            self.accumulate(base, self.index_arg(index), name, right)
            return
        if isinstance(old, ArrayRef) and isinstance(base, ArrayRef) and old.cell == base.cell:
            self.augmented(old, name, right)
            return
        new = self.augmented(old, name, right)
        if not (isinstance(old, (ListRef, DictRef, ObjectRef)) and new is old):
            self.store(base, index, new)

    def is_accumulation(self, base: Value, index: Value, name: str, right: Value) -> bool:
        """Whether `base[index] op= right` adds to items of an array of floats, each of them once."""
        if name not in ("add", "sub") or not isinstance(base, ArrayRef) or not is_numeric(right):
            return False
        kind = type_of(self.read(base))
        return (
            isinstance(kind, Tensor)
            and kind.dtype in ("float64", "float32")
            and is_basic(self.index_arg(index))
        )

    def accumulate(self, base: Value, index: Any, name: str, right: Value) -> None:
        assert isinstance(base, ArrayRef)
        value = self.read(right)
        if name == "sub":
            value = self.emit("operator.neg", value)
        self.write(base, lambda old: self.emit("accumulate_at", old, index, value, hint=old.hint), "+=")

    def augment_attribute(self, target: Any, name: str, stmt: Any) -> None:
        base = self.evaluate(target.value)
        old = self.attribute(base, target.attr)
        right = self.evaluate(stmt.value)
        self.node = stmt
        self.set_attribute(base, target.attr, self.augmented(old, name, right))


def target_name(target: Any) -> str:
    """The name that temporaries of an assignment are named after."""
    while not isinstance(target, gast.Name):
        if isinstance(target, (gast.Subscript, gast.Attribute, gast.Starred)):
            target = target.value
        elif isinstance(target, (gast.Tuple, gast.List)) and target.elts:
            target = target.elts[0]
        else:
            return "out"
    return target.id
