"""Expressions are composed as astor prints them."""

from __future__ import annotations

import ast
import random
from typing import Any, Callable

from st_ad.emit import expressions as ex
from st_ad.emit.parentheses import _BINARY, _CHAINS, _COMPARE, _UNARY, _example, _printed

FORMS = ("call", "call of one", "keyword", "attribute", "subscript", "slice", "tuple", "list", "dict", "conditional")
KINDS = (*_BINARY, *_COMPARE, *_UNARY, *_CHAINS, *FORMS)


def composed(kind: str, a: Any, b: Any, c: Any) -> Any:
    if kind in _BINARY:
        return ex.binary(kind, a, b)
    if kind in _COMPARE:
        return ex.compare(kind, a, b)
    if kind in _UNARY:
        return ex.Expression(f"{ex.UNARY[kind]}{ex._part(kind, 0, a)}", kind, (a,))
    if kind in _CHAINS:
        return ex.Expression(f"{ex._part(kind, 0, a)} {kind} {ex._part(kind, 1, b)}", kind)
    made: dict[str, Callable[[], Any]] = {
        "call": lambda: ex.call(a, [b, c]), "call of one": lambda: ex.call(a, [b]),
        "keyword": lambda: ex.call(a, [], [("k", b)]), "attribute": lambda: ex.attribute(a, "k"),
        "subscript": lambda: ex.subscript(a, b), "slice": lambda: ex.subscript(a, ex.slice_of(b, c, None)),
        "tuple": lambda: ex.tuple_of([a, b]), "list": lambda: ex.list_of([a, b]), "dict": lambda: ex.dict_of([a], [b]),
        "conditional": lambda: ex.conditional(b, a, c),
    }  # fmt: skip
    return made[kind]()


def tree(kind: str, parts: list[ast.expr]) -> ast.expr:
    if kind != "slice":
        return _example(kind, parts)
    inner = ast.Slice(lower=parts[1], upper=parts[2], step=None)
    return ast.Subscript(value=parts[0], slice=inner, ctx=ast.Load())


def pair(draw: random.Random, depth: int) -> tuple[Any, ast.expr]:
    """A random expression, composed and as a tree."""
    if depth == 0:
        name = draw.choice("abcdefg")
        return ex.raw(name), ast.Name(id=name, ctx=ast.Load())
    kind = draw.choice(KINDS)
    parts = [pair(draw, draw.randrange(depth)) for _ in range(3)]
    return composed(kind, *[p for p, _ in parts]), tree(kind, [t for _, t in parts])


def compact(text: str) -> str:
    return text.replace(" ", "")


def test_composed_as_printed() -> None:
    draw = random.Random(1)
    for _ in range(1000):
        expression, syntax = pair(draw, 4)
        # Parentheses are what matters: the spaces around a colon are black's.
        assert compact(_printed(syntax)) in (compact(ex.text(expression)), compact(expression.text))
