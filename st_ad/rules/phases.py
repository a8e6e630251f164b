"""Complex numbers: their parts, sizes and phases, and the cmath module.

A function that is not holomorphic has the adjoint dL/dx - i dL/dy of its real and imaginary parts, as everything here.
Of operands of unknown dtype the derivative is that of complex ones, which is right for both. At 0 slopes are 0.
"""

from __future__ import annotations

import numpy as np

from .notation import constant, elementwise, linear, rule

elementwise("np.real(x)", "1.0", forward="np.real(x_dot)")
constant("np.imag(x)", when="is_real(x)")
elementwise("np.imag(x)", "-1.0j", forward="np.imag(x_dot)")
linear("np.conjugate(x)", "y_bar", when="is_real(x)")
linear("np.conjugate(x)", "np.conjugate(y_bar)")
elementwise("np.real_if_close(x, tol=100)", "1.0")

_ANGLE = "np.angle(x, deg=False)"
_TURN = "np.conjugate(1j * x) / (np.abs(x) ** 2 + (x == 0))"
_TURNED = "np.imag(np.conjugate(x) * x_dot) / (np.abs(x) ** 2 + (x == 0))"
constant(_ANGLE, when="is_real(x)")
elementwise(_ANGLE, _TURN, when="deg is False", forward=_TURNED)
elementwise(_ANGLE, f"(180.0 / np.pi) * {_TURN}", when="deg is True", forward=f"(180.0 / np.pi) * {_TURNED}")

# The sign of a complex number is its direction since NumPy 2; before it was that of the real part.
constant("np.sign(x)", when="is_real(x)")
if np.sign(1j) == 1j:
    _SIGN_BAR = "1j * np.conjugate(x) * (np.imag(y_bar * y) / (np.abs(x) ** 2 + (x == 0)))"
    linear("np.sign(x)", _SIGN_BAR, when="is_complex(x)", forward=f"1j * y * ({_TURNED})")
    linear("np.sign(x)", f"unbroadcast({_SIGN_BAR}, x)", forward=f"unbroadcast(1j * y * ({_TURNED}), x)")
else:
    constant("np.sign(x)")

# What becomes complex outside the domain of real numbers does so with the imaginary part +0.
elementwise("np.emath.sqrt(x)", "0.5 / y", singular=True)
elementwise("np.emath.log(x)", "1.0 / x", singular=True)
elementwise("np.emath.log2(x)", "1.0 / (np.log(2.0) * x)", singular=True)
elementwise("np.emath.log10(x)", "1.0 / (np.log(10.0) * x)", singular=True)
elementwise("np.emath.logn(n, x)", "-y / (n * np.emath.log(n))", "1.0 / (x * np.emath.log(n))", singular=True)
elementwise("np.emath.power(x, p)", "p * np.emath.power(x + (p == 0), p - 1)", "y * np.emath.log(x + (x == 0))")
elementwise("np.emath.arcsin(x)", "1.0 / np.sqrt(-((x + 0j) * (x + 0j) - 1.0))", singular=True)
elementwise("np.emath.arccos(x)", "-1.0 / np.sqrt(-((x + 0j) * (x + 0j) - 1.0))", singular=True)
elementwise("np.emath.arctanh(x)", "1.0 / (1.0 - x * x)", singular=True)

for _name, _slope in (
    ("exp", "y"), ("sqrt", "0.5 / y"), ("sin", "cmath.cos(x)"), ("cos", "-cmath.sin(x)"), ("tan", "1.0 + y * y"),
    ("sinh", "cmath.cosh(x)"), ("cosh", "cmath.sinh(x)"), ("tanh", "1.0 - y * y"), ("log10", "1.0 / (cmath.log(10.0) * x)"),
    ("asin", "1.0 / cmath.sqrt(-(x * x - 1.0))"), ("acos", "-1.0 / cmath.sqrt(-(x * x - 1.0))"),
    ("atan", "1.0 / (1.0 + x * x)"), ("asinh", "1.0 / cmath.sqrt(x * x + 1.0)"),
    ("acosh", "1.0 / (cmath.sqrt(x - 1.0) * cmath.sqrt(x + 1.0))"), ("atanh", "1.0 / (1.0 - x * x)"),
):  # fmt: skip
    elementwise(f"cmath.{_name}(x)", _slope)
elementwise("cmath.log(x, base=None)", "1.0 / x", when="base is None")
elementwise("cmath.log(x, base=None)", "1.0 / (x * cmath.log(base))", "-y / (base * cmath.log(base))")
elementwise("cmath.rect(r, phi)", "cmath.exp(1j * phi)", "1j * y")
constant("cmath.isclose", "cmath.isfinite", "cmath.isinf", "cmath.isnan")


@rule("cmath.phase(x)")
def phase(x, y, y_bar):
    """How a number turns."""
    size = abs(x)
    return y_bar * -1j * complex(x).conjugate() / size**2 if size else 0.0 * y_bar


@rule("cmath.polar(x)")
def polar(x, y, y_bar):
    """How a number grows, and how it turns."""
    size_bar, phase_bar = y_bar
    size_bar = 0.0 if size_bar is None else size_bar
    phase_bar = 0.0 if phase_bar is None else phase_bar
    size = y[0]
    along = complex(x).conjugate() / size if size else 0j
    return along * (size_bar - 1j * phase_bar / size if size else 0j)

