"""Complex numbers: programs against differences, and the convention that README states."""

from __future__ import annotations

import numpy as np
import pytest
import complex_programs
from complex_programs import PROGRAMS

from st_ad import check_grads, elementwise_grad, grad, hvp, jacfwd, jacrev, jvp, runtime, source, value_and_grad, vjp
from st_ad.errors import NotDifferentiableError, StAdError

X, Y = np.array([0.9, 1.4, 0.6]), np.array([0.7, 0.5, 1.1])
Z = np.array([1 + 2j, 3 - 1j, 0.5j])


@pytest.mark.parametrize("program", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_program(program):
    check_grads(program, (X.copy(), Y.copy()), order=2, rtol=1e-4, atol=1e-5)
    value, gradient = value_and_grad(program, argnums=(0, 1))(X, Y)
    assert value == program(X, Y)
    assert all(g.dtype == np.float64 and g.shape == (3,) for g in gradient)


@pytest.mark.parametrize("program", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_program_of_unknown_arguments(program):
    try:
        text = source(program, argnums=(0, 1))
    except StAdError:
        pytest.skip("needs to know its arguments")
    scope = {**{name: getattr(runtime, name) for name in runtime.__all__}, **vars(complex_programs)}
    exec(text, scope)
    found = scope[f"{program.__name__}_grad"](X.copy(), Y.copy())
    for given, wanted in zip(found, grad(program, argnums=(0, 1))(X.copy(), Y.copy())):
        np.testing.assert_allclose(given, wanted, rtol=1e-8, atol=1e-10)
        assert np.isrealobj(given)


def power(z):
    return np.sum(np.abs(z) ** 2)


def test_gradient_is_that_of_jax_and_autograd():
    np.testing.assert_allclose(grad(power)(Z), 2 * np.conj(Z))
    np.testing.assert_allclose(grad(lambda z: (z**3).real.sum())(Z), 3 * Z**2)
    assert grad(lambda z: abs(z) ** 2)(1 + 2j) == 2 - 4j
    assert grad(power)(Z.astype(np.complex64)).dtype == np.complex64


def test_adjoint_of_a_holomorphic_function_is_not_conjugated():
    seed = np.array([1j, 1, 2])
    _, pullback = vjp(lambda z: z**2, Z)
    np.testing.assert_allclose(pullback(seed)[0], 2 * Z * seed)
    _, tangent = jvp(lambda z: z**2, (Z,), (seed,))
    np.testing.assert_allclose(tangent, 2 * Z * seed)


def test_adjoint_of_a_real_argument_is_real():
    _, pullback = vjp(lambda x: np.exp(1j * x), X)
    (bar,) = pullback(np.array([1j, 1, 2]))
    np.testing.assert_allclose(bar, np.real(1j * np.exp(1j * X) * np.array([1j, 1, 2])))
    assert bar.dtype == np.float64


def test_second_derivatives():
    np.testing.assert_allclose(hvp(lambda z: np.sum(np.abs(z) ** 2), (Z,), (Z,)), 2 * np.conj(Z))
    check_grads(lambda z, x: np.real(np.conj(z) * x**2), (Z, X), order=2)
    product = hvp(lambda a, b: np.sin(np.real(a + 1j * b)) + np.imag(a + 1j * b) ** 2, (0.3, 0.2), (0.5, 0.25))
    np.testing.assert_allclose(product, (-0.5 * np.sin(0.3), 0.5))


def test_what_is_complex_of_a_real_argument():
    np.testing.assert_allclose(jacfwd(lambda x: np.exp(1j * x))(X), np.diag(1j * np.exp(1j * X)))
    np.testing.assert_allclose(elementwise_grad(np.sin)(Z), np.cos(Z))


REFUSED = [
    (grad(lambda z: np.sum(z**2)), Z, "returns a complex number"),
    (grad(lambda x: np.sum(np.exp(1j * x))), X, "returns a complex number"),
    (jacrev(lambda x: np.exp(1j * x)), X, "the result is complex"),
    (jacfwd(lambda z: np.abs(z)), Z, "`z` is complex"),
    (elementwise_grad(lambda x: np.exp(1j * x)), X, "no room in the real argument `x`"),
]


@pytest.mark.parametrize("transformed, at, why", REFUSED, ids=[why for _, _, why in REFUSED])
def test_refusal(transformed, at, why):
    with pytest.raises(NotDifferentiableError, match=why):
        transformed(at)


def store_in_argument(z):
    z.real = z.imag * 2
    return np.sum(np.abs(z) ** 4)


def test_argument_is_written_to_once():
    one, two = X * (1 + 0.3j), X * (1 + 0.3j)
    store_in_argument(one)
    grad(store_in_argument)(two)
    np.testing.assert_array_equal(one, two)
    check_grads(store_in_argument, (X * (1 + 0.3j),))
