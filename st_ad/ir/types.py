"""The abstract values of one signature: dtype and broadcast pattern of every variable."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Union

import numpy as np


class Sym:
    """A length that is known by name only; `notone` says that it cannot be 1.

    Two symbols that turn out to be the same length are linked by `unify`; read a length through `resolve`.
    """

    __slots__ = ("name", "notone", "link", "serial")
    _serials = itertools.count()

    def __init__(self, name: str, notone: bool = False) -> None:
        self.name = name
        self.notone = notone
        self.link: Dim | None = None
        self.serial = next(Sym._serials)

    def __repr__(self) -> str:
        return self.name if self.link is None else repr(resolve(self))


@dataclass(frozen=True)
class Expr:
    """A length computed from others; two are equal when they are written alike. `op` is "add" (a length plus
    an int, clipped at 0), "sum", "mul", "slice", "min"; `args` are lengths, ints, None, or hashable keys."""

    op: str
    args: tuple[object, ...]

    def __repr__(self) -> str:
        if self.op == "add":
            return f"{self.args[0]!r}{self.args[1]:+d}"
        return f"{self.op}({','.join(map(repr, self.args))})"


Dim = Union[int, Sym, Expr]


def resolve(dim: Dim) -> Dim:
    """Follow the links of a length to its representative."""
    if isinstance(dim, Sym):
        while isinstance(dim, Sym) and dim.link is not None:
            dim = dim.link
        return resolve(dim) if isinstance(dim, Expr) else dim
    if isinstance(dim, Expr):
        args = tuple(resolve(a) if isinstance(a, (Sym, Expr)) else a for a in dim.args)
        if args == dim.args:
            return dim
        if dim.op == "add":
            return dim_add(args[0], args[1])  # type: ignore[arg-type]
        return Expr(dim.op, args)
    return dim


def same_dim(a: Dim, b: Dim) -> bool:
    """Whether two lengths are known to be equal."""
    return resolve(a) == resolve(b)


def is_not_one(dim: Dim) -> bool:
    """Whether a length is known to differ from 1."""
    dim = resolve(dim)
    if isinstance(dim, int):
        return dim != 1
    return isinstance(dim, Sym) and dim.notone


def unify(a: Dim, b: Dim) -> None:
    """Record that two lengths are the same, for code that is executed unconditionally."""
    a, b = resolve(a), resolve(b)
    if a == b:
        return
    if isinstance(b, Sym) and (not isinstance(a, Sym) or a.serial < b.serial):
        a, b = b, a
    if not isinstance(a, Sym):
        return
    if isinstance(b, Expr) and _mentions(b, a):
        return
    if a.notone and isinstance(b, Sym):
        b.notone = True
    a.link = b


def _mentions(expr: Expr, sym: Sym) -> bool:
    return any(a is sym or (isinstance(a, Expr) and _mentions(a, sym)) for a in expr.args)


def dim_add(dim: Dim, offset: int) -> Dim:
    """The length `max(dim + offset, 0)`; a positive offset on a clipped difference gives a fresh symbol."""
    dim = resolve(dim)
    if offset == 0:
        return dim
    if isinstance(dim, int):
        return max(dim + offset, 0)
    if isinstance(dim, Expr) and dim.op == "add":
        inner = dim.args[1]
        assert isinstance(inner, int)
        if inner < 0 and offset > 0:
            return Sym("m")
        return dim_add(dim.args[0], inner + offset)  # type: ignore[arg-type]
    return Expr("add", (dim, offset))


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


def broadcast_dims(a: Dim, b: Dim, unconditional: bool) -> Dim:
    """The length that two axes broadcast to; two that cannot be 1 are the same, which is recorded when
    `unconditional`."""
    a, b = resolve(a), resolve(b)
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if is_not_one(a) and is_not_one(b):
        if isinstance(b, int):
            a, b = b, a
        if unconditional:
            unify(a, b)
        return resolve(a)
    if is_not_one(a):
        return a
    if is_not_one(b):
        return b
    return Sym("m")


def broadcast_shapes(
    shapes: list[tuple[Dim, ...] | None], unconditional: bool = False
) -> tuple[Dim, ...] | None:
    """The shape that several operands broadcast to, or None when the rank of one is unknown."""
    if any(s is None for s in shapes):
        return None
    out: tuple[Dim, ...] = ()
    for shape in shapes:
        assert shape is not None
        a, b = (out, shape) if len(out) >= len(shape) else (shape, out)
        head, tail = a[: len(a) - len(b)], a[len(a) - len(b) :]
        out = head + tuple(broadcast_dims(p, q, unconditional) for p, q in zip(tail, b))
    return out


def join(a: Type, b: Type) -> Type:
    """The type of a value that is `a` on one path and `b` on another."""
    if a == b:
        return a
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        if a.dtype is None or b.dtype is None:
            dtype = None
        elif a.dtype == b.dtype:
            dtype = a.dtype
        else:
            dtype = np.promote_types(a.dtype, b.dtype).name
        form = a.form if a.form == b.form else None
        if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
            return Tensor(dtype, None, form)
        shape = tuple(p if same_dim(p, q) else _either(p, q) for p, q in zip(a.shape, b.shape))
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
    return Sym("m", notone=is_not_one(a) and is_not_one(b))
