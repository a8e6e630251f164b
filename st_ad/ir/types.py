"""The abstract values of one signature: dtype and broadcast pattern of every variable."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Callable, Union

import numpy as np

from .broadcast import broadcast_dims, broadcast_shapes
from .lengths import (
    Dim, Expr, Sym, assume, dim_add, is_not_one, resolve, same_dim, sources, unify,
)  # fmt: skip

__all__ = [
    "ANY", "BOOL", "FLOAT", "INT", "Dim", "Expr", "Opaque", "Seq", "Sym", "Tape", "Tensor", "Type", "assume",
    "broadcast_dims", "broadcast_shapes", "dim_add", "is_not_one", "join", "resolve", "same_dim", "type_of_number",
    "unify",
]  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    """A number or an array of numbers.

    dtype is a NumPy dtype name, or None when unknown. shape is None when even the rank is unknown. form says
    what holds a rank-0 value: "py" (Python number), "np" (NumPy scalar), "nd" (array); None when unknown, and
    always "nd" for rank > 0. value is the symbolic value of an integer (a length), or None.
    """

    dtype: str | None
    shape: tuple[Dim, ...] | None
    form: str | None = "nd"
    value: Dim | None = None

    @property
    def rank(self) -> int | None:
        """The number of axes, or None when unknown."""
        return None if self.shape is None else len(self.shape)

    @property
    def is_scalar(self) -> bool:
        """Whether this is known to have no axes."""
        return self.shape == ()

    @property
    def is_immutable(self) -> bool:
        """Whether this is known to be a Python number or NumPy scalar, which no store can change."""
        return self.shape == () and self.form in ("py", "np")

    @property
    def is_float(self) -> bool:
        """Whether values are real or complex floating point, or may be (dtype unknown)."""
        return self.dtype is None or np.dtype(self.dtype).kind in "fc"

    def __repr__(self) -> str:
        short = _SHORT.get(self.dtype, self.dtype or "any")
        if self.shape is None:
            return short + "[...]" if self.dtype else "any"
        if not self.shape:
            return {"py": {"f64": "float", "i64": "int", "c128": "complex"}.get(short, short), "nd": short + "[]"}.get(
                self.form or "", short
            )
        return f"{short}[{','.join(repr(resolve(d)) for d in self.shape)}]"


_SHORT: dict[str | None, str] = {
    "float64": "f64", "float32": "f32", "float16": "f16", "int64": "i64", "int32": "i32", "complex128": "c128",
    "complex64": "c64", "bool": "bool", None: "any",
}  # fmt: skip

ANY = Tensor(None, None, None)
FLOAT = Tensor("float64", (), "py")
INT = Tensor("int64", (), "py")
BOOL = Tensor("bool", (), "py")


@dataclass(frozen=True)
class Seq:
    """A Python list made while the function runs, of unknown length, all items of one type.

    item is None for a list that is still empty. A tape's column is a Seq.
    """

    item: "Type | None"
    length: Dim | None = None

    def __repr__(self) -> str:
        return f"list[{self.item!r}]"


@dataclass(frozen=True)
class Opaque:
    """A runtime value that carries no derivative: a generator, a file, a string made at run time."""

    what: str = "object"

    def __repr__(self) -> str:
        return self.what


@dataclass(frozen=True)
class Tape:
    """The record that a recursive function's forward sweep hands to its backward sweep: a tuple at run time."""

    items: tuple["Type", ...] | None = None

    def __repr__(self) -> str:
        return "tape"


Type = Union[Tensor, Seq, Opaque, Tape]


def type_of_number(value: object) -> Tensor:
    """The type of a Python number or NumPy scalar.

    >>> type_of_number(2.0), type_of_number(3), type_of_number(True)
    (float, int, bool)
    """
    if isinstance(value, np.generic):
        return Tensor(value.dtype.name, (), "np")
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        return Tensor("int64", (), "py", value)
    if isinstance(value, complex):
        return Tensor("complex128", (), "py")
    return FLOAT


def join(a: Type, b: Type) -> Type:
    """The type of a value that is `a` on one path and `b` on another."""
    if a == b:
        return a
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.dtype is None or b.dtype is None:
            dtype = None
        elif a.dtype == b.dtype:
            dtype = a.dtype
        elif a.shape == () and b.shape == ():
            dtype = np.promote_types(a.dtype, b.dtype).name
        else:
            # An array keeps the dtype that it has; to compute as if it were the wider one would be wrong.
            dtype = None
        form = a.form if a.form == b.form else None
        if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
            return Tensor(dtype, None, form)
        shape = tuple(map(_either, a.shape, b.shape))
        if form is None and {a.form, b.form} == {"py", "np"}:
            form = "np"
        value = a.value if a.value is not None and b.value is not None and same_dim(a.value, b.value) else None
        return Tensor(dtype, shape, form, value)
    if isinstance(a, Seq) and isinstance(b, Seq):
        if a.item is None or b.item is None:
            return Seq(a.item or b.item)
        return Seq(join(a.item, b.item))
    if isinstance(a, Tape) and isinstance(b, Tape):
        return Tape(None)
    return Opaque()


def _either(a: Dim, b: Dim) -> Dim:
    assume(a, b)
    return a if same_dim(a, b) else Sym("m", notone=is_not_one(a) and is_not_one(b))


def after_loop(kind: Type, first: Type | None) -> Type:
    """The type after a loop of a carried value that is of type `first` before it and `kind` in it: a length that
    changes from pass to pass is another one than in a pass."""
    if not isinstance(kind, Tensor) or not kind.shape:
        return kind
    before = first.shape if isinstance(first, Tensor) else None
    old = before if before is not None and len(before) == len(kind.shape) else (None,) * len(kind.shape)
    shape = tuple(
        Sym("w", is_not_one(p)) if is_widened(p) and (q is None or not same_dim(p, q)) else p
        for p, q in zip(kind.shape, old)
    )
    return dataclasses.replace(kind, shape=shape)


def given_up(kind: Type, moves: Callable[[object], bool]) -> Type:
    """A type with other lengths in the place of those that are computed from something that moves."""
    if isinstance(kind, Seq):
        item = kind.item if kind.item is None else given_up(kind.item, moves)
        return kind if item is kind.item else Seq(item, kind.length)
    if not isinstance(kind, Tensor) or not kind.shape:
        return kind
    others = {d: Sym("w", is_not_one(d)) for d in map(resolve, kind.shape) if any(map(moves, sources(d)))}
    shape = tuple(others.get(resolve(d), d) for d in kind.shape)
    return kind if all(a is b for a, b in zip(shape, kind.shape)) else dataclasses.replace(kind, shape=shape)


def lengths_in(kind: Type | None) -> tuple[Dim, ...]:
    """The lengths of an array, or of the items of a list."""
    if isinstance(kind, Seq):
        return lengths_in(kind.item)
    return kind.shape or () if isinstance(kind, Tensor) else ()


def item_of_pass(kind: Type) -> Type:
    """The type of an item of a list: a length that differs from item to item is one of its own."""
    return given_up(kind, lambda length: is_widened(length))  # type: ignore[arg-type]


def is_widened(dim: Dim) -> bool:
    """Whether a length was given up because it changes in a loop."""
    return isinstance(dim, Sym) and dim.name == "w" and dim.link is None
