"""`try`: a body whose exceptions choose what runs next, and what runs in any case.

The body becomes a Try of the program, which says whether it raised; the handlers and `else` are the branches on that.
What the body may or may not have assigned before it raised is unknown to the handlers, and must not be read there.
"""

from __future__ import annotations

from typing import Any, Callable

import gast
import numpy as np

from ...ir import walk
from ...ir.build import finish, type_of
from ...ir.primitives import has_effect, python_function
from ...ir.syntax import UNDEFINED, Arg, Atom, Block, Call, Eqn, If, Lit, Try, Var
from ...ir.types import BOOL, Opaque, Tensor
from ..data.joined_arrays import Meeting, Side
from .contexts import ContextMixin
from ..data.state import Raised
from ..data.values import LOST_CONTENT, UNKNOWN, SeqContent, State, TupleValue, Value, describe

Finish = Callable[[list[Any]], Any]
_RESULT = "(guarded)"


class GuardMixin(ContextMixin):
    """Bodies under `try`."""

    def run_Try(self, stmt: Any) -> None:
        if stmt.finalbody:
            self.finishing(lambda: self.guarded(stmt, self.execute), stmt.finalbody)
        else:
            self.guarded(stmt, self.execute)

    def run_tail_try(self, stmt: Any) -> Value:
        """A `try` at the end of a function, in which it returns."""
        if not stmt.finalbody:
            return self.guarded(stmt, self.run_tail)  # type: ignore[no-any-return]
        frame = self.chain[0]

        def body() -> None:
            value = self.guarded(stmt, self.run_tail)
            if not self.state.unreachable:
                self.state.frames[frame][_RESULT] = value

        self.finishing(body, stmt.finalbody)
        return UNDEFINED if self.state.unreachable else self.state.frames[frame].pop(_RESULT)

    def guarded(self, stmt: Any, finish_with: Finish) -> Any:
        """Run the body of a `try`, and then, as it turns out, a handler or the rest."""
        if not stmt.handlers:
            return finish_with(stmt.body)
        caught = [self.classes(h.type) for h in stmt.handlers]
        before, loc = self.state, self.builder.loc
        self.state = before.fork()
        raised: Raised | None = None
        bound: dict[tuple[int, str], int] = {}
        outer, self.bindings = self.bindings, (*self.bindings, bound)
        with self.builder.block() as nodes:
            try:
                self.guards += 1
                with self.failing_with():
                    known = self.run_body_of(stmt.body)
            except Raised as error:
                if error.depth != self.builder.depth:
                    raise
                raised, known = error, None
                self.builder.loc = loc
                error_atom = self.builder.emit("exception", Lit(error.cls, error.cls.__name__), Lit(error.said), hint="error")
                if nodes[:-1]:
                    self.builder.emit_many("raise", error_atom)
                    self.state.unreachable = True
            finally:
                self.guards -= 1
        self.bindings, now = outer, self.builder.appended
        last = {name for (frame, name), at in bound.items() if frame == self.chain[0] and at == now}
        if not (nodes[:-1] if raised else nodes) or not raised and not self.state.unreachable and cannot_raise(nodes, caught):
            return self.settled_guard(stmt, nodes, raised, caught, finish_with)
        return self.branch_on_failure(stmt, before, nodes, known, caught, finish_with, last)

    def settled_guard(
        self, stmt: Any, nodes: list[Any], raised: Raised | None, caught: list[list[Lit]], finish_with: Finish
    ) -> Any:
        """Go on after a body of which it is known whether it raises."""
        for node in nodes:
            self.builder.append(node)
        if raised is None:
            return finish_with(stmt.orelse)
        for handler, classes in zip(stmt.handlers, caught):
            if any(issubclass(raised.cls, c.value) for c in classes):
                return self.handle(handler, nodes[0].outs[0], finish_with)
        raise raised

    def branch_on_failure(
        self, stmt: Any, before: State, nodes: list[Any], known: State | None, caught: list[list[Lit]], finish_with: Finish,
        last: set[str],
    ) -> Any:  # fmt: skip
        end, dead = self.state, before.fork()
        dead.unreachable = True
        meeting = Meeting(before, Side(end, None, nodes), Side(dead, None, []))
        _, after = self.meet(meeting)
        failed, error = Var("failed", BOOL), Var("error", Opaque("exception"))
        values = tuple(a for a, _ in meeting.pairs)
        self.locate(stmt)
        every = list(dict.fromkeys(c for classes in caught for c in classes))
        last |= {n for n in stored_last(stmt.body) if not any(n in names for names in self.outer_names.values())}
        poisoned = self.after_exception(before, end, known, last)
        instead = self.unchanged_storage(before, after, poisoned, meeting.outs)
        self.builder.append(
            Try((failed, error, *meeting.outs), tuple(every), finish((), nodes, values), instead, self.builder.loc)
        )

        def failing() -> Any:
            self.state = poisoned
            return self.handlers(list(zip(stmt.handlers, caught)), error, finish_with)

        def going_on() -> Any:
            self.state = after
            return finish_with(stmt.orelse)

        if end.unreachable:
            return failing()
        self.state = before
        self.locate(stmt.handlers[0])
        return self.branch(failed, failing, going_on)

    def handlers(self, choices: list[tuple[Any, list[Lit]]], error: Var, finish_with: Finish) -> Any:
        """The handler for an exception, the first one that fits."""
        (handler, classes), *rest = choices
        if not rest:
            return self.handle(handler, error, finish_with)
        test = Var("test", BOOL, True)
        fitting: Any = classes[0] if len(classes) == 1 else TupleValue(tuple(classes))
        self.locate(handler)
        self.builder.append(Eqn((test,), "builtins.isinstance", (error, self.as_arg(fitting)), (), self.builder.loc))
        return self.branch(
            test, lambda: self.handle(handler, error, finish_with), lambda: self.handlers(rest, error, finish_with)
        )

    def handle(self, handler: Any, error: Atom, finish_with: Finish) -> Any:
        """Run a handler, in which the exception has a name."""
        name = getattr(handler.name, "id", handler.name)
        self.locate(handler)
        if name is not None:
            self.bind(name, error)
        outer, self.caught_error = self.caught_error, error
        try:
            value = finish_with(handler.body)
        finally:
            self.caught_error = outer
        if name is not None and not self.state.unreachable:
            self.note_binding(self.frame_of(name), name)
            self.state.frames[self.frame_of(name)].pop(name, None)
        return value

    def classes(self, node: Any) -> list[Lit]:
        """The exceptions that a handler is for."""
        if node is None:
            return [Lit(BaseException, "BaseException")]
        value = self.evaluate(node)
        items = value.items if isinstance(value, TupleValue) else (value,)
        for item in items:
            if not isinstance(item, Lit) or not isinstance(item.value, type):
                raise self.refuse(f"{describe(item)} is no exception class", "name the classes in the handler", node)
        return list(items)  # type: ignore[arg-type]

    def run_body_of(self, stmts: list[Any]) -> State | None:
        """Run the body of a `try`. Gives the state in which the last statement that can raise stores its result: what
        changes from there on has not changed when an exception comes."""
        end = len(stmts)
        while end and is_safe(stmts[end - 1]):
            end -= 1
        if not end:
            self.execute(stmts)
            return self.state
        self.execute(stmts[: end - 1])
        if self.state.unreachable:
            return None
        outer, self.storing = self.storing, (stmts[end - 1], None)
        self.step(stmts[end - 1])
        (_, known), self.storing = self.storing, outer
        self.execute(stmts[end:])
        return known

    def after_exception(self, before: State, end: State, known: State | None, last: set[str]) -> State:
        """The state in which a handler begins: what the body may have changed is unknown, but for the names that
        are assigned by what it does `last`."""
        state = before.fork()
        for frame, names in before.frames.items():
            after = end.frames.get(frame, names)
            early = (known or end).frames.get(frame, names)
            for name in {**names, **after}:
                same = after.get(name) is names.get(name)
                if frame == self.chain[0] and name in last and name in names:
                    continue
                # A flag is set where the body is left, after which nothing raises.
                if not same and name not in self.flags | self.held and not (known and early.get(name) is names.get(name)):
                    state.frames[frame][name] = Lit(UNKNOWN)
        for cell, content in before.heap.items():
            same = end.heap.get(cell) is content
            if not same and not (known is not None and known.heap.get(cell) is content):
                state.heap[cell] = LOST_CONTENT
        return state

    def unchanged_storage(self, before: State, after: State, poisoned: State, outs: list[Var]) -> tuple[Atom, ...]:
        """What stands for the results of the body when it raised: an array that it was about to store into is still
        what it was, and remains one storage with what it became."""
        instead: list[Atom] = [UNDEFINED] * len(outs)
        for cell, content in before.heap.items():
            if poisoned.heap[cell] is not content or after.heap.get(cell) is content:
                continue
            old, new = (columns_of(c) for c in (content, after.heap.get(cell)))
            if len(old) != len(new) or not all(n is o or n in outs for o, n in zip(old, new)):
                continue
            for first, last in zip(old, new):
                if last in outs:
                    instead[outs.index(last)] = first  # type: ignore[arg-type]
                    poisoned.heap[cell] = after.heap[cell]
        return tuple(instead)

    def is_silent(self, node: Any) -> bool:
        """Whether a node only computes."""
        return not is_effect(node)

    def finishing(self, body: Callable[[], None], final: list[Any]) -> None:
        """Run a body and then its `finally`, whose effects happen also when the body raises."""
        nodes = self.builder.nodes
        first = len(nodes)
        self.builder.emit_many("finally.enter")
        with self.failing_inside(), self.stopping():
            body()
        loc, stopped = self.builder.loc, self.state.unreachable
        self.locate(final[0])
        self.builder.emit_many("finally.switch")
        switch = len(nodes)
        self.state.unreachable = False
        self.execute(final)
        self.state.unreachable = self.state.unreachable or stopped
        if any(is_effect(n) for n in nodes[switch:]):
            self.builder.emit_many("finally.exit")
        else:
            del nodes[switch - 1], nodes[first]
        self.builder.loc = loc


# What looking something up raises, and what it is raised by: nothing that computes.
_LOOK_UPS = (KeyError, AttributeError, NameError, ImportError, StopIteration, AssertionError)
_COMPUTES = ("numpy.", "math.", "operator.", "scipy.special.", "scipy.linalg.", "inplace.", "seq.")
_COMPUTES_TOO = frozenset(
    "getitem setitem axis_length exception builtins.abs builtins.len builtins.float builtins.int builtins.bool "
    "builtins.complex builtins.round builtins.min builtins.max builtins.sum".split()
)


def is_harmless(node: Any) -> bool:
    """Whether a node raises nothing at all: it compares numbers, or asks for a length that there is."""
    if not isinstance(node, Eqn):
        return isinstance(node, If)
    kinds = [type_of(a) for arg in node.args for a in walk.leaves(arg)]
    if node.prim == "axis_length":
        return isinstance(kinds[0], Tensor) and bool(kinds[0].shape)
    compares = node.prim in ("operator.lt", "operator.le", "operator.gt", "operator.ge", "operator.eq", "operator.ne")
    return node.prim == "seq.append" or compares and all(isinstance(k, Tensor) and k.is_immutable for k in kinds)


def is_elementwise(prim: str) -> bool:
    """Whether a primitive takes no item by an index."""
    if prim.startswith(("operator.", "inplace.", "math.")) or prim in ("numpy.where", "axis_length", "exception"):
        return True
    return isinstance(python_function(prim), np.ufunc)


def cannot_raise(nodes: list[Any], caught: list[list[Lit]]) -> bool:
    """Whether a body computes, and the handlers are for what looking something up raises; which names, keys and
    attributes there are was found out when it was lowered, and no item is looked up by what has no index."""
    if all(map(is_harmless, walk.all_nodes(Block((), tuple(nodes), ())))):
        return True
    classes = tuple(c.value for some in caught for c in some)
    if not all(issubclass(c, (*_LOOK_UPS, LookupError)) for c in classes):
        return False
    is_for_items = not all(issubclass(c, _LOOK_UPS) for c in classes)
    every = list(walk.all_nodes(Block((), tuple(nodes), ())))
    raised: dict[Arg, Any] = {}
    for node in every:
        if isinstance(node, Eqn) and node.prim == "exception" and isinstance(node.args[0], Lit):
            raised[node.outs[0]] = node.args[0].value
    for node in every:
        if isinstance(node, (Call, Try)):
            return False
        if not isinstance(node, Eqn):
            continue
        if node.prim == "raise":
            cls = node.args[0].value if isinstance(node.args[0], Lit) else raised.get(node.args[0])
            if not isinstance(cls, type) or issubclass(cls, classes) or any(issubclass(c, cls) for c in classes):
                return False
        elif not (node.prim.startswith(_COMPUTES) or node.prim in _COMPUTES_TOO):
            return False
        elif is_for_items and not is_elementwise(node.prim):
            return False
        elif any(isinstance(v.type, Opaque) for v in walk.variables(node.args)):
            return False
    return True


def columns_of(content: Any) -> tuple[Atom, ...]:
    """The atoms of an array's cell, or of a list of unknown length."""
    if isinstance(content, SeqContent):
        return content.columns
    return (content,) if isinstance(content, (Var, Lit)) else ()


def stored_last(stmts: list[Any]) -> set[str]:
    """The names that a body assigns only where nothing that can raise follows, so that they have not changed when an
    exception comes."""
    tails = set(map(id, tail_targets(stmts)))
    stored = [n for s in stmts for n in gast.walk(s) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)]
    bound = {str(n) for s in stmts for n in named_otherwise(s)}
    return {n.id for n in stored if id(n) in tails} - {n.id for n in stored if id(n) not in tails} - bound


def tail_targets(stmts: list[Any]) -> list[Any]:
    """The targets of plain assignments after which a body does nothing that can raise."""
    for stmt in reversed(stmts):
        if isinstance(stmt, gast.If):
            return [*tail_targets(stmt.body), *tail_targets(stmt.orelse)]
        if isinstance(stmt, gast.Assign) and len(stmt.targets) == 1 and isinstance(stmt.targets[0], gast.Name):
            if not is_safe(stmt):
                return stmt.targets
        if not is_safe(stmt):
            return []
    return []


def named_otherwise(stmt: Any) -> list[Any]:
    """Names that a statement binds without a target: definitions, imports, handlers, patterns."""
    found: list[Any] = []
    for node in gast.walk(stmt):
        if isinstance(node, gast.alias):
            found.append((node.asname or node.name).split(".")[0])
        found.append(getattr(node, "name", None) if not isinstance(getattr(node, "name", None), gast.AST) else None)
        found.append(getattr(node, "rest", None))
    return found


def is_safe(stmt: Any) -> bool:
    """Whether a statement cannot raise: a name for a constant."""
    if isinstance(stmt, gast.Pass):
        return True
    if not isinstance(stmt, gast.Assign) or not all(isinstance(t, gast.Name) for t in stmt.targets):
        return False
    return isinstance(stmt.value, gast.Constant)


def is_effect(node: Any) -> bool:
    """Whether a node does something besides defining its results."""
    if isinstance(node, Eqn):
        return has_effect(node.prim) or not node.outs
    return any(is_effect(n) for b in walk.blocks(node) for n in b.body)
