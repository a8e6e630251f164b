"""The golden files: each is a primal with example arguments, then the text that st_ad generated for it.

The part above the mark is a Python module that calls `golden(function, "names to differentiate", *cases)`; each case is
a tuple of arguments, all of the same kinds. The part below is written by `pytest --update-golden`.
"""

from __future__ import annotations

import linecache
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import numpy as np

import st_ad

FOLDER = Path(__file__).parent / "golden"
GENERATED = "\n# --- generated\n"
REFUSED = "\n# --- refused\n"


@dataclass(frozen=True)
class Golden:
    """One golden file, read and executed."""

    path: Path
    given: str
    expected: str
    function: Callable[..., Any]
    wrt: tuple[str, ...]
    cases: tuple[tuple[Any, ...], ...]
    mode: str = "grad"
    generic: bool = False
    differences: bool = True

    @property
    def argnums(self) -> Any:
        """As `argnums` takes it: a name, or a tuple of several."""
        return self.wrt[0] if len(self.wrt) == 1 else self.wrt

    def generate(self) -> str:
        """The text for the kinds of the first case."""
        args = () if self.generic else self.cases[0]
        text = st_ad.source(self.function, *args, argnums=self.argnums, mode=self.mode)
        return text.replace(f"{FOLDER.parent}/", "tests/").rstrip("\n") + "\n"

    def write(self, mark: str, text: str) -> None:
        """Replace what is below the mark."""
        self.path.write_text(self.given + mark + text, encoding="utf-8")


def paths(folder: Path = FOLDER) -> list[Path]:
    """The golden files in order of their names."""
    return sorted(folder.glob("*.txt"))


def read(path: Path) -> Golden:
    """Execute the given part of a file, with its lines where they are for tracebacks and for st_ad."""
    text = path.read_text(encoding="utf-8")
    mark = REFUSED if path.parent.name == "errors" else GENERATED
    given, _, expected = text.partition(mark)
    given = given.rstrip("\n") + "\n"
    found: list[Golden] = []

    def golden(function: Any, wrt: str, *cases: Any, **options: Any) -> None:
        names = tuple(n.strip() for n in wrt.split(","))
        found.append(Golden(path, given, expected, function, names, cases, **options))

    name = str(path)
    linecache.cache[name] = (len(given), None, given.splitlines(keepends=True), name)
    module = types.ModuleType(f"golden_{path.stem}")
    sys.modules[module.__name__] = module
    vars(module).update(golden=golden, sample=sample)
    exec(compile(given, name, "exec", dont_inherit=True), vars(module))
    (only,) = found
    return only


def sample(*shape: int) -> np.ndarray:
    """An array of values between -1.3 and 1.3, all different, the same in every run.

    >>> sample(3)
    array([ 1.09, -0.42,  0.66])
    """
    count = int(np.prod(shape))
    return ((np.arange(count) * 108 + 239) % 259 - 130.0).reshape(shape) / 100.0
