"""Linear systems, inverses and determinants; the matrix rules are those of M. B. Giles, Collected matrix derivative
results for forward and reverse mode algorithmic differentiation (2008).

cholesky is differentiated with respect to the entries that it reads: one triangle. pinv and lstsq keep their rank.
"""

from __future__ import annotations

import numpy as np

from ..runtime import cofactor, rank_tolerance, unbroadcast
from .norms import conjugated
from .notation import constant, refuse, rule


def transposed(a):
    """The transpose of a matrix, or of each matrix of a stack."""
    return a.T if np.ndim(a) == 2 else np.swapaxes(a, -1, -2)


def adjoint(a):
    """The conjugate transpose."""
    return conjugated(transposed(a))


def as_number_of_matrix(g):
    """One number per matrix, as it multiplies the matrices."""
    return g if np.ndim(g) == 0 else np.expand_dims(g, (-2, -1))


def folded(a):
    """What falls onto the lower triangle when the upper one is its mirror image; the diagonal is real."""
    if np.iscomplexobj(a):
        return np.tril(a, -1) + np.tril(adjoint(a), -1) + np.real(a) * np.eye(np.shape(a)[-1])
    return np.tril(a) + np.tril(transposed(a), -1)


def folded_up(a):
    """The same onto the upper triangle."""
    return transposed(folded(transposed(a)))


def mirrored(a):
    """The matrix that its lower triangle stands for, of which the diagonal is real."""
    if np.iscomplexobj(a):
        return np.tril(a, -1) + adjoint(np.tril(a, -1)) + np.real(a) * np.eye(np.shape(a)[-1])
    return np.tril(a) + transposed(np.tril(a, -1))


@rule("np.linalg.solve(A, b)", forward=("-np.linalg.solve(A, A_dot @ y)", "np.linalg.solve(A, b_dot)"),
      when="ndim(A) == 2")  # fmt: skip
def solve(A, b, y, y_bar):
    """One solve with the transposed matrix."""
    b_bar = np.linalg.solve(A.T, y_bar)
    if np.ndim(b) == 1:
        return -np.outer(b_bar, y), b_bar
    if np.ndim(b) == 2:
        return -b_bar @ y.T, b_bar
    return -unbroadcast(b_bar @ np.swapaxes(y, -1, -2), A), unbroadcast(b_bar, b)


@rule("np.linalg.solve(A, b)")
def solve_many(A, b, y, y_bar):
    """One solve with the transposed matrices."""
    if np.ndim(y) == np.ndim(A) - 1:
        columns = np.linalg.solve(np.swapaxes(A, -1, -2), np.expand_dims(y_bar, -1))
        A_bar = -columns * np.expand_dims(y, -2)
        return unbroadcast(A_bar, A), unbroadcast(np.squeeze(columns, -1), b)
    b_bar = np.linalg.solve(np.swapaxes(A, -1, -2), y_bar)
    return unbroadcast(-b_bar @ np.swapaxes(y, -1, -2), A), unbroadcast(b_bar, b)


@rule("np.linalg.inv(a)", forward="-y @ a_dot @ y")
def inv(a, y, y_bar):
    """d(1/a) = -1/a da 1/a."""
    return -transposed(y) @ y_bar @ transposed(y)


@rule("np.linalg.det(a)")
def det(a, y, y_bar):
    """The matrix of cofactors, which exists for singular matrices as well."""
    return as_number_of_matrix(y_bar) * cofactor(a)


@rule("np.linalg.slogdet(a)")
def slogdet(a, y, y_bar):
    """The transposed inverse; the sign of a real matrix is piecewise constant, that of a complex one a phase."""
    sign_bar, g = y_bar
    if np.iscomplexobj(a) and sign_bar is not None:
        turn = 1j * np.imag(sign_bar * y[0])
        g = turn if g is None else g + turn
    if g is None:
        return np.zeros_like(a)
    return as_number_of_matrix(g) * transposed(np.linalg.inv(a))


@rule("np.linalg.cholesky(a, upper=False)")
def cholesky(a, upper, y, y_bar):
    """With respect to the triangle that is read (I. Murray, Differentiation of the Cholesky decomposition, 2016)."""
    low = adjoint(y) if upper else y
    low_bar = adjoint(y_bar) if upper else y_bar
    phi = np.tril(transposed(low) @ low_bar)
    phi = phi - 0.5 * phi * np.eye(np.shape(a)[-1])
    half = np.linalg.solve(transposed(low), phi)
    full = transposed(np.linalg.solve(adjoint(low), transposed(half)))
    return folded_up(full) if upper else folded(full)


_PINV = "np.linalg.pinv(a, rcond=None, hermitian=False, rtol=...)"


def pinv_bar(a, y, y_bar):
    """For matrices of constant rank (G. H. Golub and V. Pereyra, 1973)."""
    p, q, g = transposed(y), adjoint(y), transposed(y_bar)
    beside = g - a @ (y @ g)
    behind = g - (g @ y) @ a
    return -p @ y_bar @ p + conjugated(beside @ y @ q + q @ y @ behind)


@rule(_PINV, when="literal(hermitian) and hermitian == True")
def pinv_of_hermitian(a, rcond, hermitian, rtol, y, y_bar):
    """With respect to the lower triangle, which is all that is read."""
    return folded(pinv_bar(mirrored(a), y, y_bar))


@rule(_PINV, when="literal(hermitian)")
def pinv(a, rcond, hermitian, rtol, y, y_bar):
    """For matrices of constant rank."""
    return pinv_bar(a, y, y_bar)


refuse(_PINV, "whether the matrix is Hermitian must be known when transformed")
_POWER = "np.linalg.matrix_power(a, n)"


def power_bar(a, n, y_bar):
    """The sum over i + j = n - 1 of a.T ** i @ y_bar @ a.T ** j."""
    a_bar = last = y_bar
    for _ in range(n - 1):
        last = last @ transposed(a)
        a_bar = transposed(a) @ a_bar + last
    return a_bar


constant(_POWER, when="literal(n) and n == 0")


@rule(_POWER, when="literal(n) and n > 0")
def matrix_power(a, n, y, y_bar):
    """The product rule over the factors."""
    return power_bar(a, n, y_bar)


@rule(_POWER, when="literal(n) and n < 0")
def inverse_power(a, n, y, y_bar):
    """A power of the inverse."""
    inverse = np.linalg.inv(a)
    return -transposed(inverse) @ power_bar(inverse, -n, y_bar) @ transposed(inverse)


@rule(_POWER)
def unknown_power(a, n, y, y_bar):
    """A block of the power of [[a.T, y_bar], [0, a.T]]."""
    size = np.shape(a)[-1]
    above = np.concatenate([transposed(a), y_bar], axis=-1)
    below = np.concatenate([np.zeros_like(a), transposed(a)], axis=-1)
    power = np.linalg.matrix_power(np.concatenate([above, below], axis=-2), n)
    return power[..., :size, size:]


@rule("np.linalg.lstsq(a, b, rcond=None)")
def lstsq(a, b, rcond, y, y_bar):
    """For matrices of constant rank; the residuals are empty where there are none."""
    x, x_bar, r_bar, s_bar = y[0], y_bar[0], y_bar[1], y_bar[3]
    rest = b - a @ x
    a_bar, b_bar = np.zeros_like(a), np.zeros_like(b)
    if x_bar is not None:
        a_bar, b_bar = solution_bar(a, rcond, x, y[2], x_bar, rest)
    if r_bar is not None:
        if np.ndim(b) == 1:
            slope = 2.0 * conjugated(rest) * np.sum(r_bar)
            a_bar = a_bar - np.outer(slope, x)
        else:
            slope = 2.0 * conjugated(rest) * np.pad(r_bar, (0, np.shape(b)[1] - len(r_bar)))
            a_bar = a_bar - slope @ x.T
        b_bar = b_bar + slope
    if s_bar is not None:
        u, _, vt = np.linalg.svd(a, full_matrices=False)
        a_bar = a_bar + conjugated((u * s_bar) @ vt)
    return a_bar, b_bar


def solution_bar(a, rcond, x, rank, x_bar, rest):
    """The adjoints of the pseudoinverse times b, where a keeps its rank."""
    columns = np.shape(a)[1]
    pseudo = np.linalg.pinv(a, rank_tolerance(a) if rcond is None else rcond)
    b_bar = pseudo.T @ x_bar
    small = pseudo @ conjugated(b_bar)
    if np.ndim(x) == 1:
        a_bar = np.outer(conjugated(rest), small) - np.outer(b_bar, x)
    else:
        a_bar = conjugated(rest) @ small.T - b_bar @ x.T
    if rank < columns:
        free = conjugated(x_bar) - pseudo @ (a @ conjugated(x_bar))
        seen = pseudo.T @ conjugated(x)
        a_bar = a_bar + (np.outer(seen, free) if np.ndim(x) == 1 else seen @ free.T)
    return a_bar, b_bar


@rule("np.linalg.tensorinv(a, ind=2)", when="literal(ind)")
def tensorinv(a, ind, y, y_bar):
    """The inverse of a matrix whose rows and columns have several indices."""
    rows = int(np.prod(np.shape(a)[:ind]))
    inverse = np.reshape(y, (-1, rows)).T
    return np.reshape(-inverse @ np.reshape(y_bar, (-1, rows)) @ inverse, np.shape(a))


@rule("np.linalg.tensorsolve(a, b, axes=None)", when="axes is None")
def tensorsolve(a, b, axes, y, y_bar):
    """One solve with the transposed matrix."""
    size = np.size(b)
    columns = np.linalg.solve(np.reshape(a, (size, size)).T, np.ravel(y_bar))
    return np.reshape(-np.outer(columns, y), np.shape(a)), np.reshape(columns, np.shape(b))


@rule("np.linalg.tensorsolve(a, b, axes=None)", when="literal(axes)")
def tensorsolve_moved(a, b, axes, y, y_bar):
    """The same, with some axes moved to the end before."""
    last = tuple(range(-len(axes), 0))
    moved = np.moveaxis(a, axes, last)
    size = np.size(b)
    columns = np.linalg.solve(np.reshape(moved, (size, size)).T, np.ravel(y_bar))
    a_bar = np.reshape(-np.outer(columns, y), np.shape(moved))
    return np.moveaxis(a_bar, last, axes), np.reshape(columns, np.shape(b))


constant("np.linalg.matrix_rank")
