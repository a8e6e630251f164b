"""What emitted code may call: small functions on NumPy alone, each complete in itself so that its source can be
copied into a standalone module (it may call others of them by name)."""

from .broadcasting import expand_reduced, strong_product, unbroadcast, widen
from .containers import add_lists, add_to_list, gather_last, snapshot, zeros_of_list
from .contractions import cross_of_three, dot_bar_left, dot_bar_right, matmul_bar_left, matmul_bar_right
from .gradients import stop_gradient
from .special import cofactor, polygamma, product_of_others, sinc_derivative
from .transposes import (
    cumprod_bar, diagonal_into, piece, piece_into, scatter, share_ties, undiff, unpad, unrepeat, untile,
)  # fmt: skip

__all__ = [
    "add_lists", "add_to_list", "cofactor", "cross_of_three", "cumprod_bar", "diagonal_into",
    "dot_bar_left", "dot_bar_right", "expand_reduced", "gather_last", "matmul_bar_left", "matmul_bar_right",
    "piece", "piece_into", "polygamma", "product_of_others", "scatter", "share_ties", "sinc_derivative",
    "snapshot", "stop_gradient", "strong_product", "unbroadcast", "undiff", "unpad", "unrepeat", "untile",
    "widen", "zeros_of_list",
]  # fmt: skip
