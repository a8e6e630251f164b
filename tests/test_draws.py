"""Random draws by their parameters: the probability below a draw is kept, whoever draws it; items are drawn once."""

from __future__ import annotations

import linecache
import math
import random
from typing import Any, Callable

import numpy as np
import pytest

from st_ad import NoRuleError, UnsupportedError, check_grads, grad, hvp, jvp, value_and_grad, vjp
from st_ad.runtime import beta_path, gamma_path, mills_ratio, student_path

stats = pytest.importorskip("scipy.stats")

# The distribution function and the density of each draw, by the parameters of NumPy.
LAWS: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[float, ...]]] = {
    "gamma": (lambda z, a, s: stats.gamma.cdf(z, a, scale=s), lambda z, a, s: stats.gamma.pdf(z, a, scale=s), (2.3, 1.5)),
    "standard_gamma": (stats.gamma.cdf, stats.gamma.pdf, (0.4,)),
    "chisquare": (stats.chi2.cdf, stats.chi2.pdf, (3.3,)),
    "beta": (stats.beta.cdf, stats.beta.pdf, (0.6, 1.4)),
    "standard_t": (stats.t.cdf, stats.t.pdf, (3.0,)),
    "f": (stats.f.cdf, stats.f.pdf, (4.0, 7.0)),
    "wald": (lambda z, m, s: stats.invgauss.cdf(z, m / s, scale=s), lambda z, m, s: stats.invgauss.pdf(z, m / s, scale=s), (1.5, 2.0)),
    "exponential": (lambda z, s: stats.expon.cdf(z, scale=s), lambda z, s: stats.expon.pdf(z, scale=s), (2.0,)),
    "weibull": (stats.weibull_min.cdf, stats.weibull_min.pdf, (1.7,)),
    "pareto": (lambda z, a: stats.pareto.cdf(z + 1, a), lambda z, a: stats.pareto.pdf(z + 1, a), (3.0,)),
    "power": (stats.powerlaw.cdf, stats.powerlaw.pdf, (3.0,)),
    "rayleigh": (lambda z, s: stats.rayleigh.cdf(z, scale=s), lambda z, s: stats.rayleigh.pdf(z, scale=s), (2.0,)),
    "normal": (stats.norm.cdf, stats.norm.pdf, (0.3, 0.7)),
    "laplace": (stats.laplace.cdf, stats.laplace.pdf, (0.3, 0.7)),
    "logistic": (stats.logistic.cdf, stats.logistic.pdf, (0.3, 0.7)),
    "gumbel": (stats.gumbel_r.cdf, stats.gumbel_r.pdf, (0.3, 0.7)),
    "uniform": (lambda z, a, b: stats.uniform.cdf(z, a, b - a), lambda z, a, b: stats.uniform.pdf(z, a, b - a), (0.3, 1.7)),
    "lognormal": (lambda z, m, s: stats.lognorm.cdf(z, s, scale=np.exp(m)), lambda z, m, s: stats.lognorm.pdf(z, s, scale=np.exp(m)), (0.3, 0.7)),
    "triangular": (lambda z, a, c, b: stats.triang.cdf(z, (c - a) / (b - a), a, b - a),
                   lambda z, a, c, b: stats.triang.pdf(z, (c - a) / (b - a), a, b - a), (0.1, 0.7, 1.5)),
}  # fmt: skip
FORMS = {
    "seed": "np.random.seed(3)\n    return np.random.{}({}, size=7)",
    "one": "np.random.seed(3)\n    return np.random.{}({})",
    "generator": "rng = np.random.default_rng(3)\n    return rng.{}({}, size=(2, 3))",
    "state": "rng = np.random.RandomState(3)\n    return rng.{}({} * np.ones(4))",
}


def drawing(name: str, form: str, names: list[str]) -> Callable[..., Any]:
    """A function that draws from a fresh generator."""
    text = f"def f({', '.join(names)}):\n    {FORMS[form].format(name, ', '.join(names))}\n"
    file = f"<draw {name} {form}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), scope)
    return scope["f"]


def moved(name: str, z: Any, k: int) -> Any:
    """How a draw moves with a parameter: -(dF/da) / density, by differences."""
    cdf, pdf, params = LAWS[name]
    step = 1e-4 * params[k]

    def at(t: float) -> Any:
        return cdf(z, *[p + t * step * (i == k) for i, p in enumerate(params)])

    return -(8 * (at(1) - at(-1)) - at(2) + at(-2)) / (12 * step) / pdf(z, *params)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", LAWS)
def test_path(name, form):
    params = LAWS[name][2]
    f = drawing(name, form, [f"p{k}" for k in range(len(params))])
    z = f(*params)
    z_bar = np.cos(np.arange(np.size(z))).reshape(np.shape(z))[()]
    out, pullback = vjp(f, *params)
    np.testing.assert_array_equal(out, z)
    bars = pullback(z_bar)
    for k in range(len(params)):
        want = moved(name, z, k)
        _, dot = jvp(f, params, tuple(float(i == k) for i in range(len(params))))
        np.testing.assert_allclose(dot, want, rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(bars[k], np.sum(z_bar * want), rtol=1e-5, atol=1e-7)


def test_dirichlet():
    weights = np.array([1.0, -2.0, 0.5])

    def mean(alpha):
        np.random.seed(1)
        return np.sum(weights * np.random.dirichlet(alpha, size=20000)) / 20000

    def once(alpha):
        np.random.seed(1)
        return np.sum(weights * np.random.dirichlet(alpha) ** 2)

    alpha = np.array([1.5, 0.7, 3.0])
    total = np.sum(alpha)
    exact = weights / total - np.sum(weights * alpha) / total**2
    np.testing.assert_allclose(grad(mean)(alpha), exact, rtol=0.02)
    value, alpha_bar = value_and_grad(once)(alpha)
    assert value == once(alpha)
    np.testing.assert_allclose(alpha_bar, [jvp(once, (alpha,), (e,))[1] for e in np.eye(3)])


def test_second_order_is_refused():
    def f(a):
        return np.sum(np.random.gamma(a, size=3) ** 2)

    with pytest.raises(NoRuleError, match="first order"):
        hvp(f, (2.0,), (1.0,))


@pytest.mark.parametrize("method", ["svd", "eigh", "cholesky"])
def test_normal_vectors(method):
    w = np.arange(15.0).reshape(5, 3)

    def f(mean, root):
        rng = np.random.default_rng(0)
        return np.sum(np.sin(w * rng.multivariate_normal(mean, root @ root.T, size=5, method=method)))

    rng = np.random.default_rng(4)
    args, dots = [rng.normal(size=3), rng.normal(size=(3, 3)) + 2 * np.eye(3)], [rng.normal(size=3), rng.normal(size=(3, 3))]
    value, dot = jvp(f, tuple(args), tuple(dots))
    assert value == pytest.approx(f(*args))
    high, low = (f(*[a + t * d for a, d in zip(args, dots)]) for t in (1e-6, -1e-6))
    assert dot == pytest.approx((high - low) / 2e-6, rel=1e-6)
    bars = grad(f, argnums=(0, 1))(*args)
    assert sum(np.sum(b * d) for b, d in zip(bars, dots)) == pytest.approx(dot)


def test_items_of_generators():
    def f(s, x):
        rng = np.random.RandomState(0)
        z = rng.multivariate_normal(x[:2], np.eye(2) * s + np.array([[0.0, 0.1], [0.1, 1.0]]), 4)
        rng.shuffle(x)
        drawn = rng.choice(x) + rng.poisson(3.0) * s + np.sum(rng.permutation(x) * np.arange(5)) + rng.binomial(5, 0.3) * s
        return np.sum(s * z) * x[0] + drawn

    x = np.array([0.3, -0.4, 1.2, 0.8, -0.1])
    for k, direction in enumerate(np.eye(5)):
        high, low = f(1.3, x + 1e-6 * direction), f(1.3, x - 1e-6 * direction)
        assert grad(f, argnums=1)(1.3, x.copy())[k] == pytest.approx((high - low) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("a", [1e-3, 0.05, 0.45, 1.0, 5.0, 400.0])
def test_gamma_path(a):
    z = stats.gamma.ppf([0.2, 0.5, 0.9, 0.999], a)
    z = z[z > 1e-250]
    # The derivative of the quantile by the shape.
    step = 1e-3 * a
    quantile = [stats.gamma.ppf(stats.gamma.cdf(z, a), a + t * step) for t in (1, -1, 2, -2)]
    want = (8 * (quantile[0] - quantile[1]) - quantile[2] + quantile[3]) / (12 * step)
    np.testing.assert_allclose(gamma_path(a, z), want, rtol=1e-4 if a < 0.01 else 1e-6)


def test_paths_at_the_ends():
    assert gamma_path(2.0, 0.0) == 0.0
    assert beta_path(0.5, 0.5, 0.0, 1.0) == beta_path(0.5, 0.5, 1.0, 0.0) == 0.0
    assert student_path(3.0, 0.0) == 0.0
    np.testing.assert_allclose(mills_ratio(np.array([0.0, 1.0, 20.0])), stats.norm.sf([0, 1, 20]) / stats.norm.pdf([0, 1, 20]))


def of_the_standard_library(x):
    random.seed(5)
    total = 0.0
    for _ in range(3):
        total += random.gauss(x[0], x[1]) * random.uniform(x[1], x[2]) + random.expovariate(x[1]) * random.random()
        total += random.lognormvariate(x[0], 0.2) + random.choice([x[0], x[1] ** 2, x[2]]) * random.randint(1, 3)
    items = [x[0], x[1], x[2]]
    random.shuffle(items)
    total += 2.0 * items[0] + 3.0 * items[1] + random.choice(x) + random.normalvariate(0.0, x[2])
    return total + random.triangular(0.0, 1.0, 0.5) * x[0] + random.getrandbits(3) * x[1] + random.uniform(1.0, 2.0)


def monte_carlo(x):
    random.seed(1)
    total = 0.0
    for _ in range(20):
        end = x[0] * math.exp(-0.5 * x[1] ** 2 + x[1] * random.gauss(0.0, 1.0))
        total += max(end - x[2], 0.0)
    return total / 20


@pytest.mark.parametrize("function", [of_the_standard_library, monte_carlo])
def test_draws_of_the_standard_library(function):
    x = np.array([1.2, 0.7, 1.9])
    assert value_and_grad(function)(x)[0] == pytest.approx(function(x), rel=1e-14)
    check_grads(function, (x,), order=2)


def test_what_is_drawn_is_drawn_once():
    random.seed(3)
    drawn = [random.random() for _ in range(2)]
    random.seed(3)
    assert [grad(lambda x: x * random.random())(2.0) for _ in range(2)] == drawn


def test_samples_of_the_standard_library_are_refused():
    with pytest.raises(UnsupportedError, match=r"random.sample is not supported(.|\n)*default_rng"):
        grad(lambda x: x * random.sample([1.0, 2.0], 1)[0])(2.0)
