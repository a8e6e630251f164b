"""What cannot be transformed for arrays of every length is transformed for arrays of these lengths."""

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
