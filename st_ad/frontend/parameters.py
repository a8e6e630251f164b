"""The parameters of a function that is known by its source only."""

from __future__ import annotations

import ast
from typing import Any

import gast

from ..ir.syntax import Lit
from .source import SourceFunction


def parameters_of(source: SourceFunction) -> dict[str, Lit | None]:
    """The parameters in order, with their defaults so far as these are literals."""
    args: Any = source.node.args
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    pairs = list(zip(positional, defaults))
    pairs += [(args.vararg, None)] if args.vararg else []
    pairs += list(zip(args.kwonlyargs, args.kw_defaults))
    pairs += [(args.kwarg, None)] if args.kwarg else []
    return {parameter.id: _literal(default) for parameter, default in pairs}


def _literal(default: Any) -> Lit | None:
    if default is None:
        return None
    try:
        return Lit(ast.literal_eval(gast.gast_to_ast(default)))
    except (ValueError, TypeError):
        return None
