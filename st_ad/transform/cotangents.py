"""The arithmetic of adjoints: casts, sums over broadcast axes, zeros, widening, accumulation.

An adjoint may be narrower than its primal (it is constant along an axis); it is widened only where that matters.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ..analysis.activity import is_differentiable
from ..analysis.unbounded import Unbounded
from ..ir.build import Builder, type_of
from ..ir.syntax import Arg, Atom, Eqn, Lit, Pack, Var
from ..ir.types import Dim, Seq, Tensor, is_not_one, resolve, same_dim
from ..rules.names import function_of

ZERO = Lit(0.0)
_RESHAPING = ("numpy.expand_dims", "numpy.reshape", "numpy.transpose", "numpy.squeeze")


class Cotangents:
    """Builds adjoint equations; remembers which adjoints are broadcasts of narrower ones, or may hold exact zeros."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        # What an intermediate result is called, if it needs a name.
        self.hint = "bar"
        self.masked: set[Var] = set()
        # Those whose zeros are where a condition chose something else.
        self.conditional: set[Var] = set()
        # The primals that may hold infinite constants.
        self.infinite: set[Var] = set()
        # Which primal an adjoint is known to have the shape of, when types do not tell.
        self.shaped: dict[Var, Arg] = {}
        # Primals without a value on some path, and those of them whose shape is read whatever the path.
        self.vague: set[Var] = set()
        self.lists_have_gaps = True
        self.lists_become_arrays = True
        self.demanded: set[Var] = set()
        self.has_complex = False
        self.is_positive: Callable[[Any], bool] = lambda arg: False
        self.unbounded: Unbounded | None = None

    def emit(self, prim: str, *args: Any, **kwargs: Any) -> Atom:
        """An equation whose result is a temporary."""
        return self.builder.emit(prim, *args, hint=self.hint, **kwargs)

    def zero_of(self, var: Var) -> Atom:
        """A zero tangent."""
        return self.zeros(var) if is_differentiable(var) else ZERO

    # --- shapes

    def shape(self, like: Atom) -> Arg:
        """The shape of an array as an argument."""
        self.demand(like)
        kind = type_of(like)
        if isinstance(kind, Tensor) and kind.shape is not None:
            return Pack("tuple", tuple(self.builder.emit("axis_length", like, i, hint="n") for i in range(len(kind.shape))))
        return self.builder.emit("numpy.shape", like, hint="shape")

    def narrow(self, g: Atom) -> Atom:
        """The operand of a broadcast, when the adjoint was made by one in this block."""
        while isinstance(g, Var):
            made = self.definition(g)
            inner = made.args[0] if made is not None and made.args else None
            if made is None or not isinstance(inner, (Var, Lit)):
                return g
            if made.prim in _RESHAPING:
                number = self.narrow(inner)
                scalar = isinstance(number, Lit) or isinstance(number.type, Tensor) and number.type.shape == ()
                return number if scalar and number is not inner else g
            if made.prim != "numpy.broadcast_to":
                return g
            g = self.like(inner, g)
        return g

    def may_be_infinite(self, arg: Arg, overflows: bool) -> bool:
        """Whether a value may be infinite or nan at finite arguments."""
        return self.unbounded is not None and self.unbounded.possible(arg, overflows, self.definition)

    def definition(self, var: Var) -> Eqn | None:
        for node in reversed(self.builder.nodes[-40:]):
            if isinstance(node, Eqn) and var in node.outs:
                return node
        return None

    def full(self, g: Atom, like: Atom) -> Atom:
        """The adjoint with the whole shape of its primal."""
        if isinstance(type_of(like), Seq):
            return g
        have, want = type_of(g), type_of(like)
        assert isinstance(want, Tensor)
        if isinstance(have, Tensor) and have.shape is not None and want.shape is not None:
            if not want.shape:
                return self.strong(g, want)
            if len(have.shape) == len(want.shape) and all(same_dim(a, b) for a, b in zip(have.shape, want.shape)):
                return g
            return self.like(self.emit("numpy.broadcast_to", self.strong(g, want), self.shape(like)), g)
        if isinstance(g, Var) and self.shaped.get(g) is like:
            return g
        self.demand(like)
        if like in self.vague and isinstance(g, Var):
            # A tangent is missing where its primal is.
            self.demanded.add(g)
        return self.shape_of(self.like(self.emit("runtime.widen", g, like), g), like)

    def demand(self, like: Arg) -> None:
        """Note that the shape of a primal is read."""
        if like in self.vague and isinstance(like, Var):
            self.demanded.add(like)

    def strong(self, g: Atom, want: Tensor) -> Atom:
        """A Python number in the dtype of the array that is made of it."""
        have = type_of(g)
        weak = isinstance(have, Tensor) and have.shape == () and have.form != "nd"
        if not weak or want.dtype in (None, "float64", "complex128") or np.dtype(want.dtype).kind not in "fc":
            return g
        return self.cast_to(g, want) if have.dtype != want.dtype else g  # type: ignore[union-attr]

    def cast_to(self, g: Atom, want: Tensor) -> Atom:
        return self.like(self.emit("ndarray.astype", g, Lit(np.dtype(want.dtype))), g)

    def shape_of(self, g: Atom, primal: Arg) -> Atom:
        """Note that an adjoint has the whole shape of a primal."""
        if isinstance(g, Var):
            self.shaped[g] = primal
        return g

    def owned(self, g: Atom, like: Atom) -> Atom:
        """The adjoint with its whole shape, as an array that may be added to."""
        g = self.full(g, like)
        if not isinstance(g, Var):
            return g
        made = self.definition(g)
        if made is None or made.prim != "numpy.broadcast_to" or not isinstance(g.type, Tensor):
            return g
        inner = made.args[0]
        if isinstance(inner, Pack):
            return g
        kind = type_of(inner)
        if not isinstance(kind, Tensor) or kind.shape != ():
            return g
        dtype: dict[str, Any] = {} if g.type.dtype == "float64" else {"dtype": Lit(np.dtype(g.type.dtype))}
        return self.like(self.emit("numpy.full", made.args[1], inner, **dtype), g)

    def storable(self, g: Atom, like: Var) -> Atom:
        """The adjoint as an array: that of an array without axes may be a number, which cannot be stored to."""
        if not isinstance(like.type, Tensor) or like.type.shape != ():
            return g
        return self.like(self.cast(self.emit("numpy.array", g), like.type), g)

    def like(self, new: Atom, old: Atom) -> Atom:
        """The new adjoint may hold exact zeros when the old one may."""
        if isinstance(new, Var) and isinstance(old, Var) and old in self.masked:
            self.mask(new, old in self.conditional)
        return new

    def mask(self, g: Var, is_conditional: bool) -> None:
        """Note that an adjoint may hold exact zeros, maybe where a condition chose something else."""
        self.masked.add(g)
        if is_conditional:
            self.conditional.add(g)

    def may_be_zero(self, g: Atom | None) -> bool:
        """Whether an adjoint may hold exact zeros: because a value, or a part of it, was not used."""
        return g is None or isinstance(g, Lit) or g in self.masked

    def before_clearing(self, g: Atom, index: Arg) -> Atom | None:
        """The adjoint of which `g` is made by clearing the items at `index`, if it is."""
        made = self.definition(g) if isinstance(g, Var) else None
        if made is None or made.prim != "setitem" or made.args[1:] != (index, ZERO):
            return None
        return made.args[0]  # type: ignore[return-value]

    def zeros(self, like: Atom) -> Atom:
        """A zero adjoint of the whole shape of its primal, owned."""
        kind = type_of(like)
        if isinstance(kind, Seq):
            self.demand(like)
            nothing = self.emit("runtime.zeros_of_list", like)
            assert isinstance(nothing, Var)
            self.masked.add(nothing)
            return nothing
        if isinstance(kind, Tensor) and kind.is_scalar and kind.form != "nd":
            return ZERO
        self.demand(like)
        made = self.emit("numpy.zeros_like", like)
        if isinstance(made, Var):
            self.masked.add(made)
        return made

    def adjoint_of_results(self, eqn: Eqn, bars: list[Atom | None]) -> Arg:
        """The adjoints of an equation's results as a rule takes them: where one is known to be zero, a rule of a user's
        function is given zeros, and ours None."""
        if len(bars) == 1 and bars[0] is not None:
            return bars[0]
        own = function_of(eqn.prim) is not None
        return Pack("tuple", tuple((self.zeros(o) if own else Lit(None)) if b is None else b for o, b in zip(eqn.outs, bars)))

    def narrow_zeros(self, like: Atom) -> Atom:
        """A zero adjoint of the length 1 along every axis, or without axes where it is not known how many there are."""
        kind = type_of(like)
        if not isinstance(kind, Tensor) or kind.dtype is None:
            return self.zeros(like)
        dtype: dict[str, Any] = {} if kind.dtype == "float64" else {"dtype": Lit(np.dtype(kind.dtype))}
        made = self.emit("numpy.zeros", Pack("tuple", (Lit(1),) * len(kind.shape or ())), **dtype)
        if isinstance(made, Var):
            self.masked.add(made)
        return made

    def zeros_of_item(self, g: Atom, items: Atom, index: Any, new: Any) -> Atom:
        """A zero adjoint of the item of a list that a new one replaced, whose own adjoint may have another shape."""
        kind = type_of(items)
        kinds = (kind.item if isinstance(kind, Seq) else None, type_of(new) if isinstance(new, (Var, Lit)) else None)
        is_alike = all(isinstance(k, Tensor) and k.shape is not None for k in kinds) and covers(*kinds) and covers(*reversed(kinds))
        return self.zeros(self.emit("getitem", g if is_alike or not isinstance(kinds[0], Tensor) else items, index))

    # --- sums over broadcast axes

    def unbroadcast(self, g: Atom, y: Any, x: Atom) -> Atom:
        """Sum an adjoint of the result's shape to the operand's; `y` is the result, or its type."""
        want = type_of(x)
        out = type_of(y) if isinstance(y, (Var, Lit)) else y
        have = type_of(g)
        if not (isinstance(want, Tensor) and isinstance(have, Tensor) and isinstance(out, Tensor)):
            return g
        if want.shape == () and out.shape == () and have.shape == ():
            return self.cast(g, want, x)
        if isinstance(g, Var) and self.shaped.get(g) is x:
            return self.cast(g, want, x)
        if want.shape is None or have.shape is None or out.shape is None or self.undecided(want.shape, out.shape):
            whole = self.full(g, y) if isinstance(y, (Var, Lit)) else g
            return self.shape_of(self.like(self.emit("runtime.unbroadcast", whole, x), g), x)
        return self.cast(self.sum_axes(g, have.shape, out.shape, want.shape, y), want, x)

    def undecided(self, want: tuple[Dim, ...], out: tuple[Dim, ...]) -> bool:
        """Whether an axis may or may not have been broadcast."""
        for a, b in zip(reversed(want), reversed(out)):
            a, b = resolve(a), resolve(b)
            if a != b and a != 1 and not is_not_one(a):
                return True
        return len(want) > len(out)

    def sum_axes(self, g: Atom, have: tuple[Dim, ...], out: tuple[Dim, ...], want: tuple[Dim, ...], y: Any) -> Atom:
        extra = len(out) - len(want)
        missing = len(out) - len(have)
        kept_one: list[int] = []
        dropped: list[int] = []
        factor: list[Atom] = []
        for i, d in enumerate(out):
            reduced = i < extra or (resolve(want[i - extra]) == 1 and resolve(d) != 1)
            at = i - missing
            present = at >= 0 and (resolve(have[at]) != 1 or resolve(d) == 1)
            if reduced and not present and isinstance(y, (Var, Lit)):
                factor.append(self.builder.emit("axis_length", y, i, hint="n"))
            if at < 0:
                continue
            if i < extra:
                dropped.append(at)
            elif reduced and present:
                kept_one.append(at)
        for n in factor:
            g = self.like(self.emit("operator.mul", g, n), g)
        if kept_one:
            axis: Any = kept_one[0] if len(kept_one) == 1 else tuple(kept_one)
            g = self.like(self.emit("numpy.sum", g, axis=axis, keepdims=True), g)
        if dropped:
            if len(dropped) == len(have):
                return self.like(self.emit("numpy.sum", g), g)
            axis = dropped[0] if len(dropped) == 1 else tuple(dropped)
            return self.like(self.emit("numpy.sum", g, axis=axis), g)
        return g

    def cast(self, g: Atom, want: Any, like: Atom | None = None) -> Atom:
        """The adjoint in the dtype of its primal, which is `like` when given."""
        have = type_of(g)
        if not (isinstance(have, Tensor) and isinstance(want, Tensor)):
            return g
        if have.dtype is None or want.dtype is None:
            return self.of_unknown_dtype(g, have, want, like)
        if have.dtype == want.dtype or np.dtype(want.dtype).kind not in "fc":
            return g
        if np.dtype(have.dtype).kind == "c" and np.dtype(want.dtype).kind == "f":
            g = self.like(self.emit("numpy.real", g), g)
            have = type_of(g)
            if isinstance(have, Tensor) and have.dtype == want.dtype:
                return g
        if isinstance(have, Tensor) and have.form == "py" or (want.form == "py" and want.shape == ()):
            return g
        return self.cast_to(g, want)

    def number(self, g: Atom, want: Any) -> Atom:
        """The gradient of a Python float as one: NumPy's float64 is, its other scalars are not."""
        have = type_of(g)
        if not (isinstance(want, Tensor) and isinstance(have, Tensor) and want.form == "py" and want.dtype == "float64"):
            return g
        if have.dtype in (None, "float64") or np.dtype(have.dtype).kind != "f":
            return g
        return self.emit("builtins.float", g)

    def of_unknown_dtype(self, g: Atom, have: Tensor, want: Tensor, like: Atom | None) -> Atom:
        """Its real part, where the primal may turn out to be real and the adjoint complex; of unknown shapes only when
        the program has complex numbers at all."""
        may_be_complex = have.dtype is None or np.dtype(have.dtype).kind == "c"
        may_be_real = want.dtype is None or np.dtype(want.dtype).kind == "f"
        if like is None or not (may_be_complex and may_be_real) or want.shape is None and not self.has_complex:
            return g
        return self.like(self.emit("runtime.unbroadcast", self.full(g, like), like), g)

    # --- sums of contributions

    def add(self, a: Atom, b: Atom) -> Atom:
        """The sum of two contributions to one adjoint."""
        if a == ZERO:
            return b
        if b == ZERO:
            return a
        first, second = type_of(a), type_of(b)
        if isinstance(first, Seq):
            return self.emit("runtime.add_lists", a, b)
        total = self.emit("accumulate" if covers(first, second) else "operator.add", a, b)
        if isinstance(total, Var) and a in self.masked and b in self.masked:
            self.mask(total, a in self.conditional and b in self.conditional)
        if isinstance(a, Var) and isinstance(b, Var) and a in self.shaped and self.shaped[a] is self.shaped.get(b):
            self.shape_of(total, self.shaped[a])
        return total


def covers(a: Any, b: Any) -> bool:
    """Whether adding something of type `b` keeps the shape and dtype of `a`."""
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        return False
    if a.shape is None or b.shape is None or a.dtype is None or b.dtype is None:
        return False
    # A number of Python's takes the precision of what it is added to; a complex one makes it complex all the same.
    is_weak = b.form == "py" and (b.dtype.startswith("complex") <= a.dtype.startswith("complex"))
    if len(b.shape) > len(a.shape) or np.promote_types(a.dtype, b.dtype).name != a.dtype and not is_weak:
        return False
    return all(same_dim(p, q) or resolve(q) == 1 for p, q in zip(reversed(a.shape), reversed(b.shape)))
