"""What users state about functions of their own, checked when they state it: the call, and its formulas."""

from __future__ import annotations

import ast
import inspect
from typing import Any, Iterable


def check_stated(template: Any, formulas: Iterable[Any]) -> None:
    """Raises ValueError when a template is no call of a function, or a formula no expression of its parameters."""
    if not isinstance(template, str):
        raise TypeError(f"the call is a string, such as 'f(x)', not {template!r}")
    names = _parameters(template)
    texts = list(formulas)
    if len(texts) > len(names) and not any(n.startswith("*") for n in names):
        raise ValueError(f"{template!r} has {len(names)} parameters, and {len(texts)} formulas are given")
    known = {n.lstrip("*") for n in names} | {"y", "y_bar"} | {f"{n}_dot" for n in names}
    for text in texts:
        if isinstance(text, str):
            _check_formula(text, template, known)


def with_defaults(signature: inspect.Signature, function: Any) -> inspect.Signature:
    """The signature of a template, with the defaults that the function has where the template does not say."""
    try:
        own = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return signature
    found: list[inspect.Parameter] = []
    for p in signature.parameters.values():
        default = own[p.name].default if p.name in own and p.default is p.empty else p.default
        found.append(p.replace(default=default))
    needed = [i for i, p in enumerate(found) if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    if any(p.default is not p.empty for p in found[: max(needed, default=0)]):
        return signature
    return signature.replace(parameters=found)


def _parameters(template: str) -> list[str]:
    try:
        call = ast.parse(template, mode="eval").body
    except SyntaxError:
        call = None
    if not isinstance(call, ast.Call):
        raise ValueError(f"{template!r} is no call: write the function with its parameters, such as 'f(x, y)'")
    names = []
    for arg in call.args:
        star = "*" if isinstance(arg, ast.Starred) else ""
        name = arg.value if isinstance(arg, ast.Starred) else arg
        if not isinstance(name, ast.Name):
            raise ValueError(f"{template!r}: a parameter is a name, not {ast.unparse(arg)}")
        names.append(star + name.id)
    return names + [k.arg or "**" for k in call.keywords]


def _check_formula(text: str, template: str, known: set[str]) -> None:
    from ..frontend.text.template_names import TemplateNames

    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise ValueError(f"the formula {text!r} of {template!r} is no expression: {error.msg}") from None
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    bound |= {a.arg for n in ast.walk(tree) if isinstance(n, ast.Lambda) for a in n.args.args}
    meant = TemplateNames()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id not in known | bound and meant.find(node.id) is None:
            has = ", ".join(sorted(n for n in known if not n.endswith("_dot")))
            raise ValueError(f"the formula {text!r} of {template!r} uses `{node.id}`: it may use {has}, np and math")
