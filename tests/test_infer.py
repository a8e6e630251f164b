"""Inferred types against what NumPy returns, on the samples of all rules."""

from __future__ import annotations

import ast
import cmath
import math
import warnings
from typing import Any

import numpy as np
import pytest
import rule_samples_complex  # noqa: F401 (adds its samples)
import rule_samples_matrices  # noqa: F401
from rule_samples import OPTIONAL, SAMPLES, seed_of, value

from st_ad import runtime
from st_ad.analysis.infer import NUMPY
from st_ad.ir.build import as_arg
from st_ad.ir.primitives import python_function
from st_ad.ir.syntax import Arg, Lit, Pack, Var
from st_ad.ir.types import ANY, INT, Expr, Sym, Tensor, resolve
from st_ad.rules.catalogue import method_prim, prim_of

ENV: dict[str, Any] = {"np": np, "math": math, "cmath": cmath, "runtime": runtime}
# Whether their results are complex depends on the values.
BY_VALUES = ("numpy.linalg.eig", "numpy.linalg.eigvals", "numpy.emath.", "numpy.real_if_close")
BINARY = {"Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "Mod": "mod", "Pow": "pow", "MatMult": "matmul"}
CASES = [
    (p, call, spec, kind)
    for p, samples in SAMPLES.items()
    for call, spec in samples
    for kind in ("float64", "float32")
    if not (kind == "float32" and ("z" in str(spec) or p.startswith("math")))
]


class Reader:
    """Reads a call as a primitive with arguments whose lengths are symbols."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.symbols: dict[int, Sym] = {}
        self.variables = {k: Var(k, self.type_of(v)) for k, v in values.items()}

    def type_of(self, v: Any) -> Tensor:
        dims = tuple(1 if n == 1 else self.symbols.setdefault(n, Sym(f"n{n}", True)) for n in np.shape(v))
        form = "nd" if isinstance(v, np.ndarray) else "np" if isinstance(v, np.generic) else "py"
        return Tensor(np.asarray(v).dtype.name, dims, form)

    def arg(self, node: ast.AST) -> Arg:
        if isinstance(node, ast.Name) and node.id in self.variables:
            return self.variables[node.id]
        if isinstance(node, (ast.List, ast.Tuple)):
            return Pack("list" if isinstance(node, ast.List) else "tuple", tuple(self.arg(e) for e in node.elts))
        if isinstance(node, ast.Slice):
            return Pack(
                "slice", tuple(Lit(None) if e is None else self.arg(e) for e in (node.lower, node.upper, node.step))
            )
        found = eval(ast.unparse(node), dict(ENV), dict(self.values))
        return Var("constant", self.type_of(found)) if isinstance(found, np.ndarray) else as_arg(found)

    def call(self, text: str) -> tuple[str, tuple[Arg, ...], tuple[tuple[str, Arg], ...]]:
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Subscript):
            return "getitem", (self.arg(node.value), self.arg(node.slice)), ()
        if isinstance(node, ast.BinOp):
            return "operator." + BINARY[type(node.op).__name__], (self.arg(node.left), self.arg(node.right)), ()
        if isinstance(node, ast.UnaryOp):
            return "operator.neg" if isinstance(node.op, ast.USub) else "operator.pos", (self.arg(node.operand),), ()
        assert isinstance(node, ast.Call)
        kwargs = tuple((k.arg, self.arg(k.value)) for k in node.keywords)
        args = tuple(self.arg(a) for a in node.args)
        if (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in self.variables
        ):
            return method_prim(node.func.attr), (self.arg(node.func.value), *args), kwargs  # type: ignore[return-value]
        return prim_of(eval(ast.unparse(node.func), dict(ENV))), args, kwargs  # type: ignore[return-value]

    def number(self, dim: Any) -> int | None:
        dim = resolve(dim)
        if isinstance(dim, int):
            return dim
        if isinstance(dim, Sym):
            return next((n for n, s in self.symbols.items() if s is dim), None)
        parts = [self.number(a) if isinstance(a, (int, Sym, Expr)) else a for a in dim.args]
        if dim.op in ("add", "sum"):
            return max(sum(parts), 0)  # type: ignore[arg-type]
        if dim.op == "mul":
            return math.prod(parts)  # type: ignore[arg-type]
        if dim.op == "floordiv":
            return parts[0] // parts[1]  # type: ignore[operator]
        if dim.op == "min":
            return min(parts)  # type: ignore[type-var]
        if dim.op == "slice":
            return len(range(*slice(*parts[1:]).indices(parts[0])))  # type: ignore[arg-type]
        return None


@pytest.mark.parametrize("prim, call, spec, dtype", CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_types_are_those_of_numpy(prim, call, spec, dtype):
    if prim in OPTIONAL and python_function(prim) is None:
        pytest.skip(f"this version has no {prim}")
    values = {k: value(v, seed_of(call + k)) for k, v in spec.items()}
    values = {
        k: v.astype(dtype) if isinstance(v, np.ndarray) and v.dtype == "float64" else v for k, v in values.items()
    }
    reader = Reader(values)
    name, args, kwargs = reader.call(call)
    if name != prim and (name == "getitem" or name.startswith("operator.")):
        pytest.skip("the call is a part of a longer expression")
    assert name == prim
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        out = eval(call, dict(ENV), dict(values))
    found = NUMPY.infer(name, args, kwargs, True)
    results = list(out) if len(found) > 1 or isinstance(out, (tuple, list)) else [out]
    if prim in ("numpy.cross", "numpy.linalg.cross"):
        return
    assert len(found) == len(results)
    for kind, real in zip(found, results):
        assert isinstance(kind, Tensor)
        if prim.startswith("runtime.") and kind == ANY:
            # A helper whose result has a shape that only its values tell.
            continue
        wanted = reader.type_of(real)
        assert kind.dtype == wanted.dtype or kind.dtype is None and prim.startswith(BY_VALUES)
        assert kind.rank == wanted.rank
        assert kind.rank or kind.form == wanted.form
        for dim, length in zip(kind.shape or (), np.shape(real)):
            assert reader.number(dim) in (None, length)


def test_lengths():
    n = Sym("n", True)
    x = Var("x", Tensor("float64", (n,)))
    whole = (Lit(None), Lit(None), Lit(None))
    assert whole and NUMPY.infer("builtins.len", (x,), (), True)[0].value is n
    first = NUMPY.infer("getitem", (x, Pack("slice", (Lit(1), Lit(None), Lit(None)))), (), True)[0]
    last = NUMPY.infer("getitem", (x, Pack("slice", (Lit(None), Lit(-1), Lit(None)))), (), True)[0]
    assert first == last == Tensor("float64", (Expr("add", (n, -1)),))
    k = Var("k", INT)
    zeros = NUMPY.infer("numpy.zeros", (k,), (), True)[0]
    assert zeros == NUMPY.infer("numpy.ones", (k,), (), True)[0]
    assert NUMPY.infer("operator.is_", (x, Lit(None)), (), True) == (Lit(False),)
    assert NUMPY.infer("numpy.ndim", (x,), (), True) == (Lit(1),)


def test_unknown_operands_give_unknown_results():
    g = Var("g", Tensor(None, None, None))
    for prim in ("numpy.sin", "numpy.sum", "operator.add"):
        args = (g, g) if prim == "operator.add" else (g,)
        (kind,) = NUMPY.infer(prim, args, (), True)
        assert kind.dtype is None and kind.shape is None
