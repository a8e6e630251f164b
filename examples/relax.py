"""A relaxation that is updated in place and may stop early, and its adjoint."""

from __future__ import annotations

import numpy as np

from st_ad import grad, source


def relax(x, w, cap, steps):
    u = x.copy()
    for k in range(1, steps):
        u[k] = u[k] + w * np.sin(u[k - 1])
        if u[k] > cap:
            return u[k] ** 2
    return np.sum(u)


def main() -> None:
    """Print the gradient of a run to the end and of one that stops, against differences, and the adjoint."""
    x, w = np.linspace(0.1, 1.0, 6), 0.7
    gradient = grad(relax, argnums=("x", "w"))
    for cap in (9.0, 0.8):
        x_bar, w_bar = gradient(x, w, cap, len(x))
        difference = (relax(x, w + 1e-6, cap, len(x)) - relax(x, w - 1e-6, cap, len(x))) / 2e-6
        print(f"cap {cap}: x_bar = {x_bar.round(4)}")
        print(f"         w_bar = {w_bar:.6f}, differences give {difference:.6f}")
    print()
    print(source(relax, x, w, 9.0, len(x), argnums=("x", "w")))


if __name__ == "__main__":
    main()
