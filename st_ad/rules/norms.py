"""Norms of vectors and matrices: the slope at 0 is 0, and the largest entries share ties equally."""

from __future__ import annotations

import numpy as np

from .notation import refuse, rule
from .reductions import spread

_NORM = "np.linalg.norm(x, ord=None, axis=None, keepdims=False)"
# Euclidean: of everything, along one axis, or Frobenius.
_EUCLIDEAN = (
    "ord is None or ord == 'fro' or ord == 2 and (isinstance(axis, int) or axis is None and ndim(x) == 1)"
)
_VECTOR = "(isinstance(axis, int) or axis is None and ndim(x) == 1)"

refuse(
    _NORM, "this norm of complex numbers: write it with np.abs", when="is_complex(x) and not (ord is None)"
)


@rule(_NORM, when=_EUCLIDEAN)
def euclidean(x, ord, axis, keepdims, y, y_bar):
    """x over its length; 0 at 0."""
    scale = spread(y_bar / (y + (y == 0)), x, axis, keepdims)
    return scale * (np.conjugate(x) if np.iscomplexobj(x) else x)


@rule(_NORM, when=f"ord == 1 and {_VECTOR}")
def sum_of_sizes(x, ord, axis, keepdims, y, y_bar):
    """The signs."""
    return spread(y_bar, x, axis, keepdims) * np.sign(x)


@rule(_NORM, when=f"literal(ord) and abs(ord) == float('inf') and {_VECTOR}")
def largest_size(x, ord, axis, keepdims, y, y_bar):
    """The sign at the extreme entries, which share."""
    is_best = np.abs(x) == spread(y, x, axis, keepdims)
    count = np.sum(is_best, axis=axis, keepdims=keepdims)
    return spread(y_bar / count, x, axis, keepdims) * (np.sign(x) * is_best)


@rule(_NORM, when=f"ord == 0 and {_VECTOR}")
def number_of_entries(x, ord, axis, keepdims, y, y_bar):
    """Piecewise constant."""
    return np.zeros_like(x)


@rule(_NORM, when=f"literal(ord) and isinstance(ord, (int, float)) and {_VECTOR}")
def power_norm(x, ord, axis, keepdims, y, y_bar):
    """sign(x) * (|x| / norm) ** (ord - 1); an entry 0 has the slope 0."""
    size = np.abs(x)
    length = spread(y + (y == 0), x, axis, keepdims)
    ratio = (size + (size == 0)) / length
    return spread(y_bar, x, axis, keepdims) * np.sign(x) * ratio ** (ord - 1)


@rule(_NORM, when="ndim(x) == 2 and axis is None and ord in ('nuc', 2, -2)")
def spectral(x, ord, axis, keepdims, y, y_bar):
    """Of the singular values: their sum, the largest, the smallest."""
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    if ord == "nuc":
        return y_bar * (u @ vt)
    k = 0 if ord == 2 else -1
    return y_bar * np.outer(u[:, k], vt[k])


@rule(_NORM, when="ndim(x) == 2 and axis is None and (ord in (1, -1) or abs(ord) == float('inf'))")
def sum_of_column(x, ord, axis, keepdims, y, y_bar):
    """The signs in the extreme column (ord 1) or row (ord inf); ties share."""
    along = 0 if ord == 1 or ord == -1 else 1
    sums = np.sum(np.abs(x), axis=along, keepdims=True)
    is_best = sums == y
    return y_bar * np.sign(x) * (is_best / np.sum(is_best))


refuse(_NORM, "this norm, or this axis: write it with np.sum, np.abs and **")
