"""Banded matrices as scipy.linalg.solve_banded stores them: a row per diagonal, the highest first."""

from __future__ import annotations

import numpy as np


def transposed_band(ab, lower, upper):
    """The transpose of a banded matrix with so many diagonals below and above, stored the same way."""
    out = np.zeros_like(ab)
    n = np.shape(ab)[1]
    for k in range(-lower, upper + 1):
        start, stop = max(k, 0), n + min(k, 0)
        out[lower + k, start - k : stop - k] = ab[upper - k, start:stop]
    return out


def product_with_band(a, b, ab, lower, upper):
    """The entries of `np.outer(a, b)`, or of `a @ b.T`, on the diagonals of a banded matrix stored as `ab`."""
    out = np.zeros(np.shape(ab), np.result_type(a, b))
    n = np.shape(ab)[1]
    for k in range(-lower, upper + 1):
        start, stop = max(k, 0), n + min(k, 0)
        both = a[start - k : stop - k] * b[start:stop]
        out[upper - k, start:stop] = both if both.ndim == 1 else np.sum(both, axis=1)
    return out


def band_times(g, b, ab, lower, upper, turned):
    """The banded matrix `g`, stored as `ab`, or its transpose where `turned`, times `b`."""
    out = np.zeros(np.shape(b), np.result_type(g, b))
    n = np.shape(ab)[1]
    for k in range(-lower, upper + 1):
        start, stop = max(k, 0), n + min(k, 0)
        row = g[upper - k, start:stop]
        row = row if np.ndim(b) == 1 else row[:, None]
        if turned:
            out[start:stop] += row * b[start - k : stop - k]
        else:
            out[start - k : stop - k] += row * b[start:stop]
    return out
