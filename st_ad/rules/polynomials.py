"""Polynomials given by their coefficients."""

import numpy as np

from ..runtime import stop_gradient
from .notation import definition, elementwise, linear, refuse, rule

linear("np.polyadd(a, b)", "y_bar[len(y) - len(a):]", "y_bar[len(y) - len(b):]", when="ndim(a) == 1 and ndim(b) == 1")
linear("np.polysub(a, b)", "y_bar[len(y) - len(a):]", "-y_bar[len(y) - len(b):]", when="ndim(a) == 1 and ndim(b) == 1")
for _name in ("polyadd", "polysub"):
    refuse(f"np.{_name}(a, b)", "the coefficients must be vectors, of known rank")


@rule("np.polymul(a, b)", when="ndim(a) == 1 and ndim(b) == 1")
def polymul(a, b, y, y_bar):
    """The convolution, without leading zeros."""
    whole = np.pad(y_bar, (len(a) + len(b) - 1 - len(y), 0))
    return np.correlate(whole, b, "valid"), np.correlate(whole, a, "valid")


refuse("np.polymul(a, b)", "the coefficients must be vectors, of known rank")


@definition("np.polydiv(u, v)", when="ndim(u) == 1 and ndim(v) == 1")
def polydiv(u, v):
    """Long division; the remainder is what the quotient leaves, of the length that NumPy gives it."""
    length = max(len(u) - len(v) + 1, 1)
    rest = u + 0.0 * v[0]
    quotient = np.zeros_like(rest[:length])
    for k in range(len(u) - len(v) + 1):
        scale = rest[k] / v[0]
        quotient[k] = scale
        rest[k : k + len(v)] = rest[k : k + len(v)] - scale * v
    width = len(np.polydiv(stop_gradient(u), stop_gradient(v))[1])
    return quotient, rest[len(u) - width :]


refuse("np.polydiv(u, v)", "the coefficients must be vectors, of known rank")


@definition("np.polyder(p, m=1)", when="isinstance(m, int)")
def polyder(p, m):
    """The coefficients times the exponents."""
    c = np.asarray(p)
    for _ in list(range(m)):
        c = c[:-1] * np.arange(len(c) - 1, 0, -1)
    return c


@definition("np.polyint(p, m=1, k=None)", when="isinstance(m, int)")
def polyint(p, m, k):
    """The coefficients over the new exponents, and the constants of integration."""
    c = np.asarray(p)
    for i in list(range(m)):
        if k is None:
            last = 0.0
        elif isinstance(k, (list, tuple)):
            last = k[0] if len(k) == 1 else k[i]
        else:
            last = k if np.ndim(k) == 0 else k[i]
        c = np.append(c / np.arange(len(c), 0, -1), last)
    return c


for _call in ("np.polyder(p, m=1)", "np.polyint(p, m=1, k=None)"):
    refuse(_call, "the order must be known when transformed")


@definition("np.vander(x, N=None, increasing=False)")
def vander(x, N, increasing):
    """The powers of x, one column each."""
    count = len(x) if N is None else N
    powers = np.arange(count) if increasing else np.arange(count - 1, -1, -1)
    return np.expand_dims(x, -1) ** powers


_FIT = "np.polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False)"


@definition(_FIT, when="full is False and cov is False")
def polyfit(x, y, deg, rcond, full, w, cov):
    """Least squares with the columns of the Vandermonde matrix scaled to unit length."""
    columns, values = np.vander(x, deg + 1), y
    if w is not None:
        columns = np.expand_dims(w, -1) * columns
        values = w * y if np.ndim(y) == 1 else np.expand_dims(w, -1) * y
    scale = np.sqrt(np.sum(columns * columns, axis=0))
    c = np.linalg.lstsq(columns / scale, values, rcond=None)[0]
    return (c.T / scale).T


refuse(_FIT, "np.polyfit with full or cov: take the coefficients alone")


@definition("np.poly(x)", when="ndim(x) == 1")
def poly(x):
    """The product of the linear factors."""
    c = np.zeros(len(x) + 1, x.dtype)
    c[0] = 1.0
    for k in range(len(x)):
        c[1:] = c[1:] - x[k] * c[:-1]
    return c


@definition("np.poly(x)", when="ndim(x) == 2 and is_real(x)")
def poly_of_matrix(x):
    """The characteristic polynomial."""
    return np.real(np.poly(np.linalg.eigvals(x)))


refuse("np.poly(x)", "the roots must be a vector: of a complex matrix, write np.linalg.eigvals first")


@definition("np.polynomial.polynomial.polyval(x, c, tensor=True)", when="ndim(c) == 1")
def power_series(x, c, tensor):
    """Horner's scheme."""
    return np.polyval(c[::-1], x)


refuse("np.polynomial.polynomial.polyval(x, c, tensor=True)", "the coefficients must be a vector, of known rank")
elementwise("np.i0(x)", "bessel_i(x, 1)")
elementwise("bessel_i(x, order)", "0.5 * (bessel_i(x, order - 1) + bessel_i(x, order + 1))")


@rule("np.roots(p)")
def roots(p, y, y_bar):
    """Each root by the implicit function; a multiple root has no derivative."""
    bar = -(y_bar / np.polyval(np.polyder(p), y)) @ np.vander(y, len(p))
    return bar if np.iscomplexobj(p) else np.real(bar)
