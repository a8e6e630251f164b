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
from ..ir.syntax import Arg, Eqn, Function, Lit, Pack, Var
from ..ir.types import Tensor, is_not_one
from .rewrite import Change, Rewriter


def contractions(function: Function, knowledge: Knowledge, is_fast: bool = False) -> Function:
    """The function with matrix products instead of einsums of two operands.

    Where that takes an order of the axes that is not there, which reads worse, it is done when `is_fast`.
    """
    if "numpy.einsum" not in function.block.prims:
        return function
    found = _Contractions(function, knowledge)
    found.is_fast = is_fast
    return found.run()


class _Contractions(Rewriter):
    is_fast = False

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
        """The matrix product, of stacks of matrices if need be, or `np.tensordot` where no axis stays in place."""
        left, right = node.args[1:]
        batch = "".join(c for c in out if c in first and c in second)
        rows = "".join(c for c in first if c not in second)
        columns = "".join(c for c in second if c not in first)
        summed = "".join(c for c in first if c in second and c not in out)
        if not summed or set(out) != set(batch + rows + columns):
            return None
        if rows and columns and out == batch + columns + rows:
            first, second, left, right, rows, columns = second, first, right, left, columns, rows
        if len(summed) == 1 and len(rows) <= 1 and len(columns) <= 1 and out == batch + rows + columns:
            plan = (batch + rows + summed, batch + summed + columns) if rows and columns or not batch else None
        else:
            plan = _stacked(first, second, out) if len(summed) == 1 and not batch else None
            if plan is None and len(summed) == 1 and not batch and _stacked(second, first, out):
                first, second, left, right, plan = second, first, right, left, _stacked(second, first, out)
        operands = [] if plan is None else [(first, plan[0], left), (second, plan[1], right)]
        lines: list[Eqn] = []
        if operands and all(map(_is_turned, *zip(*((labels, wanted) for labels, wanted, _ in operands)))):
            turned = [arg if labels == wanted else self.transposed(node, arg, len(wanted) - 2, lines) for labels, wanted, arg in operands]
            last = self.typed(node, "operator.matmul", *turned)
        elif not batch and rows and columns and (out == rows + columns and node.loc.is_derived or self.is_fast):
            places = tuple(Pack("tuple", tuple(Lit(labels.index(c)) for c in summed)) for labels in (first, second))
            return self.ordered(node, lines, rows + columns, out, "numpy.tensordot", left, right, Pack("tuple", places))
        elif self.is_fast and batch and len(rows) == len(columns) == len(summed) == 1:
            left = self.permuted(node, left, first, batch + rows + summed, lines)
            right = self.permuted(node, right, second, batch + summed + columns, lines)
            return self.ordered(node, lines, batch + rows + columns, out, "operator.matmul", left, right)
        else:
            return None
        return (*lines, *last) if isinstance(last, tuple) else None

    def permuted(self, node: Eqn, arg: Arg, labels: str, wanted: str, lines: list[Eqn]) -> Arg:
        """An operand with its axes in another order."""
        if labels == wanted:
            return arg
        order = Pack("tuple", tuple(Lit(labels.index(c)) for c in wanted))
        out, made = self.step(arg.hint if isinstance(arg, Var) else "part", node.loc, "numpy.transpose", arg, order)
        lines += made
        return out

    def ordered(self, node: Eqn, lines: list[Eqn], labels: str, out: str, prim: str, *args: Arg) -> Change:
        """The result of a product, whose axes may have to be put in order."""
        if labels == out:
            last = self.typed(node, prim, *args)
        else:
            product, made = self.step("product", node.loc, prim, *args)
            lines += made
            last = self.typed(node, "numpy.transpose", product, Pack("tuple", tuple(Lit(labels.index(c)) for c in out)))
        return (*lines, *last) if isinstance(last, tuple) else None

    def transposed(self, node: Eqn, arg: Arg, batch: int, lines: list[Eqn]) -> Arg:
        hint = f"{arg.hint}_T" if isinstance(arg, Var) else "T"
        if not batch:
            out, made = self.step(hint, node.loc, "numpy.transpose", arg)
        else:
            out, made = self.step(hint, node.loc, "numpy.swapaxes", arg, Lit(-1), Lit(-2))
        lines += made
        return out


def _stacked(first: str, second: str, out: str) -> tuple[str, str] | None:
    """The labels of a stack of matrices times a matrix, or of a matrix times a stack: "dn" and "hne" for "hde"."""
    count = len(out) - 2
    if count < 1 or {len(first), len(second)} != {2, count + 2}:
        return None
    stack, row, column = out[:count], out[-2], out[-1]
    if not (first if len(first) > 2 else second).startswith(stack):
        return None
    (summed,) = set(first) & set(second)
    left, right = (stack, "") if len(first) > 2 else ("", stack)
    return (left + row + summed, right + summed + column) if row in first and column in second else None


def _is_turned(labels: str, wanted: str) -> bool:
    """Whether an operand is a matrix, or a stack of them, as it is wanted or with the last two axes exchanged."""
    count = len(wanted) - 2
    return labels in (wanted, wanted[:count] + wanted[count:][::-1])


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
