"""scipy.integrate.odeint and solve_ivp: the value is the solver's; it varies as the result of a Runge-Kutta method does.

The method of order 4 runs on steps that are fine enough for nine digits (found by halving), and is differentiated step by
step: the adjoint of the discretisation, which agrees with itself in both modes and needs no second tolerance.
"""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from ...ir.build import type_of
from ...ir.syntax import Eqn, Lit, Pack, Var
from ...ir.types import BOOL, Opaque, Sym, Tensor
from .callbacks import CallbackMixin
from ..data.values import DictContent, ListRef, ObjectRef, TupleValue, Value

_ODEINT = ("func", "y0", "t", "args")
_SOLVE_IVP = ("fun", "t_span", "y0", "method", "t_eval", "dense_output", "events", "vectorized", "args")
_REFUSED = {
    "full_output": "take the solution alone", "dense_output": "ask for the values with t_eval=", "events": "end the solution at a fixed time",
}  # fmt: skip


def steps_with_time_last(function: Any, y: Any, grid: Any, marks: Any, args: Any) -> Any:
    """The classical Runge-Kutta method for function(y, t)."""
    states = [y]
    for k in range(len(grid) - 1):
        t, h = grid[k], grid[k + 1] - grid[k]
        a = np.asarray(function(y, t, *args))
        b = np.asarray(function(y + 0.5 * h * a, t + 0.5 * h, *args))
        c = np.asarray(function(y + 0.5 * h * b, t + 0.5 * h, *args))
        d = np.asarray(function(y + h * c, t + h, *args))
        y = y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
        states.append(y)
    return np.array(states)[marks]


def steps_with_time_first(function: Any, y: Any, grid: Any, marks: Any, args: Any) -> Any:
    """The classical Runge-Kutta method for function(t, y)."""
    states = [y]
    for k in range(len(grid) - 1):
        t, h = grid[k], grid[k + 1] - grid[k]
        a = np.asarray(function(t, y, *args))
        b = np.asarray(function(t + 0.5 * h, y + 0.5 * h * a, *args))
        c = np.asarray(function(t + 0.5 * h, y + 0.5 * h * b, *args))
        d = np.asarray(function(t + h, y + h * c, *args))
        y = y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
        states.append(y)
    return np.array(states)[marks]


class EquationMixin(CallbackMixin):
    """Calls of solvers of ordinary differential equations."""

    def solve_equation(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        names = _ODEINT if prim.endswith("odeint") else _SOLVE_IVP
        if len(args) > len(names):
            raise self.refuse("the options of this solver must be given by name", "write name=value behind the first three")
        given = {**dict(zip(names, args)), **kwargs}
        for name, remedy in _REFUSED.items():
            if given.get(name, Lit(None)) not in (Lit(None), Lit(False), Lit(0)):
                raise self.refuse(f"`{name}` of this solver has no derivative here", remedy)
        function = given.pop(names[0])
        extra = given.pop("args", Lit(None))
        rest = () if extra == Lit(None) else extra.items if isinstance(extra, TupleValue) else (extra,)
        (made,), captured = self.callbacks([function], 2 + len(rest))
        passed = {"args": Pack("tuple", tuple(self.as_arg(v) for v in (*rest, *captured)))} if rest or captured else {}
        start = self.emit("numpy.atleast_1d", self.as_arg(given["y0"])) if prim.endswith("odeint") else self.as_array(given["y0"])
        kind = type_of(start)
        if not isinstance(kind, Tensor) or kind.shape is None or len(kind.shape) != 1:
            raise self.refuse("the start of the solution is no vector, or its rank is not known", "pass an array of one axis as y0")
        if prim.endswith("odeint"):
            return self.odeint(made, function, rest, start, given, passed)
        return self.solve_ivp(made, function, rest, start, given, passed)

    def as_array(self, value: Value) -> Any:
        return self.emit("numpy.asarray", self.as_arg(value)) if isinstance(value, (TupleValue, ListRef)) else self.read(value)

    def odeint(
        self, made: Lit, function: Value, rest: tuple[Value, ...], start: Any, given: dict[str, Value], passed: dict[str, Any]
    ) -> Value:
        times = self.as_array(given.pop("t"))
        first = given.get("tfirst", Lit(False))
        if not isinstance(first, Lit):
            raise self.refuse("`tfirst` must be known when transformed", "write tfirst=True or tfirst=False")
        options = {n: self.as_arg(v) for n, v in given.items() if n != "y0"}
        form = type_of(times)
        length = form.shape[0] if isinstance(form, Tensor) and form.shape else Sym("m")
        kind = Tensor("float64", (length, *type_of(start).shape), "nd")  # type: ignore[union-attr, misc]
        found = Var("solution", kind, True)
        self.builder.append(
            Eqn((found,), "scipy.integrate.odeint", (made, self.as_arg(given["y0"]), times), (*passed.items(), *options.items()),
                self.builder.loc)
        )  # fmt: skip
        states = self.states(made, function, rest, start, times, [times], passed, bool(first.value))
        return self.wrap(self.emit("runtime.with_slope_of", found, states))

    def solve_ivp(
        self, made: Lit, function: Value, rest: tuple[Value, ...], start: Any, given: dict[str, Value], passed: dict[str, Any]
    ) -> Value:
        span = self.as_arg(given.pop("t_span"))
        options = {n: self.as_arg(v) for n, v in given.items() if n != "y0"}
        solved = Var("solution", Opaque("result"), True)
        leading = (made, span, self.as_arg(given["y0"]))
        self.builder.append(Eqn((solved,), "scipy.integrate.solve_ivp", leading, (*options.items(), *passed.items()), self.builder.loc))
        length = Sym("m")
        times = self.part(solved, "t", Tensor("float64", (length,), "nd"))
        value = self.part(solved, "y", Tensor("float64", (*type_of(start).shape, length), "nd"))  # type: ignore[union-attr, misc]
        fixed = [span, *([options["t_eval"]] if "t_eval" in options else [])]
        states = self.states(made, function, rest, start, times, fixed, passed, True)
        y = self.emit("runtime.with_slope_of", value, self.emit("numpy.transpose", states))
        entries: list[tuple[str, Value]] = [("y", self.wrap(y)), ("t", self.wrap(times))]
        entries.append(("success", self.part(solved, "success", BOOL)))
        entries += [(n, self.part(solved, n, Opaque("a detail of the solver"))) for n in ("status", "message", "nfev")]
        return ObjectRef(self.new_cell(DictContent(tuple(entries))), types.SimpleNamespace)

    def part(self, solved: Var, name: str, kind: Any) -> Var:
        """An attribute of the result of a solver."""
        made = Var(name, kind, True)
        self.builder.append(Eqn((made,), f"ndarray.{name}", (solved,), (), self.builder.loc))
        return made

    def states(
        self, made: Lit, function: Value, rest: tuple[Value, ...], start: Any, times: Any, fixed: list[Any], passed: dict[str, Any],
        time_first: bool,
    ) -> Any:  # fmt: skip
        """The solution at some times by a method that is differentiated."""
        shape = type_of(times).shape  # type: ignore[union-attr]
        grid, marks = Var("grid", Tensor("float64", (Sym("m"),), "nd"), True), Var("marks", Tensor("int64", shape, "nd"), True)
        order = {"time_first": Lit(True)} if time_first else {}
        steps = Eqn((grid, marks), "runtime.ode_steps", (made, start, times), (*passed.items(), *order.items()), self.builder.loc)
        self.builder.append(steps)
        held = self.emit("runtime.at_fixed_times", grid, *fixed)
        body = steps_with_time_first if time_first else steps_with_time_last
        result = self.call(Lit(body), (function, self.wrap(start), self.wrap(held), self.wrap(marks), TupleValue(rest)), {})
        return self.read(result)
