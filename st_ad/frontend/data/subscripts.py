"""Subscripts: what an index names, and the integer argument that decides a length that must be known."""

from __future__ import annotations

import sys
from typing import Any

from ...errors import NeedStatic, UnsupportedError
from ...ir import walk
from ...ir.syntax import Eqn, For, Lit, Pack, Var
from ...ir.types import Seq, Tensor
from .sets import SetMixin
from .values import DictRef, ListContent, ListRef, MaybeNone, ObjectRef, RangeValue, SliceValue, TupleValue, Value


class SubscriptMixin(SetMixin):
    """Indices of arrays, lists and ranges."""

    def index_there(self, base: Value, index: Value) -> Value:
        """A subscript in which nothing may be None at run time: a bound of a slice that is None is an end, and another
        index that is None is taken for an error."""
        if isinstance(base, (DictRef, ObjectRef)):
            return index
        if isinstance(index, MaybeNone):
            return self.value_there(index)
        if isinstance(index, TupleValue) and any(isinstance(i, (MaybeNone, SliceValue)) for i in index.items):
            return TupleValue(tuple(self.index_there(base, i) for i in index.items), index.cls)
        if isinstance(index, SliceValue) and isinstance(index.step, Lit) and type(index.step.value or 1) is int and (index.step.value or 1) > 0:
            start, stop = self.bound_there(index.start, 0), self.bound_there(index.stop, sys.maxsize)
            return SliceValue(start, stop, index.step)
        return index

    def bound_there(self, bound: Value, end: int) -> Value:
        """A bound of a slice, with the end in the place of None."""
        if not isinstance(bound, MaybeNone):
            return bound
        inner = bound.value
        return self.choose(bound.flag, lambda: inner, lambda: Lit(end))

    def index_arg(self, index: Value) -> Any:
        if isinstance(index, SliceValue):
            return Pack("slice", tuple(self.index_arg(v) for v in (index.start, index.stop, index.step)))
        if isinstance(index, TupleValue):
            return Pack("tuple", tuple(self.as_arg(v) if isinstance(v, ListRef) else self.index_arg(v) for v in index.items))
        if isinstance(index, ListRef) and index.is_tuple:
            return self.index_arg(self.known_tuple(index))
        if isinstance(index, RangeValue):
            return self.read(self.emit("numpy.arange", index.start, index.stop, index.step))
        return self.as_arg(index)

    def known_tuple(self, value: Value) -> Value:
        """A tuple whose items are known one by one in the place of one of unknown length; another value as it is."""
        if not isinstance(value, ListRef) or not value.is_tuple:
            return value
        content = self.content(value)
        if isinstance(content, ListContent) or isinstance(self.count_of(content), Lit):
            return TupleValue(self.items_of(value))
        what = "cannot decide what this names: the length of the tuple is known at run time only"
        problem = self.source.problem(self.node, what, "use a list or an array, or a tuple of known length")
        raise self.asking_for_length(content, UnsupportedError(problem))

    def unknown_length(self, content: Any) -> Exception:
        """The error of a list whose length must be known; asks for the integer argument that decides it."""
        problem = self.source.problem(self.node, "the length of this list is not known here", "use a loop over it")
        return self.asking_for_length(content, UnsupportedError(problem))

    def asking_for_length(self, content: Any, error: UnsupportedError) -> Exception:
        """The question for the integer argument that decides how long a list is, or the error when there is none."""
        for var in walk.variables(content.columns):
            behind = self.integer_behind(var)
            if any(behind is v for v in self.int_parameters):
                return NeedStatic(behind, error.problems[0])
        return error

    def unknown_rows(self, value: Value) -> Exception:
        """The error of an array whose length must be known; asks for the integer argument that decides it."""
        problem = self.source.problem(self.node, "the length of this array is not known when transformed", "index it, or loop over it")
        queue = [v for v in (self.read(value),) if isinstance(v, Var)]
        met = set(queue)
        while queue:
            one = queue.pop(0)
            if any(one is v for v in self.int_parameters):
                return NeedStatic(one, problem)
            fresh = [o for o in operands_of(self.builder.blocks, one) if o not in met]
            met.update(fresh)
            queue += fresh
        return UnsupportedError(problem)

    def integer_behind(self, var: Var) -> Var:
        """The integer argument that an integer was computed from, or that a list has its length from; or itself."""
        queue, met = [var], {var}
        while queue:
            one = queue.pop(0)
            if any(one is v for v in self.int_parameters):
                return one
            for operand in operands_of(self.builder.blocks, one):
                kind = operand.type
                if operand not in met and (isinstance(kind, Seq) or isinstance(kind, Tensor) and kind.dtype == "int64"):
                    met.add(operand)
                    queue.append(operand)
        return var


def operands_of(blocks: list[list[Any]], var: Var) -> tuple[Var, ...]:
    """The variables that the equation reads which makes a variable, or that say how often the loop runs which does."""
    made = next((n for nodes in blocks for n in nodes if isinstance(n, (Eqn, For)) and var in walk.outs(n)), None)
    if isinstance(made, For):
        return tuple(walk.variables((made.start, made.stop, made.step)))
    return () if made is None else tuple(made.reads)
