"""Random programs in the IR, for testing passes: vectors, views, updates in place, branches and loops."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from st_ad.ir.syntax import Atom, Block, Eqn, For, Function, If, Lit, Loc, Pack, Param, Var, While
from st_ad.ir.types import BOOL, INT, Seq, Tensor

SCALAR = Tensor("float64", (), "np")
FORWARD, BACKWARD = Loc(1, "", sweep="forward"), Loc(2, "", sweep="backward")


def vector(length: int) -> Tensor:
    return Tensor("float64", (length,))


def slice_of(start: Any, stop: Any, step: Any = None) -> Pack:
    return Pack("slice", (Lit(start), Lit(stop), Lit(step)))


class Scope:
    """The variables that a block may read, by kind."""

    def __init__(self, outer: "Scope | None" = None) -> None:
        self.vectors: list[Var] = list(outer.vectors) if outer else []
        self.scalars: list[Atom] = list(outer.scalars) if outer else [Lit(0.5), Lit(2.0)]
        self.flags: list[Var] = list(outer.flags) if outer else []
        self.sequences: list[Var] = list(outer.sequences) if outer else []
        self.ints: list[Atom] = list(outer.ints) if outer else [Lit(0), Lit(1)]


class Programs:
    """Makes programs from a seed. `cells` are arrays of the user: only their newest value is written to."""

    def __init__(self, seed: int, cells: bool = False) -> None:
        self.random = random.Random(seed)
        self.cells = cells
        self.body: list[Any] = []

    def function(self, size: int = 12) -> Function:
        scope = Scope()
        params = [Var(n, vector(4)) for n in ("a", "b", "out_bar")]
        flag = Var("flag", BOOL)
        scope.vectors += params
        scope.flags.append(flag)
        cell: Var | None = params[0] if self.cells else None
        body, cell = self.statements(scope, size, 2, cell)
        results = tuple(self.random.choice(scope.vectors[-6:]) for _ in range(2))
        if cell is not None:
            results = (cell, *results)
        block = Block((*params, flag), tuple(body), results)
        names = tuple(Param(v.hint, v) for v in block.params)
        facts = {"cell": cell is not None}
        return Function("f", names, (), block, Pack("tuple", results), (), FORWARD, facts)

    def arguments(self) -> list[Any]:
        generator = np.random.default_rng(self.random.randrange(10**6))
        return [*(generator.uniform(-1, 1, 4) for _ in range(3)), self.random.random() < 0.5]

    def statements(self, scope: Scope, count: int, depth: int, cell: Var | None) -> tuple[list[Any], Var | None]:
        body: list[Any] = []
        for _ in range(count):
            kind = self.random.random()
            if kind < 0.12 and depth:
                cell = self.branch(scope, body, depth, cell)
            elif kind < 0.26 and depth:
                cell = self.loop(scope, body, depth, cell)
            elif kind < 0.35 and cell is not None:
                cell = self.store(scope, body, cell)
            else:
                self.equation(scope, body, cell)
        return body, cell

    def store(self, scope: Scope, body: list[Any], cell: Var) -> Var:
        """A statement of the user's that writes to his array, or to a view of it."""
        if self.random.random() < 0.4:
            return self.store_through_view(scope, body, cell)
        new = Var("a", cell.type)
        index, length = self.slice(4)
        value = self.of_length(scope, length) or self.random.choice(scope.scalars)
        prim = self.random.choice(["setitem", "accumulate_at", "inplace.mul"])
        args = (cell, self.of_length(scope, 4)) if prim == "inplace.mul" else (cell, index, value)
        body.append(Eqn((new,), prim, args, (), FORWARD))
        scope.vectors.append(new)
        return new

    def store_through_view(self, scope: Scope, body: list[Any], cell: Var) -> Var:
        """`v = a[1:]; v[0] = 5` is written to the view, which is then put back into the array."""
        index, length = slice_of(1, 4), 3
        view, end = Var("v", vector(length)), Var("a", cell.type)
        body.append(Eqn((view,), "getitem", (cell, index), (), FORWARD))
        if self.random.random() < 0.4:
            turned, written = Var("v", vector(length)), Var("v", vector(length))
            body.append(Eqn((turned,), "numpy.reshape", (view, Lit(3)), (), FORWARD))
            body.append(Eqn((written,), "inplace.mul", (turned, self.random.choice(scope.scalars)), (), FORWARD))
            new = Var("v", vector(length))
            body.append(Eqn((new,), "numpy.reshape", (written, Lit(3)), (), FORWARD))
        elif self.random.random() < 0.5:
            inner, written, new = Var("v", vector(2)), Var("v", vector(2)), Var("v", vector(length))
            body.append(Eqn((inner,), "getitem", (view, slice_of(0, 2)), (), FORWARD))
            body.append(Eqn((written,), "setitem", (inner, Lit(0), self.random.choice(scope.scalars)), (), FORWARD))
            body.append(Eqn((new,), "setitem", (view, slice_of(0, 2), written), (), FORWARD))
        else:
            new = Var("v", vector(length))
            body.append(Eqn((new,), "accumulate_at", (view, Lit(0), self.random.choice(scope.scalars)), (), FORWARD))
        body.append(Eqn((end,), "setitem", (cell, index, new), (), FORWARD))
        scope.vectors += [view, end, new]
        return end

    def slice(self, length: int) -> tuple[Any, int]:
        start = self.random.randrange(0, length)
        stop = self.random.randrange(start + 1, length + 1)
        if self.random.random() < 0.3:
            return Lit(start), 0
        return slice_of(start, stop), stop - start

    def of_length(self, scope: Scope, length: int) -> Var | None:
        found = [v for v in scope.vectors if v.type.shape == (length,)]
        return self.random.choice(found[-8:]) if found else None

    def equation(self, scope: Scope, body: list[Any], cell: Var | None) -> None:
        x = self.random.choice(scope.vectors[-8:])
        length = x.type.shape[0]
        y = self.of_length(scope, length)
        if self.random.random() < 0.08:
            self.take_and_give_back(scope, body, x)
            return
        kind = self.random.choice(self.kinds(cell is not None))
        index, part = self.slice(length)
        out = Var("t", vector(length), temporary=True)
        if kind in ("operator.add", "operator.mul", "operator.sub"):
            args: tuple = (x, y)
        elif kind == "number":
            kind = self.random.choice(["operator.mul", "operator.add", "operator.truediv"])
            args = (x, Lit(self.random.choice([0.5, 2.0, 1.0, -1.0, 3.0])))
            args = args if self.random.random() < 0.5 or kind == "operator.truediv" else args[::-1]
        elif kind in ("numpy.sin", "numpy.flip", "numpy.asarray", "numpy.copy", "operator.neg", "numpy.zeros_like"):
            args = (x,)
        elif kind == "numpy.reshape":
            args = (x, Lit(length))
        elif kind == "getitem":
            args = (x, index)
            out = Var("v", vector(part) if part else SCALAR, temporary=True)
        elif kind == "fancy":
            kind, args = "getitem", (x, Pack("list", (Lit(0), Lit(length - 1))))
            out = Var("v", vector(2), temporary=True)
        elif kind == "numpy.broadcast_to":
            args = (self.random.choice(scope.scalars), Lit(4))
            out = Var("w", vector(4), temporary=True)
        elif kind in ("setitem", "accumulate_at"):
            args = (x, index, (part and self.of_length(scope, part)) or self.random.choice(scope.scalars))
            out = Var(x.hint, x.type)
        else:
            args, out = (x, y), Var(x.hint, x.type)
        body.append(Eqn((out,), kind, args, (), BACKWARD))
        (scope.scalars if out.type is SCALAR else scope.vectors).append(out)

    def take_and_give_back(self, scope: Scope, body: list[Any], x: Var) -> None:
        """An item or a part is taken, cleared, and given back, as the adjoint of an update in place does it."""
        index, part = self.slice(x.type.shape[0])
        taken = Var("g", vector(part) if part else SCALAR, temporary=True)
        steps = [Var(x.hint, x.type) for _ in range(3)]
        body.append(Eqn((taken,), "getitem", (x, index), (), BACKWARD))
        body.append(Eqn((steps[0],), "setitem", (x, index, Lit(0.0)), (), BACKWARD))
        given = [(index, taken), (self.slice(x.type.shape[0])[0], self.random.choice(scope.scalars))]
        self.random.shuffle(given)
        for before, after, (at, value) in zip(steps, steps[1:], given):
            body.append(Eqn((after,), "accumulate_at", (before, at, value), (), BACKWARD))
        scope.vectors.append(self.random.choice(steps) if self.random.random() < 0.2 else steps[2])

    def kinds(self, cells: bool) -> list[str]:
        pure = ["number", "number", "number", "operator.neg", "operator.neg", "numpy.zeros_like", "operator.sub"]
        pure += ["operator.add", "operator.mul", "numpy.sin", "numpy.flip", "numpy.asarray", "numpy.reshape", "numpy.copy"]
        views = ["getitem", "getitem", "getitem", "fancy", "numpy.broadcast_to"]
        writes = ["setitem", "setitem", "accumulate", "accumulate", "accumulate_at", "accumulate_at", "inplace.add"]
        return pure + views + writes

    def branch(self, scope: Scope, body: list[Any], depth: int, cell: Var | None) -> Var | None:
        blocks, ends = [], []
        for _ in range(2):
            inner = Scope(scope)
            nodes, end = self.statements(inner, self.random.randrange(0, 4), depth - 1, cell)
            results = [self.of_length(inner, 4), self.random.choice(inner.scalars[-3:])]
            blocks.append(Block((), tuple(nodes), (*results, *([end] if end is not None else []))))  # type: ignore
            ends.append(end)
        outs = [Var("j", vector(4)), Var("s", SCALAR)] + ([Var("a", vector(4))] if cell is not None else [])
        body.append(If(tuple(outs), self.random.choice(scope.flags), *blocks, FORWARD))
        scope.vectors.append(outs[0])
        scope.scalars.append(outs[1])
        if cell is not None:
            scope.vectors.append(outs[2])
            return outs[2]
        return None

    def loop(self, scope: Scope, body: list[Any], depth: int, cell: Var | None) -> Var | None:
        inner = Scope(scope)
        init: list[Atom] = [self.of_length(scope, 4) for _ in range(self.random.randrange(0, 3))]  # type: ignore
        carries = [Var("c", vector(4)) for _ in init]
        init.append(self.random.choice(scope.scalars))
        scalar = Var("sc", SCALAR)
        inner.scalars.append(scalar)
        inner.vectors += carries
        ends = [Var("c", vector(4)) for _ in carries] + [Var("sc", SCALAR)]
        carries = [*carries, scalar]
        inside = None
        if cell is not None:
            inside = Var("a", vector(4))
            inner.vectors.append(inside)
            init.append(cell)
            carries.append(inside)
            ends.append(Var("a", vector(4)))
        if self.random.random() < 0.2:
            return self.while_loop(scope, inner, body, depth, init, carries, ends, inside)
        return self.for_loop(scope, inner, body, depth, init, carries, ends, inside)

    def for_loop(self, scope, inner, body, depth, init, carries, ends, inside) -> Var | None:  # type: ignore
        xs: list[Var] = []
        if scope.sequences and self.random.random() < 0.7:
            xs = [self.random.choice(scope.sequences)]
        items = [Var("item", x.type.item) for x in xs]
        for item in items:
            (inner.scalars if item.type is SCALAR else inner.vectors).append(item)
        index = [] if xs else [Var("k", INT)]
        nodes, end = self.statements(inner, self.random.randrange(1, 6), depth - 1, inside)
        count = len(carries) - 1 - (inside is not None)
        results: list[Atom] = [self.of_length(inner, 4) for _ in range(count)]  # type: ignore
        results.append(self.random.choice(inner.scalars[-4:]))
        if inside is not None:
            results.append(end)  # type: ignore
        gathered = [self.of_length(inner, 4), self.random.choice(inner.scalars[-3:])]
        columns = [Var("tape", Seq(vector(4))), Var("tape", Seq(SCALAR))]
        until = None
        if self.random.random() < 0.3:
            until = len(results)
            stop = Var("stop", BOOL)
            nodes.append(Eqn((stop,), "operator.gt", (self.random.choice(inner.scalars[-3:]), Lit(0.4)), (), FORWARD))
            results.append(stop)
            init.append(Lit(False))
            carries.append(Var("stopped", BOOL))
            ends.append(Var("stopped", BOOL))
            scope.flags.append(ends[-1])
        block = Block((*index, *items, *carries), tuple(nodes), (*results, *gathered))  # type: ignore
        bounds = (None, None, None) if xs else (Lit(0), Lit(3), Lit(1))
        reverse = self.random.random() < 0.4
        body.append(For(tuple(ends), tuple(columns), *bounds, tuple(xs), reverse, tuple(init), block, until, FORWARD))
        scope.sequences += columns
        return self.after(scope, ends, inside)

    def while_loop(self, scope, inner, body, depth, init, carries, ends, inside) -> Var | None:  # type: ignore
        nodes, end = self.statements(inner, self.random.randrange(1, 5), depth - 1, inside)
        count = len(carries) - 1 - (inside is not None)
        results: list[Atom] = [self.of_length(inner, 4) for _ in range(count)]  # type: ignore
        results.append(self.random.choice(inner.scalars[-4:]))
        if inside is not None:
            results.append(end)  # type: ignore
        counter, more = Var("i", INT), Var("i", INT)
        nodes.append(Eqn((more,), "operator.add", (counter, Lit(1)), (), FORWARD))
        params = (*carries, counter)
        tested = tuple(Var(p.hint, p.type) for p in params)
        test = Var("test", BOOL)
        check = Block(tested, (Eqn((test,), "operator.lt", (tested[-1], Lit(3)), (), FORWARD),), (test,))
        ends = [*ends, Var("i", INT)]
        block = Block(params, tuple(nodes), (*results, more))
        body.append(While(tuple(ends), (), (*init, Lit(0)), check, block, None, FORWARD))
        return self.after(scope, ends, inside)

    def after(self, scope: Scope, ends: list[Var], inside: Var | None) -> Var | None:
        scope.vectors += [v for v in ends if v.type == vector(4)]
        scope.scalars += [v for v in ends if v.type is SCALAR]
        if inside is None:
            return None
        return [v for v in ends if v.hint == "a"][0]
