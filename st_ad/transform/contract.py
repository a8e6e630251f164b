"""The first lines of the docstring: derivative of what, with respect to what, what is constant."""

from __future__ import annotations

from typing import Sequence

from ..ir.syntax import Function, Lit


def of_adjoint(function: Function, wrt: Sequence[str], has_value: bool) -> tuple[str, ...]:
    """The contract of reverse mode."""
    first = f"{'Value and adjoint' if has_value else 'Adjoint'} of `{function.name}` with respect to {', '.join(wrt)}."
    return first, f"out_bar is the adjoint of the returned value{_constants(function, wrt)}."


def of_tangent(function: Function, wrt: Sequence[str]) -> tuple[str, ...]:
    """The contract of forward mode."""
    names, dots = ", ".join(wrt), ", ".join(f"{n}_dot" for n in wrt)
    what = "is the tangent" if len(wrt) == 1 else "are the tangents"
    return f"Value and tangent of `{function.name}` in the direction of {names}.", f"{dots} {what} of {names}{_constants(function, wrt)}."


def of_product(function: Function, wrt: Sequence[str], dots: Sequence[str]) -> tuple[str, ...]:
    """The contract of a Hessian times a vector; `dots` are the names of the vector's parts."""
    what = "is the vector" if len(dots) == 1 else "are the parts of the vector"
    first = f"Hessian of `{function.name}` with respect to {', '.join(wrt)}, times a vector."
    return first, f"{', '.join(dots)} {what}{_constants(function, wrt)}."


def _constants(function: Function, wrt: Sequence[str]) -> str:
    """What is held fixed, as the end of a sentence."""
    fixed = [p.name for p in function.params if p.name not in wrt and not isinstance(p.tree, Lit)]
    fixed += [f.spelling for f in function.free]
    if not fixed:
        return ""
    names = fixed[0] if len(fixed) == 1 else f"{', '.join(fixed[:-1])} and {fixed[-1]}"
    return f"; {names} {'is a constant' if len(fixed) == 1 else 'are constants'}"
