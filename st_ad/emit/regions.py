"""Branches and loops."""

from __future__ import annotations

import dataclasses
from typing import Callable

from ..analysis.undefined import may_be_undefined
from ..ir import walk
from ..ir.syntax import UNDEFINED, Atom, Block, Call, Eqn, For, Function, If, Lit, Loc, Node, Try, Var, While
from . import expressions as ex
from .context import EmitContext
from .folding import COPIES, Folding
from .lines import Line
from .liveness import statements
from .names import Names
from .rows import row_of
from .statements import Statements
from .tapes import early_columns, groups_of

Ending = Callable[[], None]


class Regions(Statements):
    """Prints blocks."""

    def __init__(self, function: Function, context: EmitContext, folding: Folding, names: Names) -> None:
        super().__init__(context, folding, names)
        self.groups = groups_of(function, folding)
        self.copied = self._copied(function)
        # What is done right after a node of a loop's body.
        self.after: dict[Node, Ending] = {}
        # The flag of the loop that is being printed: false while the loop runs.
        self.never: Var | None = None

    def block(self, nodes: list[Node]) -> None:
        """The statements of some nodes."""
        for node in nodes:
            self.node(node)
            if node in self.after:
                self.after[node]()

    def node(self, node: Node) -> None:
        """The statements of a node."""
        if isinstance(node, Eqn):
            self.eqn(node)
        elif isinstance(node, If) and node in self.folding.conditionals:
            self.conditional(node)
        elif isinstance(node, If):
            self._branch(node, [self._ending(node, b) for b in (node.then, node.orelse)])
        elif isinstance(node, For):
            self._for(node)
        elif isinstance(node, While):
            self._while(node)
        elif isinstance(node, Try):
            self._guard(node)
        else:
            assert isinstance(node, Call)
            self.call(node)

    def _copied(self, function: Function) -> frozenset[int]:
        """The classes of the variables that are assigned to others, or kept in lists: these must have a value."""
        found: set[int] = set()
        number = self.names.facts.number
        vague = may_be_undefined(function.block)

        def note(target: Var | None, source: Atom) -> None:
            if source in vague and isinstance(source, Var) and source in number and source not in self.names.leaves:
                if target is None or self.names[target] != self.names[source]:
                    found.add(self.names.find(number[source]))

        for node in walk.all_nodes(function.block):
            if isinstance(node, If) and node not in self.folding.conditionals:
                for block in (node.then, node.orelse):
                    for out, result in zip(node.outs, block.results):
                        note(out, result)
            elif isinstance(node, (For, While)):
                for param, start, result in self._carries(node):
                    note(param, start)
                    note(param, result)
                for result in node.body.results[len(node.init) :]:
                    note(None, result)
            elif isinstance(node, Try):
                for out, result, other in zip(node.outs[2:], node.body.results, node.instead):
                    note(out, result)
                    note(out, other)
            elif isinstance(node, Eqn) and node.prim in COPIES:
                note(None, node.args[0])  # type: ignore[arg-type]
        return frozenset(found)

    def _guard(self, node: Try) -> None:
        """A `try` that says whether its body raised."""
        failed, error = node.outs[:2]
        read = [(o, r, i) for o, r, i in zip(node.outs[2:], node.body.results, node.instead) if self.is_read(o)]
        self.put("try:", node.loc, head=True)
        self.lines += self._inside(lambda: self._guarded(node, [(o, r) for o, r, _ in read]))
        classes = [self.expression(c) for c in node.caught]
        what = classes[0] if len(classes) == 1 else f"({', '.join(classes)})"
        raised = self.names.fresh("raised")
        self.put(f"except {what} as {raised}:" if self.is_read(error) else f"except {what}:", _quiet(node.loc), head=True)
        self.depth += 1
        self.put(f"{self.names[failed]} = True", _quiet(node.loc))
        if self.is_read(error):
            self.put(f"{self.names[error]} = {raised}", _quiet(node.loc))
        self.copies([(o, i) for o, _, i in read], node.loc)
        self.depth -= 1

    def _guarded(self, node: Try, results: list[tuple[Var, Atom]]) -> None:
        self.block(statements(self.folding, node.body))
        last = node.body.body[-1]
        if not (isinstance(last, Eqn) and last.prim == "raise"):
            self.copies(results, node.loc)
            self.put(f"{self.names[node.outs[0]]} = False", _quiet(node.loc))

    def is_needed(self, target: Var) -> bool:
        """Whether a variable must have some value even where it is undefined."""
        return self.names.find(self.names.facts.number[target]) in self.copied

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

    def _branch(self, node: If, endings: list[Ending], bodies: list[list[Node]] | None = None) -> None:
        if bodies is None:
            bodies = [statements(self.folding, b) for b in (node.then, node.orelse)]
        then, orelse = (self._inside(self._ended(b, e)) for b, e in zip(bodies, endings))
        self._heads(node, then, orelse)

    def _ended(self, nodes: list[Node], ending: Ending) -> Ending:
        return lambda: _both(lambda: self.block(nodes), ending)()

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
        heads = [line.text for line in orelse if line.depth == self.depth + 1]
        if heads[0].startswith("if ") and all(h.startswith(("elif ", "else:")) for h in heads[1:]):
            orelse[0].text = "el" + orelse[0].text
            for line in orelse:
                line.depth -= 1
        else:
            self.put("else:")
        self.lines += orelse

    def _for(self, node: For) -> None:
        self._start(node)
        self.put(f"for {self._head(node)}:", node.loc, head=True)
        self._body(node)
        if node.reverse:
            for name in dict.fromkeys(n for n, _ in self._columns(node)):
                self.put(f"{name}.reverse()", _quiet(node.loc))

    def _start(self, node: For | While) -> None:
        for name in dict.fromkeys(n for n, _ in self._columns(node)):
            self.put(f"{name} = []", _quiet(node.loc))
        self.copies([(p, i) for p, i, _ in self._carries(node)], node.loc)

    def _carries(self, node: For | While) -> list[tuple[Var, Atom, Atom]]:
        """(parameter, initial value, result) of what is carried and read."""
        params = node.body.params[len(node.body.params) - len(node.init) :]
        tests = node.test.params if isinstance(node, While) else params
        rows = zip(params, tests, node.outs, node.init, node.body.results)
        return [(p, i, r) for p, t, o, i, r in rows if self.is_read(p, t, o)]

    def _columns(self, node: For | While) -> list[tuple[str, list[Atom]]]:
        """The lists that a loop fills, each with the values of one pass."""
        results = dict(zip(node.collected, node.body.results[len(node.init) :]))
        found: list[tuple[str, list[Atom]]] = []
        for var in node.collected:
            group = self.groups.get(var, (var,))
            if self.is_read(var) and group[0] is var:
                found.append((self.names[var], [results[v] for v in group]))
        return found

    def _append_columns(self, node: For | While, only: list[tuple[Var, ...]] | None = None) -> None:
        early = [g for gs in early_columns(node, self.folding, self.groups).values() for g in gs]
        results = dict(zip(node.collected, node.body.results[len(node.init) :]))
        for var in node.collected:
            group = self.groups.get(var, (var,))
            if not self.is_read(var) or group[0] is not var or (group not in only if only is not None else group in early):
                continue
            name, values = self.names[var], [results[v] for v in group]
            texts = ["None" if v is UNDEFINED else self.expression(v) for v in values]
            item = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
            self.put(f"{name}.append({item})", _quiet(node.loc))

    def _row(self, node: For | While) -> Eqn | None:
        """The statement that the head of a loop makes unnecessary: `x = xs[i]`."""
        row = row_of(node, self.folding) if isinstance(node, For) else None
        if row is None:
            return None
        at = node.body.body.index(row)
        early = early_columns(node, self.folding, self.groups)
        values = dict(zip(node.collected, node.body.results[len(node.init) :]))
        before = [values[v] for i, groups in early.items() if i < at for g in groups for v in g]
        clobbered = any(self.names[v] == self.names[row.outs[0]] for a in before for v in self.folding.reads(a))
        return None if clobbered else row

    def _head(self, node: For) -> str:
        row = self._row(node)
        if row is not None:
            index, name = node.body.params[0], self.names[row.outs[0]]
            xs = self.expression(row.args[0])
            self.expression(node.stop)  # type: ignore[arg-type]
            alone = self.folding.uses.get(index, 0) == 1
            return f"{name} in {xs}" if alone else f"{self.names[index]}, {name} in enumerate({xs})"
        streams: list[tuple[str, str]] = []
        items = list(node.body.params[: len(node.body.params) - len(node.init)])
        if node.start is not None:
            index = items.pop(0)
            if self.is_read(index) or not node.xs:
                streams.append((self._target_name(index), self._range(node)))
        of = dict(zip(node.xs, items))
        done: set[Atom] = set()
        for x, item in zip(node.xs, items):
            group = self.groups.get(x) if isinstance(x, Var) else None
            if group is None:
                streams.append((self._target_name(item), self.expression(x)))
            elif x not in done:
                done.update(group)
                names = ", ".join(self._target_name(of[v]) for v in group)
                streams.append((f"({names})", self.names[group[0]]))
        texts = [f"reversed({t})" if node.reverse else t for _, t in streams]
        if len(streams) == 1:
            target = streams[0][0]
            return f"{target[1:-1] if target.startswith('(') else target} in {texts[0]}"
        return f"{', '.join(t for t, _ in streams)} in zip({', '.join(texts)})"

    def _target_name(self, var: Var) -> str:
        return self.names[var] if self.is_read(var) else "_"

    def _range(self, node: For) -> str:
        assert node.start is not None and node.stop is not None
        start, stop = self.expression(node.start), self.expression(node.stop)
        step = "1" if node.step is None else self.expression(node.step)
        if step != "1":
            return f"range({start}, {stop}, {step})"
        return f"range({stop})" if start == "0" else f"range({start}, {stop})"

    def _while(self, node: While) -> None:
        self._start(node)
        tests = statements(self.folding, node.test)
        result = node.test.results[0]
        if not tests:
            self.put(f"while {self.expression(result)}:", node.loc, head=True)
            self._body(node)
            return
        self.put("while True:", node.loc, head=True)
        self.depth += 1
        self.block(tests)
        self.put(f"if {ex.text(ex.unary('not_', self.operations.arg(result)))}:", _quiet(node.loc))
        self.depth += 1
        self.put("break", _quiet(node.loc))
        self.depth -= 2
        self._body(node)

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
        if isinstance(last, If) and last not in self.after and self._breaks(last, flag) and self._is_false(node):
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
        self.put(f"if {self.expression(flag)}:", made[0] if made else _quiet(node.loc), head=True)
        self.depth += 1
        if not is_late:
            # The exit is decided by what the assignments overwrite.
            self.copies(kept, node.loc)
        if len(kept) < len(carries):
            self.put(f"{self.names[param]} = True", _quiet(node.loc))
        self.put("break", _quiet(node.loc))
        self.depth -= 1
        if not is_late:
            self.copies(kept, node.loc)

    def _is_false(self, node: For | While) -> bool:
        assert node.until is not None
        return node.init[node.until] == Lit(False)

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
                self.put(f"{self.names[param]} = True", _quiet(node.loc))
            self.put("break", _quiet(node.loc))

        self.block(body[:-1])
        if early:
            self._append_columns(node)
        self.never = param
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
                endings.append(_both(ending, leave))
            elif self._sets(block, value):
                inner = nodes[-1]
                assert isinstance(inner, If)
                bodies.append(nodes[:-1])
                endings.append(self._nested(inner, value, _both(ending, leave), ending, loc))
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
            self.put(f"if {test}:", _quiet(loc))
            self.lines += self._inside(leave)

        return _both(ending, run)


def _both(first: Ending, second: Ending) -> Ending:
    def run() -> None:
        first()
        second()

    return run


def _quiet(loc: Loc) -> Loc:
    """The place of a statement that the user's line does not show."""
    return dataclasses.replace(loc, line=0, text="")
