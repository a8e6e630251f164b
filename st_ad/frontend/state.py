"""The machine that the interpreter runs on: frames, cells, reading and writing through views, joining paths."""

from __future__ import annotations

import itertools
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
    ArrayRef,
    DictRef,
    ListContent,
    ListRef,
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


@dataclass
class CellInfo:
    """What is known of an array's storage for as long as the function runs.

    origin is "param", "free", "fresh" or "unknown"; contiguous says that reshape gives a view; shared names the
    other array that it may be the same as, in which case it must not be written to; watched are the cells that it
    may share storage with, with their contents then: once one of them was written to, it must not be read.
    """

    origin: str = "fresh"
    name: str = ""
    contiguous: bool | None = True
    shared: str = ""
    watched: tuple[tuple[int, Any], ...] = ()


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
        self.node: Any = None
        self.mutated: dict[str, None] = {}

    def refuse(self, what: str, remedy: str = "", node: Any = None) -> UnsupportedError:
        """An error at the syntax node being lowered."""
        return UnsupportedError(self.source.problem(node if node is not None else self.node, what, remedy))

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
            return ListRef(self.new_cell(SeqContent(atom)))
        if isinstance(kind, Tensor) and not kind.is_immutable:
            return self.new_array(atom, info)
        return atom

    def read(self, value: Value) -> Atom:
        """The atom of a number or array value."""
        if isinstance(value, (Var, Lit)):
            return value
        if isinstance(value, ArrayRef):
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
        if isinstance(value, ListRef) and isinstance(self.state.heap[value.cell], SeqContent):
            return self.state.heap[value.cell].var
        raise self.refuse(f"{describe(value)} is used where a number or an array is needed")

    def is_stale(self, state: State, value: Any) -> bool:
        """Whether an array may share storage with one that was written to since that was found out."""
        if not isinstance(value, ArrayRef):
            return False
        return any(state.heap.get(cell) is not then for cell, then in self.cells[value.cell].watched)

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
        if step.prim == "numpy.swapaxes":
            return self.emit("numpy.swapaxes", new, *step.args, hint=base_hint(base))
        if step.prim in ("numpy.reshape", "numpy.ravel", "numpy.squeeze", "numpy.expand_dims", "numpy.atleast_1d",
                         "numpy.atleast_2d"):  # fmt: skip
            return self.emit("numpy.reshape", new, self.shape_pack(base), hint=base_hint(base))
        if step.prim in ("numpy.asarray", "numpy.asanyarray"):
            return new
        name = step.prim.rsplit(".", 1)[-1]
        raise self.refuse(
            f"writing through the view that `{name}` gives is not supported", "write to the array itself"
        )

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
            contiguous = self.cells[ref.cell].contiguous and not ref.path
            return bool(contiguous)
        return prim not in ("numpy.nan_to_num", "numpy.ascontiguousarray", "numpy.asfortranarray")

    def as_arg(self, value: Value) -> Arg:
        """A value as an argument of an equation: containers become packs of atoms."""
        if isinstance(value, (Var, Lit)):
            return value
        if isinstance(value, ArrayRef):
            return self.read(value)
        if isinstance(value, TupleValue):
            return Pack("tuple", tuple(self.as_arg(v) for v in value.items))
        if isinstance(value, ListRef):
            content = self.state.heap[value.cell]
            if isinstance(content, SeqContent):
                return content.var
            return Pack("list", tuple(self.as_arg(v) for v in content.items))
        if isinstance(value, DictRef):
            content = self.state.heap[value.cell]
            return Pack(
                "dict", tuple(self.as_arg(v) for _, v in content.items), tuple(k for k, _ in content.items)
            )
        if isinstance(value, SliceValue):
            return Pack("slice", tuple(self.as_arg(v) for v in (value.start, value.stop, value.step)))
        if isinstance(value, ObjectRef):
            content = self.state.heap[value.cell]
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
            atom = self.state.heap[value.cell].var
        if isinstance(value, ListRef) and not self.cells[value.cell].name:
            self.cells[value.cell].name = name
        if not isinstance(atom, Var) or not atom.temporary:
            return
        recent = self.builder.nodes[before:]
        if any(atom in node.outs for node in recent):
            object.__setattr__(atom, "hint", name)
            object.__setattr__(atom, "temporary", False)

    @contextmanager
    def targeting(self, name: str) -> Iterator[None]:
        """Temporaries made inside are named after this target."""
        old, self.target = self.target, name
        try:
            yield
        finally:
            self.target = old


def rank_of(atom: Atom) -> int | None:
    """The number of axes of an atom, or None when it is not known."""
    kind = type_of(atom)
    return kind.rank if isinstance(kind, Tensor) else None


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
