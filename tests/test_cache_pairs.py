"""Programs of the same text in other surroundings: what is on disk for one is never taken for the other."""

from __future__ import annotations

import itertools
import linecache
import sys
import types
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import pytest

from st_ad import grad

_serials = itertools.count()
NAME = "program_of_cache_pairs"

# Each pair of modules defines a function `f` of an array of three.
PAIRS = {
    "import alias": (
        'import numpy as np\n'
        'from numpy import sin as act\n'
        'def f(x):\n'
        '    return np.sum(act(x))\n',
        'import numpy as np\n'
        'from numpy import cos as act\n'
        'def f(x):\n'
        '    return np.sum(act(x))\n',
    ),
    "module alias": (
        'import numpy as m\n'
        'def f(x):\n'
        '    return m.sqrt(m.sum(x*x))\n',
        'import types\n'
        'import numpy\n'
        'm=types.SimpleNamespace(sqrt=numpy.exp,sum=numpy.sum)\n'
        'def f(x):\n'
        '    return m.sqrt(m.sum(x*x))\n',
    ),
    "linalg alias": (
        'from numpy import linalg as L\n'
        'def f(x):\n'
        '    return L.norm(x)\n',
        'import numpy\n'
        'class L:\n'
        '    @staticmethod\n'
        '    def norm(v): return numpy.sum(v**3)\n'
        'def f(x):\n'
        '    return L.norm(x)\n',
    ),
    "lambda list": (
        'import numpy as np\n'
        'hs=[lambda x: x*x, lambda x: x**3]\n'
        'def f(x):\n'
        '    return np.sum(hs[0](x))\n',
        'import numpy as np\n'
        'hs=[lambda x: x**3, lambda x: x*x]\n'
        'def f(x):\n'
        '    return np.sum(hs[0](x))\n',
    ),
    "lambda def": (
        'import numpy as np\n'
        'a,b=lambda x: x*x, lambda x: x**3\n'
        'h=a\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'a,b=lambda x: x*x, lambda x: x**3\n'
        'h=b\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "helper global": (
        'import numpy as np\n'
        'K=2.0\n'
        'def h(x): return K*x\n'
        'def f(x):\n'
        '    return np.sum(h(x)**2)\n',
        'import numpy as np\n'
        'K=3.0\n'
        'def h(x): return K*x\n'
        'def f(x):\n'
        '    return np.sum(h(x)**2)\n',
    ),
    "int global": (
        'import numpy as np\n'
        'K=2\n'
        'def f(x):\n'
        '    return np.sum(x**K)\n',
        'import numpy as np\n'
        'K=3\n'
        'def f(x):\n'
        '    return np.sum(x**K)\n',
    ),
    "float exponent": (
        'import numpy as np\n'
        'K=2.0\n'
        'def f(x):\n'
        '    return np.sum(x**K)\n',
        'import numpy as np\n'
        'K=3.0\n'
        'def f(x):\n'
        '    return np.sum(x**K)\n',
    ),
    "flag": (
        'import numpy as np\n'
        'K=True\n'
        'def f(x):\n'
        '    return np.sum(x**2) if K else np.sum(x**3)\n',
        'import numpy as np\n'
        'K=False\n'
        'def f(x):\n'
        '    return np.sum(x**2) if K else np.sum(x**3)\n',
    ),
    "string": (
        'import numpy as np\n'
        "K='a'\n"
        'def f(x):\n'
        "    return np.sum(x**2) if K=='a' else np.sum(x**3)\n",
        'import numpy as np\n'
        "K='b'\n"
        'def f(x):\n'
        "    return np.sum(x**2) if K=='a' else np.sum(x**3)\n",
    ),
    "tuple": (
        'import numpy as np\n'
        'K=(1,2)\n'
        'def f(x):\n'
        '    return sum(np.sum(x**k) for k in K)\n',
        'import numpy as np\n'
        'K=(1,2,3)\n'
        'def f(x):\n'
        '    return sum(np.sum(x**k) for k in K)\n',
    ),
    "list": (
        'import numpy as np\n'
        'K=[1,2]\n'
        'def f(x):\n'
        '    return sum(np.sum(x**k) for k in K)\n',
        'import numpy as np\n'
        'K=[1,3]\n'
        'def f(x):\n'
        '    return sum(np.sum(x**k) for k in K)\n',
    ),
    "dict": (
        'import numpy as np\n'
        "K={'a':2}\n"
        'def f(x):\n'
        "    return np.sum(x**K['a'])\n",
        'import numpy as np\n'
        "K={'a':3}\n"
        'def f(x):\n'
        "    return np.sum(x**K['a'])\n",
    ),
    "dict keys": (
        'import numpy as np\n'
        "K={'a':2.0}\n"
        'def f(x):\n'
        '    return sum(K.values())*np.sum(x)\n',
        'import numpy as np\n'
        "K={'a':2.0,'b':3.0}\n"
        'def f(x):\n'
        '    return sum(K.values())*np.sum(x)\n',
    ),
    "class": (
        'import numpy as np\n'
        'class C:\n'
        '    def __init__(s,x): s.x=x\n'
        '    def v(s): return np.sum(s.x**2)\n'
        'def f(x):\n'
        '    return C(x).v()\n',
        'import numpy as np\n'
        'class C:\n'
        '    def __init__(s,x): s.x=x\n'
        '    def v(s): return np.sum(s.x**3)\n'
        'def f(x):\n'
        '    return C(x).v()\n',
    ),
    "class attr": (
        'import numpy as np\n'
        'class C:\n'
        '    k=2\n'
        'def f(x):\n'
        '    return np.sum(x**C.k)\n',
        'import numpy as np\n'
        'class C:\n'
        '    k=3\n'
        'def f(x):\n'
        '    return np.sum(x**C.k)\n',
    ),
    "object attr": (
        'import numpy as np\n'
        'class C: pass\n'
        'c=C(); c.k=2\n'
        'def f(x):\n'
        '    return np.sum(x**c.k)\n',
        'import numpy as np\n'
        'class C: pass\n'
        'c=C(); c.k=3\n'
        'def f(x):\n'
        '    return np.sum(x**c.k)\n',
    ),
    "obj array": (
        'import numpy as np\n'
        'A=np.eye(3)\n'
        'def f(x):\n'
        '    return np.sum(A@x)\n',
        'import numpy as np\n'
        'A=np.ones((3,3))\n'
        'def f(x):\n'
        '    return np.sum(A@x)\n',
    ),
    "array rank": (
        'import numpy as np\n'
        'A=np.ones(3)\n'
        'def f(x):\n'
        '    return np.sum(A*x)\n',
        'import numpy as np\n'
        'A=np.ones((2,3))\n'
        'def f(x):\n'
        '    return np.sum(A*x)\n',
    ),
    "array dtype": (
        'import numpy as np\n'
        'A=np.array([True,False,True])\n'
        'def f(x):\n'
        '    return np.sum(x[A])\n',
        'import numpy as np\n'
        'A=np.array([1,1,1,2])\n'
        'def f(x):\n'
        '    return np.sum(x[A])\n',
    ),
    "default": (
        'import numpy as np\n'
        'def f(x,k=2): return np.sum(x**k)\n',
        'import numpy as np\n'
        'def f(x,k=3): return np.sum(x**k)\n',
    ),
    "default ref": (
        'import numpy as np\n'
        'D=2\n'
        'def f(x,k=D): return np.sum(x**k)\n',
        'import numpy as np\n'
        'D=3\n'
        'def f(x,k=D): return np.sum(x**k)\n',
    ),
    "helper default": (
        'import numpy as np\n'
        'D=2\n'
        'def h(x,k=D): return x**k\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'D=3\n'
        'def h(x,k=D): return x**k\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "helper default fn": (
        'import numpy as np\n'
        'D=np.sin\n'
        'def h(x,k=D): return k(x)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'D=np.cos\n'
        'def h(x,k=D): return k(x)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "helper kwdefault": (
        'import numpy as np\n'
        'D=2.0\n'
        'def h(x,*,k=D): return x*k\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'D=3.0\n'
        'def h(x,*,k=D): return x*k\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "default array": (
        'import numpy as np\n'
        'D=np.ones(3)\n'
        'def f(x,k=D): return np.sum(x*k)\n',
        'import numpy as np\n'
        'D=np.arange(3.)\n'
        'def f(x,k=D): return np.sum(x*k)\n',
    ),
    "closure": (
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(a*x)\n'
        '    return f\n'
        'f=mk(2.0)\n',
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(a*x)\n'
        '    return f\n'
        'f=mk(3.0)\n',
    ),
    "closure int": (
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(x**a)\n'
        '    return f\n'
        'f=mk(2)\n',
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(x**a)\n'
        '    return f\n'
        'f=mk(3)\n',
    ),
    "closure fn": (
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(a(x))\n'
        '    return f\n'
        'f=mk(np.sin)\n',
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(a(x))\n'
        '    return f\n'
        'f=mk(np.cos)\n',
    ),
    "closure lambda": (
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(a(x))\n'
        '    return f\n'
        'u,v=lambda x:x*x,lambda x:x**3\n'
        'f=mk(u)\n',
        'import numpy as np\n'
        'def mk(a):\n'
        '    def f(x): return np.sum(a(x))\n'
        '    return f\n'
        'u,v=lambda x:x*x,lambda x:x**3\n'
        'f=mk(v)\n',
    ),
    "closure in helper": (
        'import numpy as np\n'
        'def mk(a):\n'
        '    def h(x): return a(x)\n'
        '    return h\n'
        'h=mk(np.sin)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'def mk(a):\n'
        '    def h(x): return a(x)\n'
        '    return h\n'
        'h=mk(np.cos)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "closure in helper val": (
        'import numpy as np\n'
        'def mk(a):\n'
        '    def h(x): return a*x\n'
        '    return h\n'
        'h=mk(2.0)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'def mk(a):\n'
        '    def h(x): return a*x\n'
        '    return h\n'
        'h=mk(3.0)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "partial": (
        'import numpy as np\n'
        'from functools import partial\n'
        'def h(k,x): return np.sum(x*k)\n'
        'f=partial(h,2.0)\n',
        'import numpy as np\n'
        'from functools import partial\n'
        'def h(k,x): return np.sum(x*k)\n'
        'f=partial(h,3.0)\n',
    ),
    "partial int": (
        'import numpy as np\n'
        'from functools import partial\n'
        'def h(k,x): return np.sum(x**k)\n'
        'f=partial(h,2)\n',
        'import numpy as np\n'
        'from functools import partial\n'
        'def h(k,x): return np.sum(x**k)\n'
        'f=partial(h,3)\n',
    ),
    "method": (
        'import numpy as np\n'
        'class C:\n'
        '    def __init__(s,k): s.k=k\n'
        '    def m(s,x): return np.sum(x*s.k)\n'
        'f=C(2.0).m\n',
        'import numpy as np\n'
        'class C:\n'
        '    def __init__(s,k): s.k=k\n'
        '    def m(s,x): return np.sum(x*s.k)\n'
        'f=C(3.0).m\n',
    ),
    "method calls method": (
        'import numpy as np\n'
        'class C:\n'
        '    def h(s,x): return x*2\n'
        '    def m(s,x): return np.sum(s.h(x))\n'
        'f=C().m\n',
        'import numpy as np\n'
        'class C:\n'
        '    def h(s,x): return x*3\n'
        '    def m(s,x): return np.sum(s.h(x))\n'
        'f=C().m\n',
    ),
    "callable object": (
        'import numpy as np\n'
        'class C:\n'
        '    def __init__(s,k): s.k=k\n'
        '    def __call__(s,x): return np.sum(x**s.k)\n'
        'f=C(2)\n',
        'import numpy as np\n'
        'class C:\n'
        '    def __init__(s,k): s.k=k\n'
        '    def __call__(s,x): return np.sum(x**s.k)\n'
        'f=C(3)\n',
    ),
    "decorator": (
        'import numpy as np, functools\n'
        'def d(k):\n'
        '    def w(fn):\n'
        '        @functools.wraps(fn)\n'
        '        def i(*a): return k*fn(*a)\n'
        '        return i\n'
        '    return w\n'
        '@d(2.0)\n'
        'def f(x): return np.sum(x)\n',
        'import numpy as np, functools\n'
        'def d(k):\n'
        '    def w(fn):\n'
        '        @functools.wraps(fn)\n'
        '        def i(*a): return k*fn(*a)\n'
        '        return i\n'
        '    return w\n'
        '@d(3.0)\n'
        'def f(x): return np.sum(x)\n',
    ),
    "decorator fn": (
        'import numpy as np, functools\n'
        'def d(fn):\n'
        '    @functools.wraps(fn)\n'
        '    def i(*a): return fn(*a)\n'
        '    return i\n'
        '@d\n'
        'def f(x): return np.sum(x)\n',
        'import numpy as np, functools\n'
        'def d(fn):\n'
        '    @functools.wraps(fn)\n'
        '    def i(*a): return fn(*a)\n'
        '    return i\n'
        '@d\n'
        'def f(x): return np.sum(x**2)\n',
    ),
    "inner class dataclass": (
        'import numpy as np\n'
        'from dataclasses import dataclass\n'
        '@dataclass\n'
        'class P:\n'
        '    a: float=2.0\n'
        'def f(x):\n'
        '    return np.sum(x*P().a)\n',
        'import numpy as np\n'
        'from dataclasses import dataclass\n'
        '@dataclass\n'
        'class P:\n'
        '    a: float=3.0\n'
        'def f(x):\n'
        '    return np.sum(x*P().a)\n',
    ),
    "enum": (
        'import numpy as np\n'
        'import enum\n'
        'class E(enum.Enum):\n'
        '    A=2\n'
        '    B=3\n'
        'K=E.A\n'
        'def f(x):\n'
        '    return np.sum(x**2) if K is E.A else np.sum(x)\n',
        'import numpy as np\n'
        'import enum\n'
        'class E(enum.Enum):\n'
        '    A=2\n'
        '    B=3\n'
        'K=E.B\n'
        'def f(x):\n'
        '    return np.sum(x**2) if K is E.A else np.sum(x)\n',
    ),
    "nested grad": (
        'import numpy as np\n'
        'from st_ad import grad\n'
        'def h(t): return t**2\n'
        'def f(x):\n'
        '    return sum(grad(h)(t) for t in x)\n',
        'import numpy as np\n'
        'from st_ad import grad\n'
        'def h(t): return t**3\n'
        'def f(x):\n'
        '    return sum(grad(h)(t) for t in x)\n',
    ),
    "mutual": (
        'import numpy as np\n'
        'def g(x,n): return x if n==0 else f(x*2,n-1)\n'
        'def f(x,n=2): return np.sum(g(x,n)) if n else np.sum(x)\n',
        'import numpy as np\n'
        'def g(x,n): return x if n==0 else f(x*3,n-1)\n'
        'def f(x,n=2): return np.sum(g(x,n)) if n else np.sum(x)\n',
    ),
    "shadow builtin": (
        'import numpy as np\n'
        'def f(x):\n'
        '    return np.sum(abs(x))\n',
        'import numpy as np\n'
        'abs=np.exp\n'
        'def f(x):\n'
        '    return np.sum(abs(x))\n',
    ),
    "shadow builtin helper": (
        'import numpy as np\n'
        'def h(x): return abs(x)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
        'import numpy as np\n'
        'abs=np.exp\n'
        'def h(x): return abs(x)\n'
        'def f(x):\n'
        '    return np.sum(h(x))\n',
    ),
    "len": (
        'import numpy as np\n'
        'def f(x):\n'
        '    return len(x)*np.sum(x)\n',
        'import numpy as np\n'
        'len=lambda x: 7\n'
        'def f(x):\n'
        '    return len(x)*np.sum(x)\n',
    ),
    "namedtuple global": (
        'import numpy as np\n'
        'from collections import namedtuple\n'
        "P=namedtuple('P','a b')\n"
        'p=P(2,3)\n'
        'def f(x):\n'
        '    return np.sum(x**p.a)\n',
        'import numpy as np\n'
        'from collections import namedtuple\n'
        "P=namedtuple('P','b a')\n"
        'p=P(2,3)\n'
        'def f(x):\n'
        '    return np.sum(x**p.a)\n',
    ),
    "none global": (
        'import numpy as np\n'
        'M=None\n'
        'def f(x):\n'
        '    return np.sum(x) if M is None else np.sum(x*M)\n',
        'import numpy as np\n'
        'M=np.arange(3.)\n'
        'def f(x):\n'
        '    return np.sum(x) if M is None else np.sum(x*M)\n',
    ),
    "isinstance global": (
        'import numpy as np\n'
        'M=2\n'
        'def f(x):\n'
        '    return np.sum(x) if isinstance(M,int) else np.sum(x*M)\n',
        'import numpy as np\n'
        'M=2.5\n'
        'def f(x):\n'
        '    return np.sum(x) if isinstance(M,int) else np.sum(x*M)\n',
    ),
    "module attr": (
        'import numpy as np, types\n'
        'C=types.SimpleNamespace(k=2)\n'
        'def f(x):\n'
        '    return np.sum(x**C.k)\n',
        'import numpy as np, types\n'
        'C=types.SimpleNamespace(k=3)\n'
        'def f(x):\n'
        '    return np.sum(x**C.k)\n',
    ),
    "indent differs": (
        'import numpy as np\n'
        'def f(x):\n'
        '    s=0.0\n'
        '    for v in x:\n'
        '        s+=v*v\n'
        '    return s\n',
        'import numpy as np\n'
        'def f(x):\n'
        '    s=0.0\n'
        '    for v in x:\n'
        '        s+=v*v\n'
        '        return s\n',
    ),
    "string literal ws": (
        'import numpy as np\n'
        'def f(x):\n'
        "    k='''a\n"
        "    b'''\n"
        '    return len(k)*np.sum(x)\n',
        'import numpy as np\n'
        'if True:\n'
        '    def f(x):\n'
        "        k='''a\n"
        "        b'''\n"
        '        return len(k)*np.sum(x)\n',
    ),
}
X = np.array([1.5, 2.0, 3.0])


@pytest.fixture(autouse=True)
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ST_AD_CACHE", str(tmp_path))
    yield
    sys.modules.pop(NAME, None)


def module(text: str) -> Any:
    """A module of this text, imported under a name that is always the same."""
    file = f"<cache pair {next(_serials)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    made = sys.modules[NAME] = types.ModuleType(NAME)
    exec(compile(text, file, "exec"), vars(made))
    return made


def differences(f: Any) -> Any:
    return np.array([(float(f(X + h)) - float(f(X - h))) / 2e-6 for h in np.eye(3) * 1e-6])


@pytest.mark.parametrize("pair", PAIRS)
def test_what_surrounds_a_function_is_part_of_it(pair: str) -> None:
    first, second = PAIRS[pair]
    for text in (first, second, first, second):
        f = module(text).f
        np.testing.assert_allclose(grad(f)(X), differences(f), rtol=1e-4)


def test_lambdas_of_one_line() -> None:
    squared, cubed = lambda x: x**2, lambda x: x**3
    assert grad(squared)(2.0) == 4.0 and grad(cubed)(2.0) == 12.0
    assert grad(squared)(2.0) == 4.0 and grad(cubed)(2.0) == 12.0


def test_lambdas_on_a_line_with_letters_of_several_bytes() -> None:
    text = "é = 1; u, v = lambda x: x**2 + é, lambda x: x**3 + é\n"
    made = module(text)
    assert grad(made.u)(2.0) == 4.0 and grad(made.v)(2.0) == 12.0
