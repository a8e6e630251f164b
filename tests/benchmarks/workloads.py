"""Programs as users write them, each with the adjoint that a careful person writes by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

_random = np.random.default_rng(0)


def _normal(*shape: int) -> np.ndarray:
    return _random.standard_normal(shape)


def eq1(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


def eq1_by_hand(x1, x2, out_bar=1.0):
    return out_bar / x1 + out_bar * x2, out_bar * x1 - out_bar * np.cos(x2)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_by_hand(x, out_bar=1.0):
    head = x[:-1]
    step = head * head
    np.subtract(x[1:], step, out=step)
    step *= 200.0 * out_bar
    x_bar = np.zeros_like(x)
    part = x_bar[:-1]
    np.multiply(head, step, out=part)
    part += out_bar
    part -= out_bar * head
    part *= -2.0
    x_bar[1:] += step
    return (x_bar,)


def softmax_regression(W, b, x, labels):
    z = x @ W + b
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def softmax_regression_by_hand(W, b, x, labels, out_bar=1.0):
    z = x @ W + b
    z -= np.max(z, axis=1, keepdims=True)
    e = np.exp(z)
    z_bar = e * (out_bar / len(labels) / np.sum(e, axis=1, keepdims=True))
    z_bar[np.arange(len(labels)), labels] -= out_bar / len(labels)
    return x.T @ z_bar, np.sum(z_bar, axis=0)


def mlp(W1, b1, W2, b2, W3, b3, x, t):
    h = np.tanh(x @ W1 + b1)
    g = np.tanh(h @ W2 + b2)
    r = g @ W3 + b3 - t
    return 0.5 * np.mean(np.sum(r * r, axis=1))


def mlp_by_hand(W1, b1, W2, b2, W3, b3, x, t, out_bar=1.0):
    h = np.tanh(x @ W1 + b1)
    g = np.tanh(h @ W2 + b2)
    r_bar = out_bar / len(x) * (g @ W3 + b3 - t)
    g_add_bar = r_bar @ W3.T * (1.0 - g * g)
    h_add_bar = g_add_bar @ W2.T * (1.0 - h * h)
    return (
        x.T @ h_add_bar, np.sum(h_add_bar, axis=0), h.T @ g_add_bar, np.sum(g_add_bar, axis=0),
        g.T @ r_bar, np.sum(r_bar, axis=0),
    )  # fmt: skip


def lstm(W, U, b, xs):
    n = U.shape[1]
    h = np.zeros(n)
    c = np.zeros(n)
    for x in xs:
        z = W @ x + U @ h + b
        i = 1.0 / (1.0 + np.exp(-z[:n]))
        f = 1.0 / (1.0 + np.exp(-z[n : 2 * n]))
        o = 1.0 / (1.0 + np.exp(-z[2 * n : 3 * n]))
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.sum(h * h)


def lstm_by_hand(W, U, b, xs, out_bar=1.0):
    n = U.shape[1]
    h = np.zeros(n)
    c = np.zeros(n)
    tape = []
    for x in xs:
        z = W @ x + U @ h + b
        i = 1.0 / (1.0 + np.exp(-z[:n]))
        f = 1.0 / (1.0 + np.exp(-z[n : 2 * n]))
        o = 1.0 / (1.0 + np.exp(-z[2 * n : 3 * n]))
        g = np.tanh(z[3 * n :])
        new = f * c + i * g
        s = np.tanh(new)
        tape.append((h, c, i, f, o, g, s))
        c = new
        h = o * s
    h_bar = 2.0 * out_bar * h
    c_bar = np.zeros(n)
    z_bars = np.empty((len(xs), len(b)))
    hs = np.empty((len(xs), n))
    for k in range(len(xs) - 1, -1, -1):
        hs[k], c, i, f, o, g, s = tape[k]
        c_bar = c_bar + h_bar * o * (1.0 - s * s)
        z_bar = z_bars[k]
        z_bar[:n] = c_bar * g * i * (1.0 - i)
        z_bar[n : 2 * n] = c_bar * c * f * (1.0 - f)
        z_bar[2 * n : 3 * n] = h_bar * s * o * (1.0 - o)
        z_bar[3 * n :] = c_bar * i * (1.0 - g * g)
        c_bar = c_bar * f
        h_bar = U.T @ z_bar
    return z_bars.T @ xs, z_bars.T @ hs, np.sum(z_bars, axis=0)


def lotka_volterra(a, b, c, d, x, y, dt, steps):
    for _ in range(steps):
        k1x, k1y = a * x - b * x * y, d * x * y - c * y
        x2, y2 = x + 0.5 * dt * k1x, y + 0.5 * dt * k1y
        k2x, k2y = a * x2 - b * x2 * y2, d * x2 * y2 - c * y2
        x3, y3 = x + 0.5 * dt * k2x, y + 0.5 * dt * k2y
        k3x, k3y = a * x3 - b * x3 * y3, d * x3 * y3 - c * y3
        x4, y4 = x + dt * k3x, y + dt * k3y
        k4x, k4y = a * x4 - b * x4 * y4, d * x4 * y4 - c * y4
        x = x + dt / 6.0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x)
        y = y + dt / 6.0 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y)
    return x * x + y * y


def lotka_volterra_by_hand(a, b, c, d, x, y, dt, steps, out_bar=1.0):
    tape = []
    for _ in range(steps):
        k1x, k1y = a * x - b * x * y, d * x * y - c * y
        x2, y2 = x + 0.5 * dt * k1x, y + 0.5 * dt * k1y
        k2x, k2y = a * x2 - b * x2 * y2, d * x2 * y2 - c * y2
        x3, y3 = x + 0.5 * dt * k2x, y + 0.5 * dt * k2y
        k3x, k3y = a * x3 - b * x3 * y3, d * x3 * y3 - c * y3
        x4, y4 = x + dt * k3x, y + dt * k3y
        k4x, k4y = a * x4 - b * x4 * y4, d * x4 * y4 - c * y4
        tape.append((x, y, x2, y2, x3, y3, x4, y4))
        x = x + dt / 6.0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x)
        y = y + dt / 6.0 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y)
    x_bar, y_bar = 2.0 * out_bar * x, 2.0 * out_bar * y
    a_bar = b_bar = c_bar = d_bar = 0.0
    sixth = dt / 6.0
    for x, y, x2, y2, x3, y3, x4, y4 in reversed(tape):
        gx, gy = sixth * x_bar, sixth * y_bar
        ux, uy = gx, gy
        s = ux * x4 * y4
        t = uy * x4 * y4
        a_bar += ux * x4
        b_bar -= s
        c_bar -= uy * y4
        d_bar += t
        px = ux * (a - b * y4) + uy * d * y4
        py = uy * (d * x4 - c) - ux * b * x4
        x_bar, y_bar = x_bar + px, y_bar + py
        ux, uy = 2.0 * gx + dt * px, 2.0 * gy + dt * py
        a_bar += ux * x3
        b_bar -= ux * x3 * y3
        c_bar -= uy * y3
        d_bar += uy * x3 * y3
        px = ux * (a - b * y3) + uy * d * y3
        py = uy * (d * x3 - c) - ux * b * x3
        x_bar, y_bar = x_bar + px, y_bar + py
        ux, uy = 2.0 * gx + 0.5 * dt * px, 2.0 * gy + 0.5 * dt * py
        a_bar += ux * x2
        b_bar -= ux * x2 * y2
        c_bar -= uy * y2
        d_bar += uy * x2 * y2
        px = ux * (a - b * y2) + uy * d * y2
        py = uy * (d * x2 - c) - ux * b * x2
        x_bar, y_bar = x_bar + px, y_bar + py
        ux, uy = gx + 0.5 * dt * px, gy + 0.5 * dt * py
        a_bar += ux * x
        b_bar -= ux * x * y
        c_bar -= uy * y
        d_bar += uy * x * y
        x_bar = x_bar + ux * (a - b * y) + uy * d * y
        y_bar = y_bar + uy * (d * x - c) - ux * b * x
    return a_bar, b_bar, c_bar, d_bar


def heat(u0, k, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += k * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1])
    return np.sum(u * u)


def heat_by_hand(u0, k, steps, out_bar=1.0):
    u = u0.copy()
    tape = []
    for _ in range(steps):
        d = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        tape.append(d)
        u[1:-1, 1:-1] += k * d
    u_bar = 2.0 * out_bar * u
    k_bar = 0.0
    for d in reversed(tape):
        g = u_bar[1:-1, 1:-1]
        k_bar += np.einsum("ij,ij->", g, d)
        d_bar = k * g
        u_bar[2:, 1:-1] += d_bar
        u_bar[:-2, 1:-1] += d_bar
        u_bar[1:-1, 2:] += d_bar
        u_bar[1:-1, :-2] += d_bar
        u_bar[1:-1, 1:-1] -= 4.0 * d_bar
    return u_bar, k_bar


def mixture(logits, means, log_scales, x):
    scaled = (x[:, None, :] - means) * np.exp(-log_scales)
    log_p = logits - 0.5 * np.sum(scaled * scaled, axis=2) - np.sum(log_scales, axis=1)
    top = np.max(log_p, axis=1)
    total = top + np.log(np.sum(np.exp(log_p - top[:, None]), axis=1))
    return np.sum(total) - len(x) * np.log(np.sum(np.exp(logits)))


def mixture_by_hand(logits, means, log_scales, x, out_bar=1.0):
    inverse = np.exp(-log_scales)
    scaled = x[:, None, :] - means
    scaled *= inverse
    log_p = logits - 0.5 * np.einsum("nkd,nkd->nk", scaled, scaled) - np.sum(log_scales, axis=1)
    e = np.exp(log_p - np.max(log_p, axis=1)[:, None])
    p_bar = e * (out_bar / np.sum(e, axis=1))[:, None]
    p_sum = np.sum(p_bar, axis=0)
    weights = np.exp(logits)
    logits_bar = p_sum - out_bar * len(x) / np.sum(weights) * weights
    means_bar = np.einsum("nk,nkd->kd", p_bar, scaled) * inverse
    log_scales_bar = np.einsum("nk,nkd,nkd->kd", p_bar, scaled, scaled) - p_sum[:, None]
    return logits_bar, means_bar, log_scales_bar


def attention(q, k, v):
    s = np.einsum("id,jd->ij", q, k) / np.sqrt(q.shape[1])
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    out = np.einsum("ij,jd->id", p, v)
    return np.sum(out * out)


def attention_by_hand(q, k, v, out_bar=1.0):
    scale = 1.0 / np.sqrt(q.shape[1])
    s = q @ k.T * scale
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    y_bar = 2.0 * out_bar * (p @ v)
    p_bar = y_bar @ v.T
    s_bar = p * (p_bar - np.sum(p_bar * p, axis=1, keepdims=True)) * scale
    return s_bar @ k, s_bar.T @ q, p.T @ y_bar


@dataclass(frozen=True)
class Workload:
    """A program, its hand-written adjoint with respect to the first `wrt` arguments, and the arguments."""

    name: str
    program: Callable[..., Any]
    by_hand: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: int


def _mlp(*widths: int) -> tuple[Any, ...]:
    batch, *layers = widths
    params: list[Any] = []
    for rows, columns in zip(layers, layers[1:]):
        params += [_normal(rows, columns) / np.sqrt(rows), _normal(columns)]
    return (*params, _normal(batch, layers[0]), _normal(batch, layers[-1]))


def _softmax(rows: int, columns: int) -> tuple[Any, ...]:
    return _normal(columns, 10), _normal(10), _normal(rows, columns), _random.integers(0, 10, rows)


WORKLOADS = (
    Workload("Eq. 1, scalars", eq1, eq1_by_hand, (2.0, 5.0), 2),
    Workload("Rosenbrock, n = 10", rosenbrock, rosenbrock_by_hand, (_normal(10),), 1),
    Workload("Rosenbrock, n = 1,000,000", rosenbrock, rosenbrock_by_hand, (_normal(1_000_000),), 1),
    Workload("softmax, 100 x 10", softmax_regression, softmax_regression_by_hand, _softmax(100, 10), 2),
    Workload("softmax, 10,000 x 100", softmax_regression, softmax_regression_by_hand, _softmax(10_000, 100), 2),
    Workload("MLP 32-64-64-10, batch 32", mlp, mlp_by_hand, _mlp(32, 32, 64, 64, 10), 6),
    Workload("MLP 784-512-512-10, batch 256", mlp, mlp_by_hand, _mlp(256, 784, 512, 512, 10), 6),
    Workload("LSTM, 100 steps, 64", lstm, lstm_by_hand,
             (_normal(256, 32) / 8, _normal(256, 64) / 8, _normal(256), _normal(100, 32)), 3),
    Workload("Lotka-Volterra, 10,000 steps", lotka_volterra, lotka_volterra_by_hand,
             (1.5, 1.0, 3.0, 1.0, 1.0, 1.0, 0.001, 10_000), 4),
    Workload("heat, 100 x 100 x 200", heat, heat_by_hand, (_normal(100, 100), 0.1, 200), 2),
    Workload("mixture, 20 x 50 x 10,000", mixture, mixture_by_hand,
             (_normal(50), _normal(50, 20), 0.1 * _normal(50, 20), _normal(10_000, 20)), 3),
    Workload("attention, 128 x 64", attention, attention_by_hand, (_normal(128, 64), _normal(128, 64), _normal(128, 64)), 3),
)  # fmt: skip
