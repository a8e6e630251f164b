"""What the parts of the interpreter ask of parts that are built on top of them."""

from __future__ import annotations

from typing import Any, Callable, Sequence

from ..ir.syntax import Atom, Var
from .text.source import SourceFunction
from .data.views import Storage
from .data.values import FunctionValue, GeneratorValue, Iteration, ListRef, Value


class Interpreter(Storage):
    """The meaning of syntax is spread over mixins, each on top of the one before; these come later than they are used."""

    chain: tuple[int, ...]
    kept_frames: set[int]
    assumed: dict[Atom, bool]
    # Flags that are the negation of others.
    negated: dict[Atom, Atom]
    # Whether arrays in lists that loops made are written to, so that their items must be known.
    writes_items: bool = False
    # How many `try` statements are around what is being lowered.
    guards: int = 0
    local_names: set[str]
    entered: list[Any]
    int_parameters: list[Var]
    # The parameters of the program, the leaves of containers among them, and what it reads from outside.
    given: frozenset[Atom]
    free: dict[tuple[str, int], tuple[Any, Value]]
    # The indices of loops that may be run pass by pass.
    unrollable: tuple[Var, ...] = ()
    outer_names: dict[int, set[str]]
    scopes: set[int]
    # The statement of a `try` body that is last to raise, and the state in which it stores its result.
    storing: tuple[Any, Any] = (None, None)
    caught_error: Any = None
    # A generator expression that the call around it consumes.
    consumed_at_once: Any = None
    held: frozenset[str] = frozenset()
    global_names: dict[int, set[str]]
    watched: dict[tuple[str, int], tuple[Any, Any, Any, str]]
    sources: dict[tuple[str, str], str]
    pinned: Any = None

    def evaluate(self, node: Any) -> Value:
        raise NotImplementedError

    def static(self, value: Value, what: str) -> Any:
        raise NotImplementedError

    def compare(self, name: str, left: Value, right: Value) -> Value:
        raise NotImplementedError

    def choose(self, test: Value, then: Callable[[], Value], orelse: Callable[[], Value]) -> Value:
        raise NotImplementedError

    def each_option(self, value: Any, run: Callable[[Any], Value]) -> Value:
        raise NotImplementedError

    def no_such(self, error: type[Exception], name: Value) -> Value:
        raise NotImplementedError

    def each_alternative(self, value: Any, run: Callable[[Any], Value]) -> Value:
        raise NotImplementedError

    def lazy(self, form: str, **bound: Value) -> Any:
        raise NotImplementedError

    def suppose_options(self, flag: Any) -> None:
        raise NotImplementedError

    def chosen_attribute(self, value: Any, name: str) -> Value:
        raise NotImplementedError

    def as_container(self, value: Any) -> Any:
        raise NotImplementedError

    def test_options(self, value: Any, holds: Callable[[Any], Value]) -> Value:
        raise NotImplementedError

    def branch(self, flag: Atom, then: Callable[[], Any], orelse: Callable[[], Any]) -> Any:
        raise NotImplementedError

    def comprehension(self, node: Any, generators: list[Any], element: Callable[[], Value]) -> Value:
        raise NotImplementedError

    def call_of_library(
        self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value | None:
        raise NotImplementedError

    def listed(self, value: Value) -> Value:
        raise NotImplementedError

    def folded(self, iterable: Value, start: Value, combine: Callable[[Value, Value], Value]) -> Value:
        raise NotImplementedError

    def mapped(self, make: Callable[[Value], Value], iterable: Value) -> Value:
        raise NotImplementedError

    def is_growing(self, value: Value) -> bool:
        raise NotImplementedError

    def run_procedure(self, body: Callable[..., Any], args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def fail_to_unpack(self, count: int) -> None:
        raise NotImplementedError

    def with_operands(
        self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> tuple[tuple[Value, ...], dict[str, Value]]:
        raise NotImplementedError

    def array_of_display(self, value: Value) -> Value:
        raise NotImplementedError

    def results(self, prim: str, packed: list[Any], named: dict[str, Any]) -> Value:
        raise NotImplementedError

    def binary(self, name: str, left: Value, right: Value) -> Value:
        raise NotImplementedError

    def subscript(self, base: Value, index: Value) -> Value:
        raise NotImplementedError

    def items_of(self, value: Value) -> tuple[Value, ...]:
        raise NotImplementedError

    def known_length(self, value: Value) -> bool:
        raise NotImplementedError

    def index_arg(self, index: Value) -> Any:
        raise NotImplementedError

    def static_slice(self, index: Any) -> slice:
        raise NotImplementedError

    def pick(self, items: Sequence[Value], index: Any) -> Value:
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
        self,
        body: Callable[[], None],
        until: str | None,
        node: Any,
        bounds: Any,
        index: Var | None,
        along: Any = None,
    ) -> None:
        raise NotImplementedError

    def call(self, function: Value, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def sparse_binary(self, name: str, left: Value, right: Value) -> Value | None:
        raise NotImplementedError

    def sparse_negative(self, value: Value) -> Value | None:
        raise NotImplementedError

    def sparse_solve(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        raise NotImplementedError

    def call_solver(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
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

    def find_in_class(self, cls: Any, name: str) -> tuple[Any, Any]:
        raise NotImplementedError

    def instance_class(self, value: Value) -> Any:
        raise NotImplementedError

    def special(self, value: Value, name: str) -> Value | None:
        raise NotImplementedError

    def truth(self, value: Value) -> Atom:
        raise NotImplementedError

    def identical(self, left: Value, right: Value) -> bool | None:
        raise NotImplementedError

    def contains(self, item: Value, container: Value, name: str) -> Value:
        raise NotImplementedError

    def object_items(self, value: Value) -> Value | None:
        raise NotImplementedError

    def python_class(self, value: Value) -> Any:
        raise NotImplementedError

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        raise NotImplementedError

    def global_value(self, name: str, found: Any, spelling: str | None) -> Value:
        raise NotImplementedError

    def free_value(self, name: str, value: Any, scope: Any) -> Value:
        raise NotImplementedError

    def is_own(self, scope: Any) -> bool:
        raise NotImplementedError

    def store(self, base: Value, index: Value, value: Value) -> None:
        raise NotImplementedError

    def is_silent(self, node: Any) -> bool:
        """Whether a node only computes."""
        raise NotImplementedError

    def delete_at(self, base: Value, index: Value) -> None:
        raise NotImplementedError

    def augmented(self, old: Value, name: str, right: Value) -> Value:
        raise NotImplementedError

    def grid(self, name: str, index: Value) -> Value:
        raise NotImplementedError

    def inline_source(self, source: SourceFunction, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def watch_name(self, name: str, value: Any, scope: Any) -> None:
        raise NotImplementedError

    def watch(self, name: str, read: Any, value: Any, scope: Any) -> None:
        raise NotImplementedError

    def iterate(self, iterable: Value, each: Callable[[Value], None], until: str | None, node: Any) -> None:
        raise NotImplementedError

    def builtin_type(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def note_source(self, source: SourceFunction) -> None:
        raise NotImplementedError

    def step(self, stmt: Any) -> None:
        raise NotImplementedError

    def note_store(self, node: Any) -> None:
        """Remember the state before a statement stores its result, if an exception is waited for there."""
        if self.storing[0] is node:
            self.storing = (node, self.state.fork())

    def execute(self, stmts: list[Any]) -> None:
        raise NotImplementedError

    def locate(self, stmt: Any) -> None:
        raise NotImplementedError

    def make_generator(self, node: Any) -> GeneratorValue:
        raise NotImplementedError

    def drive(self, generator: GeneratorValue, consume: Callable[[Value], None], until: str | None = None) -> Value:
        raise NotImplementedError

    def drive_counted(self, iterable: Iteration, each: Callable[[Value], None], until: str | None) -> None:
        raise NotImplementedError

    def collected(self, generator: GeneratorValue) -> ListRef:
        raise NotImplementedError

    def result_tree(self, value: Value) -> Any:
        raise NotImplementedError

    def integer_behind(self, var: Var) -> Var:
        raise NotImplementedError

    def unknown_rows(self, value: Value) -> Exception:
        raise NotImplementedError

    def unknown_length(self, content: Any) -> Exception:
        raise NotImplementedError

    def index_there(self, base: Value, index: Value) -> Value:
        raise NotImplementedError

    def run_unknown(self, literal: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        raise NotImplementedError

    def known_tuple(self, value: Value) -> Value:
        raise NotImplementedError

    def alike(self, ref: Any, made: Value) -> Value:
        raise NotImplementedError

    def asking_for_length(self, content: Any, error: Any) -> Exception:
        raise NotImplementedError

    def stacked(self, found: Any, index: Value) -> Value | None:
        raise NotImplementedError
