"""Programs that write to arrays have the derivatives of differences, and leave their arguments as the program does."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest

import st_ad

import mutation_programs as programs
from agreement import copied

X = np.array([0.7, -0.4, 1.3, 0.2])
Y = np.array([0.5, 0.9, -0.3, 0.4])
CASES = [(f, (X,)) for f in programs.OF_ONE_ARRAY]
CASES += [(f, (X, Y, n)) for f in programs.OF_TWO_ARRAYS for n in (0, 1, 2, 3)]


def along(f: Callable[..., Any], args: tuple[Any, ...], dots: tuple[Any, ...], h: float) -> float:
    moved = tuple(a + h * d for a, d in zip(args, dots))
    return float(f(*copied((*moved, *args[len(dots) :]))))


@pytest.mark.parametrize(("f", "args"), CASES, ids=[f"{f.__name__}_{i}" for i, (f, _) in enumerate(CASES)])
def test_gradient(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    arrays = tuple(i for i, a in enumerate(args) if isinstance(a, np.ndarray))
    plain, given = copied(args), copied(args)
    value = f(*plain)
    found, gradients = st_ad.value_and_grad(f, argnums=arrays)(*given)
    np.testing.assert_allclose(found, value)
    for left, expected in zip(given, plain):
        np.testing.assert_allclose(left, expected)
    generator = np.random.default_rng(3)
    dots = tuple(generator.standard_normal(4) for _ in arrays)
    slope = (along(f, args, dots, 1e-6) - along(f, args, dots, -1e-6)) / 2e-6
    product = sum(np.sum(g * d) for g, d in zip(gradients, dots))
    np.testing.assert_allclose(product, slope, rtol=1e-5, atol=1e-6)
    _, pushed = st_ad.jvp(f, copied(args), (*dots, *(None for _ in args[len(dots) :])))
    np.testing.assert_allclose(pushed, product, rtol=1e-9, atol=1e-9)


def written_piece(x):
    p, q = np.split(x, 2)
    p[0] = q[1] * 3.0
    return np.sum(x * x)


def piece_of_what_changed(x):
    p, q = np.split(x, [1])
    x[0] = 7.0
    return np.sum(p) * np.sum(q)


def broadcast_with_what_changed(x):
    _, b = np.broadcast_arrays(2.0, x)
    x[1] = 5.0
    return np.sum(x * b)


def number_or_array_under_two_names(x):
    items = [4.0]
    for _ in range(3):
        items.append(x)
    s = 0.5
    for i in range(2):
        s += sum(items)[i]
    t = s
    t += 4.0
    return s * t


def list_over_what_changed(x, n=2):
    items = [x]
    for _ in range(n):
        items.append(items[-1] * x)
    first = items[0]
    x[0] = 3.0
    return np.sum(first * x)


def ints_in_the_first_pass(x, n=3):
    s = 0
    t = 0.0
    for k in range(n):
        u = np.full(3, s)
        u[0] = x[k]
        t += u[0] * x[1]
        s = x[k] * 1.0
    return t


def ints_on_one_path(x):
    s = 2 if x[0] < 0.0 else x[0]
    u = np.full(3, s)
    u[0] = x[1]
    return np.sum(u * u)


def copy_of_ints_in_the_first_pass(x, n=3):
    s = 0
    t = 0.0
    for k in range(n):
        u = np.stack([s, s]) * 1
        u[0] = x[k]
        t += np.sum(u) * x[1]
        s = s + x[k]
    return t


def sums_of_ints_in_the_first_pass(x, n=3):
    s = 0
    w = np.arange(n)
    for k in range(n):
        w = w * s + k
        u = np.sort(w)[::-1].copy()
        u[0] = x[k]
        s = s + np.sum(u)
    return s * 1.0


@pytest.mark.parametrize(
    "program",
    [copy_of_ints_in_the_first_pass, sums_of_ints_in_the_first_pass, ints_in_the_first_pass, ints_on_one_path, written_piece, piece_of_what_changed, broadcast_with_what_changed, number_or_array_under_two_names, list_over_what_changed],
)
def test_what_may_share_storage_is_refused_or_right(program):
    try:
        st_ad.check_grads(program, (np.arange(1.25, 5.0),))
    except st_ad.UnsupportedError as error:
        assert "cannot decide whether" in str(error)


def updated_on_one_path(x, y, n):
    if n:
        y += np.sum(x)
    return np.sum(y.mean(axis=0) ** 2)


@pytest.mark.parametrize("n", [0, 1])
def test_gradient_that_is_a_broadcast_is_read_on_a_path_too(n):
    x, y = np.array([0.3, -0.2]), np.arange(6.0).reshape(3, 2)
    x_bar, y_bar = st_ad.grad(updated_on_one_path, argnums=(0, 1))(x, y.copy(), n)
    mean = y.mean(axis=0) + n * np.sum(x)
    np.testing.assert_allclose(y_bar, np.broadcast_to(2.0 * mean / 3.0, (3, 2)))
    np.testing.assert_allclose(x_bar, np.full(2, n * np.sum(2.0 * mean)))
