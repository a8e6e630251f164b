"""Programs with lists, tuples, dicts, None and iterators in which a derivative easily comes out wrong."""

from __future__ import annotations

import bisect
import collections
import copy
import functools
import heapq
import itertools
import math
import operator
import statistics
from collections import Counter, OrderedDict, defaultdict, deque
from itertools import accumulate

import numpy as np

Pt = collections.namedtuple("Pt", "a b")


def c1(x, n):
    tape = []
    u = x.copy()
    for k in range(n):
        prev = u
        u = np.sin(u) * (1 + 0.1 * k)
        tape.append((k, prev))
    s = 0.0
    for k, p in reversed(tape):
        s += np.sum(p * u) * k
    return s + np.sum(tape[-1][1]) * tape[0][0] + tape[-1][0]


def c2(x, n):
    best = None
    for k in range(n):
        v = x[k % 3] * k
        if best is None or v > best:
            best = v
    return best**2


def c3(x, n):
    items = []
    for k in range(n):
        items.append({"k": k, "v": x[k % 3] ** 2, "w": [x[0], x[1] * k]})
    s = 0.0
    for d in items:
        s = s + d["v"] * d["k"] + d["w"][0] * d["w"][1]
    return s


def c4(x, n):
    xs = []
    for k in range(n):
        xs.append(x[k % 3] * (k + 1))
    xs.reverse()
    xs.insert(1, x[0] * x[1])
    a = xs.pop()
    b = xs.pop(0)
    xs.extend([a * b, x[2]])
    xs += [a]
    xs[0] = xs[1] * 2
    del xs[2]
    return sum(xs) + max(xs) * min(xs) + len(xs) * xs[-2] + sum(xs[1:3])


def c5(x, n):
    xs = [x[k % 3] * np.cos(k) for k in range(n)]
    ys = [v for v in xs if v > 0]
    return sum(ys) + sum(v * v for v in xs) + max(v for v in xs) + len(ys)


def c6(x):
    xs = sorted([x[0] * 2, x[1], x[2] - 1], reverse=True)
    ys = sorted([(x[0], 1), (x[1], 2), (x[2], 3)], key=lambda t: -t[0])
    return xs[0] * 3 + xs[1] + ys[0][0] * ys[0][1] + ys[2][0] ** 2


def c7(x, n):
    rows = []
    for i in range(n):
        row = []
        for j in range(i + 1):
            row.append(x[j % 3] * i)
        rows.append(row)
    s = 0.0
    for i, row in enumerate(rows):
        for v in row:
            s += v * v * i
    return s + rows[-1][0]


def c8(x):
    d = defaultdict(float)
    for i, k in enumerate("abca"):
        d[k] += x[i % 3] ** 2
    e = dict(d, z=x[0])
    e |= {"q": x[1]}
    return sum(v * (i + 1) for i, v in enumerate(e.values())) + e.get("nope", x[2])


def c9(x):
    return (
        sum(accumulate([x[0], x[1], x[2]]))
        + functools.reduce(operator.mul, [x[0], x[1]], 1.0)
        + math.fsum([x[0], x[1]])
        + math.prod([x[1], x[2]])
    )


def c10(x):
    s = 0.0
    for a, b in itertools.product([x[0], x[1]], [x[2], 2.0]):
        s += a * b
    for a, b in itertools.combinations([x[0], x[1], x[2]], 2):
        s += a * b * b
    for a in itertools.chain([x[0]], (x[1],)):
        s += a**3
    for i, a in zip(itertools.count(), x):
        s += i * a
    for a, b in itertools.pairwise([x[0], x[1], x[2]]):
        s += a / b
    for i, v in enumerate(itertools.islice(itertools.cycle([x[0], x[1]]), 5)):
        s += v * i
    return s + sum(itertools.starmap(lambda p, q: p * q, [(x[0], x[1]), (x[1], x[2])]))


def c11(x, n):
    params = {"w": x.copy(), "b": x[0]}
    for i in range(n):
        g = {"w": np.sin(params["w"]), "b": params["b"] ** 2}
        for k in params:
            params[k] = params[k] - 0.1 * g[k]
    return np.sum(params["w"] ** 2) + params["b"]


def c12(x):
    ps = [x * 2, x**2]
    for p in ps:
        p -= 0.1 * x
    q = ps[0]
    q *= 3
    return np.sum(ps[0]) + np.sum(ps[1] * ps[0])


def c13(x):
    m = [[0.0] * 3] * 2
    m[0][1] = x[0]
    m[1][2] = x[1] * x[2]
    a = b = []
    a.append(x[0])
    b.append(x[1])
    return m[0][2] * m[1][1] + len(a) * a[1]


def c14(x, n):
    q = deque([x[0], x[1]], maxlen=3)
    for i in range(4):
        q.append(q[-1] * q[0] + x[2])
    q.popleft()
    q.appendleft(x[0])
    return sum(q)


def c15(x, n):
    pts = []
    for i in range(n):
        pts.append(Pt(x[0] * i, x[1]))
    tot = Pt(0.0, 0.0)
    for p in pts:
        tot = Pt(tot.a + p.a * p.b, tot.b + p.b)
    return tot.a * tot.b


def c16(x, n):
    xs = []
    ys = []
    for i in range(n):
        xs.append(x[i % 3])
        ys.append(x[0] * i)
    s = 0.0
    for a, b in zip(xs, ys):
        s += a * b
    for i, (a, b) in enumerate(zip(xs[1:], ys)):
        s += a * b * i
    return (
        s
        + sum(a * b for a, b in zip(xs, reversed(ys)))
        + np.array(xs) @ np.array(ys)
        + np.sum(np.stack([np.array(xs), np.array(ys)]))
    )


def c17(x, n):
    hs = []
    h = x
    for i in range(n):
        h = np.tanh(h * x)
        hs.append(h)
    H = np.stack(hs)
    C = np.concatenate(hs)
    V = np.vstack(hs)
    return np.sum(H[1:] * H[:-1]) + C[2] * C[3] + np.sum(V**2) + np.sum(np.mean(hs, axis=0)) + np.sum(sum(hs))


def c18(x, n):
    stack = [x[0]]
    s = 0.0
    while stack:
        v = stack.pop()
        s += v * v
        if s < 5 and v < 4:
            stack.append(v + 1.0)
            if v < 2:
                stack.append(v * x[1])
    return s


def c19(x, n):
    memo = {}
    for i in range(n):
        memo[i] = x[i % 3] if i < 2 else memo[i - 1] * memo[i - 2]
    return memo[n - 1]


def c20(x, n):
    xs = [x[0], x[1], x[2]]
    k = int(np.argmax(x))
    for i in range(n):
        xs[i % 3] += xs[(i + 1) % 3] * 0.1
    return xs[k] * xs[0]


def c21(x):
    vals = x.tolist()
    a = float(vals[0])
    b = int(vals[1])
    c = x[2].item()
    q, r = divmod(a, 1.5)
    return (
        a * c
        + b
        + r
        + round(c, 2)
        + abs(min(vals, key=lambda v: (v - 0.9) ** 2))
        + statistics.mean(vals)
        + statistics.fmean(vals)
    )


def c22(x):
    pairs = [(x[0], 1.0), (x[1], 2.0), (x[2], 3.0)]
    a, b = zip(*pairs)
    return (
        sum(map(operator.mul, a, b))
        + sum(map(lambda t: t[0] * t[1], pairs))
        + sum(filter(lambda v: v > 1, b))
        + sum([x[0], x[1]], start=x[2])
        + max(pairs, key=operator.itemgetter(0))[1]
    )


def called_by_operators(x, n):
    kinds = {frozenset({0, 1}): 2.0, frozenset({1, 2}): 3.0}
    called = operator.call(np.sin, x[0]) if hasattr(operator, "call") else np.sin(x[0])
    return called + operator.methodcaller("sum")(x) ** 2 + kinds[frozenset([1, 0])] * x[0] + kinds[frozenset((2, 1))] * x[1] ** 2


def c23(x, n):
    log = []
    for i in range(n):
        if x[i % 3] > 0.5:
            log.append(("big", x[i % 3], None))
        else:
            log.append(("small", x[i % 3] ** 2, i))
    s = 0.0
    for tag, v, k in log:
        if tag == "big":
            s += v
        if k is not None:
            s += v * k
    return s


def c24(x, n):
    best = (x[0], 0)
    for i in range(1, n):
        cand = (x[i % 3] * i, i)
        if cand > best:
            best = cand
    return best[0] * best[1]


def c25(x, n):
    A = [[x[i] * j for j in range(3)] for i in range(3)]
    T = [list(r) for r in zip(*A)]
    flat = [v for r in A for v in r if v is not None]
    return np.sum(np.array(A) @ np.array(T)) + sum(flat) + np.linalg.norm(np.array(flat))


def c26(x, n):
    tot = {}
    for name, v in [("a", x[0]), ("b", x[1]), ("a", x[2])]:
        tot.setdefault(name, []).append(v)
    return (
        sum(sum(v) ** 2 for v in tot.values()) + any(v > 0 for v in x) * x[0] + all(v > 0 for v in x) * x[1]
    )


def c27(x, n):
    ys = list(x)
    ys.sort()
    zs = [x[i % 3] * (i - 2) for i in range(n)]
    zs.sort(key=lambda v: -v)
    ws = sorted(zs)
    return ys[0] * 3 + ys[2] ** 2 + zs[0] * zs[-1] + ws[1] * 2


def c28(x, n):
    def add(v, acc=[]):
        acc.append(v)
        return sum(acc)

    return add(x[0]) * add(x[1], []) + add(x[2], [x[0]])


def c30(x, n):
    us = []
    u = x[0]
    for i in range(n):
        u = u * x[1] + 0.1
        us.append(u)
    return us[n - 1] + us[len(us) // 2] * us.index(us[1]) + us.count(us[0]) * x[2] + (us[0] in us) * x[0]


def d1(x):
    return sum(itertools.accumulate([x[0], x[1], x[2]]))


def d2(x):
    s = 0.0
    for a, b in itertools.product([x[0], x[1]], [x[2], 2.0]):
        s += a * b
    return s


def d3(x, n):
    stack = [x[0]]
    s = 0.0
    while stack:
        v = stack.pop()
        s += v * v
        if s < 5 and v < 4:
            stack.append(v + 1.0)
    return s


def d4(x, n):
    log = []
    for i in range(n):
        if x[i % 3] > 0.5:
            log.append(("big", x[i % 3]))
        else:
            log.append(("small", x[i % 3] ** 2))
    s = 0.0
    for tag, v in log:
        if tag == "big":
            s += v
    return s


def d5(x, n):
    log = []
    for i in range(n):
        if x[i % 3] > 0.5:
            log.append((x[i % 3], None))
        else:
            log.append((x[i % 3] ** 2, i))
    s = 0.0
    for v, k in log:
        if k is not None:
            s += v * k
    return s


def e6(x, n):
    rows = [[] for _ in range(3)]
    for i in range(n):
        rows[i % 3].append(x[i % 3] * i)
    return sum(sum(r) ** 2 for r in rows)


def e7(x, n):
    xs = [x * 1.0, x * 2.0]
    ys = xs
    ys[0] = x**2
    zs = list(xs)
    zs[1] = x
    for a in xs:
        a *= 2
    return np.sum(xs[0]) + np.sum(ys[1] * zs[0]) + np.sum(zs[1])


def e8(x, n):
    d = {"a": x.copy()}
    e = dict(d)
    f = copy.deepcopy(d)
    d["a"][0] = 5.0
    e["a"] += 1
    return np.sum(d["a"] * e["a"] * f["a"])


def e9(x, n):
    hs = [x]
    for i in range(n):
        hs.append(np.sin(hs[-1]) + hs[max(0, len(hs) - 3)])
    hs[2] = hs[1] * hs[2]
    return np.sum(hs[2] * hs[-1])


def e10(x, n):
    acc = []
    for i in range(n):
        if x[i % 3] > 0.5:
            acc.append(x[i % 3] * i)
            if len(acc) > 2:
                break
    else:
        acc.append(x[0])
    return sum(acc) * (acc[-1] if acc else 0.0)


def e11(x, n):
    m = {i: x[i % 3] * i for i in range(4) if i != 2}
    s = {i % 3 for i in range(n)}
    t = 0.0
    for k in sorted(m):
        t += m[k] * (k in s)
    return t + sum((y := v * v) + y for v in m.values())


def e12(x, n):
    xs = [0.0] * n
    for i in range(n):
        xs[i] = x[i % 3] * i
        xs[i] += xs[i - 1] if i else 0.0
    return sum(xs) + xs[n // 2]


def e13(x, n):
    W = [x * 0.1, x * 0.2, x * 0.3]
    h = x
    acts = [h]
    for w in W:
        h = np.tanh(w * h)
        acts.append(h)
    g = acts[-1]
    for w, a in zip(reversed(W), reversed(acts[:-1])):
        g = w * g * (1 - a**2)
    return np.sum(g)


def e14(x, n):
    q = [(x[0], 0)]
    total = 0.0
    while len(q) > 0:
        v, depth = q.pop(0)
        total += v * depth
        if depth < n:
            q.append((v * x[1], depth + 1))
    return total


def e15(x, n):
    state = {"x": x[0], "v": 0.0, "hist": []}
    for i in range(n):
        state["v"] = state["v"] - 0.1 * state["x"]
        state["x"] += 0.1 * state["v"] * x[1]
        state["hist"].append(state["x"])
    return state["x"] + sum(state["hist"])


def e16(x, n):
    best, arg = -np.inf, None
    for i, v in enumerate(x):
        if v > best:
            best, arg = v, i
    return best**2 * (arg + 1) if arg is not None else 0.0


def e17(x, n):
    prev = None
    s = 0.0
    for i in range(n):
        cur = x * (i + 1)
        if prev is not None:
            s += np.sum((cur - prev) ** 2) * np.sum(prev)
        prev = cur
    return s


def e18(x, n):
    out = []
    for i in range(n):
        out.append([x[0] * i, x[1], x[2] ** 2])
    A = np.array(out)
    B = np.array([(v, v * v) for v in x])
    C = np.array([[xi * yj for yj in x] for xi in x])
    return np.sum(A[1:] * A[:-1]) + np.sum(B.T @ B) + np.linalg.det(C + np.eye(3))


def e19(x, n):
    xs = [x[i % 3] for i in range(n)]
    ys = sorted(xs)[1:]
    zs = [a - b for a, b in zip(ys[1:], ys)]
    i, j = 0, len(ys) - 1
    med = ys[len(ys) // 2]
    return sum(z * (k + 1) for k, z in enumerate(zs)) + med + ys[i] * ys[j]


def e20(x, n):
    names = []
    vals = []
    for i in range(n):
        names.append("odd" if i % 2 else "even")
        vals.append(x[i % 3])
    return sum(v * 2 if m == "odd" else v**2 for m, v in zip(names, vals))


def e21(x, n):
    xs = list(x) + [x[0]] * 2
    xs *= 2
    a, *rest, b = xs
    xs[1:3] = [x[2], x[2], x[1]]
    del xs[0], xs[-1]
    c = xs.copy()
    c.clear()
    return sum(xs) * a + len(rest) * b + len(c)


def e22(x, n):
    cells = [[x[i] * x[j] for j in range(3)] for i in range(3)]
    for i in range(3):
        for j in range(3):
            if i != j:
                cells[i][j] -= cells[j][i] * 0.5
    return sum(map(sum, cells)) + max(map(max, cells))


def e23(x, n):
    hs = []
    h = np.zeros(3)
    for i in range(n):
        h = np.tanh(h + x)
        hs.append((h, i))
    loss = 0.0
    for h, i in hs[::2]:
        loss += np.sum(h) * i
    for h, _ in hs[1:]:
        loss += h[0]
    return loss + hs[-1][0] @ hs[0][0]


def e25(x, n):
    it = {}
    for i, v in enumerate(x):
        it.setdefault(i % 2, []).append(v)
    c = Counter("aab")
    o = OrderedDict([("p", x[0]), ("q", x[1])])
    o["p"] *= c["a"]
    return sum(sum(v) * k for k, v in it.items()) + o["p"] * o["q"] + c["zz"]


def e26(x, n):
    hs = []
    for i in range(n):
        h = np.zeros(2)
        h[0] = x[i % 3]
        h[1] = i
        hs.append(h)
    total = np.zeros(2)
    for h in hs:
        total += h * h[0]
    return total @ hs[1]


def e27(x, n):
    vals = [f(x[0]) for f in (np.sin, np.cos, lambda t: t * t)]
    ws = [np.float64(v) for v in vals]
    fs = []
    for k in range(3):
        fs.append(lambda t, k=k: t * k + x[k])
    return sum(f(w) for f, w in zip(fs, ws))


def e28(x, n):
    a = [x[0], x[1]]
    b = a
    b = b + [x[2]]
    a += [x[2] * 2]
    return sum(a) * sum(b)


def f1(x):
    ref = None
    lst = [x[0]]
    if x[0] > 0:
        ref = lst
    lst.append(x[1] ** 2)
    if ref is not None:
        return sum(ref) * x[2]
    return x[0]


def f2(x, n):
    lst = [x[0], x[1]]
    ref = None
    for i in range(n):
        if x[i % 3] > 1.0:
            ref = lst
        lst.append(x[i % 3] * i)
    if ref is not None:
        return sum(ref) * x[2]
    return x[0]


def f3(x, n):
    a, b = [x[0]], [x[1]]
    for i in range(n):
        a, b = b, a
        a.append(x[2] * i)
    return sum(a) * 2 + sum(b) ** 2


def f4(x, n):
    d = None
    s = 0.0
    for i in range(n):
        if d is None:
            d = {"m": x[0], "k": 1}
        else:
            d["m"] = d["m"] * 0.9 + x[i % 3]
            d["k"] += 1
        s += d["m"]
    return s * d["k"]


def f5(x, n):
    last = None
    for v in x:
        if last is not None and v < last:
            break
        last = v
    return last**2 if last else x[0]


def sorted_by_flags_and_texts(x, n):
    by_flag = sorted(x, key=lambda v: (v > 0.9, -v), reverse=True)
    named = sorted(zip(x, "bac"), reverse=True)
    grouped = sorted([(1, "b", x[0]), (1, "a", x[1]), (0, "z", x[2]), (1, "a", x[0] * n)])
    scores = sorted({"p": x[0], "q": x[1], "r": x[0]}.items(), key=lambda item: (-item[1], item[0]))
    total = sum(i * v for i, v in enumerate(by_flag)) + sum(i * v**2 for i, (v, _) in enumerate(named))
    return total + sum(i * v for i, (_, _, v) in enumerate(grouped)) * scores[0][1] + scores[1][1]


def filter_of_lists(x, n):
    y = []
    for i in range(n):
        value = x[i % 3]
        if i >= 1:
            value = value - 0.3 * y[i - 1]
        for k in range(2, 4):
            if i >= k:
                value = value + x[k - 2] * y[i - k]
        y.append(value)
    return sum(v * v for v in y)


def sums_of_earlier_items(x, n):
    y = []
    for i in range(n):
        y.append(x[i % 3] + sum(y[k] * x[1] for k in range(3) if k < i) * (y[i - 1] if i else 1.0))
    return y[-1]


def triangle_of_lists(x, n):
    rows = []
    for i in range(n):
        row = []
        for j in range(i + 1):
            row.append(x[j % 3] if j in (0, i) else rows[i - 1][j - 1] * rows[i - 1][j])
        rows.append(row)
    return sum(rows[-1])


def last_in_a_dict(x, n):
    seen, total = {}, 0.0
    for i in range(n):
        if i > 0:
            total = total + seen["last"] * x[i % 3]
        seen["last"] = x[i % 3] ** 2
    return total


def changed_when_it_is_long(x, n):
    held, total = [], 0.0
    for i in range(n):
        if i > 2:
            a, b = held[-2:]
            total = total + a * b + np.mean(held) * np.stack(held)[0] + max(held) + held.pop(0)
            held[0] = a
            held[1] *= 0.5
            del held[0]
            held.insert(0, b)
        held.append(x[i % 3] * x[0])
    return total


def never_filled(x, n):
    big, total = [], np.sum(x**2)
    for v in x:
        if v > n:
            big.append(v * big[-1])
    if total > 100.0 * n:
        total = total * big[0] * max(big)
    return total


def too_few_are_left(x, n):
    try:
        a, *b, c, d = [v for v in x if v > n]
    except ValueError:
        return np.sum(x**2)
    return a * c


def rest_of_a_list(x, n):
    big = [v * v for v in x for _ in range(n) if v > 0.5]
    first, *middle, last = big
    *_, a, b = big
    p, q = big[1:3]
    return first * last + sum(middle) * len(middle) + a * p - b * q


def rest_of_what_changes(x, n):
    while len(x) > 1:
        a, *x = x
        x = np.array(x) * a
    (b, k), *others = [(v, i) for i, v in enumerate(x) for _ in range(n)]
    return b + sum(v * v * i for v, i in others) + k


X = np.array([0.7, 1.3, 0.4])
def unzipped_history(x, n):
    hist = [(x[0], x[1], 0)]
    for _ in range(n):
        a, b, t = hist[-1]
        hist.append((a + 0.1 * b, b - 0.1 * a, t + 1))
    first, second, times = zip(*hist)
    return max(first) + second[-1] ** 2 + sum(times) * x[0]


def unzipped_to_arrays(x, n):
    hist = []
    for k in range(n):
        hist.append([x[k % 3] ** 2, k, "name"])
    v, i, names = [list(c) for c in zip(*hist)]
    v.append(x[0])
    return np.sum(np.array(v[:-1]) * np.array(i)) + sum(v) * len(names)


def unzipped_arrays(x, n):
    path = [np.array([x[0], x[1]])]
    for _ in range(n):
        path.append(path[-1] * 1.1 + x[2])
    a, b = zip(*path)
    return sum(a) * b[-1] ** 2


def unzipped_nothing(x, n):
    rows = []
    for k in range(n):
        if x[k % 3] > 0:
            rows.append((x[k % 3], 1.0))
    if not rows:
        return 0.0
    a, ones = zip(*rows)
    return sum(a) * sum(ones)


def list_in_a_display(x, n):
    out = []
    for k in range(n):
        out = [*out, x[k % 3] ** 2]
    return sum([x[0], *out, *(x[1], x[2])]) * out[-1]


def broadcast_put_into_a_list(x, n):
    us = []
    for k in range(n):
        us.append(x * k)
    us[1] = np.broadcast_to(x[0], (3,))
    return np.sum(us[1] ** 2) + np.sum(us[2])


def two_trajectories(x, n):
    us, vs = [x * 1.0], [x[0]]
    for k in range(n):
        if x[k % 3] > 0:
            us.append(us[-1] * 0.5 + vs[-1])
        else:
            vs.append(vs[-1] * x[1] + np.sum(us[k // 2]))
    return np.sum(us[-1]) * vs[-1]


def trajectory_with_gaps(x, n):
    xs = [x[0], None]
    for k in range(n):
        xs.append(x[k % 3] * k if k % 2 else None)
    s = 0.0
    for v in xs:
        if v is not None:
            s += v**2
    return s * xs[-2]


def keys_of_text_and_index(x, n):
    params = {"W1": x, "W2": x**2, "W3": np.sin(x)}
    grads = {}
    for k in reversed(range(1, n - 1)):
        grads["dW" + str(k)] = 2 * params["W" + str(k)] * x[k - 1]
    s = 0.0
    for k in range(n - 2, 0, -1):
        for j in range(k):
            s += np.sum(params["W" + str(k)] * grads[f"dW{j + 1}"])
    return s


def parts_of_text(x, n):
    places = {"a": 0, "b": 1, "c": 2}
    text = "abcab"
    s = 0.0
    for first, second in zip(text, text[1:]):
        s += x[places[first]] * x[places[second]] ** 2
    return s * len(text[:-1]) + n


def heap_of_events(x, n):
    events = [(0.5 * x[0] ** 2, 0), (0.2, 1), (0.3, 2)]
    heapq.heapify(events)
    total, level, last = 0.0, 1.0, 0.0
    while events and last < 2.0:
        t, kind = heapq.heappop(events)
        total += level * np.sin(t - last)
        level *= x[kind]
        heapq.heappush(events, (t + 0.4 + x[kind] ** 2, (kind + 1) % 3))
        last = t
    return total


def heap_of_constants(x, n):
    h = [5, 2, 8, 1]
    heapq.heapify(h)
    s = 0.0
    while h:
        k = heapq.heappop(h)
        s = s * 0.5 + np.sin(k * x[0])
        if k == 2:
            heapq.heappush(h, 3)
    return s


def kept_sorted(x, n):
    xs = []
    for v in x:
        bisect.insort(xs, v)
    return sum((i + 1) * v for i, v in enumerate(xs))


def largest_and_smallest(x, n):
    return sum(heapq.nlargest(2, x)) * heapq.nsmallest(2, list(x), key=lambda v: -v)[1]


def changed_by_operators(x, n):
    xs, d = [x[0], 2.0], {"a": 1.0}
    operator.iadd(xs, [x[1]])
    operator.setitem(xs, 1, x[2] * 3)
    operator.delitem(xs, 0)
    operator.setitem(d, "b", x[0])
    return sum(xs) * len(xs) + d["b"] ** 2 * len(d)


def methods_of_classes(x, n):
    xs, d, q = [1.0], {}, deque([x[0]], maxlen=2)
    list.append(xs, x[0])
    list.extend(xs, [x[1], x[1]])
    dict.update(d, a=x[2])
    dict.__setitem__(d, "b", x[0])
    deque.append(q, x[1])
    q.append(3 * x[2])
    return sum(xs) + d["a"] * d["b"] * q[0] * q[1]


def lists_in_drawn_orders(x, n):
    rng, old = np.random.default_rng(5), np.random.RandomState(3)
    a, b, c = [x[0], x[1] ** 2, 3.0], [(v, i) for i, v in enumerate(x)], list(range(len(x)))
    old.shuffle(a)
    rng.shuffle(b)
    np.random.seed(3)
    np.random.shuffle(c)
    s = sum((k + 1) * v for k, v in enumerate(a)) + sum(v * (i + 1) * k for k, (v, i) in enumerate(b))
    for k, i in enumerate(c):
        s += (k + 2) * x[i] ** 2
    return s


def read_by_dunder(x, n):
    order = sorted(range(3), key=x.__getitem__)
    return sum(x[i] * (k + 1) for k, i in enumerate(order))


def dict_of_one_value(x, n):
    force = dict.fromkeys(range(n), 0.0)
    for i in range(n - 1):
        force[i] += x[i % 3]
        force[i + 1] -= x[i % 3] ** 2
    return sum(v**2 for v in force.values()) + len(dict.fromkeys("ab"))


def joined_numbers(x, n):
    return np.sum(np.hstack([x[0] * v for v in x[: n - 3]]) ** 2)


def stacked_in_a_loop(x, n):
    z = x
    for _ in range(2):
        columns = np.stack([z[k] * np.sin(x) for k in range(len(z))], axis=1)
        z = np.log(1 + np.sum(columns**2, axis=0))
    return np.sum(columns[0] * z)


def rows_grown_under_a_condition(x, n):
    rows = []
    for i, a in enumerate(x):
        row = [a]
        for j in range(n):
            if i == j:
                row.append(a * row[-1])
            else:
                row.append(0.5 * j)
        rows.append(row)
    m = np.array(rows)
    return np.sum(m**2) * m[0, 1]


def points_of_a_grid(x, n):
    grid = np.array([[(a * b, a - b) for b in x**2] for a in x])
    return np.sum(grid[..., 0] * grid[:, :, 1] ** 2) + grid.shape[2]


def without_last_zeros(items):
    if items[-1] != 0:
        return items
    for i in range(len(items) - 1, -1, -1):
        if items[i] != 0:
            break
    return items[: i + 1]


def coefficients_of_roots(x, n):
    return np.sum(np.polynomial.polynomial.polyfromroots(x) ** 2)


def product_of_factors(x, n):
    p = [np.array([-r, 1.0]) for r in x]
    while len(p) > 1:
        half, odd = divmod(len(p), 2)
        joined = [np.convolve(without_last_zeros(p[i]), p[i + half]) for i in range(half)]
        if odd:
            joined[0] = np.convolve(joined[0], p[-1])
        p = joined
    return np.sum(p[0] ** 2)


def answers_that_end_a_generator(x, n):
    seen, count = [], 0

    def above(v, bound):
        nonlocal count
        count += 1
        seen.append(v * bound)
        return v > bound

    if any(above(v, 1.0) for v in x) and not all(above(v, 0.5) for v in x):
        seen.append(x[0])
    any(map(lambda v: above(v, 2.0), x[:2]))
    return sum(seen) * count


def found_in_a_loop(x, n):
    found = None
    for i in range(n):
        for j, v in enumerate(x):
            if v * i > 2.0:
                found = (i, j)
                break
        if found:
            break
    else:
        return np.sum(x)
    i, j = found
    return x[j] ** 2 * i + sum(x[k] for k in found if k < 3)


def places_of_an_array(x, n):
    a = np.outer(x, x)
    for i, j in np.ndindex(*a.shape):
        a[i, j] += x[0] * i
    for idx in np.ndindex(3):
        a[idx] *= 2
    for idx in np.ndindex(a.shape):
        a[idx] = a[idx] ** 2
    return sum(a[i] for i in np.ndindex(a.shape))


def none_where_nothing_is_found(x, n):
    best = None
    for k, v in enumerate(x):
        if v > 1.0:
            best = (k, v * x)
    return best[1].sum() * best[0] + (best[1] * 2)[0]


def read_by_a_tuple(x, n):
    a = np.outer(x, x[:2])
    idx = []
    for i in range(2):
        idx.append(i)
    return np.sum(a[tuple(idx)] ** 2) + np.sum(a[idx])


def written_by_a_tuple(x, n):
    a = np.outer(x, x)
    at = tuple(i % 2 for i in range(2))
    a[at] *= 2.0
    np.add.at(a, at, x[2])
    return np.sum(a**2 * a.transpose(at))


def tuple_is_no_list(x, n):
    t = tuple(v**2 for v in x)
    both = isinstance(t, tuple), isinstance(list(t), list), not isinstance(t, list), type(t) is tuple
    return sum(t) if all(both) else x[0]


def tuple_under_two_names(x, n):
    t = tuple(v * i for i, v in enumerate(x) if v > 0.3)
    u = t
    u += (x[0], x[1])
    w = (x[2],) + t * 2
    return sum(t) ** 2 + sum(u) * u[-1] + sum(w[1:]) * w[0]


def tuple_made_anew(x, n):
    t = tuple(v for v in x if v > 0.2)
    for _ in range(n):
        t = tuple(0.5 * v * v + 1.0 for v in t)
        if x[0] > 0.0:
            t = t + t
    return sum(t)


def tuples_in_a_list(x, n):
    rows, total = [], 0.0
    for k in range(n):
        rows.append(tuple(v for v in x if v > 0.1 * k))
    for row in rows:
        total += sum(row) ** 2 if isinstance(row, tuple) else 0.0
    return total


def tuple_of_numbers_compared(x, n):
    t = tuple(i for i in range(2))
    return np.sum(x**3) if t == (0, 1) and t != [0, 1] else x[0]


CASES = [
    (c1, (X, 5)),
    (c2, (X, 5)),
    (c3, (X, 5)),
    (c4, (X, 5)),
    (c5, (X, 5)),
    (c6, (X,)),
    (c7, (X, 5)),
    (c8, (X,)),
    (c9, (X,)),
    (c10, (X,)),
    (c11, (X, 5)),
    (c12, (X,)),
    (c13, (X,)),
    (c14, (X, 5)),
    (c15, (X, 5)),
    (c16, (X, 5)),
    (c17, (X, 5)),
    (c18, (X, 5)),
    (c19, (X, 5)),
    (c20, (X, 5)),
    (c21, (X,)),
    (c22, (X,)),
    (c23, (X, 5)),
    (c24, (X, 5)),
    (c25, (X, 5)),
    (c26, (X, 5)),
    (c27, (X, 5)),
    (c28, (X, 5)),
    (c30, (X, 5)),
    (d1, (X,)),
    (d2, (X,)),
    (d3, (X, 5)),
    (d4, (X, 5)),
    (d5, (X, 5)),
    (e6, (X, 5)),
    (e7, (X, 5)),
    (e8, (X, 5)),
    (e9, (X, 5)),
    (e10, (X, 5)),
    (e11, (X, 5)),
    (e12, (X, 5)),
    (e13, (X, 5)),
    (e14, (X, 5)),
    (e15, (X, 5)),
    (e16, (X, 5)),
    (e17, (X, 5)),
    (e18, (X, 5)),
    (e19, (X, 5)),
    (e20, (X, 5)),
    (e21, (X, 5)),
    (e22, (X, 5)),
    (e23, (X, 5)),
    (e25, (X, 5)),
    (e26, (X, 5)),
    (e27, (X, 5)),
    (e28, (X, 5)),
    (f1, (X,)),
    (f2, (X, 5)),
    (f3, (X, 5)),
    (f4, (X, 5)),
    (f5, (X, 5)),
    (broadcast_put_into_a_list, (X, 5)),
    (two_trajectories, (X, 5)),
    (trajectory_with_gaps, (X, 5)),
    (keys_of_text_and_index, (X, 5)),
    (parts_of_text, (X, 5)),
    (unzipped_history, (X, 5)),
    (unzipped_to_arrays, (X, 5)),
    (unzipped_arrays, (X, 5)),
    (unzipped_nothing, (X, 5)),
    (list_in_a_display, (X, 5)),
    (heap_of_events, (X, 5)),
    (heap_of_constants, (X, 5)),
    (kept_sorted, (X, 5)),
    (largest_and_smallest, (X, 5)),
    (changed_by_operators, (X, 5)),
    (methods_of_classes, (X, 5)),
    (lists_in_drawn_orders, (X, 5)),
    (read_by_dunder, (X, 5)),
    (dict_of_one_value, (X, 5)),
    (joined_numbers, (X, 5)),
    (stacked_in_a_loop, (X, 5)),
    (rows_grown_under_a_condition, (X, 5)),
    (points_of_a_grid, (X, 5)),
    (product_of_factors, (X, 5)),
    (coefficients_of_roots, (X, 5)),


    (called_by_operators, (X, 5)),
    (answers_that_end_a_generator, (X, 5)),
    (found_in_a_loop, (X, 5)),
    (found_in_a_loop, (X, 2)),
    (places_of_an_array, (X, 5)),
    (none_where_nothing_is_found, (X, 5)),
    (read_by_a_tuple, (X, 5)),
    (written_by_a_tuple, (X, 5)),
    (tuple_is_no_list, (X, 5)),
    (tuple_under_two_names, (X, 5)),
    (tuple_made_anew, (X, 3)),
    (tuples_in_a_list, (X, 3)),
    (tuple_of_numbers_compared, (X, 5)),
    *((f, (X, 5)) for f in (
        sorted_by_flags_and_texts, filter_of_lists, sums_of_earlier_items, triangle_of_lists, last_in_a_dict, changed_when_it_is_long, never_filled,
        too_few_are_left, rest_of_a_list, rest_of_what_changes)),
]
