"""What the names in a text mean: modules under the user's aliases, helpers, and other objects."""

from __future__ import annotations

import builtins
import importlib
import keyword
import types
from dataclasses import dataclass, field
from typing import Any, Mapping

import numpy as np

from ..rules.names import function_of

_ALIASES = {"numpy": "np"}


@dataclass(frozen=True)
class Emitted:
    """A printed function. `bindings` are the names that it uses and the user's module does not have: modules, the
    helpers of st_ad.runtime (`helpers`), and objects that have no literal (`objects`). `modules` maps the alias of every
    module that is used to its name."""

    text: str
    bindings: dict[str, Any] = field(default_factory=dict)
    helpers: tuple[str, ...] = ()
    objects: dict[str, Any] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)


class EmitContext:
    """Finds a spelling for what is not a variable, and remembers what was used."""

    def __init__(self, namespace: Mapping[str, Any] | None = None, taken: tuple[str, ...] = ()) -> None:
        self.namespace: Mapping[str, Any] = namespace if namespace is not None else {}
        self.taken = set(taken)
        self.aliases: dict[str, str] = {}
        self.helpers: dict[str, None] = {}
        self.objects: dict[str, Any] = {}
        self.bindings: dict[str, Any] = {}
        self.used: dict[str, str] = {}

    def module(self, name: str) -> str:
        """The alias of a module: the user's own, or the customary one."""
        if name not in self.aliases:
            self.aliases[name] = self._alias(name)
        alias = self.aliases[name]
        self.used[alias] = name
        module = importlib.import_module(name)
        if self.namespace.get(alias) is not module:
            self.bindings[alias] = module
        return alias

    def _alias(self, name: str) -> str:
        module = importlib.import_module(name)
        usual = _ALIASES.get(name, name.rpartition(".")[2])
        if self.namespace.get(usual) is module and usual not in self.taken:
            return usual
        for alias, value in self.namespace.items():
            if value is module and alias not in self.taken and not alias.startswith("_"):
                return alias
        alias = usual
        while alias in self.taken or alias in self.aliases.values():
            alias += "_"
        return alias

    def function(self, dotted: str) -> str:
        """The spelling of a function of a module: `np.linalg.solve`."""
        head, _, rest = dotted.partition(".")
        if head == "runtime":
            return self.helper(rest)
        if head == "builtins":
            return rest
        if head == "scipy":
            return self._of_scipy(dotted)
        own = function_of(dotted)
        if own is not None:
            return self.spelled(getattr(own, "__name__", None), own) or self.object(own)
        return f"{self.module(head)}.{rest}"

    def _of_scipy(self, dotted: str) -> str:
        """`special.expit`, or whatever the user's module calls it; of an object there, `stats.norm.logpdf`."""
        names = dotted.split(".")
        depth = 3 if names[:3] in (["scipy", "sparse", "linalg"], ["scipy", "spatial", "distance"]) else 2
        module, first, rest = ".".join(names[:depth]), names[depth], names[depth + 1 :]
        found = getattr(importlib.import_module(module), first)
        if self.namespace.get(first) is found and first not in self.taken:
            return ".".join([first, *rest])
        return ".".join([self.module(module), first, *rest])

    def helper(self, name: str) -> str:
        """A helper of st_ad.runtime, by its bare name."""
        runtime = importlib.import_module("st_ad.runtime")
        self.helpers[name] = None
        found = getattr(runtime, name, None)
        if found is None:
            found = getattr(importlib.import_module("st_ad.runtime.gradients"), name)
        self.bindings[name] = found
        return name

    def spelled(self, name: str | None, value: Any) -> str | None:
        """The user's spelling of an object, if it means the same to the generated function."""
        if not name or not all(part.isidentifier() for part in name.split(".")):
            return None
        root, *rest = name.split(".")
        if root in self.taken or keyword.iskeyword(root):
            return None
        found = self.namespace.get(root, self)
        if found is self:
            modules = {a: importlib.import_module(m) for m, a in self.aliases.items()}
            found = modules.get(root, self)
            if found is self and root in ("np", "math", "cmath", "random") and rest:
                found = importlib.import_module({"np": "numpy"}.get(root, root))
            if found is self and not rest and getattr(builtins, root, self) is value:
                return name
            if found is self:
                return None
        top = found
        for part in rest:
            found = getattr(found, part, self)
        if found is not value and not (isinstance(value, float) and repr(found) == repr(value)):
            return None
        if isinstance(top, types.ModuleType):
            if self.module(top.__name__) != root:
                return None
        return name

    def object(self, value: Any, name: str | None = None) -> str:
        """A name for an object that cannot be written down."""
        for known, other in self.objects.items():
            if other is value:
                return known
        base = (name or getattr(value, "__name__", "") or type(value).__name__).rpartition(".")[2]
        if not base.isidentifier() or keyword.iskeyword(base):
            base = "constant"
        if isinstance(value, np.ndarray) and not name:
            base = "constant"
        made, count = base, 0
        while made in self.taken or made in self.objects or made in self.aliases.values() or hasattr(builtins, made):
            count += 1
            made = f"{base}_{count}"
        self.objects[made] = value
        if self.namespace.get(made, self) is not value:
            self.bindings[made] = value
        return made
