"""scipy.integrate: integrals of sampled values."""

from __future__ import annotations

import numpy as np
from scipy import integrate

from ...runtime import simpson_weights
from ..notation import constant, definition, refuse, rule

_TRAPEZOID = "integrate.trapezoid(f, x=None, dx=1.0, axis=-1)"
_STEPS = "the places as an array of several axes: pass one axis"
refuse(_TRAPEZOID, _STEPS, when="x is not None and ndim(x) != 1")


def spread_along(g, weights, axis):
    """One adjoint for each integral, times the weight of each value."""
    return np.moveaxis(np.expand_dims(g, -1) * weights, -1, axis)


def halves(steps):
    """Half of the step before and of the step behind each value."""
    return 0.5 * (np.pad(steps, (1, 0)) + np.pad(steps, (0, 1)))


@rule(_TRAPEZOID, when="x is None")
def trapezoid_of_step(f, x, dx, axis, y, y_bar):
    """Linear in the values and in the step."""
    weights = halves(np.ones(np.shape(f)[axis] - 1))
    return spread_along(y_bar, dx * weights, axis), None, np.sum(y_bar * (np.moveaxis(f, axis, -1) @ weights))


@rule(_TRAPEZOID)
def trapezoid(f, x, dx, axis, y, y_bar):
    """Linear in the values and in the places."""
    values = np.moveaxis(f, axis, -1)
    pairs = np.reshape(np.expand_dims(y_bar, -1) * 0.5 * (values[..., 1:] + values[..., :-1]), (-1, len(x) - 1))
    return spread_along(y_bar, halves(np.diff(x)), axis), -np.diff(np.sum(pairs, axis=0), prepend=0.0, append=0.0)


_SIMPSON = "integrate.simpson(f, x=None, dx=1.0, axis=-1)"
refuse(_SIMPSON, _STEPS, when="x is not None and ndim(x) != 1")


@rule(_SIMPSON, when="x is None")
def simpson_of_step(f, x, dx, axis, y, y_bar):
    """Linear in the values and in the step."""
    weights = simpson_weights(np.arange(np.shape(f)[axis]))
    return spread_along(y_bar, dx * weights, axis), None, np.sum(y_bar * (np.moveaxis(f, axis, -1) @ weights))


@rule(_SIMPSON)
def simpson(f, x, dx, axis, y, y_bar):
    """Linear in the values; by the places it is not differentiated."""
    return (spread_along(y_bar, simpson_weights(x), axis),)


@definition("integrate.romb(f, dx=1.0, axis=-1, show=False)")
def romb(f, dx, axis, show):
    """Linear in the values, whose weights are the integrals of the unit vectors."""
    return np.moveaxis(f, axis, -1) @ (dx * integrate.romb(np.eye(np.shape(f)[axis])))


_CUMULATIVE = "integrate.cumulative_trapezoid(f, x=None, dx=1.0, axis=-1, initial=None)"
refuse(_CUMULATIVE, _STEPS, when="x is not None and ndim(x) != 1")


def behind(y_bar, initial, axis):
    """What each interval contributes to: the sum of the adjoints from there on, with the axis last."""
    g = np.moveaxis(y_bar, axis, -1)
    if initial is not None:
        g = g[..., 1:]
    return np.flip(np.cumsum(np.flip(g, -1), axis=-1), -1)


def both_ends(g, axis):
    """Each interval has a value at both ends."""
    zero = np.zeros_like(g[..., :1])
    return np.moveaxis(0.5 * (np.concatenate([g, zero], axis=-1) + np.concatenate([zero, g], axis=-1)), -1, axis)


@rule(_CUMULATIVE, when="x is None and literal(initial)")
def cumulative_of_step(f, x, dx, axis, initial, y, y_bar):
    """Linear in the values and in the step."""
    g = behind(y_bar, initial, axis)
    values = np.moveaxis(f, axis, -1)
    return both_ends(dx * g, axis), None, np.sum(g * 0.5 * (values[..., 1:] + values[..., :-1]))


@rule(_CUMULATIVE, when="literal(initial)")
def cumulative_trapezoid(f, x, dx, axis, initial, y, y_bar):
    """Linear in the values and in the places."""
    g = behind(y_bar, initial, axis)
    values = np.moveaxis(f, axis, -1)
    pairs = np.reshape(g * 0.5 * (values[..., 1:] + values[..., :-1]), (-1, len(x) - 1))
    return both_ends(np.diff(x) * g, axis), -np.diff(np.sum(pairs, axis=0), prepend=0.0, append=0.0)


refuse(_CUMULATIVE, "`initial` must be known when transformed")
# The front end gives their values the slope of a sum over nodes, or of a Runge-Kutta method.
constant("integrate.quad", "integrate.odeint", "integrate.solve_ivp")
for _name in ("cumulative_simpson", "romberg", "quadrature"):
    refuse(f"integrate.{_name}", "write scipy.integrate.simpson or cumulative_trapezoid")
