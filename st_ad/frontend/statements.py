"""The meaning of Python statements, apart from assignment."""

from __future__ import annotations

import importlib
import math
import sys
from typing import Any

import gast

from ..ir import walk
from ..ir.syntax import UNDEFINED, Eqn, Lit
from ..ir.types import Tensor
from .flow.classes import ClassMixin
from .data.state import Unsettled
from .data.values import (
    State,
    DictRef,
    ListRef,
    TupleValue,
    Value,
    describe,
)


_MAX_UNROLLED_WHILE = 200


class StatementMixin(ClassMixin):
    """Execution of statements, in order, on the abstract state."""

    def execute(self, stmts: list[Any]) -> None:
        """Run statements until the end or until control cannot go on."""
        for stmt in stmts:
            if self.state.unreachable:
                return
            self.step(stmt)

    def step(self, stmt: Any) -> None:
        self.node = stmt
        self.reading(stmt)
        self.locate(stmt)
        method = getattr(self, f"run_{type(stmt).__name__}", None)
        if method is None:
            raise self.refuse(f"`{type(stmt).__name__}` is not supported", "write it another way")
        with self.stopping():
            method(stmt)

    def reading(self, stmt: Any) -> None:
        """While a statement is run, what it reads and what may be read after it is alive, and values may be in hand."""
        self.floor = math.inf
        if hasattr(stmt, "live"):
            self.live[self.chain[0]] = stmt.live | stmt.used

    def between(self, live: Any) -> None:
        """Between two statements of this function, no array is in hand but by a name."""
        if live is not None:
            self.live[self.chain[0]] = live
            self.floor = self.chain[0]

    def locate(self, stmt: Any) -> None:
        """Equations made from now on come from this statement."""
        if self.pinned is not None:
            self.builder.loc = self.pinned
        elif not getattr(stmt, "flag", False) or isinstance(stmt, gast.Return):
            self.builder.loc = self.source.loc(stmt)

    def run_tail(self, stmts: list[Any]) -> Value:
        """Run the statements of a function and give what it returns."""
        with self.stopping():
            return self.run_all(stmts)
        return UNDEFINED

    def run_all(self, stmts: list[Any]) -> Value:
        for i, stmt in enumerate(stmts):
            if self.state.unreachable:
                return UNDEFINED
            if isinstance(stmt, gast.Return):
                self.node = stmt
                self.reading(stmt)
                self.locate(stmt)
                with self.targeting("out" if self.depth <= 1 else self.target):
                    return Lit(None) if stmt.value is None else self.evaluate(stmt.value)
            if i + 1 == len(stmts) and isinstance(stmt, gast.If) and returns(stmt):
                return self.run_tail_if(stmt)
            if i + 1 == len(stmts) and isinstance(stmt, gast.With) and returns(stmt):
                self.node = stmt
                self.locate(stmt)
                return self.run_tail_with(stmt)
            if i + 1 == len(stmts) and isinstance(stmt, gast.Try) and returns(stmt):
                self.node = stmt
                self.locate(stmt)
                return self.run_tail_try(stmt)
            self.step(stmt)
        return UNDEFINED if self.state.unreachable else Lit(None)

    def run_tail_if(self, stmt: Any) -> Value:
        """An `if` at the end of a function, whose paths return."""
        self.node = stmt
        self.reading(stmt)
        self.locate(stmt)
        test = self.test_of(stmt.test)
        if isinstance(test, Lit):
            return self.run_tail(stmt.body if test.value else stmt.orelse)
        loc = self.builder.loc

        def orelse() -> Value:
            self.builder.loc = loc
            return self.run_tail(stmt.orelse)

        then = self.narrowed(stmt.test, True, lambda: self.run_tail(stmt.body))
        self.between(getattr(stmt, "live", None))
        return self.branch(test, then, self.narrowed(stmt.test, False, orelse))

    def test_of(self, node: Any) -> Any:
        with self.targeting("test"):
            return self.truth(self.evaluate(node))

    def run_Pass(self, stmt: Any) -> None:
        pass

    def run_Expr(self, stmt: Any) -> None:
        if not isinstance(stmt.value, gast.Constant):
            self.discarded = stmt.value
            before = len(self.builder.nodes)
            self.evaluate(stmt.value)
            for node in self.builder.nodes[before:]:
                self.check_writes_nothing(node)

    def check_writes_nothing(self, node: Any) -> None:
        """Refuse a compiled function that is called for what it does to arrays, when st_ad does not know what that is."""
        if not isinstance(node, Eqn) or not any(isinstance(v.type, Tensor) and v.type.form == "nd" for v in walk.variables(node.args)):
            return
        found = node.args[0].value if node.prim == "call" and isinstance(node.args[0], Lit) else None
        is_compiled = type(found).__name__ in ("builtin_function_or_method", "cython_function_or_method", "fused_cython_function")
        is_of_others = str(getattr(found, "__module__", "")).split(".")[0] not in sys.stdlib_module_names
        if is_compiled and is_of_others and not hasattr(getattr(found, "__self__", None), "__dict__"):
            name = str(getattr(found, "__name__", found))
        elif "._" in node.prim and node.prim.startswith("scipy.") and not self.knowledge.knows(node.prim):
            name = node.prim
        else:
            return
        raise self.refuse(f"`{name}` has no source, and may write to its arguments", "write it in Python, or use what it returns")

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

        self.between(getattr(stmt, "live", None))
        self.branch(test, self.narrowed(stmt.test, True, then), self.narrowed(stmt.test, False, orelse))
        self.builder.loc = loc

    def run_For(self, stmt: Any) -> None:
        loc = self.builder.loc
        iterable = self.evaluate(stmt.iter)

        head = getattr(stmt, "live_head", None)

        def each(item: Value) -> None:
            self.builder.loc = loc
            self.floor = math.inf
            self.assign(stmt.target, item)
            if not getattr(stmt, "unnamed", False):
                self.name_items(stmt.target, item)
            self.execute(stmt.body)
            self.builder.loc = loc
            self.between(head)

        self.between(head)
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
            after, self.state = self.state, saved
        if changes(saved, after):
            self.run_changing_while(stmt)
            return
        if isinstance(test, Lit) and not test.value:
            return

        head = getattr(stmt, "live_head", None)

        def body() -> None:
            self.builder.loc = loc
            self.execute(stmt.body)
            self.builder.loc = loc
            self.between(head)

        self.between(head)
        self.repeat(body, stmt, isinstance(test, Lit))

    def run_changing_while(self, stmt: Any) -> None:
        """A `while` whose test changes something: it is the first statement of every pass."""
        loc = self.builder.loc
        until = getattr(stmt, "until", None)
        if until is not None and getattr(stmt, "has_else", False):
            raise self.refuse("a `while` with `else` whose test changes something is not supported",
                              "test inside the loop, and break")  # fmt: skip
        if until is None:
            until = "finished"
            while until in self.local_names:
                until += "_"
            self.flags |= {until}
            self.bind(until, Lit(False))

        head = getattr(stmt, "live_head", None)

        def over() -> None:
            self.bind(until, Lit(True))

        def body() -> None:
            self.builder.loc = loc
            test = self.truth(self.evaluate(stmt.test))
            if isinstance(test, Lit):
                self.execute(stmt.body) if test.value else over()
            else:
                self.between(head)
                self.branch(test, lambda: self.execute(stmt.body), over)
            self.builder.loc = loc
            self.between(head)

        always = gast.copy_location(gast.While(test=gast.Constant(value=True, kind=None), body=[], orelse=[]), stmt)
        self.between(head)
        self.roll(body, until, stmt, always, None)

    def repeat(self, body: Any, stmt: Any, known: bool) -> None:
        """A `while` loop; one whose test is known at every pass may be unrolled."""
        until = getattr(stmt, "until", None)
        saved, nodes, mutated = self.state.fork(), list(self.builder.nodes), dict(self.mutated)
        live, floor = dict(self.live), self.floor
        try:
            self.roll(body, until, stmt, stmt, None)
        except Unsettled:
            if not known or until is not None:
                raise
            self.state, self.mutated, self.live, self.floor = saved, mutated, live, floor
            self.builder.nodes[:] = nodes
            for _ in range(_MAX_UNROLLED_WHILE):
                test = self.truth(self.evaluate(stmt.test))
                if not isinstance(test, Lit):
                    raise
                if not test.value or self.state.unreachable:
                    return
                body()
            raise

    def run_FunctionDef(self, stmt: Any) -> None:
        decorators = [self.evaluate(d) for d in stmt.decorator_list]
        made: Value = self.make_function(stmt)
        for decorator in reversed(decorators):
            made = self.call(decorator, (made,), {})
        self.bind(stmt.name, made)

    def run_Assert(self, stmt: Any) -> None:
        with self.targeting("test"):
            test = self.truth(self.evaluate(stmt.test))
        if isinstance(test, Lit) and test.value:
            return
        message = () if stmt.msg is None else (self.as_arg(self.evaluate(stmt.msg)),)
        self.builder.emit_many("assert", test, *message)
        self.narrowed(stmt.test, True, lambda: None)()

    def run_Raise(self, stmt: Any) -> None:
        args = []
        if stmt.exc is not None:
            value = self.evaluate(stmt.exc)
            args.append(self.as_arg(value))
        elif self.caught_error is not None:
            args.append(self.caught_error)
        cause: dict[str, Any] = {} if stmt.cause is None else {"cause": self.as_arg(self.evaluate(stmt.cause))}
        self.builder.emit_many("raise", *args, **cause)
        self.state.unreachable = True

    def run_Delete(self, stmt: Any) -> None:
        for target in stmt.targets:
            if isinstance(target, gast.Name):
                self.note_binding(self.frame_of(target.id), target.id)
                self.state.frames[self.frame_of(target.id)].pop(target.id, None)
            elif isinstance(target, gast.Subscript):
                self.delete_at(self.evaluate(target.value), self.evaluate(target.slice))
            else:
                self.delete_attribute(self.evaluate(target.value), target.attr)

    def delete_at(self, base: Value, index: Value) -> None:
        """`del base[index]`."""
        method = self.special(base, "__delitem__")
        if method is not None:
            self.call(method, (index,), {})
        elif isinstance(base, DictRef):
            self.delete_key(base, index)
        elif isinstance(base, ListRef):
            self.delete_item(base, index)
        else:
            raise self.refuse(f"`del` of an item of {describe(base)} is not supported", "take the part that stays: x[1:]")

    def run_Nonlocal(self, stmt: Any) -> None:
        self.outer_names.setdefault(self.chain[0], set()).update(stmt.names)

    def run_Global(self, stmt: Any) -> None:
        self.global_names.setdefault(self.chain[0], set()).update(stmt.names)

    def run_Import(self, stmt: Any) -> None:
        for alias in stmt.names:
            module = self.imported(alias.name)
            if alias.asname is None:
                module = self.imported(alias.name.split(".")[0])
            self.bind(alias.asname or alias.name.split(".")[0], Lit(module, alias.asname or alias.name))

    def imported(self, name: str, package: str | None = None) -> Any:
        """A module; importing it may fail, as it would when the function runs."""
        try:
            return importlib.import_module(name, package)
        except ImportError as error:
            raise self.raising(type(error), str(error), "install it") from None

    def run_ImportFrom(self, stmt: Any) -> None:
        package = self.source.names.package if stmt.level else None
        if stmt.level and package is None:
            raise self.refuse(
                "a relative import inside a function is not supported", "import at the top of the file"
            )
        module = self.imported("." * stmt.level + (stmt.module or ""), package)
        for alias in stmt.names:
            if not hasattr(module, alias.name):
                self.imported(f"{module.__name__}.{alias.name}")
            self.bind(
                alias.asname or alias.name, Lit(imported(module, alias.name), alias.asname or alias.name)
            )


def imported(module: Any, name: str) -> Any:
    """What `from module import name` gives: an attribute, or a module inside the package."""
    if hasattr(module, name):
        return getattr(module, name)
    return importlib.import_module(f"{module.__name__}.{name}")


def changes(before: State, after: State) -> bool:
    """Whether a name or an object that was there has another value."""
    for frame, names in before.frames.items():
        if any(after.frames[frame].get(n) is not v for n, v in names.items()) or len(after.frames[frame]) != len(names):
            return True
    return any(after.heap.get(cell) is not content for cell, content in before.heap.items())


def returns(stmt: Any) -> bool:
    """Whether a statement contains a return of its own function."""
    if isinstance(stmt, (gast.Return, gast.Raise)):
        return True
    if isinstance(stmt, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
        return False
    return any(returns(c) for c in gast.iter_child_nodes(stmt))
