"""Linear algebra. cholesky and eigh are differentiated with respect to the entries that they read: one triangle.

The norm has the slope 0 at 0. svd, qr and pinv follow the thin rules.
"""

from __future__ import annotations

import numpy as np

from ..runtime import cofactor, unbroadcast
from .notation import constant, refuse, rule


def transposed(a):
    """The transpose of a matrix, or of each matrix of a stack."""
    return a.T if np.ndim(a) == 2 else np.swapaxes(a, -1, -2)


def as_number_of_matrix(g):
    """One number per matrix, as it multiplies the matrices."""
    return g if np.ndim(g) == 0 else np.expand_dims(g, (-2, -1))


def folded(a):
    """What falls onto the lower triangle when the upper one is its mirror image."""
    return np.tril(a) + np.tril(transposed(a), -1)


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
    """The transposed inverse; the sign is piecewise constant."""
    return as_number_of_matrix(y_bar[1]) * transposed(np.linalg.inv(a))


refuse("np.linalg.cholesky(a, upper=False)", "the Cholesky factor of a complex matrix: its derivative is not known to st_ad",
       when="is_complex(a) or upper is True")  # fmt: skip


@rule("np.linalg.cholesky(a, upper=False)")
def cholesky(a, upper, y, y_bar):
    """With respect to the lower triangle, which is all that is read."""
    phi = np.tril(transposed(y) @ y_bar)
    phi = phi - 0.5 * phi * np.eye(np.shape(a)[-1])
    half = np.linalg.solve(transposed(y), phi)
    return folded(transposed(np.linalg.solve(transposed(y), transposed(half))))


refuse("np.linalg.eigh(a, UPLO='L')", "eigenvectors of a complex matrix: their phase is not determined",
       when="is_complex(a)")  # fmt: skip


@rule("np.linalg.eigh(a, UPLO='L')")
def eigh(a, UPLO, y, y_bar):
    """With respect to the triangle that is read. Equal eigenvalues have no derivative of their vectors."""
    w, v = y
    w_bar, v_bar = y_bar
    if v_bar is None:
        full = (v * np.expand_dims(w_bar, -2)) @ transposed(v)
    else:
        eye = np.eye(np.shape(a)[-1])
        gaps = np.expand_dims(w, -2) - np.expand_dims(w, -1)
        inner = (1.0 - eye) / (gaps + eye) * (transposed(v) @ v_bar)
        if w_bar is not None:
            inner = inner + eye * np.expand_dims(w_bar, -2)
        full = v @ inner @ transposed(v)
    return folded(full) if UPLO == "L" else transposed(folded(full))


@rule("np.linalg.eigvalsh(a, UPLO='L')")
def eigvalsh(a, UPLO, y, y_bar):
    """With respect to the triangle that is read."""
    w, v = np.linalg.eigh(a, UPLO)
    full = (v * np.expand_dims(y_bar, -2)) @ transposed(v)
    return folded(full) if UPLO == "L" else transposed(folded(full))


_SVD = "np.linalg.svd(a, full_matrices=True, compute_uv=True, hermitian=False)"
refuse(_SVD, "singular vectors of a complex matrix: their phase is not determined", when="is_complex(a)")
refuse(_SVD, "np.linalg.svd with hermitian=True: write np.linalg.eigh", when="hermitian is True")


@rule(_SVD, when="compute_uv is False")
def singular_values(a, full_matrices, compute_uv, hermitian, y, y_bar):
    """u diag(s_bar) v.T, with the thin factors."""
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return (u * np.expand_dims(y_bar, -2)) @ vt


@rule(_SVD)
def svd(a, full_matrices, compute_uv, hermitian, y, y_bar):
    """The thin rule. Equal singular values have no derivative of their vectors."""
    u, s, vt = y
    u_bar, s_bar, vt_bar = y_bar
    if u_bar is None and vt_bar is None:
        k = np.shape(s)[-1]
        return (u[..., :, :k] * np.expand_dims(s_bar, -2)) @ vt[..., :k, :]
    if np.shape(u)[-1] != np.shape(vt)[-2]:
        raise ValueError(
            "the singular vectors beyond the thin factors have no derivative: pass full_matrices=False"
        )
    eye = np.eye(np.shape(s)[-1])
    columns, rows = np.expand_dims(s, -2), np.expand_dims(s, -1)
    weights = (1.0 - eye) / ((columns - rows) * (columns + rows) + eye)
    full = 0.0
    if s_bar is not None:
        full = (u * np.expand_dims(s_bar, -2)) @ vt
    if u_bar is not None:
        turn = transposed(u) @ u_bar
        inner = (weights * (turn - transposed(turn))) * columns
        full = full + u @ inner @ vt + ((u_bar - u @ turn) / columns) @ vt
    if vt_bar is not None:
        turn = vt @ transposed(vt_bar)
        inner = rows * (weights * (turn - transposed(turn)))
        full = full + u @ inner @ vt + (u / columns) @ (vt_bar - transposed(turn) @ vt)
    return full


refuse("np.linalg.qr(a, mode='reduced')", "np.linalg.qr in this mode, or of complex matrices: write mode='reduced'",
       when="mode != 'reduced' or is_complex(a)")  # fmt: skip


@rule("np.linalg.qr(a, mode='reduced')")
def qr(a, mode, y, y_bar):
    """For matrices that are square or tall, of full column rank."""
    q, r = y
    q_bar, r_bar = y_bar
    if np.shape(r)[-2] != np.shape(r)[-1]:
        raise ValueError("the qr factors of a wide matrix are differentiated only for its square part")
    if r_bar is None:
        m = -transposed(q_bar) @ q
    elif q_bar is None:
        m = r @ transposed(r_bar)
    else:
        m = r @ transposed(r_bar) - transposed(q_bar) @ q
    mirrored = np.tril(m) + transposed(np.tril(m, -1))
    full = q @ mirrored if q_bar is None else q_bar + q @ mirrored
    return transposed(np.linalg.solve(r, transposed(full)))


@rule("np.linalg.pinv(a)")
def pinv(a, y, y_bar):
    """For matrices of constant rank."""
    p, g = transposed(y), transposed(y_bar)
    beside = g - a @ (y @ g)
    behind = g - (g @ y) @ a
    return -p @ y_bar @ p + beside @ y @ p + p @ y @ behind


@rule("np.linalg.matrix_power(a, n)", when="literal(n) and n >= 0")
def matrix_power(a, n, y, y_bar):
    """The product rule over the factors."""
    if n == 0:
        return np.zeros_like(a)
    # After k passes: the sum over i + j = k of a.T ** i @ y_bar @ a.T ** j, and its last term.
    a_bar = last = y_bar
    for _ in range(n - 1):
        last = last @ transposed(a)
        a_bar = transposed(a) @ a_bar + last
    return a_bar


refuse(
    "np.linalg.matrix_power(a, n)",
    "a power that is negative or not known when transformed: write np.linalg.inv or a loop",
)


@rule("np.linalg.lstsq(a, b, rcond=None)")
def lstsq(a, b, rcond, y, y_bar):
    """For matrices of full column rank; the residuals are empty where there are none."""
    x, x_bar, r_bar, s_bar = y[0], y_bar[0], y_bar[1], y_bar[3]
    rest = b - a @ x
    a_bar, b_bar = np.zeros_like(a), np.zeros_like(b)
    if x_bar is not None:
        pseudo = np.linalg.pinv(a)
        b_bar = pseudo.T @ x_bar
        small = pseudo @ b_bar
        if np.ndim(b) == 1:
            a_bar = np.outer(rest, small) - np.outer(b_bar, x)
        else:
            a_bar = rest @ small.T - b_bar @ x.T
    if r_bar is not None:
        if np.ndim(b) == 1:
            slope = 2.0 * rest * np.sum(r_bar)
            a_bar = a_bar - np.outer(slope, x)
        else:
            slope = 2.0 * rest * np.pad(r_bar, (0, np.shape(b)[1] - len(r_bar)))
            a_bar = a_bar - slope @ x.T
        b_bar = b_bar + slope
    if s_bar is not None:
        u, _, vt = np.linalg.svd(a, full_matrices=False)
        a_bar = a_bar + (u * s_bar) @ vt
    return a_bar, b_bar


constant("np.linalg.matrix_rank")
refuse(
    "np.linalg.eig",
    "eigenvectors of a general matrix have no gauge; for symmetric matrices write np.linalg.eigh",
)
refuse(
    "np.linalg.eigvals", "for symmetric matrices write np.linalg.eigvalsh; others have complex eigenvalues"
)
refuse(
    "np.linalg.cond",
    "write the ratio of the singular values: s = np.linalg.svd(a, compute_uv=False); s[0] / s[-1]",
)
