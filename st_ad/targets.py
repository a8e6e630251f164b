"""Functions named on the command line: finding them, usually without running their file, and printing derivatives."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import types
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np

from .arguments import of_every_kind
from .errors import NeedStatic, NotDifferentiableError, Problem, SourceUnavailableError, UnsupportedError
from .frontend.text.parameters import parameters_of
from .frontend.text.files import source_in_file
from .frontend.text.source import SourceFunction, source_of
from .ir import walk
from .ir.show import show
from .ir.syntax import Function, Lit, Pack
from .ir.types import FLOAT, INT, Tensor, type_of_number
from .lowering import TARGETS
from .pipeline import aimed, build, derive, module_text, name_lengths, primal, text_of
from .recipe import MODES, Recipe, check_style
from .subject import root_of, subject_of
from .typespec import parse_types

AIMS = tuple(TARGETS)
STAGES = ("wengert", "adjoint", "source")


@dataclass(frozen=True)
class Target:
    """A function as named on the command line, and where its text is."""

    spelling: str
    source: SourceFunction
    # The arguments that it already has, such as the class of a class method, and the names of its module, if it is loaded.
    given: tuple[Any, ...] = ()
    namespace: Mapping[str, Any] | None = None

    @property
    def parameters(self) -> dict[str, Lit | None]:
        """The parameters with their defaults, so far as these are literals, or with what they already are."""
        found = parameters_of(self.source)
        return {**found, **dict(zip(found, map(Lit, self.given)))}

    @property
    def open_parameters(self) -> list[str]:
        """The names of the parameters that a call gives."""
        return list(self.parameters)[len(self.given) :]

    def check_parameter(self, name: str) -> None:
        """Raises ValueError when there is no such parameter."""
        if name not in self.open_parameters:
            has = ", ".join(self.open_parameters) or "none"
            raise ValueError(f"`{self.source.name}` has no parameter `{name}`: it has {has}")


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
        found, module = _loaded(place, name, is_file)
        subject = subject_of(found)
        return Target(spelling, source_of(root_of(subject.function)), subject.leading, vars(module))
    return Target(spelling, source_in_file(place if is_file else _file_of(place), name))


def _loaded(place: str, name: str, is_file: bool) -> tuple[Any, types.ModuleType]:
    """What a module has under a name, and the module, which is imported for it."""
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
    except (Exception, SystemExit) as error:
        what = f"importing {place} failed: {type(error).__name__}: {error}"
        raise SourceUnavailableError(Problem(what, "mend it, or leave out --import")) from None
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None:
        raise SourceUnavailableError(Problem(f"{place} has no function `{name}`", "check the name"))
    return found, module


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
    names = tuple(n.strip() for n in wrt.split(",") if n.strip()) or tuple(target.open_parameters[:1])
    if not names:
        raise ValueError(f"`{target.source.name}` has no parameter to differentiate")
    for name in names:
        target.check_parameter(name)
    if len(set(names)) != len(names):
        raise ValueError(f"--wrt names a parameter twice: {wrt}")
    return Recipe(mode, names, len(names) == 1, style=check_style(style))


def types_for(target: Target, text: str, static: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The abstract value of each parameter: as written, or its default when that is a flag, or anything at all."""
    written = parse_types(text, target.namespace)
    for name in written:
        target.check_parameter(name)
    trees: dict[str, Any] = {}
    for name, default in target.parameters.items():
        fallback = of_every_kind(default, name in static)
        if written and isinstance(fallback, Tensor) and default is not None and type(default.value) in (int, float):
            fallback = FLOAT if isinstance(default.value, float) else INT
        trees[name] = written.get(name, fallback)
    return {**trees, **{name: target.parameters[name] for name in list(trees)[: len(target.given)]}}


def differentiated(trees: dict[str, Any], recipe: Recipe) -> dict[str, Any]:
    """The abstract values when some parameters are differentiated: their ints count as floats.

    Raises NotDifferentiableError for what has no derivative.
    """
    found = dict(trees)
    for name in recipe.wrt:
        tree = found[name]
        number = type_of_number(tree.value) if isinstance(tree, Lit) and type(tree.value) in (int, float, complex) else tree
        if isinstance(number, Tensor) and number.is_immutable and number.dtype and np.dtype(number.dtype).kind in "iu":
            number = FLOAT
        leaves = list(walk.leaves(number)) if isinstance(number, Pack) else [number]
        if not any(isinstance(leaf, Tensor) and leaf.is_float for leaf in leaves):
            what = f"the parameter `{name}` is {tree.value if isinstance(tree, Lit) else tree!r}, which has no derivative"
            raise NotDifferentiableError(Problem(what, "name the parameters to differentiate with --wrt"))
        found[name] = number
    return found


def programs(target: Target, recipe: Recipe, types: str, stage: str = "source") -> tuple[Function, ...]:
    """The programs of a stage: the Wengert list of the function, its adjoint as derived, or as it will be printed."""
    static: frozenset[str] = frozenset()
    while True:
        trees = differentiated(types_for(target, types, static), recipe)
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
    names = [f.name for f in made]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        raise ValueError(f"two functions of the module would be called `{twice}`: write them to files of their own")
    return module_text(made)
