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
