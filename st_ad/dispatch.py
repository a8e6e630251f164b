"""From a call to generated code: one specialisation per kind of arguments, made once and found again in nanoseconds."""

from __future__ import annotations

import dataclasses
import inspect
import operator
import os
import threading
from dataclasses import dataclass
from typing import Any, Callable, Hashable, Sequence, TypeVar

import numpy as np

from . import arguments as kinds
from . import stored
from .errors import NeedStatic, NoRuleError, Problem, StAdError, UnsupportedError
from .loading import Guard, Loaded, agree, load
from .recipe import Recipe, check_style
from .ir.syntax import Function, Lit
from .subject import places, subject_of

Made = TypeVar("Made")

_SHAPES = 4096  # how many combinations of exact shapes are remembered
_VARIANTS = 8  # how many versions of one kind are kept when helpers or globals change between calls


@dataclass(frozen=True)
class Plan:
    """Generated code for one kind of arguments. `run` takes one value per parameter."""

    loaded: tuple[Loaded, ...]
    run: Callable[..., Any]
    guards: tuple[Guard, ...]

    @property
    def text(self) -> str:
        """The generated source."""
        return "\n\n".join(one.text for one in self.loaded)

    def holds(self) -> bool:
        """Whether everything outside that was read when it was made is still the same."""
        return all(guard.holds() for guard in self.guards)


class _Transforming:
    """One thread at a time transforms: the recursion limit is the process's, and rules are read when first met."""

    def __init__(self) -> None:
        self.renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        """A lock that nobody holds: in a child process the thread that held it does not run."""
        self.lock = threading.RLock()


_transforming = _Transforming()


class Derivative:
    """A derivative of one function, transformed once per kind of arguments; safe to call from several threads.

    The tables are only ever added to or replaced whole, so a call that finds its entry takes no lock.
    """

    def __init__(self, fun: Callable[..., Any], mode: str, argnums: Any = 0, has_aux: bool = False, style: str = "readable") -> None:
        self.argnums = places(argnums)
        self.subject = subject_of(fun, self.argnums)
        self.active = self.subject.positions(self.argnums)
        names = tuple(self.subject.parameters[i].name for i in self.active)
        self.recipe = Recipe(mode, names, not isinstance(self.argnums, tuple), has_aux, check_style(style))
        self._arity = self.subject.plain_arity
        self._static: set[str] = set()
        self._by_length = False
        self._direct: dict[tuple[type, ...], Callable[..., Any]] = {}
        self._routes: dict[tuple[type, ...], tuple[tuple[int, kinds.Key], ...]] = {}
        self._plans: dict[Hashable, list[Plan]] = {}
        self._runs: dict[Hashable, Callable[..., Any]] = {}
        self.last: Plan | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != self._arity:
            args = self.subject.bind(args, kwargs)
        types = tuple(map(type, args))
        run = self._direct.get(types)
        if run is None:
            route = self._routes.get(types)
            if route is None:
                return self.find(args).run(*args)
            run = self._runs.get((types, *[key(args[i]) for i, key in route]))
            if run is None:
                return self.find(args).run(*args)
        return run(*args)

    def share(self, other: Derivative) -> None:
        """Use, and add to, what was made for another derivative of the same function."""
        with _transforming.lock:
            self._static, self._by_length = set(other._static), other._by_length
            self._direct, self._routes, self._plans, self._runs = other._direct, other._routes, other._plans, other._runs

    def push(self, args: tuple[Any, ...], seeds: Sequence[Any]) -> Any:
        """Call with one value per parameter and one for each parameter that the derivative adds."""
        plan = self.find(args)
        return plan.run(*args, **dict(zip(plan.loaded[0].seeds, seeds)))

    def find(self, args: tuple[Any, ...]) -> Plan:
        """The plan for one value per parameter: found, or made now."""
        with _transforming.lock:
            return self._settle(args, lambda: self._find(args))

    def _settle(self, args: tuple[Any, ...], make: Callable[[], Made]) -> Made:
        """What `make` gives once it is known which integers must be taken by value, and, when the function cannot be
        transformed for arrays of every length, for arrays of these lengths."""
        refusal: UnsupportedError | NoRuleError | None = None
        while True:
            try:
                try:
                    return make()
                except NeedStatic as need:
                    self._make_static(need)
            except (UnsupportedError, NoRuleError) as error:
                if refusal is not None or self._by_length or not kinds.arrays_in(args):
                    self._forget(self._by_length and refusal is None)
                    raise error if refusal is None or _is_further(error, refusal) else refusal from None
                refusal = error
                self._forget(True)

    def _forget(self, by_length: bool) -> None:
        """Drop what was made, because keys change: arrays are told apart by their lengths, or are not."""
        self._by_length = by_length
        self._direct, self._routes, self._plans, self._runs = {}, {}, {}, {}

    def _make_static(self, need: NeedStatic) -> None:
        """Take an integer parameter by value from now on; what was made is forgotten, because keys change."""
        name = need.param
        if name is None or name in self._static or name not in self.subject.signature.parameters:
            raise UnsupportedError(need.problem) from None
        if name in self.recipe.wrt:
            problem = dataclasses.replace(
                need.problem, remedy="differentiate other arguments: name them with argnums"
            )
            raise UnsupportedError(problem) from None
        self._static.add(name)
        self._forget(self._by_length)

    def _find(self, args: tuple[Any, ...]) -> Plan:
        types = tuple(map(type, args))
        route = self._route(types)
        key = (types, *[self._key(i, cls)(args[i]) for i, cls in enumerate(types)])
        variants = self._plans.setdefault(key, [])
        plan = next((p for p in variants if p.holds() and self._fits(p.loaded, args)), None)
        if plan is None:
            for i in self.active:
                self._check_active(i, args[i])
            plan = self._make(args)
            variants[:] = [plan, *variants[: _VARIANTS - 1]]
        if len(self._runs) >= _SHAPES:
            self._runs = {}
        self._runs[(types, *[one(args[i]) for i, one in route])] = plan.run
        self._routes[types] = route
        if not route:
            self._direct[types] = plan.run
        self.last = plan
        return plan

    def _key(self, i: int, cls: type) -> kinds.Key:
        static = self.subject.parameters[i].name in self._static
        key = _static_key if static else kinds.key_function(cls) or _no_key
        return _EXACT.get(key, key) if self._by_length else key

    def _route(self, types: tuple[type, ...]) -> tuple[tuple[int, kinds.Key], ...]:
        """Which arguments must be looked at beyond their class, and how: arrays by their exact shape, which is
        quicker to read than the pattern that decides, and says which lengths are equal."""
        keys = [(i, self._key(i, cls)) for i, cls in enumerate(types)]
        return tuple((i, _EXACT.get(key, key)) for i, key in keys if key is not _no_key)

    def _fits(self, loaded: tuple[Loaded, ...], args: tuple[Any, ...]) -> bool:
        """Whether the lengths that code takes for equal are equal."""
        if not any(one.assumed for one in loaded):
            return True
        lengths = self._described(args)[1]
        return all(agree(one.assumed, lengths) for one in loaded)

    def _check_active(self, i: int, value: Any) -> None:
        kinds.check_active(self.subject.parameters[i].name, value)

    def trees(self, args: tuple[Any, ...]) -> dict[str, Any]:
        """The abstract value of each parameter."""
        return self._described(args)[0]

    def _described(self, args: tuple[Any, ...]) -> tuple[dict[str, Any], tuple[int, ...]]:
        """The abstract value of each parameter, and the lengths that have names in them."""
        names = frozenset(p.name for p in self.subject.parameters)
        describer = kinds.Describer(names, by_length=self._by_length)
        trees = {
            p.name: describer.tree(value, static=p.name in self._static, active=i in self.active)
            for i, (p, value) in enumerate(zip(self.subject.parameters, args))
        }
        return trees, describer.lengths()

    def _make(self, args: tuple[Any, ...]) -> Plan:
        trees = self.trees(args)
        loaded = self._specialise(trees, args)
        guards = tuple(g for one in loaded for g in one.guards)
        run = _caller(loaded[0].function, self.subject.parameters)
        whole = [i for i in self.active if isinstance(args[i], (int, np.integer))]
        if whole:
            run = _with_floats(run, tuple(whole))
        if any(one.mutates or one.compares for one in loaded):
            run = _without_overlap(run, self.subject.name)
        if any(one.writes or one.compares for one in loaded):
            run = _without_sharing(run, self.subject.name)
        if guards:
            unsteady = next((g for g in guards if not g.holds()), None)
            if unsteady is not None:
                what = f"`{self.subject.name}` reads `{unsteady.spelling}`, which is another object each time"
                raise UnsupportedError(Problem(what, "read it once, outside the function"))
            run = self._guarded(run, guards)
        return Plan(loaded, run, guards)

    def _specialise(self, trees: dict[str, Any], args: tuple[Any, ...]) -> tuple[Loaded, ...]:
        """The generated code for these abstract values: from disk, or made now and kept there."""
        key = stored.key_of(self.subject, trees, self.recipe)
        found = stored.fetch(self.subject, key) if key is not None else None
        if found is not None and self._fits(found, args):
            return found
        from .pipeline import build

        loaded = tuple(load(self.subject, f) for f in build(self.subject.function, trees, self.recipe))
        if key is not None:
            stored.keep(self.subject, key, loaded)
        return loaded

    def _guarded(self, run: Callable[..., Any], guards: tuple[Guard, ...]) -> Callable[..., Any]:
        same = tuple((g.read, g.expected) for g in guards if not g.by_kind and g.contents is None)
        live = tuple(g for g in guards if g.by_kind or g.contents is not None)

        def checked(*args: Any, **seeds: Any) -> Any:
            for read, expected in same:
                if read() is not expected:
                    return self.find(args).run(*args, **seeds)
            for guard in live:
                if not guard.holds():
                    return self.find(args).run(*args, **seeds)
            return run(*args, **seeds)

        return checked

    def lowered(self, example_args: tuple[Any, ...]) -> Function:
        """The program of the function itself for arguments like these, or of every kind when there are none."""
        from .pipeline import name_lengths, primal

        function = self._with_statics(example_args, lambda trees: primal(self.subject.function, trees))
        name_lengths(function)
        return function

    def programs(self, example_args: tuple[Any, ...]) -> tuple[Function, ...]:
        """The finished programs for arguments like these, or for arguments of every kind when there are none."""
        from .pipeline import build

        return self._with_statics(
            example_args, lambda trees: build(self.subject.function, trees, self.recipe)
        )

    def _with_statics(self, example_args: tuple[Any, ...], make: Callable[[dict[str, Any]], Made]) -> Made:
        if not example_args and self.subject.plain_arity:
            with _transforming.lock:
                return self._of_every_kind(make)
        args = self.subject.bind(example_args, {})
        with _transforming.lock:
            return self._settle(args, lambda: make(self.trees(args)))

    def _of_every_kind(self, make: Callable[[dict[str, Any]], Made]) -> Made:
        """What `make` gives for arguments of every kind; parameters that must be known have their defaults."""
        defaults = {p.name: Lit(p.default) for p in self.subject.parameters if p.default is not p.empty}
        static: set[str] = set()
        while True:
            names = [p.name for p in self.subject.parameters]
            try:
                return make({name: kinds.of_every_kind(defaults.get(name), name in static) for name in names})
            except NeedStatic as need:
                name = need.param
                if name is None or name in static or name not in defaults:
                    problem = dataclasses.replace(need.problem, remedy="give example arguments, so that it is known")
                    raise UnsupportedError(problem) from None
                static.add(name)

    def program(self, trees: dict[str, Any]) -> Function:
        """The derivative as a program with the parameters of the original, for use inside another function."""
        from .pipeline import closed, primal

        return closed(primal(self.subject.function, trees), self.recipe)


def _no_key(value: Any) -> Hashable:
    return None


def _static_key(value: Any) -> Hashable:
    return type(value), kinds.structure_key(value, static=True)


def _exact_structure(value: Any) -> Hashable:
    return kinds.structure_key(value, exact=True)


def _exact_static(value: Any) -> Hashable:
    return type(value), kinds.structure_key(value, static=True, exact=True)


# The quick tables tell arrays apart by exact shape: code may be made for lengths that are equal.
_EXACT: dict[kinds.Key, kinds.Key] = {
    kinds.array_key: operator.attrgetter("dtype", "shape"),
    kinds.structure_key: _exact_structure,
    _static_key: _exact_static,
}


def _caller(function: Callable[..., Any], parameters: Sequence[inspect.Parameter]) -> Callable[..., Any]:
    """A function of one value per parameter, whatever the kinds of the parameters are."""
    if all(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
        return function

    def call(*values: Any, **seeds: Any) -> Any:
        args: list[Any] = []
        kwargs = dict(seeds)
        for parameter, value in zip(parameters, values):
            if parameter.kind is parameter.VAR_POSITIONAL:
                args += value
            elif parameter.kind is parameter.VAR_KEYWORD:
                kwargs.update(value)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                kwargs[parameter.name] = value
            else:
                args.append(value)
        return function(*args, **kwargs)

    return call


def _with_floats(run: Callable[..., Any], positions: tuple[int, ...]) -> Callable[..., Any]:
    """Integers among the differentiated arguments become floats."""

    def converted(*args: Any, **seeds: Any) -> Any:
        return run(*[float(a) if i in positions else a for i, a in enumerate(args)], **seeds)

    return converted


def _without_sharing(run: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Refuse an object, list or dict that is reached twice in a function that changes such, or asks which it is."""

    def checked(*args: Any, **seeds: Any) -> Any:
        twice = kinds.shared_container(args)
        if twice is not None:
            what = f"`{name}` changes or compares its arguments' parts, and a {type(twice).__name__} is part of them twice"
            raise UnsupportedError(Problem(what, "pass a copy: copy.deepcopy(x)"))
        return run(*args, **seeds)

    return checked


def _without_overlap(run: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Refuse arrays that share memory in a function that writes to its arguments."""

    def checked(*args: Any, **seeds: Any) -> Any:
        arrays = kinds.arrays_in(args)
        for i, (_, a) in enumerate(arrays):
            for _, b in arrays[:i]:
                if np.may_share_memory(a, b):
                    what = f"`{name}` writes to its arguments or asks which they are, and two of them share memory"
                    raise UnsupportedError(Problem(what, "pass a copy: x.copy()"))
        return run(*args, **seeds)

    return checked


def _is_further(error: StAdError, refusal: StAdError) -> bool:
    """Whether what is refused for known lengths comes later in a function than what is refused for unknown ones."""
    here, there = error.problems[:1], refusal.problems[:1]
    if not here or not there or (here[0].file, here[0].function) != (there[0].file, there[0].function):
        return False
    return (here[0].line, here[0].column) > (there[0].line, there[0].column)
