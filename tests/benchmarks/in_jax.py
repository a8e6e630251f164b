"""The workloads as users of JAX write them."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax
from jax.nn import logsumexp


def eq1(x1, x2):
    return jnp.log(x1) + x1 * x2 - jnp.sin(x2)


def rosenbrock(x):
    return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def softmax_regression(W, b, x, labels):
    log_p = jax.nn.log_softmax(x @ W + b)
    return -jnp.mean(log_p[jnp.arange(len(labels)), labels])


def mlp(W1, b1, W2, b2, W3, b3, x, t):
    h = jnp.tanh(x @ W1 + b1)
    g = jnp.tanh(h @ W2 + b2)
    r = g @ W3 + b3 - t
    return 0.5 * jnp.mean(jnp.sum(r * r, axis=1))


def lstm(W, U, b, xs):
    n = U.shape[1]

    def step(state, x):
        h, c = state
        z = W @ x + U @ h + b
        i, f, o = jax.nn.sigmoid(z[:n]), jax.nn.sigmoid(z[n : 2 * n]), jax.nn.sigmoid(z[2 * n : 3 * n])
        c = f * c + i * jnp.tanh(z[3 * n :])
        return (o * jnp.tanh(c), c), None

    (h, _), _ = lax.scan(step, (jnp.zeros(n), jnp.zeros(n)), xs)
    return jnp.sum(h * h)


def lotka_volterra(a, b, c, d, x, y, dt, steps):
    def slope(x, y):
        return a * x - b * x * y, d * x * y - c * y

    def step(state, _):
        x, y = state
        k1x, k1y = slope(x, y)
        k2x, k2y = slope(x + 0.5 * dt * k1x, y + 0.5 * dt * k1y)
        k3x, k3y = slope(x + 0.5 * dt * k2x, y + 0.5 * dt * k2y)
        k4x, k4y = slope(x + dt * k3x, y + dt * k3y)
        x = x + dt / 6.0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x)
        return (x, y + dt / 6.0 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y)), None

    (x, y), _ = lax.scan(step, (x, y), length=steps)
    return x * x + y * y


def heat(u0, k, steps):
    def step(u, _):
        d = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        return u.at[1:-1, 1:-1].add(k * d), None

    u, _ = lax.scan(step, u0, length=steps)
    return jnp.sum(u * u)


def mixture(logits, means, log_scales, x):
    scaled = (x[:, None, :] - means) * jnp.exp(-log_scales)
    log_p = logits - 0.5 * jnp.sum(scaled * scaled, axis=2) - jnp.sum(log_scales, axis=1)
    return jnp.sum(logsumexp(log_p, axis=1)) - len(x) * jnp.log(jnp.sum(jnp.exp(logits)))


def attention(q, k, v):
    s = jnp.einsum("id,jd->ij", q, k) / jnp.sqrt(q.shape[1])
    out = jnp.einsum("ij,jd->id", jax.nn.softmax(s, axis=1), v)
    return jnp.sum(out * out)
