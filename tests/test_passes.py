"""Every pass keeps the meaning of every program: interpret(before) == interpret(after)."""

from __future__ import annotations

import copy
import dataclasses
import warnings

import numpy as np
import pytest
from random_ir import BACKWARD, FORWARD, SCALAR, Programs, vector
from test_storage import X, agree, eqn, prims, program

from st_ad.analysis.infer import NUMPY
from st_ad.ir import walk
from st_ad.ir.check import check
from st_ad.ir.interpret import interpret
from st_ad.ir.show import show
from st_ad.ir.syntax import UNDEFINED, Block, Call, Eqn, For, Function, If, Lit, Pack, Var
from st_ad.ir.types import BOOL, FLOAT, INT, Sym, Tensor
from st_ad.simplify import algebra, cancel, dead, reuse, shapes, simplify, substitute, sums

PASSES = {
    "algebra": lambda f: algebra(f, NUMPY),
    "cancel": cancel,
    "dead": dead,
    "reuse": lambda f: reuse(f, NUMPY),
    "shapes": shapes,
    "simplify": simplify,
    "substitute": substitute,
    "sums": lambda f: sums(f, NUMPY),
}


def same(before, after, args):
    assert check(after) == [], show(after)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, found = (interpret(f, copy.deepcopy(args)) for f in (before, after))
    for a, b in zip(expected, found):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=f"{show(before)}\n{show(after)}")


@pytest.mark.parametrize("name", PASSES)
def test_each_pass_keeps_the_meaning_of_random_programs(name):
    for seed in range(60):
        programs = Programs(seed)
        function = programs.function(4 + seed % 14)
        after = PASSES[name](function)
        same(function, after, programs.arguments())


@pytest.mark.parametrize("seed", range(100))
def test_simplified_programs_may_be_printed_in_place(seed):
    programs = Programs(seed, cells=seed % 2 == 1)
    function = programs.function(4 + seed % 14)
    if seed % 2 == 0:
        agree(simplify(function), programs.arguments())
        return
    args = programs.arguments()
    final = interpret(function, copy.deepcopy(args))[0]
    # The user's array is not among the results: his stores are kept all the same.
    rest = function.block.results[1:]
    block = dataclasses.replace(function.block, results=rest)
    function = dataclasses.replace(function, block=block, result=Pack("tuple", rest))
    _, given, _ = agree(simplify(function), args, gradients=(0, 1), written=(0,))
    np.testing.assert_array_equal(given[0], final)


@pytest.mark.parametrize("name", PASSES)
def test_a_pass_that_changes_nothing_returns_the_same_object(name):
    for seed in range(20):
        function = simplify(Programs(seed).function())
        assert PASSES[name](function) is function


def scalars(*names):
    return [Var(n, FLOAT, temporary=n.startswith("t")) for n in names]


def simplified(function, *args):
    after = simplify(function)
    same(function, after, list(args))
    return after


def shown(function):
    return show(function).splitlines()[1:]


def test_a_product_with_one_is_its_other_factor():
    x, y = scalars("x", "y")
    assert simplified(program([x], [eqn(y, "operator.mul", x, Lit(1.0))], y), 2.0).block.results == (x,)


def test_a_product_with_one_that_changes_the_dtype_stays():
    x, y = Var("x", INT), Var("y", FLOAT)
    assert prims(simplified(program([x], [eqn(y, "operator.mul", x, Lit(1.0))], y), 2)) == ["operator.mul"]


def test_a_copy_that_is_stored_into_stays():
    x, u, v = Var("x", vector(4)), Var("u", vector(4)), Var("u", vector(4))
    body = [eqn(u, "numpy.copy", x, loc=FORWARD), eqn(v, "setitem", u, Lit(0), Lit(1.0), loc=FORWARD)]
    f = simplified(program([x], body, v), X)
    assert prims(f) == ["numpy.copy", "setitem"]
    agree(f, [X])


def test_a_copy_that_is_only_read_goes():
    x, u, v = Var("x", vector(4)), Var("u", vector(4)), Var("v", vector(4))
    body = [eqn(u, "numpy.copy", x, loc=FORWARD), eqn(v, "numpy.sin", u, loc=FORWARD)]
    assert prims(simplified(program([x], body, v), X)) == ["numpy.sin"]


def test_a_copy_that_is_returned_stays():
    x, u = Var("x", vector(4)), Var("u", vector(4))
    assert prims(simplified(program([x], [eqn(u, "numpy.copy", x, loc=FORWARD)], u), X)) == ["numpy.copy"]


def test_two_stores_into_equal_zeros_keep_two_arrays():
    x, a, b, c, d, e = (Var(n, vector(4)) for n in "xabcde")
    body = [
        eqn(a, "numpy.zeros_like", x),
        eqn(b, "numpy.zeros_like", x),
        eqn(c, "accumulate_at", a, Lit(0), Lit(1.0)),
        eqn(d, "accumulate_at", b, Lit(1), Lit(1.0)),
        eqn(e, "operator.mul", c, d),
    ]
    f = simplified(program([x], body, e), X)
    assert prims(f) == ["numpy.zeros_like", "numpy.zeros_like", "setitem", "setitem", "operator.mul"]


def test_literals_of_a_product_are_gathered():
    x, g, t1, t2, y = scalars("x", "g", "t1", "t2", "y")
    body = [eqn(t1, "operator.mul", Lit(2.0), x), eqn(t2, "operator.mul", g, Lit(0.5)), eqn(y, "operator.mul", t2, t1)]
    assert shown(simplified(program([x, g], body, y), 2.0, 3.0))[-2:] == ["  y: float = g * x  # L2", "  return y"]


def test_a_literal_that_is_left_over_stays():
    x, g, t1, t2, y = scalars("x", "g", "t1", "t2", "y")
    body = [eqn(t1, "operator.mul", Lit(4.0), x), eqn(t2, "operator.mul", g, Lit(0.5)), eqn(y, "operator.mul", t2, t1)]
    f = simplified(program([x, g], body, y), 2.0, 3.0)
    assert len(prims(f)) == 2


def test_a_reciprocal_factor_is_a_quotient():
    x, g, t, y = scalars("x", "g", "t", "y")
    body = [eqn(t, "operator.truediv", Lit(1.0), x), eqn(y, "operator.mul", g, t)]
    assert prims(simplified(program([x, g], body, y), 2.0, 3.0)) == ["operator.truediv"]


def test_a_sum_with_a_negative_is_a_difference():
    x, g, t, y = scalars("x", "g", "t", "y")
    body = [eqn(t, "operator.neg", x), eqn(y, "operator.add", g, t)]
    assert prims(simplified(program([x, g], body, y), 2.0, 3.0)) == ["operator.sub"]


def test_the_square_of_a_variable():
    """x * x has two equal contributions."""
    x, g, y = scalars("x", "g", "y")
    a, b = scalars("t", "t")
    body = [eqn(a, "operator.mul", g, x), eqn(b, "operator.mul", g, x), eqn(y, "accumulate", a, b)]
    assert prims(simplified(program([x, g], body, y), 2.0, 3.0)) == ["operator.mul", "operator.mul"]


def test_a_broadcast_number_is_multiplied_as_it_is():
    x, g = Var("x", vector(4)), Var("g", SCALAR)
    t, y = Var("t", vector(4), True), Var("y", vector(4))
    body = [eqn(t, "numpy.broadcast_to", g, Lit((4,))), eqn(y, "operator.mul", t, x)]
    assert prims(simplified(program([x, g], body, y), X, np.float64(2.0))) == ["operator.mul"]


def test_a_branch_on_a_literal_is_decided():
    x, a, y = scalars("x", "a", "y")
    branch = If((y,), Lit(True), Block((), (eqn(a, "numpy.sin", x),), (a,)), Block((), (), (x,)))
    assert prims(simplified(program([x], [branch], y), 2.0)) == ["numpy.sin"]


def test_a_branch_that_raises_gives_what_the_other_gives():
    x, y = scalars("x", "y")
    flag = Var("flag", BOOL)
    error = Eqn((), "raise", (Lit(ValueError),), (), FORWARD)
    branch = If((y,), flag, Block((), (error,), (UNDEFINED,)), Block((), (), (x,)))
    f = simplified(program([x, flag], [branch], y), 2.0, False)
    assert f.block.results == (x,) and prims(f) == ["raise"]
    with pytest.raises(ValueError):
        interpret(f, [2.0, True])


def test_a_loop_of_one_pass_is_no_loop():
    x, p, q, y = scalars("x", "p", "q", "y")
    k = Var("k", INT)
    body = Block((k, p), (eqn(q, "operator.mul", p, x),), (q,))
    loop = For((y,), (), Lit(2), Lit(3), Lit(1), (), False, (x,), body)
    assert prims(simplified(program([x], [loop], y), 2.0)) == ["operator.mul"]


def test_an_adjoint_that_is_taken_cleared_and_given_back_stays():
    """The backward sweep of u[k] = u[k] + w * sin(u[k - 1]); see DESIGN section 5."""
    n = Sym("n")
    vec = Tensor("float64", (n,))
    u, w, k, k1 = Var("u_bar", vec), Var("w", SCALAR), Var("k", INT), Var("k1", INT, True)
    g, t, s = Var("g", SCALAR, True), Var("t", SCALAR, True), Var("s", SCALAR)
    u1, u2, u3 = (Var("u_bar", vec) for _ in range(3))
    body = [
        eqn(k1, "operator.sub", k, Lit(1)),
        eqn(g, "getitem", u, k),
        eqn(u1, "setitem", u, k, Lit(0.0)),
        eqn(u2, "accumulate_at", u1, k, g),
        eqn(t, "operator.mul", g, w),
        eqn(u3, "accumulate_at", u2, k1, t),
        eqn(s, "operator.mul", g, g),
    ]
    f = simplified(program([u, w, k], body, u3, s), X, np.float64(3.0), 2)
    assert [p for p in prims(f) if "item" in p or "acc" in p] == ["getitem", "accumulate_at"]
    turned = [body[0], body[1], body[2], body[4]]
    turned += [eqn(u2, "accumulate_at", u1, k1, t), eqn(u3, "accumulate_at", u2, k, g), body[6]]
    f = simplified(program([u, w, k], turned, u3, s), X, np.float64(3.0), 2)
    assert [p for p in prims(f) if "item" in p or "acc" in p] == ["getitem", "accumulate_at"]


def test_a_cleared_adjoint_that_is_read_in_between_is_cleared():
    vec = vector(4)
    u, k = Var("u_bar", vec), Var("k", INT)
    g, s = Var("g", SCALAR, True), Var("s", SCALAR)
    u1, u2 = Var("u_bar", vec), Var("u_bar", vec)
    body = [
        eqn(g, "getitem", u, k),
        eqn(u1, "setitem", u, k, Lit(0.0)),
        eqn(s, "numpy.sum", u1),
        eqn(u2, "accumulate_at", u1, k, g),
    ]
    assert "setitem" in prims(simplified(program([u, k], body, u2, s), X, 2))


def test_a_length_is_read_from_a_parameter():
    vec = Tensor("float64", (Sym("n"),))
    x, t, n = Var("x", vec), Var("t", vec, True), Var("n", INT)
    f = simplified(program([x], [eqn(t, "numpy.sin", x), eqn(n, "axis_length", t, Lit(0))], n), X)
    assert prims(f) == ["axis_length"] and f.block.body[0].args[0] is x


def test_effects_stay_in_order():
    x, t = scalars("x", "t")
    body = [Eqn((), "print", (Lit("a"),)), eqn(t, "numpy.sin", x), Eqn((), "print", (t,)), Eqn((), "print", (Lit("a"),))]
    f = simplify(program([x], body, x))
    assert prims(f) == ["print", "numpy.sin", "print", "print"]


def test_draws_are_neither_merged_nor_left_out():
    a, b, y = scalars("a", "b", "y")
    body = [eqn(a, "numpy.random.rand"), eqn(b, "numpy.random.rand"), eqn(y, "numpy.random.rand")]
    f = simplify(program([], body, y))
    assert len(prims(f)) == 3


def count_equations(function: Function) -> int:
    """The number of lines of the Wengert list: equations of all nested blocks."""
    return sum(isinstance(n, (Eqn, Call)) for n in walk.all_nodes(function.block))


def test_the_number_of_equations_never_grows():
    for seed in range(40):
        function = Programs(seed).function()
        assert count_equations(simplify(function)) <= count_equations(function)
    assert BACKWARD.sweep == "backward"
