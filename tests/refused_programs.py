"""One small program for each thing that is refused; what is said of it stands in refused_programs.txt."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import operator
from typing import Any

import numpy as np

X = np.array([0.5, -0.25, 1.5])
PROGRAMS: list[tuple[Any, tuple[Any, ...]]] = []


def of(*args: Any) -> Any:
    """Record a program with the arguments that it is called with."""

    def record(function: Any) -> Any:
        PROGRAMS.append((function, args))
        return function

    return record


class Point:
    def __init__(self, a: Any) -> None:
        self.a = a

    @property
    def double(self) -> Any:
        return 2.0 * self.a


class Watched:
    def __getattribute__(self, name: str) -> Any:
        return object.__getattribute__(self, name)


class Copied:
    def __init__(self, a: Any) -> None:
        self.a = a

    def __deepcopy__(self, memo: Any) -> Any:
        return Copied(self.a)


@dataclasses.dataclass
class Pair:
    first: Any
    second: Any


def looped() -> list[Any]:
    found: list[Any] = [1.0]
    found.append(found)
    return found


def shared_twice() -> list[Any]:
    inner = [1.0]
    return [inner, inner]


# --- arguments


@of(looped())
def contains_itself(xs):
    return xs[0]


@of(np.array([object()]))
def array_of_objects(x):
    return 1.0


@of(np.zeros(2, dtype=[("a", float), ("b", float)]))
def array_with_fields(x):
    return np.sum(x["a"])


@of(np.ma.masked_array([1.0, 2.0], [True, False]))
def masked_array(x):
    return np.sum(x)


@of(shared_twice())
def changed_and_twice(xs):
    xs[0][0] = 2.0
    return xs[1][0]


@of("text")
def text(s):
    return 1.0


# --- results


@of(X)
def no_number(x):
    return x * 2.0


@of(1.0)
def complex_result(x):
    return 1j * x


@of(1.0)
def text_result(x):
    return "text"


@of(1.0)
def returns_a_function(x):
    return lambda y: x * y


# --- assignments and unpacking


@of(1.0)
def too_few_values(x):
    a, b = (x,)
    return a + b


@of(X, 2)
def stores_in_a_tuple(x, n):
    t = (x, x)
    t[0] = x
    return np.sum(t[0])


@of(X)
def stores_in_a_number(x):
    s = x[0]
    s[0] = 1.0
    return s


@of(X)
def deletes_a_part(x):
    y = x * 1.0
    del y[0]
    return np.sum(y)


# --- containers


@of(1.0)
def item_of_an_empty_list(x):
    return [][0] + x


@of(1.0)
def pops_an_empty_dict(x):
    d = {}
    d.popitem()
    return x


@of(1.0)
def dict_of_numbers(x):
    return dict([x])[0]


@of(1.0)
def missing_key(x):
    return {"a": x}["b"]


@of(X, 3)
def slices_with_a_step(x, n):
    out = []
    for i in range(n):
        out.append(x[i])
    out[::2] = [x[0], x[1]]
    return out[0]


@of(X, 3)
def index_with_bounds(x, n):
    xs = [x[0], x[1], x[2]]
    return xs.index(x[1], 1, n) + x[0]


@of(X)
def refused_for_known_lengths_later(x):
    named = dict(zip("abc", x))
    pairs = [(named["a"], f"{x[1]:.1f}"), (x[1], "b")]
    return sorted(pairs)[0][0]


@of(X)
def sorts_by_a_derived_key(x):
    xs = [(x[0], f"{x[1]:.1f}"), (x[1], "b")]
    return sorted(xs, key=lambda p: p)[0][0]


@of(1.0)
def set_of_variables(x):
    return sum({x, 2.0 * x})


@of(X)
def list_grows_while_walked(x):
    xs = [x[0]]
    for v in xs:
        if len(xs) < 3:
            xs.append(v * 2.0)
    return xs[0]


# --- iteration


@of(1.0)
def endless(x):
    s = x
    for i in itertools.count():
        s = s + i * x
    return s


@of(1.0)
def lists_an_endless_iterator(x):
    return sum(list(itertools.cycle([x])))


@of(1.0)
def walks_a_number(x):
    s = 0.0
    for v in x:
        s = s + v
    return s


@of(1.0)
def range_of_floats(x):
    s = x
    for _ in range(x):
        s = s * x
    return s


@of(1.0)
def reduces_nothing(x):
    return functools.reduce(operator.add, []) + x


@of(1.0)
def maximum_of_nothing(x):
    return max([]) + x


# --- calls


@of(1.0)
def calls_a_number(x):
    return x(2.0)


def helper(a, b):
    return a * b


@of(1.0)
def too_many_arguments(x):
    return helper(x, x, x)


@of(1.0)
def too_few_arguments(x):
    return helper(x)


@of(1.0)
def unexpected_argument(x):
    return helper(x, c=x)


@of(1.0)
def unpacks_no_dict(x):
    return helper(**[x])


@of(1.0)
def super_outside(x):
    return super().a + x


@of(X)
def unknown_method(x):
    return x.frobnicate()


@of(X)
def calls_an_attribute(x):
    return x.T()


@of(X)
def joins_directions(x):
    return np.sum(np.r_["0,2", x, x])


# --- objects


@of(1.0)
def no_such_attribute(x):
    return Point(x).b


@of(1.0)
def no_setter(x):
    p = Point(x)
    p.double = x
    return p.a


@of(1.0)
def deletes_no_attribute(x):
    p = Point(x)
    del p.b
    return p.a


@of(1.0)
def watched_attributes(x):
    w = Watched()
    w.a = x
    return w.a


@of(1.0)
def constructor_without_parameters(x):
    return object(x)


@of(1.0)
def missing_field(x):
    return Pair(x).first


@of(1.0)
def no_such_field(x):
    return dataclasses.replace(Pair(x, x), third=x).first


@of(1.0)
def copied_by_itself(x):
    return copy.deepcopy(Copied(x)).a


@of(1.0)
def adds_objects(x):
    return (Point(x) + Point(x)).a


@of(1.0)
def measures_an_object(x):
    return len(Point(x)) + x


@of(1.0)
def attribute_of_a_number(x):
    return x.frobnicate


# --- patterns, exceptions, statements


@of(1.0)
def no_context(x):
    with x:
        return x


@of(1.0)
def matches_no_class(x):
    match x:
        case helper():
            return x
    return 2.0 * x


@of(1.0)
def too_many_parts(x):
    match Point(x):
        case Point(a, b):
            return a + b
    return x


@of(1.0)
def imports_what_is_not_there(x):
    import no_such_module_at_all

    return no_such_module_at_all.f(x)


@of(X)
def two_kinds(x):
    y = x[0] if x[0] > 0.0 else (x[0], x[1])
    return y * 2.0


@of(X)
def function_in_an_array(x):
    items = [np.sin if x[0] > 0.0 else np.cos, x]
    return np.sum(np.asarray(items) * 2.0)


@of(1.0)
def calls_itself(x):
    return 2.0 * calls_itself(x - 1.0) if x > 0.0 else x


@of(X)
def undefined_name(x):
    return x[0] + undefined_here  # noqa: F821


emptied = eval("lambda xs: xs.clear()")


@of(X)
def list_to_a_function_without_text(x):
    xs = [x[0], x[1]]
    emptied(xs)
    return sum(xs)


@of(X.copy(), X.copy(), 0.5)
def exchanged_in_a_branch(x, y, a):
    u = x.copy()
    for _ in range(4):
        if a < 1.0:
            y[1] = 2.0
            u, x = x, y
        u[0] -= 0.5
    return np.sum(u)


@of(X)
def class_from_its_parts(x):
    point = type("Point", (), {})()
    point.a = x[0]
    return point.a


@of(X)
def statements_as_text(x):
    exec("y = 2.0")
    return x[0]


@of(X)
def expression_as_text(x):
    return eval("x[0] ** 2")


@of(X)
def read_by_a_tuple_of_any_length(x):
    idx = tuple(k for k in range(2) if x[k] > 0.0)
    return np.sum(np.outer(x, x)[idx])


@of(X)
def tuple_that_grows(x):
    t = tuple(v for v in x if v > 0.5)
    t.append(x[0])
    return sum(t)


@of(X)
def class_that_reads_what_changes(x):
    scale = 2.0

    class Spring:
        def force(self, u):
            return scale * u

    spring = Spring()
    first = spring.force(x[0])
    scale = 3.0
    return first + spring.force(x[1])


@of(X)
def class_that_reads_an_array(x):
    y = 2.0 * x

    class Spring:
        def force(self, u):
            return np.sum(y) * u

    return Spring().force(x[0])


@of(np.array([[0.5, 0.25], [1.5, -0.5]]), 3)
def view_that_is_out_of_date_on_both_paths(x, n):
    u, w = np.ones(2), x.copy()
    for row in w:
        w *= 0.5
        if n:
            n += 1
        elif n > 100:
            u = row
    return np.sum(u)


@of(np.array([0.5, 0.25, 1.5]))
def body_that_knows_no_such_call(x):
    from scipy import interpolate

    return interpolate.CubicSpline(np.array([0.0, 1.0, 2.0]), x)(0.5)
