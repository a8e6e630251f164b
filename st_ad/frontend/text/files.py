"""Functions of files that must not be executed, and what their names mean as far as the text says it."""

from __future__ import annotations

import ast
import builtins
import importlib
import operator
import os
import types
from typing import Any, Iterator

import gast
import numpy as np

from ...errors import Problem, SourceUnavailableError
from .source import MISSING, Names, SourceFunction
from .texts import tree_of_file
from ..data.values import ModuleValue

_FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda)
# Decorators that leave what a function computes as it is.
_PLAIN = ("cache", "lru_cache", "jit", "njit", "staticmethod", "override", "final", "no_type_check", "profile")
_UNARY: dict[type, Any] = {gast.USub: operator.neg, gast.UAdd: operator.pos}
_BINARY: dict[type, Any] = {
    gast.Add: operator.add, gast.Sub: operator.sub, gast.Mult: operator.mul, gast.Div: operator.truediv,
    gast.FloorDiv: operator.floordiv, gast.Mod: operator.mod, gast.Pow: operator.pow,
}  # fmt: skip


class FileNames(Names):
    """The names of a file that is read without executing it: imports of NumPy and the standard library are
    real, functions are sources, constants are literals."""

    allowed = frozenset(
        "numpy math cmath functools itertools operator random typing dataclasses st_ad warnings logging contextlib".split()
    )

    def __init__(self, path: str, lines: list[str], tree: gast.Module) -> None:
        self.path, self.lines = path, lines
        self.definitions: dict[str, tuple[str, Any, Any]] = {}
        self.is_open = False
        for stmt in tree.body:
            self._define(stmt)
        for node in gast.walk(tree):
            if isinstance(node, gast.Global):
                self._forget(node.names)

    def _define(self, stmt: Any) -> None:
        if isinstance(stmt, gast.Import):
            for alias in stmt.names:
                target = alias.asname or alias.name.split(".")[0]
                self.definitions[target] = ("import", alias.name if alias.asname else target, None)
        elif isinstance(stmt, gast.ImportFrom):
            for alias in stmt.names:
                if alias.name == "*":
                    self._define_all(stmt.module, stmt.level)
                else:
                    self.definitions[alias.asname or alias.name] = ("from", stmt.module, (alias.name, stmt.level))
        elif isinstance(stmt, (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)):
            self.definitions[stmt.name] = ("def", stmt, None)
        elif isinstance(stmt, (gast.If, gast.Try, gast.With)):
            self._define_branches(stmt)
        else:
            self._define_values(stmt)

    def _define_values(self, stmt: Any) -> None:
        """Constants; a name that is given a value twice, and a list or dict that is used, may mean anything."""
        if is_unpacking(stmt):
            for target, value in zip(stmt.targets[0].elts, stmt.value.elts):
                self._define_values(gast.Assign(targets=[target], value=value, type_comment=None))
            return
        plain = isinstance(stmt, (gast.Assign, gast.AnnAssign))
        targets = stmt.targets if isinstance(stmt, gast.Assign) else [stmt.target] if plain else []
        names = [t.id for t in targets if isinstance(t, gast.Name)] if plain and stmt.value is not None else []
        used = {n.id for n in gast.walk(stmt) if isinstance(n, gast.Name)} - set(names)
        self._forget(n for n in bound_names(stmt) if n not in names)
        self._forget(n for n in used if isinstance(self.definitions.get(n, ("", None))[1], (gast.List, gast.Dict, gast.Set)))
        for name in names:
            self.definitions[name] = ("unknown" if name in self.definitions else "value", stmt.value, None)

    def _define_branches(self, stmt: Any) -> None:
        """What is defined under a condition: of a `try` that imports, the import counts; what may be two things is unknown."""
        if isinstance(stmt, gast.If) and is_never_imported(stmt.test):
            parts = [stmt.orelse]
        elif isinstance(stmt, gast.Try):
            parts = [[*stmt.body, *stmt.orelse, *stmt.finalbody]]
        else:
            parts = [stmt.body, getattr(stmt, "orelse", [])]
        for item in getattr(stmt, "items", ()):
            self._forget(bound_names(item))
        before = dict(self.definitions)
        seen: set[str] = set()
        for part in parts:
            names = {n for inner in part for n in bound_names(inner)}
            for inner in part:
                self._define(inner)
            self._forget(names & (seen | (set(before) if isinstance(stmt, gast.If) else set())))
            seen |= names
        for handler in getattr(stmt, "handlers", ()):
            names = {n for inner in handler.body for n in bound_names(inner)}
            self._forget(n for n in names if self.definitions.get(n, ("",))[0] not in ("import", "from"))

    def _define_all(self, module: str | None, level: int) -> None:
        """`from module import *`."""
        if not level and (module or "").split(".")[0] in (*self.allowed, "scipy"):
            found = importlib.import_module(module or "")
            public = getattr(found, "__all__", None) or [n for n in vars(found) if not n.startswith("_")]
        else:
            sibling = self._sibling(module, level)
            names = getattr(sibling, "names", None)
            if not isinstance(names, FileNames):
                self.is_open = True
                return
            self.is_open |= names.is_open
            public = [n for n in names.definitions if not n.startswith("_")]
        for name in public:
            self.definitions[name] = ("from", module, (name, level))

    def _forget(self, names: Any) -> None:
        for name in names:
            self.definitions[name] = ("unknown", None, None)

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        if name not in self.definitions:
            if self.is_open:
                return "static", MISSING, None
            return ("builtin", getattr(builtins, name), None) if hasattr(builtins, name) else self._part(name)
        kind, first, second = self.definitions[name]
        if kind == "import":
            return "static", self._module(first), None
        if kind == "from":
            return "static", self._from(first, *second), None
        if kind == "def" and isinstance(first, _FUNCTIONS) and is_plain(first):
            return "static", function_in(self, first), None
        if kind == "value":
            return "static", self._constant(name, first), None
        return "static", MISSING, None

    def _part(self, name: str) -> tuple[str, Any, Any] | None:
        """A module of the package that this file is the `__init__` of."""
        if os.path.basename(self.path) != "__init__.py":
            return None
        found = module_at(os.path.join(os.path.dirname(self.path), name), name)
        return ("static", found, None) if found is not None else None

    def _module(self, name: str) -> Any:
        if name.split(".")[0] in self.allowed or name.split(".")[0] == "scipy":
            return importlib.import_module(name)
        return self._sibling(name, 0) or ModuleValue(name, None)

    def _sibling(self, name: str | None, level: int) -> "ModuleValue | None":
        """A module that is a file: relative to this file, or, with level 0, beside it, beside its package, or here."""
        folder = os.path.dirname(self.path)
        for _ in range(max(level - 1, 0)):
            folder = os.path.dirname(folder)
        folders = [folder]
        if not level:
            while os.path.exists(os.path.join(folder, "__init__.py")):
                folder = os.path.dirname(folder)
            folders += [folder, os.getcwd()]
        places = (os.path.join(f, *(name or "").split(".")).rstrip(os.sep) for f in folders)
        return next((m for m in (module_at(p, name or "", self.path) for p in places) if m is not None), None)

    def _from(self, module: str | None, name: str, level: int) -> Any:
        root = (module or "").split(".")[0]
        if not level and (root in self.allowed or root == "scipy"):
            found = importlib.import_module(module or "")
            if hasattr(found, name):
                return getattr(found, name)
            return importlib.import_module(f"{module}.{name}")
        package = self._sibling(module, level)
        inner = package.names.find(name) if package is not None and package.names is not None else None
        if inner is not None and inner[0] != "builtin":
            return inner[1]
        spelled = f"{module}.{name}" if module else name
        return self._sibling(spelled, level) or ModuleValue(spelled, None)

    def _constant(self, name: str, node: Any) -> Any:
        if isinstance(node, gast.Lambda):
            return function_in(self, node, name)
        try:
            return ast.literal_eval(gast.gast_to_ast(gast.Expression(body=node)).body)
        except (ValueError, TypeError, SyntaxError):
            pass
        try:
            return self._computed(node)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            return MISSING

    def _computed(self, node: Any) -> Any:
        """A number that is computed of constants, such as `2 * np.pi`. Raises LookupError when it is something else."""
        if isinstance(node, gast.Constant) and type(node.value) in (int, float, complex):
            return node.value
        if isinstance(node, gast.UnaryOp):
            found: Any = _UNARY[type(node.op)](self._computed(node.operand))
        elif isinstance(node, gast.BinOp):
            found = _BINARY[type(node.op)](self._computed(node.left), self._computed(node.right))
        elif isinstance(node, gast.Call) and not node.keywords:
            function = self._object(node.func)
            if not isinstance(function, np.ufunc) and getattr(function, "__module__", "") not in ("math", "cmath"):
                raise LookupError
            found = function(*map(self._computed, node.args))
        else:
            found = self._object(node)
        if not isinstance(found, (int, float, complex, np.generic)) or isinstance(found, bool):
            raise LookupError
        return found

    def _object(self, node: Any) -> Any:
        """What a name, or an attribute of a module of a library, stands for."""
        if isinstance(node, gast.Name):
            found = self.find(node.id)
            return found[1] if found else MISSING
        if not isinstance(node, gast.Attribute) or not isinstance(module := self._object(node.value), types.ModuleType):
            raise LookupError
        return getattr(module, node.attr)


class FolderNames(Names):
    """The modules of a folder without an `__init__` file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        found = module_at(os.path.join(self.path, name), name)
        return ("static", found, None) if found is not None else None


def module_at(place: str, name: str, asking: str = "") -> "ModuleValue | None":
    """The module whose file, without its ending, or whose folder is at a place."""
    for path in (place + ".py", os.path.join(place, "__init__.py")):
        if os.path.isfile(path) and path != asking:
            return ModuleValue(name, names_of_file(path))
    return ModuleValue(name, FolderNames(place)) if os.path.isdir(place) else None


def bound_names(stmt: Any) -> Iterator[str]:
    """The names that a statement gives a value, in this scope."""
    if isinstance(stmt, (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef)):
        yield stmt.name
        return
    if isinstance(stmt, gast.alias):
        yield (stmt.asname or stmt.name).split(".")[0]
    if isinstance(stmt, gast.Name) and not isinstance(stmt.ctx, gast.Load):
        yield stmt.id
    if isinstance(stmt, (gast.Lambda, gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)):
        return
    for child in gast.iter_child_nodes(stmt):
        yield from bound_names(child)


def is_unpacking(stmt: Any) -> bool:
    """`a, b = 1.0, 2.0`."""
    if not isinstance(stmt, gast.Assign) or len(stmt.targets) != 1:
        return False
    target, value = stmt.targets[0], stmt.value
    both = isinstance(target, gast.Tuple) and isinstance(value, gast.Tuple) and len(target.elts) == len(value.elts)
    return both and all(isinstance(t, gast.Name) for t in target.elts)


def is_never_imported(test: Any) -> bool:
    """`__name__ == "__main__"` and `TYPE_CHECKING`."""
    if isinstance(test, gast.Compare):
        return isinstance(test.left, gast.Name) and test.left.id == "__name__" and isinstance(test.ops[0], gast.Eq)
    return getattr(test, "attr", getattr(test, "id", "")) == "TYPE_CHECKING"


def is_plain(node: Any) -> bool:
    """Whether a function does what its text says, whatever decorators it has."""
    found = [d.func if isinstance(d, gast.Call) else d for d in getattr(node, "decorator_list", ())]
    return all(getattr(d, "attr", getattr(d, "id", "")) in _PLAIN for d in found)


_read: dict[str, FileNames] = {}


def names_of_file(path: str) -> FileNames:
    """The names of a file, read once."""
    if path not in _read:
        # A file that imports itself, over others, sees what it has defined so far.
        names = _read[path] = FileNames.__new__(FileNames)
        try:
            names.__init__(path, *tree_of_file(path))  # type: ignore[misc]
        except BaseException:
            del _read[path]
            raise
    return _read[path]


def function_in(names: FileNames, node: Any, name: str = "") -> SourceFunction:
    """The source of a function that a file defines."""
    name = name or node.name
    return SourceFunction(name, names.path, names.lines, node, names, None, node.lineno, name)


def source_in_file(path: str, qualname: str) -> SourceFunction:
    """The source of a function of a file, or of a static method of its classes, read without executing the file."""
    _read.clear()
    try:
        names = names_of_file(os.path.abspath(path))
    except OSError as error:
        raise SourceUnavailableError(
            Problem(f"cannot read {path}: {error.strerror}", "check the path")
        ) from None
    first, _, rest = qualname.partition(".")
    found = names.definitions.get(first, ("", None, None))[1]
    if isinstance(found, gast.Lambda):
        return function_in(names, found, first)
    if rest and found is not None:
        found = inner_definition(path, found, qualname)
    if not isinstance(found, (gast.FunctionDef, gast.AsyncFunctionDef)):
        known = sorted(k for k, v in names.definitions.items() if v[0] == "def" and isinstance(v[1], gast.FunctionDef))
        hint = f"it defines {', '.join(known)}" if known else "it defines no functions"
        raise SourceUnavailableError(Problem(f"{path} has no top-level function `{qualname}`", hint))
    if not is_plain(found):
        what = f"`{qualname}` of {path} has a decorator, which is not known without running the module"
        raise SourceUnavailableError(Problem(what, "use --import"))
    return function_in(names, found)


def inner_definition(path: str, outer: Any, qualname: str) -> Any:
    """A static method of a class. Raises SourceUnavailableError for what exists only when the file runs."""
    name = qualname.partition(".")[2]
    inside = isinstance(outer, gast.FunctionDef)
    found = next((s for s in getattr(outer, "body", ()) if getattr(s, "name", None) == name.rpartition(".")[2]), None)
    if inside and found is not None:
        what = f"`{found.name}` exists only while `{outer.name}` runs"
        raise SourceUnavailableError(Problem(what, "move it to the top level of the module"))
    if isinstance(outer, gast.ClassDef) and isinstance(found, gast.FunctionDef):
        if any(getattr(d, "id", "") == "staticmethod" for d in found.decorator_list):
            return found
        what = f"`{qualname}` of {path} is a method, and its class is not known without running the module"
        raise SourceUnavailableError(Problem(what, f'use --import, and --args "self={outer.name}(...)" to say what it has'))
    return None
