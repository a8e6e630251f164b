"""NumPy as people call it: the calls of numpy_calls.txt, with the range of each name in them (see rule_samples)."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np

from st_ad.rules.catalogue import prim_of

Call = tuple[str, dict[str, Any]]


def calls() -> list[Call]:
    """Every line as an expression and the values that it is differentiated with respect to."""
    text = (Path(__file__).parent / "numpy_calls.txt").read_text(encoding="utf-8")
    return [_parsed(line) for line in text.splitlines() if line and not line.startswith("#")]


def _parsed(line: str) -> Call:
    call, _, spec = line.rpartition("|")
    values = {}
    for part in spec.split():
        name, _, value = part.partition("=")
        values[name] = float(value) if re.fullmatch(r"[-\d.]+", value) else value
    return call.strip(), values


def functions_in(call: str) -> list[Any]:
    """The functions of NumPy and math that an expression names; None for one that this version does not have."""
    names = re.findall(r"\b(?:np|math)(?:\.\w+)+", call)
    return [_found(name) for name in names if name not in ("np.random.default_rng", "np.random.RandomState")]


def _found(name: str) -> Any:
    value: Any = {"np": np, "math": math}[name.partition(".")[0]]
    for part in name.split(".")[1:]:
        value = getattr(value, part, None)
    return value


def prims_in(call: str) -> set[str]:
    """The primitives that an expression calls."""
    return {prim for f in functions_in(call) if (prim := prim_of(f)) is not None}
