"""What is being differentiated: the plain function under methods, partials and callable objects, and its parameters."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import itertools
import types
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

import numpy as np

from .compile import compile_text
from .errors import Problem, SourceUnavailableError
from .recent import same_function
from .rules.names import prim_of, registered


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
        given = self.signature.bind_partial(*self.leading, *args, **{**self.keywords, **kwargs}).arguments
        defaults = self._defaults()
        values = []
        for name, parameter in self.signature.parameters.items():
            if name in given:
                values.append(given[name])
            elif parameter.kind in _VAR_KINDS:
                values.append(() if parameter.kind is parameter.VAR_POSITIONAL else {})
            elif name in defaults:
                values.append(defaults[name])
            else:
                raise TypeError(f"missing a required argument: {name!r}")
        return tuple(values)

    def _defaults(self) -> dict[str, Any]:
        """The defaults of the parameters, those of a plain function as they are now."""
        function = self.function
        if not isinstance(function, types.FunctionType):
            return {n: p.default for n, p in self.signature.parameters.items() if p.default is not p.empty}
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        values = function.__defaults__ or ()
        return {**dict(zip(names[len(names) - len(values) :], values)), **(function.__kwdefaults__ or {})}

    def positions(self, argnums: Any) -> tuple[int, ...]:
        """The positions among `parameters` of the arguments that argnums (ints counted from the first argument
        that is not given yet, or names) means.

        Raises ValueError when there is no such argument.
        """
        wanted = argnums if isinstance(argnums, tuple) else (argnums,)
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
            hint = "; call the result with the arguments: grad(f)(x)" if isinstance(which, (float, np.ndarray)) else ""
            raise TypeError(f"argnums takes positions, names, or a tuple of them, not {type(which).__name__} {which!r}{hint}")
        open_ones = [
            i
            for i, p in enumerate(parameters)
            if i >= len(self.leading)
            and p.kind not in (*_VAR_KINDS, p.KEYWORD_ONLY)
            and p.name not in self.keywords
        ]
        if not -len(open_ones) <= which < len(open_ones):
            has = f"it takes {len(open_ones) or 'none'} by position"
            if any(p.kind is p.VAR_POSITIONAL for p in parameters):
                has = "it takes any number of them, so count from the first"
            raise ValueError(f"`{self.name}` has no argument {which}: {has}")
        return open_ones[which]


def places(argnums: Any) -> Any:
    """What argnums says, with a tuple for every sequence of positions and names."""
    if isinstance(argnums, (list, range)):
        return tuple(argnums)
    return tuple(argnums.tolist()) if isinstance(argnums, np.ndarray) and argnums.ndim == 1 else argnums


def root_of(function: Any) -> Any:
    """The user's function under any number of transforms."""
    while hasattr(function, "__st_ad_function__"):
        function = function.subject.function
    return function


def subject_of(fun: Any, argnums: Any = ()) -> Subject:
    """Take a callable apart: methods, partials, callable objects, and functions of NumPy itself.

    A function that takes `*args` gets parameters of its own for the positions in argnums. Raises TypeError when it is not callable.
    """
    if not callable(fun):
        raise TypeError(f"expected a function to differentiate, not {type(fun).__name__}: {fun!r}")
    if isinstance(fun, functools.partial):
        inner = subject_of(fun.func, argnums)
        leading = (*inner.leading, *fun.args)
        return Subject(fun, inner.function, inner.signature, leading, {**inner.keywords, **fun.keywords})
    if isinstance(fun, types.MethodType) and has_rule(fun):
        return dataclasses.replace(subject_of(_calling(fun, inspect.signature(fun)), argnums), given=fun)
    if isinstance(fun, types.MethodType):
        inner = subject_of(fun.__func__, argnums)
        return Subject(fun, inner.function, inner.signature, (fun.__self__, *inner.leading), inner.keywords)
    if hasattr(fun, "__st_ad_function__"):
        given = fun.subject
        return Subject(fun, fun, given.signature)
    if isinstance(fun, (functools._lru_cache_wrapper, np.vectorize)):
        return subject_of(fun.__wrapped__ if not isinstance(fun, np.vectorize) else _vectorized(fun), argnums)
    if isinstance(fun, types.FunctionType):
        opened = with_parameters(same_function(fun), argnums)
        if registered(fun) is not None or has_rule(fun):
            # Its derivative is what its rule says, not what its text says.
            opened = _calling(fun, own_signature(opened))
        return Subject(fun, opened, own_signature(opened))
    prim = prim_of(fun)
    if prim is not None:
        wrapper = _function_of_primitive(prim)
        return Subject(fun, wrapper, inspect.signature(wrapper))
    plain = getattr(fun, "py_func", None)
    if isinstance(plain, types.FunctionType):
        # Compiled by Numba, which keeps the function that it compiled.
        inner = subject_of(plain, argnums)
        return Subject(fun, inner.function, inner.signature)
    method = inspect.getattr_static(type(fun), "__call__", None)
    if isinstance(method, types.FunctionType):
        return Subject(fun, method, own_signature(method), (fun,))
    name = getattr(fun, "__qualname__", repr(fun))
    what = f"`{name}` has no Python source, and st_ad knows no derivative of it"
    raise SourceUnavailableError(Problem(what, "write it in Python, or give it a derivative with st_ad.rule"))


def has_rule(function: Any) -> bool:
    """Whether st_ad has a derivative of a function of NumPy or SciPy."""
    prim = prim_of(function)
    if prim is None:
        return False
    from .rules.catalogue import rule_for
    from .rules.procedures import PROCEDURES

    rule = rule_for(prim)
    return prim in PROCEDURES or rule is not None and any(v.kind != "refuse" for v in rule.variants)


def own_signature(function: types.FunctionType) -> inspect.Signature:
    """The parameters that a function's own text has, whatever signature a decorator claims for it."""
    if not hasattr(function, "__signature__") and not hasattr(function, "__wrapped__"):
        return inspect.signature(function)
    parts = function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    bare = types.FunctionType(*parts)
    bare.__kwdefaults__ = function.__kwdefaults__
    bare.__annotations__ = function.__annotations__
    return inspect.signature(bare)


def with_parameters(function: types.FunctionType, argnums: Any) -> types.FunctionType:
    """A function that takes `*args` as one whose parameters have names: those that it claims, as the result of
    functools.wraps does, or as many as argnums asks for."""
    own = own_signature(function)
    named = [p for p in own.parameters.values() if p.kind not in (*_VAR_KINDS, p.KEYWORD_ONLY)]
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)
    claimed = inspect.signature(function)
    keywords = [a for a in wanted if isinstance(a, str) and a not in claimed.parameters]
    rest = list(claimed.parameters.values())
    if keywords and rest and rest[-1].kind is inspect.Parameter.VAR_KEYWORD:
        added = [inspect.Parameter(a, inspect.Parameter.KEYWORD_ONLY) for a in keywords]
        return _calling(function, inspect.Signature([*rest[:-1], *added, rest[-1]]))
    if not any(p.kind is p.VAR_POSITIONAL for p in own.parameters.values()):
        return function
    if named or any(p.kind is p.VAR_POSITIONAL for p in claimed.parameters.values()):
        count = max((a for a in wanted if type(a) is int), default=-1) + 1 - len(named)
        if count <= 0:
            return function
        added = [inspect.Parameter(f"arg{len(named) + i}", inspect.Parameter.POSITIONAL_OR_KEYWORD) for i in range(count)]
        rest = [p for p in own.parameters.values() if p not in named]
        claimed = inspect.Signature([*(p.replace(default=p.empty) for p in named), *added, *rest])
    return _calling(function, claimed)


def _vectorized(fun: Any) -> types.FunctionType:
    """A function with the parameters of the one that np.vectorize calls for each element."""
    if not isinstance(fun.pyfunc, types.FunctionType):
        what = "np.vectorize of a function without Python source is not known"
        raise SourceUnavailableError(Problem(what, "call the function on the whole array"))
    return _calling(fun.pyfunc, own_signature(fun.pyfunc), fun)


def _calling(function: Any, signature: inspect.Signature, callee: Any = None) -> types.FunctionType:
    """A function with a signature that does nothing but call another one, or what is made of it."""
    parameters = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    called = next(n for n in (f"{'_' * i}decorated" for i in itertools.count()) if n not in signature.parameters)
    prefixes: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    passed = ", ".join(
        f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else f"{prefixes.get(p.kind, '')}{p.name}" for p in parameters
    )
    plain = inspect.Signature([p.replace(default=p.empty) for p in parameters])
    name = function.__name__ if function.__name__.isidentifier() else "function"
    text = f"def {name}{plain}:\n    return {called}({passed})\n"
    namespace = {called: function if callee is None else callee, "np": np, "__name__": function.__module__, "__builtins__": __builtins__}
    made = compile_text(text, name, namespace=namespace, bindings={})
    given = [p for p in parameters if p.default is not p.empty]
    made.__defaults__ = tuple(p.default for p in given if p.kind is not p.KEYWORD_ONLY) or None
    made.__kwdefaults__ = {p.name: p.default for p in given if p.kind is p.KEYWORD_ONLY} or None
    made.__qualname__, made.__doc__ = function.__qualname__, function.__doc__
    return made


@functools.cache
def _function_of_primitive(prim: str) -> types.FunctionType:
    """A Python function that calls a function of NumPy or math, so that it can be differentiated like any other."""
    import importlib

    from .ir.primitives import python_function

    top, *path = prim.split(".")
    name = path[-1]
    alias = "np" if top == "numpy" else top
    callee = ".".join([alias, *path])
    arguments = ", ".join(_positional(python_function(prim)))
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
