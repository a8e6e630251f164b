"""The types of results of functions of the user that have a rule: what their own text says, where st_ad can read it."""

from __future__ import annotations

import inspect
from typing import Any

from ..errors import NeedStatic, StAdError
from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Atom, Lit, Pack, Var
from .kinds import Site, Unknown

Results = tuple  # of Type or Lit


def results_of(function: Any, site: Site, knowledge: Any) -> Results:
    """A type per result of a call; raises Unknown when the text does not tell."""
    from ..frontend.lower import lower
    from ..frontend.text.source import source_of

    try:
        bound = inspect.signature(function).bind(*site.args, **dict(site.kwargs)).arguments
        lowered = lower(source_of(function), {name: _kind(arg) for name, arg in bound.items()}, knowledge)
    except (StAdError, NeedStatic, TypeError, ValueError):
        raise Unknown from None
    items = lowered.result.items if isinstance(lowered.result, Pack) and lowered.result.kind == "tuple" else (lowered.result,)
    made = tuple(i for i in items if isinstance(i, Var))
    if not items or len(made) != len(items):
        raise Unknown
    return tuple(map(type_of, made))


def _kind(arg: Any) -> Any:
    if isinstance(arg, tuple):
        return Pack("tuple", tuple(map(_kind, arg)))
    if isinstance(arg, dict):
        return Pack("dict", tuple(map(_kind, arg.values())), tuple(arg))
    return walk.map_arg(arg, _leaf) if isinstance(arg, Pack) else _leaf(arg)


def _leaf(arg: Atom) -> Any:
    return arg if isinstance(arg, Lit) else type_of(arg)
