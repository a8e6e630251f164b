"""How random draws move with their parameters when the probability below them is kept: -(dF/da) / density.

The quotient is an integral over one side of the draw, of what is smooth and of one sign for most of its way, so that
nothing cancels in the tails. Between 0 and infinity it is summed at points that grow doubly exponentially.
"""

from __future__ import annotations

import numpy as np


def digamma(x):
    """The derivative of the logarithm of the gamma function, for x > 0."""
    shifted = np.asarray(x) + 10.0
    total = np.log(shifted) - 0.5 / shifted
    for k, b in enumerate((1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12), start=1):
        total = total - b / shifted ** (2 * k)
    for k in range(10):
        total = total - 1.0 / (x + k)
    return total


def half_line_sum(f, scale):
    """The integral from 0 to infinity of a function that falls off like exp(-s / scale), or faster."""
    total = 0.0
    for k in range(-42, 41):
        u = 0.1 * k
        s = np.exp(u - np.exp(-u))
        total = total + 0.1 * s * (1.0 + np.exp(-u)) * f(s * scale)
    return scale * total


def decay_length(rate, bend):
    """Where rate * s + bend * s**2 / 2 is about 1."""
    return 1.0 / (0.5 * rate + np.sqrt(0.25 * rate**2 + 0.5 * bend))


def gamma_path(a, z):
    """How a standard gamma variate z moves with its shape a."""
    a, drawn = np.asarray(a, float), np.asarray(z, float)
    z = np.where(drawn > 0, drawn, 1.0)
    mean_log = digamma(a)

    def below(s):
        return np.exp(-low * np.expm1(-s) - a * s) * (np.log(low) - s - mean_log)

    def above(t):
        return np.exp((a - 1.0) * np.log1p(t / high) - t) * (np.log(high + t) - mean_log)

    # Small variates are summed from below also where they are above the shape: from above they are near a pole.
    turn = np.maximum(a, 0.5)
    low, high = np.minimum(z, turn), np.maximum(z, turn)
    length = np.where(a < 0.5, 1.0 / a, decay_length(np.maximum(a - low, 0.0), low))
    from_below = -low * half_line_sum(below, length)
    more = np.maximum(a - 1.0, 0.0)
    from_above = half_line_sum(above, decay_length(1.0 - more / high, more / high**2))
    return np.where(drawn > 0, np.where(z < turn, from_below, from_above), 0.0).astype(np.result_type(drawn))[()]


def beta_path(a, b, z, rest):
    """How a beta variate z, of which `rest` is left to 1, moves with its first parameter a."""
    a, b, z, rest = np.asarray(a, float), np.asarray(b, float), np.asarray(z, float), np.asarray(rest, float)
    is_inside = (z > 0) & (rest > 0)
    is_low = is_inside & (z * b < a * rest)
    mean_log = digamma(a) - digamma(a + b)

    def below(s):
        return np.exp((b - 1.0) * np.log1p(-low * np.expm1(-s) / others) - a * s) * (np.log(low) - s - mean_log)

    low, others = np.where(is_low, z, 0.5 * a / (a + b)), np.where(is_low, rest, (0.5 * a + b) / (a + b))
    more = np.maximum(b - 1.0, 0.0)
    from_below = -low * half_line_sum(below, decay_length(a - more * low / others, more * low / others**2))

    def above(s):
        return np.exp((a - 1.0) * np.log1p(-last * np.expm1(-s) / first) - b * s) * (np.log1p(-last * np.exp(-s)) - mean_log)

    is_high = is_inside & ~is_low
    last, first = np.where(is_high, rest, 0.5 * b / (a + b)), np.where(is_high, z, (0.5 * b + a) / (a + b))
    more = np.maximum(a - 1.0, 0.0)
    from_above = last * half_line_sum(above, decay_length(b - more * last / first, more * last / first**2))
    return np.where(is_inside, np.where(is_low, from_below, from_above), 0.0)[()]


def student_path(df, t):
    """How a variate of Student's distribution moves with the degrees of freedom: t**2 / (df + t**2) is a beta variate."""
    part, rest = t * t / (df + t * t), df / (df + t * t)
    moved = -0.5 * beta_path(0.5 * df, 0.5, rest, part)
    return 0.5 * t * (1.0 / df + moved / np.where(part > 0, part * rest, 1.0))


def mills_ratio(x):
    """The tail of the normal distribution beyond x >= 0 over its density there."""
    return half_line_sum(lambda t: np.exp(-x * t - 0.5 * t * t), decay_length(x, 1.0))
