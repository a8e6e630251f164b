"""The emitted text is Python that st_ad reads again, needs NumPy alone, and is the same bytes everywhere."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import types
from pathlib import Path

import goldens
import numpy as np
import pytest
import versions
from test_golden import PATHS, agree, fresh, named, tangents

import st_ad
from st_ad.dispatch import Derivative
from st_ad.pipeline import module_text

ROOT = Path(__file__).resolve().parent.parent


def module_of(golden: goldens.Golden) -> str:
    """The standalone module of a golden."""
    args = () if golden.generic else golden.cases[0]
    return module_text(Derivative(golden.function, golden.mode, golden.argnums).programs(args))


def own_names(golden: goldens.Golden) -> bool:
    """Whether a golden reads classes or data of its own module, which a standalone module cannot have."""
    return golden.path.stem in (
        "argument_dataclass",
        "argument_namedtuple",
        "object_network",
    )


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_standalone_module(path: Path) -> None:
    golden = goldens.read(path)
    if own_names(golden):
        pytest.skip("reads its own module")
    text = module_of(golden)
    imported = {n.split(".")[0] for node in ast.walk(ast.parse(text)) for n in names_imported(node)}
    assert imported <= {"numpy", *sys.stdlib_module_names}
    module = types.ModuleType("emitted")
    exec(compile(text, "<emitted>", "exec"), vars(module))
    if golden.mode not in ("grad", "value_and_grad", "elementwise_grad"):
        return
    name = [n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)][-1]
    derivative = Derivative(golden.function, golden.mode, golden.argnums)
    for case in golden.cases:
        agree(vars(module)[name](*fresh(case)), derivative(*fresh(case)))


def names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [a.name for a in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@pytest.mark.parametrize("path", PATHS, ids=named)
def test_read_again(path: Path) -> None:
    """The emitted function can be differentiated like one that a person wrote, and computes the same."""
    golden = goldens.read(path)
    if golden.mode != "grad" or golden.generic:
        pytest.skip("not a gradient of known types")
    derivative = Derivative(golden.function, "grad", golden.argnums)
    args = golden.cases[0]
    gradient = derivative(*fresh(args))
    assert derivative.last is not None
    emitted = derivative.last.loaded[0].function
    dots = tangents(golden, args)
    out, out_dot = st_ad.jvp(emitted, fresh(args), dots)
    agree(out, gradient)
    agree(out_dot, st_ad.jvp(st_ad.grad(golden.function, argnums=golden.argnums), fresh(args), dots)[1])


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_hash_seeds(seed: str) -> None:
    """The same bytes for every order of hashes."""
    assert texts_of(sys.executable, PYTHONHASHSEED=seed) == versions.texts()


@pytest.mark.parametrize("version", versions.VERSIONS)
def test_python_versions(version: str) -> None:
    """The same bytes on every Python that is there with NumPy, gast and astor."""
    python = versions.interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    assert texts_of(python) == versions.texts()


def texts_of(python: str, **environment: str) -> str:
    done = subprocess.run(
        [python, str(ROOT / "tests" / "versions.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "ST_AD_CACHE": "off", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_arguments_are_not_shared() -> None:
    """Writing to one gradient changes neither another nor an argument."""
    from st_ad import grad

    def total(x, y):
        return np.sum(x + y)

    x, y = np.zeros(3), np.zeros(3)
    x_bar, y_bar = grad(total, argnums=(0, 1))(x, y)
    x_bar += 5.0
    assert list(y_bar) == [1.0, 1.0, 1.0] and not x.any() and not y.any()
