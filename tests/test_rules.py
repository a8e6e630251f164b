"""Every rule on its samples: forward against differences, reverse against forward, second order, float32 kept."""

from __future__ import annotations

import linecache
import math
import warnings
from typing import Any, Callable

import numpy as np
import pytest
from rule_samples import CASTS, INTERNAL, OPTIONAL, SAMPLES, seed_of, value

from st_ad import grad, jvp, runtime, vjp
from st_ad.ir.primitives import python_function
from st_ad.rules.catalogue import all_rules

CASES = [(prim, call, spec) for prim, samples in SAMPLES.items() for call, spec in samples]
STEP = 1e-6


def function_of(call: str, names: list[str], around: str = "{}") -> Callable[..., Any]:
    """A function with that call as its body, whose source can be found."""
    text = f"def f({', '.join(names)}):\n    return {around.format(call)}\n"
    file = f"<sample {call} {around}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    scope: dict[str, Any] = {"np": np, "math": math, "runtime": runtime}
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
    known = set(SAMPLES) | INTERNAL | CASTS
    active = {r.prim for r in all_rules() if any(v.kind not in ("constant", "refuse") for v in r.variants)}
    assert sorted(active - known) == []
    assert sorted(set(SAMPLES) - active) == []


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
    if not prim.startswith(("math.", "builtins.", "numpy.random"))
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


SINGLE = [case for case in SMOOTH if not case[0].startswith("numpy.linalg.lstsq")]


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
