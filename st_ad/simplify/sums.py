"""Leave out adjoints that are sums of zero, such as that of the maximum which a softmax subtracts.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> vector, number = Tensor("float64", (Sym("n"),)), Tensor("float64", (), "np")
>>> e, u, z = (Var(h, vector) for h in ("e", "u_bar", "z_bar"))
>>> g, s, t, a, b = (Var(h, number) for h in ("g", "s", "t", "a", "b"))
>>> total, back = (("axis", Lit(0)),), Loc(2, "", sweep="backward")
>>> body = (Eqn((s,), "numpy.sum", (e,), total), Eqn((t,), "operator.truediv", (g, s), (), back),
...         Eqn((u,), "operator.mul", (t, e), (), back), Eqn((a,), "numpy.sum", (u,), total, back),
...         Eqn((b,), "operator.sub", (g, a), (), back), Eqn((z,), "operator.add", (u, b), (), back))
>>> f = Function("f", (Param("e", e), Param("g", g)), (), Block((e, g), body, (z,)), z)
>>> print(show(sums(f, NUMPY)))
f(e: f64[n], g: f64)
  s: f64 = numpy.sum(e, axis=0)
  --- backward sweep
  t: f64 = g / s                     # L2
  u_bar: f64[n] = t * e              # L2
  a: f64 = numpy.sum(u_bar, axis=0)  # L2
  b: f64 = g - a                     # L2
  return u_bar

Here `b` is nothing, because `s` is the sum of `e`. A value is written as a sum of products of what is not
looked into; a factor that does not vary along an axis is taken out of a sum along it. Sums are the same up to rounding.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Iterable, Mapping, Union

from ..ir import walk
from ..ir.build import Knowledge
from ..ir.syntax import Arg, Atom, Eqn, For, Function, Lit, Pack, Var
from ..ir.types import Dim, Tensor, resolve, same_dim
from .rewrite import Change, Rewriter, same_type

# A factor is a variable, ("sum", axis, monomial), ("expand", axis, factor) or ("squeeze", axis, factor); a monomial has
# the exponent of each of its factors, and a form the coefficient of each of its monomials.
Factor = Union[Var, tuple]
Monomial = frozenset
Form = dict[Monomial, float]

_MOST_TERMS = 12
_ONE: Monomial = frozenset()
_KEPT_ZERO = frozenset("operator.mul operator.truediv operator.neg numpy.expand_dims numpy.broadcast_to runtime.widen".split())


def sums(function: Function, knowledge: Knowledge) -> Function:
    """The function without adjoints that are known to be nothing."""
    if "numpy.sum" not in function.block.prims:
        return function
    return _Sums(function, knowledge).run()


class _Opaque(Exception):
    """A value that is not looked into."""


class _Sums(Rewriter):
    def __init__(self, function: Function, knowledge: Knowledge) -> None:
        super().__init__(function, knowledge)
        self.forms: dict[Var, Form] = {}
        self.nothing: set[Arg] = set()
        self.made.update(_of_records(function))

    def eqn(self, node: Eqn) -> Change:
        if not node.loc.is_derived or len(node.outs) != 1 or not _is_float_array(node.outs[0]):
            return None
        if node.prim in ("accumulate", "operator.add", "operator.sub"):
            return self.added(node, *node.args)
        if node.prim in _KEPT_ZERO and self.is_nothing(node.args[0]):
            self.nothing.add(node.outs[0])
        elif node.prim == "numpy.sum":
            self.made[node.outs[0]] = node
            self.note(node.outs[0])
        return None

    def added(self, node: Eqn, a: Arg, b: Arg) -> Change:
        out = node.outs[0]
        if self.is_nothing(b) and isinstance(a, Var) and same_type(a.type, out.type):
            return a
        if any(self.made_by(self.positive(x), "numpy.sum") for x in (a, b)):
            self.made[out] = node
            self.note(out)
        return None

    def positive(self, arg: Arg) -> Arg:
        """What an argument is the negative of, or the argument."""
        negative = self.made_by(arg, "operator.neg")
        return negative.args[0] if negative is not None else arg

    def is_nothing(self, arg: Arg) -> bool:
        return isinstance(arg, Var) and arg in self.nothing

    def note(self, out: Var) -> None:
        if not self.form(out):
            self.nothing.add(out)

    # --- forms

    def form(self, arg: Arg) -> Form:
        """A value as a sum of products."""
        if isinstance(arg, Lit) and type(arg.value) in (int, float):
            return {_ONE: float(arg.value)} if arg.value else {}
        if not isinstance(arg, Var):
            raise _Opaque
        if arg not in self.forms:
            found = None
            node = self.made.get(arg)
            if node is not None and _is_float_array(arg):
                try:
                    found = self.formed(node)
                except _Opaque:
                    pass
            self.forms[arg] = {frozenset({(arg, 1)}): 1.0} if found is None or len(found) > _MOST_TERMS else found
        return self.forms[arg]

    def formed(self, node: Eqn) -> Form:
        prim, args = node.prim.replace("inplace.", "operator."), node.args
        if prim in ("operator.add", "accumulate") and len(args) == 2:
            return _plus(self.form(args[0]), self.form(args[1]), 1.0)
        if prim == "operator.sub":
            return _plus(self.form(args[0]), self.form(args[1]), -1.0)
        if prim == "operator.neg":
            return _plus({}, self.form(args[0]), -1.0)
        if prim == "operator.mul":
            return _times(self.form(args[0]), self.form(args[1]))
        if prim == "operator.truediv":
            return _times(self.form(args[0]), _inverse(self.form(args[1])))
        if prim in ("numpy.broadcast_to", "runtime.widen"):
            return self.form(args[0])
        if prim == "numpy.expand_dims" and len(args) == 2 and isinstance(args[0], Var):
            return self.expanded(args[0], args[1])
        if prim == "getitem" and isinstance(args[0], Var):
            return self.expanded(args[0], _new_axis(args[1]))
        if prim == "numpy.sum" and len(args) == 1 and isinstance(args[0], Var):
            return self.summed(args[0], dict(node.kwargs))
        raise _Opaque

    def expanded(self, x: Var, axis: Arg | None) -> Form:
        rank = _rank(x)
        at = axis.value if isinstance(axis, Lit) else None
        if type(at) is not int:
            raise _Opaque
        at = at if at >= 0 else at + rank + 1
        return _mapped(self.form(x), lambda f: _expand(f, at, rank))

    def summed(self, x: Var, options: dict[str, Arg]) -> Form:
        rank, axis = _rank(x), options.pop("axis", None)
        keeps = options.pop("keepdims", Lit(False))
        at = axis.value if isinstance(axis, Lit) else None
        if rank == 1 and at is None and axis in (None, Lit(None)):
            at = 0
        if type(at) is not int or options or keeps not in (Lit(True), Lit(False)):
            raise _Opaque
        at = at if at >= 0 else at + rank
        found: Form = {}
        for monomial, coefficient in self.form(x).items():
            inside = frozenset((f, n) for f, n in monomial if _varies(f, at, rank))
            if not any(_fills(f, x, at) for f, _ in inside):
                raise _Opaque
            total: Factor = ("sum", at, inside)
            outside = [(_without(f, at, rank), n) for f, n in monomial - inside]
            product = _product([(total, 1), *outside])
            found = _plus(found, {product: coefficient}, 1.0)
        if keeps == Lit(True):
            return _mapped(found, lambda f: _expand(f, at, rank - 1))
        return found


def _plus(a: Form, b: Form, sign: float) -> Form:
    found = dict(a)
    for monomial, coefficient in b.items():
        total = found.pop(monomial, 0.0) + sign * coefficient
        if total:
            found[monomial] = total
    return found


def _times(a: Form, b: Form) -> Form:
    if len(a) * len(b) > _MOST_TERMS:
        raise _Opaque
    found: Form = {}
    for one, x in a.items():
        for other, y in b.items():
            found = _plus(found, {_product([*one, *other]): x * y}, 1.0)
    return found


def _inverse(a: Form) -> Form:
    """One over a product; a sum is not looked into."""
    if len(a) != 1:
        raise _Opaque
    ((monomial, coefficient),) = a.items()
    return {frozenset((f, -n) for f, n in monomial): 1.0 / coefficient}


def _product(factors: Iterable[tuple[Factor, int]]) -> Monomial:
    powers: dict[Factor, int] = {}
    for factor, power in factors:
        powers[factor] = powers.get(factor, 0) + power
    return frozenset((f, n) for f, n in powers.items() if n)


def _mapped(form: Form, change: Any) -> Form:
    found: Form = {}
    for monomial, coefficient in form.items():
        found = _plus(found, {_product((change(f), n) for f, n in monomial): coefficient}, 1.0)
    return found


def _factor_rank(factor: Factor) -> int:
    """The number of axes of a factor."""
    if isinstance(factor, Var):
        return _rank(factor)
    kind, _, inner = factor
    if kind == "sum":
        return max(_factor_rank(f) for f, _ in inner) - 1
    return _factor_rank(inner) + (1 if kind == "expand" else -1)


def _varies(factor: Factor, at: int, rank: int) -> bool:
    """Whether a factor of a value of some rank may vary along an axis."""
    own = at - rank + _factor_rank(factor)
    if own < 0:
        return False
    if isinstance(factor, Var):
        return resolve(_shape(factor)[own]) != 1
    return factor[0] != "expand" or factor[1] != own


def _fills(factor: Factor, x: Var, at: int) -> bool:
    """Whether a factor is known to be as long as `x` along an axis, so that it is not spread out by the sum."""
    if not isinstance(factor, Var):
        return False
    own = at - _rank(x) + _rank(factor)
    return own >= 0 and same_dim(_shape(factor)[own], _shape(x)[at])


def _without(factor: Factor, at: int, rank: int) -> Factor:
    """A factor that does not vary along an axis, without that axis."""
    own = at - rank + _factor_rank(factor)
    if own < 0:
        return factor
    if isinstance(factor, Var):
        return ("squeeze", own, factor)
    return factor[2]


def _expand(factor: Factor, at: int, rank: int) -> Factor:
    """A factor of a value of some rank after the value was given an axis."""
    mine = _factor_rank(factor)
    if mine == 0 or at <= rank - mine < rank:
        return factor
    own = at - rank + mine
    if isinstance(factor, tuple) and factor[0] == "squeeze" and factor[1] == own:
        return factor[2]  # type: ignore[no-any-return]
    return ("expand", own, factor)


def _new_axis(index: Arg) -> Lit | None:
    """Where `x[:, None]` has a new axis, when that is all that it does."""
    items = index.items if isinstance(index, Pack) and index.kind == "tuple" else ()
    if isinstance(index, Lit) and isinstance(index.value, tuple):
        items = tuple(map(Lit, index.value))
    news = [i for i, item in enumerate(items) if item == Lit(None)]
    if len(news) != 1 or not all(item == Lit(None) or _is_everything(item) for item in items):
        return None
    return Lit(news[0])


def _is_everything(item: Arg) -> bool:
    if isinstance(item, Lit):
        return item.value == slice(None) if isinstance(item.value, slice) else False
    return isinstance(item, Pack) and item.kind == "slice" and all(i == Lit(None) for i in item.items)


def _shape(var: Var) -> tuple[Dim, ...]:
    kind = var.type
    if not isinstance(kind, Tensor) or kind.shape is None:
        raise _Opaque
    return kind.shape


def _rank(var: Var) -> int:
    return len(_shape(var))


def _is_float_array(var: Var) -> bool:
    kind = var.type
    return isinstance(kind, Tensor) and kind.shape is not None and kind.dtype in ("float64", "float32")


def _of_records(function: Function) -> dict[Var, Eqn]:
    """How what a backward loop reads from the tape of a loop was computed from other values of that tape."""
    loops = [n for n in walk.all_nodes(function.block) if isinstance(n, For)]
    recorder = {tape: n for n in loops for tape in n.collected}
    found: dict[Var, Eqn] = {}
    for reader in loops:
        first = int(reader.start is not None)
        columns = list(zip(reader.xs, reader.body.params[first:]))
        for loop in dict.fromkeys(recorder[x] for x, _ in columns if isinstance(x, Var) and x in recorder):
            results = loop.body.results[len(loop.outs) :]
            table = {results[loop.collected.index(x)]: p for x, p in columns if x in loop.collected}  # type: ignore[arg-type]
            renamed = partial(_renamed, table)
            inside = {*loop.body.params, *(v for n in loop.body.body for v in walk.outs(n))}
            for node in loop.body.body:
                if not isinstance(node, Eqn) or len(node.outs) != 1 or node.outs[0] not in table:
                    continue
                if all(v in table or v not in inside for v in node.reads):
                    read: Any = walk.map_operands(node, renamed)
                    param = table[node.outs[0]]
                    found[param] = Eqn((param,), read.prim, read.args, read.kwargs, read.loc)
    return found


def _renamed(table: Mapping[Atom, Var], atom: Atom) -> Atom:
    return table.get(atom, atom)
