"""What an adjoint costs, in equations and in NumPy calls rather than in seconds."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import cost_programs
import fast_programs
import goldens
import numpy as np
import pytest
from test_golden import PATHS, named

import st_ad
from st_ad.dispatch import Derivative
from st_ad.ir import walk
from st_ad.ir.syntax import Block, Eqn, Function
from st_ad.recipe import STYLES

# What is counted is work on numbers: reading a length or a shape is none.
FREE = (
    "axis_length",
    "numpy.shape",
    "numpy.broadcast_to",
    "numpy.reshape",
    "numpy.transpose",
    "numpy.expand_dims",
)

# hypot and arctan2 keep their derivative finite at 0 with a few equations more.
GUARDS = {"two_results": 8}


def equations(function: Function) -> int:
    """The equations of all blocks."""
    return count(function.block)


def count(block: Block) -> int:
    total = 0
    for node in block.body:
        total += isinstance(node, Eqn) and node.prim not in FREE
        total += sum(count(inner) for inner in walk.blocks(node))
    return total


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_equations(path: Path) -> None:
    golden = goldens.read(path)
    if golden.mode not in ("grad", "value_and_grad", "vjp"):
        pytest.skip("not an adjoint")
    derivative = Derivative(golden.function, golden.mode, golden.argnums)
    args = () if golden.generic else golden.cases[0]
    (adjoint,) = derivative.programs(args)
    primal = equations(derivative.lowered(args))
    # A primal of one or two equations has an adjoint with a zero or a copy for each argument.
    assert equations(adjoint) <= 5 * max(primal, 1) + 2 * len(golden.wrt) + GUARDS.get(path.stem, 0)


def code_of(name: str) -> str:
    """The generated text of a golden without its docstring and comments."""
    (definition,) = ast.parse(goldens.read(goldens.FOLDER / f"{name}.txt").generate()).body
    assert isinstance(definition, ast.FunctionDef)
    return ast.unparse(ast.Module(definition.body[1:], []))


def test_matrix_products_of_a_network() -> None:
    """Two products forward and three back: that of the input is not needed."""
    assert code_of("mlp_loss").count(" @ ") == 2 + 3


def test_tanh_is_not_computed_again() -> None:
    assert code_of("mlp_loss").count("np.tanh(") == 1


def test_a_linear_loop_records_nothing() -> None:
    assert "_tape" not in code_of("for_linear")


def test_a_stencil_records_nothing() -> None:
    """Its updates are linear in the array."""

    def heat(u, steps):
        u = u.copy()
        for _ in range(steps):
            u[1:-1] += 0.2 * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        return np.sum(u)

    assert "_tape" not in st_ad.source(heat, np.zeros(6), 3)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", cost_programs.CASES, ids=lambda c: c[0].__name__)
def test_programs_against_differences(case: Any, style: str) -> None:
    function, argnums, args = case
    gradients = st_ad.grad(function, argnums=argnums, style=style)(*args)
    directions = [np.random.default_rng(k).standard_normal(np.shape(args[k])) for k in argnums]

    def moved(step: float) -> float:
        given = list(args)
        for k, direction in zip(argnums, directions):
            given[k] = given[k] + step * direction
        return function(*given)

    slope = (moved(-2e-4) - 8.0 * moved(-1e-4) + 8.0 * moved(1e-4) - moved(2e-4)) / 1.2e-3
    assert np.isclose(sum(np.sum(g * d) for g, d in zip(gradients, directions)), slope, rtol=1e-6)


def backward(function: Any, args: Any, argnums: Any, style: str = "readable") -> str:
    """The backward sweep of a gradient, without comments."""
    text = st_ad.source(function, *args, argnums=argnums, style=style).partition("# --- backward sweep")[2]
    return "\n".join(line.partition("#")[0].rstrip() for line in text.splitlines())


def test_the_adjoint_of_softmax_reads_its_result_only() -> None:
    """One sum, no quotient, nothing of the exponentials."""
    for function, argnums, args in cost_programs.CASES:
        if function.__name__.startswith("softmax"):
            text = backward(function, args, argnums)
            assert " / " not in text, text
            assert text.count("np.exp") == 0 and "_exp" not in text, text
            assert "np.max" not in text and "best" not in text, text


@pytest.mark.parametrize("function", [cost_programs.standardised, cost_programs.normalised])
def test_a_narrow_divisor_is_taken_out_of_the_sum(function: Any) -> None:
    """It divides the sum, not the array that is summed."""
    ((argnums, args),) = [case[1:] for case in cost_programs.CASES if case[0] is function]
    sums = [n for n in ast.walk(ast.parse(st_ad.source(function, *args, argnums=argnums))) if isinstance(n, ast.Call)]
    sums = [n for n in sums if ast.unparse(n.func) == "np.sum"]
    assert sums and not any(isinstance(n, ast.Div) for call in sums for n in ast.walk(call))


def test_the_adjoint_of_a_copy_is_added_to_in_place() -> None:
    """No zeros in the loop, and no sum of two whole arrays."""
    ((argnums, args),) = [c[1:] for c in cost_programs.CASES if c[0] is cost_programs.stepped_from_a_copy]
    text = backward(cost_programs.stepped_from_a_copy, args, argnums)
    assert "zeros_like" not in text and text.count("u_bar[2:] +=") == 1, text


def test_what_is_the_same_in_every_pass_is_not_recorded() -> None:
    """A matrix that is scaled in a loop is scaled once more before the backward loop, instead of kept for every pass."""
    args = next(c[2] for c in cost_programs.CASES if c[0] is cost_programs.descended)
    text = st_ad.source(cost_programs.descended, *args, argnums=(0, 1))
    recorded = text.partition("Recorded: ")[2].partition(" per iteration")[0]
    assert "mul" not in recorded.replace("matmul", ""), text
    assert text.partition("for w")[0].count("X.T") >= 1, text


def test_products_are_transposed_before_they_are_computed() -> None:
    """`A.T @ B` in place of a new array `(B.T @ A).T` that is read across its rows."""
    for function in (cost_programs.normal_equations, cost_programs.descended, cost_programs.both_sides):
        argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is function)
        assert ").T" not in backward(function, args, argnums)


def test_the_adjoint_of_a_filled_array_is_not_cleared() -> None:
    """Nobody asks for the adjoint of what was there before; so none of it is copied either."""
    for function in (cost_programs.filled, cost_programs.filled_from_before):
        argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is function)
        loop = backward(function, args, argnums).partition("for k")[2].partition("return")[0].partition("path_bar[0]")[0]
        assert "] = 0.0" not in loop and ".copy()" not in loop and "strong_product" not in loop, loop


def test_passes_of_nested_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an inner loop carries is found once, and not again for every pass of every loop around it."""
    from st_ad.frontend.flow.loops import LoopMixin
    from st_ad.transform.loops import LoopAdjoint

    def nested(x, a):
        s = 0.0
        u = x.copy()
        for _ in range(2):
            for _ in range(2):
                for _ in range(2):
                    for m in range(2):
                        s = s + np.sin(u[m] * a)
                        u[m] = u[m] * 0.5 + np.cos(s)
        return s + np.sum(u)

    passes = Counter()

    def count(owner, name):
        found = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args: passes.update([name]) or found(*args))

    count(LoopMixin, "one_round")
    count(LoopAdjoint, "attempt")
    st_ad.source(nested, np.ones(2), 0.5)
    assert passes["one_round"] <= 14
    assert passes["attempt"] <= 20


def test_passes_of_loops_with_ever_longer_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that each pass cuts down further is not followed from view to view."""
    from st_ad.frontend.flow.loops import LoopMixin

    def cut(x, s):
        u = x
        for _ in range(4):
            u[0] = s
            for _ in range(3):
                i = 0
                while i < 3:
                    i += 1
                    v = u[:4]
                    s = np.sum(u[[0, -1, 0]])
                    u = v
        return np.sum(u * u) + s

    passes = Counter()
    found = LoopMixin.one_round
    monkeypatch.setattr(LoopMixin, "one_round", lambda *args: passes.update(["round"]) or found(*args))
    try:
        st_ad.source(cut, np.ones(4), 0.5)
    except st_ad.UnsupportedError:
        pass
    assert passes["round"] <= 60


def test_products_of_stacks_are_matrix_products() -> None:
    """einsum is a loop over all labels; the readable text keeps it where an order of axes would have to be made."""
    for function in (fast_programs.heads, fast_programs.heads_in_a_batch):
        ((argnums, args),) = [c[1:] for c in fast_programs.CASES if c[0] is function and c[2][0].shape[0] > 1]
        text = st_ad.source(function, *args, argnums=argnums, style="fast")
        assert "np.einsum" not in "".join(line.partition("#")[0] for line in text.splitlines()), text
        text = st_ad.source(function, *args, argnums=argnums).partition("# --- backward")[0]
        assert "transpose" not in text and "tensordot" not in text, text


def test_a_maximum_that_is_subtracted_and_added_again_has_no_adjoint() -> None:
    """Also where what it was subtracted from is on a tape; not where it was added to something else."""
    for function, has_ties in ((cost_programs.shifted_in_a_loop, False), (cost_programs.not_quite_shifted_in_a_loop, True)):
        argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is function)
        assert ("best" in backward(function, args, argnums)) == has_ties


def test_a_product_that_is_taken_away_is_not_negated_first() -> None:
    argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is cost_programs.solved)
    assert "np.negative" not in backward(cost_programs.solved, args, argnums, "fast")


def test_transforms_of_real_numbers_have_transforms_to_real_numbers_as_adjoints() -> None:
    argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is cost_programs.filtered and len(c[2][0]) == 7)
    text = backward(cost_programs.filtered, args, argnums)
    assert "np.fft.fft(" not in text and "broadcast" not in text.partition("y_mul_bar")[2], text


def test_a_quotient_of_numbers_is_finite_where_python_gives_one() -> None:
    """What is overwritten is exactly zero without a check of the coefficient."""
    argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is cost_programs.carried_off)
    assert "strong_product" not in backward(cost_programs.carried_off, args, argnums)


def test_windows_stay_a_view() -> None:
    """Neither the windows nor what is known of their lengths is made again."""
    argnums, args = next(c[1:] for c in cost_programs.CASES if c[0] is cost_programs.over_windows)
    text = st_ad.source(cost_programs.over_windows, *args, argnums=argnums)
    assert not any(name in text for name in ("np.take", "scatter", "unbroadcast", "widen")), text
