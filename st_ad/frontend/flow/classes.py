"""Classes that are defined inside a function."""

from __future__ import annotations

from collections import Counter
from typing import Any

import gast

from ...ir.syntax import Lit, Var
from ..data.outside import containers_of
from ..data.values import ArrayRef, TupleValue, describe
from ..syntax.nodes import every
from ..text.classes import class_maker
from ..text.source import LiveNames
from .guards import GuardMixin


class ClassMixin(GuardMixin):
    """The definition of a class."""

    # How often each class was defined.
    definitions: Counter[Any]

    def run_ClassDef(self, stmt: Any) -> None:
        """A class of the function's own; what its methods read of the function must be known, and stay what it is."""
        if not isinstance(self.source.names, LiveNames):
            what = "a class defined inside a function is not known before the file is executed"
            raise self.refuse(what, "use --import, or define it at module level")
        names = (n for n in every(self.source.node) if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store))
        bound = Counter(n.id for n in names)
        present = {n for frame in self.chain for n in self.state.frames.get(frame, ()) if n.isidentifier()}
        local = sorted({*present, *bound} - {stmt.name})
        reads, make = class_maker(stmt, self.source.names, self.source.file, local)
        for name in reads:
            if bound[name] > 1 or name not in present:
                fault = "is assigned more than once" if name in present else "has no value yet"
                what = f"the class `{stmt.name}` reads `{name}`, which {fault}"
                raise self.refuse(what, "define the class at module level, and pass it what it reads")
            value = self.lookup(name)
            if not isinstance(value, (Lit, Var, TupleValue)):
                kind = "an array" if isinstance(value, ArrayRef) else describe(value)
                what = f"the class `{stmt.name}` reads `{name}`, which is {kind}"
                raise self.refuse(what, "define the class at module level, and pass it what it reads")
        known = {n: self.static(self.lookup(n), f"`{n}`, which the class `{stmt.name}` reads,") for n in reads}
        versions = self.own_classes.setdefault(stmt, [])
        fits = (cls for had, cls in versions if had.keys() == known.keys() and all(had[n] is known[n] for n in known))
        found = next(fits, None)
        if found is None:
            found = make(**known)
            versions.append((known, found))
        self.definitions[found] += 1
        if self.definitions[found] > 1 and any(map(self.is_to_change, containers_of(found))):
            what = f"`{stmt.name}`, which is defined more than once, holds a list or dict that is changed"
            raise self.refuse(what, "make it in __init__, or define the class once")
        self.bind(stmt.name, Lit(found, stmt.name))
