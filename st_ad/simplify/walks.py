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
from typing import Union

from ..ir import walk
from ..ir.syntax import Atom, Block, Eqn, For, Function, Node, Var
from ..ir.types import Seq, Tensor
from ..transform.record import stored
from .loops import carries_of, items_of
from .ownership import with_block

# What an item of a list is: the number of its pass, a row of an array, or a value from outside of the loop.
Item = Union[Eqn, Atom]


def walks(function: Function) -> Function:
    """The function in which no loop of the derivative reads lists that say nothing new."""
    lists = _lists(function.block)
    if not lists:
        return function
    return with_block(function, _Walks(lists, function.block).block(function.block))


def _lists(block: Block) -> dict[Var, tuple[For, Item]]:
    """The lists that counted loops collect of what is at hand elsewhere, and what the items are."""
    found: dict[Var, tuple[For, Item]] = {}
    for loop in block.nodes:
        if not isinstance(loop, For) or loop.start is None or loop.until is not None or not loop.collected:
            continue
        index = loop.body.params[0]
        inside = {*loop.body.params, *(v for n in loop.body.nodes for v in n.defined)}
        rows = {n.outs[0]: n for n in loop.body.body if isinstance(n, Eqn) and _is_row(n, index, inside)}
        for made, item in zip(loop.collected, loop.body.results[len(loop.init) :]):
            if item is index or item not in inside:
                found[made] = loop, item
            elif isinstance(item, Var) and item in rows:
                found[made] = loop, rows[item]
    return found


def _is_row(node: Eqn, index: Var, inside: set[Var]) -> bool:
    """Whether an equation takes the item of an array from outside that stands at the index; an iterator has no places."""
    if node.prim != "getitem" or node.args[1] is not index or node.args[0] in inside:
        return False
    return isinstance(node.args[0], Var) and isinstance(node.args[0].type, (Tensor, Seq))


class _Walks:
    """Rewrites the loops that read such lists."""

    def __init__(self, lists: dict[Var, tuple[For, Item]], block: Block) -> None:
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
            known = {x: (made, item) for x, (made, item) in known.items() if item is not made.body.params[0]}
        numbered = [made for made, item in known.values() if isinstance(item, Eqn) or item is made.body.params[0]]
        if not known or len({(made.start, made.stop, made.step) for made in numbered}) > 1:
            return loop
        maker = (numbered or [made for made, _ in known.values()])[0]
        index = Var(maker.body.params[0].hint, maker.body.params[0].type)
        table: dict[Var, Atom] = {}
        rows: list[Node] = []
        for x, item in zip(loop.xs, items_of(loop)):
            made, what = known[x] if isinstance(x, Var) and x in known else (maker, item)
            if isinstance(what, Eqn):
                rows.append(Eqn((item,), "getitem", (what.args[0], index), (), loop.loc))
            elif x in known:
                table[item] = index if what is made.body.params[0] else what
        body = walk.substitute(Block((), (*rows, *loop.body.body), loop.body.results), table)
        kept = [(x, item) for x, item in zip(loop.xs, items_of(loop)) if x not in known]
        is_counted = bool(numbered) or not kept
        params = (*((index,) if is_counted else ()), *(i for _, i in kept), *carries_of(loop))
        changed = dataclasses.replace(loop, xs=tuple(x for x, _ in kept), body=Block(params, body.body, body.results))
        if not is_counted:
            return changed
        return dataclasses.replace(changed, start=maker.start, stop=maker.stop, step=maker.step)

    def is_kept(self, made: Var) -> bool:
        """Whether what a list is made of still holds when the list is read."""
        item = self.lists[made][1]
        return not isinstance(item, Eqn) or item.args[0] not in self.stored
