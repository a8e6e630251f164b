"""What cannot be transformed for arrays of every length is transformed for arrays of these lengths; and lengths that differ
from pass to pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from st_ad import NoRuleError, check_grads, grad


def unpacked(v: Any) -> Any:
    x, y, z = v
    return x * y + z


def rank_depends_on_a_length(t: Any) -> Any:
    if t.shape[1] == 3:
        found = np.cross(t, 2.0 * t[::-1])
    elif t.shape[1] == 2:
        found = t[:, 0] * t[:, 1]
    else:
        raise ValueError(t.shape)
    return np.sum(found * found)


def items_replaced(v: Any) -> Any:
    out = [None] * 3
    for i in range(len(v)):
        out[i] = v[i] ** 2
    return sum(out)


def test_gradients_are_right() -> None:
    x = np.array([0.3, -0.7, 1.1])
    for function, args in (
        (unpacked, (x,)),
        (items_replaced, (x,)),
        (rank_depends_on_a_length, (np.outer(x, x + 1),)),
        (rank_depends_on_a_length, (np.outer(x, x[:2]),)),
    ):
        check_grads(function, args)


def test_each_length_has_its_own_code() -> None:
    gradient = grad(rank_depends_on_a_length)
    for columns in (3, 2, 3):
        assert gradient(np.ones((4, columns))).shape == (4, columns)
    with pytest.raises(ValueError, match=r"\(4, 5\)"):
        gradient(np.ones((4, 5)))


def test_the_first_refusal_is_reported() -> None:
    def refused(v: Any) -> Any:
        return np.sum(np.power.reduce(v))

    with pytest.raises(NoRuleError, match="power.reduce"):
        grad(refused)(np.ones(3))


def heads(x: Any, n: int) -> Any:
    parts = [x[: i + 1] ** 2 for i in range(n)]
    return np.sum(parts[0] * parts[2]) + np.mean(parts[1]) * len(parts[2]) + np.sum(x) * (len(parts[0]) == len(parts[2]))


def one_and_two(x: Any, n: int) -> Any:
    parts = [x[:1]]
    for _ in range(n):
        parts.append(x[:2])
    return np.sum(parts[0] * parts[2])


def doubled_heads(x: Any, n: int) -> Any:
    k, parts, total = 1, [], 0.0
    while k < n:
        parts.append(x[:k])
        k *= 2
    for part in parts:
        total = total + np.sum(part * parts[0])
    return total


def the_head_before(x: Any, n: int) -> Any:
    before = None
    for i in range(n):
        head = x[: i + 1]
        if before is not None:
            return np.sum(head * before)
        before = head
    return 0.0 * x[0]


def tails(x: Any, n: int) -> Any:
    parts = [x[i:] for i in range(n)]
    steps = sum(np.sum(a[1:] * b) for a, b in zip(parts, parts[1:]))
    return sum(np.sum(part) for part in parts) + np.sum(parts[len(x) - 1] * parts[0]) + steps


def filled_like_an_item(x: Any, n: int) -> Any:
    parts = [x[: i + 1] for i in range(n)]
    z = np.zeros(parts[1].shape)
    z += parts[1]
    return np.sum(z * parts[1].shape[0]) + np.mean(parts[2]) + np.mean(parts[0])


@pytest.mark.parametrize("function", [heads, one_and_two, doubled_heads, the_head_before, tails, filled_like_an_item])
def test_items_of_different_lengths(function: Any) -> None:
    check_grads(lambda x: function(x, 6), (np.array([0.3, -0.7, 1.1, 0.4, 0.9, -0.2]),), order=2)
