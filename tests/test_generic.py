"""Code that is generated without example arguments is right for whatever arguments it is given."""

from __future__ import annotations

import copy
from typing import Any

import adversary
import matrix_programs
import numpy as np
import pytest

from st_ad import StAdError, UnsupportedError, grad, runtime, source

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


def mean_of_scaled(x, *, scale=2.0, axis=0, squared=True):
    y = np.mean(x * scale, axis=axis)
    return np.sum(y**2) if squared else np.sum(y)


def filled_by_number(x, n):
    force = dict.fromkeys(range(n), 0.0)
    return x[0] + force[0]


def test_what_must_be_known_has_its_default_and_is_said():
    text = source(mean_of_scaled)
    assert "For axis=0, squared=True." in text
    names = {"np": np, **{name: getattr(runtime, name) for name in dir(runtime)}}
    exec(text, names)
    x = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(names["mean_of_scaled_grad"](x), grad(mean_of_scaled)(x))


def test_what_must_be_known_and_has_no_default_is_refused():
    with pytest.raises(UnsupportedError, match="(?s)must be known when transformed.*give example arguments"):
        source(filled_by_number)
