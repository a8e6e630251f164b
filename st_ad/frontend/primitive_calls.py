"""Calls of primitives: they become equations; results may be views, arguments may be written to."""

from __future__ import annotations

from typing import Any, Callable

from ..ir.primitives import may_be_view
from ..ir.syntax import Arg, Lit, Var
from ..ir.types import Tensor
from .objects import ObjectMixin
from .state import CellInfo, rank_of
from .values import (
    ArrayRef,
    ListRef,
    SeqContent,
    TupleValue,
    Value,
    describe,
    is_numeric,
)

_LISTS = frozenset(
    {"numpy.split", "numpy.array_split", "numpy.hsplit", "numpy.vsplit", "numpy.dsplit", "numpy.meshgrid"}
)
_MUTATING = frozenset(
    {"ndarray.fill", "numpy.copyto", "numpy.add.at", "numpy.subtract.at", "numpy.multiply.at", "ndarray.sort", "numpy.put",
     "ndarray.put", "numpy.fill_diagonal", "numpy.place", "numpy.putmask", "ndarray.itemset", "ndarray.partition",
     "ndarray.resize", "numpy.random.shuffle", "numpy.put_along_axis", "ndarray.setflags"}
)  # fmt: skip


class PrimitiveMixin(ObjectMixin):
    """Calls of functions and methods that the rules know."""

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a known primitive."""
        if prim in ("numpy.shape", "numpy.ndim", "numpy.size") and args and not kwargs and len(args) == 1:
            value = args[0]
            if isinstance(value, (ListRef, TupleValue)):
                value = self.wrap(self.emit("numpy.array", self.as_arg(value)))
            if isinstance(value, ArrayRef):
                return self.array_attribute(value, prim[6:])
            if prim == "numpy.shape" and is_numeric(value) and rank_of(self.read(value)) == 0:
                return TupleValue(())
        out = kwargs.pop("out", None)
        if isinstance(out, TupleValue):
            (out,) = out.items
        if isinstance(out, Lit) and out.value is None:
            out = None
        self.check_static(prim, kwargs)
        if prim == "numpy.stack" and len(args) == 1 and kwargs.get("axis", Lit(0)) == Lit(0):
            if isinstance(args[0], ListRef) and isinstance(self.content(args[0]), SeqContent):
                # Of a list whose length is not known, arrays are stacked by making one array of it.
                prim, kwargs = "numpy.array", {}
        packed = [self.as_arg(a) for a in args]
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        if out is not None:
            return self.into(out, lambda: self.emit(prim, *packed, **named))
        if prim in _MUTATING:
            return self.mutate(prim, args, packed, named)
        first = args[0] if args else None
        if isinstance(first, ArrayRef) and self.viewable(prim, first):
            if self.as_many(prim):
                return self.results(prim, packed, named)
            return self.view(first, prim, tuple(packed[1:]), named)
        if may_be_view(prim) and isinstance(first, ArrayRef):
            return self.maybe_view(prim, first, packed, named)
        return self.results(prim, packed, named)

    def as_many(self, prim: str) -> bool:
        return prim.endswith("split") or prim in ("numpy.broadcast_arrays", "numpy.meshgrid", "numpy.unstack")

    def maybe_view(self, prim: str, first: ArrayRef, packed: list[Arg], named: dict[str, Any]) -> Value:
        """A result that is a view or a copy depending on memory layout: it may be read, until the array is written to."""
        atom = self.emit(prim, *packed, **named)
        if isinstance(atom, Lit) or (isinstance(atom.type, Tensor) and atom.type.is_immutable):
            return atom
        name = self.cell_name(first.cell)
        watched = ((first.cell, self.state.heap[first.cell]), *self.cells[first.cell].watched)
        return self.new_array(atom, CellInfo("unknown", contiguous=None, shared=f"`{name}`", watched=watched))

    def results(self, prim: str, packed: list[Arg], named: dict[str, Any]) -> Value:
        """One result, or a tuple or list of them."""
        outs = self.emit_many(prim, *packed, **named)
        if not outs:
            return Lit(None)
        if len(outs) == 1 and prim not in _LISTS:
            return self.wrap(outs[0])
        wrapped = tuple(self.wrap(o) for o in outs)
        if prim in _LISTS:
            return self.new_list(wrapped)
        return TupleValue(wrapped)

    def check_static(self, prim: str, kwargs: dict[str, Value]) -> None:
        """Arguments that decide the rank or the meaning of a result must be known."""
        for name in ("axis", "keepdims", "ddof", "ord", "axes", "ndmin", "order", "mode", "k", "offset"):
            value = kwargs.get(name)
            if value is not None and not isinstance(value, (Lit, ListRef)) and prim.startswith("numpy"):
                if name in ("k", "offset") and not isinstance(value, Var):
                    continue
                kwargs[name] = self.from_python(self.static(value, f"`{name}`"))

    def into(self, out: Value, compute: Callable[[], Any]) -> Value:
        """`out=`: the result overwrites an array."""
        if not isinstance(out, ArrayRef):
            raise self.refuse(f"`out=` must be an array, not {describe(out)}")
        new = compute()
        whole = Lit(Ellipsis)
        self.write(
            out, lambda old: self.emit("setitem", old, whole, new, hint=getattr(old, "hint", "")), "out="
        )
        return out

    def mutate(self, prim: str, args: tuple[Value, ...], packed: list[Arg], named: dict[str, Any]) -> Value:
        """Functions that write to their first argument."""
        target = args[0]
        if not isinstance(target, ArrayRef):
            raise self.refuse(f"{describe(target)} cannot be written to")
        whole = Lit(Ellipsis)
        if prim in ("ndarray.fill", "numpy.copyto") and len(packed) == 2 and not named:
            new = packed[1]
            self.write(target, lambda old: self.emit("setitem", old, whole, new, hint=old.hint), "fill")
            return Lit(None)
        if prim == "numpy.add.at" and len(packed) == 3:
            index, value = packed[1], packed[2]
            self.write(
                target, lambda old: self.emit("accumulate_at", old, index, value, hint=old.hint), "add.at"
            )
            return Lit(None)
        if prim == "ndarray.sort":
            self.write(target, lambda old: self.emit("setitem", old, whole, self.emit("numpy.sort", old, **named),
                                                     hint=old.hint), "sort")  # fmt: skip
            return Lit(None)
        raise self.refuse(f"`{prim.replace('numpy.', 'np.')}` writes to its argument, which is not supported yet",
                          "assign to the array instead: `x[index] = value`")  # fmt: skip

    def array_method(
        self, receiver: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        if name in ("reshape", "transpose") and len(args) > 1:
            args = (TupleValue(args),)
        if name == "astype":
            dtype = args[0] if args else kwargs["dtype"]
            if kwargs.get("copy", Lit(True)) != Lit(True):
                raise self.refuse("`astype` with copy=False may give the array itself", "write astype without `copy`")
            return self.call_prim("ndarray.astype", (receiver, dtype), {})
        if name == "conjugate" or name == "conj":
            return self.call_prim("numpy.conjugate", (receiver,), {})
        if name == "clip":
            bounds = dict(zip(("min", "max", "out"), args), **kwargs)
            low, high = bounds.pop("min", Lit(None)), bounds.pop("max", Lit(None))
            return self.call_prim("numpy.clip", (receiver, low, high), bounds)
        prim = self.knowledge.method_prim(name)
        if prim is None and name.startswith("__"):
            plain = name.strip("_")
            if plain in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg"):
                return (
                    self.binary(plain, receiver, args[0])
                    if args
                    else self.wrap(self.emit(f"operator.{plain}", self.read(receiver)))
                )
        if prim is None:
            raise self.no_rule(f"method `{name}` of an array is not supported")
        if prim in ("numpy.shape", "numpy.ndim", "numpy.size"):
            raise self.refuse(f"`{name}` is an attribute, not a method")
        return self.call_prim(prim, (receiver, *args), kwargs)
