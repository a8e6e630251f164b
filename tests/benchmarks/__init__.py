"""Timings that are printed and never asserted: `python -m tests.benchmarks`."""

import os

# One thread for every tool: pools of threads that wait for work take the cores from those that have some.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
