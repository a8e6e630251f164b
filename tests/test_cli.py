"""The command line: what it prints and writes, and how it fails."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from st_ad_cli.main import main

FILE = """
import numpy as np

print("this module was executed")
SCALE = 2.0


def loss(W, b, x, t):
    r = np.tanh(x @ W + b) - t
    return SCALE * np.mean(np.sum(r * r, axis=1))


def cube(x, power=3):
    return x ** power


def reduce(x, axis=0):
    return np.sum(np.max(x, axis=axis))


def odd(x):
    class Local:
        value = x

    return Local.value
"""
TYPES = "W=float64[d,k], b=float64[k], x=float64[n,d], t=float64[n,k]"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "user_model.py"
    path.write_text(FILE)
    return str(path)


def load(path: Path):
    spec = importlib.util.spec_from_file_location("emitted_module", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_style_is_chosen(file, capsys):
    assert main(["show", f"{file}:loss", "--wrt", "W", "--args", TYPES, "--style", "fast"]) == 0
    assert "r *= " in capsys.readouterr().out


def test_show_prints_the_adjoint_and_runs_nothing(file, capsys):
    assert main(["show", f"{file}:loss", "--wrt", "W,b", "--args", TYPES]) == 0
    out, err = capsys.readouterr()
    assert "def loss_grad(W, b, x, t, out_bar=1.0):" in out and "return W_bar, b_bar" in out
    assert "executed" not in out and not err and "\x1b" not in out
    compile(out, "<shown>", "exec")


def test_show_without_types(file, capsys):
    assert main(["show", f"{file}:loss"]) == 0
    assert "def loss_grad" in capsys.readouterr().out


@pytest.mark.parametrize("mode", ["grad", "value_and_grad", "vjp", "jvp", "hvp"])
def test_modes(file, capsys, mode):
    assert main(["show", f"{file}:cube", "--mode", mode, "--args", "x=float"]) == 0
    assert f"def cube_{mode}(" in capsys.readouterr().out


@pytest.mark.parametrize("stage", ["wengert", "adjoint", "source"])
def test_stages(file, capsys, stage):
    assert main(["show", f"{file}:cube", "--stage", stage]) == 0
    assert capsys.readouterr().out.strip()


def test_a_default_that_is_an_axis(file, capsys):
    assert main(["show", f"{file}:reduce"]) == 0
    assert main(["show", f"{file}:reduce", "--args", "axis=1"]) == 0


def test_import_executes_the_module(file, capsys):
    assert main(["show", f"{file}:cube", "--import"]) == 0
    assert "this module was executed" in capsys.readouterr().out


def test_a_module_by_name(file, capsys, monkeypatch):
    monkeypatch.chdir(Path(file).parent)
    assert main(["show", "user_model:cube"]) == 0
    out = capsys.readouterr().out
    assert "def cube_grad" in out and "executed" not in out


def test_emit_writes_a_module_that_needs_numpy_only(file, tmp_path, capsys):
    made = tmp_path / "made.py"
    command = ["emit", f"{file}:loss", f"{file}:cube", "-o", str(made)]
    assert main([*command, "--check"]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert main(command) == 0
    assert main([*command, "--check"]) == 0
    assert "st_ad" not in [
        line.split()[1] for line in made.read_text().splitlines() if line.startswith("import ")
    ]
    module = load(made)
    assert module.cube_grad(2.0, 3) == pytest.approx(12.0)
    W, b, x, t = np.ones((3, 2)), np.zeros(2), np.ones((4, 3)), np.zeros((4, 2))
    y = np.tanh(x @ W + b)
    np.testing.assert_allclose(module.loss_grad(W, b, x, t), x.T @ (y * (1 - y * y)))
    made.write_text(made.read_text() + "\n# edited\n")
    assert main([*command, "--check"]) == 1
    assert "is not up to date" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["show", "FILE:nothing"], "nothing"),
        (["show", "missing.py:f"], "missing.py"),
        (["show", "FILE"], "FILE:FUNCTION"),
        (["show", "no_such_module:f"], "no_such_module"),
        (["show", "FILE:loss", "--wrt", "q"], "no parameter `q`"),
        (["show", "FILE:loss", "--args", "W=float64[:"], "types"),
        (["show", "FILE:loss", "--args", "W=strange[:]"], "strange"),
        (["show", "FILE:odd"], "a class defined inside"),
        (["emit", "FILE:loss", "-o", "/no/such/folder/x.py"], "/no/such/folder"),
    ],
)
def test_errors_go_to_stderr_with_status_2(file, capsys, arguments, message):
    assert main([a.replace("FILE", file) if ":" in a or a == "FILE" else a for a in arguments]) == 2
    out, err = capsys.readouterr()
    assert not out and message in err and "Traceback" not in err


def test_rules(capsys):
    assert main(["rules"]) == 0
    assert "np.tanh(x)" in capsys.readouterr().out
    assert main(["rules", "linalg"]) == 0
    assert "np.tanh" not in capsys.readouterr().out


def test_python_dash_m(file):
    command = [sys.executable, "-m", "st_ad_cli", "show", f"{file}:cube"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0 and "def cube_grad" in result.stdout
    wrong = subprocess.run([sys.executable, "-m", "st_ad_cli", "show"], capture_output=True, text=True)
    assert wrong.returncode == 2 and not wrong.stdout
