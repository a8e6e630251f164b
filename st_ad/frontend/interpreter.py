"""What the parts of the interpreter ask of parts that are built on top of them."""

from __future__ import annotations

from typing import Any, Callable

from ..ir.syntax import Atom, Var
from .source import SourceFunction
from .state import Machine
from .values import FunctionValue, Value


class Interpreter(Machine):
    """The meaning of syntax is spread over mixins, each on top of the one before; these come later than they are used."""

    chain: tuple[int, ...]
    local_names: set[str]
    entered: list[Any]
    int_parameters: list[Var]
    outer_names: dict[int, set[str]]
    watched: dict[tuple[str, int], tuple[Any, Any, Any, str]]
    sources: dict[tuple[str, str], str]

    def evaluate(self, node: Any) -> Value:
        raise NotImplementedError

    def static(self, value: Value, what: str) -> Any:
        raise NotImplementedError

    def compare(self, name: str, left: Value, right: Value) -> Value:
        raise NotImplementedError

    def choose(self, test: Value, then: Callable[[], Value], orelse: Callable[[], Value]) -> Value:
        raise NotImplementedError

    def branch(self, flag: Atom, then: Callable[[], Any], orelse: Callable[[], Any]) -> Any:
        raise NotImplementedError

    def comprehension(self, node: Any, generators: list[Any], element: Callable[[], Value]) -> Value:
        raise NotImplementedError

    def lookup(self, name: str) -> Value:
        raise NotImplementedError

    def frame_of(self, name: str) -> int:
        raise NotImplementedError

    def bind(self, name: str, value: Value) -> None:
        raise NotImplementedError

    def assign(self, target: Any, value: Value) -> None:
        raise NotImplementedError

    def run_tail(self, stmts: list[Any]) -> Value:
        raise NotImplementedError

    def roll(
        self, body: Callable[[], None], until: str | None, node: Any, bounds: Any, index: Var | None
    ) -> None:
        raise NotImplementedError

    def call(self, function: Value, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def call_method(
        self, receiver: Value, name: str, args: tuple[Value, ...], kwargs: dict[str, Value] | None = None
    ) -> Value:
        raise NotImplementedError

    def call_unknown(self, literal: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def call_transform(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def call_transformed(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def make_function(self, node: Any) -> FunctionValue:
        raise NotImplementedError

    def class_attribute(self, cls: Any, name: str) -> Any:
        raise NotImplementedError

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        raise NotImplementedError

    def global_value(self, name: str, found: Any, spelling: str | None) -> Value:
        raise NotImplementedError

    def free_value(self, name: str, value: Any, scope: Any) -> Value:
        raise NotImplementedError

    def note_source(self, source: SourceFunction) -> None:
        raise NotImplementedError

    def result_tree(self, value: Value) -> Any:
        raise NotImplementedError
