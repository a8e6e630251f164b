"""Code that is generated without example arguments is right for whatever arguments it is given."""

from __future__ import annotations

import copy
from typing import Any

import adversary
import matrix_programs
import numpy as np
import pytest

from st_ad import StAdError, grad, runtime, source

VECTORS = [(f, a) for f, a in adversary.CASES if isinstance(a[0], np.ndarray) and a[0].ndim == 1]
MATRICES = [(f, (np.random.default_rng(5).standard_normal((3, 4)),)) for f in matrix_programs.PROGRAMS[1:]]


@pytest.mark.parametrize(("function", "args"), VECTORS + MATRICES, ids=lambda v: getattr(v, "__name__", ""))
def test_same_gradient(function: Any, args: tuple[Any, ...]) -> None:
    try:
        text = source(function)
    except StAdError as error:
        pytest.skip(f"refused without example arguments: {str(error).splitlines()[0]}")
    names = {**vars(adversary), **vars(matrix_programs)}
    names.update({name: getattr(runtime, name) for name in dir(runtime)})
    exec(text, names)
    found = names[f"{function.__name__}_grad"](*copy.deepcopy(args))
    wanted = grad(function)(*copy.deepcopy(args))
    np.testing.assert_allclose(found[0] if isinstance(found, tuple) else found, wanted, rtol=1e-9, atol=1e-12)
