"""Handwritten digits, recognised by a network of two layers that is trained by plain gradient descent."""

from __future__ import annotations

import numpy as np

from st_ad import value_and_grad


def mlp_loss(W1, b1, W2, b2, x, t):
    h = np.tanh(x @ W1 + b1)
    r = h @ W2 + b2 - t
    return 0.5 * np.mean(np.sum(r * r, axis=1))


def loss(W, b, x, t):
    r = np.tanh(x @ W + b) - t
    return 0.5 * np.mean(np.sum(r * r, axis=1))


def logits(params, x):
    h = np.tanh(x @ params["W1"] + params["b1"])
    return h @ params["W2"] + params["b2"]


def cross_entropy(params, x, labels):
    z = logits(params, x)
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(labels)), labels])


def accuracy(params: dict[str, np.ndarray], x: np.ndarray, labels: np.ndarray) -> float:
    """The share of images that are recognised."""
    return float(np.mean(np.argmax(logits(params, x), axis=1) == labels))


def initial(pixels: int, hidden: int, classes: int) -> dict[str, np.ndarray]:
    """Small random weights, the same in every run."""
    random = np.random.default_rng(0)
    return {
        "W1": random.standard_normal((pixels, hidden)) / np.sqrt(pixels),
        "b1": np.zeros(hidden),
        "W2": random.standard_normal((hidden, classes)) / np.sqrt(hidden),
        "b2": np.zeros(classes),
    }


def train(x: np.ndarray, labels: np.ndarray, epochs: int = 30, batch: int = 32, rate: float = 0.2) -> dict:
    """Gradient descent in batches."""
    params = initial(x.shape[1], 64, 10)
    random = np.random.default_rng(1)
    step = value_and_grad(cross_entropy)
    for epoch in range(epochs):
        order = random.permutation(len(x))
        total = 0.0
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            value, bar = step(params, x[rows], labels[rows])
            total += value * len(rows)
            params = {name: params[name] - rate * bar[name] for name in params}
        if epoch % 10 == 9:
            print(f"epoch {epoch + 1:3}: cross-entropy {total / len(x):.4f}")
    return params


def main() -> float:
    """Train on three quarters of the digits, and print how many of the others are recognised."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    x, labels = digits.data / 16.0, digits.target
    order = np.random.default_rng(2).permutation(len(x))
    split = 3 * len(x) // 4
    seen, unseen = order[:split], order[split:]
    params = train(x[seen], labels[seen])
    held_out = accuracy(params, x[unseen], labels[unseen])
    print(f"held-out accuracy: {100 * held_out:.1f}% of {len(unseen)} digits")
    return held_out


if __name__ == "__main__":
    main()
