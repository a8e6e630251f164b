"""Derivatives that are taken inside a function being lowered: their programs are inlined."""

from __future__ import annotations

from typing import Any

from ..ir import walk
from ..ir.build import type_of
from ..ir.syntax import Arg, Atom, Function, Lit, Pack, Var
from .state import describe
from .statements import StatementMixin
from .values import DictContent, DictRef, ObjectRef, TupleValue, Value


class TransformMixin(StatementMixin):
    """Calls of transformed functions."""

    def call_transformed(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of something that st_ad made: its program for these arguments becomes part of this one."""
        import inspect

        try:
            bound = inspect.signature(found).bind(*args, **kwargs)
        except TypeError as error:
            raise self.refuse(str(error)) from None
        given: dict[str, Arg] = {}
        for name, value in bound.arguments.items():
            if isinstance(value, dict):
                value = DictRef(self.new_cell(DictContent(tuple(value.items()))))
            elif type(value) is tuple:
                value = TupleValue(value)
            given[name] = self.result_tree(value)
        function = found.__st_ad_function__({name: kinds_of(arg) for name, arg in given.items()})
        return self.splice(function, given)

    def splice(self, function: Function, given: dict[str, Arg]) -> Value:
        """Put the nodes of another function here, with its parameters replaced by arguments."""
        table: dict[Var, Atom] = {}
        for param in function.params:
            arg = given.get(param.name, param.default)
            if arg is None:
                raise self.refuse(f"`{function.name}` is missing the argument `{param.name}`")
            self.match(param.tree, arg, table)
        for free in function.free:
            name = free.spelling
            value = self.read(self.free_value(name, read_now(free), free.scope))
            table[free.var] = value
        for name, old in (("watched", self.watched), ("sources", self.sources)):
            for entry in function.facts.get(name, ()):
                if name == "watched":
                    old[(entry[3], id(entry[2]))] = entry
                else:
                    old[("", entry[0])] = entry[1]
        inner = walk.substitute(walk.refresh(open_body(function)), table)
        self.builder.nodes.extend(inner.body)
        leaves = iter(inner.results)
        tree = walk.map_arg(function.result, lambda _: next(leaves))
        return self.as_value(tree)

    def match(self, tree: Arg, arg: Arg, table: dict[Var, Atom]) -> None:
        if isinstance(tree, Var):
            if isinstance(arg, Pack):
                raise self.refuse(f"{describe(TupleValue(()))} is passed where a number is expected")
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

    def result_tree(self, value: Value) -> Arg:
        raise NotImplementedError

    def free_value(self, name: str, value: Any, scope: Any) -> Value:
        raise NotImplementedError

    watched: dict[Any, Any]
    sources: dict[Any, str]


def kinds_of(arg: Arg) -> Any:
    """The types of an argument's leaves, in the same structure."""
    import dataclasses

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


def open_body(function: Function) -> Any:
    """The body of a function as a block whose parameters are free variables."""
    from ..ir.syntax import Block

    return Block((), function.block.body, function.block.results)
