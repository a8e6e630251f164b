"""Signals, filters, control, interpolation and geometry: more of SciPy, control, PyWavelets, peakutils and geopy."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, between, case, driven, normal, positive, probabilities

GRID = np.linspace(0.0, 2.0, 9)


def rotation_vector_applied(r: Any, v: Any) -> Any:
    from scipy.spatial.transform import Rotation

    return Rotation.from_rotvec(r).apply(v)


def transfer_function_at(num: Any, den: Any) -> Any:
    from control import TransferFunction

    return TransferFunction(num, den)(0.7j)


def great_circle(a: float, b: float, c: float, d: float) -> float:
    from geopy.distance import great_circle as distance

    return distance((a, b), (c, d)).km


def geodesic(a: float, b: float, c: float, d: float) -> float:
    from geopy.distance import geodesic as distance

    return distance((a, b), (c, d)).km


def payoffs(A: Any, B: Any, row: Any, column: Any) -> Any:
    import nashpy

    return nashpy.Game(A, B)[row, column]


def akima(x: Any, y: Any) -> Any:
    from scipy.interpolate import Akima1DInterpolator

    return Akima1DInterpolator(x, y)(0.77)


def pchip(x: Any, y: Any) -> Any:
    from scipy.interpolate import PchipInterpolator

    return PchipInterpolator(x, y)(0.77)


def polynomial(c: Any, x: Any) -> Any:
    from numpy.polynomial import Polynomial

    p = Polynomial(c)
    return (p * p + 2).deriv()(x)


def chebyshev(c: Any, x: Any) -> Any:
    from numpy.polynomial import Chebyshev

    return Chebyshev(c)(x)


def poly1d_of_coefficients(c: Any, x: Any) -> Any:
    return (np.poly1d(c) * np.poly1d([1.0, 2.0]))(x)


def piecewise_polynomial(c: Any, x: Any) -> Any:
    from scipy.interpolate import PPoly

    return PPoly(c, np.array([0.0, 1.0, 2.0]))(x)


_S = "scipy.signal:"
_W = "scipy.signal.windows:"

CASES: list[Case] = [
    case(_W + "taylor", 9, 4, 30.0),
    case(_S + "tf2zpk", positive(2), positive(3)),
    case(_S + "zpk2tf", normal(2), normal(2), 1.3),
    case(_S + "tf2ss", positive(2), positive(3)),
    case(_S + "ss2tf", normal(2, 2), normal(2, 1), normal(1, 2), normal(1, 1)),
    case(_S + "lp2bp", positive(2), positive(3), 1.7, 0.4),
    case(_S + "lp2bs", positive(2), positive(3), 1.7, 0.4),
    case(_S + "bilinear_zpk", normal(2), normal(2), 1.3, 2.0),
    case(_S + "iirpeak", 0.3, 20.0),
    case(_S + "iirnotch", 0.3, 20.0),
    case(_S + "gammatone", 440.0, "iir", fs=16000.0),
    case(_S + "butter", 3, 0.3),
    case(_S + "firwin", 7, 0.3),
    case(_S + "firwin2", 9, [0.0, 0.5, 1.0], [1.0, 1.0, 0.0]),
    case(_S + "savgol_coeffs", 5, 2),
    case(_S + "savgol_filter", normal(11), 5, 2),
    case(_S + "medfilt", normal(9), 3),
    case(_S + "wiener", normal(9), 3),
    case(_S + "decimate", normal(30), 2),
    case(_S + "resample", normal(10), 5),
    case(_S + "lfilter_zi", np.array([0.2, 0.3]), np.array([1.0, -0.5])),
    case(_S + "filtfilt", np.array([0.2, 0.3]), np.array([1.0, -0.5]), normal(20)),
    case(_S + "freqz", normal(3), np.array([1.0, 0.4]), 5),
    case(_S + "freqs", positive(2), positive(3), np.array([0.5, 1.5])),
    case(_S + "group_delay", (positive(3), np.array([1.0, 0.4])), 5),
    case(_S + "correlate", normal(6), normal(3), method="direct"),
    case(_S + "oaconvolve", normal(12), normal(3)),
    case(_S + "hilbert2", normal(4, 4)),
    case(_S + "step", (np.array([1.0]), positive(3)), T=np.linspace(0.0, 1.0, 5)),
    case(_S + "residue", positive(2), np.array([1.0, 3.0, 2.0])),
    case(_S + "cont2discrete", (normal(2, 2), normal(2, 1), normal(1, 2), normal(1, 1)), 0.1),
    case("scipy.integrate:fixed_quad", np.cos, 0.2, 1.3, n=4),
    case("scipy.integrate:cumulative_trapezoid", normal(4, 6), dx=0.2, axis=0),
    case("scipy.interpolate:approximate_taylor_polynomial", np.sin, 0.3, 2, 1.0),
    case("scipy.interpolate:pade", [1.0, 1.0, 0.5, 0.17], 2),
    case("scipy.interpolate:pchip_interpolate", GRID, normal(9), 0.77),
    driven("scipy", akima, GRID, normal(9)),
    driven("scipy", pchip, GRID, normal(9)),
    driven("scipy", piecewise_polynomial, normal(3, 2), np.array([0.4, 1.3])),
    driven("scipy", rotation_vector_applied, normal(3), normal(3)),
    driven("numpy", polynomial, normal(3), between(-1.0, 1.0, 4)),
    driven("numpy", chebyshev, normal(4), between(-1.0, 1.0, 4)),
    driven("numpy", poly1d_of_coefficients, normal(3), between(-1.0, 1.0, 4)),
    case("scipy.special:comb", 5.3, 2.1),
    case("scipy.special:perm", 5.3, 2.1),
    case("scipy.special:factorial", 3.4),
    case("scipy.special:sinc", normal(4)),
    case("scipy.special:polygamma", 1, positive(3)),
    case("scipy.special:lmbda", 2, 0.7),
    case("scipy.spatial.distance:pdist", normal(4, 2)),
    case("scipy.spatial.distance:squareform", positive(6)),
    case("scipy.spatial:minkowski_distance", normal(4, 2), normal(4, 2), 3.0),
    case("scipy.linalg:expm_cond", 0.3 * normal(2, 2)),
    case("scipy.linalg:null_space", normal(2, 4)),
    case("scipy.linalg:orth", normal(4, 2)),
    case("scipy.linalg:subspace_angles", normal(5, 2), normal(5, 2)),
    case("scipy.linalg:cosm", 0.3 * normal(2, 2)),
    case("scipy.linalg:solve_toeplitz", (positive(3) + np.array([3.0, 0.0, 0.0])), normal(3)),
    case("scipy.linalg:matmul_toeplitz", (normal(3), normal(3)), normal(3)),
    case("scipy.cluster.vq:py_vq", normal(6, 2), normal(2, 2)),
    case("scipy.ndimage:uniform_filter1d", normal(9), 3),
    driven("control", transfer_function_at, positive(2), positive(3)),
    case("control.statefbk:ctrb", normal(2, 2), normal(2, 1)),
    case("control.statefbk:obsv", normal(2, 2), normal(1, 2)),
    case("control.statefbk:place_acker", normal(2, 2), normal(2, 1), np.array([-1.0, -2.0])),
    case("peakutils.peak:centroid", GRID, positive(9)),
    case("peakutils.peak:centroid2", positive(9), GRID),
    case("peakutils.peak:gaussian", GRID, 1.3, 0.9, 0.4),
    case("peakutils.prepare:scale", normal(9), (0.0, 1.0)),
    case("peakutils.baseline:baseline", positive(20), 2),
    driven("geopy", great_circle, 41.5, -71.3, 41.4, -81.6),
    driven("geopy", geodesic, 41.5, -71.3, 41.4, -81.6),
    driven("nashpy", payoffs, normal(2, 2), normal(2, 2), probabilities(2), probabilities(2)),
    case("pywt._thresholding:soft", normal(6), 0.4),
    case("pywt._thresholding:nn_garrote", 3 * normal(6), 0.4),
]
