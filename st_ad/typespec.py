"""Argument types written by hand, as in `W=float64[n,d], n=int, axis=0`, for the command line.

A type is a dtype with an axis list (`:` is any length, a name an equal length, a number that length), a dtype alone (a NumPy
scalar; `float`, `int`, `complex`, `bool` are Python's), or a literal value; tuples, lists and dicts nest.
"""

from __future__ import annotations

import ast
import itertools
from typing import Any

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


def parse_types(text: str) -> dict[str, Any]:
    """The abstract values that a text gives to parameters.

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
    lengths = _Lengths({n.id for n in ast.walk(call) if isinstance(n, ast.Name)})
    return {str(k.arg): _type(k.value, lengths) for k in call.keywords}


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


def _type(node: ast.expr, lengths: _Lengths) -> Any:
    if isinstance(node, ast.Subscript):
        axes = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return Tensor(_dtype(node.value), tuple(lengths.get(a) for a in axes), "nd")
    if isinstance(node, ast.Name):
        if node.id in _NUMBERS:
            return _NUMBERS[node.id]
        if node.id == "any":
            return Tensor(None, None, None)
        return Opaque("object") if node.id == "object" else Tensor(_dtype(node), (), "np")
    if isinstance(node, (ast.Tuple, ast.List)):
        return Pack(_CONTAINERS[type(node)], tuple(_type(e, lengths) for e in node.elts))
    if isinstance(node, ast.Dict):
        keys = tuple(ast.literal_eval(k) for k in node.keys if k is not None)
        return Pack("dict", tuple(_type(v, lengths) for v in node.values), keys)
    try:
        return Lit(ast.literal_eval(node))
    except ValueError:
        raise ValueError(
            f"cannot read the type {ast.unparse(node)!r}: write float64[:,:], int or a literal"
        ) from None


def _dtype(node: ast.expr) -> str:
    name = ast.unparse(node)
    try:
        dtype = np.dtype({"float": "float64", "int": "int64", "complex": "complex128"}.get(name, name))
    except TypeError:
        dtype = np.dtype("O")
    if dtype.kind not in "fciub":
        raise ValueError(
            f"{name!r} is not a dtype of numbers: write float64, float32, int64, complex128, bool"
        )
    return dtype.name
