"""The statements of equations: assignments, updates in place, effects."""

from __future__ import annotations

import dataclasses
from typing import Any, Iterable

from ..analysis.subscripts import has_distinct_rows
from ..ir import walk
from ..ir.build import type_of
from ..ir.primitives import BINARY, INTO
from ..ir.syntax import NOWHERE, UNDEFINED, Arg, Atom, Call, Eqn, Lit, Loc, Node, Pack, Var
from ..ir.types import Tensor
from . import expressions as ex
from .context import EmitContext
from .expressions import Expression
from .folding import Folding
from .lines import Copy, Line, in_order
from .names import Names
from .operations import Operations


class Statements:
    """Appends the lines of equations to `lines`, at the present depth."""

    def __init__(self, context: EmitContext, folding: Folding, names: Names) -> None:
        self.context = context
        self.folding = folding
        self.names = names
        self.operations = Operations(context, folding, names)
        self.lines: list[Line] = []
        self.depth = 0

    def put(self, text: str, loc: Loc = NOWHERE, head: bool = False) -> None:
        """Add a line; it contains everything that was folded since the last one."""
        folded, self.operations.folded = tuple(self.operations.folded), []
        self.lines.append(Line(self.depth, text, loc, head, folded))

    def expression(self, arg: Arg) -> str:
        """The text of an argument."""
        return ex.text(self.operations.arg(arg))

    def is_read(self, *variables: Any) -> bool:
        """Whether anything reads one of some variables."""
        return any(self.folding.uses.get(v, 0) for v in variables)

    def eqn(self, node: Eqn) -> None:
        """The statement of an equation."""
        prim = node.prim
        special = _SPECIAL.get(prim)
        if special is not None:
            getattr(self, special)(node)
        elif prim.startswith("inplace."):
            self._update(node, BINARY[prim.partition(".")[2]])
        elif prim == "accumulate":
            self._update(node, "+")
        elif prim in INTO:
            self._into(node)
        else:
            self._assign(node, self.operations.node(node))

    def _assign(self, node: Node, value: Expression) -> None:
        outs = walk.outs(node)
        if not outs or (not self.is_read(*outs) and self.folding._is_effect(node)):
            self.put(ex.text(value), node.loc)
        elif len(outs) == 1 and isinstance(node, Eqn) and node.prim == "tape.unpack":
            self.put(f"({self.names[outs[0]]},) = {ex.text(value)}", node.loc)
        else:
            targets = [self.names[v] if len(outs) == 1 or self.is_read(v) else "_" for v in outs]
            self.put(f"{', '.join(targets)} = {ex.bare(value)}", node.loc)

    def conditional(self, node: Any) -> None:
        """A branch that is printed as an expression."""
        self._assign(node, self.operations.conditional(node))

    def call(self, node: Call) -> None:
        """A call of another function of the program."""
        self._assign(node, ex.call(node.callee.name, [self.operations.arg(a) for a in node.args]))

    def _target(self, node: Eqn) -> str:
        """The name of what an update changes; a value under another name gets the name of the result first."""
        name, first = self.names[node.outs[0]], node.args[0]
        if not isinstance(first, Var) or first in self.folding.inline or self.names[first] != name:
            self.put(f"{name} = {self.expression(first)}", node.loc)
        return name

    def _update(self, node: Eqn, symbol: str) -> None:
        """`x += y` when the result has the name of the first argument, or must have it."""
        first, out = node.args[0], node.outs[0]
        if node in self.folding.through and first in self.folding.inline:
            place = self.expression(first)
            self.put(f"{place} {symbol}= {self.expression(node.args[1])}", node.loc)
            return
        same = isinstance(first, Var) and first not in self.folding.inline and self.names[first] == self.names[out]
        if self.folding.is_in_place(node) or same:
            name = self._target(node)
            if node.prim == "accumulate":
                symbol, value = self.operations.added(node.args[1])
                self.put(f"{name} {symbol}= {ex.text(value)}", node.loc)
                return
            self.put(f"{name} {symbol}= {self.expression(node.args[1])}", node.loc)
        else:
            self._assign(node, self.operations.node(node))

    def _into(self, node: Eqn) -> None:
        name = self._target(node)
        args = [self.operations.arg(a) for a in node.args[1:]]
        function = self.context.function(node.prim.removeprefix("into."))
        self.put(ex.text(ex.call(function, args, [("out", ex.raw(name))])), node.loc)

    def _setitem(self, node: Eqn) -> None:
        name = self._target(node)
        if node.outs[0] in self.folding.done:
            return
        update = self.operations.update_of(node)
        if update is not None:
            symbol, _, value = update
            place = ex.text(ex.subscript(ex.raw(name), self.operations.index(node.args[1])))
            self.put(f"{place} {symbol}= {ex.text(value)}", node.loc)
            return
        place = ex.text(ex.subscript(ex.raw(name), self.operations.index(node.args[1])))
        self.put(f"{place} = {self.expression(node.args[2])}", node.loc)

    def _accumulate_at(self, node: Eqn) -> None:
        name = self._target(node)
        _, index, value = node.args
        if _adds_once(index) or has_distinct_rows(index, self.folding.made):
            place = ex.text(ex.subscript(ex.raw(name), self.operations.index(index)))
            symbol, added_value = self.operations.added(value)
            self.put(f"{place} {symbol}= {ex.text(added_value)}", node.loc)
            return
        place_arg: Expression = self.operations.arg(index)
        added = ex.call(self.context.function("numpy.add.at"), [ex.raw(name), place_arg, self.operations.arg(value)])
        self.put(ex.text(added), node.loc)

    def _append(self, node: Eqn) -> None:
        name = self._target(node)
        self.put(f"{name}.append({self.expression(node.args[1])})", node.loc)

    def _shorten(self, node: Eqn) -> None:
        self.put(f"{self._target(node)}.pop()", node.loc)

    def _store(self, node: Eqn) -> None:
        """A store in a container of the caller's."""
        path, kind, key = (a.value for a in node.args[:3] if isinstance(a, Lit))
        place, value = place_of(path), self.expression(node.args[3])
        step = f".{key}" if kind in ("attribute", "delete") else f"[{key!r}]"
        if kind == "list":
            self.put(f"{place}[:] = {value}", node.loc)
        elif kind == "clear":
            self.put(f"{place}.clear()", node.loc)
        elif kind.startswith("delete"):
            self.put(f"del {place}{step}", node.loc)
        else:
            self.put(f"{place}{step} = {value}", node.loc)

    def _print(self, node: Eqn) -> None:
        args = [self.operations.arg(a) for a in node.args]
        self.put(ex.text(ex.call("print", args, [(k, self.operations.arg(v)) for k, v in node.kwargs])), node.loc)

    def _assert(self, node: Eqn) -> None:
        self.put("assert " + ", ".join(self.expression(a) for a in node.args), node.loc)

    def _with_call(self, node: Eqn) -> None:
        function, *args = node.args
        named = [(k, self.operations.arg(v)) for k, v in node.kwargs]
        self._enter(node, ex.call(self.operations.arg(function), [self.operations.arg(a) for a in args], named))

    def _with_enter(self, node: Eqn) -> None:
        self._enter(node, self.operations.arg(node.args[0]))

    def _enter(self, node: Eqn, manager: Expression) -> None:
        name = f" as {self.names[node.outs[0]]}" if self.is_read(node.outs[0]) else ""
        self.put(f"with {ex.text(manager)}{name}:", node.loc, head=True)
        self.depth += 1

    def _leave(self, node: Eqn) -> None:
        if self.lines[-1].depth < self.depth:
            self.put("pass")
        self.depth -= 1

    def _finally_enter(self, node: Eqn) -> None:
        self.put("try:", node.loc, head=True)
        self.depth += 1

    def _finally_switch(self, node: Eqn) -> None:
        self._leave(node)
        self.put("finally:", node.loc, head=True)
        self.depth += 1

    def _raise(self, node: Eqn) -> None:
        if not node.args or node.args[0] == Lit(None):
            self.put("raise", node.loc)
            return
        error, *args = node.args
        value = self.operations.arg(error)
        if args:
            value = ex.call(value, [self.operations.arg(a) for a in args])
        cause = "".join(f" from {self.expression(c)}" for _, c in node.kwargs)
        self.put(f"raise {ex.text(value)}{cause}", node.loc)

    def is_needed(self, target: Var) -> bool:
        """Whether a variable must have some value even where it is undefined."""
        return False

    def copies(self, pairs: Iterable[tuple[Var, Atom]], loc: Loc) -> None:
        """Assignments that happen at the same time."""
        found: list[Copy] = []
        for target, source in pairs:
            name = self.names[target]
            if isinstance(source, Lit) and source.value is UNDEFINED.value:
                if self.is_needed(target):
                    found.append(Copy(name, "None", frozenset()))
                continue
            if isinstance(source, Var) and source not in self.folding.inline and self.names[source] == name:
                continue
            text = self.expression(source)
            folded, self.operations.folded = tuple(self.operations.folded), []
            reads = frozenset(self.names[v] for v in self.folding.reads(source))
            found.append(Copy(name, text, reads, folded))
        quiet = dataclasses.replace(loc, line=0, text="")
        for group in in_order(found):
            self.operations.folded = [v for c in group for v in c.folded]
            self.put(f"{', '.join(c.target for c in group)} = {', '.join(c.text for c in group)}", quiet)


_SPECIAL = {
    "setitem": "_setitem", "accumulate_at": "_accumulate_at", "seq.append": "_append", "seq.shorten": "_shorten", "assert": "_assert",
    "raise": "_raise", "store": "_store", "print": "_print", "builtins.print": "_print",
    "with.call": "_with_call", "with.enter": "_with_enter", "with.exit": "_leave", "finally.enter": "_finally_enter",
    "finally.switch": "_finally_switch", "finally.exit": "_leave",
}  # fmt: skip


def place_of(path: Any) -> str:
    """How a path of a "store" is written: `model.layers[0]`."""
    return str(path[0]) + "".join(f".{key}" if sign == "." else f"[{key!r}]" for sign, key in path[1:])


def _adds_once(index: Arg) -> bool:
    """Whether an index names no element twice, so that `x[index] += g` adds up."""
    if isinstance(index, Pack):
        return index.kind == "slice" or index.kind == "tuple" and all(map(_adds_once, index.items))
    if isinstance(index, Lit):
        value = index.value
        if type(value) is tuple:
            return all(_adds_once(Lit(v)) for v in value)
        return value is None or value is Ellipsis or isinstance(value, (int, slice)) or hasattr(value, "__index__") and not hasattr(value, "shape")
    kind = type_of(index)
    return isinstance(kind, Tensor) and (kind.shape == () or kind.dtype == "bool")
