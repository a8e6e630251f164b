"""Classes that are defined inside a function: made as Python makes them, around the values that their methods read."""

from __future__ import annotations

import ast
import types
from typing import Any, Callable, Iterable

import gast

from .source import LiveNames


def class_maker(node: Any, names: LiveNames, file: str, local: Iterable[str]) -> tuple[tuple[str, ...], Callable[..., type]]:
    """Which of some names of the function around it the definition of a class reads, and what makes the class when it is
    given their values; cells of the function itself are read where they are.

    >>> def around(k): pass
    >>> node = gast.parse("class Scaled:\\n    def of(self, v):\\n        return k * v\\n").body[0]
    >>> reads, make = class_maker(node, LiveNames(around), "<doctest>", ["k", "m"])
    >>> reads, make(k=2.0)().of(3.0)
    (('k',), 6.0)
    """
    given = list(dict.fromkeys(local))
    made = ast.Return(value=ast.Name(id=node.name, ctx=ast.Load()))
    inner = _function("inner", [], [gast.gast_to_ast(node), made])
    middle = _function("middle", given, [inner, ast.Return(value=ast.Name(id="inner", ctx=ast.Load()))])
    outer = _function("outer", list(names.cells), [middle, ast.Return(value=ast.Name(id="middle", ctx=ast.Load()))])
    tree = ast.fix_missing_locations(ast.Module(body=[outer], type_ignores=[]))
    scope: dict[str, Any] = {}
    exec(compile(tree, file, "exec", dont_inherit=True), names.globals, scope)
    code = scope["outer"](*names.cells)(*given).__code__
    reads = tuple(n for n in code.co_freevars if n in given)

    def make(**values: Any) -> type:
        cells = tuple(types.CellType(values[n]) if n in given else names.cells[n] for n in code.co_freevars)
        found: type = types.FunctionType(code, names.globals, closure=cells)()
        return found

    return reads, make


def _function(name: str, parameters: list[str], body: list[Any]) -> ast.FunctionDef:
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg(arg=p) for p in parameters], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    more: dict[str, Any] = {"type_params": []} if "type_params" in ast.FunctionDef._fields else {}
    return ast.FunctionDef(name=name, args=arguments, body=body, decorator_list=[], **more)
