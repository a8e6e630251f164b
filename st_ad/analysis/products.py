"""What NumPy's products and its linear algebra return."""

from __future__ import annotations

import numpy as np

from ..ir.syntax import Pack
from ..ir.types import Dim, Tensor, assume, broadcast_dims, broadcast_shapes, resolve, unify
from .kinds import Site, Unknown, elementwise_kinds, literal, scalar_result, tensor_of
from .shapes import axis_of, known_shape, reduced

Results = tuple  # of Type or Lit


def product_dtype(*operands: Tensor) -> str | None:
    """The dtype of a sum of products of arrays."""
    dtype = operands[0].dtype
    for other in operands[1:]:
        if dtype is None or other.dtype is None:
            return None
        dtype = elementwise_kinds(np.multiply, [Tensor(dtype, (1,)), Tensor(other.dtype, (1,))])[0][0]
    return dtype


def meet(a: Dim, b: Dim, certain: bool) -> None:
    """Take two lengths for equal."""
    if certain:
        unify(a, b)
    else:
        assume(a, b)


def matmul(site: Site) -> Results:
    a, b = site.tensor(0, "x1"), site.tensor(1, "x2")
    dtype = product_dtype(a, b)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if not a.shape or not b.shape:
        raise Unknown
    left, right = a.shape, b.shape
    meet(left[-1], right[-2] if len(right) > 1 else right[-1], site.certain)
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
    meet(a.shape[-1], b.shape[-2] if len(b.shape) > 1 else b.shape[-1], site.certain)
    return (scalar_result(dtype, (*a.shape[:-1], *b.shape[:-2], *right), "np"),)


def inner(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if not a.shape or not b.shape:
        dtype, form = elementwise_kinds(np.inner, [a, b])[0]
        return (scalar_result(dtype, a.shape + b.shape, form),)
    meet(a.shape[-1], b.shape[-1], site.certain)
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


def cross_of_three(site: Site) -> Results:
    """`np.linalg.cross`: of vectors of three along one axis."""
    a, b = site.tensor(0, "x1"), site.tensor(1, "x2")
    left, right = known_shape(a), known_shape(b)
    if len(left) != len(right) and literal(site.arg(2, "axis", -1)) != -1:
        raise Unknown
    return (Tensor(product_dtype(a, b), broadcast_shapes([left, right], site.certain)),)


def multi_dot(site: Site) -> Results:
    factors = site.args[0]
    if not isinstance(factors, Pack):
        raise Unknown
    tensors = [tensor_of(f) for f in factors.items]
    ends = known_shape(tensors[0])[:-1] + known_shape(tensors[-1])[1:]
    return (scalar_result(product_dtype(*tensors), ends, "np"),)


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
        meet(left[i], right[j], site.certain)
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


def trace(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    axes = (
        axis_of(literal(site.arg(2, "axis1", 0)), len(shape)),
        axis_of(literal(site.arg(3, "axis2", 1)), len(shape)),
    )
    dtype = None if x.dtype is None else elementwise_kinds(np.sum, [Tensor(x.dtype, (1,))])[0][0]
    return (scalar_result(dtype, reduced(shape, axes, False), "np"),)
