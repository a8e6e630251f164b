"""scipy.linalg. Structured matrices (`assume_a="pos"`, Cholesky factors, triangular systems) are differentiated with
respect to the entries that are read. Formulas: M. B. Giles, Collected matrix derivative results (2008); de Hoog,
Anderssen and Lukas (2015) for lu; functions of matrices through their Frechet derivative at the transposed matrix.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ...ir.syntax import Arg, Lit, Pack, Var
from ...ir.types import Tensor
from ...runtime import product_with_band, scatter, transposed_band
from ..decompositions import complete_qr, factors_bar, values_bar
from ..decompositions import eig as numpy_eig
from ..decompositions import eigh as numpy_eigh
from ..decompositions import eigvalsh as numpy_eigvalsh
from ..decompositions import svd as numpy_svd
from ..linalg import folded, folded_up, pinv_bar, transposed
from ..linalg import lstsq as numpy_lstsq
from ..notation import Generation, constant, linear, refuse, rule
from .alike import alike

_SOLVE = "linalg.solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None, transposed=False)"
refuse(_SOLVE, "stacks of matrices: write np.linalg.solve", when="max(ndim(a), ndim(b)) > 2")
refuse(_SOLVE, "np.linalg.solve for complex matrices of this structure", when="is_complex(a) and assume_a not in (None, 'gen', 'general')")


def outer(a, b):
    """The product of two vectors, or of the columns of two matrices, summed."""
    return np.outer(a, b) if np.ndim(a) == 1 else a @ b.T


@rule(_SOLVE, when="assume_a in (None, 'gen', 'general') and transposed is False")
def solve(a, b, lower, overwrite_a, overwrite_b, check_finite, assume_a, transposed, y, y_bar):
    """One solve with the transposed matrix."""
    b_bar = linalg.solve(a.T, y_bar)
    return -outer(b_bar, y), b_bar


@rule(_SOLVE, when="assume_a in (None, 'gen', 'general')")
def solve_with_transposed(a, b, lower, overwrite_a, overwrite_b, check_finite, assume_a, transposed, y, y_bar):
    """One solve with the matrix itself."""
    b_bar = linalg.solve(a, y_bar)
    return -outer(y, b_bar), b_bar


@rule(_SOLVE, when="assume_a in ('sym', 'symmetric', 'her', 'hermitian', 'pos', 'positive definite')")
def solve_symmetric(a, b, lower, overwrite_a, overwrite_b, check_finite, assume_a, transposed, y, y_bar):
    """With respect to the triangle that is read."""
    b_bar = linalg.solve(a, y_bar, lower=lower, assume_a=assume_a)
    full = -outer(b_bar, y)
    return (folded(full) if lower else folded_up(full)), b_bar


refuse(_SOLVE, "linalg.solve with this `assume_a`: leave it out, or write linalg.solve_triangular or linalg.solve_banded")

_TRIANGULAR = "linalg.solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True)"
refuse(_TRIANGULAR, "stacks of matrices: write a loop", when="max(ndim(a), ndim(b)) > 2")
refuse(_TRIANGULAR, "the conjugated system: pass np.conj(a) with trans='T'", when="trans in (2, 'C') and is_complex(a)")


def triangle(a, lower, unit_diagonal):
    """The triangle that a solver reads."""
    if lower:
        return np.tril(a, -1) if unit_diagonal else np.tril(a)
    return np.triu(a, 1) if unit_diagonal else np.triu(a)


@rule(_TRIANGULAR, when="trans in (0, 'N')")
def solve_triangular(a, b, trans, lower, unit_diagonal, overwrite_b, check_finite, y, y_bar):
    """The transposed system; the other triangle is not read."""
    b_bar = linalg.solve_triangular(a, y_bar, trans=1, lower=lower, unit_diagonal=unit_diagonal)
    return -triangle(outer(b_bar, y), lower, unit_diagonal), b_bar


@rule(_TRIANGULAR, when="trans in (1, 2, 'T', 'C')")
def solve_triangular_transposed(a, b, trans, lower, unit_diagonal, overwrite_b, check_finite, y, y_bar):
    """The system itself; the other triangle is not read."""
    b_bar = linalg.solve_triangular(a, y_bar, lower=lower, unit_diagonal=unit_diagonal)
    return -triangle(outer(y, b_bar), lower, unit_diagonal), b_bar


refuse(_TRIANGULAR, "`trans` must be known when transformed")

_INV = "linalg.inv(a, overwrite_a=False, check_finite=True, assume_a=None, lower=False)"
refuse(_INV, "the inverse with `assume_a`: leave it out", when="assume_a not in (None, 'gen', 'general')")


@rule(_INV)
def inv(a, overwrite_a, check_finite, assume_a, lower, y, y_bar):
    """d(1/a) = -1/a da 1/a."""
    return -transposed(y) @ y_bar @ transposed(y)


alike("linalg.det(a, overwrite_a=False, check_finite=True)", "numpy.linalg.det")
alike("linalg.norm(x, ord=None, axis=None, keepdims=False, check_finite=True)", "numpy.linalg.norm")
_PINV = "linalg.pinv(a, atol=None, rtol=None, return_rank=False, check_finite=True)"
refuse(_PINV, "the rank as a second result: write np.linalg.matrix_rank", when="return_rank is True")


@rule(_PINV)
def pinv(a, atol, rtol, return_rank, check_finite, y, y_bar):
    """For matrices of constant rank."""
    return pinv_bar(a, y, y_bar)


# --- factors

_CHOLESKY = "linalg.cholesky(a, lower=False, overwrite_a=False, check_finite=True)"
refuse(_CHOLESKY, "the Cholesky factor of a complex matrix: its derivative is not known to st_ad", when="is_complex(a)")


def cholesky_bar(factor, factor_bar):
    """The adjoint of a matrix, on its lower triangle, from that of its lower factor."""
    phi = np.tril(transposed(factor) @ factor_bar)
    phi = phi - 0.5 * phi * np.eye(np.shape(factor)[-1])
    half = np.linalg.solve(transposed(factor), phi)
    return folded(transposed(np.linalg.solve(transposed(factor), transposed(half))))


@rule(_CHOLESKY)
def cholesky(a, lower, overwrite_a, check_finite, y, y_bar):
    """With respect to the triangle that is read."""
    if lower:
        return cholesky_bar(y, y_bar)
    return transposed(cholesky_bar(transposed(y), transposed(y_bar)))


_CHO_FACTOR = "linalg.cho_factor(a, lower=False, overwrite_a=False, check_finite=True)"
refuse(_CHO_FACTOR, "stacks of matrices, and complex ones: write a loop, or linalg.solve", when="is_complex(a) or ndim(a) > 2")


@rule(_CHO_FACTOR)
def cho_factor(a, lower, overwrite_a, check_finite, y, y_bar):
    """As cholesky; the other triangle of the result is not part of it."""
    if lower:
        return cholesky_bar(np.tril(y[0]), np.tril(y_bar[0]))
    return cholesky_bar(np.triu(y[0]).T, np.triu(y_bar[0]).T).T


@rule("linalg.cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True)")
def cho_solve(c_and_lower, b, overwrite_b, check_finite, y, y_bar):
    """Two triangular solves again; the matrix is c c.T or c.T c."""
    c, lower = c_and_lower
    b_bar = linalg.cho_solve(c_and_lower, y_bar)
    full = outer(b_bar, y)
    both = full + full.T
    if lower:
        return (-np.tril(both @ np.tril(c)), None), b_bar
    return (-np.triu(np.triu(c) @ both), None), b_bar


_LU_FACTOR = "linalg.lu_factor(a, overwrite_a=False, check_finite=True)"
refuse(_LU_FACTOR, "stacks of matrices: write a loop, or np.linalg.solve", when="ndim(a) > 2")


def lu_bar(lu, lower_bar, upper_bar):
    """U.T @ (what P, L and U get) / U.T: the adjoint of the matrix before the last solve with its transpose."""
    lower = np.tril(lu, -1) + np.eye(len(lu))
    upper = np.triu(lu)
    inner = np.tril(lower.T @ lower_bar, -1) + np.triu(upper_bar @ upper.T)
    return upper.T @ linalg.solve_triangular(upper, inner.T).T


@rule(_LU_FACTOR)
def lu_factor(a, overwrite_a, check_finite, y, y_bar):
    """The pivots are piecewise constant."""
    g = y_bar[0]
    return linalg.lu_solve(y, lu_bar(y[0], np.tril(g, -1), np.triu(g)), trans=1)


_LU_SOLVE = "linalg.lu_solve(lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True)"


@rule(_LU_SOLVE, when="trans == 0")
def lu_solve(lu_and_piv, b, trans, overwrite_b, check_finite, y, y_bar):
    """The transposed system; w is the permuted solution of it."""
    lu, piv = lu_and_piv
    w = linalg.solve_triangular(lu, y_bar, trans=1)
    w = linalg.solve_triangular(lu, w, trans=1, lower=True, unit_diagonal=True)
    upper = np.triu(lu)
    lower = np.tril(lu, -1) + np.eye(len(lu))
    full = outer(w, y)
    return (-np.tril(full @ upper.T, -1) - np.triu(lower.T @ full), None), linalg.lu_solve(lu_and_piv, y_bar, trans=1)


@rule(_LU_SOLVE, when="trans == 1")
def lu_solve_transposed(lu_and_piv, b, trans, overwrite_b, check_finite, y, y_bar):
    """The system itself; w is the permuted solution."""
    lu, piv = lu_and_piv
    w = linalg.solve_triangular(lu, b, trans=1)
    w = linalg.solve_triangular(lu, w, trans=1, lower=True, unit_diagonal=True)
    b_bar = linalg.lu_solve(lu_and_piv, y_bar)
    upper = np.triu(lu)
    lower = np.tril(lu, -1) + np.eye(len(lu))
    full = outer(w, b_bar)
    return (-np.tril(full @ upper.T, -1) - np.triu(lower.T @ full), None), b_bar


refuse(_LU_SOLVE, "the conjugated system: write trans=0 or trans=1")
_LU = "linalg.lu(a, permute_l=False, overwrite_a=False, check_finite=True, p_indices=False)"


@rule(_LU, when="permute_l is False and p_indices is False")
def lu(a, permute_l, overwrite_a, check_finite, p_indices, y, y_bar):
    """For square matrices; the permutation is piecewise constant."""
    p, lower, upper = y
    if np.shape(a)[0] != np.shape(a)[1]:
        raise ValueError("the lu factors are differentiated for square matrices only")
    inner = 0.0
    if y_bar[1] is not None:
        inner = inner + np.tril(lower.T @ y_bar[1], -1)
    if y_bar[2] is not None:
        inner = inner + np.triu(y_bar[2] @ upper.T)
    half = linalg.solve_triangular(lower, inner, trans=1, lower=True, unit_diagonal=True)
    return p @ linalg.solve_triangular(upper, half.T).T


refuse(_LU, "write p, l, u = scipy.linalg.lu(a)")

_EIGH = (
    "linalg.eigh(a, b=None, lower=True, eigvals_only=False, overwrite_a=False, overwrite_b=False, type=1, check_finite=True,"
    " subset_by_index=None, subset_by_value=None, driver=None)"
)
refuse(_EIGH, "eigenvectors of a complex matrix: write np.linalg.eigh", when="is_complex(a) and eigvals_only is False")
refuse(_EIGH, "a subset of the eigenvalues: take all of them, and a part of the result",
       when="subset_by_index is not None or subset_by_value is not None")  # fmt: skip
refuse(_EIGH, "the generalised problem of type 2 or 3", when="type != 1")


@rule(_EIGH, when="b is None and eigvals_only is True")
def eigenvalues(a, b, lower, eigvals_only, overwrite_a, overwrite_b, type, check_finite, subset_by_index, subset_by_value,
                driver, y, y_bar):  # fmt: skip
    """With respect to the triangle that is read."""
    return numpy_eigvalsh(a, "L" if lower else "U", y, y_bar)


@rule(_EIGH, when="b is None")
def eigh(a, b, lower, eigvals_only, overwrite_a, overwrite_b, type, check_finite, subset_by_index, subset_by_value,
         driver, y, y_bar):  # fmt: skip
    """With respect to the triangle that is read. Equal eigenvalues have no derivative of their vectors."""
    return numpy_eigh(a, "L" if lower else "U", y, y_bar)


@rule(_EIGH, when="eigvals_only is False")
def eigh_generalised(a, b, lower, eigvals_only, overwrite_a, overwrite_b, type, check_finite, subset_by_index,
                     subset_by_value, driver, y, y_bar):  # fmt: skip
    """a v = w b v with v.T b v = 1: what b moves is scaled by the eigenvalue, and half of it goes to the norm."""
    w, v = y
    w_bar, v_bar = y_bar
    eye = np.eye(len(w))
    inner = 0.0 * eye
    norms = 0.0 * eye
    if v_bar is not None:
        turn = v.T @ v_bar
        inner = (1.0 - eye) / (w - np.expand_dims(w, -1) + eye) * turn
        norms = 0.5 * eye * turn
    if w_bar is not None:
        inner = inner + eye * w_bar
    a_bar = v @ inner @ v.T
    b_bar = -v @ (inner * w + norms) @ v.T
    if lower:
        return folded(a_bar), folded(b_bar)
    return folded_up(a_bar), folded_up(b_bar)


refuse(_EIGH, "the eigenvalues alone of the generalised problem: write w, v = linalg.eigh(a, b)")
_EIGVALSH = (
    "linalg.eigvalsh(a, b=None, lower=True, overwrite_a=False, overwrite_b=False, type=1, check_finite=True,"
    " subset_by_index=None, subset_by_value=None, driver=None)"
)
refuse(_EIGVALSH, "all eigenvalues of one matrix: write w, v = linalg.eigh(a, b), and a part of the result",
       when="b is not None or subset_by_index is not None or subset_by_value is not None")  # fmt: skip


@rule(_EIGVALSH, when="b is None")
def eigvalsh(a, b, lower, overwrite_a, overwrite_b, type, check_finite, subset_by_index, subset_by_value, driver, y, y_bar):
    """With respect to the triangle that is read."""
    return numpy_eigvalsh(a, "L" if lower else "U", y, y_bar)


refuse(_EIGVALSH, "the generalised problem: write w, v = linalg.eigh(a, b)")

_SVD = "linalg.svd(a, full_matrices=True, compute_uv=True, overwrite_a=False, check_finite=True, lapack_driver='gesdd')"
refuse(_SVD, "singular vectors of a complex matrix: write np.linalg.svd", when="is_complex(a) and compute_uv is not False")


@rule(_SVD, when="compute_uv is False")
def singular_values(a, full_matrices, compute_uv, overwrite_a, check_finite, lapack_driver, y, y_bar):
    """Equal values have a derivative together."""
    return values_bar(a, y_bar)


@rule(_SVD, when="compute_uv is True and literal(full_matrices)")
def svd(a, full_matrices, compute_uv, overwrite_a, check_finite, lapack_driver, y, y_bar):
    """The thin rule. Equal singular values have no derivative of their vectors."""
    return numpy_svd(a, full_matrices, compute_uv, False, y, y_bar)


refuse(_SVD, "the options of scipy.linalg.svd must be known when transformed")


@rule("linalg.svdvals(a, overwrite_a=False, check_finite=True)")
def svdvals(a, overwrite_a, check_finite, y, y_bar):
    """As the values of svd."""
    return values_bar(a, y_bar)


_QR = "linalg.qr(a, overwrite_a=False, lwork=None, mode='full', pivoting=False, check_finite=True)"
refuse(_QR, "with pivoting, or in this mode: write linalg.qr(a, mode='economic')",
       when="pivoting is not False or mode not in ('full', 'economic')")  # fmt: skip


@rule(_QR, when="mode == 'economic'")
def qr(a, overwrite_a, lwork, mode, pivoting, check_finite, y, y_bar):
    """The thin factors."""
    return factors_bar(a, y[0], y[1], y_bar[0], y_bar[1])


@rule(_QR)
def full_qr(a, overwrite_a, lwork, mode, pivoting, check_finite, y, y_bar):
    """The columns of q beyond those of a have no derivative."""
    return complete_qr(a, "complete", y, y_bar)


_EIG = "linalg.eig(a, b=None, left=False, right=True, overwrite_a=False, overwrite_b=False, check_finite=True, homogeneous_eigvals=False)"


@rule(_EIG, when="b is None and left is False and right is True and homogeneous_eigvals is False")
def eig(a, b, left, right, overwrite_a, overwrite_b, check_finite, homogeneous_eigvals, y, y_bar):
    """As np.linalg.eig."""
    return numpy_eig(a, y, y_bar)


refuse(_EIG, "the generalised problem, or left vectors: write w, v = scipy.linalg.eig(a)")

_LSTSQ = "linalg.lstsq(a, b, cond=None, overwrite_a=False, overwrite_b=False, check_finite=True, lapack_driver=None)"


@rule(_LSTSQ)
def lstsq(a, b, cond, overwrite_a, overwrite_b, check_finite, lapack_driver, y, y_bar):
    """For matrices of full column rank; the residuals are empty where there are none."""
    return numpy_lstsq(a, b, None, y, y_bar)


for _name in ("eigvals", "schur", "rsf2csf", "hessenberg", "qz", "ordqz", "cossin", "null_space", "orth", "polar", "ldl"):
    refuse(f"linalg.{_name}", "write it with scipy.linalg.eigh, svd or solve, or give a rule with st_ad.rule")

# --- functions of matrices


@rule("linalg.expm(A)", when="ndim(A) == 2")
def expm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return linalg.expm_frechet(A.T, y_bar, compute_expm=False)


def upper_right(function, a, e):
    """The Frechet derivative of a function of matrices: a block of the function of a block matrix."""
    n = np.shape(a)[-1]
    zeros = np.zeros_like(a)
    rows = np.concatenate([np.concatenate([a, e], axis=-1), np.concatenate([zeros, a], axis=-1)], axis=-2)
    return function(rows)[..., :n, n:]


@rule("linalg.expm(A)")
def expm_of_many(A, y, y_bar):
    """The Frechet derivative at the transposed matrices."""
    return upper_right(linalg.expm, transposed(A), y_bar)


_FRECHET = "linalg.expm_frechet(A, E, method=None, compute_expm=True, check_finite=True)"


@rule(_FRECHET, when="compute_expm is False")
def expm_frechet(A, E, method, compute_expm, check_finite, y, y_bar):
    """A part of the exponential of a block matrix, so the Frechet derivative of that one."""
    n = len(A)
    zeros = np.zeros_like(A)
    block = np.concatenate([np.concatenate([A.T, zeros], axis=1), np.concatenate([E.T, A.T], axis=1)])
    seed = np.concatenate([np.concatenate([zeros, y_bar], axis=1), np.concatenate([zeros, zeros], axis=1)])
    full = linalg.expm_frechet(block, seed, compute_expm=False)
    return full[:n, :n] + full[n:, n:], full[:n, n:]


refuse(_FRECHET, "pass compute_expm=False, and call linalg.expm for the exponential")


@rule("linalg.logm(A)")
def logm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.logm, transposed(A), y_bar)


@rule("linalg.sinm(A)")
def sinm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.sinm, transposed(A), y_bar)


@rule("linalg.cosm(A)")
def cosm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.cosm, transposed(A), y_bar)


@rule("linalg.sinhm(A)")
def sinhm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.sinhm, transposed(A), y_bar)


@rule("linalg.coshm(A)")
def coshm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.coshm, transposed(A), y_bar)


@rule("linalg.sqrtm(A)")
def sqrtm(A, y, y_bar):
    """From s s = A: the solution x of s.T x + x s.T = y_bar."""
    return linalg.solve_sylvester(y.T, y.T, y_bar)


for _name in ("funm", "signm", "tanm", "tanhm", "fractional_matrix_power", "solve_continuous_are", "solve_discrete_are",
              "matmul_toeplitz", "companion", "khatri_rao", "solve_toeplitz", "solve_circulant"):  # fmt: skip
    refuse(f"linalg.{_name}", "give it a rule with st_ad.rule, or write it with scipy.linalg.expm, solve or np.linalg.eigh")

# --- matrix equations


@rule("linalg.solve_sylvester(a, b, q)")
def solve_sylvester(a, b, q, y, y_bar):
    """From a y + y b = q: the transposed equation."""
    q_bar = linalg.solve_sylvester(a.T, b.T, y_bar)
    return -q_bar @ y.T, -y.T @ q_bar, q_bar


refuse("linalg.solve_continuous_lyapunov(a, q)", "of complex matrices: write solve_sylvester", when="is_complex(a)")


@rule("linalg.solve_continuous_lyapunov(a, q)")
def solve_continuous_lyapunov(a, q, y, y_bar):
    """From a y + y a.T = q: the transposed equation."""
    q_bar = linalg.solve_continuous_lyapunov(a.T, y_bar)
    return -(q_bar @ y.T + q_bar.T @ y), q_bar


_DISCRETE = "linalg.solve_discrete_lyapunov(a, q, method=None)"
refuse(_DISCRETE, "of complex matrices: write them as real ones", when="is_complex(a)")


@rule(_DISCRETE)
def solve_discrete_lyapunov(a, q, method, y, y_bar):
    """From y - a y a.T = q: the transposed equation."""
    q_bar = linalg.solve_discrete_lyapunov(a.T, y_bar, method=method)
    return q_bar @ a @ y.T + q_bar.T @ a @ y, q_bar


_BANDED = "linalg.solve_banded(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True)"


@rule(_BANDED)
def solve_banded(l_and_u, ab, b, overwrite_ab, overwrite_b, check_finite, y, y_bar):
    """The transposed matrix is banded as well; the corners of `ab` are not read."""
    lower, upper = l_and_u
    b_bar = linalg.solve_banded((upper, lower), transposed_band(ab, lower, upper), y_bar)
    return None, -product_with_band(b_bar, y, ab, lower, upper), b_bar


_BANDED_SYMMETRIC = "linalg.solveh_banded(ab, b, overwrite_ab=False, overwrite_b=False, lower=False, check_finite=True)"
refuse(_BANDED_SYMMETRIC, "of complex matrices: write solve_banded", when="is_complex(ab)")


@rule(_BANDED_SYMMETRIC)
def solveh_banded(ab, b, overwrite_ab, overwrite_b, lower, check_finite, y, y_bar):
    """The same solve; an entry beside the diagonal stands for two."""
    b_bar = linalg.solveh_banded(ab, y_bar, lower=lower)
    width = len(ab) - 1
    rows = np.expand_dims(np.arange(width + 1), -1)
    if lower:
        both = product_with_band(b_bar, y, ab, width, 0) + product_with_band(y, b_bar, ab, width, 0)
        return -both * np.where(rows == 0, 0.5, 1.0), b_bar
    both = product_with_band(b_bar, y, ab, 0, width) + product_with_band(y, b_bar, ab, 0, width)
    return -both * np.where(rows == width, 0.5, 1.0), b_bar


# --- matrices made of vectors and of blocks


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
refuse("linalg.circulant(c)", "vectors only", when="ndim(c) > 1")
linear("linalg.circulant(c)", f"scatter(y_bar, c, {_BELOW} % len(c))")
_HANKEL = "linalg.hankel(c, r=None)"
_ACROSS = "np.add.outer(np.arange(np.shape(y)[0]), np.arange(np.shape(y)[1]))"
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
