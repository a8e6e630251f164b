"""What is known when transformed: calls whose operands are all literals."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ..ir.primitives import python_function
from ..ir.syntax import Arg, Lit, Pack
from .kinds import literal

_FOLDED_BUILTINS = frozenset(
    f"builtins.{n}"
    for n in "abs min max len float int round pow sum bool complex isinstance issubclass any all".split()
)


# Spellings of infinity, as an order or a bound: -np.inf and float("inf").
_INFINITIES = ("operator.neg", "builtins.float")


def folded(prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...]) -> Lit | None:
    """The result of a call whose operands are all literals, when it is a short number, a string or a flag."""
    if not (prim.startswith(("operator.", "math.")) or prim in _FOLDED_BUILTINS):
        return None
    if kwargs or not all(map(_is_plain, args)):
        return None
    function = python_function(prim)
    if function is None:
        return None
    try:
        values = [literal(a) for a in args]
        if prim in ("operator.pow", "builtins.pow", "math.pow", "operator.lshift") and abs(values[1]) > 64:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = function(*values)
    except Exception:
        # What raises here raises again, with its traceback, when the program runs.
        return None
    is_infinity = prim in _INFINITIES and isinstance(result, float) and math.isinf(result)
    return Lit(result) if is_infinity or _is_worth_folding(result) else None


def _is_plain(arg: Arg) -> bool:
    if isinstance(arg, Pack):
        return arg.kind in ("tuple", "list") and all(map(_is_plain, arg.items))
    return isinstance(arg, Lit) and not isinstance(arg.value, (np.ndarray, np.generic))


def _is_worth_folding(result: Any) -> bool:
    if isinstance(result, bool) or result is None:
        return True
    if isinstance(result, int):
        return result.bit_length() <= 62
    if isinstance(result, float):
        return math.isfinite(result) and len(repr(result)) <= 8
    return isinstance(result, str)
