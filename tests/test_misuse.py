"""What is said to a caller who passes what cannot be meant: each message names the mistake, and most the mending."""

from __future__ import annotations

import collections
from typing import Any, Callable

import numpy as np
import pytest

import st_ad


def square(x: Any) -> Any:
    return x * x


def total(x: Any, y: Any) -> Any:
    return np.sum(x) + np.sum(y)


X = np.ones(2)
CALLS: list[tuple[str, Callable[[], Any]]] = [
    ("argnums is empty", lambda: st_ad.grad(square, argnums=())(1.0)),
    ("names an argument twice", lambda: st_ad.grad(total, argnums=(0, 0))(X, X)),
    ("has no argument", lambda: st_ad.grad(square, argnums="y")(1.0)),
    ("has no argument", lambda: st_ad.grad(square, argnums=3)(1.0)),
    ("expected a function to differentiate", lambda: st_ad.grad(3)(1.0)),
    ("unknown mode", lambda: st_ad.source(square, mode="sideways")),
    ("unknown mode", lambda: st_ad.wengert(square, mode="sideways")),
    ("one of 'fwd', 'rev'", lambda: st_ad.check_grads(square, (1.0,), modes=("up",))),
    ("none of the arguments is a float", lambda: st_ad.check_grads(len, ("text",))),
    ("must be tuples", lambda: st_ad.jvp(square, 1.0, 1.0)),
    ("primals but", lambda: st_ad.jvp(square, (1.0,), (1.0, 1.0))),
    ("all tangents are None", lambda: st_ad.jvp(square, (1.0,), (None,))),
    ("expected shape", lambda: st_ad.jvp(square, (X,), (np.ones(3),))),
    ("no matrix of real derivatives", lambda: st_ad.jacrev(lambda x: 1j * x)(1.0)),
    ("not one number", lambda: st_ad.grad(square)(X)),
    ("call the result with the arguments: grad(f)(x)", lambda: st_ad.grad(square, X)),
    ("it takes none by position", lambda: st_ad.grad(lambda: 1.0)),
    ("count from the first", lambda: st_ad.grad(lambda *xs: xs[0], argnums=-1)(1.0)),
    ("args must be a tuple", lambda: st_ad.check_grads(square, X)),
    ("order must be 1 or more", lambda: st_ad.check_grads(square, (1.0,), order=0)),
    ("expected a real number, got a str", lambda: st_ad.jvp(square, (1.0,), ("a",))),
    ("expected float64, got a str", lambda: st_ad.jvp(square, (X,), ("a",))),
    ("expected a real number, got a complex", lambda: st_ad.jvp(square, (1.0,), (1j,))),
    ("expected a dict {'a': float}, got a float", lambda: st_ad.jvp(square, ({"a": 1.0},), (1.0,))),
    ("expected a tuple (array of shape (2,), float), got a list",
     lambda: st_ad.vjp(lambda x: (x, 1.0), X)[1]([X, 1.0])),
    ("out_bar is None", lambda: st_ad.vjp(square, 1.0)[1](None)),
    ("returns None, which has no derivative", lambda: st_ad.jvp(lambda x: None, (1.0,), (1.0,))),
    ("returns None, which has no derivative", lambda: st_ad.elementwise_grad(lambda x: None)(X)),
    ("a list without a float in it", lambda: st_ad.grad(sum)([1, 2])),
    ("pass np.asarray(x)", lambda: st_ad.grad(square)(memoryview(X))),
    ("pass dict(x)", lambda: st_ad.grad(square)(collections.defaultdict(float, a=1.0))),
    ("a dict is given to NumPy", lambda: st_ad.grad(lambda x: np.sum(np.tanh(x)))({"a": 1.0})),
    ("is no call: write the function with its parameters", lambda: st_ad.elementwise(square, "square(x", "1")),
    ("is no expression", lambda: st_ad.elementwise(square, "square(x)", "import os")),
    ("uses `undefined_name`", lambda: st_ad.linear(square, "square(x)", "undefined_name * y_bar")),
    ("has 1 parameters, and 2 formulas are given", lambda: st_ad.elementwise(square, "square(x)", "1", "2")),
    ("needs its call as well", lambda: st_ad.elementwise(square)),
    ("expected a function or a call", lambda: st_ad.elementwise(3, "square(x)", "1")),
    ("return (result, aux), or leave has_aux out", lambda: st_ad.grad(square, has_aux=True)(1.0)),
]


@pytest.mark.parametrize(("said", "call"), CALLS, ids=[f"{i}-{s}" for i, (s, _) in enumerate(CALLS)])
def test_misuse(said: str, call: Callable[[], Any]) -> None:
    with pytest.raises((st_ad.StAdError, TypeError, ValueError)) as caught:
        call()
    assert said in str(caught.value)


def test_a_wrong_rule_is_told_where_and_by_how_much() -> None:
    def wrong(x: Any) -> Any:
        return np.sum(x * x)

    st_ad.rule(wrong, "wrong(x)")(lambda x, y, y_bar: 3.0 * x * y_bar)
    with pytest.raises(AssertionError, match="argument 0.*the derivative"):
        st_ad.check_grads(lambda x: wrong(x), (np.array([1.0, 2.0]),))


def both(x: Any) -> Any:
    return np.sin(x), np.cos(x)


def test_a_rule_of_several_results_gets_zeros_for_those_that_nobody_reads() -> None:
    @st_ad.rule(both, "both(x)")
    def both_bar(x, y, y_bar):
        return y_bar[0] * y[1] - y_bar[1] * y[0]

    def product(x):
        s, c = both(x)
        return np.sum(s * c) + np.sum(both(x)[0])

    x = np.array([0.5, 1.5])
    np.testing.assert_allclose(st_ad.grad(product)(x), np.cos(2 * x) + np.cos(x))
    assert "both(x)" in st_ad.source(product, x) and "." not in st_ad.source(product, x).split("both(x)")[0][-1:]


def norms(x: Any, axis: Any = None) -> Any:
    return np.sum(x * x, axis=axis)


def test_defaults_of_a_function_need_not_be_repeated_in_its_rule() -> None:
    @st_ad.rule(norms, "norms(x, axis)")
    def norms_bar(x, axis, y, y_bar):
        return 2.0 * x * (y_bar if axis is None else np.expand_dims(y_bar, axis))

    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(st_ad.grad(lambda x: norms(x))(x), 2.0 * x)
    np.testing.assert_allclose(st_ad.grad(lambda x: np.sum(norms(x, axis=1) * x[:, 0]))(x)[:, 1], 2.0 * x[:, 1] * x[:, 0])


def test_constant_is_a_decorator_and_functions_without_a_module_have_rules() -> None:
    @st_ad.constant
    def scaled(x):
        return 10.0 * x

    assert scaled(2.0) == 20.0 and st_ad.grad(lambda x: scaled(x) * x)(3.0) == 30.0
    scope: dict[str, Any] = {}
    exec("def hidden(x): return x ** 4", scope)
    hidden = scope["hidden"]
    st_ad.elementwise(hidden, "hidden(x)", "4.0 * x ** 3")
    assert st_ad.grad(lambda x: hidden(x))(2.0) == 32.0
