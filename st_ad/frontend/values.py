"""What a Python expression can stand for while a function is being lowered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

import gast
import numpy as np

from ..ir.syntax import Arg, Atom, Lit, Var
from ..ir.types import Tensor


@dataclass(frozen=True)
class Step:
    """One link from an array to a view of it: a primitive and the arguments after the first."""

    prim: str
    args: tuple[Arg, ...]
    kwargs: tuple[tuple[str, Arg], ...] = ()


@dataclass(frozen=True)
class ArrayRef:
    """An array that may be written to: the cell that owns the storage, and how to get from there to this view.

    `since` is the content of the cell when an item was read of which it is not known whether it is a view or a number;
    once the cell has changed, it must not be used any more.
    """

    cell: int
    path: tuple[Step, ...] = ()
    since: Any = None


@dataclass(frozen=True, eq=False)
class TupleValue:
    """A tuple, or a NamedTuple when `cls` is given."""

    items: tuple["Value", ...]
    cls: Any = None


@dataclass(frozen=True)
class ListRef:
    """A Python list; its items are in the heap, either one by one or as one Seq variable."""

    cell: int


@dataclass(frozen=True)
class DictRef:
    """A Python dict with keys that are known; its values are in the heap."""

    cell: int


@dataclass(frozen=True)
class ObjectRef:
    """An instance of a class of the user; its attributes are in the heap."""

    cell: int
    cls: Any


@dataclass(frozen=True, eq=False)
class SliceValue:
    """A slice object."""

    start: "Value"
    stop: "Value"
    step: "Value"


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A function or lambda that was defined inside a function being lowered, with the frames it closes over."""

    node: gast.AST
    source: Any
    frames: tuple[int, ...]
    defaults: tuple["Value", ...] = ()
    keyword_defaults: tuple["Value | None", ...] = ()


@dataclass(frozen=True, eq=False)
class BoundMethod:
    """A function of a class with the object it is called on."""

    receiver: "Value"
    function: "Value"
    owner: Any = None


@dataclass(frozen=True, eq=False)
class ArrayMethod:
    """A method of an array, waiting for its call."""

    receiver: "Value"
    name: str


@dataclass(frozen=True, eq=False)
class PartialValue:
    """A callable with some arguments given already (functools.partial)."""

    function: "Value"
    args: tuple["Value", ...]
    kwargs: tuple[tuple[str, "Value"], ...]


@dataclass(frozen=True, eq=False)
class RangeValue:
    """A range object with bounds that may be known only at run time."""

    start: Atom
    stop: Atom
    step: Atom


@dataclass(frozen=True, eq=False)
class Iteration:
    """An iterable made of others: kind is "zip", "enumerate" or "reversed"."""

    kind: str
    parts: tuple["Value", ...]
    start: Atom = field(default_factory=lambda: Lit(0))


@dataclass(frozen=True, eq=False)
class SuperValue:
    """What `super()` gives: an object seen as an instance of the classes after `cls`."""

    receiver: "Value"
    cls: Any


@dataclass(frozen=True, eq=False)
class ModuleValue:
    """A module of the user whose source is read without executing it; None when it is not known."""

    name: str
    names: Any


Value = Union[
    Var, Lit, ArrayRef, TupleValue, ListRef, DictRef, ObjectRef, SliceValue, FunctionValue, BoundMethod,
    ArrayMethod, PartialValue, RangeValue, Iteration, SuperValue, ModuleValue,
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ListContent:
    """The items of a list of known length."""

    items: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class SeqContent:
    """A list of unknown length: one Seq variable."""

    var: Atom


@dataclass(frozen=True, eq=False)
class DictContent:
    """The items of a dict in insertion order."""

    items: tuple[tuple[Any, Value], ...]

    def get(self, key: Any) -> "Value | None":
        for k, v in self.items:
            if type(k) is type(key) and k == key:
                return v
        return None

    def put(self, key: Any, value: Value) -> "DictContent":
        if self.get(key) is None:
            return DictContent((*self.items, (key, value)))
        return DictContent(
            tuple((k, value if type(k) is type(key) and k == key else v) for k, v in self.items)
        )

    def without(self, key: Any) -> "DictContent":
        return DictContent(tuple((k, v) for k, v in self.items if k != key))


@dataclass
class State:
    """Everything that a statement can change: local names by frame, cells, and views already read.

    heap maps a cell to the Var of an array, a ListContent, SeqContent or DictContent (also an object's attributes).
    views maps (variable of the cell, path) to the variable of the view, while that is in scope.
    """

    frames: dict[int, dict[str, Value]] = field(default_factory=dict)
    heap: dict[int, Any] = field(default_factory=dict)
    views: dict[Any, Atom] = field(default_factory=dict)
    unreachable: bool = False

    def fork(self) -> "State":
        """A copy that changes independently."""
        return State(
            {k: dict(v) for k, v in self.frames.items()}, dict(self.heap), dict(self.views), self.unreachable
        )


def describe(value: Value) -> str:
    """What a value is, for a message."""
    names = {
        "TupleValue": "a tuple", "ListRef": "a list", "DictRef": "a dict", "ObjectRef": "an object",
        "FunctionValue": "a function", "BoundMethod": "a method", "ArrayMethod": "a method of an array",
        "RangeValue": "a range", "SliceValue": "a slice", "Iteration": "an iterator", "ModuleValue": "a module",
        "PartialValue": "a partial function", "SuperValue": "super()",
    }  # fmt: skip
    if isinstance(value, Lit):
        return f"`{value.name or repr(value.value)}`"
    return names.get(type(value).__name__, "a value")


def is_numeric(value: Value) -> bool:
    """Whether a value is a number or an array, as far as is known."""
    if isinstance(value, ArrayRef):
        return True
    if isinstance(value, Var):
        return isinstance(value.type, Tensor)
    return isinstance(value, Lit) and isinstance(
        value.value, (bool, int, float, complex, np.generic, np.ndarray)
    )
