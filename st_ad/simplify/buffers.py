"""Compute into arrays that nobody reads any more, instead of new ones. Runs last, after `storage`.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector = Tensor("float64", (Sym("n"),))
>>> x, s, t, y = Var("x", vector), Var("s", vector), Var("t", vector), Var("y", vector)
>>> body = (Eqn((s,), "operator.mul", (x, x)), Eqn((t,), "operator.sub", (Lit(1.0), s)), Eqn((y,), "numpy.exp", (t,)))
>>> f = Function("f", (Param("x", x),), (), Block((x,), body, (y,)), y)
>>> print(show(buffers(f)))
f(x: f64[n])
  s: f64[n] = x * x
  t: f64[n] = into.numpy.subtract(s, 1.0, s)
  y: f64[n] = into.numpy.exp(t, t)
  return y

An array is taken over when an operation of this block has made it, when nothing that shares its storage is read later in
the block, and when it has the dtype and shape of the result. What a call or a container of the caller's may hold is left alone.
"""

from __future__ import annotations

import numpy as np

from ..analysis.alias import Roots, aliases
from ..ir import walk
from ..ir.primitives import IN_PLACE, has_effect, python_function
from ..ir.syntax import Arg, Block, Call, Eqn, Function, Lit, Node, Var
from ..ir.types import Tensor
from .ownership import with_block
from .rewrite import count_uses, same_type

_OPERATORS = {"operator.add": "add", "operator.sub": "subtract", "operator.mul": "multiply", "operator.truediv": "divide"}
_COMMUTE = ("operator.add", "operator.mul")
_MAKERS = frozenset(f"operator.{n}" for n in "add sub mul truediv neg pow matmul".split()) | frozenset(
    "numpy.copy numpy.zeros numpy.zeros_like numpy.ones_like numpy.outer numpy.matmul".split()
)
_ADDED_AT = {"accumulate": 1, "accumulate_at": 2, "operator.add": 1}
_HARMLESS = ("print", "builtins.print", "assert")


def buffers(function: Function) -> Function:
    """The function whose operations overwrite what is not needed any more."""
    return with_block(function, _Buffers(function).block(function.block))


class _Buffers:
    def __init__(self, function: Function) -> None:
        self.facts = aliases(function)
        nodes = list(walk.all_nodes(function.block))
        self.made = {v: n for n in nodes if isinstance(n, Eqn) for v in n.outs}
        uses = count_uses(function)
        # A negative that is added is printed as a subtraction.
        self.subtracted = {
            a for n in nodes if isinstance(n, Eqn) and n.prim in _ADDED_AT
            for a in n.args[_ADDED_AT[n.prim] : _ADDED_AT[n.prim] + 1] if isinstance(a, Var) and a.temporary and uses[a] == 1
        }  # fmt: skip
        self.held: set[object] = {r for n in nodes if _keeps(n) for v in walk.node_reads(n) for r in self.facts.of(v)}

    def block(self, block: Block) -> Block:
        """The block from its end to its start, with what is read after each node."""
        here = {v for n in block.body for v in walk.outs(n)}
        read: set[Var] = set(walk.variables(block.results))
        roots: set[object] = {r for v in read for r in self.facts.of(v)}
        body: list[Node] = []
        for node in reversed(block.body):
            changed = walk.map_blocks(node, self.block)
            if isinstance(changed, Eqn):
                changed = self.eqn(changed, here, read, roots)
            body.append(changed)
            new = set(walk.node_reads(node)) - read
            read |= new
            roots.update(r for v in new for r in self.facts.of(v))
        body.reverse()
        if all(a is b for a, b in zip(body, block.body)):
            return block
        return Block(block.params, tuple(body), block.results)

    def eqn(self, node: Eqn, here: set[Var], read: set[Var], roots: set[object]) -> Eqn:
        """The equation, overwriting one of its operands when that can be."""
        function = _ufunc(node)
        if function is None or node.prim == "operator.neg" and node.outs[0] in self.subtracted:
            return node
        free = [i for i, a in enumerate(node.args) if self.is_free(a, node.outs[0], here, read, roots)]
        if not free:
            return node
        target = node.args[free[0]]
        if node.prim in _OPERATORS and (free[0] == 0 or node.prim in _COMMUTE):
            others = node.args if free[0] == 0 else node.args[::-1]
            return Eqn(node.outs, f"inplace.{node.prim.partition('.')[2]}", others, (), node.loc)
        prim = f"into.numpy.{function}"
        return Eqn(node.outs, prim, (target, *node.args), (), node.loc) if prim in IN_PLACE else node

    def is_free(self, arg: Arg, out: Var, here: set[Var], read: set[Var], roots: set[object]) -> bool:
        if not isinstance(arg, Var) or arg not in here or arg in read or not same_type(arg.type, out.type):
            return False
        mine: Roots = self.facts.of(arg)
        if len(mine) != 1 or not mine.isdisjoint(roots) or not mine.isdisjoint(self.held):
            return False
        maker = self.made.get(arg)
        (root,) = mine
        return maker is not None and root.site is arg and not root.old and _makes(maker) and not self.is_negative(maker)

    def is_negative(self, node: Eqn) -> bool:
        """Whether a product begins with a sign, which is printed as a subtraction where it is added to something."""
        first = node.args[0]
        if node.prim == "operator.neg":
            return True
        if node.prim not in ("operator.mul", "operator.truediv"):
            return False
        if isinstance(first, Lit):
            return isinstance(first.value, float) and first.value < 0.0
        return isinstance(first, Var) and first in self.made and self.is_negative(self.made[first])


def _ufunc(node: Eqn) -> str | None:
    """The NumPy function of an elementwise operation on arrays of floats."""
    kind = node.outs[0].type if len(node.outs) == 1 else None
    if not isinstance(kind, Tensor) or not kind.shape or kind.dtype not in ("float64", "float32") or node.kwargs:
        return None
    if node.prim == "operator.neg":
        return "negative"
    if node.prim in _OPERATORS:
        return _OPERATORS[node.prim]
    function = python_function(node.prim) if node.prim.startswith("numpy.") else None
    if not isinstance(function, np.ufunc) or function.signature is not None or function.nout != 1:
        return None
    return node.prim.removeprefix("numpy.") if len(node.args) == function.nin else None


def _makes(node: Eqn) -> bool:
    """Whether the result of an equation is certainly an array of its own."""
    return node.prim in _MAKERS or _ufunc(node) is not None


def _keeps(node: Node) -> bool:
    """Whether a node may hold on to what it reads."""
    if isinstance(node, Call):
        return True
    return isinstance(node, Eqn) and has_effect(node.prim) and node.prim not in _HARMLESS

