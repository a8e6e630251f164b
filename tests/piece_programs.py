"""Programs of calls that give several arrays: pieces of one, its rows, the places of what is not zero."""

from __future__ import annotations

import numpy as np


def pieces_by_an_argument(x, n):
    return sum(np.sum(p) ** 2 for p in np.split(x, n))


def heads(x, n):
    q, k = [np.split(v, n) for v in (x, x**2)]
    return sum(a[0] * np.sum(b) for a, b in zip(q, k))


def heads_by_map(x, n):
    queries = list(map(lambda v: np.array_split(v, n, axis=-1), [x, 2 * x]))
    return np.sum(np.hstack([np.tanh(a) * b for a, b in zip(*queries)]))


def pieces_by_keyword(x, n):
    a, *rest = np.split(x.reshape(n, -1), indices_or_sections=n, axis=0)
    return np.prod(a) + len(rest)


def pieces_in_a_loop_over_numbers(x, n):
    s = 0.0
    for k in (1, n):
        s += np.prod(np.split(x, k)[0])
    return s


def pieces_of_a_length(x, n):
    return sum([np.sum(p) ** 2 for p in np.split(x, len(x) // n)])


def pieces_of_the_columns(x, n):
    s = 0.0
    for column in np.hsplit(x.reshape(n, -1), len(x) // n):
        s += np.prod(column)
    return s


def unequal_pieces_of_a_length(x, n):
    s = 0.0
    for k, p in enumerate(np.array_split(x, len(x) - n)):
        s += (k + 1) * np.sum(p) ** 2
    return s


def pieces_by_a_condition(x, n):
    count = n if x[0] > 0 else 2 * n
    return sum(np.sum(p) ** 2 for p in np.split(x, count))


def uneven(x, n):
    return np.sum(np.split(x, len(x) // n)[0])


def cut_at_running_sums(x, n):
    shapes = [(n, 2), (n,)]
    sizes = [int(np.prod(s)) for s in shapes]
    w, b = [p.reshape(s) for p, s in zip(np.split(x, np.cumsum(sizes)[:-1]), shapes)]
    return np.sum(w @ b) * b[0]


def cut_at_steps(x, n):
    return sum(np.sum(p) ** 3 for p in np.split(x, np.arange(n, len(x), n)))


def cut_at_grown_places(x, n):
    places = []
    for k in range(n):
        places.append(k + 1)
    parts = np.split(x, places)
    return np.sum(parts[0]) * np.sum(parts[1]) + np.prod(parts[-1])


def cut_where_signs_change(x, n):
    runs = np.split(x, np.where(np.diff(np.sign(x)))[0] + 1)
    return sum(np.sum(r) ** 2 for r in runs) + n


def loop_over_places(x, n):
    s = 0.0
    for i in np.where(x > 0)[0]:
        s += n * x[i] ** 2
    for i in np.nonzero(x < 0)[0]:
        s += x[i] ** 3
    return s


def unpacked_places(x, n):
    (inside,) = np.where(x > 0)
    rows, columns = np.where(x.reshape(n, -1) < 0)
    return sum(x[k] for k in inside) + np.sum(x.reshape(n, -1)[rows, columns] ** 2)


def scaled_factors(x, n):
    a, b, c = np.split(x, 3)
    w, v = np.linalg.eigh(np.outer(a, a) + np.diag(b))
    return np.sum(c[0] * w) + np.sum(a[0] * v[0] ** 2) + np.sum(a[1] * b) + n


def numbered_items(x, n):
    a = x.reshape(n, -1) * 1.0
    s = 0.0
    for (i, j), v in np.ndenumerate(a):
        a[1, 2] = v * 2
        if v < -1.0:
            continue
        s += (i - j) * v**2
    return s + sum(v * k for (k,), v in np.ndenumerate(x))


def open_meshes(x, n):
    a = np.outer(x, x)
    rows, columns = np.ix_([0, n], [1, 3, 2])
    free = np.array([1, 2, 4])
    k = a[np.ix_(free, free)] + np.eye(3)
    a[np.ix_(free, [0, 1, n])] += k
    (chosen,) = np.ix_(x > 0)
    return np.prod(a[rows, columns]) + np.sum(np.linalg.solve(k, x[free])) + np.sum(x[chosen] ** 2) + np.sum(a[np.ix_(x > 0, x < 0)])


def list_made_an_array(x, n):
    def filled(v):
        out = [0.0] * len(v)
        for i in range(len(v)):
            out[i] = v[i] * 2
            out[i] += out[0] * v[i]
        return np.asarray(out)

    path = [x[0]]
    for _ in range(n):
        path.append(path[-1] * x[1] + path[0])
    w = filled(x)
    return np.sum(w * w[0]) + np.sum(np.asarray(path) ** 2)


def is_a_whole_number(x, n):
    size = len(x) / n
    return np.sum(x**2) * size if size.is_integer() else np.sum(x)


_X = np.array([0.7, -0.4, -1.3, 0.2, 0.9, 1.1])
PROGRAMS = [f for name, f in list(globals().items()) if getattr(f, "__module__", "") == __name__]
CASES = [(f, (_X, n)) for f in PROGRAMS for n in (2, 4) if n == 2 or f in (uneven, is_a_whole_number)]
