import numpy as np


def y_grad(x1, x2, out_bar=1.0):
    """Adjoint of `y` with respect to x1, x2.

    out_bar is the adjoint of the returned value.
    For float x1 x2.
    """
    # --- backward sweep
    # L2: return np.log(x1) + x1 * x2 - np.sin(x2)
    x2_bar = -out_bar * np.cos(x2) + out_bar * x1
    x1_bar = out_bar * x2 + out_bar / x1
    return x1_bar, x2_bar
