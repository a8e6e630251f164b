"""Distances and interpolation: the value is SciPy's, the gradients are those of differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import stats
from scipy.interpolate import CubicSpline, PchipInterpolator, RegularGridInterpolator, interp1d, make_interp_spline
from scipy.spatial import distance
from scipy.spatial.distance import cdist, pdist
from scipy.stats import gaussian_kde

import st_ad
from st_ad import grad, jvp, value_and_grad
from st_ad.errors import StAdError

X = np.array([0.0, 0.5, 1.2, 2.0, 2.7, 3.1])
KNOTS = (X, np.sin(X), np.array([0.2, 0.7, 1.9, 2.9]))
ROWS = (np.random.default_rng(0).normal(size=(4, 3)), np.random.default_rng(1).normal(size=(2, 3)))


def linear(x, y, q):
    return np.sum(interp1d(x, y)(q) ** 2)


def linear_beyond(x, y, q):
    f = interp1d(x, y, fill_value="extrapolate")
    return np.sum(f(q + 1.5) ** 2) + f(-0.5)


def linear_filled(x, y, q):
    f = interp1d(x, y, bounds_error=False, fill_value=(1.0, 2.0))
    return np.sum(f(q - 0.5) ** 2)


def steps(x, y, q):
    return np.sum(interp1d(x, y, kind="previous")(q) ** 2)


def cubic(x, y, q):
    f = interp1d(x, y, kind="cubic", fill_value="extrapolate")
    return np.sum(f(q) ** 2) + f(3.5)


def spline(x, y, q):
    f = CubicSpline(x, y)
    return np.sum(f(q) ** 2) + f(4.0)


def natural_spline(x, y, q):
    f = CubicSpline(x, y, bc_type="natural")
    return np.sum(f(q) * f(q, 1) + f(q, 2))


def clamped_spline(x, y, q):
    return np.sum(CubicSpline(x, y, bc_type="clamped")(q) ** 2)


def spline_of_rows(x, y, q):
    values = np.stack([y, x * y, y * y], axis=1)
    natural = CubicSpline(x, values, bc_type="natural")
    return np.sum(CubicSpline(x, values)(q) * CubicSpline(x, values, bc_type="clamped")(q, 1)) + np.sum(natural(0.7) ** 2)


def interpolating_spline(x, y, q):
    return np.sum(make_interp_spline(x, y)(q) ** 2) + np.sum(make_interp_spline(x, y, k=1)(q))


def grid(x, y, q):
    f = RegularGridInterpolator((x, x[:4]), np.outer(y, y[:4]))
    inside = f((q, 0.5 * q)) + f(np.stack([q, 0.3 * q], axis=1)) ** 2
    beyond = RegularGridInterpolator((x,), y, bounds_error=False, fill_value=None)
    return np.sum(inside) + np.sum(beyond(np.reshape(q + 1.05, (-1, 1))))


def density(x, y, q):
    sample = np.stack([y, x * y])
    return np.sum(gaussian_kde(y)(q)) + np.sum(gaussian_kde(sample, "silverman")(np.stack([q, q]))) + gaussian_kde(y, bw_method=0.5)(0.3)[0]


def distances(a, b):
    return np.sum(np.sin(cdist(a, b))) + np.sum(np.sin(pdist(a)))


def more_distances(a, b):
    first = np.sum(np.sin(cdist(a, b, "cityblock"))) + np.sum(np.sin(pdist(a, "sqeuclidean")))
    return first + np.sum(np.sin(cdist(a, b, metric="chebyshev"))) + np.sum(np.sin(pdist(a, metric="cosine")))


def other_distances(a, b):
    return np.sum(np.sin(cdist(a, b, "minkowski", p=3))) + np.sum(pdist(a, "correlation")) + np.sum(cdist(a, b, "canberra") ** 2)


def distances_of_vectors(a, b):
    u, v = a[0], b[0]
    first = distance.euclidean(u, v) * distance.cosine(a[1], b[1]) + distance.cityblock(a[0], b[1]) ** 2
    return first + distance.minkowski(a[0], b[1], 3) + distance.sqeuclidean(u, v) + distance.chebyshev(u, v)


def distances_to_itself(a, b):
    return np.sum(cdist(a, a)) + np.sum(b)


def constant_metric(a, b):
    return np.sum(a) * np.sum(cdist(np.eye(3), np.ones((2, 3)), "braycurtis")) + np.sum(b)


PROGRAMS = [
    *((f, KNOTS) for f in (linear, linear_beyond, linear_filled, steps, cubic, spline, natural_spline, spline_of_rows, clamped_spline,
                           interpolating_spline, grid, density)),
    *((f, ROWS) for f in (distances, more_distances, other_distances, distances_of_vectors, distances_to_itself, constant_metric)),
]  # fmt: skip


@pytest.mark.parametrize("f, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_gradients(f, args):
    names = tuple(range(len(args)))
    value, bars = value_and_grad(f, argnums=names)(*args)
    np.testing.assert_allclose(value, f(*args), rtol=1e-13)
    rng = np.random.default_rng(5)
    for _ in range(3):
        tangents = tuple(rng.normal(size=np.shape(a)) for a in args)
        high = f(*[a + 1e-6 * t for a, t in zip(args, tangents)])
        expected = (high - f(*[a - 1e-6 * t for a, t in zip(args, tangents)])) / 2e-6
        np.testing.assert_allclose(sum(np.sum(b * t) for b, t in zip(bars, tangents)), expected, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(jvp(f, args, tangents)[1], expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("f, args", PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_second_order(f, args):
    if f is distances_to_itself:
        pytest.skip("a distance of 0 has no second derivative")
    names = tuple(range(len(args)))
    gradient = grad(f, argnums=names)
    tangents = tuple(np.random.default_rng(6).normal(size=np.shape(a)) for a in args)
    high = gradient(*[a + 1e-6 * t for a, t in zip(args, tangents)])
    low = gradient(*[a - 1e-6 * t for a, t in zip(args, tangents)])
    _, dots = jvp(gradient, args, tangents)
    for dot, h, w in zip(dots, high, low):
        np.testing.assert_allclose(dot, (h - w) / 2e-6, rtol=1e-5, atol=1e-5)


def test_outside_of_the_range_raises_as_scipy_does():
    with pytest.raises(ValueError):
        grad(linear, argnums=2)(X, np.sin(X), np.array([4.0]))


def unknown_metric(a, b):
    return np.sum(cdist(a, b, "braycurtis"))


def unknown_spline(a, b):
    return np.sum(PchipInterpolator(X, np.sin(X) * a[0, 0])(b))


@pytest.mark.parametrize("f", [unknown_metric, unknown_spline])
def test_refused(f):
    with pytest.raises(StAdError):
        grad(f)(*ROWS)


def test_an_axis_by_position_is_known():
    x = np.array([[1.0, 2.0], [3.0, 5.0]])
    for axis in (0, 1):
        st_ad.check_grads(lambda x, axis=axis: np.sum(stats.sem(x, axis)), (x,))
        _, pullback = st_ad.vjp(stats.hmean, x, axis)
        assert pullback(np.ones(2))[0] == pytest.approx((stats.hmean(x, axis, keepdims=True) / x) ** 2 / 2)


def test_weighted_distances():
    u, v, w = np.array([1.0, 2.0, 4.0]), np.array([2.5, 1.0, 1.0]), np.array([0.5, 2.0, 1.5])
    st_ad.check_grads(lambda u, v, w: distance.euclidean(u, v, w=w), (u, v, w))
    for p in (1, 2, 3, np.inf):
        st_ad.check_grads(lambda u, v, p=p: distance.minkowski(u, v, p, w), (u, v))
    assert st_ad.value_and_grad(lambda w: distance.minkowski(u, v, 3, w))(w)[0] == pytest.approx(distance.minkowski(u, v, 3, w))
