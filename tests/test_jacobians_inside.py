"""Jacobians of functions that contain Jacobians: every transform composes with these too."""

from __future__ import annotations

import itertools
from typing import Any, Callable

import numpy as np
import pytest

from st_ad import grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, vjp
from st_ad.errors import UnsupportedError

POINT = np.array([0.3, 0.4, 0.5])
SCALE = np.array([1.0, 2.0, 3.0])


def number(x: Any) -> Any:
    return np.sum(np.sin(x) * x**3) + x[0] * x[1] * x[2]


def vector(x: Any) -> Any:
    return np.array([x[0] * x[1], np.sin(x[2]) * x[0], x[1] ** 3, np.sum(x * x)])


def slopes(function: Callable[..., Any], x: Any, step: float = 1e-5) -> Any:
    """The Jacobian by central differences."""
    x = np.asarray(x, float)
    found = np.zeros(np.shape(function(x)) + x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += step
        down[i] -= step
        found[(..., *i)] = (function(up) - function(down)) / (2 * step)
    return found


@pytest.mark.parametrize("function", [number, vector])
@pytest.mark.parametrize("outer, inner", list(itertools.product([jacfwd, jacrev], repeat=2)))
def test_jacobians_of_jacobians(outer: Any, inner: Any, function: Any) -> None:
    found = outer(inner(function))(POINT)
    assert np.allclose(found, slopes(inner(function), POINT), atol=1e-6)


@pytest.mark.parametrize("inner", [jacfwd, jacrev])
def test_other_transforms_of_jacobians(inner: Any) -> None:
    def loss(x: Any) -> Any:
        return np.sum(np.sin(inner(vector)(x)) ** 2)

    wanted = slopes(loss, POINT)
    ones = np.ones(3)
    assert np.allclose(grad(loss)(POINT), wanted, atol=1e-6)
    assert np.allclose(jvp(loss, (POINT,), (ones,))[1], wanted.sum(), atol=1e-6)
    assert np.allclose(vjp(loss, POINT)[1](1.0)[0], wanted, atol=1e-6)
    assert np.allclose(hvp(loss, (POINT,), (ones,)), slopes(grad(loss), POINT) @ ones, atol=1e-5)


def test_third_and_fourth_derivatives() -> None:
    third = jacobian(hessian(number))(POINT)
    assert np.allclose(third, slopes(hessian(number), POINT), atol=1e-6)
    fourth = hessian(lambda x: hessian(number)(x)[0, 0])(POINT)
    assert np.allclose(fourth, slopes(lambda x: jacobian(hessian(number))(x)[0, 0], POINT), atol=1e-5)


@pytest.mark.parametrize("inner", [jacfwd, jacrev])
def test_structures(inner: Any) -> None:
    def model(p: Any, k: Any, y: Any) -> Any:
        return {"a": p["w"] @ y * k, "b": np.sum(p["w"]) * p["c"]}

    def loss(p: Any, y: Any) -> Any:
        j = inner(model, argnums=(0, 2))(p, 2.0, y)
        return np.sum(j["a"][0]["w"] ** 2) * j["b"][0]["c"] + np.sum(j["a"][1] ** 3) + np.sum(np.sin(j["b"][0]["w"]))

    p = {"w": np.arange(6.0).reshape(2, 3) / 7, "c": 2.0}
    bars, y_bar = grad(loss, argnums=(0, 1))(p, POINT)
    assert np.allclose(bars["w"], slopes(lambda w: loss({**p, "w": w}, POINT), p["w"]), atol=1e-6)
    assert np.allclose(bars["c"], slopes(lambda c: loss({**p, "c": c[()]}, POINT), 2.0), atol=1e-6)
    assert np.allclose(y_bar, slopes(lambda y: loss(p, y), POINT), atol=1e-6)


def test_kinds_of_arguments() -> None:
    assert jacobian(jacobian(lambda x: x * 2))(np.zeros(0)).shape == (0, 0, 0)
    assert jacobian(jacfwd(np.sin))(0.3) == -np.sin(0.3)
    assert jacobian(jacobian(lambda x: x**2))(np.ones(2, np.float32)).dtype == np.float32


def test_names_are_read_live(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = jacobian(jacobian(lambda x: SCALE * x**2))
    assert twice(POINT)[1, 1].tolist() == [0.0, 4.0, 0.0]
    monkeypatch.setitem(globals(), "SCALE", SCALE * 2)
    assert twice(POINT)[1, 1].tolist() == [0.0, 8.0, 0.0]


def test_a_local_function_and_a_method() -> None:
    class Power:
        def __init__(self, k: float) -> None:
            self.k = k

        def value(self, x: Any) -> Any:
            return self.k * x**2

    def outer(x: Any, s: Any) -> Any:
        def inner(y: Any) -> Any:
            return y**2 * s

        return np.sum(jacobian(inner)(x))

    power = Power(3.0)
    assert np.allclose(grad(lambda x: np.sum(jacobian(power.value)(x)))(POINT), 6.0)
    x_bar, s_bar = grad(outer, argnums=(0, 1))(POINT, 2.0)
    assert np.allclose(x_bar, 4.0) and np.isclose(s_bar, 2 * POINT.sum())


def test_arguments_without_a_position_are_refused() -> None:
    def f(x: Any, *, k: float = 2.0) -> Any:
        return x**k

    with pytest.raises(UnsupportedError, match="by position"):
        jacobian(jacobian(f))(POINT)
