"""The hint stop_gradient, effects beside the derivative, and the small functions on lists that adjoints call."""

from __future__ import annotations

import numpy as np
import pytest

import st_ad
from st_ad import grad, jvp, runtime
from st_ad.errors import UnsupportedError


def weighted(x):
    return np.sum(x * st_ad.stop_gradient(np.sin(x)))


def through_an_alias(x):
    z = x * 2
    w = st_ad.stop_gradient(z)
    w[0] = 5.0
    return np.sum(z)


def repeated_store(x):
    y = np.zeros(3)
    y[[0, 0, 2]] = x
    return np.sum(y * np.arange(1.0, 4.0))


def told(x):
    if x[0] > 100:
        raise ValueError(f"too large: {x[0]:.2f} of {x!r}")
    print("value", x[0], f"{x[1]:.2f}", repr(len(x)))
    return np.sum(x**2)


def test_stop_gradient():
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(grad(weighted)(x), np.sin(x))
    np.testing.assert_allclose(jvp(weighted, (x,), (x,))[1], np.sum(x * np.sin(x)))


def test_a_store_through_a_stopped_alias_is_refused():
    with pytest.raises(UnsupportedError):
        grad(through_an_alias)(np.ones(3))


def test_only_the_last_of_repeated_stores_counts():
    np.testing.assert_allclose(grad(repeated_store)(np.array([1.0, 2.0, 3.0])), [0.0, 1.0, 3.0])


def test_effects_happen_once(capsys):
    np.testing.assert_allclose(grad(told)(np.array([1.0, 2.0])), [2.0, 4.0])
    assert capsys.readouterr().out.count("value") == 1
    with pytest.raises(ValueError, match="too large: 101.00"):
        grad(told)(np.array([101.0, 2.0]))


def test_lists_of_adjoints():
    zeros = runtime.zeros_of_list([1.0, np.ones(2, "float32"), [np.ones(1)]])
    assert zeros[0] == 0.0 and zeros[1].dtype == np.float32 and zeros[2][0].shape == (1,)
    total = runtime.add_lists([1.0, [np.ones(2)]], [2.0, [np.ones(2)]])
    assert total[0] == 3.0 and total[1][0].tolist() == [2.0, 2.0]
    x = np.ones(2)
    kept = runtime.snapshot([x, (x, 1.0)])
    x[0] = 5.0
    assert kept[0][0] == kept[1][0][0] == 1.0
