"""Products of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.syntax import Arg, Pack
from .notation import Generation, definition, multilinear, refuse, rule

for _call in ("a @ b", "np.matmul(a, b)", "np.dot(a, b)"):
    multilinear(_call, "y_bar * b", "y_bar * a", when="ndim(a) == 1 and ndim(b) == 1")
    multilinear(_call, "np.outer(y_bar, b)", "a.T @ y_bar", when="ndim(a) == 2 and ndim(b) == 1")
    multilinear(_call, "b @ y_bar", "np.outer(a, y_bar)", when="ndim(a) == 1 and ndim(b) == 2")
    multilinear(_call, "y_bar @ b.T", "a.T @ y_bar", when="ndim(a) == 2 and ndim(b) == 2")
for _call in ("a @ b", "np.matmul(a, b)"):
    # A stack of matrices times one vector: the vector's adjoint sums over the whole stack.
    multilinear(_call, "np.expand_dims(y_bar, -1) * b", "np.tensordot(y_bar, a, np.ndim(y_bar))",
                when="ndim(a) > 2 and ndim(b) == 1")  # fmt: skip
    multilinear(_call, "y_bar @ np.swapaxes(b, -1, -2)", "np.swapaxes(a, -1, -2) @ y_bar",
                when="ndim(a) >= 2 and ndim(b) >= 2", broadcast=True)  # fmt: skip
    multilinear(_call, "matmul_bar_left(y_bar, a, b)", "matmul_bar_right(y_bar, a, b)")
multilinear("np.dot(a, b)", "dot_bar_left(y_bar, a, b)", "dot_bar_right(y_bar, a, b)")

_INNER = "np.inner(a, b)"
multilinear(_INNER, "y_bar * b", "y_bar * a", when="ndim(a) == 1 and ndim(b) == 1")
multilinear(_INNER, "y_bar @ b", "y_bar.T @ a", when="ndim(a) == 2 and ndim(b) == 2")
multilinear(_INNER, "np.sum(y_bar * b)", "y_bar * a", when="ndim(a) == 0")
multilinear(_INNER, "y_bar * b", "np.sum(y_bar * a)", when="ndim(b) == 0")
multilinear(_INNER, "np.tensordot(y_bar, b, np.ndim(b) - 1)",
            "np.tensordot(y_bar, a, (tuple(range(np.ndim(a) - 1)), tuple(range(np.ndim(a) - 1))))",
            when="ndim(a) > 0 and ndim(b) > 0")  # fmt: skip
refuse(_INNER, "np.inner of operands of unknown rank: write np.tensordot or np.einsum")

multilinear("np.outer(a, b)", "y_bar @ b", "a @ y_bar", when="ndim(a) == 1 and ndim(b) == 1")
multilinear("np.outer(a, b)", "np.reshape(y_bar @ np.ravel(b), np.shape(a))",
            "np.reshape(np.ravel(a) @ y_bar, np.shape(b))")  # fmt: skip

# The first operand is conjugated; of real operands nothing is.
_IS_REAL = "is_real(a) and is_real(b)"
for _call in ("np.vecdot(a, b, axis=-1)", "np.linalg.vecdot(a, b, axis=-1)"):
    multilinear(_call, "np.expand_dims(y_bar, -1) * b", "np.expand_dims(y_bar, -1) * a",
                when=f"axis == -1 and {_IS_REAL}", broadcast=True)  # fmt: skip
    multilinear(
        _call,
        "np.conjugate(np.expand_dims(y_bar, axis) * b)",
        "np.expand_dims(y_bar, axis) * np.conjugate(a)",
        when="axis == -1 or literal(axis) and ndim(a) == ndim(b)",
        broadcast=True,
    )

    @definition(_call)
    def vecdot(a, b, axis):
        """The sum of the products along an axis, the first factor conjugated."""
        return np.sum(np.moveaxis(np.conjugate(a), axis, -1) * np.moveaxis(b, axis, -1), axis=-1)


multilinear("np.matvec(a, b)", "np.expand_dims(y_bar, -1) * np.expand_dims(b, -2)",
            "np.matvec(np.swapaxes(a, -1, -2), y_bar)", broadcast=True)  # fmt: skip
multilinear("np.vecmat(a, b)", "np.matvec(b, y_bar)", "np.expand_dims(a, -1) * np.expand_dims(y_bar, -2)",
            when="is_real(a)", broadcast=True)  # fmt: skip


@definition("np.vecmat(a, b)")
def vecmat(a, b):
    """The conjugated vector times the matrix."""
    return np.matvec(np.swapaxes(b, -1, -2), np.conjugate(a))


_VDOT = "np.vdot(a, b)"
multilinear(_VDOT, "y_bar * b", "y_bar * a", when=f"same_shape(a, b) and {_IS_REAL}")
multilinear(_VDOT, "np.conjugate(y_bar * b)", "y_bar * np.conjugate(a)", when="same_shape(a, b)")
multilinear(_VDOT, "np.reshape(np.conjugate(y_bar * np.ravel(b)), np.shape(a))",
            "np.reshape(y_bar * np.conjugate(np.ravel(a)), np.shape(b))")  # fmt: skip

_CROSS = "np.cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)"
multilinear(_CROSS, "cross_bar_left(y_bar, a, b)", "cross_bar_right(y_bar, a, b)",
            when="axis in (None, -1) and axisa == -1 and axisb == -1 and axisc == -1")  # fmt: skip
multilinear(_CROSS, "cross_bar_left(y_bar, a, b, axisa, axisb, axisc)", "cross_bar_right(y_bar, a, b, axisa, axisb, axisc)",
            when="axis is None")  # fmt: skip
multilinear(_CROSS, "cross_bar_left(y_bar, a, b, axis, axis, axis)", "cross_bar_right(y_bar, a, b, axis, axis, axis)")
_CROSS = "np.linalg.cross(a, b, axis=-1)"
multilinear(_CROSS, "cross_bar_left(y_bar, a, b, axis, axis, axis)", "cross_bar_right(y_bar, a, b, axis, axis, axis)")


@rule("np.kron(a, b)", when="ndim(a) == 1 and ndim(b) == 1")
def kron_of_vectors(a, b, y, y_bar):
    """The outer product, flattened."""
    g = np.reshape(y_bar, (len(a), len(b)))
    return g @ b, a @ g


@rule("np.kron(a, b)", when="ndim(a) == 2 and ndim(b) == 2")
def kron(a, b, y, y_bar):
    """The outer product with its axes interleaved."""
    g = np.reshape(y_bar, (np.shape(a)[0], np.shape(b)[0], np.shape(a)[1], np.shape(b)[1]))
    return np.einsum("iajb,ab->ij", g, b), np.einsum("iajb,ij->ab", g, a)




@definition("np.kron(a, b)", when="ndim(a) is not None and ndim(b) is not None")
def kron_of_any_rank(a, b):
    """Each axis of the one beside the axis of the other; missing axes are of length 1."""
    rank = max(np.ndim(a), np.ndim(b))
    left = (1,) * (rank - np.ndim(a)) + np.shape(a)
    right = (1,) * (rank - np.ndim(b)) + np.shape(b)
    first = np.reshape(a, [n for length in left for n in (length, 1)])
    second = np.reshape(b, [n for length in right for n in (1, length)])
    return np.reshape(first * second, [n * m for n, m in zip(left, right)])


refuse("np.kron(a, b)", "give example arguments, so that ranks are known")


def _chain_bar(g: Generation) -> Arg:
    """The adjoint of each factor: what stands left of it, transposed, times y_bar, times what stands right."""
    build = g.builder
    factors = g.bound["arrays"]
    if not isinstance(factors, Pack):
        raise TypeError("the factors of np.linalg.multi_dot must be written as a list")
    ranks = [getattr(getattr(f, "type", None), "rank", None) for f in factors.items]
    if None in ranks:
        raise TypeError("the ranks of the factors of np.linalg.multi_dot must be known")
    last = len(ranks) - 1
    matrices = list(factors.items)
    bar: Any = g.y_bar
    if ranks[last] == 1:
        matrices[last] = build.emit("numpy.expand_dims", matrices[last], 1)
        bar = build.emit("numpy.expand_dims", bar, -1)
    if ranks[0] == 1:
        matrices[0] = build.emit("numpy.expand_dims", matrices[0], 0)
        bar = build.emit("numpy.expand_dims", bar, 0)
    parts: list[Any] = []
    for i, rank in enumerate(ranks):
        if g.wanted and not g.wanted[i]:
            parts.append(None)
            continue
        part = _beside(build, matrices, i, bar)
        parts.append(part if rank == 2 else build.emit("numpy.squeeze", part, axis=0 if i == 0 else 1))
    return Pack("tuple", tuple(parts))


def _beside(build: Any, matrices: list[Any], i: int, bar: Any) -> Any:
    for left in matrices[:i]:
        bar = build.emit("operator.matmul", build.emit("numpy.transpose", left), bar)
    for right in reversed(matrices[i + 1 :]):
        bar = build.emit("operator.matmul", bar, build.emit("numpy.transpose", right))
    return bar


multilinear("np.linalg.multi_dot(arrays)", _chain_bar)
