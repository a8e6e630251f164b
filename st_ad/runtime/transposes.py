"""Transposes of linear maps that NumPy has as functions but not in transposed form."""

from __future__ import annotations

import numpy as np

from .special import are_normal


def scatter(g, x, indices, axis=None):
    """Zeros like `x` with `g` added at `indices` along `axis`, repeats adding up: the transpose of `np.take`."""
    out = np.zeros(np.shape(x), np.result_type(g))
    if axis is None:
        np.add.at(out.reshape(-1), indices, g)
        return out
    axis = axis % out.ndim
    np.add.at(out, (slice(None),) * axis + (indices,), g)
    return out


def diagonal_into(g, x, offset=0, axis1=0, axis2=1):
    """Zeros like `x` with `g` on a diagonal: the transpose of `np.diagonal`."""
    out = np.zeros(np.shape(x), np.result_type(g))
    matrices = np.moveaxis(out, (axis1, axis2), (-2, -1))
    k = np.arange(np.shape(g)[-1])
    matrices[..., k + max(-offset, 0), k + max(offset, 0)] = g
    return out


def untile(g, x, reps):
    """Sum the copies that `np.tile(x, reps)` has made of `x`."""
    shape = np.shape(x)
    reps = (reps,) if np.ndim(reps) == 0 else tuple(reps)
    rank = max(len(shape), len(reps))
    reps = (1,) * (rank - len(reps)) + reps
    lengths = (1,) * (rank - len(shape)) + shape
    pairs = tuple(n for pair in zip(reps, lengths) for n in pair)
    return np.reshape(np.sum(np.reshape(g, pairs), axis=tuple(range(0, 2 * rank, 2))), shape)


def unwindow(g, x, window_shape, axis=None):
    """Add the items of the windows that slide along `x` to where they were read."""
    lengths = (window_shape,) if np.ndim(window_shape) == 0 else tuple(window_shape)
    axes = tuple(range(np.ndim(x))) if axis is None else (axis,) if np.ndim(axis) == 0 else tuple(axis)
    out = np.zeros(np.shape(x), np.result_type(g))
    for place in np.ndindex(*lengths):
        starts = [0] * np.ndim(x)
        for at, start in zip(axes, place):
            starts[at] += start
        out[tuple(slice(s, s + n) for s, n in zip(starts, np.shape(g)))] += g[(..., *place)]
    return out


def unrepeat(g, x, repeats, axis=None):
    """Sum the copies that `np.repeat(x, repeats, axis)` has made of each item of `x`."""
    shape = np.shape(x)
    length = np.size(x) if axis is None else shape[axis]
    source = np.repeat(np.arange(length), repeats)
    if axis is None:
        out = np.zeros(length, np.result_type(g))
        np.add.at(out, source, g)
        return np.reshape(out, shape)
    out = np.zeros(shape, np.result_type(g))
    np.add.at(np.moveaxis(out, axis, 0), source, np.moveaxis(g, axis, 0))
    return out


def unpad(g, x, pad_width, mode="constant"):
    """Fold what `np.pad(x, pad_width, mode)` has added back onto the items of `x` that it was copied from."""
    if isinstance(pad_width, dict):
        rank = np.ndim(x)
        pad_width = [np.broadcast_to(pad_width.get(i, pad_width.get(i - rank, 0)), 2) for i in range(rank)]  # type: ignore[arg-type]
    widths = np.broadcast_to(pad_width, (np.ndim(x), 2))
    for axis, (before, after) in enumerate(widths):
        length = np.shape(x)[axis]
        g = np.moveaxis(g, axis, 0)
        out = np.array(g[before : before + length])
        if mode != "constant":
            source = np.pad(np.arange(length), (before, after), mode=mode)
            np.add.at(out, source[:before], g[:before])
            np.add.at(out, source[before + length :], g[before + length :])
        g = np.moveaxis(out, 0, axis)
    return g


def undiff(g, n=1, axis=-1):
    """The transpose of `np.diff(x, n, axis)`."""
    widths = [(0, 0)] * np.ndim(g)
    widths[axis] = (1, 1)
    for _ in range(n):
        g = -np.diff(np.pad(g, widths), axis=axis)
    return g


def cumprod_bar(g, x, axis=None):
    """The adjoint of `x` in `np.cumprod(x, axis)`; no division where there are zeros, so that they do no harm."""
    if axis is None:
        return np.reshape(cumprod_bar(g, np.ravel(x), 0), np.shape(x))
    x, g = np.moveaxis(x, axis, 0), np.moveaxis(g, axis, 0)
    y = np.cumprod(x, axis=0)
    if are_normal(y):
        return np.moveaxis(np.cumsum((g * y)[::-1], axis=0)[::-1] / x, 0, axis)
    out = np.zeros(np.shape(x), np.result_type(g, x))
    rest = np.zeros(np.shape(x)[1:], out.dtype)
    for k in reversed(range(len(x))):
        rest = g[k] + (x[k + 1] * rest if k + 1 < len(x) else 0.0)
        out[k] = rest
    out[1:] *= y[:-1]
    return np.moveaxis(out, 0, axis)


def piece(g, x, start, axis=0):
    """The part of `g`, from `start` along `axis`, that stands for `x` in what was joined."""
    return np.moveaxis(np.moveaxis(g, axis, 0)[start : start + np.shape(x)[axis]], 0, axis)


def piece_into(g, x, start, axis=0):
    """Zeros like `x` with `g` from `start` along `axis`: the transpose of a piece."""
    out = np.zeros(np.shape(x), np.result_type(g))
    np.moveaxis(out, axis, 0)[start : start + np.shape(g)[axis]] = np.moveaxis(g, axis, 0)
    return out


def share_ties(g, ranked, axis=-1):
    """The average of `g` over each run of equal items of a sorted array; it is its own transpose."""
    g, ranked = np.moveaxis(g, -1 if axis is None else axis, -1), np.moveaxis(ranked, -1 if axis is None else axis, -1)
    is_first = np.ones(np.shape(g), bool)
    is_first[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    if not np.all(is_first):
        starts = np.flatnonzero(is_first)
        counts = np.diff(np.append(starts, is_first.size))
        g = np.reshape(np.repeat(np.add.reduceat(np.ravel(g), starts) / counts, counts), np.shape(g)).astype(g.dtype)
    return np.moveaxis(g, -1, -1 if axis is None else axis)


def unreduceat(g, x, indices, axis=0):
    """Zeros like `x` with each item of `g` on the slice that `np.add.reduceat(x, indices, axis)` has summed."""
    length = np.shape(x)[axis]
    first = np.asarray(indices) % length
    counts = np.diff(first, append=length)
    counts = np.where(counts > 0, counts, 1)
    ends = np.cumsum(counts)
    places = np.arange(ends[-1]) + np.repeat(first - ends + counts, counts)
    return scatter(np.repeat(g, counts, axis), x, places, axis)


def strided_places(x, shape=None, strides=None):
    """The places, in the flattened array, of what `as_strided` shows of an array; refuses what is not one of its items."""

    def offsets(lengths, steps):
        total = np.zeros(lengths, int)
        for axis, (length, step) in enumerate(zip(lengths, steps)):
            total = total + np.reshape(np.arange(length) * step, (-1,) + (1,) * (len(lengths) - axis - 1))
        return total

    lengths = np.shape(x) if shape is None else tuple(np.ravel(shape))
    wanted = offsets(lengths, x.strides if strides is None else tuple(np.ravel(strides)))
    own = np.ravel(offsets(np.shape(x), x.strides))
    order = np.argsort(own, kind="stable")
    found = np.minimum(np.searchsorted(own[order], wanted), np.size(x) - 1)
    if np.size(wanted) and not (np.size(x) and np.all(own[order][found] == wanted)):
        raise ValueError("as_strided reads memory that is no item of the array")
    return order[found]
