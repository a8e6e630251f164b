"""Iterators are gone through once, and compute what they give when it is asked for."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import st_ad


def rest_after_next(x):
    it = iter([x, 2 * x, 3 * x])
    a = next(it)
    return sum(b * b for b in it) * a


def first_that_fits(x):
    return next((v for v in [x, 2 * x, 3 * x] if v > 2.0), x * 7)


def first_that_fits_or_default(x):
    return next((v * v for v in [x, 2 * x, 3 * x] if v > 200.0), x * 7)


def first_of_an_expression(x):
    return next(v for v in np.array([1.0, 2.0, 3.0]) * x if v > 2.0)


def next_of_an_array(x):
    y = np.array([1.0, 2.0, 3.0]) * x
    it = iter(y)
    a = next(it)
    b = next(it)
    return a * b


def next_until_none(x):
    it = iter([x, 2 * x])
    s = 0.0
    while True:
        v = next(it, None)
        if v is None:
            break
        s += v * v
    return s


def next_in_a_known_loop(x):
    it = iter([x, 2 * x, x * x])
    s = 0.0
    for k in range(3):
        s += k * next(it)
    return s


def next_on_one_path(x):
    it = iter([x, 2 * x, x * x])
    s = 0.0
    if x > 0:
        s += next(it)
    return s + next(it)


def next_of_a_cycle(x):
    c = itertools.cycle([x, 2 * x])
    s = 0.0
    for k in range(5):
        s += (k + 1) * next(c)
    return s


def endless_count(x):
    s = 0.0
    for k in itertools.count(1, 2):
        s += k * x
        if s > 10:
            return s * s


def zip_with_count(x):
    s = 0.0
    for w, k in zip(np.array([x, 2 * x]), itertools.count(1)):
        s += k * w
    return s


def first_of_a_generator(x):
    def gen():
        yield x
        yield x * x

    return next(gen()) * 3


def generator_step_by_step(x):
    def gen():
        yield x
        yield x * x

    g = gen()
    a = next(g)
    return a + next(g)


def map_sees_changes(x):
    k = [1.0]
    s = 0.0
    for v in map(lambda t: t * k[0], [x, 2 * x, 3 * x]):
        k[0] += 1.0
        s += v
    return s


def map_as_argument(x):
    def h(m):
        return sum(m) + 1

    return h(map(lambda t: t * x, [x, 2.0]))


def rest_of_a_zip(x):
    z = zip([x, 2 * x], [3.0, 4.0])
    a, b = next(z)
    return a * b + sum(p * q for p, q in z)


def advanced_inside_its_loop(x):
    it = iter([x, 2 * x, 3 * x])
    s = 0.0
    for a in it:
        s += a
        b = next(it, 0.0)
        s += b * b
    return s


def made_in_every_pass(x):
    for _i in range(2):
        it = iter(np.array([x, 2 * x]))
        s = 0.0
        for a in it:
            s += a * a
    return s


def expression_from_a_helper(x):
    def make():
        k = x * 2
        return (k * t for t in [1.0, x])

    return sum(make())


def map_from_a_helper(x):
    def make():
        k = x * 2
        return map(lambda t: k * t, [1.0, x])

    g = make()
    return sum(g)


def chain_of_a_changed_list(x):
    xs = [x, 2 * x]
    c = itertools.chain(xs, [3 * x])
    xs[0] = 5 * x
    return sum(c)


def chain_changed_in_its_loop(x):
    xs = [x]
    s = 0.0
    for v in itertools.chain(xs, [3 * x]):
        xs[0] = 5 * x
        s += v
    return s + xs[0]


def map_runs_when_it_is_read(x):
    log = []

    def h(t):
        log.append(t)
        return t * t

    m = map(h, [x, 2 * x])
    n = len(log)
    return sum(m) + n * x + len(log) * x


def next_of_nothing(x):
    it = iter([])
    return next(it, x * x)


def count_without_values(x):
    for i in itertools.count():
        if i > 3:
            break
    return x * i


def stop_iteration_is_caught(x):
    try:
        a = next(iter([]))
    except StopIteration:
        a = x * x
    return a


def pairs_and_prefix(x):
    xs = np.array([x, 2 * x, 3 * x, 4 * x])
    return sum(a * b for a, b in itertools.pairwise(xs)) + sum(itertools.takewhile(lambda t: t < 4, list(xs)))


def left_and_gone_on_with(x):
    it = iter(np.array([x, 2 * x, 3 * x]))
    s = 0.0
    for a in it:
        s += a
        if s > 1:
            break
    for b in it:
        s += b * b
    return s


def filter_is_empty_afterwards(x):
    f = filter(lambda t: t > 2, [x, 2 * x, 3 * x])
    s = 0
    for v in f:
        s += v * v
    for v in f:
        s += v
    return s


def dict_of_zip_and_map(x):
    d = dict(zip(["a", "b"], map(lambda t: t * x, [x, 2.0])))
    return d["a"] * d["b"]


def left_list_iterator(x):
    it = iter([x, 2 * x, 3 * x])
    s = 0.0
    for a in it:
        s += a
        break
    for b in it:
        s += b * b
    return s


def zip_twice(x):
    z = zip([x, x * 2], [x, 3.0])
    s = 0.0
    for a, b in z:
        s += a * b
    for a, b in z:
        s += a * b
    return s


def map_twice(x):
    m = map(lambda t: t * t, [x, 2 * x])
    s = sum(m)
    return s + sum(m)


def reversed_twice(x):
    r = reversed([x, 2 * x])
    items = list(r)
    return items[0] + sum(r)


def next_of_a_list(x):
    it = iter([x, 2 * x])
    a = next(it)
    b = next(it)
    return a + b * b


def enumerate_twice(x):
    e = enumerate([x, 2 * x])
    items = list(e)
    return sum(i * v for i, v in items) + sum(i * v for i, v in e)


def chain_twice(x):
    c = itertools.chain([x], [2 * x])
    items = list(c)
    return items[0] + sum(c)


def filter_twice(x):
    f = filter(None, [x, 2 * x])
    items = list(f)
    return items[0] + sum(f)


def next_of_count(x):
    c = itertools.count()
    s = 0.0
    for _i in range(3):
        s += next(c) * x
    return s


def map_unpacked(x):
    m = map(lambda t: t * t, [x, 2 * x])
    a, b = m
    return a + b


def zip_of_one_iterator(x):
    it = iter([x, 2 * x, 3 * x])
    return sum(a * b for a, b in zip(it, it))


def accumulate_twice(x):
    a = itertools.accumulate([x, x, x])
    items = list(a)
    return items[-1] + sum(a)


def count_until_large(x):
    c = itertools.count(2)
    s = 0.0
    for i in c:
        s += i * x
        if i > 5:
            break
    return s


def map_of_a_changed_list(x):
    xs = [x, 2 * x]
    m = map(lambda t: t * t, xs)
    xs[0] = 3 * x
    return sum(m)


def map_of_a_changed_cell(x):
    k = 2.0
    m = map(lambda t: t * k, [x, x])
    k = 5.0
    return sum(m)


def growing(x):
    while True:
        x = x * 1.1
        yield x


def endless_beside_a_list(x):
    return sum(v * w for v, w in zip(growing(x), [1.0, 2.0, 3.0]))


def endless_beside_an_array_and_a_count(x):
    s = 0.0
    for i, (w, v, k) in enumerate(zip(np.array([x, 3.0, 2 * x]), growing(x), itertools.count(2))):
        s += w * v * k * i
    return s


def endless_beside_the_shorter_of_two(x):
    return sum(v * w for k, v, w in zip(range(int(2 * x)), growing(x), np.array([1.0, 2.0, x])))


def endless_squares_beside_a_list(x):
    squares = (v * v for v in growing(x))
    return sum(v * w for v, w in zip(squares, [1.0, x]))


def map_of_an_endless_one(x):
    return sum(map(lambda a, b: a * b, np.array([x, 2.0]), growing(x)))


def part_of_an_endless_one(x):
    return list(itertools.islice(growing(x), 5))[-1] * sum(itertools.islice(growing(x), 1, 3)) + sum(itertools.islice(growing(x), 0))


def any_of_an_endless_one(x):
    return x * x * any(v > 3 for v in growing(x)) * (not all(v < 3 for v in growing(x)))


def left_at_its_end(x):
    g = (v for v in [x, 2 * x])
    for v in g:
        if v > 100:
            break
    return v * v


def generator_left_and_gone_on_with(x):
    g = growing(x)
    for v in g:
        if v > 2:
            break
    return v + next(w for w in g if w > 3)


def part_and_rest_of_a_generator(x):
    g = (v for v in [x, 2 * x, x * x])
    first = list(itertools.islice(g, 1))
    return first[0] + sum(g)


def generator_after_a_zip(x):
    g = (v for v in [x, 2 * x, x * x])
    return sum(a * b for a, b in zip([1.0], g)) + sum(g)


def generator_after_any(x):
    g = (v for v in [x, 2 * x, x * x])
    return any(v > 2 for v in g) + sum(g)


REFUSED = [
    next_until_none,
    next_on_one_path,
    generator_step_by_step,
    advanced_inside_its_loop,
    chain_of_a_changed_list,
    chain_changed_in_its_loop,
    left_and_gone_on_with,
    left_list_iterator,
    zip_twice,
    reversed_twice,
    enumerate_twice,
    chain_twice,
    zip_of_one_iterator,
    accumulate_twice,
    generator_left_and_gone_on_with,
    part_and_rest_of_a_generator,
    generator_after_a_zip,
    generator_after_any,
]
PROGRAMS = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__ and f is not growing]


@pytest.mark.parametrize("f", [f for f in PROGRAMS if f not in REFUSED], ids=lambda f: f.__name__)
def test_right(f):
    value, slope = st_ad.value_and_grad(f)(1.3)
    assert value == pytest.approx(f(1.3), rel=1e-12)
    assert slope == pytest.approx((f(1.3 + 1e-6) - f(1.3 - 1e-6)) / 2e-6, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_refused(f):
    with pytest.raises(st_ad.UnsupportedError, match="iterator|generator"):
        st_ad.grad(f)(1.3)
