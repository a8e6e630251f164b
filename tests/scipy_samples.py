"""The domain on which each rule of SciPy is tested, in the words of rule_samples."""

from __future__ import annotations

from functools import partial

from rule_samples import Sample, add_to
from rule_samples import SAMPLES as _NUMPY

SAMPLES: dict[str, list[Sample]] = {}
add = partial(add_to, SAMPLES)

# Those whose derivative by a second argument is not known, or not smooth enough for a second difference.
FIRST_ORDER_ONLY: set[str] = set()


def special(names: str, call: str = "{}(x)", **values: str) -> None:
    for name in names.split():
        add(f"scipy.special.{name}", call.format(f"special.{name}"), **values)


# --- scipy.special

_ANYWHERE = (
    "erf erfc erfcx erfi dawsn ndtr log_ndtr expit log_expit softplus expm1 exp2 exp10 cosm1 exprel sindg cosdg j0 j1 i0 i1 i0e i1e "
    "fresnel sici shichi airy"
)
special(_ANYWHERE, x="d:2,3")
special(_ANYWHERE, x="d:1")
special(_ANYWHERE, x="u")
_POSITIVE = (
    "gamma gammaln loggamma rgamma psi log1p cbrt y0 y1 k0 k1 k0e k1e expi exp1 tandg cotdg spence wrightomega entr"
)
special(_POSITIVE, x="p:2,3")
special(_POSITIVE, x="p")
special("gamma gammaln psi", x="d:4")
special("ellipk ellipe", x="u:3")
special("ellipkm1 logit ndtri erfinv erfcinv", call="{}(0.5 + 0.45 * x)", x="u:2,3")
special("ndtri_exp", call="{}(-x)", x="p:3")
special("wofz lambertw", call="np.real({}(x))", x="p:3")
special("wofz erf expi", x="z:3")
special("beta betaln poch xlogy xlog1py boxcox boxcox1p rel_entr kl_div powm1 pseudo_huber huber", call="{}(a, b)", a="p:2,3", b="p:3")
special("beta betaln poch xlogy xlog1py boxcox boxcox1p rel_entr kl_div powm1 pseudo_huber huber", call="{}(a, b)", a="p", b="p:2,1")
special("boxcox boxcox1p", call="{}(a, 0.0)", a="p:3")
special("inv_boxcox inv_boxcox1p", call="{}(a, b)", a="p:2,3", b="p:3")
special("binom comb", call="{}(3.0 + a, b)", a="p:2,3", b="p:3")
special("comb", call="{}(3.0 + a, b, repetition=True)", a="p:2,3", b="p:3")
special("factorial", x="p:3")
special("polygamma", call="{}(2, x)", x="p:3")
special("multigammaln", call="{}(2.0 + x, 3)", x="p:2,3")
special("multigammaln", call="{}(2.0 + x, 3)", x="p")
special("zeta", call="{}(2.5, x)", x="p:3")
special("gammainc gammaincc", call="{}(1.7, x)", x="p:2,3")
special("gammaincinv gammainccinv", call="{}(1.7, 0.5 + 0.4 * x)", x="u:2,3")
special("betainc betaincc betaincinv betainccinv", call="{}(1.7, 0.8, 0.5 + 0.4 * x)", x="u:2,3")
special("jv jve yv yve iv ive kv kve struve modstruve", call="{}(1.5, x)", x="p:2,3")
special("jv iv kv kn yn struve modstruve", call="{}(2, x)", x="p:3")
special("hankel1 hankel2", call="{}(1.5, x)", x="p:3")
special("spherical_jn spherical_yn spherical_in spherical_kn", call="{}(2, x)", x="p:3")
special("spherical_jn spherical_yn spherical_in spherical_kn", call="{}(2, x, derivative=True)", x="p:3")
special("expn", call="{}(3, x)", x="p:3")
special("expn", call="{}(1, x)", x="p:3")
special("expn", call="{}(0, x)", x="p:3")
special("ellipkinc ellipeinc", call="{}(a, 0.5 + 0.4 * b)", a="p:2,3", b="u:3")
special("ellipj", call="{}(x, 0.4)", x="p:3")
special("hyp0f1", call="{}(1.3, x)", x="d:3")
special("hyp1f1 hyperu", call="{}(1.3, 2.4, x)", x="p:3")
special("hyp1f1", call="{}(1.3, 2.4, x)", x="d:5")
special("hyp2f1", call="{}(1.3, 0.4, 2.4, x)", x="u:5")
special("eval_legendre eval_chebyt eval_chebyu eval_hermite eval_hermitenorm eval_laguerre", call="{}(4, x)", x="u:2,3")
special("eval_legendre eval_chebyt eval_chebyu eval_hermite eval_hermitenorm eval_laguerre", call="{}(1, x)", x="u:3")
special("eval_legendre eval_chebyt eval_chebyu eval_hermite eval_hermitenorm eval_laguerre", call="{}(0, x)", x="u:3")
special("eval_legendre eval_chebyt eval_chebyu eval_hermite eval_hermitenorm eval_laguerre",
        call="{}(np.arange(4), x)", x="u:3,1")  # fmt: skip
special("eval_gegenbauer eval_genlaguerre", call="{}(3, 0.7, x)", x="u:3")
special("eval_jacobi", call="{}(3, 0.7, 0.2, x)", x="u:3")
special("stdtr", call="{}(2.5, x)", x="d:4")
special("stdtrit", call="{}(2.5, 0.5 + 0.4 * x)", x="u:4")
special("chdtr chdtrc", call="{}(2.5, x)", x="p:4")
special("pdtr pdtrc", call="{}(3, x)", x="p:4")
special("gdtr gdtrc", call="{}(a, 1.7, x)", a="p:2,1", x="p:4")
special("radian", call="{}(a, b, x)", a="p", b="p:3", x="p")
special("logsumexp softmax log_softmax", x="d:2,3")
special("logsumexp softmax log_softmax", x="d:5")
special("logsumexp softmax log_softmax", call="{}(x, axis=1)", x="d:2,3")
special("logsumexp softmax log_softmax", call="{}(x, axis=-1)", x="d:2,3,2")
special("logsumexp softmax log_softmax", call="{}(x, axis=(0, 2))", x="d:2,3,2")
special("logsumexp", call="{}(x, axis=0, keepdims=True)", x="d:2,3")
special("logsumexp", call="{}(x, keepdims=True)", x="d:2,3")
special("logsumexp", call="{}(x, axis=1, b=a)", x="d:2,3", a="p:2,3")
special("logsumexp", call="{}(x, b=a)", x="d:3", a="p:2,3")
special("logsumexp", call="{}(x, b=a, axis=1)", x="d:2,3", a="p:3")
special("logsumexp", call="{}(x, b=2.0)", x="d:3")
special("logsumexp", call="{}(x, b=a, axis=1, return_sign=True)", x="d:2,3", a="d:2,3")
special("logsumexp", call="{}(x, return_sign=True)", x="d:2,3")

assert not set(SAMPLES) & set(_NUMPY)


# --- scipy.linalg


def linalg(name: str, *calls: str, **values: str) -> None:
    add(f"scipy.linalg.{name}", *(c.format(f"linalg.{name}") for c in calls), **values)


for _b in ("d:3", "d:3,2"):
    linalg("solve", "{}(A, b)", "{}(A, b, assume_a='gen')", "{}(A, b, transposed=True)", A="q:3,3", b=_b)
    linalg("solve", "{}(A, b, assume_a='pos')", "{}(A, b, assume_a='sym', lower=True)", A="s:3,3", b=_b)
    linalg("solve_triangular", "{}(A, b)", "{}(A, b, lower=True)", "{}(A, b, trans=1)", "{}(A, b, trans='T', lower=True)",
           "{}(A, b, unit_diagonal=True, lower=True)", "{}(A, b, 1, unit_diagonal=True)", A="q:3,3", b=_b)  # fmt: skip
    linalg("cho_solve", "{}((A, True), b)", "{}((A, False), b)", "{}(linalg.cho_factor(A), b)",
           "{}(linalg.cho_factor(A, lower=True), b)", A="s:3,3", b=_b)  # fmt: skip
    linalg("lu_solve", "{}(linalg.lu_factor(A), b)", "{}(linalg.lu_factor(A), b, trans=1)",
           "{}((A, np.array([1, 1, 2])), b)", A="q:3,3", b=_b)  # fmt: skip
    linalg("solve_banded", "{}((1, 1), A, b)", "{}((1, 1), A, np.arange(3.0))", A="g:3,3", b=_b)
    linalg("solveh_banded", "{}(A + np.array([[0.0], [3.0]]), b)", "{}(A + np.array([[3.0], [0.0]]), b, lower=True)", A="p:2,3", b=_b)
    linalg("lstsq", "{}(A, b)[0]", A="d:5,3", b=_b.replace("3", "5", 1))
linalg("solve_banded", "{}((2, 1), A + np.array([[0.0], [6.0], [0.0], [0.0]]), b)", A="p:4,5", b="d:5")
linalg("inv", "{}(A)", A="q:3,3")
linalg("inv", "{}(A)", A="q:2,3,3")
linalg("det", "{}(A)", A="q:3,3")
linalg("pinv", "{}(A)", A="d:4,3")
linalg("norm", "{}(A)", "{}(A, 'fro')", "{}(A, axis=1)", "{}(A, 1, axis=0)", A="d:4,3")
linalg("norm", "{}(A)", "{}(A, 2)", "{}(A, 3)", "{}(A, np.inf)", A="d:4")
linalg("cholesky", "{}(A)", "{}(A, lower=True)", "{}(A, True)", A="s:3,3")
linalg("cho_factor", "np.triu({}(A)[0])", "np.tril({}(A, lower=True)[0])", A="s:3,3")
linalg("lu_factor", "{}(A)[0]", A="q:3,3")
linalg("lu", "{}(A)", "{}(A)[1]", "{}(A)[2]", A="q:3,3")
linalg("eigh", "{}(A)", "{}(A, lower=False)", "{}(A, eigvals_only=True)", "{}(A)[0]", "{}(A)[1]", A="s:3,3")
linalg("eigh", "{}(A, B)", "{}(A, B, lower=False)", "{}(A, B)[0]", "{}(A, B, eigvals_only=True)", A="s:3,3", B="s:3,3")
linalg("eigvalsh", "{}(A, B)", "{}(A, B, lower=False)", A="s:3,3", B="s:3,3")
linalg("eigvalsh", "{}(A)", "{}(A, lower=False)", A="s:3,3")
linalg("eig", "{}(A)", A="q:3,3")
linalg("svd", "{}(A, full_matrices=False)", "{}(A, compute_uv=False)", "{}(A)[1]", A="d:4,3")
linalg("svdvals", "{}(A)", A="d:4,3")
linalg("qr", "{}(A, mode='economic')", A="d:4,3")
linalg("qr", "{}(A)", A="q:3,3")
linalg("expm", "{}(A)", A="q:3,3")
linalg("expm", "{}(A)", A="q:2,3,3")
linalg("expm_frechet", "{}(A, B, compute_expm=False)", A="q:3,3", B="q:3,3")
linalg("logm", "{}(A)", A="s:3,3")
linalg("sqrtm", "{}(A)", A="s:3,3")
linalg("sqrtm", "{}(A)", A="q:3,3")
for _name in ("sinm", "cosm", "sinhm", "coshm"):
    linalg(_name, "{}(A)", A="q:3,3")
linalg("solve_sylvester", "{}(A, B, C)", A="s:3,3", B="s:2,2", C="d:3,2")
linalg("solve_continuous_lyapunov", "{}(A, B)", A="s:3,3", B="q:3,3")
linalg("solve_discrete_lyapunov", "{}(0.2 * A, B)", "{}(0.2 * A, B, method='bilinear')", A="q:3,3", B="q:3,3")
linalg("block_diag", "{}(A, B, A)", "{}(A, np.ones((2, 2)))", A="d:3,2", B="d:1,4")
linalg("toeplitz", "{}(a)", "{}(a, b)", a="d:4", b="d:3")
linalg("circulant", "{}(a)", a="d:4")
linalg("hankel", "{}(a)", "{}(a, b)", a="d:4", b="d:3")


# --- scipy.stats


def distribution(name: str, shapes: str = "", low: float = -2.0, span: float = 4.0, unknown: bool = False, **values: str) -> None:
    """All methods of a continuous distribution, at points of its support; `unknown` shapes are constants in cdf and ppf."""
    inside = f"m + w * ({low} + {span} * (0.5 + 0.5 * x))"
    plain = f"{low} + {span} * (0.5 + 0.5 * x)"
    names = shapes.split(", ") if shapes else []
    given = "".join(f", {n}" for n in names)
    fixed = "".join(f", {_FIXED[n]}" for n in names) if unknown else ""
    for method in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"):
        mine = fixed if unknown and method not in ("pdf", "logpdf") else given
        full = f"stats.{name}.{method}"
        add(f"scipy.{full}", f"{full}({inside}{mine}, m, w)", x="u:2,3", m="u:3", w="p", **values)
        if name in ("norm", "gamma") or method == "logpdf":
            add(f"scipy.{full}", f"{full}({plain}{mine})", x="u:2,3", **values)
            add(f"scipy.{full}", f"{full}({inside}{mine}, scale=w, loc=m)", x="u:3", m="u", w="p:2,1", **values)
    for method in ("ppf", "isf"):
        full = f"stats.{name}.{method}"
        mine = fixed if unknown else given
        add(f"scipy.{full}", f"{full}(0.5 + 0.4 * x{mine}, m, w)", x="u:2,3", m="u:3", w="p", **values)


_FIXED = {"a": 1.7, "b": 2.2, "c": 1.6, "df": 3.2, "beta": 2.3, "dfn": 3.1, "dfd": 5.2, "nu": 1.1, "mu": 0.8, "kappa": 1.3}
for _name in ("norm", "cauchy", "logistic", "hypsecant", "gumbel_r", "gumbel_l", "moyal"):
    distribution(_name)
distribution("laplace", low=0.1, span=2.0)
distribution("laplace", low=-2.1, span=2.0)
distribution("t", "df", unknown=True, df="g")
distribution("gennorm", "beta", unknown=True, low=0.3, span=1.0, beta="g")
distribution("loggamma", "c", unknown=True, c="g")
distribution("vonmises", "kappa", unknown=True, kappa="g", low=-2.0, span=4.0)
distribution("skewnorm", "a", unknown=True, a="g")
distribution("johnsonsu", "a, b", a="u", b="g")
for _name in ("expon", "rayleigh", "maxwell", "halfnorm", "halfcauchy", "halflogistic", "levy", "wald"):
    distribution(_name, low=0.2, span=2.0)
distribution("uniform", low=0.1, span=0.8)
distribution("arcsine", low=0.1, span=0.8)
distribution("semicircular", low=-0.8, span=1.6)
distribution("gamma", "a", unknown=True, low=0.2, span=2.0, a="g")
distribution("erlang", "a", unknown=True, low=0.2, span=2.0, a=3.0)
for _method in ("pdf", "logpdf"):
    add(f"scipy.stats.wrapcauchy.{_method}", f"stats.wrapcauchy.{_method}(m + 1.5 * x, 0.3 * c, m, 1.5)", x="p:2,3", c="p", m="u:3")
for _method in ("cdf", "sf", "logcdf", "logsf"):
    add(f"scipy.stats.wrapcauchy.{_method}", f"stats.wrapcauchy.{_method}(m + 1.5 * x, 0.4, m, 1.5)", x="p:2,3", m="u:3")
for _method in ("ppf", "isf"):
    add(f"scipy.stats.wrapcauchy.{_method}", f"stats.wrapcauchy.{_method}(0.5 + 0.4 * x, 0.4, m, 1.5)", x="u:2,3", m="u:3")
distribution("invgamma", "a", unknown=True, low=0.2, span=2.0, a="g")
distribution("beta", "a, b", unknown=True, low=0.1, span=0.8, a="g", b="g:3")
distribution("chi2", "df", unknown=True, low=0.2, span=3.0, df="g")
distribution("chi", "df", unknown=True, low=0.2, span=2.0, df="g")
distribution("f", "dfn, dfd", unknown=True, low=0.2, span=2.0, dfn="g", dfd="g")
distribution("lognorm", "s", low=0.2, span=2.0, s="p")
distribution("pareto", "b", low=1.1, span=2.0, b="g")
distribution("lomax", "c", low=0.1, span=2.0, c="g:3")
distribution("weibull_min", "c", low=0.2, span=1.5, c="g")
distribution("weibull_max", "c", low=-1.7, span=1.5, c="g")
distribution("powerlaw", "a", low=0.1, span=0.8, a="g")
distribution("fisk", "c", low=0.2, span=2.0, c="g")
distribution("nakagami", "nu", unknown=True, low=0.2, span=1.5, nu="p")
distribution("invgauss", "mu", unknown=True, low=0.2, span=1.5, mu="p")
distribution("genpareto", "c", low=0.2, span=1.0, c="p")
for _method in ("pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"):
    add(f"scipy.stats.loguniform.{_method}", f"stats.loguniform.{_method}(m + w * (1.5 + 0.4 * x), 0.5 * a, 2.0 * b, m, w)",
        x="u:2,3", a="p", b="g", m="u", w="p")  # fmt: skip
    add(f"scipy.stats.truncnorm.{_method}", f"stats.truncnorm.{_method}(m + w * (0.5 * x), a - 1.5, b, m, w)",
        x="u:2,3", a="u", b="p", m="u", w="p")  # fmt: skip
for _method in ("ppf", "isf"):
    add(f"scipy.stats.loguniform.{_method}", f"stats.loguniform.{_method}(0.5 + 0.4 * x, 0.5 * a, 2.0 * b, m, w)",
        x="u:2,3", a="p", b="g", m="u", w="p")  # fmt: skip
    add(f"scipy.stats.truncnorm.{_method}", f"stats.truncnorm.{_method}(0.5 + 0.4 * x, a - 1.5, b, m, w)",
        x="u:2,3", a="u", b="p", m="u", w="p")  # fmt: skip
for _name, _call in (("poisson", "np.arange(4), a"), ("poisson", "np.arange(4) + 1, a, 1"), ("binom", "np.arange(4), 5, 0.5 * p"),
                     ("bernoulli", "np.array([0, 1]), 0.5 * p"), ("geom", "np.arange(1, 5), 0.5 * p"),
                     ("geom", "np.arange(5), 0.5 * p")):  # fmt: skip
    for _method in ("pmf", "logpmf", "cdf", "sf", "logcdf", "logsf"):
        if _call.startswith(("np.arange(5)", "np.array")) and _method.startswith(("log",)):
            continue
        if _name == "binom" and _method == "logsf":
            _call = _call.replace("arange(4), 5", "arange(4), 6")
        add(f"scipy.stats.{_name}.{_method}", f"stats.{_name}.{_method}({_call})", a="p:2,1", p="p:2,1")
add("scipy.stats.bernoulli.logpmf", "stats.bernoulli.logpmf(np.array([0, 1]), 0.5 * p)", p="p:2,1")
add("scipy.stats.bernoulli.logcdf", "stats.bernoulli.logcdf(0, 0.5 * p)", p="p:2,1")
add("scipy.stats.bernoulli.logsf", "stats.bernoulli.logsf(0, 0.5 * p)", p="p:2,1")
for _method in ("pmf", "logpmf"):
    add(f"scipy.stats.nbinom.{_method}", f"stats.nbinom.{_method}(np.arange(4), a, 0.5 * p)", a="p:2,1", p="p")
    add(f"scipy.stats.betabinom.{_method}", f"stats.betabinom.{_method}(np.arange(4), 5, a, p)", a="p:2,1", p="p")
for _method in ("cdf", "sf", "logcdf", "logsf"):
    add(f"scipy.stats.nbinom.{_method}", f"stats.nbinom.{_method}(np.arange(4), 2.5, 0.5 * p)", p="p:2,1")

for _method in ("pdf", "logpdf"):
    _full = f"stats.multivariate_normal.{_method}"
    add(f"scipy.{_full}", f"{_full}(x, m, A)", x="u:4,3", m="u:3", A="s:3,3")
    add(f"scipy.{_full}", f"{_full}(x, m, A)", x="u:3", m="u:3", A="s:3,3")
    add(f"scipy.{_full}", f"{_full}(x, cov=A)", x="u:4,3", A="s:3,3")
    add(f"scipy.{_full}", f"{_full}(x, m, w)", f"{_full}(x, mean=m, cov=2.0)", x="u:4,3", m="u:3", w="p")
    add(f"scipy.{_full}", f"stats.multivariate_normal(m, A).{_method}(x)", x="u:4,3", m="u:3", A="s:3,3")
for _name in ("zscore", "gmean", "hmean", "sem", "skew", "kurtosis", "entropy"):
    for _axis in ("", ", axis=1", ", axis=None"):
        add(f"scipy.stats.{_name}", f"stats.{_name}(x{_axis})", x="p:4,5")
add("scipy.stats.zscore", "stats.zscore(x, ddof=1)", x="p:5")
add("scipy.stats.sem", "stats.sem(x, ddof=0)", "stats.sem(x, axis=1, keepdims=True)", x="p:4,5")
add("scipy.stats.skew", "stats.skew(x, bias=False)", x="p:5")
add("scipy.stats.kurtosis", "stats.kurtosis(x, bias=False)", "stats.kurtosis(x, fisher=False)", x="p:5")
add("scipy.stats.entropy", "stats.entropy(x, a)", "stats.entropy(x, a, base=2)", "stats.entropy(x, base=2.0)", x="p:5", a="p:5")
add("scipy.stats.entropy", "stats.entropy(x, a, axis=1)", x="p:3,5", a="p:3,5")


# --- scipy.fft, scipy.signal, scipy.ndimage, scipy.integrate

_MODULES = {"fft": "scipy.fft", "signal": "scipy.signal", "ndimage": "scipy.ndimage", "integrate": "scipy.integrate"}


def of(name: str, *calls: str, **values: str) -> None:
    module, _, last = name.partition(".")
    add(f"{_MODULES[module]}.{last}", *(c.format(name) for c in calls), **values)


for _name in ("fft", "ifft"):
    of(f"fft.{_name}", "{}(x)", "{}(x, axis=0, norm='ortho')", "{}(x, n=5)", x="z:3,4")
for _name in ("fft2", "ifft2", "fftn", "ifftn"):
    of(f"fft.{_name}", "{}(x)", x="z:3,4")
for _name in ("rfft", "rfft2", "rfftn", "ihfft"):
    of(f"fft.{_name}", "{}(x)", x="u:3,5")
for _name in ("irfft", "irfft2", "irfftn", "hfft"):
    of(f"fft.{_name}", "{}(x)", x="z:3,4")
for _name in ("fftshift", "ifftshift"):
    of(f"fft.{_name}", "{}(x)", x="u:3,4")
for _name in ("dct", "idct", "dst", "idst"):
    of(f"fft.{_name}", "{}(x)", "{}(x, norm='ortho')", "{}(x, axis=0)", x="u:3,4")
    for _type in (1, 2, 3, 4):
        of(f"fft.{_name}", f"{{}}(x, {_type})", f"{{}}(x, {_type}, norm='ortho', axis=0)", x="u:5,4")
for _name in ("convolve", "fftconvolve", "oaconvolve", "correlate"):
    for _mode in ("full", "same", "valid"):
        of(f"signal.{_name}", f"{{}}(a, b, {_mode!r})", a="u:6", b="u:3")
        of(f"signal.{_name}", f"{{}}(a, b, mode={_mode!r})", a="u:5,4", b="u:2,3")
    of(f"signal.{_name}", "{}(a, b)", "{}(a, b, 'same')", a="u:3", b="u:6")
    of(f"signal.{_name}", "{}(a, np.array([1.0, 2.0]))", a="u:6")
for _name in ("convolve", "correlate"):
    of(f"signal.{_name}", "{}(a, b)", "{}(a, b, 'same')", a="z:6", b="z:3")
of("signal.convolve2d", "{}(a, b)", "{}(a, b, 'same')", "{}(a, b, mode='valid')", a="u:5,4", b="u:2,3")
of("signal.lfilter", "{}(b, a, x)", b="u:3", a="g:2", x="u:6")
of("signal.lfilter", "{}(b, a, x, axis=0)", "{}(b, np.array([1.0]), x)", "{}([1.0, 0.5], [1.0, -0.3], x)", b="u:3", a="g:3", x="u:6,2")
of("signal.sosfilt", "{}(np.array([[1.0, 0.5, 0.1, 1.0, -0.3, 0.2]]), x)", x="u:6,2")
of("signal.detrend", "{}(x)", "{}(x, axis=0)", "{}(x, type='constant')", "{}(x, bp=[2])", x="u:6,5")
of("ndimage.gaussian_filter", "{}(x, 1.2)", "{}(x, 0.8, mode='wrap')", "{}(x, [1.0, 0.5], mode='constant', cval=2.0)", x="u:6,5")
of("ndimage.gaussian_filter", "{}(x, s, mode='nearest')", "{}(x, (1.0, s), order=1)", x="u:6,5", s="p")
of("ndimage.gaussian_filter1d", "{}(x, s, axis=0)", "{}(x, s, order=2)", "{}(x, s, order=3, mode='mirror')", x="u:6,5", s="p")
of("ndimage.uniform_filter", "{}(x, 4)", "{}(x, 3, mode='nearest')", x="u:6,7")
of("ndimage.uniform_filter1d", "{}(x, 3, origin=1)", "{}(x, 2, axis=0, mode='mirror')", x="u:6,7")
of("signal.lfilter", "{}(b, a, x, zi=z)", b="u:3", a="g:2", x="u:6", z="u:2")
of("signal.lfilter", "{}(b, a, x, axis=0, zi=z)[0]", "{}(b, 1.0, x, axis=0, zi=z)[1]", b="u:3", a="g:3", x="u:6,2", z="u:2,2")
of("ndimage.gaussian_filter1d", "{}(x, 1.2)", "{}(x, 0.8, axis=0, mode='constant')", x="u:6,5")
of("ndimage.uniform_filter", "{}(x)", "{}(x, 5, mode='wrap')", x="u:6,7")
of("ndimage.uniform_filter1d", "{}(x, 3)", "{}(x, 5, axis=0, mode='constant')", x="u:6,7")
for _name in ("trapezoid", "simpson"):
    of(f"integrate.{_name}", "{}(x)", "{}(x, dx=0.3, axis=0)", "{}(x, dx=p)", x="u:4,5", p="p")
    of(f"integrate.{_name}", "{}(x)", "{}(x, dx=p)", "{}(x, x=np.array([0.0, 0.2, 0.5, 1.0, 1.1, 2.0]))", x="u:6", p="p")
of("integrate.romb", "{}(x)", "{}(x, dx=p, axis=0)", x="u:5,3", p="p")
of("integrate.simpson", "{}(x)", "{}(x, x=np.array([0.0, 0.4]))", x="u:2")
of("integrate.simpson", "{}(x, x=np.array([0.0, 0.4, 0.5, 1.1, 1.3]))", x="u:2,5")
of("integrate.trapezoid", "{}(a, b)", a="u:5", b="t:5")
of("integrate.trapezoid", "{}(a, x=b, axis=0)", a="u:5,3", b="t:5")
of("integrate.cumulative_trapezoid", "{}(a, b)", "{}(a, b, initial=0)", "{}(a)", "{}(a, dx=p)", a="u:5", b="t:5", p="p")
of("integrate.cumulative_trapezoid", "{}(a, b, axis=0)", "{}(a, b, initial=0, axis=0)", "{}(a, axis=1)", a="u:5,3", b="t:5")
add("scipy.optimize.rosen", "optimize.rosen(x)", x="u:4")
add("scipy.sparse.linalg.spsolve", "sparse.linalg.spsolve(sparse.csc_matrix(np.array([[2.0, 1.0], [0.5, 3.0]])), x)", x="u:2")
# Its transposes are filters of SciPy.
add("runtime.lagged_products", "runtime.lagged_products(g, u, np.zeros(3))", g="u:5", u="u:5")
add("runtime.lagged_products", "runtime.lagged_products(g, u, np.zeros(3), 0)", g="u:5,2", u="u:5,2")

# --- polar factors, several axes, spectra, shares

linalg("polar", "{}(A)", "{}(A, side='left')", A="q:3,3")
linalg("polar", "{}(A)", "{}(A, 'right')[0]", A="d:4,3")
linalg("polar", "{}(A, 'left')", A="d:3,4")
linalg("eigvals", "{}(A)", A="q:3,3")
for _name in ("dctn", "idctn", "dstn", "idstn"):
    add(f"scipy.fft.{_name}", f"fft.{_name}(x)", f"fft.{_name}(x, axes=(1,), norm='ortho')", x="u:3,4")
add("scipy.signal.correlate2d", "signal.correlate2d(a, b)", "signal.correlate2d(a, b, mode='same')", a="u:4,5", b="u:2,3")
special("owens_t", call="{}(a, b)", a="u:3", b="u:2,1")
special("sph_harm_y", call="{}(2, 1, a, b)", a="p:3", b="p:3")
special("sph_harm_y", call="{}(2, -2, a, b)", a="p:3", b="p:3")
for _method in ("logpdf", "pdf"):
    add(f"scipy.stats.dirichlet.{_method}", f"stats.dirichlet.{_method}(p.astype(float) / np.sum(p.astype(float), axis=0), a)", p="p:3", a="p:3")
    add(f"scipy.stats.dirichlet.{_method}", f"stats.dirichlet.{_method}(p.astype(float) / np.sum(p.astype(float), axis=0), a)", p="p:3,4", a="p:3")
for _method in ("logpmf", "pmf"):
    add(f"scipy.stats.multinomial.{_method}", f"stats.multinomial.{_method}([1, 2, 3], 6, p / np.sum(p))",
        f"stats.multinomial.{_method}(np.array([[1, 2, 3], [2, 2, 2]]), 6, p / np.sum(p))", p="p:3")  # fmt: skip
add("scipy.stats.multivariate_normal.entropy", "stats.multivariate_normal.entropy(np.zeros(3), A)",
    "stats.multivariate_normal(np.zeros(3), A).entropy()", A="s:3,3")  # fmt: skip
