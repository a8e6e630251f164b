"""What Numba compiles: everything else in a finished program is refused, at the user's line.

The lists follow Numba's reference, "Supported Python features" and "Supported NumPy features".
"""

from __future__ import annotations

import builtins
from typing import Any, Iterator

import numpy as np

from ..errors import Problem, UnsupportedError
from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Arg, Call, Eqn, Function, Lit, Node, Pack, Try, Var
from ..ir.types import Seq, Tensor
from ..transform.equations import problem_at

_OPERATORS = frozenset("operator inplace".split())
_OWN = frozenset("getitem setitem accumulate accumulate_at axis_length seq.make seq.append seq.shorten seq.item seq.pop print raise assert exception string.join".split())
_MATH = frozenset(
    "acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees erf erfc exp expm1 fabs floor fmod frexp gamma gcd "
    "hypot isfinite isinf isnan ldexp lgamma log log10 log1p log2 modf pow radians sin sinh sqrt tan tanh trunc nextafter".split()
)
_BUILTINS = frozenset("abs bool complex divmod enumerate float int len list max min pow print range round sorted sum zip str".split())

# Functions of NumPy, each with the keywords that Numba takes.
_UFUNCS = frozenset(
    name for name in (
        "absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh bitwise_and bitwise_not bitwise_or bitwise_xor cbrt ceil "
        "conjugate conj copysign cos cosh deg2rad degrees divide divmod equal exp exp2 expm1 fabs float_power floor floor_divide "
        "fmax fmin fmod gcd greater greater_equal hypot invert isfinite isinf isnan lcm ldexp left_shift less less_equal log log10 log1p "
        "log2 logaddexp logaddexp2 logical_and logical_not logical_or logical_xor maximum minimum mod multiply negative nextafter "
        "not_equal positive power rad2deg radians reciprocal remainder right_shift rint sign signbit sin sinh spacing sqrt square "
        "subtract tan tanh true_divide trunc abs"
    ).split()
)  # fmt: skip
_FUNCTIONS: dict[str, frozenset[str]] = {
    name: frozenset(keywords.split())
    for names, keywords in (
        ("all any amax amin max min mean median prod std var ptp nanmax nanmin nanmean nanmedian nanprod nanstd nansum nanvar", ""),
        ("cumsum cumprod nancumsum nancumprod percentile quantile nanpercentile nanquantile count_nonzero trace", ""),
        ("sum", "axis dtype"), ("argmax argmin", "axis"), ("argsort sort flip fliplr flipud sinc angle ediff1d nan_to_num", ""),
        ("zeros ones empty", "dtype shape"), ("zeros_like ones_like empty_like", "dtype"), ("full full_like", "dtype fill_value"),
        ("arange eye identity tri", "dtype"), ("linspace", "num"), ("array", "dtype"), ("asarray", "dtype"),
        ("append array_equal array_split ascontiguousarray asfortranarray atleast_1d atleast_2d atleast_3d bincount", ""),
        ("broadcast_to broadcast_arrays broadcast_shapes clip column_stack convolve copy corrcoef correlate cov cross", ""),
        ("concatenate stack", "axis"), ("diag diagflat diff digitize dot dstack dsplit expand_dims extract flatnonzero histogram", ""),
        ("hsplit hstack imag interp intersect1d isclose iscomplex isreal isscalar kron moveaxis ndim nonzero outer ravel real", ""),
        ("repeat reshape roll rot90 round round_ around select setdiff1d shape size split swapaxes take", ""),
        ("take_along_axis transpose trapezoid tril triu tril_indices triu_indices union1d unique unwrap vander vdot vsplit vstack", ""),
        ("where fix allclose delete meshgrid argwhere indices partition fill_diagonal", ""), ("isin", ""), ("searchsorted", "side"),
        ("linalg.cholesky linalg.cond linalg.det linalg.eig linalg.eigh linalg.eigvals linalg.eigvalsh linalg.inv", ""),
        ("linalg.lstsq linalg.matrix_power linalg.matrix_rank linalg.norm linalg.pinv linalg.qr linalg.slogdet linalg.solve", ""),
        ("linalg.svd", "full_matrices"), ("matmul", ""),
        ("float64 float32 int64 int32 complex128 complex64 bool_", ""),
    )
    for name in names.split()
}  # fmt: skip
# How many arguments some take by position.
_POSITIONS = {
    "roll": 2, "flip": 1, "cumsum": 1, "cumprod": 1, "argsort": 1, "sort": 1, "median": 1, "repeat": 2, "take": 2, "linalg.eigh": 1,
    "linalg.eigvalsh": 1, "linalg.eig": 1, "linalg.cholesky": 1, "linalg.qr": 1, "linalg.pinv": 2, "diff": 2, "mean": 1, "max": 1,
    "min": 1, "prod": 1, "std": 1, "var": 1, "all": 1, "any": 1,
}  # fmt: skip
_METHODS = frozenset("astype item dtype real imag itemsize nbytes flatten".split())
_REMEDY = "use target='numpy' for it, or write it with what Numba compiles"


def supported(function: Function) -> Function:
    """The function itself, when Numba compiles all of it.

    Raises UnsupportedError that tells every place where it does not.
    """
    problems = list(dict.fromkeys([*_parameters(function), *_results(function), *_nodes(function)]))
    if problems:
        raise UnsupportedError(problems)
    return function


def _parameters(function: Function) -> Iterator[Problem]:
    for i, param in enumerate(function.params):
        if param.kind == "kwargs" or param.kind == "args" and any(p.kind == "keyword" for p in function.params):
            yield _at(function, f"Numba takes no `{'*' * (1 + (param.kind == 'kwargs'))}{param.name}` here", "pass a tuple, by its name")
        elif param.kind in ("keyword", "positional") and i == 0:
            yield _at(function, f"Numba takes no {param.kind}-only parameter `{param.name}`", "leave the bare `*` or `/` out of the signature")
        yield from _containers(function, f"the parameter `{param.name}`", param.tree)
        for var in walk.variables((param.tree,)):
            if isinstance(var.type, Tensor) and (var.type.shape is None or var.type.dtype is None):
                what = f"Numba compiles for arguments of known types, and nothing is known of `{param.name}`"
                yield _at(function, what, "give example arguments, or on the command line their types: --args")
                return
    for free in function.free:
        if free.kind not in ("global", "cell") and "." in free.spelling:
            yield _at(function, f"Numba does not read `{free.spelling}`", "pass it as an argument")


def _results(function: Function) -> Iterator[Problem]:
    yield from _containers(function, "the result", function.result)


def _containers(function: Function, what: str, tree: Arg) -> Iterator[Problem]:
    if not isinstance(tree, Pack):
        return
    if tree.kind not in ("tuple", "namedtuple"):
        kind = tree.kind if tree.kind != "record" else getattr(tree.cls, "__name__", "object")
        yield _at(function, f"Numba has no {kind} like {what}", "use tuples, named tuples and arrays")
        return
    for item in tree.items:
        yield from _containers(function, what, item)


def _at(function: Function, what: str, remedy: str) -> Problem:
    return problem_at(function.loc, what, remedy)


def _nodes(function: Function) -> Iterator[Problem]:
    for node in walk.all_nodes(function.block):
        what = _wrong_with(node)
        if what:
            yield problem_at(node.loc, what, _REMEDY)


def _wrong_with(node: Node) -> str:
    """What Numba does not compile in a node; nothing when it does."""
    if isinstance(node, Try):
        return "Numba does not say which exception a `try` caught"
    if isinstance(node, Call):
        return f"Numba does not compile the adjoint of `{node.callee.name}`, which calls itself"
    if not isinstance(node, Eqn):
        return ""
    return _wrong_call(node) or next(filter(None, map(_wrong_argument, walk.operands(node))), "")


def _wrong_call(node: Eqn) -> str:
    prim = node.prim
    head, _, rest = prim.partition(".")
    keywords = [k for k, _ in node.kwargs]
    if head in _OPERATORS or prim in _OWN or prim == "builtins.format" and _is_plain(node):
        return _wrong_operands(node)
    if head == "builtins" and rest in _BUILTINS or head == "math" and rest in _MATH or head == "ndarray" and rest in _METHODS:
        return f"Numba does not take the keyword `{keywords[0]}` of `{rest}`" if keywords else ""
    if head == "numpy" and rest in _UFUNCS:
        return f"Numba does not take the keyword `{keywords[0]}` of `np.{rest}`" if keywords else ""
    if head == "numpy" and rest in _FUNCTIONS:
        extra = [k for k in keywords if k not in _FUNCTIONS[rest]]
        if len(node.args) > _POSITIONS.get(rest, len(node.args)):
            return f"Numba does not take so many arguments of `np.{rest}`"
        return f"Numba does not take the keyword `{extra[0]}` of `np.{rest}`" if extra else ""
    if head == "numpy" and rest.startswith("random."):
        return ""
    if head == "into":
        return "Numba does not write the result of an operation into an array, as style='fast' does: leave the style out"
    if head == "runtime":
        return f"the derivative needs the helper `{rest}` here, which Numba does not compile"
    shown = {"numpy": f"np.{rest}", "builtins": rest}.get(head, prim)
    return f"Numba does not compile `{shown}`"


def _is_plain(node: Eqn) -> bool:
    return all(spec == Lit("") for spec in node.args[1:])


def _wrong_operands(node: Eqn) -> str:
    if node.prim not in ("operator.matmul", "inplace.matmul"):
        return ""
    for arg in node.args:
        kind = None if isinstance(arg, Pack) else type_of(arg)
        if isinstance(kind, Tensor) and (kind.rank is None or kind.rank > 2):
            return "Numba multiplies vectors and matrices only, not stacks of them"
    return ""


def _wrong_argument(arg: Arg) -> str:
    if isinstance(arg, Pack):
        if arg.kind in ("dict", "record"):
            return f"Numba has no {'dict' if arg.kind == 'dict' else 'object'} like this"
        return next(filter(None, map(_wrong_argument, arg.items)), "")
    if isinstance(arg, Var):
        kind: Any = arg.type
        while isinstance(kind, Seq) and kind.item is not None:
            kind = kind.item
        return "Numba compiles for known types, and the rank of a value here is not known" if _is_vague(kind) else ""
    value = arg.value
    plain = value is None or value is Ellipsis or isinstance(value, (bool, int, float, complex, str, slice, tuple, np.generic, np.dtype, np.ndarray))
    is_class = isinstance(value, type) and (issubclass(value, (np.generic, BaseException)) or hasattr(builtins, value.__name__))
    return "" if plain or is_class or repr(value) == "undefined" else f"Numba does not know `{arg.name or value!r}`"


def _is_vague(kind: Any) -> bool:
    return isinstance(kind, Tensor) and (kind.shape is None or kind.dtype is None)
