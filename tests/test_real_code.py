"""Functions of installed packages, differentiated as they are: none may come out wrong. Run with `pytest -m real`."""

from __future__ import annotations

import pytest

from real_code.catalogue import CASES
from real_code.case import Case
from real_code.judge import MISSING, PRIMAL, REFUSED, WRONG, judge

NAMES = [f"{case.name}-{i}" for i, case in enumerate(CASES)]


@pytest.mark.real
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_real_code(case: Case) -> None:
    verdict = judge(case)
    if verdict.kind in (MISSING, PRIMAL, REFUSED):
        pytest.skip(f"{verdict.kind}: {verdict.why}")
    assert verdict.kind != WRONG, verdict.why


def test_catalogue_is_large() -> None:
    assert len(CASES) >= 150
    assert len({case.package for case in CASES}) >= 20
