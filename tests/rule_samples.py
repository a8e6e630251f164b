"""The domain on which each rule is tested: calls, with the values of the names in them that are differentiated.

A value is written as a shape with a word for the range: "u" in (-1, 1), "p" positive, "d" distinct and far from kinks,
"s" symmetric positive definite, "q" a square matrix far from singular, "z" complex; "S" and "Q" are complex "s" and "q".
"""

from __future__ import annotations

import functools
import re
import zlib

import numpy as np


def value(spec: str | float, seed: int) -> np.ndarray | float:
    """An array of a specified shape and range; "u" without a shape is a Python float."""
    if not isinstance(spec, str):
        return spec
    kind, _, shape_text = spec.partition(":")
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in shape_text.split(",")) if shape_text.strip(",") else ()
    made = _made(kind, shape, rng)
    if ":" not in spec:
        return made.item()
    return made


def _made(kind: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    if kind == "u":
        return rng.uniform(-0.9, 0.9, shape)
    if kind == "p":
        return rng.uniform(0.3, 2.0, shape)
    if kind == "g":
        return rng.uniform(1.2, 2.5, shape)
    if kind == "z":
        return rng.uniform(-0.9, 0.9, shape) + 1j * rng.uniform(-0.9, 0.9, shape)
    if kind == "t":
        return np.sort(np.linspace(-1.0, 1.2, shape[0]) + rng.uniform(-0.1, 0.1, shape))
    if kind == "d":
        count = int(np.prod(shape))
        return rng.permutation(np.linspace(-1.55, 1.45, count)).reshape(shape)
    square = rng.uniform(-0.5, 0.5, shape)
    if kind in "QS":
        square = square + 1j * rng.uniform(-0.5, 0.5, shape)
    if kind in "qQ":
        return square + 1.5 * np.eye(shape[-1])
    assert kind in "sS"
    return square @ np.conj(np.swapaxes(square, -1, -2)) + np.diag(np.arange(1.0, shape[-1] + 1.0))


Sample = tuple[str, dict]
SAMPLES: dict[str, list[Sample]] = {}


def add_to(samples: dict[str, list[Sample]], prim: str, *calls: str, **values: str | float) -> None:
    """Record samples of a primitive; a name is used by those calls that mention it."""
    for call in calls:
        used = {k: v for k, v in values.items() if re.search(rf"\b{k}\b(?!\s*=)", call)}
        samples.setdefault(prim, []).append((call, used))


add = functools.partial(add_to, SAMPLES)


def seed_of(text: str) -> int:
    """A seed that is the same in every process."""
    return zlib.crc32(text.encode())


# --- operators and elementwise functions

for _prim, _sign in (("add", "+"), ("sub", "-"), ("mul", "*"), ("truediv", "/")):
    for _a, _b in (("p:3,4", "p:3,4"), ("p:3,4", "p:4"), ("p:3,1", "p:1,4"), ("p:3,4", "p"), ("p", "p:3"), ("p", "p")):
        add(f"operator.{_prim}", f"a {_sign} b", a=_a, b=_b)
    add(f"operator.{_prim}", f"a {_sign} 2.0", f"3 {_sign} a", f"a {_sign} np.arange(1, 4)", a="p:3")
    add(f"operator.{_prim}", f"a {_sign} b", a="z:3", b="z:2,3")
for _name in ("add", "subtract", "multiply", "divide"):
    add(f"numpy.{_name}", f"np.{_name}(a, b)", a="p:3,4", b="p:4")
    add(f"numpy.{_name}", f"np.{_name}(a, 2.0)", a="p")
add("operator.neg", "-x", x="u:3")
add("operator.pos", "+x", x="u:3")
add(
    "operator.pow",
    "a ** 2",
    "a ** 1",
    "a ** 0",
    "a ** 3",
    "a ** -1",
    "a ** 0.5",
    "a ** -2",
    "a ** 1.5",
    "2.0 ** a",
    a="p:3",
)
add("operator.pow", "a ** b", a="p:2,3", b="p:3")
add("operator.pow", "a ** b", "a ** 2", "a ** 0.5", a="p", b="p")
add("builtins.pow", "pow(a, b)", "pow(a, 3)", a="p", b="p")
for _name in ("power", "float_power"):
    add(f"numpy.{_name}", f"np.{_name}(a, b)", f"np.{_name}(a, 2)", a="p:2,3", b="p:3")
add("operator.mod", "a % 0.7", "a % b", a="p:3", b="g:3")
for _name in ("remainder", "fmod"):
    add(f"numpy.{_name}", f"np.{_name}(a, b)", a="p:3", b="g:3")
add("numpy.divmod", "np.divmod(a, b)", a="p:3", b="g:3")
add("numpy.modf", "np.modf(x)", x="p:3")
add("numpy.frexp", "np.frexp(x)", x="p:3")
for _name in (
    "negative positive square exp exp2 expm1 sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arctanh sinc deg2rad "
    "rad2deg radians degrees"
).split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u:2,3")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u")
for _name in "reciprocal sqrt cbrt log log2 log10 log1p".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="p:2,3")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="p")
for _name in "exp sin cos tanh sqrt log square".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="z:3")
add("numpy.arccosh", "np.arccosh(x)", x="g:3")
for _name in "logaddexp logaddexp2 hypot arctan2 maximum minimum fmax fmin".split():
    add(f"numpy.{_name}", f"np.{_name}(a, b)", a="d:2,3", b="u:3")
    add(f"numpy.{_name}", f"np.{_name}(a, b)", a="u", b="p")
add("numpy.maximum", "np.maximum(a, 0.0)", "np.maximum(0, a)", "np.maximum(a, 0.1)", a="d:5")
add(
    "numpy.clip",
    "np.clip(x, -0.4, 0.5)",
    "np.clip(x, None, 0.5)",
    "np.clip(x, -0.4, None)",
    "np.clip(x, a, b)",
    x="d:6",
    a=-0.3,
    b=0.4,
)
add(
    "numpy.where",
    "np.where(np.array([True, False, True]), a, b)",
    "np.where(np.array([[True], [False]]), a, 0.0)",
    a="u:3",
    b="u:2,3",
)
for _name in "absolute fabs".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="d:5")
add("numpy.absolute", "np.abs(x)", x="z:3")
add("numpy.copysign", "np.copysign(a, -1.0)", "np.copysign(a, np.array([1.0, -1.0, 2.0]))", a="p:3")
add("numpy.heaviside", "np.heaviside(np.array([0.0, 1.0, -1.0]), b)", b="u:3")
add("numpy.ldexp", "np.ldexp(a, 3)", a="u:3")
add("numpy.nan_to_num", "np.nan_to_num(x)", x="u:3")
add("numpy.unwrap", "np.unwrap(x)", x="u:4")
add("numpy.real", "np.real(x)", x="z:3")
add("numpy.real", "np.real(x)", x="u:3")
add("numpy.imag", "np.imag(x)", x="z:3")
add("numpy.conjugate", "np.conj(x)", x="z:3")
add("numpy.conjugate", "np.conj(x)", x="u:3")
add("numpy.angle", "np.angle(x)", x="z:3")
add("numpy.real_if_close", "np.real_if_close(x)", x="u:3")

# --- Python's numbers

for _name in "sin cos tan asin acos atan sinh cosh tanh asinh atanh exp expm1 degrees radians fabs erf erfc".split():
    add(f"math.{_name}", f"math.{_name}(x)", x="u")
for _name in "log log2 log10 log1p sqrt lgamma gamma exp2 cbrt".split():
    add(f"math.{_name}", f"math.{_name}(x)", x="p")
add("math.log", "math.log(x, base)", "math.log(x, 2.0)", x="p", base="g")
add("math.acosh", "math.acosh(x)", x="g")
for _name in "atan2 pow copysign fmod remainder".split():
    add(f"math.{_name}", f"math.{_name}(a, b)", a="p", b="g")
add("math.pow", "math.pow(a, 3.0)", a="p")
add("math.ldexp", "math.ldexp(a, 3)", a="p")
add("math.fma", "math.fma(a, b, c)", a="p", b="p", c="p")
add("math.hypot", "math.hypot(a, b)", "math.hypot(a, b, c)", a="p", b="p", c="g")
add("math.fsum", "math.fsum([a, b])", a="p", b="p")
add("math.fsum", "math.fsum(x)", x="p:3")
add("builtins.float", "float(x)", x="u")
add("builtins.float", "float(x)", x="u:")
add("builtins.complex", "complex(a, b)", a="u", b="u")
add("builtins.abs", "abs(x)", x="d:5")
add("builtins.abs", "abs(x)", x="u")
add("builtins.abs", "abs(x)", x="z:3")
add("builtins.max", "max(a, b)", "max(a, b, 0.1)", a="u", b="p")
add("builtins.min", "min(a, b)", "min(a, b, 0.1)", a="u", b="p")
add("builtins.sum", "sum([a, b, a])", a="u", b="p")
add("builtins.sum", "sum(x)", x="u:3,2")

# --- reductions

for _name in "sum mean prod max min ptp var std median nansum nanmean nanmax nanmin average".split():
    _calls = [
        f"np.{_name}(x)",
        f"np.{_name}(x, axis=0)",
        f"np.{_name}(x, axis=1, keepdims=True)",
        f"np.{_name}(x, axis=-1)",
    ]
    add(f"numpy.{_name}", *_calls, x="d:3,4")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="d:5")
    if _name != "median":
        add(f"numpy.{_name}", f"np.{_name}(x, axis=(0, 2))", f"np.{_name}(x, keepdims=True)", x="d:2,3,2")
add("numpy.sum", "np.sum(x, axis=(0, 1))", "np.sum(x, axis=1, initial=2.0)", x="u:2,3,2")
add("numpy.sum", "np.sum(x, where=np.array([True, False, True]))", x="u:2,3")
add("numpy.sum", "np.sum(x)", x="z:2,3")
for _name in ("var", "std"):
    add(f"numpy.{_name}", f"np.{_name}(x, ddof=1)", f"np.{_name}(x, axis=0, ddof=1)", x="u:3,4")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="z:4")
for _name in ("cumsum", "cumprod"):
    add(f"numpy.{_name}", f"np.{_name}(x)", f"np.{_name}(x, axis=0)", f"np.{_name}(x, axis=1)", x="p:3,4")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="p:5")
add("numpy.quantile", "np.quantile(x, 0.3)", "np.quantile(x, q)", "np.quantile(x, q, axis=1)", x="d:3,4", q=0.37)
add("numpy.percentile", "np.percentile(x, 30.0)", "np.percentile(x, 30.0, axis=0)", x="d:3,4")
add("numpy.average", "np.average(x, weights=w)", "np.average(x, axis=1, weights=w)", x="u:3,4", w="p:3,4")
add("numpy.average", "np.average(x, axis=1, weights=w)", x="u:3,4", w="p:4")
add("numpy.trace", "np.trace(x)", "np.trace(x, 1)", x="u:3,4")
add("numpy.trace", "np.trace(x, axis1=1, axis2=2)", x="u:2,3,4")
add("numpy.linalg.trace", "np.linalg.trace(x)", "np.linalg.trace(x, offset=1)", x="u:2,3,4")
for _name in ("add", "maximum", "minimum", "multiply"):
    add(f"numpy.{_name}.reduce", f"np.{_name}.reduce(x)", f"np.{_name}.reduce(x, axis=1)", x="d:3,4")
for _name in ("nanvar", "nanstd"):
    add(f"numpy.{_name}", f"np.{_name}(x)", f"np.{_name}(x, axis=1, ddof=1)", x="d:3,4")
add("numpy.trapezoid", "np.trapezoid(f)", "np.trapezoid(f, dx=h)", "np.trapezoid(f, x)", f="u:4", h="p", x="d:4")

# --- shapes

for _name in "copy asarray asanyarray ascontiguousarray asfortranarray array asarray_chkfinite".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u:2,3")
add("numpy.array", "np.array([a, b, 1.0])", "np.array([[a, b], [b, 2.0]])", a="u", b="u")
add("numpy.array", "np.array([x, x])", x="u:3")
add("ndarray.astype", "x.astype(np.float64)", x="u:3")
add("numpy.astype", "np.astype(x, np.float64)", x="u:3")
add("ndarray.item", "x.item()", x="u:1")
for _name in "float64 complex128".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u")
add("numpy.reshape", "np.reshape(x, (3, 2))", "np.reshape(x, -1)", "np.reshape(x, (3, -1), order='F')", x="u:2,3")
add("numpy.ravel", "np.ravel(x)", "np.ravel(x, order='F')", x="u:2,3")
add("ndarray.flatten", "x.flatten()", x="u:2,3")
add("numpy.squeeze", "np.squeeze(x)", "np.squeeze(x, axis=0)", x="u:1,3,1")
add("numpy.expand_dims", "np.expand_dims(x, 0)", "np.expand_dims(x, (0, -1))", x="u:3")
for _name in "atleast_1d atleast_2d atleast_3d".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u:3")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u")
add("numpy.broadcast_to", "np.broadcast_to(x, (2, 3))", x="u:3")
add("numpy.broadcast_to", "np.broadcast_to(x, (2, 3))", x="u:2,1")
add("numpy.transpose", "np.transpose(x)", "np.transpose(x, (1, 2, 0))", "np.transpose(x, (-1, 0, 1))", x="u:2,3,4")
add("numpy.transpose", "np.transpose(x)", "np.transpose(x, (1, 0))", x="u:2,3")
add("numpy.matrix_transpose", "np.matrix_transpose(x)", x="u:2,3,4")
add("numpy.swapaxes", "np.swapaxes(x, 0, -1)", x="u:2,3,4")
add("numpy.moveaxis", "np.moveaxis(x, 0, -1)", "np.moveaxis(x, (0, 1), (1, 2))", x="u:2,3,4")
add(
    "numpy.rollaxis",
    "np.rollaxis(x, 2)",
    "np.rollaxis(x, 0, 3)",
    "np.rollaxis(x, 1, 0)",
    "np.rollaxis(x, 0, 2)",
    x="u:2,3,4",
)
add("numpy.flip", "np.flip(x)", "np.flip(x, 1)", "np.flip(x, (0, 1))", x="u:2,3")
for _name in "fliplr flipud".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u:2,3")
add("numpy.roll", "np.roll(x, 1)", "np.roll(x, 1, 0)", "np.roll(x, (1, 2), (0, 1))", x="u:2,3")
add("numpy.rot90", "np.rot90(x)", "np.rot90(x, 2)", "np.rot90(x, -1, (1, 0))", x="u:2,3")
for _name in "tril triu".split():
    add(f"numpy.{_name}", f"np.{_name}(x)", f"np.{_name}(x, 1)", x="u:3,4")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u:2,3,4")
    add(f"numpy.{_name}", f"np.{_name}(x)", x="u:3")
add("numpy.diag", "np.diag(x)", "np.diag(x, 1)", "np.diag(x, -1)", x="u:3")
add("numpy.diag", "np.diag(x)", "np.diag(x, 1)", "np.diag(x, -1)", x="u:3,4")
add("numpy.diagflat", "np.diagflat(x)", x="u:2,2")
add("numpy.diagonal", "np.diagonal(x)", "np.diagonal(x, 1, 1, 2)", x="u:2,3,4")
add("numpy.linalg.diagonal", "np.linalg.diagonal(x)", "np.linalg.diagonal(x, offset=-1)", x="u:2,3,4")
add("numpy.tile", "np.tile(x, 2)", "np.tile(x, (2, 3))", "np.tile(x, (2, 1, 2))", x="u:2,3")
add(
    "numpy.repeat",
    "np.repeat(x, 2)",
    "np.repeat(x, 2, axis=0)",
    "np.repeat(x, 3, axis=1)",
    "np.repeat(x, np.array([1, 2, 0]), axis=1)",
    x="u:2,3",
)
add("numpy.repeat", "np.repeat(x, 2)", x="u:3")
add(
    "numpy.pad",
    "np.pad(x, 1)",
    "np.pad(x, (1, 2))",
    "np.pad(x, 2, mode='edge')",
    "np.pad(x, 2, mode='reflect')",
    "np.pad(x, (1, 2), mode='wrap')",
    "np.pad(x, 2, mode='symmetric')",
    "np.pad(x, 1, constant_values=3.0)",
    x="u:4",
)
add("numpy.pad", "np.pad(x, ((1, 0), (2, 1)))", "np.pad(x, ((1, 0), (2, 1)), mode='edge')", x="u:2,3")
add(
    "numpy.diff",
    "np.diff(x)",
    "np.diff(x, axis=0)",
    "np.diff(x, n=2)",
    "np.diff(x, prepend=0.0)",
    "np.diff(x, append=1.0)",
    "np.diff(x, prepend=0.0, append=1.0)",
    x="u:3,4",
)
add("numpy.ediff1d", "np.ediff1d(x)", x="u:4")
add("numpy.sort", "np.sort(x)", "np.sort(x, axis=0)", "np.sort(x, axis=None)", x="d:3,4")
add("numpy.partition", "np.partition(x, 2)", x="d:5")
add("numpy.partition", "np.partition(x, 2)", "np.partition(x, 3, axis=0)", "np.partition(x, 3, axis=None)", x="d:9,7")

add("numpy.arange", "np.arange(a, 4.0, 0.7)", "np.arange(a, 6.0, b)", a="u", b="p")
add("numpy.nextafter", "np.nextafter(x, 2.0)", x="u:3")

# --- joining and cutting

add(
    "numpy.concatenate",
    "np.concatenate([a, b])",
    "np.concatenate((a, b, a))",
    "np.concatenate([a, np.zeros((1, 3))], axis=0)",
    "np.concatenate([a, b], axis=None)",
    a="u:2,3",
    b="u:1,3",
)
add("numpy.concatenate", "np.concatenate([a, b], axis=1)", "np.concatenate([a, b], axis=-1)", a="u:2,3", b="u:2,1")
add("numpy.concatenate", "np.concatenate(a)", a="u:2,3")
add("numpy.stack", "np.stack([a, b])", "np.stack([a, b, a], axis=1)", "np.stack([a, b], axis=-1)", a="u:2,3", b="u:2,3")
add("numpy.stack", "np.stack(a, axis=1)", a="u:2,3")
add("numpy.hstack", "np.hstack([a, b])", a="u:2", b="u:3")
add("numpy.hstack", "np.hstack([a, b])", a="u:2,2", b="u:2,3")
add("numpy.hstack", "np.hstack([a, b])", a="u", b="u")
add("numpy.vstack", "np.vstack([a, b])", a="u:3", b="u:3")
add("numpy.vstack", "np.vstack([a, b])", a="u:2,3", b="u:3")
add("numpy.dstack", "np.dstack([a, b])", a="u:2,3", b="u:2,3")
add("numpy.dstack", "np.dstack([a, b])", a="u:3", b="u:3")
add("numpy.column_stack", "np.column_stack([a, b])", a="u:3", b="u:3")
add("numpy.column_stack", "np.column_stack([a, b])", a="u:3,2", b="u:3")
add("numpy.append", "np.append(a, b)", a="u:3", b="u:2")
add("numpy.append", "np.append(a, b)", a="u:3", b="u")
add("numpy.append", "np.append(a, b)", "np.append(a, b, axis=0)", a="u:2,3", b="u:1,3")
add("numpy.split", "np.split(x, 2)", "np.split(x, [1, 3])", "np.split(x, 2, axis=1)", x="u:4,2")
add("numpy.array_split", "np.array_split(x, 3)", x="u:4,2")
add("numpy.hsplit", "np.hsplit(x, 2)", x="u:3,4")
add("numpy.hsplit", "np.hsplit(x, 2)", x="u:4")
add("numpy.vsplit", "np.vsplit(x, 2)", x="u:4,2")
add("numpy.dsplit", "np.dsplit(x, 2)", x="u:2,2,4")

# --- subscripts

add(
    "getitem",
    "x[1]",
    "x[1, 2]",
    "x[1:]",
    "x[:, ::2]",
    "x[::-1]",
    "x[..., None]",
    "x[np.array([0, 2, 0])]",
    "x[np.array([0, 1]), np.array([1, 1])]",
    "x[x > 0]",
    x="d:3,4",
)
add(
    "numpy.take",
    "np.take(x, np.array([0, 2, 0]))",
    "np.take(x, np.array([[0, 2], [1, 1]]), axis=1)",
    "np.take(x, 1, axis=0)",
    x="u:3,4",
)
add(
    "numpy.take_along_axis",
    "np.take_along_axis(x, np.array([[0, 2], [1, 1], [3, 0]]), 1)",
    "np.take_along_axis(x, np.array([0, 5, 5]), None)",
    x="u:3,4",
)
add("numpy.extract", "np.extract(np.array([True, False, True]), x)", x="u:3")

# --- making arrays

add("numpy.full", "np.full(3, a)", "np.full((2, 3), a)", a="u")
add("numpy.full", "np.full((2, 3), a)", a="u:3")
add("numpy.full_like", "np.full_like(np.zeros((2, 3)), a)", a="u")
add(
    "numpy.linspace",
    "np.linspace(a, b, 5)",
    "np.linspace(0.0, b, 5)",
    "np.linspace(a, b, 5, endpoint=False)",
    a="u",
    b="p",
)
add("numpy.linspace", "np.linspace(a, b, 4)", a="u:3", b="p")
add("numpy.logspace", "np.logspace(a, b, 4)", a="u", b="p")
add("numpy.geomspace", "np.geomspace(a, b, 4)", a="p", b="g")
add("numpy.broadcast_arrays", "np.broadcast_arrays(a, b)", a="u:3", b="u:2,1")
add("numpy.gradient", "np.gradient(x)", "np.gradient(x, h)", x="u:5", h="p")
add("numpy.meshgrid", "np.meshgrid(a, b)", "np.meshgrid(a, b, indexing='ij')", a="u:2", b="u:3")

# --- products

for _call, _prim in (("a @ b", "operator.matmul"), ("np.matmul(a, b)", "numpy.matmul"), ("np.dot(a, b)", "numpy.dot")):
    for _a, _b in (("u:3", "u:3"), ("u:2,3", "u:3"), ("u:3", "u:3,2"), ("u:2,3", "u:3,4")):
        add(_prim, _call, a=_a, b=_b)
for _call, _prim in (("a @ b", "operator.matmul"), ("np.matmul(a, b)", "numpy.matmul")):
    for _a, _b in (
        ("u:2,3,4", "u:2,4,2"),
        ("u:2,3,4", "u:4,2"),
        ("u:3,4", "u:2,4,2"),
        ("u:2,3,4", "u:4"),
        ("u:4", "u:2,4,3"),
        ("u:1,3,4", "u:2,4,2"),
    ):
        add(_prim, _call, a=_a, b=_b)
for _a, _b in (("u", "u:3"), ("u:2,3", "u"), ("u:2,3,4", "u:4"), ("u:2,3,4", "u:2,4,3"), ("u:4", "u:2,4,3")):
    add("numpy.dot", "np.dot(a, b)", a=_a, b=_b)
for _a, _b in (
    ("u:3", "u:3"),
    ("u:2,3", "u:4,3"),
    ("u:2,3", "u:3"),
    ("u:3", "u:2,3"),
    ("u", "u:3"),
    ("u:2,2,3", "u:2,3"),
    ("u:3", "u"),
):
    add("numpy.inner", "np.inner(a, b)", a=_a, b=_b)
add("numpy.outer", "np.outer(a, b)", a="u:2", b="u:3")
add("numpy.outer", "np.outer(a, b)", a="u:2,2", b="u:3")
add("numpy.vdot", "np.vdot(a, b)", a="u:3", b="u:3")
add("numpy.vdot", "np.vdot(a, b)", a="u:2,3", b="u:3,2")
add("numpy.cross", "np.cross(a, b)", a="u:3", b="u:3")
add("numpy.cross", "np.cross(a, b)", a="u:2,3", b="u:3")
add("numpy.kron", "np.kron(a, b)", a="u:2", b="u:3")
add("numpy.kron", "np.kron(a, b)", a="u:2,3", b="u:3,2")
add("numpy.tensordot", "np.tensordot(a, b)", "np.tensordot(a, b, axes=([1, 0], [0, 1]))", a="u:3,3", b="u:3,3,2")
add(
    "numpy.tensordot",
    "np.tensordot(a, b, axes=1)",
    "np.tensordot(a, b, axes=([2, 0], [0, 1]))",
    "np.tensordot(a, b, axes=(-1, 0))",
    a="u:2,3,4",
    b="u:4,2,3",
)
add("numpy.tensordot", "np.tensordot(a, b, axes=0)", a="u:2,3", b="u:2")
add(
    "numpy.einsum",
    "np.einsum('ij,jk->ik', a, b)",
    "np.einsum('ij,jk', a, b)",
    "np.einsum('ij,jk->', a, b)",
    "np.einsum('ij,jk->i', a, b)",
    a="u:2,3",
    b="u:3,4",
)
add(
    "numpy.einsum",
    "np.einsum('ii', a)",
    "np.einsum('ii->i', a)",
    "np.einsum('ij->ji', a)",
    "np.einsum('ij->i', a)",
    "np.einsum('ij,ij->', a, a)",
    "np.einsum('ii,ij->j', a, a)",
    "np.einsum('ij->', a)",
    a="u:3,3",
)
add(
    "numpy.einsum",
    "np.einsum('...ij,...jk->...ik', a, b)",
    "np.einsum('...ij,jk', a, c)",
    "np.einsum('...ij->...', a)",
    a="u:2,3,2",
    b="u:2,2,3",
    c="u:2,2",
)
add("numpy.einsum", "np.einsum('ij,ij->ij', a, b)", a="u:1,3", b="u:2,3")
add("numpy.einsum", "np.einsum('i,i,i->', a, b, a)", "np.einsum(',i->i', c, a)", a="u:3", b="u:3", c="u")

# --- signals and draws

add("numpy.convolve", "np.convolve(a, b)", "np.convolve(a, b, 'same')", "np.convolve(a, b, 'valid')", a="u:5", b="u:3")
add("numpy.convolve", "np.convolve(a, b)", "np.convolve(a, b, 'same')", "np.convolve(a, b, 'valid')", a="u:2", b="u:4")
add("numpy.correlate", "np.correlate(a, b)", a="u:5", b="u:3")
add("numpy.correlate", "np.correlate(a, b)", a="u:2", b="u:4")
add(
    "numpy.interp",
    "np.interp(x, np.arange(-1.0, 2.0), f)",
    "np.interp(x, t, f)",
    "np.interp(0.3, t, f)",
    "np.interp(x, [-1.0, 0.0, 1.0], [1.0, 3.0, 2.0])",
    x="d:5",
    t="t:4",
    f="u:4",
)
SAMPLES["numpy.interp"][0] = (SAMPLES["numpy.interp"][0][0], {"x": "d:5", "f": "u:3"})
add("numpy.polyval", "np.polyval(p, x)", p="u:4", x="u:3")
add("numpy.polyval", "np.polyval(p, x)", p="u:4", x="u")
for _name in ("normal", "laplace", "logistic", "gumbel", "lognormal"):
    add(f"numpy.random.{_name}", f"np.random.{_name}(a, b, 3)", a="u", b="p")
    add(f"numpy.random.{_name}", f"np.random.{_name}(a, b)", a="u:3", b="p:3")
add("numpy.random.uniform", "np.random.uniform(a, b, 3)", a="u", b="g")
for _name in ("exponential", "rayleigh", "weibull", "power", "pareto"):
    add(f"numpy.random.{_name}", f"np.random.{_name}(a, 3)", a="p")

# --- helpers of emitted code

add(
    "runtime.unbroadcast",
    "runtime.unbroadcast(g, np.zeros((1, 3)))",
    "runtime.unbroadcast(g, np.zeros(3))",
    "runtime.unbroadcast(g, 1.0)",
    g="u:2,3",
)
add("runtime.widen", "runtime.widen(g, np.zeros((2, 3)))", g="u:3")
add(
    "runtime.expand_reduced",
    "runtime.expand_reduced(g, np.zeros((2, 3)), 1, False)",
    "runtime.expand_reduced(g, np.zeros((2, 3)), None, False)",
    g="u:2",
)
SAMPLES["runtime.expand_reduced"] = [
    (SAMPLES["runtime.expand_reduced"][0][0], {"g": "u:2"}),
    (SAMPLES["runtime.expand_reduced"][1][0], {"g": "u"}),
]
add("runtime.strong_product", "runtime.strong_product(g, p)", g="p:2,3", p="u:3")
add("runtime.matmul_bar_left", "runtime.matmul_bar_left(g, np.zeros((3, 4)), b)", g="u:2,3,2", b="u:2,4,2")
add("runtime.matmul_bar_right", "runtime.matmul_bar_right(g, a, np.zeros((4, 2)))", g="u:2,3,2", a="u:2,3,4")
add("runtime.dot_bar_left", "runtime.dot_bar_left(g, np.zeros((2, 4)), b)", g="u:2,2,3", b="u:2,4,3")
add("runtime.dot_bar_right", "runtime.dot_bar_right(g, a, np.zeros((2, 4, 3)))", g="u:2,2,3", a="u:2,4")
add(
    "runtime.scatter",
    "runtime.scatter(g, np.zeros((3, 4)), np.array([0, 2, 0]))",
    "runtime.scatter(g, np.zeros(4), np.array([0, 2, 0]), 0)",
    g="u:3",
)
add("runtime.diagonal_into", "runtime.diagonal_into(g, np.zeros((3, 4)), 1)", g="u:3")
add("runtime.untile", "runtime.untile(g, np.zeros((2, 3)), (2, 1))", g="u:4,3")
add("runtime.unrepeat", "runtime.unrepeat(g, np.zeros((2, 3)), 2, 0)", g="u:4,3")
add("runtime.unpad", "runtime.unpad(g, np.zeros(4), 2, 'reflect')", "runtime.unpad(g, np.zeros(4), 2)", g="u:8")
for _name, _values in (("left", {"g": "u:2,3", "b": "u:2,3"}), ("right", {"g": "u:2,3", "a": "u:2,3"})):
    _free = "np.zeros((2, 3))"
    _call = f"g, {_free}, b" if _name == "left" else f"g, a, {_free}"
    add(f"runtime.cross_bar_{_name}", f"runtime.cross_bar_{_name}({_call})", **_values)
add("runtime.bessel_i", "runtime.bessel_i(x, 1)", "runtime.bessel_i(x, 0)", x="u:4")
add("runtime.unreduceat", "runtime.unreduceat(g, np.zeros(5), [0, 3, 1])", g="u:3")
add("runtime.unreduceat", "runtime.unreduceat(g, np.zeros((2, 5)), [1, 3], 1)", g="u:2,2")
add("runtime.array_of_results", "runtime.array_of_results([a, b])", a="u", b="u")
add("runtime.piece", "runtime.piece(g, np.zeros((2, 2)), 1, -1)", "runtime.piece(g, np.zeros((1, 4)), 1)", g="u:2,4")
add("runtime.piece_into", "runtime.piece_into(g, np.zeros((2, 5)), 1, -1)", g="u:2,3")
add(
    "runtime.share_ties",
    "runtime.share_ties(g, np.array([[0.0, 1.0, 1.0], [1.0, 2.0, 2.0]]))",
    "runtime.share_ties(g, np.array([[0.0, 1.0, 1.0], [0.0, 2.0, 2.0]]), 0)",
    g="u:2,3",
)
add("runtime.undiff", "runtime.undiff(g)", "runtime.undiff(g, 2, 0)", g="u:3,2")
add("runtime.cumprod_bar", "runtime.cumprod_bar(g, x)", g="u:4", x="p:4")
add("runtime.cumprod_bar", "runtime.cumprod_bar(g, x, 1)", g="u:2,3", x="p:2,3")
add(
    "runtime.product_of_others",
    "runtime.product_of_others(x)",
    "runtime.product_of_others(x, 1)",
    "runtime.product_of_others(x, 0)",
    x="p:3,4",
)
add("runtime.sinc_derivative", "runtime.sinc_derivative(x, 1)", "runtime.sinc_derivative(4.0 * x, 2)", x="u:4")
SAMPLES["runtime.sinc_derivative"].pop()
add("runtime.polygamma", "runtime.polygamma(0, x)", "runtime.polygamma(2, x)", x="p")

add("runtime.add_lists", "runtime.add_lists([a, b], [b, a])[0]", a="u:3", b="u:3")
add("runtime.add_to_list", "runtime.add_to_list([a, b], 1, g)[1]", a="u:3", b="u:3", g="u:3")
add("runtime.add_repeats", "runtime.add_repeats([a, b, b, a], 2)[1]", a="u:3", b="u:3")
add("runtime.split_like", "runtime.split_like(g, [np.zeros(1), np.zeros(2)])[1]", g="u:3")
add("runtime.snapshot", "runtime.snapshot(x)", x="u:3")
add(
    "runtime.gather_last",
    "runtime.gather_last(g, np.array([0, 2, 0]))",
    "runtime.gather_last(g, [1, 1])",
    "runtime.gather_last(g, (np.array([0, 2, 0]), slice(1, None)))",
    g="u:3,4",
)

# The rule is that of another sample: other precisions of numpy.float64, the old name of numpy.trapezoid.
CASTS = frozenset({"numpy.trapz", "numpy.longdouble", "numpy.float32", "numpy.float16", "numpy.complex64"})
# Handled by the transform itself; they occur in the programs of other tests.
INTERNAL = frozenset(
    {"runtime.lagged_products", "runtime.sparse_product", "runtime.entries_product", "runtime.entries_solution", "runtime.entries_array", "runtime.at_fixed_times", "runtime.with_slope_of", "setitem", "accumulate", "accumulate_at",
     "runtime.gamma_path", "runtime.beta_path", "runtime.student_path"}
)  # fmt: skip
# Differences of these are not their derivatives, since the generator rejects: see test_draws.
DRAWS = frozenset(f"numpy.random.{n}" for n in "standard_gamma chisquare beta f standard_t wald dirichlet vonmises".split())
# Only in some versions of Python or NumPy.
OPTIONAL = frozenset(
    {
        "math.fma",
        "math.exp2",
        "math.cbrt",
        "numpy.astype",
        "numpy.matrix_transpose",
        "numpy.linalg.cross",
        "numpy.vecdot",
        "numpy.linalg.vecdot",
        "numpy.linalg.trace",
        "numpy.linalg.diagonal",
        "numpy.trapezoid",
        "numpy.linalg.vector_norm",
        "numpy.linalg.matrix_norm",
        "numpy.linalg.svdvals",
    }
)
add("runtime.transposed_band", "runtime.transposed_band(a, 2, 1)", a="u:4,5")
add("runtime.product_with_band", "runtime.product_with_band(a, b, np.zeros((4, 5)), 2, 1)", a="u:5", b="u:5")
add("runtime.product_with_band", "runtime.product_with_band(a, b, np.zeros((4, 5)), 2, 1)", a="u:5,2", b="u:5,2")
for _b in ("u:5", "u:5,2"):
    add("runtime.band_times", "runtime.band_times(a, b, np.zeros((4, 5)), 2, 1, False)", a="u:4,5", b=_b)
    add("runtime.band_times", "runtime.band_times(a, b, np.zeros((4, 5)), 2, 1, True)", a="u:4,5", b=_b)
for _mode in ("full", "same", "valid"):
    _shapes = {"full": "u:7", "same": "u:5", "valid": "u:3"}
    add("runtime.into_full", f"runtime.into_full(g, np.zeros(5), np.zeros(3), {_mode!r})", g=_shapes[_mode])
    add("runtime.out_of_full", f"runtime.out_of_full(g, np.zeros({_shapes[_mode][2:]}), np.zeros(5), np.zeros(3), {_mode!r})", g="u:7")
add("runtime.mills_ratio", "runtime.mills_ratio(x)", x="p:3")
