"""Text to function: what was printed is compiled under a name of its own, and reads the user's names live."""

from __future__ import annotations

import ast
import builtins
import hashlib
import linecache
import types
from typing import Any, Collection, Iterator, Mapping

from .errors import StAdError


def filename_of(text: str, name: str) -> str:
    """The name that a generated text has in tracebacks, in `pdb` and for `inspect.getsource`.

    >>> filename_of("def f(): pass", "f_grad")
    '<st_ad f_grad 3c70e068>'
    """
    return f"<st_ad {name} {hashlib.sha256(text.encode()).hexdigest()[:8]}>"


def remember_lines(filename: str, text: str) -> None:
    """Give a text to `linecache`; an entry without a modification time is never dropped."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)


def compile_text(
    text: str,
    name: str,
    *,
    namespace: dict[str, Any],
    bindings: Mapping[str, Any],
    cells: Mapping[str, types.CellType] | None = None,
    live: Collection[str] = (),
    defaults: tuple[Any, ...] = (),
    keyword_defaults: Mapping[str, Any] | None = None,
) -> types.FunctionType:
    """Compile the function `name` that `text` defines.

    namespace is the user's own module dict: it becomes the function's globals, is read at each call, and never
    written to; `live` are the names of data that the text reads from it. bindings are the names that the text
    uses and the user's module does not have; cells are closure cells of the user, shared so that they are read
    live.
    """
    filename = filename_of(text, name)
    remember_lines(filename, text)
    tree = ast.parse(text, filename)
    held = {k: types.CellType(v) for k, v in bindings.items()}
    held.update(cells or {})
    code = _code_among(tree, name, filename, held)
    shadowed = {
        n for n in _names_read(code) if n not in held and n not in live and _is_shadowed(n, namespace)
    }
    if shadowed:
        held.update((n, types.CellType(getattr(builtins, n))) for n in sorted(shadowed))
        code = _code_among(tree, name, filename, held)
    function = types.FunctionType(
        code, namespace, name, defaults or None, tuple(held[n] for n in code.co_freevars)
    )
    function.__kwdefaults__ = dict(keyword_defaults) if keyword_defaults else None
    function.__doc__ = ast.get_docstring(_definition(tree, name), clean=False)
    function.__module__ = namespace.get("__name__", "st_ad")
    return function


def _definition(tree: ast.Module, name: str) -> ast.FunctionDef:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == name:
            return statement
    raise StAdError(f"the generated text does not define `{name}`")


def _code_among(tree: ast.Module, name: str, filename: str, names: Collection[str]) -> types.CodeType:
    """The code of a function, compiled as if defined where `names` are variables of an enclosing function."""
    module = ast.parse(f"def st_ad_names({', '.join(names)}): pass")
    factory = module.body[0]
    assert isinstance(factory, ast.FunctionDef)
    factory.body = [_definition(tree, name)]
    outer = compile(module, filename, "exec")
    (enclosing,) = _nested(outer)
    (code,) = (c for c in _nested(enclosing) if c.co_name == name)
    return code


def _nested(code: types.CodeType) -> list[types.CodeType]:
    return [c for c in code.co_consts if isinstance(c, types.CodeType)]


def _names_read(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in _nested(code):
        yield from _names_read(inner)


def _is_shadowed(name: str, namespace: dict[str, Any]) -> bool:
    """Whether a builtin that the text may use means something else in the user's module."""
    return name in namespace and hasattr(builtins, name) and namespace[name] is not getattr(builtins, name)
