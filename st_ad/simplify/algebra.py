"""Compute the same with less: ones, zeros, double signs, gathered literals, broadcasts that NumPy does by itself.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> x, g, y = Var("x", FLOAT), Var("g", FLOAT), Var("y", FLOAT)
>>> s, t = Var("pow", FLOAT, True), Var("prod", FLOAT, True)
>>> body = (Eqn((s,), "operator.pow", (x, Lit(1))), Eqn((t,), "operator.mul", (Lit(2), s)),
...         Eqn((y,), "operator.mul", (t, Lit(0.5))))
>>> f = Function("f", (Param("x", x),), (), Block((x,), body, (y,)), y)
>>> print(show(f))
f(x: float)
  v1: float = x ** 1
  v2: float = 2 * v1
  y: float = v2 * 0.5
  return y
>>> print(show(algebra(algebra(f, NUMPY), NUMPY)))
f(x: float)
  v1: float = 2 * x
  return x
"""

from __future__ import annotations

import dataclasses
import inspect
import math
from functools import cache
from typing import Any, Callable

import numpy as np

from ..ir.build import Knowledge
from ..ir.primitives import BINARY, python_function
from ..ir.syntax import Arg, Atom, Eqn, Function, Lit, Pack, Var
from ..ir.types import Tensor
from .rewrite import Change, Rewriter, is_float, same_type


@cache
def is_of_all_axes(prim: str) -> bool:
    """Whether a function of NumPy goes over all axes where none is named; `np.sort` and `np.add.reduce` do not."""
    try:
        return inspect.signature(python_function(prim)).parameters["axis"].default is None  # type: ignore[arg-type]
    except (TypeError, ValueError, KeyError):
        return False


def algebra(function: Function, knowledge: Knowledge) -> Function:
    """One round of algebraic simplification."""
    return _Algebra(function, knowledge).run()


# These are their first argument when the type does not change.
_IDENTITIES = frozenset(
    "runtime.unbroadcast runtime.widen numpy.broadcast_to numpy.reshape ndarray.astype numpy.asarray numpy.copy "
    "numpy.asanyarray numpy.ascontiguousarray numpy.squeeze numpy.ravel numpy.atleast_1d numpy.atleast_2d numpy.astype "
    "numpy.array operator.pos numpy.positive".split()
)
_REAL_IDENTITIES = frozenset("numpy.real numpy.conj numpy.conjugate ndarray.conj ndarray.conjugate".split())
_SPREADING = ("numpy.broadcast_to", "runtime.widen")
_RESHAPING = ("numpy.expand_dims", "numpy.reshape", "numpy.broadcast_to", "numpy.squeeze", "numpy.transpose")
_TURNED = ("operator.matmul", "numpy.outer", "operator.mul", "operator.neg", "operator.add", "operator.sub", "accumulate")
_ELEMENTWISE = frozenset(f"operator.{n}" for n in BINARY if n != "matmul")


class _Algebra(Rewriter):
    def eqn(self, node: Eqn) -> Change:
        if len(node.outs) != 1:
            return None
        if not node.reads and node.prim.startswith(("operator.", "math.")) and all(_is_plain(a) for a in node.args):
            (known,) = self.knowledge.infer(node.prim, node.args, node.kwargs, False)
            return known if isinstance(known, Lit) else None
        rule: Callable[..., Change] | None = _RULES.get(node.prim)
        change = rule(self, node, *node.args) if rule and len(node.args) == _ARITY[node.prim] else None
        if change is None and node.prim not in _ELEMENTWISE:
            change = self.identity(node)
        change = self.narrow(node) if change is None else change
        return self.without_defaults(node) if change is None else change

    def identity(self, node: Eqn) -> Change:
        """A cast to the same dtype, a reshape to the same shape, a sum over nothing."""
        if not node.args or not isinstance(node.args[0], Var):
            return None
        x = node.args[0]
        if node.prim in _IDENTITIES:
            change = self.instead(node, x)
            return self.squeezed(node) if change is None and node.prim == "numpy.squeeze" else change
        if node.prim in _REAL_IDENTITIES and isinstance(x.type, Tensor) and x.type.dtype:
            return self.instead(node, x) if np.dtype(x.type.dtype).kind in "fiu" else None
        if node.prim == "numpy.transpose" and isinstance(x.type, Tensor) and x.type.rank in (0, 1):
            return self.instead(node, x)
        if node.prim == "numpy.transpose" and len(node.args) == 1 and not node.kwargs:
            whole = self.transposed(x)
            return self.instead(node, whole) if whole is not None else self.turned_product(node, x)
        if node.prim == "numpy.sum" and dict(node.kwargs).get("axis") == Pack("tuple", ()):
            return self.instead(node, x)
        return None

    def transposed(self, x: Arg) -> Arg | None:
        """What a variable is the transpose of."""
        inner = self.made_by(x, "numpy.transpose")
        return inner.args[0] if inner is not None and len(inner.args) == 1 and not inner.kwargs else None

    def turned_product(self, node: Eqn, x: Var) -> Change:
        """`(A.T @ B).T` as `B.T @ A`, and the same in sums and multiples of products."""
        found = self.turned(node, x) if node.loc.is_derived else None
        if found is None or not found[1] or not same_type(found[0].type, node.outs[0].type):  # type: ignore[union-attr]
            return None
        *lines, last = found[1]
        return (*lines, dataclasses.replace(last, outs=node.outs))

    def turned(self, node: Eqn, x: Arg) -> tuple[Atom, tuple[Eqn, ...]] | None:
        """The transpose of a matrix that nobody else reads, and its equations, when it is one of products at no more cost."""
        made = self.made_by(x, *_TURNED) if self.once(x) else None
        if made is None or getattr(x.type, "rank", None) != 2:  # type: ignore[union-attr]
            return None
        hint, parts, lines = node.outs[0].hint, made.args[::-1], ()
        if made.prim == "operator.matmul":
            wholes = [self.transposed(p) for p in parts]
            if wholes == [None, None] or not all(getattr(_type_of(p), "rank", None) == 2 for p in parts):
                return None
            pairs = [(w, ()) if w is not None else self.step(hint, node.loc, "numpy.transpose", p) for p, w in zip(parts, wholes)]
        elif made.prim == "numpy.outer":
            if made.kwargs or not all(getattr(_type_of(p), "rank", None) == 1 for p in parts):
                return None
            pairs = [(p, ()) for p in parts]
        else:
            parts = made.args
            found = [(p, ()) if _is_number(p) else self.turned(node, p) for p in parts]
            if any(f is None for f in found):
                return None
            pairs = found  # type: ignore[assignment]
        for _, more in pairs:
            lines += more  # type: ignore[assignment]
        out, last = self.step(hint, made.loc, made.prim, *(p for p, _ in pairs))
        return out, (*lines, *last)

    def squeezed(self, node: Eqn) -> Change:
        """A sum that keeps axes which are then taken away."""
        inner = self.made_by(node.args[0], "numpy.sum", "operator.neg") if self.once(node.args[0]) else None
        if inner is None or len(inner.args) != 1 or len(node.args) != 1:
            return None
        if inner.prim == "operator.neg":
            out = Var(node.outs[0].hint, node.outs[0].type, temporary=True)
            first = Eqn((out,), node.prim, inner.args, node.kwargs, node.loc)
            self.here.add(out)
            self.uses[out] = 1
            return first, Eqn(node.outs, "operator.neg", (out,), (), node.loc)
        kept, taken = dict(inner.kwargs), dict(node.kwargs)
        if kept.get("keepdims") != Lit(True) or _axes(kept.get("axis")) != _axes(taken.get("axis")):
            return None
        summed = tuple((k, v) for k, v in inner.kwargs if k != "keepdims")
        return (Eqn(node.outs, "numpy.sum", inner.args, summed, node.loc),)

    def narrow(self, node: Eqn) -> Change:
        """Operands that were broadcast by hand to where NumPy broadcasts them anyway."""
        if node.prim == "numpy.broadcast_to":
            return self.spread_number(node)
        if node.prim in ("setitem", "accumulate_at"):
            return self.narrow_value(node)
        if node.prim not in _ELEMENTWISE and node.prim not in ("accumulate", "runtime.strong_product", "numpy.where"):
            return None
        for i, arg in enumerate(node.args):
            if node.prim == "accumulate" and i == 0:
                continue
            inner = self.made_by(arg, *_SPREADING)
            if inner is None:
                continue
            args = (*node.args[:i], inner.args[0], *node.args[i + 1 :])
            change = self.typed(node, node.prim, *args)
            if change is not None:
                return change
        return None

    def spread_number(self, node: Eqn) -> Change:
        """A number that is broadcast, given an axis more and broadcast again."""
        inner, found = node.args[0], None
        while (made := self.made_by(inner, *_RESHAPING)) is not None:
            inner = made.args[0]
            if made.prim == "numpy.broadcast_to":
                found = inner
        if found is None or not isinstance(inner, (Var, Lit)) or inner is not found or not _is_number(found):
            return None
        return self.typed(node, node.prim, found, *node.args[1:])

    def narrow_value(self, node: Eqn) -> Change:
        if not isinstance(node.outs[0].type, Tensor):
            return None
        inner = self.made_by(node.args[2], *_SPREADING)
        if inner is None or not _is_number(inner.args[0]):
            return None
        return (Eqn(node.outs, node.prim, (*node.args[:2], inner.args[0]), (), node.loc),)

    def without_defaults(self, node: Eqn) -> Change:
        """A call in a derivative without arguments that say what holds anyway."""
        if not node.loc.is_derived or not node.prim.startswith("numpy."):
            return None
        args = node.args
        if node.prim == "numpy.roll" and args[2:] == (Lit(None),) or node.prim == "numpy.eye" and args[2:] == (Lit(0),):
            args = args[:2]
        if node.prim == "numpy.eye" and len(args) == 2 and args[0] == args[1]:
            args = args[:1]
        said = (("keepdims", Lit(False)), ("axis", Lit(None))) if is_of_all_axes(node.prim) else (("keepdims", Lit(False)),)
        kwargs = tuple(pair for pair in node.kwargs if pair not in said)
        if len(args) == len(node.args) and len(kwargs) == len(node.kwargs):
            return None
        return (Eqn(node.outs, node.prim, args, kwargs, node.loc),)

    # --- one method per operator

    def add(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if _is(b, 0.0) or _is(a, 0.0):
            return self.instead(node, a if _is(b, 0.0) else b)
        if (inner := self.made_by(b, "operator.neg")) and self.once(b):
            return self.typed(node, "operator.sub", a, inner.args[0])
        if (inner := self.made_by(a, "operator.neg")) and self.once(a):
            return self.typed(node, "operator.sub", b, inner.args[0])
        return self.twice(node, a, b)

    def accumulate(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if _is(a, 0.0):
            return self.instead(node, b)
        if (inner := self.made_by(a, "operator.neg")) and self.once(a) and not self.made_by(b, "operator.neg"):
            return self.typed(node, "operator.sub", b, inner.args[0])
        return self.twice(node, a, b)

    def twice(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if a is not b or not node.loc.is_derived or not is_float(a):
            return None
        return self.typed(node, "operator.mul", Lit(2.0), a)

    def sub(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if _is(b, 0.0):
            return self.instead(node, a)
        if _is(a, 0.0) and node.loc.is_derived:
            return self.typed(node, "operator.neg", b)
        if (inner := self.made_by(b, "operator.neg")) and self.once(b):
            return self.typed(node, "operator.add", a, inner.args[0])
        return None

    def neg(self, node: Eqn, a: Arg) -> Change:
        if inner := self.made_by(a, "operator.neg"):
            return self.instead(node, inner.args[0])
        inner = self.made_by(a, "operator.mul", "operator.truediv")
        first = inner.args[0] if inner and self.once(a) else None
        if inner and isinstance(first, Lit) and _is_literal(first):
            return self.typed(node, inner.prim, Lit(-first.value), inner.args[1])
        return None

    def mul(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if _is(b, 1.0) or _is(a, 1.0):
            other = a if _is(b, 1.0) else b
            return other if isinstance(other, Lit) and type(other.value) is float else self.instead(node, other)
        if _is(b, -1.0) or _is(a, -1.0):
            return self.typed(node, "operator.neg", a if _is(b, -1.0) else b)
        for number, other in ((a, b), (b, a)):
            if node.loc.is_derived and _is_int(number) and is_float(other):
                swapped = (Lit(float(number.value)), other)  # type: ignore[union-attr]
                return self.typed(node, node.prim, *(swapped if number is a else swapped[::-1]))
        if not node.loc.is_derived:
            return self.gathered(node)
        # These round differently, or only read better: not for what the user wrote.
        for x, y in ((a, b), (b, a)):
            inner = self.made_by(y, "operator.truediv")
            if inner and self.once(y) and _is(inner.args[0], 1.0) and not _is_literal(x):
                return self.typed(node, "operator.truediv", x, inner.args[1])
        return self.gathered(node)

    def truediv(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if _is(b, 1.0):
            return self.instead(node, a)
        return self.gathered(node)

    def power(self, node: Eqn, a: Arg, b: Arg) -> Change:
        return self.instead(node, a) if _is(b, 1.0) else None

    # --- literals of a product

    def gathered(self, node: Eqn) -> Change:
        """A product in which several literals are one; exact, because all but one are powers of two."""
        literals = self.literals(node)
        if len(literals) < 2 or sum(not _is_exact(v) for v, _ in literals) > 1:
            return None
        value: Any = 1.0
        for number, inverse in literals:
            value = value / number if inverse else value * number
        if not math.isfinite(value) or value == 0.0 or len(repr(value)) > 8:
            return None
        lines: list[Eqn] = []
        self.rest: float | None = None if value == 1.0 else value
        top = self.without(node, lines)
        if top is None:
            return Lit(value) if isinstance(node.outs[0].type, Tensor) and node.outs[0].type.form == "py" else None
        if not lines or self.rest is not None:
            return self.instead(node, top) if not lines and self.rest is None else None
        last = lines[-1]
        if not same_type(last.outs[0].type, node.outs[0].type):
            return None
        return (*lines[:-1], Eqn(node.outs, last.prim, last.args, (), node.loc))

    def factors(self, node: Eqn) -> tuple[tuple[Arg, bool], tuple[Arg, bool]]:
        return (node.args[0], False), (node.args[1], node.prim == "operator.truediv")

    def part(self, arg: Arg) -> Eqn | None:
        """The product or quotient that an operand is, when nobody else reads it."""
        return self.made_by(arg, "operator.mul", "operator.truediv") if self.once(arg) else None

    def literals(self, node: Eqn, inverse: bool = False) -> list[tuple[float, bool]]:
        found = []
        for arg, below in self.factors(node):
            if _is_literal(arg) and is_float(node.outs[0]):
                found.append((float(arg.value), below != inverse))  # type: ignore[union-attr]
            elif inner := self.part(arg):
                found += self.literals(inner, below != inverse)
        return found

    def without(self, node: Eqn, lines: list[Eqn]) -> Atom | None:
        """The product without its literals, but for one where the first numerator was; None when nothing is left."""
        kept: list[Atom | None] = []
        for arg, below in self.factors(node):
            if _is_literal(arg):
                placed = self.rest if self.rest is not None and not below else None
                self.rest = None if placed is not None else self.rest
                kept.append(None if placed is None else Lit(placed))
            elif inner := self.part(arg):
                kept.append(self.without(inner, lines))
            else:
                kept.append(arg)  # type: ignore[arg-type]
        left, right = kept
        if right is None:
            return left
        if left is None and node.prim == "operator.mul":
            return right
        out, made = self.step(node.outs[0].hint, node.loc, node.prim, left if left is not None else Lit(1.0), right)
        lines += made
        return out


_RULES: dict[str, Callable[..., Change]] = {
    "operator.add": _Algebra.add, "operator.sub": _Algebra.sub, "operator.mul": _Algebra.mul,
    "operator.truediv": _Algebra.truediv, "operator.neg": _Algebra.neg, "operator.pow": _Algebra.power,
    "accumulate": _Algebra.accumulate,
}  # fmt: skip
_ARITY = {prim: 1 if prim == "operator.neg" else 2 for prim in _RULES}


def _axes(arg: Arg | None) -> tuple[Arg, ...] | None:
    """Axes that are given as a number or a tuple."""
    if isinstance(arg, Pack):
        return arg.items
    if isinstance(arg, Lit) and isinstance(arg.value, tuple):
        return tuple(map(Lit, arg.value))
    return None if arg is None or arg == Lit(None) else (arg,)


def _type_of(arg: Arg) -> object:
    return arg.type if isinstance(arg, Var) else None


def _is_plain(arg: Arg) -> bool:
    return isinstance(arg, Lit) and isinstance(arg.value, (int, float)) and not isinstance(arg.value, np.generic)


def _is_literal(arg: Arg) -> bool:
    return _is_plain(arg) and not isinstance(arg.value, bool) and math.isfinite(arg.value)  # type: ignore[union-attr]


def _is(arg: Arg, value: float) -> bool:
    return _is_literal(arg) and arg.value == value  # type: ignore[union-attr]


def _is_int(arg: Arg) -> bool:
    return _is_literal(arg) and isinstance(arg.value, int) and abs(arg.value) < 2**53  # type: ignore[union-attr]


def _is_exact(value: float) -> bool:
    return value != 0.0 and math.frexp(abs(value))[0] == 0.5


def _is_number(arg: Arg) -> bool:
    return _is_plain(arg) or isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.shape == ()
