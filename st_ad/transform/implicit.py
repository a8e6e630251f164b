"""Derivatives of what makes a program zero: one linear solve with the slope of the program, at the solution.

    F(y, r) = 0:   F_y y_dot = -F_r r_dot,   r_bar = -F_r.T w  where  F_y.T w = y_bar

All is computed at y itself, so that higher derivatives follow.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Callable

from ..frontend.calls.templates import expand
from ..frontend.text.source import SourceFunction, source_of
from ..ir.syntax import Atom, Eqn, Function, Lit, Pack, Var
from ..ir.types import Tensor
from .cotangents import Cotangents


class Program:
    """A program under a name that templates may call."""

    def __init__(self, name: str, function: Function) -> None:
        self.__name__ = self.__qualname__ = name
        self.function = function
        either = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(p.name, either) for p in function.params])

    def __call__(self, *args: Any) -> Any:
        raise TypeError("only the code that is generated from it is called")

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        return self.function


def scalar_root_bars(pull, y, y_bar, others):  # type: ignore[no-untyped-def]
    """One division."""
    slopes = pull(y, *others, 1.0)[1]
    return tuple([-y_bar / slopes[0] * slope for slope in slopes[1:]])


def root_bars(pull, y, y_bar, others):  # type: ignore[no-untyped-def]
    """One solve with the transposed Jacobian matrix, whose rows are pulled back one by one."""
    jacobian = np.array([pull(y, *others, row)[1][0] for row in np.eye(len(y))])  # type: ignore[name-defined] # noqa: F821
    return pull(y, *others, np.linalg.solve(jacobian.T, -y_bar))[1][1:]  # type: ignore[name-defined] # noqa: F821


def scalar_root_dot(pull, push, y, others, dots):  # type: ignore[no-untyped-def]
    """One division."""
    return -push(y, *others, *dots)[1] / pull(y, *others, 1.0)[1][0]


def root_dot(pull, push, y, others, dots):  # type: ignore[no-untyped-def]
    """One solve with the Jacobian matrix."""
    jacobian = np.array([pull(y, *others, row)[1][0] for row in np.eye(len(y))])  # type: ignore[name-defined] # noqa: F821
    return np.linalg.solve(jacobian, -push(y, *others, *dots)[1])  # type: ignore[name-defined] # noqa: F821


@cache
def _source(function: Callable[..., Any]) -> SourceFunction:
    return source_of(function)


def _parts(eqn: Eqn, moving: Any) -> tuple[Function, tuple[Any, ...], list[int]]:
    """The program, what it reads besides the unknown, and the places of those values that vary."""
    payload = eqn.args[1]
    assert isinstance(payload, Lit)
    others = eqn.args[2:]
    return payload.value, others, [i for i, v in enumerate(others, start=1) if isinstance(v, Var) and v in moving]


def _is_scalar(var: Var) -> bool:
    return isinstance(var.type, Tensor) and var.type.shape == ()


def implicit_pullback(
    eqn: Eqn, y_bar: Atom, co: Cotangents, active: set[Var], reverse: Callable[..., Function]
) -> list[tuple[Var, Atom]]:
    """The adjoints of what the program reads."""
    program, others, places = _parts(eqn, active)
    (y,) = eqn.outs
    if not places:
        return []
    pull = Program("pull", reverse(program, ("p0", *(f"p{i}" for i in places)), seed="vjp", knowledge=co.builder.knowledge))
    rule = scalar_root_bars if _is_scalar(y) else root_bars
    given = {"y": y, "y_bar": co.full(y_bar, y), "others": Pack("tuple", tuple(others)), "pull": Lit(pull)}
    made = expand(_source(rule), given, co.builder, names={"pull": pull})
    assert isinstance(made, Pack)
    return [(others[i - 1], part) for i, part in zip(places, made.items)]  # type: ignore[misc]


def implicit_pushforward(
    eqn: Eqn, dots: dict[Var, Atom], co: Cotangents, reverse: Callable[..., Function], forward: Callable[..., Function]
) -> Atom:
    """The tangent of the solution."""
    program, others, places = _parts(eqn, dots)
    (y,) = eqn.outs
    knowledge = co.builder.knowledge
    pull = Program("pull", reverse(program, ("p0",), seed="vjp", knowledge=knowledge))
    push = Program("push", forward(program, tuple(f"p{i}" for i in places), knowledge))
    rule = scalar_root_dot if _is_scalar(y) else root_dot
    tangents = Pack("tuple", tuple(dots[others[i - 1]] for i in places))
    given: dict[str, Any] = {"y": y, "others": Pack("tuple", tuple(others)), "dots": tangents, "pull": Lit(pull), "push": Lit(push)}
    return expand(_source(rule), given, co.builder, names={"pull": pull, "push": push})  # type: ignore[return-value]
