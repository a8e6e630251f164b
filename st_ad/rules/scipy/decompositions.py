"""scipy.linalg: factors and eigenvalues, with respect to the entries that are read. Formulas: M. B. Giles, Collected
matrix derivative results (2008); de Hoog, Anderssen and Lukas (2011) for lu.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ..decompositions import complete_qr, factors_bar, values_bar
from ..decompositions import eig as numpy_eig
from ..decompositions import eigh as numpy_eigh
from ..decompositions import eigvalsh as numpy_eigvalsh
from ..decompositions import svd as numpy_svd
from ..linalg import folded, folded_up, transposed
from ..linalg import lstsq as numpy_lstsq
from ..notation import definition, refuse, rule
from .linalg import outer

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


@definition(_EIGH, when="eigvals_only is True")
def eigenvalues_generalised(a, b, lower, eigvals_only, overwrite_a, overwrite_b, type, check_finite, subset_by_index,
                            subset_by_value, driver):  # fmt: skip
    """The eigenvalues with their vectors, which the derivative needs."""
    return linalg.eigh(a, b, lower=lower)[0]


refuse(_EIGH, "the generalised problem: eigvals_only must be known")
_EIGVALSH = (
    "linalg.eigvalsh(a, b=None, lower=True, overwrite_a=False, overwrite_b=False, type=1, check_finite=True,"
    " subset_by_index=None, subset_by_value=None, driver=None)"
)
refuse(_EIGVALSH, "a subset of the eigenvalues: take all of them, and a part of the result",
       when="subset_by_index is not None or subset_by_value is not None")  # fmt: skip
refuse(_EIGVALSH, "the generalised problem of type 2 or 3", when="type != 1")


@rule(_EIGVALSH, when="b is None")
def eigvalsh(a, b, lower, overwrite_a, overwrite_b, type, check_finite, subset_by_index, subset_by_value, driver, y, y_bar):
    """With respect to the triangle that is read."""
    return numpy_eigvalsh(a, "L" if lower else "U", y, y_bar)


@definition(_EIGVALSH)
def eigvalsh_generalised(a, b, lower, overwrite_a, overwrite_b, type, check_finite, subset_by_index, subset_by_value, driver):
    """The eigenvalues with their vectors, which the derivative needs."""
    return linalg.eigh(a, b, lower=lower)[0]


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


for _name in ("schur", "rsf2csf", "hessenberg", "qz", "ordqz", "cossin", "null_space", "orth", "ldl"):
    refuse(f"linalg.{_name}", "write it with scipy.linalg.eigh, svd or solve, or give a rule with st_ad.rule")
