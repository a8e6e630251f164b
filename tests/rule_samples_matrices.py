"""The domain on which the rules of numpy.linalg and numpy.fft are tested: see rule_samples."""

from __future__ import annotations

from rule_samples import add

L = "numpy.linalg."


def calls(name: str, *options: str, **values: str) -> None:
    """Samples of one function of numpy.linalg."""
    add(L + name, *(f"np.linalg.{name}({text})" for text in options), **values)


# --- linear systems, inverses, determinants: real, then complex

for _square, _any in (("q", "u"), ("Q", "z")):
    for _a, _b in (("3,3", "3"), ("3,3", "3,2"), ("2,3,3", "2,3,2"), ("3,3", "2,3,2"), ("2,3,3", "1,3,2")):
        calls("solve", "A, b", A=f"{_square}:{_a}", b=f"{_any}:{_b}")
    for _name in ("inv", "det", "slogdet"):
        calls(_name, "a", a=f"{_square}:3,3")
        calls(_name, "a", a=f"{_square}:2,3,3")
        calls(_name, "a", a=f"{_square}:1,1")
    calls("matrix_power", *(f"a, {n}" for n in (3, 1, 0, 4, 2, -1, -2)), a=f"{_square}:3,3")
    calls("matrix_power", "a, 3", "a, -2", a=f"{_square}:2,3,3")
    for _shape in ("4,3", "3,4", "2,3,4"):
        calls("pinv", "a", a=f"{_any}:{_shape}")
    calls("pinv", "a, rcond=1e-10", "a, 1e-10", a=f"{_any}:4,3")
    for _a, _b in (("4,3", "4"), ("4,3", "4,2"), ("3,4", "3"), ("3,4", "3,2")):
        add(L + "lstsq", *(f"np.linalg.lstsq(a, b, rcond=None)[{i}]" for i in (0, 1, 3)),
            a=f"{_any}:{_a}", b=f"{_any}:{_b}")  # fmt: skip
    calls("tensorinv", "a", a=f"{_any}:2,3,3,2")
    calls("tensorinv", "a, ind=1", a=f"{_any}:6,3,2")
    calls("tensorsolve", "a, b", a=f"{_any}:2,3,6", b=f"{_any}:2,3")
    calls("tensorsolve", "a, b, axes=(0,)", a=f"{_any}:6,2,3", b=f"{_any}:2,3")
    calls("tensorsolve", "a, b, (0, 2)", a=f"{_any}:2,6,3", b=f"{_any}:6")
    add("runtime.cofactor", "runtime.cofactor(a)", a=f"{_square}:3,3")
    add("runtime.cofactor", "runtime.cofactor(a)", a=f"{_square}:2,3,3")
    add("runtime.cofactor_change", "runtime.cofactor_change(a, g)", a=f"{_square}:3,3", g=f"{_any}:3,3")
    add("runtime.cofactor_change", "runtime.cofactor_change(a, g)", a=f"{_square}:2,3,3", g=f"{_any}:2,3,3")

# --- decompositions

for _definite in ("s", "S"):
    for _shape in ("3,3", "2,3,3", "1,1"):
        calls("cholesky", "a", a=f"{_definite}:{_shape}")
        calls("eigvalsh", "a", "a, 'U'", a=f"{_definite}:{_shape}")
        calls("eigh", "a", "a, UPLO='U'", a=f"{_definite}:{_shape}")
    calls("pinv", "a, hermitian=True", a=f"{_definite}:3,3")
    calls("svd", "a, compute_uv=False, hermitian=True", a=f"{_definite}:3,3")
for _square, _any in (("q", "u"), ("Q", "z")):
    for _shape in ("4,3", "3,4", "2,3,4"):
        calls("svd", "a, full_matrices=False", "a, compute_uv=False", a=f"{_any}:{_shape}")
        calls("svdvals", "a", a=f"{_any}:{_shape}")
        add(L + "svd", "np.linalg.svd(a)[1]", "np.linalg.svd(a)[0][..., :3]", "np.linalg.svd(a)[2][..., :3, :]",
            a=f"{_any}:{_shape}")  # fmt: skip
        calls("qr", "a", "a, 'r'", a=f"{_any}:{_shape}")
        add(L + "qr", "np.linalg.qr(a)[1]", "np.linalg.qr(a)[0]", "np.linalg.qr(a, mode='complete')[1]",
            "np.linalg.qr(a, mode='complete')[0][..., :3]", a=f"{_any}:{_shape}")  # fmt: skip
    calls("svd", "a", a=f"{_square}:3,3")
    calls("qr", "a", "a, mode='complete'", a=f"{_square}:3,3")
    for _shape in ("3,3", "2,3,3"):
        calls("eig", "a", a=f"{_square}:{_shape}")
        calls("eigvals", "a", a=f"{_square}:{_shape}")
    calls("eig", "a", a=f"{_any}:4,4")
    calls("eigvals", "a", a=f"{_any}:4,4")
add("runtime.leading", "runtime.leading(np.concatenate([g, np.zeros((3, 1))], axis=1), 2)", g="u:3,2")
add("runtime.leading_into", "runtime.leading_into(g, np.zeros((3, 4)))[:, :2]", g="u:3,2")
add("runtime.independent", "runtime.independent(g)", g="q:3,3")
add("runtime.over_gaps", "runtime.over_gaps(g, w)", g="u:3,3", w="t:3")
add("runtime.in_order_of", "runtime.in_order_of(g, np.array([1.0, 2.0, 3.0j]), np.array([2.0, 3.0j, 1.0]))", g="z:3")

# --- norms

for _kind in ("d", "z"):
    calls("norm", "x", "x, axis=1", "x, 1, axis=0", "x, np.inf, axis=1", "x, 3, axis=1, keepdims=True", "x, 'nuc'", "x, 2",
          "x, 1", "x, np.inf", "x, -np.inf", "x, -1", "x, -2", "x, 'fro'", "x, 2, 0", "x, 'nuc', axis=(0, 1)",
          "x, 2, (1, 0), True", "x, 1, keepdims=True", x=f"{_kind}:3,4")  # fmt: skip
    calls("norm", "x", "x, 1", "x, 3", "x, 0", "x, 1.5", "x, -1", "x, -2.5", "x, np.inf", "x, -np.inf", "x, 2, axis=(0,)",
          x=f"{_kind}:4")  # fmt: skip
    calls("norm", "x", "x, axis=(1, 2)", "x, 2, axis=(1, 2)", "x, 'nuc', axis=(0, 2)", "x, 1, axis=(-1, 0)",
          "x, np.inf, axis=(1, 2), keepdims=True", "x, -2, axis=(2, 1), keepdims=True", "x, 'fro', (0, 1)",
          "x, axis=1, ord=3", x=f"{_kind}:2,3,4")  # fmt: skip
    calls("vector_norm", "x", "x, axis=(0, 1)", "x, axis=1, ord=1", "x, ord=3, keepdims=True", "x, ord=np.inf, axis=(0, 2)",
          "x, ord=0", "x, axis=-1, keepdims=True", x=f"{_kind}:2,3,4")  # fmt: skip
    calls("matrix_norm", "x", "x, keepdims=True", "x, ord=2", "x, ord='nuc', keepdims=True", "x, ord=1", "x, ord=-np.inf",
          "x, ord=-2", x=f"{_kind}:2,3,4")  # fmt: skip
for _square in ("q", "Q"):
    calls("cond", "x", "x, 2", "x, -2", "x, 'fro'", "x, 1", "x, np.inf", "x, -1", "x, 'nuc'", x=f"{_square}:3,3")
calls("cond", "x", x="d:3,4")
calls("cond", "x, 1", "x", x="q:2,3,3")

# --- products

for _any in ("u", "z"):
    calls("multi_dot", "[a, b, c]", a=f"{_any}:2,3", b=f"{_any}:3,4", c=f"{_any}:4,2")
    calls("multi_dot", "[a, b, c]", a=f"{_any}:3", b=f"{_any}:3,4", c=f"{_any}:4,2")
    calls("multi_dot", "(a, b, c)", a=f"{_any}:3", b=f"{_any}:3,4", c=f"{_any}:4")
    calls("multi_dot", "[a, np.ones((3, 4)), c]", a=f"{_any}:2,3", c=f"{_any}:4")
    calls("cross", "a, b", a=f"{_any}:2,3", b=f"{_any}:3")
    calls("cross", "a, b, axis=0", a=f"{_any}:3,2", b=f"{_any}:3,2")
    for _name in ("vecdot", "linalg.vecdot"):
        add(f"numpy.{_name}", f"np.{_name}(a, b)", a=f"{_any}:2,3", b=f"{_any}:3")
        add(f"numpy.{_name}", f"np.{_name}(a, b, axis=0)", a=f"{_any}:3,2", b=f"{_any}:3,2")
add("numpy.vdot", "np.vdot(a, b)", a="z:2,3", b="z:2,3")
add("numpy.vdot", "np.vdot(a, b)", a="z:2,3", b="z:3,2")

# --- Fourier transforms

for _name in ("fft", "ifft", "rfft", "ihfft", "irfft", "hfft"):
    _options = ("x", "x, axis=0, norm='ortho'", "x, 7", "x, n=2, norm='forward'", "x, n=6, axis=0")
    _calls = [f"np.fft.{_name}({text})" for text in _options]
    for _kind in ("u:3,4", "u:2,5") if _name in ("rfft", "ihfft") else ("z:3,4", "z:2,5", "u:3,5"):
        add(f"numpy.fft.{_name}", *_calls, x=_kind)
for _name in ("fft", "ifft", "rfft", "irfft"):
    _kind = "u:2,3,4" if _name == "rfft" else "z:2,3,4"
    for _number, _options in (
        ("2", ("x", "x, axes=(0, 1), norm='ortho'", "x, s=(5, 3)", "x, (2, 6), axes=(-1, 0)")),
        ("n", ("x", "x, axes=(2, 0, 1)", "x, axes=(1,)", "x, s=(3, 5, 3), axes=(0, 1, 2)", "x, norm='forward'")),
    ):
        add(f"numpy.fft.{_name}{_number}", *(f"np.fft.{_name}{_number}({text})" for text in _options), x=_kind)
add("numpy.fft.fftn", "np.fft.fftn(x, axes=(0, 0))", x="z:4")
add("numpy.fft.fftshift", "np.fft.fftshift(x)", "np.fft.fftshift(x, axes=1)", x="z:2,5")
add("numpy.fft.ifftshift", "np.fft.ifftshift(x)", "np.fft.ifftshift(x, axes=(0, 1))", x="u:2,5")
add("numpy.fft.fftfreq", "np.fft.fftfreq(5, d)", d="p")
add("numpy.fft.rfftfreq", "np.fft.rfftfreq(5, d)", d="p")
_windows = "np.lib.stride_tricks.sliding_window_view"
add("numpy.lib.stride_tricks.sliding_window_view", f"{_windows}(x, (2, 3))", f"{_windows}(x, 2, 1)", f"{_windows}(x, (2, 2), axis=(-1, -1))",
    f"{_windows}(x, (4,), axis=(0,))", x="u:4,5")  # fmt: skip
add("runtime.unwindow", "runtime.unwindow(g, np.zeros((4, 3)), 2, 0)", "runtime.unwindow(g, np.zeros((4, 3)), (2,), axis=-2)",
    g="u:3,3,2")  # fmt: skip
add("runtime.resized", "runtime.resized(g, np.zeros((3, 2)))", g="u:2,4")
add("runtime.half_inside", "runtime.half_inside(g, 4)", "runtime.half_inside(g, 5, 0)", g="z:3,3")
add("runtime.twice_inside", "runtime.twice_inside(g, np.zeros((2, 4)))", "runtime.twice_inside(g, np.zeros((3, 5)), 0)",
    g="z:3,3")  # fmt: skip
