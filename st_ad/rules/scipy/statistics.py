"""scipy.stats: the multivariate normal distribution, and statistics of samples.

The covariance is differentiated with respect to its lower triangle, which is what SciPy reads.
"""

from __future__ import annotations

import numpy as np

from ...runtime import unbroadcast
from ..linalg import folded, mirrored
from ..notation import constant, refuse, rule
from ..reductions import number_of, spread


def normal_bars(x, mean, cov, g):
    """The adjoints of the variable, the mean and a covariance matrix, from that of the logarithm of the density."""
    inverse = np.linalg.inv(mirrored(cov))
    solved = (x if mean is None else x - mean) @ inverse
    weighed = np.expand_dims(g, -1) * solved
    pairs = np.outer(weighed, solved) if np.ndim(x) == 1 else weighed.T @ solved
    cov_bar = folded(0.5 * (pairs - np.sum(g) * inverse))
    return -weighed, None if mean is None else unbroadcast(weighed, mean), cov_bar


def round_bars(x, mean, cov, g):
    """The same of one variance for all axes."""
    solved = (x - mean) / cov
    weighed = np.expand_dims(g, -1) * solved
    cov_bar = 0.5 * (np.sum(weighed * solved) - np.sum(g) * (len(mean) / cov))
    return -weighed, unbroadcast(weighed, mean), cov_bar


for _method in ("logpdf", "pdf"):
    _CALL = f"stats.multivariate_normal.{_method}(x, mean=None, cov=1, allow_singular=False)"
    refuse(_CALL, "points in more than one batch axis: reshape them to a matrix", when="ndim(x) > 2")
    refuse(_CALL, "a vector of variances: write np.diag", when="ndim(cov) == 1")
    refuse(_CALL, "one dimension: write stats.norm", when="ndim(cov) == 0 and ndim(mean) != 1 or mean is not None and ndim(mean) == 0 or ndim(x) == 0")
    refuse(_CALL, "give example arguments, so that the rank of the covariance is known", when="ndim(cov) is None")

_LOGPDF, _PDF = (f"stats.multivariate_normal.{m}(x, mean=None, cov=1, allow_singular=False)" for m in ("logpdf", "pdf"))


@rule(_LOGPDF, when="ndim(cov) == 0")
def round_logpdf(x, mean, cov, allow_singular, y, y_bar):
    """One variance for all axes."""
    return round_bars(x, mean, cov, y_bar)


@rule(_LOGPDF)
def normal_logpdf(x, mean, cov, allow_singular, y, y_bar):
    """With respect to the lower triangle of the covariance."""
    return normal_bars(x, mean, cov, y_bar)


@rule(_PDF, when="ndim(cov) == 0")
def round_pdf(x, mean, cov, allow_singular, y, y_bar):
    """One variance for all axes."""
    return round_bars(x, mean, cov, y_bar * y)


@rule(_PDF)
def normal_pdf(x, mean, cov, allow_singular, y, y_bar):
    """With respect to the lower triangle of the covariance."""
    return normal_bars(x, mean, cov, y_bar * y)


# --- statistics of samples

_OPTIONS = "nan_policy='propagate', keepdims=False"


@rule("stats.zscore(a, axis=0, ddof=0, nan_policy='propagate')")
def zscore(a, axis, ddof, nan_policy, y, y_bar):
    """What shifts or scales the sample changes nothing."""
    count = number_of(a, np.sum(a, axis=axis), axis)
    shift = np.mean(y_bar, axis=axis, keepdims=True)
    scale = np.sum(y_bar * y, axis=axis, keepdims=True) / (count - ddof)
    return (y_bar - shift - y * scale) / np.std(a, axis=axis, ddof=ddof, keepdims=True)


_WEIGHTED = "with weights: write np.exp(np.average(np.log(a), weights=weights)) and its like"
refuse(f"stats.gmean(a, axis=0, dtype=None, weights=None, {_OPTIONS})", _WEIGHTED, when="weights is not None")
refuse(f"stats.hmean(a, axis=0, dtype=None, weights=None, {_OPTIONS})", _WEIGHTED, when="weights is not None")


@rule(f"stats.gmean(a, axis=0, dtype=None, weights=None, {_OPTIONS})")
def gmean(a, axis, dtype, weights, nan_policy, keepdims, y, y_bar):
    """exp of the mean of the logarithms."""
    return spread(y_bar * y / number_of(a, y, axis), a, axis, keepdims) / a


@rule(f"stats.hmean(a, axis=0, dtype=None, weights=None, {_OPTIONS})")
def hmean(a, axis, dtype, weights, nan_policy, keepdims, y, y_bar):
    """1 / the mean of 1 / a."""
    return spread(y_bar * y * y / number_of(a, y, axis), a, axis, keepdims) / (a * a)


@rule(f"stats.sem(a, axis=0, ddof=1, {_OPTIONS})")
def sem(a, axis, ddof, nan_policy, keepdims, y, y_bar):
    """As the standard deviation; 0 for equal values."""
    count = number_of(a, y, axis)
    scale = spread(y_bar / ((count - ddof) * count * (y + (y == 0))), a, axis, keepdims)
    return scale * (a - np.mean(a, axis=axis, keepdims=True))


@rule(f"stats.skew(a, axis=0, bias=True, {_OPTIONS})", when="literal(bias)")
def skew(a, axis, bias, nan_policy, keepdims, y, y_bar):
    """m3 / m2 ** 1.5."""
    count = number_of(a, y, axis)
    d = a - np.mean(a, axis=axis, keepdims=True)
    m2 = np.mean(d * d, axis=axis, keepdims=True)
    m3 = np.mean(d * d * d, axis=axis, keepdims=True)
    g = spread(y_bar, a, axis, keepdims) * (3.0 / count)
    if not bias:
        g = g * (np.sqrt(count * (count - 1.0)) / (count - 2.0))
    return g * ((d * d - m2) / m2**1.5 - m3 * d / m2**2.5)


@rule(f"stats.kurtosis(a, axis=0, fisher=True, bias=True, {_OPTIONS})", when="literal(bias)")
def kurtosis(a, axis, fisher, bias, nan_policy, keepdims, y, y_bar):
    """m4 / m2 ** 2."""
    count = number_of(a, y, axis)
    d = a - np.mean(a, axis=axis, keepdims=True)
    m2 = np.mean(d * d, axis=axis, keepdims=True)
    m3 = np.mean(d**3, axis=axis, keepdims=True)
    m4 = np.mean(d**4, axis=axis, keepdims=True)
    g = spread(y_bar, a, axis, keepdims) * (4.0 / count)
    if not bias:
        g = g * ((count * count - 1.0) / ((count - 2.0) * (count - 3.0)))
    return g * ((d**3 - m3) / (m2 * m2) - m4 * d / m2**3)


_ENTROPY = f"stats.entropy(pk, qk=None, base=None, axis=0, {_OPTIONS})"


@rule(_ENTROPY, when="qk is None")
def entropy(pk, qk, base, axis, nan_policy, keepdims, y, y_bar):
    """Of the weights divided by their sum; 0 where a weight is 0."""
    total = np.sum(pk, axis=axis, keepdims=True)
    unit = 1.0 if base is None else 1.0 / np.log(base)
    logs = np.log(np.where(pk == 0, 1.0, pk) / total)
    return -spread(y_bar, pk, axis, keepdims) * ((logs * unit + spread(y, pk, axis, keepdims)) / total * (pk != 0))


refuse(_ENTROPY, "weights of different shapes: broadcast them first", when="ndim(pk) is None or ndim(pk) != ndim(qk)")


@rule(_ENTROPY)
def relative_entropy(pk, qk, base, axis, nan_policy, keepdims, y, y_bar):
    """Of two sets of weights, each divided by its sum; 0 where the first is 0."""
    unit = 1.0 if base is None else 1.0 / np.log(base)
    pk_total, qk_total = np.sum(pk, axis=axis, keepdims=True), np.sum(qk, axis=axis, keepdims=True)
    g = spread(y_bar, pk, axis, keepdims)
    ratio = (np.where(pk == 0, 1.0, pk) / pk_total) / (qk / qk_total)
    pk_bar = g * ((np.log(ratio) * unit - spread(y, pk, axis, keepdims)) / pk_total * (pk != 0))
    return pk_bar, g * (unit * (1.0 - ratio * (pk != 0)) / qk_total)


constant("stats.rankdata", "stats.percentileofscore")
for _name in ("pearsonr", "linregress", "spearmanr", "kendalltau", "ttest_ind", "ttest_1samp", "describe", "moment", "iqr", "trim_mean",
              "wasserstein_distance", "boxcox", "yeojohnson", "variation"):  # fmt: skip
    refuse(f"stats.{_name}", "write it with NumPy: np.corrcoef, np.polyfit, np.mean, np.quantile, ...")
