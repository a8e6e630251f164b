"""Random programs in Python: the source text of functions `f(x, y, a, n)` as a person might write them, and worse.

`Writer` makes one from a function `pick(n)` that chooses a number below n: Hypothesis's, so that failures shrink, or a
seeded generator's, which is faster. It knows the length of every array, so that programs run.
"""

from __future__ import annotations

import random
from typing import Any, Callable

from hypothesis import strategies as st

Pick = Callable[[int], int]
Kind = tuple[Any, ...]

SCALAR: Kind = ("s",)
INT: Kind = ("i",)
SMOOTH = ("np.sin({})", "np.cos({})", "np.tanh({})", "np.exp(-{} * {})", "np.sqrt(1.0 + {} * {})", "np.arctan({})")
NUMBERS = ("0.5", "2.0", "-1.0", "1.5", "2", "0.0", "1", "3")


def vector(length: int) -> Kind:
    return ("v", length)


class Writer:
    """Writes one program. `names` holds what every name in scope is; `fixed` says that names keep their kinds."""

    def __init__(self, pick: Pick, size: int = 8) -> None:
        self.pick = pick
        self.size = size
        self.names: dict[str, Kind] = {}
        self.lines: list[str] = []
        self.helpers: dict[str, tuple[str, Kind]] = {}
        self.indent = 0
        self.depth = 0
        self.loops = 0
        self.fixed = False
        self.serial = 0
        self.calls = True

    # --- choices

    def one(self, options: Any) -> Any:
        return options[self.pick(len(options))]

    def chance(self, percent: int) -> bool:
        return self.pick(100) >= 100 - percent

    def of(self, kind: Kind) -> list[str]:
        return [n for n, k in self.names.items() if k == kind]

    def arrays(self) -> list[str]:
        return [n for n, k in self.names.items() if k[0] in "vm"]

    def vectors(self) -> list[str]:
        return [n for n, k in self.names.items() if k[0] == "v" and k[1] > 0]

    def fresh(self, stem: str) -> str:
        self.serial += 1
        return f"{stem}{self.serial}"

    def put(self, line: str) -> None:
        self.lines.append("    " * self.indent + line)

    # --- numbers

    def index(self, length: int) -> str:
        counters = [n for n in self.of(INT) if n != "n"]
        if counters and self.chance(50):
            k = self.one(counters)
            return self.one((f"{k} % {length}", f"({k} + 1) % {length}", f"-1 - {k} % {length}"))
        return str(self.pick(2 * length) - length)

    def test(self, depth: int = 1) -> str:
        kind = self.pick(10)
        if kind < 2 and depth:
            return f"({self.test(0)} {self.one(('and', 'or'))} {self.test(0)})"
        if kind == 2 and depth:
            return f"not {self.test(0)}"
        if kind < 5 and self.of(INT):
            return f"{self.one(self.of(INT))} {self.one(('==', '<', '>', '%'))} {self.one(('1', '2', '3'))}"
        return f"{self.number(0)} {self.one(('<', '>', '>=', '<='))} {self.number(0)}"

    def number(self, depth: int = 2) -> str:
        found = [lambda: self.one(NUMBERS[:4]), self.item]
        if self.of(SCALAR):
            found += [lambda: self.one(self.of(SCALAR))] * 3
        if depth and self.chance(75):
            found = [self.sum_of, self.scalar_sum, self.scalar_call, self.scalar_choice]
            found = [lambda made=made: made(depth - 1) for made in found]
        made: str = self.one(found)()
        return made

    def item(self) -> str:
        found = self.arrays()
        name = self.one(found)
        kind = self.names[name]
        if kind[0] == "m":
            return f"{name}[{self.index(kind[1])}, {self.index(kind[2])}]"
        return f"{name}[{self.index(kind[1])}]" if kind[1] else "0.5"

    def scalar_sum(self, depth: int) -> str:
        op = self.one(("+", "-", "*", "*", "/"))
        right = self.number(depth)
        if op == "/":
            right = f"(2.0 + {right} * {right})"
        return f"({self.number(depth)} {op} {right})"

    def sum_of(self, depth: int) -> str:
        name = self.one(self.vectors())
        length = self.names[name][1]
        v = self.array(vector(length), depth)
        templates = ["np.sum({v})", "({v}).sum()", "np.mean({v})", "np.dot({v}, {w})", "{w} @ ({v})", "sum({w})",
                     "np.max({v})", "np.min({v})", "np.prod(np.cos({v}))", "np.sqrt(1.0 + np.dot({w}, {w}))",
                     "len({w}) * {w}[0]", "np.sum({w}[{w} > 0.3])", "np.linalg.norm({w})", "np.sum({w}[[0, -1, 0]])"]  # fmt: skip
        made: str = self.one(templates).format(v=v, w=name)
        return made

    def scalar_call(self, depth: int) -> str:
        helpers = [h for h, (_, result) in self.helpers.items() if result == SCALAR]
        if helpers and self.chance(60):
            return self.call(self.one(helpers), depth)
        s = self.number(depth)
        return str(self.one((*SMOOTH, "abs({})", "math.sin({})", "({}) ** 2", "({}) ** 3", "-({})", "float({})")).format(s, s))

    def scalar_choice(self, depth: int) -> str:
        s, t = self.number(depth), self.number(depth)
        kind = self.pick(5)
        if kind < 2:
            return f"({s} if {self.test()} else {t})"
        return f"{('max', 'min', 'np.maximum')[kind - 2]}({s}, {t})"

    def call(self, helper: str, depth: int) -> str:
        template, _ = self.helpers[helper]
        return template.format(v=self.array(vector(4), 0), s=self.number(0))

    # --- arrays

    def array(self, kind: Kind, depth: int = 2) -> str:
        """An expression for an array of a kind; always a new array unless depth runs out."""
        if kind[0] == "m":
            return self.matrix(kind, depth)
        found: list[Callable[[], str]] = [lambda: self.one(self.of(kind))] * 3 if self.of(kind) else []
        found += [lambda: self.part(kind[1]), lambda: f"np.full({kind[1]}, {self.number(0)})"]
        if depth and self.chance(70):
            ways = [self.vector_sum, self.vector_sum, self.vector_map, self.vector_choice, self.vector_shape, self.vector_call]
            found = [lambda way=way: way(kind, depth - 1) for way in ways]
        made: str = self.one(found)()
        return made

    def part(self, length: int) -> str:
        """A part of some array with a wanted length."""
        longer = [n for n in self.vectors() if self.names[n][1] > length > 0]
        rows = [n for n, k in self.names.items() if k[0] == "m" and length in (k[1], k[2])]
        if rows and self.chance(50):
            name = self.one(rows)
            kind = self.names[name]
            if kind[2] == length:
                return self.one((f"{name}[{self.index(kind[1])}]", f"np.sum({name}, axis=0)", f"{name}.mean(axis=0)"))
            return self.one((f"{name}[:, {self.index(kind[2])}]", f"np.sum({name}, axis=1)", f"{name}.max(axis=1)"))
        if longer:
            name = self.one(longer)
            return f"{name}[{self.slice(self.names[name][1], length)}]"
        return f"np.ones({length})" if length else "np.zeros(0)"

    def slice(self, whole: int, length: int) -> str:
        start = self.pick(whole - length + 1)
        if start == 0 and self.chance(50):
            return f":{length}"
        if start + length == whole:
            return self.one((f"{start}:", f"-{length}:" if length else f"{start}:"))
        return f"{start}:{start + length}"

    def vector_sum(self, kind: Kind, depth: int) -> str:
        op = self.one(("+", "-", "*", "*", "/"))
        right = self.array(kind, depth) if self.chance(60) else self.number(depth)
        if op == "/":
            right = f"(1.5 + {right} * {right})"
        left = self.array(kind, depth)
        return f"({right} {op} {left})" if op != "/" and self.chance(25) else f"({left} {op} {right})"

    def vector_map(self, kind: Kind, depth: int) -> str:
        v = self.array(kind, depth)
        return str(self.one((*SMOOTH, "({}) ** 2", "-({})", "np.abs({})", "np.cumsum({})", "np.copy({})")).format(v, v))

    def vector_choice(self, kind: Kind, depth: int) -> str:
        v, w = self.array(kind, depth), self.array(kind, depth)
        made = (f"np.where({v} > {self.number(0)}, {v}, {w})", f"np.maximum({v}, {w})", f"np.minimum({v}, {self.number(0)})",
                f"np.clip({v}, -0.5, 0.5)", f"({v} if {self.test()} else {w})")  # fmt: skip
        return str(self.one(made))

    def vector_shape(self, kind: Kind, depth: int) -> str:
        length, v = kind[1], self.array(kind, depth)
        ways = [f"({v})[::-1]", f"np.flip({v})", f"np.roll({v}, 1)", f"np.reshape({v}, {length})", f"({v}).copy()"]
        if length > 1:
            ways.append(f"np.concatenate([{self.array(vector(length - 1), depth)}, {self.array(vector(1), depth)}])")
            ways.append("np.array([" + ", ".join(self.number(0) for _ in range(length)) + "])")
            ways.append(f"({v})[[{', '.join(str(self.pick(length)) for _ in range(length))}]]")
        products = [n for n, k in self.names.items() if k[0] == "m" and k[1] == length]
        if products:
            name = self.one(products)
            ways.append(f"{name} @ {self.array(vector(self.names[name][2]), 0)}")
        return str(self.one(ways))

    def vector_call(self, kind: Kind, depth: int) -> str:
        helpers = [h for h, (_, result) in self.helpers.items() if result == kind]
        return self.call(self.one(helpers), depth) if helpers else self.vector_map(kind, depth)

    def matrix(self, kind: Kind, depth: int) -> str:
        rows, columns = kind[1:]
        found = self.of(kind)
        if found and (not depth or self.chance(40)):
            return str(self.one(found))
        u, v = self.array(vector(rows), 0), self.array(vector(columns), 0)
        ways = [f"np.outer({u}, {v})", f"np.stack([{', '.join(self.array(vector(columns), 0) for _ in range(rows))}])"]
        if found and depth:
            m = self.matrix(kind, depth - 1)
            ways += [f"({m} * {v})", f"({m} + {self.number(0)})", f"np.tanh({m})", f"({m} * {u}[:, None])", f"({m})[::-1]"]
        return str(self.one(ways))

    # --- statements

    def block(self, count: int) -> None:
        """Statements one level deeper; names that are new in there are forgotten afterwards."""
        before, fixed = dict(self.names), self.fixed
        self.indent += 1
        self.depth += 1
        self.fixed = True
        for _ in range(count):
            self.statement()
        if not count:
            self.put("pass")
        self.indent -= 1
        self.depth -= 1
        self.names, self.fixed = before, fixed

    def statement(self) -> None:
        simple = [self.assign_number, self.assign_number, self.assign_array, self.assign_array, self.augment, self.augment,
                  self.store, self.store, self.view, self.alias, self.swap, self.pair, self.chain]  # fmt: skip
        nested = [self.branch, self.branch, self.count_loop, self.count_loop, self.item_loop, self.while_loop, self.leave]
        ways = simple + nested if self.depth < 3 else simple
        if self.calls and self.depth < 2:
            ways = [*ways, self.closure, self.list_loop]
        self.one(ways)()

    def target(self, kind: Kind, stem: str) -> str:
        """A name to assign to: an old one of the same kind, a new one, or an old one of another kind."""
        old = [n for n in self.of(kind) if n not in ("n", "k")]
        if old and self.chance(60):
            return str(self.one(old))
        free = [n for n, k in self.names.items() if k[0] == "s" or k[0] == "v" and len(self.vectors()) > 1]
        if free and not self.fixed and self.chance(15):
            return str(self.one(free))
        return self.fresh(stem)

    def some_kind(self) -> Kind:
        return self.names[self.one(self.vectors())]

    def assign_number(self) -> None:
        value = self.number()
        name = self.target(SCALAR, "s")
        self.put(f"{name} = {value}")
        self.names[name] = SCALAR

    def assign_array(self) -> None:
        matrices = [k for k in self.names.values() if k[0] == "m"]
        kind = self.one(matrices) if matrices and self.chance(30) else self.some_kind()
        value = self.array(kind)
        name = self.target(kind, "u")
        self.put(f"{name} = {value}")
        self.names[name] = kind

    def augment(self) -> None:
        op = self.one(("+=", "-=", "*=", "+="))
        if self.of(SCALAR) and self.chance(50):
            self.put(f"{self.one(self.of(SCALAR))} {op} {self.number()}")
            return
        name = self.one(self.arrays())
        kind = self.names[name]
        value = self.array(kind, 1) if self.chance(60) else self.number(1)
        self.put(f"{name} {op} {value}")

    def store(self) -> None:
        name = self.one(self.vectors()) if self.chance(75) else self.one(self.arrays())
        kind = self.names[name]
        op = self.one(("=", "=", "+=", "-=", "*="))
        if kind[0] == "m":
            value = self.array(vector(kind[2]), 1) if self.chance(50) else self.number(1)
            self.put(f"{name}[{self.index(kind[1])}] {op} {value}")
        elif self.chance(50) and kind[1]:
            self.put(f"{name}[{self.index(kind[1])}] {op} {self.number(1)}")
        elif self.chance(20):
            self.put(f"{name}[{name} > {self.number(0)}] {op} {self.number(0)}")
        else:
            length = self.pick(kind[1] + 1)
            value = self.array(vector(length), 1) if self.chance(60) else self.number(1)
            self.put(f"{name}[{self.slice(kind[1], length)}] {op} {value}")

    def view(self) -> None:
        name = self.one(self.arrays())
        kind = self.names[name]
        if kind[0] == "m":
            new = self.fresh("v")
            at, made = self.one([(f"[{self.pick(kind[1])}]", vector(kind[2])), (f"[:, {self.pick(kind[2])}]", vector(kind[1])),
                                 (".T", ("m", kind[2], kind[1])), (".reshape(-1)", vector(kind[1] * kind[2]))])  # fmt: skip
        else:
            length = 1 + self.pick(kind[1]) if kind[1] else 0
            at, made = self.one([(f"[{self.slice(kind[1], length)}]", vector(length)), ("[::-1]", kind), ("[:]", kind)])
            new = self.fresh("v")
        self.put(f"{new} = {name}{at}")
        self.names[new] = made

    def alias(self) -> None:
        name = self.one(self.arrays())
        kind = self.names[name]
        new = self.fresh("z") if self.chance(60) else self.target(kind, "z")
        self.put(f"{new} = {name}")
        self.names[new] = kind

    def swap(self) -> None:
        kind = self.names[self.one([n for n, k in self.names.items() if k[0] in "vs"])]
        found = [n for n in self.of(kind) if n != "n"]
        u, v = self.one(found), self.one(found)
        if u == v:
            self.assign_array()
        elif kind[0] == "v" and self.chance(40):
            self.put(f"{u}, {v} = {v}, {self.array(kind, 1)}")
        else:
            self.put(f"{u}, {v} = {v}, {u}")

    def pair(self) -> None:
        """A tuple or list is made and taken apart."""
        kind = self.some_kind()
        p, s, u = self.fresh("p"), self.fresh("s"), self.fresh("u")
        left, right = self.one(("()", "[]"))
        self.put(f"{p} = {left}{self.number(1)}, {self.array(kind, 1)}{right}")
        if left == "[" and self.chance(50):
            self.put(f"{p}[0] = {p}[0] * {self.number(0)}")
        self.put(self.one((f"{s}, {u} = {p}", f"{s}, *{u} = {p}\n{'    ' * self.indent}{u} = {u}[0]",
                           f"{s} = {p}[0]\n{'    ' * self.indent}{u} = {p}[1]")))  # fmt: skip
        self.names[s], self.names[u] = SCALAR, kind

    def chain(self) -> None:
        s, t = self.fresh("s"), self.fresh("s")
        self.put(f"{s} = {t} = {self.number()}")
        self.names[s] = self.names[t] = SCALAR

    def branch(self) -> None:
        self.put(f"if {self.test()}:")
        both = self.fresh("b") if self.chance(30) else None
        values = [self.number(1), self.number(1)]
        self.block(1 + self.pick(2))
        if both:
            self.put(f"    {both} = {values[0]}")
        if self.chance(30) and not both:
            self.put(f"elif {self.test()}:")
            self.block(1 + self.pick(2))
        if both or self.chance(50):
            self.put("else:")
            self.block(1 + self.pick(2))
        if both:
            self.put(f"    {both} = {values[1]}")
            self.names[both] = SCALAR

    # --- loops

    def body(self, names: dict[str, Kind], end: Callable[[], None] | None = None) -> None:
        """The body of a loop over `names`, and its else."""
        before = dict(self.names)
        self.names.update(names)
        self.loops += 1
        self.block(1 + self.pick(3))
        self.loops -= 1
        self.names = before
        if self.chance(12):
            self.put("else:")
            self.block(1)

    def number_of_passes(self) -> str:
        return "n" if "n" in self.names and self.chance(60) else "3"

    def count_loop(self) -> None:
        k = self.one(("k", "j", "i")) if self.depth == 0 else self.fresh("k")
        n, v = self.number_of_passes(), self.one(self.vectors())
        bounds = self.one((n, "3", f"1, {n}", f"{n}, 0, -1", "0, 4, 2", f"len({v})", "0", f"{n} - 1"))
        over = self.one((f"range({bounds})", f"range({bounds})", f"reversed(range({n}))"))
        self.put(f"for {k} in {over}:")
        self.body({k: INT})

    def item_loop(self) -> None:
        name = self.one(self.arrays())
        kind = self.names[name]
        inner = vector(kind[2]) if kind[0] == "m" else SCALAR
        # The array may be written to in the body: NumPy's rows are views of it, its numbers are read when it is their turn.
        item, k, other = self.fresh("e"), self.fresh("k"), self.fresh("e")
        second = self.one(self.vectors())
        head, names = self.one([
            (f"{item} in {name}", {item: inner}),
            (f"{item} in reversed({name})", {item: inner}),
            (f"{k}, {item} in enumerate({name})", {k: INT, item: inner}),
            (f"{item}, {other} in zip({name}, {second})", {item: inner, other: SCALAR}),
            (f"{item} in ({self.number(0)}, {self.number(0)})", {item: SCALAR}),
            (f"{k}, ({item}, {other}) in enumerate(zip({name}, {second}))", {k: INT, item: inner, other: SCALAR}),
        ])  # fmt: skip
        self.put(f"for {head}:")
        self.body(names)

    def while_loop(self) -> None:
        i = self.fresh("i")
        self.put(f"{i} = 0")
        self.names[i] = INT
        limit = self.one((self.number_of_passes(), "3", "0", "2"))
        tests = [f"{i} < {limit}", f"{i} < {limit} and {self.test(0)}", "True"]
        chosen = self.pick(3)
        self.put(f"while {tests[chosen]}:")
        self.indent += 1
        self.put(f"{i} += 1")
        if chosen == 2:
            self.put(f"if {i} > {limit}:")
            self.put("    break")
        self.indent -= 1
        before = dict(self.names)
        del self.names[i]
        self.body({})
        self.names = before

    def leave(self) -> None:
        """An early exit: return, and in loops break and continue."""
        ways = ["return", "raise"] + (["break", "continue", "break", "continue"] if self.loops else [])
        way = self.one(ways)
        self.put(f"if {self.test()}:")
        if way == "return":
            self.put(f"    return {self.result_of()}")
        elif way == "raise":
            self.put("    raise ValueError('no')" if self.chance(30) else f"    {self.one(self.vectors())}[0] = 0.5")
        else:
            if self.chance(50):
                self.block(1)
            self.put(f"    {way}")

    def list_loop(self) -> None:
        """A list that grows in a loop and is read afterwards."""
        items, k = self.fresh("items"), self.fresh("k")
        kind = self.some_kind() if self.chance(50) else SCALAR
        value = (lambda: self.array(kind, 1)) if kind[0] == "v" else (lambda: self.number(1))
        self.put(f"{items} = [{value()}]")
        self.put(f"for {k} in range({self.number_of_passes()}):")
        self.indent += 1
        self.names[k] = INT
        self.put(f"{items}.append({self.one((items + '[-1] * ', items + '[0] + ', ''))}{value()})")
        del self.names[k]
        self.indent -= 1
        name = self.target(kind, "u" if kind[0] == "v" else "s")
        reading = [f"{items}[-1]", f"{items}[0] + {items}[-1]", f"sum({items})"]
        if kind[0] == "v":
            reading += [f"np.stack({items}).sum(axis=0)", f"np.array({items})[-1]"]
        self.put(f"{name} = {self.one(reading)}")
        self.names[name] = kind

    def closure(self) -> None:
        """A nested function that reads what is around it, and is called at least once."""
        g = self.fresh("g")
        self.names[f"t_{g}"] = SCALAR
        body = self.number(2)
        del self.names[f"t_{g}"]
        if self.chance(50):
            self.put(f"{g} = lambda t_{g}: {body}")
        else:
            self.put(f"def {g}(t_{g}):")
            self.put(f"    return {body}")
        name = self.target(SCALAR, "s")
        self.put(f"{name} = {g}({self.number(0)}) * {g}({self.number(0)})")
        self.names[name] = SCALAR

    # --- functions

    def result_of(self) -> str:
        return self.number(1) if self.want == SCALAR else self.array(self.want, 1)

    def function(self, head: str, names: dict[str, Kind], result: Kind, count: int) -> None:
        """One function; its result depends on much of what it computed."""
        self.names, self.want = dict(names), result
        self.put(f"def {head}:")
        self.indent += 1
        for _ in range(count):
            self.statement()
        if result == SCALAR:
            terms = [f"np.sum({n} * np.cos({n}))" for n in self.arrays()[-3:]]
            terms += [n for n in self.of(SCALAR)[-2:]]
            self.put(f"return {' + '.join(terms)}")
        else:
            self.put(f"return {self.array(result, 1)}")
        self.indent -= 1

    def program(self) -> str:
        """The text of a module with `f` and the helpers that it calls."""
        self.calls = False
        for i in range(self.pick(3)):
            result = self.one((SCALAR, vector(4)))
            self.function(f"h{i}(u, s)", {"u": vector(4), "s": SCALAR}, result, 1 + self.pick(3))
            self.helpers[f"h{i}"] = (f"h{i}({{v}}, {{s}})", result)
            self.put("")
        self.calls = True
        second = self.one((vector(4), vector(4), ("m", 3, 4)))
        names = {"x": vector(4), "y": second, "a": SCALAR, "n": INT}
        if self.chance(50):
            self.function("f(x, y, a, n)", names, SCALAR, 2 + self.pick(self.size))
        else:
            self.starting_with_copies(names)
        mark = ["# y is a matrix"] if second[0] == "m" else []
        return "\n".join([*mark, "import math", "import numpy as np", "", *self.lines]) + "\n"

    def starting_with_copies(self, names: dict[str, Kind]) -> None:
        self.names, self.want = dict(names), SCALAR
        self.put("def f(x, y, a, n):")
        self.indent += 1
        self.put("u = x.copy()")
        self.put("w = np.sin(y)")
        self.put("s = 0.0" if self.chance(60) else "s = 0")
        self.indent -= 1
        self.names.update(u=vector(4), w=names["y"], s=SCALAR)
        start = len(self.lines)
        self.function("f(x, y, a, n)", self.names, SCALAR, 2 + self.pick(self.size))
        del self.lines[start]


def program_of(seed: int, size: int = 8) -> str:
    """The program of a seed."""
    return Writer(random.Random(seed).randrange, size).program()


@st.composite
def programs(draw: Any, size: int = 8) -> str:
    """A strategy for programs."""
    return Writer(lambda n: draw(st.integers(0, n - 1)), size).program()
