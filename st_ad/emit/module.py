"""A function as text, and several as a module that needs NumPy alone."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import os
import re
import textwrap
import types
from typing import Any, Iterable, Mapping, Sequence

from ..errors import Problem, UnsupportedError
from ..ir import walk
from ..ir.syntax import Eqn, Function, Lit, Pack, Var
from ..version import VERSION
from . import expressions as ex
from .context import EmitContext, Emitted
from .data import definitions, needs_numpy
from .docstring import docstring, steps
from .folding import Folding
from .layout import WIDTH, lay_out, width_of
from .lines import Line
from .names import Names, literals_of
from .regions import Regions
from .signature import signature
from .statements import place_of

_ROUNDS = 40


def emit_function(function: Function, namespace: Mapping[str, Any] | None = None) -> Emitted:
    """The text of a function, and what its names mean; `namespace` is the module that the user's function lives in."""
    pinned: dict[Var, None] = {}
    own = function.loc.function
    for _ in range(_ROUNDS):
        printer, context, head = _print(function, namespace, pinned)
        more = [v for line in printer.lines if width_of(line, own) > WIDTH for v in _to_pin(line, printer)]
        if not more:
            break
        pinned.update(dict.fromkeys(more))
    body = lay_out(printer.lines, own)
    _refuse_shadowing(function, context, body)
    text = "\n".join([*head, *docstring(function, _tapes(printer)), *body]) + "\n"
    return Emitted(text, context.bindings, tuple(context.helpers), context.objects, context.used)


def _refuse_shadowing(function: Function, context: EmitContext, body: Sequence[str]) -> None:
    """Refuse a parameter that has the name of a function which the generated code calls."""
    for param in function.params:
        is_ours = param.name in context.helpers or hasattr(builtins, param.name)
        if is_ours and any(re.search(rf"(?<![\w.]){param.name}\(", line.partition("#")[0]) for line in body):
            what = f"the parameter `{param.name}` hides the function of that name, which the derivative needs"
            raise UnsupportedError(Problem(what, "give the parameter another name", function=function.name))


def _print(
    function: Function, namespace: Mapping[str, Any] | None, pinned: Iterable[Var]
) -> tuple[Regions, EmitContext, list[str]]:
    taken = {p.name for p in function.params}
    context = EmitContext(namespace, tuple(sorted(taken)))
    folding = Folding(function, list(pinned))
    leaves, bound = _leaves(function, folding)
    names = Names(function, folding, _reserved(function, context), leaves)
    context.taken |= set(names.of_class.values())
    printer = Regions(function, context, folding, names)
    for line in _bindings(function, dict(bound), names):
        printer.put(line)
    printer.block([n for n in function.block.body if folding.is_printed(n)])
    printer.put(f"return {ex.bare(printer.operations.arg(function.result))}")
    return printer, context, signature(function, context)


def _bindings(function: Function, bound: dict[Var, str], names: Names) -> Iterable[str]:
    """The assignments of the parts of arguments to names; whole tuples and lists are unpacked at once."""
    waiting = dict(bound)
    for param in function.params:
        tree = param.tree
        if not isinstance(tree, Pack) or tree.kind not in ("tuple", "list", "namedtuple") or len(tree.items) < 2:
            continue
        parts = [item for item in tree.items if isinstance(item, Var) and item in waiting]
        if len(parts) == len(tree.items):
            yield f"{', '.join(names[v] for v in parts)} = {param.name}"
            waiting = {v: s for v, s in waiting.items() if v not in parts}
    yield from (f"{names[var]} = {spelling}" for var, spelling in waiting.items())


def _leaves(function: Function, folding: Folding) -> tuple[dict[Var, str], list[tuple[Var, str]]]:
    """Parameters that are part of a container and free variables: those that stay expressions, and those that get a
    name at the top."""
    found = [(f.var, f.spelling) for f in function.free]
    for param in function.params:
        if isinstance(param.tree, Pack):
            found += _paths(param.name, param.tree)
    direct: dict[Var, None] = {}
    for node in function.block.body:
        if isinstance(node, Eqn) and not folding.is_in_place(node):
            direct.update(dict.fromkeys(node.reads))
    direct.update(dict.fromkeys(walk.variables(function.block.results)))
    stored = tuple(_stored_places(function))
    updated = {n.args[0] for n in walk.all_nodes(function.block) if folding.is_in_place(n) and isinstance(n, Eqn)}
    leaves: dict[Var, str] = {}
    bound: list[tuple[Var, str]] = []
    for var, spelling in found:
        uses = folding.uses.get(var, 0)
        if not uses:
            leaves[var] = spelling
        elif spelling.isidentifier():
            leaves[var] = spelling
        elif uses == 1 and var in direct and var not in updated and not spelling.startswith(stored):
            leaves[var] = spelling
        else:
            bound.append((var, spelling))
    return leaves, bound


def _stored_places(function: Function) -> Iterable[str]:
    """The places in the arguments that the function stores something in."""
    for node in function.block.body:
        if isinstance(node, Eqn) and node.prim == "store":
            path, kind, key = (a.value for a in node.args[:3] if isinstance(a, Lit))
            yield place_of(path) + (f".{key}" if kind in ("attribute", "delete") else "")


def _paths(path: str, pack: Pack) -> list[tuple[Var, str]]:
    found: list[tuple[Var, str]] = []
    for step, item in zip(steps(pack), pack.items):
        if isinstance(item, Var):
            found.append((item, path + step))
        elif isinstance(item, Pack):
            found += _paths(path + step, item)
    return found


def _reserved(function: Function, context: EmitContext) -> set[str]:
    """Names that a variable must not have: what the text may mention besides variables."""
    found = {p.name for p in function.params if not isinstance(p.tree, Var)}
    found |= {f.spelling.split(".")[0] for f in function.free}
    found |= {function.name, "np", "math", "cmath", context.module("numpy")}
    context.used.clear()
    context.bindings.clear()
    found.add("new_object")
    for node in walk.all_nodes(function.block):
        if isinstance(node, Eqn):
            head, _, rest = node.prim.partition(".")
            found.add(rest if head == "runtime" else head)
        elif hasattr(node, "callee"):
            found.add(node.callee.name)
    for lit in literals_of(function.block):
        if lit.name:
            found.add(lit.name.split(".")[0])
        elif callable(lit.value) and hasattr(lit.value, "__name__"):
            found.add(lit.value.__name__)
    return found - {"operator", "inplace", "into", "getitem"}


def _to_pin(line: Line, printer: Regions) -> list[Var]:
    """The folded variable whose expression is nearest to half of a line that is too long."""
    if not line.folded:
        return []
    half = len(line.text) / 2
    printer.operations.folded = []
    sizes = {v: len(ex.text(printer.operations.node(printer.folding.inline[v]))) for v in dict.fromkeys(line.folded)}
    printer.operations.folded = []
    good = [v for v in sizes if sizes[v] > 12 and v.temporary]
    return [min(good, key=lambda v: abs(sizes[v] - half))] if good else []


def _tapes(printer: Regions) -> list[str]:
    """A phrase for every list that a loop fills."""
    found: dict[str, None] = {}
    pending = [line.text for line in printer.lines if ".append(" in line.text]
    made = {line.text.removesuffix(" = []") for line in printer.lines if line.text.endswith(" = []")}
    for text in pending:
        name, _, item = text.partition(".append(")
        if name in made and re.fullmatch(r"(\w+_)?tape(_\d+)?", name):
            found[f"{name}, one {item[:-1]}"] = None
    return list(found)


def emit_module(functions: Sequence[Function]) -> str:
    """A module with several functions, the helpers that they need, and imports."""
    made = [emit_function(f) for f in functions]
    helpers: dict[str, Any] = {}
    for one in made:
        for name in one.helpers:
            _with_helpers(name, helpers)
    data = definitions(functions)
    modules: dict[str, str] = {"np": "numpy"} if helpers or needs_numpy(data) else {}
    for one in made:
        modules.update(one.modules)
    sources = [textwrap.dedent(inspect.getsource(f)).rstrip() + "\n" for f in helpers.values()]
    if any("math." in s for s in sources):
        modules.setdefault("math", "math")
    imports = [_import_of_module(a, m) for a, m in sorted(modules.items(), key=lambda item: (item[1], item[0]))]
    needed = {line for one in made for n, v in one.objects.items() for line in _imports_of_object(n, v)}
    imports += sorted(needed - set(imports))
    sources += [_callback_source(n, v) for one in made for n, v in one.objects.items() if hasattr(v, "__st_ad_source__")]
    needs_scipy = any(m.startswith("scipy") for m in modules.values()) or any(" scipy" in i for i in imports)
    head = "\n".join([header(functions, needs_scipy), *imports]) + "\n"
    sources = ["".join(data), *sources] if data else sources
    return "\n\n".join(p for p in (head, *sources, *(o.text for o in made)) if p)


def _import_of_module(alias: str, module: str) -> str:
    package, _, last = module.rpartition(".")
    if alias == module:
        return f"import {module}"
    return f"from {package} import {last}" if package and alias == last else f"import {module} as {alias}"


def header(functions: Sequence[Function], needs_scipy: bool = False) -> str:
    """The docstring of a generated module: what made it, from what."""
    origins: dict[str, dict[str, None]] = {}
    for function in functions:
        sources = function.facts.get("sources", ())
        name = sources[0][0] if sources else function.loc.function or function.name
        file = os.path.basename(str(function.facts.get("file", "")))
        origins.setdefault(file, {})[name] = None
    lines = [f"From {file}: {', '.join(names)}." for file, names in origins.items()]
    if needs_scipy:
        lines.append("Needs NumPy and SciPy.")
    wrapped = [part for line in lines for part in textwrap.wrap(line, WIDTH)]
    return "\n".join([f'"""Derivatives generated by st_ad {VERSION}; do not edit.', "", *wrapped, '"""', ""])


def _with_helpers(name: str, found: dict[str, Any]) -> None:
    """A helper of st_ad.runtime after those that it calls."""
    if name in found:
        return
    runtime = importlib.import_module("st_ad.runtime")
    function = getattr(runtime, name, None)
    if function is None:
        function = getattr(importlib.import_module("st_ad.runtime.gradients"), name)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id != name:
            other = function.__globals__.get(node.id)
            if getattr(other, "__module__", "").startswith("st_ad.runtime"):
                _with_helpers(node.id, found)
    found[name] = function


def _imports_of_object(name: str, value: Any) -> list[str]:
    """The import of an object, or of what a callback reads."""
    if not hasattr(value, "__st_ad_source__"):
        return [_import_of(name, value)]
    found = []
    for inner, meaning in value.__st_ad_names__.items():
        if isinstance(meaning, types.ModuleType):
            found.append(_import_of_module(inner, meaning.__name__))
        else:
            found.append(_import_of(inner, meaning))
    return found


def _callback_source(name: str, value: Any) -> str:
    text: str = value.__st_ad_source__
    return text.replace(f"def {value.__name__}(", f"def {name}(", 1) + "\n"


def _import_of(name: str, value: Any) -> str:
    module, own = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if module and own and own.isidentifier():
        return f"from {module} import {own}" + (f" as {name}" if own != name else "")
    return f"{name} = {value!r}"
