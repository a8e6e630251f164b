"""Printing: from a finished program to Python source that reads as if a person had written it.

`folding` puts single-use values back into expressions, `names` merges the versions of a variable, `statements`,
`branches`, `loops` and `regions` make the lines, and `layout` puts them into sections of 88 columns.
"""

from __future__ import annotations

from .context import EmitContext, Emitted
from .module import emit_function, emit_module

__all__ = ["EmitContext", "Emitted", "emit_function", "emit_module"]
