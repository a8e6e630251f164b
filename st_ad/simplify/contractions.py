"""Write an einsum of two operands as the product that it is, which NumPy does faster.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> n, d = Sym("n", True), Sym("d", True)
>>> q, k, s = Var("q", Tensor("float64", (n, d))), Var("k", Tensor("float64", (n, d))), Var("s", Tensor("float64", (n, n)))
>>> body = (Eqn((s,), "numpy.einsum", (Lit("id,jd->ij"), q, k)),)
>>> f = Function("f", (Param("q", q), Param("k", k)), (), Block((q, k), body, (s,)), s)
>>> print(show(contractions(f, NUMPY)))
f(q: f64[n,d], k: f64[n,d])
  v1: f64[d,n] = numpy.transpose(k)
  s: f64[n,n] = q @ v1
  return s

The sums are the same up to the rounding of their order.
"""

from __future__ import annotations

import numpy as np

from ..ir.build import Knowledge
from ..ir.syntax import Arg, Eqn, Function, Lit, Var
from ..ir.types import Tensor, is_not_one
from .rewrite import Change, Rewriter


def contractions(function: Function, knowledge: Knowledge) -> Function:
    """The function with matrix products instead of einsums of two operands."""
    if "numpy.einsum" not in function.block.prims:
        return function
    return _Contractions(function, knowledge).run()


class _Contractions(Rewriter):
    def eqn(self, node: Eqn) -> Change:
        if node.prim != "numpy.einsum" or len(node.args) != 3 or node.kwargs or len(node.outs) != 1:
            return None
        labels = _labels(node)
        if labels is None or not all(map(_is_plain, node.args[1:], labels[:2])):
            return None
        first, second, out = labels
        if set(first) == set(second) == set(out) and first == second == out:
            return self.typed(node, "operator.mul", *node.args[1:])
        return self.product(node, first, second, out)

    def product(self, node: Eqn, first: str, second: str, out: str) -> Change:
        """The matrix product, when there are at most one row label, one column label and one that is summed over."""
        batch = "".join(c for c in out if c in first and c in second)
        rows = "".join(c for c in first if c not in second)
        columns = "".join(c for c in second if c not in first)
        summed = "".join(c for c in first if c in second and c not in out)
        if len(summed) != 1 or len(rows) > 1 or len(columns) > 1 or set(out) != set(batch + rows + columns):
            return None
        left, right = node.args[1:]
        if out == batch + columns + rows and rows and columns:
            first, second, left, right, rows, columns = second, first, right, left, columns, rows
        if out != batch + rows + columns or batch and not (rows and columns):
            return None
        lines: list[Eqn] = []
        operands: list[Arg] = []
        for labels, wanted, arg in ((first, batch + rows + summed, left), (second, batch + summed + columns, right)):
            if labels != wanted and labels != batch + wanted[len(batch) :][::-1]:
                return None
            operands.append(arg if labels == wanted else self.transposed(node, arg, len(batch), lines))
        last = self.typed(node, "operator.matmul", *operands)
        return (*lines, *last) if isinstance(last, tuple) else None

    def transposed(self, node: Eqn, arg: Arg, batch: int, lines: list[Eqn]) -> Arg:
        hint = f"{arg.hint}_T" if isinstance(arg, Var) else "T"
        if not batch:
            out, made = self.step(hint, node.loc, "numpy.transpose", arg)
        else:
            out, made = self.step(hint, node.loc, "numpy.swapaxes", arg, Lit(-1), Lit(-2))
        lines += made
        return out


def _labels(node: Eqn) -> tuple[str, str, str] | None:
    """The labels of the operands and of the result; None when one repeats or stands for several axes."""
    spec = node.args[0].value if isinstance(node.args[0], Lit) else None
    if not isinstance(spec, str):
        return None
    inputs, arrow, out = spec.replace(" ", "").partition("->")
    parts = inputs.split(",")
    if not arrow or "." in spec or len(parts) != 2:
        return None
    found = (parts[0], parts[1], out)
    return found if all(len(set(p)) == len(p) for p in found) else None


def _is_plain(arg: Arg, labels: str) -> bool:
    """Whether an operand is an array of numbers none of whose axes is broadcast."""
    kind = arg.type if isinstance(arg, Var) else None
    if not isinstance(kind, Tensor) or kind.shape is None or kind.dtype is None or len(kind.shape) != len(labels):
        return False
    return np.dtype(kind.dtype).kind in "fc" and all(map(is_not_one, kind.shape))
