"""`with`: what runs before and after a body, in the forward sweep, once."""

from __future__ import annotations

import contextlib
import inspect
import sys
import types
from typing import Any, Callable

import gast
import numpy as np

from ...errors import SourceUnavailableError
from ...ir.syntax import UNDEFINED, Lit
from .generators import GeneratorMixin
from ..text.source import source_of
from ..data.values import FunctionValue, GeneratorValue, ObjectRef, Value, describe

_LIBRARIES = frozenset(sys.stdlib_module_names) | {"numpy", "scipy"}
_RESULT = "(result)"
# Written in C, so that their source cannot tell that they let every exception pass.
_PASSING = frozenset("open lock allocate_lock RLock localcontext TextIOWrapper BufferedReader BufferedWriter FileIO StringIO "
                     "BytesIO".split())  # fmt: skip


class ContextMixin(GeneratorMixin):
    """Entering and leaving context managers."""

    def run_With(self, stmt: Any) -> None:
        first = stmt.items[0].context_expr
        if isinstance(first, gast.Call) and not first.keywords:
            function = self.evaluate(first.func) if isinstance(first.func, (gast.Name, gast.Attribute)) else None
            if isinstance(function, Lit) and function.value is contextlib.suppress:
                self.suppressing(stmt, first)
                return
        self.within(stmt.items, lambda: self.execute(stmt.body))

    def suppressing(self, stmt: Any, call: Any) -> None:
        """`with contextlib.suppress(E)` is a `try` whose handler does nothing."""
        body = stmt.body
        if len(stmt.items) > 1:
            body = [gast.copy_location(gast.With(items=stmt.items[1:], body=stmt.body, type_comment=None), stmt)]
        kinds = gast.copy_location(gast.Tuple(elts=call.args, ctx=gast.Load()), call)
        handler = gast.ExceptHandler(type=kinds, name=None, body=[gast.copy_location(gast.Pass(), stmt)])
        guard = gast.Try(body=body, handlers=[gast.copy_location(handler, call)], orelse=[], finalbody=[])
        self.step(gast.copy_location(guard, stmt))

    def run_tail_with(self, stmt: Any) -> Value:
        """A `with` at the end of a function, in which it returns."""
        frame = self.chain[0]

        def body() -> None:
            value = self.run_tail(stmt.body)
            if not self.state.unreachable:
                self.state.frames[frame][_RESULT] = value

        self.within(stmt.items, body)
        if self.state.unreachable:
            return UNDEFINED
        return self.state.frames[frame].pop(_RESULT)

    def within(self, items: list[Any], body: Callable[[], None]) -> None:
        """Run a body inside context managers, the first one outermost."""
        if not items:
            body()
            return
        self.enter_context(items[0], lambda: self.within(items[1:], body))

    def enter_context(self, item: Any, body: Callable[[], None]) -> None:
        node, loc = item.context_expr, self.builder.loc
        self.node = node
        if not isinstance(node, gast.Call):
            self.manage(self.evaluate(node), item, body)
            return
        function = self.evaluate(node.func)
        args, kwargs = self.arguments(node, function)
        self.node = node
        found = function.value if isinstance(function, Lit) else None
        if found is contextlib.nullcontext:
            self.bind_context(item, args[0] if args else Lit(None))
            body()
        elif isinstance(function, Lit) and is_foreign(found):
            if may_swallow(found):
                raise self.refuse(
                    f"cannot decide whether {describe(function)} lets exceptions pass",
                    "move the with to the caller, or write try/except",
                )
            packed = [self.as_arg(a) for a in args]
            named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
            self.bracket(("with.call", function, *packed), named, item, body)
        else:
            self.manage(self.call(function, args, kwargs), item, body)
        self.builder.loc = loc

    def manage(self, manager: Value, item: Any, body: Callable[[], None]) -> None:
        """Run a body inside a context manager that is a value."""
        if isinstance(manager, GeneratorValue):
            self.around_yield(manager, item, body)
        elif isinstance(manager, ObjectRef):
            self.around_methods(manager, item, body)
        elif isinstance(manager, Lit) and not may_swallow(type(manager.value)):
            self.bracket(("with.enter", manager), {}, item, body)
        else:
            raise self.refuse(f"`with` of {describe(manager)} is not supported", "move the with to the caller")

    def failing_inside(self) -> contextlib.AbstractContextManager[None]:
        """Code inside ends where it raises, and what comes after it is done, where a handler waits for the exception."""
        return self.failing_with(*self.may_fail or (Exception,) * (self.guards > 0))

    def bracket(self, head: tuple[Any, ...], named: dict[str, Any], item: Any, body: Callable[[], None]) -> None:
        """Lines inside a `with` of the emitted code."""
        target = item.optional_vars
        hint = target.id if isinstance(target, gast.Name) else "context"
        (var,) = self.builder.emit_many(*head, hints=(hint,), temporary=False, **named)
        self.bind_context(item, var)
        with self.failing_inside(), self.stopping():
            body()
        self.builder.emit_many("with.exit")

    def bind_context(self, item: Any, value: Value) -> None:
        if item.optional_vars is not None:
            self.assign(item.optional_vars, value)

    def around_yield(self, generator: GeneratorValue, item: Any, body: Callable[[], None]) -> None:
        """A function with contextlib.contextmanager: the body runs where it yields."""
        loops = [n for n in gast.walk(generator.node) if isinstance(n, (gast.For, gast.While))]
        if any(isinstance(c, (gast.Yield, gast.YieldFrom)) for n in loops for c in gast.walk(n)):
            raise self.refuse("a context manager that yields in a loop is not supported", "yield once, outside of it")

        def run(value: Value) -> None:
            self.bind_context(item, value)
            body()

        self.drive(generator, run)

    def around_methods(self, manager: ObjectRef, item: Any, body: Callable[[], None]) -> None:
        """An object of a class of the user: its `__enter__` and `__exit__` run before and after."""
        enter, leave = (self.class_attribute(manager.cls, n) for n in ("__enter__", "__exit__"))
        if enter is None or leave is None:
            raise self.refuse(f"`{manager.cls.__name__}` is no context manager", "define __enter__ and __exit__")
        self.bind_context(item, self.call(enter, (manager,), {}))
        body()
        if self.state.unreachable:
            return
        swallowed = self.call(leave, (manager, Lit(None), Lit(None), Lit(None)), {})
        if not isinstance(swallowed, Lit) or swallowed.value:
            raise self.refuse(
                f"`{manager.cls.__name__}.__exit__` may swallow exceptions", "return None from it, or write try/except"
            )


def is_foreign(found: Any) -> bool:
    """Whether a context manager belongs to the standard library or NumPy, so that it is used as it is."""
    if isinstance(found, types.MethodType):
        found = found.__func__
    return _root(found) in _LIBRARIES and not isinstance(found, FunctionValue)


def _root(found: Any) -> str:
    if isinstance(found, types.FunctionType) and hasattr(found, "__wrapped__"):
        found = inspect.unwrap(found)
    return str(getattr(found, "__module__", None) or "builtins").split(".")[0]


def may_swallow(found: Any) -> bool:
    """Whether a context manager may end an exception: its source must show that it does not."""
    if getattr(found, "__name__", "") in _PASSING or found is np.errstate:
        return False
    if isinstance(found, type):
        if issubclass(found, contextlib.ExitStack):
            return True
        return _returns_something(found.__dict__.get("__exit__") or getattr(found, "__exit__", None))
    if isinstance(found, types.FunctionType) and hasattr(found, "__wrapped__"):
        return _catches(inspect.unwrap(found))
    return True


def _returns_something(method: Any) -> bool:
    try:
        node = source_of(method).node
    except (SourceUnavailableError, AttributeError, TypeError):
        return True
    returned = [n.value for n in gast.walk(node) if isinstance(n, gast.Return) and n.value is not None]
    return any(not (isinstance(v, gast.Constant) and not v.value) for v in returned)


def _catches(function: Any) -> bool:
    try:
        node = source_of(function).node
    except SourceUnavailableError:
        return True
    return any(isinstance(n, gast.Try) and n.handlers for n in gast.walk(node))
