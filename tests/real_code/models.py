"""Models and test problems: astropy, pymoo, Bayesian optimisation, pyhf, opensimplex and scikit-learn's insides."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, between, case, definite, driven, normal, positive

T = np.linspace(0.3, 2.0, 6)
POINTS = between(0.1, 0.9, 3, 4)


def evaluated(name: str) -> Any:
    def model(x: Any, *parameters: float) -> Any:
        from astropy.modeling import models

        return getattr(models, name).evaluate(x, *parameters)

    model.__name__ = f"model_{name}"
    return model


def called(name: str) -> Any:
    def model(x: Any, *parameters: float) -> Any:
        from astropy.modeling import models

        return getattr(models, name)(*parameters)(x)

    model.__name__ = f"called_{name}"
    return model


def problem(name: str, **options: Any) -> Any:
    def objective(x: Any) -> Any:
        from pymoo.problems import get_problem

        out: dict[str, Any] = {}
        get_problem(name, **options)._evaluate(x, out)
        return out["F"]

    objective.__name__ = f"problem_{name}"
    return objective


def kernel(name: str, *given: Any) -> Any:
    def covariance(x: Any, y: Any) -> Any:
        from sklearn.gaussian_process import kernels

        return getattr(kernels, name)(*given)(x, y)

    covariance.__name__ = f"kernel_{name}"
    return covariance


def interpolated(alpha: Any) -> Any:
    from pyhf.interpolators.code0 import code0

    return code0([[[[0.5, 0.6], [1.0, 1.1], [1.3, 1.6]]]])(alpha)


def hubble(z: float, h0: float, om0: float) -> Any:
    from astropy.cosmology import FlatLambdaCDM

    return FlatLambdaCDM(H0=h0, Om0=om0).efunc(z)


def angle_between(a: float, b: float, c: float, d: float) -> Any:
    from astropy.coordinates import angular_separation

    return angular_separation(a, b, c, d)


_B = "sklearn.metrics.pairwise:"

CASES: list[Case] = [
    *(driven("astropy", evaluated(n), T, *p) for n, p in (
        ("Gaussian1D", (1.3, 0.9, 0.4)), ("Lorentz1D", (1.3, 0.9, 0.4)), ("Sine1D", (1.3, 0.9, 0.4)),
        ("Moffat1D", (1.3, 0.9, 0.4, 1.5)), ("PowerLaw1D", (1.3, 0.9, 1.4)), ("BrokenPowerLaw1D", (1.3, 0.9, 1.4, 2.0)),
        ("SmoothlyBrokenPowerLaw1D", (1.3, 0.9, 1.4, 2.0, 0.3)), ("LogParabola1D", (1.3, 0.9, 1.4, 0.2)),
        ("ExponentialCutoffPowerLaw1D", (1.3, 0.9, 1.4, 2.0)), ("Exponential1D", (1.3, 0.9)), ("Logarithmic1D", (1.3, 0.9)),
        ("Sersic1D", (1.3, 0.9, 2.2)), ("RickerWavelet1D", (1.3, 0.9, 0.4)),
        ("Trapezoid1D", (1.3, 0.9, 0.8, 1.1)), ("Linear1D", (1.3, 0.9)), ("Tangent1D", (1.3, 0.1, 0.2)),
        ("Plummer1D", (1.3, 0.9)))),
    *(driven("astropy", called(n), T, *p) for n, p in (("Gaussian1D", (1.3, 0.9, 0.4)), ("PowerLaw1D", (1.3, 0.9, 1.4)))),
    driven("astropy", hubble, 0.4, 70.0, 0.3),
    driven("astropy", angle_between, 0.3, 0.4, 1.2, -0.3),
    case("astropy.coordinates:offset_by", 0.3, 0.4, 1.2, 0.3),
    case("astropy.coordinates:position_angle", 0.3, 0.4, 1.2, 0.3),
    case("astropy.stats:mad_std", normal(7)),
    case("astropy.stats:biweight_location", normal(9)),
    case("astropy.stats:biweight_scale", normal(9)),
    case("astropy.stats:circmean", positive(5)),
    case("astropy.stats:circvar", positive(5)),
    case("astropy.stats:signal_to_noise_oir_ccd", 3.0, 100.0, 2.0, 1.0, 5.0, 9.0),
    *(driven("pymoo", problem(n), POINTS) for n in (
        "ackley", "griewank", "rastrigin", "rosenbrock", "sphere", "schwefel")),
    *(driven("pymoo", problem(n, n_var=4), POINTS) for n in ("zdt1", "zdt2", "zdt3", "zdt4", "zdt6")),
    *(driven("pymoo", problem(n, n_var=4, n_obj=3), POINTS) for n in ("dtlz1", "dtlz2", "dtlz3", "dtlz5", "dtlz7")),
    *(driven("pymoo", problem(n), 1.0 + POINTS[:, :2]) for n in ("himmelblau", "bnh")),
    case("pymoo.util.misc:vectorized_cdist", normal(4, 2), normal(5, 2)),
    case("pymoo.util.misc:func_euclidean_distance", normal(4, 2), normal(4, 2)),
    case("pymoo.util.misc:repair", normal(4, 2), -np.ones(2), np.ones(2)),
    *(driven("sklearn", kernel(n, *g), normal(4, 2), normal(3, 2)) for n, g in (
        ("RBF", (0.7,)), ("RationalQuadratic", (0.7, 1.2)), ("ExpSineSquared", (0.7, 1.2)), ("DotProduct", (0.7,)), ("ConstantKernel", (0.7,)),
        ("Matern", (0.7,)))),
    driven("pyhf", interpolated, np.array([[0.3]])),
    case("sklearn.neural_network._base:poisson_loss", positive(4, 1), positive(4, 1)),
    case("sklearn.utils.extmath:density", normal(4)),
    case("sklearn.utils.extmath:_incremental_mean_and_var", normal(4, 3), normal(3), positive(3), np.array([5, 5, 5])),
    case("sklearn.covariance._shrunk_covariance:ledoit_wolf_shrinkage", normal(6, 3)),
    case("sklearn.covariance:ledoit_wolf", normal(6, 3)),
    case("sklearn.covariance:oas", normal(6, 3)),
    case("sklearn.mixture._gaussian_mixture:_compute_precision_cholesky", np.stack([definite(3), definite(3)]), "full"),
    case("sklearn.mixture._gaussian_mixture:_compute_log_det_cholesky", np.stack([definite(3), definite(3)]), "full", 3),
    case("sklearn.mixture._gaussian_mixture:_estimate_log_gaussian_prob", normal(5, 3), normal(2, 3), positive(2, 3), "diag"),
    case("sklearn.decomposition._pca:_assess_dimension", np.array([3.0, 1.2, 0.4]), 1, 10),
    case(_B + "laplacian_kernel", normal(4, 3), normal(5, 3)),
    case(_B + "additive_chi2_kernel", positive(4, 3), positive(5, 3)),
    case(_B + "chi2_kernel", positive(4, 3), positive(5, 3)),
    case(_B + "manhattan_distances", normal(4, 3), normal(5, 3)),
    case(_B + "cosine_distances", normal(4, 3), normal(5, 3)),
    case(_B + "paired_manhattan_distances", normal(4, 3), normal(4, 3)),
    case(_B + "paired_cosine_distances", normal(4, 3), normal(4, 3)),
    case("lmfit.lineshapes:pearson4", T, 1.3, 0.9, 0.4, 1.2, 0.3),
    case("filterpy.common:inv_diagonal", np.diag(positive(3))),
    case("filterpy.common:outer_product_sum", normal(4, 3)),
    case("filterpy.common.kinematic:kinematic_state_transition", 2, 0.3),
    case("filterpy.stats:covariance_ellipse", definite(2)),
    case("filterpy.kalman:unscented_transform", normal(5, 2), np.array([0.2] * 5), np.array([0.2] * 5), definite(2)),
    case("quantecon:hamilton_filter", normal(12), 2, 2),
    case("quantecon:m_quadratic_sum", 0.3 * normal(2, 2), definite(2)),
    case("quantecon:lorenz_curve", positive(5)),
    case("quantecon:gini_coefficient", positive(5)),
    case("skimage.color:rgb2yiq", between(0.1, 0.9, 2, 2, 3)),
    case("skimage.color:rgb2hed", between(0.1, 0.9, 2, 2, 3)),
    case("skimage.color:luv2rgb", np.array([[50.0, 20.0, -30.0]])),
    case("skimage.filters:sobel", normal(6, 6)),
    case("skimage.filters:gaussian", normal(6, 6)),
    case("skimage.metrics:structural_similarity", between(0.1, 0.9, 8, 8), between(0.1, 0.9, 8, 8), data_range=1.0, win_size=3),
    case("skimage.measure:moments_central", positive(4, 4)),
    case("skimage.measure:moments_hu", positive(4, 4)),
    case("skimage.exposure:adjust_log", between(0.1, 0.9, 3, 3)),
    case("skimage.util:invert", between(0.1, 0.9, 3, 3)),
    case("colour.models:RGB_to_HSL", between(0.1, 0.9, 3)),
    case("colour.models:Luv_to_LCHuv", np.array([50.0, 20.0, -30.0])),
    case("colour.models:XYZ_to_IPT", between(0.1, 0.9, 3)),
    case("colour.models:XYZ_to_ICtCp", between(0.1, 0.9, 3)),
    case("colour.temperature:CCT_to_xy_CIE_D", 6500.0),
    case("colour.temperature:xy_to_CCT_McCamy1992", np.array([0.31, 0.33])),
    case("colour.algebra:cartesian_to_spherical", normal(3)),
    case("colour.algebra:polar_to_cartesian", positive(2)),
    case("colour.algebra:kernel_lanczos", normal(5)),
]
