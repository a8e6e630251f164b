"""scipy.optimize and scipy.integrate.quad: the solver runs as it is, and its result is differentiated as what it solves for.

A root of f(x, ...) = 0 is given to the transforms as `implicit`, with the program of f; a minimum as the root of the
gradient. An integral has the slope of a sum over the nodes on which the solver settled.
"""

from __future__ import annotations

import types
from typing import Any, Callable

import numpy as np

from ...ir import walk
from ...ir.build import finish, type_of
from ...ir.primitives import has_effect
from ...ir.syntax import Atom, Block, Eqn, Function, Lit, Node, Pack, Param, Var
from ...ir.types import BOOL, FLOAT, Opaque, Sym, Tensor
from ...recipe import TRANSFORMS
from .equations import EquationMixin
from ..data.state import CellInfo, State
from ..data.values import ArrayRef, DictContent, ListRef, ObjectRef, PartialValue, TupleValue, Value
from ..data.writes import is_changed

# The name of the parameter that the first positional arguments have, before args=.
_BRACKETED = ("f", "a", "b", "args")
_PARAMETERS: dict[str, tuple[str, ...]] = {
    **{f"scipy.optimize.{n}": _BRACKETED for n in ("brentq", "brenth", "bisect", "ridder", "toms748")},
    "scipy.optimize.newton": ("func", "x0", "fprime", "args"),
    "scipy.optimize.fsolve": ("func", "x0", "args", "fprime"),
    "scipy.optimize.root": ("fun", "x0", "args", "method", "jac"),
    "scipy.optimize.root_scalar": ("f", "args", "method", "bracket"),
    "scipy.optimize.fixed_point": ("func", "x0", "args"),
    "scipy.optimize.minimize": ("fun", "x0", "args", "method", "jac"),
    "scipy.optimize.minimize_scalar": ("fun", "bracket", "bounds", "args", "method"),
    "scipy.optimize.least_squares": ("fun", "x0", "jac", "bounds"),
    "scipy.integrate.quad": ("func", "a", "b", "args"),
}
SOLVERS = frozenset({*_PARAMETERS, "scipy.integrate.odeint", "scipy.integrate.solve_ivp"})
_SCALAR = frozenset("brentq brenth bisect ridder toms748 newton root_scalar minimize_scalar".split())
_PYTHON_FLOATS = frozenset("brentq brenth bisect ridder toms748 root_scalar".split())
_RESULTS = {"root": "x", "root_scalar": "root", "minimize": "x", "minimize_scalar": "x", "least_squares": "x"}
# What changes which problem is solved, or what is returned.
_REFUSED = {
    "full_output": "take the value alone", "constraints": "write the constraints into the function",
    "bounds": "solve without bounds, in variables that have none", "weight": "write the weight into the integrand",
    "points": "split the integral at these points", "loss": "write the loss into the residuals", "complex_func": "integrate both parts",
}  # fmt: skip
_CALLED = ("fprime", "fprime2", "jac", "hess", "hessp")


def half_of_squares(function: Any, x: Any, *args: Any) -> Any:
    """What least squares makes least."""
    return 0.5 * np.sum(function(x, *args) ** 2)


def displacement(function: Any, x: Any, *args: Any) -> Any:
    """What is zero at a fixed point."""
    return function(x, *args) - x


def between(function: Any, a: Any, b: Any, places: Any, weights: Any, args: Any) -> Any:
    """The sum over nodes that are given as parts of the interval."""
    total = 0.0
    for place, weight in zip(places, weights):
        total += weight * function(a + (b - a) * place, *args)
    return (b - a) * total


def above(function: Any, a: Any, b: Any, places: Any, weights: Any, args: Any) -> Any:
    """The sum over nodes that are given by their distance from the lower end."""
    total = 0.0
    for place, weight in zip(places, weights):
        total += weight * function(a + place, *args)
    return total


def below(function: Any, a: Any, b: Any, places: Any, weights: Any, args: Any) -> Any:
    """The sum over nodes that are given by their distance from the upper end."""
    total = 0.0
    for place, weight in zip(places, weights):
        total += weight * function(b - place, *args)
    return total


def everywhere(function: Any, a: Any, b: Any, places: Any, weights: Any, args: Any) -> Any:
    """The sum over all nodes."""
    total = 0.0
    for place, weight in zip(places, weights):
        total += weight * function(place, *args)
    return total


class SolverMixin(EquationMixin):
    """Calls of solvers, which call functions of the user."""

    def call_solver(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """The result of a solver, or None when the primitive is none."""
        if prim in ("scipy.integrate.odeint", "scipy.integrate.solve_ivp"):
            return self.solve_equation(prim, args, kwargs)
        if prim not in _PARAMETERS:
            return None
        names = _PARAMETERS[prim]
        if len(args) > len(names):
            raise self.refuse("the options of this solver must be given by name", "write name=value behind the first two")
        given = {**dict(zip(names, args)), **kwargs}
        if "kwargs" in given:
            raise self.refuse("`kwargs` of a solver is not supported", "pass `args`")
        for name, remedy in _REFUSED.items():
            value = given.get(name)
            if value is not None and not (isinstance(value, Lit) and value.value in (None, False, 0, ())):
                if not (name == "bounds" and "minimize" in prim):
                    raise self.refuse(f"`{name}` of this solver has no derivative here", remedy)
        functions = {n: given.pop(n) for n in (names[0], *_CALLED) if n in given and self.is_called(given[n], n)}
        rest = self.extra_arguments(given.pop("args", TupleValue(())))
        made, captured = self.callbacks(list(functions.values()), 1 + len(rest))
        self.reject_jac(given)
        passed = [self.as_arg(v) for v in (*rest, *captured)]
        fixed = {n: self.as_arg(v) for n, v in given.items()}
        fixed.update({n: lit for n, lit in zip(functions, made)})
        if passed:
            fixed["args"] = Pack("tuple", tuple(passed))
        if prim == "scipy.integrate.quad":
            return self.integral(functions["func"], rest, fixed)
        return self.solution(prim, functions[names[0]], rest, given, fixed)

    def is_called(self, value: Value, name: str) -> bool:
        return name not in _CALLED or not (isinstance(value, Lit) and not callable(value.value))

    def reject_jac(self, given: dict[str, Value]) -> None:
        jac = given.get("jac")
        if isinstance(jac, Lit) and jac.value is True:
            raise self.refuse("a function that returns its gradient as well", "pass the value and the gradient as two functions")

    def extra_arguments(self, value: Value) -> tuple[Value, ...]:
        if isinstance(value, TupleValue):
            return value.items
        if isinstance(value, ListRef):
            raise self.refuse("`args` of a solver must be a tuple", "write args=(a, b)")
        return (value,)

    # --- roots and minima

    def solution(
        self, prim: str, function: Value, rest: tuple[Value, ...], given: dict[str, Value], fixed: dict[str, Any]
    ) -> Value:
        name = prim.rpartition(".")[2]
        leading = [fixed.pop(n) for n in _PARAMETERS[prim] if n in fixed and n in ("f", "fun", "func", "a", "b", "x0")]
        number = FLOAT if name in _PYTHON_FLOATS else Tensor("float64", (), None)
        kind = number if name in _SCALAR else self.unknowns(given["x0"], name)
        if name in _SCALAR and "x0" in given and self.rank_of_start(given["x0"]) != 0:
            raise self.refuse("an array of roots", "write the loop over the start values")
        if name in _RESULTS:
            solved = Var("solution", Opaque("result"), True)
            self.builder.append(Eqn((solved,), prim, tuple(leading), tuple(fixed.items()), self.builder.loc))
            found = self.part(solved, _RESULTS[name], kind)
        else:
            solved = found = Var("root", kind, True)
            self.builder.append(Eqn((found,), prim, tuple(leading), tuple(fixed.items()), self.builder.loc))
        if "bounds" in given and given["bounds"] != Lit(None):
            # Where the minimum is held at a bound, its derivative is another one: this stays, although nothing reads it.
            inner = Var(found.hint, kind, True)
            bounds = self.as_arg(given["bounds"])
            self.builder.append(Eqn((inner,), "runtime.inside_bounds", (found, bounds), (), self.builder.loc))
            found = inner
        condition = self.condition(name, function)
        program, free = self.program(condition, found, rest)
        root = Var(found.hint, kind, True)
        self.builder.append(Eqn((root,), "implicit", (found, Lit(program), *free), (), self.builder.loc))
        x = self.wrap(root)
        if name not in _RESULTS:
            return x
        return self.result_object(name, solved, function, x, rest)

    def rank_of_start(self, value: Value) -> int | None:
        kind = type_of(self.read(value)) if not isinstance(value, (TupleValue, ListRef)) else None
        return kind.rank if isinstance(kind, Tensor) else None

    def unknowns(self, start: Value, name: str) -> Tensor:
        """The type of the solution, from that of the start."""
        atom = self.emit("numpy.asarray", self.as_arg(start)) if isinstance(start, (TupleValue, ListRef)) else self.read(start)
        kind = type_of(atom)
        if not isinstance(kind, Tensor) or kind.shape is None or len(kind.shape) > 1:
            raise self.refuse("the shape of the start value is not known, or has several axes", "pass a vector")
        if name == "fixed_point":
            return Tensor("float64", kind.shape, "nd" if kind.shape else None)
        return Tensor("float64", kind.shape or (1,), "nd")

    def condition(self, name: str, function: Value) -> Value:
        """The function that is zero at the solution."""
        if name in ("minimize", "minimize_scalar"):
            return self.call_transform(TRANSFORMS["grad"], (function,), {})
        if name == "least_squares":
            return self.call_transform(TRANSFORMS["grad"], (self.composed(half_of_squares, function),), {})
        return self.composed(displacement, function) if name == "fixed_point" else function

    def composed(self, outer: Callable[..., Any], function: Value) -> Value:
        return PartialValue(Lit(outer), (function,), ())

    def result_object(self, name: str, solved: Var, function: Value, x: Value, rest: tuple[Value, ...]) -> Value:
        """The attributes of the solver's result that have a meaning here."""
        entries: list[tuple[str, Value]] = [(_RESULTS[name], x)]
        if name in ("minimize", "minimize_scalar", "least_squares"):
            entries.append(("fun", self.call(function, (x, *rest), {})))
        if name == "least_squares":
            entries.append(("cost", self.call(self.composed(half_of_squares, function), (x, *rest), {})))
        flag = "converged" if name == "root_scalar" else "success"
        entries.append((flag, self.part(solved, flag, BOOL)))
        for other in ("iterations", "function_calls", "flag") if name == "root_scalar" else ("nfev", "message", "status"):
            entries.append((other, self.part(solved, other, Opaque("a detail of the solver"))))
        return ObjectRef(self.new_cell(DictContent(tuple(entries))), types.SimpleNamespace)

    def program(self, function: Value, at: Var, rest: tuple[Value, ...]) -> tuple[Function, tuple[Atom, ...]]:
        """A function of one unknown as a program, and the values that it reads besides."""
        saved = self.state
        self.state = saved.fork()
        unknown = Var("x", at.type, True)
        assert isinstance(at.type, Tensor)
        try:
            with self.builder.block(conditional=False) as nodes:
                x = ArrayRef(self.new_cell(unknown, CellInfo("unknown"))) if at.type.shape else unknown
                result = self.call(function, (x, *rest), {})
                if isinstance(result, (TupleValue, ListRef)):
                    result = self.wrap(self.emit("numpy.array", self.as_arg(result)))
                value = self.read(result)
            self.check_pure(nodes, saved)
        finally:
            self.state = saved
        block = finish((unknown,), nodes, (value,))
        free = tuple(walk.free_variables(block))
        table = {v: Var(v.hint, v.type) for v in free}
        inner = walk.substitute(block, table)
        params = (Param("p0", unknown), *(Param(f"p{i}", v) for i, v in enumerate(table.values(), start=1)))
        leaves = (unknown, *table.values())
        body = Block(leaves, inner.body, inner.results)
        return Function("condition", params, (), body, inner.results[0], (), self.builder.loc, {}), free

    def check_pure(self, nodes: list[Node], before: State) -> None:
        """Refuse a function that does more than to compute: the solver calls it as often as it likes."""
        inner = [n for node in nodes for n in (node, *(m for b in walk.blocks(node) for m in walk.all_nodes(b)))]
        effects = any(isinstance(n, Eqn) and has_effect(n.prim) for n in inner)
        if effects or is_changed(before, self.state):
            raise self.refuse("the function that the solver calls prints, or writes to something outside of it",
                              "take that out of the function")  # fmt: skip

    # --- integrals

    def integral(self, function: Value, rest: tuple[Value, ...], fixed: dict[str, Any]) -> Value:
        leading = [fixed.pop(n) for n in ("func", "a", "b")]
        loc = self.builder.loc
        value, error = Var("integral", FLOAT, True), Var("error", FLOAT, True)
        self.builder.append(Eqn((value, error), "scipy.integrate.quad", tuple(leading), tuple(fixed.items()), loc))
        given = {"args": fixed["args"]} if "args" in fixed else {}
        kind = Tensor("float64", (Sym("m"),), "nd")
        places, weights = Var("places", kind, True), Var("weights", kind, True)
        # Finer than the value needs: the slope of the integrand may have a jump where the integrand has a kink.
        options = {"full_output": Lit(1), "epsabs": Lit(1e-15), "epsrel": Lit(1e-13), "limit": Lit(200)}
        settled = Var("settled", Opaque("result"), True)
        self.builder.append(Eqn((settled,), "scipy.integrate.quad", tuple(leading), (*given.items(), *options.items()), loc))
        is_open = [isinstance(end, Lit) and bool(np.isinf(end.value)) for end in leading[1:]]
        if is_open[0] and leading[1].value > 0 or is_open[1] and leading[2].value < 0:
            raise self.refuse("an integral from above to below", "exchange the limits")
        if any(is_open):
            given["open_ends"] = Pack("tuple", tuple(Lit(end) for end in is_open))
        nodes = Eqn((places, weights), "runtime.quadrature_nodes", (settled, *leading, value), tuple(given.items()), loc)
        self.builder.append(nodes)
        along = everywhere if all(is_open) else below if is_open[0] else above if is_open[1] else between
        summed = self.call(
            Lit(along),
            (function, self.wrap(leading[1]), self.wrap(leading[2]), self.wrap(places), self.wrap(weights), TupleValue(rest)), {},
        )  # fmt: skip
        made = self.emit("runtime.with_slope_of", value, self.read(summed))
        return TupleValue((self.wrap(made), error))
