"""What is measured: each tool makes, of a workload, a function without arguments that gives the gradients.

A tool gives None where it is not installed, or cannot do the workload. To add one, write a function and put it into TOOLS.
"""

from __future__ import annotations

import types
from typing import Any, Callable

import numpy as np

from st_ad import grad

from .workloads import Workload

Ready = Callable[[], Any]


def by_hand(work: Workload) -> Ready:
    """The adjoint that a person wrote."""
    return lambda: work.by_hand(*work.args)


def _emitted(work: Workload, **options: Any) -> Ready:
    bare = grad(work.program, argnums=tuple(range(work.wrt)), **options).specialize(*work.args)
    return lambda: bare(*work.args)


def readable(work: Workload) -> Ready:
    """The function that st_ad prints."""
    return _emitted(work)


def fast(work: Workload) -> Ready:
    """The function that st_ad prints with style="fast"."""
    return _emitted(work, style="fast")


def by_autograd(work: Workload) -> Ready | None:
    """The program as it stands with autograd's NumPy, or as its users must write it."""
    try:
        import autograd
        import autograd.numpy
    except ImportError:
        return None
    from . import functional

    program = getattr(functional, f"{work.program.__name__}_without_stores", work.program)
    moved = types.FunctionType(program.__code__, {**program.__globals__, "np": autograd.numpy})
    found = autograd.grad(moved, tuple(range(work.wrt)))
    return lambda: found(*work.args)


def by_jax(work: Workload) -> Ready | None:
    """The program in jax.numpy, compiled, in double precision, its arguments already where JAX wants them."""
    try:
        import jax
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    from . import in_jax

    args = [a if isinstance(a, int) else jax.numpy.asarray(a) for a in work.args]
    static = tuple(i for i, a in enumerate(work.args) if isinstance(a, int))
    program = getattr(in_jax, work.program.__name__)
    found = jax.jit(jax.grad(program, tuple(range(work.wrt))), static_argnums=static)
    return lambda: jax.block_until_ready(found(*args))


def by_torch(work: Workload) -> Ready | None:
    """The program in PyTorch, eager, in double precision, its arguments already tensors."""
    try:
        import torch
    except ImportError:
        return None
    from . import in_torch

    args = [a if isinstance(a, int) else torch.as_tensor(np.asarray(a)) for a in work.args]
    wrt = [a.clone().requires_grad_() for a in args[: work.wrt]]
    program = getattr(in_torch, work.program.__name__)
    return lambda: torch.autograd.grad(program(*wrt, *args[work.wrt :]), wrt)


TOOLS: dict[str, Callable[[Workload], Ready | None]] = {
    "by hand": by_hand,
    "readable": readable,
    "fast": fast,
    "autograd": by_autograd,
    "JAX jit": by_jax,
    "PyTorch": by_torch,
}
OURS = ("readable", "fast")
