"""np.pad: zeros and copies are linear maps of their own; the other modes are written out axis by axis."""

import numpy as np

from .notation import definition, linear, refuse

_PAD = (
    "np.pad(x, pad_width, mode='constant', constant_values=0, end_values=0, stat_length=None, reflect_type='even')"
)
_COPIES = "('edge', 'wrap', 'symmetric', 'reflect')"
linear(_PAD, "unpad(y_bar, x, pad_width)", when="mode == 'constant' and literal(constant_values) or mode == 'empty'",
       forward="np.pad(x_dot, pad_width)")  # fmt: skip
linear(_PAD, "unpad(y_bar, x, pad_width, mode)", when=f"isinstance(mode, str) and mode in {_COPIES} and reflect_type == 'even'",
       forward="np.pad(x_dot, pad_width, mode=mode)")  # fmt: skip


def pairs_of(value, rank):
    """What is put before and behind each axis, in the short forms that NumPy allows."""
    if not isinstance(value, (tuple, list)):
        return [(value, value)] * rank
    if not isinstance(value[0], (tuple, list)):
        pair = (value[0], value[0]) if len(value) == 1 else (value[0], value[1])
        return [pair] * rank
    pairs = [(v[0], v[len(v) - 1]) for v in value]
    return pairs * rank if len(pairs) == 1 else pairs


def pieces_of(x, axis, before, after, mode, given, length):
    """What is put before and behind one axis, which comes first."""
    along = np.moveaxis(x, axis, 0)
    low, high = along[:1], along[-1:]
    low_shape, high_shape = (before, *np.shape(along)[1:]), (after, *np.shape(along)[1:])
    if mode == "constant":
        return np.full(low_shape, given[0]), np.full(high_shape, given[1])
    if mode == "linear_ramp":
        rising = np.reshape(np.arange(before), (-1,) + (1,) * (np.ndim(x) - 1)) / max(before, 1)
        falling = np.reshape(np.arange(after, 0, -1) - 1, (-1,) + (1,) * (np.ndim(x) - 1)) / max(after, 1)
        return given[0] + rising * (low - given[0]), given[1] + falling * (high - given[1])
    first = along if length is None else along[:length]
    last = along if length is None else along[-length:]
    if mode == "mean":
        low, high = np.mean(first, axis=0), np.mean(last, axis=0)
    elif mode == "median":
        low, high = np.median(first, axis=0), np.median(last, axis=0)
    elif mode == "maximum":
        low, high = np.max(first, axis=0), np.max(last, axis=0)
    else:
        low, high = np.min(first, axis=0), np.min(last, axis=0)
    return np.broadcast_to(low, low_shape), np.broadcast_to(high, high_shape)


@definition(
    _PAD,
    when="mode in ('constant', 'linear_ramp', 'mean', 'median', 'maximum', 'minimum') and ndim(x) is not None and "
    "literal(pad_width) and (stat_length is None or isinstance(stat_length, int))",
)
def pad(x, pad_width, mode, constant_values, end_values, stat_length, reflect_type):
    """Joined to what is put before and behind, one axis after the other."""
    widths = pairs_of(pad_width, np.ndim(x))
    values = pairs_of(constant_values if mode == "constant" else end_values, np.ndim(x))
    padded = x
    for axis in range(np.ndim(x)):
        before, after = widths[axis]
        low, high = pieces_of(padded, axis, before, after, mode, values[axis], stat_length)
        along = np.concatenate([low, np.moveaxis(padded, axis, 0), high]).astype(x.dtype)
        padded = np.moveaxis(along, 0, axis)
    return padded


@definition(_PAD, when="mode in ('reflect', 'symmetric') and reflect_type == 'odd' and ndim(x) is not None and literal(pad_width)")
def odd_pad(x, pad_width, mode, constant_values, end_values, stat_length, reflect_type):
    """Twice the edge less the mirror image, one axis after the other; an image of an image is left out."""
    padded = x
    for axis, (before, after) in enumerate(pairs_of(pad_width, np.ndim(x))):
        if max(before, after) > np.shape(x)[axis] - (mode == "reflect"):
            raise NotImplementedError("np.pad with reflect_type='odd' by more than the length of an axis has no derivative")
        widths = [(0, 0)] * np.ndim(x)
        widths[axis] = (before, after)
        padded = 2 * np.pad(padded, widths, mode="edge") - np.pad(padded, widths, mode=mode)
    return padded


refuse(_PAD, "np.pad in this form: pad_width must be known and stat_length a number")
