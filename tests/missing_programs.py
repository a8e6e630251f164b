"""Dicts and objects whose keys and attributes are set on one path, in one pass of a loop, or by the class only."""

from __future__ import annotations

import numpy as np


def asked_after_branch(x, n):
    d = {}
    if n > 3:
        d["a"] = x[1]
    if "a" in d:
        return d["a"] * 2 * x[0]
    return x[2] ** 2


def get_with_default(x, n):
    d = {}
    if n > 3:
        d["a"] = x[1] ** 2
    return d.get("a", x[2] ** 3)


def made_in_first_pass(x, n):
    d = {}
    s = 0.0
    for i in range(n):
        if "m" not in d:
            d["m"] = x * 0
        d["m"] = 0.9 * d["m"] + x * i
        s += np.sum(d["m"]) ** 2
    return s


def other_work_in_first_pass(x, n):
    d = {}
    for i in range(n):
        if "m" in d:
            d["m"] = 0.9 * d["m"] + x[i % 3]
        else:
            d["m"] = x[i % 3] ** 2
    return d["m"]


def counted_up(x, n):
    d = {}
    for i in range(n):
        d["m"] = d.get("m", 0.0) + x[i % 3] ** 2
        d.setdefault("first", x[i % 3] * 2)
    return d["m"] * d["first"]


def popped_in_a_pass(x, n):
    d = {"a": x[0], "b": x[1]}
    s = 0.0
    for i in range(n):
        if i == 1:
            s += d.pop("a") ** 2
        s += d.get("a", x[2]) * i
    return s + d["b"]


def missing_key_caught(x, n):
    d = {}
    if n > 3:
        d["a"] = x[1] ** 2
    try:
        y = d["a"] * x[0]
    except KeyError:
        y = x[2] ** 2
    return y * 2


class Running:
    total = 0.0
    count = 0
    first = None

    def add(self, value):
        self.total += value
        self.count += 1
        if self.first is None:
            self.first = value


def class_gives_the_start(x, n):
    r = Running()
    for i in range(n):
        r.add(x[i % 3] ** 2)
    return r.total / r.count + r.first * x[1]


def class_gives_the_start_on_a_path(x, n):
    r = Running()
    if n > 3:
        r.add(x[0] ** 2)
    return r.total + x[1] ** 2


class Bare:
    pass


def asked_for_by_hasattr(x, n):
    b = Bare()
    for i in range(n):
        if not hasattr(b, "m"):
            b.m = x[0] ** 2
        b.m = b.m * 0.5 + x[i % 3] ** 2
        b.k = getattr(b, "k", 1.0) * x[1]
    return b.m * b.k


def missing_attribute_caught(x, n):
    b = Bare()
    s = 0.0
    for i in range(n):
        try:
            s += b.m * 0.5
        except AttributeError:
            s = s * 0.8 + x[0]
        if i == 1:
            b.m = x[1] ** 2
        elif hasattr(b, "m"):
            del b.m
    return s


class Momentum:
    def __init__(self, rate):
        self.rate = rate
        self.buffers = {}

    def step(self, params, slopes):
        for key in params:
            if key not in self.buffers:
                self.buffers[key] = np.zeros_like(params[key])
            self.buffers[key] = 0.9 * self.buffers[key] + slopes[key]
            params[key] = params[key] - self.rate * self.buffers[key]


def momentum(x, n):
    params = {"w": x * 1.0, "b": 0.5}
    optimizer = Momentum(0.1)
    for _ in range(n):
        optimizer.step(params, {"w": params["w"] ** 2, "b": np.sum(params["w"])})
    return np.sum(params["w"] ** 2) * params["b"]


X = np.array([0.7, 1.3, 0.4])
CASES = [
    (f, (X, n))
    for f in (
        asked_after_branch, get_with_default, made_in_first_pass, other_work_in_first_pass, counted_up, popped_in_a_pass,
        missing_key_caught, class_gives_the_start, class_gives_the_start_on_a_path, asked_for_by_hasattr, momentum,
        missing_attribute_caught,
    )
    for n in (2, 5)
]  # fmt: skip
