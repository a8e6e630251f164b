"""Random programs over more of Python: containers, objects, closures, guards, aliases that are chosen at run time.

The second profile of the generator. It writes the programs of `programs.Writer`, with statements of these kinds among
theirs, so that they meet: an array that a list holds is a view, is written to by a method, is swapped in a loop.
"""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

if __package__:
    from .programs import SCALAR, Writer, vector
else:
    from programs import SCALAR, Writer, vector

HELPERS = '''
class Cell:
    scale = 0.5

    def __init__(self, w, b=0.5):
        self.w = w
        self.b = b
        self.log = []

    def step(self, t):
        self.w[0] = self.w[0] * t
        self.b = self.b + t * self.scale
        self.log.append(self.b)
        return np.sum(self.w) * self.b

    def __call__(self, t):
        self.w *= t
        return self.w

    @property
    def total(self):
        return np.sum(self.w * self.w) + self.b


class Child(Cell):
    scale = 2.0

    def step(self, t):
        return super().step(t) + self.w[-1]


@dataclass
class Pair:
    p: np.ndarray
    q: float = 1.5

    def __add__(self, other):
        return Pair(self.p + other.p, self.q * other.q)


def stretch(u, s, k=2.0):
    u[1:] *= s
    u[0] += k


def tail(u, s):
    return u[1:] if s > 0.2 else u[:-1]


def back(u):
    return u[::-1]


def power(t, k):
    if k <= 0:
        return t
    return t * power(np.sin(t), k - 1)


def even(t, k):
    return t if k == 0 else odd(t * 0.5, k - 1)


def odd(t, k):
    return -t if k == 0 else even(t + 0.1, k - 1)


def joined(first, *rest, k=2.0, **more):
    total = first * k
    for r in rest:
        total = total + r
    return total * more.get("scale", 1.0)
'''



class Wide(Writer):
    """Writes one program. Matrices of two rows of two are views of vectors of four."""

    def some(self, lines: str) -> None:
        """Several lines at the present indentation."""
        for line in lines.split("\n"):
            self.put(line)

    def statement(self) -> None:
        if not self.calls or self.chance(45):
            super().statement()
            return
        ways = [self.dict_of, self.list_of, self.rows_of, self.comprehension, self.out_argument, self.whole_write, self.fancy,
                self.overlap, self.items_swapped, self.reshaped, self.walrus, self.chosen, self.object_of, self.pair_of,
                self.helped, self.integers, self.mask, self.zero_size, self.zero_rank, self.keywords, self.recursion,
                self.starred, self.functional, self.single]  # fmt: skip
        if self.depth < 3:
            ways += [self.cases, self.guarded, self.silent, self.counter, self.captured, self.over_rows, self.nested_exit]
        self.one(ways)()

    def new_number(self, value: str) -> None:
        name = self.target(SCALAR, "s")
        self.put(f"{name} = {value}")
        self.names[name] = SCALAR

    def new_array(self, value: str, length: int) -> None:
        name = self.target(vector(length), "u")
        self.put(f"{name} = {value}")
        self.names[name] = vector(length)

    def long(self) -> str:
        """The name of an array of four."""
        found = self.of(vector(4))
        if not found:
            name = self.fresh("u")
            self.put(f"{name} = np.full(4, {self.number(0)})")
            self.names[name] = vector(4)
            return name
        return str(self.one(found))

    # --- containers

    def dict_of(self) -> None:
        d, u = self.fresh("d"), self.long()
        self.put(f"{d} = {{'a': {self.number(1)}, 'b': {u}, 'c': {self.number(0)}}}")
        self.some(self.one((f"{d}['a'] += {self.number(0)}", f"{d}['b'][{self.pick(4)}] = {self.number(0)}", f"{d}['b'] *= {self.number(0)}",
                            f"for key in {d}:\n    {d}[key] = {d}[key] * {self.number(0)}", f"{d}['e'] = {d}.pop('c')",
                            f"{d}.update(c={self.number(0)}, e=1.0)", f"{d}['b'] = {self.array(vector(4), 1)}")))  # fmt: skip
        self.new_number(self.one((f"{d}['a'] * {d}.get('c', 0.5)", f"sum(np.sum(v) for v in {d}.values())", f"np.sum({d}['b'])",
                                  f"sum(np.sum(v) * len(k) for k, v in {d}.items() if k != 'a')")))  # fmt: skip
        if self.chance(40):
            self.new_array(f"{d}['b']", 4)

    def list_of(self) -> None:
        q = self.fresh("q")
        self.put(f"{q} = [{self.number(1)}, {self.number(0)}]")
        for _ in range(1 + self.pick(3)):
            self.some(self.one((f"{q}.append({self.number(1)})", f"{q}.insert(0, {self.number(0)})", f"{q} += [{q}[-1] * {self.number(0)}]",
                                f"{q}[-1] *= {self.number(0)}", f"{q}[0], {q}[-1] = {q}[-1], {q}[0]", f"{q}.extend([{self.number(0)}, {q}[0]])",
                                f"if {self.test()}:\n    {q}.append({q}.pop() * {self.number(0)})",
                                f"for k_{q} in range({self.number_of_passes()}):\n    {q}.append({q}[k_{q}] * {self.number(0)})")))  # fmt: skip
        self.new_number(self.one((f"sum({q})", f"{q}.pop() + len({q})", f"max({q})", f"np.sum(np.array({q}))", f"{q}[-2] * {q}[0]",
                                  f"sorted({q})[0]", f"sum(v * v for v in {q} if v > 0)")))  # fmt: skip

    def rows_of(self) -> None:
        """A list of arrays, one of them written to."""
        rows, u, v = self.fresh("rows"), self.long(), self.long()
        self.put(f"{rows} = [{u}, {v}, {self.array(vector(4), 1)}]")
        self.some(self.one((f"{rows}[0] *= {self.number(0)}", f"{rows}[1][{self.pick(4)}] = {self.number(0)}", f"{u} = {u} * 2.0",
                            f"{rows}[0], {rows}[2] = {rows}[2], {rows}[0]", f"for r in {rows}:\n    r[0] = {self.number(0)}",
                            f"{rows}[{self.one(('0', 'n % 3', '-1'))}] += {self.number(0)}")))  # fmt: skip
        self.new_array(self.one((f"np.stack({rows}).sum(axis=0)", f"np.array({rows})[1]", f"{rows}[0]", f"sum({rows})", f"{rows}[-1]")), 4)

    def comprehension(self) -> None:
        u = self.long()
        if self.chance(50):
            self.new_array(self.one((f"np.array([v * {self.number(0)} for v in {u}])", f"np.array([{u}[k] * k for k in range(4)])",
                                     f"np.array([v if v > 0 else v * v for v in {u}])",
                                     f"np.stack([{u} * k for k in range(3)]).sum(axis=0)")), 4)  # fmt: skip
            return
        self.new_number(self.one((f"sum(v * w for v, w in zip({u}, {self.long()}))", f"sum([v for v in {u} if v > 0.1])",
                                  f"max(v * v for v in {u})", f"sum(i * v for i, v in enumerate({u}))", f"float(any(v > 0.5 for v in {u}))",
                                  f"sum({u}[i] * {u}[j] for i in range(n) for j in range(i))",
                                  f"{{k: {u}[k] ** 2 for k in range(4)}}[2]")))  # fmt: skip

    def starred(self) -> None:
        u, s, rest = self.long(), self.fresh("s"), self.fresh("p")
        self.put(f"{s}, *{rest} = {u}")
        self.names[s] = SCALAR
        self.new_number(f"{rest}[0] * {rest}[-1] + joined(*{rest})")

    def functional(self) -> None:
        u = self.long()
        self.new_number(self.one((f"functools.reduce(lambda p, q: p * 0.5 + q, {u})", f"sum(map(lambda v: v * v, {u}))",
                                  f"sum(itertools.accumulate([v for v in {u}], lambda p, q: p + q * 0.5))",
                                  f"sum(filter(lambda v: v > 0, {u}))", f"sorted({u}, key=lambda v: -v)[1]",
                                  f"functools.partial(joined, {self.number(0)}, k={self.number(0)})({self.number(0)})")))  # fmt: skip

    # --- writes

    def out_argument(self) -> None:
        u, v, w = self.long(), self.long(), self.long()
        self.put(self.one((f"np.sin({u}, out={u})", f"np.add({u}, {v}, out={w})", f"np.multiply({u}, {self.number(0)}, {w})",
                           f"np.add({u}, 1.0, out={w}, where={v} > 0)", f"np.multiply({u}[1:], {v}[:-1], out={w}[1:])",
                           f"np.cumsum({u}, out={w})", f"np.maximum({u}, {v}, out={u})")))  # fmt: skip

    def whole_write(self) -> None:
        u, v = self.long(), self.long()
        self.put(self.one((f"np.add.at({u}, [0, 0, {self.pick(4)}], {self.number(0)})", f"np.copyto({u}, {v})", f"{u}.fill({self.number(0)})",
                           f"{u}.sort()", f"np.put({u}, [0, 2], {self.number(0)})", f"{u}[:] = {v}", f"{u}[...] += {v} * {self.number(0)}",
                           f"np.add.at({u}, [1, 1, 3], {v}[:3])", f"np.copyto({u}, {v} * 2.0, where={u} > 0)", f"{u}.flat[1] = {self.number(0)}",
                           f"np.clip({u}, -0.5, 0.5, out={u})", f"np.subtract.at({u}, n % 4, {self.number(0)})")))  # fmt: skip

    def fancy(self) -> None:
        u, v, s = self.long(), self.long(), self.number(0)
        op = self.one(("=", "+=", "*=", "-="))
        ways = [f"{u}[[0, {1 + self.pick(3)}]] {op} {s}", f"{u}[{v} > 0.1] {op} {s}", f"{u}[{v} > 0.1] {op} {v}[{v} > 0.1]",
                f"{u}[[3, 0]] = {v}[[0, 3]]", f"{u}[np.array([0, 2])] {op} {v}[:2]", f"{u}[~({u} > 0)] {op} {s}", f"{u}[::2] {op} {v}[1::2]"]  # fmt: skip
        m = [name for name, kind in self.names.items() if kind == ("m", 3, 4)]
        if m:
            y = self.one(m)
            ways += [f"{y}[[0, 1], [1, 2]] {op} {s}", f"{y}[:, {self.pick(4)}] {op} {v}[:3]", f"{y}[1:, :2] {op} {s}", f"{y}[..., 0] {op} {s}",
                     f"{y}[[0, 1]] = {y}[[1, 0]]", f"{y}[:, ::-1][0] {op} {v}", f"{y}.T[{self.pick(4)}] {op} {s}", f"{y}[{y} > 0] {op} {s}"]  # fmt: skip
        self.put(self.one(ways))

    def overlap(self) -> None:
        u = self.long()
        self.put(self.one((f"{u}[1:] = {u}[:-1]", f"{u}[:-1] += {u}[1:]", f"{u}[:] = {u}[::-1]", f"{u}[::-1][:2] = {u}[:2]", f"{u}[:2] *= {u}[2:]",
                           f"{u} += {u}[::-1]", f"{u}[1:][:2] -= {u}[:2]", f"{u}[2:], {u}[:2] = {u}[:2] * 1.0, {u}[2:] * 1.0")))  # fmt: skip

    def items_swapped(self) -> None:
        u, i, j = self.long(), self.index(4), self.index(4)
        self.put(f"{u}[{i}], {u}[{j}] = {u}[{j}], {self.one((f'{u}[{i}]', self.number(0)))}")

    def over_rows(self) -> None:
        m = self.fresh("m")
        self.put(f"{m} = {self.one((f'{self.long()}.reshape(2, 2)', f'np.outer({self.long()}, {self.long()})', 'np.ones((2, 0))'))}")
        i = self.fresh("i")
        self.some(f"for {i}, row in enumerate({m}):\n    row *= {self.number(0)}\n    row[:1] = {self.number(0)} + {i}")
        self.new_number(f"np.sum({m} * {m})")

    # --- views

    def reshaped(self) -> None:
        u, m = self.long(), self.fresh("m")
        self.put(f"{m} = {u}{self.one(('.reshape(2, 2)', '.reshape((2, 2)).T', '[:, None]', '[None]', '[::-1].reshape(2, -1)'))}")
        self.put(self.one((f"{m}[0] = {self.number(0)}", f"{m} *= {self.number(0)}", f"{u} += {self.number(0)}", f"{m}.ravel()[0] = {self.number(0)}",
                           f"{m}[..., 0] -= {m}[..., -1]", f"np.diagonal({m})", f"{u} = {m}.ravel()")))  # fmt: skip
        self.new_number(self.one((f"np.sum({m} * {m})", f"{m}[0, 0] + {u}[0]", f"np.trace({m})", f"{m}.diagonal().sum()", f"np.sum(np.squeeze({m}))")))

    def chosen(self) -> None:
        """A name for one of two arrays, and a write through it."""
        z, u, v = self.fresh("z"), self.long(), self.long()
        self.some(self.one((f"{z} = {u} if {self.test()} else {v}", f"{z} = {u}\nif {self.test()}:\n    {z} = {v}[::-1]",
                            f"{z} = [{u}, {v}][n % 2]", f"{z} = tail({u}, {self.number(0)})", f"{z} = back({u})")))  # fmt: skip
        self.put(self.one((f"{z}[0] = {self.number(0)}", f"{z} *= {self.number(0)}", f"{z}[1:] += {self.number(0)}")))
        self.new_number(self.one((f"np.sum({z})", f"{z}[-1] * {u}[0]", f"np.sum({u} * {u}) + {z}[0]")))

    # --- objects and functions

    def object_of(self) -> None:
        c, u = self.fresh("c"), self.long()
        self.put(f"{c} = {self.one(('Cell', 'Child'))}({self.one((u, u + '.copy()', u + '[::-1]'))}{self.one(('', f', {self.number(0)}', f', b={self.number(0)}'))})")
        for _ in range(1 + self.pick(2)):
            self.some(self.one((f"{c}.step({self.number(0)})", f"{c}.b *= {self.number(0)}", f"{c}.w[1] = {self.number(0)}", f"{c}.w = {self.array(vector(4), 1)}",
                                f"{c}({self.number(0)})", f"for k_{c} in range({self.number_of_passes()}):\n    {c}.step({self.number(0)})",
                                f"if {self.test()}:\n    {c}.b = {c}.step({self.number(0)})", f"{c}.w += {u}")))  # fmt: skip
        self.new_number(self.one((f"{c}.total", f"{c}.b * {c}.w[0]", f"{c}.step({self.number(0)})", f"sum({c}.log) + {c}.b", f"np.sum({c}(0.5))")))

    def pair_of(self) -> None:
        p, u = self.fresh("p"), self.long()
        self.put(f"{p} = Pair({u}, {self.number(0)}) + Pair({self.array(vector(4), 1)})")
        self.put(self.one((f"{p}.q *= {self.number(0)}", f"{p}.p[0] = {p}.q", f"{p}.p = {u}", f"{p} = dataclasses.replace({p}, q={self.number(0)})")))
        self.new_number(f"np.sum({p}.p) * {p}.q")

    def helped(self) -> None:
        u = self.long()
        self.put(self.one((f"stretch({u}, {self.number(0)})", f"stretch({u}[::-1], {self.number(0)}, k={self.number(0)})",
                           f"tail({u}, {self.number(0)})[0] = {self.number(0)}", f"back({u})[1:] *= {self.number(0)}", f"stretch(back({u}), 0.5)")))  # fmt: skip

    def keywords(self) -> None:
        self.new_number(self.one((f"joined({self.number(0)}, {self.number(0)}, scale={self.number(0)})", f"joined({self.number(0)}, k={self.number(0)})",
                                  f"joined(*[{self.number(0)}, {self.number(0)}], **{{'k': {self.number(0)}}})")))  # fmt: skip

    def recursion(self) -> None:
        k = self.one(("n", "2", "3", "0"))
        self.new_number(self.one((f"power({self.number(0)}, {k})", f"even({self.number(0)}, {k})", f"np.sum(power({self.long()}, {k}))")))

    def counter(self) -> None:
        """A nested function that rebinds a name around it, or writes to an array there."""
        c, g, u = self.fresh("c"), self.fresh("g"), self.long()
        self.put(f"{c} = {self.number(0)}")
        write = self.one((f"nonlocal {c}\n        {c} = {c} + t", f"{u}[0] = t", f"nonlocal {c}\n        {c} *= {u}[1]")).replace("\n        ", "\n    ")
        self.some(f"def {g}(t):\n    {write}\n    return {c} * t + np.sum({u})")
        self.new_number(f"{g}({self.number(0)}) + {g}({self.number(0)}) * {c}")

    def captured(self) -> None:
        """Functions made in a loop that capture its variable, late or as a default."""
        fs, k, u = self.fresh("fs"), self.fresh("k"), self.long()
        self.some(f"{fs} = []\nfor {k} in range(3):\n    {fs}.append(lambda t{self.one((f', {k}={k}', ''))}: t * {u}[{k}])")
        self.new_number(f"sum(g({self.number(0)}) for g in {fs})")

    # --- control flow

    def walrus(self) -> None:
        t = self.fresh("s")
        self.some(f"if ({t} := {self.number(1)}) > {self.number(0)}:\n    {t} *= {self.number(0)}")
        self.names[t] = SCALAR

    def cases(self) -> None:
        self.put(f"match {self.one(('n', 'n % 2', '(n, 1)'))}:")
        for case in (self.one(("0", "1 | 2", "3 if a > 0", "(0, k)", "(k, 1) if k > 1")), "_"):
            self.put(f"    case {case}:")
            self.indent += 1
            self.block(1)
            self.indent -= 1

    def guarded(self) -> None:
        t = self.fresh("s")
        self.some(f"try:\n    {t} = {self.one(('[1.5, a][n]', f'{self.long()}[n + 2] * 2.0', '{0: a, 1: 2.0}[n]', 'power(a, 2)'))}")
        self.some(f"except ({self.one(('IndexError, KeyError', 'LookupError', 'ValueError, IndexError, KeyError'))}):\n    {t} = {self.number(0)}")
        if self.chance(30):
            self.put("finally:")
            self.some("    pass")
        self.names[t] = SCALAR

    def silent(self) -> None:
        self.put(f"with {self.one(('np.errstate(all=' + repr('ignore') + ')', 'warnings.catch_warnings()'))}:")
        self.block(1 + self.pick(2))

    def nested_exit(self) -> None:
        s, i, j, u = self.fresh("s"), self.fresh("i"), self.fresh("j"), self.long()
        self.put(f"{s} = {self.number(0)}")
        inner, after = self.one(("break", "continue")), self.one(("break", "continue", f"{s} -= 0.5"))
        over = self.one(("range(3)", "range(n)", u))
        self.some(f"for {i} in range({self.number_of_passes()}):\n    for {j} in {over}:\n        {s} += {u}[{i} % 4] * 0.5\n        if {self.test()}:\n            {inner}")
        if self.chance(60):
            self.some(f"    else:\n        {after}")
        self.some(f"    {s} *= {self.number(0)}")
        self.names[s] = SCALAR

    # --- kinds of arrays

    def integers(self) -> None:
        i, u = self.fresh("idx"), self.long()
        self.put(f"{i} = {self.one(('np.arange(4)', 'np.array([3, 0, 2, 0])', f'np.argsort({u})', 'np.zeros(4, dtype=int) + n % 4'))}")
        self.put(self.one((f"{i}[0] = {self.pick(4)}", f"{i} = {i}[::-1]", f"{i}[1:] -= {i}[1:] // 2", f"{i} = ({i} + n) % 4")))
        self.new_array(self.one((f"{u}[{i}]", f"{u}[{i}] * {i}", f"np.take({u}, {i})", f"{i} * {self.number(0)}")), 4)

    def mask(self) -> None:
        m, u, v = self.fresh("mask"), self.long(), self.long()
        self.put(f"{m} = {self.one((f'{u} > {self.number(0)}', f'({u} > 0) & ({v} < 0.5)', 'np.zeros(4, dtype=bool)', f'np.isfinite({u})'))}")
        self.put(self.one((f"{m}[{self.pick(4)}] = True", f"{m} = ~{m}", f"{u}[{m}] = {self.number(0)}", f"{m} |= {v} > 0", f"{u} *= {m}")))
        self.new_number(self.one((f"np.sum({u}[{m}])", f"np.sum(np.where({m}, {u}, {v}))", f"np.sum({u} * {m})", f"float({m}.any()) + np.mean({u}, where={m} | True)")))

    def zero_size(self) -> None:
        u, v = self.long(), self.long()
        self.new_number(self.one((f"np.sum({u}[2:2])", f"np.sum(np.concatenate([{u}[:0], {v}]))", f"np.prod({u}[:0]) * {v}[0]",
                                  f"np.sum({u}[np.zeros(0, dtype=int)])", f"np.max({u}[n:], initial=0.1)", f"sum(e for e in {u}[:0])")))  # fmt: skip

    def zero_rank(self) -> None:
        z = self.fresh("z")
        self.put(f"{z} = {self.one((f'np.array({self.number(0)})', f'np.asarray({self.number(0)} * 1.0)', 'np.zeros(())'))}")
        self.some(self.one((f"{z} += {self.number(0)}", f"{z}[()] = {self.number(0)}", f"w_{z} = {z}\nw_{z} *= {self.number(0)}", f"{z} = {z} * {self.number(0)}")))
        self.new_number(self.one((f"float({z})", f"{z} * 2.0 + {z}[()]", f"np.sum({z})", f"{z}.item() * 1.0")))

    def single(self) -> None:
        """An array in single precision."""
        w, u = self.fresh("f"), self.long()
        self.put(f"{w} = {u}.astype(np.float32)")
        self.put(self.one((f"{w} *= {self.number(0)}", f"{w}[0] = {self.number(0)}", f"{w} = {w} * {u}", f"{w}[1:] += {w}[:-1]")))
        self.new_number(f"float(np.sum({w} * {w}))")

    def program(self) -> str:
        head, _, rest = super().program().partition("import math\n")
        imports = "import dataclasses\nimport functools\nimport itertools\nimport math\nimport warnings\nfrom dataclasses import dataclass\n"
        before, _, after = rest.partition("import numpy as np\n")
        return f"{head}{imports}{before}import numpy as np\n{HELPERS}{after}"


def program_of(seed: int, size: int = 8) -> str:
    """The program of a seed."""
    return Wide(random.Random(seed).randrange, size).program()


@st.composite
def programs(draw: Any, size: int = 6) -> str:
    """A strategy for programs."""
    return Wide(lambda n: draw(st.integers(0, n - 1)), size).program()
