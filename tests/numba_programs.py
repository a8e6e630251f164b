"""Programs that Numba compiles, each with arguments: what its users differentiate, and what an adjoint of it may trip over."""

from __future__ import annotations

import math
from typing import Any, Callable

import numpy as np

rng = np.random.default_rng(7)
PROGRAMS: dict[str, tuple[Callable[..., Any], str, tuple[tuple[Any, ...], ...], str]] = {}


def program(wrt: str, *cases: tuple[Any, ...], mode: str = "grad") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function with the parameters to differentiate and arguments."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        PROGRAMS[function.__name__] = function, wrt, cases, mode
        return function

    return register


@program("a, b", (0.7, 1.9))
def scalars(a, b):
    c = math.sin(a) * b + np.exp(-a * a) / (1.0 + b * b)
    return c**3 + math.sqrt(a + b) * abs(c) + np.log(b) ** 2


@program("p", (np.array([1.1, 0.4, 0.9, 0.3]), np.array([1.0, 0.8]), 0.01, 50))
def lotka_volterra(p, y0, h, steps):
    x, y = y0[0], y0[1]
    cost = 0.0
    for _ in range(steps):
        dx1 = p[0] * x - p[1] * x * y
        dy1 = p[3] * x * y - p[2] * y
        u, v = x + 0.5 * h * dx1, y + 0.5 * h * dy1
        dx2 = p[0] * u - p[1] * u * v
        dy2 = p[3] * u * v - p[2] * v
        x += h * dx2
        y += h * dy2
        cost += h * (x - 1.0) ** 2
    return cost + y


@program("u0, kappa", (rng.standard_normal((6, 5)), 0.2, 4))
def heat(u0, kappa, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += kappa * (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
    return np.sum(u * u)


@program("u", (rng.standard_normal(7), 3))
def stencil_of_elements(u, sweeps):
    v = u.copy()
    for _ in range(sweeps):
        for i in range(1, len(v) - 1):
            v[i] = 0.5 * (v[i - 1] + np.sin(v[i + 1])) * v[i]
    return np.sum(v * v)


@program("W1, b1, W2, b2", (*(rng.standard_normal(s) for s in ((3, 4), 4, (4, 2), 2, (5, 3), (5, 2))),))
def mlp(W1, b1, W2, b2, x, t):
    h = np.tanh(x @ W1 + b1)
    r = h @ W2 + b2 - t
    return 0.5 * np.mean(np.sum(r * r, axis=1))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


@program("W, U, b", (*(0.5 * rng.standard_normal(s) for s in ((3, 16), (4, 16), 16, (6, 3), 4)),))
def lstm(W, U, b, xs, target):
    n = len(target)
    h = np.zeros(n)
    c = np.zeros(n)
    for t in range(len(xs)):
        z = xs[t] @ W + h @ U + b
        i = sigmoid(z[:n])
        f = sigmoid(z[n : 2 * n])
        o = sigmoid(z[2 * n : 3 * n])
        g = np.tanh(z[3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
    return np.sum((h - target) ** 2)


@program("mu, log_s, w", (rng.standard_normal((3, 2)), rng.standard_normal(3), rng.standard_normal(3), rng.standard_normal((5, 2))))
def mixture(mu, log_s, w, x):
    total = 0.0
    top_w = np.max(w)
    norm = top_w + np.log(np.sum(np.exp(w - top_w)))
    for n in range(x.shape[0]):
        logs = np.empty(mu.shape[0])
        for k in range(mu.shape[0]):
            d = (x[n] - mu[k]) * np.exp(-log_s[k])
            logs[k] = w[k] - norm - 0.5 * np.sum(d * d) - x.shape[1] * log_s[k]
        top = np.max(logs)
        total += top + np.log(np.sum(np.exp(logs - top)))
    return total


@program("x", (2.0, 1e-8), (9.0, 0.5))
def newton(x, tol):
    y = x
    while abs(y * y - x) > tol:
        y = 0.5 * (y + x / y)
    return y


@program("x", (np.array([0.5, 0.9, 1.4, 0.3]), 1.5), (np.array([0.5, 0.9, 1.4, 0.3]), 100.0))
def early_return(x, cap):
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** 2
        if s > cap:
            return s * x[i]
    return np.sqrt(s)


@program("x", (np.array([0.5, 0.9, -1.4, 0.3]),))
def breaks(x):
    s = 1.0
    for v in x:
        if v < 0.0:
            break
        if v > 0.8:
            continue
        s = s * np.sin(v)
    return s


@program("x", (rng.standard_normal(4), 3))
def nested(x, n):
    s = 0.0
    for i in range(n):
        r = 1.0
        for j in range(i + 1, len(x)):
            r = r * np.sin(x[j] + i)
        k = 0
        while r * r > 0.05 and k < 4:
            r = r * x[k]
            k += 1
        s += r
    return s


@program("x", (rng.standard_normal((3, 4)),))
def reductions(x):
    rows = np.sum(x, axis=1)
    columns = x.sum(axis=0)
    return np.mean(x) * np.max(rows) + np.min(columns) + np.std(x) + np.var(rows) + np.prod(columns)


@program("x, y", (rng.standard_normal((4, 3)), rng.standard_normal(3)))
def selections(x, y):
    a = np.where(x > y, x * y, np.maximum(x, 0.3))
    b = np.minimum(a, np.abs(x)) + np.clip(x, -0.5, 0.5)
    return np.sum(a * b)


@program("x", (rng.standard_normal((5, 4)),))
def slices(x):
    a = x[1:, ::2] * x[:-1, 1::2]
    b = x[::-1, 0] + x[:, -1]
    c = x.T[1:3].copy()
    c[0, 1:] *= 2.0
    c[:, 0] = 0.0
    return np.sum(a) ** 2 + np.dot(b, b) + np.sum(c * c)


@program("x", (np.arange(1.0, 6.0), np.array([0, 3, 3, 1])))
def gathers(x, places):
    y = x[places] ** 2
    z = np.zeros_like(x)
    for i in range(len(places)):
        z[places[i]] += y[i]
    return np.sum(z[places] * y)


@program("x", (rng.standard_normal(4), rng.standard_normal(4)), mode="hvp")
def rosenbrock(x, scale):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (scale[1:] - x[:-1]) ** 2)


@program("x", (rng.standard_normal(5),), mode="hvp")
def curvature(x):
    s = 1.0
    for i in range(len(x) - 1):
        s = s * np.cos(x[i] * x[i + 1]) + x[i] ** 3
    return s


@program("x", (rng.standard_normal((3, 3)) + 3.0 * np.eye(3), rng.standard_normal(3)))
def linear_algebra(x, b):
    y = np.linalg.solve(x, b)
    return y @ b + np.linalg.det(x) + np.trace(np.linalg.inv(x)) + np.linalg.norm(x @ x.T)


@program("x", (rng.standard_normal(6).astype(np.float32), np.float32(0.5)))
def single(x, w):
    y = np.tanh(x * w) + 2.0 * x
    s = np.float32(0.0)
    for i in range(len(y)):
        s += y[i] * x[i] * w
    return s + np.sum(y * y)


@program("x", (rng.standard_normal(5),))
def joined(x):
    y = np.concatenate((x[:2], x * x, np.ones(1)))
    z = np.outer(x, y).reshape(-1)
    w = np.expand_dims(x, 0) * np.ascontiguousarray(x).reshape((5, 1))
    return np.sum(np.cumsum(z) ** 2) + np.sum(w)


@program("q", (rng.standard_normal((4, 3)), rng.standard_normal((5, 3)), rng.standard_normal((5, 2))))
def attention(q, k, v):
    out = np.zeros((q.shape[0], v.shape[1]))
    for i in range(q.shape[0]):
        scores = k @ q[i] / np.sqrt(q.shape[1])
        weights = np.exp(scores - np.max(scores))
        out[i] = (weights / np.sum(weights)) @ v
    return np.sum(out**2)


@program("x", (rng.standard_normal(4), 2), (rng.standard_normal(4), 0))
def branches(x, kind):
    if kind == 0:
        y = x * x
        t = 1.0
    elif kind == 1:
        y = np.sin(x)
        t = np.sum(x)
    else:
        y = x[::-1] * x
        t = x[0]
    s = 0.0
    for i in range(len(y)):
        if y[i] > 0.0:
            a = np.log(y[i])
            s += a * t
        else:
            s -= y[i]
    return s


@program("x", (0.3, 4))
def lists(x, n):
    values = [x]
    for i in range(n):
        values.append(values[-1] * np.sin(values[i]))
    s = 0.0
    for v in values:
        s += v * v
    return s


@program("theta", (np.array([0.2, 1.3]), np.array([1.0, 2.0, 4.0]), 0.5), mode="value_and_grad")
def pairs(theta, ts, w):
    a, b = theta
    total = 0.0
    for k, t in enumerate(ts):
        u = (a * t, b + k)
        total += u[0] * math.tanh(u[1]) * w
    return total


@program("u, v", (rng.standard_normal((4, 4)), rng.standard_normal((4, 4)), 3, 2))
def grid_with_two_fields(u, v, steps, every):
    u = u.copy()
    v = v.copy()
    total = 0.0
    for k in range(0, steps * every, every):
        lap = u[1:-1, 1:-1] - 0.25 * (u[:-2, 1:-1] + u[2:, 1:-1])
        uv = u[1:-1, 1:-1] * v[1:-1, 1:-1] ** 2
        u[1:-1, 1:-1] -= 0.1 * (lap + uv)
        v[1:-1, 1:-1] += 0.1 * uv * k
        total += np.sum(u[0] * v[0])
    return total + np.sum(u * v)


@program("x", (rng.standard_normal(5),))
def stops_inside(x):
    """A `while True` with an exit in its middle."""
    i = 0
    s = 0.0
    while True:
        s += x[i] ** 2
        if s > 1.2 or i == len(x) - 1:
            break
        i += 1
    return s * x[i]


@program("x", (np.array([0.3, 0.5, 0.1]), 4))
def lists_of_arrays(x, n):
    items = [x, x * 2.0]
    k = 0
    while k < n and np.sum(items[0]) < 100.0:
        items.append(items[-1] * np.sin(items[k]))
        k += 1
    return np.sum(items[-1] * items[0])


@program("x", (np.array([0.3, 0.5, 0.1]), 1.5))
def recorded_on_one_path(x, c):
    y = x * x
    for i in range(3):
        if c > i:
            r = np.sin(y)
            y = y + r * r
            y[i] = np.exp(y[i]) * x[i]
    return np.sum(y)


@program("x", (np.array([0.3, 0.5, 0.7]), 1.5))
def inner_loop_on_one_path(x, c):
    s = 1.0
    for i in range(len(x)):
        if c > i:
            r = x[i]
            while r * r < 4.0:
                r = r * 1.5 + x[i]
            s = s * r
    return s


@program("x", (rng.standard_normal((4, 4)), np.array([0, 2, 2])))
def diagonals(x, places):
    d = np.diag(x)
    return np.sum(np.take(d, places) * np.roll(d, 1)[:3]) + np.sum(np.flip(d) ** 2)
