"""The workloads that store in arrays, as users of autograd must write them."""

from __future__ import annotations

import numpy as np


def heat_without_stores(u, k, steps):
    for _ in range(steps):
        d = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        rows = np.concatenate((u[1:-1, :1], u[1:-1, 1:-1] + k * d, u[1:-1, -1:]), axis=1)
        u = np.concatenate((u[:1], rows, u[-1:]), axis=0)
    return np.sum(u * u)
