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

_PRODUCT = "entries_product(data, x, rows, columns, a, length, transposed=False)"
_SOLUTION = "entries_solution(data, b, rows, columns, a, solve, transposed=False)"
# What is summed over the columns of a dense array, of which there may be none.
_OF_COLUMNS = "np.sum(np.reshape({0}, (len(data), -1)), axis=1)"


def _product(entries: str, scaled: str, when: str | None) -> None:
    forward = (f"scatter({scaled}, y, rows, 0)", "entries_product(data, x_dot, rows, columns, a, length, transposed)")
    for turned, decided in (("False", "transposed is True"), ("True", None)):
        both = " and ".join(filter(None, (when, decided))) or None
        multilinear(_PRODUCT, entries, f"entries_product(data, y_bar, columns, rows, a, len(x), {turned})", *(None,) * 5,
                    when=both, forward=forward)  # fmt: skip


_product("y_bar[rows] * x[columns]", "data_dot * x[columns]", "ndim(x) == 1")
_product("np.sum(y_bar[rows] * x[columns], axis=1)", "data_dot[:, np.newaxis] * x[columns]", "ndim(x) == 2")
_product(_OF_COLUMNS.format("y_bar[rows] * x[columns]"), "np.transpose(data_dot * np.transpose(x[columns]))", None)


def _forward(scaled: str) -> tuple[str, str]:
    return (f"entries_solution(data, -scatter({scaled}, y, rows, 0), rows, columns, a, solve, transposed)",
            "entries_solution(data, b_dot, rows, columns, a, solve, transposed)")  # fmt: skip


@rule(_SOLUTION, when="ndim(b) == 1", forward=_forward("data_dot * y[columns]"))
def solution_bars(data, b, rows, columns, a, solve, transposed, y, y_bar):
    """The transposed system, and the entries of -b_bar y.T that are stored."""
    b_bar = entries_solution(data, y_bar, columns, rows, a, solve, not transposed)
    return -b_bar[rows] * y[columns], b_bar


@rule(_SOLUTION, forward=_forward("np.transpose(data_dot * np.transpose(y[columns]))"))
def solutions_bars(data, b, rows, columns, a, solve, transposed, y, y_bar):
    """As for one right-hand side, summed over all."""
    b_bar = entries_solution(data, y_bar, columns, rows, a, solve, not transposed)
    return -np.sum(np.reshape(b_bar[rows] * y[columns], (len(data), -1)), axis=1), b_bar


linear("entries_array(data, rows, columns, a, shape, transposed=False)", "y_bar[rows, columns]", *(None,) * 5,
       forward="np.reshape(scatter(data_dot, np.ravel(y), rows * y.shape[1] + columns), y.shape)")  # fmt: skip
