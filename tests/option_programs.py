"""Programs that choose a function, a member of an enum, a string, a list or an object while they run."""

from __future__ import annotations

import bisect
import collections
import copy
import enum
import functools
import itertools
import operator
from collections import defaultdict

import numpy as np


class Phase(enum.Enum):
    IDLE = 0.5
    RISING = 2.0
    DONE = -1.0


class Cell:
    def __init__(self, v):
        self.v = v
        self.count = 0

    def add(self, v):
        self.v = self.v + v * v
        self.count += 1
        return self


class Scaled(Cell):
    def add(self, v):
        super().add(3.0 * v)
        return self


class Bias:
    def __init__(self, b):
        self.b = b

    def __call__(self, v):
        return v + self.b


class Gain:
    def __init__(self, k):
        self.k = k

    def __call__(self, v):
        return self.k * v


def chosen_functions(x):
    f = np.sin if x[0] > 0.5 else np.cos
    g = (lambda t: t**2) if x[1] > 0.1 else (lambda t: t * x[2])
    op = {"a": operator.add, "m": operator.mul}["a" if x.sum() > 1 else "m"]
    return op(f(x[2]), g(x[1]))


def chosen_by_name(x):
    kind = "max" if x[0] > x[1] else "min"
    reduce = getattr(np, kind)
    return reduce(x) * x[2] + len(kind) + np.linalg.norm(x, ord=2 if kind == "max" else 1)


def chosen_partial(x):
    scale = functools.partial(operator.mul, 2.0)
    shift = functools.partial(operator.add, x[0])
    step = scale if x[1] > 0.0 else shift
    return sum(map(step, x)) * step(x[2])


def may_be_no_function(x):
    callback = None
    total = 0.0
    for v in x:
        total = total + (v if callback is None else callback(v))
        if v < 0:
            callback = np.tanh
        elif v > 1:
            callback = np.square
    return total if callback is not np.tanh else -total


def none_or_text(x):
    mode, total = None, x[0]
    for v in x:
        if mode is None:
            mode = "grow"
        elif mode == "shrink":
            total = total * 0.5
        total = total + v * v
        if total > 1.2:
            mode = "shrink"
    return total if mode == "grow" else -3.0 * total


def enum_machine(x):
    phase, total = Phase.IDLE, 0.0
    for v in x:
        if phase is Phase.IDLE:
            phase = Phase.RISING if v > 0.5 else Phase.DONE
        elif phase == Phase.RISING:
            total = total + v**2
        else:
            phase = Phase.IDLE
        total = total + phase.value * v
    return total * (2.0 if phase in (Phase.IDLE, Phase.DONE) else 1.0) + len(phase.name) * x[0]


def enum_keys(x):
    weights = {Phase.IDLE: x[0], Phase.RISING: x[1] ** 2, Phase.DONE: 3.0}
    phase = Phase.RISING if x[2] > 0 else Phase.DONE
    weights[phase] = weights[phase] * x[2]
    return sum(weights.values()) + weights.get(phase, 0.0) ** 2


def counted_by_name(x):
    counts = {"neg": 0, "pos": 0}
    out = []
    for v in x:
        key = "neg" if v < 0 else "pos"
        counts[key] += 1
        out.append(v * counts[key])
    return sum(out) * counts["pos"] / sum(counts.values())


def grouped_by_place(x):
    groups = defaultdict(list)
    for i, v in enumerate(x):
        groups["even" if i % 2 == 0 else "odd"].append(v)
    return np.mean(groups["even"]) * np.prod(groups["odd"]) + len(groups)


def one_of_two_lists(x):
    low, high = [], [0.5]
    for v in x:
        part = low if v < 0.5 else high
        part.append(v)
        part[0] = part[0] * 1.5
    return sum(low) + sum(high) ** 2 * len(low)


def made_in_either_branch(x):
    groups = {"p": [1.0]}
    for v in x:
        if v > 0.5:
            part = groups["p"]
        else:
            part = groups.setdefault("n", [])
        part.append(v)
    return sum(groups["p"]) * len(groups["n"]) + sum(groups["n"])


def one_of_two_in_a_branch(x):
    a, b = [x[0]], [x[1]]
    if x[2] > 0:
        t = a if x[0] > x[1] else b
        t.append(x[2] ** 2)
    return sum(a) * 2 + sum(b)


def one_of_two_read(x):
    c, d = [x[0]], [x[1]]
    e = c if x[2] > 0 else d
    c.append(x[1])
    return len(e) * x[0] + e[0] ** 2 + max(e) * np.sum(e)


def one_of_two_dicts(x):
    a, b = {"s": 0.0}, {"s": 1.0}
    for v in x:
        t = a if v > 0 else b
        t["s"] += v
        t["last"] = v
    return a["s"] * b["s"] + a.get("last", 2.0)


def one_of_two_objects(x):
    c, d = Cell(x[0]), Cell(x[1])
    e = c if x[2] > 0 else d
    e.v = e.v * 3.0
    return c.v + 2 * d.v


def one_of_two_classes(x):
    first, second = Cell(0.0), Scaled(x[0])
    for v in x:
        chosen = (first if v > 0.5 else second).add(v)
        chosen.v *= 0.9
    return first.v * second.v + first.count


def one_of_two_callables(x):
    layer = Gain(x[0]) if x[1] > 0 else Bias(2.0)
    gain, bias = Gain(x[1]), Bias(x[2])
    total = 0.0
    for v in x:
        act = gain if v > 0 else bias
        if isinstance(act, Gain):
            total = total + act.k
        total = total + act(v) ** 2
    return total if isinstance(layer, Gain) else -total


def bins_by_name(x):
    bins = {"a": Cell(0.0), "b": Cell(1.0)}
    for v in x:
        bins["a" if v > 0.5 else "b"].add(v)
    return bins["a"].v * bins["b"].v


def handed_to_a_function(x):
    def apply(f, v, times=2):
        for _ in range(times):
            v = f(v)
        return v

    f = np.tanh
    if x[0] > 0.5:
        f = np.sin
    elif x[1] > 0.5:
        f = np.cos
    return apply(f, x[2]) + apply(lambda v: f(v) * 2.0, x[1])


class Holder:
    def __init__(self, v, w):
        self.v, self.w = v, w


def copies_of_what_may_be(x):
    a, b = [x[0]], [x[1], x[2]]
    first = Holder(x * 1.0 if x[0] > 0 else None, a if x[1] > 0 else b)
    second = copy.deepcopy(first)
    second.w[0] = second.w[0] * 5.0
    if second.v is not None:
        second.v[0] = 7.0
    total = sum(first.w) * 2 + sum(second.w) + a[0] * b[0]
    return total if first.v is None else total + np.sum(first.v * x)


def searched_places(x):
    knots = [0.0, 0.3, 0.6, 1.5]
    at = abs(x[0])
    i = bisect.bisect_right(knots, at) - 1
    w = (at - knots[i]) / (knots[i + 1] - knots[i])
    later = itertools.dropwhile(lambda v: v < 0.5, x)
    chosen = list(itertools.compress(x, [1, 0, 1]))
    ordered = collections.OrderedDict((f"k{j}", v) for j, v in enumerate(x))
    ordered.move_to_end("k0")
    _, first = ordered.popitem(last=False)
    return (1 - w) * x[1] + w * x[2] ** 2 + sum(later) * chosen[0] + first * sum(j * v for j, v in enumerate(ordered.values()))


@functools.cache
def binomial(n, k):
    return 1 if k in (0, n) else binomial(n - 1, k - 1) + binomial(n - 1, k)


def recursion_by_loop_index(x):
    n, t = len(x) - 1, x[0]
    return sum(binomial(n, i) * t**i * (1 - t) ** (n - i) * p for i, p in enumerate(x))


def unpacked_windows(x):
    def smooth(v, width):
        sums = np.cumsum(np.insert(v, 0, 0.0))
        return (sums[width:] - sums[:-width]) / width

    first, *_, last = smooth(np.concatenate([x, x**2]), 3)
    it = iter(x)
    head = next(it)
    return first * last + sum(v * head for v in it)


def picked_by_place(x):
    sums, bins = [[], [], []], [{"s": 0.0}, {"s": 1.0}, {"s": 2.0}]
    functions = [np.sin, np.cos, lambda v: v**2]
    counts, total = [0] * 3, 0.0
    for v in x:
        k = min(int(np.floor(abs(v) * 2.1)), 2)
        counts[k] += 1
        sums[k].append(v)
        bins[k - 1]["s"] += v * v
        total = total + functions[-k](v)
    return total + sum(len(s) * sum(s) for s in sums) + sum(i * b["s"] for i, b in enumerate(bins)) + counts[0]


def best_of_some(x):
    models = {"linear": lambda t: 2 * t, "square": lambda t: t**2 + 1, "sine": np.sin}
    name, least = None, np.inf
    for key, model in models.items():
        error = np.sum((model(x) - x**3) ** 2)
        if error < least:
            name, least = key, error
    scores = [f(x).sum() for f in models.values()]
    first = max(range(len(scores)), key=scores.__getitem__)
    return models[name](x).sum() * least + len(name) * scores[first]


def made_or_chosen(x):
    a, b = [1.0], [2.0]
    if x[0] > 0.5:
        t = a if x[1] > 0 else b
    else:
        t = [x[2]]
    t.append(x[1])
    t[0] = t[0] * 2
    for v in x:
        t.append(v)
    return sum(t) + sum(a) * sum(b)


class Decaying:
    def __init__(self, k):
        self.k, self.seen = k, []

    def __call__(self, v):
        self.seen.append(v)
        self.k = self.k * 1.1
        return v * self.k


class Shifting:
    def __init__(self, b):
        self.b, self.w = b, np.zeros(3)

    def __call__(self, v):
        self.w[1] += v
        self.b += v
        return v + self.b


def made_of_either_class(x):
    layer = Decaying(x[0]) if x[0] > 0.5 else Shifting(x[2])
    total = 0.0
    for v in x:
        total += layer(v)
    if isinstance(layer, Shifting):
        layer.w *= 2
        return total + layer.w[1] * layer.b
    layer.seen.extend([1.0, x[1]])
    return total + sum(layer.seen) * layer.k


def texts(x):
    a = "".join(["p", "q"]) + ",".join(str(round(v, 1)) for v in x[:2])
    b = "{:.3f}|{}".format(x[0], 3).strip()  # noqa: UP032
    return x[0] * len(a) + x[1] * len(b) * (1 if "q" in a else 2)


def counters(x):
    c = collections.Counter(["a", "b", "a"])
    c.subtract("b")
    c.update({"q": x[0]}, w=x[1])
    d = c.copy()
    d["a"] += 5
    kept = collections.Counter("abca").most_common(1)[0][1]
    return c["a"] * x[2] + c["missing"] + len(c) * c.total() + d["a"] * d["none"] * x[0] + kept * x[1] + ("missing" in c)


def keys_of_both(x):
    d, e = {"a": x[0], "b": x[1]}, {"b": 2.0, "c": x[2]}
    both = sum(d[k] * e[k] for k in d.keys() & e.keys())
    every = sorted(d.keys() | e.keys())
    return both + sum(d.get(k, 0.0) ** 2 + e.get(k, 1.0) for k in every) + len(set(every) - {"a"})


def flags_as_keys(x):
    d, e = {True: x[0], False: 2.0}, {1: x[1], 0: x[2]}
    total = 0.0
    for v in x:
        total += d[bool(v > 0)] * v + e[v > 0.1]
        d[v > 0.5] = v
    return total + d[True] * d[False] + d.get(x[0] > 5, 1.0)


def groups_of_neighbours(x):
    labels = ["a", "a", "b"]
    total = 0.0
    for key, group in itertools.groupby(zip(labels, x), key=lambda p: p[0]):
        values = [v for _, v in group]
        total += (2 if key == "a" else 1) * np.prod(values) * len(values)
    return total


class Machine:
    NEXT = {("idle", True): "run", ("idle", False): "idle", ("run", True): "run", ("run", False): "idle"}

    def __init__(self):
        self.state, self.total, self.count = "idle", 0.0, {"idle": 0, "run": 0}

    def feed(self, v):
        self.state = self.NEXT[self.state, bool(v > 0)]
        self.count[self.state] += 1
        getattr(self, f"on_{self.state}")(v)

    def on_idle(self, v):
        self.total *= 0.5

    def on_run(self, v):
        self.total += v * v


def machine_of_names(x):
    machine = Machine()
    for v in x:
        machine.feed(v)
    return machine.total * (2 if machine.state == "idle" else 1) + machine.count["run"] * 0.5 * machine.total


def largest_in_windows(x):
    places, out = collections.deque(), []
    y = np.concatenate([x, x**2])
    for i, v in enumerate(y):
        while places and y[places[-1]] <= v:
            places.pop()
        places.append(i)
        if places[0] <= i - 3:
            places.popleft()
        if i >= 2:
            out.append(y[places[0]])
    return sum(out) + (len(out) if not (out and out[0] < 0) else 0.0) * x[0]


@functools.singledispatch
def size_of(value):
    return 1.0


@size_of.register
def _(value: list):
    return sum(size_of(item) for item in value)


@size_of.register(np.ndarray)
def _(value):
    return np.sum(value**2)


@size_of.register(Cell)
def _(cell):
    return cell.v * 3.0


def called_by_class(x):
    return size_of([x, [x**3, "text"], Cell(x[0])]) * size_of(x) + size_of(None) * x[1]


def none_until_found(x):
    found, weights = None, {None: 3.0, "a": x[1]}
    key = None
    for v in x:
        if v > 0.6:
            found = v**2
            key = "a"
    return np.exp(found) * x[0] + found + weights[key] ** 2


def best_of_all(x):
    best, at = float("inf"), None
    for i, v in enumerate(x):
        cost = (v - 0.5) ** 2
        if cost < best:
            best, at = cost, i
    table = np.outer(x, x)
    y = x * 1.0
    y[at] = 5.0 * x[0]
    y[at] *= 2.0
    return best * 2.0 + x[at] + table[at, 1] * table[at][0] + [x[0], x[1], x[2]][at] ** 2 + np.sum(y**2)


def up_to_the_first(x):
    stop, start = None, None
    for i, v in enumerate(x):
        if v < 0.0:
            stop, start = i + 1, i
            break
    return np.sum(x[:stop] ** 2) + x[start:][0] ** 3 + np.sum(np.outer(x, x)[:stop, 0])


PROGRAMS = [v for v in list(globals().values())
            if getattr(v, "__module__", None) == __name__ and getattr(v, "__code__", None)
            and v.__code__.co_varnames[:1] == ("x",)]  # fmt: skip
