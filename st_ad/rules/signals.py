"""Fourier transforms, convolution and interpolation."""

import numpy as np

from ..runtime import scatter
from .notation import linear, multilinear, refuse, rule

# The transposes of the complex transforms are the same transforms, of the padded or cropped length.
for _name in ("fft", "ifft"):
    linear(f"np.fft.{_name}(x, n=None, axis=-1, norm=None)", f"np.fft.{_name}(y_bar, axis=axis, norm=norm)",
           when="n is None")  # fmt: skip
    refuse(
        f"np.fft.{_name}(x, n=None, axis=-1, norm=None)", "a transform with n=: pad or crop the array first"
    )
for _name in ("fft2", "ifft2"):
    linear(f"np.fft.{_name}(x, s=None, axes=(-2, -1), norm=None)", f"np.fft.{_name}(y_bar, axes=axes, norm=norm)",
           when="s is None")  # fmt: skip
    refuse(
        f"np.fft.{_name}(x, s=None, axes=(-2, -1), norm=None)",
        "a transform with s=: pad or crop the array first",
    )
for _name in ("fftn", "ifftn"):
    linear(f"np.fft.{_name}(x, s=None, axes=None, norm=None)", f"np.fft.{_name}(y_bar, axes=axes, norm=norm)",
           when="s is None")  # fmt: skip
    refuse(
        f"np.fft.{_name}(x, s=None, axes=None, norm=None)", "a transform with s=: pad or crop the array first"
    )

_RFFT = "np.fft.rfft(x, n=None, axis=-1, norm=None)"
refuse(_RFFT, "a transform with n=: pad or crop the array first", when="n is not None")


@rule(_RFFT, when="axis == -1", forward="np.fft.rfft(x_dot, norm=norm)")
def rfft(x, n, axis, norm, y, y_bar):
    """The full transform of y_bar padded with zeros; its real part."""
    padding = np.zeros_like(x)[..., np.shape(y)[-1] :]
    return np.real(np.fft.fft(np.concatenate([y_bar, padding], axis=-1), norm=norm))


refuse(_RFFT, "np.fft.rfft along another axis than the last: move the axis with np.moveaxis")

_IRFFT = "np.fft.irfft(x, n=None, axis=-1, norm=None)"


@rule(_IRFFT, when="axis == -1", forward="np.fft.irfft(x_dot, np.shape(y)[-1], norm=norm)")
def irfft(x, n, axis, norm, y, y_bar):
    """Interior frequencies stand for two; the ends are real."""
    length = np.shape(y)[-1]
    bins = np.shape(x)[-1]
    places = np.arange(bins)
    weights = np.where((places == 0) | (2 * places == length), 1.0, 2.0) * (2 * places <= length)
    ends = (places == 0) | (2 * places == length)
    inverse = np.fft.ifft(y_bar, norm=norm)
    kept = inverse[..., : min(bins, length)] * weights[: min(bins, length)]
    return np.where(ends, np.real(kept), kept)


refuse(_IRFFT, "np.fft.irfft along another axis than the last: move the axis with np.moveaxis")
for _name in ("rfft2", "rfftn", "irfft2", "irfftn", "hfft", "ihfft"):
    refuse(f"np.fft.{_name}", "write it with np.fft.rfft or np.fft.irfft and np.fft.fft along the other axes")

_CONVOLVE = "np.convolve(a, b, mode='full')"
multilinear(_CONVOLVE, "np.correlate(y_bar, b, 'valid')", "np.correlate(y_bar, a, 'valid')",
            when="mode == 'full'")  # fmt: skip


@rule(_CONVOLVE, when="mode == 'same' or mode == 'valid'")
def convolve(a, b, mode, y, y_bar):
    """y is a middle part of the full convolution."""
    most, least = max(len(a), len(b)), min(len(a), len(b))
    before = (least - 1) // 2 if mode == "same" else least - 1
    whole = np.pad(y_bar, (before, most + least - 1 - before - len(y)))
    return np.correlate(whole, b, "valid"), np.correlate(whole, a, "valid")


refuse(_CONVOLVE, "the mode of np.convolve must be known when transformed")


@rule("np.correlate(a, b, mode='valid')", when="mode == 'valid'")
def correlate(a, b, mode, y, y_bar):
    """Correlation is convolution with the reversed operand."""
    if len(a) >= len(b):
        return np.convolve(y_bar, b), np.correlate(a, y_bar, "valid")
    # The shorter operand slides: the result is reversed.
    return np.correlate(b, y_bar[::-1], "valid"), np.convolve(y_bar[::-1], a)


refuse("np.correlate(a, b, mode='valid')", "np.correlate in this mode: write np.convolve(a, b[::-1], mode)")


@rule(
    "np.interp(x, xp, fp, left=None, right=None, period=None)",
    when="left is None and right is None and period is None",
)
def interp(x, xp, fp, left, right, period, y, y_bar):
    """The slope of the segment on the right of x; 0 outside."""
    places, values = np.asarray(xp), np.asarray(fp)
    last = len(places) - 2
    k = np.clip(np.searchsorted(places, x, side="right") - 1, 0, last)
    width = places[k + 1] - places[k]
    inside = (x >= places[0]) & (x <= places[-1])
    slope = np.where(inside, (values[k + 1] - values[k]) / width, 0.0)
    weight = np.clip((x - places[k]) / width, 0.0, 1.0)
    low, high = y_bar * (1.0 - weight), y_bar * weight
    fp_bar = scatter(low, fp, k, 0) + scatter(high, fp, k + 1, 0)
    xp_bar = scatter(-slope * low, xp, k, 0) + scatter(-slope * high, xp, k + 1, 0)
    return y_bar * slope, xp_bar, fp_bar


refuse(
    "np.interp(x, xp, fp, left=None, right=None, period=None)",
    "np.interp with left, right or period: write np.where around it",
)


@rule("np.polyval(p, x)", when="ndim(p) == 1")
def polyval(p, x, y, y_bar):
    """Horner's scheme for the slope; powers of x for the coefficients."""
    slope = np.zeros_like(y)
    value = np.zeros_like(y)
    for k in range(len(p)):
        slope = slope * x + value
        value = value * x + p[k]
    powers = np.expand_dims(x, -1) ** np.arange(len(p) - 1, -1, -1)
    weighted = np.expand_dims(y_bar, -1) * powers
    return np.sum(np.reshape(weighted, (-1, len(p))), axis=0), y_bar * slope


@rule(
    "np.gradient(x, *spacing, axis=None, edge_order=1)",
    when="edge_order == 1 and len(spacing) < 2 and ndim(x) == 1",
)
def gradient(x, spacing, axis, edge_order, y, y_bar):
    """Central differences inside, one-sided ones at the ends."""
    if spacing and np.ndim(spacing[0]) == 1:
        raise ValueError("the derivative of np.gradient with uneven spacing: write the differences of slices")
    h = spacing[0] if spacing else 1.0
    g = y_bar / h
    half = 0.5 * g[1:-1]
    inside = np.pad(half, (2, 0)) - np.pad(half, (0, 2))
    first = np.pad(g[:1], (1, len(x) - 2)) - np.pad(g[:1], (0, len(x) - 1))
    last = np.pad(g[-1:], (len(x) - 1, 0)) - np.pad(g[-1:], (len(x) - 2, 1))
    if not spacing:
        return inside + first + last
    return inside + first + last, (-np.sum(g * y),)


refuse(
    "np.gradient(x, *spacing, axis=None, edge_order=1)",
    "this form of np.gradient: write the differences of slices",
)
refuse(
    "np.cov",
    "write the product of the deviations: d = x - np.mean(x, axis=1, keepdims=True); d @ d.T / (n - 1)",
)
refuse("np.corrcoef", "write the covariance over the standard deviations")
refuse("np.polyfit", "write np.linalg.lstsq of np.vander")
refuse("np.bincount", "write np.add.at of the weights")
