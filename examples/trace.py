"""y = ln(x1) + x1 * x2 - sin(x2) at (2, 5): the evaluation trace, and the trace of the adjoint."""

from __future__ import annotations

import numpy as np

from st_ad import value_and_grad, wengert


def y(x1, x2):
    return np.log(x1) + x1 * x2 - np.sin(x2)


def evaluation_trace(x1: float, x2: float) -> list[tuple[str, str, float]]:
    """The v_i of the textbooks: name, what it is computed from, value."""
    v1 = x1
    v2 = x2
    v3 = float(np.log(v1))
    v4 = v1 * v2
    v5 = float(np.sin(v2))
    v6 = v3 + v4
    v7 = v6 - v5
    steps = "x1", "x2", "ln v1", "v1 * v2", "sin v2", "v3 + v4", "v6 - v5"
    return [(f"v{i}", step, v) for i, (step, v) in enumerate(zip(steps, (v1, v2, v3, v4, v5, v6, v7)), 1)]


def main() -> None:
    """Print the trace forward, the program as a Wengert list, and the adjoint as one."""
    point = 2.0, 5.0
    print("Evaluated forward at x1 = 2, x2 = 5:")
    for name, step, value in evaluation_trace(*point):
        print(f"  {name} = {step:<8} = {value:.3f}")
    print("\nThe same as st_ad sees it (st-ad show examples/trace.py:y --stage wengert):")
    print(wengert(y, *point))
    print("\nand its adjoint (--stage adjoint):")
    print(wengert(y, *point, argnums=("x1", "x2"), mode="grad"))
    value, (x1_bar, x2_bar) = value_and_grad(y, argnums=("x1", "x2"))(*point)
    print(f"\ny = {value:.3f}, gradient ({x1_bar:.3f}, {x2_bar:.3f})")


if __name__ == "__main__":
    main()
