"""style="fast" gives the numbers, the exceptions and the prints of the readable style, and leaves the arguments alone."""

from __future__ import annotations

import copy
import warnings
from typing import Any

import agreement
import fast_programs
import goldens
import numpy as np
import pytest
from programs import program_of
from test_adversary import CASES, NAMES

import st_ad
from st_ad import arguments
from st_ad.errors import StAdError
from st_ad.recipe import STYLES

PATHS = [p for p in goldens.paths() if goldens.read(p).mode in ("grad", "value_and_grad", "elementwise_grad")]


def both(function: Any, args: tuple[Any, ...], capsys: Any = None, mode: str = "grad", argnums: Any = 0, **options: Any) -> None:
    """The two styles do the same at copies of the arguments, and to these copies; a second call gives the same."""
    outcomes = []
    for style in STYLES:
        given = copy.deepcopy(args)
        transformed = getattr(st_ad, mode)(function, argnums=argnums, style=style, **options)
        try:
            found: Any = transformed(*given)
            kept = copy.deepcopy(found)
            again = transformed(*copy.deepcopy(args))
            same(found, kept, 0.0)
            same(found, again, 0.0)
        except StAdError:
            raise
        except Exception as error:
            found = (type(error), str(error))
        printed = capsys.readouterr().out if capsys else ""
        outcomes.append((found, given, printed))
    (plain, plain_args, plain_text), (quick, quick_args, quick_text) = outcomes
    assert plain_text == quick_text
    same(plain, quick, 1e-9)
    same(plain_args, quick_args, 0.0)


def same(a: Any, b: Any, tolerance: float) -> None:
    ours, theirs = list(arguments.leaves(a)), list(arguments.leaves(b))
    assert len(ours) == len(theirs)
    for (_, one), (_, other) in zip(ours, theirs):
        if not isinstance(one, (float, complex, np.ndarray, np.generic)):
            continue
        assert np.shape(one) == np.shape(other) and np.asarray(one).dtype == np.asarray(other).dtype
        limit = max(tolerance, 1e-5) if tolerance and np.asarray(one).dtype in ("float32", "complex64") else tolerance
        np.testing.assert_allclose(one, other, rtol=limit, atol=limit, equal_nan=True)


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_goldens(path: Any, capsys: Any) -> None:
    golden = goldens.read(path)
    for case in golden.cases:
        both(golden.function, case, capsys, golden.mode, golden.argnums)


@pytest.mark.parametrize(("function", "args"), CASES, ids=NAMES)
def test_adversary(function: Any, args: tuple[Any, ...], capsys: Any) -> None:
    both(function, args, capsys)


@pytest.mark.parametrize("case", fast_programs.CASES, ids=lambda c: c[0].__name__)
def test_programs_against_the_passes(case: Any) -> None:
    function, argnums, args = case
    both(function, args, argnums=argnums)
    if function is fast_programs.picked and np.max(args[1]) >= args[0].shape[1]:
        return
    if all(np.size(a) and np.asarray(a).dtype != "float32" for a in args) and "float32" not in function.__code__.co_names:
        st_ad.check_grads(function, args)


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown style 'quick'"):
        st_ad.grad(fast_programs.chain, style="quick")


def test_a_fast_derivative_may_be_differentiated_again() -> None:
    args = (goldens.sample(3, 4), goldens.sample(3, 4)[::-1])
    twice = [st_ad.grad(lambda a, b, s=s: np.sum(st_ad.grad(fast_programs.chain, style=s)(a, b) ** 2)) for s in STYLES]
    same(twice[0](*args), twice[1](*args), 1e-12)


def test_what_the_caller_gets_is_his_own() -> None:
    both(fast_programs.kept_for_the_caller, (goldens.sample(3), goldens.sample(3)[::-1]), argnums=(0, 1), has_aux=True)


@pytest.mark.parametrize("part", range(2))
def test_random_programs(part: int) -> None:
    for seed in range(part * 8, part * 8 + 8):
        text = program_of(seed)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                both(agreement.load(text), agreement.arguments(text, seed), argnums=(0, 1, 2))
        except StAdError:
            continue
