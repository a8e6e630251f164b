"""The numeric check of derivatives: reverse mode against forward mode, and both against central differences."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from . import arguments as kinds
from .products import active_primals, jvp, vjp
from .transformed import Transformed

_STEP = 1e-6


def check_derivatives(
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    order: int,
    modes: tuple[str, ...],
    rtol: float,
    atol: float,
) -> None:
    """See st_ad.check_grads."""
    if order < 1:
        raise ValueError(f"check_grads: order must be 1 or more, not {order}")
    unknown = [m for m in modes if m not in ("fwd", "rev")]
    if unknown:
        raise ValueError(f"unknown mode {unknown[0]!r}: one of 'fwd', 'rev'")
    active = active_primals(args)
    if not active:
        raise TypeError("check_grads: none of the arguments is a float or an array of floats")
    args = tuple(
        float(a) if i in active and isinstance(a, (int, np.integer)) else a for i, a in enumerate(args)
    )
    check = _Check(fun, args, active, rtol, atol)
    if "fwd" in modes:
        check.forward()
    if "rev" in modes:
        check.reverse()
    if order > 1:
        for i in active:
            mode = "grad" if check.returns_number() else "elementwise_grad"
            check_derivatives(Transformed(fun, mode, i), args, order - 1, modes, rtol, atol)


class _Check:
    """One function at one point, with a random direction and a random adjoint that are the same in every run."""

    def __init__(
        self, fun: Callable[..., Any], args: tuple[Any, ...], active: list[int], rtol: float, atol: float
    ):
        self.fun, self.args, self.active = fun, args, active
        self.rtol, self.atol = rtol, atol
        self.random = np.random.default_rng(0)
        self.out = self.value(args)
        self.bar = kinds.map_leaves(self._direction, self.out)

    def returns_number(self) -> bool:
        return kinds.is_one_value(self.out) and np.ndim(self.out) == 0

    def value(self, args: tuple[Any, ...]) -> Any:
        """The function at a point; it may write to its arguments, so it gets copies."""
        return self.fun(
            *kinds.map_leaves(lambda _, leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, args)
        )

    def _direction(self, path: str, leaf: Any) -> Any:
        if not kinds.is_floating(leaf):
            return None
        draw = self.random.standard_normal(np.shape(leaf))
        if np.iscomplexobj(leaf):
            draw = draw + 1j * self.random.standard_normal(np.shape(leaf))
        return draw.astype(leaf.dtype) if isinstance(leaf, (np.ndarray, np.generic)) else type(leaf)(draw)

    def leaves(self) -> list[tuple[int, str, Any]]:
        """The differentiated leaves: argument, path, value."""
        return [(i, p, v) for i in self.active for p, v in kinds.leaves(self.args[i]) if kinds.is_floating(v)]

    def along(self, i: int, path: str, direction: Any) -> tuple[Any, ...]:
        """A tangent for every argument that is zero except in one leaf."""

        def dot(at: str, leaf: Any) -> Any:
            if not kinds.is_floating(leaf):
                return None
            return direction if at == path else _zero(leaf)

        return tuple(
            (kinds.map_leaves(dot, a) if k == i else kinds.map_leaves(lambda _, v: _zero(v), a))
            if k in self.active
            else None
            for k, a in enumerate(self.args)
        )

    def difference(self, i: int, path: str, direction: Any) -> float:
        """The derivative of <bar, fun> along a direction, by central differences."""
        step = _STEP if np.asarray(direction).dtype.itemsize >= 8 else 1e-2
        ends = []
        for sign in (1, -1):

            def moved(at: str, leaf: Any, sign: int = sign) -> Any:
                return leaf + (sign * step * direction) if at == path else leaf

            point = tuple(kinds.map_leaves(moved, a) if k == i else a for k, a in enumerate(self.args))
            ends.append(self.inner(self.value(point)))
        return (ends[0] - ends[1]) / (2 * step)

    def inner(self, out: Any) -> float:
        """<bar, out>, the sum over all leaves of the real part of bar * out."""
        total = 0.0
        for (_, bar), (_, leaf) in zip(kinds.leaves(self.bar), kinds.leaves(out)):
            if bar is not None:
                total += float(np.real(np.sum(np.asarray(bar) * np.asarray(leaf))))
        return total

    def forward(self) -> None:
        """Compare forward mode with differences, a leaf at a time."""
        for i, path, leaf in self.leaves():
            direction = self._direction(path, leaf)
            args = kinds.map_leaves(lambda _, v: v.copy() if isinstance(v, np.ndarray) else v, self.args)
            _, out_dot = jvp(self.fun, args, self.along(i, path, direction))
            self.compare("forward mode", i, path, direction, self.inner(out_dot))

    def reverse(self) -> None:
        """Compare reverse mode with differences, a leaf at a time."""
        args = kinds.map_leaves(lambda _, v: v.copy() if isinstance(v, np.ndarray) else v, self.args)
        _, pullback = vjp(self.fun, args)
        bars = pullback(self.bar)
        for i, path, leaf in self.leaves():
            direction = self._direction(path, leaf)
            bar = dict(kinds.leaves(bars[i]))[path]
            derivative = float(np.real(np.sum(np.asarray(bar) * np.asarray(direction))))
            if not self.agrees(derivative, self.difference(i, path, direction)):
                self.locate(i, path, leaf, bar)
            self.compare("reverse mode", i, path, direction, derivative)

    def agrees(self, derivative: float, difference: float) -> bool:
        return bool(np.isclose(derivative, difference, rtol=self.rtol, atol=self.atol, equal_nan=False))

    def compare(self, mode: str, i: int, path: str, direction: Any, derivative: float) -> None:
        difference = self.difference(i, path, direction)
        if not self.agrees(derivative, difference):
            raise AssertionError(
                f"{mode} of `{_name(self.fun)}`: argument {i}{path}: the derivative along a random direction is "
                f"{derivative:.10g}, differences give {difference:.10g}"
            )

    def locate(self, i: int, path: str, leaf: Any, bar: Any) -> None:
        """Say which element of an adjoint is wrong."""
        for index in np.ndindex(np.shape(leaf)):
            unit = np.zeros_like(leaf)
            unit[index] = 1
            given, difference = float(np.real(np.asarray(bar)[index])), self.difference(i, path, unit)
            if not self.agrees(given, difference):
                where = str(list(index)) if index else ""
                raise AssertionError(
                    f"reverse mode of `{_name(self.fun)}`: argument {i}{path}{where}: the derivative is {given:.10g}, "
                    f"differences give {difference:.10g}"
                )


def _zero(leaf: Any) -> Any:
    if not kinds.is_floating(leaf):
        return None
    return np.zeros_like(leaf) if isinstance(leaf, (np.ndarray, np.generic)) else type(leaf)(0)


def _name(fun: Any) -> str:
    return str(getattr(fun, "__name__", fun))
