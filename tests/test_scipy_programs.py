"""Programs that use SciPy in the ways that could come out wrong: both modes against differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

import scipy.linalg
import scipy.special
import scipy.stats
from scipy import integrate, linalg, optimize, signal, special, stats
from scipy.integrate import odeint, quad
from scipy.spatial import _distance_wrap, distance

from st_ad import StAdError, grad, jvp, vjp

PRIOR = stats.norm(0.5, 2.0)
K = 1.5
W = np.array([[0.2, 0.5], [-0.4, 0.1]])


def helper(a):
    return optimize.brentq(lambda x: x**3 + x - a, -5, 5, xtol=1e-14)


def root_in_a_helper(a):
    return helper(a*2.0) + helper(a)**2


def root_of_a_root(a):
    def outer(x):
        inner = optimize.brentq(lambda z: z**3 + z - x*a, -5.0, 5.0, xtol=1e-14)
        return inner + x - a
    return optimize.brentq(outer, -5.0, 5.0, xtol=1e-14)


def integral_of_an_integral(a):
    def inner(y):
        return quad(lambda x: np.exp(-a*x*y), 0.0, y)[0]
    return quad(inner, 0.0, 1.0)[0]


def minimum_with_a_gradient(a):
    def loss(x):
        return np.sum((x - a)**2) + np.sum(x**4)*K

    def jac(x):
        return 2*(x-a) + 4*K*x**3

    return np.sum(optimize.minimize(loss, np.array([0.1, 0.2]), jac=jac, method="BFGS", options={"gtol": 1e-12}).x)


def rhs(y, t, M):
    return M @ np.tanh(y) + np.sin(t)*K


def matrix_in_an_equation(a):
    return np.sum(odeint(rhs, np.array([1.0, a]), np.linspace(0, 2, 5), args=(W*a,), rtol=1e-12, atol=1e-12)[-1]**2)


def list_in_a_callback(a):
    c = [a, 2.0*a]
    return optimize.brentq(lambda x: c[0]*x**3 + c[1]*x - 1.0, -5, 5, xtol=1e-14)


def solver_in_a_branch(a):
    out = 0.0
    for k in range(3):
        if k > 0:
            out = out + optimize.newton(lambda x: x**2 - a*(k+1), 1.0, tol=1e-14)  # noqa: B023
        else:
            out = out + special.gammaln(a)
    return out


def root_stored_in_an_array(a):
    x = a*np.ones(3)
    x[1] = optimize.fsolve(lambda z: z**3 + z*a - 1.0, 0.5, xtol=1e-13)[0]
    return np.sum(x**2)


def names_by_module(a):
    return scipy.stats.norm.logpdf(a, loc=0.3, scale=K) + scipy.special.expit(a) + scipy.linalg.norm(a*np.arange(3.0))


def frozen_distributions(a):
    d = stats.t(df=5.0, loc=a)
    return d.logpdf(1.0) + stats.gamma(a, scale=2.0).logpdf(1.3) - stats.beta.logpdf(0.3, a, 2.0) + stats.norm(0, a).cdf(0.4)


def filters_and_sums(a):
    x = np.linspace(-1, 1, 7)*a
    return np.sum(signal.lfilter([1.0, a], [1.0, -0.3*a], x)**2) + special.logsumexp(x) + np.sum(special.softmax(x)**2)


def factors(a):
    A = np.array([[2.0, a], [a, 3.0]])
    c, low = linalg.cho_factor(A)
    L = linalg.cholesky(A, lower=True)
    return np.sum(linalg.cho_solve((c, low), np.ones(2))) + np.sum(linalg.solve_triangular(L, np.ones(2), lower=True)**2) + linalg.expm(A*0.1)[0, 1]


def secant(a):
    r = optimize.root_scalar(lambda x: np.cos(x) - a*x, x0=0.5, x1=0.6, method="secant", xtol=1e-13)
    return r.root


def root_with_lm(a):
    sol = optimize.root(lambda v: v**2 - np.array([a, 2*a]), np.ones(2), method="lm", tol=1e-13)
    return sol.x @ sol.x if sol.success else 0.0


def named_lambda(a):
    g = lambda x: x * a  # noqa: E731
    return optimize.brentq(g, -1.0, 2.0) + a


def integrals_of_library_functions(a):
    return quad(np.sin, 0.0, a)[0] + quad(lambda x: x**2, a, 1.0)[0]


def start_value_is_active(a):
    x0 = np.array([a, 2*a])
    return np.sum(optimize.minimize(lambda x: np.sum((x-1.0)**2), x0).x) * a


def float_of_a_root(a):
    return float(optimize.fsolve(lambda x: x*x - a, 1.0)[0])


def draws_with_a_state(a):
    u = stats.norm.rvs(size=3, random_state=0)
    return np.sum(u*a)**2


def aliases(a):
    return np.sum(special.jn(2, a*np.arange(1.0,3.0))) + special.digamma(a) + special.comb(5, 2)*a


def distribution_of_the_module(a):
    return PRIOR.logpdf(a) + PRIOR.cdf(a * a)


def normal_in_many_dimensions(a):
    cov = np.array([[2.0, 0.3], [0.3, 1.0 + a]])
    return stats.multivariate_normal(np.array([a, 1.0]), cov).logpdf(np.ones(2)) + integrate.trapezoid(np.array([a, a * a, 1.0]))


def statistics_as_they_are_written(a):
    x = np.array([a, 1.0, 2.5, a * a, 0.3])
    y = np.array([[a, 1.0, 2.0], [0.5, a, 3.0]])
    moments = stats.moment(x, 3) + stats.variation(x) + stats.pmean(x, 2, weights=np.arange(1.0, 6.0)) + stats.tmean(x)
    return moments + np.sum(stats.variation(y, axis=1)) + stats.circvar(x) + stats.boxcox_llf(a, x) + stats.circmean(x)


def matrices_of_vectors(a):
    x = np.array([a, 1.0, 2.5])
    return np.sum(linalg.khatri_rao(np.outer(x, x), np.outer(x, x**2)) ** 2)


def structured_systems(a):
    c, r, b = np.array([3.0 + a, a, 0.5]), np.array([9.0, a * a, 0.2]), np.array([1.0, a, 2.0])
    x = linalg.solve_toeplitz(c, b) + linalg.solve_toeplitz((c, r), b) + linalg.solve_circulant(c, b)
    return np.sum(x**3)


def square_of_a_vector(a):
    square = distance.squareform(np.array([a, 1.0, a * a]))
    return np.sum(square @ square) + np.sum(distance.squareform(square) ** 3) + np.sum(distance.squareform(distance.pdist(square)))


PROGRAMS = [
    square_of_a_vector,
    statistics_as_they_are_written, matrices_of_vectors, structured_systems,
    root_in_a_helper, root_of_a_root, integral_of_an_integral, minimum_with_a_gradient, matrix_in_an_equation, list_in_a_callback, solver_in_a_branch, root_stored_in_an_array, names_by_module, frozen_distributions, filters_and_sums, factors, secant, root_with_lm, named_lambda, integrals_of_library_functions, start_value_is_active, float_of_a_root, draws_with_a_state, aliases,
    distribution_of_the_module, normal_in_many_dimensions,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_gradients(f):
    a, h = 0.7, 1e-3
    expected = (8 * (f(a + h) - f(a - h)) - (f(a + 2 * h) - f(a - 2 * h))) / (12 * h)
    np.testing.assert_allclose(grad(f)(a), expected, rtol=1e-6, atol=1e-7)
    value, tangent = jvp(f, (a,), (1.0,))
    np.testing.assert_allclose(tangent, expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(value, f(a), rtol=1e-12)


def test_a_function_with_a_rule_is_differentiated_by_it():
    np.testing.assert_allclose(grad(stats.norm.logpdf, argnums=2)(0.3, 0.1, 1.5), ((0.2 / 1.5) ** 2 - 1) / 1.5)
    value, pullback = vjp(linalg.toeplitz, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(pullback(np.ones((3, 3)))[0], [3.0, 4.0, 2.0])


def test_searches_are_not_differentiated_step_by_step():
    for search in (lambda p: optimize.golden(lambda x: (x - p) ** 2, brack=(0.0, 1.0)),
                   lambda p: optimize.fminbound(lambda x: (x - p) ** 2, 0.0, 1.0)):  # fmt: skip
        with pytest.raises(StAdError):
            grad(search)(0.3)


def test_a_compiled_function_may_write_to_its_arguments():
    def written_to(x):
        square = np.zeros((3, 3))
        _distance_wrap.to_squareform_from_vector_wrap(square, x * 2)
        return np.sum(square)

    with pytest.raises(StAdError, match="may write to its arguments|no derivative rule for `scipy.spatial"):
        grad(written_to)(np.ones(3))
