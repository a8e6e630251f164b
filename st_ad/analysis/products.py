"""What NumPy's products and its linear algebra return."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ..ir.syntax import Lit
from ..ir.types import ANY, Dim, Sym, Tensor, broadcast_dims, broadcast_shapes, resolve, unify
from .kinds import Site, Unknown, elementwise_kinds, literal, scalar_result, tensor_of
from .shapes import axes_of, axis_of, known_shape, reduced

Results = tuple  # of Type or Lit


def product_dtype(*operands: Tensor) -> str | None:
    """The dtype of a sum of products of arrays."""
    dtype = operands[0].dtype
    for other in operands[1:]:
        if dtype is None or other.dtype is None:
            return None
        dtype = elementwise_kinds(np.multiply, [Tensor(dtype, (1,)), Tensor(other.dtype, (1,))])[0][0]
    return dtype


def _meet(a: Dim, b: Dim, certain: bool) -> None:
    if certain:
        unify(a, b)


def matmul(site: Site) -> Results:
    a, b = site.tensor(0, "x1"), site.tensor(1, "x2")
    dtype = product_dtype(a, b)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if not a.shape or not b.shape:
        raise Unknown
    left, right = a.shape, b.shape
    _meet(left[-1], right[-2] if len(right) > 1 else right[-1], site.certain)
    batch = broadcast_shapes([left[:-2], right[:-2]], site.certain)
    assert batch is not None
    rows = left[-2:-1]
    columns = right[-1:] if len(right) > 1 else ()
    return (scalar_result(dtype, (*batch, *rows, *columns), "np"),)


def dot(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if not a.shape or not b.shape:
        dtype, form = elementwise_kinds(np.dot, [a, b])[0]
        return (scalar_result(dtype, a.shape + b.shape, form),)
    right = b.shape[-1:] if len(b.shape) > 1 else ()
    _meet(a.shape[-1], b.shape[-2] if len(b.shape) > 1 else b.shape[-1], site.certain)
    return (scalar_result(dtype, (*a.shape[:-1], *b.shape[:-2], *right), "np"),)


def inner(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if not a.shape or not b.shape:
        dtype, form = elementwise_kinds(np.inner, [a, b])[0]
        return (scalar_result(dtype, a.shape + b.shape, form),)
    _meet(a.shape[-1], b.shape[-1], site.certain)
    return (scalar_result(dtype, a.shape[:-1] + b.shape[:-1], "np"),)


def vdot(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    return (Tensor(product_dtype(a, b), (), "np"),)


def outer(site: Site) -> Results:
    from .shapes import product

    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    return (Tensor(product_dtype(a, b), (product(known_shape(a)), product(known_shape(b)))),)


def cross(site: Site) -> Results:
    """Of vectors of three; whether they have two or three items is not known when lengths are symbols."""
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    left, right = known_shape(a), known_shape(b)
    dtype = product_dtype(a, b)
    is_usual = len(site.args) == 2 and not site.kwargs
    if is_usual and 3 in (resolve(left[-1]), resolve(right[-1])):
        return (Tensor(dtype, (*(broadcast_shapes([left[:-1], right[:-1]], site.certain) or ()), 3)),)
    return (Tensor(dtype, None, None),)


def tensordot(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    left, right = known_shape(a), known_shape(b)
    axes = literal(site.arg(2, "axes", 2))
    if isinstance(axes, int):
        pairs = (tuple(range(len(left) - axes, len(left))), tuple(range(axes)))
    else:
        pairs = tuple(tuple(p) if isinstance(p, (tuple, list)) else (p,) for p in axes)  # type: ignore[assignment]
    mine = [axis_of(i, len(left)) for i in pairs[0]]
    theirs = [axis_of(i, len(right)) for i in pairs[1]]
    for i, j in zip(mine, theirs):
        _meet(left[i], right[j], site.certain)
    shape = tuple(d for i, d in enumerate(left) if i not in mine)
    shape += tuple(d for i, d in enumerate(right) if i not in theirs)
    # tensordot ends with a reshape, so it gives an array where dot gives a scalar.
    return (Tensor(product_dtype(a, b), shape),)


def einsum(site: Site) -> Results:
    text = literal(site.args[0])
    if not isinstance(text, str):
        raise Unknown
    operands = [tensor_of(a) for a in site.args[1:]]
    inputs, output = einsum_labels(text, [len(known_shape(t)) for t in operands])
    lengths: dict[str, Dim] = {}
    for labels, operand in zip(inputs, operands):
        for label, dim in zip(labels, known_shape(operand)):
            lengths[label] = broadcast_dims(lengths[label], dim, site.certain) if label in lengths else dim
    dtype = _einsum_dtype(operands)
    return (scalar_result(dtype, tuple(lengths[label] for label in output), "np"),)


def _einsum_dtype(operands: list[Tensor]) -> str | None:
    """Numbers count as scalars, which NumPy 1 fits to the arrays."""
    ordered = sorted(operands, key=lambda t: t.shape == ())
    dtype = ordered[0].dtype
    for other in ordered[1:]:
        if dtype is None or other.dtype is None:
            return None
        factor = Tensor(other.dtype, (), "np") if other.shape == () else Tensor(other.dtype, (1,))
        first = Tensor(dtype, (), "np") if ordered[0].shape == () else Tensor(dtype, (1,))
        dtype = elementwise_kinds(np.multiply, [first, factor])[0][0]
    return dtype


def einsum_labels(text: str, ranks: list[int]) -> tuple[list[str], str]:
    """The labels of the operands and of the result, the ellipsis written out in digits.

    >>> einsum_labels("...ij,jk", [3, 2])
    (['0ij', 'jk'], '0ik')
    """
    text = text.replace(" ", "")
    left, arrow, output = text.partition("->")
    inputs = left.split(",")
    if len(inputs) != len(ranks):
        raise Unknown
    dots = [rank - len(labels) + 3 for labels, rank in zip(inputs, ranks) if "..." in labels]
    most = "0123456789"[: max(dots, default=0)]
    full = [
        labels.replace("...", most[len(most) - (rank - len(labels) + 3) :] if "..." in labels else "")
        for labels, rank in zip(inputs, ranks)
    ]
    if arrow:
        return full, output.replace("...", most)
    letters = sorted(c for c in set(left) if c.isalpha() and left.count(c) == 1)
    return full, most + "".join(letters)


# --- linear algebra


def _floating(function: Callable, x: Tensor) -> str | None:
    if x.dtype is None:
        return None
    return _floating_names(x.dtype)


def _floating_names(name: str) -> str:
    kind = np.dtype(name)
    if kind.kind in "fc" and name in ("float32", "float64", "complex64", "complex128"):
        return name
    return "float64"


def square(results: str) -> Callable[[Site], Results]:
    """A handler for functions of square matrices; `results` has one letter per result: m a matrix, v a vector,
    s a number, r a real vector, a a real number."""

    def handle(site: Site) -> Results:
        x = site.tensor()
        dtype = _floating(np.linalg.inv, x)
        real = None if dtype is None else np.empty((), dtype).real.dtype.name
        if x.shape is None:
            return tuple(Tensor(real if r in "ra" else dtype, None, None) for r in results)
        if len(x.shape) < 2:
            raise Unknown
        _meet(x.shape[-2], x.shape[-1], site.certain)
        batch, length = x.shape[:-2], x.shape[-1]
        tails: dict[str, tuple[Dim, ...]] = {
            "m": (length, length),
            "v": (length,),
            "r": (length,),
            "s": (),
            "a": (),
        }
        return tuple(scalar_result(real if r in "ra" else dtype, batch + tails[r], "np") for r in results)

    return handle


def solve(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    dtype = None if dtype is None else _floating_names(dtype)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if len(a.shape) < 2 or not b.shape:
        raise Unknown
    _meet(a.shape[-2], a.shape[-1], site.certain)
    old = np.lib.NumpyVersion(np.__version__) < "2.0.0"
    is_vector = len(b.shape) == len(a.shape) - 1 if old else len(b.shape) == 1
    if is_vector:
        _meet(a.shape[-1], b.shape[-1], site.certain)
        batch = broadcast_shapes([a.shape[:-2], b.shape[:-1]], site.certain)
        return (Tensor(dtype, (*(batch or ()), a.shape[-1])),)
    if len(b.shape) < 2:
        raise Unknown
    _meet(a.shape[-1], b.shape[-2], site.certain)
    batch = broadcast_shapes([a.shape[:-2], b.shape[:-2]], site.certain)
    return (Tensor(dtype, (*(batch or ()), a.shape[-1], b.shape[-1])),)


def lstsq(site: Site) -> Results:
    """The solution, the residuals (of unknown length), the rank, the singular values."""
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    dtype = None if dtype is None else _floating_names(dtype)
    real = None if dtype is None else np.empty((), dtype).real.dtype.name
    rank = Tensor("int32", (), "np")
    if a.shape is None or b.shape is None:
        return Tensor(dtype, None, None), Tensor(real, (Sym("m"),)), rank, Tensor(real, (Sym("k"),))
    solution = (a.shape[1], *b.shape[1:])
    return Tensor(dtype, solution), Tensor(real, (Sym("m"),)), rank, Tensor(real, (Sym("k"),))


def norm(site: Site) -> Results:
    x = site.tensor(0, "x")
    dtype = None if x.dtype is None else np.abs(np.empty((), _floating_names(x.dtype))).dtype.name
    if x.dtype == "float16":
        raise Unknown
    shape = known_shape(x)
    axes = axes_of(site.arg(2, "axis"), len(shape))
    keepdims = bool(literal(site.arg(3, "keepdims", False)))
    return (scalar_result(dtype, reduced(shape, axes, keepdims), "np"),)


def trace(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    axes = (
        axis_of(literal(site.arg(2, "axis1", 0)), len(shape)),
        axis_of(literal(site.arg(3, "axis2", 1)), len(shape)),
    )
    dtype = None if x.dtype is None else elementwise_kinds(np.sum, [Tensor(x.dtype, (1,))])[0][0]
    return (scalar_result(dtype, reduced(shape, axes, False), "np"),)


def svd(site: Site) -> Results:
    x = site.tensor()
    if x.shape is None:
        return (ANY,) * (3 if literal(site.arg(2, "compute_uv", True)) else 1)
    shape = x.shape
    dtype = _floating(np.linalg.svd, x)
    real = None if dtype is None else np.empty((), dtype).real.dtype.name
    rows, columns = resolve(shape[-2]), resolve(shape[-1])
    least: Dim = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else Sym("k")
    if rows == columns:
        least = rows
    batch = shape[:-2]
    if not literal(site.arg(2, "compute_uv", True)):
        return (Tensor(real, (*batch, least)),)
    whole = literal(site.arg(1, "full_matrices", True))
    u = (*batch, rows, rows if whole else least)
    v = (*batch, columns if whole else least, columns)
    return Tensor(dtype, u), Tensor(real, (*batch, least)), Tensor(dtype, v)


def qr(site: Site) -> Results:
    x = site.tensor()
    mode = literal(site.arg(1, "mode", "reduced"))
    if x.shape is None:
        return (ANY,) * (1 if mode == "r" else 2)
    shape = x.shape
    dtype = _floating(np.linalg.qr, x)
    rows, columns = resolve(shape[-2]), resolve(shape[-1])
    least: Dim = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else Sym("k")
    if rows == columns:
        least = rows
    batch = shape[:-2]
    if mode == "r":
        return (Tensor(dtype, (*batch, least, columns)),)
    if mode == "complete":
        return Tensor(dtype, (*batch, rows, rows)), Tensor(dtype, (*batch, rows, columns))
    if mode != "reduced":
        raise Unknown
    return Tensor(dtype, (*batch, rows, least)), Tensor(dtype, (*batch, least, columns))


def pinv(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    return (Tensor(_floating(np.linalg.pinv, x), (*shape[:-2], shape[-1], shape[-2])),)


def matrix_power(site: Site) -> Results:
    x = site.tensor()
    power = site.arg(1, "n")
    dtype = x.dtype
    if not isinstance(power, Lit) or power.value < 0:
        dtype = None if x.dtype is None else _floating_names(x.dtype)
    return (Tensor(dtype, x.shape, "nd" if x.shape is not None else None),)
