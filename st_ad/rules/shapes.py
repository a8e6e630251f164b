"""Functions that rearrange, copy, repeat, pad and sort items."""

import numpy as np

from ..ir.syntax import Lit, Pack
from ..runtime import share_ties, strided_places
from .notation import Generation, constant, definition, linear, refuse, rule

_BACK = "np.reshape(y_bar, np.shape(x))"



def _each_back(g: Generation):
    """Of several operands each gets its own adjoint back, in its shape."""
    bars = g.y_bar.items  # type: ignore[union-attr]
    operands = (g.bound["x"], *g.bound["others"].items)  # type: ignore[union-attr]
    parts = []
    for operand, bar in zip(operands, bars):
        is_zero = isinstance(bar, Lit) and bar.value is None
        shape = g.builder.emit("numpy.shape", operand)
        parts.append(Lit(None) if is_zero else g.builder.emit("numpy.reshape", bar, shape))
    return parts[0] if g.name == "x" else Pack("tuple", tuple(parts[1:]))


# Copies and conversions: the transform knows who shares storage.
for _call in (
    "np.copy(x, order='K', subok=False)", "np.asarray(x, dtype=None, order=None, copy=None)",
    "np.asanyarray(x, dtype=None)", "np.ascontiguousarray(x, dtype=None)", "np.asfortranarray(x, dtype=None)",
    "np.asarray_chkfinite(x, dtype=None)", "np.require(x, dtype=None, requirements=None)",
):  # fmt: skip
    linear(_call, "y_bar", when="not is_display(x)")
constant(
    "ndarray.astype(x, dtype, order='K', casting='unsafe', subok=True, copy=True)",
    when="is_integer_dtype(dtype)",
)
linear("ndarray.astype(x, dtype, order='K', casting='unsafe', subok=True, copy=True)", "y_bar")
linear("np.astype(x, dtype, copy=True)", "y_bar", when="not is_integer_dtype(dtype)")
constant("np.astype(x, dtype, copy=True)")
linear("ndarray.item(x)", "y_bar * np.ones_like(x)")
linear("ndarray.tolist(x)", "np.asarray(y_bar)")
for _type in ("float64", "float32", "float16", "complex128", "complex64", "longdouble"):
    linear(f"np.{_type}(x)", "y_bar")

linear("np.reshape(x, shape, order='C')", _BACK, when="order == 'C'")
linear("np.reshape(x, shape, order='C')", "np.reshape(y_bar, np.shape(x), order='F')", when="order == 'F'")
for _call in ("np.ravel(x, order='C')", "ndarray.flatten(x, order='C')"):
    linear(_call, _BACK, when="order == 'C' or ndim(x) == 1")
    linear(_call, "np.reshape(y_bar, np.shape(x), order='F')", when="order == 'F'")
for _call in ("np.reshape(x, shape, order='C')", "np.ravel(x, order='C')", "ndarray.flatten(x, order='C')"):
    refuse(
        _call, "the order 'A' or 'K' depends on how the array lies in memory: write order='C' or order='F'"
    )
for _call in ("np.squeeze(x, axis=None)", "np.expand_dims(x, axis)"):
    linear(_call, _BACK)
for _rank in (1, 2, 3):
    linear(f"np.atleast_{_rank}d(x, *others)", _BACK, when="len(others) == 0")
linear("np.atleast_1d(x, *others)", _each_back, _each_back)
linear("np.atleast_2d(x, *others)", _each_back, _each_back)
linear("np.atleast_3d(x, *others)", _each_back, _each_back)
linear("np.broadcast_to(x, shape, subok=False)", "y_bar", broadcast=True)


def _inverse_transpose(g: Generation):
    """The transpose by the inverse permutation."""
    axes = g.bound["axes"]
    items = axes.items if isinstance(axes, Pack) else [Lit(v) for v in axes.value]  # type: ignore[union-attr]
    values = [a.value for a in items if isinstance(a, Lit)]
    inverse = tuple(int(i) for i in np.argsort([v % len(values) for v in values]))
    return g.builder.emit("numpy.transpose", g.y_bar, Lit(None) if inverse == (1, 0) else inverse)


linear("np.transpose(x, axes=None)", "np.transpose(y_bar)", when="axes is None")
linear("np.transpose(x, axes=None)", _inverse_transpose, when="literal(axes)")
linear("np.transpose(x, axes=None)", "np.transpose(y_bar, np.argsort(axes))")
linear("np.matrix_transpose(x)", "np.swapaxes(y_bar, -1, -2)")
linear("np.swapaxes(x, axis1, axis2)", "np.swapaxes(y_bar, axis1, axis2)")
linear("np.moveaxis(x, source, destination)", "np.moveaxis(y_bar, destination, source)")


@rule("np.rollaxis(x, axis, start=0)", forward="np.rollaxis(x_dot, axis, start)")
def rollaxis(x, axis, start, y, y_bar):
    """The axis goes back to where it was."""
    rank = np.ndim(x)
    place = start % rank if start < 0 else start
    if place > axis % rank:
        place = place - 1
    return np.moveaxis(y_bar, place, axis)


linear("np.flip(x, axis=None)", "np.flip(y_bar, axis)")
linear("np.fliplr(x)", "np.fliplr(y_bar)")
linear("np.flipud(x)", "np.flipud(y_bar)")
linear("np.roll(x, shift, axis=None)", "np.roll(y_bar, -shift, axis)", when="isinstance(shift, int)")
linear("np.roll(x, shift, axis=None)", "np.roll(y_bar, np.negative(shift), axis)")
linear("np.rot90(x, k=1, axes=(0, 1))", "np.rot90(y_bar, -k, axes)")
linear("np.fft.fftshift(x, axes=None)", "np.fft.ifftshift(y_bar, axes)")
linear("np.fft.ifftshift(x, axes=None)", "np.fft.fftshift(y_bar, axes)")
linear("np.tril(x, k=0)", "np.tril(y_bar, k)", when="ndim(x) >= 2")
linear("np.tril(x, k=0)", "np.sum(np.tril(y_bar, k), axis=0)", when="ndim(x) == 1")
linear("np.tril(x, k=0)", "unbroadcast(np.tril(y_bar, k), x)")
linear("np.triu(x, k=0)", "np.triu(y_bar, k)", when="ndim(x) >= 2")
linear("np.triu(x, k=0)", "np.sum(np.triu(y_bar, k), axis=0)", when="ndim(x) == 1")
linear("np.triu(x, k=0)", "unbroadcast(np.triu(y_bar, k), x)")

linear("np.diag(x, k=0)", "np.diagonal(y_bar, k)", when="ndim(x) == 1")
linear("np.diag(x, k=0)", "diagonal_into(y_bar, x, k)", when="ndim(x) == 2")
linear("np.diag(x, k=0)", "np.diagonal(y_bar, k) if np.ndim(x) == 1 else diagonal_into(y_bar, x, k)")
linear("np.diagflat(x, k=0)", "np.reshape(np.diagonal(y_bar, k), np.shape(x))")
linear("np.diagonal(x, offset=0, axis1=0, axis2=1)", "diagonal_into(y_bar, x, offset, axis1, axis2)")

linear("np.linalg.diagonal(x, offset=0)", "diagonal_into(y_bar, x, offset, -2, -1)")


_WINDOWS = "np.lib.stride_tricks.sliding_window_view(x, window_shape, axis=None, subok=False, writeable=False)"
linear(_WINDOWS, "unwindow(y_bar, x, window_shape)", when="axis is None")
linear(_WINDOWS, "unwindow(y_bar, x, window_shape, axis)")


@definition("np.lib.stride_tricks.as_strided(x, shape=None, strides=None, subok=False, writeable=True)")
def as_strided(x, shape, strides, subok, writeable):
    """The items at the places where the strides lead."""
    return np.take(x, strided_places(x, shape, strides))


linear("np.tile(x, reps)", "untile(y_bar, x, reps)")
linear("np.repeat(x, repeats, axis=None)", "np.reshape(np.sum(np.reshape(y_bar, (-1, repeats)), axis=1), np.shape(x))",
       when="isinstance(repeats, int) and repeats > 0 and (axis is None or ndim(x) == 1)")  # fmt: skip
linear("np.repeat(x, repeats, axis=None)", "unrepeat(y_bar, x, repeats, axis)")

_DIFF = "np.diff(x, n=1, axis=-1, prepend=..., append=...)"
linear(_DIFF, "-np.diff(y_bar, axis=axis, prepend=0.0, append=0.0)",
       when="n == 1 and not is_given(prepend) and not is_given(append)")  # fmt: skip
linear(_DIFF, "undiff(y_bar, n, axis)", when="not is_given(prepend) and not is_given(append)")
_FIXED = "(not is_given(prepend) or literal(prepend)) and (not is_given(append) or literal(append))"
linear(_DIFF, "-np.diff(y_bar, axis=axis)", when=f"n == 1 and is_given(append) and is_given(prepend) and {_FIXED}",
       forward="np.diff(x_dot, axis=axis, prepend=0.0, append=0.0)")  # fmt: skip
linear(_DIFF, "-np.diff(y_bar, axis=axis, append=0.0)", when=f"n == 1 and is_given(prepend) and not is_given(append) and {_FIXED}",
       forward="np.diff(x_dot, axis=axis, prepend=0.0)")  # fmt: skip
linear(_DIFF, "-np.diff(y_bar, axis=axis, prepend=0.0)", when=f"n == 1 and is_given(append) and not is_given(prepend) and {_FIXED}",
       forward="np.diff(x_dot, axis=axis, append=0.0)")  # fmt: skip


@rule("np.ediff1d(x, to_end=None, to_begin=None)", when="to_end is None and to_begin is None",
      forward="np.diff(np.ravel(x_dot))")  # fmt: skip
def ediff1d(x, to_end, to_begin, y, y_bar):
    """The differences of the flattened array."""
    return np.reshape(-np.diff(y_bar, prepend=0.0, append=0.0), np.shape(x))


@rule("np.sort(x, axis=-1, kind=None, order=None, stable=None)",
      forward="share_ties(np.take_along_axis(x_dot, np.argsort(x, axis=axis, kind='stable'), axis), y, axis)")  # fmt: skip
def sort(x, axis, kind, order, stable, y, y_bar):
    """Each adjoint goes back to where its item came from; equal items share."""
    places = np.argsort(x, axis=axis, kind="stable")
    shared = share_ties(y_bar, y, axis)
    if axis is None:
        return np.reshape(np.take_along_axis(shared, np.argsort(places), -1), np.shape(x))
    return np.take_along_axis(shared, np.argsort(places, axis=axis), axis)


# NumPy's partition and argpartition may arrange the items differently: the order is found from the result.
_ARRANGED = "np.take_along_axis(np.argsort(x, axis=axis), np.argsort(np.argsort(y, axis=axis), axis=axis), axis)"


@rule("np.partition(x, kth, axis=-1, kind='introselect')", forward=f"np.take_along_axis(x_dot, {_ARRANGED}, axis)")
def partition(x, kth, axis, kind, y, y_bar):
    """Each adjoint goes back to where its item came from."""
    ranks = np.argsort(np.argsort(y, axis=axis), axis=axis)
    order = np.take_along_axis(np.argsort(x, axis=axis), ranks, axis)
    if axis is None:
        return np.reshape(np.take_along_axis(y_bar, np.argsort(order), -1), np.shape(x))
    return np.take_along_axis(y_bar, np.argsort(order, axis=axis), axis)


constant("np.argsort", "np.argpartition", "np.lexsort", "np.searchsorted", "np.digitize", "np.unravel_index",
         "np.ravel_multi_index")  # fmt: skip
