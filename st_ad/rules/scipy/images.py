"""scipy.ndimage: smoothing by symmetric kernels, whose matrices are symmetric where the edges are reflected, wrapped or zero."""

from __future__ import annotations

from ..notation import Unknown, linear, refuse

_MODES = "mode in ('reflect', 'grid-mirror', 'wrap', 'grid-wrap', 'constant', 'grid-constant')"
_WIDTH = Unknown("the derivative by the width is not known: make it a constant")
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
    refuse(_call, "derivatives of Gaussians, or edges by mode='nearest' or 'mirror': write mode='reflect', 'wrap' or 'constant'")
for _call, _args in (
    ("ndimage.uniform_filter(x, size=3, output=None, mode='reflect', cval=0.0, origin=0)", "size, mode=mode"),
    ("ndimage.uniform_filter1d(x, size, axis=-1, output=None, mode='reflect', cval=0.0, origin=0)", "size, axis=axis, mode=mode"),
):
    _name = _call.partition("(")[0]
    _others = (None,) * _call.count(",")
    linear(_call, f"{_name}(y_bar, {_args})", *_others, forward=f"{_name}(x_dot, {_args})",
           when=f"isinstance(size, int) and size % 2 == 1 and origin == 0 and {_MODES} and output is None")  # fmt: skip
    refuse(_call, "even sizes, or edges by mode='nearest' or 'mirror': write an odd size, mode='reflect', 'wrap' or 'constant'")
for _name in ("convolve", "correlate", "convolve1d", "correlate1d", "sobel", "prewitt", "laplace", "gaussian_laplace",
              "gaussian_gradient_magnitude", "median_filter", "maximum_filter", "minimum_filter", "rotate", "shift", "zoom",
              "affine_transform", "map_coordinates", "spline_filter"):  # fmt: skip
    refuse(f"ndimage.{_name}", "pad the array with np.pad, and write scipy.signal.convolve")
