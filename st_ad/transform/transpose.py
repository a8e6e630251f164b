"""Forward mode from reverse mode: a pullback is linear in the adjoint, so its own adjoint is the pushforward."""

from __future__ import annotations

from ..analysis.activity import is_differentiable, varied
from ..ir import walk
from ..ir.build import finish, type_of
from ..ir.syntax import Atom, Block, Eqn, Node, Pack, Var
from .cotangents import Cotangents
from .definitions import defined
from .equations import Equation
from .record import prune
from .reverse import Reverse


def transpose_pullback(equation: Equation, dots: dict[Var, Atom], co: Cotangents) -> list[Atom]:
    """The tangents of an equation's results: <x_dot, R(y_bar)> = <R'(x_dot), y_bar>."""
    seeds = tuple(Var(f"{o.hint}_bar", o.type, False) for o in equation.eqn.outs)
    y_bar = seeds[0] if len(seeds) == 1 else Pack("tuple", seeds)
    with co.builder.block(conditional=False) as nodes:
        pairs = equation.pullback(y_bar, Cotangents(co.builder))
    block = prune(finish(seeds, nodes, tuple(g for _, g in pairs)))
    block = defined(block, seeds, co.builder.knowledge)
    sweep = Reverse(co.builder, varied(block, seeds))
    rest: list[Node] = []
    depends = set(seeds)
    for node in block.body:
        if any(v in depends for v in walk.node_reads(node)):
            depends.update(walk.outs(node))
            rest.append(node)
        else:
            co.builder.append(node)
    with co.builder.block(conditional=False) as adjoint:
        for (var, _), result in zip(pairs, block.results):
            dot = dots.get(var)
            if dot is not None and isinstance(result, Var):
                sweep.add(result, co.cast(dot, type_of(result)))
        forward = sweep.block(tuple(rest))
        tangents = [
            sweep.whole(s) if s in sweep.bars and is_differentiable(s) else co.zero_of(o)
            for s, o in zip(seeds, equation.eqn.outs)
        ]
    for node in shapes_only(forward, adjoint, dict(zip(seeds, equation.eqn.outs))) + adjoint:
        co.builder.append(node)
    return tangents


def shapes_only(forward: list[Node], adjoint: list[Node], seeds: dict[Var, Var]) -> list[Node]:
    """Those nodes of the pullback that its adjoint reads: it is linear, so shapes alone are read, and the adjoint of the
    result may as well be zero."""
    reads = walk.free_variables(Block((), tuple(adjoint), ()))
    made = {v for node in forward for v in walk.outs(node)}
    wanted = tuple(v for v in reads if v in made or v in seeds)
    if not wanted:
        return []
    zeros = [Eqn((seed,), "numpy.zeros_like", (out,)) for seed, out in seeds.items()]
    return list(prune(Block((), (*zeros, *forward), wanted)).body)
