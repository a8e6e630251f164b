"""Loops over the items of an array, which the program has as loops over numbers."""

from __future__ import annotations

from ..ir import walk
from ..ir.syntax import Eqn, For, Lit, Var
from ..ir.types import Tensor
from .folding import Folding


def row_of(loop: For, folding: Folding) -> Eqn | None:
    """The first statement of a loop, when it is `x = xs[i]` and the user wrote `for x in xs`."""
    if loop.start != Lit(0) or loop.step not in (None, Lit(1)) or loop.reverse or loop.xs or not loop.body.params:
        return None
    text = loop.loc.text
    if not text.startswith("for ") or "range(" in text:
        return None
    first = next((n for n in loop.body.body if folding.is_printed(n)), None)
    if not isinstance(first, Eqn) or first.prim != "getitem" or first.args[1] is not loop.body.params[0]:
        return None
    xs = first.args[0]
    if not isinstance(xs, Var) or not isinstance(xs.type, Tensor) or xs in folding.inline:
        return None
    if xs in loop.body.params or any(xs in walk.outs(n) for n in walk.all_nodes(loop.body)):
        return None
    stop = folding.inline.get(loop.stop) if isinstance(loop.stop, Var) else None
    if not isinstance(stop, Eqn) or stop.prim != "axis_length" or stop.args[1] != Lit(0):
        return None
    return first if stop.args[0] is xs else None
