"""Which names are read later: every statement is marked with the names that may be read after it.

A name that is not read any more keeps no array alive, so that it need not be told apart from another one.
`live` is what may be read after the statement, `used` what it reads itself; a loop has `live_head`, what may be read
after the start of a pass. Where the order of things is not plain, everything counts as read.
"""

from __future__ import annotations

from typing import Any

import gast

from .desugaring import PatternTest
from .nodes import every

_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)

Names = frozenset[str]
NONE: Names = frozenset()


def mark_liveness(stmts: list[Any]) -> None:
    """Mark the statements of a function's body, after its exits have been rewritten."""
    captured = NONE.union(*[_captured(s) for s in stmts])
    _Liveness(captured).block(stmts, NONE)


class _Liveness:
    def __init__(self, captured: Names) -> None:
        self.captured = captured

    def block(self, stmts: list[Any], after: Names) -> Names:
        """The names that are live before some statements."""
        for stmt in reversed(stmts):
            after = self.statement(stmt, after)
        return after

    def statement(self, stmt: Any, after: Names) -> Names:
        stmt.live = after | self.captured
        stmt.used = _reads(stmt) | self.captured
        if isinstance(stmt, gast.Assign):
            return (after - _bound(stmt.targets)) | _reads(stmt)
        if isinstance(stmt, gast.If):
            branches = self.block(stmt.body, after) | self.block(stmt.orelse, after)
            return _reads(stmt.test) | branches
        if isinstance(stmt, gast.For):
            return _reads(stmt.iter) | self.loop(stmt, after, _bound([stmt.target]), _reads(stmt.target))
        if isinstance(stmt, gast.While):
            return self.loop(stmt, after, NONE, _reads(stmt.test))
        return self.unordered(stmt, after)

    def loop(self, stmt: Any, after: Names, bound: Names, reads: Names) -> Names:
        """The names that are live where a pass begins."""
        until = getattr(stmt, "until", None)
        head = after | reads | (frozenset({until}) if until is not None else NONE)
        head |= self.block(stmt.orelse, after)
        while True:
            before = head | (self.block(stmt.body, head) - bound)
            if before == head:
                break
            head = before
        stmt.live_head = head | self.captured
        return head

    def unordered(self, stmt: Any, after: Names) -> Names:
        """A statement whose parts may run in any order, or not to their end."""
        everything = after | _reads(stmt)
        for inner in _statements(stmt):
            self.statement(inner, everything)
        return everything


def _statements(stmt: Any) -> list[Any]:
    """The statements directly inside a statement, also those of handlers and cases."""
    found: list[Any] = []
    if isinstance(stmt, _SCOPES):
        return found
    for child in gast.iter_child_nodes(stmt):
        if isinstance(child, gast.stmt):
            found.append(child)
        elif not isinstance(child, gast.expr):
            found += _statements(child)
    return found


def _reads(node: Any) -> Names:
    """The names that a tree may read; a name that `op=` changes is read as well."""
    found = set()
    for inner in every(node):
        if isinstance(inner, gast.Name) and not isinstance(inner.ctx, gast.Store):
            found.add(inner.id)
        elif isinstance(inner, gast.AugAssign) and isinstance(inner.target, gast.Name):
            found.add(inner.target.id)
        elif isinstance(inner, PatternTest):
            found.add(inner.subject)
        elif isinstance(inner, (gast.Global, gast.Nonlocal)):
            found.update(inner.names)
        elif isinstance(inner, gast.For) and getattr(inner, "until", None) is not None:
            found.add(inner.until)
        elif isinstance(inner, gast.While) and getattr(inner, "until", None) is not None:
            found.add(inner.until)
    return frozenset(found)


def _bound(targets: list[Any]) -> Names:
    """The names that an assignment to some targets certainly rebinds."""
    found: set[str] = set()
    for target in targets:
        if isinstance(target, gast.Name):
            found.add(target.id)
        elif isinstance(target, (gast.Tuple, gast.List)):
            found |= _bound(target.elts)
        elif isinstance(target, gast.Starred):
            found |= _bound([target.value])
    return frozenset(found)


def _captured(stmt: Any) -> Names:
    """The names that functions defined inside a statement may read or bind whenever they are called."""
    found: set[str] = set()
    for inner in every(stmt):
        if isinstance(inner, _SCOPES):
            found.update(n.id for n in gast.walk(inner) if isinstance(n, gast.Name))
            found.update(
                n for s in gast.walk(inner) if isinstance(s, (gast.Global, gast.Nonlocal)) for n in s.names
            )
    return frozenset(found)
