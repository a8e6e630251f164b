"""Print a table of what derivatives cost: `python -m tests.benchmarks [words of a workload] [--ours]`.

A row per workload and a column per tool: the median time of a call; then the ratios of the fast style to the adjoint by hand
and to the best of the other tools, and the largest error of ours against the adjoint by hand, relative to the largest
component. A tool that is not installed, or whose result is wrong, has a dash; when ours is wrong the row is void. `--ours` leaves
the other tools out, `--calls` prints what a call adds to the emitted function.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from typing import Any, Callable

import numpy as np

from st_ad import grad

from .timing import ratio, times_of
from .tools import OURS, TOOLS, Ready
from .workloads import WORKLOADS, Workload

_TOLERANCE = 1e-9
_TOO_SLOW = 10.0  # seconds of a first call that is not repeated


def error_of(given: Any, wanted: Any) -> float:
    """The largest difference of two tuples of gradients, relative to the largest component."""
    worst = 0.0
    for one, other in zip(given, wanted):
        worst = max(worst, float(np.max(np.abs(np.asarray(one) - other)) / max(np.max(np.abs(other)), 1e-300)))
    return worst


def _checked(call: Ready | None, wanted: Any) -> float | None:
    """How long a first call takes; None when its result is wrong, or there is none."""
    begin = time.process_time()
    try:
        is_right = call is not None and error_of(call(), wanted) < _TOLERANCE
    except Exception:
        # A tool refuses a program in its own way.
        return None
    return time.process_time() - begin if is_right else None


def row(work: Workload, tools: list[str]) -> float:
    """Print the row of a workload; gives the ratio of the fast style to the adjoint by hand."""
    wanted = work.by_hand(*work.args)
    ready = {name: TOOLS[name](work) for name in tools}
    error = max(error_of(ready[name](), wanted) for name in OURS)  # type: ignore[misc]
    if error >= _TOLERANCE:
        print(f"| {work.name} | void: error {error:.0e} |", flush=True)
        return float("nan")
    first = {name: _checked(call, wanted) for name, call in ready.items()}
    slow = {name: [took] for name, took in first.items() if took is not None and took > _TOO_SLOW}
    calls = {name: call for name, call in ready.items() if call and first[name] is not None and name not in slow}
    times = {**times_of(calls), **slow}
    shown = [_shown(statistics.median(times[name])) if name in times else "-" for name in tools]
    mine = ratio(times["fast"], times["by hand"])
    peers = [name for name in times if name not in (*OURS, "by hand")]
    best = f"{max(ratio(times['fast'], times[name]) for name in peers):.2f}" if peers else "-"
    readable = ratio(times["readable"], times["by hand"])
    cells = [work.name, *shown, f"{readable:.2f}", f"{mine:.2f}", best, f"{error:.0e}"]
    print(f"| {' | '.join(cells)} |", flush=True)
    return mine


def _shown(seconds: float) -> str:
    """A time with three digits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def machine() -> str:
    """The machine and the versions that a table holds for."""
    name = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            name = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    versions = [f"Python {platform.python_version()}", f"NumPy {np.__version__}"]
    versions += [f"{m} {sys.modules[m].__version__}" for m in ("jax", "torch") if m in sys.modules]
    return f"{name}, {os.cpu_count()} cores; {', '.join(versions)}"


def scalar(x, y):
    return x * y + x / y


def vector(x, y):
    return np.sum(x * y)


def call_cost(name: str, function: Callable[..., Any], *args: Any) -> None:
    """Print what the call of a transformed function adds to the emitted one."""
    transformed = grad(function, argnums=(0, 1))
    emitted = transformed.specialize(*args)
    times = times_of({"call": lambda: transformed(*args), "bare": lambda: emitted(*args)}, 0.5)
    added = statistics.median(a - b for a, b in zip(times["call"], times["bare"]))
    print(f"a call with {name} adds {added * 1e9:.0f} ns to the emitted function")


def main() -> None:
    """Print the table."""
    words = [a for a in sys.argv[1:] if not a.startswith("--")]
    if "--calls" in sys.argv:
        call_cost("two floats", scalar, 2.0, 3.0)
        call_cost("two arrays", vector, np.ones(3), np.arange(3.0))
        return
    tools = [t for t in TOOLS if t in (*OURS, "by hand") or "--ours" not in sys.argv]
    head = ["workload", *tools, "readable / hand", "fast / hand", "fast / best peer", "error"]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}", flush=True)
    chosen = [w for w in WORKLOADS if not words or any(word in w.name for word in words)]
    ratios = [row(work, tools) for work in chosen]
    print(f"\nGeometric mean of fast / hand: {np.exp(np.mean(np.log(ratios))):.2f}. {machine()}.")


if __name__ == "__main__":
    main()
