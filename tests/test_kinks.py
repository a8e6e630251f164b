"""What the rules promise where a derivative does not exist: finite, shared, and never nan from a branch not taken."""

from __future__ import annotations

import numpy as np
import pytest

from st_ad import grad


def total_max(x):
    return np.max(x)


def largest_of_two(x):
    return np.sum(np.maximum(x, np.array([1.0, 2.0, 0.0])))


def relu(x):
    return np.sum(np.maximum(x, 0.0))


def clipped(x):
    return np.sum(np.clip(x, -1.0, 1.0))


def size(x):
    return np.sum(np.abs(x))


def length(x):
    return np.linalg.norm(x)


def spread(x):
    return np.std(x)


def product(x):
    return np.prod(x)


def running_product(x):
    return np.sum(np.cumprod(x))


def masked_root(x):
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


def masked_log(x):
    return np.sum(np.where(x > 0, np.log(x), 0.0))


def masked_quotient(x):
    return np.sum(np.where(x != 0, 1.0 / x, 0.0))


def square(x):
    return np.sum(x**2)


def cardinal_sine(x):
    return np.sum(np.sinc(x))


def no_nans(x):
    return np.sum(np.nan_to_num(x)) + np.nansum(x)


def determinant(x):
    return np.linalg.det(x.reshape(2, 2))


def radius(x):
    return np.hypot(x[0], x[1])


def zero_power(x):
    return np.sum(x**0.0)


CASES = [
    (total_max, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    (largest_of_two, [1.0, 1.0, 1.0], [0.5, 0.0, 1.0]),
    (relu, [-1.0, 0.0, 2.0], [0.0, 0.5, 1.0]),
    (clipped, [-2.0, -1.0, 0.0, 1.0, 2.0], [0.0, 1.0, 1.0, 1.0, 0.0]),
    (size, [-2.0, 0.0, 3.0], [-1.0, 0.0, 1.0]),
    (length, [0.0, 0.0], [0.0, 0.0]),
    (spread, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    (product, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    (product, [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]),
    (running_product, [2.0, 0.0, 3.0], [1.0, 8.0, 0.0]),
    (masked_root, [0.0, 4.0], [0.0, 0.25]),
    (masked_log, [0.0, 2.0], [0.0, 0.5]),
    (masked_quotient, [0.0, 2.0], [0.0, -0.25]),
    (square, [0.0, -3.0], [0.0, -6.0]),
    (cardinal_sine, [0.0], [0.0]),
    (no_nans, [1.0, np.nan], [2.0, 0.0]),
    (determinant, [1.0, 2.0, 2.0, 4.0], [4.0, -2.0, -2.0, 1.0]),
    (radius, [0.0, 0.0], [0.0, 0.0]),
    (zero_power, [0.0, 2.0], [0.0, 0.0]),
]


@pytest.mark.parametrize("f, x, expected", CASES, ids=[f"{f.__name__}-{i}" for i, (f, _, _) in enumerate(CASES)])
@pytest.mark.filterwarnings("ignore")
def test_gradient_at_a_kink(f, x, expected):
    np.testing.assert_allclose(grad(f)(np.array(x)), expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_sinc_is_smooth_to_second_order():
    second = grad(grad(cardinal_like))
    np.testing.assert_allclose(second(0.0), -(np.pi**2) / 3.0)


def cardinal_like(x):
    return np.sinc(x)
