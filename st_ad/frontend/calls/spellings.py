"""Calls with other spellings: operands by name, `where=` with `out=`, einsum with lists of axes, indices into a vector."""

from __future__ import annotations

import inspect
import string
from functools import cache
from typing import Any, Callable

from ...ir.build import type_of
from ...ir.primitives import python_function
from ...ir.syntax import Arg, Lit
from ...ir.types import Tensor
from .procedures import ProcedureMixin
from ..data.values import ArrayRef, TupleValue, Value, is_numeric

# Not defined, or infinite, where a mask keeps them from being evaluated.
_SINGULAR = frozenset(f"numpy.{name}" for name in "divide true_divide reciprocal sqrt log log2 log10 log1p".split())
# These give a tuple of an array per axis, of one array for a vector.
INDEX_TUPLES = frozenset({"numpy.nonzero", "numpy.where", "numpy.unravel_index", "numpy.diag_indices", "numpy.ix_"})
_REDUCTIONS = frozenset("sum prod max min mean std var any all nansum nanprod nanmean nanvar nanstd nanmax nanmin".split())

# The axis of these comes after the array, and is written by name.
_OVER_AXES = frozenset(f"numpy.{name}" for name in ("sum", "mean", "max", "min", "amax", "amin", "prod", "std", "var"))


def may_restrict(prim: str) -> bool:
    """Whether `where=` belongs to a reduction: it says what takes part, not what is written."""
    return prim.endswith(".reduce") or prim.rpartition(".")[2] in _REDUCTIONS


# The functions written in C of NumPy 1.
_WITHOUT_SIGNATURE: dict[str, tuple[str, ...]] = {
    "array": ("object",), "asarray": ("a",), "asanyarray": ("a",), "ascontiguousarray": ("a",), "asfortranarray": ("a",),
    "dot": ("a", "b"), "vdot": ("a", "b"), "inner": ("a", "b"),
}  # fmt: skip


@cache
def operand_names(prim: str) -> tuple[str, ...]:
    """The leading parameters of a function of NumPy that must be given, and may be given by name."""
    function = python_function(prim) if prim.startswith("numpy.") else None
    try:
        parameters = list(inspect.signature(function).parameters.values()) if callable(function) else []
    except (TypeError, ValueError):
        return _WITHOUT_SIGNATURE.get(prim.partition(".")[2], ())
    names: list[str] = []
    for parameter in parameters:
        if parameter.kind != parameter.POSITIONAL_OR_KEYWORD or parameter.default is not parameter.empty:
            break
        names.append(parameter.name)
    return tuple(names)


class SpellingMixin(ProcedureMixin):
    """Arguments as the rules know them."""

    def by_position(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> tuple[Value, ...]:
        """The arguments with the operands that are given by name, which leave kwargs, and without the axis that is not."""
        for name in operand_names(prim)[len(args) :]:
            if name not in kwargs:
                break
            args = (*args, kwargs.pop(name))
        if prim in _OVER_AXES and len(args) == 2:
            options = {"axis": args[1], **kwargs}
            kwargs.clear()
            kwargs.update(options)
            args = args[:1]
        return args

    def restricted(self, prim: str, out: Value, packed: list[Arg], named: dict[str, Any]) -> Callable[[], Any]:
        """`where=` with `out=`: the other items keep what they were; operands are 1 there, so that nothing is singular."""
        where = named.pop("where")
        if where == Lit(True):
            return lambda: self.emit(prim, *packed, **named)
        if prim in _SINGULAR:
            last = len(packed) - 1
            packed = [*packed[:last], self.emit("numpy.where", where, packed[last], Lit(1.0))]
        old = self.as_arg(out)
        return lambda: self.emit("numpy.where", where, self.emit(prim, *packed, **named), old)

    def with_subscripts(self, args: tuple[Value, ...]) -> tuple[Value, ...]:
        """The operands of einsum with lists of numbers between them, spelled with a string of letters."""
        operands, lists = args[: len(args) // 2 * 2 : 2], [self.static(a, "a list of axes") for a in args[1::2]]
        words = ["".join("..." if n is Ellipsis else string.ascii_letters[n] for n in names) for names in lists]
        text = ",".join(words)
        if len(args) % 2:
            output = self.static(args[-1], "a list of axes")
            text += "->" + "".join("..." if n is Ellipsis else string.ascii_letters[n] for n in output)
        return (Lit(text), *operands)

    def number_at(self, receiver: Value, args: tuple[Value, ...]) -> Value:
        """`x.item(i, j)`, or `x.item(k)` with a place in the flattened array."""
        index = args[0] if len(args) == 1 else TupleValue(args)
        if not isinstance(index, TupleValue):
            receiver = self.call_prim("numpy.ravel", (receiver,), {})
        return self.call_prim("ndarray.item", (self.subscript(receiver, index),), {})

    def places_in_vector(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """The only array of a tuple of indices into a vector; None where there are more axes, or not known to be one."""
        if kwargs or not args:
            return None
        if prim == "numpy.diag_indices":
            return self.call_prim("numpy.arange", args[:1], {}) if args[1:] == (Lit(1),) else None
        if prim == "numpy.unravel_index":
            is_vector = len(args) == 2 and (is_numeric(args[1]) or isinstance(args[1], TupleValue) and len(args[1].items) == 1)
            return self.with_operands("numpy.ravel", args[:1], {})[0][0] if is_vector else None
        if len(args) > 1:
            return None
        (items,), _ = self.with_operands("numpy.ravel", args, {})
        kind = type_of(self.read(items)) if isinstance(items, ArrayRef) else None
        if not isinstance(kind, Tensor) or kind.rank != 1 or prim == "numpy.ix_" and kind.dtype is None:
            return None
        return items if prim == "numpy.ix_" and kind.dtype != "bool" else self.call_prim("numpy.flatnonzero", (items,), {})
