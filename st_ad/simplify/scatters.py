"""Keep adjoints of picked elements sparse: add them where they belong, and sum them without the zeros around them.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Pack, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> vector, back = Tensor("float64", (Sym("n"),)), Loc(2, "", sweep="backward")
>>> x, zeros, p, t, y = (Var(h, vector) for h in ("x", "zeros", "p", "t", "x_bar"))
>>> body = (Eqn((zeros,), "numpy.zeros_like", (x,), (), back), Eqn((p,), "setitem", (zeros, Lit(0), Lit(1.0)), (), back),
...         Eqn((t,), "numpy.exp", (x,), (), back), Eqn((y,), "operator.add", (p, t), (), back))
>>> f = Function("f", (Param("x", x),), (), Block((x,), body, (y,)), y)
>>> print(show(scatters(f, NUMPY)).splitlines()[-2].partition("#")[0].strip())
x_bar: f64[n] = t with [0] += 1.0
"""

from __future__ import annotations

from ..analysis.subscripts import has_distinct_rows, is_plain_index
from ..ir import walk
from ..ir.build import Knowledge
from ..ir.syntax import Arg, Eqn, Function, Lit, Pack, Var
from ..ir.types import INT, Tensor
from .rewrite import Change, Rewriter, same_type


def scatters(function: Function, knowledge: Knowledge) -> Function:
    """The function with elements added to what is there, instead of arrays of zeros and a few elements."""
    return _Scatters(function, knowledge).run()


class _Scatters(Rewriter):
    def __init__(self, function: Function, knowledge: Knowledge) -> None:
        super().__init__(function, knowledge)
        nodes = [n for n in walk.all_nodes(function.block) if isinstance(n, Eqn)]
        # Arrays that will be added to another: the store that checks the index stays.
        self.terms = {v for n in nodes if n.prim in ("operator.add", "accumulate") for v in walk.variables(n.args)}

    def eqn(self, node: Eqn) -> Change:
        if node.loc.sweep != "backward" or len(node.outs) != 1:
            return None
        if node.prim in ("operator.add", "accumulate"):
            return self.added(node, *node.args)
        return self.summed(node) if node.prim == "numpy.sum" and len(node.args) == 1 else None

    def scattered(self, arg: Arg) -> Eqn | None:
        """The store into zeros that gives an array, when it names no element twice."""
        store = self.made_by(arg, "setitem")
        if store is None or store.loc.sweep != "backward" or self.made_by(store.args[0], "numpy.zeros_like") is None:
            return None
        return store if is_plain_index(store.args[1]) or has_distinct_rows(store.args[1], self.made) else None

    def added(self, node: Eqn, a: Arg, b: Arg) -> Change:
        """`zeros with [i] = v` plus a new array: the array with `v` added at `i`."""
        for sparse, full in ((a, b), (b, a)):
            store = self.scattered(sparse)
            if store is None or not isinstance(full, Var) or self.uses[full] != 1 or full not in self.here:
                continue
            made = self.made.get(full)
            is_new = made is not None and made.prim.startswith(("operator.", "numpy.exp")) and made.loc.sweep == "backward"
            if is_new and same_type(full.type, node.outs[0].type):
                return (Eqn(node.outs, "accumulate_at", (full, *store.args[1:]), (), node.loc),)
        return None

    def summed(self, node: Eqn) -> Change:
        """The sum over one axis of `zeros with [arange, i] = v`: shorter zeros with `v` stored."""
        store, options = self.scattered(node.args[0]) if node.args[0] in self.terms else None, dict(node.kwargs)
        axis, keeps = options.pop("axis", None), options.pop("keepdims", Lit(False))
        index = store.args[1] if store else None
        if store is None or options or not isinstance(axis, Lit) or type(axis.value) is not int or not isinstance(index, Pack):
            return None
        kind = node.args[0].type  # type: ignore[union-attr]
        if not isinstance(kind, Tensor) or kind.dtype != "float64" or kind.rank != len(index.items) or index.kind != "tuple":
            return None
        at = axis.value % len(index.items)
        if not all(map(_is_integers, index.items)) or keeps not in (Lit(True), Lit(False)):
            return None
        filler = (Lit(0),) if keeps == Lit(True) else ()
        rest = Pack("tuple", (*index.items[:at], *filler, *index.items[at + 1 :]))
        if not has_distinct_rows(rest, self.made):
            return None
        (like,) = self.made[store.args[0]].args  # type: ignore[index]
        lengths: list[Arg] = []
        lines: list[Eqn] = []
        for i in range(len(index.items)):
            if i != at:
                lengths.append(Var("length", INT, True))
                lines.append(Eqn((lengths[-1],), "axis_length", (like, Lit(i)), (), node.loc))  # type: ignore[arg-type]
            elif keeps == Lit(True):
                lengths.append(Lit(1))
        out = node.outs[0]
        zeros = Var(out.hint, out.type, out.temporary)
        lines.append(Eqn((zeros,), "numpy.zeros", (Pack("tuple", tuple(lengths)),), (), node.loc))
        place = rest if len(rest.items) > 1 else rest.items[0]
        return (*lines, Eqn(node.outs, "setitem", (zeros, place, store.args[2]), (), node.loc))


def _is_integers(arg: Arg) -> bool:
    """Whether a part of an index is a vector of whole numbers."""
    kind = arg.type if isinstance(arg, Var) else None
    return isinstance(kind, Tensor) and kind.rank == 1 and kind.dtype in ("int64", "int32")
