"""The numbers that a function reads from its own module, written into a module that stands alone."""

from __future__ import annotations

import textwrap
import types
from typing import Any, Iterable, Sequence

import numpy as np

from ..errors import Problem, UnsupportedError
from ..ir.syntax import Free, Function

_MOST = 1000  # numbers of an array that are written out


def definitions(functions: Sequence[Function]) -> list[str]:
    """An assignment for each global and closure cell that functions read, with its value now.

    Raises UnsupportedError when one cannot be written down.
    """
    found: dict[str, str] = {}
    for function in functions:
        for free in function.free:
            text = _definition(free)
            if found.setdefault(free.spelling, text) != text:
                what = f"the functions read two values of the name `{free.spelling}`"
                raise UnsupportedError(Problem(what, "write them to two modules", function=function.name))
    return list(found.values())


def _definition(free: Free) -> str:
    name = free.spelling
    if not name.isidentifier():
        what = f"`{name}` is read from outside, which a module that stands alone cannot do"
        raise UnsupportedError(Problem(what, "pass it as an argument"))
    value: Any = free.scope.cell_contents if isinstance(free.scope, types.CellType) else free.scope[name]
    text = _written(name, value)
    lines = textwrap.wrap(f"{name} = {text}", 88, subsequent_indent="    ", break_long_words=False)
    return "\n".join(lines) + "\n"


def _written(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.size > _MOST:
            what = f"`{name}` is an array of {value.size} numbers, too many to write into a module"
            raise UnsupportedError(Problem(what, "pass it as an argument"))
        dtype = "bool" if value.dtype.kind == "b" else f"np.{value.dtype.name}"
        return f"np.array({_plain(value.tolist())}, dtype={dtype})"
    if isinstance(value, np.generic) and value.dtype.kind != "b":
        return f"np.{value.dtype.name}({_plain(value.item())})"
    return _plain(value)


def _plain(value: Any) -> str:
    """A number, or lists of numbers, as Python reads them."""
    if isinstance(value, (list, tuple)):
        items = ", ".join(map(_plain, value))
        return f"[{items}]" if isinstance(value, list) else f"({items}{',' * (len(value) == 1)})"
    if isinstance(value, np.bool_):
        value = bool(value)
    if isinstance(value, complex):
        return f"complex({_plain(value.real)}, {_plain(value.imag)})"
    text = repr(value)
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(text, text)


def needs_numpy(texts: Iterable[str]) -> bool:
    """Whether definitions mention NumPy."""
    return any("np." in text for text in texts)
