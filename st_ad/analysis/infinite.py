"""Which variables may hold a constant that is infinite or nan: a border of a table, the places that a mask takes out.

Such a one does not vary, and a product with it must not make nan of an adjoint that is zero.
"""

from __future__ import annotations

import math
from typing import Iterable

from ..ir.syntax import Arg, Eqn, Free, Function, Lit, Node, Var
from ..ir.walk import leaves
from .activity import Dependence

_HOLDS = ("operator.", "inplace.", "seq.", "setitem")
_PLACES = frozenset(
    f"numpy.{n}" for n in "full full_like where select array asarray stack concatenate diag fill_diagonal putmask put place copyto pad "
    "add subtract multiply divide negative append".split()
)  # fmt: skip
# Of these the result is finite where one operand is, or whatever the operand is.
_ENDS = frozenset(
    "exp exp2 tanh arctan expm1 max min amax amin maximum minimum fmax fmin clip nan_to_num nanmax nanmin erf linalg.norm".split()
)
# The partials of these are infinite where an operand is.
_GROWING = frozenset(
    "operator.mul operator.truediv operator.pow numpy.multiply numpy.divide numpy.true_divide numpy.power numpy.float_power numpy.square "
    "builtins.pow math.pow".split()
)


class Infinite(Dependence):
    """What an infinite literal is put into, and what is computed of that."""

    def hands_on(self, eqn: Eqn) -> bool:
        if eqn.prim.partition(".")[2] in _ENDS:
            return False
        return super().hands_on(eqn) or (
            (eqn.prim.startswith(_HOLDS) or eqn.prim in _PLACES) and any(is_infinite(a) for arg in eqn.args for a in leaves(arg))
        )

    def is_found(self, source: object) -> bool:
        return super().is_found(source) or is_infinite(source)


def infinite(function: Function) -> set[Var]:
    """The variables of a function that may hold an infinite constant."""
    outside = {f.var for f in function.free if is_infinite(Lit(_now(f)))}
    return Infinite(outside).of(function.block)


def _now(free: Free) -> object:
    """What a name from outside stands for."""
    try:
        return free.scope.cell_contents if free.kind == "cell" else free.scope[free.spelling]
    except (ValueError, LookupError, TypeError):
        return None


def is_infinite(source: object) -> bool:
    """Whether a literal is infinite, or not a number: such a one stands where a value is missing."""
    return isinstance(source, Lit) and isinstance(source.value, float) and not math.isfinite(source.value)


def may_grow(prim: str, partial: Arg, made: Iterable[Node], found: set[Var]) -> bool:
    """Whether a partial, computed by the equations `made`, may be infinite because an operand is, which then does not vary."""
    read = (partial, *(a for node in made for a in node.operands))
    return prim in _GROWING and any(a in found or is_infinite(a) for arg in read for a in leaves(arg))
