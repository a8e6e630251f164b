"""The reference meaning of a program: each equation is computed with NumPy, and no value is ever overwritten.

With `in_place=True` the program runs as its text would: setitem, accumulate and the like overwrite the storage of their
first argument, and views are views. The storage pass makes the two agree.
"""

from __future__ import annotations

import operator
import types
from typing import Any, Callable, Sequence

import numpy as np

from . import walk
from .primitives import python_function
from .syntax import Arg, Block, Call, Eqn, For, Function, If, Lit, Node, Try, Var, While

Environment = dict[Var, Any]


def interpret(function: Function, args: Sequence[Any], in_place: bool = False) -> tuple[Any, ...]:
    """The values of block.results for the values of block.params (the leaves of the parameters, then what is free)."""
    return _Machine(in_place).block(function.block, args, {})


def evaluate(function: Function, args: Sequence[Any], in_place: bool = False) -> Any:
    """What a call of the function returns: the results in the shape of `function.result`."""
    values = iter(interpret(function, args, in_place))
    tree = walk.map_arg(function.result, lambda _: Lit(next(values)))
    return _Machine(in_place).arg(tree, {})


def trace(function: Function, args: Sequence[Any]) -> Environment:
    """The value of every variable that was computed; in loops, that of the last pass."""
    env: Environment = {}
    _Machine(False, env).block(function.block, args, {})
    return env


def compute(eqn: Eqn, env: Environment) -> Any:
    """The result of an equation that has one, for the values of the variables that it reads."""
    (value,) = _Machine(False).eqn(eqn, env)
    return value


class _Machine:
    """Runs blocks; `seen` collects every value, for a trace."""

    def __init__(self, in_place: bool, seen: Environment | None = None) -> None:
        self.in_place = in_place
        self.seen = seen

    def block(self, block: Block, args: Sequence[Any], outer: Environment) -> tuple[Any, ...]:
        if len(args) != len(block.params):
            raise TypeError(f"a block of {len(block.params)} parameters was given {len(args)} values")
        env = dict(outer)
        self.bind(env, block.params, args)
        for node in block.body:
            self.bind(env, walk.outs(node), self.node(node, env))
        return tuple(self.arg(a, env) for a in block.results)

    def bind(self, env: Environment, variables: Sequence[Var], values: Sequence[Any]) -> None:
        pairs = list(zip(variables, values))
        if len(pairs) != len(variables) or len(values) != len(variables):
            raise TypeError(f"{len(values)} values for {list(variables)}")
        env.update(pairs)
        if self.seen is not None:
            self.seen.update(pairs)

    def arg(self, arg: Arg, env: Environment) -> Any:
        if isinstance(arg, Var):
            return env[arg]
        if isinstance(arg, Lit):
            return arg.value
        items = [self.arg(i, env) for i in arg.items]
        return container(arg, items)

    def node(self, node: Node, env: Environment) -> Sequence[Any]:
        if isinstance(node, Eqn):
            return self.eqn(node, env)
        if isinstance(node, If):
            return self.block(node.then if self.arg(node.test, env) else node.orelse, (), env)
        if isinstance(node, For):
            return self.loop(node, env)
        if isinstance(node, While):
            return self.while_loop(node, env)
        if isinstance(node, Try):
            return self.guard(node, env)
        assert isinstance(node, Call)
        if node.callee.function is None:
            raise LookupError(f"{node.callee.name} has no body")
        return self.block(node.callee.function.block, [self.arg(a, env) for a in node.args], {})

    def guard(self, node: Try, env: Environment) -> Sequence[Any]:
        caught = tuple(self.arg(c, env) for c in node.caught)
        try:
            return (False, None, *self.block(node.body, (), env))
        except caught as error:
            return (True, error, *(self.arg(a, env) for a in node.instead))

    def eqn(self, node: Eqn, env: Environment) -> Sequence[Any]:
        args = [self.arg(a, env) for a in node.args]
        kwargs = {k: self.arg(v, env) for k, v in node.kwargs}
        result = self.apply(node.prim, args, kwargs)
        if len(node.outs) == 1:
            return (result,)
        return tuple(result) if node.outs else ()

    def apply(self, prim: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The result of a primitive; a tuple when it has several."""
        if prim == "accumulate":
            return operator.iadd(*args) if self.in_place else args[0] + args[1]
        if prim in _OVERWRITING:
            if not self.in_place:
                args = [_copy(args[0]), *args[1:]]
            return _OVERWRITING[prim](*args, **kwargs)
        if prim.startswith("inplace."):
            first = args[0] if self.in_place else _copy(args[0])
            return getattr(operator, "i" + prim.removeprefix("inplace.").rstrip("_"))(first, *args[1:])
        if prim.startswith("into."):
            made = python_function(prim.removeprefix("into."))
            return made(*args[1:], out=args[0]) if self.in_place else made(*args[1:])  # type: ignore[misc]
        if prim in _OWN:
            return _OWN[prim](*args, **kwargs)
        if prim.startswith("ndarray."):
            receiver = args[0] if isinstance(args[0], (np.ndarray, np.generic)) else np.asarray(args[0])
            bound = getattr(receiver, prim.removeprefix("ndarray."))
            return bound(*args[1:], **kwargs) if callable(bound) else bound
        function = python_function(prim)
        if function is None:
            raise LookupError(f"the primitive {prim} has no meaning")
        return function(*args, **kwargs)

    def loop(self, node: For, env: Environment) -> Sequence[Any]:
        sequences = [self.arg(x, env) for x in node.xs]
        numbers: range | None = None
        if node.start is not None:
            bounds = (self.arg(b, env) for b in (node.start, node.stop, node.step) if b is not None)
            numbers = range(*map(operator.index, bounds))
        lengths = {len(s) for s in sequences} | ({len(numbers)} if numbers is not None else set())
        if len(lengths) != 1:
            raise ValueError(f"a loop over sequences of lengths {sorted(lengths)}")
        passes = range(lengths.pop())
        carried = [self.arg(a, env) for a in node.init]
        gathered: list[tuple[Any, ...]] = []
        for i in reversed(passes) if node.reverse else passes:
            items = [s[i] for s in sequences]
            head = [] if numbers is None else [numbers[i]]
            results = self.block(node.body, [*head, *items, *carried], env)
            carried = list(results[: len(carried)])
            gathered.append(results[len(carried) :])
            if node.until is not None and carried[node.until]:
                break
        return carried + _columns(gathered, len(node.collected), node.reverse)

    def while_loop(self, node: While, env: Environment) -> Sequence[Any]:
        carried = [self.arg(a, env) for a in node.init]
        gathered: list[tuple[Any, ...]] = []
        while self.block(node.test, carried, env)[0]:
            results = self.block(node.body, carried, env)
            carried = list(results[: len(carried)])
            gathered.append(results[len(carried) :])
            if node.until is not None and carried[node.until]:
                break
        return carried + _columns(gathered, len(node.collected), False)


def _columns(rows: list[tuple[Any, ...]], count: int, reverse: bool) -> list[list[Any]]:
    if reverse:
        rows = rows[::-1]
    return [[row[i] for row in rows] for i in range(count)]


def container(pack: Any, items: Sequence[Any]) -> Any:
    """The Python value of a container with these items; its kind, keys and class are those of a Pack."""
    if pack.kind == "tuple":
        return tuple(items)
    if pack.kind == "list":
        return list(items)
    if pack.kind == "slice":
        return slice(*items)
    if pack.kind == "dict":
        return (pack.cls or dict)(zip(pack.keys, items))
    if pack.kind == "namedtuple":
        return pack.cls(*items)
    if pack.cls is types.SimpleNamespace:
        return pack.cls(**dict(zip(pack.keys, items)))
    made = object.__new__(pack.cls)
    for key, item in zip(pack.keys, items):
        object.__setattr__(made, key, item)
    return made


def _copy(value: Any) -> Any:
    """A value that can be overwritten without touching the original."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return list(value) if isinstance(value, list) else value


def _snapshot(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_snapshot(v) for v in value)
    return value.copy() if isinstance(value, np.ndarray) else value


def _setitem(x: Any, index: Any, value: Any) -> Any:
    x[index] = value
    return x


def _accumulate_at(x: Any, index: Any, g: Any) -> Any:
    np.add.at(x, index, g)
    return x


def _append(items: list[Any], value: Any) -> list[Any]:
    items.append(value)
    return items


def _shorten(items: list[Any]) -> list[Any]:
    items.pop()
    return items


def _call(function: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """A call of a function, or of a method by its name."""
    if isinstance(function, str):
        return getattr(args[0], function)(*args[1:], **kwargs)
    return function(*args, **kwargs)


def _assert(test: Any, message: Any = None) -> None:
    if not test:
        raise AssertionError(*(() if message is None else (message,)))


def _raise(error: Any = None, *args: Any, cause: Any = None) -> None:
    if isinstance(error, type):
        raise error(*args) from cause
    raise error from cause


_OVERWRITING: dict[str, Callable[..., Any]] = {
    "setitem": _setitem,
    "accumulate_at": _accumulate_at,
    "seq.append": _append,
    "seq.shorten": _shorten,
}

_OWN: dict[str, Callable[..., Any]] = {
    "getitem": operator.getitem,
    "axis_length": lambda x, i: len(x) if i == 0 else np.shape(x)[i],
    "seq.make": lambda *items: list(items),
    "seq.item": operator.getitem,
    "seq.pop": lambda items, *index: items.pop(*index),
    "tape.pack": lambda *values: tuple(values),
    "implicit": lambda x, *others: x,
    "tape.unpack": lambda values: values,
    "print": print,
    "store": lambda *args: None,
    "assert": _assert,
    "raise": _raise,
    "call": lambda f, *args, **kwargs: _call(f, args, kwargs),
    "inert": lambda f, *args, **kwargs: _call(f, args, kwargs),
    "runtime.snapshot": _snapshot,
}
