"""Which handler infers the result of which primitive."""

from __future__ import annotations

import operator
from typing import Callable

import numpy as np

from ..ir.types import BOOL, FLOAT, INT, Opaque, Tensor
from . import arrays, counts, creation, draws, helpers, joining, matrices, products, python, queries, spectra, windows
from .elementwise import compare, elementwise, complex_where_needed, identity, real_if_close
from .kinds import Site
from .shapes import known_shape

Handler = Callable[[Site], tuple]  # of Type or Lit


def _handlers() -> dict[str, Handler]:
    table: dict[str, Handler] = {}
    for name in (
        "sum prod mean max min ptp median average nansum nanprod nanmean nanmax nanmin nanmedian any all "
        "argmax argmin nanargmax nanargmin count_nonzero"
    ).split():
        table[name] = arrays.reduction(getattr(np, name))
    for ufunc in (np.add, np.multiply, np.maximum, np.minimum, np.logical_and, np.logical_or):
        table[f"{ufunc.__name__}.reduce"] = arrays.reduction(ufunc.reduce, 0)
    for scanned in (np.add, np.multiply, np.maximum, np.minimum, np.logaddexp):
        table[f"{scanned.__name__}.accumulate"] = arrays.scan(scanned.accumulate, 0)
    for name in ("amax", "amin"):
        table[name] = arrays.reduction(getattr(np, name[1:]))
    for name in ("std", "var", "nanstd", "nanvar"):
        table[name] = arrays.reduction(getattr(np, name))
    for name in ("cumsum", "cumprod", "nancumsum", "nancumprod"):
        table[name] = arrays.scan(getattr(np, name))
    for name in "copy roll flip fliplr flipud asarray_chkfinite".split():
        table[name] = arrays.same
    for name in "sort partition argsort argpartition".split():
        table[name] = arrays.sorted_along
    for name in "swapaxes moveaxis rollaxis".split():
        table[name] = arrays.permuted
    for name in "zeros ones empty".split():
        table[name] = creation.filled
    for name in "zeros_like ones_like empty_like full_like".split():
        table[name] = creation.like
    for name in "array asarray asanyarray ascontiguousarray asfortranarray require".split():
        table[name] = creation.array
    for name in "linspace logspace geomspace".split():
        table[name] = creation.linspace
    for name in "hstack vstack dstack column_stack".split():
        table[name] = joining.piled
    for name in "split array_split hsplit vsplit dsplit".split():
        table[name] = joining.split
    for name in "nonzero flatnonzero argwhere".split():
        table[name] = arrays.where_count
    for name in ("tril", "triu"):
        table[name] = arrays.triangle
    table.update(
        reshape=arrays.reshape, ravel=arrays.flattened, transpose=arrays.transpose, squeeze=arrays.squeeze,
        permute_dims=arrays.transpose, matrix_transpose=arrays.matrix_transpose, expand_dims=arrays.expand_dims,
        broadcast_to=arrays.broadcast_to, atleast_1d=arrays.atleast(1), atleast_2d=arrays.atleast(2),
        atleast_3d=arrays.atleast(3), diff=arrays.diff, repeat=arrays.repeat, extract=arrays.extract,
        take=arrays.take, take_along_axis=arrays.take_along_axis, diag=arrays.diagonal, diagonal=arrays.diagonal,
        full=creation.full, eye=creation.eye, identity=creation.eye, arange=creation.arange,
        meshgrid=creation.meshgrid, broadcast_arrays=joining.broadcast_arrays, concatenate=joining.concatenate, stack=joining.stack, append=joining.append, delete=joining.delete, ix_=joining.open_mesh,
        cross=products.cross, trace=products.trace, matmul=products.matmul, dot=products.dot,
        inner=products.inner, vdot=products.vdot, outer=products.outer, tensordot=products.tensordot,
        einsum=products.einsum, interp=arrays.interp, gradient=arrays.gradient, polydiv=arrays.polydiv, trapezoid=arrays.trapezoid, unique=counts.unique, unique_values=counts.values_of,
        unique_all=counts.unique_tuple("index", "inverse", "counts"), unique_inverse=counts.unique_tuple("inverse"),
        unique_counts=counts.unique_tuple("counts"), union1d=counts.values_of, intersect1d=counts.values_of,
        setdiff1d=counts.values_of, setxor1d=counts.values_of,
        trim_zeros=counts.values_of, bincount=counts.bincount, histogram=counts.histogram,
        histogram_bin_edges=counts.histogram_bin_edges,
    )  # fmt: skip
    numpy = {f"numpy.{name}": handler for name, handler in table.items()}
    linear = {
        "inv": matrices.square("m"), "det": matrices.square("s"), "slogdet": matrices.square("sa"),
        "cholesky": matrices.square("m"), "eigh": matrices.square("rm"), "eigvalsh": matrices.square("r"),
        "solve": matrices.solve, "norm": matrices.norm, "svd": matrices.svd, "qr": matrices.qr,
        "pinv": matrices.pinv, "matrix_power": matrices.matrix_power, "matmul": products.matmul,
        "outer": products.outer, "tensordot": products.tensordot, "lstsq": matrices.lstsq, "cond": matrices.cond,
        "vector_norm": matrices.vector_norm, "matrix_norm": matrices.matrix_norm, "eig": matrices.eig,
        "svdvals": matrices.singular_values, "eigvals": matrices.eigvals, "tensorinv": matrices.tensorinv,
        "tensorsolve": matrices.tensorsolve, "cross": products.cross_of_three, "multi_dot": products.multi_dot,
    }  # fmt: skip
    numpy.update({f"numpy.linalg.{name}": handler for name, handler in linear.items()})
    numpy.update({f"numpy.fft.{name}": spectra.half for name in ("rfft", "ihfft")})
    numpy["numpy.lib.stride_tricks.sliding_window_view"] = windows.windows
    numpy.update(draws.HANDLERS)
    numpy.update(helpers.HANDLERS)
    numpy["numpy.real_if_close"] = real_if_close
    for name in "sqrt log log2 log10 logn power arcsin arccos arctanh".split():
        numpy[f"numpy.emath.{name}"] = complex_where_needed
    numpy["ndarray.astype"] = arrays.astype
    numpy["ndarray.flatten"] = arrays.flattened
    return numpy


def _python_handlers() -> dict[str, Handler]:
    table: dict[str, Handler] = {
        "getitem": queries.getitem, "setitem": queries.updated, "accumulate_at": queries.updated,
        "accumulate": queries.accumulate, "axis_length": queries.axis_length, "numpy.ndim": queries.ndim,
        "numpy.size": queries.size, "numpy.shape": queries.shape, "numpy.iscomplexobj": queries.is_complex,
        "numpy.isrealobj": queries.is_complex, "ndarray.dtype": queries.dtype, "ndarray.item": python.item,
        "ndarray.tolist": arrays.tolist, "seq.make": python.make, "seq.append": python.append, "seq.shorten": python.shorten,
        "tape.pack": python.tape, "tape.unpack": python.untape, "operator.is_": identity, "operator.is_not": identity,
        "operator.matmul": products.matmul, "operator.add": python.joined_or(elementwise(operator.add)),
        "operator.mul": python.joined_or(elementwise(operator.mul)), "builtins.len": python.length_of,
        "builtins.int": python.integer, "builtins.min": python.extreme, "builtins.max": python.extreme,
        "builtins.sum": python.total, "builtins.abs": elementwise(abs), "builtins.round": elementwise(round),
        "builtins.pow": elementwise(pow), "builtins.divmod": python.quotient_and_rest,
        "builtins.isinstance": python.is_instance, "builtins.hasattr": python.always(BOOL), "builtins.float": python.always(FLOAT),
        "ndarray.flags": python.always(Opaque("flags")), "ndarray.itemsize": python.always(INT), "ndarray.nbytes": python.always(INT),
        "ndarray.strides": lambda site: (Tensor("int64", (len(known_shape(site.tensor())),)),),
        "builtins.complex": python.always(python.COMPLEX),
    }  # fmt: skip
    for name in "lt le gt ge eq ne".split():
        table[f"operator.{name}"] = compare(f"operator.{name}")
    for name in (
        "operator.not_ operator.in_ operator.not_in builtins.bool builtins.any builtins.all builtins.hasattr "
        "builtins.callable builtins.issubclass".split()
    ):
        table[name] = python.always(BOOL)
    for name in ("str", "range", "type"):
        table[f"builtins.{name}"] = python.always(Opaque(name))
    for name in ("builtins.repr", "builtins.format", "builtins.bin", "builtins.hex", "builtins.oct", "builtins.chr", "string.join"):
        table[name] = python.always(Opaque("str"))
    table["exception"] = python.always(Opaque("exception"))
    for name in ("list", "tuple", "sorted"):
        table[f"builtins.{name}"] = python.list_of
    for name in ("id", "hash"):
        table[f"builtins.{name}"] = python.always(INT)
    return table


HANDLERS: dict[str, Handler] = {**_python_handlers(), **_handlers()}
