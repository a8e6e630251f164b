"""Distribution functions and incomplete functions by their parameters, for which there is no closed form."""

from __future__ import annotations

import linecache
from typing import Any, Callable

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import special, stats

from st_ad import grad, jvp

SHARES = "np.array([0.2, 0.5, 0.9])"
PLACES = "np.array([0.31, 0.72, 1.55])"
INSIDE = "np.array([0.08, 0.52, 0.93])"


def function(call: str) -> Callable[..., Any]:
    """The program whose result is a weighted sum of a call that reads `a`, `b` and `x`."""
    text = f"def f(a, b, x):\n    return np.sum(np.array([0.3, -0.5, 0.9]) * {call})\n"
    name = f"<{call}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    scope: dict[str, Any] = {"np": np, "special": special, "stats": stats}
    exec(compile(text, name, "exec"), scope)
    return scope["f"]  # type: ignore[no-any-return]


CALLS = [(f"special.{name}(a, x)", at) for name, at in (("gammainc", PLACES), ("gammaincc", PLACES), ("gammaincinv", SHARES), ("gammainccinv", SHARES))]
CALLS += [(f"special.{name}(a, b, x)", INSIDE) for name in ("betainc", "betaincc", "betaincinv", "betainccinv") if hasattr(special, name)]
for method in ("cdf", "sf", "logcdf", "logsf", "ppf", "isf"):
    at = SHARES if method in ("ppf", "isf") else PLACES
    CALLS += [(f"stats.{name}.{method}(x, 1.3 + a, loc=-0.1 * b, scale=1.0 + b)", at)
              for name in ("gamma", "chi2", "t", "chi", "gennorm", "invgamma", "loggamma", "nakagami")]  # fmt: skip
    CALLS += [(f"stats.{name}.{method}(x, 1.3 + a, 2.2 + b)", INSIDE) for name in ("beta", "f")]
CALLS += [(f"stats.nbinom.{method}(np.array([-1, 2, 5]), 3.0 + a, 0.3 + 0.1 * b + 0.0 * x)", PLACES) for method in ("cdf", "sf", "logsf")]


@pytest.mark.parametrize(("call", "at"), CALLS, ids=[c for c, _ in CALLS])
def test_parameters(call: str, at: str) -> None:
    f = function(call)
    for a in (0.4, 8.0):
        check(f, call, (a, 0.8, eval(at)))


def check(f: Callable[..., Any], call: str, args: tuple[Any, ...]) -> None:
    if "special.gammainc" in call and "inv" not in call:
        args = (*args[:2], args[2] * args[0])
    gradient = grad(f, argnums=(0, 1))(*args)
    for k in (0, 1):
        dots = [0.0, 0.0, np.zeros(3)]
        dots[k] = 1.0
        steps = [(8.0, 1e-4), (-8.0, -1e-4), (-1.0, 2e-4), (1.0, -2e-4)]
        expected = sum(w * f(*(v + h * d for v, d in zip(args, dots))) for w, h in steps) / 12e-4
        np.testing.assert_allclose(gradient[k], expected, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(jvp(f, args, dots)[1], expected, rtol=1e-6, atol=1e-9)


def test_outside_of_the_support() -> None:
    ends = np.array([0.0, 1.0, np.inf])
    assert np.all(grad(lambda a: np.sum(special.gammainc(a, ends[[0, 2]])))(0.5) == 0.0)
    assert np.all(grad(lambda a: np.sum(special.betainc(a, 0.5, ends[:2])))(0.5) == 0.0)
