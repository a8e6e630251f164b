"""The verifier: what must hold of every program, said as a list of problems."""

from __future__ import annotations

from typing import Sequence

from . import walk
from .build import type_of
from .syntax import UNDEFINED, Arg, Atom, Block, Call, Eqn, For, Function, If, Lit, Node, Try, Var, While
from .types import Seq, Tensor, resolve


def check(function: Function) -> list[str]:
    """Everything that is wrong with a program; empty when it is well formed."""
    checker = _Checker()
    checker.function(function)
    return checker.problems


class _Checker:
    def __init__(self) -> None:
        self.problems: list[str] = []
        self.defined: set[Var] = set()

    def say(self, node: Node | None, text: str) -> None:
        where = f"L{node.loc.line}: " if node is not None and node.loc.line else ""
        self.problems.append(where + text)

    def function(self, function: Function) -> None:
        leaves = [v for p in function.params for v in walk.leaves(p.tree) if isinstance(v, Var)]
        expected = leaves + [f.var for f in function.free]
        if list(function.block.params) != expected:
            self.say(None, f"parameters of the block {list(function.block.params)} are not {expected}")
        for param in function.params:
            if param.default is not None and not isinstance(param.default, Lit):
                self.say(None, f"the default of {param.name} is no literal")
        self.block(function.block, frozenset())
        if list(function.block.results) != list(walk.leaves(function.result)):
            self.say(None, f"results {function.block.results} are not the leaves of {function.result}")

    def define(self, node: Node | None, variables: Sequence[Var], scope: set[Var]) -> None:
        for var in variables:
            if not isinstance(var, Var):
                self.say(node, f"{var!r} is defined and is no variable")
            elif var in self.defined:
                self.say(node, f"{var} is defined twice")
            self.defined.add(var)
            scope.add(var)

    def read(self, node: Node | None, args: Sequence[Arg], scope: set[Var]) -> None:
        for arg in args:
            for leaf in walk.leaves(arg):
                if isinstance(leaf, Var) and leaf not in scope:
                    state = "before its definition or out of scope" if leaf in self.defined else "and never defined"
                    self.say(node, f"{leaf} is read {state}")
                elif not isinstance(leaf, (Var, Lit)):
                    self.say(node, f"{leaf!r} is no atom")

    def block(self, block: Block, outer: frozenset[Var], again: Sequence[Var] = ()) -> None:
        """`again` are parameters that another block of the same node has defined already."""
        scope = set(outer) | set(again)
        self.define(None, [p for p in block.params if p not in again], scope)
        for node in block.body:
            self.node(node, scope)
            self.define(node, walk.outs(node), scope)
        self.read(None, block.results, scope)

    def node(self, node: Node, scope: set[Var]) -> None:
        self.read(node, walk.operands(node), scope)
        inner = frozenset(scope)
        if isinstance(node, Eqn):
            self.eqn(node)
        elif isinstance(node, If):
            self.branch(node, inner)
        elif isinstance(node, For):
            self.loop(node, inner)
        elif isinstance(node, While):
            self.while_loop(node, inner)
        elif isinstance(node, Try):
            self.guard(node, inner)
        elif isinstance(node, Call):
            self.call(node)

    def eqn(self, node: Eqn) -> None:
        if not node.prim:
            self.say(node, "an equation has no primitive")
        if node.prim in _ARITY and len(node.args) != _ARITY[node.prim]:
            self.say(node, f"{node.prim} takes {_ARITY[node.prim]} arguments, not {len(node.args)}")
            return
        if node.prim in _ARITY and len(node.outs) != 1:
            self.say(node, f"{node.prim} has one result, not {len(node.outs)}")
            return
        if node.prim == "accumulate":
            self.accumulate(node)
        if node.prim == "accumulate_at" and node.outs:
            self.same_type(node, node.args[0], node.outs[0])

    def accumulate(self, node: Eqn) -> None:
        for operand in node.args:
            kind = type_of(operand) if isinstance(operand, (Var, Lit)) else None
            if not isinstance(kind, Tensor) or kind.dtype is not None and not kind.is_float:
                self.say(node, f"{operand!r}: {kind!r} cannot be accumulated")

    def same_type(self, node: Eqn, a: Arg, b: Var) -> None:
        kind = type_of(a) if isinstance(a, (Var, Lit)) else None
        if not isinstance(kind, Tensor) or not isinstance(b.type, Tensor):
            self.say(node, f"{node.prim} is for arrays, not {kind!r} and {b.type!r}")
        elif None not in (kind.dtype, b.type.dtype) and kind.dtype != b.type.dtype:
            self.say(node, f"{node.prim} changes the dtype from {kind!r} to {b.type!r}")
        elif kind.shape is not None and b.type.shape is not None and kind.rank != b.type.rank:
            self.say(node, f"{node.prim} changes the rank from {kind!r} to {b.type!r}")

    def branch(self, node: If, inner: frozenset[Var]) -> None:
        self.flag(node, node.test, "the test of a branch")
        for block, name in ((node.then, "then"), (node.orelse, "else")):
            if block.params:
                self.say(node, f"the {name} block of a branch has parameters")
            if len(block.results) != len(node.outs):
                self.say(node, f"the {name} block gives {len(block.results)} results for {len(node.outs)}")
            self.block(block, inner)

    def guard(self, node: Try, inner: frozenset[Var]) -> None:
        if node.body.params:
            self.say(node, "the body of a try has parameters")
        if not len(node.body.results) == len(node.instead) == len(node.outs) - 2:
            self.say(node, f"the body of a try gives {len(node.body.results)} results for {len(node.outs) - 2}")
        self.block(node.body, inner)

    def loop(self, node: For, inner: frozenset[Var]) -> None:
        bounds = (node.start, node.stop, node.step)
        counted = node.start is not None
        if any((b is None) == counted for b in bounds):
            self.say(node, "a loop has some of start, stop and step, not all or none")
        if not counted and not node.xs:
            self.say(node, "a loop runs over nothing")
        self.carried(node, len(node.xs) + counted)
        for x in node.xs:
            kind = type_of(x)
            if isinstance(kind, Tensor) and kind.shape == ():
                self.say(node, f"a loop runs over the number {x!r}")
        self.block(node.body, inner)

    def while_loop(self, node: While, inner: frozenset[Var]) -> None:
        self.carried(node, 0)
        if len(node.test.params) != len(node.init):
            self.say(node, f"the test has {len(node.test.params)} parameters for {len(node.init)} carries")
        if len(node.test.results) != 1:
            self.say(node, f"the test gives {len(node.test.results)} results, not one")
        else:
            self.flag(node, node.test.results[0], "the test of a loop")
        self.block(node.test, inner)
        self.block(node.body, inner, again=[p for p in node.test.params if p in node.body.params])

    def carried(self, node: For | While, items: int) -> None:
        carries, gathered = len(node.init), len(node.collected)
        if len(node.outs) != carries:
            self.say(node, f"a loop has {len(node.outs)} results for {carries} carries")
        if len(node.body.params) != items + carries:
            self.say(node, f"a loop body has {len(node.body.params)} parameters, not {items + carries}")
        if len(node.body.results) != carries + gathered:
            self.say(node, f"a loop body gives {len(node.body.results)} results, not {carries + gathered}")
        for var in node.collected:
            if not isinstance(var.type, Seq):
                self.say(node, f"the collected {var} is no list but {var.type!r}")
        if node.until is None:
            return
        if not 0 <= node.until < carries:
            self.say(node, f"until is {node.until}, of {carries} carries")
        elif node.until < len(node.body.results):
            self.flag(node, node.body.results[node.until], "the flag that ends a loop")

    def flag(self, node: Node, atom: Atom, what: str) -> None:
        if atom == UNDEFINED:
            self.say(node, f"{what} is undefined")
        elif isinstance(atom, Lit):
            if not isinstance(atom.value, bool):
                self.say(node, f"{what} is {atom.value!r}, not a bool")
        elif isinstance(atom.type, Tensor) and atom.type.shape is not None:
            if any(resolve(d) != 1 for d in atom.type.shape if isinstance(resolve(d), int)):
                self.say(node, f"{what} is the array {atom}: {atom.type!r}")

    def call(self, node: Call) -> None:
        callee = node.callee.function
        if callee is None:
            return
        if len(node.args) != len(callee.block.params):
            self.say(node, f"{node.callee.name} takes {len(callee.block.params)} values, not {len(node.args)}")
        if len(node.outs) != len(callee.block.results):
            self.say(node, f"{node.callee.name} gives {len(callee.block.results)} values, not {len(node.outs)}")


_ARITY = {
    "getitem": 2, "axis_length": 2, "setitem": 3, "accumulate": 2, "accumulate_at": 3, "seq.append": 2, "seq.shorten": 1,
}  # fmt: skip
