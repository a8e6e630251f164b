"""The function that a transform gives back: it looks like the original, pickles, binds as a method, and composes."""

from __future__ import annotations

import sys
import types
from typing import Any, Callable

from .dispatch import Derivative
from .ir.syntax import Function
from .recent import twin_of


class Transformed(Derivative):
    """A derivative of a function, callable with the arguments of the original.

    `wrapped` is the original function and `source` the text of the generated one.
    """

    __name__: str
    __qualname__: str

    def __init__(self, fun: Callable[..., Any], mode: str, argnums: Any = 0, has_aux: bool = False, style: str = "readable") -> None:
        super().__init__(fun, mode, argnums, has_aux, style)
        twin = twin_of(self)
        if twin is not None:
            self.share(twin)
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
        from .pipeline import text_of

        return "\n\n".join(text_of(f) for f in self.programs(()))

    def specialize(self, *example_args: Any, **example_kwargs: Any) -> Callable[..., Any]:
        """Give the generated function for arguments of one kind, without the search for it at each call.

        Args:
            example_args, example_kwargs: arguments such as it will be called with.

        Returns:
            The plain function that `source` shows. It checks nothing: its arguments must be of the kinds of the
            example (dtypes, ranks, axes of length 1, equal lengths), given in the order of the parameters.

        Raises:
            StAdError: when the function is not supported.

        >>> from st_ad import grad
        >>> def square(x):
        ...     return x * x
        >>> bare = grad(square).specialize(3.0)
        >>> bare(4.0)
        8.0
        """
        return self.find(self.subject.bind(example_args, example_kwargs)).loaded[0].function

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        return self.program(arguments)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __reduce__(self) -> Any:
        if _named(self.__module__, self.__qualname__) is self:
            return self.__qualname__
        return type(self), (self.wrapped, self.recipe.mode, self.argnums, self.recipe.has_aux, self.recipe.style)

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
