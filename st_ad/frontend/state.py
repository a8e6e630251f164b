"""The machine that the interpreter runs on: frames, cells, reading and writing through views, joining paths."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np

from ..errors import NoRuleError, Problem, UnsupportedError
from ..ir.build import Builder, Knowledge, type_of
from ..ir.primitives import may_be_view
from ..ir.syntax import Arg, Atom, Lit, Pack, Var
from ..ir.types import Seq, Tensor
from .source import SourceFunction
from .values import (
    LOST_CONTENT,
    Conflict,
    ArrayRef,
    Choice,
    DictRef,
    ListContent,
    ListRef,
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


class NeedStatic(Exception):
    """The value of an int parameter (or of a loop's index) must be known to lower the function."""

    def __init__(self, var: Var, problem: Problem) -> None:
        super().__init__(problem.render())
        self.var = var
        self.problem = problem
        self.param: str | None = None


class Unsettled(UnsupportedError):
    """What a pass of a loop leaves is of another kind than what it began with; unrolled, the loop may be right."""


class Raised(UnsupportedError):
    """The program raises here, whenever it comes here; a handler may be waiting for it."""

    def __init__(self, problems: Any, cls: type[BaseException] = Exception, depth: int = -1) -> None:
        super().__init__(problems)
        self.cls = cls
        self.depth = depth

    def __reduce__(self) -> Any:
        return UnsupportedError, (self.problems,)


@dataclass
class CellInfo:
    """What is known of an array's storage for as long as the function runs.

    origin is "param", "free", "fresh" or "unknown"; contiguous says that reshape gives a view; shared names the
    other array that it may be the same as, in which case it must not be written to; watched are the cells that it
    may share storage with, with their contents then: once one of them was written to, it must not be read.
    An array with a `choice` has no storage of its own: it is one of two others, and its content is kept up to date.
    It exists only where the `guards` have the given values.
    """

    origin: str = "fresh"
    name: str = ""
    contiguous: bool | None = True
    shared: str = ""
    watched: tuple[tuple[int, Any], ...] = ()
    choice: Choice | None = None
    guards: tuple[tuple[Atom, bool], ...] = ()
    ties: tuple[tuple[int, Any], ...] = ()


# Views that, taken again of the view, give the array back.
_OWN_INVERSES = frozenset(f"numpy.{n}" for n in "swapaxes flip fliplr flipud matrix_transpose".split())

# Watched by an array of which nothing is known any more.
LOST = ((0, "lost"),)


class Machine:
    """State and storage of one lowering; the interpreter proper adds the meaning of syntax."""

    def __init__(self, source: SourceFunction, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.builder = Builder(knowledge)
        self.source = source
        self.state = State()
        self.cells: dict[int, CellInfo] = {}
        self.serial = itertools.count(1)
        self.target = "out"
        # Parts of arguments that the user's program has given no name yet.
        self.unnamed: set[Var] = set()
        self.named: dict[str, tuple[Var, str]] = {}
        self.node: Any = None
        self.mutated: dict[str, None] = {}
        # For each running function, the names that may still be read; None is known of frames that are not here.
        self.live: dict[int, frozenset[str]] = {}
        # Arrays with a lower number may be held by an expression that is being evaluated.
        self.floor: float = math.inf
        self.compares_identity = False
        self.items_walked: set[Var] = set()
        self.resized: Counter[int] = Counter()
        self.functions: dict[int, Any] = {}

    def refuse(self, what: str, remedy: str = "", node: Any = None) -> UnsupportedError:
        """An error at the syntax node being lowered."""
        return UnsupportedError(self.source.problem(node if node is not None else self.node, what, remedy))

    def raising(self, cls: type[BaseException], what: str, remedy: str = "") -> Raised:
        """The error for a program that is known to raise at the syntax node being lowered."""
        return Raised(self.source.problem(self.node, what, remedy), cls, self.builder.depth)

    def no_rule(self, what: str, remedy: str = "") -> NoRuleError:
        """A missing rule at the syntax node being lowered."""
        return NoRuleError(self.source.problem(self.node, what, remedy))

    def emit(self, prim: str, *args: Any, hint: str = "", **kwargs: Any) -> Atom:
        """An equation whose result is a temporary named after the target of the statement."""
        name = hint or self.temporary_name(prim, args)
        return self.builder.emit(prim, *args, hint=name, **kwargs)

    def emit_many(self, prim: str, *args: Any, **kwargs: Any) -> tuple[Atom, ...]:
        """The same with several results."""
        name = self.temporary_name(prim, args)
        return self.builder.emit_many(prim, *args, hints=(name,) * 8, **kwargs)

    def temporary_name(self, prim: str, args: tuple[Any, ...]) -> str:
        last = prim.rsplit(".", 1)[-1].strip("_")
        if prim == "getitem":
            return item_name(args[0], args[1])
        if prim == "axis_length":
            return "n"
        return f"{self.target}_{last}"

    def new_cell(self, content: Any, info: CellInfo | None = None) -> int:
        """A new cell with its first content."""
        cell = next(self.serial)
        self.state.heap[cell] = content
        self.cells[cell] = info or CellInfo()
        return cell

    def new_list(self, items: tuple[Value, ...]) -> ListRef:
        """A list value."""
        return ListRef(self.new_cell(ListContent(items)))

    def new_array(self, var: Var, info: CellInfo | None = None) -> ArrayRef:
        """An array value with storage of its own."""
        return ArrayRef(self.new_cell(var, info))

    def wrap(self, atom: Atom, info: CellInfo | None = None) -> Value:
        """A result of a primitive as a value: arrays get a cell, lists too, numbers stay as they are."""
        if isinstance(atom, Lit):
            return atom
        kind = atom.type
        if isinstance(kind, Seq):
            return ListRef(self.new_cell(SeqContent((atom,))))
        if isinstance(kind, Tensor) and not kind.is_immutable:
            return self.new_array(atom, info)
        return atom

    def check_one_kind(self, value: Value, what: str) -> None:
        """Refuse a value that is a number on one path and, say, a tuple or None on the other."""
        if isinstance(value, Lit) and isinstance(value.value, Conflict):
            raise self.refuse(
                f"{what} is one kind of thing on one path and another kind on the other",
                "give it the same kind of value on both paths",
            )

    def content(self, ref: Any) -> Any:
        """What a list, dict or object holds now."""
        for cell, then in self.cells[ref.cell].ties:
            if self.state.heap.get(cell, then) is not then:
                what = f"cannot decide whether {describe(ref)} is the one that was changed under another name"
                raise Unsettled(self.source.problem(self.node, what, "write each case out, or make a copy first"))
        found = self.state.heap[ref.cell]
        if found is LOST_CONTENT:
            raise self.refuse(
                f"cannot decide what {describe(ref)} holds after an exception", "change it after the try statement"
            )
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
                raise self.refuse(
                    "cannot decide whether this array was changed by a write to another name of it",
                    "make a copy where it is named first: `x = x.copy()`",
                )
            return self.read_path(self.state.heap[value.cell], value.path)
        if isinstance(value, MaybeNone):
            raise self.refuse("this may be None here", "test it with `is None` first")
        if isinstance(value, ListRef) and isinstance(self.state.heap[value.cell], SeqContent):
            return self.seq_atom(self.state.heap[value.cell])
        raise self.refuse(f"{describe(value)} is used where a number or an array is needed")

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
        return self.emit(step.prim, base, *step.args, **kwargs)

    def view(
        self, ref: ArrayRef, prim: str, args: tuple[Arg, ...], kwargs: dict[str, Arg] | None = None
    ) -> Value:
        """The value of a primitive that gives a view of an array (or a number)."""
        step = Step(prim, args, tuple((kwargs or {}).items()))
        if ref.path and is_flip(step) and is_flip(ref.path[-1]):
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
        if info.shared:
            raise self.refuse(
                f"cannot decide whether this writes to {info.shared} as well",
                "make a copy first: `x = x.copy()`",
            )
        if info.origin in ("param", "free"):
            self.mutated[info.name] = None
        root = self.state.heap[ref.cell]
        self.state.heap[ref.cell] = self.put(root, ref.path, (), root, update)

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
            order = [a.value for a in axes.items if isinstance(a, Lit)] if isinstance(axes, Pack) else []
            if isinstance(axes, Pack) and len(order) == len(axes.items):
                inverse = tuple(int(i) for i in np.argsort([o % len(order) for o in order]))
                return self.emit("numpy.transpose", new, inverse, hint=base_hint(base))
        if step.prim in _OWN_INVERSES:
            return self.emit(step.prim, new, *step.args, hint=base_hint(base), **dict(step.kwargs))
        if step.prim == "numpy.moveaxis" and len(step.args) == 2:
            return self.emit("numpy.moveaxis", new, *reversed(step.args), hint=base_hint(base))
        if step.prim in ("numpy.reshape", "numpy.ravel", "numpy.squeeze", "numpy.expand_dims", "numpy.atleast_1d",
                         "numpy.atleast_2d"):  # fmt: skip
            return self.emit("numpy.reshape", new, self.shape_pack(base), hint=base_hint(base))
        if step.prim in ("numpy.asarray", "numpy.asanyarray", "numpy.asarray_chkfinite"):
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

    def viewable(self, prim: str, ref: ArrayRef) -> bool:
        """Whether a primitive's result shares the storage of its first argument; refuses nothing."""
        if not may_be_view(prim):
            return False
        if prim in ("numpy.reshape", "numpy.ravel"):
            in_order = all(step.prim in ("numpy.reshape", "numpy.ravel") for step in ref.path)
            return bool(self.cells[ref.cell].contiguous) and in_order
        return prim not in ("numpy.nan_to_num", "numpy.ascontiguousarray", "numpy.asfortranarray", "numpy.require")

    def as_arg(self, value: Value) -> Arg:
        """A value as an argument of an equation: containers become packs of atoms."""
        self.check_one_kind(value, "a part of this value")
        if isinstance(value, (Var, Lit)):
            return value
        if isinstance(value, (ArrayRef, MaybeNone)):
            return self.read(value)
        if isinstance(value, TupleValue):
            return Pack("tuple", tuple(self.as_arg(v) for v in value.items))
        if isinstance(value, ListRef):
            content = self.content(value)
            if isinstance(content, SeqContent):
                return self.seq_atom(content)
            return Pack("list", tuple(self.as_arg(v) for v in content.items))
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
        raise self.refuse(f"{describe(value)} cannot be passed here")

    def name_result(self, value: Value, name: str, before: int) -> None:
        """Give the user's name to the result of the expression that was just lowered."""
        atom: Any = value
        if isinstance(value, ArrayRef):
            atom = self.state.heap[value.cell]
            if value.path:
                atom = self.state.views.get((atom, value.path), atom)
        elif isinstance(value, ListRef) and isinstance(self.state.heap[value.cell], SeqContent):
            content = self.state.heap[value.cell]
            atom = content.columns[0] if content.is_plain else None
        if isinstance(value, ListRef) and not self.cells[value.cell].name:
            self.cells[value.cell].name = name
        if isinstance(atom, Var) and atom in self.unnamed:
            self.name_part(atom, name)
        if not isinstance(atom, Var) or not atom.temporary:
            return
        recent = self.builder.nodes[before:]
        if atom in self.items_walked or any(atom in node.outs for node in recent):
            object.__setattr__(atom, "hint", name)
            object.__setattr__(atom, "temporary", False)

    def name_part(self, part: Var, name: str) -> None:
        """Give the user's name to a part of an argument; two parts that are called alike keep the names of their places."""
        self.unnamed.discard(part)
        if name in self.named:
            first, place = self.named[name]
            object.__setattr__(first, "hint", place)
            return
        self.named[name] = (part, part.hint)
        object.__setattr__(part, "hint", name)

    @contextmanager
    def targeting(self, name: str) -> Iterator[None]:
        """Temporaries made inside are named after this target."""
        old, self.target = self.target, name
        try:
            yield
        finally:
            self.target = old


def dtype_kind(atom: Atom) -> str | None:
    """The kind of an array's dtype, "f" or "c" or another, or None when it is not known."""
    kind = type_of(atom)
    return np.dtype(kind.dtype).kind if isinstance(kind, Tensor) and kind.dtype is not None else None


def rank_of(atom: Atom) -> int | None:
    """The number of axes of an atom, or None when it is not known."""
    kind = type_of(atom)
    return kind.rank if isinstance(kind, Tensor) else None


def is_flip(step: Step) -> bool:
    """Whether a view has its axes reversed, so that the same once more is the array itself."""
    return step.prim == "numpy.transpose" and not step.args and not step.kwargs


def base_hint(atom: Atom) -> str:
    """The name of an array whose store makes a new version."""
    return atom.hint if isinstance(atom, Var) else "buffer"


def item_name(base: Any, index: Any) -> str:
    """The name of an unnamed item: `u[k - 1]` is u_prev, `u[k]` is u_k, `u[0]` is u_0."""
    stem = base.hint if isinstance(base, Var) else "item"
    if isinstance(index, Lit) and isinstance(index.value, int):
        return f"{stem}_{index.value}" if index.value >= 0 else f"{stem}_last"
    if isinstance(index, Var):
        if index.temporary and index.hint.endswith("_sub"):
            return f"{stem}_prev"
        if index.temporary and index.hint.endswith("_add"):
            return f"{stem}_next"
        return f"{stem}_{index.hint}"
    return f"{stem}_item"
