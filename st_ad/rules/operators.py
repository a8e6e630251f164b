"""Python's operators."""

from .notation import constant, elementwise, linear

linear("a + b", "y_bar[:len(a)]", "y_bar[len(a):]", when="is_list(a) and is_list(b)")
elementwise("a + b", "1.0", "1.0")
elementwise("a - b", "1.0", "-1.0")
linear("a * b", "add_repeats(y_bar, len(a))", None, when="is_list(a)")
linear("a * b", None, "add_repeats(y_bar, len(b))", when="is_list(b)")
elementwise("a * b", "b", "a")
elementwise("a / b", "1.0 / b", "-y / b", singular=True)
elementwise("-x", "-1.0")
elementwise("+x", "1.0")

# A constant exponent is never differentiated, so `x ** 2` never computes log(x).
_POWER = (
    ("literal(b) and b == 0", ("0.0", None), False),
    ("literal(b) and b == 1", ("1.0", None), False),
    ("literal(b) and b == 2", ("2.0 * a", None), False),
    ("literal(b) and b == 0.5", ("0.5 / y", None), True),
    ("literal(b) and b == -1", ("-y * y", None), True),
    ("literal(b) and b > 1", ("b * a ** (b - 1)", None), False),
    ("literal(b)", ("b * a ** (b - 1)", None), True),
    ("literal(a) and a > 0", (None, "y * np.log(a)"), False),
    # 0 ** 0 has the slope 0 in both directions; a negative base has none in the exponent (nan).
    (None, ("b * a ** np.where(b == 0, 1.0, b - 1)", "y * np.log(np.where(a == 0, 1.0, a))"), True),
)
for _when, _partials, _singular in _POWER:
    for _template in ("a ** b", "pow(a, b)", "np.power(a, b)", "np.float_power(a, b)"):
        elementwise(_template, *_partials, when=_when, singular=_singular)

elementwise("a % b", "1.0", "-(a // b)")
constant("a // b", "a & b", "a | b", "a ^ b", "a << b", "a >> b", "~x", "not x")
constant(
    "a < b", "a <= b", "a > b", "a >= b", "a == b", "a != b", "a is b", "a is not b", "a in b", "a not in b"
)
