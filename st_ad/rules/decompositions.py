"""Eigenvalues, singular values and orthogonal factors; the rules are those of M. B. Giles (2008), J. Townsend (2016),
and Z. Wan and S. Zhang (2019) for complex singular vectors.

eigh is differentiated with respect to the triangle that it reads. The vectors of equal eigenvalues or singular values
have no derivative, nor have the factors of a matrix of deficient rank: where they are asked for, an error is raised. The
values themselves have one in every function that treats equal ones alike. The phase of complex vectors is the one that
LAPACK gives them.
"""

from __future__ import annotations

import numpy as np

from ..runtime import in_order_of, independent, leading, over_gaps
from .linalg import adjoint, conjugated, folded, folded_up, mirrored, transposed
from .notation import refuse, rule


def weighed(v, w):
    """The columns of a matrix times numbers."""
    return v * np.expand_dims(w, -2)


def phase_bar(c, part):
    """What turning a vector does to the component that is real: nothing where that component is zero."""
    size = np.real(part)
    is_seen = np.abs(size) > 1e-6
    return 1j * (c * is_seen / np.where(is_seen, size, 1.0))


# --- symmetric matrices


def turned_bar(v, v_bar, UPLO):
    """The adjoint of complex eigenvectors of any phase: LAPACK makes the first component real, or the last ("U")."""
    c = np.imag(np.sum(v_bar * v, axis=-2, keepdims=True))
    if UPLO in ("L", "l"):
        return np.concatenate([v_bar[..., :1, :] - phase_bar(c, v[..., :1, :]), v_bar[..., 1:, :]], axis=-2)
    return np.concatenate([v_bar[..., :-1, :], v_bar[..., -1:, :] - phase_bar(c, v[..., -1:, :])], axis=-2)


_EIGH = "np.linalg.eigh(a, UPLO='L')"


@rule(_EIGH, when="UPLO in ('L', 'l', 'U', 'u')")
def eigh(a, UPLO, y, y_bar):
    """With respect to the triangle that is read. Equal eigenvalues have no derivative of their vectors."""
    w, v = y
    w_bar, v_bar = y_bar
    if v_bar is None:
        full = conjugated(weighed(v, w_bar)) @ transposed(v)
    else:
        if np.iscomplexobj(v):
            v_bar = turned_bar(v, v_bar, UPLO)
        inner = over_gaps(transposed(v) @ v_bar, w)
        if w_bar is not None:
            inner = inner + np.eye(np.shape(w)[-1]) * np.expand_dims(w_bar, -2)
        full = conjugated(v) @ inner @ transposed(v)
    return folded(full) if UPLO in ("L", "l") else folded_up(full)


refuse(_EIGH, "the triangle UPLO must be known when transformed")


@rule("np.linalg.eigvalsh(a, UPLO='L')", when="UPLO in ('L', 'l', 'U', 'u')")
def eigvalsh(a, UPLO, y, y_bar):
    """With respect to the triangle that is read."""
    w, v = np.linalg.eigh(a, UPLO)
    full = conjugated(weighed(v, y_bar)) @ transposed(v)
    return folded(full) if UPLO in ("L", "l") else folded_up(full)


refuse("np.linalg.eigvalsh(a, UPLO='L')", "the triangle UPLO must be known when transformed")


# --- general matrices


def of_kind(full, a):
    """The real part, when the matrix is real."""
    return full if np.iscomplexobj(a) else np.real(full)


@rule("np.linalg.eig(a)")
def eig(a, y, y_bar):
    """Vectors of length 1 whose largest component is real (C. Boeddeker et al., 2017). Equal eigenvalues have no
    derivative of their vectors."""
    w, v = y
    w_bar, v_bar = y_bar
    inner = 0.0
    if v_bar is not None:
        size = np.abs(v)
        is_largest = np.expand_dims(np.argmax(size, axis=-2), -2) == np.expand_dims(np.arange(np.shape(v)[-1]), -1)
        c = np.sum(v_bar * v, axis=-2, keepdims=True)
        turn = 1j * np.imag(c) / np.max(size, axis=-2, keepdims=True) * np.sign(np.real(v))
        free = v_bar - np.real(c) * np.conjugate(v) - turn * is_largest
        inner = over_gaps(transposed(v) @ free, w)
    if w_bar is not None:
        inner = inner + np.eye(np.shape(w)[-1]) * np.expand_dims(w_bar, -2)
    return of_kind(np.linalg.solve(independent(transposed(v)), inner @ transposed(v)), a)


@rule("np.linalg.eigvals(a)")
def eigvals(a, y, y_bar):
    """From the vectors on both sides."""
    w, v = np.linalg.eig(a)
    w_bar = in_order_of(y_bar, y, w)
    return of_kind(np.linalg.solve(independent(transposed(v)), transposed(weighed(v, w_bar))), a)


# --- singular values


_SVD = "np.linalg.svd(a, full_matrices=True, compute_uv=True, hermitian=False)"


def values_bar(a, s_bar):
    """u diag(s_bar) v.T, with the thin factors."""
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return conjugated(weighed(u, s_bar) @ vt)


@rule(_SVD, when="literal(hermitian) and not hermitian and literal(compute_uv) and not compute_uv")
def singular_values(a, full_matrices, compute_uv, hermitian, y, y_bar):
    """Equal values have a derivative together."""
    return values_bar(a, y_bar)


@rule("np.linalg.svdvals(x)")
def svdvals(x, y, y_bar):
    """As the values of svd."""
    return values_bar(x, y_bar)


def symmetric_in(turn, s):
    """The part of a rotation that divides by the gaps of the squares."""
    sums = np.expand_dims(s, -2) + np.expand_dims(s, -1)
    return over_gaps(turn - adjoint(turn), s) / (sums + np.eye(np.shape(s)[-1]) * (sums == 0))


_WHOLE = "literal(hermitian) and not hermitian and literal(compute_uv) and compute_uv and literal(full_matrices)"


@rule(_SVD, when=f"{_WHOLE} and is_real(a)")
def svd(a, full_matrices, compute_uv, hermitian, y, y_bar):
    """The thin rule. Equal singular values have no derivative of their vectors."""
    u, s, vt = thin_factors(y, full_matrices)
    u_bar, vt_bar = thin_bars(y_bar, np.shape(s)[-1], full_matrices)
    return svd_bar(u, s, vt, u_bar, y_bar[1], vt_bar)


@rule(_SVD, when=_WHOLE)
def svd_of_complex(a, full_matrices, compute_uv, hermitian, y, y_bar):
    """The thin rule, for vectors of the phase that LAPACK gives them."""
    u, s, vt = thin_factors(y, full_matrices)
    u_bar, vt_bar = thin_bars(y_bar, np.shape(s)[-1], full_matrices)
    if u_bar is None and vt_bar is None:
        return svd_bar(u, s, vt, None, y_bar[1], None)
    u_bar = np.zeros_like(u) if u_bar is None else u_bar
    vt_bar = np.zeros_like(vt) if vt_bar is None else vt_bar
    if np.iscomplexobj(a):
        u_bar, vt_bar = phased(u, vt, u_bar, vt_bar)
    return svd_bar(u, s, vt, u_bar, y_bar[1], vt_bar)


def thin_factors(y, full_matrices):
    """The vectors that belong to singular values."""
    u, s, vt = y
    if not full_matrices:
        return u, s, vt
    count = np.shape(s)[-1]
    return u[..., :, :count], s, vt[..., :count, :]


def thin_bars(y_bar, count, full_matrices):
    """Their adjoints; there is none for the other vectors."""
    u_bar, _, vt_bar = y_bar
    if full_matrices and u_bar is not None:
        u_bar = leading(u_bar, count)
    if full_matrices and vt_bar is not None:
        vt_bar = transposed(leading(transposed(vt_bar), count))
    return u_bar, vt_bar


def svd_bar(u, s, vt, u_bar, s_bar, vt_bar):
    """The adjoint of the product of thin factors."""
    if u_bar is None and vt_bar is None:
        return conjugated(weighed(u, s_bar) @ vt)
    left, right = conjugated(u), conjugated(vt)
    columns, rows, eye = np.expand_dims(s, -2), np.expand_dims(s, -1), np.eye(np.shape(s)[-1])
    inner = 0.0
    if u_bar is not None:
        turn = transposed(u) @ u_bar
        inner = symmetric_in(turn, s) * columns
        if np.iscomplexobj(u):
            inner = inner + eye * (1j * np.imag(turn) / rows)
    if vt_bar is not None:
        inner = inner + rows * symmetric_in(right @ adjoint(vt_bar), s)
    if s_bar is not None:
        inner = inner + eye * np.expand_dims(s_bar, -2)
    full = left @ inner @ right
    if u_bar is not None and np.shape(u)[-2] != np.shape(s)[-1]:
        full = full + ((u_bar - left @ (transposed(u) @ u_bar)) / columns) @ right
    if vt_bar is not None and np.shape(vt)[-1] != np.shape(s)[-1]:
        full = full + (left / columns) @ (vt_bar - (vt_bar @ transposed(vt)) @ right)
    return full


def phased(u, vt, u_bar, vt_bar):
    """The adjoints of complex singular vectors of any phase: LAPACK makes the first column of vt real, or for wide
    matrices the first row of u."""
    c = np.imag(np.sum(u_bar * u, axis=-2)) - np.imag(np.sum(vt_bar * vt, axis=-1))
    if np.shape(u)[-2] < np.shape(vt)[-1]:
        first = u_bar[..., :1, :] - phase_bar(np.expand_dims(c, -2), u[..., :1, :])
        u_bar = np.concatenate([first, u_bar[..., 1:, :]], axis=-2)
    else:
        first = vt_bar[..., :, :1] + phase_bar(np.expand_dims(c, -1), vt[..., :, :1])
        vt_bar = np.concatenate([first, vt_bar[..., :, 1:]], axis=-1)
    return u_bar, vt_bar


@rule(_SVD, when="literal(compute_uv) and not compute_uv and literal(hermitian)")
def sizes_of_eigenvalues(a, full_matrices, compute_uv, hermitian, y, y_bar):
    """The absolute eigenvalues, in descending order; with respect to the lower triangle."""
    w, v = np.linalg.eigh(a)
    order = np.argsort(np.abs(w), axis=-1)[..., ::-1]
    places = np.argsort(order, axis=-1)
    g = np.take_along_axis(y_bar, places, -1) * np.sign(w)
    return folded(conjugated(weighed(v, g)) @ transposed(v))


refuse(_SVD, "np.linalg.svd with hermitian=True: write np.linalg.eigh", when="literal(hermitian) and hermitian == True")
refuse(_SVD, "the options of np.linalg.svd must be known when transformed")


# --- orthogonal factors

_QR = "np.linalg.qr(a, mode='reduced')"


def tall_bar(q, r, q_bar, r_bar):
    """For matrices that are square or tall, of full column rank."""
    if r_bar is None:
        m = -adjoint(q_bar) @ conjugated(q)
    elif q_bar is None:
        m = conjugated(r) @ adjoint(r_bar)
    else:
        m = conjugated(r) @ adjoint(r_bar) - adjoint(q_bar) @ conjugated(q)
    full = conjugated(q) @ mirrored(m)
    if q_bar is not None:
        full = q_bar + full
    return transposed(np.linalg.solve(independent(r), transposed(full)))


def factors_bar(a, q, r, q_bar, r_bar):
    """For matrices of full rank; the columns of a wide one beyond the square have the factors of the square."""
    size = np.shape(q)[-1]
    if size == np.shape(r)[-1]:
        return tall_bar(q, r, q_bar, r_bar)
    if r_bar is None:
        return np.concatenate([tall_bar(q, r[..., :, :size], q_bar, None), np.zeros_like(a[..., :, size:])], axis=-1)
    beyond = r_bar[..., :, size:]
    moved = conjugated(a[..., :, size:]) @ adjoint(beyond)
    if q_bar is not None:
        moved = q_bar + moved
    square = tall_bar(q, r[..., :, :size], moved, r_bar[..., :, :size])
    return np.concatenate([square, conjugated(q) @ beyond], axis=-1)


@rule(_QR, when="mode == 'reduced'")
def qr(a, mode, y, y_bar):
    """The thin factors."""
    return factors_bar(a, y[0], y[1], y_bar[0], y_bar[1])


@rule(_QR, when="mode == 'r'")
def triangular_factor(a, mode, y, y_bar):
    """The second factor alone."""
    q, r = np.linalg.qr(a)
    return factors_bar(a, q, r, None, y_bar)


@rule(_QR, when="mode == 'complete'")
def complete_qr(a, mode, y, y_bar):
    """The columns of q beyond those of a have no derivative, the rows of r beyond them are zero."""
    q, r = y
    q_bar, r_bar = y_bar
    rows, columns = np.shape(a)[-2], np.shape(a)[-1]
    if rows <= columns:
        return factors_bar(a, q, r, q_bar, r_bar)
    if q_bar is not None:
        q_bar = leading(q_bar, columns)
    if r_bar is not None:
        r_bar = r_bar[..., :columns, :]
    return tall_bar(q[..., :, :columns], r[..., :columns, :], q_bar, r_bar)


refuse(_QR, "np.linalg.qr in this mode: write mode='reduced'")
