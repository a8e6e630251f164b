"""Builtin functions that look at the program itself, or run text: what they read cannot be seen."""

from __future__ import annotations

from .calls import CallMixin
from ..data.values import Value


class ReflectionMixin(CallMixin):
    """Text that is run, and names that are looked at."""

    def builtin_eval(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise self.refuse("eval() is not supported", "write the expression itself")

    def builtin_exec(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise self.refuse("exec() is not supported", "write the statements themselves")

    def builtin_locals(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise self.refuse("locals() is not supported", "write a dict of the names that are needed")

    def check_no_new_class(self, args: tuple[Value, ...]) -> None:
        if len(args) > 1:
            raise self.refuse("a class that type() makes is not supported", "define it at module level")
