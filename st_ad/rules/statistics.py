"""Quantiles, covariances, weighted means and histograms.

Kinks: values that are equal share, as in `np.sort`. What is counted is piecewise constant; weights are linear.
"""

import numpy as np

from ..runtime import stop_gradient
from .notation import constant, definition, linear, refuse

# --- quantiles


def along_last(x, axis):
    """The axes that are reduced, as one last axis."""
    if axis is None:
        return np.ravel(x)
    if isinstance(axis, int):
        return np.moveaxis(x, axis, -1)
    moved = np.moveaxis(x, axis, tuple(range(-len(axis), 0)))
    return np.reshape(moved, (*np.shape(moved)[: np.ndim(x) - len(axis)], -1))


def kept_axes(result, x, axis, keepdims):
    """The reduced axes again, of length 1; the axes of the quantiles come first."""
    if not keepdims:
        return result
    if axis is None:
        return np.expand_dims(result, tuple(range(-np.ndim(x), 0)))
    if isinstance(axis, int):
        return np.expand_dims(result, axis - np.ndim(x) if axis >= 0 else axis)
    return np.expand_dims(result, tuple([a - np.ndim(x) if a >= 0 else a for a in axis]))


def rank_of_quantile(q, count, method):
    """The place of a quantile among `count` sorted values, from 0; between two places for those that interpolate."""
    last = count - 1
    if method == "linear":
        return q * last
    if method == "lower":
        return np.floor(q * last)
    if method == "higher":
        return np.ceil(q * last)
    if method == "nearest":
        return np.rint(q * last)
    if method == "midpoint":
        return 0.5 * (np.floor(q * last) + np.ceil(q * last))
    if method == "inverted_cdf":
        return np.maximum(np.ceil(q * count) - 1.0, 0.0)
    if method == "closest_observation":
        # Which of two places that are as near is a matter of the version of NumPy.
        return np.quantile(np.arange(count), stop_gradient(q), method="closest_observation")
    if method == "averaged_inverted_cdf":
        half = 0.5 * (np.floor(q * count) + np.ceil(q * count) - (np.floor(q * count) < np.ceil(q * count)))
        return np.clip(half - 0.5 * (np.floor(q * count) == np.ceil(q * count)), 0.0, last)
    if method == "hazen":
        return np.clip(q * count - 0.5, 0.0, last)
    if method == "weibull":
        return np.clip(q * (count + 1) - 1.0, 0.0, last)
    if method == "median_unbiased":
        return np.clip(q * (count + 1.0 / 3.0) - 2.0 / 3.0, 0.0, last)
    if method == "normal_unbiased":
        return np.clip(q * (count + 0.25) - 0.625, 0.0, last)
    return np.clip(q * count - 1.0, 0.0, last)


def quantile_along_last(items, q, method):
    """Between the two neighbours in rank; the axes of q come first. A nan makes the result nan."""
    ranked = np.sort(items, axis=-1)
    count = np.shape(items)[-1]
    rank = rank_of_quantile(q, count, method)
    whole = np.floor(rank)
    below = whole.astype(int)
    above = np.minimum(below + 1, count - 1)
    low, high = np.take(ranked, below, axis=-1), np.take(ranked, above, axis=-1)
    between = low + (rank - whole) * (high - low)
    if np.ndim(q) > 0:
        places = tuple(range(np.ndim(between) - np.ndim(q), np.ndim(between)))
        between = np.moveaxis(between, places, tuple(range(np.ndim(q))))
    return between + np.where(np.isnan(ranked[..., -1]), np.nan, 0.0)


def nanquantile_along_last(items, q, method):
    """The quantile of what is not nan; nan where nothing else is."""
    ranked = np.sort(items, axis=-1)
    count = np.sum(~np.isnan(items), axis=-1)
    rank = rank_of_quantile(q, count, method)
    below = np.clip(np.floor(rank), 0, None).astype(int)
    above = np.clip(np.minimum(below + 1, count - 1), 0, None)
    low = np.take_along_axis(ranked, np.expand_dims(below, -1), axis=-1)[..., 0]
    high = np.take_along_axis(ranked, np.expand_dims(above, -1), axis=-1)[..., 0]
    between = low + (rank - below) * (high - low)
    return np.where(count == 0, 0.0, between) + np.where(count == 0, np.nan, 0.0)


_METHODS = (
    "('linear', 'lower', 'higher', 'nearest', 'midpoint', 'inverted_cdf', 'averaged_inverted_cdf', 'hazen', "
    "'weibull', 'median_unbiased', 'normal_unbiased', 'interpolated_inverted_cdf')"
)
_QUANTILE = "(x, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, weights=None)"
_PLAIN_AXIS = "(ndim(x) is not None or literal(keepdims) and literal(axis) and keepdims is False and (axis is None or isinstance(axis, int)))"
_KNOWN = f"weights is None and method in {_METHODS} and {_PLAIN_AXIS}"


_CLOSEST = _KNOWN.replace("method in (", "method in ('closest_observation', ")


@definition(f"np.quantile{_QUANTILE}", when=f"{_CLOSEST} and (ndim(q) == 0 or ndim(q) is not None and ndim(x) is not None)")
def quantile(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """Ranks are found by sorting, so that equal values share."""
    return kept_axes(quantile_along_last(along_last(x, axis), np.asarray(q), method), x, axis, keepdims)


@definition(f"np.percentile{_QUANTILE}", when=f"{_CLOSEST} and (ndim(q) == 0 or ndim(q) is not None and ndim(x) is not None)")
def percentile(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """The quantile of a hundredth of q."""
    places = np.asarray(q) / 100.0
    return kept_axes(quantile_along_last(along_last(x, axis), places, method), x, axis, keepdims)


_WEIGHTED = "weights is not None and method == 'inverted_cdf' and ndim(x) == 1 and ndim(weights) == 1 and keepdims is False"


def weighted_quantile(x, q, weights):
    """The first value in order up to which there is that share of the weights."""
    order = np.argsort(x, kind="stable")
    weight = np.cumsum(np.asarray(stop_gradient(weights))[order])
    shares = np.where(weight == 0, -1.0, weight / weight[-1])
    return np.take(x, order[np.minimum(np.searchsorted(shares, q), len(x) - 1)])


@definition(f"np.quantile{_QUANTILE}", when=_WEIGHTED)
def quantile_of_weights(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """A value that is there: the weights only choose it."""
    return weighted_quantile(x, np.asarray(q), weights)


@definition(f"np.percentile{_QUANTILE}", when=_WEIGHTED)
def percentile_of_weights(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """A value that is there: the weights only choose it."""
    return weighted_quantile(x, np.asarray(q) / 100.0, weights)


@definition(f"np.nanquantile{_QUANTILE}", when=f"{_KNOWN} and ndim(q) == 0")
def nanquantile(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """The quantile of what is not nan."""
    return kept_axes(nanquantile_along_last(along_last(x, axis), q, method), x, axis, keepdims)


@definition(f"np.nanpercentile{_QUANTILE}", when=f"{_KNOWN} and ndim(q) == 0")
def nanpercentile(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """The percentile of what is not nan."""
    return kept_axes(nanquantile_along_last(along_last(x, axis), q / 100.0, method), x, axis, keepdims)


@definition(f"np.nanquantile{_QUANTILE}", when=f"{_KNOWN} and isinstance(q, (list, tuple))")
def nanquantiles(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """Several quantiles, the first axis theirs."""
    items = along_last(x, axis)
    return kept_axes(np.stack([nanquantile_along_last(items, v, method) for v in q]), x, axis, keepdims)


@definition(f"np.nanpercentile{_QUANTILE}", when=f"{_KNOWN} and isinstance(q, (list, tuple))")
def nanpercentiles(x, q, axis, out, overwrite_input, method, keepdims, weights):
    """Several percentiles, the first axis theirs."""
    items = along_last(x, axis)
    return kept_axes(np.stack([nanquantile_along_last(items, v / 100.0, method) for v in q]), x, axis, keepdims)


_OTHER = "this form of it: take one quantile after the other, without weights, and give example arguments"
for _name in ("quantile", "percentile", "nanquantile", "nanpercentile"):
    refuse(f"np.{_name}{_QUANTILE}", _OTHER)


@definition("np.nanmedian(x, axis=None, out=None, overwrite_input=False, keepdims=False)", when=_PLAIN_AXIS)
def nanmedian(x, axis, out, overwrite_input, keepdims):
    """The middle value of what is not nan, or the mean of the two in the middle."""
    return kept_axes(nanquantile_along_last(along_last(x, axis), 0.5, "linear"), x, axis, keepdims)


refuse("np.nanmedian(x, axis=None, out=None, overwrite_input=False, keepdims=False)", "give example arguments")



@definition("np.median(x, axis=None, out=None, overwrite_input=False, keepdims=False)", when="ndim(x) is not None")
def median(x, axis, out, overwrite_input, keepdims):
    """The middle value over several axes, or the mean of the two in the middle."""
    return kept_axes(quantile_along_last(along_last(x, axis), 0.5, "linear"), x, axis, keepdims)


refuse("np.median(x, axis=None, out=None, overwrite_input=False, keepdims=False)", "give example arguments")

# --- weighted means

_AVERAGE = "np.average(x, axis=None, weights=None, returned=False, keepdims=False)"


@definition(_AVERAGE, when="ndim(x) is not None and (weights is None or ndim(weights) is not None)")
def average(x, axis, weights, returned, keepdims):
    """The weighted sum over the sum of the weights."""
    if weights is None:
        w = np.ones_like(x)
    elif np.ndim(weights) == np.ndim(x):
        w = np.asarray(weights)
    else:
        places = (axis,) if isinstance(axis, int) else axis
        w = np.moveaxis(
            np.reshape(weights, (1,) * (np.ndim(x) - np.ndim(weights)) + np.shape(weights)),
            tuple(range(-np.ndim(weights), 0)),
            places,
        )
    w = np.broadcast_to(w, np.shape(x))
    total = np.sum(w, axis=axis, keepdims=keepdims)
    mean = np.sum(x * w, axis=axis, keepdims=keepdims) / total
    return (mean, total) if returned else mean


refuse(_AVERAGE, "give example arguments, so that ranks are known")



# --- covariance


@definition("np.cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, dtype=None)")
def cov(m, y, rowvar, bias, ddof, fweights, aweights, dtype):
    """The products of the deviations from the mean, over the degrees of freedom."""
    rows = variables_as_rows(m, rowvar)
    if y is not None:
        rows = np.concatenate([rows, variables_as_rows(y, rowvar)], axis=0)
    rows = rows * np.float64(1.0)
    lost = ddof
    if ddof is None:
        lost = 0 if bias else 1
    if fweights is None and aweights is None:
        d = rows - np.mean(rows, axis=1, keepdims=True)
        return np.squeeze(d @ np.conjugate(d.T) / (np.shape(rows)[1] - lost))
    if aweights is None:
        weights = np.asarray(fweights)
        freedom = np.sum(weights) - lost
    elif fweights is None:
        weights = np.asarray(aweights)
        freedom = np.sum(weights) - lost * np.sum(weights * weights) / np.sum(weights)
    else:
        weights = np.asarray(fweights) * np.asarray(aweights)
        freedom = np.sum(weights) - lost * np.sum(weights * np.asarray(aweights)) / np.sum(weights)
    d = rows - np.sum(rows * weights, axis=1, keepdims=True) / np.sum(weights)
    return np.squeeze(d @ np.conjugate((d * weights).T) / freedom)


def variables_as_rows(m, rowvar):
    """One row per variable."""
    if np.ndim(m) < 2:
        return np.atleast_2d(m)
    return m if rowvar else np.transpose(m)


@definition("np.corrcoef(x, y=None, rowvar=True, bias=..., ddof=..., dtype=None)")
def corrcoef(x, y, rowvar, bias, ddof, dtype):
    """The covariance over both standard deviations."""
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    deviation = np.sqrt(np.real(np.diagonal(c)))
    scaled = c / np.expand_dims(deviation, 1) / deviation
    return np.clip(scaled, -1.0, 1.0) if np.isrealobj(scaled) else scaled


# --- counts

linear("np.bincount(x, weights=None, minlength=0)", None, "y_bar[x]")
_HISTOGRAM = "np.histogram(a, bins=10, range=None, density=None, weights=None)"
_EDGES = "np.histogram_bin_edges(a, bins=10, range=None, weights=None)"


@definition(_EDGES, when="isinstance(bins, int) and range is None")
def histogram_bin_edges(a, bins, range, weights):
    """Evenly from the smallest to the largest value; one more than there are bins."""
    low, high = np.min(a), np.max(a)
    half = np.where(low == high, 0.5, 0.0)
    return np.linspace(low - half, high + half, bins + 1)


constant(_EDGES, when="not isinstance(bins, str)")
refuse(_EDGES, "edges that are estimated from the values: pass the number of bins")


@definition(_HISTOGRAM, when="not isinstance(bins, str)")
def histogram(a, bins, range, density, weights):
    """The sum of the weights in each bin; the last one includes its end."""
    fixed = stop_gradient(a)
    edges = np.histogram_bin_edges(a, bins, range)
    places = np.histogram_bin_edges(fixed, bins, range)
    if weights is None:
        counts = np.histogram(fixed, places)[0]
    else:
        bin_of = np.searchsorted(places, np.ravel(fixed), side="right") - 1
        bin_of = bin_of - (np.ravel(fixed) == places[-1])
        inside = (bin_of >= 0) & (bin_of < len(places) - 1)
        counts = np.bincount(bin_of[inside], np.ravel(weights)[inside], len(places) - 1)
    if density:
        return counts / np.diff(edges) / np.sum(counts), edges
    return counts, edges


refuse(_HISTOGRAM, "edges that are estimated from the values: pass the number of bins")
