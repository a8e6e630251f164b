"""Print how the gradients of loops grow with their length: `python -m tests.benchmarks.scaling [steps or words ...]`.

A row per workload, style and number of steps: the time of the gradient over that of the program itself, and the peak of the
memory that the gradient takes, per step. Both are to be the same in all rows of a workload.
"""

from __future__ import annotations

import sys
import tracemalloc
from typing import Any, Callable

import numpy as np

from st_ad import grad

from .timing import ratio, times_of
from .workloads import heat, lotka_volterra, lstm

_random = np.random.default_rng(1)


def _lstm_args(steps: int) -> tuple[Any, ...]:
    small = 0.2 * _random.standard_normal((64, 24))
    return small[:, :8].copy(), small[:, 8:].copy(), np.zeros(64), _random.standard_normal((steps, 8))


LOOPS: tuple[tuple[str, Callable[..., Any], int, Callable[[int], tuple[Any, ...]]], ...] = (
    ("LSTM, 16", lstm, 3, _lstm_args),
    ("Lotka-Volterra", lotka_volterra, 4, lambda steps: (1.5, 1.0, 3.0, 1.0, 1.0, 1.0, 0.001, steps)),
    ("heat, 20 x 20", heat, 2, lambda steps: (_random.standard_normal((20, 20)), 0.1, steps)),
)


def peak(call: Callable[[], Any]) -> int:
    """The largest number of bytes that a call holds at one time."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def row(name: str, program: Callable[..., Any], wrt: int, style: str, args: tuple[Any, ...], steps: int) -> None:
    """Print what a gradient costs at one length."""
    bare = grad(program, argnums=tuple(range(wrt)), style=style).specialize(*args)
    times = times_of({"primal": lambda: program(*args), "gradient": lambda: bare(*args)}, 1.0, 5)
    memory = (peak(lambda: bare(*args)) - peak(lambda: program(*args))) / steps
    print(f"| {name} | {style} | {steps:,} | {ratio(times['gradient'], times['primal']):.2f} | {memory:,.0f} |", flush=True)


def main() -> None:
    """Print the table."""
    words = [a for a in sys.argv[1:] if not a.isdigit()]
    lengths = [int(a) for a in sys.argv[1:] if a.isdigit()] or [100, 1_000, 10_000, 100_000]
    print("| workload | style | steps | gradient / primal | bytes per step |\n|---|---|---|---|---|")
    for name, program, wrt, arguments in LOOPS:
        if words and not any(word in name for word in words):
            continue
        for style in ("readable", "fast"):
            for steps in lengths:
                row(name, program, wrt, style, arguments(steps), steps)


if __name__ == "__main__":
    main()
