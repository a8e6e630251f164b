"""What the functions that make arrays return."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.syntax import Arg, Lit
from ..ir.types import (
    Expr,
    Tensor,
    broadcast_shapes,
    dim_add,
)
from .kinds import (
    Site,
    Unknown,
    concatenated_dtype,
    dtype_of,
    literal,
    sample,
    tensor_of,
)
from .shapes import (
    axis_of,
    dim_of,
    dim_sum,
    dims_of,
    known_shape,
    product,
)

Results = tuple  # of Type or Lit


def filled(site: Site) -> Results:
    """`zeros`, `ones`, `empty`."""
    dtype = dtype_of(site.arg(1, "dtype")) or "float64"
    try:
        return (Tensor(dtype, dims_of(site.arg(0, "shape"))),)
    except Unknown:
        return (Tensor(dtype, None, None),)


def full(site: Site) -> Results:
    fill = site.tensor(1, "fill_value")
    dtype = dtype_of(site.arg(2, "dtype")) or fill.dtype
    try:
        return (Tensor(dtype, dims_of(site.arg(0, "shape"))),)
    except Unknown:
        return (Tensor(dtype, None, None),)


def like(site: Site) -> Results:
    """`zeros_like`, `ones_like`, `empty_like`, `full_like`."""
    x = site.tensor()
    dtype = dtype_of(site.arg(2 if site.prim.endswith("full_like") else 1, "dtype")) or x.dtype
    shape_arg = site.kwargs.get("shape", Lit(None))
    shape = x.shape if isinstance(shape_arg, Lit) and shape_arg.value is None else dims_of(shape_arg)
    return (Tensor(dtype, shape, "nd" if shape is not None else None),)


def eye(site: Site) -> Results:
    dtype = dtype_of(site.kwargs.get("dtype", Lit(None))) or "float64"
    rows = dim_of(site.arg(0, "N" if site.prim != "numpy.identity" else "n"))
    columns_arg = site.arg(1, "M") if site.prim != "numpy.identity" else Lit(None)
    columns = rows if isinstance(columns_arg, Lit) and columns_arg.value is None else dim_of(columns_arg)
    return (Tensor(dtype, (rows, columns)),)


def arange(site: Site) -> Results:
    bounds = list(site.args[:3])
    if "stop" in site.kwargs:
        bounds = [site.kwargs.get("start", Lit(0)), site.kwargs["stop"]]
    if "step" in site.kwargs:
        bounds = (bounds if len(bounds) == 2 else [Lit(0), *bounds]) + [site.kwargs["step"]]
    kinds = [tensor_of(b) for b in bounds]
    dtype = dtype_of(site.kwargs.get("dtype", Lit(None)))
    if dtype is None:
        if any(k.dtype is None for k in kinds):
            dtype = None
        else:
            dtype = np.arange(*[sample(k.dtype, k.form or "np", 0) for k in kinds]).dtype.name  # type: ignore[arg-type]
    if all(isinstance(b, Lit) for b in bounds):
        return (Tensor(dtype, (len(np.arange(*[b.value for b in bounds])),)),)  # type: ignore[union-attr]
    start, stop, step = ([Lit(0), *bounds, Lit(None)] if len(bounds) == 1 else [*bounds, Lit(None)])[:3]
    if any(k.dtype is None or np.dtype(k.dtype).kind not in "iu" for k in kinds):
        return (Tensor(dtype, (Expr("arange", tuple(_key(b) for b in bounds)),)),)
    length = dim_of(stop)
    if isinstance(start, Lit) and isinstance(step, Lit) and step.value in (None, 1):
        if start.value <= 0:
            return (Tensor(dtype, (dim_sum(length, -start.value),)),)
        return (Tensor(dtype, (dim_add(length, -start.value),)),)
    return (Tensor(dtype, (Expr("arange", tuple(_key(b) for b in bounds)),)),)


def _key(arg: Arg) -> Any:
    return arg.value if isinstance(arg, Lit) else arg


def linspace(site: Site) -> Results:
    start, stop = site.tensor(0, "start"), site.tensor(1, "stop")
    number = dim_of(site.arg(2, "num", 50))
    with_step = bool(literal(site.arg(4, "retstep", False))) and site.prim == "numpy.linspace"
    dtype = dtype_of(site.arg(5, "dtype"))
    ends = broadcast_shapes([start.shape, stop.shape], site.certain)
    if dtype is None:
        dtype = concatenated_dtype([start, stop, Tensor("float64", ())])
        if start.dtype and stop.dtype:
            function = getattr(np, site.prim.rpartition(".")[2])
            first = sample(start.dtype, start.form or "np", start.rank or 0)
            last = sample(stop.dtype, stop.form or "np", stop.rank or 0)
            made = function(first, last, num=2)
            dtype = made.dtype.name
    step = (Tensor(dtype, ends, "np" if ends == () else "nd" if ends else None),) if with_step else ()
    if ends is None:
        return (Tensor(dtype, None, None), *step)
    axis = literal(site.kwargs.get("axis", site.arg(6, "axis", 0)))
    at = axis_of(axis, len(ends) + 1)
    return (Tensor(dtype, (*ends[:at], number, *ends[at:])), *step)


def meshgrid(site: Site) -> Results:
    items = [tensor_of(a) for a in site.args]
    if any(t.shape is None for t in items):
        return tuple(Tensor(t.dtype, None, None) for t in items)
    lengths = [product(known_shape(t)) for t in items]
    if literal(site.kwargs.get("indexing", Lit("xy"))) == "xy" and len(lengths) > 1:
        lengths[:2] = lengths[1::-1]
    if literal(site.kwargs.get("sparse", Lit(False))):
        full = len(lengths)
        return tuple(
            Tensor(t.dtype, tuple(n if _varies(i, k, site) else 1 for k, n in enumerate(lengths)))
            for i, t in zip(range(full), items)
        )
    return tuple(Tensor(t.dtype, tuple(lengths)) for t in items)


def _varies(operand: int, axis: int, site: Site) -> bool:
    """Whether an operand of meshgrid varies along an axis of the grid."""
    is_swapped = operand < 2 and len(site.args) > 1 and literal(site.kwargs.get("indexing", Lit("xy"))) == "xy"
    return axis == (1 - operand if is_swapped else operand)


def array(site: Site) -> Results:
    x = site.tensor(0, "object" if "object" in site.kwargs else "a")
    wanted = dtype_of(site.arg(1, "dtype"))
    ndmin = literal(site.kwargs.get("ndmin", Lit(0)))
    shape = x.shape
    if shape is not None and ndmin > len(shape):
        shape = (1,) * (ndmin - len(shape)) + shape
    return (Tensor(wanted or x.dtype, shape, "nd" if shape is not None else None),)
