"""The standard library and NumPy's own Python code."""

from __future__ import annotations

from .case import Case, between, case, driven, normal, positive


def normal_density(x: float, mu: float, sigma: float) -> float:
    from statistics import NormalDist

    return NormalDist(mu, sigma).pdf(x)


CASES: list[Case] = [
    *(case(f"colorsys:{name}", 0.31, 0.62, 0.45) for name in (
        "rgb_to_yiq", "yiq_to_rgb", "rgb_to_hls", "hls_to_rgb", "rgb_to_hsv", "hsv_to_rgb")),
    case("statistics:fmean", [1.5, 2.5, 0.5]),
    case("statistics:harmonic_mean", [1.5, 2.5, 0.5]),
    case("statistics:geometric_mean", [1.5, 2.5, 0.5]),
    case("statistics:correlation", [1.5, 2.5, 0.5], [0.3, 0.7, -1.0]),
    driven("statistics", normal_density, 0.3, 0.1, 1.5),
    case("numpy.polynomial.polynomial:polyval", positive(3), normal(4)),
    case("numpy.polynomial.polynomial:polyval2d", positive(3), positive(3), normal(4, 3)),
    case("numpy.polynomial.polynomial:polyder", normal(5)),
    case("numpy.polynomial.polynomial:polyint", normal(5)),
    case("numpy.polynomial.polynomial:polyfromroots", normal(4)),
    case("numpy.polynomial.polynomial:polymul", normal(4), normal(3)),
    case("numpy.polynomial.polynomial:polyvander", normal(4), 3),
    case("numpy.polynomial.chebyshev:chebval", between(-1, 1, 4), normal(5)),
    case("numpy.polynomial.chebyshev:chebder", normal(5)),
    case("numpy.polynomial.chebyshev:chebvander", between(-1, 1, 4), 4),
    case("numpy.polynomial.chebyshev:cheb2poly", normal(4)),
    case("numpy.polynomial.legendre:legval", between(-1, 1, 4), normal(5)),
    case("numpy.polynomial.legendre:legint", normal(5)),
    case("numpy.polynomial.hermite:hermval", between(-1, 1, 4), normal(5)),
    case("numpy.polynomial.hermite_e:hermeval", between(-1, 1, 4), normal(5)),
    case("numpy.polynomial.laguerre:lagval", between(-1, 1, 4), normal(5)),
    case("numpy:polyval", normal(4), normal(3)),
    case("numpy:cov", normal(3, 6)),
    case("numpy:corrcoef", normal(3, 6)),
    case("numpy:gradient", normal(6)),
    case("numpy:sinc", normal(4)),
    case("numpy:unwrap", normal(5) * 4),
    case("numpy:kron", normal(2, 2), normal(3, 2)),
    case("numpy:nan_to_num", normal(4)),
]
