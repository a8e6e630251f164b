"""What Numba lacks, said with what it has: NumPy functions, and helpers of the runtime that derivatives call.

These are lowered by the front end, as rules are, so what they say is said once and printed where it is called.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from ..ir.build import type_of
from ..ir.syntax import Arg, Eqn, Lit, Pack
from ..ir.types import Seq, Tensor


@dataclass(frozen=True)
class Definition:
    """A function that stands for a primitive when the parameters named in `ranks`, which must be given, have one of the
    ranks said, or are lists of numbers or arrays."""

    function: Callable[..., Any]
    ranks: tuple[tuple[str, tuple[int | str, ...]], ...] = ()

    def bind(self, node: Eqn) -> dict[str, Arg] | None:
        """The arguments of an equation by the parameters here; None when this does not stand for it."""
        try:
            bound = inspect.signature(self.function).bind(*node.args, **dict(node.kwargs))
        except TypeError:
            return None
        for name, allowed in self.ranks:
            given = bound.arguments.get(name)
            kind = None if given is None or isinstance(given, Pack) else type_of(given)
            item = kind.item if isinstance(kind, Seq) else kind
            if not isinstance(item, Tensor) or item.dtype is None or item.rank is None:
                return None
            if ("list" if isinstance(kind, Seq) else item.rank) not in allowed:
                return None
        return {p.name: bound.arguments.get(p.name, Lit(p.default)) for p in bound.signature.parameters.values()}


# The first that stands for an equation is taken.
DEFINITIONS: dict[str, list[Definition]] = {}


def defines(prim: str, **ranks: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as what a primitive is for arguments of some ranks."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        pairs = tuple((n, r if isinstance(r, tuple) else (r,)) for n, r in ranks.items())
        DEFINITIONS.setdefault(prim, []).append(Definition(function, pairs))
        return function

    return register


_ANY = (0, 1, 2, 3, 4)


@defines("numpy.heaviside", x=_ANY, h=_ANY)
def heaviside(x, h):  # type: ignore[no-untyped-def]
    """0, h or 1 as x is below, at or above 0."""
    return np.where(x > 0.0, 1.0, np.where(x < 0.0, 0.0, np.where(x == 0.0, h, x)))


@defines("runtime.strong_product", g=_ANY, partial=_ANY)
def strong_product(g, partial):  # type: ignore[no-untyped-def]
    """The product in which zero times infinity is zero."""
    if np.ndim(g) == 0 and np.ndim(partial) == 0:
        return g * partial if g != 0.0 else 0.0
    return np.where(g == 0.0, 0.0, g * partial)


@defines("runtime.unbroadcast", g=_ANY, x=0)
def sum_of_all(g, x):  # type: ignore[no-untyped-def]
    """The sum of `g` over what a number was broadcast to."""
    return np.sum(g) if np.ndim(g) else g


@defines("runtime.unbroadcast", g=1, x=1)
def unbroadcast_vector(g, x):  # type: ignore[no-untyped-def]
    """The sum of `g` over what `x` was broadcast to."""
    return g if len(g) == len(x) else np.full(1, np.sum(g))


@defines("runtime.unbroadcast", g=2, x=1)
def unbroadcast_row(g, x):  # type: ignore[no-untyped-def]
    """The sum of `g` over what `x` was broadcast to."""
    row = np.sum(g, axis=0)
    return row if len(row) == len(x) else np.full(1, np.sum(row))


@defines("runtime.unbroadcast", g=2, x=2)
def unbroadcast_matrix(g, x):  # type: ignore[no-untyped-def]
    """The sum of `g` over what `x` was broadcast to."""
    rows = g if len(g) == len(x) else np.expand_dims(np.sum(g, axis=0), 0)
    return rows if rows.shape[1] == x.shape[1] else np.expand_dims(np.sum(rows, axis=1), 1)


@defines("runtime.unbroadcast", g=3, x=3)
def unbroadcast_block(g, x):  # type: ignore[no-untyped-def]
    """The sum of `g` over what `x` was broadcast to."""
    a = g if len(g) == len(x) else np.expand_dims(np.sum(g, axis=0), 0)
    b = a if a.shape[1] == x.shape[1] else np.expand_dims(np.sum(a, axis=1), 1)
    return b if b.shape[2] == x.shape[2] else np.expand_dims(np.sum(b, axis=2), 2)


@defines("numpy.diff", a=1, prepend=0, append=0)
def diff(a, axis=-1, prepend=None, append=None):  # type: ignore[no-untyped-def]
    """The differences of neighbours, with numbers before and after."""
    wide = np.empty(len(a) + 2, dtype=a.dtype)
    wide[0] = prepend
    wide[1:-1] = a
    wide[-1] = append
    return wide[1:] - wide[:-1]


@defines("runtime.product_of_others", x=1)
def product_of_others(x, axis=None):  # type: ignore[no-untyped-def]
    """For each item the product of all the others."""
    others = np.ones_like(x)
    before = 1.0
    after = 1.0
    for i in range(len(x)):
        others[i] = before
        before = before * x[i]
    for i in range(len(x) - 1, -1, -1):
        others[i] = others[i] * after
        after = after * x[i]
    return others


@defines("runtime.cofactor", a=2)
def cofactor(a):  # type: ignore[no-untyped-def]
    """The matrix of cofactors; singular matrices included."""
    u, s, vt = np.linalg.svd(a)
    others = product_of_others(s)
    return np.linalg.det(u) * np.linalg.det(vt) * ((u * others) @ vt)


@defines("runtime.zeros_of_list", xs="list")
def zeros_of_list(xs):  # type: ignore[no-untyped-def]
    """A list of zeros like the items of a list."""
    return [np.zeros_like(x) if np.ndim(x) else 0.0 for x in xs]


@defines("runtime.add_lists", a="list", b="list")
def add_lists(a, b):  # type: ignore[no-untyped-def]
    """The sum of two lists, item by item."""
    return [p + q for p, q in zip(a, b)]


@defines("runtime.add_to_list", items="list", index=0, g=_ANY)
def add_to_list(items, index, g):  # type: ignore[no-untyped-def]
    """The list with `g` added to one item."""
    changed = list(items)
    changed[index] = changed[index] + g
    return changed


@defines("runtime.snapshot", x="list")
def snapshot(x):  # type: ignore[no-untyped-def]
    """A copy of a list and of the arrays in it."""
    return [item.copy() if np.ndim(item) else item for item in x]


@defines("runtime.scatter", g=1, x=1, indices=1)
def scatter(g, x, indices, axis=None):  # type: ignore[no-untyped-def]
    """Zeros like `x` with the items of `g` added at places."""
    out = np.zeros_like(x)
    for i in range(len(indices)):
        out[indices[i]] += g[i]
    return out


@defines("runtime.diagonal_into", g=1, x=2)
def diagonal_into(g, x, offset=0, axis1=0, axis2=1):  # type: ignore[no-untyped-def]
    """Zeros like `x` with `g` on a diagonal."""
    out = np.zeros_like(x)
    for i in range(len(g)):
        out[i + max(-offset, 0), i + max(offset, 0)] = g[i]
    return out
