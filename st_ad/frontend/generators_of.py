"""The generators that stand for iterators which call functions: their text, placed where the call stands."""

from __future__ import annotations

import copy
import itertools
import textwrap
from functools import cache
from typing import Any

import gast

# Functions that read a generator step by step.
LAZY = (zip, map, filter, iter, next, enumerate, itertools.starmap, itertools.filterfalse, itertools.takewhile)
_TEXTS = {
    "map": "for item in iterable: yield function(item)",
    "map_many": "for items in zip(*iterables): yield function(*items)",
    "starmap": "for items in iterable: yield function(*items)",
    "filter": "for item in iterable:\n    if function(item): yield item",
    "filter_true": "for item in iterable:\n    if item: yield item",
    "filterfalse": "for item in iterable:\n    if not function(item): yield item",
    "takewhile": "for item in iterable:\n    if not function(item): break\n    yield item",
    "chain": "for iterable in iterables: yield from iterable",
}


@cache
def _parsed(form: str) -> Any:
    return gast.parse("def generator():\n" + textwrap.indent(_TEXTS[form], "    ")).body[0]


def lazy_form(form: str, call: Any) -> Any:
    """The definition of a generator at the place of a call."""
    made = getattr(call, "lazy_forms", None)
    if made is None:
        made = call.lazy_forms = {}
    if form not in made:
        node = made[form] = copy.deepcopy(_parsed(form))
        for child in gast.walk(node):
            gast.copy_location(child, call)
        for loop in gast.walk(node):
            if isinstance(loop, gast.For):
                loop.unnamed = True
        node.targets = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)} - {"zip"}
    return made[form]
