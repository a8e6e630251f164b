"""The passes in order: from a function and the kind of its arguments to a finished program, and to its text."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import Any, Callable, Mapping, Sequence

from .analysis.infer import NUMPY
from .analysis.mixed import store_into_ints
from .analysis.undefined import read_of_nothing
from .emit import emit_function, emit_module
from .simplify.storage import storage
from .errors import NotDifferentiableError, Problem, StAdError, UnsupportedError
from .frontend.lower import lower
from .frontend.text.source import SourceFunction, source_of
from .ir import walk
from .ir.build import Builder
from .ir.check import check
from .ir.show import show
from .ir.syntax import Arg, Atom, Block, Function, Lit, Pack, Param, Var
from .ir.types import Expr, Seq, Sym, Tensor, resolve
from .lowering import TARGETS
from .recipe import MODES, Recipe
from .simplify import FAST_PASSES, PASSES, buffers, matrices
from .transform.contract import of_product
from .transform.equations import problem_at
from .transform.forward import forward
from .transform.reverse import reverse
from .transform.split import split

Pass = Callable[[Function], Function]
ArgTree = Any

# The verifier runs after every pass when this is set (the tests set it); ST_AD_DUMP=1 shows every pass on stderr.
VERIFY = bool(os.environ.get("ST_AD_VERIFY"))
DUMP = bool(os.environ.get("ST_AD_DUMP"))


def run(function: Function, passes: Sequence[tuple[str, Pass]]) -> Function:
    """Apply passes in order; with VERIFY set, a pass that breaks the program raises."""
    for name, one in passes:
        function = inspect_program(one(function), name)
    return function


def inspect_program(function: Function, after: str) -> Function:
    """The function itself, verified and shown when that is switched on."""
    if DUMP:
        print(f"--- {function.name} after {after}\n{show(function)}", file=sys.stderr)
    if VERIFY:
        problems = check(function)
        if problems:
            listing = "\n".join(map(str, problems))
            raise StAdError(
                f"st_ad is at fault: `{function.name}` is broken after {after}:\n{listing}\n{show(function)}"
            )
    return function


def primal(subject: Any, arguments: Mapping[str, ArgTree]) -> Function:
    """The program of a function, of a source that is not loaded, or of something that was transformed already."""
    if hasattr(subject, "__st_ad_function__"):
        function: Function = subject.__st_ad_function__(dict(arguments))
        return function
    source = subject if isinstance(subject, SourceFunction) else source_of(subject)
    lowered = inspect_program(lower(source, dict(arguments), NUMPY), "lower")
    check_stores(lowered)
    check_values(lowered)
    return lowered


def check_stores(function: Function) -> None:
    """Refuse a store that cuts off fractions in some passes of a loop and not in others."""
    store = store_into_ints(function, NUMPY)
    if store is not None:
        what = "cannot decide whether this array holds ints or floats"
        raise UnsupportedError(problem_at(store.loc, what, "let the number that it is made of be a float from the start: `0.0`"))


def check_values(function: Function) -> None:
    """Refuse a program in which something is computed from a name that has no value there."""
    node = read_of_nothing(function.block)
    if node is not None:
        what = "cannot decide which value a name has here: it has none on some path"
        raise UnsupportedError(problem_at(node.loc, what, "assign it before the loop or branch"))


def derive(function: Function, recipe: Recipe) -> tuple[Function, ...]:
    """The derivative that a recipe asks for, not yet tidied: one function, or two for "pullback".

    "pullback" gives `f_vjp_forward(x) -> (out, record)` and `f_pullback(record, out_bar)`: what does not depend on
    the seed is done once.
    """
    mode, wrt = recipe.mode, recipe.wrt
    if mode == "primal":
        return (function,)
    if mode in ("grad", "value_and_grad", "hvp"):
        check_scalar_result(function, recipe.has_aux)
    elif function.result == Lit(None):
        what = f"`{function.name}` returns None, which has no derivative"
        raise NotDifferentiableError(Problem(what, "return what is to be differentiated"))
    if mode == "elementwise_grad":
        check_room_for_derivative(function, wrt)
        function = sum_result(function)
    if mode in ("grad", "value_and_grad", "elementwise_grad"):
        found = reverse(function, wrt, value=mode == "value_and_grad", aux=recipe.has_aux, knowledge=NUMPY)
        return (_grouped(inspect_program(found, "reverse"), recipe),)
    if mode in ("vjp", "pullback"):
        found = inspect_program(
            reverse(function, wrt, seed="vjp", aux=recipe.has_aux, knowledge=NUMPY), "reverse"
        )
        return (found,) if mode == "vjp" else split(found, found.facts["seeds"], "pullback")
    if mode == "jvp":
        return (inspect_program(forward(function, wrt, knowledge=NUMPY), "forward"),)
    if mode == "hvp":
        gradient = _grouped(run(reverse(function, wrt, knowledge=NUMPY), PASSES), recipe)
        gradient = without_seed(gradient)
        found = inspect_program(forward(gradient, wrt, knowledge=NUMPY), "forward")
        found = product_only(found, f"{function.name}_hvp")
        return (dataclasses.replace(found, doc=of_product(function, wrt, found.facts["seeds"])),)
    raise ValueError(f"unknown mode {mode!r}: one of {', '.join(MODES)}")


def _grouped(function: Function, recipe: Recipe) -> Function:
    """A gradient with respect to a tuple of one parameter is a tuple of one."""
    if recipe.single or len(recipe.wrt) != 1:
        return function
    tree = function.result
    if recipe.mode == "value_and_grad" or recipe.has_aux:
        assert isinstance(tree, Pack)
        items = list(tree.items)
        at = 1 if recipe.mode == "value_and_grad" else 0
        items[at] = Pack("tuple", (items[at],))
        return dataclasses.replace(function, result=dataclasses.replace(tree, items=tuple(items)))
    return dataclasses.replace(function, result=Pack("tuple", (tree,)))


def tidy(function: Function, style: str = "readable") -> Function:
    """Simplify, and insert the copies that make printing in place right."""
    function = run(function, (("matrices", matrices),))
    if style == "fast":
        return run(function, (*FAST_PASSES, ("storage", storage), ("buffers", buffers)))
    return run(function, (*PASSES, ("storage", storage)))


def build(
    subject: Any, arguments: Mapping[str, ArgTree], recipe: Recipe, name_axes: bool = True
) -> tuple[Function, ...]:
    """Everything up to the text: lower, differentiate and tidy."""
    lowered = primal(subject, arguments)
    if name_axes:
        name_lengths(lowered)
    return tuple(tidy(f, recipe.style) for f in derive(lowered, recipe))


def aimed(functions: Sequence[Function], target: str) -> tuple[Function, ...]:
    """Finished programs in the words of a target.

    Raises ValueError when there is no such target, UnsupportedError when it has no words for something.
    """
    if target not in TARGETS:
        raise ValueError(f"unknown target {target!r}: one of {', '.join(TARGETS)}")
    return tuple(run(f, TARGETS[target]) for f in functions)


def text_of(function: Function) -> str:
    """The source text of a finished function."""
    text: str = emit_function(function).text
    return text


def module_text(functions: Sequence[Function]) -> str:
    """The source text of a module of finished functions that needs NumPy and nothing else."""
    text: str = emit_module(tuple(functions))
    return text


def closed(function: Function, recipe: Recipe) -> Function:
    """A derivative with the parameters of the original, simplified, for use inside another function."""
    return run(without_seed(derive(function, recipe)[0]), PASSES)


def without_seed(function: Function) -> Function:
    """A gradient whose seed `out_bar` is 1, so that its parameters are those of the original."""
    kept: list[Param] = []
    seeds: dict[Var, Atom] = {}
    for param in function.params:
        if param.name in function.facts["seeds"] and isinstance(param.default, Lit):
            seeds.update((leaf, param.default) for leaf in walk.leaves(param.tree) if isinstance(leaf, Var))
        else:
            kept.append(param)
    if not seeds:
        return function
    body = walk.substitute(Block((), function.block.body, function.block.results), seeds)
    block = Block(tuple(p for p in function.block.params if p not in seeds), body.body, body.results)
    result = walk.map_arg(function.result, lambda a: seeds.get(a, a) if isinstance(a, Var) else a)
    return dataclasses.replace(function, params=tuple(kept), block=block, result=result)


def product_only(function: Function, name: str) -> Function:
    """The function without the first half of its result: the derivative, and not the value."""
    assert isinstance(function.result, Pack)
    tree = function.result.items[1]
    block = dataclasses.replace(function.block, results=tuple(walk.leaves(tree)))
    return dataclasses.replace(function, name=name, block=block, result=tree)


def sum_result(function: Function) -> Function:
    """The function with its array result summed, so that its gradient is the derivative at every point."""
    if isinstance(function.result, Pack):
        what = f"`{function.name}` returns a {function.result.kind}; elementwise_grad takes a function of one array"
        raise NotDifferentiableError(Problem(what, "return one of its parts"))
    if not isinstance(function.result, Var) or getattr(function.result.type, "rank", None) == 0:
        return function
    builder = Builder(NUMPY, function.block.body[-1].loc if function.block.body else function.loc)
    total = builder.emit("numpy.sum", function.result, hint="total")
    block = Block(function.block.params, (*function.block.body, *builder.nodes), (total,))
    return dataclasses.replace(function, block=block, result=total)


def check_room_for_derivative(function: Function, wrt: tuple[str, ...]) -> None:
    """Refuse a complex derivative in the place of a real argument."""
    dtype = getattr(getattr(function.result, "type", None), "dtype", None)
    for param in function.params:
        kinds = [getattr(v.type, "dtype", None) for v in walk.variables((param.tree,))]
        if param.name in wrt and dtype in ("complex128", "complex64") and any(k in ("float64", "float32") for k in kinds):
            what = f"`{function.name}` is complex, so its derivative has no room in the real argument `{param.name}`"
            raise NotDifferentiableError(Problem(what, "use jvp with a tangent of ones, or pass a complex argument"))


def check_scalar_result(function: Function, has_aux: bool) -> None:
    """Refuse a gradient of something that is known to be no real number."""
    tree = function.result
    if has_aux:
        if not (isinstance(tree, Pack) and tree.kind == "tuple" and len(tree.items) == 2):
            what = f"`{function.name}` does not return a pair (result, aux), which has_aux=True says"
            raise NotDifferentiableError(Problem(what, "return (result, aux), or leave has_aux out"))
        tree = tree.items[0]
    if isinstance(tree, Pack):
        what = f"`{function.name}` returns a {tree.kind}, not one number"
        raise NotDifferentiableError(
            Problem(what, "return one number, use has_aux=True, or use vjp or jacrev")
        )
    if not isinstance(tree, Var):
        _check_number(function.name, tree)
        return
    kind = tree.type
    if not isinstance(kind, Tensor):
        raise NotDifferentiableError(
            Problem(f"`{function.name}` returns {kind!r}, not one number", "return a number")
        )
    if kind.shape:
        what = f"`{function.name}` returns an array {kind!r}, not one number"
        raise NotDifferentiableError(Problem(what, "sum the result, or use jacrev, vjp or elementwise_grad"))
    if kind.dtype in ("complex128", "complex64"):
        what = f"`{function.name}` returns a complex number, whose gradient is not defined"
        raise NotDifferentiableError(Problem(what, "return a real number, such as np.abs(z) ** 2 or z.real"))


def _check_number(name: str, tree: Arg) -> None:
    if isinstance(tree, Lit) and isinstance(tree.value, (int, float)) and not isinstance(tree.value, bool):
        return
    given = tree.value if isinstance(tree, Lit) else tree
    raise NotDifferentiableError(Problem(f"`{name}` returns {given!r}, not one number", "return a number"))


def name_lengths(function: Function) -> None:
    """Name the lengths of the parameters in order of appearance, now that it is known which are equal."""
    found: dict[Sym, None] = {}
    for var in function.block.params:
        kind = var.type.item if isinstance(var.type, Seq) else var.type
        for dim in kind.shape or () if isinstance(kind, Tensor) else ():
            resolved = resolve(dim)
            if isinstance(resolved, Sym):
                found[resolved] = None
            elif isinstance(resolved, Expr):
                found.update((a, None) for a in resolved.args if isinstance(a, Sym))
    taken = {p.name for p in function.params} | {f.spelling for f in function.free}
    letters = [c for c in ("ndhkmpqrstuvw" if len(found) == 1 else "dhknmpqrstuvw") if c not in taken]
    if len(found) > len(letters) or any(len(s.name) > 1 for s in found):
        return
    for sym, letter in zip(found, letters):
        sym.name = letter


def parameter(function: Function, name: str) -> Param:
    """A parameter by name."""
    for param in function.params:
        if param.name == name:
            return param
    raise KeyError(name)
