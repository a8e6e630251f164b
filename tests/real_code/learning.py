"""Losses, metrics, kernels, mixtures, transport and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, between, case, definite, driven, normal, positive, probabilities

_M = "sklearn.metrics:"
_PAIR = "sklearn.metrics.pairwise:"
LABELS = np.array([0, 1, 1, 0, 1, 0])
ONE_HOT = np.eye(3)[[0, 2, 1, 1]]


def gaussian_process_kernel(X: Any) -> Any:
    from sklearn.gaussian_process.kernels import DotProduct

    return DotProduct(0.7)(X)


def softmax_regression_cost(z: Any) -> Any:
    from mlxtend.classifier import SoftmaxRegression

    model = SoftmaxRegression()
    return model._cross_entropy(output=model._softmax_activation(z), y_target=ONE_HOT)


CASES: list[Case] = [
    case(_M + "mean_squared_error", normal(6), normal(6)),
    case(_M + "root_mean_squared_error", normal(6), normal(6)),
    case(_M + "mean_absolute_error", normal(6), normal(6)),
    case(_M + "mean_absolute_percentage_error", positive(6), normal(6)),
    case(_M + "mean_squared_log_error", positive(6), positive(6)),
    case(_M + "median_absolute_error", normal(5), normal(5)),
    case(_M + "max_error", normal(6), normal(6)),
    case(_M + "r2_score", normal(6), normal(6)),
    case(_M + "explained_variance_score", normal(6), normal(6)),
    case(_M + "mean_pinball_loss", normal(6), normal(6), alpha=0.3),
    case(_M + "mean_poisson_deviance", positive(6), positive(6)),
    case(_M + "mean_gamma_deviance", positive(6), positive(6)),
    case(_M + "mean_tweedie_deviance", positive(6), positive(6), power=1.5),
    case(_M + "log_loss", LABELS, between(0.1, 0.9, 6)),
    case(_M + "brier_score_loss", LABELS, between(0.1, 0.9, 6)),
    case(_M + "hinge_loss", LABELS, normal(6)),
    case(_PAIR + "linear_kernel", normal(4, 3), normal(5, 3)),
    case(_PAIR + "polynomial_kernel", normal(4, 3), normal(5, 3), degree=3),
    case(_PAIR + "sigmoid_kernel", normal(4, 3), normal(5, 3)),
    case(_PAIR + "rbf_kernel", normal(4, 3), normal(5, 3), gamma=0.5),
    case(_PAIR + "cosine_similarity", normal(4, 3), normal(5, 3)),
    case(_PAIR + "euclidean_distances", normal(4, 3), normal(5, 3)),
    case(_PAIR + "haversine_distances", normal(4, 2), normal(5, 2)),
    case(_PAIR + "paired_euclidean_distances", normal(4, 3), normal(4, 3)),
    case("sklearn.utils.extmath:softmax", normal(4, 3)),
    case("sklearn.utils.extmath:row_norms", normal(4, 3)),
    case("sklearn.utils.extmath:squared_norm", normal(4)),
    case("sklearn.utils.extmath:safe_sparse_dot", normal(4, 3), normal(3, 2)),
    case("sklearn.utils.extmath:stable_cumsum", normal(5)),
    case("sklearn.neural_network._base:squared_loss", normal(4, 2), normal(4, 2)),
    case("sklearn.neural_network._base:log_loss", ONE_HOT, probabilities(4, 3)),
    case("sklearn.neural_network._base:binary_log_loss", LABELS[:, None], between(0.1, 0.9, 6, 1)),
    case("sklearn.neural_network._base:inplace_tanh", normal(4, 3)),
    case("sklearn.neural_network._base:inplace_relu", normal(4, 3)),
    case("sklearn.neural_network._base:inplace_softmax", normal(4, 3)),
    case("sklearn.preprocessing:normalize", normal(4, 3)),
    case("sklearn.preprocessing:scale", normal(4, 3)),
    case("sklearn.preprocessing:minmax_scale", normal(4, 3)),
    case("sklearn.covariance:empirical_covariance", normal(6, 3)),
    case("sklearn.covariance:log_likelihood", definite(3), definite(3)),
    case("sklearn.covariance:shrunk_covariance", definite(3), 0.2),
    case("sklearn.decomposition._fastica:_logcosh", normal(3, 5), {}),
    case("sklearn.decomposition._fastica:_exp", normal(3, 5), {}),
    case("sklearn.decomposition._fastica:_cube", normal(3, 5), {}),
    case("sklearn.decomposition._nmf:_beta_divergence", positive(4, 3), positive(4, 2), positive(2, 3), 2),
    case("sklearn.decomposition._nmf:_beta_divergence", positive(4, 3), positive(4, 2), positive(2, 3), 1),
    case("sklearn.mixture._gaussian_mixture:_estimate_gaussian_covariances_full", positive(5, 2), normal(5, 3),
         positive(2), normal(2, 3), 1e-6),
    case("sklearn.mixture._gaussian_mixture:_estimate_gaussian_covariances_diag", positive(5, 2), normal(5, 3),
         positive(2), normal(2, 3), 1e-6),
    case("sklearn.mixture._gaussian_mixture:_estimate_log_gaussian_prob", normal(5, 3), normal(2, 3),
         np.stack([definite(3), definite(3)]), "full"),
    case("sklearn.linear_model._huber:_huber_loss_and_gradient", np.append(normal(4), 1.3), normal(6, 3), normal(6), 1.35,
         0.01, np.ones(6)),
    case("sklearn.gaussian_process.kernels:_check_length_scale", normal(5, 3), positive(3)),
    driven("sklearn", gaussian_process_kernel, normal(4, 3)),
    driven("mlxtend", softmax_regression_cost, normal(4, 3)),
    case("mlxtend.math:vectorspace_orthonormalization", normal(3, 3)),
    case("mlxtend.preprocessing:minmax_scaling", normal(4, 3), columns=[0, 2]),
    case("mlxtend.preprocessing:standardize", normal(4, 3)),
    case("hmmlearn.stats:log_multivariate_normal_density", normal(5, 3), normal(2, 3), positive(2, 3)),
    case("hmmlearn.stats:log_multivariate_normal_density", normal(5, 3), normal(2, 3), positive(2), "spherical"),
    case("hmmlearn.stats:log_multivariate_normal_density", normal(5, 3), normal(2, 3), definite(3), "tied"),
    case("hmmlearn.stats:log_multivariate_normal_density", normal(5, 3), normal(2, 3),
         np.stack([definite(3), definite(3)]), "full"),
    case("hmmlearn.utils:normalize", positive(3, 4), axis=1),
    case("hmmlearn.utils:log_normalize", normal(3, 4), axis=1),
    case("ot.utils:euclidean_distances", normal(4, 3), normal(5, 3)),
    case("ot.utils:dist", normal(4, 3), normal(5, 3)),
    case("ot.utils:kernel", normal(4, 3), normal(5, 3), sigma=0.7),
    case("ot.utils:proj_simplex", normal(5)),
    case("ot.bregman:sinkhorn", probabilities(4), probabilities(4), positive(4, 4), 0.5, numItermax=20),
    case("ot.bregman:sinkhorn_log", probabilities(4), probabilities(4), positive(4, 4), 0.5, numItermax=20),
    case("ot.gaussian:bures_wasserstein_distance", normal(3), normal(3), definite(3), definite(3)),
    case("ot:wasserstein_1d", normal(5), normal(5)),
    case("ot:sliced_wasserstein_distance", normal(5, 2), normal(5, 2), n_projections=5, seed=1),
    case("tensorly.base:unfold", normal(2, 3, 4), 1),
    case("tensorly.base:fold", normal(3, 8), 1, (2, 3, 4)),
    case("tensorly.tenalg.core_tenalg:mode_dot", normal(2, 3, 4), normal(5, 3), 1),
    case("tensorly.tenalg.core_tenalg:khatri_rao", [normal(3, 2), normal(4, 2)]),
    case("tensorly.tenalg.core_tenalg:kronecker", [normal(3, 2), normal(4, 2)]),
    case("tensorly.tenalg.core_tenalg:inner", normal(3, 2), normal(3, 2)),
    case("tensorly.tenalg.core_tenalg:outer", [normal(3), normal(4)]),
    case("tensorly.cp_tensor:cp_to_tensor", (positive(2), [normal(3, 2), normal(4, 2)])),
    case("tensorly.tucker_tensor:tucker_to_tensor", (normal(2, 2), [normal(3, 2), normal(4, 2)])),
    case("tensorly.tt_tensor:tt_to_tensor", [normal(1, 3, 2), normal(2, 4, 1)]),
    case("tensorly.metrics.regression:MSE", normal(5), normal(5)),
    case("tensorly.metrics.regression:correlation", normal(5), normal(5)),
]
