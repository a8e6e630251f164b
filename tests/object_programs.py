"""Programs as people write them with classes: each maps a vector of three numbers to one number."""

from __future__ import annotations

import copy
import enum
import functools
import math
from collections import namedtuple
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

WEIGHTS = np.array([[0.3, -0.2, 0.5], [0.1, 0.4, -0.3]])


# --- a small network library
class Module:
    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        raise NotImplementedError


class Linear(Module):
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        return self.W @ x + self.b


class Tanh(Module):
    def forward(self, x):
        return np.tanh(x)


class Scale(Module):
    factor = 1.5

    def __init__(self, factor=None):
        if factor is not None:
            self.factor = factor

    def forward(self, x):
        return self.factor * x


class Sequential(Module):
    def __init__(self, *layers):
        self.layers = list(layers)

    def add(self, layer):
        self.layers.append(layer)
        return self

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def network(x):
    model = Sequential(Linear(WEIGHTS, x[:2]), Tanh(), Scale()).add(Scale(0.5))
    return np.sum(model(x) ** 2)


class Residual(Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


def residual_network(x):
    block = Residual(Sequential(Scale(x[0]), Tanh()))
    return np.sum(block(block(x)))


class Regression:
    """fit and predict, as in scikit-learn."""

    def __init__(self, alpha=0.1, fit_intercept=True):
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.coef_ = None

    def fit(self, X, y):
        if self.fit_intercept:
            self.x_mean_, self.y_mean_ = X.mean(axis=0), y.mean()
            X = X - self.x_mean_
            y = y - self.y_mean_
        n = X.shape[1]
        self.coef_ = np.linalg.solve(X.T @ X + self.alpha * np.eye(n), X.T @ y)
        self.intercept_ = self.y_mean_ - self.x_mean_ @ self.coef_ if self.fit_intercept else 0.0
        return self

    def predict(self, X):
        if self.coef_ is None:
            raise ValueError("not fitted")
        return X @ self.coef_ + self.intercept_

    def score(self, X, y):
        r = y - self.predict(X)
        return 1.0 - np.sum(r ** 2) / np.sum((y - np.mean(y)) ** 2)


def regression(x):
    X = np.array([[0.1, 0.3], [0.8, -0.5], [0.3, 0.9]])
    return Regression(alpha=0.2).fit(X, x).score(X, x ** 2)


def regression_without_intercept(x):
    X = np.outer(x, np.array([1.0, 2.0])) + np.array([[0.1, 0.3], [0.8, -0.5], [0.3, 0.9]])
    return np.sum(Regression(fit_intercept=False).fit(X, x).predict(X) ** 2)


class Kalman:
    def __init__(self, x0, P0, q, r):
        self.x = x0
        self.P = P0
        self.Q = q * np.eye(2)
        self.R = r
        self.F = np.array([[1.0, 0.1], [0.0, 1.0]])
        self.H = np.array([1.0, 0.0])
        self.log_likelihood = 0.0

    def predict(self):
        self.x = self.F @ self.x
        self.P = self.F @ self.P @ self.F.T + self.Q

    def update(self, z):
        S = self.H @ self.P @ self.H + self.R
        K = self.P @ self.H / S
        y = z - self.H @ self.x
        self.x = self.x + K * y
        self.P = self.P - np.outer(K, self.H) @ self.P
        self.log_likelihood += -0.5 * (y * y / S + np.log(S))


def kalman(x):
    f = Kalman(np.zeros(2), np.eye(2), x[0] ** 2, x[1] ** 2 + 0.1)
    for z in (0.3, 0.5, 0.9):
        f.predict()
        f.update(z * x[2])
    return f.log_likelihood + f.x @ f.x


def kalman_over_data(x, n=4):
    f = Kalman(np.zeros(2), np.eye(2), x[0] ** 2, x[1] ** 2 + 0.1)
    for k in range(n):
        f.predict()
        f.update(np.sin(k * x[2]))
    return f.log_likelihood + np.trace(f.P)


class RungeKutta:
    def __init__(self, f, h):
        self.f, self.h, self.steps = f, h, 0

    def step(self, t, y):
        k1 = self.f(t, y)
        k2 = self.f(t + self.h / 2, y + self.h / 2 * k1)
        k3 = self.f(t + self.h / 2, y + self.h / 2 * k2)
        k4 = self.f(t + self.h, y + self.h * k3)
        self.steps += 1
        return y + self.h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)

    def integrate(self, y, t0, n):
        t = t0
        for _ in range(n):
            y = self.step(t, y)
            t = t + self.h
        return y


class Oscillator:
    def __init__(self, k, c):
        self.k, self.c = k, c

    def __call__(self, t, y):
        return np.array([y[1], -self.k * y[0] - self.c * y[1] + np.sin(t)])


def runge_kutta(x, n=5):
    solver = RungeKutta(Oscillator(x[0], x[1]), 0.1)
    y = solver.integrate(np.array([x[2], 0.0]), 0.0, n)
    return y @ y * solver.steps


@dataclass
class Particle:
    pos: np.ndarray
    vel: np.ndarray
    mass: float = 1.0

    def kick(self, force, dt):
        self.vel = self.vel + force / self.mass * dt

    def drift(self, dt):
        self.pos += self.vel * dt

    @property
    def energy(self):
        return 0.5 * self.mass * np.sum(self.vel ** 2)


class World:
    G = 0.7

    def __init__(self, particles):
        self.particles = particles
        self.time = 0.0

    def force(self, a, b):
        d = b.pos - a.pos
        return self.G * a.mass * b.mass * d / (np.sum(d ** 2) + 0.1) ** 1.5

    def step(self, dt):
        for p in self.particles:
            total = np.zeros(2)
            for q in self.particles:
                if q is not p:
                    total = total + self.force(p, q)
            p.kick(total, dt)
        for p in self.particles:
            p.drift(dt)
        self.time += dt

    def energy(self):
        return sum(p.energy for p in self.particles)


def particles(x, n=3):
    world = World([Particle(x[:2].copy(), np.zeros(2)), Particle(np.ones(2), x[1:] * 0.3, 2.0 + x[0]),
                   Particle(np.array([0.5, -1.0]), np.array([0.1, 0.2]))])
    for _ in range(n):
        world.step(0.05)
    return world.energy() + np.sum(world.particles[0].pos) * world.time


# --- expression trees
class Expression:
    def __add__(self, other):
        return Sum(self, wrap(other))

    __radd__ = __add__

    def __mul__(self, other):
        return Product(self, wrap(other))

    def __rmul__(self, other):
        return Product(wrap(other), self)

    def __neg__(self):
        return Product(Constant(-1.0), self)

    def __sub__(self, other):
        return self + (-wrap(other))

    def __pow__(self, n):
        out = Constant(1.0)
        for _ in range(n):
            out = out * self
        return out


class Constant(Expression):
    def __init__(self, value):
        self.value = value

    def __call__(self, env):
        return self.value


class Variable(Expression):
    def __init__(self, name):
        self.name = name

    def __call__(self, env):
        return env[self.name]


class Sum(Expression):
    def __init__(self, left, right):
        self.left, self.right = left, right

    def __call__(self, env):
        return self.left(env) + self.right(env)


class Product(Sum):
    def __call__(self, env):
        return self.left(env) * self.right(env)


def wrap(value):
    return value if isinstance(value, Expression) else Constant(value)


def expression_tree(x):
    a, b = Variable("a"), Variable("b")
    e = (a + 2.0) * b ** 3 - 3.0 * a + (1.0 + a * b) * x[2]
    return e({"a": x[0], "b": x[1]})


# --- operators
class Vec:
    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        return Vec(self.data + (other.data if isinstance(other, Vec) else other))

    __radd__ = __add__

    def __sub__(self, other):
        return Vec(self.data - other.data)

    def __mul__(self, s):
        return Vec(self.data * s)

    __rmul__ = __mul__

    def __truediv__(self, s):
        return Vec(self.data / s)

    def __neg__(self):
        return Vec(-self.data)

    def __pos__(self):
        return self

    def __abs__(self):
        return np.sqrt(np.sum(self.data ** 2))

    def __matmul__(self, other):
        return self.data @ other.data

    def __getitem__(self, i):
        return self.data[i]

    def __setitem__(self, i, v):
        self.data[i] = v

    def __len__(self):
        return 3

    def __iadd__(self, other):
        self.data = self.data + other.data
        return self

    def __imul__(self, s):
        self.data *= s
        return self

    def __eq__(self, other):
        return self.tag() == other.tag()

    def __hash__(self):
        return 0

    def __lt__(self, other):
        return np.sum(self.data) < np.sum(other.data)

    def __ge__(self, other):
        return not self < other

    def __bool__(self):
        return True

    def __contains__(self, name):
        return name in ("a", "b")

    def __iter__(self):
        return iter([self.data[0], self.data[1], self.data[2]])

    def __float__(self):
        return float(np.sum(self.data))

    def tag(self):
        return 1

    def dot(self, other):
        return self @ other


def operators(x):
    v, w = Vec(x), Vec(x ** 2)
    u = 2.0 * v + w / 3.0 - (-v) * 0.5 + 1.0
    u += w
    return u @ v + abs(u) + (+u).dot(w)


def reflected_operators(x):
    return abs(1.0 + Vec(x)) + abs(float(x[0]) * Vec(x)) + abs(sum([Vec(x), Vec(x * 2)]))


def items_of_object(x):
    v = Vec(x.copy())
    v[0] = v[1] * v[2]
    v[1:] = v[1:] * 2.0
    v[2] += 3.0 * v[0]
    v *= x[0]
    return v[0] * v[1] + np.sum(v[1:]) + len(v)


def compared_objects(x):
    v, w = Vec(x), Vec(x * x)
    if v < w:
        out = v @ w
    else:
        out = 2.0 * (v @ v)
    if v == w and v >= w or "a" in v and "c" not in v:
        out = out * 3.0
    return out if v else 0.0


def iterated_object(x):
    a, b, c = Vec(x)
    total = 0.0
    for i, e in enumerate(Vec(x ** 2)):
        total += e * (i + 1)
    return a * b * c + total + sum(e for e in Vec(x)) + float(Vec(x))


class Dual:
    """Forward mode by hand."""

    def __init__(self, v, d=0.0):
        self.v, self.d = v, d

    def __add__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v + o.v, self.d + o.d)

    def __mul__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v * o.v, self.d * o.v + self.v * o.d)

    __radd__, __rmul__ = __add__, __mul__

    def sin(self):
        return Dual(np.sin(self.v), np.cos(self.v) * self.d)


def dual_numbers(x, n=4):
    y = Dual(x[0], 1.0)
    for k in range(n):
        y = y * x[1] + y.sin() * 0.5 + k
    return y.d + y.v


class Polynomial:
    def __init__(self, coefficients):
        self.c = coefficients

    def __call__(self, t):
        out = 0.0
        for a in self.c[::-1]:
            out = out * t + a
        return out

    def derivative(self):
        return Polynomial([a * i for i, a in enumerate(self.c)][1:])

    def __mul__(self, other):
        out = [0.0] * (len(self.c) + len(other.c) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(other.c):
                out[i + j] += a * b
        return Polynomial(out)


def polynomials(x):
    p = Polynomial([x[0], x[1], x[2]])
    return (p * p.derivative())(0.7) + p(x[0])


class Quaternion(NamedTuple):
    w: float
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0

    def __mul__(self, o):
        return Quaternion(self.w * o.w - self.x * o.x - self.y * o.y - self.z * o.z,
                          self.w * o.x + self.x * o.w + self.y * o.z - self.z * o.y,
                          self.w * o.y - self.x * o.z + self.y * o.w + self.z * o.x,
                          self.w * o.z + self.x * o.y - self.y * o.x + self.z * o.w)

    def conjugate(self):
        return self._replace(x=-self.x, y=-self.y, z=-self.z)

    @property
    def norm(self):
        return np.sqrt(sum(c * c for c in self))

    @classmethod
    def from_vector(cls, v):
        return cls(0.0, *v)

    def rotate(self, v):
        return (self * Quaternion.from_vector(v) * self.conjugate())[1:]


def quaternions(x):
    q = Quaternion(1.0, x[0], z=x[1])
    a, b, c = q.rotate((x[0], x[1], x[2]))
    return a * b + c * q.norm + sum(q._asdict().values()) + q._replace(w=x[2]).w


Point = namedtuple("Point", "x y", defaults=(2.0,))


def named_tuples(x):
    p = Point(x[0])
    q = Point(y=x[1] * p.y, x=p[0] * 2)
    points = [p, q, Point(x[2], x[0])]
    return sum(r.x * r.y for r in points) + q._replace(y=x[2]).y + len(p)


# --- dataclasses
@dataclass
class Base:
    a: float
    b: float = 2.0
    items: list = field(default_factory=list)

    def total(self):
        return self.a * self.b + sum(self.items)


@dataclass
class Derived(Base):
    c: float = 3.0
    d: float = field(init=False, default=0.5)

    def __post_init__(self):
        self.d = self.a * self.c
        self.items.append(self.d)

    def total(self):
        return super().total() + self.d


def dataclasses_inherited(x):
    one, two = Derived(x[0], c=x[1]), Derived(x[2], x[0], [x[1]])
    one.b = x[2] ** 2
    return one.total() * two.total()


@dataclass(frozen=True)
class Frozen:
    v: np.ndarray
    k: float = 1.0

    def step(self, dt):
        return replace(self, v=self.v + dt * np.sin(self.v), k=self.k * 1.1)


def frozen_state(x, n=3):
    s = Frozen(x)
    for _ in range(n):
        s = s.step(0.1)
    return np.sum(s.v) * s.k


@dataclass
class Outer:
    inner: Base
    table: dict
    scale: float = 1.0


def nested_dataclasses(x):
    o = Outer(Base(x[0], x[1]), {"w": x, "n": None})
    o.inner.a += 1.0
    o.inner.items += [x[2], 2.0]
    o.table["w"] = o.table["w"] * 2
    if o.table["n"] is None:
        o.scale *= 3.0
    return o.inner.total() * np.sum(o.table["w"]) * o.scale


@dataclass(slots=True, kw_only=True)
class Slotted:
    u: float
    v: float = 1.5


class Slots:
    __slots__ = ("p", "q")

    def __init__(self, p):
        self.p = p
        self.q = p * 2


def slots(x):
    s, t = Slotted(u=x[0]), Slots(x[1])
    s.v = s.u * t.q
    t.p += s.v
    return s.u * s.v + t.p * t.q


# --- what classes give
class Account:
    rate = 0.05
    opened = 0

    def __init__(self, balance):
        self._balance = balance
        self.log = []

    @property
    def balance(self):
        return self._balance

    @balance.setter
    def balance(self, value):
        self.log.append(value)
        self._balance = value * 0.99

    @staticmethod
    def fee(v):
        return 0.1 * v

    @classmethod
    def joint(cls, a, b):
        return cls(a._balance + b._balance)

    def grow(self, years):
        for _ in range(years):
            self.balance = self.balance * (1.0 + self.rate)
        return self

    def __repr__(self):
        return "Account"


class Savings(Account):
    rate = 0.1

    def __init__(self, balance, bonus):
        super().__init__(balance)
        self.bonus = bonus

    def grow(self, years):
        super().grow(years)
        self._balance += self.bonus
        return self

    @classmethod
    def joint(cls, a, b):
        made = super().joint(a, b) if cls is Account else cls(a.balance, b.balance)
        return made


def accounts(x):
    a, b = Account(x[0]), Savings(x[1], x[2])
    a.balance -= Account.fee(a.balance)
    b.balance += 2.0
    c = Savings.joint(a.grow(2), b.grow(3))
    return c.grow(1).balance + a.log[0] * b.log[-1] + len(b.log)


class Meta:
    registry = {"scale": 2.0}
    order = ("p", "q")

    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def __getattr__(self, name):
        if name.startswith("missing"):
            return 4.0
        raise AttributeError(name)

    def values(self):
        return [getattr(self, name) for name in self.order]


def dynamic_attributes(x):
    m = Meta(p=x[0], q=x[1])
    out = sum(m.values()) * m.registry["scale"]
    if hasattr(m, "p") and not hasattr(m, "z"):
        m.z = x[2]
    out += getattr(m, "z", 1.0) * getattr(m, "absent", 5.0)
    del m.p
    return out * m.missing_thing + sum(vars(m).values()) + len(m.__dict__)


class Mode(enum.Enum):
    LINEAR = "linear"
    CUBE = 3

    @property
    def power(self):
        return 1 if self is Mode.LINEAR else self.value


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Curve:
    def __init__(self, mode=Mode.LINEAR, level=Level.HIGH):
        self.mode, self.level = mode, level

    def __call__(self, x):
        if self.mode == Mode.CUBE:
            return x ** self.mode.power * self.level
        return x * self.mode.power + (1.0 if self.level > Level.LOW else 0.0)


def enums(x):
    curves = {Mode.LINEAR: Curve(), Mode.CUBE: Curve(Mode.CUBE)}
    return curves[Mode.LINEAR](x[0]) * curves[Mode.CUBE](x[1]) * curves[Mode["CUBE"]](x[2])


# --- objects in containers, loops and branches
class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


def linked_list(x):
    head = None
    for i in range(3):
        head = Node(x[i] * (i + 1), head)
    total, node, depth = 0.0, head, 1
    while node is not None:
        total += node.value ** depth
        node, depth = node.next, depth + 1
    return total


class Tree:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right

    def total(self):
        out = self.value ** 2
        if self.left:
            out += self.left.total()
        if self.right is not None:
            out *= self.right.total()
        return out


def binary_tree(x):
    return Tree(x[0], Tree(x[1], right=Tree(x[0] * x[2])), Tree(x[2])).total()


def objects_in_branches(x):
    if x[0] > 0.5:
        p = Particle(x, x * 2.0)
    else:
        p = Particle(x ** 2, x, 3.0)
    if x[1] > 0:
        p.mass = p.mass * x[2]
    else:
        p.kick(x, 0.1)
    return p.energy + np.sum(p.pos) * p.mass


class Counter:
    def __init__(self):
        self.n = 0
        self.total = 0.0
        self.best = None

    def add(self, v):
        self.n += 1
        self.total += v
        if self.best is None or v > self.best:
            self.best = v
        return self

    @property
    def mean(self):
        return self.total / self.n


def counter_in_loop(x):
    c = Counter()
    for k in range(3):
        c.add(x[k] ** 2)
    for i in range(3):
        if x[i] > 0:
            c.add(x[i]).add(1.0)
    return c.mean * c.n + c.best


class RunningMean:
    def __init__(self):
        self.values = []

    def __call__(self, v):
        self.values.append(v)
        return sum(self.values) / len(self.values)


def history(x, n=3):
    r, out = RunningMean(), 0.0
    for i in range(n):
        out += r(x[i]) * (i + 1)
    return out * r.values[-1]


class Memo:
    def __init__(self):
        self.cache = {}

    def fib(self, n, x):
        if n < 2:
            return x
        if n not in self.cache:
            self.cache[n] = self.fib(n - 1, x) + x * self.fib(n - 2, x)
        return self.cache[n]


def memo(x):
    m = Memo()
    return m.fib(6, x[0]) + len(m.cache) * x[1]


def shared_object(x):
    a = Base(x[0])
    both = [a, a, Base(x[1])]
    for o in both:
        o.a = o.a * 2.0
    same = both[0] is both[1] and both[0] is not both[2]
    return (both[0].a + both[2].a) * (2.0 if same else 1.0)


def objects_swapped(x, n=3):
    p, q = Base(x[0]), Base(x[1], x[2])
    for _ in range(n):
        p, q = q, p
        p.a += q.a * q.b
    return p.a * q.b


class State:
    pass


def arrays_in_object(x, n=3):
    s = State()
    s.u = x.copy()
    s.v = s.u[1:]
    for _ in range(n):
        s.v *= s.u[0]
        s.u[0] += 0.1 * s.v[0]
    return np.sum(s.u)


class Optimizer:
    def __init__(self, params, lr=0.1, momentum=0.9):
        self.params, self.lr, self.momentum = params, lr, momentum
        self.velocity = {k: np.zeros_like(v) for k, v in params.items()}

    def step(self, grads):
        for k, g in grads.items():
            self.velocity[k] = self.momentum * self.velocity[k] - self.lr * g
            self.params[k] = self.params[k] + self.velocity[k]


def optimizer(x, n=3):
    opt = Optimizer({"w": x.copy(), "b": x[0]})
    for _ in range(n):
        opt.step({"w": np.sin(opt.params["w"]) * opt.params["b"], "b": np.sum(opt.params["w"])})
    return np.sum(opt.params["w"] ** 2) + opt.params["b"]


class Adam:
    def __init__(self, shape, lr=0.05, betas=(0.9, 0.99)):
        self.m, self.v, self.t = np.zeros(shape), np.zeros(shape), 0
        self.lr, (self.b1, self.b2) = lr, betas

    def update(self, w, g):
        self.t += 1
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g * g
        m_hat = self.m / (1 - self.b1 ** self.t)
        return w - self.lr * m_hat / (np.sqrt(self.v / (1 - self.b2 ** self.t)) + 1e-3)


def adam(x, n=4):
    w, opt = np.array([1.0, -1.0, 0.5]), Adam(3)
    for _ in range(n):
        w = opt.update(w, 2 * (w - x) * x)
    return np.sum((w - x) ** 2)


class LSTM:
    def __init__(self, W, size):
        self.W, self.size = W, size
        self.reset()

    def reset(self):
        self.h, self.c = np.zeros(self.size), np.zeros(self.size)

    @staticmethod
    def _sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def __call__(self, v):
        i, f, o, g = np.split(self.W @ np.concatenate([self.h, [v, 1.0]]), 4)
        self.c = self._sigmoid(f) * self.c + self._sigmoid(i) * np.tanh(g)
        self.h = self._sigmoid(o) * np.tanh(self.c)
        return self.h


def lstm(x, n=3):
    cell = LSTM(np.sin(np.arange(32.0)).reshape(8, 4) * x[0], 2)
    for t in range(n):
        out = cell(x[1] * t + x[2])
    return np.sum(out)


class Layer:
    def __init__(self, n_in, n_out, activation="tanh"):
        self.W = np.cos(np.arange(n_out * n_in, dtype=float)).reshape(n_out, n_in)
        self.activation = getattr(np, activation)

    def __call__(self, h):
        return self.activation(self.W @ h)


class MLP:
    def __init__(self, sizes):
        self.layers = [Layer(a, b) for a, b in zip(sizes[:-1], sizes[1:])]

    def loss(self, x, t):
        h = x
        for layer in self.layers:
            h = layer(h)
        return 0.5 * np.sum((h - t) ** 2)


MODEL = MLP([3, 4, 2])


def global_model(x):
    return MODEL.loss(x, np.array([0.1, 0.2]))


def gradient_of_method(x):
    from st_ad import grad

    return np.sum(grad(MODEL.loss)(x, np.array([0.1, 0.2])) ** 2)


class Spline:
    def __init__(self, knots, values):
        self.knots, self.values = knots, values

    def __call__(self, t):
        for i in range(len(self.knots) - 1):
            if self.knots[i] <= t < self.knots[i + 1]:
                w = (t - self.knots[i]) / (self.knots[i + 1] - self.knots[i])
                return self.values[i] * (1 - w) + self.values[i + 1] * w
        return self.values[-1]


def spline(x):
    s = Spline(np.array([-1.0, 0.0, 0.5, 1.0, 3.0]), np.array([x[0], x[1], x[2], x[0] * x[1], 1.0]))
    return s(x[0]) + s(0.2) ** 2 + s(5.0)


class Gaussian:
    def __init__(self, mu, sigma):
        self.mu, self.sigma = mu, sigma

    def logpdf(self, v):
        return -0.5 * ((v - self.mu) / self.sigma) ** 2 - math.log(2 * math.pi) / 2 - np.log(self.sigma)


class Mixture:
    def __init__(self, weights, components):
        self.weights, self.components = weights, components

    def logpdf(self, v):
        terms = np.array([np.log(w) + c.logpdf(v) for w, c in zip(self.weights, self.components)])
        top = np.max(terms)
        return top + np.log(np.sum(np.exp(terms - top)))


def mixture(x):
    m = Mixture([0.3, 0.7], [Gaussian(x[0], 1.0), Gaussian(x[1], x[2] ** 2 + 0.5)])
    return sum(m.logpdf(v) for v in (0.1, 0.7, -0.4))


class Kernel:
    def __add__(self, other):
        return SumKernel(self, other)

    def __call__(self, a, b):
        return self.value(a[:, None] - b[None, :])


class RBF(Kernel):
    def __init__(self, scale):
        self.scale = scale

    def value(self, d):
        return np.exp(-0.5 * (d / self.scale) ** 2)


class White(Kernel):
    def __init__(self, noise):
        self.noise = noise

    def value(self, d):
        return self.noise * (d == 0)


class SumKernel(Kernel):
    def __init__(self, k1, k2):
        self.k1, self.k2 = k1, k2

    def value(self, d):
        return self.k1.value(d) + self.k2.value(d)


class GaussianProcess:
    def __init__(self, kernel):
        self.kernel = kernel

    def fit(self, X, y):
        self.X, self.y = X, y
        self.L = np.linalg.cholesky(self.kernel(X, X))
        self.alpha = np.linalg.solve(self.L.T, np.linalg.solve(self.L, y))
        return self

    @property
    def nll(self):
        return 0.5 * self.y @ self.alpha + np.sum(np.log(np.diag(self.L)))


def gaussian_process(x):
    gp = GaussianProcess(RBF(x[0] ** 2 + 0.5) + White(0.1 + x[1] ** 2))
    return gp.fit(np.array([0.0, 0.4, 1.1]), x).nll


class Matrix:
    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def identity(cls, n):
        rows = [[0.0, 0.0], [0.0, 0.0]]
        for i in range(n):
            rows[i][i] = 1.0
        return cls(rows)

    def __getitem__(self, ij):
        i, j = ij
        return self.rows[i][j]

    def __setitem__(self, ij, v):
        self.rows[ij[0]][ij[1]] = v

    def __matmul__(self, o):
        n = len(self.rows)
        return Matrix([[sum(self[i, k] * o[k, j] for k in range(n)) for j in range(n)] for i in range(n)])

    @property
    def trace(self):
        return sum(self[i, i] for i in range(len(self.rows)))


def matrix_of_lists(x):
    m = Matrix.identity(2)
    m[0, 1], m[1, 0] = x[0], x[1]
    m[1, 1] += x[2]
    return (m @ m @ m).trace


class Robot:
    def __init__(self, lengths):
        self.joints = [{"length": length, "angle": 0.0} for length in lengths]

    def set(self, *angles):
        for j, a in zip(self.joints, angles):
            j["angle"] = a

    def end(self):
        p, total = np.zeros(2), 0.0
        for j in self.joints:
            total += j["angle"]
            p = p + j["length"] * np.array([np.cos(total), np.sin(total)])
        return p


def robot_arm(x):
    r = Robot((1.0, x[0], 0.5))
    r.set(x[1], x[2], x[0] * x[1])
    return np.sum(r.end() ** 2)


class Context:
    def __init__(self, s):
        self.s = s

    def __enter__(self):
        self.s.a = self.s.a * 2.0
        return self.s

    def __exit__(self, *exc):
        self.s.a = self.s.a + 1.0
        return False


class Grid:
    def __init__(self, u, dx):
        self.u, self.dx = u, dx

    def laplacian(self):
        out = np.zeros_like(self.u)
        out[1:-1] = (self.u[2:] - 2 * self.u[1:-1] + self.u[:-2]) / self.dx ** 2
        return out

    def step(self, dt, nu):
        self.u += dt * nu * self.laplacian()
        self.u[0] = 0.0


def heat(x, n=3):
    g = Grid(np.concatenate([x, x[::-1] ** 2]), 0.5)
    for _ in range(n):
        g.step(0.05, x[1])
    return np.sum(g.u * g.u)


class Mixin:
    def describe(self):
        return self.area() * 2.0


class Shape:
    def area(self):
        raise NotImplementedError

    def __lt__(self, other):
        return self.area() < other.area()


class Circle(Mixin, Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return math.pi * self.r ** 2


class Square(Shape, Mixin):
    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a ** 2


def shapes(x):
    found = [Circle(x[0]), Square(x[1]), Circle(x[2])]
    total = sum(s.area() for s in found if isinstance(s, Circle)) + found[1].describe()
    kinds = [type(s).__name__ for s in found]
    return total * len([k for k in kinds if k == "Circle"]) + (1.0 if issubclass(type(found[0]), Shape) else 0.0)


class Compose:
    def __init__(self, *fs):
        self.fs = fs

    def __call__(self, x):
        for f in reversed(self.fs):
            x = f(x)
        return x


def apply_twice(f, x, **kw):
    return f(f(x, **kw), **kw)


def callables(x):
    lin = Linear(WEIGHTS.T @ WEIGHTS, 0.1)
    f = Compose(np.sum, lin, np.tanh, functools.partial(np.multiply, 2.0), lin.forward)
    g = functools.partial(apply_twice, Scale(x[0]).forward)
    return f(x) + np.sum(g(x)) + apply_twice(Scale(x[1]), x[2])


class Lazy:
    def __init__(self, x):
        self.x = x

    @functools.cached_property
    def square(self):
        return self.x ** 2

    @property
    def ready(self):
        return callable(self.norm) and not callable(self.x)

    def norm(self):
        return np.sqrt(np.sum(self.square))


def lazy_property(x):
    o = Lazy(x)
    out = o.norm() + np.sum(o.square)
    return out if o.ready else 0.0


class Environment:
    """A control loop with state and an early exit."""

    def __init__(self, gain):
        self.gain, self.state, self.done = gain, 1.0, False

    def step(self, action):
        self.state = self.state + 0.3 * action - 0.1 * self.state ** 2
        self.done = bool(self.state > 2.0)
        return self.state ** 2, self.done


def control(x, n=6):
    env, cost = Environment(x[0]), 0.0
    for t in range(n):
        c, done = env.step(env.gain * x[1] + 0.1 * t)
        cost += c
        if done:
            break
    return cost + env.state * x[2]


class Stack:
    def __init__(self):
        self._items = []

    def push(self, v):
        self._items.append(v)

    def pop(self):
        return self._items.pop()

    def __len__(self):
        return len(self._items)

    def __bool__(self):
        return len(self._items) > 0


def reverse_polish(x):
    s = Stack()
    for token in ["0", "1", "*", "2", "+", "0", "-"]:
        if token.isdigit():
            s.push(x[int(token)])
        else:
            b, a = s.pop(), s.pop()
            s.push({"+": a + b, "-": a - b, "*": a * b}[token])
    return s.pop() if not len(s) == 0 else 0.0


class Cell:
    def __init__(self, v):
        self.v = v


def objects_handed_round(x, n=4):
    cells = [Cell(x[0]), Cell(x[1]), Cell(x[2])]
    first = cells[0]
    for _ in range(n):
        cells[0], cells[1], cells[2] = cells[1], cells[2], cells[0]
        first.v = first.v * 1.5
        cells[0].v += first.v
    return cells[0].v * cells[1].v + first.v


def swapped_in_dict(x, n=3):
    d = {"a": Cell(x[0]), "b": Cell(x[1])}
    kept = d["a"]
    for _ in range(n):
        d["a"], d["b"] = d["b"], d["a"]
        d["a"].v *= x[2]
    return d["a"].v + 2 * kept.v


def object_of_two_names_after_a_branch(x):
    if x[0] > 0.5:
        e = Cell(x[0])
        made = [e]
    else:
        e = Cell(x[1])
        made = [e]
    e.v = e.v * 3.0
    return made[0].v * x[2]


def double_buffer(x, n=3):
    c = State()
    c.a, c.b = x.copy(), np.zeros_like(x)
    for _ in range(n):
        c.b[:] = c.a * 0.5 + np.sin(c.a)
        c.a, c.b = c.b, c.a
    return np.sum(c.a * c.a) + c.b[0]


class Number:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return Number(self.v + other) if isinstance(other, (int, float)) else NotImplemented

    def __mul__(self, other):
        return self.v * other.v

    def __rmul__(self, other):
        return -self.v * other.v


class Other(Number):
    def __radd__(self, other):
        return Other(self.v * 2 + other.v)

    def __rmul__(self, other):
        return 10 * self.v * other.v


def who_answers(x):
    first = (Number(x[0]) + Other(x[1])).v * (Number(x[2]) + 1.0).v
    return first + Number(x[0]) * Other(x[1]) + Other(x[1]) * Number(x[2]) + Number(x[0]) * Number(x[2])


def deep_copies(x):
    a = Cell([Cell(x[0]), x[1:].copy()])
    b, c = copy.deepcopy(a), copy.copy(a)
    b.v[0].v = x[1]
    c.v[0].v = c.v[0].v * 2
    c.v[1] += 1.0
    b.v[1] *= 3.0
    c.v = 5
    return a.v[0].v * b.v[0].v + np.sum(a.v[1] * b.v[1])


class Doubling:
    def __init__(self, v):
        self.v = v

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)

    def __delitem__(self, key):
        self.v = key


def own_setattr(x):
    c = Doubling(x[0])
    c.v = x[1]
    c.w = c.v
    del c[x[0]]
    return c.w * x[2] + c.v


# --- iterators of one's own, members of enums
class Halving:
    def __init__(self, v, least):
        self.v, self.least = v, least

    def __iter__(self):
        return self

    def __next__(self):
        self.v = self.v / 2
        if abs(self.v) < self.least:
            raise StopIteration
        return self.v


def own_iterator(x):
    total = sum(v * v for v in Halving(x[0], 0.01))
    for i, v in enumerate(Halving(x[2], 0.01)):
        if abs(v) < 0.1:
            break
        total = total + (i + 1) * v
    left = Halving(x[1], 0.02)
    return next(left) * next(left) + sum(left) + total


class Weighted:
    def __init__(self, v):
        self.v = v

    def __getitem__(self, i):
        if i >= len(self.v):
            raise IndexError(i)
        return self.v[i] * (i + 1)


def iterated_by_index(x):
    items = list(Weighted(x))
    return sum(v**2 for v in Weighted(x)) + items[0] * sum(items[1:])


class Grade(enum.IntEnum):
    LOW = 1
    MID = 2
    HIGH = 5

    @property
    def weight(self):
        return 0.5 * self.value


def chosen_grade(x):
    grade, total = Grade.LOW, 0.0
    for v in x:
        if v > 0.6:
            grade = Grade.HIGH
        elif v > 0.0 and grade < Grade.HIGH:
            grade = Grade.MID
        total = total + grade * v + (1 if grade >= Grade.MID else 0) * v**2
    return total * len(grade.name) + grade.weight * x[0] + Grade(2).weight * x[1]


def every_grade(x):
    weights = {g: g.weight for g in Grade}
    return sum(v * weights[g] for g, v in zip(Grade, x)) * len(Grade) + [g.name for g in Grade].index("MID") * x[2]


PROGRAMS = [v for v in list(globals().values())
            if getattr(v, "__module__", None) == __name__ and getattr(v, "__code__", None)
            and v.__code__.co_varnames[:1] == ("x",)]
