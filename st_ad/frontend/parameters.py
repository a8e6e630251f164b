"""The parameters of a function, live or known by its source only."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import gast

from ..ir.syntax import Lit
from .source import SourceFunction


def parameters(source: SourceFunction) -> list[tuple[str, str, Lit | None]]:
    """The parameters of a function: name, kind, default."""
    if source.function is not None:
        kinds = {
            inspect.Parameter.POSITIONAL_ONLY: "positional", inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
            inspect.Parameter.KEYWORD_ONLY: "keyword", inspect.Parameter.VAR_POSITIONAL: "args",
            inspect.Parameter.VAR_KEYWORD: "kwargs",
        }  # fmt: skip
        found = []
        for p in inspect.signature(source.function, follow_wrapped=False).parameters.values():
            default = None if p.default is inspect.Parameter.empty else Lit(p.default)
            found.append((p.name, kinds[p.kind], default))
        return found
    args: Any = source.node.args
    defaults = parameters_of(source)
    groups = [("positional", args.posonlyargs), ("either", args.args), ("args", [args.vararg] if args.vararg else []),
              ("keyword", args.kwonlyargs), ("kwargs", [args.kwarg] if args.kwarg else [])]  # fmt: skip
    return [(a.id, kind, defaults.get(a.id)) for kind, group in groups for a in group]


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
