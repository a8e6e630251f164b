"""Values, gradients, tangents and what is printed of programs made of Python's statements and calls."""

from __future__ import annotations

import contextlib
import copy
import io
import warnings
from typing import Any

import numpy as np
import pytest

from st_ad import UnsupportedError, grad, jvp, value_and_grad

import call_programs
import guard_programs
import piece_programs
import statement_programs

CASES = statement_programs.CASES + guard_programs.CASES + call_programs.CASES + piece_programs.CASES
NAMES = [f"{f.__name__}-{i}" for i, (f, _) in enumerate(CASES)]


def observed(function: Any, args: tuple[Any, ...]) -> tuple[Any, str, tuple[Any, ...]]:
    """What a call gives, what it prints, and what becomes of its arguments."""
    args = copy.deepcopy(args)
    with contextlib.redirect_stdout(io.StringIO()) as out, warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        value = function(*args)
    return value, out.getvalue(), args


def slope(function: Any, args: tuple[Any, ...], dot: np.ndarray, h: float = 1e-6) -> float:
    """The central difference along a direction of the first argument."""
    ends = [observed(function, (args[0] + s * h * dot, *args[1:]))[0] for s in (1.0, -1.0)]
    return float((ends[0] - ends[1]) / (2 * h))


@pytest.mark.parametrize(("function", "args"), CASES, ids=NAMES)
def test_derivative(function: Any, args: tuple[Any, ...]) -> None:
    try:
        value, text, left = observed(function, args)
    except Exception as error:
        with pytest.raises(type(error)):
            observed(value_and_grad(function), args)
        return
    (found, gradient), printed, after = observed(value_and_grad(function), args)
    np.testing.assert_allclose(found, value, rtol=1e-12)
    assert printed == text
    np.testing.assert_array_equal(after[0], left[0])
    dot = np.linspace(0.3, 1.0, len(args[0]))
    pushed, printed, _ = observed(lambda x, *rest: jvp(lambda v: function(v, *rest), (x,), (dot,)), args)
    assert printed == text
    np.testing.assert_allclose(gradient @ dot, slope(function, args, dot), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(pushed[1], gradient @ dot, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("function", guard_programs.REFUSED + call_programs.REFUSED, ids=lambda f: f.__name__)
def test_right_or_refused(function: Any) -> None:
    for x in (np.array([0.7, -0.4, 1.3]), np.array([-0.7, 0.4, 0.3])):
        try:
            test_derivative(function, (x,))
        except UnsupportedError:
            continue


def refusing(u):
    raise ValueError("no")


def raises_inside_expressions(x):
    y = x * 2.0 if x < 2 else 1.0 + refusing(x)
    if x > 1.5:
        y = max(2.0, refusing(x)) + y
    for _ in range(3):
        if x > 1.2:
            y += [refusing(x) + 1.0, 2.0][1]
        y = y * x
    g = lambda t: refusing(t) * 2.0  # noqa: E731
    return y + (g(x) if x > 1.1 else x)


def of_known_modes(x, mode="sum"):
    if mode == "sum":
        return np.sum(x)
    raise ValueError(f"no mode {mode}")


@pytest.mark.parametrize("mode", [grad, value_and_grad, lambda f: lambda x, **named: jvp(lambda y: f(y, **named), (x,), (x,))])
def test_what_always_raises_raises_as_the_function_does(mode):
    with pytest.raises(ValueError, match="no mode product"):
        mode(of_known_modes)(np.ones(2), mode="product")


def test_a_call_that_always_raises_ends_its_statement():
    assert grad(raises_inside_expressions)(1.0) == 9.0
    for x in (1.15, 1.3, 1.6, 2.1):
        with pytest.raises(ValueError, match="no"):
            grad(raises_inside_expressions)(x)
