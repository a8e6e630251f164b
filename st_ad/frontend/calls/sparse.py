"""Products with sparse matrices of SciPy, solves, and the little arithmetic that a program does on the matrices."""

from __future__ import annotations

from typing import Any

from ...ir.build import type_of
from ...ir.primitives import python_function
from ...ir.syntax import Lit, Var
from ...ir.types import Tensor
from .sparse_entries import EntriesMixin
from ..data.sparse_values import SparseValue
from ..data.values import ArrayRef, PartialValue, TupleValue, Value, is_numeric

_CONSTRUCTORS = frozenset(
    "csr_matrix csc_matrix coo_matrix dia_matrix lil_matrix csr_array csc_array coo_array dia_array diags diags_array eye "
    "eye_array identity kron kronsum bmat block_array block_diag hstack vstack spdiags tril triu".split()
)
# What solves with one matrix many times, and the name of its result.
_FACTORS = {"scipy.sparse.linalg.splu": "splu", "scipy.sparse.linalg.factorized": "solve"}
_CONVERSIONS = frozenset("csr_matrix csc_matrix coo_matrix csr_array csc_array coo_array".split())
_SAME = ("tocsr", "tocsc", "tocoo", "copy")
_DENSE = ("toarray",)


def is_sparse(value: Any) -> bool:
    """Whether an object is a sparse matrix or array of SciPy."""
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "tocsr")


class SparseMixin(EntriesMixin):
    """Operators, methods and attributes of sparse matrices."""

    sparse_made: set[Var]

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a primitive; what makes a sparse matrix is remembered, and what factorises one keeps the matrix."""
        matrix = self.sparse(args[0]) if prim in _FACTORS and len(args) == 1 and not kwargs else None
        if matrix is not None:
            return PartialValue(Lit(_FACTORS[prim]), (matrix,), ())
        module, _, name = prim.rpartition(".")
        if module != "scipy.sparse" or name not in _CONSTRUCTORS:
            return super().call_prim(prim, args, kwargs)
        given = self.sparse(args[0]) if len(args) == 1 and not kwargs and name in _CONVERSIONS else None
        if given is not None and given.entries is not None:
            return SparseValue(self.emit(prim, self.as_object(given)), False, self.entries_of(given))
        entries = self.with_entries(name, args, kwargs)
        if entries is None:
            return self.marked(super().call_prim(prim, args, kwargs))
        fixed = tuple(map(self.inactive, args)), {k: self.inactive(v) for k, v in kwargs.items()}
        return SparseValue(self.read(super().call_prim(prim, *fixed)), False, entries)

    def marked(self, made: Value) -> Value:
        atom = self.read(made)
        if isinstance(atom, Var):
            self.sparse_made.add(atom)
        return made

    def sparse(self, value: Value) -> SparseValue | None:
        """A sparse matrix, or None when a value is something else."""
        if isinstance(value, SparseValue):
            return value
        if isinstance(value, (Var, ArrayRef)):
            atom = self.read(value)
            return SparseValue(atom) if isinstance(atom, Var) and atom in self.sparse_made else None
        return SparseValue(value) if isinstance(value, Lit) and is_sparse(value.value) else None

    def sparse_binary(self, name: str, left: Value, right: Value) -> Value | None:
        """An operator of which an operand is a sparse matrix; None when neither is."""
        first, second = self.sparse(left), self.sparse(right)
        if first is None and second is None:
            return None
        if first is not None and second is not None:
            return self.of_two_matrices(name, first, second)
        matrix, other = (first, right) if first is not None else (second, left)
        assert matrix is not None
        if not is_numeric(other):
            return None
        rank = self.rank_of_operand(other)
        if rank == 0 and (name == "mul" or name == "truediv" and first is not None):
            return self.scaled(name, matrix, other, first is not None)
        if first is not None and rank != 0 and (name == "matmul" or name == "mul" and self.multiplies_as_matrix(first)):
            return self.wrap(self.sparse_product(first, self.read(right)))
        if second is not None and name == "matmul":
            x, turned = self.read(left), SparseValue(second.matrix, not second.transposed, second.entries)
            if rank == 1:
                return self.wrap(self.sparse_product(turned, x))
            made = self.sparse_product(turned, self.emit("numpy.transpose", x))
            return self.wrap(self.emit("numpy.transpose", made))
        raise self.refuse(f"`{name}` of a sparse matrix has no derivative here", "write a product with a dense array: `A @ x`")

    def of_two_matrices(self, name: str, first: SparseValue, second: SparseValue) -> Value:
        """`A + B` and `A - B`; other operators where neither matrix varies."""
        made = self.emit(f"operator.{name}", self.as_object(first), self.as_object(second))
        if first.entries is None and second.entries is None:
            return self.marked(self.wrap(made))
        if name not in ("add", "sub"):
            raise self.refuse(f"`{name}` of sparse matrices that vary has no derivative here", "apply one after the other: `A @ (B @ x)`")
        sign = self.negative if name == "sub" else lambda data: data
        return self.summed(first, second, made, sign)

    def scaled(self, name: str, matrix: SparseValue, by: Value, is_first: bool) -> Value:
        """`A * s`, `s * A` and `A / s`."""
        operands = (self.as_object(matrix), self.read(self.inactive(by)))
        made = self.emit(f"operator.{name}", *operands if is_first else operands[::-1])
        if matrix.entries is None and not self.may_depend(by):
            return self.marked(self.wrap(made))
        entries = self.entries_of(matrix)
        return SparseValue(made, False, entries.with_data(self.read(self.binary(name, entries.data, by))))

    def sparse_negative(self, value: Value) -> Value | None:
        """`-A`, or None when a value is no sparse matrix."""
        matrix = self.sparse(value)
        if matrix is None:
            return None
        made = self.emit("operator.neg", self.as_object(matrix))
        if matrix.entries is None:
            return self.marked(self.wrap(made))
        entries = self.entries_of(matrix)
        return SparseValue(made, False, entries.with_data(self.negative(entries.data)))

    def negative(self, data: Any) -> Any:
        return self.emit("operator.neg", data)

    def multiplies_as_matrix(self, matrix: SparseValue) -> bool:
        """Whether `*` is the product of matrices, as it is for the older classes."""
        return isinstance(matrix.matrix, Lit) and type(matrix.matrix.value).__name__.endswith("_matrix")

    def rank_of_operand(self, value: Value) -> int | None:
        kind = type_of(self.read(value))
        return kind.rank if isinstance(kind, Tensor) else None

    def sparse_product(self, matrix: SparseValue, x: Any) -> Any:
        if matrix.entries is None:
            return self.emit("runtime.sparse_product", matrix.matrix, x, Lit(matrix.transposed))
        entries = self.entries_of(matrix)
        return self.emit("runtime.entries_product", entries.data, x, entries.rows, entries.columns, matrix.matrix, entries.shape[0], Lit(matrix.transposed))

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        """`value.name`; of a sparse matrix, its transpose, its shape, or a method."""
        if isinstance(value, PartialValue) and value.function == Lit("splu") and name == "solve":
            return PartialValue(Lit("solve"), value.args, ())
        matrix = self.sparse(value)
        if matrix is None:
            return super().attribute(value, name, spelling)
        if name == "T":
            return SparseValue(matrix.matrix, not matrix.transposed, matrix.entries)
        if name == "shape" and isinstance(matrix.matrix, Lit):
            shape = matrix.matrix.value.shape
            return self.from_python(shape[::-1] if matrix.transposed else shape)
        if name == "shape" and matrix.entries is not None and Lit(None) not in matrix.entries.shape:
            return TupleValue(self.entries_of(matrix).shape)
        if name in (*_SAME, *_DENSE, "transpose", "dot"):
            return PartialValue(Lit(name), (matrix,), ())
        raise self.refuse(f"`{name}` of a sparse matrix is not supported", "write products with dense arrays, or pass the arrays")

    def sparse_method(self, matrix: SparseValue, name: str, args: tuple[Value, ...]) -> Value:
        if name == "dot" and len(args) == 1:
            return self.binary("matmul", matrix, args[0])
        if name == "solve":
            word = args[1] if len(args) == 2 else Lit("N")
            if word in (Lit("N"), Lit("T")):
                system = SparseValue(matrix.matrix, matrix.transposed != (word == Lit("T")), matrix.entries)
                solved = self.sparse_solve((system, args[0]), {})
                if solved is not None:
                    return solved
        if args:
            raise self.refuse(f"`{name}` of a sparse matrix with options is not supported", "call it without options")
        if name in _DENSE:
            return self.dense(matrix)
        return SparseValue(matrix.matrix, matrix.transposed != (name == "transpose"), matrix.entries)

    def dense(self, matrix: SparseValue) -> Value:
        """`A.toarray()`."""
        entries = self.entries_of(matrix)
        shape: Any = Lit(None) if Lit(None) in entries.shape else self.as_arg(TupleValue(entries.shape))
        parts = (entries.data, entries.rows, entries.columns, matrix.matrix, shape, Lit(matrix.transposed))
        return self.wrap(self.emit("runtime.entries_array", *parts))

    def sparse_solve(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """`spsolve(A, b)`."""
        matrix = self.sparse(args[0]) if args else None
        if matrix is None or len(args) != 2 or not is_numeric(args[1]):
            return None
        b = self.read(args[1])
        if matrix.entries is None:
            named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
            return self.wrap(self.emit("scipy.sparse.linalg.spsolve", self.as_object(matrix), b, **named))
        if kwargs:
            raise self.refuse("spsolve of a matrix that varies, with options, is not supported", "call it without options")
        entries = self.entries_of(matrix)
        solve = Lit(python_function("scipy.sparse.linalg.spsolve"))
        parts = (entries.data, b, entries.rows, entries.columns, matrix.matrix, solve, Lit(matrix.transposed))
        return self.wrap(self.emit("runtime.entries_solution", *parts))
