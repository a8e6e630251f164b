"""Draws of Python's `random`, computed from the number that the method draws: `draw` is what it draws with.

Their results are those of the standard library, bit by bit, and have derivatives by what they are given.
"""

from __future__ import annotations

import math

from .bodies import PROCEDURES, procedure


@procedure("random.uniform")
def uniform(draw, a, b):
    return a + (b - a) * draw()


@procedure("random.gauss")
def gauss(draw, mu=0.0, sigma=1.0):
    return mu + draw(0.0, 1.0) * sigma


PROCEDURES["random.normalvariate"] = gauss


@procedure("random.lognormvariate")
def lognormvariate(draw, mu, sigma):
    return math.exp(mu + draw(0.0, 1.0) * sigma)


@procedure("random.expovariate")
def expovariate(draw, lambd=1.0):
    return -math.log(1.0 - draw()) / lambd


@procedure("random.choice")
def choice(draw, seq):
    return seq[draw(len(seq))]


@procedure("random.shuffle")
def shuffle(draw, x):
    for i in reversed(range(1, len(x))):
        j = draw(i + 1)
        x[i], x[j] = x[j], x[i]
