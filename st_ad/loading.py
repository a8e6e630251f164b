"""A finished program made callable: printed, compiled among the user's names, with what must stay true for it."""

from __future__ import annotations

import types
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Hashable, Iterable, Mapping, Sequence

import numpy as np

from . import arguments as kinds
from .compile import compile_text
from .ir.syntax import Free, Function
from .ir.lengths import Dim, Sym, evaluated
from .subject import Subject


@dataclass(frozen=True)
class Guard:
    """Something outside the function that it was specialised to. With `by_kind`, data that may change in value
    but not in kind; otherwise an object that must be the same one, and, when it is a container, hold the same
    `contents`. scope and spelling say where it is read; one that is `implied` by the source of a function has no place."""

    read: Callable[[], Any]
    expected: Any
    by_kind: bool = False
    scope: Any = None
    spelling: str = ""
    contents: Any = None
    implied: bool = False

    def holds(self) -> bool:
        """Whether it is still so."""
        try:
            value = self.read()
        except (NameError, AttributeError, KeyError, ValueError):
            return False
        if self.by_kind:
            return bool(kind_of(value) == self.expected)
        return value is self.expected and (self.contents is None or same_contents(self.contents, value))


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
    """Generated code, ready to call. `seeds` are the parameters that the original does not have. It `mutates` arrays
    of the caller's, `writes` to objects, lists or dicts of his, `compares` which of such are the same, or `draws` random
    numbers."""

    printed: Printed
    function: types.FunctionType
    guards: tuple[Guard, ...] = ()
    seeds: tuple[str, ...] = ()
    mutates: bool = False
    writes: bool = False
    compares: bool = False
    draws: bool = False
    # Pairs of lengths that the code takes for equal; see `agree`.
    assumed: tuple[Any, ...] = ()

    @property
    def text(self) -> str:
        """The generated source."""
        return self.printed.text


_CONTAINERS = (tuple, list, dict)


def snapshot(value: Any) -> Any:
    """A copy of a container down to its arrays; other objects are themselves."""
    if type(value) is dict:
        return {k: snapshot(v) for k, v in value.items()}
    if type(value) in (tuple, list):
        return type(value)(snapshot(v) for v in value)
    return value.copy() if isinstance(value, np.ndarray) else value


def same_contents(old: Any, new: Any) -> bool:
    """Whether two values are equal, part by part, in type and value.

    >>> same_contents([1, {"a": 2.0}], [1, {"a": 2.0}]), same_contents([1], [1.0])
    (True, False)
    """
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return list(old) == list(new) and all(same_contents(old[k], new[k]) for k in old)
    if isinstance(old, (tuple, list)):
        return len(old) == len(new) and all(map(same_contents, old, new))
    if isinstance(old, np.ndarray):
        return old.dtype == new.dtype and np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
    if isinstance(old, (bool, int, float, complex, str, bytes)):
        return old == new or old != old and new != new
    return old is new


def kind_of(value: Any) -> Hashable:
    """The class and key of a value."""
    return type(value), kinds.structure_key(value)


def load(subject: Subject, function: Function) -> Loaded:
    """Print and compile a finished program."""
    from .analysis.draws import is_drawing

    printed = print_program(subject, function)
    guards = [
        Guard(read, value, False, scope, name, snapshot(value) if type(value) in _CONTAINERS else None)
        for read, value, scope, name in function.facts.get("watched", ())
    ]
    for one in function.facts.get("functions", ()):
        guards += function_guards(one)
    for free in function.free:
        read = reader(free)
        guards.append(Guard(read, kind_of(read()), True, free.scope, free.spelling))
    known = {p.name for p in subject.parameters}
    seeds = tuple(p.name for p in function.params if p.name not in known)
    compiled = compile_printed(printed, subject.namespace)
    assumed = tuple((_by_place(a), _by_place(b)) for a, b in function.facts.get("assumed", ()))
    mutates, writes, compares = (bool(function.facts.get(n)) for n in ("mutates", "writes", "compares"))
    draws = is_drawing(function.block)
    return Loaded(printed, compiled, tuple(guards), seeds, mutates, writes, compares, draws, assumed)


def function_guards(function: types.FunctionType) -> list[Guard]:
    """What must stay so for the text of a function to be what it does: its code and its defaults."""
    found = [Guard(partial(getattr, function, "__code__"), function.__code__, implied=True)]
    if function.__defaults__ is not None:
        values = function.__defaults__
        found.append(Guard(lambda: function.__defaults__, values, contents=snapshot(values), implied=True))
    if function.__kwdefaults__ is not None:
        named = function.__kwdefaults__
        found.append(Guard(lambda: function.__kwdefaults__, named, contents=snapshot(named), implied=True))
    return found


def _by_place(dim: Dim | None) -> Any:
    """A length in numbers: itself, [place], or [operation, lengths]."""
    if dim is None or isinstance(dim, int):
        return dim
    if isinstance(dim, Sym):
        return [dim.place]
    return [dim.op, [_by_place(a) for a in dim.args]]  # type: ignore[arg-type]


def agree(assumed: Iterable[Any], lengths: Sequence[int]) -> bool:
    """Whether pairs of lengths are equal, given those of the arguments by their place.

    >>> agree([([0], [1]), (["add", [[0], -1]], 2)], (3, 3)), agree([([0], [1])], (3, 4))
    (True, False)
    """

    def length(one: Any) -> Any:
        if one is None or isinstance(one, int):
            return one
        return lengths[one[0]] if len(one) == 1 else evaluated(one[0], [length(a) for a in one[1]])

    return all(length(a) == length(b) for a, b in assumed)


def print_program(subject: Subject, function: Function) -> Printed:
    """The text of a finished program with the meaning of its names."""
    from .emit import emit_function

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
