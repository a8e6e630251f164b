"""Ways to read and rewrite a program without caring for the kind of each node."""

from __future__ import annotations

import dataclasses
import operator
from typing import Callable, Iterator, Mapping

from .syntax import Arg, Atom, Block, Eqn, For, If, Node, Pack, Try, Var, While
from .syntax import variables as variables


def leaves(arg: Arg) -> Iterator[Atom]:
    """The atoms of an argument, left to right."""
    if isinstance(arg, Pack):
        for item in arg.items:
            yield from leaves(item)
    else:
        yield arg


def map_arg(arg: Arg, change: Callable[[Atom], Arg]) -> Arg:
    """The argument with every leaf replaced; the same object when nothing changed."""
    if isinstance(arg, Pack):
        items = tuple(map_arg(i, change) for i in arg.items)
        if all(a is b for a, b in zip(items, arg.items)):
            return arg
        return dataclasses.replace(arg, items=items)
    return change(arg)


def outs(node: Node) -> tuple[Var, ...]:
    """Every variable that a node defines in the block it stands in."""
    return node.defined


def blocks(node: Node) -> tuple[Block, ...]:
    """The blocks nested directly in a node."""
    return node.blocks


def operands(node: Node) -> tuple[Arg, ...]:
    """The arguments that a node itself reads, without those of its nested blocks."""
    return node.operands


def free_variables(block: Block) -> tuple[Var, ...]:
    """The variables that a block reads and does not define, in the order of their first reading."""
    found: tuple[Var, ...] = block.free
    return found


def node_reads(node: Node) -> tuple[Var, ...]:
    """The variables that a node reads from the block it stands in, nested blocks included."""
    found: tuple[Var, ...] = node.needs
    return found


def map_blocks(node: Node, change: Callable[[Block], Block]) -> Node:
    """The node with its nested blocks replaced; the same object when nothing changed."""
    if not node.blocks:
        return node
    if isinstance(node, If):
        then, orelse = change(node.then), change(node.orelse)
        if then is node.then and orelse is node.orelse:
            return node
        return dataclasses.replace(node, then=then, orelse=orelse)
    if isinstance(node, (For, Try)):
        body = change(node.body)
        return node if body is node.body else dataclasses.replace(node, body=body)
    if isinstance(node, While):
        test, body = change(node.test), change(node.body)
        if test is node.test and body is node.body:
            return node
        return dataclasses.replace(node, test=test, body=body)
    return node


def map_operands(node: Node, change: Callable[[Atom], Atom]) -> Node:
    """The node with the atoms that it reads itself replaced; the same object when nothing changed."""

    def many(args: tuple) -> tuple:
        new = tuple([map_arg(a, change) if isinstance(a, Pack) else change(a) for a in args])
        return args if all(map(operator.is_, new, args)) else new

    if isinstance(node, Eqn):
        args = many(node.args)
        if not node.kwargs:
            return node if args is node.args else Eqn(node.outs, node.prim, args, (), node.loc)
        values = tuple([v for _, v in node.kwargs])
        new_values = many(values)
        if args is node.args and new_values is values:
            return node
        kwargs = tuple([(k, v) for (k, _), v in zip(node.kwargs, new_values)])
        return Eqn(node.outs, node.prim, args, kwargs, node.loc)
    if isinstance(node, If):
        test = change(node.test)
        return node if test is node.test else dataclasses.replace(node, test=test)
    if isinstance(node, For):
        bounds = tuple(None if a is None else change(a) for a in (node.start, node.stop, node.step))
        xs, init = many(node.xs), many(node.init)
        if xs is node.xs and init is node.init and bounds == (node.start, node.stop, node.step):
            return node
        return dataclasses.replace(node, start=bounds[0], stop=bounds[1], step=bounds[2], xs=xs, init=init)
    if isinstance(node, While):
        init = many(node.init)
        return node if init is node.init else dataclasses.replace(node, init=init)
    if isinstance(node, Try):
        instead = many(node.instead)
        return node if instead is node.instead else dataclasses.replace(node, instead=instead)
    args = many(node.args)
    return node if args is node.args else dataclasses.replace(node, args=args)


def substitute(block: Block, mapping: Mapping[Var, Atom]) -> Block:
    """The block with free variables replaced; the same object when none occurs."""
    if not mapping:
        return block

    def atom(a: Atom) -> Atom:
        return mapping.get(a, a) if isinstance(a, Var) else a

    def node(n: Node) -> Node:
        if mapping.keys().isdisjoint(n.needs):
            return n
        return map_blocks(map_operands(n, atom), lambda b: substitute(b, mapping))

    body = tuple([node(n) for n in block.body])
    results = tuple(atom(a) for a in block.results)
    if all(a is b for a, b in zip(body, block.body)) and all(a is b for a, b in zip(results, block.results)):
        return block
    return Block(block.params, body, results)


def refresh(block: Block, mapping: Mapping[Var, Atom] | None = None) -> Block:
    """A copy of the block in which every variable that it defines is new; `mapping` replaces free ones."""
    table: dict[Var, Atom] = dict(mapping or {})

    def new(var: Var) -> Var:
        fresh = Var(var.hint, var.type, var.temporary)
        table[var] = fresh
        return fresh

    def atom(a: Atom) -> Atom:
        return table.get(a, a) if isinstance(a, Var) else a

    def copy(b: Block) -> Block:
        params = tuple(new(p) for p in b.params)
        body = tuple(node(n) for n in b.body)
        return Block(params, body, tuple(atom(a) for a in b.results))

    def node(n: Node) -> Node:
        n = map_operands(n, atom)
        n = map_blocks(n, copy)
        if isinstance(n, (For, While)):
            return dataclasses.replace(
                n, outs=tuple(new(v) for v in n.outs), collected=tuple(new(v) for v in n.collected)
            )
        return dataclasses.replace(n, outs=tuple(new(v) for v in n.outs))

    return copy(block)


def as_branch(node: Try) -> If:
    """The branch on whether the body of a `try` raised, which gives the same values."""
    return If(node.outs[2:], node.outs[0], Block((), (), node.instead), node.body, node.loc)


def all_nodes(block: Block) -> tuple[Node, ...]:
    """Every node of a block and of the blocks nested in it, in program order."""
    found: tuple[Node, ...] = block.nodes
    return found
