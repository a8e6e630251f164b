"""Matrix programs over several shapes: forward against differences, reverse against forward, float32, second order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matrix_programs import PROGRAMS

from st_ad import grad, jvp

SHAPES = [(3, 4), (1, 4), (3, 1), (2, 2)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_derivatives(function: Any, shape: tuple[int, int]) -> None:
    random = np.random.default_rng(3).standard_normal
    x, v, w = random(shape), random(shape), random(shape)
    rest = (random(shape[-1:]),) if function.__name__ == "b1" else ()
    try:
        function(x.copy(), *rest)
    except (ValueError, IndexError):
        pytest.skip("the program does not take this shape")
    gradient = grad(function)(x.copy(), *rest)
    assert gradient.shape == x.shape
    _, tangent = jvp(function, (x, *rest), (v, *[np.zeros_like(r) for r in rest]))
    h = 1e-6
    slope = (function(x + h * v, *rest) - function(x - h * v, *rest)) / (2 * h)
    np.testing.assert_allclose(tangent, slope, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.sum(gradient * v), tangent, rtol=1e-9, atol=1e-9)
    single = grad(function)(x.astype(np.float32), *[r.astype(np.float32) for r in rest])
    assert single.dtype == np.float32

    def along(x: Any, *rest: Any) -> Any:
        return np.sum(grad(function)(x, *rest) * v)

    second = np.sum(grad(along)(x.copy(), *rest) * w)
    h = 1e-5
    slope = (along(x + h * w, *rest) - along(x - h * w, *rest)) / (2 * h)
    np.testing.assert_allclose(second, slope, rtol=1e-3, atol=1e-3)
