"""Which goldens Numba compiles: a row per golden file, `python -m tests.numba_table [--jobs N] [name ...]`.

A golden whose primal Numba compiles must have an adjoint that it compiles too, unchanged, and that gives what the NumPy
target gives; or it is refused when it is generated.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import re
import sys
import types
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import goldens

import st_ad
from st_ad import arguments

# What may come out, from best to worst; the last two are faults of ours.
OUTCOMES = ("agrees", "no primal", "refused", "fails", "differs")


def fresh(args: Any) -> Any:
    """The arguments with arrays of their own."""
    return arguments.map_leaves(lambda _, v: v.copy() if isinstance(v, np.ndarray) else v, args)


def compiled(function: Any) -> Any:
    """The function under `numba.njit`, with the functions that it calls."""
    import numba

    known = dict(function.__globals__)
    for name in function.__code__.co_names:
        other = known.get(name)
        if isinstance(other, types.FunctionType) and other is not function:
            known[name] = numba.njit(other)
    again = types.FunctionType(function.__code__, known, function.__name__, function.__defaults__, function.__closure__)
    again.__kwdefaults__ = function.__kwdefaults__
    return numba.njit(again)


def loaded(text: str, function: Any) -> Any:
    """The function of a text, which sees what the user's function saw."""
    name = re.findall(r"^def (\w+)\(", text, re.MULTILINE)[-1]
    namespace = {**function.__globals__, "np": np, "math": math}
    if function.__closure__:
        cells = zip(function.__code__.co_freevars, function.__closure__)
        namespace.update((n, c.cell_contents) for n, c in cells)
    exec(compile(text, f"<{name}>", "exec"), namespace)
    return namespace[name]


def same(found: Any, wanted: Any) -> str:
    """How two results differ, or nothing."""
    if isinstance(wanted, (tuple, list)):
        if not isinstance(found, (tuple, list)) or len(found) != len(wanted):
            return f"{found!r} instead of {wanted!r}"
        return next((why for a, b in zip(found, wanted) if (why := same(a, b))), "")
    if np.shape(found) != np.shape(wanted):
        return f"shape {np.shape(found)} instead of {np.shape(wanted)}"
    if isinstance(wanted, np.ndarray) and np.asarray(found).dtype != wanted.dtype:
        return f"{np.asarray(found).dtype} instead of {wanted.dtype}"
    single = "float32" in str(np.asarray(wanted).dtype)
    close = np.allclose(found, wanted, rtol=1e-4 if single else 1e-11, atol=1e-4 if single else 1e-12, equal_nan=True)
    return "" if close else f"{found!r} instead of {wanted!r}"


def text_for(function: Any, args: tuple[Any, ...], argnums: Any, mode: str, target: str) -> str:
    """The generated source, which is what is compiled."""
    return st_ad.source(function, *args, argnums=argnums, mode=mode, target=target)


def seeds(text: str, function: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Values for the parameters that a derivative has besides those of the primal: tangents and adjoints."""
    made = loaded(text, function)
    names = made.__code__.co_varnames[: made.__code__.co_argcount]
    primal = function.__code__.co_varnames[: function.__code__.co_argcount]
    given = dict(zip(primal, args))
    defaults = len(made.__defaults__ or ())
    found: list[Any] = []
    for name in names[len(args) : len(names) - defaults]:
        like = given.get(re.sub(r"_(bar|dot|adj|tan)$", "", name))
        found.append(function(*fresh(args)) if like is None else like)
    return tuple(fresh(found))


def outcome(function: Any, cases: tuple[tuple[Any, ...], ...], argnums: Any, mode: str = "grad") -> tuple[str, str]:
    """What becomes of a function, and why."""
    warnings.simplefilter("ignore")
    try:
        primal = compiled(function)
        for case in cases:
            primal(*fresh(case))
    except Exception as error:
        return "no primal", _short(error)
    try:
        text = text_for(function, cases[0], argnums, mode, "numba")
    except st_ad.StAdError as error:
        return "refused", _short(error)
    plain = text_for(function, cases[0], argnums, mode, "numpy")
    import numba

    derivative = numba.njit(loaded(text, function))
    for case in cases:
        extra = seeds(plain, function, case)
        wanted = loaded_and_called(plain, function, case, extra)
        try:
            found = derivative(*fresh(case), *fresh(extra))
        except Exception as error:
            return "fails", _short(error)
        why = same(found, wanted)
        if why:
            return "differs", why
    return "agrees", ""


def loaded_and_called(text: str, function: Any, case: tuple[Any, ...], extra: tuple[Any, ...]) -> Any:
    """What the text of the NumPy target gives; helpers of the runtime are there."""
    import st_ad.runtime as runtime

    made = loaded(text, function)
    for name in made.__code__.co_names:
        if hasattr(runtime, name):
            made.__globals__.setdefault(name, getattr(runtime, name))
    return made(*fresh(case), *fresh(extra))


def _short(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    telling = [line for line in lines if not re.match(r"(Failed in nopython|- Resolution|File |\^|During: |Enter|There are|Overload|\d+\. )", line)]
    return f"{type(error).__name__}: {' | '.join(telling)[:300]}"


def row(path: Path) -> tuple[str, str, str]:
    """The row of one golden file."""
    golden = goldens.read(path)
    if golden.generic:
        return path.stem, "no primal", "for arguments of every kind"
    return path.stem, *outcome(golden.function, golden.cases, golden.argnums, golden.mode)


def main(args: list[str] | None = None) -> int:
    """Print the table; the number of faults is the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(args)
    paths = [p for p in goldens.paths() if not given.names or p.stem in given.names]
    rows: list[tuple[str, str, str]] = []
    with multiprocessing.get_context("fork").Pool(given.jobs) as pool:
        for name, what, why in pool.imap(row, paths):
            rows.append((name, what, why))
            print(f"{name:32}{what:12}{why}", flush=True)
    counts = Counter(what for _, what, _ in rows)
    print(", ".join(f"{counts[o]} {o}" for o in OUTCOMES))
    return counts["fails"] + counts["differs"]


if __name__ == "__main__":
    sys.exit(min(main(), 1))
