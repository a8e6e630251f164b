"""Derivatives that are taken inside a differentiated function, of functions that touch what is around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from st_ad import UnsupportedError, grad, hessian, jacfwd, jacrev, jvp, value_and_grad, vjp

weights = np.array([2.0, 3.0])


class Counter:
    def __init__(self) -> None:
        self.calls = 0

    def loss(self, y: Any) -> Any:
        self.calls += 1
        return y * y * self.calls


def changes_a_name(x):
    c = 0.0

    def inner(y):
        nonlocal c
        c = c + x
        return y * c

    return grad(inner)(x) * c


def changes_an_array(x):
    u = np.zeros(2)

    def inner(y):
        u[0] = x
        return y * u[0]

    return grad(inner)(x) * u[0]


def changes_an_object(x):
    counter = Counter()
    return grad(counter.loss)(x) * counter.calls


def changes_a_list(x):
    seen = []

    def inner(y):
        seen.append(x * y)
        return y * seen[-1]

    return grad(inner)(x) * seen[0]


def first_to_five(y):
    y[0] = 5.0
    return np.sum(y * y)


def changes_its_argument(x):
    u = x * np.ones(2)
    return grad(first_to_five)(u)[1] + np.sum(u)


def draws_again(x):
    out, pullback = vjp(lambda t: t * t * np.random.rand(), x)
    return out + pullback(1.0)[0]


def draws_for_each_row(x):
    return np.sum(jacrev(lambda t: t * np.random.rand(2))(x))


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (changes_a_name, "changes what is outside of it"),
        (changes_an_array, "changes what is outside of it"),
        (changes_an_object, "changes what is outside of it"),
        (changes_a_list, "changes what is outside of it"),
        (changes_its_argument, "writes to its argument"),
        (draws_again, "draws random numbers"),
        (draws_for_each_row, "draws random numbers"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_what_would_be_lost_or_done_twice_is_refused(function, said):
    with pytest.raises(UnsupportedError, match=said):
        grad(function)(1.2)


def list_grows(x):
    given = [x]

    def inner(items):
        items.append(2.0)
        return items[0] * items[1]

    return grad(inner)(given)[0] * given[1] * len(given) * given[0]


def object_changes(x):
    counter = Counter()
    counter.rate = x

    def inner(c):
        c.calls += 1
        c.double = c.rate * 2.0
        return c.rate * c.rate

    return grad(inner)(counter).rate * counter.calls * counter.double


def test_arguments_that_are_changed_are_changed_around_it():
    assert value_and_grad(list_grows)(1.5) == pytest.approx((12.0, 8.0))
    assert value_and_grad(object_changes)(1.5) == pytest.approx((9.0, 12.0))


def test_an_argument_that_nobody_else_has_may_be_written_to():
    def f(x):
        return np.sum(grad(first_to_five)(x * np.arange(3.0)) * x)

    value, gradient = value_and_grad(f)(np.array([1.0, 2.0, 3.0]))
    assert value == pytest.approx(2.0 * (4.0 + 18.0))
    np.testing.assert_allclose(gradient, [0.0, 8.0, 24.0])


def test_a_global_array_that_is_read_inside_first():
    def f(x):
        return np.sum(grad(lambda y: np.sum(weights * y * y))(x) * weights)

    value, gradient = value_and_grad(f)(np.ones(2))
    assert value == 26.0
    np.testing.assert_allclose(gradient, 2.0 * weights**2)


def test_forward_jacobians_of_what_draws_are_refused():
    def draws(x, generator):
        return x * generator.random()

    def made_of_a_seed(x):
        return x * np.random.default_rng(3).random()

    x, generator = np.ones(2), np.random.default_rng(0)
    for one in (jacfwd(draws), hessian(lambda x, g: np.sum(x * x * g.random()))):
        with pytest.raises(UnsupportedError, match="draws random numbers"):
            one(x, generator)
    matrix = jacrev(draws)(x, generator)
    assert matrix[0, 0] == matrix[1, 1] != 0.0
    np.testing.assert_allclose(jacfwd(made_of_a_seed)(x), np.random.default_rng(3).random() * np.eye(2))
    out, out_dot = jvp(draws, (x, generator), (x, None))
    np.testing.assert_allclose(out, out_dot)
