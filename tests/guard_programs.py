"""Programs with guards: what runs next depends on whether an exception came, and where it came."""

from __future__ import annotations

import contextlib
import math
import warnings

import numpy as np


def root(v):
    if v < 0:
        raise ValueError("neg")
    return np.sqrt(v)


def nested_guards(x):
    try:
        try:
            y = root(x[0])
        except KeyError:
            y = 100.0
        z = y * x[1]
    except ValueError:
        return x[2] ** 2
    return y * z


def break_under_guard(x):
    s = 0.0
    for v in x:
        try:
            if v > 1.0:
                break
            t = root(v)
        except ValueError:
            s = s + v ** 2
            continue
        s = s + t
    return s * x[1]


def return_under_guard(x):
    try:
        if x[0] > 0:
            return root(x[1]) * x[0]
        y = root(x[2])
    except ValueError:
        y = x[1] ** 3
    return y * x[2]


def store_under_guard(x):
    y = x * 1.0
    try:
        y[0] = root(x[0])
    except ValueError:
        pass
    return np.sum(y ** 2)


def stores_then_rebound(x):
    y = x * 1.0
    try:
        y[1] = 5.0 * x[0]
        y[0] = root(x[0])
    except ValueError:
        y = x ** 2
    return np.sum(y ** 2)


def append_under_guard(x):
    parts = []
    for v in x:
        try:
            parts.append(root(v))
        except ValueError:
            parts.append(v * 2)
    return parts[0] * parts[1] + parts[2]


def pair_under_guard(x):
    try:
        a, b = root(x[0]), root(x[2])
    except ValueError:
        a, b = x[1], x[2] ** 2
    return a * b


def raise_from(x):
    try:
        y = root(x[0])
    except ValueError as e:
        raise RuntimeError(f"bad: {e}") from e
    return y ** 3


def raise_again(x):
    try:
        y = root(x[0])
    except ValueError:
        raise
    return y ** 3


def endless_until_raised(x):
    k = 0
    y = x[0]
    while True:
        try:
            y = root(y - k * 0.3)
            k += 1
            if k > 5:
                break
        except ValueError:
            break
    return y * x[2]


def finally_in_helper(x):
    def f(v):
        try:
            return root(v)
        except ValueError:
            return -v
        finally:
            print("f")
    return f(x[0]) * f(x[1]) + f(x[2])


def dict_under_guard(x):
    try:
        d = {"a": root(x[0]), "b": x[1]}
    except ValueError:
        d = {"a": x[2], "b": x[0]}
    return d["a"] * d["b"]


def store_in_loop(x):
    out = np.zeros(3)
    for i in range(3):
        try:
            out[i] = root(x[i]) * x[0]
        except ValueError:
            out[i] = x[i] ** 2
    return np.sum(out * x)


def errstate_raises(x):
    with np.errstate(all="raise"):
        try:
            y = np.log(x)
        except FloatingPointError:
            y = x * 3
    return np.sum(y)


def math_domain(x):
    try:
        v = math.sqrt(x[0])
    except ValueError:
        v = math.exp(x[0])
    return v * x[1]


def error_is_printed(x):
    try:
        y = math.log(float(x[0]))
    except (ValueError, ZeroDivisionError) as err:
        print(type(err).__name__, str(err))
        y = 0.0
    return y + x[1]


def assertion_caught(x):
    try:
        assert x[0] > 0, "neg"
        y = np.sum(x)
    except AssertionError:
        y = np.prod(x)
    return y


def assigned_early(x):
    y = 1.0
    try:
        y = x[0] * 2
        z = root(y)
    except ValueError:
        return y * x[1]
    return z


def function_under_guard(x):
    try:
        f = np.sin
        y = f(root(x[0]))
        g = lambda v: v * y
    except ValueError:
        g = lambda v: v ** 2
    return g(x[1])


def break_in_handler(x):
    s = x[0]
    for k in range(4):
        try:
            s = root(s) - 0.2 * x[1]
        except ValueError:
            s = s * s
            break
    else:
        s = s * 10
    return s


def guards_in_a_row(x):
    try:
        return root(x[0])
    except ValueError:
        pass
    try:
        return root(x[1])
    except ValueError:
        pass
    return x[2]


def none_in_handler(x):
    try:
        y = root(x[0])
    except ValueError:
        y = None
    if y is None:
        return x[1] ** 2
    return y * x[1]


def suppressed(x):
    with contextlib.suppress(ValueError):
        return root(x[0])
    return x[1]


def index_error(x):
    try:
        q = x[5]
    except IndexError:
        q = x[0] ** 2
    return q


def key_error(x):
    a = {"p": x[0]}
    try:
        v = a["q"]
    except KeyError:
        v = a["p"] * 3
    return v * v


def shapes_that_do_not_fit(x):
    t = np.zeros(2)
    try:
        t += x
    except ValueError:
        t = x[:2] * 2
    return np.sum(t * t)


def caller_array_under_guard(x):
    x[0] = x[1] * x[2]
    try:
        x[1] = root(x[0])
    except ValueError:
        x[2] = x[0] ** 2
    return np.sum(x * x)


def product_that_does_not_fit(x):
    class_ = None
    try:
        y = x @ np.ones(2)
    except ValueError:
        y = x[:2] @ np.ones(2)
    return y ** 2


def all_clauses_in_loop(x):
    total = 0.0
    for i, v in enumerate(x):
        try:
            r = root(v)
        except ValueError:
            r = 0.0
        else:
            total += r * i
        finally:
            print(i)
        total += r * x[0]
    return total


def newton_under_guard(x, n):
    # newton with guard
    u = x[0]
    for _ in range(n):
        try:
            u = u - root(u) / (1.0 + u)
        except ValueError:
            return u * x[1]
    return u


@contextlib.contextmanager
def guard(v):
    try:
        yield v * 2
    except ValueError:
        print("swallowed")


def context_that_catches(x):
    y = x[1]
    with guard(x[0]) as g:
        y = root(g)
    return y * x[2]


def finally_inside_guard(x):
    try:
        try:
            y = root(x[0])
        finally:
            print("inner")
    except ValueError:
        y = x[1]
    return y * y


def any_exception(x):
    try:
        y = 1 / int(x[2])
        w = root(x[0])
    except ZeroDivisionError:
        return x[0] * x[2]
    except Exception as e:
        return x[1] * 7
    return w * x[1]


def return_with_finally(x):
    for i in range(3):
        try:
            if x[i] < 0:
                return x[i] ** 2 * x[0]
        finally:
            print("step", i)
    return x[1]


def list_item_under_guard(x):
    acc = [x[0], x[1]]
    try:
        acc[0] = root(x[1])
    except ValueError:
        acc[1] = x[2] * x[0]
    return acc[0] * acc[1]


def append_then_raise(x):
    # try mutates a list then raises; list read later only on ok path
    log = []
    try:
        log.append(x[0])
        y = root(x[1])
    except ValueError:
        return x[2]
    return y * log[0]


def store_through_view_under_guard(x):
    y = x.copy()
    v = y[1:]
    try:
        v[0] = root(x[0])
    except ValueError:
        v[1] = x[0] ** 2
    return np.sum(y * x)


def updates_in_loop(x):
    s = 0.0
    y = x.copy()
    for i in range(3):
        try:
            y[i] = root(y[i]) * 2
        except ValueError:
            y[i] = y[i] ** 2
        s = s + y[i] * x[0]
    return s + np.sum(y)


class Box:
    def __init__(self, v):
        self.v = v


def attribute_under_guard(x):
    b = Box(x[0])
    try:
        b.v = root(x[1])
    except ValueError:
        b.v = b.v * 3
    return b.v * x[2]


def object_changed_by_callee(x):
    b = Box(x[0])
    def work():
        b.v = b.v * 2
        return root(x[1])
    try:
        y = work()
    except ValueError:
        y = x[0]
    return y * b.v


def nonlocal_changed_by_callee(x):
    k = 0
    def work():
        nonlocal k
        k = k + 1
        return root(x[1])
    try:
        y = work()
    except ValueError:
        y = x[0]
    return y * k


def else_after_guard(x):
    try:
        y = root(x[0])
        z = y * x[1]
    except ValueError:
        y = x[1]
        z = x[2]
    else:
        z = z * 2
    return y * z


def guards_nested_in_loop(x):
    total = 0.0
    for v in x:
        try:
            try:
                t = root(v)
            except ValueError:
                t = root(v + 1.0)
        except ValueError:
            t = v * v
        total = total * 0.5 + t
    return total


def infinity_is_no_error(x):
    try:
        y = x[0] / np.float64(0.0)
    except ZeroDivisionError:
        y = 5.0
    return np.where(np.isinf(y), 1.0, y) * x[1]


def tuple_of_errors(x):
    try:
        raise_it = root
        w = raise_it(x[0]) + root(x[1])
    except (ValueError, TypeError) as e:
        w = x[2] ** 2
    finally:
        w2 = 3.0
    return w * w2


def invalid_raises(x):
    with np.errstate(invalid="raise"):
        try:
            z = np.sqrt(x)
        except FloatingPointError:
            z = np.abs(x)
    return np.sum(z)


def finally_with_continue(x):
    i = 0
    s = x[0]
    while i < 5:
        i += 1
        try:
            s = root(s - 0.1 * x[2])
        except ValueError:
            s = s + 1.0
            continue
        finally:
            s = s * 1.01
    return s


def retries(x):
    for attempt in range(4):
        try:
            y = root(x[0] + attempt * 0.3)
            break
        except ValueError:
            if attempt == 3:
                raise
    return y * x[1]


def finally_after_return(x):
    try:
        return np.sum(x) * root(x[0])
    except ValueError:
        return np.prod(x)
    finally:
        print("bye")


def update_that_does_not_fit(x):
    x2 = x * 2
    try:
        x2 += np.ones(2)
    except ValueError:
        x2 -= 1.0
    return np.sum(x2 ** 2)


def reshape_that_does_not_fit(x):
    try:
        a = x.reshape(2, 2)
    except ValueError:
        a = x.reshape(3, 1)
    return np.sum(a * a)


def generator_under_guard(x):
    g = (root(v) for v in x)
    try:
        s = sum(g)
    except ValueError:
        s = x[0] * x[1]
    return s


def dict_items_under_guard(x):
    out = {}
    for n, v in zip("abc", x):
        try:
            out[n] = root(v)
        except ValueError:
            out[n] = -v
    return out["a"] * out["b"] + out["c"]


def augmented_under_guard(x):
    y = x[0]
    try:
        y += root(x[1])
    except ValueError:
        y *= 2
    return y * y


def names_taken_from_a_dict(x, **options):
    given = {"x": x, "axis": 0, **options}
    try:
        samples = [given.pop(name) for name in ("x",)]
        samples = [np.atleast_1d(s) ** 2 for s in samples]
    except KeyError:
        return np.sum(x)
    return np.sum(samples[0], axis=given.pop("axis")) * len(given) + np.mean(*samples)


def method_if_there_is_one(x):
    kept = [x]
    try:
        total = x.sum() ** 2
        kept.append(x * total)
    except AttributeError:
        kept.append(0.0)
    return np.sum(kept[-1])


def no_item_is_looked_up(x):
    y = x[0] * x
    try:
        y = np.where(x > 0, y / (1 + x), y)
    except IndexError:
        pass
    kept = []
    for a in (x, y):
        try:
            if len(a) > 0:
                kept.append(a)
        except TypeError:
            kept.append(a)
    return np.sum(np.concatenate(kept) ** 2)


def raised_beside_a_look_up(x):
    held = {"a": x}
    try:
        y = held["a"] * 2
        if y[0] < 0:
            raise KeyError("negative")
        held["b"] = y
    except LookupError:
        return np.sum(x**3)
    return np.sum(held["b"] ** 2)


def look_up_inside_with(x):
    held = {"a": x}
    try:
        with np.errstate(all="ignore"):
            y = held["b"] * 2
    except KeyError as error:
        y = x * len(str(error))
    return np.sum(y * y)


def look_up_inside_with_in_a_branch(x):
    held, total = [], 0.0
    for v in x:
        if v > 0:
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    part = held[0] * v
            except IndexError:
                part = v
            finally:
                total *= 1.5
            total += part
        with np.errstate(all="ignore"):
            total += held[-1] if len(held) > 1 else v**2
        held.append(v * total)
    return total


def first_of_a_copy(x):
    u = x.copy()
    total = sum([u, 0.5, np.full(3, 0.5)])
    for _ in range(2):
        first, *rest = u
        total = total * first * rest[-1]
    return np.sum(total)


_X = np.array([0.7, -0.4, 1.3])
_Y = np.array([-0.7, 0.4, 0.3])
_RIGHT = (
    nested_guards, return_under_guard, store_under_guard, stores_then_rebound, append_under_guard,
    pair_under_guard, raise_from, raise_again, finally_in_helper, dict_under_guard, store_in_loop,
    errstate_raises, math_domain, error_is_printed, assertion_caught, break_in_handler,
    guards_in_a_row, index_error, key_error, shapes_that_do_not_fit, caller_array_under_guard,
    product_that_does_not_fit, all_clauses_in_loop, newton_under_guard, finally_inside_guard,
    any_exception, return_with_finally, list_item_under_guard,
    append_then_raise, store_through_view_under_guard, updates_in_loop, attribute_under_guard,
    else_after_guard, guards_nested_in_loop, infinity_is_no_error, tuple_of_errors, invalid_raises,
    finally_with_continue, retries, finally_after_return, reshape_that_does_not_fit,
    generator_under_guard, dict_items_under_guard, augmented_under_guard,
    names_taken_from_a_dict, no_item_is_looked_up, method_if_there_is_one, raised_beside_a_look_up,
    look_up_inside_with, look_up_inside_with_in_a_branch, first_of_a_copy,
)
CASES = [(f, (v, 4) if f is newton_under_guard else (v,)) for f in _RIGHT for v in (_X, _Y)]
# What the handler reads may not be known: refused, or right.
REFUSED = [
    object_changed_by_callee, nonlocal_changed_by_callee, update_that_does_not_fit,
    break_under_guard, endless_until_raised, assigned_early, function_under_guard, none_in_handler, suppressed, context_that_catches,
]
