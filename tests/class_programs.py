"""Classes that are defined inside the function."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


def static_and_class_methods(x):
    class D:
        @staticmethod
        def s(v):
            return v**2

        @classmethod
        def m(cls, v):
            return cls.s(v) * 2

    return D.s(x[0]) + D().m(x[1])


def members(x):
    class E(enum.Enum):
        A = 1
        B = 2

    e = E.A if x[0] > 0 else E.B
    return x[1] ** e.value * (2 if e is E.A else 3)


def operators(x):
    class Vec:
        def __init__(self, d):
            self.d = d

        def __add__(self, o):
            return Vec(self.d + o.d)

        def __mul__(self, k):
            return Vec(self.d * k)

        def norm(self):
            return np.sqrt(np.sum(self.d**2))

    a = Vec(x[:2])
    b = Vec(x[1:])
    return (a + b * 2.0).norm()


def dataclass_with_a_list(x):
    @dataclass
    class P:
        a: float
        b: list = field(default_factory=list)

        def total(self):
            return self.a * sum(self.b)

    p = P(x[0])
    p.b.append(x[1])
    return p.total() + P(x[2], [x[0]]).total()


def named_tuple(x):
    class N(NamedTuple):
        a: float
        b: float = 2.0

    n = N(x[0])
    return n.a * n.b + n._replace(b=x[1]).b ** 2


def inherited(x):
    class A:
        def f(self, v):
            return v * 2

    class B(A):
        def f(self, v):
            return super().f(v) + v**2

    return B().f(x[0])


def reads_a_number(x):
    c = 2.5

    class A:
        scale = c

        def f(self, v):
            return v * c * self.scale

    return A().f(x[0])


def own_exception(x):
    class Bad(Exception):
        pass

    def g(v):
        if v < 0:
            raise Bad("n")
        return np.sqrt(v)

    s = 0.0
    for v in x:
        try:
            s += g(v)
        except Bad:
            s -= v
    return s


def defined_in_a_loop(x):
    s = 0.0
    for i in range(3):

        class C:
            def f(self, v):
                return v**2

        s += C().f(x[i])
    return s


def layers(x):
    class Layer:
        def __init__(self, w, b):
            self.w = w
            self.b = b

        def __call__(self, h):
            return np.tanh(self.w * h + self.b)

    class Net:
        def __init__(self, *ls):
            self.ls = ls

        def __call__(self, h):
            for layer in self.ls:
                h = layer(h)
            return h

    return Net(Layer(x[0], x[1]), Layer(x[2], x[0]))(0.5)


def holds_a_list_of_all(x):
    def made(k):
        class Held:
            items = [1.0, []]

            def add(self, v):
                self.items[1].append(v * k)
                self.items[0] = v
                return self

        return Held

    one, two = made(1.0), made(2.0)
    one().add(x[0]).add(x[1])
    two().add(x[2])
    return sum(one.items[1]) ** 2 * one().items[0] + sum(two().items[1]) * two.items[0]


PROGRAMS = [
    static_and_class_methods,
    members,
    operators,
    dataclass_with_a_list,
    named_tuple,
    inherited,
    reads_a_number,
    own_exception,
    defined_in_a_loop,
    layers,
    holds_a_list_of_all,
]
