"""Dtypes and forms of results, found by applying the function itself to the smallest possible operands."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any, Callable, Iterable

import numpy as np

from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import Dim, Seq, Tensor, broadcast_shapes, type_of_number

NUMBERS = (bool, int, float, complex, np.generic)


class Unknown(Exception):
    """Inference cannot tell; the result is found by probing, or is of unknown type."""


class Site:
    """One call that is being inferred: a primitive and its arguments."""

    __slots__ = ("prim", "args", "kwargs", "certain")

    def __init__(
        self, prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...], certain: bool
    ) -> None:
        self.prim = prim
        self.args = args
        self.kwargs = dict(kwargs)
        self.certain = certain

    def arg(self, position: int, name: str, default: Any = None) -> Arg:
        """The argument at a position or of a name, or the default as a literal."""
        if position < len(self.args):
            return self.args[position]
        return self.kwargs.get(name, Lit(default))

    def tensor(self, position: int = 0, name: str = "a") -> Tensor:
        """The argument as an array type."""
        return tensor_of(self.arg(position, name), self.certain)


def tensor_of(arg: Arg, certain: bool = False) -> Tensor:
    """The type that an argument has once NumPy has made an array or scalar of it."""
    if isinstance(arg, Var):
        if isinstance(arg.type, Tensor):
            return arg.type
        if isinstance(arg.type, Seq):
            return tensor_of_seq(arg.type)
        raise Unknown
    if isinstance(arg, Pack):
        return tensor_of_pack(arg, certain)
    if isinstance(arg.value, NUMBERS):
        return type_of_number(arg.value)
    if isinstance(arg.value, (np.ndarray, list, tuple)):
        value = np.asarray(arg.value)
        if value.dtype.kind not in "biufc":
            raise Unknown
        return Tensor(value.dtype.name, value.shape)
    raise Unknown


def tensor_of_seq(seq: Seq) -> Tensor:
    """The array that a list of equal items makes."""
    item = seq.item
    if isinstance(item, Seq):
        item = tensor_of_seq(item)
    if not isinstance(item, Tensor):
        raise Unknown
    if item.shape is None:
        return Tensor(item.dtype, None, None)
    from ..ir.types import Sym

    length = seq.length if seq.length is not None else Sym("m")
    return Tensor(item.dtype, (length, *item.shape))


def tensor_of_pack(pack: Pack, certain: bool) -> Tensor:
    """The array that a tuple or list of arguments makes."""
    if pack.kind not in ("tuple", "list", "namedtuple"):
        raise Unknown
    items = [tensor_of(i, certain) for i in pack.items]
    if not items:
        return Tensor("float64", (0,))
    dtype = stacked_dtype(items)
    shape = broadcast_shapes([i.shape for i in items], certain)
    if shape is None:
        return Tensor(dtype, None, None)
    return Tensor(dtype, (len(items), *shape))


def stacked_dtype(items: Iterable[Tensor]) -> str | None:
    """The dtype of `np.array` of a list of values of these types."""
    items = list(items)
    if any(i.dtype is None for i in items):
        return None
    keys = tuple((i.dtype, "nd" if i.rank != 0 else i.form or "np", 0) for i in items)
    return _stacked(keys)


@lru_cache(maxsize=4096)
def _stacked(keys: tuple) -> str:
    return np.asarray([sample(*k) for k in keys]).dtype.name


def concatenated_dtype(items: Iterable[Tensor]) -> str | None:
    """The dtype of arrays that are joined."""
    names = [i.dtype for i in items]
    if any(n is None for n in names):
        return None
    return np.result_type(*[np.dtype(n) for n in names]).name


_PYTHON = {"b": True, "i": 1, "u": 1, "f": 1.0, "c": 1.0 + 0.5j}


def sample(dtype: str, form: str | None, rank: int) -> Any:
    """The smallest value of a kind: a Python number, a NumPy scalar, or an array with axes of length 1."""
    if rank:
        return np.ones((1,), dtype)
    if form == "py":
        return _PYTHON[np.dtype(dtype).kind]
    if form == "np":
        return np.dtype(dtype).type(1)
    return np.asarray(1, dtype)


def form_of(value: Any) -> tuple[str, str]:
    """The dtype name and form of a value that a sample call gave."""
    if isinstance(value, np.ndarray):
        form = "nd"
    elif isinstance(value, np.generic):
        form = "np"
    elif isinstance(value, (bool, int, float, complex)):
        form = "py"
    else:
        raise Unknown
    dtype = np.asarray(value).dtype
    if dtype.kind not in "biufc":
        raise Unknown
    return dtype.name, form


def elementwise_kinds(
    function: Callable[..., Any], operands: list[Tensor | Lit], options: tuple[tuple[str, Any], ...] = ()
) -> list[tuple[str | None, str | None]]:
    """Dtype and form, one pair per result, of an elementwise function; literal operands keep their value.

    The form is that of a result without axes.
    """
    keys: list[Any] = []
    for operand in operands:
        if isinstance(operand, Lit):
            keys.append((type(operand.value).__name__, operand.value))
            continue
        if operand.dtype is None:
            return [(None, None)] * _result_count(function)
        rank = 1 if operand.rank is None or operand.rank else 0
        keys.append((operand.dtype, "nd" if rank else operand.form, rank))
    return _elementwise(function, tuple(keys), options)


def _result_count(function: Callable[..., Any]) -> int:
    return function.nout if isinstance(function, np.ufunc) else 2 if function is divmod else 1


@lru_cache(maxsize=8192)
def _elementwise(function: Callable[..., Any], keys: tuple, options: tuple) -> list:
    for i, key in enumerate(keys):
        if len(key) == 3 and key[1] is None:
            choices = [
                _elementwise(function, keys[:i] + ((key[0], form, 0),) + keys[i + 1 :], options)
                for form in ("py", "np", "nd")
            ]
            return [_agree(results) for results in zip(*choices)]
    values = [k[1] if len(k) == 2 else sample(*k) for k in keys]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = function(*values, **dict(options))
        except Unknown:
            raise
        except Exception as error:
            raise Unknown from error
    return [form_of(r) for r in result] if isinstance(result, tuple) else [form_of(result)]


def _agree(results: tuple) -> tuple[str | None, str | None]:
    dtypes = {dtype for dtype, _ in results}
    forms = {form for _, form in results}
    return dtypes.pop() if len(dtypes) == 1 else None, forms.pop() if len(forms) == 1 else None


def dtype_of(arg: Arg) -> str | None:
    """The name of the dtype that a `dtype=` argument asks for; None when it is None."""
    if not isinstance(arg, Lit):
        raise Unknown
    if arg.value is None:
        return None
    try:
        name = np.dtype(arg.value).name
    except TypeError as error:
        raise Unknown from error
    return name


def python_dtype(dtype: str | None) -> str | None:
    """The dtype of a Python number that was an item of an array."""
    if dtype is None:
        return None
    return {"f": "float64", "c": "complex128", "b": "bool"}.get(np.dtype(dtype).kind, "int64")


def literal(arg: Arg) -> Any:
    """The Python value of an argument that is known; Unknown otherwise."""
    if isinstance(arg, Lit):
        return arg.value
    if isinstance(arg, Pack) and arg.kind in ("tuple", "list", "slice"):
        items = [literal(i) for i in arg.items]
        return tuple(items) if arg.kind == "tuple" else items if arg.kind == "list" else slice(*items)
    raise Unknown


def scalar_result(dtype: str | None, shape: tuple[Dim, ...] | None, form: str | None) -> Tensor:
    """A type whose form is `form` when it has no axes, "nd" when it has some."""
    if shape is None:
        return Tensor(dtype, None, None)
    return Tensor(dtype, shape, "nd" if shape else form)
