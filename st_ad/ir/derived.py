"""What follows from the fields of a node, found once."""

from __future__ import annotations

from typing import Any, Callable


class derived:
    """A fact about a node that follows from its fields: found when it is first asked for, and kept, as nodes never change."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        self.find = find
        self.name = find.__name__
        self.__doc__ = find.__doc__

    def __get__(self, node: Any, owner: type) -> Any:
        if node is None:
            return self
        found = node.__dict__[self.name] = self.find(node)
        return found
