"""The endings of the names of adjoints and tangents: `_bar` and `_dot`, unless the user's own names end like that."""

from __future__ import annotations

import dataclasses
from typing import Iterator

from ..ir import walk
from ..ir.syntax import Block, Function, Var

_CHOICES = {"_bar": ("_bar", "_adj", "_adjoint", "_cotangent"), "_dot": ("_dot", "_tan", "_tangent", "_velocity")}


def with_clear_names(derivative: Function, primal: Function, seeds: tuple[str, ...]) -> Function:
    """A derivative in which no name that was added is one of the primal's; `seeds` are the parameters it adds."""
    owned = frozenset(_variables(primal.block))
    added = [v for v in _variables(derivative.block) if v not in owned]
    taken = {p.name for p in primal.params} | {f.spelling for f in primal.free}
    taken |= {v.hint for v in owned if not v.temporary}
    names = dict(zip(seeds, seeds))
    for ending, choices in _CHOICES.items():
        ours = [v.hint for v in added if not v.temporary] + list(seeds)
        stems = [hint.removesuffix(ending) for hint in ours if hint.endswith(ending)]
        chosen = next((c for c in choices if not any(stem + c in taken for stem in stems)), choices[-1] + "_1")
        if chosen == ending:
            continue
        for var in added:
            if var.hint.endswith(ending):
                object.__setattr__(var, "hint", var.hint.removesuffix(ending) + chosen)
        names.update((s, s.removesuffix(ending) + chosen) for s in seeds if s.endswith(ending))
    first = len(primal.params) - sum(p.kind == "kwargs" for p in primal.params)
    params = tuple(
        dataclasses.replace(p, name=names.get(p.name, p.name)) if first <= i < first + len(seeds) else p
        for i, p in enumerate(derivative.params)
    )
    doc = tuple(_renamed(line, names) for line in derivative.doc)
    facts = {**derivative.facts, "seeds": tuple(names[s] for s in seeds)}
    return dataclasses.replace(derivative, params=params, doc=doc, facts=facts)


def _renamed(line: str, names: dict[str, str]) -> str:
    """The line of a contract about the seeds, with the names that they have now."""
    old = ", ".join(names)
    return ", ".join(names.values()) + line.removeprefix(old) if line.startswith(f"{old} ") else line


def _variables(block: Block) -> Iterator[Var]:
    """Every variable that a block and those inside it define."""
    yield from block.params
    for node in block.body:
        yield from walk.outs(node)
        for inner in walk.blocks(node):
            yield from _variables(inner)
