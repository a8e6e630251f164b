"""What a Python expression can stand for while a function is being lowered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

import gast
import numpy as np

from ...ir.syntax import UNDEFINED, Arg, Atom, Lit, Var
from ...ir.types import Tensor
from .sparse_values import SparseValue


class Conflict:
    """What is one kind of thing on one path and another on the other; it must not be read."""

    def __repr__(self) -> str:
        return "a value of two kinds"


CONFLICT = Conflict()
UNKNOWN = Conflict()  # A name that may have been assigned or not when an exception came.


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


@dataclass(frozen=True)
class Choice:
    """What an array is that is one of two: `first` where the flag is set, else `second`; UNDEFINED where it is neither."""

    flag: Atom
    first: Any
    second: Any


@dataclass(frozen=True, eq=False)
class TupleValue:
    """A tuple, or a NamedTuple when `cls` is given; the results of some functions have names as well."""

    items: tuple["Value", ...]
    cls: Any = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewValue(TupleValue):
    """The keys, values or items of a dict: a tuple of them now, which is made anew when a name for it is read."""

    source: Any = None
    method: str = ""


@dataclass(frozen=True)
class ListRef:
    """A Python list; its items are in the heap, either one by one or as columns. A deque is one as well, of which
    `longest` is the most that it holds, and a tuple of unknown length, which nothing changes."""

    cell: int
    longest: int | None = None
    cls: Any = list

    @property
    def is_tuple(self) -> bool:
        """Whether it is a tuple."""
        return self.cls is tuple


@dataclass(frozen=True)
class DictRef:
    """A Python dict with keys that are known; its values are in the heap. `factory` makes those of a defaultdict."""

    cell: int
    factory: Any = None
    cls: Any = dict


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
class CachedValue:
    """A local function behind functools.lru_cache or functools.cache."""

    function: "Value"


@dataclass(frozen=True, eq=False)
class RangeValue:
    """A range object with bounds that may be known only at run time."""

    start: Atom
    stop: Atom
    step: Atom


@dataclass(frozen=True, eq=False)
class Iteration:
    """An iterable made of others: "zip", "enumerate", "reversed", "iter", or the endless "count" and "cycle"."""

    kind: str
    parts: tuple["Value", ...]
    start: Atom = field(default_factory=lambda: Lit(0))
    cell: int = 0  # It says how many items were taken.
    basis: tuple[tuple[int, Any], ...] = ()  # The cells it was computed from, with their contents then.


@dataclass(frozen=True, eq=False)
class MaybeNone:
    """A value where a flag is true at run time, None elsewhere."""

    flag: Atom
    value: "Value"


@dataclass(frozen=True, eq=False)
class MaybeMissing(MaybeNone):
    """An item of a dict, or an attribute, that is there where a flag is true at run time."""


@dataclass(frozen=True, eq=False)
class SuperValue:
    """What `super()` gives: an object seen as an instance of the classes after `cls`."""

    receiver: "Value"
    cls: Any


# What the cell of a generator holds: nobody read it, it was read to its end, or it was left on the way.
FRESH, CONSUMED, LEFT = Lit("fresh"), Lit("consumed"), Lit("left")


@dataclass(frozen=True, eq=False)
class GeneratorValue:
    """A generator that was made; its cell holds how far it was read."""

    node: gast.AST
    source: Any
    frames: tuple[int, ...]
    bound: dict[str, "Value"]
    local_names: set[str]
    cell: int


@dataclass(frozen=True, eq=False)
class ModuleValue:
    """A module of the user whose source is read without executing it; None when it is not known."""

    name: str
    names: Any


Value = Union[
    Var, Lit, ArrayRef, TupleValue, ListRef, DictRef, ObjectRef, SliceValue, FunctionValue, BoundMethod,
    ArrayMethod, PartialValue, RangeValue, Iteration, MaybeNone, SuperValue, ModuleValue,
    GeneratorValue, CachedValue, SparseValue,
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ListContent:
    """The items of a list of known length."""

    items: tuple[Value, ...]


@dataclass(frozen=True)
class Slot:
    """The place in an item of a list that a column fills."""


SLOT = Slot()


@dataclass(frozen=True, eq=False)
class SeqContent:
    """A list of unknown length: a Seq variable for each number that its items hold. `form` says how an item is made of
    them (see `columns`); it is None when nothing was put in yet."""

    columns: tuple[Atom, ...]
    form: Any = SLOT

    @property
    def is_plain(self) -> bool:
        """Whether the items are numbers or arrays, so that the one column is the list."""
        return isinstance(self.form, Slot)


@dataclass(frozen=True, eq=False)
class DictContent:
    """The items of a dict in insertion order, or the attributes of an object of a class."""

    items: tuple[tuple[Any, Value], ...]
    cls: Any = None

    def get(self, key: Any) -> "Value | None":
        for k, v in self.items:
            if k is key or k == key:
                return v
        return None

    def put(self, key: Any, value: Value) -> "DictContent":
        if self.get(key) is None:
            return DictContent((*self.items, (key, value)), self.cls)
        return DictContent(tuple((k, value if k is key or k == key else v) for k, v in self.items), self.cls)

    def without(self, key: Any) -> "DictContent":
        return DictContent(tuple((k, v) for k, v in self.items if k != key), self.cls)


class _Lost:
    """The content of a cell that may have been written to or not."""


LOST_CONTENT = _Lost()


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
    # Arrays whose content is out of date, because no name that is read later stands for them.
    lost: set[int] = field(default_factory=set)
    # Flags that are known here, as the branch that asks for them was taken.
    facts: dict[Any, bool] = field(default_factory=dict)

    def fork(self) -> "State":
        """A copy that changes independently."""
        return State(
            {k: dict(v) for k, v in self.frames.items()},
            dict(self.heap),
            dict(self.views),
            self.unreachable,
            set(self.lost),
            dict(self.facts),
        )


def flag_of(value: Any) -> Atom:
    """Whether a value is there, and not None."""
    if isinstance(value, MaybeNone):
        return value.flag
    return value if value is UNDEFINED else Lit(value != Lit(None))


def value_if_any(value: Any) -> Any:
    """A value that may be None, as if it were there."""
    if isinstance(value, MaybeNone):
        return value.value
    return UNDEFINED if value == Lit(None) else value


# An item that is not there.
ABSENT = MaybeMissing(Lit(False), UNDEFINED)


def presence_of(value: Any, state: State) -> Atom:
    """Whether an item is there."""
    if not isinstance(value, MaybeMissing):
        return value if value is UNDEFINED else Lit(True)
    known = state.facts.get(value.flag)
    return value.flag if known is None else Lit(known)


def item_if_any(value: Any) -> Any:
    """An item that may not be there, as if it were."""
    return value.value if isinstance(value, MaybeMissing) else value


_GRIDS: tuple[tuple[Any, str], ...] = (
    (np.r_, "r_"), (np.c_, "c_"), (np.mgrid, "mgrid"), (np.ogrid, "ogrid"), (np.s_, "s_"), (np.index_exp, "index_exp"),
)  # fmt: skip


def grid_name(value: Any) -> str | None:
    """Which of NumPy's objects that are subscripted to make arrays this is: "r_", "mgrid", ..."""
    return next((name for found, name in _GRIDS if value is found), None)


def describe(value: Value) -> str:
    """What a value is, for a message."""
    names = {
        "TupleValue": "a tuple", "ListRef": "a list", "DictRef": "a dict", "ObjectRef": "an object",
        "FunctionValue": "a function", "BoundMethod": "a method", "ArrayMethod": "a method of an array",
        "RangeValue": "a range", "SliceValue": "a slice", "Iteration": "an iterator", "ModuleValue": "a module",
        "PartialValue": "a partial function", "MaybeNone": "something that may be None", "SuperValue": "super()",
        "GeneratorValue": "a generator", "CachedValue": "a cached function", "SparseValue": "a sparse matrix",
        "SetRef": "a set", "CounterRef": "a Counter", "DistinctValue": "a set", "OneOf": "one of several functions, classes or members",
    }  # fmt: skip
    if isinstance(value, Lit):
        return f"`{value.name or repr(value.value)}`"
    if isinstance(value, ListRef) and value.cls is not list:
        return f"a {value.cls.__name__}"
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


def is_known(value: Value) -> bool:
    """Whether a value is known when the function is transformed, items of tuples included."""
    if isinstance(value, TupleValue):
        return all(map(is_known, value.items))
    return isinstance(value, Lit) and not isinstance(value.value, Conflict)
