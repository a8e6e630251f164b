"""Small arrays of integers and flags that are known when transformed, and what is known because it is computed from them."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from . import walk
from .interpret import compute
from .syntax import Arg, Eqn, Lit, Var
from .types import ANY

_MAX_SIZE = 32
_MAKES = frozenset(f"numpy.{n}" for n in "array asarray atleast_1d arange any all".split())
_COMPUTES = frozenset(
    f"numpy.{n}" for n in (
        "array asarray atleast_1d any all sort argsort delete append concatenate array_equal isin sum prod max min cumsum "
        "cumprod where flip unique setdiff1d logical_and logical_or logical_not absolute"
    ).split()
) | {"getitem", "setitem", "ndarray.astype", "builtins.len", "builtins.any", "builtins.all"}  # fmt: skip


def constant(
    prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...], known: dict[Var, Any]
) -> Any:
    """What an equation gives whose operands are literals and known arrays; None when that is not known, or not small."""
    if prim not in _MAKES and prim not in _COMPUTES and not prim.startswith(("operator.", "inplace.")):
        return None
    operands = (*args, *(v for _, v in kwargs))
    variables = walk.variables(operands)
    if not all(map(known.__contains__, variables)):
        return None
    leaves = [atom for arg in operands for atom in walk.leaves(arg)]
    is_known = variables or any(isinstance(a, Lit) and isinstance(a.value, np.generic) for a in leaves)
    if not is_known and prim not in _MAKES:
        return None
    if prim == "numpy.arange" and not all(isinstance(a, Lit) and a.value in range(-_MAX_SIZE, _MAX_SIZE) for a in args):
        return None
    if not all(map(_is_plain, leaves)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = compute(Eqn((Var("known", ANY),), prim, args, kwargs), known)
    except Exception:
        # What raises here raises again, with its traceback, when the program runs.
        return None
    is_small = isinstance(found, (np.ndarray, np.generic)) and found.dtype.kind in "bi" and found.size <= _MAX_SIZE
    return found if is_small or isinstance(found, bool) else None


def _is_plain(atom: Any) -> bool:
    """Whether an atom is a number, a flag, None, a dtype or a name, which does not change."""
    if isinstance(atom, Var):
        return True
    return isinstance(atom, Lit) and isinstance(atom.value, (bool, int, float, str, type(None), type, np.dtype, np.integer, np.bool_, slice))
