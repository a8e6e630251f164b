"""The Python text of functions of the standard library that a module in C stands in for."""

from __future__ import annotations

import builtins
import functools
import importlib.util
from typing import Any

# Modules in C by the module whose functions they replace, where they change the lists that they are given.
_REPLACED = {"_heapq": "heapq", "_bisect": "bisect"}


def in_python(found: Any) -> Any:
    """The function as its module writes it, where `found` is one in C that replaces it."""
    module = _REPLACED.get(getattr(found, "__module__", None) or "")
    if module is None or not callable(found):
        return found
    return _as_written(module).get(found.__name__, found)


@functools.cache
def _as_written(module: str) -> dict[str, Any]:
    """What a module defines where what it would import from C is not there."""

    def import_python(name: str, *args: Any, **kwargs: Any) -> Any:
        if name in _REPLACED:
            raise ImportError(name)
        return builtins.__import__(name, *args, **kwargs)

    spec = importlib.util.find_spec(module)
    code = spec.loader.get_code(module) if spec is not None and spec.loader is not None else None  # type: ignore[attr-defined]
    if code is None:
        return {}
    namespace = {"__name__": module, "__builtins__": {**vars(builtins), "__import__": import_python}}
    exec(code, namespace)
    return namespace
