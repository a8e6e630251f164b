"""The parameters of a function, live or known by its source only."""

from __future__ import annotations

import ast
from typing import Any

import gast

from ...ir.syntax import Lit
from .source import SourceFunction


def parameters(source: SourceFunction) -> list[tuple[str, str, Lit | None]]:
    """The parameters of a function: name, kind, default."""
    args: Any = source.node.args
    defaults = parameters_of(source) if source.function is None else live_defaults(source.function, args)
    groups = [("positional", args.posonlyargs), ("either", args.args), ("args", [args.vararg] if args.vararg else []),
              ("keyword", args.kwonlyargs), ("kwargs", [args.kwarg] if args.kwarg else [])]  # fmt: skip
    return [(a.id, kind, defaults.get(a.id)) for kind, group in groups for a in group]


def live_defaults(function: Any, args: Any) -> dict[str, Lit | None]:
    """The defaults that a function has now, whatever signature a decorator claims for it."""
    names = [a.id for a in (*args.posonlyargs, *args.args)]
    values = function.__defaults__ or ()
    pairs = (*zip(names[len(names) - len(values) :], values), *(function.__kwdefaults__ or {}).items())
    return {name: Lit(value) for name, value in pairs}


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
