"""Programs that try to break the passes of style="fast": (function, argnums, arguments, ...)."""

from __future__ import annotations

import numpy as np

_random = np.random.default_rng(5)


def _normal(*shape: int) -> np.ndarray:
    return _random.standard_normal(shape)


def rows_and_columns(a, b):
    return np.sum(np.sum(a * b, axis=1) ** 2) + np.sum(np.sum(a * a * b, axis=0) ** 3)


def product_spread_out(a, b):
    return np.sum(np.sum(a[:, None, :] * b, axis=0) ** 2) + np.sum(a**2)


def product_also_read(a, b):
    p = a * b
    return np.sum(p, axis=0) @ np.sum(p * p, axis=0) + p[0, 0]


def axes_kept(a, b):
    return np.sum(np.sum(a * b, axis=1, keepdims=True) * a + np.sum(a * b, axis=(0, 1)))


def scaled_differences(a, b):
    s = (b[:, None, :] - a) * np.exp(a)
    w = (b[:, :1] - a.T[:1]) * np.exp(b[:, :1])
    return np.sum(np.sum(s * s, axis=2) * np.tanh(w[:, :3])) + np.sum(np.sum(s * np.sin(b), axis=0) ** 2)


def sum_decides(a, b):
    if np.sum(a * b) > 0.0:
        return np.sum(a * a * b)
    return np.sum(a * b * b)


def columns_of_one_row(a, b):
    return np.sum(np.sum(a[:1] * b, axis=0) ** 2) + np.sum(a[:, :1] * b)


def recurrent(W, U, xs):
    h = np.zeros(len(W))
    for x in xs:
        h = np.tanh(W @ h + U @ x)
    return np.sum(h * h)


def recurrent_in_place(W, U, xs):
    h = np.zeros(len(W))
    for x in xs:
        h += np.tanh(W @ h + U @ x)
        h *= 0.5
    return np.sum(h * h)


def recurrent_until(W, U, xs):
    h = np.ones(len(W))
    for x in xs:
        h = np.tanh(W @ h + U @ x)
        if h[0] > 0.5:
            break
    return np.sum(h * h)


def read_in_the_loop(W, U, xs):
    h = np.ones(len(W))
    for x in xs:
        h = np.tanh(W @ h + U @ x) + np.sum(W)
    return np.sum(h * h) + np.sum(U)


def nested(W, U, xs):
    h = np.ones(len(W))
    for x in xs:
        for _ in range(2):
            h = np.sin(W @ h + U @ x)
    return np.sum(h)


def twice_the_same(W, U, xs):
    h = np.ones(len(W))
    for x in xs:
        h = np.cos(W @ (W @ h) + U @ x)
    return np.sum(h)


def picked(x, labels):
    z = x - np.max(x, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def picked_with_repeats(x, labels):
    e = np.exp(x)
    p = e / np.sum(e, axis=1, keepdims=True)
    return np.sum(p[labels, 0] ** 2) + np.sum(p[labels])


def picked_by_rows_from_the_end(x, columns):
    return np.sum(np.exp(x)[np.arange(-2, 2), columns]) + np.sum(x[np.arange(2, -2, -1), columns] ** 2)


def picked_and_summed(x, labels):
    p = np.exp(x)
    row = np.arange(len(labels))
    return np.sum(p[row, labels] / np.sum(p, axis=1)[row]) + np.sum((p / np.sum(p, axis=0))[row, labels])


def chain(a, b):
    t = a * b
    t = t + 1.0
    s = np.sin(t)
    t = t * s
    return np.sum(t / (1.0 + a * a))


def chain_of_views(a, b):
    t = a * b
    u = t.T
    t = t + 1.0
    return np.sum(u @ t) + np.sum(t[1:] * u.T[:-1])


def kept_for_the_caller(a, b):
    t = a * b
    u = t + 1.0
    return np.sum(u * t), t


def stores(a, b):
    t = a * b
    u = t.copy()
    u[0] = t[1] * 2.0
    u *= b
    return np.sum(np.exp(-u) * t)


def numbers(a, b):
    t = a[0, 0] * b[0, 0]
    for k in range(3):
        t = t * a[0, 0] + k
    return t


def mixed_dtypes(a, b):
    return np.sum(a.astype(np.float32) * 2.0) + np.sum(a * (b > 0)) + np.sum(np.sum(a * np.sign(b), axis=0) ** 2)


_A, _B = _normal(3, 4), _normal(3, 4)
_W, _U, _XS = 0.3 * _normal(4, 4), 0.3 * _normal(4, 3), _normal(5, 3)

PAIRS = (rows_and_columns, product_spread_out, product_also_read, axes_kept, scaled_differences, sum_decides,
         columns_of_one_row, chain,
         stores, numbers, mixed_dtypes)  # fmt: skip
LOOPS = (recurrent, recurrent_in_place, recurrent_until, read_in_the_loop, nested, twice_the_same)

def heads(x, w):
    q = np.einsum("td,hde->hte", x, w)
    s = np.einsum("hte,hue->htu", q, q)
    return np.sum(np.sin(np.einsum("htu,hue->the", s, q)))


def heads_in_a_batch(x, w):
    q = np.einsum("btd,hde->bthe", x, w)
    s = np.sin(np.einsum("bqhe,bkhe->bhqk", q, q))
    return np.sum(np.einsum("bhqk,bkhe->qbeh", s, q) ** 2) + np.sum(np.einsum("btd,hde->ebth", x, w))


CASES = [
    (heads, (0, 1), (_normal(3, 4), _normal(2, 4, 5))),
    (heads_in_a_batch, (0, 1), (_normal(2, 3, 4), _normal(2, 4, 5))),
    (heads_in_a_batch, (0, 1), (_normal(1, 3, 1), _normal(2, 1, 5))),
    *((f, (0, 1), (_A, _B)) for f in PAIRS),
    *((f, (0, 1), (_A.astype(np.float32), _B.astype(np.float32))) for f in PAIRS),
    *((f, (0, 1), (_A, 0.5)) for f in (rows_and_columns, product_also_read, chain)),
    *((f, (0, 1), (_A, _B[:, :1])) for f in (rows_and_columns, axes_kept, chain, stores)),
    *((f, (0, 1), (_A[:1], _B[:1])) for f in (rows_and_columns, product_spread_out, axes_kept, columns_of_one_row)),
    *((f, (0, 1), (_A[:, :0], _B[:, :0])) for f in (rows_and_columns, axes_kept, sum_decides, chain)),
    *((f, (0, 1), (_A[:0], _B[:0])) for f in (rows_and_columns, product_spread_out, chain)),
    *((f, (0, 1), (_A.T, np.asfortranarray(_B.T))) for f in (rows_and_columns, chain, stores)),
    *((f, (0, 1), (_A, _A)) for f in (rows_and_columns, chain, stores)),
    (chain_of_views, (0, 1), (_A[:, :3], _B[:, :3])),
    *((f, (0, 1, 2), (_W, _U, _XS)) for f in LOOPS),
    *((f, (0, 1), (_W, _U, _XS[:0])) for f in LOOPS),
    *((f, (0, 1), (_W.astype(np.float32), _U.astype(np.float32), _XS.astype(np.float32))) for f in LOOPS[:2]),
    (recurrent, (0, 1), (_W[:0, :0], _U[:0], _XS)),
    (recurrent, (0, 1), (_W, _U[:, :0], _XS[:, :0])),
    (picked, 0, (_A, np.array([1, 0, 3]))),
    (picked, 0, (_A, np.array([1, 1]))),
    (picked, 0, (_A[:, :1], np.array([0, 0, 0]))),
    (picked, 0, (_A.astype(np.float32), np.array([1, 0, 3]))),
    (picked_by_rows_from_the_end, 0, (_A, np.zeros(4, int))),
    (picked_and_summed, 0, (_A, np.array([1, 1, 0]))),
    (picked_and_summed, 0, (_A, np.array([-1, 2]))),
    (picked, 0, (_A, np.array([1, 0, 9]))),
    (picked_with_repeats, 0, (_A, np.array([1, 1, 0]))),
]  # fmt: skip
