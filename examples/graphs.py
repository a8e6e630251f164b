"""What graph libraries are built for, as plain functions: layers of a network, and derivatives of any order."""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

import numpy as np

from st_ad import elementwise_grad, grad, value_and_grad


def z(w1, w2):
    return w1 * w2 + np.sin(w1)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def matmul_layer(x, W, b):
    return np.sum(sigmoid(x @ W + b) ** 2)


def einsum_layer(q, k, v):
    scores = np.einsum("id,jd->ij", q, k)
    weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    return np.sum(np.einsum("ij,jd->id", weights, v) ** 2)


def tanh(x):
    return np.tanh(x)


def derivatives_of_tanh(x: np.ndarray, highest: int = 4) -> list[np.ndarray]:
    """tanh and its derivatives, each the elementwise gradient of the one before."""
    function = tanh
    found = [function(x)]
    for _ in range(highest):
        function = elementwise_grad(function)
        found.append(function(x))
    return found


def plot(path: Path, x: np.ndarray, curves: list[np.ndarray]) -> bool:
    """Draw the curves into a file; False when matplotlib is not there."""
    try:
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt
    except ImportError:
        return False
    for order, curve in enumerate(curves):
        plt.plot(x, curve, label=f"tanh{chr(39) * order}(x)")
    plt.legend()
    plt.savefig(path)
    plt.close()
    return True


def main(folder: str = tempfile.gettempdir()) -> None:
    """Print values and gradients of the three graphs, then the derivatives of tanh."""
    value, (w1_bar, w2_bar) = value_and_grad(z, argnums=("w1", "w2"))(0.5, 4.2)
    print(f"z = w1 * w2 + sin(w1) at (0.5, 4.2): {value:.4f}, gradient ({w1_bar:.4f}, {w2_bar:.4f})")
    assert math.isclose(w1_bar, 4.2 + math.cos(0.5)) and math.isclose(w2_bar, 0.5)

    random = np.random.default_rng(0)
    x, W, b = random.standard_normal((4, 3)), random.standard_normal((3, 2)), np.zeros(2)
    value, (W_bar, b_bar) = value_and_grad(matmul_layer, argnums=("W", "b"))(x, W, b)
    print(
        f"matmul and sigmoid layer: {value:.4f}, |W_bar| {np.linalg.norm(W_bar):.4f}, b_bar {b_bar.round(4)}"
    )

    q, k, v = (random.standard_normal((4, 3)) for _ in range(3))
    value, bars = value_and_grad(einsum_layer, argnums=("q", "k", "v"))(q, k, v)
    print(f"attention with einsum: {value:.4f}, norms {[round(float(np.linalg.norm(g)), 4) for g in bars]}")

    points = np.linspace(-4.0, 4.0, 201)
    curves = derivatives_of_tanh(points)
    fourth = grad(grad(grad(grad(tanh))))(0.3)
    t = math.tanh(0.3)
    print(f"fourth derivative of tanh at 0.3: {fourth:.10f}")
    print(f"by hand:                          {(16 * t - 24 * t**3) * (1 - t * t):.10f}")
    path = Path(folder) / "tanh.png"
    print(f"plotted to {path}" if plot(path, points, curves) else "matplotlib is not there: no plot")


if __name__ == "__main__":
    main(*sys.argv[1:])
