"""The Wengert list of a program as text: a line per equation, with its type and the line of source it comes from.

Unnamed results are `v1`, `v2`, ... in the order of evaluation and their adjoints `v1_bar`, ...; everything else has
the user's name, and `h.1` is the value of `h` after its first change:

>>> from st_ad.ir.syntax import Block, Eqn, Function, Loc, Param, Var
>>> from st_ad.ir.types import FLOAT
>>> x1, x2, y = (Var(n, FLOAT) for n in ("x1", "x2", "y"))
>>> t = [Var(h, FLOAT, temporary=True) for h in ("log", "prod", "sum", "sin")]
>>> line = Loc(2, "y = np.log(x1) + x1 * x2 - np.sin(x2)")
>>> rows = ((t[0], "numpy.log", x1), (t[1], "operator.mul", x1, x2), (t[2], "operator.add", t[0], t[1]),
...         (t[3], "numpy.sin", x2), (y, "operator.sub", t[2], t[3]))
>>> body = tuple(Eqn((out,), prim, tuple(args), (), line) for out, prim, *args in rows)
>>> f = Function("f", (Param("x1", x1), Param("x2", x2)), (), Block((x1, x2), body, (y,)), y)
>>> print(show(f))
f(x1: float, x2: float)
  v1: float = numpy.log(x1)  # L2: y = np.log(x1) + x1 * x2 - np.sin(x2)
  v2: float = x1 * x2        # L2
  v3: float = v1 + v2        # L2
  v4: float = numpy.sin(x2)  # L2
  y: float = v3 - v4         # L2
  return y

With arguments it is the evaluation trace of a textbook:

>>> print(show(f, [2.0, 5.0]))
f(x1: float, x2: float)
  x1 = 2.0
  x2 = 5.0
  v1 = numpy.log(x1) = 0.693147  # L2: y = np.log(x1) + x1 * x2 - np.sin(x2)
  v2 = x1 * x2       = 10.0      # L2
  v3 = v1 + v2       = 10.6931   # L2
  v4 = numpy.sin(x2) = -0.958924 # L2
  y = v3 - v4        = 11.6521   # L2
  return y           = 11.6521
"""

from __future__ import annotations

from typing import Any, Sequence

from . import walk
from .primitives import BINARY, COMPARE, IN_PLACE
from .syntax import UNDEFINED, Arg, Block, Call, Eqn, For, Function, If, Lit, Loc, Node, Pack, Try, Var, While

_INFIX = {**BINARY, **COMPARE}
_STEP = "  "


def show(function: Function, args: Sequence[Any] | None = None) -> str:
    """The Wengert list of a function; with `args`, the values of block.params, every line shows its value as well."""
    values: dict[Var, Any] | None = None
    if args is not None:
        from .interpret import trace

        values = trace(function, args)
    page = _Page(names_of(function), values)
    page.function(function)
    return page.text()


def names_of(function: Function) -> dict[Var, str]:
    """The name that each variable has in the text."""
    return _Names().of_block(function.block)


class _Names:
    """Names in the order of definition: `v1` for what has none, `h`, `h.1`, ... for what the user named."""

    def __init__(self) -> None:
        self.names: dict[Var, str] = {}
        self.versions: dict[str, int] = {}
        self.numbered: dict[str, list[str]] = {}
        self.count = 0

    def of_block(self, block: Block) -> dict[Var, str]:
        self.define_all(walk.free_variables(block))
        self.block(block)
        return self.names

    def block(self, block: Block) -> None:
        self.define_all(block.params)
        for node in block.body:
            for inner in walk.blocks(node):
                self.block(inner)
            if isinstance(node, Eqn) and node.prim in IN_PLACE and isinstance(node.args[0], Var):
                self.next_version(node.outs, self.names[node.args[0]])
            self.define_all(walk.outs(node))

    def next_version(self, outs: Sequence[Var], updated: str) -> None:
        """What a store gives is the next version of what it stores into."""
        base = updated.partition(".")[0]
        for var in outs:
            if var.temporary and var not in self.names:
                self.names[var] = self.unique(base)

    def define_all(self, variables: Sequence[Var]) -> None:
        for var in variables:
            if var not in self.names:
                self.names[var] = self.new_name(var)

    def new_name(self, var: Var) -> str:
        hint = var.hint or "v"
        for suffix in ("_bar", "_dot", "_adj", "_tan"):
            owners = self.numbered.get(hint.removesuffix(suffix), []) if hint.endswith(suffix) else []
            if var.temporary and len(owners) == 1:
                return self.unique(owners[0] + suffix)
        if var.temporary and not hint.endswith(("_bar", "_dot", "_adj", "_tan")):
            self.count += 1
            name = self.unique(f"v{self.count}")
            self.numbered.setdefault(hint, []).append(name)
            return name
        return self.unique(hint)

    def unique(self, name: str) -> str:
        version = self.versions.get(name, 0)
        self.versions[name] = version + 1
        return f"{name}.{version}" if version else name


class _Page:
    """Lines of three columns: the equation, its value, the place in the source."""

    def __init__(self, names: dict[Var, str], values: dict[Var, Any] | None) -> None:
        self.names = names
        self.values = values
        self.lines: list[tuple[str, str, str]] = []
        self.line_shown: tuple[int, str, str] | None = None
        self.sweep = "forward"

    def text(self) -> str:
        column = max((len(a) for a, _, c in self.lines if len(a) <= 72 and c), default=0)
        value_width = max((len(b) for _, b, _ in self.lines), default=0)
        out = []
        for left, value, place in self.lines:
            parts = left
            if value:
                parts = f"{left.ljust(column)} = {value}" if place or left.startswith("  return") else f"{left} = {value}"
            if place:
                pad = column + (value_width + 3 if value_width else 1)
                parts = f"{parts.ljust(pad)} # {place}" if self.values else f"{left.ljust(column)}  # {place}"
            out.append(parts.rstrip())
        return "\n".join(out)

    def add(self, depth: int, text: str, loc: Loc | None = None, value: str = "") -> None:
        self.lines.append((_STEP * depth + text, value, self.place(loc) if loc else ""))

    def place(self, loc: Loc) -> str:
        if not loc.line:
            return ""
        here = (loc.line, loc.function, loc.sweep)
        first = here != self.line_shown
        self.line_shown = here
        return f"L{loc.line}: {loc.text}" if first and loc.text else f"L{loc.line}"

    def function(self, function: Function) -> None:
        params = [self.typed(v) for v in function.block.params[: self.count_params(function)]]
        free = [f"{f.spelling}: {f.var.type!r}" for f in function.free]
        reads = f" reading {', '.join(free)}" if free else ""
        self.add(0, f"{function.name}({', '.join(params)}){reads}")
        if self.values is not None:
            for var in function.block.params:
                self.add(1, self.names[var], None, _number(self.values.get(var)))
        for node in function.block.body:
            self.node(node, 1)
        value = ""
        if self.values is not None and isinstance(function.result, Var):
            value = _number(self.values.get(function.result))
        self.add(1, f"return {self.arg(function.result)}", None, value)

    def count_params(self, function: Function) -> int:
        return len(function.block.params) - len(function.free)

    def block(self, block: Block, depth: int, verb: str) -> None:
        for node in block.body:
            self.node(node, depth)
        if block.results or not block.body:
            self.add(depth, f"{verb} {', '.join(map(self.arg, block.results))}".rstrip())

    def node(self, node: Node, depth: int) -> None:
        if node.loc.line and node.loc.sweep != self.sweep:
            self.sweep = node.loc.sweep
            self.add(depth, f"--- {self.sweep} sweep")
        if isinstance(node, Eqn):
            self.eqn(node, depth)
        elif isinstance(node, If):
            self.add(depth, f"{self.left(node)}if {self.arg(node.test)}:", node.loc)
            self.block(node.then, depth + 2, "give")
            self.add(depth + 1, "else:")
            self.block(node.orelse, depth + 2, "give")
        elif isinstance(node, For):
            self.for_loop(node, depth)
        elif isinstance(node, While):
            carries = self.carries(node.body.params, node.init)
            self.add(depth, f"{self.left(node)}while{carries}:", node.loc)
            renamed = {p: self.names[b] for p, b in zip(node.test.params, node.body.params)}
            self.names.update(renamed)
            self.block(node.test, depth + 2, "test")
            self.add(depth + 1, "do:")
            self.loop_body(node, depth)
        elif isinstance(node, Try):
            self.add(depth, f"{self.left(node)}try except {', '.join(map(self.arg, node.caught))}:", node.loc)
            self.block(node.body, depth + 2, "give")
            self.add(depth + 1, f"instead {', '.join(map(self.arg, node.instead))}".rstrip())
        elif isinstance(node, Call):
            args = ", ".join(map(self.arg, node.args))
            self.add(depth, f"{self.left(node)}{node.callee.name}({args})", node.loc)

    def eqn(self, node: Eqn, depth: int) -> None:
        value = ""
        if self.values is not None and len(node.outs) == 1:
            value = _number(self.values[node.outs[0]]) if node.outs[0] in self.values else ""
        self.add(depth, self.left(node) + self.right(node), node.loc, value)

    def for_loop(self, node: For, depth: int) -> None:
        count = (node.start is not None) + len(node.xs)
        targets = ", ".join(self.names[p] for p in node.body.params[:count])
        over = []
        if node.start is not None:
            bounds: tuple[Arg | None, ...] = (node.start, node.stop, node.step)
            if node.step == Lit(1):
                bounds = bounds[:2] if node.start != Lit(0) else bounds[1:2]
            over.append(f"range({', '.join(self.arg(b) for b in bounds if b is not None)})")
        over += [self.arg(x) for x in node.xs]
        where = over[0] if len(over) == 1 else f"zip({', '.join(over)})"
        where = f"reversed({where})" if node.reverse else where
        carries = self.carries(node.body.params[count:], node.init)
        self.add(depth, f"{self.left(node)}for {targets} in {where}{carries}:", node.loc)
        self.loop_body(node, depth)

    def loop_body(self, node: For | While, depth: int) -> None:
        for inner in node.body.body:
            self.node(inner, depth + 2)
        carried = node.body.results[: len(node.init)]
        if carried:
            self.add(depth + 2, f"next {', '.join(map(self.arg, carried))}")
        if node.collected:
            self.add(depth + 2, f"collect {', '.join(map(self.arg, node.body.results[len(node.init) :]))}")
        if node.until is not None:
            self.add(depth + 2, f"until {self.arg(carried[node.until])}")

    def carries(self, params: Sequence[Var], init: Sequence[Arg]) -> str:
        pairs = ", ".join(f"{self.names[p]} = {self.arg(i)}" for p, i in zip(params, init))
        return f" with {pairs}" if pairs else ""

    def left(self, node: Node) -> str:
        outs = walk.outs(node)
        if not outs:
            return ""
        if self.values is not None:
            return ", ".join(self.names[v] for v in outs) + " = "
        return ", ".join(map(self.typed, outs)) + " = "

    def typed(self, var: Var) -> str:
        return f"{self.names[var]}: {var.type!r}"

    def right(self, node: Eqn) -> str:
        prim, args = node.prim, node.args
        infix = _INFIX.get(prim.removeprefix("operator."))
        if prim.startswith("operator.") and infix and len(args) == 2:
            return f"{self.arg(args[0])} {infix} {self.arg(args[1])}"
        if prim == "operator.neg":
            return f"-{self.arg(args[0])}"
        if prim == "getitem":
            return f"{self.arg(args[0])}[{self.index(args[1])}]"
        if prim == "setitem":
            return f"{self.arg(args[0])} with [{self.index(args[1])}] = {self.arg(args[2])}"
        if prim == "accumulate_at":
            return f"{self.arg(args[0])} with [{self.index(args[1])}] += {self.arg(args[2])}"
        parts = [self.arg(a) for a in args] + [f"{k}={self.arg(v)}" for k, v in node.kwargs]
        return f"{prim}({', '.join(parts)})"

    def index(self, arg: Arg) -> str:
        if isinstance(arg, Pack) and arg.kind == "tuple" and arg.items:
            return ", ".join(map(self.index, arg.items)) + ("," if len(arg.items) == 1 else "")
        if isinstance(arg, Pack) and arg.kind == "slice":
            start, stop, step = ("" if a == Lit(None) else self.arg(a) for a in arg.items)
            return f"{start}:{stop}" + (f":{step}" if step else "")
        return self.arg(arg)

    def arg(self, arg: Arg) -> str:
        if isinstance(arg, Var):
            return self.names.get(arg, f"?{arg.hint}")
        if isinstance(arg, Lit):
            return _literal(arg)
        items = [self.arg(i) for i in arg.items]
        if arg.kind == "list":
            return f"[{', '.join(items)}]"
        if arg.kind == "slice":
            return f"slice({', '.join(items)})"
        if arg.kind == "dict":
            return "{" + ", ".join(f"{k!r}: {i}" for k, i in zip(arg.keys, items)) + "}"
        if arg.kind in ("namedtuple", "record"):
            name = getattr(arg.cls, "__name__", arg.kind)
            return f"{name}({', '.join(f'{k}={i}' for k, i in zip(arg.keys, items))})"
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _literal(lit: Lit) -> str:
    if lit == UNDEFINED:
        return "undefined"
    if lit.name:
        return lit.name
    if isinstance(lit.value, (type, type(len), type(_literal))):
        return getattr(lit.value, "__name__", "function")
    text = repr(lit.value)
    return text if " at 0x" not in text else type(lit.value).__name__


def _number(value: Any) -> str:
    """A value in six digits; an array on one line."""
    import numpy as np

    if value is None:
        return ""
    if isinstance(value, np.ndarray):
        return " ".join(np.array2string(value, precision=6, threshold=8).split())
    if isinstance(value, (bool, np.bool_, int, np.integer, str)):
        return str(value)
    if isinstance(value, (float, np.floating)):
        short = f"{float(value):.6g}"
        return short if any(c in short for c in ".en") else short + ".0"
    return type(value).__name__
