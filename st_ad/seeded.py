"""What jvp, vjp and hvp mean inside a function that is itself differentiated: plain Python that the front end inlines.

The front end evaluates a call of something with `__st_ad_static__` when its arguments are known, inlines `__st_ad_as__` in
the place of the function that has it, and asks `__st_ad_function__` for the program of an object like Seeded.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
from typing import Any, Callable, Iterator

from .dispatch import Derivative
from .ir.syntax import Function
from .pipeline import derive, primal


class Seeded(Derivative):
    """A derivative that takes the arguments of the original and then its seeds: tangents, or an adjoint."""

    __st_ad_static__ = True

    def __init__(self, fun: Callable[..., Any], mode: str, count: int) -> None:
        super().__init__(fun, mode, tuple(range(count)))
        self.__name__ = f"{self.subject.name}_{mode}"
        parameters = [p.replace(default=p.empty) for p in self.subject.parameters]
        seeds = [f"{name}_dot" for name in self.recipe.wrt] if mode != "vjp" else ["out_bar"]
        taken = {p.name for p in parameters}
        self.seeds = [next(n for n in _spellings(s) if n not in taken) for s in seeds]
        extra = [inspect.Parameter(s, inspect.Parameter.POSITIONAL_OR_KEYWORD) for s in self.seeds]
        self.__signature__ = inspect.Signature([*parameters, *extra])

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        names = [p.name for p in self.subject.parameters]
        lowered = primal(self.subject.function, {name: arguments[name] for name in names})
        found = derive(lowered, self.recipe)[0]
        spelled = dict(zip(found.facts["seeds"], self.seeds))
        params = tuple(dataclasses.replace(p, name=spelled.get(p.name, p.name)) for p in found.params)
        return dataclasses.replace(found, params=params)


def _spellings(name: str) -> Iterator[str]:
    """A name, and what it may be called where it is taken."""
    return (name + "_" * count for count in itertools.count())


def jvp(fun: Any, primals: Any, tangents: Any) -> Any:
    """See st_ad.jvp."""
    return Seeded(fun, "jvp", len(primals))(*primals, *tangents)


def vjp(fun: Any, *primals: Any) -> Any:
    """See st_ad.vjp; the forward sweep is part of the pullback, and what both do is shared when it is tidied."""
    both = Seeded(fun, "vjp", len(primals))
    return fun(*primals), lambda out_bar: both(*primals, out_bar)[1]


def hvp(fun: Any, primals: Any, tangents: Any) -> Any:
    """See st_ad.hvp."""
    product = Seeded(fun, "hvp", len(primals))(*primals, *tangents)
    return product[0] if len(primals) == 1 else product
