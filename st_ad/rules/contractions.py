"""einsum and tensordot: their adjoints are contractions whose subscripts are worked out when transformed."""

from __future__ import annotations

import string
from typing import Any

from ..ir.build import type_of
from ..ir.syntax import Arg, Atom, Lit, Pack
from ..ir.types import Dim, Sym, Tensor, is_not_one, resolve, same_dim
from .notation import Generation, multilinear, refuse


def labels_of(text: str, ranks: list[int]) -> tuple[list[str], str]:
    """The labels of each operand and of the result, with letters in place of the ellipsis.

    >>> labels_of("...ij,jk", [3, 2])
    (['aij', 'jk'], 'aik')
    """
    left, arrow, output = text.replace(" ", "").partition("->")
    inputs = left.split(",")
    unused = [c for c in string.ascii_letters if c not in text]
    widths = [rank - len(labels) + 3 for labels, rank in zip(inputs, ranks) if "..." in labels]
    dots = "".join(unused[: max(widths, default=0)])
    if not arrow:
        once = sorted(c for c in set(left) if c.isalpha() and left.count(c) == 1)
        output = ("..." if widths else "") + "".join(once)
    full = []
    for labels, rank in zip(inputs, ranks):
        width = rank - len(labels) + 3
        full.append(labels.replace("...", dots[len(dots) - width :] if width else ""))
    return full, output.replace("...", dots)


def _shape(arg: Arg, labels: str = "...") -> tuple[Dim, ...]:
    """The lengths of an operand; those of one of unknown rank are new symbols, one per label."""
    kind = None if isinstance(arg, Pack) else type_of(arg)
    if "..." not in labels and not (isinstance(kind, Tensor) and kind.shape is not None):
        return tuple(Sym("m") for _ in labels)
    if not isinstance(kind, Tensor) or kind.shape is None:
        raise TypeError("the ranks of the operands of einsum must be known when transformed")
    return kind.shape


def _einsum_bar(g: Generation) -> Pack:
    subscripts, operands = g.bound["subscripts"], g.bound["operands"]
    if not isinstance(subscripts, Lit) or not isinstance(subscripts.value, str):
        raise TypeError("the subscripts of einsum must be a string that is known when transformed")
    assert isinstance(operands, Pack)
    written = subscripts.value.replace(" ", "").partition("->")[0].split(",")
    ranks = [len(_shape(o, labels)) for o, labels in zip(operands.items, written)]
    inputs, output = labels_of(subscripts.value, ranks)
    wanted = g.wanted if len(g.wanted) == len(inputs) else (True,) * len(inputs)
    parts = []
    for i, is_wanted in enumerate(wanted):
        parts.append(_operand_bar(g, operands.items, inputs, output, i) if is_wanted else None)
    return Pack("tuple", tuple(parts))  # type: ignore[arg-type]


def _operand_bar(g: Generation, operands: tuple[Arg, ...], inputs: list[str], output: str, i: int) -> Atom:
    """The adjoint of one operand: y_bar contracted with the others, and put back into the operand's shape."""
    build = g.builder
    operand, labels = operands[i], inputs[i]
    unique = "".join(dict.fromkeys(labels))
    lengths = dict(zip(labels, _shape(operand, labels)))
    others = [(o, inputs[k]) for k, o in enumerate(operands) if k != i]
    elsewhere = set(output).union(*(set(names) for _, names in others))
    full = _lengths(g, others, output)
    # A label of length 1 here and not elsewhere was broadcast: it is summed, and comes back as an axis of length 1.
    there = [c for c in unique if c in elsewhere and not (resolve(lengths[c]) == 1 and full.get(c) != 1)]
    result = _contract(build, [(g.y_bar, output), *others], "".join(there))
    missing = tuple(k for k, c in enumerate(unique) if c not in there)
    if missing:
        result = build.emit("numpy.expand_dims", result, missing[0] if len(missing) == 1 else missing)
    if any(c not in elsewhere for c in unique):
        shape = tuple(_length(build, operand, labels.index(c)) for c in unique)
        result = build.emit("numpy.broadcast_to", result, Pack("tuple", shape))
    if len(unique) < len(labels):
        return _onto_diagonal(build, operand, labels, unique, result)
    if any(not _settled(lengths[c], full.get(c)) for c in there):
        result = build.emit("runtime.unbroadcast", result, operand)
    return result


def _lengths(g: Generation, others: list[tuple[Arg, str]], output: str) -> dict[str, Dim]:
    """The length of each label among the other operands and the result."""
    found: dict[str, Dim] = {}
    for arg, names in [*others, (g.y, output)]:
        for label, dim in zip(names, _shape(arg, names)):
            if label not in found or resolve(found[label]) == 1:
                found[label] = resolve(dim)
    return found


def _settled(mine: Dim, full: Dim | None) -> bool:
    return full is None or is_not_one(mine) or same_dim(mine, full)


def _contract(build: Any, operands: list[tuple[Arg, str]], output: str) -> Atom:
    scalars = [a for a, names in operands if not names]
    arrays = [(a, names) for a, names in operands if names]
    if not arrays:
        result = scalars[0]
        scalars = scalars[1:]
    elif len(arrays) == 1 and arrays[0][1] == output:
        result = arrays[0][0]
    else:
        text = ",".join(names for _, names in arrays) + "->" + output
        result = build.emit("numpy.einsum", Lit(text), *(a for a, _ in arrays))
    for scalar in scalars:
        result = build.emit("operator.mul", scalar, result)
    return result  # type: ignore[return-value]


def _length(build: Any, arg: Arg, axis: int) -> Atom:
    return build.emit("axis_length", arg, Lit(axis))


def _onto_diagonal(build: Any, operand: Arg, labels: str, unique: str, values: Atom) -> Atom:
    """Zeros with the values where all axes of one label have the same index."""
    index = []
    for axis, label in enumerate(labels):
        places = build.emit("numpy.arange", _length(build, operand, axis))
        if len(unique) > 1:
            shape = tuple(-1 if c == label else 1 for c in unique)
            places = build.emit("numpy.reshape", places, shape)
        index.append(places)
    zeros = build.emit("numpy.zeros_like", operand)
    return build.emit("accumulate_at", zeros, Pack("tuple", tuple(index)), values)


refuse("np.einsum(subscripts, *operands, optimize=False)", "np.einsum without a string of subscripts: write one",
       when="not isinstance(subscripts, str)")  # fmt: skip
multilinear("np.einsum(subscripts, *operands, optimize=False)", None, _einsum_bar)


def _axes(g: Generation) -> tuple[list[int], list[int], int, int]:
    left, right = len(_shape(g.bound["a"])), len(_shape(g.bound["b"]))
    axes = _plain(g.bound["axes"])
    if isinstance(axes, int):
        return list(range(left - axes, left)), list(range(axes)), left, right
    mine, theirs = (list(p) if isinstance(p, (tuple, list)) else [p] for p in axes)
    return [i % left for i in mine], [j % right for j in theirs], left, right


def _plain(arg: Arg) -> Any:
    if isinstance(arg, Pack):
        return tuple(_plain(i) for i in arg.items)
    if not isinstance(arg, Lit):
        raise TypeError("the axes of tensordot must be known when transformed")
    return arg.value


def _left_bar(g: Generation) -> Atom:
    mine, theirs, left, right = _axes(g)
    kept = [i for i in range(left) if i not in mine]
    free = [j for j in range(right) if j not in theirs]
    of_y = tuple(range(len(kept), len(kept) + len(free)))
    result = g.builder.emit("numpy.tensordot", g.y_bar, g.bound["b"], axes=_pair(of_y, tuple(free)))
    order = kept + [mine[theirs.index(j)] for j in sorted(theirs)]
    return _in_order(g, result, order)


def _right_bar(g: Generation) -> Atom:
    mine, theirs, left, right = _axes(g)
    kept = [i for i in range(left) if i not in mine]
    free = [j for j in range(right) if j not in theirs]
    of_y = tuple(range(len(kept)))
    result = g.builder.emit("numpy.tensordot", g.bound["a"], g.y_bar, axes=_pair(tuple(kept), of_y))
    order = [theirs[mine.index(i)] for i in sorted(mine)] + free
    return _in_order(g, result, order)


def _pair(first: tuple[int, ...], second: tuple[int, ...]) -> Any:
    """Axes as a person writes them: 0 for an outer product, else a pair."""
    return (
        Lit(0)
        if not first
        else Pack("tuple", tuple(Pack("tuple", tuple(Lit(i) for i in p)) for p in (first, second)))
    )


def _in_order(g: Generation, result: Atom, order: list[int]) -> Atom:
    """The axes of a result that stand for the axes `order` of an operand, put in the operand's order."""
    if order == sorted(order):
        return result
    places = tuple(order.index(i) for i in range(len(order)))
    return g.builder.emit("numpy.transpose", result, Lit(None) if places == (1, 0) else places)


multilinear("np.tensordot(a, b, axes=2)", _left_bar, _right_bar)
