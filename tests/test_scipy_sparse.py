"""Products with sparse matrices, and solves: constant ones, and such as are made of what is differentiated."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import sparse
from scipy.sparse import linalg as sparse_linalg

from st_ad import grad, jvp, source, value_and_grad
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


def of_places(x):
    m = sparse.coo_matrix((x, (np.array([0, 1, 2, 0]), np.array([1, 1, 0, 1]))), shape=(4, 4))
    return np.sum(np.sin(m @ x)) + np.sum(np.cos(m.T @ np.outer(x, x[1:])))


def of_rows(x):
    m = sparse.csr_array((x, np.array([1, 0, 3, 2]), np.array([0, 2, 3, 3, 4])), shape=(4, 4))
    return np.sum(np.sin(m @ x) ** 2) + np.sum(x**3 @ m)


def of_columns(x):
    m = sparse.csc_matrix((x, np.array([1, 0, 3, 2]), np.array([0, 2, 3, 3, 4])), shape=(4, 4))
    return np.sum(np.sin(m.dot(x)) ** 2)


def of_a_list(x):
    m = sparse.csr_matrix(([x[0], x[1] * x[2], 2.0], ([0, 1, 1], [0, 1, 2])), shape=(2, 3))
    return np.sum(np.sin(m @ x[1:]) * x[:2])


def of_diagonals(x):
    m = sparse.diags([x[:3], x + 2.0, 0.5 * x[1:]], [-1, 0, 1])
    n = sparse.diags([x[1], 2.0], [0, 2], shape=(3, 4)) @ x
    return np.sum(np.sin(m @ x) ** 2) + np.sum(n * n)


def of_one_diagonal(x):
    return np.sum(np.sin(sparse.diags(x) @ x)) + np.sum(sparse.diags([x[:3]], [1]) @ x)


def of_stacked_diagonals(x):
    m = sparse.dia_matrix((np.stack([x, x[::-1] ** 2]), [0, 1]), shape=(4, 4))
    return np.sum(np.cos(m @ x)) + np.sum((m.T @ np.ones(4)) ** 2)


def of_a_dense_array(x):
    return np.sum(np.sin(sparse.csr_matrix(np.outer(x, x)) @ x))


def implicit_steps(x):
    laplacian, u = sparse.diags([np.ones(3), -2 * np.ones(4), np.ones(3)], [-1, 0, 1]).tocsr(), x
    system = sparse.identity(4) - 0.1 * x[0] * laplacian
    for _ in range(3):
        u = sparse_linalg.spsolve(system.tocsc(), u)
    return np.sum(u**2) * x[1]


def elliptic(x):
    n = len(x)
    step = 1.0 / (n + 1)
    main, off = 2.0 / step**2 * np.ones(n) + x, -np.ones(n - 1) / step**2
    u = sparse_linalg.spsolve(sparse.diags([off, main, off], [-1, 0, 1], format="csc"), np.ones(n))
    return step * np.sum(u)


def solved_with_entries(x):
    m = sparse.csc_matrix(sparse.coo_matrix((x[:3], ([0, 1, 2], [0, 1, 2])), shape=(3, 3)) + sparse.eye(3))
    many = sparse_linalg.spsolve(m, np.outer(x[1:], x))
    return np.sum(np.sin(sparse_linalg.splu(m).solve(x[1:]))) + np.sum(many**2)


def arithmetic_of_matrices(x):
    m = x[1] * B + sparse.diags([x[:3]], [0]) / x[2] - 2.0 * B
    return np.sum((-m @ x[1:]) ** 2) + np.sum(m.toarray() ** 2) + np.sum(m.T.toarray()[0] * x[:3]) + m.shape[0]


def scaled(x):
    return np.sum(np.sin((A * 2.0) @ x)) + np.sum(np.cos((A / x[0]) @ x))


def of_entries_written_to_later(x):
    d = x.copy()
    m = sparse.csr_matrix((d, (np.arange(4), np.arange(4))))
    d[0] = 7.0
    return np.sum(m @ x) + np.sum(d * d)


def sums_in_a_loop(x):
    m = sparse.diags(x)
    for k in range(3):
        m = m + k * sparse.eye(4)
    return np.sum(np.sin(m @ x))


PROGRAMS = [
    factorised, made_inside, product, product_of_array, dotted, starred, transposed, from_the_left, of_a_matrix, solved, of_places, of_rows,
    of_columns, of_a_list, of_diagonals, of_one_diagonal, of_stacked_diagonals, of_a_dense_array, implicit_steps, elliptic,
    solved_with_entries, arithmetic_of_matrices, scaled, of_entries_written_to_later, sums_in_a_loop,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::scipy.sparse.SparseEfficiencyWarning")
@pytest.mark.parametrize("f", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_gradients(f):
    x, rng = np.array([0.3, -0.7, 1.1, 0.4]), np.random.default_rng(0)
    for _ in range(2):
        t = rng.normal(size=4)
        expected = (f(x + 1e-6 * t) - f(x - 1e-6 * t)) / 2e-6
        np.testing.assert_allclose(grad(f)(x) @ t, expected, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(jvp(f, (x,), (t,))[1], expected, rtol=1e-6, atol=1e-7)
        assert np.isclose(value_and_grad(f)(x)[0], f(x))
        second = (grad(f)(x + 1e-6 * t) - grad(f)(x - 1e-6 * t)) / 2e-6
        np.testing.assert_allclose(jvp(grad(f), (x,), (t,))[1], second, rtol=1e-5, atol=1e-6)


def added(x):
    return np.sum(A + x[0])


def elementwise(x):
    return np.sum(A.multiply(x) @ x)


def product_of_matrices(x):
    return np.sum((sparse.diags(x) @ A.T) @ x[:3])


def of_memory_that_is_written_to(x):
    d = x.copy()
    m = sparse.coo_matrix((d, (np.arange(4), np.arange(4))))
    d[0] = 7.0
    return np.sum(m @ x)


def of_spread_diagonals(x):
    return np.sum(sparse.spdiags(np.stack([x, x]), [0, 1], 4, 4) @ np.arange(4.0))


def part_of_a_dense_array(x):
    return np.sum(sparse.tril(np.outer(x, x)) @ x)


def joined_matrices(x):
    return np.sum(sparse.vstack([sparse.diags(x), B[:, :4] if B.shape[1] > 4 else sparse.eye(4)]) @ x)


def on_one_path(x):
    m = sparse.diags(x)
    if x[0] > 0:
        m = m * 2.0
    return np.sum(m @ x)


@pytest.mark.parametrize("f", [added, elementwise, of_spread_diagonals, part_of_a_dense_array, joined_matrices, product_of_matrices, of_memory_that_is_written_to, on_one_path])
def test_refused(f):
    with pytest.raises(StAdError):
        grad(f)(np.array([0.3, -0.7, 1.1, 0.4]))


def test_text():
    """The entries appear where the derivative needs them only."""
    text = source(of_places, np.ones(4))
    assert "m_coo_matrix.T @" in text and "entries_product(" not in text and "inactive" not in text
    assert "sparse_rows" not in source(product, np.ones(4))
