"""scipy.ndimage: smoothing by symmetric kernels, whose matrices are symmetric where the edges are reflected, wrapped or zero.

With other edges, orders and sizes it is a correlation along each axis.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..notation import Unknown, definition, linear, refuse

_MODES = "mode in ('reflect', 'grid-mirror', 'wrap', 'grid-wrap', 'constant', 'grid-constant')"
_WIDTH = Unknown("give example arguments, so that the width is known to be a number")


def gaussian_taps(sigma, order, truncate):
    """The weights of a Gaussian, or of one of its derivatives, turned round as a convolution takes them."""
    radius = int(truncate * sigma + 0.5)
    place = np.arange(radius, -radius - 1, -1)
    weight = np.exp(-0.5 * place * place / (sigma * sigma))
    weight = weight / np.sum(weight)
    if order == 1:
        return -weight * place / sigma**2
    if order == 2:
        return weight * (place**2 / sigma**4 - 1.0 / sigma**2)
    return weight * (3.0 * place / sigma**4 - place**3 / sigma**6) if order == 3 else weight


_CLOSED = "output is None and {} and (ndim(sigma) == 0 or literal(sigma))"
_ORDERS = "order in (0, 1, 2, 3) and isinstance(mode, str)"


@definition("ndimage.gaussian_filter1d(x, sigma, axis=-1, order=0, output=None, mode='reflect', cval=0.0, truncate=4.0)",
            when=f"(not literal(sigma) or not (order == 0 and {_MODES})) and {_CLOSED.format(_ORDERS)}")  # fmt: skip
def gaussian_filter1d(x, sigma, axis, order, output, mode, cval, truncate):
    """Correlated with the weights."""
    return ndimage.correlate1d(x, gaussian_taps(sigma, order, truncate), axis, None, mode, cval)


@definition("ndimage.gaussian_filter(x, sigma, order=0, output=None, mode='reflect', cval=0.0, truncate=4.0)",
            when=f"(not literal(sigma) or not (order == 0 and {_MODES})) and {_CLOSED.format(_ORDERS)} and ndim(x) is not None")  # fmt: skip
def gaussian_filter(x, sigma, order, output, mode, cval, truncate):
    """One axis after the other."""
    for axis in range(np.ndim(x)):
        width = sigma[axis] if isinstance(sigma, (list, tuple)) else sigma
        x = ndimage.correlate1d(x, gaussian_taps(width, order, truncate), axis, None, mode, cval)
    return x


_EVEN = f"isinstance(size, int) and output is None and isinstance(mode, str) and not (size % 2 == 1 and origin == 0 and {_MODES})"


@definition("ndimage.uniform_filter1d(x, size, axis=-1, output=None, mode='reflect', cval=0.0, origin=0)", when=_EVEN)
def uniform_filter1d(x, size, axis, output, mode, cval, origin):
    """Equal weights."""
    return ndimage.correlate1d(x, np.full(size, 1.0 / size), axis, None, mode, cval, origin)


@definition("ndimage.uniform_filter(x, size=3, output=None, mode='reflect', cval=0.0, origin=0)", when=f"{_EVEN} and ndim(x) is not None")
def uniform_filter(x, size, output, mode, cval, origin):
    """One axis after the other."""
    for axis in range(np.ndim(x)):
        x = ndimage.correlate1d(x, np.full(size, 1.0 / size), axis, None, mode, cval, origin)
    return x


for _call, _args in (
    ("ndimage.gaussian_filter(x, sigma, order=0, output=None, mode='reflect', cval=0.0, truncate=4.0)",
     "sigma, mode=mode, truncate=truncate"),
    ("ndimage.gaussian_filter1d(x, sigma, axis=-1, order=0, output=None, mode='reflect', cval=0.0, truncate=4.0)",
     "sigma, axis=axis, mode=mode, truncate=truncate"),
):  # fmt: skip
    _name = _call.partition("(")[0]
    _others = (None,) * (_call.count(",") - 1)
    linear(_call, f"{_name}(y_bar, {_args})", _WIDTH, *_others, when=f"order == 0 and {_MODES} and output is None",
           forward=f"{_name}(x_dot, {_args})")  # fmt: skip
    refuse(_call, "the width, order and mode must be known when transformed, and the same for all axes")
for _call, _args in (
    ("ndimage.uniform_filter(x, size=3, output=None, mode='reflect', cval=0.0, origin=0)", "size, mode=mode"),
    ("ndimage.uniform_filter1d(x, size, axis=-1, output=None, mode='reflect', cval=0.0, origin=0)", "size, axis=axis, mode=mode"),
):
    _name = _call.partition("(")[0]
    _others = (None,) * _call.count(",")
    linear(_call, f"{_name}(y_bar, {_args})", *_others, forward=f"{_name}(x_dot, {_args})",
           when=f"isinstance(size, int) and size % 2 == 1 and origin == 0 and {_MODES} and output is None")  # fmt: skip
    refuse(_call, "the size and mode must be known when transformed, and the same for all axes")
for _name in ("rotate", "shift", "zoom", "affine_transform", "spline_filter", "spline_filter1d", "geometric_transform",
              "generic_filter", "generic_filter1d", "distance_transform_edt"):  # fmt: skip
    refuse(f"ndimage.{_name}", "write it with scipy.ndimage.map_coordinates of order 1, or scipy.ndimage.correlate")
