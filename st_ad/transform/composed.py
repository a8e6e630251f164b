"""Compositions of several lines whose adjoint is shorter than what the chain rule makes of them one by one."""

from __future__ import annotations

from typing import Collection, Mapping

from ..ir.syntax import Atom, Eqn, Var
from .cotangents import Cotangents
from .logistic import logistic_argument, logistic_pullback
from .softmax import softmax_argument, softmax_pullback


def composed_pullback(
    eqn: Eqn, made: Mapping[Var, Eqn], active: Collection[Var], g: Atom | None, co: Cotangents
) -> tuple[Var, Atom] | None:
    """The variable that a composition begins with and what its last equation contributes to the adjoint of that."""
    if g is None:
        return None
    argument = logistic_argument(eqn, made)
    if argument is not None and argument in active:
        return argument, logistic_pullback(eqn, argument, g, co)
    softmax = softmax_argument(eqn, made)
    if softmax is not None and softmax[0] in active:
        return softmax[0], softmax_pullback(eqn, *softmax, g, co)
    return None
