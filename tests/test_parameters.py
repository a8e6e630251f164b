"""Functions that take `*args`: decorated ones have the parameters that they claim, others one for each position."""

from __future__ import annotations

import functools
import inspect
import pickle

import numpy as np
import pytest

from st_ad import grad, jacrev, value_and_grad, vjp

X = np.array([1.0, 2.0, 3.0])


def doubled(fun):
    @functools.wraps(fun)
    def inner(*args, **kwargs):
        return 2.0 * fun(*args, **kwargs)

    return inner


@doubled
def scaled(x, y=2.0, *, z=3.0):
    return np.sum(x * x) * y * z


class Model:
    @doubled
    def loss(self, x):
        return np.sum(x**2)


def open_ended(*args):
    return np.sum(args[0] * args[1])


def partly_open(x, *rest, factor=2.0):
    return np.sum(x * rest[0]) * factor


def test_a_decorated_function_has_the_parameters_that_it_claims():
    np.testing.assert_allclose(grad(scaled)(X), 24.0 * X)
    np.testing.assert_allclose(grad(scaled)(X, 1.0, z=1.0), 4.0 * X)
    value, y_bar = value_and_grad(scaled, argnums="y")(X, 1.0)
    assert value == y_bar == 6.0 * np.sum(X * X)
    np.testing.assert_allclose(jacrev(scaled)(X), 24.0 * X)
    np.testing.assert_allclose(vjp(scaled, X)[1](1.0)[0], 24.0 * X)
    np.testing.assert_allclose(grad(Model().loss)(X), 4.0 * X)
    np.testing.assert_allclose(pickle.loads(pickle.dumps(grad(scaled)))(X), 24.0 * X)


def test_positions_in_args_can_be_differentiated():
    first, second = grad(open_ended, argnums=(0, 1))(X, 2.0 * X)
    np.testing.assert_allclose(first, 2.0 * X)
    np.testing.assert_allclose(second, X)
    np.testing.assert_allclose(grad(partly_open, argnums=1)(X, 2.0 * X, factor=3.0), 3.0 * X)
    with pytest.raises(TypeError):
        grad(open_ended, argnums=1)(X)


def test_keyword_of_a_decorator_that_claims_another_signature():
    def paused(fun):
        @functools.wraps(fun)
        def inner(*args, _paused=False, **kwargs):
            return 0.0 if _paused else fun(*args, **kwargs)

        inner.__signature__ = inspect.Signature([
            inspect.Parameter("samples", inspect.Parameter.VAR_POSITIONAL),
            inspect.Parameter("axis", inspect.Parameter.KEYWORD_ONLY, default=0),
        ])
        return inner

    @paused
    def squares(*samples, axis=0):
        return sum(np.sum(s**2, axis=axis) for s in samples)

    np.testing.assert_allclose(grad(squares)(X), 2 * X)
