"""Finding the text of a function, live or in a file that must not be executed, and what its names mean."""

from __future__ import annotations

import ast
import builtins
import dis
import importlib
import importlib.util
import inspect
import linecache
import os
import types
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Callable

import gast

from ..errors import Problem, SourceUnavailableError
from ..ir.syntax import Lit, Loc
from .values import ModuleValue, Value

MISSING = object()


@dataclass(eq=False)
class SourceFunction:
    """A function with its syntax tree and the meaning of the names that it does not define itself.

    node is a gast FunctionDef or Lambda with line numbers of the file. lines is the whole file. names looks up a free
    name and gives (value, where it was found). function is the live Python function, or None.
    """

    name: str
    file: str
    lines: list[str]
    node: gast.AST
    names: "Names"
    function: Callable[..., Any] | None = None
    first_line: int = 1
    qualname: str = ""

    @property
    def text(self) -> str:
        """The source lines of the function, dedented."""
        end = self.node.end_lineno or self.first_line
        return inspect.cleandoc("\n" + "\n".join(self.lines[self.first_line - 1 : end]))

    def loc(self, node: Any) -> Loc:
        """The place of a syntax node; its line counts from the `def` line as 1."""
        lineno = getattr(node, "lineno", self.node.lineno)
        raw = self.lines[lineno - 1] if 0 < lineno <= len(self.lines) else ""
        column = getattr(node, "col_offset", 0)
        same_line = getattr(node, "end_lineno", lineno) == lineno
        end = getattr(node, "end_col_offset", len(raw)) if same_line else len(raw.rstrip())
        line = lineno - self.node.lineno + 1
        return Loc(line, raw.strip(), self.name, "forward", self.file, lineno, column, end or len(raw))

    def problem(self, node: Any, what: str, remedy: str = "") -> Problem:
        """A problem at a syntax node."""
        loc = self.loc(node)
        raw = self.lines[loc.lineno - 1] if 0 < loc.lineno <= len(self.lines) else ""
        return Problem(
            what,
            remedy,
            os.path.basename(self.file),
            loc.lineno,
            self.name,
            raw.rstrip(),
            loc.column,
            loc.end_column,
        )


class Names:
    """What a free name of a function stands for. `find` returns (kind, value, scope) or None.

    kind is "cell" (scope: the closure cell), "global" (scope: the namespace dict), "builtin", or "static" for a
    value read from a file that is not executed.
    """

    # The package that relative imports start from, when it is known.
    package: str | None = None

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        raise NotImplementedError


class LiveNames(Names):
    """The closure cells, globals and builtins of a live function."""

    def __init__(self, function: types.FunctionType) -> None:
        self.cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        self.globals = function.__globals__
        self.package = function.__globals__.get("__package__") or None

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        if name in self.cells:
            try:
                return "cell", self.cells[name].cell_contents, self.cells[name]
            except ValueError:
                return None
        if name in self.globals:
            return "global", self.globals[name], self.globals
        if hasattr(builtins, name):
            return "builtin", getattr(builtins, name), None
        return None


def source_of(function: Any) -> SourceFunction:
    """The source of a live function, method or lambda.

    Raises SourceUnavailableError when there is no text: a function in C, or one made by exec without a file.
    """
    function = inspect.unwrap(
        function, stop=lambda f: isinstance(f, types.FunctionType) and not _is_wrapper(f)
    )
    if isinstance(function, types.MethodType):
        function = function.__func__
    if not isinstance(function, types.FunctionType):
        name = getattr(function, "__qualname__", repr(function))
        raise SourceUnavailableError(
            Problem(
                f"`{name}` has no Python source",
                "give it a derivative with st_ad.rule, or write it in Python",
            )
        )
    code = function.__code__
    lines = _lines(function)
    if not lines:
        raise SourceUnavailableError(
            Problem(
                f"the source of `{function.__qualname__}` is not available ({code.co_filename})",
                "define it in a file or a notebook cell; for exec, register the text with linecache first",
            )
        )
    node = _find_node(function, tuple(lines))
    if node is None:
        raise SourceUnavailableError(
            Problem(
                f"the source of `{function.__qualname__}` was not found in {code.co_filename}",
                "the file has changed since it was loaded: reload it",
            )
        )
    name = function.__name__ if function.__name__ != "<lambda>" else "lambda"
    return SourceFunction(
        name, code.co_filename, lines, node, LiveNames(function), function, node.lineno, function.__qualname__
    )


def _is_wrapper(function: types.FunctionType) -> bool:
    return hasattr(function, "__st_ad_function__")


def _lines(function: types.FunctionType) -> list[str]:
    file = function.__code__.co_filename
    module = inspect.getmodule(function)
    linecache.checkcache(file)
    lines = linecache.getlines(file, module.__dict__ if module else None)
    return [line.rstrip("\n") for line in lines]


@lru_cache(maxsize=64)
def _parse(lines: tuple[str, ...]) -> gast.Module | None:
    try:
        return gast.parse("\n".join(lines) + "\n")
    except SyntaxError:
        return None


def _find_node(function: types.FunctionType, lines: tuple[str, ...]) -> gast.AST | None:
    """The definition that a function was compiled from: by name and first line, then by its bytecode."""
    tree = _parse(lines)
    code = function.__code__
    if tree is None:
        return None
    is_lambda = code.co_name == "<lambda>"
    wanted = gast.Lambda if is_lambda else (gast.FunctionDef, gast.AsyncFunctionDef)
    found = []
    for node in gast.walk(tree):
        if not isinstance(node, wanted):
            continue
        if not is_lambda:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if node.name == code.co_name and first == code.co_firstlineno:
                found.append(node)
        elif node.lineno <= code.co_firstlineno <= (node.end_lineno or node.lineno):
            found.append(node)
    if wanted is gast.Lambda:
        found = _lambdas_at(found, code)
    return found[0] if found and _is_compiled_from(code, lines) else None


def _lambdas_at(found: list[gast.AST], code: types.CodeType) -> list[gast.AST]:
    """Those of some lambdas on one line that a code object comes from: by its columns, or else by its bytecode."""
    if len(found) <= 1:
        return found
    places = [p for p in getattr(code, "co_positions", tuple)() if p[0] is not None and p[2] is not None and p[3] != p[2]]
    if not places:
        return [n for n in found if _same_code(n, code)]
    first, last = min((p[0], p[2]) for p in places), max((p[1], p[3]) for p in places)
    return [
        n
        for n in found
        if (n.body.lineno, n.body.col_offset) == first and (n.body.end_lineno, n.body.end_col_offset) == last
    ] or [n for n in found if _same_code(n, code)]


def _is_compiled_from(code: types.CodeType, lines: tuple[str, ...]) -> bool:
    """Whether a text gives this code: it does not when the file was edited after it was loaded."""
    if any("@py_" in name for name in code.co_varnames):
        return True  # pytest has rewritten its assertions
    same_place = _codes(lines).get((code.co_name, code.co_firstlineno), ())
    if any(_equal_code(other, code) for other in same_place):
        return True
    meaning = _meaning(code)
    return any(_meaning(other) == meaning for other in same_place)


_SAME = {"LOAD_METHOD": "LOAD_ATTR", "LOAD_GLOBAL": "LOAD", "LOAD_DEREF": "LOAD", "LOAD_NAME": "LOAD", "LOAD_CLASSDEREF": "LOAD",
         "CALL_METHOD": "CALL", "CALL_FUNCTION": "CALL"}  # fmt: skip
_UNTOLD = ("RESUME", "CACHE", "PRECALL", "PUSH_NULL", "NOP", "EXTENDED_ARG", "MAKE_CELL", "COPY_FREE_VARS")


def _meaning(code: types.CodeType) -> list[Any]:
    """The instructions of a code object, told so that it does not matter how the text around it was compiled: a
    notebook compiles the statements of a cell one by one, and names may be globals or closure cells."""
    found: list[Any] = [code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], code.co_flags & 0x0C]
    for step in dis.get_instructions(code):
        if step.opname in _UNTOLD:
            continue
        value = step.argval
        if step.opcode in dis.hasjrel or step.opcode in dis.hasjabs:
            value = None
        if isinstance(value, types.CodeType):
            value = _meaning(value)
        if isinstance(value, str) and "<locals>" in value:
            value = value.rpartition(".")[2]
        found.append((_SAME.get(step.opname, step.opname), value if isinstance(value, list) else repr(value)))
    return found


@lru_cache(maxsize=64)
def _codes(lines: tuple[str, ...]) -> dict[tuple[str, int], list[types.CodeType]]:
    """The code objects that a text compiles to, by name and first line."""
    found: dict[tuple[str, int], list[types.CodeType]] = {}

    def visit(code: types.CodeType) -> None:
        found.setdefault((code.co_name, code.co_firstlineno), []).append(code)
        for const in code.co_consts:
            if isinstance(const, types.CodeType):
                visit(const)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        visit(compile("\n".join(lines) + "\n", "<match>", "exec", dont_inherit=True))
    return found


def _same_code(node: gast.AST, code: types.CodeType) -> bool:
    """Whether a lambda compiles to the bytecode of a function, with the same free variables."""
    plain = gast.gast_to_ast(node)
    text = ast.unparse(plain)
    free = ", ".join(code.co_freevars)
    outer = compile(f"def outer({free}):\n    return ({text}\n)", "<match>", "exec")
    (wrapper,) = [c for c in outer.co_consts if isinstance(c, types.CodeType)]
    inner = [c for c in wrapper.co_consts if isinstance(c, types.CodeType)]
    return bool(inner) and _equal_code(inner[0], code)


def _equal_code(a: types.CodeType, b: types.CodeType) -> bool:
    same = a.co_code == b.co_code and a.co_names == b.co_names and a.co_varnames == b.co_varnames
    if not same or len(a.co_consts) != len(b.co_consts):
        return False
    for p, q in zip(a.co_consts, b.co_consts):
        if isinstance(p, types.CodeType) and isinstance(q, types.CodeType):
            if not _equal_code(p, q):
                return False
        elif isinstance(p, types.CodeType) or type(p) is not type(q) or repr(p) != repr(q):
            return isinstance(p, str) and isinstance(q, str) and "<lambda>" in p and "<lambda>" in q
    return True


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
    tree = _parse(tuple(lines))
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


_TEMPLATE_NAMES: dict[str, Any] = {}
_OF_SCIPY = frozenset(
    "special linalg stats signal fft ndimage integrate interpolate optimize sparse spatial".split()
)


@dataclass(eq=False)
class TemplateNames(Names):
    """The names that a derivative template may use: np, math, the parts of SciPy, the runtime's functions, builtins."""

    extra: dict[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> tuple[str, Any, Any] | None:
        if not _TEMPLATE_NAMES:
            import cmath
            import math

            import numpy

            _TEMPLATE_NAMES.update(np=numpy, math=math, cmath=cmath)
        if name in self.extra:
            return "static", self.extra[name], None
        if name in _TEMPLATE_NAMES:
            return "static", _TEMPLATE_NAMES[name], None
        if name in _OF_SCIPY:
            return "static", importlib.import_module(f"scipy.{name}"), None
        runtime = importlib.import_module("st_ad.runtime")
        if hasattr(runtime, name):
            return "static", getattr(runtime, name), None
        return ("builtin", getattr(builtins, name), None) if hasattr(builtins, name) else None


def as_value(found: Any) -> Value:
    """A static value of a namespace as the interpreter sees it."""
    return found if isinstance(found, ModuleValue) else Lit(found)
