"""Statistics, time series and finance: statsmodels, arch and ta."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, between, case, definite, driven, normal, positive, probabilities

Y, X = normal(8), normal(8, 2)
RETURNS = 0.1 * normal(7)
COUNTS = np.array([0.0, 1.0, 3.0, 2.0, 1.0])
BINARY = np.array([0.0, 1.0, 1.0, 0.0, 1.0])


def ols_params(y: Any, x: Any) -> Any:
    from statsmodels.regression.linear_model import OLS

    return OLS(y, x).fit().params


def ols_loglike(y: Any, x: Any, params: Any) -> Any:
    from statsmodels.regression.linear_model import OLS

    return OLS(y, x).loglike(params)


def link(name: str) -> Any:
    def applied(p: Any) -> Any:
        from statsmodels.genmod.families import links

        return getattr(links, name)()(p)

    applied.__name__ = f"link_{name}"
    return applied


def inverse_link(name: str) -> Any:
    def applied(z: Any) -> Any:
        from statsmodels.genmod.families import links

        return getattr(links, name)().inverse(z)

    applied.__name__ = f"inverse_{name}"
    return applied


def deviance(name: str, y: Any) -> Any:
    def applied(mu: Any) -> Any:
        from statsmodels.genmod import families

        return getattr(families, name)().deviance(y, mu)

    applied.__name__ = f"deviance_{name}"
    return applied


def robust(name: str, method: str) -> Any:
    def applied(z: Any) -> Any:
        from statsmodels.robust import norms

        return getattr(getattr(norms, name)(), method)(z)

    applied.__name__ = f"{name}_{method}"
    return applied


_E = "statsmodels.tools.eval_measures:"
_MH = "statsmodels.stats.moment_helpers:"
_K = "statsmodels.nonparametric.kernels:"
_A = "arch.univariate.recursions_python:"
_AP = "statsmodels.tsa.arima_process:"

CASES: list[Case] = [
    driven("statsmodels", ols_params, Y, X),
    driven("statsmodels", ols_loglike, Y, X, normal(2)),
    *(driven("statsmodels", link(n), between(0.2, 0.8, 4)) for n in ("Logit", "Probit", "CLogLog", "LogLog", "Log", "Cauchy")),
    *(driven("statsmodels", inverse_link(n), normal(4)) for n in ("Logit", "Probit", "CLogLog", "LogLog", "Log", "Cauchy")),
    driven("statsmodels", deviance("Poisson", COUNTS), positive(5)),
    driven("statsmodels", deviance("Gaussian", COUNTS), positive(5)),
    driven("statsmodels", deviance("Binomial", BINARY), between(0.2, 0.8, 5)),
    driven("statsmodels", deviance("Gamma", COUNTS + 1), positive(5)),
    driven("statsmodels", deviance("InverseGaussian", COUNTS + 1), positive(5)),
    driven("statsmodels", deviance("NegativeBinomial", COUNTS), positive(5)),
    *(driven("statsmodels", robust(n, m), 3 * normal(5)) for n in (
        "HuberT", "TukeyBiweight", "RamsayE", "AndrewWave", "Hampel", "LeastSquares") for m in ("rho", "psi")),
    *(case(_E + n, normal(6), normal(6)) for n in (
        "mse", "rmse", "rmspe", "maxabs", "meanabs", "medianabs", "bias", "medianbias", "vare", "stde", "iqr")),
    case(_E + "aicc", -12.3, 20.0, 3.0),
    case(_E + "bic", -12.3, 20.0, 3.0),
    case(_E + "hqic_sigma", 1.4, 20.0, 3.0),
    case("statsmodels.stats.stattools:durbin_watson", normal(8)),
    case("statsmodels.stats.stattools:jarque_bera", normal(12)),
    case("statsmodels.stats.stattools:robust_skewness", normal(9)),
    case("statsmodels.stats.stattools:robust_kurtosis", normal(12)),
    case("statsmodels.robust.scale:mad", normal(7)),
    case("statsmodels.robust.scale:scale_tau", normal(9)),
    case("statsmodels.stats.moment_helpers:cov2corr", definite(3)),
    case(_MH + "corr2cov", definite(3), positive(3)),
    *(case(_MH + n, [0.3, 1.2, 0.4, 2.9]) for n in ("mc2mnc", "mnc2mc", "mnc2cum", "mc2cum", "cum2mc", "mvsk2mc", "mvsk2mnc", "mc2mvsk", "mnc2mvsk")),
    case(_MH + "se_cov", definite(3)),
    case("statsmodels.stats.correlation_tools:clip_evals", definite(3)),
    case("statsmodels.tools.tools:add_constant", normal(5, 2)),
    case("statsmodels.tools.tools:pinv_extended", normal(5, 2)),
    case("statsmodels.tools.tools:recipr", positive(4)),
    case("statsmodels.regression.linear_model:yule_walker", normal(9), order=2),
    case("statsmodels.regression.linear_model:burg", normal(9), order=2),
    case(_K + "gaussian", 0.7, normal(5), 0.2),
    case(_K + "tricube", 2.7, normal(5), 0.2),
    case(_K + "gaussian_convolution", 0.7, normal(5), 0.2),
    case(_K + "gaussian_cdf", 0.7, normal(5), 0.2),
    case(_K + "d_gaussian", 0.7, normal(5), 0.2),
    case(_AP + "arma_impulse_response", [1.0, -0.5], [1.0, 0.4], 6),
    case(_AP + "arma_acovf", [1.0, -0.5], [1.0, 0.4], 6),
    case(_AP + "arma2ma", [1.0, -0.5], [1.0, 0.4], 6),
    case(_AP + "lpol_fima", 0.3, 6),
    case(_AP + "lpol_fiar", 0.3, 6),
    case("statsmodels.tsa.stattools:acovf", normal(9)),
    case("statsmodels.tsa.stattools:acf", normal(12), nlags=3, fft=False),
    case("statsmodels.tsa.tsatools:lagmat", normal(8), 2),
    case("statsmodels.tsa.tsatools:detrend", normal(8)),
    case("statsmodels.tsa.tsatools:unvech", normal(6)),
    case("statsmodels.tsa.tsatools:vech", definite(3)),
    case("statsmodels.tsa.vector_ar.util:get_var_endog", normal(7, 2), 2),
    case(_A + "garch_recursion_python", np.array([0.1, 0.2, 0.6]), RETURNS**2, np.sign(RETURNS), np.zeros(7), 1, 0, 1, 7, 1.0,
         np.tile([1e-4, 1e4], (7, 1))),
    case(_A + "arch_recursion_python", np.array([0.1, 0.3]), RETURNS, np.zeros(7), 1, 7, 1.0, np.tile([1e-4, 1e4], (7, 1))),
    case(_A + "egarch_recursion_python", np.array([0.1, 0.2, 0.1, 0.6]), RETURNS, np.zeros(7), 1, 1, 1, 7, 0.1,
         np.tile([1e-4, 1e4], (7, 1)), np.zeros(7), np.zeros(7), np.zeros(7)),
    case(_A + "harch_recursion_python", np.array([0.1, 0.2]), RETURNS, np.zeros(7), np.array([1]), 7, 1.0, np.tile([1e-4, 1e4], (7, 1))),
    case(_A + "figarch_weights_python", np.array([0.2, 0.4, 0.1]), 1, 1, 6),
    case("scipy.stats:pearsonr", normal(6), normal(6)),
    case("scipy.stats:ttest_1samp", normal(6), 0.2),
    case("scipy.stats:ttest_ind", normal(6), normal(7)),
    case("scipy.stats:trim_mean", normal(10), 0.1),
    case("scipy.stats:iqr", normal(9)),
    case("scipy.stats:boxcox", positive(6), 0.4),
    case("scipy.stats:yeojohnson", normal(6), 0.4),
    case("scipy.stats:kstat", normal(7), 3),
    case("scipy.stats:circstd", positive(5)),
    case("scipy.stats:describe", normal(6)),
    case("scipy.stats:skewtest", normal(12)),
    case("scipy.stats:tvar", normal(7)),
    case("scipy.stats:tsem", normal(7)),
    case("scipy.stats:f_oneway", normal(5), normal(6)),
    case("scipy.stats:power_divergence", probabilities(5), probabilities(5), lambda_=0.7),
    case("scipy.stats:combine_pvalues", between(0.1, 0.9, 4)),
    case("scipy.stats:differential_entropy", normal(9)),
    case("scipy.stats:bartlett", normal(6), normal(7)),
]
