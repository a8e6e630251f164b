"""What scipy.optimize solves for, and integrals: gradients of first and second order against differences."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate, optimize
from scipy.optimize import brentq

from st_ad import grad, jvp
from st_ad.errors import StAdError

TIGHT = {"xtol": 1e-14}


def cubic(x, a):
    return x**3 + a * x - 2.0


def root_of_lambda(a):
    return brentq(lambda x: x**3 + a * x - 2.0, 0.0, 2.0, xtol=1e-14) ** 2


def root_of_global(a):
    return np.sin(optimize.brentq(cubic, 0.0, 2.0, args=(a,), xtol=1e-14))


def root_with_default(a):
    def f(x, b):
        c = a * b
        return np.exp(x) - c - b * x

    return optimize.bisect(f, 0.0, 3.0, args=(a + 1.0,), xtol=1e-14, rtol=1e-14)


def roots_in_a_loop(a):
    total = 0.0
    for k in range(1, 4):
        total += k * optimize.ridder(lambda x: x * x + k * x - a, 0.0, 5.0, xtol=1e-14)  # noqa: B023
    return total


def root_of_newton(a):
    return optimize.newton(lambda x: x * x - a, 1.0, tol=1e-14) * a


def root_object(a):
    sol = optimize.root_scalar(lambda x: x**3 - a, bracket=[0.0, 5.0], method="brentq", xtol=1e-14)
    return sol.root * a if sol.converged else 0.0


def fixed(a):
    return optimize.fixed_point(lambda x: np.cos(a * x), 0.7, xtol=1e-13)


def system(a):
    def equations(x):
        return [x[0] ** 2 + a * x[1] - 2.0, x[1] - x[0] * a]

    s = optimize.fsolve(equations, [1.0, 1.0], xtol=1e-13)
    return np.sum(s * s) * a


def system_object(a):
    def equations(v, scale):
        x, y = v
        return np.array([x**3 + a - y, scale * (y + x - 1.0)])

    sol = optimize.root(equations, np.array([0.5, 0.5]), args=(a * a,), tol=1e-13)
    return sol.x[0] * sol.x[1]


def minimum(a):
    w = np.array([1.0, 2.0, 3.0]) * a

    def loss(x):
        return np.sum(w * (x - a) ** 2) + 0.1 * np.sum(x**4)

    res = optimize.minimize(loss, np.zeros(3), tol=1e-13)
    return np.sum(np.sin(res.x)) + res.fun


def minimum_of_a_number(a):
    res = optimize.minimize_scalar(lambda x: np.cosh(x - a) + x * x, tol=1e-14)
    return res.x + 2.0 * res.fun


def minimum_within_bounds(a):
    res = optimize.minimize_scalar(lambda x: np.cosh(x - a) + x * x, bounds=(-3.0, 3.0), options={"xatol": 1e-10})
    return res.x


def fitted(a):
    t = np.arange(5.0)
    data = np.exp(-a * t) + 0.1 * t * a
    res = optimize.least_squares(lambda p: p[0] * np.exp(-p[1] * t) - data, np.array([1.0, 1.0]), xtol=1e-15, ftol=1e-15, gtol=1e-15)
    return res.x[0] * res.x[1] + res.cost


def integral(a):
    value, error = integrate.quad(lambda t: np.exp(-a * t * t), 0.0, a)
    return value * value


def integral_with_args(a):
    def integrand(t, b, c):
        return np.sin(b * t) * t + c

    return integrate.quad(integrand, a, 2.0, args=(a, a * a))[0]


def integrals_to_infinity(a):
    whole = integrate.quad(lambda t: np.exp(-a * t * t) * np.cos(t), -np.inf, np.inf)[0]
    return whole + integrate.quad(lambda t: t * np.exp(-t), a, np.inf)[0] * integrate.quad(lambda t: np.exp(a * t), -np.inf, a)[0]


def integral_over_a_kink(a):
    return integrate.quad(lambda t: np.abs(t - a) * np.exp(t), 0.0, 1.0)[0]


# The gradient's own error is that of the solver's solution.
PROGRAMS = [
    (root_of_lambda, 1.3, 1e-8), (root_of_global, 1.3, 1e-8), (root_with_default, 1.7, 1e-8), (roots_in_a_loop, 2.0, 1e-8),
    (root_of_newton, 0.8, 1e-8), (root_object, 2.1, 1e-8), (fixed, 0.8, 1e-7), (system, 1.3, 1e-7), (system_object, 0.6, 1e-7),
    (minimum, 0.9, 1e-5), (minimum_of_a_number, 0.4, 1e-5), (minimum_within_bounds, 0.4, 1e-5), (fitted, 0.7, 1e-5),
    (integral, 0.8, 1e-8), (integral_with_args, 0.7, 1e-8), (integrals_to_infinity, 0.8, 1e-8), (integral_over_a_kink, 0.3, 1e-6),
]  # fmt: skip


@pytest.mark.parametrize("f, a, tolerance", PROGRAMS, ids=[f.__name__ for f, _, _ in PROGRAMS])
def test_first_order(f, a, tolerance):
    h = 1e-3
    expected = (8 * (f(a + h) - f(a - h)) - (f(a + 2 * h) - f(a - 2 * h))) / (12 * h)
    np.testing.assert_allclose(grad(f)(a), expected, rtol=tolerance, atol=tolerance)
    value, tangent = jvp(f, (a,), (1.0,))
    np.testing.assert_allclose(tangent, expected, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(value, f(a), rtol=1e-12)


@pytest.mark.parametrize("f, a, tolerance", PROGRAMS, ids=[f.__name__ for f, _, _ in PROGRAMS])
def test_second_order(f, a, tolerance):
    if f is integral_over_a_kink:
        pytest.skip("the integrand has no second derivative")
    first = grad(f)
    h = 1e-3
    expected = (8 * (first(a + h) - first(a - h)) - (first(a + 2 * h) - first(a - 2 * h))) / (12 * h)
    np.testing.assert_allclose(grad(first)(a), expected, rtol=20 * tolerance, atol=20 * tolerance)
    np.testing.assert_allclose(jvp(first, (a,), (1.0,))[1], expected, rtol=20 * tolerance, atol=20 * tolerance)


def test_arrays_are_passed_to_the_callback():
    def f(w, a):
        def loss(x):
            return 0.5 * np.sum(w * (x - a) ** 2) + 0.25 * np.sum(x) ** 4

        return np.sum(optimize.minimize(loss, np.zeros(3), tol=1e-13).x ** 2)

    w, a = np.array([1.0, 2.0, 3.0]), np.array([0.3, 0.5, -0.2])
    for got, at in zip(grad(f, argnums=(0, 1))(w, a), (0, 1)):
        for k in range(3):
            args = [w.copy(), a.copy()]
            args[at][k] += 1e-3
            high = f(*args)
            args[at][k] -= 2e-3
            np.testing.assert_allclose(got[k], (high - f(*args)) / 2e-3, atol=2e-5)


def at_a_bound(a):
    return optimize.minimize_scalar(lambda x: (x - a) ** 2, bounds=(0.0, 1.0)).x


def too_singular(a):
    return integrate.quad(lambda t: t ** (a - 1.0), 0.0, 1.0)[0]


def to_an_end_that_is_computed(a):
    end = a / np.float64(1e-320) ** 2 if a > 0 else 1.0
    return integrate.quad(lambda t: np.exp(-a * t), 0.0, end)[0]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f, a", [(at_a_bound, 2.0), (too_singular, 0.02), (to_an_end_that_is_computed, 0.5)])
def test_refused_when_it_runs(f, a):
    with pytest.raises(ValueError):
        grad(f)(a)


def printing(a):
    def f(x):
        print(x)
        return x * x - a

    return brentq(f, 0.0, 3.0)


def counting(a):
    calls = []

    def f(x):
        calls.append(x)
        return x * x - a

    return brentq(f, 0.0, 3.0) + len(calls)


def constrained(a):
    return optimize.minimize(lambda x: np.sum((x - a) ** 2), np.zeros(2), constraints={"type": "eq", "fun": np.sum}).x[0]


def of_a_local_helper(a):
    def helper(x):
        return x * a

    return brentq(lambda x: helper(x) - 1.0, 0.0, 3.0)


def without_rule(a):
    return optimize.curve_fit(lambda t, p: p * t, np.arange(3.0), a * np.arange(3.0))[0][0]


@pytest.mark.parametrize("f", [printing, counting, constrained, of_a_local_helper, without_rule])
def test_refused_when_transformed(f):
    with pytest.raises(StAdError) as caught:
        grad(f)(0.7)
    assert "test_scipy_solvers.py" in str(caught.value)


def test_a_standalone_module_has_its_callbacks(tmp_path):
    source = tmp_path / "program.py"
    source.write_text(
        "import numpy as np\nfrom scipy import integrate\nfrom scipy.optimize import brentq\n\n\n"
        "def cubic(x, a):\n    return x**3 + a * x - 2.0\n\n\n"
        "def f(a):\n    return brentq(cubic, 0.0, 2.0, args=(a,)) + brentq(lambda x: x - np.cos(a * x), 0.0, 2.0)\n\n\n"
        "def g(a):\n    return integrate.quad(lambda x: np.exp(-a * x), 0.0, 1.0)[0]\n"
    )
    out = tmp_path / "made.py"
    command = [sys.executable, "-m", "cli", "emit", f"{source}:f", f"{source}:g", "-o", str(out), "--args", "a=float"]
    subprocess.run(command, check=True, capture_output=True)
    text = out.read_text()
    assert "Needs NumPy and SciPy." in text and "st_ad" not in text.partition('"""\n')[2] and "import program" not in text
    scope: dict = {}
    exec(compile(text, str(out), "exec"), scope)
    namespace: dict = {}
    exec(compile(source.read_text(), str(source), "exec"), namespace)
    for name in ("f", "g"):
        f = namespace[name]
        np.testing.assert_allclose(scope[f"{name}_grad"](0.8), (f(0.8 + 1e-4) - f(0.8 - 1e-4)) / 2e-4, rtol=1e-6)
