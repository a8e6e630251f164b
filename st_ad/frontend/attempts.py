"""A function is lowered until nothing new is found out about it: what the attempts have shown, for the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import NeedStatic, UnsupportedError
from .calls.library import EffectInCache
from .data.outside import NeedOutside
from .data.state import ItemWritten, Machine, Raised
from .syntax.tail_calls import NeedLoop


# So many containers from outside may be changed.
_MAX_OUTSIDE = 100


@dataclass
class Findings:
    """Which globals must be known, which containers from outside are changed, whether an item of a list is written to,
    which functions that call themselves are run as loops, or cannot be, and the function's own classes."""

    static: frozenset[str] = frozenset()
    outside: list[Any] = field(default_factory=list)
    written: ItemWritten | None = None
    looped: dict[Any, None] = field(default_factory=dict)
    unlooped: set[Any] = field(default_factory=set)
    own_classes: dict[Any, Any] = field(default_factory=dict)

    def tell(self, lowering: Any) -> None:
        """Give an attempt what is known."""
        lowering.static_free, lowering.to_change = self.static, self.outside
        lowering.writes_items = self.written is not None
        lowering.own_classes = self.own_classes
        lowering.looped, lowering.unlooped = frozenset(self.looped), self.unlooped

    def learn(self, error: Exception, lowering: Machine) -> None:
        """What the end of an attempt says about the next one; raises what there is no other way around."""
        if isinstance(error, NeedOutside):
            if len(self.outside) == _MAX_OUTSIDE:
                raise lowering.refuse("so many containers from outside the function are changed", "pass them as arguments") from None
            self.outside.append(error.found)
        elif isinstance(error, NeedLoop):
            self.looped[error.node] = None
        elif isinstance(error, NeedStatic):
            self.ask_for(error, lowering)
        elif self.looped and not isinstance(error, (Raised, EffectInCache)):
            blamed = {p.function for p in getattr(error, "problems", ())}
            node = next((n for n in self.looped if n.name in blamed), next(reversed(self.looped)))
            self.unlooped.add(node)
            del self.looped[node]
        elif isinstance(error, ItemWritten) and self.written is None:
            self.written = error
        else:
            self.give_up(error)

    def ask_for(self, need: NeedStatic, lowering: Any) -> None:
        name = next((f.spelling for f, _ in lowering.free.values() if f.var is need.var), None)
        if name is None and need.param is None:
            raise UnsupportedError(need.problem) from None
        if name is None:
            raise need
        self.static |= {name}

    def give_up(self, error: Any) -> None:
        """Raise an error that nothing more can be learned from."""
        if isinstance(error, (Raised, EffectInCache)):
            raise UnsupportedError(error.problems) from None
        if self.written is not None:
            raise UnsupportedError(self.written.problems) from None
        raise error
