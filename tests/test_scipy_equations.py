"""odeint and solve_ivp: gradients of first and second order against differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate
from scipy.integrate import odeint, solve_ivp

from st_ad import grad, jvp
from st_ad.errors import StAdError

TIGHT = {"rtol": 1e-11, "atol": 1e-12}


def pendulum(y, t, b, c):
    theta, omega = y
    return [omega, -b * omega - c * np.sin(theta)]


def of_a_global_function(b):
    t = np.linspace(0, 4, 9)
    sol = odeint(pendulum, [np.pi - 0.1, 0.0], t, args=(b, 5.0), rtol=1e-12, atol=1e-12)
    return np.sum(sol[:, 0] ** 2)


def of_a_local_function(a):
    def rhs(t, y):
        return np.array([y[1], -a * y[0] + np.sin(t)])

    sol = solve_ivp(rhs, (0.0, 3.0), np.array([1.0, a]), t_eval=np.linspace(0, 3, 5), rtol=1e-11, atol=1e-12)
    return sol.y[0, -1] * sol.y[1, 2] if sol.success else 0.0


def at_its_own_times(a):
    sol = integrate.solve_ivp(lambda t, y: -a * y, [0, 2], [1.0, 2.0], method="DOP853", rtol=1e-11, atol=1e-12)
    return np.sum(sol.y[:, -1])


def of_a_start(a):
    return odeint(lambda y, t: -a * y * y, 1.0 + a, np.array([0.0, 1.0, 2.0]), rtol=1e-12, atol=1e-12)[-1, 0]


def with_time_first(a):
    def rhs(t, y, k):
        return [y[1] * k, -a * y[0] * t]

    return np.sum(odeint(rhs, (a, 1.0), np.linspace(0.5, 2.0, 4), args=(a * a,), tfirst=True, rtol=1e-12, atol=1e-12) ** 2)


PROGRAMS = [of_a_global_function, of_a_local_function, at_its_own_times, of_a_start, with_time_first]


@pytest.mark.parametrize("f", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_gradients(f):
    h, a = 1e-3, 0.7
    for one, tolerance in ((f, 1e-7), (grad(f), 1e-6)):
        expected = (8 * (one(a + h) - one(a - h)) - (one(a + 2 * h) - one(a - 2 * h))) / (12 * h)
        np.testing.assert_allclose(grad(one)(a), expected, rtol=tolerance, atol=tolerance)
        value, tangent = jvp(one, (a,), (1.0,))
        np.testing.assert_allclose(tangent, expected, rtol=tolerance, atol=tolerance)
    assert jvp(f, (a,), (1.0,))[0] == f(a)


def by_time(a):
    return odeint(lambda y, t: -y, 1.0, np.array([0.0, a]))[-1, 0]


def by_end(a):
    return solve_ivp(lambda t, y: -y, (0.0, a), [1.0]).y[0, -1]


def with_events(a):
    def hit(t, y):
        return y[0] - 0.5

    return solve_ivp(lambda t, y: -a * y, (0.0, 2.0), [1.0], events=hit).y[0, -1]


@pytest.mark.parametrize("f", [by_time, by_end, with_events])
def test_refused(f):
    with pytest.raises(StAdError):
        grad(f)(0.7)


def test_a_stiff_equation_is_refused_when_it_runs():
    def f(a):
        return odeint(lambda y, t: -a * (y - np.cos(t)), 0.0, np.array([0.0, 2.0]))[-1, 0]

    with pytest.raises(ValueError, match="stiff"):
        grad(f)(1e6)
