"""Fits the intent classifier: multinomial logistic regression with a ridge penalty, by Adam on the whole set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.classify import BUCKETS, Classifier, buckets, dense

Floats = npt.NDArray[np.float32]
RATE, FIRST_DECAY, SECOND_DECAY = 0.05, 0.9, 0.99


@dataclass(frozen=True, slots=True)
class Example:
    """A canonical text, the flags its rules set, and its label; ``weight`` is how much it counts."""

    text: str
    flags: tuple[float, ...]
    label: str
    weight: float = 1.0


def fit(examples: Sequence[Example], *, penalty: float = 3e-4, steps: int = 250) -> Classifier:
    """Weights that make the labels likely; every label counts the same in all, however many examples it has."""
    labels = tuple(sorted({example.label for example in examples}))
    features = _features(examples)
    wanted = np.zeros((len(examples), len(labels)), dtype=np.float32)
    wanted[np.arange(len(examples)), [labels.index(example.label) for example in examples]] = 1.0
    weights = _balance(examples, wanted)
    solved = _descend(features, wanted, weights, penalty=penalty, steps=steps)
    return Classifier(labels=labels, grams=solved[:BUCKETS], dense=solved[BUCKETS:-1], constant=solved[-1])


def _features(examples: Sequence[Example]) -> Floats:
    """One row per example: its n-grams over the root of their number, its dense features, and a one."""
    width = BUCKETS + len(dense(examples[0].text, examples[0].flags)) + 1
    features = np.zeros((len(examples), width), dtype=np.float32)
    for row, example in enumerate(examples):
        rows = buckets(example.text)
        features[row, rows] = 1 / len(rows) ** 0.5
        features[row, BUCKETS:-1] = dense(example.text, example.flags)
    features[:, -1] = 1.0
    return features


def _balance(examples: Sequence[Example], wanted: Floats) -> Floats:
    own = np.asarray([example.weight for example in examples], dtype=np.float32)
    totals = (wanted * own[:, None]).sum(axis=0) ** 0.5
    weights = own * (wanted / totals).sum(axis=1)
    return (weights / weights.sum()).astype(np.float32)


def _descend(features: Floats, wanted: Floats, weights: Floats, *, penalty: float, steps: int) -> Floats:
    """Minimise the weighted cross-entropy with Adam (Kingma and Ba 2015)."""
    solved = np.zeros((features.shape[1], wanted.shape[1]), dtype=np.float32)
    first, second = np.zeros_like(solved), np.zeros_like(solved)
    for step in range(1, steps + 1):
        scores = features @ solved
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = odds / odds.sum(axis=1, keepdims=True)
        slope = features.T @ ((chances - wanted) * weights[:, None]) + penalty * solved
        first = FIRST_DECAY * first + (1 - FIRST_DECAY) * slope
        second = SECOND_DECAY * second + (1 - SECOND_DECAY) * slope**2
        ahead = first / (1 - FIRST_DECAY**step)
        solved = solved - RATE * ahead / (np.sqrt(second / (1 - SECOND_DECAY**step)) + 1e-8)
    return solved
