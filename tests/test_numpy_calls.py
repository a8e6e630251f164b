"""Calls of NumPy as people write them: value, forward and reverse mode, second order, float32, operands of unknown rank."""

from __future__ import annotations

import numpy as np
import pytest
from numpy_calls import calls, functions_in
from test_rules import difference, function_of, leaves, noise, pairing, quiet, rebuilt, sampled, seeded  # noqa: F401

from st_ad import StAdError, grad, jvp, vjp
from st_ad.analysis.infer import NUMPY
from st_ad.errors import UnsupportedError
from st_ad.frontend.lower import NeedStatic, lower
from st_ad.frontend.text.source import source_of
from st_ad.ir.interpret import evaluate
from st_ad.ir.syntax import Pack
from st_ad.ir.types import ANY
from st_ad.transform.forward import forward
from st_ad.transform.reverse import reverse

CALLS = calls()
TOLERANCE = {"rtol": 5e-5, "atol": 5e-6}
# The precision of these depends on values in NumPy 1.
BY_VALUE = ("np.cov", "np.corrcoef", "np.select([np.array", "np.histogramdd((x, y)") if np.__version__.startswith("1.") else ()


def prepared(call, spec, around="{}"):
    """The function of a call with its arguments; skips what this version of NumPy or Python does not have."""
    if any(f is None for f in functions_in(call)):
        pytest.skip("this version does not have it")
    values = sampled(spec, call)
    f = function_of(call, list(values), around)
    args = list(values.values())
    try:
        out = seeded(f)(*args)
    except (TypeError, AttributeError, ValueError):
        pytest.skip("this version does not have this form of it")
    return f, args, out


@pytest.mark.parametrize("call, spec", CALLS, ids=[c for c, _ in CALLS])
def test_call(call, spec):
    f, args, plain = prepared(call, spec)
    tangents = [noise(v, i) for i, v in enumerate(args)]
    expected = difference(f, args, tangents)
    _, out_dot = seeded(lambda *a: jvp(f, tuple(a), tuple(tangents)))(*args)
    for want, got in zip(expected, leaves(out_dot)):
        np.testing.assert_allclose(got, want, **TOLERANCE)

    out, pullback = seeded(lambda *a: vjp(f, *a))(*args)
    for want, got in zip(leaves(plain), leaves(out)):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9)
        assert np.asarray(got).dtype == np.asarray(want).dtype
    out_bars = [noise(v, 7 + i) for i, v in enumerate(leaves(out))]
    bars = pullback(rebuilt(out, out_bars))
    left = sum(pairing(b, d) for b, d in zip(out_bars, expected))
    right = sum(pairing(b, d) for b, d in zip(bars, tangents))
    np.testing.assert_allclose(right, left, **TOLERANCE)
    for bar, v in zip(bars, args):
        assert np.shape(bar) == np.shape(v)


@pytest.mark.parametrize("call, spec", CALLS, ids=[c for c, _ in CALLS])
def test_second_order(call, spec):
    f, args, plain = prepared(call, spec)
    if isinstance(plain, (tuple, list)) or np.iscomplexobj(plain) or any(np.iscomplexobj(a) for a in args):
        pytest.skip("real results, one at a time")
    f = function_of(call, list(sampled(spec, call)), "np.sum(np.sin({}))")
    gradient = seeded(grad(f, argnums=tuple(range(len(args)))))
    tangents = [noise(v, i) for i, v in enumerate(args)]
    expected = difference(gradient, args, tangents)
    _, got = seeded(lambda *a: jvp(grad(f, argnums=tuple(range(len(args)))), tuple(a), tuple(tangents)))(*args)
    for want, have in zip(expected, leaves(got)):
        np.testing.assert_allclose(have, want, rtol=5e-4, atol=5e-5)


@pytest.mark.parametrize("call, spec", CALLS, ids=[c for c, _ in CALLS])
def test_float32(call, spec):
    f, args, plain = prepared(call, spec)
    if any(np.iscomplexobj(a) for a in args) or "float64" in call or "float)" in call or call.startswith(BY_VALUE):
        pytest.skip("not in single precision")
    singles = [np.float32(v) if np.ndim(v) == 0 else v.astype("float32") for v in args]
    plain = seeded(f)(*singles)
    out, pullback = seeded(lambda *a: vjp(f, *a))(*singles)
    for want, got in zip(leaves(plain), leaves(out)):
        assert np.asarray(got).dtype == np.asarray(want).dtype
    for bar, v in zip(pullback(rebuilt(out, [noise(v, 7 + i) for i, v in enumerate(leaves(out))])), singles):
        assert np.shape(bar) == np.shape(v) and (np.asarray(bar).dtype == np.float32 or not np.shape(v))


@pytest.mark.parametrize("call, spec", CALLS, ids=[c for c, _ in CALLS])
def test_unknown_operands(call, spec):
    """Without example arguments a call is right, or refused."""
    f, args, _ = prepared(call, spec)
    names = tuple(sampled(spec, call))
    tangents = [noise(v, i) for i, v in enumerate(args)]
    expected = difference(f, args, tangents)
    try:
        primal = lower(source_of(f), dict.fromkeys(names, ANY), NUMPY)
        tangent, adjoint = forward(primal, names, NUMPY), reverse(primal, names, seed="vjp", knowledge=NUMPY)
    except (UnsupportedError, NeedStatic, StAdError):
        return
    _, dots = seeded(lambda *a: evaluate(tangent, a))(*args, *tangents)
    for want, got in zip(expected, leaves(dots)):
        np.testing.assert_allclose(got, want, **TOLERANCE)
    out = seeded(f)(*args)
    out_bars = [noise(v, 7 + i) for i, v in enumerate(leaves(out))]
    full = rebuilt(out, out_bars)
    several = isinstance(adjoint.params[-1].tree, Pack)
    _, bars = seeded(lambda *a: evaluate(adjoint, a))(*args, *(full if several else [full]))
    right = sum(pairing(b, d) for b, d in zip(bars, tangents))
    left = sum(pairing(b, d) for b, d in zip(out_bars, expected))
    np.testing.assert_allclose(right, left, **TOLERANCE)
