"""Specialisations on disk: what is kept of one, in words that can be verified when it is read again.

Nothing is stored that cannot be named: an object is an attribute of an imported module, a global of the user is a name
in a module and a hash of the source or a literal that it must still have. What a function calls is found among its
guards, so a helper that was edited since makes the entry worthless, and it is made anew.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import types
from functools import partial
from typing import Any, Callable, Mapping

import numpy as np

from . import cache
from .errors import StAdError
from .frontend.text.source import source_of
from .ir.syntax import Lit, Pack
from .loading import Guard, Loaded, Printed, compile_printed, function_guards, kind_of
from .recipe import Recipe
from .rules import catalogue
from .subject import Subject, root_of

_LITERALS = (bool, int, float, complex, str, bytes, type(None))


class Unnameable(Exception):
    """Something that cannot be written to a file and recognised when it is read."""


def key_of(subject: Subject, trees: Mapping[str, Any], recipe: Recipe) -> dict[str, Any] | None:
    """The key of a specialisation, or None when it cannot be kept."""
    if not _only_our_rules():
        return None
    try:
        return {
            "generator": cache.generator(),
            "function": _describe(subject.function),
            "arguments": {name: _tree(tree) for name, tree in trees.items()},
            "recipe": [recipe.mode, list(recipe.wrt), recipe.single, recipe.has_aux, recipe.style],
        }
    except (Unnameable, StAdError):
        return None


def fetch(subject: Subject, key: Mapping[str, Any]) -> tuple[Loaded, ...] | None:
    """The specialisation of a key, if it is stored and everything that it depends on is as it was."""
    payload = cache.read(key)
    if payload is None:
        return None
    try:
        return tuple(_load(subject, part) for part in payload["parts"])
    except (Unnameable, StAdError, KeyError, TypeError, ValueError, SyntaxError, AttributeError):
        return None


def keep(subject: Subject, key: Mapping[str, Any], loaded: tuple[Loaded, ...]) -> None:
    """Store a specialisation, when all of it can be named."""
    try:
        parts = [_part(subject, one) for one in loaded]
    except (Unnameable, StAdError):
        return
    cache.write(key, {"parts": parts})


def _part(subject: Subject, one: Loaded) -> dict[str, Any]:
    printed = one.printed
    known = [_text_of(subject.function)]
    guards = []
    for guard in one.guards:
        if guard.implied:
            continue
        expected = guard.expected
        if not guard.by_kind and isinstance(expected, types.FunctionType):
            known.append(_text_of(expected))
        guards.append(
            [
                _address(subject, guard),
                guard.by_kind,
                _kind(expected) if guard.by_kind else _describe(expected),
            ]
        )
    for text in printed.sources:
        if not any(text in k for k in known):
            raise Unnameable(text)
    return {
        "name": printed.name,
        "text": printed.text,
        "bindings": {name: _object(value) for name, value in printed.bindings.items()},
        "cells": {name: _cell(subject, cell) for name, cell in printed.cells.items()},
        "live": sorted(printed.live),
        "defaults": [_literal(v) for v in printed.defaults],
        "keyword_defaults": {k: _literal(v) for k, v in printed.keyword_defaults.items()},
        "seeds": list(one.seeds),
        "mutates": one.mutates,
        "writes": one.writes,
        "compares": one.compares,
        "draws": one.draws,
        "assumed": one.assumed,
        "guards": guards,
    }


def _load(subject: Subject, part: Mapping[str, Any]) -> Loaded:
    root = root_of(subject.function)
    guards = function_guards(root) if isinstance(root, types.FunctionType) else []
    for address, by_kind, wanted in part["guards"]:
        read = _reader(subject, address)
        value = read()
        if wanted != (_kind(kind_of(value)) if by_kind else _describe(value)):
            raise Unnameable(address)
        guards.append(Guard(read, kind_of(value) if by_kind else value, by_kind))
        if isinstance(value, types.FunctionType) and not by_kind:
            guards += function_guards(value)
    printed = Printed(
        part["name"],
        part["text"],
        {name: _named(ref) for name, ref in part["bindings"].items()},
        {name: subject.cells[cell] for name, cell in part["cells"].items()},
        frozenset(part["live"]),
        tuple(_value(v) for v in part["defaults"]),
        {k: _value(v) for k, v in part["keyword_defaults"].items()},
    )
    function = compile_printed(printed, subject.namespace)
    mutates, writes, compares, draws = (bool(part[n]) for n in ("mutates", "writes", "compares", "draws"))
    assumed, seeds = tuple(part["assumed"]), tuple(part["seeds"])
    return Loaded(printed, function, tuple(guards), seeds, mutates, writes, compares, draws, assumed)


def _address(subject: Subject, guard: Guard) -> list[str]:
    """Where a guard reads, as [module, dotted name], or ["", dotted name] for a closure cell of the function."""
    scope, spelling = guard.scope, guard.spelling
    if not spelling or not all(part.isidentifier() for part in spelling.split(".")):
        raise Unnameable(spelling)
    if isinstance(scope, types.CellType):
        base, *rest = spelling.split(".")
        return ["", ".".join([_cell(subject, scope), *rest])]
    name = scope.get("__name__") if isinstance(scope, dict) else None
    module = sys.modules.get(name) if isinstance(name, str) else None
    if module is None or vars(module) is not scope:
        raise Unnameable(spelling)
    return [str(name), spelling]


def _reader(subject: Subject, address: list[str]) -> Callable[[], Any]:
    module, spelling = address
    base, *rest = spelling.split(".")
    top = partial(vars(sys.modules[module]).get, base) if module else partial(getattr, subject.cells[base], "cell_contents")
    if not rest:
        return top

    def read() -> Any:
        value = top()
        for name in rest:
            value = getattr(value, name, None)
        return value

    return read


def _cell(subject: Subject, cell: types.CellType) -> str:
    for name, own in subject.cells.items():
        if own is cell:
            return name
    raise Unnameable("a closure cell of another function")


def _describe(value: Any) -> Any:
    """A static value in words that change when it does."""
    if type(value) in _LITERALS:
        return ["literal", _literal(value)]
    if isinstance(value, types.FunctionType) and not _is_importable_library(value):
        defaults = [
            _literal(v) for v in (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
        ]
        cells = sorted(value.__code__.co_freevars)
        digest = hashlib.sha256(_text_of(value).encode()).hexdigest()
        return ["function", value.__module__, value.__qualname__, digest, defaults, cells]
    if hasattr(value, "__st_ad_function__"):
        recipe = value.recipe
        inner = _describe(value.subject.function)
        return ["derivative", type(value).__name__, [recipe.mode, list(recipe.wrt), recipe.single, recipe.has_aux, recipe.style], inner]
    return ["object", _object(value)]


def _is_importable_library(value: Any) -> bool:
    return (getattr(value, "__module__", None) or "").split(".")[0] in ("numpy", "scipy", "st_ad", "math", "cmath")


def _text_of(value: Any) -> str:
    while hasattr(value, "__st_ad_function__"):
        value = value.subject.function
    return source_of(value).text


def _object(value: Any) -> str:
    """`module` or `module:qualified.name` of something that can be imported from a library."""
    if isinstance(value, types.ModuleType):
        if sys.modules.get(value.__name__) is value:
            return value.__name__
        raise Unnameable(repr(value))
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if isinstance(value, np.dtype):
        return f"dtype:{value.name}"
    module = getattr(value, "__module__", None) or ("numpy" if isinstance(value, np.ufunc) else None)
    if (
        name
        and module
        and _is_importable_library(value) | isinstance(value, np.ufunc) | (module == "builtins")
    ):
        reference = f"{module}:{name}"
        if _named(reference) is value:
            return reference
    raise Unnameable(repr(value))


def _named(reference: str) -> Any:
    """What a reference names; only libraries and modules that are imported already are looked into."""
    module, _, name = reference.partition(":")
    if module == "dtype":
        return np.dtype(name)
    root = module.split(".")[0]
    if module not in sys.modules and root not in ("numpy", "math", "cmath", "st_ad", "builtins"):
        raise Unnameable(reference)
    try:
        __import__(module)
        found: Any = sys.modules[module]
        for part in name.split(".") if name else ():
            found = getattr(found, part)
    except (ImportError, AttributeError):
        raise Unnameable(reference) from None
    return found


def _literal(value: Any) -> list[str]:
    if type(value) not in _LITERALS:
        raise Unnameable(repr(value))
    return [type(value).__name__, repr(value)]


def _value(literal: list[str]) -> Any:
    kind, text = literal
    if kind in ("float", "complex"):
        return {"float": float, "complex": complex}[kind](text)
    value = ast.literal_eval(text)
    if type(value).__name__ != kind:
        raise Unnameable(text)
    return value


def _kind(key: Any) -> str:
    text = repr(key)
    if " at 0x" in text:
        raise Unnameable(text)
    return text


def _tree(tree: Any) -> Any:
    """The abstract value of an argument in words."""
    if isinstance(tree, Lit):
        return _describe(tree.value)
    if isinstance(tree, Pack):
        if tree.cls is not None:
            raise Unnameable(repr(tree.cls))
        return [tree.kind, [_literal(k) for k in tree.keys], [_tree(i) for i in tree.items]]
    return [repr(tree), str(getattr(tree, "form", ""))]


def _only_our_rules() -> bool:
    """Whether no derivative rule has been added or changed by the user."""
    return not catalogue.user_rules()
