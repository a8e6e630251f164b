"""What a test says about names that may be None: which of them are there when it holds, or when it does not."""

from __future__ import annotations

from typing import Any

import gast


def present(test: Any, holds: bool) -> list[Any]:
    """The names and attributes that are known not to be None when a test holds, or when it does not.

    >>> [n.id for n in present(gast.parse("a is not None and b", mode="eval").body, True)]
    ['a', 'b']
    >>> [n.id for n in present(gast.parse("a is None or not b", mode="eval").body, False)]
    ['a', 'b']
    """
    if isinstance(test, gast.UnaryOp) and isinstance(test.op, gast.Not):
        return present(test.operand, not holds)
    if isinstance(test, gast.BoolOp) and isinstance(test.op, gast.And if holds else gast.Or):
        return [n for part in test.values for n in present(part, holds)]
    if isinstance(test, gast.Compare) and len(test.ops) == 1 and is_none(test.comparators[0]):
        wanted = (gast.IsNot, gast.NotEq) if holds else (gast.Is, gast.Eq)
        return [test.left] if isinstance(test.ops[0], wanted) and is_place(test.left) else []
    return [test] if holds and is_place(test) else []


def is_none(node: Any) -> bool:
    """Whether an expression is the constant None."""
    return isinstance(node, gast.Constant) and node.value is None


def is_place(node: Any) -> bool:
    """Whether an expression is a name, or an attribute of a name."""
    return isinstance(node, gast.Name) or isinstance(node, gast.Attribute) and isinstance(node.value, gast.Name)
