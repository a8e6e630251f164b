"""Broadcasting and its transpose, for operands whose shapes are not known when the code is generated."""

from __future__ import annotations

import math

import numpy as np


def unbroadcast(g, x):
    """Sum `g` over the axes along which `x` was broadcast; the result has the shape, dtype and form of `x`."""
    shape = np.shape(x)
    g = np.asarray(g)
    if g.ndim > len(shape):
        g = np.sum(g, axis=tuple(range(g.ndim - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    if axes:
        g = np.sum(g, axis=axes, keepdims=True)
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if isinstance(x, (float, complex)) and not isinstance(x, np.generic):
        return type(x)(g)
    dtype = np.asarray(x).dtype
    if g.dtype != dtype and dtype.kind in "fc":
        g = np.asarray(g).astype(dtype)
    return g if isinstance(x, np.ndarray) else g[()]


def widen(g, x):
    """A new array of the shape of `x` that has the values of `g`, broadcast."""
    wide = np.array(np.broadcast_to(g, np.shape(x)))
    return wide if isinstance(x, np.ndarray) else wide[()]


def expand_reduced(g, x, axis, keepdims):
    """Broadcast `g`, the adjoint of a reduction of `x`, back to the shape of `x`."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, np.shape(x))


def strong_product(g, partial):
    """The product in which zero times infinity (or nan) is zero: an adjoint that is exactly zero stays zero."""
    if isinstance(partial, float):
        is_finite = math.isfinite(partial)
    else:
        finite = np.isfinite(partial)
        is_finite = np.count_nonzero(finite) == finite.size
    if is_finite:
        return g * partial
    with np.errstate(invalid="ignore"):
        return np.where(g == 0, 0.0, g * partial)[()]
