"""scipy.stats: shares that sum to one, the entropy of vectors, and the density that a sample is taken to have."""

from __future__ import annotations

import numpy as np
from scipy import special

from ...runtime import unbroadcast
from ..linalg import folded, mirrored
from ..notation import refuse, rule
from ..bodies import procedure
from .bodies import only


def dirichlet_bars(x, alpha, g):
    """The adjoints of the shares, the first axis theirs, and of their weights."""
    shares = np.transpose(x)
    each = np.expand_dims(g, -1)
    x_bar = np.reshape(np.transpose(each * np.where(alpha == 1.0, 0.0, (alpha - 1.0) / shares)), np.shape(x))
    normal = special.digamma(np.sum(alpha)) - special.digamma(alpha)
    return x_bar, unbroadcast(each * (np.log(shares) + normal), alpha)


@rule("stats.dirichlet.logpdf(x, alpha)")
def dirichlet_logpdf(x, alpha, y, y_bar):
    """With respect to each share by itself."""
    return dirichlet_bars(x, alpha, y_bar)


@rule("stats.dirichlet.pdf(x, alpha)")
def dirichlet_pdf(x, alpha, y, y_bar):
    """With respect to each share by itself."""
    return dirichlet_bars(x, alpha, y_bar * y)


def multinomial_bar(x, p, y, g):
    """The last probability is not read: SciPy takes it as what the others leave."""
    ratio = x / np.where(p > 0.0, p, 1.0)
    others = ratio - ratio[..., -1:]
    return unbroadcast(np.expand_dims(g, -1) * np.where(np.expand_dims(np.isfinite(y), -1), others, 0.0), p)


@rule("stats.multinomial.logpmf(x, n, p)")
def multinomial_logpmf(x, n, p, y, y_bar):
    """By the probabilities."""
    return None, None, multinomial_bar(x, p, y, y_bar)


@rule("stats.multinomial.pmf(x, n, p)")
def multinomial_pmf(x, n, p, y, y_bar):
    """By the probabilities."""
    return None, None, multinomial_bar(x, p, y, y_bar * y)


_ENTROPY = "stats.multivariate_normal.entropy(mean=None, cov=1)"
refuse(_ENTROPY, "a number or a vector as the covariance: pass a matrix", when="ndim(cov) != 2")


@rule(_ENTROPY)
def normal_entropy(mean, cov, y, y_bar):
    """Half of the logarithm of the determinant; with respect to the lower triangle."""
    return None, folded(0.5 * y_bar * np.linalg.inv(mirrored(cov)))


@procedure("scipy.stats.gaussian_kde")
@only(weights=(2, frozenset({None})))
def gaussian_kde(dataset, bw_method=None, weights=None):
    data = np.atleast_2d(dataset)
    rank, count = np.shape(data)
    if bw_method is None or isinstance(bw_method, str):
        if bw_method == "silverman":
            factor = (count * (rank + 2.0) / 4.0) ** (-1.0 / (rank + 4))
        else:
            factor = float(count) ** (-1.0 / (rank + 4))
    else:
        factor = bw_method
    covariance = np.reshape(np.cov(data), (rank, rank)) * factor**2

    def evaluate(points):
        places = np.reshape(points, (rank, -1))
        apart = np.reshape(np.expand_dims(places, 2) - np.expand_dims(data, 1), (rank, -1))
        energy = 0.5 * np.sum(apart * np.linalg.solve(covariance, apart), axis=0)
        kernels = np.sum(np.exp(-np.reshape(energy, (-1, count))), axis=1)
        return kernels / (count * np.sqrt(np.linalg.det(2.0 * np.pi * covariance)))

    return evaluate


@procedure("scipy.stats._axis_nan_policy._broadcast_arrays")
def broadcast_arrays(arrays, axis=None, xp=None):
    """Samples side by side: of one shape, but along the axes that are reduced."""
    if len(arrays) < 2:
        return list(arrays)
    rank = max([np.ndim(a) for a in arrays])
    wide = [np.reshape(a, (1,) * (rank - np.ndim(a)) + np.shape(a)) for a in arrays]
    if axis is None:
        return list(np.broadcast_arrays(*wide))
    kept = [i % rank for i in (axis if isinstance(axis, tuple) else (axis,))]
    if rank == len(kept):
        return wide
    shape = [max([np.shape(a)[i] for a in wide]) for i in range(rank)]
    return [np.broadcast_to(a, tuple([np.shape(a)[i] if i in kept else shape[i] for i in range(rank)])) for a in wide]


@procedure("scipy.stats._axis_nan_policy._check_empty_inputs")
def check_empty_inputs(samples, axis, xp=None):
    if any([np.size(sample) == 0 for sample in samples]):
        raise NotImplementedError("an empty sample has no derivative in st_ad")


@procedure("scipy._lib._util._contains_nan")
def contains_nan(a, nan_policy="propagate", policies=None, *, xp_omit_okay=False, xp=None):
    if np.any(np.isnan(a)):
        raise NotImplementedError("a sample with nan has no derivative in st_ad: leave them out before")
    return False
