"""Random draws with parameters, differentiated along the path: the standard draw behind the result is kept fixed.

Of draws by rejection (gamma, beta, Student's t) that is not the path of the generator, whose steps may jump: they move so
that the probability below them is kept (M. Figurnov et al., 2018), a vector of the Dirichlet distribution as its parts do
(M. Jankowiak and F. Obermeyer, 2018).
"""

import numpy as np

from ..runtime import beta_path, unbroadcast
from .notation import Unknown, constant, definition, elementwise, refuse, rule

for _name in ("normal", "laplace", "logistic", "gumbel"):
    elementwise(f"np.random.{_name}(loc=0.0, scale=1.0, size=None)", "1.0", "(y - loc) / scale")
elementwise(
    "np.random.uniform(low=0.0, high=1.0, size=None)", "(high - y) / (high - low)", "(y - low) / (high - low)"
)
elementwise("np.random.lognormal(mean=0.0, sigma=1.0, size=None)", "y", "y * (np.log(y) - mean) / sigma")
for _name in ("exponential", "rayleigh"):
    elementwise(f"np.random.{_name}(scale=1.0, size=None)", "y / scale")
for _name in ("weibull", "power"):
    elementwise(f"np.random.{_name}(a, size=None)", "-y * np.log(y) / a")
elementwise("np.random.pareto(a, size=None)", "-(y + 1.0) * np.log(y + 1.0) / a")
for _name in (
    "rand randn random random_sample ranf sample randint standard_normal standard_exponential standard_cauchy seed "
    "get_state set_state default_rng RandomState binomial poisson geometric bytes integers negative_binomial hypergeometric"
).split():
    constant(f"np.random.{_name}")


@definition("np.random.choice(x, size=None, replace=True, p=None)")
def choice(x, size, replace, p):
    """The items at places that are drawn."""
    return np.take(x, np.random.choice(len(x), size, replace, p), axis=0)


@definition("np.random.permutation(x)")
def permutation(x):
    """The items in an order that is drawn."""
    return np.take(x, np.random.permutation(len(x)), axis=0)


refuse("np.random.permuted", "draw without out=, from an array of known rank")

# Below the mode the result is left + sqrt(u (right - left) (mode - left)), above it the mirror image of that.
_LOW, _HIGH = "(mode - left + (mode == left))", "(right - mode + (right == mode))"
elementwise(
    "np.random.triangular(left, mode, right, size=None)",
    f"np.where(y < mode, 1.0 - 0.5 * (y - left) * (1.0 / {_LOW} + 1.0 / (right - left)), 0.5 * (right - y) / (right - left))",
    f"np.where(y < mode, 0.5 * (y - left) / {_LOW}, 0.5 * (right - y) / {_HIGH})",
    f"np.where(y < mode, 0.5 * (y - left) / (right - left), 1.0 - 0.5 * (right - y) * (1.0 / {_HIGH} + 1.0 / (right - left)))",
)
# Drawn by rejection: they move so that the probability below them is kept.
_ORDER = Unknown("the derivative of a random path is of first order only: use differences for the second")
for _call in ("gamma_path(a, z)", "student_path(df, t)"):
    elementwise(_call, _ORDER, _ORDER)
elementwise("beta_path(a, b, z, rest)", _ORDER, _ORDER, _ORDER, _ORDER)
elementwise("mills_ratio(x)", "x * y - 1.0")

elementwise("np.random.standard_gamma(shape, size=None)", "gamma_path(shape, y)")
elementwise("np.random.gamma(shape, scale=1.0, size=None)", "scale * gamma_path(shape, y / scale)", "y / scale")
elementwise("np.random.chisquare(df, size=None)", "gamma_path(0.5 * df, 0.5 * y)")
elementwise("np.random.beta(a, b, size=None)", "beta_path(a, b, y, 1.0 - y)", "-beta_path(b, a, 1.0 - y, y)")
elementwise("np.random.standard_t(df, size=None)", "student_path(df, y)")
# dfnum * y / (dfnum * y + dfden) is a beta variate.
_PART, _REST = "dfnum * y / (dfnum * y + dfden)", "dfden / (dfnum * y + dfden)"
elementwise(
    "np.random.f(dfnum, dfden, size=None)",
    f"y * (0.5 * beta_path(0.5 * dfnum, 0.5 * dfden, {_PART}, {_REST}) / ({_PART} * {_REST}) - 1.0 / dfnum)",
    f"y * (1.0 / dfden - 0.5 * beta_path(0.5 * dfden, 0.5 * dfnum, {_REST}, {_PART}) / ({_PART} * {_REST}))",
)
_TAIL = "mills_ratio(np.sqrt(scale / y) * (y / mean + 1.0))"
elementwise(
    "np.random.wald(mean, scale, size=None)",
    f"2.0 * np.sqrt(scale * y) * y / mean**2 * {_TAIL}",
    f"y / scale - 2.0 * y * np.sqrt(y / scale) / mean * {_TAIL}",
)
elementwise("np.random.vonmises(mu, kappa, size=None)", "1.0", Unknown("make kappa a constant, or use differences"))


@rule("np.random.dirichlet(alpha, size=None)")
def dirichlet(alpha, size, y, y_bar):
    """Each part moves as the beta variate that it is, and the others make room in proportion."""
    moved = beta_path(alpha, np.sum(alpha) - alpha, y, 1.0 - y) / (1.0 - y)
    return unbroadcast(moved * (y_bar - np.sum(y * y_bar, axis=-1, keepdims=True)), alpha)


for _name in ("noncentral_chisquare", "noncentral_f"):
    refuse(f"np.random.{_name}", "draw from np.random.chisquare or np.random.standard_normal")
constant("np.random.logseries", "np.random.zipf", "np.random.multivariate_hypergeometric")


@definition("np.random.multivariate_normal(mean, cov, size=None, check_valid='warn', tol=1e-8)")
def multivariate_normal(mean, cov, size, check_valid, tol):
    """The mean plus a root of the covariance times standard draws; NumPy takes the root from the SVD."""
    _, s, vt = np.linalg.svd(cov)
    if size is None:
        shape: tuple = (len(mean),)
    elif isinstance(size, int):
        shape = (size, len(mean))
    else:
        shape = (*size, len(mean))
    return mean + np.random.standard_normal(shape) @ (np.expand_dims(np.sqrt(s), 1) * vt)
