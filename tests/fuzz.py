"""Try many random programs by hand: `python -m tests.fuzz --count 50000 --jobs 2`; prints what was right, refused, wrong."""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from st_ad import pipeline

from .agreement import REFUSED, WRONG, Verdict, judge
from .programs import program_of


def one(seed: int, size: int, second: bool) -> Verdict:
    """The verdict on the program of a seed; a crash is wrong."""
    try:
        return judge(program_of(seed, size), seed, second)
    except Exception:
        return Verdict(WRONG, traceback.format_exc(limit=-3))


def some(seeds: range, size: int, second: bool) -> tuple[Counter[str], Counter[str], list[tuple[int, str]]]:
    """Counts of verdicts and of reasons for refusals, and the failures."""
    pipeline.VERIFY = True
    os.environ["ST_AD_NO_CACHE"] = "1"
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    failures = []
    for seed in seeds:
        verdict = one(seed, size, second)
        counts[verdict.kind] += 1
        if verdict.kind == REFUSED:
            reasons[re.sub(r"[a-z]+\d+|`[^`]*`", "_", verdict.why.partition("\n")[0])] += 1
        if verdict.kind == WRONG:
            failures.append((seed, verdict.why))
    return counts, reasons, failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--size", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--second", action="store_true", help="second derivatives as well")
    parser.add_argument("--show", type=int, help="the program and verdict of one seed")
    options = parser.parse_args()
    if options.show is not None:
        print(program_of(options.show, options.size))
        print(one(options.show, options.size, options.second))
        return 0
    began = time.perf_counter()
    step = max(1, min(250, options.count // options.jobs))
    end = options.start + options.count
    chunks = [range(i, min(i + step, end)) for i in range(options.start, end, step)]
    totals: Any = (Counter(), Counter(), [])
    with ProcessPoolExecutor(options.jobs) as pool:
        for counts, reasons, failures in pool.map(some, chunks, *zip(*[(options.size, options.second)] * len(chunks))):
            totals[0].update(counts)
            totals[1].update(reasons)
            totals[2].extend(failures)
    for seed, why in totals[2]:
        print(f"seed {seed}: {why.strip()[:400]}")
    for reason, times in totals[1].most_common(12):
        print(f"refused {times:6}  {reason[:150]}")
    print(dict(totals[0]), f"{time.perf_counter() - began:.0f} s")
    return 1 if totals[2] else 0


if __name__ == "__main__":
    sys.exit(main())
