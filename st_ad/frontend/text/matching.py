"""Which definition of a file a live function was compiled from: by name and first line, then by its bytecode."""

from __future__ import annotations

import ast
import dis
import types
import warnings
from functools import lru_cache
from typing import Any

import gast



@lru_cache(maxsize=64)
def parsed(lines: tuple[str, ...]) -> gast.Module | None:
    try:
        return mangled(gast.parse("\n".join(lines) + "\n"), "")
    except SyntaxError:
        return None


def mangled(tree: Any, cls: str) -> Any:
    """A tree in which the private names of classes, such as `self.__x`, are what Python makes of them."""
    for child in gast.iter_child_nodes(tree):
        if isinstance(child, gast.ClassDef):
            mangled(child, child.name.lstrip("_"))
            continue
        for field in ("attr", "id"):
            name = getattr(child, field, None)
            if cls and isinstance(name, str) and name.startswith("__") and not name.endswith("__"):
                setattr(child, field, f"_{cls}{name}")
        mangled(child, cls)
    return tree


def definition_of(function: types.FunctionType, lines: tuple[str, ...]) -> gast.AST | None:
    """The definition that a function was compiled from, or None when the text has none."""
    code = function.__code__
    line = code.co_firstlineno
    if code.co_name == "<lambda>":
        around = [n for n in _lambdas(lines) if n.lineno <= line <= (n.end_lineno or n.lineno)]
        found = _lambdas_at(around, code)
    else:
        found = _named(lines).get((code.co_name, line), [])
    return found[0] if found and _is_compiled_from(code, lines) else None


@lru_cache(maxsize=64)
def _lambdas(lines: tuple[str, ...]) -> list[gast.AST]:
    """The lambdas of a text."""
    tree = parsed(lines)
    return [] if tree is None else [n for n in gast.walk(tree) if isinstance(n, gast.Lambda)]


@lru_cache(maxsize=64)
def _named(lines: tuple[str, ...]) -> dict[tuple[str, int], list[gast.AST]]:
    """The functions that a text defines, by name and first line, which is that of the first decorator."""
    tree = parsed(lines)
    found: dict[tuple[str, int], list[gast.AST]] = {}
    for node in () if tree is None else gast.walk(tree):
        if isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found.setdefault((node.name, first), []).append(node)
    return found


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
