"""Differentiate NumPy functions by writing the source of their derivatives.

>>> from st_ad import grad
>>> grad(lambda x: x * x)(3.0)
6.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import VERSION as __version__

if TYPE_CHECKING:
    from .api import (
        check_grads,
        elementwise_grad,
        grad,
        hessian,
        hvp,
        jacfwd,
        jacobian,
        jacrev,
        jvp,
        source,
        stop_gradient,
        value_and_grad,
        vjp,
        wengert,
    )
    from .errors import (
        NoRuleError,
        NotDifferentiableError,
        SourceUnavailableError,
        StAdError,
        UnsupportedError,
    )
    from .rules.notation import constant, elementwise, linear, multilinear, refuse, rule

__all__ = [
    "NoRuleError",
    "NotDifferentiableError",
    "SourceUnavailableError",
    "StAdError",
    "UnsupportedError",
    "__version__",
    "check_grads",
    "constant",
    "elementwise",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linear",
    "multilinear",
    "refuse",
    "rule",
    "source",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "wengert",
]

_ROOMS = {
    "errors": (
        "NoRuleError",
        "NotDifferentiableError",
        "SourceUnavailableError",
        "StAdError",
        "UnsupportedError",
    ),
    "rules.notation": ("constant", "elementwise", "linear", "multilinear", "refuse", "rule"),
}


def __getattr__(name: str) -> Any:
    """A public name, whose room is imported when it is first used: `import st_ad` costs next to nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    room = next((room for room, names in _ROOMS.items() if name in names), "api")
    value = getattr(import_module(f".{room}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
