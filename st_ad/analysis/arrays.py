"""What NumPy's functions that rearrange and reduce arrays return: one small function per behaviour."""

from __future__ import annotations

import inspect
from typing import Any, Callable

import numpy as np

from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import (
    Dim,
    Expr,
    Seq,
    Sym,
    Tensor,
    Type,
    broadcast_dims,
    broadcast_shapes,
    dim_add,
    resolve,
)
from .kinds import (
    Site,
    Unknown,
    concatenated_dtype,
    dtype_of,
    elementwise_kinds,
    literal,
    python_dtype,
    scalar_result,
    tensor_of,
)
from .shapes import (
    axes_of,
    axis_of,
    count_of,
    dim_of,
    dim_sum,
    dims_of,
    known_shape,
    product,
    reduced,
    reshaped,
)

Results = tuple  # of Type or Lit


def reduction(function: Callable[..., Any], default_axis: int | None = None) -> Callable[[Site], Results]:
    """A handler for functions that remove axes, such as `sum`."""

    place = _place_of_keepdims(function)

    def handle(site: Site) -> Results:
        x = site.tensor(0, "a")
        where = site.kwargs.get("where")
        keepdims = bool(literal(site.arg(place, "keepdims", False)))
        dtype, form = _reduced_kind(function, x, dtype_of(site.kwargs.get("dtype", Lit(None))))
        if x.shape is None:
            return (Tensor(dtype, None, None),)
        axis = site.arg(1, "axis", default_axis)
        shape = x.shape
        if isinstance(where, (Var, Pack)):
            shape = broadcast_shapes([shape, tensor_of(where).shape], site.certain) or ()
        try:
            axes = axes_of(axis, len(shape))
        except Unknown:
            if not isinstance(axis, Var):
                raise
            return (Tensor(dtype, tuple(Sym("m") for _ in shape[1:]), "nd" if shape[1:] else "np"),)
        out = reduced(shape, axes, keepdims)
        # NumPy reduces to a scalar also when all axes are kept or the operand has none.
        result = scalar_result(dtype, out, form)
        if site.prim == "numpy.average" and literal(site.arg(3, "returned", False)):
            return result, result
        return (result,)

    return handle


def _place_of_keepdims(function: Callable[..., Any]) -> int:
    """The position at which a reduction takes `keepdims`; that of a ufunc's reduce when there is no signature."""
    try:
        return list(inspect.signature(function).parameters).index("keepdims")
    except ValueError:
        return 4


def _reduced_kind(
    function: Callable[..., Any], x: Tensor, dtype: str | None
) -> tuple[str | None, str | None]:
    if x.dtype is None:
        return dtype, None
    options = (("dtype", dtype),) if dtype else ()
    # An array of one axis stands for every rank: NumPy gives scalars for both.
    return elementwise_kinds(function, [Tensor(x.dtype, (1,))], options)[0]


def scan(function: Callable[..., Any], default_axis: int | None = None) -> Callable[[Site], Results]:
    """A handler for functions that keep the shape along an axis and flatten without one, such as `cumsum`."""

    def handle(site: Site) -> Results:
        x = site.tensor()
        dtype, _ = _reduced_kind(function, x, None)
        if "dtype" in site.kwargs:
            dtype = dtype_of(site.kwargs["dtype"]) or dtype
        if x.shape is None:
            return (Tensor(dtype, None, None),)
        value = literal(site.arg(1, "axis", default_axis))
        flat = value is None and len(x.shape) != 1
        return (Tensor(dtype, (product(x.shape),) if flat else x.shape),)

    return handle


def same(site: Site) -> Results:
    """The type of the operand, as an array."""
    x = site.tensor()
    return (Tensor(x.dtype, x.shape, "nd" if x.shape is not None else None),)


def triangle(site: Site) -> Results:
    """`tril`, `triu`: a vector is taken for the rows of a square matrix."""
    x = site.tensor(0, "m")
    shape = known_shape(x)
    return (Tensor(x.dtype, shape if len(shape) != 1 else (shape[0], shape[0])),)


def repeat(site: Site) -> Results:
    """`repeat` by a number; by an array of numbers the length is not known."""
    x, times = site.tensor(), site.args[1]
    shape = known_shape(x)
    axis = literal(site.arg(2, "axis"))
    if axis is None:
        shape, axis = (product(shape),), 0
    at = axis_of(axis, len(shape))
    try:
        length = product((shape[at], dim_of(times)))
    except Unknown:
        length = Sym("m")
    return (Tensor(x.dtype, (*shape[:at], length, *shape[at + 1 :])),)


def extract(site: Site) -> Results:
    """The items under a mask."""
    return (Tensor(site.tensor(1, "arr").dtype, (count_of(site.args[0]),)),)


def sorted_along(site: Site) -> Results:
    """`sort`, `partition`, `roll`, `flip`: the same shape; flattened when axis=None is given for `sort`."""
    x = site.tensor()
    name = site.prim.rpartition(".")[2]
    dtype = "int64" if name.startswith("arg") else x.dtype
    axis = site.arg(2 if "partition" in name else 1, "axis", -1)
    if x.shape is not None and isinstance(axis, Lit) and axis.value is None:
        return (Tensor(dtype, (product(x.shape),)),)
    return (Tensor(dtype, x.shape, "nd" if x.shape is not None else None),)


def reshape(site: Site) -> Results:
    x = site.tensor()
    wanted_arg = site.arg(1, "shape") if "newshape" not in site.kwargs else site.kwargs["newshape"]
    if len(site.args) > 2 and all(_is_integer(a) for a in site.args[1:]):
        wanted_arg = Pack("tuple", site.args[1:])
    try:
        wanted = dims_of(wanted_arg)
    except Unknown:
        return (Tensor(x.dtype, None, None),)
    if any(isinstance(d, int) and d == -1 for d in wanted) and x.shape is None:
        wanted = tuple(Sym("m") if isinstance(d, int) and d == -1 else d for d in wanted)
        return (Tensor(x.dtype, wanted),)
    return (Tensor(x.dtype, reshaped(x.shape or (), wanted)),)


def _is_integer(arg: Arg) -> bool:
    value = arg.value if isinstance(arg, Lit) else None
    if isinstance(arg, Var):
        return isinstance(arg.type, Tensor) and arg.type.shape == ()
    return isinstance(value, (int, np.integer))


def flattened(site: Site) -> Results:
    x = site.tensor()
    return (Tensor(x.dtype, (Sym("m"),) if x.shape is None else (product(x.shape),)),)


def transpose(site: Site) -> Results:
    x = site.tensor()
    if x.shape is None:
        return (Tensor(x.dtype, None, None),)
    axes_arg = site.arg(1, "axes")
    if len(site.args) > 2:
        axes_arg = Pack("tuple", site.args[1:])
    axes = axes_of(axes_arg, len(x.shape))
    if axes is None:
        axes = tuple(reversed(range(len(x.shape))))
    if len(axes) != len(x.shape):
        raise Unknown
    return (Tensor(x.dtype, tuple(x.shape[a] for a in axes)),)


def matrix_transpose(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    if len(shape) < 2:
        raise Unknown
    return (Tensor(x.dtype, (*shape[:-2], shape[-1], shape[-2])),)


def permuted(site: Site) -> Results:
    """`swapaxes`, `moveaxis`, `rollaxis`: found by moving the axes of a small array of distinct lengths."""
    x = site.tensor()
    shape = known_shape(x)
    function = getattr(np, site.prim.rpartition(".")[2])
    probe = np.empty(tuple(range(2, 2 + len(shape))))
    options = {k: literal(v) for k, v in site.kwargs.items() if k != "a"}
    try:
        moved = function(probe, *[literal(a) for a in site.args[1:]], **options).shape
    except (ValueError, TypeError) as error:
        raise Unknown from error
    return (Tensor(x.dtype, tuple(shape[n - 2] for n in moved)),)


def expand_dims(site: Site) -> Results:
    x = site.tensor()
    if x.shape is None:
        return (Tensor(x.dtype, None, None),)
    axis = literal(site.arg(1, "axis"))
    wanted = tuple(axis) if isinstance(axis, (tuple, list)) else (axis,)
    rank = len(x.shape) + len(wanted)
    axes = {axis_of(a, rank) for a in wanted}
    rest = iter(x.shape)
    return (Tensor(x.dtype, tuple(1 if i in axes else next(rest) for i in range(rank))),)


def squeeze(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    axes = axes_of(site.arg(1, "axis"), len(shape))
    if axes is None:
        if any(not isinstance(resolve(d), int) and not getattr(resolve(d), "notone", False) for d in shape):
            return (Tensor(x.dtype, None, None),)
        axes = tuple(i for i, d in enumerate(shape) if resolve(d) == 1)
    return (Tensor(x.dtype, tuple(d for i, d in enumerate(shape) if i not in axes)),)


def broadcast_to(site: Site) -> Results:
    x = site.tensor(0, "array")
    try:
        return (Tensor(x.dtype, dims_of(site.arg(1, "shape"))),)
    except Unknown:
        return (Tensor(x.dtype, None, None),)


def atleast(rank: int) -> Callable[[Site], Results]:
    """A handler for `atleast_1d` and its kin: a result for each operand."""

    def raised(x: Tensor) -> Tensor:
        if x.shape is None:
            return Tensor(x.dtype, None, None)
        shape = x.shape
        if rank == 3 and len(shape) == 1:
            return Tensor(x.dtype, (1, *shape, 1))
        if rank == 3 and len(shape) == 2:
            return Tensor(x.dtype, (*shape, 1))
        return Tensor(x.dtype, (1,) * (rank - len(shape)) + shape)

    return lambda site: tuple(raised(tensor_of(a)) for a in site.args)


def astype(site: Site) -> Results:
    x = site.tensor()
    form = "nd" if x.form == "nd" else "np"
    return (scalar_result(dtype_of(site.arg(1, "dtype")) or "float64", x.shape, form),)


def diff(site: Site) -> Results:
    x = site.tensor()
    shape = known_shape(x)
    count = literal(site.arg(1, "n", 1))
    axis = axis_of(literal(site.arg(2, "axis", -1)), len(shape))
    kinds = [Tensor(x.dtype, (1,))]
    length = shape[axis]
    for end in (site.arg(3, "prepend", Ellipsis), site.arg(4, "append", Ellipsis)):
        if isinstance(end, Lit) and end.value is Ellipsis:
            continue
        added = tensor_of(end)
        kinds.append(Tensor(added.dtype, (1,)))
        length = dim_sum(length, known_shape(added)[axis] if added.shape else 1)
    joined_dtype = concatenated_dtype(kinds)
    dtype, _ = elementwise_kinds(np.subtract, [Tensor(joined_dtype, (1,))] * 2)[0]
    return (Tensor(dtype, (*shape[:axis], dim_add(length, -count), *shape[axis + 1 :])),)


def gradient(site: Site) -> Results:
    """Arrays like the operand, one for each axis."""
    x = site.tensor(0, "f")
    axis = literal(site.kwargs.get("axis", Lit(None)))
    shape = known_shape(x)
    count = len(shape) if axis is None else 1 if isinstance(axis, int) else len(axis)
    dtype, _ = elementwise_kinds(np.true_divide, [Tensor(x.dtype, (1,)), Tensor(x.dtype, (1,))])[0]
    if any(tensor_of(h).dtype != x.dtype and tensor_of(h).form != "py" for h in site.args[1:]):
        raise Unknown
    return (Tensor(dtype, shape),) * count


def polydiv(site: Site) -> Results:
    """The quotient, and a remainder whose length the values decide."""
    u, v = site.tensor(0, "u"), site.tensor(1, "v")
    dtype, _ = elementwise_kinds(np.true_divide, [Tensor(u.dtype, (1,)), Tensor(v.dtype, (1,))])[0]
    return Tensor(dtype, (Sym("m"),)), Tensor(dtype, (Sym("m"),))


def trapezoid(site: Site) -> Results:
    """The axis of integration goes; the steps are in the precision of the places."""
    f, places = site.tensor(0, "y"), site.arg(1, "x")
    steps = tensor_of(site.arg(2, "dx", 1.0)) if isinstance(places, Lit) and places.value is None else tensor_of(places)
    dtype, _ = elementwise_kinds(np.multiply, [Tensor(f.dtype, (1,)), steps])[0]
    shape = known_shape(f)
    if (steps.rank or 0) > 1:
        shape = broadcast_shapes([shape, steps.shape], site.certain) or ()
    axis = axis_of(literal(site.arg(3, "axis", -1)), len(shape))
    return (scalar_result(dtype, shape[:axis] + shape[axis + 1 :], "np"),)


def take(site: Site) -> Results:
    x, index = site.tensor(), site.tensor(1, "indices")
    shape, wanted = known_shape(x), known_shape(index)
    axis = literal(site.arg(2, "axis"))
    if axis is None:
        return (scalar_result(x.dtype, wanted, "np"),)
    at = axis_of(axis, len(shape))
    return (scalar_result(x.dtype, (*shape[:at], *wanted, *shape[at + 1 :]), "np"),)


def take_along_axis(site: Site) -> Results:
    x, index = site.tensor(0, "arr"), site.tensor(1, "indices")
    shape, wanted = known_shape(x), known_shape(index)
    axis = literal(site.arg(2, "axis", -1))
    if axis is None:
        return (Tensor(x.dtype, wanted),)
    at = axis_of(axis, len(shape))
    out = tuple(
        wanted[i] if i == at else broadcast_dims(p, q, False) for i, (p, q) in enumerate(zip(shape, wanted))
    )
    return (Tensor(x.dtype, out),)


def diagonal(site: Site) -> Results:
    """`diag`, `diagonal`: the diagonal of a matrix, or the matrix of a diagonal."""
    x = site.tensor(0, "v" if site.prim == "numpy.diag" else "a")
    shape = known_shape(x)
    offset = literal(site.arg(1, "k" if site.prim == "numpy.diag" else "offset", 0))
    if site.prim == "numpy.diag" and len(shape) == 1:
        length = dim_sum(shape[0], abs(offset))
        return (Tensor(x.dtype, (length, length)),)
    axes = [
        axis_of(literal(site.arg(2, "axis1", 0)), len(shape)),
        axis_of(literal(site.arg(3, "axis2", 1)), len(shape)),
    ]
    rows, columns = resolve(shape[axes[0]]), resolve(shape[axes[1]])
    rest = tuple(d for i, d in enumerate(shape) if i not in axes)
    if isinstance(rows, int) and isinstance(columns, int):
        length = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    elif rows == columns:
        length = dim_add(rows, -abs(offset))
    else:
        length = Expr("diagonal", (rows, columns, offset))
    return (Tensor(x.dtype, (*rest, length)),)


def interp(site: Site) -> Results:
    """Double precision, whatever the operands have."""
    x, values = site.tensor(0, "x"), site.tensor(2, "fp")
    is_complex = None if values.dtype is None else np.dtype(values.dtype).kind == "c"
    dtype = None if is_complex is None else "complex128" if is_complex else "float64"
    return (scalar_result(dtype, x.shape, "np"),)


def tolist(site: Site) -> Results:
    x = site.tensor()
    item: Type = Tensor(python_dtype(x.dtype), (), "py")
    for dim in reversed(known_shape(x)):
        item = Seq(item, dim)
    return (item,)


def where_count(site: Site) -> Results:
    """`nonzero(x)` and `where(x)`: one index array per axis, of a length that depends on the values."""
    x = site.tensor()
    mask = site.args[0]
    length: Dim = Expr("count", (mask,)) if isinstance(mask, Var) else Sym("m")
    if site.prim == "numpy.flatnonzero":
        return (Tensor("int64", (length,)),)
    if site.prim == "numpy.argwhere":
        return (Tensor("int64", (length, len(known_shape(x)))),)
    return tuple(Tensor("int64", (length,)) for _ in known_shape(x))
