"""Try many random programs by hand: `python -m tests.fuzz --count 50000 --jobs 2`; prints what was right, refused, wrong.

`--profile wide` writes programs with containers, objects, closures and guards; `--shrink SEED` prints a smaller program
with the same verdict.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from st_ad import pipeline

from . import programs, wide_programs
from .agreement import REFUSED, WRONG, Verdict, judge
from .shrink import shrink

PROFILES = {"plain": programs.program_of, "wide": wide_programs.program_of}
SECONDS = 60  # of computing, after which a program is given up and counts as wrong


class TooLong(BaseException):
    """A program takes too long to transform or to run."""


def judged(text: str, seed: int, second: bool = False) -> Verdict:
    """The verdict on a program; a crash is wrong, and so is one that does not come to an end."""

    def stop(*args: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        return judge(text, seed, second)
    except (Exception, TooLong):
        return Verdict(WRONG, traceback.format_exc(limit=-3))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def one(seed: int, size: int = 8, second: bool = False, profile: str = "plain") -> Verdict:
    """The verdict on the program of a seed."""
    return judged(PROFILES[profile](seed, size), seed, second)


def gist(verdict: Verdict) -> str:
    """A verdict without what differs from program to program: the reason of a refusal, or the last line of a crash."""
    lines = verdict.why.strip().split("\n")
    line = lines[-1] if lines[0].startswith("Traceback") else lines[0]
    return f"{verdict.kind}: " + re.sub(r"`[^`]*`|\b[a-z]+\d+\b|-?\d[\d.e+-]*", "_", line)[:90]


def shrunk(text: str, seed: int) -> str:
    """The smallest program found with the same fault."""
    wanted = gist(judged(text, seed))
    return shrink(text, lambda smaller: gist(judged(smaller, seed)) == wanted)


def some(
    seeds: range, size: int, second: bool, profile: str = "plain", verify: bool = True
) -> tuple[Counter[str], Counter[str], list[tuple[int, str]], dict[str, int]]:
    """Counts of verdicts and of reasons for refusals, the failures, and a seed for each reason."""
    pipeline.VERIFY = verify
    os.environ["ST_AD_CACHE"] = "off"
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    failures, examples = [], {}
    for seed in seeds:
        verdict = one(seed, size, second, profile)
        counts[verdict.kind] += 1
        if verdict.kind == REFUSED:
            reasons[gist(verdict)] += 1
            examples[gist(verdict)] = seed
        if verdict.kind == WRONG:
            failures.append((seed, verdict.why))
    return counts, reasons, failures, examples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--size", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="plain")
    parser.add_argument("--unverified", action="store_true", help="without the check of the IR after every pass: faster")
    parser.add_argument("--second", action="store_true", help="second derivatives as well")
    parser.add_argument("--show", type=int, help="the program and verdict of one seed")
    parser.add_argument("--shrink", type=int, help="a smaller program with the verdict of one seed")
    options = parser.parse_args()
    for seed in (options.show, options.shrink):
        if seed is not None:
            text = PROFILES[options.profile](seed, options.size)
            text = shrunk(text, seed) if options.shrink is not None else text
            print(text)
            print(judged(text, seed, options.second))
            return 0
    began = time.perf_counter()
    step = max(1, min(250, options.count // options.jobs))
    end = options.start + options.count
    chunks = [range(i, min(i + step, end)) for i in range(options.start, end, step)]
    totals: Any = (Counter(), Counter(), [], {})
    rest = [(options.size, options.second, options.profile, not options.unverified)] * len(chunks)
    with ProcessPoolExecutor(options.jobs) as pool:
        for counts, reasons, failures, examples in pool.map(some, chunks, *zip(*rest)):
            totals[0].update(counts)
            totals[1].update(reasons)
            totals[2].extend(failures)
            totals[3].update(examples)
    for seed, why in totals[2]:
        print(f"seed {seed}: {why.strip()[:400]}")
    for reason, times in totals[1].most_common(12):
        print(f"{times:6}  {reason[:150]}, as for seed {totals[3][reason]}")
    seconds = time.perf_counter() - began
    print(dict(totals[0]), f"{seconds:.0f} s, {options.count / seconds:.1f} programs/s")
    return 1 if totals[2] else 0


if __name__ == "__main__":
    sys.exit(main())
