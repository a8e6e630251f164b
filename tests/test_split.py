"""A derivative in two parts computes what the whole computes, and does once what does not depend on the seed."""

from __future__ import annotations

import numpy as np

from st_ad.ir.check import check
from st_ad.ir.interpret import interpret
from st_ad.ir.syntax import UNDEFINED, Block, Eqn, Function, If, Lit, Pack, Param, Var
from st_ad.ir.types import BOOL, Sym, Tensor
from st_ad.transform.split import split

VECTOR = Tensor("float64", (Sym("n", notone=True),))


def whole(with_branch: bool) -> Function:
    """y = exp(x), x_bar = y_bar * y; with a branch, the factor has no value on one path."""
    x, y, seed, t, out = (Var(n, VECTOR) for n in ("x", "y", "out_bar", "y_mul", "x_bar"))
    body = [Eqn((y,), "numpy.exp", (x,))]
    factor = y
    if with_branch:
        test, factor, inner = Var("test", BOOL), Var("factor", VECTOR), Var("factor", VECTOR)
        body.append(Eqn((test,), "numpy.any", (x,)))
        then = Block((), (Eqn((inner,), "numpy.exp", (x,)),), (inner,))
        body.append(If((factor,), test, then, Block((), (), (UNDEFINED,))))
    body += [Eqn((t,), "operator.mul", (seed, factor)), Eqn((out,), "operator.mul", (t, Lit(1.0)))]
    result = Pack("tuple", (y, Pack("tuple", (out,))))
    params = (Param("x", x), Param("out_bar", seed))
    return Function("f_vjp", params, (), Block((x, seed), tuple(body), (y, out)), result)


def test_two_parts_do_what_the_whole_does():
    first, second = split(whole(False), ("out_bar",), "pullback")
    assert (first.name, second.name) == ("f_vjp_forward", "f_pullback")
    assert not check(first) and not check(second)
    x, seed = np.array([0.1, 0.2]), np.array([1.0, -2.0])
    y, recorded = interpret(first, [x])
    (x_bar,) = interpret(second, [recorded, seed])
    np.testing.assert_allclose(y, np.exp(x))
    np.testing.assert_allclose(x_bar, seed * np.exp(x))


def test_what_has_no_value_on_a_path_can_be_recorded():
    first, _ = split(whole(True), ("out_bar",), "pullback")
    _, factor = interpret(first, [np.zeros(2)])
    assert factor is None
