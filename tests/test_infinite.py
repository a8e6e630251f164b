"""Infinite and missing constants, as borders of tables and behind masks, do not vary and make no nan."""

from __future__ import annotations

import math

import numpy as np
import pytest

from st_ad import hvp, jvp, value_and_grad

INF = float("inf")
MASK = np.array([[True, False, True], [True, True, False]])


def softmax_sum(z, s):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.sum(e / e.sum(axis=1, keepdims=True) * s)


def scaled_after_the_mask(x):
    s = x[1:].reshape(2, 3)
    return softmax_sum(x[0] * np.where(MASK, s, -np.inf), s)


def divided_after_the_mask(x):
    s = x[1:].reshape(2, 3)
    return softmax_sum(np.where(MASK, s, -INF) / x[0], s)


def stored_and_scaled(x):
    z = x[1:].reshape(2, 3).copy()
    z[~MASK] = -np.inf
    z *= x[0]
    return softmax_sum(z, x[1:].reshape(2, 3))


def soft_warping(x):
    a, b, gamma = x[1:5], x[5:], x[0]
    table = np.full((len(a) + 1, len(b) + 1), np.inf)
    table[0, 0] = 0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            z = np.array([-v / gamma for v in (table[i - 1, j], table[i, j - 1], table[i - 1, j - 1])])
            m = np.max(z)
            table[i, j] = (a[i - 1] - b[j - 1]) ** 2 - gamma * (m + np.log(np.sum(np.exp(z - m))))
    return table[-1, -1]


def numbers_in_a_list(x):
    b = [math.inf, x[1], x[2]]
    m = min(b)
    return m - x[0] * math.log(sum(math.exp(-(v - m) / x[0]) for v in b)) + np.sum(np.exp(-x[0] * np.array(b)))


def far_from_itself(x):
    p = x[1:].reshape(3, 2)
    d = np.sqrt(((p[:, None] - p[None]) ** 2).sum(-1) + 1e-12) + np.diag([np.inf] * 3)
    return np.log(np.exp(-(d**2) / (2 * x[0] ** 2)).sum(axis=1)).sum() + np.sum(1 / d ** x[0])


def missing_values(x):
    a = np.array([np.nan, 1.0, 2.0, np.nan, 3.0, 1.0, np.nan]) * x
    return np.nanmean(a) + np.nansum(a**2) + np.where(np.isnan(a), 0.0, a).sum() + a[~np.isnan(a)].std()


PROGRAMS = [missing_values, scaled_after_the_mask, divided_after_the_mask, stored_and_scaled, soft_warping, numbers_in_a_list, far_from_itself]
X = np.array([0.7, 0.3, -0.2, 0.5, 0.1, 0.4, -0.6])
DOT = np.linspace(0.3, 1.0, 7)


@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_derivatives_are_those_of_the_finite_part(function):
    def slope(f, h=1e-6):
        return (f(X + h * DOT) - f(X - h * DOT)) / (2 * h)

    value, gradient = value_and_grad(function)(X)
    assert value == function(X)
    assert gradient @ DOT == pytest.approx(slope(function), rel=1e-6)
    assert jvp(function, (X,), (DOT,))[1] == pytest.approx(gradient @ DOT, rel=1e-10)
    product = hvp(function, (X,), (DOT,))
    np.testing.assert_allclose(product, slope(lambda x: value_and_grad(function)(x)[1]), rtol=1e-5, atol=1e-6)


def test_the_start_of_a_search_is_not_looked_after():
    def nearest(x, k):
        best = np.inf
        for v in x:
            if v * k < best:
                best = v * k
        return best**2

    derivative = value_and_grad(nearest)
    assert derivative(X, 2.0)[1] @ DOT == pytest.approx(8 * X[6] * DOT[6])
    assert "nan_to_num" not in derivative.source
