"""The head of a generated function."""

from __future__ import annotations

from ..ir.syntax import Function, Param
from . import expressions as ex
from .context import EmitContext
from .layout import WIDTH
from .literals import literal


def signature(function: Function, context: EmitContext) -> list[str]:
    """`def f(a, b=1.0):` on one line, or with its parameters below."""
    parts = _parts(function, context)
    line = f"def {function.name}({', '.join(parts)}):"
    if len(line) <= WIDTH:
        return [line]
    inner = "    " + ", ".join(parts)
    if len(inner) <= WIDTH:
        return [f"def {function.name}(", inner, "):"]
    return [f"def {function.name}(", *(f"    {p}," for p in parts), "):"]


def _parts(function: Function, context: EmitContext) -> list[str]:
    found: list[str] = []
    params = sorted(function.params, key=lambda p: p.kind == "kwargs")
    starred = any(p.kind == "args" for p in params)
    for i, param in enumerate(params):
        if param.kind == "keyword" and not starred:
            found.append("*")
            starred = True
        found.append(_one(param, context))
        after = params[i + 1].kind if i + 1 < len(params) else ""
        if param.kind == "positional" and after != "positional":
            found.append("/")
    return found


def _one(param: Param, context: EmitContext) -> str:
    prefix = {"args": "*", "kwargs": "**"}.get(param.kind, "")
    if param.default is None or prefix:
        return prefix + param.name
    return f"{param.name}={ex.text(literal(param.default, context))}"
