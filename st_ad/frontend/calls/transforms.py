"""Derivatives that are taken inside a function being lowered: their programs are inlined."""

from __future__ import annotations

import dataclasses
import inspect
import types
from typing import Any, Mapping

from ...errors import NeedStatic, StAdError
from ...ir import walk
from ...ir.build import finish, type_of
from ...ir.syntax import Arg, Atom, Block, Eqn, Free, Function, Lit, Pack, Param, Var
from ..statements import StatementMixin
from ..data.writes import containers_in, holds_named_arrays, is_changed, store_changes, stored_value
from ..data.values import (
    BoundMethod,
    DictContent,
    DictRef,
    FunctionValue,
    ListContent,
    ListRef,
    ObjectRef,
    PartialValue,
    TupleValue,
    Value,
    describe,
)


class TransformMixin(StatementMixin):
    """Calls of transformed functions."""

    def call_transform(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of grad and its kin: it is made now, also of a function that is defined inside this one."""
        values = [self.transformable(a) for a in args]
        named = {k: self.transformable(v) for k, v in kwargs.items()}
        try:
            return Lit(found(*values, **named))
        except StAdError as error:
            raise type(error)(
                [*error.problems, self.source.problem(self.node, "it is transformed here")]
            ) from None

    def transformable(self, value: Value) -> Any:
        if isinstance(value, (FunctionValue, BoundMethod, PartialValue, ObjectRef)):
            return LocalFunction(self, value)
        return self.static(value, "an argument of a transform")

    def call_transformed(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of something that st_ad made: its program for these arguments becomes part of this one."""
        try:
            bound = inspect.signature(found).bind(*args, **kwargs)
        except TypeError as error:
            raise self.refuse(str(error)) from None
        given: dict[str, Arg] = {}
        wrt = getattr(getattr(found, "recipe", None), "wrt", ())
        for name, value in bound.arguments.items():
            if isinstance(value, dict):
                value = DictRef(self.new_cell(DictContent(tuple(value.items()))))
            elif type(value) is tuple:
                value = TupleValue(value)
            tree = self.result_tree(value)
            if name in wrt and isinstance(tree, Lit) and type(tree.value) is int:
                tree = Lit(float(tree.value))
            given[name] = tree
        try:
            function = found.__st_ad_function__({name: kinds_of(arg) for name, arg in given.items()})
        except NeedStatic as need:
            steering = given.get(need.param or "")
            if not isinstance(steering, Var):
                raise
            raise NeedStatic(self.integer_behind(steering), need.problem) from None
        return self.splice(function, given, bound.arguments)

    def store_again(self, node: Any, values: Mapping[str, Any]) -> None:
        """What a function that is put here stores in its arguments, as a store in values of this one."""
        path, kind, key = (a.value for a in node.args[:3])
        target, value = stored_value(values, path, self), self.as_value(node.args[3])
        if not isinstance(target, (ObjectRef, DictRef, ListRef)):
            raise self.refuse("a derivative is taken here of a function that changes an object from outside",
                              "pass the object as an argument")  # fmt: skip
        content = self.content(target)
        if kind in ("attribute", "item"):
            content = content.put(key, value)
        elif kind.startswith("delete"):
            content = content.without(key)
        elif kind == "clear":
            content = DictContent(())
        else:
            content = self.content(value) if isinstance(value, ListRef) else ListContent(self.items_of(value))
        self.state.heap[target.cell] = content

    def splice(self, function: Function, given: dict[str, Arg], values: Mapping[str, Any]) -> Value:
        """Put the nodes of another function here, with its parameters replaced by arguments."""
        if function.facts.get("mutates") and holds_named_arrays(self, tuple(values.values())):
            raise self.refuse("a derivative is taken here of a function that writes to its argument",
                              "pass a copy: x.copy(), or let the function make one")  # fmt: skip
        table: dict[Var, Atom] = {}
        for param in function.params:
            arg = given.get(param.name, param.default)
            if arg is None:
                raise self.refuse(f"`{function.name}` is missing the argument `{param.name}`", "pass it, or give it a default")
            self.match(param.tree, arg, table)
        for free in function.free:
            if free.kind == "captured":
                table[free.var] = free.scope
                continue
            name = free.spelling
            found = read_now(free)
            if self.is_own(free.scope):
                table[free.var] = self.read(self.free_value(name, found, free.scope))
            else:
                # Another module's name means nothing to the code that is generated here.
                self.watch_name(name, found, free.scope)
                table[free.var] = Lit(found, name)
        self.functions.update((id(f), f) for f in function.facts.get("functions", ()))
        for entry in function.facts.get("watched", ()):
            self.watched[(entry[3], id(entry[2]))] = entry
        for source, text in function.facts.get("sources", ()):
            self.sources[("", source)] = text
        inner = walk.substitute(walk.refresh(open_body(function)), table)
        self.builder.nodes.extend(n for n in inner.body if not is_store(n))
        for node in filter(is_store, inner.body):
            self.store_again(node, values)
        leaves = iter(inner.results)
        tree = walk.map_arg(function.result, lambda _: next(leaves))
        return self.as_value(tree)

    def match(self, tree: Arg, arg: Arg, table: dict[Var, Atom]) -> None:
        if isinstance(tree, Var):
            if isinstance(arg, Pack):
                raise self.refuse(f"{describe(TupleValue(()))} is passed where a number is expected", "pass an array, or one argument per number")
            table[tree] = arg
        elif isinstance(tree, Pack) and isinstance(arg, Pack):
            for one, other in zip(tree.items, arg.items):
                self.match(one, other, table)

    def as_value(self, arg: Arg) -> Value:
        if isinstance(arg, Pack):
            values = tuple(self.as_value(i) for i in arg.items)
            if arg.kind == "list":
                return self.new_list(values)
            if arg.kind == "dict":
                return DictRef(self.new_cell(DictContent(tuple(zip(arg.keys, values)))))
            if arg.kind == "record":
                return ObjectRef(self.new_cell(DictContent(tuple(zip(arg.keys, values)))), arg.cls)
            return TupleValue(values, arg.cls)
        return self.wrap(arg)


class LocalFunction:
    """A function that exists only while another is being lowered, as something that can be transformed."""

    def __init__(self, machine: Any, value: Value) -> None:
        self.machine, self.value = machine, value
        self.__name__ = name_of(value)
        self.__qualname__ = self.__name__
        self.__module__ = __name__
        self.__signature__ = signature_of(value)
        self.subject = types.SimpleNamespace(signature=self.__signature__, function=name_of)

    def __call__(self, *args: Any) -> Any:
        raise TypeError("a local function is only called by the code that is generated from it")

    def __st_ad_function__(self, arguments: dict[str, Any]) -> Function:
        """The program of the function; what it reads of the function around it becomes free variables."""
        machine = self.machine
        saved, mutated = machine.state, machine.mutated
        machine.state, machine.mutated = saved.fork(), {}
        params, values = [], []
        try:
            with machine.builder.block(conditional=False) as nodes:
                for name, tree in arguments.items():
                    arg, value = machine.parameter(name, tree)
                    params.append(Param(name, arg))
                    values.append(value)
                given = [g for p, v in zip(params, values) for g in containers_in((p.name,), v, machine)]
                returned = machine.call(self.value, tuple(values), {})
                if is_changed(saved, machine.state):
                    what = "a derivative is taken here of a function that changes what is outside of it"
                    raise machine.refuse(what, "pass it as an argument, or return the new value")
                facts = {"writes": store_changes(machine, given), "mutates": tuple(machine.mutated)}
                result = machine.result_tree(returned)
        finally:
            machine.state, machine.mutated = saved, mutated
        leaves = tuple(v for p in params for v in walk.variables((p.tree,)))
        block = finish(leaves, nodes, tuple(walk.leaves(result)))
        table = {v: Var(v.hint, v.type) for v in walk.free_variables(block)}
        free = tuple(Free(new, old.hint, old, "captured") for old, new in table.items())
        inner = walk.substitute(block, table)
        result = walk.map_arg(result, lambda a: table.get(a, a) if isinstance(a, Var) else a)
        block = Block(leaves + tuple(table.values()), inner.body, inner.results)
        return Function(self.__name__, tuple(params), free, block, result, (), machine.builder.loc, facts)


def name_of(value: Value) -> str:
    """A name for a local function."""
    if isinstance(value, FunctionValue):
        return getattr(value.node, "name", "lambda")
    if isinstance(value, BoundMethod):
        return name_of(value.function)
    if isinstance(value, PartialValue):
        return name_of(value.function)
    return getattr(getattr(value, "value", value), "__name__", "function")


def signature_of(value: Value) -> inspect.Signature:
    """The parameters that a call of a local function gives."""
    if isinstance(value, Lit):
        return inspect.signature(value.value)
    if isinstance(value, PartialValue):
        rest = list(signature_of(value.function).parameters.values())[len(value.args) :]
        return inspect.Signature([p for p in rest if p.name not in dict(value.kwargs)])
    if isinstance(value, BoundMethod):
        return inspect.Signature(list(signature_of(value.function).parameters.values())[1:])
    if isinstance(value, ObjectRef):
        return inspect.Signature(list(inspect.signature(value.cls.__call__).parameters.values())[1:])
    assert isinstance(value, FunctionValue)
    spec = value.node.args
    names = [a.id for a in spec.posonlyargs + spec.args]
    required = len(names) - len(value.defaults)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature([inspect.Parameter(n, kind) for n in names[:required]])


def kinds_of(arg: Arg) -> Any:
    """The types of an argument's leaves, in the same structure."""
    if isinstance(arg, Pack):
        return dataclasses.replace(arg, items=tuple(kinds_of(i) for i in arg.items))
    if isinstance(arg, Lit) and not isinstance(arg.value, (int, float, complex)):
        return arg
    if isinstance(arg, Lit) and isinstance(arg.value, (bool, int)):
        return arg
    return type_of(arg)


def read_now(free: Any) -> Any:
    """The value of a live global or cell now."""
    if free.kind == "cell":
        return free.scope.cell_contents
    return free.scope[free.spelling]


def is_store(node: Any) -> bool:
    """Whether a node stores something in a container of the caller's."""
    return isinstance(node, Eqn) and node.prim == "store"


def open_body(function: Function) -> Any:
    """The body of a function as a block whose parameters are free variables."""
    return Block((), function.block.body, function.block.results)
