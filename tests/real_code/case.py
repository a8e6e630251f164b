"""What a case is, and the sample arguments that cases are made of."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass, field
from typing import Any, Callable

import numpy as np


@dataclass(frozen=True)
class Case:
    """A function (`module:name.attribute`, or a driver that calls it) with sample arguments.

    Floats and arrays among args are differentiated; keywords are constants. A case that is not smooth
    has no derivative that is worth having: it must be refused or right.
    """

    target: Any
    args: tuple[Any, ...]
    keywords: dict[str, Any] = field(default_factory=dict)
    package: str = ""
    smooth: bool = True

    @property
    def name(self) -> str:
        """How the table calls it."""
        if isinstance(self.target, str):
            return self.target
        return f"{self.package}:{self.target.__name__}"

    def function(self) -> Callable[..., Any]:
        """The function; raises ImportError when its package is not installed."""
        found: Any = self.target
        if isinstance(found, str):
            module, _, path = found.partition(":")
            found = functools.reduce(getattr, path.split("."), importlib.import_module(module))
        return functools.partial(found, **self.keywords) if self.keywords else found


def case(target: str, *args: Any, **keywords: Any) -> Case:
    """A function of an installed package."""
    return Case(target, args, keywords, target.split(":")[0].split(".")[0])


def driven(package: str, driver: Callable[..., Any], *args: Any) -> Case:
    """A driver that makes an object of a package and calls its methods."""
    return Case(driver, args, {}, package)


def rough(made: Case) -> Case:
    """A case whose derivative does not exist, or is not asked for: it must be refused or right."""
    return Case(made.target, made.args, made.keywords, made.package, False)


_generator = np.random.default_rng(20240229)


def normal(*shape: int) -> Any:
    """Normal numbers."""
    return _generator.standard_normal(shape)


def between(low: float, high: float, *shape: int) -> Any:
    """Numbers in an interval, one float without a shape."""
    found = _generator.uniform(low, high, shape)
    return found if shape else float(found)


def positive(*shape: int) -> Any:
    """Numbers between 0.5 and 2."""
    return between(0.5, 2.0, *shape)


def probabilities(*shape: int) -> Any:
    """Positive numbers that add up to one along the last axis."""
    found = positive(*shape)
    return found / found.sum(axis=-1, keepdims=True)


def unit(*shape: int) -> Any:
    """Vectors of length one along the last axis."""
    found = normal(*shape)
    return found / np.linalg.norm(found, axis=-1, keepdims=True)


def rotation() -> Any:
    """A rotation matrix by about one radian."""
    a, b, c = 0.4, 0.7, -0.5
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return z @ y @ x


def pose() -> Any:
    """A rigid transform as a 4 by 4 matrix."""
    found = np.eye(4)
    found[:3, :3] = rotation()
    found[:3, 3] = 0.3, -0.2, 0.9
    return found


def definite(n: int) -> Any:
    """A symmetric positive definite matrix."""
    found = normal(n, n)
    return found @ found.T + n * np.eye(n)
