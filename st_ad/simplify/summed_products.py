"""Sum products without making them: `np.sum(a * b, axis=0)` as an einsum, which makes no array of the products.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> from st_ad.analysis.infer import NUMPY
>>> n, k, d = (Sym(c, True) for c in "nkd")
>>> p, s = Var("p", Tensor("float64", (n, k))), Var("s", Tensor("float64", (n, k, d)))
>>> c, a = Var("c", Tensor("float64", (n, k, 1)), True), Var("a", s.type, True)
>>> y = Var("y", Tensor("float64", (k, d)))
>>> body = (Eqn((c,), "numpy.expand_dims", (p, Lit(2))), Eqn((a,), "operator.mul", (c, s)),
...         Eqn((y,), "numpy.sum", (a,), (("axis", Lit(0)),)))
>>> f = Function("f", (Param("p", p), Param("s", s)), (), Block((p, s), body, (y,)), y)
>>> print(show(summed_products(f, NUMPY)).splitlines()[-2].strip())
y: f64[k,d] = numpy.einsum('ij,ijk->jk', p, s)

For float64 alone, because the order of the sums is another one. In the forward sweep only where no branch and no loop
depends on a value, so that rounding cannot lead elsewhere.
"""

from __future__ import annotations

from typing import Iterator

from ..ir import walk
from ..ir.build import Knowledge
from ..ir.syntax import Arg, Block, Eqn, For, Function, If, Lit, Node, Pack, Try, Var, While
from ..ir.types import Dim, Tensor, resolve, same_dim
from .rewrite import Change, Rewriter, same_type

_LETTERS = "ijklmnpq"
_MOST_OPERANDS = 3


def summed_products(function: Function, knowledge: Knowledge) -> Function:
    """The function with einsums in the place of sums of products."""
    return _SummedProducts(function, knowledge).run()


class _SummedProducts(Rewriter):
    def __init__(self, function: Function, knowledge: Knowledge) -> None:
        super().__init__(function, knowledge)
        self.is_straight = not any(map(_decides, walk.all_nodes(function.block)))
        self.readers = _readers(function)
        self.products: dict[frozenset[Arg], Var] = {}

    def block(self, block: Block) -> Block:
        outer, self.products = self.products, dict(self.products)
        block = super().block(block)
        self.products = outer
        return block

    def eqn(self, node: Eqn) -> Change:
        if node.prim == "operator.mul":
            change = self.absorbed(node, *node.args) or self.absorbed(node, *node.args[::-1])
            self.products.setdefault(frozenset(node.args), node.outs[0])
            return change
        if node.prim != "numpy.sum" or len(node.args) != 1 or not isinstance(node.args[0], Var):
            return None
        if node.loc.sweep != "backward" and not self.is_straight:
            return None
        summed = _summed_axes(node, node.args[0])
        if summed is None:
            return None
        factors = list(self.operands(node.args[0], node.loc.sweep, 2))
        if sum(not _is_number(f) for f in factors) > _MOST_OPERANDS:
            factors = list(self.operands(node.args[0], node.loc.sweep, 1))
        operands = [f for f in factors if not _is_number(f)]
        numbers = [f for f in factors if _is_number(f)]
        if not 2 <= len(operands) <= _MOST_OPERANDS:
            return None
        rank = len(node.args[0].type.shape)  # type: ignore[union-attr, arg-type]
        labelled = [self.labelled(operand, node.args[0]) for operand in operands]
        if rank > len(_LETTERS) or any(one is None for one in labelled):
            return None
        inputs = [labels for _, labels in labelled]  # type: ignore[misc]
        letters = set("".join(inputs))
        if any(_LETTERS[i] not in letters for i in range(rank)):
            return None
        out = "".join(c for i, c in enumerate(_LETTERS[:rank]) if i not in summed)
        values = [value for value, _ in labelled]  # type: ignore[misc]
        prim, args = "numpy.einsum", (Lit(f"{','.join(inputs)}->{out}"), *values)
        if not out and len(values) == 2 and inputs[0] == inputs[1]:
            prim, args = self.inner(prim, args, rank)
        total, lines = self.step(node.outs[0].hint, node.loc, prim, *args)
        for number in numbers:
            total, more = self.step(node.outs[0].hint, node.loc, "operator.mul", number, total)
            lines += more
        if not lines or not same_type(lines[-1].outs[0].type, node.outs[0].type):
            return None
        return (*lines[:-1], Eqn(node.outs, lines[-1].prim, lines[-1].args, (), node.loc))

    def absorbed(self, node: Eqn, total: Arg, factor: Arg) -> Change:
        """`np.einsum("nk,nkd->kd", p, s) * e` as `np.einsum("nk,nkd->kd", p, t)` where `t = s * e` is there already."""
        inner = self.made_by(total, "numpy.einsum") if self.once(total) else None
        spec = inner.args[0] if inner else None
        if inner is None or node.loc.sweep != "backward" or not isinstance(spec, Lit) or not isinstance(factor, Var):
            return None
        inputs, _, out = spec.value.partition("->")
        for i, (labels, operand) in enumerate(zip(inputs.split(","), inner.args[1:]), 1):
            product = self.products.get(frozenset({operand, factor}))
            shape, own = _shape_of(operand), _shape_of(factor)
            if product is None or not shape or not own or not same_type(product.type, operand.type):  # type: ignore[union-attr]
                continue
            fits = all(map(same_dim, own, shape[len(shape) - len(own) :])) and len(own) <= len(shape)
            if fits and out.endswith(labels[len(labels) - len(own) :]):
                return self.typed(node, "numpy.einsum", *inner.args[:i], product, *inner.args[i + 1 :])
        return None

    def inner(self, prim: str, args: tuple[Arg, ...], rank: int) -> tuple[str, tuple[Arg, ...]]:
        """The sum of all products of two arrays; a part of an array is not copied for it."""
        if rank == 1:
            return "operator.matmul", args[1:]
        is_part = any(self.made_by(a, "getitem") for a in args[1:])
        return (prim, args) if is_part else ("numpy.vdot", args[1:])

    def operands(self, arg: Arg, sweep: str, depth: int) -> Iterator[Arg]:
        """The factors of a product of one sweep that nothing but sums of products reads."""
        node = self.made_by(arg, "operator.mul", "operator.pow")
        if node is None or not isinstance(arg, Var) or not depth or node.loc.sweep != sweep or not self.is_only_summed(arg):
            yield arg
        elif node.prim == "operator.pow":
            is_square = isinstance(node.args[1], Lit) and type(node.args[1].value) in (int, float) and node.args[1].value == 2
            yield from (node.args[0], node.args[0]) if is_square else (arg,)
        else:
            for factor in node.args:
                yield from self.operands(factor, sweep, depth - 1)

    def is_only_summed(self, var: Var) -> bool:
        readers = self.readers.get(var, [])
        if var not in self.here or not readers or len(readers) != self.uses[var]:
            return False
        for reader in readers:
            if reader.prim == "operator.mul" and self.is_only_summed(reader.outs[0]):
                continue
            if reader.prim != "numpy.sum" or _summed_axes(reader, var) is None:
                return False
        return True

    def labelled(self, arg: Arg, whole: Var) -> tuple[Arg, str] | None:
        """An operand without axes of length one that it was given, and its labels; None when a length does not fit."""
        axes = self.labels_of(arg, whole)
        node = self.made_by(arg, "numpy.expand_dims")
        while node is not None and len(node.args) == 2 and isinstance(node.args[1], Lit) and axes is not None:
            at = node.args[1].value
            if type(at) is not int:
                break
            del axes[at if at >= 0 else at + len(axes)]
            arg = node.args[0]
            node = self.made_by(arg, "numpy.expand_dims")
        return (arg, "".join(axes)) if axes and "?" not in axes else None

    def labels_of(self, arg: Arg, whole: Var) -> list[str] | None:
        kind = arg.type if isinstance(arg, Var) else None
        if not isinstance(kind, Tensor) or kind.shape is None or kind.dtype != "float64":
            return None
        shape = whole.type.shape  # type: ignore[union-attr]
        first = len(shape) - len(kind.shape)  # type: ignore[arg-type]
        found = []
        for i, dim in enumerate(kind.shape, first):
            fits = same_dim(dim, shape[i])  # type: ignore[index]
            if not fits and resolve(dim) != 1:
                return None
            found.append(_LETTERS[i] if fits else "?")
        return found


def _is_number(arg: Arg) -> bool:
    """Whether an argument is a real number of double precision."""
    if isinstance(arg, Lit):
        return type(arg.value) is float
    return isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.shape == () and arg.type.dtype == "float64"


def _shape_of(arg: Arg) -> tuple[Dim, ...]:
    return (arg.type.shape or ()) if isinstance(arg, Var) and isinstance(arg.type, Tensor) else ()


def _decides(node: Node) -> bool:
    return isinstance(node, (If, While, Try)) or isinstance(node, For) and node.until is not None


def _readers(function: Function) -> dict[Var, list[Eqn]]:
    """The equations that read each variable, once for each time."""
    found: dict[Var, list[Eqn]] = {}

    def block(b: Block) -> None:
        for node in b.body:
            if isinstance(node, Eqn):
                for var in node.reads:
                    found.setdefault(var, []).append(node)
            for inner in walk.blocks(node):
                block(inner)

    block(function.block)
    return found


def _summed_axes(node: Eqn, x: Var) -> set[int] | None:
    """The axes that a sum goes over; None when it does more than that, or x is no array of float64."""
    kind, options = x.type, dict(node.kwargs)
    axis = options.pop("axis", Lit(None))
    if not isinstance(kind, Tensor) or not kind.shape or kind.dtype != "float64":
        return None
    if options.pop("keepdims", Lit(False)) != Lit(False) or options or len(node.args) != 1:
        return None
    rank = len(kind.shape)
    if axis == Lit(None):
        return set(range(rank))
    given = axis.items if isinstance(axis, Pack) else (axis,)
    if isinstance(axis, Lit) and isinstance(axis.value, tuple):
        given = tuple(map(Lit, axis.value))
    if not all(isinstance(a, Lit) and type(a.value) is int for a in given):
        return None
    return {a.value % rank for a in given}  # type: ignore[union-attr]
