"""Where matrices have no derivative, or nearly none: singular ones, equal eigenvalues, norms of zero, no rows at all."""

from __future__ import annotations

import numpy as np
import pytest

from st_ad import check_grads, grad, hvp, jvp
from st_ad.errors import NoRuleError

RANK_TWO = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])
RANK_ONE = np.outer([1.0, 2.0, 3.0], [1.0, 1.0, 2.0])
TURN = np.cos(np.arange(9.0)).reshape(3, 3)
pytestmark = pytest.mark.filterwarnings("ignore")


def determinant(a):
    return np.linalg.det(a)


def minors(a):
    n = len(a)
    rest = [[np.delete(np.delete(a, i, 0), j, 1) for j in range(n)] for i in range(n)]
    return np.array([[(-1) ** (i + j) * np.linalg.det(rest[i][j]) for j in range(n)] for i in range(n)])


SINGULAR = [RANK_TWO, RANK_ONE, np.zeros((3, 3)), np.zeros((1, 1)), np.eye(3), RANK_ONE * (1 + 1j)]


@pytest.mark.parametrize("a", SINGULAR, ids=range(len(SINGULAR)))
def test_determinant_of_singular_matrix(a):
    np.testing.assert_allclose(grad(lambda a: np.real(np.linalg.det(a)))(a), minors(a), atol=1e-12)


@pytest.mark.parametrize("a", [RANK_TWO, RANK_ONE, np.zeros((3, 3)), np.eye(3)], ids=range(4))
def test_second_derivative_of_determinant(a):
    step = 1e-4 * TURN
    expected = (minors(a + step) - minors(a - step)) / 2e-4
    np.testing.assert_allclose(hvp(determinant, (a,), (TURN,)), expected, atol=1e-7)
    np.testing.assert_allclose(grad(lambda a: np.sum(grad(determinant)(a) * TURN))(a), expected, atol=1e-7)


@pytest.mark.parametrize("order", [None, 1, 2, 3, 0, -1, 0.5, np.inf, -np.inf])
def test_norm_of_zero(order):
    for zero in (np.zeros(2), np.zeros(2, complex)):
        assert not np.any(grad(lambda x: np.linalg.norm(x, order))(zero))


@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, np.inf])
def test_norm_of_zero_matrix(order):
    assert not np.any(grad(lambda x: np.linalg.norm(x, order))(np.zeros((2, 3))))


@pytest.mark.parametrize("order", [1, 2, 3, 1.5, -1, 0, np.inf, -np.inf])
def test_order_of_norm_is_an_argument(order):
    x = np.array([[1.0, -2.0, 0.3], [0.4, 1.7, 2.2]])
    check_grads(lambda x: np.sum(np.linalg.norm(x, order, axis=1)) + np.linalg.norm(x[0], order), (x,), order=2)
    check_grads(lambda x: np.sum(np.linalg.norm(x, ord=order, axis=0)), (x,))
    if hasattr(np.linalg, "vector_norm"):
        check_grads(lambda x: np.linalg.vector_norm(x, ord=order), (x,))
    if order not in (3, 1.5, 0):
        check_grads(lambda x: np.linalg.norm(x, order), (x,), order=2)


EQUAL = [
    (lambda a: np.sum(np.linalg.eigvalsh(a) ** 2), np.eye(3), 2.0 * np.eye(3)),
    (lambda a: np.sum(np.exp(np.linalg.eigh(a)[0])), np.eye(3), np.e * np.eye(3)),
    (lambda a: np.max(np.linalg.eigvalsh(a)), np.eye(2), 0.5 * np.eye(2)),
    (lambda a: np.sum(np.linalg.svd(a, compute_uv=False) ** 2), np.eye(3), 2.0 * np.eye(3)),
    (lambda a: np.sum(np.linalg.svd(a)[1]), np.eye(3), np.eye(3)),
    (lambda a: np.sum(np.linalg.svd(a)[1] ** 2), RANK_ONE, 2.0 * RANK_ONE),
    (lambda a: np.linalg.norm(a, "nuc"), np.eye(3), np.eye(3)),
    (lambda a: np.sum(np.real(np.linalg.eigvals(a)) ** 2), np.diag([2.0, 2.0, 1.0]), np.diag([4.0, 4.0, 2.0])),
]  # fmt: skip


@pytest.mark.parametrize("f, a, expected", EQUAL, ids=range(len(EQUAL)))
def test_equal_values(f, a, expected):
    np.testing.assert_allclose(grad(f)(a), expected, atol=1e-12)
    np.testing.assert_allclose(jvp(f, (a,), (TURN[: len(a), : len(a)],))[1], np.sum(expected * TURN[: len(a), : len(a)]))


def root_of(a):
    w, v = np.linalg.eigh(a)
    return np.sum((v * np.sqrt(w)) @ v.T * TURN)


def logarithm_of(a):
    w, v = np.linalg.eigh(a)
    return np.sum((v * np.log(w)) @ v.T * TURN)


def rebuilt(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return np.sum((u * np.log(s)) @ vt * TURN)


def square_of(a):
    w, v = np.linalg.eig(a)
    return np.sum(np.real((v * w**2) @ np.linalg.inv(v)) * TURN)


ROTATED = np.linalg.qr(TURN + np.eye(3))[0]
# Equal exactly, and equal but for rounding.
ROUND = [np.eye(3), np.diag([1.0, 1.0, 2.0]), ROTATED @ np.diag([2.0, 2.0, 3.0]) @ ROTATED.T]


@pytest.mark.parametrize("f", [root_of, logarithm_of, rebuilt, square_of])
@pytest.mark.parametrize("a", ROUND, ids=["unit", "diagonal", "rounded"])
def test_vectors_of_equal_values_have_no_derivative(f, a):
    # A function of the matrix has one, but not by way of the vectors: it must not come out wrong. At the identity the
    # logarithms are zero, and so is the adjoint of the vectors.
    with pytest.raises(np.linalg.LinAlgError, match="equal eigenvalues"):
        grad(f)(a)
    with pytest.raises(np.linalg.LinAlgError, match="equal eigenvalues"):
        jvp(f, (a,), (TURN,))


@pytest.mark.parametrize("f", [root_of, logarithm_of, rebuilt, square_of])
def test_vectors_of_different_values(f):
    check_grads(f, (np.diag([1.0, 2.0, 3.0]) + 0.1 * TURN @ TURN.T,), order=2)


DEFICIENT = TURN[:, [0, 1, 0]] + TURN[:, [1, 0, 0]]


@pytest.mark.parametrize("f", [
    lambda a: np.sum(np.linalg.qr(a)[0] * TURN), lambda a: np.sum(np.linalg.qr(a)[1] ** 2 * TURN),
    lambda a: np.sum(np.linalg.qr(a[:, :2])[0]),
])  # fmt: skip
def test_factors_of_deficient_rank_have_no_derivative(f):
    with pytest.raises(np.linalg.LinAlgError, match="rank"):
        grad(f)(DEFICIENT)


def test_matrix_without_enough_eigenvectors():
    with pytest.raises(np.linalg.LinAlgError, match="number of its eigenvectors"):
        grad(lambda a: np.sum(np.linalg.eigvals(a) ** 2).real)(np.array([[1.0, 1.0], [0.0, 1.0]]))


def along_the_manifold(f):
    """The derivative of a function of a matrix of rank one, and the difference, with the rank kept."""
    u, v = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0])
    du, dv = np.array([0.3, -0.2, 0.1]), np.array([0.5, 0.1, -0.4])
    ends = [f(np.outer(u + h * du, v + h * dv)) for h in (1e-6, -1e-6)]
    return np.sum(grad(f)(RANK_ONE) * (np.outer(du, v) + np.outer(u, dv))), (ends[0] - ends[1]) / 2e-6


def test_pseudoinverse_keeps_its_rank():
    np.testing.assert_allclose(*along_the_manifold(lambda a: np.sum(np.linalg.pinv(a) * TURN)), rtol=1e-5)
    b = np.array([1.0, 0.0, 2.0])
    np.testing.assert_allclose(*along_the_manifold(lambda a: np.sum(np.linalg.lstsq(a, b, rcond=None)[0] ** 2)), rtol=1e-5)


TALL = TURN[:, :2] + 1.0
BEYOND = [lambda a: np.sum(np.linalg.svd(a)[0] ** 3), lambda a: np.sum(np.linalg.qr(a, "complete")[0] ** 3)]


@pytest.mark.parametrize("f", BEYOND, ids=["svd", "qr"])
def test_vectors_beyond_the_thin_ones_have_no_derivative(f):
    with pytest.raises(ValueError, match="have no derivative"):
        grad(f)(TALL)
    assert np.isnan(jvp(f, (TALL,), (TURN[:, :2],))[1])


def test_raw_factors_are_refused():
    with pytest.raises(NoRuleError, match="mode='reduced'"):
        grad(lambda a: np.sum(np.linalg.qr(a, "raw")[0]))(TALL)


EMPTY = [
    (lambda a: np.sum(np.linalg.inv(a)) + np.sum(np.linalg.det(a)), (0, 3, 3)),
    (lambda a: np.sum(np.linalg.cholesky(a)) + np.sum(np.linalg.eigh(a)[1]), (0, 3, 3)),
    (lambda a: np.sum(np.linalg.qr(a)[1]) + np.sum(np.linalg.norm(a, axis=1)), (0, 3, 3)),
    (lambda a: np.sum(np.linalg.solve(a, np.zeros(0))) + np.linalg.det(a), (0, 0)),
    (lambda a: np.sum(np.linalg.svd(a, full_matrices=False)[1]) + np.linalg.norm(a), (0, 3)),
    (lambda a: np.sum(np.abs(np.fft.fft(a, axis=-1))), (0, 4)),
]


@pytest.mark.parametrize("f, shape", EMPTY, ids=range(len(EMPTY)))
def test_nothing_at_all(f, shape):
    assert grad(f)(np.zeros(shape)).shape == shape
