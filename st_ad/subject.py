"""What is being differentiated: the plain function under methods, partials and callable objects, and its parameters."""

from __future__ import annotations

import functools
import inspect
import itertools
import types
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

import numpy as np

from .analysis.infer import NUMPY
from .compile import compile_text
from .errors import Problem, SourceUnavailableError

Argnums = "int | str | tuple[int | str, ...]"

_VAR_KINDS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Subject:
    """A callable of the user's. `function` is the plain function (or a transformed one) that it comes down to;
    `leading` and `keywords` are arguments that it already has: self, and those of functools.partial."""

    given: Callable[..., Any]
    function: Any
    signature: inspect.Signature
    leading: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name it is known by."""
        return str(getattr(self.function, "__name__", type(self.function).__name__))

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The parameters of `function`, those that are already given included."""
        return list(self.signature.parameters.values())

    @property
    def plain_arity(self) -> int:
        """How many arguments a call must give by position to have given all, or -1 when there is more to it."""
        plain = all(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in self.parameters)
        return len(self.parameters) if plain and not self.leading and not self.keywords else -1

    @property
    def namespace(self) -> dict[str, Any]:
        """The module dict that the generated code reads its globals from."""
        root = root_of(self.function)
        return root.__globals__ if isinstance(root, types.FunctionType) else {}

    @property
    def cells(self) -> dict[str, types.CellType]:
        """The closure cells of the user's function by name."""
        root = root_of(self.function)
        if not isinstance(root, types.FunctionType):
            return {}
        return dict(zip(root.__code__.co_freevars, root.__closure__ or ()))

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
        """One value per parameter, in order, defaults filled in."""
        bound = self.signature.bind(*self.leading, *args, **{**self.keywords, **kwargs})
        bound.apply_defaults()
        return tuple(bound.arguments.values())

    def positions(self, argnums: Any) -> tuple[int, ...]:
        """The positions among `parameters` of the arguments that argnums (ints counted from the first argument
        that is not given yet, or names) means.

        Raises ValueError when there is no such argument.
        """
        wanted = argnums if isinstance(argnums, (tuple, list)) else (argnums,)
        found = tuple(self._position(a) for a in wanted)
        if not found:
            raise ValueError("argnums is empty: give the position or the name of an argument")
        if len(set(found)) != len(found):
            raise ValueError(f"argnums {argnums!r} names an argument twice")
        return found

    def _position(self, which: Any) -> int:
        parameters = self.parameters
        names = [p.name for p in parameters]
        if isinstance(which, str):
            if which in names:
                return names.index(which)
            raise ValueError(f"`{self.name}` has no argument `{which}`: it has {', '.join(names) or 'none'}")
        if isinstance(which, bool) or not isinstance(which, (int, np.integer)):
            raise TypeError(f"argnums takes positions, names, or a tuple of them, not {which!r}")
        open_ones = [
            i
            for i, p in enumerate(parameters)
            if i >= len(self.leading)
            and p.kind not in (*_VAR_KINDS, p.KEYWORD_ONLY)
            and p.name not in self.keywords
        ]
        if not -len(open_ones) <= which < len(open_ones):
            raise ValueError(f"`{self.name}` has no argument {which}: it takes {len(open_ones)} by position")
        return open_ones[which]


def root_of(function: Any) -> Any:
    """The user's function under any number of transforms."""
    while hasattr(function, "__st_ad_function__"):
        function = function.subject.function
    return function


def subject_of(fun: Any) -> Subject:
    """Take a callable apart: methods, partials, callable objects, and functions of NumPy itself.

    Raises TypeError when it is not callable.
    """
    if not callable(fun):
        raise TypeError(f"expected a function to differentiate, not {type(fun).__name__}: {fun!r}")
    if isinstance(fun, functools.partial):
        inner = subject_of(fun.func)
        leading = (*inner.leading, *fun.args)
        return Subject(fun, inner.function, inner.signature, leading, {**inner.keywords, **fun.keywords})
    if isinstance(fun, types.MethodType):
        inner = subject_of(fun.__func__)
        return Subject(fun, inner.function, inner.signature, (fun.__self__, *inner.leading), inner.keywords)
    if hasattr(fun, "__st_ad_function__"):
        given = fun.subject
        return Subject(fun, fun, given.signature)
    if isinstance(fun, types.FunctionType):
        return Subject(fun, fun, inspect.signature(fun, follow_wrapped=False))
    prim = NUMPY.prim_of(fun)
    if prim is not None:
        wrapper = _function_of_primitive(prim)
        return Subject(fun, wrapper, inspect.signature(wrapper))
    method = inspect.getattr_static(type(fun), "__call__", None)
    if isinstance(method, types.FunctionType):
        return Subject(fun, method, inspect.signature(method), (fun,))
    name = getattr(fun, "__qualname__", repr(fun))
    what = f"`{name}` has no Python source, and st_ad knows no derivative of it"
    raise SourceUnavailableError(Problem(what, "write it in Python, or give it a derivative with st_ad.rule"))


@functools.cache
def _function_of_primitive(prim: str) -> types.FunctionType:
    """A Python function that calls a function of NumPy or math, so that it can be differentiated like any other."""
    import importlib

    module, _, name = prim.rpartition(".")
    top = prim.split(".")[0]
    alias = "np" if top == "numpy" else top
    callee = ".".join([alias, *prim.split(".")[1:]])
    target = getattr(importlib.import_module(module), name)
    arguments = ", ".join(_positional(target))
    text = f"def {name}({arguments}):\n    return {callee}({arguments})\n"
    namespace = {
        alias: importlib.import_module(top),
        "__name__": "st_ad.primitive",
        "__builtins__": __builtins__,
    }
    return compile_text(text, name, namespace=namespace, bindings={})


def _positional(target: Any) -> list[str]:
    if isinstance(target, np.ufunc):
        return ["x", "y", "z"][: target.nin]
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return ["x"]
    required = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p.name for p in parameters if p.default is p.empty and p.name in required]
    return needed or required[:1] or list(itertools.islice(("x",), 1))
