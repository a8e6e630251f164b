"""A name for every variable: versions of one variable merge back into one name, others keep apart."""

from __future__ import annotations

import builtins
import keyword
from typing import Iterable

from ..ir import walk
from ..ir.syntax import Atom, Block, Eqn, For, Function, If, Lit, Try, Var, While
from .folding import Folding
from .liveness import Interference, is_update

_RESERVED = frozenset(keyword.kwlist) | frozenset(dir(builtins)) | {"_"}


class Names:
    """The names of the variables of a function. `leaves` are spelled by an expression and are no names."""

    def __init__(
        self, function: Function, folding: Folding, reserved: Iterable[str], leaves: dict[Var, str]
    ) -> None:
        self.function = function
        self.folding = folding
        self.leaves = leaves
        self.facts = Interference(function, folding)
        self.parent = list(range(len(self.facts.order)))
        self.members = [1 << i for i in self.parent]
        self.conflicts = list(self.facts.conflicts)
        self.fixed = {self.facts.number[p.tree]: p.name for p in function.params if isinstance(p.tree, Var)}
        # The member that a class is called after: a parameter, else a name of the user's, else the first.
        self.lead = [(0 if i in self.fixed else 1 + v.temporary, i) for i, v in enumerate(self.facts.order)]
        self._merge(function.block)
        self.reserved = _RESERVED | set(reserved)
        self.of_class = self._choose()

    def __getitem__(self, var: Var) -> str:
        if var in self.leaves:
            return self.leaves[var]
        return self.of_class[self.find(self.facts.number[var])]

    def fresh(self, name: str) -> str:
        """A name that no variable has."""
        taken = set(self.of_class.values()) | self.reserved
        while name in taken:
            name += "_"
        return name

    def same(self, a: Atom, b: Atom) -> bool:
        """Whether two variables have one name."""
        return isinstance(a, Var) and isinstance(b, Var) and not self._hidden(a) and not self._hidden(b) and (
            self[a] == self[b]
        )

    def _hidden(self, var: Var) -> bool:
        return var not in self.facts.number

    def find(self, at: int) -> int:
        """The representative of a class."""
        while self.parent[at] != at:
            self.parent[at] = self.parent[self.parent[at]]
            at = self.parent[at]
        return at

    def _merge(self, block: Block) -> None:
        nodes = [n for n in walk.all_nodes(block)]
        for group in self.facts.groups.values():
            for var in group[1:]:
                self._must(group[0], var)
        for node in nodes:
            if isinstance(node, Eqn) and self.folding.is_in_place(node):
                for out in node.outs:
                    self._must(node.args[0], out)
            if isinstance(node, (For, While)):
                count = len(node.body.params) - len(node.init)
                for i, out in enumerate(node.outs):
                    self._must(node.body.params[count + i], out)
                    if isinstance(node, While):
                        self._must(node.test.params[i], out)
                    elif self._ends_as_item(node, i):
                        self._must(node.body.results[i], out)
        for node in nodes:
            if isinstance(node, (For, While)):
                count = len(node.body.params) - len(node.init)
                for param, result in zip(node.body.params[count:], node.body.results):
                    self._may(param, result)
                for param, start in zip(node.body.params[count:], node.init):
                    self._may(param, start)
            elif isinstance(node, Try):
                for out, result in zip(node.outs[2:], node.body.results):
                    self._may(out, result)
            elif isinstance(node, If) and node not in self.folding.conditionals:
                for out, a, b in zip(node.outs, node.then.results, node.orelse.results):
                    self._may(out, a)
                    self._may(out, b)
            elif isinstance(node, Eqn) and is_update(node) and self.folding.is_printed(node):
                self._may(node.args[0], node.outs[0])

    def _ends_as_item(self, node: For, at: int) -> bool:
        """Whether a carried value is the loop variable itself, which keeps its last value after the loop anyway."""
        count = len(node.body.params) - len(node.init)
        result = node.body.results[at]
        if result not in node.body.params[:count] or self.folding.uses.get(node.body.params[count + at], 0):
            return False
        return node.body.results[: len(node.init)].index(result) == at

    def _known(self, a: object, b: object) -> bool:
        return all(isinstance(v, Var) and v not in self.leaves and v in self.facts.number for v in (a, b))

    def _must(self, a: object, b: object) -> None:
        if self._known(a, b):
            self._join(self.find(self.facts.number[a]), self.find(self.facts.number[b]))  # type: ignore[index]

    def _may(self, a: object, b: object) -> None:
        if not self._known(a, b):
            return
        assert isinstance(a, Var) and isinstance(b, Var)
        i, j = self.find(self.facts.number[a]), self.find(self.facts.number[b])
        if i == j or self.conflicts[i] & self.members[j] or self.conflicts[j] & self.members[i]:
            return
        first, second = self._hint(i), self._hint(j)
        if first[0] and second[0] and first[1] != second[1]:
            return
        self._join(i, j)

    def _join(self, i: int, j: int) -> None:
        if i == j:
            return
        if j < i:
            i, j = j, i
        self.parent[j] = i
        self.members[i] |= self.members[j]
        self.conflicts[i] |= self.conflicts[j]
        self.lead[i] = min(self.lead[i], self.lead[j])

    def _hint(self, at: int) -> tuple[bool, str]:
        """Whether a class has a name of the user's, and its name."""
        rank, first = self.lead[at]
        return rank < 2, self.fixed[first] if rank == 0 else self.facts.order[first].hint

    def _choose(self) -> dict[int, str]:
        chosen: dict[int, str] = {}
        # For each name, the variables that have it, and those that must not have it.
        users: dict[str, tuple[int, int]] = {}
        classes = [i for i in range(len(self.parent)) if self.find(i) == i]
        for at in sorted(classes, key=lambda i: self.lead[i][0]):
            is_fixed = self.lead[at][0] == 0
            base = self._hint(at)[1] if is_fixed else identifier(self._hint(at)[1])
            name, count = base, 0
            while not is_fixed and (name in self.reserved or self._clashes(at, *users.get(name, (0, 0)))):
                count += 1
                name = f"{base.rstrip('_')}_{count}"
            chosen[at] = name
            members, conflicts = users.get(name, (0, 0))
            users[name] = members | self.members[at], conflicts | self.conflicts[at]
        return chosen

    def _clashes(self, at: int, members: int, conflicts: int) -> bool:
        return bool(self.conflicts[at] & members or self.members[at] & conflicts)


def identifier(hint: str) -> str:
    """A hint as a valid name."""
    name = "".join(c if c.isalnum() or c == "_" else "_" for c in hint).strip("_") or "value"
    return name if not name[0].isdigit() else f"v{name}"


def literals_of(block: Block) -> list[Lit]:
    """Every literal that a block mentions."""
    found: list[Lit] = []
    for node in walk.all_nodes(block):
        for arg in walk.operands(node):
            found += [a for a in walk.leaves(arg) if isinstance(a, Lit)]
        for inner in walk.blocks(node):
            found += [a for a in inner.results if isinstance(a, Lit)]
    return found + [a for a in block.results if isinstance(a, Lit)]
