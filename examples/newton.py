"""Newton's iteration as a while loop: the derivative of the root that it finds."""

from __future__ import annotations

from st_ad import grad, source


def root(a, x0):
    """The cube root of a."""
    x = x0
    while abs(x**3 - a) > 1e-12:
        x = x - (x**3 - a) / (3.0 * x**2)
    return x


def main() -> None:
    """Print the root, its derivative with respect to a, what calculus says, and the adjoint."""
    a = 5.0
    x = root(a, 2.0)
    print(f"root({a}) = {x:.12f}")
    print(f"derivative:     {grad(root)(a, 2.0):.12f}")
    print(f"1 / (3 x ** 2): {1.0 / (3.0 * x**2):.12f}")
    print()
    print(source(root, a, 2.0))


if __name__ == "__main__":
    main()
