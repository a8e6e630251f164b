"""y = ln(x1) + x1 * x2 - sin(x2) at (2, 5): the evaluation trace, and the trace of the adjoint."""

from __future__ import annotations

import numpy as np

from st_ad import value_and_grad
from st_ad.ir.show import show
from st_ad.ir.types import FLOAT
from st_ad.pipeline import Recipe, build, primal


def y(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


def main() -> None:
    """Print both traces with the value of every line, and the gradient."""
    x1, x2 = 2.0, 5.0
    kinds = {"x1": FLOAT, "x2": FLOAT}
    print("Evaluated at x1 = 2, x2 = 5 (st-ad show examples/trace.py:y --stage wengert, with values):")
    print(show(primal(y, kinds), [x1, x2]))
    print("\nThe adjoint of every v, from the last to the first:")
    (adjoint,) = build(y, kinds, Recipe("value_and_grad", ("x1", "x2"), single=False))
    print(show(adjoint, [x1, x2, 1.0]))
    value, (x1_bar, x2_bar) = value_and_grad(y, argnums=("x1", "x2"))(x1, x2)
    print(f"\ny = {value:.3f}, gradient ({x1_bar:.3f}, {x2_bar:.3f})")


if __name__ == "__main__":
    main()
