"""Sparse matrices that are made of what may vary: their entries are kept beside them, and the derivative goes by these."""

from __future__ import annotations

from typing import Any, Callable

from ...ir import walk
from ...ir.build import type_of
from ...ir.syntax import Lit, Var
from ...ir.types import Tensor
from ..data.sparse_values import Entries, SparseValue
from ..data.values import ArrayRef, ListRef, TupleValue, Value, is_numeric
from .distributions import DistributionMixin

_NO_SHAPE = (Lit(None), Lit(None))
_OF_PLACES = frozenset(f"{form}_{kind}" for form in ("csr", "csc", "coo", "dia") for kind in ("matrix", "array"))


class EntriesMixin(DistributionMixin):
    """What becomes of the entries of sparse matrices."""

    def with_entries(self, name: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Entries | None:
        """The entries of what a constructor of scipy.sparse makes; None when nothing of it may vary, or it is not known."""
        given = {**dict(zip(_PARAMETERS.get(name, _OF_MATRIX), args)), **kwargs}
        if name.startswith("diags"):
            return self.entries_of_diagonals(given) if self.may_depend(given.get("diagonals")) else None
        first = given.get("arg1")
        if name not in _OF_PLACES or not self.may_depend(first):
            return None
        shape = self.shape_given(given.get("shape"))
        if isinstance(first, TupleValue) and len(first.items) == 2:
            data, places = first.items
            if name.startswith("dia_"):
                return self.entries_by("of_stacked_diagonals", (data, places, *shape), shape, self.memory_of(data))
            if isinstance(places, TupleValue) and len(places.items) == 2:
                held = self.memory_of(data) if name.startswith("coo") else ()
                return self.entries_at(data, *places.items, shape=shape, held=held)
        if isinstance(first, TupleValue) and len(first.items) == 3 and name[:3] in ("csr", "csc"):
            body = "of_rows" if name.startswith("csr") else "of_columns"
            return self.entries_by(body, tuple(self.as_array(v) for v in first.items), shape, self.memory_of(first.items[0]))
        if isinstance(first, (Var, ArrayRef)) and not name.startswith("dia_"):
            kind = type_of(self.read(first))
            if isinstance(kind, Tensor) and kind.rank == 2:
                dims = self.items_of(self.array_attribute(first, "shape"))
                return self.entries_by("of_dense", (first,), (dims[0], dims[1]))
        return None

    def entries_of_diagonals(self, given: dict[str, Value]) -> Entries | None:
        diagonals, offsets = given["diagonals"], given.get("offsets", Lit(0))
        if self.is_number(offsets):
            offsets = TupleValue((offsets,))
            if not (self.known_length(diagonals) and not self.is_number(self.items_of(diagonals)[0])):
                diagonals = TupleValue((diagonals,))
        if not self.known_length(offsets) or not self.known_length(diagonals):
            return None
        shape = self.shape_given(given.get("shape"))
        if shape != _NO_SHAPE:
            return self.entries_by("of_diagonals", (diagonals, offsets, *shape), shape)
        first, offset = self.as_array(self.items_of(diagonals)[0]), self.items_of(offsets)[0]
        m = self.binary("add", self.call(Lit(len, "len"), (first,), {}), self.call(Lit(abs, "abs"), (offset,), {}))
        return self.entries_by("of_diagonals", (diagonals, offsets, m), (m, m))

    def entries_by(self, body: str, args: tuple[Value, ...], shape: tuple[Value, Value], held: tuple[Any, ...] = ()) -> Entries:
        """The entries that a program of `rules.scipy.entries` gives."""
        program = self.knowledge.procedure(f"scipy.sparse.entries.{body}")
        assert program is not None
        found = self.run_procedure(program, args, {})
        assert isinstance(found, TupleValue)
        return self.entries_at(*found.items, shape=shape, held=held)

    def entries_at(self, *parts: Value, shape: tuple[Value, Value], held: tuple[Any, ...] = ()) -> Entries:
        data, rows, columns = (self.read(self.as_array(v)) for v in parts)
        m, n = (self.read(v) for v in shape)
        return Entries(data, rows, columns, (m, n), held)

    def memory_of(self, data: Value) -> tuple[tuple[int, Any], ...]:
        """The array that a matrix holds on to, and what is in it."""
        return ((data.cell, self.state.heap[data.cell]),) if isinstance(data, ArrayRef) else ()

    def may_depend(self, value: Value | None) -> bool:
        """Whether a part of a value may depend on the arguments of the function."""
        if isinstance(value, SparseValue):
            return value.entries is not None
        if value is None or isinstance(value, Lit):
            return False
        return any(isinstance(v, Var) and isinstance(v.type, Tensor) and v.type.is_float for v in walk.leaves(self.as_arg(value)))

    def entries_of(self, matrix: SparseValue) -> Entries:
        """The entries of any sparse matrix."""
        entries = matrix.entries
        if entries is None:
            data, rows, columns = (self.emit(f"runtime.sparse_{part}", matrix.matrix) for part in ("values", "rows", "columns"))
            m, n = matrix.matrix.value.shape if isinstance(matrix.matrix, Lit) else (None, None)
            entries = Entries(data, rows, columns, (Lit(m), Lit(n)))
        if any(self.state.heap.get(cell) is not content for cell, content in entries.held):
            remedy = "give it a copy: sparse.csr_matrix((data.copy(), ...))"
            raise self.refuse("an array that this sparse matrix may share its memory with was written to", remedy)
        return entries.transposed if matrix.transposed else entries

    def summed(self, a: SparseValue, b: SparseValue, matrix: Any, sign: Callable[[Value], Value]) -> SparseValue:
        first, second = self.entries_of(a), self.entries_of(b)
        shape = first.shape if first.shape[0] != Lit(None) else second.shape
        parts = (first.data, first.rows, first.columns, sign(second.data), second.rows, second.columns)
        return SparseValue(matrix, False, self.entries_by("of_sum", parts, shape))

    def inactive(self, value: Value) -> Value:
        """A value of which a sparse matrix is made: the derivative does not go this way."""
        if isinstance(value, SparseValue):
            return self.wrap(self.as_object(value))
        if isinstance(value, TupleValue):
            return TupleValue(tuple(map(self.inactive, value.items)))
        if isinstance(value, ListRef) and self.known_length(value):
            return self.new_list(tuple(map(self.inactive, self.items_of(value))))
        return self.wrap(self.emit("runtime.inactive", self.as_arg(value))) if self.may_depend(value) else value

    def as_object(self, matrix: SparseValue) -> Any:
        """A matrix as an object of the program, transposed where it is said to be."""
        return self.emit("numpy.transpose", matrix.matrix) if matrix.transposed else matrix.matrix

    def as_array(self, value: Value) -> Value:
        return value if isinstance(value, (Var, ArrayRef)) else self.call_prim("numpy.array", (value,), {})

    def is_number(self, value: Value) -> bool:
        kind = type_of(self.read(value)) if is_numeric(value) else None
        return isinstance(kind, Tensor) and kind.shape == ()

    def shape_given(self, value: Value | None) -> tuple[Value, Value]:
        if isinstance(value, TupleValue) and len(value.items) == 2:
            return value.items[0], value.items[1]
        if isinstance(value, Lit) and isinstance(value.value, tuple) and len(value.value) == 2:
            return Lit(value.value[0]), Lit(value.value[1])
        return _NO_SHAPE


_OF_MATRIX = ("arg1", "shape", "dtype", "copy")
_PARAMETERS = {"diags": ("diagonals", "offsets", "shape", "format", "dtype"), "diags_array": ("diagonals",)}
