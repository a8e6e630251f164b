"""The storage pass: what is printed in place means what the functional program means."""

from __future__ import annotations

import copy
import warnings

import numpy as np
import pytest
from random_ir import BACKWARD, FORWARD, SCALAR, Programs, slice_of, vector

from st_ad.analysis.alias import aliases
from st_ad.ir import walk
from st_ad.ir.check import check
from st_ad.ir.interpret import interpret
from st_ad.ir.show import show
from st_ad.ir.syntax import Block, Eqn, For, Function, If, Lit, Pack, Param, Var
from st_ad.ir.types import BOOL, INT, Seq
from st_ad.simplify.buffers import buffers
from st_ad.simplify.storage import storage


def program(params, body, *results):
    leaves = tuple(params)
    tree = results[0] if len(results) == 1 else Pack("tuple", tuple(results))
    names = tuple(Param(v.hint, v) for v in leaves)
    return Function("f", names, (), Block(leaves, tuple(body), tuple(results)), tree)


def eqn(out, prim, *args, loc=BACKWARD):
    return Eqn((out,), prim, tuple(args), (), loc)


def agree(function, args, gradients=None, written=()):
    """The pass is right for some arguments: values, the caller's arrays, and who owns the results."""
    ready = storage(function, gradients)
    runs_in_place(function, buffers(ready), args, gradients, written)
    return runs_in_place(function, ready, args, gradients, written)


def runs_in_place(function, ready, args, gradients, written):
    assert check(ready) == [], show(ready)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = interpret(function, copy.deepcopy(args))
        given = copy.deepcopy(args)
        found = interpret(ready, given, in_place=True)
    for a, b in zip(expected, found):
        np.testing.assert_allclose(a, b, err_msg=show(ready), rtol=1e-13)
    for i, (old, new) in enumerate(zip(args, given)):
        if i not in written:
            np.testing.assert_array_equal(old, new, err_msg=show(ready))
    own = range(len(found)) if gradients is None else gradients
    for i in own:
        others = given + [r for j, r in enumerate(found) if j != i]
        assert not any(np.shares_memory(found[i], o) for o in others), show(ready)
        assert not isinstance(found[i], np.ndarray) or found[i].flags.writeable, show(ready)
    return ready, given, found


def copies(function):
    return sum(n.prim in ("numpy.copy", "runtime.snapshot") for n in walk.all_nodes(function.block) if isinstance(n, Eqn))


def prims(function):
    return [n.prim for n in walk.all_nodes(function.block) if isinstance(n, Eqn)]


X = np.array([1.0, 2.0, 3.0, 4.0])


def test_a_store_into_our_own_array_needs_no_copy():
    x, u, v = Var("x", vector(4)), Var("u", vector(4)), Var("u", vector(4))
    f = program([x], [eqn(u, "numpy.sin", x), eqn(v, "setitem", u, Lit(0), Lit(1.0))], v)
    assert copies(agree(f, [X])[0]) == 0


def test_an_older_value_that_is_read_later_is_saved():
    x, u, v, y = Var("x", vector(4)), Var("u", vector(4)), Var("u", vector(4)), Var("y", vector(4))
    body = [eqn(u, "numpy.sin", x), eqn(v, "setitem", u, Lit(0), Lit(1.0)), eqn(y, "operator.mul", u, v)]
    assert copies(agree(program([x], body, y), [X])[0]) == 1


def test_only_the_slice_that_is_read_later_is_saved():
    x, u, v, w = Var("x", vector(4)), Var("u", vector(4)), Var("w", vector(2)), Var("u", vector(4))
    y, z = Var("y", SCALAR), Var("z", vector(2))
    body = [
        eqn(u, "numpy.sin", x),
        eqn(v, "getitem", u, slice_of(0, 2)),
        eqn(w, "setitem", u, Lit(0), Lit(1.0)),
        eqn(y, "numpy.sum", w),
        eqn(z, "operator.mul", v, y),
    ]
    ready, _, _ = agree(program([x], body, z), [X])
    assert [n.args[0] for n in ready.block.body if n.prim == "numpy.copy"] == [v]


def test_a_look_at_the_shape_saves_nothing():
    x, u, w, z = (Var(n, vector(4)) for n in "xuwz")
    body = [eqn(u, "numpy.sin", x), eqn(w, "setitem", u, Lit(0), Lit(1.0)), eqn(z, "numpy.zeros_like", u)]
    assert copies(agree(program([x], body, w, z), [X])[0]) == 0


def test_the_users_store_reaches_the_callers_array():
    x, u, y = Var("x", vector(4)), Var("x", vector(4)), Var("y", vector(4))
    body = [eqn(u, "setitem", x, Lit(0), Lit(9.0), loc=FORWARD), eqn(y, "operator.mul", x, u)]
    ready, given, _ = agree(program([x], body, y), [X.copy()], written=(0,))
    assert given[0][0] == 9.0 and copies(ready) == 1


def test_an_adjoint_never_writes_to_its_seed():
    g, a, b = Var("out_bar", vector(4)), Var("g", vector(4)), Var("g", vector(4))
    body = [eqn(a, "accumulate_at", g, Lit(0), Lit(9.0)), eqn(b, "accumulate", a, a)]
    ready, _, _ = agree(program([g], body, b), [X.copy()])
    assert prims(ready) == ["numpy.copy", "accumulate_at", "accumulate"]


def test_the_sum_of_two_adjoints_that_are_the_seed_is_a_new_array():
    g, b = Var("out_bar", vector(4)), Var("g", vector(4))
    assert prims(agree(program([g], [eqn(b, "accumulate", g, g)], b), [X])[0]) == ["operator.add"]


def test_an_accumulation_that_grows_is_a_sum():
    g, a, b = Var("out_bar", vector(4)), Var("a", vector(1)), Var("a", vector(4))
    body = [eqn(a, "numpy.sum", Pack("list", (g,)), Lit(1)), eqn(b, "accumulate", a, g)]
    assert prims(agree(program([g], body, b), [X])[0]) == ["numpy.sum", "operator.add"]


def test_a_gradient_that_is_the_seed_or_another_gradient_is_copied():
    g, x = Var("out_bar", vector(4)), Var("x", vector(4))
    a = Var("a", vector(4))
    f = program([x, g], [eqn(a, "operator.mul", x, g)], a, a, g)
    assert copies(agree(f, [X, X])[0]) == 2


def test_a_primal_result_keeps_its_alias():
    x = Var("x", vector(4))
    f = program([x], [], x)
    assert storage(f, gradients=()) is f


def test_a_broadcast_view_is_not_handed_out():
    g, a = Var("out_bar", SCALAR), Var("a", vector(4))
    f = program([g], [eqn(a, "numpy.broadcast_to", g, Lit(4))], a)
    (made,) = agree(f, [np.float64(2.0)])[0].block.body
    assert made.prim == "numpy.full"


def test_the_start_of_a_loop_is_copied_once():
    g, k = Var("out_bar", vector(4)), Var("k", INT)
    p, q, out = Var("g", vector(4)), Var("g", vector(4)), Var("g", vector(4))
    body = Block((k, p), (eqn(q, "accumulate_at", p, k, Lit(1.0)),), (q,))
    loop = For((out,), (), Lit(0), Lit(3), Lit(1), (), False, (g,), body)
    ready, _, _ = agree(program([g], [loop], out), [X])
    assert [type(n).__name__ for n in ready.block.body] == ["Eqn", "For"]


def test_what_a_loop_collects_is_copied_when_later_passes_overwrite_it():
    x, u, k = Var("x", vector(4)), Var("u", vector(4)), Var("k", INT)
    p, q, out, tape = Var("u", vector(4)), Var("u", vector(4)), Var("u", vector(4)), Var("tape", Seq(vector(4)))
    body = Block((k, p), (eqn(q, "setitem", p, k, Lit(7.0)),), (q, q))
    loop = For((out,), (tape,), Lit(0), Lit(3), Lit(1), (), False, (u,), body)
    item, total, end, s = Var("i", vector(4)), Var("t", SCALAR), Var("t", SCALAR), Var("s", SCALAR)
    new = Var("t", SCALAR)
    inner = Block((item, total), (eqn(s, "numpy.sum", item), eqn(new, "operator.add", total, s)), (new,))
    back = For((end,), (), None, None, None, (tape,), True, (Lit(0.0),), inner)
    f = program([x], [eqn(u, "numpy.sin", x), loop, back], end)
    ready, _, _ = agree(f, [X])
    assert copies(ready) == 1 and isinstance(ready.block.body[1], For)


def test_a_branch_that_writes_saves_what_is_read_after_it():
    x, u, flag = Var("x", vector(4)), Var("u", vector(4)), Var("flag", BOOL)
    v, out, y = Var("u", vector(4)), Var("u", vector(4)), Var("y", vector(4))
    branch = If((out,), flag, Block((), (eqn(v, "setitem", u, Lit(1), Lit(0.0)),), (v,)), Block((), (), (u,)))
    f = program([x, flag], [eqn(u, "numpy.sin", x), branch, eqn(y, "operator.mul", u, out)], y)
    for flag_value in (True, False):
        assert copies(agree(f, [X, flag_value])[0]) == 1


def test_a_store_into_a_value_from_outside_the_loop_copies_it_in_every_pass():
    x, u, k, t = Var("x", vector(4)), Var("u", vector(4)), Var("k", INT), Var("t", SCALAR)
    v, s, total, out = Var("u", vector(4)), Var("s", SCALAR), Var("t", SCALAR), Var("t", SCALAR)
    nodes = (eqn(v, "accumulate_at", u, k, Lit(7.0)), eqn(s, "numpy.sum", v), eqn(total, "operator.add", t, s))
    loop = For((out,), (), Lit(0), Lit(3), Lit(1), (), False, (Lit(0.0),), Block((k, t), nodes, (total,)))
    agree(program([x], [eqn(u, "numpy.sin", x), loop], out), [X])


def test_a_store_through_a_view_copies_nothing():
    x, v, w, u, y = Var("x", vector(4)), Var("v", vector(2)), Var("v", vector(2)), Var("x", vector(4)), Var("y", vector(4))
    body = [
        eqn(v, "getitem", x, slice_of(1, 3), loc=FORWARD),
        eqn(w, "setitem", v, Lit(0), Lit(9.0), loc=FORWARD),
        eqn(u, "setitem", x, slice_of(1, 3), w, loc=FORWARD),
        eqn(y, "numpy.sin", u),
    ]
    ready, given, _ = agree(program([x], body, y), [X], written=(0,))
    assert given[0][1] == 9.0 and copies(ready) == 0


@pytest.mark.parametrize("seed", range(400))
def test_random_programs(seed):
    programs = Programs(seed)
    function = programs.function(4 + seed % 14)
    assert check(function) == []
    agree(function, programs.arguments())


@pytest.mark.parametrize("seed", range(400))
def test_random_programs_that_write_to_the_callers_array(seed):
    programs = Programs(seed, cells=True)
    function = programs.function(4 + seed % 14)
    assert check(function) == []
    args = programs.arguments()
    _, given, found = agree(function, args, gradients=(1, 2), written=(0,))
    np.testing.assert_array_equal(given[0], found[0])


def test_a_pass_that_changes_nothing_returns_the_same_object():
    function = storage(Programs(3).function())
    assert storage(function) is function
    assert aliases(function).of(Lit(1.0)) == frozenset()
