"""What subscripts, updates, and questions about shapes and dtypes return."""

from __future__ import annotations

import numpy as np

from ..ir.syntax import Arg, Lit, Pack, Var
from ..ir.types import (
    ANY,
    BOOL,
    INT,
    Opaque,
    Seq,
    Tensor,
    broadcast_shapes,
    join,
    resolve,
)
from .kinds import Site, Unknown, literal, scalar_result, tensor_of
from .python import is_nothing, item_type, length
from .shapes import ShapeOf, indexed, item_of, product

Results = tuple  # of Type or Lit


def getitem(site: Site) -> Results:
    x, index = site.args
    if isinstance(x, Var) and isinstance(x.type, Seq):
        return (item_of(x.type, index),)
    if isinstance(x, Var) and isinstance(x.type, ShapeOf):
        dim = x.type.dims[literal(index)]
        return (Lit(dim),) if isinstance(dim, int) else (Tensor("int64", (), "py", dim),)
    if isinstance(x, Var) and x.type == Opaque("str"):
        return (x.type,)
    if isinstance(x, Var) and x.type == Opaque("shape"):
        return (Opaque("shape") if isinstance(index, Pack) else INT,)
    if isinstance(x, Lit) and isinstance(x.value, (tuple, list, dict, str)):
        return (Lit(x.value[literal(index)]),)
    tensor = tensor_of(x)
    if tensor.shape is None:
        return (Tensor(tensor.dtype, None, None),)
    try:
        shape, is_scalar = indexed(tensor.shape, index, site.certain)
    except Unknown:
        return (Tensor(tensor.dtype, None, None),)
    return (scalar_result(tensor.dtype, shape, "np" if is_scalar else "nd"),)


def updated(site: Site) -> Results:
    """`setitem` and `accumulate_at` keep the type of what is updated; an item of a list may be of another type."""
    x = site.args[0]
    if isinstance(x, Var) and isinstance(x.type, Seq) and site.prim == "setitem" and not is_nothing(site.args[2]):
        return (with_item(x.type, site.args[1], site.args[2]),)
    if isinstance(x, Var):
        return (x.type,)
    return (tensor_of(x),)


def with_item(kind: Seq, index: Arg, value: Arg) -> Seq:
    """The type of a list after an item, or the items of a slice, became `value`."""
    length = kind.length
    items = [item_type(value)]
    if isinstance(index, Pack):
        length = None
        whole = item_type(value)
        items = [item_type(i) for i in value.items] if isinstance(value, Pack) else [ANY]
        if isinstance(whole, Seq) and not isinstance(value, Pack):
            items = [whole.item] if whole.item is not None else []
    for item in items:
        kind = Seq(item if kind.item is None else join(kind.item, item))
    return Seq(kind.item, length)


def accumulate(site: Site) -> Results:
    x, g = tensor_of(site.args[0]), tensor_of(site.args[1])
    dtype = x.dtype if x.dtype is not None and g.dtype is not None else None
    shape = broadcast_shapes([x.shape, g.shape], site.certain)
    form = x.form if x.form == g.form else "nd" if "nd" in (x.form, g.form) else "np"
    if None in (x.form, g.form):
        form = None
    return (scalar_result(dtype, shape, form),)


def axis_length(site: Site) -> Results:
    axis = literal(site.args[1])
    try:
        tensor = tensor_of(site.args[0])
    except Unknown:
        return (INT,)
    if tensor.shape is None:
        return (INT,)
    return (length(tensor.shape[axis]),)


def is_complex(site: Site) -> Results:
    dtype = site.tensor().dtype
    if dtype is None:
        return (BOOL,)
    return (Lit((np.dtype(dtype).kind == "c") == site.prim.endswith("complexobj")),)


def ndim(site: Site) -> Results:
    tensor = site.tensor()
    return (INT,) if tensor.shape is None else (Lit(len(tensor.shape)),)


def size(site: Site) -> Results:
    tensor = site.tensor()
    if tensor.shape is None:
        return (INT,)
    if len(site.args) > 1 or "axis" in site.kwargs:
        axis = literal(site.arg(1, "axis"))
        return (length(product(tensor.shape) if axis is None else tensor.shape[axis]),)
    return (length(product(tensor.shape)),)


def shape(site: Site) -> Results:
    tensor = site.tensor()
    if tensor.shape is None:
        return (Opaque("shape"),)
    dims = tuple(resolve(d) for d in tensor.shape)
    if all(isinstance(d, int) for d in dims):
        return (Lit(dims),)
    return (ShapeOf("shape", dims),)


def dtype(site: Site) -> Results:
    tensor = site.tensor()
    return (Opaque("dtype"),) if tensor.dtype is None else (Lit(np.dtype(tensor.dtype)),)
