"""Second derivatives: forward over reverse, reverse over reverse, reverse over forward and differences agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import goldens
import numpy as np
import pytest
from test_golden import agree, direction, fresh, inner, moved, named, precise, tangents

import st_ad
from st_ad import arguments, grad, hessian, hvp, jacfwd, jacrev, jvp, vjp


def scalar_goldens() -> list[Path]:
    """The goldens of one real number, whose derivatives are what differences give."""
    found = [goldens.read(p) for p in goldens.paths()]
    return [g.path for g in found if g.mode in ("grad", "value_and_grad", "hvp") and g.differences]


def other_direction(path: str, leaf: Any) -> Any:
    dot = direction(path + "'", leaf)
    return None if dot is None else dot * 0.5


@pytest.mark.parametrize("path", scalar_goldens(), ids=named)
def test_grad_of_grad(path: Path) -> None:
    golden = goldens.read(path)
    args = golden.cases[0]
    if not all(precise(leaf) for _, leaf in arguments.leaves(args)):
        pytest.skip("float32 differences of a gradient say nothing")
    gradient = grad(golden.function, argnums=golden.argnums)
    u = tangents(golden, args)
    v = tuple(None if d is None else arguments.map_leaves(other_direction, a) for a, d in zip(args, u))
    u_wanted = tuple(d for d in u if d is not None)
    v_wanted = tuple(d for d in v if d is not None)
    if len(u_wanted) == 1:
        u_wanted, v_wanted = u_wanted[0], v_wanted[0]
    value, slope = jvp(gradient, fresh(args), u)
    agree(value, gradient(*fresh(args)))
    _, pullback = vjp(gradient, *fresh(args))
    again = pullback(arguments.map_leaves(lambda p, leaf: leaf, v_wanted))
    wanted = inner(v_wanted, slope)
    kept = tuple(b for b, d in zip(again, u) if d is not None)
    found = inner(kept, tuple(d for d in u if d is not None))
    assert np.isclose(found, wanted, rtol=1e-9, atol=1e-9), (
        "reverse over reverse against forward over reverse"
    )
    product = hvp(golden.function, fresh(args), u)
    assert np.isclose(inner(v_wanted, product), wanted, rtol=1e-9, atol=1e-9), "hvp"
    other = jvp(gradient, fresh(args), v)[1]
    assert np.isclose(inner(u_wanted, other), wanted, rtol=1e-9, atol=1e-9), "the Hessian is symmetric"
    ends = [inner(v_wanted, gradient(*moved(args, u, s * 1e-6))) for s in (1.0, -1.0)]
    assert np.isclose((ends[0] - ends[1]) / 2e-6, wanted, rtol=1e-4, atol=1e-5), "differences"


def cubic(x):
    return np.sum(np.sin(x[1:]) * x[:-1] ** 3)


def stores(x):
    y = x.copy()
    for k in range(1, len(x)):
        y[k] = y[k] * np.sin(y[k - 1])
    return np.sum(y * y)


def attention(x):
    p = np.exp(x - np.max(x))
    p = p / np.sum(p)
    return p @ np.outer(x, x) @ p


SCALAR = (cubic, stores, attention)


@pytest.mark.parametrize("function", SCALAR)
def test_hessian(function: Any) -> None:
    x = goldens.sample(4)
    H = hessian(function)(x)
    np.testing.assert_allclose(H, H.T, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(H, jacrev(grad(function))(x), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(H, jacfwd(grad(function))(x), rtol=1e-10, atol=1e-12)
    v = np.array([0.5, -1.0, 0.25, 2.0])
    np.testing.assert_allclose(hvp(function, (x,), (v,)), H @ v, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("function", SCALAR)
def test_grad_of_jvp(function: Any) -> None:
    x, v = goldens.sample(4), np.array([0.5, -1.0, 0.25, 2.0])

    def slope(x, v):
        return st_ad.jvp(function, (x,), (v,))[1]

    np.testing.assert_allclose(grad(slope)(x, v), hvp(function, (x,), (v,)), rtol=1e-10, atol=1e-12)


def test_jacobians_agree() -> None:
    def function(x):
        y = np.tanh(x)
        y[1:] *= x[:-1]
        return np.outer(y, x)

    x = goldens.sample(3)
    np.testing.assert_allclose(jacfwd(function)(x), jacrev(function)(x), rtol=1e-12, atol=1e-14)


def test_high_order() -> None:
    """The derivatives of x ** 5 down to zero."""

    def function(x):
        y = 1.0
        for _ in range(5):
            y = y * x
        return y

    x, found = 1.5, function
    for wanted in (5 * x**4, 20 * x**3, 60 * x**2, 120 * x):
        found = grad(found)
        assert np.isclose(found(x), wanted, rtol=1e-12)


def test_a_list_made_an_array() -> None:
    """The adjoint of a list is a list in the second backward sweep as well."""

    def function(x):
        path = [x[0]]
        for _ in range(3):
            path.append(path[-1] * x[1] + path[0])
        return np.sum(np.asarray(path) ** 3)

    def product(x):
        return grad(function)(x) @ np.array([1.0, -0.5])

    x, dot = np.array([0.7, -0.4]), np.array([1.0, -0.5])
    np.testing.assert_allclose(grad(product)(x), hvp(function, (x,), (dot,)), rtol=1e-10)


def test_arrays_that_change_places() -> None:
    """What the pullback of a gradient records has no value in the passes that do not take a branch."""

    def function(u, v):
        for k in range(4):
            u, v = v, u
            u[k] += v[k] * 0.5
            if k == 2:
                v *= u
        return u @ np.arange(5) + np.sum(v)

    u, v = goldens.sample(5), goldens.sample(5)[::-1] * 0.5
    dots = np.linspace(-1.0, 0.5, 5), np.linspace(0.3, 1.0, 5)
    _, pullback = vjp(grad(function, argnums=(0, 1)), *fresh((u, v)))
    for found, wanted in zip(pullback(dots), hvp(function, fresh((u, v)), dots)):
        np.testing.assert_allclose(found, wanted, rtol=1e-10)
