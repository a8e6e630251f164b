"""What a user of the public interface is promised: results, forms of arguments, refusals, and manners of the result."""

from __future__ import annotations

import inspect
import pickle
import threading
import traceback
from collections import namedtuple
from dataclasses import dataclass
from functools import lru_cache, partial
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import st_ad
from st_ad import (
    NotDifferentiableError,
    UnsupportedError,
    check_grads,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    source,
    value_and_grad,
    vjp,
    wengert,
)

close = np.testing.assert_allclose


def square_sum(x):
    return np.sum(x * x)


def product(a, b, c):
    return a * (b + c)


@np.vectorize
def relu(t):
    return t * t if t > 0 else 0.0


whole = np.vectorize(lambda t: 2 * t, otypes=[int])


def model(params, x):
    return np.sum(np.tanh(x @ params["W"] + params["b"][0]))


@grad(argnums=("a", "b"))
def decorated(a, b=2.0):
    """The docstring of the original."""
    return a * a * b


class TestGrad:
    def test_scalar_arguments(self):
        assert grad(product, argnums=(0, 1, 2))(2.2, -1.8, 0.1) == pytest.approx((-1.7, 2.2, 2.2))

    def test_one_argument_gives_no_tuple(self):
        assert grad(product)(2.2, -1.8, 0.1) == pytest.approx(-1.7)

    def test_a_tuple_of_one_gives_a_tuple_of_one(self):
        result = grad(product, argnums=(1,))(2.0, 3.0, 4.0)
        assert isinstance(result, tuple) and result == (2.0,)

    def test_names_and_negative_positions(self):
        assert grad(product, argnums="c")(2.0, 3.0, 4.0) == 2.0
        assert grad(product, argnums=-1)(2.0, 3.0, 4.0) == 2.0

    def test_argnums_by_position_and_in_any_sequence(self):
        assert grad(product, 1)(2.0, 3.0, 4.0) == 2.0
        assert value_and_grad(product, (0, 2))(2.0, 3.0, 4.0) == (14.0, (7.0, 2.0))
        for wanted in ([0, 1, 2], range(3), np.arange(3)):
            assert grad(product, argnums=wanted)(2.0, 3.0, 4.0) == (7.0, 2.0, 2.0)

    def test_keywords_that_a_function_collects(self):
        def power(x, **options):
            return x * options["rate"] ** 2

        assert grad(power, argnums=("rate", "x"))(2.0, rate=3.0) == (12.0, 9.0)
        with pytest.raises(TypeError, match="rate"):
            grad(power, argnums="rate")(2.0)

    def test_cached_and_vectorized_functions(self):
        assert grad(lru_cache(square_sum))(3.0) == 6.0
        close(grad(lambda x: np.sum(relu(x)))(np.array([1.5, -1.0])), [3.0, 0.0])
        close(elementwise_grad(relu)(np.array([1.5, -1.0])), [3.0, 0.0])
        close(grad(lambda x: np.sum(whole(x) * x))(np.array([1.5, -1.0])), [3.0, -2.0])
        close(grad(np.add.reduce)(np.ones(3)), np.ones(3))

    def test_a_float_has_a_float_for_gradient(self):
        found = grad(lambda x, w: np.sum(x * w), argnums=(0, 1))(np.ones(2, np.float32), 2.0)
        assert found[0].dtype == np.float32 and isinstance(found[1], float) and found[1] == 2.0

    def test_keyword_arguments_and_defaults(self):
        assert decorated(3.0) == (12.0, 9.0)
        assert decorated(3.0, b=1.0) == (6.0, 9.0)
        assert decorated(b=1.0, a=3.0) == (6.0, 9.0)

    def test_several_arguments_come_in_the_order_that_is_asked_for(self):
        def f(x, y, z):
            return np.sum(x) * y * y * z

        args = (np.ones(2), 3.0, 5.0)
        for wanted in [(1, 0), ("z", "x"), (2, 1, 0), (0, 2)]:
            parts = [grad(f, argnums=w)(*args) for w in wanted]
            for found in (grad(f, argnums=wanted)(*args), value_and_grad(f, argnums=wanted)(*args)[1],
                          jacrev(f, argnums=wanted)(*args), jacfwd(f, argnums=wanted)(*args)):  # fmt: skip
                for one, part in zip(found, parts):
                    close(one, part)
            second = hessian(f, argnums=wanted)(*args)
            for row, w in zip(second, wanted):
                alone = jacrev(grad(f, argnums=w), argnums=wanted)(*args)
                for one, other in zip(row, alone):
                    close(one, other)

    def test_an_integer_counts_as_a_float(self):
        result = grad(square_sum)(3)
        assert result == 6.0 and isinstance(result, float)

    def test_dtype_is_kept(self):
        assert grad(square_sum)(np.ones(3, np.float32)).dtype == np.float32

    def test_arguments_of_other_kinds_afterwards(self):
        derivative = grad(square_sum)
        close(derivative(np.arange(3.0)), 2 * np.arange(3.0))
        close(derivative(np.ones((2, 1))), 2 * np.ones((2, 1)))
        close(derivative(np.ones((2, 3), np.float32)), 2 * np.ones((2, 3)))
        assert derivative(2.0) == 4.0
        close(derivative(np.ones((1, 1))), 2 * np.ones((1, 1)))

    def test_value_and_grad(self):
        value, gradient = value_and_grad(square_sum)(np.array([1.0, 2.0]))
        assert value == 5.0
        close(gradient, [2.0, 4.0])

    def test_aux(self):
        def loss(x):
            return np.sum(x * x), {"n": np.sum(x)}

        gradient, aux = grad(loss, has_aux=True)(np.array([1.0, 2.0]))
        close(gradient, [2.0, 4.0])
        assert aux["n"] == 3.0
        (value, aux), gradient = value_and_grad(loss, has_aux=True)(np.array([1.0, 2.0]))
        assert value == 5.0 and aux["n"] == 3.0
        close(gradient, [2.0, 4.0])

    def test_functions_of_numpy(self):
        close(elementwise_grad(np.tanh)(np.array([0.0, 1.0])), 1 - np.tanh([0.0, 1.0]) ** 2)
        assert grad(np.sin)(0.0) == 1.0

    def test_lambdas_partials_methods_and_callable_objects(self):
        class Scale:
            def __init__(self, w):
                self.w = w

            def loss(self, x):
                return self.w * x * x

            def __call__(self, x):
                return self.w * x

        assert grad(lambda x: x**3)(2.0) == pytest.approx(12.0)
        assert grad(partial(product, 2.0))(3.0, 4.0) == 2.0
        assert grad(partial(product, c=4.0))(2.0, 3.0) == 7.0
        assert grad(Scale(3.0).loss)(2.0) == 12.0
        assert grad(Scale(3.0))(2.0) == 3.0

    def test_an_integer_used_as_an_axis(self):
        def loss(x, axis):
            return np.sum(np.max(x, axis=axis))

        x = np.array([[1.0, 2.0], [4.0, 3.0]])
        close(grad(loss)(x, 0), [[0, 0], [1, 1]])
        close(grad(loss)(x, 1), [[0, 1], [1, 0]])


class TestStructures:
    def test_dicts_and_lists(self):
        params = {"W": np.ones((3, 2)), "b": [np.zeros(2)]}
        x = np.ones((4, 3))
        gradient = grad(model)(params, x)
        assert list(gradient) == ["W", "b"] and isinstance(gradient["b"], list)
        assert gradient["W"].shape == (3, 2) and gradient["b"][0].shape == (2,)

    def test_named_tuples_and_dataclasses(self):
        Point = namedtuple("Point", "x y")

        def loss(p):
            return p.x * p.y

        assert grad(loss)(Point(2.0, 3.0)) == Point(3.0, 2.0)

        result = grad(pair_loss)(Pair(2.0, np.ones(2)))
        assert isinstance(result, Pair) and result.scale == 2.0
        close(result.data, [2.0, 2.0])

    def test_namespaces_and_empty_containers(self):
        result = grad(lambda p: p.a * p.b.c[0])(SimpleNamespace(a=2.0, b=SimpleNamespace(c=[3.0], n=1)))
        assert result == SimpleNamespace(a=3.0, b=SimpleNamespace(c=[2.0], n=None))
        assert grad(lambda layers, x: x * x + len(layers), argnums=(0, 1))([], 2.0) == ([], 4.0)

    def test_none_inside_of_a_tangent_is_zero(self):
        assert jvp(lambda p: p[0] * p[1], ([2.0, 3.0],), ([1.0, None],)) == (6.0, 3.0)
        _, pullback = vjp(lambda x: (x, x * x), np.ones(2))
        close(pullback((np.ones(2), None))[0], np.ones(2))

    def test_gradients_are_the_callers_own(self):
        def loss(x, y):
            return np.sum(x + y)

        x, y = np.ones(3), np.ones(3)
        x_bar, y_bar = grad(loss, argnums=(0, 1))(x, y)
        x_bar += 1
        close(y_bar, np.ones(3))
        close(x, np.ones(3))


@dataclass
class Pair:
    scale: float
    data: Any


def pair_loss(p):
    return p.scale * np.sum(p.data)


class TestRefusals:
    def test_integer_arrays(self):
        with pytest.raises(NotDifferentiableError, match=r"astype\(float\)"):
            grad(square_sum)(np.arange(3))

    def test_flags_and_strings(self):
        with pytest.raises(NotDifferentiableError):
            grad(square_sum)(True)
        with pytest.raises(NotDifferentiableError):
            grad(square_sum)("x")

    def test_a_result_that_is_no_number(self):
        with pytest.raises(NotDifferentiableError, match="jacrev"):
            grad(lambda x: x * 2)(np.ones(3))
        with pytest.raises(NotDifferentiableError):
            grad(lambda x: (x, x))(1.0)

    def test_arguments_that_do_not_exist(self):
        with pytest.raises(ValueError, match="no argument 3"):
            grad(product, argnums=3)
        with pytest.raises(ValueError, match="no argument `z`"):
            grad(product, argnums="z")
        with pytest.raises(ValueError, match="twice"):
            grad(product, argnums=(0, -3))
        with pytest.raises(TypeError):
            grad(product, argnums=1.5)

    def test_missing_arguments_read_as_in_python(self):
        with pytest.raises(TypeError, match="missing a required argument: 'b'"):
            grad(product)(1.0)

    def test_no_function(self):
        with pytest.raises(TypeError, match="expected a function"):
            grad(3)

    def test_matrices_and_masked_arrays(self):
        with pytest.raises(UnsupportedError, match="matrix"):
            grad(square_sum)(np.matrix([[1.0]]))
        with pytest.raises(UnsupportedError):
            grad(square_sum)(np.ma.masked_array([1.0, 2.0], [False, True]))

    def test_overlapping_arguments_of_a_function_that_writes(self):
        def scale(x, y):
            x[0] = 2.0 * y[0]
            return np.sum(x)

        x = np.ones(3)
        with pytest.raises(UnsupportedError, match="share memory"):
            grad(scale)(x, x)
        close(grad(scale)(x, np.ones(3)), [0, 1, 1])
        assert x[0] == 2.0


class TestProducts:
    def test_vjp_runs_the_function_once(self, capsys):
        def noisy(x):
            print("once")
            return x * x

        out, pullback = vjp(noisy, np.array([1.0, 2.0]))
        close(pullback(np.ones(2))[0], [2.0, 4.0])
        close(pullback(np.array([1.0, 0.0]))[0], [2.0, 0.0])
        assert capsys.readouterr().out == "once\n"
        close(out, [1.0, 4.0])

    def test_vjp_keeps_what_it_needs(self):
        x = np.array([1.0, 2.0])
        out, pullback = vjp(lambda x: np.exp(x) * x, x)
        wanted = np.exp(x) * (1 + x)
        x[:], out[:] = 0.0, 0.0
        close(pullback(np.ones(2))[0], wanted)

    def test_vjp_of_structures(self):
        out, pullback = vjp(lambda p, k: {"a": p[0] * k, "b": p[1]}, (2.0, np.ones(2)), 3.0)
        (p_bar, k_bar) = pullback({"a": 1.0, "b": np.array([5.0, 6.0])})
        assert p_bar[0] == 3.0 and k_bar == 2.0
        close(p_bar[1], [5.0, 6.0])

    def test_vjp_checks_shapes(self):
        _, pullback = vjp(lambda x: x * x, np.ones(3))
        with pytest.raises(ValueError, match="shape"):
            pullback(np.ones(2))

    def test_integers_are_constants(self):
        _, pullback = vjp(lambda x, n: x**n, np.array([2.0]), 3)
        x_bar, n_bar = pullback(np.ones(1))
        close(x_bar, [12.0])
        assert n_bar is None

    def test_jvp(self):
        out, out_dot = jvp(product, (2.0, 3.0, 4.0), (1.0, 0.0, None))
        assert (out, out_dot) == (14.0, 7.0)
        with pytest.raises(ValueError, match="shape"):
            jvp(square_sum, (np.ones(3),), (np.ones(2),))
        with pytest.raises(TypeError, match="tuples"):
            jvp(square_sum, 3.0, 1.0)

    def test_variable_arguments(self):
        def total(*xs):
            return xs[0] * xs[1]

        _, pullback = vjp(total, 2.0, 3.0)
        assert pullback(1.0) == (3.0, 2.0)
        assert jvp(total, (2.0, 3.0), (1.0, 0.0)) == (6.0, 3.0)

    def test_hvp_is_hessian_times_vector(self):
        def f(x):
            return np.sum(x[1:] * x[:-1] ** 2)

        x, v = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])
        close(hvp(f, (x,), (v,)), hessian(f)(x) @ v)


class TestMatrices:
    def test_forward_and_reverse_agree(self):
        def f(x, A):
            return np.tanh(A @ x)

        x, A = np.array([0.1, 0.2]), np.arange(6.0).reshape(3, 2)
        for i in (0, 1):
            close(jacrev(f, argnums=i)(x, A), jacfwd(f, argnums=i)(x, A))
        assert jacobian(f, argnums=1)(x, A).shape == (3, 3, 2)
        both = jacrev(f, argnums=(0, 1))(x, A)
        assert isinstance(both, tuple) and both[0].shape == (3, 2)

    def test_hessian_is_symmetric(self):
        def rosenbrock(x):
            return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

        H = hessian(rosenbrock)(np.array([0.5, 1.0, -0.3]))
        close(H, H.T)
        assert H.shape == (3, 3)

    def test_hessians_of_arrays_and_structures(self):
        x = np.array([1.0, 2.0])
        wanted = np.array([[[4.0, 2.0], [2.0, 0.0]], [[0.0, 0.0], [0.0, -np.sin(2.0)]]])
        close(hessian(lambda x: np.array([x[0] ** 2 * x[1], np.sin(x[1])]))(x), wanted)
        assert pickle.loads(pickle.dumps(hessian(square_sum)))(x).shape == (2, 2)
        found = hessian(lambda x: {"a": x**3, "b": np.sum(x**2)})(x)
        assert found["a"].shape == (2, 2, 2)
        close(found["b"], 2 * np.eye(2))
        close(grad(lambda x: np.sum(hessian(lambda y: y**3)(x)))(x), [6.0, 6.0])

    def test_structures_are_outside_in(self):
        result = jacrev(lambda p: {"y": p["a"] * 2.0})({"a": np.ones(2)})
        close(result["y"]["a"], 2 * np.eye(2))

    def test_nothing_to_differentiate(self):
        assert jacrev(lambda x: x * x)(np.ones(0)).shape == (0, 0)
        assert jacfwd(lambda x: x * x)(np.ones(0)).shape == (0, 0)


class TestComposition:
    def test_grad_of_grad(self):
        f = np.tanh
        for n, wanted in enumerate([None, 1.0, 0.0, -2.0, 0.0]):
            if n:
                f = grad(f)
                assert f(0.0) == pytest.approx(wanted)

    def test_grad_inside_a_differentiated_function(self):
        def energy(x):
            return x**3

        def force(x):
            return grad(energy)(x) * x

        assert grad(force)(2.0) == pytest.approx(36.0)

    def test_jvp_of_grad_and_grad_of_jvp(self):
        def f(x):
            return np.sin(x) * x

        def along(x):
            return jvp(f, (x,), (1.0,))[1]

        wanted = 2 * np.cos(0.3) - 0.3 * np.sin(0.3)
        assert jvp(grad(f), (0.3,), (1.0,))[1] == pytest.approx(wanted)
        assert grad(along)(0.3) == pytest.approx(wanted)


class TestManners:
    def test_signature_name_and_docstring(self):
        assert decorated.__name__ == "decorated"
        assert decorated.__doc__ == "The docstring of the original."
        assert list(inspect.signature(decorated).parameters) == ["a", "b"]
        assert grad(product).wrapped is product

    def test_pickle(self):
        assert pickle.loads(pickle.dumps(grad(product, argnums=(0, 1))))(2.0, 3.0, 4.0) == (7.0, 2.0)
        assert pickle.loads(pickle.dumps(decorated)) is decorated

    def test_a_decorated_method(self):
        class Model:
            def __init__(self, w):
                self.w = w

            @grad(argnums="x")
            def slope(self, x):
                return self.w * x * x

        assert Model(3.0).slope(2.0) == 12.0

    def test_source_is_what_runs(self):
        derivative = grad(square_sum)
        assert derivative.source.startswith("def square_sum_grad(x, out_bar=1.0):")
        derivative(np.ones(3))
        assert "out_bar" in derivative.source
        assert source(square_sum, np.ones(3)) == derivative.source

    def test_wengert(self):
        assert "numpy.sum" in wengert(square_sum, np.ones(3))

    def test_tracebacks_show_generated_lines(self):
        def invert(A, b):
            return np.sum(np.linalg.solve(A, b))

        try:
            grad(invert)(np.zeros((2, 2)), np.ones(2))
        except np.linalg.LinAlgError:
            shown = traceback.format_exc()
            assert "<st_ad invert_grad" in shown and "np.linalg.solve(A" in shown
        else:
            pytest.fail("a singular matrix must raise")

    def test_threads(self):
        derivative = grad(square_sum)
        found: list[Any] = []

        def work() -> None:
            found.extend(derivative(np.ones(n)) for n in range(1, 5))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert len(found) == 32 and all((g == 2).all() for g in found)


scale = 2.0


def helper(x):
    return x * x


def uses_globals(x):
    return scale * helper(x)


class TestLiveNames:
    def test_globals_are_read_at_the_call(self, monkeypatch):
        derivative = grad(uses_globals)
        assert derivative(3.0) == 12.0
        monkeypatch.setitem(globals(), "scale", 5.0)
        assert derivative(3.0) == 30.0
        monkeypatch.setitem(globals(), "scale", np.array(5.0))
        assert derivative(3.0) == 30.0

    def test_a_helper_that_is_replaced_is_noticed(self, monkeypatch):
        derivative = grad(uses_globals)
        assert derivative(3.0) == 12.0
        monkeypatch.setitem(globals(), "helper", lambda x: x)
        assert derivative(3.0) == 2.0
        monkeypatch.undo()
        assert derivative(3.0) == 12.0

    def test_closure_cells_are_read_at_the_call(self):
        weight = 2.0

        def f(x):
            return weight * x * x

        derivative = grad(f)
        assert derivative(1.0) == 4.0
        weight = 3.0
        assert derivative(1.0) == 6.0

    def test_nothing_is_written_to_the_users_module(self):
        before = set(globals())
        grad(uses_globals)(1.0)
        assert set(globals()) == before


class TestCheckGrads:
    def test_right_derivatives_pass(self):
        check_grads(model, ({"W": np.ones((3, 2)) * 0.1, "b": [np.zeros(2)]}, np.ones((4, 3))))
        check_grads(product, (2.0, 3.0, 4.0), order=2)

    def test_a_wrong_rule_is_found(self):
        import st_ad.products as products

        class Wrong:
            def __call__(self, *args, **kwargs):
                out, pullback = original(*args, **kwargs)
                return out, lambda bar: tuple(np.where(np.arange(b.size) == 1, 0.0, b) for b in pullback(bar))

        original = products.vjp
        import st_ad.checking as checking

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checking, "vjp", Wrong())
            with pytest.raises(AssertionError, match=r"reverse mode of `square_sum`: argument 0\[1\]"):
                check_grads(square_sum, (np.array([1.0, 2.0, 3.0]),))


def test_all_names_are_there():
    for name in st_ad.__all__:
        assert hasattr(st_ad, name)


SIZES = {"scale": 2.0}


def uses_a_container(x):
    return SIZES["scale"] * x


def test_a_global_container_that_is_changed_in_place_is_noticed():
    derivative = grad(uses_a_container)
    assert derivative(1.0) == 2.0
    SIZES["scale"] = 3.0
    try:
        assert derivative(1.0) == 3.0
    finally:
        SIZES["scale"] = 2.0


def test_a_function_with_a_rule_is_differentiated_by_it() -> None:
    def rounded(x: Any) -> Any:
        return np.sum(x * x)

    st_ad.constant(rounded)
    np.testing.assert_array_equal(st_ad.grad(rounded)(np.ones(2)), [0.0, 0.0])
    np.testing.assert_array_equal(st_ad.value_and_grad(rounded)(np.ones(2))[0], 2.0)


def test_rules_of_local_functions_are_their_own() -> None:
    def scaled(k: float) -> Any:
        def inner(x: Any) -> Any:
            return k * np.sum(x)

        st_ad.linear(inner, "inner(x)", f"y_bar * {100.0 * k} * np.ones_like(x)")
        return inner

    two, three = scaled(2.0), scaled(3.0)
    assert st_ad.value_and_grad(lambda x: two(x) + 10.0 * three(x))(np.ones(1)) == (32.0, 3200.0)
