"""Golden files: the generated text is the expected one, and what it computes is the derivative."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import goldens
import numpy as np
import pytest

import st_ad
from st_ad import arguments

PATHS = goldens.paths()
ERRORS = goldens.paths(goldens.FOLDER / "errors")


def named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_text(path: Path, update_golden: bool) -> None:
    golden = goldens.read(path)
    text = golden.generate()
    if update_golden:
        golden.write(goldens.GENERATED, text)
    else:
        assert text == golden.expected, f"run pytest --update-golden and look at what changed in {path.name}"


@pytest.mark.skipif(shutil.which("ruff") is None, reason="ruff is not installed")
def test_formatters_leave_texts_alone(tmp_path: Path) -> None:
    """Lines are broken where black and ruff break them, so that generated code can be committed as it is."""
    for path in PATHS:
        (tmp_path / f"{path.stem}.py").write_text(goldens.read(path).expected)
    done = subprocess.run(
        ["ruff", "format", "--isolated", "--no-cache", "--line-length", "88", "--diff", str(tmp_path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", ERRORS, ids=named)
def test_refusal(path: Path, update_golden: bool) -> None:
    golden = goldens.read(path)
    with pytest.raises(st_ad.StAdError) as caught:
        call(golden, golden.cases[0])
    text = f"{type(caught.value).__name__}: {caught.value}\n".replace(f"{path.parent}/", "")
    if update_golden:
        golden.write(goldens.REFUSED, text)
    else:
        assert text == golden.expected


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_derivative(path: Path) -> None:
    """Reverse mode against forward mode by a dot product, and against differences of the plain function."""
    golden = goldens.read(path)
    for case in golden.cases:
        check_case(golden, case)


def call(golden: goldens.Golden, args: tuple[Any, ...]) -> Any:
    """The derivative by the public interface, at copies of the arguments."""
    mode, args = golden.mode, fresh(args)
    if mode == "jvp":
        return st_ad.jvp(golden.function, args, tangents(golden, args))
    if mode == "hvp":
        return st_ad.hvp(golden.function, args, tangents(golden, args))
    if mode == "vjp":
        return st_ad.vjp(golden.function, *args)
    return getattr(st_ad, mode)(golden.function, argnums=golden.argnums)(*args)


def check_case(golden: goldens.Golden, args: tuple[Any, ...]) -> None:
    function = golden.function
    dots = tangents(golden, args)
    out, out_dot = st_ad.jvp(function, fresh(args), dots)
    out_again, pullback = st_ad.vjp(function, *fresh(args))
    plain = function(*fresh(args))
    agree(out, plain)
    agree(out_again, plain)
    bar = arguments.map_leaves(direction, plain)
    bars = pullback(bar)
    tolerance = 1e-10 if all(precise(leaf) for _, leaf in arguments.leaves(args)) else 2e-4
    along = inner(bar, out_dot)
    assert np.isclose(inner(bars, dots), along, rtol=tolerance, atol=tolerance)
    if golden.differences:
        step = 1e-6 if tolerance < 1e-6 else 2e-3
        ends = [inner(bar, function(*moved(args, dots, s * step))) for s in (1.0, -1.0)]
        assert np.isclose(
            (ends[0] - ends[1]) / (2 * step), along, rtol=2e-5 + 10 * tolerance, atol=1e-6 + tolerance
        )
    if golden.mode in ("grad", "value_and_grad"):
        check_gradient(golden, args, dots, out_dot)
    elif golden.mode == "hvp":
        product = st_ad.hvp(function, fresh(args), dots)
        slope = st_ad.jvp(st_ad.grad(function, argnums=golden.argnums), fresh(args), dots)[1]
        agree(product, slope)
    elif golden.mode == "elementwise_grad":
        agree(call(golden, args) * dots[0], out_dot)


def check_gradient(
    golden: goldens.Golden, args: tuple[Any, ...], dots: tuple[Any, ...], out_dot: Any
) -> None:
    """What the emitted function returns has the kinds of the arguments, and agrees with forward mode."""
    found = call(golden, args)
    if golden.mode == "value_and_grad":
        value, found = found
        agree(value, golden.function(*fresh(args)))
    names = positions(golden)
    parts = (found,) if len(golden.wrt) == 1 else found
    total = 0.0
    for name, part in zip(golden.wrt, parts):
        for (_, given), (_, leaf) in zip(arguments.leaves(part), arguments.leaves(args[names[name]])):
            if arguments.is_floating(leaf):
                assert np.shape(given) == np.shape(leaf)
                assert np.asarray(given).dtype == np.asarray(leaf).dtype
        total += inner(part, dots[names[name]])
    tolerance = 1e-10 if all(precise(leaf) for _, leaf in arguments.leaves(args)) else 2e-4
    assert np.isclose(total, out_dot, rtol=tolerance, atol=tolerance)


def positions(golden: goldens.Golden) -> dict[str, int]:
    from inspect import signature

    return {name: i for i, name in enumerate(signature(golden.function).parameters)}


def tangents(golden: goldens.Golden, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """A direction for each differentiated argument, None for the others."""
    wanted = {positions(golden)[name] for name in golden.wrt}
    return tuple(arguments.map_leaves(direction, a) if i in wanted else None for i, a in enumerate(args))


def direction(path: str, leaf: Any) -> Any:
    """Numbers that depend on nothing but where they stand."""
    if not arguments.is_floating(leaf):
        return None
    seed = np.random.default_rng([ord(c) for c in path] or 7)
    draw = seed.uniform(-1.0, 1.0, np.shape(leaf))
    return draw.astype(leaf.dtype) if isinstance(leaf, (np.ndarray, np.generic)) else float(draw)


def fresh(args: Any) -> Any:
    return arguments.map_leaves(lambda _, v: v.copy() if isinstance(v, np.ndarray) else v, args)


def moved(args: tuple[Any, ...], dots: tuple[Any, ...], by: float) -> tuple[Any, ...]:
    return tuple(
        fresh(a)
        if d is None
        else arguments.map_leaves(
            lambda _, v, w: (
                v if w is None else v + v.dtype.type(by) * w if isinstance(v, np.ndarray) else v + by * w
            ),
            a,
            d,
        )
        for a, d in zip(args, dots)
    )


def inner(bars: Any, dots: Any) -> float:
    """The sum of the products of all leaves."""
    total = 0.0
    if isinstance(bars, tuple) and isinstance(dots, tuple):
        return sum(inner(b, d) for b, d in zip(bars, dots) if d is not None)
    for (_, bar), (_, dot) in zip(arguments.leaves(bars), arguments.leaves(dots)):
        if bar is not None and dot is not None:
            total += float(np.sum(np.asarray(bar, float) * np.asarray(dot, float)))
    return total


def precise(leaf: Any) -> bool:
    return not (isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype == np.float32)


def agree(found: Any, wanted: Any) -> None:
    for (_, a), (_, b) in zip(arguments.leaves(found), arguments.leaves(wanted)):
        if a is not None or b is not None:
            np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)
