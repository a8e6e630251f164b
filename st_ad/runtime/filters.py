"""Parts of convolutions and filters."""

from __future__ import annotations

import numpy as np


def into_full(g, a, b, mode):
    """`g`, a part of the full convolution of `a` and `b` as scipy.signal has it, with zeros for the rest."""
    before = []
    for n, m in zip(np.shape(a), np.shape(b)):
        before.append(0 if mode == "full" else (m - 1) // 2 if mode == "same" else min(n, m) - 1)
    out = np.zeros([n + m - 1 for n, m in zip(np.shape(a), np.shape(b))], np.result_type(g))
    out[tuple(slice(i, i + n) for i, n in zip(before, np.shape(g)))] = g
    return out


def out_of_full(full, g, a, b, mode):
    """The part of a full convolution that has the shape of `g`: the transpose of `into_full`."""
    before = []
    for n, m in zip(np.shape(a), np.shape(b)):
        before.append(0 if mode == "full" else (m - 1) // 2 if mode == "same" else min(n, m) - 1)
    return full[tuple(slice(i, i + n) for i, n in zip(before, np.shape(g)))]


def lagged_products(g, u, like, axis=-1):
    """For each coefficient k of `like` the sum of `g` times `u` delayed by k along an axis."""
    g, u = np.moveaxis(g, axis, -1), np.moveaxis(u, axis, -1)
    out = np.zeros(np.shape(like), np.result_type(g, u))
    length = u.shape[-1]
    for k in range(min(len(out), length)):
        out[k] = np.sum(g[..., k:] * u[..., : length - k])
    return out


def simpson_weights(x):
    """What scipy.integrate.simpson multiplies the values at `x` by: parabolas through three points, and Cartwright's
    correction for the last interval of an even number of points."""
    x = np.asarray(x, float)
    n = len(x)
    weights = np.zeros(n)
    h = np.diff(x)
    if n == 2:
        weights[:] = 0.5 * h[0]
        return weights
    odd = n - 1 + n % 2
    first, second = h[0 : odd - 1 : 2], h[1:odd:2]
    both = first + second
    weights[0 : odd - 2 : 2] += both / 6.0 * (2.0 - second / first)
    weights[1 : odd - 1 : 2] += both**3 / (6.0 * first * second)
    weights[2:odd:2] += both / 6.0 * (2.0 - first / second)
    if n % 2 == 0:
        first, second = h[-2], h[-1]
        weights[-1] += (2.0 * second**2 + 3.0 * first * second) / (6.0 * (first + second))
        weights[-2] += (second**2 + 3.0 * first * second) / (6.0 * first)
        weights[-3] -= second**3 / (6.0 * first * (first + second))
    return weights
