"""Expressions: their text, and what stands at the top of it, which decides where it needs parentheses."""

from __future__ import annotations

import re
from typing import Iterable, NamedTuple

from ..ir.primitives import BINARY, COMPARE, UNARY
from .parentheses import needs_parentheses

_INVERSE = {"is_": "is_not", "is_not": "is_", "in_": "not_in", "not_in": "in_"}


class Expression(NamedTuple):
    """`text` is on one line and has no parentheses around it; `kind` is "name", an operator or a form of Python's;
    `parts` are the operands of comparisons and of `not`."""

    text: str
    kind: str = "name"
    parts: tuple["Expression", ...] = ()


def _part(kind: str, position: int, part: Expression) -> str:
    """The text of a part of an expression, in parentheses where it needs them."""
    if part.kind != "name" and needs_parentheses(kind, position, part.kind):
        return f"({part.text})"
    return part.text


def raw(text: str) -> Expression:
    """A name, or anything else that needs no parentheses wherever it stands."""
    return Expression(text)


def binary(name: str, left: Expression, right: Expression) -> Expression:
    """`left + right` and others, by the name in the operator module.

    >>> binary("mul", binary("add", raw("a"), raw("b")), raw("c")).text
    '(a + b) * c'
    """
    space = "" if name == "pow" and _is_plain(left) and _is_plain(right) else " "
    return Expression(f"{_part(name, 0, left)}{space}{BINARY[name]}{space}{_part(name, 1, right)}", name)


def _is_plain(operand: Expression) -> bool:
    """Whether an operand is a name, a number or an attribute of a name."""
    return bool(re.fullmatch(r"-?[\w.]+", operand.text))


def compare(name: str, left: Expression, right: Expression) -> Expression:
    """`left < right` and others."""
    return Expression(f"{_part(name, 0, left)} {COMPARE[name]} {_part(name, 1, right)}", name, (left, right))


def unary(name: str, operand: Expression) -> Expression:
    """`-operand` and others; a negated comparison for identity or membership is its opposite."""
    if name == "not_" and operand.kind == "not_":
        inner = operand.parts[0]
        if inner.kind in COMPARE or inner.kind in UNARY:
            return inner
    if name == "not_" and operand.kind in _INVERSE:
        return compare(_INVERSE[operand.kind], *operand.parts)
    return Expression(f"{UNARY[name]}{_part(name, 0, operand)}", name, (operand,))


def call(function: Expression | str, args: Iterable[Expression], kwargs: Iterable[tuple[str, Expression]] = ()) -> Expression:
    """`function(*args, **kwargs)`."""
    head = raw(function) if isinstance(function, str) else function
    args, kwargs = list(args), list(kwargs)
    kind = "call of one" if len(args) + len(kwargs) == 1 else "call"
    shown = [_part(kind, 1, a) for a in args]
    shown += [f"{k}={_part('keyword', 1, v)}" for k, v in kwargs]
    return Expression(f"{_part('call', 0, head)}({', '.join(shown)})", "call")


def attribute(value: Expression, name: str) -> Expression:
    """`value.name`."""
    return Expression(f"{_part('attribute', 0, value)}.{name}", "attribute")


def subscript(value: Expression, index: Expression) -> Expression:
    """`value[index]`."""
    return Expression(f"{_part('subscript', 0, value)}[{_part('subscript', 1, index)}]", "subscript")


def slice_of(start: Expression | None, stop: Expression | None, step: Expression | None) -> Expression:
    """`start:stop:step`, for use in an index."""
    parts = ["" if p is None else _part("slice", i, p) for i, p in enumerate((start, stop, step))]
    parts = parts if step is not None else parts[:2]
    if all(re.fullmatch(r"-?\w*", p) for p in parts):
        return Expression(":".join(parts), "slice")
    # Colons have spaces where the bounds are more than names and numbers.
    return Expression(" : ".join(parts).strip().replace(" :  : ", " :: ").replace(":  : ", ":: "), "slice")


def tuple_of(items: Iterable[Expression]) -> Expression:
    """`a, b`, which has parentheses unless it stands alone."""
    shown = [_part("tuple", 0, i) for i in items]
    if not shown:
        return raw("()")
    return Expression(f"{shown[0]}," if len(shown) == 1 else ", ".join(shown), "tuple")


def list_of(items: Iterable[Expression]) -> Expression:
    """`[a, b]`."""
    return Expression(f"[{', '.join([_part('list', 0, i) for i in items])}]", "list")


def dict_of(keys: Iterable[Expression], values: Iterable[Expression]) -> Expression:
    """`{k: v}`."""
    pairs = [f"{_part('dict', 0, k)}: {_part('dict', 1, v)}" for k, v in zip(keys, values)]
    return Expression(f"{{{', '.join(pairs)}}}", "dict")


def conditional(test: Expression, then: Expression, orelse: Expression) -> Expression:
    """`then if test else orelse`."""
    shown = [_part("conditional", i, p) for i, p in enumerate((then, test, orelse))]
    return Expression(f"{shown[0]} if {shown[1]} else {shown[2]}", "conditional")


def both(left: Expression, right: Expression) -> Expression:
    """`left and right`."""
    return _chain("and", left, right)


def either(left: Expression, right: Expression) -> Expression:
    """`left or right`."""
    return _chain("or", left, right)


def _chain(kind: str, left: Expression, right: Expression) -> Expression:
    shown = [p.text if p.kind == kind else _part(kind, 0, p) for p in (left, right)]
    return Expression(f" {kind} ".join(shown), kind)


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
    return f"({node.text})" if node.kind == "tuple" else node.text


def bare(node: Expression) -> str:
    """The source of what stands after `return`, `=` or `for`: a tuple without its parentheses."""
    return node.text if node.kind == "tuple" and not node.text.endswith(",") else text(node)
