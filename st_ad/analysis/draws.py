"""The types of random draws; the functions are never run to find out, since that would change what is drawn."""

from __future__ import annotations

import random
from typing import Callable

import numpy as np

from ..ir import walk
from ..ir.syntax import Arg, Block, Eqn, Lit, Pack, Var
from ..ir.types import FLOAT, INT, Dim, Opaque, Tensor, broadcast_shapes
from .kinds import Site, Unknown, dtype_of, tensor_of
from .shapes import dim_of, dims_of, known_shape

Results = tuple  # of Type or Lit

_GENERATORS = ("numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.Generator", "random.Random")


def is_drawing(block: Block) -> bool:
    """Whether a program draws random numbers that are others when it is run again."""
    nodes = [n for n in walk.all_nodes(block) if isinstance(n, Eqn)]
    seeded = {v for n in nodes if n.prim in _GENERATORS and n.args and n.args[0] != Lit(None) for v in n.outs}
    return any(_draws(n, seeded) for n in nodes if not seeded.intersection(n.outs))


def _draws(node: Eqn, seeded: set[Var]) -> bool:
    if node.prim != "call":
        return node.prim.startswith(("numpy.random.", "random."))
    called, *args = node.args
    receiver = args[0] if args else None
    if isinstance(receiver, Var) and repr(receiver.type) in ("Generator", "RandomState", "Random"):
        return receiver not in seeded
    return isinstance(called, Lit) and isinstance(getattr(called.value, "__self__", None), random.Random)


_INTEGERS = ("randint", "randrange", "getrandbits")


def drawn_by_python(args: tuple[Arg, ...]) -> Results | None:
    """What a "call" of a method of `random.Random` gives."""
    method = args[0].value if args and isinstance(args[0], Lit) else None
    if not isinstance(getattr(method, "__self__", None), random.Random) or method is None:
        return None
    if method.__name__ == "seed":
        return (Opaque("inert"),)
    return (INT if method.__name__ in _INTEGERS else FLOAT,)


def _sized(size: Arg, dtype: str, parameters: list[Tensor]) -> Results:
    """A Python number without a size and array parameters, else an array."""
    if not (isinstance(size, Lit) and size.value is None):
        return (Tensor(dtype, dims_of(size)),)
    shape = broadcast_shapes([p.shape for p in parameters])
    if shape is None:
        return (Tensor(dtype, None, None),)
    return (Tensor(dtype, shape, "nd" if shape else "py"),)


def _by_lengths(site: Site) -> Results:
    """`rand(3, 4)`, `randn(3, 4)`."""
    dims: tuple[Dim, ...] = tuple(dim_of(a) for a in site.args)
    return (Tensor("float64", dims, "nd" if dims else "py"),)


def _by_size(parameters: int, dtype: str = "float64") -> Callable[[Site], Results]:
    """Functions of some parameters and then a size."""

    def handle(site: Site) -> Results:
        given = [tensor_of(a) for a in site.args[:parameters]]
        given += [tensor_of(v) for k, v in site.kwargs.items() if k not in ("size", "dtype")]
        return _sized(site.arg(parameters, "size"), dtype, given)

    return handle


def _randint(site: Site) -> Results:
    dtype = dtype_of(site.arg(3, "dtype")) or np.dtype(int).name
    return _sized(site.arg(2, "size"), dtype, [tensor_of(a) for a in site.args[:2]])


def _permutation(site: Site) -> Results:
    x = site.args[0]
    if isinstance(x, Pack):
        raise Unknown
    kind = tensor_of(x)
    if kind.shape == ():
        return (Tensor("int64", (dim_of(x),)),)
    return (Tensor(kind.dtype, known_shape(kind)),)


def _choice(site: Site) -> Results:
    """Whole numbers below a number, or items of an array along an axis."""
    x, size = tensor_of(site.arg(0, "a")), site.arg(1, "size")
    if x.shape is None:
        return (Tensor(x.dtype, None, None),)
    dims = () if isinstance(size, Lit) and size.value is None else dims_of(size)
    dtype, rest = ("int64", ()) if x.shape == () else (x.dtype, x.shape[1:])
    shape = (*dims, *rest)
    return (Tensor(dtype, shape, "nd" if shape else "py" if x.shape == () else "np"),)


def _vectors(site: Site) -> Results:
    """Vectors, as many as `size` says."""
    mean = tensor_of(site.args[0])
    size = site.arg(1 if site.prim.endswith("dirichlet") else 2, "size")
    dims = () if isinstance(size, Lit) and size.value is None else dims_of(size)
    return (Tensor("float64", (*dims, *known_shape(mean))),)


HANDLERS: dict[str, Callable[[Site], Results]] = {
    "numpy.random.rand": _by_lengths,
    "numpy.random.randn": _by_lengths,
    "numpy.random.randint": _randint,
    "numpy.random.permutation": _permutation,
    "numpy.random.choice": _choice,
    "numpy.random.multivariate_normal": _vectors,
    "numpy.random.dirichlet": _vectors,
}
HANDLERS["numpy.random.default_rng"] = lambda site: (Opaque("Generator"),)
HANDLERS["numpy.random.RandomState"] = lambda site: (Opaque("RandomState"),)
HANDLERS["numpy.random.integers"] = _randint
HANDLERS["numpy.random.triangular"] = _by_size(3)
for _name in (
    "random",
    "random_sample",
    "ranf",
    "sample",
    "standard_normal",
    "standard_cauchy",
    "standard_exponential",
):
    HANDLERS[f"numpy.random.{_name}"] = _by_size(0)
for _name in (
    "exponential",
    "rayleigh",
    "weibull",
    "pareto",
    "power",
    "standard_gamma",
    "standard_t",
    "chisquare",
):
    HANDLERS[f"numpy.random.{_name}"] = _by_size(1)
for _name in (
    "normal",
    "uniform",
    "laplace",
    "logistic",
    "lognormal",
    "gumbel",
    "gamma",
    "beta",
    "vonmises",
    "wald",
    "f",
):
    HANDLERS[f"numpy.random.{_name}"] = _by_size(2)
HANDLERS["numpy.random.poisson"] = _by_size(1, "int64")
HANDLERS["numpy.random.geometric"] = _by_size(1, "int64")
HANDLERS["numpy.random.binomial"] = _by_size(2, "int64")
