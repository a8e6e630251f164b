"""Derivatives of functions that NumPy and the math module have, but not their derivatives."""

from __future__ import annotations

import math

import numpy as np


def product_of_others(x, axis=None):
    """For each item the product of all others along `axis`; no division where there are zeros, so that they do no harm."""
    if axis is None:
        return np.reshape(product_of_others(np.ravel(x), 0), np.shape(x))
    if isinstance(axis, tuple):
        first = np.moveaxis(x, axis, tuple(range(len(axis))))
        flat = product_of_others(np.reshape(first, (-1, *first.shape[len(axis) :])), 0)
        return np.moveaxis(np.reshape(flat, first.shape), tuple(range(len(axis))), axis)
    x = np.moveaxis(x, axis, 0)
    upto = np.cumprod(x, axis=0)
    if are_normal(upto):
        return np.moveaxis(upto[-1:] / x, 0, axis)
    one = np.ones_like(x[:1])
    before = np.concatenate([one, upto[:-1]])
    after = np.cumprod(np.concatenate([one, x[:0:-1]]), axis=0)[::-1]
    return np.moveaxis(before * after, 0, axis)


def are_normal(x):
    """Whether all numbers of an array are finite and so far from zero that dividing by them loses nothing."""
    sizes = np.abs(x)
    lowest, highest = np.min(sizes, initial=1.0), np.max(sizes, initial=1.0)
    return lowest >= np.finfo(np.result_type(x, np.float32)).tiny and highest < np.inf


def sinc_derivative(x, order):
    """The derivative of `np.sinc` of some order, smooth through 0."""
    u = np.pi * np.asarray(x)
    small = np.abs(u) < order + 2.0
    v = np.where(small, 1.0, u)
    far = np.sin(v) / v
    for n in range(1, order + 1):
        far = (np.sin(v + n * np.pi / 2.0) - n * far) / v
    w = np.where(small, u, 0.0)
    near = np.zeros_like(w)
    for k in range((order + 1) // 2, (order + 1) // 2 + 24 + 2 * order):
        factor = math.factorial(2 * k) / (math.factorial(2 * k - order) * math.factorial(2 * k + 1))
        near = near + (-1.0) ** k * factor * w ** (2 * k - order)
    return (np.pi**order * np.where(small, near, far)).astype(u.dtype)[()]


def polygamma(n, x):
    """The derivative of order n + 1 of the logarithm of the gamma function, at a number x."""
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
    sign = -1.0 if n % 2 == 0 else 1.0
    shifted = 0.0
    while x < 12.0 + n:
        shifted += sign * math.factorial(n) / x ** (n + 1)
        x += 1.0
    if n == 0:
        series = math.log(x) - 0.5 / x
    else:
        series = sign * (math.factorial(n - 1) / x**n + 0.5 * math.factorial(n) / x ** (n + 1))
    for k, b in enumerate(bernoulli, start=1):
        series += sign * b * math.factorial(2 * k + n - 1) / math.factorial(2 * k) / x ** (2 * k + n)
    return series + shifted


def bessel_i(x, order):
    """The modified Bessel function of the first kind and of a whole order; np.i0 is that of order 0."""
    order = abs(order)
    x = np.asarray(x)
    # The trapezoidal rule for the integral of exp(x cos t) cos(n t) over a period converges geometrically.
    points = int(64 + 2 * order + 4 * np.sqrt(np.max(np.abs(x), initial=1.0)))
    total = np.zeros_like(x, dtype=np.result_type(x.dtype, np.float64))
    size = np.abs(x)
    for k in range(points):
        angle = 2.0 * np.pi * k / points
        total = total + np.exp(size * (math.cos(angle) - 1.0)) * math.cos(order * angle)
    sign = np.where(x < 0, (-1.0) ** order, 1.0)
    return (sign * np.exp(size) * total / points).astype(np.result_type(x.dtype, np.float32))[()]
