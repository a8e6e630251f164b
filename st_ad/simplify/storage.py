"""Insert the copies that make it right to print `x[k] = v` for a store, which gives a new value in the IR.

>>> from st_ad.ir.syntax import Block, Eqn, Function, Lit, Loc, Param, Var
>>> from st_ad.ir.types import FLOAT, Sym, Tensor
>>> from st_ad.ir.show import show
>>> vector = Tensor("float64", (Sym("n"),))
>>> u, u1, s, y = Var("u", vector), Var("u", vector), Var("sin", vector, True), Var("y", vector)
>>> body = (Eqn((u1,), "setitem", (u, Lit(0), Lit(1.0))), Eqn((s,), "numpy.sin", (u,)),
...         Eqn((y,), "operator.mul", (s, u1)))
>>> f = Function("f", (Param("u", u),), (), Block((u,), body, (y,)), y)
>>> print(show(f))
f(u: f64[n])
  u.1: f64[n] = u with [0] = 1.0
  v1: f64[n] = numpy.sin(u)
  y: f64[n] = v1 * u.1
  return y
>>> print(show(storage(f)))
f(u: f64[n])
  u_prev: f64[n] = numpy.copy(u)
  u.1: f64[n] = u with [0] = 1.0
  v1: f64[n] = numpy.sin(u_prev)
  y: f64[n] = v1 * u.1
  return y

Four things are seen to, in this order. An update in place must hit storage of our own, unless it is a statement of the
user's on storage that the caller sees (`ownership`). An older value that is still read after an update is saved before it.
What a loop collects must not change in later passes. A gradient that is returned must share storage with nothing else.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from functools import cached_property
from itertools import accumulate
from typing import Collection, Mapping

from ..analysis.alias import Aliases, Root, Roots, aged, aliases, definitions, observable, user_write
from ..analysis.content import block_reads, content_reads
from ..analysis.write_backs import write_backs
from ..errors import StAdError, UnsupportedError
from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Arg, Atom, Block, Eqn, For, Function, Lit, Node, Var, While
from ..ir.types import Tensor
from ..transform.equations import problem_at
from .ownership import copied_target, copy_of, own_targets, with_block


def storage(function: Function, gradients: Collection[int] | None = None) -> Function:
    """The function with the copies that it needs. `gradients` are the positions in block.results of values that
    must be the caller's own; by default `function.facts["gradients"]`, or else all."""
    if gradients is None:
        gradients = function.facts.get("gradients")
    if gradients is None:
        gradients = range(len(function.block.results))
    given = function
    for _ in range(20 + 2 * sum(1 for _ in walk.all_nodes(function.block))):
        before = function
        function = own_targets(function)
        if function is before:
            function = _Saver(function).run()
        if function is before:
            function = _own_results(function, gradients)
        if function is before:
            return _laid_out_alike(function, given)
    raise StAdError(f"st_ad is at fault: the copies that `{function.name}` needs could not be determined")


class _Saver:
    """One round of saving: before each node that overwrites something, what is still read of it is copied.

    Where an update is redirected that changes who shares its storage: what else is done to that storage waits for the next
    round.
    """

    def __init__(self, function: Function) -> None:
        self.function = function
        self.facts: Aliases = aliases(function)
        self.seen = observable(function)
        loops = (n for n in walk.all_nodes(function.block) if isinstance(n, (For, While)))
        self.columns = {v: n for n in loops for v in n.collected}
        self.made = {v: n for n in walk.all_nodes(function.block) if isinstance(n, Eqn) for v in n.outs}
        self.copied: set[Var] = set()
        self.redirected: set[Root] = set()
        self.known_reads: dict[Node, list[Var]] = {}
        self.living: dict[Root, list[Var]] = {}
        for var, roots in self.facts.roots.items():
            for root in roots:
                self.living.setdefault(root, []).append(var)

    @cached_property
    def user_writes(self) -> dict[Var, Arg]:
        """What each store of the user's that reaches a caller's array writes to."""
        return {
            n.outs[0]: n.args[0] for n in walk.all_nodes(self.function.block)
            if isinstance(n, Eqn) and n.outs and user_write(n, self.facts, self.seen)
        }  # fmt: skip

    def run(self) -> Function:
        block = self.block(self.function.block)
        if self.copied:
            block = _copy_columns(block, self.copied)
        return with_block(self.function, block)

    def block(self, block: Block) -> Block:
        """The block with saves; its own results are among the later reads."""
        body: list[Node] = []
        rest = Block((), block.body, block.results)
        changed = False
        backs = write_backs(block, self.made)
        spans = _Spans(block, self.facts.roots)
        while rest.body:
            first, rest = rest.body[0], Block((), rest.body[1:], rest.results)
            node = self.inside(first)
            clobbered = self.facts.written(node)
            at = len(block.body) - len(rest.body) - 1
            if clobbered and self.redirected.isdisjoint(clobbered) and self.may_be_read(node, clobbered, spans, at):
                skip = backs.get(node.outs[0], frozenset()) if isinstance(node, Eqn) and node.outs else frozenset()
                targets = {n.outs[0]: n.args[0] for n in rest.body if isinstance(n, Eqn) and not skip.isdisjoint(n.outs)}
                rest = _with_targets(rest, dict.fromkeys(targets, Lit(None)))
                before, node, rest = self.save(node, clobbered, rest, through_view=bool(skip))
                rest = _with_targets(rest, targets)
                body += before
                changed = changed or bool(before)
            body.append(node)
            changed = changed or node is not first
        return Block(block.params, (*body, *rest.body), rest.results) if changed else block

    def may_be_read(self, node: Node, clobbered: Roots, spans: _Spans, at: int) -> bool:
        """Whether anything in some storages may be read again after the node at a position; a cheap first look."""
        if any(r not in self.living for r in clobbered):
            return True  # a copy that this round has made
        if any(spans.reaches_over(r, at) for r in clobbered):
            return True
        return any(not clobbered.isdisjoint(self.facts.of(v)) for v in _read_in_passes(node))

    def inside(self, node: Node) -> Node:
        before, node = node, walk.map_blocks(node, self.block)
        # What is collected inside may be copies now: then the next round decides about it.
        is_same = node is before and not self.copied
        if isinstance(node, (For, While)) and node.collected and is_same:
            inside = frozenset(definitions(node.body))
            clobbered = self.facts.written(node)
            if not self.redirected.isdisjoint(clobbered):
                return node
            own = inside.union(node.body.params)
            for var, value in zip(node.collected, node.body.results[len(node.init) :]):
                if value in own and not clobbered.isdisjoint(aged(self.facts.of(value), inside)):
                    # What looks like its storage may be that of a pass of an outer loop, of which no copy is needed here.
                    if not _is_only_collected(node, var):
                        self.copied.add(var)
        return node

    def save(
        self, node: Node, clobbered: Roots, rest: Block, through_view: bool
    ) -> tuple[list[Node], Node, Block]:
        """Copies to make before a node, the node, and what follows, both reading the copies.

        What is written to through a view stays the view, so that nothing has to be stored back.
        """
        own = set(walk.outs(node))
        later = [v for v in self.read_later(rest, clobbered) if v not in own]
        hit = [v for v in dict.fromkeys([*_read_in_passes(node), *later]) if not clobbered.isdisjoint(self.facts.of(v))]
        columns = [v for v in hit if v in self.columns and not _collects_copies(self.columns[v], v)]
        self.copied.update(columns)
        hit = [v for v in hit if v not in columns]
        if not hit:
            return [], node, rest
        if isinstance(node, Eqn) and not through_view and not user_write(node, self.facts, self.seen):
            if node.prim == "accumulate":
                self.redirected |= clobbered
                return [], dataclasses.replace(node, prim="operator.add"), rest
            if len(hit) > 1 or hit[0] is node.args[0]:
                self.redirected |= clobbered
                before, node = copied_target(node)
                return before, node, rest
        self.check_no_write_of_the_user(node, hit, rest)
        table: dict[Var, Atom] = {}
        before = []
        for var in hit:
            table[var], copy = copy_of(var, node.loc, saved=True)
            before.append(copy)
        return before, _reading(node, table), walk.substitute(rest, table)


    def check_no_write_of_the_user(self, node: Node, saved: list[Var], rest: Block) -> None:
        """Refuse a program in which the user's own store would go to a copy, and never arrive at the caller's array."""
        if set(self.user_writes.values()).isdisjoint(saved):
            return
        if any(isinstance(n, Eqn) and n.outs and n.outs[0] in self.user_writes and n.args[0] in saved for n in walk.all_nodes(rest)):
            what = "cannot decide whether this writes to an array that is written to under another name later"
            raise UnsupportedError(problem_at(node.loc, what, "make a copy first: `x = x.copy()`"))

    def read_later(self, rest: Block, clobbered: Roots) -> list[Var]:
        """The outer variables whose elements a block reads, in order: those that may live in some storages."""
        if any(r not in self.living for r in clobbered):
            return block_reads(rest)
        wanted = {v for r in clobbered for v in self.living[r]}
        found: dict[Var, None] = {}
        for node in rest.body:
            reads = self.reads(node)
            if not wanted.isdisjoint(reads):
                found.update((v, None) for v in reads if v in wanted)
            wanted.difference_update(node.defined)
        found.update((v, None) for v in walk.variables(rest.results) if v in wanted)
        return list(found)

    def reads(self, node: Node) -> list[Var]:
        """The variables whose elements a node reads; most nodes stay what they are from save to save."""
        found = self.known_reads.get(node)
        if found is None:
            found = self.known_reads[node] = content_reads(node)
        return found


class _Spans:
    """From where to where in a block each variable lives: the positions of the node that makes it, -1 for those from
    outside, and of the last one that reads its elements; the results of the block come after all nodes."""

    def __init__(self, block: Block, roots: Mapping[Var, Roots]) -> None:
        made = {v: at for at, node in enumerate(block.body) for v in walk.outs(node)}
        read: dict[Var, int] = {}
        for at, node in enumerate(block.body):
            read.update(dict.fromkeys(content_reads(node), at))
        read.update(dict.fromkeys(walk.variables(block.results), len(block.body)))
        self.spans = {v: (made.get(v, -1), at) for v, at in read.items()}
        self.roots = roots

    @cached_property
    def ends(self) -> dict[Root, tuple[list[int], list[int]]]:
        """For each storage the positions at which something in it is made, in order, and up to each of them the last
        position at which one of those is read."""
        spans: dict[Root, list[tuple[int, int]]] = {}
        for var, span in self.spans.items():
            for root in self.roots.get(var, ()):
                spans.setdefault(root, []).append(span)
        found = {}
        for root, pairs in spans.items():
            pairs.sort()
            found[root] = [made for made, _ in pairs], list(accumulate((read for _, read in pairs), max))
        return found

    def reaches_over(self, root: Root, at: int) -> bool:
        """Whether something in a storage is made before a position and read after it."""
        if root not in self.ends:
            return False
        made, last = self.ends[root]
        before = bisect_left(made, at)
        return before > 0 and last[before - 1] > at


def _with_targets(block: Block, targets: Mapping[Var, Arg]) -> Block:
    """The block with other targets of some stores: those that say again what a store through a view has done do not
    read what they write to."""
    if not targets:
        return block

    def change(node: Node) -> Node:
        if not isinstance(node, Eqn) or not node.outs or node.outs[0] not in targets:
            return node
        return dataclasses.replace(node, args=(targets[node.outs[0]], *node.args[1:]))

    return Block(block.params, tuple(map(change, block.body)), block.results)


def _collects_copies(loop: For | While, column: Var) -> bool:
    """Whether the items of a column are copies already, so that another copy would not help."""
    value = loop.body.results[len(loop.init) + loop.collected.index(column)]
    made = (n for n in loop.body.body if value in walk.outs(n))
    return any(isinstance(n, Eqn) and n.prim in ("numpy.copy", "runtime.snapshot") for n in made)


def _is_only_collected(loop: For | While, column: Var) -> bool:
    """Whether the items of a column are copies that nothing in the loop reads."""
    value = loop.body.results[len(loop.init) + loop.collected.index(column)]
    if not _collects_copies(loop, column) or loop.body.results.count(value) > 1:
        return False
    nodes = list(walk.all_nodes(loop.body))
    inner = (b.results for n in nodes for b in walk.blocks(n))
    return all(value not in walk.variables(atoms) for atoms in (*map(walk.operands, nodes), *inner))


def _read_in_passes(node: Node) -> list[Var]:
    """The outer variables that a loop reads again in every pass."""
    if not isinstance(node, (For, While)):
        return []
    items = node.xs if isinstance(node, For) else ()
    found = dict.fromkeys(walk.variables(items))
    for block in walk.blocks(node):
        found.update(dict.fromkeys(block_reads(block)))
    return list(found)


def _reading(node: Node, table: dict[Var, Atom]) -> Node:
    """A loop that reads the saved values in its passes; what it starts from stays."""
    if not isinstance(node, (For, While)):
        return node
    node = walk.map_blocks(node, lambda b: walk.substitute(b, table))
    if isinstance(node, For):
        node = dataclasses.replace(node, xs=tuple(table.get(x, x) if isinstance(x, Var) else x for x in node.xs))
    return node


def _copy_columns(block: Block, columns: set[Var]) -> Block:
    """The block whose loops collect copies in some columns."""

    def change(node: Node) -> Node:
        node = walk.map_blocks(node, lambda b: _copy_columns(b, columns))
        if not isinstance(node, (For, While)) or columns.isdisjoint(node.collected):
            return node
        results, copies = list(node.body.results), []
        for i, var in enumerate(node.collected, len(node.init)):
            if var in columns:
                results[i], copy = copy_of(results[i], node.loc, saved=True)
                copies.append(copy)
        return dataclasses.replace(node, body=Block(node.body.params, (*node.body.body, *copies), tuple(results)))

    body = tuple(map(change, block.body))
    return block if all(a is b for a, b in zip(body, block.body)) else Block(block.params, body, block.results)


def _laid_out_alike(function: Function, given: Function) -> Function:
    """The function with new copies that lie in memory as their originals do, where it asks what is a view of what."""
    nodes = [n for n in walk.all_nodes(given.block) if isinstance(n, Eqn)]
    if function is given or all(n.prim != "numpy.may_share_memory" for n in nodes):
        return function
    old = {n.outs for n in nodes if n.prim == "numpy.copy"}

    def change(node: Node) -> Node:
        if isinstance(node, Eqn) and node.prim == "numpy.copy" and node.outs not in old:
            return dataclasses.replace(node, kwargs=(("order", Lit("K")),))
        return walk.map_blocks(node, changed)

    def changed(block: Block) -> Block:
        return Block(block.params, tuple(map(change, block.body)), block.results)

    return with_block(function, changed(function.block))


def _own_results(function: Function, gradients: Collection[int]) -> Function:
    """Copies of the gradients that share storage with an input, or with another result."""
    facts = aliases(function)
    results = list(function.block.results)
    held = [facts.of(r) for i, r in enumerate(results) if i not in gradients]
    held += [facts.of(n.args[3]) for n in function.block.body if isinstance(n, Eqn) and n.prim == "store"]
    copies: list[Node] = []
    body = list(function.block.body)
    for i in sorted(gradients):
        roots = facts.of(results[i])
        if all(r.owned for r in roots) and all(roots.isdisjoint(h) for h in held):
            held.append(roots)
            continue
        spread = next((n for n in body if results[i] in walk.outs(n)), None)
        if isinstance(spread, Eqn) and spread.prim == "numpy.broadcast_to" and results.count(results[i]) == 1:
            at = body.index(spread)
            spread_nodes, out = _own_broadcast(spread)
            rest = walk.substitute(Block((), tuple(body[at + 1 :]), ()), {spread.outs[0]: out})
            body[at:], results[i] = [*spread_nodes, *rest.body], out
            continue
        loc = function.block.body[-1].loc if function.block.body else function.loc
        made, copy = copy_of(results[i], loc)
        # Nobody needs a name for it: it is printed where it is returned.
        results[i] = out = Var(made.hint, made.type, temporary=True)
        copies.append(dataclasses.replace(copy, outs=(out,)))
    if not copies and all(a is b for a, b in zip(body, function.block.body)):
        return function
    leaves = iter(results)
    block = Block(function.block.params, (*body, *copies), tuple(results))
    return dataclasses.replace(function, block=block, result=walk.map_arg(function.result, lambda _: next(leaves)))


def _own_broadcast(node: Eqn) -> tuple[list[Node], Var]:
    """A broadcast as an array of its own, in one statement."""
    (out,), (value, shape) = node.outs, node.args
    kind = type_of(value) if isinstance(value, (Var, Lit)) else None
    if isinstance(kind, Tensor) and kind.shape == () and kind.dtype == "float64" and getattr(out.type, "dtype", None) == "float64":
        return [dataclasses.replace(node, prim="numpy.full", args=(shape, value))], out
    spread = Var(out.hint, out.type, temporary=True)
    made = Var(out.hint, out.type)
    return [dataclasses.replace(node, outs=(spread,)), Eqn((made,), "numpy.copy", (spread,), (), node.loc)], made
