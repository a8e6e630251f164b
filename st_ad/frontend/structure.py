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

import copy
from typing import Any

import gast

_LOOPS = (gast.For, gast.While)
_SCOPES = (gast.FunctionDef, gast.Lambda, gast.ClassDef, gast.AsyncFunctionDef)


def structure(body: list[gast.stmt], taken: set[str]) -> list[gast.stmt]:
    """The statements of a function with exits rewritten; `taken` are names that flags must not use."""
    exits = _Exits(taken)
    return exits.tail(exits.tested(copy.deepcopy(body)))


def flags_in(stmts: list[gast.stmt]) -> frozenset[str]:
    """The names of the flags that rewritten statements set."""
    found = [flag_set_by(n) for stmt in stmts for n in gast.walk(stmt)]
    return frozenset(name for name in found if name is not None)


def held_in(stmts: list[gast.stmt]) -> frozenset[str]:
    """The names that hold what is returned from inside a `try` or `with`; they are read only where that was done."""
    return frozenset(n.targets[0].id for stmt in stmts for n in gast.walk(stmt) if getattr(n, "held", False))


def flag_set_by(stmt: Any) -> str | None:
    """The name of the flag that a rewritten statement sets, or None."""
    return stmt.targets[0].id if isinstance(stmt, gast.Assign) and getattr(stmt, "flag", False) else None


def names_in(node: gast.AST) -> set[str]:
    """Every name that occurs in a tree."""
    return {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}


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
    if isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef)):
        return False
    return any(_yields(c) for c in gast.iter_child_nodes(node))


def _contains(stmt: gast.AST, kinds: tuple[type, ...], own_loop: bool) -> bool:
    """Whether an exit of some kind occurs in a statement; with `own_loop`, not inside a nested loop's body."""
    if isinstance(stmt, kinds):
        return True
    if isinstance(stmt, _SCOPES):
        return False
    if own_loop and isinstance(stmt, _LOOPS):
        return any(_contains(s, kinds, own_loop) for s in stmt.orelse)
    return any(_contains(c, kinds, own_loop) for c in gast.iter_child_nodes(stmt))


def _contains_any(stmts: list[gast.stmt], kinds: tuple[type, ...]) -> bool:
    return any(_contains(s, kinds, own_loop=gast.Break in kinds) for s in stmts)


def _always_exits(stmts: list[gast.stmt], kinds: tuple[type, ...]) -> bool:
    """Whether control never reaches the end of a list of statements."""
    for stmt in stmts:
        if isinstance(stmt, kinds + (gast.Raise,)):
            return True
        if (
            isinstance(stmt, gast.If)
            and _always_exits(stmt.body, kinds)
            and _always_exits(stmt.orelse, kinds)
        ):
            return True
        if isinstance(stmt, gast.With) and _always_exits(stmt.body, kinds):
            return True
        if isinstance(stmt, gast.Try):
            through = _always_exits(stmt.body, kinds) or _always_exits(stmt.orelse, kinds)
            if through and all(_always_exits(h.body, kinds) for h in stmt.handlers):
                return True
    return False


def _bodies(stmt: gast.stmt) -> list[tuple[Any, str]]:
    """The lists of statements in a branch, a `with` or a `try`, as owner and field."""
    if isinstance(stmt, gast.With):
        return [(stmt, "body")]
    if isinstance(stmt, gast.If):
        return [(stmt, "body"), (stmt, "orelse")]
    return [(stmt, "body"), *((h, "body") for h in stmt.handlers), (stmt, "orelse")]


def _name(name: str, store: bool) -> gast.Name:
    return gast.Name(id=name, ctx=gast.Store() if store else gast.Load(), annotation=None, type_comment=None)


def _set(name: str, value: bool, like: gast.AST) -> gast.stmt:
    node = gast.Assign(
        targets=[_name(name, True)], value=gast.Constant(value=value, kind=None), type_comment=None
    )
    node.flag = True
    return _place(node, like)


def _place(node: gast.AST, like: gast.AST) -> gast.AST:
    gast.copy_location(node, like)
    for child in gast.walk(node):
        if not hasattr(child, "lineno") and hasattr(like, "lineno"):
            gast.copy_location(child, like)
    return node


def _if(test: gast.expr, then: list[gast.stmt], orelse: list[gast.stmt], like: gast.AST) -> gast.If:
    node = gast.If(test=test, body=then, orelse=orelse)
    gast.copy_location(node, like)
    gast.copy_location(test, like)
    node.flag = True
    return node


class PatternTest(gast.AST):  # type: ignore[misc]
    """Whether the value of the name `subject` fits a pattern."""

    _fields = ("pattern",)

    def __init__(self, subject: str, pattern: Any) -> None:
        super().__init__()
        self.subject, self.pattern = subject, pattern

    def __deepcopy__(self, memo: Any) -> PatternTest:
        return gast.copy_location(PatternTest(self.subject, copy.deepcopy(self.pattern, memo)), self)  # type: ignore[no-any-return]


class _Tested(gast.NodeTransformer):
    """Turns `while (n := f()): body` into a loop in which the test is a statement."""

    def __init__(self, exits: _Exits) -> None:
        self.exits = exits

    def visit_FunctionDef(self, node: Any) -> Any:
        return node

    visit_Lambda = visit_ClassDef = visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Match(self, node: Any) -> Any:
        """`match` as a chain of `if`, whose tests bind the names of the patterns."""
        self.generic_visit(node)
        subject = self.exits.fresh("subject")
        chain: list[gast.stmt] = []
        for case in reversed(node.cases):
            test: Any = gast.copy_location(PatternTest(subject, case.pattern), case.pattern)
            if case.guard is not None:
                test = gast.copy_location(gast.BoolOp(op=gast.And(), values=[test, case.guard]), case.pattern)
            chain = [gast.copy_location(gast.If(test=test, body=case.body, orelse=chain), case.pattern)]
        given = gast.Assign(targets=[_name(subject, True)], value=node.subject, type_comment=None)
        return [_place(given, node), *chain]

    def visit_While(self, node: Any) -> Any:
        self.generic_visit(node)
        if not getattr(node, "changes", False) and not any(isinstance(n, gast.NamedExpr) for n in gast.walk(node.test)):
            return node
        stop: list[gast.stmt] = [_place(gast.Break(), node)]
        before, after = [], []
        if node.orelse:
            over = self.exits.fresh("finished")
            before = [_set(over, False, node)]
            after = [_if(_name(over, False), node.orelse, [], node)]
            stop = [_set(over, True, node), *stop]
        leave = gast.If(test=gast.UnaryOp(op=gast.Not(), operand=node.test), body=stop, orelse=[])
        gast.copy_location(leave.test, node.test)
        gast.copy_location(leave, node)
        node.body, node.orelse = [leave, *node.body], []
        node.test = _place(gast.Constant(value=True, kind=None), node)
        return [*before, node, *after] if node.orelse or after else node


class _Exits:
    def __init__(self, taken: set[str]) -> None:
        self.taken = set(taken)
        self.held = 0

    def fresh(self, stem: str) -> str:
        name, n = stem, 1
        while name in self.taken:
            n += 1
            name = f"{stem}_{n}"
        self.taken.add(name)
        return name

    def tail(self, stmts: list[gast.stmt]) -> list[gast.stmt]:
        """Rewrite statements after which the function ends."""
        exits = (gast.Return,)
        for i, stmt in enumerate(stmts):
            before, rest = stmts[:i], stmts[i + 1 :]
            if isinstance(stmt, (gast.Return, gast.Raise)):
                return self.plain(before) + [stmt]
            if not _contains(stmt, exits, own_loop=False):
                continue
            if isinstance(stmt, gast.If):
                first, second = _always_exits(stmt.body, exits), _always_exits(stmt.orelse, exits)
                if first or second or not rest:
                    stmt.body = self.tail(stmt.body + ([] if first else rest))
                    stmt.orelse = self.tail(stmt.orelse + ([] if second else rest))
                    return self.plain(before) + [stmt]
            if isinstance(stmt, gast.With) and (not rest or _always_exits(stmt.body, exits)):
                stmt.body = self.tail(stmt.body)
                return self.plain(before) + [stmt]
            if isinstance(stmt, gast.Try):
                found = self.tail_try(stmt, rest)
                if found is not None:
                    return self.plain(before) + [found]
            sites: list[tuple[str, gast.Return]] = []
            inits, stmt = self.extract(stmt, sites)
            follow = rest
            for flag, site in reversed(sites):
                follow = [_if(_name(flag, False), [site], follow, site)]
            return self.plain(before) + inits + self.plain([stmt]) + self.tail(follow)
        return self.plain(stmts)

    def tail_try(self, stmt: gast.Try, rest: list[gast.stmt]) -> gast.stmt | None:
        """A `try` with which the function ends, the rest being what follows it; None when that is not so simple."""
        exits = (gast.Return,)
        if stmt.finalbody:
            if rest and not _always_exits([stmt], exits) or _contains_any(stmt.finalbody, exits):
                return None
            if stmt.handlers:
                inner = gast.Try(body=stmt.body, handlers=stmt.handlers, orelse=stmt.orelse, finalbody=[])
                stmt.body = [gast.copy_location(inner, stmt)]
                stmt.handlers, stmt.orelse = [], []
            stmt.body = self.tail(stmt.body)
            stmt.finalbody = self.plain(stmt.finalbody)
            return stmt
        falls = [b for b in (stmt.body + stmt.orelse, *(h.body for h in stmt.handlers)) if not _always_exits(b, exits)]
        last = stmt.body[-1]
        early = _contains_any(stmt.body[:-1], exits) or not isinstance(last, gast.Return) and _contains(last, exits, False)
        if early or rest and len(falls) > 1:
            return None
        if isinstance(last, gast.Return):
            # The value is computed under the guard, and returned after it.
            held = self.fresh("returned")
            value = last.value if last.value is not None else _place(gast.Constant(value=None, kind=None), last)
            given = gast.Assign(targets=[_name(held, True)], value=value, type_comment=None)
            given.held = True
            stmt.body[-1] = _place(given, last)
            stmt.orelse = [_place(gast.Return(value=_name(held, False)), last)]
        else:
            follow = [] if _always_exits(stmt.orelse, exits) else rest
            stmt.orelse = self.tail(stmt.orelse + follow)
        stmt.body = self.plain(stmt.body)
        for handler in stmt.handlers:
            follow = [] if _always_exits(handler.body, exits) else copy.deepcopy(rest)
            handler.body = self.tail(handler.body + follow)
        return stmt

    def extract(
        self, stmt: gast.stmt, sites: list[tuple[str, gast.Return]]
    ) -> tuple[list[gast.stmt], gast.stmt]:
        """Replace each `return` inside a statement by a flag; `break` out of the loops around it."""
        found: list[tuple[str, gast.Return]] = []
        new = self.flagged([stmt], 0, found)
        inits = [_set(flag, False, site) for flag, site in found]
        sites += found
        if len(new) == 1:
            return inits, new[0]
        return inits, _if(_place(gast.Constant(value=True, kind=None), stmt), new, [], stmt)

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
                    given = gast.Assign(targets=[_name(held, True)], value=stmt.value, type_comment=None)
                    given.held = True
                    out.append(_place(given, stmt))
                    stmt = _place(gast.Return(value=_name(held, False)), stmt)
                found.append((flag, stmt))
                return [*out, _set(flag, True, stmt), *([_place(gast.Break(), stmt)] if loops else [])]
            if isinstance(stmt, _SCOPES) or not _contains(stmt, (gast.Return,), own_loop=False):
                out.append(stmt)
                continue
            if isinstance(stmt, _LOOPS):
                return out + self.flagged_loop(stmt, rest, loops, found)
            out.append(stmt)
            if not isinstance(stmt, (gast.If, gast.With, gast.Try)):
                continue
            count = len(found)
            # What is returned from inside `with` or `try` is computed there.
            self.held += not isinstance(stmt, gast.If)
            for owner, field in _bodies(stmt):
                before = len(found)
                setattr(owner, field, self.flagged(getattr(owner, field), loops, found))
                if owner is stmt and field == "body" and isinstance(stmt, gast.Try) and stmt.orelse and len(found) > before:
                    test = self.none_of([f for f, _ in found[before:]], stmt)
                    stmt.orelse = [_if(test, stmt.orelse, [], stmt)]
            self.held -= not isinstance(stmt, gast.If)
            if rest and not loops:
                test = self.none_of([f for f, _ in found[count:]], stmt)
                return [*out, _if(test, self.flagged(rest, loops, found), [], stmt)]
        return out

    def flagged_loop(
        self, stmt: gast.stmt, rest: list[gast.stmt], loops: int, found: list[tuple[str, gast.Return]]
    ) -> list[gast.stmt]:
        """A loop that a `return` leaves, and what follows it."""
        count = len(found)
        stmt.body = self.flagged(stmt.body, loops + 1, found)
        flags = [f for f, _ in found[count:]]
        orelse, stmt.orelse = stmt.orelse, []
        if orelse and _contains(stmt, (gast.Break,), own_loop=False):
            orelse = self.loop_else(stmt, orelse)
        follow = self.flagged(orelse + rest, loops, found)
        if loops:
            breaks = [_if(_name(f, False), [_place(gast.Break(), stmt)], [], stmt) for f in flags]
            return [stmt, *breaks, *follow]
        if not flags:
            return [stmt, *follow]
        return [stmt, _if(self.none_of(flags, stmt), follow, [], stmt)] if follow else [stmt]

    def loop_else(self, loop: gast.stmt, orelse: list[gast.stmt]) -> list[gast.stmt]:
        """The `else` of a loop as an `if` after it; the flag is set where the loop breaks by itself."""
        broke = self.fresh("broke")
        if not any(_contains(s, (gast.Break,), own_loop=True) for s in loop.body):
            return orelse
        loop.broke = broke
        return [_if(gast.UnaryOp(op=gast.Not(), operand=_name(broke, False)), orelse, [], orelse[0])]

    def none_of(self, flags: list[str], like: gast.AST) -> gast.expr:
        tests: list[gast.expr] = [_name(f, False) for f in flags]
        test = tests[0] if len(tests) == 1 else gast.BoolOp(op=gast.Or(), values=tests)
        return _place(gast.UnaryOp(op=gast.Not(), operand=test), like)

    def tested(self, stmts: list[gast.stmt]) -> list[gast.stmt]:
        """Loops whose test binds a name as loops that test inside: `while True: if not test: break`."""
        found = [_Tested(self).visit(s) for s in stmts]
        return [t for s in found for t in (s if isinstance(s, list) else [s])]

    def plain(self, stmts: list[gast.stmt]) -> list[gast.stmt]:
        """Rewrite the loops in statements that contain no `return`."""
        out: list[gast.stmt] = []
        for stmt in stmts:
            if isinstance(stmt, _LOOPS):
                out += self.loop(stmt)
                continue
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(stmt, field, None)
                if isinstance(inner, list) and inner and not isinstance(stmt, _SCOPES):
                    setattr(stmt, field, self.plain(inner))
            for handler in getattr(stmt, "handlers", []):
                handler.body = self.plain(handler.body)
            for case in getattr(stmt, "cases", []):
                case.body = self.plain(case.body)
            out.append(stmt)
        return out

    def loop(self, stmt: gast.stmt) -> list[gast.stmt]:
        """A loop without break and continue, preceded by its flags and followed by its `else`."""
        breaks = any(_contains(s, (gast.Break,), own_loop=True) for s in stmt.body)
        inits: list[gast.stmt] = []
        after: list[gast.stmt] = []
        stmt.until = None
        if breaks:
            stmt.until = getattr(stmt, "broke", None) or self.sole_flag(stmt) or self.fresh("broke")
            inits = [_set(stmt.until, False, stmt)]
        orelse, stmt.orelse = stmt.orelse, []
        stmt.has_else = bool(orelse)
        if orelse and breaks:
            test = gast.UnaryOp(op=gast.Not(), operand=_name(stmt.until, False))
            after = [_if(_place(test, stmt), self.plain(orelse), [], orelse[0])]
        elif orelse:
            after = self.plain(orelse)
        stmt.body = self.loop_tail(stmt.body, stmt.until)
        return inits + [stmt] + after

    def sole_flag(self, stmt: gast.stmt) -> str | None:
        """The flag that every break of a loop is preceded by, when it is one and the same."""
        flags: list[str | None] = []

        def visit(stmts: list[gast.stmt]) -> None:
            for i, s in enumerate(stmts):
                if isinstance(s, gast.Break):
                    last = stmts[i - 1] if i else None
                    flags.append(flag_set_by(last))
                elif isinstance(s, (gast.If, gast.With, gast.Try)):
                    for owner, field in _bodies(s):
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
                return self.plain(before) or [_place(gast.Pass(), stmt)]
            if isinstance(stmt, gast.Break):
                if before and until is not None and flag_set_by(before[-1]) == until:
                    return self.plain(before)
                assert until is not None
                return self.plain(before) + [_set(until, True, stmt)]
            if not _contains(stmt, exits, own_loop=True):
                continue
            if isinstance(stmt, gast.If):
                first, second = _always_exits(stmt.body, exits), _always_exits(stmt.orelse, exits)
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
        if stmt.finalbody or _contains_any(stmt.body, exits):
            return False
        return all(_always_exits(h.body, exits) for h in stmt.handlers)

    def partial(self, stmt: gast.stmt, rest: list[gast.stmt], until: str | None) -> list[gast.stmt]:
        """A statement that may or may not exit, and what follows it guarded by a flag."""
        skip = self.fresh("skip")

        def mark(stmts: list[gast.stmt]) -> list[gast.stmt]:
            out: list[gast.stmt] = []
            for s in stmts:
                if isinstance(s, (gast.Break, gast.Continue)):
                    out.append(_set(skip, True, s))
                    out.append(s)
                    return out
                if isinstance(s, (gast.If, gast.With, gast.Try)) and _contains(s, (gast.Break, gast.Continue), True):
                    for owner, field in _bodies(s):
                        setattr(owner, field, mark(getattr(owner, field)))
                out.append(s)
            return out

        (stmt,) = mark([stmt])
        leaves = isinstance(stmt, gast.Try) and _contains_any(stmt.body, (gast.Break, gast.Continue))
        for owner, field in _bodies(stmt):
            setattr(owner, field, self.loop_tail(getattr(owner, field), until) if getattr(owner, field) else [])
        if leaves and stmt.orelse:
            unless = gast.UnaryOp(op=gast.Not(), operand=_name(skip, False))
            stmt.orelse = [_if(_place(unless, stmt), stmt.orelse, [], stmt)]
        if isinstance(stmt, gast.Try):
            stmt.finalbody = self.plain(stmt.finalbody)
        guard = gast.UnaryOp(op=gast.Not(), operand=_name(skip, False))
        follow = self.loop_tail(rest, until) if rest else []
        out = [_set(skip, False, stmt), stmt]
        return out + ([_if(_place(guard, stmt), follow, [], stmt)] if follow else [])
