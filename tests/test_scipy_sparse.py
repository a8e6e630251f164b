"""Products with constant sparse matrices, and solves."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import sparse
from scipy.sparse import linalg as sparse_linalg

from st_ad import grad, jvp
from st_ad.errors import StAdError

DENSE = np.array([[2.0, 1, 0, 0], [0, 3, 1, 0.5], [1, 0, 4, 0]])
A = sparse.csr_matrix(DENSE)
B = sparse.csr_array(DENSE @ DENSE.T)
C = sparse.coo_array(DENSE)


def product(x):
    return np.sum(np.sin(A @ x))


def product_of_array(x):
    return np.sum(np.sin(C @ x))


def dotted(x):
    return np.sum(np.sin(A.dot(x))) + A.shape[0]


def starred(x):
    return np.sum(np.sin(A * x))


def transposed(x):
    return np.sum(np.sin(A.T @ x[:3]) + A.tocsc().transpose().dot(x[:3]))


def from_the_left(x):
    return np.sum(np.sin(x[:3] @ A)) + np.sum(np.cos(np.outer(x, x)[:, :3] @ A))


def of_a_matrix(x):
    return np.sum(np.sin(A @ np.outer(x, x)))


def solved(x):
    return np.sum(np.sin(sparse_linalg.spsolve(B, x[:3])) + sparse_linalg.spsolve(B.T, x[1:] ** 2))


def factorised(x):
    factors, solve = sparse_linalg.splu(B.tocsc()), sparse_linalg.factorized(B.tocsc())
    return np.sum(np.sin(factors.solve(x[:3])) + factors.solve(x[1:] ** 2, "T") + solve(x[:3] ** 3))


def made_inside(x):
    m = sparse.diags([np.ones(4), 2 * np.ones(3)], [0, 1]).tocsr()
    n = sparse.eye(4) + m
    return np.sum(np.sin(m @ x)) + np.sum(np.sin(n.dot(x))) + np.sum(np.sin(m.T @ x)) + np.sum(np.sin(x @ sparse.csr_array(np.eye(4) * 2)))


PROGRAMS = [factorised, made_inside, product, product_of_array, dotted, starred, transposed, from_the_left, of_a_matrix, solved]


@pytest.mark.filterwarnings("ignore::scipy.sparse.SparseEfficiencyWarning")
@pytest.mark.parametrize("f", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_gradients(f):
    x, rng = np.array([0.3, -0.7, 1.1, 0.4]), np.random.default_rng(0)
    for _ in range(2):
        t = rng.normal(size=4)
        expected = (f(x + 1e-6 * t) - f(x - 1e-6 * t)) / 2e-6
        np.testing.assert_allclose(grad(f)(x) @ t, expected, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(jvp(f, (x,), (t,))[1], expected, rtol=1e-6, atol=1e-7)
        second = (grad(f)(x + 1e-6 * t) - grad(f)(x - 1e-6 * t)) / 2e-6
        np.testing.assert_allclose(jvp(grad(f), (x,), (t,))[1], second, rtol=1e-5, atol=1e-6)


def scaled(x):
    return np.sum((A * 2.0) @ x)


def of_entries(x):
    return np.sum(sparse.diags([x], [0]) @ np.ones(4))


def added(x):
    return np.sum(A + x[0])


def elementwise(x):
    return np.sum(A.multiply(x) @ x)


def of_entries_made_inside(x):
    m = sparse.diags([x, 2 * np.ones(3)], [0, 1]).tocsr()
    return np.sum(np.sin(m @ x))


def of_a_sum_with_entries(x):
    return np.sum(np.sin((A[:, :3] + sparse.csr_matrix(np.outer(x[:3], x[:3]))) @ x[:3]))


@pytest.mark.parametrize("f", [of_entries, added, elementwise, of_entries_made_inside, of_a_sum_with_entries])
def test_refused(f):
    with pytest.raises(StAdError):
        grad(f)(np.array([0.3, -0.7, 1.1, 0.4]))
