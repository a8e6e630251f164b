"""Distributions of scipy.stats: `stats.norm(loc, scale).logpdf(x)` is `stats.norm.logpdf(x, loc=loc, scale=scale)`."""

from __future__ import annotations

import inspect
import types
from typing import Any

from ...ir.syntax import Lit
from .primitive_calls import PrimitiveMixin
from ..data.values import PartialValue, Value


def is_distribution(value: Any) -> bool:
    """Whether an object is a family of distributions, such as `stats.norm`."""
    return _is_of_stats(value, "rv_generic") or _is_of_stats(value, "multi_rv_generic")


def is_frozen(value: Any) -> bool:
    """Whether an object is a distribution with its parameters."""
    return _is_of_stats(value, "rv_frozen") or _is_of_stats(value, "multi_rv_frozen")


def _is_of_stats(value: Any, base: str) -> bool:
    return any(c.__name__ == base and c.__module__.startswith("scipy.stats") for c in type(value).__mro__)


def parameters_of(distribution: Any) -> list[str]:
    """The names of a distribution's parameters, in order."""
    if _is_of_stats(distribution, "multi_rv_generic"):
        return list(inspect.signature(type(distribution).__call__).parameters)[1:]
    shapes = distribution.shapes.replace(" ", "").split(",") if distribution.shapes else []
    return [*shapes, "loc", *(["scale"] if _is_of_stats(distribution, "rv_continuous") else [])]


class DistributionMixin(PrimitiveMixin):
    """Calls and attributes of distributions."""

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        """`value.name`; of a frozen distribution, its method with the parameters given by name."""
        if isinstance(value, Lit) and is_frozen(value.value):
            value = self.thawed(value.value)
        if isinstance(value, Lit) and is_distribution(value.value) and callable(getattr(value.value, name, None)):
            return Lit(getattr(value.value, name), spelling or (f"{value.name}.{name}" if value.name else None))
        if isinstance(value, PartialValue) and isinstance(value.function, Lit) and is_distribution(value.function.value):
            family = value.function
            if not hasattr(family.value, name):
                raise self.refuse(f"attribute `{name}` of a frozen distribution is not supported", "call its methods pdf, logpdf, cdf, ppf, mean, ..., or compute it from the parameters")
            method = Lit(getattr(family.value, name), f"{family.name}.{name}" if family.name else None)
            return PartialValue(method, (), value.kwargs)
        return super().attribute(value, name, spelling)

    def frozen(self, family: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A distribution that is given its parameters."""
        names = parameters_of(family.value)
        given = {**dict(zip(names, args)), **kwargs}
        return PartialValue(family, (), tuple(given.items()))

    def thawed(self, frozen: Any) -> Value:
        """The same of an object that was made outside."""
        if hasattr(frozen, "dist"):
            args = tuple(self.from_python(a) for a in frozen.args)
            return self.frozen(Lit(frozen.dist), args, {k: self.from_python(v) for k, v in frozen.kwds.items()})
        if type(frozen).__name__ == "multivariate_normal_frozen":
            covariance = self.from_python(frozen.cov_object.covariance)
            return self.frozen(Lit(frozen._dist), (self.from_python(frozen.mean), covariance), {})
        raise self.refuse("this frozen distribution is made outside of the function", "make it inside")

    def call_distribution(self, literal: Lit, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """A call of a distribution or of a method of a frozen one; None of anything else."""
        found = literal.value
        if is_distribution(found):
            return self.frozen(literal, args, kwargs)
        if isinstance(found, types.MethodType) and is_frozen(found.__self__):
            method = self.attribute(Lit(found.__self__), found.__name__)
            return self.call(method, args, kwargs)
        if isinstance(found, types.MethodType) and is_distribution(found.__self__) and found.__name__ in ("rvs", "fit"):
            return self.call_unknown(literal, args, kwargs)
        return None
