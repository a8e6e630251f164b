"""What the functions of SciPy return, for those that trying on small arrays does not settle."""

from __future__ import annotations

import functools
from typing import Any, Callable

from ..ir.primitives import python_function
from ..ir.syntax import Lit, Pack
from ..ir.types import Sym, Tensor, broadcast_shapes
from ..rules.catalogue import rule_for
from . import matrices
from .elementwise import elementwise
from .kinds import Site, Unknown, literal, scalar_result, tensor_of
from .shapes import axes_of, reduced

Results = tuple  # of Type or Lit
Handler = Callable[[Site], Results]

# Functions of scipy.special that are elementwise but no ufuncs.
_ELEMENTWISE = frozenset(
    "polygamma zeta comb factorial factorial2 multigammaln lambertw spherical_jn spherical_yn spherical_in spherical_kn "
    "softplus".split()
)

_OF_DISTRIBUTIONS = frozenset("pdf logpdf pmf logpmf cdf logcdf sf logsf ppf isf".split())


def handler_of(prim: str) -> Handler | None:
    """The handler of a function of SciPy, or None when it is probed."""
    found = _HANDLERS.get(prim)
    if found is not None:
        return found
    module, _, name = prim.rpartition(".")
    if module == "scipy.special" and name in _ELEMENTWISE:
        return _elementwise(prim)
    if module.startswith("scipy.stats.") and name in _OF_DISTRIBUTIONS and rule_for(prim) is not None:
        # Those without a rule may be of several dimensions.
        return _elementwise(prim)
    return None


def _elementwise(prim: str) -> Handler:
    """Flags among the keywords keep their values, all other arguments are operands."""

    def handle(site: Site) -> Results:
        flags = tuple((k, v.value) for k, v in site.kwargs.items() if isinstance(v, Lit) and isinstance(v.value, (bool, str)))
        operands = tuple((k, v) for k, v in site.kwargs.items() if k not in dict(flags))
        return elementwise(_with_flags(prim, flags))(Site(prim, site.args, operands, site.certain))

    return handle


@functools.cache
def _with_flags(prim: str, flags: tuple[tuple[str, Any], ...]) -> Callable[..., Any]:
    function = python_function(prim)
    if function is None:
        raise Unknown
    return functools.partial(function, **dict(flags)) if flags else function


def _logsumexp(site: Site) -> Results:
    signed = bool(literal(site.arg(4, "return_sign", False)))
    x = site.tensor(0, "a")
    b = site.arg(2, "b")
    shapes = [x.shape] if b == Lit(None) else [x.shape, tensor_of(b, site.certain).shape]
    dtype = x.dtype if b == Lit(None) and x.dtype in ("float32", "float64") else None
    shape = broadcast_shapes(shapes, site.certain)
    if shape is None:
        return (Tensor(dtype, None, None),) * (2 if signed else 1)
    out = reduced(shape, axes_of(site.arg(1, "axis"), len(shape)), bool(literal(site.arg(3, "keepdims", False))))
    return (scalar_result(dtype, out, "np"),) * (2 if signed else 1)


def _same_shape(site: Site) -> Results:
    """An array like the first operand, of floats."""
    x = site.tensor(0, "x")
    return (Tensor(_floating(x), x.shape, "nd" if x.shape else None),)


def _floating(x: Tensor) -> str | None:
    return x.dtype if x.dtype in ("float32", "float64", "complex64", "complex128") else None


def _solve(site: Site) -> Results:
    """SciPy solves for one vector or several, in the shape of the right-hand side."""
    a, b = site.tensor(0, "a"), site.tensor(1, "b")
    dtype = _product(a, b)
    if a.rank is not None and a.rank != 2:
        raise Unknown
    return (Tensor(dtype, b.shape, "nd" if b.shape is not None else None),)


def _spsolve(site: Site) -> Results:
    b = site.tensor(1, "b")
    return (Tensor(b.dtype if b.dtype == "float64" else None, b.shape, "nd" if b.shape is not None else None),)


def _product(*operands: Tensor) -> str | None:
    """The dtype of what is made of several operands; None unless all are floats of one precision."""
    names = {_floating(x) for x in operands}
    return names.pop() if len(names) == 1 else None


def _with_factors(position: int) -> Handler:
    """A solve with factors: the right-hand side at a position decides on the shape."""

    def handle(site: Site) -> Results:
        b = site.tensor(position, "b")
        factors = site.args[0]
        if not isinstance(factors, Pack):
            raise Unknown
        return (Tensor(_product(b, tensor_of(factors.items[0])), b.shape, "nd" if b.shape is not None else None),)

    return handle


def _banded(site: Site) -> Results:
    b = site.tensor(2, "b")
    return (Tensor(_product(site.tensor(1, "ab"), b), b.shape, "nd" if b.shape is not None else None),)


def _banded_symmetric(site: Site) -> Results:
    b = site.tensor(1, "b")
    return (Tensor(_product(site.tensor(0, "ab"), b), b.shape, "nd" if b.shape is not None else None),)


def _cho_factor(site: Site) -> Results:
    a = site.tensor()
    return Tensor(_floating(a), a.shape, "nd" if a.shape is not None else None), Lit(literal(site.arg(1, "lower", False)))


def _lu_factor(site: Site) -> Results:
    a = site.tensor()
    pivots = None if a.shape is None else a.shape[:-1]
    form = "nd" if a.shape is not None else None
    return Tensor(_floating(a), a.shape, form), Tensor("int32", pivots, form)


def _like(*positions: int, dtypes: tuple[str, ...] = ("float64",)) -> Handler:
    """The shape of the last of some operands, and the dtype of them all where it is one that is kept."""

    def handle(site: Site) -> Results:
        operands = [site.tensor(i) for i in positions]
        shape, dtype = operands[-1].shape, _product(*operands)
        return (Tensor(dtype if dtype in dtypes else None, shape, "nd" if shape is not None else None),)

    return handle


def _eigh(site: Site) -> Results:
    x = site.tensor()
    values = bool(literal(site.arg(9, "eigvals_only", False)))
    if site.kwargs.get("subset_by_index", Lit(None)) != Lit(None) or site.kwargs.get("subset_by_value", Lit(None)) != Lit(None):
        return (Tensor(None, None, None),) * (1 if values else 2)
    found = matrices.square("r" if values else "rm")(Site(site.prim, (site.arg(0, "a"),), (), site.certain))
    if site.arg(1, "b") != Lit(None) and x.dtype != "float64":
        return tuple(Tensor(None, t.shape, t.form) for t in found)
    return found


def _eigvalsh(site: Site) -> Results:
    return matrices.square("r")(Site(site.prim, (site.arg(0, "a"),), (), site.certain))


def _eig(site: Site) -> Results:
    """The values are complex; whether the vectors are depends on them."""
    if len(site.args) > 1 or set(site.kwargs) - {"check_finite"}:
        raise Unknown
    values, vectors = matrices.square("rm")(site)
    assert isinstance(values, Tensor) and isinstance(vectors, Tensor)
    form = "nd" if values.shape is not None else None
    return Tensor("complex128" if values.dtype == "float64" else None, values.shape, form), Tensor(None, vectors.shape, form)


def _lstsq(site: Site) -> Results:
    """The residuals of one right-hand side are a number, or empty where the matrix has no full rank."""
    solution, residuals, _, values = matrices.lstsq(Site(site.prim, site.args[:2], (), site.certain))
    assert isinstance(residuals, Tensor)
    return solution, Tensor(residuals.dtype, None, None), Tensor("int32", (), None), values


def _svd(site: Site) -> Results:
    whole = site.arg(1, "full_matrices", True)
    return matrices.svd(Site(site.prim, (site.arg(0, "a"), whole, site.arg(2, "compute_uv", True)), (), site.certain))


def _polar(site: Site) -> Results:
    a = site.tensor()
    if a.shape is None:
        return Tensor(_floating(a), None, None), Tensor(_floating(a), None, None)
    size = a.shape[-1 if literal(site.arg(1, "side", "right")) == "right" else -2]
    return Tensor(_floating(a), a.shape, "nd"), Tensor(_floating(a), (size, size), "nd")


def _qr(site: Site) -> Results:
    mode = literal(site.arg(3, "mode", "full"))
    if literal(site.arg(4, "pivoting", False)) or mode == "raw":
        raise Unknown
    word = {"full": "complete", "economic": "reduced", "r": "r"}[mode]
    found = matrices.qr(Site(site.prim, (site.arg(0, "a"), Lit(word)), (), site.certain))
    if mode == "r":
        raise Unknown
    return found


def _first(handler: Handler, count: int = 1) -> Handler:
    """The handler applied to the leading arguments alone."""

    def handle(site: Site) -> Results:
        return handler(Site(site.prim, site.args[:count], (), site.certain))

    return handle


def _norm(site: Site) -> Results:
    kwargs = tuple((k, v) for k, v in site.kwargs.items() if k != "check_finite")
    return matrices.norm(Site(site.prim, site.args, kwargs, site.certain))


def _multivariate_normal(site: Site) -> Results:
    x = site.tensor(0, "x")
    mean, cov = site.arg(1, "mean"), site.arg(2, "cov", 1)
    sizes = [tensor_of(v).shape for v in (mean, cov) if v != Lit(None)]
    if x.shape is None or not x.shape or all(not s for s in sizes):
        raise Unknown
    if any(s and s[-1] == 1 for s in sizes):
        raise Unknown
    return (scalar_result("float64", x.shape[:-1], "np"),)


def _dirichlet(site: Site) -> Results:
    """One number for each column of shares."""
    x = site.tensor(0, "x")
    if not x.shape:
        raise Unknown
    return (scalar_result("float64", x.shape[1:], "np"),)


def _multinomial(site: Site) -> Results:
    """One number for each row of counts, or of probabilities."""
    x, p = site.tensor(0, "x"), site.tensor(2, "p")
    if not x.shape or not p.shape or len(x.shape) > 1 and len(p.shape) > 1:
        raise Unknown
    return (scalar_result("float64", x.shape[:-1] or p.shape[:-1], "np"),)


def _spectrum(operands: int, dtype: str | None) -> Handler:
    """The frequencies, and a value for each of them along the last axis."""

    def handle(site: Site) -> Results:
        x = site.tensor(0, "x")
        length = literal(site.arg(operands + 2, "nperseg"))
        if not x.shape or not isinstance(length, int) or literal(site.arg(operands + 7, "axis", -1)) != -1:
            raise Unknown
        count = length // 2 + 1
        single = x.dtype == "float32"
        kind = (x.dtype if dtype is None else "complex64" if single else dtype)
        return Tensor("float64", (count,)), Tensor(kind, (*x.shape[:-1], count))

    return handle


def _filter(site: Site) -> Results:
    """The design of a filter: sections, two polynomials, or zeros, poles and a factor."""
    form = literal(site.kwargs.get("output", Lit("ba")))
    if form == "sos":
        return (Tensor("float64", (Sym("m"), 6)),)
    if form != "ba":
        raise Unknown
    return (Tensor("float64", (Sym("m"),)), Tensor("float64", (Sym("m"),)))


def _window(site: Site) -> Results:
    return (Tensor("float64", (Sym("m"),)),)


def _number(site: Site) -> Results:
    return (scalar_result("float64", (), "np"),)


def _statistic(function: str) -> Handler:
    """A statistic of a sample along an axis; SciPy gives a scalar where no axis is left."""

    def handle(site: Site) -> Results:
        x = site.tensor(0, "a")
        if x.shape is None or x.dtype != "float64":
            raise Unknown
        axes = axes_of(site.arg(_AXIS[function], "axis", 0), len(x.shape))
        keepdims = bool(literal(site.kwargs.get("keepdims", Lit(False))))
        return (scalar_result("float64", reduced(x.shape, axes, keepdims), "np"),)

    return handle


_AXIS = {"gmean": 1, "hmean": 1, "sem": 1, "skew": 1, "kurtosis": 1, "entropy": 3}

_MATRIX = _first(matrices.square("m"))

_HANDLERS: dict[str, Handler] = {
    "scipy.special.logsumexp": _logsumexp,
    "scipy.special.softmax": _same_shape,
    "scipy.special.log_softmax": _same_shape,
}
_LINALG: dict[str, Handler] = {
    "solve": _solve, "solve_triangular": _solve, "inv": _MATRIX, "norm": _norm,
    "pinv": _first(matrices.pinv), "cholesky": _MATRIX, "cho_factor": _cho_factor, "cho_solve": _with_factors(1),
    "lu_factor": _lu_factor, "lu_solve": _with_factors(1), "lu": _first(matrices.square("mmm")), "eigh": _eigh,
    "eigvalsh": _eigvalsh, "eig": _eig, "svd": _svd, "qr": _qr, "polar": _polar, "lstsq": _lstsq, "expm": _MATRIX,
    "logm": _like(0, dtypes=()), "sqrtm": _like(0, dtypes=()), "expm_frechet": _like(0, 1),
    "solve_sylvester": _like(0, 1, 2), "solve_continuous_lyapunov": _like(0, 1), "solve_discrete_lyapunov": _like(0, 1),
    "solve_banded": _banded, "solveh_banded": _banded_symmetric,
}  # fmt: skip
for _name in ("sinm", "cosm", "sinhm", "coshm"):
    _LINALG[_name] = _like(0, dtypes=())
_HANDLERS["scipy.sparse.linalg.spsolve"] = _spsolve
for _name in ("pdf", "logpdf"):
    _HANDLERS[f"scipy.stats.multivariate_normal.{_name}"] = _multivariate_normal
    _HANDLERS[f"scipy.stats.dirichlet.{_name}"] = _dirichlet
for _name in ("pmf", "logpmf"):
    _HANDLERS[f"scipy.stats.multinomial.{_name}"] = _multinomial
_HANDLERS["scipy.stats.multivariate_normal.entropy"] = _number
_HANDLERS["scipy.signal.welch"] = _spectrum(1, None)
_HANDLERS["scipy.signal.csd"] = _spectrum(2, "complex128")
for _name in ("butter", "cheby1", "cheby2", "ellip", "bessel", "iirfilter"):
    _HANDLERS[f"scipy.signal.{_name}"] = _filter
for _name in ("firwin", "firwin2", "firls", "remez", "get_window", "savgol_coeffs"):
    _HANDLERS[f"scipy.signal.{_name}"] = _window
for _name in _AXIS:
    _HANDLERS[f"scipy.stats.{_name}"] = _statistic(_name)
_HANDLERS["scipy.stats.zscore"] = _like(0)
_HANDLERS.update({f"scipy.linalg.{name}": handler for name, handler in _LINALG.items()})
