"""Norms of vectors and matrices, and condition numbers.

The slope at 0 is 0, and the largest entries, columns or rows share ties equally. A singular value of several vectors
passes all of its adjoint to the first of them. Of complex numbers the derivative is that of the sizes.
"""

from __future__ import annotations

import numpy as np

from .notation import constant, refuse, rule
from .reductions import spread

_NORM = "np.linalg.norm(x, ord=None, axis=None, keepdims=False)"
_ALONG_ONE = "(isinstance(axis, int) or isinstance(axis, tuple) and len(axis) == 1)"
_VECTOR = f"({_ALONG_ONE} or axis is None and ndim(x) == 1)"
_PLAIN = "axis is None and ndim(x) == 2"
_STACK = "isinstance(axis, tuple) and len(axis) == 2"
_SPECTRAL = "ord in ('nuc', 2, -2)"
_COLUMNS = "literal(ord) and (ord in (1, -1) or abs(ord) == float('inf'))"


def conjugated(a):
    """The conjugate of complex numbers."""
    return np.conjugate(a) if np.iscomplexobj(a) else a


def direction(x):
    """The slope of the absolute value; 0 at 0."""
    if np.iscomplexobj(x):
        size = np.abs(x)
        return np.conjugate(x) / (size + (size == 0))
    return np.sign(x)


@rule(_NORM, when=f"ord is None or ord == 'fro' or ord == 2 and {_VECTOR}")
def euclidean(x, ord, axis, keepdims, y, y_bar):
    """x over its length; 0 at 0."""
    scale = spread(y_bar / (y + (y == 0)), x, axis, keepdims)
    return scale * conjugated(x)


@rule(_NORM, when=f"ord == 1 and {_VECTOR}")
def sum_of_sizes(x, ord, axis, keepdims, y, y_bar):
    """The signs."""
    return spread(y_bar, x, axis, keepdims) * direction(x)


@rule(_NORM, when=f"literal(ord) and abs(ord) == float('inf') and {_VECTOR}")
def largest_size(x, ord, axis, keepdims, y, y_bar):
    """The sign at the extreme entries, which share."""
    is_best = np.abs(x) == spread(y, x, axis, keepdims)
    count = np.sum(is_best, axis=axis, keepdims=keepdims)
    return spread(y_bar / count, x, axis, keepdims) * (direction(x) * is_best)


constant(_NORM, when=f"ord == 0 and {_VECTOR}")


@rule(_NORM, when=f"literal(ord) and isinstance(ord, (int, float)) and {_VECTOR}")
def power_norm(x, ord, axis, keepdims, y, y_bar):
    """sign(x) * (|x| / norm) ** (ord - 1); an entry 0 has the slope 0."""
    size = np.abs(x)
    length = spread(y + (y == 0), x, axis, keepdims)
    ratio = (size + (size == 0)) / length
    scale = y_bar * (y != 0) if ord < 0 else y_bar
    return spread(scale, x, axis, keepdims) * direction(x) * ratio ** (ord - 1)


def spectral_bar(x, ord, y, g):
    """The adjoint of matrices whose singular values are summed, or of which one is taken."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    if ord == "nuc":
        return g * conjugated((u * np.expand_dims(np.sign(s), -2)) @ vt)
    if ord == 2:
        return g * (y > 0) * conjugated(u[..., :1] @ vt[..., :1, :])
    return g * (y > 0) * conjugated(u[..., -1:] @ vt[..., -1:, :])


def columns_bar(x, ord, y, g):
    """The adjoint of matrices of which the extreme sum of a column (ord 1) or row (ord inf) is taken; ties share."""
    if ord == 1 or ord == -1:
        is_best = np.sum(np.abs(x), axis=-2, keepdims=True) == y
    else:
        is_best = np.sum(np.abs(x), axis=-1, keepdims=True) == y
    return g * direction(x) * (is_best / np.sum(is_best, axis=(-2, -1), keepdims=True))


@rule(_NORM, when=f"{_SPECTRAL} and {_PLAIN}")
def spectral(x, ord, axis, keepdims, y, y_bar):
    """Of the singular values: their sum, the largest, the smallest."""
    return spectral_bar(x, ord, y, y_bar)


@rule(_NORM, when=f"{_COLUMNS} and {_PLAIN}")
def sum_of_column(x, ord, axis, keepdims, y, y_bar):
    """The signs in the extreme column or row."""
    return columns_bar(x, ord, y, y_bar)


def of_stack(adjoint, x, ord, axis, keepdims, y, y_bar):
    """The adjoint of the norm of each matrix of a stack, given that for matrices in the last two axes."""
    matrices = np.moveaxis(x, axis, (-2, -1))
    if keepdims:
        y, y_bar = np.squeeze(y, axis), np.squeeze(y_bar, axis)
    x_bar = adjoint(matrices, ord, np.expand_dims(y, (-2, -1)), np.expand_dims(y_bar, (-2, -1)))
    return np.moveaxis(x_bar, (-2, -1), axis)


@rule(_NORM, when=f"{_SPECTRAL} and {_STACK}")
def spectral_of_stack(x, ord, axis, keepdims, y, y_bar):
    """Of the singular values of each matrix."""
    return of_stack(spectral_bar, x, ord, axis, keepdims, y, y_bar)


@rule(_NORM, when=f"{_COLUMNS} and {_STACK}")
def sum_of_column_of_stack(x, ord, axis, keepdims, y, y_bar):
    """The signs in the extreme column or row of each matrix."""
    return of_stack(columns_bar, x, ord, axis, keepdims, y, y_bar)


@rule(_NORM, when=f"ndim(ord) == 0 and {_VECTOR}")
def norm_of_some_order(x, ord, axis, keepdims, y, y_bar):
    """Of an order that is a number."""
    if np.isinf(ord):
        return largest_size(x, ord, axis, keepdims, y, y_bar)
    if ord == 0:
        return np.zeros_like(x)
    return power_norm(x, ord, axis, keepdims, y, y_bar)


@rule(_NORM, when=f"ndim(ord) == 0 and {_PLAIN}")
def matrix_norm_of_some_order(x, ord, axis, keepdims, y, y_bar):
    """Of an order that is a number."""
    if ord == 2 or ord == -2:
        return spectral_bar(x, ord, y, y_bar)
    return columns_bar(x, ord, y, y_bar)


@rule(_NORM, when="axis is None and ord == 'nuc'")
def nuclear(x, ord, axis, keepdims, y, y_bar):
    """Of a matrix, as nothing else has it."""
    return spectral_bar(x, ord, y, y_bar)


@rule(_NORM, when="axis is None and ndim(ord) == 0")
def norm_of_some_rank(x, ord, axis, keepdims, y, y_bar):
    """Of a vector or a matrix."""
    if np.ndim(x) == 1:
        return norm_of_some_order(x, ord, axis, keepdims, y, y_bar)
    return matrix_norm_of_some_order(x, ord, axis, keepdims, y, y_bar)


refuse(_NORM, "a norm whose order, axis or kind (of a vector or of a matrix) is not known when transformed: "
       "write it with np.sum, np.abs and **")  # fmt: skip


# --- the array API's names

_MATRIX_NORM = "np.linalg.matrix_norm(x, keepdims=False, ord='fro')"


@rule(_MATRIX_NORM, when="ord in ('fro', 'f')")
def frobenius(x, keepdims, ord, y, y_bar):
    """As np.linalg.norm over the last two axes."""
    return euclidean(x, None, (-2, -1), keepdims, y, y_bar)


@rule(_MATRIX_NORM, when=_SPECTRAL)
def spectral_norm(x, keepdims, ord, y, y_bar):
    """As np.linalg.norm over the last two axes."""
    if keepdims:
        return spectral_bar(x, ord, y, y_bar)
    return spectral_bar(x, ord, np.expand_dims(y, (-2, -1)), np.expand_dims(y_bar, (-2, -1)))


@rule(_MATRIX_NORM, when=_COLUMNS)
def column_norm(x, keepdims, ord, y, y_bar):
    """As np.linalg.norm over the last two axes."""
    if keepdims:
        return columns_bar(x, ord, y, y_bar)
    return columns_bar(x, ord, np.expand_dims(y, (-2, -1)), np.expand_dims(y_bar, (-2, -1)))


refuse(_MATRIX_NORM, "a norm whose order is not known when transformed: write it as a literal")

# Of all axes together the norm is that of the flattened array: every axis is named, or none, with the same slopes.
_VECTOR_NORM = "np.linalg.vector_norm(x, axis=None, keepdims=False, ord=2)"


@rule(_VECTOR_NORM, when="ord == 2")
def length_of_vector(x, axis, keepdims, ord, y, y_bar):
    """As np.linalg.norm."""
    return euclidean(x, None, axis, keepdims, y, y_bar)


@rule(_VECTOR_NORM, when="ord == 1")
def sum_of_vector(x, axis, keepdims, ord, y, y_bar):
    """As np.linalg.norm."""
    return sum_of_sizes(x, 1, axis, keepdims, y, y_bar)


@rule(_VECTOR_NORM, when="literal(ord) and abs(ord) == float('inf')")
def largest_of_vector(x, axis, keepdims, ord, y, y_bar):
    """As np.linalg.norm."""
    return largest_size(x, ord, axis, keepdims, y, y_bar)


constant(_VECTOR_NORM, when="ord == 0")


@rule(_VECTOR_NORM, when="literal(ord)")
def power_of_vector(x, axis, keepdims, ord, y, y_bar):
    """As np.linalg.norm."""
    return power_norm(x, ord, axis, keepdims, y, y_bar)


@rule(_VECTOR_NORM, when="ndim(ord) == 0")
def vector_norm_of_some_order(x, axis, keepdims, ord, y, y_bar):
    """As np.linalg.norm."""
    return norm_of_some_order(x, ord, axis, keepdims, y, y_bar)


refuse(_VECTOR_NORM, "a norm whose order is not known when transformed: write it as a literal")


# --- condition numbers

_COND = "np.linalg.cond(x, p=None)"


@rule(_COND, when="p is None or p in (2, -2)")
def condition(x, p, y, y_bar):
    """The ratio of the extreme singular values."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    largest, least = s[..., :1], s[..., -1:]
    g = np.expand_dims(y_bar, -1)
    if p == -2:
        first, last = -g * least / largest**2, g / largest
    else:
        first, last = g / least, -g * largest / least**2
    outer = (u[..., :1] * np.expand_dims(first, -1)) @ vt[..., :1, :]
    return conjugated(outer + (u[..., -1:] * np.expand_dims(last, -1)) @ vt[..., -1:, :])


def norm_bar(x, ord, y, g):
    """The adjoint of the norm of each matrix."""
    if ord == "fro":
        return g / y * conjugated(x)
    if ord == "nuc":
        return spectral_bar(x, ord, y, g)
    return columns_bar(x, ord, y, g)


@rule(_COND, when="literal(p)")
def condition_in_norm(x, p, y, y_bar):
    """The norm of the matrix times that of its inverse."""
    inverse = np.linalg.inv(x)
    size = np.linalg.norm(x, p, axis=(-2, -1), keepdims=True)
    size_of_inverse = np.linalg.norm(inverse, p, axis=(-2, -1), keepdims=True)
    # NumPy 1 gives a complex number of which the imaginary part is 0.
    g = np.expand_dims(np.real(y_bar), (-2, -1))
    turned = np.swapaxes(inverse, -1, -2)
    inverse_bar = norm_bar(inverse, p, size_of_inverse, g * size)
    return norm_bar(x, p, size, g * size_of_inverse) - turned @ inverse_bar @ turned


refuse(_COND, "a condition number whose norm is not known when transformed: write it as a literal")
