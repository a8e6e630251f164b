"""The text of a live function, and what its names mean."""

from __future__ import annotations

import builtins
import inspect
import linecache
import os
import types
from dataclasses import dataclass
from typing import Any, Callable, Sequence

import gast

from ...errors import Problem, SourceUnavailableError
from ...ir.syntax import Loc
from .matching import definition_of

MISSING = object()


@dataclass(eq=False)
class SourceFunction:
    """A function with its syntax tree and the meaning of the names that it does not define itself.

    node is a gast FunctionDef or Lambda with line numbers of the file. lines is the whole file. names looks up a free
    name and gives (value, where it was found). function is the live Python function, or None.
    """

    name: str
    file: str
    lines: Sequence[str]
    node: gast.AST
    names: "Names"
    function: Callable[..., Any] | None = None
    first_line: int = 1
    qualname: str = ""

    @property
    def text(self) -> str:
        """The source lines of the function; of a lambda its own expression, for a line may have several."""
        end = self.node.end_lineno or self.first_line
        lines = self.lines[self.first_line - 1 : end]
        if isinstance(self.node, gast.Lambda):
            # Columns count bytes.
            coded = [line.encode() for line in lines]
            coded[-1] = coded[-1][: self.node.end_col_offset]
            coded[0] = coded[0][self.node.col_offset :]
            return "\n".join(line.decode() for line in coded)
        return "\n".join(lines)

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

    kind is "cell" (scope: the closure cell), "global" (scope: the namespace dict), "builtin" (scope: the namespace dict
    that has no such name, if there is one), or "static" for a value read from a file that is not executed.
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
            return "builtin", getattr(builtins, name), self.globals
        return None


def source_of(function: Any) -> SourceFunction:
    """The source of a live function, method or lambda.

    Raises SourceUnavailableError when there is no text: a function in C, or one made by exec without a file.
    """
    function = inspect.unwrap(function, stop=_is_itself)
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
    node = definition_of(function, lines)
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


def _is_itself(function: Any) -> bool:
    """Whether a function does something else than what it wraps: a multimethod wraps what finds its arrays."""
    if type(function).__module__ == "uarray":
        return True
    return isinstance(function, types.FunctionType) and not hasattr(function, "__st_ad_function__")


# The lines of a file as linecache last gave them, and without their ends.
_stripped: dict[str, tuple[list[str], tuple[str, ...]]] = {}


def _lines(function: types.FunctionType) -> tuple[str, ...]:
    file = function.__code__.co_filename
    module = inspect.getmodule(function)
    linecache.checkcache(file)
    lines = linecache.getlines(file, module.__dict__ if module else None)
    known, stripped = _stripped.get(file, (None, ()))
    if known is not lines:
        stripped = tuple(line.rstrip("\n") for line in lines)
        _stripped[file] = lines, stripped
    return stripped
