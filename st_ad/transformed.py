"""The function that a transform gives back: it looks like the original, pickles, binds as a method, and composes."""

from __future__ import annotations

import sys
import types
from typing import Any, Callable

from .dispatch import Derivative
from .ir.syntax import Function
from .pipeline import text_of


class Transformed(Derivative):
    """A derivative of a function, callable with the arguments of the original.

    `wrapped` is the original function and `source` the text of the generated one.
    """

    __name__: str
    __qualname__: str

    def __init__(self, fun: Callable[..., Any], mode: str, argnums: Any = 0, has_aux: bool = False) -> None:
        super().__init__(fun, mode, argnums, has_aux)
        self.wrapped = fun
        function = self.subject.function
        self.__name__ = self.subject.name
        self.__qualname__ = str(getattr(function, "__qualname__", self.__name__))
        self.__module__ = str(getattr(function, "__module__", __name__))
        self.__doc__ = getattr(function, "__doc__", None)
        self.__signature__ = self.subject.signature

    @property
    def source(self) -> str:
        """The generated source: of the latest call, or for arguments of any kind when there was none yet."""
        if self.last is not None:
            return self.last.text
        return "\n\n".join(text_of(f) for f in self.programs(()))

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        return self.program(arguments)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __reduce__(self) -> Any:
        if _named(self.__module__, self.__qualname__) is self:
            return self.__qualname__
        return type(self), (self.wrapped, self.recipe.mode, self.argnums, self.recipe.has_aux)

    def __repr__(self) -> str:
        return (
            f"<st_ad {self.recipe.mode} of {self.__qualname__} with respect to {', '.join(self.recipe.wrt)}>"
        )


def _named(module: str, qualname: str) -> Any:
    """What a module has under a qualified name, or None."""
    found: Any = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found
