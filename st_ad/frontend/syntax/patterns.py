"""`match`: each pattern is a test, which also binds its names."""

from __future__ import annotations

from typing import Any, Callable

import gast

from ...ir.syntax import Lit
from ..expressions import ExpressionMixin
from .desugaring import PatternTest
from ..data.values import DictContent, DictRef, ListContent, ListRef, ObjectRef, TupleValue, Value, describe, is_numeric

# Classes of which a pattern with one part takes the whole value.
_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


class PatternMixin(ExpressionMixin):
    """Tests of a value against a pattern."""

    def eval_PatternTest(self, node: PatternTest) -> Value:
        return self.matches(node.pattern, self.lookup(node.subject))

    def matches(self, pattern: Any, value: Value) -> Value:
        """Whether a value fits a pattern: known, or a variable; binds the names of the pattern."""
        self.node = pattern
        return getattr(self, f"match_{type(pattern).__name__}")(pattern, value)  # type: ignore[no-any-return]

    def both(self, first: Value, rest: Callable[[], Value]) -> Value:
        """`first and rest()`."""
        if isinstance(first, Lit):
            return rest() if first.value else Lit(False)
        return self.choose(first, rest, lambda: Lit(False))

    def all_of(self, tests: list[Callable[[], Value]]) -> Value:
        if not tests:
            return Lit(True)
        return self.both(tests[0](), lambda: self.all_of(tests[1:]))

    def match_MatchValue(self, pattern: Any, value: Value) -> Value:
        wanted = self.evaluate(pattern.value)
        if isinstance(value, (TupleValue, ListRef, DictRef)) and isinstance(wanted, Lit):
            return Lit(False)
        return self.truth(self.compare("eq", value, wanted))

    def match_MatchSingleton(self, pattern: Any, value: Value) -> Value:
        return self.truth(self.compare("is_", value, Lit(pattern.value)))

    def match_MatchAs(self, pattern: Any, value: Value) -> Value:
        def named() -> Value:
            if pattern.name is not None:
                self.bind(pattern.name, value)
            return Lit(True)

        if pattern.pattern is None:
            return named()
        return self.both(self.matches(pattern.pattern, value), named)

    def match_MatchOr(self, pattern: Any, value: Value) -> Value:
        def one_of(patterns: list[Any]) -> Value:
            test = self.matches(patterns[0], value)
            if len(patterns) == 1 or isinstance(test, Lit) and test.value:
                return test
            if isinstance(test, Lit):
                return one_of(patterns[1:])
            return self.choose(test, lambda: Lit(True), lambda: one_of(patterns[1:]))

        return one_of(pattern.patterns)

    def match_MatchSequence(self, pattern: Any, value: Value) -> Value:
        if isinstance(value, ListRef) and not isinstance(self.content(value), ListContent):
            raise self.refuse("the length of this list is not known here", "compare its length with if")
        if not isinstance(value, (TupleValue, ListRef)):
            if is_numeric(value) or isinstance(value, (DictRef, ObjectRef)):
                return Lit(False)
            if isinstance(value, Lit) and not isinstance(value.value, (tuple, list, range)):
                return Lit(False)
        items, parts = self.items_of(value), pattern.patterns
        starred = [i for i, p in enumerate(parts) if isinstance(p, gast.MatchStar)]
        if not starred:
            if len(items) != len(parts):
                return Lit(False)
            return self.each_of(parts, items)
        at, after = starred[0], len(parts) - starred[0] - 1
        if len(items) < len(parts) - 1:
            return Lit(False)
        star = parts[at]
        if star.name is not None:
            self.bind(star.name, self.new_list(items[at : len(items) - after]))
        return self.each_of([*parts[:at], *parts[at + 1 :]], (*items[:at], *items[len(items) - after :]))

    def each_of(self, patterns: list[Any], values: tuple[Value, ...]) -> Value:
        return self.all_of([lambda p=p, v=v: self.matches(p, v) for p, v in zip(patterns, values)])  # type: ignore[misc]

    def match_MatchMapping(self, pattern: Any, value: Value) -> Value:
        if not isinstance(value, DictRef):
            if isinstance(value, Lit) and isinstance(value.value, dict):
                value = self.from_python(value.value)
            else:
                return Lit(False)
        assert isinstance(value, DictRef)
        content = self.content(value)
        keys = [self.static(self.evaluate(k), "a key of a pattern") for k in pattern.keys]
        found = [content.get(k) for k in keys]
        if any(v is None for v in found):
            return Lit(False)
        if pattern.rest is not None:
            rest = DictContent(tuple((k, v) for k, v in content.items if k not in keys))
            self.bind(pattern.rest, DictRef(self.new_cell(rest)))
        return self.each_of(pattern.patterns, tuple(v for v in found if v is not None))

    def match_MatchClass(self, pattern: Any, value: Value) -> Value:
        cls = self.evaluate(pattern.cls)
        self.node = pattern
        if not isinstance(cls, Lit) or not isinstance(cls.value, type):
            raise self.refuse(f"{describe(cls)} is no class", "name a class in the pattern")
        test = self.call(Lit(isinstance), (value, cls), {})
        return self.both(self.truth(test), lambda: self.match_attributes(pattern, cls.value, value))

    def match_attributes(self, pattern: Any, cls: type, value: Value) -> Value:
        positional = list(pattern.patterns)
        whole = cls in _WHOLE and len(positional) == 1
        names = [] if whole else list(getattr(cls, "__match_args__", ()))
        if not whole and len(positional) > len(names):
            raise self.refuse(f"`{cls.__name__}` takes {len(names)} parts in a pattern, {len(positional)} are given", "define __match_args__, or name the attributes: Point(x=a)")
        pairs = list(zip(names, positional)) + list(zip(pattern.kwd_attrs, pattern.kwd_patterns))
        tests: list[Callable[[], Value]] = []
        if whole:
            tests.append(lambda: self.matches(positional[0], value))
        for name, part in pairs:
            tests.append(lambda n=name, p=part: self.match_attribute(n, p, value))  # type: ignore[misc]
        return self.all_of(tests)

    def match_attribute(self, name: str, pattern: Any, value: Value) -> Value:
        present = self.truth(self.call(Lit(hasattr), (value, Lit(name)), {}))
        return self.both(present, lambda: self.matches(pattern, self.attribute(value, name)))
