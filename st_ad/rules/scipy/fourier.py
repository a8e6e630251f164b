"""scipy.fft: the transforms of numpy.fft, and the cosine and sine transforms.

The cosine and sine transforms are orthogonal matrices when norm="ortho"; unnormalised, those of type 2 and 3 are the
transposes of each other but for the first (last) item, and those of type 1 and 4 are symmetric but for the ends.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from ..notation import constant, definition, linear, refuse, rule
from .alike import alike

_OPTIONS = "norm=None, overwrite_x=False, workers=None, plan=None"
for _name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    alike(f"fft.{_name}(x, n=None, axis=-1, {_OPTIONS})", f"numpy.fft.{_name}")
for _name in ("fft2", "ifft2", "rfft2", "irfft2"):
    alike(f"fft.{_name}(x, s=None, axes=(-2, -1), {_OPTIONS})", f"numpy.fft.{_name}")
for _name in ("fftn", "ifftn", "rfftn", "irfftn"):
    alike(f"fft.{_name}(x, s=None, axes=None, {_OPTIONS})", f"numpy.fft.{_name}")
for _name in ("fftshift", "ifftshift"):
    alike(f"fft.{_name}(x, axes=None)", f"numpy.fft.{_name}")
constant("fft.fftfreq", "fft.rfftfreq", "fft.next_fast_len")

_REAL = "(x, type=2, n=None, axis=-1, norm=None, overwrite_x=False, workers=None, orthogonalize=None)"
_PLAIN = "norm in (None, 'backward')"
for _name in ("dct", "idct", "dst", "idst"):
    _call = f"fft.{_name}{_REAL}"
    refuse(_call, "with n= or orthogonalize=: pad or crop the array first", when="n is not None or orthogonalize is not None")
    refuse(_call, "of complex numbers: transform the real and the imaginary part", when="is_complex(x)")
    refuse(_call, "the type must be known when transformed", when="type not in (1, 2, 3, 4)")
    _inverse = _name[1:] if _name.startswith("i") else f"i{_name}"
    linear(_call, f"fft.{_inverse}(y_bar, type, axis=axis, norm=norm)", when="norm == 'ortho'")


def scaled_end(g, axis, end, factor):
    """The first or the last item along an axis multiplied."""
    length = np.shape(g)[axis]
    weights = np.where(np.arange(length) == (length - 1 if end else 0), factor, 1.0)
    return np.moveaxis(np.moveaxis(g, axis, -1) * weights, -1, axis)


def transposed_cosines(g, type, axis):
    """The transpose of the unnormalised cosine transform."""
    if type == 1:
        halved = scaled_end(scaled_end(g, axis, False, 2.0), axis, True, 2.0)
        return scaled_end(scaled_end(fft.dct(halved, 1, axis=axis), axis, False, 0.5), axis, True, 0.5)
    if type == 2:
        return fft.dct(scaled_end(g, axis, False, 2.0), 3, axis=axis)
    if type == 3:
        return scaled_end(fft.dct(g, 2, axis=axis), axis, False, 0.5)
    return fft.dct(g, 4, axis=axis)


def transposed_sines(g, type, axis):
    """The transpose of the unnormalised sine transform."""
    if type == 2:
        return fft.dst(scaled_end(g, axis, True, 2.0), 3, axis=axis)
    if type == 3:
        return scaled_end(fft.dst(g, 2, axis=axis), axis, True, 0.5)
    return fft.dst(g, type, axis=axis)


@rule(f"fft.dct{_REAL}", when=_PLAIN)
def dct(x, type, n, axis, norm, y, y_bar):
    """Unnormalised."""
    return transposed_cosines(y_bar, type, axis)


@rule(f"fft.dst{_REAL}", when=_PLAIN)
def dst(x, type, n, axis, norm, y, y_bar):
    """Unnormalised."""
    return transposed_sines(y_bar, type, axis)


@rule(f"fft.idct{_REAL}", when=_PLAIN)
def idct(x, type, n, axis, norm, y, y_bar):
    """Types 2 and 3 are inverse to each other, 1 and 4 to themselves, but for a factor."""
    length = np.shape(x)[axis]
    count = 2.0 * (length - 1) if type == 1 else 2.0 * length
    return transposed_cosines(y_bar, 5 - type if type in (2, 3) else type, axis) / count


@rule(f"fft.idst{_REAL}", when=_PLAIN)
def idst(x, type, n, axis, norm, y, y_bar):
    """Types 2 and 3 are inverse to each other, 1 and 4 to themselves, but for a factor."""
    length = np.shape(x)[axis]
    count = 2.0 * (length + 1) if type == 1 else 2.0 * length
    return transposed_sines(y_bar, 5 - type if type in (2, 3) else type, axis) / count


for _name in ("dct", "idct", "dst", "idst"):
    refuse(f"fft.{_name}{_REAL}", "norm='forward': write norm='ortho' or none")


def along_axes(transform, x, type, axes, norm):
    """A transform of one axis after the other."""
    for axis in list(range(np.ndim(x))) if axes is None else axes:
        x = transform(x, type, axis=axis, norm=norm)
    return x


_SEVERAL = "(x, type=2, s=None, axes=None, norm=None, overwrite_x=False, workers=None, orthogonalize=None)"
_SIMPLE = "s is None and orthogonalize is None and ndim(x) is not None and literal(axes) and not isinstance(axes, int)"


@definition(f"fft.dctn{_SEVERAL}", when=_SIMPLE)
def dctn(x, type, s, axes, norm, overwrite_x, workers, orthogonalize):
    """Axis by axis."""
    return along_axes(fft.dct, x, type, axes, norm)


@definition(f"fft.idctn{_SEVERAL}", when=_SIMPLE)
def idctn(x, type, s, axes, norm, overwrite_x, workers, orthogonalize):
    """Axis by axis."""
    return along_axes(fft.idct, x, type, axes, norm)


@definition(f"fft.dstn{_SEVERAL}", when=_SIMPLE)
def dstn(x, type, s, axes, norm, overwrite_x, workers, orthogonalize):
    """Axis by axis."""
    return along_axes(fft.dst, x, type, axes, norm)


@definition(f"fft.idstn{_SEVERAL}", when=_SIMPLE)
def idstn(x, type, s, axes, norm, overwrite_x, workers, orthogonalize):
    """Axis by axis."""
    return along_axes(fft.idst, x, type, axes, norm)


for _name in ("dctn", "idctn", "dstn", "idstn"):
    refuse(f"fft.{_name}{_SEVERAL}", f"write scipy.fft.{_name[:-1]} along each axis")
