"""scipy.linalg: functions of matrices, through their Frechet derivative at the transposed matrix."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from ..linalg import transposed
from ..notation import refuse, rule


@rule("linalg.expm(A)", when="ndim(A) == 2")
def expm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return linalg.expm_frechet(A.T, y_bar, compute_expm=False)


def upper_right(function, a, e):
    """The Frechet derivative of a function of matrices: a block of the function of a block matrix."""
    n = np.shape(a)[-1]
    zeros = np.zeros_like(a)
    rows = np.concatenate([np.concatenate([a, e], axis=-1), np.concatenate([zeros, a], axis=-1)], axis=-2)
    return function(rows)[..., :n, n:]


@rule("linalg.expm(A)")
def expm_of_many(A, y, y_bar):
    """The Frechet derivative at the transposed matrices."""
    return upper_right(linalg.expm, transposed(A), y_bar)


_FRECHET = "linalg.expm_frechet(A, E, method=None, compute_expm=True, check_finite=True)"


@rule(_FRECHET, when="compute_expm is False")
def expm_frechet(A, E, method, compute_expm, check_finite, y, y_bar):
    """A part of the exponential of a block matrix, so the Frechet derivative of that one."""
    n = len(A)
    zeros = np.zeros_like(A)
    block = np.concatenate([np.concatenate([A.T, zeros], axis=1), np.concatenate([E.T, A.T], axis=1)])
    seed = np.concatenate([np.concatenate([zeros, y_bar], axis=1), np.concatenate([zeros, zeros], axis=1)])
    full = linalg.expm_frechet(block, seed, compute_expm=False)
    return full[:n, :n] + full[n:, n:], full[:n, n:]


refuse(_FRECHET, "pass compute_expm=False, and call linalg.expm for the exponential")


@rule("linalg.logm(A)")
def logm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.logm, transposed(A), y_bar)


@rule("linalg.sinm(A)")
def sinm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.sinm, transposed(A), y_bar)


@rule("linalg.cosm(A)")
def cosm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.cosm, transposed(A), y_bar)


@rule("linalg.sinhm(A)")
def sinhm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.sinhm, transposed(A), y_bar)


@rule("linalg.coshm(A)")
def coshm(A, y, y_bar):
    """The Frechet derivative at the transposed matrix."""
    return upper_right(linalg.coshm, transposed(A), y_bar)


@rule("linalg.sqrtm(A)")
def sqrtm(A, y, y_bar):
    """From s s = A: the solution x of s.T x + x s.T = y_bar."""
    return linalg.solve_sylvester(y.T, y.T, y_bar)


for _name in ("funm", "signm", "tanm", "tanhm", "fractional_matrix_power", "solve_continuous_are", "solve_discrete_are",
              "matmul_toeplitz", "khatri_rao"):  # fmt: skip
    refuse(f"linalg.{_name}", "give it a rule with st_ad.rule, or write it with scipy.linalg.expm, solve or np.linalg.eigh")
