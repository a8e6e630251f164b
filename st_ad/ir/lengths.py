"""The lengths of axes: numbers, names and expressions, and what is known of their being equal."""

from __future__ import annotations

import itertools
import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Callable, Collection, Iterator, Protocol, Sequence, Union


class Sym:
    """A length that is known by name only; `notone` says that it cannot be 1.

    Two symbols that turn out to be the same length are linked by `unify`; read a length through `resolve`. An axis
    of an argument has a `place`, which counts the axes of all arguments, and the length that it has in the `example`.
    It is at most each length of `at_most`. One that is `signed` is no length but an index, which may be negative.
    """

    __slots__ = ("name", "notone", "link", "serial", "place", "example", "at_most", "signed")
    _serials = itertools.count()

    def __init__(self, name: str, notone: bool = False) -> None:
        self.name = name
        self.notone = notone
        self.link: Dim | None = None
        self.serial = next(Sym._serials)
        self.place: int | None = None
        self.example: int | None = None
        self.at_most: tuple[Dim, ...] = ()
        self.signed = False

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


def sources(dim: object) -> Iterator[object]:
    """What a length is computed from: names of lengths, and keys such as the mask that is counted."""
    found = resolve(dim) if isinstance(dim, (Sym, Expr)) else dim
    if isinstance(found, Expr):
        for arg in found.args:
            yield from sources(arg)
    elif found is not None and not isinstance(found, (int, str)):
        yield found


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
        if dim.op == "sub" or dim.op == "add" and isinstance(args[0], Expr) and args[0].op == "sub":
            return of_terms(*terms(Expr(dim.op, args)), otherwise=Expr(dim.op, args))
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
    made = _assumptions.get()
    found = sure_slice(dim, low, high, stride)
    if made is None or not isinstance(found, Expr) or found.op != "slice" or stride not in (None, 1):
        return found
    if example_of(found) is None:
        _assume_order(dim, low, high, made)
        return sure_slice(dim, low, high, stride)
    width = of_terms(*terms(found), otherwise=found)
    if isinstance(width, Expr) and width.op == "slice" or example_of(width) != example_of(found):
        return found
    made.pairs.append((found, width))
    return width


def _assume_order(dim: Dim, low: object, high: object, made: Assumptions) -> None:
    """Take one length for at most another one, when that alone is missing for a slice to have the width of its bounds."""
    if not all(isinstance(b, (Sym, Expr)) for b in (low, high)):
        return
    parts, rest = _difference(high, low)  # type: ignore[arg-type]
    more = [d for d, count in parts.items() if count == 1 and isinstance(d, Sym)]
    less = [d for d, count in parts.items() if count == -1 and isinstance(d, Sym)]
    if len(parts) != 2 or not more or not less or rest < 0 or not _is_at_most(high, dim):  # type: ignore[arg-type]
        return
    over, under = more[0], less[0]
    if over.example is None or under.example is None or under.example > over.example:
        return
    made.pairs.append((Expr("slice", (over, 0, under, None)), under))
    under.at_most = (*under.at_most, over)


def sure_slice(dim: Dim, low: object, high: object, stride: object) -> Dim:
    """The length of `x[low:high]`, as a difference when both are sure to lie within the axis."""
    found = Expr("slice", (dim, low, high, stride))
    if stride not in (None, 1) or not all(_is_length(b) for b in (low, high)):
        return found
    end, begin = dim if high is None else high, 0 if low is None else low
    lengths = terms(dim)[0].keys()
    for under, over in ((end, dim), (begin, end), (0, begin)):
        if not _is_at_most(under, over, lengths):  # type: ignore[arg-type]
            return found
    if isinstance(end, Expr) and end.op == "sum" and begin in end.args:
        return end.args[1 - end.args.index(begin)]  # type: ignore[return-value]
    return of_terms(*terms(found), otherwise=found)


def index_of_range(start: Dim | None, stop: Dim | None, step: int | None) -> Sym:
    """The index of a loop over a range, whose bounds are None where they are not known."""
    index = Sym("i")
    first, last = (start, stop) if step == 1 else (0, start) if step == -1 and stop == -1 else (None, None)
    index.signed = first is None or not _is_at_most(0, first)
    if last is not None and not index.signed:
        index.at_most = (last if step == -1 else last - 1 if isinstance(last, int) else Expr("add", (last, -1)),)
    return index


def _is_at_most(a: Dim, b: Dim, lengths: Collection[Dim] = (), depth: int = 4) -> bool:
    """Whether an integer is known to be at most another one; `lengths` are known not to be negative."""
    parts, rest = _difference(b, a)
    if rest >= 0 and all(count >= 0 and (d in lengths or _is_length_name(d)) for d, count in parts.items()):
        return True
    if not depth:
        return False
    for dim, count in parts.items():
        for bound in dim.at_most if count < 0 and isinstance(dim, Sym) else ():
            below, above = (Expr("sum", (old, Expr("mul", (new, -count)))) for old, new in ((a, bound), (b, dim)))
            if _is_at_most(below, above, lengths, depth - 1):
                return True
    return False


def _is_length(bound: object) -> bool:
    return bound is None or isinstance(bound, (Sym, Expr)) or isinstance(bound, int) and bound >= 0


def _is_length_name(dim: Dim) -> bool:
    """Whether this is a length of an axis or an index that is not negative, rather than the value of any integer."""
    return not dim.signed if isinstance(dim, Sym) else isinstance(dim, Expr) and dim.op in ("slice", "min", "arange", "count")


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
    if isinstance(dim, Expr) and dim.op == "sub":
        return _difference(*dim.args)  # type: ignore[arg-type]
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
        value = of_terms(rest, 0, otherwise=dim)
        value = dim if value == dim else dim_add(value, -count * number)
        if value != dim and not (isinstance(value, Expr) and _mentions(value, dim)) and example_of(value) == dim.example:
            return dim, value
    return None


def length_in(dim: Dim, read: Callable[[Sym], int | None]) -> int | None:
    """A length when those of the arguments are known, or None."""
    if isinstance(dim, int):
        return dim
    if isinstance(dim, Sym):
        return read(dim)
    if dim.op not in ("add", "sum", "sub", "mul", "slice"):
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
    if op == "sub":
        return numbers[0] - numbers[1]
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
