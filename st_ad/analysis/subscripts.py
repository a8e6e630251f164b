"""What a subscript says: whether it gives a view, and whether it names an element twice."""

from __future__ import annotations

import math
from typing import Any, Mapping

import numpy as np

from ..ir.syntax import Arg, Eqn, Lit, Pack, Var
from ..ir.build import type_of
from ..ir.types import Seq, Tensor


def is_view_index(index: Arg) -> bool:
    """Whether subscripting an array with this may give a view: no array, list or mask in it."""
    if isinstance(index, Pack) and index.kind == "tuple":
        return all(map(is_view_index, index.items))
    if isinstance(index, Pack):
        return index.kind != "list"
    if isinstance(index, Lit):
        return not isinstance(index.value, (np.ndarray, list, bool))
    kind = index.type
    if isinstance(kind, Tensor):
        return kind.shape in (None, ()) and kind.dtype != "bool"
    return not isinstance(kind, Seq)


def is_plain_index(index: Arg) -> bool:
    """Whether subscripting an array with this is known to give a view, so that no element is named twice."""
    if isinstance(index, Pack) and index.kind == "tuple":
        return all(map(is_plain_index, index.items))
    if isinstance(index, Var) and isinstance(index.type, Tensor) and index.type.shape is None:
        return False
    return is_view_index(index)


def has_distinct_rows(index: Arg, made: Mapping[Var, Eqn]) -> bool:
    """Whether a subscript like `x[np.arange(n), labels]` has a part that never repeats, and no part of more axes."""
    if not isinstance(index, Pack) or index.kind != "tuple":
        return False
    ranks = [i.type.rank if isinstance(i, Var) and isinstance(i.type, Tensor) else 0 for i in index.items]
    if any(r is None or r > 1 for r in ranks) or any(isinstance(i, Pack) and i.kind != "slice" for i in index.items):
        return False
    return any(isinstance(i, Var) and i in made and _counts_up(made[i]) for i in index.items)


def _counts_up(node: Eqn) -> bool:
    """Whether numbers are an `np.arange` that has none below zero: -1 may be the row that another number names."""
    if node.prim != "numpy.arange" or not {k for k, _ in node.kwargs} <= {"dtype"}:
        return False
    bounds = (Lit(0), *node.args, Lit(1)) if len(node.args) == 1 else (*node.args, Lit(1))
    return all(isinstance(b, Lit) and type(b.value) is int and b.value >= least for b, least in ((bounds[0], 0), (bounds[2], 1)))


def is_list(arg: Arg) -> bool:
    """Whether an argument is a list of the running program."""
    return isinstance(arg, (Var, Lit)) and isinstance(type_of(arg), Seq)


def are_disjoint(a: Arg, b: Arg) -> bool:
    """Whether two subscripts are known to name no element both: `0` and `1`, `:2` and `2:`."""
    for p, q in zip(_parts(a), _parts(b)):
        if any(isinstance(i, Lit) and (i.value is None or i.value is Ellipsis) for i in (p, q)):
            return False
        first, second = _range(p), _range(q)
        # An index below zero may name what one above zero names.
        if first is not None and second is not None and (first[0] < 0) == (second[0] < 0):
            if first[1] <= second[0] or second[1] <= first[0]:
                return True
    return False


def _parts(index: Arg) -> tuple[Arg, ...]:
    return index.items if isinstance(index, Pack) and index.kind == "tuple" else (index,)


def _range(part: Arg) -> tuple[float, float] | None:
    """The first position that a part of a subscript names, and the one after the last."""
    if isinstance(part, Lit) and type(part.value) is int:
        return part.value, part.value + 1
    if not isinstance(part, Pack) or part.kind != "slice":
        return None
    bounds: list[Any] = [i.value if isinstance(i, Lit) and (i.value is None or type(i.value) is int) else "" for i in part.items]
    if "" in bounds or bounds[2] not in (None, 1) or any(b is not None and b < 0 for b in bounds[:2]):
        return None
    return bounds[0] or 0, math.inf if bounds[1] is None else bounds[1]
