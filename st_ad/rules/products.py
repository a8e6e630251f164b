"""Products of vectors and matrices."""

from __future__ import annotations

import numpy as np

from ..ir.syntax import Arg, Pack
from .notation import Generation, multilinear, refuse, rule

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

for _call in ("np.vecdot(a, b, axis=-1)", "np.linalg.vecdot(a, b, axis=-1)"):
    refuse(_call, "np.vecdot of complex operands: write np.sum(np.conj(a) * b, axis=-1)",
           when="is_complex(a) or is_complex(b)")  # fmt: skip
    multilinear(
        _call,
        "np.expand_dims(y_bar, -1) * b",
        "np.expand_dims(y_bar, -1) * a",
        when="axis == -1",
        broadcast=True,
    )
    refuse(_call, "np.vecdot along another axis than the last: write np.sum(a * b, axis=axis)")
_VDOT = "np.vdot(a, b)"
refuse(
    _VDOT, "np.vdot of complex operands: write np.sum(np.conj(a) * b)", when="is_complex(a) or is_complex(b)"
)
multilinear(_VDOT, "y_bar * b", "y_bar * a", when="same_shape(a, b)")
multilinear(
    _VDOT, "np.reshape(y_bar * np.ravel(b), np.shape(a))", "np.reshape(y_bar * np.ravel(a), np.shape(b))"
)

multilinear("np.cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)", "cross_of_three(b, y_bar)", "cross_of_three(y_bar, a)",
            when="axis in (None, -1) and axisa == -1 and axisb == -1 and axisc == -1", broadcast=True)  # fmt: skip
refuse("np.cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None)",
       "np.cross along another axis: move the axis to the end with np.moveaxis")  # fmt: skip
multilinear("np.linalg.cross(a, b, axis=-1)", "cross_of_three(b, y_bar)", "cross_of_three(y_bar, a)", when="axis == -1",
            broadcast=True)  # fmt: skip


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


refuse("np.kron(a, b)", "np.kron of operands of unequal or high rank: write np.einsum and np.reshape")


def _chain_bar(g: Generation) -> Arg:
    """The adjoint of each factor: what stands left of it, transposed, times y_bar, times what stands right."""
    build = g.builder
    factors = g.bound["arrays"]
    assert isinstance(factors, Pack)
    ranks = [getattr(getattr(f, "type", None), "rank", None) for f in factors.items]
    if any(r != 2 for r in ranks):
        raise TypeError(
            "np.linalg.multi_dot is differentiated for matrices: write @ for the vectors at the ends"
        )
    parts = []
    for i in range(len(factors.items)):
        bar = g.y_bar
        for left in factors.items[:i]:
            bar = build.emit("operator.matmul", build.emit("numpy.transpose", left), bar)
        for right in reversed(factors.items[i + 1 :]):
            bar = build.emit("operator.matmul", bar, build.emit("numpy.transpose", right))
        parts.append(bar)
    return Pack("tuple", tuple(parts))


multilinear("np.linalg.multi_dot(arrays)", _chain_bar)
