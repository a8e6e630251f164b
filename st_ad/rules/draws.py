"""Random draws with parameters, differentiated along the path: the standard draw behind the result is kept fixed.

Of draws by rejection (gamma, beta, Student's t) the path has no closed form: they are differentiated in those
parameters alone that scale the result.
"""

import numpy as np

from ..ir.syntax import Arg
from .notation import Generation, constant, definition, elementwise, refuse

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
_PATH = "its path has no closed form: "


def _in_the_shape(g: Generation) -> Arg:
    """The path in the shape."""
    raise TypeError("the path of a gamma variate in its shape has no closed form: make the shape a constant")


elementwise("np.random.gamma(shape, scale=1.0, size=None)", _in_the_shape, "y / scale")
for _call in ("standard_gamma(shape, size=None)", "beta(a, b, size=None)", "chisquare(df, size=None)", "f(dfnum, dfden, size=None)",
              "standard_t(df, size=None)", "wald(mean, scale, size=None)", "dirichlet(alpha, size=None)", "vonmises(mu, kappa, size=None)"):  # fmt: skip
    refuse(f"np.random.{_call}", _PATH + "draw from np.random.standard_normal or np.random.random and scale")


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
