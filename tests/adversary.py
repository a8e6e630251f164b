"""Programs in which a derivative easily comes out wrong: aliases, views, exits, closures, containers, recursion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

SCALE = 2.5
ARR = np.array([1.0, 2.0, 3.0])
def a1(x):   # alias and view
    y = x * 2; z = y; z += 1; v = y[1:]; v *= 3; return np.sum(y ** 2) + np.sum(z)
def a2(x):   # transposed view write
    m = np.outer(x, x); t = m.T; t[0, 1] = 5.0; t[1] *= 2; return np.sum(m * np.arange(9.0).reshape(3, 3))
def a3(x, n):  # double buffering
    u = x.copy(); v = np.zeros_like(x)
    for i in range(n):
        v[:] = u * 0.5 + np.sin(u)
        u, v = v, u
    return np.sum(u * u)
def a4(x):
    s = 0.0
    for i, (p, q) in enumerate(zip(x, x[::-1])):
        s += p * q ** 2 * (i + 1)
    return s
def a5(x, c):
    if c > 0:
        y = x * c
    else:
        y = x ** 2
    y[0] = 3.0
    return np.sum(y)
def a6(x):
    out = np.empty(len(x))
    for i in reversed(range(len(x))):
        out[i] = x[i] ** 2 if x[i] > 0 else -x[i]
    return out @ x
def helper(u, k=2.0, *, b=1.0):
    return np.tanh(u * k) + b
def a7(x): return np.sum(helper(x) * helper(x, b=2.0) * helper(x[::-1], 3.0))
def a8(x):
    total = 0.0
    i = 0
    while True:
        i += 1
        if i > 10: break
        if i % 2: continue
        total = total + np.sum(x ** i) / math.factorial(i)
        if total > 50.0: return total * 2
    return total
def a9(x):
    for i in range(3):
        for j in range(3):
            if x[i] * x[j] < -100: return x[i]
            if x[i] + x[j] > 3.5: return x[i] * x[j] * j
    return np.sum(x)
def a10(params, x):
    h = x
    for W, b in params:
        h = np.tanh(W @ h + b)
    return np.sum(h)
@dataclass
class P:
    w: np.ndarray
    b: float
    name: str = "p"
    def apply(self, x): return self.w * x + self.b
def a11(p, x): return np.sum(p.apply(x) ** 2) * SCALE + np.sum(ARR * p.w)
def a12(x):
    xs = [v * 2 for v in x]
    xs.append(xs[0] * xs[1])
    return sum(xs) + max(xs) * min(xs)
def a13(x):
    f = lambda t: t ** 3 + np.sum(x)
    g = [f, np.sin, lambda t: t * x[0]]
    return sum(h(x[1]) for h in g)
def a14(x):
    d = {"a": x[0], "b": x[1:]}
    d["c"] = d["a"] * 2
    r = 0
    for k, v in d.items():
        r = r + np.sum(v ** 2)
    return r
def a15(x):
    a, *b = x[0], x[1] * 2, x[2] ** 2
    (c, d) = b
    return a * c + d
def a16(x):
    assert len(x) == 3, "three"
    if np.any(x > 1000): raise ValueError("too big %s" % x)
    print("hi", end="")
    return float(np.sum(x)) * np.linalg.norm(x)
def a17(x):
    m = np.zeros((3, 3))
    m[np.arange(3), np.arange(3)] = x
    m[0, :] += x
    m[:, 1] *= 2
    m -= x[:, None]
    idx = [0, 0, 2]
    return np.sum(m @ m) + np.sum(x[idx] * x)
def a18(x):
    best = x[0]; k = 0
    for i in range(1, len(x)):
        if x[i] > best: best = x[i]; k = i
    return best * 3 + x[k]
def a19(x):
    y = np.where(x > 0, np.sqrt(np.abs(x)), 0.0)
    return np.sum(np.maximum(y, 0.3) * np.clip(x, -1, 1))
def a20(x):
    n = 0; acc = 1.0
    for v in x:
        if v < 0: continue
        acc *= v; n += 1
    else:
        acc += 1
    return acc / max(n, 1)
def fib(x, n):
    return x if n < 2 else fib(x, n - 1) + x * fib(x, n - 2)
def a21(x): return fib(x[0], 6) + fact(x[1], 4)
def fact(x, n):
    if n == 0: return 1.0
    return x * fact(x, n - 1)
def a22(x):
    c = 0.0
    def inner(t):
        nonlocal c
        c = c + t
        return c * t
    return inner(x[0]) + inner(x[1]) * c
def a23(x):
    return (x[0] > 0 and x[1]) * 2 + (x[2] or 3.0)
def a24(x):
    h = np.zeros(2); W = np.array([[x[0], x[1]], [x[2], 1.0]])
    hs = []
    for t in range(4):
        h = np.tanh(W @ h + x[:2] * t)
        hs.append(h)
    return np.sum(np.array(hs)) + np.sum(np.stack(hs)[1:] ** 2)
def a25(x):
    y = x.copy()
    y[1:] = y[:-1]
    y[:2] += y[1:]
    y[[0, 2]] = y[[2, 0]]
    y[0], y[1] = y[1], y[0]
    return y @ np.array([1.0, 2.0, 3.0])
def a26(x):
    i = 0; s = 1.0
    while i < len(x) and s < 100:
        j = 0
        while j < i:
            s += x[i] * x[j]
            j += 1
            if s > 7: break
        else:
            s *= 1.5
        i += 1
    return s
def a27(x):
    for k in range(0): y = x * 2
    z = x
    for k in range(2): z = z * x
    return np.sum(z) * k
def a28(x, y):
    x[0] = y[0] * 2
    return np.sum(x * y)
def a29(A):
    b = A[:, 0]
    return np.linalg.det(A) + np.sum(np.linalg.solve(A, b + 1.0)) + np.sum(np.linalg.inv(A)) + np.linalg.slogdet(A @ A.T)[1]
def a30(A):
    L = np.linalg.cholesky(A @ A.T + 3 * np.eye(len(A)))
    a, b = np.split(L, [1], axis=0)
    return np.sum(np.concatenate([b, a]) * np.arange(9).reshape(3, 3)) + np.einsum('ij,ji->', A, L) + np.trace(A)
def a31(x):
    r = 0.0
    for row in np.outer(x, x):
        for v in row:
            r += np.sin(v)
    return r
def a32(x):
    state = (x[0], x[1])
    for _ in range(3):
        p, q = state
        state = (q, p * q + x[2])
    return state[0] * state[1]
def a33(x):
    u = x
    for i in range(3):
        u = u + 0.1 * np.cos(u)
    w = u
    w[0] = 0.0
    return np.sum(w * u)


def exit_on_old_value(x, n):
    s = x[0]
    for i in range(n):
        t = s
        s = s * 2.0
        if t > 1.0:
            break
    return s * s


def same_start_and_operand(x, n):
    t = x
    for i in range(n):
        t = t * np.cos(x * t)
    return np.sum(t)


def view_of_carried(x, n):
    u = x.copy()
    for i in range(n):
        w = u[1:]
        w *= x[:-1]
        u[0] += w[0]
    return np.sum(u * u)


def defined_in_the_loop(x, n):
    s = 0.0
    for i in range(n):
        t = x[i] * x[i]
        s += t
    return s * s + s


def rebound_parameter(x):
    y = x
    y = y * y + y * x
    y[::2] -= y[::2] * x[::2]
    return y @ y


def empty_subscript(x):
    s = np.array(x[0] * x[1])
    s[()] += x[2]
    y = np.asarray(np.sum(x * x))
    return s[()] ** 2 + np.sum(y[None] * x) + y[...] * s[...]


_R = np.random.default_rng(1).standard_normal
_X = np.array([0.7, -0.4, 1.3])
CASES = [
    (a1, (_X,)), (a2, (_X,)), (a3, (_X, 3)), (a3, (_X, 0)), (a4, (_X,)), (a5, (_X, 0.5)), (a5, (_X, -0.5)), (a6, (_X,)),
    (a7, (_X,)), (a8, (_X,)), (a8, (_X * 3,)), (a9, (_X,)), (a9, (_X * 2,)),
    (a10, ([(_R((3, 3)), _R(3)), (_R((3, 3)), _R(3))], _X)), (a11, (P(_X * 2, 0.5), _X)), (a12, (_X,)), (a13, (_X,)),
    (a14, (_X,)), (a15, (_X,)), (a16, (_X,)), (a17, (_X,)), (a18, (_X,)), (a19, (_X,)), (a20, (_X,)), (a21, (_X,)),
    (a22, (_X,)), (a23, (_X,)), (a24, (_X,)), (a25, (_X,)), (a26, (_X,)), (a27, (_X,)), (a28, (_X, _X * 2)),
    (a29, (_R((3, 3)),)), (a30, (_R((3, 3)),)), (a31, (_X,)), (a32, (_X,)), (a33, (_X,)),
    (view_of_carried, (_X, 3)), (view_of_carried, (_X, 0)), (defined_in_the_loop, (_X, 3)),
    (defined_in_the_loop, (_X, 0)), (rebound_parameter, (_X,)),
    (empty_subscript, (_X,)), (exit_on_old_value, (_X * 0.5, 8)), (exit_on_old_value, (_X, 0)), (same_start_and_operand, (_X, 3)),
]  # fmt: skip
