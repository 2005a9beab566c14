"""Turns a ranking's scores into two probabilities: the first is right, the right one is among three."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_COEFFICIENTS = Path(__file__).with_name("confidence.json")


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model: a constant and one weight per named measure of the ranking."""

    constant: float
    weights: Mapping[str, float]

    def probability(self, measures: Mapping[str, float]) -> float:
        """The probability, between 0 and 1, that what the model was fitted for holds."""
        logit = self.constant + sum(weight * measures[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The two fitted models."""

    first: Logistic
    three: Logistic


@lru_cache(maxsize=1)
def load_confidence() -> Confidence:
    """The coefficients written by the fitting command, read once."""
    saved = json.loads(_COEFFICIENTS.read_text(encoding="utf-8"))
    return Confidence(first=Logistic(**saved["first"]), three=Logistic(**saved["three"]))


def measures(scores: Sequence[float], *, heaviness: float, length: int) -> dict[str, float]:
    """What the models look at: coverage, and the lead over the second, third and tenth."""
    padded = [*scores, *[0.0] * 10][:10]
    heavy = max(heaviness, 1e-6)
    first = max(padded[0], 1e-6)
    return {
        "coverage": padded[0] / heavy,
        "lead_2": (padded[0] - padded[1]) / first,
        "lead_3": (padded[0] - padded[2]) / first,
        "lead_10": (padded[0] - padded[9]) / first,
        "length": math.log1p(length),
    }
