"""Programs with containers: gradient, forward mode and the second derivative against differences; what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from container_programs import CASES as PLAIN
from kind_programs import CASES as KINDS
from missing_programs import CASES as MISSING
from test_adversary import differences

import st_ad
from st_ad import grad

DIRECTION = np.array([0.3, 0.65, 1.0])
CASES = [*PLAIN, *MISSING, *KINDS]
NAMES = [f.__name__ for f, _ in CASES]


@pytest.mark.parametrize(("function", "args"), CASES, ids=NAMES)
def test_gradient(function: Any, args: tuple[Any, ...]) -> None:
    x, *rest = args
    wanted = differences(function, args)
    np.testing.assert_allclose(grad(function)(x.copy(), *rest), wanted, rtol=1e-4, atol=2e-5)
    _, dot = st_ad.jvp(function, (x.copy(), *rest), (DIRECTION, *[None] * len(rest)))
    np.testing.assert_allclose(dot, wanted @ DIRECTION, rtol=1e-4, atol=2e-5)


@pytest.mark.parametrize(("function", "args"), CASES, ids=NAMES)
def test_second(function: Any, args: tuple[Any, ...]) -> None:
    first = grad(function)

    def along(x: Any, *rest: Any) -> Any:
        return np.sum(first(x, *rest) * DIRECTION)

    x, *rest = args
    np.testing.assert_allclose(
        grad(along)(x.copy(), *rest), differences(along, args, 1e-5), rtol=1e-3, atol=1e-4
    )


def item_written_through_a_name(x, n):
    hs = []
    for i in range(n):
        hs.append(x * i)
    g = hs[1]
    g += 1.0
    return np.sum(hs[1] ** 2)


def array_put_in_twice(x, n):
    hs = []
    u = x * 2
    for _ in range(n):
        hs.append(u)
    hs[0] += 1.0
    return np.sum(hs[1] ** 2)


def array_written_after_it_was_put_in(x, n):
    u = x.copy()
    hs = []
    for _ in range(n):
        u *= 1.1
        hs.append(u)
    return np.sum(hs[0] ** 2)


def items_of_a_dict_with_a_key_on_one_path(x, n):
    d = {"a": x[0]}
    if n > 7:
        d["b"] = x[1]
    return sum(d.values()) * len(d)


def items_of_a_dict_without_a_key_on_one_path(x, n):
    d = {"a": x[0], "b": x[1]}
    for _ in range(n):
        if "a" in d:
            y = d.pop("a")
    return sum(d.values()) + y**2


def list_grown_under_its_loop(x, n):
    xs = [x[0]]
    for v in xs:
        if len(xs) < n:
            xs.append(v * x[1])
    return sum(xs)


def row_shared_by_rows(x, n):
    row, rows = [], []
    for i in range(n):
        row.append(x[i % 3])
        rows.append(row)
    return sum(rows[0]) + len(rows[0])


def name_of_another_list_or_of_a_new_one(x, n):
    a = []
    b = a
    for i in range(n):
        if i > 2:
            b = []
        b.append(x[i % 3])
        a.append(x[0] * i)
    return sum(a) ** 2 + sum(b)


def buffers_filled_through_the_list(x, n):
    rows = [np.zeros(3) for _ in range(n)]
    for i in range(3):
        r = rows[i % 2]
        r[i] = x[i]
        rows[i] += x[0] * i
    return rows[0] @ rows[1] + np.sum(rows[2] ** 2)


def nested_buffers(x, n):
    rows = [[np.zeros(2) for _ in range(2)] for _ in range(2)]
    for i in range(2):
        for j in range(2):
            rows[i][j][0] += x[i]
            rows[i][j][1] -= x[j] ** 2
    return sum(np.sum(c**2) for row in rows for c in row)


def later_items_from_earlier_ones(x, n):
    hs = [x.copy()]
    for i in range(n):
        new = hs[-1] * 0.5
        new[i % 3] = hs[0][i % 3] ** 2
        hs.append(new)
    hs[1] *= x
    return sum(np.sum(h) * k for k, h in enumerate(hs))


def one_buffer_many_times(x, n):
    rows = [np.zeros(3)] * n
    for i in range(3):
        rows[i][i] = x[i]
    return rows[0] @ rows[1]


WRITTEN = [buffers_filled_through_the_list, nested_buffers, later_items_from_earlier_ones, item_written_through_a_name]


@pytest.mark.parametrize("function", WRITTEN, ids=lambda f: f.__name__)
def test_items_written_to(function: Any) -> None:
    args = (np.array([0.7, 1.3, 0.4]), 4)
    np.testing.assert_allclose(grad(function)(args[0].copy(), 4), differences(function, args), rtol=1e-4, atol=2e-5)


REFUSED = [
    one_buffer_many_times,
    name_of_another_list_or_of_a_new_one,
    item_written_through_a_name,
    array_put_in_twice,
    array_written_after_it_was_put_in,
    items_of_a_dict_with_a_key_on_one_path,
    items_of_a_dict_without_a_key_on_one_path,
    list_grown_under_its_loop,
    row_shared_by_rows,
]


@pytest.mark.parametrize("function", REFUSED, ids=lambda f: f.__name__)
def test_refused_or_right(function: Any) -> None:
    args = (np.array([0.7, 1.3, 0.4]), 5)
    try:
        found = grad(function)(args[0].copy(), 5)
    except st_ad.UnsupportedError:
        return
    np.testing.assert_allclose(found, differences(function, args), rtol=1e-4, atol=2e-5)


class Held:
    def __init__(self, value):
        self.value = value


def number_or_none(x):
    best = None
    for v in x:
        if v > 1.0:
            best = v
    return best * 2


def array_or_none(x):
    best = None
    for v in x:
        if v > 1.0:
            best = v * x
    return np.sum(best * 2)


def tuple_or_none(x):
    best = None
    for v in x:
        if v > 1.0:
            best = v, 2 * v
    return best[1]


def object_or_none(x):
    best = None
    for v in x:
        if v > 1.0:
            best = Held(v)
    return best.value


@pytest.mark.parametrize("function", [number_or_none, array_or_none, tuple_or_none, object_or_none], ids=lambda f: f.__name__)
def test_none_raises_what_python_raises(function: Any) -> None:
    assert np.isfinite(grad(function)(np.array([0.5, 1.5]))).all()
    x = np.array([0.5, 0.7])
    with pytest.raises((TypeError, AttributeError)) as wanted:
        function(x)
    with pytest.raises(wanted.type):
        grad(function)(x)
