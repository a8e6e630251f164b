"""What a call is specialised for: the key of an argument, and its abstract value for the front end.

Two calls whose arguments have equal keys run the same generated code. Numbers count by type, arrays by dtype, rank and
which axes have length 1, flags, strings and callables by value, and containers by their parts.
"""

from __future__ import annotations

import array
import enum
import functools
import types
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Callable, Hashable, Iterator

import numpy as np

from .errors import NotDifferentiableError, Problem, UnsupportedError
from .ir.interpret import container
from .ir.syntax import Lit, Pack
from .ir.types import Opaque, Sym, Tensor, Type, type_of_number

Key = Callable[[Any], Hashable]

# Abstract values nest like arguments: a type where a value arrives at run time, a Lit where it is known, a Pack around.
ArgTree = Any

_BY_VALUE = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type, np.ufunc, np.dtype,
    functools.partial, range, enum.Enum, type(Ellipsis), type(NotImplemented), types.MethodWrapperType,
    types.WrapperDescriptorType, types.MethodDescriptorType,
)  # fmt: skip

_MAX_DEPTH = 40
_SHORT = 32  # lengths up to this are known to code that is made for arrays of certain lengths


def array_key(array: Any) -> Hashable:
    """The key of an array: dtype, rank, and which axes have length 1.

    >>> array_key(np.zeros((3, 4))) == array_key(np.zeros((5, 2)))
    True
    >>> array_key(np.zeros((3, 4))) == array_key(np.zeros((3, 1)))
    False
    """
    shape: tuple[int, ...] = array.shape
    return array.dtype, tuple([n == 1 for n in shape]) if 1 in shape else len(shape)


def key_function(cls: type) -> Key | None:
    """How values of a class are told apart beyond their class, or None when the class says it all."""
    if cls in (float, int, complex, type(None)):
        return None
    if issubclass(cls, np.ndarray):
        return array_key
    if issubclass(cls, np.generic):
        return None
    if is_by_value(cls):
        return _itself
    return tuple if cls in (set, frozenset) else structure_key


def is_by_value(cls: type) -> bool:
    """Whether values of a class are part of the program: flags, strings, callables, modules, dtypes."""
    return issubclass(cls, (bool, str, bytes, *_BY_VALUE)) or hasattr(cls, "__st_ad_function__")


def _itself(value: Any) -> Hashable:
    return value  # type: ignore[no-any-return]


def structure_key(value: Any, static: bool = False, depth: int = 0, exact: bool = False) -> Hashable:
    """The key of any value, containers part by part; with `static` integers count by value, with `exact` arrays by
    their shape."""
    cls = type(value)
    if cls is int:
        return value if static else None
    known = key_function(cls)
    if exact and known is array_key:
        return value.dtype, value.shape
    if known is not structure_key:
        return None if known is None else known(value)
    check_depth(depth)
    parts = parts_of(value)
    if parts is None:
        return None
    return parts.keys, tuple([(type(v), structure_key(v, static, depth + 1, exact)) for v in parts.items])


@dataclass(frozen=True)
class Parts:
    """A container taken apart: kind, keys and cls as in Pack, items the values."""

    kind: str
    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()
    cls: Any = None


def parts_of(value: Any) -> Parts | None:
    """The parts of a tuple, list, dict, slice, NamedTuple, dataclass or plain object; None for anything else."""
    cls = type(value)
    if cls is tuple:
        return Parts("tuple", value)
    if cls is list:
        return Parts("list", tuple(value))
    if cls is dict or cls is OrderedDict:
        return Parts("dict", tuple(value.values()), tuple(value), None if cls is dict else cls)
    if cls is types.SimpleNamespace:
        return Parts("record", tuple(vars(value).values()), tuple(vars(value)), cls)
    if cls is slice:
        return Parts("slice", (value.start, value.stop, value.step))
    if isinstance(value, tuple) and hasattr(cls, "_fields"):
        return Parts("namedtuple", tuple(value), tuple(cls._fields), cls)
    if isinstance(value, (tuple, list, dict, set, frozenset, np.ndarray, np.generic, types.GeneratorType)):
        return None
    fields = _attributes(value)
    return None if fields is None else Parts("record", tuple(fields.values()), tuple(fields), cls)


def _attributes(value: Any) -> dict[str, Any] | None:
    """The attributes of an instance of a class that is written in Python."""
    cls = type(value)
    if not all(c is object or "__module__" in vars(c) and c.__flags__ & (1 << 9) for c in cls.__mro__):
        return None
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        slots = vars(base).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    found.update(getattr(value, "__dict__", {}))
    return found


def leaves(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every part of an argument that is no container, with the expression that reaches it."""
    parts = None if is_by_value(type(value)) else parts_of(value)
    if parts is None:
        yield path, value
        return
    check_depth(depth)
    for i, item in enumerate(parts.items):
        yield from leaves(item, path + step_of(parts, i), depth + 1)


def check_depth(depth: int) -> None:
    """Refuse an argument that contains itself."""
    if depth > _MAX_DEPTH:
        raise UnsupportedError(Problem("an argument contains itself", "pass a structure without cycles"))


def step_of(parts: Parts, i: int) -> str:
    """How source code reaches the i-th part: an index, a key or an attribute."""
    if parts.kind in ("namedtuple", "record"):
        return f".{parts.keys[i]}"
    if parts.kind == "slice":
        return "." + ("start", "stop", "step")[i]
    return f"[{parts.keys[i]!r}]" if parts.kind == "dict" else f"[{i}]"


@dataclass
class Describer:
    """Makes abstract values; lengths get names of their own, d, h, k and so on, that are not in `taken`. With
    `by_length` short ones are known."""

    taken: frozenset[str] = frozenset()
    by_length: bool = False
    _made: list[Sym] = field(default_factory=list)

    def tree(self, value: Any, *, static: bool = False, active: bool = False) -> ArgTree:
        """The abstract value of an argument; `static` makes integers known values, `active` says that it is
        differentiated, so that an integer counts as a float."""
        if active:
            return self._active(value)
        if type(value) is int:
            return Lit(value) if static else Tensor("int64", (), "py")
        if value is None or is_by_value(type(value)):
            return Lit(value, getattr(value, "__name__", None))
        if type(value) in (set, frozenset) and list(kept := type(value)(value)) == list(value):
            return Lit(kept)
        check_number(value)
        if isinstance(value, (float, complex, np.generic)) and not isinstance(value, (np.str_, np.bytes_, np.void)):
            return _number(value)
        if isinstance(value, np.ndarray):
            return self._array(value)
        parts = parts_of(value)
        if parts is None:
            return Opaque(type(value).__name__)
        return Pack(
            parts.kind, tuple(self.tree(v, static=static) for v in parts.items), parts.keys, parts.cls
        )

    def _active(self, value: Any) -> ArgTree:
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            return Tensor("float64", (), "py")
        return self.tree(value)

    def _array(self, array: np.ndarray[Any, Any]) -> Type:
        check_array(array)
        if array.dtype.kind not in "fciub":
            return Opaque("ndarray")
        known = _SHORT if self.by_length else 1
        shape = tuple(n if n == 1 or 0 < n <= known else self.length(n) for n in array.shape)
        return Tensor(array.dtype.name, shape, "nd")

    def lengths(self) -> tuple[int, ...]:
        """The lengths that were described, in the order of their places."""
        return tuple(s.example for s in self._made if s.example is not None)

    def length(self, example: int) -> Sym:
        """A fresh length that is not 1."""
        letters = [c for c in "dhknmpqrstuvwabcefgijlxyz" if c not in self.taken]
        i = len(self._made)
        name = letters[i % len(letters)] + (str(i // len(letters)) if i >= len(letters) else "")
        made = Sym(name, notone=True)
        made.place, made.example = len(self._made), example
        self._made.append(made)
        return made


def _number(value: Any) -> Type:
    if isinstance(value, np.generic):
        return Tensor(value.dtype.name, (), "np")
    found = type_of_number(value)
    return Tensor(found.dtype, found.shape, found.form)


def check_array(array: np.ndarray[Any, Any]) -> None:
    """Refuse arrays that mean something else by `*` or by an element than NumPy arrays of numbers do."""
    if type(array) not in (np.ndarray, np.memmap):
        name = type(array).__name__
        raise UnsupportedError(Problem(f"an argument is a `{name}`, not a plain array", "pass np.asarray(x)"))
    if array.dtype.kind == "O":
        raise UnsupportedError(Problem("an argument is an array of Python objects", "pass x.astype(float)"))
    if array.dtype.names is not None:
        what = f"an argument is an array with fields: {', '.join(array.dtype.names)}"
        raise UnsupportedError(Problem(what, "pass the fields one by one: x['name']"))


_ELSEWHERE = {"torch": "x.detach().numpy()", "jax": "np.asarray(x)", "jaxlib": "np.asarray(x)", "tensorflow": "x.numpy()",
              "cupy": "x.get()", "autograd": "x._value", "pandas": "x.to_numpy()", "polars": "x.to_numpy()",
              "xarray": "x.to_numpy()", "dask": "x.compute()", "pint": "x.magnitude", "astropy": "x.value"}  # fmt: skip


def check_number(value: Any) -> None:
    """Refuse arrays of other libraries, and numbers of a class that may have its own arithmetic."""
    cls = type(value)
    library = (cls.__module__ or "").split(".")[0]
    if library in _ELSEWHERE and not isinstance(value, type):
        what = f"an argument is a `{library}.{cls.__name__}`, not a NumPy array"
        raise UnsupportedError(Problem(what, f"pass {_ELSEWHERE[library]}"))
    if isinstance(value, (int, float, complex)) and library not in ("builtins", "numpy"):
        base = "int" if isinstance(value, int) else "float" if isinstance(value, float) else "complex"
        what = f"an argument is a `{cls.__name__}`, a subclass of {base}, which may mean something else by `*`"
        raise UnsupportedError(Problem(what, f"pass {base}(x)"))


def check_active(name: str, value: Any) -> None:
    """Refuse to differentiate with respect to a value that has no derivative.

    >>> check_active("x", np.arange(3))
    Traceback (most recent call last):
        ...
    st_ad.errors.NotDifferentiableError: the argument `x` is an array of int64, which has no derivative
      = pass x.astype(float)
    """
    check_number(value)
    problems, floats = [], 0
    for path, leaf in leaves(value, name):
        check_number(leaf)
        if isinstance(leaf, np.ndarray):
            check_array(leaf)
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iub":
            what = f"the argument `{path}` is an array of {leaf.dtype.name}, which has no derivative"
            problems.append(Problem(what, f"pass {path}.astype(float)"))
        floats += is_floating(leaf)
    if problems and (not floats or is_one_value(value)):
        raise NotDifferentiableError(problems)
    if floats or isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return
    if isinstance(value, (tuple, list, dict)) and not any(True for _ in leaves(value)):
        return
    raise NotDifferentiableError(no_floats(name, value))


def no_floats(name: str, value: Any) -> Problem:
    """What is said of an argument that has no derivative."""
    kind = type(value).__name__
    what = f"the argument `{name}` is {'None' if value is None else 'a ' + kind}, which has no derivative"
    is_array = isinstance(value, (memoryview, array.array)) or hasattr(value, "__array__")
    if is_array and not isinstance(value, (np.ndarray, np.generic)):
        return Problem(what, f"pass np.asarray({name})")
    if isinstance(value, dict) and parts_of(value) is None:
        return Problem(what, f"pass dict({name})")
    if isinstance(value, (tuple, list, dict)) and parts_of(value) is not None:
        return Problem(f"the argument `{name}` is a {kind} without a float in it, which has no derivative", "pass floats: 1.0, not 1")
    if value is None or is_by_value(type(value)):
        return Problem(what, "name the arguments to differentiate with argnums")
    return Problem(what, "differentiate floats, arrays of floats, and lists, tuples, dicts and objects that hold such; argnums names them")


def is_one_value(value: Any) -> bool:
    """Whether an argument is one value, not a container."""
    return parts_of(value) is None


def is_floating(leaf: Any) -> bool:
    """Whether a value is a float, a complex number, or an array of them."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return leaf.dtype.kind in "fc"
    return isinstance(leaf, (float, complex))


def arrays_in(values: tuple[Any, ...]) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """The arrays among the parts of some arguments."""
    return [(p, v) for i, a in enumerate(values) for p, v in leaves(a, str(i)) if isinstance(v, np.ndarray)]


def shared_container(values: tuple[Any, ...]) -> Any:
    """A list, dict or object that is reached twice from some arguments, or None."""
    seen: set[int] = set()

    def visit(value: Any) -> Any:
        parts = None if is_by_value(type(value)) else parts_of(value)
        if parts is None:
            return None
        if parts.kind in ("list", "dict", "record"):
            if id(value) in seen:
                return value
            seen.add(id(value))
        return next((found for found in map(visit, parts.items) if found is not None), None)

    return next((found for found in map(visit, values) if found is not None), None)


def rebuild(like: Any, items: tuple[Any, ...]) -> Any:
    """A container like another with other parts.

    >>> rebuild({"a": 1, "b": [2]}, (3, 4))
    {'a': 3, 'b': 4}
    """
    parts = parts_of(like)
    assert parts is not None
    return container(parts, items)


def spoken(value: Any, depth: int = 0) -> str:
    """A value in the words of a message: its structure, and the shapes of its arrays.

    >>> spoken({"a": (1.0, np.zeros(2))}), spoken(None)
    ("a dict {'a': (float, array of shape (2,))}", 'None')
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return ("" if depth else "an ") + f"array of shape {value.shape}"
    name = type(value).__name__
    parts = None if is_by_value(type(value)) or depth > 2 else parts_of(value)
    if parts is None:
        return name if depth else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    items = [spoken(v, depth + 1) for v in parts.items[:8]] + ["..."] * (len(parts.items) > 8)
    keys = [f"{k!r}: " if parts.kind == "dict" else f"{k}=" for k in parts.keys] or [""] * len(items)
    inside = ", ".join(k + v for k, v in zip(keys, items))
    left, right = {"list": ("[", "]"), "dict": ("{", "}")}.get(parts.kind, ("(", ")"))
    shown = f"{left}{inside}{',' if parts.kind == 'tuple' and len(items) == 1 else ''}{right}"
    if parts.kind not in ("tuple", "list", "dict"):
        return ("" if depth else "a ") + name + shown
    return shown if depth else f"a {name} {shown}"


def map_leaves(change: Callable[..., Any], value: Any, *others: Any, path: str = "") -> Any:
    """A container like `value` whose leaves are `change(path, leaf, *leaves of others)`."""
    parts = None if value is None or is_by_value(type(value)) else parts_of(value)
    if parts is None:
        return change(path, value, *others)
    taken = [parts_of(o) for o in others]
    for other, given in zip(taken, others):
        if other is None or (other.kind, other.keys, len(other.items)) != (
            parts.kind,
            parts.keys,
            len(parts.items),
        ):
            raise TypeError(f"{path or 'the value'}: expected {spoken(value)}, got {spoken(given)}")
    columns = [t.items for t in taken if t is not None]
    items = tuple(
        map_leaves(change, item, *(c[i] for c in columns), path=path + step_of(parts, i))
        for i, item in enumerate(parts.items)
    )
    return rebuild(value, items)


def of_every_kind(default: Any = None, static: bool = False) -> ArgTree:
    """The abstract value of a parameter of which no argument is known: its default, a literal, where that is a flag or
    must be known, and else anything at all."""
    is_flag = default is not None and (default.value is None or isinstance(default.value, (str, bool)))
    return default if is_flag or (static and default is not None) else Tensor(None, None, None)
