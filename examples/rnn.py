"""A recurrent network reads this repository's README letter by letter and learns which letter comes next."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from st_ad import value_and_grad

README = Path(__file__).resolve().parent.parent / "README.md"


def next_letter_loss(params, letters, h):
    """Mean cross-entropy in nats of every letter but the first, given those before it."""
    total = 0.0
    for t in range(len(letters) - 1):
        h = np.tanh(params["E"][letters[t]] + params["W"] @ h + params["b"])
        z = params["V"] @ h + params["c"]
        top = np.max(z)
        total = total + top + np.log(np.sum(np.exp(z - top))) - z[letters[t + 1]]
    return total / (len(letters) - 1), h


def initial(letters: int, hidden: int) -> dict[str, np.ndarray]:
    """Small random weights, the same in every run."""
    random = np.random.default_rng(0)
    return {
        "E": 0.3 * random.standard_normal((letters, hidden)),
        "W": random.standard_normal((hidden, hidden)) / np.sqrt(hidden),
        "b": np.zeros(hidden),
        "V": 0.1 * random.standard_normal((letters, hidden)),
        "c": np.zeros(letters),
    }


def sample(params: dict, alphabet: str, start: str, length: int) -> str:
    """Text drawn from the model."""
    random = np.random.default_rng(0)
    h = np.zeros(len(params["b"]))
    text = start
    for _ in range(length):
        h = np.tanh(params["E"][alphabet.index(text[-1])] + params["W"] @ h + params["b"])
        z = params["V"] @ h + params["c"]
        p = np.exp(z - np.max(z))
        text += alphabet[random.choice(len(alphabet), p=p / np.sum(p))]
    return text


def main(passes: int = 6, window: int = 25, hidden: int = 48, rate: float = 0.1) -> tuple[float, float]:
    """Train with Adagrad on the first 3000 letters, and print the loss of the first and of the last pass."""
    text = README.read_text(encoding="utf-8")[:3000]
    alphabet = "".join(sorted(set(text)))
    letters = np.array([alphabet.index(c) for c in text])
    params = initial(len(alphabet), hidden)
    squares = {name: np.full_like(value, 1e-8) for name, value in params.items()}
    step = value_and_grad(next_letter_loss, has_aux=True)
    losses = []
    for k in range(passes):
        h, seen = np.zeros(hidden), []
        for start in range(0, len(letters) - window, window):
            (value, h), bar = step(params, letters[start : start + window + 1], h)
            seen.append(value)
            for name in params:
                squares[name] += bar[name] ** 2
                params[name] = params[name] - rate * bar[name] / np.sqrt(squares[name])
        losses.append(float(np.mean(seen)))
        print(f"pass {k + 1}: {losses[-1]:.3f} nats per letter")
    print(f"guessing blindly costs {np.log(len(alphabet)):.3f}; the model now writes:")
    print(sample(params, alphabet, text[2], 120))
    return losses[0], losses[-1]


if __name__ == "__main__":
    main()
