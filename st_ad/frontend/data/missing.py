"""Items of dicts and attributes that are there on one path only: each has a flag that says whether it is."""

from __future__ import annotations

from typing import Any, Callable

from ...ir.syntax import UNDEFINED, Atom, Lit, Var
from ..calls.ordering import OrderMixin
from .values import ABSENT, DictContent, MaybeMissing, Value, presence_of


class MissingMixin(OrderMixin):
    """What is known of such an item, and reading it where it may be missing."""

    def item_of(self, content: DictContent, key: Any) -> Any:
        """An item of a dict, or an attribute that the class may give; ABSENT when it is not there."""
        found = content.get(key)
        if found is not None:
            return found
        return ABSENT if content.cls is None else self.class_default(content.cls, key)

    def class_default(self, cls: Any, name: str) -> Any:
        """A number or the like that a class gives to attributes which an instance does not have; ABSENT if none."""
        found = self.find_in_class(cls, name)[1]
        plain = found is None or isinstance(found, (bool, int, float, complex, str))
        return Lit(found) if plain else ABSENT

    def known_item(self, content: DictContent, key: Any) -> Value | None:
        """An item as it is known here: None when it is not there, MaybeMissing when that is not known."""
        found = content.get(key)
        if not isinstance(found, MaybeMissing):
            return found
        return self.present_if(presence_of(found, self.state), found.value)

    def present_if(self, flag: Atom, value: Any) -> Value | None:
        """An item that is there where a flag is true; None when it never is."""
        if isinstance(flag, Lit) and flag is not UNDEFINED:
            return value if flag.value else None
        return MaybeMissing(flag, value)

    def has_item(self, content: DictContent, key: Any) -> Value:
        """Whether a dict has a key, or an object an attribute of its own."""
        found = self.known_item(content, key)
        return found.flag if isinstance(found, MaybeMissing) else Lit(found is not None)

    def item_or(self, found: Value | None, default: Callable[[], Value]) -> Value:
        """An item, or what stands in for it where it is missing."""
        if found is None:
            return default()
        if isinstance(found, MaybeMissing):
            inner = found.value
            return self.choose(found.flag, lambda: inner, default)
        return found

    def no_such(self, error: type[Exception], name: Value) -> Value:
        """What the program does where there is no such item."""
        self.builder.emit_many("raise", Lit(error, error.__name__), self.as_arg(name))
        self.state.unreachable = True
        return Lit(None)

    def check_there(self, found: Value | None, error: type[Exception], name: Value) -> None:
        """Raise where an item that is about to be deleted is missing."""
        if isinstance(found, MaybeMissing):
            self.choose(found.flag, lambda: Lit(None), lambda: self.no_such(error, name))

    def negation(self, flag: Value) -> Value:
        """`not flag`."""
        if isinstance(flag, Lit):
            return Lit(not flag.value)
        atom = self.read(flag)
        made = self.emit("operator.not_", atom, hint="test")
        self.negated[made] = atom
        return made

    def suppose(self, flag: Atom, holds: bool) -> None:
        """A branch on a flag was taken."""
        while isinstance(flag, Var):
            self.state.facts[flag] = holds
            self.suppose_options(flag)
            flag, holds = self.negated.get(flag, Lit(None)), not holds
