"""The rules of SciPy on their samples: both modes against differences, second order, float32 kept, unknown operands."""

from __future__ import annotations

import linecache
import math
from typing import Any, Callable

import numpy as np
import pytest

pytest.importorskip("scipy")

import test_rules
from scipy_samples import FIRST_ORDER_ONLY, SAMPLES
from test_rules import difference, leaves, noise, pairing, quiet, rebuilt, sampled  # noqa: F401

from st_ad import grad, jvp, runtime, vjp
from st_ad.errors import NoRuleError
from st_ad.ir.primitives import python_function
from st_ad.rules.catalogue import scipy_rules

CASES = [(prim, call, spec) for prim, samples in SAMPLES.items() for call, spec in samples]
IDS = [f"{p}-{i}" for i, (p, _, _) in enumerate(CASES)]
# Of the methods of distributions, which are many and alike, the first sample stands for all.
FEWER = [(p, *s) for p, samples in SAMPLES.items() for s in (samples[:1] if p.startswith("scipy.stats") and p.count(".") == 3 and "multi" not in p else samples)]
FEWER_IDS = [f"{p}-{i}" for i, (p, _, _) in enumerate(FEWER)]


def function_of(call: str, names: list[str], around: str = "{}") -> Callable[..., Any]:
    """A function with that call as its body, whose source can be found."""
    import scipy

    text = f"def f({', '.join(names)}):\n    return {around.format(call)}\n"
    file = f"<sample {call} {around}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope: dict[str, Any] = {"np": np, "math": math, "scipy": scipy, "runtime": runtime, "__name__": "samples"}
    exec("from scipy import special, linalg, stats, signal, fft, ndimage, integrate, interpolate, sparse, optimize", scope)
    exec("import scipy.sparse.linalg\nimport scipy.spatial.distance", scope)
    exec(compile(text, file, "exec"), scope)
    return scope["f"]


def skip_missing(prim: str) -> None:
    if python_function(prim) is None:
        pytest.skip(f"this version has no {prim}")


def test_every_rule_has_a_sample():
    active = {r.prim for r in scipy_rules() if any(v.kind not in ("constant", "refuse") for v in r.variants)}
    known = {r.prim for r in scipy_rules() if any(isinstance(f, str) or callable(f) for v in r.variants for f in (*v.formulas, v.function))}
    assert sorted(active & known - set(SAMPLES)) == []
    assert sorted({p for p in SAMPLES if p.startswith("scipy.")} - active) == []


@pytest.mark.parametrize("prim, call, spec", CASES, ids=IDS)
def test_rule(prim, call, spec):
    skip_missing(prim)
    values = sampled(spec, call)
    f = function_of(call, list(values))
    args = list(values.values())
    tangents = [noise(v, i) for i, v in enumerate(args)]
    expected = difference(f, args, tangents)
    assert all(np.all(np.isfinite(e)) for e in expected), "a sample must be where the function is smooth"
    _, out_dot = jvp(f, tuple(args), tuple(tangents))
    for want, got in zip(expected, leaves(out_dot)):
        np.testing.assert_allclose(got, want, rtol=5e-5, atol=5e-6)
    out, pullback = vjp(f, *args)
    plain = f(*args)
    for want, got in zip(leaves(plain), leaves(out)):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-14)
    out_bars = [noise(v, 7 + i) for i, v in enumerate(leaves(out))]
    bars = pullback(rebuilt(out, out_bars))
    left = sum(pairing(b, d) for b, d in zip(out_bars, expected))
    right = sum(pairing(b, d) for b, d in zip(bars, tangents))
    np.testing.assert_allclose(right, left, rtol=5e-5, atol=5e-6)
    for bar, v in zip(bars, args):
        assert np.shape(bar) == np.shape(v)
        assert np.asarray(bar).dtype == np.asarray(v).dtype


@pytest.mark.parametrize("prim, call, spec", FEWER, ids=FEWER_IDS)
def test_second_order(prim, call, spec):
    skip_missing(prim)
    if prim in FIRST_ORDER_ONLY:
        pytest.skip("the derivative is of first order only")
    values = sampled(spec, call)
    plain = function_of(call, list(values))
    args = list(values.values())
    out = plain(*args)
    around = "np.sum(np.sin({}))"
    if isinstance(out, (tuple, list)):
        around = "sum(np.sum(np.sin(part)) for part in {})"
    elif np.iscomplexobj(out):
        around = "np.sum(np.sin(np.real({0})) * np.cos(np.imag({0})))"
    f = function_of(call, list(values), around)
    tangents = [noise(v, i) for i, v in enumerate(args)]
    gradient = grad(f, argnums=tuple(range(len(args))))
    # The gradient comes with its tangent: one transformation gives both.
    expected = difference(lambda *a: jvp(gradient, a, tuple(tangents))[0], args, tangents)
    _, got = jvp(gradient, tuple(args), tuple(tangents))
    for want, have in zip(expected, leaves(got)):
        np.testing.assert_allclose(have, want, rtol=5e-4, atol=5e-5)


@pytest.mark.parametrize("prim, call, spec", FEWER, ids=FEWER_IDS)
def test_float32_is_kept(prim, call, spec):
    skip_missing(prim)
    values = {k: _single(v) for k, v in sampled(spec, call).items()}
    f = function_of(call, list(values))
    args = list(values.values())
    out, pullback = vjp(f, *args)
    bars = pullback(rebuilt(out, [noise(v, 7 + i) for i, v in enumerate(leaves(out))]))
    for bar, v in zip(bars, args):
        assert np.asarray(bar).dtype == v.dtype


def _single(v):
    single = "complex64" if np.iscomplexobj(v) else "float32"
    return np.dtype(single).type(v) if np.ndim(v) == 0 else v.astype(single)


@pytest.mark.parametrize("prim, call, spec", FEWER, ids=FEWER_IDS)
def test_unknown_operands(prim, call, spec, monkeypatch):
    skip_missing(prim)
    monkeypatch.setattr(test_rules, "function_of", function_of)
    monkeypatch.setattr(test_rules, "is_refused_when_unknown", lambda prim, call: True)
    test_rules.test_unknown_operands(prim, call, spec)


# --- singular points and far tails

POINTS = [
    ("special.xlogy(x, a)", {"x": 0.0, "a": 0.0}, (0.0, 0.0)),
    ("special.xlogy(x, a)", {"x": 0.0, "a": 2.0}, (math.log(2.0), 0.0)),
    ("special.xlog1py(x, a)", {"x": 0.0, "a": -1.0}, (0.0, 0.0)),
    ("special.entr(x)", {"x": 0.0}, (0.0,)),
    ("special.rel_entr(x, a)", {"x": 0.0, "a": 0.0}, (0.0, 0.0)),
    ("special.rel_entr(x, a)", {"x": 0.0, "a": 0.5}, (0.0, 0.0)),
    ("special.kl_div(x, a)", {"x": 0.0, "a": 0.5}, (0.0, 1.0)),
    ("special.expit(x)", {"x": 40.0}, (4.248354255291589e-18,)),
    ("special.expit(x)", {"x": -800.0}, (0.0,)),
    ("special.log_expit(x)", {"x": -800.0}, (1.0,)),
    ("special.log_ndtr(x)", {"x": -30.0}, (30.033259667433676,)),
    ("special.huber(1.0, x)", {"x": 1.0}, (1.0,)),
    ("special.boxcox(x, a)", {"x": 2.0, "a": 0.0}, (0.5, 0.5 * math.log(2.0) ** 2)),
    ("special.ellipk(x)", {"x": 0.0}, (math.pi / 8,)),
    ("special.ellipe(x)", {"x": 0.0}, (-math.pi / 8,)),
    ("special.exprel(x)", {"x": 0.0}, (0.5,)),
    ("special.spence(x)", {"x": 1.0}, (-1.0,)),
    ("special.j1(x)", {"x": 0.0}, (0.5,)),
    ("special.i0e(x)", {"x": 0.0}, (0.0,)),
    ("special.gammainc(1.0, x)", {"x": 0.0}, (1.0,)),
    ("special.betainc(1.0, 1.0, x)", {"x": 1.0}, (1.0,)),
    ("special.eval_legendre(3, x)", {"x": 1.0}, (6.0,)),
    ("special.logsumexp(np.array([x, a]))", {"x": -np.inf, "a": -np.inf}, (0.0, 0.0)),
    ("special.logsumexp(np.array([x, a]))", {"x": -np.inf, "a": 0.3}, (0.0, 1.0)),
    ("special.logsumexp(np.array([x, a]))", {"x": 1000.0, "a": 1000.0}, (0.5, 0.5)),
    ("special.comb(5.0, x)", {"x": 7.0}, (0.0,)),
]


@pytest.mark.parametrize("call, at, slopes", POINTS, ids=[f"{c}-{i}" for i, (c, _, _) in enumerate(POINTS)])
def test_singular_points(call, at, slopes):
    f = function_of(call, list(at))
    names = tuple(range(len(at)))
    for i, (got, want) in enumerate(zip(grad(f, argnums=names)(*at.values()), slopes)):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-300)
        unit = tuple(float(i == j) for j in names)
        np.testing.assert_allclose(jvp(f, tuple(at.values()), unit)[1], want, rtol=1e-12, atol=1e-300)


# Laws and the slopes by each of their parameters, in closed form (far out by the series of the ratio of Mills).
PARAMETERS = [
    ("stats.norm.logcdf(x)", {"x": -40.0}, (40.0249688472073,)),
    ("stats.norm.logsf(x)", {"x": 40.0}, (-40.0249688472073,)),
    ("stats.norm.ppf(x, loc=m, scale=s)", {"x": 0.5, "m": 0.3, "s": 2.0}, (2.0 * math.sqrt(2.0 * math.pi), 1.0, 0.0)),
    ("stats.expon.ppf(x, scale=s)", {"x": 0.5, "s": 2.0}, (4.0, math.log(2.0))),
    ("stats.gamma.cdf(x, 1.0, scale=s)", {"x": 1.0, "s": 2.0}, (0.5 * math.exp(-0.5), -0.25 * math.exp(-0.5))),
    ("stats.beta.cdf(x, 2.0, 1.0)", {"x": 0.25}, (0.5,)),
    ("stats.t.cdf(x, 1.0, loc=m)", {"x": 1.0, "m": 0.0}, (0.5 / math.pi, -0.5 / math.pi)),
]


@pytest.mark.parametrize("call, at, slopes", PARAMETERS, ids=[c for c, _, _ in PARAMETERS])
def test_laws_by_their_parameters(call, at, slopes):
    f = function_of(call, list(at))
    np.testing.assert_allclose(grad(f, argnums=tuple(range(len(at))))(*at.values()), slopes, rtol=1e-11, atol=1e-14)
    for i, slope in enumerate(slopes):
        unit = tuple(float(i == j) for j in range(len(at)))
        np.testing.assert_allclose(jvp(f, tuple(at.values()), unit)[1], slope, rtol=1e-11, atol=1e-14)


def test_special_functions_against_mpmath():
    mpmath = pytest.importorskip("mpmath")
    for name, other, points in [
        ("gammaln", mpmath.loggamma, (0.01, 3.7, 250.0)),
        ("psi", mpmath.digamma, (0.01, 3.7, 250.0)),
        ("gamma", mpmath.gamma, (-2.5, 0.2, 20.0)),
        ("erfcx", lambda x: mpmath.exp(x * x) * mpmath.erfc(x), (-2.0, 0.5, 5.0)),
        ("i0e", lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(0, x), (-3.0, 0.5, 40.0)),
        ("k1e", lambda x: mpmath.exp(x) * mpmath.besselk(1, x), (0.1, 2.0, 60.0)),
        ("exprel", lambda x: mpmath.expm1(x) / x, (-30.0, 1e-3, 5.0)),
        ("ellipk", mpmath.ellipk, (-5.0, -0.3, 0.5, 0.95)),
        ("ellipe", mpmath.ellipe, (-5.0, -0.3, 0.5, 0.95)),
        ("expi", mpmath.ei, (-2.0, 0.3, 20.0)),
        ("spence", lambda x: mpmath.polylog(2, 1 - x), (0.2, 0.9)),
    ]:
        f = function_of(f"special.{name}(x)", ["x"])
        for point in points:
            np.testing.assert_allclose(grad(f)(point), float(mpmath.diff(other, point)), rtol=2e-10, err_msg=f"{name} {point}")
            np.testing.assert_allclose(grad(grad(f))(point), float(mpmath.diff(other, point, 2)), rtol=2e-7, err_msg=f"{name} {point}")


REFUSED = [
    ("stats.skewnorm.cdf(1.0, x)", "with respect to `a`"),
    ("stats.norm.expect(x)", "no derivative rule for `scipy.stats.norm.expect`"),
    ("stats.norm.rvs(x)", "rvs"),
    ("stats.norm(x).rvs()", "rvs"),
    ("stats.pearsonr(np.array([1.0, x, 3.0]), np.arange(3.0))[0]", "np.corrcoef"),
    ("special.hyp1f1(x, 2.0, 1.0)", "with respect to `a`"),
    ("special.jv(x, 1.0)", "with respect to `v`"),
    ("special.zeta(x)", "zeta"),
    ("special.lpmv(1, 2, x)", "no derivative rule for `scipy.special.lpmv`"),
]


@pytest.mark.parametrize("call, reason", REFUSED, ids=[c for c, _ in REFUSED])
def test_refused(call, reason):
    with pytest.raises(NoRuleError) as caught:
        grad(function_of(call, ["x"]))(0.7)
    assert reason in str(caught.value)


def test_leave_to_overwrite_an_argument_is_not_used():
    f = function_of("np.sum(linalg.solve(A, b, overwrite_a=True, overwrite_b=True) * b)", ["A", "b"])
    plain = function_of("np.sum(linalg.solve(A, b) * b)", ["A", "b"])
    A, b = np.asfortranarray(np.eye(3) + 0.1), np.arange(3.0)
    for got, want in zip(grad(f, argnums=(0, 1))(A, b), grad(plain, argnums=(0, 1))(A, b)):
        np.testing.assert_array_equal(got, want)


def test_importing_st_ad_does_not_import_scipy(tmp_path):
    import subprocess
    import sys

    script = tmp_path / "script.py"
    script.write_text(
        "import sys, numpy as np, st_ad\n\n\ndef f(x):\n    return np.sum(np.sin(x))\n\n\nst_ad.grad(f)(np.ones(2))\n"
        "print(*[m for m in sys.modules if m.split('.')[0] == 'scipy'])\n"
    )
    assert subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout.strip() == ""
