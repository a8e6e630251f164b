"""The examples run, their results come out, and the generated module beside each is up to date."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from st_ad import grad
from st_ad_cli.main import main

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"

# What `st-ad emit examples/NAME.py:FUNCTION ... -o examples/NAME_grad.py` was called with.
EMITTED = {
    "eq1": ("d", "--wrt", "a,b,c", "--args", "a=float, b=float, c=float"),
    "trace": ("y", "--wrt", "x1,x2", "--args", "x1=float, x2=float"),
    "graphs": ("einsum_layer", "--wrt", "q,k,v", "--args", "q=float64[n,d], k=float64[m,d], v=float64[m,e]"),
    "mlp": (
        "mlp_loss",
        "--wrt",
        "W1,b1,W2,b2",
        "--args",
        "W1=float64[d,h], b1=float64[h], W2=float64[h,k], b2=float64[k], x=float64[n,d], t=float64[n,k]",
    ),
    "sine": (
        "squared_error",
        "--wrt",
        "W1,b1,W2,b2",
        "--mode",
        "value_and_grad",
        "--args",
        "W1=float64[h], b1=float64[h], W2=float64[h], b2=float, x=float64[n], y=float64[n]",
    ),
    "rnn": (
        "next_letter_loss",
        "--wrt",
        "params",
        "--mode",
        "vjp",
        "--args",
        'params={"E": float64[a,h], "W": float64[h,h], "b": float64[h], "V": float64[a,h], "c": float64[a]}, '
        "letters=int64[n], h=float64[h]",
    ),
    "relax": ("relax", "--wrt", "x,w", "--args", "x=float64[n], w=float, cap=float, steps=int"),
    "heat": (
        "misfit",
        "--wrt",
        "theta",
        "--mode",
        "value_and_grad",
        "--args",
        "theta=float64[p], base=float64[n], measured=float64[n], steps=int",
    ),
    "newton": ("root", "--wrt", "a", "--args", "a=float, x0=float"),
}


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def emit(name: str, *options: str) -> int:
    function, *rest = EMITTED[name]
    target = f"examples/{name}.py:{function}"
    return main(["emit", target, *rest, "-o", f"examples/{name}_grad.py", *options])


@pytest.mark.parametrize("name", EMITTED)
def test_generated_module_is_up_to_date(
    name: str, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    if update_golden:
        assert emit(name) == 0
    assert emit(name, "--check") == 0


def test_every_example_is_listed() -> None:
    files = {p.stem for p in EXAMPLES.glob("*.py") if not p.stem.endswith("_grad")}
    assert files == set(EMITTED)


@pytest.mark.parametrize("name", EMITTED)
def test_generated_module_needs_numpy_alone(name: str) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import importlib; importlib.import_module(sys.argv[2]); "
        "assert 'st_ad' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import site; site.main(); {script}", str(EXAMPLES), f"{name}_grad"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_importing_examples_needs_numpy_alone() -> None:
    for name in EMITTED:
        text = (EXAMPLES / f"{name}.py").read_text()
        for line in text.splitlines():
            if line.startswith(("import ", "from ")):
                assert line.split()[1].split(".")[0] not in ("sklearn", "scipy", "matplotlib")


@pytest.mark.parametrize("name", ["eq1", "trace", "graphs", "sine", "relax", "newton"])
def test_example_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    load(name).main()
    assert capsys.readouterr().out


def test_eq1() -> None:
    gradient = grad(load("eq1").d, argnums=(0, 1, 2))(2.2, -1.8, 0.1)
    np.testing.assert_allclose(gradient, (-1.7, 2.2, 2.2), rtol=1e-12)


def test_trace(capsys: pytest.CaptureFixture[str]) -> None:
    load("trace").main()
    out = capsys.readouterr().out
    assert "y = 11.652, gradient (5.500, 1.716)" in out
    assert "v1 = numpy.log(x1) = 0.693147" in out


def test_graphs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    load("graphs").main(str(tmp_path))
    fourth, by_hand = (line.split()[-1] for line in capsys.readouterr().out.splitlines()[3:5])
    assert fourth == by_hand


def test_sine() -> None:
    assert load("sine").main(steps=2000) < 0.06


def test_mlp_recognises_digits() -> None:
    pytest.importorskip("sklearn")
    assert load("mlp").main() > 0.95


def test_rnn_learns() -> None:
    first, last = load("rnn").main(passes=3)
    assert last < first - 0.5


def test_heat_is_fitted() -> None:
    pytest.importorskip("scipy")
    alpha, height = load("heat").main()
    assert math.isclose(alpha, 0.23, rel_tol=0.02) and math.isclose(height, 1.7, rel_tol=0.01)


def test_newton() -> None:
    root = load("newton").root
    assert math.isclose(grad(root)(5.0, 2.0), 1.0 / (3.0 * root(5.0, 2.0) ** 2), rel_tol=1e-10)
