"""The words in which derivatives are written: elementwise, linear, multilinear, rule, definition, constant, refuse.

A template is a call as a user would write it, `np.sum(x, axis=None)` or `a + b`; its parameter names may be used
in the formulas, besides `y` (the result), `y_bar` (its adjoint), `np`, `math` and the functions of `st_ad.runtime`.

    elementwise   a partial per parameter: x_bar = y_bar * partial, y_dot = sum of partial * x_dot (real part when
                  one side is real). The transform un-broadcasts.
    linear        y is linear in the parameters that have a formula, jointly: y_dot is the function itself applied to
                  their tangents. The formula gives the adjoint of the parameter.
    multilinear   y is linear in each parameter that has a formula, separately.
    rule          a function (params..., y, y_bar) that returns the adjoints of the leading parameters. With several
                  results y and y_bar are tuples; y_bar has None where a result's adjoint is known to be zero.
    definition    a function (params...) that computes the same from functions that have rules: where the call is
                  active, its definition stands in its place.
    constant      the derivative is zero.
    refuse        there is no derivative, for a reason.

Options of the first five:
    when="..."      decided when transformed; rules of one template are tried in order, the last is unconditional.
                    May use the parameters (their values when literal), ndim(x), literal(x), is_complex(x),
                    is_given(x) (an optional argument of default `...`).
    forward=(...)   for each parameter (a string stands for the first), what it adds to y_dot, as a template over
                    `x_dot`; for those maps that are not just the function itself.
    broadcast=True  the formulas return adjoints of a broadcast shape: the transform sums them to the parameter's.
    singular=True   the partial is infinite or nan at points where the function is finite; where y_bar may be an
                    exact zero there, the product must be `strong_product(y_bar, partial)`.
None as a formula says that the function does not depend on the parameter's value differentiably: it reads its
shape, or is piecewise constant in it. A parameter beyond the last formula is refused when it is active.
`Unknown("what to do")` in place of a formula refuses an active parameter.
A formula may be a function instead of a string: it is called with a `Generation` when the program is transformed.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Callable, Union

from ..ir.syntax import Arg
from .names import changes, function_of, name_for, register
from .stated import check_stated, with_defaults

Formula = Union[str, Callable[["Generation"], Arg], "Unknown", None]


@dataclass(frozen=True)
class Generation:
    """What a formula that is a function is given: it appends equations to `builder` and returns the adjoint.

    `bound` has the arguments by parameter name; `name` is the parameter whose adjoint is wanted. When that
    argument is a Pack, the formula returns a Pack of as many adjoints (None where `wanted` is false).
    """

    builder: Any
    bound: dict[str, Arg]
    name: str
    y: Arg
    y_bar: Arg
    wanted: tuple[bool, ...] = ()
    prim: str = ""


@dataclass(frozen=True)
class Unknown:
    """Stands for a formula where the derivative exists and st_ad does not have it."""

    remedy: str


@dataclass(frozen=True)
class Variant:
    """The formulas of one case, one per parameter; `forward` likewise, or empty when it is derived."""

    when: str | None
    formulas: tuple[Formula, ...]
    forward: tuple[Formula, ...] = ()
    broadcast: bool = False
    singular: bool = False
    function: Callable[..., Any] | None = None
    kind: str = ""
    reason: str = ""


@dataclass
class Rule:
    """All that is known about the derivative of one primitive. A variant has a kind of its own: the kind of the
    rule is that of its last variant."""

    prim: str
    kind: str
    template: str
    variants: list[Variant] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Why the function is refused, when it is in every case."""
        return self.variants[-1].reason

    @cached_property
    def signature(self) -> Any:
        """The parameters with their defaults, an inspect.Signature read from the template."""
        from .signatures import parse

        stated, function = parse(self.template, self.prim), function_of(self.prim)
        return stated if function is None else with_defaults(stated, function)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parameter names."""
        return tuple(self.signature.parameters)


RULES: dict[str, Rule] = {}

_OPERATORS = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "&": "and_", "|": "or_", "^": "xor", "<<": "lshift", ">>": "rshift", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
    "==": "eq", "!=": "ne", "is": "is_", "in": "in_",
}  # fmt: skip
# The first words of templates that stand for modules; those of SciPy are imported when a formula is used.
HEADS = {
    "np": "numpy", "special": "scipy.special", "linalg": "scipy.linalg", "stats": "scipy.stats", "signal": "scipy.signal",
    "fft": "scipy.fft", "ndimage": "scipy.ndimage", "integrate": "scipy.integrate", "interpolate": "scipy.interpolate",
    "optimize": "scipy.optimize", "sparse": "scipy.sparse", "spatial": "scipy.spatial",
}  # fmt: skip
_SIGNS = {"-": "neg", "+": "pos", "~": "invert"}


def prim_of_template(template: str) -> str:
    """The primitive that a template is about.

    >>> [prim_of_template(t) for t in ("np.linalg.inv(a)", "a ** b", "-x", "abs(x)", "widen(g, x)", "getitem(x, i)")]
    ['numpy.linalg.inv', 'operator.pow', 'operator.neg', 'builtins.abs', 'runtime.widen', 'getitem']
    """
    words = template.split()
    if len(words) == 3 and words[1] in _OPERATORS:
        return "operator." + _OPERATORS[words[1]]
    if template == "a is not b":
        return "operator.is_not"
    if template == "a not in b":
        return "operator.not_in"
    if words[0] == "not":
        return "operator.not_"
    if template[0] in _SIGNS:
        return "operator." + _SIGNS[template[0]]
    name = template.partition("(")[0]
    head, _, rest = name.partition(".")
    if rest and head in HEADS:
        return f"{HEADS[head]}.{rest}"
    if "." in name or name in ("getitem", "setitem", "accumulate", "accumulate_at", "axis_length", "exception"):
        return name
    return ("builtins." if hasattr(builtins, name) else "runtime.") + name


def _declare(kind: str, template: str, function: Callable[..., Any] | None, variant: Variant) -> Rule:
    if function is None:
        prim = prim_of_template(template)
    else:
        prim = name_for(function)
        register(function, prim)
    rule = RULES.get(prim)
    is_open = rule is not None and rule.variants and rule.variants[-1].when is not None
    if rule is None or not is_open or function is not None and rule.template != template:
        rule = RULES[prim] = Rule(prim, kind, template)
    changes[0] += 1
    rule.variants.append(replace(variant, kind=kind))
    rule.kind = kind
    return rule


def _split(first: Any, rest: tuple) -> tuple[Callable[..., Any] | None, str, tuple]:
    """A word may be given the function itself before the template, when it is one of the user."""
    if callable(first):
        if not rest:
            raise TypeError("a function of your own needs its call as well, such as 'f(x)'")
        return first, rest[0], rest[1:]
    if not isinstance(first, str):
        raise TypeError(f"expected a function or a call such as 'np.tanh(x)', not {first!r}")
    return None, first, rest


def _each(value: Any) -> tuple:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _word(kind: str, template: Any, formulas: tuple, when: str | None, forward: Any, **flags: Any) -> Rule:
    function, text, formulas = _split(template, formulas)
    if function is not None:
        check_stated(text, formulas)
    return _declare(kind, text, function, replace(Variant(when, formulas, _each(forward)), **flags))


def elementwise(
    template: Any, *partials: Any, when: str | None = None, forward: Any = None, singular: bool = False
) -> Rule:
    """State the partial derivatives of an elementwise function, one per parameter, None where there is none.

    Args:
        template: a call, such as "np.tanh(x)"; for a function of your own, the function and then the call.
        partials: NumPy expressions of the parameters and of `y`, the result; they broadcast as the function does.
        when: a condition on the arguments, such as "ndim(a) == 2", decided when a program is transformed; the first
            variant that holds is taken, so the last one has none.
        forward: an expression of the tangents (`x_dot`) as well, where the sum of the products is not to be computed so.
        singular: a partial may be infinite, and an adjoint of exactly 0 stays 0 there.

    Returns:
        The rule.

    >>> import numpy as np
    >>> from st_ad import elementwise, grad
    >>> def softplus(x):
    ...     return np.logaddexp(0.0, x)
    >>> _ = elementwise(softplus, "softplus(x)", "1.0 / (1.0 + np.exp(-x))")
    >>> float(grad(softplus)(0.0))
    0.5
    """
    return _word("elementwise", template, partials, when, forward, broadcast=True, singular=singular)


def linear(
    template: Any, *formulas: Any, when: str | None = None, forward: Any = None, broadcast: bool = False
) -> Rule:
    """State the transpose of a function that is linear in its first parameter (or in all that have a formula).

    Args:
        template: a call, such as "np.flip(x)"; for a function of your own, the function and then the call.
        formulas: for each parameter, a NumPy expression of the parameters, `y` and `y_bar`, the adjoint of the result,
            that gives its adjoint, of its shape and dtype. Forward mode is the function itself.
        when: a condition on the arguments, as for elementwise.
        forward: an expression of the tangents, where the function itself is not what they go through.
        broadcast: the formulas give adjoints of the broadcast shape, which are summed to that of the parameter.

    Returns:
        The rule.

    >>> import numpy as np
    >>> from st_ad import grad, linear
    >>> def turned(x):
    ...     return x[::-1]
    >>> _ = linear(turned, "turned(x)", "y_bar[::-1]")
    >>> grad(lambda x: turned(x)[0])(np.ones(3))
    array([0., 0., 1.])
    """
    return _word("linear", template, formulas, when, forward, broadcast=broadcast)


def multilinear(
    template: Any, *formulas: Any, when: str | None = None, forward: Any = None, broadcast: bool = False
) -> Rule:
    """State the transposes of a function that is linear in each of several parameters.

    Args:
        template: a call, such as "a @ b"; for a function of your own, the function and then the call.
        formulas: for each parameter, the expression of its adjoint, as for linear.
        when: a condition on the arguments, as for elementwise.
        forward: one expression of the tangents per parameter, where the function itself is not what they go through.
        broadcast: as for linear.

    Returns:
        The rule.

    >>> import numpy as np
    >>> from st_ad import grad, multilinear
    >>> def product(a, b):
    ...     return a @ b
    >>> _ = multilinear(product, "product(a, b)", "y_bar @ b.T", "a.T @ y_bar")
    >>> grad(lambda a: np.sum(product(a, a)))(np.eye(2))
    array([[2., 2.],
           [2., 2.]])
    """
    return _word("multilinear", template, formulas, when, forward, broadcast=broadcast)


def rule(
    template: Any, *call: str, when: str | None = None, forward: Any = None
) -> Callable[[Callable], Callable]:
    """State the adjoint of a function as a Python function of its parameters, `y` and `y_bar`.

    Args:
        template: a call with all parameters, such as "np.linalg.inv(a)".
        call: for a function of your own, that is the first argument, and the call the second.
        when: a condition on the arguments, as for elementwise.
        forward: expressions of the tangents, one per parameter; without them forward mode transposes the adjoint.

    Returns:
        A decorator. What it decorates is written in NumPy that st_ad differentiates; it takes the parameters by their
        names, then `y` (the result) and `y_bar` (its adjoint, of its shape), and gives the adjoint of the parameter, or
        a tuple of one for each of the first parameters, None for a constant.

    >>> import numpy as np
    >>> from st_ad import grad, rule
    >>> def inverse(a):
    ...     return np.linalg.inv(a)
    >>> @rule(inverse, "inverse(a)")
    ... def inverse_bar(a, y, y_bar):
    ...     return -y.T @ y_bar @ y.T
    >>> grad(lambda a: np.trace(inverse(a)))(2.0 * np.eye(2))
    array([[-0.25,  0.  ],
           [ 0.  , -0.25]])
    """
    function, text, _ = _split(template, call)
    if function is not None:
        check_stated(text, _each(forward))

    def declare(adjoint: Callable) -> Callable:
        _declare("rule", text, function, Variant(when, (), _each(forward), function=adjoint))
        return adjoint

    return declare


def definition(template: str, when: str | None = None) -> Callable[[Callable], Callable]:
    """State a function in terms of others that have rules, as a Python function of its parameters."""

    def declare(body: Callable) -> Callable:
        _declare("definition", template, None, Variant(when, (), function=body))
        return body

    return declare


def constant(*templates: Any, when: str | None = None) -> Any:
    """State that the derivative of functions is zero wherever it exists; also a decorator.

    Args:
        templates: names, such as "np.floor", calls, or functions of your own.
        when: a condition on the arguments, as for elementwise.

    Returns:
        The function, when it is given one function.

    >>> import numpy as np
    >>> from st_ad import constant, grad
    >>> @constant
    ... def scale(x):
    ...     return np.max(np.abs(x))
    >>> grad(lambda x: np.sum(x / scale(x)))(np.array([1.0, 2.0]))
    array([0.5, 0.5])
    """
    for template in templates:
        function = template if callable(template) else None
        text = template.__name__ if callable(template) else template
        _declare("constant", _any_call(text), function, Variant(when, ()))
    return templates[0] if len(templates) == 1 and callable(templates[0]) else None


def refuse(template: Any, *reason: str, when: str | None = None) -> None:
    """State that a function has no derivative, why, and what to do instead.

    Args:
        template: a name, such as "np.linalg.matrix_rank", or a call; for a function of your own, the function, and then
            the call where `when` needs its parameters.
        reason: what the message says: why, and what to write instead.
        when: a condition on the arguments, as for elementwise.

    >>> from st_ad import NoRuleError, grad, refuse
    >>> def lookup(x):
    ...     return x
    >>> refuse(lookup, "its table has no slope: use np.interp")
    >>> try:
    ...     grad(lookup)(1.0)
    ... except NoRuleError as error:
    ...     print(error.problems[0].remedy)
    its table has no slope: use np.interp
    """
    if callable(template) and len(reason) == 1:
        reason = template.__name__, *reason
    function, text, why = _split(template, reason)
    _declare("refuse", _any_call(text), function, Variant(when, (), reason=why[0]))


def _any_call(text: str) -> str:
    return text if "(" in text or " " in text or text[0] in _SIGNS else f"{text}(*args, **kwargs)"
