"""The primitive that a Python callable stands for, found by identity, never by how the user spells it."""

from __future__ import annotations

import builtins
import cmath
import itertools
import math
import operator
import sys
from typing import Any

import numpy as np

from ..ir.syntax import Lit, Var
from ..ir.types import Opaque

# One function under two names, although two objects.
_SAME = {
    "numpy.amax": "numpy.max", "numpy.amin": "numpy.min", "numpy.around": "numpy.round", "numpy.trapz": "numpy.trapezoid",
    "numpy.conj": "numpy.conjugate", "numpy.row_stack": "numpy.vstack", "numpy.linalg.outer": "numpy.outer",
    "numpy.linalg.matmul": "numpy.matmul", "numpy.linalg.tensordot": "numpy.tensordot",
    "numpy.linalg.matrix_transpose": "numpy.matrix_transpose",
    "numpy.linalg.linalg.norm": "numpy.linalg.norm", "operator.truth": "builtins.bool", "operator.abs": "builtins.abs",
    "operator.getitem": "getitem", "numpy.round_": "numpy.round", "numpy.product": "numpy.prod",
    **{
        f"numpy.lib.scimath.{name}": f"numpy.emath.{name}"
        for name in ("sqrt", "log", "log2", "log10", "logn", "power", "arcsin", "arccos", "arctanh")
    },
    "numpy.cumproduct": "numpy.cumprod", "numpy.concat": "numpy.concatenate",
}  # fmt: skip

_METHODS = {
    "T": "numpy.transpose", "mT": "numpy.matrix_transpose", "conj": "numpy.conjugate", "astype": "ndarray.astype",
    "item": "ndarray.item", "tolist": "ndarray.tolist", "flatten": "ndarray.flatten", "dtype": "ndarray.dtype",
    "view": "ndarray.view", "fill": "ndarray.fill", "sort": "ndarray.sort", "itemset": "ndarray.itemset",
    "put": "ndarray.put", "partition": "ndarray.partition", "resize": "ndarray.resize", "flat": "numpy.ravel",
    "itemsize": "ndarray.itemsize", "nbytes": "ndarray.nbytes", "byteswap": "ndarray.byteswap",
    "tobytes": "ndarray.tobytes", "flags": "ndarray.flags", "strides": "ndarray.strides", "base": "ndarray.base",
    "data": "ndarray.data", "setflags": "ndarray.setflags", "tofile": "ndarray.tofile", "dump": "ndarray.dump",
    "__abs__": "builtins.abs", "__len__": "builtins.len",
}  # fmt: skip
_METHODS_OF_NUMPY = frozenset(
    "all any argmax argmin argpartition argsort choose clip compress conjugate copy cumprod cumsum diagonal dot imag "
    "max mean min ndim nonzero prod ptp ravel real repeat reshape round searchsorted shape size squeeze std sum "
    "swapaxes take trace transpose var".split()
)


def method_prim(name: str) -> str | None:
    """The primitive that an ndarray method or attribute stands for.

    >>> method_prim("sum"), method_prim("T"), method_prim("flatten"), method_prim("nope")
    ('numpy.sum', 'numpy.transpose', 'ndarray.flatten', None)
    """
    if name in _METHODS_OF_NUMPY:
        return f"numpy.{name}"
    return _METHODS.get(name)


def prim_of(value: Any) -> str | None:
    """The primitive that a callable stands for, or None when it is a function of the user.

    >>> prim_of(np.abs), prim_of(abs), prim_of(np.random.randn), prim_of(np.add.reduce), prim_of(lambda: 0)
    ('numpy.absolute', 'builtins.abs', 'numpy.random.randn', 'numpy.add.reduce', None)
    """
    if not callable(value):
        return None
    name = registered(value)
    if name is not None:
        return name
    name = _dotted(value)
    if name is None or name not in _SAME:
        return name
    # NumPy 1 has some functions under their old name only.
    exists = not _SAME[name].startswith("numpy.") or hasattr(np, _SAME[name].rpartition(".")[2])
    return _SAME[name] if exists or ".linalg." in _SAME[name] or ".emath." in _SAME[name] else name


_GENERATORS = (np.random.Generator, np.random.RandomState)


def drawn(args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
    """For the arguments of a "call" that is a method of a random generator: the function of numpy.random with the same
    meaning, and its arguments."""
    if not args or not isinstance(args[0], Lit):
        return None
    method = args[0].value
    if isinstance(getattr(method, "__self__", None), _GENERATORS):
        return f"numpy.random.{method.__name__}", args[1:]
    if not (isinstance(method, str) and len(args) > 1 and (args[0].name or "").startswith(".")):
        return None
    kind = args[1].type if isinstance(args[1], Var) else None
    if isinstance(kind, Opaque) and kind.what in ("Generator", "RandomState"):
        return f"numpy.random.{method}", args[2:]
    return None


_registered: dict[int, tuple[Any, str]] = {}

# How often a rule was stated, so that what was made with older ones can be told.
changes = [0]


def register(function: Any, prim: str) -> None:
    """Give a function of the user a name under which it has a rule."""
    _registered[id(function)] = (function, prim)


def registered(function: Any) -> str | None:
    """The name that a function of the user was given with a rule."""
    found = _registered.get(id(function))
    return found[1] if found is not None and found[0] is function else None


def function_of(prim: str) -> Any:
    """The function of the user that was registered under a name, the last one, or None."""
    return next((f for f, name in reversed(_registered.values()) if name == prim), None)


def name_for(function: Any) -> str:
    """The name under which a function of the user has its rules: two local functions of one name have two."""
    known = registered(function)
    if known is not None:
        return known
    own = getattr(function, "__qualname__", None) or getattr(function, "__name__", type(function).__name__)
    name = f"{getattr(function, '__module__', None) or '__main__'}.{own}"
    if is_importable(function) or function_of(name) is None:
        return name
    return next(n for n in (f"{name}_{i}" for i in itertools.count(2)) if function_of(n) is None)


def is_importable(function: Any) -> bool:
    """Whether a function is what its module has under its name."""
    found: Any = sys.modules.get(getattr(function, "__module__", None) or "")
    for part in getattr(function, "__qualname__", "").split("."):
        found = getattr(found, part, None)
    return found is function


def _dotted(value: Any) -> str | None:
    name = getattr(value, "__name__", None)
    if not isinstance(name, str):
        return None
    if isinstance(value, np.ufunc):
        return _ufunc_name(value, name)
    owner = getattr(value, "__self__", None)
    if isinstance(owner, np.ufunc):
        whole = _ufunc_name(owner, owner.__name__)
        return None if whole is None else f"{whole}.{name}"
    if owner is not None and getattr(np.random, name, None) == value:
        return f"numpy.random.{name}"
    if owner is not None and type(owner).__module__.startswith("scipy.stats"):
        for family in (getattr(owner, "name", None), type(owner).__name__.removesuffix("_gen")):
            if type(getattr(sys.modules.get("scipy.stats"), str(family), None)) is type(owner):
                return f"scipy.stats.{family}.{name}"
        return None
    if getattr(builtins, name, None) is value:
        is_error = isinstance(value, type) and issubclass(value, BaseException)
        return None if is_error else f"builtins.{name}"
    if getattr(math, name, None) is value:
        return f"math.{name}"
    if getattr(cmath, name, None) is value:
        return f"cmath.{name}"
    if getattr(operator, name, None) is value:
        return f"operator.{name}"
    return _from_module(value, name)


def _ufunc_name(value: np.ufunc, name: str) -> str | None:
    for module in ("numpy", "numpy.linalg", "scipy.special"):
        if getattr(sys.modules.get(module), name, None) is value:
            return f"{module}.{name}"
    return None


def _from_module(value: Any, name: str) -> str | None:
    module = getattr(value, "__module__", None) or ""
    head = module.partition(".")[0]
    if head == "numpy" and "testing" not in module:
        for place in ("numpy", "numpy.linalg", "numpy.fft", "numpy.random", module):
            if getattr(sys.modules.get(place), name, None) is value:
                return f"{place}.{name}"
        return None
    if head in ("scipy", "numpy"):
        for place in (*(f"scipy.{part}" for part in _SCIPY), module):
            if getattr(sys.modules.get(place), name, None) is value:
                return f"{place}.{name}"
        return None
    if module.startswith("st_ad.runtime") and getattr(sys.modules.get("st_ad.runtime"), name, None) is value:
        return f"runtime.{name}"
    return None


_SCIPY = (
    "special", "linalg", "stats", "integrate", "optimize", "signal", "interpolate", "sparse", "sparse.linalg", "fft",
    "ndimage", "spatial", "spatial.distance", "cluster", "constants", "io", "misc", "odr", "datasets",
)  # fmt: skip
