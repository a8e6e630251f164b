"""What emitted code may call: small functions on NumPy alone, each complete in itself so that its source can be
copied into a standalone module (it may call others of them by name)."""

from .bands import band_times, product_with_band, transposed_band
from .broadcasting import expand_reduced, strong_product, unbroadcast, widen
from .containers import (
    add_lists, add_repeats, add_to_list, array_of_results, gather_last, new_object, snapshot, split_like,
    zeros_of_list,
)  # fmt: skip
from .contractions import cross_bar_left, cross_bar_right, dot_bar_left, dot_bar_right, matmul_bar_left, matmul_bar_right
from .filters import into_full, lagged_products, out_of_full, simpson_weights
from .gradients import stop_gradient
from .determinants import cofactor, cofactor_change, rank_tolerance
from .paths import beta_path, decay_length, digamma, gamma_path, half_line_sum, mills_ratio, student_path
from .solutions import at_fixed_times, inside_bounds, ode_steps, quadrature_nodes, with_slope_of
from .sparse import (
    entries_array, entries_product, entries_solution, inactive, sparse_array, sparse_columns, sparse_product, sparse_rows, sparse_solution,
    sparse_values,
)  # fmt: skip
from .special import are_normal, bessel_i, polygamma, product_of_others, sinc_derivative
from .spectra import half_inside, in_order_of, independent, leading, leading_into, over_gaps, resized, twice_inside
from .transposes import (
    cumprod_bar, diagonal_into, piece, piece_into, scatter, share_ties, strided_places, undiff, unpad, unreduceat, unrepeat, untile,
    unwindow,
)  # fmt: skip

__all__ = [
    "entries_array", "entries_product", "entries_solution", "inactive", "sparse_array", "sparse_columns", "sparse_product",
    "sparse_rows", "sparse_solution", "sparse_values",
    "strided_places",
    "beta_path", "decay_length", "digamma", "gamma_path", "half_line_sum", "mills_ratio", "student_path",
    "at_fixed_times", "inside_bounds", "ode_steps", "quadrature_nodes", "with_slope_of",
    "into_full", "lagged_products", "out_of_full", "simpson_weights",
    "add_lists", "add_repeats", "add_to_list", "are_normal", "array_of_results", "band_times", "bessel_i", "cofactor", "cofactor_change", "cross_bar_left", "cross_bar_right", "cumprod_bar",
    "diagonal_into", "dot_bar_left", "dot_bar_right", "expand_reduced", "gather_last", "half_inside", "in_order_of", "independent", "leading",
    "leading_into", "matmul_bar_left", "matmul_bar_right", "new_object", "over_gaps", "piece", "piece_into", "polygamma",
    "product_of_others", "product_with_band", "rank_tolerance", "resized", "scatter", "share_ties",
    "sinc_derivative", "snapshot", "split_like", "stop_gradient", "strong_product", "transposed_band", "twice_inside",
    "unbroadcast", "undiff", "unpad", "unreduceat", "unrepeat", "untile", "unwindow", "widen", "zeros_of_list",
]  # fmt: skip
