"""What solvers leave behind: nodes of integrals, and minima that are none of the function but of its bounds."""

from __future__ import annotations

import numpy as np


def with_slope_of(value, s):
    """`value`, which varies as `s` does."""
    return value


def inside_bounds(x, bounds):
    """`x`, once it is clear that it is not held at a bound, where its derivative would be another one."""
    low, high = np.transpose(np.asarray(bounds, float))
    low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    margin = 1e-4 * np.minimum(high - low, 1.0 + np.abs(x))
    if np.any(x - low < margin) or np.any(high - x < margin):
        raise ValueError("the minimum is at a bound, where it is not differentiated: move the bound, or treat it as constant")
    return x


def quadrature_nodes(settled, function, a, b, value, args=(), open_ends=(False, False)):
    """Nodes and weights on the intervals on which scipy.integrate.quad settled: as parts of a finite range, as distances
    from the finite end of another, or as they are."""
    if (np.isinf(a), np.isinf(b)) != open_ends:
        raise ValueError("an end of the integral is infinite: write np.inf in its place, so that this is known beforehand")
    info = settled[2]
    low, high = info["alist"][: info["last"]], info["blist"][: info["last"]]
    middle = 0.5 * (low + high)
    low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    points, weights = np.polynomial.legendre.leggauss(21)
    t = 0.5 * np.add.outer(low + high, 0.0 * points) + 0.5 * np.multiply.outer(high - low, points)
    t, weights = t.ravel(), (0.5 * np.multiply.outer(high - low, weights)).ravel()
    if np.isfinite(a) and np.isfinite(b):
        length = b - a if b != a else 1.0
        places, weights = (t - a) / length, weights / length
        x, scale = a + (b - a) * places, b - a
    else:
        places, weights, scale = (1.0 - t) / t, weights / (t * t), 1.0
        x = a + places if np.isfinite(a) else b - places
        if np.isinf(a) and np.isinf(b):
            x = places = np.concatenate([places, -places])
            weights = np.concatenate([weights, weights])
    terms = scale * weights * np.array([function(p, *args) for p in x.tolist()])
    if abs(np.sum(terms) - value) > 1e-7 * np.sum(np.abs(terms)) + 1e-10:
        raise ValueError("the integrand is too singular to be differentiated under the integral: substitute the variable")
    return places, weights


def at_fixed_times(grid, *times):
    """`grid`, whose `times` must not vary."""
    return grid


def ode_steps(function, y0, t, args=(), time_first=False):
    """Times for a Runge-Kutta method of order 4 that gives the solution of a differential equation to nine digits, and
    where the times `t` are among them."""

    def slope(t, y):
        return np.asarray(function(t, y, *args) if time_first else function(y, t, *args), float)

    def after(t, y, h, count):
        for _ in range(count):
            a = slope(t, y)
            b = slope(t + 0.5 * h, y + 0.5 * h * a)
            c = slope(t + 0.5 * h, y + 0.5 * h * b)
            y = y + h / 6.0 * (a + 2.0 * b + 2.0 * c + slope(t + h, y + h * c))
            t = t + h
        return y

    y, grid, marks = np.asarray(y0, float), [float(t[0])], [0]
    count = 1
    for start, stop in zip(t[:-1], t[1:]):
        count = max(count // 4, 1)
        coarse = after(start, y, (stop - start) / count, count)
        while True:
            fine = after(start, y, (stop - start) / (2 * count), 2 * count)
            error = np.max(np.abs(fine - coarse) / (1e-2 + np.abs(fine)))
            count, coarse = 2 * count, fine
            if error < 1e-8:
                break
            if count > 8192:
                raise ValueError("the differential equation is stiff, or its solution is not finite: it is not differentiated")
        grid.extend(np.linspace(start, stop, count + 1)[1:])
        marks.append(len(grid) - 1)
        y = coarse
    return np.array(grid), np.array(marks)
