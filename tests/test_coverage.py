"""What every program uses is covered or inert; what is not covered is refused by name."""

from __future__ import annotations

from coverage_table import AREAS, COVERED, INERT, REFUSED, installed, state_of_name, tiers


def test_first_and_second_tier():
    left = {
        (area, name): state
        for (_, area), names in tiers().items()
        for name in names
        if (state := state_of_name(area, name)) not in (COVERED, INERT)
    }
    assert left == {}


def test_what_is_not_covered_is_refused_by_name():
    for (_, area), names in tiers().items():
        for name in names:
            assert state_of_name(area, name) in (COVERED, INERT, REFUSED), name


def test_most_of_what_is_installed():
    for area in AREAS[:3]:
        states = [state for _, state in installed(area)]
        assert sum(s in (COVERED, INERT) for s in states) > 0.8 * len(states)
