"""Which variables may be infinite or nan at finite arguments: logarithms, quotients, powers, and what is made of them;
exponentials too, where overflows count."""

from __future__ import annotations

from typing import Callable

from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Arg, Block, Eqn, Lit, Var
from ..ir.types import Tensor
from .positive import Signs

# Of a module's functions as well as of NumPy's: the last part of the name.
_SINGULAR = frozenset("log log2 log10 log1p reciprocal arctanh arccosh arcsin arccos atanh acosh asin acos float_power".split())
_OVERFLOWS = frozenset("exp exp2 expm1 sinh cosh".split())
_ROOTS = frozenset("sqrt".split())
_QUOTIENTS = frozenset("operator.truediv numpy.divide numpy.true_divide".split())
_POWERS = frozenset("operator.pow numpy.power numpy.pow".split())
_BOUNDED = frozenset(
    "tanh arctan arctan2 sign signbit isfinite isnan isinf nan_to_num floor_divide eq ne lt le gt ge greater less greater_equal "
    "less_equal equal not_equal expit erf erfc ndtr shape size ndim len zeros_like ones_like argmax argmin argsort".split()
)
_DEPTH = 60


class Unbounded:
    """Answers for the variables of one program, and for those that are made of them."""

    def __init__(self, block: Block) -> None:
        self.made = {v: n for n in walk.all_nodes(block) if isinstance(n, Eqn) for v in n.outs}
        self.signs = Signs(block)
        self.known: dict[tuple[Var, bool], bool] = {}

    def possible(self, arg: Arg, overflows: bool, definition: Callable[[Var], Eqn | None], depth: int = _DEPTH) -> bool:
        """Whether a value may be infinite or nan; `definition` finds equations that are not of the program."""
        if not isinstance(arg, Var):
            return False
        key = arg, overflows
        if key not in self.known:
            eqn = self.made.get(arg) or definition(arg)
            self.known[key] = False
            self.known[key] = eqn is not None and depth > 0 and self._of(eqn, overflows, definition, depth - 1)
        return self.known[key]

    def _of(self, eqn: Eqn, overflows: bool, definition: Callable[[Var], Eqn | None], depth: int) -> bool:
        name = eqn.prim.rpartition(".")[2]
        if eqn.prim.startswith("math.") or name in _BOUNDED:
            # The functions of math raise where they have no finite value.
            return False
        if name in _SINGULAR or overflows and name in _OVERFLOWS:
            return True
        if name in _ROOTS and self.signs.sign(eqn.args[0]) == 0:
            return True
        if eqn.prim in _QUOTIENTS:
            # Over what is positive, however large, only the numerator counts.
            is_safe = self.signs.is_positive(eqn.args[1]) or _is_number(eqn.args[1]) or _raises(eqn)
            return not is_safe or self.possible(eqn.args[0], overflows, definition, depth)
        if eqn.prim in _POWERS and not _is_whole(eqn.args[1]):
            return True
        return any(self.possible(v, overflows, definition, depth) for v in eqn.reads)


def _raises(eqn: Eqn) -> bool:
    """Whether a quotient by zero raises: both are numbers of Python's."""
    kinds = [type_of(a) for a in eqn.args if isinstance(a, (Var, Lit))]
    return eqn.prim == "operator.truediv" and len(kinds) == 2 and all(isinstance(k, Tensor) and k.form == "py" for k in kinds)


def _is_number(arg: Arg) -> bool:
    return isinstance(arg, Lit) and arg.value != 0


def _is_whole(arg: Arg) -> bool:
    return isinstance(arg, Lit) and isinstance(arg.value, (int, float)) and arg.value >= 0 and arg.value == int(arg.value)
