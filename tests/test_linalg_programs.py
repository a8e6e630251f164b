"""Programs of linear algebra and Fourier transforms: both modes against differences, and in single precision."""

from __future__ import annotations

import numpy as np
import pytest
from linalg_programs import ARGUMENTS

from st_ad import check_grads, grad

# Their value is a difference of nearly equal numbers.
CANCELLING = frozenset({"low_rank_update"})
TWICE = frozenset({"gaussian_by_slogdet", "principal_components", "newton", "batched_factors", "poisson", "riccati"})
CASES = [pytest.param(f, args, id=f.__name__) for f, args in ARGUMENTS.items()]
pytestmark = pytest.mark.filterwarnings("ignore")


def copied(args):
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)


@pytest.mark.parametrize("f, args", CASES)
def test_derivatives(f, args):
    check_grads(f, copied(args), order=2 if f.__name__ in TWICE else 1, rtol=2e-4, atol=1e-4)


@pytest.mark.parametrize("f, args", CASES)
def test_single_precision(f, args):
    wanted = tuple(i for i, a in enumerate(args) if not isinstance(a, int))
    single = tuple(a.astype(np.float32) if isinstance(a, np.ndarray) else a for a in args)
    exact = grad(f, argnums=wanted)(*copied(args))
    for i, g, e in zip(wanted, grad(f, argnums=wanted)(*single), exact):
        assert not isinstance(args[i], np.ndarray) or g.dtype == np.float32
        if f.__name__ not in CANCELLING:
            np.testing.assert_allclose(g, e, rtol=2e-3, atol=2e-3 * np.max(np.abs(e)))
