"""Functions of files that must not be executed, and what their names mean as far as the text says it."""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import os
from functools import lru_cache
from typing import Any

import gast

from ..errors import Problem, SourceUnavailableError
from .values import ModuleValue
from .matching import parsed
from .source import MISSING, Names, SourceFunction

class FileNames(Names):
    """The names of a file that is read without executing it: imports of NumPy and the standard library are
    real, functions are sources, constants are literals."""

    allowed = frozenset(
        "numpy math cmath functools itertools operator typing dataclasses st_ad warnings logging contextlib".split()
    )

    def __init__(self, path: str, lines: list[str], tree: gast.Module) -> None:
        self.path, self.lines = path, lines
        self.definitions: dict[str, Any] = {}
        for stmt in tree.body:
            self._define(stmt)

    def _define(self, stmt: Any) -> None:
        if isinstance(stmt, gast.Import):
            for alias in stmt.names:
                target = alias.asname or alias.name.split(".")[0]
                self.definitions[target] = ("import", alias.name if alias.asname else target, None)
        elif isinstance(stmt, gast.ImportFrom):
            for alias in stmt.names:
                self.definitions[alias.asname or alias.name] = ("from", stmt.module, (alias.name, stmt.level))
        elif isinstance(stmt, (gast.FunctionDef, gast.ClassDef)):
            self.definitions[stmt.name] = ("def", stmt, None)
        elif isinstance(stmt, (gast.Assign, gast.AnnAssign)) and stmt.value is not None:
            targets = stmt.targets if isinstance(stmt, gast.Assign) else [stmt.target]
            for target in targets:
                if isinstance(target, gast.Name):
                    again = target.id in self.definitions
                    self.definitions[target.id] = ("again" if again else "value", stmt.value, None)

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        if name not in self.definitions:
            return ("builtin", getattr(builtins, name), None) if hasattr(builtins, name) else None
        kind, first, second = self.definitions[name]
        if kind == "import":
            return "static", self._module(first), None
        if kind == "from":
            return "static", self._from(first, *second), None
        if kind == "def" and isinstance(first, gast.FunctionDef):
            return "static", function_in(self, first), None
        if kind == "value":
            return "static", self._constant(first), None
        return None

    def _module(self, name: str) -> Any:
        if name.split(".")[0] in self.allowed or name.split(".")[0] == "scipy":
            return importlib.import_module(name)
        return self._sibling(name, 0) or ModuleValue(name, None)

    def _sibling(self, name: str, level: int) -> "ModuleValue | None":
        folder = os.path.dirname(self.path)
        for _ in range(max(level - 1, 0)):
            folder = os.path.dirname(folder)
        path = os.path.join(folder, *name.split(".")) + ".py"
        if not os.path.exists(path):
            return None
        return ModuleValue(name, _file_names(path))

    def _from(self, module: str | None, name: str, level: int) -> Any:
        root = (module or "").split(".")[0]
        if not level and (root in self.allowed or root == "scipy"):
            found = importlib.import_module(module or "")
            if hasattr(found, name):
                return getattr(found, name)
            return importlib.import_module(f"{module}.{name}")
        sibling = self._sibling(module or name, level)
        if sibling is None:
            return ModuleValue(f"{module}.{name}", None)
        inner = sibling.names.find(name)
        return inner[1] if inner else ModuleValue(f"{module}.{name}", None)

    def _constant(self, node: gast.AST) -> Any:
        try:
            return ast.literal_eval(gast.gast_to_ast(gast.Expression(body=node)).body)
        except (ValueError, TypeError, SyntaxError):
            return MISSING


@lru_cache(maxsize=32)
def _file_names(path: str) -> FileNames:
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    tree = parsed(tuple(lines))
    if tree is None:
        raise SourceUnavailableError(Problem(f"{path} is not valid Python", "mend its syntax"))
    return FileNames(path, lines, tree)


def function_in(names: FileNames, node: gast.AST) -> SourceFunction:
    """The source of a function that a file defines at its top level."""
    return SourceFunction(node.name, names.path, names.lines, node, names, None, node.lineno, node.name)


def source_in_file(path: str, qualname: str) -> SourceFunction:
    """The source of a top-level function of a file, read without executing the file."""
    _file_names.cache_clear()
    try:
        names = _file_names(os.path.abspath(path))
    except OSError as error:
        raise SourceUnavailableError(
            Problem(f"cannot read {path}: {error.strerror}", "check the path")
        ) from None
    found = names.definitions.get(qualname)
    if found is None or found[0] != "def" or not isinstance(found[1], gast.FunctionDef):
        known = sorted(
            k for k, v in names.definitions.items() if v[0] == "def" and isinstance(v[1], gast.FunctionDef)
        )
        hint = f"it defines {', '.join(known)}" if known else "it defines no functions"
        raise SourceUnavailableError(Problem(f"{path} has no top-level function `{qualname}`", hint))
    return function_in(names, found[1])
