"""Syntax trees of expressions, and their text."""

from __future__ import annotations

import ast
import warnings
from typing import Any, Iterable

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
_INVERSE = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}

Expression = ast.expr


def raw(text: str) -> Expression:
    """A name, or anything else that needs no parentheses wherever it stands."""
    return ast.Name(id=text, ctx=ast.Load())


def binary(name: str, left: Expression, right: Expression) -> Expression:
    """`left + right` and others, by the name in the operator module."""
    return ast.BinOp(left=left, op=_BINARY[name](), right=right)


def compare(name: str, left: Expression, right: Expression) -> Expression:
    """`left < right` and others."""
    return ast.Compare(left=left, ops=[_COMPARE[name]()], comparators=[right])


def unary(name: str, operand: Expression) -> Expression:
    """`-operand` and others; a negated comparison for equality, identity or membership is its opposite."""
    if name == "not_" and isinstance(operand, ast.UnaryOp) and isinstance(operand.op, ast.Not):
        inner = operand.operand
        if isinstance(inner, (ast.Compare, ast.UnaryOp)):
            return inner
    if name == "not_" and isinstance(operand, ast.Compare) and type(operand.ops[0]) in (ast.Is, ast.IsNot, ast.In, ast.NotIn):
        opposite = _INVERSE[type(operand.ops[0])]
        return ast.Compare(left=operand.left, ops=[opposite()], comparators=operand.comparators)
    return ast.UnaryOp(op=_UNARY[name](), operand=operand)


def call(function: Expression | str, args: Iterable[Expression], kwargs: Iterable[tuple[str, Expression]] = ()) -> Expression:
    """`function(*args, **kwargs)`."""
    head = raw(function) if isinstance(function, str) else function
    return ast.Call(func=head, args=list(args), keywords=[ast.keyword(arg=k, value=v) for k, v in kwargs])


def attribute(value: Expression, name: str) -> Expression:
    """`value.name`."""
    return ast.Attribute(value=value, attr=name, ctx=ast.Load())


def subscript(value: Expression, index: Expression) -> Expression:
    """`value[index]`."""
    return ast.Subscript(value=value, slice=index, ctx=ast.Load())


def slice_of(start: Expression | None, stop: Expression | None, step: Expression | None) -> Expression:
    """`start:stop:step`, for use in an index."""
    return ast.Slice(lower=start, upper=stop, step=step)


def tuple_of(items: Iterable[Expression]) -> Expression:
    """`(a, b)`."""
    return ast.Tuple(elts=list(items), ctx=ast.Load())


def list_of(items: Iterable[Expression]) -> Expression:
    """`[a, b]`."""
    return ast.List(elts=list(items), ctx=ast.Load())


def dict_of(keys: Iterable[Expression], values: Iterable[Expression]) -> Expression:
    """`{k: v}`."""
    return ast.Dict(keys=list(keys), values=list(values))


def conditional(test: Expression, then: Expression, orelse: Expression) -> Expression:
    """`then if test else orelse`."""
    return ast.IfExp(test=test, body=then, orelse=orelse)


def both(left: Expression, right: Expression) -> Expression:
    """`left and right`."""
    return _chain(ast.And, left, right)


def either(left: Expression, right: Expression) -> Expression:
    """`left or right`."""
    return _chain(ast.Or, left, right)


def _chain(kind: type[ast.boolop], left: Expression, right: Expression) -> Expression:
    values = [*left.values] if isinstance(left, ast.BoolOp) and isinstance(left.op, kind) else [left]
    values += right.values if isinstance(right, ast.BoolOp) and isinstance(right.op, kind) else [right]
    return ast.BoolOp(op=kind(), values=values)


def string(value: str) -> Expression:
    """A string in double quotes where that needs no more escapes than single ones."""
    return raw(quoted(value))


def quoted(value: str) -> str:
    """The literal of a string.

    >>> quoted("W"), quoted('say "x"')
    ('"W"', '\\'say "x"\\'')
    """
    text = repr(value)
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text and "\\'" not in text else text


def text(node: Expression) -> str:
    """The source of an expression, on one line."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Tuple):
        return f"({', '.join(text(e) for e in node.elts)}{',' if len(node.elts) == 1 else ''})"
    statement = ast.Expr(value=node)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _to_source(statement).strip("\n")


def bare(node: Expression) -> str:
    """The source of what stands after `return`, `=` or `for`: a tuple without its parentheses."""
    if isinstance(node, ast.Tuple) and len(node.elts) > 1:
        return ", ".join(text(e) for e in node.elts)
    return text(node)


def _to_source(statement: ast.stmt) -> str:
    found: Any = astor.to_source(statement, pretty_string=lambda s, *a, **k: repr(s), pretty_source="".join)
    return str(found)
