"""Differentiate NumPy functions by writing the source of their derivatives.

>>> from st_ad import grad
>>> grad(lambda x: x * x)(3.0)
6.0
"""

from __future__ import annotations

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
from .version import VERSION as __version__

__all__ = [
    "__version__",
    "NoRuleError",
    "NotDifferentiableError",
    "SourceUnavailableError",
    "StAdError",
    "UnsupportedError",
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
