"""Functions named on the command line: finding them, usually without running their file, and printing derivatives."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.machinery
import importlib.util
import os
import sys
from dataclasses import dataclass
from typing import Any

from .errors import NeedStatic, Problem, SourceUnavailableError, UnsupportedError
from .frontend.parameters import parameters_of
from .frontend.files import source_in_file
from .frontend.source import SourceFunction, source_of
from .ir.show import show
from .ir.syntax import Function, Lit
from .ir.types import FLOAT, INT, Tensor
from .lowering import TARGETS
from .pipeline import aimed, build, derive, module_text, name_lengths, primal, text_of
from .recipe import MODES, Recipe, check_style
from .rules.catalogue import all_rules, scipy_rules
from .subject import root_of
from .typespec import parse_types

AIMS = tuple(TARGETS)
STAGES = ("wengert", "adjoint", "source")


@dataclass(frozen=True)
class Target:
    """A function as named on the command line, and where its text is."""

    spelling: str
    source: SourceFunction

    @property
    def parameters(self) -> dict[str, Lit | None]:
        """The parameters with their defaults, so far as these are literals."""
        return parameters_of(self.source)


def find(spelling: str, load: bool = False) -> Target:
    """The function that `FILE:FUNCTION` or `package.module:function` names; its file is executed only with `load`.

    Raises SourceUnavailableError when there is no such function.
    """
    place, colon, name = spelling.rpartition(":")
    if not colon or not place or not name:
        what = f"`{spelling}` names no function"
        raise SourceUnavailableError(Problem(what, "write FILE:FUNCTION or package.module:function"))
    is_file = place.endswith(".py") or os.sep in place
    if load:
        return Target(spelling, source_of(root_of(_loaded(place, name, is_file))))
    return Target(spelling, source_in_file(place if is_file else _file_of(place), name))


def _loaded(place: str, name: str, is_file: bool) -> Any:
    try:
        if not is_file:
            sys.path.insert(0, os.getcwd())
            module = importlib.import_module(place)
        else:
            folder, base = os.path.split(os.path.abspath(place))
            sys.path.insert(0, folder)
            spec = importlib.util.spec_from_file_location(base.removesuffix(".py"), place)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
    except Exception as error:
        what = f"importing {place} failed: {type(error).__name__}: {error}"
        raise SourceUnavailableError(Problem(what, "mend it, or leave out --import")) from None
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None:
        raise SourceUnavailableError(Problem(f"{place} has no function `{name}`", "check the name"))
    return found


def _file_of(module: str) -> str:
    """The file of a module, found without importing the packages above it."""
    path: list[str] | None = [os.getcwd(), *sys.path]
    spec = None
    parts = module.split(".")
    for i in range(len(parts)):
        spec = importlib.machinery.PathFinder.find_spec(".".join(parts[: i + 1]), path)
        if spec is None:
            break
        path = list(spec.submodule_search_locations or [])
    if spec is None or not spec.origin:
        raise SourceUnavailableError(
            Problem(f"there is no module `{module}`", "check the name, or give the file")
        )
    return spec.origin


def recipe_for(target: Target, wrt: str, mode: str, style: str = "readable") -> Recipe:
    """What is asked of a function; without `wrt` its first parameter is differentiated.

    Raises ValueError when the mode, the style or a parameter is unknown.
    """
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r}: one of {', '.join(MODES)}")
    names = tuple(n.strip() for n in wrt.split(",") if n.strip()) or tuple(target.parameters)[:1]
    for name in names:
        if name not in target.parameters:
            raise ValueError(
                f"`{target.source.name}` has no parameter `{name}`: it has {', '.join(target.parameters)}"
            )
    return Recipe(mode, names, len(names) == 1, style=check_style(style))


def types_for(target: Target, text: str, static: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The abstract value of each parameter: as written, or its default when that is a flag, or anything at all."""
    written = parse_types(text)
    for name in written:
        if name not in target.parameters:
            raise ValueError(
                f"`{target.source.name}` has no parameter `{name}`: it has {', '.join(target.parameters)}"
            )
    trees: dict[str, Any] = {}
    for name, default in target.parameters.items():
        is_flag = default is not None and (default.value is None or isinstance(default.value, (str, bool)))
        fallback: Any = default if is_flag or name in static else Tensor(None, None, None)
        if written and isinstance(fallback, Tensor) and default is not None and type(default.value) in (int, float):
            fallback = FLOAT if isinstance(default.value, float) else INT
        trees[name] = written.get(name, fallback)
    return trees


def programs(target: Target, recipe: Recipe, types: str, stage: str = "source") -> tuple[Function, ...]:
    """The programs of a stage: the Wengert list of the function, its adjoint as derived, or as it will be printed."""
    static: frozenset[str] = frozenset()
    while True:
        trees = types_for(target, types, static)
        try:
            if stage == "source":
                return build(target.source, trees, recipe, name_axes=not types)
            lowered = primal(target.source, trees)
            if not types:
                name_lengths(lowered)
            return (lowered,) if stage == "wengert" else derive(lowered, recipe)
        except NeedStatic as need:
            name = need.param
            if name is None or name in static or target.parameters.get(name) is None:
                raise UnsupportedError(_told(need.problem, name)) from None
            static |= {name}


def _told(problem: Problem, name: str | None) -> Problem:
    """The problem with the remedy that there is on the command line."""
    return dataclasses.replace(problem, remedy=f'give its value: --args "{name}=0"') if name else problem


def text(
    target: Target, wrt: str = "", types: str = "", mode: str = "grad", stage: str = "source", style: str = "readable",
    aim: str = "numpy",
) -> str:  # fmt: skip
    """What `st-ad show` prints: source, or the list of equations of an earlier stage.

    Raises StAdError when the function cannot be differentiated, ValueError when what is asked is unknown.
    """
    if stage not in STAGES:
        raise ValueError(f"unknown stage {stage!r}: one of {', '.join(STAGES)}")
    made = programs(target, recipe_for(target, wrt, mode, style), types, stage)
    made = aimed(made, aim) if stage == "source" else made
    return "\n\n\n".join((text_of(f) if stage == "source" else show(f)).rstrip("\n") for f in made) + "\n"


def module(
    targets: list[Target], wrt: str = "", types: str = "", mode: str = "grad", style: str = "readable",
    aim: str = "numpy",
) -> str:  # fmt: skip
    """What `st-ad emit` writes: a module that needs NumPy and nothing else.

    Raises StAdError when a function cannot be differentiated, ValueError when what is asked is unknown.
    """
    made = [f for t in targets for f in aimed(programs(t, recipe_for(t, wrt, mode, style), types), aim)]
    return module_text(made)


def rules_table() -> list[tuple[str, str, str]]:
    """What is supported: the call, the kind of rule, and what there is to say about it."""
    rules = all_rules()
    if importlib.util.find_spec("scipy") is not None:
        rules += scipy_rules()
    return [(rule.template, rule.kind, rule.reason) for rule in rules]
