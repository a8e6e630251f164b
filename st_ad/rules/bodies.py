"""How the Python that a function is run as is stated: `@procedure("numpy.clip")`, `@only(mode=(2, {"valid"}))`."""

from __future__ import annotations

from typing import Any, Callable

PROCEDURES: dict[str, Callable[..., Any]] = {}


def procedure(*prims: str) -> Callable[[Callable], Callable]:
    """Record the body of some primitives."""

    def declare(body: Callable) -> Callable:
        for prim in prims:
            PROCEDURES[prim] = body
        return body

    return declare


def only(**options: tuple[int, frozenset]) -> Callable[[Callable], Callable]:
    """Take the body only for these values of an option that stands at a position; other calls have no derivative."""

    def declare(body: Callable) -> Callable:
        body.__st_ad_options__ = options  # type: ignore[attr-defined]
        return body

    return declare
