"""A noisy sine, fitted by a network of one hidden layer and gradient descent with momentum."""

from __future__ import annotations

import numpy as np

from st_ad import value_and_grad


def predict(W1, b1, W2, b2, x):
    return np.tanh(x[:, None] * W1 + b1) @ W2 + b2


def squared_error(W1, b1, W2, b2, x, y):
    r = predict(W1, b1, W2, b2, x) - y
    return np.mean(r * r)


def main(steps: int = 4000, rate: float = 0.02) -> float:
    """Fit, and print how far the curve is from the sine without noise."""
    random = np.random.default_rng(0)
    x = np.linspace(-np.pi, np.pi, 100)
    y = np.sin(x) + 0.1 * random.standard_normal(len(x))
    params = [random.standard_normal(20), random.standard_normal(20), 0.1 * random.standard_normal(20), 0.0]
    speed = [0.0] * 4
    step = value_and_grad(squared_error, argnums=(0, 1, 2, 3))
    for k in range(steps):
        value, bars = step(*params, x, y)
        speed = [0.9 * v - rate * bar for v, bar in zip(speed, bars)]
        params = [p + v for p, v in zip(params, speed)]
        if k % 1000 == 0:
            print(f"step {k:4}: mean squared error {value:.5f}")
    error = float(np.sqrt(np.mean((predict(*params, x) - np.sin(x)) ** 2)))
    print(f"after {steps} steps the curve is {error:.4f} from the sine; the noise was 0.1")
    return error


if __name__ == "__main__":
    main()
