"""What a user calls: derivatives of functions, their numeric check, and their text.

The mathematics is that of Griewank and Walther, Evaluating Derivatives, SIAM 2008: chapter 3 for forward and reverse
mode, chapter 5 for second derivatives. Complex arguments follow JAX: the gradient of a real loss is dL/dx - i dL/dy.
"""

from __future__ import annotations

from typing import Any, Callable

from . import jacobians, products, seeded
from .ir.show import show
from .recipe import MODES, TRANSFORMS
from .dispatch import Derivative
from .runtime.gradients import stop_gradient as stop_gradient
from .transformed import Transformed


def grad(
    fun: Callable[..., Any] | None = None, argnums: Any = 0, *, has_aux: bool = False, style: str = "readable"
) -> Any:
    """Give the function that computes the gradient of `fun`, which must return one real number.

    Args:
        fun: a Python function over floats, NumPy arrays of any float or complex dtype, and containers of them. Without
            it a decorator is returned.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.
        has_aux: `fun` returns a pair, and only the first of it is differentiated.
        style: "readable", or "fast": the same numbers up to the rounding of sums, in less time where arrays are large or
            loops long, in a text that stores into buffers of its own.

    Returns:
        A function of the same arguments. Its result has the structure, shapes and dtypes of the differentiated
        argument; a tuple of such for a tuple of argnums; a pair (gradient, aux) with has_aux.

    Raises:
        UnsupportedError, NoRuleError, NotDifferentiableError, SourceUnavailableError: at the first call with a kind
            of arguments, when the derivative cannot be made.
        ValueError: when there is no argument that argnums names.

    >>> import numpy as np
    >>> def loss(x):
    ...     return np.sum(x ** 2)
    >>> grad(loss)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    if fun is None:
        return lambda f: Transformed(f, "grad", argnums, has_aux, style)
    return Transformed(fun, "grad", argnums, has_aux, style)


def value_and_grad(
    fun: Callable[..., Any] | None = None, argnums: Any = 0, *, has_aux: bool = False, style: str = "readable"
) -> Any:
    """Give the function that computes the value of `fun` and its gradient in one pass forward and one back.

    Args:
        fun: as for grad; without it a decorator is returned.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.
        has_aux: `fun` returns a pair, and only the first of it is differentiated.
        style: "readable" or "fast", as for grad.

    Returns:
        A function of the same arguments that returns (value, gradient); with has_aux ((value, aux), gradient).

    Raises:
        StAdError: as grad does.
        ValueError: when there is no argument that argnums names.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    if fun is None:
        return lambda f: Transformed(f, "value_and_grad", argnums, has_aux, style)
    return Transformed(fun, "value_and_grad", argnums, has_aux, style)


def elementwise_grad(
    fun: Callable[..., Any] | None = None, argnums: Any = 0, *, style: str = "readable"
) -> Any:
    """Give the derivative of an elementwise function at every point of its argument.

    Args:
        fun: a function whose result has, element by element, the shape of the argument; without it a decorator
            is returned.
        argnums: which argument: a position, a name, or a tuple of them.
        style: "readable" or "fast", as for grad.

    Returns:
        A function of the same arguments; its result has the shape and dtype of the argument. (It is the gradient of
        the sum of the results, so of a function that is not elementwise it gives column sums of the Jacobian.)

    Raises:
        StAdError: as grad does; NotDifferentiableError when the result is a container.
        ValueError: when there is no argument that argnums names.

    >>> import numpy as np
    >>> elementwise_grad(np.sin)(np.zeros(3))
    array([1., 1., 1.])
    """
    if fun is None:
        return lambda f: Transformed(f, "elementwise_grad", argnums, style=style)
    return Transformed(fun, "elementwise_grad", argnums, style=style)


def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """Compute `fun(*primals)` and give the function that pulls an adjoint of the result back to the arguments.

    This is reverse mode (Linnainmaa 1970).

    Args:
        fun: a function of `primals`, with any result made of floats and arrays.
        primals: floats, arrays or containers of them. Arguments without a float are constants.
        has_aux: `fun` returns a pair, and only the first of it is differentiated.

    Returns:
        (out, pullback), or (out, pullback, aux) with has_aux. pullback(out_bar), where out_bar has the structure and
        shapes of out, gives a tuple: one cotangent per primal, None for a constant. It may be called any number
        of times; `fun` itself runs once.

    Raises:
        StAdError: as grad does.
        ValueError: when out_bar has not the shape of out.

    >>> import numpy as np
    >>> out, pullback = vjp(lambda x, y: x * y, np.array([1.0, 2.0]), 3.0)
    >>> out
    array([3., 6.])
    >>> x_bar, y_bar = pullback(np.array([1.0, 1.0]))
    >>> x_bar, float(y_bar)
    (array([3., 3.]), 3.0)
    """
    return products.vjp(fun, primals, has_aux)


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any) -> tuple[Any, Any]:
    """Compute `fun(*primals)` and its directional derivative, in forward mode (Wengert 1964).

    Args:
        fun: a function of `primals`, with any result made of floats and arrays.
        primals: a tuple of floats, arrays or containers of them.
        tangents: a tuple of directions of the same structure and shapes; None for a primal that is a constant.

    Returns:
        (out, out_dot), of one structure, shape and dtype.

    Raises:
        StAdError: as grad does.
        TypeError, ValueError: when a tangent has not the structure or shape of its primal.

    >>> jvp(lambda x: x * x, (3.0,), (1.0,))
    (9.0, 6.0)
    """
    return products.jvp(fun, primals, tangents)


def hvp(fun: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    """Multiply the Hessian of a function of one real result by a vector: forward mode over reverse mode (Pearlmutter 1994).

    Args:
        fun: a function of `primals` that returns one real number.
        primals: a tuple of floats, arrays or containers of them.
        tangents: a tuple of directions of the same structure and shapes; None for a primal that is a constant.

    Returns:
        The product, with the structure and shapes of the primal; a tuple of products, one for each primal that has
        a tangent, when there are several.

    Raises:
        StAdError: as grad does.
        TypeError, ValueError: when a tangent has not the structure or shape of its primal.

    >>> import numpy as np
    >>> hvp(lambda x: np.sum(x ** 3), (np.array([1.0, 2.0]),), (np.array([1.0, 0.0]),))
    array([6., 0.])
    """
    return products.hvp(fun, primals, tangents)


def jacrev(fun: Callable[..., Any], argnums: Any = 0) -> Any:
    """Give the function that computes the Jacobian of `fun`, in reverse mode: one backward pass per element of the result.

    Args:
        fun: a function with any result made of real floats and arrays.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.

    Returns:
        A function of the same arguments. For a result of shape s and an argument of shape t it gives an array of
        shape s + t; for containers, the structure of the result outside and that of the argument inside.

    Raises:
        StAdError: as grad does.
        ValueError: when there is no argument that argnums names.

    >>> import numpy as np
    >>> jacrev(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return jacobians.Jacobian(fun, "jacrev", argnums)


def jacfwd(fun: Callable[..., Any], argnums: Any = 0) -> Any:
    """Give the function that computes the Jacobian of `fun`, in forward mode: one pass per element of the argument.

    Args:
        fun: a function with any result made of floats and arrays.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.

    Returns:
        A function of the same arguments; see jacrev for the shapes.

    Raises:
        StAdError: as grad does.
        ValueError: when there is no argument that argnums names.

    >>> import numpy as np
    >>> jacfwd(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return jacobians.Jacobian(fun, "jacfwd", argnums)


def jacobian(fun: Callable[..., Any], argnums: Any = 0) -> Any:
    """Give the function that computes the Jacobian of `fun`; the same as jacrev.

    Args:
        fun: a function with any result made of real floats and arrays.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.

    Returns:
        A function of the same arguments; see jacrev for the shapes.

    Raises:
        StAdError: as grad does.
        ValueError: when there is no argument that argnums names.

    >>> jacobian(lambda x: x * x)(3.0)
    6.0
    """
    return jacobians.Jacobian(fun, "jacrev", argnums)


def hessian(fun: Callable[..., Any], argnums: Any = 0) -> Any:
    """Give the function that computes the matrix of second derivatives: forward mode over reverse mode.

    Args:
        fun: a function that returns one real number, or any real floats and arrays.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.

    Returns:
        A function of the same arguments. For a number and an argument of shape t it gives an array of shape t + t, for
        a result of shape s one of shape s + t + t; for a tuple of argnums a tuple of tuples.

    Raises:
        StAdError: as grad does.
        ValueError: when there is no argument that argnums names.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobians.Jacobian(jacobians.FirstDerivative(fun, "grad", argnums), "jacfwd", argnums)


def check_grads(
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    *,
    order: int = 1,
    modes: tuple[str, ...] = ("fwd", "rev"),
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Check derivatives against central differences and reverse mode against forward mode.

    Args:
        fun: a function of `args`.
        args: a tuple of floats, arrays or containers of them; arguments without a float are constants.
        order: up to which derivative; 2 checks the gradient of the gradient as well.
        modes: "fwd", "rev" or both.
        rtol, atol: how far derivatives may be from differences.

    Returns:
        Nothing: the derivatives agree. The difference quotient is the central one, (f(x + h) - f(x - h)) / 2h with h of
        1e-6, along random directions that are the same in every run.

    Raises:
        AssertionError: when they disagree; it says in which mode, at which argument and element, and by how much.
        StAdError: as grad does.

    >>> import numpy as np
    >>> check_grads(lambda x: np.sum(np.sin(x)), (np.array([0.1, 0.2]),), order=2)
    """
    from .checking import check_derivatives

    if not isinstance(args, (tuple, list)):
        raise TypeError("check_grads: args must be a tuple, such as (x,)")
    wanted = (modes,) if isinstance(modes, str) else tuple(modes)
    check_derivatives(fun, tuple(args), order, wanted, rtol, atol)


def source(
    fun: Callable[..., Any],
    *example_args: Any,
    argnums: Any = 0,
    mode: str = "grad",
    has_aux: bool = False,
    style: str = "readable",
    target: str = "numpy",
) -> str:
    """Give the generated source text of a derivative.

    Args:
        fun: the function, or one that is transformed already.
        example_args: arguments such as it will be called with: their dtypes, ranks and axes of length 1 make the
            text leaner. Without any, the text is for arguments of every kind.
        argnums: which arguments to differentiate: a position, a name, or a tuple of them.
        mode: "grad", "value_and_grad", "vjp", "jvp", "hvp" or "elementwise_grad".
        has_aux: `fun` returns a pair, and only the first of it is differentiated.
        style: "readable" or "fast", as for grad.
        target: who runs the text: "numpy", or "numba" for text that numba.njit compiles as it is.

    Returns:
        Python source of one function, the same bytes in every run.

    Raises:
        StAdError: as grad does.
        UnsupportedError: when the target has no words for what the function does.
        ValueError: when the mode, the target or an argument is not known.

    >>> print(source(lambda x: x * x, 3.0).splitlines()[0])
    def lambda_grad(x, out_bar=1.0):
    """
    from .pipeline import aimed, text_of

    return "\n\n".join(text_of(f) for f in aimed(_programs(fun, example_args, argnums, mode, has_aux, style), target))


def wengert(fun: Callable[..., Any], *example_args: Any, argnums: Any = 0, mode: str = "primal") -> str:
    """Give the evaluation trace of a function in single assignment form: its Wengert list, an equation a line.

    Args:
        fun: the function.
        example_args: arguments such as it will be called with; without any, nothing is known of their types.
        argnums: which arguments to differentiate, for modes other than "primal".
        mode: "primal" for the function itself, or a mode of `source`.

    Returns:
        Text: a line per equation with types and source lines, blocks indented.

    Raises:
        StAdError: as grad does.
        ValueError: when the mode or an argument is not known.

    >>> def square(x):
    ...     return x * x
    >>> print(wengert(square, 3.0))
    square(x: float)
      v1: float = x * x  # L2: return x * x
      return v1
    """
    if mode != "primal":
        return "\n\n".join(show(f) for f in _programs(fun, example_args, argnums, mode, False))
    derivative = Derivative(fun, "primal", argnums)
    return show(derivative.lowered(example_args))


def _programs(
    fun: Any, example_args: tuple[Any, ...], argnums: Any, mode: str, has_aux: bool, style: str = "readable"
) -> tuple[Any, ...]:
    if mode not in MODES:
        raise ValueError(f"unknown mode {mode!r}: one of {', '.join(MODES)}")
    return Derivative(fun, mode, argnums, has_aux, style).programs(example_args)


# What a solver's condition is made with.
TRANSFORMS["grad"] = grad

# How the front end treats a call of these inside a function that is differentiated: see seeded.
for _made in (grad, value_and_grad, elementwise_grad, jacrev, jacfwd, jacobian, hessian):
    setattr(_made, "__st_ad_static__", True)
for _name, _plain in (("jvp", seeded.jvp), ("vjp", seeded.vjp), ("hvp", seeded.hvp)):
    setattr(globals()[_name], "__st_ad_as__", _plain)
