"""Calls that give several arrays: pieces of one, its rows, the places of what is not zero."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ...ir.build import type_of
from ...ir.syntax import Arg, Atom, Lit, Pack, Var
from ...ir.types import Tensor
from .spellings import SpellingMixin
from ..data.values import ArrayRef, ListRef, Step, TupleValue, Value
from ..data.views import rank_of

# With the axis, where it is fixed.
_SPLITS = {"numpy.split": None, "numpy.array_split": None, "numpy.hsplit": 1, "numpy.vsplit": 0, "numpy.dsplit": 2}
LISTS = frozenset({*_SPLITS, "numpy.meshgrid"})


class PieceMixin(SpellingMixin):
    """How many results a call has is decided here; where only the program knows, its words are those of a loop."""

    def several(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """The results of a call that has as many as its arguments say, or None where that is known already."""
        if prim == "numpy.nonzero" or prim == "numpy.where" and len(args) == 1 and not kwargs:
            return self.nonzero_places(prim, args, kwargs)
        if prim in _SPLITS:
            return self.split(prim, args, kwargs)
        if prim == "numpy.ix_" and len(args) == 1:
            return self.nonzero_places(prim, args, kwargs) if self.is_mask(args[0]) else TupleValue((self.call_prim("numpy.asarray", args, {}),))
        return None

    def is_mask(self, value: Value) -> bool:
        arg = self.as_arg(self.array_of_display(value))
        kind = None if isinstance(arg, Pack) else type_of(arg)
        return isinstance(kind, Tensor) and kind.dtype == "bool"

    def rank_of_value(self, value: Value) -> int | None:
        arg = self.as_arg(value)
        return None if isinstance(arg, Pack) else rank_of(arg)

    def nonzero_places(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """A tuple of as many arrays of places as there are axes."""
        if kwargs or len(args) != 1:
            return None
        (condition,) = self.with_operands("numpy.nonzero", args, {})[0]
        if self.rank_of_value(condition) == 1:
            return TupleValue((self.call_prim("numpy.flatnonzero", (condition,), {}),))
        return self.call_prim("numpy.nonzero", (condition,), {}) if prim != "numpy.nonzero" else None

    def split(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """Pieces whose number is known are results of one call; a loop collects the others in a list."""
        bound = dict(zip(("ary", "indices_or_sections", "axis"), args), **kwargs)
        sections = bound.get("indices_or_sections")
        if isinstance(sections, ListRef) and self.is_growing(sections):
            sections = self.call_prim("numpy.array", (sections,), {})
        if not isinstance(sections, (Var, ArrayRef)):
            return None
        atom = self.read(sections)
        if isinstance(atom, Lit):
            places = np.asarray(atom.value)
            known = Lit(int(places)) if places.ndim == 0 else TupleValue(tuple(Lit(int(p)) for p in places))
            return self.cut(prim, bound, known)
        count = number_of_cuts(atom)
        if isinstance(count, int):
            cuts = tuple(self.subscript(sections, Lit(k)) for k in range(count))
            return self.cut(prim, bound, TupleValue(cuts))
        if rank_of(atom) == 0 and isinstance(atom, Var) and self.is_decided_outside(atom):
            known = Lit(self.static(atom, "the number of pieces"))
            return self.cut(prim, bound, known)
        return self.pieces_in_a_loop(prim, bound, sections)

    def cut(self, prim: str, bound: dict[str, Value], sections: Value) -> Value:
        """The pieces where their number is known."""
        rest = {k: v for k, v in bound.items() if k == "axis"}
        return self.call_prim(prim, (bound["ary"], sections), rest)

    def pieces_in_a_loop(self, prim: str, bound: dict[str, Value], sections: Value) -> Value:
        """The pieces where their number is known when the program runs."""
        rank, rank_of_cuts = self.rank_of_value(bound["ary"]), self.rank_of_value(sections)
        if rank is None or rank_of_cuts is None:
            raise self.refuse("the number of pieces must be known when transformed", "give the number, or slice in a loop")
        fixed = {"numpy.hsplit": 0 if rank == 1 else 1, "numpy.vsplit": 0, "numpy.dsplit": 2}.get(prim)
        axis = self.static(bound.get("axis", Lit(0)), "`axis`") % rank if fixed is None else fixed
        body: Callable[..., Any] = cut_at if rank_of_cuts else cut_into if prim == "numpy.array_split" else cut_evenly
        return self.run_procedure(body, (bound["ary"], sections, Lit(axis)), {})

    def is_decided_outside(self, var: Var) -> bool:
        """Whether an integer is computed from arguments of the function and indices of loops that can be unrolled."""
        return bool(self.origins(var)) or self.integer_behind(var) in self.int_parameters

    def as_many(self, prim: str, count: int) -> bool:
        """Whether a call that gives views gives several."""
        if prim.startswith("numpy.atleast_"):
            return count > 1
        return prim in _SPLITS or prim in ("numpy.broadcast_arrays", "numpy.meshgrid")

    def parts(self, prim: str, args: tuple[Value, ...], packed: list[Arg], named: dict[str, Any]) -> Value:
        """The pieces of arrays: the only one is a view of the whole; others may be read until an array is written to."""
        mark = len(self.builder.nodes)
        whole = args[0] if args else None
        outs = self.emit_many(prim, *packed, **named)
        if isinstance(whole, ArrayRef) and len(outs) == 1:
            del self.builder.nodes[mark:]
            alone = self.item(whole, Lit(Ellipsis))
            return self.new_list((alone,)) if prim in LISTS else TupleValue((alone,))
        if isinstance(whole, ArrayRef) and prim in _SPLITS:
            places = self.places_of_pieces(prim, whole, packed, named, len(outs))
            if places is not None:
                return self.new_list(tuple(self.piece(whole, at, made) for at, made in zip(places, outs)))
        del self.builder.nodes[mark:]
        made = self.results(prim, packed, named)
        if prim != "numpy.meshgrid" or "copy" in named:
            self.tie_pieces(made, [a for a in args if isinstance(a, ArrayRef)])
        return made

    def places_of_pieces(
        self, prim: str, whole: ArrayRef, packed: list[Arg], named: dict[str, Any], count: int
    ) -> list[Pack] | None:
        """The subscripts of the pieces that an array is split into; None when the axis is not known."""
        base = self.read(whole)
        rank, axis = rank_of(base), _SPLITS[prim]
        if axis is None:
            found = named.get("axis", packed[2] if len(packed) > 2 else Lit(0))
            axis = found.value if isinstance(found, Lit) else None
        if rank is None or not isinstance(axis, int):
            return None
        axis = 0 if prim == "numpy.hsplit" and rank == 1 else axis % rank
        sections = packed[1] if len(packed) > 1 else named["indices_or_sections"]
        bounds = self.bounds_of_pieces(base, axis, sections, count)
        if bounds is None:
            return None
        whole_axis = Pack("slice", (Lit(None),) * 3)
        return [
            Pack("tuple", (*(whole_axis,) * axis, Pack("slice", (low, high, Lit(None)))))
            for low, high in zip(bounds, bounds[1:])
        ]

    def bounds_of_pieces(self, base: Atom, axis: int, sections: Arg, count: int) -> list[Atom] | None:
        """Where the pieces begin and end."""
        if isinstance(sections, Lit) and isinstance(sections.value, int):
            length = self.emit("axis_length", base, axis)
            size, more = self.emit("operator.floordiv", length, count), self.emit("operator.mod", length, count)
            starts = [self.emit("operator.mul", size, k) for k in range(count)]
            return [*(self.emit("operator.add", s, self.emit("builtins.min", more, k)) for k, s in enumerate(starts)), length]
        if isinstance(sections, Lit) and isinstance(sections.value, (list, tuple, np.ndarray)):
            return [Lit(0), *(Lit(int(v)) for v in sections.value), Lit(None)]
        if isinstance(sections, Pack) and len(sections.items) == count - 1:
            return [Lit(0), *(v for v in sections.items if not isinstance(v, Pack)), Lit(None)]
        return None

    def piece(self, whole: ArrayRef, at: Pack, made: Atom) -> Value:
        """A piece of an array, which was computed already."""
        path = (*whole.path, Step("getitem", (at,)))
        self.state.views[(self.state.heap[whole.cell], path)] = made
        return ArrayRef(whole.cell, path)

    def tie_pieces(self, made: Value, wholes: list[ArrayRef]) -> None:
        """Pieces share storage with arrays: none of them may be written to, nor be read after an array was."""
        if not wholes:
            return
        cells = dict.fromkeys(c for w in wholes for c in (w.cell, *(c for c, _ in self.cells[w.cell].watched)))
        watched = tuple((c, self.state.heap[c]) for c in cells if c in self.state.heap)
        inside = self.content(made) if isinstance(made, ListRef) else made
        for piece in getattr(inside, "items", ()):
            if isinstance(piece, ArrayRef):
                info = self.cells[piece.cell]
                info.shared, info.watched = f"`{self.cell_name(wholes[0].cell)}`", watched


def number_of_cuts(atom: Any) -> Any:
    """The length of an array of places, None when it is not known or a number."""
    kind = type_of(atom)
    return kind.shape[0] if isinstance(kind, Tensor) and kind.shape else None


# --- run where the number of pieces is not known


def cut_evenly(ary, sections, axis):
    size, rest = divmod(np.shape(ary)[axis], sections)
    if rest:
        raise ValueError("array split does not result in an equal division")
    parts = []
    for k in range(sections):
        parts.append(ary[(slice(None),) * axis + (slice(k * size, (k + 1) * size),)])
    return parts


def cut_into(ary, sections, axis):
    size, rest = divmod(np.shape(ary)[axis], sections)
    parts = []
    for k in range(sections):
        low = k * size + min(k, rest)
        parts.append(ary[(slice(None),) * axis + (slice(low, low + size + (k < rest)),)])
    return parts


def cut_at(ary, cuts, axis):
    parts = []
    low = 0
    for high in cuts:
        parts.append(ary[(slice(None),) * axis + (slice(low, high),)])
        low = high
    parts.append(ary[(slice(None),) * axis + (slice(low, None),)])
    return parts
