"""NumPy's elementwise functions.

Kinks: maximum and minimum share ties, one half each; abs, hypot and arctan2 have the slope 0 at 0; clip passes
on the closed interval.
"""

import numpy as np

from ..runtime import unbroadcast
from .notation import constant, elementwise, linear, rule

elementwise("np.add(a, b)", "1.0", "1.0")
elementwise("np.subtract(a, b)", "1.0", "-1.0")
elementwise("np.multiply(a, b)", "b", "a")
elementwise("np.divide(a, b)", "1.0 / b", "-y / b", singular=True)
elementwise("np.negative(x)", "-1.0")
elementwise("np.positive(x)", "1.0")
elementwise("np.square(x)", "2.0 * x")
elementwise("np.reciprocal(x)", "-y * y", singular=True)
elementwise("np.sqrt(x)", "0.5 / y", singular=True)
elementwise("np.cbrt(x)", "1.0 / (3.0 * y * y)", singular=True)

elementwise("np.exp(x)", "y")
elementwise("np.exp2(x)", "np.log(2.0) * y")
elementwise("np.expm1(x)", "y + 1.0")
elementwise("np.log(x)", "1.0 / x", singular=True)
elementwise("np.log2(x)", "1.0 / (np.log(2.0) * x)", singular=True)
elementwise("np.log10(x)", "1.0 / (np.log(10.0) * x)", singular=True)
elementwise("np.log1p(x)", "1.0 / (1.0 + x)", singular=True)
# Two infinities of one sign: their weight is 0 rather than nan, as dynamic programs in log space need it.
elementwise(
    "np.logaddexp(a, b)",
    "np.exp(a - np.where(np.isfinite(y), y, 0.0))",
    "np.exp(b - np.where(np.isfinite(y), y, 0.0))",
)
elementwise(
    "np.logaddexp2(a, b)",
    "np.exp2(a - np.where(np.isfinite(y), y, 0.0))",
    "np.exp2(b - np.where(np.isfinite(y), y, 0.0))",
)

elementwise("np.sin(x)", "np.cos(x)")
elementwise("np.cos(x)", "-np.sin(x)")
elementwise("np.tan(x)", "1.0 + y * y")
elementwise("np.arcsin(x)", "1.0 / np.sqrt(1.0 - x * x)", singular=True, when="is_real(x)")
elementwise("np.arccos(x)", "-1.0 / np.sqrt(1.0 - x * x)", singular=True, when="is_real(x)")
# Written so that what lies on a branch cut stays on its side of it.
elementwise("np.arcsin(x)", "1.0 / np.sqrt(-(x * x - 1.0))", singular=True)
elementwise("np.arccos(x)", "-1.0 / np.sqrt(-(x * x - 1.0))", singular=True)
elementwise("np.arctan(x)", "1.0 / (1.0 + x * x)")
elementwise("np.sinh(x)", "np.cosh(x)")
elementwise("np.cosh(x)", "np.sinh(x)")
elementwise("np.tanh(x)", "1.0 - y * y")
elementwise("np.arcsinh(x)", "1.0 / np.sqrt(x * x + 1.0)")
elementwise("np.arccosh(x)", "1.0 / np.sqrt(x * x - 1.0)", singular=True, when="is_real(x)")
elementwise("np.arccosh(x)", "1.0 / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0))", singular=True)
elementwise("np.arctanh(x)", "1.0 / (1.0 - x * x)", singular=True)
elementwise("np.sinc(x)", "sinc_derivative(x, 1)")
for _name in ("deg2rad", "radians"):
    elementwise(f"np.{_name}(x)", "np.pi / 180.0")
for _name in ("rad2deg", "degrees"):
    elementwise(f"np.{_name}(x)", "180.0 / np.pi")

# `y + (y == 0)` is y with 1 in place of 0: what is divided by it is 0 there.
elementwise("np.hypot(a, b)", "a / (y + (y == 0))", "b / (y + (y == 0))")
elementwise(
    "np.arctan2(a, b)",
    "b / (a * a + b * b + ((a == 0) & (b == 0)))",
    "-a / (a * a + b * b + ((a == 0) & (b == 0)))",
)
for _name in ("absolute", "fabs"):
    elementwise(f"np.{_name}(x)", "np.sign(x)", when="is_real(x)")
    elementwise(f"np.{_name}(x)", "np.conjugate(x) / (y + (y == 0))",
                forward="np.real(np.conjugate(x) * x_dot) / (y + (y == 0))")  # fmt: skip

# Ties are shared; against a number the mask is `heaviside`, which keeps the dtype.
elementwise("np.maximum(a, b)", "np.heaviside(a, 0.5)", None, when="literal(b) and b == 0")
elementwise("np.maximum(a, b)", None, "np.heaviside(b, 0.5)", when="literal(a) and a == 0")
elementwise("np.maximum(a, b)", "np.where(a == b, 0.5, a > b)", "np.where(a == b, 0.5, b > a)")
elementwise("np.minimum(a, b)", "np.where(a == b, 0.5, a < b)", "np.where(a == b, 0.5, b < a)")
elementwise(
    "np.fmax(a, b)",
    "np.where(a == b, 0.5, (a > b) | np.isnan(b))",
    "np.where(a == b, 0.5, (b > a) | np.isnan(a))",
)
elementwise(
    "np.fmin(a, b)",
    "np.where(a == b, 0.5, (a < b) | np.isnan(b))",
    "np.where(a == b, 0.5, (b < a) | np.isnan(a))",
)
_CLIP = "np.clip(x, a_min=None, a_max=None)"
elementwise(_CLIP, "1.0", when="a_min is None and a_max is None")
elementwise(_CLIP, "x <= a_max", None, "x > a_max", when="a_min is None")
elementwise(_CLIP, "x >= a_min", "x < a_min", when="a_max is None")
elementwise(
    _CLIP,
    "(x >= a_min) & (x <= a_max)",
    "(x < a_min) & (a_min <= a_max)",
    "(x > a_max) | (a_min > a_max)",
)
linear("np.where(condition, a=..., b=...)", None, "np.where(condition, y_bar, 0.0)", "np.where(condition, 0.0, y_bar)",
       when="is_given(a)", broadcast=True)  # fmt: skip
constant("np.where(condition, a=..., b=...)")

elementwise("np.copysign(a, b)", "np.copysign(1.0, b) * np.sign(a)", "0.0")
elementwise("np.heaviside(a, b)", "0.0", "a == 0")
elementwise("np.remainder(a, b)", "1.0", "-np.floor(a / b)")
elementwise("np.fmod(a, b)", "1.0", "-np.trunc(a / b)")
elementwise("np.ldexp(a, b)", "np.ldexp(1.0, b)", None)
elementwise("np.nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None)", "np.isfinite(x)",
            forward="np.where(np.isfinite(x), x_dot, 0.0)")  # fmt: skip
elementwise("np.unwrap(x, discont=None, axis=-1, period=6.283185307179586)", "1.0")
elementwise("np.nextafter(a, b)", "1.0", None)



@rule("np.divmod(a, b)")
def divmod_(a, b, y, y_bar):
    """The quotient is piecewise constant; the remainder is a - quotient * b."""
    g = y_bar[1]
    return unbroadcast(g + 0.0, a), unbroadcast(-y[0] * g, b)


@rule("np.modf(x)")
def modf(x, y, y_bar):
    """The integral part is piecewise constant."""
    return y_bar[0]


@rule("np.frexp(x)")
def frexp(x, y, y_bar):
    """The exponent is piecewise constant; the mantissa is x scaled by a power of two."""
    return np.ldexp(y_bar[0], -y[1])
