"""Going through syntax trees and copying them, which is done often."""

from __future__ import annotations

from typing import Any

import gast


def every(tree: Any) -> list[Any]:
    """All nodes of a tree, in no particular order.

    >>> sorted(type(n).__name__ for n in every(gast.parse("x = y").body[0]))
    ['Assign', 'Load', 'Name', 'Name', 'Store']
    """
    found, left = [], [tree]
    while left:
        node = left.pop()
        found.append(node)
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                left += [v for v in value if isinstance(v, gast.AST)]
            elif isinstance(value, gast.AST):
                left.append(value)
    return found


def copied(tree: Any) -> Any:
    """A tree, or a list of trees, with nodes of its own.

    >>> tree = gast.parse("x = y")
    >>> gast.dump(copied(tree)) == gast.dump(tree)
    True
    """
    if isinstance(tree, list):
        return [copied(t) for t in tree]
    if not isinstance(tree, gast.AST):
        return tree
    made = tree.__class__.__new__(tree.__class__)
    made.__dict__.update({name: copied(value) if isinstance(value, (list, gast.AST)) else value for name, value in tree.__dict__.items()})
    return made
