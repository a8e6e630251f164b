"""The nodes of a program: one equation is one line of the Wengert list; loops and branches are nested blocks.

Everything is immutable and compared by identity, except literals, packs and locations, which are values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

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


@dataclass(frozen=True, eq=False)
class Eqn:
    """One line of the Wengert list: `outs = prim(*args, **kwargs)`."""

    outs: tuple[Var, ...]
    prim: str
    args: tuple[Arg, ...] = ()
    kwargs: tuple[tuple[str, Arg], ...] = ()
    loc: Loc = NOWHERE


@dataclass(frozen=True, eq=False)
class Block:
    """A sequence of nodes with parameters and results."""

    params: tuple[Var, ...]
    body: tuple["Node", ...]
    results: tuple[Atom, ...]


@dataclass(frozen=True, eq=False)
class If:
    """`outs` are the results of `then` when `test` is true, of `orelse` otherwise; neither has parameters."""

    outs: tuple[Var, ...]
    test: Atom
    then: Block
    orelse: Block
    loc: Loc = NOWHERE


@dataclass(frozen=True, eq=False)
class For:
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


@dataclass(frozen=True, eq=False)
class While:
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


@dataclass(frozen=True, eq=False)
class Try:
    """Runs `body`, which has no parameters, until it ends or raises one of the `caught` exceptions.

    outs = (failed, error, *values): whether it raised (a bool), the exception, and the results of the body, for which
    `instead` stands when it raised.
    """

    outs: tuple[Var, ...]
    caught: tuple[Atom, ...]
    body: Block
    instead: tuple[Atom, ...]
    loc: Loc = NOWHERE


@dataclass(frozen=True, eq=False)
class Call:
    """A call of another function of the program, by name; see Function.callees."""

    outs: tuple[Var, ...]
    callee: "FunctionRef"
    args: tuple[Atom, ...]
    loc: Loc = NOWHERE


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
