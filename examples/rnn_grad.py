import numpy as np


def next_letter_loss_vjp(params, letters, h, out_bar):
    """Value and adjoint of `next_letter_loss` with respect to params.

    out_bar is the adjoint of the returned value; letters and h are constants.
    For float64 params["E"][a,h] params["W"][h,h] params["b"][h] params["V"][a,h]
    params["c"][a], int64 letters[n], float64 h[h].
    Recorded: t_tape, one (t, h, h_1, z, top, total_exp, total_sum) per iteration
    executed.
    """
    # --- forward sweep
    params_E = params["E"]
    params_W = params["W"]
    params_b = params["b"]
    params_V = params["V"]
    params_c = params["c"]
    out_sub = len(letters) - 1  # L4
    t_tape = []
    total = 0.0
    for t in range(out_sub):  # L4
        h_1 = np.tanh(params_E[letters[t]] + params_W @ h + params_b)  # L5
        z = params_V @ h_1 + params_c  # L6
        top = np.max(z)  # L7
        total_exp = np.exp(z - top)  # L8
        total_sum = np.sum(total_exp)  # L8
        t_tape.append((t, h, h_1, z, top, total_exp, total_sum))
        total = total + top + np.log(total_sum) - z[letters[t + 1]]  # L8
        h = h_1
    out_truediv = total / out_sub  # L9

    # --- backward sweep
    # L9: return total / (len(letters) - 1), h
    total_bar = out_bar[0] / out_sub
    # L4: for t in range(len(letters) - 1):
    params_c_bar = np.zeros_like(params_c)
    params_V_bar = np.zeros_like(params_V)
    params_b_bar = np.zeros_like(params_b)
    params_W_bar = np.zeros_like(params_W)
    params_E_bar = np.zeros_like(params_E)
    out_bar_1 = out_bar[1].copy()
    h_bar = out_bar_1
    for t, h_1, h_2, z, top, total_exp, total_sum in reversed(t_tape):  # L4
        # L8: total = total + top + np.log(np.sum(np.exp(z - top))) - z[letters[t + 1]]
        z_bar = np.zeros_like(z)
        z_bar[letters[t + 1]] = -total_bar
        total_sub_bar = total_bar / total_sum * total_exp
        z_bar += total_sub_bar
        top_bar = np.sum(-total_sub_bar) + total_bar
        # L7: top = np.max(z)
        is_best = z == top
        count = np.sum(is_best, axis=None, keepdims=False)
        z_bar += top_bar / count * is_best
        # L6: z = params["V"] @ h + params["c"]
        params_c_bar += z_bar
        params_V_bar += np.outer(z_bar, h_2)
        h_bar += params_V.T @ z_bar
        # L5: h = np.tanh(params["E"][letters[t]] + params["W"] @ h + params["b"])
        h_add_bar = h_bar * (1.0 - h_2 * h_2)
        params_b_bar += h_add_bar
        h_bar = params_W.T @ h_add_bar
        params_W_bar += np.outer(h_add_bar, h_1)
        params_E_bar[letters[t]] += h_add_bar
    # L4: for t in range(len(letters) - 1):
    h = h.copy()
    return (out_truediv, h), (
        {"E": params_E_bar, "W": params_W_bar, "b": params_b_bar, "V": params_V_bar,
        "c": params_c_bar},
    )
