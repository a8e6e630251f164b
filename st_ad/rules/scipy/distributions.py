"""scipy.stats: densities, distribution functions and quantiles, by the variable, the location, the scale and the shapes.

Everything follows from the slope of the logarithm of the standard density, `s(z)`, and from what the shape parameters do
to that logarithm and to the distribution function. Outside of the support all derivatives are 0.
A distribution function moves with a shape as its variable would move for it to stay (M. Figurnov, S. Mohamed, A. Mnih 2018);
where that is not known, it is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..notation import Formula, Unknown, constant, elementwise

_NO_CLOSED_FORM = Unknown("the distribution function has no closed derivative by this parameter: make it a constant")
_Z = "((x - loc) / scale)"


@dataclass(frozen=True)
class Family:
    """One distribution. `slope` is that of the logarithm of the standard density at z; `shapes` gives for each shape
    parameter the derivative of that logarithm, `functions` the derivative of the distribution function F."""

    name: str
    slope: str
    shapes: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    bounded: bool = False

    def call(self, method: str, variable: str = "x") -> str:
        """The template of a method."""
        return f"stats.{self.name}.{method}({', '.join([variable, *self.shapes])}, loc=0, scale=1)"

    def other(self, method: str, variable: str = "x") -> str:
        """A call of another method at the same point."""
        return f"stats.{self.name}.{method}({', '.join([variable, *self.shapes])}, loc=loc, scale=scale)"

    def guarded(self, text: str, where: str) -> str:
        """A formula that holds within the support."""
        return f"np.where({where}, {text}, 0.0)" if self.bounded else text


def declare(family: Family) -> None:
    """State the rules of all methods of a distribution."""
    _densities(family)
    _functions(family)
    _quantiles(family)


def _densities(family: Family) -> None:
    slope = f"({_at(family.slope, _Z)})"
    terms = [f"{slope} / scale", *(_at(s, _Z) for s in family.shapes.values()), f"-{slope} / scale", f"-(1.0 + {_Z} * {slope}) / scale"]
    elementwise(family.call("logpdf"), *(family.guarded(t, "np.isfinite(y)") for t in terms))
    elementwise(family.call("pdf"), *(family.guarded(f"y * ({t})", "y > 0.0") for t in terms))


def _functions(family: Family) -> None:
    density = family.other("pdf")
    ratio = family.guarded(f"np.exp({family.other('logpdf')} - y)", "np.isfinite(y)")
    inside, inside_log = "(y > 0.0) & (y < 1.0)", "np.isfinite(y) & (y < 0.0)"
    for method, sign, share in (("cdf", "", "y"), ("sf", "-", "(1.0 - y)")):
        elementwise(family.call(method), *_terms(family, sign, density, f"{sign}({{0}})", share, inside))
    for method, sign, share in (("logcdf", "", "np.exp(y)"), ("logsf", "-", "-np.expm1(y)")):
        elementwise(family.call(method), *_terms(family, sign, ratio, f"{sign}({{0}}) / np.exp(y)", share, inside_log))


def _terms(family: Family, sign: str, factor: str, by_shape: str, share: str, inside: str) -> list[Formula]:
    """The partials of a distribution function or of its logarithm: `factor` is its slope."""
    shapes: list[Formula] = []
    for name in family.shapes:
        text = family.functions.get(name)
        if text is None:
            shapes.append(_NO_CLOSED_FORM)
        else:
            shapes.append(family.guarded(by_shape.format(_at(text, _Z).replace("$F", share)), inside))
    other = _opposite(sign)
    return [f"{sign}{factor}", *shapes, f"{other}{factor}", f"{other}{_Z} * {factor}"]


def _opposite(sign: str) -> str:
    return "" if sign == "-" else "-"


def _quantiles(family: Family) -> None:
    density = family.other("pdf", "y")
    at = _Z.replace("x", "y")
    for method, sign, share in (("ppf", "", "q"), ("isf", "-", "(1.0 - q)")):
        shapes: list[Formula] = []
        for name in family.shapes:
            text = family.functions.get(name)
            shapes.append(_NO_CLOSED_FORM if text is None else f"-({_at(text, at).replace('$F', share)}) / {density}")
        elementwise(family.call(method, "q"), f"{sign}1.0 / {density}", *shapes, "1.0", at)


def _at(text: str, z: str) -> str:
    """A formula in z at an expression."""
    return re.sub(r"\bz\b", z, text)


_LOG_A = "np.log(z) - special.digamma(a)"
_PHI = "np.exp(-0.5 * {0} * {0}) / math.sqrt(2.0 * math.pi)"
_GAMMA = "np.exp(special.xlogy({0} - 1.0, {1}) - {1} - special.gammaln({0}))"
_BETA = "np.exp(special.xlogy({0} - 1.0, {2}) + special.xlog1py({1} - 1.0, -{2}) - special.betaln({0}, {1}))"
_STUDENT = ("np.exp(special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df) - 0.5 * (df + 1.0) * np.log1p(z * z / df))"
            " / np.sqrt(df * math.pi)")  # fmt: skip


def _of_gamma(a: str, z: str) -> str:
    """How the distribution function of a gamma variate moves with its shape."""
    return f"-gamma_path({a}, {z}) * {_GAMMA.format(a, z)}"


def _of_beta(a: str, b: str, z: str, rest: str) -> str:
    """How the distribution function of a beta variate moves with its first parameter."""
    return f"-beta_path({a}, {b}, {z}, {rest}) * {_BETA.format(a, b, z)}"


# A variate of F is a beta variate of half the degrees of freedom.
_PART, _REST = "(dfn * z / (dfd + dfn * z))", "(dfd / (dfd + dfn * z))"
_HALVES = _BETA.format("(0.5 * dfn)", "(0.5 * dfd)", _PART)
_OF_PART = f"{_HALVES} * z / (dfd + dfn * z) ** 2"
_POWER = "np.abs(z) ** beta"
_MILLS = "np.exp(-0.5 * (a * z) ** 2 - special.log_ndtr(a * z)) / math.sqrt(2.0 * math.pi)"

for _family in (
    Family("norm", "-z"),
    Family("cauchy", "-2.0 * z / (1.0 + z * z)"),
    Family("laplace", "-np.sign(z)"),
    Family("logistic", "-np.tanh(0.5 * z)"),
    Family("hypsecant", "-np.tanh(z)"),
    Family("gumbel_r", "np.expm1(-z)"),
    Family("gumbel_l", "-np.expm1(z)"),
    Family("moyal", "0.5 * np.expm1(-z)"),
    Family("t", "-(df + 1.0) * z / (df + z * z)",
           {"df": "0.5 * (special.digamma(0.5 * (df + 1.0)) - special.digamma(0.5 * df) - 1.0 / df - np.log1p(z * z / df)"
                  " + (df + 1.0) * z * z / (df * (df + z * z)))"},
           {"df": f"-student_path(df, z) * {_STUDENT}"}),
    Family("gennorm", "-beta * np.sign(z) * np.abs(z) ** (beta - 1.0)",
           {"beta": "1.0 / beta + special.digamma(1.0 / beta) / (beta * beta) - special.xlogy(np.abs(z) ** beta, np.abs(z))"},
           {"beta": f"np.where(z == 0.0, 0.0, 0.5 * np.sign(z) * ({_GAMMA.format('(1.0 / beta)', f'({_POWER})')} * special.xlogy({_POWER}, np.abs(z))"
                    f" - ({_of_gamma('1.0 / beta', _POWER).replace('1.0 / beta - 1.0', '(1.0 / beta) - 1.0')}) / beta ** 2))"}),
    Family("loggamma", "c - np.exp(z)", {"c": "z - special.digamma(c)"}, {"c": _of_gamma("c", "np.exp(z)")}),
    Family("vonmises", "-kappa * np.sin(z)", {"kappa": "np.cos(z) - special.i1e(kappa) / special.i0e(kappa)"}),
    Family("skewnorm", f"-z + a * {_MILLS}", {"a": f"z * {_MILLS}"}),
    Family("johnsonsu", "-z / (1.0 + z * z) - (a + b * np.arcsinh(z)) * b / np.sqrt(1.0 + z * z)",
           {"a": "-(a + b * np.arcsinh(z))", "b": "1.0 / b - (a + b * np.arcsinh(z)) * np.arcsinh(z)"},
           {"a": _PHI.format("(a + b * np.arcsinh(z))"), "b": f"np.arcsinh(z) * {_PHI.format('(a + b * np.arcsinh(z))')}"}),
    Family("expon", "-1.0", bounded=True),
    Family("uniform", "0.0", bounded=True),
    Family("rayleigh", "1.0 / z - z", bounded=True),
    Family("maxwell", "2.0 / z - z", bounded=True),
    Family("halfnorm", "-z", bounded=True),
    Family("halfcauchy", "-2.0 * z / (1.0 + z * z)", bounded=True),
    Family("halflogistic", "-np.tanh(0.5 * z)", bounded=True),
    Family("arcsine", "(z - 0.5) / (z * (1.0 - z))", bounded=True),
    Family("semicircular", "-z / (1.0 - z * z)", bounded=True),
    Family("levy", "-1.5 / z + 0.5 / (z * z)", bounded=True),
    Family("wald", "-1.5 / z - 0.5 + 0.5 / (z * z)", bounded=True),
    Family("gamma", "(a - 1.0) / z - 1.0", {"a": _LOG_A}, {"a": _of_gamma("a", "z")}, bounded=True),
    Family("erlang", "(a - 1.0) / z - 1.0", {"a": _LOG_A}, {"a": _of_gamma("a", "z")}, bounded=True),
    Family("wrapcauchy", "-2.0 * c * np.sin(z) / (1.0 + c * c - 2.0 * c * np.cos(z))",
           {"c": "2.0 * (np.cos(z) - c) / (1.0 + c * c - 2.0 * c * np.cos(z)) - 2.0 * c / (1.0 - c * c)"}, bounded=True),
    Family("invgamma", "1.0 / (z * z) - (a + 1.0) / z", {"a": "-np.log(z) - special.digamma(a)"},
           {"a": f"gamma_path(a, 1.0 / z) * {_GAMMA.format('a', '(1.0 / z)')}"}, bounded=True),
    Family("beta", "(a - 1.0) / z - (b - 1.0) / (1.0 - z)",
           {"a": "np.log(z) - special.digamma(a) + special.digamma(a + b)",
            "b": "np.log1p(-z) - special.digamma(b) + special.digamma(a + b)"},
           {"a": _of_beta("a", "b", "z", "1.0 - z"), "b": f"beta_path(b, a, 1.0 - z, z) * {_BETA.format('a', 'b', 'z')}"}, bounded=True),
    Family("chi2", "(0.5 * df - 1.0) / z - 0.5", {"df": "0.5 * (np.log(0.5 * z) - special.digamma(0.5 * df))"},
           {"df": f"0.5 * ({_of_gamma('(0.5 * df)', '(0.5 * z)')})"}, bounded=True),
    Family("chi", "(df - 1.0) / z - z", {"df": "np.log(z) - 0.5 * math.log(2.0) - 0.5 * special.digamma(0.5 * df)"},
           {"df": f"0.5 * ({_of_gamma('(0.5 * df)', '(0.5 * z * z)')})"}, bounded=True),
    Family("f", "(0.5 * dfn - 1.0) / z - 0.5 * (dfn + dfd) * dfn / (dfd + dfn * z)",
           {"dfn": "0.5 * (np.log(dfn) + 1.0 + np.log(z) - np.log(dfd + dfn * z) - (dfn + dfd) * z / (dfd + dfn * z)"
                   " - special.digamma(0.5 * dfn) + special.digamma(0.5 * (dfn + dfd)))",
            "dfd": "0.5 * (np.log(dfd) + 1.0 - np.log(dfd + dfn * z) - (dfn + dfd) / (dfd + dfn * z)"
                   " - special.digamma(0.5 * dfd) + special.digamma(0.5 * (dfn + dfd)))"},
           {"dfn": f"0.5 * ({_of_beta('(0.5 * dfn)', '(0.5 * dfd)', _PART, _REST)}) + {_OF_PART} * dfd",
            "dfd": f"0.5 * beta_path(0.5 * dfd, 0.5 * dfn, {_REST}, {_PART}) * {_HALVES} - {_OF_PART} * dfn"}, bounded=True),
    Family("lognorm", "-1.0 / z - np.log(z) / (s * s * z)", {"s": "np.log(z) ** 2 / s ** 3 - 1.0 / s"},
           {"s": f"-np.log(z) / (s * s) * {_PHI.format('(np.log(z) / s)')}"}, bounded=True),
    Family("pareto", "-(b + 1.0) / z", {"b": "1.0 / b - np.log(z)"}, {"b": "z ** -b * np.log(z)"}, bounded=True),
    Family("lomax", "-(c + 1.0) / (1.0 + z)", {"c": "1.0 / c - np.log1p(z)"}, {"c": "(1.0 + z) ** -c * np.log1p(z)"}, bounded=True),
    Family("weibull_min", "(c - 1.0) / z - c * z ** (c - 1.0)", {"c": "1.0 / c + np.log(z) - z ** c * np.log(z)"},
           {"c": "np.exp(-z ** c) * z ** c * np.log(z)"}, bounded=True),
    Family("weibull_max", "(c - 1.0) / z + c * (-z) ** (c - 1.0)", {"c": "1.0 / c + np.log(-z) - (-z) ** c * np.log(-z)"},
           {"c": "-np.exp(-(-z) ** c) * (-z) ** c * np.log(-z)"}, bounded=True),
    Family("powerlaw", "(a - 1.0) / z", {"a": "1.0 / a + np.log(z)"}, {"a": "z ** a * np.log(z)"}, bounded=True),
    Family("fisk", "(c - 1.0) / z - 2.0 * c * z ** (c - 1.0) / (1.0 + z ** c)",
           {"c": "1.0 / c + np.log(z) - 2.0 * z ** c * np.log(z) / (1.0 + z ** c)"},
           {"c": "z ** c * np.log(z) / (1.0 + z ** c) ** 2"}, bounded=True),
    Family("nakagami", "(2.0 * nu - 1.0) / z - 2.0 * nu * z",
           {"nu": "np.log(nu) + 1.0 - special.digamma(nu) + 2.0 * np.log(z) - z * z"},
           {"nu": f"{_of_gamma('nu', '(nu * z * z)')} + {_GAMMA.format('nu', '(nu * z * z)')} * z * z"}, bounded=True),
    Family("invgauss", "-1.5 / z - 0.5 / (mu * mu) + 0.5 / (z * z)", {"mu": "(z - mu) / mu ** 3"}, bounded=True),
    Family("genpareto", "-(c + 1.0) / (1.0 + c * z)", {"c": "np.log1p(c * z) / (c * c) - (1.0 + 1.0 / c) * z / (1.0 + c * z)"},
           {"c": "-(1.0 + c * z) ** (-1.0 / c) * (np.log1p(c * z) / (c * c) - z / (c * (1.0 + c * z)))"}, bounded=True),
    Family("loguniform", "-1.0 / z", {"a": "1.0 / (a * np.log(b / a))", "b": "-1.0 / (b * np.log(b / a))"},
           {"a": "($F - 1.0) / (a * np.log(b / a))", "b": "-$F / (b * np.log(b / a))"}, bounded=True),
    Family("truncnorm", "-z",
           {"a": f"{_PHI.format('a')} / (special.ndtr(b) - special.ndtr(a))",
            "b": f"-{_PHI.format('b')} / (special.ndtr(b) - special.ndtr(a))"},
           {"a": f"{_PHI.format('a')} * ($F - 1.0) / (special.ndtr(b) - special.ndtr(a))",
            "b": f"-{_PHI.format('b')} * $F / (special.ndtr(b) - special.ndtr(a))"}, bounded=True),
):  # fmt: skip
    declare(_family)


# --- discrete distributions: by their parameters, at a constant number of events


def discrete(name: str, parameters: dict[str, str | None | Unknown], functions: dict[str, str | None | Unknown]) -> None:
    """State the rules of a discrete distribution. `parameters` gives the derivatives of the logarithm of the probability
    of k events, `functions` those of the probability of at most k."""
    call = "stats." + name + ".{0}({1}, " + ", ".join(parameters) + ", loc=0)"

    def each(texts: dict, form: str) -> list[Formula]:
        return [form.format(t) if isinstance(t, str) else t for t in texts.values()]

    elementwise(call.format("logpmf", "k"), None, *each(parameters, "np.where(np.isfinite(y), {0}, 0.0)"), None)
    elementwise(call.format("pmf", "k"), None, *each(parameters, "np.where(y > 0.0, y * ({0}), 0.0)"), None)
    elementwise(call.format("cdf", "k"), None, *each(functions, "{0}"), None)
    elementwise(call.format("sf", "k"), None, *each(functions, "-({0})"), None)
    elementwise(call.format("logcdf", "k"), None, *each(functions, "np.where(np.isfinite(y), ({0}) / np.exp(y), 0.0)"), None)
    elementwise(call.format("logsf", "k"), None, *each(functions, "np.where(np.isfinite(y), -({0}) / np.exp(y), 0.0)"), None)
    constant(call.format("ppf", "q"), call.format("isf", "q"))


_COUNT = "(k - loc)"
_WHOLE = "(np.floor(k) - loc)"
discrete("poisson", {"mu": f"{_COUNT} / mu - 1.0"}, {"mu": "-stats.poisson.pmf(np.floor(k), mu, loc=loc)"})
discrete("binom", {"n": None, "p": f"{_COUNT} / p - (n - {_COUNT}) / (1.0 - p)"},
         {"n": None, "p": f"-(n - {_WHOLE}) / (1.0 - p) * stats.binom.pmf(np.floor(k), n, p, loc=loc)"})  # fmt: skip
discrete("bernoulli", {"p": f"{_COUNT} / p - (1.0 - {_COUNT}) / (1.0 - p)"},
         {"p": f"-1.0 * ({_WHOLE} == 0)"})  # fmt: skip
discrete("geom", {"p": f"1.0 / p - ({_COUNT} - 1.0) / (1.0 - p)"},
         {"p": f"{_WHOLE} / p * stats.geom.pmf(np.floor(k), p, loc=loc)"})  # fmt: skip
discrete(
    "nbinom",
    {"n": f"special.digamma({_COUNT} + n) - special.digamma(n) + np.log(p)", "p": f"n / p - {_COUNT} / (1.0 - p)"},
    {"n": f"np.where({_WHOLE} < 0.0, 0.0, {_of_beta('n', f'(np.maximum({_WHOLE}, 0.0) + 1.0)', 'p', '1.0 - p')})", "p": f"(n + {_WHOLE}) / p * stats.nbinom.pmf(np.floor(k), n, p, loc=loc)"},
)
_ALL = "- special.digamma(n + a + b) + special.digamma(a + b)"
discrete(
    "betabinom",
    {"n": None, "a": f"special.digamma({_COUNT} + a) - special.digamma(a) {_ALL}",
     "b": f"special.digamma(n - {_COUNT} + b) - special.digamma(b) {_ALL}"},
    {"n": None, "a": _NO_CLOSED_FORM, "b": _NO_CLOSED_FORM},
)  # fmt: skip
