"""Which adjoints are exact zeros where something else was chosen."""

from __future__ import annotations

from typing import Mapping, Sequence

from ..ir.build import type_of
from ..ir.syntax import Arg, Eqn, Lit, Var
from ..ir.types import Tensor
from .cotangents import Cotangents

# Their adjoints are exact zeros where a condition chose something else,
_CHOOSING = frozenset(
    "numpy.where numpy.maximum numpy.minimum numpy.fmax numpy.fmin numpy.clip numpy.select numpy.nan_to_num numpy.extract "
    "numpy.choose numpy.nansum numpy.nanmean runtime.strong_product".split()
)
# or at items that were not taken.
_TAKING = frozenset(
    "numpy.max numpy.min numpy.amax numpy.amin numpy.nanmax numpy.nanmin numpy.maximum.reduce numpy.minimum.reduce numpy.ptp "
    "numpy.median numpy.take numpy.take_along_axis numpy.split numpy.array_split numpy.hsplit numpy.vsplit numpy.dsplit "
    "numpy.triu numpy.tril numpy.diag numpy.diagonal numpy.trace".split()
)
_SINGULAR_AT_ZERO = frozenset(
    "operator.truediv numpy.divide operator.pow numpy.power numpy.log numpy.log2 numpy.log10 numpy.sqrt numpy.cbrt "
    "math.log math.sqrt numpy.reciprocal".split()
)


def chooses(eqn: Eqn, bound: Mapping[str, Arg]) -> bool:
    """Whether a condition decides which operand gets an adjoint, and the other exactly zero."""
    return eqn.prim in _CHOOSING or bound.get("where", Lit(...)) not in (Lit(...), Lit(True))


def takes(eqn: Eqn) -> bool:
    """Whether items of an operand that are not in the result get an adjoint of exactly zero."""
    return eqn.prim in _TAKING


def is_regular(prim: str, args: Sequence[Arg], co: Cotangents) -> bool:
    """Whether the point where the partial is infinite cannot be met: a positive operand of log or sqrt."""
    at_zero = args[1] if prim in ("operator.truediv", "numpy.divide") else args[0]
    kinds = [type_of(a) for a in args if isinstance(a, (Var, Lit))] if prim == "operator.truediv" else []
    if len(kinds) == 2 and all(isinstance(k, Tensor) and k.form == "py" and k.shape == () for k in kinds):
        # Python has raised where the divisor is zero; it does not where the other is a number of NumPy's.
        return True
    return prim in _SINGULAR_AT_ZERO and co.is_positive(at_zero)
