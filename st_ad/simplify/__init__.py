"""Tidying: a derivative as it is made says more than is needed; afterwards it reads as if a person had written it.

Each pass is a function from program to program that returns the same object when there was nothing to do. `PASSES`
are applied in order; the copies that printing in place needs are inserted after them, by `storage.storage`.
"""

from __future__ import annotations

from itertools import cycle, islice
from typing import Callable

from ..analysis.infer import NUMPY
from ..ir.build import Knowledge
from ..ir.syntax import Function
from .algebra import algebra
from .buffers import buffers
from .cancel import cancel
from .contractions import contractions
from .dead import dead
from .deferred import deferred
from .factors import factors
from .gathered import gathered
from .matrices import matrices
from .merged import merged
from .reuse import reuse
from .scatters import scatters
from .shapes import shapes
from .signs import signs
from .sink import sink
from .spelled import spelled
from .storage import storage
from .substitute import substitute
from .summed_products import summed_products
from .sums import sums
from .walks import walks
from .zeros import zeros

_ROUNDS = 50


def simplify(function: Function, knowledge: Knowledge = NUMPY) -> Function:
    """The passes in turn until none of them finds anything; stops after a number of rounds in any case."""
    passes: tuple[Callable[[Function], Function], ...] = (
        substitute,
        dead,
        merged,
        lambda f: algebra(f, knowledge),
        lambda f: contractions(f, knowledge),
        lambda f: reuse(f, knowledge),
        lambda f: factors(f, knowledge),
        lambda f: sums(f, knowledge),
        signs,
        shapes,
        cancel,
        gathered,
        zeros,
        walks,
        dead,
    )
    idle = 0
    for one in islice(cycle(passes), _ROUNDS * len(passes)):
        before = function
        function = one(function)
        idle = idle + 1 if function is before else 0
        if idle == len(passes):
            break
    return function


PASSES = (("simplify", simplify), ("spelled", spelled), ("sink", sink))
FAST_PASSES = (
    ("simplify", simplify),
    ("contractions", lambda f: contractions(f, NUMPY, is_fast=True)),
    ("scatters", lambda f: dead(scatters(dead(scatters(f, NUMPY)), NUMPY))),
    ("summed products", lambda f: dead(summed_products(f, NUMPY))),
    ("deferred", lambda f: dead(deferred(f))),
    ("spelled", spelled),
    ("sink", sink),
)

__all__ = ["FAST_PASSES", "PASSES", "algebra", "buffers", "cancel", "contractions", "dead", "deferred", "factors", "gathered", "matrices", "merged", "reuse", "scatters", "shapes", "signs", "simplify", "sink", "spelled", "storage", "substitute", "summed_products", "sums", "walks", "zeros"]
