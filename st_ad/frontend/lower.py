"""From the source of a function and the kind of its arguments to its program."""

from __future__ import annotations

import collections
import dataclasses
import sys
import types
from functools import partial
from typing import Any, Mapping

import gast
import numpy as np

from ..errors import NeedStatic, UnsupportedError
from ..ir import walk
from ..ir.build import Builder, Knowledge, finish
from ..ir.syntax import UNDEFINED, Arg, Free, Function, Lit, Pack, Param, Var
from ..ir.lengths import Assumptions
from ..ir.types import Seq, Sym, Tensor, type_of_number
from .attempts import Findings
from .syntax.fence import check_fence
from .data.outside import NeedOutside
from .text.parameters import parameters
from .text.source import MISSING, LiveNames, SourceFunction
from .data.state import CellInfo, ItemWritten, Unsettled
from .statements import StatementMixin
from .syntax.structure import is_generator
from .syntax.tail_calls import NeedLoop
from .calls.solvers import SolverMixin
from .data.writes import containers_in, store_changes
from .data.set_values import SetRef
from .data.values import (
    CONFLICT,
    ArrayRef,
    MaybeNone,
    DictContent,
    DictRef,
    ListRef,
    ModuleValue,
    ObjectRef,
    SeqContent,
    SliceValue,
    TupleValue,
    Value,
)

__all__ = ["lower", "NeedStatic"]

_NUMBERS = (bool, int, float, complex, np.generic, np.ndarray)


class Lowering(SolverMixin, StatementMixin):
    """One run of the interpreter: the state, and what the finished function must know about it."""

    def __init__(self, source: SourceFunction, knowledge: Knowledge) -> None:
        super().__init__(source, knowledge)
        self.root = source
        self.chain = ()
        self.kept_frames = set()
        self.assumed = {}
        self.negated = {}
        self.local_names = set()
        self.outer_names = {}
        self.entered = []
        self.scopes = set()
        self.global_names = {}
        self.int_parameters = []
        self.own_classes = {}
        self.definitions = collections.Counter()
        self.ends = {}
        self.given = frozenset()
        self.static_free: frozenset[str] = frozenset()
        self.free: dict[tuple[str, int], tuple[Free, Value]] = {}
        self.watched = {}
        self.sparse_made = set()
        self.sources = {}
        self.borrowed, self.changed, self.rebound = {}, {}, {}

    def global_value(self, name: str, found: Any, spelling: str | None) -> Value:
        """A global, closure cell, builtin or attribute of a module as a value."""
        if found is None:
            raise self.refuse(f"the name `{name}` is not defined", "define it, or pass it as an argument")
        kind, value, scope = found
        if value is MISSING:
            raise self.refuse(
                f"the value of `{name}` is not known without running the module", "pass it, or use --import"
            )
        if isinstance(value, ModuleValue):
            return value
        if kind == "builtin" and scope is not None and not self.is_library(scope):
            self.watch_name(name, None, scope)
        now = self.rebound_value(name, scope)
        if now is not None:
            return now
        if kind in ("builtin", "static"):
            return self.known(value, spelling or name)
        if (
            isinstance(value, _NUMBERS)
            and not isinstance(value, bool)
            and self.is_own(scope)
            and kind != "static"
        ):
            if (
                not (isinstance(scope, dict) and spelling and "." in spelling)
                and name not in self.static_free
            ):
                return self.free_value(name, value, scope)
        if scope is not None and not self.is_library(scope):
            self.watch_name(name, value, scope)
        if isinstance(value, types.ModuleType):
            return Lit(value, spelling)
        return self.known(value, spelling or name)

    def is_own(self, scope: Any) -> bool:
        """Whether a scope is the globals or a cell of the function that is transformed itself."""
        names = self.root.names
        if not isinstance(names, LiveNames):
            return False
        return scope is names.globals or any(scope is c for c in names.cells.values())

    def is_library(self, scope: Any) -> bool:
        return isinstance(scope, dict) and str(scope.get("__name__", "")).split(".")[0] in (
            "numpy",
            "math",
            "cmath",
            "scipy",
            "st_ad",
        )

    def known(self, value: Any, spelling: str) -> Value:
        if isinstance(value, (int, float, complex, str, bool)) or value is None:
            dotted = spelling if "." in spelling and isinstance(value, float) else None
            return Lit(value, dotted)
        if isinstance(value, (tuple, list, dict, range)) or self.is_to_change(value):
            return self.from_outside(value)
        return Lit(value, spelling)

    def watch_name(self, name: str, value: Any, scope: Any) -> None:
        """Note that the result holds only while a name means this object."""
        key = (name, id(scope))
        if key in self.watched:
            return
        # Read at every call, so without a frame of Python's.
        is_cell = isinstance(scope, types.CellType)
        read = partial(getattr, scope, "cell_contents") if is_cell else partial(scope.get, name)
        self.watched[key] = (read, value, scope, name)

    def free_value(self, name: str, value: Any, scope: Any) -> Value:
        """A number or array that the generated code reads when it is called."""
        key = (name, id(scope))
        if key in self.free:
            made, found = self.free[key]
            if isinstance(found, ArrayRef):
                # It may have been met first where the state was forgotten since.
                self.state.heap.setdefault(found.cell, made.var)
            return found
        kind = array_type(value) if isinstance(value, np.ndarray) else type_of_number(value)
        if isinstance(kind, Tensor) and kind.value is not None:
            kind = Tensor(kind.dtype, kind.shape, kind.form)
        var = Var(name, kind)
        made = Free(var, name, scope, "cell" if isinstance(scope, types.CellType) else "global")
        if kind.is_immutable:
            found = var
        else:
            found = self.new_array(var, CellInfo("free", name, None))
        self.free[key] = (made, found)
        return found

    def note_source(self, source: SourceFunction) -> None:
        """Remember the text that the result depends on."""
        self.sources[(source.file, source.qualname or source.name)] = source.text

    def bound_value(self, arg: Arg) -> Value:
        """An argument of an equation as a value, for the parameter of a template."""
        if isinstance(arg, Pack):
            values = tuple(self.bound_value(i) for i in arg.items)
            if arg.kind == "list":
                return self.new_list(values)
            if arg.kind == "slice":
                return SliceValue(*values)
            if arg.kind in ("dict", "record"):
                return DictRef(self.new_cell(DictContent(tuple(zip(arg.keys, values)))))
            return TupleValue(values, arg.cls)
        if isinstance(arg, Lit):
            return self.from_python(arg.value) if isinstance(arg.value, (tuple, list)) else arg
        return self.wrap(arg)

    def parameter(self, name: str, tree: Any) -> tuple[Arg, Value]:
        """A parameter's tree of variables, and its value for the interpreter."""
        if isinstance(tree, Lit):
            if isinstance(tree.value, (tuple, list, dict, range)):
                return tree, self.from_python(tree.value)
            return tree, tree
        if isinstance(tree, Pack):
            return self.packed_parameter(name, tree)
        var = Var(name, tree)
        if isinstance(tree, Seq):
            return var, ListRef(self.new_cell(SeqContent((var,))))
        if isinstance(tree, Tensor) and not tree.is_immutable:
            return var, self.new_array(var, CellInfo("param", name, None))
        return var, var

    def packed_parameter(self, name: str, tree: Pack) -> tuple[Arg, Value]:
        names = [
            f"{name}_{k}" if isinstance(k, str) else f"{name}_{i}"
            for i, k in enumerate(tree.keys or tree.items)
        ]
        pairs = [self.parameter(n, item) for n, item in zip(names, tree.items)]
        arg = dataclasses.replace(tree, items=tuple(a for a, _ in pairs))
        self.unnamed.update(a for a, _ in pairs if isinstance(a, Var))
        values = tuple(v for _, v in pairs)
        if tree.kind in ("tuple", "namedtuple"):
            return arg, TupleValue(values, tree.cls if tree.kind == "namedtuple" else None)
        if tree.kind == "list":
            return arg, self.new_list(values)
        if tree.kind == "slice":
            return arg, SliceValue(*values)
        held = tuple(zip(tree.keys, values))
        if tree.kind == "dict":
            return arg, DictRef(self.new_cell(DictContent(held)), cls=tree.cls or dict)
        return arg, ObjectRef(self.new_cell(DictContent(held, tree.cls)), tree.cls)

    def returned(self, value: Value) -> Value:
        """What is returned; on a path that returns None there is no derivative, which is said when it is taken."""
        if not isinstance(value, MaybeNone):
            return value
        inner = value.value
        what = f"`{self.root.name}` returns None for these arguments, which has no derivative"

        def fail() -> Value:
            self.builder.emit_many("raise", Lit(TypeError, "TypeError"), Lit(what))
            self.state.unreachable = True
            return Lit(None)

        return self.branch(value.flag, lambda: inner, fail)  # type: ignore[no-any-return]

    def result_tree(self, value: Value) -> Arg:
        value = self.as_container(value)
        self.check_one_kind(Lit(CONFLICT) if isinstance(value, MaybeNone) else value, "what is returned")
        if isinstance(value, TupleValue):
            kind = "namedtuple" if value.cls is not None else "tuple"
            keys = value.cls._fields if value.cls is not None else ()
            return Pack(kind, tuple(self.result_tree(v) for v in value.items), keys, value.cls)
        if value is UNDEFINED:
            return Lit(None)
        if isinstance(value, ListRef) and not isinstance(self.content(value), SeqContent):
            return Pack("list", tuple(self.result_tree(v) for v in self.content(value).items))
        if isinstance(value, SetRef):
            raise self.refuse("a set cannot be passed on or returned here", "convert it with sorted() first")
        if isinstance(value, (DictRef, ObjectRef)):
            content = self.content(value)
            keys = tuple(k for k, _ in content.items)
            is_ordered = isinstance(value, DictRef) and value.cls is collections.OrderedDict
            kind, cls = ("record", value.cls) if isinstance(value, ObjectRef) else ("dict", value.cls if is_ordered else None)
            return Pack(kind, tuple(self.result_tree(v) for _, v in content.items), keys, cls)
        return self.as_arg(value)


def array_type(value: np.ndarray) -> Tensor:
    """The type of an array that is read from outside: lengths that are not 1 are symbols."""
    return Tensor(value.dtype.name, tuple(1 if n == 1 else Sym("n", True) for n in value.shape))


def lower(source: SourceFunction, arguments: Mapping[str, Any], knowledge: Knowledge) -> Function:
    """The program of a function for arguments of the given kinds.

    arguments gives for each parameter a type (a value that arrives at run time), a Lit (a known value) or a Pack of
    these. Raises UnsupportedError, NoRuleError, or NeedStatic when an int parameter must be known.
    """
    check_fence(source, source.node)
    if is_generator(source.node):
        found = next(n for n in gast.walk(source.node) if isinstance(n, (gast.Yield, gast.YieldFrom)))
        raise UnsupportedError(source.problem(found, "a generator has no adjoint", "build a list and return it"))
    findings = Findings()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
    assumed = Assumptions(Builder(knowledge))
    try:
        while True:
            lowering = Lowering(source, knowledge)
            findings.tell(lowering)
            try:
                assumed.place = lowering.builder
                with assumed.apply():
                    function = _lower(lowering, source, arguments)
                return dataclasses.replace(function, facts={**function.facts, "assumed": tuple(assumed.pairs)})
            except (UnsupportedError, NeedOutside, NeedLoop, NeedStatic) as error:
                findings.learn(error, lowering)
    finally:
        sys.setrecursionlimit(limit)


def _lower(lowering: Lowering, source: SourceFunction, arguments: Mapping[str, Any]) -> Function:
    lowering.note_source(source)
    params, bound = [], {}
    for name, kind, default in parameters(source):
        tree = arguments[name] if name in arguments else (default if default is not None else ANY_KIND)
        arg, value = lowering.parameter(name, tree)
        params.append(Param(name, arg, default, kind))
        bound[name] = value
    by_leaf = {leaf: p.name for p in params for leaf in walk.leaves(p.tree)}
    lowering.given = frozenset(by_leaf)
    lowering.int_parameters = [v for p in params if isinstance(v := p.tree, Var) and is_int(v)]
    try:
        given = [g for p in params for g in containers_in((p.name,), bound[p.name], lowering)
                 if p.kind != "kwargs" or len(g.path) > 1]  # fmt: skip
        lowering.given_containers = bool(given)
        lowering.keep_outside()
        value = lowering.returned(lowering.enter(source, source.node, bound, ()))
        lowering.check_restored()
        lowering.builder.loc = dataclasses.replace(source.loc(source.node), line=0, text="")
        writes = store_changes(lowering, given)
        lowering.builder.loc = source.loc(source.node)
        # What always raises returns nothing; its derivative raises before there is one.
        result = Lit(0.0) if lowering.state.unreachable else lowering.result_tree(value)
    except NeedStatic as need:
        need.param = by_leaf.get(need.var)
        raise
    except ItemWritten:
        raise
    except Unsettled as error:
        raise UnsupportedError(error.problems) from None
    except RecursionError:
        raise lowering.refuse(
            f"`{source.name}` is nested too deeply", "split it into smaller functions"
        ) from None
    leaves = tuple(v for p in params for v in walk.variables((p.tree,)))
    free = tuple(f for f, _ in lowering.free.values())
    block = finish(leaves + tuple(f.var for f in free), lowering.builder.nodes, tuple(walk.leaves(result)))
    facts = {
        "mutates": tuple(lowering.mutated),
        "writes": writes,
        "compares": lowering.compares_identity,
        "watched": list(lowering.watched.values()),
        "functions": [f for f in (source.function, *lowering.functions.values()) if f is not None],
        "sources": [(name, text) for (_, name), text in lowering.sources.items()],
        "file": source.file,
    }
    return Function(source.name, tuple(params), free, block, result, (), source.loc(source.node), facts)


def is_int(var: Var) -> bool:
    """Whether a variable is an int."""
    kind = var.type
    return isinstance(kind, Tensor) and kind.is_scalar and kind.dtype == "int64"


_RECURSION_LIMIT = 12000
ANY_KIND = Tensor(None, None, None)
