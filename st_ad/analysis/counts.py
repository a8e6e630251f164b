"""What functions return whose results have as many items as the values decide: unique, histogram, bincount."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ..ir.syntax import Lit
from ..ir.types import Dim, Sym, Tensor, dim_add
from .kinds import Site, Unknown, concatenated_dtype, literal, tensor_of
from .shapes import dim_of, known_shape

Results = tuple  # of Type or Lit


def unique(site: Site) -> Results:
    """The values, then the index arrays and counts that are asked for."""
    x = site.tensor(0, "ar")
    axis, count = literal(site.arg(4, "axis")), Sym("m")
    dims: list[Dim] = [count] if axis is None else list(known_shape(x))
    dims[axis or 0] = count
    found = [Tensor(x.dtype, tuple(dims))]
    flags = [bool(literal(site.arg(i + 1, f"return_{n}", False))) for i, n in enumerate(("index", "inverse", "counts"))]
    # NumPy 2.0 alone gives the inverse the shape of the operand when there is no axis.
    inverse = Tensor("int64", None, None)
    for is_wanted, kind in zip(flags, (Tensor("int64", (count,)), inverse, Tensor("int64", (count,)))):
        if is_wanted:
            found.append(kind)
    return tuple(found)


def unique_tuple(*parts: str) -> Callable[[Site], Results]:
    """The values, then the index arrays and counts of that name."""

    def handle(site: Site) -> Results:
        x = site.tensor(0, "x")
        count = Sym("m")
        return (
            Tensor(x.dtype, (count,)),
            *(Tensor("int64", None, None) if p == "inverse" else Tensor("int64", (count,)) for p in parts),
        )

    return handle


def values_of(site: Site) -> Results:
    """As many of the values as there are."""
    items = [tensor_of(site.args[0], site.certain)]
    if site.prim in ("numpy.union1d", "numpy.setxor1d"):
        items.append(tensor_of(site.args[1], site.certain))
    return (Tensor(concatenated_dtype(items), (Sym("m"),)),)


def bincount(site: Site) -> Results:
    """Whole numbers, or sums of weights."""
    weights = site.arg(1, "weights")
    is_counted = isinstance(weights, Lit) and weights.value is None
    return (Tensor("int64" if is_counted else "float64", (Sym("m"),)),)


def histogram(site: Site) -> Results:
    """The counts, or the sums of weights, and the edges."""
    (edges,) = histogram_bin_edges(site)
    weights, density = site.arg(4, "weights"), literal(site.arg(3, "density"))
    is_counted = isinstance(weights, Lit) and weights.value is None
    dtype: str | None = "int64" if is_counted else tensor_of(weights).dtype
    if density:
        dtype = "float64"
    assert edges.shape is not None
    return Tensor(dtype, (dim_add(edges.shape[0], -1),)), edges


def histogram_bin_edges(site: Site) -> Results:
    """One more than there are bins."""
    bins = site.arg(1, "bins", 10)
    if isinstance(bins, Lit) and isinstance(bins.value, str):
        raise Unknown
    kind = tensor_of(bins)
    if kind.shape != ():
        return (Tensor(kind.dtype, known_shape(kind)),)
    length: Dim = dim_add(dim_of(bins), 1)
    values = tensor_of(site.args[0] if site.args else site.kwargs["a"])
    dtype = None if values.dtype is None else np.result_type(np.dtype(values.dtype), np.float64).name
    if values.dtype in ("float16", "float32"):
        dtype = values.dtype
    return (Tensor(dtype, (length,)),)
