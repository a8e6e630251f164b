"""scipy.linalg: the polar decomposition, and values of matrices that NumPy has as well.

The polar factors are those of the singular value decomposition, a = w s v.T; their adjoint divides by sums of singular
values, never by their differences (M. B. Giles, 2008, for the parts).
"""

from __future__ import annotations

import numpy as np

from ...runtime import independent
from ..linalg import transposed
from ..notation import constant, definition, refuse, rule

_POLAR = "linalg.polar(a, side='right')"
refuse(_POLAR, "of complex matrices: write np.linalg.svd", when="is_complex(a)")


def unitary_bar(a, g):
    """The adjoint of the matrix that goes into the unitary factor."""
    w, s, vt = np.linalg.svd(independent(a), full_matrices=False)
    columns, rows = np.expand_dims(s, -2), np.expand_dims(s, -1)
    turn = transposed(w) @ g @ transposed(vt)
    inside = w @ ((turn - transposed(turn)) / (columns + rows)) @ vt
    left = (g - w @ (transposed(w) @ g)) @ transposed(vt) / columns
    right = (transposed(w) @ (g - (g @ transposed(vt)) @ vt)) / rows
    return inside + left @ vt + w @ right


@rule(_POLAR, when="side == 'right'")
def polar(a, side, y, y_bar):
    """The positive factor is u.T a."""
    u = y[0]
    u_bar, p_bar = y_bar
    if p_bar is None:
        return unitary_bar(a, u_bar)
    moved = a @ transposed(p_bar)
    return u @ p_bar + unitary_bar(a, moved if u_bar is None else u_bar + moved)


@rule(_POLAR, when="side == 'left'")
def polar_from_left(a, side, y, y_bar):
    """The positive factor is a u.T."""
    u = y[0]
    u_bar, p_bar = y_bar
    if p_bar is None:
        return unitary_bar(a, u_bar)
    moved = transposed(p_bar) @ a
    return p_bar @ u + unitary_bar(a, moved if u_bar is None else u_bar + moved)


refuse(_POLAR, "`side` must be known when transformed")


@definition("linalg.eigvals(a, b=None, overwrite_a=False, check_finite=True)", when="b is None")
def eigvals(a, b, overwrite_a, check_finite):
    """As NumPy, but always complex."""
    return np.linalg.eigvals(a) + 0j


constant("linalg.invpascal", "linalg.pascal", "linalg.hilbert", "linalg.invhilbert", "linalg.hadamard", "linalg.dft", "linalg.helmert")
