"""Draws by Python's own `random`: numbers are drawn by the same calls, and computed from them what depends on arguments."""

from __future__ import annotations

import random
from typing import Any

from ...ir.syntax import Lit, Var
from ..data.values import ArrayRef, Value, is_numeric
from .changes import ChangeMixin

# What a method draws with when its result is computed here; those that choose always are.
_DRAWN_WITH = {
    "uniform": "random", "gauss": "gauss", "normalvariate": "normalvariate", "lognormvariate": "normalvariate",
    "expovariate": "random", "choice": "randrange", "shuffle": "randrange",
}  # fmt: skip
_OF_NUMBERS = frozenset(
    "random uniform gauss normalvariate lognormvariate expovariate triangular betavariate gammavariate paretovariate "
    "vonmisesvariate weibullvariate randint randrange getrandbits seed".split()
)


def is_python_draw(found: Any) -> bool:
    """Whether a function is a method of `random.Random`, as the functions of the module `random` are."""
    return type(getattr(found, "__self__", None)) in (random.Random, random.SystemRandom)


class DrawMixin(ChangeMixin):
    """Calls of the methods of `random.Random`."""

    def drawn_by_python(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """The result of a draw."""
        name, owner = literal.value.__name__, literal.value.__self__
        given = (*args, *kwargs.values())
        depends = any(isinstance(v, (Var, ArrayRef)) and is_numeric(v) for v in given)
        if name in ("choice", "shuffle") or name in _DRAWN_WITH and depends:
            basis = getattr(owner, _DRAWN_WITH[name])
            module = (literal.name or "").rpartition(".")[0]
            draw = Lit(basis, f"{module}.{basis.__name__}" if module else basis.__name__)
            body: Any = self.knowledge.procedure(f"random.{name}")
            return self.run_procedure(body, (draw, *args), kwargs)
        if name in _OF_NUMBERS:
            return self.run_unknown(literal, args, kwargs)
        raise self.refuse(f"random.{name} is not supported", "draw with a generator of NumPy: np.random.default_rng(seed)")
