"""Python lists: items one by one while the length is known, columns when it is not."""

from __future__ import annotations

import collections
from typing import Any

from ...ir.build import type_of
from ...ir.syntax import Atom, Eqn, If, Lit, Pack, Var
from ...ir.types import Tensor
from .columns import ColumnMixin
from ...errors import NeedStatic
from .option_values import CONTAINERS, is_thing
from .state import ItemWritten
from .ties import lose_others
from .values import (
    ArrayRef,
    ListContent,
    ListRef,
    SeqContent,
    SliceValue,
    TupleValue,
    Value,
    describe,
)

Args = tuple[Value, ...]


# Of so many items one is told apart from the others by a branch for each.
_MAX_ITEMS = 16

WHOLE = SliceValue(Lit(None), Lit(None), Lit(None))


class ListMixin(ColumnMixin):
    """Items, stores and methods of lists."""

    def change(self, ref: Any, content: Any, resizes: bool = True) -> None:
        """Give a list, dict or object another content, seen through every name of it."""
        shared = self.cells[ref.cell].shared
        if shared:
            what = f"{describe(ref)} is changed that is an item of a list whose length is known at run time only"
            remedy = "make a new one, and put it into the list when it is finished"
            raise ItemWritten(self.source.problem(self.node, what, remedy))
        self.check_owned(ref)
        self.state.heap[ref.cell] = content
        lose_others(self, ref.cell)
        self.resized[ref.cell] += resizes

    def grown(self, content: ListContent | SeqContent) -> SeqContent:
        """A list as columns."""
        if isinstance(content, SeqContent):
            return content
        form = self.form_of_items(content.items)
        return SeqContent((), None) if form is None else self.conform(content, form)

    def list_item(self, base: ListRef, index: Value) -> Value:
        """`base[index]`."""
        content = self.content(base)
        if isinstance(index, SliceValue):
            if base.cls is collections.deque:
                what = "this fails when it is run: a deque has no slices"
                raise self.raising(TypeError, what, "it fails without st_ad as well: mend it")
            return self.alike(base, self.list_slice(content, index))
        if isinstance(content, ListContent):
            at = self.known_index(index, content.items)
            if at is not None:
                return self.pick(list(content.items), at.value)
            if self.are_told_apart(content.items):
                return self.chosen_item(content.items, self.read(index))
            content = self.grown(content)
        return self.item_at(content, self.index_arg(index))

    def are_told_apart(self, items: tuple[Value, ...]) -> bool:
        """Whether the items of a list are functions and the like, or lists and objects of which one is changed: then the
        one that an index picks is one of several things."""
        if not 1 < len(items) <= _MAX_ITEMS or not all(map(is_thing, items)):
            return False
        return self.writes_items or not any(isinstance(v, CONTAINERS) for v in items)

    def chosen_item(self, items: tuple[Value, ...], index: Atom) -> Value:
        """The item at an index that is known at run time only."""
        count = len(items)
        place = self.read(self.choose(
            self.compare("lt", index, Lit(0)), lambda: self.emit("operator.add", index, count), lambda: index
        ))  # fmt: skip

        def among(i: int) -> Value:
            if i == count:
                return self.no_such(IndexError, Lit("list index out of range"))
            return self.choose(self.compare("eq", place, Lit(i)), lambda: items[i], lambda: among(i + 1))

        return among(0)

    def list_slice(self, content: Any, index: SliceValue) -> Value:
        if isinstance(content, ListContent):
            if all(self.known_index(v, content.items) for v in (index.start, index.stop, index.step)):
                return self.new_list(content.items[self.static_slice(index)])
            content = self.grown(content)
        part = self.index_arg(index)
        made = self.each_column(content, lambda c: self.emit("getitem", c, part))
        return ListRef(self.new_cell(made))

    def known_index(self, index: Value, items: tuple[Value, ...]) -> Lit | None:
        """An index into items that are known one by one, or None when it is better found at run time."""
        if isinstance(index, ArrayRef):
            index = self.read(index)
        if isinstance(index, Lit):
            return index
        if not isinstance(index, Var):
            return Lit(self.static(index, "the index of a list"))
        if index in self.int_parameters:
            return Lit(self.static(index, "the index of a list"))
        if not items:
            return None
        plain = all(isinstance(v, (Var, Lit)) and isinstance(type_of(v), Tensor) for v in items)
        for root in self.origins(index):
            if root is index or not plain:
                raise NeedStatic(
                    root, self.source.problem(self.node, "the index of a list must be known when transformed")
                )
        return None

    def origins(self, var: Var) -> list[Var]:
        """The indices of loops that can be unrolled which an integer is computed from."""
        if var in self.unrollable:
            return [var]
        found: list[Var] = []
        waiting, seen = [var], {var}
        made = {o: n for block in self.builder._stack for n in block for o in getattr(n, "outs", ())}
        while waiting:
            one = waiting.pop()
            if one in self.unrollable or one in self.int_parameters:
                found.append(one)
            node = made.get(one)
            read = getattr(node, "args", ())
            if isinstance(node, If):
                at = node.outs.index(one)
                made.update((o, n) for side in (node.then, node.orelse) for n in side.body for o in getattr(n, "outs", ()))
                read = (node.test, node.then.results[at], node.orelse.results[at])
            if isinstance(node, Eqn) and node.prim == "getitem" and not isinstance(node.args[0], Pack) and isinstance(type_of(node.args[0]), Tensor):
                # Which item of an array it is does not say what it is.
                continue
            for arg in read:
                if isinstance(arg, Var) and arg not in seen:
                    seen.add(arg)
                    waiting.append(arg)
        return found

    def store_in_list(self, base: ListRef, index: Value, value: Value) -> None:
        """`base[index] = value`."""
        content = self.content(base)
        if isinstance(index, SliceValue):
            self.store_slice(base, content, index, value)
            return
        if isinstance(content, ListContent):
            at = self.known_index(index, content.items)
            if at is not None:
                items = list(content.items)
                self.pick(list(content.items), at.value)
                items[at.value] = value
                self.change(base, ListContent(tuple(items)), False)
                return
        self.change(base, self.with_item(self.content(base), self.index_arg(index), value), False)

    def with_item(self, content: Any, index: Any, value: Value) -> SeqContent:
        """A list with another item at an index that is known at run time."""
        form = self.join_forms(self.form_of_content(content), self.form_of_items((value,)))
        wide = self.conform(content, form)
        atoms = self.atoms_of(value, form)
        columns = [
            self.emit("setitem", c, index, a, hint=getattr(c, "hint", ""))
            for c, a in zip(wide.columns, atoms)
        ]
        return SeqContent(tuple(columns), form)

    def store_slice(self, base: ListRef, content: Any, index: SliceValue, value: Value) -> None:
        bounds = (index.start, index.stop, index.step)
        if isinstance(content, ListContent) and self.known_length(value):
            if all(self.known_index(v, content.items) for v in bounds):
                items = list(content.items)
                items[self.static_slice(index)] = list(self.items_of(value))
                self.change(base, ListContent(tuple(items)))
                return
        if index.step != Lit(None):
            raise self.refuse("a store in a slice with a step of a list of unknown length is not supported",
                              "store the items in a loop")  # fmt: skip
        if index.start == Lit(None) and index.stop == Lit(None):
            self.change(base, self.content(self.listed(value)))
            return
        before = self.list_slice(content, SliceValue(Lit(None), index.start, Lit(None)))
        if index.start == Lit(None):
            before = self.new_list(())
        after = self.list_slice(content, SliceValue(index.stop, Lit(None), Lit(None)))
        if index.stop == Lit(None):
            after = self.new_list(())
        self.change(base, self.content(self.concatenated(before, self.listed(value), after)))

    def concatenated(self, *lists: Value) -> Value:
        """A new list of the items of several."""
        contents = [self.content(part) for part in lists]
        if all(isinstance(c, ListContent) for c in contents):
            return self.new_list(tuple(i for c in contents for i in c.items))
        form: Any = None
        for content in contents:
            form = self.join_forms(form, self.form_of_content(content))
        if form is None:
            return ListRef(self.new_cell(SeqContent((), None)))
        wide = [self.conform(c, form) for c in contents if not isinstance(c, ListContent) or c.items]
        total = wide[0]
        for other in wide[1:]:
            pairs = zip(total.columns, other.columns)
            total = SeqContent(tuple(self.emit("operator.add", a, b) for a, b in pairs), form)
        return ListRef(self.new_cell(total))

    def repeated_list(self, content: Any, times: Value) -> Value:
        """`items * times`."""
        if isinstance(content, ListContent) and isinstance(times, Lit):
            return self.new_list(content.items * times.value)
        wide = self.grown(content)
        count = self.read(times)
        return ListRef(self.new_cell(self.each_column(wide, lambda c: self.emit("operator.mul", c, count))))

    def list_method(self, ref: ListRef, name: str, args: Args, kwargs: dict[str, Value]) -> Value:
        """A method of a list."""
        method = getattr(self, f"list_{name}", None)
        if method is None or name in ("item", "slice", "method") or ref.is_tuple and name not in ("count", "index"):
            raise self.refuse(f"{ref.cls.__name__}.{name} is not supported", "build the list another way")
        return method(ref, args, kwargs)

    def list_append(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        content = self.content(ref)
        if isinstance(content, ListContent):
            self.change(ref, ListContent((*content.items, args[0])))
            self.trim(ref, 0)
            return Lit(None)
        form = self.join_forms(content.form, self.form_of_items(args))
        wide = self.conform(content, form)
        atoms = self.atoms_of(args[0], form)
        columns = [
            self.emit("seq.append", c, a, hint=self.column_hint(ref, c, a, len(atoms)))
            for c, a in zip(wide.columns, atoms)
        ]
        self.change(ref, SeqContent(tuple(columns), form))
        self.trim(ref, 0)
        return Lit(None)

    def column_hint(self, ref: ListRef, column: Atom, item: Atom, count: int) -> str:
        hint = column.hint if isinstance(column, Var) else "items"
        if hint != "items":
            return hint
        name = self.cells[ref.cell].name or "items"
        return name if count == 1 else f"{name}_{getattr(item, 'hint', 'item')}"

    def trim(self, ref: ListRef, at: int) -> None:
        """Drop what is too much of a deque, at its end (-1) or at its start (0)."""
        if ref.longest is None:
            return
        content, none = self.content(ref), Lit(None)
        if isinstance(content, ListContent):
            extra = max(len(content.items) - ref.longest, 0)
            kept = content.items[extra:] if at == 0 else content.items[: ref.longest]
            self.change(ref, ListContent(kept))
            return
        if ref.longest == 0:
            self.change(ref, ListContent(()))
            return
        part = SliceValue(Lit(-ref.longest), none, none) if at == 0 else SliceValue(none, Lit(ref.longest), none)
        self.change(ref, self.content(self.list_slice(content, part)))

    def list_popleft(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return self.list_pop(ref, (Lit(0),), {})

    def list_appendleft(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.list_insert(ref, (Lit(0), *args), {})
        self.trim(ref, -1)
        return Lit(None)

    def list_extendleft(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        for item in self.items_of(args[0]):
            self.list_appendleft(ref, (item,), {})
        return Lit(None)

    def list_rotate(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        items = self.items_of(ref)
        by = self.static(args[0], "how far a deque is rotated") if args else 1
        by %= max(len(items), 1)
        self.change(ref, ListContent(items[len(items) - by :] + items[: len(items) - by]))
        return Lit(None)

    def list_extend(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.change(ref, self.content(self.concatenated(ref, self.listed(args[0]))))
        self.trim(ref, 0)
        return Lit(None)

    def list_insert(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.store_slice(
            ref, self.content(ref), SliceValue(args[0], args[0], Lit(None)), self.new_list(args[1:])
        )
        return Lit(None)

    def list_pop(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        index = args[0] if args else Lit(-1)
        found = self.list_item(ref, index)
        self.delete_item(ref, index)
        return found

    def delete_item(self, ref: ListRef, index: Any) -> None:
        """`del ref[index]`."""
        content = self.content(ref)
        if isinstance(content, ListContent):
            bounds = (index.start, index.stop, index.step) if isinstance(index, SliceValue) else (index,)
            if all(self.known_index(v, content.items) for v in bounds):
                items = list(content.items)
                if isinstance(index, SliceValue):
                    del items[self.static_slice(index)]
                else:
                    self.pick(list(content.items), index.value)
                    del items[index.value]
                self.change(ref, ListContent(tuple(items)))
                return
        if isinstance(index, SliceValue):
            self.store_slice(ref, content, index, self.new_list(()))
            return
        wide = self.grown(content)
        none = Lit(None)
        if index == Lit(-1):
            self.change(ref, self.content(self.list_slice(wide, SliceValue(none, Lit(-1), none))))
            return
        if not isinstance(index, Lit) or index.value < 0:
            index = self.emit("operator.mod", self.read(index), self.count_of(wide))
        self.store_slice(
            ref, wide, SliceValue(index, self.emit("operator.add", index, 1), none), self.new_list(())
        )

    def list_remove(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.delete_item(ref, self.list_index(ref, args, {}))
        return Lit(None)

    def list_reverse(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        back = SliceValue(Lit(None), Lit(None), Lit(-1))
        self.change(ref, self.content(self.list_slice(self.content(ref), back)))
        return Lit(None)

    def list_clear(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        self.change(ref, ListContent(()))
        return Lit(None)

    def list_copy(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        return self.alike(ref, self.list_slice(self.content(ref), WHOLE))

    def list_count(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        (wanted,) = args

        def one(total: Value, item: Value) -> Value:
            same = self.compare("eq", item, wanted)
            return self.choose(same, lambda: self.binary("add", total, Lit(1)), lambda: total)

        return self.folded(ref, Lit(0), one)

    def list_index(self, ref: ListRef, args: Args, kwargs: dict[str, Value]) -> Value:
        if len(args) > 1:
            raise self.refuse("list.index with bounds is not supported", "search in a slice")
        wanted = args[0]
        content = self.content(ref)
        if isinstance(content, ListContent):
            tests = [self.compare("eq", item, wanted) for item in content.items]
            known = [i for i, t in enumerate(tests) if isinstance(t, Lit) and t.value]
            if all(isinstance(t, Lit) for t in tests):
                if not known:
                    raise self.refuse("this fails when it is run: the item is not in the list", "it fails without st_ad as well: mend it")
                return Lit(known[0])
        found = self.folded(
            ref, TupleValue((Lit(-1), Lit(0))), lambda s, item: self.searched(s, item, wanted)
        )
        at = self.read(self.items_of(found)[0])
        self.builder.emit_many("assert", self.emit("operator.ge", at, 0, hint="test"))
        return at

    def searched(self, state: Value, item: Value, wanted: Value) -> Value:
        """The place found so far and the place of the next item, after one item more."""
        found, at = self.items_of(state)
        same = self.compare("eq", item, wanted)
        new = self.choose(
            self.choose(same, lambda: self.compare("lt", found, Lit(0)), lambda: Lit(False)),
            lambda: at,
            lambda: found,
        )
        return TupleValue((new, self.binary("add", at, Lit(1))))
