"""Making blocks: a builder appends typed equations and folds what is already known."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Callable, Iterator, Protocol

import numpy as np

from .constants import constant
from .syntax import NOWHERE, UNDEFINED, Arg, Atom, Block, Eqn, Lit, Loc, Node, Pack, Var
from .types import ANY, Type, type_of_number


class Knowledge(Protocol):
    """What the front end and the builder must be told about NumPy; the analysis room provides it."""

    def infer(
        self, prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...], unconditional: bool
    ) -> tuple["Type | Lit", ...]:
        """The results of a primitive, one entry each: a Type, or a Lit when the result is known when
        transformed (a rank, a comparison of literals, the length of an axis that is an int).

        `unconditional` is true outside branches and loop bodies, where facts about lengths may be recorded.
        """
        ...

    def prim_of(self, value: Any) -> str | None:
        """The primitive that a Python callable stands for ("numpy.tanh"), or None for a function of the user."""
        ...

    def knows(self, prim: str) -> bool:
        """Whether there is a derivative rule for a primitive, or its result is known not to need one."""
        ...

    def refuses(self, prim: str, args: tuple[Arg, ...], kwargs: tuple[tuple[str, Arg], ...]) -> bool:
        """Whether the rule of a primitive is one of st_ad's own that gives no derivative for these arguments."""
        ...

    def method_prim(self, name: str) -> str | None:
        """The primitive that an ndarray method or attribute stands for: "sum" gives "numpy.sum"."""
        ...

    def operands(self, prim: str) -> Callable[["int | str"], bool]:
        """Tells of the place or the name of an argument whether the primitive makes an array of a list there."""
        ...

    def procedure(self, prim: str) -> Callable[..., Any] | None:
        """The Python function that is run where a primitive is called, for those that call functions or write."""
        ...


def known_type(atom: Atom) -> Type | None:
    """The type of an atom, None when it is undefined."""
    return None if atom is UNDEFINED else type_of(atom)


def type_of(atom: Atom) -> Type:
    """The type of an atom; a literal that is no number is opaque."""
    if isinstance(atom, Var):
        return atom.type
    return type_of_value(atom.value)


def type_of_value(value: Any) -> Type:
    from .types import Opaque, Tensor

    if isinstance(value, (bool, int, float, complex, np.generic)):
        return type_of_number(value)
    if isinstance(value, np.ndarray):
        return Tensor(value.dtype.name, value.shape)
    return Opaque(type(value).__name__)


def as_arg(value: Any) -> Arg:
    """A Python value as an argument: atoms stay, tuples, lists and slices become packs, the rest a literal."""
    if isinstance(value, (Var, Lit, Pack)):
        return value
    if isinstance(value, tuple) and type(value) is tuple:
        return Pack("tuple", tuple(as_arg(v) for v in value))
    if isinstance(value, list):
        return Pack("list", tuple(as_arg(v) for v in value))
    if isinstance(value, slice):
        return Pack("slice", tuple(as_arg(v) for v in (value.start, value.stop, value.step)))
    return Lit(value)


class Builder:
    """Appends nodes to the innermost open block.

    `loc` is put on every node that is made. `depth` is 0 in code that is executed unconditionally, and `branches` in
    code that is executed whenever the loops around it have a pass.
    """

    def __init__(self, knowledge: Knowledge, loc: Loc = NOWHERE) -> None:
        self.knowledge = knowledge
        self.loc = loc
        self.depth = 0
        self.branches = 0
        # How many nodes were added, also those that were taken away again.
        self.appended = 0
        # Small arrays of integers and flags of which every item is known.
        self.constants: dict[Var, Any] = {}
        self._stack: list[list[Node]] = [[]]

    @property
    def nodes(self) -> list[Node]:
        """The nodes of the innermost open block."""
        return self._stack[-1]

    @property
    def blocks(self) -> list[list[Node]]:
        """The nodes of every open block, the outermost first."""
        return self._stack

    def append(self, node: Node) -> None:
        """Add a finished node."""
        self.appended += 1
        self.nodes.append(node)

    def emit(self, prim: str, *args: Any, hint: str = "", temporary: bool = True, **kwargs: Any) -> Atom:
        """Add an equation with one result and return it, or the literal it folds to."""
        return self.emit_many(prim, *args, hints=(hint,), temporary=temporary, **kwargs)[0]

    def emit_many(
        self, prim: str, *args: Any, hints: tuple[str, ...] = (), temporary: bool = True, **kwargs: Any
    ) -> tuple[Atom, ...]:
        """Add an equation and return its results; none is added when all results are literals."""
        packed = tuple(as_arg(a) for a in args)
        named = tuple((k, as_arg(v)) for k, v in kwargs.items())
        known = constant(prim, packed, named, self.constants)
        if isinstance(known, (bool, np.bool_)):
            return (Lit(known),)
        results = self.knowledge.infer(prim, packed, named, self.depth == 0)
        if results and all(isinstance(r, Lit) for r in results):
            return results  # type: ignore[return-value]
        outs = []
        for i, result in enumerate(results):
            hint = hints[i] if i < len(hints) and hints[i] else hint_for(prim, packed)
            outs.append(Var(hint, ANY if isinstance(result, Lit) else result, temporary))
        self.append(Eqn(tuple(outs), prim, packed, named, self.loc))
        if known is not None:
            self.constants[outs[0]] = known
        return tuple(r if isinstance(r, Lit) else o for r, o in zip(results, outs))

    @contextmanager
    def block(self, conditional: bool = True, loop: bool = False) -> Iterator[list[Node]]:
        """Open a nested block; its nodes are in the list that is yielded."""
        nodes: list[Node] = []
        self._stack.append(nodes)
        self.depth += conditional
        self.branches += conditional and not loop
        try:
            yield nodes
        finally:
            self.depth -= conditional
            self.branches -= conditional and not loop
            self._stack.pop()

    @contextmanager
    def at(self, loc: Loc) -> Iterator[None]:
        """Put another location on the nodes made inside."""
        old, self.loc = self.loc, loc
        try:
            yield
        finally:
            self.loc = old


_OPERATOR_HINTS: dict[str, str] = {
    "add": "sum", "sub": "diff", "mul": "prod", "truediv": "quot", "pow": "pow", "matmul": "mat", "neg": "neg",
    "lt": "test", "le": "test", "gt": "test", "ge": "test", "eq": "test", "ne": "test", "not_": "test",
}  # fmt: skip


def hint_for(prim: str, args: tuple[Arg, ...]) -> str:
    """The name of an unnamed result: the operation, as in `h_tanh` or `u_prev`; the caller knows the target."""
    last = prim.rsplit(".", 1)[-1]
    if prim == "getitem" and args and isinstance(args[0], Var):
        return f"{args[0].hint}_item"
    if prim == "axis_length" and args and isinstance(args[0], Var):
        return f"{args[0].hint}_length"
    return _OPERATOR_HINTS.get(last, last.strip("_"))


def finish(params: tuple[Var, ...], nodes: list[Node], results: tuple[Atom, ...]) -> Block:
    """Close a block."""
    return Block(params, tuple(nodes), results)

