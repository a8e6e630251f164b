"""What the frontend knows of a sparse matrix of SciPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...ir.syntax import Atom, Lit


@dataclass(frozen=True, eq=False)
class Entries:
    """The entries of a sparse matrix with the row and the column of each, and its shape, of None where that is not known.

    Those at one place add up. `held` are the arrays that the matrix may share its memory with, with their contents then.
    """

    data: Atom
    rows: Atom
    columns: Atom
    shape: tuple[Atom, Atom] = (Lit(None), Lit(None))
    held: tuple[tuple[int, Any], ...] = ()

    def with_data(self, data: Atom) -> "Entries":
        """Other entries at the same places, in memory of their own."""
        return Entries(data, self.rows, self.columns, self.shape)

    @property
    def transposed(self) -> "Entries":
        return Entries(self.data, self.columns, self.rows, self.shape[::-1], self.held)


@dataclass(frozen=True, eq=False)
class SparseValue:
    """A sparse matrix of SciPy, or its transpose. One that is made of what may vary has `entries`, before it is transposed."""

    matrix: Atom
    transposed: bool = False
    entries: Entries | None = None
