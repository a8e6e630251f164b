"""scipy.linalg: matrices made of vectors and of blocks."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ...ir.syntax import Arg, Lit, Pack, Var
from ...ir.types import Tensor
from ...runtime import scatter
from ..notation import Generation, constant, linear, refuse, rule
from ..bodies import procedure


def _blocks(g: Generation) -> Arg:
    """Each block of the diagonal, one after the other."""
    arrays = g.bound["arrs"]
    assert isinstance(arrays, Pack)
    build = g.builder
    found: list = []
    row = column = Lit(0)
    for item, wanted in zip(arrays.items, g.wanted):
        if not (isinstance(item, Var) and isinstance(item.type, Tensor) and item.type.rank == 2):
            raise TypeError("its blocks must be matrices")
        down = build.emit("operator.add", row, build.emit("axis_length", item, Lit(0)))
        across = build.emit("operator.add", column, build.emit("axis_length", item, Lit(1)))
        part = Pack("tuple", (Pack("slice", (row, down, Lit(None))), Pack("slice", (column, across, Lit(None)))))
        found.append(build.emit("getitem", g.y_bar, part) if wanted else Lit(None))
        row, column = down, across
    return Pack("tuple", tuple(found))


linear("linalg.block_diag(*arrs)", _blocks)

_TOEPLITZ = "linalg.toeplitz(c, r=None)"
_BELOW = "np.subtract.outer(np.arange(np.shape(y)[0]), np.arange(np.shape(y)[1]))"
refuse(_TOEPLITZ, "of complex numbers without r: pass r=np.conj(c)", when="r is None and is_complex(c)")
refuse(_TOEPLITZ, "vectors only", when="ndim(c) > 1 or ndim(r) > 1")
linear(_TOEPLITZ, f"scatter(y_bar, c, np.abs({_BELOW}))", when="r is None")
linear(_TOEPLITZ, f"scatter(np.tril(y_bar), c, np.maximum({_BELOW}, 0))", f"scatter(np.triu(y_bar, 1), r, np.maximum(-{_BELOW}, 0))")


@procedure("scipy.linalg.solve_toeplitz")
def solve_toeplitz(c_or_cr, b, check_finite=True):
    if isinstance(c_or_cr, tuple):
        return np.linalg.solve(linalg.toeplitz(c_or_cr[0], c_or_cr[1]), b)
    return np.linalg.solve(linalg.toeplitz(c_or_cr), b)


@procedure("scipy.linalg.solve_circulant")
def solve_circulant(c, b, singular="raise", tol=None, caxis=-1, baxis=0, outaxis=0):
    return np.linalg.solve(linalg.circulant(c), b)


refuse("linalg.circulant(c)", "vectors only", when="ndim(c) > 1")
linear("linalg.circulant(c)", f"scatter(y_bar, c, {_BELOW} % len(c))")
_HANKEL = "linalg.hankel(c, r=None)"
refuse(_HANKEL, "vectors only", when="ndim(c) > 1 or ndim(r) > 1")


@rule(_HANKEL, when="r is None", forward="linalg.hankel(c_dot)")
def hankel(c, r, y, y_bar):
    """The sums along the antidiagonals."""
    n = len(c)
    places = np.add.outer(np.arange(n), np.arange(n))
    return scatter(np.where(places < n, y_bar, 0.0), c, np.minimum(places, n - 1))


@rule(_HANKEL)
def hankel_of_two(c, r, y, y_bar):
    """The sums along the antidiagonals; the first item of r is not read."""
    n, m = len(c), len(r)
    places = np.add.outer(np.arange(n), np.arange(m))
    c_bar = scatter(np.where(places < n, y_bar, 0.0), c, np.minimum(places, n - 1))
    return c_bar, scatter(np.where(places < n, 0.0, y_bar), r, np.maximum(places - n + 1, 0))


constant("linalg.hadamard", "linalg.hilbert", "linalg.invhilbert", "linalg.pascal", "linalg.dft", "linalg.helmert",
         "linalg.bandwidth", "linalg.issymmetric", "linalg.ishermitian")  # fmt: skip
