"""Results that share storage with an argument: views, and what is a view or a copy as memory lies."""

from __future__ import annotations

from typing import Any

from ...ir.primitives import may_be_view
from ...ir.syntax import Arg, Atom, Lit, Pack, Var
from ...ir.types import Tensor
from .layouts import is_surely_in_order
from ..calls.pieces import LISTS, PieceMixin
from .state import CellInfo
from .values import ArrayRef, Choice, Step, TupleValue, Value
from .views import rank_of

_NAMES_OF_RESULTS = {
    "numpy.linalg.eig": ("eigenvalues", "eigenvectors"), "numpy.linalg.eigh": ("eigenvalues", "eigenvectors"),
    "numpy.linalg.qr": ("Q", "R"), "numpy.linalg.svd": ("U", "S", "Vh"), "numpy.linalg.slogdet": ("sign", "logabsdet"),
}  # fmt: skip
# An argument itself or a view of it, for some arguments.
_AT_TIMES = frozenset({"numpy.trim_zeros", "numpy.linalg.matrix_power", "numpy.linalg.diagonal", "numpy.diff"})


class SharingMixin(PieceMixin):
    """The results of a call, and whose storage they have."""

    def shared_results(self, prim: str, args: tuple[Value, ...], packed: list[Arg], named: dict[str, Any]) -> Value:
        """The results of a primitive that writes to nothing."""
        first = args[0] if args else None
        if prim == "numpy.einsum" and len(args) == 2 and isinstance(args[1], ArrayRef):
            return self.rearranged(args[1], packed, named)
        if prim == "numpy.nan_to_num" and isinstance(first, ArrayRef) and is_in_place(packed, named):
            return self.cleaned(first, packed[2:], named)
        if prim == "numpy.diag" and isinstance(first, ArrayRef) and rank_of(self.read(first)) == 1:
            # A matrix of a vector is new; the diagonal of a matrix is a view.
            return self.results(prim, packed, named)
        if may_be_view(prim) and self.as_many(prim, len(packed)):
            return self.parts(prim, args, packed, named)
        if isinstance(first, ArrayRef) and self.viewable(prim, first, packed, named):
            return self.view(first, prim, tuple(packed[1:]), named)
        if isinstance(first, ArrayRef) and (may_be_view(prim) or prim in _AT_TIMES and not is_of_first_order(prim, packed, named)):
            return self.maybe_view(prim, first, packed, named)
        return self.results(prim, packed, named)

    def maybe_view(self, prim: str, first: ArrayRef, packed: list[Arg], named: dict[str, Any]) -> Value:
        """A result that is a view or a copy: which of them is found out at run time, in case one of both is written to."""
        made = self.emit(prim, *packed, **named)
        if isinstance(made, Lit) or (isinstance(made.type, Tensor) and made.type.is_immutable):
            return made
        if self.state.heap[first.cell] in self.laid_out_anew:
            return self.watching_view(made, first)
        flag = self.emit("numpy.may_share_memory", made, self.read(first), hint=f"{made.hint}_is_view")
        # A copy of what is a copy: so it is clear to all that a write to it changes nothing else.
        order = {} if is_surely_in_order(made) else {"order": Lit("K")}
        copied = self.emit("numpy.copy", made, hint=made.hint, **order)
        assert isinstance(copied, Var)
        own = self.new_array(copied, CellInfo(contiguous=None))
        seen = ArrayRef(first.cell, (*first.path, Step(prim, tuple(packed[1:]), tuple(named.items()))))
        self.state.views[(self.state.heap[first.cell], seen.path)] = made
        return self.new_array(made, CellInfo(contiguous=None, choice=Choice(flag, seen, own)))

    def cleaned(self, whole: ArrayRef, rest: list[Arg], named: dict[str, Any]) -> Value:
        """`nan_to_num` with `copy=False`: the array itself changes."""
        named = {**dict(zip(("nan", "posinf", "neginf"), rest)), **named}
        named.pop("copy", None)
        self.write(whole, lambda old: self.emit("setitem", old, Lit(Ellipsis), self.emit("numpy.nan_to_num", old, **named),
                                                hint=getattr(old, "hint", "")), "nan_to_num")  # fmt: skip
        return whole

    def watching_view(self, made: Atom, whole: ArrayRef) -> Value:
        """A result that may be a view: it must not be written to, nor be read after the array was."""
        found = self.wrap(made)
        if isinstance(found, ArrayRef):
            self.tie_pieces(TupleValue((found,)), [whole])
        return found

    def rearranged(self, whole: ArrayRef, packed: list[Arg], named: dict[str, Any]) -> Value:
        """`einsum` of one array: when nothing is summed, NumPy gives a view of it."""
        text, rank = packed[0], rank_of(self.read(whole))
        words = text.value if isinstance(text, Lit) and isinstance(text.value, str) and not set(named) - {"optimize"} else None
        plain = words is not None
        labels, arrow, wanted = ("", "", "") if words is None else words.replace(" ", "").partition("->")
        if not arrow:
            wanted = "".join(sorted(c for c in labels if labels.count(c) == 1))
        if plain and "." not in labels and len(set(labels)) == len(labels) == rank == len(wanted):
            return self.view(whole, "numpy.transpose", (Pack("tuple", tuple(Lit(labels.index(c)) for c in wanted)),), {})
        if set(wanted) >= set(labels) or not plain:
            return self.watching_view(self.emit("numpy.einsum", *packed, **named), whole)
        return self.results("numpy.einsum", packed, named)

    def results(self, prim: str, packed: list[Arg], named: dict[str, Any]) -> Value:
        """One result, or a tuple or list of them."""
        outs = self.emit_many(prim, *packed, **named)
        if not outs:
            return Lit(None)
        if len(outs) == 1 and prim not in LISTS:
            return self.wrap(outs[0])
        wrapped = tuple(self.wrap(o) for o in outs)
        if prim in LISTS:
            return self.new_list(wrapped)
        return TupleValue(wrapped, names=_NAMES_OF_RESULTS.get(prim, ()))


def is_of_first_order(prim: str, packed: list[Arg], named: dict[str, Any]) -> bool:
    """Whether `diff` takes differences at all, as of order 0 it gives its argument."""
    order = named.get("n", packed[1] if len(packed) > 1 else Lit(1))
    return prim == "numpy.diff" and isinstance(order, Lit) and order.value != 0


def is_in_place(packed: list[Arg], named: dict[str, Any]) -> bool:
    """Whether `nan_to_num` is told to make no copy."""
    copy = named.get("copy", packed[1] if len(packed) > 1 else Lit(True))
    return isinstance(copy, Lit) and not copy.value
