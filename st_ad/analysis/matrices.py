"""What NumPy's linear algebra returns."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ..ir.syntax import Lit
from ..ir.types import ANY, Dim, Sym, Tensor, broadcast_shapes, resolve
from .kinds import Site, Unknown, literal, scalar_result
from .products import meet, product_dtype
from .shapes import axes_of, known_shape, reduced

Results = tuple  # of Type or Lit


def _floating(function: Callable, x: Tensor) -> str | None:
    if x.dtype is None:
        return None
    return _floating_names(x.dtype)


def _floating_names(name: str) -> str:
    kind = np.dtype(name)
    if kind.kind in "fc" and name in ("float32", "float64", "complex64", "complex128"):
        return name
    return "float64"


def square(results: str) -> Callable[[Site], Results]:
    """A handler for functions of square matrices; `results` has one letter per result: m a matrix, v a vector,
    s a number, r a real vector, a a real number."""

    def handle(site: Site) -> Results:
        x = site.tensor()
        dtype = _floating(np.linalg.inv, x)
        real = None if dtype is None else np.empty((), dtype).real.dtype.name
        if x.shape is None:
            return tuple(Tensor(real if r in "ra" else dtype, None, None) for r in results)
        if len(x.shape) < 2:
            raise Unknown
        meet(x.shape[-2], x.shape[-1], site.certain)
        batch, length = x.shape[:-2], x.shape[-1]
        tails: dict[str, tuple[Dim, ...]] = {
            "m": (length, length),
            "v": (length,),
            "r": (length,),
            "s": (),
            "a": (),
        }
        return tuple(scalar_result(real if r in "ra" else dtype, batch + tails[r], "np") for r in results)

    return handle


def solve(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    dtype = None if dtype is None else _floating_names(dtype)
    if a.shape is None or b.shape is None:
        return (Tensor(dtype, None, None),)
    if len(a.shape) < 2 or not b.shape:
        raise Unknown
    meet(a.shape[-2], a.shape[-1], site.certain)
    old = np.lib.NumpyVersion(np.__version__) < "2.0.0"
    is_vector = len(b.shape) == len(a.shape) - 1 if old else len(b.shape) == 1
    if is_vector:
        meet(a.shape[-1], b.shape[-1], site.certain)
        batch = broadcast_shapes([a.shape[:-2], b.shape[:-1]], site.certain)
        return (Tensor(dtype, (*(batch or ()), a.shape[-1])),)
    if len(b.shape) < 2:
        raise Unknown
    meet(a.shape[-1], b.shape[-2], site.certain)
    batch = broadcast_shapes([a.shape[:-2], b.shape[:-2]], site.certain)
    return (Tensor(dtype, (*(batch or ()), a.shape[-1], b.shape[-1])),)


def lstsq(site: Site) -> Results:
    """The solution, the residuals (of unknown length), the rank, the singular values."""
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = product_dtype(a, b)
    dtype = None if dtype is None else _floating_names(dtype)
    real = None if dtype is None else np.empty((), dtype).real.dtype.name
    rank = Tensor("int32", (), "np")
    if a.shape is None or b.shape is None:
        return Tensor(dtype, None, None), Tensor(real, (Sym("m"),)), rank, Tensor(real, (Sym("k"),))
    solution = (a.shape[1], *b.shape[1:])
    return Tensor(dtype, solution), Tensor(real, (Sym("m"),)), rank, Tensor(real, (Sym("k"),))


def svd(site: Site) -> Results:
    x = site.tensor()
    if x.shape is None:
        return (ANY,) * (3 if literal(site.arg(2, "compute_uv", True)) else 1)
    shape = x.shape
    dtype = _floating(np.linalg.svd, x)
    real = None if dtype is None else np.empty((), dtype).real.dtype.name
    rows, columns = resolve(shape[-2]), resolve(shape[-1])
    least: Dim = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else Sym("k")
    if rows == columns:
        least = rows
    batch = shape[:-2]
    if not literal(site.arg(2, "compute_uv", True)):
        return (Tensor(real, (*batch, least)),)
    whole = literal(site.arg(1, "full_matrices", True))
    u = (*batch, rows, rows if whole else least)
    v = (*batch, columns if whole else least, columns)
    return Tensor(dtype, u), Tensor(real, (*batch, least)), Tensor(dtype, v)


def qr(site: Site) -> Results:
    x = site.tensor()
    mode = literal(site.arg(1, "mode", "reduced"))
    if x.shape is None:
        return (ANY,) * (1 if mode == "r" else 2)
    shape = x.shape
    dtype = _floating(np.linalg.qr, x)
    rows, columns = resolve(shape[-2]), resolve(shape[-1])
    least: Dim = min(rows, columns) if isinstance(rows, int) and isinstance(columns, int) else Sym("k")
    if rows == columns:
        least = rows
    batch = shape[:-2]
    if mode == "r":
        return (Tensor(dtype, (*batch, least, columns)),)
    if mode == "complete":
        return Tensor(dtype, (*batch, rows, rows)), Tensor(dtype, (*batch, rows, columns))
    if mode != "reduced":
        raise Unknown
    return Tensor(dtype, (*batch, rows, least)), Tensor(dtype, (*batch, least, columns))


def pinv(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    return (Tensor(_floating(np.linalg.pinv, x), (*shape[:-2], shape[-1], shape[-2])),)


def matrix_power(site: Site) -> Results:
    x = site.tensor()
    power = site.arg(1, "n")
    dtype = x.dtype
    if not isinstance(power, Lit) or power.value < 0:
        dtype = None if x.dtype is None else _floating_names(x.dtype)
    return (Tensor(dtype, x.shape, "nd" if x.shape is not None else None),)


# --- norms and spectra


def _real(dtype: str | None) -> str | None:
    return None if dtype is None else np.empty((), _floating_names(dtype)).real.dtype.name


def _rooted(x: Tensor) -> str | None:
    """The dtype of a norm; of half precision it is not told here."""
    if x.dtype == "float16":
        raise Unknown
    return _real(x.dtype)


def norm(site: Site, at: int = 2) -> Results:
    """The argument `axis` is at some position, and `keepdims` behind it."""
    x = site.tensor(0, "x")
    shape = known_shape(x)
    axes = axes_of(site.arg(at, "axis"), len(shape))
    keepdims = bool(literal(site.arg(at + 1, "keepdims", False)))
    return (scalar_result(_rooted(x), reduced(shape, axes, keepdims), "np"),)


def vector_norm(site: Site) -> Results:
    return norm(site, 1)


def matrix_norm(site: Site) -> Results:
    x = site.tensor(0, "x")
    shape = known_shape(x)
    keepdims = bool(literal(site.arg(1, "keepdims", False)))
    rank = len(shape)
    return (scalar_result(_rooted(x), reduced(shape, (rank - 2, rank - 1), keepdims), "np"),)


def cond(site: Site) -> Results:
    x = site.tensor(0, "x")
    is_old = np.lib.NumpyVersion(np.__version__) < "2.0.0"
    of_values = literal(site.arg(1, "p")) in (None, 2, -2)
    dtype = _floating(np.linalg.cond, x) if is_old and not of_values else _rooted(x)
    return (scalar_result(dtype, known_shape(x)[:-2], "np"),)


def singular_values(site: Site) -> Results:
    """Of svdvals: those of svd."""
    return svd(Site("numpy.linalg.svd", (site.arg(0, "x"), Lit(True), Lit(False)), (), site.certain))


def _spectrum(x: Tensor) -> str | None:
    """Of real matrices it depends on their values whether the eigenvalues are real."""
    dtype = _floating(np.linalg.inv, x)
    return dtype if dtype is not None and np.dtype(dtype).kind == "c" else None


def eigvals(site: Site) -> Results:
    x = site.tensor()
    return (Tensor(_spectrum(x), None if x.shape is None else x.shape[:-1], "nd"),)


def eig(site: Site) -> Results:
    x = site.tensor()
    return (*eigvals(site), Tensor(_spectrum(x), x.shape, "nd"))


def tensorinv(site: Site) -> Results:
    x = site.tensor()
    ind = literal(site.arg(1, "ind", 2))
    shape = known_shape(x)
    return (Tensor(_floating(np.linalg.inv, x), shape[ind:] + shape[:ind]),)


def tensorsolve(site: Site) -> Results:
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    shape = known_shape(a)
    axes = axes_of(site.arg(2, "axes"), len(shape)) or ()
    kept = tuple(d for i, d in enumerate(shape) if i not in axes) + tuple(shape[i] for i in axes)
    dtype = product_dtype(a, b)
    return (Tensor(None if dtype is None else _floating_names(dtype), kept[len(known_shape(b)) :]),)
