"""All cases."""

from __future__ import annotations

from . import benchmarks, econometrics, engineering, geometry, learning, models, science, scientific, standard
from .case import Case

CASES: list[Case] = [
    *standard.CASES,
    *scientific.CASES,
    *learning.CASES,
    *geometry.CASES,
    *science.CASES,
    *benchmarks.CASES,
    *econometrics.CASES,
    *engineering.CASES,
    *models.CASES,
]
