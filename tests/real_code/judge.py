"""Is the derivative of a case right? Its pullback against differences of two step sizes."""

from __future__ import annotations

import copy
import traceback
import warnings
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

import st_ad

from .case import Case

RIGHT, REFUSED, WRONG, MISSING, PRIMAL, KINK = "right", "refused", "wrong", "missing", "primal fails", "no slope"


@dataclass
class Verdict:
    """What came out, and why."""

    kind: str
    why: str = ""
    where: str = ""


def judge(case: Case) -> Verdict:
    """The verdict on one case."""
    try:
        function = case.function()
    except Exception as error:
        return Verdict(MISSING, f"{type(error).__name__}: {error}")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _judge(case, function)


def _judge(case: Case, function: Callable[..., Any]) -> Verdict:
    try:
        value = function(*copy.deepcopy(case.args))
    except ImportError as error:
        return Verdict(MISSING, str(error))
    except Exception as error:
        return Verdict(PRIMAL, f"{type(error).__name__}: {error}")
    weights = weights_like(value)
    try:
        found, pullback = st_ad.vjp(function, *copy.deepcopy(case.args))
        gradients = pullback(weights)
    except st_ad.StAdError as error:
        if "st_ad is at fault" in str(error):
            return Verdict(WRONG, str(error))
        return Verdict(REFUSED, *reason(error))
    except Exception as error:
        if "no derivative" in str(error):
            return Verdict(REFUSED, str(error), "when it runs")
        return Verdict(WRONG, f"raises {type(error).__name__}: {error}\n{traceback.format_exc(limit=-4)}")
    if not same(found, value):
        return Verdict(WRONG, f"value {found!r}, not {value!r}")
    return compare(case, function, weights, gradients)


def compare(case: Case, function: Callable[..., Any], weights: Any, gradients: tuple[Any, ...]) -> Verdict:
    """The gradients along one random direction per argument, and differences along it."""
    checked = 0
    for i, (arg, gradient) in enumerate(zip(case.args, gradients)):
        if gradient is None or not floats(arg):
            continue
        dot = direction(arg, i)
        slope = slope_along(case, function, weights, i, dot)
        if slope is None:
            continue
        product = inner(gradient, dot)
        size = max(1e-3, abs(slope), float(np.sqrt(size_of(gradient) * size_of(dot))))
        if not abs(product - slope) <= 2e-5 * size:
            return Verdict(WRONG, f"argument {i}: gradient {product!r}, differences {slope!r}")
        checked += 1
    return Verdict(RIGHT) if checked else Verdict(KINK, "differences disagree with themselves")


def slope_along(case: Case, function: Callable[..., Any], weights: Any, i: int, dot: Any) -> float | None:
    """The central difference along a direction; None where two steps disagree."""
    scale = max([1e-3, *(float(np.max(np.abs(a))) for a in floats(case.args[i]) if np.size(a))])
    found = []
    for step in (1e-5 * scale, 3e-6 * scale):
        ends = []
        for sign in (step, -step):
            args = list(copy.deepcopy(case.args))
            args[i] = moved(args[i], dot, sign)
            try:
                ends.append(inner(weights, function(*args)))
            except Exception:
                return None
        found.append((ends[0] - ends[1]) / (2 * step))
    first, second = found
    return second if abs(first - second) <= 1e-5 * max(1e-3, abs(first), abs(second)) else None


def reason(error: st_ad.StAdError) -> tuple[str, str]:
    """The first line of a refusal, and where it is."""
    lines = str(error).splitlines()
    place = next((line.strip() for line in lines if "-->" in line), "")
    code = next((line for line in lines if line.strip() and line.strip()[0].isdigit() and "|" in line), "")
    return lines[0], f"{place}  {code.partition('|')[2].strip()}"


def parts(value: Any) -> list[Any] | None:
    """The items of a container, or None for a number or array."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, (tuple, list)):
        return list(value)
    return None


def is_float(value: Any) -> bool:
    """Whether a value is a float or complex number, or an array of them."""
    return isinstance(value, (float, complex, np.inexact)) or isinstance(value, np.ndarray) and value.dtype.kind in "fc"


def floats(value: Any) -> list[Any]:
    """The float leaves of a value."""
    inner_parts = parts(value)
    if inner_parts is not None:
        return [leaf for part in inner_parts for leaf in floats(part)]
    return [value] if is_float(value) else []


def rebuilt(value: Any, leaf: Callable[[Any], Any]) -> Any:
    """A value of the same structure with other leaves."""
    if isinstance(value, dict):
        return type(value)({k: rebuilt(v, leaf) for k, v in value.items()})
    if type(value) in (tuple, list):
        return type(value)([rebuilt(v, leaf) for v in value])
    if isinstance(value, (tuple, list)):
        items = [rebuilt(v, leaf) for v in value]
        try:
            return type(value)(*items)
        except TypeError:
            return tuple(items)
    return leaf(value)


def weights_like(value: Any) -> Any:
    """Random weights for the float leaves of a result."""
    generator = np.random.default_rng(5)

    def leaf(x: Any) -> Any:
        if not is_float(x):
            return x
        made = generator.uniform(0.5, 1.5, np.shape(x))
        if np.iscomplexobj(x):
            made = made + 1j * generator.uniform(0.5, 1.5, np.shape(x))
        return made.astype(x.dtype) if isinstance(x, np.ndarray) else type(x)(made)

    return rebuilt(value, leaf)


def direction(value: Any, seed: int) -> Any:
    """Random numbers in the structure of an argument."""
    generator = np.random.default_rng(seed)

    def leaf(x: Any) -> Any:
        if not is_float(x):
            return x
        made = np.asarray(generator.standard_normal(np.shape(x)))
        if np.iscomplexobj(x):
            made = made + 1j * generator.standard_normal(np.shape(x))
        return made if isinstance(x, np.ndarray) else made[()].item()

    return rebuilt(value, leaf)


def moved(value: Any, dot: Any, step: float) -> Any:
    """An argument moved along a direction."""
    values = iter(floats(dot))
    return rebuilt(value, lambda x: x + step * next(values) if is_float(x) else x)


def inner(a: Any, b: Any) -> float:
    """The real part of the sum of the products of the float leaves of two values."""
    first, second = floats(a), floats(b)
    if len(first) != len(second):
        raise AssertionError(f"{len(first)} leaves against {len(second)}")
    return float(sum(np.sum(np.real(np.multiply(x, y))) for x, y in zip(first, second)))


def size_of(a: Any) -> float:
    """The sum of the squares of the float leaves of a value."""
    return float(sum(np.sum(np.abs(x) ** 2) for x in floats(a)))


def same(a: Any, b: Any) -> bool:
    """Whether two results agree."""
    first, second = floats(a), floats(b)
    return len(first) == len(second) and all(
        np.shape(x) == np.shape(y) and np.allclose(x, y, rtol=1e-9, atol=1e-12, equal_nan=True)
        for x, y in zip(first, second)
    )
