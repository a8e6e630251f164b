"""Derivative templates as equations: NumPy source or a Python function, lowered with its parameters bound."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any, Mapping

import gast

from ...ir.build import Builder
from ...ir.syntax import Arg, Lit, Var
from ...ir.types import Tensor
from ..lower import Lowering
from ..data.outside import NeedOutside
from ..text.source import SourceFunction
from ..text.template_names import TemplateNames


@cache
def _template(text: str) -> tuple[SourceFunction, Any, frozenset[str]]:
    """The source of a template, its expression, and the names that it mentions."""
    body = gast.parse(text, mode="eval").body
    node = gast.parse("def template(): pass").body[0]
    names = frozenset(n.id for n in gast.walk(body) if isinstance(n, gast.Name))
    return SourceFunction("template", "", [text], node, TemplateNames()), body, names


def expand(
    template: Any, bindings: Mapping[str, Arg], builder: Builder, names: Mapping[str, Any] | None = None,
    target: str = "",
) -> Arg:  # fmt: skip
    """Lower a derivative template with its parameters bound to arguments; equations go to `builder`.

    template is NumPy source, or a Python function (a SourceFunction) that is called with the bindings it names.
    """
    if isinstance(template, SourceFunction):
        source, body, mentioned = template, None, frozenset(a.id for a in template.node.args.args)
    else:
        source, body, mentioned = _template(template)
        known = _without_equations(body, bindings)
        if known is not None:
            return known
    if names:
        source = dataclasses.replace(source, names=TemplateNames(dict(names)))
    lowering = Lowering(source, builder.knowledge)
    lowering.builder = builder
    lowering.pinned = loc = builder.loc
    lowering.target = target or "out"
    frame = next(lowering.serial)
    lowering.state.frames[frame] = {}
    lowering.chain = (frame,)
    values = {name: lowering.bound_value(arg) for name, arg in bindings.items() if name in mentioned}
    try:
        if body is not None:
            lowering.state.frames[frame] = values
            return lowering.as_arg(lowering.evaluate(body))
        wanted = [a.id for a in source.node.args.args]
        result = lowering.enter(source, source.node, {n: values[n] for n in wanted}, ())
        return lowering.result_tree(result)
    except NeedOutside:
        raise lowering.refuse("a derivative rule changes a container from outside", "make a new one in the rule") from None
    finally:
        builder.loc = loc


def _without_equations(body: Any, bindings: Mapping[str, Arg]) -> Arg | None:
    """What a template is that is nothing but a number or one of its parameters."""
    if isinstance(body, gast.Constant) and type(body.value) in (int, float):
        return Lit(body.value)
    found = bindings.get(body.id) if isinstance(body, gast.Name) else None
    return found if isinstance(found, Var) and isinstance(found.type, Tensor) else None
