"""Idioms of library code in which a derivative easily comes out wrong."""

from __future__ import annotations

import numpy as np


def out_by_position(x):
    y = x * x
    np.sqrt(y + 1.0, y)
    return np.sum(y * x)


def out_of_a_sum_by_position(x, total):
    np.sum(np.outer(x, x), 0, None, total)
    return np.sum(np.sin(total))


def name_chosen_at_run_time(x, m):
    if m > 1:
        kind = "square"
    else:
        kind = "linear"
    y = x
    if kind[0] == "s":
        y = x * x
    return np.sum(y)


def method_of_a_string(x, frame="ned"):
    if frame.upper() not in ("NED", "ENU"):
        raise ValueError(frame)
    return np.sum(x * x) if frame.upper().startswith("N") else np.sum(x)


def length_changes_once_in_a_loop(x, n):
    u = x[:1]
    v = x[1:2]
    for k in range(n):
        tmp = u
        u = x[k:k + 1] - v
        v = tmp + v * x
    return np.sum(u * u) + np.sum(v)


def length_shrinks_in_a_loop(x, n):
    u = x
    s = 0.0
    for _ in range(n):
        s = s + np.sum(u * x[: len(u)])
        u = u[1:] * u[:-1]
    return s + np.sum(u)


def asarray_of_another_dtype(x):
    y = np.asarray(x, dtype=np.complex128)
    y[0] = 5.0
    return np.sum(x * x) + np.sum(y.real)


def array_without_copy(x):
    y = np.array(x * 1.0, copy=None, ndmin=1)
    z = np.array(y, dtype=float, copy=None)
    z[0] = 5.0
    return np.sum(x * y)


def astype_without_copy(x):
    y = x * 1.0
    z = y.astype(float, copy=False)
    w = np.astype(y, np.float64, copy=False) if hasattr(np, "astype") else y
    z[0] = 5.0
    w[1] *= 2.0
    return np.sum(x * y)


def asarray_with_copy(x):
    y = np.asarray(x, dtype=float)
    z = np.asarray_chkfinite(y * 1.0)
    z[0] = 5.0
    return np.sum(x * y * z)


def isinstance_of_a_union(x, power=2):
    if isinstance(power, int | str):
        y = x**power
    else:
        y = x
    if isinstance(power, (float, (int, str))):
        y = y * x
    if isinstance(x, list | np.ndarray) and not isinstance(x, np.generic):
        y = y + x
    return np.sum(y)


def slots_filled_in_a_loop(x):
    out = [None] * 3
    for i in range(len(x)):
        out[i] = x[i] ** 2
    return sum(out)


def store_through_flat(x):
    c = np.outer(x, x)
    c.flat[::4] += 1.0
    return np.sum(c * c)


class Named:
    __name__ = "other"


def name_of_a_class(x):
    return np.sum(x) if Named.__name__ == "Named" else np.sum(x * x)


def columns_and_rows(x):
    rows = np.r_[x, 2.0, x * x]
    return np.sum(np.c_[x, x * x, rows[:3]] * np.arange(3.0)) + np.sum(rows * np.arange(7.0))


def list_repeated_by_an_argument(x, n=2):
    q = [x, x * 2.0] * n
    return np.sum(np.stack([*q]) ** 2)


def length_differs_in_every_pass(x, n):
    for k in range(n):
        t = x[k:] * x[k]
    return np.sum(t * t)


def length_differs_after_the_first_pass(x, n):
    t = x * 2.0
    u = t
    for k in range(n):
        u = t * t
        t = x[k:] * x[k]
    return np.sum(t * t) + np.sum(u)


def lengths_handed_on(x, n):
    w = y = x
    for _ in range(n):
        y, w = w, np.concatenate([np.full(3, 1.5), w])
    return np.sum(y * y)


def written_to_after_its_list(x, n):
    items = [x]
    for _ in range(n):
        items.append(items[-1] * x)
    s = np.sum(items[-1])
    x[0] = 3.0
    return s * np.sum(x * x)


def written_to_after_each_list(x, n):
    for j in range(3):
        items = [x]
        for _ in range(n):
            items.append(items[-1] * 0.5)
        s = np.sum(items[-1])
        x[j] *= s
    return np.sum(x * x)


def else_of_a_loop_goes_on_with_the_outer_one(x, n):
    s = x[0]
    for j in range(4):
        if j != 2:
            for k in range(n):
                s += x[k] * j
                if s > 1.23:
                    break
            else:
                if j == 3:
                    break
                continue
            s *= 0.7
        s += x[2] * j
    return s


def one_of_two_under_both_names(x, y, n):
    for _ in range(n):
        if y[0] > 0.4:
            x = np.ones(3)
        y = x
        y[1] = x[0] * 2.0
    return np.sum(x * y * y)


def exchanged_under_a_condition(x, y, n):
    u = x.copy()
    for _ in range(n):
        if y[0] > 0.4:
            u, y = y, np.array([0.5, 0.6, u[1]])
            u -= 0.5
    return np.sum(u * y * y)


def array_without_axes(x, n):
    z = np.array(0.5)
    for k in range(n):
        z += x[k]
        z[()] = z * x[0]
    z[...] += x[1]
    return z


def views_of_an_axis_split_in_two(x, y):
    m = y[::2].reshape(2, 1)
    m[0] *= x[0]
    m[1] = x[1]
    w = y[::-1].reshape(2, 2)
    for row in w:
        row *= x[2]
    return np.sum(y * y) + np.sum(w[0] * m[0])


def index_out_of_range_in_a_guard(x, n):
    try:
        s = [1.5, x[0]][n]
    except IndexError:
        s = x[1] * 3
    return s * np.sum(x)


_X = np.array([0.7, -0.4, 1.3])
CASES = [
    (out_by_position, (_X,)), (out_of_a_sum_by_position, (_X, np.zeros(3))), (name_chosen_at_run_time, (_X, 2.0)),
    (name_chosen_at_run_time, (_X, 0.0)), (method_of_a_string, (_X,)), (method_of_a_string, (_X, "enu")),
    (length_changes_once_in_a_loop, (_X, 0)), (length_changes_once_in_a_loop, (_X, 3)),
    (asarray_of_another_dtype, (_X,)), (array_without_copy, (_X,)), (astype_without_copy, (_X,)), (asarray_with_copy, (_X,)),
    *((f, (_X, n)) for f in (written_to_after_its_list, written_to_after_each_list) for n in (1, 3)),
    *((else_of_a_loop_goes_on_with_the_outer_one, (_X, n)) for n in (0, 1, 3)),
    *((f, (_X, _X[::-1].copy(), n)) for f in (one_of_two_under_both_names, exchanged_under_a_condition) for n in (0, 1, 3)),
    (array_without_axes, (_X, 0)), (array_without_axes, (_X, 2)), (views_of_an_axis_split_in_two, (_X, np.arange(8.0)[::2])),
    *((index_out_of_range_in_a_guard, (_X, n)) for n in (0, 1, 2)), (isinstance_of_a_union, (_X,)), (length_shrinks_in_a_loop, (_X, 2)), (length_differs_in_every_pass, (_X, 3)),
    (length_differs_after_the_first_pass, (_X, 0)), (length_differs_after_the_first_pass, (_X, 2)), (lengths_handed_on, (_X, 3)),
]  # fmt: skip
