"""Programs of NumPy's functions that write, join, choose and count: the gradient against differences."""

from __future__ import annotations

import numpy as np
import pytest

from st_ad import jvp, value_and_grad


def diagonal_filled(x):
    a = x.reshape(2, 2) * 2
    np.fill_diagonal(a, x[0])
    return np.sum(a**2)


def diagonal_of_values(x):
    a = np.zeros((2, 2))
    np.fill_diagonal(a, x[:2])
    return np.sum(a**2 * np.arange(4).reshape(2, 2))


def put(x):
    a = x * 2
    np.put(a, [0, 2], x[1])
    return np.sum(a**3)


def put_where_mask(x):
    a = x * 2
    np.putmask(a, a > 0, x**2)
    return np.sum(a**3)


def placed(x):
    a = x * 2
    np.place(a, a > 0, [1.0, x[0]])
    return np.sum(a**3)


def placed_by_integers(x):
    a = x * 2
    np.place(a, 1 * (a > 0), np.extract(1 - (x > 1), x**2))
    np.putmask(a, [0, 2, 0, 0], x[3])
    return np.sum(a**3)


def placed_nowhere(x):
    a = x * 2
    np.place(a, 0 * (a > 0), np.extract([0, 0, 0, 0], x))
    return np.sum(a**3)


def extracted_in_order(x):
    return np.sum(np.extract([0, 1, 2, 0], x.reshape(2, 2)) ** 2)


def moved_axis(x, axis=-1):
    if axis == 0:
        return np.sum(x**2)
    y = np.moveaxis(x.reshape(2, 2), axis, 0)
    return np.sum(y**2 * np.arange(y.shape[0])[:, None])


def copied_where(x):
    a = x * 2
    np.copyto(a, x**2, where=x > 0)
    return np.sum(a**3)


def copied(x):
    a = np.empty_like(x)
    np.copyto(a, x**2)
    return np.sum(a**3)


def largest_at(x):
    a = np.zeros(3)
    np.maximum.at(a, [0, 1, 0, 2], x)
    return np.sum(a**2)


def product_at(x):
    a = np.ones(3)
    np.multiply.at(a, [0, 1, 0, 2], x)
    return np.sum(a**2)


def difference_at(x):
    a = np.ones(3)
    np.subtract.at(a, [0, 1, 0, 2], x)
    return np.sum(a**2)


def rows_multiplied_at(x):
    a = np.ones((3, 2))
    np.multiply.at(a, [0, 2, 0], x[:2])
    np.maximum.at(a, (np.array([0, 1]), np.array([1, 1])), x[2:])
    return np.sum(a**2 * np.arange(6).reshape(3, 2))


def column_divided_at(x):
    a = x.reshape(2, 2) * 2
    np.divide.at(a, (slice(None), [0, 0]), x[:2] + 3)
    np.multiply.at(a, a > 0, x[3])
    return np.sum(a**2 * np.arange(4).reshape(2, 2))


def places_in_a_vector(x):
    at = np.nonzero(x > 0)
    both = np.unravel_index([0, 2], x.shape)
    (top,) = np.unravel_index(np.argmax(x), (4,))
    return len(at) * np.sum(x[at] ** 2) + len(both) * np.sum(x[both]) + x[top] ** 3 + len(np.diag_indices(4, 1)) * x[np.ix_([1])][0]


def put_along_axis(x):
    a = np.zeros((2, 2))
    np.put_along_axis(a, np.array([[0], [1]]), x[:2].reshape(2, 1), axis=1)
    return np.sum(a**2 * np.arange(1, 5).reshape(2, 2))


def joined_then_written(x):
    a = x * 2
    b = np.r_[a, 1.0]
    a[0] = 5.0
    return np.sum(b**2) + np.sum(a)


def inserted_then_written(x):
    y = np.insert(x, 1, x[0])
    y[0] = 7.0
    return np.sum(y**2) + np.sum(x)


def branch_not_taken(x):
    return np.sum(np.select([x > 1e9, x > -1e9], [np.sqrt(x - 1e9), x**2]))


def pieces(x):
    return np.sum(np.piecewise(x, [x < 0, x >= 0], [lambda v: v * 0 + 1, lambda v: np.sqrt(v)]) ** 2)


def quotient_where(x):
    return np.sum(np.divide(1.0, x, out=np.zeros_like(x), where=x > 0) * np.arange(4))


def root_where(x):
    out = np.full(4, 3.0)
    np.sqrt(x, out=out, where=x > 0)
    return np.sum(out**3)


def resized_then_written(x):
    a = x.copy()
    y = np.resize(a, (2, 4))
    a[0] = 9.0
    return np.sum(y**3)


def deleted_then_written(x):
    y = np.delete(x, 0)
    y[0] = 2.0
    return np.sum(y * x[:3])


def windows(x):
    w = np.lib.stride_tricks.sliding_window_view(x, 2)
    return np.sum(np.prod(w, axis=1))


def vectorized(x):
    f = np.vectorize(lambda v: v * v if v > 0 else -v)
    return np.sum(f(x) ** 2)


def vectorized_along_axes(x):
    A = np.outer(x, x + 1.0)
    dot = np.vectorize(np.dot, signature="(n),(n)->()")
    both = np.vectorize(lambda v, k: (v.sum() * k, v * k), signature="(n),()->(),(n)")
    whole = np.vectorize(lambda v: v.sum(), otypes=[int], signature="(n) -> ()")
    sums, rows = both(A, x)
    return dot(A, A) @ sums + np.sum(rows**2) + dot(A, x) @ x + dot(x, x) + np.sum(whole(A * 3.0)) * x[0]


def definitions_in_a_loop(x):
    s = 0.0
    for k in range(3):
        s = s + np.sum(np.gradient(x * k) ** 2) + np.quantile(x * (k + 1), 0.3)
    return s


def definitions_in_branches(x):
    if x[0] > 0:
        y = np.cov(x, x**2)[0, 1]
    else:
        y = np.median(x, axis=(0,))
    return y * 2


def running_maximum(x):
    return np.sum(np.maximum.accumulate(x) ** 2)


def flat(x):
    a = x.reshape(2, 2).copy()
    return sum(v**2 for v in a.flat)


def histogram(x):
    h, e = np.histogram(np.array([0.1, 0.4, 0.7, 0.9]), bins=2, weights=x)
    return np.sum(h**2 * e[1:])


def array_without_axes(x):
    z = np.asarray(0.0)
    z += x[0]
    w = np.zeros(())
    w += x[1]
    return z.item() * x[2] + w.tolist() * z[()] + w.astype(float).reshape(1)[0] * z.copy().ravel()[0]


def laplace_expansion(x):
    def determinant(m):
        if len(m) == 1:
            return m[0, 0]
        total = 0
        for c in range(len(m)):
            total += (-1) ** c * m[0, c] * determinant(np.delete(m[1:], c, axis=1))
        return total

    return determinant(np.outer(x[:3], x[:3]) + np.diag(x[1:]))


def leave_one_out(x):
    s = 0.0
    for k in range(len(x)):
        rest = np.delete(x, k)
        rest[0] *= x[k]
        for v in rest:
            s += v**2
    return s + np.sum(np.delete(x.reshape(2, 2), [0], axis=0))


def operands_by_name(x):
    a = np.full(shape=(2,), fill_value=x[0])
    b = np.array(object=[x[1], x[2]])
    c = np.tile(A=x, reps=2)
    d = np.asarray(a=[x[1], 1.0], dtype=float)
    return np.dot(a=a, b=b) * np.sum(a=c, axis=0) + np.interp(x=1.5, xp=[0, 1, 3, 4], fp=x) * np.flip(m=d)[1]


def stored_into_an_array_without_axes(x):
    out = np.empty(())
    out[()] = x[0]
    out[np.asarray(x[1] < 0)] = x[2]
    out[np.asarray(x[1] > 0)] = 2.0
    return out[()] * x[3]


def broadcast_shapes(x):
    (n,) = np.broadcast_shapes(x.shape, (1,))
    rows, columns = np.broadcast_shapes((3, 1), x.shape)
    empty = np.broadcast_shapes((), ())
    return np.sum(np.broadcast_to(x, (rows, columns)) ** 2) * n + np.sum(np.full(empty, x[0])) * len(empty)


def axes_in_an_array(x):
    y = x.reshape(2, 2)
    axes = np.array([0, -1])
    axes[axes < 0] = y.ndim + axes[axes < 0]
    if np.any(axes >= y.ndim) or ~np.all(np.sort(axes) == axes):
        raise ValueError("no such axis")
    kept = np.delete(np.arange(2), axes[0])
    return np.sum(y * y) if len(kept) == 1 else np.sum(y)


def polynomial_of_a_polynomial(x):
    return np.sum(np.polynomial.polynomial.polyval2d(x[:2], x[2:], x.reshape(2, 2)))


def shortened_in_a_loop(x, axis=0):
    c = np.moveaxis(x, axis, 0)
    for _ in range(2):
        n = len(c) - 1
        shorter = np.empty((n,) + c.shape[1:])
        for j in range(n, 0, -1):
            shorter[j - 1] = j * c[j]
        c = shorter
    return np.sum(np.moveaxis(c, 0, axis) ** 2)


def matrix_of_a_vector_written_to(x):
    m = np.diag([x[0], x[1], 1.0])
    m[:2, :2] += np.outer(x[:2], x[2:])
    n = np.diag(x)
    n[0, 1] += x[0]
    return np.sum(m**2) + np.sum(n**3)


def shape_that_is_set(x):
    s = x * 2
    s.shape = (2, 2)
    t = np.zeros(6)
    part = t[1:4]
    t.shape = (2, 3)
    t[1, 0] = x[0]
    part[0] = x[1]
    return np.sum(s @ s) + np.sum(t**2) * part[2]


def rolled_axis_written_to(x):
    y = x.reshape(2, 2) * 1.0
    rows = np.rollaxis(y, 1)
    rows -= np.mean(rows, axis=0) * x[0]
    return np.sum(y**2 * np.arange(4).reshape(2, 2))


def chosen_from_an_array(x):
    which = np.array([[0, 1], [1, 0]])
    return np.sum(np.choose(which, np.stack([x.reshape(2, 2) ** 2, np.outer(x[:2], x[2:])])) * np.arange(4).reshape(2, 2))


def error_state_and_back(x):
    old = np.seterr(all="ignore")
    y = np.log(x**2)
    np.seterr(**old)
    return np.sum(y)


def required(x, axis=0):
    a = np.require(x.__array__(), dtype=np.double, requirements=["C"])
    a = np.reshape(a, a.shape + (1,) * (2 - a.ndim))
    b = np.require(x)
    picked = [slice(None)] * b.ndim
    picked[axis] = np.array([0, 2])
    return np.sum(a @ a.T) + np.sum(b[tuple(picked)] ** 2)


def flags_of_an_array(x):
    y = x * 2
    if not y.flags.writeable:
        y = y.copy()
    return np.sum(y**2) if x.flags.c_contiguous or y.flags.f_contiguous else np.sum(y)


def characteristic_polynomial(x):
    return np.sum(np.poly(x.reshape(2, 2)) * np.arange(3))


X = np.array([0.7, -0.4, 1.3, 0.2])
PROGRAMS = [f for n, f in list(globals().items()) if getattr(f, "__module__", "") == __name__]


@pytest.mark.parametrize("f", PROGRAMS, ids=[f.__name__ for f in PROGRAMS])
def test_program(f):
    with np.errstate(all="ignore"):
        value, gradient = value_and_grad(f)(X.copy())
        np.testing.assert_allclose(value, f(X.copy()))
        for i in range(len(X)):
            step = 1e-6 * (np.arange(len(X)) == i)
            slope = (f(X + step) - f(X - step)) / 2e-6
            np.testing.assert_allclose(gradient[i], slope, atol=1e-5)
        _, dot = jvp(f, (X.copy(),), (np.cos(X),))
        np.testing.assert_allclose(dot, gradient @ np.cos(X), atol=1e-9)
