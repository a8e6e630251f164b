"""Functions that make arrays: constant, except in the values that they are filled with."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.syntax import Arg, Lit, Pack
from ..runtime import unbroadcast
from .notation import Generation, constant, definition, linear, rule

constant(
    "np.zeros", "np.ones", "np.empty", "np.zeros_like", "np.ones_like", "np.empty_like", "np.eye", "np.identity",
    "np.tri", "np.shape", "np.size", "np.ndim", "ndarray.dtype", "np.hanning", "np.hamming",
    "np.blackman", "np.bartlett",
)  # fmt: skip


@definition("np.kaiser(M, beta)")
def kaiser(M, beta):
    """A ratio of Bessel functions."""
    middle = 0.5 * (M - 1)
    places = (np.arange(M) - middle) / max(middle, 0.5)
    return np.i0(beta * np.sqrt(1.0 - places * places)) / np.i0(beta)


_ARANGE = "np.arange(start, stop=..., step=1, dtype=None)"


@rule(_ARANGE, when="is_given(stop)", forward=("start_dot", None, "np.arange(len(y)) * step_dot"))
def arange(start, stop, step, dtype, y, y_bar):
    """start + k * step; the end decides on the length alone."""
    return np.sum(y_bar), None, np.sum(np.arange(len(y)) * y_bar)


constant(_ARANGE)
for _name in ("fftfreq", "rfftfreq"):

    @rule(f"np.fft.{_name}(n, d=1.0)", forward=(None, "-y / d * d_dot"))
    def frequencies(n, d, y, y_bar):
        """One over the spacing."""
        return None, -np.sum(y * y_bar) / d


linear("np.full(shape, fill_value, dtype=None, order='C')", None, "y_bar", broadcast=True)
linear(
    "np.full_like(x, fill_value, dtype=None, order='K', subok=True, shape=None)",
    None,
    "y_bar",
    broadcast=True,
)


@rule("np.linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0)",
      when="axis == 0 and retstep is False",
      forward=("np.linspace(start_dot, 0.0 * stop, num, endpoint)", "np.linspace(0.0 * start, stop_dot, num, endpoint)"))  # fmt: skip
def linspace(start, stop, num, endpoint, retstep, dtype, axis, y, y_bar):
    """Each item is start * (1 - w) + stop * w."""
    weights = np.linspace(0.0, 1.0, num, endpoint)
    stop_bar = np.tensordot(weights, y_bar, axes=1)
    start_bar = np.sum(y_bar, axis=0) - stop_bar
    return unbroadcast(start_bar, start), unbroadcast(stop_bar, stop)


@definition("np.linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0)")
def linspace_along(start, stop, num, endpoint, retstep, dtype, axis):
    """The places along another axis, with the step if it is wanted."""
    places = np.linspace(start, stop, num, endpoint)
    moved = places if axis == 0 else np.moveaxis(places, 0, axis)
    if not retstep:
        return moved
    return moved, np.divide(stop - start, num - 1 if endpoint else num)


@definition("np.logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0)")
def logspace(start, stop, num, endpoint, base, dtype, axis):
    """The powers of a linspace."""
    return np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))


@definition("np.geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0)")
def geomspace(start, stop, num, endpoint, dtype, axis):
    """Evenly in the logarithm; the sign is that of both ends."""
    sign = np.sign(start)
    low, high = np.log10(sign * start), np.log10(sign * stop)
    sizes = np.power(10.0, np.linspace(low, high, num, endpoint, axis=axis))
    return np.linspace(sign, sign, num, axis=axis) * sizes


def _meshgrid_bar(g: Generation) -> Arg:
    """Each operand varies along one axis of its grid: the sum over all others."""
    build = g.builder
    items = g.bound["x"].items  # type: ignore[union-attr]
    bars = g.y_bar.items if isinstance(g.y_bar, Pack) else (g.y_bar,)
    rank = len(items)
    swaps = rank > 1 and g.bound["indexing"].value == "xy"  # type: ignore[union-attr]
    parts: list[Any] = []
    for i, bar in enumerate(bars):
        if isinstance(bar, Lit) and bar.value is None:
            parts.append(None)
            continue
        own = 1 - i if swaps and i < 2 else i
        rest = tuple(k for k in range(rank) if k != own)
        total = build.emit("numpy.sum", bar, axis=rest) if rest else bar
        parts.append(build.emit("numpy.reshape", total, build.emit("numpy.shape", items[i])))
    return Pack("tuple", tuple(parts))  # type: ignore[arg-type]


linear("np.meshgrid(*x, copy=True, sparse=False, indexing='xy')", _meshgrid_bar)
