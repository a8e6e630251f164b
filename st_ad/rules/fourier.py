"""Fourier transforms, of any length, along any axes and in any normalisation.

The matrix of a transform is symmetric, so a complex transform is its own transpose (cotangents are not conjugated), in
the same normalisation; padding and cropping are undone by `resized`. Of a real transform the transpose is a real part:
what is left out of `rfft` is zero, and each frequency of `irfft` stands for two, but for those at the ends.
"""

from __future__ import annotations

from typing import Any

from ..ir.build import type_of
from ..ir.syntax import Arg, Atom, Lit, Pack
from ..ir.types import same_dim
from .notation import Formula, Generation, linear

_SINGLE = "(x, n=None, axis=-1, norm=None)"


def _options(g: Generation, **values: Any) -> dict[str, Any]:
    """Keyword arguments without those that are defaults."""
    defaults = {"axis": -1, "norm": None}
    return {k: v for k, v in values.items() if not (isinstance(v, Lit) and v.value == defaults[k])}


def _length(g: Generation, axis: Arg) -> Arg:
    """How long the transformed array is along an axis when no length is given."""
    if not isinstance(axis, Lit):
        raise TypeError("the axis must be known")
    rank = getattr(type_of(g.bound["x"]), "rank", None)  # type: ignore[arg-type]
    if axis.value >= 0 or rank is not None:
        return g.builder.emit("axis_length", g.bound["x"], Lit(axis.value if rank is None else axis.value % rank))
    return g.builder.emit("getitem", g.builder.emit("numpy.shape", g.bound["x"]), axis)


def _is_none(arg: Arg) -> bool:
    return isinstance(arg, Lit) and arg.value is None


def _fitted(g: Generation, made: Atom, given: Arg) -> Atom:
    shape, wanted = (getattr(type_of(a), "shape", None) for a in (made, g.bound["x"]))  # type: ignore[arg-type]
    fits = shape is not None and wanted is not None and len(shape) == len(wanted) and all(map(same_dim, shape, wanted))
    return made if fits or _is_none(given) else g.builder.emit("runtime.resized", made, g.bound["x"])


def _real(g: Generation, made: Atom) -> Atom:
    return g.builder.emit("numpy.real", made)


def _itself(prim: str) -> Formula:
    """The transpose of a complex transform along one axis."""

    def formula(g: Generation) -> Arg:
        made = g.builder.emit(prim, g.y_bar, **_options(g, axis=g.bound["axis"], norm=g.bound["norm"]))
        return _fitted(g, made, g.bound["n"])

    return formula


def _half(prim: str) -> Formula:
    """The transpose of a transform of real numbers, which computes half of what `prim` reads."""

    def formula(g: Generation) -> Arg:
        axis, n = g.bound["axis"], g.bound["n"]
        length = _length(g, axis) if _is_none(n) else n
        halved = g.builder.emit("runtime.half_inside", g.y_bar, length, *([] if axis == Lit(-1) else [axis]))
        made = g.builder.emit(prim, halved, n=length, **_options(g, axis=axis, norm=g.bound["norm"]))
        return _fitted(g, made, n)

    return formula


def _doubled(prim: str) -> Formula:
    """The transpose of a transform to real numbers."""

    def formula(g: Generation) -> Arg:
        along, norm = g.bound["axis"], g.bound["norm"]
        made = g.builder.emit(prim, g.y_bar, **_options(g, axis=along, norm=norm))
        made = g.builder.emit("runtime.twice_inside", made, g.y_bar, *([] if along == Lit(-1) else [along]))
        return _fitted(g, made, g.bound["n"])

    return formula


for _name in ("fft", "ifft"):
    linear(f"np.fft.{_name}{_SINGLE}", _itself(f"numpy.fft.{_name}"))
linear(f"np.fft.rfft{_SINGLE}", _half("numpy.fft.hfft"))
linear(f"np.fft.ihfft{_SINGLE}", _half("numpy.fft.irfft"))
linear(f"np.fft.irfft{_SINGLE}", _doubled("numpy.fft.ihfft"))
linear(f"np.fft.hfft{_SINGLE}", _doubled("numpy.fft.rfft"))


# --- several axes


def _axes(g: Generation) -> list[int] | None:
    """The transformed axes, None for all of them."""
    axes, lengths = g.bound["axes"], _lengths(g)
    if isinstance(axes, Pack) and all(isinstance(a, Lit) for a in axes.items):
        found = [a.value for a in axes.items]  # type: ignore[union-attr]
    elif not isinstance(axes, Lit):
        raise TypeError("the axes must be known")
    elif axes.value is not None:
        found = [axes.value] if isinstance(axes.value, int) else list(axes.value)
    elif lengths is not None:
        found = list(range(-len(lengths), 0))
    else:
        return None
    rank = _rank(g)
    placed = [a % rank if rank else a for a in found]
    if lengths is not None and len(set(placed)) < len(placed):
        raise TypeError("an axis is transformed twice, with s=")
    return found


def _rank(g: Generation) -> int | None:
    return getattr(getattr(g.bound["x"], "type", None), "rank", None)


def _lengths(g: Generation) -> list[Arg] | None:
    """The lengths that are given; -1 stands for that of the array."""
    s = g.bound["s"]
    if isinstance(s, Pack):
        return list(s.items)
    if isinstance(s, Lit):
        return None if s.value is None else [Lit(n) for n in s.value]
    raise TypeError("how many lengths are given in s= must be known")


def _last_length(g: Generation, axis: int) -> Arg:
    lengths = _lengths(g)
    if lengths is None or lengths[-1] == Lit(-1):
        return _length(g, Lit(axis))
    return lengths[-1]


def _all_axes(prim: str) -> Formula:
    """The transpose of a complex transform along several axes."""

    def formula(g: Generation) -> Arg:
        axes = _axes(g)
        return _fitted(g, _along(g, prim, g.y_bar, axes), g.bound["s"])

    return formula


def _along(g: Generation, prim: str, value: Arg, axes: list[int] | None) -> Any:
    """A transform along some axes: the shortest way to write it."""
    norm = _options(g, norm=g.bound["norm"])
    if axes is not None and not axes:
        return value
    if axes is None:
        return g.builder.emit(f"{prim}n", value, **norm)
    if len(axes) == 1:
        return g.builder.emit(prim, value, **_options(g, axis=Lit(axes[0])), **norm)
    if axes == [-2, -1]:
        return g.builder.emit(f"{prim}2", value, **norm)
    if axes == list(range(-len(axes), 0)) and len(axes) == _rank(g):
        return g.builder.emit(f"{prim}n", value, **norm)
    return g.builder.emit(f"{prim}n", value, axes=Pack("tuple", tuple(Lit(a) for a in axes)), **norm)


def _known(g: Generation, axes: list[int] | None) -> list[int]:
    """All axes by number."""
    if axes is not None:
        return axes
    rank = _rank(g)
    if rank is None:
        raise TypeError("without axes= the rank must be known")
    return list(range(-rank, 0))


def _half_of_all(g: Generation) -> Arg:
    axes = _known(g, _axes(g))
    last = axes[-1]
    length = _last_length(g, last)
    norm = g.bound["norm"]
    made = g.builder.emit("numpy.fft.fft", g.y_bar, n=length, **_options(g, axis=Lit(last), norm=norm))
    made = _along(g, "numpy.fft.fft", made, axes[:-1])
    return _fitted(g, _real(g, made), g.bound["s"])


def _doubled_of_all(g: Generation) -> Arg:
    axes = _known(g, _axes(g))
    last = Lit(axes[-1])
    made = g.builder.emit("numpy.fft.ihfft", g.y_bar, **_options(g, axis=last, norm=g.bound["norm"]))
    made = g.builder.emit("runtime.twice_inside", made, g.y_bar, *([] if last == Lit(-1) else [last]))
    made = _along(g, "numpy.fft.ifft", made, axes[:-1])
    return _fitted(g, made, g.bound["s"])


for _name, _default in (("2", "(-2, -1)"), ("n", "None")):
    _several = f"(x, s=None, axes={_default}, norm=None)"
    for _prim in ("fft", "ifft"):
        linear(f"np.fft.{_prim}{_name}{_several}", _all_axes(f"numpy.fft.{_prim}"))
    linear(f"np.fft.rfft{_name}{_several}", _half_of_all)
    linear(f"np.fft.irfft{_name}{_several}", _doubled_of_all)
