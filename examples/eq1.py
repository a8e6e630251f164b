"""The gradient of d = a * (b + c): the smallest example there is."""

from __future__ import annotations

from st_ad import grad, source


def d(a, b, c):
    return a * (b + c)


def main() -> None:
    """Print the gradient at one point and the source that computes it."""
    point = 2.2, -1.8, 0.1
    names = "a", "b", "c"
    print("d(a, b, c) = a * (b + c)")
    print(f"d{point} = {d(*point):.4f}")
    for name, bar in zip(names, grad(d, argnums=names)(*point)):
        print(f"d d / d {name} = {bar:.4f}")
    print()
    print(source(d, *point, argnums=names))


if __name__ == "__main__":
    main()
