"""Random programs: no derivative of any of them is wrong. `ST_AD_PROGRAMS` sets how many are tried (2000 by default)."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from st_ad import pipeline

from agreement import REFUSED, RIGHT, WRONG, judge
from programs import programs

COUNT = int(os.environ.get("ST_AD_PROGRAMS", "2000"))
_SECOND = 25  # one program in so many has its second derivatives checked as well

_counts: Counter[str] = Counter()


@pytest.fixture(autouse=True)
def verified(monkeypatch):
    monkeypatch.setattr(pipeline, "VERIFY", True)


@settings(
    max_examples=COUNT,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(programs())
def check_programs(text):
    seed = sum(map(ord, text))
    verdict = judge(text, seed, second=seed % _SECOND == 0)
    _counts[verdict.kind] += 1
    assert verdict.kind != WRONG, f"{verdict.why}\n\n{text}"


def test_no_derivative_is_wrong():
    check_programs()
    print(dict(_counts))
    assert _counts[RIGHT] > _counts[REFUSED]
