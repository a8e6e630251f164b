"""scipy.signal: filters with states, forward and backward, and in several rates, as programs of `lfilter`."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg, signal

from ..notation import definition, refuse
from ..bodies import only, procedure


def padded_behind(x, count, axis):
    """The array with zeros behind, along an axis."""
    shape = list(np.shape(x))
    shape[axis] = count
    return np.concatenate([x, np.zeros(shape, x.dtype)], axis=axis)


def part_of(x, axis, start, stop=None, step=None):
    """A slice along an axis."""
    return np.moveaxis(np.moveaxis(x, axis, 0)[start:stop:step], 0, axis)


@definition("signal.lfilter(b, a, x, axis=-1, zi=None)", when="zi is not None and ndim(x) is not None")
def lfilter_from_state(b, a, x, axis, zi):
    """The state is what enters the recursion first; the last one is what would leave it if zeros followed."""
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    count, order = np.shape(x)[axis], np.shape(zi)[axis]
    entering = padded_behind(zi, count, axis)
    y = signal.lfilter(b, a, x, axis) + signal.lfilter(a[:1], a, part_of(entering, axis, 0, count), axis)
    one = np.ones(1)
    leaving = signal.lfilter(b, one, padded_behind(x, order, axis), axis) - signal.lfilter(a, one, padded_behind(y, order, axis), axis)
    return y, part_of(leaving, axis, count) / a[0] + part_of(entering, axis, count)


@procedure("scipy.signal.lfilter_zi")
def lfilter_zi(b, a):
    b, a = np.atleast_1d(b), np.atleast_1d(a)
    count = max(len(b), len(a))
    numerator = np.concatenate([b / a[0], np.zeros(count - len(b))])
    denominator = np.concatenate([a / a[0], np.zeros(count - len(a))])
    rest = np.eye(count - 1) - np.transpose(linalg.companion(denominator))
    return np.linalg.solve(rest, numerator[1:] - denominator[1:] * numerator[0])


@procedure("scipy.signal.sosfilt_zi")
def sosfilt_zi(sos):
    scale, states = 1.0, []
    for section in np.asarray(sos):
        states.append(scale * signal.lfilter_zi(section[:3], section[3:]))
        scale = scale * np.sum(section[:3]) / np.sum(section[3:])
    return np.array(states)


def extended(x, edge, axis, kind):
    """The signal with `edge` items before and behind it: turned about its ends, mirrored or constant."""
    if kind is None or edge == 0:
        return x
    first, last = part_of(x, axis, 0, 1), part_of(x, axis, -1)
    if kind == "constant":
        before, behind = np.repeat(first, edge, axis), np.repeat(last, edge, axis)
    else:
        before, behind = part_of(x, axis, edge, 0, -1), part_of(x, axis, -2, -(edge + 2), -1)
    if kind == "odd":
        before, behind = 2.0 * first - before, 2.0 * last - behind
    return np.concatenate([before, x, behind], axis=axis)


def along(state, x, axis):
    """A vector, or the rows of a matrix, along an axis of an array."""
    return np.reshape(state, (*np.shape(state)[:-1], -1) + (1,) * (np.ndim(x) - 1 - axis % np.ndim(x)))


@procedure("scipy.signal.filtfilt")
@only(method=(6, frozenset({"pad"})))
def filtfilt(b, a, x, axis=-1, padtype="odd", padlen=None, method="pad", irlen=None):
    b, a, x = np.atleast_1d(b), np.atleast_1d(a), np.asarray(x)
    edge = 0 if padtype is None else 3 * max(len(a), len(b)) if padlen is None else padlen
    if np.shape(x)[axis] <= edge:
        raise ValueError(f"The length of the input vector x must be greater than padlen, which is {edge}.")
    whole = extended(x, edge, axis, padtype)
    state = along(signal.lfilter_zi(b, a), x, axis)
    y, _ = signal.lfilter(b, a, whole, axis, zi=state * part_of(whole, axis, 0, 1))
    y, _ = signal.lfilter(b, a, np.flip(y, axis), axis, zi=state * part_of(y, axis, -1))
    count = np.shape(x)[axis]
    return part_of(np.flip(y, axis), axis, edge, edge + count)


def sections(sos, x, axis, states):
    """One section after the other, each from its state."""
    left = []
    for k in range(len(sos)):
        x, state = signal.lfilter(sos[k, :3], sos[k, 3:], x, axis, zi=states[k])
        left.append(state)
    return x, np.stack(left)


@procedure("scipy.signal.sosfiltfilt")
def sosfiltfilt(sos, x, axis=-1, padtype="odd", padlen=None):
    sos, x = np.asarray(sos), np.asarray(x)
    taps = 2 * len(sos) + 1 - min(np.sum(sos[:, 2] == 0), np.sum(sos[:, 5] == 0))
    edge = 0 if padtype is None else 3 * taps if padlen is None else padlen
    whole = extended(x, edge, axis, padtype)
    states = along(signal.sosfilt_zi(sos), x, axis)
    y = sections(sos, whole, axis, states * part_of(whole, axis, 0, 1))[0]
    y = sections(sos, np.flip(y, axis), axis, states * part_of(y, axis, -1))[0]
    count = np.shape(x)[axis]
    return part_of(np.flip(y, axis), axis, edge, edge + count)


@procedure("scipy.signal.upfirdn")
@only(mode=(5, frozenset({"constant", None})), cval=(6, frozenset({0})))
def upfirdn(h, x, up=1, down=1, axis=-1, mode="constant", cval=0):
    items = np.moveaxis(np.asarray(x), axis, -1)
    if up > 1:
        spread = np.concatenate([np.expand_dims(items, -1), np.zeros((*np.shape(items), up - 1), items.dtype)], axis=-1)
        items = np.reshape(spread, (*np.shape(items)[:-1], -1))[..., : (np.shape(items)[-1] - 1) * up + 1]
    whole = signal.lfilter(h, np.ones(1), padded_behind(items, len(h) - 1, -1))
    return np.moveaxis(whole[..., ::down], -1, axis)


for _name, _remedy in (("filtfilt", "write it with method='pad'"), ("upfirdn", "write it with zeros at the ends")):
    refuse(f"signal.{_name}", _remedy)


@procedure("scipy.signal.decimate")
@only(ftype=(3, frozenset({"iir", "fir"})))
def decimate(x, q, n=None, ftype="iir", axis=-1, zero_phase=True):
    if ftype == "iir":
        sos = signal.cheby1(8 if n is None else n, 0.05, 0.8 / q, output="sos")
        y = signal.sosfiltfilt(sos, x, axis) if zero_phase else signal.sosfilt(sos, x, axis)
        return part_of(y, axis, None, None, q)
    taps = signal.firwin(20 * q + 1 if n is None else n + 1, 1.0 / q, window="hamming")
    if zero_phase:
        return signal.resample_poly(x, 1, q, axis=axis, window=taps)
    count = np.shape(x)[axis]
    return part_of(signal.upfirdn(taps, x, 1, q, axis), axis, 0, count // q + (count % q > 0))


refuse("signal.decimate", "write it with ftype='iir' or 'fir'")
_EDGES: dict[str, Any] = {"mirror": "reflect", "nearest": "edge", "wrap": "wrap"}


@procedure("scipy.signal.savgol_filter")
@only(mode=(6, frozenset({"interp", "mirror", "nearest", "wrap", "constant"})))
def savgol_filter(x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0):
    items = np.moveaxis(np.asarray(x), axis, -1)
    half = window_length // 2
    middle = signal.savgol_coeffs(window_length, polyorder, deriv, delta, None, "dot").astype(items.dtype)
    if mode != "interp":
        widths = [(0, 0)] * (np.ndim(items) - 1) + [(half, window_length - 1 - half)]
        edged = np.pad(items, widths, constant_values=cval) if mode == "constant" else np.pad(items, widths, mode=_EDGES[mode])
        return np.moveaxis(np.lib.stride_tricks.sliding_window_view(edged, window_length, -1) @ middle, -1, axis)
    inner = np.lib.stride_tricks.sliding_window_view(items, window_length, -1) @ middle
    fits = [signal.savgol_coeffs(window_length, polyorder, deriv, delta, k, "dot") for k in range(window_length)]
    rows = np.transpose(np.stack(fits)).astype(items.dtype)
    first, last = items[..., :window_length] @ rows[:, :half], items[..., -window_length:] @ rows[:, window_length - half :]
    return np.moveaxis(np.concatenate([first, inner, last], axis=-1), -1, axis)


refuse("signal.savgol_filter", "the mode must be known when transformed")


@procedure("scipy.signal.istft")
def istft(Zxx, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, input_onesided=True, boundary=True,
          time_axis=-1, freq_axis=-2, scaling="spectrum"):  # fmt: skip
    frames = np.moveaxis(np.asarray(Zxx), (freq_axis, time_axis), (-1, -2))
    usual = 2 * (np.shape(frames)[-1] - 1) if input_onesided else np.shape(frames)[-1]
    length = usual if nperseg is None else nperseg
    points = nfft if nfft is not None else length if input_onesided and length == usual + 1 else usual
    step = length - (length // 2 if noverlap is None else noverlap)
    taps = signal.get_window(window, length) if isinstance(window, (str, tuple)) else np.asarray(window)
    pieces = (np.fft.irfft(frames, points) if input_onesided else np.fft.ifft(frames, points))[..., :length]
    scale = np.sum(taps) if scaling == "spectrum" else np.sqrt(fs * np.sum(taps**2))
    count = np.shape(frames)[-2]
    x = np.zeros((*np.shape(frames)[:-2], length + (count - 1) * step), pieces.dtype)
    norm = np.zeros(length + (count - 1) * step)
    for k in range(count):
        x[..., k * step : k * step + length] += scale * pieces[..., k, :] * taps
        norm[k * step : k * step + length] += taps**2
    if boundary:
        x, norm = x[..., length // 2 : -(length // 2)], norm[length // 2 : -(length // 2)]
    x = x / np.where(norm > 1e-10, norm, 1.0)
    return np.arange(np.shape(x)[-1]) / fs, x
