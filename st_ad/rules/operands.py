"""Which arguments of a function are arrays, so that a list in their place is one too."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, Callable

from .catalogue import rule_for
from .signatures import spellings

# These keep their list: it is a list of arrays, a form of an index or a shape, or what they make an array of.
_OTHER = frozenset(
    "arrays choices choicelist condlist condition operands others subscripts axis axes axes_or_shape shape new_shape size "
    "indices obj reps repeats shift indices_or_sections pad_width window_shape source destination s k n m deg kth bins "
    "c_and_lower cb_and_lower factors lu_and_piv l_and_u c_or_cr q range spacing constant_values end_values stat_length requirements dtype".split()
)
_MAKERS = frozenset(
    "array asarray asanyarray asarray_chkfinite ascontiguousarray asfortranarray require float16 float32 float64 longdouble "
    "complex64 complex128 astype".split()
)
_VARIADIC = frozenset("numpy.einsum numpy.broadcast_arrays numpy.meshgrid numpy.atleast_1d numpy.atleast_2d numpy.atleast_3d".split())


def none(argument: int | str) -> bool:
    """No argument."""
    return False


@cache
def operands(prim: str) -> Callable[[int | str], bool]:
    """Tells of the place or the name of an argument whether NumPy makes an array of a list there.

    >>> is_operand = operands("numpy.reshape")
    >>> is_operand(0), is_operand(1), is_operand("a"), is_operand("shape")
    (True, False, True, False)
    """
    if not prim.startswith(("numpy.", "scipy.")) or prim.startswith("numpy.") and prim.rpartition(".")[2] in _MAKERS:
        return none
    rule: Any = rule_for(prim)
    if rule is None:
        return none
    found: set[int | str] = set()
    for place, parameter in enumerate(rule.signature.parameters.values()):
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL and prim in _VARIADIC:
            return lambda argument: isinstance(argument, int) and argument >= place or argument in found
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and parameter.name not in _OTHER:
            found.update((place, *spellings(parameter.name)))
    return lambda argument: argument in found
