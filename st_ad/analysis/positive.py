"""Which variables are known to be positive, or at least not negative, for any arguments."""

from __future__ import annotations

from ..ir import walk
from ..ir.syntax import Arg, Block, Eqn, Lit, Var

_POSITIVE = frozenset("numpy.exp numpy.exp2 numpy.cosh math.exp math.cosh".split())
_KEEPS = frozenset(
    "numpy.sum numpy.mean numpy.max numpy.min numpy.prod getitem numpy.reshape numpy.transpose numpy.sqrt math.sqrt "
    "numpy.broadcast_to numpy.expand_dims numpy.squeeze numpy.ravel numpy.copy numpy.cumsum numpy.swapaxes".split()
)
_NONNEGATIVE = frozenset("numpy.abs numpy.absolute builtins.abs math.fabs numpy.square numpy.hypot numpy.linalg.norm".split())


class Signs:
    """Answers for the variables of one program."""

    def __init__(self, block: Block) -> None:
        self.made = {v: n for n in walk.all_nodes(block) if isinstance(n, Eqn) for v in n.outs}
        self.known: dict[Var, int] = {}

    def is_positive(self, arg: Arg) -> bool:
        """Whether a value is above zero wherever it is computed (an underflow apart)."""
        return self.sign(arg) == 2

    def sign(self, arg: Arg) -> int:
        """2 when positive, 1 when not negative, 0 when nothing is known."""
        if isinstance(arg, Lit):
            number = isinstance(arg.value, (int, float)) and not isinstance(arg.value, bool)
            return (2 if arg.value > 0 else 1 if arg.value == 0 else 0) if number else 0
        if not isinstance(arg, Var):
            return 0
        if arg not in self.known:
            self.known[arg] = 0
            eqn = self.made.get(arg)
            self.known[arg] = self._of(eqn) if eqn is not None else 0
        return self.known[arg]

    def _of(self, eqn: Eqn) -> int:
        prim, args = eqn.prim, eqn.args
        if prim in _POSITIVE:
            return 2
        if prim in _NONNEGATIVE:
            return 1
        if prim in _KEEPS:
            return self.sign(args[0])
        if prim == "numpy.maximum" and all(map(_is_whole, args)):
            return max(map(self.sign, args))
        if prim in ("numpy.maximum", "numpy.minimum"):
            return min(map(self.sign, args))
        if prim in ("operator.add", "numpy.add"):
            a, b = self.sign(args[0]), self.sign(args[1])
            return max(a, b) if a and b else 0
        if prim in ("operator.mul", "numpy.multiply"):
            if args[0] is args[1]:
                return max(1, self.sign(args[0]))
            return min(self.sign(args[0]), self.sign(args[1]))
        if prim in ("operator.truediv", "numpy.divide"):
            return min(self.sign(args[0]), self.sign(args[1]))
        if prim == "operator.pow" and args[1] == Lit(2):
            return max(1, self.sign(args[0]))
        return 0




def _is_whole(arg: Arg) -> bool:
    """Whether an argument consists of whole numbers, none of which is nan."""
    if isinstance(arg, Lit):
        return type(arg.value) is int
    return isinstance(arg, Var) and getattr(arg.type, "dtype", None) in ("int64", "int32", "bool")
