"""Every rule on its samples: forward against differences, reverse against forward, second order, float32 kept."""

from __future__ import annotations

import cmath
import linecache
import math
import warnings
from typing import Any, Callable

import numpy as np
import pytest
import rule_samples_complex  # noqa: F401 (adds its samples)
import rule_samples_matrices  # noqa: F401
from numpy_calls import calls, prims_in
from rule_samples import CASTS, DRAWS, INTERNAL, OPTIONAL, SAMPLES, seed_of, value

from st_ad import grad, jvp, runtime, vjp
from st_ad.analysis.infer import NUMPY
from st_ad.errors import NoRuleError
from st_ad.frontend.lower import lower
from st_ad.frontend.text.source import source_of
from st_ad.ir.interpret import evaluate
from st_ad.ir.primitives import python_function
from st_ad.ir.syntax import Pack
from st_ad.ir.types import ANY
from st_ad.rules.catalogue import all_rules, user_rules
from st_ad.transform.forward import forward
from st_ad.transform.reverse import reverse

CASES = [(prim, call, spec) for prim, samples in SAMPLES.items() for call, spec in samples]
STEP = 1e-6


def function_of(call: str, names: list[str], around: str = "{}") -> Callable[..., Any]:
    """A function with that call as its body, whose source can be found."""
    text = f"def f({', '.join(names)}):\n    return {around.format(call)}\n"
    file = f"<sample {call} {around}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope: dict[str, Any] = {"np": np, "math": math, "cmath": cmath, "runtime": runtime}
    exec(compile(text, file, "exec"), scope)
    return scope["f"]


def is_missing(prim: str) -> bool:
    return prim in OPTIONAL and python_function(prim) is None


def sampled(spec: dict, call: str) -> dict[str, Any]:
    return {name: value(kind, seed_of(call + name)) for name, kind in spec.items()}


def noise(like: Any, seed: int) -> Any:
    """A random value of the kind of another."""
    rng = np.random.default_rng(seed)
    made = rng.normal(size=np.shape(like))
    if np.iscomplexobj(like):
        made = made + 1j * rng.normal(size=np.shape(like))
    if isinstance(like, np.ndarray):
        return made.astype(like.dtype)
    return complex(made) if np.iscomplexobj(made) else float(made)


def leaves(out: Any) -> list[Any]:
    """The floating point values of a result."""
    items = list(out) if isinstance(out, (tuple, list)) else [out]
    return [i for i in items if np.asarray(i).dtype.kind in "fc"]


def rebuilt(out: Any, values: list[Any]) -> Any:
    """A result with its floating point values replaced and zeros for the others."""
    fresh = iter(values)

    def one(item: Any) -> Any:
        return next(fresh) if np.asarray(item).dtype.kind in "fc" else np.zeros_like(item)

    if isinstance(out, (tuple, list)):
        items = [one(i) for i in out]
        if hasattr(out, "_fields"):
            return type(out)(*items)
        return type(out)(items)
    return one(out)


def pairing(a: Any, b: Any) -> float:
    """The bilinear product: no conjugate, as JAX and autograd pair cotangents with tangents."""
    return float(np.real(np.sum(np.asarray(a) * np.asarray(b))))


def seeded(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its random draws repeated."""

    def call(*args: Any) -> Any:
        np.random.seed(3)
        return f(*args)

    return call


def shifted(v: Any, d: Any, t: float) -> Any:
    moved = np.asarray(v) + t * np.asarray(d)
    return moved if isinstance(v, np.ndarray) else type(v)(moved)


def difference(f: Callable[..., Any], args: list[Any], tangents: list[Any]) -> list[Any]:
    """The directional derivative by central differences."""
    high = leaves(seeded(f)(*[shifted(v, d, STEP) for v, d in zip(args, tangents)]))
    low = leaves(seeded(f)(*[shifted(v, d, -STEP) for v, d in zip(args, tangents)]))
    return [(np.asarray(h) - np.asarray(m)) / (2 * STEP) for h, m in zip(high, low)]


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def test_every_rule_has_a_sample():
    known = set(SAMPLES) | INTERNAL | CASTS | DRAWS | {"builtins.divmod", "ndarray.tolist", "math.sumprod"} | {prim for call, _ in calls() for prim in prims_in(call)}
    ours = [r for r in all_rules() if r not in user_rules()]
    active = {r.prim for r in ours if any(v.kind not in ("constant", "refuse") for v in r.variants)}
    assert sorted(p for p in active - known if python_function(p) is not None) == []
    # The sign of a complex number has a derivative in NumPy 2.
    assert sorted(set(SAMPLES) - active - {"numpy.sign"}) == []


@pytest.mark.parametrize("prim, call, spec", CASES, ids=[f"{p}-{i}" for i, (p, _, _) in enumerate(CASES)])
def test_rule(prim, call, spec):
    if is_missing(prim):
        pytest.skip(f"this version has no {prim}")
    values = sampled(spec, call)
    f = function_of(call, list(values))
    args = list(values.values())
    tangents = [noise(v, i) for i, v in enumerate(args)]
    expected = difference(f, args, tangents)

    out, out_dot = seeded(lambda *a: jvp(f, tuple(a), tuple(tangents)))(*args)
    for want, got in zip(expected, leaves(out_dot)):
        np.testing.assert_allclose(got, want, rtol=5e-5, atol=5e-6)

    out, pullback = seeded(lambda *a: vjp(f, *a))(*args)
    out_bars = [noise(v, 7 + i) for i, v in enumerate(leaves(out))]
    bars = pullback(rebuilt(out, out_bars))
    left = sum(pairing(b, d) for b, d in zip(out_bars, expected))
    right = sum(pairing(b, d) for b, d in zip(bars, tangents))
    np.testing.assert_allclose(right, left, rtol=5e-5, atol=5e-6)
    for bar, v in zip(bars, args):
        assert np.shape(bar) == np.shape(v)
        assert np.asarray(bar).dtype == np.asarray(v).dtype


SMOOTH = [
    (prim, *samples[0])
    for prim, samples in SAMPLES.items()
    if not prim.startswith(("math.", "cmath.", "builtins.", "numpy.random"))
    and not any("z" in str(kind).partition(":")[0] for kind in samples[0][1].values())
]


@pytest.mark.parametrize("prim, call, spec", SMOOTH, ids=[p for p, _, _ in SMOOTH])
def test_second_order(prim, call, spec):
    if is_missing(prim):
        pytest.skip(f"this version has no {prim}")
    values = sampled(spec, call)
    plain = function_of(call, list(values))
    args = list(values.values())
    if isinstance(plain(*args), (tuple, list)):
        pytest.skip("several results are covered by the test of first order")
    around = "np.sum(np.sin(np.real({0})) * np.cos(np.imag({0})))" if np.iscomplexobj(plain(*args)) else "np.sum(np.sin({}))"
    f = function_of(call, list(values), around)
    argnums = tuple(range(len(args)))
    tangents = [noise(v, i) for i, v in enumerate(args)]
    gradient = grad(f, argnums=argnums)
    expected = difference(gradient, args, tangents)
    _, got = jvp(gradient, tuple(args), tuple(tangents))
    for want, have in zip(expected, leaves(got)):
        np.testing.assert_allclose(have, want, rtol=5e-4, atol=5e-5)


SINGLE = [case for case in SMOOTH if case[0] not in ("numpy.linalg.lstsq", "runtime.polygamma")]


@pytest.mark.parametrize("prim, call, spec", SINGLE, ids=[p for p, _, _ in SINGLE])
def test_float32_is_kept(prim, call, spec):
    if is_missing(prim):
        pytest.skip(f"this version has no {prim}")
    values = {k: np.float32(v) if np.ndim(v) == 0 else v.astype("float32") for k, v in sampled(spec, call).items()}
    f = function_of(call, list(values))
    args = list(values.values())
    out, pullback = vjp(f, *args)
    bars = pullback(rebuilt(out, [noise(v, 7 + i) for i, v in enumerate(leaves(out))]))
    for bar in bars:
        assert np.asarray(bar).dtype == np.float32


# --- operands of every kind: a sum over broadcast axes, a form and a dtype for each

OPERANDS: dict[str, Any] = {
    "float": 1.3,
    "scalar": np.float64(0.7),
    "single": np.float32(1.1),
    "rank0": np.array(0.9),
    "one": np.array([1.2]),
    "row": np.array([0.5, 1.5, 0.8]),
    "row32": np.array([0.5, 1.5, 0.8], "float32"),
    "column": np.array([[0.6], [1.4]]),
    "whole": np.array([[0.6, 1.4, 0.9], [1.1, 0.3, 0.7]]),
    "stack": np.linspace(0.4, 1.6, 6).reshape(2, 1, 3),
    "complex": np.array([0.5 + 0.2j, 1.0 - 0.3j, 0.4j]),
}


@pytest.mark.parametrize("call", ["a + b", "a - b", "a * b", "a / b", "a ** 2 * b", "np.where(a == a, a * b, b)"])
@pytest.mark.parametrize("first", list(OPERANDS))
def test_broadcasting(call, first):
    for second in OPERANDS:
        args = [OPERANDS[first], OPERANDS[second]]
        f = function_of(call, ["a", "b"])
        exact = [np.asarray(v, complex if np.iscomplexobj(v) else float) for v in args]
        tangents = [noise(v, i) for i, v in enumerate(args)]
        expected = difference(f, exact, [np.asarray(t) for t in tangents])[0]
        is_single = any(np.asarray(v).dtype == np.float32 for v in args)
        tolerance = {"rtol": 1e-4, "atol": 1e-4} if is_single else {"rtol": 1e-6, "atol": 1e-7}
        _, tangent = jvp(f, tuple(args), tuple(tangents))
        np.testing.assert_allclose(tangent, expected, **tolerance)
        out, pullback = vjp(f, *args)
        assert np.shape(tangent) == np.shape(out)
        out_bar = noise(out, 7)
        bars = pullback(out_bar)
        right = sum(pairing(b, t) for b, t in zip(bars, tangents))
        np.testing.assert_allclose(right, pairing(out_bar, expected), **tolerance)
        for bar, v in zip(bars, args):
            assert np.shape(bar) == np.shape(v)
            # A Python float takes the precision of what it meets.
            assert np.asarray(bar).dtype == np.asarray(v).dtype or isinstance(v, float) and np.isrealobj(bar)


# --- operands of unknown dtype and rank: right, or refused

# These ask for the rank of an operand, or for more than they are told here.
RANKED = frozenset(
    """numpy.quantile numpy.trapezoid numpy.hstack numpy.vstack numpy.dstack numpy.column_stack numpy.hsplit
    numpy.take_along_axis numpy.logspace numpy.geomspace numpy.gradient numpy.inner numpy.kron numpy.linalg.multi_dot
    numpy.tensordot numpy.polyval""".split()
)


def is_refused_when_unknown(prim: str, call: str) -> bool:
    return prim in RANKED or "..." in call or "hermitian" in call or prim in ("numpy.linalg.norm", "numpy.fft.rfftn", "numpy.fft.irfftn")


@pytest.mark.parametrize("prim, call, spec", CASES, ids=[f"{p}-{i}" for i, (p, _, _) in enumerate(CASES)])
def test_unknown_operands(prim, call, spec):
    if is_missing(prim):
        pytest.skip(f"this version has no {prim}")
    values = sampled(spec, call)
    f = function_of(call, list(values))
    args, names = list(values.values()), tuple(values)
    tangents = [noise(v, i) for i, v in enumerate(args)]
    expected = difference(f, args, tangents)
    try:
        primal = lower(source_of(f), dict.fromkeys(names, ANY), NUMPY)
        tangent, adjoint = forward(primal, names, NUMPY), reverse(primal, names, seed="vjp", knowledge=NUMPY)
    except NoRuleError:
        assert is_refused_when_unknown(prim, call)
        return
    _, dots = seeded(lambda *a: evaluate(tangent, a))(*args, *tangents)
    for want, got in zip(expected, leaves(dots)):
        np.testing.assert_allclose(got, want, rtol=5e-5, atol=5e-6)
    out = f(*args)
    out_bars = [noise(v, 7 + i) for i, v in enumerate(leaves(out))]
    full = rebuilt(out, out_bars)
    several = isinstance(adjoint.params[-1].tree, Pack)
    _, bars = seeded(lambda *a: evaluate(adjoint, a))(*args, *(full if several else [full]))
    right = sum(pairing(b, d) for b, d in zip(bars, tangents))
    left = sum(pairing(b, d) for b, d in zip(out_bars, expected))
    np.testing.assert_allclose(right, left, rtol=5e-5, atol=5e-6)
    for bar, v in zip(bars, args):
        assert np.shape(bar) == np.shape(v)
        assert np.isrealobj(bar) or np.iscomplexobj(v)
