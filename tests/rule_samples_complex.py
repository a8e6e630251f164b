"""Complex numbers in the rules of elementwise functions, reductions and products: see rule_samples."""

from __future__ import annotations

from rule_samples import add

for _name in (
    "exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh sqrt square "
    "reciprocal negative positive conjugate real imag absolute angle sign"
).split():
    add(f"numpy.{_name}", f"np.{_name}(x)", x="z:3")
    add(f"numpy.{_name}", f"np.{_name}(-2.0 + 1j * x)", x="u:3")
    # Where a real number stands on a branch cut, on the side that NumPy takes it for.
    add(f"numpy.{_name}", f"np.{_name}(x + 0j)", x="p:3")
add("numpy.angle", "np.angle(x, deg=True)", x="z:3")
add("numpy.real_if_close", "np.real_if_close(x)", x="z:3")
for _name in ("sqrt", "log", "log2", "log10"):
    add(f"numpy.emath.{_name}", f"np.emath.{_name}(x)", x="d:4")
    add(f"numpy.emath.{_name}", f"np.emath.{_name}(x)", x="z:3")
add("numpy.emath.logn", "np.emath.logn(2.0, x)", "np.emath.logn(n, x)", n="g", x="d:4")
add("numpy.emath.power", "np.emath.power(x, 0.5)", "np.emath.power(x, p)", x="d:4", p="p")
for _name in ("arcsin", "arccos", "arctanh"):
    add(f"numpy.emath.{_name}", f"np.emath.{_name}(2 * x)", x="d:4")

for _name in "exp log sqrt sin cos tan sinh cosh tanh asin acos atan asinh acosh atanh phase log10 polar".split():
    add(f"cmath.{_name}", f"cmath.{_name}(complex(a, b))", f"cmath.{_name}(complex(-a, b))", a="p", b="u")
add("cmath.log", "cmath.log(complex(a, b), 2)", "cmath.log(complex(b, b), a)", a="g", b="p")
add("cmath.rect", "cmath.rect(a, b)", a="p", b="u")

add("operator.pow", "x ** y", x="z:3", y="z:3")
add("operator.pow", "x ** y", x="p:3", y="z:3")
add("operator.pow", "x ** 2", "x ** 0.5", "x ** -1", "x ** (1 + 2j)", "2 ** x", x="z:3")
add("operator.pow", "x ** (1 + 2j)", "(1 + 2j) ** x", x="p:3")
add("operator.mul", "a * np.exp(1j * b)", a="p:3", b="u:3")
add("operator.truediv", "x / y", "y / x", x="z:3", y="p:3")
add("operator.add", "x + y", "x - y * 2j", x="z:2,1", y="u:3")
for _name in ("prod", "var", "std", "mean", "cumsum", "cumprod"):
    add(f"numpy.{_name}", f"np.{_name}(x, axis=0)", x="z:3,2")
add("numpy.average", "np.average(x, axis=0, weights=w)", x="z:3,2", w="z:3")
for _call in ("x @ y", "np.inner(x, y)", "np.einsum('ij,j->i', x, y)"):
    _prim = "operator.matmul" if "@" in _call else "numpy." + _call[3 : _call.index("(")]
    add(_prim, _call, x="z:2,3", y="u:3")
add("operator.matmul", "x.conj().T @ y", x="z:3,2", y="z:3")
for _mode in ("full", "same", "valid"):
    for _length, _width in ((5, 2), (3, 4)):
        for _kind in "uz":
            add("numpy.correlate", f"np.correlate(a, b, '{_mode}')", a=f"{_kind}:{_length}", b=f"{_kind}:{_width}")
        add("numpy.convolve", f"np.convolve(a, b, '{_mode}')", a=f"z:{_length}", b=f"z:{_width}")
