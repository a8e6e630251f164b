"""Names that a loop gives one another's arrays under conditions: whether two of them are one array is told by flags."""

from __future__ import annotations

from typing import Any, Callable

from ...ir.syntax import UNDEFINED, Atom, Lit
from ..data.choices import extended
from .iteration import IterationMixin
from ..data.values import ArrayRef


class LinkMixin(IterationMixin):
    """Questions about two arrays that may be one."""

    def is_the_same(self, value: Any, one: ArrayRef) -> Atom:
        """The condition that a value is a certain array."""
        if value == one:
            return Lit(True)
        if not isinstance(value, ArrayRef) or value.cell == one.cell:
            return Lit(False)
        choice = self.cells[value.cell].choice
        if choice is None:
            return Lit(False)

        def side(x: Any) -> Atom:
            return self.is_the_same(extended(x, value), one) if isinstance(x, ArrayRef) else Lit(False)

        return self.selected(choice.flag, lambda: side(choice.first), lambda: side(choice.second), "same")

    def are_the_same(self, one: Any, other: Any) -> Atom:
        """The condition that two values are one array."""
        if not isinstance(one, ArrayRef) or not isinstance(other, ArrayRef):
            return Lit(False)
        if one == other:
            return Lit(True)
        if self.cells[one.cell].choice is None:
            one, other = other, one
        choice = self.cells[one.cell].choice
        if choice is None:
            return Lit(False)

        def test(side: Any) -> Atom:
            return self.are_the_same(side if side is UNDEFINED else extended(side, one), other)

        return self.told_by(choice.flag, test, choice.first, choice.second)

    def told_by(self, flag: Atom, test: Callable[[Any], Atom], first: Any, second: Any) -> Atom:
        """The condition for the one of two that a flag tells."""
        known = self.known_flag(flag)
        if known is not None:
            return test(first if known else second)

        def on(side: Any, holds: bool) -> Atom:
            with self.assuming(flag, holds):
                return test(side)

        return self.selected(flag, lambda: on(first, True), lambda: on(second, False), "same")

    def content_apart(self, whole: Atom, flags: list[Atom], hint: str) -> Atom:
        """What an array holds when it is none of those that the flags tell of."""
        if not flags or whole is UNDEFINED:
            return whole
        flag, *others = flags
        if isinstance(flag, Lit):
            return UNDEFINED if flag.value else self.content_apart(whole, others, hint)
        return self.selected(flag, lambda: UNDEFINED, lambda: self.content_apart(whole, others, hint), hint)
