"""All cases."""

from __future__ import annotations

from . import benchmarks, geometry, learning, science, scientific, standard
from .case import Case

CASES: list[Case] = [
    *standard.CASES,
    *scientific.CASES,
    *learning.CASES,
    *geometry.CASES,
    *science.CASES,
    *benchmarks.CASES,
]
