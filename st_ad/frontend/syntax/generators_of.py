"""The generators that stand for iterators which call functions: their text, placed where the call stands."""

from __future__ import annotations

import copy
import itertools
import textwrap
from functools import cache
from typing import Any

import gast

# Functions that read a generator step by step.
LAZY = (zip, map, filter, iter, next, enumerate, itertools.islice, itertools.starmap, itertools.filterfalse, itertools.takewhile)
_TEXTS = {
    "map": "for item in iterable: yield function(item)",
    "map_many": "for items in zip(*iterables): yield function(*items)",
    "starmap": "for items in iterable: yield function(*items)",
    "filter": "for item in iterable:\n    if function(item): yield item",
    "filter_true": "for item in iterable:\n    if item: yield item",
    "filterfalse": "for item in iterable:\n    if not function(item): yield item",
    "takewhile": "for item in iterable:\n    if not function(item): break\n    yield item",
    "iterator": "while True:\n    is_left, item = following()\n    if not is_left: break\n    yield item",
    "by_index": "while True:\n    try: item = item_at(place)\n    except IndexError: break\n    yield item\n    place += 1",
    "dropwhile": "started = False\nfor item in iterable:\n    started = started or not function(item)\n    if started: yield item",
    "compress": "for item, is_chosen in zip(data, selectors):\n    if is_chosen: yield item",
    "islice": "place = 0\nif stop > 0:\n    for item in iterable:\n        if place >= start: yield item\n        place += 1\n        if place >= stop: break",
    "chain": "for iterable in iterables: yield from iterable",
}


# The value of an item that is not there, which nothing reads.
NOTHING = "(nothing)"
# The names in these texts that are not the iterator's own.
_BUILTINS = {"zip", "IndexError"}


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
        node.targets = {n.id for n in gast.walk(node) if isinstance(n, gast.Name)} - _BUILTINS
    return made[form]


def following_form(node: Any) -> Any:
    """A method `__next__` that gives whether there is an item, and the item, instead of raising StopIteration."""
    found = getattr(node, "following_form", None)
    if found is None:
        found = copy.deepcopy(node)
        found.__dict__.pop("structured", None)
        found.body = [_Following().visit(s) for s in found.body]
        found.body.append(_answer(node, True, gast.Constant(value=None, kind=None)))
        node.following_form = found
    return found


class _Following(gast.NodeTransformer):  # type: ignore[misc]
    def visit_FunctionDef(self, node: Any) -> Any:
        return node

    visit_Lambda = visit_ClassDef = visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Return(self, node: Any) -> Any:
        return _answer(node, True, node.value or gast.Constant(value=None, kind=None))

    def visit_Raise(self, node: Any) -> Any:
        raised = node.exc.func if isinstance(node.exc, gast.Call) else node.exc
        is_end = isinstance(raised, gast.Name) and raised.id == "StopIteration"
        return _answer(node, False, gast.Name(id=NOTHING, ctx=gast.Load(), annotation=None, type_comment=None)) if is_end else node


def _answer(like: Any, is_left: bool, item: Any) -> Any:
    both = gast.Tuple(elts=[gast.Constant(value=is_left, kind=None), item], ctx=gast.Load())
    made = gast.copy_location(gast.Return(value=both), like)
    for child in gast.walk(made):
        if not hasattr(child, "lineno"):
            gast.copy_location(child, like)
    return made
