"""How much of the installed NumPy has derivatives, is inert, or is refused by name: `python -m tests.coverage_table`."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any, Iterator

import numpy as np

from st_ad.rules.catalogue import method_prim, prim_of, rule_for
from st_ad.rules.procedures import PROCEDURES

COVERED, INERT, REFUSED, UNKNOWN = "covered", "inert", "refused", "unknown"
STATES = (COVERED, INERT, REFUSED, UNKNOWN)
AREAS = ("numpy", "numpy.linalg", "numpy.fft", "numpy.random", "ndarray", "ufunc methods")
# Subscripted or attributes; the front end knows them without a rule.
_BUILT_IN = frozenset("r_ c_ s_ index_exp mgrid ogrid einsum newaxis".split())
_OF_ARRAYS = frozenset("shape size ndim dtype fill sort view compress clip item astype flat copy".split())
_INERT_ATTRIBUTES = frozenset(
    "base data device flags itemsize nbytes strides tobytes __bool__ __contains__ __index__ __int__".split()
)


def state_of(prim: str | None) -> str:
    """What becomes of a call of a primitive that depends on what is differentiated."""
    if prim is None:
        return UNKNOWN
    if prim in PROCEDURES or prim == "numpy.add.at":
        return COVERED
    rule = rule_for(prim)
    if rule is None:
        return UNKNOWN
    kinds = {v.kind for v in rule.variants}
    if kinds - {"constant", "refuse"}:
        return COVERED
    return INERT if "constant" in kinds else REFUSED


def state_of_name(area: str, name: str) -> str:
    """The state of a name of an area, as `coverage_tiers.txt` spells it."""
    if area == "ndarray":
        return _state_of_method(name)
    if area == "numpy.random" and name == "Generator.permuted":
        return COVERED
    if area == "numpy.random":
        return state_of(f"numpy.random.{name.rpartition('.')[2]}") if _is_drawn(name) else INERT
    if name in _BUILT_IN:
        return COVERED
    found: Any = {"numpy": np, "numpy.linalg": np.linalg, "numpy.fft": np.fft}[area]
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None:
        # This version does not have it; a rule may be there for another one.
        return state_of(f"{area}.{name}")
    if name.startswith("ufunc"):
        return COVERED
    if not callable(found) or isinstance(found, type) and prim_of(found) is None:
        return INERT
    if (
        isinstance(found, type)
        and issubclass(found, (np.generic, np.dtype))
        and rule_for(str(prim_of(found))) is None
    ):
        return INERT
    return state_of(prim_of(found))


def _is_drawn(name: str) -> bool:
    return name.rpartition(".")[2] not in ("RandomState", "default_rng", "seed", "Generator")


def _state_of_method(name: str) -> str:
    if name in _OF_ARRAYS:
        return COVERED
    if name in _INERT_ATTRIBUTES:
        return INERT
    if name.startswith("__"):
        return _state_of_operator(name.strip("_"))
    return state_of(method_prim(name))


def _state_of_operator(name: str) -> str:
    """Operators in place and reflected ones are those of the operator."""
    plain = {
        "and": "and_",
        "or": "or_",
        "divmod": "divmod",
        "abs": "abs",
        "iter": "iter",
        "len": "len",
        "float": "float",
    }
    for prefix in ("", "i", "r"):
        base = name[len(prefix) :] if name.startswith(prefix) else name
        for prim in (f"operator.{plain.get(base, base)}", f"builtins.{plain.get(base, base)}"):
            if rule_for(prim) is not None:
                return state_of(prim)
    return COVERED if name in ("getitem", "setitem", "iter", "copy", "deepcopy") else UNKNOWN


def tiers() -> dict[tuple[str, str], list[str]]:
    """The names of each tier and area."""
    found: dict[tuple[str, str], list[str]] = {}
    current: list[str] = []
    for line in (Path(__file__).parent / "coverage_tiers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            tier, area = line.strip("[]").split(" ", 1)
            current = found.setdefault((tier, area), [])
        elif not line.startswith("#"):
            current += line.split()
    return found


def installed(area: str) -> Iterator[tuple[str, str]]:
    """Every public function of an area of the installed NumPy, with its state."""
    if area == "ndarray":
        for name in dir(np.ndarray):
            if not name.startswith("_"):
                yield name, _state_of_method(name)
        return
    if area == "ufunc methods":
        for name, ufunc in vars(np).items():
            if isinstance(ufunc, np.ufunc) and ufunc.nin == 2 and ufunc.nout == 1 and ufunc.signature is None:
                for method in ("reduce", "accumulate", "outer", "at", "reduceat"):
                    if ufunc.__name__ == name:
                        yield f"{name}.{method}", state_of(f"numpy.{name}.{method}")
        return
    module = {"numpy": np, "numpy.linalg": np.linalg, "numpy.fft": np.fft, "numpy.random": np.random}[area]
    for name in sorted(getattr(module, "__all__", dir(module))):
        value = getattr(module, name, None)
        if callable(value) and not isinstance(value, (type, types.ModuleType)):
            yield name, state_of(prim_of(value))


def main() -> None:
    """Print both tables, and the names that are not covered."""
    print(f"{'installed':<16}" + "".join(f"{s:>10}" for s in (*STATES, "total")))
    for area in AREAS:
        rows = list(installed(area))
        counts = [sum(state == s for _, state in rows) for s in STATES]
        print(f"{area:<16}" + "".join(f"{n:>10}" for n in (*counts, len(rows))))
    print()
    for (tier, area), names in tiers().items():
        states = {name: state_of_name(area, name) for name in names}
        done = sum(s in (COVERED, INERT) for s in states.values())
        left = " ".join(f"{n} ({s})" for n, s in states.items() if s not in (COVERED, INERT))
        print(f"{tier} {area:<14}{done:>4} of {len(names)}  {left}")


if __name__ == "__main__":
    main()
