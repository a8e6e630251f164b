"""Write what is shorter than a name for it wherever it is read: `k - 1`, `W.T`.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Param, Var
>>> from st_ad.ir.types import FLOAT, INT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> x, k, i, a, b, y = Var("x", Tensor("float64", (Sym("n"),))), Var("k", INT), Var("sub", INT, True), *(Var(h, FLOAT) for h in "aby")
>>> body = (Eqn((i,), "operator.sub", (k, Lit(1))), Eqn((a,), "getitem", (x, i)), Eqn((b,), "numpy.sin", (a,)),
...         Eqn((y,), "operator.mul", (b, i)))
>>> f = Function("f", (Param("x", x), Param("k", k)), (), Block((x, k), body, (y,)), y)
>>> print(show(spelled(f)))
f(x: f64[n], k: int)
  v1: int = k - 1
  a: float = x[v1]
  b: float = numpy.sin(a)
  v2: int = k - 1
  y: float = b * v2
  return y

Each reading gets an equation of its own, which the printer folds into the expression. Nothing is computed on arrays for it.
"""

from __future__ import annotations

from collections import Counter

from ..ir import walk
from ..ir.syntax import Arg, Atom, Block, Eqn, Function, Lit, Node, Var
from ..ir.types import Tensor
from .ownership import with_block
from .rewrite import Storage, ageless, count_uses

_OFFSETS = frozenset("operator.add operator.sub operator.mul operator.floordiv".split())


def spelled(function: Function) -> Function:
    """The function in which nothing has a name that is longer than what it stands for."""
    uses = count_uses(function)
    nodes = walk.all_nodes(function.block)
    handed = {r for n in nodes for b in walk.blocks(n) for r in b.results}
    names = Counter(v.hint for v in (*function.block.params, *(v for n in nodes for v in walk.outs(n))) if not v.temporary)
    found: dict[Var, Eqn] = {}
    for node in nodes:
        if isinstance(node, Eqn) and (_is_short(node) or _is_length(node, names)) and node.outs[0] not in handed:
            if all(not v.temporary or v in found or uses[v] > 1 for v in walk.variables(node.args)):
                found[node.outs[0]] = node
    views = [v for v, n in found.items() if n.prim == "numpy.transpose"]
    if views:
        storage = Storage(function)
        for view in views:
            if not ageless(storage.facts.of(view)).isdisjoint(storage.written):
                del found[view]
    return with_block(function, _Spelling(found, uses).block(function.block))


def _is_short(node: Eqn) -> bool:
    if len(node.outs) != 1 or not node.outs[0].temporary or node.kwargs:
        return False
    if node.prim == "numpy.transpose":
        return len(node.args) == 1 and isinstance(node.args[0], Var)
    return node.prim in _OFFSETS and _is_whole(node.outs[0]) and all(map(_is_whole, node.args))


def _is_length(node: Eqn, names: Counter[str]) -> bool:
    """Whether it is `len(x)` of an array with a name that means nothing else."""
    if node.prim != "axis_length" or node.args[1] != Lit(0) or not node.outs[0].temporary:
        return False
    x = node.args[0]
    return isinstance(x, Var) and not x.temporary and names[x.hint] == 1 and isinstance(x.type, Tensor)


def _is_whole(arg: Arg) -> bool:
    """Whether an argument is a whole number, such as an index."""
    if isinstance(arg, Lit):
        return type(arg.value) is int
    return isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.dtype == "int64" and arg.type.form == "py"


class _Spelling:
    """Walks through a function and gives each reading of what is short an equation."""

    def __init__(self, short: dict[Var, Eqn], uses: Counter[Var]) -> None:
        self.short = {v: n for v, n in short.items() if uses[v] > 1 or v in _parts(short, uses)}

    def block(self, block: Block) -> Block:
        body: list[Node] = []
        for node in block.body:
            if isinstance(node, Eqn) and node.outs and node.outs[0] in self.short:
                continue
            node = walk.map_blocks(node, self.block)
            body += self.with_own(node)
        lines: list[Node] = []
        results = tuple(self.own(r, lines) for r in block.results)
        same = len(body) == len(block.body) and all(a is b for a, b in zip(body, block.body))
        return block if same and not lines else Block(block.params, (*body, *lines), results)

    def with_own(self, node: Node) -> list[Node]:
        """A node after the equations of what it reads."""
        lines: list[Node] = []
        node = walk.map_operands(node, lambda a: self.own(a, lines))
        return [*lines, node]

    def own(self, atom: Atom, lines: list[Node]) -> Atom:
        """What stands for a reading."""
        made = self.short.get(atom) if isinstance(atom, Var) else None
        if made is None:
            return atom
        out = Var(made.outs[0].hint, made.outs[0].type, True)
        args = tuple(self.own(a, lines) if isinstance(a, (Var, Lit)) else a for a in made.args)
        lines.append(Eqn((out,), made.prim, args, (), made.loc))
        return out


def _parts(short: dict[Var, Eqn], uses: Counter[Var]) -> set[Var]:
    """What is read once, but by something that is written more than once."""
    found = {v for v in short if uses[v] > 1}
    waiting = list(found)
    while waiting:
        inner = [v for v in walk.variables(short[waiting.pop()].args) if v in short and v not in found]
        found.update(inner)
        waiting += inner
    return found
