"""Early exits become flags: afterwards `return` stands only where nothing follows, and loops have one `until` flag.

for k in r:                       stopped = False
    if c:                         for k in r:            [until stopped]
        return e                      if c:
    body                 -->              stopped = True
rest                                  else:
                                          body
                                  if stopped:
                                      return e
                                  else:
                                      rest
"""

from __future__ import annotations

from typing import Any

import gast

from .desugaring import desugared
from .exits import LOOPS, SCOPES, always_exits, bodies, branch, contains, contains_any, flag_set_by, named, place, set_flag
from .loop_exits import LoopExits
from .nodes import copied, every


def structure(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """The statements of a function with exits rewritten; `taken` are names that flags must not use."""
    exits = Exits(taken)
    return exits.tail(desugared(copied(body), exits))


def flags_in(stmts: list[gast.stmt]) -> frozenset[str]:
    """The names of the flags that rewritten statements set."""
    found = [flag_set_by(n) for stmt in stmts for n in every(stmt)]
    return frozenset(name for name in found if name is not None)


def held_in(stmts: list[gast.stmt]) -> frozenset[str]:
    """The names that hold what is returned from inside a `try` or `with`; they are read only where that was done."""
    return frozenset(n.targets[0].id for stmt in stmts for n in every(stmt) if getattr(n, "held", False))


def names_in(node: gast.AST) -> set[str]:
    """Every name that occurs in a tree."""
    return {n.id for n in every(node) if isinstance(n, gast.Name)}


def is_generator(node: Any) -> bool:
    """Whether a definition has a `yield` of its own."""
    found = getattr(node, "is_generator", None)
    if found is None:
        body = node.body if isinstance(node.body, list) else [node.body]
        found = node.is_generator = any(_yields(s) for s in body)
    return bool(found)


def _yields(node: Any) -> bool:
    if isinstance(node, (gast.Yield, gast.YieldFrom)):
        return True
    if isinstance(node, SCOPES):
        return False
    return any(_yields(c) for c in gast.iter_child_nodes(node))


class Exits(LoopExits):
    """Rewrites the statements of a function."""

    def __init__(self, taken: set[str]) -> None:
        super().__init__(taken)
        self.held = 0

    def tail(self, stmts: list[gast.stmt]) -> list[gast.stmt]:
        """Rewrite statements after which the function ends."""
        exits = (gast.Return,)
        for i, stmt in enumerate(stmts):
            before, rest = stmts[:i], stmts[i + 1 :]
            if isinstance(stmt, (gast.Return, gast.Raise)):
                return self.plain(before) + [stmt]
            if not contains(stmt, exits, own_loop=False):
                continue
            if isinstance(stmt, gast.If):
                first, second = always_exits(stmt.body, exits), always_exits(stmt.orelse, exits)
                if first or second or not rest:
                    stmt.body = self.tail(stmt.body + ([] if first else rest))
                    stmt.orelse = self.tail(stmt.orelse + ([] if second else rest))
                    return self.plain(before) + [stmt]
            if isinstance(stmt, gast.With) and (not rest or always_exits(stmt.body, exits)):
                stmt.body = self.tail(stmt.body)
                return self.plain(before) + [stmt]
            if isinstance(stmt, gast.Try):
                found = self.tail_try(stmt, rest)
                if found is not None:
                    return self.plain(before) + [found]
            sites: list[tuple[str, gast.Return]] = []
            is_endless = never_ends(stmt)
            inits, stmt = self.extract(stmt, sites)
            follow = rest
            if is_endless:
                # What follows is never reached but by one of the returns.
                follow = [sites.pop()[1]]
            for flag, site in reversed(sites):
                follow = [branch(named(flag, False), [site], follow, site)]
            return self.plain(before) + inits + self.plain([stmt]) + self.tail(follow)
        return self.plain(stmts)

    def tail_try(self, stmt: gast.Try, rest: list[gast.stmt]) -> gast.stmt | None:
        """A `try` with which the function ends, the rest being what follows it; None when that is not so simple."""
        exits = (gast.Return,)
        if stmt.finalbody:
            if rest and not always_exits([stmt], exits) or contains_any(stmt.finalbody, exits):
                return None
            if stmt.handlers:
                inner = gast.Try(body=stmt.body, handlers=stmt.handlers, orelse=stmt.orelse, finalbody=[])
                stmt.body = [gast.copy_location(inner, stmt)]
                stmt.handlers, stmt.orelse = [], []
            stmt.body = self.tail(stmt.body)
            stmt.finalbody = self.plain(stmt.finalbody)
            return stmt
        falls = [b for b in (stmt.body + stmt.orelse, *(h.body for h in stmt.handlers)) if not always_exits(b, exits)]
        last = stmt.body[-1]
        early = contains_any(stmt.body[:-1], exits) or not isinstance(last, gast.Return) and contains(last, exits, False)
        if early or rest and len(falls) > 1:
            return None
        if isinstance(last, gast.Return):
            # The value is computed under the guard, and returned after it.
            held = self.fresh("returned")
            value = last.value if last.value is not None else place(gast.Constant(value=None, kind=None), last)
            given = gast.Assign(targets=[named(held, True)], value=value, type_comment=None)
            given.held = True
            stmt.body[-1] = place(given, last)
            stmt.orelse = [place(gast.Return(value=named(held, False)), last)]
        else:
            follow = [] if always_exits(stmt.orelse, exits) else rest
            stmt.orelse = self.tail(stmt.orelse + follow)
        stmt.body = self.plain(stmt.body)
        for handler in stmt.handlers:
            follow = [] if always_exits(handler.body, exits) else copied(rest)
            handler.body = self.tail(handler.body + follow)
        return stmt

    def extract(
        self, stmt: gast.stmt, sites: list[tuple[str, gast.Return]]
    ) -> tuple[list[gast.stmt], gast.stmt]:
        """Replace each `return` inside a statement by a flag; `break` out of the loops around it."""
        found: list[tuple[str, gast.Return]] = []
        new = self.flagged([stmt], 0, found)
        inits = [set_flag(flag, False, site) for flag, site in found]
        sites += found
        if len(new) == 1:
            return inits, new[0]
        return inits, branch(place(gast.Constant(value=True, kind=None), stmt), new, [], stmt)

    def flagged(
        self, stmts: list[gast.stmt], loops: int, found: list[tuple[str, gast.Return]]
    ) -> list[gast.stmt]:
        """Statements with flags instead of `return`, which are added to `found`; `loops` counts the loops around."""
        out: list[gast.stmt] = []
        for i, stmt in enumerate(stmts):
            rest = stmts[i + 1 :]
            if isinstance(stmt, gast.Return):
                flag = self.fresh("stopped")
                if self.held and stmt.value is not None and not isinstance(stmt.value, gast.Constant):
                    held = self.fresh("returned")
                    given = gast.Assign(targets=[named(held, True)], value=stmt.value, type_comment=None)
                    given.held = True
                    out.append(place(given, stmt))
                    stmt = place(gast.Return(value=named(held, False)), stmt)
                found.append((flag, stmt))
                return [*out, set_flag(flag, True, stmt), *([place(gast.Break(), stmt)] if loops else [])]
            if isinstance(stmt, SCOPES) or not contains(stmt, (gast.Return,), own_loop=False):
                out.append(stmt)
                continue
            if isinstance(stmt, LOOPS):
                return out + self.flagged_loop(stmt, rest, loops, found)
            out.append(stmt)
            if not isinstance(stmt, (gast.If, gast.With, gast.Try)):
                continue
            count = len(found)
            # What is returned from inside `with` or `try` is computed there.
            self.held += not isinstance(stmt, gast.If)
            for owner, field in bodies(stmt):
                before = len(found)
                setattr(owner, field, self.flagged(getattr(owner, field), loops, found))
                if owner is stmt and field == "body" and isinstance(stmt, gast.Try) and stmt.orelse and len(found) > before:
                    test = self.none_of([f for f, _ in found[before:]], stmt)
                    stmt.orelse = [branch(test, stmt.orelse, [], stmt)]
            self.held -= not isinstance(stmt, gast.If)
            if rest and not loops:
                test = self.none_of([f for f, _ in found[count:]], stmt)
                return [*out, branch(test, self.flagged(rest, loops, found), [], stmt)]
        return out

    def flagged_loop(
        self, stmt: gast.stmt, rest: list[gast.stmt], loops: int, found: list[tuple[str, gast.Return]]
    ) -> list[gast.stmt]:
        """A loop that a `return` leaves, and what follows it."""
        count = len(found)
        stmt.body = self.flagged(stmt.body, loops + 1, found)
        flags = [f for f, _ in found[count:]]
        orelse, stmt.orelse = stmt.orelse, []
        if orelse and contains(stmt, (gast.Break,), own_loop=False):
            orelse = self.loop_else(stmt, orelse)
        follow = self.flagged(orelse + rest, loops, found)
        if loops:
            breaks = [branch(named(f, False), [place(gast.Break(), stmt)], [], stmt) for f in flags]
            return [stmt, *breaks, *follow]
        if not flags:
            return [stmt, *follow]
        return [stmt, branch(self.none_of(flags, stmt), follow, [], stmt)] if follow else [stmt]

    def none_of(self, flags: list[str], like: gast.AST) -> gast.expr:
        tests: list[gast.expr] = [named(f, False) for f in flags]
        test = tests[0] if len(tests) == 1 else gast.BoolOp(op=gast.Or(), values=tests)
        return place(gast.UnaryOp(op=gast.Not(), operand=test), like)


def never_ends(stmt: gast.stmt) -> bool:
    """Whether a statement is a `while True` without `break`."""
    endless = isinstance(stmt, gast.While) and isinstance(stmt.test, gast.Constant) and bool(stmt.test.value)
    return endless and not contains(stmt, (gast.Break,), own_loop=False)
