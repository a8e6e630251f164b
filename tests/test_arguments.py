"""What may be passed: every kind of number, array and container, and what is refused by name."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from st_ad import NotDifferentiableError, StAdError, UnsupportedError, check_grads, grad, value_and_grad


def square_sum(x):
    return np.sum(x * x)


def weighted(x):
    return np.sum(x.reshape(-1) * np.arange(float(x.size)))


def memory_map() -> Any:
    made = np.memmap(tempfile.mktemp(), dtype="f8", mode="w+", shape=3)
    made[:] = 2.0
    return made


def read_only() -> Any:
    made = np.ones(3)
    made.flags.writeable = False
    return made


GRID = np.arange(24.0).reshape(4, 6)
ARRAYS = [
    np.ones(3, "f4"), np.ones(3, "f2"), np.ones(3, np.longdouble), np.ones(3, ">f8"), np.ones(3, ">f4"), np.array(2.0),
    GRID[::-1], GRID[::2, ::3], GRID.T, np.asfortranarray(GRID), GRID[1:, ::-1], np.ones(0), np.ones((0, 3)), read_only(),
    memory_map(), np.broadcast_to(2.0, (2, 3)),
]  # fmt: skip


@pytest.mark.parametrize("x", ARRAYS, ids=lambda x: f"{x.dtype.str}{x.shape}{x.strides}")
def test_arrays(x: Any) -> None:
    found = grad(square_sum)(x)
    assert found.shape == x.shape and found.dtype.name == x.dtype.name
    np.testing.assert_allclose(found, 2 * x)
    if x.size:
        np.testing.assert_allclose(grad(weighted)(x), np.arange(float(x.size)).reshape(x.shape))


class Tensor:
    __module__ = "torch"


class Number(float):
    def __mul__(self, other):
        return 0.0


class Sub(np.ndarray):
    pass


REFUSED = [
    (np.matrix([[1.0, 2.0]]), "matrix"), (np.ma.array([1.0], mask=[0]), "MaskedArray"), (np.ones(2).view(Sub), "Sub"),
    (np.array([1.0, 2.0], object), "Python objects"), (np.zeros(2, [("a", "f8")]), "fields: a"), (Tensor(), "detach"),
    (Number(2.0), "subclass of float"), (np.arange(3), "astype"), (True, "bool"), ("a", "str"), (None, "is None"),
    (np.array(["a"]), "no derivative"), (np.array(["2020-01-01"], "M8[D]"), "no derivative"), ({1.0}, "set"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "why"), REFUSED, ids=[w for _, w in REFUSED])
def test_refused(value: Any, why: str) -> None:
    with pytest.raises(StAdError, match=why):
        grad(square_sum)(value)
    assert issubclass(NotDifferentiableError, TypeError)


@pytest.mark.parametrize("index", [0, 2], ids=["matrix", "subclass"])
def test_refused_as_a_constant(index: int) -> None:
    with pytest.raises(UnsupportedError, match=REFUSED[index][1]):
        grad(lambda x, c: np.sum(x * c))(1.0, REFUSED[index][0])


def test_containers() -> None:
    def f(p):
        scale = 1.0 if p["mode"] == "a" else 2.0
        return scale * p["a"][0] * np.sum(p["b"]["c"]) if p["a"][1] is None else 0.0

    p = {"a": (2.0, None), "b": OrderedDict(c=np.ones(2)), "n": 3, "mode": "a", "flag": True, "empty": ()}
    found = grad(f)(p)
    assert list(found) == list(p) and type(found["b"]) is OrderedDict and found["empty"] == ()
    assert found["a"][0] == 2.0 and found["a"][1] is None and found["n"] is None
    np.testing.assert_allclose(found["b"]["c"], [2.0, 2.0])
    np.testing.assert_allclose(grad(lambda x: np.sum(np.array(x) ** 2))([[1.0, 2.0], [3.0]][0]), [2.0, 4.0])


def test_flags_by_kind() -> None:
    x = np.arange(4.0)
    take = grad(lambda x, at: np.sum(x[at]))
    for at in (slice(1, 3), slice(None, None, -2), Ellipsis, [0, 0, 2], np.array([True, False, True, False]), 2, (1,)):
        wanted = np.zeros(4)
        np.add.at(wanted, at, 1.0)
        np.testing.assert_allclose(take(x, at), wanted)
    assert grad(lambda x, r: sum(x * i for i in r) * len(r))(2.0, range(3)) == 9.0
    assert grad(lambda x, m: x * 2 if m == "a" else x)(2.0, np.str_("a")) == 2.0


def keywords(x, /, y, *args, scale=2.0, **more):
    return np.sum(x) * y * scale * args[0] * more.get("z", 1.0)


def test_keywords_and_names() -> None:
    x = np.ones(2)
    np.testing.assert_allclose(grad(keywords)(x, 3.0, 5.0, z=2.0), [60.0, 60.0])
    assert grad(keywords, argnums="scale")(x, 3.0, 5.0) == 30.0
    assert grad(keywords, argnums="args")(x, 3.0, 5.0) == (12.0,)
    assert grad(keywords, argnums="more")(x, 3.0, 5.0, z=2.0) == {"z": 60.0}
    both = grad(keywords, argnums=("y", 0))(x, 3.0, 5.0, scale=1.0)
    assert both[0] == 10.0 and np.allclose(both[1], 15.0)
    assert np.isclose(grad(keywords, argnums=-1)(x, 3.0, 5.0), 20.0)
    for call in (lambda: grad(keywords)(x), lambda: grad(square_sum)(y=x), lambda: grad(square_sum)(x, x)):
        with pytest.raises(TypeError):
            call()


def chosen_by_a_set(w, chosen):
    total = 0.0
    for i in chosen:
        total = 2.0 * total + w[i % 3] ** 2
    for i in range(3):
        if i in chosen:
            total += w[i]
    return total * len(chosen)


@pytest.mark.parametrize("chosen", [{0, 2}, {8, 1}, frozenset([1]), set()])
def test_sets_count_by_value(chosen):
    w = np.array([1.0, 2.0, 3.0])
    transformed = value_and_grad(chosen_by_a_set)
    transformed(w, {0, 1})
    value, found = transformed(w, chosen)
    assert value == pytest.approx(chosen_by_a_set(w, chosen))
    check_grads(lambda w: chosen_by_a_set(w, chosen), (w,))
    np.testing.assert_allclose(found, grad(lambda w: chosen_by_a_set(w, chosen))(w))


def test_a_set_that_changes_between_calls():
    w, chosen, gradient = np.array([1.0, 2.0, 3.0]), {0}, grad(chosen_by_a_set)
    np.testing.assert_allclose(gradient(w, chosen), [3.0, 0.0, 0.0])
    chosen.add(2)
    np.testing.assert_allclose(gradient(w, chosen), [10.0, 0.0, 14.0])
    chosen.clear()
    np.testing.assert_allclose(gradient(w, chosen), 0.0)


def test_an_ordered_dict_stays_one():
    def model(d):
        return d["a"] ** 2 * (2.0 if isinstance(d, OrderedDict) else 1.0) + list(d.values())[1]

    found = grad(model)(OrderedDict([("b", 1.0), ("a", 3.0)]))
    assert type(found) is OrderedDict and found == {"b": 0.0, "a": 13.0}
