"""Generators that are consumed where they are made: the consumer runs at each `yield`, in the order Python runs it."""

from __future__ import annotations

import copy
from typing import Any, Callable

import gast

from ...ir.syntax import Lit
from ..assignment import AssignmentMixin
from ..calls.inlining import structured
from ..data.values import CONSUMED, FRESH, LEFT, GeneratorValue, Iteration, ListContent, ListRef, Value

STOP = "(stop)"
_ITEM = "(item)"
_COUNT = "(count)"

Consumer = Callable[[Value], None]


class GeneratorMixin(AssignmentMixin):
    """Running the body of a generator with a consumer of its values."""

    consumer: "tuple[Consumer, Any] | None" = None

    def drive(self, generator: GeneratorValue, consume: Consumer, until: str | None = None) -> Value:
        """Run a generator, and give what it returns; `until` names the consumer's flag that ends the loop over it."""
        if self.is_consumed(generator):
            return Lit(None)
        self.state.heap[generator.cell] = CONSUMED
        outside = self.place()
        frame = next(self.serial)
        self.state.frames[frame] = dict(generator.bound)
        node = generator.node

        def at_yield(value: Value) -> None:
            inside = self.place()
            self.move_to(outside)
            consume(value)
            flag = None if until is None or self.state.unreachable else self.lookup(until)
            self.move_to(inside)
            if flag is not None:
                self.state.frames[frame][STOP] = flag

        self.check_recursion(generator.source, node, generator.bound)
        self.source, self.chain = generator.source, (frame, *generator.frames)
        self.local_names = generator.local_names
        self.consumer = (at_yield, until)
        if getattr(node, "targets", None) is not None:
            self.scopes.add(frame)
        self.depth += 1
        self.entered.append(node)
        try:
            form = stoppable(node) if until is not None else node
            body = structured(form)
            self.flags |= form.flags
            self.held |= form.held
            returned = self.run_tail(body)
        finally:
            self.depth -= 1
            self.entered.pop()
            self.move_to(outside)
            self.live.pop(frame, None)
            if frame not in self.kept_frames:
                self.state.frames.pop(frame, None)
        if until is not None and self.lookup(until) != Lit(False):
            self.state.heap[generator.cell] = LEFT
        return returned

    def is_consumed(self, generator: GeneratorValue) -> bool:
        """Whether a generator was read to its end, which must be known; one that was left on the way is refused."""
        found = self.state.heap[generator.cell]
        if not isinstance(found, Lit):
            raise self.refuse("cannot decide whether this generator was consumed before", "make a list of it")
        if found == LEFT:
            raise self.refuse("going on with a generator that was left before its end is not supported",
                              "make a list of it first: `list(generator)`")  # fmt: skip
        return found == CONSUMED

    def place(self) -> tuple[Any, ...]:
        """Where the interpreter is: function, frames, node and consumer."""
        return (self.source, self.chain, self.local_names, self.node, self.target, self.builder.loc, self.consumer)

    def move_to(self, place: tuple[Any, ...]) -> None:
        """Go on at a place that was left."""
        self.source, self.chain, self.local_names, self.node, self.target, self.builder.loc, self.consumer = place

    def make_generator(self, node: Any) -> GeneratorValue:
        """A generator expression as a generator: its first iterable is evaluated now, the rest when it is consumed."""
        form = generator_form(node)
        bound = {_ITEM: self.evaluate(node.generators[0].iter)}
        names = self.local_names | form.targets
        cell = self.new_cell(FRESH)
        self.kept_frames.update(self.chain)
        return GeneratorValue(form, self.source, self.chain, bound, names, cell)

    def eval_Yield(self, node: Any) -> Value:
        if self.consumer is None:
            raise self.refuse("a generator has no adjoint", "build a list and return it")
        at_yield, until = self.consumer
        if until is not None and not getattr(node, "stoppable", False):
            raise self.refuse("leaving a loop over a generator is not supported where the value of `yield` is used",
                              "build a list and loop over it")  # fmt: skip
        at_yield(Lit(None) if node.value is None else self.evaluate(node.value))
        return Lit(None)

    def eval_YieldFrom(self, node: Any) -> Value:
        if self.consumer is None or self.consumer[1] is not None:
            raise self.refuse("a generator has no adjoint", "build a list and return it")
        at_yield = self.consumer[0]
        iterable = self.evaluate(node.value)
        iterated = self.object_items(iterable) or iterable
        if isinstance(iterated, GeneratorValue):
            return self.drive(iterated, at_yield)
        self.iterate(iterable, at_yield, None, node)
        return Lit(None)

    def collected(self, generator: GeneratorValue) -> ListRef:
        """All that a generator gives, as a list."""
        ref = ListRef(self.new_cell(ListContent(())))
        self.drive(generator, lambda value: self.append_item(ref, value))
        return ref

    def append_item(self, ref: ListRef, value: Value) -> None:
        self.list_method(ref, "append", (value,), {})

    def drive_counted(self, iterable: Iteration, each: Consumer, until: str | None) -> None:
        """A loop over `enumerate(generator)`."""
        from ..data.values import TupleValue

        names = self.state.frames[self.chain[0]]
        name = f"{_COUNT}{next(self.serial)}"
        names[name] = iterable.start
        chain = self.chain

        def one(value: Value) -> None:
            count = self.lookup(name)
            each(TupleValue((count, value)))
            if not self.state.unreachable:
                self.state.frames[chain[0]][name] = self.emit("operator.add", self.read(count), 1, hint="n")

        (generator,) = iterable.parts
        assert isinstance(generator, GeneratorValue)
        self.drive(generator, one, until)
        self.state.frames[chain[0]].pop(name, None)


def generator_form(node: Any) -> Any:
    """The function that a generator expression is: loops around a `yield`."""
    found = getattr(node, "function_form", None)
    if found is not None:
        return found
    inner: list[Any] = [gast.Expr(value=gast.Yield(value=node.elt))]
    for i, part in reversed(list(enumerate(node.generators))):
        for test in reversed(part.ifs):
            inner = [gast.If(test=test, body=inner, orelse=[])]
        given = gast.Name(id=_ITEM, ctx=gast.Load(), annotation=None, type_comment=None)
        over = given if i == 0 else part.iter
        inner = [gast.For(target=part.target, iter=over, body=inner, orelse=[], type_comment=None)]
    empty = gast.arguments(args=[], posonlyargs=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
    form = gast.FunctionDef(
        name="generator", args=empty, body=inner, decorator_list=[], returns=None, type_comment=None, type_params=[]
    )
    node.function_form = _placed(gast.copy_location(form, node), node)
    stored = (n for part in node.generators for n in gast.walk(part.target) if isinstance(n, gast.Name))
    form.targets = {n.id for n in stored}
    return form


def stoppable(node: Any) -> Any:
    """The definition of a generator that returns at the `yield` after which its consumer has had enough."""
    found = getattr(node, "stoppable_form", None)
    if found is None:
        found = copy.deepcopy(node)
        found.__dict__.pop("structured", None)
        found.body = [_Stopping().visit(s) for s in found.body]
        found.body = [t for s in found.body for t in (s if isinstance(s, list) else [s])]
        node.stoppable_form = found
    return found


class _Stopping(gast.NodeTransformer):
    def visit_FunctionDef(self, node: Any) -> Any:
        return node

    visit_Lambda = visit_ClassDef = visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Expr(self, node: Any) -> Any:
        if isinstance(node.value, gast.Yield):
            node.value.stoppable = True
            return [node, _stop(node)]
        if isinstance(node.value, gast.YieldFrom):
            item = gast.Name(id=_ITEM, ctx=gast.Load(), annotation=None, type_comment=None)
            given = gast.Expr(value=gast.Yield(value=item))
            given.value.stoppable = True
            target = gast.Name(id=_ITEM, ctx=gast.Store(), annotation=None, type_comment=None)
            loop = gast.For(target=target, iter=node.value.value, body=[given, _stop(node)], orelse=[], type_comment=None)
            return _placed(loop, node)
        return node


def _stop(like: Any) -> Any:
    test = gast.Name(id=STOP, ctx=gast.Load(), annotation=None, type_comment=None)
    return _placed(gast.If(test=test, body=[gast.Return(value=None)], orelse=[]), like)


def _placed(node: Any, like: Any) -> Any:
    for child in gast.walk(node):
        if not hasattr(child, "lineno"):
            gast.copy_location(child, like)
    return node
