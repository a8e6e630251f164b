"""Is the derivative of a random program right? Reverse against forward mode, and both against differences."""

from __future__ import annotations

import itertools
import linecache
import sys
import warnings
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

import st_ad
from st_ad.dispatch import Derivative
from st_ad.ir.interpret import interpret

RIGHT, REFUSED, SKIPPED, WRONG = "right", "refused", "skipped", "wrong"
_serials = itertools.count()
_CANCELS = 1e9


@dataclass(frozen=True)
class Precision:
    """What numbers of a precision can show: how far two modes differ by rounding, and what differences are good for."""

    modes: float
    steps: tuple[float, float]
    steps_agree: float
    differences: float


DOUBLE = Precision(1e-8, (1e-5, 3e-6), 1e-5, 1e-4)
SINGLE = Precision(3e-4, (1e-2, 3e-3), 2e-3, 1e-2)


@dataclass
class Verdict:
    """What came out, and why."""

    kind: str
    why: str = ""


def load(text: str) -> Callable[..., Any]:
    """The function `f` of a module's text, with its source where `inspect` finds it."""
    name = f"<program {next(_serials)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    namespace: dict[str, Any] = {"__name__": "program"}
    exec(compile(text, name, "exec", dont_inherit=True), namespace)
    return namespace["f"]  # type: ignore[no-any-return]


def arguments(text: str, seed: int) -> tuple[Any, ...]:
    """Arguments for a program: it says in its first line when `y` is a matrix."""
    generator = np.random.default_rng(seed)
    shape = (3, 4) if text.startswith("# y is a matrix") else (4,)
    x, y = generator.uniform(-1.0, 1.0, 4), generator.uniform(-1.0, 1.0, shape)
    return x, y, float(generator.uniform(-1.0, 1.0)), int(generator.integers(0, 4))


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(np.array(a) if isinstance(a, np.ndarray) else a for a in args)


def outcome(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """What a call gives or raises, and what became of its arguments."""
    args = copied(args)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return f(*args), args
    except Exception as error:
        return error, args


def judge(text: str, seed: int = 0, second: bool = False) -> Verdict:
    """The verdict on one program; with `second` on its second derivatives as well."""
    f = load(text)
    args = arguments(text, seed)
    value, after = outcome(f, args)
    if not isinstance(value, Exception) and not (np.ndim(value) == 0 and abs(value) < 1e6):
        return Verdict(SKIPPED, "no moderate number")
    derivative = st_ad.value_and_grad(f, argnums=(0, 1, 2))
    found, left = outcome(derivative, args)
    if isinstance(found, st_ad.StAdError):
        if "st_ad is at fault" in str(found):
            return Verdict(WRONG, str(found))
        return Verdict(REFUSED, str(found))
    if isinstance(value, Exception):
        if type(found) is type(value):
            return Verdict(SKIPPED, "raises")
        if isinstance(value, OverflowError):
            return Verdict(SKIPPED, "a number of Python's overflows, perhaps in what nobody reads")
        if is_left_out(f, args, value):
            return Verdict(SKIPPED, "raises in what nobody reads")
        return Verdict(WRONG, f"the function raises {value!r}, the gradient gives {found!r}")
    if isinstance(found, Exception):
        return Verdict(WRONG, f"the gradient raises {found!r}")
    found, gradients = found
    if not close(found, value, 1e-9):
        return Verdict(WRONG, f"value {found!r}, not {value!r}")
    if not all(close(a, b, 1e-9) for a, b in zip(left, after)):
        return Verdict(WRONG, f"the arguments are left as {left}, not {after}")
    precision = SINGLE if "float32" in text else DOUBLE
    verdict = first_order(f, args, gradients, seed, precision)
    if verdict is None and second and precision is DOUBLE:
        verdict = second_order(f, args, seed)
    verdict = verdict or Verdict(RIGHT)
    if verdict.kind == WRONG and largest(f, args) > _CANCELS:
        return Verdict(SKIPPED, "what a derivative is made of cancels: numbers of many sizes are added")
    return verdict


def is_left_out(f: Callable[..., Any], args: tuple[Any, ...], error: Exception) -> bool:
    """Whether the program as it was read raises as the function does: then what raises is left out because nobody reads it."""
    if isinstance(error, AssertionError):
        return False
    program = Derivative(f, "primal", (0, 1, 2)).lowered(copied(args))
    found, _ = outcome(lambda *given: interpret(program, given, in_place=True), args)
    return type(found) is type(error)


def largest(f: Callable[..., Any], args: tuple[Any, ...]) -> float:
    """The largest number that a name has while a function runs."""
    found = [0.0]

    def look(frame: Any, event: str, arg: Any) -> Any:
        for value in frame.f_locals.values():
            for item in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(item, (int, float, np.ndarray)) and np.size(item):
                    found.append(float(np.max(np.abs(item))))
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        outcome(f, args)
    finally:
        sys.settrace(before)
    return max(found)


def directions(args: tuple[Any, ...], seed: int) -> tuple[Any, ...]:
    generator = np.random.default_rng(seed + 1)
    return (*(generator.standard_normal(np.shape(a)) for a in args[:2]), float(generator.standard_normal()))


def inner(gradients: Any, dots: Any) -> float:
    return float(sum(np.sum(g * d) for g, d in zip(gradients, dots)))


def first_order(
    f: Callable[..., Any], args: tuple[Any, ...], gradients: Any, seed: int, precision: Precision = DOUBLE
) -> Verdict | None:
    """A verdict when the first derivative is not right."""
    for g, a in zip(gradients, args):
        if np.shape(g) != np.shape(a):
            return Verdict(WRONG, f"a gradient of shape {np.shape(g)} for an argument of shape {np.shape(a)}")
    dots = directions(args, seed)
    product = inner(gradients, dots)
    pushed, _ = outcome(lambda *a: st_ad.jvp(f, a, (*dots, None)), args)
    if isinstance(pushed, Exception):
        refused = isinstance(pushed, st_ad.StAdError) and "at fault" not in str(pushed)
        return Verdict(REFUSED if refused else WRONG, f"forward mode: {pushed!r}")
    # An int has no tangent.
    pushed = pushed[0], 0.0 if pushed[1] is None else pushed[1]
    slopes = slope(f, args, dots, precision)
    if not close(pushed[1], product, precision.modes):
        return Verdict(WRONG, f"reverse {product!r}, forward {pushed[1]!r}, differences {slopes!r}")
    if slopes is None:
        return None
    if not close(product, slopes, precision.differences):
        return Verdict(WRONG, f"reverse and forward {product!r}, differences {slopes!r}")
    return None


def slope(f: Callable[..., Any], args: tuple[Any, ...], dots: Any, precision: Precision = DOUBLE) -> float | None:
    """The central difference along a direction; None where two steps disagree: a kink or a jump is near."""
    found = []
    for h in precision.steps:
        ends = []
        for sign in (h, -h):
            moved = tuple(a + sign * d for a, d in zip(args, dots))
            ends.append(outcome(f, (*moved, *args[len(dots) :]))[0])
        if any(isinstance(e, Exception) for e in ends):
            return None
        found.append((ends[0] - ends[1]) / (2 * h))
    return float(found[1]) if close(found[0], found[1], precision.steps_agree) else None


def second_order(f: Callable[..., Any], args: tuple[Any, ...], seed: int) -> Verdict | None:
    """A verdict when reverse over reverse or forward over reverse is not right."""
    dots = directions(args, seed)
    gradient = st_ad.grad(f, argnums=(0, 1, 2))
    others = directions(args, seed + 7)
    names = {"gradient": gradient, "np": np, "dx": dots[0], "dy": dots[1], "da": dots[2]}
    text = ("def product(x, y, a, n):\n    x_bar, y_bar, a_bar = gradient(x.copy(), y.copy(), a, n)\n"
            "    return np.sum(x_bar * dx) + np.sum(y_bar * dy) + a_bar * da\n")  # fmt: skip
    name = f"<product {next(_serials)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), names)
    product: Any = names["product"]
    found, _ = outcome(st_ad.grad(product, argnums=(0, 1, 2)), args)
    if isinstance(found, Exception):
        refused = isinstance(found, st_ad.StAdError) and "at fault" not in str(found)
        return Verdict(REFUSED if refused else WRONG, f"second order: {found!r}")
    hessian_product, _ = outcome(lambda *a: st_ad.hvp(f, a, (*others, None)), args)
    if isinstance(hessian_product, Exception):
        refused = isinstance(hessian_product, st_ad.StAdError) and "at fault" not in str(hessian_product)
        return Verdict(REFUSED if refused else WRONG, f"hvp: {hessian_product!r}")
    one, two = inner(found, others), inner(hessian_product, dots)
    if not close(one, two, 1e-7):
        return Verdict(WRONG, f"second order: reverse {one!r}, forward {two!r}")
    slopes = slope(lambda *a: inner(gradient(*a), dots), args, others)
    if slopes is not None and not close(one, slopes, 1e-4):
        return Verdict(WRONG, f"second order {one!r}, differences {slopes!r}")
    return None


def close(a: Any, b: Any, tolerance: float) -> bool:
    return bool(np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True))
