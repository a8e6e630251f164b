"""The types of what the functions of st_ad.runtime return: most have the shape of one of their operands."""

from __future__ import annotations

from typing import Callable

import numpy as np

from ..ir.syntax import Lit
from ..ir.types import FLOAT, Seq, Sym, Tensor, Type, broadcast_shapes
from .kinds import Site, Unknown, elementwise_kinds, literal, scalar_result
from .matrices import square
from .products import product_dtype
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
    x = site.tensor(1)
    if not isinstance(site.args[0], Lit):
        return (Tensor(None, None if x.shape is None else (Sym("m"), *x.shape[1:]), None if x.shape is None else "nd"),)
    rows = site.args[0].value.shape[1 if literal(site.arg(2, "transposed", False)) else 0]
    if x.shape is None or x.dtype != "float64" or site.args[0].value.dtype != "float64":
        return (Tensor(None, None, None),)
    return (Tensor("float64", (rows, *x.shape[1:])),)


def _strided_places(site: Site) -> Results:
    shape = site.arg(1, "shape")
    dims = known_shape(site.tensor(0)) if isinstance(shape, Lit) and shape.value is None else dims_of(shape)
    return (Tensor("int64", dims),)


HANDLERS: dict[str, Callable[[Site], Results]] = {
    "runtime.strided_places": _strided_places,
    "runtime.sparse_product": _sparse_product,
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
