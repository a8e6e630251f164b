"""The workloads as users of PyTorch write them."""

from __future__ import annotations

import torch


def eq1(x1, x2):
    return torch.log(x1) + x1 * x2 - torch.sin(x2)


def rosenbrock(x):
    return torch.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def softmax_regression(W, b, x, labels):
    return torch.nn.functional.cross_entropy(x @ W + b, labels)


def mlp(W1, b1, W2, b2, W3, b3, x, t):
    h = torch.tanh(x @ W1 + b1)
    g = torch.tanh(h @ W2 + b2)
    r = g @ W3 + b3 - t
    return 0.5 * torch.mean(torch.sum(r * r, dim=1))


def lstm(W, U, b, xs):
    n = U.shape[1]
    h = c = xs.new_zeros(n)
    for x in xs:
        i, f, o, g = (W @ x + U @ h + b).split(n)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return torch.sum(h * h)


def lotka_volterra(a, b, c, d, x, y, dt, steps):
    def slope(x, y):
        return a * x - b * x * y, d * x * y - c * y

    for _ in range(steps):
        k1x, k1y = slope(x, y)
        k2x, k2y = slope(x + 0.5 * dt * k1x, y + 0.5 * dt * k1y)
        k3x, k3y = slope(x + 0.5 * dt * k2x, y + 0.5 * dt * k2y)
        k4x, k4y = slope(x + dt * k3x, y + dt * k3y)
        x = x + dt / 6.0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x)
        y = y + dt / 6.0 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y)
    return x * x + y * y


def heat(u0, k, steps):
    u = u0.clone()
    for _ in range(steps):
        d = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        u[1:-1, 1:-1] += k * d
    return torch.sum(u * u)


def mixture(logits, means, log_scales, x):
    scaled = (x[:, None, :] - means) * torch.exp(-log_scales)
    log_p = logits - 0.5 * torch.sum(scaled * scaled, dim=2) - torch.sum(log_scales, dim=1)
    return torch.sum(torch.logsumexp(log_p, dim=1)) - len(x) * torch.logsumexp(logits, dim=0)


def attention(q, k, v):
    s = torch.einsum("id,jd->ij", q, k) / q.shape[1] ** 0.5
    out = torch.einsum("ij,jd->id", torch.softmax(s, dim=1), v)
    return torch.sum(out * out)
