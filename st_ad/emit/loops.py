"""The heads of loops: `for x in xs`, `for i, x in enumerate(xs)`, `while test`."""

from __future__ import annotations

from ..ir.syntax import Atom, Eqn, For, Var, While
from . import expressions as ex
from .branches import quiet
from .breaks import Breaks
from .liveness import statements
from .rows import row_of
from .tapes import early_columns, told_apart


class Loops(Breaks):
    """Prints loops."""

    def _for(self, node: For) -> None:
        self._start(node)
        self.put(f"for {self._head(node)}:", node.loc, head=True)
        self._body(node)
        if node.reverse:
            for name in dict.fromkeys(n for n, _ in self._columns(node)):
                self.put(f"{name}.reverse()", quiet(node.loc))

    def _start(self, node: For | While) -> None:
        for name in dict.fromkeys(n for n, _ in self._columns(node)):
            self.put(f"{name} = []", quiet(node.loc))
        self.copies([(p, i) for p, i, _ in self._carries(node)], node.loc)

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
                names = [self._target_name(i) for i in told_apart([of[v] for v in group], self.groups)]
                streams.append((f"({', '.join(names)})" if len(names) > 1 else names[0], self.names[group[0]]))  # type: ignore
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
        self.put(f"if {ex.text(ex.unary('not_', self.operations.arg(result)))}:", quiet(node.loc))
        self.depth += 1
        self.put("break", quiet(node.loc))
        self.depth -= 2
        self._body(node)
