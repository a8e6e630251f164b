"""Programs whose names, calls and generators are easy to get wrong: late binding, order, state that is kept."""

from __future__ import annotations

import contextlib
import functools
import operator
import warnings

import numpy as np

def reduced(a, b):
    return a if b < 0.1 else reduced(b, a % b)


def bisected(f, lo, hi, tol=1e-9):
    mid = (lo + hi) / 2
    if hi - lo < tol:
        return mid
    elif f(mid) > 0:
        return bisected(f, lo, mid)
    else:
        return bisected(f, mid, hi, tol=tol)


def newton_step_by_step(f, df, z, depth=0):
    if abs(f(z)) < 1e-9 or depth > 60:
        return z
    return newton_step_by_step(f, df, z - f(z) / df(z), depth + 1)


def smoothed(u, n):
    inner = 0.5 * (u[:-2] + u[2:])
    if n == 0 or np.max(np.abs(inner - u[1:-1])) < 1e-3:
        return u
    v = u.copy()
    v[1:-1] = inner
    return smoothed(v, n - 1)


def recursion_that_ends_by_value(x):
    def go(i, total):
        if i >= len(x) or total > 1.5:
            return total
        return go(i + 1, total + x[i] ** 2 * total)

    root = newton_step_by_step(lambda t: t**3 - x[0] ** 2 - 2.0, lambda t: 3 * t**2, 1.0)
    fixed = bisected(lambda t: t**2 - 2.5, 0.0, 3.0)
    return go(0, 0.7) + root * fixed + reduced(3.78 + x[1], 1.3 + 0.1 * x[0]) + np.sum(smoothed(np.concatenate([x, x**2]), 12))


def short_recursion_with_a_bound(x):
    def split(a, depth=0):
        if a < 0.2 or depth >= 3:
            return a * a
        return split(0.6 * a, depth + 1) + split(0.3 * a, depth + 1)

    return split(x[0] ** 2) + split(x[2] ** 2) * x[1]
def missing_on_a_path(x):
    if x[0] > 0:
        y = x[1] * 2
    return y
def too_many_values(x):
    a, b = x
    return a * b
def too_few_values(x):
    a, b, c, d = x
    return a * b
def test_that_changes(x):
    q = [x[0]]
    def step():
        q[0] = q[0] * 0.5
        return q[0] > 0.1
    s = 0.0
    while step():
        s = s + q[0] ** 2
    return s
def pop_in_test(x):
    stack = [x[0], x[1], x[2]]
    s = 0.0
    while len(stack) > 0 and (v := stack.pop()) > -100:
        s = s * 0.5 + v * v
    return s
def endless_generator(x):
    def gen():
        t = x[0]
        while True:
            yield t
            t = t * 0.5
    s = 0.0
    for i, v in enumerate(gen()):
        if i > 3: break
        s += v * v
    return s
def default_keeps_name(x):
    fs = {}
    for name in ("a", "b"):
        def f(v, name=name):
            return v * (2.0 if name == "a" else 3.0)
        fs[name] = f
    return fs["a"](x[0]) + fs["b"](x[1])
def def_in_loop(x):
    fs = []
    for k in (1, 2, 3):
        def f(v):
            return v ** k
        fs.append(f)
    return sum(f(x[2]) for f in fs)
def counter():
    n = 0
    def inc(v):
        nonlocal n
        n += 1
        return v * n
    return inc
def counters(x):
    c, d = counter(), counter()
    return c(x[0]) + c(x[1]) + d(x[2]) + c(x[0])
def recursive_nonlocal(x):
    total = 0.0
    def visit(v, depth):
        nonlocal total
        total += v * depth
        if depth < 3:
            visit(v * 0.5, depth + 1)
            visit(v * v, depth + 1)
    visit(x[0], 0)
    return total
def memo(f):
    store = {}
    @functools.wraps(f)
    def g(n):
        if n not in store:
            store[n] = f(n)
        return store[n]
    return g
def memoised(x):
    @memo
    def c(n): return n * 1.5
    return np.sum(x * c(2)) + c(2) * x[0]
def kw(a, *, scale=1.0, **more):
    return a * scale + sum(more.values())
def keywords_from_dict(x):
    opts = dict(scale=x[1], extra=x[2])
    return kw(x[0], **opts) * kw(a=x[1], **{"scale": 2.0})
def pos(a, b=2.0, /, c=3.0, *, d=4.0):
    return a * b + c * d
def positional_defaults(x):
    return pos(x[0]) + pos(x[0], x[1]) + pos(x[0], x[1], x[2], d=x[0]) + pos(1.0, c=x[2])
def acc(v, store=[]):
    store.append(v)
    return sum(store)
def changed_default(x):
    return acc(x[0]) * acc(x[1])
def partial_of_operator(x):
    f = functools.partial(operator.mul, x[0])
    g = functools.partial(kw, scale=3.0)
    return f(x[1]) + g(x[2], q=x[0])
def while_else_continue(x):
    s = 0.0
    i = 0
    while i < 3:
        i += 1
        if x[i - 1] < 0:
            continue
        s += x[i - 1] ** 2
    else:
        s *= 2
    return s
def for_else_return(x):
    for i in range(3):
        for j in range(3):
            if x[i] * x[j] < 0:
                break
        else:
            return x[i] * 7
    return x[0] * x[1]
def list_pattern(x):
    match [x[0], x[1] * 2, x[2]]:
        case [a, b, *_] if a > 0:
            return a * b
        case [_, *rest]:
            return rest[0] * rest[1]
def nested_pattern(x):
    match {"k": (x[0], x[1])}:
        case {"k": (a, b)}:
            return a * b * b
def class_pattern(x):
    match float(x[0]):
        case float(v):
            return v * v
        case _:
            return 0.0
def or_pattern(x):
    match 3:
        case int() | float() as n:
            return x[0] * n
def filter_walrus(x):
    y = [v for v in x if (w := v * v) > 0.1]
    return y[0] * w
def lambda_stars(x):
    f = lambda *a, **k: sum(a) * k.get("s", 1.0)
    return f(*x, s=x[0]) + f(*[x[1]] * 2)
def contexts_in_a_row(x):
    with np.errstate(all="ignore") as e:
        y = x / x[0]
    with warnings.catch_warnings(record=True) as w:
        warnings.warn("a")
        y = y * x
    return np.sum(y)
def generator_unpacked(x):
    def g(v):
        yield v
        v = v * 2
        yield v
        return
    a, b = g(x[0])
    return a * b * sum(v * w for v, w in zip(list(g(x[1])), [1.0, 2.0]))
def walrus_alias(x):
    y = z = x.copy()
    y *= 2
    w = (y := y + 1)
    w[0] = 5.0
    return np.sum(y * z)
def deleted_alias(x):
    del_me = x * 2
    keep = del_me
    del del_me
    keep[0] = 1.0
    return np.sum(keep ** 2)
def starred_loop_target(x):
    s = 0
    for *a, b in [(x[0], x[1], 2.0), (x[2], 3.0)]:
        s = s + sum(a) * b
    return s
def assert_walrus(x):
    assert (n := len(x)) == 3, f"bad {n}"
    return x[0] * n
def functions_in_tuple(x):
    r = 1.0
    for f in (np.sin, np.cos, lambda v: v * x[1]):
        r = r * f(x[0])
    return r
def deco_args(scale):
    def deco(f):
        @functools.wraps(f)
        def w(*a, **k):
            return scale * f(*a, **k)
        return w
    return deco
@deco_args(2.0)
@deco_args(3.0)
def dec2(v, p=2):
    return v ** p
def decorators_with_arguments(x):
    return np.sum(dec2(x)) + np.sum(dec2(x, p=3))
class M:
    scale = 2.0
    @classmethod
    def make(cls, v): return cls(v)
    def __init__(self, v): self.v = v
    @property
    def double(self): return self.v * 2
    @double.setter
    def double(self, w): self.v = w / 2
    @staticmethod
    def sq(v): return v * v
def class_machinery(x):
    m = M.make(x[0])
    m.double = x[1]
    return m.v * M.sq(x[2]) + m.double * M.scale
def consumed_twice(x):
    it = (v * v for v in x)
    a = sum(it)
    b = sum(it)
    return a + b
def generator_twice(x):
    def g():
        yield x[0]
        yield x[1]
    h = g()
    return sum(h) + sum(h)
def generator_reads_live(x):
    y = x.copy()
    def g():
        for i in range(3):
            yield y[i]
    s = 0.0
    for v in g():
        y[2] = y[2] + v
        s = s + v * v
    return s
def recursive_generator(x):
    def g(n):
        if n > 0:
            yield x[n]
            yield from g(n - 1)
    return sum(g(2)) * x[0]
def star_middle(x):
    first, *_, last = x * 2
    return first * last
def assign_in_order(x):
    i = 0
    y = x.copy()
    i, y[i] = 1, x[2]
    return np.sum(y * x)
def swap(x):
    a, b = x[0], x[1]
    a, b = b, a + b
    return a * b + (a if a > b else b)
def zip_and_key(x):
    return sum(map(lambda p: p[0] * p[1], zip(x, x[1:]))) + max(x, key=lambda v: -v)
def walrus_in_while(x):
    total = 0.0
    while total < 2.0 and (total := total + x[2] ** 2) < 1.5:
        pass
    return total
def local_defaults(x):
    def f(n=3, *, w=x[1]):
        return n * w
    g = f
    return g() + g(w=x[0]) + g(2)
def walrus_then_branch(x):
    if (m := np.max(x)) > 1:
        m = m * 2
    return m * x[0]
def walrus_iterable(x):
    s = 0.0
    for v in (y := x * 2):
        s += v * y[0]
    return s
def list_swap(x):
    lst = [1.0]
    lst[0], b = x[0], lst[0]
    return lst[0] * b
def apply(f, *args, n=1):
    for _ in range(n):
        args = (f(*args),)
    return args[0]
def apply_star(x):
    return apply(np.tanh, x[0], n=3) + apply(lambda a: a * x[1], x[2])
def literal_conversion(x):
    try:
        n = int("a")
    except ValueError:
        n = 2
    return x[n]
def exit_stack(x):
    out = []
    with contextlib.ExitStack() as s:
        out.append(x[0])
    return out[0]
def yield_value(x):
    def g():
        r = yield x[0]
        yield x[1]
    return sum(g())
def def_every_pass(x):
    s = 0.0
    for i in range(3):
        def f(v): return v * i
        s = s + f(x[i])
    return s

def reversed_before_it_grows(x):
    xs = [1.0, 2.0]
    last_first = reversed(xs)
    xs.append(x[0])
    return sum(v * w for v, w in zip(last_first, x))
def class_made_in_every_pass(x):
    s = 0.0
    for v in x:
        class Held:
            items = []
        Held.items.append(v)
        s = s + sum(Held.items)
    return s


_X = np.array([0.7, -0.4, 1.3])
_Y = np.array([-0.7, 0.4, 0.3])
_RIGHT = (
    missing_on_a_path, too_many_values, too_few_values, test_that_changes, pop_in_test,
    endless_generator, default_keeps_name, def_in_loop, counters, recursive_nonlocal, memoised,
    keywords_from_dict, positional_defaults, partial_of_operator, while_else_continue,
    for_else_return, list_pattern, nested_pattern, class_pattern, or_pattern, filter_walrus,
    lambda_stars, contexts_in_a_row, generator_unpacked, walrus_alias, deleted_alias,
    starred_loop_target, assert_walrus, functions_in_tuple, decorators_with_arguments,
    class_machinery, consumed_twice, generator_twice, generator_reads_live, recursive_generator,
    star_middle, assign_in_order, swap, zip_and_key, walrus_in_while, local_defaults,
    walrus_then_branch, walrus_iterable, list_swap, apply_star, literal_conversion, yield_value,
    def_every_pass, recursion_that_ends_by_value, short_recursion_with_a_bound,
)
CASES = [(f, (v,)) for f in _RIGHT for v in (_X, _Y)]
REFUSED = [changed_default, exit_stack, reversed_before_it_grows, class_made_in_every_pass]
