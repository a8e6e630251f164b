"""Where an expression needs parentheses, which is astor's to say: it prints one example of each case, once."""

from __future__ import annotations

import ast
import warnings
from functools import cache
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import astor

_BINARY: dict[str, type[ast.operator]] = {
    "add": ast.Add, "sub": ast.Sub, "mul": ast.Mult, "truediv": ast.Div, "floordiv": ast.FloorDiv, "mod": ast.Mod,
    "pow": ast.Pow, "matmul": ast.MatMult, "and_": ast.BitAnd, "or_": ast.BitOr, "xor": ast.BitXor,
    "lshift": ast.LShift, "rshift": ast.RShift,
}  # fmt: skip
_COMPARE: dict[str, type[ast.cmpop]] = {
    "lt": ast.Lt, "le": ast.LtE, "gt": ast.Gt, "ge": ast.GtE, "eq": ast.Eq, "ne": ast.NotEq, "is_": ast.Is,
    "is_not": ast.IsNot, "in_": ast.In, "not_in": ast.NotIn,
}  # fmt: skip
_UNARY: dict[str, type[ast.unaryop]] = {"neg": ast.USub, "pos": ast.UAdd, "invert": ast.Invert, "not_": ast.Not}
_CHAINS: dict[str, type[ast.boolop]] = {"and": ast.And, "or": ast.Or}


@cache
def needs_parentheses(kind: str, position: int, inner: str) -> bool:
    """Whether an expression of the kind `inner` has parentheses as a part of one of `kind`.

    >>> needs_parentheses("mul", 0, "add"), needs_parentheses("add", 0, "mul"), needs_parentheses("sub", 1, "sub")
    (True, False, True)
    """
    own = _printed(_example(inner, _names()))
    own = own[1:-1] if inner == "tuple" and own.startswith("(") else own
    parts = _names()
    plain = _printed(_example(kind, parts))
    # astor leaves marks on what it has printed, so that each text is made of nodes of its own.
    parts = _names()
    parts[position] = _example(inner, _names())
    return _printed(_example(kind, parts)).count("(") > plain.count("(") + own.count("(")


def _names() -> list[ast.expr]:
    return [ast.Name(id=text, ctx=ast.Load()) for text in "abc"]


def _example(kind: str, parts: list[ast.expr]) -> ast.expr:
    """An expression of a kind, made of some parts."""
    a, b, c = parts
    if kind in _BINARY:
        return ast.BinOp(left=a, op=_BINARY[kind](), right=b)
    if kind in _COMPARE:
        return ast.Compare(left=a, ops=[_COMPARE[kind]()], comparators=[b])
    if kind in _UNARY:
        return ast.UnaryOp(op=_UNARY[kind](), operand=a)
    if kind in _CHAINS:
        return ast.BoolOp(op=_CHAINS[kind](), values=[a, b])
    load = ast.Load()
    others: dict[str, Any] = {
        "call": lambda: ast.Call(func=a, args=[b, c], keywords=[]),
        "call of one": lambda: ast.Call(func=a, args=[b], keywords=[]),
        "keyword": lambda: ast.Call(func=a, args=[], keywords=[ast.keyword(arg="k", value=b)]),
        "attribute": lambda: ast.Attribute(value=a, attr="k", ctx=load),
        "subscript": lambda: ast.Subscript(value=a, slice=b, ctx=load),
        "slice": lambda: ast.Slice(lower=a, upper=b, step=c),
        "tuple": lambda: ast.Tuple(elts=[a, b], ctx=load),
        "list": lambda: ast.List(elts=[a, b], ctx=load),
        "dict": lambda: ast.Dict(keys=[a], values=[b]),
        "conditional": lambda: ast.IfExp(body=a, test=b, orelse=c),
    }
    return others[kind]()  # type: ignore[no-any-return]


def _printed(node: ast.expr) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: Any = astor.to_source(ast.Expr(value=node), pretty_string=lambda s, *a, **k: repr(s), pretty_source="".join)
    return str(found).strip("\n")
