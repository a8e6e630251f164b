"""Local functions that a solver calls while the program runs: they become functions of their own, and what they read of
the function around them is passed to them."""

from __future__ import annotations

import ast
import builtins
import textwrap
from typing import Any, Sequence

from ...ir.syntax import Lit
from ..text.source import LiveNames, Names, SourceFunction
from .transforms import TransformMixin
from ..data.values import FunctionValue, ListRef, TupleValue, Value, describe, is_numeric


class CallbackMixin(TransformMixin):
    """Makes Python functions of functions that are being lowered."""

    root: SourceFunction

    def callbacks(self, functions: list[Value], count: int) -> tuple[list[Lit], list[Value]]:
        """Functions that can be called with `count` arguments and then with values that are returned as well."""
        read: dict[str, Value] = {}
        for function in functions:
            if isinstance(function, FunctionValue):
                read.update(self.captured(function))
            elif not (isinstance(function, Lit) and (callable(function.value) or isinstance(function.value, SourceFunction))):
                raise self.refuse(f"{describe(function)} is called by the solver", "pass a function or a lambda")
        if not read:
            return [self.standing_alone(f, (), count) for f in functions], []
        return [self.standing_alone(f, tuple(read), count) for f in functions], list(read.values())

    def captured(self, function: FunctionValue) -> dict[str, Value]:
        """The values of the function around that a local function reads."""
        found: dict[str, Value] = {}
        for name in free_names(definition(function.node, function.source.lines)):
            if self.is_outside(function, name):
                continue
            value = self.seen_from(function, name)
            if not (is_numeric(value) or isinstance(value, (TupleValue, ListRef))):
                raise self.refuse(f"the function that the solver calls uses `{name}`, {describe(value)} of the function around it",
                                  f"define `{name}` at the top level of the module")  # fmt: skip
            found[name] = value
        return found

    def is_outside(self, function: FunctionValue, name: str) -> bool:
        """Whether a name is a module, function or class that is found without the function around."""
        if any(name in self.state.frames.get(f, {}) for f in function.frames):
            return False
        known = function.source.names.find(name)
        if known is None:
            return hasattr(builtins, name)
        value = known[1]
        return known[0] == "builtin" or known[0] in ("global", "static") and not is_numeric(self.from_python(value))

    def seen_from(self, function: FunctionValue, name: str) -> Value:
        saved = self.chain, self.source
        self.chain, self.source = function.frames, function.source
        try:
            return self.lookup(name)
        finally:
            self.chain, self.source = saved

    def standing_alone(self, function: Value, extra: tuple[str, ...], count: int) -> Lit:
        """A function with parameters for what it captures, at the top level."""
        if isinstance(function, Lit):
            if extra:
                raise self.refuse("one function of the solver is local, another is not", "define both at the same level")
            if not isinstance(function.value, SourceFunction):
                return function
            # Of a file that is not executed: its text is all there is.
            found = function.value
            return Lit(compiled_callback(found.names, definition(found.node, found.lines), found.name))
        assert isinstance(function, FunctionValue)
        node = definition(function.node, function.source.lines)
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        if node.args.vararg or node.args.kwarg or node.args.kwonlyargs or len(names) != count:
            raise self.refuse("the function that the solver calls has more parameters than it is given", "give it one per argument")
        mine = set(free_names(node))
        added = [n if n in mine else f"_{n}" for n in extra]
        name = f"{self.root.name}_{getattr(function.node, 'name', 'function')}"
        made = ast.FunctionDef(
            name=name, decorator_list=[], returns=None, type_comment=None,
            args=ast.arguments(posonlyargs=[], args=[ast.arg(arg=n) for n in (*names, *added)], vararg=None, kwonlyargs=[],
                               kw_defaults=[], kwarg=None, defaults=[]),
            body=node.body if isinstance(node, ast.FunctionDef) else [ast.Return(value=node.body)],
        )  # fmt: skip
        if hasattr(ast, "TypeAlias"):
            made.type_params = []  # type: ignore[attr-defined]
        return Lit(compiled_callback(function.source.names, made, name))


def compiled_callback(names: Names, node: ast.FunctionDef, name: str) -> Any:
    """The Python function of a definition, which remembers its text and what its names mean."""
    text = ast.unparse(ast.fix_missing_locations(node))
    scope = names.globals if isinstance(names, LiveNames) else {}
    space: dict[str, Any] = {}
    exec(compile(text, f"<callback {name}>", "exec"), scope, space)
    made = space[name]
    found = {n: names.find(n) for n in free_names(node)}
    made.__st_ad_source__ = text
    made.__st_ad_names__ = {n: f[1] for n, f in found.items() if f is not None and f[0] in ("global", "static")}
    return made


def definition(node: Any, file: Sequence[str]) -> Any:
    """The syntax of a function, from its text as the user wrote it."""
    lines = file[node.lineno - 1 : node.end_lineno]
    if isinstance(getattr(node, "body", None), list):
        return next(n for n in ast.walk(ast.parse(textwrap.dedent("\n".join(lines)))) if isinstance(n, ast.FunctionDef))
    raw = [line.encode() for line in lines]
    raw[-1] = raw[-1][: node.end_col_offset]
    raw[0] = raw[0][node.col_offset :]
    text = "\n".join(part.decode() for part in raw)
    return next(n for n in ast.walk(ast.parse(f"({text})")) if isinstance(n, ast.Lambda))


def free_names(node: Any) -> list[str]:
    """The names that a function reads and does not bind, in the order of their appearance."""
    spec = node.args
    bound = {a.arg for a in ast.walk(spec) if isinstance(a, ast.arg)}
    read: dict[str, None] = {}
    body = node.body if isinstance(node.body, list) else [node.body]
    for part in (n for stmt in body for n in ast.walk(stmt)):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            read[part.id] = None
        elif isinstance(part, ast.Name):
            bound.add(part.id)
        elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
            bound.add(part.name)
        elif isinstance(part, ast.arg):
            bound.add(part.arg)
    return [n for n in read if n not in bound]
