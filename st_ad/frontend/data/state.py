"""The machine that the interpreter runs on: its state, the equations it emits, cells, and the names of results."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator


from ...errors import NoRuleError, UnsupportedError
from ...ir import walk
from ...ir.build import Builder, Knowledge
from ...ir.syntax import Atom, Block, Eqn, Lit, Var, While
from ...ir.types import Seq, Tensor
from .layouts import is_surely_in_order, is_written_anew, lies_in_order
from ..text.source import SourceFunction
from .values import (
    ArrayRef,
    Choice,
    ListContent,
    ListRef,
    SeqContent,
    State,
    Value,
)


class Unsettled(UnsupportedError):
    """What a pass of a loop leaves is of another kind than what it began with; unrolled, the loop may be right."""


class ItemWritten(Unsettled):
    """An array is written to that a list of unknown length holds; item by item the list may be known."""


class Raised(UnsupportedError):
    """The program raises here, whenever it comes here; a handler may be waiting for it.

    `said` is what the exception is made of. `depth` and `level` are those of the block that it is raised in.
    """

    def __init__(
        self, problems: Any, cls: type[BaseException] = Exception, said: Any = None, depth: int = -1, level: int = 0
    ) -> None:
        super().__init__(problems)
        self.cls = cls
        self.said = said
        self.depth = depth
        self.level = level

    def __reduce__(self) -> Any:
        return UnsupportedError, (self.problems,)


class Stopped(UnsupportedError):
    """The rest of an expression is never evaluated, because a call in it raises; the statement ends here.

    `level` is that of the block which the call stands in: outside of it, the call would be lost.
    """

    def __init__(self, problems: Any, level: int = 0) -> None:
        super().__init__(problems)
        self.level = level

    def __reduce__(self) -> Any:
        return UnsupportedError, (self.problems,)


@dataclass
class CellInfo:
    """What is known of an array's storage for as long as the function runs.

    origin is "param", "free", "fresh" or "unknown"; contiguous says that it is in C order; shared names the
    other array that it may be the same as, in which case it must not be written to; watched are the cells that it
    may share storage with, with their contents then: once one of them was written to, it must not be read.
    An array with a `choice` has no storage of its own: it is one of two others, and its content is kept up to date.
    It exists only where the `guards` have the given values.
    """

    origin: str = "fresh"
    name: str = ""
    contiguous: bool | None = True
    shared: str = ""
    watched: tuple[tuple[int, Any], ...] = ()
    choice: Choice | None = None
    guards: tuple[tuple[Atom, bool], ...] = ()
    ties: tuple[tuple[int, Any], ...] = ()
    # It holds ints where a number that it was made of is an int on one path, and floats on the other.
    is_int_or_float: bool = False


# Watched by an array of which nothing is known any more.
LOST = ((0, "lost"),)


# What code may fail with that the program need not come to: a later pass of a loop may find what it looks for.
LOOK_UPS = (LookupError, ValueError)


# What an array is shared with that was put into a list of unknown length.
IN_LISTS = "a list"
IN_A_LIST = "an item of a list"


class Machine:
    """The state of one lowering; `views` adds storage, and the interpreter proper the meaning of syntax."""

    def __init__(self, source: SourceFunction, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.builder = Builder(knowledge)
        self.source = source
        self.state = State()
        self.cells: dict[int, CellInfo] = {}
        self.serial = itertools.count(1)
        self.target = "out"
        # Parts of arguments that the user's program has given no name yet.
        self.unnamed: set[Var] = set()
        self.named: dict[str, tuple[Var, str]] = {}
        self.node: Any = None
        self.may_fail: tuple[type[BaseException], ...] = ()
        self.mutated: dict[str, None] = {}
        # For each running function, the names that may still be read; None is known of frames that are not here.
        self.live: dict[int, frozenset[str]] = {}
        # Arrays with a lower number may be held by an expression that is being evaluated.
        self.floor: float = math.inf
        self.compares_identity = False
        self.items_walked: set[Var] = set()
        self.resized: Counter[int] = Counter()
        self.functions: dict[int, Any] = {}
        # The definitions of functions that are run as loops, and of those that cannot; how often functions call
        # themselves in branches, and in how many branches each was called first.
        self.looped: frozenset[Any] = frozenset()
        self.unlooped: set[Any] = set()
        self.first_depth: dict[Any, int] = {}
        self.undecided: Counter[Any] = Counter()
        # The known things of which one is chosen at run time, by the strings that stand for them.
        self.things: dict[str, Any] = {}
        # The tags that a condition holds for, and what decided a tag: the condition, and the tag where it holds or not.
        self.option_tests: dict[Any, tuple[Any, frozenset[str]]] = {}
        self.decided: dict[Any, tuple[Any, str, str]] = {}
        # For a tag that is one of two: the condition, and the tags and what they can be where it holds, and where not.
        self.tag_sides: dict[Any, tuple[Any, tuple[Any, frozenset[str]], tuple[Any, frozenset[str]]]] = {}
        # Values that are there on some paths only, with the flags that must be true, or false, for that.
        self.partial: dict[Any, dict[Any, bool]] = {}
        # Arrays whose axes lie in memory as those of C do, and those that the written text may lay out otherwise.
        self.in_c_order: set[Any] = set()
        self.laid_out_anew: set[Any] = set()
        # Numbers that are an int on one path and a float on the other.
        self.int_or_float: set[Any] = set()
        # Whether the caller has lists or objects that may hold arrays, and the lists that loops are walking along.
        self.given_containers = False
        self.walked: tuple[Any, ...] = ()

    def refuse(self, what: str, remedy: str = "", node: Any = None) -> UnsupportedError:
        """An error at the syntax node being lowered."""
        return UnsupportedError(self.source.problem(node if node is not None else self.node, what, remedy))

    def raising(self, cls: type[BaseException], what: str, remedy: str = "", said: Any = None) -> Raised:
        """The error for a program that is known to raise at the syntax node being lowered."""
        problem = self.source.problem(self.node, what, remedy)
        return Raised(problem, cls, what if said is None else said, self.builder.depth, len(self.builder.blocks))

    def no_rule(self, what: str, remedy: str = "") -> NoRuleError:
        """A missing rule at the syntax node being lowered."""
        return NoRuleError(self.source.problem(self.node, what, remedy))

    def emit(self, prim: str, *args: Any, hint: str = "", **kwargs: Any) -> Atom:
        """An equation whose result is a temporary named after the target of the statement."""
        name = hint or self.temporary_name(prim, args)
        return self.builder.emit(prim, *args, hint=name, **kwargs)

    def emit_many(self, prim: str, *args: Any, **kwargs: Any) -> tuple[Atom, ...]:
        """The same with several results."""
        name = self.temporary_name(prim, args)
        return self.builder.emit_many(prim, *args, hints=(name,) * 8, **kwargs)

    def temporary_name(self, prim: str, args: tuple[Any, ...]) -> str:
        last = prim.rsplit(".", 1)[-1].strip("_")
        if prim == "getitem":
            return item_name(args[0], args[1])
        if prim == "axis_length":
            return "n"
        return f"{self.target}_{last}"

    def new_cell(self, content: Any, info: CellInfo | None = None) -> int:
        """A new cell with its first content."""
        cell = next(self.serial)
        self.state.heap[cell] = content
        self.cells[cell] = info or CellInfo()
        return cell

    def new_list(self, items: tuple[Value, ...]) -> ListRef:
        """A list value."""
        return ListRef(self.new_cell(ListContent(items)))

    def new_array(self, var: Var, info: CellInfo | None = None) -> ArrayRef:
        """An array value with storage of its own."""
        return ArrayRef(self.new_cell(var, info))

    def wrap(self, atom: Atom, info: CellInfo | None = None) -> Value:
        """A result of a primitive as a value: arrays get a cell, lists too, numbers stay as they are."""
        if isinstance(atom, Lit):
            return atom
        kind = atom.type
        if isinstance(kind, Seq):
            return ListRef(self.new_cell(SeqContent((atom,))))
        if isinstance(kind, Tensor) and not kind.is_immutable:
            return self.new_array(atom, info or CellInfo(contiguous=self.is_laid_out(atom)))
        return atom

    def is_laid_out(self, made: Var) -> bool | None:
        """Whether a new array is known to be in C order."""
        node = next((n for n in reversed(self.builder.nodes[-4:]) if made in getattr(n, "outs", ())), None)
        if not isinstance(node, Eqn) or not lies_in_order(node, self.is_in_order):
            if isinstance(node, Eqn) and is_written_anew(node, self.laid_out_anew.__contains__):
                self.laid_out_anew.add(made)
            return None
        self.in_c_order.add(made)
        return True

    def is_in_order(self, atom: Atom) -> bool:
        """Whether the axes of an array are known to lie in memory as those of C do."""
        return atom in self.in_c_order or is_surely_in_order(atom)

    def name_result(self, value: Value, name: str, before: int) -> None:
        """Give the user's name to the result of the expression that was just lowered."""
        atom: Any = value
        if isinstance(value, ArrayRef):
            atom = self.state.heap[value.cell]
            if value.path:
                atom = self.state.views.get((atom, value.path), atom)
        elif isinstance(value, ListRef) and isinstance(self.state.heap[value.cell], SeqContent):
            content = self.state.heap[value.cell]
            atom = content.columns[0] if content.is_plain else None
        if isinstance(value, ListRef) and not self.cells[value.cell].name:
            self.cells[value.cell].name = name
        if isinstance(atom, Var) and atom in self.unnamed:
            self.name_part(atom, name)
        if not isinstance(atom, Var) or not atom.temporary:
            return
        recent = self.builder.nodes[before:]
        if atom in self.items_walked or any(atom in node.outs for node in recent):
            object.__setattr__(atom, "hint", name)
            object.__setattr__(atom, "temporary", False)

    def name_part(self, part: Var, name: str) -> None:
        """Give the user's name to a part of an argument; two parts that are called alike keep the names of their places."""
        self.unnamed.discard(part)
        if name in self.named:
            first, place = self.named[name]
            object.__setattr__(first, "hint", place)
            return
        self.named[name] = (part, part.hint)
        object.__setattr__(part, "hint", name)

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Code inside may end early; nothing is reached afterwards then."""
        level = len(self.builder.blocks)
        try:
            yield
        except Stopped as stop:
            if stop.level != level:
                raise
        except Raised as error:
            if error.level != level or not issubclass(error.cls, self.may_fail):
                raise
            self.builder.emit_many("raise", Lit(error.cls, error.cls.__name__), Lit(error.said))
            self.state.unreachable = True

    @contextmanager
    def failing_with(self, *classes: type[BaseException]) -> Iterator[None]:
        """Code inside that is known to raise an exception of these classes is lowered as what raises it."""
        old, self.may_fail = self.may_fail, classes
        try:
            yield
        finally:
            self.may_fail = old

    @contextmanager
    def targeting(self, name: str) -> Iterator[None]:
        """Temporaries made inside are named after this target."""
        old, self.target = self.target, name
        try:
            yield
        finally:
            self.target = old


def item_name(base: Any, index: Any) -> str:
    """The name of an unnamed item: `u[k - 1]` is u_prev, `u[k]` is u_k, `u[0]` is u_0."""
    stem = base.hint if isinstance(base, Var) else "item"
    if isinstance(index, Lit) and isinstance(index.value, int):
        return f"{stem}_{index.value}" if index.value >= 0 else f"{stem}_last"
    if isinstance(index, Var):
        if index.temporary and index.hint.endswith("_sub"):
            return f"{stem}_prev"
        if index.temporary and index.hint.endswith("_add"):
            return f"{stem}_next"
        return f"{stem}_{index.hint}"
    return f"{stem}_item"


def has_changed(before: State, after: State) -> bool:
    """Whether a name, list, dict, object or array that was there has another value."""
    for frame, names in before.frames.items():
        if any(after.frames[frame].get(n) is not v for n, v in names.items()):
            return True
    return any(after.heap.get(c) is not v and not isinstance(v, Lit) for c, v in before.heap.items())


def loops_by_a_test(nodes: list[Any]) -> bool:
    """Whether some nodes have a `while`, which may go on for ever."""
    return any(isinstance(n, While) for n in walk.all_nodes(Block((), tuple(nodes), ())))
