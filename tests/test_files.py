"""Files that are read and not executed: what their names mean, and what is said when that cannot be known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from st_ad_cli.main import main

HEAD = """
import math
import numpy as np
import numpy.linalg as la
from numpy import linalg as other, sin
from dataclasses import dataclass
print("this module was executed")
"""

# What stands before the function, its body, its derivative at 0.5.
RIGHT = [
    ("from numpy import *", "sin(x) * exp(x)", np.exp(0.5) * (np.sin(0.5) + np.cos(0.5))),
    ("from math import *", "pi * sin(x)", np.pi * np.cos(0.5)),
    ("", "la.norm(np.array([x, 1.0])) + other.norm(np.array([x, 1.0]))", 2 * 0.5 / np.hypot(0.5, 1.0)),
    ("A, B = 2.0, 3.0", "x * A * B", 6.0),
    ("TURN = 2 * np.pi\nR = math.sqrt(2.0)", "x * TURN * R", 2 * np.pi * np.sqrt(2.0)),
    ("square = lambda t: t * t", "square(x)", 1.0),
    ("if True:\n    def square(t):\n        return t * t", "square(x)", 1.0),
    ("try:\n    from math import exp\nexcept ImportError:\n    exp = None", "exp(x)", np.exp(0.5)),
    ("if __name__ == '__main__':\n    sin = 3.0", "sin(x)", np.cos(0.5)),
    ("from pkg import helpers", "helpers.double(x)", 2.0),
    ("import pkg.helpers", "pkg.helpers.double(x)", 2.0),
    ("import pkg.helpers as h", "h.double(x)", 2.0),
    ("from pkg.helpers import *", "double(x)", 2.0),
    ("from pkg import twice", "twice(x)", 2.0),
    ("import functools\n@functools.lru_cache\ndef square(t):\n    return t * t", "square(x)", 1.0),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("from .helpers import double as twice\n")
    (tmp_path / "pkg" / "helpers.py").write_text("def double(t):\n    return 2.0 * t\n")
    inner = "from . import helpers\nfrom .helpers import double\n\ndef f(x):\n    return helpers.double(x) * double(x)\n"
    (tmp_path / "pkg" / "inner.py").write_text(inner)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, before: str, body: str) -> None:
    (folder / "model.py").write_text(f"{HEAD}\n{before}\n\ndef f(x):\n    return {body}\n")


@pytest.mark.parametrize(("before", "body", "slope"), RIGHT, ids=[f"{i}" for i in range(len(RIGHT))])
def test_names_of_a_file(folder, capsys, before, body, slope):
    write(folder, before, body)
    assert main(["emit", "model.py:f", "--args", "x=float", "-o", "-"]) == 0
    text = capsys.readouterr().out
    assert "executed" not in text
    scope: dict = {}
    exec(text, scope)
    assert scope["f_grad"](0.5) == pytest.approx(slope)


UNKNOWN = [
    "A = 1.0\nA += 1.0",
    "A = 1.0\nfor A in range(3):\n    pass",
    "A = 1.0\nif math.pi > 3:\n    A = 2.0",
    "A = 1.0\ndef change():\n    global A\n    A = 2.0",
    "A = open('x')",
    "with open('x') as A:\n    pass",
    "from nowhere import *",
    "try:\n    A = 1.0\nexcept ValueError:\n    A = 2.0",
]


@pytest.mark.parametrize("before", UNKNOWN)
def test_what_only_running_tells_is_refused(folder, capsys, before):
    write(folder, before, "x * A")
    assert main(["show", "model.py:f"]) == 2
    assert "the value of `A` is not known without running the module" in capsys.readouterr().err


def test_lists_that_are_changed_are_not_known(folder, capsys):
    write(folder, "A = [1.0]\nA.append(2.0)", "x * A[0]")
    assert main(["show", "model.py:f"]) == 2
    assert "the value of `A`" in capsys.readouterr().err


def test_modules_of_a_package(folder, capsys):
    for spelling in ("pkg.inner:f", "pkg/inner.py:f"):
        assert main(["show", spelling, "--args", "x=float"]) == 0
        assert "8.0 * out_bar * x" in capsys.readouterr().out


CLASSES = """
class NT(NamedTuple):
    a: float
    b: float

class Model:
    scale = 3.0
    def __init__(self, w):
        self.w = w
    def loss(self, x):
        return self.scale * self.w * np.sum(x * x)
    @classmethod
    def of_class(cls, x):
        return cls.scale * x
    @staticmethod
    def plain(x):
        return x * x

def twice(function):
    return lambda x: 2.0 * function(x)

@twice
def decorated(x):
    return x * x

def product(p, x):
    return p.a * p.b * x

def outer(x):
    def inner(y):
        return x * y
    return inner(x)
"""


def show(capsys, *arguments):
    status = main(["show", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return status, out + err


def test_methods_classes_and_decorators(folder, capsys):
    (folder / "kinds.py").write_text("from typing import NamedTuple\nimport numpy as np\n" + CLASSES)
    assert show(capsys, "kinds.py:Model.plain", "--args", "x=float")[0] == 0
    types = "self=Model(w=float), x=float64[:]"
    status, text = show(capsys, "kinds.py:Model.loss", "--import", "--wrt", "x", "--args", types)
    assert status == 0 and "6.0 * out_bar * self.w * x" in text
    status, text = show(capsys, "kinds.py:Model.of_class", "--import", "--args", "x=float")
    assert status == 0 and "with respect to x" in text
    status, text = show(capsys, "kinds.py:product", "--import", "--args", "p=NT(float, b=float), x=float")
    assert status == 0 and "return NT(" in text
    status, text = show(capsys, "kinds.py:decorated", "--import", "--args", "x=float")
    assert status == 0 and "4.0 * out_bar * x" in text
    for name, said in [
        ("Model.loss", "use --import"),
        ("decorated", "has a decorator"),
        ("outer.inner", "exists only while `outer` runs"),
        ("Model.nothing", "no top-level function"),
    ]:
        status, text = show(capsys, f"kinds.py:{name}")
        assert status == 2 and said in text
    for types, said in [
        ("p=NT(float), x=float", "NT has a, b"),
        ("p=Other(float)", "is no class"),
        ("x=float, x=int", "given twice"),
        ("p={a: float}", "cannot read the type 'a'"),
    ]:
        status, text = show(capsys, "kinds.py:product", "--import", "--args", types)
        assert status == 2 and said in text
    status, text = show(capsys, "kinds.py:product", "--args", "p=NT(float, float)")
    assert status == 2 and "use --import" in text


TEXTS = [
    (b"\xef\xbb\xbfdef f(x):\n    return x * x\n", 0, "def f_grad"),
    (b"# coding: latin-1\ndef f(x):\n    # \xe9t\xe9\n    return x * x\n", 0, "def f_grad"),
    (b"def f(x):\r\n    y = x * x\r\n    return y\r\n", 0, "def f_grad"),
    (b"def f(x):\n\tfor k in range(2):\n\t\tx = x * x\n\treturn x\n", 0, "def f_grad"),
    (b"def f(x):\n    # \xe9t\xe9\n    return x * x\n", 2, "line 2 has the byte 0xe9"),
    (b"# coding: klingon\ndef f(x):\n    return x\n", 2, "unknown encoding: klingon"),
    (b"def g():\n    pass\n\ndef f(x:\n    return x\n", 2, "4 | def f(x:"),
    (b"def f(x):\n    return x\0\n", 2, "null bytes"),
    (b"", 2, "it defines no functions"),
]


@pytest.mark.parametrize(("data", "status", "said"), TEXTS, ids=[f"{i}" for i in range(len(TEXTS))])
def test_encodings_and_syntax(folder, capsys, data, status, said):
    (folder / "text.py").write_bytes(data)
    found, text = show(capsys, "text.py:f")
    assert found == status and said in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["model.py:f", "--wrt", "x,x"], "twice"),
        (["model.py:f", "--args", "x='s'"], "is 's', which has no derivative"),
        (["model.py:f", "--args", "x=int64[:]"], "has no derivative"),
        (["model.py:f", "--args", "x=[int]"], "has no derivative"),
        (["model.py:g"], "no parameter to differentiate"),
    ],
)
def test_what_cannot_be_asked(folder, capsys, arguments, said):
    (folder / "model.py").write_text("def f(x):\n    return x * x\n\ndef g():\n    return 1.0\n")
    status, text = show(capsys, *arguments)
    assert status == 2 and said in text


def test_two_functions_of_one_name_are_not_written_to_one_module(folder, capsys):
    write(folder, "", "x * x")
    assert main(["emit", "model.py:f", "pkg/inner.py:f", "-o", "-"]) == 2
    assert "would be called `f_grad`" in capsys.readouterr().err
