"""Targets: a finished program said in the words of who runs its text, where these are fewer than NumPy's.

A target is a tuple of passes that run after the last of `simplify`. A pass replaces what the target lacks; what it cannot
replace is refused, with the user's line. Nothing to the left of this room, and nothing in `emit`, knows of a target.
"""

from __future__ import annotations

from typing import Callable

from ..ir.syntax import Function
from ..simplify.dead import dead
from ..simplify.storage import storage
from .calls import replaced
from .definite import definite
from .loops import by_number, counted
from .support import supported
from .tapes import typed
from .weak import strong

Pass = Callable[[Function], Function]

# Numba compiles a part of Python and of NumPy: https://numba.readthedocs.io/en/stable/reference/
NUMBA: tuple[tuple[str, Pass], ...] = (
    ("definite", definite), ("replaced", replaced), ("strong", strong), ("dead", dead), ("counted", counted), ("by number", by_number), ("typed", typed),
    ("storage", storage), ("supported", supported),
)  # fmt: skip

TARGETS: dict[str, tuple[tuple[str, Pass], ...]] = {"numpy": (), "numba": NUMBA}

__all__ = ["NUMBA", "TARGETS", "counted", "definite", "replaced", "strong", "supported", "typed"]
