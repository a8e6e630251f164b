"""All rules, found by the primitive's name; the areas of NumPy are read at the first look-up."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import Any

from ..ir.syntax import Arg
from .names import method_prim, prim_of
from .notation import RULES, Rule
from .signatures import bind, rebind, select

AREAS = (
    "operators", "ufuncs", "scalars", "phases", "reductions", "masked", "statistics", "ufunc_methods", "shapes", "joining",
    "indexing", "selection", "padding", "creation", "products", "contractions", "linalg", "decompositions", "norms", "fourier",
    "signals", "differences", "polynomials", "draws", "python_draws", "constants", "helpers", "sparse", "refusals",
)  # fmt: skip

# The areas of SciPy: each is read when one of its functions is first met.
SCIPY_AREAS = {
    "scipy.special": ("special",), "scipy.linalg": ("linalg", "decompositions", "matrix_functions", "special_matrices", "matrices"),
    "scipy.fft": ("fourier",), "scipy.signal": ("filters", "signal", "spectra"), "scipy.ndimage": ("windows", "images"), "scipy.integrate": ("integrals",),
    "scipy.optimize": ("solvers",), "scipy.spatial.distance": ("bodies",), "scipy.interpolate": ("bodies",),
    "scipy.sparse": ("sparse", "entries"),
    "scipy.stats": ("special", "distributions", "statistics", "samples"),
}  # fmt: skip

_loaded = False
_loaded_of_scipy: set[str] = set()
_ours: dict[str, tuple[Rule, int]] = {}

__all__ = [
    "AREAS", "SCIPY_AREAS", "all_rules", "bind", "method_prim", "nearest", "prim_of", "rebind", "refuses", "rule_for", "scipy_rules",
    "select",
    "user_rules",
]  # fmt: skip


def _load() -> None:
    global _loaded
    if _loaded:
        return
    _loaded = True
    _read(AREAS)


def _load_of_scipy(module: str) -> None:
    if module in _loaded_of_scipy:
        return
    _loaded_of_scipy.add(module)
    _read(tuple(f"scipy.{area}" for area in SCIPY_AREAS[module]))


def _read(areas: tuple[str, ...]) -> None:
    """Read files of rules; a rule that the user stated before is not overwritten."""
    users = dict(RULES)
    for area in areas:
        import_module(f"{__package__}.{area}")
    _ours.update((p, (r, len(r.variants))) for p, r in RULES.items() if users.get(p) is not r)
    RULES.update(users)


def rule_for(prim: str) -> Rule | None:
    """The rule of a primitive, or None when it has none."""
    _load()
    load_area_of(prim)
    return RULES.get(prim)


def load_area_of(prim: str) -> None:
    """Read the file of rules that a function of SciPy belongs to, after those of NumPy, which it may refer to; for a draw
    of Python's, those."""
    if prim.startswith("random."):
        _load()
    if prim.startswith("scipy."):
        _load()
        for module in SCIPY_AREAS:
            if prim.startswith(f"{module}."):
                _load_of_scipy(module)


def all_rules() -> list[Rule]:
    """Every rule but those of SciPy, in the order of their names."""
    _load()
    return [RULES[name] for name in sorted(RULES) if not name.startswith("scipy.")]


def scipy_rules() -> list[Rule]:
    """Every rule of SciPy, in the order of their names."""
    _load()
    for module in SCIPY_AREAS:
        _load_of_scipy(module)
    return [RULES[name] for name in sorted(RULES) if name.startswith("scipy.")]


def nearest(prim: str) -> str:
    """The function of the same module that has a derivative and whose name is most alike, or an empty string.

    >>> nearest("numpy.sines"), nearest("call")
    ('numpy.sin', '')
    """
    module, _, name = prim.rpartition(".")
    head = module + "."
    names = [
        r.prim[len(head) :]
        for r in all_rules()
        if module and r.prim.startswith(head) and any(v.kind not in ("constant", "refuse") for v in r.variants)
    ]
    found = difflib.get_close_matches(name, names, 1, 0.7)
    return head + found[0] if found else ""


def refuses(prim: str, args: tuple[Arg, ...], kwargs: Any) -> bool:
    """Whether the rule of a primitive, which is not the user's, gives no derivative for these arguments."""
    rule = rule_for(prim)
    if rule is None or _ours.get(prim) != (rule, len(rule.variants)):
        return False
    try:
        variant = select(rule, bind(rule, args, kwargs))
    except TypeError:
        return True
    return variant is None or variant.kind == "refuse"


def user_rules() -> list[Rule]:
    """The rules that the user has added or changed."""
    return [r for p, r in RULES.items() if _ours.get(p) != (r, len(r.variants))]
