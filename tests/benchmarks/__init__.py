"""Timings that are printed and never asserted: `python -m tests.benchmarks`."""
