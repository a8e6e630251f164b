"""What the rules promise where a derivative does not exist: finite, shared, and never nan from a branch not taken."""

from __future__ import annotations

import linecache
import math

import numpy as np
import pytest

from st_ad import grad, hvp, jvp

# --- ties and bounds


def total_max(x):
    return np.max(x)


def column_max(x):
    return np.sum(np.max(np.reshape(x, (2, 2)), axis=0))


def total_min(x):
    return np.min(x)


def extent(x):
    return np.ptp(x)


def middle(x):
    return np.median(x)


def ranked(x):
    return np.sum(np.sort(x) * np.array([1.0, 2.0, 6.0]))


def largest_of_two(x):
    return np.sum(np.maximum(x, np.array([1.0, 2.0, 0.0])))


def smallest_of_two(x):
    return np.sum(np.minimum(x, np.array([1.0, 2.0, 0.0])))


def builtin_max(x):
    return max(x[0], x[1])


def relu(x):
    return np.sum(np.maximum(x, 0.0))


def clipped(x):
    return np.sum(np.clip(x, -1.0, 1.0))


def size(x):
    return np.sum(np.abs(x))


# --- roots of zero


def length(x):
    return np.linalg.norm(x)


def row_lengths(x):
    return np.sum(np.linalg.norm(np.reshape(x, (2, 2)), axis=1))


def largest_entry(x):
    return np.linalg.norm(x, np.inf)


def cubic_length(x):
    return np.linalg.norm(x, 3)


def spread(x):
    return np.std(x)


def row_spread(x):
    return np.sum(np.std(np.reshape(x, (2, 2)), axis=1))


def radius(x):
    return np.hypot(x[0], x[1])


def angle(x):
    return np.arctan2(x[0], x[1])


def radius_of_numbers(x):
    return math.hypot(x[0], x[1])


# --- products and powers of zero


def product(x):
    return np.prod(x)


def row_product(x):
    return np.sum(np.prod(np.reshape(x, (2, 2)), axis=1))


def running_product(x):
    return np.sum(np.cumprod(x))


def square(x):
    return np.sum(x**2)


def general_power(x):
    return x[0] ** x[1]


def zero_power(x):
    return np.sum(x**0.0)


def power_of_zero(x):
    return np.sum(0.0**x)


def determinant(x):
    return np.linalg.det(x.reshape(2, 2))


def cardinal_sine(x):
    return np.sum(np.sinc(x))


def no_nans(x):
    return np.sum(np.nan_to_num(x)) + np.nansum(x)


# --- branches that are not taken


def masked_root(x):
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


def masked_log(x):
    return np.sum(np.where(x > 0, np.log(x), 0.0))


def masked_quotient(x):
    return np.sum(np.where(x != 0, 1.0 / x, 0.0))


def masked_power(x):
    return np.sum(np.where(x > 0, x**1.5 + x**-1, x))


def masked_half_power(x):
    return np.sum(np.where(x > 0, x**0.5, 0.0))


def masked_arc(x):
    return np.sum(np.where(np.abs(x) < 1, np.arcsin(x), 0.0))


def masked_chain(x):
    return np.sum(np.where(x > 0, np.exp(np.sqrt(x)) * 2.0 + np.log(x), 1.0))


def masked_reshape(x):
    return np.sum(np.where(np.reshape(x, (2, 1)) > 0, np.reshape(np.sqrt(x), (2, 1)), 0.0))


def masked_sum(x):
    return np.where(x[0] > 0, np.sum(np.sqrt(x)), x[0])


def masked_product(x):
    return np.sum(np.where(x[0] > 0, np.array([[1.0, 2.0], [3.0, 4.0]]) @ np.sqrt(x), x))


def masked_store(x):
    y = np.sqrt(x)
    y[x <= 0] = 0.0
    return np.sum(y)


def selected(x):
    positive = x > 0
    return np.sum(np.sqrt(x)[positive])


def branched(x):
    total = 0.0
    for k in range(len(x)):
        if x[k] > 0:
            total = total + np.sqrt(x[k])
    return total


def in_loop(x):
    u = x
    for _ in range(2):
        u = np.where(u > 0, np.sqrt(u), 0.0)
    return np.sum(u)


CASES = [
    (total_max, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    (column_max, [1.0, 3.0, 1.0, 2.0], [0.5, 1.0, 0.5, 0.0]),
    (total_min, [1.0, 1.0, 3.0], [0.5, 0.5, 0.0]),
    (extent, [1.0, 1.0, 3.0], [-0.5, -0.5, 1.0]),
    (middle, [2.0, 2.0, 2.0], [1 / 3, 1 / 3, 1 / 3]),
    (ranked, [2.0, 1.0, 2.0], [4.0, 1.0, 4.0]),
    (largest_of_two, [1.0, 1.0, 1.0], [0.5, 0.0, 1.0]),
    (smallest_of_two, [1.0, 1.0, 1.0], [0.5, 1.0, 0.0]),
    (builtin_max, [2.0, 2.0], [1.0, 0.0]),
    (relu, [-1.0, 0.0, 2.0], [0.0, 0.5, 1.0]),
    (clipped, [-2.0, -1.0, 0.0, 1.0, 2.0], [0.0, 1.0, 1.0, 1.0, 0.0]),
    (size, [-2.0, 0.0, 3.0], [-1.0, 0.0, 1.0]),
    (length, [0.0, 0.0], [0.0, 0.0]),
    (row_lengths, [0.0, 0.0, 3.0, 4.0], [0.0, 0.0, 0.6, 0.8]),
    (largest_entry, [0.0, 0.0], [0.0, 0.0]),
    (largest_entry, [-2.0, 2.0], [-0.5, 0.5]),
    (cubic_length, [0.0, 0.0], [0.0, 0.0]),
    (cubic_length, [0.0, -2.0], [0.0, -1.0]),
    (spread, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    (row_spread, [2.0, 2.0, 1.0, 3.0], [0.0, 0.0, -0.5, 0.5]),
    (radius, [0.0, 0.0], [0.0, 0.0]),
    (angle, [0.0, 0.0], [0.0, 0.0]),
    (radius_of_numbers, [0.0, 0.0], [0.0, 0.0]),
    (product, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    (product, [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]),
    (row_product, [0.0, 2.0, 3.0, 4.0], [2.0, 0.0, 4.0, 3.0]),
    (running_product, [2.0, 0.0, 3.0], [1.0, 8.0, 0.0]),
    (square, [0.0, -3.0], [0.0, -6.0]),
    (general_power, [0.0, 2.0], [0.0, 0.0]),
    (general_power, [0.0, 0.0], [0.0, 0.0]),
    (general_power, [0.0, 1.0], [1.0, 0.0]),
    (zero_power, [0.0, 2.0], [0.0, 0.0]),
    (power_of_zero, [1.0, 2.0], [0.0, 0.0]),
    (determinant, [1.0, 2.0, 2.0, 4.0], [4.0, -2.0, -2.0, 1.0]),
    (cardinal_sine, [0.0], [0.0]),
    (no_nans, [1.0, np.nan], [2.0, 0.0]),
    (masked_root, [0.0, 4.0], [0.0, 0.25]),
    (masked_log, [0.0, 2.0], [0.0, 0.5]),
    (masked_quotient, [0.0, 2.0], [0.0, -0.25]),
    (masked_power, [0.0, 4.0], [1.0, 3.0 - 1 / 16]),
    (masked_half_power, [0.0, 4.0], [0.0, 0.25]),
    (masked_arc, [1.0, 0.0], [0.0, 1.0]),
    (masked_chain, [0.0, 4.0], [0.0, 0.5 * np.exp(2.0) + 0.25]),
    (masked_reshape, [0.0, 4.0], [0.0, 0.25]),
    (masked_sum, [0.0, 4.0], [1.0, 0.0]),
    (masked_product, [0.0, 4.0], [1.0, 1.0]),
    (masked_store, [0.0, 4.0], [0.0, 0.25]),
    (selected, [0.0, 4.0], [0.0, 0.25]),
    (branched, [0.0, 4.0], [0.0, 0.25]),
    (in_loop, [0.0, 16.0], [0.0, 1 / 32]),
]
IDS = [f"{f.__name__}-{i}" for i, (f, _, _) in enumerate(CASES)]
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("f, x, expected", CASES, ids=IDS)
def test_gradient_at_a_kink(f, x, expected):
    np.testing.assert_allclose(grad(f)(np.array(x)), expected, atol=1e-12)


@pytest.mark.parametrize("f, x, expected", CASES, ids=IDS)
def test_tangent_at_a_kink(f, x, expected):
    direction = np.cos(np.arange(len(x)))
    _, tangent = jvp(f, (np.array(x),), (direction,))
    np.testing.assert_allclose(tangent, np.dot(expected, direction), atol=1e-12)


SECOND = [
    (masked_root, [0.0, 4.0], [0.0, -1 / 32]),
    (masked_log, [0.0, 2.0], [0.0, -0.25]),
    (masked_quotient, [0.0, 2.0], [0.0, 0.25]),
    (masked_half_power, [0.0, 4.0], [0.0, -1 / 32]),
    (masked_arc, [1.0, 0.0], [0.0, 0.0]),
    (masked_reshape, [0.0, 4.0], [0.0, -1 / 32]),
    (masked_store, [0.0, 4.0], [0.0, -1 / 32]),
    (branched, [0.0, 4.0], [0.0, -1 / 32]),
    (relu, [-1.0, 0.0, 2.0], [0.0, 0.0, 0.0]),
    (size, [-2.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
    (square, [0.0, -3.0], [2.0, 2.0]),
    (product, [0.0, 0.0, 3.0], [3.0, 3.0, 0.0]),
    (cardinal_sine, [0.0], [-(np.pi**2) / 3.0]),
]


@pytest.mark.parametrize("f, x, expected", SECOND, ids=[f.__name__ for f, _, _ in SECOND])
def test_second_derivative_at_a_kink(f, x, expected):
    point, ones = np.array(x), np.ones(len(x))
    np.testing.assert_allclose(hvp(f, (point,), (ones,)), expected, atol=1e-12)
    twice = grad(lambda x: np.sum(grad(f)(x)))
    np.testing.assert_allclose(twice(point), expected, atol=1e-12)


# --- what only some pass of a loop hands on


def row(text):
    """A function of x whose body is that expression."""
    scope = {"np": np}
    linecache.cache[text] = (len(text), None, [f"lambda x: {text}"], text)
    return eval(compile(f"lambda x: {text}", text, "eval"), scope)


# Where the side that is not chosen is infinite, or its factors are: the derivative is that of the other side.
CHOSEN = [
    ("np.where(x > 0, x * np.log(x), 0.0)", [0.0, 2.0], [0.0, 1.0 + np.log(2.0)]),
    ("np.where(x > 0, -x * np.log2(x / 3.0), 0.0)", [0.0, 3.0], [0.0, -1.0 / np.log(2.0)]),
    ("np.where((x > 0) & (x < 1), x * np.log(x) + (1 - x) * np.log(1 - x), 0)", [0.0, 1.0, 0.5], [0.0, 0.0, 0.0]),
    ("np.where(x > 30, x, np.log1p(np.exp(x)))", [1000.0, 0.0, -1000.0], [1.0, 0.5, 0.0]),
    ("np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))", [1000.0, 0.0, -1000.0], [0.0, 0.25, 0.0]),
    ("np.where(x < 700, np.exp(x) * x, 0)", [0.0, 2000.0], [1.0, 0.0]),
    ("np.where(x < 700, np.cosh(x), 0)", [0.0, 2000.0], [0.0, 0.0]),
    ("np.clip(np.exp(x), 0.0, 1e3)", [0.0, 2000.0], [1.0, 0.0]),
    ("np.where(x > 0, np.sin(1 / x) * x**2, 0)", [0.0, 1.0], [0.0, 2.0 * np.sin(1.0) - np.cos(1.0)]),
    ("np.where(x > 0, np.log(x) ** 2, 0)", [0.0, np.e], [0.0, 2.0 / np.e]),
    ("np.where(x > 0, np.hypot(1 / x, 0.0), 0)", [0.0, 2.0], [0.0, -0.25]),
    ("np.where(x > 0, x * np.sqrt(x), 0)", [-1.0, 4.0], [0.0, 3.0]),
    ("np.nansum(x * np.log(x))", [0.0, 1.0], [0.0, 1.0]),
    ("np.nan_to_num(x * np.log(x))", [0.0, 1.0], [0.0, 1.0]),
    ("np.nan_to_num(x / np.array([0.0, 2.0]), posinf=0.0)", [1.0, 1.0], [0.0, 0.5]),
    ("np.sum(x * np.log(x), where=x > 0)", [0.0, 1.0], [0.0, 1.0]),
    ("np.mean(np.log(x), where=x > 0)", [0.0, 2.0], [0.0, 0.5]),
    ("np.sort(np.log(x))[1:]", [0.0, 2.0], [0.0, 0.5]),
    ("np.take(np.log(x), [1])", [0.0, 2.0], [0.0, 0.5]),
    ("np.delete(np.log(x), 0)", [0.0, 2.0], [0.0, 0.5]),
    ("np.split(np.log(x), 2)[1]", [0.0, 2.0], [0.0, 0.5]),
    ("np.compress([False, True], np.log(x))", [0.0, 2.0], [0.0, 0.5]),
    ("np.extract(x > 0, np.log(x))", [0.0, 2.0], [0.0, 0.5]),
    ("np.choose((x > 0).astype(int), [0.0 * x, np.log(x)])", [0.0, 2.0], [0.0, 0.5]),
    ("np.trace(np.log(np.reshape(x, (2, 2))))", [1.0, 0.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.5]),
    ("np.triu(np.log(np.reshape(x, (2, 2))))", [1.0, 1.0, 0.0, 2.0], [1.0, 1.0, 0.0, 0.5]),
    ("np.diag(np.log(np.reshape(x, (2, 2))))", [1.0, 0.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.5]),
]  # fmt: skip


@pytest.mark.parametrize("text, x, expected", CHOSEN, ids=[text for text, _, _ in CHOSEN])
def test_what_is_not_chosen(text, x, expected):
    f = row(f"np.sum({text})")
    np.testing.assert_allclose(grad(f)(np.array(x)), expected, atol=1e-12)
    for k, tangent in enumerate(np.eye(len(x))):
        np.testing.assert_allclose(jvp(f, (np.array(x),), (tangent,))[1], expected[k], atol=1e-12)


@pytest.mark.parametrize("text", ["np.max(np.log(x))", "np.max(np.log(x), where=x > 0, initial=-9.0)", "np.median(np.log(x))"])
def test_what_is_not_the_extreme(text):
    x = np.array([0.0, 2.0] if "max" in text else [0.0, 2.0, 3.0])
    np.testing.assert_allclose(grad(row(text))(x), 0.5 * (x == 2.0))


def test_a_stored_constant_does_not_vary():
    def roots(x):
        x = x.copy()
        x[x < 0] = 0.0
        return np.sqrt(x)

    x = np.array([-1.0, 4.0])
    np.testing.assert_allclose(jvp(roots, (x,), (np.ones(2),))[1], [0.0, 0.25])
    np.testing.assert_allclose(grad(lambda x: np.sum(roots(x)))(x), [0.0, 0.25])


def last_root(x):
    r = 0.0
    for v in x:
        r = np.sqrt(v)
    return r


def last_root_of_python(x):
    r = 0.0
    for v in x:
        r = math.sqrt(v)
    return r


def last_of_a_list(x):
    roots = []
    for v in x:
        roots.append(np.sqrt(v))
    return roots[-1]


def last_of_parts(x):
    r = x[:1]
    for k in range(len(x)):
        r = np.sqrt(x[k : k + 1])
    return r[0]


def last_quotient(x):
    r = 1.0
    for v in x:
        r = np.float64(2.0) / v + np.log(v)
    return r


@pytest.mark.parametrize(
    "function, wanted",
    [(last_root, 0.25), (last_root_of_python, 0.25), (last_of_a_list, 0.25), (last_of_parts, 0.25), (last_quotient, 0.125)],
)
def test_a_pass_whose_result_is_dropped_has_no_slope(function, wanted):
    x = np.array([0.0, 1.0, 4.0])
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(grad(function)(x), [0.0, 0.0, wanted])


def normalised_filter(a, x):
    p = np.ones(2)
    for v in x:
        c = np.sum(p)
        p = (p / c) @ a * v
    return np.sum(p)


def attraction(pos, steps):
    pull, energies = np.zeros_like(pos), []
    for _ in range(steps):
        pull[:] = 0.0
        for i in range(len(pos)):
            for j in range(len(pos)):
                if i != j:
                    d = pos[j] - pos[i]
                    pull[i] += d / np.sqrt(d @ d) ** 3
        pos = pos + 0.1 * pull
        energies.append(np.sum(pos * pos))
    return energies[-1] + np.mean(energies)


@pytest.mark.parametrize(
    "function, args",
    [
        (normalised_filter, (np.array([[0.5, 0.5], [0.3, 0.7]]), np.array([1.0, 2.0]))),
        (attraction, (np.array([[0.0, 1.0], [2.0, 0.5], [1.0, -1.0]]), 3)),
    ],
)
def test_a_loop_whose_adjoints_are_all_in_use_multiplies_plainly(function, args):
    derivative = grad(function)
    derivative(*args)
    assert "strong_product" not in derivative.source and "!= 0.0" not in derivative.source


def stored_under_a_condition(x):
    r = np.sqrt(x)
    out = np.ones(len(x))
    for k in range(len(x)):
        if x[k] > 0:
            out[k] = out[k] * r[k]
    return np.sum(out)


def test_an_item_that_is_not_stored_has_no_slope():
    np.testing.assert_array_equal(grad(stored_under_a_condition)(np.array([0.0, 1.0, 4.0])), [0.0, 0.5, 0.25])


def test_logistic_where_its_exponential_is_infinite():
    with np.errstate(over="ignore"):
        assert grad(lambda x: 1.0 / (1.0 + np.exp(-x)))(np.float64(-800.0)) == 0.0


def quotient_or_other(x, k):
    q = x[0] / k
    return x[1] if k == 0 else q


def test_a_number_of_numpys_divided_by_a_python_zero():
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(grad(quotient_or_other)(np.array([1.0, 2.0]), 0.0), [0.0, 1.0])
    np.testing.assert_array_equal(grad(quotient_or_other)(np.array([1.0, 2.0]), 2.0), [0.5, 0.0])
