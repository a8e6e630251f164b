"""What of NumPy and SciPy has derivatives: the calls, and how many there are area by area."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from typing import Any, Iterator

import numpy as np

from .frontend.calls.solvers import SOLVERS
from .rules.catalogue import all_rules, load_area_of, method_prim, prim_of, rule_for, scipy_rules
from .rules.notation import HEADS
from .rules.procedures import PROCEDURES

_AREAS = (
    "numpy", "numpy.linalg", "numpy.fft", "numpy.random", "numpy.ndarray", "scipy.special", "scipy.linalg", "scipy.fft", "scipy.signal",
    "scipy.integrate", "scipy.interpolate", "scipy.optimize", "scipy.stats", "scipy.spatial.distance", "scipy.ndimage",
)  # fmt: skip
# The front end knows these attributes and methods of arrays without a rule.
_OF_ARRAYS = frozenset("T mT real imag shape size ndim dtype fill sort view compress clip item astype flat copy".split())
_ZERO = frozenset("base data device flags itemsize nbytes strides tobytes".split())
Row = tuple[str, int, int, int]


def areas_table() -> list[Row]:
    """For each area: its name, how many of its functions are differentiated, are constant, and are there."""
    rows = []
    for area in _AREAS:
        if area.startswith("scipy") and importlib.util.find_spec("scipy") is None:
            continue
        states = [_state(prim) for prim in _public(area)]
        rows.append((area, states.count("derivative"), states.count("zero"), len(states)))
    return rows


def rules_table() -> list[tuple[str, str, str]]:
    """What is supported: the call, the kind of rule, and what there is to say about it. A program is run in its place."""
    rules = all_rules()
    if importlib.util.find_spec("scipy") is not None:
        rules += scipy_rules()
    rows = []
    for rule in rules:
        known = [v.kind for v in rule.variants if v.kind != "refuse"]
        body = PROCEDURES.get(rule.prim)
        kind = "program" if body is not None else known[0] if known else rule.kind
        template = rule.template if body is None else _call(rule.prim, body)
        rows.append((template, kind, f"otherwise: {rule.reason}" if kind != "refuse" and rule.kind == "refuse" else rule.reason))
    stated = {rule.prim for rule in rules}
    rows += [(_call(prim, body), "program", "") for prim, body in PROCEDURES.items() if prim not in stated and prim.startswith(_AREAS)]
    return sorted(rows, key=lambda row: row[0])


def _call(prim: str, body: Any) -> str:
    """A call of a primitive, as templates are written."""
    module = max((m for m in HEADS.values() if prim.startswith(f"{m}.")), key=len)
    head = next(h for h, m in HEADS.items() if m == module)
    return f"{head}{prim[len(module) :]}{inspect.signature(body)}"


def areas_text() -> str:
    """The same as a table of Markdown."""
    lines = ["| area | differentiated | zero derivative | functions |", "|---|---:|---:|---:|"]
    return "\n".join([*lines, *(f"| `{area}` | {some} | {zero} | {total} |" for area, some, zero, total in areas_table())]) + "\n"


def _public(area: str) -> Iterator[str]:
    """The primitives of the public functions of an area; a distribution stands for its density."""
    if area == "numpy.ndarray":
        for name in dir(np.ndarray):
            if not name.startswith("_"):
                known = "derivative" if name in _OF_ARRAYS else "zero" if name in _ZERO else None
                yield known or method_prim(name) or ""
        return
    module = importlib.import_module(area)
    # Procedures are known once the rules of their area are read.
    load_area_of(f"{area}.")
    for name in sorted(getattr(module, "__all__", dir(module))):
        value: Any = getattr(module, name, None)
        if hasattr(value, "logpdf") or hasattr(value, "logpmf"):
            yield f"{area}.{name}.{'logpdf' if hasattr(value, 'logpdf') else 'logpmf'}"
        elif f"{area}.{name}" in PROCEDURES:
            yield f"{area}.{name}"
        elif callable(value) and not isinstance(value, type):
            yield prim_of(value) or ""


def _state(prim: str) -> str:
    if prim in ("derivative", "zero", ""):
        return prim
    rule = rule_for(prim)
    if prim in PROCEDURES or prim in SOLVERS:
        return "derivative"
    kinds = {v.kind for v in rule.variants} if rule is not None else set()
    if kinds - {"constant", "refuse"}:
        return "derivative"
    return "zero" if "constant" in kinds else ""
