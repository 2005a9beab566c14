"""Fits what the ranking and its confidence need: a conditional logit over kinds of evidence, and a logistic model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
RATE, FIRST_DECAY, SECOND_DECAY = 0.3, 0.9, 0.99


def _descend(gradient, size: int, *, steps: int, rate: float) -> Array:  # noqa: ANN001
    """Minimise with Adam (Kingma and Ba 2015) from zero; ``gradient`` maps weights to the gradient."""
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        slope = gradient(weights)
        first = FIRST_DECAY * first + (1 - FIRST_DECAY) * slope
        second = SECOND_DECAY * second + (1 - SECOND_DECAY) * slope**2
        ahead = first / (1 - FIRST_DECAY**step)
        weights = weights - rate * ahead / (np.sqrt(second / (1 - SECOND_DECAY**step)) + 1e-8)
    return weights


def fit_ranking(kinds: Array, right: Array, *, penalty: float = 1e-3, steps: int = 400) -> Array:
    """Weights of evidence that make the right entries likely: a conditional logit (McFadden 1974).

    ``kinds`` (questions, entries, kinds), ``right`` (questions, entries) 0/1 with at least one 1 per question.
    """
    spread = kinds.std(axis=(0, 1)) + 1e-9
    scaled = kinds / spread

    def gradient(weights: Array) -> Array:
        scores = scaled @ weights
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        aim = chances * right
        aim /= aim.sum(axis=1, keepdims=True) + 1e-12
        return np.einsum("ne,nef->f", chances - aim, scaled) / len(kinds) + penalty * weights

    return _descend(gradient, kinds.shape[2], steps=steps, rate=RATE) / spread


def fit_logistic(measures: Array, holds: Array, *, penalty: float = 3e-3, steps: int = 1500) -> tuple[float, Array]:
    """Constant and weights of a logistic regression with a ridge penalty on standardised measures."""
    middle, spread = measures.mean(axis=0), measures.std(axis=0) + 1e-9
    scaled = np.column_stack([(measures - middle) / spread, np.ones(len(measures))])
    shrink = np.r_[np.full(measures.shape[1], penalty), 0.0]

    def gradient(weights: Array) -> Array:
        chances = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        return scaled.T @ (chances - holds) / len(holds) + shrink * weights

    weights = _descend(gradient, scaled.shape[1], steps=steps, rate=0.05)
    slopes = weights[:-1] / spread
    return float(weights[-1] - slopes @ middle), slopes
