"""Programs with classes: value, gradient, forward mode and second derivatives against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import object_programs
import class_programs
import option_programs
from st_ad import grad, hvp, jvp, value_and_grad

POINTS = (np.array([0.7, -0.4, 1.3]), np.array([0.45, 0.8, -0.6]))
PROGRAMS = [*object_programs.PROGRAMS, *option_programs.PROGRAMS, *class_programs.PROGRAMS]
DIRECTION = np.array([0.3, 0.5, -0.7])


def slopes(function: Any, x: np.ndarray, h: float = 1e-6) -> np.ndarray:
    found = np.zeros(3)
    for i, e in enumerate(np.eye(3)):
        found[i] = (function(x + h * e) - function(x - h * e)) / (2 * h)
    return found


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_program(program: Any) -> None:
    both = value_and_grad(program)
    for x in POINTS:
        value, gradient = both(x.copy())
        assert np.allclose(value, program(x.copy()))
        np.testing.assert_allclose(gradient, slopes(program, x), rtol=1e-4, atol=1e-5)
    _, dot = jvp(program, (x.copy(),), (DIRECTION,))
    np.testing.assert_allclose(dot, gradient @ DIRECTION, rtol=1e-8)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_second_derivative(program: Any) -> None:
    x, gradient = POINTS[0], grad(program)
    h = 1e-5 * DIRECTION
    difference = (gradient(x + h) - gradient(x - h)) / 2e-5
    np.testing.assert_allclose(hvp(program, (x.copy(),), (DIRECTION,)), difference, rtol=1e-3, atol=1e-4)
    twice = grad(lambda z: gradient(z) @ DIRECTION)(x.copy())
    np.testing.assert_allclose(twice, difference, rtol=1e-3, atol=1e-4)
