"""Print the generated text of every golden file; by hand: `python tests/versions.py --all` compares all Pythons.

The interpreters are `python3.10` and so on, or those under ST_AD_PYTHONS/venv-3.10/bin.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.10", "3.11", "3.12", "3.13")


def interpreter(version: str) -> str | None:
    """A Python of a version that has what st_ad needs."""
    places = [Path(os.environ.get("ST_AD_PYTHONS", "/opt")) / f"venv-{version}" / "bin" / "python"]
    found = [str(p) for p in places if p.exists()] or [shutil.which(f"python{version}") or ""]
    for python in found:
        if (
            python
            and subprocess.run([python, "-c", "import numpy, gast, astor"], capture_output=True).returncode
            == 0
        ):
            return python
    return None


def texts() -> str:
    """The generated text of all golden files that a version of Python can read."""
    import goldens

    return "".join(f"=== {path.stem}\n{goldens.read(path).generate()}" for path in goldens.paths())


def main() -> int:
    """Print the texts, or compare those of all interpreters and three hash seeds."""
    if "--all" not in sys.argv:
        sys.stdout.write(texts())
        return 0
    root = Path(__file__).resolve().parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root), "ST_AD_CACHE": "off"}
    outputs: dict[str, str] = {}
    for version in VERSIONS:
        python = interpreter(version)
        if python is None:
            print(f"Python {version}: not there")
            continue
        for seed in ("0", "1", "2"):
            run = subprocess.run(
                [python, __file__],
                capture_output=True,
                text=True,
                env={**environment, "PYTHONHASHSEED": seed},
            )
            outputs[f"{version}, seed {seed}"] = run.stdout
            print(
                f"Python {version}, seed {seed}: {len(run.stdout)} characters{run.stderr and ' ' + run.stderr}"
            )
    same = len(set(outputs.values())) == 1
    print("the same bytes everywhere" if same else "the texts differ")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
