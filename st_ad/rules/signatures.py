"""Templates as signatures: which argument of a call belongs to which parameter."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from types import CodeType
from typing import Any

from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import Seq, Tensor


def parse(template: str, prim: str) -> inspect.Signature:
    """The signature that a template shows; a keyword whose default is `...` is one that need not be given.

    >>> parse("np.sum(x, axis=None)", "numpy.sum")
    <Signature (x, axis=None)>
    >>> parse("a + b", "operator.add")
    <Signature (a, b)>
    """
    node = ast.parse(template, mode="eval").body
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    if not isinstance(node, ast.Call):
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
        return inspect.Signature([inspect.Parameter(n, kind) for n in dict.fromkeys(names)])
    found = []
    after_star = False
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            assert isinstance(arg.value, ast.Name)
            found.append(inspect.Parameter(arg.value.id, inspect.Parameter.VAR_POSITIONAL))
            after_star = True
        else:
            assert isinstance(arg, ast.Name), template
            found.append(inspect.Parameter(arg.id, kind))
    for keyword in node.keywords:
        if keyword.arg is None:
            assert isinstance(keyword.value, ast.Name)
            found.append(inspect.Parameter(keyword.value.id, inspect.Parameter.VAR_KEYWORD))
            continue
        default = Lit(ast.literal_eval(keyword.value))
        place = inspect.Parameter.KEYWORD_ONLY if after_star else kind
        found.append(inspect.Parameter(keyword.arg, place, default=default.value))
    return inspect.Signature(found)


def bind(rule: Any, args: tuple[Arg, ...], kwargs: Any) -> dict[str, Arg]:
    """The arguments of a call by parameter name, defaults filled in as literals.

    Raises TypeError when the call has an argument that the template does not show.
    """
    kwargs = dict(kwargs)
    bound: dict[str, Arg] = {}
    rest = list(args)
    for parameter in rule.signature.parameters.values():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            bound[parameter.name] = Pack("tuple", tuple(rest))
            rest = []
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            bound[parameter.name] = Pack("dict", tuple(kwargs.values()), tuple(kwargs))
            kwargs = {}
        elif rest and parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            bound[parameter.name] = rest.pop(0)
        elif parameter.name in kwargs:
            bound[parameter.name] = kwargs.pop(parameter.name)
        elif parameter.name in _SPELLINGS and any(s in kwargs for s in _SPELLINGS[parameter.name]):
            bound[parameter.name] = kwargs.pop(next(s for s in _SPELLINGS[parameter.name] if s in kwargs))
        elif parameter.default is not inspect.Parameter.empty:
            bound[parameter.name] = as_literal(parameter.default)
        else:
            raise TypeError(f"{rule.prim} is called without its argument {parameter.name}")
    extra = [k for k, v in kwargs.items() if not _is_default(k, v) and not (k == "dtype" and _is_floating(rule, v))]
    if rest or extra:
        what = f"the argument {extra[0]}=" if extra else "so many arguments"
        raise TypeError(f"the derivative rule of {rule.prim} does not know {what}")
    for name, given in bound.items():
        if name != "out" and not name.startswith("overwrite_"):
            continue
        if given is not None and not (isinstance(given, Lit) and given.value in (None, False)):
            raise TypeError(f"the derivative rule of {rule.prim} does not know the argument {name}=")
    return bound


# NumPy's own names of a parameter that templates call by another name.
_SPELLINGS = {
    "x": ("a", "x", "v", "m", "arr", "ary", "array", "z", "x1", "f", "obj", "object", "array_like"), "a": ("x", "x1"),
    "b": ("x2",), "shape": ("newshape", "shape"), "A": ("a",), "arrays": ("tup", "arrays"), "a_min": ("min",), "a_max": ("max",),
}  # fmt: skip


def spellings(name: str) -> tuple[str, ...]:
    """The keywords by which callers may give a parameter."""
    return (name, *_SPELLINGS.get(name, ()))


# Arguments that change nothing about the derivative when they have these values.
_HARMLESS: dict[str, tuple[Any, ...]] = {
    "out": (None,), "where": (True,), "dtype": (None,), "order": ("C", "F", "K", "A", None), "copy": (True, False, None),
    "subok": (True, False), "casting": ("same_kind", "unsafe", "safe", "no", "equiv"), "optimize": (True, False), "like": (None,), "ndmin": (0,),
}  # fmt: skip


def _is_default(name: str, arg: Arg) -> bool:
    return isinstance(arg, Lit) and any(arg.value is v or arg.value == v for v in _HARMLESS.get(name, ()))


def _is_floating(rule: Any, dtype: Arg) -> bool:
    """Whether an elementwise function is asked for a precision, which changes nothing about its derivative."""
    import numpy as np

    try:
        return rule.kind == "elementwise" and isinstance(dtype, Lit) and np.dtype(dtype.value).kind in "fc"
    except TypeError:
        return False


def as_literal(value: Any) -> Arg:
    """A default value as an argument."""
    if isinstance(value, tuple):
        return Pack("tuple", tuple(as_literal(v) for v in value))
    return Lit(value)


def rebind(
    rule: Any, args: tuple[Arg, ...], kwargs: Any, change: dict[str, Arg]
) -> tuple[tuple[Arg, ...], tuple[tuple[str, Arg], ...]]:
    """The arguments of the same call with some parameters replaced, spelled as before."""
    new_args = list(args)
    new_kwargs = dict(kwargs)
    for position, parameter in enumerate(rule.signature.parameters.values()):
        if parameter.name not in change:
            continue
        value = change[parameter.name]
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            assert isinstance(value, Pack)
            new_args[position:] = value.items
        elif position < len(args):
            new_args[position] = value
        else:
            names = (parameter.name, *_SPELLINGS.get(parameter.name, ()))
            spelled = next((n for n in names if n in new_kwargs), parameter.name)
            new_kwargs[spelled] = value
    return tuple(new_args), tuple(new_kwargs.items())


def select(rule: Any, bound: dict[str, Arg]) -> Any:
    """The first variant of a rule whose condition holds for these arguments, or None."""
    env: dict[str, Any] = {name: _static(arg) for name, arg in bound.items()}
    for variant in rule.variants:
        if variant.when is None or holds(variant.when, env):
            return variant
    return None


class Unsettled:
    """The value of an argument that is known only when the program runs."""

    __slots__ = ("arg",)

    def __init__(self, arg: Arg) -> None:
        self.arg = arg

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        raise TypeError("not known when transformed")


def _static(arg: Arg) -> Any:
    if isinstance(arg, Lit):
        return arg.value
    if isinstance(arg, Pack) and arg.kind in ("tuple", "list"):
        items = [_static(i) for i in arg.items]
        if arg.kind == "tuple" or not any(isinstance(i, Unsettled) for i in items):
            return tuple(items) if arg.kind == "tuple" else items
    return Unsettled(arg)


def holds(when: str, env: dict[str, Any]) -> bool:
    """Whether a condition is known to hold."""
    try:
        return eval(_compiled(when), dict(_WORDS), env) is True
    except (TypeError, AttributeError):
        # The condition asks for something that is not known when transformed.
        return False


@cache
def _compiled(when: str) -> CodeType:
    return compile(when.strip(), "<when>", "eval", dont_inherit=True)


def _is_settled(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(_is_settled(v) for v in value)
    return not isinstance(value, Unsettled)


def _ndim(value: Any) -> int | None:
    import numpy as np

    if not _is_settled(value) and isinstance(value, tuple):
        return _one_more([_ndim(v) for v in value])
    if not isinstance(value, Unsettled):
        return np.ndim(value)
    if isinstance(value.arg, Var) and isinstance(value.arg.type, Tensor):
        return value.arg.type.rank
    if isinstance(value.arg, Pack):
        return _one_more([_ndim(_static(i)) for i in value.arg.items])
    return None


def _one_more(ranks: list[int | None]) -> int | None:
    """The rank of a list of items of these ranks."""
    known = [r for r in ranks if r is not None]
    return None if len(known) < len(ranks) else 1 + max(known, default=0)


def _dtype_kind(value: Any) -> str | None:
    import numpy as np

    if not isinstance(value, Unsettled):
        return np.asarray(value).dtype.kind
    if isinstance(value.arg, Var) and isinstance(value.arg.type, Tensor) and value.arg.type.dtype:
        return np.dtype(value.arg.type.dtype).kind
    return None


def _is_integer_dtype(value: Any) -> bool:
    import numpy as np

    return not isinstance(value, Unsettled) and np.dtype(value).kind in "biu"


def _same_shape(a: Any, b: Any) -> bool:
    from ..ir.types import same_dim

    shapes: list[Any] = []
    for value in (a, b):
        if not isinstance(value, Unsettled) or not isinstance(value.arg, Var):
            return False
        shapes.append(getattr(value.arg.type, "shape", None))
    if None in shapes or len(shapes[0]) != len(shapes[1]):
        return False
    return all(same_dim(p, q) for p, q in zip(*shapes))


def _no_ones(value: Any) -> bool:
    from ..ir.types import is_not_one

    shape = getattr(getattr(getattr(value, "arg", None), "type", None), "shape", None)
    return shape is not None and all(is_not_one(d) for d in shape)


_WORDS: dict[str, Any] = {
    "ndim": _ndim,
    "literal": _is_settled,
    "is_complex": lambda v: _dtype_kind(v) == "c",
    "is_real": lambda v: _dtype_kind(v) in ("f", "i", "b", "u"),
    "is_given": lambda v: v is not Ellipsis,
    "is_array": lambda v: isinstance(v, Unsettled) and isinstance(v.arg, Var),
    "is_display": lambda v: not isinstance(v, Unsettled) or isinstance(v.arg, Pack),
    "is_list": lambda v: isinstance(getattr(getattr(v, "arg", None), "type", None), Seq),
    "is_integer_dtype": _is_integer_dtype,
    "same_shape": _same_shape,
    "no_ones": _no_ones,
    "isinstance": isinstance, "int": int, "float": float, "tuple": tuple, "list": list, "str": str, "len": len,
    "abs": abs, "all": all, "any": any, "max": max, "min": min,
}  # fmt: skip
