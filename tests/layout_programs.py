"""Programs in which the layout of an array in memory decides whether a reshape of it is a view or a copy."""

from __future__ import annotations

import numpy as np


def transposed_times(A):
    B = A.T * 2
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def function_of_transposed(A):
    B = np.sin(A.T)
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def picked_columns(A):
    B = A[:, [0, 2, 1]]
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def masked_columns(A):
    B = A[:, np.array([True, False, True, True])]
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def picked_rows(A):
    B = A[[2, 0, 1]]
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def copy_of_transposed(A):
    B = np.copy(A.T)
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def method_copy_of_transposed(A):
    B = A.T.copy()
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def zeros_like_transposed(A):
    B = np.zeros_like(A.T)
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def zeros_like_argument(A):
    B = np.zeros_like(A)
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def joined(A):
    B = np.concatenate([A.T, A.T])
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def stacked(A):
    B = np.stack([A[0], A[1]], axis=1)
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def product_of_transposed(A):
    B = A.T @ A
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def chosen_by_mask(A):
    B = np.where(A.T > 0, A.T, 1.0)
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def summed(A):
    B = np.stack([A, A * A]).transpose(1, 0, 2).sum(axis=1)
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def sorted_transposed(A):
    B = np.sort(A.T, axis=0)
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def array_of_transposed(A):
    B = np.array(A.T)
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def cast_of_transposed(A):
    B = A.T.astype(float)
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def row_added(A):
    B = A[0] + A.T
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def column_times_row(A):
    B = A[0][:, None] * A[1]
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def argument_itself(A):
    B = A
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def argument_copied(A):
    B = A.copy()
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def rows_of_argument(A):
    B = A[1:3]
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def columns_of_copy(A):
    B = A.copy()[:, 1:3]
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def filled_like(A):
    B = np.full_like(A.T, 2.0)
    f = np.ravel(B)
    B[0, 1] = 4.0 * A[0, 2]
    f[0] += f[1]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def solved(A):
    B = np.linalg.solve(A + 5.0 * np.eye(4), A)
    f = B.ravel()
    f[1] = 5.0 * A[0, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def on_one_path(A):
    B = A.T * 2 if A[0, 0] > 0 else A * 3.0
    f = B.reshape(-1)
    f[1:3] *= A[1, 0]
    return np.sum(B * B) + np.sum(f * np.cos(f)) + np.sum(A * A)


def columns_first(A):
    B = A[0].copy().reshape((2, 2), order="F")
    B[0] *= A[1, :2]
    f = B.ravel()
    f[0] = 9.0
    return np.sum(B * B) + np.sum(f * f)


def columns_first_of_a_matrix(A):
    B = A.copy()
    f = B.ravel(order="F")
    f[1] = 7.0 * A[0, 1]
    g = B.reshape((2, 8), order="F")
    g[0] = 2.0
    return np.sum(B * A) + np.sum(f * f) + np.sum(g * g)


def every_second(A):
    y = A[0] * A[1]
    f = y[::2].ravel()
    f[0] = 9.0
    g = y[::2].reshape(-1, 1)
    g[1] = 3.0 * y[1]
    return np.sum(y * y) + np.sum(f * f)


def in_a_loop(A):
    B = A
    for k in range(3):
        f = B.reshape(-1)
        f[k] *= 2.0
        B = B.T * 1.5
    return np.sum(B * A)


def pieces(A):
    B = A.copy()
    left, right = np.hsplit(B, 2)
    left += right
    first, *rest = np.split(B, [1, 2])
    first[0, 2] = rest[0][0, 1] * rest[1][1, 3]
    for part in np.array_split(B[0], 3):
        part[0] *= A[0, 0]
    return np.sum(B * B) + np.sum(left * A[:, :2])


def turned(A):
    B = A * 1.0
    np.rot90(B)[0] *= A[1]
    np.rot90(B, 2, axes=(1, 0))[1] = A[0]
    np.ascontiguousarray(B)[2] += 1.0
    np.einsum("ij->ji", B)[3] *= 2.0
    C = np.einsum("ii->i", B)
    return np.sum(B * B) + np.sum(C)


def cleaned(A):
    B = A * 1.0
    B[0, 1:3] = np.nan, -np.inf
    w = np.nan_to_num(B, copy=False, posinf=0.5, neginf=-0.5)
    w[0, 0] = A[1, 1]
    return np.sum(B * A)


def updated_one_by_one(A):
    B = A * A
    np.maximum.at(B, ([0, 0, 2], [1, 1, 3]), A[0, :3])
    np.multiply.at(B, [0, 0], A[1])
    np.multiply.at(B[0], [[0, 1], [1, 1]], A[:2, :2])
    np.divide.at(B, A > 0.4, 2.0)
    np.multiply.at(B[1], [0, 0, 2], A[2, :1])
    return np.sum(B * A)


def written_twice(A):
    A.ravel()[0] = 0.5
    A *= 0.5
    return np.sum(A * A)


def rows_of_a_view(A):
    r = A[0][:]
    r.ravel()[0] = 0.5
    m = A[0].reshape(2, 2)
    for row in m:
        row *= 0.5
    return np.sum(m**2) + np.sum(A * A)


def method_conj(A):
    B = A * 1.0
    B.conj()[0] = A[1] * 2.0
    return np.sum(B * A)


PROGRAMS = [
    transposed_times, function_of_transposed, picked_columns, masked_columns, picked_rows, copy_of_transposed,
    method_copy_of_transposed, zeros_like_transposed, zeros_like_argument, joined, stacked, product_of_transposed,
    chosen_by_mask, summed, sorted_transposed, array_of_transposed, cast_of_transposed, row_added,
    column_times_row, argument_itself, argument_copied, rows_of_argument, columns_of_copy, filled_like, solved,
    on_one_path, columns_first, columns_first_of_a_matrix, every_second, in_a_loop, pieces, turned, cleaned,
    updated_one_by_one, method_conj, written_twice, rows_of_a_view,
]  # fmt: skip
