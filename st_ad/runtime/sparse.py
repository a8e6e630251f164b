"""Sparse matrices of SciPy, and what their products and solves are in terms of their entries."""

from __future__ import annotations


def sparse_product(a, x, transposed=False, length=None):
    """The product of a sparse matrix, or of its transpose, with a dense array; `length` is that of the result."""
    return a.T @ x if transposed else a @ x


def sparse_solution(a, b, solve, transposed=False):
    """The solution of a sparse system, or of the transposed one, by a function of scipy.sparse.linalg."""
    return solve(a.T if transposed else a, b)


def sparse_array(a, transposed=False):
    """The dense array of a sparse matrix, or of its transpose."""
    return (a.T if transposed else a).toarray()


def entries_product(data, x, rows, columns, a, length, transposed=False):
    """The product of a sparse matrix, or of its transpose, whose entries are `data` at `rows` and `columns`."""
    return sparse_product(a, x, transposed, length)


def entries_solution(data, b, rows, columns, a, solve, transposed=False):
    """The solution of a sparse system, or of the transposed one, whose entries are `data` at `rows` and `columns`."""
    return sparse_solution(a, b, solve, transposed)


def entries_array(data, rows, columns, a, shape, transposed=False):
    """The dense array of a sparse matrix, or of its transpose, whose entries are `data` at `rows` and `columns`."""
    return sparse_array(a, transposed)


def inactive(x):
    """`x`, as what a sparse matrix is made of whose derivative goes by its entries."""
    return x


def sparse_values(a):
    """The entries of a sparse matrix."""
    return a.tocoo().data


def sparse_rows(a):
    """The rows of the entries of a sparse matrix."""
    return a.tocoo().row


def sparse_columns(a):
    """The columns of the entries of a sparse matrix."""
    return a.tocoo().col
