"""scipy.signal: spectral densities, as means over windows of the products of their transforms."""

from __future__ import annotations

import numpy as np
from scipy import signal

from ..bodies import only, procedure
from ..notation import refuse


def spectra(x, weights, step, detrend):
    """The transforms of the windows of a signal, the last axis the frequencies."""
    frames = np.lib.stride_tricks.sliding_window_view(x, len(weights), axis=-1)[..., ::step, :]
    if detrend == "constant":
        frames = frames - np.mean(frames, axis=-1, keepdims=True)
    return np.fft.rfft(weights * frames)


def scales(weights, fs, scaling):
    """What the products of transforms are multiplied with: once, or twice where a frequency stands for a pair."""
    total = fs * np.sum(weights * weights) if scaling == "density" else np.sum(weights) ** 2
    length = len(weights)
    alone = (np.arange(length // 2 + 1) == 0) | (2 * np.arange(length // 2 + 1) == length)
    return np.where(alone, 1.0, 2.0).astype(weights.dtype) / total


def window_of(x, window, nperseg):
    """The weights of a window: of 256 samples where that is not said, and of all where there are fewer."""
    if np.iscomplexobj(x):
        raise NotImplementedError("a spectrum of complex samples has no derivative in st_ad: write it with np.fft.fft")
    if not isinstance(window, (str, tuple)):
        return np.asarray(window).astype(x.dtype)
    return signal.get_window(window, min(256 if nperseg is None else nperseg, np.shape(x)[-1])).astype(x.dtype)


_OPTIONS = only(nfft=(6, frozenset({None})), detrend=(7, frozenset({"constant", False})), return_onesided=(8, frozenset({True})),
                scaling=(9, frozenset({"density", "spectrum"})), average=(11, frozenset({"mean"})))  # fmt: skip
_OPTIONS_OF_ONE = only(nfft=(5, frozenset({None})), detrend=(6, frozenset({"constant", False})), return_onesided=(7, frozenset({True})),
                       scaling=(8, frozenset({"density", "spectrum"})), average=(10, frozenset({"mean"})))  # fmt: skip


@procedure("scipy.signal.csd")
@_OPTIONS
def csd(x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True, scaling="density",
        axis=-1, average="mean"):  # fmt: skip
    first, second = np.moveaxis(np.asarray(x), axis, -1), np.moveaxis(np.asarray(y), axis, -1)
    weights = window_of(first, window, nperseg)
    step = len(weights) - (len(weights) // 2 if noverlap is None else noverlap)
    left, right = spectra(first, weights, step, detrend), spectra(second, weights, step, detrend)
    density = np.mean(np.conj(left) * right, axis=-2) * scales(weights, fs, scaling)
    return np.fft.rfftfreq(len(weights), 1.0 / fs), np.moveaxis(density, -1, axis)


@procedure("scipy.signal.welch")
@_OPTIONS_OF_ONE
def welch(x, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True, scaling="density",
          axis=-1, average="mean"):  # fmt: skip
    samples = np.moveaxis(np.asarray(x), axis, -1)
    weights = window_of(samples, window, nperseg)
    step = len(weights) - (len(weights) // 2 if noverlap is None else noverlap)
    found = spectra(samples, weights, step, detrend)
    density = np.mean(np.real(found) ** 2 + np.imag(found) ** 2, axis=-2) * scales(weights, fs, scaling)
    return np.fft.rfftfreq(len(weights), 1.0 / fs), np.moveaxis(density, -1, axis)


@procedure("scipy.signal.stft")
@only(nfft=(5, frozenset({None})), detrend=(6, frozenset({False, "constant"})), return_onesided=(7, frozenset({True})),
      boundary=(8, frozenset({"zeros", None})), padded=(9, frozenset({True, False})), scaling=(11, frozenset({"spectrum", "psd"})))
def stft(x, fs=1.0, window="hann", nperseg=256, noverlap=None, nfft=None, detrend=False, return_onesided=True, boundary="zeros",
         padded=True, axis=-1, scaling="spectrum"):  # fmt: skip
    samples = np.moveaxis(np.asarray(x), axis, -1)
    weights = window_of(samples, window, nperseg)
    length = len(weights)
    step = length - (length // 2 if noverlap is None else noverlap)
    around = [(0, 0)] * (np.ndim(samples) - 1)
    if boundary == "zeros":
        samples = np.pad(samples, [*around, (length // 2, length // 2)])
    if padded:
        samples = np.pad(samples, [*around, (0, (length - np.shape(samples)[-1]) % step % length)])
    scale = 1.0 / np.sum(weights) if scaling == "spectrum" else np.sqrt(1.0 / (fs * np.sum(weights * weights)))
    found = scale.astype(weights.dtype) * spectra(samples, weights, step, detrend)
    times = (np.arange(np.shape(found)[-2]) * step + (0.0 if boundary == "zeros" else 0.5 * length)) / fs
    return np.fft.rfftfreq(length, 1.0 / fs), times, np.moveaxis(found, -1, axis - 1 if axis < 0 else axis)


refuse("signal.stft", "write it one-sided and without nfft, or with np.fft.rfft")
for _name in ("welch", "csd"):
    refuse(f"signal.{_name}", "write it with average='mean', one-sided and without nfft, or with np.fft.rfft")
