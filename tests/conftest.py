"""What all tests share: the verifier runs after every pass, and nothing is read from or written to a cache on disk."""

from __future__ import annotations

import pytest

from st_ad import pipeline


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the golden files and examples/*_grad.py"
    )


@pytest.fixture(autouse=True)
def verified_and_uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the cache set ST_AD_CACHE themselves."""
    monkeypatch.setattr(pipeline, "VERIFY", True)
    monkeypatch.setenv("ST_AD_CACHE", "off")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether files with expected text are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long is asked by name only: installed packages, and what Numba compiles."""
    for name in ("real", "numba", "fuzz"):
        if name in str(config.getoption("-m")):
            continue
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"only with -m {name}"))
