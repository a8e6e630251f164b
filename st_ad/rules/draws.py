"""Random draws with parameters, differentiated along the path: the standard draw behind the result is kept fixed."""

from .notation import constant, elementwise, refuse

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
refuse("np.random.choice", "draw the places, places = np.random.choice(len(x), size), and read x[places]")
for _name in ("permutation", "shuffle"):
    refuse(
        f"np.random.{_name}",
        "a permuted array: draw the places, order = np.random.permutation(len(x)), and read x[order]",
    )
for _name in (
    "gamma",
    "beta",
    "dirichlet",
    "standard_gamma",
    "standard_t",
    "chisquare",
    "multivariate_normal",
    "vonmises",
    "wald",
):
    refuse(
        f"np.random.{_name}",
        "its path has no closed form: draw from np.random.standard_normal or np.random.random and scale",
    )
