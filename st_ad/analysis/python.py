"""What Python's builtins, the math module and operations on lists return."""

from __future__ import annotations

import operator
from typing import Any, Callable

import numpy as np

from ..ir.build import type_of
from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    Opaque,
    Seq,
    Tape,
    Tensor,
    Type,
    join,
    resolve,
)
from .elementwise import elementwise, value_of
from .kinds import Site, Unknown, literal, python_dtype, scalar_result, tensor_of
from .shapes import ShapeOf
from .undefined import is_nothing

COMPLEX = Tensor("complex128", (), "py")
Results = tuple  # of Type or Lit


def make(site: Site) -> Results:
    known = [item_type(a) for a in site.args if not is_nothing(a)]
    return (Seq(join_all(known) if known else None, len(site.args)),)


def item_type(arg: Arg) -> Type:

    if isinstance(arg, Pack):
        return Seq(join_all([item_type(i) for i in arg.items])) if arg.items else Opaque("tuple")
    return type_of(arg)


def join_all(types: list[Type]) -> Type:
    """The type of a value that has one of several types."""
    found = types[0]
    for other in types[1:]:
        found = join(found, other)
    return found


def append(site: Site) -> Results:
    kind = site.args[0].type if isinstance(site.args[0], Var) else None
    if is_nothing(site.args[1]):
        return (Seq(kind.item if isinstance(kind, Seq) else None),)
    item = item_type(site.args[1])
    if not isinstance(kind, Seq):
        return (Seq(item),)
    return (Seq(item if kind.item is None else join(kind.item, item)),)


def shorten(site: Site) -> Results:
    kind = site.args[0].type if isinstance(site.args[0], Var) else None
    return (Seq(kind.item if isinstance(kind, Seq) else None),)


def tape(site: Site) -> Results:
    return (Tape(tuple(item_type(a) for a in site.args)),)


def untape(site: Site) -> Results:
    kind = site.args[0].type if isinstance(site.args[0], Var) else None
    if not isinstance(kind, Tape) or kind.items is None:
        raise Unknown
    return tuple(kind.items)


def math_function(site: Site) -> Results:
    name = site.prim.partition(".")[2]
    if name in ("floor", "ceil", "trunc", "gcd", "lcm", "comb", "perm", "factorial", "isqrt"):
        return (INT,)
    if name in ("isnan", "isinf", "isfinite") and site.tensor().dtype == "int64":
        return (Lit(name == "isfinite"),)
    if name.startswith("is"):
        return (BOOL,)
    if name == "modf":
        return FLOAT, FLOAT
    if name == "frexp":
        return FLOAT, INT
    if name == "prod":
        return (INT if all_integers(site.args[0]) and not site.kwargs else ANY,)
    return (FLOAT,)


def cmath_function(site: Site) -> Results:
    name = site.prim.partition(".")[2]
    if name.startswith("is"):
        return (BOOL,)
    if name == "polar":
        return FLOAT, FLOAT
    return (FLOAT,) if name == "phase" else (COMPLEX,)


def all_integers(arg: Arg) -> bool:
    """Whether the items of a container are known to be Python ints."""
    kinds = [item_type(i) for i in arg.items] if isinstance(arg, Pack) else []
    return isinstance(arg, Pack) and all(
        isinstance(k, Tensor) and k.dtype == "int64" and k.shape == () for k in kinds
    )


def integer(site: Site) -> Results:
    value = value_of(site.args[0]) if site.args else 0
    return (INT if value is None else Tensor("int64", (), "py", value),)


def always(result: Type) -> Callable[[Site], Results]:
    return lambda site: (result,)


def extreme(site: Site) -> Results:
    """Builtin `min` and `max`: one of the arguments, or an item of the only one."""
    if len(site.args) > 1:
        return (join_all([item_type(a) for a in site.args]),)
    return (only_item(site.args[0]),)


def only_item(arg: Arg) -> Type:
    if isinstance(arg, Pack):
        return join_all([item_type(i) for i in arg.items])
    if isinstance(arg, Var) and isinstance(arg.type, Seq) and arg.type.item is not None:
        return arg.type.item
    tensor = tensor_of(arg)
    if not tensor.shape:
        raise Unknown
    return scalar_result(tensor.dtype, tensor.shape[1:], "np")


_ADD = elementwise(operator.add)


def total(site: Site) -> Results:
    """Builtin `sum`: the start plus items."""
    item = only_item(site.args[0])
    if not isinstance(item, Tensor):
        raise Unknown
    start = site.arg(1, "start", 0)
    once = _ADD(Site("builtins.sum", (start, Var("item", item)), (), site.certain))[0]
    twice = _ADD(Site("builtins.sum", (Var("sum", once), Var("item", item)), (), site.certain))[0]
    return (Tensor(twice.dtype, twice.shape, twice.form),)


def quotient_and_rest(site: Site) -> Results:
    """Builtin `divmod`."""
    return elementwise(operator.floordiv)(site) + elementwise(operator.mod)(site)


def is_instance(site: Site) -> Results:
    x, wanted = site.args
    classes = literal(wanted)
    if (
        not isinstance(x, Var)
        or not isinstance(x.type, Tensor)
        or x.type.dtype is None
        or x.type.form is None
    ):
        return (BOOL,)
    kind = np.dtype(x.type.dtype)
    if x.type.shape is None:
        return (BOOL,)
    held: type = np.ndarray
    if x.type.form == "np":
        held = kind.type
    elif x.type.form == "py":
        held = {"b": bool, "i": int, "u": int, "f": float, "c": complex}[kind.kind]
    return (Lit(issubclass(held, classes)),)


def item(site: Site) -> Results:
    x = site.tensor()
    return (Tensor(python_dtype(x.dtype), (), "py"),)


def list_of(site: Site) -> Results:
    x = site.args[0]
    if isinstance(x, Var) and isinstance(x.type, Seq):
        return (x.type,)
    if isinstance(x, Pack):
        return make(Site("seq.make", x.items, (), site.certain))
    tensor = tensor_of(x)
    if not tensor.shape:
        raise Unknown
    return (Seq(only_item(x), tensor.shape[0]),)


def joined_or(of_numbers: Callable[[Site], Results]) -> Callable[[Site], Results]:
    """`+` and `*`: of lists they join and repeat, of numbers they do as `of_numbers` says."""

    def handle(site: Site) -> Results:
        types = [a.type for a in site.args if isinstance(a, Var)]
        seqs = [t for t in types if isinstance(t, Seq)]
        if seqs and (len(seqs) == 2 or not any(isinstance(t, Tensor) and t.shape for t in types)):
            items = [t.item for t in seqs if t.item is not None]
            items += [item_type(i) for a in site.args if isinstance(a, Pack) for i in a.items]
            return (Seq(join_all(items) if items else None),)
        if any(isinstance(t, (Opaque, Tape)) for t in types):
            return (Opaque("object"),)
        packs = [a for a in site.args if isinstance(a, Pack)]
        if packs and not any(isinstance(t, Tensor) and t.dtype != "int64" for t in types) and len(types) < 2:
            return (Seq(join_all([item_type(i) for p in packs for i in p.items])),)
        return of_numbers(site)

    return handle


def length_of(site: Site) -> Results:
    x = site.args[0]
    if isinstance(x, Pack):
        return (Lit(len(x.items)),)
    if isinstance(x, Lit):
        return (Lit(len(x.value)),)
    if isinstance(x.type, Seq):
        return (INT if x.type.length is None else length(x.type.length),)
    if isinstance(x.type, ShapeOf):
        return (Lit(len(x.type.dims)),)
    if isinstance(x.type, Tensor) and x.type.shape:
        return (length(x.type.shape[0]),)
    return (INT,)


def length(dim: Any) -> Type | Lit:
    dim = resolve(dim)
    return Lit(dim) if isinstance(dim, int) else Tensor("int64", (), "py", dim)
