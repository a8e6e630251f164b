"""Gradients of programs that are easy to get wrong, against differences; once more for the second derivative."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest

from st_ad import UnsupportedError, grad

from adversary import CASES as PROGRAMS
from adversary_idioms import CASES as IDIOMS

CASES = PROGRAMS + IDIOMS


def flat(tree: Any) -> np.ndarray:
    if dataclasses.is_dataclass(tree):
        tree = [getattr(tree, f.name) for f in dataclasses.fields(tree)]
    if isinstance(tree, (list, tuple)):
        return np.concatenate([flat(i) for i in tree])
    if tree is None or isinstance(tree, str):
        return np.zeros(0)
    return np.ravel(np.asarray(tree, float))


def rebuilt(tree: Any, values: list[float]) -> Any:
    if dataclasses.is_dataclass(tree):
        parts = {f.name: rebuilt(getattr(tree, f.name), values) for f in dataclasses.fields(tree)}
        return type(tree)(**parts)
    if isinstance(tree, (list, tuple)):
        return type(tree)(rebuilt(i, values) for i in tree)
    if isinstance(tree, np.ndarray):
        taken = [values.pop(0) for _ in range(tree.size)]
        return np.array(taken).reshape(tree.shape)
    return values.pop(0) if isinstance(tree, float) else tree


def differences(function: Any, args: tuple[Any, ...], h: float = 1e-6) -> np.ndarray:
    x = flat(args[0])
    found = np.zeros_like(x)
    for i in range(len(x)):
        sides = []
        for sign in (h, -h):
            moved = x.copy()
            moved[i] += sign
            sides.append(function(rebuilt(args[0], list(moved)), *copy.deepcopy(args[1:])))
        found[i] = (sides[0] - sides[1]) / (2 * h)
    return found


NAMES = [f"{f.__name__}-{i}" for i, (f, _) in enumerate(CASES)]


@pytest.mark.parametrize(("function", "args"), CASES, ids=NAMES)
def test_gradient(function: Any, args: tuple[Any, ...]) -> None:
    found = flat(grad(function)(*copy.deepcopy(args)))
    np.testing.assert_allclose(found, differences(function, args), rtol=1e-4, atol=2e-5)


VECTORS = [(f, a) for f, a in CASES if isinstance(a[0], np.ndarray) and a[0].ndim == 1]


@pytest.mark.parametrize(("function", "args"), VECTORS, ids=[f.__name__ for f, _ in VECTORS])
def test_gradient_of_gradient(function: Any, args: tuple[Any, ...]) -> None:
    direction = np.linspace(0.3, 1.0, len(args[0]))
    first = grad(function)

    def along(x: Any, *rest: Any) -> Any:
        return np.sum(first(x, *rest) * direction)

    try:
        found = grad(along)(*copy.deepcopy(args))
    except UnsupportedError as refusal:
        assert "writes to its argument" in str(refusal) and writes_to_arguments(function, args)
        return
    np.testing.assert_allclose(found, differences(along, args, 1e-5), rtol=1e-3, atol=1e-4)


# They write to an argument when other numbers are given.
_MAY_WRITE = ("one_of_two_under_both_names", "exchanged_under_a_condition")


def writes_to_arguments(function: Any, args: tuple[Any, ...]) -> bool:
    if function.__name__ in _MAY_WRITE:
        return True
    left = copy.deepcopy(args)
    function(*left)
    return any(isinstance(a, np.ndarray) and not np.array_equal(a, b) for a, b in zip(args, left))
