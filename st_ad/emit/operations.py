"""The expression of every primitive that is not a statement."""

from __future__ import annotations

import types
from typing import Any

import numpy as np

from ..ir.build import type_of
from ..ir.primitives import BINARY, COMPARE, UNARY
from ..ir.syntax import Arg, Block, Eqn, If, Lit, Node, Pack, Var
from ..ir.types import Seq, Tensor
from . import expressions as ex
from .context import EmitContext
from .expressions import Expression
from .folding import Folding
from .literals import is_made_of_fields, literal, value_of
from .names import Names


class Operations:
    """Turns arguments and equations into expressions; `sizes` collects the text of everything that was folded."""

    def __init__(self, context: EmitContext, folding: Folding, names: Names) -> None:
        self.context = context
        self.folding = folding
        self.names = names
        self.folded: list[Var] = []

    def arg(self, arg: Arg) -> Expression:
        """An argument as an expression."""
        if isinstance(arg, Lit):
            return literal(arg, self.context)
        if isinstance(arg, Pack):
            return self.pack(arg)
        if arg in self.folding.inline:
            self.folded.append(arg)
            return self.node(self.folding.inline[arg])
        return ex.raw(self.names[arg])

    def pack(self, pack: Pack) -> Expression:
        """A tuple, list, dict, slice or record."""
        whole = self._whole_shape(pack)
        if whole is not None:
            return whole
        items = [self.arg(i) for i in pack.items]
        if pack.kind == "tuple":
            return ex.tuple_of(items)
        if pack.kind == "list":
            return ex.list_of(items)
        if pack.kind == "slice":
            return ex.call("slice", items)
        if pack.kind == "dict":
            made = ex.dict_of([value_of(k, self.context) for k in pack.keys], items)
            return made if pack.cls is None else ex.call(self._class(pack.cls), [made])
        return self._record(pack, items)

    def _record(self, pack: Pack, items: list[Expression]) -> Expression:
        cls = pack.cls
        if pack.kind == "namedtuple":
            return ex.call(self._class(cls), items)
        pairs = list(zip(pack.keys, items))
        if cls is types.SimpleNamespace or is_made_of_fields(cls, pack.keys):
            return ex.call(self._class(cls), [], pairs)
        return ex.call(self.context.helper("new_object"), [ex.raw(self._class(cls))], pairs)

    def _class(self, cls: Any) -> str:
        name = getattr(cls, "__name__", None)
        return self.context.spelled(name, cls) or self.context.object(cls, name)

    def _whole_shape(self, pack: Pack) -> Expression | None:
        """`x.shape` for the tuple of all lengths of an array in order."""
        if pack.kind != "tuple" or not pack.items:
            return None
        nodes = [self._length(i) for i in pack.items]
        first = nodes[0]
        if first is None or not isinstance(first.args[0], Var):
            return None
        x = first.args[0]
        if not isinstance(x.type, Tensor) or x.type.rank != len(pack.items):
            return None
        for i, node in enumerate(nodes):
            if node is None or node.args[0] is not x or node.args[1] != Lit(i):
                return None
        self.folded += [i for i in pack.items if isinstance(i, Var)]
        return ex.attribute(self.arg(x), "shape")

    def _length(self, arg: Arg) -> Eqn | None:
        node = self.folding.inline.get(arg) if isinstance(arg, Var) else None
        return node if isinstance(node, Eqn) and node.prim == "axis_length" else None

    def node(self, node: Node) -> Expression:
        """An equation or a conditional as an expression."""
        if isinstance(node, If):
            return self.conditional(node)
        assert isinstance(node, Eqn), node
        return self.eqn(node)

    def conditional(self, node: If) -> Expression:
        """`a and b`, `a or b`, or `a if test else b`."""
        test = self.arg(node.test)
        then, orelse = (self._value(b) for b in (node.then, node.orelse))
        if self._repeats(node, node.orelse):
            return ex.both(test, then)
        if self._repeats(node, node.then):
            return ex.either(test, orelse)
        return ex.conditional(test, then, orelse)

    def _value(self, block: Block) -> Expression:
        return self.arg(block.results[0])

    def _repeats(self, node: If, block: Block) -> bool:
        """Whether a branch only says again what the test was."""
        result = block.results[0]
        if result is node.test and not isinstance(node.test, Lit):
            return True
        kind = type_of(node.test)
        if not (isinstance(kind, Tensor) and kind.dtype == "bool" and kind.shape == ()):
            return False
        return isinstance(result, Lit) and result.value is (block is node.then)

    def is_array(self, arg: Arg) -> bool:
        """Whether an argument is known to be an array."""
        if isinstance(arg, Pack):
            return False
        kind = type_of(arg)
        return isinstance(arg, Var) and isinstance(kind, Tensor) and kind.shape is not None and (bool(kind.shape) or kind.form == "nd")

    def has_methods(self, arg: Arg) -> bool:
        """Whether an argument is known to be an array or a NumPy scalar."""
        return self.is_array(arg) or isinstance(arg, Var) and isinstance(arg.type, Tensor) and arg.type.form in ("nd", "np")

    def eqn(self, node: Eqn) -> Expression:
        """The right-hand side of an equation."""
        head, _, name = node.prim.partition(".")
        if head in ("operator", "inplace"):
            found = self._operator(name, node)
            if found is not None:
                return found
        if node.prim == "accumulate":
            symbol, added = self.added(node.args[1])
            return ex.binary("add" if symbol == "+" else "sub", self.arg(node.args[0]), added)
        special = getattr(self, f"_{node.prim.replace('.', '_')}", None)
        if special is not None:
            found = special(node)
            if found is not None:
                return found
        args = [self.arg(a) for a in node.args]
        kwargs = [(k, self.arg(v)) for k, v in node.kwargs]
        if head == "ndarray":
            return self._method(name, node, args, kwargs)
        return ex.call(self.context.function(node.prim), args, kwargs)

    def _operator(self, name: str, node: Eqn) -> Expression | None:
        if name == "add" and node.loc.is_derived:
            symbol, added = self.added(node.args[1])
            return ex.binary("add" if symbol == "+" else "sub", self.arg(node.args[0]), added)
        args = [self.arg(a) for a in node.args]
        if name in BINARY:
            return ex.binary(name, *args)
        if name in COMPARE:
            return ex.compare(name, *args)
        if name in UNARY:
            return ex.unary(name, *args)
        if name == "getitem":
            return ex.subscript(args[0], self.index(node.args[1]))
        return None

    def _method(self, name: str, node: Eqn, args: list[Expression], kwargs: list) -> Expression:
        receiver = args[0] if not isinstance(node.args[0], Lit) else ex.call(self.context.function("numpy.asarray"), args[:1])
        bound = ex.attribute(receiver, name)
        import numpy as np

        if not callable(getattr(np.ndarray, name, None)):
            return bound
        return ex.call(bound, args[1:], kwargs)

    def index(self, arg: Arg) -> Expression:
        """What stands between the brackets of a subscript."""
        if isinstance(arg, Lit) and type(arg.value) is slice:
            parts = (arg.value.start, arg.value.stop, arg.value.step)
            arg = Pack("slice", tuple(Lit(p) for p in parts))
        if isinstance(arg, Lit) and type(arg.value) is tuple:
            arg = Pack("tuple", tuple(Lit(v) for v in arg.value))
        if isinstance(arg, Pack) and arg.kind == "slice":
            start, stop, step = (None if i == Lit(None) else self.arg(i) for i in arg.items)
            return ex.slice_of(start, stop, step)
        if isinstance(arg, Pack) and arg.kind == "tuple":
            items = [self.index(i) if not _is_tuple(i) else self.arg(i) for i in arg.items]
            return ex.tuple_of(items)
        return self.arg(arg)

    def _implicit(self, node: Eqn) -> Expression:
        return self.arg(node.args[0])

    def _getitem(self, node: Eqn) -> Expression:
        return ex.subscript(self.arg(node.args[0]), self.index(node.args[1]))

    def _seq_item(self, node: Eqn) -> Expression:
        return ex.subscript(self.arg(node.args[0]), self.arg(node.args[1]))

    def _axis_length(self, node: Eqn) -> Expression:
        x, axis = node.args
        value = self.arg(x)
        if axis == Lit(0):
            return ex.call("len", [value])
        if not self.is_array(x):
            return ex.subscript(ex.call(self.context.function("numpy.shape"), [value]), self.arg(axis))
        return ex.subscript(ex.attribute(value, "shape"), self.arg(axis))

    def _numpy_copy(self, node: Eqn) -> Expression | None:
        if len(node.args) == 1 and node.kwargs in ((), (("order", Lit("K")),)) and self.is_array(node.args[0]):
            if node.kwargs or node.args[0] in self.folding.partial:
                return ex.call(self.context.function("numpy.copy"), [self.arg(node.args[0])])
            return ex.call(ex.attribute(self.arg(node.args[0]), "copy"), [])
        return None

    def _numpy_transpose(self, node: Eqn) -> Expression | None:
        if len(node.args) == 1 and not node.kwargs and self.is_array(node.args[0]):
            return ex.attribute(self.arg(node.args[0]), "T")
        return None

    def _runtime_sparse_product(self, node: Eqn) -> Expression:
        return ex.binary("matmul", self._matrix(node.args[0], node.args[2:3]), self.arg(node.args[1]))

    def _runtime_sparse_solution(self, node: Eqn) -> Expression:
        solve = node.args[2]
        assert isinstance(solve, Lit)
        function = self.context.function(f"scipy.sparse.linalg.{solve.value.__name__}")
        return ex.call(function, [self._matrix(node.args[0], node.args[3:]), self.arg(node.args[1])])

    def _runtime_sparse_array(self, node: Eqn) -> Expression:
        return ex.call(ex.attribute(self._matrix(node.args[0], node.args[1:]), "toarray"), [])

    def _matrix(self, matrix: Arg, transposed: tuple[Arg, ...]) -> Expression:
        """A sparse matrix, or its transpose where that is asked for."""
        return ex.attribute(self.arg(matrix), "T") if transposed == (Lit(True),) else self.arg(matrix)

    def _numpy_shape(self, node: Eqn) -> Expression | None:
        return ex.attribute(self.arg(node.args[0]), "shape") if self.is_array(node.args[0]) else None

    def _numpy_astype(self, node: Eqn) -> Expression | None:
        return self._ndarray_astype(node)

    def _ndarray_astype(self, node: Eqn) -> Expression:
        x, *rest = node.args
        value = self.arg(x)
        kind = type_of(x) if not isinstance(x, Pack) else None
        is_number = isinstance(kind, Tensor) and kind.shape == () and kind.form != "nd"
        if is_number and len(rest) == 1 and isinstance(rest[0], Lit) and not node.kwargs:
            # A number may be a Python one, which has no astype.
            return ex.call(self.context.function(f"numpy.{np.dtype(rest[0].value).type.__name__}"), [value])
        if not self.has_methods(x):
            value = ex.call(self.context.function("numpy.asarray"), [value])
        kwargs = [(k, self.arg(v)) for k, v in node.kwargs]
        return ex.call(ex.attribute(value, "astype"), [self.arg(r) for r in rest], kwargs)

    def _seq_make(self, node: Eqn) -> Expression:
        return ex.list_of(self.arg(a) for a in node.args)

    def _tape_pack(self, node: Eqn) -> Expression:
        return ex.tuple_of(self.arg(a) for a in node.args)

    def _tape_unpack(self, node: Eqn) -> Expression:
        return self.arg(node.args[0])

    def _runtime_snapshot(self, node: Eqn) -> Expression | None:
        return self._numpy_copy(node)

    def _exception(self, node: Eqn) -> Expression:
        cls, *args = node.args
        return ex.call(self.arg(cls), [self.arg(a) for a in args], [(k, self.arg(v)) for k, v in node.kwargs])

    def _seq_pop(self, node: Eqn) -> Expression:
        return ex.call(ex.attribute(self.arg(node.args[0]), "pop"), [self.arg(a) for a in node.args[1:]])

    def _call(self, node: Eqn) -> Expression:
        function, *rest = node.args
        args = [self.arg(a) for a in rest]
        kwargs = [(k, self.arg(v)) for k, v in node.kwargs]
        if function == Lit("__mod__"):
            return ex.binary("mod", *args)
        if isinstance(function, Lit) and isinstance(function.value, str):
            method = ex.attribute(args[0], function.value.lstrip("."))
            return ex.call(method, args[1:], kwargs)
        if isinstance(function, Lit):
            name = function.name
            spelled = self.context.spelled(name, function.value)
            head = ex.raw(spelled) if spelled else value_of(function.value, self.context, name)
            return ex.call(head, args, kwargs)
        return ex.call(self.arg(function), args, kwargs)

    _inert = _call

    def _string_join(self, node: Eqn) -> Expression:
        """A formatted string: `f"loss {x:.3f}"`."""
        parts = [self._formatted(a) for a in node.args]
        if None in parts or any('"' in p or "\\" in p for p in parts if p and p[0] == "{"):
            return ex.call(ex.attribute(ex.string(""), "join"), [ex.list_of(self.arg(a) for a in node.args)])
        body = "".join(p for p in parts if p is not None)
        return ex.raw(f'f"{body}"')

    def _formatted(self, arg: Arg) -> str | None:
        if isinstance(arg, Lit) and isinstance(arg.value, str):
            inner = repr(arg.value + "'")[1:-1]
            inner = inner[:-1] if not inner.endswith("\\'") else inner[:-2]
            return inner.replace("\\'", "'").replace('"', '\\"').replace("{", "{{").replace("}", "}}")
        node = self.folding.inline.get(arg) if isinstance(arg, Var) else None
        spec = ""
        if isinstance(node, Eqn) and node.prim == "builtins.format":
            self.folded.append(arg)  # type: ignore[arg-type]
            arg = node.args[0]
            if len(node.args) > 1:
                if not (isinstance(node.args[1], Lit) and isinstance(node.args[1].value, str)):
                    return None
                spec = f":{node.args[1].value}" if node.args[1].value else ""
        node = self.folding.inline.get(arg) if isinstance(arg, Var) else None
        if isinstance(node, Eqn) and node.prim == "builtins.repr":
            self.folded.append(arg)  # type: ignore[arg-type]
            arg, spec = node.args[0], "!r" + spec
        elif not spec and isinstance(node, Eqn) and node.prim == "builtins.str":
            self.folded.append(arg)  # type: ignore[arg-type]
            arg = node.args[0]
        found = ex.text(self.arg(arg))
        return "{" + found.replace('"', "'") + spec + "}" if "'" not in found or '"' not in found else None

    def negated(self, arg: Arg) -> Expression | None:
        """What a folded product of floats is without the sign that it begins with; None when it has none."""
        if isinstance(arg, Lit):
            return literal(Lit(-arg.value), self.context) if type(arg.value) is float and arg.value < 0.0 else None
        node = self.folding.inline.get(arg) if isinstance(arg, Var) else None
        if not isinstance(node, Eqn) or not isinstance(arg, Var) or not _is_float(arg):
            return None
        if node.prim == "operator.neg" and _is_float(node.args[0]):
            self.folded.append(arg)
            return self.arg(node.args[0])
        if node.prim not in ("operator.mul", "operator.truediv"):
            return None
        first = self.negated(node.args[0])
        if first is None:
            return None
        self.folded.append(arg)
        return ex.binary(node.prim.partition(".")[2], first, self.arg(node.args[1]))

    def added(self, value: Arg) -> tuple[str, Expression]:
        """How a value is added to something in place: `+= value`, or `-= value` without its sign."""
        positive = self.negated(value)
        return ("+", self.arg(value)) if positive is None else ("-", positive)

    def update_of(self, node: Eqn) -> tuple[str, Expression, Expression] | None:
        """(operator, target, value) when a store can be written `x[k] op= value`."""
        x, index, value = node.args
        inner = self.folding.inline.get(value) if isinstance(value, Var) else None
        if not isinstance(inner, Eqn) or not inner.prim.startswith("operator."):
            return None
        name = inner.prim.partition(".")[2]
        if name not in ("add", "sub", "mul", "truediv") or len(inner.args) != 2:
            return None
        first, second = inner.args[::-1] if name == "mul" and node.loc.is_derived and isinstance(inner.args[0], Lit) else inner.args
        old = self.folding.inline.get(first) if isinstance(first, Var) else None
        if not isinstance(old, Eqn) or old.prim != "getitem" or old.args != (x, index):
            return None
        if not self._keeps_dtype(x, second):
            return None
        if not node.loc.is_derived and node.loc.text and f"{BINARY[name]}=" not in node.loc.text:
            return None
        self.folded += [value, first]  # type: ignore[list-item]
        return BINARY[name], ex.subscript(self.arg(x), self.index(index)), self.arg(second)

    def _keeps_dtype(self, x: Arg, value: Arg) -> bool:
        if isinstance(x, Pack) or isinstance(value, Pack):
            return False
        own, other = type_of(x), type_of(value)
        if isinstance(own, Seq) and isinstance(own.item, Tensor) and own.item.is_immutable:
            own = own.item
        if not isinstance(own, Tensor) or not isinstance(other, Tensor) or own.dtype is None or other.dtype is None:
            return False
        return own.dtype.startswith("float") and not other.dtype.startswith("complex")


def _is_float(arg: Arg) -> bool:
    if isinstance(arg, Lit):
        return type(arg.value) is float
    kind = type_of(arg) if isinstance(arg, Var) else None
    return isinstance(kind, Tensor) and kind.dtype is not None and kind.dtype.startswith("float")


def _is_tuple(arg: Arg) -> bool:
    return isinstance(arg, Pack) and arg.kind == "tuple" or isinstance(arg, Lit) and type(arg.value) is tuple
