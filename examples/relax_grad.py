import numpy as np


def relax_grad(x, w, cap, steps, out_bar=1.0):
    """Adjoint of `relax` with respect to x, w.

    out_bar is the adjoint of the returned value; cap and steps are constants.
    For float64 x[n], float w cap, int steps.
    Recorded: k_tape, one (k, u_prev) per iteration executed.
    """
    # --- forward sweep
    u = x.copy()  # L2
    k_tape = []
    stopped = False
    for k in range(1, steps):  # L3
        u_prev = u[k - 1]  # L4
        u[k] = u[k] + w * np.sin(u_prev)  # L4
        k_tape.append((k, u_prev))
        if u[k] > cap:  # L5
            stopped = True
            break

    # --- backward sweep
    if stopped:  # L3
        # L6: return u[k] ** 2
        u_bar = np.zeros_like(u)
        u_bar[k] = out_bar * (2.0 * u[k])
    else:
        # L3: for k in range(1, steps):
        u_bar = np.full(u.shape, out_bar)
    w_bar = 0.0
    for k, u_prev in reversed(k_tape):  # L3
        # L4: u[k] = u[k] + w * np.sin(u[k - 1])
        u_add_bar = u_bar[k]
        w_bar += u_add_bar * np.sin(u_prev)
        u_bar[k - 1] += u_add_bar * w * np.cos(u_prev)
    return u_bar, w_bar
