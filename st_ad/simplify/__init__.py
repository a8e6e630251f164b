"""Tidying: a derivative as it is made says more than is needed; afterwards it reads as if a person had written it.

Each pass is a function from program to program that returns the same object when there was nothing to do. `PASSES`
are applied in order; the copies that printing in place needs are inserted after them, by `storage.storage`.
"""

from __future__ import annotations

from ..analysis.infer import NUMPY
from ..ir.build import Knowledge
from ..ir.syntax import Function
from .algebra import algebra
from .cancel import cancel
from .contractions import contractions
from .dead import dead
from .factors import factors
from .reuse import reuse
from .shapes import shapes
from .sink import sink
from .storage import storage
from .substitute import substitute
from .sums import sums

_ROUNDS = 50


def simplify(function: Function, knowledge: Knowledge = NUMPY) -> Function:
    """The passes in turn until none of them finds anything; stops after a number of rounds in any case."""
    for _ in range(_ROUNDS):
        before = function
        function = substitute(function)
        function = dead(function)
        function = algebra(function, knowledge)
        function = contractions(function, knowledge)
        function = reuse(function, knowledge)
        function = factors(function, knowledge)
        function = sums(function, knowledge)
        function = shapes(function)
        function = cancel(function)
        function = dead(function)
        if function is before:
            break
    return function


PASSES = (("simplify", simplify), ("sink", sink))
FAST_PASSES = (("simplify", simplify), ("sink", sink))

__all__ = ["FAST_PASSES", "PASSES", "algebra", "cancel", "contractions", "dead", "factors", "reuse", "shapes", "simplify", "sink", "storage", "substitute", "sums"]
