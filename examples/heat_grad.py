import numpy as np


def misfit_value_and_grad(theta, base, measured, steps, out_bar=1.0):
    """Value and adjoint of `misfit` with respect to theta.

    out_bar is the adjoint of the returned value; base, measured and steps are
    constants.
    For float64 theta[p] base[n] measured[n], int steps.
    """
    # --- forward sweep
    u0 = base * theta[1]  # L3
    r_exp = np.exp(theta[0])  # L4
    u = u0.copy()  # L2
    tape = []
    for _ in range(steps):  # L3
        u_add = u[2:] - 2.0 * u[1:-1] + u[:-2]  # L4
        u[1:-1] += r_exp * u_add  # L4
        tape.append(u_add)
    r = u - measured  # L4

    # --- backward sweep
    # L5: return 0.5 * np.sum(r * r)
    r_bar = out_bar * r
    u_bar = r_bar
    r_exp_bar = 0.0
    for u_add in reversed(tape):  # L3
        # L4: u[1:-1] += alpha * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u_mul_bar = u_bar[1:-1]
        u_add_bar = u_mul_bar * r_exp
        r_exp_bar += np.sum(u_mul_bar * u_add)
        u_bar[:-2] += u_add_bar
        u_bar[2:] += u_add_bar
        u_bar[1:-1] += -u_add_bar * 2.0
    # L4: r = simulate(u0, np.exp(theta[0]), steps) - measured
    theta_bar = np.zeros_like(theta)
    theta_bar[0] = r_exp_bar * r_exp
    # L3: u0 = base * theta[1]
    theta_bar[1] += np.sum(u_bar * base)
    return 0.5 * np.sum(r * r), theta_bar
