"""What the plain function leaves behind in its arguments, the derivative leaves behind, exactly once."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from st_ad import UnsupportedError, grad, hvp, jacrev, jvp, value_and_grad, vjp


class Model:
    def __init__(self) -> None:
        self.W = np.array([[0.3, -0.2], [0.1, 0.4]])
        self.calls = 0
        self.log: list[Any] = []
        self.cache: dict[str, Any] = {"a": 1.0}
        self.last = None
        self.best = np.inf
        self.child = Child(np.ones(2))


@dataclass
class Child:
    v: np.ndarray
    n: int = 0
    names: list = field(default_factory=list)

    def stepped(self, x: Any) -> Child:
        self.v = self.v * 0.5 + x
        self.n += 1
        self.names.append(self.n)
        return self


@dataclass
class Pair:
    a: Any
    b: Any


def grown(u):
    u += np.tanh(u)
    return np.copy(u)


def test_only_the_first_pass_writes_to_an_argument_that_becomes_a_copy():
    def f(x, n):
        for _ in range(n):
            x = grown(x)
        return np.sum(x)

    for n in range(4):
        plain, given = np.arange(1.0, 4.0), np.arange(1.0, 4.0)
        assert value_and_grad(f)(given, n)[0] == f(plain, n)
        assert np.array_equal(plain, given)


def counts(m, x):
    m.calls += 1
    m.last = x * 2.0
    return np.sum(m.W @ x) + np.sum(m.last)


def appends(m, x):
    m.log.append(np.sum(x))
    m.log.extend([1.0, x])
    m.cache["b"] = x * x
    m.cache["a"] += m.log[0]
    return np.sum(m.cache["b"]) * m.cache["a"]


def in_a_loop(m, x):
    total = 0.0
    for k in range(len(x)):
        m.calls += 1
        total += x[k] * m.calls
        m.log.append(total)
    return total


def in_a_branch(m, x):
    loss = np.sum(x * x)
    if loss < m.best + 1.0:
        m.best = loss
        m.child.n += 1
    return loss * m.best


def nested(m, x):
    m.child.v = m.child.v * x
    m.child.names.append("here")
    m.child.v[0] = 5.0
    return np.sum(m.child.v * x)


def swapped(m, x):
    m.W, m.last = m.W.T, m.W
    return np.sum(m.W @ x) + np.sum(m.last[0] * x)


def replaced(m, x):
    m.child = Child(x * 3.0, 7)
    m.child.names = [1, "two"]
    if hasattr(m, "last"):
        del m.last
    m.cache.pop("a", None)
    return np.sum(m.child.v ** 2)


def early(m, x):
    m.calls += 1
    if x[0] > 100.0:
        return x[0]
    m.calls += 10
    return np.sum(x ** 2)


def array_in_place(m, x):
    m.W += 1.0
    m.W[0] *= x
    return np.sum(m.W @ x)


def used_afterwards(m, x):
    m.last = np.sin(x)
    h = m.last
    for _ in range(3):
        h = h * m.last
    return np.sum(h)


def kept_and_updated(m, x):
    y = np.zeros(2)
    y += x
    y[0] = x[1] * x[0]
    m.last = y
    return np.sum(y * y) + y[0]


def stepped_in_passes(m, x):
    c = m.child
    for _ in range(3):
        c = c.stepped(x)
    return np.sum(c.v**2)


CASES = [stepped_in_passes, counts, appends, in_a_loop, in_a_branch, nested, swapped, replaced, early, array_in_place, used_afterwards,
         kept_and_updated]  # fmt: skip
X = np.array([0.7, -0.4])


def state(value: Any) -> Any:
    if isinstance(value, (Model, Child, Pair)):
        return {k: state(v) for k, v in vars(value).items()}
    if isinstance(value, dict):
        return {k: state(v) for k, v in value.items()}
    if isinstance(value, list):
        return [state(v) for v in value]
    return value


def assert_same(found: Any, wanted: Any) -> None:
    assert type(found) is type(wanted), (found, wanted)
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for key in wanted:
            assert_same(found[key], wanted[key])
    elif isinstance(wanted, list):
        assert len(found) == len(wanted)
        for a, b in zip(found, wanted):
            assert_same(a, b)
    else:
        np.testing.assert_array_equal(found, wanted)


def run_value_and_grad(f: Any, m: Any, x: Any) -> Any:
    return value_and_grad(f, argnums=1)(m, x)[1]


def run_vjp(f: Any, m: Any, x: Any) -> Any:
    return vjp(f, m, x)[1](1.0)[1]


def run_jvp(f: Any, m: Any, x: Any) -> Any:
    jvp(f, (m, x), (None, np.ones(2)))
    return None


def run_hvp(f: Any, m: Any, x: Any) -> Any:
    hvp(f, (m, x), (None, np.ones(2)))
    return None


@pytest.mark.parametrize("run", [run_value_and_grad, run_vjp, run_jvp, run_hvp])
@pytest.mark.parametrize("f", CASES, ids=lambda f: f.__name__)
def test_left_behind(f: Any, run: Any) -> None:
    plain, model = Model(), Model()
    for _ in range(2):
        f(plain, X)
        before = copy.deepcopy(model)
        gradient = run(f, model, X.copy())
        assert_same(state(model), state(plain))
        if gradient is not None:
            slopes = [
                (f(copy.deepcopy(before), X + h) - f(copy.deepcopy(before), X - h)) / 2e-6 for h in 1e-6 * np.eye(2)
            ]
            np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-8)


def test_what_was_stored_is_the_callers_own() -> None:
    model, x = Model(), X.copy()
    out, pullback = vjp(used_afterwards, model, x)
    first = pullback(1.0)[1]
    model.last[:] = 0.0
    np.testing.assert_array_equal(pullback(1.0)[1], first)


def test_the_same_object_twice() -> None:
    def both(p, q, x):
        p.calls += 1
        return q.calls * np.sum(x)

    def same(p, q, x):
        return np.sum(x) if p is q else 2.0 * np.sum(x)

    m = Model()
    for f in (both, same):
        with pytest.raises(UnsupportedError, match="twice|share memory"):
            grad(f, argnums=2)(m, m, X)
    assert np.allclose(grad(both, argnums=2)(Model(), Model(), X), 0.0)
    assert np.allclose(grad(same, argnums=2)(Model(), Model(), X), 2.0)


def test_jacobian_and_nested_gradient() -> None:
    def outputs(m, x):
        m.calls += 1
        return x * m.calls

    model = Model()
    np.testing.assert_allclose(jacrev(outputs, argnums=1)(model, X), np.eye(2))
    assert model.calls == 1

    inner = grad(counts, argnums=1)

    def outer(m, x):
        first = inner(m, x)
        return np.sum(first * x) * m.calls + np.sum(m.last)

    model = Model()
    found = grad(outer, argnums=1)(model, X)
    np.testing.assert_allclose(found, model.W.sum(axis=0) + 4.0)
    assert model.calls == 1 and np.allclose(model.last, 2 * X)


def test_mutated_list_and_dict_arguments() -> None:
    def f(items, table, x):
        items.append(x[0])
        items[0] = table.pop("k") * x[1]
        table["z"] = items[0]
        return items[0] * items[-1]

    items, table = [1.0, 2.0], {"k": 3.0, "j": 1.0}
    found = grad(f, argnums=2)(items, table, X)
    np.testing.assert_allclose(found, [3 * X[1], 3 * X[0]])
    assert items == [3 * X[1], 2.0, X[0]] and table == {"j": 1.0, "z": 3 * X[1]}


def test_attribute_on_one_path_is_refused() -> None:
    def f(m, x):
        if np.sum(x) > 0:
            m.new = 1.0
        return np.sum(x)

    with pytest.raises(UnsupportedError, match="one path only"):
        grad(f, argnums=1)(Model(), X)
