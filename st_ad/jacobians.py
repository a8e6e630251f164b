"""Full matrices of derivatives: a seed for every element, through code that is generated once."""

from __future__ import annotations

import functools
import inspect
import itertools
import types
from typing import Any, Callable, Iterator

import numpy as np

from . import arguments as kinds
from . import seeded
from .compile import compile_text
from .errors import NotDifferentiableError, Problem, UnsupportedError
from .ir import walk
from .ir.syntax import Arg, Function, Pack, Var
from .ir.types import Tensor
from .products import derivative_of, pull
from .recipe import Recipe
from .subject import places, subject_of
from .transformed import Transformed


class Jacobian:
    """The function that computes a Jacobian; `wrapped` is the original."""

    __name__: str
    __qualname__: str

    def __init__(self, fun: Callable[..., Any], mode: str, argnums: Any = 0) -> None:
        self.wrapped = fun
        self.mode = mode
        self.argnums = places(argnums)
        self.subject = subject_of(fun, self.argnums)
        self.active = self.subject.positions(self.argnums)
        self.names = tuple(self.subject.parameters[i].name for i in self.active)
        self.__name__ = self.subject.name
        self.__qualname__ = str(getattr(self.subject.function, "__qualname__", self.__name__))
        self.__module__ = str(getattr(self.subject.function, "__module__", __name__))
        self.__doc__ = getattr(self.subject.function, "__doc__", None)
        self.__signature__ = inspect.signature(fun)

    @functools.cached_property
    def recipe(self) -> Recipe:
        """What is asked for, in the words of the other transforms."""
        return Recipe(self.mode, self.names, not isinstance(self.argnums, tuple))

    @functools.cached_property
    def __st_ad_as__(self) -> types.FunctionType:
        """What a call means in a function that is itself differentiated: a loop over seeds, in plain Python."""
        parameters = self.subject.parameters
        if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
            what = f"the Jacobian of `{self.__name__}` is differentiated, and some arguments have no position"
            raise UnsupportedError(Problem(what, "let the function take all its arguments by position"))
        forward = self.mode == "jacfwd"
        derivative = seeded.Seeded(self.subject.function, "jvp" if forward else "vjp", self.names, again=True)
        blocks = functools.partial(
            seeded.forward_blocks if forward else seeded.reverse_blocks,
            self.subject.function, derivative, self.active, self.recipe.single,
        )  # fmt: skip
        names = [p.name for p in parameters]
        taken = {*names, *self.subject.namespace}
        callee = next(n for n in (f"{'_' * i}blocks" for i in itertools.count()) if n not in taken)
        name = f"{self.__name__}_jacobian" if self.__name__.isidentifier() else "jacobian"
        given = ", ".join(names)
        text = f"def {name}({given}):\n    return {callee}({given})\n"
        namespace = self.subject.namespace or {"__builtins__": __builtins__}
        return compile_text(text, name, namespace=namespace, bindings={callee: blocks})

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        from .pipeline import primal

        return primal(self.__st_ad_as__, arguments)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        values = list(self.subject.bind(args, kwargs))
        for i, name in zip(self.active, self.names):
            kinds.check_active(name, values[i])
            _refuse_complex(values[i], name)
            if isinstance(values[i], (int, np.integer)):
                values[i] = float(values[i])
        derive = self._reverse if self.mode == "jacrev" else self._forward
        return derive(tuple(values), self._entry)

    def _entry(self, blocks: tuple[Any, ...]) -> Any:
        return blocks if isinstance(self.argnums, tuple) else blocks[0]

    def _reverse(self, values: tuple[Any, ...], entry: Callable[[tuple[Any, ...]], Any]) -> Any:
        """One backward pass per element of the result."""
        out, pullback, *_ = pull(self.subject, values, self.names)
        _refuse_complex(out, "the result")

        def rows(path: str, leaf: Any) -> Any:
            _refuse_constant(path, leaf)
            grads = [pullback(bar) for bar in _basis(out, path, leaf)]
            inputs = tuple(values[i] for i in self.active)
            return entry(kinds.map_leaves(lambda at, given: _stack(grads, at, leaf, given, 0), inputs))

        return kinds.map_leaves(rows, out)

    def _forward(self, values: tuple[Any, ...], entry: Callable[[tuple[Any, ...]], Any]) -> Any:
        """One forward pass per element of the arguments."""
        derivative = derivative_of(self.subject.function, "jvp", self.names)
        if any(one.mutates or one.writes for one in derivative.find(values).loaded):
            what = f"`{self.__name__}` writes to its arguments, and jacfwd calls it many times"
            raise UnsupportedError(Problem(what, "use jacrev, or copy inside the function"))
        if any(one.draws for one in derivative.find(values).loaded):
            what = f"`{self.__name__}` draws random numbers, and jacfwd calls it many times"
            raise UnsupportedError(Problem(what, "use jacrev, or draw outside and pass the numbers"))
        inputs = tuple(values[i] for i in self.active)
        zeros = kinds.map_leaves(lambda path, leaf: _zero(leaf), inputs)
        out, _ = derivative.push(values, zeros)
        columns = {
            path: [derivative.push(values, dots)[1] for dots in _basis(inputs, path, leaf)]
            for path, leaf in kinds.leaves(inputs)
            if kinds.is_floating(leaf)
        }

        def blocks(path: str, leaf: Any) -> Any:
            _refuse_constant(path, leaf)
            return entry(
                kinds.map_leaves(lambda at, given: _stack(columns.get(at, []), path, leaf, given, -1), inputs)
            )

        return kinds.map_leaves(blocks, out)

    @property
    def source(self) -> str:
        """The generated source that the loop over seeds calls, of the latest call."""
        mode = "pullback" if self.mode == "jacrev" else "jvp"
        last = derivative_of(self.subject.function, mode, self.names).last
        return last.text if last else ""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __reduce__(self) -> Any:
        return type(self), (self.wrapped, self.mode, self.argnums)

    def __repr__(self) -> str:
        return f"<st_ad {self.mode} of {self.__qualname__} with respect to {', '.join(self.names)}>"


class FirstDerivative(Transformed):
    """What a Hessian is the Jacobian of: the gradient of a function of one number, the Jacobian of any other."""

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        from .pipeline import closed, primal

        lowered = primal(self.subject.function, arguments)
        if is_one_number(lowered.result):
            return closed(lowered, self.recipe)
        return Jacobian(self.wrapped, "jacrev", self.argnums).__st_ad_function__(arguments)


def is_one_number(result: Arg) -> bool:
    """Whether a result is no structure or array of real floats, as far as is known."""
    kinds_of_leaves = [leaf.type for leaf in walk.leaves(result) if isinstance(leaf, Var)]
    real = all(isinstance(k, Tensor) and k.dtype is not None and np.dtype(k.dtype).kind == "f" for k in kinds_of_leaves)
    is_structure = isinstance(result, Pack) or isinstance(result, Var) and bool(getattr(result.type, "shape", None))
    return not (is_structure and real and kinds_of_leaves)


def _zero(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        return np.zeros_like(leaf)
    return type(leaf)(0) if kinds.is_floating(leaf) else None


def _basis(tree: Any, target: str, leaf: Any) -> Iterator[Any]:
    """Trees of zeros with a one at each element of one leaf in turn."""
    for k in range(np.size(leaf)):

        def seed(path: str, value: Any, k: int = k) -> Any:
            zero = _zero(value)
            if path != target:
                return zero
            if not isinstance(zero, np.ndarray):
                return type(zero)(1)
            zero.flat[k] = 1
            return zero

        yield kinds.map_leaves(seed, tree)


def _stack(found: list[Any], path: str, out: Any, given: Any, axis: int) -> Any:
    """The derivatives of one leaf of the result by one leaf of an argument, from one tree per seed."""
    if not kinds.is_floating(given):
        return None
    parts = [dict(kinds.leaves(tree))[path] for tree in found]
    shape = np.shape(out) + np.shape(given)
    if not shape:
        return parts[0]
    if not parts:
        return np.zeros(shape, np.result_type(out, given))
    return np.stack([np.asarray(p) for p in parts], axis=axis).reshape(shape)


def _refuse_complex(value: Any, what: str) -> None:
    for path, leaf in kinds.leaves(value):
        if np.iscomplexobj(leaf) if kinds.is_floating(leaf) else False:
            name = f"`{what}{path}`" if what != "the result" else what
            problem = Problem(
                f"{name} is complex, so that there is no matrix of real derivatives", "use jvp or vjp"
            )
            raise NotDifferentiableError(problem)


def _refuse_constant(path: str, leaf: Any) -> None:
    if not kinds.is_floating(leaf):
        what = f"the result{path} is {leaf!r}, which has no derivative"
        raise NotDifferentiableError(Problem(what, "return floats or arrays of floats"))
