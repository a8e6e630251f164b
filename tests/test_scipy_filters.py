"""Filters, spectra and neighbourhoods of SciPy that are programs of others: both modes against differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from test_rules import leaves, noise, pairing, rebuilt
from test_scipy_rules import function_of

from st_ad import StAdError, grad, jvp, vjp

RNG = np.random.default_rng(3)
VALUES = {
    "x": RNG.normal(size=30), "w": RNG.normal(size=30), "X": RNG.normal(size=(6, 5)), "k": np.array([0.3, 0.5, 0.2]), "a": np.array([2.0, 0.3, 0.1]),
    "K": RNG.normal(size=(3, 2)), "z": RNG.normal(size=2), "P": RNG.uniform(-2, 7, (2, 9)), "Z": RNG.normal(size=(5, 4)) + 1j * RNG.normal(size=(5, 4)),
}  # fmt: skip
CALLS = """
signal.lfilter(k, a, x, zi=z)
signal.lfilter_zi(k, a)
signal.filtfilt(k, a, x)
signal.filtfilt([0.2, 0.3], [1.0, -0.4], X, axis=0, padlen=2)
signal.filtfilt(k, [1.0], x, padtype='even')
signal.sosfiltfilt(signal.butter(2, 0.3, output='sos'), X, axis=0, padlen=3)
signal.upfirdn(k, X, 2, 3, axis=0)
signal.resample_poly(x, 3, 2)
signal.decimate(x, 2, ftype='fir')
signal.resample(x, 20)
signal.hilbert(x)
signal.savgol_filter(x, 5, 2, deriv=1)
signal.savgol_filter(X, 3, 1, axis=0, mode='nearest')
signal.stft(x, nperseg=8)[2]
signal.istft(Z, 2.0, 'hamming', noverlap=6)[1]
signal.spectrogram(x, nperseg=8)[2]
signal.welch(x, nperseg=8)[1]
signal.csd(x, w, nperseg=8, noverlap=2)[1]
signal.welch(X, axis=0)[1]
signal.welch(x, 2.0, 'hamming', 7, detrend=False, scaling='spectrum')[1]
signal.csd(x, w, scaling='spectrum')[1]
signal.stft(X, 3.0, nperseg=4, noverlap=3, detrend='constant', axis=0, scaling='psd')[2]
signal.stft(x, nperseg=7, boundary=None, padded=False)[2]
signal.istft(signal.stft(x, nperseg=8)[2], nperseg=8)[1]
signal.periodogram(x)[1]
ndimage.correlate1d(X, k, axis=0, mode='mirror')
ndimage.convolve1d(X, K[:, 0], origin=1)
ndimage.correlate(X, K, mode='nearest')
ndimage.convolve(X, K, mode='constant', cval=1.0)
ndimage.sobel(X, axis=0)
ndimage.prewitt(X, 1, mode='nearest')
ndimage.laplace(X, mode='wrap')
ndimage.maximum_filter(X, 3)
ndimage.minimum_filter1d(X, 2, axis=0)
ndimage.median_filter(X, (3, 2))
ndimage.rank_filter(X, 2, 3)
ndimage.percentile_filter(X, 30, 3)
ndimage.map_coordinates(X, P, order=1, cval=1.5)
ndimage.map_coordinates(X, P, order=1, mode='mirror')
ndimage.map_coordinates(X, P, order=1, mode='reflect')
ndimage.map_coordinates(X, P, order=0, mode='nearest')
""".strip().splitlines()


def arguments(call):
    import re

    names = [n for n in VALUES if re.search(rf"\b{n}\b(?!\s*=)", call)]
    return names, [VALUES[n] for n in names]


@pytest.mark.parametrize("call", CALLS)
def test_call(call):
    names, args = arguments(call)
    f = function_of(call, names)
    tangents = [noise(v, i) for i, v in enumerate(args)]

    def at(t):
        return leaves(f(*[v + t * d for v, d in zip(args, tangents)]))

    expected = [(8 * (p - m) - (pp - mm)) / 12e-4 for p, m, pp, mm in zip(at(1e-4), at(-1e-4), at(2e-4), at(-2e-4))]
    _, dots = jvp(f, tuple(args), tuple(tangents))
    for want, got in zip(expected, leaves(dots)):
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)
    out, pullback = vjp(f, *args)
    for want, got in zip(leaves(f(*args)), leaves(out)):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
    out_bars = [noise(v, 7 + i) for i, v in enumerate(leaves(out))]
    bars = pullback(rebuilt(out, out_bars))
    right = sum(pairing(b, d) for b, d in zip(bars, tangents))
    np.testing.assert_allclose(right, sum(pairing(b, d) for b, d in zip(out_bars, expected)), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "call", ["ndimage.map_coordinates(X, P)", "ndimage.median_filter(X, footprint=np.ones((2, 2)))", "ndimage.zoom(X, 2, order=1)", "ndimage.spline_filter(X)"]
)
def test_refused(call):
    names, args = arguments(call)
    with pytest.raises(StAdError, match="no derivative"):
        grad(function_of(call, names, "np.sum({})"))(*args)
