"""The nodes of a program: one equation is one line of the Wengert list; loops and branches are nested blocks.

Everything is immutable and compared by identity, except literals, packs and locations, which are values.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Iterable, Union

from .derived import derived
from .types import Type


@dataclass(frozen=True, eq=False, repr=False)
class Var:
    """A value that is assigned once. `hint` is the name it should be printed with; `temporary` says that
    the name is ours (an unnamed subexpression), so that it may be folded into the expression that uses it."""

    hint: str
    type: Type
    temporary: bool = False

    def __repr__(self) -> str:
        return self.hint


@dataclass(frozen=True, eq=False)
class Lit:
    """A value that is known when the program is transformed: number, string, None, function, dtype, class.

    `name` is how the user's source spells it, when it is not a number, string, bool or None.
    """

    value: Any
    name: str | None = None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Lit) or type(self.value) is not type(other.value):
            return False
        if self.value is other.value:
            return True
        if isinstance(self.value, (int, float, complex, str, bytes)):
            return repr(self.value) == repr(other.value)
        return False

    def __hash__(self) -> int:
        if isinstance(self.value, (int, float, complex, str, bytes)):
            return hash((type(self.value).__name__, repr(self.value)))
        return id(self.value)


class _Undefined:
    """The value of a name that has none on this path; nothing reads it."""

    _instance: "_Undefined | None" = None

    def __new__(cls) -> "_Undefined":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Lit(_Undefined())

Atom = Union[Var, Lit]


@dataclass(frozen=True)
class Pack:
    """A tuple, list, dict, slice or record of arguments, as written in a call, an index or a result.

    kind is "tuple", "list", "dict" (keys in `keys`), "slice" (three items), "namedtuple" or "record" (`cls`
    and field names in `keys`).
    """

    kind: str
    items: tuple["Arg", ...]
    keys: tuple[Any, ...] = ()
    cls: Any = None


Arg = Union[Var, Lit, Pack]


def variables(args: Iterable[Arg | None]) -> list[Var]:
    """The variables among the leaves of some arguments, left to right."""
    found: list[Var] = []
    for arg in args:
        if type(arg) is Var:
            found.append(arg)
        elif type(arg) is Pack:
            found += variables(arg.items)
    return found


@dataclass(frozen=True)
class Loc:
    """The place in the user's source that a node comes from: `line` counts from the `def` line as 1, `text` is
    that line stripped. `sweep` is "backward" for a line of the adjoint and "tangent" for one of the tangents.
    `function` names the user's function."""

    line: int
    text: str
    function: str = ""
    sweep: str = "forward"
    file: str = ""
    lineno: int = 0
    column: int = 0
    end_column: int = 0

    @property
    def is_derived(self) -> bool:
        """Whether the node is part of the derivative and not of what the user wrote."""
        return self.sweep != "forward"


NOWHERE = Loc(0, "")


class Reader:
    """What a node reads and defines. `operands` are the arguments that it reads itself, without those of its `blocks`;
    `defined` is every variable that it defines in the block it stands in."""

    outs: tuple[Var, ...]
    blocks: tuple[Block, ...] = ()

    @property
    def operands(self) -> tuple[Arg, ...]:
        raise NotImplementedError

    @property
    def defined(self) -> tuple[Var, ...]:
        return self.outs

    @derived
    def reads(self) -> tuple[Var, ...]:
        """The variables among the operands, as often as they occur."""
        return tuple(variables(self.operands))

    @derived
    def needs(self) -> tuple[Var, ...]:
        """The variables that it reads from the block it stands in, nested blocks included, each once."""
        found = dict.fromkeys(self.reads)
        for block in self.blocks:
            found.update(dict.fromkeys(block.free))
        return tuple(found)


@dataclass(frozen=True, eq=False)
class Eqn(Reader):
    """One line of the Wengert list: `outs = prim(*args, **kwargs)`."""

    outs: tuple[Var, ...]
    prim: str
    args: tuple[Arg, ...] = ()
    kwargs: tuple[tuple[str, Arg], ...] = ()
    loc: Loc = NOWHERE

    @property
    def operands(self) -> tuple[Arg, ...]:
        return self.args + tuple([v for _, v in self.kwargs]) if self.kwargs else self.args


@dataclass(frozen=True, eq=False)
class Block:
    """A sequence of nodes with parameters and results."""

    params: tuple[Var, ...]
    body: tuple["Node", ...]
    results: tuple[Atom, ...]

    @derived
    def free(self) -> tuple[Var, ...]:
        """The variables that it reads and does not define, in the order of their first reading."""
        bound = set(self.params)
        found: dict[Var, None] = {}
        for node in self.body:
            found.update([(v, None) for v in node.needs if v not in bound])
            bound.update(node.defined)
        found.update([(v, None) for v in variables(self.results) if v not in bound])
        return tuple(found)

    @derived
    def nodes(self) -> tuple["Node", ...]:
        """Every node in it and in the blocks nested in it, in program order."""
        found: list[Node] = []
        for node in self.body:
            found.append(node)
            for inner in node.blocks:
                found += inner.nodes
        return tuple(found)

    @derived
    def uses(self) -> Counter[Var]:
        """How often each variable is read in it and in the blocks nested in it."""
        found: Counter[Var] = Counter()
        for node in self.nodes:
            found.update(node.reads)
            for inner in node.blocks:
                found.update(variables(inner.results))
        found.update(variables(self.results))
        return found

    @derived
    def prims(self) -> frozenset[str]:
        """The primitives of its equations and of those in nested blocks."""
        return frozenset([n.prim for n in self.nodes if isinstance(n, Eqn)])


@dataclass(frozen=True, eq=False)
class If(Reader):
    """`outs` are the results of `then` when `test` is true, of `orelse` otherwise; neither has parameters."""

    outs: tuple[Var, ...]
    test: Atom
    then: Block
    orelse: Block
    loc: Loc = NOWHERE

    @property
    def operands(self) -> tuple[Arg, ...]:
        return (self.test,)

    @property
    def blocks(self) -> tuple[Block, ...]:  # type: ignore[override]
        return (self.then, self.orelse)


@dataclass(frozen=True, eq=False)
class For(Reader):
    """A counted loop, or a loop over sequences, with carried and collected values.

    It runs over `range(start, stop, step)`, or, when `start` is None, over the items of `xs` side by side (all
    of one length; at least one). Both may be present: then the i-th pass sees the i-th number and the i-th items,
    and there are as many items as numbers. With `reverse` the passes run from last to first.

    body.params  = (index, *items of xs, *carries)    index is present only when start is not None
    body.results = (*carries, *collected)
    outs         = the carries after the last pass (init when there was none)
    collected    = one Seq per collected result, item i from pass i, in index order also when `reverse`
    until        = position of the carry (a bool) that ends the loop when it is true after a pass, or None
    """

    outs: tuple[Var, ...]
    collected: tuple[Var, ...]
    start: Atom | None
    stop: Atom | None
    step: Atom | None
    xs: tuple[Atom, ...]
    reverse: bool
    init: tuple[Atom, ...]
    body: Block
    until: int | None = None
    loc: Loc = NOWHERE

    @property
    def operands(self) -> tuple[Arg, ...]:
        bounds = tuple([a for a in (self.start, self.stop, self.step) if a is not None])
        return bounds + self.xs + self.init

    @property
    def blocks(self) -> tuple[Block, ...]:  # type: ignore[override]
        return (self.body,)

    @property
    def defined(self) -> tuple[Var, ...]:
        return self.outs + self.collected


@dataclass(frozen=True, eq=False)
class While(Reader):
    """Runs `body` while `test` (a block over the same carries with one bool result) holds.

    body.params = test.params = carries; body.results = (*carries, *collected); `until` as in For.
    """

    outs: tuple[Var, ...]
    collected: tuple[Var, ...]
    init: tuple[Atom, ...]
    test: Block
    body: Block
    until: int | None = None
    loc: Loc = NOWHERE

    @property
    def operands(self) -> tuple[Arg, ...]:
        return self.init

    @property
    def blocks(self) -> tuple[Block, ...]:  # type: ignore[override]
        return (self.test, self.body)

    @property
    def defined(self) -> tuple[Var, ...]:
        return self.outs + self.collected


@dataclass(frozen=True, eq=False)
class Try(Reader):
    """Runs `body`, which has no parameters, until it ends or raises one of the `caught` exceptions.

    outs = (failed, error, *values): whether it raised (a bool), the exception, and the results of the body, for which
    `instead` stands when it raised.
    """

    outs: tuple[Var, ...]
    caught: tuple[Atom, ...]
    body: Block
    instead: tuple[Atom, ...]
    loc: Loc = NOWHERE

    @property
    def operands(self) -> tuple[Arg, ...]:
        return self.caught + self.instead

    @property
    def blocks(self) -> tuple[Block, ...]:  # type: ignore[override]
        return (self.body,)


@dataclass(frozen=True, eq=False)
class Call(Reader):
    """A call of another function of the program, by name; see Function.callees."""

    outs: tuple[Var, ...]
    callee: "FunctionRef"
    args: tuple[Atom, ...]
    loc: Loc = NOWHERE

    @property
    def operands(self) -> tuple[Arg, ...]:
        return self.args


@dataclass(eq=False)
class FunctionRef:
    """A handle on a function that may not be complete yet, so that a function can call itself."""

    name: str
    function: "Function | None" = None
    link: dict[str, "FunctionRef"] = field(default_factory=dict)


Node = Union[Eqn, If, For, While, Try, Call]


@dataclass(frozen=True, eq=False)
class Free:
    """A number or array that the function reads from outside when it is called: a global, a closure cell, or
    an attribute of a module. `read` gives the value now; `spelling` is the user's expression for it."""

    var: Var
    spelling: str
    scope: Any
    kind: str = "global"


@dataclass(frozen=True, eq=False)
class Param:
    """A parameter of a function: `tree` is a Var, a Lit (static argument) or a Pack of them.

    kind is "positional", "either", "keyword", "args" or "kwargs" as in inspect.Parameter. default is None when
    the parameter must be given, otherwise a Lit of its default value.
    """

    name: str
    tree: Arg
    default: Lit | None = None
    kind: str = "either"


@dataclass(frozen=True, eq=False)
class Function:
    """A program: the leaves of `params` and then the variables of `free` are block.params, in that order;
    block.results are the leaves of `result`, whose shape is kept as a Pack of Vars and Lits."""

    name: str
    params: tuple[Param, ...]
    free: tuple[Free, ...]
    block: Block
    result: Arg
    doc: tuple[str, ...] = ()
    loc: Loc = NOWHERE
    facts: "dict[str, Any]" = field(default_factory=dict)
