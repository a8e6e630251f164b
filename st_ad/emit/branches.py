"""Branches, and the `try` that says whether its body raised."""

from __future__ import annotations

import dataclasses
from typing import Callable

from ..ir.syntax import Atom, Block, Eqn, If, Loc, Node, Try, Var
from . import expressions as ex
from .lines import Line
from .liveness import statements
from .statements import Statements
from .unpacking import unpackings

Ending = Callable[[], None]


class Branches(Statements):
    """Prints the blocks of a branch and what each leaves behind."""

    # Whether elements of arrays are read by their numbers only.
    by_number = False
    # What is done right after a node of a loop's body.
    after: dict[Node, Ending]

    def node(self, node: Node) -> None:
        """The statements of a node."""
        raise NotImplementedError

    def block(self, nodes: list[Node]) -> None:
        """The statements of some nodes."""
        unpacked = {} if self.by_number else unpackings(nodes, self.folding, self.names, self.after.keys())
        said = {n for us in unpacked.values() for u in us for n in u.nodes}
        for node in nodes:
            for one in unpacked.get(node, ()):
                targets = ", ".join(self.names[v] for v in one.targets)
                self.put(f"{targets} = {self.names[one.base]}", one.nodes[0].loc)
            if node not in unpacked and node not in said:
                self.node(node)
            if node in self.after:
                self.after[node]()

    def _branch(self, node: If, endings: list[Ending], bodies: list[list[Node]] | None = None) -> None:
        if bodies is None:
            bodies = [statements(self.folding, b) for b in (node.then, node.orelse)]
        then, orelse = (self._inside(self._ended(b, e)) for b, e in zip(bodies, endings))
        self._heads(node, then, orelse)

    def _ended(self, nodes: list[Node], ending: Ending) -> Ending:
        return lambda: both(lambda: self.block(nodes), ending)()

    def _heads(self, node: If, then: list[Line], orelse: list[Line]) -> None:
        if not then and not orelse:
            return
        test = self.operations.arg(node.test)
        if not then:
            test, then, orelse = ex.unary("not_", test), orelse, []
        self.put(f"if {ex.text(test)}:", node.loc, head=True)
        self.lines += then
        if not orelse:
            return
        if then[-1].text == "break" and then[-1].depth == self.depth + 1:
            for line in orelse:
                line.depth -= 1
            self.lines += orelse
            return
        heads = [line.text for line in orelse if line.depth == self.depth + 1]
        if heads[0].startswith("if ") and all(h.startswith(("elif ", "else:")) for h in heads[1:]):
            orelse[0].text = "el" + orelse[0].text
            for line in orelse:
                line.depth -= 1
        else:
            self.put("else:")
        self.lines += orelse

    def _ending(self, node: If, block: Block, skip: Var | None = None) -> Ending:
        last = block.body[-1] if block.body else None
        if isinstance(last, Eqn) and last.prim == "raise":
            return lambda: None
        pairs = [(o, r) for o, r in zip(node.outs, block.results) if self.is_read(o) and o is not skip]
        return lambda: self.copies(pairs, node.loc)

    def _inside(self, print_body: Ending) -> list[Line]:
        """The lines that something prints one level deeper."""
        outer, self.lines = self.lines, []
        self.depth += 1
        print_body()
        self.depth -= 1
        inner, self.lines = self.lines, outer
        return inner

    def _guard(self, node: Try) -> None:
        """A `try` that says whether its body raised."""
        failed, error = node.outs[:2]
        read = [(o, r, i) for o, r, i in zip(node.outs[2:], node.body.results, node.instead) if self.is_read(o)]
        self.put("try:", node.loc, head=True)
        self.lines += self._inside(lambda: self._guarded(node, [(o, r) for o, r, _ in read]))
        classes = [self.expression(c) for c in node.caught]
        what = classes[0] if len(classes) == 1 else f"({', '.join(classes)})"
        raised = self.names.fresh("raised")
        self.put(f"except {what} as {raised}:" if self.is_read(error) else f"except {what}:", quiet(node.loc), head=True)
        self.depth += 1
        self.put(f"{self.names[failed]} = True", quiet(node.loc))
        if self.is_read(error):
            self.put(f"{self.names[error]} = {raised}", quiet(node.loc))
        self.copies([(o, i) for o, _, i in read], node.loc)
        self.depth -= 1

    def _guarded(self, node: Try, results: list[tuple[Var, Atom]]) -> None:
        self.block(statements(self.folding, node.body))
        last = node.body.body[-1]
        if not (isinstance(last, Eqn) and last.prim == "raise"):
            self.copies(results, node.loc)
            self.put(f"{self.names[node.outs[0]]} = False", quiet(node.loc))


def both(first: Ending, second: Ending) -> Ending:
    def run() -> None:
        first()
        second()

    return run


def quiet(loc: Loc) -> Loc:
    """The place of a statement that the user's line does not show."""
    return dataclasses.replace(loc, line=0, text="")
