"""Adjoints of matrix products for operands whose ranks are not known when the code is generated."""

from __future__ import annotations

import numpy as np

from .broadcasting import unbroadcast


def matmul_bar_left(g, a, b):
    """The adjoint of `a` in `a @ b`, where `g` is the adjoint of the product."""
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        out = g * b
    elif np.ndim(b) == 1:
        out = np.expand_dims(g, -1) * b
    elif np.ndim(a) == 1:
        out = np.squeeze(np.matmul(b, np.expand_dims(g, -1)), -1)
    else:
        out = np.matmul(g, np.swapaxes(b, -1, -2))
    return unbroadcast(out, a)


def matmul_bar_right(g, a, b):
    """The adjoint of `b` in `a @ b`, where `g` is the adjoint of the product."""
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        out = g * a
    elif np.ndim(b) == 1:
        out = np.squeeze(np.matmul(np.swapaxes(a, -1, -2), np.expand_dims(g, -1)), -1)
    elif np.ndim(a) == 1:
        out = np.expand_dims(a, -1) * np.expand_dims(g, -2)
    else:
        out = np.matmul(np.swapaxes(a, -1, -2), g)
    return unbroadcast(out, b)


def dot_bar_left(g, a, b):
    """The adjoint of `a` in `np.dot(a, b)`, where `g` is the adjoint of the product."""
    if np.ndim(a) == 0:
        return np.sum(g * b)
    if np.ndim(b) == 0:
        return g * b
    if np.ndim(b) == 1:
        return np.expand_dims(g, -1) * b
    return np.tensordot(g, np.swapaxes(b, -1, -2), axes=np.ndim(b) - 1)


def dot_bar_right(g, a, b):
    """The adjoint of `b` in `np.dot(a, b)`, where `g` is the adjoint of the product."""
    if np.ndim(a) == 0:
        return g * a
    if np.ndim(b) == 0:
        return np.sum(g * a)
    kept = tuple(range(np.ndim(a) - 1))
    out = np.tensordot(a, g, axes=(kept, kept))
    return out if np.ndim(b) == 1 else np.moveaxis(out, 0, -2)


def cross_bar_left(g, a, b, axisa=-1, axisb=-1, axisc=-1):
    """The adjoint of `a` in the cross product of vectors of two or three."""
    mine, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if np.shape(mine)[-1] == 2 and np.shape(b)[-1] == 2:
        out = np.stack([g * b[..., 1], -g * b[..., 0]], axis=-1)
    else:
        b = b if np.shape(b)[-1] == 3 else np.concatenate([b, np.zeros_like(b[..., :1])], axis=-1)
        out = np.cross(b, np.moveaxis(g, axisc, -1))[..., : np.shape(mine)[-1]]
    return np.moveaxis(unbroadcast(out, mine), -1, axisa)


def cross_bar_right(g, a, b, axisa=-1, axisb=-1, axisc=-1):
    """The adjoint of `b` in the cross product of vectors of two or three."""
    return cross_bar_left(-g, b, a, axisb, axisa, axisc)
