"""Functions of SciPy whose derivative is that of a function of NumPy, argument by argument."""

from __future__ import annotations

from ..notation import RULES, Rule, prim_of_template


def alike(template: str, numpy: str) -> None:
    """State that a function has the rule of another, whose parameters it names in the same words."""
    other = RULES[numpy]
    prim = prim_of_template(template)
    rule = RULES.get(prim)
    if rule is None:
        rule = RULES[prim] = Rule(prim, other.kind, template)
    rule.variants.extend(other.variants)
    rule.kind = other.kind
