"""All rules, found by the primitive's name; the areas of NumPy are read at the first look-up."""

from __future__ import annotations

from importlib import import_module

from .names import method_prim, prim_of
from .notation import RULES, Rule
from .signatures import bind, rebind, select

AREAS = (
    "operators", "ufuncs", "scalars", "reductions", "shapes", "joining", "indexing", "creation", "products", "contractions",
    "linalg", "norms", "signals", "draws", "constants", "helpers", "refusals",
)  # fmt: skip

_loaded = False
_ours: dict[str, tuple[Rule, int]] = {}

__all__ = [
    "AREAS",
    "all_rules",
    "bind",
    "method_prim",
    "prim_of",
    "rebind",
    "rule_for",
    "select",
    "user_rules",
]


def _load() -> None:
    global _loaded
    if _loaded:
        return
    _loaded = True
    users = dict(RULES)
    for area in AREAS:
        import_module(f"{__package__}.{area}")
    _ours.update((p, (r, len(r.variants))) for p, r in RULES.items() if users.get(p) is not r)
    # A rule that the user stated before the first look-up is not overwritten.
    RULES.update(users)


def rule_for(prim: str) -> Rule | None:
    """The rule of a primitive, or None when it has none."""
    _load()
    return RULES.get(prim)


def all_rules() -> list[Rule]:
    """Every rule, in the order of their names."""
    _load()
    return [RULES[name] for name in sorted(RULES)]


def user_rules() -> list[Rule]:
    """The rules that the user has added or changed."""
    return [r for p, r in RULES.items() if _ours.get(p) != (r, len(r.variants))]
