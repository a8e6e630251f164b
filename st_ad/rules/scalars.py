"""Python's numbers: the math module and the builtins."""

import math

from ..ir.syntax import Lit, Pack
from .notation import Generation, constant, definition, elementwise, linear, refuse, rule

elementwise("math.sin(x)", "math.cos(x)")
elementwise("math.cos(x)", "-math.sin(x)")
elementwise("math.tan(x)", "1.0 + y * y")
elementwise("math.asin(x)", "1.0 / math.sqrt(1.0 - x * x)", singular=True)
elementwise("math.acos(x)", "-1.0 / math.sqrt(1.0 - x * x)", singular=True)
elementwise("math.atan(x)", "1.0 / (1.0 + x * x)")
elementwise(
    "math.atan2(a, b)", "b / (a * a + b * b) if a or b else 0.0", "-a / (a * a + b * b) if a or b else 0.0"
)
elementwise("math.sinh(x)", "math.cosh(x)")
elementwise("math.cosh(x)", "math.sinh(x)")
elementwise("math.tanh(x)", "1.0 - y * y")
elementwise("math.asinh(x)", "1.0 / math.sqrt(x * x + 1.0)")
elementwise("math.acosh(x)", "1.0 / math.sqrt(x * x - 1.0)", singular=True)
elementwise("math.atanh(x)", "1.0 / (1.0 - x * x)")
elementwise("math.exp(x)", "y")
elementwise("math.exp2(x)", "math.log(2.0) * y")
elementwise("math.expm1(x)", "y + 1.0")
elementwise("math.log(x, base=None)", "1.0 / x", when="base is None")
elementwise("math.log(x, base=None)", "1.0 / (x * math.log(base))", "-y / (base * math.log(base))")
elementwise("math.log2(x)", "1.0 / (math.log(2.0) * x)")
elementwise("math.log10(x)", "1.0 / (math.log(10.0) * x)")
elementwise("math.log1p(x)", "1.0 / (1.0 + x)")
elementwise("math.sqrt(x)", "0.5 / y", singular=True)
elementwise("math.cbrt(x)", "1.0 / (3.0 * y * y)", singular=True)
elementwise("math.pow(a, b)", "b * math.pow(a, b - 1.0)", None, when="literal(b) and b != 0", singular=True)
elementwise("math.pow(a, b)", "b * math.pow(a, b - 1.0) if b else 0.0", "y * math.log(a) if a else 0.0")
elementwise("math.degrees(x)", "180.0 / math.pi")
elementwise("math.radians(x)", "math.pi / 180.0")
elementwise("math.fabs(x)", "math.copysign(1.0, x) if x else 0.0")
elementwise("math.copysign(a, b)", "math.copysign(1.0, a) * math.copysign(1.0, b) if a else 0.0", "0.0")
elementwise("math.fmod(a, b)", "1.0", "-float(int(a / b))")
elementwise("math.remainder(a, b)", "1.0", "(y - a) / b")
elementwise("math.ldexp(a, b)", "math.ldexp(1.0, b)", None)
elementwise("math.fma(a, b, c)", "b", "a", "1.0")
elementwise("math.erf(x)", "2.0 / math.sqrt(math.pi) * math.exp(-x * x)")
elementwise("math.erfc(x)", "-2.0 / math.sqrt(math.pi) * math.exp(-x * x)")
elementwise("math.gamma(x)", "y * polygamma(0, x)")
elementwise("math.lgamma(x)", "polygamma(0, x)")
constant(
    "math.floor", "math.ceil", "math.trunc", "math.isfinite", "math.isinf", "math.isnan", "math.isclose", "math.gcd",
    "math.lcm", "math.comb", "math.perm", "math.factorial", "math.isqrt", "math.nextafter", "math.ulp",
)  # fmt: skip


@rule("math.modf(x)")
def modf(x, y, y_bar):
    """The integral part is piecewise constant."""
    return y_bar[0]


@rule("math.frexp(x)")
def frexp(x, y, y_bar):
    """The exponent is piecewise constant; the mantissa is x scaled by a power of two."""
    return math.ldexp(y_bar[0], -y[1])


@rule("divmod(a, b)")
def divmod_(a, b, y, y_bar):
    """The quotient is piecewise constant; the remainder is a - quotient * b."""
    return y_bar[1], -y[0] * y_bar[1]


@definition("math.dist(p, q)", when="is_display(p) and is_display(q)")
def dist(p, q):
    """The length of the difference."""
    return math.hypot(*[a - b for a, b in zip(p, q)])


@definition("math.prod(x, start=1)", when="is_display(x)")
def prod(x, start):
    """One factor after the other."""
    product = start
    for factor in x:
        product = product * factor
    return product


@definition("math.sumprod(p, q)", when="is_display(p) and is_display(q)")
def sumprod(p, q):
    """The sum of the products."""
    return sum([a * b for a, b in zip(p, q)])


for _call in ("math.dist(p, q)", "math.prod(x, start=1)", "math.sumprod(p, q)"):
    refuse(_call, "write the numbers as a list or tuple, or use NumPy's function for an array")

elementwise("float(x)", "1.0")
elementwise("complex(a, b=0.0)", "1.0", "1.0j")
elementwise("abs(x)", "np.sign(x)", when="is_real(x)")
elementwise("abs(x)", "np.conjugate(x) / (y + (y == 0))", forward="np.real(np.conjugate(x) * x_dot) / (y + (y == 0))")
constant(
    "int", "bool", "round", "len", "range", "isinstance", "any", "all", "str", "repr", "format", "id", "hash"
)


def _each_coordinate(g: Generation) -> Pack:
    """The slope of a length along each coordinate, 0 at the origin."""
    build = g.builder
    coordinates = g.bound["coordinates"]
    assert isinstance(coordinates, Pack)
    length = build.emit("operator.add", g.y, build.emit("operator.eq", g.y, Lit(0)))
    return Pack("tuple", tuple(build.emit("operator.truediv", c, length) for c in coordinates.items))


elementwise("math.hypot(*coordinates)", _each_coordinate)


def _largest(g: Generation) -> Pack:
    return _choice(g, "operator.gt", "numpy.argmax")


def _smallest(g: Generation) -> Pack:
    return _choice(g, "operator.lt", "numpy.argmin")


def _choice(g: Generation, beats: str, search: str) -> Pack:
    """1 for the argument that Python returns, the first of the extreme ones, 0 for the others."""
    build = g.builder
    args = g.bound["args"]
    assert isinstance(args, Pack)
    if len(args.items) == 2:
        first, second = args.items
        taken = build.emit(beats, second, first)
        return Pack("tuple", (build.emit("operator.not_", taken), taken))
    where = build.emit(search, Pack("list", args.items))
    return Pack("tuple", tuple(build.emit("operator.eq", where, Lit(i)) for i in range(len(args.items))))


for _name, _which in (("max", _largest), ("min", _smallest)):
    elementwise(f"{_name}(*args)", _which, when="len(args) > 1")
    refuse(
        f"{_name}(*args)", f"the builtin {_name} of one array or list: write np.{_name}, which shares ties"
    )


def _sum_bar(g: Generation) -> Pack:
    x = g.bound["x"]
    assert isinstance(x, Pack)
    return Pack(x.kind, (g.y_bar,) * len(x.items))


linear("sum(x, start=0)", _sum_bar, when="is_display(x)", forward="sum(x_dot)")
linear(
    "sum(x, start=0)", "np.broadcast_to(y_bar, np.shape(x))", when="ndim(x) is not None", forward="sum(x_dot)"
)
linear("sum(x, start=0)", "[y_bar] * len(x)", forward="sum(x_dot)")
linear("math.fsum(x)", _sum_bar, when="is_display(x)")
linear("math.fsum(x)", "np.broadcast_to(y_bar, np.shape(x))", when="ndim(x) is not None")
linear("math.fsum(x)", "[y_bar] * len(x)")
