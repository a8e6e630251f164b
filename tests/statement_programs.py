"""Programs made of Python's statements and calls: contexts, guards, patterns, generators, closures, parameters."""

from __future__ import annotations

import collections
import contextlib
import functools
import importlib
import json
import logging
import operator
import re
import warnings

import numpy as np

SCALE = 2.5
CALLS = []


# --- contexts
def errstate(x):
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(x > 0, np.log(x), x)
        z = y * x
    return np.sum(z * y)


def errstate_return(x):
    with np.errstate(all="ignore"):
        if x[0] > 10:
            return np.sum(x)
        return np.sum(np.sqrt(np.abs(x)) / x)


def nested_with(x):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with np.errstate(over="warn"):
            y = np.exp(x)
    return y @ x


def with_in_loop(x, n):
    s = 0.0
    for k in range(n):
        with np.errstate(all="ignore"):
            t = np.sin(x * k)
            if t[0] > 0.9:
                break
            if t[1] > 0.5:
                continue
            s = s + t @ x
        s = s * 1.5
    return s


def with_in_branch(x):
    if x[0] > 0:
        with np.errstate(all="ignore"):
            y = x / x[0]
    else:
        with np.errstate(all="ignore"):
            y = x * x[0]
            y[1] = 2.0 * x[2]
    return np.sum(y * y)


def return_in_loop_in_with(x, n):
    with np.errstate(all="ignore"):
        for k in range(n):
            if x[k] < 0:
                return x[k] ** 3
    return np.sum(x)


class Timer:
    def __init__(self, scale):
        self.scale = scale
        self.entered = 0

    def __enter__(self):
        self.entered += 1
        print("enter", self.entered)
        return self

    def __exit__(self, kind, value, traceback):
        print("leave")
        return False


def user_context(x):
    with Timer(3.0) as t:
        y = x * t.scale
        print("inside")
    return np.sum(y * y) * t.entered


@contextlib.contextmanager
def scaled(x, by):
    print("open", by)
    try:
        yield x * by
    finally:
        print("close", by)


def generator_context(x):
    with scaled(x, 2.0) as y:
        z = y * y
        print("work")
    return z @ x


def generator_context_loop(x):
    s = 0.0
    for k in range(3):
        with scaled(x, 2.0 + k) as y:
            s = s + y[k] ** 2
    return s


def null_context(x):
    with contextlib.nullcontext(x * 2) as y:
        z = np.sin(y)
    return z @ y


# --- guards
def cholesky_guard(x):
    A = np.outer(x, x) + (x[0] - 0.5) * np.eye(3)
    try:
        L = np.linalg.cholesky(A)
    except np.linalg.LinAlgError:
        return np.sum(x**2)
    return np.sum(np.log(np.diag(L)))


def zero_division(x):
    a = float(x[0])
    b = float(np.floor(x[1] + 1.0))
    try:
        y = a / b
    except ZeroDivisionError:
        y = a * 3.0
    return y * y


def try_else_finally(x):
    s = x[2]
    try:
        y = 1.0 / int(x[0])
    except ZeroDivisionError as e:
        print("caught", e)
        s = s * x[1]
    else:
        s = s + y * x[0]
    finally:
        print("done")
    return s * s


def raise_caught_in_same(x):
    try:
        if x[0] > 0:
            raise ValueError("positive")
        y = x * 2
    except ValueError:
        y = x**3
    return np.sum(y)


def check_positive(v):
    if v < 0:
        raise ValueError(f"negative: {v:.3f}")
    return np.sqrt(v)


def raise_in_callee(x):
    try:
        y = check_positive(x[1])
    except (ValueError, TypeError):
        y = -x[1] * x[0]
    return y * x[2]


def two_handlers(x, k):
    d = {"a": 1.5, "b": 2.5}
    try:
        if k == 1:
            raise KeyError("a")
        if k == 2:
            raise IndexError("b")
        y = np.sum(x)
    except KeyError:
        y = x[0] ** 2
    except IndexError:
        y = x[1] ** 3
    return y * d["b"]


def try_in_loop(x):
    s = 0.0
    for v in x:
        try:
            t = check_positive(v)
        except ValueError:
            continue
        s = s + t * v
    return s


def try_finally_only(x):
    try:
        y = x * x
    finally:
        print("finally")
    return np.sum(y * x)


def import_guard(x):
    try:
        import no_such_module_at_all as missing
    except ImportError:
        missing = None
    if missing is None:
        return np.sum(x * x)
    return missing.f(x)


def try_module(x):
    try:
        import math as m
    except ImportError:
        m = None
    return m.sin(x[0]) * x[1]


# --- match
def match_value(x, mode):
    match mode:
        case "square":
            y = x * x
        case "cube" | "third":
            y = x**3
        case _:
            y = x
    return np.sum(y)


def match_number(x, k):
    match k:
        case 0:
            return np.sum(x)
        case 1 | 2:
            return np.sum(x**2)
        case n if n > 5:
            return np.sum(x) * n
        case n:
            return x[0] * n


def match_sequence(x):
    match (x[0], x[1], x[2]):
        case (a, *rest):
            return a * rest[0] + rest[1] ** 2


def match_shape(x):
    match x.shape:
        case (n,):
            return np.sum(x * n)
        case (n, m):
            return np.sum(x) * m


def match_mapping(x):
    d = {"kind": "scaled", "by": x[1], "more": 3.0}
    match d:
        case {"kind": "plain"}:
            return np.sum(x)
        case {"kind": "scaled", "by": b, **rest}:
            return np.sum(x) * b * rest["more"]
    return 0.0


class Point:
    __match_args__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


def match_class(x):
    p = Point(x[0] * 2, x[1])
    match p:
        case Point(a=0.0):
            return x[2]
        case Point(a, b) if a > 100:
            return a
        case Point(a, b):
            return a * b * x[2]


def match_runtime(x):
    match bool(x[0] > 0):
        case True:
            y = x[1] * 2
        case False:
            y = x[2] * 3
    return y * y


# --- names
def walrus(x):
    if (n := len(x)) > 2 and (s := np.sum(x)) > -100:
        return s * n
    return (t := x[0]) * t


def walrus_while(x):
    v = x[0]
    k = 0
    while (v := v * 0.5 + x[1]) < 100 and k < 4:
        k += 1
    return v * v


def walrus_comprehension(x):
    total = 0.0
    parts = [total := total + v * v for v in x]
    return total * parts[1]


def delete_names(x):
    y = x * 2
    z = y + 1
    del y
    y = z * z
    d = {"a": 1.0, "b": x[0]}
    del d["a"]
    parts = [x[0], x[1], x[2]]
    del parts[1]
    return np.sum(y) * d["b"] * parts[1] * len(d)


def nonlocal_writes(x):
    total = 0.0
    count = 0

    def add(v):
        nonlocal total, count
        total = total + v * v
        count += 1

    for v in x:
        add(v)
    add(x[0])
    return total * count


def global_read(x):
    global SCALE
    return np.sum(x) * SCALE


def f_strings(x):
    n = 3
    name = f"{n:>4}|{n!r}|{x.shape}"
    print(f"{name} {np.sum(x):.6f} {x[0]=:.3f}")
    return np.sum(x * x) * len(name)


def conditional_import(x, fast):
    if fast:
        from math import sin as f
    else:
        from numpy import tanh as f
    return f(x[0]) * x[1]


def chained(x):
    a = b = x * 2
    b += 1
    c = d = 3.0
    d += x[0]
    if -5 < c < 5 <= 7:
        c = c * x[1]
    return np.sum(a) * c * d


def star_targets(x):
    first, *rest = x
    (a, b), *c = (x[0], x[1]), x[2]
    *init, last = [x[0], x[1], x[2]]
    return first * rest[0] * rest[1] + a * b * c[0] + init[1] * last


def unpack_exact(x):
    a, b, c = x
    [d, e, f] = x * 2
    return a * b * c + d * e * f


# --- parameters
def many(a, /, b, *args, c=2.0, **kwargs):
    return a * b + sum(args) * c + kwargs.get("d", 0.0) * kwargs.get("e", 1.0)


def calls_many(x):
    extra = [x[2], 3.0]
    named = {"d": x[0], "e": 2.0}
    return many(x[0], x[1], *extra, *x, c=x[1], **named) + many(x[0], b=x[2])


def forwarding(x):
    def outer(*args, **kwargs):
        return many(*args, **kwargs)

    return outer(x[0], x[1], x[2], d=x[2])


def mutable_default(v, seen=[]):
    seen.append(1.0)
    return v * len(seen)


def array_default(v, w=np.array([1.0, 2.0, 3.0])):
    return v * w


def calls_array_default(x):
    return np.sum(array_default(x) * x)


def local_default(x):
    def f(v, acc=[]):
        acc.append(v)
        return sum(acc)

    return f(x[0]) * f(x[1]) * f(x[2])


def keyword_only(x):
    def f(*, a, b=2.0):
        return a * b

    return f(a=x[0]) * f(b=x[1], a=x[2])


# --- functions as values
def lambdas_in_list(x):
    fs = [lambda v: v * 2, np.sin, lambda v, k=3: v**k]
    return sum(np.sum(f(x)) for f in fs)


def lambdas_in_dict(x, which):
    table = {"sq": lambda v: v * v, "exp": np.exp}
    return np.sum(table[which](x)) + np.sum(table["sq"](x))


def late_binding(x):
    fs = []
    for k in range(3):
        fs.append(lambda v: v * k)
    return fs[0](x[0]) + fs[1](x[1]) + fs[2](x[2])


def late_binding_fixed(x):
    fs = [lambda v, k=k: v * k for k in range(3)]
    return fs[0](x[0]) + fs[1](x[1]) + fs[2](x[2])


def late_binding_comprehension(x):
    fs = [lambda v: v ** (k + 1) for k in range(3)]
    return fs[0](x[0]) + fs[1](x[1]) + fs[2](x[2])


def late_binding_variable(x):
    k = 2.0

    def f(v):
        return v * k

    k = x[1]
    a = f(x[0])
    k = x[2]
    return a * f(x[0])


def make_adder(a):
    def add(v):
        return v + a

    return add


def functions_as_results(x):
    add = make_adder(x[0])
    other = make_adder(x[1] * 2)
    return np.sum(add(x) * other(x))


def compose(*fs):
    def run(v):
        for f in fs:
            v = f(v)
        return v

    return run


def composed(x):
    return np.sum(compose(np.sin, lambda v: v * v, make_adder(1.0))(x))


def partials(x):
    f = functools.partial(many, x[0], c=3.0)
    g = functools.partial(f, x[1])
    return f(x[2]) * g(x[2], d=x[1])


def reduces(x):
    a = functools.reduce(lambda p, q: p * q + 1.0, x)
    b = functools.reduce(operator.mul, [x[0], x[1], 3.0], 2.0)
    return a * b


def noisy(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print("call", f.__name__)
        return f(*args, **kwargs) * 2.0

    return wrapper


@noisy
def decorated(v):
    return v * v


def calls_decorated(x):
    return np.sum(decorated(x))


@noisy
def decorated_itself(x):
    return np.sum(x * x * x)


def repeat(times):
    def decorate(f):
        def wrapper(v):
            for _ in range(times):
                v = f(v)
            return v

        return wrapper

    return decorate


@repeat(3)
def half_sine(v):
    return np.sin(v) * 1.5


def calls_repeat(x):
    return np.sum(half_sine(x))


def local_decorator(x):
    @repeat(2)
    def g(v):
        return v * v + 1.0

    @functools.wraps(g)
    def h(v):
        return g(v) * 2

    return np.sum(h(x))


@functools.lru_cache(maxsize=None)
def cached(n):
    return n * 2.0


def calls_cached(x):
    return np.sum(x * x) * cached(3)


@functools.cache
def fib(n):
    return 1.0 if n < 2 else fib(n - 1) + fib(n - 2)


def calls_fib(x):
    return np.sum(x * x) * fib(6)


class Model:
    bias = 0.5

    def __init__(self, w):
        self.w = w

    @staticmethod
    def act(v):
        return np.tanh(v)

    @classmethod
    def shifted(cls, v):
        return v + cls.bias

    @property
    def norm(self):
        return np.sum(self.w**2)

    def __call__(self, v):
        return self.act(self.shifted(v * self.w)) * self.norm


def methods_of_all_kinds(x):
    m = Model(x * 2)
    return np.sum(m(x)) + Model.act(x[0]) + m.norm


# --- control
def while_else(x):
    k, s = 0, 0.0
    while k < 3:
        s = s + x[k] ** 2
        if s > 5:
            break
        k += 1
    else:
        s = s * 2
    return s


def for_else(x):
    for v in x:
        if v > 1.0:
            y = v * 3
            break
    else:
        y = np.sum(x)
    return y * y


def ternaries(x):
    y = x * 2 if x[0] > 0 else x[::-1]
    z = (x[0] if x[1] > 0 else x[1]) if x[2] > 0 else 1.0
    y = y * 1.0
    y[0] = z
    return np.sum(y * x)


def asserts(x):
    assert x.ndim == 1, "a vector"
    assert np.all(x < 100), f"too large: {x}"
    assert isinstance(x, np.ndarray)
    return np.sum(x * x)


def inert(x):
    warnings.warn("careful")
    logging.getLogger("st").info("value %s", np.sum(x))
    logging.debug("text")
    print("sum", end=";")
    return np.sum(x * x)


def prints_in_loop(x, n):
    s = 0.0
    for k in range(n):
        s = s + x[k] ** 2
        print(k, round(float(s), 6))
    return s


# --- generators
def squares(v):
    for item in v:
        yield item * item


def counted(v, n):
    k = 0
    while k < n:
        yield k, v[k] * 2
        k += 1
    yield n, v[0]


def sum_generator(x):
    return sum(squares(x)) * x[0]


def loop_over_generator(x):
    s = 0.0
    for q in squares(x):
        s = s * 0.5 + q
    return s


def loop_over_counted(x):
    s = 0.0
    for k, v in counted(x, 3):
        s += v * (k + 1)
    return s


def generator_to_list(x):
    a = list(squares(x))
    b = tuple(squares(x * 2))
    c = np.array(list(squares(x)))
    return a[0] * b[1] * np.sum(c)


def delegating(v):
    yield v[0]
    yield from squares(v[1:])
    yield 1.0


def yield_from(x):
    s = 1.0
    for q in delegating(x):
        s = s * (q + 1.0)
    return s


def local_generator(x):
    def gen():
        for k in range(3):
            yield x[k] * k

    return sum(gen()) + max(gen())


def generator_expression(x):
    g = (v * v for v in x)
    h = (a * b for a, b in zip(x, x[::-1]) if a is not None)
    return sum(g) * max(h)


def generator_prints(v):
    for k in range(2):
        print("make", k)
        yield v * (k + 1)


def interleaved(x):
    s = 0.0
    for v in generator_prints(x[0]):
        print("use")
        s += v * v
    return s


# --- recursion
def power(v, n):
    if n == 0:
        return 1.0
    return v * power(v, n - 1)


def recursion_literal(x):
    return np.sum(power(x, 3))


def halving(v):
    if len(v) == 1:
        return v[0] ** 2
    m = len(v) // 2
    return halving(v[:m]) * 1.5 + halving(v[m:])


def recursion_length(x):
    return halving(x)


def shrink(v):
    if v < 0.1:
        return v * v
    return shrink(v * 0.5) + v


def recursion_value(x):
    return shrink(x[0]) * x[1]


def is_even(v, n):
    return v if n == 0 else is_odd(v * 1.1, n - 1)


def is_odd(v, n):
    return v**2 if n == 0 else is_even(np.sin(v), n - 1)


def recursion_mutual(x):
    return is_even(x[0], 3) * is_odd(x[1], 2)


# --- indices and keys
def first_of(x):
    d = {"a": x[0] ** 2, "b": x[1]}
    found = next(v for v in x if v > 1.0)
    other = next((v * 2 for v in x if v > 100.0), x[2])
    return next(iter(d.values())) * found + other * d[next(iter(d))] + next(iter(x))


def none_unless_found(x):
    for i, v in enumerate(x):
        if v > 1.0:
            return v**2 * x[i - 1]


def range_as_index(x):
    m = np.outer(x, x)
    m[range(2), [1, 2]] *= 2.0
    return np.sum(m[range(len(x)), [0, 2, 1]]) * m[0, 1]


def part_of_a_text(x):
    text = f"{x[0]:.3f}"
    return np.sum(x) ** 2 * len(text[:2])


def lengths_of_texts(x):
    parts = f"{x[0]:.3f}|{len(x):>4d}".split("|")
    count = len(parts[0])
    for letter in parts[1]:
        if letter == " ":
            count += 1
    return np.sum(x) ** 2 * count


def cache_by_smaller_index(x):
    cache = {}

    def product(i, j):
        key = (min(i, j), max(i, j))
        if key not in cache:
            cache[key] = x[key[0]] * np.sin(x[key[1]])
        return cache[key]

    s = 0.0
    for i in range(3):
        for j in range(3):
            s += product(i, j) ** 2
    return s


_SCALE = 2.0
_MODE = "plain"


class with_mode:
    """Sets a global for a while."""

    def __init__(self, mode):
        self.mode, self.old = mode, _MODE

    def __enter__(self):
        set_mode(self.mode)

    def __exit__(self, *error):
        set_mode(self.old)


def set_mode(mode):
    global _MODE
    _MODE = mode


def global_set_for_a_while(x):
    with with_mode("squared"):
        s = np.sum(x**2) if _MODE == "squared" else np.sum(x)
    return s * 3 if _MODE == "plain" else s


def global_number_and_back(x):
    global _SCALE
    old = _SCALE
    for k in range(3):
        _SCALE = _SCALE * x[k]
    y = np.sum(x) * _SCALE
    _SCALE = old
    return y * _SCALE


def reduce_of_what_was_appended(x):
    factors = []
    for v in x:
        if v > 0:
            factors.append(np.array([[v, 1.0], [0.5, v]]))
    return np.sum(functools.reduce(np.dot, factors[::-1]))


def counted_backwards(x):
    kept = []
    for v in x:
        if v > 0:
            kept.append(v)
    total = 0.0
    for i, v in enumerate(reversed(kept), 2):
        total += v**i
    return total


_BACKENDS = {"standard": "math"}


class Backend:
    """Finds its functions in a module that is imported when they are asked for."""

    def __getattr__(self, name):
        return getattr(importlib.import_module(_BACKENDS["standard"]), name)


_BACKEND = Backend()


def imported_when_asked(x):
    return _BACKEND.sin(x[0]) * _BACKEND.exp(x[1])


def lowered(names):
    for name in names:
        yield name.lower()


def names_from_a_generator(x):
    held = {"A": x[0], "B": x[1]}
    names = dict(zip(lowered(held), held, strict=True))
    return held[names["b"]] ** 2 + held[names["a"]]


def order_of_evaluation(x):
    order = []

    def told(name, value):
        order.append(name)
        return value

    held = {told("a", 1): told("b", x[0]), told("c", 2): told("d", x[1])}
    text = f"{told('e', 2.5):{told('f', 6)}}"
    weights = [ord(name) * (i + 1) for i, name in enumerate(order)]
    return sum(held.values()) ** 2 * sum(weights) + len(text)


def texts_filled_in(x):
    text = "%s-%d" % ("q", 4) + "%d%%" % 3 + "%s: %5.2f" % ("x", x[0] * x[1]) + "%(a).1f" % {"a": x[0]}  # noqa: UP031
    for k in range(2):
        text = text + "%d" % k  # noqa: UP031
    print("%s of %s" % (len(text), x.shape))  # noqa: UP031
    return np.sum(x**2) * len(text)


def texts_taken_apart(x):
    settings = {k: float(v) for k, v in re.findall(r"(\w)=(-?[\d.]+)", "a=1, b=2.5,c=-3")}
    told = json.loads('{"k": [1, 2]}')
    told["k"].append(x[0])
    held = dict(zip(sorted("cab", key=ord), x))
    bits = [int(b) for b in bin(5)[2:]]
    total = sum(v * settings[k] for k, v in held.items()) + sum(b * v for b, v in zip(bits, x))
    return total * sum(told["k"]) * (6).bit_length() + sum(json.loads("[1, 2]"))


def methods_and_sets_by_name(x):
    Point = collections.namedtuple("Point", "a b")
    points = [Point._make(pair) for pair in zip(x, x[1:])]
    by_rows = operator.methodcaller("sum", axis=0)
    kept = {0, 1} & frozenset({1, 2})
    sums = by_rows(np.outer(x, x)) + operator.methodcaller("prod")(x)
    return sums @ sums + points[0].a * points[1].b + sum(x[i] for i in kept) * len(frozenset([1, 2, 1]))


def told_total(v):
    total = 0.0
    for item in v:
        yield item * item
        total += item
    return total


def what_a_generator_returns(x):
    def both():
        total = yield from told_total(x)
        count = yield from [x[0], x[1]]
        yield total * 10.0 if count is None and total is not None else 1.0

    return sum(both())


def has_an_attribute(x, n=1):
    y = np.reshape(x, (3,) + (1,) * n)
    return np.sum(y**2) if hasattr(y[0], "__array__") and not hasattr(y[0], "coef") else np.sum(y)


_X = np.array([0.7, -0.4, 1.3])
_Y = np.array([-0.7, 0.4, 0.3])
CASES = [
    *((f, (v,)) for v in (_X, _Y) for f in (
        errstate, errstate_return, nested_with, with_in_branch, user_context, generator_context,
        generator_context_loop, null_context, cholesky_guard, zero_division, try_else_finally, raise_caught_in_same,
        raise_in_callee, try_in_loop, try_finally_only, import_guard, try_module, match_sequence, match_shape,
        match_mapping, match_class, match_runtime, walrus, walrus_while, walrus_comprehension, delete_names,
        nonlocal_writes, global_read, f_strings, chained, star_targets, unpack_exact, calls_many, forwarding,
        calls_array_default, local_default, keyword_only, lambdas_in_list, late_binding, late_binding_fixed,
        late_binding_comprehension, late_binding_variable, functions_as_results, composed, partials, reduces,
        calls_decorated, calls_repeat, local_decorator, calls_cached, calls_fib,
        methods_of_all_kinds, while_else, for_else, ternaries, asserts, inert, sum_generator, loop_over_generator,
        loop_over_counted, generator_to_list, yield_from, local_generator, generator_expression, interleaved,
        recursion_literal, recursion_length, recursion_mutual)),
    (with_in_loop, (_X, 4)), (with_in_loop, (_Y, 3)), (with_in_loop, (_Y, 0)), (return_in_loop_in_with, (_X, 3)),
    (return_in_loop_in_with, (_X, 1)), (zero_division, (np.array([0.3, -0.4, 1.0]),)), (two_handlers, (_X, 0)),
    (two_handlers, (_X, 1)), (two_handlers, (_X, 2)), (match_value, (_X, "square")), (match_value, (_X, "third")),
    (match_value, (_X, "none")), (match_number, (_X, 0)), (match_number, (_X, 2)), (match_number, (_X, 7)),
    (match_number, (_X, 4)), (conditional_import, (_X, True)), (conditional_import, (_X, False)),
    (lambdas_in_dict, (_X, "exp")), (prints_in_loop, (_X, 3)), (range_as_index, (_X,)), (first_of, (_X,)), (none_unless_found, (_X,)), (part_of_a_text, (_X,)), (lengths_of_texts, (_X,)),
    *((f, (v,)) for v in (_X, _Y) for f in (global_set_for_a_while, global_number_and_back, reduce_of_what_was_appended, counted_backwards, has_an_attribute, names_from_a_generator, texts_filled_in, texts_taken_apart, methods_and_sets_by_name, order_of_evaluation, what_a_generator_returns, imported_when_asked)),
    (cache_by_smaller_index, (_X,)),
]  # fmt: skip
