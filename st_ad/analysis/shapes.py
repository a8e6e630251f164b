"""Arithmetic on shapes: lengths of slices, indexing, reshaping, reducing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.lengths import assumed_slice
from ..ir.types import Dim, Expr, Opaque, Seq, Sym, Tensor, broadcast_shapes, dim_add, item_of_pass, resolve
from .kinds import Unknown, literal, tensor_of


@dataclass(frozen=True)
class ShapeOf(Opaque):
    """The type of a tuple of lengths that exists when the program runs: `np.shape(x)`."""

    what: str = "shape"
    dims: tuple[Dim, ...] = ()


def known_shape(tensor: Tensor) -> tuple[Dim, ...]:
    """The shape, or Unknown."""
    if tensor.shape is None:
        raise Unknown
    return tensor.shape


def dim_of(arg: Arg) -> Dim:
    """The length that an integer argument stands for."""
    if isinstance(arg, Lit):
        if isinstance(arg.value, (int, np.integer)):
            return int(arg.value)
        raise Unknown
    if isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.shape == ():
        if arg.type.value is not None:
            return resolve(arg.type.value)
        return Expr("int", (arg,))
    raise Unknown


def dims_of(arg: Arg) -> tuple[Dim, ...]:
    """The lengths that a shape argument stands for: an integer, a tuple or list of them, or `np.shape(x)`."""
    if isinstance(arg, Pack) and arg.kind in ("tuple", "list"):
        return tuple(dim_of(i) for i in arg.items)
    if isinstance(arg, Lit) and isinstance(arg.value, (tuple, list)):
        return tuple(int(v) for v in arg.value)
    if isinstance(arg, Var) and isinstance(arg.type, ShapeOf):
        return tuple(resolve(d) for d in arg.type.dims)
    return (dim_of(arg),)


def axes_of(arg: Arg, rank: int) -> tuple[int, ...] | None:
    """The axes, counted from 0, that an `axis=` argument names; None when it is None."""
    value = literal(arg)
    if value is None:
        return None
    axes = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return tuple(axis_of(a, rank) for a in axes)


def axis_of(axis: Any, rank: int) -> int:
    """One axis, counted from 0."""
    if not isinstance(axis, (int, np.integer)) or not -rank <= axis < rank:
        raise Unknown
    return int(axis) % rank


def product(dims: tuple[Dim, ...]) -> Dim:
    """The number of elements of a shape."""
    number, factors = _factors(dims)
    if number == 0:
        return 0
    return _product(number, list(factors.elements()))


def _factors(dims: tuple[Dim, ...]) -> tuple[int, Counter]:
    number = 1
    factors: Counter[Any] = Counter()
    for dim in dims:
        dim = resolve(dim)
        if isinstance(dim, int):
            number *= dim
        elif isinstance(dim, Expr) and dim.op == "mul":
            inner_number, inner = _factors(dim.args)  # type: ignore[arg-type]
            number *= inner_number
            factors += inner
        else:
            factors[dim] += 1
    return number, factors


def _product(number: int, factors: list) -> Dim:
    if not factors:
        return number
    if number == 1 and len(factors) == 1:
        return factors[0]
    ordered = sorted(
        factors, key=lambda d: (isinstance(d, Expr), d.serial if isinstance(d, Sym) else repr(d))
    )
    return Expr("mul", (*ordered, number) if number != 1 else tuple(ordered))


def reshaped(shape: tuple[Dim, ...], wanted: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """The shape after `reshape`; a -1 is the quotient when the factors cancel, else a length of its own."""
    if not any(isinstance(d, int) and d == -1 for d in wanted):
        return wanted
    rest = tuple(d for d in wanted if not (isinstance(d, int) and d == -1))
    number, factors = _factors(shape)
    divisor, divided = _factors(rest)
    if divisor and number % divisor == 0 and not divided - factors:
        missing: Dim = _product(number // divisor, list((factors - divided).elements()))
    else:
        missing = Sym("m")
    return tuple(missing if isinstance(d, int) and d == -1 else d for d in wanted)


def reduced(shape: tuple[Dim, ...], axes: tuple[int, ...] | None, keepdims: bool) -> tuple[Dim, ...]:
    """The shape after a reduction."""
    if axes is None:
        axes = tuple(range(len(shape)))
    if keepdims:
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes)


def dim_sum(a: Dim, b: Dim) -> Dim:
    """The length of two axes joined."""
    a, b = resolve(a), resolve(b)
    if isinstance(b, int):
        return a if b == 0 else a + b if isinstance(a, int) else _grown(a, b)
    if isinstance(a, int):
        return dim_sum(b, a)
    return Expr("sum", (a, b))


def _grown(dim: Dim, offset: int) -> Dim:
    return dim_add(dim, offset)


def _bound(arg: Arg) -> Any:
    """A slice bound: None, an int, a symbolic length, or the variable itself."""
    if isinstance(arg, Lit):
        if arg.value is None or isinstance(arg.value, (int, np.integer)):
            return None if arg.value is None else int(arg.value)
        raise Unknown
    return dim_of(arg)


def slice_length(dim: Dim, start: Arg, stop: Arg, step: Arg) -> Dim:
    """The length of `x[start:stop:step]` along an axis of length `dim`.

    >>> n = Sym("n")
    >>> slice_length(n, Lit(1), Lit(None), Lit(None)) == slice_length(n, Lit(None), Lit(-1), Lit(None))
    True
    """
    dim = resolve(dim)
    low, high, stride = _bound(start), _bound(stop), _bound(step)
    if isinstance(dim, int) and all(b is None or isinstance(b, int) for b in (low, high, stride)):
        return len(range(*slice(low, high, stride).indices(dim)))
    if low is None and high is None and stride == -1:
        return dim
    if stride in (None, 1):
        found = _unit_slice(dim, low or 0, high)
        if found is not None:
            return found
    return assumed_slice(dim, low, high, stride)


def _unit_slice(dim: Dim, low: Any, high: Any) -> Dim | None:
    if not isinstance(low, int):
        return None
    if high is not None and not isinstance(high, int):
        gap = _behind(dim, high)
        if gap is None:
            return None
        high = None if gap == 0 else -gap
    if low < 0:
        return Expr("min", (dim, -low)) if high is None else None
    if high is None:
        return dim_add(dim, -low)
    if high < 0:
        return dim_add(dim_add(dim, -low), high)
    width = max(high - low, 0)
    if width == 0:
        return 0
    return Expr("min", (dim_add(dim, -low), width))


def _behind(dim: Dim, high: Dim) -> int | None:
    """By how much a symbolic bound stays behind the length, when that is known."""
    if dim == high:
        return 0
    if isinstance(high, Expr) and high.op == "add" and high.args[0] == dim:
        offset = high.args[1]
        assert isinstance(offset, int)
        return -offset if offset < 0 else 0
    if (
        isinstance(high, Expr)
        and isinstance(dim, Expr)
        and high.op == dim.op == "add"
        and high.args[0] == dim.args[0]
    ):
        gap = dim.args[1] - high.args[1]  # type: ignore[operator]
        return max(gap, 0)
    return None


def index_items(index: Arg) -> tuple[Arg, ...]:
    """The parts of a subscript."""
    if isinstance(index, Pack) and index.kind == "tuple":
        return index.items
    if isinstance(index, Lit) and isinstance(index.value, tuple):
        return tuple(Lit(v) for v in index.value)
    return (index,)


def indexed(shape: tuple[Dim, ...], index: Arg, certain: bool) -> tuple[tuple[Dim, ...], bool]:
    """The shape of `x[index]`, and whether the result is a scalar rather than an array when it has no axes."""
    parts = [_part(item) for item in index_items(index)]
    used = sum(p[1] for p in parts)
    if used > len(shape):
        raise Unknown
    has_dots = any(p[0] == "dots" for p in parts)
    if not has_dots:
        parts.append(("dots", 0, None))
    fancy = any(p[0] == "fancy" for p in parts)
    out: list[Dim] = []
    advanced: list[tuple[Dim, ...]] = []
    places: list[int] = []
    axis, first, gaps, last_advanced = 0, 0, False, False
    for kind, consumed, payload in parts:
        is_advanced = kind == "fancy" or (fancy and kind == "int")
        if is_advanced:
            if advanced and not last_advanced:
                gaps = True
            if not advanced:
                first = len(out)
            advanced.append(payload if kind == "fancy" else ())
            places.append(axis)
        elif kind == "slice":
            out.append(slice_length(shape[axis], *payload))
        elif kind == "new":
            out.append(1)
        elif kind == "dots":
            count = len(shape) - used
            out.extend(shape[axis : axis + count])
            axis += count
            if not has_dots:
                continue
        last_advanced = is_advanced
        axis += consumed
    if advanced:
        shapes: list[tuple[Dim, ...] | None] = list(advanced)
        broadcast = broadcast_shapes(shapes, certain)
        assert broadcast is not None
        at = 0 if gaps else first
        out[at:at] = broadcast
    return tuple(out), not has_dots


def _part(item: Arg) -> tuple[str, int, Any]:
    """What one part of a subscript is, how many axes it uses up, and its slice bounds or its shape."""
    if isinstance(item, Pack):
        if item.kind == "slice":
            return "slice", 1, item.items
        return _array_part(tensor_of(item), item)
    if isinstance(item, Lit):
        value = item.value
        if value is None:
            return "new", 0, None
        if value is Ellipsis:
            return "dots", 0, None
        if isinstance(value, slice):
            return "slice", 1, (Lit(value.start), Lit(value.stop), Lit(value.step))
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            return "int", 1, None
    return _array_part(tensor_of(item), item)


def _array_part(tensor: Tensor, item: Arg) -> tuple[str, int, Any]:
    if tensor.dtype is None or tensor.shape is None:
        raise Unknown
    kind = np.dtype(tensor.dtype).kind
    if kind == "b":
        return "fancy", len(tensor.shape), (count_of(item),)
    if kind not in "iu":
        raise Unknown
    if not tensor.shape:
        return "int", 1, None
    return "fancy", 1, tensor.shape


def count_of(mask: Arg) -> Dim:
    """The number of true entries of a mask, the same length for each use of it."""
    if isinstance(mask, Var):
        return Expr("count", (mask,))
    try:
        return int(np.count_nonzero(literal(mask)))
    except Unknown:
        return Sym("m")


def item_of(seq: Seq, index: Arg) -> Any:
    """The type of an item, or of a part, of a list."""
    parts = index_items(index)
    if isinstance(parts[0], Pack) and parts[0].kind == "slice":
        is_whole = isinstance(index, Pack) and all(i == Lit(None) for i in index.items)
        return Seq(seq.item, seq.length if is_whole else None)
    if seq.item is None:
        raise Unknown
    return item_of_pass(seq.item)
