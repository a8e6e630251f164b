"""Who shares storage: for every variable the set of storages (`Root`s) that its value may live in.

A root is the place where storage comes from: a parameter, an equation that makes an array, a literal. Views and updates
in place keep the roots of their first argument. Inside a loop, what an earlier pass has made is `old`, so that the array
of this pass and that of the pass before are told apart. Everything errs on the side of sharing.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Iterable, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from ..ir import walk
from ..ir.primitives import IN_PLACE, VIEWS
from ..ir.syntax import Arg, Block, Call, Eqn, For, Function, If, Node, Pack, Try, Var, While
from ..ir.types import Opaque, Seq, Tensor
from .subscripts import is_list, is_view_index


class Root(NamedTuple):
    """One storage. kind is "param", "new", "literal", "shared" (a view that must not be written to), or, in the
    facts about one loop body alone, "free" and "carry". `of_list` is the list itself, not its items; `old` says that
    an earlier pass of a loop has made it."""

    kind: str
    site: Any
    of_list: bool = False
    old: bool = False

    @property
    def owned(self) -> bool:
        """Whether this function has made the storage for itself, so that it may overwrite it."""
        return self.kind in ("new", "carry")


Roots = frozenset[Root]
NOTHING: Roots = frozenset()

# Results that may be an argument, or a view of one, besides those that `primitives` lists.
_MORE_VIEWS = frozenset(
    "numpy.conj numpy.conjugate numpy.trim_zeros numpy.linalg.diagonal "
    "numpy.lib.stride_tricks.sliding_window_view numpy.lib.stride_tricks.as_strided numpy.linalg.matrix_power "
    "numpy.asarray_chkfinite numpy.float64 numpy.float32 numpy.ix_ ndarray.view ndarray.conj ndarray.conjugate "
    "operator.getitem operator.pos copy.copy call seq.pop tape.pack tape.unpack builtins.max builtins.min "
    "builtins.list builtins.tuple builtins.reversed builtins.zip builtins.enumerate builtins.next "
    "builtins.iter".split()
)

# Of lists, these make a new one with the same items.
_JOINS = ("operator.add", "operator.mul", "builtins.sorted")

# These give a view only when this keyword is given.
_VIEW_WITH = {
    "numpy.array": "copy", "numpy.astype": "copy", "ndarray.astype": "copy", "numpy.nan_to_num": "copy",
    "numpy.meshgrid": "copy", "numpy.diff": "n",
}  # fmt: skip

# Views that NumPy marks read-only or whose elements share memory.
_SHARED = frozenset(
    "numpy.broadcast_to numpy.broadcast_arrays numpy.meshgrid numpy.diagonal numpy.diag numpy.linalg.diagonal "
    "numpy.lib.stride_tricks.sliding_window_view numpy.lib.stride_tricks.as_strided runtime.expand_reduced".split()
)

# Helpers of st_ad.runtime whose results are always new arrays.
FRESH = frozenset(
    f"runtime.{n}"
    for n in "snapshot widen strong_product scatter diagonal_into untile unrepeat unpad unwindow cumprod_bar matmul_bar_left "
    "matmul_bar_right dot_bar_left dot_bar_right product_of_others sinc_derivative polygamma resized half_inside "
    "twice_inside".split()
)


class Aliases:
    """The roots of every variable of a function or block."""

    def __init__(self) -> None:
        self.roots: dict[Var, Roots] = {}

    def of(self, arg: Arg) -> Roots:
        """The storages that an argument may live in; a variable that was made after the analysis is new."""
        if isinstance(arg, Var):
            if arg in self.roots:
                return self.roots[arg]
            return visible(arg.type, _fresh(arg))
        if isinstance(arg, Pack):
            return NOTHING.union(*map(self.of, arg.items))
        return frozenset({Root("literal", arg)}) if isinstance(arg.value, (np.ndarray, list)) else NOTHING

    def written(self, node: Node) -> Roots:
        """The storages that a node overwrites, nested blocks included."""
        if isinstance(node, Eqn):
            return self.overwritten(node)
        if isinstance(node, Call):
            return NOTHING.union(*map(self.of, node.args)) if _may_write(node) else NOTHING
        return NOTHING.union(*(self.written(n) for block in walk.blocks(node) for n in block.body))

    def overwritten(self, node: Eqn) -> Roots:
        """The storage that an equation overwrites."""
        if node.prim not in IN_PLACE and node.prim != "seq.pop":
            return NOTHING
        target = self.of(node.args[0])
        if node.prim.startswith("seq.") or is_list(node.args[0]):
            return frozenset([r for r in target if r.of_list])
        return frozenset([r for r in target if not r.of_list])

    def share(self, a: Arg, b: Arg) -> bool:
        """Whether two values may live in the same storage."""
        return not self.of(a).isdisjoint(self.of(b))


# Many passes ask for the aliases of one program, and most leave it as it is.
_KNOWN: WeakKeyDictionary[Function, Aliases] = WeakKeyDictionary()
_KNOWN_BODIES: WeakKeyDictionary[For | While, Aliases] = WeakKeyDictionary()


def aliases(function: Function) -> Aliases:
    """The storages of every variable of a function."""
    known = _KNOWN.get(function)
    if known is not None:
        return known
    found = Aliases()
    for var in function.block.params:
        found.roots[var] = _outside("param", var)
    _block(function.block, found)
    _KNOWN[function] = found
    return found


def body_aliases(node: For | While) -> Aliases:
    """The storages of a loop's body seen from inside: what is carried is of kind "carry", what comes from outside "free"."""
    known = _KNOWN_BODIES.get(node)
    if known is not None:
        return known
    found = Aliases()
    for block in walk.blocks(node):
        for var in walk.free_variables(block):
            found.roots[var] = _outside("free", var)
        items = len(block.params) - len(node.init)
        for i, var in enumerate(block.params):
            found.roots[var] = _outside("free" if i < items else "carry", var)
        _block(block, found)
    _KNOWN_BODIES[node] = found
    return found


def observable(function: Function) -> frozenset[Var]:
    """The inputs whose storage the caller sees: what the user's own statements write there must arrive."""
    inside = seeds(function)
    return frozenset(v for v in function.block.params if v not in inside)


def seeds(function: Function) -> frozenset[Var]:
    """The inputs that st_ad has added: adjoints, tangents, records. They are read and never written to."""
    names = function.facts.get("seeds", ())
    return frozenset(v for p in function.params if p.name in names for v in walk.variables((p.tree,)))


def user_write(node: Node, facts: Aliases, seen: frozenset[Var]) -> bool:
    """Whether an equation is a store of the user's into storage that the caller sees (`seen`: see `observable`)."""
    if not isinstance(node, Eqn) or node.prim == "accumulate" or node.loc.is_derived:
        return False
    written = facts.overwritten(node)
    return bool(written) and any(r.kind == "param" and r.site in seen for r in written)


def visible(kind: object, roots: Roots) -> Roots:
    """The part of some roots that a value of a type can live in: a number lives nowhere."""
    if isinstance(kind, Tensor):
        if not roots or kind.is_immutable:
            return NOTHING
        return frozenset([r for r in roots if not r.of_list])
    if isinstance(kind, Seq):
        items = visible(kind.item, roots) if isinstance(kind.item, Tensor) else roots
        return items | frozenset(r for r in roots if r.of_list)
    return NOTHING if isinstance(kind, Opaque) and kind.what in ("shape", "dtype", "str") else roots


def _fresh(var: Var) -> Roots:
    if isinstance(var.type, Tensor):
        return frozenset((Root("new", var),))
    return frozenset((Root("new", var), Root("new", var, of_list=True)))


def _outside(kind: str, var: Var) -> Roots:
    return visible(var.type, frozenset({Root(kind, var), Root(kind, var, of_list=True)}))


def _block(block: Block, facts: Aliases) -> None:
    for node in block.body:
        if isinstance(node, Eqn):
            is_new = _makes_new(node.prim)
            for var in node.outs:
                if isinstance(var.type, Tensor) and (is_new or var.type.is_immutable):
                    facts.roots[var] = NOTHING if var.type.is_immutable else _fresh(var)
                else:
                    facts.roots[var] = visible(var.type, _result(node, var, facts))
        elif isinstance(node, If):
            _block(node.then, facts)
            _block(node.orelse, facts)
            for var, a, b in zip(node.outs, node.then.results, node.orelse.results):
                facts.roots[var] = visible(var.type, facts.of(a) | facts.of(b))
        elif isinstance(node, Try):
            _block(node.body, facts)
            for var in node.outs[:2]:
                facts.roots[var] = NOTHING
            for var, a, b in zip(node.outs[2:], node.body.results, node.instead):
                facts.roots[var] = visible(var.type, facts.of(a) | facts.of(b))
        elif isinstance(node, (For, While)):
            _loop(node, facts)
        else:
            given = NOTHING.union(*map(facts.of, node.args))
            for var in node.outs:
                facts.roots[var] = visible(var.type, given | _fresh(var))


def _loop(node: For | While, facts: Aliases) -> None:
    body = node.body
    count = len(node.init)
    items = len(body.params) - count
    inside = frozenset(definitions(body))
    given = NOTHING.union(*map(facts.of, node.xs)) if isinstance(node, For) else NOTHING
    for var in body.params[:items]:
        facts.roots[var] = visible(var.type, given)
    carried = [facts.of(a) for a in node.init]
    while True:
        for block in walk.blocks(node):
            for var, roots in zip(block.params[len(block.params) - count :], carried):
                facts.roots[var] = visible(var.type, roots)
            _block(block, facts)
        after = [c | aged(facts.of(r), inside) for c, r in zip(carried, body.results)]
        if after == carried:
            break
        carried = after
    for var, start, result in zip(node.outs, node.init, body.results):
        facts.roots[var] = visible(var.type, facts.of(start) | facts.of(result))
    for var, result in zip(node.collected, body.results[count:]):
        held = facts.of(result)
        facts.roots[var] = visible(var.type, held | aged(held, inside) | {Root("new", var, of_list=True)})


def aged(roots: Roots, inside: frozenset[Var]) -> Roots:
    """The roots as the next pass sees them."""
    return frozenset([r._replace(old=True) if r.site in inside else r for r in roots])


def definitions(block: Block) -> Iterable[Var]:
    for node in block.body:
        yield from walk.outs(node)
        for inner in walk.blocks(node):
            yield from definitions(inner)


def _result(node: Eqn, var: Var, facts: Aliases) -> Roots:
    """The storages that one result of an equation may live in."""
    prim = node.prim
    if prim in IN_PLACE:
        target = facts.of(node.args[0])
        if prim == "seq.append" or is_list(node.args[0]):
            return target | facts.of(node.args[-1])
        return target or _fresh(var)
    if prim in _JOINS and isinstance(var.type, Seq):
        items = NOTHING.union(*map(facts.of, node.args))
        return frozenset([r for r in items if not r.of_list]) | _fresh(var)
    if prim == "getitem" and not is_list(node.args[0]) and not is_view_index(node.args[1]):
        return _fresh(var)
    if prim != "seq.make" and not _may_be_view(node, var):
        return _fresh(var)
    given = NOTHING.union(*map(facts.of, node.args), *(facts.of(v) for _, v in node.kwargs))
    if prim == "seq.make":
        return given | _fresh(var)
    if prim in _SHARED:
        return given | {Root("shared", var)}
    if isinstance(var.type, Tensor) and given and prim in VIEWS:
        return given
    return given | _fresh(var)


@cache
def _makes_new(prim: str) -> bool:
    """Whether every array that a primitive gives is a new one."""
    if prim in FRESH:
        return True
    may_be_old = IN_PLACE, VIEWS, _MORE_VIEWS, _VIEW_WITH, _SHARED, _JOINS, ("getitem", "seq.make", "numpy.einsum", "numpy.diag")
    return not prim.startswith("runtime.") and not any(prim in kinds for kinds in may_be_old)


def _may_be_view(node: Eqn, var: Var) -> bool:
    """Whether a result may share storage with an argument."""
    prim = node.prim
    if prim in _VIEW_WITH:
        return len(node.args) > 1 and prim == "numpy.diff" or _VIEW_WITH[prim] in dict(node.kwargs)
    if prim == "numpy.einsum":
        return len(node.args) < 3
    if prim == "numpy.diag" and isinstance(var.type, Tensor):
        return var.type.rank != 2
    if prim in FRESH:
        return False
    return prim in VIEWS or prim in _MORE_VIEWS or prim.startswith("runtime.")


def stored(block: Block) -> set[Var]:
    """The arrays whose storage may be overwritten somewhere after they are made, so that reading them late is wrong."""
    made = {v: n for n in walk.all_nodes(block) if isinstance(n, Eqn) for v in n.outs}
    found: set[Var] = set()

    def mark(atom: object) -> None:
        while isinstance(atom, Var) and atom not in found:
            found.add(atom)
            eqn = made.get(atom)
            atom = eqn.args[0] if eqn is not None and eqn.args and eqn.prim in VIEWS else None

    for node in walk.all_nodes(block):
        if isinstance(node, Eqn) and node.prim in IN_PLACE:
            mark(node.args[0])
        elif isinstance(node, (For, While)):
            for atom in node.init:
                mark(atom)
        elif isinstance(node, (If, Try)):
            for inner in walk.blocks(node):
                for atom in inner.results:
                    mark(atom)
    return found


def _may_write(node: Call, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a called function may write to an argument; one that is not complete yet may."""
    callee = node.callee.function
    if callee is None:
        return True
    if node.callee.name in seen:
        return False
    found = aliases(callee) if not seen else None
    inner = seen | {node.callee.name}
    for n in walk.all_nodes(callee.block):
        if isinstance(n, Call) and _may_write(n, inner):
            return True
        if isinstance(n, Eqn) and found and any(r.kind == "param" for r in found.overwritten(n)):
            return True
        if isinstance(n, Eqn) and not found and n.prim in IN_PLACE:
            return True
    return False
