"""scipy.optimize: the solvers themselves are constant; what they solve for is differentiated by the implicit function."""

from __future__ import annotations

import numpy as np

from ..notation import constant, refuse, rule

constant(*(f"optimize.{n}" for n in ("brentq", "brenth", "bisect", "ridder", "toms748", "newton", "fsolve", "root", "root_scalar",
                                     "fixed_point", "minimize", "minimize_scalar", "least_squares")))  # fmt: skip
for _name in ("curve_fit", "leastsq", "differential_evolution", "basinhopping", "dual_annealing", "brute", "fmin", "fmin_bfgs",
              "fmin_cg", "linprog", "nnls", "lsq_linear", "linear_sum_assignment", "broyden1", "approx_fprime"):  # fmt: skip
    refuse(f"optimize.{_name}", "write scipy.optimize.minimize, root or least_squares, or solve outside of the function")


@rule("optimize.rosen(x)")
def rosen(x, y, y_bar):
    """Of a vector."""
    inner = x[1:] - x[:-1] ** 2
    first = 2.0 * (x[:-1] - 1.0) - 400.0 * x[:-1] * inner
    return y_bar * (np.concatenate([first, [0.0]]) + np.concatenate([[0.0], 200.0 * inner]))
