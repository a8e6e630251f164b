"""Exits in syntax trees: which statements leave, and the flags that stand for them afterwards."""

from __future__ import annotations

from typing import Any

import gast

LOOPS = (gast.For, gast.While)
SCOPES = (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.AsyncFunctionDef)


def contains(stmt: gast.AST, kinds: tuple[type, ...], own_loop: bool) -> bool:
    """Whether an exit of some kind occurs in a statement; with `own_loop`, not inside a nested loop's body."""
    if isinstance(stmt, kinds):
        return True
    if isinstance(stmt, SCOPES):
        return False
    if own_loop and isinstance(stmt, LOOPS):
        return any(contains(s, kinds, own_loop) for s in stmt.orelse)
    return any(contains(c, kinds, own_loop) for c in gast.iter_child_nodes(stmt))


def contains_any(stmts: list[gast.stmt], kinds: tuple[type, ...]) -> bool:
    return any(contains(s, kinds, own_loop=gast.Break in kinds) for s in stmts)


def always_exits(stmts: list[gast.stmt], kinds: tuple[type, ...]) -> bool:
    """Whether control never reaches the end of a list of statements."""
    for stmt in stmts:
        if isinstance(stmt, kinds + (gast.Raise,)):
            return True
        if (
            isinstance(stmt, gast.If)
            and always_exits(stmt.body, kinds)
            and always_exits(stmt.orelse, kinds)
        ):
            return True
        if isinstance(stmt, gast.With) and always_exits(stmt.body, kinds):
            return True
        if isinstance(stmt, gast.Try):
            through = always_exits(stmt.body, kinds) or always_exits(stmt.orelse, kinds)
            if through and all(always_exits(h.body, kinds) for h in stmt.handlers):
                return True
    return False


def bodies(stmt: gast.stmt) -> list[tuple[Any, str]]:
    """The lists of statements in a branch, a `with` or a `try`, as owner and field."""
    if isinstance(stmt, gast.With):
        return [(stmt, "body")]
    if isinstance(stmt, gast.If):
        return [(stmt, "body"), (stmt, "orelse")]
    return [(stmt, "body"), *((h, "body") for h in stmt.handlers), (stmt, "orelse")]


def flag_set_by(stmt: Any) -> str | None:
    """The name of the flag that a rewritten statement sets, or None."""
    return stmt.targets[0].id if isinstance(stmt, gast.Assign) and getattr(stmt, "flag", False) else None


def named(name: str, store: bool) -> gast.Name:
    return gast.Name(id=name, ctx=gast.Store() if store else gast.Load(), annotation=None, type_comment=None)


def set_flag(name: str, value: bool, like: gast.AST) -> gast.stmt:
    node = gast.Assign(
        targets=[named(name, True)], value=gast.Constant(value=value, kind=None), type_comment=None
    )
    node.flag = True
    return place(node, like)


def place(node: gast.AST, like: gast.AST) -> gast.AST:
    gast.copy_location(node, like)
    for child in gast.walk(node):
        if not hasattr(child, "lineno") and hasattr(like, "lineno"):
            gast.copy_location(child, like)
    return node


def branch(test: gast.expr, then: list[gast.stmt], orelse: list[gast.stmt], like: gast.AST) -> gast.If:
    node = gast.If(test=test, body=then, orelse=orelse)
    gast.copy_location(node, like)
    gast.copy_location(test, like)
    node.flag = True
    return node


class FreshNames:
    """Names that a function does not use."""

    def __init__(self, taken: set[str]) -> None:
        self.taken = set(taken)

    def fresh(self, stem: str) -> str:
        name, n = stem, 1
        while name in self.taken:
            n += 1
            name = f"{stem}_{n}"
        self.taken.add(name)
        return name
