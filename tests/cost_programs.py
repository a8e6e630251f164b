"""Programs as people write them, for which an expert's adjoint has few NumPy calls: (function, argnums, arguments)."""

from __future__ import annotations

import numpy as np

_random = np.random.default_rng(11)


def _normal(*shape: int) -> np.ndarray:
    return _random.standard_normal(shape)


def softmax_in_a_loop(W, x, steps):
    h = x
    for _ in range(steps):
        z = W @ h
        h = np.exp(z) / np.sum(np.exp(z))
    return np.sum(h * x)


def softmax_of_columns(W, x):
    e = np.exp(W * x)
    return np.sum((e / np.sum(e, axis=0)) ** 2)


def softmax_of_rows(W, x):
    e = np.exp(W * x)
    return np.sum((e / np.sum(e, axis=1)[:, None]) ** 2)


def softmax_of_all(W, x):
    e = np.exp(W * x)
    p = e / e.sum()
    return np.sum(p * W) + np.sum(e)


def softmax_in_place(W, x):
    s = W * x
    s -= s.max(1, keepdims=True)
    a = np.exp(s)
    a /= a.sum(-1, keepdims=True)
    return np.sum((a @ W) ** 2)


def shifted_in_a_loop(W, x, steps):
    a = x
    for _ in range(steps):
        m = a[:, None] + W
        top = m.max(axis=0)
        a = top + np.log(np.sum(np.exp(m - top), axis=0))
    top = a.max()
    return top + np.log(np.sum(np.exp(a - top)))


def not_quite_shifted_in_a_loop(W, x, steps):
    a = x
    for _ in range(steps):
        m = a[:, None] + W
        top = m.max(axis=0)
        a = top + np.log(np.sum(np.exp(m - top), axis=1))
    top = a.max()
    return top * np.log(np.sum(np.exp(a - top)))


def filtered(W, x):
    y = np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(W, len(x)), len(x))
    return np.sum(y * np.abs(np.fft.rfft(y, axis=0)[0]) + np.fft.irfft(np.fft.rfft(x, 5), 8)[: len(x)].sum())


def solved(W, x, steps):
    for _ in range(steps):
        x = np.linalg.solve(W + 4.0 * np.eye(len(x)), x)
    return np.sum(x * x)


def carried_off(u, w, dt, dx):
    for _ in range(3):
        new = u.copy()
        new[1:-1] = u[1:-1] + w * dt / dx**2 * (u[2:] - u[1:-1])
        u = new
    return np.sum(u * u)


def over_windows(W, x):
    p = np.lib.stride_tricks.sliding_window_view(W, (2, len(x)))
    out = np.einsum("abij,j->ab", p, x)
    return np.sum(out * out)


def over_windows_of_a_copy(W, x):
    u = W.copy()
    p = np.lib.stride_tricks.sliding_window_view(u, len(x), axis=1)[:, ::2]
    u[1] *= u[0]
    return np.sum(np.max(p, axis=2)) + np.sum((p @ x) ** 2)


def not_quite_softmax(W, x):
    e = np.exp(W * x)
    return np.sum((e / np.sum(e, axis=1)) ** 2) + np.sum((e / np.sum(np.exp(W), axis=0)) ** 2)


def standardised(W, x):
    centred = W - np.mean(W, axis=1, keepdims=True)
    y = centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 0.1)
    return np.sum(y * x)


def normalised(W, x, steps):
    for _ in range(steps):
        x = W @ x
        x = x / np.linalg.norm(x)
    return np.sum(x * W)


def stepped_from_a_copy(u, w, steps):
    for _ in range(steps):
        new = u.copy()
        new[1:-1] = w * (u[2:] + u[:-2]) - u[1:-1] ** 2
        new[0] = 0.0
        u = new
    return np.sum(u * u)


def stepped_twice(u, w, steps):
    new = u
    for _ in range(steps):
        old = new.copy()
        new = old * w
        new[1:] = new[1:] + old[:-1] * old[1:]
        u = u + old[[0, 0, 1, 2, 2, -1]]
    return np.sum(u * new)


def read_and_added(u, w, steps):
    a = u * w
    b = a + u[2]
    c = b + a[0] * a[1:2] + u[np.array([1, 1, 0, 3, 2, 5])]
    return np.sum(c * b) + steps * np.sum(u[::2]) * u[3]


def descended(X, w, steps):
    for _ in range(steps):
        w = w - 0.1 * X.T @ (2.0 * X @ w - 1.0)
    return np.sum(w * w)


def scaled_in_two_loops(X, w, steps):
    for k in range(steps):
        for _ in range(2):
            w = w - (0.1 * X.T) @ np.tanh((-X * w[0]) @ w + k)
        X = X * 0.5
    return np.sum(w * w)


def normal_equations(W, x):
    left = np.cos(W)
    return np.sum(np.linalg.solve(left.T @ left + np.eye(4), left.T @ x) ** 2)


def both_sides(W, x):
    turned = W.T
    s = turned @ W @ W.T @ np.sin(W) - 3.0 * (turned @ x)
    return np.sum(s * W) + np.sum(turned @ np.outer(x, x))


def filled(u, w, n):
    out = np.zeros((n, 6))
    for k in range(n):
        out[k] = np.sin(w * u) / (w + k)
    return np.sum(out**2)


def filled_from_before(u, w, n):
    path = np.zeros(n)
    path[0] = 0.5
    for k in range(1, n):
        path[k] = np.sin(path[k - 1]) * w + u[k] * np.sum(path)
    return np.sum(path * path)


def filled_again(u, w, n):
    path, last = np.zeros(n), np.ones(3)
    for k in range(-2, n - 2):
        path[k] = w * u[k + 2]
        path[k] += path[0] * path[k]
        last[0] = path[k] * last[1]
    for k in range(2, n):
        u = u.copy()
        u[k] = path[k - 1] * u[0]
    return np.sum(path * path) + np.sum(last) + np.sum(u)


def filled_over_passes(u, w, n):
    path = np.zeros(n)
    for j in range(2):
        for k in range(n):
            path[k] = w * u[k] * (j + 1) + path[k - 1] ** 2
    return np.sum(path * path)


CASES = [
    (filled, (0, 1), (_normal(6), 0.4, 3)),
    (filled_from_before, (0, 1), (_normal(6), 0.4, 5)),
    (filled_again, (0, 1), (_normal(6), 0.4, 5)),
    (filled_over_passes, (0, 1), (0.3 * _normal(6), 0.4, 5)),
    (normal_equations, (0, 1), (_normal(4, 4), _normal(4))),
    (both_sides, (0, 1), (_normal(4, 4), _normal(4))),
    (descended, (0, 1), (_normal(5, 3), _normal(3), 3)),
    (descended, (0, 1), (_normal(5, 3), _normal(3), 0)),
    (scaled_in_two_loops, (0, 1), (_normal(5, 3), _normal(3), 3)),
    (stepped_from_a_copy, (0, 1), (_normal(6), 0.4, 3)),
    (stepped_twice, (0, 1), (_normal(6), 0.7, 3)),
    (read_and_added, (0, 1), (_normal(6), 0.7, 3)),
    (read_and_added, (0, 1), (_normal(6), _normal(6), 3)),
    (standardised, (0, 1), (_normal(3, 4), _normal(4))),
    (normalised, (0, 1), (_normal(4, 4), _normal(4), 3)),
    (softmax_in_a_loop, (0, 1), (_normal(4, 4), _normal(4), 3)),
    (softmax_of_columns, (0, 1), (_normal(4, 4), _normal(4))),
    (softmax_of_rows, (0, 1), (_normal(4, 4), _normal(4))),
    (softmax_of_all, (0, 1), (_normal(3, 4), _normal(4))),
    (softmax_in_place, (0, 1), (_normal(4, 4), _normal(4))),
    (shifted_in_a_loop, (0, 1), (_normal(4, 4), _normal(4), 3)),
    (shifted_in_a_loop, (0, 1), (_normal(4, 4), _normal(4), 0)),
    (not_quite_shifted_in_a_loop, (0, 1), (_normal(4, 4), _normal(4), 3)),
    (filtered, (0, 1), (_normal(3), _normal(6))),
    (filtered, (0, 1), (_normal(3), _normal(7))),
    (filtered, (0, 1), (_normal(7), _normal(7))),
    (solved, (0, 1), (0.3 * _normal(4, 4), _normal(4), 3)),
    (carried_off, (0, 1), (_normal(6), 0.3, 0.1, 0.5)),
    *((f, (0, 1), (_normal(4, n), _normal(3))) for f in (over_windows, over_windows_of_a_copy) for n in (3, 6)),
    (not_quite_softmax, (0, 1), (_normal(4, 4), _normal(4))),
]
