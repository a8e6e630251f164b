"""The logistic function as people write it, `1 / (1 + exp(u))`, whose derivative is `-y * (1 - y)`.

The chain rule would say `-y / (1 + exp(u)) * exp(u)`, which needs more values and is not a number where exp(u) is infinite.
"""

from __future__ import annotations

from typing import Mapping

from ..ir.syntax import Arg, Atom, Eqn, Lit, Var
from .cotangents import Cotangents


def logistic_argument(eqn: Eqn, made: Mapping[Var, Eqn]) -> Var | None:
    """What u is, when an equation is the last of `1 / (1 + exp(u))`."""
    if eqn.prim != "operator.truediv" or not _is_one(eqn.args[0]):
        return None
    total = _made_by(eqn.args[1], made, "operator.add")
    terms = total.args if total is not None else ()
    power = next((_made_by(b, made, "numpy.exp", "math.exp") for a, b in (terms, terms[::-1]) if _is_one(a)), None) if terms else None
    if power is None or power.kwargs or len(power.args) != 1:
        return None
    return power.args[0] if isinstance(power.args[0], Var) else None


def logistic_pullback(eqn: Eqn, argument: Var, g: Atom, co: Cotangents) -> Atom:
    """What the equation contributes to the adjoint of u."""
    y = eqn.outs[0]
    co.hint = f"{argument.hint}_bar"
    slope = co.emit("operator.mul", co.emit("operator.mul", co.narrow(g), y), co.emit("operator.sub", Lit(1.0), y))
    found = co.unbroadcast(co.like(co.emit("operator.neg", slope), g), y, argument)
    co.hint = "bar"
    return found


def _made_by(arg: Arg, made: Mapping[Var, Eqn], *prims: str) -> Eqn | None:
    found = made.get(arg) if isinstance(arg, Var) else None
    return found if found is not None and found.prim in prims else None


def _is_one(arg: Arg) -> bool:
    return isinstance(arg, Lit) and type(arg.value) in (int, float) and arg.value == 1
