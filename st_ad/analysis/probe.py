"""Types of results found by trying: the function runs on small arrays, with several sets of lengths."""

from __future__ import annotations

import itertools
import warnings
from typing import Any, Callable

import numpy as np

from ..ir.primitives import python_function
from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import ANY, Dim, Expr, Seq, Sym, Tensor, Type, dim_add, resolve
from .kinds import Unknown, sample

# The shape of their results follows from shapes and literals alone, and they touch nothing but their results.
_TOP = frozenset(
    """average block broadcast_arrays convolve correlate cov corrcoef cross cumulative_sum cumulative_prod
    diagflat digitize divmod dsplit ediff1d einsum_path  gradient hsplit
    indices insert interp isin kron lexsort logspace matvec vecdot vecmat nan_to_num nanquantile nanpercentile
    ogrid pad percentile polyadd polyder polyint polymul polyval quantile rot90 searchsorted select
    tensordot tile trapezoid trapz tri tril_indices triu_indices diag_indices unravel_index ravel_multi_index unstack
    unwrap vander vsplit choose linspace atleast_1d atleast_2d atleast_3d iscomplexobj isrealobj isscalar
    array_equal allclose broadcast_shapes meshgrid mintypecode bitwise_count astype concat poly fix isclose shape size
    can_cast promote_types result_type apply_over_axes bartlett blackman hamming hanning kaiser""".split()
)
_LINALG = frozenset(
    "eigvalsh lstsq multi_dot cond matrix_rank tensorinv tensorsolve matrix_norm vector_norm svdvals "
    "cross trace diagonal matrix_transpose vecdot eigh svd qr pinv".split()
)
_FFT = frozenset(
    "fft ifft fft2 ifft2 fftn ifftn rfft irfft rfft2 irfft2 rfftn irfftn hfft ihfft fftfreq rfftfreq fftshift "
    "ifftshift".split()
)


# Three sets, so that a length is not taken for another expression by accident.
_SIZES = ((5, 7, 11, 13, 17, 19, 23), (8, 13, 9, 29, 31, 37, 41), (12, 10, 16, 14, 21, 25, 27))


# All of these but the functions whose shape depends on values.
_OF_SCIPY = {
    "scipy.special": frozenset(),
    "scipy.linalg": frozenset("null_space orth lstsq eig".split()),
    "scipy.fft": frozenset("set_workers get_workers set_backend set_global_backend".split()),
}
_FEW_OF_SCIPY = {
    "scipy.signal": frozenset("convolve fftconvolve oaconvolve convolve2d correlate lfilter sosfilt detrend".split()),
    "scipy.ndimage": frozenset("gaussian_filter gaussian_filter1d uniform_filter uniform_filter1d".split()),
    "scipy.integrate": frozenset("trapezoid simpson cumulative_trapezoid".split()),
}


def may_probe(prim: str) -> bool:
    """Whether a function may be run for its type: it has no effects, and values do not decide on the shape."""
    module, _, name = prim.rpartition(".")
    allowed = {"numpy": _TOP, "numpy.linalg": _LINALG, "numpy.fft": _FFT}.get(module)
    if module in _OF_SCIPY:
        return name not in _OF_SCIPY[module]
    if module in _FEW_OF_SCIPY:
        return name in _FEW_OF_SCIPY[module]
    return (allowed is not None and name in allowed)


def probe(prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...]) -> tuple[Type | Lit, ...]:
    """The types of the results, or one unknown type."""
    function = python_function(prim) if may_probe(prim) else None
    if function is None:
        return (ANY,)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _probe(function, args, kwargs)
    except Exception:
        # A call that fails on our samples says nothing about the call in the program.
        return (ANY,)


def _probe(function: Callable[..., Any], args: tuple, kwargs: tuple) -> tuple[Type | Lit, ...]:
    symbols = _symbols([*args, *(v for _, v in kwargs)])
    runs = []
    for sizes in _SIZES:
        if len(symbols) > len(sizes):
            raise Unknown
        lengths = dict(zip(symbols, sizes))
        values = [_value(a, lengths) for a in args]
        named = {k: _value(v, lengths) for k, v in kwargs}
        result = function(*values, **named)
        runs.append((lengths, result))
    return _results(runs)


def _symbols(args: list[Arg]) -> list[Any]:
    """The lengths that are known by name only, and the integers that have no symbolic value."""
    found: dict[Any, None] = {}

    def dim(d: Any) -> None:
        d = resolve(d) if isinstance(d, (Sym, Expr)) else d
        if isinstance(d, Sym):
            found[d] = None
        elif isinstance(d, Expr) and d.op in ("add", "sum", "mul"):
            for part in d.args:
                dim(part)
        elif isinstance(d, Expr):
            found[d] = None

    def visit(arg: Arg) -> None:
        if isinstance(arg, Pack):
            for item in arg.items:
                visit(item)
        elif isinstance(arg, Var):
            kind(arg.type, arg)

    def kind(t: Type, arg: Var) -> None:
        if isinstance(t, Tensor):
            if t.shape is None or t.dtype is None:
                raise Unknown
            for d in t.shape:
                dim(d)
            if t.shape == () and np.dtype(t.dtype).kind in "iu":
                dim(t.value if t.value is not None else Expr("int", (arg,)))
        elif hasattr(t, "dims"):
            for d in t.dims:
                dim(d)
        else:
            raise Unknown

    for arg in args:
        visit(arg)
    return list(found)


def _number(dim: Any, lengths: dict) -> int:
    if isinstance(dim, (Sym, Expr)):
        dim = resolve(dim)
    if isinstance(dim, int):
        return dim
    if dim in lengths:
        return lengths[dim]
    parts = [_number(d, lengths) for d in dim.args]
    if dim.op == "mul":
        return int(np.prod(parts))
    return max(sum(parts), 0)


def _value(arg: Arg, lengths: dict) -> Any:
    if isinstance(arg, Pack):
        items = [_value(i, lengths) for i in arg.items]
        if arg.kind not in ("tuple", "list", "slice"):
            raise Unknown
        return tuple(items) if arg.kind == "tuple" else items if arg.kind == "list" else slice(*items)
    if isinstance(arg, Lit):
        if callable(arg.value) and not isinstance(arg.value, type):
            raise Unknown
        return arg.value
    t = arg.type
    if hasattr(t, "dims"):
        return tuple(_number(d, lengths) for d in t.dims)
    assert isinstance(t, Tensor) and t.shape is not None and t.dtype is not None
    is_integer = np.dtype(t.dtype).kind in "iu"
    if t.shape == ():
        if is_integer:
            number = _number(t.value if t.value is not None else Expr("int", (arg,)), lengths)
            return number if t.form == "py" else np.dtype(t.dtype).type(number)
        return sample(t.dtype, t.form or "np", 0)
    shape = tuple(_number(d, lengths) for d in t.shape)
    if is_integer:
        return np.zeros(shape, t.dtype)
    if np.dtype(t.dtype).kind == "b":
        return np.ones(shape, bool)
    count = int(np.prod(shape))
    values = np.cos(np.arange(count) ** 1.5).reshape(shape)
    if len(shape) > 1 and shape[-1] == shape[-2]:
        values = values + 3.0 * np.eye(shape[-1])
    return values.astype(t.dtype)


def _results(runs: list[tuple[dict, Any]]) -> tuple[Type | Lit, ...]:
    results = [r for _, r in runs]
    if isinstance(results[0], (tuple, list)):
        if len({len(r) for r in results}) > 1 or len(results[0]) < 2:
            # A tuple of one item is not that item.
            raise Unknown
        parts = zip(*results)
        return tuple(_result(values, [m for m, _ in runs]) for values in parts)
    return (_result(tuple(results), [m for m, _ in runs]),)


def _result(values: tuple, lengths: list[dict]) -> Type | Lit:
    first = values[0]
    if isinstance(first, (tuple, list)):
        items = [_result(v, lengths) for v in zip(*values)]
        from ..ir.types import join

        item = items[0]
        for other in items[1:]:
            item = join(item, other)  # type: ignore[arg-type]
        return Seq(item)  # type: ignore[arg-type]
    if not isinstance(first, (bool, int, float, complex, np.generic, np.ndarray)):
        raise Unknown
    dtype = np.asarray(first).dtype
    if dtype.kind not in "biufc" or any(np.ndim(first) != np.ndim(v) for v in values):
        raise Unknown
    form = "nd" if isinstance(first, np.ndarray) else "np" if isinstance(first, np.generic) else "py"
    shape = tuple(_dim(pair, lengths) for pair in zip(*(np.shape(v) for v in values)))
    return Tensor(dtype.name, shape, form)


def _dim(seen: tuple[int, ...], lengths: list[dict]) -> Dim:
    """The length that was seen in each run, as a number, a known length, one plus an offset, or a sum or product."""
    names = list(lengths[0])
    for name in names:
        if all(m[name] == s for m, s in zip(lengths, seen)):
            return _plain(name)
    if len(set(seen)) == 1:
        return seen[0]
    for name in names:
        offset = seen[0] - lengths[0][name]
        if all(s - m[name] == offset for m, s in zip(lengths, seen)):
            return dim_add(_plain(name), offset)
    for a, b in itertools.combinations_with_replacement(names, 2):
        if all(m[a] * m[b] == s for m, s in zip(lengths, seen)):
            from .shapes import product

            return product((_plain(a), _plain(b)))
        if all(m[a] + m[b] == s for m, s in zip(lengths, seen)):
            return Expr("sum", (_plain(a), _plain(b)))
    return Sym("m")


def _plain(name: Any) -> Dim:
    return name
