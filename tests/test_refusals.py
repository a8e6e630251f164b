"""What is said of each thing that is refused: golden texts, with what, where and what to do instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import st_ad
from refused_programs import PROGRAMS

FILE = Path(__file__).with_name("refused_programs.txt")
EXPECTED = dict(part.split("\n", 1) for part in FILE.read_text(encoding="utf-8").split("\n## ")[1:]) if FILE.exists() else {}


def refusal(function: Any, args: tuple[Any, ...]) -> str:
    with pytest.raises(st_ad.StAdError) as caught:
        st_ad.grad(function)(*args)
    return f"{type(caught.value).__name__}: {caught.value}".rstrip() + "\n"


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_refusal(function: Any, args: tuple[Any, ...], update_golden: bool) -> None:
    text = refusal(function, args)
    if update_golden:
        EXPECTED[function.__name__] = text
    else:
        assert text == EXPECTED[function.__name__]


def test_the_texts_are_those_of_the_programs(update_golden: bool) -> None:
    names = [f.__name__ for f, _ in PROGRAMS]
    if update_golden:
        parts = [f"## {name}\n{EXPECTED[name]}" for name in names]
        FILE.write_text("\n" + "\n".join(parts), encoding="utf-8")
    assert list(EXPECTED) == names
