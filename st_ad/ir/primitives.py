"""The names an equation may carry, and what each does to storage.

A dotted name is the Python function that it names: "numpy.tanh", "math.sin", "builtins.len",
"operator.add" (printed as an operator), "runtime.unbroadcast" (a helper of st_ad.runtime). Methods of arrays are
the functions of the same name; those that have none are "ndarray.astype", "ndarray.item", "ndarray.tolist".
The names below have no dot, or a first part that is no module; they are functional here and printed as statements.

    getitem(x, index)            x[index]; a Pack "tuple" holds several indices, a Pack "slice" a slice
    axis_length(x, i)            x.shape[i], i a Lit
    setitem(x, index, value)     x with x[index] = value                                   printed  x[index] = value
    accumulate(x, g)             x + g for adjoints of one type                            printed  x += g, or x = x + g
    accumulate_at(x, index, g)   x with g added at index, repeats adding up                printed  x[index] += g
    into.numpy.exp(b, x)         np.exp(x), computed into the storage of b, which is lost  printed  np.exp(x, out=b)
    inplace.add(x, y) and others x after `x += y` (dtype and shape of x kept)              printed  x += y
    seq.make(*items)             a new list                                                printed  [a, b]
    seq.append(s, v)             the list with one more item                               printed  s.append(v)
    tape.pack(*values)           a tuple of residuals                                      printed  (a, b)
    tape.unpack(t)               its items, one result each                                printed  a, b = t
    implicit(x, program, *rest)  x, as what makes program(x, *rest) zero: the derivatives are those of the implicit function
    print / assert / raise       effects, no result, never removed or moved
    store(path, kind, key, value)  an effect on a container of the caller's: see frontend.data.writes
    inert(f, *args)              the same for one that only reports, such as a warning: its arguments may carry derivatives
    with.call(f, *args)          enters the context manager f(*args); the lines up to     printed  with f(*args) as v:
    with.exit()                  are inside of it; with.enter(m) enters m itself
    finally.enter/.switch/.exit  the lines between the last two run also after an exception in those before
    call(f, *args)               a Python function without derivative, f a Lit; an effect
"""

from __future__ import annotations

import importlib
import operator
from functools import cache
from typing import Any, Callable

BINARY: dict[str, str] = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@", "and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
COMPARE: dict[str, str] = {
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "is_": "is", "is_not": "is not",
    "in_": "in", "not_in": "not in",
}  # fmt: skip
UNARY: dict[str, str] = {"neg": "-", "pos": "+", "invert": "~", "not_": "not "}

EFFECTS = frozenset({"builtins.print", "print", "assert", "raise", "call", "inert", "seq.pop", "store", "runtime.inside_bounds"}) | frozenset(
    {"with.call", "with.enter", "with.exit", "finally.enter", "finally.switch", "finally.exit"}
)

# The first argument's storage becomes the result's: whoever else still reads it needs a copy made before.
INTO = frozenset(
    f"into.numpy.{name}"
    for name in (
        "add subtract multiply divide negative exp expm1 exp2 log log1p log2 log10 sqrt square tanh sinh cosh sin cos tan "
        "arctan arcsin arccos absolute abs fabs maximum minimum reciprocal power arctan2 hypot logaddexp"
    ).split()
)
IN_PLACE = INTO | frozenset({"setitem", "accumulate", "accumulate_at", "seq.append", "seq.shorten"}) | frozenset(
    f"inplace.{name}" for name in BINARY
)

# Results that may share storage with their first argument.
VIEWS = frozenset(
    {"getitem", "seq.item"}
    | {
        f"numpy.{name}"
        for name in (
            "transpose swapaxes moveaxis rollaxis reshape ravel squeeze expand_dims broadcast_to diagonal diag real "
            "imag asarray asanyarray asarray_chkfinite ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d "
            "real_if_close nan_to_num flip fliplr flipud rot90 split array_split hsplit vsplit dsplit "
            "matrix_transpose linalg.matrix_transpose permute_dims lib.stride_tricks.sliding_window_view require unstack broadcast_arrays meshgrid"
        ).split()
    }
    | {"runtime.widen", "runtime.unbroadcast", "runtime.stop_gradient", "runtime.inactive", "implicit", "runtime.inside_bounds", "runtime.at_fixed_times", "runtime.with_slope_of"}
)


def is_in_place(prim: str) -> bool:
    """Whether a primitive is printed as a statement that overwrites its first argument."""
    return prim in IN_PLACE


def has_effect(prim: str) -> bool:
    """Whether an equation must be kept, in order, even when nothing reads its results."""
    return prim in EFFECTS


def may_be_view(prim: str) -> bool:
    """Whether a result may share storage with the first argument, as far as the name alone tells."""
    return prim in VIEWS


@cache
def python_function(prim: str) -> Callable[..., Any] | None:
    """The Python function that a dotted name stands for, or None when it is not importable.

    >>> python_function("math.sin") is __import__("math").sin
    True
    """
    head, _, tail = prim.partition(".")
    if not tail:
        return None
    if head == "runtime":
        return getattr(importlib.import_module("st_ad.runtime"), tail, None)
    if head == "operator" and tail in ("in_", "not_in"):
        return (lambda a, b: a in b) if tail == "in_" else (lambda a, b: a not in b)
    if head == "operator":
        return getattr(operator, tail, None)
    if head in ("inplace", "into", "seq", "tape", "ndarray"):
        return None
    module, _, name = prim.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        found: Any = importlib.import_module(head)
        for part in tail.split("."):
            found = getattr(found, part, None)
        return found
