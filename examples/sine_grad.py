import numpy as np


def squared_error_value_and_grad(W1, b1, W2, b2, x, y, out_bar=1.0):
    """Value and adjoint of `squared_error` with respect to W1, b1, W2, b2.

    out_bar is the adjoint of the returned value; x and y are constants.
    For float64 W1[h] b1[h] W2[h], float b2, float64 x[n] y[n].
    """
    # --- forward sweep
    x_item = x[:, None]  # L2
    r_tanh = np.tanh(x_item * W1 + b1)  # L2
    r = r_tanh @ W2 + b2 - y  # L2

    # --- backward sweep
    # L3: return np.mean(r * r)
    r_bar = 2.0 * (out_bar / len(r) * r)
    # L2: return np.tanh(x[:, None] * W1 + b1) @ W2 + b2
    b2_bar = np.sum(r_bar)
    W2_bar = r_tanh.T @ r_bar
    r_add_bar = np.outer(r_bar, W2) * (1.0 - r_tanh * r_tanh)
    b1_bar = np.sum(r_add_bar, axis=0)
    W1_bar = np.sum(r_add_bar * x_item, axis=0)
    return np.mean(r * r), (W1_bar, b1_bar, W2_bar, b2_bar)
