"""Derivatives of the determinant, for singular matrices as well."""

from __future__ import annotations

import numpy as np

from .special import product_of_others


def cofactor(a):
    """The matrix of cofactors, the derivative of the determinant; singular matrices included."""
    try:
        turned = np.swapaxes(np.linalg.inv(a), -1, -2)
    except np.linalg.LinAlgError:
        turned = np.full(np.shape(a), np.nan)
    size = np.max(np.abs(a), axis=(-2, -1), initial=0.0) * np.max(np.abs(turned), axis=(-2, -1), initial=0.0)
    if np.all(size < 1e5):  # Far from singular: the determinant times the transposed inverse.
        return np.expand_dims(np.linalg.det(a), (-2, -1)) * turned
    u, s, vt = np.linalg.svd(a)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    others = np.expand_dims(product_of_others(s, -1), -2)
    return np.expand_dims(sign, (-2, -1)) * np.matmul(np.conj(u) * others, np.conj(vt))


def cofactor_change(a, g):
    """The derivative of the matrix of cofactors in the direction `g`; singular matrices included."""
    u, s, vt = np.linalg.svd(a)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    eye = np.eye(np.shape(a)[-1], dtype=s.dtype)
    ones = np.expand_dims(np.expand_dims(s, -2), -2) * (1.0 - eye) * (1.0 - np.expand_dims(eye, -2))
    ones = ones + np.maximum(eye, np.expand_dims(eye, -2))
    without_two = np.prod(ones, axis=-1) * (1.0 - eye)
    moved = np.swapaxes(np.conj(u), -1, -2) @ g @ np.conj(np.swapaxes(vt, -1, -2))
    own = np.matmul(without_two, np.expand_dims(np.diagonal(moved, axis1=-2, axis2=-1), -1))
    change = own * eye - without_two * np.swapaxes(moved, -1, -2)
    return np.expand_dims(sign, (-2, -1)) * np.matmul(np.matmul(np.conj(u), change), np.conj(vt))


def rank_tolerance(a):
    """The ratio to the largest singular value up to which np.linalg.lstsq takes one for zero."""
    return np.finfo(np.result_type(a, np.float32)).eps * max(np.shape(a))
