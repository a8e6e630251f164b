"""Smaller programs with the same fault: statements and parts of expressions are taken out while the verdict stays as it is."""

from __future__ import annotations

import ast
import copy
import re
from typing import Any, Callable, Iterator

_BLOCKS = ("body", "orelse", "finalbody")
_HEAD = re.compile(r"\A(#.*\n)*")


def shrink(text: str, fails: Callable[[str], bool], tries: int = 400) -> str:
    """The smallest program found for which `fails` still holds, after at most so many `tries`."""
    head = _HEAD.match(text).group()  # type: ignore[union-attr]
    tree = ast.parse(text)
    left = [tries]

    def holds(candidate: ast.AST) -> bool:
        left[0] -= 1
        try:
            written = head + ast.unparse(ast.fix_missing_locations(candidate)) + "\n"
            compile(written, "<shrunk>", "exec")
        except (SyntaxError, ValueError):
            return False
        return fails(written)

    changed = True
    while changed and left[0] > 0:
        changed = False
        for edits in (_fewer_statements, _simpler_expressions):
            at = 0
            while left[0] > 0:
                candidate = _nth(edits, tree, at)
                if candidate is None:
                    break
                if holds(candidate):
                    tree, changed = candidate, True
                else:
                    at += 1
    return head + ast.unparse(tree) + "\n"


def _nth(edits: Callable[[Any], Iterator[Callable[[], None]]], tree: Any, at: int) -> Any:
    """A copy of a tree after its edit of that number; None when there are not so many."""
    made = copy.deepcopy(tree)
    for number, edit in enumerate(edits(made)):
        if number == at:
            edit()
            return made
    return None


def _fewer_statements(tree: Any) -> Iterator[Callable[[], None]]:
    """Take out a statement, or put the body of one in its place; the last ones first, since nothing depends on them."""
    for node in ast.walk(tree):
        for block in _BLOCKS:
            found = getattr(node, block, None)
            if not isinstance(found, list):
                continue
            for i in reversed(range(len(found))):
                if len(found) > 1 or block == "orelse":
                    yield lambda found=found, i=i: found.__setitem__(slice(i, i + 1), [])
                for inner in _BLOCKS:
                    body = getattr(found[i], inner, None)
                    if isinstance(body, list) and body and not isinstance(found[i], (ast.FunctionDef, ast.ClassDef)):
                        yield lambda found=found, i=i, body=body: found.__setitem__(slice(i, i + 1), body)


def _simpler_expressions(tree: Any) -> Iterator[Callable[[], None]]:
    """Put a part of an expression in the place of the whole, or a number in the place of a part."""
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            for at, inner in enumerate(value) if isinstance(value, list) else ((None, value),):
                if not isinstance(inner, ast.expr) or not isinstance(getattr(inner, "ctx", ast.Load()), ast.Load):
                    continue
                parts = [p for p in ast.iter_child_nodes(inner) if isinstance(p, ast.expr)]
                if isinstance(inner, (ast.Constant, ast.Name, ast.Slice)) or name == "func":
                    parts = []
                for part in parts:
                    yield lambda node=node, name=name, at=at, part=part: _replace(node, name, at, part)
                if not isinstance(inner, (ast.Constant, ast.Slice)) and name != "func":
                    yield lambda node=node, name=name, at=at: _replace(node, name, at, ast.Constant(0.5))


def _replace(node: Any, name: str, at: int | None, new: Any) -> None:
    if at is None:
        setattr(node, name, new)
    else:
        getattr(node, name)[at] = new
