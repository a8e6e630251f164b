"""What the adjoints of Fourier transforms and of decompositions do to lengths, frequencies and columns."""

from __future__ import annotations

import numpy as np


def resized(g, x):
    """A new array that has the shape of `x`: along each axis `g` is cropped, or zeros are added at its end."""
    shape = np.shape(x)
    out = np.zeros(shape, np.result_type(g))
    common = tuple(slice(min(n, m)) for n, m in zip(shape, np.shape(g)))
    out[common] = g[common]
    return out


def twice_inside(g, x, axis=-1):
    """The frequencies `g` of the real array `x`, twice those that stand for a pair: all but the ends."""
    weights = np.full(np.shape(g)[axis], 2.0)
    weights[0] = 1.0
    if np.shape(x)[axis] % 2 == 0:
        weights[-1] = 1.0
    return g * np.reshape(weights.astype(g.real.dtype), (-1,) + (1,) * (np.ndim(g) - 1 - axis % np.ndim(g)))


def half_inside(g, count, axis=-1):
    """The frequencies `g` of `count` real numbers, half of those that stand for a pair: all but the ends."""
    weights = np.full(np.shape(g)[axis], 0.5)
    weights[0] = 1.0
    if count % 2 == 0:
        weights[-1] = 1.0
    return g * np.reshape(weights.astype(g.real.dtype), (-1,) + (1,) * (np.ndim(g) - 1 - axis % np.ndim(g)))


def leading(g, count):
    """The first `count` columns of the adjoint of vectors; the others have no derivative, so nothing may depend on them."""
    if np.any(g[..., count:] != 0):
        raise ValueError(
            "vectors beyond those of singular values, or of the columns of a matrix, have no derivative: "
            "pass full_matrices=False to svd, or mode='reduced' to qr"
        )
    return g[..., :count]


def leading_into(g, x):
    """The tangent of vectors of which `g` has the first ones: nan for the others, which have no derivative."""
    out = np.full(np.shape(x), np.nan, np.result_type(g))
    out[..., : np.shape(g)[-1]] = g
    return out


def in_order_of(g, given, wanted):
    """What belongs to each of the eigenvalues `given`, in the order in which they stand in `wanted`."""
    gaps = np.abs(np.expand_dims(wanted, -1) - np.expand_dims(given, -2))
    order = np.zeros(np.shape(wanted), int)
    for k in range(np.shape(wanted)[-1]):
        nearest = np.argmin(gaps[..., k, :], axis=-1)
        order[..., k] = nearest
        np.put_along_axis(gaps, np.expand_dims(nearest, (-2, -1)), np.inf, axis=-1)
    return np.take_along_axis(g, order, -1)


def over_gaps(x, values):
    """`x[i, j] / (values[j] - values[i])`, and 0 on the diagonal; equal values, which have no vectors of their own, raise."""
    gaps = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    size = np.max(np.abs(values), axis=-1, initial=0.0)
    close = np.abs(gaps) <= np.finfo(gaps.dtype).eps ** 0.75 * np.expand_dims(size, (-2, -1))
    beside = ~np.eye(np.shape(values)[-1], dtype=bool)
    if np.any(close & beside & ((gaps == 0) | (x != 0))):
        raise np.linalg.LinAlgError(
            "the vectors of equal eigenvalues or singular values have no derivative: write a function of the values "
            "alone, or scipy.linalg.sqrtm, logm, expm or polar"
        )
    return np.where(close, 0.0, x / np.where(close, 1.0, gaps))


def independent(a):
    """`a` itself; raises when it is singular to rounding."""
    sizes = np.linalg.svd(a, compute_uv=False)
    if np.size(sizes) and np.any(sizes[..., -1] <= np.finfo(sizes.dtype).eps ** 0.75 * sizes[..., 0]):
        raise np.linalg.LinAlgError(
            "the factors of a matrix have no derivative where its rank, or the number of its eigenvectors, is deficient"
        )
    return a
