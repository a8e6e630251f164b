"""Programs of one matrix, to be run over several shapes: axes of length 1, loops over rows, updates in place."""

from __future__ import annotations

import numpy as np

def b1(x, y): return np.sum(x * y + y ** 2)           # broadcasting
def b2(x): return np.sum(x / np.sqrt(np.sum(x * x, axis=-1, keepdims=True)))
def b3(x): return np.mean((x - x.mean(axis=0)) ** 2) + np.var(x) + np.std(x, axis=0).sum()
def b4(x):
    out = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * (i + 1) + (out[i - 1, j] if i > 0 else 0.0)
    return (out ** 2).sum()
def b5(x):
    y = np.concatenate([x, x[::-1]]); z = np.stack([y, y * 2], axis=1)
    return np.sum(z[1:, 0] * z[:-1, 1])
def b6(x):
    a = x.reshape(-1)
    a = a + 1
    a[::2] = a[1::2] if a.size % 2 == 0 else 0.0
    return a @ a
def b7(x): return np.max(x) * np.min(x) + np.sum(np.sort(x, axis=None)[:2]) + np.prod(x)
def b8(x):
    m = x > 0.2
    y = x.copy(); y[m] = y[m] ** 2; y[~m] *= 3
    return np.sum(y * np.where(m, 2.0, x))
def b9(x): return np.sum(np.cumsum(x, axis=-1) ** 2) + np.trace(x @ x.T) + np.sum(np.tril(x @ x.T)) + np.sum(np.diag(x @ x.T) ** 2)
def b10(x):
    u = x
    t = 0.0
    while t < 1.0:
        k1 = -u; k2 = -(u + 0.05 * k1)
        u = u + 0.1 * k2
        t += 0.1
    return np.sum(u ** 2)
def b11(x):
    total = 0
    for r in x:
        if r.sum() > 0:
            total += r @ r
        elif r[0] < -1:
            break
        else:
            total -= np.sum(np.exp(r))
    return total
def b12(x):
    def f(v, depth):
        if depth == 0: return np.sum(v)
        return f(v * v, depth - 1) + f(np.sin(v), depth - 1)
    return f(x, 3)
def b13(x):
    p = {'w': x * 2, 'l': [x, x ** 2]}
    p['l'].append(p['w'] * 3)
    for q in p['l']: p['w'] = p['w'] + q
    return np.sum(p['w'])
def b14(x):
    y = x.T
    z = y.copy()
    z += x.T
    z *= y
    z /= 2.0
    z **= 2
    z -= y[:, :1]
    return z.sum()
def b15(x):
    s = 0.0
    for i in range(3):
        acc = np.zeros(x.shape[1])
        for j in range(i, -1, -1):
            acc += x[j % x.shape[0]] * (j + 1)
        s += np.log(1.0 + np.sum(acc ** 2))
    return s
def b16(x):
    a, b = x[0], x[-1]
    a, b = b * 2, a + b
    c = a if np.sum(a) > np.sum(b) else b
    return np.sum(c * a) + np.linalg.norm(x) + np.linalg.norm(x, axis=0).sum()
def b17(x):
    w = np.ones(3) / 3
    y = np.convolve(x.ravel(), w, mode='same') if x.ndim == 1 else np.roll(x, 1, axis=0) - x
    y = np.pad(y, ((1, 1), (0, 0)))
    return np.sum(np.diff(y, axis=0) ** 2) + np.sum(np.repeat(x, 2, axis=1)) + np.sum(np.tile(x, (2, 1)) ** 3)
def b18(x):
    k = np.exp(-0.5 * np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=2))
    L = np.linalg.cholesky(k + np.eye(len(x)))
    al = np.linalg.solve(L, x[:, 0])
    return al @ al + 2 * np.sum(np.log(np.diag(L)))
def b19(x):
    z = np.einsum('ij,kj->ik', x, x); s = z - z.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    return np.sum(p @ x)
def b20(x):
    i = 0; best = None
    vals = []
    for row in x: vals.append(row[0] * row[-1])
    return sum(v * v for v in vals) + np.sum([v for v in vals])
def b21(x):
    n, m = x.shape
    g = np.zeros((n + 2, m + 2)); g[1:-1, 1:-1] = x
    for _ in range(3):
        g[1:-1, 1:-1] = 0.25 * (g[:-2, 1:-1] + g[2:, 1:-1] + g[1:-1, :-2] + g[1:-1, 2:])
    return np.sum(g ** 2)
def b22(x):
    return np.sum(np.clip(x, -0.5, 0.5) * np.abs(x) + np.maximum(x, 0) * np.minimum(x, 1) + np.hypot(x, 1.0) + np.arctan2(x, 2.0) + np.log1p(np.exp(x)) + np.logaddexp(x, 0.3))

PROGRAMS = [v for k, v in sorted(globals().items()) if k[0] == "b" and k[1:].isdigit()]
