"""The types of results: what NumPy, Python's operators and builtins return for operands of known types."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ..ir.build import type_of
from ..ir.primitives import EFFECTS, python_function
from ..ir.syntax import Arg, Lit, Var
from ..ir.types import ANY, Opaque, Tensor, broadcast_shapes
from ..rules.catalogue import load_area_of, refuses, rule_for
from ..rules.operands import operands
from ..rules.names import drawn, function_of, method_prim, prim_of
from ..rules.notation import RULES
from ..rules.procedures import PROCEDURES
from . import python, scipy
from .draws import drawn_by_python
from .elementwise import ELEMENTWISE, elementwise
from .folding import folded
from .kinds import Site, Unknown
from .probe import probe
from .sources import results_of
from .table import HANDLERS

Results = tuple  # of Type or Lit


class NumpyKnowledge:
    """Implements `ir.build.Knowledge` for NumPy, math, operators and builtins."""

    def infer(
        self, prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...], unconditional: bool
    ) -> Results:
        """The results of a primitive: a Type or a Lit each; of unknown type when nothing is known."""
        draw = drawn(args) if prim == "call" else None
        if draw is not None and draw[0] in HANDLERS:
            prim, args = draw
        by_python = drawn_by_python(args) if prim == "call" else None
        if by_python is not None:
            return by_python
        if prim in EFFECTS or prim == "raise":
            return _EFFECT_RESULTS.get(prim, ())
        known = folded(prim, args, kwargs)
        if known is not None:
            return (known,)
        site = Site(prim, args, kwargs, unconditional)
        try:
            own = function_of(prim)
            if own is not None and not is_elementwise(prim):
                return results_of(own, site, self)
            return handler(prim)(site)
        except Unknown:
            pass
        except (ValueError, TypeError, IndexError, AttributeError, OverflowError):
            # The call itself is wrong, or unusual: NumPy will say so when the program runs.
            pass
        return probe(prim, args, kwargs)

    def prim_of(self, value: Any) -> str | None:
        """The primitive that a Python callable stands for, or None for a function of the user."""
        return prim_of(value)

    def knows(self, prim: str) -> bool:
        """Whether a primitive has a rule, or at least types of its own."""
        load_area_of(prim)
        return prim in PROCEDURES or rule_for(prim) is not None or prim in HANDLERS and HANDLERS[prim] is not _unknown

    def refuses(self, prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...]) -> bool:
        """Whether the rule of a primitive, which is not the user's, gives no derivative for these arguments."""
        return refuses(prim, args, kwargs)

    def method_prim(self, name: str) -> str | None:
        """The primitive that an ndarray method or attribute stands for."""
        return method_prim(name)

    def operands(self, prim: str) -> Callable[["int | str"], bool]:
        """Tells of the place or the name of an argument whether a list there stands for an array."""
        return operands(prim)

    def procedure(self, prim: str) -> Callable[..., Any] | None:
        """The Python function that is run where a primitive is called, or None."""
        load_area_of(prim)
        return PROCEDURES.get(prim)


_EFFECT_RESULTS: dict[str, Results] = {
    "call": (ANY,), "inert": (Opaque("inert"),), "seq.pop": (), "with.call": (Opaque("context"),), "with.enter": (Opaque("context"),),
}  # fmt: skip


def is_elementwise(prim: str) -> bool:
    """Whether a rule says that a function is elementwise."""
    rule = RULES.get(prim)
    return rule is not None and rule.kind == "elementwise"


def handler(prim: str) -> Callable[[Site], Results]:
    found = HANDLERS.get(prim)
    if found is not None:
        return found
    head, _, name = prim.partition(".")
    if head == "inplace":
        made: Callable[[Site], Results] = _in_place
    elif head == "operator":
        made = elementwise(python_function(prim))  # type: ignore[arg-type]
    elif head == "scipy" and scipy.handler_of(prim) is not None:
        made = scipy.handler_of(prim)  # type: ignore[assignment]
    elif head == "math":
        made = python.math_function
    elif head == "cmath":
        made = python.cmath_function
    else:
        function = python_function(prim)
        if function_of(prim) is not None and is_elementwise(prim):
            made = elementwise(function_of(prim))
        elif isinstance(function, np.ufunc) and function.signature is None:
            made = elementwise(function)
        elif name in ELEMENTWISE and head == "numpy":
            made = elementwise(function)  # type: ignore[arg-type]
        else:
            made = _unknown
    HANDLERS[prim] = made
    return made


def _unknown(site: Site) -> Results:
    raise Unknown


def _in_place(site: Site) -> Results:
    x = site.args[0]
    kind = x.type if isinstance(x, Var) else None
    if isinstance(kind, Tensor) and (kind.shape is None or kind.shape or kind.form == "nd"):
        other = type_of(site.args[1]) if isinstance(site.args[1], (Var, Lit)) else None
        if isinstance(other, Tensor) and site.prim != "inplace.matmul":
            # Records which lengths are the same: the second operand broadcasts to the first.
            broadcast_shapes([kind.shape, other.shape], site.certain)
        return (kind,)
    prim = "operator." + site.prim.partition(".")[2]
    return handler(prim)(Site(prim, site.args, (), site.certain))


NUMPY = NumpyKnowledge()
