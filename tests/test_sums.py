"""Adjoints that are sums of zero are left out, and none that is not."""

from __future__ import annotations

import numpy as np
import pytest

from st_ad import check_grads, source

RANDOM = np.random.default_rng(3)
X = RANDOM.standard_normal((4, 5))
G = RANDOM.standard_normal((4, 5))


def softmax_of_rows(x, g):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(g * (e / np.sum(e, axis=1, keepdims=True)))


def softmax_of_columns(x, g):
    e = np.exp(x - np.max(x, axis=0))
    return np.sum(g * e / np.sum(e, axis=0))


def log_sum_exp(x, g):
    top = np.max(x, axis=-1)
    return np.sum(top + np.log(np.sum(np.exp(x - top[:, None]), axis=-1)))


def log_softmax(x, g):
    z = x - np.max(x, axis=1, keepdims=True)
    return np.sum(g * (z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))))


def of_a_vector(x, g):
    v = x[0]
    e = np.exp(v - np.max(v))
    return e @ g[0] / np.sum(e)


CANCEL = [softmax_of_rows, softmax_of_columns, log_sum_exp, log_softmax]


@pytest.mark.parametrize("program", CANCEL)
def test_the_maximum_that_a_softmax_subtracts_has_no_adjoint(program):
    assert "is_best" not in source(program, X, G)
    check_grads(program, (X, G))


def other_axis(x, g):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(g * e / np.sum(e, axis=0))


def other_total(x, g):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(g * e / np.sum(e * e, axis=1, keepdims=True))


def scaled_maximum(x, g):
    e = np.exp(x - 0.5 * np.max(x, axis=1, keepdims=True))
    return np.sum(g * e / np.sum(e, axis=1, keepdims=True))


def maximum_is_used_again(x, g):
    top = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - top)
    return np.sum(top * g * e / np.sum(e, axis=1, keepdims=True))


def forgotten_maximum(x, g):
    top = np.max(x, axis=1)
    return np.sum(np.log(np.sum(np.exp(x - top[:, None]), axis=1)))


def spread_by_the_sum(x, g):
    c = np.sum(x, axis=1, keepdims=True)
    e = np.exp(g * 0.0 + c - np.max(c, axis=0))
    return np.sum(g * (e / np.sum(np.exp(c - np.max(c, axis=0)), axis=1, keepdims=True)))


def mean_instead(x, g):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(g * e / np.mean(e, axis=1, keepdims=True))


@pytest.mark.parametrize(
    "program",
    [of_a_vector, other_axis, other_total, scaled_maximum, maximum_is_used_again, forgotten_maximum, spread_by_the_sum,
     mean_instead],
)  # fmt: skip
def test_what_only_looks_like_it_keeps_its_derivative(program):
    check_grads(program, (X, G))


@pytest.mark.parametrize("program", CANCEL)
@pytest.mark.parametrize("shape", [(1, 5), (4, 1), (1, 1)])
def test_axes_of_length_one(program, shape):
    check_grads(program, (X[: shape[0], : shape[1]], G[: shape[0], : shape[1]]))
