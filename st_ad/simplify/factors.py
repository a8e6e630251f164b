"""Put the factors of a product where they need no parentheses: the sign and the literal first.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import FLOAT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> vector, adjoint = Tensor("float64", (Sym("n"),)), Loc(2, "", sweep="backward")
>>> x, g = Var("x", vector), Var("g", FLOAT)
>>> s, y = Var("mul", vector, True), Var("x_bar", vector)
>>> body = (Eqn((s,), "operator.mul", (Lit(2.0), x), (), adjoint), Eqn((y,), "operator.mul", (g, s), (), adjoint))
>>> f = Function("f", (Param("x", x), Param("g", g)), (), Block((x, g), body, (y,)), y)
>>> print(show(f))
f(x: f64[n], g: float)
  --- backward sweep
  v1: f64[n] = 2.0 * x    # L2
  x_bar: f64[n] = g * v1  # L2
  return x_bar
>>> print(show(factors(f, NUMPY)))
f(x: f64[n], g: float)
  --- backward sweep
  v1: f64[n] = 2.0 * x    # L2
  v2: float = 2.0 * g     # L2
  x_bar: f64[n] = v2 * x  # L2
  return x_bar

A number is multiplied by the literal before it meets the array, which is one pass over the array less. Signs change
nothing but signs, so they may move anywhere in a product of floats; literals move in the backward sweep only, because
the user's own lines keep their rounding.
"""

from __future__ import annotations

import math
from typing import Callable

from ..ir.build import Knowledge
from ..ir.syntax import Arg, Eqn, Function, Lit, Pack, Var
from ..ir.types import Tensor, resolve
from .rewrite import Change, Rewriter, is_float, same_type

_PRODUCTS = ("operator.mul", "operator.truediv")


def factors(function: Function, knowledge: Knowledge) -> Function:
    """One round of moving signs and literals."""
    return _Factors(function, knowledge).run()


class _Factors(Rewriter):
    def eqn(self, node: Eqn) -> Change:
        if not node.outs or not is_float(node.outs[0]):
            return None
        if node.prim == "numpy.sum" and len(node.args) == 1 and all(k in ("axis", "keepdims") for k, _ in node.kwargs):
            return self.sum(node, node.args[0])
        rule = _RULES.get(node.prim)
        return rule(self, node, *node.args) if rule and not node.kwargs else None

    def mul(self, node: Eqn, a: Arg, b: Arg) -> Change:
        if not node.loc.is_derived:
            return None
        if _is_literal(a):
            return self.scaled(node, a.value, b)  # type: ignore[union-attr]
        if _is_literal(b):
            return self.typed(node, node.prim, b, a)
        return self.sign_first(node, a, b) or self.literal_first(node, a, b)

    def scaled(self, node: Eqn, factor: float, b: Arg) -> Change:
        """`2.0 * (a * b)` as `2.0 * a * b`, and `2.0 * (-a * b)` as `-2.0 * a * b`."""
        chain = self.chain(b)
        head = chain[-1].args[0] if chain else b
        # The sign of a number goes into the literal even if others read the number with its sign.
        negative = self.negated(head) if chain else self.made_by(head, "operator.neg")
        if negative is not None and is_float(negative.args[0]):
            factor, head = -factor, negative.args[0]
        elif not chain or _is_literal(head):
            return None
        first, lines = self.step("mul", node.loc, "operator.mul", Lit(factor), head)
        _, more = self.led_by(chain, first)
        return self.ending(node, (*lines, *more))

    def neg(self, node: Eqn, a: Arg) -> Change:
        """`-(-a * b)` as `a * b`, `-(2.0 * a * b)` as `-2.0 * a * b`, and `-(a * b)` as `-a * b`."""
        chain = self.chain(a)
        if not chain:
            return None
        head = chain[-1].args[0]
        lines: tuple[Eqn, ...] = ()
        negative = self.negated(head)
        if negative is not None or _is_literal(head):
            first = negative.args[0] if negative else Lit(-head.value)  # type: ignore[union-attr]
        elif node.loc.is_derived and is_float(head):
            first, lines = self.step("neg", node.loc, "operator.neg", head)
        else:
            return None
        return self.ending(node, (*lines, *self.led_by(chain, first)[1]))

    def sum(self, node: Eqn, a: Arg) -> Change:
        """`np.sum(-a)` as `-np.sum(a)`, and `np.sum(2.0 * a)` as `2.0 * np.sum(a)`: a pass over the array less."""
        if not node.loc.is_derived:
            return None
        negative = self.negated(a)
        if negative is not None:
            total, lines = self.total(node, negative.args[0])
            return self.after(lines, self.typed(node, "operator.neg", total))
        change = self.constant_factor(node, a)
        if change is not None:
            return change
        chain = self.chain(a)
        if not chain:
            return None
        bottom = chain[-1]
        head = self.negated(bottom.args[0])
        if head is not None:
            positive, lines = self.led_by(chain, head.args[0])
            total, more = self.total(node, positive)
            return self.after((*lines, *more), self.typed(node, "operator.neg", total))
        if bottom.prim != "operator.mul" or not _is_literal(bottom.args[0]) or not same_type(_type(a), _type(bottom.args[1])):
            return None
        rest, lines = self.led_by(chain[:-1], bottom.args[1])
        total, more = self.total(node, rest)
        return self.after((*lines, *more), self.typed(node, "operator.mul", bottom.args[0], total))

    def constant_factor(self, node: Eqn, a: Arg) -> Change:
        """`np.sum(a * b, axis=0)` as `np.sum(a, axis=0) * b`, when b is the same all along the axis."""
        inner = self.made_by(a, *_PRODUCTS) if self.once(a) else None
        if inner is None:
            return None
        pairs = [inner.args] if inner.prim == "operator.truediv" else [inner.args, inner.args[::-1]]
        for varied, constant in pairs:
            if same_type(_type(varied), _type(a)) and is_float(constant) and _is_constant_along(constant, a, node):
                total, lines = self.total(node, varied)
                return self.after(lines, self.typed(node, inner.prim, total, constant))
        return self.constant_divisor(node, a, pairs) if inner.prim == "operator.mul" else None

    def constant_divisor(self, node: Eqn, a: Arg, pairs: list[tuple[Arg, ...]]) -> Change:
        """`np.sum(a * (b / c), axis=0)` as `np.sum(a * b, axis=0) / c`, when c is the same all along the axis."""
        for other, quotient in pairs:
            inner = self.made_by(quotient, "operator.truediv") if self.once(quotient) else None
            if inner is None or not is_float(inner.args[1]) or not _is_constant_along(inner.args[1], a, node):
                continue
            product, lines = self.step(node.outs[0].hint, node.loc, "operator.mul", other, inner.args[0])
            if same_type(_type(product), _type(a)):
                total, more = self.total(node, product)
                return self.after((*lines, *more), self.typed(node, "operator.truediv", total, inner.args[1]))
        return None

    def total(self, node: Eqn, a: Arg) -> tuple[Arg, tuple[Eqn, ...]]:
        """The sum of something else over the same axes."""
        out = Var(node.outs[0].hint, node.outs[0].type, temporary=True)
        line = Eqn((out,), node.prim, (a, *node.args[1:]), node.kwargs, node.loc)
        self.here.add(out)
        self.uses[out] = 1
        self.made[out] = line
        return out, (line,)

    def ending(self, node: Eqn, lines: tuple[Eqn, ...]) -> Change:
        """Equations of which the last gives the result of a node."""
        last = lines[-1] if lines else None
        if last is None or not same_type(last.outs[0].type, node.outs[0].type):
            return None
        return (*lines[:-1], Eqn(node.outs, last.prim, last.args, (), node.loc))

    def sign_first(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`a * -b` as `-a * b`."""
        chain = self.chain(b)
        negative = self.negated(chain[-1].args[0] if chain else b)
        if negative is None or not is_float(a) or _rank(a) > _rank(b):
            return None
        positive, lines = self.led_by(chain, negative.args[0])
        inner = self.negated(a)
        if inner is not None:
            return self.after(lines, self.typed(node, node.prim, inner.args[0], positive))
        first, more = self.step("neg", node.loc, "operator.neg", a)
        return self.after((*lines, *more), self.typed(node, node.prim, first, positive))

    def literal_first(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`a * (2.0 * b)` as `2.0 * a * b`."""
        chain = self.chain(b)
        if not chain or not _is_literal(chain[-1].args[0]) or _is_literal(a) or not is_float(a):
            return None
        if _rank(a) > _rank(b):
            return self.typed(node, node.prim, b, a)
        outer = self.chain(a)
        head = outer[-1].args[0] if outer else a
        first, lines = self.step("mul", node.loc, "operator.mul", chain[-1].args[0], head)
        left, outer_lines = self.led_by(outer, first)
        _, inner_lines = self.led_by(chain, left)
        lines += outer_lines + inner_lines
        return self.ending(node, lines)

    def add(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`a + -b * c` as `a - b * c`, and `a + (b + c)` as `a + b + c`."""
        for x, y in ((a, b), (b, a)):
            chain = self.chain(y)
            negative = self.negated(chain[-1].args[0]) if chain else None
            if negative is not None:
                positive, lines = self.led_by(chain, negative.args[0])
                return self.after(lines, self.typed(node, "operator.sub", x, positive))
        return self.flat(node, a, b)

    def flat(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`a + (b + c)` as `a + b + c`."""
        inner = self.made_by(b, "operator.add", "operator.sub") if self.once(b) and node.loc.is_derived else None
        if inner is None or not all(same_type(_type(x), _type(b)) for x in (a, *inner.args)):
            return None
        first, lines = self.step(node.outs[0].hint, node.loc, "operator.add", a, inner.args[0])
        return self.after(lines, self.typed(node, inner.prim, first, inner.args[1]))

    def accumulate(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`-a * b` to which something is added as that minus `a * b`."""
        chain = self.chain(a)
        negative = self.negated(chain[-1].args[0]) if chain else None
        if negative is None or self.is_negative(b):
            return None
        positive, lines = self.led_by(chain, negative.args[0])
        return self.after(lines, self.typed(node, "operator.sub", b, positive))

    def sub(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`a - -b * c` as `a + b * c`."""
        chain = self.chain(b)
        negative = self.negated(chain[-1].args[0]) if chain else None
        if negative is None:
            return None
        positive, lines = self.led_by(chain, negative.args[0])
        return self.after(lines, self.typed(node, "operator.add", a, positive))

    def expand(self, node: Eqn, a: Arg, axis: Arg) -> Change:
        """`np.expand_dims(0.5 * a, 1)` as `0.5 * np.expand_dims(a, 1)`, and the same with a sign."""
        inner = self.made_by(a, "operator.mul", "operator.neg") if self.once(a) and node.loc.is_derived else None
        others = [x for x in inner.args if not _is_literal(x)] if inner else []
        if inner is None or len(others) != 1 or not is_float(others[0]) or not same_type(_type(others[0]), _type(a)):
            return None
        wide, lines = self.step(node.outs[0].hint, node.loc, node.prim, others[0], axis)
        return self.after(lines, self.typed(node, inner.prim, *(x if _is_literal(x) else wide for x in inner.args)))

    def chain(self, arg: Arg) -> list[Eqn]:
        """The products and quotients of which each is the first operand of the one before it, nobody else reading them."""
        found: list[Eqn] = []
        while self.once(arg) and (inner := self.made_by(arg, *_PRODUCTS)) and is_float(arg):
            found.append(inner)
            arg = inner.args[0]
        return found

    def led_by(self, chain: list[Eqn], first: Arg) -> tuple[Arg, tuple[Eqn, ...]]:
        """The product of a chain with another first operand."""
        lines: tuple[Eqn, ...] = ()
        for old in reversed(chain):
            first, made = self.step(old.outs[0].hint, old.loc, old.prim, first, old.args[1])
            lines += made
        return first, lines

    def is_negative(self, arg: Arg) -> bool:
        """Whether a product begins with a sign."""
        chain = self.chain(arg)
        head = chain[-1].args[0] if chain else arg
        return self.made_by(head, "operator.neg") is not None or _is_literal(head) and head.value < 0.0  # type: ignore

    def negated(self, arg: Arg) -> Eqn | None:
        """The equation of a negated float that nobody else reads."""
        inner = self.made_by(arg, "operator.neg") if self.once(arg) else None
        return inner if inner is not None and is_float(inner.args[0]) else None

    def after(self, lines: tuple[Eqn, ...], last: Change) -> Change:
        return (*lines, *last) if isinstance(last, tuple) else None


_RULES: dict[str, Callable[..., Change]] = {
    "operator.mul": _Factors.mul, "operator.add": _Factors.add, "operator.sub": _Factors.sub,
    "operator.neg": _Factors.neg, "numpy.expand_dims": _Factors.expand, "accumulate": _Factors.accumulate,
}  # fmt: skip


def _is_literal(arg: Arg) -> bool:
    return isinstance(arg, Lit) and type(arg.value) is float and math.isfinite(arg.value)


def _is_constant_along(factor: Arg, whole: Arg, node: Eqn) -> bool:
    """Whether a factor of an array has none of the axes that are summed over."""
    rank, own = _rank(whole), _rank(factor)
    if own == 0:
        return True
    axis = dict(node.kwargs).get("axis", Lit(None))
    given = axis.items if isinstance(axis, Pack) else (axis,)
    values = [a.value if isinstance(a, Lit) else None for a in given]
    values = [v for value in values for v in (value if isinstance(value, tuple) else (value,))]
    return all(type(v) is int and _is_absent(v % rank, rank, factor) for v in values)


def _is_absent(axis: int, rank: int, factor: Arg) -> bool:
    """Whether an operand of an array of some rank has none of its axes, or the length 1 along it."""
    own = axis - rank + _rank(factor)
    shape = getattr(_type(factor), "shape", None)
    return own < 0 or shape is not None and resolve(shape[own]) == 1


def _type(arg: Arg) -> object:
    return arg.type if isinstance(arg, Var) else None


def _rank(arg: Arg) -> int:
    if isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.rank is not None:
        return arg.type.rank
    return 0 if isinstance(arg, Lit) else 99
