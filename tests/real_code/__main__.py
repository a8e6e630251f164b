"""`python -m tests.real_code [part of a name ...]` prints the table; --refused and --wrong only those."""

from __future__ import annotations

import sys
import time
from collections import Counter

from .catalogue import CASES
from .judge import KINK, MISSING, PRIMAL, REFUSED, RIGHT, WRONG, Verdict, judge


def main() -> int:
    """Print a line per case, the counts, and the reasons for refusal by frequency."""
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    only = {a[2:] for a in sys.argv[1:] if a.startswith("--")}
    verdicts: list[tuple[str, Verdict, bool]] = []
    for case in CASES:
        if wanted and not any(w in case.name for w in wanted):
            continue
        start = time.perf_counter()
        verdict = judge(case)
        seconds = time.perf_counter() - start
        verdicts.append((case.name, verdict, case.smooth))
        if not only or verdict.kind.split()[0] in only:
            print(f"{verdict.kind:12}  {seconds:5.1f} s  {case.name:60}  {verdict.why}", flush=True)
            if verdict.where:
                print(f"{'':14}{verdict.where}")
    summary(verdicts)
    return any(v.kind == WRONG for _, v, _ in verdicts)


def summary(verdicts: list[tuple[str, Verdict, bool]]) -> None:
    """The counts."""
    counts = Counter(v.kind for _, v, _ in verdicts)
    print("\n" + ", ".join(f"{counts[k]} {k}" for k in (RIGHT, REFUSED, WRONG, KINK, PRIMAL, MISSING)))
    smooth = [v.kind for _, v, is_smooth in verdicts if is_smooth and v.kind in (RIGHT, REFUSED, WRONG)]
    if smooth:
        print(f"right of the differentiable: {smooth.count(RIGHT)} of {len(smooth)}")
    reasons = Counter(v.why for _, v, _ in verdicts if v.kind == REFUSED)
    for why, count in reasons.most_common(25):
        print(f"{count:5}  {why}")


if __name__ == "__main__":
    sys.exit(main())
