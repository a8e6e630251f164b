"""The examples in the documentation of every module run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import st_ad

MODULES = sorted(m.name for m in pkgutil.walk_packages(st_ad.__path__, "st_ad."))


@pytest.mark.parametrize("name", ["st_ad", *MODULES])
def test_doctests(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
