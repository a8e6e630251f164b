"""Functions, members of enums, strings, lists, objects and other things of which one is chosen when the program runs.

What is done with such a value is done with each of the things that it may be, in the branch where it is that one.
"""

from __future__ import annotations

from typing import Any, Callable

from ...errors import UnsupportedError
from ...ir.syntax import UNDEFINED, Atom, Lit, Var
from ...ir.types import Opaque
from ...ir.walk import outs
from .joined_arrays import JoinedArrayMixin, Meeting, Side
from .option_values import CONTAINERS, OneOf, frames_inside, is_thing, parts_inside, same_thing, tag_name
from .ties import holders
from .values import ArrayMethod, ArrayRef, BoundMethod, MaybeNone, ObjectRef, State, Value

# More would make a branch for each at every use.
_MAX_OPTIONS = 24


class OptionMixin(JoinedArrayMixin):
    """Where two paths choose different things, and what is done with the one that was chosen."""

    # Whether lists and objects that meet become one with the content of the one that was chosen.
    merging = False

    def option_tag(self, thing: Any) -> str | None:
        """The tag of a known thing; None when a string is already the tag of something else."""
        for tag, known in self.things.items():
            if same_thing(known, thing):
                return tag
        name = tag = self.cell_tag(thing) if isinstance(thing, CONTAINERS) else tag_name(thing)
        if isinstance(thing, Lit) and isinstance(thing.value, str) and tag in self.things:
            return None
        count = 1
        while tag in self.things:
            count += 1
            tag = f"{name}_{count}"
        self.things[tag] = thing
        return tag

    def cell_tag(self, ref: Any) -> str:
        """The name of a list, dict or object."""
        names = (n for names in self.state.frames.values() for n, v in names.items() if v == ref)
        kind = ref.cls.__name__.lower() if isinstance(ref, ObjectRef) else type(ref).__name__[:-3].lower()
        return self.cells[ref.cell].name or next(names, kind)

    def tagged(self, value: Any) -> OneOf | None:
        """A known thing, or one of several, with its tags."""
        if isinstance(value, OneOf):
            return value
        tag = self.option_tag(value) if is_thing(value) else None
        return None if tag is None else OneOf(Lit(tag), ((tag, value),))

    def meet_options(self, m: Meeting, name: str, a: Any, b: Any) -> Any:
        """Join two known things, or one of several; None when they are not that."""
        for one, other in ((a, b), (b, a)):
            if isinstance(one, OneOf) and one.is_text and isinstance(other, Var) and isinstance(other.type, Opaque):
                pair = (one.tag, other) if one is a else (other, one.tag)
                return self.out(m, name, *pair)
        known = [v for v in (a, b) if v is not UNDEFINED]
        if len(known) == 1 and not isinstance(known[0], OneOf):
            return None
        if self.merging and any(isinstance(v, CONTAINERS) for v in known):
            return None
        if len(known) == 2 and is_thing(a) and is_thing(b) and same_thing(a, b) and self.means_the_same(m, m.first, a):
            return known[0]
        alike = len(known) == 2 and OneOf(Lit(""), (("", a), ("", b))).is_container
        moved = [v if v is UNDEFINED else self.moved_out(m, s, v, alike) for v, s in ((a, m.first), (b, m.second))]
        tagged: list[Any] = [v if v is UNDEFINED or v is None else self.tagged(v) for v in moved]
        options = joined_options(*(v for v in tagged if v is not UNDEFINED))
        if options is None:
            return None
        tags: list[Any] = [UNDEFINED if v is UNDEFINED else v.tag for v in tagged]
        tag = self.out(m, name, *tags)
        if isinstance(tag, Var) and all(isinstance(t, Lit) and t is not UNDEFINED for t in tags):
            self.decided[tag] = (m.flag, *(t.value for t in tags))
        if isinstance(tag, Var):
            first, second = ((t, frozenset(k for k, _ in v.options) if v is not UNDEFINED else frozenset()) for t, v in zip(tags, tagged))
            self.tag_sides[tag] = (m.flag, first, second)
        return OneOf(tag, options)

    def meet_fresh(self, m: Meeting, ref: Any, first: bool) -> Value:
        raise NotImplementedError

    def moved_out(self, m: Meeting, side: Side, value: Any, alike: bool) -> Any:
        """A thing of one path, or one of several, as it is called where the paths meet; None when it cannot be named there.

        A list or object that was made on this path, and that nothing else holds, is not told apart from one that is alike.
        """
        if isinstance(value, OneOf):
            options = tuple((tag, self.moved_out(m, side, thing, False)) for tag, thing in value.options)
            if any(thing is None for _, thing in options):
                return None
            kept = all(thing is old for (_, thing), (_, old) in zip(options, value.options))
            return value if kept else self.retagged(side, value, options)
        if not is_thing(value):
            return None
        if isinstance(value, CONTAINERS) and value.cell not in m.before.heap:
            held = holders(side.state, value.cell) > (1 if m.bound else 0)
            return None if alike and not held else self.meet_fresh(m, value, side is m.first)
        return value if self.means_the_same(m, side, value) else None

    def retagged(self, side: Side, value: OneOf, options: tuple[tuple[str, Any], ...]) -> OneOf | None:
        """The same choice among things that have got other names."""
        tags = [(old, self.option_tag(thing)) for old, thing in options]
        if any(tag is None for _, tag in tags):
            return None
        with self.inside(side):
            tag: Any = Lit(tags[-1][1])
            for old, new in reversed(tags[:-1]):
                rest = tag
                tag = self.selected(self.is_option(value, old), lambda new=new: Lit(new), lambda rest=rest: rest, "choice")  # type: ignore[misc]
        return OneOf(tag, tuple((str(new), thing) for (_, new), (_, thing) in zip(tags, options)))

    def means_the_same(self, m: Meeting, side: Side, thing: Any) -> bool:
        """Whether a known thing of one path can be named where the paths meet: all that it closes over was there before."""
        if isinstance(thing, CONTAINERS):
            return thing.cell in m.before.heap
        if not frames_inside(thing) <= set(m.before.frames):
            return False
        return all(self.part_means_the_same(m, side, part) for part in parts_inside(thing))

    def part_means_the_same(self, m: Meeting, side: Side, part: Any) -> bool:
        if isinstance(part, Lit):
            return True
        if isinstance(part, (ArrayRef, *CONTAINERS)):
            return part.cell in m.before.heap
        if isinstance(part, Var):
            return not any(part in outs(node) for node in side.nodes)
        return is_thing(part) and self.means_the_same(m, side, part)

    def lasts(self, state: State, value: Any) -> bool:
        """Whether a value is a known thing, or one of several, that means the same in every pass of a loop."""
        if isinstance(value, OneOf):
            return all(self.lasts(state, option) for _, option in value.options)
        if isinstance(value, CONTAINERS):
            return value.cell in state.heap
        if not is_thing(value) or not frames_inside(value) <= set(state.frames):
            return False
        return all(isinstance(p, Lit) or self.lasts(state, p) for p in parts_inside(value))

    def each_option(self, value: OneOf, run: Callable[[Any], Value]) -> Value:
        """What `run` makes of the thing that was chosen."""

        def among(options: list[tuple[str, Any]]) -> Value:
            (tag, thing), *rest = options
            if not rest:
                return run(thing)
            return self.choose(self.is_option(value, tag), lambda: run(thing), lambda: among(rest))

        return among(self.left_options(value))

    def value_there(self, value: Any, kind: type[Exception] = TypeError) -> Any:
        """A value that may be None where it must not be: the program raises then."""
        inner = value.value
        return self.choose(value.flag, lambda: inner, lambda: self.no_such(kind, Lit("this is None")))

    def each_alternative(self, value: Any, run: Callable[[Any], Value]) -> Value:
        """The same, also for what may be None, which stays None."""
        if not isinstance(value, MaybeNone):
            return self.each_option(value, run)
        inner = value.value
        return self.choose(value.flag, lambda: run(inner), lambda: Lit(None))

    def merged_option(self, value: OneOf) -> Value:
        """A list, dict or object with the content of the one that was chosen, to be read; it must not be changed."""
        old, self.merging = self.merging, True
        try:
            return self.each_option(value, lambda thing: thing)
        finally:
            self.merging = old

    def as_container(self, value: Any) -> Any:
        """A value that may be one of several lists or objects, as one."""
        return self.merged_option(value) if isinstance(value, OneOf) and value.is_container else value

    def suppose_options(self, flag: Any) -> None:
        """What a condition on a tag says about the branches that chose it."""
        tag, _ = self.option_tests.get(flag, (None, None))
        left = self.left_tags(tag)
        while tag in self.tag_sides:
            chooser, first, second = self.tag_sides[tag]
            if bool(left & first[1]) is bool(left & second[1]):
                return
            holds = bool(left & first[1])
            self.state.facts[chooser] = holds
            tag = (first if holds else second)[0]

    def left_tags(self, tag: Any) -> frozenset[str]:
        """What a tag can be here, after the branches that were taken."""
        if tag not in self.tag_sides:
            return frozenset()
        _, first, second = self.tag_sides[tag]
        left = first[1] | second[1]
        for flag, holds in self.state.facts.items():
            tested, tags = self.option_tests.get(flag, (None, frozenset()))
            if tested is tag:
                left = left & tags if holds else left - tags
        return left

    def left_options(self, value: OneOf) -> list[tuple[str, Any]]:
        """What can still have been chosen here, after the branches that were taken."""
        left = list(value.options)
        for flag, holds in self.state.facts.items():
            tag, tags = self.option_tests.get(flag, (None, ()))
            if tag is value.tag:
                left = [(t, thing) for t, thing in left if (t in tags) is holds]
        return left or list(value.options)

    def is_option(self, value: OneOf, tag: str, name: str = "eq") -> Atom:
        """The condition that a certain thing was chosen, or that it was not."""
        flag, first, second = self.decided.get(value.tag, (None, None, None))
        if flag is not None and tag in (first, second):
            test = self.read(flag if (tag == first) is (name == "eq") else self.negation(flag))
        else:
            test = self.emit(f"operator.{name}", value.tag, Lit(tag), hint="test")
        others = frozenset(t for t, _ in value.options if t != tag)
        self.option_tests[test] = (value.tag, frozenset([tag]) if name == "eq" else others)
        return test

    def test_options(self, value: OneOf, holds: Callable[[Any], Value]) -> Value:
        """A condition on the thing that was chosen: one comparison of tags where one of them decides."""
        with self.builder.block():
            before, self.state = self.state, self.state.fork()
            found = [(tag, holds(thing)) for tag, thing in self.left_options(value)]
            self.state = before
        if not all(isinstance(test, Lit) for _, test in found):
            return self.each_option(value, holds)
        right = [tag for tag, test in found if test.value]  # type: ignore[union-attr]
        wrong = [tag for tag, test in found if not test.value]  # type: ignore[union-attr]
        if not right or not wrong:
            return Lit(bool(right))
        if len(right) == 1:
            return self.is_option(value, right[0])
        if len(wrong) == 1:
            return self.is_option(value, wrong[0], "ne")
        test = self.each_option(value, holds)
        self.option_tests[self.read(test)] = (value.tag, frozenset(right))
        return test

    def chosen_attribute(self, value: Any, name: str) -> Value:
        """`value.name`; a method waits for its call, which chooses."""
        with self.builder.block():
            before, self.state = self.state, self.state.fork()
            try:
                found = [self.attribute(thing, name) for _, thing in self.left_options(value)]
            except UnsupportedError:
                found = []
            self.state = before
        if found and all(isinstance(f, (BoundMethod, ArrayMethod)) for f in found):
            return ArrayMethod(value, name)
        return self.each_option(value, lambda thing: self.attribute(thing, name))


def joined_options(*values: OneOf | None) -> tuple[tuple[str, Any], ...] | None:
    """The things that some values may be; None when there are too many, or one has no tag."""
    if any(v is None for v in values):
        return None
    found = {tag: thing for v in values for tag, thing in v.options}  # type: ignore[union-attr]
    return tuple(found.items()) if len(found) <= _MAX_OPTIONS else None
