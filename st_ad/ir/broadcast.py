"""The lengths that axes of several operands broadcast to."""

from __future__ import annotations

from .lengths import Dim, Sym, assume, is_not_one, resolve, unify


def broadcast_dims(a: Dim, b: Dim, unconditional: bool) -> Dim:
    """The length that two axes broadcast to; two that cannot be 1 are the same, which is recorded when
    `unconditional`."""
    a, b = resolve(a), resolve(b)
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    if is_not_one(a) and is_not_one(b):
        if isinstance(b, int):
            a, b = b, a
        if unconditional:
            unify(a, b)
        else:
            assume(a, b)
        return resolve(a)
    if is_not_one(a) or is_not_one(b):
        assume(a, b)
        return resolve(a if is_not_one(a) else b)
    return Sym("m")


def broadcast_shapes(
    shapes: list[tuple[Dim, ...] | None], unconditional: bool = False
) -> tuple[Dim, ...] | None:
    """The shape that several operands broadcast to, or None when the rank of one is unknown."""
    if None in shapes:
        return None
    out: tuple[Dim, ...] = ()
    for shape in shapes:
        assert shape is not None
        a, b = (out, shape) if len(out) >= len(shape) else (shape, out)
        head, tail = a[: len(a) - len(b)], a[len(a) - len(b) :]
        out = head + tuple(broadcast_dims(p, q, unconditional) for p, q in zip(tail, b))
    return out
