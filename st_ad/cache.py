"""Generated text on disk: one JSON file per key, verified when read, replaced atomically, never executed unverified.

The directory is ST_AD_CACHE when that is set (empty, "0" or "off" switches the cache off), else st_ad under
XDG_CACHE_HOME or ~/.cache. A file holds its whole key and a checksum; one that is damaged, foreign, or in a directory
that others may write to is treated as absent. Nothing that goes wrong here is an error: the text is made anew.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Mapping

import numpy as np

from .version import VERSION

_FORMAT = 1


def directory() -> Path | None:
    """Where entries are kept, or None when the cache is switched off."""
    chosen = os.environ.get("ST_AD_CACHE")
    if chosen is not None:
        return None if chosen.lower() in ("", "0", "off", "none") else Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base and os.path.isabs(base) else Path.home() / ".cache") / "st_ad"
    except RuntimeError:
        return None


@functools.lru_cache(maxsize=1)
def generator() -> str:
    """What generated a text: the version of st_ad, a fingerprint of its files, and the versions below it.

    A file is known by its size and the time of its last change: reading all of them would cost more than what is fetched.
    """
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for folder, inner, files in os.walk(root):
        inner.sort()
        for name in sorted(n for n in files if n.endswith(".py")):
            facts = os.stat(os.path.join(folder, name))
            digest.update(f"{folder} {name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    python = ".".join(map(str, sys.version_info[:2]))
    return f"st_ad {VERSION} {digest.hexdigest()[:16]}, numpy {np.__version__}, python {python}"


def read(key: Mapping[str, Any]) -> dict[str, Any] | None:
    """The entry of a key, or None when there is none that can be trusted."""
    folder = directory()
    if folder is None:
        return None
    try:
        if not _is_private(folder):
            return None
        text = (folder / _file_name(key)).read_text(encoding="utf-8")
        entry = json.loads(text)
        if entry["format"] != _FORMAT or entry["key"] != _plain(key):
            return None
        payload: dict[str, Any] = entry["payload"]
        return payload if entry["checksum"] == _checksum(entry["key"], payload) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write(key: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
    """Store an entry; when that is not possible, nothing happens."""
    folder = directory()
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        plain, body = _plain(key), _plain(payload)
        entry = {"format": _FORMAT, "key": plain, "payload": body, "checksum": _checksum(plain, body)}
        _replace(folder / _file_name(key), json.dumps(entry, indent=1, sort_keys=True))
    except (OSError, ValueError, TypeError):
        return


def _replace(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _is_private(folder: Path) -> bool:
    """Whether only the user may write to a directory."""
    if not hasattr(os, "getuid"):
        return True
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _plain(value: Any) -> Any:
    """A value as JSON gives it back."""
    return json.loads(json.dumps(value))


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _file_name(key: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(_plain(key))).hexdigest() + ".json"


def _checksum(key: Any, payload: Any) -> str:
    return hashlib.sha256(_canonical([key, payload])).hexdigest()
