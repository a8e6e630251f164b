"""Derivatives times vectors: vjp, jvp and hvp of one call, through code that is generated once and kept."""

from __future__ import annotations

import functools
from typing import Any, Callable

import numpy as np

from . import arguments as kinds
from .dispatch import Derivative
from .subject import Subject, subject_of


@functools.lru_cache(maxsize=512)
def derivative_of(function: Any, mode: str, names: tuple[str, ...], has_aux: bool = False) -> Derivative:
    """The derivative of a plain function; kept, so that calling jvp in a loop transforms once."""
    return Derivative(function, mode, names, has_aux)


class Call:
    """One function with arguments, and the places of its primals among the function's parameters."""

    def __init__(self, fun: Callable[..., Any], primals: tuple[Any, ...]) -> None:
        self.subject: Subject = subject_of(fun)
        self.args = self.subject.bind(primals, {})
        self.primals = primals
        self.slots = [self._slot(i) for i in range(len(primals))]

    def _slot(self, i: int) -> Any:
        """The position of the parameter that takes the i-th primal, and the index inside it for `*args`."""
        parameters = self.subject.parameters
        for at, parameter in enumerate(parameters):
            if parameter.kind is parameter.VAR_POSITIONAL:
                before = at - len(self.subject.leading)
                if i >= before:
                    return at, i - before
        return self.subject.positions(i)[0], None

    def names(self, active: list[int]) -> tuple[str, ...]:
        """The parameters that the active primals go to."""
        positions = dict.fromkeys(self.slots[i][0] for i in active)
        return tuple(self.subject.parameters[at].name for at in positions)

    def split(self, names: tuple[str, ...], active: list[int], found: tuple[Any, ...]) -> tuple[Any, ...]:
        """One value per primal from one value per differentiated parameter; None for the others."""
        by_name = dict(zip(names, found))
        given: list[Any] = []
        for i, (at, inner) in enumerate(self.slots):
            value = by_name.get(self.subject.parameters[at].name) if i in active else None
            given.append(value if inner is None or value is None else value[inner])
        return tuple(given)

    def join(self, names: tuple[str, ...], values: list[Any]) -> list[Any]:
        """One value per differentiated parameter from one value per primal."""
        joined = []
        for name in names:
            inside = [v for v, (at, _) in zip(values, self.slots) if self.subject.parameters[at].name == name]
            spread = any(s[1] is not None for s in self.slots if self.subject.parameters[s[0]].name == name)
            joined.append(tuple(inside) if spread else inside[0])
        return joined


def active_primals(primals: tuple[Any, ...]) -> list[int]:
    """The primals that hold a float; integers count as floats when there is none."""
    found = [i for i, p in enumerate(primals) if any(kinds.is_floating(leaf) for _, leaf in kinds.leaves(p))]
    if found:
        return found
    return [i for i, p in enumerate(primals) if isinstance(p, (int, np.integer)) and not isinstance(p, bool)]


def vjp(fun: Callable[..., Any], primals: tuple[Any, ...], has_aux: bool = False) -> tuple[Any, ...]:
    """See st_ad.vjp."""
    call = Call(fun, primals)
    active = active_primals(primals)
    if not active:
        raise TypeError("vjp: none of the arguments is a float or an array of floats")
    out, pullback, names, aux = pull(call.subject, call.args, call.names(active), has_aux)

    def pull_back(out_bar: Any) -> tuple[Any, ...]:
        if out_bar is None:
            raise TypeError("out_bar is None: give the adjoint of the result")
        return call.split(names, active, pullback(conform(out, out_bar, "out_bar")))

    return (out, pull_back, aux) if has_aux else (out, pull_back)


def pull(subject: Subject, args: tuple[Any, ...], names: tuple[str, ...], has_aux: bool = False) -> Any:
    """Run a function once: (out, the function from a conforming out_bar to a tuple of gradients, names, aux)."""
    derivative = derivative_of(subject.function, "pullback", names, has_aux)
    plan = derivative.find(args)
    value, record = plan.run(*args)
    second = plan.loaded[1].function
    record = _own(record, [a for _, a in kinds.arrays_in((*args, value))])
    out, aux = value if has_aux else (value, None)
    return out, lambda out_bar: second(record, out_bar), names, aux


def _own(record: Any, others: list[Any]) -> Any:
    """A record that later writes to the arguments or to the result do not reach."""
    if isinstance(record, np.ndarray):
        return record.copy() if any(np.may_share_memory(record, o) for o in others) else record
    if isinstance(record, (tuple, list)):
        return type(record)(_own(r, others) for r in record)
    return record


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    """See st_ad.jvp."""
    found: tuple[Any, Any] = _push("jvp", fun, primals, tangents)
    return found


def hvp(fun: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    """See st_ad.hvp."""
    product = _push("hvp", fun, primals, tangents)
    return product[0] if len(product) == 1 else product


def _push(mode: str, fun: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError(f"{mode}: primals and tangents must be tuples, such as (x,) and (x_dot,)")
    if len(primals) != len(tangents):
        raise TypeError(f"{mode}: {len(primals)} primals but {len(tangents)} tangents")
    call = Call(fun, tuple(primals))
    active = [i for i, t in enumerate(tangents) if t is not None]
    if not active:
        raise TypeError(f"{mode}: all tangents are None")
    dots = [
        None if t is None else conform(p, t, f"tangents[{i}]")
        for i, (p, t) in enumerate(zip(primals, tangents))
    ]
    names = call.names(active)
    run = derivative_of(call.subject.function, mode, names)
    found = run.push(call.args, call.join(names, dots))
    if mode == "jvp":
        return found
    return tuple(v for v in call.split(names, active, found) if v is not None)


def conform(primal: Any, given: Any, path: str) -> Any:
    """A tangent or cotangent with the structure, shapes and dtypes of a primal; None inside of it is zero.

    >>> conform([1.0, np.zeros(2)], [1, (3, 4)], "t")
    [1.0, array([3., 4.])]
    """
    return kinds.map_leaves(_conform_leaf, primal, given, path=path)


def _conform_leaf(path: str, primal: Any, given: Any) -> Any:
    if isinstance(primal, (int, np.integer)) and not isinstance(primal, bool):
        return None if given is None else _number(path, given)
    if not kinds.is_floating(primal):
        return None
    if given is None:
        return np.zeros_like(primal) if isinstance(primal, (np.ndarray, np.generic)) else type(primal)(0)
    if isinstance(primal, (float, complex)) and not isinstance(primal, np.generic):
        if np.ndim(given):
            raise ValueError(f"{path}: expected a number, got shape {np.shape(given)}")
        return complex(given) if isinstance(primal, complex) else _number(path, given)
    array = np.asarray(given)
    if array.dtype.kind not in "fciub":
        raise TypeError(f"{path}: expected {primal.dtype.name}, got {kinds.spoken(given)}")
    if array.dtype.kind == "c" and primal.dtype.kind != "c":
        raise ValueError(f"{path}: expected {primal.dtype.name}, got {array.dtype.name}")
    if array.shape != primal.shape:
        raise ValueError(f"{path}: expected shape {primal.shape}, got {array.shape}")
    if isinstance(primal, np.generic):
        return primal.dtype.type(array)
    return array.astype(primal.dtype, copy=False)


def _number(path: str, given: Any) -> float:
    """A float of a number that may be anything real."""
    if not isinstance(given, (int, float, np.number, np.bool_, np.ndarray)) or np.iscomplexobj(given):
        raise TypeError(f"{path}: expected a real number, got {kinds.spoken(given)}")
    return float(given)
