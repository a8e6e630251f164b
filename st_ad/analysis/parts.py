"""Whether complex numbers occur in a program, as far as its text tells."""

from __future__ import annotations

import numpy as np

from ..ir import walk
from ..ir.syntax import Block, Eqn, Lit
from ..ir.types import Tensor

_PRIMS = frozenset(
    "builtins.complex numpy.complex128 numpy.complex64 numpy.real numpy.imag numpy.conjugate numpy.angle numpy.iscomplexobj "
    "numpy.linalg.eig numpy.linalg.eigvals".split()
)
_MODULES = ("numpy.fft.", "numpy.emath.", "cmath.")


def mentions_complex(block: Block) -> bool:
    """Whether a value, a type or a function of a block is complex."""
    return any(isinstance(node, Eqn) and _is_complex(node) for node in walk.all_nodes(block))


def _is_complex(eqn: Eqn) -> bool:
    if eqn.prim in _PRIMS or eqn.prim.startswith(_MODULES):
        return True
    if any(isinstance(v.type, Tensor) and v.type.dtype and v.type.dtype.startswith("complex") for v in eqn.outs):
        return True
    return any(_is_complex_literal(a) for arg in walk.operands(eqn) for a in walk.leaves(arg))


def _is_complex_literal(atom: object) -> bool:
    if not isinstance(atom, Lit):
        return False
    value = atom.value
    if isinstance(value, (complex, np.complexfloating)) or value is complex:
        return True
    dtype = value if isinstance(value, np.dtype) else getattr(value, "dtype", None)
    if isinstance(value, type) and issubclass(value, np.complexfloating):
        return True
    return isinstance(dtype, np.dtype) and dtype.kind == "c"
