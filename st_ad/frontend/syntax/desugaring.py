"""Statements in simpler words: `match` as a chain of `if`, and a loop whose test binds names as one that tests inside."""

from __future__ import annotations

import copy
from typing import Any

import gast

from .exits import FreshNames, branch, named, place, set_flag
from .nodes import every


class PatternTest(gast.AST):  # type: ignore[misc]
    """Whether the value of the name `subject` fits a pattern."""

    _fields = ("pattern",)

    def __init__(self, subject: str, pattern: Any) -> None:
        super().__init__()
        self.subject, self.pattern = subject, pattern

    def __deepcopy__(self, memo: Any) -> PatternTest:
        return gast.copy_location(PatternTest(self.subject, copy.deepcopy(self.pattern, memo)), self)  # type: ignore[no-any-return]


def desugared(stmts: list[gast.stmt], names: FreshNames) -> list[gast.stmt]:
    """The statements with the same meaning and without `match` and tests that bind."""
    found = [Desugaring(names).visit(s) for s in stmts]
    return [t for s in found for t in (s if isinstance(s, list) else [s])]


class Desugaring(gast.NodeTransformer):
    """Rewrites the statements of one function."""

    def __init__(self, names: FreshNames) -> None:
        self.names = names

    def visit_FunctionDef(self, node: Any) -> Any:
        return node

    visit_Lambda = visit_ClassDef = visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Match(self, node: Any) -> Any:
        """`match` as a chain of `if`, whose tests bind the names of the patterns."""
        self.generic_visit(node)
        subject = self.names.fresh("subject")
        chain: list[gast.stmt] = []
        for case in reversed(node.cases):
            test: Any = gast.copy_location(PatternTest(subject, case.pattern), case.pattern)
            if case.guard is not None:
                test = gast.copy_location(gast.BoolOp(op=gast.And(), values=[test, case.guard]), case.pattern)
            chain = [gast.copy_location(gast.If(test=test, body=case.body, orelse=chain), case.pattern)]
        given = gast.Assign(targets=[named(subject, True)], value=node.subject, type_comment=None)
        return [place(given, node), *chain]

    def visit_While(self, node: Any) -> Any:
        """`while (n := f()): body` as `while True: if not (n := f()): break`."""
        self.generic_visit(node)
        if not getattr(node, "changes", False) and not any(isinstance(n, gast.NamedExpr) for n in gast.walk(node.test)):
            return node
        stop: list[gast.stmt] = [place(gast.Break(), node)]
        before, after = [], []
        if node.orelse:
            over = self.names.fresh("finished")
            before = [set_flag(over, False, node)]
            after = [branch(named(over, False), node.orelse, [], node)]
            stop = [set_flag(over, True, node), *stop]
        leave = gast.If(test=gast.UnaryOp(op=gast.Not(), operand=node.test), body=stop, orelse=[])
        gast.copy_location(leave.test, node.test)
        gast.copy_location(leave, node)
        node.body, node.orelse = [leave, *node.body], []
        node.test = place(gast.Constant(value=True, kind=None), node)
        return [*before, node, *after] if node.orelse or after else node


def mark_tests(stmts: list[Any]) -> None:
    """Mark the `and` and `or` of which only the truth is asked for, not the value."""
    for node in (n for stmt in stmts for n in every(stmt)):
        tests = [getattr(node, "test", None), *getattr(node, "ifs", ())]
        if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not):
            tests.append(node.operand)
        while tests:
            test = tests.pop()
            if isinstance(test, gast.BoolOp):
                test.is_test = True
                tests += test.values
