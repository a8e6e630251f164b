"""Random programs: no derivative of any of them is wrong. `ST_AD_PROGRAMS` sets how many are tried (2000 by default).

`pytest -m fuzz` tries 10,000 of the wide profile; `python -m tests.fuzz` any number of either.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from agreement import REFUSED, RIGHT, WRONG, judge
from hypothesis import HealthCheck, Phase, given, seed, settings
from programs import programs
from wide_programs import program_of

from st_ad import pipeline

COUNT = int(os.environ.get("ST_AD_PROGRAMS", "2000"))
WIDE = int(os.environ.get("ST_AD_WIDE_PROGRAMS", "240"))
_PARTS = 8  # so that pytest-xdist can share them out
_SECOND = 50  # one program in so many has its second derivatives checked as well
_VERIFIED = 4  # one program in so many is verified after every pass


@pytest.mark.parametrize("part", range(_PARTS))
def test_no_derivative_is_wrong(part, monkeypatch):
    counts: Counter[str] = Counter()

    # Shrinking takes minutes: add Phase.shrink by hand.
    @seed(part)
    @settings(
        max_examples=max(1, COUNT // _PARTS),
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(programs())
    def check(text):
        number = sum(map(ord, text))
        monkeypatch.setattr(pipeline, "VERIFY", number % _VERIFIED == 0)
        verdict = judge(text, number, second=number % _SECOND == 0)
        counts[verdict.kind] += 1
        assert verdict.kind != WRONG, f"{verdict.why}\n\n{text}"

    check()
    print(dict(counts))
    assert COUNT < 500 or counts[RIGHT] > counts[REFUSED]


def tried(seeds: range, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The verdicts on programs of the wide profile, none of which is wrong."""
    counts: Counter[str] = Counter()
    for number in seeds:
        monkeypatch.setattr(pipeline, "VERIFY", number % _VERIFIED == 0)
        text = program_of(number)
        verdict = judge(text, number, second=number % _SECOND == 0)
        assert verdict.kind != WRONG, f"seed {number}: {verdict.why}\n\n{text}"
        counts[verdict.kind] += 1
    return counts


@pytest.mark.parametrize("part", range(_PARTS))
def test_no_derivative_of_a_wide_program_is_wrong(part, monkeypatch):
    each = WIDE // _PARTS
    counts = tried(range(part * each, (part + 1) * each), monkeypatch)
    assert each < 20 or counts[RIGHT] > 4 * counts[REFUSED]


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(20))
def test_many_wide_programs(part, monkeypatch):
    counts = tried(range(100_000 + part * 500, 100_000 + (part + 1) * 500), monkeypatch)
    print(dict(counts))
    assert counts[REFUSED] <= 0.1 * counts.total()
