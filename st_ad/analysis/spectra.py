"""Types of Fourier transforms whose results have half the length of something."""

from __future__ import annotations

from ..ir.syntax import Lit
from ..ir.types import Dim, Expr, Tensor, dim_add, resolve
from .kinds import Site, Unknown, literal
from .shapes import axis_of, dim_of, known_shape

Results = tuple  # of Type or Lit


def half(site: Site) -> Results:
    """`rfft` and `ihfft`: those frequencies of real numbers that are not negative."""
    x, n = site.tensor(0, "a"), site.arg(1, "n")
    if x.dtype != "float64":
        raise Unknown
    shape = known_shape(x)
    at = axis_of(literal(site.arg(2, "axis", -1)), len(shape))
    length = shape[at] if n == Lit(None) else dim_of(n)
    return (Tensor("complex128", (*shape[:at], _and_zero(resolve(length)), *shape[at + 1 :])),)


def _and_zero(length: Dim) -> Dim:
    return length // 2 + 1 if isinstance(length, int) else dim_add(Expr("floordiv", (length, 2)), 1)
