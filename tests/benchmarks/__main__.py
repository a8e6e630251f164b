"""Print what a derivative costs against hand-written NumPy, and what a call costs against the emitted function."""

from __future__ import annotations

import statistics
import time
from typing import Any, Callable

import numpy as np

from st_ad import grad


def mlp_loss(W1, b1, W2, b2, x, t):
    h = np.tanh(x @ W1 + b1)
    r = h @ W2 + b2 - t
    return 0.5 * np.mean(np.sum(r * r, axis=1))


def mlp_loss_by_hand(W1, b1, W2, b2, x, t, out_bar=1.0):
    h = np.tanh(x @ W1 + b1)
    r = h @ W2 + b2 - t
    r_bar = out_bar / len(r) * r
    b2_bar = np.sum(r_bar, axis=0)
    W2_bar = h.T @ r_bar
    h_bar = r_bar @ W2.T
    h_add_bar = h_bar * (1.0 - h * h)
    b1_bar = np.sum(h_add_bar, axis=0)
    W1_bar = x.T @ h_add_bar
    return W1_bar, b1_bar, W2_bar, b2_bar


def scalar(x, y):
    return x * y + x / y


def scalar_by_hand(x, y, out_bar=1.0):
    return out_bar * (y + 1.0 / y), out_bar * (x - x / (y * y))


def vector(x, y):
    return np.sum(x * y)


def vector_by_hand(x, y, out_bar=1.0):
    return out_bar * y, out_bar * x


def median_time(call: Callable[[], Any], seconds: float = 0.5) -> float:
    """The median time of a call, in seconds, over batches that each last about a millisecond."""
    call()
    begin = time.perf_counter()
    call()
    batch = max(1, int(1e-3 / max(time.perf_counter() - begin, 1e-9)))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        begin = time.perf_counter()
        for _ in range(batch):
            call()
        times.append((time.perf_counter() - begin) / batch)
    return statistics.median(times)


def compare(
    name: str, function: Callable[..., Any], by_hand: Callable[..., Any], args: tuple[Any, ...], wrt: int
) -> None:
    """One line: by hand, emitted, called through st_ad; their results are compared first."""
    transformed = grad(function, argnums=tuple(range(wrt)))
    for given, wanted in zip(transformed(*args), by_hand(*args)):
        np.testing.assert_allclose(given, wanted, rtol=1e-12, atol=1e-14)
    emitted = transformed.last.loaded[0].function
    hand = median_time(lambda: by_hand(*args))
    bare = median_time(lambda: emitted(*args))
    full = median_time(lambda: transformed(*args))
    print(
        f"{name:<28}{hand * 1e6:>10.2f}{bare * 1e6:>10.2f}{full * 1e6:>10.2f}{full / hand:>8.2f}{(full - bare) * 1e9:>12.0f}"
    )


def main() -> None:
    """Print the table."""
    random = np.random.default_rng(0)
    shapes = [(32, 64), (64,), (64, 10), (10,), (32, 32), (32, 10)]
    mlp = tuple(random.standard_normal(s) * 0.1 for s in shapes)
    print(f"{'µs, medians':<28}{'by hand':>10}{'emitted':>10}{'called':>10}{'ratio':>8}{'call, ns':>12}")
    compare("mlp_loss 32-64-10, batch 32", mlp_loss, mlp_loss_by_hand, mlp, 4)
    wide = [(32, 64), (64,), (64, 64), (64,), (64, 10), (10,), (32, 32), (32, 10)]
    deep = tuple(random.standard_normal(s) * 0.1 for s in wide)
    compare("deep 32-64-64-10, batch 32", deep_loss, deep_loss_by_hand, deep, 6)
    compare("scalar, 2 floats", scalar, scalar_by_hand, (2.0, 3.0), 2)
    compare("vector, 2 arrays of 3", vector, vector_by_hand, (np.ones(3), np.arange(3.0)), 2)


def deep_loss(W1, b1, W2, b2, W3, b3, x, t):
    h = np.tanh(x @ W1 + b1)
    k = np.tanh(h @ W2 + b2)
    r = k @ W3 + b3 - t
    return 0.5 * np.mean(np.sum(r * r, axis=1))


def deep_loss_by_hand(W1, b1, W2, b2, W3, b3, x, t, out_bar=1.0):
    h = np.tanh(x @ W1 + b1)
    k = np.tanh(h @ W2 + b2)
    r = k @ W3 + b3 - t
    r_bar = out_bar / len(r) * r
    b3_bar = np.sum(r_bar, axis=0)
    W3_bar = k.T @ r_bar
    k_add_bar = (r_bar @ W3.T) * (1.0 - k * k)
    b2_bar = np.sum(k_add_bar, axis=0)
    W2_bar = h.T @ k_add_bar
    h_add_bar = (k_add_bar @ W2.T) * (1.0 - h * h)
    b1_bar = np.sum(h_add_bar, axis=0)
    W1_bar = x.T @ h_add_bar
    return W1_bar, b1_bar, W2_bar, b2_bar, W3_bar, b3_bar


if __name__ == "__main__":
    main()
