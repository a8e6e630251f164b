"""Argument types written by hand, as in `W=float64[n,d], n=int, axis=0`, for the command line.

A type is a dtype with an axis list (`:` is any length, a name an equal length, a number that length), a dtype alone (a NumPy
scalar; `float`, `int`, `complex`, `bool` are Python's), or a literal value; tuples, lists and dicts nest. `Class(a=float)` is
an object of a class of the user's, by its fields or attributes.
"""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np

from .ir.syntax import Lit, Pack
from .ir.types import BOOL, FLOAT, Dim, Opaque, Sym, Tensor

_NUMBERS = {
    "float": FLOAT,
    "int": Tensor("int64", (), "py"),
    "bool": BOOL,
    "complex": Tensor("complex128", (), "py"),
}
_CONTAINERS = {ast.Tuple: "tuple", ast.List: "list"}


def parse_types(text: str, classes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The abstract values that a text gives to parameters; `classes` has the classes by name, when they are known.

    >>> parse_types("W=float64[n,:], n=int, axis=0")
    {'W': f64[n,d], 'n': int, 'axis': Lit(value=0, name=None)}

    Raises ValueError when it cannot be read.
    """
    try:
        call = ast.parse(f"f({text}\n)", mode="eval").body
    except SyntaxError:
        raise ValueError(
            f"cannot read the types {text!r}: write name=float64[:,:], name=int, name=0"
        ) from None
    assert isinstance(call, ast.Call)
    if call.args or any(k.arg is None for k in call.keywords):
        raise ValueError(f"every type needs a name: {text!r} should be like x=float64[:]")
    twice = {k.arg for k in call.keywords if sum(k.arg == other.arg for other in call.keywords) > 1}
    if twice:
        raise ValueError(f"the type of {', '.join(sorted(map(str, twice)))} is given twice in {text!r}")
    lengths = _Lengths({n.id for n in ast.walk(call) if isinstance(n, ast.Name)})
    return {str(k.arg): _Reader(lengths, classes).type_of(k.value) for k in call.keywords}


class _Lengths:
    """Lengths by name; those that the text does not name get a letter of their own."""

    def __init__(self, taken: set[str]) -> None:
        self.named: dict[str, Sym] = {}
        self.places = itertools.count()
        self.letters = iter([c for c in "dhkmpqrstuvwabcefgijlxyz" if c not in taken])

    def stated(self, name: str) -> Sym:
        """A length of an argument."""
        made = Sym(name)
        made.place = next(self.places)
        return made

    def get(self, node: ast.expr) -> Dim:
        if isinstance(node, ast.Slice):
            return self.stated(next(self.letters, "m"))
        if isinstance(node, ast.Name):
            if node.id not in self.named:
                self.named[node.id] = self.stated(node.id)
            return self.named[node.id]
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= 0:
            return node.value
        raise ValueError(f"an axis is `:`, a name or a length, not {ast.unparse(node)!r}")


@dataclass(frozen=True)
class _Reader:
    """Reads the types of one text."""

    lengths: _Lengths
    classes: Mapping[str, Any] | None

    def type_of(self, node: ast.expr) -> Any:
        """The abstract value that an expression stands for."""
        if isinstance(node, ast.Subscript):
            axes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return Tensor(_dtype(node.value), tuple(self.lengths.get(a) for a in axes), "nd")
        if isinstance(node, ast.Name):
            if node.id in _NUMBERS:
                return _NUMBERS[node.id]
            if node.id == "any":
                return Tensor(None, None, None)
            return Opaque("object") if node.id == "object" else Tensor(_dtype(node), (), "np")
        if isinstance(node, ast.Attribute):
            return Tensor(_dtype(node), (), "np")
        if isinstance(node, (ast.Tuple, ast.List)):
            return Pack(_CONTAINERS[type(node)], tuple(self.type_of(e) for e in node.elts))
        if isinstance(node, ast.Dict):
            keys = tuple(_literal(k) for k in node.keys if k is not None)
            return Pack("dict", tuple(self.type_of(v) for v in node.values), keys)
        if isinstance(node, ast.Call):
            return self._object(node)
        return Lit(_literal(node))

    def _object(self, node: ast.Call) -> Pack:
        """`Class(field, name=type)`: a named tuple, or an object with these attributes."""
        spelled = ast.unparse(node.func)
        cls = (self.classes or {}).get(spelled)
        if not isinstance(cls, type):
            why = "is not known without running the module: use --import" if self.classes is None else "is no class of the module"
            raise ValueError(f"cannot read the type {ast.unparse(node)!r}: {spelled} {why}")
        names = getattr(cls, "_fields", None) if issubclass(cls, tuple) else None
        is_tuple = names is not None
        fields = list(getattr(cls, "__dataclass_fields__", ()) if names is None else names)
        given = dict(zip(fields, map(self.type_of, node.args)))
        given.update((str(k.arg), self.type_of(k.value)) for k in node.keywords)
        if len(node.args) > len(fields) or fields and set(given) != set(fields):
            has = f"{spelled} has {', '.join(fields)}" if fields else f"the attributes of {spelled} need names"
            raise ValueError(f"cannot read the type {ast.unparse(node)!r}: {has}")
        keys = tuple(fields or given)
        return Pack("namedtuple" if is_tuple else "record", tuple(given[k] for k in keys), keys, cls)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise ValueError(
            f"cannot read the type {ast.unparse(node)!r}: write float64[:,:], int or a literal"
        ) from None


def _dtype(node: ast.expr) -> str:
    name = ast.unparse(node).removeprefix("numpy.").removeprefix("np.")
    try:
        dtype = np.dtype({"float": "float64", "int": "int64", "complex": "complex128"}.get(name, name))
    except TypeError:
        dtype = np.dtype("O")
    if dtype.kind not in "fciub":
        raise ValueError(
            f"{name!r} is not a dtype of numbers: write float64, float32, int64, complex128, bool"
        )
    return dtype.name
