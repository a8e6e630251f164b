"""Functions of libraries: questions about fixed things are answered at once, and what has no rule is run as it is written."""

from __future__ import annotations

import importlib
import inspect
import json
import operator
import re
import types
from typing import Any, Callable

import numpy as np

from ...errors import NeedStatic, SourceUnavailableError, StAdError, UnsupportedError
from ...ir import walk
from ...ir.build import type_of
from ...ir.syntax import Block, Eqn, Lit, Var
from ...ir.types import Opaque, Tensor
from .inlining import InlineMixin
from .procedures import takes
from ..text.source import SourceFunction, source_of
from ..data.values import (
    ArrayRef,
    DictRef,
    FunctionValue,
    ListContent,
    ListRef,
    ObjectRef,
    SliceValue,
    TupleValue,
    Value,
    is_known,
    is_numeric,
)

# Objects that never change, so that what their methods give is known when their arguments are.
_FIXED = (str, bytes, bool, int, float, complex, frozenset, np.dtype, types.MappingProxyType)
# The description of a library of arrays, and what it answers.
_DESCRIPTION = "__array_namespace_info__"
# What looks for a number by trying: its steps say nothing about how the number varies.
_SEARCHES = ("scipy.optimize.", "scipy.sparse.")
# Functions of which the same holds.
_PURE: tuple[Any, ...] = (
    np.finfo, np.iinfo, np.dtype, np.issubdtype, getattr(np, "isdtype", None), np.result_type, np.promote_types, np.can_cast, np.isscalar, np.iterable,
    issubclass, operator.index, inspect.signature, inspect.getfullargspec, inspect.unwrap, inspect.isfunction, inspect.isclass, inspect.ismethod, importlib.import_module,
    ord, chr, bin, hex, oct, re.findall, re.split, re.sub, json.loads,
)  # fmt: skip


# Questions that only the kind of an argument decides: number or array, dtype, rank.
_OF_KIND: tuple[Any, ...] = (
    np.result_type, np.common_type, np.isscalar, np.iterable, np.can_cast, np.iscomplexobj, np.isrealobj, inspect.getattr_static,
)  # fmt: skip
# The same in the array API's helpers, which ask for the library of an array.
_OF_LIBRARY = ("array_namespace", "get_namespace", "xp_result_type", "xp_default_dtype", "is_", "_is")


class EffectInCache(UnsupportedError):
    """A function whose results are kept does something besides, which may or may not happen."""


class UnknownKind(Exception):
    """There is no example of a value whose kind is not known."""


class LibraryMixin(InlineMixin):
    """Calls of functions that somebody else wrote."""

    def settled(self, found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> Value | None:
        """What a method of a string, a number or another fixed object gives for arguments that are known, or a
        question about the kind of arguments; None when it is something else, or not known."""
        given = (*args, *kwargs.values())
        owner = getattr(found, "__self__", None)
        known = all(is_known(a) or isinstance(owner, str) and self.is_known_list(a) for a in given)
        if not (is_pure(found) and known) and not is_of_kind(found):
            return None
        if isinstance(owner, types.MappingProxyType):
            then = dict(owner)
            self.watch("items", lambda: owner if dict(owner) == then else None, owner, owner)
        try:
            examples = [self.example(a) for a in args]
            named = {k: self.example(v) for k, v in kwargs.items()}
        except UnknownKind:
            if is_about_sparse(found) and len(args) == 1 and is_numeric(args[0]) and not kwargs:
                return Lit(False)
            return None
        try:
            return self.from_python(found(*examples, **named))
        except Exception as error:
            raise self.refuse(f"this fails when it is run: {error}", "it fails without st_ad as well: mend it") from None

    def is_known_list(self, value: Value) -> bool:
        """Whether a value is a list of known items."""
        content = self.content(value) if type(value) is ListRef else None
        return isinstance(content, ListContent) and all(map(is_known, content.items))

    def example(self, value: Value) -> Any:
        """A known value, or one of the same kind: an array without elements for an array."""
        if isinstance(value, Lit):
            return value.value
        if isinstance(value, TupleValue):
            return tuple(self.example(v) for v in value.items)
        if isinstance(value, ListRef) and isinstance(self.content(value), ListContent):
            return [self.example(v) for v in self.content(value).items]
        if isinstance(value, SliceValue):
            return slice(None)
        if not isinstance(value, (Var, ArrayRef)):
            raise UnknownKind
        kind = type_of(self.read(value))
        if not isinstance(kind, Tensor) or kind.dtype is None or kind.shape is None or kind.form is None:
            raise UnknownKind
        if kind.form == "nd":
            return np.zeros((0,) * len(kind.shape), kind.dtype)
        number = np.zeros((), kind.dtype)[()]
        return number.item() if kind.form == "py" else number

    def written_out(
        self, found: Any, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]
    ) -> Value | None:
        """What a Python function of NumPy or SciPy that has no rule for these arguments gives, computed as it is written
        there; None when it is better called: it has a rule, it is public and no argument may be differentiated, or its
        text is not supported."""
        given = (*args, *kwargs.values())
        if prim.startswith(_SEARCHES) and any(isinstance(a, FunctionValue) or is_function(a) for a in given):
            return None
        body = self.knowledge.procedure(prim)
        if body is not None and takes(body, args, kwargs):
            return None
        is_private = any(part.startswith("_") for part in prim.split("."))
        if not is_private and not any(self.may_vary(a) for a in given):
            return None
        has_rule = self.knowledge.knows(prim)
        if has_rule and not self.is_refused(found, prim, args, kwargs):
            return None
        if isinstance(found, type):
            return self.attempt(lambda: self.construct(found, Lit(found), args, dict(kwargs)))
        try:
            source = source_of(found)
        except SourceUnavailableError:
            if is_private and not has_rule and any(isinstance(a, ArrayRef) for a in given):
                # It may write its result to an argument, and so not be seen to be missed.
                raise self.no_rule(f"no derivative rule for `{prim}`", "give the function that calls it a rule with st_ad.rule") from None
            return None
        made = self.attempt(lambda: self.inline_known(source, args, kwargs, has_rule))
        if made is None and prim.startswith("scipy.") and writes_to_argument(found, args, kwargs):
            raise self.no_rule(f"no derivative rule for `{prim}`, which writes to its argument `output`", "leave `output` out")
        return made

    def inline_known(
        self, source: SourceFunction, args: tuple[Value, ...], kwargs: dict[str, Value], is_strict: bool
    ) -> Value:
        """Run the text of a function; it must come down to functions that have rules where what its own rule says would be lost."""
        mark = len(self.builder.nodes)
        value = self.inline_source(source, args, dict(kwargs))
        made = walk.all_nodes(Block((), tuple(self.builder.nodes[mark:]), ())) if is_strict else []
        for node in made:
            if isinstance(node, Eqn) and (node.prim == "call" or "._" in node.prim and not self.knowledge.knows(node.prim)):
                raise self.no_rule(f"`{node.prim}` has no derivative here")
        return value

    def is_refused(self, found: Any, prim: str, args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
        """Whether a function that has a text has a rule that does not hold for these arguments."""
        if prim.startswith(_SEARCHES):
            return False
        try:
            packed = tuple(self.as_arg(a) for a in args)
            named = tuple((k, self.as_arg(v)) for k, v in kwargs.items())
            if not self.knowledge.refuses(prim, packed, named):
                return False
            source_of(found)
        except StAdError:
            return False
        return True

    def attempt(self, run: Callable[[], Value]) -> Value | None:
        """What `run` gives, or None, with all its traces removed, when it is refused."""
        nodes, saved = self.builder.nodes, self.state
        mark = len(nodes)
        self.state = saved.fork()
        try:
            return run()
        except EffectInCache:
            raise
        except NeedStatic as need:
            if self.can_be_known(need.var):
                raise
        except StAdError:
            pass
        del nodes[mark:]
        self.state = saved
        return None

    def can_be_known(self, var: Any) -> bool:
        """Whether a variable is a parameter, a global or the index of a loop, whose value can be told when transformed."""
        return var in self.given or var in self.unrollable or any(f.var is var for f, _ in self.free.values())

    def may_vary(self, value: Value) -> bool:
        """Whether a value may depend on an argument that is differentiated, as far as its type tells."""
        if isinstance(value, TupleValue):
            return any(self.may_vary(v) for v in value.items)
        if isinstance(value, ListRef):
            content = self.content(value)
            return not isinstance(content, ListContent) or any(self.may_vary(v) for v in content.items)
        if isinstance(value, (DictRef, ObjectRef)):
            return any(self.may_vary(v) for _, v in self.content(value).items)
        if isinstance(value, FunctionValue):
            return True
        if isinstance(value, (Var, ArrayRef)):
            kind = type_of(self.read(value))
            if isinstance(kind, Tensor):
                return kind.dtype is None or kind.dtype.startswith(("float", "complex"))
            return not isinstance(kind, Opaque)
        return not isinstance(value, Lit)


def is_function(value: Value) -> bool:
    """Whether a value is a function, or a class, that is known."""
    return isinstance(value, Lit) and callable(value.value)


def is_pure(found: Any) -> bool:
    """Whether a function's result is known when its arguments are."""
    if not callable(found):
        return False
    owner = getattr(found, "__self__", None)
    if _DESCRIPTION in (getattr(found, "__name__", ""), type(owner).__name__):
        return True
    return isinstance(owner, _FIXED) or any(found is f for f in (*_PURE, *_OF_KIND))


def is_about_sparse(found: Any) -> bool:
    """Whether a function asks whether something is a sparse matrix, which no number and no array is."""
    name, module = str(getattr(found, "__name__", "")), str(getattr(found, "__module__", ""))
    is_query = module.startswith(("scipy.sparse", "scipy._lib._sparse")) and name.startswith("is")
    return is_query and not isinstance(found, type)


def is_of_kind(found: Any) -> bool:
    """Whether a function's result is known when the kind of its arguments is."""
    if any(found is f for f in _OF_KIND):
        return True
    if is_about_sparse(found):
        return True
    name, module = str(getattr(found, "__name__", "")), str(getattr(found, "__module__", ""))
    return "array_api" in module and name.startswith(_OF_LIBRARY) and not isinstance(found, type)


def writes_to_argument(found: Any, args: tuple[Value, ...], kwargs: dict[str, Value]) -> bool:
    """Whether a function is given an array to write its result to."""
    try:
        given = inspect.signature(found).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        return False
    return isinstance(given.get("output"), ArrayRef)
