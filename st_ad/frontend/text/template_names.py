"""What the names in a derivative template mean."""

from __future__ import annotations

import builtins
import importlib
import importlib.util
from dataclasses import dataclass, field
from typing import Any

from .source import Names

_TEMPLATE_NAMES: dict[str, Any] = {}


_OF_SCIPY = frozenset(
    "special linalg stats signal fft ndimage integrate interpolate optimize sparse spatial".split()
)


@dataclass(eq=False)
class TemplateNames(Names):
    """The names that a derivative template may use: np, math, the parts of SciPy, the runtime's functions, builtins."""

    extra: dict[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        if not _TEMPLATE_NAMES:
            import cmath
            import math

            import numpy

            _TEMPLATE_NAMES.update(np=numpy, math=math, cmath=cmath)
        if name in self.extra:
            return "static", self.extra[name], None
        if name in _TEMPLATE_NAMES:
            return "static", _TEMPLATE_NAMES[name], None
        if name in _OF_SCIPY:
            return "static", importlib.import_module(f"scipy.{name}"), None
        runtime = importlib.import_module("st_ad.runtime")
        if hasattr(runtime, name):
            return "static", getattr(runtime, name), None
        return ("builtin", getattr(builtins, name), None) if hasattr(builtins, name) else None
