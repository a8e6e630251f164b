"""Products and solves with sparse matrices. The derivative by a matrix is one by its entries, at the places that are stored."""

import numpy as np

from ..runtime import entries_solution
from .notation import Unknown, constant, linear, multilinear, rule

constant("inactive", "sparse_values", "sparse_rows", "sparse_columns")

_CONSTANT = Unknown("make the matrix of its entries in the function: sparse.csr_matrix((data, (rows, columns)))")
_FIXED = "sparse_product(a, x, transposed=False, length=None)"
linear(_FIXED, _CONSTANT, "sparse_product(a, y_bar, False, len(x))", None, None, when="transposed is True",
       forward=(None, "sparse_product(a, x_dot, True, length)"))  # fmt: skip
linear(_FIXED, _CONSTANT, "sparse_product(a, y_bar, True, len(x))", None, None, forward=(None, "sparse_product(a, x_dot, False, length)"))

_X_DOT = "entries_product(data, x_dot, rows, columns, a, length, transposed)"
_PRODUCT = "entries_product(data, x, rows, columns, a, length, transposed=False)"
for _turned, _when in (("False", "transposed is True"), ("True", None)):
    _x_bar = f"entries_product(data, y_bar, columns, rows, a, len(x), {_turned})"
    _rest = (None,) * 5
    multilinear(_PRODUCT, "y_bar[rows] * x[columns]", _x_bar, *_rest, when=f"ndim(x) == 1 and {_when}" if _when else "ndim(x) == 1",
                forward=("scatter(data_dot * x[columns], y, rows, 0)", _X_DOT))  # fmt: skip
    multilinear(_PRODUCT, "np.sum(y_bar[rows] * x[columns], axis=1)", _x_bar, *_rest, when=_when,
                forward=("scatter(data_dot[:, np.newaxis] * x[columns], y, rows, 0)", _X_DOT))  # fmt: skip

_SOLUTION = "entries_solution(data, b, rows, columns, a, solve, transposed=False)"


@rule(_SOLUTION, when="ndim(b) == 1", forward=("entries_solution(data, -scatter(data_dot * y[columns], y, rows, 0), rows, columns, a, solve, transposed)",
                                              "entries_solution(data, b_dot, rows, columns, a, solve, transposed)"))  # fmt: skip
def solution_bars(data, b, rows, columns, a, solve, transposed, y, y_bar):
    """The transposed system, and the entries of -b_bar y.T that are stored."""
    b_bar = entries_solution(data, y_bar, columns, rows, a, solve, not transposed)
    return -b_bar[rows] * y[columns], b_bar


@rule(_SOLUTION, forward=("entries_solution(data, -scatter(data_dot[:, np.newaxis] * y[columns], y, rows, 0), rows, columns, a, solve, transposed)",
                          "entries_solution(data, b_dot, rows, columns, a, solve, transposed)"))  # fmt: skip
def solutions_bars(data, b, rows, columns, a, solve, transposed, y, y_bar):
    """As for one right-hand side, summed over all."""
    b_bar = entries_solution(data, y_bar, columns, rows, a, solve, not transposed)
    return -np.sum(b_bar[rows] * y[columns], axis=1), b_bar


linear("entries_array(data, rows, columns, a, shape, transposed=False)", "y_bar[rows, columns]", *(None,) * 5,
       forward="np.reshape(scatter(data_dot, np.ravel(y), rows * y.shape[1] + columns), y.shape)")  # fmt: skip
