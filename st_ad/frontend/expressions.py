"""The meaning of Python expressions on abstract values."""

from __future__ import annotations

import operator
from typing import Any

import gast
import numpy as np

from ..ir.build import type_of
from ..ir.syntax import UNDEFINED, Atom, If, Lit, Pack, Var
from ..ir.types import Opaque, Seq, Tensor
from .containers import ContainerMixin
from .state import NeedStatic, describe, is_numeric
from .values import (
    ArrayMethod, ArrayRef, BoundMethod, DictContent, DictRef, FunctionValue, ListContent, ListRef, ModuleValue, ObjectRef, RangeValue,
    SeqContent, SliceValue, SuperValue, TupleValue, Value,
)  # fmt: skip

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod", "Pow": "pow",
    "MatMult": "matmul", "BitAnd": "and_", "BitOr": "or_", "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip
_DUNDER = {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv", "mod": "mod",
    "pow": "pow", "matmul": "matmul", "and_": "and", "or_": "or", "xor": "xor", "lshift": "lshift", "rshift": "rshift",
}  # fmt: skip
_COMPARE = {
    "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge", "Eq": "eq", "NotEq": "ne", "Is": "is_", "IsNot": "is_not",
    "In": "in_", "NotIn": "not_in",
}  # fmt: skip
_UNARY = {"USub": "neg", "UAdd": "pos", "Invert": "invert"}
ARRAY_ATTRIBUTES = frozenset("T shape ndim size real imag dtype mT itemsize nbytes flat".split())


class ExpressionMixin(ContainerMixin):
    """Evaluation of one expression node."""

    def evaluate(self, node: Any) -> Value:
        """The value of an expression."""
        old, self.node = self.node, node
        try:
            method = getattr(self, f"eval_{type(node).__name__}", None)
            if method is None:
                raise self.refuse(f"`{type(node).__name__}` syntax is not supported", "write it another way")
            return method(node)
        finally:
            self.node = old

    def atom(self, node: Any) -> Atom:
        """The value of an expression that must be a number or an array."""
        return self.read(self.evaluate(node))

    def eval_Constant(self, node: Any) -> Value:
        return Lit(node.value)

    def eval_Name(self, node: Any) -> Value:
        return self.lookup(node.id)

    def eval_NamedExpr(self, node: Any) -> Value:
        value = self.evaluate(node.value)
        self.bind(node.target.id, value)
        return value

    def eval_Tuple(self, node: Any) -> Value:
        return TupleValue(self.display(node.elts))

    def eval_List(self, node: Any) -> Value:
        return self.new_list(self.display(node.elts))

    def eval_Set(self, node: Any) -> Value:
        items = self.display(node.elts)
        if all(isinstance(i, Lit) for i in items):
            return Lit(frozenset(i.value for i in items))
        raise self.refuse("a set of computed values is not supported", "use a tuple or a list")

    def display(self, nodes: list[Any]) -> tuple[Value, ...]:
        out: list[Value] = []
        for item in nodes:
            if isinstance(item, gast.Starred):
                out += self.items_of(self.evaluate(item.value))
            else:
                out.append(self.evaluate(item))
        return tuple(out)

    def eval_Dict(self, node: Any) -> Value:
        content = DictContent(())
        for key, value in zip(node.keys, node.values):
            found = self.evaluate(value)
            if key is None:
                if not isinstance(found, DictRef):
                    raise self.refuse("`**` of something that is no dict is not supported")
                for k, v in self.state.heap[found.cell].items:
                    content = content.put(k, v)
            else:
                content = content.put(self.static(self.evaluate(key), "a dict key"), found)
        return DictRef(self.new_cell(content))

    def eval_JoinedStr(self, node: Any) -> Value:
        parts: list[Any] = []
        for part in node.values:
            if isinstance(part, gast.Constant):
                parts.append(Lit(part.value))
                continue
            spec = self.evaluate(part.format_spec) if part.format_spec is not None else Lit("")
            conversion = {-1: "", 115: "s", 114: "r", 97: "a"}.get(part.conversion, "")
            value = self.evaluate(part.value)
            if isinstance(value, Lit) and isinstance(spec, Lit):
                shown = {"r": repr, "a": ascii, "s": str}.get(conversion, lambda v: v)(value.value)
                parts.append(Lit(format(shown, spec.value)))
            else:
                arg = self.as_arg(value)
                if conversion == "r":
                    arg = self.emit("builtins.repr", arg)
                parts.append(self.emit("builtins.format", arg, self.as_arg(spec)))
        if all(isinstance(p, Lit) for p in parts):
            return Lit("".join(p.value for p in parts))
        return self.emit("string.join", *parts)

    def eval_BinOp(self, node: Any) -> Value:
        left = self.evaluate(node.left)
        right = self.evaluate(node.right)
        self.node = node
        return self.binary(BINARY[type(node.op).__name__], left, right)

    def binary(self, name: str, left: Value, right: Value) -> Value:
        """`left op right`, for numbers, containers and objects with operator methods."""
        for value, other, dunder in ((left, right, f"__{_DUNDER[name]}__"), (right, left, f"__r{_DUNDER[name]}__")):
            if isinstance(value, ObjectRef):
                method = self.class_attribute(value.cls, dunder)
                if method is not None:
                    return self.call(method, (value, other), {})
        contained = self.binary_of_containers(name, left, right)
        if contained is not None:
            return contained
        if isinstance(left, Lit) and isinstance(right, Lit) and not (is_numeric(left) and is_numeric(right)):
            try:
                return Lit(getattr(operator, name)(left.value, right.value))
            except Exception as error:
                raise self.refuse(f"this fails when it is run: {error}") from None
        return self.wrap(self.emit(f"operator.{name}", self.operand(left), self.operand(right)))

    def operand(self, value: Value) -> Any:
        """An operand of arithmetic: a list or tuple next to an array is made an array, as NumPy does."""
        if isinstance(value, (ListRef, TupleValue)):
            return self.emit("numpy.array", self.as_arg(value))
        if isinstance(value, (FunctionValue, BoundMethod, DictRef, ObjectRef, ModuleValue)):
            raise self.refuse(f"arithmetic on {describe(value)} is not supported")
        return self.read(value)

    def eval_UnaryOp(self, node: Any) -> Value:
        value = self.evaluate(node.operand)
        self.node = node
        if isinstance(node.op, gast.Not):
            test = self.truth(value)
            if isinstance(test, Lit):
                return Lit(not test.value)
            return self.emit("operator.not_", test)
        name = _UNARY[type(node.op).__name__]
        if isinstance(value, ObjectRef):
            method = self.class_attribute(value.cls, f"__{name}__")
            if method is not None:
                return self.call(method, (value,), {})
        return self.wrap(self.emit(f"operator.{name}", self.read(value)))

    def eval_Compare(self, node: Any) -> Value:
        left = self.evaluate(node.left)
        if len(node.ops) == 1:
            right = self.evaluate(node.comparators[0])
            self.node = node
            return self.compare(_COMPARE[type(node.ops[0]).__name__], left, right)
        result: Value | None = None
        operands = [left]

        def link(i: int) -> Value:
            right = self.evaluate(node.comparators[i])
            self.node = node
            first = self.compare(_COMPARE[type(node.ops[i]).__name__], operands[-1], right)
            operands.append(right)
            if i + 1 == len(node.ops):
                return first
            return self.choose(first, lambda: link(i + 1), lambda: first)

        result = link(0)
        return result

    def compare(self, name: str, left: Value, right: Value) -> Value:
        """`left op right` for a comparison."""
        if name in ("is_", "is_not"):
            same = self.identical(left, right)
            if same is not None:
                return Lit(same if name == "is_" else not same)
        if name in ("in_", "not_in"):
            return self.contains(left, right, name)
        if isinstance(left, ObjectRef):
            method = self.class_attribute(left.cls, f"__{name}__")
            if method is not None:
                return self.call(method, (left, right), {})
        if isinstance(left, (TupleValue, ListRef)) and isinstance(right, (TupleValue, ListRef)):
            if name in ("eq", "ne") and type(left) is type(right):
                return self.equal_items(left, right, name)
        if isinstance(left, Lit) and isinstance(right, Lit):
            try:
                return Lit(getattr(operator, name)(left.value, right.value))
            except TypeError as error:
                raise self.refuse(f"this fails when it is run: {error}") from None
        for a, b in ((left, right), (right, left)):
            if isinstance(a, Lit) and (a.value is None or isinstance(a.value, (str, type))) and name in ("eq", "ne"):
                if not (isinstance(b, Var) and isinstance(b.type, Opaque)):
                    return Lit(name == "ne")
        return self.wrap(self.emit(f"operator.{name}", self.operand(left), self.operand(right), hint="test"))

    def identical(self, left: Value, right: Value) -> bool | None:
        if isinstance(left, Lit) and isinstance(right, Lit):
            return left.value is right.value
        if left is UNDEFINED or right is UNDEFINED:
            return None
        if isinstance(left, Lit) or isinstance(right, Lit):
            other = right if isinstance(left, Lit) else left
            if isinstance(other, Var) and isinstance(other.type, Opaque):
                return None
            return False
        if isinstance(left, (ListRef, DictRef, ObjectRef)) and type(left) is type(right):
            return left.cell == right.cell
        if isinstance(left, ArrayRef) and isinstance(right, ArrayRef):
            if left == right:
                return True
            return False if left.cell != right.cell and not self.cells[left.cell].shared else None
        return False if type(left) is not type(right) else None

    def eval_BoolOp(self, node: Any) -> Value:
        is_and = isinstance(node.op, gast.And)

        def rest(i: int) -> Value:
            value = self.evaluate(node.values[i])
            if i + 1 == len(node.values):
                return value
            if is_and:
                return self.choose(value, lambda: rest(i + 1), lambda: value)
            return self.choose(value, lambda: value, lambda: rest(i + 1))

        return rest(0)

    def eval_IfExp(self, node: Any) -> Value:
        test = self.evaluate(node.test)
        return self.choose(test, lambda: self.evaluate(node.body), lambda: self.evaluate(node.orelse))

    def choose(self, test: Value, then: Any, orelse: Any) -> Value:
        """The value of one of two delayed expressions; only the one that is chosen is evaluated."""
        flag = self.truth(test)
        if isinstance(flag, Lit):
            return then() if flag.value else orelse()
        return self.branch(flag, then, orelse)

    def truth(self, value: Value) -> Atom:
        """A value as a condition."""
        if isinstance(value, Lit):
            try:
                return Lit(bool(value.value))
            except Exception as error:
                raise self.refuse(f"this has no truth value: {error}") from None
        if isinstance(value, TupleValue):
            return Lit(bool(value.items))
        if isinstance(value, (ListRef, DictRef)):
            content = self.state.heap[value.cell]
            if isinstance(content, SeqContent):
                return self.emit("operator.gt", self.emit("builtins.len", content.var), 0, hint="test")
            return Lit(bool(content.items))
        if isinstance(value, ObjectRef):
            for name in ("__bool__", "__len__"):
                method = self.class_attribute(value.cls, name)
                if method is not None:
                    return self.truth(self.call(method, (value,), {}))
            return Lit(True)
        if isinstance(value, (Var, ArrayRef)):
            return self.read(value)
        return Lit(True)

    def eval_Attribute(self, node: Any) -> Value:
        value = self.evaluate(node.value)
        self.node = node
        return self.attribute(value, node.attr, spelled(node))

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        """`value.name`."""
        if isinstance(value, ModuleValue):
            found = value.names.find(name) if value.names is not None else None
            return self.global_value(f"{value.name}.{name}", found, spelling)
        if isinstance(value, ObjectRef):
            return self.object_attribute(value, name)
        if isinstance(value, SuperValue):
            return self.super_attribute(value, name)
        if isinstance(value, TupleValue) and value.cls is not None and name in value.cls._fields:
            return value.items[value.cls._fields.index(name)]
        if isinstance(value, TupleValue) and value.cls is not None and hasattr(value.cls, name):
            return self.bound(value, value.cls, name)
        if isinstance(value, Lit) and not is_numeric(value):
            return self.static_attribute(value, name, spelling)
        if is_numeric(value):
            return self.array_attribute(value, name)
        if isinstance(value, (ListRef, DictRef, TupleValue, RangeValue)):
            return ArrayMethod(value, name)
        if isinstance(value, SliceValue):
            return getattr(value, name)
        if isinstance(value, Var):
            return ArrayMethod(value, name)
        if isinstance(value, FunctionValue) and name == "__name__":
            return Lit(getattr(value.node, "name", "<lambda>"))
        raise self.refuse(f"attribute `{name}` of {describe(value)} is not supported")

    def array_attribute(self, value: Value, name: str) -> Value:
        if name not in ARRAY_ATTRIBUTES:
            return ArrayMethod(value, name)
        atom = self.read(value)
        kind = type_of(atom)
        if name == "shape":
            if isinstance(kind, Tensor) and kind.shape is not None:
                return TupleValue(tuple(self.emit("axis_length", atom, i) for i in range(len(kind.shape))))
            return self.wrap(self.emit("numpy.shape", atom))
        if name == "dtype":
            if isinstance(kind, Tensor) and kind.dtype is not None:
                return Lit(np.dtype(kind.dtype))
            return self.emit("ndarray.dtype", atom)
        if name in ("ndim", "size"):
            return self.emit(f"numpy.{name}", atom)
        prim = self.knowledge.method_prim(name)
        if prim is None:
            raise self.no_rule(f"attribute `{name}` of an array is not supported")
        return self.call_prim(prim, (value,), {})

    def eval_Slice(self, node: Any) -> Value:
        parts = [Lit(None) if n is None else self.evaluate(n) for n in (node.lower, node.upper, node.step)]
        return SliceValue(*parts)

    def eval_Subscript(self, node: Any) -> Value:
        base = self.evaluate(node.value)
        index = self.evaluate(node.slice)
        self.node = node
        return self.subscript(base, index)

    def eval_Lambda(self, node: Any) -> Value:
        return self.make_function(node)

    def eval_Call(self, node: Any) -> Value:
        function = self.evaluate(node.func)
        args = self.display(node.args)
        kwargs: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, DictRef):
                kwargs.update({str(k): v for k, v in self.state.heap[value.cell].items})
            else:
                raise self.refuse("`**` of something that is no dict is not supported")
        self.node = node
        return self.call(function, args, kwargs)

    def eval_ListComp(self, node: Any) -> Value:
        return self.comprehension(node, node.generators, lambda: self.evaluate(node.elt))

    eval_GeneratorExp = eval_ListComp

    def eval_SetComp(self, node: Any) -> Value:
        made = self.eval_ListComp(node)
        return Lit(frozenset(self.static(i, "a set item") for i in self.items_of(made)))

    def eval_DictComp(self, node: Any) -> Value:
        pairs = self.comprehension(
            node, node.generators, lambda: TupleValue((self.evaluate(node.key), self.evaluate(node.value)))
        )
        content = DictContent(())
        for pair in self.items_of(pairs):
            key, value = self.items_of(pair)
            content = content.put(self.static(key, "a dict key"), value)
        return DictRef(self.new_cell(content))

    def static(self, value: Value, what: str) -> Any:
        """The Python value behind a static value; asks for an int parameter's value when it is not known."""
        if isinstance(value, Lit):
            return value.value
        if isinstance(value, TupleValue):
            return tuple(self.static(v, what) for v in value.items)
        if isinstance(value, ListRef):
            return [self.static(v, what) for v in self.items_of(value)]
        if isinstance(value, Var) and isinstance(value.type, Tensor) and value.type.is_scalar:
            raise NeedStatic(value, self.source.problem(self.node, f"{what} must be known when transformed"))
        raise self.refuse(f"{what} must be known when the function is transformed", "use a constant")


def spelled(node: Any) -> str | None:
    """How the source writes a dotted name, or None."""
    if isinstance(node, gast.Name):
        return node.id
    if isinstance(node, gast.Attribute):
        inner = spelled(node.value)
        return f"{inner}.{node.attr}" if inner else None
    return None


__all__ = ["ExpressionMixin", "BINARY", "If", "Pack", "Seq", "ListContent", "spelled"]
