"""scipy.linalg: systems, inverses and matrix equations. Structured matrices (`assume_a="pos"`, triangular and banded
systems) are differentiated with respect to the entries that are read. Formulas: M. B. Giles, Collected matrix derivative
results (2008).
"""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ...runtime import product_with_band, transposed_band
from ..linalg import folded, folded_up, pinv_bar, transposed
from ..notation import refuse, rule
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
