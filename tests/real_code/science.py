"""Filters, line shapes, colours, money and signals."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, between, case, definite, driven, normal, positive

X = np.linspace(-1.5, 2.0, 7)
RGB = between(0.1, 0.9, 3)
IMAGE = between(0.1, 0.9, 2, 2, 3)
NOISY = IMAGE + 0.05 * normal(2, 2, 3)
LAB = np.array([[50.0, 20.0, -30.0], [60.0, -10.0, 25.0]])
LAB2 = np.array([[48.0, 22.0, -25.0], [63.0, -14.0, 21.0]])


def kalman_filter(z: Any, x: Any) -> Any:
    from filterpy.kalman import KalmanFilter

    kalman = KalmanFilter(dim_x=2, dim_z=1)
    kalman.x = x
    kalman.F = np.array([[1.0, 1.0], [0.0, 1.0]])
    kalman.H = np.array([[1.0, 0.0]])
    kalman.predict()
    kalman.update(z)
    return kalman.x


def black_scholes(S: float, K: float, t: float, r: float, sigma: float) -> float:
    from vollib.ref_python.black_scholes import black_scholes as price

    return price("c", S, K, t, r, sigma)


_L = "lmfit.lineshapes:"
_F = "filterpy."
_C = "colour."
_SK = "skimage.color:"
_PK = "pykalman.standard:"

CASES: list[Case] = [
    *(case(_L + name, X, 1.3, 0.2, 0.9) for name in (
        "gaussian", "lorentzian", "pvoigt", "moffat", "pearson4", "pearson7", "breit_wigner", "logistic", "students_t",
        "split_lorentzian", "doniach", "expgaussian", "skewed_gaussian", "voigt", "step")),
    case(_L + "gaussian2d", X, X + 0.1, 1.3, 0.2, 0.3, 0.9, 0.8),
    case(_L + "damped_oscillator", X + 2, 1.3, 0.7, 0.2),
    case(_L + "dho", X + 2, 1.3, 0.7, 0.9, 1.1),
    case(_L + "lognormal", X + 2, 1.3, 0.2, 0.9),
    case(_L + "sine", X, 1.3, 0.2, 0.9),
    case(_L + "expsine", X, 1.3, 0.2, 0.9, 0.3),
    case(_L + "thermal_distribution", X + 2, 1.3, 0.2, 0.9, form="fermi"),
    case(_L + "rectangle", X, 1.3, 0.2, 0.9, 1.2, 0.7, form="logistic"),
    case(_L + "exponential", X, 1.3, 0.9),
    case(_L + "powerlaw", X + 2, 1.3, 0.9),
    case(_L + "parabolic", X, 1.3, 0.2, 0.9),
    case(_F + "stats:gaussian", 0.3, 0.1, 1.4),
    case(_F + "stats:mul", 0.3, 1.1, 0.4, 0.9),
    case(_F + "stats:mul_pdf", 0.3, 1.1, 0.4, 0.9),
    case(_F + "stats:add", 0.3, 1.1, 0.4, 0.9),
    case(_F + "stats:mahalanobis", normal(3), normal(3), definite(3)),
    case(_F + "stats:multivariate_multiply", normal(3), definite(3), normal(3), definite(3)),
    case(_F + "stats:multivariate_gaussian", normal(3), normal(3), definite(3)),
    case(_F + "common:Q_discrete_white_noise", 3, 0.4, 1.2),
    case(_F + "common:Q_continuous_white_noise", 3, 0.4, 1.2),
    case(_F + "kalman:predict", normal(2), definite(2), normal(2, 2), definite(2)),
    case(_F + "kalman:update", normal(2), definite(2), normal(1), positive(1, 1), normal(1, 2)),
    case(_F + "discrete_bayes:normalize", positive(4)),
    case(_F + "discrete_bayes:update", positive(4), positive(4)),
    driven("filterpy", kalman_filter, normal(1), normal(2)),
    case(_PK + "_filter_predict", normal(2, 2), definite(2), normal(2), normal(2), definite(2)),
    case(_PK + "_filter_correct", normal(1, 2), definite(1), normal(1), normal(2), definite(2), normal(1)),
    case(_PK + "_smooth_update", normal(2, 2), normal(2), definite(2), normal(2), definite(2), normal(2), definite(2)),
    case(_PK + "_smooth_pair", np.stack([definite(2)] * 3), normal(2, 2, 2)),
    case(_PK + "_em_initial_state_mean", normal(4, 2)),
    case(_PK + "_em_observation_covariance", normal(4, 1), normal(1), normal(4, 1, 2), normal(4, 2),
         np.stack([definite(2)] * 4)),
    case("numpy_financial:fv", 0.05, 10.0, -100.0, -200.0),
    case("numpy_financial:pv", 0.05, 10.0, -100.0, -200.0),
    case("numpy_financial:pmt", 0.05, 10.0, 1000.0, -200.0),
    case("numpy_financial:nper", 0.05, -150.0, 1000.0),
    case("numpy_financial:ipmt", 0.05, 3, 10, 1000.0),
    case("numpy_financial:ppmt", 0.05, 3, 10, 1000.0),
    case("numpy_financial:npv", 0.05, np.array([-100.0, 50.0, 70.0])),
    case("numpy_financial:mirr", np.array([-100.0, 50.0, 70.0]), 0.05, 0.06),
    case("empyrical:cum_returns_final", normal(8) * 0.01),
    case("empyrical:annual_return", normal(8) * 0.01),
    case("empyrical:annual_volatility", normal(8) * 0.01),
    case("empyrical:sharpe_ratio", normal(8) * 0.01),
    case("empyrical:downside_risk", normal(8) * 0.01),
    case("empyrical:max_drawdown", normal(8) * 0.01),
    case("empyrical:beta", normal(8) * 0.01, normal(8) * 0.01),
    driven("vollib", black_scholes, 100.0, 95.0, 0.5, 0.03, 0.2),
    case("vollib.ref_python.black_scholes:d1", 100.0, 95.0, 0.5, 0.03, 0.2),
    case("vollib.ref_python.black_scholes.greeks.analytical:vega", "c", 100.0, 95.0, 0.5, 0.03, 0.2),
    case("antropy:hjorth_params", normal(20)),
    case("antropy:katz_fd", normal(20)),
    case("antropy:svd_entropy", normal(20)),
    case("antropy:spectral_entropy", normal(20), sf=10.0),
    case("emcee.autocorr:function_1d", normal(16)),
    case("quantecon:var_quadratic_sum", normal(2, 2) * 0.3, normal(2, 2) * 0.3, definite(2), beta=0.9, x0=normal(2)),
    case("quantecon:solve_discrete_lyapunov", normal(2, 2) * 0.3, definite(2)),
    case(_SK + "rgb2gray", IMAGE),
    case(_SK + "rgb2xyz", IMAGE),
    case(_SK + "xyz2lab", IMAGE),
    case(_SK + "rgb2lab", IMAGE),
    case(_SK + "lab2rgb", LAB),
    case(_SK + "rgb2hsv", IMAGE),
    case(_SK + "hsv2rgb", IMAGE),
    case(_SK + "rgb2yuv", IMAGE),
    case(_SK + "lab2lch", LAB),
    case(_SK + "deltaE_cie76", LAB, LAB2),
    case(_SK + "deltaE_ciede94", LAB, LAB2),
    case(_SK + "deltaE_ciede2000", LAB, LAB2),
    case(_SK + "deltaE_cmc", LAB, LAB2),
    case("skimage.metrics:mean_squared_error", IMAGE, NOISY),
    case("skimage.metrics:normalized_root_mse", IMAGE, NOISY),
    case("skimage.metrics:peak_signal_noise_ratio", IMAGE, NOISY, data_range=1.0),
    case("skimage.exposure:adjust_gamma", IMAGE, 1.4),
    case("skimage.exposure:adjust_sigmoid", IMAGE),
    case("skimage.exposure:rescale_intensity", IMAGE),
    case(_C + "models:XYZ_to_xyY", RGB),
    case(_C + "models:XYZ_to_Lab", RGB),
    case(_C + "models:Lab_to_XYZ", LAB[0]),
    case(_C + "models:XYZ_to_Luv", RGB),
    case(_C + "models:RGB_to_HSV", RGB),
    case(_C + "models:RGB_to_YCoCg", RGB),
    case(_C + "models:XYZ_to_Oklab", RGB),
    case(_C + "difference:delta_E_CIE1976", LAB, LAB2),
    case(_C + "difference:delta_E_CIE1994", LAB, LAB2),
    case(_C + "difference:delta_E_CIE2000", LAB, LAB2),
    case(_C + "difference:delta_E_CMC", LAB, LAB2),
    case(_C + "algebra:euclidean_distance", LAB, LAB2),
    case(_C + "algebra:spow", normal(4), 1.7),
    case(_C + "algebra:smoothstep_function", between(0.2, 0.8, 4)),
    case(_C + "algebra:lerp", normal(3), normal(3), 0.4),
    case(_C + "colorimetry:luminance_CIE1976", positive(3) * 30),
    case(_C + "colorimetry:lightness_CIE1976", positive(3) * 30),
    case(_C + "colorimetry:planck_law", 5e-7, 5000.0),
    case(_C + "models.rgb.transfer_functions:eotf_inverse_sRGB", RGB),
    case(_C + "models.rgb.transfer_functions:log_encoding_ARRILogC3", RGB),
]
