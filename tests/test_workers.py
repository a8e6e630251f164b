"""Threads, processes and pickles: no wrong result, no torn file, no deadlock."""

from __future__ import annotations

import concurrent.futures
import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from st_ad import elementwise_grad, grad, hessian, jacrev, jvp, value_and_grad

X = np.array([0.3, -0.7, 1.1])


def square(x):
    return np.sum(x * x)


def cube(x, k=1.0):
    total = 0.0
    for i in range(len(x)):
        total += k * x[i] ** 3
    return total


def branch(x):
    return np.sum(np.where(x > 0, np.sin(x), x**2)) if x[0] > 0 else np.prod(x)


def deep(x, n):
    return x if n == 0 else np.tanh(deep(x, n - 1) * 1.01)


def recursive(x):
    return np.sum(deep(x, 30))


@grad
def decorated(x):
    return np.sum(np.exp(x))


class Model:
    def __init__(self, w):
        self.w = w

    def loss(self, x):
        return np.sum(np.tanh(self.w * x) ** 2)

    @value_and_grad
    def fit(self, x):
        return np.sum(self.w * x)

    derivative = grad(loss, argnums="x")


MODEL = Model(X * 2)
WANTED = {
    "square": 2 * X,
    "cube": 3 * X**2,
    "branch": np.where(X > 0, np.cos(X), 2 * X),
    "recursive": grad(recursive)(X),
}
FUNCTIONS = {"square": square, "cube": cube, "branch": branch, "recursive": recursive}


def in_threads(work: Any, count: int = 16) -> None:
    errors: list[BaseException] = []
    barrier = threading.Barrier(count)

    def run(i: int) -> None:
        try:
            barrier.wait(30)
            work(i)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for t in threads:
            t.start()
        for t in threads:
            t.join(120)
    finally:
        sys.setswitchinterval(old)
    assert not any(t.is_alive() for t in threads), "deadlock"
    if errors:
        raise errors[0]


def test_threads_transform_the_same_function() -> None:
    shared = {name: grad(f) for name, f in FUNCTIONS.items()}

    def work(i: int) -> None:
        for name in FUNCTIONS:
            np.testing.assert_allclose(shared[name](X), WANTED[name])

    in_threads(work)
    assert sys.getrecursionlimit() < 5000


def test_threads_transform_different_functions() -> None:
    names = list(FUNCTIONS)

    def work(i: int) -> None:
        for k in range(4):
            name = names[(i + k) % 4]
            np.testing.assert_allclose(grad(FUNCTIONS[name])(X), WANTED[name])
        np.testing.assert_allclose(jvp(square, (X,), (X,))[1], 2 * X @ X)

    in_threads(work, 8)


def test_threads_while_a_global_changes() -> None:
    """A thread sees the derivative for one of the values that the global had, never a mixture."""
    names: dict[str, Any] = {"np": np, "k": 2.0}
    text = "def f(x):\n    return np.sum(k * x)\n"
    import linecache

    linecache.cache["<threads>"] = (len(text), None, text.splitlines(True), "<threads>")
    exec(compile(text, "<threads>", "exec", dont_inherit=True), names)
    derivative = grad(names["f"])

    def work(i: int) -> None:
        for step in range(20):
            if i == 0:
                names["k"] = 2.0 if step % 2 else np.array([2.0, 3.0, 4.0])
            found = derivative(X)
            assert np.allclose(found, 2.0) or np.allclose(found, [2.0, 3.0, 4.0])

    in_threads(work, 8)


CHILD = """
import sys; sys.path.insert(0, {folder!r})
import numpy as np, test_workers as t
from st_ad import grad
for name, f in t.FUNCTIONS.items():
    np.testing.assert_allclose(grad(f)(t.X), t.WANTED[name])
"""


def test_processes_on_one_empty_cache(tmp_path: Path) -> None:
    folder = str(Path(__file__).parent)
    environment = {**os.environ, "ST_AD_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", CHILD.format(folder=folder)]
    started = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(8)]
    for process in started:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors.decode()
    files = sorted((tmp_path / "cache").iterdir())
    assert files and all(f.suffix == ".json" and not f.name.startswith(".") for f in files)


DERIVATIVES = [grad(square), value_and_grad(cube, argnums=(0, "k")), jacrev(square), hessian(square), decorated,
               grad(MODEL.loss), elementwise_grad(np.tanh), Model.derivative]  # fmt: skip


def call(derivative: Any, *args: Any) -> Any:
    return derivative(*args)


def arguments_for(derivative: Any) -> tuple[Any, ...]:
    return (MODEL, X) if derivative is Model.derivative else (X,)


@pytest.mark.parametrize("derivative", DERIVATIVES, ids=repr)
def test_pickled_and_copied(derivative: Any) -> None:
    args = arguments_for(derivative)
    wanted = derivative(*args)
    for again in (pickle.loads(pickle.dumps(derivative)), copy.deepcopy(derivative), copy.copy(derivative)):
        np.testing.assert_equal(again(*args), wanted)


def test_transformed_methods_pickle() -> None:
    bound = MODEL.fit
    again = pickle.loads(pickle.dumps(bound))
    value, found = again(X)
    assert np.isclose(value, np.sum(MODEL.w * X))
    np.testing.assert_allclose(found.w, X)
    assert isinstance(found, Model)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_process_pools(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        found = [pool.submit(call, d, *arguments_for(d)) for d in DERIVATIVES[:6]]
        for derivative, future in zip(DERIVATIVES, found):
            np.testing.assert_equal(future.result(120), derivative(*arguments_for(derivative)))


def test_a_fork_while_another_thread_transforms() -> None:
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork here")
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            grad(cube)(X)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        with multiprocessing.get_context("fork").Pool(2) as pool:
            found = pool.apply_async(call, (grad(branch), X)).get(120)
            np.testing.assert_allclose(found, WANTED["branch"])
    finally:
        stop.set()
        thread.join()


SCRIPT = """
import multiprocessing, numpy as np
from st_ad import grad
def f(x):
    return np.sum(x ** 3)
df = grad(f)
@grad
def g(x):
    return np.sum(x ** 2)
if __name__ == "__main__":
    with multiprocessing.get_context("{method}").Pool(2) as pool:
        x = np.array([1.0, 2.0])
        assert np.allclose(pool.map(df, [x, x]), 3 * x ** 2)
        assert np.allclose(pool.map(g, [x, x]), 2 * x)
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_functions_of_main(tmp_path: Path, method: str) -> None:
    path = tmp_path / "program.py"
    path.write_text(SCRIPT.format(method=method))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, timeout=240, text=True)
    assert done.returncode == 0, done.stderr
