"""Lengths that are equal in the arguments at hand: the code may rely on that, and other arguments get other code."""

from __future__ import annotations

import numpy as np
import pytest

from st_ad import grad
from st_ad.dispatch import Derivative

RANDOM = np.random.default_rng(0).standard_normal


def recurrence(x, W, h):
    for t in range(len(x)):
        h = np.tanh(W @ h + x[t])
    return np.sum(h * h)


def guarded(x, y, a):
    if a < 0.0:
        return a
    return np.sum((x + y) ** 2) * a


def by_length(x, y):
    if len(x) == len(y):
        return np.sum(x * y)
    return np.sum(x) * np.sum(y)


def one_of_two(params, flag):
    h = params["a"] if flag else params["b"]
    return np.sum(h * h)


def weighed(x, w):
    n, total = len(x) - len(w) + 1, 0.0
    for j in range(len(w)):
        total = total + np.sum(w[j] * x[j : j + n] ** 2)
    return total


def backwards(x, w):
    total = 0.0
    for i in range(len(x) - len(w), -1, -1):
        total = total + np.sum(x[i : i + len(w)] * w) ** 2
    return total


def past_the_end(x, w):
    total = 0.0
    for i in range(len(x) - 1, len(x)):
        total = total + np.sum(x[i : i + len(w)] * w)
    return total


def from_below(x, w):
    total = 0.0
    for i in range(-2, len(x) - 1):
        total = total + np.sum(x[i : i + 1] * w[:1]) + np.sum(x[i : i + 2] * w[0])
    return total


def with_lags(x, w):
    total = 0.0
    for t in range(len(w), len(x)):
        total = total + (x[t] - np.sum(w * x[t - len(w) : t])) ** 2
    return total


@pytest.mark.parametrize("function", [weighed, backwards, past_the_end, from_below, with_lags])
def test_windows_within_an_array_and_past_its_ends(function):
    """One derivative for arrays of all these lengths: a window that is cut off is broadcast, or is empty."""
    derivative = grad(function, argnums=(0, 1))
    for n, m in ((9, 3), (5, 5), (9, 1), (12, 4), (3, 1), (2, 5), (1, 1), (3, 3), (9, 3)):
        x, w = RANDOM(n), RANDOM(m)
        try:
            function(x, w)
        except ValueError:
            continue
        dx, dw = RANDOM(n), RANDOM(m)
        x_bar, w_bar = derivative(x, w)
        slope = (function(x + 1e-6 * dx, w + 1e-6 * dw) - function(x - 1e-6 * dx, w - 1e-6 * dw)) / 2e-6
        assert (x_bar.shape, w_bar.shape) == (x.shape, w.shape)
        np.testing.assert_allclose(x_bar @ dx + w_bar @ dw, slope, rtol=1e-5, atol=1e-7)


def test_loops_and_branches_need_no_broadcasts():
    derivative = grad(recurrence, argnums=(0, 1, 2))
    derivative(RANDOM((4, 2)), RANDOM((2, 2)), RANDOM(2))
    assert "broadcast" not in derivative.source and "x[d,k] W[k,k] h[k]" in derivative.source
    derivative = grad(guarded, argnums=(0, 1))
    derivative(RANDOM(3), RANDOM(3), 1.0)
    assert "broadcast" not in derivative.source and "x[n] y[n]" in derivative.source


def test_a_loop_without_a_pass_keeps_the_lengths_of_its_arguments():
    derivative = grad(recurrence, argnums=(0, 1, 2))
    for shapes in [((4, 2), (2, 2), (2,)), ((0, 2), (2, 2), (5,)), ((4, 3), (3, 3), (3,)), ((0, 2), (7, 9), (5,))]:
        x, W, h = map(RANDOM, shapes)
        found = derivative(x, W, h)
        assert [g.shape for g in found] == [x.shape, W.shape, h.shape]
        if not len(x):
            np.testing.assert_allclose(found[2], 2.0 * h)


@pytest.mark.parametrize("order", [(3, 4), (4, 3)])
def test_a_comparison_of_lengths_is_made_at_each_call(order):
    derivative = grad(by_length)
    x = RANDOM(3)
    for n in order:
        y = RANDOM(n)
        wanted = y if n == 3 else np.full(3, np.sum(y))
        np.testing.assert_allclose(derivative(x, y), wanted)
    np.testing.assert_allclose(derivative(x, x + 1.0), x + 1.0)


@pytest.mark.parametrize("lengths", [(3, 3), (3, 4), (4, 3), (3, 3)])
def test_arrays_in_containers(lengths, derivative=grad(one_of_two)):
    a, b = map(RANDOM, lengths)
    for flag in (1, 0):
        found = derivative({"a": a, "b": b}, flag)
        np.testing.assert_allclose(found["a"], 2.0 * a * flag)
        np.testing.assert_allclose(found["b"], 2.0 * b * (1 - flag))


def test_stored_code_is_used_for_equal_lengths_only(tmp_path, monkeypatch):
    monkeypatch.setenv("ST_AD_CACHE", str(tmp_path))
    for x_shape, h_length in [((4, 2), 2), ((0, 2), 5), ((4, 2), 2)]:
        fresh = Derivative(recurrence, "grad", (0, 1, 2))
        x, W, h = RANDOM(x_shape), RANDOM((2, 2)), RANDOM(h_length)
        assert [g.shape for g in fresh(x, W, h)] == [x.shape, W.shape, h.shape]
