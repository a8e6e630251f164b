def root_grad(a, x0, out_bar=1.0):
    """Adjoint of `root` with respect to a.

    out_bar is the adjoint of the returned value; x0 is a constant.
    For float a x0.
    Recorded: loop_tape, one x per iteration executed.
    """
    # --- forward sweep
    loop_tape = []
    x = x0
    while abs(x ** 3 - a) > 1e-12:  # L4
        loop_tape.append(x)
        x = x - (x ** 3 - a) / (3.0 * x ** 2)  # L5

    # --- backward sweep
    x_bar = out_bar
    a_bar = 0.0
    for x in reversed(loop_tape):  # L4
        # L5: x = x - (x**3 - a) / (3.0 * x**2)
        x_mul = 3.0 * x ** 2
        x_truediv_bar = -x_bar
        x_sub_bar = x_truediv_bar / x_mul
        x_bar += x_truediv_bar * (-((x ** 3 - a) / x_mul) / x_mul) * 6.0 * x
        a_bar += -x_sub_bar
        x_bar += x_sub_bar * x_mul
    return a_bar
