"""Calls that are run as Python: functions of functions, functions that write, subscripts that make arrays."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Callable

import numpy as np

from ...errors import StAdError
from ...ir import walk
from ...ir.build import type_of
from ...ir.syntax import Eqn, Lit, Var
from ...ir.types import Opaque, Tensor
from ..data.list_arrays import ListArrayMixin
from ..text.source import SourceFunction, source_of
from ..data.values import ArrayRef, ListRef, SliceValue, TupleValue, Value, is_numeric

# What a generator draws where its method takes what is differentiated.
DRAWN_INSTEAD = {"shuffle": "permutation", "multivariate_normal": "standard_normal"}


@cache
def _source(function: Callable[..., Any]) -> SourceFunction:
    return source_of(function)


def takes(body: Callable[..., Any], args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether a body knows the options of a call."""
    for name, (position, known) in getattr(body, "__st_ad_options__", {}).items():
        value = args[position] if position < len(args) else kwargs.get(name, Lit(inspect.signature(body).parameters[name].default))
        if not (isinstance(value, Lit) and value.value in known):
            return False
    return True


class ProcedureMixin(ListArrayMixin):
    """Bodies of NumPy's functions that the interpreter runs, and the objects that are subscripted to make arrays."""

    def run_procedure(self, body: Callable[..., Any], args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """Run a body of ours as if its equations were written where the call stands."""
        saved = self.pinned, self.node, self.source
        if self.pinned is None:
            self.pinned = self.builder.loc
        source = _source(body)
        try:
            found = self.inline_source(source, args, kwargs)
            if self.state.unreachable:
                self.check_is_known(saved[1:])
            return found
        except StAdError as error:
            problem = error.problems[0]
            self.node, self.source = saved[1:]
            if problem.file == source.file.rpartition("/")[2]:
                raise self.refuse(problem.what, problem.remedy) from None
            raise
        finally:
            self.pinned, self.node, self.source = saved

    def check_is_known(self, at: tuple[Any, Any]) -> None:
        """Refuse a call of which the body says itself, whatever is computed, that it does not know it."""
        for node in self.builder.nodes[-1:-3:-1]:
            if isinstance(node, Eqn) and node.prim == "exception" and node.args[0] == Lit(NotImplementedError):
                self.node, self.source = at
                what, _, remedy = node.args[1].value.partition(": ")  # type: ignore[union-attr]
                raise self.refuse(what, remedy or "write it with functions that have one")

    def grid(self, name: str, index: Value) -> Value:
        """`np.r_[...]` and its kin."""
        if name == "s_":
            return index
        items = index.items if isinstance(index, TupleValue) else (index,)
        if name == "index_exp":
            return TupleValue(items)
        if any(isinstance(i, Lit) and isinstance(i.value, str) for i in items):
            raise self.refuse(f"np.{name} with a string of directions is not supported", "write np.concatenate or np.stack")
        parts = [self.places(i) if isinstance(i, SliceValue) else i for i in items]
        if name == "r_":
            parts = [self.as_row(p, parts) for p in parts]
            return self.call_prim("numpy.concatenate", (self.new_list(tuple(parts)),), {})
        if name == "c_":
            if any(self.rank(p) > 2 for p in parts):
                raise self.refuse("np.c_ of arrays of three axes is not supported", "write np.concatenate")
            return self.call_prim("numpy.column_stack", (TupleValue(tuple(parts)),), {})
        if not isinstance(index, TupleValue):
            return parts[0]
        sparse: dict[str, Value] = {"sparse": Lit(True)} if name == "ogrid" else {}
        grids = self.call_prim("numpy.meshgrid", tuple(parts), {"indexing": Lit("ij"), **sparse})
        if name == "mgrid":
            return self.call_prim("numpy.array", (grids,), {})
        assert isinstance(grids, ListRef)
        return TupleValue(self.items_of(grids))

    def drawn_items(self, receiver: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value],
                    draw: Callable[[tuple[Value, ...], dict[str, Value]], Value]) -> Value | None:  # fmt: skip
        """Items of an array that a generator chooses or puts in another order: read at places that it draws."""
        if name == "shuffle" and args and isinstance(args[0], ListRef):
            drawn: Any = self.as_arg(draw((self.call(Lit(len), args[:1], {}),), kwargs))
            places = self.wrap(drawn)
            into_order: Any = self.knowledge.procedure("generator.shuffle")
            return self.run_procedure(into_order, (args[0], places), {})
        kind = type_of(self.read(args[0])) if args and isinstance(args[0], ArrayRef) else None
        if name == "permuted" and isinstance(kind, Tensor) and kind.shape is not None and "out" not in kwargs:
            shape = self.call_prim("numpy.shape", args[:1], {})
            numbers = self.call_prim("numpy.arange", (self.call_prim("numpy.size", args[:1], {}),), {})
            places = draw((self.call_prim("numpy.reshape", (numbers, shape), {}), *args[1:]), kwargs)
            return self.call_prim("numpy.take", (args[0], places), {})
        if name == "multivariate_normal":
            return self.normal_vectors(receiver, args, kwargs, draw)
        if name not in ("choice", "permutation", "shuffle") or not isinstance(kind, Tensor) or not kind.shape:
            return None
        rest = dict(kwargs)
        axis = rest.pop("axis", Lit(0))
        length = self.emit("axis_length", self.as_arg(args[0]), Lit(self.static(axis, "`axis`")))
        places = draw((length, *args[1:]), rest)
        taken = self.call_prim("numpy.take", (args[0], places), {"axis": axis})
        if name != "shuffle":
            return taken
        self.store(args[0], Lit(Ellipsis), taken)
        return Lit(None)

    def normal_vectors(self, receiver: Value, args: tuple[Value, ...], kwargs: dict[str, Value],
                       draw: Callable[[tuple[Value, ...], dict[str, Value]], Value]) -> Value | None:  # fmt: skip
        """Vectors whose mean or covariance comes from an argument: standard draws times a root of the covariance."""
        if len(args) < 2 or all(self.is_made_here(a) for a in args[:2]):
            return None
        size = args[2] if len(args) > 2 else kwargs.get("size", Lit(None))
        length = self.emit("axis_length", self.as_arg(args[0]), Lit(0))
        counts = size.items if isinstance(size, TupleValue) else () if size == Lit(None) else (size,)
        standard = draw((TupleValue((*counts, length)),), {})
        is_old = receiver.type == Opaque("RandomState") if isinstance(receiver, Var) else isinstance(getattr(receiver, "value", None), np.random.RandomState)
        method = Lit("rows") if is_old else kwargs.get("method", Lit("svd"))
        body: Any = self.knowledge.procedure("generator.multivariate_normal")
        return self.run_procedure(body, (standard, *args[:2], method), {})

    def is_made_here(self, value: Value) -> bool:
        """Whether a value is computed from constants alone."""
        made = {o: n for block in self.builder._stack for n in block for o in getattr(n, "outs", ())}
        waiting = list(walk.leaves(self.as_arg(value)))
        while waiting:
            one = waiting.pop()
            if isinstance(one, Var):
                maker = made.get(one)
                if not isinstance(maker, Eqn):
                    return False
                waiting += [leaf for arg in maker.args for leaf in walk.leaves(arg)]
        return True

    def as_row(self, part: Value, parts: list[Value]) -> Value:
        """A number in the precision of the arrays that it is joined with; an array as it is."""
        kind = type_of(self.read(part)) if is_numeric(part) else None
        if not isinstance(kind, Tensor) or kind.shape != () or kind.form != "py":
            if self.rank(part) > 0:
                return part
            return self.call_prim("numpy.atleast_1d", (part,), {})
        others = [type_of(self.read(p)) for p in parts if isinstance(p, ArrayRef)]
        names = {k.dtype for k in others if isinstance(k, Tensor) and k.dtype is not None}
        dtype: dict[str, Value] = {}
        if len(names) == 1 and names != {"float64"} and np.dtype(str(min(names))).kind in "fc":
            dtype = {"dtype": Lit(np.dtype(str(min(names))))}
        return self.call_prim("numpy.array", (self.new_list((part,)),), dtype)

    def rank(self, part: Value) -> int:
        rank = self.emit("numpy.ndim", self.as_arg(part))
        if not isinstance(rank, Lit):
            raise self.refuse("arrays of unknown rank cannot be joined", "give example arguments, so that ranks are known")
        return int(rank.value)

    def places(self, item: SliceValue) -> Value:
        """What a slice stands for: a range, or as many places between two ends as an imaginary step says."""
        start, stop, step = item.start, item.stop, item.step
        if isinstance(start, Lit) and start.value is None:
            start = Lit(0)
        if isinstance(step, Lit) and isinstance(step.value, complex):
            return self.call_prim("numpy.linspace", (start, stop, Lit(int(abs(step.value)))), {})
        if isinstance(step, Lit) and step.value is None:
            is_plain = isinstance(start, Lit) and start.value == 0
            return self.call_prim("numpy.arange", (stop,) if is_plain else (start, stop), {})
        if not is_numeric(stop):
            raise self.refuse("a slice without an end cannot be laid out", "write its end")
        return self.call_prim("numpy.arange", (start, stop, step), {})
