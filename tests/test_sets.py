"""Sets whose items are known, and how many different numbers there are among computed ones."""

from __future__ import annotations

import numpy as np
import pytest

import st_ad


def one_length(x):
    lengths = set([x.shape[0], (2 * x).shape[0]])
    if len(lengths) > 1:
        raise ValueError("lengths differ")
    return np.sum(x * len(lengths))


def one_kind(x):
    kinds = set(isinstance(a, np.ndarray) for a in (x, x))
    return np.sum(x * x) if len(kinds) == 1 and kinds.pop() else 0.0


def grown_in_a_loop(x):
    s = set()
    for k in range(3):
        s.add(k % 2)
    return np.sum(x) * len(s)


def two_names(x):
    s = set([1, 2])
    t = s
    t.add(3)
    s |= set([4])
    s -= {1}
    return np.sum(x) * (len(s) + 10 * len(t)) if 3 in s and 4 in t else x[0]


def algebra(x):
    a, b = set([1, 2]), {2, 3}
    return x[0] * len(a | b) + x[1] * len(a - b) * (a == {1, 2}) + x[2] * (3 if a & b else 1)


def empty(x):
    s = set()
    return np.sum(x) if not s else x[0]


def computed_items(x):
    s = set([float(x[0]), float(x[1]), float(x[0])])
    return x[0] * len(s)


def met_before(x):
    seen, total = set(), 0.0
    for k in range(4):
        if k % 2 in seen:
            total += x[k]
        seen.add(k % 2)
    return total


def displayed(x):
    visited, stack, total = {0}, [0], 0.0
    edges = {0: [1, 2], 1: [3], 2: [3], 3: []}
    while stack:
        node = stack.pop()
        total += x[node] ** 2
        for other in edges[node]:
            if other not in visited:
                visited.add(other)
                stack.append(other)
    return total


def added_on_one_path(x):
    s = set([1, 2])
    if x[0] > 0:
        s.add(5)
    return x[0] * len(s)


def first_of_many(x):
    return x[0] * len(set(["a", "b"]).pop())


def order_of_numbers(x):
    total, seen = 0.0, set()
    for i in (9, 2, 17):
        seen.add(i)
    for i in seen:
        total = 2.0 * total + x[i % 4]
    for i in {8, 1, 3}:
        total = 2.0 * total + x[i % 4]
    for i in {-1, -2, 5} | {32, 16}:
        total = 3.0 * total + x[i % 4]
    return total * x[list({10, 1})[0] % 4] * x[next(iter({16, 3})) % 4]


def taken_one_by_one(x):
    left, total = {8, 1, 24}, 0.0
    left.discard(1)
    left.update([40, 3])
    while left:
        total = 2.0 * total + x[left.pop() % 4]
    return total


REFUSED = [added_on_one_path, first_of_many]
RIGHT = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__ and f not in REFUSED]
X = np.array([1.3, 0.7, -0.2, 0.4])


@pytest.mark.parametrize("f", RIGHT, ids=lambda f: f.__name__)
def test_right(f):
    st_ad.check_grads(f, (X,))
    assert st_ad.value_and_grad(f)(X)[0] == pytest.approx(f(X))


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_refused(f):
    with pytest.raises(st_ad.UnsupportedError, match="a set"):
        st_ad.grad(f)(X)
