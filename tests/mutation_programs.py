"""Programs that write to arrays: through NumPy's functions, through views and other names, and to one of several arrays."""

from __future__ import annotations

import numpy as np


class Holder:
    """Something with attributes."""


def out_kw(x):
    y = np.empty_like(x)
    np.sin(x, out=y)
    np.multiply(y, x, out=y)
    return np.sum(y * y)


def where_kw(x):
    y = x * 2
    np.sin(x, out=y, where=x > 0.5)
    return np.sum(y * x)


def add_at(x):
    y = np.zeros(4)
    np.add.at(y, [0, 0, 2], x[:3])
    np.subtract.at(y, [1, 1], x[0])
    return np.sum(y * y)


def mult_at(x):
    y = x.copy()
    np.multiply.at(y, [0, 0, 2], 2.0)
    return np.sum(y * y)


def copyto(x):
    y = np.zeros(4)
    np.copyto(y, x * x)
    np.copyto(y, x, where=x > 0.5)
    return np.sum(y * x)


def put(x):
    y = x * 1.0
    np.put(y, [0, 2], x[1:3] * 2)
    y.put([1], 3.0)
    return np.sum(y * y)


def put_along(x):
    y = np.outer(x, x)
    np.put_along_axis(y, np.argmax(y, axis=1)[:, None], x[:, None], axis=1)
    return np.sum(y * y)


def place(x):
    y = x * 1.0
    np.place(y, y > 0.5, x[:2])
    return np.sum(y * x)


def putmask(x):
    y = x * 1.0
    np.putmask(y, y > 0.5, x * 3)
    return np.sum(y * x)


def fill_diag(x):
    y = np.outer(x, x)
    np.fill_diagonal(y, x[0] * 2)
    np.fill_diagonal(y[:2, :2], x[:2])
    return np.sum(y * y * x)


def fill(x):
    y = x * 1.0
    y.fill(x[1])
    y[1:3].fill(x[0])
    return np.sum(y * x)


def sorts(x):
    y = x * x[::-1] + x
    y.sort()
    return np.sum(y * x)


def flat(x):
    y = np.outer(x, x)
    y.flat[3] = x[0] * 2
    y.flat[5:8] = x[:3]
    s = 0.0
    for v in y.flat:
        s += v * v
    return s + np.sum(y.flat[2:6])


def tstore(x):
    y = np.outer(x, x)
    y.T[0, 1] = 3.0
    y.T[1] *= x
    y.T[...] += x[:, None]
    return np.sum(y * y)


def whole(x):
    y = x * 1.0
    z = y
    y[:] = x * x
    y[...] += x
    return np.sum(y * z)


def swap(x):
    y = x * x
    y[0], y[2] = (y[2], y[0])
    return np.sum(y * x)


def swaprows(x):
    y = np.outer(x, x * x)
    y[0], y[2] = (y[2], y[0])
    return np.sum(y * x)


def swaprows2(x):
    y = np.outer(x, x * x)
    y[[0, 2]] = y[[2, 0]]
    a, b = (y[0], y[1])
    a[0], b[0] = (b[0], a[0])
    return np.sum(y * x)


def overlap(x):
    y = x * x
    y[1:] += y[:-1]
    y[1:] = y[:-1]
    y[:-1] *= y[1:]
    return np.sum(y * x)


def overlap2(x):
    y = x * x
    y[::-1] += y
    y += y[::-1]
    return np.sum(y * x)


def masks(x):
    y = x * x
    y[x > 0.5] = 0.0
    y[x < 0.5] *= x[x < 0.5]
    y[(x > 0) & (x < 1)] = x[(x > 0) & (x < 1)] * 2
    return np.sum(y * x)


def fancy(x):
    y = x * x
    y[[0, 0, 1]] = x[:3]
    y[[2, 2]] += x[1]
    y[np.array([3, 3])] *= x[0]
    return np.sum(y * x)


def attr(x):
    o = Holder()
    o.a = x * 2
    o.n = 1.0
    z = o.a
    o.a += x
    o.n += x[0]
    o.a[1] *= 3
    return np.sum(o.a * z) * o.n


def contitem(x):
    d = {'a': x * 2, 't': (1.0,), 's': 2.0}
    z = d['a']
    d['a'] += x
    d['t'] += (x[0],)
    d['s'] *= x[1]
    l = [x * 1.0]
    w = l[0]
    l[0] *= 2
    return np.sum(z * d['a']) * d['s'] * d['t'][1] + np.sum(w * x)


def diagview(x):
    y = np.outer(x, x)
    d = np.diagonal(y)
    y[0, 0] = 5.0
    return np.sum(d * x)


def realview(x):
    y = x * (1 + 2j)
    y.real[0] = 3.0
    y.imag *= x
    return np.sum(np.abs(y) ** 2)


def realreal(x):
    y = x * 1.0
    y.real[0] = x[1] * 2
    return np.sum(y * y)


def bto(x):
    y = np.broadcast_to(x, (3, 4))
    z = x * 1.0
    w = np.broadcast_to(z, (3, 4))
    z[0] = 5.0
    return np.sum(y * w)


def asarr(x):
    y = x * 1.0
    a = np.asarray(y)
    b = np.atleast_1d(y)
    c = np.squeeze(y[None])
    d = np.expand_dims(y, 0)
    e = np.swapaxes(d, 0, 1)
    a[0] *= 2
    b[1] *= 3
    c[2] *= x[0]
    d[0, 3] += 1
    e[1, 0] += x[2]
    return np.sum(y * y)


def rows(x):
    y = np.outer(x, x)
    for r in y:
        r *= x
        r[0] = x[1]
    return np.sum(y * x)


def viewof(a):
    return a[1:]


def helperview(x):
    y = x * 1.0
    v = viewof(y)
    v *= 3
    return np.sum(y * x)


def two(a, b):
    a[0] = b[1] * 2
    b[1] += a[0]
    return np.sum(a * b)


def twice(x):
    y = x * 1.0
    return two(y, y) + np.sum(y)


def closure(x):
    y = x * 1.0

    def g():
        y[0] *= 3
        return y
    z = g()
    z[1] = x[0]
    return np.sum(y * z)


def tape(x):
    y = x * 1.0
    rowsv = []
    for k in range(3):
        r = y[k:k + 2]
        s = np.sin(r)
        y[k] = np.sum(s * s)
        rowsv.append(s)
    return np.sum(y * y) + np.sum(rowsv[0] * rowsv[2])


def accum(x):
    y = np.empty(4)
    np.cumsum(x * x, out=y)
    return np.sum(y * x)


def sumout(x):
    y = np.zeros(())
    np.sum(x * x, out=y)
    return y * 1.0


def sumwhere(x):
    return np.sum(x * x, where=x > 0.5) + np.mean(x, where=x > 0) + np.max(x, where=x < 1, initial=-5.0)


def addat2(x):
    y = np.zeros((4, 4))
    np.add.at(y, (np.array([0, 1, 0]), np.array([1, 1, 1])), x[:3])
    return np.sum(y * np.outer(x, x))


def rot(x):
    a, b, c = (x * 1.0, x * 2.0, x * 3.0)
    for k in range(4):
        a[0] += b[1]
        a, b, c = (b, c, a)
    return np.sum(a * b) + np.sum(c)


def prevcur(x):
    cur = x.copy()
    prev = cur
    for k in range(3):
        prev = cur
        cur = np.sin(prev)
        cur[0] = prev[1]
        prev *= 2
    return np.sum(prev * cur)


def mview(x):
    y = np.outer(x, x)
    a = y[1:, 1:]
    b = a.T[0]
    b += x[1:]
    y[1] *= 2
    return np.sum(a * a) + np.sum(b)


def aug_alias(x):
    y = x * 1.0
    y += y
    z = y
    y = y + z
    z *= y
    return np.sum(y * z)


def listalias(x):
    hs = []
    h = x * 1.0
    for k in range(3):
        h = np.sin(h)
        hs.append(h)
    return sum(np.sum(v * v) for v in hs)


def condalias(x):
    y = x * 1.0
    z = y if x[0] > 0 else x * 2.0
    z += x
    w = y if x[0] < 0 else z
    w[1] = 3.0
    return np.sum(y * z) + np.sum(w)


def lexic(x):
    y = x * 1.0
    i = 0
    y[i], i = (x[2], 1)
    y[i] = x[3]
    return np.sum(y * x)


def emptyloop(x):
    y = x * 1.0
    z = y
    for k in range(0):
        z = x * 2
    z[0] = 3.0
    return np.sum(y * z)


def rep(x):
    y = np.repeat(x, 2).reshape(4, 2)
    y[:, 0] = x
    y[..., 1] -= x
    return np.sum(y ** 2)


def partition(x):
    y = x * 1.0
    y.partition(2)
    return np.sum(y[:2])


def clipout(x):
    y = x * 1.0
    y.clip(-0.2, 0.9, out=y)
    np.clip(y, None, 0.8, y)
    return np.sum(y * x)


def nditer(x):
    y = x * 1.0
    for i in range(len(y)):
        y[i:i + 1] *= 2
        y[-1] += y[i]
    return np.sum(y * y)


def one_of_two_then_view(x, y, n):
    u = x
    for e in (n, 2 * n):
        m = np.stack([y, x, u])
        if e > 2:
            x, u = u, x
        else:
            u = m[2]
        if n < 0:
            return x[1]
    m *= m[::-1]
    return np.sum(x * np.cos(x)) + np.sum(m * np.cos(m)) + np.sum(u * np.cos(u))


def alias_given_up_in_an_inner_loop(x, y, n):
    u = x
    for k in range(n):
        x[-2:] += np.cumsum(x[:2])
        for j in range(3):
            u = np.full(4, y[0])
    u += x
    x *= u
    return np.sum(x * x) + np.sum(u)


def rotated_arguments(x, y, n):
    for i in range(n):
        for k in range(2):
            x += np.sin(y)
            x, y = y, x - y
    x[0] *= 2
    return np.sum(x * np.cos(x)) + np.sum(y * y)


def row_or_argument(x, y, n):
    m = np.outer(x, y)
    r = x if n > 1 else m[n]
    r[1:] *= 2.0
    if y[0] > 0.0:
        r = y[::-1]
    r += m[0]
    return np.sum(m * m) + np.sum(x * r) + np.sum(y)


def returned_early_with_alias(x, y, n):
    z = y
    for k in range(n):
        z *= x
        if z[0] > 0.5:
            return np.sum(z * y)
        z = z + y
        y[k] += z[1]
    return np.sum(z * y) + np.sum(x)


def helper_that_rebinds(u, s):
    if s > u[3]:
        u += 1.5
    else:
        u = u * 2.0
    u[0] = s
    return u


def helper_rebinds_its_parameter(x, y, n):
    v = helper_that_rebinds(x, y[n])
    w = helper_that_rebinds(v, -3.0)
    v *= 3.0
    return np.sum(x * v) + np.sum(w)


def flipped_views(x, y, n):
    z = np.flip(x)
    z[n] = y[1]
    w = np.moveaxis(np.outer(x, y), 0, 1)
    w[1] *= y[0]
    np.fliplr(w)[0] += x[0]
    return np.sum(z * w[1]) + np.sum(w)


def best_so_far_is_the_current_one(x, y, n):
    best = x
    cur = x
    for k in range(n):
        cur = cur - 0.1 * y * cur**3
        if np.sum(cur) < np.sum(best):
            best = cur
    best[0] = 1.0
    return np.sum(best * cur) + np.sum(x)


def best_and_worst_so_far(x, y, n):
    best = x
    cur = x.copy()
    worst = best
    for k in range(n):
        cur = np.sin(cur + y)
        if cur[k] > best[k]:
            best = cur
        if cur[k] < worst[k]:
            worst = cur
        best[0] += 0.1
        cur *= 1.1
    worst *= 2.0
    return np.sum(best * cur * x) + np.sum(worst * worst)


def exchanged_or_new(x, y, n):
    i = 0
    while True:
        i += 1
        if i > n:
            break
        if y[0] < x[1]:
            y = np.minimum(x, 0.3) - y
        else:
            y, x = x, y
        x[0] *= 2.0
    y *= x
    x[1] = 2.0
    return np.sum(x * x) + np.sum(y * np.cos(y))


def best_of_an_object(x, y, n):
    st = Holder()
    st.best, st.cur = x.copy(), x
    for k in range(n):
        st.cur = st.cur * y
        if st.cur[k] > st.best[k]:
            st.best = st.cur
        st.cur += 0.1
    st.best[0] = 2.0
    return np.sum(st.best * st.cur)


def best_of_inner_loops(x, y, n):
    best = x.copy()
    for i in range(n):
        cur = best * y
        for k in range(3):
            cur = cur + np.sin(cur)
            if cur[k] > best[k]:
                best = cur
            cur[k] *= 0.5
        best[1] += 1.0
    return np.sum(best * y)


def linked_then_exchanged(x, y, n):
    best, cur = x, y
    for k in range(n):
        cur = cur * x
        if cur[k] > 0.0:
            best = cur
    for k in range(n):
        best[k] += 1.0
        if best[1] > 0.5:
            cur, best = best, cur
    cur *= 2.0
    return np.sum(best * cur)


def one_until_they_part(x, y, n):
    u, v = x.copy(), y.copy()
    for k in range(n):
        if u[k] > 0.0:
            v = u
        else:
            u = u * 0.5
        u[k + 1] += v[k]
        v[0] *= 1.5
    u += v
    return np.sum(u * v)


def exchanged_and_kept(x, y, n):
    a, b = x.copy(), y * 2
    kept, view = a, b[1:3]
    for _ in range(n + 2):
        b[1:] = a[:-1] * 1.5
        a, b = b, a
    return np.sum(a**2) + np.sum(kept * np.arange(len(x))) + np.sum(view**3)


def three_exchanged(x, y, n):
    a, b, c = x.copy(), y * 2, np.ones_like(x)
    for k in range(n + 3):
        for i in range(1, len(x)):
            c[i] = 2 * b[i] - a[i - 1] * y[0]
        c[0] = x[0]
        a, b, c = b, c, a
        if k == 2:
            c[1] = 5.0
    return np.sum(a * b * c) + b[1]


def exchanged_by_a_step(x, y, n):
    def step(old, new):
        new[1:-1] = 0.5 * (old[:-2] + old[2:] * y[1:-1])
        return new, old

    a, b = x.copy(), x * y
    for k in range(n + 3):
        a, b = step(a, b)
        if a[1] > 1e3:
            break
        a[0] += b[k % 4]
    return np.sum(a**2) * b[1]


def exchanged_with_an_argument(x, y, n):
    other = np.zeros_like(x)
    for _ in range(n + 2):
        other[1:] = x[:-1] * y[1:]
        other[0] = x[0] ** 2
        x, other = other, x
    return np.sum(x**2)


def doubled_or_new(x, y, n):
    for _ in range(n):
        for _ in range(n):
            if n > 1:
                x = np.reshape(np.full(4, y[0] * y[1]), 4)
        x += x
    return np.sum(x * y)


def views_of_exchanged(x, y, n):
    v = x[0:]
    for a in x:
        for _ in range(n):
            if n > 2:
                x[0:3] += a * v[1:]
            else:
                y, x = x, np.ones(4)
            for _ in range(2):
                y[:1] = 0.5
    v *= x
    return np.sum(v)


def item_or_sum(u, s):
    if s >= 0.5:
        v = u
        if s < 9.0:
            return v[0]
    return np.sum(u)


def view_of_one_path(x, y, n):
    a = x[0]
    for _ in y[n:]:
        a = 0.5 - item_or_sum(np.full(4, a), a)
    return item_or_sum(np.full(4, a), a) * y[0]


def flags_of_one_pass(x, y, n):
    u = x.copy()
    v = u
    s = -np.sum(y)
    for j in range(1):
        for e in (s, n + 1.0):
            if e > s:
                break
            w, b = [np.sum(u), v]
            if x[2] < 0.5:
                x = b
                b[j] += w
    return np.sum(v * x)


def lists_joined_before_a_write(x, y, n):
    u = x.copy()
    v = u
    for _ in range(3):
        v += x
        items = [0.5]
        for _ in range(n + 1):
            items.append(u * y - 4)
        u = items[1]
    return np.sum(u) + np.sum(v)


def tangents_in_joined_lists(x, y, n):
    u = x.copy()
    items = [y[0]]
    for _ in range(n + 1):
        items.append(u - 4)
    u += x * y
    return np.sum(u) + np.sum(items[1])


def number_of_an_array_without_axes(x, y, n):
    z = np.zeros(())
    z[()] = y[0]
    a = float(z)
    s = a
    for i in range(n):
        s += x[i]
    kept = max(s, 0.45), 0.5
    total = s
    total += sum(np.sum(v) for v in kept)
    return a * a * s + total


def handed_on_at_the_exit(x, y, n):
    u = x.copy()
    i = 0
    while True:
        i += 1
        if i > n:
            break
        u = u / (1.5 + x[2] * x[2])
        x[3] = y[2]
        if y[0] > 1.0:
            x = u
        else:
            y[2] = np.sqrt(1.0 + x[0] * x[0])
    x[1:1] += -y[1]
    return np.sum(u * np.cos(u)) + np.sum(y)


def exchanged_with_a_sum_of_a_list(x, y, n):
    parts = [0.5]
    for _ in range(n):
        parts.append(x * y)
    w = sum(parts)
    for _ in range(n):
        x, w = w, x
        x[x > 0.5] -= 0.5 * x[0]
    return np.sum(x * w) + np.sum(y)


def items_of_an_earlier_pass(x):
    v = x * x
    for _ in range(3):
        items = [np.ones(len(x))]
        for _ in range(2):
            v[2:] = 1.5
            items.append(np.minimum(v, 0.5))
        v = 0 + items[1]
    return np.sum(v * x)


def no_value_behind_the_exit(x):
    y, a = x, np.ones(4)
    while True:
        if x[0] < 100.0:
            break
        a, y = y, 0.5
        y = a[[0, 0, 2, 1]]
    a += y
    return np.sum(a * np.cos(a))


def exchanged_or_named(x, y, n):
    u, w = x.copy(), np.sin(y)
    s = 0.5
    for _ in range(n):
        w[2:] += w[1]
        s += np.linalg.norm(u)
        if s < 2.0:
            x = w
        else:
            u, w = w, u
    v = w
    v *= u
    return np.sum(u) + np.sum(x)


def view_of_what_was_replaced(x, y, n):
    u, steps = x.copy(), n
    while steps == 1:
        u = x[:]
        x = y * 2.0
        steps += 1
    x[1:] *= 2.0
    return np.sum(u * u)


OF_ONE_ARRAY = [
    no_value_behind_the_exit,
    items_of_an_earlier_pass,
    out_kw, where_kw, add_at, mult_at, copyto, put, put_along, place, putmask, fill_diag, fill, sorts, flat,
    tstore, whole, swap, swaprows, swaprows2, overlap, overlap2, masks, fancy, attr, contitem, diagview,
    realview, realreal, bto, asarr, rows, helperview, twice, closure, tape, accum, sumout, sumwhere, addat2,
    rot, prevcur, mview, aug_alias, listalias, condalias, lexic, emptyloop, rep, partition, clipout, nditer,
]  # fmt: skip
OF_TWO_ARRAYS = [
    view_of_what_was_replaced,
    exchanged_or_named,
    exchanged_with_a_sum_of_a_list,
    one_of_two_then_view, alias_given_up_in_an_inner_loop, rotated_arguments, row_or_argument,
    returned_early_with_alias, helper_rebinds_its_parameter, flipped_views,
    best_so_far_is_the_current_one, best_and_worst_so_far, exchanged_or_new, best_of_an_object, best_of_inner_loops,
    linked_then_exchanged, one_until_they_part,
    exchanged_and_kept, three_exchanged, exchanged_by_a_step, exchanged_with_an_argument,
    doubled_or_new, views_of_exchanged, view_of_one_path, flags_of_one_pass,
    lists_joined_before_a_write, tangents_in_joined_lists, number_of_an_array_without_axes,
    handed_on_at_the_exit,
]  # fmt: skip
