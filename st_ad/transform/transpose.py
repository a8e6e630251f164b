"""Forward mode from reverse mode: a pullback is linear in the adjoint, so its own adjoint is the pushforward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..analysis.activity import is_differentiable, varied
from ..ir.build import finish, type_of
from ..ir.syntax import Atom, Pack, Var
from .cotangents import Cotangents
from .record import prune

if TYPE_CHECKING:
    from .equations import Equation


def transpose_pullback(equation: "Equation", dots: dict[Var, Atom], co: Cotangents) -> list[Atom]:
    """The tangents of an equation's results: <x_dot, R(y_bar)> = <R'(x_dot), y_bar>."""
    from .equations import zero_of
    from .reverse import Reverse

    seeds = tuple(Var(f"{o.hint}_bar", o.type, False) for o in equation.eqn.outs)
    y_bar = seeds[0] if len(seeds) == 1 else Pack("tuple", seeds)
    with co.builder.block(conditional=False) as nodes:
        pairs = equation.pullback(y_bar, Cotangents(co.builder))
    block = prune(finish(seeds, nodes, tuple(g for _, g in pairs)))
    sweep = Reverse(co.builder, varied(block, seeds))
    kept = [n for n in block.body]
    depends = sweep.active
    for node in kept:
        if not any(v in depends for v in _outs(node)):
            co.builder.append(node)
    for (var, g), result in zip(pairs, block.results):
        dot = dots.get(var)
        if dot is not None and isinstance(result, Var):
            sweep.add(result, co.cast(dot, type_of(result)))
    rest = tuple(n for n in kept if any(v in depends for v in _outs(n)))
    sweep.block(rest)
    return [sweep.whole(s) if s in sweep.bars and is_differentiable(s) else zero_of(o, co)
            for s, o in zip(seeds, equation.eqn.outs)]  # fmt: skip


def _outs(node):  # type: ignore[no-untyped-def]
    from ..ir.walk import outs

    return outs(node)
