"""The cache on disk: found again, never trusted blindly, and harmless when it cannot be used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from st_ad import cache

KEY = {"function": "f", "arguments": {"x": ["f64[d]", "nd"]}, "recipe": ["grad", ["x"], True, False]}
PAYLOAD = {"parts": [{"text": "def f_grad(x): ..."}]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ST_AD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def only_entry(folder: Path) -> Path:
    (entry,) = folder.iterdir()
    return entry


def test_what_was_written_is_read(folder):
    assert cache.read(KEY) is None
    cache.write(KEY, PAYLOAD)
    assert cache.read(KEY) == PAYLOAD
    assert cache.read({**KEY, "function": "g"}) is None
    assert only_entry(folder).suffix == ".json"


def test_environment_decides_the_directory(monkeypatch, tmp_path):
    monkeypatch.delenv("ST_AD_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.directory() == tmp_path / "st_ad"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.directory() == tmp_path / ".cache" / "st_ad"
    for off in ("", "0", "off"):
        monkeypatch.setenv("ST_AD_CACHE", off)
        assert cache.directory() is None
        cache.write(KEY, PAYLOAD)
        assert cache.read(KEY) is None


@pytest.mark.parametrize("damage", ["", "{", "null", "[]", "\x00", '{"format": 1}', "[" * 100_000])
def test_a_damaged_entry_is_ignored_and_replaced(folder, damage):
    cache.write(KEY, PAYLOAD)
    only_entry(folder).write_text(damage)
    assert cache.read(KEY) is None
    cache.write(KEY, PAYLOAD)
    assert cache.read(KEY) == PAYLOAD


def test_an_edited_payload_is_ignored(folder):
    cache.write(KEY, PAYLOAD)
    entry = json.loads(only_entry(folder).read_text())
    entry["payload"]["parts"][0]["text"] = "import os"
    only_entry(folder).write_text(json.dumps(entry))
    assert cache.read(KEY) is None


def test_an_entry_of_another_key_is_ignored(folder):
    cache.write(KEY, PAYLOAD)
    other = {**KEY, "function": "g"}
    text = only_entry(folder).read_text()
    cache.write(other, {"parts": []})
    for path in folder.iterdir():
        path.write_text(text)
    assert cache.read(other) is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions of POSIX")
def test_a_directory_that_others_may_write_to_is_not_trusted(folder):
    cache.write(KEY, PAYLOAD)
    folder.chmod(0o777)
    assert cache.read(KEY) is None


def test_a_directory_that_cannot_be_made_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ST_AD_CACHE", str(tmp_path / "file" / "cache"))
    cache.write(KEY, PAYLOAD)
    assert cache.read(KEY) is None


def test_nothing_half_written_is_left(folder):
    cache.write(KEY, {"parts": [object()]})
    assert not folder.exists() or not list(folder.iterdir())


MODULE = """
import sys
import numpy as np
from st_ad import grad

WEIGHT = 2.0

def square(x):
    return x * x

def loss(x):
    return WEIGHT * np.sum(square(x))

print(grad(loss)(np.array([1.0, 2.0])).tolist(), int("st_ad.pipeline" in sys.modules))
"""


def run(path: Path, text: str, folder: Path) -> str:
    path.write_text(text)
    environment = {**os.environ, "ST_AD_CACHE": str(folder)}
    result = subprocess.run(
        [sys.executable, path.name], cwd=path.parent, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_a_second_process_does_not_transform_again(tmp_path, folder):
    script = tmp_path / "script.py"
    assert run(script, MODULE, folder) == "[4.0, 8.0] 1"
    assert run(script, MODULE, folder) == "[4.0, 8.0] 0"
    # Data that is read live may change; what the text was made from may not.
    assert run(script, MODULE.replace("WEIGHT = 2.0", "WEIGHT = 3.0"), folder) == "[6.0, 12.0] 0"
    # A changed helper takes the place of the old entry.
    assert run(script, MODULE.replace("x * x", "x * x * x"), folder) == "[6.0, 24.0] 1"
    assert run(script, MODULE, folder) == "[4.0, 8.0] 1"
    assert run(script, MODULE, folder) == "[4.0, 8.0] 0"
    for entry in folder.iterdir():
        entry.write_text(entry.read_text()[:-40])
    assert run(script, MODULE, folder) == "[4.0, 8.0] 1"
