"""Programs in which it counts of which class a container is, and which name stands for which."""

from __future__ import annotations

import collections

import numpy as np


def deque_is_no_list(x):
    d = collections.deque(x[:2])
    d.append(x[2])
    return sum(d) ** 2 if isinstance(d, collections.deque) and not isinstance(d, list) else x[0]


def deque_turned(x):
    d = collections.deque([x[0], x[1], x[2]])
    d.rotate(1)
    d.appendleft(x[2])
    d.rotate(-2)
    return d[0] * 2 + d[1] * 3 + d[2] * 5 + d[3]


def deque_of_two(x):
    d = collections.deque(maxlen=2)
    s = 0.0
    for v in x:
        d.append(v)
        s += d[0] * d[-1]
    return s


def deque_equals_no_list(x):
    d = collections.deque([1, 2])
    return x[0] ** 2 if d == [1, 2] else x[1] ** 3


def defaultdict_is_no_plain_dict(x):
    d = collections.defaultdict(float)
    d["a"] += x[0]
    d["b"] += x[1] * d["a"]
    return d["b"] if type(d) is dict else d["b"] ** 2 + d["zz"] + len(d)


def moved_to_the_end(x):
    d = collections.OrderedDict()
    d["a"] = x[0]
    d["b"] = x[1]
    d.move_to_end("a")
    k = list(d)
    return d[k[0]] * 2 + d[k[1]] ** 2


def values_of_a_dict_that_grows(x):
    d = {"a": x[0]}
    ks = d.keys()
    vs = d.values()
    d["b"] = x[1] ** 2
    return sum(vs) * len(ks)


def ranges_by_negative_index(x):
    r = range(0, 3, 2)
    s = 0.0
    for i in range(-1, 1):
        s += x[r[i]] * (i + 3)
    return s + x[r[-1]] ** 2


def values_read_again_in_a_loop(x):
    d = {"a": x[0]}
    vs = d.values()
    s = 0.0
    for _ in range(3):
        d["a"] = d["a"] * x[1]
        s += sum(vs)
    return s + sum(vs)


def items_after_a_branch(x):
    d = {"a": x[0], "b": x[1]}
    it = d.items()
    if x[2] > 0:
        d["a"] = x[2] ** 2
    return sum(v * (2 if k == "a" else 3) for k, v in it)


def order_counts_in_ordered_dicts(x):
    a = collections.OrderedDict([("a", 1), ("b", 2)])
    b = collections.OrderedDict([("b", 2), ("a", 1)])
    return x[0] ** 2 if a == b else x[1] ** 3


def order_does_not_count_in_dicts(x):
    return x[0] ** 2 if {"a": 1, "b": 2} == {"b": 2, "a": 1} else x[1] ** 3


def copy_of_a_deque(x):
    d = collections.deque(x[:2], maxlen=3)
    e = d.copy()
    e.append(x[2])
    return d[0] * 2 + e[0] * 3 + len(e)


def deque_has_no_slices(x):
    d = collections.deque(x)
    try:
        return d[1:][0]
    except TypeError:
        return x[0] ** 2


def numbers_in_ranges(x):
    s = 0.0
    for i in range(3):
        if i in range(1, 3):
            s += x[i]
        if i not in range(0, 4, 2):
            s += x[i] ** 2
        if i in range(2, 0, -2):
            s += x[i] ** 3
    return s


def dicts_compared_by_values(x):
    a = {"p": 1, "q": x[0] > 0}
    b = {"p": 1, "q": True}
    return x[0] ** 2 if a == b and a != {} else x[1] ** 3


def one_row_three_times(x):
    rows = [np.zeros(2)] * 3
    rows[0][0] = x[0]
    rows[1][1] += x[1] ** 2
    return np.sum(np.array(rows) ** 2)


def one_list_three_times(x):
    g = [[0.0] * 2] * 3
    g[1][0] = x[0]
    g[2][1] = x[1] ** 2
    return sum(g[0]) + sum(g[1]) * 2


def targets_from_left_to_right(x):
    a = x.copy()
    i = 0
    i, a[i] = 2, x[1] ** 2
    return np.sum(a**2) + i * x[0]


def slices_of_a_list_replaced(x):
    a = [x[0], x[1]]
    a[1:1] = [x[2], x[2] ** 2]
    a[::2] = [1.0, x[0] ** 2]
    return sum((i + 1) * v for i, v in enumerate(a))


def any_stops_early(x):
    log = []

    def f(v):
        log.append(v * v)
        return v > 1

    any(f(v) for v in x)
    return sum(log) * len(log)


class Holder:
    pass


def views_that_are_held(x):
    holder, d = Holder(), {"a": x[0]}
    holder.values = d.values()
    held = [d.values(), d.keys()]
    if x[0] > 0.0:
        chosen = d.values()
    else:
        raise ValueError
    d["b"] = x[1] ** 2
    return sum(holder.values) * len(held[1]) + sum(held[0]) ** 2 + sum(chosen) ** 3


X = np.array([0.7, 1.3, 0.4])
CASES = [
    (f, (X,))
    for f in (
        views_that_are_held,
    deque_is_no_list,
        deque_turned,
        deque_of_two,
        deque_equals_no_list,
        defaultdict_is_no_plain_dict,
        moved_to_the_end,
        values_of_a_dict_that_grows,
        ranges_by_negative_index,
        values_read_again_in_a_loop,
        items_after_a_branch,
        order_counts_in_ordered_dicts,
        order_does_not_count_in_dicts,
        copy_of_a_deque,
        deque_has_no_slices,
        numbers_in_ranges,
        dicts_compared_by_values,
        one_row_three_times,
        one_list_three_times,
        targets_from_left_to_right,
        slices_of_a_list_replaced,
        any_stops_early,
    )
]
