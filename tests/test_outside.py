"""Lists, dicts and objects from outside the function: read as they are, changed only when they are put back."""

from __future__ import annotations

import collections
import contextlib
import functools
import inspect
import math
import threading

import pytest

import st_ad

NUMBERS = [1.0, 2.0]
OPTIONS = {"scale": 2.0, "inner": [1.0]}


class Model:
    def __init__(self) -> None:
        self.weight = 2.0
        self.options = {"k": 2.0}
        self.layers = [3.0]


MODEL = Model()
LOCAL = threading.local()
LOCAL.options = {"scale": 1.0}


@contextlib.contextmanager
def options(**changes):
    old = OPTIONS.copy()
    OPTIONS.update(changes)
    try:
        yield
    finally:
        OPTIONS.update(old)


def scaled(x):
    return x * OPTIONS["scale"]


def restored_by_a_context(x):
    with options(scale=x):
        inner = scaled(x)
    return inner + scaled(x)


def swapped_and_back(x):
    NUMBERS[0], NUMBERS[1] = NUMBERS[1], NUMBERS[0]
    made = NUMBERS[0] * x
    NUMBERS[0], NUMBERS[1] = NUMBERS[1], NUMBERS[0]
    return made + NUMBERS[0] * x * x


def pushed_and_popped(x):
    MODEL.layers.append(x)
    again = MODEL.layers
    return again.pop() * x


def attribute_put_back(x):
    old = MODEL.weight
    MODEL.weight = x * x
    made = MODEL.weight * x
    MODEL.weight = old
    return made + MODEL.weight * x


def thread_local_put_back(x):
    found = LOCAL.options
    found["scale"] = x
    made = LOCAL.options["scale"] * x
    LOCAL.options["scale"] = 1.0
    return made


def changed_in_a_branch_and_back(x):
    if x > 0:
        OPTIONS["inner"].append(x)
        made = sum(OPTIONS["inner"]) * x
        OPTIONS["inner"].pop()
    else:
        made = x
    return made


def outer_and_inner_put_back(x):
    OPTIONS["scale"] = x
    OPTIONS["inner"].append(x * x)
    made = OPTIONS["scale"] * sum(OPTIONS["inner"])
    OPTIONS["inner"].pop()
    OPTIONS["scale"] = 2.0
    return made


def left_changed(x):
    NUMBERS[0] = x
    return NUMBERS[0] ** 2


def left_changed_in_a_branch(x):
    if x > 0:
        OPTIONS["scale"] = x
    return OPTIONS["scale"] ** 2


def inner_left_changed(x):
    OPTIONS["inner"][0] = x
    return OPTIONS["inner"][0] ** 2


def attribute_left_changed(x):
    MODEL.weight = x
    return MODEL.weight * x


def longer_each_time(x):
    NUMBERS.append(x)
    return sum(NUMBERS)


def changed_in_a_loop(x):
    for k in range(3):
        MODEL.options["k"] = x * k
    return MODEL.options["k"] * x


RIGHT = [restored_by_a_context, swapped_and_back, pushed_and_popped, attribute_put_back, thread_local_put_back,
         changed_in_a_branch_and_back, outer_and_inner_put_back]  # fmt: skip
SEEN = {1.0}
QUEUE = collections.deque([1.0])


def set_left_changed(x):
    SEEN.add(2.0)
    return x * 3 if 2.0 in SEEN else x


def set_changed_by_operator(x):
    seen = SEEN
    seen |= {2.0}
    return x * 3 if 2.0 in SEEN else x


def queue_left_changed(x):
    QUEUE.append(2.0)
    return x * len(QUEUE)


REFUSED = [set_left_changed, set_changed_by_operator, queue_left_changed, left_changed, left_changed_in_a_branch, inner_left_changed, attribute_left_changed, longer_each_time,
           changed_in_a_loop]  # fmt: skip


@pytest.mark.parametrize("f", RIGHT, ids=lambda f: f.__name__)
def test_right(f):
    value, slope = st_ad.value_and_grad(f)(1.3)
    assert value == pytest.approx(f(1.3), rel=1e-12)
    assert slope == pytest.approx((f(1.3 + 1e-6) - f(1.3 - 1e-6)) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_refused(f):
    with pytest.raises(st_ad.UnsupportedError, match="from outside the function is changed"):
        st_ad.grad(f)(1.3)
    assert (NUMBERS, OPTIONS["inner"], MODEL.weight, MODEL.options) == ([1.0, 2.0], [1.0], 2.0, {"k": 2.0})


def test_what_is_changed_between_calls_is_seen(monkeypatch):
    gradient = st_ad.grad(swapped_and_back)
    gradient(1.3)
    monkeypatch.setitem(OPTIONS, "scale", 5.0)
    monkeypatch.setattr(MODEL, "weight", 7.0)
    assert st_ad.grad(attribute_put_back)(1.0) == pytest.approx(10.0)


def checked(function):
    signature = inspect.signature(function)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        for name, value in given.arguments.items():
            if name not in ("args", "kwargs") and value is None:
                raise ValueError(f"{name} is missing")
        return function(*given.args, **given.kwargs)

    return wrapper


@checked
def powers(x, *args, scale=2.0, **kwargs):
    return x * scale + sum(a * x**2 for a in args) + sum(v * x**3 for v in kwargs.values())


def test_arguments_are_bound_by_a_signature():
    assert st_ad.grad(lambda x: powers(x, 3.0, 4.0, last=5.0))(1.1) == pytest.approx(2 + 14 * 1.1 + 15 * 1.1**2)
    with pytest.raises(st_ad.UnsupportedError, match="missing a required argument"):
        st_ad.grad(lambda x: powers(scale=x))(1.1)


class Private:
    def __init__(self, x):
        self.__x = x

    def __squared(self):
        return self.__x**2

    def value(self):
        return self.__squared() * self._Private__x


def test_private_names():
    assert st_ad.grad(lambda x: Private(x).value())(1.5) == pytest.approx(3 * 1.5**2)


def assigned_last(x):
    y = x
    try:
        if x > 0:
            y = math.sqrt(x - 1.0)
        else:
            y = x
    except ValueError:
        y = y * 3.0
    return y


def assigned_before_it_raises(x):
    y = x
    try:
        y = x * 2
        y = y + math.sqrt(x - 1.0)
    except ValueError:
        y = y * 3.0
    return y


def deleted_and_assigned_last(x):
    y = x
    try:
        del y
        y = math.sqrt(x - 1.0)
    except ValueError:
        y = y * 3.0
    return y


def test_what_a_try_does_last_has_not_happened_in_the_handler():
    assert st_ad.grad(assigned_last)(0.5) == 3.0
    assert st_ad.grad(assigned_last)(2.0) == pytest.approx(0.5)
    for f in (assigned_before_it_raises, deleted_and_assigned_last):
        with pytest.raises(st_ad.UnsupportedError, match="before the exception"):
            st_ad.grad(f)(0.5)
