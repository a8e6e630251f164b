"""Print what derivatives cost against adjoints written by hand: `python -m tests.benchmarks [words of a workload]`.

One row a workload: the time by hand, of the emitted function, and through st_ad's call; the ratio of the last to the
first; what autograd takes, when it is installed and can do it; and the largest error against the adjoint by hand, relative to the
largest component. A row whose error is above 1e-9 is void. At the end: what a call adds to the emitted function.
"""

from __future__ import annotations

import statistics
import sys
import time
import types
from typing import Any, Callable

import numpy as np

from st_ad import grad

from .workloads import WORKLOADS, Workload

_TOLERANCE = 1e-9
_ROUNDS = 5


def median_time(call: Callable[[], Any], seconds: float = 0.1) -> float:
    """The median time of a call, in seconds, over batches that each last about a millisecond."""
    call()
    begin = time.perf_counter()
    call()
    batch = max(1, int(1e-3 / max(time.perf_counter() - begin, 1e-9)))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        begin = time.perf_counter()
        for _ in range(batch):
            call()
        times.append((time.perf_counter() - begin) / batch)
    return statistics.median(times)


def error_of(given: Any, wanted: Any) -> float:
    """The largest difference of two tuples of gradients, relative to the largest component."""
    worst = 0.0
    for one, other in zip(given, wanted):
        worst = max(worst, float(np.max(np.abs(np.asarray(one) - other)) / max(np.max(np.abs(other)), 1e-300)))
    return worst


def by_autograd(work: Workload) -> Callable[..., Any] | None:
    """The gradient by autograd of the program as it stands; None when that cannot be had."""
    try:
        import autograd
        import autograd.numpy
    except ImportError:
        return None
    program = types.FunctionType(work.program.__code__, {**work.program.__globals__, "np": autograd.numpy})
    found = autograd.grad(program, tuple(range(work.wrt)))
    try:
        right = error_of(found(*work.args), work.by_hand(*work.args)) < _TOLERANCE
    except Exception:
        # It refuses the program in its own way.
        return None
    return found if right else None


def row(work: Workload) -> float:
    """Print the row of a workload; gives the ratio of the emitted function to the one by hand."""
    transformed = grad(work.program, argnums=tuple(range(work.wrt)))
    error = error_of(transformed(*work.args), work.by_hand(*work.args))
    emitted = transformed.specialize(*work.args)
    peer = by_autograd(work)
    rounds = []
    for _ in range(_ROUNDS):
        hand = median_time(lambda: work.by_hand(*work.args))
        bare = median_time(lambda: emitted(*work.args))
        full = median_time(lambda: transformed(*work.args))
        rounds.append((bare / hand, full / hand, hand, bare, full))
    _, ratio, hand, bare, full = sorted(rounds)[_ROUNDS // 2]
    other = f"{median_time(lambda: peer(*work.args)) / full:>9.1f}x" if peer else f"{'-':>10}"
    void = "" if error < _TOLERANCE else "  void"
    times = "".join(f"{t * 1e6:>12.1f}" for t in (hand, bare, full))
    print(f"{work.name:<32}{times}{ratio:>8.2f}{other}{error:>10.0e}{void}", flush=True)
    return statistics.median(r for r, *_ in rounds)


def scalar(x, y):
    return x * y + x / y


def vector(x, y):
    return np.sum(x * y)


def call_cost(name: str, function: Callable[..., Any], *args: Any) -> None:
    """Print what the call of a transformed function adds to the emitted one."""
    transformed = grad(function, argnums=(0, 1))
    emitted = transformed.specialize(*args)
    added = [median_time(lambda: transformed(*args)) - median_time(lambda: emitted(*args)) for _ in range(_ROUNDS)]
    print(f"a call with {name} adds {statistics.median(added) * 1e9:.0f} ns to the emitted function")


def main() -> None:
    """Print the table."""
    chosen = [w for w in WORKLOADS if not sys.argv[1:] or any(word in w.name for word in sys.argv[1:])]
    print(f"{'µs, medians':<32}{'by hand':>12}{'emitted':>12}{'called':>12}{'ratio':>8}{'autograd':>10}{'error':>10}")
    ratios = [row(work) for work in chosen]
    print(f"geometric mean of emitted / by hand: {np.exp(np.mean(np.log(ratios))):.2f}")
    call_cost("two floats", scalar, 2.0, 3.0)
    call_cost("two arrays", vector, np.ones(3), np.arange(3.0))


if __name__ == "__main__":
    main()
