"""Whether a reshape is a view depends on memory: values, derivatives and arguments are right for every layout."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest

import st_ad

from layout_programs import PROGRAMS

VALUES = np.random.default_rng(5).uniform(-1.0, 1.0, (4, 4))
LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rows": lambda a: np.array(a, order="C"),
    "columns": lambda a: np.array(a, order="F"),
    "strided": lambda a: np.repeat(np.repeat(a, 2, axis=0), 2, axis=1)[::2, ::2],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_layouts(program: Callable[..., Any], layout: str) -> None:
    lay = LAYOUTS[layout]
    plain, given = lay(VALUES), lay(VALUES)
    value = program(plain)
    found, (bar,) = st_ad.value_and_grad(program, argnums=(0,))(given)
    np.testing.assert_allclose(found, value)
    np.testing.assert_allclose(given, plain)
    dot = np.random.default_rng(6).standard_normal((4, 4))
    ends = [program(lay(VALUES + h * dot)) for h in (1e-6, -1e-6)]
    np.testing.assert_allclose(np.sum(bar * dot), (ends[0] - ends[1]) / 2e-6, rtol=1e-5, atol=1e-6)
    _, pushed = st_ad.jvp(program, (lay(VALUES),), (lay(dot),))
    np.testing.assert_allclose(pushed, np.sum(bar * dot), rtol=1e-9, atol=1e-9)
