"""What elementwise functions, operators and comparisons return."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ..ir.primitives import python_function
from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import (
    ANY,
    BOOL,
    Expr,
    Opaque,
    Seq,
    Tensor,
    broadcast_shapes,
    dim_add,
    is_not_one,
    resolve,
)
from .kinds import Site, dtype_of, elementwise_kinds, scalar_result, tensor_of
from .shapes import product

Results = tuple  # of Type or Lit


ELEMENTWISE = frozenset(
    "where clip real imag angle sinc nan_to_num i0 round around fix isclose iscomplex isreal isposinf "
    "isneginf unwrap float64 float32 float16 complex64 complex128 longdouble bool bool_ int64 int32 int16 "
    "int8 uint8 uint16 uint32 uint64 intp".split()
)


_ARITHMETIC = {
    "operator.add",
    "operator.sub",
    "operator.mul",
    "operator.floordiv",
    "operator.neg",
    "operator.mod",
}


_VALUE_SENSITIVE = {
    "operator.pow",
    "numpy.power",
    "numpy.float_power",
    "builtins.pow",
    "builtins.round",
    "numpy.round",
}


_OPTIONS = {"dtype", "where", "out", "casting", "order", "subok"}


def elementwise(function: Callable[..., Any]) -> Callable[[Site], Results]:
    def handle(site: Site) -> Results:
        operands: list[Tensor | Lit] = []
        sensitive = site.prim in _VALUE_SENSITIVE
        given = list(site.args)
        names = []
        options: list[tuple[str, Any]] = []
        for name, arg in site.kwargs.items():
            if name == "dtype":
                options.append(("dtype", dtype_of(arg)))
            elif name not in _OPTIONS:
                names.append(name)
                given.append(arg)
        for i, arg in enumerate(given):
            operands.append(_operand(arg, sensitive and i > 0, site.certain))
        shapes = [o.shape for o in operands if isinstance(o, Tensor)]
        if names:
            kinds = elementwise_kinds(_named(function, tuple(names)), operands)
        else:
            kinds = elementwise_kinds(function, operands, tuple(options))
        shape = broadcast_shapes(shapes, site.certain)
        if len(kinds) == 1 and shape == () and site.prim in _ARITHMETIC:
            return (_with_value(site, kinds[0]),)
        return tuple(scalar_result(dtype, shape, form) for dtype, form in kinds)

    return handle


def real_if_close(site: Site) -> Results:
    """Whether complex numbers become real depends on their values."""
    x = tensor_of(site.args[0])
    is_real = x.dtype is not None and np.dtype(x.dtype).kind != "c"
    return (Tensor(x.dtype if is_real else None, x.shape, "nd" if x.shape is not None else None),)


def complex_where_needed(site: Site) -> Results:
    """Functions of np.emath: it depends on the values of real numbers whether the result is complex."""
    operands = [tensor_of(a, site.certain) for a in site.args]
    shape = broadcast_shapes([o.shape for o in operands], site.certain)
    names = [o.dtype for o in operands]
    is_complex = None not in names and any(np.dtype(n).kind == "c" for n in names)
    dtype = np.result_type(*(np.dtype(n) for n in names)).name if is_complex else None
    return (scalar_result(dtype, shape, "np"),)


def _named(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    key = (function, names)
    if key not in _NAMED:
        count = len(names)
        _NAMED[key] = lambda *values: function(*values[:-count], **dict(zip(names, values[-count:])))
    return _NAMED[key]


_NAMED: dict[Any, Callable[..., Any]] = {}


def _operand(arg: Arg, keep_value: bool, certain: bool) -> Tensor | Lit:
    if isinstance(arg, Var):
        if isinstance(arg.type, Tensor):
            return arg.type
        return tensor_of(arg, certain)
    if isinstance(arg, Lit) and (arg.value is None or isinstance(arg.value, str)):
        return arg
    if keep_value and isinstance(arg, Lit) and isinstance(arg.value, (int, float)):
        return arg
    return tensor_of(arg, certain)


def _with_value(site: Site, kind: tuple[str | None, str | None]) -> Tensor:
    """An integer computed from lengths keeps its symbolic value."""
    dtype, form = kind
    if dtype is None or np.dtype(dtype).kind != "i":
        return Tensor(dtype, (), form)
    values = [value_of(a) for a in site.args]
    if any(v is None for v in values):
        return Tensor(dtype, (), form)
    name = site.prim.partition(".")[2]
    first, second = values[0], values[-1]
    if name == "add" and isinstance(second, int):
        return Tensor(dtype, (), form, dim_add(first, second))
    if name == "add" and isinstance(first, int):
        return Tensor(dtype, (), form, dim_add(second, first))
    if name == "sub" and isinstance(second, int):
        return Tensor(dtype, (), form, dim_add(first, -second))
    if name == "mul":
        return Tensor(dtype, (), form, product((first, second)))
    op = {"add": "sum", "sub": "sub", "floordiv": "floordiv", "mod": "mod"}.get(name)
    return Tensor(dtype, (), form, Expr(op, (first, second)) if op else None)


def value_of(arg: Arg) -> Any:
    """The symbolic value of an integer, or None."""
    if isinstance(arg, Lit):
        return arg.value if isinstance(arg.value, int) and not isinstance(arg.value, bool) else None
    if isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.value is not None:
        return resolve(arg.type.value)
    return None


def compare(prim: str) -> Callable[[Site], Results]:
    plain = elementwise(python_function(prim))  # type: ignore[arg-type]
    equal = prim in ("operator.eq", "operator.ne")

    def handle(site: Site) -> Results:
        a, b = site.args
        if equal:
            known = _decided(a, b)
            if known is not None:
                return (Lit(known == (prim == "operator.eq")),)
            if isinstance(a, Pack) and isinstance(b, Pack):
                return (BOOL,)
        types = [x.type for x in (a, b) if isinstance(x, Var)]
        if any(not isinstance(t, Tensor) for t in types):
            return (BOOL,) if all(isinstance(t, (Opaque, Seq)) for t in types) else (ANY,)
        (found,) = plain(site)
        vague = isinstance(found, Tensor) and found.dtype is None and types
        return (Tensor("bool", found.shape, found.form),) if vague else (found,)

    return handle


def _decided(a: Arg, b: Arg) -> bool | None:
    """Whether two values are equal, when their types tell: an axis that is not 1, and 1; a number, and None."""
    if isinstance(a, Lit):
        a, b = b, a
    if not isinstance(a, Var) or not isinstance(b, Lit) or not isinstance(a.type, Tensor):
        return None
    if (b.value is None or isinstance(b.value, str)) and a.type.is_immutable:
        return False
    value = a.type.value
    if value is not None and b.value in (1, 0) and type(b.value) is int:
        if isinstance(resolve(value), int):
            return resolve(value) == b.value
        if b.value == 1 and is_not_one(value):
            return False
    return None


def identity(site: Site) -> Results:
    """`is` and `is not`: a variable that is a number, an array or a list is never None."""
    a, b = site.args
    same = site.prim == "operator.is_"
    if isinstance(a, Pack) or isinstance(b, Pack):
        return (Lit(not same),)
    if a is b:
        return (Lit(same),)
    for x, other in ((a, b), (b, a)):
        is_value = isinstance(x, Var) and isinstance(x.type, (Tensor, Seq))
        if is_value and isinstance(other, Lit) and (other.value is None or isinstance(other.value, str)):
            return (Lit(not same),)
    return (BOOL,)
