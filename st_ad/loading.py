"""A finished program made callable: printed, compiled among the user's names, with what must stay true for it."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from typing import Any, Callable, Hashable, Mapping

from . import arguments as kinds
from .compile import compile_text
from .emit import emit_function
from .ir.syntax import Free, Function
from .subject import Subject


@dataclass(frozen=True)
class Guard:
    """Something outside the function that it was specialised to. With `by_kind`, data that may change in value
    but not in kind; otherwise an object that must be the same one. scope and spelling say where it is read."""

    read: Callable[[], Any]
    expected: Any
    by_kind: bool = False
    scope: Any = None
    spelling: str = ""

    def holds(self) -> bool:
        """Whether it is still so."""
        try:
            value = self.read()
        except (NameError, AttributeError, KeyError, ValueError):
            return False
        return kind_of(value) == self.expected if self.by_kind else value is self.expected


@dataclass(frozen=True)
class Printed:
    """A generated text with the meaning of its names; see compile_text."""

    name: str
    text: str
    bindings: Mapping[str, Any] = field(default_factory=dict)
    cells: Mapping[str, types.CellType] = field(default_factory=dict)
    live: frozenset[str] = frozenset()
    defaults: tuple[Any, ...] = ()
    keyword_defaults: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """Generated code, ready to call. `seeds` are the parameters that the original does not have."""

    printed: Printed
    function: types.FunctionType
    guards: tuple[Guard, ...] = ()
    seeds: tuple[str, ...] = ()
    mutates: bool = False

    @property
    def text(self) -> str:
        """The generated source."""
        return self.printed.text


def kind_of(value: Any) -> Hashable:
    """The class and key of a value."""
    return type(value), kinds.structure_key(value)


def load(subject: Subject, function: Function) -> Loaded:
    """Print and compile a finished program."""
    printed = print_program(subject, function)
    guards = [Guard(read, value, False, *where) for read, value, *where in function.facts.get("watched", ())]
    for free in function.free:
        read = reader(free)
        guards.append(Guard(read, kind_of(read()), True, free.scope, free.spelling))
    known = {p.name for p in subject.parameters}
    seeds = tuple(p.name for p in function.params if p.name not in known)
    compiled = compile_printed(printed, subject.namespace)
    return Loaded(printed, compiled, tuple(guards), seeds, bool(function.facts.get("mutates")))


def print_program(subject: Subject, function: Function) -> Printed:
    """The text of a finished program with the meaning of its names."""
    emitted = emit_function(function, namespace=subject.namespace)
    defaults = {p.name: p.default.value for p in function.params if p.default is not None}
    keywords = {p.name for p in function.params if p.kind == "keyword"}
    return Printed(
        function.name,
        emitted.text,
        emitted.bindings,
        {f.spelling.split(".")[0]: f.scope for f in function.free if isinstance(f.scope, types.CellType)},
        frozenset(f.spelling.split(".")[0] for f in function.free),
        tuple(v for name, v in defaults.items() if name not in keywords),
        {name: v for name, v in defaults.items() if name in keywords},
        tuple(text for _, text in function.facts.get("sources", ())),
    )


def compile_printed(printed: Printed, namespace: dict[str, Any]) -> types.FunctionType:
    """The function of a generated text."""
    return compile_text(
        printed.text,
        printed.name,
        namespace=namespace,
        bindings=printed.bindings,
        cells=printed.cells,
        live=printed.live,
        defaults=printed.defaults,
        keyword_defaults=printed.keyword_defaults,
    )


def reader(free: Free) -> Callable[[], Any]:
    """A function that reads a live global, closure cell or attribute as it is now."""
    base, *attributes = free.spelling.split(".")
    scope = free.scope

    def read() -> Any:
        value = scope.cell_contents if isinstance(scope, types.CellType) else scope[base]
        for name in attributes:
            value = getattr(value, name)
        return value

    return read
