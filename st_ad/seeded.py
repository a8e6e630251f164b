"""What jvp, vjp, hvp and Jacobians mean inside a function that is itself differentiated: plain Python that the front end inlines.

The front end evaluates a call of something with `__st_ad_static__` when its arguments are known, inlines `__st_ad_as__` in
the place of the function that has it, and asks `__st_ad_function__` for the program of an object like Seeded.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
from typing import Any, Callable, Iterator

import numpy as np

from .dispatch import Derivative
from .errors import Problem, UnsupportedError
from .ir.syntax import Function


class Seeded(Derivative):
    """A derivative that takes the arguments of the original and then its seeds: tangents, or an adjoint.

    With `again` it runs the function once more after a call of its own: it must not draw other numbers then.
    """

    __st_ad_static__ = True

    def __init__(self, fun: Callable[..., Any], mode: str, argnums: tuple[Any, ...], again: bool = False) -> None:
        super().__init__(fun, mode, argnums)
        self.again = again
        self.__name__ = f"{self.subject.name}_{mode}"
        parameters = [p.replace(default=p.empty) for p in self.subject.parameters]
        seeds = [f"{name}_dot" for name in self.recipe.wrt] if mode != "vjp" else ["out_bar"]
        taken = {p.name for p in parameters}
        self.seeds = [next(n for n in _spellings(s) if n not in taken) for s in seeds]
        extra = [inspect.Parameter(s, inspect.Parameter.POSITIONAL_OR_KEYWORD) for s in self.seeds]
        self.__signature__ = inspect.Signature([*parameters, *extra])

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        from .analysis.draws import is_drawing
        from .pipeline import derive, primal

        names = [p.name for p in self.subject.parameters]
        lowered = primal(self.subject.function, {name: arguments[name] for name in names})
        if self.again and is_drawing(lowered.block):
            what = f"`{self.subject.name}` draws random numbers, and inside a differentiated function it runs again"
            raise UnsupportedError(Problem(what, "use grad or jvp, or draw outside and pass the numbers"))
        found = derive(lowered, self.recipe)[0]
        spelled = dict(zip(found.facts["seeds"], self.seeds))
        params = tuple(dataclasses.replace(p, name=spelled.get(p.name, p.name)) for p in found.params)
        return dataclasses.replace(found, params=params)


def _spellings(name: str) -> Iterator[str]:
    """A name, and what it may be called where it is taken."""
    return (name + "_" * count for count in itertools.count())


def jvp(fun: Any, primals: Any, tangents: Any) -> Any:
    """See st_ad.jvp."""
    return Seeded(fun, "jvp", tuple(range(len(primals))))(*primals, *tangents)


def vjp(fun: Any, *primals: Any) -> Any:
    """See st_ad.vjp; the forward sweep is part of the pullback, and what both do is shared when it is tidied."""
    both = Seeded(fun, "vjp", tuple(range(len(primals))), again=True)
    return fun(*primals), lambda out_bar: both(*primals, out_bar)[1]


def hvp(fun: Any, primals: Any, tangents: Any) -> Any:
    """See st_ad.hvp."""
    product = Seeded(fun, "hvp", tuple(range(len(primals))))(*primals, *tangents)
    return product[0] if len(primals) == 1 else product


def forward_blocks(fun: Any, push: Any, active: Any, single: bool, *args: Any) -> Any:
    """See st_ad.jacfwd: one forward pass per element of the arguments that `active` names."""
    inputs = [args[i] for i in active]
    given = _leaves(inputs)
    out = fun(*args)
    results = _leaves(out)
    columns = []
    for j, leaf in enumerate(given):
        if np.ndim(leaf) == 0:
            seeds = [np.ones_like(g) if i == j else np.zeros_like(g) for i, g in enumerate(given)]
            columns.append(_leaves(push(*args, *_filled(inputs, seeds))[1]))
            continue
        made = [np.zeros(np.shape(r) + (np.size(leaf),), np.result_type(r, leaf)) for r in results]
        for k in range(np.size(leaf)):
            one = np.zeros(np.size(leaf), leaf.dtype)
            one[k] = 1
            seeds = [np.reshape(one, np.shape(g)) if i == j else np.zeros_like(g) for i, g in enumerate(given)]
            dots = _leaves(push(*args, *_filled(inputs, seeds))[1])
            for column, dot in zip(made, dots):
                column[..., k] = dot
        columns.append([np.reshape(m, np.shape(r) + np.shape(leaf)) for m, r in zip(made, results)])
    blocks = [[column[m] for column in columns] for m in range(len(results))]
    return _filled(out, [_entry(inputs, block, single) for block in blocks])


def reverse_blocks(fun: Any, both: Any, active: Any, single: bool, *args: Any) -> Any:
    """See st_ad.jacrev: one backward pass per element of the result."""
    inputs = [args[i] for i in active]
    given = _leaves(inputs)
    out = fun(*args)
    results = _leaves(out)
    blocks = []
    for j, leaf in enumerate(results):
        if np.ndim(leaf) == 0:
            seeds = [np.ones_like(r) if i == j else np.zeros_like(r) for i, r in enumerate(results)]
            blocks.append(_leaves([*both(*args, _filled(out, seeds))[1]]))
            continue
        made = [np.zeros((np.size(leaf),) + np.shape(g), np.result_type(g, leaf)) for g in given]
        for k in range(np.size(leaf)):
            one = np.zeros(np.size(leaf), leaf.dtype)
            one[k] = 1
            seeds = [np.reshape(one, np.shape(r)) if i == j else np.zeros_like(r) for i, r in enumerate(results)]
            bars = _leaves([*both(*args, _filled(out, seeds))[1]])
            for row, bar in zip(made, bars):
                row[k] = bar
        blocks.append([np.reshape(m, np.shape(leaf) + np.shape(g)) for m, g in zip(made, given)])
    return _filled(out, [_entry(inputs, block, single) for block in blocks])


def _entry(inputs: Any, block: Any, single: bool) -> Any:
    """The derivatives of one leaf of the result, in the structure of the arguments."""
    found = _filled(inputs, [*block])
    return found[0] if single else tuple(found)


def _leaves(tree: Any) -> list[Any]:
    """The numbers and arrays of a structure, left to right."""
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in _leaves(value)]
    if isinstance(tree, (tuple, list)):
        return [leaf for value in tree for leaf in _leaves(value)]
    return [tree]


def _filled(tree: Any, leaves: list[Any]) -> Any:
    """A structure with other leaves, which are taken from the front of a list."""
    if isinstance(tree, dict):
        return {key: _filled(value, leaves) for key, value in tree.items()}
    if isinstance(tree, tuple):
        return tuple([_filled(value, leaves) for value in tree])
    if isinstance(tree, list):
        return [_filled(value, leaves) for value in tree]
    return leaves.pop(0)
