"""The types of what the functions of st_ad.runtime return: most have the shape of one of their operands."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ..ir.syntax import Lit
from ..ir.types import FLOAT, Dim, Seq, Sym, Tensor, Type, broadcast_shapes
from .kinds import Site, Unknown, elementwise_kinds, literal, scalar_result
from .matrices import square
from .products import meet, product_dtype
from .python import item_type
from .shapes import axis_of, dim_of, dim_sum, dims_of, indexed, known_shape

Results = tuple  # of Type or Lit


def _like(position: int, *factors: int) -> Callable[[Site], Results]:
    """The shape of the operand at a position; the dtype of the product of others."""

    def handle(site: Site) -> Results:
        x = site.tensor(position)
        dtype = product_dtype(*[site.tensor(i) for i in factors])
        return (scalar_result(dtype, x.shape, "np"),)

    return handle


def _unbroadcast(site: Site) -> Results:
    x = site.tensor(1)
    form = "nd" if x.form is None and x.shape != () else x.form
    return (Tensor(x.dtype, x.shape, form if x.shape is not None else None),)


def _widen(site: Site) -> Results:
    x = site.tensor(1)
    return (Tensor(site.tensor(0).dtype, x.shape, "nd" if x.shape is not None else None),)


def _product(site: Site) -> Results:
    a, b = site.tensor(0), site.tensor(1)
    dtype, _ = elementwise_kinds(np.multiply, [a, b])[0]
    return (scalar_result(dtype, broadcast_shapes([a.shape, b.shape], site.certain), "np"),)


def _all_of(count: int) -> Callable[[Site], Results]:
    """The broadcast shape of all operands, in double precision."""

    def handle(site: Site) -> Results:
        shape = broadcast_shapes([site.tensor(i).shape for i in range(count)], site.certain)
        return (scalar_result("float64", shape, "np"),)

    return handle


def _undiff(site: Site) -> Results:
    g = site.tensor(0)
    shape = known_shape(g)
    axis = axis_of(literal(site.arg(2, "axis", -1)), len(shape))
    length = dim_sum(shape[axis], literal(site.arg(1, "n", 1)))
    return (Tensor(g.dtype, (*shape[:axis], length, *shape[axis + 1 :])),)


def _sinc_derivative(site: Site) -> Results:
    x = site.tensor(0)
    dtype, _ = elementwise_kinds(np.sinc, [x])[0]
    return (scalar_result(dtype, x.shape, "np"),)


def _same(site: Site) -> Results:
    """The type of the first operand."""
    return (item_type(site.args[0]),)


def _zeros_of_list(site: Site) -> Results:
    kind = item_type(site.args[0])
    return (_held_by_numpy(kind),)


def _held_by_numpy(kind: Type) -> Type:
    if isinstance(kind, Seq) and kind.item is not None:
        return Seq(_held_by_numpy(kind.item), kind.length)
    if isinstance(kind, Tensor) and kind.shape == ():
        return Tensor(kind.dtype, (), "np")
    return kind


def _add_lists(site: Site) -> Results:
    return (_sum_of(item_type(site.args[0]), item_type(site.args[1])),)


def _sum_of(a: Type, b: Type) -> Type:
    if isinstance(a, Seq) and isinstance(b, Seq):
        if a.item is None or b.item is None:
            return a if b.item is None else b
        return Seq(_sum_of(a.item, b.item), a.length if a.length is not None else b.length)
    if not (isinstance(a, Tensor) and isinstance(b, Tensor)):
        raise Unknown
    dtype, form = elementwise_kinds(np.add, [a, b])[0]
    return scalar_result(dtype, broadcast_shapes([a.shape, b.shape]), form)


def _part_of_list(site: Site) -> Results:
    kind = item_type(site.args[0])
    return (Seq(kind.item) if isinstance(kind, Seq) else kind,)


def _gather_last(site: Site) -> Results:
    g = site.tensor(0)
    try:
        return (Tensor(g.dtype, indexed(known_shape(g), site.args[1], site.certain)[0]),)
    except Unknown:
        return (Tensor(g.dtype, None, None),)


def _leading(site: Site) -> Results:
    g = site.tensor(0)
    return (Tensor(g.dtype, (*known_shape(g)[:-1], dim_of(site.args[1]))),)


def _sparse_product(site: Site) -> Results:
    x, matrix = site.tensor(1), site.args[0]
    rows = _length(site.arg(3, "length"))
    if isinstance(matrix, Lit):
        rows = matrix.value.shape[1 if literal(site.arg(2, "transposed", False)) else 0]
    dtype = "float64" if x.dtype == "float64" and isinstance(matrix, Lit) and matrix.value.dtype == "float64" else None
    if x.shape is None:
        return (Tensor(dtype, None, None),)
    return (Tensor(dtype, (rows, *x.shape[1:]), "nd"),)


def _length(length: object) -> Dim:
    """A length that is given, or one that is not known."""
    return Sym("m") if length is None or isinstance(length, Lit) and length.value is None else dim_of(length)  # type: ignore[arg-type]


def _one_each(site: Site) -> None:
    """There is a row and a column for each entry."""
    shapes = [site.tensor(i).shape for i in (0, 2, 3)]
    known = [shape[0] for shape in shapes if shape is not None and len(shape) == 1]
    for other in known[1:]:
        meet(known[0], other, site.certain)


def _entries_product(site: Site) -> Results:
    data, x = site.tensor(0), site.tensor(1)
    _one_each(site)
    shape = None if x.shape is None else (_length(site.arg(5, "length")), *x.shape[1:])
    return (Tensor(product_dtype(data, x), shape, None if shape is None else "nd"),)


def _entries_solution(site: Site) -> Results:
    data, b = site.tensor(0), site.tensor(1)
    _one_each(site)
    return (Tensor(product_dtype(data, b), b.shape, "nd" if b.shape is not None else None),)


def _entries_array(site: Site) -> Results:
    shape = site.arg(4, "shape")
    known = shape is not None and not (isinstance(shape, Lit) and shape.value is None)
    return (Tensor(site.tensor(0).dtype, dims_of(shape) if known else (Sym("m"), Sym("n")), "nd"),)


def _sparse_values(site: Site) -> Results:
    matrix = site.args[0]
    dtype = str(matrix.value.dtype) if isinstance(matrix, Lit) else None
    return (Tensor(dtype, (Sym("entries"),), "nd"),)


def _sparse_places(site: Site) -> Results:
    return (Tensor("int64", (Sym("entries"),), "nd"),)


def _strided_places(site: Site) -> Results:
    shape = site.arg(1, "shape")
    dims = known_shape(site.tensor(0)) if isinstance(shape, Lit) and shape.value is None else dims_of(shape)
    return (Tensor("int64", dims),)


HANDLERS: dict[str, Callable[[Site], Results]] = {
    "runtime.strided_places": _strided_places,
    "runtime.sparse_product": _sparse_product,
    "runtime.entries_product": _entries_product,
    "runtime.entries_solution": _entries_solution,
    "runtime.entries_array": _entries_array,
    "runtime.sparse_solution": lambda site: (site.tensor(1),),
    "runtime.sparse_values": _sparse_values,
    "runtime.sparse_rows": _sparse_places,
    "runtime.sparse_columns": _sparse_places,
    "runtime.inactive": _same,
    "runtime.unbroadcast": _unbroadcast,
    "runtime.widen": _widen,
    "runtime.expand_reduced": _widen,
    "runtime.strong_product": _product,
    "runtime.matmul_bar_left": _like(1, 1),
    "runtime.matmul_bar_right": _like(2, 2),
    "runtime.dot_bar_left": _like(1, 0, 2),
    "runtime.dot_bar_right": _like(2, 0, 1),
    "runtime.undiff": _undiff,
    "runtime.cumprod_bar": _like(1, 0, 1),
    "runtime.product_of_others": _like(0, 0),
    "runtime.cofactor": square("m"),
    "runtime.cofactor_change": _like(0, 0, 1),
    "runtime.rank_tolerance": lambda site: (FLOAT,),
    "runtime.sinc_derivative": _sinc_derivative,
    "runtime.bessel_i": _sinc_derivative,
    "runtime.zeros_of_list": _zeros_of_list,
    "runtime.add_lists": _add_lists,
    "runtime.add_to_list": _same,
    "runtime.add_repeats": _part_of_list,
    "runtime.split_like": lambda site: (item_type(site.args[1]),),
    "runtime.gather_last": _gather_last,
    "runtime.cross_bar_left": _like(1, 1),
    "runtime.cross_bar_right": _like(2, 2),
    "runtime.piece": _widen,
    "runtime.piece_into": _widen,
    "runtime.leading": _leading,
    "runtime.leading_into": _widen,
    "runtime.in_order_of": _same,
    "runtime.independent": _same,
    "runtime.over_gaps": _same,
    "runtime.resized": _widen,
    "runtime.twice_inside": _same, "runtime.half_inside": _same,
    "runtime.share_ties": _same,
    "runtime.snapshot": _same,
    "runtime.array_of_results": lambda site: (site.tensor(0),),
    "runtime.stop_gradient": _same,
    "runtime.polygamma": lambda site: (FLOAT,),
}
for _name in ("scatter", "diagonal_into", "untile", "unrepeat", "unpad", "unreduceat", "unwindow"):
    HANDLERS[f"runtime.{_name}"] = _widen
for _name, _count in (("gamma_path", 2), ("student_path", 2), ("beta_path", 4), ("mills_ratio", 1)):
    HANDLERS[f"runtime.{_name}"] = _all_of(_count)
HANDLERS["runtime.transposed_band"] = _same
HANDLERS["runtime.product_with_band"] = _like(2, 0, 1)
HANDLERS["runtime.band_times"] = _like(1, 0, 1)
HANDLERS["runtime.lagged_products"] = _like(2, 0, 1)
HANDLERS["runtime.out_of_full"] = _widen
HANDLERS["runtime.with_slope_of"] = HANDLERS["runtime.at_fixed_times"] = _same
