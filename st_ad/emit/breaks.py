"""The body of a loop and its end: a flag that ends the loop becomes `break` in the branch that sets it."""

from __future__ import annotations

from ..ir import walk
from ..ir.syntax import UNDEFINED, Atom, Block, Eqn, For, If, Lit, Loc, Node, Var, While
from .branches import Ending, both, quiet
from .columns import Columns
from .liveness import statements
from .tapes import early_columns


class Breaks(Columns):
    """Prints the passes of a loop."""

    # The flag of the loop that is being printed: false while the loop runs.
    never: Var | None = None

    def _row(self, node: For | While) -> Eqn | None:
        raise NotImplementedError

    def _body(self, node: For | While) -> None:
        before = len(self.lines)
        inner = self._inside(lambda: self._passes(node))
        self.lines += inner
        if len(self.lines) == before and self.lines[-1].text.endswith(":"):
            self.depth += 1
            self.put("pass")
            self.depth -= 1

    def _passes(self, node: For | While) -> None:
        body: list[Node] = []
        early = early_columns(node, self.folding, self.groups)
        row = self._row(node)
        self._append_columns(node, early.get(-1, []))
        for i, inner in enumerate(node.body.body):
            if inner is row:
                self._append_columns(node, early.get(i, []))
                continue
            if self.folding.is_printed(inner):
                body.append(inner)
            if i in early:
                self.after[inner] = lambda groups=early[i]: self._append_columns(node, groups)  # type: ignore[misc]
        carries = [(p, r) for p, _, r in self._carries(node)]
        if node.until is None:
            self.block(body)
            self._append_columns(node)
            self.copies(carries, node.loc)
            return
        last = body[-1] if body else None
        flag = node.body.results[node.until]
        may_break = isinstance(last, If) and last not in self.after and self._is_false(node)
        if isinstance(last, If) and may_break and (self._breaks(last, flag) or self._asks(last, flag)):
            self._breaking(node, body, carries)
            return
        self.block(body)
        self._append_columns(node)
        param = node.body.params[len(node.body.params) - len(node.init) + node.until]
        kept = [(p, r) for p, r in carries if p is not param or not self._is_false(node)]
        overwritten = {p for p, r in kept if not isinstance(r, Var) or r in self.folding.inline or self.names[r] != self.names[p]}
        is_late = overwritten.isdisjoint(self.folding.reads(flag))
        if is_late:
            self.copies(kept, node.loc)
        made = [n.loc for n in node.body.body if flag in walk.outs(n) and flag in self.folding.inline]
        self.put(f"if {self.expression(flag)}:", made[0] if made else quiet(node.loc), head=True)
        self.depth += 1
        if not is_late:
            # The exit is decided by what the assignments overwrite.
            self.copies(kept, node.loc)
        if len(kept) < len(carries):
            self.put(f"{self.names[param]} = True", quiet(node.loc))
        self.put("break", quiet(node.loc))
        self.depth -= 1
        if not is_late:
            self.copies(kept, node.loc)

    def _is_false(self, node: For | While) -> bool:
        assert node.until is not None
        return node.init[node.until] == Lit(False)

    def _asks(self, node: If, flag: Atom) -> bool:
        """Whether the test of a branch is what ends the loop."""
        return node.test is flag and node not in self.folding.conditionals

    def _breaks(self, node: If, flag: Atom) -> bool:
        """Whether a branch at the end of a loop decides by itself that the loop ends."""
        if node in self.folding.conditionals or flag not in node.outs or self.folding.uses.get(flag) != 1:  # type: ignore[arg-type]
            return False
        at = node.outs.index(flag)  # type: ignore[arg-type]
        values = [b.results[at] for b in (node.then, node.orelse)]
        return any(self._sets(b, v) for b, v in zip((node.then, node.orelse), values))

    def _sets(self, block: Block, value: Atom) -> bool:
        if value == Lit(True):
            return True
        last = statements(self.folding, block)[-1:]
        return bool(last) and isinstance(last[0], If) and self._breaks(last[0], value)

    def _breaking(self, node: For | While, body: list[Node], carries: list[tuple[Var, Atom]]) -> None:
        """A loop whose last statement is a branch with a `break`."""
        assert node.until is not None
        last = body[-1]
        assert isinstance(last, If)
        flag = node.body.results[node.until]
        param = node.body.params[len(node.body.params) - len(node.init) + node.until]
        kept = [(p, r) for p, r in carries if p is not param]
        is_read = len(kept) < len(carries)
        made = set(last.outs)
        early = not any(v in made for _, values in self._columns(node) for v in values)

        def after() -> None:
            if not early:
                self._append_columns(node)
            self.copies(kept, node.loc)

        def leave() -> None:
            after()
            if is_read:
                self.put(f"{self.names[param]} = True", quiet(node.loc))
            self.put("break", quiet(node.loc))

        self.block(body[:-1])
        if early:
            self._append_columns(node)
        self.never = param
        if self._asks(last, flag):
            self._branch(last, [both(self._ending(last, last.then), leave), self._ending(last, last.orelse)])
        else:
            self._breaking_branch(last, flag, leave, node.loc)
        after()

    def _breaking_branch(self, node: If, flag: Atom, leave: Ending, loc: Loc) -> None:
        assert isinstance(flag, Var)
        at, never = node.outs.index(flag), self.never
        bodies, endings = [], []
        for block in (node.then, node.orelse):
            value = block.results[at]
            nodes = statements(self.folding, block)
            ending = self._ending(node, block, flag)
            if value == Lit(True):
                bodies.append(nodes)
                endings.append(both(ending, leave))
            elif self._sets(block, value):
                inner = nodes[-1]
                assert isinstance(inner, If)
                bodies.append(nodes[:-1])
                endings.append(self._nested(inner, value, both(ending, leave), ending, loc))
            elif value == Lit(False) or value is UNDEFINED or value is never:
                bodies.append(nodes)
                endings.append(ending)
            else:
                bodies.append(nodes)
                endings.append(self._on_flag(value, ending, leave, loc))
        self._branch(node, endings, bodies)

    def _nested(self, node: If, flag: Atom, leave: Ending, ending: Ending, loc: Loc) -> Ending:
        def run() -> None:
            self._breaking_branch(node, flag, leave, loc)
            ending()

        return run

    def _on_flag(self, value: Atom, ending: Ending, leave: Ending, loc: Loc) -> Ending:
        def run() -> None:
            test = self.expression(value)
            self.put(f"if {test}:", quiet(loc))
            self.lines += self._inside(leave)

        return both(ending, run)
