"""The lengths of axes: numbers, names and expressions, and what is known of their being equal."""

from __future__ import annotations

import itertools
import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Callable, Iterator, Protocol, Sequence, Union


class Sym:
    """A length that is known by name only; `notone` says that it cannot be 1.

    Two symbols that turn out to be the same length are linked by `unify`; read a length through `resolve`. An axis
    of an argument has a `place`, which counts the axes of all arguments, and the length that it has in the `example`.
    """

    __slots__ = ("name", "notone", "link", "serial", "place", "example")
    _serials = itertools.count()

    def __init__(self, name: str, notone: bool = False) -> None:
        self.name = name
        self.notone = notone
        self.link: Dim | None = None
        self.serial = next(Sym._serials)
        self.place: int | None = None
        self.example: int | None = None

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
        if self.op == "mul" and isinstance(self.args[-1], int):
            return "*".join(map(repr, (self.args[-1], *self.args[:-1])))
        if self.op in ("sum", "mul"):
            return ("+" if self.op == "sum" else "*").join(map(repr, self.args))
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
        if dim.op == "mul":
            return of_terms(*terms(Expr("mul", args)), otherwise=Expr("mul", args))
        return sure_slice(*args) if dim.op == "slice" else Expr(dim.op, args)  # type: ignore[arg-type]
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


class Place(Protocol):
    """Where code stands: in how many branches, loops not counted."""

    branches: int


@dataclass
class Assumptions:
    """The pairs of lengths that were taken for equal because they are in the arguments at hand.

    `place` says where the code that is being lowered stands.
    """

    place: Place
    pairs: list[tuple[Dim, Dim]] = field(default_factory=list)

    @contextmanager
    def apply(self) -> Iterator[None]:
        """Let `assume` add to these, and to those of a function around this one."""
        outer = _assumptions.get()
        if outer is not None:
            self.pairs = outer.pairs
        token = _assumptions.set(self)
        try:
            yield
        finally:
            _assumptions.reset(token)


_assumptions: ContextVar[Assumptions | None] = ContextVar("assumptions", default=None)


def assume(a: Dim, b: Dim) -> None:
    """Take two lengths for equal in code that may not be executed, when every call can be checked for that.

    Lengths of axes of the arguments are equal when they are in the example. Without an example, the stated types say
    so; there it is done in loops, which are taken to have a pass.
    """
    made = _assumptions.get()
    a, b = resolve(a), resolve(b)
    if made is None or a == b:
        return
    one, other = example_of(a), example_of(b)
    if one is not None and one == other:
        solved = _solved(a, b)
        if solved is not None:
            made.pairs.append(solved)
            unify(*solved)
    elif not made.place.branches and _is_stated(a) and _is_stated(b):
        made.pairs.append((a, b))
        unify(a, b)


def assumed_slice(dim: Dim, low: object, high: object, stride: object) -> Dim:
    """The length of `x[low:high]`, taken to lie within the axis when it does in the example."""
    low, high = (resolve(b) if isinstance(b, (Sym, Expr)) else b for b in (low, high))
    found = sure_slice(dim, low, high, stride)
    made = _assumptions.get()
    if made is None or not isinstance(found, Expr) or stride not in (None, 1) or example_of(found) is None:
        return found
    width = of_terms(*terms(found), otherwise=found)
    if isinstance(width, Expr) and width.op == "slice" or example_of(width) != example_of(found):
        return found
    made.pairs.append((found, width))
    return width


def sure_slice(dim: Dim, low: object, high: object, stride: object) -> Dim:
    """The length of `x[low:high]`, as a difference when both are sure to lie within the axis."""
    found = Expr("slice", (dim, low, high, stride))
    if stride not in (None, 1) or not all(_is_length(b) for b in (low, high)):
        return found
    end = dim if high is None else high
    for over, under in ((dim, end), (end, 0 if low is None else low)):
        parts, rest = _difference(over, under)  # type: ignore[arg-type]
        if rest < 0 or any(count < 0 for count in parts.values()):
            return found
    return of_terms(*terms(found), otherwise=found)


def _is_length(bound: object) -> bool:
    return bound is None or isinstance(bound, (Sym, Expr)) or isinstance(bound, int) and bound >= 0


def terms(dim: Dim) -> tuple[dict[Dim, int], int]:
    """A length as a sum of multiples of others and a number; right where nothing is clipped."""
    if isinstance(dim, int):
        return {}, dim
    if isinstance(dim, Expr) and dim.op in ("add", "sum"):
        found: dict[Dim, int] = {}
        number = 0
        for arg in dim.args:
            parts, rest = terms(arg)  # type: ignore[arg-type]
            found = _added(found, parts, 1)
            number += rest
        return found, number
    if isinstance(dim, Expr) and dim.op == "mul":
        factor = math.prod(a for a in dim.args if isinstance(a, int))
        others = tuple(a for a in dim.args if not isinstance(a, int))
        if not others:
            return {}, factor
        if len(others) == 1:
            parts, rest = terms(others[0])  # type: ignore[arg-type]
            return {d: n * factor for d, n in parts.items()}, rest * factor
        return {Expr("mul", others): factor}, 0
    if isinstance(dim, Expr) and dim.op == "slice" and dim.args[3] in (None, 1) and all(map(_is_length, dim.args[1:3])):
        whole, low, high, _ = dim.args
        return _difference(whole if high is None else high, 0 if low is None else low)  # type: ignore[arg-type]
    return {dim: 1}, 0


def _difference(a: Dim, b: Dim) -> tuple[dict[Dim, int], int]:
    (left, one), (right, other) = terms(a), terms(b)
    return _added(left, right, -1), one - other


def _added(a: dict[Dim, int], b: dict[Dim, int], sign: int) -> dict[Dim, int]:
    found = {d: a.get(d, 0) + sign * b.get(d, 0) for d in (*a, *b)}
    return {d: n for d, n in found.items() if n}


def of_terms(parts: dict[Dim, int], number: int, otherwise: Dim) -> Dim:
    """The length that is a sum of multiples and a number; `otherwise` when a multiple would have to be taken away."""
    if number < 0 or any(count < 0 for count in parts.values()):
        return otherwise
    multiples: list[Dim] = []
    for dim, count in sorted(parts.items(), key=lambda p: _order(p[0])):
        inner = dim.args if isinstance(dim, Expr) and dim.op == "mul" else (dim,)
        multiples.append(dim if count == 1 else Expr("mul", (*inner, count)))
    if not multiples:
        return number
    total = multiples[0]
    for one in multiples[1:]:
        total = Expr("sum", (total, one))
    return dim_add(total, number)


def _order(dim: Dim) -> tuple[bool, int, str]:
    return isinstance(dim, Expr), dim.serial if isinstance(dim, Sym) else 0, repr(dim)


def _solved(a: Dim, b: Dim) -> tuple[Dim, Dim] | None:
    """A name and what it must be for two lengths to be equal."""
    if isinstance(a, Sym) and not isinstance(b, Expr) or isinstance(b, Sym) and not isinstance(a, Expr):
        return a, b
    parts, number = _difference(a, b)
    for dim in sorted((d for d in parts if isinstance(d, Sym)), key=_order, reverse=True):
        count = parts[dim]
        if abs(count) != 1:
            continue
        rest = {d: -count * n for d, n in parts.items() if d is not dim}
        value = of_terms(rest, -count * number, otherwise=dim)
        if value != dim and not (isinstance(value, Expr) and _mentions(value, dim)) and example_of(value) == dim.example:
            return dim, value
    return None


def length_in(dim: Dim, read: Callable[[Sym], int | None]) -> int | None:
    """A length when those of the arguments are known, or None."""
    if isinstance(dim, int):
        return dim
    if isinstance(dim, Sym):
        return read(dim)
    if dim.op not in ("add", "sum", "mul", "slice"):
        return None
    values = [a if a is None else length_in(a, read) for a in dim.args]  # type: ignore[arg-type]
    if any(v is None and a is not None for v, a in zip(values, dim.args)):
        return None
    return evaluated(dim.op, values)


def evaluated(op: str, values: Sequence[int | None]) -> int:
    """The length that an operation on lengths gives."""
    if op == "slice":
        return len(range(*slice(*values[1:]).indices(values[0] or 0)))
    numbers = [v for v in values if v is not None]
    return math.prod(numbers) if op == "mul" else max(sum(numbers), 0)


def example_of(dim: Dim) -> int | None:
    """The length in the example, or None."""
    return length_in(dim, lambda sym: sym.example)


def _is_stated(dim: Dim) -> bool:
    return isinstance(dim, Sym) and dim.place is not None and dim.example is None


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
        else:
            assume(a, b)
        return resolve(a)
    if is_not_one(a) or is_not_one(b):
        assume(a, b)
        return resolve(a if is_not_one(a) else b)
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
