"""The heat equation with updates in place; its initial profile and conductivity are fitted to a measured profile."""

from __future__ import annotations

import numpy as np

from st_ad import value_and_grad


def simulate(u0, alpha, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += alpha * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return u


def misfit(theta, base, measured, steps):
    """theta holds the logarithm of the conductivity and the height of the initial bump."""
    u0 = base * theta[1]
    r = simulate(u0, np.exp(theta[0]), steps) - measured
    return 0.5 * np.sum(r * r)


def main() -> tuple[float, float]:
    """Measure a simulated profile with noise, fit, and print what was found."""
    from scipy.optimize import minimize

    x = np.linspace(0.0, 1.0, 41)
    base = np.exp(-80.0 * (x - 0.4) ** 2)
    random = np.random.default_rng(0)
    measured = simulate(1.7 * base, 0.23, 60) + 0.002 * random.standard_normal(len(x))
    found = minimize(
        value_and_grad(misfit),
        np.array([np.log(0.1), 1.0]),
        args=(base, measured, 60),
        jac=True,
        method="L-BFGS-B",
    )
    alpha, height = float(np.exp(found.x[0])), float(found.x[1])
    print(f"{found.nit} iterations, {found.nfev} evaluations of value and gradient, misfit {found.fun:.2e}")
    print(f"conductivity {alpha:.4f} (measured with 0.23), height {height:.4f} (measured with 1.7)")
    return alpha, height


if __name__ == "__main__":
    main()
