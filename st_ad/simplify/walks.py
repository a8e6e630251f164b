"""A backward loop walks over numbers, and not over a list that only repeats them, an outer value or the rows of an array.

>>> from st_ad.ir.syntax import Block, Eqn, For, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import FLOAT, INT, Seq
>>> from st_ad.ir.show import show
>>> g, n, tape, items = Var("g", FLOAT), Var("n", INT), Var("tape", Seq(INT)), Var("items", Seq(FLOAT))
>>> i, k, item, s, t, u, y = (Var(h, kind) for h, kind in (("i", INT), ("i", INT), ("item", FLOAT), *((v, FLOAT) for v in "stuy")))
>>> made = For((), (tape, items), Lit(0), n, Lit(1), (), False, (), Block((i,), (), (i, g)))
>>> body = (Eqn((t,), "operator.mul", (k, item)), Eqn((u,), "operator.add", (s, t)))
>>> read = For((y,), (), None, None, None, (tape, items), True, (Lit(0.0),), Block((k, item, s), body, (u,)), None, Loc(1, "", sweep="backward"))
>>> f = Function("f", (Param("g", g), Param("n", n)), (), Block((g, n), (made, read), (y,)), y)
>>> print("\\n".join(line.partition("#")[0].rstrip() for line in show(walks(f)).splitlines()[4:]))
  y: float = for i.1 in reversed(range(n)) with s = 0.0:
      t: float = i.1 * g
      u: float = s + t
      next u
  return y
"""

from __future__ import annotations

import dataclasses
from typing import Container

from ..analysis.alias import stored
from ..ir import walk
from ..ir.syntax import Atom, Block, Eqn, For, Function, Lit, Node, Pack, Var
from ..ir.types import INT, Seq, Tensor
from .loops import carries_of, items_of
from .ownership import with_block


@dataclasses.dataclass(frozen=True)
class _Made:
    """How a list was made: the numbers that its items belong to, and what the item of a number is: the number itself, a
    row of an array (an equation), or a value from outside."""

    numbers: tuple[Atom | None, ...]
    index: Var
    item: Eqn | Atom

    @property
    def counts(self) -> bool:
        return self.item is self.index


def walks(function: Function) -> Function:
    """The function in which no loop of the derivative reads lists that say nothing new."""
    lists = _lists(function.block)
    if not lists:
        return function
    return with_block(function, _Walks(lists, function.block).block(function.block))


def _lists(block: Block) -> dict[Var, _Made]:
    """The lists of what is at hand elsewhere."""
    found: dict[Var, _Made] = {}
    rows: dict[Var, Eqn] = {}
    for node in block.nodes:
        if isinstance(node, Eqn) and node.prim == "getitem" and isinstance(node.args[1], Lit):
            rows[node.outs[0]] = node
        elif isinstance(node, Eqn) and node.prim in ("seq.make", "numpy.array") and not node.kwargs:
            made = _made_of_rows(node, rows)
            if made is not None:
                found[node.outs[0]] = made
        elif isinstance(node, For) and node.start is not None and node.until is None:
            found.update(_collected(node))
    return found


def _collected(loop: For) -> dict[Var, _Made]:
    """The lists that a counted loop collects of its numbers, of rows or of an outer value."""
    found = {}
    index, numbers = loop.body.params[0], (loop.start, loop.stop, loop.step)
    inside = {*loop.body.params, *(v for n in loop.body.nodes for v in n.defined)}
    rows = {n.outs[0]: n for n in loop.body.body if isinstance(n, Eqn) and _is_row(n, index, inside)}
    for made, item in zip(loop.collected, loop.body.results[len(loop.init) :]):
        if item is index or item not in inside:
            found[made] = _Made(numbers, index, item)
        elif isinstance(item, Var) and item in rows:
            found[made] = _Made(numbers, index, rows[item])
    return found


def _made_of_rows(node: Eqn, rows: dict[Var, Eqn]) -> _Made | None:
    """A list, or an array, of the rows of an array, one by one."""
    display = node.args[0] if node.prim == "numpy.array" else None
    args = display.items if isinstance(display, Pack) and display.kind == "list" else node.args
    taken = [rows.get(a) if isinstance(a, Var) else None for a in args]
    if len(taken) < 2 or taken[0] is None:
        return None
    whole = taken[0].args[0]
    if not isinstance(whole, Var) or not isinstance(whole.type, Tensor):
        return None
    if any(r is None or r.args != (whole, Lit(i)) for i, r in enumerate(taken)):
        return None
    index = Var("i", INT)
    row = Eqn((Var("row", taken[0].outs[0].type),), "getitem", (whole, index), (), node.loc)
    return _Made((Lit(0), Lit(len(taken)), Lit(1)), index, row)


def _is_row(node: Eqn, index: Var, inside: set[Var]) -> bool:
    """Whether an equation takes the item of an array from outside that stands at the index; an iterator has no places."""
    if node.prim != "getitem" or node.args[1] is not index or node.args[0] in inside:
        return False
    return isinstance(node.args[0], Var) and isinstance(node.args[0].type, (Tensor, Seq))


class _Walks:
    """Rewrites the loops that read such lists."""

    def __init__(self, lists: dict[Var, _Made], block: Block) -> None:
        self.lists = lists
        self.stored = stored(block)

    def block(self, block: Block) -> Block:
        body = tuple(self.node(n) for n in block.body)
        if all(a is b for a, b in zip(body, block.body)):
            return block
        return Block(block.params, body, block.results)

    def node(self, node: Node) -> Node:
        if node.blocks:
            node = walk.map_blocks(node, self.block)
        if isinstance(node, For) and node.start is None and node.loc.is_derived:
            return self.loop(node)
        return node

    def loop(self, loop: For) -> For:
        """The loop without the columns that can be told from the number of a pass."""
        known = {x: self.lists[x] for x in loop.xs if isinstance(x, Var) and x in self.lists and self.is_kept(x)}
        if len(known) < len(set(loop.xs)):
            # A number that is recorded beside other values reads better than a range beside them.
            known = {x: made for x, made in known.items() if not made.counts}
        numbered = [made for made in known.values() if made.counts or isinstance(made.item, Eqn)]
        if not known or len({made.numbers for made in numbered}) > 1:
            return loop
        first = (numbered or list(known.values()))[0]
        recorded = self.number_of(loop, first, known)
        index = recorded or Var(first.index.hint, first.index.type)
        table: dict[Var, Atom] = {}
        rows: list[Node] = []
        kept: list[tuple[Atom, Var]] = []
        for x, item in zip(loop.xs, items_of(loop)):
            if not isinstance(x, Var) or x not in known:
                kept.append((x, item))
            elif isinstance(row := known[x].item, Eqn):
                rows.append(Eqn((item,), "getitem", (row.args[0], index), (), loop.loc))
            else:
                table[item] = index if known[x].counts else row
        body = walk.substitute(Block((), (*rows, *loop.body.body), loop.body.results), table)
        is_counted = recorded is None and bool(numbered) or not kept
        params = (*((index,) if is_counted else ()), *(i for _, i in kept), *carries_of(loop))
        changed = dataclasses.replace(loop, xs=tuple(x for x, _ in kept), body=Block(params, body.body, body.results))
        if not is_counted:
            return changed
        start, stop, step = first.numbers
        return dataclasses.replace(changed, start=start, stop=stop, step=step)

    def number_of(self, loop: For, first: _Made, known: Container[Var]) -> Var | None:
        """The item of a loop that is the number of its pass, as it is recorded beside other values."""
        for x, item in zip(loop.xs, items_of(loop)):
            if isinstance(x, Var) and x not in known and x in self.lists:
                made = self.lists[x]
                if made.counts and made.numbers == first.numbers:
                    return item
        return None

    def is_kept(self, made: Var) -> bool:
        """Whether what a list is made of still holds when the list is read."""
        item = self.lists[made].item
        return not isinstance(item, Eqn) or item.args[0] not in self.stored
