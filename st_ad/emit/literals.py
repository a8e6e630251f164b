"""How values that are known when the text is made are written."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, cast

import numpy as np

from ..ir.syntax import Lit
from . import expressions as ex
from .context import EmitContext
from .expressions import Expression


def literal(lit: Lit, context: EmitContext) -> Expression:
    """A literal as the user spells it, or as Python does."""
    if lit.name and "." in lit.name:
        spelled = context.spelled(lit.name, lit.value)
        if spelled:
            return ex.raw(spelled)
    return value_of(lit.value, context, lit.name)


def value_of(value: Any, context: EmitContext, name: str | None = None) -> Expression:
    """A value as an expression; what has no literal becomes an object with a name."""
    if value is None or value is Ellipsis or isinstance(value, (bool, bytes)):
        return ex.raw("..." if value is Ellipsis else repr(value))
    if type(value) is str:
        return ex.string(value)
    if type(value) in (int, float):
        return number(value, context)
    if type(value) is complex:
        return _complex(value, context)
    if isinstance(value, np.generic):
        return _scalar(value, context)
    if type(value) is tuple:
        return ex.tuple_of(value_of(v, context) for v in value)
    if type(value) is list:
        return ex.list_of(value_of(v, context) for v in value)
    if type(value) is dict:
        return ex.dict_of([value_of(k, context) for k in value], [value_of(v, context) for v in value.values()])
    if type(value) is slice:
        return ex.call("slice", [value_of(v, context) for v in (value.start, value.stop, value.step)])
    if isinstance(value, type) and getattr(value, "__module__", "") == "builtins":
        return ex.raw(value.__name__)
    found = _of_numpy(value)
    if found:
        return ex.raw(f"{context.module('numpy')}.{found}")
    return ex.raw(context.spelled(name, value) or context.object(value, name))


def number(value: int | float, context: EmitContext) -> Expression:
    """A Python number, with a sign of its own and with names for what is not finite."""
    if isinstance(value, float) and math.isnan(value):
        return ex.raw(f"{context.module('numpy')}.nan")
    if math.copysign(1, value) < 0:
        return ex.unary("neg", number(-value, context))
    if isinstance(value, float) and math.isinf(value):
        return ex.raw(f"{context.module('numpy')}.inf")
    return ex.raw(repr(value))


def _complex(value: complex, context: EmitContext) -> Expression:
    if math.isfinite(value.real) and math.isfinite(value.imag):
        if repr(value.real) == "0.0" and not repr(value.imag).startswith("-"):
            return ex.raw(repr(value))
        return ex.call("complex", [number(value.real, context), number(value.imag, context)])
    return ex.call("complex", [number(value.real, context), number(value.imag, context)])


def _scalar(value: np.generic, context: EmitContext) -> Expression:
    head = f"{context.module('numpy')}.{_type_name(type(value))}"
    item = value.item()
    if type(item) in (int, float, bool, complex, str):
        return ex.call(head, [value_of(item, context)])
    return ex.raw(context.object(value))


def _type_name(kind: type) -> str:
    return "bool_" if kind is np.bool_ else kind.__name__


def _of_numpy(value: Any) -> str | None:
    """The name of a type, dtype, function or constant that is an attribute of numpy."""
    if isinstance(value, np.dtype):
        return _type_name(value.type) if value.isnative and value.fields is None and np.dtype(value.type) == value else None
    if isinstance(value, type) and issubclass(value, np.generic):
        return _type_name(value)
    name = getattr(value, "__name__", "")
    if isinstance(name, str) and name.isidentifier() and getattr(np, name, None) is value:
        return name
    module = getattr(value, "__module__", None) or ""
    if callable(value) and module.startswith("numpy.") and isinstance(name, str) and name.isidentifier():
        found: Any = np
        for part in [*module.split(".")[1:], name]:
            found = getattr(found, part, None)
        if found is value:
            return ".".join([*module.split(".")[1:], name])
    return None


def is_made_of_fields(cls: Any, names: tuple[Any, ...]) -> bool:
    """Whether `cls(a=..., b=...)` does nothing but set the attributes: a dataclass as its decorator wrote it."""
    if not dataclasses.is_dataclass(cls) or hasattr(cls, "__post_init__"):
        return False
    fields, made = dataclasses.fields(cls), cast(Any, cls)
    code = getattr(made.__init__, "__code__", None)
    if code is None or code.co_filename != "<string>" or "__init__" not in vars(cls) or cls.__new__ is not object.__new__:
        return False
    if cls.__setattr__ is not object.__setattr__ and not made.__dataclass_params__.frozen:
        return False
    taken = set(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])
    return {f.name for f in fields} == set(names) == taken
