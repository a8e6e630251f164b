"""scipy.special: gamma, error, Bessel and elliptic functions, orthogonal polynomials, entropies.

Points where a slope is infinite or undefined: x log(y), entr and rel_entr have the slope 0 where x is 0 and the slope
would be infinite, so that a sum over probabilities stays finite. Derivatives by an order or a shape parameter
(of Bessel functions, incomplete gamma and beta functions) are refused.
"""

import numpy as np

from ...runtime import expand_reduced, unbroadcast
from ..notation import Unknown, constant, elementwise, linear, rule

_ORDER = Unknown("the derivative by the order is not known in closed form: make it a constant, or use differences")
_SHAPE = Unknown("the derivative by this parameter is not known in closed form: make it a constant, or use differences")

# --- the gamma family

elementwise("special.gamma(x)", "y * special.digamma(x)")
elementwise("special.gammaln(x)", "special.digamma(x)")
elementwise("special.loggamma(x)", "special.digamma(x)")
elementwise("special.rgamma(x)", "-y * special.digamma(x)")
elementwise("special.psi(x)", Unknown("polygamma of complex numbers is not in SciPy"), when="is_complex(x)")
elementwise("special.psi(x)", "special.polygamma(1, x)")
elementwise("special.polygamma(n, x)", None, "special.polygamma(n + 1, x)")
elementwise("special.multigammaln(a, d)", "np.sum(special.digamma(np.expand_dims(a, -1) - 0.5 * np.arange(d)), axis=-1)", None)
elementwise("special.beta(a, b)", "y * (special.digamma(a) - special.digamma(a + b))", "y * (special.digamma(b) - special.digamma(a + b))")
elementwise("special.betaln(a, b)", "special.digamma(a) - special.digamma(a + b)", "special.digamma(b) - special.digamma(a + b)")
elementwise("special.poch(a, m)", "y * (special.digamma(a + m) - special.digamma(a))", "y * special.digamma(a + m)")
elementwise("special.binom(n, k)", "y * (special.digamma(n + 1.0) - special.digamma(n - k + 1.0))",
            "y * (special.digamma(n - k + 1.0) - special.digamma(k + 1.0))")  # fmt: skip
_COMB = "special.comb(N, k, exact=False, repetition=False)"
constant(_COMB, when="exact is True")
elementwise(_COMB, "y * np.where(y == 0, 0.0, special.digamma(N + 1.0) - special.digamma(N - k + 1.0))",
            "y * np.where(y == 0, 0.0, special.digamma(N - k + 1.0) - special.digamma(k + 1.0))", when="repetition is False")  # fmt: skip
elementwise(_COMB, "y * np.where(y == 0, 0.0, special.digamma(N + k) - special.digamma(N))",
            "y * np.where(y == 0, 0.0, special.digamma(N + k) - special.digamma(k + 1.0))")  # fmt: skip
constant("special.factorial(n, exact=False)", when="exact is True")
elementwise("special.factorial(n, exact=False)", "y * np.where(y == 0, 0.0, special.digamma(n + 1.0))")
elementwise("special.zeta(x, q=None)", Unknown("the derivative of the zeta function is not in SciPy: use differences"), None,
            when="q is None")  # fmt: skip
elementwise("special.zeta(x, q=None)", Unknown("the derivative of the zeta function is not in SciPy: use differences"),
            "-x * special.zeta(x + 1.0, q)")  # fmt: skip

# The densities, written so that no term is 0 * log(0).
_GAMMA_DENSITY = "np.exp(special.xlogy(a - 1.0, x) - x - special.gammaln(a))"
_BETA_DENSITY = "np.exp(special.xlogy(a - 1.0, x) + special.xlog1py(b - 1.0, -x) - special.betaln(a, b))"
# A distribution function moves with a parameter as its variable would move for it to stay: minus the density times that.
_GAMMA_PATH = f"np.where((x > 0.0) & np.isfinite(x), gamma_path(a, x) * {_GAMMA_DENSITY}, 0.0)"
_BETA_PATHS = tuple(f"np.where((x > 0.0) & (x < 1.0), beta_path({path}) * {_BETA_DENSITY}, 0.0)" for path in ("a, b, x, 1.0 - x", "b, a, 1.0 - x, x"))
elementwise("special.gammainc(a, x)", "-" + _GAMMA_PATH, _GAMMA_DENSITY)
elementwise("special.gammaincc(a, x)", _GAMMA_PATH, "-" + _GAMMA_DENSITY)
elementwise("special.gammaincinv(a, x)", "gamma_path(a, y)", "np.exp(y + special.gammaln(a) - special.xlogy(a - 1.0, y))")
elementwise("special.gammainccinv(a, x)", "gamma_path(a, y)", "-np.exp(y + special.gammaln(a) - special.xlogy(a - 1.0, y))")
elementwise("special.betainc(a, b, x)", "-" + _BETA_PATHS[0], _BETA_PATHS[1], _BETA_DENSITY)
elementwise("special.betaincc(a, b, x)", _BETA_PATHS[0], "-" + _BETA_PATHS[1], "-" + _BETA_DENSITY)
_BETA_QUANTILE = "np.exp(special.betaln(a, b) - special.xlogy(a - 1.0, y) - special.xlog1py(b - 1.0, -y))"
_BETA_MOVES = ("beta_path(a, b, y, 1.0 - y)", "-beta_path(b, a, 1.0 - y, y)")
elementwise("special.betaincinv(a, b, x)", *_BETA_MOVES, _BETA_QUANTILE)
elementwise("special.betainccinv(a, b, x)", *_BETA_MOVES, "-" + _BETA_QUANTILE)

# --- the error functions and the normal distribution

elementwise("special.erf(x)", "2.0 / math.sqrt(math.pi) * np.exp(-x * x)")
elementwise("special.erfc(x)", "-2.0 / math.sqrt(math.pi) * np.exp(-x * x)")
elementwise("special.erfcx(x)", "2.0 * x * y - 2.0 / math.sqrt(math.pi)")
elementwise("special.erfi(x)", "2.0 / math.sqrt(math.pi) * np.exp(x * x)")
elementwise("special.dawsn(x)", "1.0 - 2.0 * x * y")
elementwise("special.wofz(x)", "2.0j / math.sqrt(math.pi) - 2.0 * x * y")
elementwise("special.erfinv(x)", "0.5 * math.sqrt(math.pi) * np.exp(y * y)")
elementwise("special.erfcinv(x)", "-0.5 * math.sqrt(math.pi) * np.exp(y * y)")
elementwise("special.ndtr(x)", "np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)")
elementwise("special.log_ndtr(x)", "np.exp(-0.5 * x * x - y) / math.sqrt(2.0 * math.pi)")
elementwise("special.ndtri(x)", "math.sqrt(2.0 * math.pi) * np.exp(0.5 * y * y)")
elementwise("special.ndtri_exp(x)", "math.sqrt(2.0 * math.pi) * np.exp(x + 0.5 * y * y)")

# --- the logistic function and logarithms

elementwise("special.expit(x)", "y * special.expit(-x)")
elementwise("special.logit(x)", "1.0 / (x * (1.0 - x))", singular=True)
elementwise("special.log_expit(x)", "special.expit(-x)")
elementwise("special.softplus(x)", "special.expit(x)")
elementwise("special.expm1(x)", "y + 1.0")
elementwise("special.log1p(x)", "1.0 / (1.0 + x)", singular=True)
elementwise("special.exp2(x)", "math.log(2.0) * y")
elementwise("special.exp10(x)", "math.log(10.0) * y")
elementwise("special.cbrt(x)", "1.0 / (3.0 * y * y)", singular=True)
elementwise("special.cosm1(x)", "-np.sin(x)")
elementwise("special.exprel(x)", "0.5 * special.hyp1f1(2.0, 3.0, x)")
elementwise("special.sindg(x)", "math.pi / 180.0 * special.cosdg(x)")
elementwise("special.cosdg(x)", "-math.pi / 180.0 * special.sindg(x)")
elementwise("special.tandg(x)", "math.pi / 180.0 * (1.0 + y * y)")
elementwise("special.cotdg(x)", "-math.pi / 180.0 * (1.0 + y * y)")
elementwise("special.radian(d, m, s)", "math.pi / 180.0", "math.pi / 10800.0", "math.pi / 648000.0")
elementwise("special.powm1(x, p)", "p * x ** (p - 1.0)", "np.log(x) * (y + 1.0)")
elementwise("special.xlogy(x, z)", "np.log(z + ((x == 0) & (z == 0)))", "x / np.where(x == 0, 1.0, z)")
elementwise("special.xlog1py(x, z)", "np.log1p(z + ((x == 0) & (z == -1)))", "x / np.where(x == 0, 1.0, 1.0 + z)")
elementwise("special.entr(x)", "-np.log(x + (x == 0)) - (x != 0)")
elementwise("special.rel_entr(x, z)", "np.log(np.where(x == 0, 1.0, x) / np.where(x == 0, 1.0, z)) + (x != 0)",
            "-x / np.where(x == 0, 1.0, z)")  # fmt: skip
elementwise("special.kl_div(x, z)", "np.log(np.where(x == 0, 1.0, x) / np.where(x == 0, 1.0, z))", "1.0 - x / np.where(x == 0, 1.0, z)")
elementwise("special.huber(delta, r)", "np.maximum(np.abs(r) - delta, 0.0)", "np.clip(r, -delta, delta)")
elementwise("special.pseudo_huber(delta, r)", "2.0 * y / delta - r * r / np.sqrt(delta * delta + r * r)",
            "r / np.sqrt(1.0 + (r / delta) ** 2)")  # fmt: skip
elementwise("special.boxcox(x, lmbda)", "x ** (lmbda - 1.0)",
            "0.5 * np.log(x) ** 2 * special.hyp1f1(2.0, 3.0, lmbda * np.log(x))")  # fmt: skip
elementwise("special.boxcox1p(x, lmbda)", "(1.0 + x) ** (lmbda - 1.0)",
            "0.5 * np.log1p(x) ** 2 * special.hyp1f1(2.0, 3.0, lmbda * np.log1p(x))")  # fmt: skip
_INVERSE_BY_LAMBDA = "(z / (lmbda * (lmbda * z + 1.0)) - np.log1p(lmbda * z) / lmbda ** 2)"
elementwise("special.inv_boxcox(z, lmbda)", "y / (lmbda * z + 1.0)", f"y * {_INVERSE_BY_LAMBDA}")
elementwise("special.inv_boxcox1p(z, lmbda)", "(y + 1.0) / (lmbda * z + 1.0)", f"(y + 1.0) * {_INVERSE_BY_LAMBDA}")


_LOGSUMEXP = "special.logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False)"


@rule(_LOGSUMEXP, when="b is None and return_sign is False")
def logsumexp(a, axis, b, keepdims, return_sign, y, y_bar):
    """The softmax; where all are -inf it is 0."""
    shift = np.where(np.isfinite(y), y, 0.0)
    return expand_reduced(y_bar, a, axis, keepdims) * np.exp(a - expand_reduced(shift, a, axis, keepdims))


@rule(_LOGSUMEXP, when="return_sign is False")
def logsumexp_weighted(a, axis, b, keepdims, return_sign, y, y_bar):
    """The weights b multiply the exponentials."""
    whole = a + 0.0 * b
    shift = np.where(np.isfinite(y), y, 0.0)
    share = expand_reduced(y_bar, whole, axis, keepdims) * np.exp(a - expand_reduced(shift, whole, axis, keepdims))
    return unbroadcast(share * b, a), None, unbroadcast(share, b)


@rule(_LOGSUMEXP)
def logsumexp_signed(a, axis, b, keepdims, return_sign, y, y_bar):
    """The logarithm of the absolute value; the sign is piecewise constant."""
    whole = a if b is None else a + 0.0 * b
    shift = np.where(np.isfinite(y[0]), y[0], 0.0)
    share = expand_reduced(y_bar[0] * y[1], whole, axis, keepdims)
    share = share * np.exp(a - expand_reduced(shift, whole, axis, keepdims))
    if b is None:
        return share
    return unbroadcast(share * b, a), None, unbroadcast(share, b)


_SOFTMAX = "y * ({0} - np.sum({0} * y, axis=axis, keepdims=True))"
linear("special.softmax(x, axis=None)", _SOFTMAX.format("y_bar"), forward=_SOFTMAX.format("x_dot"))
linear("special.log_softmax(x, axis=None)", "y_bar - np.exp(y) * np.sum(y_bar, axis=axis, keepdims=True)",
       forward="x_dot - np.sum(np.exp(y) * x_dot, axis=axis, keepdims=True)")  # fmt: skip

# --- Bessel functions: half the difference, or half the sum, of the neighbouring orders

elementwise("special.j0(x)", "-special.j1(x)")
elementwise("special.j1(x)", "0.5 * (special.j0(x) - special.jv(2, x))")
elementwise("special.y0(x)", "-special.y1(x)")
elementwise("special.y1(x)", "0.5 * (special.y0(x) - special.yn(2, x))")
elementwise("special.i0(x)", "special.i1(x)")
elementwise("special.i1(x)", "0.5 * (special.i0(x) + special.iv(2, x))")
elementwise("special.i0e(x)", "special.i1e(x) - np.sign(x) * y")
elementwise("special.i1e(x)", "0.5 * (special.i0e(x) + special.ive(2, x)) - np.sign(x) * y")
elementwise("special.k0(x)", "-special.k1(x)")
elementwise("special.k1(x)", "-0.5 * (special.k0(x) + special.kn(2, x))")
elementwise("special.k0e(x)", "y - special.k1e(x)")
elementwise("special.k1e(x)", "y - 0.5 * (special.k0e(x) + special.kve(2, x))")
for _name in ("jv", "jve", "yv", "yve", "yn", "hankel1", "hankel2"):
    elementwise(f"special.{_name}(v, x)", _ORDER, f"0.5 * (special.{_name}(v - 1, x) - special.{_name}(v + 1, x))")
elementwise("special.iv(v, x)", _ORDER, "0.5 * (special.iv(v - 1, x) + special.iv(v + 1, x))")
elementwise("special.ive(v, x)", _ORDER, "0.5 * (special.ive(v - 1, x) + special.ive(v + 1, x)) - np.sign(x) * y",
            when="is_real(x)")  # fmt: skip
elementwise("special.ive(v, x)", _ORDER, Unknown("write special.iv(v, x) * np.exp(-np.abs(np.real(x)))"))
for _name in ("kv", "kn"):
    elementwise(f"special.{_name}(v, x)", _ORDER, f"-0.5 * (special.{_name}(v - 1, x) + special.{_name}(v + 1, x))")
elementwise("special.kve(v, x)", _ORDER, "y - 0.5 * (special.kve(v - 1, x) + special.kve(v + 1, x))")
elementwise("special.struve(v, x)", _ORDER, "0.5 * (special.struve(v - 1, x) - special.struve(v + 1, x)"
            " + (0.5 * x) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi))")  # fmt: skip
elementwise("special.modstruve(v, x)", _ORDER, "0.5 * (special.modstruve(v - 1, x) + special.modstruve(v + 1, x)"
            " + (0.5 * x) ** v * special.rgamma(v + 1.5) / math.sqrt(math.pi))")  # fmt: skip
for _name, _sign in (("jn", "-"), ("yn", "-"), ("in", "+"), ("kn", "+")):
    _call = f"special.spherical_{_name}(n, z, derivative=False)"
    elementwise(_call, None, f"special.spherical_{_name}(n, z, derivative=True)", when="derivative is False")
    _weight = "n * (n + 1) / (z * z) - 1.0" if _sign == "-" else "n * (n + 1) / (z * z) + 1.0"
    elementwise(_call, None, f"({_weight}) * special.spherical_{_name}(n, z) - 2.0 * y / z")
elementwise("special.airy(x)", "(y[1], x * y[0], y[3], x * y[2])")
elementwise("special.airye(x)", Unknown("write special.airy and scale its results"))

# --- integrals and elliptic functions

elementwise("special.expi(x)", "np.exp(x) / x", singular=True)
elementwise("special.exp1(x)", "-np.exp(-x) / x", singular=True)
elementwise("special.expn(n, x)", None, "((n - 1) * y - np.exp(-x)) / x", when="literal(n) and n <= 1")
elementwise("special.expn(n, x)", None, "-special.expn(n - 1, x)")
elementwise("special.sici(x)", "(np.sinc(x / math.pi), np.cos(x) / x)")
elementwise("special.shichi(x)", "(np.sinh(x) / np.where(x == 0, 1.0, x) + (x == 0), np.cosh(x) / x)")
elementwise("special.fresnel(x)", "(np.sin(0.5 * math.pi * x * x), np.cos(0.5 * math.pi * x * x))")
elementwise("special.spence(x)", "-special.hyp2f1(1.0, 1.0, 2.0, 1.0 - x)")
elementwise("special.ellipk(m)", "math.pi / 8.0 * special.hyp2f1(1.5, 1.5, 2.0, m)")
elementwise("special.ellipkm1(p)", "-math.pi / 8.0 * special.hyp2f1(1.5, 1.5, 2.0, 1.0 - p)")
elementwise("special.ellipe(m)", "-math.pi / 8.0 * special.hyp2f1(0.5, 1.5, 2.0, m)")
elementwise(
    "special.ellipkinc(phi, m)", "1.0 / np.sqrt(1.0 - m * np.sin(phi) ** 2)",
    "0.5 * (special.ellipeinc(phi, m) / (m * (1.0 - m)) - y / m"
    " - np.sin(phi) * np.cos(phi) / ((1.0 - m) * np.sqrt(1.0 - m * np.sin(phi) ** 2)))",
)  # fmt: skip
elementwise("special.ellipeinc(phi, m)", "np.sqrt(1.0 - m * np.sin(phi) ** 2)", "0.5 * (y - special.ellipkinc(phi, m)) / m")
elementwise("special.ellipj(u, m)", "(y[1] * y[2], -y[0] * y[2], -m * y[0] * y[1], y[2])", _SHAPE)

# --- hypergeometric functions and orthogonal polynomials

elementwise("special.hyp0f1(v, z)", _ORDER, "special.hyp0f1(v + 1.0, z) / v")
elementwise("special.hyp1f1(a, b, z)", _SHAPE, _SHAPE, "a / b * special.hyp1f1(a + 1.0, b + 1.0, z)")
elementwise("special.hyp2f1(a, b, c, z)", _SHAPE, _SHAPE, _SHAPE, "a * b / c * special.hyp2f1(a + 1.0, b + 1.0, c + 1.0, z)")
elementwise("special.hyperu(a, b, z)", _SHAPE, _SHAPE, "-a * special.hyperu(a + 1.0, b + 1.0, z)")
elementwise("special.eval_legendre(n, x)", _ORDER, "0.5 * (n + 1) * special.eval_jacobi(n - 1, 1.0, 1.0, x)")
elementwise("special.eval_jacobi(n, alpha, beta, x)", _ORDER, _SHAPE, _SHAPE,
            "0.5 * (n + alpha + beta + 1.0) * special.eval_jacobi(n - 1, alpha + 1.0, beta + 1.0, x)")  # fmt: skip
elementwise("special.eval_chebyt(n, x)", _ORDER, "n * special.eval_chebyu(n - 1, x)")
elementwise("special.eval_chebyu(n, x)", _ORDER, "2.0 * special.eval_gegenbauer(n - 1, 2.0, x)")
elementwise("special.eval_gegenbauer(n, alpha, x)", _ORDER, _SHAPE, "2.0 * alpha * special.eval_gegenbauer(n - 1, alpha + 1.0, x)")
elementwise("special.eval_hermite(n, x)", _ORDER, "2.0 * n * special.eval_hermite(n - 1, x)", when="literal(n) and n > 0")
elementwise("special.eval_hermitenorm(n, x)", _ORDER, "n * special.eval_hermitenorm(n - 1, x)", when="literal(n) and n > 0")
constant("special.eval_hermite(n, x)", when="literal(n)")
constant("special.eval_hermitenorm(n, x)", when="literal(n)")
elementwise("special.eval_hermite(n, x)", _ORDER, "2.0 * n * special.eval_hermite(np.maximum(n - 1, 0), x)")
elementwise("special.eval_hermitenorm(n, x)", _ORDER, "n * special.eval_hermitenorm(np.maximum(n - 1, 0), x)")
elementwise("special.eval_laguerre(n, x)", _ORDER, "-special.eval_genlaguerre(n - 1, 1.0, x)")
elementwise("special.eval_genlaguerre(n, alpha, x)", _ORDER, _SHAPE, "-special.eval_genlaguerre(n - 1, alpha + 1.0, x)")

# --- others

elementwise("special.lambertw(z, k=0, tol=1e-08)", "1.0 / (z + np.exp(y))", None, None)
elementwise("special.wrightomega(z)", "y / (1.0 + y)")
_STUDENT_DENSITY = "np.exp(special.gammaln(0.5 * (df + 1.0)) - special.gammaln(0.5 * df)) / np.sqrt(math.pi * df)"
elementwise("special.stdtr(df, t)", _SHAPE, f"{_STUDENT_DENSITY} * (1.0 + t * t / df) ** (-0.5 * (df + 1.0))")
elementwise("special.stdtrit(df, p)", _SHAPE, f"(1.0 + y * y / df) ** (0.5 * (df + 1.0)) / ({_STUDENT_DENSITY})")
_CHI2_DENSITY = "0.5 * np.exp(special.xlogy(0.5 * v - 1.0, 0.5 * x) - 0.5 * x - special.gammaln(0.5 * v))"
elementwise("special.chdtr(v, x)", _SHAPE, _CHI2_DENSITY)
elementwise("special.chdtrc(v, x)", _SHAPE, "-" + _CHI2_DENSITY)
_POISSON = "np.exp(special.xlogy(np.floor(k), m) - m - special.gammaln(np.floor(k) + 1.0))"
elementwise("special.pdtr(k, m)", None, "-" + _POISSON)
elementwise("special.pdtrc(k, m)", None, _POISSON)
_GDTR = "np.exp(special.xlogy(b - 1.0, a * x) - a * x - special.gammaln(b))"
elementwise("special.gdtr(a, b, x)", f"x * {_GDTR}", _SHAPE, f"a * {_GDTR}")
elementwise("special.gdtrc(a, b, x)", f"-x * {_GDTR}", _SHAPE, f"-a * {_GDTR}")

constant("special.gammasgn", "special.bernoulli", "special.euler")
# The derivatives of T(h, a) have a closed form (D. B. Owen, 1956).
elementwise("special.owens_t(h, a)",
            "-np.exp(-0.5 * h * h) * special.erf(a * h / math.sqrt(2.0)) / (2.0 * math.sqrt(2.0 * math.pi))",
            "np.exp(-0.5 * (1.0 + a * a) * h * h) / (2.0 * math.pi * (1.0 + a * a))")  # fmt: skip
# By the polar angle with the ladder operators, which are regular at the poles.
elementwise("special.sph_harm_y(n, m, theta, phi)", None, None,
            "0.5 * (np.sqrt(np.maximum((n - m) * (n + m + 1.0), 0.0)) * np.exp(-1j * phi) * special.sph_harm_y(n, m + 1, theta, phi)"
            " - np.sqrt(np.maximum((n + m) * (n - m + 1.0), 0.0)) * np.exp(1j * phi) * special.sph_harm_y(n, m - 1, theta, phi))",
            "1j * m * y")  # fmt: skip
