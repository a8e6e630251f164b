"""The target "numba": what numba.njit compiles unchanged gives what the NumPy target gives; the rest is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numba_programs import PROGRAMS

import st_ad

# Compiling takes a second or two each: these run always, the others with `-m numba`.
ALWAYS = ("early_return", "heat", "lstm", "mixture", "nested", "single", "slices", "curvature")


def argnums(wrt: str) -> Any:
    names = tuple(n.strip() for n in wrt.split(","))
    return names[0] if len(names) == 1 else names


@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in ALWAYS else pytest.mark.numba) for n in PROGRAMS])
def test_compiles_and_agrees(name: str) -> None:
    pytest.importorskip("numba")
    from numba_table import outcome

    function, wrt, cases, mode = PROGRAMS[name]
    assert outcome(function, cases, argnums(wrt), mode) == ("agrees", "")


@pytest.mark.parametrize("name", PROGRAMS)
def test_is_plain_python_too(name: str) -> None:
    """Without Numba the text runs as it is, and says the same."""
    from numba_table import loaded_and_called, same, seeds, text_for

    function, wrt, cases, mode = PROGRAMS[name]
    text = text_for(function, cases[0], argnums(wrt), mode, "numba")
    plain = text_for(function, cases[0], argnums(wrt), mode, "numpy")
    for case in cases:
        extra = seeds(plain, function, case)
        wanted = loaded_and_called(plain, function, case, extra)
        assert not same(loaded_and_called(text, function, case, extra), wanted)


@pytest.mark.numba
def test_goldens() -> None:
    """Every golden whose primal Numba compiles; `python -m tests.numba_table` prints them."""
    pytest.importorskip("numba")
    from numba_table import main as table

    assert table([]) == 0


REFUSED = {
    "keywords": ("def f(x, *others):\n    return x * others[0]\n", (1.5, 2.0), "*others"),
    "dict": ("def f(p):\n    return p['a'] ** 2\n", ({"a": 1.0},), "dict"),
    "einsum": ("def f(x):\n    return np.einsum('ii,j->', x, x[0]) ** 2\n", (np.eye(2),), "einsum"),
    "try": ("def f(x):\n    try:\n        y = np.linalg.cholesky(x)\n    except np.linalg.LinAlgError:\n        y = x\n    return np.sum(y)\n", (np.eye(2),), "try"),
    "file": ("def f(x):\n    with np.errstate(all='ignore'):\n        y = x / 3.0\n    return y\n", (0.5,), "with"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_numba_has_no_words_for(name: str) -> None:
    import linecache

    text, args, said = REFUSED[name]
    file = f"<refused {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), namespace)
    st_ad.source(namespace["f"], *args)
    with pytest.raises(st_ad.UnsupportedError) as caught:
        st_ad.source(namespace["f"], *args, target="numba")
    assert said in str(caught.value)
    assert all(p.line and p.remedy for p in caught.value.problems)


def test_the_types_must_be_known() -> None:
    with pytest.raises(st_ad.UnsupportedError, match="give example arguments"):
        st_ad.source(PROGRAMS["newton"][0], target="numba")


def test_the_fast_style_is_for_numpy() -> None:
    function, wrt, cases, _ = PROGRAMS["mlp"]
    with pytest.raises(st_ad.UnsupportedError, match="leave the style out"):
        st_ad.source(function, *cases[0], argnums=argnums(wrt), style="fast", target="numba")


def test_an_unknown_target() -> None:
    with pytest.raises(ValueError, match="numpy, numba"):
        st_ad.source(PROGRAMS["newton"][0], 2.0, 1e-8, target="cuda")


def test_a_compiled_function_is_its_source() -> None:
    class Compiled:
        """What numba.njit gives, as far as st_ad looks at it."""

        py_func = staticmethod(PROGRAMS["newton"][0])

        def __call__(self, *args: Any) -> float:
            return self.py_func(*args)

    made = st_ad.source(Compiled(), 2.0, 1e-8, target="numba")
    assert made == st_ad.source(PROGRAMS["newton"][0], 2.0, 1e-8, target="numba")


def test_the_command_line(tmp_path: Any, capsys: Any) -> None:
    from st_ad_cli.main import main

    file = tmp_path / "decay.py"
    file.write_text("def decay(x, n):\n    for _ in range(n):\n        x = x - 0.1 * x * x\n    return x\n")
    assert main(["show", f"{file}:decay", "--args", "x=float, n=int", "--target", "numba"]) == 0
    shown = capsys.readouterr().out
    assert "reversed" not in shown and "x_tape = np.empty(max(n, 0))" in shown
    assert main(["emit", f"{file}:decay", "--args", "x=float, n=int", "--target", "numba", "-o", "-"]) == 0
    assert shown in capsys.readouterr().out
