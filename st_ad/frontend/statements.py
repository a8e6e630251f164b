"""The meaning of Python statements, apart from assignment."""

from __future__ import annotations

import importlib
from typing import Any

import gast

from ..ir.syntax import UNDEFINED, Lit
from .assignment import AssignmentMixin
from .values import (
    DictRef,
    ListContent,
    ListRef,
    TupleValue,
    Value,
    describe,
)


class StatementMixin(AssignmentMixin):
    """Execution of statements, in order, on the abstract state."""

    pinned: Any = None

    def execute(self, stmts: list[Any]) -> None:
        """Run statements until the end or until control cannot go on."""
        for stmt in stmts:
            if self.state.unreachable:
                return
            self.step(stmt)

    def step(self, stmt: Any) -> None:
        self.node = stmt
        self.locate(stmt)
        method = getattr(self, f"run_{type(stmt).__name__}", None)
        if method is None:
            raise self.refuse(f"`{type(stmt).__name__}` is not supported", "write it another way")
        method(stmt)

    def locate(self, stmt: Any) -> None:
        """Equations made from now on come from this statement."""
        if self.pinned is not None:
            self.builder.loc = self.pinned
        elif not getattr(stmt, "flag", False) or isinstance(stmt, gast.Return):
            self.builder.loc = self.source.loc(stmt)

    def run_tail(self, stmts: list[Any]) -> Value:
        """Run the statements of a function and give what it returns."""
        for i, stmt in enumerate(stmts):
            if self.state.unreachable:
                return UNDEFINED
            if isinstance(stmt, gast.Return):
                self.node = stmt
                self.locate(stmt)
                with self.targeting("out" if self.depth <= 1 else self.target):
                    return Lit(None) if stmt.value is None else self.evaluate(stmt.value)
            if i + 1 == len(stmts) and isinstance(stmt, gast.If) and returns(stmt):
                return self.run_tail_if(stmt)
            self.step(stmt)
        return UNDEFINED if self.state.unreachable else Lit(None)

    def run_tail_if(self, stmt: Any) -> Value:
        """An `if` at the end of a function, whose paths return."""
        self.node = stmt
        self.locate(stmt)
        test = self.test_of(stmt.test)
        if isinstance(test, Lit):
            return self.run_tail(stmt.body if test.value else stmt.orelse)
        loc = self.builder.loc

        def orelse() -> Value:
            self.builder.loc = loc
            return self.run_tail(stmt.orelse)

        return self.branch(test, lambda: self.run_tail(stmt.body), orelse)

    def test_of(self, node: Any) -> Any:
        with self.targeting("test"):
            return self.truth(self.evaluate(node))

    def run_Pass(self, stmt: Any) -> None:
        pass

    def run_Expr(self, stmt: Any) -> None:
        if not isinstance(stmt.value, gast.Constant):
            self.evaluate(stmt.value)

    def run_If(self, stmt: Any) -> None:
        test = self.test_of(stmt.test)
        if isinstance(test, Lit):
            self.execute(stmt.body if test.value else stmt.orelse)
            return
        loc = self.builder.loc

        def orelse() -> None:
            self.builder.loc = loc
            self.execute(stmt.orelse)

        def then() -> None:
            self.execute(stmt.body)
            self.builder.loc = loc

        self.branch(test, then, orelse)
        self.builder.loc = loc

    def run_For(self, stmt: Any) -> None:
        loc = self.builder.loc
        iterable = self.evaluate(stmt.iter)

        def each(item: Value) -> None:
            self.builder.loc = loc
            self.assign(stmt.target, item)
            self.name_items(stmt.target, item)
            self.execute(stmt.body)
            self.builder.loc = loc

        self.iterate(iterable, each, getattr(stmt, "until", None), stmt)

    def name_items(self, target: Any, item: Value) -> None:
        """Give the loop's names to the items of a pass."""
        if isinstance(target, gast.Name):
            self.name_result(item, target.id, 0)
        elif isinstance(target, gast.Tuple) and isinstance(item, TupleValue):
            for one, part in zip(target.elts, item.items):
                self.name_items(one, part)

    def run_While(self, stmt: Any) -> None:
        loc = self.builder.loc
        with self.builder.block():
            saved = self.state
            self.state = saved.fork()
            test = self.truth(self.evaluate(stmt.test))
            self.state = saved
        if isinstance(test, Lit) and not test.value:
            return

        def body() -> None:
            self.builder.loc = loc
            self.execute(stmt.body)
            self.builder.loc = loc

        self.roll(body, getattr(stmt, "until", None), stmt, stmt, None)

    def run_FunctionDef(self, stmt: Any) -> None:
        if stmt.decorator_list:
            raise self.refuse("a decorated function inside a differentiated function is not supported",
                              "define it at module level")  # fmt: skip
        self.bind(stmt.name, self.make_function(stmt))

    def run_Assert(self, stmt: Any) -> None:
        with self.targeting("test"):
            test = self.truth(self.evaluate(stmt.test))
        if isinstance(test, Lit) and test.value:
            return
        message = () if stmt.msg is None else (self.as_arg(self.evaluate(stmt.msg)),)
        self.builder.emit_many("assert", test, *message)

    def run_Raise(self, stmt: Any) -> None:
        args = []
        if stmt.exc is not None:
            value = self.evaluate(stmt.exc)
            args.append(self.as_arg(value))
        if stmt.cause is not None:
            args.append(self.as_arg(self.evaluate(stmt.cause)))
        self.builder.emit_many("raise", *args)
        self.state.unreachable = True

    def run_Delete(self, stmt: Any) -> None:
        for target in stmt.targets:
            if isinstance(target, gast.Name):
                self.state.frames[self.frame_of(target.id)].pop(target.id, None)
            elif isinstance(target, gast.Subscript):
                base, index = self.evaluate(target.value), self.evaluate(target.slice)
                if isinstance(base, DictRef):
                    key = self.static(index, "a dict key")
                    self.state.heap[base.cell] = self.content(base).without(key)
                elif isinstance(base, ListRef) and isinstance(self.content(base), ListContent):
                    items = list(self.content(base).items)
                    del items[self.static(index, "the index of a list")]
                    self.state.heap[base.cell] = ListContent(tuple(items))
                else:
                    raise self.refuse(f"`del` of an item of {describe(base)} is not supported")
            else:
                raise self.refuse("`del` of an attribute is not supported")

    def run_Nonlocal(self, stmt: Any) -> None:
        self.outer_names.setdefault(self.chain[0], set()).update(stmt.names)

    def run_Global(self, stmt: Any) -> None:
        raise self.refuse(
            "`global` inside differentiated code is not supported", "pass the value as an argument"
        )

    def run_Import(self, stmt: Any) -> None:
        for alias in stmt.names:
            module = importlib.import_module(alias.name)
            if alias.asname is None:
                module = importlib.import_module(alias.name.split(".")[0])
            self.bind(alias.asname or alias.name.split(".")[0], Lit(module, alias.asname or alias.name))

    def run_ImportFrom(self, stmt: Any) -> None:
        if stmt.level:
            raise self.refuse(
                "a relative import inside a function is not supported", "import at the top of the file"
            )
        module = importlib.import_module(stmt.module)
        for alias in stmt.names:
            self.bind(
                alias.asname or alias.name, Lit(getattr(module, alias.name), alias.asname or alias.name)
            )

    def run_With(self, stmt: Any) -> None:
        raise self.refuse(
            "`with` around differentiated code is not supported yet", "move the with to the caller"
        )


def returns(stmt: Any) -> bool:
    """Whether a statement contains a return of its own function."""
    if isinstance(stmt, (gast.Return, gast.Raise)):
        return True
    if isinstance(stmt, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
        return False
    return any(returns(c) for c in gast.iter_child_nodes(stmt))
