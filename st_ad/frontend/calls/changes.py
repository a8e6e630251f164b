"""Functions that change what they are given: those of `operator`, and methods of containers called by their class."""

from __future__ import annotations

import collections
import operator
import types
from typing import Any

from ...ir.syntax import Lit
from .functional import FunctionalMixin
from ..data.values import DictRef, ListRef, TupleValue, Value, describe

_INPLACE = {
    operator.iadd: "add", operator.isub: "sub", operator.imul: "mul", operator.itruediv: "truediv", operator.ifloordiv: "floordiv",
    operator.imod: "mod", operator.ipow: "pow", operator.imatmul: "matmul", operator.iconcat: "add", operator.ior: "or_",
    operator.iand: "and_", operator.ixor: "xor", operator.ilshift: "lshift", operator.irshift: "rshift",
}  # fmt: skip
_CONTAINERS = (list, dict, set, collections.deque, collections.OrderedDict)


class ChangeMixin(FunctionalMixin):
    """Calls that stand for a statement: an augmented assignment, a store, a `del`, a method of a container."""

    def call_of_change(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """The result when `found` is one of them, else None."""
        if isinstance(found, types.BuiltinFunctionType) and found.__module__ == "_operator":
            return self.call_of_operator(found, args)
        is_method = isinstance(found, (types.MethodDescriptorType, types.WrapperDescriptorType))
        if is_method and found.__objclass__ in _CONTAINERS and args and isinstance(args[0], (ListRef, DictRef)):
            return self.call_method(args[0], found.__name__, args[1:], kwargs)
        return None

    def call_of_operator(self, found: Any, args: tuple[Value, ...]) -> Value | None:
        """A call of a function of `operator` that changes its first argument, or reads an item of it."""
        if found in _INPLACE:
            return self.augmented(args[0], _INPLACE[found], args[1])
        if found is operator.setitem:
            self.store(*args)
        elif found is operator.delitem:
            self.delete_at(*args)
        elif found is operator.getitem:
            return self.subscript(*args)
        elif found is operator.concat:
            return self.binary("add", *args)
        else:
            return None
        return Lit(None)

    def check_unchanged(self, function: Lit, given: tuple[Value, ...]) -> None:
        """Refuse to hand a list or a dict to a function that may change it, unseen."""
        for value in given:
            if isinstance(value, (ListRef, DictRef)):
                what = f"{describe(value)} is given to {describe(function)}, whose source is not known and which may change it"
                raise self.refuse(what, "pass a tuple, or mark the function with st_ad.constant")
            if isinstance(value, TupleValue):
                self.check_unchanged(function, value.items)
