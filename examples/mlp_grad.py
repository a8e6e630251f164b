import numpy as np


def mlp_loss_grad(W1, b1, W2, b2, x, t, out_bar=1.0):
    """Adjoint of `mlp_loss` with respect to W1, b1, W2, b2.

    out_bar is the adjoint of the returned value; x and t are constants.
    For float64 W1[d,h] b1[h] W2[h,k] b2[k] x[n,d] t[n,k].
    """
    # --- forward sweep
    h = np.tanh(x @ W1 + b1)  # L2
    r = h @ W2 + b2 - t  # L3

    # --- backward sweep
    # L4: return 0.5 * np.mean(np.sum(r * r, axis=1))
    r_bar = out_bar / len(r) * r
    # L3: r = h @ W2 + b2 - t
    b2_bar = np.sum(r_bar, axis=0)
    h_bar = r_bar @ W2.T
    W2_bar = h.T @ r_bar
    # L2: h = np.tanh(x @ W1 + b1)
    h_add_bar = h_bar * (1.0 - h * h)
    b1_bar = np.sum(h_add_bar, axis=0)
    W1_bar = x.T @ h_add_bar
    return W1_bar, b1_bar, W2_bar, b2_bar
