"""Where the constructors of scipy.sparse put what they are given: the entries, their rows and their columns."""

from __future__ import annotations

import numpy as np

from ..bodies import procedure


@procedure("scipy.sparse.entries.of_dense")
def of_dense(dense):
    """All entries of a dense array: one that is 0 has a derivative as well."""
    m, n = np.shape(dense)
    return np.ravel(dense), np.repeat(np.arange(m), n), np.tile(np.arange(n), m)


@procedure("scipy.sparse.entries.of_rows")
def of_rows(data, indices, indptr):
    """The entries of csr_matrix((data, indices, indptr))."""
    return data, np.repeat(np.arange(len(indptr) - 1), np.diff(indptr)), indices


@procedure("scipy.sparse.entries.of_columns")
def of_columns(data, indices, indptr):
    """The entries of csc_matrix((data, indices, indptr))."""
    return data, indices, np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


@procedure("scipy.sparse.entries.of_diagonals")
def of_diagonals(diagonals, offsets, m, n=None):
    """The entries of diags(diagonals, offsets), of a square matrix without `n`; a diagonal of one item stands for all of it."""
    data, rows, columns = [], [], []
    for diagonal, offset in zip(diagonals, offsets):
        low, high = max(-offset, 0), max(offset, 0)
        length = m - low - high if n is None else min(m - low, n - high)
        data.append(np.broadcast_to(np.atleast_1d(diagonal), (length,)))
        rows.append(np.arange(low, low + length))
        columns.append(np.arange(high, high + length))
    return np.concatenate(data), np.concatenate(rows), np.concatenate(columns)


@procedure("scipy.sparse.entries.of_stacked_diagonals")
def of_stacked_diagonals(data, offsets, m, n):
    """The entries of dia_matrix((data, offsets)): item j of a row stands in column j."""
    parts, rows, columns = [], [], []
    for k, offset in enumerate(offsets):
        start, stop = max(offset, 0), min(n, m + offset, np.shape(data)[1])
        parts.append(data[k, start:stop])
        rows.append(np.arange(start, stop) - offset)
        columns.append(np.arange(start, stop))
    return np.concatenate(parts), np.concatenate(rows), np.concatenate(columns)


@procedure("scipy.sparse.entries.of_sum")
def of_sum(a, a_rows, a_columns, b, b_rows, b_columns):
    """The entries of a sum: those at one place are added when the matrix is used."""
    return np.concatenate([a, b]), np.concatenate([a_rows, b_rows]), np.concatenate([a_columns, b_columns])
