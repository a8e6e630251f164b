"""What may be asked for: modes, styles, and the recipe that names them; light, because every call of a derivative needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

STYLES = ("readable", "fast")
MODES = ("primal", "grad", "value_and_grad", "vjp", "pullback", "jvp", "hvp", "elementwise_grad")

# The public transforms that the front end calls itself: a solver's condition is made with `grad`.
TRANSFORMS: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True)
class Recipe:
    """What is asked of a function: the mode, the parameters to differentiate, the form of the result, and the style.

    `single` is true when `wrt` was one parameter rather than a tuple of them; then the gradient is that parameter's.
    """

    mode: str
    wrt: tuple[str, ...]
    single: bool = True
    has_aux: bool = False
    style: str = "readable"


def check_style(style: str) -> str:
    """The style itself; raises ValueError when there is none of that name."""
    if style not in STYLES:
        raise ValueError(f"unknown style {style!r}: one of {', '.join(STYLES)}")
    return style
