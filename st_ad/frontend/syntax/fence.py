"""The whitelist of Python syntax: what is not on it is refused, by name, with a remedy; all at once."""

from __future__ import annotations

from typing import Any

import gast

from ...errors import Problem, UnsupportedError
from ..text.source import SourceFunction

_ALLOWED = (
    "FunctionDef Lambda arguments Return Assign AugAssign AnnAssign For While If Raise Assert Expr Pass Break "
    "Continue BoolOp NamedExpr BinOp UnaryOp IfExp Dict Compare Call FormattedValue JoinedStr Constant Attribute "
    "Subscript Starred Name Param List Tuple Slice Load Store Del And Or Add Sub Mult MatMult Div Mod Pow LShift RShift "
    "BitOr BitXor BitAnd FloorDiv Invert Not UAdd USub Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn keyword "
    "ListComp DictComp GeneratorExp comprehension Import ImportFrom alias Delete Nonlocal Global With withitem Set SetComp "
    "Yield YieldFrom Match match_case MatchValue MatchSingleton MatchSequence MatchMapping MatchClass MatchStar "
    "MatchAs MatchOr Try ExceptHandler ClassDef"
).split()

_REFUSED: dict[str, tuple[str, str]] = {
    "TryStar": ("`except*` has no adjoint", "catch the exceptions with `except`, or move the try to the caller"),
    "Await": ("asynchronous code has no adjoint", "await before the call, and pass the value"),
    "AsyncFunctionDef": ("asynchronous code has no adjoint", "make it a plain function"),
    "AsyncFor": ("asynchronous code has no adjoint", "use a plain loop"),
    "AsyncWith": ("asynchronous code has no adjoint", "use a plain with"),
    "TypeAlias": (
        "a type alias inside a differentiated function is not supported",
        "move it to module level",
    ),
    "TemplateStr": ("template strings are not supported", "use an f-string"),
}


def check_fence(source: SourceFunction, root: gast.AST) -> None:
    """Refuse a function whose syntax is not on the whitelist; raises UnsupportedError with every place.

    A definition that has passed is marked, as it is asked about again wherever it is called.
    """
    if getattr(root, "fenced", False):
        return
    problems: list[Problem] = []
    if isinstance(root, gast.AsyncFunctionDef):
        what, remedy = _REFUSED["AsyncFunctionDef"]
        raise UnsupportedError(source.problem(root, what, remedy))
    body = root.body if isinstance(root.body, list) else [root.body]
    for stmt in body:
        _walk(source, stmt, problems)
    if problems:
        raise UnsupportedError(problems)
    root.fenced = True


def _walk(source: SourceFunction, node: Any, problems: list[Problem]) -> None:
    name = type(node).__name__
    if name not in _ALLOWED:
        what, remedy = _REFUSED.get(name, (f"`{name}` syntax is not supported", "write it another way"))
        marked = source.problem(node, what, remedy)
        problems.append(_keyword_only(marked))
        return
    if getattr(node, "type_params", None):
        what = "type parameters of a function inside a differentiated function are not supported"
        problems.append(_keyword_only(source.problem(node, what, "leave them out")))
        return
    for child in gast.iter_child_nodes(node):
        _walk(source, child, problems)


def _keyword_only(problem: Problem) -> Problem:
    """Shorten the caret of a compound statement to its keyword."""
    import dataclasses

    rest = problem.text[problem.column :]
    if not rest.endswith(":"):
        return problem
    return dataclasses.replace(problem, end_column=problem.column + len(rest))
