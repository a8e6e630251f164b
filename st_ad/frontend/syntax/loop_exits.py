"""`break` and `continue` become flags: afterwards each loop has at most one, which is called `until`."""

from __future__ import annotations

import gast

from .exits import LOOPS, SCOPES, FreshNames, always_exits, bodies, branch, contains, contains_any, flag_set_by, named, place, set_flag

_EXITS = (gast.Break, gast.Continue)


class LoopExits(FreshNames):
    """Rewrites loops."""

    def plain(self, stmts: list[gast.stmt]) -> list[gast.stmt]:
        """Rewrite the loops in statements that contain no `return`."""
        out: list[gast.stmt] = []
        for stmt in stmts:
            if isinstance(stmt, LOOPS):
                out += self.loop(stmt)
                continue
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(stmt, field, None)
                if isinstance(inner, list) and inner and not isinstance(stmt, SCOPES):
                    setattr(stmt, field, self.plain(inner))
            for handler in getattr(stmt, "handlers", []):
                handler.body = self.plain(handler.body)
            for case in getattr(stmt, "cases", []):
                case.body = self.plain(case.body)
            out.append(stmt)
        return out

    def loop(self, stmt: gast.stmt) -> list[gast.stmt]:
        """A loop without break and continue, preceded by its flags and followed by its `else`."""
        breaks = any(contains(s, (gast.Break,), own_loop=True) for s in stmt.body)
        inits: list[gast.stmt] = []
        after: list[gast.stmt] = []
        stmt.until = None
        if breaks:
            stmt.until = getattr(stmt, "broke", None) or self.sole_flag(stmt) or self.fresh("broke")
            inits = [set_flag(stmt.until, False, stmt)]
        orelse, stmt.orelse = stmt.orelse, []
        stmt.has_else = bool(orelse)
        if orelse and breaks:
            test = gast.UnaryOp(op=gast.Not(), operand=named(stmt.until, False))
            after = [branch(place(test, stmt), self.plain(orelse), [], orelse[0])]
        elif orelse:
            after = self.plain(orelse)
        stmt.body = self.loop_tail(self.hoisted(stmt.body), stmt.until)
        return inits + [stmt] + after

    def loop_else(self, loop: gast.stmt, orelse: list[gast.stmt]) -> list[gast.stmt]:
        """The `else` of a loop as an `if` after it; the flag is set where the loop breaks by itself."""
        broke = self.fresh("broke")
        if not any(contains(s, (gast.Break,), own_loop=True) for s in loop.body):
            return orelse
        loop.broke = broke
        return [branch(gast.UnaryOp(op=gast.Not(), operand=named(broke, False)), orelse, [], orelse[0])]

    def hoisted(self, stmts: list[gast.stmt]) -> list[gast.stmt]:
        """The statements of a loop's body, where the `else` of a loop in there that leaves a pass of ours stands after it."""
        out: list[gast.stmt] = []
        for stmt in stmts:
            after: list[gast.stmt] = []
            if isinstance(stmt, LOOPS):
                if stmt.orelse and any(contains(s, _EXITS, own_loop=True) for s in stmt.orelse):
                    orelse, stmt.orelse = stmt.orelse, []
                    after = self.hoisted(self.loop_else(stmt, orelse))
            elif isinstance(stmt, (gast.If, gast.With, gast.Try)):
                for owner, field in bodies(stmt):
                    setattr(owner, field, self.hoisted(getattr(owner, field)))
            out += [stmt, *after]
        return out

    def sole_flag(self, stmt: gast.stmt) -> str | None:
        """The flag that every break of a loop is preceded by, when it is one and the same."""
        flags: list[str | None] = []

        def visit(stmts: list[gast.stmt]) -> None:
            for i, s in enumerate(stmts):
                if isinstance(s, gast.Break):
                    last = stmts[i - 1] if i else None
                    flags.append(flag_set_by(last))
                elif isinstance(s, (gast.If, gast.With, gast.Try)):
                    for owner, field in bodies(s):
                        visit(getattr(owner, field))

        visit(stmt.body)
        return flags[0] if len(set(flags)) == 1 and not stmt.orelse else None

    def loop_tail(self, stmts: list[gast.stmt], until: str | None) -> list[gast.stmt]:
        """Rewrite statements after which a pass of the loop ends."""
        exits = (gast.Break, gast.Continue)
        for i, stmt in enumerate(stmts):
            before, rest = stmts[:i], stmts[i + 1 :]
            if isinstance(stmt, gast.Raise):
                return self.plain(before) + [stmt]
            if isinstance(stmt, gast.Continue):
                return self.plain(before) or [place(gast.Pass(), stmt)]
            if isinstance(stmt, gast.Break):
                if before and until is not None and flag_set_by(before[-1]) == until:
                    return self.plain(before)
                assert until is not None
                return self.plain(before) + [set_flag(until, True, stmt)]
            if not contains(stmt, exits, own_loop=True):
                continue
            if isinstance(stmt, gast.If):
                first, second = always_exits(stmt.body, exits), always_exits(stmt.orelse, exits)
                if first or second or not rest:
                    stmt.body = self.loop_tail(stmt.body + ([] if first else rest), until)
                    stmt.orelse = self.loop_tail(stmt.orelse + ([] if second else rest), until)
                    return self.plain(before) + [stmt]
                return self.plain(before) + self.partial(stmt, rest, until)
            if isinstance(stmt, gast.Try) and self.handlers_leave(stmt, exits):
                stmt.body = self.plain(stmt.body)
                stmt.orelse = self.loop_tail(stmt.orelse + rest, until)
                for handler in stmt.handlers:
                    handler.body = self.loop_tail(handler.body, until)
                return self.plain(before) + [stmt]
            if isinstance(stmt, (gast.With, gast.Try)):
                return self.plain(before) + self.partial(stmt, rest, until)
        return self.plain(stmts)

    def handlers_leave(self, stmt: gast.Try, exits: tuple[type, ...]) -> bool:
        """Whether every handler ends the pass and the body never does, so that what follows is the `else`."""
        if stmt.finalbody or contains_any(stmt.body, exits):
            return False
        return all(always_exits(h.body, exits) for h in stmt.handlers)

    def partial(self, stmt: gast.stmt, rest: list[gast.stmt], until: str | None) -> list[gast.stmt]:
        """A statement that may or may not exit, and what follows it guarded by a flag."""
        skip = self.fresh("skip")

        def mark(stmts: list[gast.stmt]) -> list[gast.stmt]:
            out: list[gast.stmt] = []
            for s in stmts:
                if isinstance(s, (gast.Break, gast.Continue)):
                    out.append(set_flag(skip, True, s))
                    out.append(s)
                    return out
                if isinstance(s, (gast.If, gast.With, gast.Try)) and contains(s, (gast.Break, gast.Continue), True):
                    for owner, field in bodies(s):
                        setattr(owner, field, mark(getattr(owner, field)))
                out.append(s)
            return out

        (stmt,) = mark([stmt])
        leaves = isinstance(stmt, gast.Try) and contains_any(stmt.body, (gast.Break, gast.Continue))
        for owner, field in bodies(stmt):
            setattr(owner, field, self.loop_tail(getattr(owner, field), until) if getattr(owner, field) else [])
        if leaves and stmt.orelse:
            unless = gast.UnaryOp(op=gast.Not(), operand=named(skip, False))
            stmt.orelse = [branch(place(unless, stmt), stmt.orelse, [], stmt)]
        if isinstance(stmt, gast.Try):
            stmt.finalbody = self.plain(stmt.finalbody)
        guard = gast.UnaryOp(op=gast.Not(), operand=named(skip, False))
        follow = self.loop_tail(rest, until) if rest else []
        out = [set_flag(skip, False, stmt), stmt]
        return out + ([branch(place(guard, stmt), follow, [], stmt)] if follow else [])
