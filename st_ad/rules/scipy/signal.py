"""scipy.signal: convolution, correlation and linear filters."""

from __future__ import annotations

import numpy as np
from scipy import signal

from ...runtime import into_full, lagged_products
from ..norms import conjugated
from ..notation import Unknown, constant, definition, linear, refuse, rule

_MODES = "mode in ('full', 'same', 'valid')"
_PARTS = "the mode must be known when transformed, and one of 'full', 'same', 'valid'"
for _call in ("signal.convolve(in1, in2, mode='full', method='auto')", "signal.fftconvolve(in1, in2, mode='full', axes=None)",
              "signal.oaconvolve(in1, in2, mode='full', axes=None)",
              "signal.convolve2d(in1, in2, mode='full', boundary='fill', fillvalue=0)",
              "signal.correlate(in1, in2, mode='full', method='auto')",
              "signal.correlate2d(in1, in2, mode='full', boundary='fill', fillvalue=0)"):  # fmt: skip
    refuse(_call, _PARTS, when="mode not in ('full', 'same', 'valid')")
    if "boundary" in _call:
        refuse(_call, "another boundary than zeros: pad the array with np.pad", when="boundary != 'fill' or fillvalue != 0")
    if "axes" in _call:
        refuse(_call, "convolution along some axes: write a loop over the others", when="axes is not None")


@rule("signal.convolve(in1, in2, mode='full', method='auto')")
@rule("signal.fftconvolve(in1, in2, mode='full', axes=None)")
@rule("signal.oaconvolve(in1, in2, mode='full', axes=None)")
@rule("signal.convolve2d(in1, in2, mode='full', boundary='fill', fillvalue=0)")
def convolve(in1, in2, mode, y, y_bar):
    """Convolution of the full adjoint with the other operand, reversed."""
    whole = y_bar if mode == "full" else into_full(y_bar, in1, in2, mode)
    return signal.convolve(whole, np.flip(in2), "valid"), signal.convolve(whole, np.flip(in1), "valid")


@rule("signal.correlate(in1, in2, mode='full', method='auto')")
def correlate(in1, in2, mode, y, y_bar):
    """Convolution of the first operand with the second, reversed and conjugated."""
    whole = y_bar if mode == "full" else into_full(y_bar, in1, in2, mode)
    in1_bar = signal.convolve(whole, conjugated(in2), "valid")
    return in1_bar, conjugated(np.flip(signal.convolve(whole, np.flip(in1), "valid")))




_CORRELATE2D = "signal.correlate2d(in1, in2, mode='full', boundary='fill', fillvalue=0)"


@definition(_CORRELATE2D, when="mode == 'full'")
def correlate2d(in1, in2, mode, boundary, fillvalue):
    """Convolution with the second operand, reversed and conjugated."""
    return signal.convolve2d(in1, np.conj(np.flip(in2)))


@definition(_CORRELATE2D, when="mode == 'same'")
def correlate2d_of_same_shape(in1, in2, mode, boundary, fillvalue):
    """The middle of the full one, the later one of two."""
    rows, columns = np.shape(in2)[0] // 2, np.shape(in2)[1] // 2
    whole = signal.convolve2d(in1, np.conj(np.flip(in2)))
    return whole[rows : rows + np.shape(in1)[0], columns : columns + np.shape(in1)[1]]


refuse(_CORRELATE2D, "mode='valid': write scipy.signal.correlate")


constant("signal.get_window", "signal.savgol_coeffs")

_LFILTER = "signal.lfilter(b, a, x, axis=-1, zi=None)"
refuse(_LFILTER, "give example arguments, so that ranks are known", when="zi is not None")


@rule(_LFILTER)
def lfilter(b, a, x, axis, zi, y, y_bar):
    """The same filter in reversed time; a coefficient weighs the delayed signal, filtered by 1 / a."""
    x_bar = np.flip(signal.lfilter(b, a, np.flip(y_bar, axis), axis), axis)
    past = np.flip(signal.lfilter(np.ones(1), a, np.flip(y_bar, axis), axis), axis)
    return lagged_products(past, x, b, axis), -lagged_products(past, y, a, axis), x_bar


refuse("signal.sosfilt(sos, x, axis=-1, zi=None)", "with zi=: write the state into x", when="zi is not None")


linear("signal.sosfilt(sos, x, axis=-1, zi=None)", Unknown("make the sections constant, or write signal.lfilter"),
       "np.flip(signal.sosfilt(sos, np.flip(y_bar, axis), axis), axis)",
       forward=(None, "signal.sosfilt(sos, x_dot, axis)"))  # fmt: skip


_DETREND = "signal.detrend(data, axis=-1, type='linear', bp=0, overwrite_data=False)"
# A projection, which is its own transpose.
linear(_DETREND, "signal.detrend(y_bar, axis=axis, type=type, bp=bp)")
for _name in ("lsim", "butter", "firwin", "medfilt"):
    refuse(f"signal.{_name}", "write it with scipy.signal.convolve, scipy.signal.lfilter or np.fft")
