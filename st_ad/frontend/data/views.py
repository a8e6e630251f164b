"""Storage: what a value holds now, seen through views, and stores that every alias and view sees."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import UnsupportedError
from ...ir.build import type_of
from ...ir.primitives import may_be_view
from ...ir.syntax import Arg, Atom, Lit, Pack, Var
from ...ir.types import Tensor
from .layouts import keeps_axes
from .set_values import SetRef
from .values import (
    LOST_CONTENT,
    Conflict,
    ArrayRef,
    DictContent,
    DictRef,
    ListRef,
    MaybeMissing,
    MaybeNone,
    ObjectRef,
    SeqContent,
    SliceValue,
    State,
    Step,
    TupleValue,
    Value,
    describe,
)
from .option_values import OneOf
from .state import IN_A_LIST, IN_LISTS, ItemWritten, Machine, Unsettled

# Views that, taken again of the view, give the array back.
_OWN_INVERSES = frozenset(f"numpy.{n}" for n in "swapaxes flip fliplr flipud matrix_transpose linalg.matrix_transpose".split())
# Where they give a view, that is the array itself.
_THE_SAME = frozenset(f"numpy.{n}" for n in "asarray asanyarray asarray_chkfinite ascontiguousarray asfortranarray array astype require".split()) | {"ndarray.astype"}
_BACKWARDS = Pack("slice", (Lit(None), Lit(None), Lit(-1)))


# Of ints, these make an int.
_KEEPING_INTS = frozenset(f"operator.{n}" for n in "add sub mul neg pos floordiv mod pow".split()) | {"builtins.abs"}


class Storage(Machine):
    """Reads and writes arrays, lists, dicts and objects."""

    def value_there(self, value: Any, kind: type[Exception] = TypeError) -> Any:
        """A value that may be None where it must not be: the program raises then."""
        raise NotImplementedError

    def as_container(self, value: Any) -> Any:
        """A value that may be one of several lists or objects, as one."""
        return value

    def check_one_kind(self, value: Value, what: str) -> None:
        """Refuse a value that is a number on one path and, say, a tuple or None on the other."""
        if isinstance(value, Lit) and isinstance(value.value, Conflict):
            raise self.refuse(
                f"{what} is one kind of thing on one path and another kind on the other",
                "give it the same kind of value on both paths",
            )

    def content(self, ref: Any) -> Any:
        """What a list, dict or object holds now; of a dict it must be known which keys it has."""
        found = self.entries(ref)
        if isinstance(found, DictContent) and any(isinstance(v, MaybeMissing) for _, v in found.items):
            missing = next(k for k, v in found.items if isinstance(v, MaybeMissing))
            kind = "attribute" if isinstance(ref, ObjectRef) else "key"
            what = f"cannot decide whether {describe(ref)} has the {kind} {missing!r} here"
            raise Unsettled(self.source.problem(self.node, what, "give it a value before the branch or loop that sets it"))
        return found

    def entries(self, ref: Any) -> Any:
        """What a list, dict or object holds now, also items that may be missing."""
        for cell, then in self.cells[ref.cell].ties:
            if self.state.heap.get(cell, then) is not then:
                what = f"cannot decide whether {describe(ref)} is the one that was changed under another name"
                raise Unsettled(self.source.problem(self.node, what, "write each case out, or make a copy first"))
        found = self.state.heap[ref.cell]
        if found is LOST_CONTENT:
            what = f"cannot decide what {describe(ref)} holds: it was changed under another name, or before an exception came"
            raise Unsettled(self.source.problem(self.node, what, "write each case out, or make a copy first"))
        return found

    def read(self, value: Value) -> Atom:
        """The atom of a number or array value."""
        self.check_one_kind(value, "this value")
        if isinstance(value, (Var, Lit)):
            return value
        if isinstance(value, ArrayRef):
            if self.state.heap[value.cell] is LOST_CONTENT:
                raise self.lost(value)
            if value.since is not None and value.since is not self.state.heap[value.cell]:
                raise self.refuse(
                    "cannot decide whether this item is a number or a view of an array that was written to since",
                    "give example types with --args, or copy the item",
                )
            if self.is_stale(self.state, value):
                what = "cannot decide whether this array was changed by a write to another name of it"
                remedy = "make a copy where it is named first: `x = x.copy()`"
                raise Unsettled(self.source.problem(self.node, what, remedy))
            return self.read_path(self.state.heap[value.cell], value.path)
        if isinstance(value, MaybeNone):
            return self.read(self.value_there(value))
        if isinstance(value, OneOf) and value.is_text:
            return value.tag
        if isinstance(value, OneOf) and value.is_container:
            return self.read(self.as_container(value))
        if isinstance(value, ListRef) and isinstance(self.state.heap[value.cell], SeqContent):
            return self.seq_atom(self.state.heap[value.cell])
        raise self.refuse(f"{describe(value)} is used where a number or an array is needed", "take a number or an array out of it")

    def seq_atom(self, content: SeqContent) -> Atom:
        """The one runtime list that a list of numbers or arrays is."""
        if content.is_plain:
            return content.columns[0]
        if content.form is None:
            return self.builder.emit("seq.make", hint="items")
        raise self.refuse(
            "a list of unknown length whose items are no numbers is used where an array is needed",
            "keep each part of the items in a list of its own",
        )

    def lost(self, value: Any) -> UnsupportedError:
        """The refusal of reading what a `try` may have written to before it raised."""
        name = self.cells[value.cell].name
        return self.refuse(
            f"cannot decide whether {f'`{name}`' if name else describe(value)} was written to before the exception came",
            "store into it after the try, or in its last statement",
        )

    def is_stale(self, state: State, value: Any) -> bool:
        """Whether an array may share storage with one that was written to since that was found out."""
        if not isinstance(value, ArrayRef):
            return False
        if value.cell in state.lost:
            return True
        watched = self.cells[value.cell].watched
        return any(state.heap.get(cell) is not then or cell in state.lost for cell, then in watched)

    def read_path(self, root: Atom, path: tuple[Step, ...]) -> Atom:
        var = root
        for i, step in enumerate(path):
            key = (root, path[: i + 1])
            found = self.state.views.get(key)
            if found is None:
                found = self.take(var, step)
                self.state.views[key] = found
            var = found
        return var

    def take(self, base: Atom, step: Step) -> Atom:
        kwargs: dict[str, Any] = dict(step.kwargs)
        taken = self.emit(step.prim, base, *step.args, **kwargs)
        if keeps_axes(step.prim) and self.is_in_order(base):
            self.in_c_order.add(taken)
        elif base in self.laid_out_anew:
            self.laid_out_anew.add(taken)
        return taken

    def view(
        self, ref: ArrayRef, prim: str, args: tuple[Arg, ...], kwargs: dict[str, Arg] | None = None
    ) -> Value:
        """The value of a primitive that gives a view of an array (or a number)."""
        step = Step(prim, args, tuple((kwargs or {}).items()))
        if ref.path and is_flip(step) and step == ref.path[-1]:
            return ArrayRef(ref.cell, ref.path[:-1])
        path = (*ref.path, step)
        base = self.read(ref)
        root = self.state.heap[ref.cell]
        found = self.state.views.get((root, path))
        if found is None:
            found = self.take(base, step)
            self.state.views[(root, path)] = found
        if isinstance(found, Lit) or not isinstance(found.type, Tensor) or found.type.is_immutable:
            del self.state.views[(root, path)]
            return found
        return ArrayRef(ref.cell, path)

    def write(self, ref: ArrayRef, update: Any, what: str) -> None:
        """Replace the value of an array by `update(old)`, seen through every alias and view of its storage."""
        info = self.cells[ref.cell]
        if self.state.heap[ref.cell] is LOST_CONTENT:
            raise self.lost(ref)
        if ref.since is not None and what != "store":
            raise self.refuse(
                "cannot decide whether this item is a number or a view of an array",
                "give example types with --args",
            )
        if info.is_int_or_float:
            what = "cannot decide whether this array holds ints or floats"
            raise Unsettled(self.source.problem(self.node, what, "let the number that it is made of be a float from the start: `0.0`"))
        if info.shared and not self.is_out_of_lists(ref.cell):
            kind = ItemWritten if info.shared in (IN_LISTS, IN_A_LIST) else Unsettled
            what = f"cannot decide whether this writes to {info.shared} as well"
            raise kind(self.source.problem(self.node, what, "make a copy first: `x = x.copy()`"))
        if info.origin in ("param", "free"):
            self.mutated[info.name] = None
        root = self.state.heap[ref.cell]
        self.state.heap[ref.cell] = new = self.put(root, ref.path, (), root, update)
        for known in (self.in_c_order, self.laid_out_anew):
            if root in known:
                known.add(new)

    def note_joined(self, var: Any, *parts: Atom) -> None:
        """Note a number that is an int on one path and a float on the other."""
        if is_float_number(var) and any(self.may_be_int(p) for p in parts):
            self.int_or_float.add(var)

    def may_be_int(self, atom: Any) -> bool:
        """Whether a number may be an int at run time, although its type is that of a float."""
        if isinstance(atom, Var) and atom in self.int_or_float:
            return True
        kind = type_of(atom)
        if not isinstance(atom, Var) or not is_float_number(atom):
            return isinstance(kind, Tensor) and kind.shape == () and kind.dtype in ("int64", "bool")
        made = next((n for b in self.builder.blocks for n in b if atom in getattr(n, "outs", ())), None)
        return getattr(made, "prim", "") in _KEEPING_INTS and all(map(self.may_be_int, made.args))  # type: ignore[union-attr]

    def is_out_of_lists(self, cell: int) -> bool:
        """Whether an array that a list of unknown length held is known to be seen through none any more."""
        return False

    def put(
        self, base: Atom, path: tuple[Step, ...], done: tuple[Step, ...], root: Atom, update: Any
    ) -> Atom:
        if not path:
            return update(base)
        step = path[0]
        here = (*done, step)
        inner = self.state.views.get((root, here))
        if inner is None:
            inner = self.take(base, step)
        new = self.put(inner, path[1:], here, root, update)
        return self.put_back(base, step, new)

    def put_back(self, base: Atom, step: Step, new: Atom) -> Atom:
        """The array `base` after the view that `step` takes of it has become `new`."""
        if step.prim == "getitem":
            return self.emit("setitem", base, step.args[0], new, hint=base_hint(base))
        if step.prim == "numpy.transpose":
            axes = step.args[0] if step.args else dict(step.kwargs).get("axes", Lit(None))
            if isinstance(axes, Lit) and axes.value is None:
                return self.emit("numpy.transpose", new, hint=base_hint(base))
            places = [a.value for a in axes.items if isinstance(a, Lit)] if isinstance(axes, Pack) else []
            if isinstance(axes, Pack) and len(places) == len(axes.items):
                inverse = tuple(int(i) for i in np.argsort([p % len(places) for p in places]))
                return self.emit("numpy.transpose", new, inverse, hint=base_hint(base))
        if step.prim in _OWN_INVERSES:
            return self.emit(step.prim, new, *step.args, hint=base_hint(base), **dict(step.kwargs))
        if step.prim == "numpy.rot90":
            turns, *plane = step.args or (dict(step.kwargs).get("k", Lit(1)),)
            named = {n: v for n, v in step.kwargs if n == "axes"}
            return self.emit("numpy.rot90", new, self.emit("operator.neg", turns), *plane, hint=base_hint(base), **named)
        if step.prim == "numpy.rollaxis" and step.args and (*step.args, Lit(0))[1] == Lit(0):
            return self.emit("numpy.moveaxis", new, 0, step.args[0], hint=base_hint(base))
        if step.prim == "numpy.moveaxis" and len(step.args) == 2:
            return self.emit("numpy.moveaxis", new, *reversed(step.args), hint=base_hint(base))
        if step.prim in ("numpy.reshape", "numpy.ravel", "numpy.squeeze", "numpy.expand_dims", "numpy.atleast_1d",
                         "numpy.atleast_2d", "numpy.atleast_3d"):  # fmt: skip
            order = order_of(step) if step.prim in ("numpy.reshape", "numpy.ravel") else Lit("C")
            named = {} if order in (Lit("C"), Lit("A")) else {"order": order}
            return self.emit("numpy.reshape", new, self.shape_pack(base), hint=base_hint(base), **named)
        if step.prim in _THE_SAME:
            return new
        if step.prim == "numpy.real" and dtype_kind(base) == "f":
            return new
        if step.prim in ("numpy.real", "numpy.imag"):
            return self.put_part(base, step.prim, new)
        name = step.prim.rsplit(".", 1)[-1]
        raise self.refuse(
            f"writing through the view that `{name}` gives is not supported", "write to the array itself"
        )

    def put_part(self, base: Atom, prim: str, new: Atom) -> Atom:
        """A complex array of which one part has become `new`; a real one is its own real part."""
        kind = dtype_kind(base)
        if kind == "f" and prim == "numpy.real":
            return self.emit("setitem", base, Lit(Ellipsis), new, hint=base_hint(base))
        if kind != "c":
            name = prim.rsplit(".", 1)[-1]
            raise self.refuse(f"cannot set `{name}` of an array that is not known to be complex", "write to the array itself")
        is_real = prim == "numpy.real"
        other = self.emit("numpy.imag" if is_real else "numpy.real", base)
        turned = self.emit("operator.mul", Lit(1j), other if is_real else new)
        whole = self.emit("operator.add", new if is_real else other, turned)
        return self.emit("setitem", base, Lit(Ellipsis), whole, hint=base_hint(base))

    def shape_pack(self, atom: Atom) -> Pack:
        """The shape of an array as a tuple argument."""
        rank = rank_of(atom)
        if rank is None:
            raise self.refuse("the rank of an array is not known here", "give example types with --args")
        return Pack("tuple", tuple(self.emit("axis_length", atom, i) for i in range(rank)))

    def viewable(self, prim: str, ref: ArrayRef, packed: list[Arg], named: dict[str, Any]) -> bool:
        """Whether a primitive's result surely shares the storage of its first argument."""
        if not may_be_view(prim):
            return False
        if prim == "numpy.reshape" and rank_of(self.read(ref)) == 1:
            # The items of an axis are equally far apart: it can be split into several without a copy.
            return True
        if prim in ("numpy.reshape", "numpy.ravel"):
            step = Step(prim, tuple(packed[1:]), tuple(named.items()))
            return self.cells[ref.cell].contiguous is True and all(map(is_in_c_order, (*ref.path, step)))
        return prim not in ("numpy.nan_to_num", "numpy.ascontiguousarray", "numpy.asfortranarray", "numpy.require")

    def cell_name(self, cell: int) -> str:
        content = self.state.heap.get(cell)
        return self.cells[cell].name or (content.hint if isinstance(content, Var) else "another array")

    def as_arg(self, value: Value) -> Arg:
        """A value as an argument of an equation: containers become packs of atoms."""
        self.check_one_kind(value, "a part of this value")
        if isinstance(value, (Var, Lit)):
            return value
        if isinstance(value, OneOf):
            return self.read(value) if value.is_text or not value.is_container else self.as_arg(self.as_container(value))
        if isinstance(value, MaybeNone):
            raise self.refuse("this may be None here", "test it with `is None` first")
        if isinstance(value, ArrayRef):
            return self.read(value)
        if isinstance(value, TupleValue):
            return Pack("tuple", tuple(self.as_arg(v) for v in value.items))
        if isinstance(value, ListRef):
            content = self.content(value)
            if isinstance(content, SeqContent):
                return self.seq_atom(content)
            return Pack("list", tuple(self.as_arg(v) for v in content.items))
        if isinstance(value, SetRef):
            raise self.refuse("a set cannot be passed on or returned here", "convert it with sorted() first")
        if isinstance(value, DictRef):
            content = self.content(value)
            return Pack(
                "dict", tuple(self.as_arg(v) for _, v in content.items), tuple(k for k, _ in content.items)
            )
        if isinstance(value, SliceValue):
            return Pack("slice", tuple(self.as_arg(v) for v in (value.start, value.stop, value.step)))
        if isinstance(value, ObjectRef):
            content = self.content(value)
            keys = tuple(k for k, _ in content.items)
            return Pack("record", tuple(self.as_arg(v) for _, v in content.items), keys, value.cls)
        raise self.refuse(f"{describe(value)} cannot be passed here", "pass or return numbers, arrays, and containers of them")


def is_flip(step: Step) -> bool:
    """Whether a view has its axes reversed, or its items, so that the same once more is the array itself."""
    if step.prim == "getitem":
        return step.args[0] == _BACKWARDS
    return step.prim == "numpy.transpose" and not step.args and not step.kwargs


def order_of(step: Step) -> Arg:
    """The order in which a reshape takes the items."""
    place = 1 if step.prim == "numpy.reshape" else 0
    return dict(step.kwargs).get("order", step.args[place] if len(step.args) > place else Lit("C"))


def is_in_c_order(step: Step) -> bool:
    """Whether a step takes all items in the order of the rows."""
    return step.prim in ("numpy.reshape", "numpy.ravel") and order_of(step) == Lit("C")


def dtype_kind(atom: Atom) -> str | None:
    """The kind of an array's dtype, "f" or "c" or another, or None when it is not known."""
    kind = type_of(atom)
    return np.dtype(kind.dtype).kind if isinstance(kind, Tensor) and kind.dtype is not None else None


def rank_of(atom: Atom) -> int | None:
    """The number of axes of an atom, or None when it is not known."""
    kind = type_of(atom)
    return kind.rank if isinstance(kind, Tensor) else None


def base_hint(atom: Atom) -> str:
    """The name of an array whose store makes a new version."""
    return atom.hint if isinstance(atom, Var) else "buffer"


def is_float_number(atom: Any) -> bool:
    """Whether an atom has the type of a Python float."""
    kind = type_of(atom)
    return isinstance(kind, Tensor) and kind.shape == () and kind.dtype == "float64"
