"""Sparse matrices of SciPy that do not vary: products with them, and solves, are linear."""

from __future__ import annotations

from typing import Any

from ...ir.build import type_of
from ...ir.syntax import Lit, Var
from ...ir.types import Tensor
from .distributions import DistributionMixin
from ..data.values import ArrayRef, PartialValue, SparseValue, Value, is_numeric

_CONSTRUCTORS = frozenset(
    "csr_matrix csc_matrix coo_matrix dia_matrix lil_matrix csr_array csc_array coo_array dia_array diags diags_array eye "
    "eye_array identity kron kronsum bmat block_array block_diag hstack vstack spdiags tril triu".split()
)
# What solves with one matrix many times, and the name of its result.
_FACTORS = {"scipy.sparse.linalg.splu": "splu", "scipy.sparse.linalg.factorized": "solve"}
_SAME = ("tocsr", "tocsc", "tocoo", "copy")


def is_sparse(value: Any) -> bool:
    """Whether an object is a sparse matrix or array of SciPy."""
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "tocsr")


class SparseMixin(DistributionMixin):
    """Products of constant sparse matrices with dense arrays."""

    sparse_made: set[Var]

    def call_prim(self, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value:
        """A call of a primitive; what makes a sparse matrix is remembered, and what factorises one keeps the matrix."""
        matrix = self.sparse(args[0]) if prim in _FACTORS and len(args) == 1 and not kwargs else None
        if matrix is not None:
            return PartialValue(Lit(_FACTORS[prim]), (matrix,), ())
        made = super().call_prim(prim, args, kwargs)
        module, _, name = prim.rpartition(".")
        return self.marked(made) if module == "scipy.sparse" and name in _CONSTRUCTORS else made

    def marked(self, made: Value) -> Value:
        atom = self.read(made)
        if isinstance(atom, Var):
            self.sparse_made.add(atom)
        return made

    def sparse(self, value: Value) -> SparseValue | None:
        """A constant sparse matrix, or None when a value is something else."""
        if isinstance(value, SparseValue):
            return value
        if isinstance(value, (Var, ArrayRef)):
            atom = self.read(value)
            return SparseValue(atom) if isinstance(atom, Var) and atom in self.sparse_made else None
        return SparseValue(value) if isinstance(value, Lit) and is_sparse(value.value) else None

    def sparse_binary(self, name: str, left: Value, right: Value) -> Value | None:
        """`A @ x` and `x @ A`; None when neither operand is a sparse matrix with a dense one beside it."""
        first, second = self.sparse(left), self.sparse(right)
        if first is not None and second is None and is_numeric(right):
            is_product = name == "matmul" or name == "mul" and self.multiplies_as_matrix(first)
            if is_product and self.rank_of_operand(right) != 0:
                return self.wrap(self.sparse_product(first, self.read(right), first.transposed))
        elif second is not None and first is None and is_numeric(left) and name == "matmul":
            x = self.read(left)
            if self.rank_of_operand(left) == 1:
                return self.wrap(self.sparse_product(second, x, not second.transposed))
            made = self.sparse_product(second, self.emit("numpy.transpose", x), not second.transposed)
            return self.wrap(self.emit("numpy.transpose", made))
        if first is not None and second is not None:
            if first.transposed or second.transposed:
                raise self.refuse("a sum or product of transposed sparse matrices", "make it outside of the function")
            return self.marked(self.wrap(self.emit(f"operator.{name}", first.matrix, second.matrix)))
        if first is None and second is None or not (is_numeric(left) or is_numeric(right)):
            return None
        raise self.refuse(f"`{name}` of a sparse matrix has no derivative here", "write a product with a dense array: `A @ x`")

    def multiplies_as_matrix(self, matrix: SparseValue) -> bool:
        """Whether `*` is the product of matrices, as it is for the older classes."""
        return isinstance(matrix.matrix, Lit) and type(matrix.matrix.value).__name__.endswith("_matrix")

    def rank_of_operand(self, value: Value) -> int | None:
        kind = type_of(self.read(value))
        return kind.rank if isinstance(kind, Tensor) else None

    def sparse_product(self, matrix: SparseValue, x: Any, transposed: bool) -> Any:
        options: dict[str, Any] = {"transposed": Lit(True)} if transposed else {}
        return self.emit("runtime.sparse_product", matrix.matrix, x, **options)

    def attribute(self, value: Value, name: str, spelling: str | None = None) -> Value:
        """`value.name`; of a sparse matrix, its transpose, its shape, or its product."""
        if isinstance(value, PartialValue) and value.function == Lit("splu") and name == "solve":
            return PartialValue(Lit("solve"), value.args, ())
        matrix = self.sparse(value)
        if matrix is None:
            return super().attribute(value, name, spelling)
        if name == "T":
            return SparseValue(matrix.matrix, not matrix.transposed)
        if name == "shape" and isinstance(matrix.matrix, Lit):
            shape = matrix.matrix.value.shape
            return self.from_python(shape[::-1] if matrix.transposed else shape)
        if name in (*_SAME, "transpose", "dot"):
            return PartialValue(Lit(name), (matrix,), ())
        raise self.refuse(f"`{name}` of a sparse matrix is not supported", "write products with dense arrays, or pass the arrays")

    def sparse_method(self, matrix: SparseValue, name: str, args: tuple[Value, ...]) -> Value:
        if name == "dot" and len(args) == 1:
            return self.binary("matmul", matrix, args[0])
        if name == "solve":
            word = args[1] if len(args) == 2 else Lit("N")
            if word in (Lit("N"), Lit("T")):
                system = SparseValue(matrix.matrix, matrix.transposed != (word == Lit("T")))
                solved = self.sparse_solve((system, args[0]), {})
                if solved is not None:
                    return solved
        if args:
            raise self.refuse(f"`{name}` of a sparse matrix with options is not supported", "call it without options")
        return SparseValue(matrix.matrix, not matrix.transposed) if name == "transpose" else matrix

    def sparse_solve(self, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """`spsolve(A, b)` with a constant matrix."""
        matrix = self.sparse(args[0]) if args else None
        if matrix is None or len(args) != 2 or not is_numeric(args[1]):
            return None
        given = matrix.matrix
        system: Any = self.emit("numpy.transpose", given) if matrix.transposed else given
        named: dict[str, Any] = {k: self.as_arg(v) for k, v in kwargs.items()}
        return self.wrap(self.emit("scipy.sparse.linalg.spsolve", system, self.read(args[1]), **named))
