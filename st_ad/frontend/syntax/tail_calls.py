"""Recursion whose last act is the call of itself: a loop that gives the parameters new values.

def f(a, b):                             def f(a, b):
    if b < 0.1:                              while True:
        return a                                 if b < 0.1:
    return f(b, a % b)                               return a
                                                 a, b = b, a % b
                                                 continue
"""

from __future__ import annotations

import copy
from typing import Any

import gast

from .exits import always_exits
from .structure import is_generator

_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef, gast.Lambda, gast.GeneratorExp)


class NeedLoop(Exception):
    """A function calls itself until a value decides; it can be run as a loop."""

    def __init__(self, node: Any) -> None:
        super().__init__(node.name)
        self.node = node


def loop_form(node: Any) -> Any:
    """The definition of a function as a loop, or None when a call of itself is not the last thing it does.

    What decorators make of it is not looked at.
    """
    if not hasattr(node, "loop_form"):
        node.loop_form = _loop_form(node)
    return node.loop_form


def _loop_form(node: Any) -> Any:
    if not isinstance(node, gast.FunctionDef) or is_generator(node):
        return None
    spec = node.args
    if spec.vararg or spec.kwarg or spec.kwonlyargs or any(isinstance(n, _SCOPES) for s in node.body for n in gast.walk(s)):
        return None
    form = copy.copy(node)
    for kept in ("structured", "assigned", "flags", "held", "loop_form"):
        form.__dict__.pop(kept, None)
    body = _turned(copy.deepcopy(node.body), node)
    if not always_exits(body, (gast.Return, gast.Continue)):
        body.append(gast.Return(value=gast.Constant(value=None, kind=None)))
    form.decorator_list = []
    form.body = [gast.While(test=gast.Constant(value=True, kind=None), body=body, orelse=[])]
    if not mentions(node) or mentions(form, node.name):
        return None
    for child in gast.walk(form):
        if not hasattr(child, "lineno"):
            gast.copy_location(child, node)
    return form


def mentions(node: Any, name: str = "") -> bool:
    """Whether the body of a function mentions a name, or its own."""
    wanted = name or node.name
    return any(isinstance(n, gast.Name) and n.id == wanted for s in node.body for n in gast.walk(s))


def _turned(stmts: list[Any], node: Any) -> list[Any]:
    """Statements with every return of a call of the function itself as a next turn of the loop."""
    out: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, gast.If):
            stmt.body, stmt.orelse = _turned(stmt.body, node), _turned(stmt.orelse, node)
            out.append(stmt)
        elif isinstance(stmt, gast.Match):
            for case in stmt.cases:
                case.body = _turned(case.body, node)
            out.append(stmt)
        elif isinstance(stmt, gast.Return):
            out += _returned(stmt, stmt.value, node)
        else:
            out.append(stmt)
    return out


def _returned(like: Any, value: Any, node: Any) -> list[Any]:
    if isinstance(value, gast.IfExp):
        branch = gast.If(test=value.test, body=_returned(like, value.body, node), orelse=_returned(like, value.orelse, node))
        return [_placed(branch, like)]
    if isinstance(value, gast.Call) and isinstance(value.func, gast.Name) and value.func.id == node.name:
        given = _given(value, node)
        if given is not None:
            names = [gast.Name(id=n, ctx=gast.Store(), annotation=None, type_comment=None) for n in given]
            values = list(given.values())
            alone = len(names) == 1
            target = names[0] if alone else gast.Tuple(elts=names, ctx=gast.Store())
            new = values[0] if alone else gast.Tuple(elts=values, ctx=gast.Load())
            assigned = gast.Assign(targets=[target], value=new, type_comment=None)
            return [_placed(s, like) for s in ([assigned] if names else [])] + [_placed(gast.Continue(), like)]
    return [_placed(gast.Return(value=value), like)]


def _given(call: Any, node: Any) -> dict[str, Any] | None:
    """The new values of the parameters that a call gives, or None when that is not plain to see."""
    spec = node.args
    names = [a.id for a in (*spec.posonlyargs, *spec.args)]
    if any(isinstance(a, gast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords) or len(call.args) > len(names):
        return None
    given = dict(zip(names, call.args)) | {k.arg: k.value for k in call.keywords}
    defaults = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults))
    for name in names:
        if name not in given:
            if not isinstance(defaults.get(name), gast.Constant):
                return None
            given[name] = copy.deepcopy(defaults[name])
    return given if set(given) == set(names) else None


def _placed(node: Any, like: Any) -> Any:
    for child in gast.walk(node):
        if not hasattr(child, "lineno"):
            gast.copy_location(child, like)
    return node
