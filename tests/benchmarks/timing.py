"""Times on a machine where other things run: processor time of one thread; tools take turns, and ratios are medians over
the turns."""

from __future__ import annotations

import gc
import statistics
import time
from typing import Any, Callable, Mapping

_LEAST = 2e-3  # seconds that one turn lasts at least
_TOO_SLOW = 1.5  # a call that lasts longer, in seconds, is measured in one turn only

Call = Callable[[], Any]


def _turn(call: Call, batch: int) -> float:
    begin = time.process_time()
    for _ in range(batch):
        call()
    return (time.process_time() - begin) / batch


def _batch_of(call: Call) -> tuple[int, float]:
    """How many calls make a turn, and what one lasts about, after a first call that warms up."""
    call()
    first = _turn(call, 1)
    return max(1, int(_LEAST / max(first, 1e-9))), first


def times_of(calls: Mapping[str, Call], seconds: float = 2.0, least: int = 7) -> dict[str, list[float]]:
    """The times of a call of each tool, in seconds, one per turn; slow tools have one turn."""
    sizes = {name: _batch_of(call) for name, call in calls.items()}
    found: dict[str, list[float]] = {name: [] for name in calls}
    slow = {name for name, (_, first) in sizes.items() if first > _TOO_SLOW}
    for name in slow:
        found[name].append(sizes[name][1])
    quick = [name for name in calls if name not in slow]
    gc.collect()
    end = time.perf_counter() + seconds
    while quick and (time.perf_counter() < end or len(found[quick[0]]) < least):
        for name in quick:
            found[name].append(_turn(calls[name], sizes[name][0]))
    return found


def ratio(over: list[float], under: list[float]) -> float:
    """The median over the turns of one time divided by the other of the same turn."""
    if len(over) != len(under):
        return statistics.median(over) / statistics.median(under)
    return statistics.median(a / b for a, b in zip(over, under))
