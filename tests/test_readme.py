"""The README tells the truth: its Python runs, its quoted files are quoted, its commands are the ones that CI runs."""

from __future__ import annotations

import linecache
import re
import shlex
import subprocess
import sys
import types
from pathlib import Path

import pytest

from st_ad.rules.notation import RULES
from st_ad.supported import areas_text

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"<!-- file: (\S+) -->\n```python\n(.*?)```", TEXT, re.S)
RUN = [b for b in re.findall(r"```python\n(.*?)```", TEXT, re.S) if b not in [q for _, q in QUOTED]]


def commands() -> list[str]:
    return [line for line in TEXT.splitlines() if line.startswith("pip install")]


@pytest.mark.parametrize("number", range(len(RUN)))
def test_python_runs(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    block, name = RUN[number], f"<README {number}>"
    if "import numba" in block:
        pytest.importorskip("numba")
    linecache.cache[name] = (len(block), None, block.splitlines(keepends=True), name)
    module = types.ModuleType(f"readme_{number}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    try:
        exec(compile(block, name, "exec", dont_inherit=True), vars(module))
    finally:
        for prim in [p for p in RULES if p.startswith(module.__name__)]:
            del RULES[prim]


@pytest.mark.parametrize("path", [p for p, _ in QUOTED])
def test_quoted_file(path: str, update_golden: bool) -> None:
    quoted = dict(QUOTED)[path]
    text = (ROOT / path).read_text(encoding="utf-8")
    if update_golden and path.endswith("_grad.py"):
        whole = text[text.index("def ") :]
        changed = TEXT.replace(
            f"<!-- file: {path} -->\n```python\n{quoted}```", f"<!-- file: {path} -->\n```python\n{whole}```"
        )
        (ROOT / "README.md").write_text(changed, encoding="utf-8")
        quoted = whole
    assert quoted and quoted in text


def test_two_commands() -> None:
    first, second = commands()
    assert first.startswith("pip install -e . && st-ad show ") and second.endswith("python -m pytest -n auto --dist worksteal")


def test_main_command_prints_an_adjoint() -> None:
    """Without the installation, which CI does."""
    arguments = shlex.split(commands()[0].split("st-ad ")[1])
    done = subprocess.run(
        [sys.executable, "-m", "st_ad_cli", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip() == dict(QUOTED)["examples/mlp_grad.py"].rstrip()


def test_table_of_areas(update_golden: bool) -> None:
    """Counted for the versions that the README names; other versions have other functions."""
    import numpy as np

    scipy = pytest.importorskip("scipy")
    if not (np.__version__.startswith("2.4.") and scipy.__version__.startswith("1.17.")):
        pytest.skip("counted for other versions")
    found = re.search(r"<!-- table: st-ad rules --areas -->\n(.*?\n)\n", TEXT, re.S)
    assert found is not None
    if update_golden:
        (ROOT / "README.md").write_text(TEXT.replace(found[1], areas_text()), encoding="utf-8")
        return
    assert found[1] == areas_text()
