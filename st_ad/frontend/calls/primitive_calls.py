"""Calls of primitives: they become equations; results may be views, arguments may be written to."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Callable

import numpy as np

from ...ir import walk
from ...ir.build import type_of
from ...ir.primitives import python_function
from ...ir.syntax import Arg, Lit, Var
from ...ir.types import Tensor
from ..data.list_arrays import JOINS
from .procedures import takes
from ..data.sharing import SharingMixin
from .spellings import INDEX_TUPLES, may_restrict
from ..data.values import (
    ArrayRef,
    DictRef,
    ListRef,
    TupleValue,
    Value,
    describe,
    is_numeric,
)
from ..data.views import dtype_kind, is_float_number, rank_of

_PERMUTING = ("numpy.moveaxis", "numpy.swapaxes", "numpy.rollaxis")
_MUTATING = frozenset(
    {"ndarray.fill", "numpy.add.at", "ndarray.sort",
     "ndarray.itemset", "ndarray.resize", "ndarray.setflags"}
)  # fmt: skip


_AS_ARRAY = frozenset({"numpy.asarray", "numpy.asanyarray", "numpy.asarray_chkfinite"})
_CONVERSIONS = _AS_ARRAY | {"numpy.array", "ndarray.astype", "numpy.astype"}


def copy_mode(found: Any) -> bool | None:
    """The meaning of `copy=`: True makes a copy, None makes one where it must, False never."""
    modes = getattr(np, "_CopyMode", None)
    if modes is not None and isinstance(found, modes):
        return {modes.ALWAYS: True, modes.NEVER: False}.get(found)
    return found if found is None else bool(found)


@cache
def names_from_out(prim: str) -> tuple[int, list[str]] | None:
    """Where a function takes `out` by position, after its operands for a ufunc, and the names from there on."""
    if not prim.startswith(("numpy.", "scipy.special.")):
        return None
    function = python_function(prim)
    if isinstance(function, np.ufunc):
        return function.nin, ["out"]
    try:
        parameters = list(inspect.signature(function).parameters.values()) if callable(function) else []
    except (TypeError, ValueError):
        return None
    if prim.endswith(".reduce"):
        return 3, ["out", "keepdims", "initial", "where"]
    plain = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return (plain.index("out"), plain[plain.index("out") :]) if "out" in plain else None

# Arrays with the dtype of the numbers that they are made of: where these are given.
_NUMBERS_OF = {"numpy.full": 1, "numpy.array": 0, "numpy.asarray": 0}


@cache
def places_of_axis(prim: str) -> frozenset[int]:
    """Where a function of scipy.stats takes its axis by position, or one of NumPy axes that change places."""
    function = python_function(prim) if prim.startswith("scipy.stats.") or prim in _PERMUTING else None
    if function is None:
        return frozenset()
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return frozenset()
    return frozenset(i for i, name in enumerate(parameters) if name in ("axis", "axis1", "axis2", "source", "destination", "start"))


class PrimitiveMixin(SharingMixin):
    """Calls of functions and methods that the rules know."""

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a known primitive."""
        args = self.by_position(prim, args, kwargs)
        body = self.knowledge.procedure(prim)
        if body is not None and takes(body, args, kwargs):
            return self.run_procedure(body, args, kwargs)
        if prim.startswith("scipy."):
            is_sparse = prim == "scipy.sparse.linalg.spsolve"
            solved = self.sparse_solve(args, kwargs) if is_sparse else self.call_solver(prim, args, kwargs)
            if solved is not None:
                return solved
        self.check_no_object((*args, *kwargs.values()), "NumPy")
        # The widths of np.pad may be a dict of axes.
        in_place_of_arrays = prim.startswith(("numpy.", "math.")) and prim != "numpy.pad"
        if in_place_of_arrays and any(isinstance(a, DictRef) for a in args):
            raise self.refuse("a dict is given to NumPy", "pass its values: np.array(list(x.values()))")
        counted = self.several(prim, args, kwargs)
        if counted is not None:
            return counted
        if prim in ("numpy.shape", "numpy.ndim", "numpy.size") and args and not kwargs and len(args) == 1:
            value = args[0]
            if isinstance(value, (ListRef, TupleValue)):
                value = self.wrap(self.emit("numpy.array", self.as_arg(value)))
            if isinstance(value, ArrayRef):
                return self.array_attribute(value, prim[6:])
            if prim == "numpy.shape" and is_numeric(value) and rank_of(self.read(value)) == 0:
                return TupleValue(())
        if prim == "numpy.meshgrid" and len(args) == 1 and kwargs.get("copy", Lit(True)) == Lit(True):
            return self.new_list((self.call_prim("numpy.atleast_1d", (self.call_prim("numpy.array", args, {}),), {}),))
        if prim in INDEX_TUPLES and (places := self.places_in_vector(prim, args, kwargs)) is not None:
            return TupleValue((places,))
        if prim == "numpy.einsum" and len(args) > 1 and not isinstance(args[0], Lit):
            args = self.with_subscripts(args)
        if prim in _CONVERSIONS and args:
            converted = self.convert(prim, args, kwargs)
            if converted is not None:
                return converted
        if prim == "numpy.copy" and len(args) == 1 and not kwargs and isinstance(args[0], ArrayRef):
            # The method makes a copy in C order, the function one that lies as the array does.
            kwargs = {} if self.is_in_order(self.read(args[0])) else {"order": Lit("K")}
        args = self.name_out(prim, args, kwargs)
        out = kwargs.pop("out", None)
        if isinstance(out, TupleValue):
            (out,) = out.items
        if isinstance(out, Lit) and out.value is None:
            out = None
        self.check_static(prim, kwargs)
        args = tuple(self.static_axis(a) if i in places_of_axis(prim) else a for i, a in enumerate(args))
        if prim.startswith(("numpy.", "scipy.")):
            # Leave to overwrite an argument, which the backward sweep may still need: the results are the same without.
            kwargs = {k: v for k, v in kwargs.items() if not k.startswith("overwrite_")}
        if prim in JOINS and args and self.is_growing(args[0]):
            joined = self.joined_list(prim, args[0], {**kwargs, **dict(zip(("axis",), args[1:]))})
            if joined is not None:
                return joined
        if prim == "ndarray.tolist":
            return self.list_of_array(args[0])
        if prim == "numpy.array" and args and self.is_growing(args[0]):
            content = self.content(args[0])
            if not content.is_plain:
                args = (self.wrap(self.array_of_list(content)), *args[1:])
        elif prim not in JOINS and prim.startswith(("numpy.", "scipy.")):
            args, kwargs = self.with_known_tuples(prim, args, kwargs)
            args = tuple(self.with_arrays(a) for a in args)
            kwargs = {k: self.with_arrays(v) for k, v in kwargs.items()}
        elif prim in JOINS and args and self.holds_growing(args[0]):
            args = (self.with_arrays(args[0]), *args[1:])
        args, kwargs = self.with_operands(prim, args, kwargs)
        packed = [self.as_arg(a) for a in args]
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        if out is not None and "where" in named and not may_restrict(prim):
            return self.into(out, self.restricted(prim, out, packed, named))
        if out is not None:
            return self.into(out, lambda: self.emit(prim, *packed, **named))
        if prim in _MUTATING:
            return self.mutate(prim, args, packed, named)
        made = self.shared_results(prim, args, packed, named)
        if isinstance(made, ArrayRef) and prim in _NUMBERS_OF and "dtype" not in named:
            numbers = list(walk.leaves(packed[_NUMBERS_OF[prim]]))
            self.cells[made.cell].is_int_or_float = any(map(is_float_number, numbers)) and all(map(self.may_be_int, numbers))
        return made

    def name_out(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> tuple[Value, ...]:
        """The arguments without the `out` that is given by position, which goes to kwargs."""
        names = names_from_out(prim)
        if names is None or len(args) <= names[0]:
            return args
        at, spelled = names
        if len(args) > at + len(spelled):
            raise self.refuse("too many arguments behind `out`", "give them by name")
        kwargs.update(zip(spelled, args[at:]))
        return args[:at]

    def convert(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """An array as an array of some dtype: itself where that is what NumPy gives, else a copy. None when it is
        always a new array."""
        default = Lit(None if prim in _AS_ARRAY else True)
        copy = copy_mode(self.static(kwargs.pop("copy", default), "`copy`"))
        first = args[0]
        if copy is not True and isinstance(first, ArrayRef):
            return self.converted(prim, first, args, kwargs)
        of_list = self.is_growing(first) and prim in ("numpy.asarray", "numpy.asanyarray", "numpy.ascontiguousarray")
        if copy is True and default == Lit(None) or of_list:
            return self.call_prim("numpy.array", args, kwargs)
        return None

    def converted(
        self, prim: str, first: ArrayRef, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value:
        dtype = args[1] if len(args) > 1 else kwargs.get("dtype", Lit(None))
        least = self.static(kwargs.pop("ndmin", Lit(0)), "`ndmin`")
        same = self.has_dtype(first, dtype)
        if least:
            rank = rank_of(self.read(first))
            same = same if rank is not None and rank >= least else None
        if kwargs.get("order", Lit("K")) not in (Lit("K"), Lit("A"), Lit(None)):
            same = same and None
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        packed = [self.as_arg(a) for a in args]
        if same and prim in _AS_ARRAY:
            return self.view(first, prim, tuple(packed[1:]), named)
        if same:
            return first
        if prim == "numpy.array" and least:
            named["ndmin"] = Lit(least)
        return self.results(prim, packed, named) if same is False else self.maybe_view(prim, first, packed, named)

    def has_dtype(self, ref: ArrayRef, dtype: Value) -> bool | None:
        """Whether an array is of a dtype already; None when that is not known."""
        if dtype == Lit(None):
            return True
        kind = type_of(self.read(ref))
        if not isinstance(dtype, Lit) or not isinstance(kind, Tensor) or kind.dtype is None:
            return None
        try:
            return bool(np.dtype(dtype.value) == np.dtype(kind.dtype))
        except TypeError:
            return None

    def with_operands(
        self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> tuple[tuple[Value, ...], dict[str, Value]]:
        """The arguments with arrays in the place of lists that NumPy makes arrays of."""
        if not any(isinstance(v, (ListRef, TupleValue)) for v in (*args, *kwargs.values())):
            return args, kwargs
        is_operand = self.knowledge.operands(prim)
        return (
            tuple(self.array_of_display(a) if is_operand(i) else a for i, a in enumerate(args)),
            {k: self.array_of_display(v) if is_operand(k) else v for k, v in kwargs.items()},
        )

    def with_known_tuples(
        self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> tuple[tuple[Value, ...], dict[str, Value]]:
        """The arguments with tuples of known items where NumPy tells tuples from lists: as subscripts, axes and shapes."""
        if not any(isinstance(v, ListRef) and v.is_tuple for v in (*args, *kwargs.values())):
            return args, kwargs
        is_operand = self.knowledge.operands(prim)
        is_subscript = prim.endswith(".at")
        return (
            tuple(a if is_operand(i) and not (is_subscript and i == 1) else self.known_tuple(a) for i, a in enumerate(args)),
            {k: v if is_operand(k) else self.known_tuple(v) for k, v in kwargs.items()},
        )

    def array_of_display(self, value: Value) -> Value:
        """An array in the place of a list or tuple of numbers."""
        if isinstance(value, (ListRef, TupleValue)):
            return self.wrap(self.emit("numpy.array", self.as_arg(value)))
        return value

    def check_static(self, prim: str, kwargs: dict[str, Value]) -> None:
        """Arguments that decide the rank or the meaning of a result must be known."""
        for name in ("axis", "keepdims", "ddof", "axes", "ndmin", "order", "mode", "k", "offset"):
            value = kwargs.get(name)
            if value is not None and not isinstance(value, (Lit, ListRef)) and prim.startswith(("numpy", "scipy.stats")) and prim != "numpy.polyint":
                if name in ("k", "offset") and not isinstance(value, Var):
                    continue
                kwargs[name] = self.from_python(self.static(value, f"`{name}`"))

    def static_axis(self, value: Value) -> Value:
        """An axis, which must be known when it is an argument of the function."""
        is_given = isinstance(value, Var) and (value in self.int_parameters or bool(self.origins(value)))
        return self.from_python(self.static(value, "`axis`")) if is_given else value

    def into(self, out: Value, compute: Callable[[], Any]) -> Value:
        """`out=`: the result overwrites an array."""
        if not isinstance(out, ArrayRef):
            raise self.refuse(f"`out=` must be an array, not {describe(out)}", "pass an array, or assign the result")
        new = compute()
        whole = Lit(Ellipsis)
        have, want = (getattr(type_of(v), "dtype", None) for v in (new, self.read(out)))
        if have is not None and want is not None and not np.can_cast(have, want, "same_kind"):
            what = f"this fails when it is run: NumPy does not cast {have} to the {want} of `out`"
            raise self.refuse(what, f"give `out` the dtype {have}")
        self.write(
            out, lambda old: self.emit("setitem", old, whole, new, hint=getattr(old, "hint", "")), "out="
        )
        return out

    def mutate(self, prim: str, args: tuple[Value, ...], packed: list[Arg], named: dict[str, Any]) -> Value:
        """Functions that write to their first argument."""
        target = args[0]
        if not isinstance(target, ArrayRef):
            raise self.refuse(f"{describe(target)} cannot be written to", "pass an array")
        whole = Lit(Ellipsis)
        if prim == "ndarray.fill" and len(packed) == 2 and not named:
            new = packed[1]
            self.write(target, lambda old: self.emit("setitem", old, whole, new, hint=old.hint), "fill")
            return Lit(None)
        if prim == "numpy.add.at" and len(packed) == 3:
            index, value = self.index_arg(args[1]), packed[2]
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
            options = {k: v for k, v in kwargs.items() if k == "copy"}
            return self.call_prim("ndarray.astype", (receiver, dtype), options)
        if name == "__array__" and isinstance(receiver, ArrayRef) and not args and not kwargs:
            return receiver
        if name in ("conjugate", "conj") and isinstance(receiver, ArrayRef) and dtype_kind(self.read(receiver)) == "f":
            return receiver
        if name == "conjugate" or name == "conj":
            return self.call_prim("numpy.conjugate", (receiver,), {})
        if name == "clip":
            bounds = dict(zip(("min", "max", "out"), args), **kwargs)
            low, high = bounds.pop("min", Lit(None)), bounds.pop("max", Lit(None))
            return self.call_prim("numpy.clip", (receiver, low, high), bounds)
        if name == "compress":
            return self.call_prim("numpy.compress", (*args[:1], receiver, *args[1:]), kwargs)
        if name == "item" and args:
            return self.number_at(receiver, args)
        if name == "copy" and not args and not kwargs:
            return self.results("numpy.copy", [self.read(receiver)], {})
        if name == "view" and not kwargs and (not args or args[0] == Lit(np.ndarray)):
            return self.item(receiver, Lit(Ellipsis))
        if name == "is_integer" and not args:
            return self.compare("eq", self.binary("mod", receiver, Lit(1)), Lit(0))
        prim = self.knowledge.method_prim(name)
        if prim is None and name.startswith("__"):
            plain = name.strip("_")
            if plain in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg"):
                return (
                    self.binary(plain, receiver, args[0])
                    if args
                    else self.wrap(self.emit(f"operator.{plain}", self.read(receiver)))
                )
        if prim is None and isinstance(receiver, Lit) and all(isinstance(a, Lit) for a in (*args, *kwargs.values())):
            found = getattr(receiver.value, name)(*[a.value for a in args], **{k: a.value for k, a in kwargs.items()})  # type: ignore[union-attr]
            return self.from_python(found)
        if prim is None:
            raise self.no_rule(f"method `{name}` of an array is not supported", "write it with the functions of NumPy")
        if prim in ("numpy.shape", "numpy.ndim", "numpy.size"):
            raise self.refuse(f"`{name}` is an attribute, not a method", "leave the parentheses out")
        return self.call_prim(prim, (receiver, *args), kwargs)
