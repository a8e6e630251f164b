"""Softmax as people write it, `y = e / sum(e)` with `e = exp(u)`, whose adjoint is `u_bar = y * (y_bar - sum(y_bar * y))`.

The chain rule would go through `e` and its sum one by one, which reads both and computes the quotient again.
"""

from __future__ import annotations

from typing import Mapping

from ..ir.syntax import Arg, Atom, Eqn, Lit, Pack, Var
from ..ir.types import Tensor
from .cotangents import Cotangents

Axis = int | None


def softmax_argument(eqn: Eqn, made: Mapping[Var, Eqn]) -> tuple[Var, Axis] | None:
    """What u is, and the axis that is summed over (None for all), when an equation is the last of `exp(u) / sum(exp(u))`."""
    if eqn.prim not in ("operator.truediv", "inplace.truediv"):
        return None
    top = _power(eqn.args[0], made)
    rank = _rank(eqn.args[0])
    if top is None or not rank or _rank(eqn.outs[0]) != rank:
        return None
    below, inserted = eqn.args[1], None
    wide = _made_by(below, made, "numpy.expand_dims", "getitem")
    if wide is not None:
        below, inserted = wide.args[0], _new_axis(wide, rank)
        if inserted is None:
            return None
    total = _made_by(below, made, "numpy.sum")
    if total is None or len(total.args) != 1 or _power(total.args[0], made) is not top:
        return None
    options = dict(total.kwargs)
    axis, keeps = options.pop("axis", Lit(None)), options.pop("keepdims", Lit(False))
    if options or not isinstance(axis, Lit) or keeps not in (Lit(True), Lit(False)):
        return None
    if axis.value is None or rank == 1 and axis.value in (0, -1):
        return (top, None) if inserted is None else None
    if type(axis.value) is not int or not -rank <= axis.value < rank:
        return None
    at = axis.value % rank
    is_aligned = inserted is None if keeps == Lit(True) or at == 0 else inserted == at
    return (top, at) if is_aligned else None


def softmax_pullback(eqn: Eqn, argument: Var, axis: Axis, g: Atom, co: Cotangents) -> Atom:
    """What the equation contributes to the adjoint of u."""
    y = eqn.outs[0]
    co.hint = f"{argument.hint}_bar"
    g = co.narrow(g)
    part = co.emit("operator.mul", g, y)
    total = co.emit("numpy.sum", part) if axis is None else co.emit("numpy.sum", part, axis=axis, keepdims=True)
    product = co.emit("operator.mul", y, co.emit("operator.sub", g, total))
    found = co.unbroadcast(co.like(product, g), y, argument)
    co.hint = "bar"
    return found


def _power(arg: Arg, made: Mapping[Var, Eqn]) -> Var | None:
    """What an exponential of real numbers is taken of."""
    power = _made_by(arg, made, "numpy.exp")
    if power is None or power.kwargs or len(power.args) != 1 or getattr(power.outs[0].type, "dtype", None) not in ("float64", "float32"):
        return None
    return power.args[0] if isinstance(power.args[0], Var) else None


def _new_axis(node: Eqn, rank: int) -> int | None:
    """Where `np.expand_dims(x, 1)` or `x[:, None]` has its new axis."""
    if _rank(node.outs[0]) != rank or _rank(node.args[0]) != rank - 1:
        return None
    index = node.args[1]
    if node.prim == "numpy.expand_dims":
        return index.value % rank if isinstance(index, Lit) and type(index.value) is int else None
    parts = index.items if isinstance(index, Pack) and index.kind == "tuple" else ()
    news = [i for i, part in enumerate(parts) if part == Lit(None)]
    others = [p for p in parts if p != Lit(None)]
    is_whole = all(isinstance(p, Pack) and p.kind == "slice" and set(p.items) == {Lit(None)} for p in others)
    return news[0] if len(news) == 1 and is_whole else None


def _made_by(arg: Arg, made: Mapping[Var, Eqn], *prims: str) -> Eqn | None:
    found = made.get(arg) if isinstance(arg, Var) else None
    return found if found is not None and found.prim in prims else None


def _rank(arg: Arg) -> int | None:
    kind = arg.type if isinstance(arg, Var) else None
    return kind.rank if isinstance(kind, Tensor) else None
