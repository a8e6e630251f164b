def d_grad(a, b, c, out_bar=1.0):
    """Adjoint of `d` with respect to a, b, c.

    out_bar is the adjoint of the returned value.
    For float a b c.
    """
    # --- backward sweep
    # L2: return a * (b + c)
    a_bar = out_bar * (b + c)
    b_bar = out_bar * a
    return a_bar, b_bar, b_bar
